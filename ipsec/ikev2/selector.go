package ikev2

import (
	"encoding/binary"
	"net/netip"

	"axle/internal/wire"
)

// The types of traffic selectors. RFC 7296 §3.13.1.
const (
	selectorIPv4 = 7
	selectorIPv6 = 8
)

// A Selector is a range of addresses and ports of one protocol.
type Selector struct {
	Protocol  uint8 // of IP; 0: any
	FirstPort uint16
	LastPort  uint16
	First     netip.Addr
	Last      netip.Addr
	// Kind and Data are set where the selector is none of addresses.
	Kind uint8
	Data []byte
}

// Selectors are a Traffic Selector payload, of the initiator's or of the
// responder's side.
type Selectors struct {
	Responder bool
	List      []Selector
}

// Type implements Payload.
func (s *Selectors) Type() PayloadType {
	if s.Responder {
		return TypeTSr
	}
	return TypeTSi
}

func parseSelectors(kind PayloadType, r *wire.Reader) (Payload, error) {
	s := &Selectors{Responder: kind == TypeTSr}
	at, n := r.Off(), int(r.U8())
	r.Skip(3)
	if n > MaxSelectors {
		return nil, &ParseError{"number of selectors", at, ErrLimit}
	}
	for range n {
		one, err := parseSelector(r)
		if err != nil {
			return nil, err
		}
		s.List = append(s.List, one)
	}
	return s, whole(r, "traffic selectors")
}

func parseSelector(r *wire.Reader) (Selector, error) {
	at := r.Off()
	kind, protocol := r.U8(), r.U8()
	body := r.Sub(int(r.U16()) - 4)
	if r.Err() != nil {
		return Selector{}, &ParseError{"traffic selector", at, ErrShort}
	}
	s := Selector{Protocol: protocol}
	size := 4
	switch kind {
	case selectorIPv4:
	case selectorIPv6:
		size = 16
	default:
		s.Kind, s.Data = kind, rest(&body)
		return s, nil
	}
	s.FirstPort, s.LastPort = body.U16(), body.U16()
	s.First, _ = netip.AddrFromSlice(body.Take(size))
	s.Last, _ = netip.AddrFromSlice(body.Take(size))
	return s, whole(&body, "traffic selector")
}

func (s *Selectors) append(b []byte) ([]byte, error) {
	if len(s.List) > MaxSelectors {
		return nil, unwritable("number of selectors", ErrLimit)
	}
	b = append(b, byte(len(s.List)), 0, 0, 0)
	be := binary.BigEndian
	for i := range s.List {
		one := &s.List[i]
		start := len(b)
		switch {
		case one.Kind != 0 || !one.First.IsValid() && !one.Last.IsValid():
			b = append(append(b, one.Kind, one.Protocol, 0, 0), one.Data...)
		case one.First.BitLen() != one.Last.BitLen():
			return nil, unwritable("traffic selector", ErrValue)
		default:
			kind := byte(selectorIPv4)
			if one.First.BitLen() == 128 {
				kind = selectorIPv6
			}
			b = append(b, kind, one.Protocol, 0, 0)
			b = be.AppendUint16(b, one.FirstPort)
			b = be.AppendUint16(b, one.LastPort)
			b = append(append(b, one.First.AsSlice()...), one.Last.AsSlice()...)
		}
		if len(b)-start > maxPayloadLength {
			return nil, unwritable("traffic selector", ErrLimit)
		}
		be.PutUint16(b[start+2:], uint16(len(b)-start))
	}
	return b, nil
}
