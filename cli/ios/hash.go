package ios

import (
	"math/rand/v2"
	"slices"
	"strings"

	"axle/cli/grammar"
)

// A hashList is a list of integrity algorithms of IKEv2, "sha512 sha256".
type hashList struct{}

var _ grammar.Type = hashList{}

// hashes are the integrity algorithms.
var hashes = []string{"md5", "sha1", "sha256", "sha384", "sha512", "null"}

// Parse reads algorithms. See grammar.Type.
func (hashList) Parse(words []string) (text string, n, bad int, ok bool) {
	for _, w := range words {
		if !slices.Contains(hashes, strings.ToLower(w)) {
			return "", 0, bad, false
		}
		bad += len(w) + 1
	}
	return strings.ToLower(strings.Join(words, " ")), len(words), 0, true
}

// Placeholder returns what help shows.
func (hashList) Placeholder() string { return "HASH" }

// Help returns the text of help.
func (hashList) Help() string { return "Algorithms: sha512, sha256 and others" }

// Sample returns algorithms for tests of the tables.
func (hashList) Sample(rnd *rand.Rand) string {
	return []string{"sha512", "sha1 md5", "sha256 sha384"}[rnd.IntN(3)]
}
