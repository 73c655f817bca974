package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// A Key is a private key of the router. It never prints.
type Key struct {
	Label      string
	Signer     crypto.Signer // RSA, ECDSA or Ed25519
	Exportable bool
	Made       time.Time
}

// String returns the label, and keeps the key out of logs.
func (k *Key) String() string { return "<private key " + k.Label + ">" }

// Format keeps the key out of every format.
func (k *Key) Format(f fmt.State, _ rune) { io.WriteString(f, k.String()) }

// IsRSA reports whether the key is one of RSA.
func (k *Key) IsRSA() bool {
	_, ok := k.Signer.(*rsa.PrivateKey)
	return ok
}

// Bits returns the size of the key.
func (k *Key) Bits() int {
	switch p := k.Signer.Public().(type) {
	case *rsa.PublicKey:
		return p.N.BitLen()
	case *ecdsa.PublicKey:
		return p.Curve.Params().BitSize
	}
	return 8 * ed25519.PublicKeySize
}

// Public returns the public key in DER, as certificates have it.
func (k *Key) Public() []byte {
	der, err := x509.MarshalPKIXPublicKey(k.Signer.Public())
	if err != nil {
		return nil // a kind that parseKey does not give
	}
	return der
}

// Opens reports whether the key is that of a certificate.
func (k *Key) Opens(c *x509.Certificate) bool {
	p, ok := k.Signer.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && p.Equal(c.PublicKey)
}

// curves are those of "keysize", by bits.
var curves = map[int]elliptic.Curve{256: elliptic.P256(), 384: elliptic.P384(), 521: elliptic.P521()}

// scalarTries is how often a private key is drawn. The order of each curve is so near
// to a power of two that more than a few are a broken source.
const scalarTries = 64

// GenerateEC makes a key on the curve of 256, 384 or 521 bits. crypto/ecdsa does not
// promise to take its bytes from rand.
func GenerateEC(rand io.Reader, bits int) (*ecdsa.PrivateKey, error) {
	c := curves[bits]
	if c == nil {
		return nil, fmt.Errorf("pki: EC key of %d bits: %w", bits, ErrKey)
	}
	b := make([]byte, (bits+7)/8)
	for range scalarTries {
		if _, err := io.ReadFull(rand, b); err != nil {
			break
		}
		if bits%8 != 0 {
			b[0] &= 1<<(bits%8) - 1
		}
		if k, err := ecdsa.ParseRawPrivateKey(c, b); err == nil {
			return k, nil
		}
	}
	return nil, fmt.Errorf("pki: EC key: %w", ErrRandom)
}

// usable returns a key as a signer of a kind that IKE can use.
func usable(k any) (crypto.Signer, error) {
	switch k := k.(type) {
	case *rsa.PrivateKey:
		if n := k.N.BitLen(); n > maxRSA {
			return nil, fmt.Errorf("pki: RSA key of %d bits: %w", n, ErrKey)
		}
		if err := k.Validate(); err != nil {
			return nil, fmt.Errorf("pki: RSA key: %w", ErrKey)
		}
		return k, nil
	case *ecdsa.PrivateKey:
		for _, c := range curves {
			if k.Curve == c {
				return k, nil
			}
		}
	case ed25519.PrivateKey:
		return k, nil
	}
	return nil, fmt.Errorf("pki: private key: %w", ErrKey)
}

// parseKey reads a private key in DER: PKCS #8, or the older forms.
func parseKey(der []byte) (crypto.Signer, error) {
	if k, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return usable(k)
	}
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return usable(k)
	}
	if k, err := x509.ParseECPrivateKey(der); err == nil {
		return usable(k)
	}
	return nil, fmt.Errorf("pki: private key: %w", ErrFormat)
}

