package engine

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
	"time"

	"axle/nhrp"
)

// A captured packet of ../testdata/vectors.json.
type captured struct {
	File string
	Sent string `json:"ip_src"`
	To   string `json:"ip_dst"`
	Hex  string `json:"nhrp_hex"`
}

func captures(t *testing.T) (list []captured, messages []*nhrp.Message, packets [][]byte) {
	t.Helper()
	b, err := os.ReadFile("../testdata/vectors.json")
	if err != nil {
		t.Skip("the captured Cisco packets are not here: ", err)
	}
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		p, err := hex.DecodeString(c.Hex)
		if err != nil {
			t.Fatal(err)
		}
		m, err := nhrp.Parse(p)
		if err != nil {
			t.Fatalf("%s: %v", c.File, err)
		}
		messages, packets = append(messages, m), append(packets, p)
	}
	return list, messages, packets
}

// cisco returns a router with the addresses and habits of a captured one.
func cisco(t *testing.T, addr, nbma string, like *nhrp.Message) *node {
	cfg := hubConfig()
	cfg.Addr, cfg.NBMA = prefix(addr+"/24"), ip(nbma)
	cfg.Auth = ""
	if x := like.Extension(nhrp.ExtAuth); x != nil {
		cfg.Auth = string(x.Value[4:])
	}
	cfg.MTU, cfg.Hold = like.Clients[0].MTU, like.Clients[0].Hold
	d := newNetwork(t).router("cisco", cfg)
	d.configure()
	return d
}

// TestHubAnswersLikeCisco gives captured registration requests to a hub: its
// replies are the captured replies, byte for byte. In one capture the reply
// names another interface of the router as its responder.
func TestHubAnswersLikeCisco(t *testing.T) {
	list, messages, packets := captures(t)
	same, all := 0, 0
	for i, m := range messages {
		if m.Op != nhrp.RegistrationRequest {
			continue
		}
		want := replyIn(list, messages, packets, i)
		if want == nil {
			continue
		}
		all++
		d := cisco(t, m.DstProto.String(), list[i].To, m)
		d.receive(ip(list[i].Sent), packets[i])
		if len(d.sent) != 1 || d.sent[0].NBMA != ip(list[i].Sent) {
			t.Fatalf("%s: %d packets sent", list[i].File, len(d.sent))
		}
		if bytes.Equal(d.sent[0].Packet, want) {
			same++
		} else if list[i].File != "NHRP-responder-address.pcap" {
			t.Errorf("%s:\n%x, captured\n%x", list[i].File, d.sent[0].Packet, want)
		}
	}
	if all != 13 || same != 12 {
		t.Errorf("%d of %d replies are the captured ones, want 12 of 13", same, all)
	}
}

// replyIn returns the captured reply that follows the captured request i, or nil.
func replyIn(list []captured, messages []*nhrp.Message, packets [][]byte, i int) []byte {
	if i+1 == len(list) || list[i+1].File != list[i].File || messages[i+1].Op != nhrp.RegistrationReply ||
		messages[i+1].RequestID != messages[i].RequestID {
		return nil
	}
	return packets[i+1]
}

// TestSpokeRegistersLikeCisco compares our registration request with captured
// ones: all but the request id is the same.
func TestSpokeRegistersLikeCisco(t *testing.T) {
	list, messages, packets := captures(t)
	all := 0
	for i, m := range messages {
		if m.Op != nhrp.RegistrationRequest || m.Extension(nhrp.ExtNAT) == nil {
			continue
		}
		all++
		n := newNetwork(t)
		cfg := spokeConfig(1)
		cfg.Addr, cfg.NBMA = prefix(m.SrcProto.String()+"/24"), m.SrcNBMA
		cfg.Auth = string(m.Extension(nhrp.ExtAuth).Value[4:])
		cfg.MTU, cfg.Hold, cfg.Unique = m.Clients[0].MTU, m.Clients[0].Hold, m.Flags&nhrp.FlagRegUnique != 0
		cfg.Servers = []ServerConfig{{Addr: m.DstProto, NBMA: ip(list[i].To)}}
		d := n.router("spoke", cfg)
		d.configure()
		if len(d.sent) != 1 {
			t.Fatalf("%d packets sent", len(d.sent))
		}
		got := d.sent[0].Message
		got.RequestID = m.RequestID
		if b := encode(t, got); !bytes.Equal(b, packets[i]) {
			t.Errorf("%s:\n%x, captured\n%x", list[i].File, b, packets[i])
		}
	}
	if all < 15 {
		t.Errorf("only %d captured requests", all)
	}
}

