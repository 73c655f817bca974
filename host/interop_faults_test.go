//go:build linux

package host_test

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// needCharon skips a test where there is no strongSwan on the machine.
func needCharon(t *testing.T) {
	t.Helper()
	needRoot(t, "AXLE_INTEROP")
	for _, tool := range []string{"/usr/lib/ipsec/charon", "swanctl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs strongSwan (%s/README.md): %v", ikelab, err)
		}
	}
}

// facing starts Axle with crypto against a charon.
func (c *charon) facing(bin, crypto string, wait bool) *machine {
	c.t.Helper()
	g := &peering{
		axle:   strings.Replace(crypto, " mode transport\n", " mode tunnel\n", 1),
		remote: c.said["DAEMON_ADDR"], local: c.said["FREE_ADDR"],
	}
	m := newMachine(c.site, bin, g.config(c.t, wait), "--interface", "GigabitEthernet0/0=eth0")
	m.start()
	return m
}

// Crypto of most scenarios.
var (
	plainIKEv2 = ike2(" encryption aes-cbc-256\n integrity sha256\n group 14\n", "esp-gcm 256", "")
	plainIKEv1 = ike1(" encryption aes 256\n hash sha\n authentication pre-share\n group 14\n", "esp-aes 256 esp-sha-hmac", "")
)

// TestInteropWrongKey: with another key there are no SAs, in either role, and nothing
// leaves in clear.
func TestInteropWrongKey(t *testing.T) {
	needCharon(t)
	bin := program(t)
	for _, tt := range []struct{ name, scenario, crypto string }{
		{"IKEv2", "v2_psk_gcm", plainIKEv2}, {"IKEv1", "v1_main_psk", plainIKEv1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCharon(t, tt.scenario)
			wire := c.watch()
			c.facing(bin, strings.ReplaceAll(tt.crypto, "Cisco123", "Cisco124"), false)
			for range 3 {
				if out, err := c.agent("ping", "10.255.0.1", "1", "56"); err == nil {
					t.Errorf("with another key: %s", out)
				}
			}
			if out, err := c.control("--initiate", "--child", "gre", "--timeout", "5"); err == nil {
				t.Errorf("charon has SAs:\n%s", out)
			}
			if n := wire.count(); n.GRE+n.ESP+n.NAT > 0 || n.IKE == 0 {
				t.Errorf("on the wire: %+v", n)
			}
		})
	}
}

// TestInteropCookie: charon, which has a half-open SA of somebody else, asks for a
// cookie.
func TestInteropCookie(t *testing.T) {
	needCharon(t)
	if _, err := exec.LookPath("ike-scan"); err != nil {
		t.Skip(err)
	}
	c := newCharon(t, "v2_cookie", "IKE=aes256-sha256-modp2048,aes256-sha1-modp1024,3des-sha1-modp1024")
	c.exec("ike-scan", "--ikev2", "--sport=0", "--retry=1", "--timeout=400", c.said["DAEMON_ADDR"])
	c.facing(program(t), plainIKEv2, false)
	c.reaches("10.255.0.1", 20*time.Second)
	c.pings("10.255.0.1", 10, 1300)
	c.log(`N\(COOKIE\)`)
}

// exec runs a command in the namespace that must succeed.
func (s *site) exec(words ...string) string {
	s.t.Helper()
	return command(s.t, append([]string{"ip", "netns", "exec", s.name}, words...)...)
}

// TestInteropDeath: SAs that the other side deletes are made again; a side that is
// silent is noticed, by Axle and by charon, and comes back.
func TestInteropDeath(t *testing.T) {
	needCharon(t)
	if _, err := exec.LookPath("nft"); err != nil {
		t.Skip(err)
	}
	bin := program(t)
	for _, tt := range []struct{ name, scenario, crypto string }{
		{"IKEv2", "v2_dpd", strings.Replace(plainIKEv2, "on-demand", "periodic", 1)},
		{"IKEv1", "v1_dpd", strings.Replace(plainIKEv1, "keepalive 10", "keepalive 10 2 periodic", 1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCharon(t, tt.scenario)
			m := c.facing(bin, tt.crypto, false)
			c.reaches("10.255.0.1", 20*time.Second)
			for _, what := range [][]string{{"--child", "gre"}, {"--ike", "dmvpn"}} {
				t.Log("# charon deletes", what)
				if out, err := c.control(append([]string{"--terminate", "--timeout", "5"}, what...)...); err != nil {
					t.Errorf("%v: %s", err, out)
				}
				c.reaches("10.255.0.1", 30*time.Second)
				c.pings("10.255.0.1", 5, 1300)
			}

			t.Log("# the wire is cut: both notice")
			downs := func() int { return strings.Count(m.show("show logging"), "socket is DOWN") }
			before, other := downs(), adopt(t, "charon", c.said["DAEMON_NETNS"])
			other.exec("nft", "add table ip cut; add chain ip cut in { type filter hook input priority 0; policy drop; }; add chain ip cut out { type filter hook output priority 0; policy drop; }")
			poll(t, 90*time.Second, "Axle keeps its SAs", func() (string, bool) {
				seen := downs()
				return fmt.Sprint(seen, " down before and now"), seen > before
			})
			poll(t, 60*time.Second, "charon keeps its SAs", func() (string, bool) {
				seen, _ := c.control("--list-sas")
				return seen, !strings.Contains(seen, "ESTABLISHED")
			})
			other.exec("nft", "delete table ip cut")
			c.reaches("10.255.0.1", 90*time.Second)
			c.pings("10.255.0.1", 5, 1300)
		})
	}
}

