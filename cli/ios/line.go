package ios

import (
	"slices"
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
		Syntax: "logging synchronous",
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
		Syntax: "login [local|authentication <name>]",
		Help:   "Enable password checking",
		Kind:   grammar.Leaf,
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
		Syntax: "transport input {all|none|ssh [telnet]|telnet [ssh]}",
		Help:   "Define which protocols to use when connecting to the terminal server",
		Kind:   grammar.Leaf,
		Canon: func(l *grammar.Line) {
			if l.Has("ssh") && l.Has("telnet") {
				l.Words = append(l.Words[:2:2], "telnet", "ssh")
			}
		},
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
	leaf("rotary <n>", "Set line to rotary group"),
	leaf("no-exec", "Configure EXEC"),
	leaf("transport preferred {all|none|ssh|telnet}", "Specify the preferred protocol to use"),
	lineTransport,
	leaf("transport output {all|none|ssh|telnet}", "Define which protocols to use for outgoing connections"),
	leaf("stopbits {1|1.5|2}", "Set async line stop bits"),
	leaf("speed <n>", "Set the transmit and receive speeds"),
	leaf("flowcontrol {none|hardware|software}", "Set the flow control"),
	leaf("logout-warning <n>", "Set Warning countdown for absolute timeout of line"),
	leaf("modem <line>", "Configure the Modem Control Lines"),
	leaf("escape-character <word>", "Change the current line's escape character"),
	leaf("activation-character <word>", "Define the activation character"),
	leaf("ipv6 access-class <line>", "Filter connections based on an IPv6 access list"),
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
		c.Transport = slices.Clone(l.Words[2:])
	}
	return c
}
