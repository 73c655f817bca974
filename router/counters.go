package router

import (
	"encoding/binary"
	"net/netip"

	"axle/cli/show"
	"axle/dataplane"
	"axle/internal/ip"
	"axle/mgre"
)

// readCounters copies an interface's counters.
func readCounters(c *dataplane.Counters) show.CounterValues {
	return show.CounterValues{
		InPackets: c.InPackets.Load(), InBytes: c.InBytes.Load(), InErrors: c.InErrors.Load(), InMulticast: c.InMulticast.Load(),
		InDrops: c.Dropped() - c.OutErrors.Load(), OutDrops: c.OutErrors.Load(),
		OutPackets: c.OutPackets.Load(), OutBytes: c.OutBytes.Load(), OutErrors: c.OutErrors.Load(),
	}
}

// read copies the interface's counters: the machine's where it has any.
func (f *iface) read() show.CounterValues {
	m := f.machine
	if m == nil {
		return readCounters(f.counters)
	}
	return show.CounterValues{
		InPackets: m.InPackets, InBytes: m.InBytes, InErrors: m.InErrors, InDrops: m.InDrops,
		OutPackets: m.OutPackets, OutBytes: m.OutBytes, OutErrors: m.OutErrors, OutDrops: m.OutDrops,
	}
}

// since returns counters since they were cleared.
func since(now, base show.CounterValues) show.CounterValues {
	return show.CounterValues{
		InPackets: now.InPackets - base.InPackets, InBytes: now.InBytes - base.InBytes, InMulticast: now.InMulticast - base.InMulticast,
		InErrors: now.InErrors - base.InErrors, InDrops: now.InDrops - base.InDrops,
		OutPackets: now.OutPackets - base.OutPackets, OutBytes: now.OutBytes - base.OutBytes,
		OutErrors: now.OutErrors - base.OutErrors, OutDrops: now.OutDrops - base.OutDrops,
	}
}

// encapHeader returns what a tunnel puts in front of packets to a peer, as "show
// adjacency" prints it: an IP header of no length, and GRE.
func encapHeader(f *iface, nbma netip.Addr, fam family) []byte {
	t := f.cfg.Tunnel
	g := mgre.Header{Protocol: mgre.ProtoIPv4, HasKey: t.HasKey, Key: t.Key}
	if fam == six {
		g.Protocol = mgre.ProtoIPv6
	}
	if nbma.Is6() {
		b, err := ip.AppendIPv6(nil, ip.Header6{HopLimit: t.TTL, NextHeader: ip.ProtoGRE, Src: f.outer, Dst: nbma}, 0)
		if err != nil {
			return nil
		}
		return g.Append(b, nil)
	}
	h := ip.Header{TTL: t.TTL, Protocol: ip.ProtoGRE, Src: f.outer, Dst: nbma}
	b, err := ip.AppendIPv4(nil, h, 0)
	if err != nil {
		return nil // no source address yet
	}
	binary.BigEndian.PutUint16(b[2:], 0)
	ip.IPv4(b).UpdateHeaderChecksum()
	return g.Append(b, nil)
}
