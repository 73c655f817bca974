//go:build linux

package port

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"axle/dataplane"
	"axle/internal/ip"
	"axle/mgre"
)

// outer returns a packet of GRE with n bytes behind the IP header.
func outer(src, dst string, n int, df bool) dataplane.Packet {
	b := make([]byte, dataplane.Headroom+ip.HeaderLen+n)
	p := dataplane.Packet{Buf: b, Off: dataplane.Headroom, Len: ip.HeaderLen + n}
	ip.PutIPv4(p.Data(), ip.Header{
		ID: 1, DF: df, TTL: 64, Protocol: ip.ProtoGRE,
		Src: netip.MustParseAddr(src), Dst: netip.MustParseAddr(dst),
	}, n)
	binary.BigEndian.PutUint32(p.Data()[ip.HeaderLen:], mgre.ProtoNHRP)
	for i := ip.HeaderLen + 4; i < p.Len; i++ {
		p.Data()[i] = byte(i)
	}
	return p
}

// Whole packets pass, in batches larger than one system call moves.
func TestRaw(t *testing.T) {
	a, b := pair(t)
	ra, rb := a.raw("203.0.113.1"), b.raw("203.0.113.2")
	const count = maxMessages + 36
	var out []dataplane.Packet
	for i := range count {
		out = append(out, outer("203.0.113.1", "203.0.113.2", 100+i, true))
	}
	if n, err := ra.WriteBatch(out); n != count || err != nil {
		t.Fatalf("%d sent, %v", n, err)
	}
	in := packets(count, 2048)
	for got := 0; got < count; {
		n, err := rb.ReadBatch(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range in[:n] {
			if p.Off != dataplane.Headroom || !bytes.Equal(p.Data(), out[got].Data()) {
				t.Fatalf("packet %d at %d: %x\nwant %x", got, p.Off, p.Data(), out[got].Data())
			}
			got++
		}
	}
}

// Of IPv6 the header is made again, from where the packet came.
func TestRawIPv6(t *testing.T) {
	a, b := pair(t)
	ra, rb := a.raw("2001:db8::1"), b.raw("2001:db8::2")
	p := make([]byte, ip.IPv6HeaderLen+8)
	p[0], p[5], p[6], p[7] = 0x60, 8, ip.ProtoGRE, 64
	src, dst := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2")
	copy(p[8:], src.AsSlice())
	copy(p[24:], dst.AsSlice())
	copy(p[40:], "\x00\x00\x20\x01NHRP")
	if n, err := ra.WriteBatch([]dataplane.Packet{{Buf: p, Len: len(p)}}); n != 1 || err != nil {
		t.Fatalf("%d sent, %v", n, err)
	}
	in := packets(1, 100)
	if n, err := rb.ReadBatch(in); n != 1 || err != nil || in[0].From != src || !bytes.Equal(in[0].Data(), p) {
		t.Errorf("%d, %v: %q from %v", n, err, in[0].Data(), in[0].From)
	}
}

// A packet that cannot be sent is counted, and those around it are sent.
func TestRawDrops(t *testing.T) {
	a, b := pair(t)
	a.ip("route add unreachable 198.51.100.0/24")
	ra, rb := a.raw("203.0.113.1"), b.raw("203.0.113.2")
	good := func(n int) dataplane.Packet { return outer("203.0.113.1", "203.0.113.2", n, true) }
	n, err := ra.WriteBatch([]dataplane.Packet{
		good(101), good(3000), good(102), outer("203.0.113.1", "198.51.100.1", 10, false), good(103),
		{Buf: make([]byte, 10), Len: 10},
		good(104),
	})
	c := ra.Counters()
	if n != 4 || err != nil || c.WriteTooBig.Load() != 1 || c.WriteUnreachable.Load() != 1 || c.WriteErrors.Load() != 1 || c.WritePackets.Load() != 4 {
		t.Errorf("%d sent, %v; too big %d, unreachable %d, others %d", n, err, c.WriteTooBig.Load(), c.WriteUnreachable.Load(), c.WriteErrors.Load())
	}
	in := packets(4, 2048)
	for got := 0; got < 4; {
		n, err := rb.ReadBatch(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range in[:n] {
			if got++; p.Len != ip.HeaderLen+100+got {
				t.Errorf("packet %d: %d bytes", got, p.Len)
			}
		}
	}
}

// The path's MTU is told, and so is who said it.
func TestRawPathError(t *testing.T) {
	a, r := pair(t)
	far := newNamespace(t, "far")
	command(t, "ip", "link", "add", "eth1", "netns", r.name, "type", "veth", "peer", "name", "eth1", "netns", far.name)
	for _, l := range []string{"link set eth1 mtu 1300", "addr add 198.51.100.1/24 dev eth1", "link set eth1 up"} {
		r.ip(l)
	}
	r.do(func() {
		if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644); err != nil {
			t.Fatal(err)
		}
	})
	a.ip("route add 198.51.100.0/24 via 203.0.113.2")
	ra := a.raw("203.0.113.1")
	errs := make(chan PathError, 10)
	ra.OnError(func(e PathError) {
		select {
		case errs <- e:
		default:
		}
	})
	go readOne(ra.ReadBatch, func([]byte) bool { return false })
	for i, want := range []PathError{
		{From: netip.MustParseAddr("203.0.113.2"), Type: 3, Code: 4}, // said by the router
		{}, // said by the kernel, which has learnt it, of a packet that is larger than the path's MTU
	} {
		want.To, want.MTU, want.Err = netip.MustParseAddr("198.51.100.2"), 1300, unix.EMSGSIZE
		if _, err := ra.WriteBatch([]dataplane.Packet{outer("203.0.113.1", "198.51.100.2", 1380, true)}); err != nil {
			t.Fatal(err)
		}
		select {
		case e := <-errs:
			if i == 1 {
				want.From, want.Type, want.Code = e.From, e.Type, e.Code
			}
			if e != want {
				t.Errorf("error %d: %+v, want %+v", i, e, want)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("error %d: nothing is told", i)
		}
	}
}

// A train of segments is cut, small packets around it keep their order.
func TestRawTrain(t *testing.T) {
	a, b := pair(t)
	a.ip("link set eth0 mtu 65535")
	b.ip("link set eth0 mtu 65535")
	ra, rb := a.raw("203.0.113.1"), b.raw("203.0.113.2")
	rb.SetSegment(1400)
	send := func(s spec, part bool) dataplane.Packet {
		p := s.packet()
		if part {
			_, p = s.super(0)
		}
		q := wrap(p, mgre.Header{Protocol: mgre.ProtoIPv4}, false)
		return dataplane.Packet{Buf: q, Len: len(q)}
	}
	udp := spec{udp: true, df: true, payload: pattern(5000)}
	if n, err := ra.WriteBatch([]dataplane.Packet{
		send(data(0, 100), true), send(data(100, 40000), true), send(udp, false), send(data(40100, 1500), true), send(data(41600, 100), false),
	}); n != 5 || err != nil {
		t.Fatalf("%d sent, %v", n, err)
	}
	next := 0
	in := packets(7, 2048)
	for next < 41700 {
		n, err := rb.ReadBatch(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range in[:n] {
			q := p.Data()[greLen:]
			var c candidate
			if len(q) > 1400 || c.read(q) != mergeable || int(c.seq) != next {
				t.Fatalf("at %d: %d bytes of sequence %d", next, len(q), c.seq)
			}
			if !bytes.Equal(q[c.head:], pattern(next + c.size())[next:]) {
				t.Errorf("payload at %d differs", next)
			}
			next += c.size()
		}
	}
	if n := rb.Counters().ReadTrains.Load(); n != 2 {
		t.Errorf("%d trains, want 2", n)
	}
	if n := rb.Counters().ReadTooLarge.Load(); n != 1 {
		t.Errorf("%d packets too large, want 1", n)
	}
}

// Where the kernel merges received packets, TCP through the tunnel works as well.
func TestTCPThroughReceiveOffload(t *testing.T) {
	x := newPath(t, true)
	for _, ns := range []*namespace{x.a, x.b} {
		ns.receiveOffload("eth0")
	}
	x.ra.SetSegment(1400)
	x.rb.SetSegment(1400)
	transfer(t, x, "10.0.0.2:5001", 8<<20)
	c := x.rb.Counters()
	t.Logf("%d packets and %d trains by %d reads of the socket, %d packets into the TUN by %d writes", c.ReadPackets.Load(), c.ReadTrains.Load(), c.Reads.Load(),
		x.tb.Counters().WritePackets.Load(), x.tb.Counters().Writes.Load())
	if n := c.ReadTooLarge.Load(); n != 0 {
		t.Errorf("%d packets too large", n)
	}
}

// receiveOffload lets an interface merge received packets, as physical ones do. A
// virtual link does so only while it does not offer the sender to cut segments.
func (ns *namespace) receiveOffload(name string) {
	ns.tb.Helper()
	ns.ethtool(name, 0x1f, 0) // ETHTOOL_STSO
	ns.ethtool(name, 0x2c, 1) // ETHTOOL_SGRO
}

func (ns *namespace) ethtool(name string, command, data uint32) {
	ns.tb.Helper()
	value := struct{ command, data uint32 }{command, data}
	var request struct {
		name [unix.IFNAMSIZ]byte
		data unsafe.Pointer
		_    [16]byte
	}
	copy(request.name[:], name)
	request.data = unsafe.Pointer(&value)
	ns.do(func() {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
		if err != nil {
			ns.tb.Fatal(err)
		}
		defer unix.Close(fd)
		if _, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&request))); e != 0 {
			ns.tb.Skip("the interface has no such offload: ", e)
		}
	})
}

