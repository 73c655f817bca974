package pki_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"net"
	"testing"
	"time"

	"axle/internal/issuer"
	"axle/ipsec/pki"
)

// epoch is when the certificates of the tests begin to hold.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

type edit = func(*x509.Certificate)

// peer makes a certificate under an authority, with a key that all tests share.
func peer(i *issuer.Issuer, change ...edit) *x509.Certificate {
	return i.Issue("cn=spoke1.example.com,o=Axle", spokeKey, change...)
}

var spokeKey = issuer.Key("ec", "spoke1")

func chainOf(c ...*x509.Certificate) []*x509.Certificate { return c }

func crl(t *testing.T, der []byte) *x509.RevocationList {
	t.Helper()
	l, err := pki.ParseCRL(der)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestVerify(t *testing.T) {
	root := issuer.New("ec", "cn=Root,o=Axle", epoch)
	sub := root.Below("ec", "cn=Sub,o=Axle")
	low := sub.Below("rsa1024", "cn=Low,o=Axle")
	other := issuer.New("ec", "cn=Other", epoch)
	impostor := &issuer.Issuer{Key: other.Key, Now: epoch, Certificate: other.Issue("cn=Root,o=Axle", other.Key, func(c *x509.Certificate) { c.IsCA = true })}
	limited := root.Below("ec", "cn=Limited", func(c *x509.Certificate) {
		c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"example.com"}, true
	})
	flat := root.Below("ec", "cn=Flat", func(c *x509.Certificate) { c.MaxPathLen, c.MaxPathLenZero = 0, true })
	under := flat.Below("ec", "cn=Under")
	old := issuer.New("ec", "cn=Old", epoch, func(c *x509.Certificate) { c.NotAfter = epoch.Add(time.Hour) })
	usage := func(u ...x509.ExtKeyUsage) edit { return func(c *x509.Certificate) { c.ExtKeyUsage = u } }
	unknown := func(oid ...int) edit {
		return func(c *x509.Certificate) { c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{oid} }
	}
	critical := func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}}
	}
	leaf := peer(root)
	noAuthority := root.Issue("cn=Notary", sub.Key)
	rogue := &issuer.Issuer{Certificate: noAuthority, Key: sub.Key, Now: epoch}

	for _, tt := range []struct {
		name  string
		roots []*x509.Certificate
		sent  []*x509.Certificate
		at    time.Duration
		want  error
	}{
		{name: "of the root", roots: chainOf(root.Certificate), sent: chainOf(leaf)},
		{name: "a chain of three", roots: chainOf(root.Certificate), sent: chainOf(peer(sub), sub.Certificate)},
		{name: "a chain of four, in any order", roots: chainOf(root.Certificate), sent: chainOf(peer(low), sub.Certificate, low.Certificate)},
		{name: "to a trusted one in the middle", roots: chainOf(sub.Certificate), sent: chainOf(peer(sub))},
		{name: "the middle missing", roots: chainOf(root.Certificate), sent: chainOf(peer(sub)), want: pki.ErrUntrusted},
		{name: "the peer sends a root of its own", roots: chainOf(root.Certificate), sent: chainOf(peer(other), other.Certificate), want: pki.ErrUntrusted},
		{name: "of another authority", roots: chainOf(root.Certificate), sent: chainOf(peer(other)), want: pki.ErrUntrusted},
		{name: "of an authority of the same name", roots: chainOf(root.Certificate), sent: chainOf(peer(impostor)), want: pki.ErrUntrusted},
		{name: "nobody is trusted", sent: chainOf(leaf), want: pki.ErrUntrusted},
		{name: "the trusted one itself", roots: chainOf(leaf), sent: chainOf(leaf)},
		{name: "nothing sent", roots: chainOf(root.Certificate), want: pki.ErrSize},
		{name: "too much sent", roots: chainOf(root.Certificate), sent: chainOf(leaf, leaf, leaf, leaf, leaf, leaf, leaf, leaf, leaf), want: pki.ErrSize},

		{name: "not valid yet", roots: chainOf(root.Certificate), sent: chainOf(leaf), at: -time.Second, want: pki.ErrValidity},
		{name: "the last second", roots: chainOf(root.Certificate), sent: chainOf(leaf), at: 365 * issuer.Day},
		{name: "expired", roots: chainOf(root.Certificate), sent: chainOf(leaf), at: 365*issuer.Day + time.Second, want: pki.ErrValidity},
		{name: "the authority expired", roots: chainOf(old.Certificate), sent: chainOf(peer(old)), at: 2 * time.Hour, want: pki.ErrValidity},

		{name: "for servers", roots: chainOf(root.Certificate), sent: chainOf(peer(root, usage(x509.ExtKeyUsageServerAuth)))},
		{name: "for clients", roots: chainOf(root.Certificate), sent: chainOf(peer(root, usage(x509.ExtKeyUsageClientAuth)))},
		{name: "for anything", roots: chainOf(root.Certificate), sent: chainOf(peer(root, usage(x509.ExtKeyUsageAny)))},
		{name: "for IKE", roots: chainOf(root.Certificate), sent: chainOf(peer(root, unknown(1, 3, 6, 1, 5, 5, 7, 3, 17)))},
		{name: "for code", roots: chainOf(root.Certificate), sent: chainOf(peer(root, usage(x509.ExtKeyUsageCodeSigning))), want: pki.ErrPurpose},
		{name: "for something unknown", roots: chainOf(root.Certificate), sent: chainOf(peer(root, unknown(1, 2, 3))), want: pki.ErrPurpose},
		{name: "below an authority for code", roots: chainOf(root.Certificate), sent: func() []*x509.Certificate {
			code := root.Below("ec", "cn=Code", usage(x509.ExtKeyUsageCodeSigning))
			return chainOf(peer(code), code.Certificate)
		}(), want: pki.ErrPurpose},
		{name: "its key only encrypts", roots: chainOf(root.Certificate), sent: chainOf(peer(root, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })), want: pki.ErrPurpose},
		{name: "its key bears witness", roots: chainOf(root.Certificate), sent: chainOf(peer(root, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageContentCommitment }))},
		{name: "no use named", roots: chainOf(root.Certificate), sent: chainOf(peer(root, func(c *x509.Certificate) { c.KeyUsage = 0 }))},
		{name: "an unknown critical extension", roots: chainOf(root.Certificate), sent: chainOf(peer(root, critical)), want: pki.ErrUntrusted},

		{name: "signed by no authority", roots: chainOf(root.Certificate), sent: chainOf(peer(rogue), noAuthority), want: pki.ErrUntrusted},
		{name: "too long a path", roots: chainOf(root.Certificate), sent: chainOf(peer(under), under.Certificate, flat.Certificate), want: pki.ErrUntrusted},
		{name: "a name within the limits", roots: chainOf(root.Certificate), sent: chainOf(peer(limited, func(c *x509.Certificate) { c.DNSNames = []string{"a.example.com"} }), limited.Certificate)},
		{name: "a name beyond the limits", roots: chainOf(root.Certificate), sent: chainOf(peer(limited, func(c *x509.Certificate) { c.DNSNames = []string{"a.example.org"} }), limited.Certificate), want: pki.ErrPurpose},
	} {
		a := pki.Authority{Trusted: tt.roots}
		chain, err := a.Verify(tt.sent, epoch.Add(tt.at))
		if !errors.Is(err, tt.want) || err == nil && chain[0] != tt.sent[0] {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestRevocation(t *testing.T) {
	root := issuer.New("ec", "cn=Root", epoch)
	sub := root.Below("ec", "cn=Sub")
	other := issuer.New("ec", "cn=Other", epoch)
	good, bad, low := peer(root), peer(root), peer(sub)
	list := crl(t, root.Revoke(chainOf(bad)))
	subList := crl(t, sub.Revoke(nil))
	noSub := crl(t, root.Revoke(chainOf(sub.Certificate)))
	late := crl(t, root.Revoke(nil, func(l *x509.RevocationList) { l.NextUpdate = epoch.Add(time.Minute) }))
	lateBad := crl(t, root.Revoke(chainOf(bad), func(l *x509.RevocationList) { l.NextUpdate = epoch.Add(time.Minute) }))
	early := crl(t, root.Revoke(nil, func(l *x509.RevocationList) { l.ThisUpdate = epoch.Add(2 * time.Hour) }))
	forged := func() *x509.RevocationList { // in the name of the root
		f := &issuer.Issuer{Certificate: root.Certificate, Key: root.Key, Now: epoch}
		l := crl(t, f.Revoke(nil))
		l.Signature[len(l.Signature)-1] ^= 1
		return l
	}()
	type lists = []*x509.RevocationList
	for _, tt := range []struct {
		name  string
		how   pki.Revocation
		lists lists
		sent  []*x509.Certificate
		want  error
	}{
		{"none, and none is asked for", pki.RevocationNone, lists{list}, chainOf(bad), nil},
		{"good", pki.RevocationRequired, lists{list}, chainOf(good), nil},
		{"revoked", pki.RevocationRequired, lists{list}, chainOf(bad), pki.ErrRevoked},
		{"revoked, and lists may be missing", pki.RevocationOptional, lists{list}, chainOf(bad), pki.ErrRevoked},
		{"no list", pki.RevocationRequired, nil, chainOf(good), pki.ErrNoList},
		{"no list, and it may be missing", pki.RevocationOptional, nil, chainOf(good), nil},
		{"the list of another", pki.RevocationRequired, lists{crl(t, other.Revoke(nil))}, chainOf(good), pki.ErrNoList},
		{"a forged list", pki.RevocationRequired, lists{forged}, chainOf(good), pki.ErrNoList},
		{"a list out of date", pki.RevocationRequired, lists{late}, chainOf(good), pki.ErrNoList},
		{"revoked in a list out of date", pki.RevocationOptional, lists{lateBad}, chainOf(bad), pki.ErrRevoked},
		{"a list of tomorrow", pki.RevocationRequired, lists{early}, chainOf(good), pki.ErrNoList},
		{"a chain needs both lists", pki.RevocationRequired, lists{subList}, chainOf(low, sub.Certificate), pki.ErrNoList},
		{"a chain has both lists", pki.RevocationRequired, lists{list, subList}, chainOf(low, sub.Certificate), nil},
		{"the one in the middle is revoked", pki.RevocationRequired, lists{noSub, subList}, chainOf(low, sub.Certificate), pki.ErrRevoked},
	} {
		a := pki.Authority{Trusted: chainOf(root.Certificate), Lists: tt.lists, Revocation: tt.how}
		if _, err := a.Verify(tt.sent, epoch.Add(time.Hour)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestPartialListRefused(t *testing.T) {
	root := issuer.New("ec", "cn=Root", epoch)
	for _, oid := range []asn1.ObjectIdentifier{{2, 5, 29, 28}, {2, 5, 29, 27}} { // some of the certificates; changes of another list
		der := root.Revoke(nil, func(l *x509.RevocationList) {
			l.ExtraExtensions = []pkix.Extension{{Id: oid, Critical: true, Value: []byte{0x30, 0}}}
		})
		if _, err := pki.ParseCRL(der); !errors.Is(err, pki.ErrFormat) {
			t.Errorf("a list with the critical extension %v: %v", oid, err)
		}
	}
}

func TestVouches(t *testing.T) {
	root := issuer.New("ec", "cn=Root", epoch)
	limited := root.Below("ec", "cn=Limited", func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.com"} })
	names := peer(root, func(c *x509.Certificate) {
		c.DNSNames, c.EmailAddresses, c.IPAddresses = []string{"a.example.com"}, []string{"a@example.com"}, []net.IP{{192, 0, 2, 1}, net.ParseIP("2001:db8::1")}
	})
	ios := root.Issue("cn=R1,hostname=r1.example.com+ipaddress=192.0.2.9,e=r1@example.com", spokeKey)
	tame := limited.Issue("cn=evil.example.org", spokeKey)
	v6 := net.ParseIP("2001:db8::1")
	for _, tt := range []struct {
		name  string
		chain []*x509.Certificate
		kind  uint8
		data  string
		want  error
	}{
		{"subject", chainOf(names, root.Certificate), 9, string(names.RawSubject), nil},
		{"the subject of the authority", chainOf(names, root.Certificate), 9, string(root.Certificate.RawSubject), pki.ErrIdentity},
		{"name", chainOf(names, root.Certificate), 2, "A.example.com", nil},
		{"another name", chainOf(names, root.Certificate), 2, "b.example.com", pki.ErrIdentity},
		{"common name beside other names", chainOf(names, root.Certificate), 2, "spoke1.example.com", pki.ErrIdentity},
		{"no name", chainOf(names, root.Certificate), 2, "", pki.ErrIdentity},
		{"mail", chainOf(names, root.Certificate), 3, "a@example.com", nil},
		{"address", chainOf(names, root.Certificate), 1, "\xc0\x00\x02\x01", nil},
		{"another address", chainOf(names, root.Certificate), 1, "\xc0\x00\x02\x02", pki.ErrIdentity},
		{"half an address", chainOf(names, root.Certificate), 1, "\xc0\x00", pki.ErrIdentity},
		{"address of IPv6", chainOf(names, root.Certificate), 5, string(v6), nil},
		{"key-id", chainOf(names, root.Certificate), 11, "a.example.com", pki.ErrIdentity},
		{"host name of IOS", chainOf(ios, root.Certificate), 2, "r1.example.com", nil},
		{"common name alone", chainOf(ios, root.Certificate), 2, "R1", nil},
		{"address of IOS", chainOf(ios, root.Certificate), 1, "\xc0\x00\x02\x09", nil},
		{"mail of IOS", chainOf(ios, root.Certificate), 3, "r1@example.com", nil},
		{"common name where names are limited", chainOf(tame, limited.Certificate, root.Certificate), 2, "evil.example.org", pki.ErrIdentity},
		{"no certificate", nil, 2, "R1", pki.ErrIdentity},
	} {
		if err := pki.Vouches(tt.chain, tt.kind, []byte(tt.data)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}
