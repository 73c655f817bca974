package router_test

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"axle/dataplane"
	"axle/internal/flash"
	"axle/internal/ip"
	"axle/router"

	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

// A tapped is a router with captures and a flash.
type tapped struct {
	*box
	store flash.Store
}

const spokeConfig = config + `interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
 tunnel source GigabitEthernet0/0
 tunnel destination 203.0.113.9
ip route 192.168.9.0 255.255.255.0 Tunnel0
ip access-list extended WEB
 deny tcp any any eq www
 permit tcp any any established
 permit udp any host 192.168.9.9 eq domain
`

func newTapped(t *testing.T) tapped {
	t.Helper()
	b := tapped{box: &box{t: t, wire: &wire{}, now: start}}
	b.store = flash.NewMemory(func() time.Time { return b.now })
	b.r = router.New(router.Options{
		Name: "R1", Version: "test", Seed: 1, Output: b.wire, Store: &router.MemoryStore{Text: []byte(spokeConfig)}, Flash: b.store,
		Ports: []router.Port{{Name: "GigabitEthernet0/0"}, {Name: "GigabitEthernet0/1"}},
	})
	b.r.SetCarrier(b.now, 0, true)
	b.r.SetCarrier(b.now, 1, true)
	b.r.Boot(b.now)
	return b
}

// send lets n packets come in by the LAN, to the LAN behind the tunnel.
func (b tapped) send(n, size int) {
	for i := range n {
		h := ip.Header{TTL: 9, Src: netip.MustParseAddr("192.168.0.10"), Dst: netip.MustParseAddr(fmt.Sprintf("192.168.9.%d", i%250+1))}
		p, err := ip.AppendUDP(nil, h, 1000, 53, make([]byte, size-28))
		if err != nil {
			b.t.Fatal(err)
		}
		b.r.Receive(b.now, 1, [][]byte{p})
	}
}

// packets returns how many packets a capture has, and how many it dropped.
func (b tapped) packets(name string) (kept, dropped int) {
	b.t.Helper()
	for line := range strings.Lines(b.exec("show monitor capture " + name + " buffer")) {
		_, _ = fmt.Sscanf(line, " packets in buf   : %d", &kept)
		_, _ = fmt.Sscanf(line, " packets dropped  : %d", &dropped)
	}
	return kept, dropped
}

func (b tapped) active(name string) bool {
	return strings.Contains(b.exec("show monitor capture "+name), "Status : Active")
}

func TestCaptureLimits(t *testing.T) {
	for _, tt := range []struct {
		name, line    string
		do            func(b tapped)
		kept, dropped int
		active        bool
	}{
		{"packets", "limit packets 7", func(b tapped) { b.send(20, 100) }, 7, 0, false},
		{"one in three", "limit every 3", func(b tapped) { b.send(20, 100) }, 7, 0, true},
		{"packets a second", "limit pps 5", func(b tapped) {
			b.send(20, 100)
			b.pass(time.Second)
			b.send(3, 100)
		}, 8, 15, true},
		{"time", "limit duration 2", func(b tapped) {
			b.send(3, 100)
			b.pass(2*time.Second - 1)
			b.send(3, 100)
			b.pass(1)
			b.send(3, 100)
		}, 6, 0, false},
		{"full", "buffer size 1", func(b tapped) { b.send(700, 1500) }, (1 << 20) / (1500 + 96), 1, false},
		{"circular", "buffer size 1 circular", func(b tapped) { b.send(700, 1500) }, (1 << 20) / (1500 + 96), 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newTapped(t)
			b.exec("monitor capture C interface GigabitEthernet0/1 in match any")
			b.exec("monitor capture C " + tt.line)
			b.want(b.exec("monitor capture C start"), "Started capture point : C\n")
			tt.do(b)
			kept, dropped := b.packets("C")
			if kept != tt.kept || dropped != tt.dropped || b.active("C") != tt.active {
				t.Errorf("%d kept, %d dropped, active %v, want %d, %d, %v", kept, dropped, b.active("C"), tt.kept, tt.dropped, tt.active)
			}
		})
	}
}

