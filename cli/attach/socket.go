// Package attach lets terminals attach to a running program over a Unix socket,
// which its owner alone can open. A Server gives every connection a
// console.Terminal and runs a session on it; a Client is the other end, for an
// operator's terminal or for lines that are typed by a script.
//
// A client says in its first line what it wants to be attached to and the size
// of its terminal, "NAME WIDTH HEIGHT"; the server answers "attached", or why
// not. What follows are keys in the one direction, with changes of the size
// between them as in RFC 1073, and text in the other.
//
// The package knows nothing of labs and routers. Nobody is asked for a
// password: who may open the socket is the owner. Missing: the exit status of a
// session. A client cannot tell a session that ended from a server that was
// killed.
package attach

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// A Socket is a place where terminals attach.
type Socket struct {
	Path    string
	Private bool   // its folder is for its owner alone, mode 0700
	Of      string // what listens there, as error texts name it: "lab", "router"
}

// Listen opens the socket, for its owner only. A socket of ours that nobody
// serves any more is replaced; any other file is an error, and so is a folder
// in which others could replace the socket. A folder that is not there is made.
func (s Socket) Listen(o Options) (*Server, error) {
	dir := filepath.Dir(s.Path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := s.checkFolder(); err != nil {
		return nil, err
	}
	if err := s.removeDead(); err != nil {
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
	srv := &Server{options: o, ln: ln, path: s.Path}
	err = os.Chmod(made, 0o600)
	if err == nil {
		srv.info, err = os.Lstat(made)
	}
	if err == nil {
		err = os.Link(made, s.Path) // fails where another server was faster
	}
	if err != nil {
		ln.Close()
		return nil, err
	}
	return srv, nil
}

// checkFolder reports whether others could put something of theirs in the
// socket's place. A private folder is for us alone; elsewhere a folder that
// others write must be sticky.
func (s Socket) checkFolder() error {
	dir := filepath.Dir(s.Path)
	if s.Private {
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
	if owner := ownerOf(info); owner != os.Getuid() && owner != 0 && os.Getuid() != 0 {
		return fmt.Errorf("%s: the folder belongs to another user", dir)
	}
	if info.Mode()&0o022 != 0 && info.Mode()&fs.ModeSticky == 0 {
		return fmt.Errorf("%s: others may write in the folder", dir)
	}
	return nil
}

// check reports whether a socket of ours stands there.
func (s Socket) check() error {
	info, err := os.Lstat(s.Path)
	switch {
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s: a file that is no socket stands there", s.Path)
	case ownerOf(info) != os.Getuid() && os.Getuid() != 0: // root may use everyone's
		return fmt.Errorf("%s: the socket belongs to another user", s.Path)
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
func (s Socket) removeDead() error {
	err := s.check()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := net.Dial("unix", s.Path)
	if err == nil {
		c.Close()
		return fmt.Errorf("%s: another %s is running there", s.Path, s.Of)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("whether another %s is running there is unknown: %w", s.Of, err)
	}
	return os.Remove(s.Path)
}
