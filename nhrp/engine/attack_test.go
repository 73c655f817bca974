package engine

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"time"

	"axle/nhrp"
)

// The tests of this file forge packets. The attacker is at 198.51.100.66 and
// knows the password, as a member of the network does.
var attacker = ip("198.51.100.66")

// sentBy returns the only packet that is among the actions.
func sentBy(t *testing.T, actions []Action) Send {
	t.Helper()
	var all []Send
	for _, a := range actions {
		if s, ok := a.(Send); ok {
			all = append(all, s)
		}
	}
	if len(all) != 1 {
		t.Fatalf("%d packets sent, want 1: %+v", len(all), actions)
	}
	return all[0]
}

// quiet checks that actions only log, tell, or complain to the attacker.
func quiet(t *testing.T, actions []Action) {
	t.Helper()
	for _, a := range actions {
		switch a := a.(type) {
		case Log, Tell:
		case Send:
			if a.Message.Op != nhrp.ErrorIndication || a.NBMA != attacker {
				t.Errorf("sent %s to %s", a.Message.Op, a.NBMA)
			}
		default:
			t.Errorf("action %T %+v", a, a)
		}
	}
}

func TestAttackHijackOfUniqueAddress(t *testing.T) {
	for _, unique := range []bool{true, false} {
		n, hub, _, two := phase3(t)
		two.cfg.Unique = true
		two.configure()
		two.perform(two.e.Clear(n.now, Filter{Static: true}))
		n.run(time.Second)
		if hub.entry("10.0.0.12/32").Flags&FlagUnique == 0 {
			t.Fatal("the victim is not unique")
		}
		m := registrationFrom("10.0.0.12", attacker.String(), "10.0.0.1", "secret")
		if unique {
			m.Flags |= nhrp.FlagRegUnique
		}
		errors := hub.state().Received.Errors
		reply := sentBy(t, hub.receive(attacker, encode(t, m)))
		if got := reply.Message.Clients[0].Code; got != nhrp.CodeAlreadyBound || reply.NBMA != attacker {
			t.Errorf("code %d to %s, want 14", got, reply.NBMA)
		}
		if hub.entry("10.0.0.12/32").NBMA != two.cfg.NBMA || hub.peers[prefix("10.0.0.12/32")] != two.cfg.NBMA {
			t.Errorf("the binding moved:\n%s", hub.entries())
		}
		if hub.state().Received.Errors != errors+1 || !hub.logged("unique address already registered (14)") {
			t.Errorf("not counted or not logged: %v", hub.logs)
		}
	}
}

// On a protected tunnel a binding belongs to who has proved to be its sender, unique
// or not, until it is dropped.
func TestAttackOnAnotherPeersBinding(t *testing.T) {
	n, hub, _, _ := phase3(t)
	from := func(peer, nbma string) nhrp.Code {
		m := registrationFrom("10.0.0.18", nbma, "10.0.0.1", "secret")
		p := Packet{Tunnel: "Tunnel0", Src: ip(nbma), Dst: hub.cfg.NBMA, Data: encode(t, m), Peer: peer}
		return sentBy(t, hub.e.Receive(n.now, p)).Message.Clients[0].Code
	}
	if c := from("fqdn spoke8.lab", "203.0.113.18"); c != nhrp.CodeOK {
		t.Fatalf("the owner got %v", c)
	}
	for _, thief := range []string{"fqdn spoke9.lab", ""} {
		if c := from(thief, attacker.String()); c != nhrp.CodeAlreadyBound || hub.entry("10.0.0.18/32").NBMA != ip("203.0.113.18") {
			t.Errorf("%q got %v:\n%s", thief, c, hub.entries())
		}
	}
	if c := from("fqdn spoke8.lab", "203.0.113.19"); c != nhrp.CodeOK || hub.entry("10.0.0.18/32").NBMA != ip("203.0.113.19") {
		t.Errorf("the owner, elsewhere, got %v", c)
	}
	hub.e.Clear(n.now, Filter{NBMA: ip("203.0.113.19")}) // its SA is gone
	if c := from("fqdn spoke9.lab", attacker.String()); c != nhrp.CodeOK {
		t.Errorf("after the owner left: %v", c)
	}
}

