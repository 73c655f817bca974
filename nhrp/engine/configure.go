package engine

import (
	"net/netip"
	"reflect"
	"slices"
)

// configure brings all tunnels to what c says.
func (e *Engine) configure(c Config) {
	there := make(map[string]bool, len(c.Tunnels))
	for i := range c.Tunnels {
		there[c.Tunnels[i].Name] = true
	}
	for _, name := range slices.Clone(e.names) {
		if !there[name] {
			t := e.tunnels[name]
			t.configure(Tunnel{Name: name})
			delete(e.tunnels, name)
		}
	}
	for _, want := range c.Tunnels {
		t := e.tunnels[want.Name]
		if t == nil {
			t = newTunnel(e, want.Name)
			e.tunnels[want.Name] = t
		}
		if !reflect.DeepEqual(t.cfg, want) {
			t.configure(want)
		}
	}
	e.names = e.names[:0]
	for name := range e.tunnels {
		e.names = append(e.names, name)
	}
	slices.Sort(e.names)
}

// configure brings one tunnel from its configuration to another.
func (t *tunnel) configure(want Tunnel) {
	if t.running && t.cfg.VRF != want.VRF {
		t.configure(Tunnel{Name: want.Name}) // what it knows is of another table
	}
	old := t.cfg
	runs := want.NetworkID != 0 && want.Up && want.Addr.IsValid() && want.NBMA.IsValid()
	moved := old.Addr != want.Addr || old.NBMA != want.NBMA || old.Dest != want.Dest
	var told []told
	switch {
	case t.running && !runs:
		t.stop(want)
	case t.running && moved:
		told = t.moveAway(want)
	}
	t.cfg = want
	started := runs && !t.running
	t.running = runs
	if old.NetworkID != 0 && want.NetworkID == 0 && want.Addr.IsValid() {
		t.e.log(EventNetworkIDGone, want.Name, old.NetworkID, want.Addr.Addr(), nbmaText(want.NBMA))
	}
	if old.Shortcut && !want.Shortcut {
		t.dropShortcuts()
	}
	t.configureMaps()
	t.servers.configure(started || runs && moved)
	t.takeBack(told)
	t.mcast.publish(t)
	t.checkLine()
	if started {
		t.startSampler()
	}
}

// stop ends what a running tunnel does; want is what follows.
func (t *tunnel) stop(want Tunnel) {
	reason := reasonExternal
	if want.NetworkID == 0 {
		reason = reasonProhibited
	}
	for _, x := range sorted(t.cache.local) {
		t.drop(x, reason)
	}
	for _, x := range sorted(t.cache.remote) {
		if x.origin != fromConfig {
			t.drop(x, reason)
		}
	}
	t.servers.stop(reason)
	t.queries.reset()
	t.purges.reset()
	t.redirect.reset()
	t.e.schedule.Stop(&t.sampler)
	t.public = netip.Addr{}
}

// A told is an answer that was given to somebody.
type told struct {
	requester netip.Addr
	prefix    netip.Prefix
}

// dropShortcuts removes what was learned for the routing table.
func (t *tunnel) dropShortcuts() {
	for _, x := range sorted(t.cache.remote) {
		if x.routed && t.cache.remote[x.Prefix] == x {
			t.drop(x, reasonExternal)
		}
	}
}

// moveAway prepares a running tunnel for another address of its own: what it
// answered and asked with the old one is void. It returns who must be told so,
// once the new address is known.
func (t *tunnel) moveAway(want Tunnel) (gone []told) {
	for _, x := range sorted(t.cache.local) {
		if t.cfg.Addr == want.Addr {
			for _, r := range x.Requesters {
				gone = append(gone, told{r.Addr, x.Prefix})
			}
			x.Requesters = nil
		}
		t.drop(x, reasonExternal)
	}
	if t.cfg.Addr != want.Addr {
		for _, x := range sorted(t.cache.remote) {
			if x.origin != fromConfig {
				t.drop(x, reasonExternal)
			}
		}
	}
	t.queries.reset()
	t.purges.reset()
	t.public = netip.Addr{}
	return gone
}

// takeBack purges answers that were given from an NBMA address that this
// router has left. Their receivers know the new one from nobody, so that the
// purges go by the server, which does: it has just been registered with.
func (t *tunnel) takeBack(gone []told) {
	s := t.servers.best()
	if s == nil || !t.running {
		return
	}
	for _, g := range gone {
		t.purges.start(g.requester, s.nbma, uint32(t.e.env.Uint64()), g.prefix)
	}
}

