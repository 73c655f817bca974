package nhrp

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"axle/internal/wire"
)

// A writer appends one message to b; its first error sticks.
type writer struct {
	b        []byte
	nbmaLen  int  // bytes of an address of the NBMA network
	protoLen int  // bytes of an address of the overlay
	record   bool // the entry is in an extension
	err      error
}

// AppendTo appends the wire form of m to b. On an error, which wraps ErrValue,
// ErrFormat or ErrLimit, it returns b as it was.
func (m *Message) AppendTo(b []byte) ([]byte, error) {
	start := len(b)
	extOff, size := m.layout()
	if err := m.limits(size); err != nil {
		return b, err
	}
	afn, proto := m.families()
	w := writer{b: slices.Grow(b, size), nbmaLen: afn.size(), protoLen: proto.size()}
	w.fixed(m, afn, proto, extOff, size)
	if m.complains() {
		w.b = append(w.b, m.Packet...)
	} else {
		w.list(m.Clients)
	}
	if m.hasExtensions() {
		w.extensions(m)
	}
	if w.err != nil {
		return b, w.err
	}
	p := w.b[start:]
	binary.BigEndian.PutUint16(p[offChecksum:], wire.Checksum(p))
	return w.b, nil
}

// fixed appends the fixed header and the mandatory part up to its addresses,
// with a checksum of zero.
func (w *writer) fixed(m *Message, afn AFN, proto ProtoType, extOff, size int) {
	be := binary.BigEndian
	b := be.AppendUint16(w.b, uint16(afn))
	b = be.AppendUint16(b, uint16(proto))
	b = append(b, m.Snap[:]...)
	b = append(b, m.HopCount)
	b = be.AppendUint16(b, uint16(size))
	b = append(b, 0, 0)
	b = be.AppendUint16(b, uint16(extOff))
	b = append(b, version, byte(m.Op),
		byte(m.SrcNBMA.BitLen()/8), byte(len(m.SrcSub)),
		byte(m.SrcProto.BitLen()/8), byte(m.DstProto.BitLen()/8))
	b = be.AppendUint16(b, uint16(m.Flags))
	if m.complains() {
		b = be.AppendUint16(b, uint16(m.ErrorCode))
		b = be.AppendUint16(b, m.ErrorOffset)
	} else {
		b = be.AppendUint32(b, m.RequestID)
	}
	w.b = b
	w.address(m.SrcNBMA, w.nbmaLen, "source NBMA address")
	w.subaddress(m.SrcSub, "source NBMA subaddress")
	w.address(m.SrcProto, w.protoLen, "source protocol address")
	w.address(m.DstProto, w.protoLen, "destination protocol address")
}

// layout returns the offset of the extensions, 0 for none, and the size of the
// packet, in bytes.
func (m *Message) layout() (extOff, size int) {
	size = mandatorySize + m.SrcNBMA.BitLen()/8 + len(m.SrcSub) + m.SrcProto.BitLen()/8 + m.DstProto.BitLen()/8
	if m.complains() {
		size += len(m.Packet)
	} else {
		size += listSize(m.Clients)
	}
	if !m.hasExtensions() {
		return 0, size
	}
	extOff = size
	for i := range m.Extensions {
		size += extSize + m.Extensions[i].size()
	}
	if !m.NoEnd {
		size += extSize + len(m.Trailer)
	}
	return extOff, size
}

// limits checks what Parse would not read back.
func (m *Message) limits(size int) error {
	clients := 0
	if !m.complains() {
		clients = len(m.Clients)
	}
	for i := range m.Extensions {
		clients += len(m.Extensions[i].Clients)
	}
	switch {
	case m.Op < ResolutionRequest || m.Op > TrafficIndication:
		return unwritable("packet type", ErrFormat)
	case m.AFN != 0 && m.AFN.size() == 0:
		return unwritable("address family", ErrFormat)
	case m.ProtoType != 0 && m.ProtoType.size() == 0:
		return unwritable("protocol type", ErrFormat)
	case size > MaxPacketSize:
		return unwritable("packet size", ErrLimit)
	case clients > MaxClients:
		return unwritable("client entries", ErrLimit)
	case len(m.Extensions) > MaxExtensions:
		return unwritable("extensions", ErrLimit)
	}
	return nil
}

// families returns the families that m names, or else those of its addresses.
func (m *Message) families() (AFN, ProtoType) {
	nbma, proto := m.SrcNBMA, m.SrcProto
	if !proto.IsValid() {
		proto = m.DstProto
	}
	look := func(l []Client) {
		for i := range l {
			if !nbma.IsValid() {
				nbma = l[i].NBMA
			}
			if !proto.IsValid() {
				proto = l[i].Proto
			}
		}
	}
	look(m.Clients)
	for i := range m.Extensions {
		look(m.Extensions[i].Clients)
	}
	afn, protoType := m.AFN, m.ProtoType
	if afn == 0 {
		afn = AFNIPv4
		if nbma.Is6() {
			afn = AFNIPv6
		}
	}
	if protoType == 0 {
		protoType = ProtoIPv4
		if proto.Is6() {
			protoType = ProtoIPv6
		}
	}
	return afn, protoType
}

// address appends a, which must be absent or have n bytes.
func (w *writer) address(a netip.Addr, n int, field string) {
	if !a.IsValid() {
		return
	}
	if a.BitLen() != n*8 || a.Zone() != "" {
		w.fail(field, ErrValue)
	}
	if a.Is4() {
		v := a.As4()
		w.b = append(w.b, v[:]...)
		return
	}
	v := a.As16()
	w.b = append(w.b, v[:]...)
}

// subaddress appends an NBMA subaddress.
func (w *writer) subaddress(b []byte, field string) {
	if len(b) > maxSub {
		w.fail(field, ErrValue)
	}
	w.b = append(w.b, b...)
}

// fail remembers the first field that cannot be written.
func (w *writer) fail(field string, err error) {
	if w.err == nil {
		w.err = unwritable(field, err)
	}
}
