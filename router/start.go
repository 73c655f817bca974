package router

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/dataplane"
	"axle/internal/event"
	"axle/nhrp/engine"
)

var (
	eventRestart = &event.Kind{Facility: "SYS", Severity: 5, Mnemonic: "RESTART", Format: "System restarted --\n%s"}
	eventReload  = &event.Kind{Facility: "SYS", Severity: 5, Mnemonic: "RELOAD", Format: "Reload requested by %s. Reload Reason: Reload Command."}
)

// Boot starts the router at now with its startup-config. Its ports have the
// carrier that SetCarrier gave them last; at first they have none. Lines of the
// startup-config that are refused are logged.
func (r *Router) Boot(now time.Time) {
	r.now, r.boot = now, now
	r.rnd = rand.New(rand.NewPCG(r.opt.Seed, uint64(len(r.opt.Name))+0x9e3779b97f4a7c15))
	r.vrfs, r.shortcuts = []*vrf{newVRF("")}, map[shortcutKey]*vrf{}
	r.rib = r.vrfs[0].rib
	for _, fam := range families {
		r.nhrp[fam] = engine.New(environment{r})
	}
	r.work = dataplane.NewWorker()
	r.crypto.close()
	r.crypto = newCrypto(r.opt.Random, r.opt.Seed, r.opt.Name)
	r.ifs, r.byName = nil, map[string]*iface{}
	r.jobs, r.debug, r.changed, r.changedBy = nil, debugFlags{}, time.Time{}, ""
	r.pending, r.savedAt = nil, now
	r.punts, r.snap, r.captures = nil, nil, nil
	r.log.reset()
	r.host = newHostStack()
	for i, p := range r.opt.Ports {
		f := newIface(p.Name, i)
		f.carrier = r.carrier[i]
		r.addIface(f)
	}
	r.loadMaster()
	r.loadKeys()
	r.tree = nil
	text := r.loadStartup()
	r.tree = r.bootTree(text)
	r.saved = r.RunningText()
	if text == "" {
		r.saved = ""
	}
	r.cfg = ios.Decode(r.tree)
	r.reconfigure()
	for _, f := range r.ifs {
		if len(f.cfg.Addrs) > 0 {
			f.method = "NVRAM"
		}
	}
	r.raise(eventRestart.New(banner(r.opt.Version)))
	r.nextSample = now.Add(sampleEvery)
	r.flush()
}

// bootTree loads the startup-config and adds what every router has: its ports
// and its terminal lines. A port that the text does not mention is shut down.
func (r *Router) bootTree(text string) *grammar.Tree {
	tree, errs := ios.LoadNamed(r.names, text)
	for _, e := range errs {
		// Not the line itself: it may hold a secret.
		word, _, _ := strings.Cut(strings.TrimSpace(e.Text), " ")
		r.raise(eventBadLine.New(e.Line, word[:min(len(word), maxLoggedWord)]))
	}
	r.complete(tree)
	return tree
}

// complete adds to a loaded configuration what every router has, and seals its
// passwords.
func (r *Router) complete(tree *grammar.Tree) {
	r.seal(tree)
	for _, p := range r.opt.Ports {
		if p.Optional {
			continue
		}
		l := r.mustMatch(ios.ConfigMode, "interface "+p.Name)
		if tree.Open(l) != nil {
			continue
		}
		s := tree.Apply(l).Section
		s.Apply(r.mustMatch(l.Command.Opens, "shutdown"))
	}
	for _, s := range []string{"line con 0", "line vty 0 4"} {
		if l := r.mustMatch(ios.ConfigMode, s); tree.Open(l) == nil {
			tree.Apply(l)
		}
	}
}

// mustMatch matches a line of our own.
func (r *Router) mustMatch(m *grammar.Mode, line string) *grammar.Line {
	l, err := r.names.Match(m, line)
	if err != nil {
		panic("router: " + line + ": " + err.Error())
	}
	return l
}

var eventBadLine = &event.Kind{Facility: "PARSER", Severity: 4, Mnemonic: "BADCFG", Format: "startup-config line %d refused: %s ..."}

// maxLoggedWord bounds what is logged of a refused line, bytes.
const maxLoggedWord = 20

// Reload restarts the router as after "reload": all state goes, and the
// startup-config is read again. Links keep their carrier.
func (r *Router) Reload(now time.Time) {
	r.now = now
	r.reloadReason = "reload"
	for _, j := range slices.Clone(r.jobs) {
		j.abort(r)
	}
	r.Boot(now)
	for _, f := range slices.Clone(r.onReload) {
		(*f)()
	}
}

// OnReload calls f whenever the router has restarted, on the owner's
// goroutine; cancel ends it.
func (r *Router) OnReload(f func()) (cancel func()) {
	p := &f
	r.onReload = append(r.onReload, p)
	return func() {
		r.onReload = slices.DeleteFunc(r.onReload, func(q *func()) bool { return q == p })
	}
}

func (r *Router) addIface(f *iface) {
	f.index, f.vrf, f.under = len(r.ifs), r.vrfs[0], r.vrfs[0]
	r.ifs = append(r.ifs, f)
	r.byName[f.name] = f
}
