//go:build linux

package port

import (
	"encoding/binary"
	"errors"
)

// vnetLen is the length of a vnet header, bytes: struct virtio_net_hdr.
const vnetLen = 10

// Flags and segmentation types of a vnet header. virtio 1.2 §5.1.6.
const (
	needsChecksum = 1 // the checksum at start+offset holds the pseudo header's sum only
	gsoNone       = 0
	gsoTCP4       = 1
	gsoTCP6       = 4
	gsoUDP        = 5    // USO: datagrams, each with its own header
	gsoECN        = 0x80 // may be set beside a TCP type
)

// Errors of packets with a vnet header.
var (
	errShort  = errors.New("packet too short")
	errGSO    = errors.New("vnet header does not fit the packet")
	errLength = errors.New("length field out of range")
)

// A vnet is the header that the kernel puts in front of a packet of a TUN with
// IFF_VNET_HDR, in the byte order of the machine.
type vnet struct {
	flags, gso uint8
	hdrLen     uint16 // headers, bytes; a hint
	size       uint16 // payload of each segment, bytes
	csumStart  uint16 // where the checksummed part begins
	csumOffset uint16 // where in it the checksum lies
}

// parseVnet reads the header at the beginning of b.
func parseVnet(b []byte) (vnet, error) {
	if len(b) < vnetLen {
		return vnet{}, errShort
	}
	ne := binary.NativeEndian
	return vnet{
		flags: b[0], gso: b[1],
		hdrLen: ne.Uint16(b[2:]), size: ne.Uint16(b[4:]),
		csumStart: ne.Uint16(b[6:]), csumOffset: ne.Uint16(b[8:]),
	}, nil
}

// put writes the header into the first bytes of b.
func (v vnet) put(b []byte) {
	_ = b[vnetLen-1]
	ne := binary.NativeEndian
	b[0], b[1] = v.flags, v.gso
	ne.PutUint16(b[2:], v.hdrLen)
	ne.PutUint16(b[4:], v.size)
	ne.PutUint16(b[6:], v.csumStart)
	ne.PutUint16(b[8:], v.csumOffset)
}
