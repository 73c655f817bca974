package engine

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"

	"axle/ipsec/ikev2"

	_ "crypto/sha1"   // of method 1
	_ "crypto/sha256" // of methods 9 and 14
	_ "crypto/sha512" // of methods 10, 11 and 14
)

// errSignature is all that is said about a signature that is none.
var errSignature = errors.New("the signature is not right")

// maxSalt is the length in bytes of the longest salt of RSASSA-PSS that is taken.
const maxSalt = 64

// The algorithm identifiers of RFC 7427 §3 and RFC 8420 §2.
var (
	oidRSA256   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
	oidRSA384   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}
	oidRSA512   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}
	oidPSS      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidMGF1     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	oidECDSA256 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	oidECDSA384 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}
	oidECDSA512 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}
	oidEd25519  = asn1.ObjectIdentifier{1, 3, 101, 112}
	oidSHA256   = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384   = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
	oidSHA512   = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
)

// A scheme is a signature algorithm with its hash.
type scheme struct {
	oid  asn1.ObjectIdentifier
	hash crypto.Hash // 0: that of Ed25519
	null bool        // the parameters are NULL; else there are none
}

// schemes are the algorithms without parameters of their own.
var schemes = []scheme{
	{oidRSA256, crypto.SHA256, true},
	{oidRSA384, crypto.SHA384, true},
	{oidRSA512, crypto.SHA512, true},
	{oidECDSA256, crypto.SHA256, false},
	{oidECDSA384, crypto.SHA384, false},
	{oidECDSA512, crypto.SHA512, false},
	{oidEd25519, 0, false},
}

// An algorithm is an AlgorithmIdentifier, RFC 5280 §4.1.1.2.
type algorithm struct {
	OID        asn1.ObjectIdentifier
	Parameters asn1.RawValue `asn1:"optional"`
}

// pssParameters are those of RSASSA-PSS, RFC 4055 §3.1.
type pssParameters struct {
	Hash    algorithm `asn1:"explicit,optional,tag:0"`
	MGF     algorithm `asn1:"explicit,optional,tag:1"`
	Salt    int       `asn1:"explicit,optional,tag:2,default:20"`
	Trailer int       `asn1:"explicit,optional,tag:3,default:1"`
}

// digest hashes octets.
func digest(h crypto.Hash, octets []byte) []byte {
	x := h.New()
	x.Write(octets)
	return x.Sum(nil)
}

// signWith signs octets with a key. hashes are what the peer verifies by RFC 7427;
// without any, the older methods are used: RFC 7296 §3.8, RFC 4754.
func signWith(key crypto.Signer, hashes []uint16, octets []byte) (*ikev2.Auth, error) {
	can := func(h uint16) bool { return slices.Contains(hashes, h) }
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if can(hashSHA256) {
			return signed(schemes[0], k, octets)
		}
		sig, err := k.Sign(nil, digest(crypto.SHA1, octets), crypto.SHA1)
		return &ikev2.Auth{Method: ikev2.AuthRSA, Data: sig}, err
	case ed25519.PrivateKey:
		if !can(hashIdentity) {
			return nil, errors.New("the peer cannot verify Ed25519")
		}
		return signed(schemes[6], k, octets)
	case *ecdsa.PrivateKey:
		method, h, n, ok := curveMethod(k.Curve)
		if !ok {
			break
		}
		if can(n) {
			i := slices.IndexFunc(schemes, func(s scheme) bool { return s.hash == h && !s.null && s.hash != 0 })
			return signed(schemes[i], k, octets)
		}
		der, err := k.Sign(nil, digest(h, octets), h)
		if err != nil {
			return nil, err
		}
		raw, err := rawSignature(der, (k.Curve.Params().BitSize+7)/8)
		return &ikev2.Auth{Method: method, Data: raw}, err
	}
	return nil, errors.New("the key is of no kind that signs")
}

// signed returns a signature with its algorithm identifier. The signatures do not
// depend on chance: those of ECDSA are RFC 6979's.
func signed(s scheme, key crypto.Signer, octets []byte) (*ikev2.Auth, error) {
	a := algorithm{OID: s.oid}
	if s.null {
		a.Parameters = asn1.NullRawValue
	}
	der, err := asn1.Marshal(a)
	if err != nil {
		return nil, err
	}
	in := octets
	if s.hash != 0 {
		in = digest(s.hash, octets)
	}
	sig, err := key.Sign(nil, in, s.hash)
	if err != nil {
		return nil, err
	}
	return &ikev2.Auth{Method: ikev2.AuthSignature, Data: concat([]byte{byte(len(der))}, der, sig)}, nil
}

// curveMethod returns how signatures with a curve are made: RFC 4754 §3.
func curveMethod(c elliptic.Curve) (ikev2.AuthMethod, crypto.Hash, uint16, bool) {
	switch c {
	case elliptic.P256():
		return ikev2.AuthECDSA256, crypto.SHA256, hashSHA256, true
	case elliptic.P384():
		return ikev2.AuthECDSA384, crypto.SHA384, hashSHA384, true
	case elliptic.P521():
		return ikev2.AuthECDSA521, crypto.SHA512, hashSHA512, true
	}
	return 0, 0, 0, false
}

