package engine

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev1"
	"axle/ipsec/suite"
)

// firstMessage builds a first message of main mode that the hub accepts.
func firstMessage(t testing.TB, cookie uint64) []byte {
	t.Helper()
	cfg := config(spokeAddr)
	x := cfg.Policies[0].phase1()
	m := ikev1.Message{
		Header: ikev1.Header{Exchange: ikev1.ExchangeMain},
		Payloads: []ikev1.Payload{&ikev1.SA{Proposals: []ikev1.Proposal{
			{Number: 1, Protocol: ikev1.ProtocolISAKMP, Transforms: []ikev1.Transform{x.Transform(1)}},
		}}},
	}
	binary.BigEndian.PutUint64(m.Initiator[:], cookie)
	b, err := m.AppendTo(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestFlood: strangers fill the table of half-open exchanges up to its limits and no
// further; who is established does not notice, and after half a minute all is free.
func TestFlood(t *testing.T) {
	n, hub, spoke := two(t, nil)
	spoke.open(hubAddr)
	n.run(time.Second)
	from := func(i int) netip.AddrPort {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{203, 0, byte(i >> 8), byte(i)}), 500)
	}
	local := netip.AddrPortFrom(hub.addr, 500)
	answers := 0
	for i := range 20 { // one source
		for _, a := range hub.e.Receive(n.now, ipsec.Datagram{Local: local, Remote: from(1), Data: firstMessage(t, uint64(i+1))}) {
			if _, ok := a.(ipsec.Send); ok {
				answers++
			}
		}
	}
	if answers != MaxHalfOpenPeer {
		t.Errorf("%d answers for one source", answers)
	}
	for i := range 5000 { // many
		hub.e.Receive(n.now, ipsec.Datagram{Local: local, Remote: from(i + 2), Data: firstMessage(t, 7)})
	}
	if got := len(hub.e.halfOpen); got != MaxHalfOpen {
		t.Errorf("%d half-open exchanges", got)
	}
	n.bothWays(hub, spoke)
	for id := range spoke.pairs {
		const most = 4608000 * 1024 * 97 / 100
		spoke.do(spoke.e.Used(n.now, []ipsec.Use{{ID: id, OutBytes: most, OutPackets: 1}}))
	}
	n.run(time.Second)
	if hub.e.stats.QuickDone != 2 {
		t.Error("no quick mode in the flood")
	}
	n.run(halfOpenTime)
	if len(hub.e.halfOpen) != 0 || len(hub.e.sources) != 0 || len(hub.e.sas) != 1 {
		t.Errorf("%d half-open, %d sources, %d SAs are left", len(hub.e.halfOpen), len(hub.e.sources), len(hub.e.sas))
	}
	if len(hub.logs) > 2*maxReplies {
		t.Errorf("%d log messages", len(hub.logs))
	}
}

// TestCookies: who does not show our cookie gets no further than the first answer, which
// costs us nothing.
func TestCookies(t *testing.T) {
	n, hub, _ := two(t, nil)
	d := ipsec.Datagram{Local: netip.AddrPortFrom(hub.addr, 500), Remote: netip.MustParseAddrPort("203.0.113.5:500"), Data: firstMessage(t, 1)}
	hub.do(hub.e.Receive(n.now, d))
	x, err := suite.NewExchange(suite.GroupECP256, rand.NewChaCha8([32]byte{5}))
	if err != nil {
		t.Fatal(err)
	}
	blind := &sa{init: ikev1.Cookie{7: 1}}
	for _, resp := range []ikev1.Cookie{{}, {1}} {
		blind.resp = resp
		d.Data = blind.clear(ikev1.ExchangeMain, ikev1.KE(x.Public()), ikev1.Nonce(make([]byte, 16)))
		hub.do(hub.e.Receive(n.now, d))
	}
	if n.sent != 1 || hub.states() != "MM_SA_SETUP" || hub.e.stats.Unexpected != 1 || hub.e.stats.Unknown != 1 {
		t.Errorf("%d messages, states %q, %+v", n.sent, hub.states(), hub.e.stats)
	}
}

// TestNoAmplification: nobody gets more than one answer to a message, and nothing by
// a timer.
func TestNoAmplification(t *testing.T) {
	n, hub, _ := two(t, nil)
	first := firstMessage(t, 1)
	hub.do(hub.e.Receive(n.now, ipsec.Datagram{Local: netip.AddrPortFrom(hub.addr, 500), Remote: netip.MustParseAddrPort("203.0.113.5:500"), Data: first}))
	answer := n.flying[0].data
	n.run(5 * time.Minute)
	if n.sent != 1 || len(answer) > len(first)+64 {
		t.Errorf("%d messages, the first of %d bytes for %d", n.sent, len(answer), len(first))
	}
}

