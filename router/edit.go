package router

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/dataplane"
	"axle/internal/event"
	"axle/nhrp/engine"
	"axle/rib"
)

var eventConfigured = &event.Kind{Facility: "SYS", Severity: 5, Mnemonic: "CONFIG_I", Format: "Configured from console by %s"}

// Config returns the decoded configuration in force. It is replaced, never
// changed.
func (r *Router) Config() *ios.Config {
	if r.staleFilters {
		r.cfg, r.staleFilters = ios.Decode(r.tree), false
	}
	return r.cfg
}

// Edit enters one configuration line in the section that path opens and
// returns what IOS prints. ok is false where the line was refused; the
// configuration is then as it was.
func (r *Router) Edit(now time.Time, who shell.Who, path []*grammar.Line, l *grammar.Line) (text string, ok bool) {
	r.now = now
	r.touch()
	defer r.flush()
	sect := r.tree
	var undo []func()
	for _, p := range path {
		next := sect.Open(p)
		if next == nil { // another session removed it meanwhile
			c := sect.Apply(p)
			undo = append(undo, c.Undo)
			next = c.Section
		}
		sect = next
	}
	if text, ok := r.mayEdit(sect, l); !ok {
		for _, u := range slices.Backward(undo) {
			u()
		}
		return text, false
	}
	ios.SealerOf(r.tree, r.master, chance{r.rnd}).Seal(l)
	isNew := l.Command.Kind == grammar.Section && sect.Open(l) == nil && !l.No
	changed := r.apply(sect, l) || len(undo) > 0
	text = ios.Notice(sect, l, isNew)
	if !changed {
		return text, true
	}
	if ios.Seals(l) {
		r.seal(r.tree)
	}
	r.changed, r.changedBy = now, who.User
	if rt, ok := newRoute(l); ok && len(path) == 0 {
		r.addStatic(rt)
		return text, true
	}
	if ios.IsFilter(l) { // decoded when asked for: a list of thousands would be slow
		r.staleFilters = true
		return text, true
	}
	r.cfg = ios.Decode(r.tree)
	r.markManual(sect, l)
	r.reconfigure()
	return text, true
}

// Keep enters a line that no command fits, as it was typed, in the section that
// path opens. It is false where the configuration does not keep such lines, or
// not this one; nothing has changed then.
func (r *Router) Keep(now time.Time, who shell.Who, path []*grammar.Line, text string) bool {
	sect := r.tree
	for _, p := range path {
		if sect = sect.Open(p); sect == nil {
			return false
		}
	}
	if !ios.Permissive(sect) {
		return false
	}
	lines := sect.Keep(text)
	for _, l := range lines {
		if _, ok := r.Edit(now, who, path, l); !ok {
			return false
		}
	}
	return len(lines) > 0
}

// newRoute returns the route that a line adds, if that is all it does.
func newRoute(l *grammar.Line) (rib.Route, bool) {
	if l.Command != ios.StaticRoute && l.Command != ios.StaticRoute6 || l.No || l.Default {
		return rib.Route{}, false
	}
	return ios.RouteOf(l)
}

// addStatic takes one more static route into force. A paste of thousands would
// be slow if each decoded the whole configuration.
func (r *Router) addStatic(rt rib.Route) {
	c := *r.cfg
	c.Routes = append(c.Routes, rt) // older Configs do not look behind their end
	r.cfg = &c
	rt.Since = r.now
	k := keyOf(rt)
	if old, ok := r.vrfs[0].routes[k]; ok {
		rt.Since = old.Since
	}
	r.rib.Add(rt)
	r.vrfs[0].routes[k] = rt
	for _, f := range r.ifs {
		f.recursive = false // to be seen anew
	}
	r.settle()
}

// mayEdit asks whether a line can be entered; text is IOS's refusal.
func (r *Router) mayEdit(sect *grammar.Tree, l *grammar.Line) (text string, ok bool) {
	if l.No && l.Command == ios.InterfaceCmd {
		if f := r.byName[l.Args["interface"]]; f != nil && f.port >= 0 && !r.opt.Ports[f.port].Optional {
			return "% Removal of physical interfaces is not permitted\n", false
		}
	}
	err := ios.Check(r.tree, l, sect)
	if err == nil {
		return "", true
	}
	var refusal *ios.Refusal
	if errors.As(err, &refusal) {
		if refusal.Text == "" {
			return "", false // refused without a word, as IOS does
		}
		return strings.TrimSuffix(refusal.Text, "\n") + "\n", false
	}
	return "% " + err.Error() + "\n", false
}

// apply enters a line with the lines that IOS adds by itself.
func (r *Router) apply(sect *grammar.Tree, l *grammar.Line) (changed bool) {
	for _, extra := range ios.Elsewhere(sect, l) {
		if extra.Section.Apply(extra.Line).Changed {
			changed = true
		}
	}
	for _, extra := range ios.Implied(sect, l) {
		if sect.Apply(extra).Changed {
			changed = true
		}
	}
	return sect.Apply(l).Changed || changed
}