// TestInteropRekey: Axle makes new keys itself, for ESP when enough has passed and for
// IKE when its time is near, while pings go on.
func TestInteropRekey(t *testing.T) {
	needCharon(t)
	bin := program(t)
	const volume = " set security-association lifetime kilobytes 20480\n"
	for _, tt := range []struct {
		name, scenario, crypto, child, ike string
		lost                               int // pings: the third message of quick mode races with what it is for
	}{
		{
			"IKEv2", "v2_psk_gcm",
			strings.Replace(ike2(" encryption aes-cbc-256\n integrity sha256\n group 14\n", "esp-gcm 256", volume), " keyring local KEYS\n", " keyring local KEYS\n lifetime 120\n", 1),
			`parsed CREATE_CHILD_SA request \d+ \[ N\(REKEY_SA\)`, `parsed CREATE_CHILD_SA request \d+ \[ SA No KE`, 0,
		},
		{
			"IKEv1", "v1_main_psk",
			ike1(" encryption aes 256\n hash sha\n authentication pre-share\n group 14\n", "esp-aes 256 esp-sha-hmac", volume),
			`(?s)(parsed QUICK_MODE request \d+ \[ HASH SA.*){2}`, "", 1,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCharon(t, tt.scenario)
			c.facing(bin, tt.crypto, false)
			c.reaches("10.255.0.1", 20*time.Second)
			had := func(pattern string) bool { return pattern == "" || regexp.MustCompile(pattern).MatchString(c.words()) }
			begin, lost := time.Now(), 0
			for !had(tt.child) || !had(tt.ike) {
				if time.Since(begin) > 170*time.Second {
					t.Fatalf("no new keys: ESP %v, IKE %v", had(tt.child), had(tt.ike))
				}
				size := 0
				if !had(tt.child) {
					size = 1300
				}
				out, _ := c.agent("ping", "10.255.0.1", "2000", strconv.Itoa(size))
				var answered int
				if _, err := fmt.Sscanf(out, "%d of 2000 answered", &answered); err != nil {
					t.Fatal(out)
				}
				lost += 2000 - answered
			}
			if lost > tt.lost {
				t.Errorf("%d pings are lost", lost)
			}
			c.pings("10.255.0.1", 20, 1300)
			if seen, _ := c.control("--list-sas"); strings.Count(seen, "ESTABLISHED") != 1 || strings.Count(seen, "INSTALLED") != 1 {
				t.Errorf("charon has\n%s", seen)
			}
		})
	}
}

// TestInteropScan lets ike-scan, another client of both versions, look at Axle.
func TestInteropScan(t *testing.T) {
	needRoot(t, "AXLE_INTEROP")
	if _, err := exec.LookPath("ike-scan"); err != nil {
		t.Skip(err)
	}
	client, s := newSite(t, "client"), newSite(t, "axle")
	client.plug("eth0", s, "eth0")
	client.ip("addr", "add", "192.0.2.1/24", "dev", "eth0")
	v1 := strings.NewReplacer("DMVPN", "OLD", "TS", "TSOLD").Replace(plainIKEv1)
	v1 = strings.Replace(v1, "crypto isakmp policy 10\n", "crypto isakmp policy 5\n encryption 3des\n authentication pre-share\n group 2\n!\ncrypto isakmp policy 10\n", 1)
	g := &peering{
		axle: ike2(" encryption aes-cbc-256 3des\n integrity sha1\n group 14 2\n", "esp-gcm 256", "") + strings.Replace(v1, " hash sha\n", " hash sha256\n", 1) + `interface Tunnel1
 ip address 10.254.0.1 255.255.255.0
 ip nhrp network-id 1
 tunnel source GigabitEthernet0/0
 tunnel mode gre multipoint
 tunnel protection ipsec profile OLD
!
`,
		remote: "192.0.2.9", local: "192.0.2.2",
	}
	m := newMachine(s, program(t), g.config(t, true))
	m.start()
	for _, tt := range []struct {
		name, args string
		want       []string
	}{
		{"what everybody offers", "", []string{"Main Mode Handshake", "Auth=PSK"}},
		{"AES with group 14", "--trans=(1=7,14=256,2=4,3=1,4=14)", []string{"KeyLength=256", "Hash=SHA2-256", "Group=14"}},
		{"a group that is not configured", "--trans=(1=7,14=256,2=4,3=1,4=19)", []string{"NO-PROPOSAL-CHOSEN"}},
		{"IKEv2", "--ikev2", []string{"IKEv2 SA_INIT Handshake"}},
		{"port 4500", "--nat-t --dport=4500", []string{"Main Mode Handshake"}},
	} {
		words := append([]string{"ike-scan", "-M", "--sport=0", "--retry=2", "--timeout=500"}, strings.Fields(tt.args)...)
		out := client.exec(append(words, "192.0.2.2")...)
		for _, w := range tt.want {
			if !strings.Contains(out, w) {
				t.Errorf("%s: no %q:\n%s", tt.name, w, out)
			}
		}
	}
	m.stop()
}
