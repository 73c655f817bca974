package dataplane

import "sync/atomic"

// A DropReason says why a packet was not forwarded.
type DropReason uint8

// The reasons for a drop.
const (
	DropMalformed           DropReason = iota // IP header: version or a length
	DropChecksum                              // IPv4 header checksum
	DropIPv6                                  // IPv6 is not routed, or not enabled on the interface
	DropSource                                // source address that no host can have
	DropDestination                           // destination address that no packet can have
	DropTTL                                   // TTL expired
	DropNoRoute                               // no route to the destination
	DropNull                                  // routed to Null0
	DropInterfaceDown                         // in or out interface is down
	DropNoInterface                           // the interface does not exist
	DropTooBig                                // larger than the IP MTU and DF set, or than any packet
	DropNoAdjacency                           // no NBMA address for the next hop
	DropTunnelNoSource                        // the tunnel's source has no address
	DropTunnelNoDestination                   // the tunnel has no destination, or no route to it
	DropTunnelKey                             // no tunnel of this local address has this key
	DropTunnelPeer                            // no tunnel of this key has this peer
	DropGRE                                   // malformed GRE header
	DropGREChecksum                           // bad GRE checksum
	DropGREProtocol                           // GRE payload is neither IPv4, IPv6 nor NHRP
	DropNesting                               // tunnels within tunnels, too deep
	DropRecursion                             // the tunnel's destination is reached by the tunnel itself
	DropProtected                             // clear text on a tunnel that must be protected
	DropReassembly                            // refused fragment of a packet to the router
	DropLimit                                 // no buffer or place in a queue left in this call
	DropNoSA                                  // no security association with the tunnel's peer
	DropUnknownSPI                            // ESP packet with an SPI that no association has
	DropReplay                                // ESP packet that came before, or too late
	DropAuth                                  // ESP packet that is not authentic
	DropESP                                   // ESP packet with a wrong length or padding
	DropSelector                              // ESP packet with what its association is not for
	DropExpired                               // the association may carry no more

	NumDropReasons = iota // how many there are
)

var dropNames = [NumDropReasons]string{
	DropMalformed:           "malformed IP header",
	DropChecksum:            "bad IPv4 header checksum",
	DropIPv6:                "IPv6 not routed",
	DropSource:              "invalid source address",
	DropDestination:         "invalid destination address",
	DropTTL:                 "TTL expired",
	DropNoRoute:             "no route",
	DropNull:                "routed to Null0",
	DropInterfaceDown:       "interface down",
	DropNoInterface:         "no such interface",
	DropTooBig:              "too big, not to be fragmented",
	DropNoAdjacency:         "no adjacency",
	DropTunnelNoSource:      "tunnel source has no address",
	DropTunnelNoDestination: "no route to tunnel destination",
	DropTunnelKey:           "tunnel key mismatch",
	DropTunnelPeer:          "tunnel source mismatch",
	DropGRE:                 "malformed GRE header",
	DropGREChecksum:         "bad GRE checksum",
	DropGREProtocol:         "unknown GRE protocol",
	DropNesting:             "tunnels nested too deep",
	DropRecursion:           "recursive routing of tunnel",
	DropProtected:           "clear text on protected tunnel",
	DropReassembly:          "fragment refused",
	DropLimit:               "limit of one batch reached",
	DropNoSA:                "no security association",
	DropUnknownSPI:          "unknown SPI",
	DropReplay:              "replayed ESP packet",
	DropAuth:                "ESP packet not authentic",
	DropESP:                 "malformed ESP packet",
	DropSelector:            "ESP packet outside its selectors",
	DropExpired:             "security association used up",
}

// String returns the reason in words.
func (r DropReason) String() string {
	if int(r) < len(dropNames) {
		return dropNames[r]
	}
	return "unknown reason"
}

// input tells whether packets of this reason are faulty as they came in: they
// count as input errors.
func (r DropReason) input() bool {
	switch r {
	case DropMalformed, DropChecksum, DropSource, DropDestination, DropGRE, DropGREChecksum, DropAuth, DropESP:
		return true
	}
	return false
}

// Counters count the packets of one interface. They live over snapshots and
// may be read at any time.
type Counters struct {
	InPackets, InBytes   atomic.Uint64 // IP packets received, before any check
	InMulticast          atomic.Uint64 // packets among InPackets that went to a multicast address
	InBroadcast          atomic.Uint64 // packets among InPackets that went to a broadcast address
	OutPackets, OutBytes atomic.Uint64 // IP packets sent; on a tunnel without GRE and outer header
	InErrors             atomic.Uint64 // faulty packets among InPackets; each is a drop, too
	OutErrors            atomic.Uint64 // packets routed to the interface that could not be sent
	Fragments            atomic.Uint64 // fragments made for the interface
	Punts                atomic.Uint64 // packets handed to the router
	Drops                [NumDropReasons]atomic.Uint64
}

// Dropped returns the sum of all drops. OutErrors of them were routed to the
// interface, the others came in by it.
func (c *Counters) Dropped() uint64 {
	var n uint64
	for i := range c.Drops {
		n += c.Drops[i].Load()
	}
	return n
}

// Reset sets all counters to zero ("clear counters").
func (c *Counters) Reset() {
	for _, v := range []*atomic.Uint64{
		&c.InPackets, &c.InBytes, &c.InMulticast, &c.InBroadcast,
		&c.OutPackets, &c.OutBytes, &c.InErrors, &c.OutErrors,
		&c.Fragments, &c.Punts,
	} {
		v.Store(0)
	}
	for i := range c.Drops {
		c.Drops[i].Store(0)
	}
}
