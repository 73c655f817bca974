//go:build linux

package linux

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// ifaProtocol is IFA_PROTO, Linux 5.18: who added an address, 8 bits.
const ifaProtocol = 11

// A placed is an address on a link.
type placed struct {
	link   int
	prefix netip.Prefix // not masked
}

// An address is one address of the kernel.
type address struct {
	placed
	protocol int          // 0: unknown
	flags    uint32       // IFA_F_...
	remote   netip.Prefix // the other end or the subnet; a deletion must name it
}

// usable tells whether the machine answers to a already, or still.
func (a address) usable() bool {
	return a.flags&unix.IFA_F_DADFAILED == 0 &&
		(a.flags&unix.IFA_F_TENTATIVE == 0 || a.flags&unix.IFA_F_OPTIMISTIC != 0)
}

// addrs reads all addresses of the kernel, in its order.
func (k *Kernel) addrs() ([]address, error) {
	msgs, err := k.ask(unix.RTM_GETADDR, unix.NLM_F_DUMP, unix.RTM_NEWADDR, nl.NewIfInfomsg(unix.AF_UNSPEC))
	if err != nil {
		return nil, fmt.Errorf("linux: addresses: %w", err)
	}
	out := make([]address, 0, len(msgs))
	for _, m := range msgs {
		if a, ok := parseAddress(m); ok {
			out = append(out, a)
		}
	}
	return out, nil
}

// parseAddress reads a message RTM_NEWADDR without its netlink header. It is
// not ok for what is neither IPv4 nor IPv6, or too short.
func parseAddress(b []byte) (a address, ok bool) {
	if len(b) < unix.SizeofIfAddrmsg {
		return a, false
	}
	head := nl.DeserializeIfAddrmsg(b)
	a.link, a.flags = int(head.Index), uint32(head.Flags)
	var local, remote netip.Addr
	for b = b[unix.SizeofIfAddrmsg:]; len(b) >= unix.SizeofRtAttr; {
		size := int(native.Uint16(b))
		if size < unix.SizeofRtAttr || size > len(b) {
			return a, false
		}
		value := b[unix.SizeofRtAttr:size]
		switch kind := native.Uint16(b[2:]); {
		case kind == unix.IFA_LOCAL:
			local, _ = netip.AddrFromSlice(value)
		case kind == unix.IFA_ADDRESS:
			remote, _ = netip.AddrFromSlice(value)
		case kind == unix.IFA_FLAGS && len(value) >= 4:
			a.flags = native.Uint32(value)
		case kind == ifaProtocol && len(value) >= 1:
			a.protocol = int(value[0])
		}
		b = b[min((size+3)&^3, len(b)):] // nl.ParseRouteAttr panics on a last one without padding
	}
	if !local.IsValid() {
		local = remote
	}
	if !remote.IsValid() {
		remote = local
	}
	a.prefix = netip.PrefixFrom(local, int(head.Prefixlen))
	a.remote = netip.PrefixFrom(remote, int(head.Prefixlen))
	return a, a.prefix.IsValid() && a.remote.IsValid()
}

// SetAddrs gives a link the addresses want, each with the length of its subnet.
// The first IPv4 address of a subnet is the kernel's primary one. Exact removes
// all others, except link-local IPv6 ones that we did not add. Otherwise what
// others added stays, and only what we added earlier and is no longer wanted
// goes. One address that fails does not stop the rest.
func (k *Kernel) SetAddrs(link string, want []netip.Prefix, exact bool) error {
	l, err := k.link(link)
	if err != nil {
		return fmt.Errorf("linux: addresses of %s: %w", link, err)
	}
	index := l.Attrs().Index
	have, err := k.addrsOf(index)
	if err != nil {
		return err
	}
	var errs []error
	for _, a := range unwantedAddrs(have, want, exact) {
		if err := k.deleteAddr(a); err != nil {
			errs = append(errs, fmt.Errorf("linux: %s: removal of %s: %w", link, a.prefix, err))
		}
	}
	if have, err = k.addrsOf(index); err != nil { // secondary ones may have gone with their primary one
		return errors.Join(append(errs, err)...)
	}
	for _, p := range missingAddrs(have, want) {
		if err := k.addAddr(placed{index, p}); err != nil {
			errs = append(errs, fmt.Errorf("linux: %s: address %s: %w", link, p, err))
		}
	}
	return errors.Join(errs...)
}

// A standing is an address on the link that SetAddrs looks at.
type standing struct {
	address
	ours bool
}

