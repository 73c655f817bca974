package ios

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"axle/cli/grammar"
)

const maxVLAN = 4094

// A vlanList is a list of VLANs as "10,20-30".
type vlanList struct{}

var _ grammar.Type = vlanList{}

// Parse reads a list of VLANs. See grammar.Type.
func (vlanList) Parse(words []string) (text string, n, bad int, ok bool) {
	for part := range strings.SplitSeq(words[0], ",") {
		first, last, many := strings.Cut(part, "-")
		a, err := strconv.ParseUint(first, 10, 16)
		b := a
		if many && err == nil {
			b, err = strconv.ParseUint(last, 10, 16)
		}
		if err != nil || a == 0 || a > b || b > maxVLAN {
			return "", 0, bad, false
		}
		bad += len(part) + 1
	}
	return words[0], 1, 0, true
}

// Placeholder returns what help shows.
func (vlanList) Placeholder() string { return "VLAN-LIST" }

// Help returns the text of help.
func (vlanList) Help() string { return "VLANs such as 10,20-30" }

// Sample returns VLANs for tests of the tables.
func (vlanList) Sample(rnd *rand.Rand) string {
	return []string{"10,20", "10-20", "10,20-30,40"}[rnd.IntN(3)]
}