// A circular buffer keeps the newest packets, in order.
func TestCaptureRing(t *testing.T) {
	b := newTapped(t)
	b.exec("monitor capture C interface GigabitEthernet0/1 in match any buffer size 1 circular start")
	for range 4 {
		b.pass(time.Second)
		b.send(250, 1500)
	}
	got := b.exec("show monitor capture C buffer brief")
	rows := strings.Split(strings.TrimSuffix(got, "\n"), "\n")[3:]
	if len(rows) != 657 || !strings.Contains(rows[0], "->  192.168.9.94 ") || !strings.Contains(rows[656], "->  192.168.9.250 ") || !strings.Contains(rows[656], " 2.000000 ") {
		t.Errorf("%d rows\n%s\n...\n%s", len(rows), rows[0], rows[len(rows)-1])
	}
}

// What a filter wants, of the packets that one batch of all kinds has.
func TestCaptureFilters(t *testing.T) {
	udp := func(dst string, to uint16) []byte {
		p, err := ip.AppendUDP(nil, ip.Header{TTL: 9, Src: netip.MustParseAddr("192.168.0.10"), Dst: netip.MustParseAddr(dst)}, 53, to, nil)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	tcp := func(to byte, flags byte) []byte {
		p, err := ip.AppendIPv4(nil, ip.Header{TTL: 9, Protocol: ip.ProtoTCP, Src: netip.MustParseAddr("192.168.0.11"), Dst: netip.MustParseAddr("192.168.9.9")}, 20)
		if err != nil {
			t.Fatal(err)
		}
		return append(p, 0x10, 0, 0, to, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0)
	}
	broken := udp("192.168.9.9", 53)
	broken[10] ^= 1
	all := [][]byte{
		udp("192.168.9.9", 53), udp("192.168.9.8", 53), udp("192.168.9.9", 54), tcp(80, 0x10), tcp(81, 0x10), tcp(81, 0x02),
		{0x60, 0, 0, 0, 0, 0, 59, 9},
		broken,
	}
	for _, tt := range []struct{ filter, want string }{
		{"match any", "01234567"},
		{"match ipv6 any any", "6"},
		{"match ipv4 any any", "012345"},
		{"match ipv4 any host 192.168.9.8", "1"},
		{"match ipv4 192.168.0.10/32 192.168.9.9/32", "02"},
		{"match ipv4 protocol udp any eq 53 any eq 53", "01"},
		{"match ipv4 protocol tcp any any gt 80", "45"},
		{"match ipv4 protocol 6 any any", "345"},
		{"access-list WEB", "04"},
		{"match access-list WEB", "04"},
	} {
		t.Run(tt.filter, func(t *testing.T) {
			b := newTapped(t)
			b.exec("monitor capture C interface GigabitEthernet0/1 in " + tt.filter + " start")
			if tap := b.r.Snapshot().Interfaces[1].Capture; len(tap) != 1 {
				t.Fatalf("%d points in the snapshot", len(tap))
			} else if m := tap[0].Match; m != nil {
				if n := testing.AllocsPerRun(10, func() {
					for _, p := range all {
						m(p)
					}
				}); n != 0 {
					t.Errorf("%v allocations", n)
				}
			}
			got := ""
			for i, p := range all {
				before, _ := b.packets("C")
				b.r.Receive(b.now, 1, [][]byte{p})
				if after, _ := b.packets("C"); after > before {
					got += fmt.Sprint(i)
				}
			}
			if got != tt.want {
				t.Errorf("captured %s, want %s", got, tt.want)
			}
		})
	}
}

// The snapshot has points while a capture runs, and only then; they follow an
// interface that comes and goes.
func TestCapturePoints(t *testing.T) {
	b := newTapped(t)
	points := func() (out []string) {
		s := b.r.Snapshot()
		for _, f := range s.Interfaces {
			for _, p := range f.Capture {
				out = append(out, fmt.Sprintf("%s %v %v", f.Name, p.In, p.Out))
			}
		}
		for _, p := range s.Control {
			out = append(out, fmt.Sprintf("router %v %v", p.In, p.Out))
		}
		return out
	}
	want := func(when, want string) {
		t.Helper()
		if got := strings.Join(points(), ", "); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	b.exec("monitor capture C interface Tunnel0 both match any")
	b.exec("monitor capture C control-plane out")
	b.exec("monitor capture D interface Tunnel0 in match any")
	want("defined", "")
	b.exec("monitor capture C start")
	want("one runs", "Tunnel0 true true, router false true")
	b.exec("monitor capture D start")
	want("both run", "Tunnel0 true true, Tunnel0 true false, router false true")
	b.edit("no interface Tunnel0")
	want("the tunnel is gone", "router false true")
	b.edit("interface Tunnel0", "ip address 10.0.0.1 255.255.255.0", "tunnel source GigabitEthernet0/0", "tunnel destination 203.0.113.9")
	want("it is back", "Tunnel0 true true, Tunnel0 true false, router false true")
	b.exec("no monitor capture C")
	want("one is removed", "Tunnel0 true false")
	b.r.Reload(b.now)
	want("reloaded", "")
	if got := b.exec("show monitor capture"); got != "" {
		t.Errorf("after a reload: %s", got)
	}
}

// What a worker of the machine captured, and comes late, goes nowhere.
func TestCapturedLate(t *testing.T) {
	b := newTapped(t)
	b.exec("monitor capture C interface Tunnel0 both match any start")
	point := b.r.Snapshot().Interfaces[b.r.Tunnels()[0].Index].Capture[0]
	one := []dataplane.Captured{{Point: point, Name: "Tunnel0", Len: 20, Data: make([]byte, 20)}}
	b.r.Captured(b.now, one)
	point.Missed.Add(3)
	if kept, dropped := b.packets("C"); kept != 1 || dropped != 3 {
		t.Errorf("%d kept, %d dropped", kept, dropped)
	}
	t.Log("# a batch that comes late stands where it belongs")
	for _, at := range []time.Duration{2, 1, 3, 1} {
		b.r.Captured(b.now, []dataplane.Captured{{Point: point, Name: "Tunnel0", At: int64(at * time.Second), Len: int(at), Data: make([]byte, 20)}})
	}
	var sizes []string
	for _, row := range strings.Split(b.exec("show monitor capture C buffer brief"), "\n")[3:] {
		sizes = append(sizes, strings.Fields(row + " - -")[1])
	}
	if got := strings.Join(sizes, " "); got != "20 1 1 2 3 -" {
		t.Errorf("sizes in order of time: %s", got)
	}
	b.exec("monitor capture C clear")
	b.r.Captured(b.now, one)
	b.exec("monitor capture C stop")
	b.r.Captured(b.now, one)
	if kept, dropped := b.packets("C"); kept != 1 || dropped != 3 {
		t.Errorf("after the end %d kept, %d dropped", kept, dropped)
	}
}

func TestCaptureRefusals(t *testing.T) {
	b := newTapped(t)
	for i := range 8 {
		if got := b.exec(fmt.Sprintf("monitor capture C%d match any", i)); got != "" {
			t.Error(got)
		}
	}
	for _, tt := range []struct{ line, want string }{
		{"monitor capture C9 match any", "% No more than 8 captures\n"},
		{"monitor capture C0 interface Tunnel3 both", "%Invalid interface type and number\n"},
		{"monitor capture C0 start", "% Capture C0 has no interface\nUnable to activate Capture.\n"},
		{"monitor capture C0 stop", "% Capture C0 is not active\n"},
		{"monitor capture C0 export flash:x.pcap", "% Capture C0 has no packets\n"},
		{"no monitor capture C0 match", ""},
		{"monitor capture C0 interface Tunnel0 both start", "% Capture C0 has no filter\nUnable to activate Capture.\n"},
		{"monitor capture C0 access-list NONE start", "% Access list NONE does not exist\nUnable to activate Capture.\n"},
		{"monitor capture C0 match any start", "Started capture point : C0\n"},
		{"monitor capture C0 start", "% Capture C0 is already active\n"},
		{"monitor capture C0 match ipv4 any any", "% Capture C0 is active, stop it first\n"},
		{"no monitor capture C0 limit", "% Capture C0 is active, stop it first\n"},
		{"no monitor capture C9", "% Capture C9 does not exist\n"},
		{"show monitor capture C9 buffer", "% Capture C9 does not exist\n"},
	} {
		if got := b.exec(tt.line); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.line, got, tt.want)
		}
	}
	for _, line := range []string{
		"monitor capture C1 limit duration 9 every 2 packet-len 64 packets 5 pps 6", "monitor capture C1 buffer size 2 circular",
		"monitor capture C1 interface Tunnel0 in control-plane both", "monitor capture C1 interface Tunnel0 out",
	} {
		b.exec(line)
	}
	const whole = `   monitor capture C1 control-plane both
   monitor capture C1 interface Tunnel0 OUT
   monitor capture C1 match any
   monitor capture C1 buffer size 2 circular
   monitor capture C1 limit duration 9 every 2 packet-len 64 packets 5 pps 6
`
	if got := b.exec("show monitor capture C1 parameter"); got != whole {
		t.Errorf("parameter:\n%s", got)
	}
	t.Log("# what parameter shows makes the same capture again")
	b.exec("no monitor capture C1")
	for line := range strings.Lines(whole) {
		b.exec(strings.TrimSpace(line))
	}
	if got := b.exec("show monitor capture C1 parameter"); got != whole {
		t.Errorf("made again:\n%s", got)
	}
	for _, part := range []string{"limit", "buffer", "control-plane", "interface Tunnel0", "match"} {
		b.exec("no monitor capture C1 " + part)
	}
	if got := b.exec("show monitor capture C1 parameter"); got != "   monitor capture C1 buffer size 10\n   monitor capture C1 limit pps 1000\n" {
		t.Errorf("taken away:\n%s", got)
	}
}

