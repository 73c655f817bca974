package ios

import (
	"strconv"
	"strings"
	"time"

	"axle/cli/grammar"
)

// The commands of the router itself that are in force.
var (
	hostnameCmd = &grammar.Command{
		Syntax: "hostname <hostname>",
		Help:   "Set system's network name",
		Kind:   grammar.Leaf,
		Args:   args{"hostname": grammar.Word{Max: 63, What: "This system's network name"}},
		Absent: "hostname Router",
		Break:  true,
	}
	stampLog = &grammar.Command{
		Syntax:    "service timestamps log " + stampForms,
		Help:      "Timestamp log messages",
		Kind:      grammar.Leaf,
		Negatable: true,
		Absent:    "service timestamps log datetime msec",
		Default:   "service timestamps log datetime msec",
		Canon:     canonStamp,
	}
	stampDebug = &grammar.Command{
		Syntax:    "service timestamps debug " + stampForms,
		Help:      "Timestamp debug messages",
		Kind:      grammar.Leaf,
		Negatable: true,
		Absent:    "service timestamps debug datetime msec",
		Default:   "service timestamps debug datetime msec",
		Canon:     canonStamp,
	}
	serviceEncryption = &grammar.Command{
		Syntax: "service password-encryption",
		Help:   "Encrypt system passwords",
		Kind:   grammar.Leaf,
	}
	servicePermissive = &grammar.Command{
		Syntax: "service config permissive",
		Help:   "Keep lines that no command fits",
		Kind:   grammar.Leaf,
		Notes: "The command is Axle's own. A line that a configuration mode does not know is kept as it was typed, without effect, instead of being refused; " +
			"in a file, that holds from this line on. `show configuration unsupported` lists what is kept.",
	}
	serviceSequence = &grammar.Command{
		Syntax: "service sequence-numbers",
		Help:   "Stamp logger messages with a sequence number",
		Kind:   grammar.Leaf,
	}
	loggingBuffered = &grammar.Command{
		Syntax:    "logging buffered [<bytes>] [" + levelWords + "|<severity>]",
		Help:      "Set buffered logging parameters",
		Kind:      grammar.Leaf,
		Negatable: true,
		Default:   "logging buffered",
		Args:      args{"bytes": num(4096, 2147483647, "Logging buffer size"), "severity": severityType},
		Canon:     canonSeverity,
	}
	loggingConsole = &grammar.Command{
		Syntax:    "logging console [" + levelWords + "|<severity>]",
		Help:      "Set console logging parameters",
		Kind:      grammar.Leaf,
		Negatable: true,
		Default:   "logging console",
		Args:      args{"severity": severityType},
		Canon:     canonSeverity,
	}
	loggingMonitor = &grammar.Command{
		Syntax:    "logging monitor [" + levelWords + "|<severity>]",
		Help:      "Set terminal line (monitor) logging parameters",
		Kind:      grammar.Leaf,
		Negatable: true,
		Default:   "logging monitor",
		Args:      args{"severity": severityType},
		Canon:     canonSeverity,
	}
	domainLookup = &grammar.Command{
		Syntax:    "ip domain lookup",
		Aliases:   []string{"ip domain-lookup"},
		Help:      "Enable IP Domain Name System hostname translation",
		Kind:      grammar.Leaf,
		Negatable: true,
		Default:   "ip domain lookup",
	}
	domainName = &grammar.Command{
		Syntax:  "ip domain name <name>",
		Aliases: []string{"ip domain-name <name>"},
		Help:    "Define the default domain name",
		Kind:    grammar.Leaf,
	}
	aliasExec = &grammar.Command{
		Syntax: "alias exec <alias> <command>",
		Help:   "Exec alias",
		Kind:   grammar.List,
		Key:    []string{"alias"},
		Args:   args{"alias": grammar.Word{Max: 63, What: "Alias name"}, "command": grammar.Rest{Max: 250, What: "Alias body"}},
	}
	bannerCmd = &grammar.Command{
		Syntax: "banner {motd|login|exec|incoming|prompt-timeout|slip-ppp|config-save} <text>",
		Help:   "Define a login banner",
		Kind:   grammar.List,
		Key:    []string{"motd", "login", "exec", "incoming", "prompt-timeout", "slip-ppp", "config-save"},
		Args:   args{"text": grammar.Rest{What: "c banner-text c, where 'c' is a delimiting character"}},
		Body:   grammar.Delimited,
		Break:  true,
		Less:   func(a, b *grammar.Line) bool { return a.Words[1] < b.Words[1] },
	}
)

