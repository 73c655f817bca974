package lab

import (
	"fmt"
	"net/netip"
)

// natTopology makes a phase 3 network whose spokes come in fours: two behind
// one port-restricted NAT box, one behind a full cone of its own, and one in the
// open. A box has the address that its first spoke would have there.
func natTopology(network string, p plan) (*Topology, error) {
	t := newTopology(network)
	if err := t.addSite(p, 0, cloud); err != nil {
		return nil, err
	}
	var home string
	for i := range p.Spokes {
		s := &p.Spokes[i]
		public := s.NBMA
		switch i % 4 {
		case 0:
			home = t.addHome(PortRestricted, netip.PrefixFrom(public, p.Underlay))
		case 2:
			home = t.addHome(FullCone, netip.PrefixFrom(public, p.Underlay))
		case 3:
			home = cloud
		}
		if home != cloud {
			net := homeNet(len(t.NATs))
			s.Gateway, s.Mask = v4(net[0], net[1], net[2], 1), "255.255.255.0"
			s.NBMA = v4(net[0], net[1], net[2], 11+byte(i%2))
		}
		if err := t.addSite(p, i+1, home); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// homeNet returns the beginning of the n-th private network, a /24 of
// 172.16.0.0/12. There are 4096; they begin anew behind that, as the private
// networks of strangers do.
func homeNet(n int) [3]byte { return [3]byte{172, 16 + byte(n>>8&15), byte(n)} }

// addHome adds a NAT box with its private network and returns the name of the
// inside link.
func (t *Topology) addHome(b Behaviour, public netip.Prefix) string {
	n := len(t.NATs) + 1
	home := fmt.Sprintf("home%d", n)
	net := homeNet(n)
	t.Links = append(t.Links, LinkConfig{Name: home})
	t.NATs = append(t.NATs, NATConfig{
		Name: fmt.Sprintf("nat%d", n), Behaviour: b, Outside: NATPort{Link: cloud, Address: public},
		Inside: []NATPort{{Link: home, Address: netip.PrefixFrom(v4(net[0], net[1], net[2], 1), 24)}},
	})
	return home
}