// TestRepeated: what was heard already changes nothing, at once and much later.
func TestRepeated(t *testing.T) {
	n, hub, spoke := two(t, func(_, s *Config) {
		s.Globals.DPD = ipsec.Liveness{Interval: 10 * time.Second, Retry: 3 * time.Second, Periodic: true}
	})
	var all []packet
	n.fault = func(_ int, p packet) []packet {
		all = append(all, p)
		return []packet{p}
	}
	x := spoke.open(hubAddr)
	n.run(time.Minute)
	spoke.do(spoke.e.ClearSA(n.now, netip.Addr{}))
	n.run(time.Minute)
	n.fault = nil
	for _, wait := range []time.Duration{0, 10 * time.Minute} {
		n.run(wait)
		before, sas := hub.e.Snapshot(n.now).Sockets, hub.e.stats.Established
		for _, p := range all {
			for _, r := range n.routers {
				if r.addr == p.local.Addr() {
					r.do(r.e.Receive(n.now, ipsec.Datagram{Local: p.local, Remote: p.remote, Data: p.data}))
				}
			}
		}
		n.run(time.Minute)
		n.bothWays(hub, spoke)
		after := hub.e.Snapshot(n.now).Sockets
		if len(after) != 1 || len(after[0].Children) != 1 || after[0].Children[0].ID != before[0].Children[0].ID || hub.e.stats.Established != sas {
			t.Errorf("after %v:\n%+v\n%+v", wait, before, after)
		}
	}
	if len(spoke.downs) != 1 {
		t.Errorf("downs %q", spoke.downs)
	}
	_ = x
}

// TestForgedNews: unprotected notifications and deletes change nothing.
func TestForgedNews(t *testing.T) {
	n, hub, spoke := two(t, nil)
	spoke.open(hubAddr)
	n.run(time.Second)
	s := hub.e.all()[0]
	var spi []byte
	for _, p := range hub.pairs {
		spi = binary.BigEndian.AppendUint32(nil, p.child.Out.SPI)
	}
	for _, payloads := range [][]ikev1.Payload{
		{&ikev1.Delete{DOI: 1, Protocol: ikev1.ProtocolISAKMP, SPIs: [][]byte{s.cookies()}}},
		{&ikev1.Delete{DOI: 1, Protocol: ikev1.ProtocolESP, SPIs: [][]byte{spi}}},
		{&ikev1.Notify{DOI: 1, Protocol: ikev1.ProtocolISAKMP, Type: ikev1.NotifyInitialContact}},
		{ikev1.Hash(make([]byte, 32)), &ikev1.Delete{DOI: 1, Protocol: ikev1.ProtocolESP, SPIs: [][]byte{spi}}},
		{&ikev1.Notify{DOI: 1, Protocol: ikev1.ProtocolISAKMP, Type: ikev1.NotifyInvalidCookie}},
	} {
		for _, id := range []uint32{0, 77} {
			m := ikev1.Message{Header: ikev1.Header{Initiator: s.init, Responder: s.resp, Exchange: ikev1.ExchangeInformational, MessageID: id}, Payloads: payloads}
			b, err := m.AppendTo(nil)
			if err != nil {
				t.Fatal(err)
			}
			hub.do(hub.e.Receive(n.now, ipsec.Datagram{Local: s.local, Remote: s.remote, Data: b}))
		}
	}
	n.run(time.Second)
	n.bothWays(hub, spoke)
	if hub.e.stats.Hints == 0 || len(hub.e.sas) != 1 || !slices.ContainsFunc(hub.logs, func(s string) bool { return strings.Contains(s, "IKMP_NOT_ENCRYPTED") }) {
		t.Errorf("%+v, logs %q", hub.e.stats, hub.logs)
	}
}