// addrsOf reads the addresses of one link, and forgets those of ours that
// somebody has removed.
func (k *Kernel) addrsOf(index int) ([]standing, error) {
	all, err := k.addrs()
	if err != nil {
		return nil, err
	}
	alive := map[placed]bool{}
	var out []standing
	for _, a := range all {
		alive[a.placed] = true
		if a.link == index {
			out = append(out, standing{a, k.ours(a)})
		}
	}
	for p := range k.added {
		if !alive[p] {
			delete(k.added, p)
		}
	}
	return out, nil
}

// ours tells whether we, or a process before us, added a.
func (k *Kernel) ours(a address) bool { return a.protocol == k.protocol || k.added[a.placed] }

// unwantedAddrs returns what must go before the missing ones are added: what is
// not wanted and, if exact, all of an IPv4 subnet where another address than the
// first wanted one is the primary.
func unwantedAddrs(have []standing, want []netip.Prefix, exact bool) []address {
	wanted := map[netip.Prefix]bool{}
	for _, p := range want {
		wanted[p] = true
	}
	first := map[netip.Prefix]netip.Prefix{} // by subnet: what shall be its primary address
	for _, p := range slices.Backward(want) {
		if p.Addr().Is4() {
			first[p.Masked()] = p
		}
	}
	turned := map[netip.Prefix]bool{} // by subnet: another one of the wanted is primary
	for _, a := range have {
		if net := a.prefix.Masked(); wanted[a.prefix] && a.prefix.Addr().Is4() {
			if _, seen := turned[net]; !seen {
				turned[net] = a.prefix != first[net]
			}
		}
	}
	var out []address
	for _, a := range have {
		switch {
		case wanted[a.prefix] && !(exact && turned[a.prefix.Masked()]):
		case a.ours, exact && !(a.prefix.Addr().Is6() && a.prefix.Addr().IsLinkLocalUnicast()):
			out = append(out, a.address)
		}
	}
	return out
}

// missingAddrs returns what is wanted and not there, in the order wanted.
func missingAddrs(have []standing, want []netip.Prefix) []netip.Prefix {
	there := map[netip.Prefix]bool{}
	for _, a := range have {
		there[a.prefix] = true
	}
	var out []netip.Prefix
	for _, p := range want {
		if !there[p] {
			there[p] = true
			out = append(out, p)
		}
	}
	return out
}

// addAddr adds an address and marks it as ours.
func (k *Kernel) addAddr(a placed) error {
	if !a.prefix.IsValid() || a.prefix.Addr().Is4In6() {
		return errors.New("not an address with a prefix length")
	}
	data := addrData(a, a.prefix.Addr())
	if a.prefix.Addr().Is6() {
		// A tunnel's source must work at once: the operator vouches for the address.
		data[0].(*nl.IfAddrmsg).Flags |= unix.IFA_F_NODAD
	}
	if a.prefix.Addr().Is4() && a.prefix.Bits() < 31 {
		data = append(data, nl.NewRtAttr(unix.IFA_BROADCAST, lastOf(a.prefix).AsSlice()))
	}
	data = append(data, nl.NewRtAttr(ifaProtocol, []byte{byte(k.protocol)}))
	_, err := k.ask(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL|unix.NLM_F_ACK, 0, data...)
	if err == nil {
		k.added[a] = true
	}
	return err
}

// deleteAddr removes an address. One that has gone already is no error.
func (k *Kernel) deleteAddr(a address) error {
	_, err := k.ask(unix.RTM_DELADDR, unix.NLM_F_ACK, 0, addrData(a.placed, a.remote.Addr())...)
	if err == nil || errors.Is(err, unix.EADDRNOTAVAIL) || errors.Is(err, unix.ENODEV) {
		delete(k.added, a.placed)
		return nil
	}
	return err
}

// addrData returns the parts that additions and deletions share.
func addrData(a placed, remote netip.Addr) []nl.NetlinkRequestData {
	family := unix.AF_INET6
	if a.prefix.Addr().Is4() {
		family = unix.AF_INET
	}
	head := nl.NewIfAddrmsg(family)
	head.Index, head.Prefixlen = uint32(a.link), uint8(a.prefix.Bits())
	return []nl.NetlinkRequestData{
		head,
		nl.NewRtAttr(unix.IFA_LOCAL, a.prefix.Addr().AsSlice()),
		nl.NewRtAttr(unix.IFA_ADDRESS, remote.AsSlice()),
	}
}

// lastOf returns the last IPv4 address of p: the one for broadcasts.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().As4()
	for i := p.Bits(); i < 32; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFrom4(b)
}
