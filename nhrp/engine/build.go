package engine

import (
	"net/netip"
	"time"

	"axle/nhrp"
)

// extensions returns the extensions of an originated message of the given
// types, in Cisco's order, empty but for authentication.
func (t *tunnel) extensions(types ...nhrp.ExtType) []nhrp.Extension {
	out := make([]nhrp.Extension, 0, len(types)+1)
	for _, x := range types {
		if x == nhrp.ExtAuth {
			if t.cfg.Auth != "" {
				out = append(out, t.authentication())
			}
			continue
		}
		out = append(out, nhrp.Extension{Type: x, Compulsory: x != nhrp.ExtNAT})
	}
	return out
}

// header returns the fixed part of an originated message.
func (t *tunnel) header(op nhrp.Op, dst netip.Addr) *nhrp.Message {
	return &nhrp.Message{
		Op: op, HopCount: hopCount,
		SrcNBMA: t.cfg.NBMA, SrcProto: t.addr(), DstProto: dst,
	}
}

// registration returns the registration request to a server. RFC 2332 §5.2.3.
func (t *tunnel) registration(s *server) *nhrp.Message {
	dst := s.addr
	if !dst.IsValid() {
		dst = t.addr() // the server's address is not known: it puts its own in
	}
	m := t.header(nhrp.RegistrationRequest, dst)
	m.RequestID = s.id
	m.Flags = nhrp.FlagNAT
	if t.cfg.Unique {
		m.Flags |= nhrp.FlagRegUnique
	}
	bits := uint8(t.addr().BitLen())
	m.Clients = []nhrp.Client{{PrefixLen: bits, MTU: t.cfg.MTU, Hold: t.cfg.Hold}}
	m.Extensions = t.extensions(nhrp.ExtResponder, nhrp.ExtForwardTransit, nhrp.ExtReverseTransit, nhrp.ExtAuth, nhrp.ExtNAT)
	proto := s.addr
	if !proto.IsValid() {
		proto = unspecified(t.addr())
	}
	m.Extension(nhrp.ExtNAT).Clients = []nhrp.Client{{PrefixLen: bits, MTU: t.cfg.MTU, NBMA: s.nbma, Proto: proto}}
	return m
}

// resolution returns a resolution request. RFC 2332 §5.2.1.
func (t *tunnel) resolution(id uint32, dst netip.Addr) *nhrp.Message {
	m := t.header(nhrp.ResolutionRequest, dst)
	m.RequestID = id
	m.Flags = nhrp.FlagRouter | nhrp.FlagAuthoritative | nhrp.FlagSourceStable | nhrp.FlagNAT
	m.Clients = []nhrp.Client{{MTU: t.cfg.MTU, Hold: t.cfg.Hold}}
	m.Extensions = t.extensions(nhrp.ExtResponder, nhrp.ExtForwardTransit, nhrp.ExtReverseTransit, nhrp.ExtAuth, nhrp.ExtNAT)
	m.Extension(nhrp.ExtNAT).Clients = t.translated()
	return m
}

// purge returns a purge request for a prefix. RFC 2332 §5.2.5.
func (t *tunnel) purge(id uint32, dst netip.Addr, p netip.Prefix) *nhrp.Message {
	m := t.header(nhrp.PurgeRequest, dst)
	m.RequestID = id
	m.Clients = []nhrp.Client{{PrefixLen: uint8(p.Bits()), MTU: t.cfg.MTU, Proto: p.Addr()}}
	m.Extensions = t.extensions(nhrp.ExtForwardTransit, nhrp.ExtReverseTransit, nhrp.ExtAuth, nhrp.ExtNAT)
	return m
}

