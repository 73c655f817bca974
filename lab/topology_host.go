package lab

import (
	"net/netip"

	"go.yaml.in/yaml/v3"
)

// oneOrTwo calls a function for a value, or for each of two in a list: one a family.
func (r *topologyReader) oneOrTwo(v *yaml.Node, f func(*yaml.Node) error) error {
	if v.Kind != yaml.SequenceNode {
		return f(v)
	}
	if len(v.Content) > 2 {
		return r.fail(v, "at most two are wanted here, one of each family")
	}
	for _, x := range v.Content {
		if err := f(x); err != nil {
			return err
		}
	}
	return nil
}

func (r *topologyReader) readHosts(t *Topology, n *yaml.Node) error {
	return r.entries(n, func(name, v *yaml.Node) error {
		if err := r.claim(name); err != nil {
			return err
		}
		h := HostConfig{Name: name.Value}
		err := r.attach(v, &h.Link, &h.Impairment, map[string]func(*yaml.Node) error{
			"address": func(v *yaml.Node) error {
				return r.oneOrTwo(v, func(v *yaml.Node) error {
					p, err := netip.ParsePrefix(v.Value)
					to := &h.Address
					if err == nil && p.Addr().Is6() {
						to = &h.Address6
					}
					if err != nil || to.IsValid() || p.Addr().Is4In6() {
						return r.fail(v, "address of %s: %q is not of the form 192.0.2.10/24 or 2001:db8::10/64, one of each at most", h.Name, v.Value)
					}
					*to = p
					return nil
				})
			},
			"gateway": func(v *yaml.Node) error {
				return r.oneOrTwo(v, func(v *yaml.Node) error {
					a, err := netip.ParseAddr(v.Value)
					to := &h.Gateway
					if err == nil && a.Is6() {
						to = &h.Gateway6
					}
					if err != nil || to.IsValid() {
						return r.fail(v, "gateway of %s: %q is not an address, or a second one of its family", h.Name, v.Value)
					}
					*to = a
					return nil
				})
			},
		})
		switch {
		case err != nil:
			return err
		case !h.Address.IsValid() && !h.Address6.IsValid():
			return r.fail(name, "host %s has no address", h.Name)
		case h.Link == "":
			return r.fail(name, "host %s has no link", h.Name)
		case h.Gateway.IsValid() && !h.Address.Contains(h.Gateway):
			return r.fail(name, "the gateway of %s, %s, is not in %s", h.Name, h.Gateway, h.Address.Masked())
		case h.Gateway6.IsValid() && !h.Gateway6.IsLinkLocalUnicast() && !h.Address6.Contains(h.Gateway6):
			return r.fail(name, "the gateway of %s, %s, is not in %s", h.Name, h.Gateway6, h.Address6.Masked())
		}
		t.Hosts = append(t.Hosts, h)
		return nil
	})
}
