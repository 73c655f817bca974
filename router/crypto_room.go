package router

import (
	"net/netip"

	"axle/ipsec"
	"axle/ipsec/esp"
)

// espRoom returns how many bytes of GRE fit into room bytes behind the outer header
// of a protected tunnel: with the transform of its profile that needs most.
func (r *Router) espRoom(f *iface, room int) int {
	key := roomKey{f.cfg.Tunnel.Protection, room, f.cfg.Tunnel.IPv6}
	if n, ok := r.crypto.rooms[key]; ok {
		return n
	}
	n := room
	for _, p := range r.cfg.Crypto.Profiles {
		if p.Name != f.cfg.Tunnel.Protection {
			continue
		}
		for _, t := range transforms(&r.cfg.Crypto, p.TransformSets) {
			n = min(n, suiteRoom(&t, room, f.cfg.Tunnel.IPv6))
		}
	}
	r.crypto.rooms[key] = n
	return n
}

// A roomKey is what espRoom depends on, the configuration aside.
type roomKey struct {
	profile string
	room    int
	six     bool
}

// suiteRoom is espRoom for one transform: what an association with any keys would
// take.
func suiteRoom(t *ipsec.Transform, room int, six bool) int {
	any := netip.IPv4Unspecified()
	if six {
		any = netip.IPv6Unspecified()
	}
	out, err := esp.NewOutbound(esp.Params{
		SPI: 256, Src: any, Dst: any, Tunnel: t.Mode == ipsec.Tunnel,
		Encryption: t.Encryption, KeyBits: t.KeyBits, Integrity: t.Integrity,
		Key: make([]byte, t.Encryption.KeyLen(t.KeyBits)), IntegrityKey: make([]byte, t.Integrity.KeyLen()),
	})
	if err != nil {
		return room
	}
	return out.MaxPayload(room)
}
