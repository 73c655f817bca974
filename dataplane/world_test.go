package dataplane_test

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"axle/dataplane"
	"axle/internal/ip"
	"axle/mgre"
	"axle/rib"
)

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A world is the router under test: a hub with an underlay, a LAN, a multipoint
// tunnel to two spokes and a point-to-point tunnel.
//
//	wan   203.0.113.1/24   underlay; spokes 203.0.113.11 and .12
//	lan   192.168.0.1/24
//	down  198.51.100.1/24  is down
//	tun0  10.0.0.1/24      multipoint, key 1; 192.168.1.0/24 and 192.168.2.0/24 behind the spokes
//	tun1  10.1.0.1/30      to 203.0.113.99, no key; 192.168.9.0/24 behind it
//	lo0   1.1.1.1/32
//	null  Null0            172.16.0.0/12
type world struct {
	t     testing.TB
	ifs   []*dataplane.Interface
	rib   *rib.RIB
	peers *dataplane.PeerTable
	w     *dataplane.Worker
	snap  *dataplane.Snapshot // nil: to be made
	// spokes are the peers that have associations with the router; sadb its side.
	spokes spokesOf
	sadb   *dataplane.SADB
}

const (
	wan = iota
	lan
	down
	tun0
	tun1
	lo0
	null
	missing
)

func newWorld(t testing.TB) *world {
	prefixes := func(s string) []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix(s)} }
	w := &world{t: t, rib: rib.New(), w: dataplane.NewWorker()}
	w.ifs = []*dataplane.Interface{
		{Name: "wan", Up: true, MTU: 1500, IPMTU: 1500, Addrs: prefixes("203.0.113.1/24")},
		{Name: "lan", Up: true, MTU: 1500, IPMTU: 1500, Addrs: prefixes("192.168.0.1/24")},
		{Name: "down", MTU: 1500, IPMTU: 1500, Addrs: prefixes("198.51.100.1/24")},
		{
			Name: "tun0", Up: true, Kind: dataplane.TunnelGRE, MTU: 17912, IPMTU: 1400, NetworkID: 1, Redirect: true,
			Addrs: prefixes("10.0.0.1/24"), Tunnel: &dataplane.Tunnel{
				Source: addr("203.0.113.1"), Multipoint: true, HasKey: true, Key: 1, TTL: 255, TOS: -1,
			},
		},
		{
			Name: "tun1", Up: true, Kind: dataplane.TunnelGRE, MTU: 17916, IPMTU: 1476,
			Addrs: prefixes("10.1.0.1/30"), Tunnel: &dataplane.Tunnel{
				Source: addr("203.0.113.1"), Dest: addr("203.0.113.99"), TTL: 255, TOS: -1,
			},
		},
		{Name: "lo0", Up: true, Kind: dataplane.Loopback, MTU: 1514, Addrs: prefixes("1.1.1.1/32")},
		{Name: "Null0", Up: true, Kind: dataplane.Null, MTU: 1500},
	}
	for _, f := range w.ifs {
		w.rib.SetInterface(f.Name, true)
		for _, p := range f.Addrs {
			w.connect(f, p)
		}
	}
	w.route("192.168.1.0/24", "tun0", "10.0.0.11")
	w.route("192.168.2.0/24", "tun0", "10.0.0.12")
	w.route("192.168.9.0/24", "tun1", "")
	w.route("198.51.0.0/16", "wan", "203.0.113.254")
	w.route("172.16.0.0/12", "Null0", "")
	w.peer("10.0.0.11", "203.0.113.11")
	w.peer("10.0.0.12", "203.0.113.12")
	return w
}

// connect adds the routes of an interface's address.
func (w *world) connect(f *dataplane.Interface, p netip.Prefix) {
	w.rib.Add(rib.Route{Prefix: p.Masked(), Protocol: rib.Connected, Interface: f.Name})
	w.rib.Add(rib.Route{Prefix: netip.PrefixFrom(p.Addr(), p.Addr().BitLen()), Protocol: rib.Local, Interface: f.Name})
}

// route adds a static route; an empty next hop means "on the interface".
func (w *world) route(prefix, iface, next string) {
	r := rib.Route{Prefix: netip.MustParsePrefix(prefix), Protocol: rib.Static, Distance: 1, Interface: iface}
	if next != "" {
		r.NextHop = addr(next)
	}
	w.rib.Add(r)
	w.snap = nil
}

