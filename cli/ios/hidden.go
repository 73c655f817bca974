package ios

import (
	"strings"

	"axle/cli/grammar"
)

// hidden declares a stored command without effect whose password "service
// password-encryption" hides: syntax goes on with it.
func passwordLine(syntax, help string, key ...string) *grammar.Command {
	c := list(syntax+" {"+passwordForms+"}", help, key...)
	if len(key) == 0 {
		c.Kind = grammar.Leaf
	}
	c.Args, c.Canon = secretTypes, dropTypeZero
	return c
}

// The commands of a BGP neighbor. The order of entry is kept.
var (
	neighborPassword = passwordLine("neighbor <peer-name> password", "Set a password", "peer-name")
	_                = grouped("neighbor", neighborPassword)
)

// areaKeys are the passwords of virtual links of OSPF.
var areaKeys = []*grammar.Command{
	passwordLine("area <word> virtual-link <address> authentication-key", "Authentication key", "word", "address"),
	passwordLine("area <word> virtual-link <address> message-digest-key <key-id> md5", "Message digest key", "word", "address", "key-id"),
}

// ntpKey is a key of NTP. Its type stands behind it, and it is always hidden.
var ntpKey = &grammar.Command{
	Syntax: "ntp authentication-key <n> {md5|cmac-aes-128|hmac-sha1|hmac-sha2-256|sha1|sha2} <clear> [0|7]",
	Help:   "Authentication key for trusted time sources",
	Kind:   grammar.List,
	Effect: grammar.NoEffect,
	Key:    []string{"n"},
	Args:   args{"clear": grammar.Word{Max: 127, What: "Authentication key"}, "n": num(1, 4294967295, "Key number")},
	Canon: func(l *grammar.Line) {
		switch n := len(l.Words) - 1; {
		case l.No:
		case l.Words[n] == "7" && n > 4:
			l.Args["hidden"] = l.Args["clear"]
			delete(l.Args, "clear")
		case l.Words[n] == "0" && n > 4:
			l.Words = l.Words[:n]
		}
	},
}

// A keyName is the name of a MACsec key, in hexadecimal digits. One of decimal
// digits alone is the number of another key, and too large.
type keyName struct{ grammar.Hex }

// Parse reads a name. See grammar.Type.
func (t keyName) Parse(words []string) (text string, n, bad int, ok bool) {
	if strings.Trim(words[0], "0123456789") == "" {
		return "", 0, 0, false
	}
	return t.Hex.Parse(words)
}