// TestPhase3LikeCisco replays the four packets of an IOS 12.4T shortcut: the
// indication, the request, the request as forwarded by the hub, the reply.
func TestPhase3LikeCisco(t *testing.T) {
	list, messages, packets := captures(t)
	var at []int
	for i := range list {
		if list[i].File == "nhrp-trace.pcap" {
			at = append(at, i)
		}
	}
	if len(at) != 4 {
		t.Fatalf("%d packets in nhrp-trace.pcap", len(at))
	}
	indication, request, forwarded, reply := packets[at[0]], packets[at[1]], packets[at[2]], packets[at[3]]
	like := messages[at[1]]
	net := Route{Prefix: prefix("10.255.255.0/24"), Interface: "Tunnel0"}

	t.Log("# the hub: registrations first")
	hub := cisco(t, "10.255.255.1", "192.168.200.1", like)
	hub.routes = []Route{net}
	for _, c := range [][2]string{{"10.255.255.2", "192.168.200.2"}, {"10.255.255.3", "192.168.200.3"}} {
		hub.receive(ip(c[1]), encode(t, registrationFrom(c[0], c[1], "10.255.255.1", "secret")))
	}
	hub.sent = nil
	hub.perform(hub.e.Hairpin(hub.net.now, "Tunnel0", ip("192.168.200.3"), "Tunnel0", messages[at[0]].Packet))
	hub.receive(ip("192.168.200.3"), request)
	if len(hub.sent) != 2 {
		t.Fatalf("the hub sent %d packets", len(hub.sent))
	}
	if !bytes.Equal(hub.sent[0].Packet, indication) {
		t.Errorf("indication\n%x, captured\n%x", hub.sent[0].Packet, indication)
	}
	if !bytes.Equal(hub.sent[1].Packet, forwarded) || hub.sent[1].NBMA != ip("192.168.200.2") {
		t.Errorf("forwarded request\n%x, captured\n%x", hub.sent[1].Packet, forwarded)
	}

	t.Log("# the spoke that asks")
	one := cisco(t, "10.255.255.3", "192.168.200.3", like)
	one.cfg.Servers = []ServerConfig{{Addr: ip("10.255.255.1"), NBMA: ip("192.168.200.1")}}
	one.routes = []Route{net, {Prefix: prefix("10.255.255.3/32"), Interface: "Tunnel0", Local: true}}
	one.configure()
	one.sent = nil
	one.receive(ip("192.168.200.1"), indication)
	if len(one.sent) != 1 {
		t.Fatalf("the spoke sent %d packets", len(one.sent))
	}
	m := one.sent[0].Message
	id := m.RequestID
	m.RequestID = 5
	if b := encode(t, m); !bytes.Equal(b, request) {
		t.Errorf("request\n%x, captured\n%x", b, request)
	}

	t.Log("# the spoke that answers")
	two := cisco(t, "10.255.255.2", "192.168.200.2", like)
	two.cfg.Servers = one.cfg.Servers
	two.configure()
	two.sent = nil
	two.receive(ip("192.168.200.1"), forwarded)
	if len(two.sent) != 1 || !bytes.Equal(two.sent[0].Packet, reply) || two.sent[0].NBMA != ip("192.168.200.3") {
		t.Errorf("reply %+v, captured\n%x", two.sent, reply)
	}

	t.Log("# the reply makes the peer")
	answer := *messages[at[3]]
	answer.RequestID = id
	one.receive(ip("192.168.200.2"), encode(t, &answer))
	if one.peers[prefix("10.255.255.2/32")] != ip("192.168.200.2") {
		t.Errorf("peers %v", one.peers)
	}
}

// registrationFrom returns a registration request like Cisco's, not unique.
func registrationFrom(proto, nbma, server, auth string) *nhrp.Message {
	m := &nhrp.Message{
		Op: nhrp.RegistrationRequest, HopCount: 255, Flags: nhrp.FlagNAT, RequestID: 7,
		SrcNBMA: ip(nbma), SrcProto: ip(proto), DstProto: ip(server),
		Clients: []nhrp.Client{{PrefixLen: 32, MTU: 17916, Hold: 600 * time.Second}},
	}
	for _, x := range []nhrp.ExtType{nhrp.ExtResponder, nhrp.ExtForwardTransit, nhrp.ExtReverseTransit, nhrp.ExtAuth, nhrp.ExtNAT} {
		e := nhrp.Extension{Type: x, Compulsory: x != nhrp.ExtNAT}
		if x == nhrp.ExtAuth {
			if auth == "" {
				continue
			}
			e = nhrp.Authentication(auth)
		}
		m.Extensions = append(m.Extensions, e)
	}
	return m
}
