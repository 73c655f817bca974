package ios

import (
	"fmt"

	"axle/cli/grammar"
)

// GenerateKey makes a key pair of the box.
var GenerateKey = &grammar.Command{
	Syntax: "crypto key generate rsa [* general-keys | usage-keys | exportable | label <name> | modulus <modulus> *]",
	Help:   "Generate RSA keys", Effect: grammar.NoEffect,
	Args:  args{"modulus": num(512, 4096, "size of the key modulus in bits")},
	Notes: "Prints what IOS prints, but makes no keys yet: nothing uses them. SSH has a host key of its own.",
}

// defaultModulus is the length of RSA keys in bits where the command does not
// say it.
const defaultModulus = "2048"

// KeyGenerated returns what IOS prints when GenerateKey has run under a
// configuration, and that the keys have no effect.
func KeyGenerated(c *Config, l *grammar.Line) string {
	name, bits, export := l.Args["name"], l.Args["modulus"], "non-exportable"
	if name == "" && c.DomainName == "" {
		return "% Please define a domain-name first.\n"
	}
	if name == "" {
		name = c.Hostname + "." + c.DomainName
	}
	if bits == "" {
		bits = defaultModulus
	}
	if l.Has("exportable") {
		export = "exportable"
	}
	return fmt.Sprintf("The name for the keys will be: %s\n\n%% The key modulus size is %s bits\n%% Generating %[2]s bit RSA keys, keys will be %[3]s...\n"+
		"[OK] (elapsed time was 0 seconds)\n%% Keys have no effect yet: SSH keeps its own host key\n", name, bits, export)
}
