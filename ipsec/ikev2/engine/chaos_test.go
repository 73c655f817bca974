package engine

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// settled demands one working pair of SAs, or nothing at all, at both ends, and that
// nothing is left over.
func (w *world) settled(a, b *node) {
	w.t.Helper()
	w.works(a, b)
	a.report()
	b.report()
	for _, n := range []*node{a, b} {
		if len(n.e.sas) != 1 || len(n.sas) != len(n.e.children) || len(n.sas) != len(n.e.byID) || len(n.sas) > 3 {
			w.t.Fatalf("%s has %d IKE SAs and %d/%d children\n%s", n.name, len(n.e.sas), len(n.sas), len(n.e.children), w.dump())
		}
		if len(n.e.halfOpen) != 0 || n.e.outgoing != 0 || len(n.e.sources) != 0 {
			w.t.Fatalf("%s: %d half-open, %d outgoing", n.name, len(n.e.halfOpen), n.e.outgoing)
		}
		n.secretless()
	}
}

// TestChaos does everything that an operator and time do, at random, while datagrams
// are lost, repeated, late and damaged. Then the network is whole again, and after a
// while there is one working pair.
func TestChaos(t *testing.T) {
	runs := 150
	if testing.Short() {
		runs = 20
	}
	for seed := range runs {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { chaos(t, uint64(seed)) })
	}
}

func chaos(t *testing.T, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 7))
	w, a, b := two(t, func(_ string, c *Config) {
		c.Globals.DPD = ipsec.Liveness{Interval: 10 * time.Second, Retry: 2 * time.Second, Periodic: true}
		c.IPsec[0].Lifetime = 5 * time.Minute
		c.Profiles[0].Lifetime = 20 * time.Minute
		if seed%3 == 0 {
			c.Proposals[0].Additional = []suite.Group{suite.GroupMLKEM768}
			c.IPsec[0].PFS, c.IPsec[0].Additional = suite.GroupX25519, suite.GroupMLKEM768
			c.Globals.FragmentMTU = 576
		}
	})
	bad := 1 + rnd.IntN(30) // of 100
	w.fault = func(_ *node, s ipsec.Send) []ipsec.Send {
		list := []ipsec.Send{s}
		if rnd.IntN(100) >= bad {
			return list
		}
		switch rnd.IntN(5) {
		case 0, 1:
			return nil
		case 2:
			return append(list, s)
		case 3:
			s.Data = bytes.Clone(s.Data)
			s.Data[rnd.IntN(len(s.Data))] ^= 1 << rnd.IntN(8)
			return []ipsec.Send{s}
		}
		to := s
		w.at(time.Duration(rnd.IntN(3000))*time.Millisecond, func() {
			w.later(0, &packet{a: to})
		})
		return nil
	}
	a.opens(b)
	verbs := []func(*Engine){rekeyChildren, rekeySAs, deleteChildren, deleteSAs, newChildren}
	for range 40 {
		w.run(time.Duration(rnd.IntN(20000)) * time.Millisecond)
		n := a
		if rnd.IntN(2) == 0 {
			n = b
		}
		switch x := rnd.IntN(12); {
		case x < 8:
			n.verb(verbs[[]int{0, 0, 0, 1, 1, 2, 3, 4}[x]])
		case x == 8:
			b.opens(a)
		case x == 9:
			n.do(n.e.Clear(w.now, Filter{Children: rnd.IntN(2) == 0}))
		case x == 10 && rnd.IntN(3) == 0:
			b.restart()
		default:
			a.carries(a.socket(b), b)
			a.report()
			b.report()
		}
	}
	w.fault = nil
	for range 30 {
		w.run(10 * time.Second)
		a.carries(a.socket(b), b)
		b.carries(b.socket(a), a)
		a.report()
		b.report()
	}
	w.settled(a, b)
}

// TestChaosNAT is TestChaos with a spoke behind a box that forgets its mappings and
// changes its address at random. Only the spoke begins; the hub follows it.
func TestChaosNAT(t *testing.T) {
	runs := 60
	if testing.Short() {
		runs = 10
	}
	for seed := range runs {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { chaosNAT(t, uint64(seed)) })
	}
}

