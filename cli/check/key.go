package check

import (
	"net/netip"
	"slices"
	"strings"

	"axle/cli/grammar"
)

// A psk is a pre-shared key for the addresses of a prefix.
type psk struct {
	peers  netip.Prefix
	text   string
	sealed bool // type 6: encrypted with a key of the box
	at     *grammar.Tree
}

// Keys are what a side has for its peer.
type keys struct {
	all     []psk
	unclear bool // some are for names, or come from elsewhere
}

// forPeer returns the key with the longest prefix around an address. A peer
// without known address gets the one for all addresses.
func (k keys) forPeer(a netip.Addr) (best psk, ok bool) {
	for _, p := range k.all {
		if p.peers.Bits() == 0 || a.IsValid() && p.peers.Contains(a) {
			if !ok || p.peers.Bits() > best.peers.Bits() {
				best, ok = p, true
			}
		}
	}
	return best, ok
}

// around returns the prefix of a line's address and mask. 0.0.0.0 without a mask
// is every address.
func around(t *grammar.Tree) (netip.Prefix, bool) {
	a := address(t, "address")
	if !a.IsValid() {
		return netip.Prefix{}, false
	}
	n := bits(arg(t, "mask"))
	if a.IsUnspecified() {
		n = 0
	}
	return netip.PrefixFrom(a, n).Masked(), true
}

// sealed reports whether the key of a line is of type 6.
func sealed(t *grammar.Tree) bool {
	w := t.Line.Words
	i := slices.Index(w, arg(t, "key"))
	return i > 0 && w[i-1] == "6"
}

// add notes the key of a line.
func (k *keys) add(at, where *grammar.Tree) {
	peers, ok := around(where)
	if !ok {
		k.unclear = true
		return
	}
	k.all = append(k.all, psk{peers: peers, text: arg(at, "key"), sealed: sealed(at), at: at})
}

// v1Keys returns the keys of IKEv1 that are for the tunnel's VRF: those of the
// profile's keyrings, else all.
func (e *end) v1Keys() keys {
	root := e.file.Tree
	var k keys
	rings := map[string]bool{}
	for t := range lines(e.crypt.ike, "keyring") {
		rings[arg(t, "name")] = true
	}
	if (len(rings) == 0 || rings["default"]) && e.vrf() == "" {
		for t := range lines(root, "crypto isakmp key") {
			k.add(t, t)
		}
	}
	for ring := range lines(root, "crypto keyring") {
		if len(rings) > 0 && !rings[arg(ring, "name")] || arg(ring, "vrf") != e.vrf() {
			continue
		}
		for t := range lines(ring, "pre-shared-key") {
			k.add(t, t)
		}
	}
	return k
}

// v2Keys returns the keys of IKEv2: side is "local" for those that the tunnel
// signs with, "remote" for those that it verifies with.
func (e *end) v2Keys(side string) keys {
	var k keys
	for t := range lines(e.crypt.ike, "authentication "+side) {
		if arg(t, "key") != "" {
			return keys{all: []psk{{peers: netip.PrefixFrom(netip.IPv4Unspecified(), 0), text: arg(t, "key"), sealed: sealed(t), at: t}}}
		}
	}
	k.unclear = line(e.crypt.ike, "keyring aaa") != nil
	ring := named(e.file.Tree, "crypto ikev2 keyring", arg(line(e.crypt.ike, "keyring local"), "name"))
	for peer := range lines(ring, "peer") {
		var key *grammar.Tree
		for t := range lines(peer, "pre-shared-key") {
			one := strings.HasPrefix(t.Line.Command.Syntax, "pre-shared-key "+side)
			if one || strings.HasPrefix(t.Line.Command.Syntax, "pre-shared-key {") && key == nil {
				key = t
			}
		}
		if key != nil {
			k.add(key, line(peer, "address"))
		}
	}
	return k
}

// keys returns the tunnel's keys of one side; IKEv1 has the same for both.
func (e *end) keys(side string) keys {
	if e.crypt.v2 {
		return e.v2Keys(side)
	}
	return e.v1Keys()
}

// preShared reports whether a pair authenticates with keys.
func (p pair) preShared() bool {
	if !p.spoke.crypt.v2 {
		s, ok := agreed(p.spoke.policies(), p.hub.policies())
		return ok && slices.Contains(s.method, "pre-share")
	}
	for _, e := range []*end{p.spoke, p.hub} {
		for _, side := range []string{"local", "remote"} {
			if t := line(e.crypt.ike, "authentication "+side); t == nil || t.Line.Words[2] != "pre-share" {
				return false
			}
		}
	}
	return true
}

