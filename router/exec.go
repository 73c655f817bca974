package router

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/cli/show"
	"axle/rib"
)

// A screen makes the text of a show command.
type screen func(r *Router, l *grammar.Line) string

// screens holds the show commands. What is not here or in Exec is the
// session's own.
var screens = union(pkiScreens, fileScreens, archiveScreens, captureScreens, screens6, cryptoScreens, map[*grammar.Command]screen{
	ios.ShowDMVPN:         showDMVPN,
	ios.ShowIPNHRP:        showNHRP,
	ios.ShowIPNHRPSummary: func(r *Router, l *grammar.Line) string { return show.NHRPSummary(r.view()) },
	ios.ShowIPNHRPServers: func(r *Router, l *grammar.Line) string {
		return show.NHRPServers(r.view(), l.Has("detail"), l.Args["tunnel"])
	},
	ios.ShowIPNHRPTraffic: func(r *Router, l *grammar.Line) string {
		return show.NHRPTraffic(r.view(), l.Has("detail"), l.Args["tunnel"])
	},
	ios.ShowIPNHRPMulticast: func(r *Router, l *grammar.Line) string { return show.NHRPMulticast(r.view(), l.Args["tunnel"]) },
	ios.ShowIPRoute:         inVRF(showRoutes),
	ios.ShowIPRouteTo:       inVRF(showRouteTo),
	ios.ShowIPRouteSummary:  inVRF(func(v *show.View, l *grammar.Line) string { return show.RouteSummary(v) }),
	ios.ShowIPCEF:           inVRF(func(v *show.View, l *grammar.Line) string { return show.CEF(v) }),
	ios.ShowIPCEFTo: inVRF(func(v *show.View, l *grammar.Line) string {
		return show.CEFTo(v, address(l, "address"), l.Has("detail") || l.Has("internal"))
	}),
	ios.ShowVRF:             showVRFs(show.VRFs),
	ios.ShowIPVRF:           showVRFs(show.IPVRFs),
	ios.ShowIPVRFInterfaces: showVRFs(show.IPVRFInterfaces),
	ios.ShowAdjacency: func(r *Router, l *grammar.Line) string {
		return show.Adjacencies(r.view(), l.Has("detail"), l.Args["interface"])
	},
	ios.ShowIPProtocols:           func(r *Router, l *grammar.Line) string { return show.Protocols(r.view()) },
	ios.ShowIPInterfaceBrief:      showBrief,
	ios.ShowIPInterface:           showInterface(show.IPInterface),
	ios.ShowInterfaces:            showInterface(show.Interfaces),
	ios.ShowInterfacesDescription: func(r *Router, l *grammar.Line) string { return show.InterfaceDescriptions(r.plainView()) },
	ios.ShowVersion:               func(r *Router, l *grammar.Line) string { return show.Version(r.plainView()) },
	ios.ShowClock:                 func(r *Router, l *grammar.Line) string { return show.Clock(r.plainView()) },
	ios.ShowLogging:               func(r *Router, l *grammar.Line) string { return show.Logging(r.plainView(), r.log.show()) },
	ios.ShowRunning:               showRunning,
	ios.WriteTerminal:             showRunning,
	ios.ShowStartup:               showStartup,
	ios.ShowConfiguration:         showStartup,
	ios.ShowUnsupported:           showUnsupported,
	ios.ShowDebugging:             func(r *Router, l *grammar.Line) string { return r.debug.show() },
	ios.ShowAliases:               showAliases,
})