func TestRawClose(t *testing.T) {
	a, _ := pair(t)
	before := descriptors(t)
	for _, local := range []string{"203.0.113.1", "2001:db8::1"} {
		r := a.raw(local)
		result := make(chan error)
		go func() {
			_, err := readOne(r.ReadBatch, func([]byte) bool { return false })
			result <- err
		}()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if err := <-result; err != os.ErrClosed {
			t.Errorf("reader: %v", err)
		}
		if _, err := r.WriteBatch(nil); err != os.ErrClosed {
			t.Errorf("writer: %v", err)
		}
		if err := r.Close(); err != os.ErrClosed {
			t.Errorf("second close: %v", err)
		}
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}

func TestOpenRaw(t *testing.T) {
	a, _ := pair(t)
	for _, tt := range []struct {
		name   string
		proto  int
		local  netip.Addr
		device string
		ok     bool
	}{
		{"any address", 47, netip.IPv4Unspecified(), "", true},
		{"ESP on a device", 50, netip.MustParseAddr("203.0.113.1"), "eth0", true},
		{"any IPv6 address", 47, netip.IPv6Unspecified(), "", true},
		{"link-local without zone", 47, netip.MustParseAddr("fe80::1"), "", false},
		{"address of another", 47, netip.MustParseAddr("203.0.113.9"), "", false},
		{"no address", 47, netip.Addr{}, "", false},
		{"no protocol", 0, netip.IPv4Unspecified(), "", false},
		{"no device", 47, netip.IPv4Unspecified(), "eth7", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a.do(func() {
				before := descriptors(t)
				r, err := OpenRaw(tt.proto, tt.local, tt.device)
				if (err == nil) != tt.ok {
					t.Errorf("%v", err)
				}
				if err == nil {
					r.Close()
				}
				if after := descriptors(t); after != before {
					t.Errorf("%d descriptors before, %d after", before, after)
				}
			})
		})
	}
}

