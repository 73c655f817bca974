//go:build linux

package host_test

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// ikelabCache has the root file systems of the bench of IKE daemons: libreswan's, and
// that of the newest strongSwan.
func ikelabCache() string {
	if dir := os.Getenv("IKELAB_CACHE"); dir != "" {
		return dir
	}
	return "/var/tmp/ikelab"
}

// ikelab is the folder of that bench, seen from peerlab's.
const ikelab = "../ike"

// A peering is what Axle and another daemon agree on.
type peering struct {
	name string
	// The other side: its root file system ("": strongSwan's), folder, and what is
	// replaced in its configuration, old and new by turns.
	suite, folder string
	edit          []string
	axle          string // crypto of Axle: profile DMVPN
	remote        string // NBMA address of the other side as Axle sees it
	local         string // of Axle
	overlay       string // of Axle in the tunnel; "": 10.255.0.254
}

// config writes Axle's configuration: one tunnel to the other side. With wait the
// other side begins.
func (g *peering) config(t *testing.T, wait bool) string {
	t.Helper()
	crypto := g.axle
	if wait {
		crypto = strings.Replace(crypto, "crypto ipsec profile DMVPN\n", "crypto ipsec profile DMVPN\n responder-only\n", 1)
	}
	text := "hostname axle\n!\nno ip domain lookup\n!\n" + crypto + `interface Tunnel0
 ip address ` + cmp.Or(g.overlay, "10.255.0.254") + ` 255.255.255.0
 ip mtu 1400
 tunnel source GigabitEthernet0/0
 tunnel destination ` + g.remote + `
 tunnel protection ipsec profile DMVPN
!
interface GigabitEthernet0/0
 ip address ` + g.local + ` 255.255.255.0
!
line con 0
 exec-timeout 0 0
 privilege level 15
!
end
`
	file := filepath.Join(t.TempDir(), "axle.cfg")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// ike2 returns crypto of IKEv2: a proposal, a transform set, and more lines of the
// IPsec profile.
func ike2(proposal, transform, more string) string {
	return "crypto ikev2 proposal P\n" + proposal + "!\ncrypto ikev2 policy P\n proposal P\n!\n" + withTransform(cryptoIKEv2, "esp-gcm 256", transform, more)
}

// ike1 is ike2 for IKEv1; of the lines of the policy.
func ike1(policy, transform, more string) string {
	old := " encryption aes 256\n hash sha256\n authentication pre-share\n group 14\n"
	return withTransform(strings.Replace(cryptoIKEv1, old, policy, 1), "esp-aes 256 esp-sha256-hmac", transform, more)
}

func withTransform(crypto, old, transform, more string) string {
	return strings.Replace(strings.Replace(crypto, "TS "+old, "TS "+transform, 1), " set transform-set TS\n", " set transform-set TS\n"+more, 1)
}

// kernelPeers have their kernel's ESP and GRE.
var kernelPeers = []peering{{
	name: "strongSwan IKEv2 GCM",
	axle: ike2(" encryption aes-cbc-256\n integrity sha256\n group 14\n", "esp-gcm 256", ""),
}, {
	name: "strongSwan IKEv2 CBC with PFS",
	edit: []string{"proposals = aes256-sha256-modp2048-ecp256,", "proposals = aes128-sha256-ecp256,", "esp_proposals = aes256gcm16,", "esp_proposals = aes128-sha256-ecp256,"},
	axle: ike2(" encryption aes-cbc-128\n integrity sha256\n group 19\n", "esp-aes esp-sha256-hmac", " set pfs group19\n"),
}, {
	name: "strongSwan IKEv2 GCM with ESN",
	edit: []string{"proposals = aes256-sha256-modp2048-ecp256,", "proposals = aes256gcm16-prfsha384-ecp384,", "esp_proposals = aes256gcm16,", "esp_proposals = aes256gcm16-esn,"},
	axle: ike2(" encryption aes-gcm-256\n prf sha384\n group 20\n", "esp-gcm 256\n esn", ""),
}, {
	name: "strongSwan IKEv1",
	edit: []string{"version = 0", "version = 1", "proposals = aes256-sha256-modp2048-ecp256,", "proposals = aes256-sha1-modp2048,", "esp_proposals = aes256gcm16,", "esp_proposals = aes256-sha1,"},
	axle: ike1(" encryption aes 256\n hash sha\n authentication pre-share\n group 14\n", "esp-aes 256 esp-sha-hmac", ""),
}, {
	name: "strongSwan IKEv1 with PFS",
	edit: []string{"version = 0", "version = 1", "proposals = aes256-sha256-modp2048-ecp256,", "proposals = aes128-sha256-modp2048,", "esp_proposals = aes256gcm16,", "esp_proposals = aes128-sha256-modp2048,"},
	axle: ike1(" encryption aes\n hash sha256\n authentication pre-share\n group 14\n", "esp-aes esp-sha256-hmac", " set pfs group14\n"),
}, {
	name: "libreswan IKEv2", suite: "libreswan", folder: "uml/lsw1",
	axle: ike2(" encryption aes-cbc-256\n integrity sha256\n group 14\n", "esp-gcm 256", ""),
}, {
	name: "libreswan IKEv1", suite: "libreswan", folder: "uml/lsw1",
	edit: []string{"keyexchange=ikev2", "keyexchange=ikev1", "ike=aes256-sha2_256;modp2048", "ike=aes256-sha1;modp2048", "esp=aes_gcm256", "esp=aes256-sha1"},
	axle: ike1(" encryption aes 256\n hash sha\n authentication pre-share\n group 14\n", "esp-aes 256 esp-sha-hmac", ""),
}}

// configure edits the configuration of the peer p1.
func (g *peering) configure(t *testing.T) func(dir string) {
	return func(dir string) {
		t.Helper()
		file := filepath.Join(dir, "p1", "swanctl.conf")
		if g.suite != "" {
			file = filepath.Join(dir, "p1", "ipsec.conf")
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(g.edit); i += 2 {
			if !strings.Contains(string(b), g.edit[i]) {
				t.Fatalf("%s has no %q", file, g.edit[i])
			}
		}
		if err := os.WriteFile(file, []byte(strings.NewReplacer(g.edit...).Replace(string(b))), 0o644); err != nil {
			t.Fatal(err)
		}
		command(t, "cp", filepath.Join(peerlabDir(), ikelab, "uml", "start"), filepath.Join(dir, "p1", "start"))
	}
}

// A duel is Axle and one peer, p1.
type duel struct {
	*peering
	lab  *peerlab
	site *site
	axle *machine
}

// meet demands pings in both directions, and that nothing is in clear.
func (d *duel) meet(limit time.Duration) {
	d.site.t.Helper()
	d.site.reaches("10.255.0.1", limit)
	d.site.pings("10.255.0.1", 10, 1372)
	d.lab.pings("p1", "10.255.0.1", cmp.Or(d.overlay, "10.255.0.254"))
	if out := d.lab.decode("ip.proto == 47 && !icmp && ip.src == " + d.local); out != "" {
		d.site.t.Errorf("Axle sent GRE in clear:\n%s", out)
	}
}

// says waits until a command of the peer shows the pattern.
func (d *duel) says(limit time.Duration, line, pattern string) {
	d.site.t.Helper()
	re := regexp.MustCompile(pattern)
	poll(d.site.t, limit, fmt.Sprintf("p1: %s does not show %s", line, pattern), func() (string, bool) {
		seen, _ := d.lab.do("exec", "p1", line)
		return seen, re.MatchString(strings.Join(strings.Fields(seen), " "))
	})
}

// restart runs Axle with another configuration, after the peer has forgotten it.
func (d *duel) restart(config string) {
	d.site.t.Helper()
	d.axle.stop()
	if d.suite == "" {
		d.lab.do("exec", "p1", "swanctl --terminate --ike dmvpn --force --timeout 2; true")
	} else {
		d.lab.do("exec", "p1", "ipsec down dmvpn; true")
	}
	d.axle.config = config
	d.axle.start()
}

// TestInteropPeers lets Axle make SAs with strongSwan and libreswan, as initiator and
// as responder, in transport mode with the Linux kernel's ESP.
func TestInteropPeers(t *testing.T) {
	needPeerlab(t)
	bin := program(t)
	for i := range kernelPeers {
		g := kernelPeers[i]
		if g.folder == "" {
			g.folder = "uml/transport1"
		}
		g.remote, g.local = "198.51.100.1", "198.51.100.254"
		t.Run(g.name, func(t *testing.T) {
			if _, err := os.Stat(filepath.Join(ikelabCache(), "rootfs-"+g.suite)); g.suite != "" && err != nil {
				t.Skipf("needs %s (%s/mkroot.sh %s): %v", g.suite, ikelab, g.suite, err)
			}
			p := newSuite(t, g.suite, filepath.Join(ikelab, g.folder), g.configure(t))
			s := adopt(t, "axle", p.name)
			d := &duel{&g, p, s, newMachine(s, bin, g.config(t, false), "--interface", "GigabitEthernet0/0=br0")}
			d.axle.start()
			t.Log("# Axle begins")
			d.meet(40 * time.Second)
			if d.suite == "" {
				d.swan()
			}
			t.Log("# the other side begins")
			d.restart(g.config(t, true))
			if d.suite == "" {
				d.lab.shell("p1", "swanctl --initiate --child gre --timeout 20")
			} else {
				d.lab.shell("p1", "ipsec up dmvpn")
			}
			d.meet(20 * time.Second)
			if d.suite == "" {
				d.swan()
			}
			p.wellFormedIKE(g.local)
			d.axle.stop()
		})
	}
}

// swan has strongSwan make new keys, of both kinds.
func (d *duel) swan() {
	d.site.t.Helper()
	const sas = "swanctl --list-sas"
	d.says(5*time.Second, sas, "TRANSPORT")
	for _, tt := range []struct{ rekey, name string }{
		{"swanctl --rekey --child gre", `gre: #\d+`}, {"swanctl --rekey --ike dmvpn", `dmvpn: #\d+`},
	} {
		d.site.t.Log("#", tt.rekey)
		number := regexp.MustCompile(tt.name)
		before := number.FindString(d.lab.shell("p1", sas))
		d.lab.shell("p1", tt.rekey)
		poll(d.site.t, 60*time.Second, "p1 has not one new SA", func() (string, bool) {
			seen, _ := d.lab.do("exec", "p1", sas)
			return seen, number.FindString(seen) != before && strings.Count(seen, "ESTABLISHED") == 1 && strings.Count(seen, "INSTALLED") == 1
		})
		d.meet(5 * time.Second)
	}
}

// TestInteropNAT puts strongSwan behind a NAT box that changes ports, which loses its
// memory in between.
func TestInteropNAT(t *testing.T) {
	needPeerlab(t)
	if _, err := exec.LookPath("nft"); err != nil {
		t.Skipf("needs nftables: %v", err)
	}
	bin := program(t)
	for _, g := range []peering{
		{name: "IKEv2", edit: []string{"version = 0", "version = 2"}, axle: ike2(" encryption aes-cbc-256\n integrity sha256\n group 19\n", "esp-gcm 256", "")},
		{name: "IKEv1", edit: []string{"version = 0", "version = 1"}, axle: ike1(" encryption aes 256\n hash sha256\n authentication pre-share\n group 14\n", "esp-aes 256 esp-sha256-hmac", "")},
	} {
		t.Run(g.name, func(t *testing.T) {
			g.remote, g.local, g.overlay = "198.51.100.254", "198.51.100.2", "10.255.0.2"
			p := newPeerlab(t, filepath.Join(ikelab, "uml/nat2"), g.configure(t), "p1")
			nat, err := filepath.Abs(filepath.Join(peerlabDir(), ikelab, "uml/nat2/nat.sh"))
			if err != nil {
				t.Fatal(err)
			}
			if out, err := p.do("ns", "sh", nat); err != nil {
				t.Fatalf("no NAT: %v: %s", err, out)
			}
			s := p.attach("axle", "198.51.100.2/24")
			d := &duel{&g, p, s, newMachine(s, bin, g.config(t, true))}
			d.axle.start()
			p.shell("p1", "swanctl --initiate --child gre --timeout 20")
			d.meet(20 * time.Second)
			if n := p.count("esp && udp.srcport == 4500 && ip.src == 198.51.100.2"); n == 0 {
				t.Error("Axle sent no ESP in UDP")
			}
			d.swan()

			t.Log("# the NAT box forgets the ports, and chooses others")
			before := p.natPort()
			p.do("ns", "sh", "-c", "ip link set br0 down; ip link set br0 up")
			p.reaches(30*time.Second, "p1", "10.255.0.1", "10.255.0.2")
			d.meet(20 * time.Second)
			if after := p.natPort(); after == before {
				t.Errorf("the port of the NAT box is still %s", after)
			}
			p.wellFormedIKE(g.local)
			d.axle.stop()
		})
	}
}

// natPort returns the port from which ESP came last, behind the NAT box. What goes to
// it is seen on the bridge as the box has changed it already.
func (p *peerlab) natPort() string {
	p.t.Helper()
	ports := strings.Fields(p.decode("esp && ip.src == 198.51.100.254 && udp", "-T", "fields", "-e", "udp.srcport"))
	if len(ports) == 0 {
		p.t.Fatal("no ESP in UDP came from behind the NAT box")
	}
	return ports[len(ports)-1]
}
