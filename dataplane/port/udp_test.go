//go:build linux

package port

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"axle/dataplane"
	"axle/internal/ip"
)

// udp opens a UDP in the namespace.
func (ns *namespace) udp(local string) *UDP {
	ns.tb.Helper()
	var u *UDP
	var err error
	ns.do(func() { u, err = OpenUDP(netip.MustParseAddrPort(local), "") })
	if err != nil {
		ns.tb.Fatal(err)
	}
	ns.tb.Cleanup(func() { u.Close() })
	return u
}

// datagram returns a packet of UDP between ports 4500 with n bytes of data.
func datagram(src, dst netip.Addr, n int) dataplane.Packet {
	data := bytes.Repeat([]byte{0x5a}, n)
	var b []byte
	var err error
	if src.Is6() {
		b, err = ip.AppendUDP6(nil, ip.Header6{HopLimit: 64, NextHeader: ip.ProtoUDP, Src: src, Dst: dst}, 4500, 4500, data)
	} else {
		b, err = ip.AppendUDP(nil, ip.Header{TTL: 64, Protocol: ip.ProtoUDP, Src: src, Dst: dst}, 4500, 4500, data)
	}
	if err != nil {
		panic(err)
	}
	return dataplane.Packet{Buf: b, Len: len(b)}
}

// Datagrams come as whole packets whose headers say where from and where to; what
// the buffer does not hold is lost, and what is sent by the socket of GRE arrives.
func TestUDP(t *testing.T) {
	a, b := pair(t)
	for _, tt := range []struct{ name, src, dst string }{
		{"IPv4", "203.0.113.1", "203.0.113.2"},
		{"IPv6", "2001:db8::1", "2001:db8::2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src, dst := netip.MustParseAddr(tt.src), netip.MustParseAddr(tt.dst)
			ra := a.raw(tt.src)
			u := b.udp(netip.AddrPortFrom(dst, 4500).String())
			var out []dataplane.Packet
			for _, n := range []int{1, 0, 3000, 100, 65000, 1400} {
				out = append(out, datagram(src, dst, n))
			}
			if n, err := ra.WriteBatch(out); n != len(out) && n != len(out)-2 || err != nil { // IPv6 does not cut for a raw socket
				t.Fatalf("%d sent, %v", n, err)
			}
			in := packets(8, 2048)
			var got []int
			for len(got) == 0 || got[len(got)-1] != 1400 {
				n, err := u.ReadBatch(in)
				if err != nil {
					t.Fatal(err)
				}
				for i := range in[:n] {
					got = append(got, checkDatagram(t, &in[i], src, dst))
				}
			}
			if len(got) != 3 || got[0] != 1 || got[1] != 100 {
				t.Errorf("%d bytes came", got)
			}
		})
	}
}

// checkDatagram demands whole headers of a packet, and returns the length of its data.
func checkDatagram(t *testing.T, p *dataplane.Packet, src, dst netip.Addr) int {
	t.Helper()
	var u ip.UDP
	var from, to netip.Addr
	if src.Is6() {
		h, err := ip.ParseIPv6(p.Data())
		if err != nil {
			t.Fatal(err)
		}
		if from, to = h.Src(), h.Dst(); h.NextHeader() == ip.ProtoUDP {
			u = ip.UDP(h.Payload())
		}
	} else {
		h, err := ip.ParseIPv4(p.Data())
		if err != nil {
			t.Fatal(err)
		}
		from, to = h.Src(), h.Dst()
		if u, err = ip.ParseUDP(h); err != nil {
			t.Fatal(err)
		}
	}
	if from != src || to != dst || u.SrcPort() != 4500 || u.DstPort() != 4500 || u.Checksum() != 0 ||
		int(binary.BigEndian.Uint16(u[4:])) != len(u) || p.From.IsValid() {
		t.Errorf("%x from %v", p.Data(), p.From)
	}
	return len(u.Payload())
}

func TestOpenUDP(t *testing.T) {
	a, _ := pair(t)
	taken := a.udp("203.0.113.1:500")
	for _, tt := range []struct {
		name, local, device string
		want                error
	}{
		{"free", "203.0.113.1:4500", "", nil},
		{"on a device", "203.0.113.1:4500", "eth0", nil},
		{"IPv6", "[2001:db8::1]:500", "", nil},
		{"taken", "203.0.113.1:500", "", unix.EADDRINUSE},
		{"address of another", "203.0.113.9:500", "", unix.EADDRNOTAVAIL},
		{"no port", "203.0.113.1:0", "", unix.EINVAL},
		{"no device", "203.0.113.1:4500", "eth7", unix.ENODEV},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a.do(func() {
				before := descriptors(t)
				u, err := OpenUDP(netip.MustParseAddrPort(tt.local), tt.device)
				if !errors.Is(err, tt.want) {
					t.Errorf("%v, want %v", err, tt.want)
				}
				if err == nil {
					if u.Local().String() != tt.local {
						t.Errorf("bound to %v", u.Local())
					}
					u.Close()
				}
				if after := descriptors(t); after != before {
					t.Errorf("%d descriptors before, %d after", before, after)
				}
			})
		})
	}
	if err := taken.Close(); err != nil {
		t.Error(err)
	}
	if _, err := taken.ReadBatch(packets(1, 100)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("read after close: %v", err)
	}
}
