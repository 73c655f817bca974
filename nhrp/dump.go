package nhrp

import (
	"fmt"
	"net/netip"
	"strings"
)

// What a dump prints of the packet that a message carries. An error indication
// may carry an NHRP packet with its authentication, which must not be printed:
// the bytes up to the addresses hold none.
const (
	dumpErrorBytes   = mandatorySize
	dumpTrafficBytes = 48 // an IPv6 header and 8 bytes
)

// Dump returns m in the layout of "debug nhrp packet": lines, each ended by
// "\n". Extensions are not in it.
func (m *Message) Dump() string {
	var s strings.Builder
	extOff, size := m.layout()
	afn, proto := m.families()
	fmt.Fprintf(&s, " (F) afn: %v(%d), type: %v(%X), hop: %d, ver: %d\n", afn, uint16(afn), proto, uint16(proto), m.HopCount, version)
	fmt.Fprintf(&s, "     shtl: %d(NSAP), sstl: %d(NSAP)\n", m.SrcNBMA.BitLen()/8, len(m.SrcSub))
	fmt.Fprintf(&s, "     pktsz: %d extoff: %d\n", size, extOff)
	switch m.Op {
	case ErrorIndication:
		fmt.Fprintf(&s, " (M) error code: %v(%d), offset: %d\n", m.ErrorCode, uint16(m.ErrorCode), m.ErrorOffset)
	case TrafficIndication:
		fmt.Fprintf(&s, " (M) traffic code: %s(%d)\n", trafficCode(m.ErrorCode), uint16(m.ErrorCode))
	default:
		fmt.Fprintf(&s, " (M) flags: %q, reqid: %d \n", m.Flags.Text(m.Op), m.RequestID)
	}
	fmt.Fprintf(&s, "     src NBMA: %s\n", addrText(m.SrcNBMA))
	fmt.Fprintf(&s, "     src protocol: %s, dst protocol: %s\n", addrText(m.SrcProto), addrText(m.DstProto))
	switch m.Op {
	case ErrorIndication:
		dumpPacket(&s, "error", m.Packet, dumpErrorBytes)
	case TrafficIndication:
		dumpPacket(&s, "traffic indication", m.Packet, dumpTrafficBytes)
	default:
		dumpClients(&s, m.Clients)
	}
	return s.String()
}

// DumpExtensions returns the extensions of m by name, as "debug nhrp extension"
// shows them: lines, each ended by "\n". It never holds an authentication key.
func (m *Message) DumpExtensions() string {
	var s strings.Builder
	for i := range m.Extensions {
		e := &m.Extensions[i]
		fmt.Fprintf(&s, " %v(%d):\n", e.Type, uint16(e.Type))
		dumpClients(&s, e.Clients)
		if line := e.valueText(); line != "" {
			fmt.Fprintf(&s, "   %s\n", line)
		}
	}
	return s.String()
}

// String returns the extension's name and length. It keeps an authentication
// key out of logs that print a whole message.
func (e Extension) String() string {
	return fmt.Sprintf("%v(%d), %d bytes", e.Type, uint16(e.Type), e.size())
}

// valueText tells about a value that is no list of entries; "" for an empty one.
func (e *Extension) valueText() string {
	switch _, cleartext := e.Key(); {
	case cleartext:
		return "type:Cleartext(1)"
	case len(e.Value) == 0:
		return ""
	case e.Type == ExtAuth:
		return "type:Unknown"
	case e.Type == ExtVendor && len(e.Value) >= 3:
		return fmt.Sprintf("OUI: %x, length: %d", e.Value[:3], len(e.Value)-3)
	case e.Type == ExtNAT:
		return fmt.Sprintf("device capabilities: %x", e.Value)
	}
	return fmt.Sprintf("length: %d", len(e.Value))
}

// dumpClients prints client entries, numbered from 1.
func dumpClients(s *strings.Builder, l []Client) {
	for i := range l {
		c := &l[i]
		fmt.Fprintf(s, " (C-%d) code: %v(%d)\n", i+1, c.Code, uint8(c.Code))
		fmt.Fprintf(s, "       prefix: %d, mtu: %d, hd_time: %d\n", c.PrefixLen, c.MTU, int64(c.Hold.Seconds()))
		fmt.Fprintf(s, "       addr_len: %d(NSAP), subaddr_len: %d(NSAP), proto_len: %d, pref: %d\n",
			c.NBMA.BitLen()/8, len(c.Sub), c.Proto.BitLen()/8, c.Pref)
		if c.NBMA.IsValid() {
			fmt.Fprintf(s, "       client NBMA: %s\n", addrText(c.NBMA))
		}
		if c.Proto.IsValid() {
			fmt.Fprintf(s, "       client protocol: %s\n", addrText(c.Proto))
		}
	}
}

// dumpPacket prints the first bytes of the packet that a message carries.
func dumpPacket(s *strings.Builder, what string, b []byte, most int) {
	const perLine = 16
	fmt.Fprintf(s, "     Contents of nhrp %s packet:\n", what)
	shown := b[:min(len(b), most)]
	for len(shown) > 0 {
		n := min(len(shown), perLine)
		fmt.Fprintf(s, "        % X\n", shown[:n])
		shown = shown[n:]
	}
	if len(b) > most {
		fmt.Fprintf(s, "        (%d more bytes)\n", len(b)-most)
	}
}

// trafficCode returns the word for the code of a traffic indication.
func trafficCode(c ErrorCode) string {
	if c == 0 {
		return "redirect"
	}
	return "unknown"
}

// addrText returns the address, IPv6 in the capitals of IOS; "none" for an
// absent one.
func addrText(a netip.Addr) string {
	if !a.IsValid() {
		return "none"
	}
	return strings.ToUpper(a.String())
}
