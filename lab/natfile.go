package lab

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A NATConfig is a NAT box.
type NATConfig struct {
	Name      string
	Behaviour Behaviour
	Random    bool          // outside ports are drawn; else they are those of the inside where free
	Timeout   time.Duration // of UDP mappings; 0 means 2 minutes
	Hairpin   bool          // what is inside reaches outside addresses of the box
	Outside   NATPort       // its address is the public one
	Inside    []NATPort     // in the order of the file
	Static    []NATStatic   // in the order of the file
	Forwards  []NATForward  // in the order of the file
}

// A NATPort is a port of a NAT box.
type NATPort struct {
	Link    string
	Address netip.Prefix
	Gateway netip.Addr // of the outside port; zero: none
	Impairment
}

// A NATStatic gives an inside address an outside address of its own.
type NATStatic struct{ Inside, Outside netip.Addr }

// A NATForward lets everybody outside reach an inside end by a UDP port.
type NATForward struct {
	Port   uint16
	Inside netip.AddrPort
}

// Limits of a NAT box in a topology.
const (
	maxNATPorts = 64   // inside networks
	maxNATFixed = 1024 // static translations, and forwarded ports
)

func (r *topologyReader) readNATs(t *Topology, n *yaml.Node) error {
	return r.entries(n, func(name, v *yaml.Node) error {
		if err := r.claim(name); err != nil {
			return err
		}
		c := NATConfig{Name: name.Value, Behaviour: PortRestricted}
		keys := r.natWords(&c)
		keys["outside"] = func(v *yaml.Node) error {
			gateway := func(v *yaml.Node) (err error) {
				c.Outside.Gateway, err = r.address(v, "gateway of "+c.Name)
				return err
			}
			return r.attach(v, &c.Outside.Link, &c.Outside.Impairment, map[string]func(*yaml.Node) error{
				"address": func(v *yaml.Node) error { return r.prefix(v, c.Name, &c.Outside.Address) }, "gateway": gateway,
			})
		}
		keys["inside"] = func(v *yaml.Node) error { return r.readInside(&c, v) }
		keys["static"], keys["forward"] = nil, nil // after the networks that they lie in
		if err := r.each(v, keys); err != nil {
			return err
		}
		if err := r.checkNAT(&c, name); err != nil {
			return err
		}
		for key := range keys {
			keys[key] = nil
		}
		keys["static"] = func(v *yaml.Node) error { return r.readStatic(&c, v) }
		keys["forward"] = func(v *yaml.Node) error { return r.readForwards(&c, v) }
		err := r.each(v, keys)
		t.NATs = append(t.NATs, c)
		return err
	})
}

// natWords returns the keys of a NAT box whose values are a word.
func (r *topologyReader) natWords(c *NATConfig) map[string]func(*yaml.Node) error {
	oneOf := func(words []string, set func(i int)) func(*yaml.Node) error {
		return func(v *yaml.Node) error {
			i := slices.Index(words, v.Value)
			if i < 0 {
				return r.fail(v, "%q is none of %s", v.Value, strings.Join(words, ", "))
			}
			set(i)
			return nil
		}
	}
	return map[string]func(*yaml.Node) error{
		"behaviour": oneOf(behaviours[:], func(i int) { c.Behaviour = Behaviour(i) }),
		"ports":     oneOf([]string{"preserve", "random"}, func(i int) { c.Random = i == 1 }),
		"hairpin":   oneOf([]string{"off", "on"}, func(i int) { c.Hairpin = i == 1 }),
		"timeout": func(v *yaml.Node) (err error) {
			if c.Timeout, err = time.ParseDuration(v.Value); err != nil || c.Timeout < minUDPTimeout || c.Timeout > maxUDPTimeout {
				return r.fail(v, "%q is not a duration from 1s to 24h", v.Value)
			}
			return nil
		},
	}
}

