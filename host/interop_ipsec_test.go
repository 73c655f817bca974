//go:build linux

package host_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// cryptoPeerlab is what strongSwan has in topology ipsec.
var cryptoPeerlab = strings.NewReplacer("Cisco123", "peerlab-psk", " dpd 10 2 on-demand", " dpd 10 2 periodic").Replace(`crypto ikev2 proposal STRONGSWAN
 encryption aes-cbc-256
 integrity sha256
 group 14
!
crypto ikev2 policy STRONGSWAN
 proposal STRONGSWAN
!
` + cryptoIKEv2)

// sealed demands that what nbma and another address exchanged is ESP and IKE, and
// that there was ESP in both directions.
func (p *peerlab) sealed(nbma, other string) {
	p.t.Helper()
	if out := p.decode("ip.proto == 47"); out != "" {
		p.t.Errorf("GRE in clear:\n%s", out)
	}
	poll(p.t, 10*time.Second, "no ESP between "+nbma+" and "+other, func() (string, bool) {
		there := p.count(fmt.Sprintf("esp && ip.src == %s && ip.dst == %s", nbma, other))
		back := p.count(fmt.Sprintf("esp && ip.dst == %s && ip.src == %s", nbma, other))
		return fmt.Sprintf("%d packets there, %d back", there, back), there > 0 && back > 0
	})
}

// wellFormedIKE demands that tshark finds no fault with what nbma, which is Axle,
// sent.
func (p *peerlab) wellFormedIKE(nbma string) {
	p.t.Helper()
	if out := p.decode("_ws.malformed && (isakmp || esp)"); out != "" {
		p.t.Errorf("malformed packets:\n%s", out)
	}
	if out := p.decode("ip.src == "+nbma+` && (isakmp || esp) && (_ws.expert.severity == "Error" || ip.checksum.status == "Bad" || udp.checksum.status == "Bad")`, "-V"); out != "" {
		p.t.Errorf("faults in what Axle sent:\n%s", out)
	}
	n := p.count("isakmp && ip.src == " + nbma)
	p.t.Logf("Axle sent %d messages of IKE", n)
	if n == 0 {
		p.t.Error("Axle sent no IKE")
	}
}

// TestInteropIPsecHub runs Axle as the hub of two spokes of FRR and strongSwan,
// whose kernel does ESP.
func TestInteropIPsecHub(t *testing.T) {
	needPeerlab(t)
	bin := program(t)
	p := newPeerlab(t, "topo/ipsec", nil, "spoke1", "spoke2")
	s := p.attach("axle", "198.51.100.1/24")
	lan := lanBehind(s, "192.168.1.10", "192.168.1.1")
	hub := newMachine(s, bin, protected(t, "testdata/interop/hub.cfg", cryptoPeerlab))
	hub.start()
	registered := func(limit time.Duration) {
		t.Helper()
		hub.shows(limit, "show dmvpn", `198\.51\.100\.11 10\.0\.0\.11 UP \S+ D\b`, `198\.51\.100\.12 10\.0\.0\.12 UP \S+ D\b`)
	}
	lans := func() {
		t.Helper()
		for _, spoke := range []string{"11", "12"} {
			lan.reaches("192.168."+spoke+".1", 60*time.Second)
			lan.pings("192.168."+spoke+".1", 5, 1372)
		}
		p.pings("spoke1", "192.168.11.1", "192.168.1.10")
		p.pings("spoke2", "192.168.12.1", "192.168.1.10")
	}
	t.Log("# the spokes register, inside ESP")
	registered(60 * time.Second)
	lans()
	p.sealed("198.51.100.1", "198.51.100.11")
	t.Log("# the hub's redirect makes a shortcut, with SAs between the spokes")
	p.shows(60*time.Second, "spoke1", "show ip nhrp shortcut", `192\.168\.12\.0/24 +10\.0\.0\.12`, "192.168.11.1", "192.168.12.1")
	p.reaches(30*time.Second, "spoke1", "192.168.11.1", "192.168.12.1")
	p.pings("spoke1", "192.168.11.1", "192.168.12.1")
	p.sealed("198.51.100.11", "198.51.100.12")

	t.Log("# a spoke's SAs are deleted by it, and made again")
	p.shell("spoke1", "swanctl --terminate --ike dmvpn --timeout 5 || true")
	p.reaches(90*time.Second, "spoke1", "192.168.11.1", "192.168.1.10")
	t.Log("# strongSwan makes new keys: of ESP, and of IKE")
	p.shell("spoke2", "swanctl --rekey --child dmvpn")
	p.pings("spoke2", "192.168.12.1", "192.168.1.10")
	p.shell("spoke2", "swanctl --rekey --ike dmvpn")
	p.pings("spoke2", "192.168.12.1", "192.168.1.10")
	t.Log("# the hub is killed")
	hub.crash()
	hub.start()
	registered(150 * time.Second)
	lans()
	p.sealed("198.51.100.1", "198.51.100.12")
	p.wellFormedIKE("198.51.100.1")
	hub.stop()
}

