package dataplane

import (
	"encoding/binary"
	"net/netip"

	"axle/internal/ip"
	"axle/rib"
)

// index holds the look-up tables of a snapshot, by IPv4 addresses as numbers.
type index struct {
	byName map[string]*Interface
	local  map[uint32]localAddr // what interfaces that are up receive
	// tunnels finds the interface of a GRE packet. The remote address is zero for
	// multipoint tunnels.
	tunnels map[tunnelKey]*Interface
	ends    map[uint32]bool    // local addresses of tunnels
	keys    map[tunnelKey]bool // the same with their keys; no remote address
}

// A localAddr is an address that is received and not forwarded.
type localAddr struct {
	owner     *Interface
	broadcast bool // of a connected network, all ones or all zeros
}

// A tunnelKey identifies a tunnel interface by what a GRE packet carries.
type tunnelKey struct {
	local, remote uint32
	key           uint32
	hasKey        bool
}

// NewSnapshot makes the look-up tables of a snapshot. It sets the Index of each
// interface and gives Counters to those that have none; a nil interface is a
// place without one. Where two tunnels cannot be told apart, or two interfaces
// have one address, the first has it.
func NewSnapshot(ifs []*Interface, fib *rib.FIB) *Snapshot {
	s := &Snapshot{Interfaces: ifs, FIB: fib, index: index{
		byName:  make(map[string]*Interface, len(ifs)),
		local:   make(map[uint32]localAddr),
		tunnels: make(map[tunnelKey]*Interface),
		ends:    make(map[uint32]bool),
		keys:    make(map[tunnelKey]bool),
	}}
	for i, f := range ifs {
		if f == nil {
			continue
		}
		f.Index = i
		if f.Counters == nil {
			f.Counters = new(Counters)
		}
		s.byName[f.Name] = f
		if f.Up {
			s.addOwn(f)
		}
		if f.Kind == TunnelGRE {
			s.addTunnel(f)
		}
	}
	for _, f := range ifs { // own addresses first: a /32 may be another's broadcast
		if f != nil && f.Up {
			s.addBroadcasts(f)
		}
	}
	return s
}

func (s *Snapshot) addOwn(f *Interface) {
	for _, p := range f.Addrs {
		if p.Addr().Is4() {
			s.addLocal(number(p.Addr()), localAddr{owner: f})
		}
	}
}

// addBroadcasts makes the directed broadcast addresses of connected networks
// received; IOS does not forward them, either.
func (s *Snapshot) addBroadcasts(f *Interface) {
	for _, p := range f.Addrs {
		if p.Addr().Is4() && p.Bits() <= 30 {
			host := uint32(1)<<(32-p.Bits()) - 1
			s.addLocal(number(p.Addr())|host, localAddr{f, true})
			s.addLocal(number(p.Addr())&^host, localAddr{f, true})
		}
	}
}

func (s *Snapshot) addLocal(a uint32, l localAddr) {
	if _, ok := s.local[a]; !ok {
		s.local[a] = l
	}
}

func (s *Snapshot) addTunnel(f *Interface) {
	t := f.Tunnel
	if t == nil || !t.Source.Is4() {
		return
	}
	k := tunnelKey{local: number(t.Source), hasKey: t.HasKey}
	if t.HasKey {
		k.key = t.Key
	}
	s.ends[k.local] = true
	s.keys[k] = true
	if !t.Multipoint {
		if !t.Dest.Is4() {
			return
		}
		k.remote = number(t.Dest)
	}
	if _, ok := s.tunnels[k]; !ok {
		s.tunnels[k] = f
	}
}

// tunnel returns the tunnel interface of a GRE packet, or why there is none.
func (s *Snapshot) tunnel(k tunnelKey) (*Interface, DropReason) {
	if f := s.tunnels[k]; f != nil {
		return f, 0
	}
	k.remote = 0
	if f := s.tunnels[k]; f != nil {
		return f, 0
	}
	if s.keys[k] {
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

// lookup returns the hop for a packet: one of equal ones by its addresses, of
// those whose interface is up if there is any.
func (s *Snapshot) lookup(src, dst netip.Addr) (*rib.Hop, bool) {
	if s.FIB == nil {
		return nil, false
	}
	e, ok := s.FIB.Lookup(dst)
	if !ok || len(e.Hops) == 0 {
		return nil, false
	}
	e.Hits.Add(1)
	if len(e.Hops) == 1 {
		return &e.Hops[0], true
	}
	n := len(e.Hops)
	first := int(flowHash(number(src), number(dst)) % uint32(n))
	for i := range n {
		h := &e.Hops[(first+i)%n]
		if f := s.byName[h.Interface]; h.Drop || h.Local || f != nil && f.Up {
			return h, true
		}
	}
	return &e.Hops[first], true
}

// flowHash spreads the flows over equal paths.
func flowHash(src, dst uint32) uint32 {
	h := uint64(src)<<32 | uint64(dst)
	h *= 0x9e3779b97f4a7c15
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return uint32(h >> 33)
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

// addr returns the first IPv4 address of the interface, or the zero Addr.
func (f *Interface) addr() netip.Addr {
	for _, p := range f.Addrs {
		if p.Addr().Is4() {
			return p.Addr()
		}
	}
	return netip.Addr{}
}

// Owner returns the index of the interface that is up and has the address a, or
// -1.
func (s *Snapshot) Owner(a netip.Addr) int {
	if !a.Is4() {
		return -1
	}
	if l, ok := s.local[number(a)]; ok && !l.broadcast {
		return l.owner.Index
	}
	return -1
}
