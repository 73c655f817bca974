//go:build linux

package linux

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// maxErrors is how many failing routes are told one by one.
const maxErrors = 16

// SetRoutes makes the routes of our protocol in the main table exactly want. It
// reads the table first, so that it repairs whatever happened to our routes, and
// changes only what differs. Routes of others are never touched: where one of
// them has the same prefix and metric, ours is refused. A route that cannot be
// is left out; the rest is set, and the error joins what failed.
func (k *Kernel) SetRoutes(want []Route) error {
	names, err := k.names()
	if err != nil {
		return err
	}
	links := make(map[string]int, len(names))
	for index, name := range names {
		links[name] = index
	}
	wanted, errs := gather(want, links)
	have, foreign := make(map[routeKey][]path, len(wanted)), map[routeKey]bool{}
	list, err := k.table(unix.RT_TABLE_MAIN, func(r *netlink.Route) bool {
		if int(r.Protocol) == k.protocol {
			return true
		}
		if key, ok := keyOf(r); ok {
			if _, ok := wanted[key]; ok {
				foreign[key] = true
			}
		}
		return false
	})
	if err != nil {
		return err
	}
	for i := range list {
		if key, ok := keyOf(&list[i]); ok {
			p, _ := readPath(&list[i])
			have[key] = append(have[key], p)
		}
	}
	for _, s := range difference(have, wanted, foreign) {
		if err := k.perform(s); err != nil {
			errs = append(errs, fmt.Errorf("linux: route %v: %w", s.describe(names), err))
		}
	}
	if n := len(errs); n > maxErrors {
		errs = append(errs[:maxErrors], fmt.Errorf("linux: %d more routes failed", n-maxErrors))
	}
	return errors.Join(errs...)
}

// perform makes one change. What cannot be replaced is removed: it is not
// wanted as it is.
func (k *Kernel) perform(s step) error {
	var flags int
	switch s.verb {
	case add:
		flags = unix.NLM_F_CREATE | unix.NLM_F_EXCL
	case replace:
		flags = unix.NLM_F_CREATE | unix.NLM_F_REPLACE
	case remove:
		return k.deleteRoute(s.key, unix.RT_TABLE_MAIN)
	}
	_, err := k.ask(unix.RTM_NEWROUTE, flags|unix.NLM_F_ACK, 0, k.routeData(s.key, s.path)...)
	if err != nil && s.verb == replace {
		err = errors.Join(err, k.deleteRoute(s.key, unix.RT_TABLE_MAIN))
	}
	return err
}

// deleteRoute removes a route of ours from a table. One that has gone already is
// no error.
func (k *Kernel) deleteRoute(key routeKey, table int) error {
	head := &nl.RtMsg{}
	head.Scope = unix.RT_SCOPE_NOWHERE // any
	data := k.keyData(head, key, table)
	_, err := k.ask(unix.RTM_DELROUTE, unix.NLM_F_ACK, 0, data...)
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	return err
}

// Clean removes all routes of our protocol, from all tables, and the addresses
// that we added: those of this process and, from Linux 5.18 on, those that
// carry our number.
func (k *Kernel) Clean() error {
	list, err := k.table(unix.RT_TABLE_UNSPEC, func(r *netlink.Route) bool { return int(r.Protocol) == k.protocol })
	if err != nil {
		return err
	}
	var errs []error
	for i := range list {
		key, ok := keyOf(&list[i])
		if !ok {
			continue
		}
		if err := k.deleteRoute(key, list[i].Table); err != nil {
			errs = append(errs, fmt.Errorf("linux: removal of route %v: %w", key.prefix, err))
		}
	}
	addrs, err := k.addrs()
	errs = append(errs, err)
	for _, a := range addrs {
		if !k.ours(a) {
			continue
		}
		if err := k.deleteAddr(a); err != nil {
			errs = append(errs, fmt.Errorf("linux: removal of address %v: %w", a.prefix, err))
		}
	}
	return errors.Join(errs...)
}

