//go:build linux

package port

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"axle/dataplane"
	"axle/internal/ip"
)

// socketBuffer is how much a raw socket may hold back in each direction, bytes.
const socketBuffer = 4 << 20

// A Raw is a raw IP socket of one protocol. One goroutine may read and one may
// write; others take a Reader or Writer of their own.
type Raw struct {
	file
	proto   int
	local   netip.Addr
	v6      bool
	port    uint16       // of a UDP, else 0
	segment atomic.Int64 // see SetSegment
	errors  atomic.Bool  // the error queue may hold something
	onError func(PathError)
	reader  *Reader
	writer  *Writer
	counts  RawCounters
}

// RawCounters count what a raw socket did and could not do. They may be read at
// any time.
type RawCounters struct {
	Reads, ReadPackets     atomic.Uint64 // system calls that brought something, and packets made of it
	Writes, WritePackets   atomic.Uint64 // system calls, and packets that the kernel took
	ReadTrains             atomic.Uint64 // trains of GRE segments that were cut
	ReadTooLarge           atomic.Uint64 // packets that the caller's buffer did not hold
	WriteNoBuffer          atomic.Uint64 // packets dropped: no room in the socket or the queue of the device
	WriteTooBig            atomic.Uint64 // packets dropped: larger than the MTU of the device or the path, and DF set
	WriteUnreachable       atomic.Uint64 // packets dropped: no route or neighbour
	WriteErrors            atomic.Uint64 // packets dropped for another reason
	ReadErrors, PathErrors atomic.Uint64 // errors of the socket met when reading, and PathErrors told
}

// OpenRaw opens a raw socket for a protocol number, 47 or 50, bound to a local
// address, which may be unspecified, and, where device is not empty, to that
// device: an interface or a VRF. It needs CAP_NET_RAW.
func OpenRaw(proto int, local netip.Addr, device string) (*Raw, error) {
	local = local.Unmap()
	r := &Raw{proto: proto, local: local, v6: local.Is6()}
	what, err := "address or protocol", error(unix.EINVAL)
	if local.IsValid() && proto > 0 && proto <= 255 {
		what, err = r.open(unix.SOCK_RAW, device)
	}
	if err != nil {
		return nil, fmt.Errorf("port: raw socket of protocol %d, %v: %s: %w", proto, local, what, err)
	}
	r.reader, r.writer = r.Reader(), r.Writer()
	return r, nil
}

// open opens the socket, of a kind like SOCK_RAW. It names what failed.
func (r *Raw) open(kind int, device string) (string, error) {
	family := unix.AF_INET
	if r.v6 {
		family = unix.AF_INET6
	}
	fd, err := unix.Socket(family, kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, r.proto)
	if err != nil {
		return "socket", err
	}
	if what, err := r.setup(fd, device); err != nil {
		unix.Close(fd)
		return what, err
	}
	return "descriptor", r.init(fd)
}

// setup sets the options of the socket and binds it. It names what failed.
func (r *Raw) setup(fd int, device string) (string, error) {
	if device != "" {
		if err := unix.BindToDevice(fd, device); err != nil {
			return "device " + device, err
		}
	}
	for _, o := range r.options() {
		if err := unix.SetsockoptInt(fd, o.level, o.opt, o.value); err != nil {
			return o.name, err
		}
	}
	for _, o := range [][2]int{{unix.SO_RCVBUFFORCE, unix.SO_RCVBUF}, {unix.SO_SNDBUFFORCE, unix.SO_SNDBUF}} {
		if unix.SetsockoptInt(fd, unix.SOL_SOCKET, o[0], socketBuffer) != nil {
			if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, o[1], socketBuffer); err != nil {
				return "socket buffer", err
			}
		}
	}
	if r.v6 && r.proto == ip.ProtoICMPv6 {
		if err := unix.SetsockoptICMPv6Filter(fd, unix.SOL_ICMPV6, unix.ICMPV6_FILTER, answersOnly()); err != nil {
			return "ICMPV6_FILTER", err
		}
	}
	var to unix.Sockaddr
	if r.v6 {
		to = &unix.SockaddrInet6{Addr: r.local.As16(), ZoneId: zone(r.local), Port: int(r.port)}
	} else {
		to = &unix.SockaddrInet4{Addr: r.local.As4(), Port: int(r.port)}
	}
	return "bind", unix.Bind(fd, to)
}

