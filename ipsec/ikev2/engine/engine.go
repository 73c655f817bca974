package engine

import (
	"encoding/binary"
	"io"
	"net/netip"
	"time"

	"axle/internal/schedule"
	"axle/ipsec"
	"axle/ipsec/ikev2"
)

// An Engine is the IKEv2 of one router. It is not safe for concurrent use.
type Engine struct {
	rand     ipsec.Random
	cfg      Config
	schedule schedule.Schedule
	debug    bool

	sas      map[ikev2.SPI]*sa // by our SPI
	halfOpen map[initKey]*sa   // as responder, until IKE_AUTH
	sources  map[netip.Addr]int
	peers    directory
	sockets  map[ipsec.Socket]*socket
	children map[uint32]*child // by the SPI with which we receive
	byID     map[uint64]*child
	outgoing int // SAs that we negotiate as initiator
	childID  uint64
	number   int // of the last IKE SA
	cookies  cookieJar
	first    rate // of first messages
	replies  rate // to strangers
	aborts   rate // that are logged
	stats    Stats

	// impair alters messages before they are written, so that tests can see what a
	// peer with faults does to us; nil otherwise.
	impair func(x ikev2.Exchange, response bool, b body) body

	now time.Time // of the verb being performed
	out []ipsec.Action
}

// An initKey tells the first messages of strangers apart.
type initKey struct {
	vrf  string
	peer netip.AddrPort
	spi  ikev2.SPI
}

// New returns an engine without configuration. Keys, nonces, SPIs and jitter come
// from rand, which must not fail.
func New(rand io.Reader) *Engine {
	return &Engine{
		rand:     ipsec.Random{Reader: rand},
		sas:      make(map[ikev2.SPI]*sa),
		halfOpen: make(map[initKey]*sa),
		sources:  make(map[netip.Addr]int),
		sockets:  make(map[ipsec.Socket]*socket),
		children: make(map[uint32]*child),
		byID:     make(map[uint64]*child),
	}
}

// begin starts a verb.
func (e *Engine) begin(now time.Time) { e.now, e.out = now, nil }

// do adds an action to what the verb returns.
func (e *Engine) do(a ipsec.Action) { e.out = append(e.out, a) }

// Open says that a tunnel wants protection for a socket by an IPsec profile.
func (e *Engine) Open(now time.Time, s ipsec.Socket, profile string) []ipsec.Action {
	e.begin(now)
	e.open(s, profile)
	return e.out
}

// Close says that no tunnel wants protection for a socket any more.
func (e *Engine) Close(now time.Time, s ipsec.Socket) []ipsec.Action {
	e.begin(now)
	if x := e.sockets[s]; x != nil {
		x.close()
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

// SetDebug switches the lines of "debug crypto ikev2" on or off.
func (e *Engine) SetDebug(on bool) { e.debug = on }

// newSPI draws an SPI for an IKE SA.
func (e *Engine) newSPI() ikev2.SPI {
	for {
		spi := ikev2.SPI(binary.BigEndian.Uint64(e.rand.Bytes(8)))
		if spi != 0 && e.sas[spi] == nil {
			return spi
		}
	}
}

// leastESP is the lowest SPI of ESP; those below are reserved. RFC 4303 §2.1.
const leastESP = 256

// newESP draws an SPI with which a child receives.
func (e *Engine) newESP() uint32 {
	for {
		spi := binary.BigEndian.Uint32(e.rand.Bytes(4))
		if spi >= leastESP && e.children[spi] == nil {
			return spi
		}
	}
}

// after sets a timer to the given time from now.
func (e *Engine) after(t *schedule.Timer, d time.Duration) { e.schedule.Set(t, e.now.Add(d)) }
