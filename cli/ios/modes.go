package ios

import (
	"slices"

	"axle/cli/grammar"
)

// The exec modes.
var (
	// UserExec is what a level below 15 may do.
	UserExec = &grammar.Mode{Title: "Exec commands:", About: "user", Types: types, Help: help, Commands: userExec}
	// PrivExec is what level 15 may do.
	PrivExec = &grammar.Mode{Title: "Exec commands:", About: "privileged", Types: types, Help: help, Commands: join(userExec, privExecCommands)}
)

var userExec = join(userExecCommands, cryptoExecUser)

var userExecCommands = []*grammar.Command{
	Enable, Disable, Exit, Help, Logout, Quit,
	TerminalLength, TerminalWidth, TerminalMonitor, TerminalNoMonitor, TerminalHistory, TerminalNoHistory,
	Ping, PingDialog, Traceroute, TracerouteDialog,
	ShowDMVPN, ShowIPNHRP, ShowIPNHRPSummary, ShowIPNHRPServers, ShowIPNHRPTraffic, ShowIPNHRPMulticast,
	ShowIPv6NHRP, ShowIPv6NHRPSummary, ShowIPv6NHRPServers, ShowIPv6NHRPTraffic, ShowIPv6NHRPMulticast, ShowIPv6Route, ShowIPv6RouteTo, ShowIPv6InterfaceBrief,
	ShowIPRoute, ShowIPRouteTo, ShowIPRouteSummary, ShowIPCEF, ShowIPCEFTo, ShowAdjacency, ShowIPProtocols, ShowVRF, ShowIPVRF, ShowIPVRFInterfaces,
	ShowIPInterfaceBrief, ShowIPInterface, ShowInterfaces, ShowInterfacesDescription,
	ShowVersion, ShowClock, ShowHistory, ShowPrivilege, ShowAliases, ShowTerminal,
}

var privExecCommands = join([]*grammar.Command{
	ConfigureTerminal, Configure,
	Write, WriteErase, WriteTerminal, EraseStartup, Reload,
	ClearDMVPN, ClearIPNHRP, ClearIPNHRPShortcut, ClearIPNHRPCounters, ClearIPv6NHRP, ClearIPv6NHRPShortcut, ClearIPv6NHRPCounters, ClearCounters, ClearLogging,
	DebugNHRP, DebugDMVPN, DebugAll, UndebugAll, UndebugNHRP, UndebugDMVPN,
	ShowRunning, ShowStartup, ShowConfiguration, ShowUnsupported, ShowLogging, ShowDebugging,
}, cryptoExecPriv, captureCommands, fileExecCommands, pkiShowCommands)

// The commands that leave a section by its name.
var (
	// ExitAddressFamily leaves an address family.
	ExitAddressFamily = &grammar.Command{Syntax: "exit-address-family", Help: "Exit from Address Family configuration mode"}
	// ExitAFInterface leaves an af-interface.
	ExitAFInterface = &grammar.Command{Syntax: "exit-af-interface", Help: "Exit from Address Family Interface configuration mode"}
	// ExitAFTopology leaves a topology.
	ExitAFTopology = &grammar.Command{Syntax: "exit-af-topology", Help: "Exit from Address Family Topology configuration mode"}
)

// Leaves reports whether a command leaves the section in which it is typed, as
// "exit" does.
func Leaves(c *grammar.Command) bool {
	return c == leaveQuit || c == ConfigExit || c == ExitAddressFamily || c == ExitAFInterface || c == ExitAFTopology
}

// common are the commands of every configuration mode.
var common = []*grammar.Command{ConfigExit, ConfigEnd, ConfigDo, Help}

// mode declares a configuration mode; init gives it its parent.
func mode(name, title string, commands []*grammar.Command) *grammar.Mode {
	return &grammar.Mode{Name: name, Title: title, Types: types, Help: help, Commands: join(guarded(join(commands)), common)}
}