// markManual notes which interface got its address from a person, for "show ip
// interface brief".
func (r *Router) markManual(sect *grammar.Tree, l *grammar.Line) {
	if sect.Line == nil || sect.Line.Command != ios.InterfaceCmd {
		return
	}
	if f := r.byName[sect.Line.Args["interface"]]; f != nil && len(l.Words) > 1 && l.Words[1] == "address" {
		f.method = "manual"
	}
}

// LeaveConfig logs that a session has configured.
func (r *Router) LeaveConfig(now time.Time, who shell.Who) {
	r.now = now
	by := "console"
	if who.Line != "console" && who.Line != "" {
		by = who.Line
		if who.From != "" {
			by += " (" + who.From + ")"
		}
	}
	if who.User != "" {
		by = who.User + " on " + by
	}
	r.raise(eventConfigured.New(by))
}

// reconfigure brings the router to r.cfg. It compares with what is in force, so
// that what did not change is not touched.
func (r *Router) reconfigure() {
	r.syncVRFs()
	seen := map[string]bool{"Null0": true}
	if r.byName["Null0"] == nil {
		r.addIface(newIface("Null0", -1))
	}
	for i := range r.cfg.Interfaces {
		c := &r.cfg.Interfaces[i]
		seen[c.Name] = true
		f := r.byName[c.Name]
		if f == nil {
			f = newIface(c.Name, -1)
			r.addIface(f)
		}
		c = r.learned(f, c)
		if !reflect.DeepEqual(f.cfg, c) {
			f.recursive, r.stale, r.nhrpCfg = false, true, true
			if protects(f.cfg) || protects(c) {
				r.crypto.stale, r.crypto.moved = true, true
			}
		}
		r.setConfig(f, c)
		f.idle = false
	}
	r.dropIfaces(seen)
	for _, f := range r.ifs {
		r.join(f)
	}
	if r.syncRoutes() {
		for _, f := range r.ifs {
			f.recursive = false // to be seen anew
		}
	}
	r.settle()
	r.noticeCrypto()
	r.syncEngine()
	r.log.configure(r.cfg)
	r.configureArchive()
}

// dropIfaces removes the interfaces that are not configured any more. Physical
// ones stay, without configuration.
func (r *Router) dropIfaces(seen map[string]bool) {
	kept := r.ifs[:0:0]
	for _, f := range r.ifs {
		switch {
		case seen[f.name]:
			kept = append(kept, f)
		case f.port >= 0:
			r.setConfig(f, &ios.Interface{Name: f.name, Shutdown: true})
			f.idle = r.opt.Ports[f.port].Optional
			kept = append(kept, f)
		default:
			if f.proto {
				r.raise(eventLineProto.New(f.name, "down"))
			}
			r.setInterface(f.name, false)
			delete(r.byName, f.name)
			r.nhrpCfg = true
		}
	}
	if len(kept) != len(r.ifs) {
		r.ifs, r.stale = kept, true
		for i, f := range r.ifs {
			f.index = i
		}
	}
}

// A routeKey is the identity of a route that the router put into the table.
type routeKey struct {
	rib.Route
}

func keyOf(rt rib.Route) routeKey {
	rt.Distance, rt.Metric, rt.Tag, rt.Name, rt.Since, rt.Permanent = 0, 0, 0, "", time.Time{}, false
	return routeKey{rt}
}

// syncRoutes gives connected and static routes to the table: what is new is
// added, what is gone is removed. It reports whether anything was.
func (r *Router) syncRoutes() (changed bool) {
	for _, v := range r.vrfs {
		changed = r.syncTable(v) || changed
	}
	return changed
}

// syncTable is syncRoutes for one VRF.
func (r *Router) syncTable(v *vrf) (changed bool) {
	var order []rib.Route // a map alone would add equal paths in any order
	for _, f := range r.ifs {
		if f.vrf == v {
			order = append(order, connectedRoutes(f, r.now)...)
		}
	}
	for _, rt := range r.staticRoutes(v) {
		rt.Since = r.now
		order = append(order, rt)
	}
	want := make(map[routeKey]bool, len(order))
	for _, rt := range order {
		want[keyOf(rt)] = true
	}
	for k, rt := range v.routes {
		if !want[k] {
			v.rib.Remove(rt)
			delete(v.routes, k)
			changed = true
		}
	}
	for _, rt := range order {
		k := keyOf(rt)
		old, ok := v.routes[k]
		if ok {
			rt.Since = old.Since
			if rt == old {
				continue
			}
		}
		v.rib.Add(rt)
		v.routes[k] = rt
		changed = true
	}
	return changed
}

// syncEngine configures the engine where something that it sees has changed.
func (r *Router) syncEngine() {
	if !r.nhrpCfg {
		return
	}
	r.nhrpCfg = false
	for _, fam := range families {
		var c engine.Config
		for _, f := range r.ifs {
			if f.kind == dataplane.TunnelGRE && f.cfg.Tunnel != nil && f.nhrpAddr(fam).IsValid() {
				c.Tunnels = append(c.Tunnels, r.nhrpTunnel(f, fam))
			}
		}
		r.perform(fam, r.nhrp[fam].Configure(r.now, c))
	}
}
