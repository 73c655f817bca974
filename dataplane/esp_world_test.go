package dataplane_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"

	"axle/dataplane"
	"axle/internal/ip"
	"axle/ipsec/esp"
	"axle/ipsec/suite"
)

// describePunt prints what IPsec says to the owner.
func describePunt(name string, p dataplane.Punt) string {
	switch p.Reason {
	case dataplane.PuntNoSA:
		s := fmt.Sprintf("wanted %s %v", name, p.From)
		if p.FromPort != 0 {
			s += fmt.Sprintf(" port %d", p.FromPort)
		}
		return s
	case dataplane.PuntUnknownSPI:
		return fmt.Sprintf("unknown SPI %x %s %v", p.SPI, name, p.Remote)
	case dataplane.PuntClear:
		return fmt.Sprintf("clear %s %v", name, p.From)
	case dataplane.PuntMoved:
		return fmt.Sprintf("moved SPI %x %s %v", p.SPI, name, p.Remote)
	}
	return fmt.Sprintf("ike %s %v>%v %x", name, p.Remote, p.Local, p.Data)
}

// A sealing is how two ends protect what is between them.
type sealing struct {
	name   string
	tunnel bool
	cbc    bool
	esn    bool
	nat    bool // ESP in UDP; the spoke is behind a NAT box
}

var sealings = []sealing{
	{name: "transport GCM"},
	{name: "transport GCM ESN", esn: true},
	{name: "transport CBC", cbc: true},
	{name: "tunnel GCM", tunnel: true},
	{name: "tunnel CBC", tunnel: true, cbc: true},
	{name: "transport GCM NAT", nat: true},
	{name: "tunnel GCM NAT", tunnel: true, nat: true},
}

// params returns one direction between two addresses, as its sender sees them.
func (k sealing) params(spi uint32, src, dst netip.AddrPort) esp.Params {
	p := esp.Params{
		SPI: spi, Src: src.Addr(), Dst: dst.Addr(), Tunnel: k.tunnel, ESN: k.esn, Window: 64,
		Encryption: suite.EncryptionAESGCM16, KeyBits: 128, Key: make([]byte, 20),
	}
	if k.nat {
		p.SrcPort, p.DstPort = src.Port(), dst.Port()
	}
	if k.cbc {
		p.Encryption, p.Integrity, p.Key, p.IntegrityKey = suite.EncryptionAESCBC, suite.IntegritySHA256128, p.Key[:16], make([]byte, 32)
		p.IntegrityKey[0] = byte(spi)
	}
	p.Key[0], p.Key[1], p.Key[2] = byte(spi>>8), byte(spi), 7
	return p
}

// pairs returns the associations between a hub and a spoke as both see them. What
// the hub sends has the SPI base, what the spoke sends base+1. real is what the
// spoke takes for its own address; behind a NAT box it is another one than spoke.
func (k sealing) pairs(id uint64, hub, spoke, real netip.Addr, port uint16, base uint32) (atHub, atSpoke *dataplane.SAPair) {
	hubEnd, seen, own := netip.AddrPortFrom(hub, 4500), netip.AddrPortFrom(spoke, port), netip.AddrPortFrom(real, 4500)
	must := func(local, remote netip.Addr, in, out esp.Params) *dataplane.SAPair {
		p, err := dataplane.NewSAPair(id, local, remote, in, out)
		if err != nil {
			panic(err)
		}
		return p
	}
	agreed := spoke // the spoke's address within the GRE packets of tunnel mode
	atHub = must(hub, agreed, k.params(base+1, seen, hubEnd), k.params(base, hubEnd, seen))
	if !k.tunnel {
		agreed = real // transport mode has no other than that of the packet
	}
	atSpoke = must(agreed, hub, k.params(base, hubEnd, own), k.params(base+1, own, hubEnd))
	return atHub, atSpoke
}

// A spoke is a peer that protects what it sends.
type spoke struct {
	k    sealing
	pair *dataplane.SAPair
}

// spokesOf are the spokes by NBMA address.
type spokesOf map[netip.Addr]*spoke

// add makes associations between the router at 203.0.113.1 and a spoke.
func (ss spokesOf) add(w *world, k sealing, nbma netip.Addr, base uint32) *spoke {
	atHub, atSpoke := k.pairs(uint64(base), addr("203.0.113.1"), nbma, nbma, 4500, 0x1000+base)
	w.sadb = w.sadb.Install(atHub, true)
	w.snap = nil
	s := &spoke{k, atSpoke}
	ss[nbma] = s
	return s
}

// sends tells whether a packet is one that a spoke protects: GRE to the router.
func (ss spokesOf) sends(p modelPacket) bool {
	return p.what == "gre" && p.dst == "203.0.113.1" && ss[addr(p.src)] != nil
}

// seal protects a GRE packet.
func (s *spoke) seal(b []byte) []byte {
	q, err := ip.ParseIPv4(b)
	if err != nil {
		panic(err)
	}
	payload, next := []byte(q.Payload()), uint8(ip.ProtoGRE)
	if s.k.tunnel {
		payload, next = q, ip.ProtoIPIP
	}
	return s.sealRaw(payload, next, ip.Header{TOS: q.TOS(), TTL: q.TTL()})
}

// sealRaw protects anything.
func (s *spoke) sealRaw(payload []byte, next uint8, h ip.Header) []byte {
	out := s.pair.Out
	buf := make([]byte, out.Head()+len(payload)+out.Tail())
	copy(buf[out.Head():], payload)
	start, n, err := out.Seal(buf, out.Head(), len(payload), next, 1)
	if err != nil {
		panic(err)
	}
	h.Protocol, h.Src, h.Dst = ip.ProtoESP, s.pair.Local, s.pair.Remote
	buf = buf[start : start+n]
	if s.k.nat {
		b, err := ip.AppendUDP(nil, h, s.pair.Port, 4500, buf)
		if err != nil {
			panic(err)
		}
		return b
	}
	b, err := ip.AppendIPv4(nil, h, len(buf))
	if err != nil {
		panic(err)
	}
	return append(b, buf...)
}

// clear takes protection off a packet of the router; one without it stays as it
// is.
func (ss spokesOf) clear(q ip.IPv4) ip.IPv4 {
	b := bytes.Clone(q.Payload())
	s := ss[q.Dst()]
	switch {
	case s == nil:
		return q
	case q.Protocol() == ip.ProtoESP && !s.k.nat:
	case q.Protocol() == ip.ProtoUDP && s.k.nat && binary.BigEndian.Uint16(b) == 4500 && binary.BigEndian.Uint16(b[2:]) == 4500:
		b = b[ip.UDPHeaderLen:]
	default:
		return q
	}
	payload, next, err := s.pair.In.Open(b, 1)
	switch {
	case err != nil:
		panic(err)
	case !s.k.tunnel && next == ip.ProtoGRE:
		h := ip.Header{TOS: q.TOS(), ID: q.ID(), DF: q.DF(), TTL: q.TTL(), Protocol: next, Src: q.Src(), Dst: q.Dst()}
		b, err := ip.AppendIPv4(nil, h, len(payload))
		if err != nil {
			panic(err)
		}
		return ip.IPv4(append(b, payload...))
	case s.k.tunnel && next == ip.ProtoIPIP:
		inner, err := ip.ParseIPv4(payload)
		if err != nil || inner.TTL() != q.TTL() || inner.TOS() != q.TOS() || inner.DF() != q.DF() {
			panic(fmt.Sprint("inner header: ", describe(payload)))
		}
		return inner
	}
	panic(fmt.Sprint("opened to protocol ", next))
}
