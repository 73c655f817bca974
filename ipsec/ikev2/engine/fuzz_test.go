package engine

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// FuzzReceive gives an engine datagrams that nobody sealed, in every state of an
// SA: they change nothing that works.
func FuzzReceive(f *testing.F) {
	w, a, b := two(f, nil)
	var seen [][]byte
	w.fault = func(_ *node, s ipsec.Send) []ipsec.Send {
		seen = append(seen, s.Data)
		return []ipsec.Send{s}
	}
	a.opens(b)
	w.run(time.Second)
	a.verb(rekeyChildren)
	w.run(time.Second)
	for _, d := range seen {
		f.Add(uint8(0), d)
		f.Add(uint8(2), d)
	}
	f.Fuzz(func(t *testing.T, at uint8, d []byte) {
		w, a, b := two(t, nil)
		a.opens(b)
		w.run(time.Duration(at%5) * 10 * time.Millisecond)
		// With the SPIs of an SA that is there, and with its own.
		for _, n := range w.nodes {
			peer := netip.AddrPortFrom(ip("192.0.2.1"), 500)
			if n == a {
				peer = netip.AddrPortFrom(ip("192.0.2.2"), 500)
			}
			give := func(d []byte) {
				n.do(n.e.Receive(w.now, ipsec.Datagram{Local: netip.AddrPortFrom(n.addr, 500), Remote: peer, Data: d}))
			}
			give(d)
			if len(d) < ikev2.HeaderSize {
				continue
			}
			for _, s := range n.e.list() {
				c := bytes.Clone(d)
				i, r := s.spis()
				binary.BigEndian.PutUint64(c, uint64(i))
				binary.BigEndian.PutUint64(c[8:], uint64(r))
				binary.BigEndian.PutUint32(c[24:], uint32(len(c)))
				give(c)
			}
		}
		w.run(2 * time.Minute)
		if at%5 == 4 {
			w.works(a, b) // it was up before
		}
		if !a.carries(a.socket(b), b) {
			// A forged answer to IKE_SA_INIT can spoil one attempt, not the next.
			w.run(5 * time.Minute)
			w.works(a, b)
		}
	})
}

// FuzzSealed gives an engine payloads that its authenticated peer has sealed.
func FuzzSealed(f *testing.F) {
	for _, im := range impairments() {
		plain, err := ikev2.AppendPayloads(nil, im.do(body{
			&ikev2.Notify{Protocol: ikev2.ProtocolESP, SPI: []byte{1, 2, 3, 4}, Kind: ikev2.RekeySA},
			ikeOffer(psk("192.0.2.1").Proposals, make([]byte, 8), false),
			&ikev2.Nonce{Data: make([]byte, 32)}, &ikev2.KE{Group: suite.GroupX25519, Data: make([]byte, 32)},
			selectors(false, ip("192.0.2.1")), selectors(true, ip("192.0.2.2")),
			&ikev2.Delete{Protocol: ikev2.ProtocolESP, SPIs: []uint32{7}},
			&ikev2.ID{Kind: ikev2.IDFQDN, Data: []byte("a.b")}, &ikev2.Auth{Method: ikev2.AuthPSK, Data: []byte{1}},
		}))
		if err == nil {
			f.Add(uint8(36), uint8(41), plain)
			f.Add(uint8(37), uint8(42), plain)
		}
	}
	f.Fuzz(func(t *testing.T, exchange, first uint8, plain []byte) {
		w, a, b := two(t, nil)
		a.opens(b)
		w.run(time.Second)
		for _, response := range []bool{false, true} {
			s := a.e.list()
			if len(s) == 0 || len(b.e.list()) == 0 || !s[0].alive() {
				return
			}
			if response {
				b.verb(rekeyChildren) // so that an answer is awaited
			}
			h := s[0].header(ikev2.Exchange(exchange), s[0].next, response)
			if response {
				h.MessageID = s[0].expect
			} else {
				s[0].next++
			}
			out, err := s[0].seal.Seal(&h, ikev2.PayloadType(first), plain, a.e.rand)
			if err != nil {
				return
			}
			b.do(b.e.Receive(w.now, ipsec.Datagram{Local: s[0].path.remote, Remote: s[0].path.local, Data: out}))
			w.run(time.Second)
		}
		w.run(3 * time.Minute)
	})
}