func TestAttackUniqueClaimOverSharedAddress(t *testing.T) {
	_, hub, _, two := phase3(t)
	m := registrationFrom("10.0.0.12", attacker.String(), "10.0.0.1", "secret")
	m.Flags |= nhrp.FlagRegUnique
	reply := sentBy(t, hub.receive(attacker, encode(t, m)))
	if reply.Message.Clients[0].Code != nhrp.CodeAlreadyBound || hub.entry("10.0.0.12/32").NBMA != two.cfg.NBMA {
		t.Errorf("code %d, cache\n%s", reply.Message.Clients[0].Code, hub.entries())
	}
}

func TestAttackSecondEntryForAnotherAddress(t *testing.T) {
	_, hub, _, _ := phase3(t)
	m := registrationFrom("10.0.0.18", attacker.String(), "10.0.0.1", "secret")
	m.Clients = append(m.Clients, nhrp.Client{PrefixLen: 32, Hold: time.Hour, Proto: ip("10.0.0.19"), NBMA: attacker})
	reply := sentBy(t, hub.receive(attacker, encode(t, m)))
	if a, b := reply.Message.Clients[0].Code, reply.Message.Clients[1].Code; a != nhrp.CodeOK || b != nhrp.CodeProhibited {
		t.Errorf("codes %d and %d, want 0 and 4", a, b)
	}
	if hub.entry("10.0.0.19/32") != nil || hub.entry("10.0.0.18/32") == nil {
		t.Errorf("cache\n%s", hub.entries())
	}
}

func TestAttackRegistrationOfPrefix(t *testing.T) {
	for _, tt := range []struct {
		name  string
		flags nhrp.Flags
		want  nhrp.Code
	}{{"shared", 0, nhrp.CodeNotUnique}, {"unique", nhrp.FlagRegUnique, nhrp.CodeProhibited}} {
		_, hub, _, _ := phase3(t)
		m := registrationFrom("10.0.0.18", attacker.String(), "10.0.0.1", "secret")
		m.Flags |= tt.flags
		m.Clients[0].PrefixLen = 24
		reply := sentBy(t, hub.receive(attacker, encode(t, m)))
		if got := reply.Message.Clients[0].Code; got != tt.want || len(hub.state().Entries) != 2 {
			t.Errorf("%s: code %d, want %d, cache\n%s", tt.name, got, tt.want, hub.entries())
		}
	}
}

func TestAttackHopCountZero(t *testing.T) {
	_, hub, _, _ := phase3(t)
	hub.e.SetDebug(DebugError)
	m := registrationFrom("10.0.0.18", attacker.String(), "10.0.0.1", "secret")
	m.HopCount = 0
	quiet(t, hub.receive(attacker, encode(t, m)))
	if got := hub.told.String(); got != "NHRP-ERROR: Packet Recved with 0 Hop counts\n" {
		t.Errorf("debug %q", got)
	}
}

func TestAttackUnknownCompulsoryExtension(t *testing.T) {
	_, hub, _, _ := phase3(t)
	m := registrationFrom("10.0.0.18", attacker.String(), "10.0.0.1", "secret")
	m.Extensions = append(m.Extensions, nhrp.Extension{Type: 77, Compulsory: true, Value: []byte{1}})
	reply := sentBy(t, hub.receive(attacker, encode(t, m)))
	if reply.Message.Op != nhrp.ErrorIndication || reply.Message.ErrorCode != nhrp.ErrUnrecognizedExtension {
		t.Errorf("answered %+v", reply.Message)
	}
	if hub.entry("10.0.0.18/32") != nil {
		t.Error("registered")
	}
	m.Extensions[len(m.Extensions)-1].Compulsory = false
	if reply = sentBy(t, hub.receive(attacker, encode(t, m))); reply.Message.Op != nhrp.RegistrationReply {
		t.Errorf("one that is not compulsory: %s", reply.Message.Op)
	}
}

