//go:build linux

package host_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"axle/internal/ip"
	"axle/mgre"
)

// agentAnswer answers echo requests that come in GRE, for kernels that know no GRE.
func agentAnswer() error {
	conn, err := net.ListenIP("ip4:47", nil)
	if err != nil {
		return err
	}
	fmt.Println("answering")
	b := make([]byte, 65536)
	for {
		n, from, err := conn.ReadFromIP(b)
		if err != nil {
			return err
		}
		h, at, err := mgre.Parse(b[:n])
		if err != nil || h.Protocol != mgre.ProtoIPv4 {
			continue
		}
		p, err := ip.ParseIPv4(b[at:n])
		if err != nil || p.Protocol() != ip.ProtoICMP || p.IsFragment() {
			continue
		}
		m, err := ip.ParseICMP(p.Payload())
		if err != nil || m.Type() != ip.ICMPEcho {
			continue
		}
		answer, err := ip.AppendICMP(append([]byte(nil), b[:at]...),
			ip.Header{TTL: 64, Protocol: ip.ProtoICMP, Src: p.Dst(), Dst: p.Src()}, ip.ICMPEchoReply, 0, m.Rest(), m.Body())
		if err != nil {
			return err
		}
		if _, err := conn.WriteToIP(answer, from); err != nil {
			fmt.Println(err)
		}
	}
}

// A charon is strongSwan's daemon in a namespace, with ESP of its own: tunnel mode in
// UDP only.
type charon struct {
	*site                   // the namespace that is free, for Axle
	said  map[string]string // what the bench says of it
}

