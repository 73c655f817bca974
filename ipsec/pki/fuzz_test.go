package pki_test

import (
	"bytes"
	"crypto/x509"
	"strings"
	"testing"

	"axle/internal/issuer"
	"axle/ipsec/pki"
)

func FuzzCertificates(f *testing.F) {
	root := issuer.New("ec", "cn=Root,o=Axle", epoch)
	f.Add(pki.PEM(root.Certificate.Raw))
	f.Add(pki.Base64(root.Certificate.Raw))
	f.Add(pki.PEM(root.Certificate.Raw) + "words\n" + pki.PEM(peer(root).Raw))
	f.Add("-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := pki.Certificates(text)
		if err != nil {
			return
		}
		var again strings.Builder
		for _, c := range list {
			again.WriteString(pki.PEM(c.Raw))
		}
		got, err := pki.Certificates(again.String())
		if err != nil || len(got) != len(list) {
			t.Fatalf("second reading: %d certificates, %v; want %d", len(got), err, len(list))
		}
	})
}

// FuzzCertificate reads a certificate of a stranger and asks all that is asked of one.
func FuzzCertificate(f *testing.F) {
	root := issuer.New("ec", "cn=Root,o=Axle", epoch)
	f.Add(root.Certificate.Raw)
	f.Add(peer(root, func(c *x509.Certificate) { c.DNSNames = []string{"a.example.com"} }).Raw)
	f.Add(issuer.New("rsa1024", "cn=R,e=a@b,hostname=r+ipaddress=1.2.3.4", epoch).Certificate.Raw)
	a := pki.Authority{Trusted: chainOf(root.Certificate), Revocation: pki.RevocationOptional, Lists: []*x509.RevocationList{}}
	m := pki.Map{Steps: [][]pki.Rule{{{Field: pki.FieldName, Compare: pki.Contains, Text: "a"}}}}
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := pki.ParseCertificate(der)
		if err != nil {
			return
		}
		if back, err := pki.FromHex(pki.Hex(c.Raw)); err != nil || !bytes.Equal(back, c.Raw) {
			t.Fatalf("digits: %v", err)
		}
		chain, err := a.Verify(chainOf(c), epoch)
		if err == nil && pki.Vouches(chain, 9, c.RawSubject) != nil {
			t.Fatal("it does not vouch for its own subject")
		}
		for _, kind := range []uint8{1, 2, 3, 5, 11} {
			_ = pki.Vouches(chainOf(c), kind, []byte("abcd"))
		}
		text := pki.Name(c.RawSubject).String() + pki.Name(c.RawIssuer).String()
		if strings.ContainsAny(text, "\x00\x1b\r\n") {
			t.Fatalf("%q would reach a terminal", text)
		}
		_ = m.Matches(c)
	})
}

func FuzzHex(f *testing.F) {
	f.Add("30020500")
	f.Add(strings.Join(pki.Hex(issuer.New("ec", "cn=R", epoch).Certificate.Raw), "\n"))
	f.Fuzz(func(t *testing.T, text string) {
		der, err := pki.FromHex(strings.Split(text, "\n"))
		if err != nil {
			return
		}
		again, err := pki.FromHex(pki.Hex(der))
		if err != nil || !bytes.Equal(der, again) {
			t.Fatalf("second reading: %x, %v; want %x", again, err, der)
		}
	})
}

func FuzzRing(f *testing.F) {
	k := issuer.Key("ec", "a")
	b, err := pki.Ring{k}.Bytes()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nLabel: a\n\n-----END PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := pki.ParseRing(b)
		if err != nil {
			return
		}
		out, err := r.Bytes()
		if err != nil {
			t.Fatalf("read, but cannot be written: %v", err)
		}
		again, err := pki.ParseRing(out)
		if err != nil || len(again) != len(r) {
			t.Fatalf("second reading: %d keys, %v; want %d", len(again), err, len(r))
		}
	})
}

func FuzzPKCS12(f *testing.F) {
	b := &pki.Bundle{Key: spokeKey.Signer, Certificate: peer(issuer.New("ec", "cn=R", epoch))}
	der, err := b.PKCS12(issuer.Chance("salt"), "x")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(der))
	f.Add(pki.PKCS12Text(der))
	f.Fuzz(func(t *testing.T, text string) {
		b, err := pki.ParsePKCS12(text, "x")
		if err != nil {
			return
		}
		if k := (&pki.Key{Signer: b.Key}); !k.Opens(b.Certificate) {
			t.Fatal("a key that is not that of the certificate")
		}
	})
}

func FuzzName(f *testing.F) {
	f.Add("cn=R1, o=Axle+ou=x")
	f.Add(`cn=a\,b,e=a@b`)
	f.Fuzz(func(t *testing.T, text string) {
		n, err := pki.ParseName(text)
		if err != nil {
			return
		}
		shown := n.String()
		again, err := pki.ParseName(shown)
		if err != nil {
			if len(shown) > len(text) || strings.Contains(shown, ".") {
				return // longer in full, or with what is not printed
			}
			t.Fatalf("%q is shown as %q, which is refused: %v", text, shown, err)
		}
		if got := again.String(); got != shown {
			t.Fatalf("%q is shown as %q, then as %q", text, shown, got)
		}
	})
}

func FuzzCRL(f *testing.F) {
	root := issuer.New("ec", "cn=R", epoch)
	f.Add(string(root.Revoke(chainOf(peer(root)))))
	a := pki.Authority{Trusted: chainOf(root.Certificate), Revocation: pki.RevocationRequired}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := pki.CRL(text)
		if err != nil {
			return
		}
		again, err := pki.ParseCRL(l.Raw)
		if err != nil || !bytes.Equal(again.Raw, l.Raw) {
			t.Fatalf("second reading: %v", err)
		}
		a.Lists = []*x509.RevocationList{l}
		_, _ = a.Verify(chainOf(peer(root)), epoch)
	})
}
