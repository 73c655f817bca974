package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The default folder is for its owner alone.
func TestListenDefaultFolder(t *testing.T) {
	l := live(t)
	dir := filepath.Join(t.TempDir(), "run")
	t.Setenv("XDG_RUNTIME_DIR", dir)
	s, err := l.Listen(SocketPath()) // makes it
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if s, err := l.Listen(SocketPath()); err == nil {
		s.Close()
		t.Error("listens in a folder that others read")
	}
	if _, err := Dial(SocketPath(), "hub", 80, 24); err == nil || !strings.Contains(err.Error(), "for you alone") {
		t.Errorf("attaches through a folder that others read: %v", err)
	}
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

// Lines that a script types into a router are executed one after the other, and
// no screen is paged.
func TestTypeLines(t *testing.T) {
	l := live(t)
	path, _ := serve(t, l)
	var out strings.Builder
	lines := "enable\r\nadmin\nshow dmvpn\nshow interfaces\nping 10.0.0.1 repeat 2\n\nshow privilege" // the last one without an end
	if err := socketAt(path).Type(t.Context(), "spoke1", strings.NewReader(lines), &out); err != nil {
		t.Fatal(err)
	}
	got := out.String()
	const last = "spoke1#\nspoke1#show privilege\nCurrent privilege level is 15\nspoke1#\n"
	if !strings.HasPrefix(got, "spoke1>enable\nPassword: \nspoke1#show dmvpn\nLegend: ") || !strings.HasSuffix(got, "(2/2), round-trip min/avg/max = 40/40/40 ms\n"+last) ||
		strings.ContainsAny(got, "\r\b\a") || strings.Contains(got, "More") {
		t.Errorf("shows %q", got)
	}
	out.Reset()
	if err := socketAt(path).Type(t.Context(), "host1", strings.NewReader("ip addr\nexit\n"), &out); err != nil ||
		out.String() != "host1$ ip addr\ninet 192.168.1.10/24\ndefault via 192.168.1.1\nhost1$ exit\n" {
		t.Errorf("a host: %v, %q", err, out.String())
	}
}
