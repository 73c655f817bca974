package show

import (
	"crypto/x509"
	"testing"
	"time"

	"axle/internal/issuer"
	"axle/ipsec/pki"
)

// pkiBegin is when the certificates of the screens begin to hold.
var pkiBegin = time.Date(2026, time.January, 1, 8, 30, 0, 0, time.UTC)

// trusted are trust points of every kind.
func trusted(t *testing.T) []TrustPoint {
	t.Helper()
	root := issuer.New("rsa1024", "cn=Axle Root,o=Axle", pkiBegin)
	sub := root.Below("ec", "cn=Axle CA,o=Axle")
	k := issuer.Key("ec", "R1")
	own := sub.Issue("cn=R1,ou=branch,o=Axle,hostname=R1.example.com+ipaddress=192.0.2.1+serialNumber=9AX", k, func(c *x509.Certificate) {
		c.DNSNames, c.IPAddresses = []string{"R1.example.com"}, append(c.IPAddresses, []byte{192, 0, 2, 1})
		c.CRLDistributionPoints = []string{"http://ca.example.com/\x1b[2Jca.crl"}
	})
	self, err := pki.SelfSigned(&pki.Subject{Name: "cn=R1 by itself"}, issuer.Key("rsa1024", "self"), 1, pkiBegin)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pki.ParseCRL(sub.Revoke([]*x509.Certificate{own}))
	if err != nil {
		t.Fatal(err)
	}
	ca := []*x509.Certificate{sub.Certificate}
	return []TrustPoint{
		{Name: "TP", Authorities: ca, Own: own, Lists: []*x509.RevocationList{list}, Key: &PublicKey{Label: "R1"}},
		{Name: "AGAIN", Authorities: ca},
		{Name: "TP-rrr1", Authorities: []*x509.Certificate{root.Certificate}},
		{Name: "SELF", Own: self, SelfSigned: true, Key: &PublicKey{Label: "self", RSA: true, Exportable: true}},
		{Name: "EMPTY"},
	}
}

func TestPKIScreens(t *testing.T) {
	v, list := base("R1"), trusted(t)
	golden(t, "pki-trustpoints", Trustpoints(list))
	golden(t, "pki-trustpoints-status", TrustpointsStatus(list))
	golden(t, "pki-certificates", Certificates(v, list, false))
	golden(t, "pki-certificates-verbose", Certificates(v, list, true))
	golden(t, "pki-crls", CRLs(v, list))
	golden(t, "pki-mypubkey", MyKeys(v, []PublicKey{
		{Label: "R1", Made: pkiBegin, DER: issuer.Key("ec", "R1").Public()},
		{Label: "self", RSA: true, Exportable: true, Made: pkiBegin, DER: issuer.Key("rsa1024", "self").Public()},
	}))
	for name, got := range map[string]string{"trustpoints": Trustpoints(nil), "certificates": Certificates(v, nil, true), "keys": MyKeys(v, nil), "lists": CRLs(v, nil)} {
		if got != "" {
			t.Errorf("%s of nothing: %q", name, got)
		}
	}
}
