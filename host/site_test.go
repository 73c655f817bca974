//go:build linux

package host_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// sitePrefix begins the names of all namespaces that the tests make. The number
// of the process stands behind it.
const sitePrefix = "axletest"

// needRoot skips a test that was not asked for, or that may not make namespaces.
func needRoot(t *testing.T, variable string) {
	t.Helper()
	if os.Getenv(variable) == "" {
		t.Skip(variable + " is not set")
	}
	if os.Getuid() != 0 {
		t.Skip("needs root for network namespaces")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skipf("needs iproute2: %v", err)
	}
}

// poll tries until it succeeds, and ends the test with what was seen last when it
// has not within limit.
func poll(t *testing.T, limit time.Duration, failure string, try func() (seen string, ok bool)) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	end := time.Now().Add(limit)
	for {
		seen, ok := try()
		if ok {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s within %v\n%s", failure, limit, seen)
		}
		<-tick.C
	}
}

// A screen collects what a process prints.
type screen struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// A site is a network namespace: a router's, a host's or the underlay's.
type site struct {
	t    *testing.T
	word string // hub, host1
	name string // of the namespace
}

// newSite makes a namespace for the time of the test.
func newSite(t *testing.T, word string) *site {
	t.Helper()
	sweep(t)
	s := &site{t, word, fmt.Sprintf("%s%d-%s", sitePrefix, os.Getpid(), word)}
	command(t, "ip", "netns", "add", s.name)
	t.Cleanup(s.remove)
	s.ip("link", "set", "lo", "up")
	return s
}

// adopt returns a namespace that somebody else made and removes.
func adopt(t *testing.T, word, name string) *site { return &site{t, word, name} }

// remove ends what runs in the namespace, and the namespace.
func (s *site) remove() {
	if _, err := os.Stat("/run/netns/" + s.name); err != nil {
		return
	}
	s.end()
	if out, err := exec.Command("ip", "netns", "del", s.name).CombinedOutput(); err != nil {
		s.t.Errorf("%s: %v: %s", s.name, err, out)
	}
}

