package ios

import "axle/cli/grammar"

// The commands of the router's keys. They leave no line: private keys are kept
// beside the startup-config.
var (
	// GenerateKey makes a pair of RSA keys: <modulus> bits, called <name>, with the
	// keyword exportable.
	GenerateKey = &grammar.Command{
		Syntax: "crypto key generate rsa [* general-keys | usage-keys | exportable | label <name> | modulus <modulus> | storage <word> *]",
		Help:   "Generate RSA keys",
		Args:   args{"modulus": num(512, 4096, "size of the key modulus in bits"), "name": keyLabel},
		Notes: "The keys are there from now on, also after a reload, and are never shown. They sign certificate requests and self-signed certificates, " +
			"and prove who the router is in IKE. SSH has a host key of its own. Keys below 1024 bits are not made; `usage-keys` makes one pair for both uses.",
	}
	// GenerateECKey makes a pair of EC keys: <keysize> bits, called <name>, with the
	// keyword exportable.
	GenerateECKey = &grammar.Command{
		Syntax: "crypto key generate ec [* keysize <keysize> | exportable | label <name> *]",
		Help:   "Generate EC keys",
		Args:   args{"keysize": keySize{}, "name": keyLabel},
	}
	// ZeroizeKey removes the keys <name>, or all of the kind.
	ZeroizeKey = &grammar.Command{
		Syntax: "crypto key zeroize {rsa|ec} [<name>]",
		Help:   "Remove keys",
		Args:   args{"name": keyLabel},
	}
)

var keyLabel = grammar.Word{Max: 64, What: "Name of the keys"}

// A keySize is that of an EC key.
type keySize struct{}

// Parse reads a size. See grammar.Type.
func (keySize) Parse(words []string) (text string, n, bad int, ok bool) {
	switch w := words[0]; w {
	case "256", "384", "521":
		return w, 1, 0, true
	}
	return "", 0, 0, false
}

// Placeholder returns what help shows.
func (keySize) Placeholder() string { return "{256|384|521}" }

// Help returns the text of help.
func (keySize) Help() string { return "Size of the EC key in bits" }
