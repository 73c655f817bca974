package router_test

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/router"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A wire is a Router's Output that keeps what is sent.
type wire struct{ sent []sent }

type sent struct {
	port    int
	nextHop netip.Addr
	packet  []byte
}

func (w *wire) Transmit(port int, nextHop netip.Addr, packet []byte) {
	w.sent = append(w.sent, sent{port, nextHop, bytes.Clone(packet)})
}

// A box is a router with an operator.
type box struct {
	t    *testing.T
	r    *router.Router
	wire *wire
	now  time.Time
	path []*grammar.Line
}

const config = `hostname R1
interface Loopback0
 ip address 192.0.2.1 255.255.255.255
interface GigabitEthernet0/0
 ip address 203.0.113.1 255.255.255.0
interface GigabitEthernet0/1
 ip address 192.168.0.1 255.255.255.0
ip route 0.0.0.0 0.0.0.0 203.0.113.254
`

func newBox(t *testing.T, text string) *box {
	t.Helper()
	w := &wire{}
	r := router.New(router.Options{
		Name: "R1", Version: "test", Seed: 1, Output: w, Store: &router.MemoryStore{Text: []byte(text)},
		Ports: []router.Port{{Name: "GigabitEthernet0/0"}, {Name: "GigabitEthernet0/1"}},
	})
	b := &box{t: t, r: r, wire: w, now: start}
	r.SetCarrier(b.now, 0, true)
	r.SetCarrier(b.now, 1, true)
	r.Boot(b.now)
	return b
}

// exec runs an exec command that ends at once.
func (b *box) exec(line string) string {
	b.t.Helper()
	l, err := b.r.Names().Match(ios.PrivExec, line)
	if err != nil {
		b.t.Fatalf("%s: %v", line, err)
	}
	var out bytes.Buffer
	ended := 0
	b.r.Exec(b.now, shell.Who{Line: "console"}, l, &out, func(error) { ended++ })
	if ended != 1 {
		b.t.Fatalf("%s: done was called %d times", line, ended)
	}
	return out.String()
}

// edit enters configuration lines; it returns what was printed.
func (b *box) edit(lines ...string) string {
	b.t.Helper()
	var out strings.Builder
	for _, line := range lines {
		m := ios.ConfigMode
		if n := len(b.path); n > 0 {
			m = b.path[n-1].Command.Opens
		}
		l, at, err := b.r.Names().MatchUp(m, line)
		if err != nil {
			b.t.Fatalf("%s: %v", line, err)
		}
		if at != m {
			b.path = nil
		}
		text, ok := b.r.Edit(b.now, shell.Who{Line: "console"}, b.path, l)
		out.WriteString(text)
		if ok && l.Command.Kind == grammar.Section && !l.No {
			b.path = append(b.path, l)
		}
	}
	return out.String()
}

func (b *box) pass(d time.Duration) {
	end := b.now.Add(d)
	for {
		next := b.r.Deadline()
		if next.IsZero() || next.After(end) {
			break
		}
		b.now = next
		b.r.Tick(b.now)
	}
	b.now = end
}

func (b *box) want(got string, parts ...string) {
	b.t.Helper()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			b.t.Errorf("%q is missing in\n%s", p, got)
		}
	}
}

func TestInterfaceStates(t *testing.T) {
	b := newBox(t, config)
	b.want(b.exec("show ip interface brief"),
		"GigabitEthernet0/0     203.0.113.1     YES NVRAM  up                    up",
		"Loopback0              192.0.2.1       YES NVRAM  up                    up")

	t.Log("# the link goes down: the route by it goes, too")
	b.r.SetCarrier(b.now, 0, false)
	b.want(b.exec("show ip interface brief"), "GigabitEthernet0/0     203.0.113.1     YES NVRAM  down                  down")
	b.want(b.exec("show ip route"), "Gateway of last resort is not set")
	b.want(b.exec("show logging"), "%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/0, changed state to down",
		"%LINK-3-UPDOWN: Interface GigabitEthernet0/0, changed state to down")
	b.r.SetCarrier(b.now, 0, true)
	b.want(b.exec("show ip route"), "Gateway of last resort is 203.0.113.254 to network 0.0.0.0")

	t.Log("# shutdown")
	b.edit("interface g0/1", "shutdown")
	b.want(b.exec("show ip interface brief"), "GigabitEthernet0/1     192.168.0.1     YES NVRAM  administratively down down")
	b.want(b.exec("show logging"), "%LINK-5-CHANGED: Interface GigabitEthernet0/1, changed state to administratively down")
	b.edit("no shutdown")
	b.want(b.exec("show ip interface brief"), "GigabitEthernet0/1     192.168.0.1     YES NVRAM  up                    up")
}

