package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A file that is no socket is not removed.
func TestListenLeavesFiles(t *testing.T) {
	l := live(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "thesis.txt")
	os.WriteFile(file, []byte("years of work"), 0o600)
	if s, err := l.Listen(file); err == nil {
		s.close()
		t.Error("listens there")
	}
	if _, err := os.Stat(file); err != nil {
		t.Error("a file that is no socket was removed:", err)
	}
}

// There is no listening in a folder where everybody may replace the socket.
func TestListenOpenFolder(t *testing.T) {
	l := live(t)
	dir := filepath.Join(t.TempDir(), "axle-1000")
	os.Mkdir(dir, 0o777)
	os.Chmod(dir, 0o777) // as another user would have made it
	if s, err := l.Listen(filepath.Join(dir, "axle-lab.sock")); err == nil {
		s.close()
		t.Error("listens in a folder where everybody may replace the socket")
	}
}

// The default folder is for its owner alone.
func TestListenDefaultFolder(t *testing.T) {
	l := live(t)
	dir := filepath.Join(t.TempDir(), "run")
	t.Setenv("XDG_RUNTIME_DIR", dir)
	s, err := l.Listen(SocketPath()) // makes it
	if err != nil {
		t.Fatal(err)
	}
	s.close()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if s, err := l.Listen(SocketPath()); err == nil {
		s.close()
		t.Error("listens in a folder that others read")
	}
	if _, err := Dial(SocketPath(), "hub", 80, 24); err == nil || !strings.Contains(err.Error(), "for you alone") {
		t.Errorf("attaches through a folder that others read: %v", err)
	}
}

// A lab that ends leaves the socket of a later one.
func TestListenLaterLab(t *testing.T) {
	l := live(t)
	path := filepath.Join(t.TempDir(), "s")
	old, err := l.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	later, err := l.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	old.close()
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("the later lab's socket: %v", err)
	}
	later.close()
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

// A flaky listener has some errors before it ends.
type flaky struct {
	net.Listener
	errs []error
}

func (f *flaky) Accept() (net.Conn, error) {
	err := f.errs[0]
	f.errs = f.errs[1:]
	return nil, err
}

func (f *flaky) Close() error { return nil }

// An error of Accept that passes ends nothing; another does.
func TestServeAcceptErrors(t *testing.T) {
	f := &flaky{errs: []error{syscall.EMFILE, &net.OpError{Err: syscall.ECONNABORTED}, net.ErrClosed}}
	s := &Server{ln: f, path: filepath.Join(t.TempDir(), "s")}
	if err := s.Serve(context.Background()); !errors.Is(err, net.ErrClosed) || len(f.errs) != 0 {
		t.Errorf("%v with %d errors left", err, len(f.errs))
	}
}

// The socket of a lab that was killed is taken over; another file is not
// touched by a mere attach.
func TestListenStale(t *testing.T) {
	l := live(t)
	path := filepath.Join(t.TempDir(), "lab.sock")
	ln, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	ln.(*net.UnixListener).SetUnlinkOnClose(false)
	ln.Close()
	s, err := l.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	s.ln.Close()
}

func TestSocketPath(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", "/run/user/7")
	if got := SocketPath(); got != "/run/user/7/axle-lab.sock" {
		t.Errorf("path %s", got)
	}
	t.Setenv("XDG_RUNTIME_DIR", "")
	if got := SocketPath(); !strings.HasPrefix(got, os.TempDir()) || !strings.Contains(got, fmt.Sprint(os.Getuid())) {
		t.Errorf("path %s", got)
	}
}
