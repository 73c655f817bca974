//go:build linux

package host_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"axle/internal/ip"
)

// A census counts IPv4 packets by what they carry: GRE, ESP (also in UDP), IKE, word
// of a kernel that it does not want one of these, as when its router is down, and
// anything else. Lost are those that the kernel could not show.
type census struct{ GRE, ESP, NAT, IKE, Refusals, Other, Lost int }

// add counts a packet.
func (c *census) add(b []byte) {
	p, err := ip.QuotedIPv4(b)
	if err != nil {
		return
	}
	switch p.Protocol() {
	case ip.ProtoGRE:
		c.GRE++
		return
	case ip.ProtoESP:
		c.ESP++
		return
	case ip.ProtoICMP:
		if m := b[p.HeaderLen():]; len(m) > 0 && m[0] == ip.ICMPUnreachable {
			c.Refusals++
			return
		}
	case ip.ProtoUDP:
		u := b[p.HeaderLen():]
		if p.IsFragment() || len(u) < ip.UDPHeaderLen+4 {
			break
		}
		switch from, to := binary.BigEndian.Uint16(u), binary.BigEndian.Uint16(u[2:]); {
		case from == 500 || to == 500, (from == 4500 || to == 4500) && binary.BigEndian.Uint32(u[8:]) == 0:
			c.IKE++
			return
		case from == 4500 || to == 4500:
			c.NAT++
			return
		}
	}
	c.Other++
}

// swap returns a number of Ethernet as the kernel wants it.
func swap(n uint16) uint16 {
	return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, n))
}

// agentWatch counts what passes the interfaces of the namespace. For each line that
// it reads it prints the census of all before.
func agentWatch() error {
	// All of them: a bridge keeps what it passes on from those who want one protocol.
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM, int(swap(unix.ETH_P_ALL)))
	if err != nil {
		return err
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 64<<20); err != nil {
		return err
	}
	fmt.Println("watching")
	var c census
	b := make([]byte, 256)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		for {
			n, from, err := unix.Recvfrom(fd, b, unix.MSG_DONTWAIT)
			if err != nil {
				break
			}
			if l, ok := from.(*unix.SockaddrLinklayer); ok && l.Protocol == swap(unix.ETH_P_IP) {
				c.add(b[:n])
			}
		}
		if s, err := unix.GetsockoptTpacketStats(fd, unix.SOL_PACKET, unix.PACKET_STATISTICS); err == nil {
			c.Lost += int(s.Drops)
		}
		fmt.Println(c.GRE, c.ESP, c.NAT, c.IKE, c.Refusals, c.Other, c.Lost)
	}
	return nil
}

// A watch is an agent that counts packets in a namespace.
type watch struct {
	t    *testing.T
	ask  io.Writer
	said *bufio.Scanner
}

// watch counts what passes the interfaces of s from now on.
func (s *site) watch() *watch {
	s.t.Helper()
	cmd := s.agentCommand("watch")
	in, err := cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	end := sync.OnceFunc(func() { in.Close(); cmd.Wait() })
	s.t.Cleanup(end)
	w := &watch{s.t, in, bufio.NewScanner(out)}
	if !w.said.Scan() || w.said.Text() != "watching" {
		s.t.Fatalf("%s: nobody watches: %q", s.word, w.said.Text())
	}
	return w
}

// count returns what has passed since the beginning.
func (w *watch) count() (c census) {
	w.t.Helper()
	fmt.Fprintln(w.ask)
	if !w.said.Scan() {
		w.t.Fatal("the watch has ended")
	}
	if _, err := fmt.Sscan(w.said.Text(), &c.GRE, &c.ESP, &c.NAT, &c.IKE, &c.Refusals, &c.Other, &c.Lost); err != nil {
		w.t.Fatalf("the watch said %q: %v", w.said.Text(), err)
	}
	return c
}

// sealed demands that nothing has passed in clear, of what was seen all, and that
// there was ESP and IKE.
func (w *watch) sealed() {
	w.t.Helper()
	c := w.count()
	w.t.Logf("on the wire: %+v", c)
	if c.GRE != 0 || c.Other != 0 || c.Lost != 0 || c.ESP == 0 || c.IKE == 0 {
		w.t.Errorf("on the wire: %+v", c)
	}
}

// TestCensus: what is GRE, and what is none, must not be mistaken.
func TestCensus(t *testing.T) {
	udp := func(from, to uint16, data string) []byte {
		b, err := ip.AppendUDP(nil, ip.Header{TTL: 1, Protocol: ip.ProtoUDP, Src: addr("192.0.2.1"), Dst: addr("192.0.2.2")}, from, to, []byte(data))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	bare := func(proto uint8) []byte {
		b := make([]byte, ip.HeaderLen+8)
		ip.PutIPv4(b, ip.Header{TTL: 1, Protocol: proto, Src: addr("192.0.2.1"), Dst: addr("192.0.2.2")}, 8)
		return b
	}
	for _, tt := range []struct {
		name string
		b    []byte
		want census
	}{
		{"GRE", bare(47), census{GRE: 1}},
		{"ESP", bare(50), census{ESP: 1}},
		{"IKE", udp(500, 500, "message"), census{IKE: 1}},
		{"IKE behind a NAT box", udp(1024, 4500, "\x00\x00\x00\x00message"), census{IKE: 1}},
		{"ESP in UDP", udp(4500, 1024, "\x00\x00\x01\x00message"), census{NAT: 1}},
		{"another port", udp(53, 1024, "message"), census{Other: 1}},
		{"ICMP", bare(1), census{Other: 1}},
		{"a refusal", append(bare(1)[:ip.HeaderLen], 3, 3, 0, 0), census{Refusals: 1}},
		{"no IP", []byte("xx"), census{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c census
			if c.add(tt.b); c != tt.want {
				t.Errorf("%+v", c)
			}
			if strings.Count(fmt.Sprintf("%+v", c), ":1") > 1 {
				t.Error("counted twice")
			}
		})
	}
}
