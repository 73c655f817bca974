package pki_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"axle/internal/issuer"
	"axle/ipsec/pki"
)

func TestCertificatesPasted(t *testing.T) {
	root := issuer.New("ec", "cn=Root", epoch)
	leaf := peer(root)
	pem := pki.PEM(leaf.Raw)
	for _, tt := range []struct {
		name, text string
		want       int
		err        error
	}{
		{"PEM", pem, 1, nil},
		{"PEM with blanks and line ends of a terminal", strings.ReplaceAll("  "+pem, "\n", " \r\n   "), 1, nil},
		{"PEM with words around", "subject=spoke1\n" + pem + "\nthat was it\n", 1, nil},
		{"two", pem + pki.PEM(root.Certificate.Raw), 2, nil},
		{"base64", pki.Base64(leaf.Raw), 1, nil},
		{"nothing", "", 0, pki.ErrFormat},
		{"words", "certificate", 0, pki.ErrFormat},
		{"base64 of something else", "AAAA", 0, pki.ErrFormat},
		{"a header alone", "-----BEGIN CERTIFICATE-----\n", 0, pki.ErrFormat},
		{"a request", pki.RequestPEM(leaf.Raw), 0, pki.ErrFormat},
		{"cut off", pki.Base64(leaf.Raw[:len(leaf.Raw)-1]), 0, pki.ErrFormat},
		{"something behind", pki.Base64(append(slices.Clone(leaf.Raw), 0)), 0, pki.ErrFormat},
		{"many", strings.Repeat(pem, pki.MaxChain+1), 0, pki.ErrSize},
		{"too long", strings.Repeat("A", pki.MaxText+1), 0, pki.ErrSize},
	} {
		got, err := pki.Certificates(tt.text)
		if len(got) != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: %d certificates, %v; want %d, %v", tt.name, len(got), err, tt.want, tt.err)
		}
	}
}

// Every shorter prefix of a certificate and of its digits is refused.
func TestPrefixesRefused(t *testing.T) {
	der := peer(issuer.New("ec", "cn=Root", epoch)).Raw
	for i := range der {
		if _, err := pki.ParseCertificate(der[:i]); err == nil {
			t.Errorf("a certificate of %d of %d bytes", i, len(der))
		}
		if _, err := pki.FromHex(pki.Hex(der[:i])); err == nil {
			t.Errorf("digits of %d of %d bytes", i, len(der))
		}
	}
}

func TestHex(t *testing.T) {
	der := []byte{0x30, 34}
	for i := range 34 {
		der = append(der, byte(i))
	}
	der[2], der[3] = 4, 32 // a string of bytes, so that it is ASN.1
	want := []string{"30220420 02030405 06070809 0A0B0C0D 0E0F1011 12131415 16171819 1A1B1C1D", "1E1F2021"}
	got := pki.Hex(der)
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	back, err := pki.FromHex([]string{"  " + strings.ToLower(got[0]) + " ", got[1]})
	if err != nil || !slices.Equal(back, der) {
		t.Errorf("back: %x, %v", back, err)
	}
	for _, bad := range []string{"", "3", "30XX", "3000 00", strings.Repeat("00", pki.MaxCRL+1)} {
		if _, err := pki.FromHex([]string{bad}); err == nil {
			t.Errorf("digits %.20q are taken", bad)
		}
	}
}

func TestFingerprint(t *testing.T) {
	c := peer(issuer.New("ec", "cn=Root", epoch))
	for _, typed := range []string{pki.MD5(c), pki.SHA1(c), strings.ToLower(strings.ReplaceAll(pki.SHA1(c), " ", ""))} {
		if !pki.HasFingerprint(c, typed) {
			t.Errorf("fingerprint %s is not its own", typed)
		}
	}
	if pki.HasFingerprint(c, "") || pki.HasFingerprint(c, pki.MD5(c)[1:]) {
		t.Error("a part of a fingerprint is enough")
	}
	if n := len(strings.Fields(pki.MD5(c))); n != 4 {
		t.Errorf("%d groups of MD5", n)
	}
	if n := len(strings.Fields(pki.SHA1(c))); n != 5 {
		t.Errorf("%d groups of SHA-1", n)
	}
}

