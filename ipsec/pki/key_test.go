package pki_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"axle/internal/issuer"
	"axle/ipsec/pki"

	"software.sslmate.com/src/go-pkcs12"
)

func TestGenerate(t *testing.T) {
	for _, kind := range []string{"rsa1024", "ec"} {
		a, b, c := issuer.Key(kind, "one"), issuer.Key(kind, "one"), issuer.Key(kind, "two")
		if !bytes.Equal(a.Public(), b.Public()) {
			t.Errorf("%s: the same seed gives other keys", kind)
		}
		if bytes.Equal(a.Public(), c.Public()) {
			t.Errorf("%s: another seed gives the same key", kind)
		}
	}
	k := issuer.Key("rsa1024", "one")
	if r := k.Signer.(*rsa.PrivateKey); r.Validate() != nil || k.Bits() != 1024 || r.E != 65537 || !k.IsRSA() {
		t.Errorf("RSA key of %d bits, exponent %d: %v", k.Bits(), r.E, r.Validate())
	}
	for _, bits := range []int{256, 384, 521} {
		s, err := pki.GenerateEC(issuer.Chance("x"), bits)
		if err != nil || (&pki.Key{Signer: s}).Bits() != bits {
			t.Errorf("EC key of %d bits: %v", bits, err)
		}
	}
	for _, bits := range []int{0, 512, 1025, 4097} {
		if _, err := pki.GenerateRSA(issuer.Chance("x"), bits); !errors.Is(err, pki.ErrKey) {
			t.Errorf("RSA key of %d bits: %v", bits, err)
		}
	}
	if _, err := pki.GenerateEC(issuer.Chance("x"), 255); !errors.Is(err, pki.ErrKey) {
		t.Errorf("EC key of 255 bits: %v", err)
	}
	broken := iotest.ErrReader(errors.New("broken"))
	if _, err := pki.GenerateRSA(broken, 1024); !errors.Is(err, pki.ErrRandom) {
		t.Errorf("RSA without chance: %v", err)
	}
	if _, err := pki.GenerateEC(broken, 256); !errors.Is(err, pki.ErrRandom) {
		t.Errorf("EC without chance: %v", err)
	}
}

// A key never prints what is secret, whatever the format.
func TestKeyIsSilent(t *testing.T) {
	k := issuer.Key("ec", "silent")
	for _, f := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if got := fmt.Sprintf(f, k); got != "<private key silent>" {
			t.Errorf("%s: %s", f, got)
		}
	}
}

