//go:build linux

package host

import (
	"net/netip"
	"slices"

	"axle/dataplane"
	"axle/dataplane/port"
)

// maxOutbox is how many packets of the router's own wait at most.
const maxOutbox = 1024

// An outgoing packet is one of the router's own.
type outgoing struct {
	from   place
	packet []byte
}

// Transmit takes a packet of the router's own. It leaves when the machine has what
// the router wants: an answer could come before there is a socket to hear it, and
// what a peer is told, such as the end of an association, before the workers know.
func (h *Host) Transmit(out int, _ netip.Addr, packet []byte) {
	src, ok := sourceOf(packet)
	if !ok {
		return
	}
	if len(h.outbox) >= maxOutbox {
		h.flush()
	}
	h.outbox = append(h.outbox, outgoing{place{h.router.PortVRF(out), src}, slices.Clone(packet)})
}

// flush sends the packets of the router's own: the stack routes them.
func (h *Host) flush() {
	for i := range h.outbox {
		o := &h.outbox[i]
		var raw *port.Raw
		if e := h.raws[o.from]; e != nil {
			raw = e.raw
		} else if o.from.vrf == "" {
			raw = h.icmpOf(o.from.addr)
		}
		if raw != nil {
			_, _ = raw.WriteBatch([]dataplane.Packet{{Buf: o.packet, Len: len(o.packet)}}) // counted by the socket
		}
	}
	clear(h.outbox) // for the garbage collector
	h.outbox = h.outbox[:0]
}

// icmpOf returns the socket for the router's own packets from an address without a
// tunnel; nil where there is none.
func (h *Host) icmpOf(src netip.Addr) *port.Raw {
	if src.Is6() {
		return h.icmp[1]
	}
	return h.icmp[0]
}