// peer adds a tunnel peer of tun0.
func (w *world) peer(next, nbma string) *dataplane.Adjacency {
	a := &dataplane.Adjacency{NBMA: addr(nbma), NextHop: addr(next)}
	w.peers = w.peers.With(netip.PrefixFrom(addr(next), 32), a)
	w.ifs[tun0].Tunnel.Peers = w.peers
	return a
}

func (w *world) snapshot() *dataplane.Snapshot {
	if w.snap == nil {
		w.snap = dataplane.NewSnapshot(w.ifs, w.rib.FIB())
		w.snap.SADB = w.sadb
	}
	return w.snap
}

// packetOn returns b as a packet that came in by the interface i.
func packetOn(i int, b []byte) dataplane.Packet {
	buf := make([]byte, dataplane.Headroom+len(b))
	copy(buf[dataplane.Headroom:], b)
	return dataplane.Packet{Buf: buf, Off: dataplane.Headroom, Len: len(b), If: i}
}

// forward sends packets through the worker.
func (w *world) forward(i int, packets ...[]byte) {
	var in []dataplane.Packet
	for _, b := range packets {
		in = append(in, packetOn(i, b))
	}
	w.w.Forward(w.snapshot(), in)
}

// result describes what the last call left, one line each.
func (w *world) result() []string {
	var lines []string
	for i := range w.w.Out {
		p := &w.w.Out[i]
		lines = append(lines, fmt.Sprintf("out %s %v: %s", w.ifs[p.If].Name, p.NextHop, describe(p.Data())))
	}
	for _, p := range w.w.Punts {
		s := ""
		switch p.Reason {
		case dataplane.PuntLocal:
			s = fmt.Sprintf("local %s", w.ifs[p.If].Name)
		case dataplane.PuntNHRP:
			lines = append(lines, fmt.Sprintf("nhrp %s %v>%v: %x", w.ifs[p.If].Name, p.From, p.Dst, p.Data))
			continue
		case dataplane.PuntGlean:
			s = fmt.Sprintf("glean %s %v", w.ifs[p.If].Name, p.NextHop)
		case dataplane.PuntNoSA, dataplane.PuntUnknownSPI, dataplane.PuntClear, dataplane.PuntMoved, dataplane.PuntIKE:
			lines = append(lines, describePunt(w.ifs[p.If].Name, p))
			continue
		case dataplane.PuntHairpin:
			s = fmt.Sprintf("hairpin %s>%s", w.ifs[p.If].Name, w.ifs[p.Out].Name)
		}
		if p.From.IsValid() {
			s += fmt.Sprintf(" from %v", p.From)
		}
		lines = append(lines, s+": "+describe(p.Data))
	}
	return lines
}

// drops describes the drop counters that are not zero.
func (w *world) drops() []string {
	var lines []string
	for r := range dataplane.DropReason(dataplane.NumDropReasons) {
		for _, f := range w.ifs {
			if f.Counters == nil {
				continue
			}
			if n := f.Counters.Drops[r].Load(); n > 0 {
				lines = append(lines, fmt.Sprintf("%s: %v %d", f.Name, r, n))
			}
		}
		if n := w.w.Drops[r]; n > 0 {
			lines = append(lines, fmt.Sprintf("router: %v %d", r, n))
		}
	}
	return lines
}

// describe prints a packet, its tunnels and errors unfolded, and every wrong
// checksum.
func describe(b []byte) string {
	if len(b) > 0 && b[0]>>4 == 6 {
		return describe6(b)
	}
	p, err := ip.ParseIPv4(b)
	note := ""
	if err != nil {
		q, err2 := ip.QuotedIPv4(b)
		if err2 != nil {
			return fmt.Sprintf("%x (%v)", b, err)
		}
		p, note = q, " cut"
		if ip.Checksum(q[:q.HeaderLen()]) != 0 {
			note = " BAD"
		}
	}
	s := fmt.Sprintf("%v>%v ttl %d", p.Src(), p.Dst(), p.TTL())
	if p.TOS() != 0 {
		s += fmt.Sprintf(" tos %02x", p.TOS())
	}
	if p.DF() {
		s += " df"
	}
	if p.IsFragment() {
		return s + fmt.Sprintf(" frag %d+%d %v%s", p.Offset(), len(p.Payload()), p.MF(), note)
	}
	return s + payload(p, note != "") + note
}

