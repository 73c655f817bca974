//go:build linux

package linux

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// A Link is a network interface of the machine.
type Link struct {
	Index        int
	Name         string
	MTU          int  // bytes, without the link-layer header
	Admin        bool // switched on
	Up           bool // switched on, and has a carrier
	Kind         string
	Master       string         // link that it is enslaved to, such as a VRF; "": none
	Table        int            // of a VRF: its routing table
	Addrs        []netip.Prefix // usable ones with their lengths, IPv4 first, in the kernel's order
	HardwareAddr net.HardwareAddr

	RxPackets, RxBytes, TxPackets, TxBytes   uint64
	RxErrors, TxErrors, RxDropped, TxDropped uint64
}

// Kinds of links that are told apart here. Every other kind has the kernel's
// name for it, such as "veth", "vlan", "bridge" or "gre".
const (
	KindDevice   = "device" // a network card, or what passes for one
	KindLoopback = "loopback"
	KindTUN      = "tun"
	KindTAP      = "tap"
	KindVRF      = "vrf"
)

// wires are the kinds that stand for a port with a cable.
var wires = [...]string{KindDevice, "veth", "vlan", "dummy", "bond", "team", "bridge", "macvlan", "ipvlan"}

// Physical tells whether l is a network card or stands for one: no loopback, no
// TUN and no tunnel.
func (l Link) Physical() bool { return slices.Contains(wires[:], l.Kind) }

// Links returns all links in the order of names, eth2 before eth10.
func (k *Kernel) Links() ([]Link, error) {
	list, err := steady(k.handle.LinkList)
	if err != nil {
		return nil, fmt.Errorf("linux: links: %w", err)
	}
	addrs, err := k.addrs()
	if err != nil {
		return nil, err
	}
	names := make(map[int]string, len(list))
	for _, l := range list {
		names[l.Attrs().Index] = l.Attrs().Name
	}
	out := make([]Link, len(list))
	for i, l := range list {
		out[i] = newLink(l)
		out[i].Master = names[l.Attrs().MasterIndex]
		for _, a := range addrs {
			if a.link == out[i].Index && a.usable() {
				out[i].Addrs = append(out[i].Addrs, a.prefix)
			}
		}
		slices.SortStableFunc(out[i].Addrs, func(a, b netip.Prefix) int {
			return cmp.Compare(a.Addr().BitLen(), b.Addr().BitLen())
		})
	}
	slices.SortFunc(out, func(a, b Link) int { return compareNames(a.Name, b.Name) })
	return out, nil
}

// newLink returns l in our words, without addresses.
func newLink(l netlink.Link) Link {
	const carrier = unix.IFF_UP | unix.IFF_RUNNING | unix.IFF_LOWER_UP
	a := l.Attrs()
	out := Link{
		Index: a.Index, Name: a.Name, MTU: a.MTU, Kind: l.Type(), HardwareAddr: a.HardwareAddr,
		Admin: a.RawFlags&unix.IFF_UP != 0, Up: a.RawFlags&carrier == carrier,
	}
	if t, ok := l.(*netlink.Tuntap); ok {
		out.Kind = KindTUN
		if t.Mode == netlink.TUNTAP_MODE_TAP {
			out.Kind = KindTAP
		}
	}
	if v, ok := l.(*netlink.Vrf); ok {
		out.Table = int(v.Table)
	}
	if a.RawFlags&unix.IFF_LOOPBACK != 0 {
		out.Kind = KindLoopback
	}
	if s := a.Statistics; s != nil {
		out.RxPackets, out.RxBytes, out.TxPackets, out.TxBytes = s.RxPackets, s.RxBytes, s.TxPackets, s.TxBytes
		out.RxErrors, out.TxErrors, out.RxDropped, out.TxDropped = s.RxErrors, s.TxErrors, s.RxDropped, s.TxDropped
	}
	return out
}

// SetMTU sets the MTU of a link, in bytes.
func (k *Kernel) SetMTU(link string, mtu int) error {
	l, err := k.link(link)
	if err == nil && l.Attrs().MTU != mtu {
		err = k.handle.LinkSetMTU(l, mtu)
	}
	if err != nil {
		return fmt.Errorf("linux: MTU %d of %s: %w", mtu, link, err)
	}
	return nil
}

// SetUp switches a link on or off.
func (k *Kernel) SetUp(link string, up bool) error {
	l, err := k.link(link)
	switch {
	case err != nil || (l.Attrs().RawFlags&unix.IFF_UP != 0) == up:
	case up:
		err = k.handle.LinkSetUp(l)
	default:
		err = k.handle.LinkSetDown(l)
	}
	if err != nil {
		return fmt.Errorf("linux: state of %s: %w", link, err)
	}
	return nil
}

// link finds a link by its name.
func (k *Kernel) link(name string) (netlink.Link, error) {
	l, err := k.handle.LinkByName(name)
	if _, unknown := errors.AsType[netlink.LinkNotFoundError](err); unknown || errors.Is(err, unix.ENODEV) {
		return nil, ErrNoLink
	}
	return l, err
}

// compareNames orders names with their numbers as numbers.
func compareNames(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		m, n := digits(x), digits(y)
		if m == 0 || n == 0 {
			if x[0] != y[0] {
				return cmp.Compare(x[0], y[0])
			}
			x, y = x[1:], y[1:]
			continue
		}
		p, q := strings.TrimLeft(x[:m], "0"), strings.TrimLeft(y[:n], "0")
		if c := cmp.Or(cmp.Compare(len(p), len(q)), strings.Compare(p, q)); c != 0 {
			return c
		}
		x, y = x[m:], y[n:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

// digits counts the digits at the beginning of s.
func digits(s string) int {
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}
