package lab

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"axle/internal/ip"
	"axle/internal/talk"
)

// natAddrs are the ends of the NAT tests: a and b inside, x and y outside.
var natAddrs = map[string]netip.Addr{
	"a": v4(192, 168, 1, 10), "b": v4(192, 168, 1, 11), "x": v4(203, 0, 113, 1), "y": v4(203, 0, 113, 2),
	"box": v4(203, 0, 113, 50), "static": v4(203, 0, 113, 51), "inner": v4(192, 168, 1, 1),
}

// A natBench is a NAT box with ends that keep what arrives.
type natBench struct {
	*testing.T
	lab   *Lab
	box   *nat
	ends  map[string]*sink
	ports map[string]*port
	vars  map[string]uint16 // ports by the letter that stands for them
}

func newNATBench(t *testing.T, c NATConfig) *natBench {
	t.Helper()
	c.Name = "box"
	c.Outside = NATPort{Link: "net", Address: netip.PrefixFrom(natAddrs["box"], 24), Gateway: natAddrs["x"], Impairment: c.Outside.Impairment}
	c.Inside = []NATPort{{Link: "home", Address: netip.PrefixFrom(natAddrs["inner"], 24)}}
	l, err := New(&Topology{Links: []LinkConfig{{Name: "net"}, {Name: "home"}}, NATs: []NATConfig{c}}, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	b := &natBench{T: t, lab: l, box: l.nats["box"], ends: map[string]*sink{}, ports: map[string]*port{}, vars: map[string]uint16{}}
	for _, name := range []string{"a", "b", "x", "y"} {
		s := &sink{lab: l, addr: natAddrs[name]}
		link := "net"
		if natAddrs[name].IsPrivate() {
			link = "home"
		}
		b.ends[name], b.ports[name] = s, l.plug(link, s, Impairment{}, name+" port", name)
	}
	return b
}

// end reads "a:4500"; a capital letter stands for a port that was seen.
func (b *natBench) end(s string) netip.AddrPort {
	b.Helper()
	name, text, _ := strings.Cut(s, ":")
	port, ok := b.vars[text]
	if !ok && text != "" {
		n, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			b.Fatalf("no end: %q", s)
		}
		port = uint16(n)
	}
	return netip.AddrPortFrom(natAddrs[name], port)
}

// transmit puts a packet of an end on its link and lets it arrive.
func (b *natBench) transmit(from string, packet []byte) {
	p := b.ports[from]
	next := ip.IPv4(packet).Dst()
	if p.link.name == "home" && !b.box.inner[0].addr.Contains(next) {
		next = natAddrs["inner"]
	}
	p.link.transmit(p, next, packet)
	b.lab.RunFor(context.Background(), 0)
}

// take returns what has arrived since the last time: who has it, and the
// packet.
func (b *natBench) take() (who string, p ip.IPv4) {
	b.Helper()
	for name, s := range b.ends {
		for _, a := range s.got {
			if who != "" {
				b.Fatalf("more than one packet arrived: at %s and %s", who, name)
			}
			q, err := ip.ParseIPv4(a.packet)
			if err != nil {
				b.Fatalf("at %s: %v", name, err)
			}
			who, p = name, q
		}
		s.got = nil
	}
	return who, p
}

// udp sends a datagram and says where it arrived and from whom: "x:500 from
// box:500"; "-" where it did not.
func (b *natBench) udp(from, to string) string {
	b.Helper()
	name, _, _ := strings.Cut(from, ":")
	src, dst := b.end(from), b.end(to)
	packet, err := ip.AppendUDP(nil, ip.Header{TTL: 64, Src: src.Addr(), Dst: dst.Addr()}, src.Port(), dst.Port(), []byte("hello"))
	if err != nil {
		b.Fatal(err)
	}
	b.transmit(name, packet)
	who, p := b.take()
	if who == "" {
		return "-"
	}
	u, err := ip.ParseUDP(p)
	if err != nil || string(u.Payload()) != "hello" || p.TTL() != 63 {
		b.Fatalf("%s to %s: %v, TTL %d, %q", from, to, err, p.TTL(), u.Payload())
	}
	for name, a := range natAddrs {
		if a == p.Src() {
			return fmt.Sprintf("%s:%d from %s:%d", who, u.DstPort(), name, u.SrcPort())
		}
	}
	return fmt.Sprintf("%s:%d from %s:%d", who, u.DstPort(), p.Src(), u.SrcPort())
}

