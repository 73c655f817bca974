package dataplane

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"axle/internal/ip"
	"axle/rib"
)

// index holds the look-up tables of a snapshot.
type index struct {
	byName map[string]*Interface
	vrfs   []vrf // by number; the global one first
}

// A vrf is a routing table and what is received in it. No packet of one is looked
// up in another; what passes from one to the other are routes by an interface, and
// tunnels.
type vrf struct {
	number int
	fib    *rib.FIB        // nil: no routes
	v4     table[uint32]   // by addresses as numbers
	v6     table[[16]byte] // but for link-local addresses, which are an interface's own
}

// A table holds what is found by addresses of one family.
type table[A comparable] struct {
	local map[A]localAddr // what interfaces that are up receive
	// tunnels finds the interface of a GRE packet. The remote address is zero for
	// multipoint tunnels.
	tunnels map[tunnelKey[A]]*Interface
	ends    map[A]bool            // local addresses of tunnels
	keys    map[tunnelKey[A]]bool // the same with their keys; no remote address
}

func newTable[A comparable]() table[A] {
	return table[A]{
		local: make(map[A]localAddr), tunnels: make(map[tunnelKey[A]]*Interface),
		ends: make(map[A]bool), keys: make(map[tunnelKey[A]]bool),
	}
}

// A localAddr is an address that is received and not forwarded.
type localAddr struct {
	owner     *Interface
	broadcast bool // of a connected network, all ones or all zeros
}

// A tunnelKey identifies a tunnel interface by what a GRE packet carries.
type tunnelKey[A comparable] struct {
	local, remote A
	key           uint32
	hasKey        bool
}

// NewSnapshot makes the look-up tables of a snapshot. It sets the Index of each
// interface and gives Counters to those that have none; a nil interface is a
// place without one. Where two tunnels cannot be told apart, or two interfaces
// have one address in one VRF, the first has it. The VRF with number n has the
// routes vrfs[n-1]; one without a number there has none.
func NewSnapshot(ifs []*Interface, fib *rib.FIB, vrfs ...*rib.FIB) *Snapshot {
	s := &Snapshot{Interfaces: ifs, index: index{byName: make(map[string]*Interface, len(ifs))}}
	s.addVRFs(append([]*rib.FIB{fib}, vrfs...))
	for i, f := range ifs {
		if f == nil {
			continue
		}
		f.Index, f.six, f.vrf = i, hasIPv6(f.Addrs), &s.vrfs[f.VRF]
		if f.Counters == nil {
			f.Counters = new(Counters)
		}
		s.byName[f.Name] = f
		if f.Up {
			f.vrf.addOwn(f)
		}
		if f.Kind == TunnelGRE && f.Tunnel != nil {
			f.under = &s.vrfs[f.Tunnel.VRF]
			f.under.addTunnel(f)
		}
	}
	for _, f := range ifs { // own addresses first: a /32 may be another's broadcast
		if f != nil && f.Up {
			f.vrf.addBroadcasts(f)
		}
	}
	return s
}

// addVRFs makes the tables, of every VRF that has routes or an interface.
func (s *Snapshot) addVRFs(fibs []*rib.FIB) {
	n := len(fibs)
	for _, f := range s.Interfaces {
		if f != nil {
			n = max(n, f.VRF+1)
		}
		if f != nil && f.Tunnel != nil {
			n = max(n, f.Tunnel.VRF+1)
		}
	}
	s.vrfs = make([]vrf, n)
	for i := range s.vrfs {
		v := &s.vrfs[i]
		v.number, v.v4, v.v6 = i, newTable[uint32](), newTable[[16]byte]()
		if i < len(fibs) {
			v.fib = fibs[i]
		}
	}
}

// hasIPv6 tells whether there is an IPv6 address among those of an interface.
func hasIPv6(addrs []netip.Prefix) bool {
	return slices.ContainsFunc(addrs, func(p netip.Prefix) bool { return p.Addr().Is6() })
}

func (v *vrf) addOwn(f *Interface) {
	for _, p := range f.Addrs {
		switch a := p.Addr(); {
		case a.Is4():
			v.v4.addLocal(number(a), localAddr{owner: f})
		case !a.IsLinkLocalUnicast():
			v.v6.addLocal(a.As16(), localAddr{owner: f})
		}
	}
}

// addBroadcasts makes the directed broadcast addresses of connected networks
// received; IOS does not forward them, either.
func (v *vrf) addBroadcasts(f *Interface) {
	for _, p := range f.Addrs {
		if p.Addr().Is4() && p.Bits() <= 30 {
			host := uint32(1)<<(32-p.Bits()) - 1
			v.v4.addLocal(number(p.Addr())|host, localAddr{f, true})
			v.v4.addLocal(number(p.Addr())&^host, localAddr{f, true})
		}
	}
}

func (x *table[A]) addLocal(a A, l localAddr) {
	if _, ok := x.local[a]; !ok {
		x.local[a] = l
	}
}