// FuzzProposalSelect chooses from proposals of any form: what is chosen was
// offered, and is one of ours.
func FuzzProposalSelect(f *testing.F) {
	for _, p := range [][]byte{{1, 0, 12, 1, 0}, {1, 0, 20, 1, 0, 2, 0, 5, 0, 0, 4, 0, 19, 0, 0}} {
		f.Add(uint8(1), p)
	}
	f.Fuzz(func(t *testing.T, protocol uint8, b []byte) {
		sa := &ikev2.SA{Proposals: []ikev2.Proposal{{Number: 1, Protocol: ikev2.Protocol(protocol), SPI: []byte{1, 2, 3, 4}}}}
		p := &sa.Proposals[0]
		for ; len(b) >= 5 && len(p.Transforms) < ikev2.MaxTransforms; b = b[5:] {
			x := ikev2.Transform{Type: ikev2.TransformType(b[0] % 16), ID: binary.BigEndian.Uint16(b[1:]), KeyBits: int(binary.BigEndian.Uint16(b[3:]))}
			p.Transforms = append(p.Transforms, x)
		}
		check := func(c choice) {
			for _, x := range c.proposal.Transforms {
				if !holdsTransform(p.Transforms, x) {
					t.Fatalf("%+v was not offered", x)
				}
			}
		}
		ours := acceptedProposals()
		if c, ok := chooseIKE(ours, sa, true, suite.GroupNone); ok {
			check(c)
			if x := c.ike(); !x.cipher.Encryption.Supported(x.cipher.KeyBits) || x.cipher.Encryption.Combined() != (x.integrity == 0) || !x.group.Supported() || !x.prf.Supported() {
				t.Fatalf("chosen: %+v", x)
			}
		}
		for _, inAuth := range []bool{false, true} {
			profile := psk("192.0.2.1").IPsec[0]
			if c, ok := chooseESP(&profile, sa, inAuth, true); ok {
				check(c.choice)
				if c.cipher != (Cipher{suite.EncryptionAESGCM16, 256}) || c.integ != 0 || inAuth && c.group != 0 {
					t.Fatalf("chosen: %+v", c)
				}
			}
		}
	})
}

func holdsTransform(list []ikev2.Transform, x ikev2.Transform) bool {
	for _, t := range list {
		if t.Type == x.Type && t.ID == x.ID && t.KeyBits == x.KeyBits {
			return true
		}
	}
	return false
}

// FuzzTSNarrow narrows any selectors: what is agreed on was in them.
func FuzzTSNarrow(f *testing.F) {
	f.Add(uint8(47), []byte{192, 0, 2, 1}, []byte{192, 0, 2, 1}, []byte{10, 0, 0, 1}, uint8(7))
	f.Add(uint8(0), []byte{0, 0, 0, 0}, []byte{255, 255, 255, 255}, []byte{192, 0, 2, 2}, uint8(0))
	f.Fuzz(func(t *testing.T, protocol uint8, first, last, other []byte, flags uint8) {
		a, _ := netip.AddrFromSlice(first)
		z, _ := netip.AddrFromSlice(last)
		o, _ := netip.AddrFromSlice(other)
		local, remote := ip("192.0.2.2"), ip("192.0.2.1")
		tsi := []ikev2.Selector{{Protocol: protocol, LastPort: 65535, First: a, Last: z}}
		tsr := []ikev2.Selector{{Protocol: protocol, LastPort: 65535, First: o, Last: o}, {LastPort: 65535, First: a, Last: z}}
		transport, natPeer, natSelf := flags&1 != 0, flags&2 != 0, flags&4 != 0
		n, ok := narrow(tsi, tsr, local, remote, transport, natPeer, natSelf)
		if !ok {
			return
		}
		if !holds(tsi, n.peer) || !holds(tsr, n.own) {
			t.Fatalf("%+v is not in %v and %v", n, tsi, tsr)
		}
		if (n.peer != remote || n.own != local) && !transport {
			t.Fatalf("tunnel mode with other addresses: %+v", n)
		}
		if n.peer != remote && !natPeer || n.own != local && !natSelf {
			t.Fatalf("other addresses without a NAT box: %+v", n)
		}
	})
}

// FuzzFragments puts fragments together in any order, with any division.
func FuzzFragments(f *testing.F) {
	f.Add([]byte{1, 1, 3, 2, 1, 3, 3, 1, 3})
	f.Add([]byte{1, 0, 2, 2, 0, 3, 1, 0, 3, 3, 0, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		var slot *fragments
		for ; len(b) >= 3; b = b[3:] {
			x := &ikev2.Fragment{Number: uint16(b[0]%8) + 1, Total: uint16(b[2]%8) + 1}
			if x.Number > x.Total {
				continue
			}
			plain := bytes.Repeat([]byte{byte(x.Number)}, int(b[0])*300)
			kind := ikev2.TypeNone
			if x.Number == 1 {
				kind = ikev2.TypeSA
			}
			first, whole, ok := put(&slot, uint32(b[1]%2), x, kind, plain)
			if ok && (first != ikev2.TypeSA || slot != nil || !sorted(whole)) {
				t.Fatalf("%v %v", first, slot)
			}
			if slot != nil && (slot.size > fragmentSum || len(slot.parts) > 8 || slot.have >= len(slot.parts)) {
				t.Fatalf("%+v", slot)
			}
		}
	})
}

func sorted(b []byte) bool {
	for i := 1; i < len(b); i++ {
		if b[i] < b[i-1] {
			return false
		}
	}
	return true
}