func TestPortsNotMentionedAreShutDown(t *testing.T) {
	b := newBox(t, "")
	b.want(b.exec("show ip interface brief"), "GigabitEthernet0/0     unassigned      YES unset  administratively down down")
	b.want(b.exec("show running-config interface g0/0"), "interface GigabitEthernet0/0\n no ip address\n shutdown\n")
}

func TestTunnelFollowsItsSource(t *testing.T) {
	b := newBox(t, config)
	b.edit("interface tunnel 0", "ip address 10.0.0.1 255.255.255.0", "tunnel mode gre multipoint")
	b.want(b.exec("show ip interface brief"), "Tunnel0                10.0.0.1        YES manual up                    down")
	b.edit("tunnel source g0/0")
	b.want(b.exec("show ip interface brief"), "Tunnel0                10.0.0.1        YES manual up                    up")
	b.want(b.exec("show running-config interface tunnel 0"), " no ip redirects\n")

	t.Log("# the source goes down, and comes back with another address")
	b.r.SetCarrier(b.now, 0, false)
	b.want(b.exec("show ip interface brief"), "Tunnel0                10.0.0.1        YES manual up                    down")
	b.r.SetCarrier(b.now, 0, true)
	b.path = nil
	b.edit("interface g0/0", "ip address 203.0.113.7 255.255.255.0")
	b.want(b.exec("show interfaces tunnel 0"), "Tunnel source 203.0.113.7 (GigabitEthernet0/0)")

	t.Log("# it is removed")
	b.edit("no interface tunnel 0")
	if got := b.exec("show ip interface brief"); strings.Contains(got, "Tunnel0") {
		t.Errorf("Tunnel0 is still there:\n%s", got)
	}
}

func TestRecursiveTunnelGoesDown(t *testing.T) {
	b := newBox(t, config)
	b.edit("interface tunnel 0", "ip address 10.0.0.1 255.255.255.0", "tunnel source g0/0", "tunnel destination 198.51.100.1",
		"ip route 198.51.100.0 255.255.255.0 10.0.0.2")
	b.want(b.exec("show logging"), "%TUN-5-RECURDOWN: Tunnel0 temporarily disabled due to recursive routing")
	b.want(b.exec("show ip interface brief"), "Tunnel0                10.0.0.1        YES manual up                    down")
}

func TestRefusedLinesChangeNothing(t *testing.T) {
	b := newBox(t, config)
	before := b.r.RunningText()
	tests := []struct{ name, section, line, text string }{
		{"overlap", "interface tunnel 1", "ip address 203.0.113.9 255.255.255.0", "% 203.0.113.0 overlaps with GigabitEthernet0/0\n"},
		{"host bits", "", "ip route 10.1.1.1 255.255.255.0 203.0.113.2", "%Inconsistent address and mask\n"},
		{"no such route", "", "no ip route 10.1.1.0 255.255.255.0 203.0.113.2", "%No matching route to delete\n"},
		{"physical", "", "no interface GigabitEthernet0/0", "% Removal of physical interfaces is not permitted\n"},
	}
	for _, tt := range tests {
		b.path = nil
		if tt.section != "" {
			b.edit(tt.section)
		}
		if got := b.edit(tt.line); got != tt.text {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.text)
		}
		if tt.section != "" {
			b.path = nil
			b.edit("no " + tt.section)
		}
	}
	if after := b.r.RunningText(); after != before {
		t.Errorf("running-config changed:\n%s\n---\n%s", before, after)
	}
}

