package router

import (
	"cmp"
	"net/netip"
	"slices"

	"axle/cli/show"
	"axle/dataplane"
	"axle/internal/ip"
	"axle/ipsec"
	ikev1 "axle/ipsec/ikev1/engine"
	ikev2 "axle/ipsec/ikev2/engine"
	"axle/nhrp/engine"
)

// cryptoView copies what the screens of protection show, and v what else they need.
func (r *Router) cryptoView() *show.View {
	v := r.plainView()
	r.addCrypto(v)
	v.Crypto.Settings = r.cryptoSettings()
	return v
}

// addCrypto puts the state of protection into a view.
func (r *Router) addCrypto(v *show.View) {
	if !slices.ContainsFunc(r.ifs, func(f *iface) bool { return protects(f.cfg) }) && r.crypto.sadb == nil {
		return
	}
	c := &v.Crypto
	c.IKEv2, c.IKEv1 = r.crypto.v2.Snapshot(r.now), r.crypto.v1.Snapshot(r.now)
	b := flowBuilder{r: r, ike2: map[netip.Addr][]*ikev2.SA{}, ike1: map[netip.Addr][]*ikev1.SA{}, children: map[ipsec.Socket][]*ikev2.Child{}}
	for i := range c.IKEv2.SAs {
		x := &c.IKEv2.SAs[i]
		b.ike2[x.Remote.Addr()] = append(b.ike2[x.Remote.Addr()], x)
		for k := range x.Children {
			key := x.Children[k].Socket
			b.children[key] = append(b.children[key], &x.Children[k])
		}
	}
	for i := range c.IKEv1.SAs {
		x := &c.IKEv1.SAs[i]
		b.ike1[x.Remote.Addr()] = append(b.ike1[x.Remote.Addr()], x)
	}
	for _, f := range r.shownIfaces() {
		if p := r.protection(f); p != nil {
			b.tunnel, b.profile, b.version = f, p.Name, r.version(p.Name)
			b.ikeProfile = cmp.Or(p.IKEv2Profile, p.IsakmpProfile)
			c.Flows = append(c.Flows, b.flows(c)...)
		}
	}
}

// A flowBuilder makes the flows of a tunnel from what the key exchanges show.
type flowBuilder struct {
	r          *Router
	ike2       map[netip.Addr][]*ikev2.SA // by the peer's address
	ike1       map[netip.Addr][]*ikev1.SA
	children   map[ipsec.Socket][]*ikev2.Child
	tunnel     *iface
	profile    string
	ikeProfile string
	version    version
}