// exported captures a packet into the tunnel, twice, and returns the file.
func exported(t *testing.T) []byte {
	t.Helper()
	b := newTapped(t)
	b.exec("monitor capture C interface Tunnel0 both match any")
	b.exec("monitor capture C interface GigabitEthernet0/0 out")
	b.exec("monitor capture C interface GigabitEthernet0/1 in")
	b.exec("monitor capture C limit packet-len 64 start")
	b.now = b.now.Add(1234567 * time.Nanosecond)
	b.send(1, 100)
	b.now = b.now.Add(time.Nanosecond)
	b.send(1, 40)
	if got := b.exec("monitor capture C export bootflash:a/b.pcap"); !strings.HasPrefix(got, "%Error opening flash:/a/b.pcap (") {
		t.Errorf("into a folder that is not there: %q", got)
	}
	if got := b.exec("monitor capture C export flash:b.pcap"); got != "Exported Successfully\n" {
		t.Fatal(got)
	}
	f, err := b.store.Open("b.pcap")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCaptureExport(t *testing.T) {
	r, err := pcapgo.NewNgReader(bytes.NewReader(exported(t)), pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for {
		data, ci, err := r.ReadPacketData()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		f, err := r.Interface(ci.InterfaceIndex)
		if err != nil || f.LinkType != layers.LinkTypeRaw || f.SnapLength != 64 {
			t.Errorf("interface %+v: %v", f, err)
		}
		got = append(got, fmt.Sprintf("%s %s %v %d/%d %x", f.Name, f.Description, ci.Timestamp.Sub(start), len(data), ci.Length, data[8:10]))
	}
	want := []string{
		"GigabitEthernet0/1 in 1.234567ms 64/100 0911",
		"Tunnel0 out 1.234567ms 64/100 0811",
		"GigabitEthernet0/0 out 1.234567ms 64/124 ff2f",
		"GigabitEthernet0/1 in 1.234568ms 40/40 0911",
		"Tunnel0 out 1.234568ms 40/40 0811",
		"GigabitEthernet0/0 out 1.234568ms 64/64 ff2f",
	}
	if s := strings.Join(got, "\n"); s != strings.Join(want, "\n") {
		t.Errorf("read back\n%s\nwant\n%s", s, strings.Join(want, "\n"))
	}
}

// Wireshark reads the file as we mean it.
func TestCaptureTshark(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed")
	}
	file := filepath.Join(t.TempDir(), "b.pcap")
	if err := os.WriteFile(file, exported(t), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tshark, "-r", file, "-T", "fields", "-E", "separator=,", "-e", "frame.interface_name", "-e", "frame.interface_description",
		"-e", "frame.time_epoch", "-e", "frame.len", "-e", "ip.dst", "-e", "frame.protocols", "-e", "_ws.malformed").Output()
	if err != nil {
		t.Skipf("tshark does not run: %v", err)
	}
	for _, want := range []string{
		"GigabitEthernet0/1,in,1772366400.001234567,100,192.168.9.1,raw:ip:udp",
		"Tunnel0,out,1772366400.001234568,40,192.168.9.1,raw:ip:udp",
		"GigabitEthernet0/0,out,1772366400.001234568,64,203.0.113.9",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
