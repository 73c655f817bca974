package dataplane

import (
	"iter"
	"maps"
	"net/netip"
	"slices"
)

// An SADB is the security associations of a router: which one sends to a peer,
// and which one an SPI means. It is immutable; what changes it returns another one,
// which shares all but a few small parts with the old. A nil SADB is empty.
type SADB struct {
	bySPI  sharded[uint32, *SAPair]
	byID   sharded[uint64, *SAPair]
	byPeer sharded[peerKey, []*SAPair] // those that may send; the last one does
}

// A peerKey names a peer. With port 0 it is any peer at the address; else the one
// whose packets come from that port of a NAT box.
type peerKey struct {
	local, remote [16]byte
	vrf, port     uint32
}

func keyOf(vrf int, local, remote netip.Addr, port uint16) peerKey {
	return peerKey{local.As16(), remote.As16(), uint32(vrf), uint32(port)}
}

func (k *peerKey) shard() uint8 {
	return k.remote[15] ^ k.remote[14]*31 ^ k.remote[13]*17 ^ uint8(k.port)
}

// Install adds a pair. With send, packets to the peer use it from now on.
func (d *SADB) Install(p *SAPair, send bool) *SADB {
	d, _ = d.Remove(p.ID)
	d = d.copied()
	d.byID.set(uint8(p.ID), p.ID, p)
	d.bySPI.set(uint8(p.spi), p.spi, p)
	if send {
		d.addSender(p)
	}
	return d
}

// Activate makes packets to the peer use the pair id, which was installed without
// that.
func (d *SADB) Activate(id uint64) *SADB {
	p := d.Pair(id)
	if p == nil || slices.Contains(d.senders(p, 0), p) {
		return d
	}
	d = d.copied()
	d.addSender(p)
	return d
}

// Move changes where the packets of the pair id go: a NAT box gave its peer
// another address or port.
func (d *SADB) Move(id uint64, peer netip.AddrPort) *SADB {
	old := d.Pair(id)
	if old == nil {
		return d
	}
	p := old.moved(peer)
	d = d.copied()
	d.byID.set(uint8(id), id, p)
	if d.Receiver(p.spi) == old {
		d.bySPI.set(uint8(p.spi), p.spi, p)
	}
	all := d.senders(old, 0)
	i := slices.Index(all, old)
	if i < 0 {
		return d
	}
	all = slices.Clone(all)
	all[i] = p
	d.setSenders(old, 0, all)
	if port := old.Peer.Port(); port != 0 {
		d.setSenders(old, port, without(d.senders(old, port), old))
	}
	if port := p.Peer.Port(); port != 0 {
		d.setSenders(p, port, with(d.senders(p, port), p))
	}
	return d
}

// Remove takes the pair id away and returns it; the caller closes it. Packets to
// the peer use the one before it again, if there is one.
func (d *SADB) Remove(id uint64) (*SADB, *SAPair) {
	p := d.Pair(id)
	if p == nil {
		return d, nil
	}
	d = d.copied()
	d.byID.drop(uint8(id), id)
	if d.Receiver(p.spi) == p {
		d.bySPI.drop(uint8(p.spi), p.spi)
	}
	d.setSenders(p, 0, without(d.senders(p, 0), p))
	if port := p.Peer.Port(); port != 0 {
		d.setSenders(p, port, without(d.senders(p, port), p))
	}
	return d, p
}

// Pair returns the pair id, or nil.
func (d *SADB) Pair(id uint64) *SAPair {
	if d == nil {
		return nil
	}
	return d.byID[uint8(id)][id]
}

// Receiver returns the pair whose inbound association has the SPI, or nil.
func (d *SADB) Receiver(spi uint32) *SAPair {
	if d == nil {
		return nil
	}
	return d.bySPI[uint8(spi)][spi]
}

// Sender returns the pair for GRE packets from local to remote, or nil. port tells
// peers behind one NAT box apart: it is the one that their packets come from. 0 is
// any of them.
func (d *SADB) Sender(vrf int, local, remote netip.Addr, port uint16) *SAPair {
	if d == nil {
		return nil
	}
	k := keyOf(vrf, local, remote, port)
	s := d.byPeer[k.shard()][k]
	if len(s) == 0 {
		return nil
	}
	return s[len(s)-1]
}

// All yields all pairs, in no order.
func (d *SADB) All() iter.Seq[*SAPair] {
	return func(yield func(*SAPair) bool) {
		if d == nil {
			return
		}
		for i := range d.byID {
			for _, p := range d.byID[i] {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// copied returns an SADB to be changed, with parts that must not be.
func (d *SADB) copied() *SADB {
	c := new(SADB)
	if d != nil {
		*c = *d
	}
	return c
}

// addSender makes p the pair that sends to its peer.
func (d *SADB) addSender(p *SAPair) {
	d.setSenders(p, 0, with(d.senders(p, 0), p))
	if port := p.Peer.Port(); port != 0 {
		d.setSenders(p, port, with(d.senders(p, port), p))
	}
}

// senders returns what may send to the peer of p by a port, or by any.
func (d *SADB) senders(p *SAPair, port uint16) []*SAPair {
	k := keyOf(p.VRF, p.Local, p.Remote, port)
	return d.byPeer[k.shard()][k]
}

func (d *SADB) setSenders(p *SAPair, port uint16, s []*SAPair) {
	k := keyOf(p.VRF, p.Local, p.Remote, port)
	if len(s) == 0 {
		d.byPeer.drop(k.shard(), k)
		return
	}
	d.byPeer.set(k.shard(), k, s)
}

// with returns s with p at the end.
func with(s []*SAPair, p *SAPair) []*SAPair { return append(s[:len(s):len(s)], p) }

// without returns s without p.
func without(s []*SAPair, p *SAPair) []*SAPair {
	return slices.DeleteFunc(slices.Clone(s), func(q *SAPair) bool { return q == p })
}

// shards is how many parts a sharded map has.
const shards = 256

// A sharded is a map in parts. Copies share the parts: a change makes a new one
// and leaves the old copies as they are.
type sharded[K comparable, V any] [shards]map[K]V

func (m *sharded[K, V]) set(at uint8, k K, v V) {
	part := maps.Clone(m[at])
	if part == nil {
		part = make(map[K]V, 1)
	}
	part[k] = v
	m[at] = part
}

func (m *sharded[K, V]) drop(at uint8, k K) {
	if _, ok := m[at][k]; !ok {
		return
	}
	part := maps.Clone(m[at])
	delete(part, k)
	m[at] = part
}
