package ikev1

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
)

// An ID says who somebody is, or what traffic is meant. RFC 2407 §4.6.2.
type ID struct {
	Type     IDType
	Protocol uint8  // of IP; 0: any
	Port     uint16 // 0: any
	Data     []byte
}

// AddrID returns the identification of an address.
func AddrID(a netip.Addr, protocol uint8, port uint16) *ID {
	id := &ID{Type: IDIPv4, Protocol: protocol, Port: port, Data: a.AsSlice()}
	if a.Is6() {
		id.Type = IDIPv6
	}
	return id
}

// Kind implements Payload.
func (*ID) Kind() Kind { return KindID }

// Body returns the payload without its generic header: IDii_b and IDir_b of RFC
// 2409 §5.
func (p *ID) Body() []byte {
	b := []byte{byte(p.Type), p.Protocol}
	b = binary.BigEndian.AppendUint16(b, p.Port)
	return append(b, p.Data...)
}

func (p *ID) appendTo(b []byte) ([]byte, error) { return append(b, p.Body()...), nil }

// Prefix returns the addresses that the ID means: an address or a network; not
// valid for other types and for masks with holes.
func (p *ID) Prefix() netip.Prefix {
	switch p.Type {
	case IDIPv4, IDIPv6:
		a, _ := netip.AddrFromSlice(p.Data)
		return netip.PrefixFrom(a, a.BitLen())
	case IDIPv4Subnet, IDIPv6Subnet:
		n := len(p.Data) / 2
		a, _ := netip.AddrFromSlice(p.Data[:n])
		bits := 0
		for bits < 8*n && p.Data[n+bits/8]<<(bits%8)&0x80 != 0 {
			bits++
		}
		x, err := a.Prefix(bits)
		if err != nil || !bytes.Equal(p.Data[n:], mask(bits, n)) {
			return netip.Prefix{}
		}
		return x
	}
	return netip.Prefix{}
}

// mask returns a mask of n bytes with bits ones.
func mask(bits, n int) []byte {
	m := make([]byte, n)
	for i := range bits {
		m[i/8] |= 0x80 >> (i % 8)
	}
	return m
}

// String returns the kind and the value, "address 192.0.2.1" or "fqdn spoke1.lab".
func (p *ID) String() string {
	switch p.Type {
	case IDIPv4, IDIPv6:
		return fmt.Sprintf("address %v", p.Prefix().Addr())
	case IDIPv4Subnet, IDIPv6Subnet:
		return fmt.Sprintf("subnet %v", p.Prefix())
	case IDFQDN:
		return fmt.Sprintf("fqdn %s", printable(p.Data))
	case IDUserFQDN:
		return fmt.Sprintf("email %s", printable(p.Data))
	case IDKey:
		return fmt.Sprintf("key-id %s", printable(p.Data))
	}
	return fmt.Sprintf("type %d %x", p.Type, p.Data)
}

// printable returns text from outside, without what would confuse a terminal.
func printable(b []byte) string {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return fmt.Sprintf("%x", b)
		}
	}
	return string(b)
}

// idSizes are the lengths in bytes of identifications that have one.
var idSizes = map[IDType]int{IDIPv4: 4, IDIPv4Subnet: 8, IDIPv6: 16, IDIPv6Subnet: 32, IDIPv4Range: 8, IDIPv6Range: 32}

func parseID(b []byte, at int) (Payload, error) {
	if len(b) < 4 {
		return nil, &ParseError{"identification", at, ErrShort}
	}
	p := &ID{Type: IDType(b[0]), Protocol: b[1], Port: binary.BigEndian.Uint16(b[2:]), Data: b[4:]}
	if n, ok := idSizes[p.Type]; ok && len(p.Data) != n {
		return nil, &ParseError{"identification", at + 4, ErrFormat}
	}
	return p, nil
}
