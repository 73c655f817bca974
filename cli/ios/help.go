package ios

import (
	_ "embed"
	"maps"
	"strings"
)

// helpText is the help of keywords that stand inside commands: lines "path:
// help", the path without arguments. Most are Cisco's words.
//
//go:embed help.txt
var helpText string

// help maps a path of keywords to its help.
var help = readHelp(helpText)

// globalHelp is help with the words that differ in the global mode.
var globalHelp = overlaid(help, map[string]string{
	"ip":      "Global IP configuration subcommands",
	"ipv6":    "Global IPv6 configuration commands",
	"ip nat":  "NAT configuration commands",
	"ip nhrp": "NHRP global configuration",
	"vrf":     "VRF commands",
})

func overlaid(below, above map[string]string) map[string]string {
	h := maps.Clone(below)
	maps.Copy(h, above)
	return h
}

// readHelp reads helpText.
func readHelp(text string) map[string]string {
	h := map[string]string{}
	for line := range strings.Lines(text) {
		if path, words, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			h[path] = words
		}
	}
	return h
}
