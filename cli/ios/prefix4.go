package ios

import (
	"fmt"
	"math/rand/v2"
	"net/netip"

	"axle/cli/grammar"
)

// A prefix4 is an IPv4 prefix as "10.0.0.0/8".
type prefix4 struct{}

var _ grammar.Type = prefix4{}

// Parse reads a prefix. See grammar.Type.
func (prefix4) Parse(words []string) (text string, n, bad int, ok bool) {
	p, err := netip.ParsePrefix(words[0])
	if err != nil || !p.Addr().Is4() {
		return "", 0, 0, false
	}
	return p.String(), 1, 0, true
}

// Placeholder returns what help shows.
func (prefix4) Placeholder() string { return "A.B.C.D/nn" }

// Help returns the text of help.
func (prefix4) Help() string { return "IP prefix" }

// Sample returns a prefix for tests of the tables.
func (prefix4) Sample(rnd *rand.Rand) string { return fmt.Sprintf("10.%d.0.0/16", rnd.IntN(9)) }
