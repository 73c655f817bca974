package engine

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// A PPK on both ends, on one, of two kinds, required or not. RFC 8784 §3.
func TestPPK(t *testing.T) {
	one := PPK{ID: "one", Key: ipsec.Secret("0123456789abcdef0123456789abcdef")}
	must := one
	must.Required = true
	other := PPK{ID: "one", Key: ipsec.Secret("another key with the same name !!")}
	stranger := PPK{ID: "two", Key: ipsec.Secret("x")}
	for _, tt := range []struct {
		name   string
		a, b   PPK
		up     bool
		inKeys bool
	}{
		{"both", one, one, true, true},
		{"both require it", must, must, true, true},
		{"initiator alone", one, PPK{}, true, false},
		{"responder alone", PPK{}, one, true, false},
		{"initiator requires it", must, PPK{}, false, false},
		{"responder requires it", PPK{}, must, false, false},
		{"different keys", one, other, false, false},
		{"different names", one, stranger, true, false},
		{"different names, required", must, stranger, false, false},
		{"different names, required by the responder", stranger, must, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, a, b := two(t, func(name string, c *Config) {
				c.Keyrings[0].Peers[0].PPK = map[string]PPK{"a": tt.a, "b": tt.b}[name]
			})
			a.opens(b)
			w.run(5 * time.Second)
			if !tt.up {
				if len(a.sas)+len(b.sas) > 0 {
					t.Fatalf("it came up\n%s", w.dump())
				}
				return
			}
			w.works(a, b)
			for _, n := range w.nodes {
				if got := n.e.Snapshot(w.now).SAs[0].PPK; got != tt.inKeys {
					t.Errorf("%s: PPK in use: %v", n.name, got)
				}
				n.secretless()
			}
			a.verb(rekeySAs)
			w.run(5 * time.Second)
			b.verb(rekeyChildren)
			w.run(5 * time.Second)
			w.works(a, b)
		})
	}
}

// The keyring: an entry by identity comes before one by address, the longest mask
// before a shorter one, and each end may have a key of its own.
func TestKeyring(t *testing.T) {
	peer := func(prefix, key string, id Identity) KeyPeer {
		k := KeyPeer{Name: key, Local: ipsec.Secret(key), Remote: ipsec.Secret(key), Identity: id}
		if prefix != "" {
			k.Address = netip.MustParsePrefix(prefix)
		}
		return k
	}
	fqdn := Identity{Kind: IdentityFQDN, Value: "a.lab"}
	for _, tt := range []struct {
		name  string
		peers []KeyPeer
		up    bool
	}{
		{"wildcard", []KeyPeer{peer("0.0.0.0/0", "k", Identity{})}, true},
		{"longest mask", []KeyPeer{peer("0.0.0.0/0", "x", Identity{}), peer("192.0.2.1/32", "k", Identity{}), peer("192.0.2.0/24", "y", Identity{})}, true},
		{"identity first", []KeyPeer{peer("192.0.2.1/32", "x", Identity{}), peer("", "k", fqdn)}, true},
		{"domain", []KeyPeer{peer("", "k", Identity{Kind: IdentityFQDN, Value: "lab", Domain: true})}, true},
		{"another domain", []KeyPeer{peer("", "k", Identity{Kind: IdentityFQDN, Value: "ab", Domain: true})}, false},
		{"another address", []KeyPeer{peer("192.0.2.9/32", "k", Identity{})}, false},
		{"another key", []KeyPeer{peer("0.0.0.0/0", "x", Identity{})}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, a, b := two(t, func(name string, c *Config) {
				if name == "a" {
					c.Keyrings[0].Peers = []KeyPeer{peer("192.0.2.2/32", "k", Identity{})}
					c.Profiles[0].Self = fqdn
					return
				}
				c.Keyrings[0].Peers = tt.peers
			})
			a.opens(b)
			w.run(3 * time.Second)
			if got := len(a.up) == 1 && len(b.up) == 1; got != tt.up {
				t.Fatalf("up: %v\n%s", got, w.dump())
			}
			if tt.up && b.up[b.socket(a)].Identity != "fqdn a.lab" {
				t.Errorf("b knows %+v", b.up)
			}
		})
	}
	w, a, b := two(t, func(name string, c *Config) {
		x := &c.Keyrings[0].Peers[0]
		x.Local, x.Remote = ipsec.Secret("of a"), ipsec.Secret("of b")
		if name == "b" {
			x.Local, x.Remote = x.Remote, x.Local
		}
	})
	a.opens(b)
	w.run(time.Second)
	w.works(a, b)
}