// indication returns a traffic indication for a packet. It is addressed to the
// packet's source and carries the IP header and the 8 bytes after it.
func (t *tunnel) indication(src netip.Addr, packet []byte, header int) *nhrp.Message {
	m := t.header(nhrp.TrafficIndication, src)
	m.Packet = append([]byte(nil), packet[:min(len(packet), header+8)]...)
	m.Extensions = t.extensions(nhrp.ExtForwardTransit, nhrp.ExtReverseTransit, nhrp.ExtAuth, nhrp.ExtNAT)
	return m
}

// errorIndication returns an error indication about a packet. RFC 2332 §5.2.7.
// It has no extensions; 16 zero bytes follow the packet, or IOS complains.
func (t *tunnel) errorIndication(code nhrp.ErrorCode, dst netip.Addr, packet []byte) *nhrp.Message {
	m := t.header(nhrp.ErrorIndication, dst)
	m.ErrorCode = code
	m.Packet = append(append([]byte(nil), packet[:min(len(packet), MaxErrorPacket)]...), make([]byte, 16)...)
	return m
}

// self returns the entry by which this router names itself in responder and
// transit records. RFC 2332 §5.3.1, §5.3.2.
func (t *tunnel) self(nbma netip.Addr) nhrp.Client {
	return nhrp.Client{MTU: t.cfg.MTU, Hold: t.cfg.Hold, NBMA: nbma, Proto: t.addr()}
}

// translated returns the entry that tells our address behind NAT; none if we
// are not translated.
func (t *tunnel) translated() []nhrp.Client {
	if !t.public.IsValid() {
		return nil
	}
	return []nhrp.Client{{PrefixLen: uint8(t.addr().BitLen()), MTU: t.cfg.MTU, NBMA: t.public, Proto: t.addr()}}
}

// replyTo returns a reply of type op that repeats what a request says, with an
// authentication of this tunnel. The request stays as it was.
func (t *tunnel) replyTo(m *nhrp.Message, op nhrp.Op) *nhrp.Message {
	r := *m
	r.Op, r.HopCount = op, hopCount
	r.Clients = append([]nhrp.Client(nil), m.Clients...)
	r.Extensions = t.rewritten(m.Extensions)
	return &r
}

// rewritten copies extensions, with the authentication of this tunnel in place
// of the sender's: it holds from hop to hop. RFC 2332 §5.3.4.
func (t *tunnel) rewritten(in []nhrp.Extension) []nhrp.Extension {
	out := make([]nhrp.Extension, 0, len(in)+1)
	done := t.cfg.Auth == ""
	add := func() {
		if !done {
			out = append(out, t.authentication())
			done = true
		}
	}
	for _, x := range in {
		switch x.Type {
		case nhrp.ExtAuth:
			add()
			continue
		case nhrp.ExtNAT, nhrp.ExtVendor:
			add() // where the sender has none
		}
		x.Clients = append([]nhrp.Client(nil), x.Clients...)
		out = append(out, x)
	}
	add()
	return out
}

// hostPrefix returns the prefix of a host.
func hostPrefix(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

// unspecified returns 0.0.0.0 or ::, whichever is of a's family.
func unspecified(a netip.Addr) netip.Addr {
	if a.Is4() {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}

// unicast reports whether a can be the address of a host of t's protocol.
func (t *tunnel) unicast(a netip.Addr) bool {
	return a.IsValid() && a.Is4() == t.addr().Is4() && !a.IsUnspecified() && !a.IsMulticast() &&
		!a.IsLoopback() && a != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// nbmaUnicast reports whether a can be a peer's NBMA address.
func (t *tunnel) nbmaUnicast(a netip.Addr) bool {
	return a.IsValid() && a.Is4() == t.cfg.NBMA.Is4() && !a.IsUnspecified() && !a.IsMulticast() &&
		a != netip.AddrFrom4([4]byte{255, 255, 255, 255}) && a != t.cfg.NBMA
}

// seconds returns d as a whole number of seconds, at least one.
func seconds(d time.Duration) time.Duration {
	return max(time.Second, d.Truncate(time.Second))
}