func purgeFrom(proto, nbma, dst, what string) *nhrp.Message {
	m := registrationFrom(proto, nbma, dst, "secret")
	m.Op, m.Flags = nhrp.PurgeRequest, 0
	p := prefix(what)
	m.Clients = []nhrp.Client{{PrefixLen: uint8(p.Bits()), Proto: p.Addr()}}
	return m
}

func TestAttackPurgeOfOther(t *testing.T) {
	for _, tt := range []struct{ name, proto string }{
		{"own name", "10.0.0.18"}, {"victim's name", "10.0.0.12"},
	} {
		_, hub, _, _ := phase3(t)
		quiet(t, hub.receive(attacker, encode(t, purgeFrom(tt.proto, attacker.String(), "10.0.0.1", "10.0.0.12/32"))))
		if hub.entry("10.0.0.12/32") == nil {
			t.Errorf("%s: the binding went", tt.name)
		}
	}
	_, hub, _, two := phase3(t)
	m := purgeFrom("10.0.0.12", two.cfg.NBMA.String(), "10.0.0.1", "10.0.0.12/32")
	quiet(t, hub.receive(attacker, encode(t, m)))
	if hub.entry("10.0.0.12/32") == nil {
		t.Error("the victim's NBMA address in the header was believed")
	}
}

func TestPurgeOfOwn(t *testing.T) {
	_, hub, _, two := phase3(t)
	out := hub.receive(two.cfg.NBMA, encode(t, purgeFrom("10.0.0.12", "203.0.113.12", "10.0.0.1", "10.0.0.12/32")))
	if s := sentBy(t, out); s.Message.Op != nhrp.PurgeReply || s.NBMA != two.cfg.NBMA || s.Message.RequestID != 7 {
		t.Errorf("answer %+v", s)
	}
	if hub.entry("10.0.0.12/32") != nil || len(hub.peers) != 1 {
		t.Errorf("cache\n%s", hub.entries())
	}
	if !hub.logged("NHRP_NHC_DOWN") {
		t.Errorf("log %v", hub.logs)
	}
	m := purgeFrom("10.0.0.12", "203.0.113.12", "10.0.0.1", "10.0.0.12/32")
	m.Flags = nhrp.FlagPurgeNoReply
	if out := hub.receive(two.cfg.NBMA, encode(t, m)); len(out) != 0 {
		t.Errorf("answer to a purge that wants none: %+v", out)
	}
}

func requestFrom(proto, nbma, dst string) *nhrp.Message {
	m := registrationFrom(proto, nbma, dst, "secret")
	m.Op, m.Flags = nhrp.ResolutionRequest, 0xc802
	m.Clients[0].PrefixLen = 0
	return m
}

func TestAttackResolutionOfUnroutable(t *testing.T) {
	_, hub, one, _ := phase3(t)
	for _, dst := range []string{"8.8.8.8", "10.0.0.77"} {
		s := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, requestFrom("10.0.0.11", "203.0.113.11", dst))))
		c := s.Message.Clients
		if s.Message.Op != nhrp.ResolutionReply || len(c) != 1 || c[0].Code != nhrp.CodeNoBinding || c[0].Hold != 0 || c[0].NBMA.IsValid() || c[0].Proto.IsValid() {
			t.Errorf("%s: answered %+v", dst, s.Message)
		}
	}
}

func indicationFrom(proto, nbma, src, dst string) *nhrp.Message {
	return &nhrp.Message{
		Op: nhrp.TrafficIndication, HopCount: 255, SrcNBMA: ip(nbma), SrcProto: ip(proto), DstProto: ip(src),
		Packet:     packet(src, dst)[:28],
		Extensions: []nhrp.Extension{nhrp.Authentication("secret")},
	}
}