// Identities, as profiles match them.
func TestIdentity(t *testing.T) {
	id := func(kind ikev2.IDType, data string) identity { return identity{kind: kind, data: data} }
	for _, tt := range []struct {
		name string
		x    Identity
		id   identity
		want bool
	}{
		{"any", Identity{Kind: IdentityAny}, id(ikev2.IDKeyID, "x"), true},
		{"address", Identity{Kind: IdentityAddress, Prefix: netip.MustParsePrefix("10.0.0.0/8")}, id(ikev2.IDIPv4, "\x0a\x01\x02\x03"), true},
		{"other address", Identity{Kind: IdentityAddress, Prefix: netip.MustParsePrefix("10.0.0.0/8")}, id(ikev2.IDIPv4, "\x0b\x01\x02\x03"), false},
		{"address that is a name", Identity{Kind: IdentityAddress, Prefix: netip.MustParsePrefix("0.0.0.0/0")}, id(ikev2.IDFQDN, "\x0b\x01\x02\x03"), false},
		{"fqdn", Identity{Kind: IdentityFQDN, Value: "Hub.lab"}, id(ikev2.IDFQDN, "hub.LAB"), true},
		{"fqdn as email", Identity{Kind: IdentityFQDN, Value: "hub.lab"}, id(ikev2.IDEmail, "hub.lab"), false},
		{"domain", Identity{Kind: IdentityFQDN, Value: "lab", Domain: true}, id(ikev2.IDFQDN, "hub.lab"), true},
		{"domain without a dot", Identity{Kind: IdentityFQDN, Value: "lab", Domain: true}, id(ikev2.IDFQDN, "hublab"), false},
		{"domain itself", Identity{Kind: IdentityFQDN, Value: "lab", Domain: true}, id(ikev2.IDFQDN, ".lab"), false},
		{"email domain", Identity{Kind: IdentityEmail, Value: "lab", Domain: true}, id(ikev2.IDEmail, "hub@lab"), true},
		{"key-id", Identity{Kind: IdentityKeyID, Value: "k"}, id(ikev2.IDKeyID, "k"), true},
		{"key-id in capitals", Identity{Kind: IdentityKeyID, Value: "k"}, id(ikev2.IDKeyID, "K"), false},
		{"none", Identity{}, id(ikev2.IDKeyID, ""), false},
	} {
		if got := tt.x.matches(tt.id); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	if a, b := id(ikev2.IDFQDN, "a\x01"), id(ikev2.IDFQDN, "a\x02"); a.key() == b.key() || a.String() != b.String() {
		t.Errorf("%q and %q", a.key(), b.key())
	}
}

// A responder that wants to be asked for its proof anew: a new IKE SA is made before
// the old one ends, and there is no gap. RFC 4478.
func TestAuthLifetime(t *testing.T) {
	w, a, b := two(t, nil)
	b.e.impair = func(x ikev2.Exchange, response bool, p body) body {
		if x == ikev2.Authenticate && response {
			return append(slices.Clone(p), &ikev2.Notify{Kind: ikev2.AuthLifetime, Data: binary.BigEndian.AppendUint32(nil, 600)})
		}
		return p
	}
	a.opens(b)
	w.run(time.Second)
	for range 200 {
		w.run(10 * time.Second)
		w.works(a, b)
	}
	w.counts(1, 1)
	if got := a.e.stats.Established; got < 3 || got > 5 {
		t.Errorf("%d IKE SAs in 2000 s", got)
	}
	if len(a.downs)+len(b.downs) > 0 {
		t.Errorf("%v %v", a.downs, b.downs)
	}
}

// What is taken out of the configuration ends; what comes back is tried at once.
func TestReconfigure(t *testing.T) {
	w, a, b := two(t, nil)
	a.opens(b)
	w.run(time.Second)
	w.works(a, b)
	a.do(a.e.Configure(w.now, a.cfg)) // the same: nothing happens
	w.run(time.Second)
	w.works(a, b)
	w.counts(1, 1)

	gone := a.cfg
	gone.Profiles = nil
	a.do(a.e.Configure(w.now, gone))
	w.run(2 * time.Minute)
	w.counts(0, 0)
	a.do(a.e.Configure(w.now, a.cfg))
	w.run(time.Second)
	w.works(a, b)

	gone = b.cfg
	gone.Tunnels = nil
	b.do(b.e.Configure(w.now, gone))
	w.run(2 * time.Second)
	if len(a.sas)+len(b.sas) > 0 || b.e.stats.Ignored == 0 {
		t.Errorf("tunnel is gone\n%s", w.dump())
	}
	b.do(b.e.Configure(w.now, b.cfg))
	w.run(2 * time.Minute)
	w.works(a, b)
}

func TestClear(t *testing.T) {
	w, a, b := two(t, nil)
	a.opens(b)
	w.run(time.Second)
	for _, f := range []Filter{{}, {Children: true}, {Remote: b.addr}, {Local: a.addr, Remote: b.addr}} {
		was := a.sender(a.socket(b)).ID
		a.do(a.e.Clear(w.now, f))
		if len(a.up) != 0 {
			t.Errorf("%+v: still up", f)
		}
		w.run(5 * time.Second)
		w.works(a, b)
		w.counts(1, 1)
		if a.sender(a.socket(b)).ID == was {
			t.Errorf("%+v: the same child", f)
		}
	}
	was := a.sender(a.socket(b)).ID
	a.do(a.e.Clear(w.now, Filter{Remote: ip("192.0.2.99")}))
	w.run(time.Second)
	if a.sender(a.socket(b)).ID != was {
		t.Error("another peer was cleared")
	}
}

// IPv6, in a VRF, in tunnel mode, with ESP in UDP by force, with ESN: all at once.
func TestVariants(t *testing.T) {
	w := newWorld(t)
	cfg := func(local string) Config {
		c := psk(local)
		c.Keyrings[0].Peers[0].Address = netip.MustParsePrefix("::/0")
		c.Tunnels[0].VRF, c.Profiles[0].VRF = "WAN", "WAN"
		c.IPsec[0].Transforms[0].Mode, c.IPsec[0].Transforms[0].ESN = ipsec.Tunnel, true
		c.Profiles[0].ForceUDP = local == "2001:db8::1"
		c.Globals.LogSessions = true
		return c
	}
	a, b := w.node("a", "2001:db8::1", cfg("2001:db8::1")), w.node("b", "2001:db8::2", cfg("2001:db8::2"))
	k := ipsec.Socket{VRF: "WAN", Local: a.addr, Remote: b.addr}
	a.do(a.e.Open(w.now, k, "X"))
	w.run(time.Second)
	back := ipsec.Socket{VRF: "WAN", Local: b.addr, Remote: a.addr, Port: 4500}
	if !a.carries(k, b) || !b.carries(back, a) {
		t.Fatal(w.dump())
	}
	if p := a.sender(k).Out; !p.Tunnel || !p.ESN || p.DstPort != 4500 || p.Dst != b.addr {
		t.Errorf("%+v", p)
	}
	if want := "%CRYPTO-5-IKEV2_SESSION_STATUS: Crypto tunnel v2 is UP.  Peer 2001:DB8::2:4500       Id: 2001:DB8::2"; !slices.Contains(a.logs, want) {
		t.Errorf("a logged %q", a.logs)
	}
}

// A lost fragment comes again with the others; a repeated request is answered from
// memory, and one that is altered in between is not.
func TestFragmentsAndRepetition(t *testing.T) {
	w, a, b := two(t, func(_ string, c *Config) {
		c.Proposals[0].Additional = []suite.Group{suite.GroupMLKEM1024}
		c.Globals.FragmentMTU = 576
	})
	var seen []ipsec.Send
	w.fault = func(_ *node, s ipsec.Send) []ipsec.Send {
		seen = append(seen, s)
		if len(s.Data) > 576-20-8-4 {
			t.Errorf("a datagram of %d bytes", len(s.Data))
		}
		if n := len(seen); n == 4 || n == 9 {
			return nil
		}
		return []ipsec.Send{s}
	}
	a.opens(b)
	w.run(5 * time.Second)
	w.works(a, b)
	if len(seen) < 12 {
		t.Fatalf("%d datagrams", len(seen))
	}
	before := b.e.stats
	for _, s := range seen {
		if s.Local.Addr() == a.addr {
			b.do(b.e.Receive(w.now, ipsec.Datagram{Local: s.Remote, Remote: s.Local, Data: s.Data}))
		}
	}
	if got := b.e.stats.Repeated - before.Repeated; got != 1 {
		t.Errorf("%d answers from memory, want that to IKE_AUTH", got)
	}
	w.run(time.Second)
	w.works(a, b)
}

// The peer wants another group when the IKE SA is rekeyed.
func TestRekeyOtherGroup(t *testing.T) {
	both := func(c *Config) { c.Proposals[0].Groups = []suite.Group{suite.GroupX25519, suite.GroupECP384} }
	w, a, b := two(t, func(_ string, c *Config) { both(c) })
	a.opens(b)
	w.run(time.Second)
	now := psk("192.0.2.2")
	now.Proposals[0].Groups = []suite.Group{suite.GroupECP384}
	b.do(b.e.Configure(w.now, now))
	a.verb(rekeySAs)
	w.run(time.Second)
	w.works(a, b)
	if x := a.e.Snapshot(w.now).SAs[0]; x.Group != suite.GroupECP384 || a.e.stats.Rekeys != 1 {
		t.Errorf("group %v, %d rekeys", x.Group, a.e.stats.Rekeys)
	}
	// And then nothing that both know: the SA stays as long as it may.
	now.Proposals[0].PRFs = []suite.PRF{suite.PRFHMACSHA512}
	b.do(b.e.Configure(w.now, now))
	a.verb(rekeySAs)
	w.run(time.Second)
	w.works(a, b)
	w.counts(1, 1)
}

// Somebody else comes to the address of a peer: what the first one said is void.
func TestIdentityChanges(t *testing.T) {
	w, a, b := two(t, nil)
	a.opens(b)
	w.run(time.Second)
	b.restart()
	c := b.cfg
	c.Profiles = slices.Clone(c.Profiles)
	c.Profiles[0].Self = Identity{Kind: IdentityFQDN, Value: "other.lab"}
	b.do(b.e.Configure(w.now, c))
	b.opens(a)
	w.run(5 * time.Second)
	if !slices.Contains(a.downs, "identity of the peer changed") || a.up[a.socket(b)].Identity != "fqdn other.lab" {
		t.Errorf("a: %v %v", a.downs, a.up)
	}
	w.works(a, b)
	if len(a.sas) != 1 {
		t.Errorf("children of both are there\n%s", w.dump())
	}
}

// A tunnel that is closed in each moment of its beginning leaves nothing.
func TestClose(t *testing.T) {
	for after := time.Duration(0); after < 60*time.Millisecond; after += 5 * time.Millisecond {
		w, a, b := two(t, nil)
		a.opens(b)
		w.run(after)
		a.do(a.e.Close(w.now, a.socket(b)))
		w.run(time.Minute)
		w.counts(0, 0)
		if len(a.e.sockets)+len(b.e.sockets)+len(b.e.halfOpen) > 0 || a.e.outgoing != 0 || a.e.schedule.Next() != (time.Time{}) {
			t.Errorf("closed after %v: something is left\n%s", after, w.dump())
		}
	}
}

// The same with a child that is made in an IKE SA that is there.
func TestCloseChild(t *testing.T) {
	for after := time.Duration(0); after < 1500*time.Millisecond; after += 5 * time.Millisecond {
		w, a, b := two(t, nil)
		a.opens(b)
		w.run(time.Second)
		a.do(a.e.Clear(w.now, Filter{Children: true}))
		w.run(after)
		a.do(a.e.Close(w.now, a.socket(b)))
		w.run(time.Minute)
		if len(a.sas)+len(b.sas) > 0 || len(a.e.sockets)+len(b.e.sockets) > 0 {
			t.Fatalf("closed after %v: something is left\n%s", after, w.dump())
		}
	}
}

// The words for what goes on.
func TestStatus(t *testing.T) {
	w, a, b := two(t, nil)
	status := func(n *node) string {
		snap := n.e.Snapshot(w.now)
		if len(snap.SAs) == 0 {
			return ""
		}
		x := snap.SAs[0]
		text := x.Status + ": " + x.Description
		if len(snap.Sockets) > 0 {
			text += ", " + snap.Sockets[0].Status
		}
		return text
	}
	want := func(n *node, text string) {
		t.Helper()
		if got := status(n); got != text {
			t.Errorf("%s: %q, want %q", n.name, got, text)
		}
	}
	a.opens(b)
	want(a, "IN-NEG: Initiator waiting for INIT response, DOWN-NEGOTIATING")
	w.run(15 * time.Millisecond)
	want(b, "IN-NEG: Responder waiting for AUTH request")
	w.run(10 * time.Millisecond)
	want(a, "IN-NEG: Initiator waiting for AUTH response, DOWN-NEGOTIATING")
	w.run(time.Second)
	want(a, "READY: Negotiation done, UP-ACTIVE")
	a.verb(rekeySAs)
	want(a, "REKEY: Negotiation done, UP-ACTIVE")
	w.run(time.Second)
	b.dead = true
	a.do(a.e.Clear(w.now, Filter{}))
	want(a, "DELETE: Deleting IKE SA, DOWN-NEGOTIATING")
	a.e.ClearStats()
	if a.e.Snapshot(w.now).Stats != (Stats{}) {
		t.Error("counters are left")
	}
}

// A peer that rekeys again and again, or begins again and again without saying that
// it does, is kept to a number of IKE SAs.
func TestManySAsOfOnePeer(t *testing.T) {
	w, a, b := two(t, nil)
	a.opens(b)
	w.run(time.Second)
	for range 3 * MaxSAsPerPeer {
		a.verb(rekeySAs)
		w.run(100 * time.Millisecond)
		w.works(a, b)
	}
	a.e.impair = func(x ikev2.Exchange, _ bool, p body) body {
		return slices.DeleteFunc(slices.Clone(p), func(p ikev2.Payload) bool {
			n, ok := p.(*ikev2.Notify)
			return ok && n.Kind == ikev2.InitialContact
		})
	}
	kept := a.e.impair
	for range 3 * MaxSAsPerPeer {
		a.restart()
		a.e.impair = kept
		a.opens(b)
		w.run(100 * time.Millisecond)
	}
	w.works(a, b)
	if n := len(b.e.sas); n > MaxSAsPerPeer {
		t.Errorf("b keeps %d IKE SAs", n)
	}
}

// The same bytes from rand and the same times make the same messages.
func TestSameSeedSameBytes(t *testing.T) {
	transcript := func() (all [][]byte) {
		w, a, b := two(t, func(_ string, c *Config) {
			c.Policies = nil
			c.IPsec[0].PFS = suite.GroupECP256
		})
		w.fault = func(_ *node, s ipsec.Send) []ipsec.Send {
			all = append(all, s.Data)
			return []ipsec.Send{s}
		}
		a.opens(b)
		b.opens(a)
		w.run(5 * time.Second)
		a.verb(rekeyChildren)
		b.verb(rekeySAs)
		w.run(5 * time.Second)
		w.works(a, b)
		return all
	}
	one, two := transcript(), transcript()
	if len(one) < 12 || !slices.EqualFunc(one, two, bytes.Equal) {
		t.Errorf("%d and %d datagrams, and they differ", len(one), len(two))
	}
}

// A changed transform set holds from the next rekey on.
func TestReconfigureTransform(t *testing.T) {
	w, a, b := two(t, nil)
	a.opens(b)
	w.run(time.Second)
	for _, n := range w.nodes {
		c := psk(n.addr.String())
		c.IPsec[0].Transforms[0].KeyBits, c.IPsec[0].PFS = 128, suite.GroupX25519
		c.Profiles[0].DPD = ipsec.Liveness{Interval: 10 * time.Second, Retry: 2 * time.Second, Periodic: true}
		n.do(n.e.Configure(w.now, c))
	}
	a.verb(rekeyChildren)
	w.run(10 * time.Second)
	w.works(a, b)
	if x := a.e.Snapshot(w.now).SAs[0].Children[0]; x.Cipher.KeyBits != 128 || x.Group != suite.GroupX25519 {
		t.Errorf("%+v", x)
	}
	w.run(time.Minute)
	if a.e.stats.ProbesOut == 0 {
		t.Error("no question whether the peer lives")
	}
}
