//go:build linux

package linux

import (
	"errors"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestCapabilityWords(t *testing.T) {
	s := capSets{effective: 1<<unix.CAP_NET_ADMIN | 1<<40, permitted: 3, inheritable: 1 << 33}
	head, data := s.wire()
	if head.Version != unix.LINUX_CAPABILITY_VERSION_3 ||
		data[0] != (unix.CapUserData{Effective: 1 << 12, Permitted: 3}) || data[1] != (unix.CapUserData{Effective: 1 << 8, Inheritable: 2}) {
		t.Errorf("%+v %+v", head, data)
	}
	err := Require()
	if (err == nil) != (len(Missing()) == 0) || err != nil && !errors.Is(err, ErrCapability) {
		t.Errorf("missing %v: %v", Missing(), err)
	}
}

// TestDropOthers runs the child below in a process of its own, without cgo.
func TestDropOthers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command")
	}
	binary := filepath.Join(t.TempDir(), "linux.test")
	build := exec.Command("go", "test", "-c", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, test := range []struct{ name, wrap string }{
		{"root", ""},
		{"root without the right to narrow the bounding set", "setpriv --bounding-set -setpcap --inh-caps -setpcap"},
		{"no capabilities", "setpriv --reuid 65534 --clear-groups --inh-caps -all"},
	} {
		t.Run(test.name, func(t *testing.T) {
			words := append(strings.Fields(test.wrap), binary, "-test.run=^TestDropOthersChild$", "-test.v")
			if _, err := exec.LookPath(words[0]); err != nil {
				t.Skipf("needs %s", words[0])
			}
			if err := os.Chmod(filepath.Dir(binary), 0o755); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(words[0], words[1:]...)
			cmd.Env = append(os.Environ(), "LINUX_TEST_CHILD="+test.name)
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "--- PASS: TestDropOthersChild") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func TestDropOthersChild(t *testing.T) {
	kind := os.Getenv("LINUX_TEST_CHILD")
	if kind == "" {
		t.Skip("run by TestDropOthers")
	}
	if kind == "no capabilities" {
		if err := Require(); err == nil || err.Error() != "needs CAP_NET_ADMIN and CAP_NET_RAW: run as root, or `setcap cap_net_admin,cap_net_raw+ep axle`" {
			t.Errorf("says %v", err)
		}
		if err := DropOthers(); err != nil {
			t.Error(err)
		}
		checkThreads(t, "0000000000000000", "")
		return
	}
	if err := Require(); err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread() // there is no way back to the old namespace: the thread ends with the test
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Fatal(err)
	}
	ground(t)
	k := open(t)
	bounding := "0000000000003400"
	if kind != "root" {
		bounding = "" // as it was
	}
	for range 2 { // a second time finds nothing to drop
		if err := DropOthers(); err != nil {
			t.Fatal(err)
		}
		checkThreads(t, "0000000000003400", bounding)
	}
	if err := Require(); err != nil {
		t.Error(err)
	}

	// What the router does goes on; what it must not do does not.
	if err := errors.Join(
		k.SetRoutes(routes(t, "10.1.0.0/16 via 192.0.2.9")), k.SetMTU("eth0", 1400),
		k.SetAddrs("eth0", []netip.Prefix{netip.MustParsePrefix("10.7.0.1/24")}, false), k.Clean(),
	); err != nil {
		t.Error(err)
	}
	if _, err := k.Sysctl("", "ip_forward", "1"); err != nil {
		t.Error(err)
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_GRE)
	if err != nil {
		t.Errorf("raw socket: %v", err)
	}
	_ = unix.Close(fd)
	if fd, err = unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0); err != nil {
		t.Fatal(err)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: 500}); err != nil {
		t.Errorf("port 500: %v", err)
	}
	_ = unix.Close(fd)
	if err := unix.Sethostname([]byte("x")); !errors.Is(err, unix.EPERM) {
		t.Errorf("the name of the machine can be set: %v", err)
	}
}

// checkThreads reads the sets of all threads; an empty bounding is not compared.
func checkThreads(t *testing.T, sets, bounding string) {
	t.Helper()
	files, err := filepath.Glob("/proc/self/task/*/status")
	if err != nil || len(files) == 0 {
		t.Fatalf("no threads: %v", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			continue // the thread has ended
		}
		want := map[string]string{
			"CapInh": "0000000000000000", "CapPrm": sets, "CapEff": sets, "CapAmb": "0000000000000000", "NoNewPrivs": "1", "CapBnd": bounding,
		}
		for line := range strings.Lines(string(b)) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
			if w := want[name]; w != "" && strings.TrimSpace(value) != w {
				t.Errorf("%s: %s is %s, want %s", f, name, strings.TrimSpace(value), w)
			}
		}
	}
}