// An ecdsaValue is a signature in DER. RFC 3279 §2.2.3.
type ecdsaValue struct{ R, S *big.Int }

// rawSignature returns r and s of a signature, of n bytes each: RFC 4754 §7.
func rawSignature(der []byte, n int) ([]byte, error) {
	var v ecdsaValue
	if rest, err := asn1.Unmarshal(der, &v); err != nil || len(rest) > 0 {
		return nil, errSignature
	}
	return append(v.R.FillBytes(make([]byte, n)), v.S.FillBytes(make([]byte, n))...), nil
}

// verifyWith verifies an AUTH payload with the key of a certificate.
func verifyWith(key crypto.PublicKey, auth *ikev2.Auth, octets []byte) error {
	switch auth.Method {
	case ikev2.AuthRSA:
		if k, ok := key.(*rsa.PublicKey); ok && rsa.VerifyPKCS1v15(k, crypto.SHA1, digest(crypto.SHA1, octets), auth.Data) == nil {
			return nil
		}
	case ikev2.AuthECDSA256, ikev2.AuthECDSA384, ikev2.AuthECDSA521:
		k, ok := key.(*ecdsa.PublicKey)
		if !ok {
			break
		}
		method, h, _, ok := curveMethod(k.Curve)
		n := (k.Curve.Params().BitSize + 7) / 8
		if !ok || method != auth.Method || len(auth.Data) != 2*n {
			break
		}
		r, s := new(big.Int).SetBytes(auth.Data[:n]), new(big.Int).SetBytes(auth.Data[n:])
		if ecdsa.Verify(k, digest(h, octets), r, s) {
			return nil
		}
	case ikev2.AuthSignature:
		return verifySigned(key, auth.Data, octets)
	}
	return errSignature
}

// exactly reads DER into v, and demands that v is written in the same bytes: nobody
// signs the identifier, so there shall be one form of it.
func exactly[T any](der []byte, v *T) bool {
	rest, err := asn1.Unmarshal(der, v)
	if err != nil || len(rest) > 0 {
		return false
	}
	again, err := asn1.Marshal(*v)
	return err == nil && bytes.Equal(again, der)
}

// plain reports whether an algorithm has no parameters but NULL.
func plain(a algorithm) bool {
	return len(a.Parameters.FullBytes) == 0 || bytes.Equal(a.Parameters.FullBytes, asn1.NullBytes)
}

// verifySigned verifies a signature with its algorithm identifier. RFC 7427 §3.
func verifySigned(key crypto.PublicKey, b, octets []byte) error {
	if len(b) < 1 || len(b) < 1+int(b[0]) {
		return errSignature
	}
	der, sig := b[1:1+int(b[0])], b[1+int(b[0]):]
	var a algorithm
	if !exactly(der, &a) {
		return errSignature
	}
	if a.OID.Equal(oidPSS) {
		return verifyPSS(key, a.Parameters.FullBytes, sig, octets)
	}
	i := slices.IndexFunc(schemes, func(s scheme) bool { return s.oid.Equal(a.OID) })
	if i < 0 || !plain(a) {
		return errSignature
	}
	s := schemes[i]
	ok := false
	switch k := key.(type) {
	case *rsa.PublicKey:
		ok = s.null && rsa.VerifyPKCS1v15(k, s.hash, digest(s.hash, octets), sig) == nil
	case *ecdsa.PublicKey:
		ok = !s.null && s.hash != 0 && ecdsa.VerifyASN1(k, digest(s.hash, octets), sig)
	case ed25519.PublicKey:
		ok = s.hash == 0 && len(k) == ed25519.PublicKeySize && ed25519.Verify(k, octets, sig)
	}
	if !ok {
		return errSignature
	}
	return nil
}

// verifyPSS verifies RSASSA-PSS. RFC 7427 §A.4 wants the parameters to be there; the
// length of the salt is theirs.
func verifyPSS(key crypto.PublicKey, parameters, sig, octets []byte) error {
	k, ok := key.(*rsa.PublicKey)
	p, mgf := pssParameters{}, algorithm{}
	if !ok {
		return errSignature
	}
	if !exactly(parameters, &p) || !exactly(p.MGF.Parameters.FullBytes, &mgf) || !plain(p.Hash) || !plain(mgf) {
		return errSignature
	}
	var h crypto.Hash
	switch {
	case p.Hash.OID.Equal(oidSHA256):
		h = crypto.SHA256
	case p.Hash.OID.Equal(oidSHA384):
		h = crypto.SHA384
	case p.Hash.OID.Equal(oidSHA512):
		h = crypto.SHA512
	}
	if h == 0 || !p.MGF.OID.Equal(oidMGF1) || !mgf.OID.Equal(p.Hash.OID) || p.Trailer != 1 || p.Salt < h.Size() || p.Salt > maxSalt {
		return errSignature
	}
	if rsa.VerifyPSS(k, h, digest(h, octets), sig, &rsa.PSSOptions{SaltLength: p.Salt, Hash: h}) != nil {
		return errSignature
	}
	return nil
}