// pids returns the processes in the namespace.
func (s *site) pids() []int {
	out, err := exec.Command("ip", "netns", "pids", s.name).Output()
	if err != nil {
		return nil
	}
	var pids []int
	for _, f := range strings.Fields(string(out)) {
		if pid, err := strconv.Atoi(f); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// end kills the processes of the namespace.
func (s *site) end() {
	for _, pid := range s.pids() {
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

// sweep removes the namespaces of tests that were killed before they could.
func sweep(t *testing.T) {
	t.Helper()
	for _, name := range namespaces(t) {
		rest, ours := strings.CutPrefix(name, sitePrefix)
		pid, _, _ := strings.Cut(rest, "-")
		if _, err := os.Stat("/proc/" + pid); !ours || pid == "" || err == nil {
			continue
		}
		(&site{t, rest, name}).remove()
	}
}

// namespaces returns the names of all namespaces.
func namespaces(t *testing.T) []string {
	t.Helper()
	var list []string
	for line := range strings.Lines(command(t, "ip", "netns", "list")) {
		if f := strings.Fields(line); len(f) > 0 {
			list = append(list, f[0])
		}
	}
	return list
}

// command runs a command of the machine that must succeed.
func command(t *testing.T, words ...string) string {
	t.Helper()
	out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(words, " "), err, out)
	}
	return string(out)
}

// ip runs ip in the namespace.
func (s *site) ip(args ...string) string {
	s.t.Helper()
	return command(s.t, append([]string{"ip", "-n", s.name}, args...)...)
}

// forward makes the namespace's kernel a router.
func (s *site) forward() {
	s.t.Helper()
	command(s.t, "ip", "netns", "exec", s.name, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding")
}

// plug joins interface own of s and interface other of to by a wire. Both are up.
func (s *site) plug(own string, to *site, other string) {
	s.t.Helper()
	s.ip("link", "add", own, "type", "veth", "peer", "name", other, "netns", to.name)
	s.ip("link", "set", own, "up")
	to.ip("link", "set", other, "up")
}

// state is what Axle may change in a namespace and must put back: interfaces,
// addresses and routes.
func (s *site) state() string {
	s.t.Helper()
	var b strings.Builder
	for line := range strings.Lines(s.ip("-br", "link")) {
		if f := strings.Fields(line); len(f) > 1 {
			fmt.Fprintln(&b, "link", f[0], f[1])
		}
	}
	b.WriteString(s.ip("-4", "-o", "addr", "show"))
	b.WriteString(s.ip("-4", "route", "show", "table", "all"))
	b.WriteString(strings.ReplaceAll(s.ip("-6", "-o", "addr", "show", "scope", "global"), " tentative", ""))
	b.WriteString(s.ip("-6", "route", "show", "table", "all", "proto", routeProtocol))
	return b.String()
}

// routeProtocol marks the routes that are Axle's.
const routeProtocol = "161"

// routes returns Axle's routes in the kernel.
func (s *site) routes() string {
	s.t.Helper()
	return s.ip("route", "show", "table", "all", "proto", routeProtocol) + s.ip("-6", "route", "show", "table", "all", "proto", routeProtocol)
}

// program builds the program once for a test. AXLE_BIN names another.
func program(t *testing.T) string {
	t.Helper()
	if bin := os.Getenv("AXLE_BIN"); bin != "" {
		return bin
	}
	bin := filepath.Join(t.TempDir(), "axle")
	cmd := exec.Command("go", "build", "-trimpath", "-o", bin, "axle/cmd/axle")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// A machine is one process of Axle in its namespace.
type machine struct {
	*site
	bin    string
	config string   // the file
	flags  []string // more of them
	socket string   // of the console

	cmd  *exec.Cmd
	out  *screen
	done chan error
}

// newMachine prepares a router with the configuration in the file.
func newMachine(s *site, bin, config string, flags ...string) *machine {
	s.t.Helper()
	m := &machine{site: s, bin: bin, config: config, flags: flags}
	m.socket = filepath.Join(s.t.TempDir(), "console.sock")
	s.t.Cleanup(func() {
		if m.cmd != nil {
			m.cmd.Process.Kill()
			<-m.done
		}
		if s.t.Failed() && m.out != nil {
			s.t.Logf("what %s printed since its last start:\n%s", s.word, m.out)
		}
	})
	return m
}

// start runs the program and waits until it says that it forwards.
func (m *machine) start() {
	m.t.Helper()
	args := []string{"netns", "exec", m.name, m.bin, "run", "--config", m.config, "--console", m.socket}
	m.cmd = exec.Command("ip", append(args, m.flags...)...)
	m.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	m.out = &screen{}
	m.cmd.Stdout, m.cmd.Stderr = m.out, m.out
	if err := m.cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	m.done = make(chan error, 1)
	go func(cmd *exec.Cmd, done chan error) { done <- cmd.Wait() }(m.cmd, m.done)
	poll(m.t, 20*time.Second, m.word+" is not ready", func() (string, bool) {
		select {
		case err := <-m.done:
			m.cmd = nil
			m.t.Fatalf("%s ended: %v\n%s", m.word, err, m.out)
		default:
		}
		return m.out.String(), strings.Contains("\n"+m.out.String(), "\nready\n")
	})
}

// signal sends the process a signal and waits for its end.
func (m *machine) signal(sig syscall.Signal) error {
	m.t.Helper()
	if err := m.cmd.Process.Signal(sig); err != nil {
		m.t.Fatalf("%s: %v", m.word, err)
	}
	var ended error
	poll(m.t, 10*time.Second, m.word+" does not end", func() (string, bool) {
		select {
		case ended = <-m.done:
			m.cmd = nil
			return "", true
		default:
			return m.out.String(), false
		}
	})
	return ended
}

// stop ends the process as an operator does, and demands that it says no error.
func (m *machine) stop() {
	m.t.Helper()
	if err := m.signal(syscall.SIGTERM); err != nil {
		m.t.Errorf("%s: %v\n%s", m.word, err, m.out)
	}
}

// crash ends the process without giving it a chance to tidy up.
func (m *machine) crash() {
	m.t.Helper()
	m.signal(syscall.SIGKILL)
}

// show types a line at the router's console and returns the screen.
func (m *machine) show(line string) string {
	m.t.Helper()
	return m.types("terminal length 0", line)
}

// types types lines at the router's console and returns the screen.
func (m *machine) types(lines ...string) string {
	m.t.Helper()
	args := []string{"console"}
	for _, l := range lines {
		args = append(args, "-c", l)
	}
	out, err := exec.Command(m.bin, append(args, m.socket)...).CombinedOutput()
	if err != nil {
		return fmt.Sprintf("%v: %s", err, out)
	}
	return strings.ReplaceAll(string(out), "\r", "")
}

// shows waits until the screen of a command, with its blanks made single, fits
// all of the patterns.
func (m *machine) shows(limit time.Duration, line string, patterns ...string) {
	m.t.Helper()
	poll(m.t, limit, fmt.Sprintf("%s: %s does not show %q", m.word, line, patterns), func() (string, bool) {
		seen := m.show(line)
		flat := strings.Join(strings.Fields(seen), " ")
		for _, p := range patterns {
			if !regexp.MustCompile(p).MatchString(flat) {
				return seen, false
			}
		}
		return seen, true
	})
}