func TestAttackTrafficIndication(t *testing.T) {
	for _, tt := range []struct {
		name     string
		from     string
		src, dst string
	}{
		{"from a stranger", "198.51.100.66", "192.168.1.10", "192.168.2.10"},
		{"for a flow of others", "203.0.113.1", "192.168.3.10", "192.168.2.10"},
		{"for what is not behind the tunnel", "203.0.113.1", "192.168.1.10", "8.8.8.8"},
		{"for our own network", "203.0.113.1", "192.168.1.10", "192.168.1.20"},
		{"for ourselves", "203.0.113.1", "192.168.1.10", "10.0.0.11"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, one, _ := phase3(t)
			before := one.entries()
			quiet(t, one.receive(ip(tt.from), encode(t, indicationFrom("10.0.0.1", "203.0.113.1", tt.src, tt.dst))))
			if got := one.entries(); got != before {
				t.Errorf("cache\n%s", got)
			}
		})
	}
}

func TestAttackFloodOfIndications(t *testing.T) {
	n, hub, one, _ := phase3(t)
	n.filter = func(from, _ *node, _ *nhrp.Message) bool { return from != one }
	for i := range 1000 {
		dst := ip("192.168.2.0").As4()
		binary.BigEndian.PutUint16(dst[2:], uint16(2<<8+i))
		m := indicationFrom("10.0.0.1", "203.0.113.1", "192.168.1.10", "192.168.2.10")
		copy(m.Packet[16:], dst[:])
		one.receive(hub.cfg.NBMA, encode(t, m))
		n.now = n.now.Add(7 * time.Millisecond)
	}
	asked := make(map[string]bool)
	for _, s := range one.sent {
		if s.Message.Op == nhrp.ResolutionRequest {
			asked[s.Message.DstProto.String()] = true
		}
	}
	if len(asked) > MaxIncomplete || len(asked) < MaxIncomplete/2 {
		t.Errorf("%d destinations asked for", len(asked))
	}
	if got := len(one.state().Entries); got > MaxIncomplete+1 {
		t.Errorf("%d entries", got)
	}
}

// ask makes spoke one ask for 192.168.2.10 and returns its request.
func ask(t *testing.T, n *network, hub, one *node) *nhrp.Message {
	t.Helper()
	n.filter = func(from, _ *node, _ *nhrp.Message) bool { return from != one }
	m := indicationFrom("10.0.0.1", "203.0.113.1", "192.168.1.10", "192.168.2.10")
	return sentBy(t, one.receive(hub.cfg.NBMA, encode(t, m))).Message
}

// replyFor returns the answer of 10.0.0.12 to a request.
func replyFor(q *nhrp.Message) *nhrp.Message {
	m := *q
	m.Op, m.Flags = nhrp.ResolutionReply, 0xf802
	m.Clients = []nhrp.Client{{PrefixLen: 24, MTU: 17916, Hold: 600 * time.Second, NBMA: ip("203.0.113.12"), Proto: ip("10.0.0.12")}}
	return &m
}

func TestAttackGuessedReply(t *testing.T) {
	n, hub, one, _ := phase3(t)
	q := ask(t, n, hub, one)
	before := one.entries()
	for id := range uint32(200) {
		m := replyFor(q)
		m.RequestID = id
		m.Clients[0].NBMA = attacker
		quiet(t, one.receive(attacker, encode(t, m)))
		n.now = n.now.Add(10 * time.Millisecond)
	}
	if got := one.entries(); got != before || len(one.shortcuts) != 0 {
		t.Errorf("cache\n%sshortcuts %v", got, one.shortcuts)
	}
}

