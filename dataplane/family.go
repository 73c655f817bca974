package dataplane

import (
	"encoding/binary"
	"net/netip"

	"axle/internal/ip"
	"axle/mgre"
)

// What differs between the families by a field alone. Behind input the version
// field of a packet is 4 or 6, and the fixed header is there.

// is6 tells whether the packet is one of IPv6.
func (t *transit) is6() bool { return t.buf[t.off]>>4 == 6 }

// proto returns the type of the packet as a GRE payload.
func (t *transit) proto() uint16 {
	if t.is6() {
		return mgre.ProtoIPv6
	}
	return mgre.ProtoIPv4
}

func (t *transit) src() netip.Addr {
	if t.is6() {
		return addr6(t.buf[t.off+8:])
	}
	return addr4(t.buf[t.off+12:])
}

func (t *transit) dst() netip.Addr {
	if t.is6() {
		return addr6(t.buf[t.off+24:])
	}
	return addr4(t.buf[t.off+16:])
}

func addr4(b []byte) netip.Addr { return netip.AddrFrom4([4]byte(b)) }
func addr6(b []byte) netip.Addr { return netip.AddrFrom16([16]byte(b)) }

// pair returns both addresses.
func (t *transit) pair() pair {
	b, be := t.buf[t.off:], binary.BigEndian
	if t.is6() {
		return pair{be.Uint64(b[8:]), be.Uint64(b[16:]), be.Uint64(b[24:]), be.Uint64(b[32:])}
	}
	return pair{be.Uint64(b[12:])}
}

// ttl returns the TTL or hop limit.
func (t *transit) ttl() uint8 {
	b := t.buf[t.off:]
	if b[0]>>4 == 6 {
		return b[7]
	}
	return b[8]
}

// decrement takes one from the TTL or hop limit.
func (t *transit) decrement() {
	if t.is6() {
		t.buf[t.off+7]--
		return
	}
	t.packet().DecrementTTL()
}

// increment gives it back.
func (t *transit) increment() {
	if t.is6() {
		t.buf[t.off+7]++
		return
	}
	t.buf[t.off+8]++
	t.packet().UpdateHeaderChecksum()
}

// tos returns the type of service or traffic class.
func (t *transit) tos() uint8 {
	if t.is6() {
		return ip.IPv6(t.data()).TrafficClass()
	}
	return t.packet().TOS()
}

// df tells whether the packet must not be fragmented on its way.
func (t *transit) df() bool { return t.is6() || t.packet().DF() }

// limit returns the largest packet of the family that goes out by out, bytes.
func (t *transit) limit(out *Interface) int {
	if t.is6() {
		return out.ip6MTU()
	}
	return out.ipMTU()
}

// isGroup tells whether the packet goes to more than one host: a group, or a
// broadcast address.
func (t *transit) isGroup() bool {
	if t.is6() {
		return t.buf[t.off+24] == 0xff
	}
	p := t.packet()
	if isGroup(p) {
		return true
	}
	l, ok := t.vrf.v4.local[p.DstNumber()]
	return ok && l.broadcast
}

// redirects tells whether a packet that came in by the tunnel t.in and leaves by out
// stays in one NHRP network whose redirects are wanted.
func (t *transit) redirects(out *Interface) bool {
	if t.is6() {
		return t.in.Redirect6 && t.in.NetworkID6 != 0 && t.in.NetworkID6 == out.NetworkID6
	}
	return t.in.Redirect && t.in.NetworkID != 0 && t.in.NetworkID == out.NetworkID
}

// owner returns what is known of an address that is received in the VRF.
func (v *vrf) owner(a netip.Addr) (localAddr, bool) {
	if a.Is4() {
		l, ok := v.v4.local[number(a)]
		return l, ok
	}
	l, ok := v.v6.local[a.As16()]
	return l, ok
}

// wholeIP checks the header of the packet at the beginning of b, of either family. It
// returns the length of the packet.
func wholeIP(b []byte) (int, error) {
	if len(b) > 0 && b[0]>>4 == 6 {
		p, err := ip.ParseIPv6(b)
		return len(p), err
	}
	p, err := ip.ParseIPv4(b)
	return len(p), err
}