func TestName(t *testing.T) {
	for _, tt := range []struct{ in, out string }{
		{"CN=R1.example.com, O=Axle, C=DE", "cn=R1.example.com,o=Axle,c=DE"},
		{"cn=R1+serialnumber=9X,ou=a,ou=b", "cn=R1+serialNumber=9X,ou=a,ou=b"},
		{`cn=R1\, the first,o=A\+B\\C`, `cn=R1\, the first,o=A\+B\\C`},
		{"e=a@example.com,dc=example,dc=com", "e=a@example.com,dc=example,dc=com"},
		{"unstructuredName=r1,st=BY,l=Bogen", "hostname=r1,st=BY,l=Bogen"},
		{"cn=Mönch", "cn=Mönch"},
	} {
		n, err := pki.ParseName(tt.in)
		if err != nil || n.String() != tt.out {
			t.Errorf("%q: %q, %v; want %q", tt.in, n, err, tt.out)
			continue
		}
		again, err := pki.ParseName(n.String())
		if err != nil || string(again) != string(n) {
			t.Errorf("%q read again: %x, %v; want %x", n, again, err, n)
		}
	}
	for _, bad := range []string{"", "R1", "cn=", "=R1", "what=R1", "cn=R1,", "cn=R1,,o=a", "dc=Mönch", "cn=\xff", strings.Repeat("a", 1025), "cn=" + strings.Repeat("a", 257), strings.Repeat("ou=a,", 32) + "o=b"} {
		if n, err := pki.ParseName(bad); err == nil {
			t.Errorf("%.20q is the name %q", bad, n)
		}
	}
	if got := pki.Name("\x30\x03junk").Parts(); got != nil {
		t.Errorf("junk has the parts %q", got)
	}
	// What a stranger writes does not reach the terminal as it is.
	n, err := pki.ParseName("cn=a\x1b[2Jb\u202ec")
	if err != nil || n.String() != "cn=a.[2Jb.c" {
		t.Errorf("%q, %v", n, err)
	}
}

func TestMap(t *testing.T) {
	root := issuer.New("ec", "cn=Root,o=Axle", epoch)
	c := root.Issue("cn=spoke1.example.com,ou=branch,o=Axle,hostname=spoke1", spokeKey)
	rule := func(f pki.Field, c pki.Compare, text string) pki.Rule {
		return pki.Rule{Field: f, Compare: c, Text: text}
	}
	at := func(f pki.Field, c pki.Compare, d time.Duration) pki.Rule {
		return pki.Rule{Field: f, Compare: c, Time: epoch.Add(d)}
	}
	for i, tt := range []struct {
		steps [][]pki.Rule
		want  bool
	}{
		{[][]pki.Rule{{rule(pki.FieldSubject, pki.Contains, "ou=Branch")}}, true},
		{[][]pki.Rule{{rule(pki.FieldSubject, pki.Contains, "ou = branch , o = axle")}}, true},
		{[][]pki.Rule{{rule(pki.FieldSubject, pki.Equal, "CN=spoke1.example.com, ou=branch, o=Axle, hostname=spoke1")}}, true},
		{[][]pki.Rule{{rule(pki.FieldSubject, pki.Equal, "cn=spoke1.example.com")}}, false},
		{[][]pki.Rule{{rule(pki.FieldSubject, pki.NotContains, "ou=branch")}}, false},
		{[][]pki.Rule{{rule(pki.FieldIssuer, pki.Contains, "cn=root"), rule(pki.FieldSubject, pki.Contains, "spoke2")}}, false},
		{[][]pki.Rule{{rule(pki.FieldSubject, pki.Contains, "spoke2")}, {rule(pki.FieldIssuer, pki.Equal, "cn=root,o=axle")}}, true},
		{[][]pki.Rule{{rule(pki.FieldHostname, pki.Equal, "SPOKE1")}}, true},
		{[][]pki.Rule{{rule(pki.FieldAltName, pki.Contains, "spoke")}}, false},
		{[][]pki.Rule{{rule(pki.FieldAltName, pki.NotEqual, "spoke")}}, true},
		{[][]pki.Rule{{rule(pki.FieldName, pki.Contains, "spoke1")}}, true},
		{[][]pki.Rule{{rule(pki.FieldSerial, pki.Equal, pki.Serial(c.SerialNumber))}}, true},
		{[][]pki.Rule{{at(pki.FieldStart, pki.Equal, 0), at(pki.FieldEnd, pki.NotLess, 300*issuer.Day)}}, true},
		{[][]pki.Rule{{at(pki.FieldStart, pki.Less, 0)}}, false},
		{[][]pki.Rule{{at(pki.FieldEnd, pki.NotEqual, 0)}}, true},
		{[][]pki.Rule{{rule(pki.FieldSubject, pki.Contains, "")}}, false},
		{[][]pki.Rule{{}}, false},
		{nil, false},
	} {
		m := pki.Map{Name: "M", Steps: tt.steps}
		if got := m.Matches(c); got != tt.want {
			t.Errorf("case %d: %v: %v", i, fmt.Sprint(tt.steps), got)
		}
	}
}
