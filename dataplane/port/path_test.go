//go:build linux

package port

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"axle/dataplane"
	"axle/internal/ip"
)

// greLen is the length of what the tests put in front of a packet.
const greLen = ip.HeaderLen + 4

// tunnel carries packets between a TUN and a raw socket with plain GRE, until
// the ports are closed.
func tunnel(tb testing.TB, wg *sync.WaitGroup, t *TUN, r *Raw, src, dst string) {
	h := ip.Header{TTL: 64, Protocol: ip.ProtoGRE, Src: netip.MustParseAddr(src), Dst: netip.MustParseAddr(dst)}
	loop := func(read, write func([]dataplane.Packet) (int, error), change func(*dataplane.Packet) bool) {
		defer wg.Done()
		in := packets(64, 2048)
		out := make([]dataplane.Packet, 0, len(in))
		for {
			n, err := read(in)
			if err != nil {
				if !closed(err) {
					tb.Error(err)
				}
				return
			}
			out = out[:0]
			for i := range in[:n] {
				if change(&in[i]) {
					out = append(out, in[i])
				}
			}
			if _, err := write(out); err != nil && !closed(err) {
				tb.Error(err)
			}
		}
	}
	wg.Add(2)
	go loop(t.ReadBatch, r.WriteBatch, func(p *dataplane.Packet) bool {
		n := p.Len
		p.Off, p.Len = p.Off-greLen, n+greLen
		b := p.Data()
		h.ID++
		ip.PutIPv4(b, h, n+4)
		proto := uint32(0x0800)
		if b[greLen]>>4 == 6 {
			proto = 0x86dd
		}
		binary.BigEndian.PutUint32(b[ip.HeaderLen:], proto)
		return true
	})
	go loop(r.ReadBatch, t.WriteBatch, func(p *dataplane.Packet) bool {
		if p.Len < greLen+ip.HeaderLen {
			return false
		}
		p.Off, p.Len = p.Off+greLen, p.Len-greLen
		return true
	})
}

// path is a pair of namespaces with a tunnel between them.
type path struct {
	a, b   *namespace
	ta, tb *TUN
	ra, rb *Raw
}

func newPath(tb testing.TB, offload bool) *path {
	tb.Helper()
	a, b := pair(tb)
	o := TUNOptions{MTU: 1400, Offload: offload}
	x := &path{a: a, b: b}
	x.ta, x.tb = a.tun(o, "10.0.0.1/24"), b.tun(o, "10.0.0.2/24")
	a.ip("addr add fd00::1/64 dev tunnel0 nodad")
	b.ip("addr add fd00::2/64 dev tunnel0 nodad")
	x.ra, x.rb = a.raw("203.0.113.1"), b.raw("203.0.113.2")
	var wg sync.WaitGroup
	tunnel(tb, &wg, x.ta, x.ra, "203.0.113.1", "203.0.113.2")
	tunnel(tb, &wg, x.tb, x.rb, "203.0.113.2", "203.0.113.1")
	tb.Cleanup(func() {
		x.ta.Close()
		x.tb.Close()
		x.ra.Close()
		x.rb.Close()
		wg.Wait()
	})
	return x
}

// A TCP connection through two tunnel ends brings all its bytes.
func TestTCPThroughTunnel(t *testing.T) {
	for _, tt := range []struct {
		name    string
		offload bool
		addr    string
	}{
		{"plain", false, "10.0.0.2:5001"},
		{"offload", true, "10.0.0.2:5001"},
		{"offload IPv6", true, "[fd00::2]:5001"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := newPath(t, tt.offload)
			const size = 16 << 20
			d := transfer(t, x, tt.addr, size)
			t.Logf("%.2f Gbit/s; %d packets by %d reads, %d by %d writes", float64(size)*8/d.Seconds()/1e9,
				x.ta.Counters().ReadPackets.Load(), x.ta.Counters().Reads.Load(),
				x.tb.Counters().WritePackets.Load(), x.tb.Counters().Writes.Load())
			for name, c := range map[string]uint64{
				"read malformed": x.ta.Counters().ReadMalformed.Load(), "read too large": x.ta.Counters().ReadTooLarge.Load(),
				"write errors": x.tb.Counters().WriteErrors.Load(), "raw write errors": x.ra.Counters().WriteErrors.Load(),
			} {
				if c != 0 {
					t.Errorf("%s: %d", name, c)
				}
			}
			if tt.offload && x.ta.Offload() {
				if c := x.ta.Counters(); c.ReadPackets.Load() < 2*c.Reads.Load() {
					t.Errorf("%d packets by %d reads: the kernel hands over no segments", c.ReadPackets.Load(), c.Reads.Load())
				}
			}
		})
	}
}

// transfer sends size bytes of a pattern from a to addr in b, and verifies them.
// It returns how long that took.
func transfer(t testing.TB, x *path, addr string, size int) time.Duration {
	t.Helper()
	var l net.Listener
	var c net.Conn
	var err error
	x.b.do(func() { l, err = net.Listen("tcp", addr) })
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	result := make(chan error, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			result <- err
			return
		}
		defer c.Close()
		result <- verify(c, size)
	}()
	begin := time.Now()
	x.a.do(func() { c, err = net.DialTimeout("tcp", addr, 5*time.Second) })
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(begin.Add(30 * time.Second))
	b := make([]byte, 1<<16)
	for sent := 0; sent < size; sent += len(b) {
		for i := 0; i < len(b); i += 4 {
			binary.BigEndian.PutUint32(b[i:], uint32(sent+i))
		}
		if _, err := c.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-result; err != nil {
		t.Fatal(err)
	}
	return time.Since(begin)
}

// verify reads size bytes of the pattern: each four bytes are their own offset.
func verify(c net.Conn, size int) error {
	c.SetDeadline(time.Now().Add(30 * time.Second))
	b := make([]byte, 1<<16)
	for got := 0; got < size; got += len(b) {
		if _, err := io.ReadFull(c, b); err != nil {
			return err
		}
		for i := 0; i < len(b); i += 4 {
			if v := binary.BigEndian.Uint32(b[i:]); v != uint32(got+i) {
				return &net.ParseError{Type: "byte of the pattern", Text: "wrong"}
			}
		}
	}
	return nil
}