func TestRing(t *testing.T) {
	ed := ed25519.NewKeyFromSeed(make([]byte, 32))
	r := pki.Ring{issuer.Key("rsa1024", "a"), issuer.Key("ec", "b"), {Label: "c", Signer: ed, Made: epoch}}
	r[0].Made, r[1].Exportable = epoch, false
	b, err := r.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	again, err := pki.ParseRing(b)
	if err != nil || len(again) != len(r) {
		t.Fatalf("%d keys, %v", len(again), err)
	}
	for i, k := range again {
		if k.Label != r[i].Label || k.Exportable != r[i].Exportable || !k.Made.Equal(r[i].Made) || !bytes.Equal(k.Public(), r[i].Public()) {
			t.Errorf("key %d is another one", i)
		}
	}
	twice := append(bytes.Clone(b), b...)
	for name, bad := range map[string][]byte{
		"the same label twice": twice, "junk behind": append(bytes.Clone(b), "junk"...),
		"another block": []byte(pki.PEM(b[:10])), "no label": bytes.Replace(b, []byte("Label: a"), []byte("Label: "), 1),
		"cut off": b[:len(b)-5],
	} {
		if _, err := pki.ParseRing(bad); !errors.Is(err, pki.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := pki.ParseRing(nil); err != nil || got != nil {
		t.Errorf("nothing: %v, %v", got, err)
	}
	n, err := r.With(&pki.Key{Label: "b", Signer: ed})
	if err != nil || len(n) != 3 || n[2].Label != "b" || r.Find("b") != r[1] {
		t.Errorf("a key replaced: %v, %v", n, err)
	}
	for i := len(r); i < pki.MaxKeys; i++ {
		if r, err = r.With(&pki.Key{Label: fmt.Sprint(i), Signer: ed}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.With(&pki.Key{Label: "more", Signer: ed}); !errors.Is(err, pki.ErrSize) {
		t.Errorf("more than there may be: %v", err)
	}
}

func TestRequest(t *testing.T) {
	s := &pki.Subject{
		Name: "cn=spoke1,o=Axle", Hostname: "spoke1.example.com", DNS: []string{"s1.example.com"}, Email: []string{"a@example.com"},
		Address: []netip.Addr{netip.MustParseAddr("192.0.2.1")}, Serial: "9AXLE",
	}
	for _, kind := range []string{"rsa1024", "ec"} {
		k := issuer.Key(kind, "request")
		der, err := pki.Request(s, k)
		if err != nil {
			t.Fatal(err)
		}
		again, err := pki.Request(s, k)
		if err != nil || !bytes.Equal(der, again) {
			t.Errorf("%s: another request the second time: %v", kind, err)
		}
		c, err := issuer.New("ec", "cn=Root", epoch).Grant(der)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if got, want := pki.Name(c.RawSubject).String(), "cn=spoke1,o=Axle,serialNumber=9AXLE+hostname=spoke1.example.com+ipaddress=192.0.2.1"; sorted(got) != sorted(want) {
			t.Errorf("%s: subject %q, want %q", kind, got, want)
		}
		if got := fmt.Sprint(c.DNSNames, c.EmailAddresses, c.IPAddresses); got != "[spoke1.example.com s1.example.com] [a@example.com] [192.0.2.1]" {
			t.Errorf("%s: other names %s", kind, got)
		}
		if !k.Opens(c) {
			t.Errorf("%s: the certificate has another key", kind)
		}
	}
	if _, err := pki.Request(&pki.Subject{}, issuer.Key("ec", "x")); !errors.Is(err, pki.ErrFormat) {
		t.Errorf("a request without a name: %v", err)
	}
}

// sorted orders the characters of s: the parts of one step of a name have no order.
func sorted(s string) string {
	b := []byte(s)
	for i := range b {
		for j := i; j > 0 && b[j] < b[j-1]; j-- {
			b[j], b[j-1] = b[j-1], b[j]
		}
	}
	return string(b)
}

func TestSelfSigned(t *testing.T) {
	k := issuer.Key("ec", "self")
	c, err := pki.SelfSigned(&pki.Subject{Hostname: "r1.example.com"}, k, 1, epoch.Add(time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	if !pki.SelfIssued(c) || !c.NotBefore.Equal(epoch) || !c.NotAfter.Equal(epoch.AddDate(10, 0, 0)) || pki.Serial(c.SerialNumber) != "01" || !pki.IsAuthority(c) {
		t.Errorf("self-signed from %v to %v, number %s", c.NotBefore, c.NotAfter, pki.Serial(c.SerialNumber))
	}
	a := pki.Authority{Trusted: chainOf(c)}
	if _, err := a.Verify(chainOf(c), epoch.Add(time.Hour)); err != nil {
		t.Errorf("trusted by itself: %v", err)
	}
	if pki.SelfIssued(peer(issuer.New("ec", "cn=Root", epoch))) {
		t.Error("a certificate of an authority is taken for self-signed")
	}
}

func TestPKCS12(t *testing.T) {
	root := issuer.New("ec", "cn=Root", epoch)
	sub := root.Below("ec", "cn=Sub")
	b := &pki.Bundle{Key: spokeKey.Signer, Certificate: peer(sub), Authorities: chainOf(sub.Certificate, root.Certificate)}
	der, err := b.PKCS12(issuer.Chance("salt"), "secret")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"file": string(der), "PEM": pki.PKCS12Text(der), "base64": pki.Base64(der)} {
		got, err := pki.ParsePKCS12(text, "secret")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !got.Certificate.Equal(b.Certificate) || len(got.Authorities) != 2 || !got.Authorities[1].Equal(root.Certificate) {
			t.Errorf("%s: other certificates", name)
		}
		if k := (&pki.Key{Signer: got.Key}); !k.Opens(b.Certificate) {
			t.Errorf("%s: another key", name)
		}
	}
	for _, password := range []string{"", "Secret", "secret "} {
		if _, err := pki.ParsePKCS12(string(der), password); !errors.Is(err, pki.ErrPassword) {
			t.Errorf("password %q: %v", password, err)
		}
	}
	for _, n := range []int{0, 1, 100, len(der) - 1} {
		if _, err := pki.ParsePKCS12(string(der[:n]), "secret"); err == nil {
			t.Errorf("%d of %d bytes are taken", n, len(der))
		}
	}
	other := &pki.Bundle{Key: issuer.Key("ec", "other").Signer, Certificate: b.Certificate}
	if der, err := other.PKCS12(issuer.Chance("salt"), "secret"); err == nil {
		if _, err := pki.ParsePKCS12(string(der), "secret"); !errors.Is(err, pki.ErrKey) {
			t.Errorf("a key of another certificate: %v", err)
		}
	}
}

// A file that asks for a day of work is refused before any is done.
func TestPKCS12Rounds(t *testing.T) {
	c := peer(issuer.New("ec", "cn=Root", epoch))
	der, err := pkcs12.Modern2023.WithRand(issuer.Chance("salt")).WithIterations(1_000_001).Encode(spokeKey.Signer, c, nil, "secret")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pki.ParsePKCS12(string(der), "secret"); !errors.Is(err, pki.ErrSize) {
		t.Errorf("a million rounds and one: %v", err)
	}
}

func TestParseKey(t *testing.T) {
	k := issuer.Key("rsa1024", "pem")
	plain, err := x509.MarshalPKCS8PrivateKey(k.Signer)
	if err != nil {
		t.Fatal(err)
	}
	old := x509.MarshalPKCS1PrivateKey(k.Signer.(*rsa.PrivateKey))
	//lint:ignore SA1019 what routers export is made like this
	locked, err := x509.EncryptPEMBlock(issuer.Chance("iv"), "RSA PRIVATE KEY", old, []byte("secret"), x509.PEMCipher3DES)
	if err != nil {
		t.Fatal(err)
	}
	text := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	for _, tt := range []struct {
		name, text, password string
		want                 error
	}{
		{"PKCS 8", text("PRIVATE KEY", plain), "", nil},
		{"PKCS 1", text("RSA PRIVATE KEY", old), "", nil},
		{"behind a certificate", pki.PEM([]byte{0x30, 0}) + text("RSA PRIVATE KEY", old), "", nil},
		{"encrypted", string(pem.EncodeToMemory(locked)), "secret", nil},
		{"wrong password", string(pem.EncodeToMemory(locked)), "other", pki.ErrPassword},
		{"encrypted by PKCS 8", text("ENCRYPTED PRIVATE KEY", plain), "secret", pki.ErrFormat},
		{"none", pki.PEM(plain), "", pki.ErrFormat},
		{"cut off", text("PRIVATE KEY", plain[:100]), "", pki.ErrFormat},
	} {
		s, err := pki.ParseKey(tt.text, tt.password)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		} else if err == nil && !bytes.Equal((&pki.Key{Signer: s}).Public(), k.Public()) {
			t.Errorf("%s: another key", tt.name)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v tells the password", tt.name, err)
		}
	}
}
