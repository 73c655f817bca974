package ios

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"axle/cli/grammar"
)

// The commands that open terminal lines, and those in force in them.
var (
	lineConsole = &grammar.Command{
		Syntax: "line con <line-number>", Aliases: []string{"line console <line-number>"},
		Help: "Primary terminal line", Kind: grammar.Section, Opens: ConfigLine, Key: []string{"line-number"},
		Args: args{"line-number": num(0, 0, "First Line number")}, Break: true, Adjoins: true,
	}
	lineAux = &grammar.Command{
		Syntax: "line aux <line-number>",
		Help:   "Auxiliary line", Kind: grammar.Section, Opens: ConfigLine, Key: []string{"line-number"},
		Args: args{"line-number": num(0, 0, "First Line number")}, Adjoins: true,
	}
	lineTTY = &grammar.Command{
		Syntax: "line <slots> [<slots-end>]", Aliases: []string{"line tty <slots> [<slots-end>]"},
		Help: "Terminal controller", Kind: grammar.Section, Effect: grammar.NoEffect, Opens: ConfigLine, Key: []string{"slots"},
		Args: args{"slots": lineNumber{What: "First Line number"}, "slots-end": lineNumber{What: "Last Line number"}}, Adjoins: true,
	}
	lineVTY = &grammar.Command{
		Syntax: "line vty <first> [<last>]",
		Help:   "Virtual terminal", Kind: grammar.Section, Opens: ConfigLine, Key: []string{"first"},
		Args: args{"first": num(0, 1869, "First Line number"), "last": num(1, 1869, "Last Line number")},
		Less: func(a, b *grammar.Line) bool { return number(a, "first") < number(b, "first") }, Adjoins: true,
	}

	lineTimeout = &grammar.Command{
		Syntax: "exec-timeout <minutes> [<seconds>]",
		Help:   "Set the EXEC timeout",
		Kind:   grammar.Leaf,
		Args:   args{"minutes": num(0, 35791, "Timeout in minutes"), "seconds": num(0, 2147483, "Timeout in seconds")},
		Canon: func(l *grammar.Line) {
			if l.Args["seconds"] == "" {
				l.Words, l.Args["seconds"] = append(l.Words, "0"), "0"
			}
		},
		Default: "exec-timeout 10 0",
	}
	linePrivilege = &grammar.Command{
		Syntax: "privilege level <level>",
		Help:   "Change privilege level for line",
		Kind:   grammar.Leaf,
	}
	lineSynchronous = &grammar.Command{
		Syntax: "logging synchronous [level <word>] [limit <n>]",
		Help:   "Synchronized message output",
		Kind:   grammar.Leaf,
	}
	linePassword = &grammar.Command{
		Syntax: "password {0 <clear>|7 <hidden>|<clear>}",
		Help:   "Set a password",
		Kind:   grammar.Leaf,
		Args:   secretTypes,
		Canon:  dropTypeZero,
	}
	lineLogin = &grammar.Command{
		Syntax:    "login [local|authentication <name>]",
		Help:      "Enable password checking",
		Kind:      grammar.Leaf,
		Negatable: true,
		Default:   "no login ", // both forms are kept as typed
		DefaultIn: func(section *grammar.Line) bool { return section != nil && !section.Has("vty") },
	}
	lineHistory = &grammar.Command{
		Syntax:  "history size <size>",
		Help:    "Set history buffer size",
		Kind:    grammar.Leaf,
		Default: "history size 20",
	}
	lineLength = &grammar.Command{
		Syntax:  "length <lines>",
		Help:    "Set number of lines on a screen",
		Kind:    grammar.Leaf,
		Default: "length 24",
	}
	lineWidth = &grammar.Command{
		Syntax:  "width <columns>",
		Help:    "Set width of the display terminal",
		Kind:    grammar.Leaf,
		Default: "width 80",
	}
	lineTransport = &grammar.Command{
		Syntax: "transport input {all|none|<protocols>}",
		Help:   "Define which protocols to use when connecting to the terminal server",
		Kind:   grammar.Leaf,
	}
)

