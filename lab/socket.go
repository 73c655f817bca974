package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// SocketPath is where a lab listens unless told otherwise: one place for each
// user.
func SocketPath() string {
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		dir = filepath.Join(os.TempDir(), "axle-"+strconv.Itoa(os.Getuid()))
	}
	return filepath.Join(dir, "axle-lab.sock")
}

// Listen opens the socket, for its owner only. A socket of ours that nobody
// serves any more is replaced; any other file is an error, and so is a folder
// in which others could replace the socket.
func (l *Lab) Listen(path string) (*Server, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := checkFolder(path); err != nil {
		return nil, err
	}
	if err := removeDead(path); err != nil {
		return nil, err
	}
	// Made where nobody else can reach it, and put in its place when only we
	// may open it.
	hidden, err := os.MkdirTemp(dir, ".axle-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(hidden)
	made := filepath.Join(hidden, "s")
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: made, Net: "unix"})
	if err != nil {
		return nil, err
	}
	ln.SetUnlinkOnClose(false)
	s := &Server{lab: l, ln: ln, path: path}
	err = os.Chmod(made, 0o600)
	if err == nil {
		s.info, err = os.Lstat(made)
	}
	if err == nil {
		err = os.Link(made, path) // fails where another lab was faster
	}
	if err != nil {
		ln.Close()
		return nil, err
	}
	return s, nil
}

// close ends listening and removes the socket, unless another lab's stands
// there by now.
func (s *Server) close() {
	s.ln.Close()
	if info, err := os.Lstat(s.path); err == nil && os.SameFile(info, s.info) {
		os.Remove(s.path)
	}
}

// checkFolder reports whether others could put something of theirs in a
// socket's place. The default folder is for us alone; elsewhere a folder that
// others write must be sticky.
func checkFolder(path string) error {
	dir := filepath.Dir(path)
	if path == SocketPath() {
		info, err := os.Lstat(dir) // not a link of somebody else's
		if err != nil {
			return err
		}
		if !info.IsDir() || ownerOf(info) != os.Getuid() || info.Mode()&0o077 != 0 {
			return fmt.Errorf("%s: not a folder for you alone (mode 0700)", dir)
		}
		return nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if owner := ownerOf(info); owner != os.Getuid() && owner != 0 {
		return fmt.Errorf("%s: the folder belongs to another user", dir)
	}
	if info.Mode()&0o022 != 0 && info.Mode()&fs.ModeSticky == 0 {
		return fmt.Errorf("%s: others may write in the folder", dir)
	}
	return nil
}

// checkSocket reports whether a socket of ours stands there.
func checkSocket(path string) error {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s: a file that is no socket stands there", path)
	case ownerOf(info) != os.Getuid():
		return fmt.Errorf("%s: the socket belongs to another user", path)
	}
	return nil
}

// ownerOf returns the user that a file belongs to; -1 where unknown.
func ownerOf(info fs.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}

// removeDead removes a socket that nobody serves.
func removeDead(path string) error {
	err := checkSocket(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := net.Dial("unix", path)
	if err == nil {
		c.Close()
		return fmt.Errorf("%s: another lab is running there", path)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("whether another lab is running there is unknown: %w", err)
	}
	return os.Remove(path)
}
