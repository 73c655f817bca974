package pki

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
)

// Sizes of RSA keys in certificates, in bits. A longer one only keeps us busy.
const (
	minRSA = 1024
	maxRSA = 8192
)

// ParseCertificate reads a certificate. Its key is one that IKE can use.
func ParseCertificate(der []byte) (*x509.Certificate, error) {
	if len(der) > MaxDER {
		return nil, fmt.Errorf("pki: certificate of %d bytes: %w", len(der), ErrSize)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("pki: certificate: %w", ErrFormat)
	}
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n < minRSA || n > maxRSA {
			return nil, fmt.Errorf("pki: certificate with an RSA key of %d bits: %w", n, ErrKey)
		}
	case *ecdsa.PublicKey, ed25519.PublicKey:
	default:
		return nil, fmt.Errorf("pki: certificate: %w", ErrKey)
	}
	return c, nil
}

// Certificates reads pasted certificates: one or more in PEM, or one in base64.
func Certificates(text string) ([]*x509.Certificate, error) {
	list, err := blocks(text)
	if err != nil {
		return nil, err
	}
	var out []*x509.Certificate
	for _, b := range list {
		if b.kind != blockCertificate && b.kind != "" {
			continue
		}
		if len(out) == MaxChain {
			return nil, fmt.Errorf("pki: more than %d certificates: %w", MaxChain, ErrSize)
		}
		c, err := ParseCertificate(b.der)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("pki: no certificate: %w", ErrFormat)
	}
	return out, nil
}

// SelfIssued reports whether a certificate is signed by its own key.
func SelfIssued(c *x509.Certificate) bool {
	return bytes.Equal(c.RawSubject, c.RawIssuer) && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// IsAuthority reports whether a certificate may vouch for others. RFC 5280 §4.2.1.9
// and §4.2.1.3; of version 1 it may where an operator says so.
func IsAuthority(c *x509.Certificate) bool {
	if c.Version < 3 {
		return true
	}
	return c.BasicConstraintsValid && c.IsCA && (c.KeyUsage == 0 || c.KeyUsage&x509.KeyUsageCertSign != 0)
}

// Serial writes a serial number as IOS does: hexadecimal digits, two a byte.
func Serial(n *big.Int) string {
	if n.Sign() == 0 {
		return "00"
	}
	return strings.ToUpper(hex.EncodeToString(n.Bytes()))
}

// MD5 returns the MD5 fingerprint of a certificate as IOS writes it, in groups.
func MD5(c *x509.Certificate) string {
	sum := md5.Sum(c.Raw)
	return grouped(sum[:])
}

// SHA1 returns the SHA-1 fingerprint of a certificate as IOS writes it, in groups.
func SHA1(c *x509.Certificate) string {
	sum := sha1.Sum(c.Raw)
	return grouped(sum[:])
}

func grouped(sum []byte) string { return Hex(sum)[0] }

// HasFingerprint reports whether a typed fingerprint is that of a certificate: MD5
// or SHA-1, with or without blanks.
func HasFingerprint(c *x509.Certificate, typed string) bool {
	want := strings.ToUpper(strings.Join(strings.Fields(typed), ""))
	for _, f := range []string{MD5(c), SHA1(c)} {
		if strings.ReplaceAll(f, " ", "") == want {
			return true
		}
	}
	return false
}
