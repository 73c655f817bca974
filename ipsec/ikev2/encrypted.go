package ikev2

import (
	"encoding/binary"

	"axle/internal/wire"
)

// An Encrypted is an Encrypted payload, sealed. RFC 7296 §3.14.
type Encrypted struct {
	First PayloadType // of the payloads inside
	Data  []byte      // IV, ciphertext and integrity check value
}

// A Fragment is an Encrypted Fragment payload, sealed. RFC 7383 §2.5.
type Fragment struct {
	First  PayloadType // of the payloads inside, in the first fragment; else 0
	Number uint16      // from 1
	Total  uint16
	Data   []byte // IV, ciphertext and integrity check value
}

// Type implements Payload.
func (*Encrypted) Type() PayloadType { return TypeEncrypted }

// Type implements Payload.
func (*Fragment) Type() PayloadType { return TypeFragment }

func (e *Encrypted) append(b []byte) ([]byte, error) { return append(b, e.Data...), nil }

func parseFragment(r *wire.Reader) (Payload, error) {
	at := r.Off()
	f := &Fragment{Number: r.U16(), Total: r.U16()}
	f.Data = rest(r)
	if err := whole(r, "fragment"); err != nil {
		return nil, err
	}
	switch {
	case f.Number == 0 || f.Number > f.Total:
		return nil, &ParseError{"fragment number", at, ErrFormat}
	case f.Total > MaxFragments:
		return nil, &ParseError{"number of fragments", at + 2, ErrLimit}
	}
	return f, nil
}

func (f *Fragment) append(b []byte) ([]byte, error) {
	if f.Number == 0 || f.Number > f.Total || f.Total > MaxFragments {
		return nil, unwritable("fragment number", ErrValue)
	}
	b = binary.BigEndian.AppendUint16(b, f.Number)
	b = binary.BigEndian.AppendUint16(b, f.Total)
	return append(b, f.Data...), nil
}