// flows returns the flows of the tunnel, by peer.
func (b *flowBuilder) flows(c *show.Crypto) []show.Flow {
	var out []show.Flow
	mine := func(s ipsec.Socket) bool {
		t := b.tunnel.cfg.Tunnel
		return b.r.uses(b.tunnel, s) && (t.Multipoint || t.Dest == s.Remote)
	}
	if b.version == v2 {
		for i := range c.IKEv2.Sockets {
			if x := &c.IKEv2.Sockets[i]; mine(x.Key) && (x.Wanted || x.Status != "DOWN") {
				out = append(out, b.flow2(x))
			}
		}
	} else {
		for i := range c.IKEv1.Sockets {
			if x := &c.IKEv1.Sockets[i]; mine(x.Socket) && (x.Wanted || x.Up || x.Busy) {
				out = append(out, b.flow1(x))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b show.Flow) int { return cmp.Or(a.Remote.Compare(b.Remote), cmp.Compare(a.Port, b.Port)) })
	return out
}

// flow begins a flow of a socket with what does not depend on the version of IKE.
func (b *flowBuilder) flow(s ipsec.Socket) show.Flow {
	f := show.Flow{
		Tunnel: b.tunnel.name, Profile: b.profile, IKEProfile: b.ikeProfile, Version: int(b.version),
		FVRF: s.VRF, IVRF: b.tunnel.vrf.name, Local: s.Local, Remote: s.Remote, Port: cmp.Or(s.Port, portIKE),
	}
	if via := b.r.underlay(b.tunnel, s.Remote); via != nil {
		f.Underlay, f.PathMTU = via.name, via.mtu(b.r)
	}
	return f
}

// finish puts the associations of a flow into it, newest first, and what they have
// carried.
func (b *flowBuilder) finish(f *show.Flow, s ipsec.Socket, list []show.Association) {
	var pairs []*dataplane.SAPair
	for i := range list {
		a := &list[i]
		p := b.r.crypto.sadb.Pair(b.version.id(a.ID))
		if p == nil {
			continue
		}
		pairs = append(pairs, p)
		a.In, a.Out, a.IV = p.In.Counters(), p.Out.Counters(), p.In.Head()-espHeader
		if a.Sends && f.PathMTU > 0 {
			head := ipHeader(s.Remote)
			f.PlainMTU = p.Out.MaxPayload(f.PathMTU-head) + head
		}
	}
	slices.SortFunc(list, func(a, b show.Association) int { return cmp.Compare(b.ID, a.ID) })
	t := b.r.crypto.traffic(s, pairs)
	f.Pairs, f.In, f.Out = list, t.in, t.out
}

// espHeader is the length of SPI and sequence number, bytes. RFC 4303 §2.
const espHeader = 8

// ipHeader returns the length of the IP header of packets to a, bytes.
func ipHeader(a netip.Addr) int {
	if a.Is4() {
		return ip.HeaderLen
	}
	return ip.IPv6HeaderLen
}

// flow2 makes a flow of IKEv2.
func (b *flowBuilder) flow2(x *ikev2.Socket) show.Flow {
	f := b.flow(x.Key)
	f.Status, f.Identity, f.Since = x.Status, x.Peer.Identity, x.Since
	var list []show.Association
	mine := map[uint64]bool{}
	for _, c := range b.children[x.Key] {
		mine[c.ID] = true
		list = append(list, show.Association{
			ID: c.ID, InSPI: c.In, OutSPI: c.Out, Transform: show.TransformWords(c.Cipher.Encryption, c.Cipher.KeyBits, c.Integrity),
			Tunnel: c.Tunnel, UDP: c.UDP, ESN: c.ESN, Initiator: map[bool]string{true: "True", false: "False"}[c.Initiator],
			Window: c.ReplayWindow, Group: c.Group, Hard: c.Hard, Bytes: c.Bytes, Sends: c.Sends,
		})
	}
	for _, s := range b.ike2[x.Peer.Remote.Addr()] {
		b.add2(&f, x, s, mine)
	}
	if at := x.Key.Remote; at != x.Peer.Remote.Addr() {
		for _, s := range b.ike2[at] {
			b.add2(&f, x, s, mine)
		}
	}
	b.finish(&f, x.Key, list)
	return f
}

// add2 adds an SA of IKEv2 to a flow, if it belongs to it: it has one of its children,
// or it is about to get one.
func (b *flowBuilder) add2(f *show.Flow, x *ikev2.Socket, s *ikev2.SA, mine map[uint64]bool) {
	ours := s.Local.Addr() == x.Key.Local && len(s.Children) == 0 && (x.Key.Port == 0 || s.Remote.Port() == x.Key.Port)
	if !ours && !slices.ContainsFunc(s.Children, func(c ikev2.Child) bool { return mine[c.ID] }) {
		return
	}
	f.Port = s.Remote.Port()
	if s.Profile != "" {
		f.IKEProfile = s.Profile
	}
	f.IKE = append(f.IKE, show.IKE{
		ID: s.ID, Local: s.Local, Remote: s.Remote, Active: s.Lifetime > 0,
		DPD: s.DPD.Interval > 0, NAT: s.NATPeer || s.NATSelf, Frag: s.Fragments, Left: max(0, s.Lifetime-s.Active),
	})
}

// flow1 makes a flow of IKEv1.
func (b *flowBuilder) flow1(x *ikev1.Session) show.Flow {
	f := b.flow(x.Socket)
	f.Identity, f.Since, f.Status = x.Identity, x.Since, "DOWN"
	var list []show.Association
	for _, c := range x.Children {
		list = append(list, show.Association{
			ID: c.ID, InSPI: c.InSPI, OutSPI: c.OutSPI, Transform: show.TransformWords(c.Encryption, c.KeyBits, c.Integrity),
			Tunnel: c.Tunnel, UDP: c.Remote.Port() != 0, ESN: c.ESN, Window: c.Window, Group: c.Group,
			Hard: c.Hard, Bytes: c.Bytes, Sends: c.Active,
		})
	}
	active := false
	for _, s := range b.ike1[x.Socket.Remote] {
		if s.Local.Addr() != x.Socket.Local || x.Socket.Port != 0 && s.Remote.Port() != x.Socket.Port {
			continue
		}
		f.Port = s.Remote.Port()
		up := !s.Until.IsZero()
		active = active || up
		f.IKE = append(f.IKE, show.IKE{
			ID: s.ID, Local: s.Local, Remote: s.Remote, Active: up, DPD: s.DPD, NAT: s.NAT, Left: max(0, s.Until.Sub(b.r.now)),
		})
	}
	switch {
	case x.Up && active:
		f.Status = "UP-ACTIVE"
	case x.Up:
		f.Status = "UP-NO-IKE"
	case active:
		f.Status = "UP-IDLE"
	case x.Busy || len(f.IKE) > 0:
		f.Status = "DOWN-NEGOTIATING"
	}
	b.finish(&f, x.Socket, list)
	return f
}

// underlay returns the interface by which packets of a tunnel reach a peer; nil
// where there is none.
func (r *Router) underlay(f *iface, peer netip.Addr) *iface {
	if f.under == nil {
		return nil
	}
	e, ok := f.under.rib.FIB().Lookup(peer)
	if !ok || len(e.Hops) == 0 {
		return nil
	}
	return r.byName[e.Hops[0].Interface]
}

// fingerprints gives the entries of protected tunnels the state that their sockets
// have: without SA of IKE, without one of IPsec, or up.
func fingerprints(v *show.View) {
	type peer struct {
		tunnel string
		nbma   netip.Addr
	}
	state := map[peer]engine.PeerState{}
	for i := range v.Crypto.Flows {
		f := &v.Crypto.Flows[i]
		now := engine.PeerIKE
		switch {
		case len(f.Pairs) > 0:
			now = engine.PeerUp
		case slices.ContainsFunc(f.IKE, func(x show.IKE) bool { return x.Active }):
			now = engine.PeerIPsec
		}
		key := peer{f.Tunnel, f.Remote}
		state[key] = max(state[key], now)
	}
	for _, t := range v.Tunnels() {
		if i := slices.IndexFunc(v.Interfaces, func(x show.Interface) bool { return x.Name == t.Name }); i < 0 ||
			v.Interfaces[i].Tunnel == nil || v.Interfaces[i].Tunnel.Protection == "" {
			continue
		}
		for k := range t.Entries {
			e := &t.Entries[k]
			if e.State <= engine.PeerIKE || e.Flags&engine.FlagLocal != 0 || !e.NBMA.IsValid() {
				continue
			}
			s, known := state[peer{t.Name, e.NBMA}]
			if s == engine.PeerUp {
				continue
			}
			e.State = max(s, engine.PeerIKE)
			e.NoSocket = e.NoSocket || !known || e.Type == engine.Dynamic
		}
	}
}
