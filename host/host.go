//go:build linux

package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"axle/dataplane"
	"axle/dataplane/port"
	"axle/host/linux"
	"axle/internal/flash"
	"axle/internal/ip"
	"axle/router"
)

// Options say what a Host is made of.
type Options struct {
	Name    string       // host name until one is configured
	Version string       // of Axle
	Seed    uint64       // of its random choices; nobody should be able to guess it
	Store   router.Store // the startup-config
	State   string       // folder of its files; "": in memory
	Ports   []Port       // in order of port numbers
	Log     io.Writer    // what an operator should see at the start; nil: nowhere
	// Random is where keys and nonces come from: the machine's source of randomness,
	// and nothing that can be repeated. It cannot be left out.
	Random io.Reader
}

// A Port joins a physical interface of the configuration to one of the machine.
type Port struct {
	Name string // "GigabitEthernet0/0", or the name of the link
	Link string // "eth0"
	// Optional says that the router has it only where it is configured.
	Optional bool
}

// A Host is a router on a machine.
type Host struct {
	opt    Options
	kernel *linux.Kernel
	router *router.Router
	inbox  chan func()
	ended  chan struct{} // closed when the loop has ended
	snap   atomic.Pointer[dataplane.Snapshot]
	punts  chan []dataplane.Punt
	lost   atomic.Uint64 // punts that the owner could not take
	copies chan []dataplane.Captured

	devices atomic.Pointer[map[int]*tunnel]      // by index of the interface in the snapshot
	sockets atomic.Pointer[map[source]*port.Raw] // by tunnel source

	// Of the loop's goroutine.
	tuns    map[string]*tunnel // by name of the tunnel interface
	raws    map[place]*ends    // by tunnel source
	icmp    [2]*port.Raw       // what the stack hears, for ping and traceroute: IPv4, IPv6
	applied applied
	outbox  []outgoing
}

// limits of the queues.
const (
	inboxSize = 64
	puntQueue = 256 // batches
	copyQueue = 64  // batches of captured packets
)

// New returns a host whose router is not running yet.
func New(o Options) (*Host, error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Random == nil {
		return nil, errors.New("host: no source of randomness")
	}
	k, err := linux.Open(linux.Options{})
	if err != nil {
		return nil, err
	}
	h := &Host{
		opt: o, kernel: k, inbox: make(chan func(), inboxSize), ended: make(chan struct{}), punts: make(chan []dataplane.Punt, puntQueue),
		copies: make(chan []dataplane.Captured, copyQueue),
		tuns:   map[string]*tunnel{}, raws: map[place]*ends{},
	}
	h.devices.Store(&map[int]*tunnel{})
	h.sockets.Store(&map[source]*port.Raw{})
	ro := router.Options{Name: o.Name, Version: o.Version, Seed: o.Seed, Store: o.Store, Output: h, Machine: true, Random: o.Random}
	for _, p := range o.Ports {
		ro.Ports = append(ro.Ports, router.Port{Name: p.Name, Optional: p.Optional})
	}
	ro.Flash = flash.NewMemory(time.Now)
	if o.State != "" {
		dir, err := flash.OpenDir(filepath.Join(o.State, "flash"))
		if err != nil {
			return nil, errors.Join(err, k.Close())
		}
		ro.Flash = dir
	}
	h.router = router.New(ro)
	return h, nil
}

// Run boots the router and serves until ctx ends. ready is called when it
// forwards. What it gave the machine is taken back at the end, and what an earlier
// run left when it was killed, at the beginning.
func (h *Host) Run(ctx context.Context, ready func()) error {
	defer close(h.ended)
	if err := h.kernel.Clean(); err != nil {
		return fmt.Errorf("what an earlier run left cannot be removed: %w", err)
	}
	defer h.close()
	for i, any := range []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()} {
		if raw, err := port.OpenRaw([]int{ip.ProtoICMP, ip.ProtoICMPv6}[i], any, ""); err == nil {
			h.icmp[i] = raw
			go h.hear(raw)
		}
	}
	h.look(time.Now())
	h.router.Boot(time.Now())
	h.look(time.Now())
	h.settle()
	for _, t := range h.router.Tunnels() {
		if h.tuns[t.Name] == nil {
			return fmt.Errorf("there is no device for %s; in a container it needs --device /dev/net/tun", t.Name)
		}
	}
	if h.router.Config().IPv6 {
		if was, err := h.kernel.Sysctl("all", "ipv6.forwarding", ""); err == nil && was == "0" {
			fmt.Fprintln(h.opt.Log, "net.ipv6.conf.all.forwarding is 0: the machine does not forward IPv6 between its networks and the tunnels")
		}
	}
	ready()
	h.router.OnReload(func() { h.applied = applied{failed: h.applied.failed} })
	h.loop(ctx)
	return nil
}

// loop owns the router until ctx ends.
func (h *Host) loop(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		h.settle()
		h.flush()
		wait := time.Hour
		if d := h.router.Deadline(); !d.IsZero() {
			wait = max(0, time.Until(d))
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case f := <-h.inbox:
			f()
		case p := <-h.punts:
			h.router.Punted(time.Now(), p)
		case c := <-h.copies:
			h.router.Captured(time.Now(), c)
		case <-h.kernel.Changes():
			h.look(time.Now())
		case <-timer.C:
			if d := h.router.Deadline(); !d.IsZero() && !d.After(time.Now()) {
				h.router.Tick(time.Now())
			}
		}
	}
}

// do calls f on the loop's goroutine and waits for it; it reports whether it was
// called.
func (h *Host) do(f func()) bool {
	done := make(chan struct{})
	select {
	case h.inbox <- func() { f(); close(done) }:
	case <-h.ended:
		return false
	}
	select {
	case <-done:
		return true
	case <-h.ended:
		return false
	}
}

// hear hands the router the ICMP that the stack receives, while a command waits
// for it.
func (h *Host) hear(raw *port.Raw) {
	in := buffers(16)
	for {
		n, err := raw.ReadBatch(in)
		if err != nil {
			return
		}
		for i := range n {
			b := slices.Clone(in[i].Data())
			verified(b)
			select {
			case h.inbox <- func() { h.router.Answer(time.Now(), b) }:
			default: // a flood; nobody needs all of it
			}
		}
	}
}

// close takes back what the machine was given.
func (h *Host) close() {
	for _, t := range h.tuns {
		_ = t.dev.Close()
	}
	for _, e := range h.raws {
		e.close()
	}
	for _, raw := range h.icmp {
		if raw != nil {
			_ = raw.Close()
		}
	}
	if err := errors.Join(h.kernel.Clean(), h.kernel.Close()); err != nil {
		fmt.Fprintln(h.opt.Log, "left behind:", err)
	}
}
