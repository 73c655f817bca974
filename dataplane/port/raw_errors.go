//go:build linux

package port

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"
)

// A PathError is what the path said about a packet that was sent: an ICMP error,
// or the kernel's own word on a packet that is too big.
type PathError struct {
	To         netip.Addr // where the packet went
	From       netip.Addr // who said it; zero: this machine's kernel
	MTU        int        // of the path, bytes of an IP packet; 0 where the error is another one
	Type, Code uint8      // of the ICMP or ICMPv6 message; 0 where the kernel said it
	Err        error      // what the kernel makes of it, a syscall.Errno
}

// OnError sets the function that ReadBatch calls, in its goroutine, for each error
// from the path of packets that were sent. Set it before the first ReadBatch.
func (r *Raw) OnError(f func(PathError)) { r.onError = f }

// drain reads the error queue and tells its contents.
func (r *Raw) drain() {
	r.errors.Store(false)
	var data [512]byte // the packet, from its IP header on
	var control [512]byte
	for range maxErrors {
		_, k, _, to, err := unix.Recvmsg(r.fd, data[:], control[:], unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return
		}
		e, ok := parseError(control[:k])
		if !ok {
			continue
		}
		e.To = address(to)
		r.counts.PathErrors.Add(1)
		if r.onError != nil {
			r.onError(e)
		}
	}
	r.errors.Store(true) // the rest in the next call
}

// maxErrors is how many errors one call of ReadBatch tells before it reads
// packets again.
const maxErrors = 64

// address returns the address in a.
func address(a unix.Sockaddr) netip.Addr {
	switch a := a.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrFrom4(a.Addr)
	case *unix.SockaddrInet6:
		return netip.AddrFrom16(a.Addr)
	}
	return netip.Addr{}
}

// parseError reads the control messages that come with an entry of the error
// queue. It tells whether there is an error of the path among them.
func parseError(b []byte) (e PathError, ok bool) {
	for len(b) >= unix.SizeofCmsghdr {
		h, data, rest, err := unix.ParseOneSocketControlMessage(b)
		if err != nil {
			break
		}
		b = rest
		if h.Level == unix.IPPROTO_IP && h.Type == unix.IP_RECVERR ||
			h.Level == unix.IPPROTO_IPV6 && h.Type == unix.IPV6_RECVERR {
			if e, ok = parseExtended(data); ok {
				return e, true
			}
		}
	}
	return PathError{}, false
}

// parseExtended reads a struct sock_extended_err, behind which lies the address
// of who said it.
func parseExtended(b []byte) (e PathError, ok bool) {
	if len(b) < sizeofExtendedErr {
		return e, false
	}
	ne := binary.NativeEndian
	errno := unix.Errno(ne.Uint32(b))
	e.Err = errno
	if errno == unix.EMSGSIZE {
		e.MTU = int(ne.Uint32(b[8:]))
	}
	switch b[4] {
	case unix.SO_EE_ORIGIN_LOCAL:
		return e, true
	case unix.SO_EE_ORIGIN_ICMP, unix.SO_EE_ORIGIN_ICMP6:
	default:
		return PathError{}, false
	}
	e.Type, e.Code = b[5], b[6]
	switch who := b[sizeofExtendedErr:]; {
	case len(who) >= 8 && ne.Uint16(who) == unix.AF_INET:
		e.From = netip.AddrFrom4([4]byte(who[4:]))
	case len(who) >= 24 && ne.Uint16(who) == unix.AF_INET6:
		e.From = netip.AddrFrom16([16]byte(who[8:]))
	}
	return e, true
}

// sizeofExtendedErr is the length of struct sock_extended_err, bytes: errno,
// origin, type, code, padding, info (the MTU) and data.
const sizeofExtendedErr = 16
