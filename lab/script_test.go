package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestReadScript(t *testing.T) {
	tests := []struct {
		name, text string
		want       []step
	}{
		{"nothing", "", nil},
		{"comments", "# a\n\n   # b\n", nil},
		{"instructions", "lab phase3\nrun 30s\n", []step{
			{line: 1, text: "lab phase3", after: 1}, {line: 2, text: "run 30s", after: 2},
		}},
		{"a screen up to a blank line", "hub# show x\n----\na\n  b\n\nrun 1s\n", []step{
			{line: 1, text: "hub# show x", wanted: []string{"a", "  b"}, has: true, after: 4}, {line: 6, text: "run 1s", after: 6},
		}},
		{"a screen up to the end", "hub# show x\n----\na", []step{{line: 1, text: "hub# show x", wanted: []string{"a"}, has: true, after: 3}}},
		{"a screen of nothing", "hub# show x\n----\n\n", []step{{line: 1, text: "hub# show x", has: true, after: 2}}},
		{"a comment sign in a screen", "hub# show x\n----\n# a\n", []step{{line: 1, text: "hub# show x", wanted: []string{"# a"}, has: true, after: 3}}},
		{"blank lines", "hub# show x\n----\n----\na\n\nb\n----\n----\nrun 1s\n", []step{
			{line: 1, text: "hub# show x", wanted: []string{"a", "", "b"}, has: true, long: true, after: 8}, {line: 9, text: "run 1s", after: 9},
		}},
		{"one ---- does not end it", "h$ x\n----\n----\n\n----\nb\n----\n----\n", []step{
			{line: 1, text: "h$ x", wanted: []string{"", "----", "b"}, has: true, long: true, after: 8},
		}},
		{"never closed", "h$ x\n----\n----\na\n\nb\n", []step{{line: 1, text: "h$ x", wanted: []string{"a", "", "b"}, has: true, long: true, after: 6}}},
		{"CR LF", "hub# show x\r\n----\r\na\r\n\r\n", []step{{line: 1, text: "hub# show x", wanted: []string{"a"}, has: true, after: 3}}},
		{"a blank line before ---- is no screen", "hub# show x\n\n----\n", []step{{line: 1, text: "hub# show x", after: 1}, {line: 3, text: "----", after: 3}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := ReadScript("x.lab", strings.NewReader(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(s.steps, tt.want) {
				t.Errorf("got  %+v\nwant %+v", s.steps, tt.want)
			}
		})
	}
	_, err := ReadScript("x.lab", strings.NewReader("run 1s\n"+strings.Repeat("x", maxScriptLine+1)))
	if err == nil || !strings.HasPrefix(err.Error(), "x.lab: line 2: ") {
		t.Errorf("a long line: %v", err)
	}
}

// Reading takes every line once: what stands between the steps and their
// screens is comments and blank lines.
func FuzzScript(f *testing.F) {
	f.Add("lab phase3\nrun 30s\nhub# show dmvpn\n----\na *\n\nhost1$ ping 1.2.3.4\n----\n----\na\n\nb\n----\n----\n")
	f.Add("hub# show x\n----\n----\n")
	f.Add("----\n----\n----\n----\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ReadScript("x.lab", strings.NewReader(text))
		if err != nil {
			return
		}
		at := 0
		for i, st := range s.steps {
			if st.line <= at || st.after < st.line || st.after > len(s.lines) || st.text == "" {
				t.Fatalf("step %d: %+v after line %d of %d", i, st, at, len(s.lines))
			}
			for _, l := range s.lines[at : st.line-1] {
				if l = strings.TrimSpace(l); l != "" && l[0] != '#' {
					t.Fatalf("line %q is in no step", l)
				}
			}
			if strings.TrimSpace(s.lines[st.line-1]) != st.text || (!st.has && len(st.wanted) > 0) {
				t.Fatalf("step %d: %+v", i, st)
			}
			at = st.after
		}
		// A screen that is as expected stays as it was written.
		x := &run{script: s}
		for i := range s.steps {
			st := &s.steps[i]
			if !st.has {
				continue
			}
			got := trimmed(st.wanted)
			var b strings.Builder
			x.writeScreen(&b, st, got)
			if want := strings.Join(append(s.lines[st.line:st.after:st.after], ""), "\n"); b.String() != want {
				t.Fatalf("rewritten as\n%q\nwant\n%q", b.String(), want)
			}
		}
	})
}

// tinyLab is a network without clouds: two routers, a host behind each.
const tinyLab = `name: tiny
links:
  lan1:
  wire: {delay: 10ms}
  lan2:
nodes:
  r1: {config: r1.cfg, ports: {gi0/0: wire, gi0/1: lan1}}
  r2: {config: r2.cfg, ports: {gi0/0: wire, gi0/1: lan2}}
hosts:
  h1: {link: lan1, address: 192.168.1.10/24, gateway: 192.168.1.1}
  h2: {link: lan2, address: 192.168.2.10/24, gateway: 192.168.2.1}
`

func tinyConfig(me, other int) string {
	return fmt.Sprintf(`hostname r%[1]d
interface GigabitEthernet0/0
 ip address 10.0.0.%[1]d 255.255.255.0
interface GigabitEthernet0/1
 ip address 192.168.%[1]d.1 255.255.255.0
ip route 192.168.%[2]d.0 255.255.255.0 10.0.0.%[2]d
`, me, other)
}

// writeTiny puts the tiny network into a folder.
func writeTiny(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"lab.yaml": tinyLab, "r1.cfg": tinyConfig(1, 2), "r2.cfg": tinyConfig(2, 1)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func openBeside(name, from string) (*Topology, error) {
	t, ok, err := FindBuiltin(name, 0)
	if ok || err != nil {
		return t, err
	}
	return ReadTopology(os.DirFS(filepath.Dir(from)), name)
}

// runScript runs a script that lies in a folder, and returns what it prints.
func runScript(t testing.TB, dir, text string, change func(*Runner)) (string, error) {
	t.Helper()
	file := filepath.Join(dir, "x.lab")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := ReadScript(file, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	r := &Runner{Options: Options{Seed: 1, Version: "test"}, Out: &out, Open: openBeside}
	if change != nil {
		change(r)
	}
	err = r.Run(context.Background(), s)
	return strings.ReplaceAll(out.String(), file, "x.lab"), err
}

const goodScript = `# Both ways, and what a person types.
lab lab.yaml
run 1s

h1$ ping 192.168.2.10 -c 2
----
PING 192.168.2.10 56(84) bytes of data.
64 bytes from 192.168.2.10: icmp_seq=1 ttl=62 time=20.0 ms
64 bytes from 192.168.2.10: icmp_seq=2 ttl=62 time=20.0 ms
2 packets transmitted, 2 received, 0% packet loss
rtt min/avg/max = 20.0/20.0/20.0 ms

h1$ traceroute 192.168.2.10
----
traceroute to 192.168.2.10, 30 hops max
 1  192.168.1.1  0.0 ms  0.0 ms  0.0 ms
 2  10.0.0.2  20.0 ms  20.0 ms  20.0 ms
 3  192.168.2.10  20.0 ms  20.0 ms  20.0 ms

# Packets that are larger than any link.
h1$ ping 192.168.2.10 -c 1 -s 4000
----
PING * 4000(4028) bytes of data.
4008 bytes from 192.168.2.10: icmp_seq=1 ttl=62 time=*
1 packets transmitted, 1 received, 0% packet loss
rtt *

# Its own address; nobody there; what nobody knows.
h1$ ping 192.168.1.10 -c 1
----
PING *
64 bytes from 192.168.1.10: icmp_seq=1 ttl=64 time=0.0 ms
1 packets transmitted, 1 received, 0% packet loss
rtt *

h1$ ping 192.168.2.99 -c 1
----
PING *
no answer for icmp_seq=1
1 packets transmitted, 0 received, 100% packet loss

h1$ ping 172.16.0.1 -c 1
----
PING *
From 192.168.1.1 icmp_seq=1 Destination Host Unreachable
1 packets transmitted, 0 received, 100% packet loss

h1$ ping here
----
ping: "here" is not an IP address

h1$ ping 10.0.0.1 10.0.0.2
----
ping: one address is wanted

h1$ ping 10.0.0.1 -c 0
----
ping: -c: "0" is not a number from 1 to 65000

h1$ traceroute 10.0.0.1 -q
----
traceroute: -q: a number is missing

h1$ reboot
----
reboot: command not found (help lists the commands)

h1$ ip addr
----
inet 192.168.1.10/24
default via 192.168.1.1

h1$
----

# Modes and refusals of a router; a blank line is part of the long form.
r1# ping 10.0.0.2
----
Type escape sequence to abort.
Sending 5, 100-byte ICMP Echos to 10.0.0.2, timeout is 2 seconds:
!!!!!
Success rate is 100 percent (5/5), round-trip min/avg/max = 20/20/20 ms

r1# configure terminal
----
Enter configuration commands, one per line.  End with CNTL/Z.

r1(config)# interface loopback 0
r1(config-if)# ip address 10.9.9.9 255.255.255.255
r1(config-if)# end
r1# show ip interface brief | include Loopback
----
----
Loopback0              10.9.9.9        YES manual up                    up
----
----
cut wire for 10s
h1$ ping 192.168.2.10 -c 1
----
PING *
*
1 packets transmitted, 0 received, 100% packet loss

run 20s
h1$ ping 192.168.2.10 -c 1
----
*
64 bytes *
*
*

cut r2
r1# ping 10.0.0.2 repeat 1
----
*
*
.
Success rate is 0 percent (0/1)

heal r2
cut wire
cut h1
heal
r1# ping 10.0.0.2 repeat 1
----
*
*
!
*

# What was not saved is gone.
reboot r1
r1# show ip interface brief | include Loopback
----

`

func TestRunScript(t *testing.T) {
	out, err := runScript(t, writeTiny(t), goodScript, nil)
	if err != nil || out != "" {
		t.Errorf("%v\n%s", err, out)
	}
}

// A step without an expected screen prints it.
func TestRunPrints(t *testing.T) {
	out, err := runScript(t, writeTiny(t), "lab lab.yaml\nh1$ ip addr\nrun 1s\nr1# show privilege\n", nil)
	want := "h1$ ip addr\ninet 192.168.1.10/24\ndefault via 192.168.1.1\nr1# show privilege\nCurrent privilege level is 15\n"
	if err != nil || out != want {
		t.Errorf("%v\n%swant\n%s", err, out, want)
	}
}

func TestRunDiffers(t *testing.T) {
	out, err := runScript(t, writeTiny(t), "lab lab.yaml\nh1$ ip addr\n----\ninet *\ndefault via 192.168.1.2\n\nh2$ ip addr\n----\nnothing\n\nh1$ ip addr\n----\n*\n*\n", nil)
	want := `x.lab:2: h1$ ip addr
    inet 192.168.1.10/24
  - default via 192.168.1.2
  + default via 192.168.1.1
x.lab:7: h2$ ip addr
  - nothing
  + inet 192.168.2.10/24
  + default via 192.168.2.1
`
	if !errors.Is(err, ErrScreen) || out != want {
		t.Errorf("%v\n%swant\n%s", err, out, want)
	}
}

func TestRunErrors(t *testing.T) {
	dir := writeTiny(t)
	const boot = "lab lab.yaml\n"
	tests := []struct {
		name, text, want string
	}{
		{"no lab", "run 1s\n", `x.lab:1: no lab runs yet: the first word of a script is "lab"`},
		{"no lab for a prompt", "# a\nr1# show version\n", `x.lab:2: no lab runs yet: the first word of a script is "lab"`},
		{"no such lab", "lab none.yaml\n", "x.lab:1: none.yaml: stat none.yaml: no such file or directory"},
		{"unknown instruction", boot + "wait 3s\n", `x.lab:2: unknown instruction "wait" (lab, run, cut, heal, reboot, or a prompt such as hub#)`},
		{"a screen of nothing", boot + "\n----\n", `x.lab:3: unknown instruction "----" (lab, run, cut, heal, reboot, or a prompt such as hub#)`},
		{"run without a unit", boot + "run 30\n", `x.lab:2: "30" is not a duration such as 30s`},
		{"run back", boot + "run -3s\n", `x.lab:2: "-3s" is not a duration such as 30s`},
		{"run for ever", boot + "run 1000000h\n", `x.lab:2: "1000000h" is not a duration such as 30s`},
		{"cut nothing", boot + "cut x\n", `x.lab:2: there is no link or node "x"`},
		{"cut for nothing", boot + "cut wire for ever\n", `x.lab:2: "ever" is not a duration such as 30s`},
		{"heal nothing", boot + "heal x\n", `x.lab:2: there is no link or node "x"`},
		{"reboot a host", boot + "reboot h1\n", `x.lab:2: there is no router "h1"`},
		{"no such node", boot + "r9# show version\n", `x.lab:2: there is no node "r9"`},
		{"a host's prompt", boot + "h1# ip addr\n", "x.lab:2: h1 is no router: its prompt is h1$"},
		{"a router's prompt", boot + "r1$ ip addr\n", `x.lab:2: the prompt of r1 is "r1#"`},
		{"another mode", boot + "r1# show clock\nr1(config)# end\n", `x.lab:3: the prompt of r1 is "r1#"`},
		{"still in configuration", boot + "r1# configure terminal\nr1# show clock\n", `x.lab:3: the prompt of r1 is "r1(config)#"`},
		{"another submode", boot + "r1# configure terminal\nr1(config)# interface lo0\nr1(config)# end\n", `x.lab:4: the prompt of r1 is "r1(config-if)#"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := runScript(t, dir, tt.text, nil)
			if err == nil || strings.ReplaceAll(err.Error(), filepath.Join(dir, "x.lab"), "x.lab") != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// A session lasts until it is left, and starts in the mode of its first prompt.
func TestRunSessions(t *testing.T) {
	out, err := runScript(t, writeTiny(t), `lab lab.yaml
r1> show privilege
----
Current privilege level is 1

r1> exit
r1# show privilege
----
Current privilege level is 15

r1# configure terminal
r2# show privilege
r1(config)# do show privilege
----
Current privilege level is 15

reboot r1
r1# show privilege
----
Current privilege level is 15

lab lab.yaml
r1> show privilege
`, nil)
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestUpdate(t *testing.T) {
	const screen = "inet 192.168.1.10/24\ndefault via 192.168.1.1\n"
	// A screen of the host's help has no blank line, that of "show version" of
	// a router has.
	tests := []struct {
		name, text, want string
	}{
		{"none", "h1$ ip addr\n", "h1$ ip addr\n"},
		{"a new one", "h1$ ip addr\n----\n", "h1$ ip addr\n----\n" + screen},
		{"a new one before others", "h1$ ip addr\n----\n\n# more\nrun 1s\n", "h1$ ip addr\n----\n" + screen + "\n# more\nrun 1s\n"},
		{"right as it is", "h1$ ip addr\n----\n*\ndefault *\n\nrun 1s", "h1$ ip addr\n----\n*\ndefault *\n\nrun 1s\n"},
		{"stars stay where they match", "h1$ ip addr\n----\ninet *\ndefault via x\n", "h1$ ip addr\n----\ninet *\ndefault via 192.168.1.1\n"},
		{"stars stay where lines are missing", "h1$ ip addr\n----\nx\ndefault *\ny\n", "h1$ ip addr\n----\ninet 192.168.1.10/24\ndefault *\n"},
		{"the long form stays", "h1$ ip addr\n----\n----\nx\n----\n----\nrun 1s\n", "h1$ ip addr\n----\n----\n" + screen + "----\n----\nrun 1s\n"},
		{"the short form stays where blanks do not count", "r1# show running-config | section line\n----\nline con 0\nline vty 0 4\n", "r1# show running-config | section line\n----\nline con 0\nline vty 0 4\n"},
		{"nothing any more", "h1$\n----\nx\n\nrun 1s\n", "h1$\n----\n\nrun 1s\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := writeTiny(t)
			const boot = "# A comment.\nlab lab.yaml\n"
			if _, err := runScript(t, dir, boot+tt.text, func(r *Runner) { r.Update = true }); err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(filepath.Join(dir, "x.lab"))
			if err != nil || string(b) != boot+tt.want {
				t.Errorf("%v\n%q\nwant\n%q", err, b, boot+tt.want)
			}
			// What was written passes, and a second update changes nothing.
			if out, err := runScript(t, dir, string(b), nil); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	// A new screen with blank lines takes the long form.
	dir := writeTiny(t)
	if _, err := runScript(t, dir, "lab lab.yaml\nr1# show ip route\n----\n\nrun 1s\n", func(r *Runner) { r.Update = true }); err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(filepath.Join(dir, "x.lab"))
	if s := string(b); !strings.HasPrefix(s, "lab lab.yaml\nr1# show ip route\n----\n----\nCodes: ") || !strings.HasSuffix(s, "\n----\n----\n\nrun 1s\n") {
		t.Errorf("written:\n%s", s)
	}
	if out, err := runScript(t, dir, string(b), nil); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// An operator's Ctrl-C ends a script, also while a command runs.
func TestRunCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	dir := writeTiny(t)
	text := "lab lab.yaml\nh1$ ping 192.168.2.99 -c 65000\nrun 1s\n"
	s, err := ReadScript(filepath.Join(dir, "x.lab"), strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r := &Runner{Out: new(bytes.Buffer), Open: func(name, from string) (*Topology, error) {
		topo, err := openBeside(name, from)
		cancel()
		return topo, err
	}}
	if err := r.Run(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

// A long run ends with its context.
func TestRunEndsWithContext(t *testing.T) {
	s, err := ReadScript("x", strings.NewReader("lab phase3\nrun 87600h\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := &Runner{Out: io.Discard, Open: func(name, from string) (*Topology, error) { p, _, err := FindBuiltin(name, 3); return p, err }}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, s) }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatal("run goes on after its context has ended")
	}
}

// A reload typed in a script drops the node's session, as "reboot" does.
func TestScriptReload(t *testing.T) {
	s, err := ReadScript("x", strings.NewReader("lab phase1\nhub# configure terminal\nhub(config)# do reload\nhub# show privilege\n----\nCurrent privilege level is 15\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := &Runner{Out: io.Discard, Open: func(name, from string) (*Topology, error) { p, _, err := FindBuiltin(name, 1); return p, err }}
	if err := r.Run(context.Background(), s); err != nil {
		t.Error(err)
	}
}
