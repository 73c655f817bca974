package engine

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/pki"
)

// An authority signs certificates.
type authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  crypto.Signer
	next int64
}

func newAuthority(t testing.TB, name string, parent *authority) *authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{t: t, key: key, next: 100}
	by := parent
	if by == nil {
		by = a
	}
	a.cert = by.sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: name, Organization: []string{"bench"}}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, key.Public())
	return a
}

// sign completes and signs a certificate.
func (a *authority) sign(c *x509.Certificate, key crypto.PublicKey) *x509.Certificate {
	a.next++
	c.SerialNumber = big.NewInt(a.next)
	if c.NotBefore.IsZero() {
		c.NotBefore, c.NotAfter = start.Add(-time.Hour), start.Add(1000*time.Hour)
	}
	parent := a.cert
	if parent == nil {
		parent = c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	x, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return x
}

// list returns a revocation list with some certificates on it.
func (a *authority) list(revoked ...*x509.Certificate) *x509.RevocationList {
	l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: start.Add(-time.Hour), NextUpdate: start.Add(1000 * time.Hour)}
	for _, c := range revoked {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: c.SerialNumber, RevocationTime: start})
	}
	der, err := x509.CreateRevocationList(rand.Reader, l, a.cert, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	x, err := x509.ParseRevocationList(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return x
}

// point returns a trust point with a certificate for a router.
func (a *authority) point(name string, key crypto.Signer, change func(c *x509.Certificate)) TrustPoint {
	c := &x509.Certificate{
		Subject: pkix.Name{CommonName: name, Organization: []string{"bench"}}, DNSNames: []string{name + ".bench"},
		IPAddresses: []net.IP{net.ParseIP(map[string]string{"a": "192.0.2.1", "b": "192.0.2.2"}[name])},
	}
	if change != nil {
		change(c)
	}
	return TrustPoint{Name: "TP", Authority: pki.Authority{Trusted: []*x509.Certificate{a.cert}}, Certificate: a.sign(c, key.Public()), Key: key}
}

func newKey(t testing.TB, kind string) crypto.Signer {
	var k crypto.Signer
	var err error
	switch kind {
	case "rsa":
		k, err = rsa.GenerateKey(rand.Reader, 2048)
	case "p256":
		k, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "p384":
		k, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "p521":
		k, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "ed25519":
		_, k, err = ed25519.GenerateKey(rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// certified makes a configuration one with certificates.
func certified(c *Config, tp TrustPoint) {
	m := methodOf(tp.Key.Public())
	c.Trust = []TrustPoint{tp}
	c.Profiles[0].LocalAuth = Auth{Method: m}
	c.Profiles[0].RemoteAuth = []Auth{{Method: RSASignature}, {Method: ECDSASignature}}
	c.Profiles[0].Keyring = ""
}

// Certificates with keys of every kind, by the methods of RFC 7427 and by the older
// ones, whole and in fragments, through an authority in between.
func TestCertificates(t *testing.T) {
	root := newAuthority(t, "root", nil)
	sub := newAuthority(t, "sub", root)
	for _, kind := range []string{"rsa", "p256", "p384", "p521", "ed25519"} {
		key := newKey(t, kind)
		for _, older := range []bool{false, true} {
			if older && kind == "ed25519" {
				continue // there is no older method for it
			}
			t.Run(kind+map[bool]string{true: " older"}[older], func(t *testing.T) {
				w, a, b := two(t, func(name string, c *Config) {
					tp := sub.point(name, key, nil)
					tp.Authority.Trusted, tp.Chain = []*x509.Certificate{root.cert}, []*x509.Certificate{sub.cert}
					certified(c, tp)
					c.Globals.FragmentMTU = 576
				})
				if older {
					for _, n := range w.nodes {
						n.e.impair = func(x ikev2.Exchange, _ bool, b body) body {
							return slices.DeleteFunc(slices.Clone(b), func(p ikev2.Payload) bool {
								n, ok := p.(*ikev2.Notify)
								return ok && n.Kind == ikev2.SignatureHashAlgorithms
							})
						}
					}
				}
				a.opens(b)
				w.run(2 * time.Second)
				w.works(a, b)
				x := a.e.Snapshot(w.now).SAs[0]
				if x.Verify != methodOf(key.Public()) || x.RemoteID != "cn=b,o=bench" || !x.Fragments {
					t.Errorf("%+v", x)
				}
				if w.count < 6 {
					t.Errorf("%d datagrams: no fragments", w.count)
				}
				if kind == "rsa" && a.up[a.socket(b)].Identity == b.up[b.socket(a)].Identity {
					t.Error("both have one identity")
				}
			})
		}
	}
}

// What is wrong with a certificate keeps its peer out.
func TestCertificateRefused(t *testing.T) {
	root, other := newAuthority(t, "root", nil), newAuthority(t, "other", nil)
	key := newKey(t, "p256")
	for _, tt := range []struct {
		name   string
		change func(name string, c *Config, tp *TrustPoint)
		want   string // what b says; "": it comes up
	}{
		{"good", func(string, *Config, *TrustPoint) {}, ""},
		{"fqdn of the certificate", func(name string, c *Config, _ *TrustPoint) {
			c.Profiles[0].Self = Identity{Kind: IdentityFQDN, Value: name + ".bench"}
			c.Profiles[0].Match = []Identity{{Kind: IdentityFQDN, Value: "bench", Domain: true}}
		}, ""},
		{"address of the certificate", func(name string, c *Config, _ *TrustPoint) {
			c.Profiles[0].Self = Identity{Kind: IdentityAddress}
		}, ""},
		{"identity of somebody else", func(name string, c *Config, _ *TrustPoint) {
			if name == "a" {
				c.Profiles[0].Self = Identity{Kind: IdentityFQDN, Value: "b.bench"}
			}
		}, "pki: certificate of cn=a,o=bench: not that of the identity"},
		{"key-id", func(name string, c *Config, _ *TrustPoint) {
			if name == "a" {
				c.Profiles[0].Self = Identity{Kind: IdentityKeyID, Value: "x"}
			}
		}, "pki: certificate of cn=a,o=bench: not that of the identity"},
		{"another authority", func(name string, _ *Config, tp *TrustPoint) {
			if name == "a" {
				*tp = other.point("a", key, nil)
			}
		}, "no trust point for the certificate"},
		{"expired", func(name string, _ *Config, tp *TrustPoint) {
			if name == "a" {
				*tp = root.point("a", key, func(c *x509.Certificate) {
					c.NotBefore, c.NotAfter = start.Add(-2*time.Hour), start.Add(-time.Hour)
				})
			}
		}, "pki: certificate of cn=a,o=bench: not valid at this time"},
		{"not yet valid", func(name string, _ *Config, tp *TrustPoint) {
			if name == "a" {
				*tp = root.point("a", key, func(c *x509.Certificate) {
					c.NotBefore, c.NotAfter = start.Add(time.Hour), start.Add(2*time.Hour)
				})
			}
		}, "pki: certificate of cn=a,o=bench: not valid at this time"},
		{"for mail", func(name string, _ *Config, tp *TrustPoint) {
			if name == "a" {
				*tp = root.point("a", key, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection} })
			}
		}, "pki: certificate of cn=a,o=bench: for another purpose"},
		{"for encryption only", func(name string, _ *Config, tp *TrustPoint) {
			if name == "a" {
				*tp = root.point("a", key, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })
			}
		}, "pki: certificate of cn=a,o=bench: its key may not sign: for another purpose"},
		{"for IKE", func(name string, _ *Config, tp *TrustPoint) {
			*tp = root.point(name, key, func(c *x509.Certificate) {
				c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 17}}
			})
		}, ""},
		{"revoked", func(name string, _ *Config, tp *TrustPoint) {
			if name == "b" {
				tp.Authority.Revocation = pki.RevocationRequired
				tp.Authority.Lists = []*x509.RevocationList{root.list(revokedOf(root, tp)...)}
			}
		}, "pki: certificate of cn=a,o=bench: revoked"},
		{"no revocation list", func(name string, _ *Config, tp *TrustPoint) {
			tp.Authority.Revocation = pki.RevocationRequired
		}, "pki: certificate of cn=a,o=bench: no revocation list"},
		{"revocation list of somebody else", func(name string, _ *Config, tp *TrustPoint) {
			tp.Authority.Revocation, tp.Authority.Lists = pki.RevocationRequired, []*x509.RevocationList{other.list()}
		}, "pki: certificate of cn=a,o=bench: no revocation list"},
		{"a list, or none", func(name string, _ *Config, tp *TrustPoint) { tp.Authority.Revocation = pki.RevocationOptional }, ""},
		{"a list without it", func(name string, _ *Config, tp *TrustPoint) {
			tp.Authority.Revocation, tp.Authority.Lists = pki.RevocationRequired, []*x509.RevocationList{root.list()}
		}, ""},
		{"a certificate that a map matches", func(name string, c *Config, _ *TrustPoint) {
			c.Profiles[0].Match, c.Profiles[0].MatchCert = nil, []pki.Map{{Steps: [][]pki.Rule{{{Field: pki.FieldSubject, Compare: pki.Contains, Text: "o=bench"}}}}}
		}, ""},
		{"a certificate that no map matches", func(name string, c *Config, _ *TrustPoint) {
			c.Profiles[0].Match, c.Profiles[0].MatchCert = nil, []pki.Map{{Steps: [][]pki.Rule{{{Field: pki.FieldSubject, Compare: pki.Contains, Text: "o=other"}}}}}
		}, "no profile matches the identity of the peer"},
		{"a map matches, and the proof is a pre-shared key", func(name string, c *Config, _ *TrustPoint) {
			m := []pki.Map{{Steps: [][]pki.Rule{{{Field: pki.FieldSubject, Compare: pki.Contains, Text: "o=bench"}}}}}
			c.Profiles[0].MatchCert, c.Profiles[0].RemoteAuth = m, append(c.Profiles[0].RemoteAuth, Auth{Method: PreShared, Key: ipsec.Secret("x")})
			if name == "a" {
				c.Profiles[0].LocalAuth = Auth{Method: PreShared, Key: ipsec.Secret("x")}
			} else {
				c.Profiles[0].Match = nil
			}
		}, "no profile matches the identity of the peer"},
		{"another key", func(name string, _ *Config, tp *TrustPoint) {
			if name == "a" {
				tp.Key = newKey(t, "p256")
			}
		}, "the signature is not right"},
		{"a method that is not taken", func(name string, c *Config, _ *TrustPoint) {
			c.Profiles[0].RemoteAuth = []Auth{{Method: RSASignature}, {Method: PreShared, Key: ipsec.Secret("x")}}
		}, "the profile does not take the method of the peer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, a, b := two(t, func(name string, c *Config) {
				tp := root.point(name, key, nil)
				certified(c, tp)
				tt.change(name, c, &c.Trust[0])
			})
			a.opens(b)
			w.run(5 * time.Second)
			if tt.want == "" {
				w.works(a, b)
				return
			}
			want := "%IKEV2-3-NEG_ABORT: Negotiation aborted due to ERROR: Auth exchange failed: " + tt.want
			if len(b.sas) > 0 || !slices.Contains(b.logs, want) {
				t.Errorf("b logged %q, want %q", b.logs, want)
			}
		})
	}
}