// lineCommands is in the order of running-config.
var lineCommands = []*grammar.Command{
	leaf("session-timeout <n> [output]", "Set interval for closing connection when there is no input traffic"),
	list("access-class <line>", "Filter connections based on an IP access list"),
	lineTimeout, linePrivilege, lineSynchronous, linePassword,
	leaf("authorization exec <name>", "For starting an exec (shell)"),
	lineLogin, lineHistory, lineLength, lineWidth,
	leaf("monitor", "Copy debug output to the current terminal line"),
	onByDefault("exec", "Configure EXEC"),
	either("history", "Enable and control the command history function"),
	leaf("session-limit <n>", "Set maximum number of sessions"),
	leaf("exec prompt {timestamp|expand} [<line>]", "Print timestamps for show commands"),
	leaf("timeout login response <n>", "Timeouts for the line"),
	leaf("rotary <n>", "Set line to rotary group"),
	leaf("no-exec", "Configure EXEC"),
	leaf("transport preferred {all|none|<protocols>}", "Specify the preferred protocol to use"),
	lineTransport,
	leaf("transport output {all|none|<protocols>}", "Define which protocols to use for outgoing connections"),
	leaf("stopbits {1|1.5|2}", "Set async line stop bits"),
	leaf("speed <n>", "Set the transmit and receive speeds"),
	leaf("rxspeed <n>", "Set the receive speed"),
	leaf("txspeed <n>", "Set the transmit speed"),
	leaf("databits {5|6|7|8}", "Set number of data bits per character"),
	leaf("parity {even|mark|none|odd|space}", "Set terminal parity"),
	leaf("flowcontrol {none|hardware|software} [in|out]", "Set the flow control"),
	leaf("logout-warning <n>", "Set Warning countdown for absolute timeout of line"),
	leaf("absolute-timeout <n>", "Set absolute timeout for line disconnection"),
	list("modem <line>", "Configure the Modem Control Lines"),
	leaf("escape-character <word>", "Change the current line's escape character"),
	leaf("activation-character <word>", "Define the activation character"),
	leaf("ipv6 access-class <line>", "Filter connections based on an IPv6 access list"),
	list("accounting <line>", "Accounting parameters"),
	list("authorization {arap|commands|reverse-access} <line>", "Authorization parameters"),
	leaf("autoselect <line>", "Set line to autoselect"),
	leaf("location <line>", "Enter terminal location description"),
	leaf("terminal-type <word>", "Set the terminal type"),
	leaf("data-character-bits {7|8}", "Size of characters being handled"),
	leaf("exec-character-bits {7|8}", "Size of characters to the command exec"),
	leaf("international", "Enable international 8-bit character support"),
	leaf("notify", "Inform users of output from concurrent sessions"),
	leaf("refuse-message <line>", "Define a refuse banner"),
	leaf("vacant-message [<line>]", "Define a vacant banner"),
	either("exec-banner", "Enable the display of the EXEC banner"),
	either("motd-banner", "Enable the display of the MOTD banner"),
	either("vrf-also", "Allow connections from VRFs"),
	leaf("autocommand <line>", "Automatically execute an EXEC command"),
	leaf("autocommand-options <line>", "Autocommand options"),
	leaf("callback <line>", "Callback settings"),
	leaf("script <line>", "specify event related chat scripts to run on the line"),
	leaf("usb-inactivity-timeout <n>", "Timeout of the USB console"),
	leaf("media-type rj45", "Media of the console"),
	leaf("lockable", "Allow users to lock a line"),
	leaf("ip netmask-format {bit-count|decimal|hexadecimal}", "Format of masks"),
	leaf("ip tcp input-coalesce-threshold <n>", "Input"),
	leaf("full-help", "Provide help to unprivileged user"),
	leaf("dispatch-timeout <n>", "Set the dispatch timer"),
	leaf("domain-lookup", "Enable domain lookups in show commands"),
	leaf("disconnect-character <word>", "Define the disconnect character"),
	leaf("ppp <line>", "Point-to-Point Protocol"),
}