// TestInteropIPsecSpoke runs Axle as a spoke beside two of FRR and strongSwan, on
// their hub.
func TestInteropIPsecSpoke(t *testing.T) {
	needPeerlab(t)
	bin := program(t)
	p := newPeerlab(t, "topo/ipsec", routeToAxle(t))
	s := p.attach("axle", "198.51.100.21/24")
	lan := lanBehind(s, "192.168.21.10", "192.168.21.1")
	spoke := newMachine(s, bin, protected(t, "testdata/interop/spoke.cfg", cryptoPeerlab))
	spoke.start()
	registered := func(limit time.Duration) {
		t.Helper()
		p.shows(limit, "hub", "show ip nhrp cache", `dynamic +10\.0\.0\.21 +198\.51\.100\.21 `)
	}
	lans := func() {
		t.Helper()
		lan.reaches("192.168.1.1", 30*time.Second)
		// After a kill spoke1 has SAs that nobody knows until it misses an answer to
		// its probe: 30 seconds, and 13 for that.
		lan.reaches("192.168.11.1", 90*time.Second)
		lan.pings("192.168.1.1", 5, 1372)
		p.reaches(20*time.Second, "hub", "192.168.1.1", "192.168.21.10")
		p.pings("hub", "192.168.1.1", "192.168.21.10")
	}
	t.Log("# Axle registers at FRR's hub, inside ESP")
	registered(60 * time.Second)
	lans()
	p.sealed("198.51.100.21", "198.51.100.1")

	t.Log("# FRR's redirect makes a shortcut at Axle, with SAs of its own")
	poll(t, 60*time.Second, "axle has no shortcut to spoke1's LAN", func() (string, bool) {
		out, err := lan.agent("ping", "192.168.11.1", "1", "56")
		seen := spoke.show("show ip nhrp shortcut")
		return out + "\n" + seen, err == nil && strings.Contains(seen, "192.168.11.0/24 via 10.0.0.11")
	})
	lan.reaches("192.168.11.1", 20*time.Second)
	lan.pings("192.168.11.1", 10, 1372)
	p.sealed("198.51.100.21", "198.51.100.11")
	t.Log("# Axle answers for the other direction, as responder")
	p.reaches(30*time.Second, "spoke2", "192.168.12.1", "192.168.21.10")
	p.shows(60*time.Second, "spoke2", "show ip nhrp shortcut", `192\.168\.21\.0/24 +10\.0\.0\.21`, "192.168.12.1", "192.168.21.10")
	p.reaches(20*time.Second, "spoke2", "192.168.12.1", "192.168.21.10")
	p.pings("spoke2", "192.168.12.1", "192.168.21.10")
	p.sealed("198.51.100.21", "198.51.100.12")

	t.Log("# the spoke is killed, and returns")
	spoke.crash()
	spoke.start()
	registered(60 * time.Second)
	lans()
	p.wellFormedIKE("198.51.100.21")
	spoke.stop()
	if r := spoke.routes(); r != "" {
		t.Errorf("routes are left:\n%s", r)
	}
}
