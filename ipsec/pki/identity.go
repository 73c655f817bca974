package pki

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"net/netip"
	"strings"
)

// The kinds of an identity that a certificate can vouch for, by their numbers in IKE.
// RFC 7296 §3.5, RFC 2407 §4.6.2.1.
const (
	idIPv4  = 1
	idFQDN  = 2
	idEmail = 3
	idIPv6  = 5
	idDN    = 9
)

// oidSAN is the extension with the other names of a subject.
var oidSAN = asn1.ObjectIdentifier{2, 5, 29, 17}

// Vouches tells whether the first certificate of a verified chain is that of an
// identity of IKE: its subject, or one of its other names. RFC 4945 §3.1. A
// certificate without other names vouches by what its subject says, as those of
// certificate servers of IOS do, unless one above it limits names: limits do not reach
// there. An identity of any other kind belongs to nobody.
func Vouches(chain []*x509.Certificate, kind uint8, data []byte) error {
	if len(chain) == 0 {
		return fmt.Errorf("pki: %w", ErrIdentity)
	}
	c := chain[0]
	ok := false
	switch kind {
	case idDN:
		ok = bytes.Equal(data, c.RawSubject)
	case idFQDN:
		ok = named(chain, c.DNSNames, string(data), "hostname", "cn")
	case idEmail:
		ok = named(chain, c.EmailAddresses, string(data), "e")
	case idIPv4, idIPv6:
		a, valid := netip.AddrFromSlice(data)
		ok = valid && hasAddress(chain, a)
	}
	if !ok {
		return fmt.Errorf("pki: certificate of %s: %w", who(c), ErrIdentity)
	}
	return nil
}

// named looks for a text among the other names of a certificate; where it has none
// at all, among attributes of its subject.
func named(chain []*x509.Certificate, names []string, want string, words ...string) bool {
	if want == "" {
		return false
	}
	for _, n := range names {
		if strings.EqualFold(n, want) {
			return true
		}
	}
	if !bySubject(chain) {
		return false
	}
	for _, w := range words {
		if strings.EqualFold(Name(chain[0].RawSubject).First(w), want) {
			return true
		}
	}
	return false
}

func hasAddress(chain []*x509.Certificate, want netip.Addr) bool {
	for _, ip := range chain[0].IPAddresses {
		if a, ok := netip.AddrFromSlice(ip); ok && a.Unmap() == want.Unmap() {
			return true
		}
	}
	if !bySubject(chain) {
		return false
	}
	a, err := netip.ParseAddr(Name(chain[0].RawSubject).First("ipaddress"))
	return err == nil && a == want
}

// bySubject reports whether the subject of a certificate may stand for other names.
func bySubject(chain []*x509.Certificate) bool {
	for _, e := range chain[0].Extensions {
		if e.Id.Equal(oidSAN) {
			return false
		}
	}
	for _, c := range chain[1:] {
		if constrained(c) {
			return false
		}
	}
	return true
}

func constrained(c *x509.Certificate) bool {
	return len(c.PermittedDNSDomains)+len(c.ExcludedDNSDomains)+len(c.PermittedIPRanges)+len(c.ExcludedIPRanges)+
		len(c.PermittedEmailAddresses)+len(c.ExcludedEmailAddresses)+len(c.PermittedURIDomains)+len(c.ExcludedURIDomains) > 0
}