// terminalLines reads the terminal lines.
func (d *decoder) terminalLines(t *grammar.Tree) []LineConfig {
	var out []LineConfig
	for _, k := range []struct {
		kind string
		c    *grammar.Command
	}{{"con", lineConsole}, {"aux", lineAux}, {"vty", lineVTY}} {
		for s := range t.Lines(k.c) {
			c := d.terminalLine(s)
			c.Kind = k.kind
			c.First = number(s.Line, "first") + number(s.Line, "line-number")
			c.Last = max(c.First, number(s.Line, "last"))
			out = append(out, c)
		}
	}
	return out
}

func (d *decoder) terminalLine(s *grammar.Tree) LineConfig {
	c := LineConfig{ExecTimeout: 10 * time.Minute, Length: 24, Width: 80, History: 20, Privilege: 1}
	if l := d.line(s, lineTimeout); l != nil {
		c.ExecTimeout = time.Duration(number(l, "minutes"))*time.Minute + seconds(l, "seconds")
	}
	for _, f := range []struct {
		c    *grammar.Command
		arg  string
		into *int
	}{
		{linePrivilege, "level", &c.Privilege},
		{lineLength, "lines", &c.Length},
		{lineWidth, "columns", &c.Width},
		{lineHistory, "size", &c.History},
	} {
		if l := d.line(s, f.c); l != nil {
			*f.into = number(l, f.arg)
		}
	}
	c.LoggingSynchronous = d.line(s, lineSynchronous) != nil
	if l := d.line(s, lineLogin); l != nil {
		c.LoginLocal = l.Has("local")
		c.Login = !c.LoginLocal
	}
	if l := d.line(s, linePassword); l != nil {
		c.Password = secretOf(l)
	}
	if l := d.line(s, lineTransport); l != nil {
		c.Transport = strings.Fields(strings.Join(l.Words[2:], " "))
	}
	return c
}

// A lineNumber is the number of a terminal line: "2", or "0/0/1" by slots.
type lineNumber struct {
	What string // help
}

// Parse reads a line number. See grammar.Type.
func (lineNumber) Parse(words []string) (text string, n, bad int, ok bool) {
	for i, part := range strings.Split(words[0], "/") {
		if _, _, _, ok := (grammar.Uint{Max: 2000}).Parse([]string{part}); !ok || part == "" || i > 2 {
			return "", 0, 0, false
		}
	}
	return words[0], 1, 0, true
}

// Placeholder returns what help shows.
func (lineNumber) Placeholder() string { return "<0-2000>" }

// Help returns the text of help.
func (t lineNumber) Help() string { return t.What }

// A protocolsType is a list of protocols of terminal lines, "telnet ssh".
type protocolsType struct{}

// lineProtocols is in the order of running-config.
var lineProtocols = []string{"lat", "pad", "mop", "nasi", "telnet", "rlogin", "lapb-ta", "udptn", "v120", "acercon", "ssh"}

// Parse reads protocols, which may be abbreviated. See grammar.Type.
func (protocolsType) Parse(words []string) (text string, n, bad int, ok bool) {
	var given []string
	for _, w := range words {
		p := ""
		for _, known := range lineProtocols {
			if strings.HasPrefix(known, strings.ToLower(w)) {
				p = known
				break
			}
		}
		if p == "" {
			return "", 0, bad, false
		}
		given, bad = append(given, p), bad+len(w)+1
	}
	var out []string
	for _, known := range lineProtocols {
		if slices.Contains(given, known) {
			out = append(out, known)
		}
	}
	return strings.Join(out, " "), len(words), 0, len(out) > 0
}

// Placeholder returns what help shows.
func (protocolsType) Placeholder() string { return "PROTOCOL" }

// Help returns the text of help.
func (protocolsType) Help() string { return "Protocols: telnet, ssh and others" }

// Sample returns protocols for tests of the tables.
func (protocolsType) Sample(rnd *rand.Rand) string {
	return []string{"ssh", "telnet ssh", "ssh telnet", "pad telnet rlogin ssh"}[rnd.IntN(4)]
}

// neverTimeout makes "no exec-timeout" the line that it stands for.
func neverTimeout(l *grammar.Line) {
	if l.No {
		l.No, l.Words = false, []string{"exec-timeout", "0", "0"}
		l.Args["minutes"], l.Args["seconds"] = "0", "0"
	}
}
