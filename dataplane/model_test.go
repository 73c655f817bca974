package dataplane_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"axle/dataplane"
	"axle/internal/ip"
	"axle/mgre"
	"axle/rib"
)

// A modelPacket is a packet by its meaning: small, without options, never a
// fragment.
type modelPacket struct {
	src, dst string
	ttl      int
	what     string // "udp", "echo", "error 11/0", or "gre"
	key      string // of GRE: "-" for none
	proto    string // of GRE: "ip", "nhrp", "ipv6", "other"
	inner    *modelPacket
}

func (p modelPacket) String() string {
	s := fmt.Sprintf("%s>%s ttl %d %s", p.src, p.dst, p.ttl, p.what)
	if p.what != "gre" {
		return s
	}
	s += " key " + p.key + " " + p.proto
	if p.inner != nil {
		s += " [" + p.inner.String() + "]"
	}
	return s
}

// bytes returns the packet on the wire.
func (p *modelPacket) bytes() []byte {
	f := flow{src: p.src, dst: p.dst, ttl: uint8(p.ttl)}
	switch p.what {
	case "udp":
		return f.udp(8)
	case "echo":
		return f.icmp(8)
	case "gre":
		h := mgre.Header{Protocol: map[string]uint16{"ip": 0x800, "nhrp": 0x2001, "ipv6": 0x86dd, "other": 0x6558}[p.proto]}
		if p.key != "-" {
			h.HasKey, h.Key = true, uint32(p.key[0]-'0')
		}
		payload := []byte{0x60, 1, 2, 3}
		if p.inner != nil {
			payload = p.inner.bytes()
		}
		return patched(greTo(p.src, p.dst, h, payload), func(q ip.IPv4) { q[8] = uint8(p.ttl) })
	default:
		return f.icmp(3)
	}
}

// meaning reads what bytes wrote, and what the worker makes. Protection is taken
// off.
func (w *world) meaning(b []byte) string {
	q, err := ip.ParseIPv4(b)
	if err != nil {
		return err.Error()
	}
	q = w.spokes.clear(q)
	p := modelPacket{src: q.Src().String(), dst: q.Dst().String(), ttl: int(q.TTL()), what: "udp"}
	switch q.Protocol() {
	case ip.ProtoICMP:
		m := ip.ICMP(q.Payload())
		if p.what = "echo"; m.IsError() {
			p.what = fmt.Sprintf("error %d/%d", m.Type(), m.Code())
		}
	case ip.ProtoGRE:
		h, n, err := mgre.Parse(q.Payload())
		if err != nil {
			return err.Error()
		}
		p.what, p.key = "gre", "-"
		if h.HasKey {
			p.key = fmt.Sprint(h.Key)
		}
		p.proto = map[uint16]string{0x800: "ip", 0x2001: "nhrp", 0x86dd: "ipv6", 0x6558: "other"}[h.Protocol]
		if h.Protocol == mgre.ProtoIPv4 {
			return p.String() + " [" + w.meaning(q.Payload()[n:]) + "]"
		}
	}
	return p.String()
}

// A model says slowly where a packet must go.
type model struct {
	w      *world
	routes map[netip.Prefix]rib.Route
	said   []string
}

func (m *model) say(format string, args ...any) {
	m.said = append(m.said, fmt.Sprintf(format, args...))
}

func (m *model) drop(f *dataplane.Interface, why string) {
	name := "router"
	if f != nil {
		name = f.Name
	}
	m.say("drop %s: %s", name, why)
}

// owner returns the interface that is up and has the address, or the broadcast
// or network address of its network.
func (m *model) owner(a netip.Addr) (own, receives *dataplane.Interface) {
	for _, f := range m.w.ifs {
		for _, p := range f.Addrs {
			if !f.Up {
				continue
			}
			if p.Addr() == a {
				return f, f
			}
			last := p.Masked().Addr()
			for next := last; p.Contains(next); next = next.Next() {
				last = next
			}
			if p.Bits() < 31 && (a == p.Masked().Addr() || a == last) {
				receives = f
			}
		}
	}
	return nil, receives
}

func (m *model) arrive(f *dataplane.Interface, from string, p modelPacket, deep int) {
	_, receives := m.owner(addr(p.dst))
	switch {
	case !f.Up:
		m.drop(f, "interface down")
	case receives == nil && !addr(p.dst).IsMulticast() && p.ttl <= 1:
		m.drop(f, "TTL expired")
		m.complain(f, p, "error 11/0")
	case receives == nil && !addr(p.dst).IsMulticast():
		m.route(f, from, p, 0)
	case p.what == "gre" && slices.ContainsFunc(m.w.ifs, func(t *dataplane.Interface) bool {
		return t.Tunnel != nil && t.Tunnel.Source == addr(p.dst)
	}):
		m.decap(f, p, deep)
	default:
		m.say("local %s from %s: %v", f.Name, from, p)
	}
}