// answersOnly returns the filter of a socket for ICMPv6: errors and echo replies come
// in, and nothing of neighbour discovery.
func answersOnly() *unix.ICMPv6Filter {
	f := new(unix.ICMPv6Filter)
	for i := range f.Data { // a bit that is set keeps the type back
		f.Data[i] = 1<<32 - 1
	}
	for _, t := range []int{ip.ICMPv6Unreachable, ip.ICMPv6TooBig, ip.ICMPv6TimeExceeded, ip.ICMPv6Parameter, ip.ICMPv6EchoReply} {
		f.Data[t/32] &^= 1 << (t % 32)
	}
	return f
}

// An option is one of a socket.
type option struct {
	name              string
	level, opt, value int
}

// options returns those that the socket has.
func (r *Raw) options() []option {
	switch {
	case r.port != 0 && r.v6:
		return []option{
			{"IPV6_RECVERR", unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1},
			{"IPV6_FREEBIND", unix.IPPROTO_IPV6, unix.IPV6_FREEBIND, 1},
			{"UDP_NO_CHECK6_RX", unix.IPPROTO_UDP, unix.UDP_NO_CHECK6_RX, 1}, // RFC 6935: ESP in UDP has a better one
		}
	case r.port != 0:
		return []option{{"IP_RECVERR", unix.IPPROTO_IP, unix.IP_RECVERR, 1}}
	case r.v6:
		return []option{
			{"IPV6_HDRINCL", unix.IPPROTO_IPV6, unix.IPV6_HDRINCL, 1},
			{"IPV6_RECVERR", unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1},
			{"IPV6_MTU_DISCOVER", unix.IPPROTO_IPV6, unix.IPV6_MTU_DISCOVER, unix.IPV6_PMTUDISC_WANT},
			// The kernel may still look for others with the address.
			{"IPV6_FREEBIND", unix.IPPROTO_IPV6, unix.IPV6_FREEBIND, 1},
		}
	}
	return []option{
		{"IP_HDRINCL", unix.IPPROTO_IP, unix.IP_HDRINCL, 1},
		{"IP_RECVERR", unix.IPPROTO_IP, unix.IP_RECVERR, 1},
		// The header's DF decides; with DF the kernel's path MTU holds.
		{"IP_MTU_DISCOVER", unix.IPPROTO_IP, unix.IP_MTU_DISCOVER, unix.IP_PMTUDISC_WANT},
	}
}

// Local returns the address that the socket is bound to.
func (r *Raw) Local() netip.Addr { return r.local }

// Counters returns the counters of the socket.
func (r *Raw) Counters() *RawCounters { return &r.counts }

// SetSegment sets the size, bytes of an inner IP packet, to which trains of GRE
// segments are cut that the kernel hands over in one piece: the IP MTU of the
// tunnel. 0, the beginning, hands them on whole.
func (r *Raw) SetSegment(mtu int) { r.segment.Store(int64(mtu)) }

// ReadBatch is Reader.ReadBatch of the socket's own Reader.
func (r *Raw) ReadBatch(in []dataplane.Packet) (int, error) { return r.reader.ReadBatch(in) }

// WriteBatch is Writer.WriteBatch of the socket's own Writer.
func (r *Raw) WriteBatch(out []dataplane.Packet) (int, error) { return r.writer.WriteBatch(out) }

// Close closes the socket. Readers that wait return os.ErrClosed.
func (r *Raw) Close() error { return r.close() }

// zone returns the index of the interface in the zone of a, or 0.
func zone(a netip.Addr) uint32 {
	z := a.Zone()
	if z == "" {
		return 0
	}
	if n, err := strconv.ParseUint(z, 10, 32); err == nil {
		return uint32(n)
	}
	if i, err := net.InterfaceByName(z); err == nil {
		return uint32(i.Index)
	}
	return 0
}
