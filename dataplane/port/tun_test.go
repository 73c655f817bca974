//go:build linux

package port

import (
	"bytes"
	"errors"
	"net"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"axle/dataplane"
	"axle/internal/ip"
)

// udpTo returns a UDP socket in the namespace that sends to addr.
func (ns *namespace) udpTo(addr string) net.Conn {
	ns.tb.Helper()
	var c net.Conn
	var err error
	ns.do(func() { c, err = net.Dial("udp", addr) })
	if err != nil {
		ns.tb.Fatal(err)
	}
	ns.tb.Cleanup(func() { c.Close() })
	return c
}

// isUDP tells whether p is an IPv4 packet of UDP.
func isUDP(p []byte) bool { return p[0]>>4 == 4 && p[9] == ip.ProtoUDP }

// Packets pass a TUN in both directions, at their place in the buffer.
func TestTUN(t *testing.T) {
	for name, offload := range map[string]bool{"plain": false, "offload": true} {
		t.Run(name, func(t *testing.T) {
			ns := newNamespace(t, "tun")
			d := ns.tun(TUNOptions{MTU: 1400, Offload: offload}, "10.0.0.1/24")
			if offload && !d.Offload() {
				t.Skip("the kernel offers no offload")
			}
			if d.Name() != "tunnel0" || d.MTU() != 1400 || d.Offload() != offload {
				t.Errorf("name %s, MTU %d, offload %v", d.Name(), d.MTU(), d.Offload())
			}
			c := ns.udpTo("10.0.0.2:7")
			if _, err := c.Write([]byte("ping")); err != nil {
				t.Fatal(err)
			}
			in := packets(4, 2048)
			for i := range in {
				in[i].If = 42
			}
			var got dataplane.Packet
			for got.Len == 0 {
				n, err := d.ReadBatch(in)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range in[:n] {
					if isUDP(p.Data()) {
						got = p
					}
				}
			}
			h, err := ip.ParseIPv4(got.Data())
			if err != nil {
				t.Fatal(err)
			}
			u, err := ip.ParseUDP(h) // with its checksum
			if err != nil || string(u.Payload()) != "ping" || got.Off != dataplane.Headroom || got.If != 42 {
				t.Fatalf("%v: %q at %d, If %d", err, u.Payload(), got.Off, got.If)
			}
			answer, err := ip.AppendUDP(make([]byte, got.Off), ip.Header{TTL: 64, Src: h.Dst(), Dst: h.Src()}, 7, u.SrcPort(), []byte("pong"))
			if err != nil {
				t.Fatal(err)
			}
			n, err := d.WriteBatch([]dataplane.Packet{{Buf: answer, Off: got.Off, Len: len(answer) - got.Off}})
			if n != 1 || err != nil {
				t.Fatalf("%d written, %v", n, err)
			}
			b := make([]byte, 10)
			if n, err := c.Read(b); err != nil || string(b[:n]) != "pong" {
				t.Errorf("%q, %v", b[:n], err)
			}
		})
	}
}

// Segments that do not fit into a batch come with the next ones, none is lost and
// all are right.
func TestTUNSegments(t *testing.T) {
	ns := newNamespace(t, "tun")
	d := ns.tun(TUNOptions{MTU: 1400, Offload: true}, "10.0.0.1/24")
	if !d.udp {
		t.Skip("the kernel does not hand over UDP segments")
	}
	c := ns.udpTo("10.0.0.2:7")
	const size, count = 1000, 50
	payload := pattern(size * count)
	raw, err := c.(*net.UDPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_UDP, unix.UDP_SEGMENT, size) })
	if err != nil {
		t.Skip("no UDP_SEGMENT: ", err)
	}
	if _, err := c.Write(payload); err != nil {
		t.Fatal(err)
	}
	var got []byte
	in := packets(3, 2048)
	for len(got) < len(payload) {
		n, err := d.ReadBatch(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range in[:n] {
			if !isUDP(p.Data()) {
				continue
			}
			u, err := ip.ParseUDP(ip.IPv4(p.Data()))
			if err != nil || !good(p.Data()) {
				t.Fatalf("bad segment: %v", err)
			}
			got = append(got, u.Payload()...)
		}
	}
	if !bytes.Equal(got, payload) {
		t.Error("payload differs")
	}
	if r := d.Counters(); r.Reads.Load() >= count {
		t.Errorf("%d reads: the kernel cut the segments itself", r.Reads.Load())
	}
}

// Close wakes a reader, and closes all descriptors.
func TestTUNClose(t *testing.T) {
	ns := newNamespace(t, "tun")
	for _, offload := range []bool{false, true} {
		before := descriptors(t)
		d := ns.tun(TUNOptions{Offload: offload}, "10.0.0.1/24")
		result := make(chan error)
		go func() {
			_, err := readOne(d.ReadBatch, func([]byte) bool { return false })
			result <- err
		}()
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if err := <-result; err != os.ErrClosed {
			t.Errorf("reader: %v", err)
		}
		if _, err := d.WriteBatch(packets(1, 40)); err != os.ErrClosed {
			t.Errorf("writer: %v", err)
		}
		if err := d.Close(); err != os.ErrClosed {
			t.Errorf("second close: %v", err)
		}
		if after := descriptors(t); after != before {
			t.Errorf("%d descriptors before, %d after", before, after)
		}
	}
}

// descriptors returns how many descriptors of TUN devices, raw sockets and
// eventfds the process has.
func descriptors(t *testing.T) int {
	t.Helper()
	dir, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range dir {
		to, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err == nil && (to == "/dev/net/tun" || strings.Contains(to, "eventfd") || strings.HasPrefix(to, "socket:")) {
			n++
		}
	}
	return n
}

func TestOpenTUNRefuses(t *testing.T) {
	ns := newNamespace(t, "tun")
	if _, err := OpenTUN("a-name-that-is-too-long", TUNOptions{}); !errors.Is(err, unix.EINVAL) {
		t.Errorf("long name: %v", err)
	}
	ns.do(func() {
		if _, err := OpenTUN("tunnel9", TUNOptions{MTU: 1 << 20, Offload: true}); err == nil {
			t.Error("an MTU of a million is accepted")
		}
	})
	ns.tun(TUNOptions{Offload: true}, "10.0.0.1/24")
	for _, offload := range []bool{true, false} {
		ns.do(func() {
			if _, err := OpenTUN("tunnel0", TUNOptions{Offload: offload}); err == nil || !strings.Contains(err.Error(), "tunnel0") {
				t.Errorf("opened twice: %v", err)
			}
		})
	}
}
