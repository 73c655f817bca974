// Package engine is the behaviour of NHRP: client, server and forwarder on all
// tunnels of one router, as RFC 2332 and Cisco's DMVPN have it.
//
// An Engine is a plain object: it starts nothing, opens nothing and reads no
// clock. Its owner calls it with the time and performs the actions it returns,
// in order.
//
// A tunnel is made of small states, one file each: the cache of mappings
// (cache.go, entry.go), the sessions with next hop servers (registrar.go,
// server.go, cluster.go), the clients that register here (clients.go), what we
// ask (resolver.go, learn.go), what we answer (answer.go) and pass on
// (forward.go), traffic indications (redirect.go), purges (purge.go), multicast
// destinations (multicast.go), the watch over routes (watch.go), and limits
// (limiter.go, limits.go).
//
// Whom to believe. A password in clear text is all that NHRP has, so beyond it
// the engine asks for more than the RFC does: a unique binding is never moved, a
// client binds its own address and no other, a purge takes back its sender's
// bindings only, what an authenticated peer registered is nobody else's, replies
// must answer an outstanding request with a random id and come from the server
// asked or the next hop named, traffic indications count from servers and peers
// only and for packets of ours.
//
// Missing: names as addresses of servers; the vendor-private extension with
// groups; summary maps; BFD; the state of a tunnel's protection (Protected has no
// effect: entries never wait for a socket); a table of the flows sent, which
// traffic indications could be held against; client entries beyond the first in
// a resolution reply; two clients behind one translated address. An address
// change is not made known to those who were given the old one: they hear of it
// with the next request, or when their entry ends.
package engine

import (
	"net/netip"
	"time"

	"axle/internal/schedule"
)

// An Environment answers what an engine must ask its router. The engine calls
// it only from within its own methods.
type Environment interface {
	// Route returns the best route to addr in the VRF of the tunnel interface,
	// without NHRP's own routes and overrides. Default routes count.
	Route(tunnel string, addr netip.Addr) (Route, bool)
	// Hits returns how many packets were forwarded by the entry for prefix on
	// the tunnel; only its change matters.
	Hits(tunnel string, prefix netip.Prefix) uint64
	// Uint64 returns the next random number (jitter, request ids).
	Uint64() uint64
}

// A Route is what a router knows about a destination.
type Route struct {
	Prefix    netip.Prefix
	Interface string
	NextHop   netip.Addr // zero: directly connected
	Local     bool       // the address is the router's own
}

// A Packet is a received NHRP packet.
type Packet struct {
	Tunnel string
	Src    netip.Addr // outer source: the sender's NBMA address as seen here
	Dst    netip.Addr // outer destination
	Data   []byte     // from the first byte after the GRE header
	// Peer is who has proved to be the sender, where the tunnel is protected; "":
	// nobody has. What a peer registered is nobody else's until it is dropped.
	Peer string
}

// An Engine is the NHRP of one router. It is not safe for concurrent use.
type Engine struct {
	env      Environment
	tunnels  map[string]*tunnel
	names    []string // of tunnels, sorted
	schedule schedule.Schedule
	debug    Debug

	now time.Time // of the verb being performed
	out []Action  // what the verb has to return
}

// New returns an engine without tunnels.
func New(env Environment) *Engine {
	return &Engine{env: env, tunnels: make(map[string]*tunnel)}
}

// begin starts a verb.
func (e *Engine) begin(now time.Time) {
	e.now, e.out = now, nil
}

// do adds an action to what the verb returns.
func (e *Engine) do(a Action) { e.out = append(e.out, a) }

// Configure makes c the configuration.
func (e *Engine) Configure(now time.Time, c Config) []Action {
	e.begin(now)
	e.configure(c)
	return e.out
}

// Public returns the address that servers see a tunnel come from, where a NAT box
// is in front of it; else zero.
func (e *Engine) Public(tunnel string) netip.Addr {
	if t := e.tunnels[tunnel]; t != nil {
		return t.public
	}
	return netip.Addr{}
}

// Receive handles a packet. What is malformed, unauthenticated or forged is
// counted and changes nothing.
func (e *Engine) Receive(now time.Time, p Packet) []Action {
	e.begin(now)
	if t := e.tunnels[p.Tunnel]; t != nil && t.running {
		t.receive(p)
	}
	return e.out
}

// Tick handles the passing of time, up to now.
func (e *Engine) Tick(now time.Time) []Action {
	e.begin(now)
	for t := e.schedule.Due(now); t != nil; t = e.schedule.Due(now) {
		t.Fire()
	}
	return e.out
}

// Deadline returns when Tick wants to be called next; zero if there is nothing
// to wait for.
func (e *Engine) Deadline() time.Time { return e.schedule.Next() }

// Glean reports a packet whose next hop on the tunnel has no NBMA address
// (phase 2).
func (e *Engine) Glean(now time.Time, tunnel string, nextHop netip.Addr) []Action {
	e.begin(now)
	if t := e.tunnels[tunnel]; t != nil && t.running {
		t.glean(nextHop)
	}
	return e.out
}

// Hairpin reports a packet, from its IP header, that came in from the sender
// with NBMA address from and went out within one NHRP network (phase 3, hub).
func (e *Engine) Hairpin(now time.Time, in string, from netip.Addr, out string, packet []byte) []Action {
	e.begin(now)
	a, b := e.tunnels[in], e.tunnels[out]
	if a != nil && b != nil && a.running && b.running && a.cfg.NetworkID == b.cfg.NetworkID {
		a.hairpin(from, b, packet)
	}
	return e.out
}

// RoutesChanged reports that the routing table changed: shortcuts whose
// covering route moved go, and so do answers that are no longer true.
func (e *Engine) RoutesChanged(now time.Time) []Action {
	e.begin(now)
	for _, name := range e.names {
		e.tunnels[name].watchRoutes()
	}
	return e.out
}

// Clear deletes dynamic entries that f selects; purges are sent.
func (e *Engine) Clear(now time.Time, f Filter) []Action {
	e.begin(now)
	for _, name := range e.names {
		if f.Tunnel == "" || f.Tunnel == name {
			e.tunnels[name].clear(f)
		}
	}
	return e.out
}

// ClearCounters sets the message counters of a tunnel, or of all if the name
// is empty, to zero.
func (e *Engine) ClearCounters(tunnel string) {
	for name, t := range e.tunnels {
		if tunnel == "" || tunnel == name {
			t.sent, t.received, t.forwarded = Traffic{}, Traffic{}, Traffic{}
		}
	}
}

// SetDebug selects what debug actions tell.
func (e *Engine) SetDebug(d Debug) { e.debug = d }

// A Filter selects cache entries. The zero value selects all.
type Filter struct {
	Tunnel    string
	Prefix    netip.Prefix // entries within it; zero for all
	NBMA      netip.Addr   // entries of that peer; zero for all
	Claimed   netip.Addr   // and of that one at NBMA which claims this address; zero for all
	Shortcuts bool         // only those learned by resolution
	Static    bool         // also the sessions with next hop servers: they register anew
}