// configureMaps makes the static entries those of the configuration.
func (t *tunnel) configureMaps() {
	want := t.staticMaps()
	for _, x := range sorted(t.cache.remote) {
		if x.origin == fromConfig && want[x.Prefix] != x.NBMA {
			t.drop(x, reasonExternal)
		}
	}
	prefixes := make([]netip.Prefix, 0, len(want))
	for p := range want {
		prefixes = append(prefixes, p)
	}
	slices.SortFunc(prefixes, func(a, b netip.Prefix) int {
		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}
		return a.Bits() - b.Bits()
	})
	for _, p := range prefixes {
		x := t.cache.remote[p]
		if x != nil && x.origin == fromConfig {
			continue
		}
		if x != nil {
			t.drop(x, reasonExternal)
		}
		x = &entry{origin: fromConfig}
		x.Entry = Entry{Prefix: p, NextHop: p.Addr(), NBMA: want[p], Type: Static, Created: t.e.now}
		t.add(x, 0)
	}
}

// staticMaps returns the configured mappings: the maps, and the servers with
// an address of their own.
func (t *tunnel) staticMaps() map[netip.Prefix]netip.Addr {
	want := make(map[netip.Prefix]netip.Addr)
	if t.cfg.NetworkID == 0 || !t.cfg.Addr.IsValid() {
		return want
	}
	for _, m := range t.cfg.Maps {
		if m.Proto.IsValid() && m.NBMA.IsValid() {
			want[m.Proto.Masked()] = m.NBMA
		}
	}
	for _, s := range t.cfg.Servers {
		if nbma := t.serverNBMA(s); s.Addr.IsValid() && nbma.IsValid() {
			if _, ok := want[hostPrefix(s.Addr)]; !ok {
				want[hostPrefix(s.Addr)] = nbma
			}
		}
	}
	for _, s := range t.servers.list {
		if s.active && s.addr.IsValid() && s.nbma.IsValid() && !s.cfg.Addr.IsValid() {
			want[hostPrefix(s.addr)] = s.nbma // a dynamic server that told its address
		}
	}
	return want
}

// serverNBMA returns the NBMA address of a configured server: its own, that of
// the longest map, or the other end of a point-to-point tunnel; zero if none.
func (t *tunnel) serverNBMA(s ServerConfig) netip.Addr {
	if s.NBMA.IsValid() {
		return s.NBMA
	}
	if !t.cfg.Multipoint && t.cfg.Dest.IsValid() {
		return t.cfg.Dest
	}
	best := Map{}
	for _, m := range t.cfg.Maps {
		if m.Proto.IsValid() && s.Addr.IsValid() && m.Proto.Contains(s.Addr) &&
			(!best.Proto.IsValid() || m.Proto.Bits() > best.Proto.Bits()) {
			best = m
		}
	}
	return best.NBMA
}

// checkLine makes the line protocol follow registration ("if-state nhrp").
func (t *tunnel) checkLine() {
	down := t.cfg.StateControl && t.cfg.NetworkID != 0 && len(t.cfg.Servers) > 0 && !t.servers.anyUp()
	if down != t.lineDown {
		t.lineDown = down
		t.e.do(SetLine{Tunnel: t.cfg.Name, Up: !down})
	}
}

// clear drops the dynamic entries that f selects.
func (t *tunnel) clear(f Filter) {
	selected := func(x *entry) bool {
		return (!f.Prefix.IsValid() || f.Prefix.Overlaps(x.Prefix) && f.Prefix.Bits() <= x.Prefix.Bits()) &&
			(!f.NBMA.IsValid() || f.NBMA == x.NBMA) && (!f.Claimed.IsValid() || f.Claimed == x.Claimed) &&
			(!f.Shortcuts || x.origin == fromReply || x.origin == fromRequest)
	}
	for _, x := range sorted(t.cache.local) {
		if selected(x) {
			t.drop(x, reasonExternal)
		}
	}
	for _, x := range sorted(t.cache.remote) {
		if x.origin != fromConfig && selected(x) {
			t.drop(x, reasonExternal)
		}
	}
	if f.Static && t.running {
		for _, s := range t.servers.list {
			if (!f.NBMA.IsValid() || f.NBMA == s.nbma) && (!f.Prefix.IsValid() || s.addr.IsValid() && f.Prefix.Contains(s.addr)) {
				s.restart()
			}
		}
		t.checkLine()
	}
}
