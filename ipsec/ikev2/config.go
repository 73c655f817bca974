package ikev2

import (
	"encoding/binary"

	"axle/internal/wire"
)

// A ConfigType tells whether a Config asks or answers. RFC 7296 §3.15.
type ConfigType uint8

// The four kinds.
const (
	ConfigRequest ConfigType = 1
	ConfigReply   ConfigType = 2
	ConfigSet     ConfigType = 3
	ConfigAck     ConfigType = 4
)

// A Config is a Configuration payload. Its attributes never have Short.
type Config struct {
	Kind       ConfigType
	Attributes []Attribute
}

// Type implements Payload.
func (*Config) Type() PayloadType { return TypeConfig }

func parseConfig(r *wire.Reader) (Payload, error) {
	c := &Config{Kind: ConfigType(r.U8())}
	r.Skip(3)
	for r.Len() > 0 {
		if len(c.Attributes) == MaxAttributes {
			return nil, &ParseError{"configuration", r.Off(), ErrLimit}
		}
		a := Attribute{Type: r.U16() &^ attributeTV}
		if n := int(r.U16()); n > 0 {
			a.Value = r.Take(n)
		}
		c.Attributes = append(c.Attributes, a)
	}
	return c, whole(r, "configuration")
}

func (c *Config) append(b []byte) ([]byte, error) {
	if len(c.Attributes) > MaxAttributes {
		return nil, unwritable("configuration", ErrLimit)
	}
	b = append(b, byte(c.Kind), 0, 0, 0)
	for _, a := range c.Attributes {
		if a.Short || a.Type >= attributeTV || len(a.Value) > 0xffff {
			return nil, unwritable("configuration attribute", ErrValue)
		}
		b = binary.BigEndian.AppendUint16(b, a.Type)
		b = binary.BigEndian.AppendUint16(b, uint16(len(a.Value)))
		b = append(b, a.Value...)
	}
	return b, nil
}