func TestStartupConfig(t *testing.T) {
	b := newBox(t, config)
	if b.r.Unsaved() {
		t.Error("unsaved after boot")
	}
	b.edit("hostname R7")
	if !b.r.Unsaved() {
		t.Error("a change is not seen as unsaved")
	}
	if got := b.exec("write memory"); got != "Building configuration...\n[OK]\n" {
		t.Errorf("write memory: %q", got)
	}
	b.want(b.exec("show startup-config"), "Using ", "hostname R7\n")

	t.Log("# reload: what was not saved is gone")
	b.edit("hostname R8")
	reloaded := 0
	b.r.OnReload(func() { reloaded++ })
	b.r.Reload(b.now)
	if got := b.r.Config().Hostname; got != "R7" || reloaded != 1 {
		t.Errorf("after reload: hostname %q, told %d times", got, reloaded)
	}
	b.want(b.exec("show version"), "R7 uptime is ", "reload")

	t.Log("# write erase")
	b.exec("write erase")
	b.want(b.exec("show startup-config"), "not present")
}

func TestCopyStartupRunningMerges(t *testing.T) {
	b := newBox(t, config)
	b.exec("write memory")
	b.edit("hostname R9", "no ip route 0.0.0.0 0.0.0.0 203.0.113.254", "ip route 10.0.0.0 255.0.0.0 203.0.113.2")
	b.exec("copy startup-config running-config")
	b.want(b.r.RunningText(), "hostname R1\n", "ip route 0.0.0.0 0.0.0.0 203.0.113.254\n", "ip route 10.0.0.0 255.0.0.0 203.0.113.2\n")
}

func TestLogBufferIsBounded(t *testing.T) {
	b := newBox(t, config+"logging buffered 4096\n")
	for range 400 {
		b.r.SetCarrier(b.now, 1, false)
		b.r.SetCarrier(b.now, 1, true)
	}
	got := b.exec("show logging")
	_, body, ok := strings.Cut(got, "Log Buffer (4096 bytes):\n")
	if !ok || len(body) > 4096+2 || len(body) < 3000 {
		t.Errorf("%d bytes of messages, ok %v:\n%.300s", len(body), ok, got)
	}
}

func TestSubscribersHearMessages(t *testing.T) {
	b := newBox(t, config)
	var heard []string
	cancel := b.r.Subscribe(func(level int, debug bool, line string) { heard = append(heard, line) })
	b.r.LeaveConfig(b.now, shell.Who{User: "admin", Line: "vty0", From: "192.0.2.9"})
	cancel()
	b.r.LeaveConfig(b.now, shell.Who{Line: "console"})
	want := "*Mar  1 12:00:00.000: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (192.0.2.9)"
	if len(heard) != 1 || heard[0] != want {
		t.Errorf("heard %q, want %q", heard, want)
	}
}

