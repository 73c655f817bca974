package attach

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// at returns the socket of a program that the tests call a lab.
func at(path string) Socket { return Socket{Path: path, Of: "lab"} }

// A file that is no socket is not removed.
func TestListenLeavesFiles(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "thesis.txt")
	os.WriteFile(file, []byte("years of work"), 0o600)
	if s, err := at(file).Listen(Options{}); err == nil {
		s.Close()
		t.Error("listens there")
	}
	if _, err := os.Stat(file); err != nil {
		t.Error("a file that is no socket was removed:", err)
	}
}

// There is no listening in a folder where everybody may replace the socket.
func TestListenOpenFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "axle-1000")
	os.Mkdir(dir, 0o777)
	os.Chmod(dir, 0o777) // as another user would have made it
	if s, err := at(filepath.Join(dir, "axle-lab.sock")).Listen(Options{}); err == nil {
		s.Close()
		t.Error("listens in a folder where everybody may replace the socket")
	}
}

// A folder that others only read is good enough, unless it is to be private.
func TestListenPrivateFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	os.Mkdir(dir, 0o755)
	place := at(filepath.Join(dir, "s"))
	s, err := place.Listen(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if info, err := os.Stat(place.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info.Mode(), err)
	}
	place.Private = true
	if s, err := place.Listen(Options{}); err == nil {
		s.Close()
		t.Error("listens in a folder that others read")
	}
	if _, err := place.Dial(t.Context(), "", 80, 24); err == nil || !strings.Contains(err.Error(), "for you alone") {
		t.Errorf("attaches through a folder that others read: %v", err)
	}
}

// A socket that is served is not taken over.
func TestListenTwice(t *testing.T) {
	place := at(filepath.Join(t.TempDir(), "s"))
	s, err := place.Listen(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := place.Listen(Options{}); err == nil || !strings.Contains(err.Error(), "another lab is running there") {
		t.Errorf("a second one on one socket: %v", err)
	}
}

// A server that ends leaves the socket of a later one.
func TestListenLater(t *testing.T) {
	place := at(filepath.Join(t.TempDir(), "s"))
	old, err := place.Listen(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(place.Path); err != nil {
		t.Fatal(err)
	}
	later, err := place.Listen(Options{})
	if err != nil {
		t.Fatal(err)
	}
	old.Close()
	if _, err := os.Lstat(place.Path); err != nil {
		t.Errorf("the later one's socket: %v", err)
	}
	later.Close()
	if entries, err := os.ReadDir(filepath.Dir(place.Path)); err != nil || len(entries) != 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

// The socket of a program that was killed is taken over.
func TestListenStale(t *testing.T) {
	place := at(filepath.Join(t.TempDir(), "lab.sock"))
	ln, err := net.Listen("unix", place.Path)
	if err != nil {
		t.Fatal(err)
	}
	ln.(*net.UnixListener).SetUnlinkOnClose(false)
	ln.Close()
	if _, err := place.Dial(context.Background(), "", 80, 24); err == nil || !strings.Contains(err.Error(), "no lab is running there") {
		t.Errorf("attached to nobody: %v", err)
	}
	s, err := place.Listen(Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}
