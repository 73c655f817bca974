package ios

import (
	"crypto/x509"
	"reflect"
	"strings"
	"testing"
	"time"

	"axle/internal/issuer"
	"axle/ipsec/pki"
)

func TestTrustPointDecoded(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       TrustPoint
	}{
		{"empty", "", TrustPoint{Revocation: pki.RevocationRequired}},
		{"terminal", "enrollment terminal pem; serial-number; fqdn r1.example.com; ip-address Gi0/0; fingerprint AA BB; subject-name cn=R1, o=Axle; subject-alt-name a.b, c.d; revocation-check none; rsakeypair K 4096", TrustPoint{
			Enrollment: "terminal", PEM: true, Subject: "cn=R1, o=Axle", FQDN: "r1.example.com", Address: "Gi0/0", Serial: "yes", AltNames: []string{"a.b", "c.d"},
			Fingerprint: "AA BB", KeyLabel: "K", KeyBits: 4096, Revocation: pki.RevocationNone,
		}},
		{"self-signed", "enrollment selfsigned; serial-number none; fqdn none; ip-address none; revocation-check crl none; eckeypair E", TrustPoint{
			Enrollment: "selfsigned", FQDN: None, Address: None, Serial: None, KeyLabel: "E", EC: true, Revocation: pki.RevocationOptional,
		}},
		{"over a network", "enrollment url http://192.0.2.1:80; revocation-check ocsp", TrustPoint{Enrollment: "url", Revocation: pki.RevocationRequired}},
		{"any way but with a list", "revocation-check ocsp crl", TrustPoint{Revocation: pki.RevocationRequired}},
		{"a list, else nothing", "revocation-check ocsp crl none", TrustPoint{Revocation: pki.RevocationOptional}},
	} {
		tree, errs := Load("crypto pki trustpoint T\n " + strings.ReplaceAll(tt.text, "; ", "\n ") + "\n")
		if len(errs) > 0 {
			t.Errorf("%s: %v", tt.name, errs)
		}
		tt.want.Name = "T"
		if tt.want.AltNames == nil {
			tt.want.AltNames = []string{}
		}
		if got := Decode(tree).PKI; len(got.TrustPoints) != 1 || !reflect.DeepEqual(got.TrustPoints[0], tt.want) {
			t.Errorf("%s:\n%+v, want\n%+v", tt.name, got.TrustPoints, tt.want)
		}
		if p := (&PKI{}).TrustPoint("T"); p != nil {
			t.Errorf("%s: found in nothing", tt.name)
		}
	}
}

// TestChainRoundTrip puts certificates into a configuration, and reads that again.
func TestChainRoundTrip(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	root := issuer.New("rsa1024", "cn=CA", now)
	own := root.Issue("cn=R1", issuer.Key("ec", "R1"))
	list, err := pki.ParseCRL(root.Revoke(nil))
	if err != nil {
		t.Fatal(err)
	}
	tree, _ := Load("crypto pki trustpoint T\n enrollment terminal\n")
	section, lines := ChainLines("T", own, []*x509.Certificate{root.Certificate}, list)
	s := tree.Apply(section).Section
	for _, l := range lines {
		s.Apply(l)
	}
	text := tree.Text()
	again, errs := Load(text)
	if len(errs) > 0 || again.Text() != text {
		t.Fatalf("%v\n%s\n---\n%s", errs, text, again.Text())
	}
	p := Decode(again).PKI.TrustPoint("T")
	if p == nil || p.Own == nil || !p.Own.Equal(own) || len(p.Authorities) != 1 || !p.Authorities[0].Equal(root.Certificate) || len(p.Lists) != 1 || p.Unread != 0 || p.SelfSigned {
		t.Fatalf("%+v", p)
	}
	// What cannot be read is kept, and counts for nothing.
	broken := strings.Replace(text, "  3082", "  3083", 1)
	again, errs = Load(broken)
	if p = Decode(again).PKI.TrustPoint("T"); len(errs) > 0 || p.Unread != 1 || again.Text() != broken {
		t.Errorf("%v, %d unread", errs, p.Unread)
	}
}

func TestCertificateMapDecoded(t *testing.T) {
	tree, errs := Load("crypto pki certificate map M 10\n subject-name co OU=branch\n issuer-name eq cn=CA\n serial-number ne 01:0a\ncrypto pki certificate map M 20\n" +
		" expires-on ge 00:00:00 Jan 1 2027\ncrypto pki certificate map N 10\n subject-name like x\n")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	want := []pki.Map{
		{Name: "M", Steps: [][]pki.Rule{{
			{Field: pki.FieldIssuer, Compare: pki.Equal, Text: "cn=CA"}, {Field: pki.FieldSerial, Compare: pki.NotEqual, Text: "010a"}, {Field: pki.FieldSubject, Compare: pki.Contains, Text: "OU=branch"},
		}, {{Field: pki.FieldEnd, Compare: pki.NotLess, Text: "00:00:00 Jan 1 2027", Time: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}}}},
		{Name: "N", Steps: [][]pki.Rule{{{}}}},
	}
	if got := Decode(tree).PKI.Maps; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want\n%+v", got, want)
	}
}
