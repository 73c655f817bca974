package nhrp

import (
	"encoding/binary"
	"net/netip"

	"axle/internal/wire"
)

// Sizes and values of the fixed part. RFC 2332 §5.1.
const (
	version       = 1
	fixedSize     = 20 // bytes
	mandatorySize = 28 // bytes: with the mandatory part up to its addresses
)

// Offsets of the fields, in bytes.
const (
	offAFN      = 0
	offProto    = 2
	offSnap     = 4
	offHop      = 9
	offSize     = 10
	offChecksum = 12
	offExt      = 14
	offVersion  = 16
	offOp       = 17
	offSHTL     = 18
	offSSTL     = 19
	offSPL      = 20
	offDPL      = 21
	offFlags    = 22
	offID       = 24 // types 7 and 8: the code, and the offset behind it
)

// A room holds a message of usual size, so that reading one takes two
// allocations: this and the copy of the bytes.
type room struct {
	m          Message
	clients    [3]Client
	extensions [5]Extension
}

// A parser reads one message.
type parser struct {
	room     *room
	m        *Message
	clients  []Client // all of the message, those in extensions included
	nbmaLen  int      // bytes of an address of the NBMA network
	protoLen int      // bytes of an address of the overlay
	record   bool     // the entry is in an extension
}

// Parse reads the NHRP packet at the start of b, which begins at the NHRP
// header. Bytes behind the size that the packet names for itself are ignored.
// The message keeps no reference to b. The error is a *ParseError.
func Parse(b []byte) (*Message, error) {
	size, err := check(b)
	if err != nil {
		return nil, err
	}
	in := new(room)
	p := parser{room: in, m: &in.m, clients: in.clients[:0]}
	r := wire.NewReader(append([]byte(nil), b[:size]...))
	if err := p.message(&r); err != nil {
		return nil, err
	}
	return p.m, nil
}

// check returns the size of the packet at the start of b, of which version and
// checksum are right.
func check(b []byte) (int, error) {
	if len(b) < fixedSize {
		return 0, &ParseError{"fixed header", len(b), ErrShort}
	}
	size := int(binary.BigEndian.Uint16(b[offSize:]))
	switch {
	case b[offVersion] != version:
		return 0, &ParseError{"version", offVersion, ErrVersion}
	case size > MaxPacketSize:
		return 0, &ParseError{"packet size", offSize, ErrLimit}
	case size < mandatorySize:
		return 0, &ParseError{"packet size", offSize, ErrFormat}
	case size > len(b):
		return 0, &ParseError{"packet size", offSize, ErrShort}
	case wire.Checksum(b[:size]) != 0:
		return 0, &ParseError{"checksum", offChecksum, ErrChecksum}
	}
	return size, nil
}

// message reads the packet, whose size was checked, from r.
func (p *parser) message(r *wire.Reader) error {
	m := p.m
	be := binary.BigEndian
	h := r.Take(mandatorySize) // check saw to it that it is there
	m.AFN, m.ProtoType = AFN(be.Uint16(h[offAFN:])), ProtoType(be.Uint16(h[offProto:]))
	copy(m.Snap[:], h[offSnap:])
	m.HopCount = h[offHop]
	m.Op = Op(h[offOp])
	m.Flags = Flags(be.Uint16(h[offFlags:]))
	if m.Op < ResolutionRequest || m.Op > TrafficIndication {
		return &ParseError{"packet type", offOp, ErrFormat}
	}
	if m.complains() {
		m.ErrorCode, m.ErrorOffset = ErrorCode(be.Uint16(h[offID:])), be.Uint16(h[offID+2:])
	} else {
		m.RequestID = be.Uint32(h[offID:])
	}
	if p.nbmaLen = m.AFN.size(); p.nbmaLen == 0 {
		return &ParseError{"address family", offAFN, ErrFormat}
	}
	if p.protoLen = m.ProtoType.size(); p.protoLen == 0 {
		return &ParseError{"protocol type", offProto, ErrFormat}
	}
	var err error
	if m.SrcNBMA, err = address(r, h[offSHTL], p.nbmaLen, "source NBMA address", offSHTL); err != nil {
		return err
	}
	if m.SrcSub, err = subaddress(r, h[offSSTL], "source NBMA subaddress", offSSTL); err != nil {
		return err
	}
	if m.SrcProto, err = address(r, h[offSPL], p.protoLen, "source protocol address", offSPL); err != nil {
		return err
	}
	if m.DstProto, err = address(r, h[offDPL], p.protoLen, "destination protocol address", offDPL); err != nil {
		return err
	}
	return p.body(r, int(be.Uint16(h[offExt:])))
}

// body reads what follows the addresses of the mandatory part.
func (p *parser) body(r *wire.Reader, extOff int) error {
	m := p.m
	n := r.Len()
	if extOff != 0 {
		n = extOff - r.Off()
	}
	if n < 0 || n > r.Len() {
		return &ParseError{"extension offset", offExt, ErrFormat}
	}
	body := r.Sub(n)
	var err error
	if m.complains() {
		m.Packet = nonEmpty(body.Rest())
	} else if m.Clients, err = p.list(&body); err != nil {
		return err
	}
	if extOff == 0 {
		return nil
	}
	return p.extensions(r)
}

// complains reports whether the message carries another packet in place of
// client entries.
func (m *Message) complains() bool { return m.Op == ErrorIndication || m.Op == TrafficIndication }

// size returns the length of the family's addresses in bytes; 0 for families
// that the package does not know.
func (a AFN) size() int {
	switch a {
	case AFNIPv4:
		return 4
	case AFNIPv6:
		return 16
	}
	return 0
}

// size returns the length of the protocol's addresses in bytes; 0 for protocols
// that the package does not know.
func (t ProtoType) size() int {
	switch t {
	case ProtoIPv4:
		return 4
	case ProtoIPv6:
		return 16
	}
	return 0
}

// address reads an address of n bytes, 4 or 16, or none where its length field, at byte
// at, is zero. In an NBMA address's field the upper two bits are its type, where
// 0 stands for all but E.164. RFC 2332 §5.1, ar$shtl.
func address(r *wire.Reader, length uint8, n int, field string, at int) (netip.Addr, error) {
	if length == 0 {
		return netip.Addr{}, nil
	}
	if int(length) != n {
		return netip.Addr{}, &ParseError{field, at, ErrFormat}
	}
	b := r.Take(n)
	if b == nil {
		return netip.Addr{}, short(r, field)
	}
	if n == 4 {
		return netip.AddrFrom4([4]byte(b)), nil
	}
	return netip.AddrFrom16([16]byte(b)), nil
}

// subaddress reads an NBMA subaddress of any content.
func subaddress(r *wire.Reader, length uint8, field string, at int) ([]byte, error) {
	if length > maxSub {
		return nil, &ParseError{field, at, ErrFormat}
	}
	b := r.Take(int(length))
	if b == nil && r.Err() != nil {
		return nil, short(r, field)
	}
	return nonEmpty(b), nil
}

// nonEmpty returns b, nil for an empty one.
func nonEmpty(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

// short makes the failure of r a ParseError.
func short(r *wire.Reader, field string) error {
	return &ParseError{field, r.Short().Offset, ErrShort}
}
