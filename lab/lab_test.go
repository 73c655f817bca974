package lab

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"axle/cli/shell"
	"axle/internal/ip"
	"axle/router"
)

// builtin boots a network that comes with the program.
func builtin(t testing.TB, name string, spokes int, o Options) *Lab {
	t.Helper()
	topo, ok, err := FindBuiltin(name, spokes)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	l, err := New(topo, o)
	if err != nil {
		t.Fatal(err)
	}
	l.Boot(context.Background(), nil)
	return l
}

// typed runs a line in a fresh privileged session of a router and returns the
// screen.
func typed(t testing.TB, l *Lab, node, line string) string {
	t.Helper()
	term := shell.NewScript()
	s := shell.New(shell.Options{Backend: l.Backend(node), Terminal: term, Who: shell.Who{Line: "console"}, Privilege: 15})
	s.Execute(context.Background(), line)
	return term.Take()
}

// onHost runs a line on a host and returns the screen.
func onHost(t testing.TB, l *Lab, name, line string) string {
	t.Helper()
	var b strings.Builder
	if err := l.command(context.Background(), &b, func(w io.Writer, done func(error)) func() {
		return l.hosts[name].exec(line, w, func() { done(nil) })
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// spokesUp counts the spokes that are up at the hub, as an operator does.
func spokesUp(t testing.TB, l *Lab) int {
	t.Helper()
	screen := typed(t, l, "hub", "show dmvpn | count UP ")
	_, number, ok := strings.Cut(screen, " = ")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if !ok || err != nil {
		t.Fatalf("no count in %q", screen)
	}
	return n
}

func TestFiftySpokes(t *testing.T) {
	for _, name := range []string{"phase1", "phase2", "phase3"} {
		t.Run(name, func(t *testing.T) {
			l := builtin(t, name, 50, Options{Seed: 1})
			l.RunFor(context.Background(), 30*time.Second)
			if n := spokesUp(t, l); n != 50 {
				t.Errorf("%d spokes are up after 30 s", n)
			}
			if got := l.Now().Sub(epoch); got != 30*time.Second {
				t.Errorf("the clock shows %v", got)
			}
			if s := onHost(t, l, "host7", "ping 192.168.50.10 -c 3"); !strings.Contains(s, "3 received") {
				t.Errorf("from host 7 to host 50:\n%s", s)
			}
		})
	}
}

// record runs a phase 3 network with a bad underlay through what happens in
// such networks, and returns all that can be seen of it.
func record(t *testing.T, seed uint64) map[string]string {
	t.Helper()
	topo, _, err := FindBuiltin("phase3", 4)
	if err != nil {
		t.Fatal(err)
	}
	topo.Links[0].Impairment = Impairment{Delay: 10 * time.Millisecond, Jitter: 8 * time.Millisecond, Loss: 0.02, Duplicate: 0.02, Reorder: 0.02}
	dir := t.TempDir()
	l, err := New(topo, Options{Seed: seed, Version: "test", Capture: dir})
	if err != nil {
		t.Fatal(err)
	}
	l.Boot(context.Background(), nil)
	seen := map[string]string{}
	l.RunFor(context.Background(), 30*time.Second)
	for _, line := range []string{"traceroute 192.168.2.10", "traceroute 192.168.2.10", "ping 192.168.3.10 -c 20 -s 2000"} {
		seen["host1"] += onHost(t, l, "host1", line)
	}
	if err := l.Cut("hub"); err != nil {
		t.Fatal(err)
	}
	l.RunFor(context.Background(), 200*time.Second)
	if err := l.Heal("hub"); err != nil {
		t.Fatal(err)
	}
	l.RunFor(context.Background(), 200*time.Second)
	if err := l.Reboot("spoke2"); err != nil {
		t.Fatal(err)
	}
	l.RunFor(context.Background(), 500*time.Second)
	routers, _ := l.Nodes()
	for _, node := range routers {
		for _, line := range []string{"show dmvpn detail", "show ip nhrp detail", "show ip nhrp traffic", "show ip route", "show interfaces", "show logging", "show running-config", "show adjacency"} {
			seen[node+"# "+line] = typed(t, l, node, line)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.pcap"))
	if err != nil || len(files) != 6 {
		t.Fatalf("captures: %v, %v", files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		seen[filepath.Base(f)] = string(b)
	}
	return seen
}

// The same seed gives the same bytes of all captures and screens; another seed
// another jitter.
func TestDeterminism(t *testing.T) {
	one, same, other := record(t, 1), record(t, 1), record(t, 2)
	for k, v := range one {
		if same[k] != v {
			t.Errorf("%s differs with the same seed", k)
			if !strings.HasSuffix(k, ".pcap") {
				t.Logf("%s", diff(screenLines(v), screenLines(same[k])))
			}
		}
	}
	if one["internet.pcap"] == other["internet.pcap"] {
		t.Error("the capture is the same with another seed")
	}
	if one["host1"] == other["host1"] {
		t.Error("round trips are the same with another seed")
	}
	if !strings.Contains(one["hub# show dmvpn detail"], "203.0.113.14") {
		t.Errorf("nothing happened:\n%s", one["hub# show dmvpn detail"])
	}
}

// A capture opens with a common reader, and everything in it is IPv4.
func TestCapture(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	l := builtin(t, "phase3", 3, Options{Seed: 1, Capture: dir})
	l.RunFor(context.Background(), 30*time.Second)
	onHost(t, l, "host1", "ping 192.168.2.10 -c 3 -s 1400")
	onHost(t, l, "host1", "traceroute 192.168.2.10")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	counts := map[string]map[string]int{}
	for _, name := range []string{"internet", "lan0", "lan1", "lan2", "lan3"} {
		b, err := os.ReadFile(filepath.Join(dir, name+".pcap"))
		if err != nil {
			t.Fatal(err)
		}
		r, err := pcapgo.NewReader(bytes.NewReader(b))
		if err != nil || r.LinkType() != layers.LinkTypeRaw {
			t.Fatalf("%s: %v, link type %v", name, err, r.LinkType())
		}
		counts[name] = map[string]int{}
		last := epoch
		for {
			data, info, err := r.ReadPacketData()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if info.Length != len(data) || info.Timestamp.Before(last) || info.Timestamp.After(l.Now()) {
				t.Fatalf("%s: %d of %d bytes at %v", name, len(data), info.Length, info.Timestamp)
			}
			last = info.Timestamp
			if p, err := ip.ParseIPv4(data); err != nil || len(p) != len(data) {
				t.Fatalf("%s: %x: %v", name, data, err)
			}
			p := gopacket.NewPacket(data, layers.LayerTypeIPv4, gopacket.Default)
			if e := p.ErrorLayer(); e != nil && !strings.Contains(e.Error().Error(), "EthernetType") && !strings.Contains(e.Error().Error(), "8193") {
				t.Fatalf("%s: %v\n%x", name, e.Error(), data)
			}
			if g := p.Layer(layers.LayerTypeGRE); g != nil {
				counts[name][g.(*layers.GRE).Protocol.String()]++
			}
			if p.Layer(layers.LayerTypeICMPv4) != nil {
				counts[name]["ICMP"]++
			}
		}
	}
	if c := counts["internet"]; c["UnknownEthernetType"] < 6 || c["IPv4"] < 6 {
		t.Errorf("the internet saw %v", c)
	}
	if c := counts["lan1"]; c["ICMP"] < 6 || c["IPv4"] != 0 {
		t.Errorf("LAN 1 saw %v", c)
	}
	if len(counts["lan3"]) != 0 {
		t.Errorf("LAN 3 saw %v", counts["lan3"])
	}
}

func TestCaptureErrors(t *testing.T) {
	topo, _, err := FindBuiltin("phase3", 1)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := New(topo, Options{Capture: file}); err == nil {
		t.Error("a file was taken for a folder")
	}
	if err := os.MkdirAll(filepath.Join(file+"s", "internet.pcap"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := New(topo, Options{Capture: file + "s"}); err == nil {
		t.Error("a folder was taken for a file")
	}
}

// The network of phase 3: the first trace goes by the hub, the second direct;
// a cut hub does not end what goes direct.
func TestHubLoss(t *testing.T) {
	l := builtin(t, "phase3", 3, Options{Seed: 1})
	l.RunFor(context.Background(), 30*time.Second)
	if s := onHost(t, l, "host1", "traceroute 192.168.2.10 -q 1"); !strings.Contains(s, " 10.0.0.1 ") {
		t.Errorf("the first trace is not by the hub:\n%s", s)
	}
	l.RunFor(context.Background(), time.Second)
	if err := l.Cut("hub"); err != nil {
		t.Fatal(err)
	}
	if s := onHost(t, l, "host1", "traceroute 192.168.2.10 -q 1"); strings.Contains(s, " 10.0.0.1 ") || !strings.Contains(s, " 10.0.0.12 ") || !strings.Contains(s, "3  192.168.2.10") {
		t.Errorf("the second trace is not direct:\n%s", s)
	}
	if s := onHost(t, l, "host1", "ping 192.168.3.10 -c 1"); !strings.Contains(s, " 0 received") {
		t.Errorf("a new destination without a hub:\n%s", s)
	}
}

// What was saved comes back after a reboot, and only that.
func TestReboot(t *testing.T) {
	l := builtin(t, "phase3", 1, Options{Seed: 1})
	term := shell.NewScript()
	s := shell.New(shell.Options{Backend: l.Backend("hub"), Terminal: term, Privilege: 15})
	for _, line := range []string{"conf t", "int lo1", "ip addr 10.1.1.1 255.255.255.255", "end", "write", "conf t", "int lo2", "end"} {
		s.Execute(context.Background(), line)
	}
	if err := l.Reboot("hub"); err != nil {
		t.Fatal(err)
	}
	l.RunFor(context.Background(), time.Second)
	run := typed(t, l, "hub", "show running-config")
	if !strings.Contains(run, "interface Loopback1\n") || strings.Contains(run, "interface Loopback2\n") {
		t.Errorf("after the reboot:\n%s", run)
	}
}

// Boot tells how far it is; a port that is plugged into nothing is down.
func TestBoot(t *testing.T) {
	topo := &Topology{
		Links: []LinkConfig{{Name: "l"}},
		Nodes: []NodeConfig{
			{
				Name: "a", Config: "interface GigabitEthernet0/0\n ip address 10.0.0.1 255.255.255.0\ninterface GigabitEthernet0/1\n ip address 10.0.1.1 255.255.255.0\n",
				Ports: []PortConfig{{Name: "GigabitEthernet0/0", Link: "l"}, {Name: "GigabitEthernet0/1"}},
			},
			{Name: "b"},
		},
	}
	l, err := New(topo, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var told []int
	l.Boot(context.Background(), func(done, all int) { told = append(told, done, all) })
	if len(told) != 4 || told[2] != 2 || told[3] != 2 {
		t.Errorf("told %v", told)
	}
	l.RunFor(context.Background(), time.Second)
	s := typed(t, l, "a", "show ip interface brief")
	if !strings.Contains(s, "GigabitEthernet0/0     10.0.0.1        YES NVRAM  up                    up") ||
		!strings.Contains(s, "GigabitEthernet0/1     10.0.1.1        YES NVRAM  down                  down") {
		t.Errorf("interfaces:\n%s", s)
	}
	if got, want := l.Diagram(), "l: a GigabitEthernet0/0\n"; got != want {
		t.Errorf("diagram %q, want %q", got, want)
	}
}

// A command that its operator breaks off ends at once, in virtual time too.
func TestCommandCancelled(t *testing.T) {
	l := builtin(t, "phase3", 1, Options{Seed: 1})
	for _, tt := range []struct {
		name string
		run  func(ctx context.Context, w io.Writer) error
		want string
	}{
		{"host", func(ctx context.Context, w io.Writer) error {
			return l.command(ctx, w, func(w io.Writer, done func(error)) func() {
				return l.hosts["host1"].exec("ping 192.168.99.99 -c 60000", w, func() { done(nil) })
			})
		}, "packet loss"},
		{"router", func(ctx context.Context, w io.Writer) error {
			term := shell.NewScript()
			s := shell.New(shell.Options{Backend: l.Backend("spoke1"), Terminal: term, Privilege: 15})
			s.Execute(ctx, "ping 192.168.99.99 repeat 100000")
			_, err := io.WriteString(w, term.Take())
			return err
		}, "Success rate is 0 percent"},
	} {
		ctx, cancel := context.WithCancel(context.Background())
		begin := l.Now()
		l.queue.push(begin.Add(30*time.Second), cancel)
		var b strings.Builder
		if err := tt.run(ctx, &b); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if took := l.Now().Sub(begin); took != 30*time.Second || !strings.Contains(b.String(), tt.want) {
			t.Errorf("%s: after %v:\n%s", tt.name, took, b.String())
		}
		if n := len(l.hosts["host1"].jobs); n != 0 {
			t.Errorf("%s: %d jobs still run", tt.name, n)
		}
		cancel()
	}
}

func TestOverlay(t *testing.T) {
	o := Overlay{Store: &router.MemoryStore{}, First: "hostname first\n"}
	if b, err := o.Load(); err != nil || string(b) != "hostname first\n" {
		t.Errorf("before: %q, %v", b, err)
	}
	if err := o.Save([]byte("hostname second\n")); err != nil {
		t.Fatal(err)
	}
	if b, err := o.Load(); err != nil || string(b) != "hostname second\n" {
		t.Errorf("after: %q, %v", b, err)
	}
}

// Hosts answer for their own address only.
func TestHostAnswers(t *testing.T) {
	l, err := New(&Topology{Links: []LinkConfig{{Name: "l", Impairment: Impairment{MTU: 600}}}, Hosts: []HostConfig{
		{Name: "h", Link: "l", Address: netip.MustParsePrefix("10.0.0.2/24")},
	}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{lab: l, addr: v4(10, 0, 0, 1)}
	p := l.plug("l", s, Impairment{}, "", "")
	send := func(dst string, size int) int {
		s.got = nil
		b, err := ip.AppendICMP(nil, ip.Header{TTL: 1, ID: uint16(size), Src: v4(10, 0, 0, 1), Dst: netip.MustParseAddr(dst)}, ip.ICMPEcho, 0, 1, make([]byte, size))
		if err != nil {
			t.Fatal(err)
		}
		p.link.transmit(p, v4(10, 0, 0, 2), b)
		l.RunFor(context.Background(), time.Second)
		return len(s.got)
	}
	for _, tt := range []struct {
		dst        string
		size, want int
	}{
		{"10.0.0.2", 100, 1},
		{"10.0.0.2", 1000, 2}, // comes in two fragments, and so does the answer
		{"10.0.0.3", 100, 0},
		{"10.0.0.255", 100, 0},
		{"255.255.255.255", 100, 0},
	} {
		if got := send(tt.dst, tt.size); got != tt.want {
			t.Errorf("%d packets answer %d bytes to %s, want %d", got, tt.size, tt.dst, tt.want)
		}
	}
	if s := onHost(t, l, "h", "ip addr"); s != "inet 10.0.0.2/24\n" {
		t.Errorf("a host without gateway says %q", s)
	}
	if s := onHost(t, l, "h", "ping 192.0.2.1 -c 1"); !strings.Contains(s, "no answer") {
		t.Errorf("a host without gateway pings afar:\n%s", s)
	}
	if s := onHost(t, l, "h", "help"); s != hostHelp {
		t.Errorf("help: %q", s)
	}
}

// Nobody sends before all are there.
func TestBootOrder(t *testing.T) {
	topo, _, err := FindBuiltin("phase3", 3)
	if err != nil {
		t.Fatal(err)
	}
	topo.Nodes[0], topo.Nodes[3] = topo.Nodes[3], topo.Nodes[0]
	l, err := New(topo, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	l.Boot(context.Background(), nil)
	if n := l.links["internet"].unknown; n > 0 {
		t.Errorf("%d packets to nobody: the spokes registered before the hub was there", n)
	}
}

// What is cut before the boot is down after it.
func TestCutBeforeBoot(t *testing.T) {
	topo, _, _ := FindBuiltin("phase3", 1)
	l, err := New(topo, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Cut("internet"); err != nil {
		t.Fatal(err)
	}
	if err := l.Reboot("hub"); err == nil {
		t.Error("rebooted before it booted")
	}
	if err := l.Boot(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	l.RunFor(context.Background(), 10*time.Second)
	if n := l.links["internet"].sent; n != 0 {
		t.Errorf("%d packets on a link that was cut", n)
	}
}
