// Package engine is the behaviour of IKEv1: main mode and quick mode with
// pre-shared keys or RSA signatures, as RFC 2409 and IOS have them, for the tunnels
// of one router.
//
// An Engine is a plain object: it starts nothing, opens nothing and reads no
// clock. Its owner calls it with the time and performs the actions it returns,
// in order.
//
// What tunnels want are sockets (socket.go); what protects them are children
// (child.go), pairs of SAs that quick modes make (quick.go, answer.go) under an
// ISAKMP SA (sa.go), which main mode makes (main.go) or a peer's aggressive mode
// (aggressive.go). Peers are chosen and keys found in peer.go, what proves who
// somebody is stands in proof.go, NAT traversal in nat.go, liveness and other news in
// inform.go and dpd.go.
//
// Whom to believe. A main mode with a pre-shared key proves that the peer has the
// key for the address from which it comes, and nothing about the name it gives:
// with a wildcard key every holder may claim every name. So a name alone never
// ends another's SAs: INITIAL-CONTACT counts for the same name at the same
// address. What is not protected by an SA is a hint and changes nothing.
//
// Missing: signatures other than RSA, certificate requests that choose among several
// certificates of ours, names of certificates in profiles, XAUTH and mode
// configuration (the transaction exchange is not answered), new group mode, AH,
// fragments of IKE messages, aggressive mode as initiator and with signatures, and
// encryption with public keys, which nobody should use.
package engine

import (
	"encoding/binary"
	"io"
	"net/netip"
	"time"

	"axle/internal/schedule"
	"axle/ipsec"
	"axle/ipsec/ikev1"
)

// An Engine is the IKEv1 of one router. It is not safe for concurrent use.
type Engine struct {
	rand     ipsec.Random
	cfg      Config
	schedule schedule.Schedule
	debug    bool

	sas      map[ikev1.Cookie]*sa // by our cookie
	halfOpen map[firstKey]*sa     // that others began, until they are authenticated
	sources  map[netip.Addr]int   // half-open ones, by source
	calls    map[ipsec.Socket]*sa // that we began, until they are established
	peers    map[pair][]*sa       // established ones, oldest first
	sockets  map[ipsec.Socket]*socket
	children map[uint32]*child // by the SPI with which we receive
	byID     map[uint64]*child
	deleted  []Deleted // oldest first
	childID  uint64
	number   int // of the last ISAKMP SA that had keys
	first    sourceRate
	strange  rate // answers to strangers and logs about them
	stats    Stats

	now time.Time // of the verb being performed
	out []ipsec.Action
}

// A firstKey tells the first messages of strangers apart.
type firstKey struct {
	vrf    string
	peer   netip.AddrPort
	cookie ikev1.Cookie
}

// A pair is two routers. Several may be behind one address.
type pair struct {
	vrf           string
	local, remote netip.Addr
}

// New returns an engine without configuration. Keys, nonces, SPIs and jitter come
// from rand, which must not fail.
func New(rand io.Reader) *Engine {
	return &Engine{
		rand:     ipsec.Random{Reader: rand},
		sas:      make(map[ikev1.Cookie]*sa),
		halfOpen: make(map[firstKey]*sa),
		sources:  make(map[netip.Addr]int),
		calls:    make(map[ipsec.Socket]*sa),
		peers:    make(map[pair][]*sa),
		sockets:  make(map[ipsec.Socket]*socket),
		children: make(map[uint32]*child),
		byID:     make(map[uint64]*child),
	}
}

// Configure replaces the configuration. SAs stay as they were agreed on; sockets
// are opened and closed by their tunnels. A router on which IKEv1 is disabled
// loses all.
func (e *Engine) Configure(now time.Time, cfg Config) []ipsec.Action {
	e.begin(now)
	e.cfg = cfg
	if cfg.Globals.Disabled {
		e.removeAll(nil, "disabled")
		for _, s := range e.all() {
			e.drop(s, "disabled", true)
		}
	}
	return e.out
}

// Open says that a tunnel wants protection for a socket by an IPsec profile.
func (e *Engine) Open(now time.Time, key ipsec.Socket, profile string) []ipsec.Action {
	e.begin(now)
	x := e.socket(key)
	x.wanted, x.profile = true, profile
	x.connect()
	return e.out
}

// Close says that no tunnel wants protection for a socket any more.
func (e *Engine) Close(now time.Time, key ipsec.Socket) []ipsec.Action {
	e.begin(now)
	if x := e.sockets[key]; x != nil {
		x.wanted, x.stale = false, nil
		x.cancel()
		x.removeChildren("closed", true)
		x.forget()
	}
	return e.out
}

// Receive handles a datagram. What is malformed or forged is counted and changes
// nothing.
func (e *Engine) Receive(now time.Time, d ipsec.Datagram) []ipsec.Action {
	e.begin(now)
	e.receive(d)
	return e.out
}

// Used takes note of what children have carried since they were installed.
func (e *Engine) Used(now time.Time, uses []ipsec.Use) []ipsec.Action {
	e.begin(now)
	for _, u := range uses {
		if c := e.byID[u.ID]; c != nil {
			c.carried(u)
		}
	}
	return e.out
}

// Tick handles the passing of time, up to now.
func (e *Engine) Tick(now time.Time) []ipsec.Action {
	e.begin(now)
	for t := e.schedule.Due(now); t != nil; t = e.schedule.Due(now) {
		t.Fire()
	}
	return e.out
}

// Deadline returns when Tick wants to be called next; zero if there is nothing to
// wait for.
func (e *Engine) Deadline() time.Time { return e.schedule.Next() }

// SetDebug switches the lines of "debug crypto isakmp" on or off.
func (e *Engine) SetDebug(on bool) { e.debug = on }

// begin starts a verb.
func (e *Engine) begin(now time.Time) { e.now, e.out = now, nil }

// do adds an action to what the verb returns.
func (e *Engine) do(a ipsec.Action) { e.out = append(e.out, a) }

// after sets a timer to the given time from now.
func (e *Engine) after(t *schedule.Timer, d time.Duration) { e.schedule.Set(t, e.now.Add(d)) }

// newCookie draws our cookie of an ISAKMP SA.
func (e *Engine) newCookie() ikev1.Cookie {
	for {
		c := ikev1.Cookie(e.rand.Bytes(8))
		if c != (ikev1.Cookie{}) && e.sas[c] == nil {
			return c
		}
	}
}

// newSPI draws an SPI with which a child receives. RFC 4303 §2.1 reserves those
// below 256.
func (e *Engine) newSPI() uint32 {
	for {
		spi := binary.BigEndian.Uint32(e.rand.Bytes(4))
		if spi > 255 && e.children[spi] == nil {
			return spi
		}
	}
}
