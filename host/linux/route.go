//go:build linux

package linux

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// A Route is one path of a route. Several with the same Prefix and Metric share
// its traffic.
type Route struct {
	Prefix      netip.Prefix
	Gateway     netip.Addr // zero: directly through Link
	Link        string     // empty: the kernel finds it, once, by the gateway
	Metric      int        // the smaller one wins; 0 means 1024 for IPv6
	Protocol    int        // who made it; SetRoutes puts in its own
	Unreachable bool       // answered with an ICMP error; no gateway, no link
	Blackhole   bool       // dropped in silence; no gateway, no link
	Source      netip.Addr // of packets that the machine itself sends; zero: the kernel's choice
}

// String returns r much as ip-route(8) writes it.
func (r Route) String() string {
	var b strings.Builder
	switch {
	case r.Blackhole:
		b.WriteString("blackhole ")
	case r.Unreachable:
		b.WriteString("unreachable ")
	}
	b.WriteString(r.Prefix.String())
	if r.Gateway.IsValid() {
		b.WriteString(" via " + r.Gateway.String())
	}
	if r.Link != "" {
		b.WriteString(" dev " + r.Link)
	}
	if r.Source.IsValid() {
		b.WriteString(" src " + r.Source.String())
	}
	if r.Metric != 0 {
		fmt.Fprintf(&b, " metric %d", r.Metric)
	}
	return b.String()
}

// Routes returns the routes of the main table that are not ours, in the order of
// prefixes and metrics. What cannot forward now is left out: next hops that are
// dead or whose link has no carrier. So are the kernel's own for multicast,
// broadcast, loopback and IPv6 link-local addresses.
func (k *Kernel) Routes() ([]Route, error) { return k.RoutesIn(unix.RT_TABLE_MAIN) }

// RoutesIn returns the same of another table, such as that of a VRF.
func (k *Kernel) RoutesIn(table int) ([]Route, error) {
	names, err := k.names()
	if err != nil {
		return nil, err
	}
	list, err := k.table(table, func(r *netlink.Route) bool {
		return int(r.Protocol) != k.protocol
	})
	if err != nil {
		return nil, err
	}
	var out []Route
	for i := range list {
		r := &list[i]
		prefix, ok := prefixOf(r.Dst)
		if a := prefix.Addr(); !ok || a.IsLinkLocalUnicast() && a.Is6() || a.IsLoopback() || a.IsMulticast() {
			continue
		}
		p, ok := readPath(r)
		if !ok || p.kind == unreachable && r.Protocol == unix.RTPROT_KERNEL {
			continue // the kernel's own end of an empty table
		}
		one := Route{
			Prefix: prefix, Metric: r.Priority, Protocol: int(r.Protocol), Source: p.source,
			Unreachable: p.kind == unreachable, Blackhole: p.kind == blackhole,
		}
		if p.kind != forward {
			out = append(out, one)
		}
		for _, h := range p.hops {
			if h.dead {
				continue
			}
			one.Gateway, one.Link = h.gateway, names[h.link]
			out = append(out, one)
		}
	}
	slices.SortStableFunc(out, func(a, b Route) int {
		return cmp.Or(a.Prefix.Compare(b.Prefix), cmp.Compare(a.Metric, b.Metric))
	})
	return out, nil
}

// table reads those routes of a table, of both families, that keep wants.
// Table 0 stands for all tables.
func (k *Kernel) table(table int, keep func(*netlink.Route) bool) ([]netlink.Route, error) {
	out, err := steady(func() ([]netlink.Route, error) {
		var out []netlink.Route
		for _, family := range []int{unix.AF_INET, unix.AF_INET6} {
			filter := &netlink.Route{Table: table}
			err := k.handle.RouteListFilteredIter(family, filter, netlink.RT_FILTER_TABLE, func(r netlink.Route) bool {
				if keep(&r) {
					out = append(out, r)
				}
				return true
			})
			if err != nil {
				return nil, err
			}
		}
		return out, nil
	})
	if err != nil {
		return nil, fmt.Errorf("linux: routes: %w", err)
	}
	return out, nil
}

// names returns the names of links by their indexes.
func (k *Kernel) names() (map[int]string, error) {
	list, err := steady(k.handle.LinkList)
	if err != nil {
		return nil, fmt.Errorf("linux: links: %w", err)
	}
	names := make(map[int]string, len(list))
	for _, l := range list {
		names[l.Attrs().Index] = l.Attrs().Name
	}
	return names, nil
}

// readPath returns the path of a route of the kernel. It is not ok for types
// that a router does not look at.
func readPath(r *netlink.Route) (p path, ok bool) {
	p.source, _ = addrOf(r.Src)
	switch r.Type {
	case unix.RTN_BLACKHOLE:
		p.kind = blackhole
		return p, true
	case unix.RTN_UNREACHABLE, unix.RTN_PROHIBIT:
		p.kind = unreachable
		return p, true
	case unix.RTN_UNICAST:
	default:
		return p, false
	}
	if len(r.MultiPath) == 0 {
		p.hops = []hop{readHop(r.Gw, r.Via, r.LinkIndex, r.Flags)}
	}
	for _, n := range r.MultiPath {
		p.hops = append(p.hops, readHop(n.Gw, n.Via, n.LinkIndex, n.Flags))
	}
	slices.SortFunc(p.hops, hop.compare)
	return p, true
}

// readHop returns a next hop of the kernel. Via is a gateway of the other family.
func readHop(gw net.IP, via netlink.Destination, link, flags int) hop {
	h := hop{link: link, dead: flags&(unix.RTNH_F_DEAD|unix.RTNH_F_LINKDOWN) != 0}
	if v, ok := via.(*netlink.Via); ok && v != nil {
		gw = v.Addr
	}
	h.gateway, _ = addrOf(gw)
	return h
}

// addrOf returns an address of package net in our form.
func addrOf(ip net.IP) (netip.Addr, bool) {
	a, ok := netip.AddrFromSlice(ip)
	return a, ok
}

// prefixOf returns a prefix of package net in our form.
func prefixOf(n *net.IPNet) (netip.Prefix, bool) {
	if n == nil {
		return netip.Prefix{}, false
	}
	a, ok := addrOf(n.IP)
	if ok && len(n.Mask) == net.IPv4len {
		a = a.Unmap()
	}
	bits, size := n.Mask.Size()
	p := netip.PrefixFrom(a, bits)
	return p, ok && size == a.BitLen() && p.IsValid()
}
