package engine

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"axle/ipsec/ikev1"
)

// An authority vouches for routers of a test.
type authority struct {
	name string
	cert *x509.Certificate
	key  *rsa.PrivateKey
}

// A wallet is the trust points of a router of a test: one for each authority.
type wallet struct {
	own   []byte
	key   *rsa.PrivateKey
	trust []*authority
}

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{name: name, key: newKey(t)}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: start.Add(-time.Hour), NotAfter: start.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, a.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return a
}

// wallet gives a router a certificate of a, and lets it trust others.
func (a *authority) wallet(t *testing.T, key *rsa.PrivateKey, name, address string, trust ...*authority) *wallet {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: start.Add(-time.Hour), NotAfter: start.Add(time.Hour),
	}
	if address != "" {
		c.IPAddresses = []net.IP{net.ParseIP(address)}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	return &wallet{own: der, key: key, trust: trust}
}

func (w *wallet) Own([]string) ([][]byte, crypto.Signer, bool) {
	return [][]byte{w.own}, w.key, w.own != nil
}

func (w *wallet) Authorities([]string) (names [][]byte) {
	for _, a := range w.trust {
		names = append(names, a.cert.RawSubject)
	}
	return names
}

func (w *wallet) Verify(now time.Time, trustPoints []string, chain [][]byte) (*x509.Certificate, error) {
	leaf, err := x509.ParseCertificate(chain[0])
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	for _, a := range w.trust {
		if len(trustPoints) == 0 || slices.Contains(trustPoints, a.name) {
			pool.AddCert(a.cert)
		}
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: pool, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err != nil {
		return nil, errors.New("not verified")
	}
	return leaf, nil
}

func TestSignatures(t *testing.T) {
	good, evil := newAuthority(t, "good"), newAuthority(t, "evil")
	hubKey, spokeKey := newKey(t), newKey(t)
	named := func(name string) []Profile {
		return []Profile{{Name: "ME", Match: []Identity{{Kind: IdentityAny}}, Self: Identity{Kind: IdentityFQDN, Value: name}}}
	}
	for _, tt := range []struct {
		name   string
		change func(h, s *Config)
		want   string // the spoke as the hub sees it; "": refused
		log    string
	}{
		{"names of certificates", nil, "dn CN=spoke.lab", ""},
		{"a name in the certificate", func(_, s *Config) {
			s.Profiles, s.IPsec[0].Isakmp = named("spoke.lab"), "ME"
		}, "fqdn spoke.lab", ""},
		{"a name of somebody else", func(_, s *Config) {
			s.Profiles, s.IPsec[0].Isakmp = named("hub.lab"), "ME"
		}, "", "%CRYPTO-6-IKMP_AUTH_FAIL: Authentication method 3 failed with host 198.51.100.11"},
		{"an address in the certificate", func(_, s *Config) {
			s.Profiles, s.IPsec[0].Isakmp = named(""), "ME"
			s.Profiles[0].Self = Identity{Kind: IdentityAddress, Prefix: netip.MustParsePrefix(spokeAddr + "/32")}
		}, "address " + spokeAddr, ""},
		{"an address that is not in the certificate", func(_, s *Config) {
			s.Profiles, s.IPsec[0].Isakmp = named(""), "ME"
			s.Profiles[0].Self = Identity{Kind: IdentityAddress, Prefix: netip.MustParsePrefix("203.0.113.1/32")}
		}, "dn CN=spoke.lab", "IKMP_NO_ID_CERT_ADDR_MATCH"},
		{"an authority that nobody trusts", func(_, s *Config) {
			s.Certificates = evil.wallet(t, spokeKey, "spoke.lab", "", good)
		}, "", "IKMP_AUTH_FAIL"},
		{"an authority that the profile does not trust", func(h, s *Config) {
			s.Certificates = evil.wallet(t, spokeKey, "spoke.lab", "", good)
			h.Certificates.(*wallet).trust = []*authority{good, evil}
			h.Profiles = []Profile{{Name: "P", TrustPoints: []string{"good"}, Match: []Identity{{Kind: IdentityAny}}}}
		}, "", "IKMP_AUTH_FAIL"},
		{"another's key", func(_, s *Config) {
			s.Certificates.(*wallet).key = hubKey
		}, "", "IKMP_AUTH_FAIL"},
		{"the hub has no certificate, and a key", func(h, s *Config) {
			h.Certificates = nil
			s.Policies = append(s.Policies, config(spokeAddr).Policies...)
			h.Policies = append(h.Policies, config(hubAddr).Policies...)
			s.Keys, h.Keys = config(spokeAddr).Keys, config(hubAddr).Keys
		}, "address " + spokeAddr, ""},
		{"the spoke has none, and no key", func(_, s *Config) { s.Certificates = nil }, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, hub, spoke := two(t, func(h, s *Config) {
				for _, c := range []*Config{h, s} {
					c.Policies[0].Auth, c.Keys = ikev1.AuthRSA, nil
				}
				h.Certificates = good.wallet(t, hubKey, "hub.lab", "", good)
				s.Certificates = good.wallet(t, spokeKey, "spoke.lab", spokeAddr, good)
				if tt.change != nil {
					tt.change(h, s)
				}
			})
			spoke.open(hubAddr)
			n.run(time.Second)
			if tt.want == "" {
				if len(hub.up)+len(spoke.up) != 0 {
					t.Error("it comes up")
				}
			} else {
				n.bothWays(hub, spoke)
			}
			for _, p := range hub.up {
				if p.Identity != tt.want {
					t.Errorf("the hub sees %q, want %q", p.Identity, tt.want)
				}
			}
			if logs := strings.Join(hub.logs, "\n"); !strings.Contains(logs, tt.log) {
				t.Errorf("logs %q, want %q", logs, tt.log)
			}
		})
	}
}