// control returns the control message of an error of 203.0.113.2, as machines of
// 64 bits write it.
func control(errno unix.Errno, origin, kind, code uint8, mtu uint32) []byte {
	ne := binary.NativeEndian
	b := ne.AppendUint64(nil, uint64(unix.CmsgLen(sizeofExtendedErr+unix.SizeofSockaddrInet4)))
	b = ne.AppendUint32(b, unix.IPPROTO_IP)
	b = ne.AppendUint32(b, unix.IP_RECVERR)
	b = ne.AppendUint32(b, uint32(errno))
	b = append(b, origin, kind, code, 0)
	b = ne.AppendUint32(b, mtu)
	b = ne.AppendUint32(b, 0)
	b = ne.AppendUint16(b, unix.AF_INET)
	return append(b, 0, 0, 203, 0, 113, 2, 0, 0, 0, 0, 0, 0, 0, 0)
}

func TestParseError(t *testing.T) {
	if unix.SizeofPtr != 8 {
		t.Skip("written for machines of 64 bits")
	}
	from := netip.MustParseAddr("203.0.113.2")
	for _, tt := range []struct {
		name string
		b    []byte
		want PathError
		ok   bool
	}{
		{
			"fragmentation needed", control(unix.EMSGSIZE, unix.SO_EE_ORIGIN_ICMP, 3, 4, 1300),
			PathError{From: from, MTU: 1300, Type: 3, Code: 4, Err: unix.EMSGSIZE},
			true,
		},
		{
			"host unreachable", control(unix.EHOSTUNREACH, unix.SO_EE_ORIGIN_ICMP, 3, 1, 0),
			PathError{From: from, Type: 3, Code: 1, Err: unix.EHOSTUNREACH},
			true,
		},
		{"too big for the device", control(unix.EMSGSIZE, unix.SO_EE_ORIGIN_LOCAL, 0, 0, 1500), PathError{MTU: 1500, Err: unix.EMSGSIZE}, true},
		{"another origin", control(unix.ENOMSG, unix.SO_EE_ORIGIN_TIMESTAMPING, 0, 0, 0), PathError{}, false},
		{"nothing", nil, PathError{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := parseError(tt.b); got != tt.want || ok != tt.ok {
				t.Errorf("%+v, %v, want %+v, %v", got, ok, tt.want, tt.ok)
			}
			for i := range tt.b {
				if got, ok := parseError(tt.b[:i]); ok {
					t.Errorf("%d bytes: %+v", i, got)
				}
			}
		})
	}
}

