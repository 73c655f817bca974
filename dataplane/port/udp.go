//go:build linux

package port

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"

	"axle/dataplane"
	"axle/internal/ip"
)

// A UDP receives the datagrams to one port of an address as whole IP packets, and
// keeps others from that port. The kernel has verified their checksums, and
// cut what devices merged. What is sent goes by a Raw, whatever its protocol.
type UDP struct{ raw Raw }

// OpenUDP opens a UDP bound to a local address and port and, where device is
// not empty, to that device. A port below 1024 needs CAP_NET_BIND_SERVICE.
func OpenUDP(local netip.AddrPort, device string) (*UDP, error) {
	a := local.Addr().Unmap()
	u := &UDP{raw: Raw{proto: unix.IPPROTO_UDP, local: a, v6: a.Is6(), port: local.Port()}}
	what, err := "address or port", error(unix.EINVAL)
	if a.IsValid() && local.Port() != 0 {
		what, err = u.raw.open(unix.SOCK_DGRAM, device)
	}
	if err != nil {
		return nil, fmt.Errorf("port: UDP %v: %s: %w", local, what, err)
	}
	u.raw.reader = u.raw.Reader()
	return u, nil
}

// ReadBatch is that of a Reader. The headers are made up from the addresses and ports:
// a packet has no TOS, no TTL and no checksum of UDP.
func (u *UDP) ReadBatch(in []dataplane.Packet) (int, error) { return u.raw.ReadBatch(in) }

// OnError sets the function that ReadBatch calls for each error from the path of
// packets that were sent from the port. Set it before the first ReadBatch.
func (u *UDP) OnError(f func(PathError)) { u.raw.OnError(f) }

// Local returns what the socket is bound to.
func (u *UDP) Local() netip.AddrPort { return netip.AddrPortFrom(u.raw.local, u.raw.port) }

// Counters returns the counters of the socket.
func (u *UDP) Counters() *RawCounters { return u.raw.Counters() }

// Close closes the socket. Readers that wait return os.ErrClosed.
func (u *UDP) Close() error { return u.raw.Close() }

// putHeaders writes the headers of the datagram p, message i, in front of it.
func (d *Reader) putHeaders(p *dataplane.Packet, i int) {
	r, head := d.r, ip.HeaderLen
	if r.v6 {
		head = ip.IPv6HeaderLen
	}
	n := ip.UDPHeaderLen + p.Len
	p.Off, p.Len = p.Off-head-ip.UDPHeaderLen, head+n
	b, be := p.Data(), binary.BigEndian
	if r.v6 {
		ip.PutIPv6(b, ip.Header6{NextHeader: ip.ProtoUDP, Src: d.source(i), Dst: r.local.WithZone("")}, n)
	} else {
		ip.PutIPv4(b, ip.Header{Protocol: ip.ProtoUDP, Src: d.source(i), Dst: r.local}, n)
	}
	u := b[head:]
	copy(u, (*[4]byte)(unsafe.Pointer(&d.from[i]))[2:]) // both families have the port there, in this order
	be.PutUint16(u[2:], r.port)
	be.PutUint16(u[4:], uint16(n))
	be.PutUint16(u[6:], 0)
}
