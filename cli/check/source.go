package check

import (
	"fmt"
	"strings"

	"axle/cli/ios"
)

// tunnelSource: a tunnel comes up when its source has an address.
func tunnelSource(e *end, r *report) {
	src := line(e.section, "tunnel source")
	switch {
	case src == nil && e.file.excerpt():
		r.inform(e.file.place(e.section), Place{}, "%s has no tunnel source, without which it stays down: this file has no interfaces but tunnels and loopbacks", e.Name)
	case src == nil:
		r.fault(e.file.place(e.section), Place{}, "%s has no tunnel source, so it stays down: enter \"tunnel source\" with the interface to the other routers", e.Name)
	case src.Line.Has("dynamic"):
	case e.source.IsValid() && e.below == nil && !e.file.excerpt():
		r.inform(e.file.place(src), e.file.place(e.section), "no interface has %s, so %s is down as long as none gets that address", e.source, e.Name)
	case e.below == nil && arg(src, "interface") != "" && e.file.excerpt():
		r.inform(e.file.place(src), e.file.place(e.section), "%s stays down where there is no %s: this file has no interfaces but tunnels and loopbacks", e.Name, e.Tunnel.Source)
	case e.below == nil && arg(src, "interface") != "":
		r.fault(e.file.place(src), e.file.place(e.section), "there is no %s, so %s stays down: name an interface of this router", e.Tunnel.Source, e.Name)
	case e.below != nil && !e.source.IsValid() && !e.getsAddress() && e.file.lostAddress(e.below) == 0:
		r.fault(e.file.place(src), e.file.facePlace(e.below.Name, "ip address"), "%s has no IP address, so %s stays down: enter \"ip address\" there", e.below.Name, e.Name)
	}
}

// excerpt reports whether a file seems to be a part of a configuration, since it
// has no interface to a network.
func (f *File) excerpt() bool {
	for i := range f.Config.Interfaces {
		if face := &f.Config.Interfaces[i]; face.Tunnel == nil && !strings.HasPrefix(face.Name, "Loopback") {
			return false
		}
	}
	return true
}

// getsAddress reports whether the interface of the tunnel source gets an address
// from elsewhere, or needs none, since the tunnel runs over IPv6.
func (e *end) getsAddress() bool {
	s := e.file.face(e.below.Name)
	return line(s, "ip address") != nil || line(s, "ip unnumbered") != nil || line(s, "ip mobile") != nil || e.over6()
}

// over6 reports whether the tunnel runs over IPv6.
func (e *end) over6() bool {
	m := line(e.section, "tunnel mode")
	return m != nil && m.Line.Has("ipv6")
}

// tunnelShare: packets from one source are told apart by the key, and IPsec by
// one profile that is shared.
func tunnelShare(_ *File, ends []*end, r *report) {
	bySource := map[string][]*end{}
	for _, e := range ends {
		if e.Tunnel.Multipoint && !e.Shutdown && e.Tunnel.Source != "" {
			bySource[e.sourceKey()] = append(bySource[e.sourceKey()], e)
		}
	}
	for _, e := range ends {
		if !e.Tunnel.Multipoint || e.Shutdown || e.Tunnel.Source == "" || bySource[e.sourceKey()][0] != e {
			continue
		}
		shareKeys(bySource[e.sourceKey()], r)
		shareProtection(bySource[e.sourceKey()], r)
	}
}

// sourceKey names what must be a tunnel's own, but for its key.
func (e *end) sourceKey() string {
	src := e.Tunnel.Source
	if e.source.IsValid() {
		src = e.source.String()
	}
	return fmt.Sprint(src, " ", arg(line(e.section, "tunnel vrf"), "name"), " ", e.over6())
}

// shareKeys looks for equal keys among tunnels with one source.
func shareKeys(ends []*end, r *report) {
	first := map[string]*end{}
	for _, e := range ends {
		k := keyText(e.Tunnel)
		if f := first[k]; f != nil {
			r.fault(e.at("tunnel key"), f.at("tunnel key"), "%s and %s have the same source and %s, so one of them stays down: enter a \"tunnel key\" of its own", e.Name, f.Name, k)
		} else {
			first[k] = e
		}
	}
}

// shareProtection looks for tunnels with one source that do not share their
// protection.
func shareProtection(ends []*end, r *report) {
	var first *end
	for _, e := range ends {
		switch {
		case e.crypt == nil:
		case first == nil:
			first = e
		default:
			at, other := e.at("tunnel protection"), first.at("tunnel protection")
			for _, x := range []*end{first, e} {
				if !x.crypt.line.Line.Has("shared") {
					r.fault(at, other, "%s and %s have the same source, and %s does not share its protection: enter \"tunnel protection ipsec profile %s shared\" on both",
						e.Name, first.Name, x.Name, arg(first.crypt.line, "profile"))
					break
				}
			}
			if a, b := arg(e.crypt.line, "profile"), arg(first.crypt.line, "profile"); a != b {
				r.inform(at, other, "%s and %s have the same source and the profiles %s and %s: tunnels that share one source use one profile", e.Name, first.Name, a, b)
			}
		}
	}
}

// vrfAddress: another VRF takes the addresses of an interface away.
func vrfAddress(f *File, _ []*end, r *report) {
	for i := range f.Config.Interfaces {
		face := &f.Config.Interfaces[i]
		if at := f.lostAddress(face); at > 0 {
			t := line(f.face(face.Name), "vrf forwarding")
			r.fault(f.place(t), Place{f.Name, at}, "\"vrf forwarding %s\" takes the IP address of %s away: enter \"ip address\" behind it", arg(t, "name"), face.Name)
		}
	}
}

// lostAddress returns the line of the address that an interface lost to the VRF
// that was entered behind it, 0 where it lost none.
func (f *File) lostAddress(face *ios.Interface) int {
	s := f.face(face.Name)
	t := line(s, "vrf forwarding")
	if t == nil || len(face.Addrs) > 0 || line(s, "ip address") != nil {
		return 0
	}
	return f.addressAbove(s.Line.Pos, t.Line.Pos)
}

// addressAbove returns the last line of the file between two others that sets an
// IP address, 0 where there is none.
func (f *File) addressAbove(from, to int) int {
	at, n := 0, 0
	for l := range strings.Lines(f.text) {
		if n++; n >= to {
			break
		}
		if n <= from {
			continue
		}
		w := strings.Fields(strings.ToLower(l[strings.LastIndexByte(l, '#')+1:])) // behind a prompt
		if len(w) > 3 && w[0] == "ip" && strings.HasPrefix("address", w[1]) && len(w[1]) >= 3 {
			at = n
		}
	}
	return at
}