func payload(p ip.IPv4, quoted bool) string {
	switch b := p.Payload(); {
	case quoted:
		return fmt.Sprintf(" proto %d", p.Protocol())
	case p.Protocol() == ip.ProtoGRE:
		return describeGRE(b)
	case p.Protocol() == ip.ProtoUDP:
		if u, err := ip.ParseUDP(p); err == nil {
			return fmt.Sprintf(" udp %d", len(u.Payload()))
		}
	case p.Protocol() == ip.ProtoTCP:
		if t, err := ip.ParseTCP(b); err == nil && ip.TransportChecksum(p, b) == 0 {
			return fmt.Sprintf(" tcp mss %d", t.MSS())
		}
	case p.Protocol() == ip.ProtoICMP:
		m, err := ip.ParseICMP(b)
		switch {
		case err != nil:
		case m.IsError():
			return fmt.Sprintf(" icmp %d/%d mtu %d (%s)", m.Type(), m.Code(), m.MTU(), describe(m.Body()))
		default:
			return fmt.Sprintf(" icmp %d", m.Type())
		}
	default:
		return fmt.Sprintf(" proto %d len %d", p.Protocol(), len(b))
	}
	return " BAD"
}

func describeGRE(b []byte) string {
	h, n, err := mgre.Parse(b)
	if err != nil {
		return fmt.Sprintf(" gre (%v)", err)
	}
	s := " gre"
	if h.HasKey {
		s += fmt.Sprintf(" key %d", h.Key)
	}
	if h.Checksum {
		s += " sum"
	}
	if h.Protocol != mgre.ProtoIPv4 && h.Protocol != mgre.ProtoIPv6 {
		return fmt.Sprintf("%s %04x %x", s, h.Protocol, b[n:])
	}
	if v6 := b[n]>>4 == 6; v6 != (h.Protocol == mgre.ProtoIPv6) {
		s += " BAD"
	}
	return s + " [" + describe(b[n:]) + "]"
}

// A flow makes packets for tests.
type flow struct {
	src, dst string
	ttl      uint8 // 0: 64
	tos      uint8
	df       bool
	id       uint16
	options  []byte
}

func (f flow) header() ip.Header {
	ttl := f.ttl
	if ttl == 0 {
		ttl = 64
	}
	return ip.Header{TOS: f.tos, ID: f.id, DF: f.df, TTL: ttl, Src: addr(f.src), Dst: addr(f.dst), Options: f.options}
}

// udp returns a UDP packet with n bytes of payload.
func (f flow) udp(n int) []byte {
	b, err := ip.AppendUDP(nil, f.header(), 1024, 33434, make([]byte, n))
	if err != nil {
		panic(err)
	}
	return b
}

// icmp returns an ICMP packet.
func (f flow) icmp(typ uint8) []byte {
	b, err := ip.AppendICMP(nil, f.header(), typ, 0, 0, make([]byte, 28))
	if err != nil {
		panic(err)
	}
	return b
}

// syn returns a TCP SYN with the MSS option.
func (f flow) syn(mss uint16) []byte {
	h := f.header()
	h.Protocol = ip.ProtoTCP
	b, err := ip.AppendIPv4(nil, h, 24)
	if err != nil {
		panic(err)
	}
	seg := make([]byte, 24)
	copy(seg, []byte{0xc0, 1, 0, 22})
	seg[12], seg[13], seg[20], seg[21] = 6<<4, ip.TCPSyn, 2, 4
	binary.BigEndian.PutUint16(seg[22:], mss)
	binary.BigEndian.PutUint16(seg[16:], ip.TransportChecksum(ip.IPv4(b), seg))
	return append(b, seg...)
}

// gre wraps inner in GRE from one NBMA address to the hub.
func gre(src string, h mgre.Header, inner []byte) []byte {
	return greTo(src, "203.0.113.1", h, inner)
}

func greTo(src, dst string, h mgre.Header, inner []byte) []byte {
	pkt := h.Append(nil, inner)
	b, err := ip.AppendIPv4(nil, ip.Header{TTL: 250, Protocol: ip.ProtoGRE, Src: addr(src), Dst: addr(dst)}, len(pkt))
	if err != nil {
		panic(err)
	}
	return append(b, pkt...)
}

// key1 is the header of packets to tun0, noKey of those to tun1.
var (
	key1  = mgre.Header{Protocol: mgre.ProtoIPv4, HasKey: true, Key: 1}
	noKey = mgre.Header{Protocol: mgre.ProtoIPv4}
)

// sameLines compares results line by line.
func sameLines(t testing.TB, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}