// ParseKey reads a pasted private key in PEM. One that is encrypted, as IOS exports
// it, needs its password.
func ParseKey(text, password string) (crypto.Signer, error) {
	list, err := blocks(text)
	if err != nil {
		return nil, err
	}
	for _, b := range list {
		switch b.kind {
		case blockPKCS8, blockRSA, blockEC:
		case "ENCRYPTED PRIVATE KEY":
			return nil, fmt.Errorf("pki: private key encrypted by PKCS #8, which only PKCS #12 may be: %w", ErrFormat)
		default:
			continue
		}
		p := &pem.Block{Type: b.kind, Headers: b.headers, Bytes: b.der}
		//lint:ignore SA1019 the form in which routers export keys
		if !x509.IsEncryptedPEMBlock(p) {
			return parseKey(b.der)
		}
		//lint:ignore SA1019 the form in which routers export keys
		der, err := x509.DecryptPEMBlock(p, []byte(password))
		if errors.Is(err, x509.IncorrectPasswordError) {
			return nil, fmt.Errorf("pki: private key: %w", ErrPassword)
		}
		if err != nil {
			return nil, fmt.Errorf("pki: private key: %w", ErrFormat)
		}
		k, err := parseKey(der)
		if err != nil { // one password of 256 passes the check of the padding
			return nil, fmt.Errorf("pki: private key: %w", ErrPassword)
		}
		return k, nil
	}
	return nil, fmt.Errorf("pki: no private key: %w", ErrFormat)
}

// Headers of a key in a Ring.
const (
	headerLabel      = "Label"
	headerMade       = "Made"
	headerExportable = "Exportable"
)

// Limits of a Ring.
const (
	MaxKeys    = 64
	MaxLabel   = 64 // bytes
	maxRing    = MaxKeys * 8 << 10
	madeLayout = time.RFC3339
)

// A Ring is the private keys of a router, in the order in which they were made.
type Ring []*Key

// ValidLabel reports whether a text can be the label of a key.
func ValidLabel(label string) bool {
	return label != "" && len(label) <= MaxLabel && strings.IndexFunc(label, func(r rune) bool { return r <= ' ' || r >= 0x7f }) < 0
}

// ParseRing reads what Bytes wrote.
func ParseRing(b []byte) (Ring, error) {
	if len(b) > maxRing {
		return nil, fmt.Errorf("pki: private keys: %w", ErrSize)
	}
	var out Ring
	for {
		var p *pem.Block
		if p, b = pem.Decode(b); p == nil {
			break
		}
		label := p.Headers[headerLabel]
		made, err := time.Parse(madeLayout, p.Headers[headerMade])
		if p.Type != blockPKCS8 || err != nil || !ValidLabel(label) || out.Find(label) != nil || len(out) == MaxKeys {
			return nil, fmt.Errorf("pki: private key %d: %w", len(out)+1, ErrFormat)
		}
		s, err := parseKey(p.Bytes)
		if err != nil {
			return nil, fmt.Errorf("pki: private key %d: %w", len(out)+1, err)
		}
		out = append(out, &Key{Label: label, Signer: s, Exportable: p.Headers[headerExportable] == "true", Made: made})
	}
	if strings.TrimSpace(string(b)) != "" {
		return nil, fmt.Errorf("pki: private keys: %w", ErrFormat)
	}
	return out, nil
}

// Bytes returns the keys in PEM, for a file that only the router reads.
func (r Ring) Bytes() ([]byte, error) {
	var out []byte
	for _, k := range r {
		der, err := x509.MarshalPKCS8PrivateKey(k.Signer)
		if err != nil {
			return nil, fmt.Errorf("pki: private key %s: %w", k.Label, ErrKey)
		}
		h := map[string]string{headerLabel: k.Label, headerMade: k.Made.UTC().Format(madeLayout)}
		if k.Exportable {
			h[headerExportable] = "true"
		}
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: blockPKCS8, Headers: h, Bytes: der})...)
	}
	return out, nil
}

// Find returns the key of a label, or nil.
func (r Ring) Find(label string) *Key {
	for _, k := range r {
		if k.Label == label {
			return k
		}
	}
	return nil
}

// Of returns the key of a certificate: that of the label where it fits, else any.
func (r Ring) Of(c *x509.Certificate, label string) *Key {
	if k := r.Find(label); k != nil && k.Opens(c) {
		return k
	}
	for _, k := range r {
		if k.Opens(c) {
			return k
		}
	}
	return nil
}

// With returns the keys with one more, in the place of one of the same label.
func (r Ring) With(k *Key) (Ring, error) {
	out := make(Ring, 0, len(r)+1)
	for _, old := range r {
		if old.Label != k.Label {
			out = append(out, old)
		}
	}
	if len(out) >= MaxKeys {
		return r, fmt.Errorf("pki: more than %d keys: %w", MaxKeys, ErrSize)
	}
	return append(out, k), nil
}
