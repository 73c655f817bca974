package dataplane_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"axle/dataplane"
)

// An sadbModel is an SADB as a list.
type sadbModel struct {
	pairs []*dataplane.SAPair // in order of installation
	order []uint64            // of those that send
}

func (m *sadbModel) find(id uint64) int {
	for i, p := range m.pairs {
		if p.ID == id {
			return i
		}
	}
	return -1
}

func (m *sadbModel) remove(id uint64) {
	if i := m.find(id); i >= 0 {
		m.pairs = append(m.pairs[:i:i], m.pairs[i+1:]...)
	}
	for i, o := range m.order {
		if o == id {
			m.order = append(m.order[:i:i], m.order[i+1:]...)
			break
		}
	}
}

func (m *sadbModel) sends(id uint64) bool {
	for _, o := range m.order {
		if o == id {
			return true
		}
	}
	return false
}

// sender returns who sends to a peer: the last that began to.
func (m *sadbModel) sender(local, remote netip.Addr, port uint16, peers map[uint64]netip.AddrPort) uint64 {
	id := uint64(0)
	for _, o := range m.order {
		p := m.pairs[m.find(o)]
		if p.Local == local && p.Remote == remote && (port == 0 || peers[o].Port() == port) {
			id = o
		}
	}
	return id
}

func TestSADBModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	local := []netip.Addr{addr("203.0.113.1"), addr("203.0.113.2")}
	remote := []netip.Addr{addr("198.51.100.1"), addr("198.51.100.2"), addr("2001:db8::1")}
	var d *dataplane.SADB
	m := &sadbModel{}
	peers := map[uint64]netip.AddrPort{}
	for step := range 10000 {
		id := 1 + rng.Uint64N(40)
		old, was := d, fmt.Sprint(senders(d, local, remote))
		switch rng.IntN(5) {
		case 0, 1:
			k := sealing{nat: rng.IntN(2) > 0}
			r := pick(rng, remote)
			p, _ := k.pairs(id, pick(rng, local), r, r, uint16(4500+rng.IntN(3)), 1000+rng.Uint32N(60)*2)
			send := rng.IntN(2) > 0
			d = d.Install(p, send)
			m.remove(id)
			m.pairs = append(m.pairs, p)
			if send {
				m.order = append(m.order, id)
			}
			peers[id] = p.Peer
		case 2:
			d = d.Activate(id)
			if m.find(id) >= 0 && !m.sends(id) {
				m.order = append(m.order, id)
			}
		case 3:
			if i := m.find(id); i >= 0 && m.pairs[i].Peer.Port() != 0 {
				to := netip.AddrPortFrom(pick(rng, remote), uint16(4500+rng.IntN(3)))
				d = d.Move(id, to)
				peers[id] = to
				// Behind one port the pair is the newest now.
				m.pairs[i] = d.Pair(id)
			}
		case 4:
			var p *dataplane.SAPair
			d, p = d.Remove(id)
			if (p != nil) != (m.find(id) >= 0) || p != nil && p.ID != id {
				t.Fatalf("step %d: removed %v", step, p)
			}
			m.remove(id)
		}
		n := 0
		for p := range d.All() {
			n++
			i := m.find(p.ID)
			if i < 0 || p.Peer != peers[p.ID] || d.Pair(p.ID) != p {
				t.Fatalf("step %d: pair %d", step, p.ID)
			}
			if q := d.Receiver(p.In.Params().SPI); q != nil && q.In.Params().SPI != p.In.Params().SPI {
				t.Fatalf("step %d: SPI %x", step, p.In.Params().SPI)
			}
		}
		if n != len(m.pairs) {
			t.Fatalf("step %d: %d pairs, want %d", step, n, len(m.pairs))
		}
		for _, l := range local {
			for _, r := range remote {
				got, want := uint64(0), m.sender(l, r, 0, peers)
				if p := d.Sender(0, l, r, 0); p != nil {
					got = p.ID
				}
				if got != want || d.Sender(1, l, r, 0) != nil {
					t.Fatalf("step %d: %d sends from %v to %v, want %d", step, got, l, r, want)
				}
				for port := uint16(4500); port < 4503; port++ {
					p := d.Sender(0, l, r, port)
					if (p != nil) != (m.sender(l, r, port, peers) != 0) {
						t.Fatalf("step %d: %v sends from %v to %v port %d", step, p, l, r, port)
					}
					if p != nil && (p.Peer.Port() != port || p.Local != l || p.Remote != r || !m.sends(p.ID)) {
						t.Fatalf("step %d: pair %d sends to port %d", step, p.ID, port)
					}
				}
			}
		}
		if now := fmt.Sprint(senders(old, local, remote)); now != was {
			t.Fatalf("step %d changed what was there before: %s, was %s", step, now, was)
		}
	}
}