// TestAggressive: an aggressive mode is answered only where a profile says so.
func TestAggressive(t *testing.T) {
	allowed := func(c *Config) {
		c.Keys = []Key{{Host: "spoke.lab", Key: ipsec.Secret("very secret")}}
		c.Profiles = []Profile{{Name: "AG", Aggressive: true, Match: []Identity{{Kind: IdentityFQDN, Value: "lab", Domain: true}}}}
	}
	for _, tt := range []struct {
		name   string
		change func(c *Config)
		clear  bool // the third message is not encrypted
		want   string
	}{
		{"by default", func(*Config) {}, false, "%CRYPTO-5-IKMP_AG_MODE_DISABLED: Unable to initiate or respond to Aggressive Mode while disabled"},
		{"a profile says so", allowed, false, ""},
		{"a profile says so, clear", allowed, true, ""},
		{"switched off", func(c *Config) { allowed(c); c.Globals.NoAggressive = true }, false, "IKMP_AG_MODE_DISABLED"},
		{"a profile for others", func(c *Config) { allowed(c); c.Profiles[0].Match[0].Value = "example" }, false, "IKMP_AG_MODE_DISABLED"},
		{"a wrong key", func(c *Config) { allowed(c); c.Keys[0].Key = ipsec.Secret("wrong") }, false, "wrong hash"},
		{"no key", func(c *Config) { allowed(c); c.Keys = nil }, false, "Processing of Aggressive mode failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := newNetwork(t)
			cfg := config(hubAddr)
			tt.change(&cfg)
			hub := n.add(hubAddr, 1, cfg)
			got := aggressive(t, n, hub, tt.clear)
			if tt.want == "" {
				if got != "" || hub.states() != "QM_IDLE" || hub.e.Snapshot(n.now).SAs[0].Profile != "AG" {
					t.Errorf("%q, states %q", got, hub.states())
				}
				return
			}
			if !strings.Contains(got+strings.Join(hub.logs, "\n"), tt.want) || hub.e.stats.Established != 0 {
				t.Errorf("%q, logs %q, want %q", got, hub.logs, tt.want)
			}
		})
	}
}

// aggressive plays an initiator of an aggressive mode; it returns why it gave up.
func aggressive(t *testing.T, n *network, hub *router, plain bool) string {
	t.Helper()
	policy := config(spokeAddr).Policies[0].phase1()
	x, err := suite.NewExchange(policy.Group, rand.NewChaCha8([32]byte{5}))
	if err != nil {
		t.Fatal(err)
	}
	i := &sa{init: ikev1.Cookie{1}, ni: bytes.Repeat([]byte{2}, 16), gxi: x.Public()}
	offer := &ikev1.SA{Proposals: []ikev1.Proposal{{Number: 1, Protocol: ikev1.ProtocolISAKMP, Transforms: []ikev1.Transform{policy.Transform(1)}}}}
	i.offer, _ = offer.Body()
	id := &ikev1.ID{Type: ikev1.IDFQDN, Data: []byte("spoke.lab")}
	d := ipsec.Datagram{Local: netip.AddrPortFrom(hub.addr, 500), Remote: netip.MustParseAddrPort(spokeAddr + ":500")}
	d.Data = i.clear(ikev1.ExchangeAggressive, offer, ikev1.KE(i.gxi), ikev1.Nonce(i.ni), id, ikev1.VendorNATT)
	hub.do(hub.e.Receive(n.now, d))
	if len(n.flying) == 0 {
		return "no answer"
	}
	m, err := ikev1.Parse(n.flying[0].data)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := sortPayloads(m.Payloads)
	if b.ke == nil {
		return "refused"
	}
	i.resp, i.gxr, i.nr = m.Responder, b.ke, b.nonce
	gxy, err := x.Shared(b.ke)
	if err != nil {
		t.Fatal(err)
	}
	i.keys, err = deriveKeys(policy, skeyidPSK(policy.Hash, []byte("very secret"), i.ni, i.nr), gxy, i.init, i.resp)
	if err != nil {
		t.Fatal(err)
	}
	if !equal(b.hash, i.keys.phase1Hash(i.gxr, i.gxi, i.resp, i.init, i.offer, b.ids[0].Body())) {
		return "wrong hash"
	}
	i.policy = policy
	hash := ikev1.Hash(i.keys.phase1Hash(i.gxi, i.gxr, i.init, i.resp, i.offer, id.Body()))
	payloads := []ikev1.Payload{hash, &ikev1.NATD{Hash: i.natHash(d.Local)}, &ikev1.NATD{Hash: i.natHash(d.Remote)}}
	d.Data = i.clear(ikev1.ExchangeAggressive, payloads...)
	if !plain {
		d.Data, _ = i.sealed(ikev1.ExchangeAggressive, 0, i.keys.firstIV(i.gxi, i.gxr), payloads...)
	}
	hub.do(hub.e.Receive(n.now, d))
	return ""
}

// TestInform: errors that the peer vouches for end an attempt at once.
func TestInform(t *testing.T) {
	n, _, spoke := two(t, func(h, _ *Config) { h.IPsec[0].Transforms[0] = gcm })
	spoke.open(hubAddr)
	n.run(time.Second)
	if !slices.Equal(spoke.downs, []string{"no proposal chosen"}) {
		t.Errorf("downs %q", spoke.downs)
	}
}
