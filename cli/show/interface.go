package show

import (
	"fmt"
	"time"

	"axle/dataplane"
)

// Interfaces is "show interfaces [NAME]": all but Null0, or the one named. It
// is empty where there is no such interface.
func Interfaces(v *View, name string) string {
	s := new(screen)
	for _, f := range v.wanted(name) {
		interfaceHead(s, f)
		switch f.Kind {
		case dataplane.TunnelGRE:
			tunnelLines(s, v, f)
		case dataplane.Physical:
			s.text("  Encapsulation ARPA, loopback not set",
				"  Keepalive set (10 sec)",
				"  Full Duplex, 1000Mbps, link type is auto, media type is Virtual",
				"  output flow-control is unsupported, input flow-control is unsupported",
				"  ARP type: ARPA, ARP Timeout 04:00:00")
		case dataplane.Loopback:
			s.text("  Encapsulation LOOPBACK, loopback not set", "  Keepalive set (10 sec)")
		default:
			s.text("  Encapsulation ARPA, loopback not set", "  Keepalive set (10 sec)")
		}
		interfaceCounters(s, v, f)
	}
	return s.String()
}

// wanted returns the interface called name, or all that lists show.
func (v *View) wanted(name string) []*Interface {
	var out []*Interface
	for i := range v.Interfaces {
		f := &v.Interfaces[i]
		if f.Name == name || name == "" && f.Kind != dataplane.Null {
			out = append(out, f)
		}
	}
	return out
}

// lineWord names the state of the carrier.
func (f *Interface) lineWord() string {
	if f.AdminDown {
		return "administratively down"
	}
	return upDown(f.LineUp)
}

// interfaceHead writes what all kinds of interface begin with.
func interfaceHead(s *screen, f *Interface) {
	s.line("%s is %s, line protocol is %s ", f.Name, f.lineWord(), upDown(f.ProtocolUp))
	mtu := f.MTU
	switch f.Kind {
	case dataplane.TunnelGRE:
		s.line("  Hardware is Tunnel")
		if mtu == 0 {
			mtu = 9976 - f.Tunnel.keyBytes()
		}
	case dataplane.Loopback:
		s.line("  Hardware is Loopback")
	case dataplane.Physical:
		s.line("  Hardware is vNIC, address is %s (bia %s)", f.MAC, f.MAC)
	default:
		s.line("  Hardware is Unknown")
	}
	if f.Description != "" {
		s.line("  Description: %s", f.Description)
	}
	if p, ok := f.primary(); ok {
		s.line("  Internet address is %s", network(p))
	}
	s.line("  MTU %d bytes, BW %d Kbit/sec, DLY %d usec, ", mtu, f.Bandwidth, f.Delay)
	s.line("     reliability 255/255, txload %d/255, rxload %d/255",
		load(f.OutputRate.Bits, f.Bandwidth), load(f.InputRate.Bits, f.Bandwidth))
}

// load is the use of a line as a part of 255; kbit is its bandwidth.
func load(bits uint64, kbit int) uint64 {
	if kbit <= 0 {
		return 1
	}
	return min(255, max(1, bits/1000*255/uint64(kbit)))
}

// keyBytes is the length of the key in the GRE header.
func (t *Tunnel) keyBytes() int {
	if t != nil && t.HasKey {
		return 4
	}
	return 0
}

// tunnelLines writes the part of a tunnel.
func tunnelLines(s *screen, v *View, f *Interface) {
	s.text("  Encapsulation TUNNEL, loopback not set", "  Keepalive not set")
	s.line("  Tunnel linestate evaluation %s", upDown(f.LineUp))
	t := f.Tunnel
	if t == nil {
		return
	}
	source := "UNKNOWN"
	if t.Source.IsValid() {
		source = address(t.Source)
	}
	if t.SourceIf != "" {
		source += " (" + t.SourceIf + ")"
	}
	if t.Dest.IsValid() {
		source += ", destination " + address(t.Dest)
	}
	s.line("  Tunnel source %s", source)
	if t.SourceIf != "" {
		sourceTracking(s, v, f.Name, t.SourceIf)
	}
	mode := "GRE"
	if t.Multipoint {
		mode = "multi-GRE"
	}
	s.line("  Tunnel protocol/transport %s/IP", mode)
	if t.HasKey {
		s.line("    Key 0x%X, sequencing disabled", t.Key)
	} else {
		s.line("    Key disabled, sequencing disabled")
	}
	check := "disabled"
	if t.Checksum {
		check = "enabled"
	}
	s.line("    Checksumming of packets %s", check)
	transport := t.TransportMTU
	if transport == 0 {
		transport = 1476 - t.keyBytes()
	}
	s.line("  Tunnel TTL %d, Fast tunneling enabled", t.TTL)
	s.line("  Tunnel transport MTU %d bytes", transport)
	if t.VRF != "" {
		s.line("  This interface is associated to Tunnel VRF %s", t.VRF)
	}
	s.text("  Tunnel transmit bandwidth 8000 (kbps)", "  Tunnel receive bandwidth 8000 (kbps)")
	if t.Protection != "" {
		s.line("  Tunnel protection via IPSec (profile %q)", t.Protection)
	}
}