func chaosNAT(t *testing.T, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 8))
	w := newWorld(t)
	w.nat = newNAT("10.9.9.0/24", "198.51.100.1")
	cfg := func(addr string) Config {
		c := psk(addr)
		c.Globals.DPD = ipsec.Liveness{Interval: 10 * time.Second, Retry: 2 * time.Second, Periodic: true}
		c.IPsec[0].Lifetime, c.Profiles[0].Lifetime = 5*time.Minute, 20*time.Minute
		return c
	}
	hub, spoke := w.node("hub", "192.0.2.1", cfg("192.0.2.1")), w.node("spoke", "10.9.9.2", cfg("10.9.9.2"))
	bad := rnd.IntN(20) // of 100
	w.fault = func(_ *node, s ipsec.Send) []ipsec.Send {
		switch n := rnd.IntN(100); {
		case n >= bad:
			return []ipsec.Send{s}
		case n%2 == 0:
			return []ipsec.Send{s, s}
		}
		return nil
	}
	spoke.opens(hub)
	verbs := []func(*Engine){rekeyChildren, rekeySAs, deleteChildren, deleteSAs}
	for range 40 {
		w.run(time.Duration(rnd.IntN(20000)) * time.Millisecond)
		n := hub
		if rnd.IntN(2) == 0 {
			n = spoke
		}
		switch rnd.IntN(6) {
		case 0:
			w.nat.forget()
		case 1:
			w.nat.forget()
			w.nat.outside = netip.AddrFrom4([4]byte{198, 51, 100, byte(rnd.IntN(250) + 1)})
		case 2:
			spoke.report()
			hub.report()
		default:
			n.verb(verbs[rnd.IntN(len(verbs))])
		}
	}
	w.fault = nil
	w.run(5 * time.Minute)
	if !spoke.carries(spoke.socket(hub), hub) {
		t.Fatalf("the spoke cannot send\n%s", w.dump())
	}
	back := 0
	for k := range hub.up {
		if hub.carries(k, spoke) {
			back++
		}
		if p := hub.sender(k); p.Out.Dst != w.nat.outside || w.nat.back[p.Out.DstPort].Addr() != spoke.addr {
			t.Errorf("the hub sends to %v %d", p.Out.Dst, p.Out.DstPort)
		}
	}
	if back != 1 || len(hub.up) != 1 || len(hub.e.sas) != 1 || len(spoke.e.sas) != 1 {
		t.Errorf("%d sockets of %d work\n%s", back, len(hub.up), w.dump())
	}
}

// An impairment alters the messages of one end.
type impairment struct {
	name string
	do   func(b body) body
}

// without returns a body without payloads of a type.
func without(kind ikev2.PayloadType) func(b body) body {
	return func(b body) body {
		return slices.DeleteFunc(slices.Clone(b), func(p ikev2.Payload) bool { return p.Type() == kind })
	}
}

// twice returns a body with payloads of a type doubled.
func twice(kind ikev2.PayloadType) func(b body) body {
	return func(b body) (out body) {
		for _, p := range b {
			if out = append(out, p); p.Type() == kind {
				out = append(out, p)
			}
		}
		return out
	}
}

// altered replaces payloads by what f makes of a copy.
func altered[T any, P interface {
	*T
	ikev2.Payload
}](f func(P)) func(b body) body {
	return func(b body) (out body) {
		for _, p := range b {
			if x, ok := p.(P); ok {
				c := *(*T)(x)
				f(P(&c))
				p = P(&c)
			}
			out = append(out, p)
		}
		return out
	}
}