func TestAttackReply(t *testing.T) {
	for _, tt := range []struct {
		name string
		from string
		edit func(m *nhrp.Message)
	}{
		{"of a stranger for somebody else", "198.51.100.66", func(m *nhrp.Message) {}},
		{"refusal of a stranger", "198.51.100.66", func(m *nhrp.Message) { m.Clients = []nhrp.Client{{Code: 12}} }},
		{"for another destination", "203.0.113.12", func(m *nhrp.Message) { m.DstProto = ip("192.168.3.10") }},
		{"default route", "203.0.113.12", func(m *nhrp.Message) { m.Clients[0].PrefixLen = 1 }},
		{"short prefix", "203.0.113.12", func(m *nhrp.Message) { m.Clients[0].PrefixLen = 7 }},
		{"our own next hop", "203.0.113.12", func(m *nhrp.Message) { m.Clients[0].Proto = ip("10.0.0.11") }},
		{"our own NBMA address", "203.0.113.1", func(m *nhrp.Message) { m.Clients[0].NBMA = ip("203.0.113.11") }},
		{"the server's address", "198.51.100.66", func(m *nhrp.Message) { m.Clients[0].Proto, m.Clients[0].NBMA = ip("10.0.0.1"), attacker }},
		{"multicast next hop", "203.0.113.12", func(m *nhrp.Message) { m.Clients[0].Proto = ip("224.0.0.5") }},
		{"no holding time", "203.0.113.12", func(m *nhrp.Message) { m.Clients[0].Hold = 0 }},
		{"no entry", "203.0.113.12", func(m *nhrp.Message) { m.Clients = nil }},
		{"to another requester's NBMA", "203.0.113.12", func(m *nhrp.Message) { m.SrcNBMA = ip("203.0.113.13") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, hub, one, _ := phase3(t)
			m := replyFor(ask(t, n, hub, one))
			tt.edit(m)
			before := one.entries()
			for _, a := range one.receive(ip(tt.from), encode(t, m)) {
				switch a.(type) {
				case SetPeer, SetRoute, DeletePeer, DeleteRoute:
					t.Errorf("action %T %+v", a, a)
				}
			}
			if got := one.entries(); got != before {
				t.Errorf("cache\n%s", got)
			}
		})
	}
}

func TestOneAnswerPerRequest(t *testing.T) {
	n, hub, one, _ := phase3(t)
	m := replyFor(ask(t, n, hub, one))
	one.receive(ip("203.0.113.12"), encode(t, m))
	if one.shortcuts[prefix("192.168.2.0/24")] != ip("10.0.0.12") {
		t.Fatalf("the good answer was not taken:\n%s", one.entries())
	}
	m.Clients[0].Proto, m.Clients[0].NBMA = ip("10.0.0.66"), attacker
	quiet(t, one.receive(attacker, encode(t, m)))
	if one.shortcuts[prefix("192.168.2.0/24")] != ip("10.0.0.12") {
		t.Error("a second answer was taken")
	}
}

func TestAttackReplyThatSwallowsTheUnderlay(t *testing.T) {
	n, hub, one, _ := phase3(t)
	one.routes = append(one.routes, Route{Prefix: prefix("203.0.112.0/20"), Interface: "Tunnel0", NextHop: ip("10.0.0.1")})
	n.filter = func(from, _ *node, _ *nhrp.Message) bool { return from != one }
	i := indicationFrom("10.0.0.1", "203.0.113.1", "192.168.1.10", "203.0.113.77")
	q := sentBy(t, one.receive(hub.cfg.NBMA, encode(t, i))).Message
	one.receive(ip("203.0.113.12"), encode(t, replyFor(q)))
	if _, ok := one.shortcuts[prefix("203.0.113.0/24")]; ok {
		t.Errorf("the tunnel's own packets would go into the tunnel: %v", one.shortcuts)
	}
	if _, ok := one.shortcuts[prefix("203.0.113.77/32")]; !ok {
		t.Errorf("the host alone is harmless: %v", one.shortcuts)
	}
}

func TestAttackMalformed(t *testing.T) {
	_, hub, one, _ := phase3(t)
	before := hub.entries()
	good := encode(t, registrationFrom("10.0.0.18", attacker.String(), "10.0.0.1", "secret"))
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range good {
		quiet(t, hub.receive(attacker, good[:i]))
		bad := append([]byte(nil), good...)
		bad[i] ^= byte(1 + rng.IntN(255))
		quiet(t, one.receive(attacker, bad))
		quiet(t, hub.receive(attacker, bad)) // the checksum is wrong
	}
	if got := hub.entries(); got != before {
		t.Errorf("cache\n%s", got)
	}
	if hub.state().Received.Errors == 0 {
		t.Error("nothing counted")
	}
}