// senders lists who sends to whom.
func senders(d *dataplane.SADB, local, remote []netip.Addr) (ids []uint64) {
	for _, l := range local {
		for _, r := range remote {
			for _, port := range []uint16{0, 4500, 4501, 4502} {
				if p := d.Sender(0, l, r, port); p != nil {
					ids = append(ids, p.ID)
				}
			}
		}
	}
	return ids
}

// Two with one SPI: the newer has it, and its end does not bring the older back.
func TestSameSPI(t *testing.T) {
	hub, spoke := addr("203.0.113.1"), addr("198.51.100.1")
	a, _ := sealing{}.pairs(1, hub, spoke, spoke, 4500, 10)
	b, _ := sealing{}.pairs(2, hub, spoke, spoke, 4500, 10)
	d := (*dataplane.SADB)(nil).Install(a, true).Install(b, true)
	if d.Receiver(11) != b {
		t.Error("the older one has the SPI")
	}
	without, _ := d.Remove(1)
	if without.Receiver(11) != b {
		t.Error("the end of the older one took the SPI of the newer")
	}
	if d, p := d.Remove(3); p != nil || d.Pair(1) != a {
		t.Error("something was removed that is not there")
	}
}

// BenchmarkSADBInstall replaces one of 5,000 pairs.
func BenchmarkSADBInstall(b *testing.B) {
	hub := addr("203.0.113.1")
	var d *dataplane.SADB
	one := func(i int) *dataplane.SAPair {
		spoke := netip.AddrFrom4([4]byte{198, 18, byte(i >> 8), byte(i)})
		p, _ := sealing{}.pairs(uint64(i), hub, spoke, spoke, 4500, uint32(2*i)*2654435761)
		return p
	}
	for i := range 5000 {
		d = d.Install(one(i), true)
	}
	p := one(77)
	b.ReportAllocs()
	for b.Loop() {
		d = d.Install(p, true)
	}
}

// BenchmarkSADBSender finds one of 5,000 pairs.
func BenchmarkSADBSender(b *testing.B) {
	hub := addr("203.0.113.1")
	var d *dataplane.SADB
	var spokes []netip.Addr
	for i := range 5000 {
		spoke := netip.AddrFrom4([4]byte{198, 18, byte(i >> 8), byte(i)})
		p, _ := sealing{}.pairs(uint64(i), hub, spoke, spoke, 4500, uint32(i)*2654435762)
		d, spokes = d.Install(p, true), append(spokes, spoke)
	}
	i := 0
	for b.Loop() {
		if d.Sender(0, hub, spokes[i], 0) == nil {
			b.Fatal("no sender")
		}
		if i++; i == len(spokes) {
			i = 0
		}
	}
}

// BenchmarkNewSAPair makes the associations with a spoke: what a hub pays for
// each in time and memory.
func BenchmarkNewSAPair(b *testing.B) {
	hub, spoke := addr("203.0.113.1"), addr("198.51.100.1")
	for _, k := range []sealing{sealings[0], sealings[2]} {
		b.Run(k.name, func(b *testing.B) {
			in := k.params(1, netip.AddrPortFrom(spoke, 0), netip.AddrPortFrom(hub, 0))
			out := k.params(2, netip.AddrPortFrom(hub, 0), netip.AddrPortFrom(spoke, 0))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := dataplane.NewSAPair(1, hub, spoke, in, out); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
