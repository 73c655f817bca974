package ios

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"

	"axle/cli/grammar"
)

// An algorithmsType is one or more algorithms of a list, each once. Algorithms
// with combined integrity (aes-gcm) do not mix with others.
type algorithmsType struct {
	Words string // all that there are, between blanks
	Last  string // a word that may end the list; "" for none
	What  string // help
}

var _ grammar.Type = algorithmsType{}

// Parse reads algorithms, which may be abbreviated. See grammar.Type.
func (t algorithmsType) Parse(words []string) (text string, n, bad int, ok bool) {
	known := strings.Fields(t.Words)
	var taken []string
	for _, w := range words {
		if t.Last != "" && len(taken) > 0 && prefixLen(w, t.Last) == len(w) {
			return strings.Join(append(taken, t.Last), " "), n + 1, 0, true
		}
		name, at := complete(w, known)
		if name == "" || slices.Contains(taken, name) || len(taken) > 0 && aead(name) != aead(taken[0]) {
			return "", 0, bad + at, false
		}
		taken = append(taken, name)
		bad += len(w) + 1
		n++
	}
	return strings.Join(taken, " "), n, 0, n > 0
}

// aead reports whether an algorithm of an IKEv2 proposal protects integrity too.
func aead(name string) bool { return strings.HasPrefix(name, "aes-gcm") }

// complete returns the word of a list that w is or abbreviates, or how far it
// understood w.
func complete(w string, words []string) (name string, at int) {
	hits := 0
	for _, x := range words {
		p := prefixLen(w, x)
		if p == len(w) && p == len(x) {
			return x, 0
		}
		if p == len(w) {
			name = x
			hits++
		}
		at = max(at, p)
	}
	if hits != 1 {
		return "", at
	}
	return name, 0
}

// Placeholder returns what help shows.
func (t algorithmsType) Placeholder() string {
	return strings.ReplaceAll(strings.TrimSpace(t.Words+" "+t.Last), " ", "|")
}

// Help returns the text of help.
func (t algorithmsType) Help() string { return t.What }

// Sample returns algorithms for tests of the tables.
func (t algorithmsType) Sample(rnd *rand.Rand) string {
	known := strings.Fields(t.Words)
	return known[rnd.IntN(len(known))]
}

// A literalType is one word that must be written out, where a keyword would also
// take its abbreviations.
type literalType struct{ Word string }

// Parse reads the word. See grammar.Type.
func (t literalType) Parse(words []string) (text string, n, bad int, ok bool) {
	if words[0] != t.Word {
		return "", 0, prefixLen(words[0], t.Word), false
	}
	return t.Word, 1, 0, true
}

// Placeholder returns the word.
func (t literalType) Placeholder() string { return t.Word }

// Help returns the text of help.
func (t literalType) Help() string { return "The object that is there by default" }

// Sample returns the word for tests of the tables.
func (t literalType) Sample(*rand.Rand) string { return t.Word }

// A transformType is the one to three transforms of a set: at most one each of
// AH, of ESP's encryption, of ESP's integrity and of compression. ESP's combined
// modes have no integrity of their own.
type transformType struct{}

// A transformKind is what a transform does. The kinds are in the order in which
// a set has them.
type transformKind uint8

const (
	transformAH transformKind = 1 << iota
	transformCipher
	transformAuth
	transformCompress
)

var keyBits = []string{"128", "192", "256"}

// A transform is one word of a set.
type transform struct {
	name string
	does transformKind
	bits bool // the length of the key may follow; 128 is not shown
}

var transforms = []transform{
	{"ah-md5-hmac", transformAH, false},
	{"ah-sha-hmac", transformAH, false},
	{"ah-sha256-hmac", transformAH, false},
	{"ah-sha384-hmac", transformAH, false},
	{"ah-sha512-hmac", transformAH, false},
	{"comp-lzs", transformCompress, false},
	{"esp-3des", transformCipher, false},
	{"esp-aes", transformCipher, true},
	{"esp-des", transformCipher, false},
	{"esp-gcm", transformCipher | transformAuth, true},
	{"esp-gmac", transformCipher | transformAuth, true},
	{"esp-md5-hmac", transformAuth, false},
	{"esp-null", transformCipher, false},
	{"esp-seal", transformCipher, false},
	{"esp-sha-hmac", transformAuth, false},
	{"esp-sha256-hmac", transformAuth, false},
	{"esp-sha384-hmac", transformAuth, false},
	{"esp-sha512-hmac", transformAuth, false},
}

// transformNamed returns a transform by its name, nil where there is none.
func transformNamed(name string) *transform {
	i := slices.IndexFunc(transforms, func(t transform) bool { return t.name == name })
	if i < 0 {
		return nil
	}
	return &transforms[i]
}

var transformNames = func() (names []string) {
	for _, t := range transforms {
		names = append(names, t.name)
	}
	return names
}()

// Parse reads transforms, which may be abbreviated. See grammar.Type.
func (transformType) Parse(words []string) (text string, n, bad int, ok bool) {
	var done transformKind
	var parts []string
	place := map[string]transformKind{}
	for n < len(words) && len(parts) < 3 {
		name, at := complete(words[n], transformNames)
		t := transformNamed(name)
		if t == nil || done&t.does != 0 {
			return "", 0, bad + at, false
		}
		done |= t.does
		bad += len(words[n]) + 1
		n++
		if t.bits && n < len(words) && slices.Contains(keyBits, words[n]) {
			if words[n] != "128" {
				name += " " + words[n]
			}
			bad += len(words[n]) + 1
			n++
		}
		parts, place[name] = append(parts, name), t.does&-t.does
	}
	slices.SortStableFunc(parts, func(a, b string) int { return cmp.Compare(place[a], place[b]) })
	return strings.Join(parts, " "), n, 0, n > 0
}

// Placeholder returns what help shows.
func (transformType) Placeholder() string { return "TRANSFORM" }

// Help returns the text of help.
func (transformType) Help() string { return "Transforms: esp-aes, esp-gcm, esp-sha-hmac and others" }

// Sample returns transforms for tests of the tables.
func (transformType) Sample(rnd *rand.Rand) string {
	return []string{"esp-aes 256 esp-sha-hmac", "esp-gcm", "esp-3des esp-md5", "ah-sha-hmac esp-aes 128"}[rnd.IntN(4)]
}