func (m *model) decap(f *dataplane.Interface, p modelPacket, deep int) {
	if deep == 2 {
		m.drop(f, "tunnels nested too deep")
		return
	}
	var tun *dataplane.Interface
	why := "tunnel key mismatch"
	for _, t := range m.w.ifs {
		if t.Tunnel == nil || t.Tunnel.Source != addr(p.dst) || keyOf(t) != p.key {
			continue
		}
		why = "tunnel source mismatch"
		if t.Tunnel.Multipoint || t.Tunnel.Dest == addr(p.src) {
			tun = t
		}
	}
	switch {
	case tun == nil:
		m.drop(f, why)
	case !tun.Up:
		m.drop(tun, "interface down")
	case tun.Tunnel.Protected && !(deep == 0 && m.w.spokes.sends(p)):
		m.drop(tun, "clear text on protected tunnel")
		m.say("clear %s from %s", tun.Name, p.src)
	case p.proto == "nhrp":
		m.say("nhrp %s %s>%s", tun.Name, p.src, p.dst)
	case p.proto == "ipv6":
		m.drop(tun, "IPv6 not routed")
	case p.proto == "other":
		m.drop(tun, "unknown GRE protocol")
	default:
		m.arrive(tun, p.src, *p.inner, deep+1)
	}
}

func keyOf(t *dataplane.Interface) string {
	if t.Tunnel.HasKey {
		return fmt.Sprint(t.Tunnel.Key)
	}
	return "-"
}

// best returns the longest route to a.
func (m *model) best(a netip.Addr) (best rib.Route, ok bool) {
	for p, r := range m.routes {
		if p.Contains(a) && (!ok || p.Bits() > best.Prefix.Bits()) {
			best, ok = r, true
		}
	}
	return best, ok
}