func impairments() []impairment {
	var list []impairment
	for _, kind := range []ikev2.PayloadType{
		ikev2.TypeSA, ikev2.TypeKE, ikev2.TypeIDi, ikev2.TypeIDr, ikev2.TypeAuth, ikev2.TypeNonce, ikev2.TypeNotify,
		ikev2.TypeDelete, ikev2.TypeTSi, ikev2.TypeTSr,
	} {
		list = append(list, impairment{"no " + kind.String(), without(kind)}, impairment{"two " + kind.String(), twice(kind)})
	}
	return append(list,
		impairment{"empty", func(body) body { return nil }},
		impairment{"reversed", func(b body) body { c := slices.Clone(b); slices.Reverse(c); return c }},
		impairment{"empty KE", altered(func(k *ikev2.KE) { k.Data = nil })},
		impairment{"zero KE", altered(func(k *ikev2.KE) { k.Data = make([]byte, len(k.Data)) })},
		impairment{"long KE", altered(func(k *ikev2.KE) { k.Data = append(bytes.Clone(k.Data), 0) })},
		impairment{"other group", altered(func(k *ikev2.KE) { k.Group = 99 })},
		impairment{"other AUTH", altered(func(x *ikev2.Auth) { x.Data = append([]byte{^x.Data[0]}, x.Data[1:]...) })},
		impairment{"short AUTH", altered(func(x *ikev2.Auth) { x.Data = x.Data[:len(x.Data)-1] })},
		impairment{"empty AUTH", altered(func(x *ikev2.Auth) { x.Data = nil })},
		impairment{"method of AUTH", altered(func(x *ikev2.Auth) { x.Method = ikev2.AuthSignature })},
		impairment{"NULL identity", altered(func(x *ikev2.ID) { x.Kind, x.Data = ikev2.IDNull, nil })},
		impairment{"identity of 3 bytes", altered(func(x *ikev2.ID) { x.Data = x.Data[:3] })},
		impairment{"reserved bytes", altered(func(x *ikev2.ID) { x.Reserved[1] = 7 })},
		impairment{"critical", func(b body) body {
			return append(slices.Clone(b), &ikev2.Unknown{Kind: 99, Critical: true, Data: []byte{1}})
		}},
		impairment{"unknown", func(b body) body { return append(body{&ikev2.Unknown{Kind: 99, Data: []byte{1}}}, b...) }},
		impairment{"CFG", func(b body) body {
			return append(slices.Clone(b), &ikev2.Config{Kind: ikev2.ConfigRequest, Attributes: []ikev2.Attribute{{Type: 7}}})
		}},
		impairment{"SPI of zero", altered(func(x *ikev2.SA) {
			x.Proposals = slices.Clone(x.Proposals)
			x.Proposals[0].SPI = make([]byte, len(x.Proposals[0].SPI))
		})},
		impairment{"no transforms", altered(func(x *ikev2.SA) {
			x.Proposals = []ikev2.Proposal{{Number: 1, Protocol: x.Proposals[0].Protocol, SPI: x.Proposals[0].SPI}}
		})},
		impairment{"two of each transform", altered(func(x *ikev2.SA) {
			x.Proposals = slices.Clone(x.Proposals)
			p := &x.Proposals[0]
			p.Transforms = append(slices.Clone(p.Transforms), p.Transforms...)
		})},
		impairment{"key length", altered(func(x *ikev2.SA) {
			x.Proposals = slices.Clone(x.Proposals)
			x.Proposals[0].Transforms = slices.Clone(x.Proposals[0].Transforms)
			x.Proposals[0].Transforms[0].KeyBits = 129
		})},
		impairment{"wide selectors", altered(func(x *ikev2.Selectors) {
			x.List = []ikev2.Selector{{LastPort: 65535, First: ip("0.0.0.0"), Last: ip("255.255.255.255")}}
		})},
		impairment{"no selectors inside", altered(func(x *ikev2.Selectors) { x.List = nil })},
		impairment{"other selectors", altered(func(x *ikev2.Selectors) {
			x.List = []ikev2.Selector{{Protocol: 17, LastPort: 65535, First: ip("10.0.0.0"), Last: ip("10.255.255.255")}}
		})},
		impairment{"error", func(b body) body { return append(slices.Clone(b), status(ikev2.TemporaryFailure)) }},
		impairment{"deletion of everything", func(b body) body {
			return append(slices.Clone(b), &ikev2.Delete{Protocol: ikev2.ProtocolIKE})
		}},
	)
}

// TestImpaired has one end with a fault in the messages of one exchange, as
// initiator or as responder. Nothing panics, nobody believes in SAs that the other
// one does not have, and when the fault is gone all is well.
func TestImpaired(t *testing.T) {
	for _, x := range []ikev2.Exchange{ikev2.InitSA, ikev2.Authenticate, ikev2.CreateChild, ikev2.Informational, ikev2.Intermediate, ikev2.FollowupKE} {
		for _, response := range []bool{false, true} {
			for _, im := range impairments() {
				t.Run(fmt.Sprintf("%v %v %s", x, response, im.name), func(t *testing.T) { impaired(t, x, response, im) })
			}
		}
	}
}

func impaired(t *testing.T, x ikev2.Exchange, response bool, im impairment) {
	w, a, b := two(t, func(_ string, c *Config) {
		c.Globals.DPD = ipsec.Liveness{Interval: 10 * time.Second, Retry: 2 * time.Second, Periodic: true}
		if x == ikev2.Intermediate || x == ikev2.FollowupKE {
			c.Proposals[0].Additional = []suite.Group{suite.GroupMLKEM768}
			c.IPsec[0].PFS, c.IPsec[0].Additional = suite.GroupX25519, suite.GroupMLKEM768
		}
	})
	who := a
	if response {
		who = b
	}
	who.e.impair = func(kind ikev2.Exchange, r bool, p body) body {
		if kind == x && r == response {
			return im.do(p)
		}
		return p
	}
	a.opens(b)
	w.run(5 * time.Second)
	for _, f := range []func(*Engine){rekeyChildren, rekeySAs, deleteChildren} {
		a.verb(f)
		w.run(5 * time.Second)
	}
	who.e.impair = nil
	// What one end believes and the other does not ends with the next question, or
	// with a deletion that comes late; the operator may help.
	w.run(4 * time.Minute)
	if !a.carries(a.socket(b), b) || !b.carries(b.socket(a), a) {
		a.do(a.e.Clear(w.now, Filter{}))
		w.run(2 * time.Minute)
	}
	w.works(a, b)
	a.report()
	b.report()
	w.run(2 * time.Minute)
	w.works(a, b)
}