func TestAttackAuthentication(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(m *nhrp.Message)
	}{
		{"wrong", func(m *nhrp.Message) { *m.Extension(nhrp.ExtAuth) = nhrp.Authentication("Secret") }},
		{"a prefix", func(m *nhrp.Message) { *m.Extension(nhrp.ExtAuth) = nhrp.Authentication("secre") }},
		{"longer", func(m *nhrp.Message) { *m.Extension(nhrp.ExtAuth) = nhrp.Authentication("secrets") }},
		{"empty", func(m *nhrp.Message) { m.Extension(nhrp.ExtAuth).Value = nil }},
		{"missing", func(m *nhrp.Message) { m.Extensions = m.Extensions[:3] }},
		{"twice", func(m *nhrp.Message) { m.Extensions = append(m.Extensions, nhrp.Authentication("secret")) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, hub, _, _ := phase3(t)
			hub.e.SetDebug(0xff)
			m := registrationFrom("10.0.0.18", attacker.String(), "10.0.0.1", "secret")
			tt.edit(m)
			b := encode(t, m)
			s := sentBy(t, hub.receive(attacker, b))
			if s.Message.Op != nhrp.ErrorIndication || s.Message.ErrorCode != nhrp.ErrAuthentication || s.NBMA != attacker {
				t.Errorf("answered %+v", s.Message)
			}
			if !hub.logged("%DMVPN-3-DMVPN_NHRP_ERROR:  Tunnel0: Recieved wrong authentication string for  Registration Request , Reason:  authentication failure (11) on (Tunnel: 10.0.0.18 NBMA: 203.0.113.1)") {
				t.Errorf("log %q", hub.logs)
			}
			if hub.entry("10.0.0.18/32") != nil {
				t.Error("registered")
			}
			for range 100 {
				hub.receive(attacker, b)
			}
			if got := hub.count(nhrp.ErrorIndication); got != MaxErrorRate {
				t.Errorf("%d error indications within an instant", got)
			}
		})
	}
}

func TestFloodFromOneSource(t *testing.T) {
	_, hub, one, _ := phase3(t)
	b := encode(t, requestFrom("10.0.0.11", "203.0.113.11", "8.8.8.8"))
	hub.sent = nil
	for range 3 * MaxSourceRate {
		hub.receive(one.cfg.NBMA, b)
	}
	if got := len(hub.sent); got > MaxSourceRate {
		t.Errorf("%d answers within an instant", got)
	}
	hub.sent = nil
	hub.receive(ip("203.0.113.12"), encode(t, requestFrom("10.0.0.12", "203.0.113.12", "8.8.8.8")))
	if len(hub.sent) != 1 {
		t.Error("another client is not served")
	}
}

func TestForeignReplyIsNotForwarded(t *testing.T) {
	_, hub, _, _ := phase3(t)
	m := replyFor(requestFrom("10.0.0.11", "203.0.113.11", "192.168.2.10"))
	quiet(t, hub.receive(attacker, encode(t, m)))
}

func TestImplicitEntryOfStranger(t *testing.T) {
	_, _, one, _ := phase3(t)
	m := requestFrom("10.0.0.13", attacker.String(), "192.168.1.10")
	one.receive(attacker, encode(t, m))
	if one.entry("10.0.0.13/32") != nil || len(one.shortcuts) != 0 {
		t.Errorf("a stranger made itself a peer:\n%s", one.entries())
	}
	m = requestFrom("192.168.3.9", attacker.String(), "192.168.1.10")
	one.receive(ip("203.0.113.1"), encode(t, m))
	if len(one.shortcuts) != 0 {
		t.Errorf("a requester outside the tunnel's network made a route: %v", one.shortcuts)
	}
}