func (m *model) byName(name string) *dataplane.Interface {
	for _, f := range m.w.ifs {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// route sends a packet on; f is nil for the router's own.
func (m *model) route(f *dataplane.Interface, from string, p modelPacket, deep int) {
	r, ok := m.best(addr(p.dst))
	switch {
	case !ok:
		m.drop(f, "no route")
		if f != nil {
			m.complain(f, p, "error 3/1")
		}
		return
	case r.Interface == "Null0":
		m.drop(f, "routed to Null0")
		return
	}
	if f != nil {
		p.ttl--
	}
	m.send(f, from, p, m.byName(r.Interface), r.NextHop, deep)
}

func (m *model) send(f *dataplane.Interface, from string, p modelPacket, out *dataplane.Interface, next netip.Addr, deep int) {
	if !next.IsValid() {
		next = addr(p.dst)
	}
	switch {
	case !out.Up:
		m.drop(out, "interface down")
		return
	case out.Kind == dataplane.Loopback:
		m.drop(out, "no adjacency")
		return
	case out.Kind == dataplane.Physical:
		m.say("out %s %v: %v", out.Name, next, p)
		return
	case !out.Tunnel.Source.IsValid():
		m.drop(out, "tunnel source has no address")
		return
	}
	nbma := out.Tunnel.Dest
	if out.Tunnel.Multipoint {
		if _, bc := m.owner(addr(p.dst)); bc != nil {
			m.drop(out, "no adjacency") // a group; the model has no multicast map
			return
		}
		adj := out.Tunnel.Peers.Lookup(next)
		if adj == nil {
			if g := fmt.Sprintf("glean %s %v ", out.Name, next); !slices.ContainsFunc(m.said, func(s string) bool { return strings.HasPrefix(s, g) }) {
				m.say("%sfrom %s: %v", g, from, p)
			}
			adj = out.Tunnel.Fallback
			if adj == nil || f == out && from == adj.NBMA.String() {
				m.drop(out, "no adjacency")
				return
			}
		}
		nbma = adj.NBMA
	}
	r, ok := m.best(nbma)
	switch {
	case deep == 2:
		m.drop(out, "tunnels nested too deep")
	case out.Tunnel.Protected && m.w.spokes[nbma] == nil:
		m.drop(out, "no security association")
		m.say("wanted %s for %v", out.Name, nbma)
	case !ok:
		m.drop(out, "no route to tunnel destination")
	case r.Interface == "Null0":
		m.drop(out, "routed to Null0")
	case r.Protocol == rib.Local || r.Interface == out.Name:
		m.drop(out, "recursive routing of tunnel")
	default:
		if f != nil && f.Tunnel != nil && f.Redirect && f.NetworkID != 0 && f.NetworkID == out.NetworkID &&
			from != "" && from != nbma.String() {
			m.say("hairpin %s>%s from %s: %s>%s ttl %d", f.Name, out.Name, from, p.src, p.dst, p.ttl+1)
		}
		outer := modelPacket{
			src: out.Tunnel.Source.String(), dst: nbma.String(), ttl: 255,
			what: "gre", key: keyOf(out), proto: "ip", inner: &p,
		}
		m.send(nil, "", outer, m.byName(r.Interface), r.NextHop, deep+1)
	}
}

// complain sends an ICMP error about p.
func (m *model) complain(f *dataplane.Interface, p modelPacket, what string) {
	if strings.HasPrefix(p.what, "error") || addr(p.src).IsMulticast() {
		return
	}
	e := modelPacket{src: f.Addrs[0].Addr().String(), dst: p.src, ttl: 255, what: what}
	own, receives := m.owner(addr(e.dst))
	switch {
	case own != nil:
		m.say("local %s from : %v", own.Name, e)
	case receives != nil: // not to a broadcast address
	default:
		m.route(nil, "", e, 0)
	}
}

// happened describes what the worker did, in the words of the model.
func happened(w *world) []string {
	var said []string
	from := func(p dataplane.Punt) string {
		if p.From.IsValid() {
			return p.From.String()
		}
		return ""
	}
	for _, p := range w.w.Out {
		said = append(said, fmt.Sprintf("out %s %v: %s", w.ifs[p.If].Name, p.NextHop, w.meaning(p.Data())))
	}
	for _, p := range w.w.Punts {
		name := w.ifs[p.If].Name
		switch p.Reason {
		case dataplane.PuntNHRP:
			said = append(said, fmt.Sprintf("nhrp %s %v>%v", name, p.From, p.Dst))
		case dataplane.PuntGlean:
			said = append(said, fmt.Sprintf("glean %s %v from %s: %s", name, p.NextHop, from(p), w.meaning(p.Data)))
		case dataplane.PuntHairpin:
			q := ip.IPv4(p.Data) // may be cut
			said = append(said, fmt.Sprintf("hairpin %s>%s from %s: %v>%v ttl %d", name, w.ifs[p.Out].Name, from(p), q.Src(), q.Dst(), q.TTL()))
		case dataplane.PuntClear:
			said = append(said, fmt.Sprintf("clear %s from %v", name, p.From))
		case dataplane.PuntNoSA:
			said = append(said, fmt.Sprintf("wanted %s for %v", name, p.From))
		default:
			said = append(said, fmt.Sprintf("local %s from %s: %s", name, from(p), w.meaning(p.Data)))
		}
	}
	for _, d := range w.drops() {
		name, why, _ := strings.Cut(d, ": ")
		said = append(said, "drop "+name+": "+why[:strings.LastIndex(why, " ")])
	}
	return said
}

// pools from which random worlds and packets are made.
var (
	anyHost = []string{
		"192.168.0.10", "192.168.1.10", "192.168.2.10", "192.168.3.10", "10.0.0.11", "10.0.0.12", "10.0.0.13",
		"10.1.0.2", "8.8.8.8", "203.0.113.11", "203.0.113.99", "172.16.1.1", "198.51.100.1", "198.51.100.7", "1.1.1.1", "10.0.0.1",
		"203.0.113.1", "10.1.0.1", "192.168.0.1",
	}
	anyDst   = append([]string{"192.168.0.255", "10.0.0.0", "224.0.0.5", "10.1.0.3", "5.5.5.5"}, anyHost...)
	anyNBMA  = []string{"203.0.113.11", "203.0.113.12", "8.8.8.8", "10.1.0.2", "203.0.113.1", "192.168.0.77", "203.0.113.99"}
	anyRoute = []string{
		"192.168.1.0/24", "192.168.2.0/24", "192.168.0.0/16", "0.0.0.0/0", "172.16.0.0/12", "203.0.113.11/32",
		"203.0.113.99/32", "8.0.0.0/8", "5.5.5.0/24",
	}
	anyHop = [][2]string{
		{"wan", "203.0.113.254"},
		{"lan", "192.168.0.254"},
		{"tun0", "10.0.0.11"},
		{"tun0", "10.0.0.12"},
		{"tun0", "10.0.0.13"},
		{"tun0", ""},
		{"tun1", ""},
		{"Null0", ""},
		{"down", "198.51.100.9"},
		{"lo0", ""},
	}
)

func pick[T any](rng *rand.Rand, s []T) T { return s[rng.IntN(len(s))] }

func randomPacket(rng *rand.Rand, deep int) modelPacket {
	p := modelPacket{
		src: pick(rng, anyHost), dst: pick(rng, anyDst), ttl: pick(rng, []int{1, 2, 64, 255}),
		what: pick(rng, []string{"udp", "udp", "echo", "error 3/0", "gre", "gre"}),
	}
	if deep > 0 && rng.IntN(2) == 0 {
		p.what, p.dst = "gre", "203.0.113.1"
	}
	if p.what != "gre" {
		return p
	}
	p.key, p.proto = pick(rng, []string{"1", "1", "1", "-", "-", "2"}), pick(rng, []string{"ip", "ip", "ip", "ip", "nhrp", "ipv6", "other"})
	if p.proto == "ip" {
		inner := randomPacket(rng, deep-1)
		p.inner = &inner
	}
	if rng.IntN(2) == 0 {
		p.src = pick(rng, anyNBMA[:2])
	}
	return p
}

// randomWorld returns a router of any configuration, and its model.
func randomWorld(t testing.TB, rng *rand.Rand) (*world, *model) {
	w := newWorld(t)
	often := func() bool { return rng.IntN(8) > 0 }
	for i := range w.ifs {
		w.ifs[i].Up = i == null || often()
	}
	a, b := w.ifs[tun0], w.ifs[tun1]
	a.Redirect, b.Redirect = often(), often()
	a.NetworkID, b.NetworkID = uint32(rng.IntN(3)), uint32(rng.IntN(3))
	a.Tunnel.Protected, b.Tunnel.Protected = !often(), !often()
	if !often() {
		a.Tunnel.Source = netip.Addr{}
	}
	if often() {
		a.Tunnel.Fallback = &dataplane.Adjacency{NBMA: addr(pick(rng, anyNBMA))}
	}
	w.peers = nil
	a.Tunnel.Peers = nil
	for _, next := range []string{"10.0.0.11", "10.0.0.12", "10.0.0.13"} {
		if often() {
			w.peer(next, pick(rng, anyNBMA))
		}
	}
	w.rib = rib.New()
	m := &model{w: w, routes: map[netip.Prefix]rib.Route{}}
	for _, f := range w.ifs {
		w.rib.SetInterface(f.Name, true)
		if !f.Up { // static routes by it stay, as until the RIB knows of it
			continue
		}
		for _, p := range f.Addrs {
			m.routes[p.Masked()] = rib.Route{Prefix: p.Masked(), Protocol: rib.Connected, Interface: f.Name}
			own := netip.PrefixFrom(p.Addr(), 32)
			m.routes[own] = rib.Route{Prefix: own, Protocol: rib.Local, Interface: f.Name}
		}
	}
	for _, p := range anyRoute {
		if often() {
			hop := pick(rng, anyHop)
			r := rib.Route{Prefix: netip.MustParsePrefix(p), Protocol: rib.Static, Distance: 1, Interface: hop[0]}
			if hop[1] != "" {
				r.NextHop = addr(hop[1])
			}
			m.routes[r.Prefix] = r
		}
	}
	for _, r := range m.routes {
		w.rib.Add(r)
	}
	if often() {
		k := pick(rng, sealings)
		w.spokes = spokesOf{}
		for i, nbma := range anyNBMA[:5] {
			if nbma == "203.0.113.1" {
				continue
			}
			w.spokes.add(w, k, addr(nbma), uint32(2*i))
		}
	}
	return w, m
}

// TestForwardModel compares Forward with the model in random worlds.
func TestForwardModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	seen := map[string]int{}
	for i := range 20000 {
		w, m := randomWorld(t, rng)
		in := rng.IntN(missing)
		if w.ifs[in].Kind == dataplane.Null {
			in = wan
		}
		p := randomPacket(rng, 3)
		m.arrive(w.ifs[in], "", p, 0)
		b := p.bytes()
		if w.ifs[wan].Up && w.spokes.sends(p) {
			b = w.spokes[addr(p.src)].seal(b)
			seen["sealed"]++
		}
		w.forward(in, b)
		got, want := happened(w), m.said
		for _, s := range w.spokes {
			seen["opened"] += int(s.pair.In.Counters().Packets)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("world %d, in by %s: %v\ngot\n\t%s\nwant\n\t%s", i, w.ifs[in].Name, p,
				strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
		for _, s := range got {
			verb, rest, _ := strings.Cut(s, " ")
			if verb == "drop" {
				_, verb, _ = strings.Cut(rest, ": ")
			}
			seen[verb]++
		}
	}
	for _, must := range []string{
		"out", "local", "nhrp", "glean", "hairpin", "no route", "TTL expired", "no adjacency",
		"recursive routing of tunnel", "tunnels nested too deep", "clear text on protected tunnel",
		"no security association", "clear", "wanted", "sealed", "opened",
	} {
		if seen[must] < 20 {
			t.Errorf("%q came up only %d times: %v", must, seen[must], seen)
		}
	}
}
