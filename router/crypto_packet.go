package router

import (
	"encoding/binary"
	"net/netip"

	"axle/dataplane"
	"axle/internal/event"
	"axle/internal/ip"
	"axle/ipsec"
)

// Ports of IKE, the second one with a word of zeros in front. RFC 3948 §2.2.
const (
	portIKE   = 500
	portNAT   = 4500
	markerLen = 4
)

// maxIKE is the largest IKE message, bytes: what a datagram holds.
const maxIKE = ip.MaxLen - ip.HeaderLen - ip.UDPHeaderLen - markerLen

// sendIKE sends an IKE message.
func (r *Router) sendIKE(vrf string, local, remote netip.AddrPort, data []byte) {
	if len(data) > maxIKE {
		return
	}
	if local.Port() == portNAT {
		data = append(make([]byte, markerLen, markerLen+len(data)), data...)
	}
	r.sendUDP(vrf, local, remote, data)
}

// sendUDP sends a datagram of the router's own in a VRF.
func (r *Router) sendUDP(vrf string, local, remote netip.AddrPort, data []byte) {
	n := ip.UDPHeaderLen + len(data)
	head := ip.HeaderLen
	if local.Addr().Is6() {
		head = ip.IPv6HeaderLen
	}
	b := make([]byte, head+n)
	u, be := b[head:], binary.BigEndian
	be.PutUint16(u, local.Port())
	be.PutUint16(u[2:], remote.Port())
	be.PutUint16(u[4:], uint16(n))
	copy(u[ip.UDPHeaderLen:], data)
	var sum uint16
	if local.Addr().Is6() {
		ip.PutIPv6(b, ip.Header6{TrafficClass: tosControl, HopLimit: 255, NextHeader: ip.ProtoUDP, Src: local.Addr(), Dst: remote.Addr()}, n)
		sum = ip.TransportChecksum6(ip.IPv6(b), ip.ProtoUDP, u)
	} else {
		r.ident++
		ip.PutIPv4(b, ip.Header{TOS: tosControl, ID: r.ident, TTL: 255, Protocol: ip.ProtoUDP, Src: local.Addr(), Dst: remote.Addr()}, n)
		sum = ip.TransportChecksum(ip.IPv4(b), u)
	}
	if sum == 0 {
		sum = 0xffff // RFC 768: zero means that there is none
	}
	be.PutUint16(u[6:], sum)
	if v := r.vrf(vrf); v != nil {
		r.originate(v, b)
	}
}

// tosControl is the precedence that IOS gives IKE: internetwork control.
const tosControl = 0xc0

// hearIKE hands an IKE message that came in by f to the exchange of its version.
func (r *Router) hearIKE(f *iface, p *dataplane.Punt) {
	const at = 17 // where the version stands in the header, RFC 7296 §3.1
	if len(p.Data) <= at {
		return
	}
	d := ipsec.Datagram{VRF: f.vrf.name, Local: p.Local, Remote: p.Remote, Data: p.Data}
	switch v := version(p.Data[at] >> 4); v {
	case v1, v2:
		r.protect(v, r.crypto.exchange(v).Receive(r.now, d))
	}
}

// puntCrypto handles what forwarding says of protected packets. It tells whether
// it was that.
func (r *Router) puntCrypto(f *iface, p *dataplane.Punt) bool {
	switch p.Reason {
	case dataplane.PuntIKE:
		r.hearIKE(f, p)
	case dataplane.PuntNoSA:
		switch s := socketOf(f, p.From, 0); {
		case r.secured(s, p.FromPort):
			r.usedUp()
		case p.FromPort == 0:
			r.demand(f, s)
		}
	case dataplane.PuntMoved:
		if pair := r.crypto.sadb.Receiver(p.SPI); pair != nil {
			r.movePeer(pair.ID, p.Remote)
		}
	case dataplane.PuntUnknownSPI:
		r.complain(eventUnknownSPI, p.Local.Addr(), p.SPI, p.SPI, p.Remote.Addr(), f.name)
		s := ipsec.Socket{VRF: f.vrf.name, Local: p.Local.Addr(), Remote: p.Remote.Addr()}
		r.protect(v1, r.crypto.v1.UnknownSPI(r.now, s, p.SPI))
	case dataplane.PuntClear:
		r.complain(eventClear, p.Local.Addr(), p.Remote.Addr())
	default:
		return false
	}
	return true
}

// complain logs something about a packet that anybody may have sent: not more
// often than every complainEvery.
func (r *Router) complain(k *event.Kind, args ...any) {
	if last, ok := r.crypto.complained[k]; ok && r.now.Sub(last) < complainEvery {
		return
	}
	r.crypto.complained[k] = r.now
	r.raise(k.New(args...))
}