// matches compares what was seen with what is wanted. A capital letter at the
// end of it takes a port, another one for each letter.
func (b *natBench) matches(got, want string) bool {
	b.Helper()
	head, name, ok := strings.Cut(want, ":P")
	letter := "P" + name
	if !ok || len(name) > 1 {
		return got == want
	}
	rest, ok := strings.CutPrefix(got, head+":")
	n, err := strconv.ParseUint(rest, 10, 16)
	if !ok || err != nil {
		return false
	}
	if p, seen := b.vars[letter]; seen {
		return p == uint16(n)
	}
	for other, p := range b.vars {
		if p == uint16(n) {
			b.Errorf("the ports %s and %s are both %d", letter, other, p)
		}
	}
	b.vars[letter] = uint16(n)
	return true
}

// A natStep is one datagram, some time after the one before.
type natStep struct {
	after    time.Duration
	from, to string
	want     string
}

// flush as the sender of a step makes the box lose its memory.
const flush = "flush"

var natTests = []struct {
	name  string
	box   NATConfig
	steps []natStep
}{
	{"REQ-1: one mapping for all peers", NATConfig{Behaviour: PortRestricted, Random: true}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:P1"},
		{0, "a:4500", "x:500", "x:500 from box:P1"},
		{0, "a:4500", "y:4500", "y:4500 from box:P1"},
		{0, "a:4501", "y:4500", "y:4500 from box:P2"},
		{0, "b:4500", "y:4500", "y:4500 from box:P3"},
	}},
	{"symmetric: a mapping for each peer", NATConfig{Behaviour: Symmetric, Random: true}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:P1"},
		{0, "a:4500", "x:500", "x:500 from box:P2"},
		{0, "a:4500", "y:4500", "y:4500 from box:P3"},
		{0, "a:4500", "x:4500", "x:4500 from box:P1"},
		{0, "x:4500", "box:P1", "a:4500 from x:4500"},
		{0, "x:500", "box:P1", "-"},
		{0, "y:4500", "box:P2", "-"},
	}},
	{"symmetric keeps the first port", NATConfig{Behaviour: Symmetric}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:4500"},
		{0, "a:4500", "y:4500", "y:4500 from box:P1"},
	}},
	{"REQ-3: ports are kept, never shared", NATConfig{Behaviour: PortRestricted}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:4500"},
		{0, "b:4500", "x:4500", "x:4500 from box:P1"},
		{0, "x:4500", "box:4500", "a:4500 from x:4500"},
		{0, "x:4500", "box:P1", "b:4500 from x:4500"},
	}},
	{"REQ-8: full cone", NATConfig{Behaviour: FullCone}, []natStep{
		{0, "x:4500", "box:4500", "-"},
		{0, "a:4500", "x:4500", "x:4500 from box:4500"},
		{0, "x:4500", "box:4500", "a:4500 from x:4500"},
		{0, "x:9", "box:4500", "a:4500 from x:9"},
		{0, "y:9", "box:4500", "a:4500 from y:9"},
		{0, "y:9", "box:4501", "-"},
	}},
	{"REQ-8: address-restricted", NATConfig{Behaviour: AddressRestricted}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:4500"},
		{0, "x:4500", "box:4500", "a:4500 from x:4500"},
		{0, "x:9", "box:4500", "a:4500 from x:9"},
		{0, "y:4500", "box:4500", "-"},
	}},
	{"REQ-8: port-restricted", NATConfig{Behaviour: PortRestricted}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:4500"},
		{0, "x:4500", "box:4500", "a:4500 from x:4500"},
		{0, "x:9", "box:4500", "-"},
		{0, "y:4500", "box:4500", "-"},
		{0, "a:4500", "x:9", "x:9 from box:4500"},
		{0, "x:9", "box:4500", "a:4500 from x:9"},
	}},
	{"REQ-5: two minutes", NATConfig{Behaviour: PortRestricted, Random: true}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:P1"},
		{2*time.Minute - 1, "x:4500", "box:P1", "a:4500 from x:4500"},
		{1, "x:4500", "box:P1", "-"},
		{0, "a:4500", "x:4500", "x:4500 from box:P2"},
	}},
	{"REQ-6: from inside alone prolongs", NATConfig{Behaviour: PortRestricted, Timeout: 10 * time.Second}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:4500"},
		{6 * time.Second, "a:4500", "x:4500", "x:4500 from box:4500"},
		{6 * time.Second, "x:4500", "box:4500", "a:4500 from x:4500"},
		{4 * time.Second, "x:4500", "box:4500", "-"},
	}},
	{"a peer's right ends by itself", NATConfig{Behaviour: PortRestricted, Timeout: 10 * time.Second}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:4500"},
		{6 * time.Second, "a:4500", "y:4500", "y:4500 from box:4500"},
		{6 * time.Second, "x:4500", "box:4500", "-"},
		{0, "y:4500", "box:4500", "a:4500 from y:4500"},
	}},
	{"no hairpin", NATConfig{Behaviour: FullCone}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:4500"},
		{0, "b:4500", "box:4500", "-"},
	}},
	{"REQ-9: hairpin with the outside source", NATConfig{Behaviour: FullCone, Hairpin: true}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:4500"},
		{0, "b:4501", "box:4500", "a:4500 from box:4501"},
		{0, "a:4500", "box:4501", "b:4501 from box:4500"},
	}},
	{"hairpin is filtered too", NATConfig{Behaviour: PortRestricted, Hairpin: true}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:4500"},
		{0, "b:4501", "box:4500", "-"},
		{0, "a:4500", "box:4501", "b:4501 from box:4500"},
		{0, "b:4501", "box:4500", "a:4500 from box:4501"},
	}},
	{"forwarded port", NATConfig{Behaviour: Symmetric, Random: true, Forwards: []NATForward{{500, netip.MustParseAddrPort("192.168.1.10:4500")}}}, []natStep{
		{0, "x:7", "box:500", "a:4500 from x:7"},
		{0, "a:4500", "x:7", "x:7 from box:500"},
		{0, "a:4500", "y:7", "y:7 from box:500"},
		{24 * time.Hour, "y:8", "box:500", "a:4500 from y:8"},
		{0, flush, "", ""},
		{0, "y:8", "box:500", "a:4500 from y:8"},
	}},
	{"static", NATConfig{Behaviour: PortRestricted, Static: []NATStatic{{natAddrs["a"], natAddrs["static"]}}}, []natStep{
		{0, "x:7", "static:500", "a:500 from x:7"},
		{0, "a:4500", "x:7", "x:7 from static:4500"},
		{0, "b:4500", "x:7", "x:7 from box:4500"},
		{0, "b:4500", "static:4500", "-"},
	}},
	{"static with hairpin", NATConfig{Behaviour: PortRestricted, Hairpin: true, Static: []NATStatic{{natAddrs["a"], natAddrs["static"]}}}, []natStep{
		{0, "b:4500", "static:4500", "a:4500 from box:4500"},
		{0, "a:4500", "box:4500", "b:4500 from static:4500"},
	}},

	// The flows of IKE.
	{"IKE: port float", NATConfig{Behaviour: PortRestricted}, []natStep{
		{0, "a:500", "x:500", "x:500 from box:500"},
		{0, "x:500", "box:500", "a:500 from x:500"},
		{time.Second, "a:4500", "x:4500", "x:4500 from box:4500"},
		{0, "x:4500", "box:4500", "a:4500 from x:4500"},
		{0, "x:4500", "box:500", "-"},
	}},
	{"IKE: two inside hosts", NATConfig{Behaviour: PortRestricted}, []natStep{
		{0, "a:500", "x:500", "x:500 from box:500"},
		{0, "b:500", "x:500", "x:500 from box:P1"},
		{0, "a:4500", "x:4500", "x:4500 from box:4500"},
		{0, "b:4500", "x:4500", "x:4500 from box:P2"},
		{0, "x:500", "box:500", "a:500 from x:500"},
		{0, "x:500", "box:P1", "b:500 from x:500"},
		{0, "x:4500", "box:4500", "a:4500 from x:4500"},
		{0, "x:4500", "box:P2", "b:4500 from x:4500"},
	}},
	{"IKE: keepalives each 20 s, then none", NATConfig{Behaviour: PortRestricted, Timeout: 30 * time.Second, Random: true}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:P1"},
		{20 * time.Second, "a:4500", "x:4500", "x:4500 from box:P1"},
		{20 * time.Second, "a:4500", "x:4500", "x:4500 from box:P1"},
		{29 * time.Second, "x:4500", "box:P1", "a:4500 from x:4500"},
		{time.Second, "x:4500", "box:P1", "-"},
		{0, "a:4500", "x:4500", "x:4500 from box:P2"},
		{0, "x:4500", "box:P1", "-"},
		{0, "x:4500", "box:P2", "a:4500 from x:4500"},
	}},
	{"IKE: rebinding", NATConfig{Behaviour: PortRestricted, Random: true}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:P1"},
		{0, flush, "", ""},
		{0, "x:4500", "box:P1", "-"},
		{0, "a:4500", "x:4500", "x:4500 from box:P2"},
		{0, "x:4500", "box:P2", "a:4500 from x:4500"},
	}},
	{"IKE: two inside hosts change places", NATConfig{Behaviour: PortRestricted}, []natStep{
		{0, "a:4500", "x:4500", "x:4500 from box:4500"},
		{0, "b:4500", "x:4500", "x:4500 from box:P1"},
		{0, flush, "", ""},
		{0, "b:4500", "x:4500", "x:4500 from box:4500"},
		{0, "a:4500", "x:4500", "x:4500 from box:P2"},
		{0, "x:4500", "box:4500", "b:4500 from x:4500"},
	}},
}

