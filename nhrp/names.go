package nhrp

import (
	"fmt"
	"strings"
)

// String returns the name that IOS gives the type, "Registration Request".
func (o Op) String() string {
	switch o {
	case ResolutionRequest:
		return "Resolution Request"
	case ResolutionReply:
		return "Resolution Reply"
	case RegistrationRequest:
		return "Registration Request"
	case RegistrationReply:
		return "Registration Reply"
	case PurgeRequest:
		return "Purge Request"
	case PurgeReply:
		return "Purge Reply"
	case ErrorIndication:
		return "Error Indication"
	case TrafficIndication:
		return "Traffic Indication"
	}
	return fmt.Sprintf("Packet Type %d", uint8(o))
}

// String returns the message in a few words, without what it carries: "Purge
// Request from 10.0.0.11 (203.0.113.11) to 10.0.0.1". It keeps keys out of logs.
func (m Message) String() string {
	return fmt.Sprintf("%v from %s (%s) to %s", m.Op, addrText(m.SrcProto), addrText(m.SrcNBMA), addrText(m.DstProto))
}

// String returns IOS's words for the code, without its number.
func (c Code) String() string {
	switch c {
	case CodeOK:
		return "no error"
	case CodeProhibited:
		return "administratively prohibited"
	case CodeNoResources:
		return "insufficient resources"
	case CodeNoBinding:
		return "no binding exists"
	case CodeNotUnique:
		return "binding exists but is not unique"
	case CodeAlreadyBound:
		return "unique address already registered"
	}
	return "unknown code"
}

// String returns IOS's words for the reason, without its number.
func (c ErrorCode) String() string {
	switch c {
	case 0:
		return "no error"
	case ErrUnrecognizedExtension:
		return "unrecognized extension"
	case ErrLoop:
		return "loop detected"
	case ErrUnreachable:
		return "protocol address unreachable"
	case ErrProtocol:
		return "protocol generic error"
	case ErrSDUSize:
		return "SDU size exceeded"
	case ErrInvalidExtension:
		return "invalid extension"
	case ErrInvalidReply:
		return "invalid resolution reply received"
	case ErrAuthentication:
		return "authentication failure"
	case ErrHopCount:
		return "hop count exceeded"
	}
	return "unknown error"
}

// String returns the family in the form of "debug nhrp packet", without its number.
func (a AFN) String() string {
	switch a {
	case AFNIPv4:
		return "AF_IP"
	case AFNIPv6:
		return "AF_IP6"
	}
	return "unknown"
}

// String returns the protocol in the form of "debug nhrp packet", without its number.
func (t ProtoType) String() string {
	switch t {
	case ProtoIPv4:
		return "IP"
	case ProtoIPv6:
		return "IPV6"
	}
	return "unknown"
}

// String returns the extension's name.
func (t ExtType) String() string {
	switch t {
	case ExtEnd:
		return "End Extension"
	case ExtResponder:
		return "Responder Address Extension"
	case ExtForwardTransit:
		return "Forward Transit NHS Record Extension"
	case ExtReverseTransit:
		return "Reverse Transit NHS Record Extension"
	case ExtAuth:
		return "Authentication Extension"
	case ExtVendor:
		return "Vendor Private Extension"
	case ExtNAT:
		return "NAT address Extension"
	}
	return "Unknown Extension"
}

// A flagName is the word for one flag.
type flagName struct {
	flag Flags
	name string
}

// flagNames returns the words for the flags that messages of type o have.
func (o Op) flagNames() []flagName {
	switch o {
	case ResolutionRequest, ResolutionReply:
		return resolutionFlags[:]
	case RegistrationRequest, RegistrationReply:
		return registrationFlags[:]
	case PurgeRequest, PurgeReply:
		return purgeFlags[:]
	}
	return nil
}

// The words for the flags, in the order in which IOS prints them.
var (
	resolutionFlags = [...]flagName{
		{FlagRouter, "router"},
		{FlagAuthoritative, "auth"},
		{FlagDestStable, "dst-stable"},
		{FlagUnique, "unique"},
		{FlagSourceStable, "src-stable"},
		{FlagNAT, "nat"},
	}
	registrationFlags = [...]flagName{{FlagRegUnique, "unique"}, {FlagNAT, "nat"}}
	purgeFlags        = [...]flagName{{FlagPurgeNoReply, "no-reply"}, {FlagNAT, "nat"}}
)

// Text returns the flags of a message of type o in the form of "debug nhrp
// packet", each word followed by a blank: "unique nat ". Flags without a name
// come last, as one number.
func (f Flags) Text(o Op) string {
	var s strings.Builder
	for _, n := range o.flagNames() {
		if f&n.flag != 0 {
			s.WriteString(n.name + " ")
			f &^= n.flag
		}
	}
	if f != 0 {
		fmt.Fprintf(&s, "0x%04x ", uint16(f))
	}
	return s.String()
}
