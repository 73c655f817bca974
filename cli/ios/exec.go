package ios

import "axle/cli/grammar"

// The commands of a session: what changes the mode, the terminal or the end.
// Their arguments are named in each comment.
var (
	// Enable raises the privilege: <level>, 15 where absent.
	Enable = &grammar.Command{
		Syntax: "enable [<level>]",
		Help:   "Turn on privileged commands",
	}
	// Disable lowers the privilege: <level>, 1 where absent.
	Disable = &grammar.Command{
		Syntax: "disable [<level>]",
		Help:   "Turn off privileged commands",
	}
	// ConfigureTerminal enters configuration mode.
	ConfigureTerminal = &grammar.Command{
		Syntax: "configure terminal",
		Help:   "Configure from the terminal",
	}
	// Configure asks where to configure from, then enters configuration mode.
	Configure = &grammar.Command{
		Syntax: "configure",
		Help:   "Enter configuration mode",
	}
	// Exit ends the session.
	Exit = &grammar.Command{
		Syntax: "exit",
		Help:   "Exit from the EXEC",
	}
	// Logout ends the session.
	Logout = &grammar.Command{
		Syntax: "logout",
		Help:   "Exit from the EXEC",
	}
	// Quit ends the session.
	Quit = &grammar.Command{
		Syntax: "quit",
		Help:   "Exit from the EXEC",
		Hidden: true,
	}
	// Help explains help; it is a command of every mode.
	Help = &grammar.Command{
		Syntax: "help",
		Help:   "Description of the interactive help system",
	}
	// TerminalLength sets the lines of a page: <lines>, 0 for no paging.
	TerminalLength = &grammar.Command{
		Syntax: "terminal length <lines>",
		Help:   "Set number of lines on a screen",
	}
	// TerminalWidth sets the width of the screen: <columns>, 0 for no limit.
	TerminalWidth = &grammar.Command{
		Syntax: "terminal width <columns>",
		Help:   "Set width of the display terminal",
	}
	// TerminalMonitor copies log and debug messages to this session.
	TerminalMonitor = &grammar.Command{
		Syntax: "terminal monitor",
		Help:   "Copy debug output to the current terminal line",
	}
	// TerminalNoMonitor ends TerminalMonitor.
	TerminalNoMonitor = &grammar.Command{
		Syntax: "terminal no monitor",
		Help:   "Copy debug output to the current terminal line",
	}
	// TerminalHistory sets the history: <size> lines; alone it turns it on.
	TerminalHistory = &grammar.Command{
		Syntax: "terminal history [size <size>]",
		Help:   "Enable and control the command history function",
	}
	// TerminalNoHistory turns the history off.
	TerminalNoHistory = &grammar.Command{
		Syntax: "terminal no history [size]",
		Help:   "Enable and control the command history function",
	}

	// ConfigExit leaves a configuration mode for the one that it was entered
	// from.
	ConfigExit = &grammar.Command{
		Syntax: "exit",
		Help:   "Exit from the current configuration mode",
	}
	// ConfigEnd leaves configuration.
	ConfigEnd = &grammar.Command{
		Syntax: "end",
		Help:   "Exit from configure mode",
	}
	// ConfigDo runs an exec command in configuration mode: <command>.
	ConfigDo = &grammar.Command{
		Syntax: "do <command>",
		Help:   "To run exec commands in config mode",
		Args:   map[string]grammar.Type{"command": grammar.Rest{What: "Exec Command"}},
	}
)

// The commands that act on the router's files and on the router itself.
var (
	// Write saves the configuration.
	Write = &grammar.Command{
		Syntax: "write [memory]",
		Help:   "Write to NV memory",
	}
	// WriteErase deletes the startup-config.
	WriteErase = &grammar.Command{
		Syntax: "write erase",
		Help:   "Erase NV memory",
	}
	// WriteTerminal shows the running-config.
	WriteTerminal = &grammar.Command{
		Syntax: "write terminal",
		Help:   "Write to terminal",
	}
	// EraseStartup deletes the startup-config.
	EraseStartup = &grammar.Command{
		Syntax: "erase {startup-config|nvram:}",
		Help:   "Erase contents of configuration memory",
	}
	// Reload restarts the router: <text> is a reason, or "in 5" and the like.
	Reload = &grammar.Command{
		Syntax: "reload [<reason>]",
		Help:   "Halt and perform a cold restart",
		Args:   map[string]grammar.Type{"reason": grammar.Rest{Max: 80, What: "Reason for reload"}},
	}
)