// address reads an IPv4 address.
func (r *topologyReader) address(v *yaml.Node, what string) (netip.Addr, error) {
	a, err := netip.ParseAddr(v.Value)
	if err != nil || !a.Is4() {
		return netip.Addr{}, r.fail(v, "%s: %q is not an IPv4 address", what, v.Value)
	}
	return a, nil
}

// prefix reads the address of a host or a port, with its network.
func (r *topologyReader) prefix(v *yaml.Node, name string, to *netip.Prefix) (err error) {
	if *to, err = netip.ParsePrefix(v.Value); err != nil || !to.Addr().Is4() {
		return r.fail(v, "address of %s: %q is not of the form 192.0.2.10/24", name, v.Value)
	}
	return nil
}

// readInside reads the inside networks: links, each with the address of the
// box, or a mapping with "address" and impairments.
func (r *topologyReader) readInside(c *NATConfig, n *yaml.Node) error {
	return r.entries(n, func(link, v *yaml.Node) error {
		p := NATPort{Link: link.Value}
		switch {
		case !r.links[link.Value]:
			return r.fail(link, "there is no link or cloud %q", link.Value)
		case slices.ContainsFunc(c.Inside, func(q NATPort) bool { return q.Link == p.Link }):
			return r.fail(link, "link %q stands twice inside %s", p.Link, c.Name)
		case len(c.Inside) >= maxNATPorts:
			return r.fail(link, "more than %d inside networks", maxNATPorts)
		}
		var err error
		if v.Kind == yaml.ScalarNode {
			err = r.prefix(v, c.Name, &p.Address)
		} else {
			keys := r.impairment(&p.Impairment)
			keys["address"] = func(v *yaml.Node) error { return r.prefix(v, c.Name, &p.Address) }
			err = r.each(v, keys)
		}
		if err == nil && !p.Address.IsValid() {
			err = r.fail(link, "%s has no address on link %s", c.Name, p.Link)
		}
		if err != nil {
			return err
		}
		for _, q := range c.Inside {
			if p.Address.Overlaps(q.Address) {
				return r.fail(v, "the inside networks %s and %s of %s overlap", q.Address.Masked(), p.Address.Masked(), c.Name)
			}
		}
		c.Inside = append(c.Inside, p)
		return nil
	})
}

// checkNAT looks at what a NAT box cannot be without.
func (r *topologyReader) checkNAT(c *NATConfig, name *yaml.Node) error {
	switch o := c.Outside; {
	case o.Link == "":
		return r.fail(name, "NAT box %s has no outside link", c.Name)
	case !o.Address.IsValid():
		return r.fail(name, "NAT box %s has no outside address", c.Name)
	case len(c.Inside) == 0:
		return r.fail(name, "NAT box %s has no inside network", c.Name)
	case o.Gateway.IsValid() && !o.Address.Contains(o.Gateway):
		return r.fail(name, "the gateway of %s, %s, is not in %s", c.Name, o.Gateway, o.Address.Masked())
	}
	for _, p := range c.Inside {
		switch {
		case p.Address.Overlaps(c.Outside.Address):
			return r.fail(name, "the inside network %s of %s overlaps the outside one", p.Address.Masked(), c.Name)
		case p.Link == c.Outside.Link:
			return r.fail(name, "the link %s is inside and outside of %s", p.Link, c.Name)
		}
	}
	return nil
}

// insideHost refuses what is not the address of a host behind the box.
func (r *topologyReader) insideHost(v *yaml.Node, c *NATConfig, a netip.Addr) error {
	for _, p := range c.Inside {
		if p.Address.Contains(a) && p.Address.Addr() != a {
			return nil
		}
	}
	return r.fail(v, "%s is no host inside %s", a, c.Name)
}

