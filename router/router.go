// Package router is one router: it owns the configuration tree, the NHRP
// engine, the routing table and the forwarding snapshot, and turns what the
// engines want into packets, tables and log messages.
//
// A Router is a pure core. Its owner, one goroutine, calls it with the time;
// packets leave through an Output during these calls. The lab drives many
// Routers from one loop. What is missing: IPv6 routes of VRFs, link-local addresses in
// NHRP (IOS registers them, too), and a loop of its own for a machine's real ports.
package router

import (
	"io"
	"math/rand/v2"
	"net/netip"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/dataplane"
	"axle/internal/flash"
	"axle/ipsec/pki"
	"axle/nhrp/engine"
	"axle/rib"
)

// An Output takes the packets that a router sends on its ports.
type Output interface {
	// Transmit sends an IP packet on a port to a neighbour on it. The bytes
	// are valid during the call only, and the router must not be called from
	// within it.
	Transmit(port int, nextHop netip.Addr, packet []byte)
}

// A Store keeps the startup-config.
type Store interface {
	// Load returns the text; nil where there is none.
	Load() ([]byte, error)
	Save(text []byte) error
	Erase() error
}

// A Port is a physical interface that the router has.
type Port struct {
	Name string // "GigabitEthernet0/0", or as the machine calls it, "ens3": it is understood then
	MTU  int    // bytes; 0 means 1500
	// Optional says that the router has the port only where it is configured.
	Optional bool
}

// Options are what a Router is made of.
type Options struct {
	Name    string // host name until one is configured
	Version string // of Axle
	Seed    uint64 // of all its random choices
	Ports   []Port // the index is the port number
	Store   Store
	Flash   flash.Store // its files; nil: none
	Output  Output
	// Random is where keys, nonces and everything else comes from that nobody may
	// guess. nil: from Seed, which is for labs only, and refused on a Machine.
	Random io.Reader
	// Machine says that the router runs on a machine whose stack forwards between
	// the ports: dataplane.Snapshot.Machine.
	Machine bool
}

// A Router is one router. All its methods belong to one goroutine.
type Router struct {
	opt          Options
	names        grammar.Names // of ports that are called as the machine calls them
	rnd          *rand.Rand
	now          time.Time // of the call that runs
	boot         time.Time
	reloadReason string

	tree         *grammar.Tree
	cfg          *ios.Config
	staleFilters bool      // cfg has older access lists and prefix lists than tree
	changed      time.Time // of the last change of the configuration; zero: none
	changedBy    string
	saved        string // startup-config as last loaded or saved
	savedAt      time.Time
	master       string   // of type 6 keys; "" where none is set
	keys         pki.Ring // private ones
	archive      archive
	machine      machine
	pending      *rollback // a change that waits to be confirmed; nil: none

	ifs    []*iface // by index of the forwarding snapshot
	byName map[string]*iface

	nhrp      [2]*engine.Engine // by family
	rib       *rib.RIB          // of the global table
	vrfs      []*vrf            // by index of the forwarding snapshot; the global table first
	shortcuts map[shortcutKey]*vrf
	nhrpCfg   bool // the engine must be configured again
	stale     bool // the forwarding snapshot is out of date
	snap      *dataplane.Snapshot
	work      *dataplane.Worker

	in        []dataplane.Packet // of the batch that is being received
	free      [][]byte           // buffers for packets
	punts     []dataplane.Punt   // packets for the router itself, to be handled by flush
	puntDrops uint64
	captures  []*capture // "monitor capture", in order of their making

	onReload []*func()
	carrier  []bool // by port; kept over reloads

	crypto crypto
	ident  uint16 // IPv4 identification of datagrams made here

	log        logbook
	host       hostStack
	jobs       []job
	debug      debugFlags
	nextSample time.Time // of the interface rates
}

// New returns a router that is not running yet; Boot starts it. On a machine its
// keys must come from Options.Random: New panics where they would come from a seed.
func New(o Options) *Router {
	if o.Machine && o.Random == nil {
		panic("router: keys on a machine would come from a seed")
	}
	r := &Router{opt: o, reloadReason: "power-on", carrier: make([]bool, len(o.Ports))}
	var links []string
	for i := range r.opt.Ports {
		if ios.IsLink(r.opt.Ports[i].Name) {
			links = append(links, r.opt.Ports[i].Name)
		}
		if r.opt.Ports[i].MTU == 0 {
			r.opt.Ports[i].MTU = 1500
		}
	}
	r.names = ios.LinkNames(links...)
	return r
}

// Names returns the names of ports that are understood beside those of IOS.
func (r *Router) Names() grammar.Names { return r.names }

// The other verbs, by file: start.go (Boot, Reload), packets.go (Receive,
// SetCarrier), timers.go (Tick, Deadline), edit.go (Edit, Config), exec.go (Exec), log.go (Subscribe).
