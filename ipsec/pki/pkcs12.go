package pki

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"

	"software.sslmate.com/src/go-pkcs12"
)

// A Bundle is a private key with its certificate and those above it.
type Bundle struct {
	Key         crypto.Signer
	Certificate *x509.Certificate
	Authorities []*x509.Certificate
}

// Limits of PKCS #12.
const (
	maxRounds = 1_000_000 // of the hash that makes a key of a password
	maxDepth  = 24        // of values in values
)

// ParsePKCS12 reads a PKCS #12 file, or one that was pasted as base64.
func ParsePKCS12(text, password string) (*Bundle, error) {
	der := []byte(text)
	if len(der) == 0 || der[0] != sequenceTag {
		var err error
		if der, err = only(text, blockPKCS12); err != nil {
			return nil, err
		}
	}
	if len(der) > MaxText {
		return nil, fmt.Errorf("pki: PKCS #12 of %d bytes: %w", len(der), ErrSize)
	}
	if !affordable(der, 0) {
		return nil, fmt.Errorf("pki: PKCS #12 with more than %d rounds: %w", maxRounds, ErrSize)
	}
	key, c, above, err := pkcs12.DecodeChain(der, password)
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return nil, fmt.Errorf("pki: PKCS #12: %w", ErrPassword)
	case err != nil:
		return nil, fmt.Errorf("pki: PKCS #12: %w", ErrFormat)
	case len(above) >= MaxChain:
		return nil, fmt.Errorf("pki: PKCS #12 of %d certificates: %w", len(above)+1, ErrSize)
	}
	b := &Bundle{}
	if b.Key, err = usable(key); err != nil {
		return nil, err
	}
	if b.Certificate, err = ParseCertificate(c.Raw); err != nil {
		return nil, err
	}
	for _, c := range above {
		p, err := ParseCertificate(c.Raw)
		if err != nil {
			return nil, err
		}
		b.Authorities = append(b.Authorities, p)
	}
	if k := (&Key{Signer: b.Key}); !k.Opens(b.Certificate) {
		return nil, fmt.Errorf("pki: PKCS #12: the key is not that of the certificate: %w", ErrKey)
	}
	return b, nil
}

// affordable reports whether a file asks for no more rounds than maxRounds wherever
// that can be seen without its password: a number behind a string of bytes, the salt.
// The library itself has no limit.
func affordable(der []byte, depth int) bool {
	salted := false
	for len(der) > 0 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(der, &v)
		if err != nil {
			return true // a string of bytes that holds no values
		}
		der = rest
		if salted && v.Class == asn1.ClassUniversal && v.Tag == asn1.TagInteger {
			var n int
			if _, err := asn1.Unmarshal(v.FullBytes, &n); err != nil || n > maxRounds {
				return false
			}
		}
		salted = v.Class == asn1.ClassUniversal && v.Tag == asn1.TagOctetString
		if !v.IsCompound && !salted {
			continue
		}
		if depth == maxDepth || !affordable(v.Bytes, depth+1) {
			return false
		}
	}
	return true
}

// PKCS12 packs a key with its certificates, encrypted with a password.
func (b *Bundle) PKCS12(rand io.Reader, password string) ([]byte, error) {
	der, err := pkcs12.Modern2023.WithRand(rand).Encode(b.Key, b.Certificate, b.Authorities, password)
	if err != nil {
		return nil, fmt.Errorf("pki: PKCS #12: %w", err)
	}
	return der, nil
}

// PKCS12Text returns a PKCS #12 file as it is pasted.
func PKCS12Text(der []byte) string { return encode(blockPKCS12, der) }
