// Package nhrp reads and writes Next Hop Resolution Protocol messages, as
// described in RFC 2332, with the Cisco extensions that DMVPN uses.
//
// The package knows bytes and nothing else: it keeps no state, opens no socket
// and reads no clock. The protocol's behaviour is in package engine.
//
// Parse and AppendTo are the two doors to bytes; what Parse accepts, AppendTo
// writes back byte for byte. message.go holds the types, parse.go and append.go
// the message, client.go the client entries, extension.go the extensions,
// names.go the words of IOS for all of them and dump.go its debug layout.
//
// # Limitations
//
// The NBMA network and the overlay are IPv4 or IPv6. E.164 addresses and other
// address families are refused as malformed. Within the extensions only lists
// of client entries and cleartext authentication are understood; the values of
// others, such as vendor-private ones, are kept as they are.
package nhrp

import (
	"net/netip"
	"time"
)

// An Op is a message's type. RFC 2332 §5.2.
type Op uint8

// The eight types. TrafficIndication is from draft-detienne-dmvpn.
const (
	ResolutionRequest Op = iota + 1
	ResolutionReply
	RegistrationRequest
	RegistrationReply
	PurgeRequest
	PurgeReply
	ErrorIndication
	TrafficIndication
)

// An AFN is the address family of the NBMA network. RFC 2332 §5.1, ar$afn.
type AFN uint16

// The families of an NBMA network.
const (
	AFNIPv4 AFN = 1
	AFNIPv6 AFN = 2
)

// A ProtoType is the protocol of the overlay. RFC 2332 §5.1, ar$pro.type.
type ProtoType uint16

// The protocols of an overlay, by their Ethernet types.
const (
	ProtoIPv4 ProtoType = 0x0800
	ProtoIPv6 ProtoType = 0x86DD
)

// About6 reports whether the NHRP packet b, which is read no further, names IPv6
// addresses.
func About6(b []byte) bool {
	return len(b) >= offProto+2 && ProtoType(b[offProto])<<8|ProtoType(b[offProto+1]) == ProtoIPv6
}

// Flags are the flags of the mandatory part; their meaning depends on the Op.
type Flags uint16

// The flags of each type. RFC 2332 §5.2.1, §5.2.3, §5.2.5; FlagNAT is Cisco's.
const (
	FlagRouter        Flags = 0x8000 // resolution: the source is a router
	FlagAuthoritative Flags = 0x4000 // resolution
	FlagDestStable    Flags = 0x2000 // resolution
	FlagUnique        Flags = 0x1000 // resolution
	FlagSourceStable  Flags = 0x0800 // resolution
	FlagRegUnique     Flags = 0x8000 // registration
	FlagPurgeNoReply  Flags = 0x8000 // purge
	FlagNAT           Flags = 0x0002 // the sender knows the NAT extension
)

// A Code is the answer in a client information entry. RFC 2332 §5.2.0.1.
type Code uint8

// The codes of a reply.
const (
	CodeOK           Code = 0
	CodeProhibited   Code = 4
	CodeNoResources  Code = 5
	CodeNoBinding    Code = 12
	CodeNotUnique    Code = 13
	CodeAlreadyBound Code = 14 // unique internetwork layer address already registered
)

// An ErrorCode is the reason in an error indication. RFC 2332 §5.2.7.
type ErrorCode uint16

// The reasons of an error indication.
const (
	ErrUnrecognizedExtension ErrorCode = 1
	ErrLoop                  ErrorCode = 3
	ErrUnreachable           ErrorCode = 6
	ErrProtocol              ErrorCode = 7
	ErrSDUSize               ErrorCode = 8
	ErrInvalidExtension      ErrorCode = 9
	ErrInvalidReply          ErrorCode = 10
	ErrAuthentication        ErrorCode = 11
	ErrHopCount              ErrorCode = 15
)

// A Message is an NHRP packet. AppendTo leaves out the fields that the message's
// type does not have.
type Message struct {
	// AFN and ProtoType are set by Parse. Where one is zero, AppendTo takes the
	// family of the first address of its kind, and IPv4 where there is none.
	AFN       AFN
	ProtoType ProtoType
	Snap      [5]byte // SNAP extension of ProtoType: zero for IP

	Op        Op
	HopCount  uint8
	Flags     Flags  // types 7 and 8: unused, as received
	RequestID uint32 // types 1 to 6

	SrcNBMA  netip.Addr // zero when absent
	SrcSub   []byte     // NBMA subaddress; nil when absent
	SrcProto netip.Addr // zero when absent
	DstProto netip.Addr // zero when absent

	Clients []Client // types 1 to 6

	ErrorCode   ErrorCode // type 7; type 8: the traffic code, 0 for redirect
	ErrorOffset uint16    // type 7: bytes from the start of Packet; type 8: unused
	Packet      []byte    // types 7 and 8: the beginning of the packet complained about

	Extensions []Extension // without End, which is written where there is any extension
	// BareExtensions is set where the message has an extension part without an
	// extension in it: End alone, or nothing with NoEnd.
	BareExtensions bool
	// NoEnd is set where the extensions were not closed by End.
	NoEnd bool
	// EndPlain is set where End came without the compulsory bit.
	EndPlain bool
	// EndUnused is the reserved bit of End, as received.
	EndUnused bool
	// Trailer is what followed End within the packet's size, as received.
	Trailer []byte
}

// A Client is a Client Information Entry. RFC 2332 §5.2.0.1.
type Client struct {
	Code      Code
	PrefixLen uint8         // bits; 255 is the RFC's "unique"
	Unused    uint16        // as received
	MTU       uint16        // bytes
	Pref      uint8         // the highest is the best
	Hold      time.Duration // whole seconds, at most 65535 s
	NBMA      netip.Addr    // zero when absent
	Sub       []byte        // NBMA subaddress
	Proto     netip.Addr    // zero when absent
}

// An ExtType is the type of an extension: 14 bits. RFC 2332 §5.3.
type ExtType uint16

// The extensions that are known by name.
const (
	ExtEnd            ExtType = 0
	ExtResponder      ExtType = 3
	ExtForwardTransit ExtType = 4
	ExtReverseTransit ExtType = 5
	ExtAuth           ExtType = 7
	ExtVendor         ExtType = 8
	ExtNAT            ExtType = 9 // Cisco NAT address; RFC 2735 device capabilities when 8 bytes long
)

// An Extension is one extension of a message. Clients is set for the types 3,
// 4, 5 and 9 where the value is a list of entries; otherwise Value is.
type Extension struct {
	Type       ExtType
	Compulsory bool
	Unused     bool // the second bit, which RFC 2332 reserves
	Clients    []Client
	Value      []byte
}

// Extension returns the first extension of type t, or nil.
func (m *Message) Extension(t ExtType) *Extension {
	for i := range m.Extensions {
		if m.Extensions[i].Type == t {
			return &m.Extensions[i]
		}
	}
	return nil
}
