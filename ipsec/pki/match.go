package pki

import (
	"crypto/x509"
	"strings"
	"time"
)

// A Field is what a rule of a certificate map looks at.
type Field uint8

// The fields.
const (
	FieldSubject  Field = iota // "subject-name"
	FieldIssuer                // "issuer-name"
	FieldAltName               // "alt-subject-name"
	FieldName                  // "name": the subject or one of its other names
	FieldHostname              // "unstructured-subject-name"
	FieldSerial                // "serial-number"
	FieldStart                 // "valid-start"
	FieldEnd                   // "expires-on"
)

// A Compare is how a rule compares.
type Compare uint8

// The comparisons. Capitals do not matter.
const (
	Equal       Compare = iota // "eq"
	NotEqual                   // "ne"
	Contains                   // "co"
	NotContains                // "nc"
	Less                       // "lt", of times
	NotLess                    // "ge", of times
)

// A Rule is a line of a "crypto pki certificate map".
type Rule struct {
	Field   Field
	Compare Compare
	Text    string    // of everything but times
	Time    time.Time // of FieldStart and FieldEnd
}

// A Map is a "crypto pki certificate map": it matches where all rules of one of its
// steps do. A step without rules matches nothing.
type Map struct {
	Name  string
	Steps [][]Rule
}

// Matches reports whether the map matches a certificate.
func (m *Map) Matches(c *x509.Certificate) bool {
	for _, step := range m.Steps {
		ok := len(step) > 0
		for i := range step {
			ok = ok && step[i].matches(c)
		}
		if ok {
			return true
		}
	}
	return false
}

func (r *Rule) matches(c *x509.Certificate) bool {
	var values []string
	subject := Name(c.RawSubject)
	other := append(append([]string{}, c.DNSNames...), c.EmailAddresses...)
	for _, a := range c.IPAddresses {
		other = append(other, a.String())
	}
	switch r.Field {
	case FieldStart, FieldEnd:
		at := c.NotBefore
		if r.Field == FieldEnd {
			at = c.NotAfter
		}
		return r.compareTime(at)
	case FieldSubject:
		values = []string{subject.String()}
	case FieldIssuer:
		values = []string{Name(c.RawIssuer).String()}
	case FieldAltName:
		values = other
	case FieldName:
		values = append(other, subject.String())
	case FieldHostname:
		values = []string{subject.First("hostname")}
	case FieldSerial:
		values = []string{Serial(c.SerialNumber)}
	}
	return r.compareText(values)
}

// compareText compares the values of a field: any of them may be equal or contain
// the text, and none where it is not to be so.
func (r *Rule) compareText(values []string) bool {
	want := fold(r.Text)
	if want == "" {
		return false
	}
	hit := false
	for _, v := range values {
		v = fold(v)
		switch r.Compare {
		case Equal, NotEqual:
			hit = hit || v == want
		case Contains, NotContains:
			hit = hit || strings.Contains(v, want)
		default:
			return false
		}
	}
	return hit == (r.Compare == Equal || r.Compare == Contains)
}

func (r *Rule) compareTime(at time.Time) bool {
	switch r.Compare {
	case Equal:
		return at.Equal(r.Time)
	case NotEqual:
		return !at.Equal(r.Time)
	case Less:
		return at.Before(r.Time)
	case NotLess:
		return !at.Before(r.Time)
	}
	return false
}

// fold takes out what does not matter in a comparison: capitals, and blanks around
// the commas and equals signs of names.
func fold(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, mark := range []string{",", "="} {
		parts := strings.Split(s, mark)
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		s = strings.Join(parts, mark)
	}
	return s
}
