package esp

import (
	"net/netip"

	"axle/ipsec/suite"
)

// Params is all that the two ends of a security association have agreed on for
// one direction.
type Params struct {
	SPI      uint32
	Src, Dst netip.Addr // of the outer header
	// SrcPort and DstPort are those of UDP encapsulation, RFC 3948; both are 0
	// without it.
	SrcPort, DstPort uint16
	Tunnel           bool // tunnel mode; else transport mode
	Encryption       suite.Encryption
	KeyBits          int // of ciphers with keys of several lengths; else 0
	Integrity        suite.Integrity
	// Key is the key of the cipher, with the salt of a combined or counter mode
	// behind it (RFC 4106 §8.1).
	Key          []byte
	IntegrityKey []byte
	ESN          bool   // extended sequence numbers
	Window       int    // of an inbound SA: replay window, packets; 0: not checked
	Bytes        uint64 // that it may carry; then it stops. 0: no limit
}

// encapsulated tells whether UDP is in front of ESP.
func (p *Params) encapsulated() bool { return p.SrcPort != 0 || p.DstPort != 0 }

// withoutKeys returns p without its keys.
func (p Params) withoutKeys() Params {
	p.Key, p.IntegrityKey = nil, nil
	return p
}
