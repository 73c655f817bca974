// Package issuer is, for tests, a certificate authority: it makes keys from a seed,
// and certificates and revocation lists that are as good or as bad as a test wants
// them. The same seed gives the same bytes.
package issuer

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"time"

	"axle/ipsec/pki"
)

// Day is how long certificates hold is counted in.
const Day = 24 * time.Hour

// An Issuer is a certificate authority.
type Issuer struct {
	Certificate *x509.Certificate
	Key         *pki.Key
	Now         time.Time // from when on, by default, what it issues holds

	serial int64
	seed   string
}

// Chance returns a reader whose bytes come from a seed.
func Chance(seed string) io.Reader { return rand.NewChaCha8(sha256.Sum256([]byte(seed))) }

// Key makes a key of "rsa" or "ec" from a seed.
func Key(kind, seed string) *pki.Key {
	k := &pki.Key{Label: seed, Exportable: true}
	var err error
	switch kind {
	case "rsa":
		k.Signer, err = pki.GenerateRSA(Chance(seed), pki.DefaultModulus)
	case "rsa1024":
		k.Signer, err = pki.GenerateRSA(Chance(seed), 1024)
	default:
		k.Signer, err = pki.GenerateEC(Chance(seed), 256)
	}
	check(err)
	return k
}

// New makes an authority with a certificate of its own, which change may alter.
func New(kind, name string, now time.Time, change ...func(*x509.Certificate)) *Issuer {
	i := &Issuer{Key: Key(kind, name), Now: now, seed: name}
	t := i.authority(name, i.Key)
	for _, f := range change {
		f(t)
	}
	i.Certificate = sign(t, t, i.Key, i.Key)
	return i
}

// Below makes an authority that this one vouches for.
func (i *Issuer) Below(kind, name string, change ...func(*x509.Certificate)) *Issuer {
	n := &Issuer{Key: Key(kind, name), Now: i.Now, seed: name}
	t := i.authority(name, n.Key)
	for _, f := range change {
		f(t)
	}
	n.Certificate = sign(t, i.Certificate, n.Key, i.Key)
	return n
}

func (i *Issuer) authority(name string, k *pki.Key) *x509.Certificate {
	t := i.template(name, k)
	t.IsCA, t.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	t.NotAfter = i.Now.Add(3650 * Day)
	return t
}

// template is what all certificates start from.
func (i *Issuer) template(name string, k *pki.Key) *x509.Certificate {
	i.serial++
	subject, err := pki.ParseName(name)
	check(err)
	sum := sha1.Sum(k.Public())
	return &x509.Certificate{
		SerialNumber: big.NewInt(i.serial), RawSubject: subject, NotBefore: i.Now, NotAfter: i.Now.Add(365 * Day),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, SubjectKeyId: sum[:],
	}
}

// Issue makes a certificate for a key.
func (i *Issuer) Issue(name string, k *pki.Key, change ...func(*x509.Certificate)) *x509.Certificate {
	t := i.template(name, k)
	for _, f := range change {
		f(t)
	}
	return sign(t, i.Certificate, k, i.Key)
}

// Grant makes the certificate that a request in DER asks for.
func (i *Issuer) Grant(request []byte) (*x509.Certificate, error) {
	r, err := x509.ParseCertificateRequest(request)
	if err != nil {
		return nil, err
	}
	if err := r.CheckSignature(); err != nil {
		return nil, err
	}
	i.serial++
	t := &x509.Certificate{
		SerialNumber: big.NewInt(i.serial), RawSubject: r.RawSubject, NotBefore: i.Now, NotAfter: i.Now.Add(365 * Day),
		DNSNames: r.DNSNames, EmailAddresses: r.EmailAddresses, IPAddresses: r.IPAddresses, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(nil, t, i.Certificate, r.PublicKey, i.Key.Signer)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// Revoke makes a list of revoked certificates in DER, which change may alter.
func (i *Issuer) Revoke(revoked []*x509.Certificate, change ...func(*x509.RevocationList)) []byte {
	i.serial++
	t := &x509.RevocationList{Number: big.NewInt(i.serial), ThisUpdate: i.Now, NextUpdate: i.Now.Add(30 * Day)}
	for _, c := range revoked {
		t.RevokedCertificateEntries = append(t.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: c.SerialNumber, RevocationTime: i.Now})
	}
	for _, f := range change {
		f(t)
	}
	der, err := x509.CreateRevocationList(nil, t, i.Certificate, i.Key.Signer)
	check(err)
	return der
}

func sign(t, parent *x509.Certificate, subject, by *pki.Key) *x509.Certificate {
	der, err := x509.CreateCertificate(nil, t, parent, subject.Signer.Public(), by.Signer)
	check(err)
	c, err := x509.ParseCertificate(der)
	check(err)
	return c
}

func check(err error) {
	if err != nil {
		panic(fmt.Sprintf("issuer: %v", err))
	}
}