// revokedOf returns certificates with the serial numbers that an authority has given
// so far, but for the newest, which is b's own.
func revokedOf(a *authority, tp *TrustPoint) (list []*x509.Certificate) {
	for n := int64(101); n <= a.next; n++ {
		if tp.Certificate.SerialNumber.Int64() != n {
			list = append(list, &x509.Certificate{SerialNumber: big.NewInt(n)})
		}
	}
	return list
}

// Signatures of RSASSA-PSS, which we verify and do not make.
func TestPSS(t *testing.T) {
	key := newKey(t, "rsa").(*rsa.PrivateKey)
	octets := []byte("signed octets")
	for _, tt := range []struct {
		name string
		hash crypto.Hash
		oid  asn1.ObjectIdentifier
		salt int
		ok   bool
	}{
		{"sha256", crypto.SHA256, oidSHA256, 32, true},
		{"sha384", crypto.SHA384, oidSHA384, 48, true},
		{"sha512", crypto.SHA512, oidSHA512, 64, true},
		{"no salt", crypto.SHA256, oidSHA256, 0, false},
		{"long salt", crypto.SHA256, oidSHA256, 100, false},
	} {
		opts := &rsa.PSSOptions{SaltLength: tt.salt, Hash: tt.hash}
		if tt.salt == 0 {
			opts.SaltLength = rsa.PSSSaltLengthEqualsHash
		}
		sig, err := rsa.SignPSS(rand.Reader, key, tt.hash, digest(tt.hash, octets), opts)
		if err != nil {
			t.Fatal(err)
		}
		hash := algorithm{OID: tt.oid, Parameters: asn1.NullRawValue}
		mgf, _ := asn1.Marshal(hash)
		p, err := asn1.Marshal(pssParameters{Hash: hash, MGF: algorithm{OID: oidMGF1, Parameters: asn1.RawValue{FullBytes: mgf}}, Salt: tt.salt, Trailer: 1})
		if err != nil {
			t.Fatal(err)
		}
		der, _ := asn1.Marshal(algorithm{OID: oidPSS, Parameters: asn1.RawValue{FullBytes: p}})
		auth := &ikev2.Auth{Method: ikev2.AuthSignature, Data: concat([]byte{byte(len(der))}, der, sig)}
		if err := verifyWith(key.Public(), auth, octets); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// FuzzSignature verifies what is no signature.
func FuzzSignature(f *testing.F) {
	keys := []crypto.Signer{newKey(f, "rsa"), newKey(f, "p256"), newKey(f, "ed25519")}
	for i, k := range keys {
		if a, err := signWith(k, []uint16{hashSHA256, hashIdentity}, []byte("x")); err == nil {
			f.Add(uint8(i), uint8(a.Method), a.Data)
		}
		if a, err := signWith(k, nil, []byte("x")); err == nil {
			f.Add(uint8(i), uint8(a.Method), a.Data)
		}
	}
	f.Fuzz(func(t *testing.T, which, method uint8, b []byte) {
		k := keys[int(which)%len(keys)]
		if verifyWith(k.Public(), &ikev2.Auth{Method: ikev2.AuthMethod(method), Data: b}, []byte("other octets")) == nil {
			t.Fatalf("%x passes", b)
		}
	})
}

// FuzzName prints names of any bytes.
func FuzzName(f *testing.F) {
	f.Add(newAuthority(f, "root", nil).cert.RawSubject)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, kind := range []ikev2.IDType{ikev2.IDDN, ikev2.IDFQDN, ikev2.IDIPv4, ikev2.IDKeyID, 99} {
			id, ok := identityOf(&ikev2.ID{Kind: kind, Data: b})
			if text := id.String() + id.key(); ok && strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Fatalf("%q", text)
			}
		}
	})
}