// union makes one table of several.
func union[V any](tables ...map[*grammar.Command]V) map[*grammar.Command]V {
	all := map[*grammar.Command]V{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}

// An act is a command that changes something; it returns what is printed.
type act func(r *Router, who shell.Who, l *grammar.Line) string

var acts = union(fileActs, archiveActs, masterActs, pkiActs, captureActs, acts6, cryptoActs, map[*grammar.Command]act{
	ios.Write:        func(r *Router, who shell.Who, l *grammar.Line) string { return r.write() },
	ios.WriteErase:   func(r *Router, who shell.Who, l *grammar.Line) string { return r.erase() },
	ios.EraseStartup: func(r *Router, who shell.Who, l *grammar.Line) string { return r.erase() },
	ios.Reload:       func(r *Router, who shell.Who, l *grammar.Line) string { return r.execReload(who) },

	ios.ClearDMVPN:          clearDMVPN,
	ios.ClearIPNHRP:         clearNHRP,
	ios.ClearIPNHRPShortcut: clearShortcuts,
	ios.ClearIPNHRPCounters: func(r *Router, who shell.Who, l *grammar.Line) string {
		r.nhrp[four].ClearCounters(l.Args["tunnel"])
		return ""
	},
	ios.ClearCounters: func(r *Router, who shell.Who, l *grammar.Line) string { return r.clearCounters(l.Args["interface"]) },
	ios.ClearLogging:  func(r *Router, who shell.Who, l *grammar.Line) string { r.log.lines, r.log.bytes = nil, 0; return "" },

	ios.DebugNHRP:    func(r *Router, who shell.Who, l *grammar.Line) string { return r.setDebug(l, !l.No) },
	ios.DebugDMVPN:   func(r *Router, who shell.Who, l *grammar.Line) string { return r.setDebug(l, !l.No) },
	ios.DebugAll:     func(r *Router, who shell.Who, l *grammar.Line) string { return r.debugAll(!l.No) },
	ios.UndebugAll:   func(r *Router, who shell.Who, l *grammar.Line) string { return r.debugAll(false) },
	ios.UndebugNHRP:  func(r *Router, who shell.Who, l *grammar.Line) string { return r.setDebug(l, false) },
	ios.UndebugDMVPN: func(r *Router, who shell.Who, l *grammar.Line) string { return r.setDebug(l, false) },
})

// Exec runs an exec command, which writes to w. done is called once: before
// Exec returns, or from a later call where the command takes time; then cancel
// breaks it off.
func (r *Router) Exec(now time.Time, who shell.Who, l *grammar.Line, w io.Writer, done func(error)) (cancel func(now time.Time)) {
	r.now = now
	r.touch()
	switch l.Command {
	case ios.Ping, ios.Traceroute:
		if len(r.jobs) >= maxJobs {
			echo(w, "%% Too many commands are running\n")
			done(nil)
			return nil
		}
		if l.Command == ios.Ping {
			return r.execPing(l, w, done)
		}
		return r.execTraceroute(l, w, done)
	}
	var text string
	if r.unknownInterface(l) {
		done(shell.ErrArgument)
		return nil
	}
	if f := screens[l.Command]; f != nil {
		text = f(r, l)
	} else if f := acts[l.Command]; f != nil {
		text = f(r, who, l)
		r.flush()
	} else if l.Command == ios.ConfigureRevertTimer {
		text, err := r.revertTimer(who, l)
		_, werr := io.WriteString(w, text)
		done(errors.Join(err, werr))
		return nil
	} else {
		text = "% This command is not available\n"
	}
	_, err := io.WriteString(w, text)
	done(err)
	return nil
}

// address returns an address argument, zero where there is none.
func address(l *grammar.Line, name string) netip.Addr {
	a, _ := netip.ParseAddr(l.Args[name]) // zero where it is not there
	return a
}

// prefix returns the prefix that an address and a mask argument make.
func prefix(l *grammar.Line, addr, mask string) netip.Prefix {
	a := address(l, addr)
	if !a.IsValid() {
		return netip.Prefix{}
	}
	bits := a.BitLen()
	if m := address(l, mask); m.Is4() {
		bits = 0
		for _, b := range m.As4() {
			for ; b&0x80 != 0; b <<= 1 {
				bits++
			}
		}
	}
	return netip.PrefixFrom(a, bits).Masked()
}

func showDMVPN(r *Router, l *grammar.Line) string {
	return show.DMVPN(r.view(), show.DMVPNOptions{
		Detail: l.Has("detail"), Static: l.Has("static"), IPv4: l.Has("ipv4"), IPv6: l.Has("ipv6"), Tunnel: l.Args["tunnel"], NBMA: address(l, "nbma"), Peer: address(l, "peer"),
	})
}

func showNHRP(r *Router, l *grammar.Line) string {
	return show.NHRP(r.view(), nhrpOptions(l, prefix(l, "address", "mask")))
}

// nhrpOptions reads the words of "show ip nhrp" and "show ipv6 nhrp".
func nhrpOptions(l *grammar.Line, p netip.Prefix) show.NHRPOptions {
	o := show.NHRPOptions{Brief: l.Has("brief"), Detail: l.Has("detail"), Tunnel: l.Args["tunnel"], Prefix: p}
	for _, k := range []string{"dynamic", "static", "incomplete", "local", "remote", "shortcut"} {
		if l.Has(k) {
			o.Kind = k
		}
	}
	return o
}

func showRoutes(v *show.View, l *grammar.Line) string {
	o := show.RouteOptions{NextHopOverride: l.Has("next-hop-override")}
	words := l.Words[3:] // behind "show ip route"
	if l.Args["vrf"] != "" {
		words = words[2:]
	}
	if len(words) > 0 && !o.NextHopOverride {
		o.Protocol = words[0]
	}
	return show.Routes(v, o)
}

// showRouteTo shows the route to an address, or that of exactly the prefix.
func showRouteTo(v *show.View, l *grammar.Line) string {
	if _, given := l.Args["mask"]; given {
		want := prefix(l, "address", "mask")
		for _, e := range v.Routes {
			if e.Prefix == want {
				v.Routes = []rib.Entry{e}
				return show.RouteTo(v, want.Addr())
			}
		}
		return "% Subnet not in table\n"
	}
	return show.RouteTo(v, address(l, "address"))
}

func showBrief(r *Router, l *grammar.Line) string {
	v := r.plainView()
	if name, ok := l.Args["interface"]; ok {
		v.Interfaces = slices.DeleteFunc(v.Interfaces, func(i show.Interface) bool { return i.Name != name })
	}
	return show.InterfaceBrief(v)
}

// showInterface shows one interface or all.
func showInterface(f func(*show.View, string) string) screen {
	return func(r *Router, l *grammar.Line) string {
		name := l.Args["interface"]
		if f := r.byName[name]; name != "" && (f == nil || f.idle) {
			return "%Invalid interface type and number\n"
		}
		return f(r.plainView(), name)
	}
}

// unknownInterface reports whether the configuration of an interface is asked for
// that is not there.
func (r *Router) unknownInterface(l *grammar.Line) bool {
	name, ok := l.Args["interface"]
	return ok && l.Command == ios.ShowRunning && r.byName[name] == nil
}

func showRunning(r *Router, l *grammar.Line) string {
	if name, ok := l.Args["interface"]; ok {
		for t := range r.tree.Lines(ios.InterfaceCmd) {
			if t.Line.Args["interface"] == name {
				return show.RunningInterface(t.SectionText())
			}
		}
		return ""
	}
	if l.Has("all") {
		return r.running(r.tree.TextAll())
	}
	return r.running(r.RunningText())
}

func showStartup(r *Router, l *grammar.Line) string {
	if r.saved == "" {
		return "startup-config is not present\n"
	}
	return show.Startup(r.saved + "end\n")
}

func showUnsupported(r *Router, l *grammar.Line) string {
	lines := ios.Unsupported(r.tree)
	if len(lines) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("Accepted and stored, but without effect yet:\n")
	for _, u := range lines {
		b.WriteString("  " + ios.Unsecret(u) + "\n")
	}
	return b.String()
}

func showAliases(r *Router, l *grammar.Line) string {
	if len(r.cfg.Aliases) == 0 {
		return ""
	}
	var names []string
	for n := range r.cfg.Aliases {
		names = append(names, n)
	}
	slices.Sort(names)
	s := "Exec mode aliases:\n"
	for _, n := range names {
		s += fmt.Sprintf("  %-20s  %s\n", n, r.cfg.Aliases[n])
	}
	return s
}
