package pki

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Revocation is how much a trust point cares for revoked certificates.
type Revocation uint8

// The ways of "revocation-check".
const (
	RevocationNone     Revocation = iota // "none"
	RevocationRequired                   // "crl": there must be a list of each issuer
	RevocationOptional                   // "crl none": a list counts where there is one
)

// An Authority is whom a trust point believes.
type Authority struct {
	Trusted    []*x509.Certificate // need not be signed by themselves
	Lists      []*x509.RevocationList
	Revocation Revocation
}

// Verify looks for a chain from a peer's certificate, the first of sent, to a trusted
// one, and returns it. The others that the peer sent may stand between. Each
// certificate must be valid now, be for a purpose that IKE is, keep within the names
// that those above allow it, and not be revoked. RFC 5280 §6, RFC 4945 §5.
func (a *Authority) Verify(sent []*x509.Certificate, now time.Time) ([]*x509.Certificate, error) {
	if len(sent) == 0 || len(sent) > MaxChain {
		return nil, fmt.Errorf("pki: %d certificates: %w", len(sent), ErrSize)
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range a.Trusted {
		roots.AddCert(c)
	}
	for _, c := range sent[1:] {
		between.AddCert(c)
	}
	chains, err := sent[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return nil, fmt.Errorf("pki: certificate of %s: %w", who(sent[0]), classOf(err))
	}
	for _, chain := range chains {
		if err = a.accept(chain, now); err == nil {
			return chain, nil
		}
	}
	return nil, err
}

// maxWho bounds what an error tells of a stranger's name, bytes.
const maxWho = 100

// who names a certificate in an error, which may go into a log.
func who(c *x509.Certificate) string {
	text := Name(c.RawSubject).String()
	return strings.ToValidUTF8(text[:min(len(text), maxWho)], "")
}

// classOf tells of which kind an error of crypto/x509 is.
func classOf(err error) error {
	var bad x509.CertificateInvalidError
	if !errors.As(err, &bad) {
		return ErrUntrusted
	}
	switch bad.Reason {
	case x509.Expired:
		return ErrValidity
	case x509.CANotAuthorizedForThisName, x509.NameConstraintsWithoutSANs, x509.UnconstrainedName, x509.IncompatibleUsage:
		return ErrPurpose
	}
	return ErrUntrusted
}

// accept holds a chain, whose signatures are good, against the rest of the rules.
func (a *Authority) accept(chain []*x509.Certificate, now time.Time) error {
	if !signs(chain[0]) {
		return fmt.Errorf("pki: certificate of %s: its key may not sign: %w", who(chain[0]), ErrPurpose)
	}
	for i, c := range chain {
		if (i == 0 || i+1 < len(chain)) && !forIKE(c) {
			return fmt.Errorf("pki: certificate of %s: %w", who(c), ErrPurpose)
		}
		if i+1 == len(chain) || a.Revocation == RevocationNone {
			continue
		}
		if err := a.revoked(c, chain[i+1], now); err != nil {
			return fmt.Errorf("pki: certificate of %s: %w", who(c), err)
		}
	}
	return nil
}

// signs reports whether the key of a peer's certificate may sign what IKE does.
// RFC 4945 §5.1.3.2.
func signs(c *x509.Certificate) bool {
	return c.KeyUsage == 0 || c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) != 0
}

// oidIKE is the purpose id-kp-ipsecIKE, RFC 4945 §5.1.3.12.
var oidIKE = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 17}

// forIKE reports whether the purposes of a certificate allow it to be used here: none
// is named, or one that peers have. The three older ones of IPsec are taken, too.
func forIKE(c *x509.Certificate) bool {
	if len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 {
		return true
	}
	for _, u := range c.ExtKeyUsage {
		switch u {
		case x509.ExtKeyUsageAny, x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth,
			x509.ExtKeyUsageIPSECEndSystem, x509.ExtKeyUsageIPSECTunnel, x509.ExtKeyUsageIPSECUser:
			return true
		}
	}
	return slices.ContainsFunc(c.UnknownExtKeyUsage, oidIKE.Equal)
}

// revoked returns why a certificate is not to be trusted by the lists of its issuer.
func (a *Authority) revoked(c, issuer *x509.Certificate, now time.Time) error {
	found := false
	for _, l := range a.Lists {
		switch {
		case !covers(l, c, issuer):
		case lists(l, c.SerialNumber): // one that is out of date does not forgive
			return ErrRevoked
		case current(l, now):
			found = true
		}
	}
	if !found && a.Revocation == RevocationRequired {
		return ErrNoList
	}
	return nil
}