// The commands that send packets.
var (
	// Ping sends echo requests: <host>; <source-address> or <source-interface>,
	// <repeat>, <size>, <timeout>, and the keyword df-bit, in any order; in <vrf>.
	Ping = &grammar.Command{
		Syntax: "ping [vrf <vrf>] [ip|ipv6] <host> [* source {<source-address>|<source-interface>} | repeat <repeat> | size <size> | timeout <timeout> | df-bit *]",
		Help:   "Send echo messages",
		Args:   probeTypes,
	}
	// PingDialog asks for everything that Ping takes.
	PingDialog = &grammar.Command{
		Syntax: "ping [ip]",
		Help:   "Send echo messages",
	}
	// Traceroute shows the way of packets: <host>; <source-address> or
	// <source-interface>, <timeout>, <probe>, <ttl-min> with <ttl-max>, and the
	// keyword numeric, in any order; in <vrf>.
	Traceroute = &grammar.Command{
		Syntax: "traceroute [vrf <vrf>] [ip|ipv6] <host> [* source {<source-address>|<source-interface>} | numeric | timeout <timeout> | probe <probe> | ttl <ttl-min> <ttl-max> *]",
		Help:   "Trace route to destination",
		Args:   probeTypes,
	}
	// TracerouteDialog asks for everything that Traceroute takes.
	TracerouteDialog = &grammar.Command{
		Syntax: "traceroute [ip]",
		Help:   "Trace route to destination",
	}
)

var probeTypes = map[string]grammar.Type{
	"vrf":              vrfTypes["vrf"],
	"host":             Host{What: "Destination address or hostname"},
	"source-address":   grammar.Addr{What: "Source address"},
	"source-interface": InterfaceType{},
	"repeat":           grammar.Uint{Min: 1, Max: 2147483647, What: "Repeat count"},
	"size":             grammar.Uint{Min: 36, Max: 18024, What: "Datagram size"},
	"timeout":          grammar.Uint{Min: 0, Max: 3600, What: "Timeout in seconds"},
	"probe":            grammar.Uint{Min: 1, Max: 65535, What: "Probe count"},
	"ttl-min":          grammar.Uint{Min: 1, Max: 255, What: "Minimum time to live"},
	"ttl-max":          grammar.Uint{Min: 1, Max: 255, What: "Maximum time to live"},
}

// The commands that take something back.
var (
	// ClearDMVPN deletes sessions: of peer <nbma> or <peer>, on <tunnel>; with
	// the keyword static also those with next hop servers.
	ClearDMVPN = &grammar.Command{
		Syntax: "clear dmvpn session [* peer {nbma <nbma>|tunnel <peer>} | interface <tunnel> | static *]",
		Help:   "Clear DMVPN sessions",
	}
	// ClearIPNHRP deletes dynamic entries: within <address> <mask>, or on
	// <tunnel>, or all.
	ClearIPNHRP = &grammar.Command{
		Syntax: "clear ip nhrp [{<address> [<mask>]|<tunnel>}]",
		Help:   "Clear NHRP cache",
	}
	// ClearIPNHRPShortcut deletes what was learned by resolution: on <tunnel>,
	// or all.
	ClearIPNHRPShortcut = &grammar.Command{
		Syntax: "clear ip nhrp shortcut [interface <tunnel>]",
		Help:   "Clear shortcut entries",
	}
	// ClearIPNHRPCounters sets the message counters to zero: on <tunnel>, or all.
	ClearIPNHRPCounters = &grammar.Command{
		Syntax: "clear ip nhrp counters [interface <tunnel>]",
		Help:   "Clear NHRP counters",
	}
	// ClearCounters sets the counters of <interface>, or of all, to zero.
	ClearCounters = &grammar.Command{
		Syntax: "clear counters [<interface>]",
		Help:   "Clear counters on one or all interfaces",
	}
	// ClearLogging empties the log buffer.
	ClearLogging = &grammar.Command{
		Syntax: "clear logging",
		Help:   "Clear logging buffer",
	}
)

// The commands that turn debug output on and off. "no debug ..." is
// another spelling of "undebug ...".
var (
	// DebugNHRP is "debug nhrp" with, at most, one of the keywords packet,
	// cache, extension, error.
	DebugNHRP = &grammar.Command{
		Syntax: "debug nhrp [packet|cache|extension|error]",
		Help:   "NHRP protocol debugging",
	}
	// DebugDMVPN is "debug dmvpn" with, at most, a depth (all, error, detail,
	// packet) and a part (all, crypto, nhrp, socket, tunnel).
	DebugDMVPN = &grammar.Command{
		Syntax: "debug dmvpn [{all|error|detail|packet} [all|crypto|nhrp|socket|tunnel]]",
		Help:   "DMVPN debugging",
	}
	// DebugAll turns all debug output on.
	DebugAll = &grammar.Command{
		Syntax: "debug all",
		Help:   "Enable all debugging",
	}
	// UndebugAll turns all debug output off.
	UndebugAll = &grammar.Command{
		Syntax:  "undebug all",
		Aliases: []string{"no debug all"},
		Help:    "Disable all debugging",
	}
	// UndebugNHRP takes DebugNHRP back.
	UndebugNHRP = &grammar.Command{
		Syntax:  "undebug nhrp [packet|cache|extension|error]",
		Aliases: []string{"no debug nhrp [packet|cache|extension|error]"},
		Help:    "NHRP protocol debugging",
	}
	// UndebugDMVPN takes DebugDMVPN back.
	UndebugDMVPN = &grammar.Command{
		Syntax:  "undebug dmvpn [{all|error|detail|packet} [all|crypto|nhrp|socket|tunnel]]",
		Aliases: []string{"no debug dmvpn [{all|error|detail|packet} [all|crypto|nhrp|socket|tunnel]]"},
		Help:    "DMVPN debugging",
	}
)
