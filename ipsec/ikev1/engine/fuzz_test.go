package engine

import (
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev1"
)

// FuzzReceive changes messages on their way, at every stage of two routers' life,
// and adds what it likes. Whatever comes, nothing panics, tables stay within limits
// and, when the network is good again, the two find each other.
func FuzzReceive(f *testing.F) {
	f.Add(uint64(1), []byte{})
	f.Add(uint64(2), []byte{0, 3, 28, 1, 4, 17, 200, 9, 2, 30, 7, 1, 1, 1, 1, 1})
	f.Add(uint64(3), firstMessage(f, 1))
	f.Fuzz(func(t *testing.T, seed uint64, script []byte) {
		n, hub, spoke := two(t, func(h, s *Config) {
			h.Globals.DPD = ipsec.Liveness{Interval: 10 * time.Second, Retry: 2 * time.Second, Periodic: true}
			s.IPsec[0].Lifetime, h.Policies[0].Lifetime = 2*time.Minute, 3*time.Minute
		})
		rng := rand.New(rand.NewPCG(seed, 1))
		rest := script
		next := func() int {
			if len(rest) == 0 {
				return 0
			}
			v := int(rest[0])
			rest = rest[1:]
			return v
		}
		n.fault = func(_ int, p packet) []packet {
			switch v := next(); {
			case v == 0:
				return []packet{p}
			case v < len(faults):
				return faults[v].do(p)
			case v < 128:
				p = flip(p, next()*4+v)
				p.data[rng.IntN(len(p.data))] = byte(next())
				return []packet{p}
			default:
				return []packet{p, flip(p, v)}
			}
		}
		spoke.open(hubAddr)
		for range 6 {
			n.run(40 * time.Second)
			d := ipsec.Datagram{Local: netip.AddrPortFrom(hub.addr, 500), Remote: netip.AddrPortFrom(spoke.addr, 500), Data: script}
			hub.do(hub.e.Receive(n.now, d))
		}
		n.fault = nil
		n.run(6 * time.Minute)
		settled(n, hub, spoke)
		hub.e.Snapshot(n.now)
	})
}

// FuzzAuthenticated is a peer that has the key and says what it likes in quick modes
// and informational exchanges.
func FuzzAuthenticated(f *testing.F) {
	f.Add(true, uint8(ikev1.KindSA), []byte{})
	f.Add(false, uint8(ikev1.KindDelete), []byte{0, 0, 0, 16, 0, 0, 0, 1, 3, 4, 0, 1, 1, 2, 3, 4})
	f.Add(false, uint8(ikev1.KindNotify), []byte{0, 0, 0, 12, 0, 0, 0, 1, 1, 0, 0x60, 2})
	f.Add(false, uint8(ikev1.KindNotify), []byte{
		11, 0, 0, 12, 0, 0, 0, 1, 3, 0, 0, 14, // no proposal chosen
		0, 0, 0, 32, 0, 0, 0, 1, 1, 16, 0x8d, 0x28, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, // R-U-THERE
	})
	_, _, spoke := recorded(f)
	for _, q := range spoke.e.all()[0].quicks {
		payloads := []ikev1.Payload{&ikev1.SA{Proposals: q.offer}, ikev1.Nonce(q.ni), q.localID, q.peerID}
		b, err := ikev1.AppendPayloads(nil, payloads)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(true, uint8(ikev1.KindSA), b)
	}
	f.Fuzz(func(t *testing.T, quick bool, first uint8, b []byte) {
		payloads, err := ikev1.ParsePayloads(ikev1.Kind(first), b)
		if err != nil || len(payloads) >= ikev1.MaxPayloads {
			return
		}
		n, hub, spoke := recorded(t)
		n.fault = func(int, packet) []packet { return nil } // a quick mode of the hub is under way
		const most = 4608000 * 1024 * 99 / 100
		hub.do(hub.e.Used(n.now, []ipsec.Use{{ID: 1, InBytes: most, InPackets: 1}}))
		s := spoke.e.all()[0]
		x := ikev1.ExchangeInformational
		if quick {
			x = ikev1.ExchangeQuick
		}
		data, _ := s.sealed(x, 9, s.keys.phase2IV(s.iv, 9), s.hashed1(9, payloads)...)
		hub.do(hub.e.Receive(n.now, ipsec.Datagram{Local: s.remote, Remote: s.local, Data: data}))
		hub.e.Snapshot(n.now)
		n.fault = nil
		n.run(5 * time.Minute)
		settled(n, hub, spoke)
		if len(hub.pairs) > 3 {
			t.Errorf("%d children", len(hub.pairs))
		}
	})
}

// recorded returns two routers that have found each other.
func recorded(t testing.TB) (n *network, hub, spoke *router) {
	t.Helper()
	n, hub, spoke = two(t, nil)
	spoke.open(hubAddr)
	n.run(time.Second)
	return n, hub, spoke
}