func TestPing(t *testing.T) {
	b := newBox(t, config)
	run := func(line string) (screen func() string, cancel func(time.Time)) {
		l, err := b.r.Names().Match(ios.PrivExec, line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		var out bytes.Buffer
		cancel = b.r.Exec(b.now, shell.Who{}, l, &out, func(error) { out.WriteString("<done>") })
		return out.String, cancel
	}
	t.Log("# our own address answers at once")
	own, _ := run("ping 192.0.2.1")
	if got := own(); !strings.HasSuffix(got, "!!!!!\nSuccess rate is 100 percent (5/5), round-trip min/avg/max = 1/1/1 ms\n<done>") {
		t.Errorf("ping of our own address:\n%s", got)
	}
	t.Log("# nobody answers: two seconds for each")
	lost, _ := run("ping 203.0.113.99 repeat 3")
	b.pass(5 * time.Second)
	if strings.Contains(lost(), "<done>") {
		t.Errorf("done after 5 s:\n%s", lost())
	}
	b.pass(2 * time.Second)
	b.want(lost(), "Sending 3, 100-byte ICMP Echos to 203.0.113.99, timeout is 2 seconds:\n...\nSuccess rate is 0 percent (0/3)\n<done>")
	t.Log("# broken off")
	broken, cancel := run("ping 203.0.113.99 repeat 100")
	b.pass(3 * time.Second)
	cancel(b.now)
	b.want(broken(), ".\nSuccess rate is 0 percent (0/2)\n<done>")
	t.Log("# a source that is not ours")
	foreign, _ := run("ping 203.0.113.99 source 198.51.100.1")
	b.want(foreign(), "% Invalid source address")
}

func TestEchoReply(t *testing.T) {
	b := newBox(t, config)
	request := []byte{
		0x45, 0, 0, 28, 0, 1, 0, 0, 64, 1, 0, 0, 203, 0, 113, 2, 203, 0, 113, 1,
		8, 0, 0xf7, 0xfd, 0, 1, 0, 1,
	}
	fixChecksum(request[:20])
	b.wire.sent = nil
	b.r.Receive(b.now, 0, [][]byte{request})
	if len(b.wire.sent) != 1 || b.wire.sent[0].nextHop != netip.MustParseAddr("203.0.113.2") || b.wire.sent[0].packet[20] != 0 {
		t.Fatalf("sent %v, want one echo reply", b.wire.sent)
	}
	t.Log("# every shorter packet is silence")
	b.wire.sent = nil
	for n := range request {
		b.r.Receive(b.now, 0, [][]byte{request[:n]})
	}
	if len(b.wire.sent) != 0 {
		t.Errorf("%d answers to cut packets", len(b.wire.sent))
	}
}

// fixChecksum computes the checksum of an IPv4 header.
func fixChecksum(h []byte) {
	h[10], h[11] = 0, 0
	var s uint32
	for i := 0; i < len(h); i += 2 {
		s += uint32(h[i])<<8 | uint32(h[i+1])
	}
	for s>>16 != 0 {
		s = s&0xffff + s>>16
	}
	h[10], h[11] = byte(^s>>8), byte(^s)
}

func TestUnsupportedLinesAreListed(t *testing.T) {
	b := newBox(t, config)
	b.edit("router eigrp 1", "network 10.0.0.0 0.0.0.255")
	b.want(b.exec("show configuration unsupported"), "router eigrp 1", "network 10.0.0.0 0.0.0.255")
}

func TestClearCounters(t *testing.T) {
	b := newBox(t, config)
	b.pass(time.Minute)
	b.r.Receive(b.now, 0, [][]byte{make([]byte, 40)})
	b.want(b.exec("show interfaces g0/0"), "     1 packets input, 40 bytes")
	b.exec("clear counters")
	b.want(b.exec("show interfaces g0/0"), "     0 packets input, 0 bytes", `Last clearing of "show interface" counters 00:00:00`)
}

// FuzzReceive gives a router arbitrary packets on a port: it must neither
// panic nor send more than a few packets for one.
func FuzzReceive(f *testing.F) {
	f.Add([]byte{0x45, 0, 0, 28, 0, 1, 0, 0, 64, 1, 0, 0, 203, 0, 113, 2, 203, 0, 113, 1, 8, 0, 0xf7, 0xfd, 0, 1, 0, 1})
	f.Add([]byte{0x45, 0xc0, 0, 24, 0, 0, 0, 0, 255, 47, 0, 0, 203, 0, 113, 2, 203, 0, 113, 1, 0, 0, 0x20, 1})
	f.Fuzz(func(t *testing.T, packet []byte) {
		b := newBox(t, config)
		b.edit("interface tunnel 0", "ip address 10.0.0.1 255.255.255.0", "ip nhrp network-id 1", "ip nhrp redirect", "tunnel mode gre multipoint", "tunnel source g0/0")
		if len(packet) >= 20 {
			fixChecksum(packet[:20])
		}
		b.wire.sent = nil
		b.r.Receive(b.now, 0, [][]byte{packet})
		b.pass(10 * time.Second)
		if len(b.wire.sent) > 8 {
			t.Errorf("one packet made %d", len(b.wire.sent))
		}
	})
}
