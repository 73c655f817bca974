//go:build linux

package host_test

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// agentWord is the variable that makes the test binary an agent: it does one
// thing in the namespace it was started in, prints what it saw, and ends. So the
// tests need no ping, traceroute or iperf of the machine.
const agentWord = "AXLE_TEST_AGENT"

// init runs before the testing package reads its flags, and never returns in an
// agent.
func init() {
	words := strings.Fields(os.Getenv(agentWord))
	if len(words) == 0 {
		return
	}
	if err := agent(words[0], words[1:]); err != nil {
		fmt.Fprintln(os.Stderr, strings.Join(words, " ")+":", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// agent does what one agent is asked for.
func agent(verb string, args []string) error {
	switch {
	case verb == "ping" && len(args) == 3: // ping ADDRESS COUNT BYTES
		count, _ := strconv.Atoi(args[1])
		size, _ := strconv.Atoi(args[2])
		return agentPing(args[0], count, size)
	case verb == "trace" && len(args) == 1: // trace ADDRESS
		return agentTrace(args[0])
	case verb == "serve" && len(args) == 1: // serve ADDRESS:PORT
		return agentServe(args[0])
	case verb == "send" && len(args) == 2: // send ADDRESS:PORT BYTES
		size, _ := strconv.ParseInt(args[1], 10, 64)
		return agentSend(args[0], size)
	case verb == "watch" && len(args) == 0: // watch
		return agentWatch()
	case verb == "answer" && len(args) == 0: // answer
		return agentAnswer()
	case verb == "take" && len(args) == 1: // take ADDRESS:PORT
		return agentTake(args[0])
	}
	return errors.New("unknown agent")
}

// agentCommand returns the command that runs an agent at s.
func (s *site) agentCommand(words ...string) *exec.Cmd {
	s.t.Helper()
	self, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command("ip", "netns", "exec", s.name, self)
	cmd.Env = append(os.Environ(), agentWord+"="+strings.Join(words, " "))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

// agent runs an agent at s and returns what it printed.
func (s *site) agent(words ...string) (string, error) {
	s.t.Helper()
	out, err := s.agentCommand(words...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// pings demands that every one of count echo requests of size bytes to addr is
// answered.
func (s *site) pings(addr string, count, size int) {
	s.t.Helper()
	out, err := s.agent("ping", addr, strconv.Itoa(count), strconv.Itoa(size))
	if err != nil {
		s.t.Errorf("%s: ping %s, %d bytes: %s", s.word, addr, size, out)
		return
	}
	s.t.Logf("%s: ping %s, %d bytes: %s", s.word, addr, size, out)
}

// reaches waits until addr answers one echo request.
func (s *site) reaches(addr string, limit time.Duration) {
	s.t.Helper()
	poll(s.t, limit, s.word+": no answer to ping "+addr, func() (string, bool) {
		out, err := s.agent("ping", addr, "1", "56")
		return out, err == nil
	})
}

// trace returns the addresses on the way to addr, the last is addr itself.
func (s *site) trace(addr string) string {
	s.t.Helper()
	out, err := s.agent("trace", addr)
	if err != nil {
		return "incomplete: " + out
	}
	return out
}

// transfer sends size bytes by TCP from s to addr at to, which checks them.
func (s *site) transfer(to *site, addr string, size int) {
	s.t.Helper()
	server := to.agentCommand("serve", addr)
	out := &screen{}
	server.Stdout, server.Stderr = out, out
	if err := server.Start(); err != nil {
		s.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Wait() }()
	poll(s.t, 10*time.Second, to.word+": no TCP server", func() (string, bool) {
		return out.String(), strings.Contains(out.String(), "listening")
	})
	sent, err := s.agent("send", addr, strconv.Itoa(size))
	if err != nil {
		s.t.Errorf("%s: TCP to %s: %s", s.word, addr, sent)
		server.Process.Kill()
	} else {
		s.t.Logf("%s: TCP to %s: %s", s.word, addr, sent)
	}
	<-done
}

// A message is what an answer to an echo request says, RFC 792, 1191 and 4443.
type message struct {
	kind, code byte
	mtu        uint16 // bytes, of the next hop: with type 3, code 4; of IPv6 with type 2
}

// An echoer sends ICMP or ICMPv6 echo requests and waits for what comes of them.
type echoer struct {
	conn *net.IPConn
	to   *net.IPAddr
	id   uint16

	six         bool
	echo, reply byte   // types of messages
	errors      string // the same
}

func newEchoer(addr string) (*echoer, error) {
	e := &echoer{
		to: &net.IPAddr{IP: net.ParseIP(addr)}, id: uint16(os.Getpid()),
		six: strings.Contains(addr, ":"), echo: 8, errors: "\x03\x0b",
	}
	network := "ip4:icmp"
	if e.six {
		network, e.echo, e.reply, e.errors = "ip6:ipv6-icmp", 128, 129, "\x01\x02\x03"
	}
	conn, err := net.ListenIP(network, nil)
	e.conn = conn
	return e, err
}

// limitHops sets the TTL of what is sent.
func (e *echoer) limitHops(ttl int) error {
	raw, err := e.conn.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		level, option := syscall.IPPROTO_IP, syscall.IP_TTL
		if e.six {
			level, option = syscall.IPPROTO_IPV6, syscall.IPV6_UNICAST_HOPS
		}
		failed = syscall.SetsockoptInt(int(fd), level, option, ttl)
	})
	return errors.Join(err, failed)
}

// request sends one echo request and returns who answered it, and with which
// ICMP message.
func (e *echoer) request(seq uint16, size int, wait time.Duration) (from string, answer message, err error) {
	b := make([]byte, 8+size)
	b[0] = e.echo // of ICMPv6 the kernel makes the checksum
	binary.BigEndian.PutUint16(b[4:], e.id)
	binary.BigEndian.PutUint16(b[6:], seq)
	for i := range size {
		b[8+i] = byte(i)
	}
	var sum uint32
	for i := 0; i < len(b); i += 2 {
		sum += uint32(b[i]) << 8
		if i+1 < len(b) {
			sum += uint32(b[i+1])
		}
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	binary.BigEndian.PutUint16(b[2:], ^uint16(sum))
	if err := e.conn.SetDeadline(time.Now().Add(wait)); err != nil {
		return "", message{}, err
	}
	if _, err := e.conn.WriteToIP(b, e.to); err != nil {
		return "", message{}, err
	}
	in := make([]byte, 65536)
	for {
		n, peer, err := e.conn.ReadFromIP(in)
		if err != nil {
			return "", message{}, err
		}
		if e.ours(in[:n], b[4:8]) {
			return peer.String(), message{in[0], in[1], binary.BigEndian.Uint16(in[6:])}, nil
		}
	}
}

// ours tells whether m is about the echo request with the given identifier and
// sequence number. In an error, the request stands behind its IP header.
func (e *echoer) ours(m, ident []byte) bool {
	if len(m) < 8 {
		return false
	}
	if m[0] == e.reply {
		return string(m[4:8]) == string(ident)
	}
	if strings.IndexByte(e.errors, m[0]) < 0 || len(m) < 8+20 {
		return false
	}
	at := 8 + int(m[8]&15)*4
	if e.six {
		at = 8 + 40
	}
	return len(m) >= at+8 && m[at] == e.echo && string(m[at+4:at+8]) == string(ident)
}

// agentPing fails unless all of count requests are answered.
func agentPing(addr string, count, size int) error {
	e, err := newEchoer(addr)
	if err != nil {
		return err
	}
	answered := 0
	var last error
	for seq := range count {
		from, answer, err := e.request(uint16(seq), size, 2*time.Second)
		switch {
		case err != nil:
			last = err
		case answer.kind != e.reply:
			last = fmt.Errorf("%s: ICMP type %d, code %d, MTU %d", from, answer.kind, answer.code, answer.mtu)
		default:
			answered++
		}
	}
	fmt.Printf("%d of %d answered\n", answered, count)
	return last
}

// agentTrace prints who answers at each distance, until addr does.
func agentTrace(addr string) error {
	e, err := newEchoer(addr)
	if err != nil {
		return err
	}
	var hops []string
	for ttl := 1; ttl <= 8; ttl++ {
		if err := e.limitHops(ttl); err != nil {
			return err
		}
		hop := "*"
		for try := range 3 {
			from, answer, err := e.request(uint16(ttl*8+try), 56, time.Second)
			if err != nil {
				continue
			}
			hop = from
			if answer.kind == e.reply {
				fmt.Println(strings.Join(append(hops, hop), " "))
				return nil
			}
			break
		}
		hops = append(hops, hop)
	}
	fmt.Println(strings.Join(hops, " "))
	return errors.New("did not arrive")
}

// agentServe takes one connection and answers with the checksum of what came.
func agentServe(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Println("listening")
	conn, err := l.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, conn); err != nil {
		return err
	}
	_, err = conn.Write(sum.Sum(nil))
	return err
}

// agentSend sends size bytes of chance and compares the checksum that comes back.
func agentSend(addr string, size int64) error {
	conn, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return err
	}
	sum := sha256.New()
	start := time.Now()
	chance := io.LimitReader(rand.NewChaCha8([32]byte{1}), size)
	if _, err := io.Copy(conn, io.TeeReader(chance, sum)); err != nil {
		return err
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		return err
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		return err
	}
	if string(got) != string(sum.Sum(nil)) {
		return errors.New("the checksum is another one")
	}
	took := time.Since(start)
	fmt.Printf("%d bytes in %v, %.0f Mbit/s\n", size, took.Round(time.Millisecond), float64(size)*8e-6/took.Seconds())
	return nil
}

// TestEchoer tells echo replies and errors about our requests from others.
func TestEchoer(t *testing.T) {
	ident := []byte{1, 2, 0, 7}
	inner := append(append([]byte{0x45}, make([]byte, 19)...), 8, 0, 0, 0, 1, 2, 0, 7)
	for _, tt := range []struct {
		name string
		m    []byte
		want bool
	}{
		{"reply", []byte{0, 0, 0, 0, 1, 2, 0, 7}, true},
		{"our own request", []byte{8, 0, 0, 0, 1, 2, 0, 7}, false},
		{"another's reply", []byte{0, 0, 0, 0, 1, 3, 0, 7}, false},
		{"time exceeded", append([]byte{11, 0, 0, 0, 0, 0, 0, 0}, inner...), true},
		{"cut", append([]byte{11, 0, 0, 0, 0, 0, 0, 0}, inner[:26]...), false},
		{"short", []byte{0, 0, 0}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := (&echoer{echo: 8, errors: "\x03\x0b"}).ours(tt.m, ident); got != tt.want {
				t.Errorf("ours is %v", got)
			}
		})
	}
}

// TestNetnsAgents uses the agents where no Axle is, so that a failure elsewhere is
// not theirs: two hosts with a kernel that routes between them.
func TestNetnsAgents(t *testing.T) {
	needRoot(t, "AXLE_NETNS")
	a, r, b := newSite(t, "a"), newSite(t, "r"), newSite(t, "b")
	r.forward()
	r.plug("eth0", a, "eth0")
	r.plug("eth1", b, "eth0")
	for _, x := range []struct {
		s        *site
		dev      string
		addr, gw string
	}{
		{r, "eth0", "192.0.2.1/25", ""},
		{r, "eth1", "192.0.2.129/25", ""},
		{a, "eth0", "192.0.2.2/25", "192.0.2.1"},
		{b, "eth0", "192.0.2.130/25", "192.0.2.129"},
	} {
		x.s.ip("addr", "add", x.addr, "dev", x.dev)
		if x.gw != "" {
			x.s.ip("route", "add", "default", "via", x.gw)
		}
	}
	before := r.state()
	a.reaches("192.0.2.130", 5*time.Second)
	a.pings("192.0.2.130", 3, 4000)
	if way := a.trace("192.0.2.130"); way != "192.0.2.1 192.0.2.130" {
		t.Errorf("trace: %s", way)
	}
	if out, err := a.agent("ping", "192.0.2.131", "1", "56"); err == nil {
		t.Errorf("a host that is not there answers: %s", out)
	}
	a.transfer(b, "192.0.2.130:7000", 20_000_000)
	r.ip("route", "add", "198.18.0.0/15", "via", "192.0.2.2", "proto", routeProtocol)
	if got := r.routes(); !strings.Contains(got, "198.18.0.0/15 via 192.0.2.2 dev eth0") {
		t.Errorf("routes: %q", got)
	}
	if r.state() == before {
		t.Error("a route more is no change of state")
	}
}