func TestNAT(t *testing.T) {
	for _, tt := range natTests {
		t.Run(tt.name, func(t *testing.T) {
			b := newNATBench(t, tt.box)
			for i, s := range tt.steps {
				b.lab.RunFor(context.Background(), s.after)
				if s.from == flush {
					b.box.exec(flush, nil, func() {})
					continue
				}
				if got := b.udp(s.from, s.to); !b.matches(got, s.want) {
					t.Fatalf("step %d: %s to %s: got %q, want %q (%v)", i+1, s.from, s.to, got, s.want, b.vars)
				}
			}
		})
	}
}

// A drawn port stays in the half of the inside one and keeps its parity (REQ-3,
// REQ-4).
func TestNATPortRange(t *testing.T) {
	for _, random := range []bool{false, true} {
		b := newNATBench(t, NATConfig{Behaviour: PortRestricted, Random: random})
		for i, from := range []string{"a:500", "b:500", "a:4500", "b:4500", "a:501", "b:501"} {
			if got, want := b.udp(from, "x:1"), fmt.Sprintf("x:1 from box:P%d", i); !b.matches(got, want) {
				t.Fatalf("%s: %s", from, got)
			}
			got, in := b.vars[fmt.Sprintf("P%d", i)], b.end(from).Port()
			if (got < 1024) != (in < 1024) || got%2 != in%2 {
				t.Errorf("random %v: %d for %d", random, got, in)
			}
		}
	}
}

