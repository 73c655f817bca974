//go:build linux

package host_test

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

// Crypto of the configurations: profile DMVPN.
const (
	cryptoIKEv2 = `crypto ikev2 keyring KEYS
 peer ANY
  address 0.0.0.0 0.0.0.0
  pre-shared-key Cisco123
!
crypto ikev2 profile DMVPN
 match identity remote address 0.0.0.0
 authentication remote pre-share
 authentication local pre-share
 keyring local KEYS
 dpd 10 2 on-demand
!
crypto ipsec transform-set TS esp-gcm 256
 mode transport
!
crypto ipsec profile DMVPN
 set transform-set TS
 set ikev2-profile DMVPN
!
`
	cryptoIKEv1 = `crypto isakmp policy 10
 encryption aes 256
 hash sha256
 authentication pre-share
 group 14
!
crypto isakmp key Cisco123 address 0.0.0.0
crypto isakmp keepalive 10
!
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
 mode transport
!
crypto ipsec profile DMVPN
 set transform-set TS
!
`
)

// protected returns a copy of a configuration whose tunnel is protected.
func protected(t *testing.T, config, crypto string) string {
	t.Helper()
	b, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(b), "interface Tunnel0\n", crypto+"interface Tunnel0\n", 1)
	text = strings.Replace(text, " tunnel mode gre multipoint\n", " tunnel mode gre multipoint\n tunnel protection ipsec profile DMVPN\n", 1)
	if strings.Count(text, "profile DMVPN") < 2 {
		t.Fatalf("%s cannot be protected:\n%s", config, text)
	}
	file := filepath.Join(t.TempDir(), filepath.Base(config))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestNetnsIPsec runs a hub and two spokes of phase 3 with tunnel protection. On
// the underlay there is ESP and IKE only, at any time.
func TestNetnsIPsec(t *testing.T) {
	needRoot(t, "AXLE_NETNS")
	bin := program(t)
	for _, tt := range []struct {
		name, crypto string
		reload       bool // it takes a minute until dead peers are noticed
	}{{"IKEv2", cryptoIKEv2, true}, {"IKEv1", cryptoIKEv1, false}} {
		t.Run(tt.name, func(t *testing.T) { protectedNetns(t, bin, tt.crypto, tt.reload) })
	}
}

func protectedNetns(t *testing.T, bin, crypto string, reload bool) {
	under := newSite(t, "under")
	under.ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
	under.ip("link", "set", "br0", "up")
	hub := newBranch(under, bin, "hub", protected(t, "testdata/netns/hub.cfg", crypto), "192.168.0.10", "192.168.0.1", nil)
	spoke1 := newBranch(under, bin, "spoke1", protected(t, "testdata/netns/spoke1.cfg", crypto), "192.168.1.10", "192.168.1.1", nil)
	spoke2 := newBranch(under, bin, "spoke2", protected(t, "testdata/netns/spoke2.cfg", crypto), "192.168.2.10", "192.168.2.1", nil)
	wire := under.watch()

	t.Log("# spoke1 starts without a hub: while it negotiates nothing leaves in clear")
	spoke1.note()
	spoke1.start()
	for range 3 {
		if out, err := spoke1.lan.agent("ping", "192.168.0.10", "1", "56"); err == nil {
			t.Errorf("without a hub: %s", out)
		}
	}
	if c := wire.count(); c.GRE != 0 || c.ESP != 0 {
		t.Errorf("without a hub: %+v", c)
	}

	t.Log("# with it the spokes register, inside ESP")
	hub.note()
	hub.start()
	spoke2.note()
	spoke2.start()
	hub.shows(60*time.Second, "show dmvpn", `203\.0\.113\.11 10\.0\.0\.11 UP \S+ D\b`, `203\.0\.113\.12 10\.0\.0\.12 UP \S+ D\b`)
	hub.lan.reaches("192.168.1.10", 10*time.Second)
	hub.lan.reaches("192.168.2.10", 10*time.Second)

	t.Log("# a shortcut has SAs of its own")
	direct(t, spoke1, spoke2)
	spoke1.lan.pings("192.168.2.10", 5, 1372)
	spoke1.lan.pings("192.168.2.10", 2, 4000)
	spoke1.lan.transfer(spoke2.lan, "192.168.2.10:7000", 5_000_000)
	spoke2.lan.transfer(hub.lan, "192.168.0.10:7000", 5_000_000)
	wire.sealed()

	t.Log("# spoke2 is killed and returns with keys that nobody knows")
	spoke2.crash()
	spoke2.start()
	hub.lan.reaches("192.168.2.10", 60*time.Second)
	spoke1.lan.reaches("192.168.2.10", 60*time.Second)
	direct(t, spoke1, spoke2)

	if reload {
		t.Log("# the hub is reloaded at its console")
		hub.types("reload", "")
		hub.shows(90*time.Second, "show dmvpn", `203\.0\.113\.11 10\.0\.0\.11 UP 00:\S+ D\b`, `203\.0\.113\.12 10\.0\.0\.12 UP 00:\S+ D\b`)
		hub.lan.reaches("192.168.1.10", 60*time.Second)
		hub.lan.reaches("192.168.2.10", 60*time.Second)
	}
	all := []*branch{hub, spoke1, spoke2}
	wire.sealed()
	for _, b := range all {
		b.stop()
	}
	wire.sealed()
	for _, b := range all {
		b.clean()
	}
}

// agentTake takes a UDP port until it is killed.
func agentTake(addr string) error {
	conn, err := net.ListenPacket("udp", addr)
	if err != nil {
		return err
	}
	fmt.Println("taken")
	_, _, err = conn.ReadFrom(make([]byte, 1))
	return err
}

// TestNetnsPortTaken: where another program has the port of IKE the tunnel says so,
// and sends nothing.
func TestNetnsPortTaken(t *testing.T) {
	needRoot(t, "AXLE_NETNS")
	s, other := newSite(t, "spoke"), newSite(t, "other")
	s.plug("eth0", other, "eth0")
	s.plug("eth1", other, "eth1")
	s.ip("addr", "add", "203.0.113.11/24", "dev", "eth0")
	taker := s.agentCommand("take", "203.0.113.11:500")
	said := &screen{}
	taker.Stdout = said
	if err := taker.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taker.Process.Kill(); taker.Wait() })
	poll(t, 10*time.Second, "nobody takes the port", func() (string, bool) {
		return said.String(), strings.Contains(said.String(), "taken")
	})
	wire := other.watch()
	m := newMachine(s, program(t), protected(t, "testdata/netns/spoke1.cfg", cryptoIKEv2))
	m.start()
	if want := "no socket for IKE at 203.0.113.11:500: port: UDP 203.0.113.11:500: bind: address already in use\n"; !strings.Contains(m.out.String(), want) {
		t.Errorf("no %q in\n%s", want, m.out)
	}
	if out, err := s.agent("ping", "10.0.0.1", "2", "56"); err == nil {
		t.Errorf("a ping was answered: %s", out)
	}
	if c := wire.count(); c.GRE+c.ESP+c.NAT > 0 {
		t.Errorf("on the wire: %+v", c)
	}
	m.stop()
}