func (v *vrf) addTunnel(f *Interface) {
	t := f.Tunnel
	switch {
	case !t.Multipoint && t.Dest.IsValid() && t.Dest.Is4() != t.Source.Is4():
	case t.Source.Is4():
		var dest uint32
		if t.Dest.IsValid() {
			dest = number(t.Dest)
		}
		v.v4.addTunnel(f, number(t.Source), dest)
	case t.Source.Is6():
		var dest [16]byte
		if t.Dest.IsValid() {
			dest = t.Dest.As16()
		}
		v.v6.addTunnel(f, t.Source.As16(), dest)
	}
}

// addTunnel adds the tunnel interface f between two addresses.
func (x *table[A]) addTunnel(f *Interface, local, remote A) {
	t := f.Tunnel
	k := tunnelKey[A]{local: local, hasKey: t.HasKey}
	if t.HasKey {
		k.key = t.Key
	}
	x.ends[k.local] = true
	x.keys[k] = true
	if !t.Multipoint {
		if !t.Dest.IsValid() {
			return
		}
		k.remote = remote
	}
	if _, ok := x.tunnels[k]; !ok {
		x.tunnels[k] = f
	}
}

// tunnel returns the tunnel interface of a GRE packet, or why there is none.
func (x *table[A]) tunnel(k tunnelKey[A]) (*Interface, DropReason) {
	if f := x.tunnels[k]; f != nil {
		return f, 0
	}
	var any A
	k.remote = any
	if f := x.tunnels[k]; f != nil {
		return f, 0
	}
	if x.keys[k] {
		return nil, DropTunnelPeer
	}
	return nil, DropTunnelKey
}

// iface returns the interface with index i, or nil.
func (s *Snapshot) iface(i int) *Interface {
	if i < 0 || i >= len(s.Interfaces) {
		return nil
	}
	return s.Interfaces[i]
}

// lookup returns what the routes of the VRF say of a destination, and counts the
// packet.
func (v *vrf) lookup(dst netip.Addr) (*rib.FIBEntry, bool) {
	if v.fib == nil {
		return nil, false
	}
	e, ok := v.fib.Lookup(dst)
	if !ok || len(e.Hops) == 0 {
		return nil, false
	}
	e.Hits.Add(1)
	return e, true
}

// choose returns the hop for a packet: one of equal ones by its addresses, of
// those whose interface is up if there is any.
func (s *Snapshot) choose(e *rib.FIBEntry, src, dst netip.Addr) *rib.Hop {
	n := len(e.Hops)
	first := int(flowHash(src, dst) % uint32(n))
	for i := range n {
		h := &e.Hops[(first+i)%n]
		if f := s.byName[h.Interface]; h.Drop || h.Local || f != nil && f.Up {
			return h
		}
	}
	return &e.Hops[first]
}

// flowHash spreads the flows over equal paths.
func flowHash(src, dst netip.Addr) uint32 {
	h := fold(src)<<32 ^ fold(dst)
	h *= 0x9e3779b97f4a7c15
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return uint32(h >> 33)
}

// fold returns an address as a number: an IPv4 address as it is, one of IPv6 with its
// words mixed.
func fold(a netip.Addr) uint64 {
	if a.Is4() {
		return uint64(number(a))
	}
	b := a.As16()
	h := binary.BigEndian.Uint64(b[:8])*0x9e3779b97f4a7c15 ^ binary.BigEndian.Uint64(b[8:])
	return h ^ h>>32
}

// number returns an IPv4 address as a number.
func number(a netip.Addr) uint32 {
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// ipMTU returns the largest IPv4 packet that the interface carries, bytes.
func (f *Interface) ipMTU() int {
	switch {
	case f.IPMTU > 0:
		return f.IPMTU
	case f.MTU > 0:
		return f.MTU
	}
	return ip.MaxLen
}

// ip6MTU returns the largest IPv6 packet that the interface carries, bytes.
func (f *Interface) ip6MTU() int {
	switch {
	case f.IP6MTU > 0:
		return f.IP6MTU
	case f.MTU > 0:
		return f.MTU
	}
	return ip.MaxLen
}

// addr returns the first IPv4 address of the interface, or the zero Addr.
func (f *Interface) addr() netip.Addr {
	for _, p := range f.Addrs {
		if p.Addr().Is4() {
			return p.Addr()
		}
	}
	return netip.Addr{}
}

// Owner returns the index of the interface of a VRF that is up and has the address
// a, or -1. No interface owns a link-local address: more than one may have it.
func (s *Snapshot) Owner(vrf int, a netip.Addr) int {
	if vrf < 0 || vrf >= len(s.vrfs) || !a.IsValid() {
		return -1
	}
	l, _ := s.vrfs[vrf].owner(a)
	if l.owner == nil || l.broadcast {
		return -1
	}
	return l.owner.Index
}
