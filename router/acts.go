package router

import (
	"net/netip"
	"strings"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/nhrp/engine"
)

// write saves the running-config and says so as IOS does.
func (r *Router) write() string {
	if err := r.save(); err != nil {
		return "Building configuration...\n% startup-config could not be written: " + err.Error() + "\n"
	}
	if r.cfg.Archive.WriteMemory {
		r.archiveNow()
	}
	return "Building configuration...\n[OK]\n"
}

// erase forgets the startup-config.
func (r *Router) erase() string {
	if r.opt.Store != nil {
		if err := r.opt.Store.Erase(); err != nil {
			return "% startup-config could not be erased: " + err.Error() + "\n"
		}
	}
	r.saved = ""
	return "[OK]\nErase of nvram: complete\n"
}

func (r *Router) execReload(who shell.Who) string {
	r.raise(eventReload.New(map[bool]string{true: "console", false: who.Line}[who.Line == ""]))
	r.Reload(r.now)
	return ""
}

func clearDMVPN(r *Router, who shell.Who, l *grammar.Line) string {
	f := engine.Filter{Tunnel: l.Args["tunnel"], NBMA: address(l, "nbma"), Static: l.Has("static")}
	if a := address(l, "peer"); a.IsValid() {
		f.Prefix = netip.PrefixFrom(a, a.BitLen())
	}
	r.eachNHRP(func(e *engine.Engine) []engine.Action { return e.Clear(r.now, f) })
	return ""
}

func clearNHRP(r *Router, who shell.Who, l *grammar.Line) string {
	r.perform(four, r.nhrp[four].Clear(r.now, engine.Filter{Tunnel: l.Args["tunnel"], Prefix: prefix(l, "address", "mask")}))
	return ""
}

func clearShortcuts(r *Router, who shell.Who, l *grammar.Line) string {
	r.perform(four, r.nhrp[four].Clear(r.now, engine.Filter{Tunnel: l.Args["tunnel"], Shortcuts: true}))
	return ""
}

// clearCounters sets the counters of an interface, or of all, to zero.
func (r *Router) clearCounters(name string) string {
	for _, f := range r.ifs {
		if name == "" || f.name == name {
			f.base, f.clearedAt = f.read(), r.now
		}
	}
	return ""
}

// debugFlags are the debug commands in force.
type debugFlags struct {
	nhrp  engine.Debug // of "debug nhrp ..."
	dmvpn engine.Debug // of "debug dmvpn ..."

	crypto []cryptoDebug // of "debug crypto ..."
}

var debugNames = []struct {
	flag engine.Debug
	word string
	text string
}{
	{engine.DebugProtocol, "", "NHRP protocol"},
	{engine.DebugPacket, "packet", "NHRP activity"},
	{engine.DebugCache, "cache", "NHRP cache"},
	{engine.DebugExtension, "extension", "NHRP extension processing"},
	{engine.DebugError, "error", "NHRP errors"},
}

// setDebug turns one kind of debug output on or off.
func (r *Router) setDebug(l *grammar.Line, on bool) string {
	to, flag, text := &r.debug.nhrp, engine.DebugProtocol, debugNames[0].text
	for _, d := range debugNames[1:] {
		if l.Has(d.word) {
			flag, text = d.flag, d.text
		}
	}
	if l.Command == ios.DebugDMVPN || l.Command == ios.UndebugDMVPN {
		to, flag, text = &r.debug.dmvpn, dmvpnDebug(l), "DMVPN"
	}
	word := "on"
	if on {
		*to |= flag
	} else {
		*to &^= flag
		word = "off"
	}
	r.debugNHRP(r.debug.nhrp | r.debug.dmvpn)
	return text + " debugging is " + word + "\n"
}

// dmvpnDebug maps the depths of "debug dmvpn" to what NHRP can tell.
func dmvpnDebug(l *grammar.Line) engine.Debug {
	switch {
	case l.Has("error"):
		return engine.DebugError
	case l.Has("packet"):
		return engine.DebugPacket
	case l.Has("all"):
		return allDebug
	}
	return engine.DebugProtocol | engine.DebugCache | engine.DebugError
}

const allDebug = engine.DebugProtocol | engine.DebugPacket | engine.DebugCache | engine.DebugExtension | engine.DebugError

func (r *Router) debugAll(on bool) string {
	if !on {
		r.debug = debugFlags{}
		r.debugNHRP(0)
		r.debugExchanges()
		return "All possible debugging has been turned off\n"
	}
	r.debug = debugFlags{nhrp: allDebug, dmvpn: allDebug}
	for _, d := range cryptoDebugs {
		r.debug.crypto = append(r.debug.crypto, d.words)
	}
	r.debugNHRP(allDebug)
	r.debugExchanges()
	return "All possible debugging has been turned on\n"
}

// debugNHRP selects what the engines tell.
func (r *Router) debugNHRP(d engine.Debug) {
	for _, e := range r.nhrp {
		e.SetDebug(d)
	}
}

// show lists what is on, as "show debugging" does.
func (d debugFlags) show() string {
	var b strings.Builder
	for _, n := range debugNames {
		if d.nhrp&n.flag != 0 {
			b.WriteString("  " + n.text + " debugging is on\n")
		}
	}
	var out string
	if b.Len() > 0 {
		out = "\nNHRP:\n" + b.String()
	}
	if d.dmvpn != 0 {
		out += "\nDMVPN:\n  DMVPN debugging is on\n"
	}
	return out + d.showCrypto()
}
