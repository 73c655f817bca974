package ios

import "axle/cli/grammar"

// leaf declares a stored command without effect that stands once in a section.
func leaf(syntax, help string) *grammar.Command {
	return &grammar.Command{Syntax: syntax, Help: help, Kind: grammar.Leaf, Effect: grammar.NoEffect}
}

// list declares a stored command without effect that stands many times in a
// section; key tells its lines apart, without key the whole line does.
func list(syntax, help string, key ...string) *grammar.Command {
	return &grammar.Command{Syntax: syntax, Help: help, Kind: grammar.List, Effect: grammar.NoEffect, Key: key}
}

// onByDefault declares a stored command without effect whose "no" form is the
// line that is shown.
func onByDefault(syntax, help string) *grammar.Command {
	return &grammar.Command{Syntax: syntax, Help: help, Kind: grammar.Leaf, Effect: grammar.NoEffect, Negatable: true, Default: syntax}
}

// either declares a stored command without effect of which both forms are kept
// as typed. Default says what holds without it; its trailing blank tells it from
// the line that is typed.
func either(syntax, help string) *grammar.Command {
	c := leaf(syntax, help)
	c.Negatable, c.Default = true, "no "+syntax+" "
	return c
}

// section declares a stored command without effect that opens a mode.
func section(syntax, help string, opens *grammar.Mode, key ...string) *grammar.Command {
	return &grammar.Command{Syntax: syntax, Help: help, Kind: grammar.Section, Effect: grammar.NoEffect, Opens: opens, Key: key}
}

// breaks puts "!" in front of the first line of each command at the top level.
func breaks(cmds ...*grammar.Command) []*grammar.Command {
	for _, c := range cmds {
		c.Break = true
	}
	return cmds
}

// grouped makes commands keep the order of entry among each other.
func grouped(group string, cmds ...*grammar.Command) []*grammar.Command {
	for _, c := range cmds {
		c.Group = group
	}
	return cmds
}

// with gives a command argument types of its own.
func with(c *grammar.Command, args map[string]grammar.Type) *grammar.Command {
	c.Args = args
	return c
}

// sorted orders the lines of a command by network and mask.
func sorted(c *grammar.Command, address, mask string) *grammar.Command {
	c.Less = func(a, b *grammar.Line) bool { return lessPrefix(a, b, address, mask) }
	return c
}

// canon gives a command a function that adjusts its lines.
func canon(c *grammar.Command, f func(l *grammar.Line)) *grammar.Command {
	c.Canon = f
	return c
}

// join makes one list of several.
func join(lists ...[]*grammar.Command) []*grammar.Command {
	var all []*grammar.Command
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// trailingBlank ends a line with a blank, as some IOS lines do.
func trailingBlank(l *grammar.Line) {
	if n := len(l.Words); n > 0 && l.Words[n-1] != "" {
		l.Words = append(l.Words, "")
	}
}

// dropWord removes the word that follows word before in a line, if it is text.
func dropWord(l *grammar.Line, before, text string) {
	for i := 1; i < len(l.Words); i++ {
		if l.Words[i-1] == before && l.Words[i] == text {
			l.Words = append(l.Words[:i:i], l.Words[i+1:]...)
			return
		}
	}
}

type args = map[string]grammar.Type

func num(min, max uint64, what string) grammar.Type {
	return grammar.Uint{Min: min, Max: max, What: what}
}

// types are the argument types that all modes share, by name of argument.
var types = args{
	"address":    grammar.IPv4{What: "IP address"},
	"mask":       grammar.Mask{},
	"wildcard":   grammar.Wildcard{},
	"ip":         grammar.Addr{What: "IP address"},
	"host":       Host{What: "Hostname or A.B.C.D"},
	"ipv6":       grammar.IPv6{What: "IPv6 address"},
	"prefix6":    grammar.Prefix6{},
	"nbma":       grammar.Addr{What: "NBMA address"},
	"server":     grammar.IPv4{What: "IP address of the NHS"},
	"protocol":   grammar.IPv4{What: "IP address of destination"},
	"peer":       grammar.IPv4{What: "Tunnel address of the peer"},
	"network":    grammar.IPv4{What: "Network number"},
	"nexthop":    grammar.IPv4{What: "Forwarding router's address"},
	"interface":  InterfaceType{},
	"min-rx":     num(50, 9999, "Milliseconds"),
	"multiplier": num(3, 50, "value used to multiply the interval"),
	"vlan-id":    num(1, 4094, "ISL VLAN IDs 1-4094"),
	"distance":   num(1, 255, "Distance metric for this route"),
	"interfaces": rangeType{},
	"tunnel":     InterfaceType{Only: "Tunnel"},
	"name":       grammar.Word{Max: 255, What: "Name"},
	"word":       grammar.Word{Max: 255, What: "Value"},
	"protocols":  protocolsType{},
	"word2":      grammar.Word{Max: 255, What: "Destination"},
	"slot":       grammar.Rest{Max: 64, What: "Slot and port"},
	"vlan-list":  vlanList{},
	"sid-prefix": prefix4{},
	"line":       grammar.Rest{Max: 1024, What: "Rest of the line"},
	"n":          num(0, 4294967295, "Number"),
	"as":         num(1, 65535, "Autonomous system number"),
	"process":    num(1, 65535, "Process ID"),
	"seconds":    num(1, 65535, "Seconds"),
	"bytes":      num(1, 4294967295, "Bytes"),
	"level":      num(0, 15, "Privilege level"),
	"lines":      num(0, 512, "Number of lines on screen (0 for no pausing)"),
	"columns":    num(0, 512, "Number of characters on a screen line"),
	"size":       num(0, 256, "Size of history buffer"),
}
