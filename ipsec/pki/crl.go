package pki

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"math/big"
	"time"
)

// ParseCRL reads a revocation list in DER. One that holds only for some
// certificates of its issuer, or goes with another list, is refused: what it does not
// name need not be good. RFC 5280 §5.2.4, §5.2.5.
func ParseCRL(der []byte) (*x509.RevocationList, error) {
	if len(der) > MaxCRL {
		return nil, fmt.Errorf("pki: revocation list of %d bytes: %w", len(der), ErrSize)
	}
	l, err := x509.ParseRevocationList(der)
	if err != nil {
		return nil, fmt.Errorf("pki: revocation list: %w", ErrFormat)
	}
	for _, e := range l.Extensions {
		if e.Critical {
			return nil, fmt.Errorf("pki: revocation list with the critical extension %v: %w", e.Id, ErrFormat)
		}
	}
	for i := range l.RevokedCertificateEntries {
		for _, e := range l.RevokedCertificateEntries[i].Extensions {
			if e.Critical {
				return nil, fmt.Errorf("pki: revocation list with the critical extension %v: %w", e.Id, ErrFormat)
			}
		}
	}
	return l, nil
}

// CRL reads a pasted revocation list, in PEM or base64, or a file of one, which may be
// in DER.
func CRL(text string) (*x509.RevocationList, error) {
	if len(text) > 0 && text[0] == sequenceTag {
		return ParseCRL([]byte(text))
	}
	der, err := only(text, blockCRL)
	if err != nil {
		return nil, err
	}
	return ParseCRL(der)
}

// sequenceTag is the first byte of everything that is kept in DER here.
const sequenceTag = 0x30

// current reports whether a list holds at a time. RFC 5280 §5.1.2.5: one without a
// next update holds for ever, which nobody can rely on.
func current(l *x509.RevocationList, now time.Time) bool {
	return !now.Before(l.ThisUpdate) && now.Before(l.NextUpdate)
}

// covers reports whether a list is one of the issuer of a certificate.
func covers(l *x509.RevocationList, c, issuer *x509.Certificate) bool {
	return bytes.Equal(l.RawIssuer, c.RawIssuer) && l.CheckSignatureFrom(issuer) == nil
}

// lists reports whether a revocation list has a serial number.
func lists(l *x509.RevocationList, serial *big.Int) bool {
	for i := range l.RevokedCertificateEntries {
		if l.RevokedCertificateEntries[i].SerialNumber.Cmp(serial) == 0 {
			return true
		}
	}
	return false
}