// ikeKey: for each way, the key that one side signs with is the one that the
// other verifies with.
func ikeKey(p pair, r *report) {
	if !p.both() || p.spoke.crypt.v2 != p.hub.crypt.v2 || !p.preShared() {
		return
	}
	compareKeys(p.spoke, p.hub, "local", "remote", r)
	if p.spoke.crypt.v2 {
		compareKeys(p.spoke, p.hub, "remote", "local", r)
	}
}

// compareKeys holds the keys of a for b against those of b for a.
func compareKeys(a, b *end, sideA, sideB string, r *report) {
	x, okX := a.keyFor(b, sideA, r)
	y, okY := b.keyFor(a, sideB, r)
	if a.hidden(b, a.keys(sideA)) || b.hidden(a, b.keys(sideB)) {
		return
	}
	if okX && okY && !x.sealed && !y.sealed && x.text != y.text {
		r.fault(a.cryptPlace(x.at), b.cryptPlace(y.at), "the pre-shared key for %s is not the one that it has for %s: enter the same on both", addrText(b.source), addrText(a.source))
	}
}

// hidden reports whether NAT may give a peer another address than its tunnel
// source, and nobody can tell which of the tunnel's keys is for that.
func (e *end) hidden(peer *end, k keys) bool {
	outside := e.source.IsValid() && !e.source.IsPrivate()
	return peer.source.IsPrivate() && slices.ContainsFunc(k.all, func(p psk) bool {
		return p.peers.Bits() > 0 && (outside || !p.peers.Addr().IsPrivate())
	})
}

// keyFor returns the key of tunnel e for a peer, and says where there is none.
func (e *end) keyFor(peer *end, side string, r *report) (psk, bool) {
	k := e.keys(side)
	key, ok := k.forPeer(peer.source)
	if !ok && !k.unclear && (peer.source.IsValid() || len(k.all) == 0) && !e.hidden(peer, k) {
		var first *grammar.Tree
		if len(k.all) > 0 {
			first = k.all[0].at
		}
		r.fault(e.cryptPlace(first), peer.at("tunnel source"), "no pre-shared key for %s: enter \"%s\" for that address", addrText(peer.source), e.keyCommand())
	}
	return key, ok
}

// keyCommand returns the command that sets the keys of a tunnel.
func (e *end) keyCommand() string {
	switch {
	case e.crypt.v2:
		return "pre-shared-key"
	case e.vrf() != "":
		return "pre-shared-key\" in a \"crypto keyring\" of \"vrf " + e.vrf()
	}
	return "crypto isakmp key"
}

// maxCompared limits how many other spokes each one is held against.
const maxCompared = 64

// spokeKey: spokes that talk directly authenticate each other.
func spokeKey(n *network, r *report) {
	for _, hub := range n.hubs {
		spokes := n.spokes[hub]
		for i, a := range spokes {
			for _, b := range spokes[i+1 : min(i+1+maxCompared, len(spokes))] {
				p := pair{spoke: a, hub: b}
				if !n.direct(hub, a, b) || !p.both() || a.crypt.v2 != b.crypt.v2 || !p.preShared() {
					continue
				}
				a.knows(b, "local", r)
				b.knows(a, "local", r)
				if a.crypt.v2 {
					a.knows(b, "remote", r)
					b.knows(a, "remote", r)
				}
			}
		}
	}
}

// direct reports whether two spokes are meant to talk without their hub.
func (n *network) direct(hub, a, b *end) bool {
	if !a.Tunnel.Multipoint || !b.Tunnel.Multipoint || a.file == b.file {
		return false
	}
	return !hub.Tunnel.NHRP.Redirect && hub.phase2() != nil ||
		hub.Tunnel.NHRP.Redirect && a.Tunnel.NHRP.Shortcut && b.Tunnel.NHRP.Shortcut
}

// knows says where a spoke has no key for another one, or not its key.
func (e *end) knows(peer *end, side string, r *report) {
	k := e.keys(side)
	if k.unclear || !peer.source.IsValid() || len(k.all) == 0 || e.hidden(peer, k) {
		return
	}
	if _, ok := k.forPeer(peer.source); !ok {
		r.fault(e.cryptPlace(k.all[0].at), peer.at("tunnel source"),
			"no pre-shared key for the spoke at %s, so the two never talk directly: enter \"%s\" for that address", peer.source, e.keyCommand())
	}
}

func addrText(a netip.Addr) string {
	if !a.IsValid() {
		return "the other side"
	}
	return a.String()
}
