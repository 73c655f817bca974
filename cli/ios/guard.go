package ios

import (
	"strings"

	"axle/cli/grammar"
)

// guardWords begin global commands. In a section, a line that begins with one is
// that command, and none of the section that begins with a longer word: a paste
// may go from a section to "router ospf 1" without a word, where the section has
// "router-id" and free text behind it.
var guardWords = []string{
	"aaa", "int", "interface", "rou", "router", "ip", "ipv6", "line", "service", "key", "track", "vlan", "vrf", "ntp", "event", "class", "call", "voice", "username", "user", "enable", "access-list", "crypto", "control", "snmp", "logging", "host", "hostname", "banner", "policy", "template",
}

// guarded adds to the commands of a section what keeps the guard words out of
// it, where one of its commands would take them.
func guarded(commands []*grammar.Command) []*grammar.Command {
	begins := map[string]bool{}
	for _, c := range commands {
		for _, s := range append([]string{c.Syntax}, c.Aliases...) {
			first, _, _ := strings.Cut(s, " ")
			for w := range strings.SplitSeq(strings.Trim(first, "{}[]"), "|") {
				begins[w] = true
			}
		}
	}
	for _, w := range guardWords {
		taken := false
		for b := range begins {
			taken = taken || len(b) > len(w) && strings.HasPrefix(b, w) && b != "interface"
		}
		if taken && !begins[w] && !begins["integrity"] {
			commands = append(commands, &grammar.Command{Syntax: w + " <never>", Help: "Global command", Hidden: true, Args: args{"never": never{}}})
		}
	}
	return commands
}

// never is the type of an argument that nothing is.
type never struct{}

var _ grammar.Type = never{}

// Parse refuses all words. See grammar.Type.
func (never) Parse([]string) (text string, n, bad int, ok bool) { return "", 0, 0, false }

// Placeholder returns what help would show.
func (never) Placeholder() string { return "NEVER" }

// Help returns the text of help.
func (never) Help() string { return "Nothing" }