// Which pairs of spokes reach each other directly when both send to what a third
// has seen of the other: all but those with a symmetric box whose other side looks
// at ports (RFC 5128 §3.3). These stay on the way by the hub.
func TestNATPunch(t *testing.T) {
	for _, one := range behaviours {
		for _, two := range behaviours {
			t.Run(one+" "+two, func(t *testing.T) {
				want := one != "symmetric" && two != "symmetric" ||
					one != "port-restricted" && one != "symmetric" || two != "port-restricted" && two != "symmetric"
				if got := punch(t, one, two); got != want {
					t.Errorf("%v", got)
				}
			})
		}
	}
}

// punch reports whether two hosts behind boxes get at each other.
func punch(t *testing.T, one, two string) bool {
	t.Helper()
	topo := &Topology{Links: []LinkConfig{{Name: "net", Impairment: Impairment{Delay: time.Millisecond}}, {Name: "home1"}, {Name: "home2"}}}
	for i, word := range []string{one, two} {
		n := byte(i + 1)
		topo.NATs = append(topo.NATs, NATConfig{
			Name: fmt.Sprint("nat", n), Behaviour: Behaviour(slices.Index(behaviours[:], word)), Random: true,
			Outside: NATPort{Link: "net", Address: netip.PrefixFrom(v4(203, 0, 113, 10+n), 24)},
			Inside:  []NATPort{{Link: fmt.Sprint("home", n), Address: netip.PrefixFrom(v4(172, 16, n, 1), 24)}},
		})
	}
	l, err := New(topo, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	hub := &sink{lab: l, addr: v4(203, 0, 113, 1)}
	l.plug("net", hub, Impairment{}, "hub", "hub")
	var spokes [2]*sink
	var ports [2]*port
	send := func(i int, to netip.AddrPort) {
		b, err := ip.AppendUDP(nil, ip.Header{TTL: 64, Src: spokes[i].addr, Dst: to.Addr()}, 4500, to.Port(), nil)
		if err != nil {
			t.Fatal(err)
		}
		ports[i].link.transmit(ports[i], v4(172, 16, byte(i+1), 1), b)
	}
	for i := range spokes {
		spokes[i] = &sink{lab: l, addr: v4(172, 16, byte(i+1), 10)}
		ports[i] = l.plug(fmt.Sprint("home", i+1), spokes[i], Impairment{}, "spoke", "spoke")
		send(i, netip.AddrPortFrom(hub.addr, 4500))
	}
	l.RunFor(context.Background(), time.Second)
	var seen [2]netip.AddrPort // as the hub sees them
	for _, a := range hub.got {
		f, _ := flowOf(ip.IPv4(a.packet))
		seen[f.src.Addr().As4()[3]-11] = f.src
	}
	// Both send, and answer to whoever came through.
	for range 3 {
		for i := range spokes {
			to := seen[1-i]
			for _, a := range spokes[i].got {
				f, _ := flowOf(ip.IPv4(a.packet))
				to = f.src
			}
			send(i, to)
		}
		l.RunFor(context.Background(), time.Second)
	}
	return len(spokes[0].got) > 0 && len(spokes[1].got) > 0
}

// A NAT box has a console of its own commands, at the desk and over the socket.
func TestNATConsole(t *testing.T) {
	topo, _, err := FindBuiltin("nat", 3)
	if err != nil {
		t.Fatal(err)
	}
	l, err := New(topo, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	l.Boot(context.Background(), nil)
	l.RunFor(context.Background(), 10*time.Second)
	t.Cleanup(l.Start(context.Background()))
	r, w := io.Pipe()
	defer w.Close()
	k := talk.New(t, w)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- NewDesk(l, r, k, 80, 24).Run(ctx) }()
	k.Expect("hub#")
	k.Send("\x1dp")
	k.Expect("[nat2]\r\n")
	k.Expect("nat2$ ")
	k.Send("mappings\r")
	k.Expect("gre   172.16.2.11            203.0.113.13")
	cancel()
	talk.Wait(t, "the desk", done)

	path, _ := serve(t, l)
	box, ended := attachTo(t, path, "nat1")
	box.Expect("nat1$ ")
	box.Send("ip addr\r")
	box.Expect("inside inet 172.16.1.1/24")
	box.Send("exit\r")
	if err := talk.Wait(t, "Attach", ended); err != nil {
		t.Errorf("ended with %v", err)
	}
	if err := l.admit("nat9"); err == nil || !strings.Contains(err.Error(), "host3 nat1 nat2") {
		t.Errorf("who there is: %v", err)
	}
}

// The links of a box can be cut and healed.
func TestNATCut(t *testing.T) {
	b := newNATBench(t, NATConfig{Behaviour: PortRestricted})
	for _, want := range []string{"-", "x:4500 from box:4500"} {
		change := b.lab.Cut
		if want != "-" {
			change = b.lab.Heal
		}
		if err := change("box"); err != nil {
			t.Fatal(err)
		}
		if got := b.udp("a:4500", "x:4500"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// 250 spokes in fours: those that GRE lets through are up, and all addresses
// differ.
func TestNATNetwork(t *testing.T) {
	l := builtin(t, "nat", 250, Options{Seed: 1})
	l.RunFor(context.Background(), time.Minute)
	if n, want := spokesUp(t, l), 250-63; n != want { // the second of each four is not
		t.Errorf("%d spokes are up, want %d", n, want)
	}
	seen := map[netip.Prefix]string{}
	for _, n := range l.topo.NATs {
		for _, p := range append([]NATPort{n.Outside}, n.Inside...) {
			if seen[p.Address] != "" {
				t.Errorf("%s and %s have %s", seen[p.Address], n.Name, p.Address)
			}
			seen[p.Address] = n.Name
		}
	}
	if len(l.NATs()) != 125 {
		t.Errorf("%d boxes", len(l.NATs()))
	}
}