const (
	stampForms = "[uptime|datetime [msec] [localtime] [show-timezone] [year]]"
	levelWords = "emergencies|alerts|critical|errors|warnings|notifications|informational|debugging"
)

var (
	severityType = num(0, 7, "Logging severity level")
	severities   = strings.Split(levelWords, "|")
)

// canonStamp writes out what a bare "service timestamps log" means.
func canonStamp(l *grammar.Line) {
	if len(l.Words) == 3 && !l.No {
		l.Words = append(l.Words, "uptime")
	}
}

// canonSeverity writes a level by its name.
func canonSeverity(l *grammar.Line) {
	if s := l.Args["severity"]; s != "" {
		l.Words[len(l.Words)-1] = severities[atoi(s)]
	}
	if n := len(l.Words) - 1; n > 1 && l.Words[n] == "debugging" && !l.No {
		l.Words = l.Words[:n] // the default is not shown
	}
}

// severity returns the level that a logging line names, 7 where it names none,
// and off for a "no" line.
func severity(l *grammar.Line, off int) int {
	switch {
	case l == nil:
		return 7
	case l.No:
		return off
	}
	for i, s := range severities {
		if l.Has(s) {
			return i
		}
	}
	return 7
}

// stamp reads a time stamp's form.
func stamp(l *grammar.Line) Stamp {
	if l == nil {
		return Stamp{Msec: true}
	}
	return Stamp{
		Off: l.No, Uptime: l.Has("uptime"), Msec: l.Has("msec"), Local: l.Has("localtime"),
		Zone: l.Has("show-timezone"), Year: l.Has("year"),
	}
}

// box reads what belongs to no interface.
func (d *decoder) box(t *grammar.Tree, c *Config) {
	c.Hostname = "Router"
	if l := d.line(t, hostnameCmd); l != nil {
		c.Hostname = l.Args["hostname"]
	}
	if l := d.line(t, domainName); l != nil {
		c.DomainName = l.Args["name"]
	}
	c.DomainLookup = d.on(t, domainLookup)
	c.PasswordEncryption = d.line(t, serviceEncryption) != nil
	c.SequenceNumbers = d.line(t, serviceSequence) != nil
	c.LogStamp, c.DebugStamp = stamp(d.any(t, stampLog)), stamp(d.any(t, stampDebug))
	c.Logging = d.logging(t)
	c.Aliases = map[string]string{}
	for l := range d.lines(t, aliasExec) {
		c.Aliases[l.Args["alias"]] = l.Args["command"]
	}
	c.Banner = map[string]string{}
	for l := range d.lines(t, bannerCmd) {
		c.Banner[l.Words[1]] = strings.Join(l.Text, "\n")
	}
}

// logging reads the configuration of the message log.
func (d *decoder) logging(t *grammar.Tree) Logging {
	buffered := d.any(t, loggingBuffered)
	g := Logging{
		BufferSize: 4096, BufferLevel: severity(buffered, 7),
		Console: severity(d.any(t, loggingConsole), -1), Monitor: severity(d.any(t, loggingMonitor), -1),
	}
	if buffered != nil {
		if buffered.No {
			g.BufferSize = 0
		} else if buffered.Args["bytes"] != "" {
			g.BufferSize = number(buffered, "bytes")
		}
	}
	return g
}

// noticeHostname returns what IOS prints of a host name that RFC 1035 does not
// allow. IOS takes the name all the same.
func noticeHostname(l *grammar.Line) string {
	h := l.Args["hostname"]
	last := len(h) - 1
	for i := range len(h) {
		if !letterDigit(h[i]) && (h[i] != '-' || i == last) || i == 0 && h[i] < 'A' {
			return "% Hostname contains one or more illegal characters.\n"
		}
	}
	return ""
}

// number returns an argument as a number, 0 where it is none.
func number(l *grammar.Line, name string) int { return atoi(l.Args[name]) }

func atoi(s string) int {
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		return 0
	}
	return int(n)
}

// seconds returns an argument in seconds as a duration.
func seconds(l *grammar.Line, name string) time.Duration {
	return time.Duration(number(l, name)) * time.Second
}