// newCharon starts the daemon of a scenario of the bench.
func newCharon(t *testing.T, scenario string, env ...string) *charon {
	t.Helper()
	cmd := exec.Command(filepath.Join(peerlabDir(), ikelab, "ikelab.sh"), "peer", scenario)
	cmd.Env = append(append(os.Environ(), fmt.Sprintf("IKE_ID=ax%d", os.Getpid())), env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errs := &screen{}
	cmd.Stderr = errs
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &charon{said: map[string]string{}}
	t.Cleanup(func() {
		if t.Failed() {
			b, _ := os.ReadFile(c.said["DAEMON_LOG"])
			t.Logf("charon's last words:\n%s", tail(string(b), 40))
		}
		in.Close()
		cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "READY" {
		for _, word := range strings.Fields(lines.Text()) {
			name, value, _ := strings.Cut(word, "=")
			c.said[name] = value
		}
	}
	if c.said["FREE_NETNS"] == "" {
		if strings.Contains(errs.String(), "needs a strongSwan") {
			t.Skip(errs.String())
		}
		t.Fatalf("no charon: %s", errs)
	}
	go io.Copy(io.Discard, out)
	c.site = adopt(t, "axle", c.said["FREE_NETNS"])
	answer := adopt(t, "charon", c.said["DAEMON_NETNS"]).agentCommand("answer")
	answer.Stdout = io.Discard
	if err := answer.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Process.Kill(); answer.Wait() })
	return c
}

// tail returns the last n lines that carry no keys.
func tail(text string, n int) string {
	var keep []string
	for line := range strings.Lines(text) {
		if regexp.MustCompile(`\[(NET|ENC|IKE|CFG|KNL|CHD)\] (received|sending|sent|generating|parsed|[a-zA-Z_]+ )`).MatchString(line) {
			keep = append(keep, line)
		}
	}
	return strings.Join(keep[max(0, len(keep)-n):], "")
}

// control runs swanctl at the daemon.
func (c *charon) control(args ...string) (string, error) {
	c.t.Helper()
	out, err := exec.Command("swanctl", append(args, "--uri", c.said["DAEMON_VICI"])...).CombinedOutput()
	return string(out), err
}

// words returns the daemon's log.
func (c *charon) words() string {
	c.t.Helper()
	b, err := os.ReadFile(c.said["DAEMON_LOG"])
	if err != nil {
		c.t.Fatal(err)
	}
	return string(b)
}

// log demands that the daemon's log has a line that fits the pattern.
func (c *charon) log(pattern string) {
	c.t.Helper()
	if !regexp.MustCompile(pattern).MatchString(c.words()) {
		c.t.Errorf("charon's log has no %q", pattern)
	}
}

// charons are the scenarios of the bench, with what Axle has for them.
var charons = []struct {
	scenario string
	env      []string
	axle     string
	log      []string // what charon must have seen, patterns
}{
	{"v2_psk_gcm", nil, ike2(" encryption aes-cbc-256\n integrity sha256\n group 14\n", "esp-gcm 256", ""), nil},
	{"v2_psk_aead_ike", nil, ike2(" encryption aes-gcm-256\n prf sha384\n group 20\n", "esp-gcm 256", " set pfs group20\n"), nil},
	{"v2_psk_modp4096", nil, ike2(" encryption aes-cbc-256\n integrity sha512\n group 16\n", "esp-aes 256 esp-sha-hmac", ""), nil},
	{"v2_psk_x25519", nil, ike2(" encryption aes-gcm-256\n prf sha256\n group 31\n", "esp-gcm", ""), nil},
	{"v2_legacy_3des", nil, ike2(" encryption 3des\n integrity sha1\n group 2\n", "esp-3des esp-sha-hmac", ""), nil},
	{"v2_invalid_ke", nil, ike2(" encryption aes-cbc-256\n integrity sha256\n group 21 19\n", "esp-gcm 256", ""), []string{`N\(INVAL_KE\)`}},
	{"v2_mlkem768", []string{"CHARON_EXTRA=fragment_size = 576"}, "crypto ikev2 fragmentation mtu 576\n" + ike2(" encryption aes-gcm-256\n prf sha384\n group 31\n pqc mlkem768\n", "esp-gcm 256", ""), []string{`generating IKE_INTERMEDIATE request|parsed IKE_INTERMEDIATE request`, `EF\(2/`}},
	{"v2_mlkem1024_ecp384", nil, ike2(" encryption aes-gcm-256\n prf sha384\n group 20\n pqc mlkem1024\n", "esp-gcm 256", " set pfs group20\n"), []string{`parsed IKE_INTERMEDIATE request`, `IKE_FOLLOWUP_KE`}},
	{"v1_main_psk", nil, ike1(" encryption aes 256\n hash sha\n authentication pre-share\n group 14\n", "esp-aes 256 esp-sha-hmac", ""), nil},
	{"v1_main_psk_ios", nil, ike1(" encryption 3des\n hash md5\n authentication pre-share\n group 2\n", "esp-aes esp-sha-hmac", " set pfs group14\n"), nil},
	{"v1_rekey_child", nil, ike1(" encryption aes 256\n hash sha256\n authentication pre-share\n group 14\n", "esp-aes 256 esp-sha256-hmac", " set pfs group14\n"), nil},
}

// TestInteropCharon lets Axle negotiate with strongSwan's daemon, as initiator and as
// responder, in tunnel mode and in UDP.
func TestInteropCharon(t *testing.T) {
	needCharon(t)
	bin := program(t)
	for _, tt := range charons {
		t.Run(tt.scenario, func(t *testing.T) {
			c := newCharon(t, tt.scenario, tt.env...)
			axle := c.facing(bin, tt.axle, false)
			t.Log("# Axle begins")
			c.reaches("10.255.0.1", 30*time.Second)
			c.pings("10.255.0.1", 10, 1300)
			c.rekeys()
			for _, pattern := range tt.log {
				c.log(pattern)
			}
			t.Log("# charon begins")
			axle.stop()
			c.control("--terminate", "--ike", "dmvpn", "--force", "--timeout", "2")
			axle = c.facing(bin, tt.axle, true)
			if out, err := c.control("--initiate", "--child", "gre", "--timeout", "20"); err != nil {
				t.Errorf("charon: %v\n%s", err, out)
			}
			c.reaches("10.255.0.1", 20*time.Second)
			c.pings("10.255.0.1", 10, 1300)
			c.rekeys()
			axle.stop()
		})
	}
}

// rekeys has charon make new keys of both kinds.
func (c *charon) rekeys() {
	c.t.Helper()
	for _, what := range [][]string{{"--child", "gre"}, {"--ike", "dmvpn"}} {
		if out, err := c.control(append([]string{"--rekey"}, what...)...); err != nil {
			c.t.Errorf("charon: rekey %v: %v\n%s", what, err, out)
		}
		poll(c.t, 20*time.Second, "charon has more than one SA after rekey "+what[0], func() (string, bool) {
			seen, _ := c.control("--list-sas")
			return seen, strings.Count(seen, "ESTABLISHED") == 1 && strings.Count(seen, "INSTALLED") == 1
		})
		c.reaches("10.255.0.1", 10*time.Second)
		c.pings("10.255.0.1", 5, 1300)
	}
}