// keyOf returns the key of a route of the kernel.
func keyOf(r *netlink.Route) (routeKey, bool) {
	p, ok := prefixOf(r.Dst)
	return routeKey{p, r.Priority, r.Tos}, ok
}

// keyData fills in head, and returns it with the attributes that name a route
// of ours.
func (k *Kernel) keyData(head *nl.RtMsg, key routeKey, table int) []nl.NetlinkRequestData {
	head.Family = unix.AF_INET6
	if key.prefix.Addr().Is4() {
		head.Family = unix.AF_INET
	}
	head.Dst_len, head.Tos, head.Protocol = uint8(key.prefix.Bits()), uint8(key.tos), uint8(k.protocol)
	data := []nl.NetlinkRequestData{head}
	if table < 256 {
		head.Table = uint8(table)
	} else {
		data = append(data, nl.NewRtAttr(unix.RTA_TABLE, nl.Uint32Attr(uint32(table))))
	}
	data = append(data, nl.NewRtAttr(unix.RTA_DST, key.prefix.Addr().AsSlice()))
	if key.metric != 0 {
		data = append(data, nl.NewRtAttr(unix.RTA_PRIORITY, nl.Uint32Attr(uint32(key.metric))))
	}
	return data
}

// routeData returns the message of a new route.
func (k *Kernel) routeData(key routeKey, p path) []nl.NetlinkRequestData {
	head := &nl.RtMsg{}
	head.Type, head.Scope = unix.RTN_UNICAST, unix.RT_SCOPE_UNIVERSE
	switch p.kind {
	case blackhole:
		head.Type = unix.RTN_BLACKHOLE
	case unreachable:
		head.Type = unix.RTN_UNREACHABLE
	}
	data := k.keyData(head, key, unix.RT_TABLE_MAIN)
	if p.source.IsValid() {
		data = append(data, nl.NewRtAttr(unix.RTA_PREFSRC, p.source.AsSlice()))
	}
	if len(p.hops) == 1 {
		h := p.hops[0]
		if h.link != 0 {
			data = append(data, nl.NewRtAttr(unix.RTA_OIF, nl.Uint32Attr(uint32(h.link))))
		}
		if h.gateway.IsValid() {
			return append(data, gatewayAttr(key, h.gateway))
		}
		head.Scope = unix.RT_SCOPE_LINK
		return data
	}
	var hops []byte
	for _, h := range p.hops {
		n := nl.RtNexthop{RtNexthop: unix.RtNexthop{Ifindex: int32(h.link)}}
		if h.gateway.IsValid() {
			n.Children = append(n.Children, gatewayAttr(key, h.gateway))
		}
		hops = append(hops, n.Serialize()...)
	}
	if len(hops) > 0 {
		data = append(data, nl.NewRtAttr(unix.RTA_MULTIPATH, hops))
	}
	return data
}

// gatewayAttr returns the attribute of a gateway: RTA_VIA, a family and an
// address, where it is of another family than the route.
func gatewayAttr(key routeKey, a netip.Addr) *nl.RtAttr {
	if a.BitLen() == key.prefix.Addr().BitLen() {
		return nl.NewRtAttr(unix.RTA_GATEWAY, a.AsSlice())
	}
	return nl.NewRtAttr(unix.RTA_VIA, append(nl.Uint16Attr(unix.AF_INET6), a.AsSlice()...))
}

// describe returns the route of s as the operator knows it.
func (s step) describe(names map[int]string) Route {
	r := Route{
		Prefix: s.key.prefix, Metric: s.key.metric, Source: s.path.source,
		Unreachable: s.path.kind == unreachable, Blackhole: s.path.kind == blackhole,
	}
	if len(s.path.hops) > 0 {
		r.Gateway, r.Link = s.path.hops[0].gateway, names[s.path.hops[0].link]
	}
	return r
}