// readStatic reads inside addresses with their outside ones.
func (r *topologyReader) readStatic(c *NATConfig, n *yaml.Node) error {
	return r.entries(n, func(k, v *yaml.Node) error {
		var s NATStatic
		var err error
		if s.Inside, err = r.address(k, "static"); err != nil {
			return err
		}
		if s.Outside, err = r.address(v, "static"); err != nil {
			return err
		}
		if err := r.insideHost(k, c, s.Inside); err != nil {
			return err
		}
		twice := slices.ContainsFunc(c.Static, func(o NATStatic) bool { return o.Inside == s.Inside || o.Outside == s.Outside })
		switch {
		case twice:
			return r.fail(k, "an address of the static translation of %s to %s stands twice", s.Inside, s.Outside)
		case s.Outside == c.Outside.Address.Addr():
			return r.fail(v, "%s is the public address of %s", s.Outside, c.Name)
		case slices.ContainsFunc(c.Inside, func(p NATPort) bool { return p.Address.Contains(s.Outside) }):
			return r.fail(v, "%s is inside %s", s.Outside, c.Name)
		case len(c.Static) >= maxNATFixed:
			return r.fail(k, "more than %d static translations", maxNATFixed)
		}
		c.Static = append(c.Static, s)
		return nil
	})
}

// readForwards reads UDP ports with the inside end behind each: an address, or
// an address and another port.
func (r *topologyReader) readForwards(c *NATConfig, n *yaml.Node) error {
	return r.entries(n, func(k, v *yaml.Node) error {
		port, err := strconv.ParseUint(k.Value, 10, 16)
		if err != nil || port == 0 {
			return r.fail(k, "%q is no UDP port from 1 to 65535", k.Value)
		}
		f := NATForward{Port: uint16(port)}
		text := v.Value
		if !strings.Contains(text, ":") {
			text = fmt.Sprintf("%s:%d", text, port)
		}
		f.Inside, err = netip.ParseAddrPort(text)
		if err != nil || !f.Inside.Addr().Is4() || f.Inside.Port() == 0 {
			return r.fail(v, "%q is not of the form 192.168.1.10 or 192.168.1.10:4500", v.Value)
		}
		if err := r.insideHost(v, c, f.Inside.Addr()); err != nil {
			return err
		}
		switch {
		case slices.ContainsFunc(c.Forwards, func(o NATForward) bool { return o.Port == f.Port || o.Inside == f.Inside }):
			return r.fail(k, "an end of the forward of port %d to %s stands twice", f.Port, f.Inside)
		case len(c.Forwards) >= maxNATFixed:
			return r.fail(k, "more than %d forwarded ports", maxNATFixed)
		}
		c.Forwards = append(c.Forwards, f)
		return nil
	})
}

// yaml returns a NAT box as the YAML that ReadTopology reads.
func (c *NATConfig) yaml() string {
	var b strings.Builder
	word := func(key string, value any) { fmt.Fprintf(&b, "    %s: %v\n", key, value) }
	fmt.Fprintf(&b, "  %s:\n", c.Name)
	word("behaviour", c.Behaviour)
	if c.Random {
		word("ports", "random")
	}
	if c.Timeout != 0 {
		word("timeout", c.Timeout)
	}
	if c.Hairpin {
		word("hairpin", "on")
	}
	keys := func(p NATPort, first ...string) string {
		first = append(first, "address: "+p.Address.String())
		if p.Gateway.IsValid() {
			first = append(first, "gateway: "+p.Gateway.String())
		}
		if imp := p.Impairment.yaml(); imp != "" {
			first = append(first, imp)
		}
		return "{" + strings.Join(first, ", ") + "}"
	}
	word("outside", keys(c.Outside, "link: "+c.Outside.Link))
	b.WriteString("    inside:\n")
	for _, p := range c.Inside {
		fmt.Fprintf(&b, "      %s: %s\n", p.Link, keys(p))
	}
	if len(c.Static) > 0 {
		b.WriteString("    static:\n")
	}
	for _, s := range c.Static {
		fmt.Fprintf(&b, "      %s: %s\n", s.Inside, s.Outside)
	}
	if len(c.Forwards) > 0 {
		b.WriteString("    forward:\n")
	}
	for _, f := range c.Forwards {
		fmt.Fprintf(&b, "      %d: %s\n", f.Port, f.Inside)
	}
	return b.String()
}