// sourceTracking writes how many tunnels have the same source.
func sourceTracking(s *screen, v *View, name, source string) {
	n := int64(0)
	for i := range v.Interfaces {
		if t := v.Interfaces[i].Tunnel; t != nil && t.SourceIf == source {
			n++
		}
	}
	s.text("   Tunnel Subblocks:", "      src-track:")
	s.line("         %s source tracking subblock associated with %s", name, source)
	s.line("          Set of tunnels with source %s, %s (includes iterators), on interface <OK>", source, plural(n, "member"))
}

// interfaceCounters writes what all kinds of interface end with.
func interfaceCounters(s *screen, v *View, f *Interface) {
	c := &f.Counters
	queue, output, abort := 75, 0, ", 0 abort"
	if f.Kind == dataplane.Physical {
		queue, output, abort = 375, 40, ""
	}
	s.line("  Last input %s, output %s, output hang never", v.ago(f.LastInput), v.ago(f.LastOutput))
	s.line(`  Last clearing of "show interface" counters %s`, v.ago(f.LastClear))
	s.line("  Input queue: 0/%d/%d/0 (size/max/drops/flushes); Total output drops: %d", queue, c.InDrops, c.OutDrops)
	s.text("  Queueing strategy: fifo")
	s.line("  Output queue: 0/%d (size/max)", output)
	every := interval(f.LoadInterval)
	s.line("  %s input rate %d bits/sec, %d packets/sec", every, f.InputRate.Bits, f.InputRate.Packets)
	s.line("  %s output rate %d bits/sec, %d packets/sec", every, f.OutputRate.Bits, f.OutputRate.Packets)
	s.line("     %d packets input, %d bytes, 0 no buffer", c.InPackets, c.InBytes)
	s.line("     Received 0 broadcasts (%d IP multicasts)", c.InMulticast)
	s.line("     0 runts, 0 giants, 0 throttles ")
	s.line("     %d input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored%s", c.InErrors, abort)
	if f.Kind == dataplane.Physical {
		s.line("     0 watchdog, %d multicast, 0 pause input", c.InMulticast)
	}
	s.line("     %d packets output, %d bytes, 0 underruns", c.OutPackets, c.OutBytes)
	s.line("     %d output errors, 0 collisions, 0 interface resets", c.OutErrors)
	s.text("     0 unknown protocol drops")
	if f.Kind == dataplane.Physical {
		s.text("     0 babbles, 0 late collision, 0 deferred", "     0 lost carrier, 0 no carrier, 0 pause output")
	}
	s.text("     0 output buffer failures, 0 output buffers swapped out")
}

// interval names the time over which rates are taken; 0 is 5 minutes.
func interval(d time.Duration) string {
	switch {
	case d <= 0:
		return "5 minute"
	case d%time.Minute == 0:
		return fmt.Sprintf("%d minute", d/time.Minute)
	}
	return fmt.Sprintf("%d second", d/time.Second)
}

// InterfaceDescriptions is "show interfaces description".
func InterfaceDescriptions(v *View) string {
	s := new(screen)
	s.line("Interface                      Status         Protocol Description")
	for _, f := range v.wanted("") {
		status := upDown(f.LineUp)
		if f.AdminDown {
			status = "admin down"
		}
		s.line("%-30s %-14s %-8s %s", v.short(f.Name), status, upDown(f.ProtocolUp), f.Description)
	}
	return s.String()
}