func FuzzPathError(f *testing.F) {
	f.Add(control(unix.EMSGSIZE, unix.SO_EE_ORIGIN_ICMP, 3, 4, 1300))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, ok := parseError(b)
		if !ok && e != (PathError{}) || ok && e.Err == nil {
			t.Errorf("%+v, %v", e, ok)
		}
	})
}

// Writers and readers of one socket work side by side, also while it is closed.
func TestRawShared(t *testing.T) {
	a, b := pair(t)
	ra, rb := a.raw("203.0.113.1"), b.raw("203.0.113.2")
	const workers, count = 4, 200
	var wg sync.WaitGroup
	for range workers {
		w, out := ra.Writer(), []dataplane.Packet{outer("203.0.113.1", "203.0.113.2", 50, true)}
		wg.Go(func() {
			for { // until the socket is closed
				if _, err := w.WriteBatch(out); err != nil {
					if err != os.ErrClosed {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	var got atomic.Int64
	enough := make(chan struct{})
	for range workers {
		d, in := rb.Reader(), packets(8, 2048)
		wg.Go(func() {
			for {
				n, err := d.ReadBatch(in)
				if err != nil {
					if err != os.ErrClosed {
						t.Error(err)
					}
					return
				}
				if v := got.Add(int64(n)); v >= workers*count && v-int64(n) < workers*count {
					close(enough)
				}
			}
		})
	}
	select {
	case <-enough:
	case <-time.After(20 * time.Second):
		t.Errorf("only %d packets came", got.Load())
	}
	ra.Close()
	rb.Close()
	wg.Wait()
}
