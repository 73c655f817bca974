package pki

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"
)

// An attribute is a part of a distinguished name.
type attribute struct {
	word string // as IOS shows it
	oid  asn1.ObjectIdentifier
	ia5  bool // a string of ASCII, RFC 5280 §A.1
}

// attributes are those with a word.
var attributes = []attribute{
	{"cn", asn1.ObjectIdentifier{2, 5, 4, 3}, false},
	{"serialNumber", asn1.ObjectIdentifier{2, 5, 4, 5}, false},
	{"c", asn1.ObjectIdentifier{2, 5, 4, 6}, false},
	{"l", asn1.ObjectIdentifier{2, 5, 4, 7}, false},
	{"st", asn1.ObjectIdentifier{2, 5, 4, 8}, false},
	{"street", asn1.ObjectIdentifier{2, 5, 4, 9}, false},
	{"o", asn1.ObjectIdentifier{2, 5, 4, 10}, false},
	{"ou", asn1.ObjectIdentifier{2, 5, 4, 11}, false},
	{"title", asn1.ObjectIdentifier{2, 5, 4, 12}, false},
	{"uid", asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}, false},
	{"dc", asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 25}, true},
	{"e", asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, true},
	{"hostname", asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 2}, true},
	{"ipaddress", asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 8}, false},
}

// spellings are other words for the attributes.
var spellings = map[string]string{
	"ea": "e", "email": "e", "emailaddress": "e", "s": "st", "sp": "st", "unstructuredname": "hostname", "unstructuredaddress": "ipaddress",
}

// Limits of a distinguished name.
const (
	maxNameText  = 1024 // bytes typed
	maxNameParts = 32
	maxNameValue = 256 // bytes
)

// A Name is a distinguished name in DER.
type Name []byte

// ParseName reads a distinguished name as it is typed, "cn=spoke1, o=Axle": the most
// special part first, as in RFC 4514 §2.1. A backslash stands in front of a comma that
// is part of a value, and a plus sign between parts of one step.
func ParseName(text string) (Name, error) {
	if len(text) > maxNameText {
		return nil, fmt.Errorf("pki: name of %d bytes: %w", len(text), ErrSize)
	}
	var out pkix.RDNSequence
	parts := 0
	for _, step := range cut(text, ',') {
		var set pkix.RelativeDistinguishedNameSET
		for _, part := range cut(step, '+') {
			if parts++; parts > maxNameParts {
				return nil, fmt.Errorf("pki: name of more than %d parts: %w", maxNameParts, ErrSize)
			}
			v, err := parsePart(part)
			if err != nil {
				return nil, err
			}
			set = append(set, v)
		}
		out = append(pkix.RDNSequence{set}, out...)
	}
	return marshalName(out)
}

func marshalName(n pkix.RDNSequence) (Name, error) {
	der, err := asn1.Marshal(n)
	if err != nil {
		return nil, fmt.Errorf("pki: name: %w", ErrFormat)
	}
	return der, nil
}

// cut splits text at each separator that has no backslash in front.
func cut(text string, separator byte) []string {
	var out []string
	from := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case separator:
			out, from = append(out, text[from:i]), i+1
		}
	}
	return append(out, text[from:])
}

// parsePart reads "cn=spoke1".
func parsePart(part string) (pkix.AttributeTypeAndValue, error) {
	word, value, ok := strings.Cut(part, "=")
	word, value = strings.ToLower(strings.TrimSpace(word)), strings.TrimSpace(value)
	var plain strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] == '\\' && i+1 < len(value) {
			i++
		}
		plain.WriteByte(value[i])
	}
	value = strings.TrimSpace(plain.String())
	if !ok || value == "" || len(value) > maxNameValue || !utf8.ValidString(value) {
		return pkix.AttributeTypeAndValue{}, fmt.Errorf("pki: part %q of a name: %w", word, ErrFormat)
	}
	if w, ok := spellings[word]; ok {
		word = w
	}
	return part1(word, value)
}

// part1 returns an attribute with a value.
func part1(word, value string) (pkix.AttributeTypeAndValue, error) {
	for _, a := range attributes {
		if !strings.EqualFold(a.word, word) {
			continue
		}
		v := pkix.AttributeTypeAndValue{Type: a.oid, Value: value}
		if a.ia5 {
			for i := range len(value) {
				if value[i] >= 0x80 {
					return v, fmt.Errorf("pki: part %q of a name: %w", word, ErrFormat)
				}
			}
			v.Value = asn1.RawValue{Tag: asn1.TagIA5String, Bytes: []byte(value)}
		}
		return v, nil
	}
	return pkix.AttributeTypeAndValue{}, fmt.Errorf("pki: part %q of a name: %w", word, ErrFormat)
}

// sequence reads a name; nil where it is none.
func (n Name) sequence() pkix.RDNSequence {
	var s pkix.RDNSequence
	if rest, err := asn1.Unmarshal(n, &s); err != nil || len(rest) > 0 {
		return nil
	}
	return s
}

// Parts returns the steps of a name as IOS shows them, "cn=spoke1", the most special
// first. What is not printable is a dot: a stranger may have written it.
func (n Name) Parts() []string {
	s := n.sequence()
	var out []string
	for i := len(s) - 1; i >= 0; i-- {
		var set []string
		for _, v := range s[i] {
			set = append(set, partText(v))
		}
		out = append(out, strings.Join(set, "+"))
	}
	return out
}

// String returns a name in one line: "cn=spoke1,o=Axle".
func (n Name) String() string { return strings.Join(n.Parts(), ",") }

func partText(v pkix.AttributeTypeAndValue) string {
	word := v.Type.String()
	for _, a := range attributes {
		if a.oid.Equal(v.Type) {
			word = a.word
		}
	}
	text, ok := v.Value.(string)
	if !ok {
		b, err := asn1.Marshal(v.Value)
		if err != nil {
			return word + "="
		}
		text = "#" + hex.EncodeToString(b)
	}
	return word + "=" + printable(escapes.Replace(text))
}

// escapes keeps apart what separates parts and what is in them.
var escapes = strings.NewReplacer(`\`, `\\`, ",", `\,`, "+", `\+`)

// printable replaces what a terminal does not print.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == utf8.RuneError || r >= 0x200b && r <= 0x206f || r == 0xfeff {
			return '.'
		}
		return r
	}, s)
}

// First returns the first value of an attribute by its word, or "".
func (n Name) First(word string) string {
	for _, a := range attributes {
		if a.word != word {
			continue
		}
		for _, set := range n.sequence() {
			for _, v := range set {
				if text, ok := v.Value.(string); ok && v.Type.Equal(a.oid) {
					return text
				}
			}
		}
	}
	return ""
}