// modeTypes declares a mode with argument types of its own.
func modeTypes(name, title string, commands []*grammar.Command, more args) *grammar.Mode {
	m := mode(name, title, commands)
	m.Types = args{}
	for _, from := range []args{types, more} {
		for k, v := range from {
			m.Types[k] = v
		}
	}
	return m
}

// The modes of interfaces and terminal lines.
var (
	ConfigIf    = mode("config-if", "Interface configuration commands:", interfaceCommands)
	ConfigSubif = mode("config-subif", "Interface configuration commands:", interfaceCommands)
	ConfigRange = mode("config-if-range", "Interface configuration commands:", interfaceCommands)
	ConfigLine  = mode("config-line", "Line configuration commands:", lineCommands)
)

// ConfigMode is the global configuration mode. The order of its commands is
// that of running-config.
var ConfigMode = &grammar.Mode{Name: "config", Title: "Configure commands:", Types: types, Help: globalHelp, Commands: join(
	[]*grammar.Command{versionCmd}, serviceCommands, platformCommands,
	[]*grammar.Command{hostnameCmd},
	bootCommands, vrfCommands, systemCommands, []*grammar.Command{passwordAES}, cryptoPlaced(trackCommands, cryptoIKEv2, flexCommands, cryptoIsakmp, isakmpExtras, groupSections, cryptoIPsec, ipsecExtras, webvpnCommands),
	[]*grammar.Command{InterfaceCmd, RangeCmd},
	eigrpCommands, ospfCommands, bgpCommands, serverCommands,
	[]*grammar.Command{StaticRoute, vrfRoute},
	policyCommands, lastCommands,
	[]*grammar.Command{lineConsole, lineAux, lineTTY, lineVTY},
	tailCommands,
	[]*grammar.Command{callHome},
	finalCommands, []*grammar.Command{MasterKey, NoMasterKey}, common,
)}

// cryptoPlaced joins lists and puts "!" before each kind of section in them.
func cryptoPlaced(lists ...[]*grammar.Command) []*grammar.Command {
	all := join(lists...)
	for _, c := range all {
		c.Break = c.Break || c.Kind == grammar.Section
	}
	return all
}

// subModes are the modes that are reached from ConfigMode.
var subModes = append(reach(ConfigMode), ConfigSubif)

// reach returns the modes that m and those behind it open, near ones first. One
// that has no parent yet gets the mode that opens it.
func reach(m *grammar.Mode) []*grammar.Mode {
	var out []*grammar.Mode
	for from := []*grammar.Mode{m}; len(from) > 0; from = from[1:] {
		for _, c := range from[0].Commands {
			to := c.Opens
			if to == nil || to == m || slices.Contains(out, to) {
				continue
			}
			if to.Parent == nil {
				to.Parent = from[0]
			}
			out, from = append(out, to), append(from, to)
		}
	}
	return out
}

// init ties the modes together: a mode names its parent, and the parent's
// commands name the mode, which no initialiser can say. It compiles them all,
// because many goroutines use them.
func init() {
	ConfigKey.Outer = []string{"key"}
	ConfigSubif.Parent, ConfigRange.Parent = ConfigMode, ConfigMode
	ConfigRouterAF.Parent = ConfigRouterNamed
	ConfigSubif.About, ConfigRange.About = "sub-interface", "range"
	ConfigRouter.About, ConfigRouterRIP.About, ConfigRouterEIGRP.About = "OSPF", "RIP", "EIGRP"
	ConfigRouterNamed.About, ConfigRouterBGP.About = "named EIGRP", "BGP"
	ConfigRouterAF.About, ConfigRouterBGPAF.About = "EIGRP", "BGP"
	for _, c := range cryptoInForce() {
		inForce(c)
	}
	for _, m := range Modes() {
		_ = m.Compile() // a malformed table refuses every line, and fails the tests
	}
}

// Modes returns all modes.
func Modes() []*grammar.Mode {
	return append([]*grammar.Mode{UserExec, PrivExec, ConfigMode}, subModes...)
}
