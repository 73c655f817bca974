package check

import (
	"net/netip"
	"slices"
	"strings"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// An end is a tunnel of a file: an end of the network.
type end struct {
	*ios.Interface
	file    *File
	section *grammar.Tree  // the interface's lines
	below   *ios.Interface // of the tunnel source; nil: not known
	source  netip.Addr     // the NBMA address; zero: not known
	crypt   *crypt         // nil: not protected
}

// endsOf returns the tunnels of a file.
func endsOf(f *File) []*end {
	var out []*end
	for i := range f.Config.Interfaces {
		face := &f.Config.Interfaces[i]
		if face.Tunnel == nil || f.face(face.Name) == nil {
			continue
		}
		e := &end{Interface: face, file: f, section: f.face(face.Name)}
		e.findSource()
		e.crypt = e.readCrypt()
		out = append(out, e)
	}
	return out
}

// findSource finds the interface of the tunnel source and its address.
func (e *end) findSource() {
	a, err := netip.ParseAddr(e.Tunnel.Source)
	if err == nil {
		e.source = a.Unmap()
	}
	for i := range e.file.Config.Interfaces {
		f := &e.file.Config.Interfaces[i]
		switch {
		case err != nil && f.Name == e.Tunnel.Source:
			e.below = f
			if len(f.Addrs) > 0 {
				e.source = f.Addrs[0].Addr()
			}
		case err == nil && hasAddress(f, e.source) && (e.below == nil || arg(line(e.file.face(f.Name), "vrf forwarding"), "name") == e.vrf()):
			e.below = f
		}
	}
}

// nhrp reports whether the tunnel is meant to speak NHRP.
func (e *end) nhrp() bool {
	return e.speaks("ip") != nil || e.speaks("ipv6") != nil
}

// speaks returns the line with which the tunnel is meant to speak NHRP for "ip"
// or "ipv6", nil where it is not.
func (e *end) speaks(family string) *grammar.Tree {
	for _, words := range []string{"network-id", "nhs", "map", "redirect"} {
		for t := range lines(e.section, family+" nhrp "+words) {
			if !begins(t.Line, family+" nhrp map multicast dynamic") && !begins(t.Line, family+" nhrp map group") {
				return t
			}
		}
	}
	return nil
}

// addr returns the tunnel's primary address, which is not valid where it has
// none.
func (e *end) addr() netip.Prefix {
	if len(e.Addrs) == 0 {
		return netip.Prefix{}
	}
	return e.Addrs[0]
}

// at returns the place of the tunnel's first line that begins with words, of
// its "no" line, or of the interface itself.
func (e *end) at(words string) Place {
	for t := range e.section.Children() {
		if begins(t.Line, words) && t.Line.Pos > 0 {
			return e.file.place(t)
		}
	}
	return e.file.place(e.section)
}

// routed reports whether the file has a routing process.
func (f *File) routed() bool {
	for t := range f.Tree.Children() {
		if strings.HasPrefix(t.Line.Command.Syntax, "router ") {
			return true
		}
	}
	return false
}

// A server is an "ip nhrp nhs" or "ipv6 nhrp nhs" line of a tunnel.
type server struct {
	line *grammar.Tree
	addr netip.Addr // zero: it is learned
	nbma netip.Addr // zero: not known
	host bool       // NBMA is a host name
}

// servers returns the next hop servers of the tunnel. A point-to-point tunnel
// reaches all of them at its destination.
func (e *end) servers() []server {
	var out []server
	var all []*grammar.Tree
	for _, words := range []string{"ip nhrp nhs", "ipv6 nhrp nhs"} {
		all = slices.AppendSeq(all, lines(e.section, words))
	}
	for _, t := range all {
		s := server{line: t, addr: address(t, "server"), nbma: address(t, "host")}
		if arg(t, "ipv6") != "" {
			s.addr = address(t, "ipv6")
		}
		if !s.addr.IsValid() && arg(t, "host") == "" {
			continue // of clusters, or the fallback
		}
		s.host = arg(t, "host") != "" && !s.nbma.IsValid()
		if !e.Tunnel.Multipoint && line(e.section, "tunnel destination") != nil {
			s.nbma = e.Tunnel.Dest
			s.host = !s.nbma.IsValid()
		}
		if !s.nbma.IsValid() && !s.host {
			for _, m := range e.Tunnel.NHRP.Maps {
				if s.addr.IsValid() && m.Proto.Contains(s.addr) {
					s.nbma = m.NBMA.Unmap()
				}
			}
			for t := range lines(e.section, "ipv6 nhrp map") {
				if p, err := netip.ParsePrefix(arg(t, "prefix6")); err == nil && s.addr.IsValid() && p.Contains(s.addr) {
					s.nbma, s.host = address(t, "nbma"), !address(t, "nbma").IsValid()
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// hasAddress reports whether an interface has an address.
func hasAddress(f *ios.Interface, a netip.Addr) bool {
	for _, p := range f.Addrs {
		if p.Addr() == a {
			return true
		}
	}
	return false
}
