package pki

import (
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"net/netip"
	"time"
)

// A Subject is what a certificate of the router is to say about it.
type Subject struct {
	Name     string       // as ParseName reads it; "": only what follows
	Hostname string       // "fqdn": an attribute of the name, and another name
	DNS      []string     // other names
	Email    []string     // other names
	Address  []netip.Addr // the first is an attribute of the name; all are other names; valid
	Serial   string       // "serial-number"; "": none
}

// oidKeyUsage is the extension that says what a key is for.
var oidKeyUsage = asn1.ObjectIdentifier{2, 5, 29, 15}

// keyUsage is digitalSignature and keyEncipherment, RFC 5280 §4.2.1.3.
var keyUsage = asn1.BitString{Bytes: []byte{0xa0}, BitLength: 3}

// DER returns the distinguished name of the subject. Serial number, host name and
// address are one step of it, the first, as IOS has them.
func (s *Subject) DER() (Name, error) {
	var name pkix.RDNSequence
	if s.Name != "" {
		n, err := ParseName(s.Name)
		if err != nil {
			return nil, err
		}
		name = n.sequence()
	}
	var first pkix.RelativeDistinguishedNameSET
	add := func(word, value string) error {
		if value == "" {
			return nil
		}
		v, err := part1(word, value)
		first = append(first, v)
		return err
	}
	var address string
	if len(s.Address) > 0 {
		address = s.Address[0].String()
	}
	for _, a := range [][2]string{{"serialNumber", s.Serial}, {"hostname", s.Hostname}, {"ipaddress", address}} {
		if err := add(a[0], a[1]); err != nil {
			return nil, err
		}
	}
	if first != nil {
		name = append(pkix.RDNSequence{first}, name...)
	}
	if name == nil {
		return nil, fmt.Errorf("pki: a subject without a name: %w", ErrFormat)
	}
	return marshalName(name)
}

// dnsNames returns the other names of the subject that are host names.
func (s *Subject) dnsNames() []string {
	var out []string
	for _, n := range append([]string{s.Hostname}, s.DNS...) {
		if n != "" {
			out = append(out, n)
		}
	}
	return out
}

// Request makes a certificate request, PKCS #10, for a key. The same request is made
// each time: no signature of the package depends on chance.
func Request(s *Subject, k *Key) ([]byte, error) {
	name, err := s.DER()
	if err != nil {
		return nil, err
	}
	usage, err := asn1.Marshal(keyUsage)
	if err != nil {
		return nil, fmt.Errorf("pki: request: %w", err)
	}
	t := &x509.CertificateRequest{
		RawSubject: name, DNSNames: s.dnsNames(), EmailAddresses: s.Email,
		ExtraExtensions: []pkix.Extension{{Id: oidKeyUsage, Critical: true, Value: usage}},
	}
	for _, a := range s.Address {
		t.IPAddresses = append(t.IPAddresses, a.AsSlice())
	}
	der, err := x509.CreateCertificateRequest(nil, t, k.Signer)
	if err != nil {
		return nil, fmt.Errorf("pki: request: %w", err)
	}
	return der, nil
}

// selfSignedYears is how long a certificate of the router's own making holds.
const selfSignedYears = 10

// SelfSigned makes a certificate that is signed by its own key and holds from now on.
func SelfSigned(s *Subject, k *Key, serial int64, now time.Time) (*x509.Certificate, error) {
	name, err := s.DER()
	if err != nil {
		return nil, err
	}
	sum := sha1.Sum(k.Public())
	now = now.UTC().Truncate(time.Second)
	t := &x509.Certificate{
		SerialNumber: big.NewInt(serial), RawSubject: name, NotBefore: now, NotAfter: now.AddDate(selfSignedYears, 0, 0),
		DNSNames: s.dnsNames(), EmailAddresses: s.Email, BasicConstraintsValid: true, IsCA: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageCertSign, SubjectKeyId: sum[:],
	}
	for _, a := range s.Address {
		t.IPAddresses = append(t.IPAddresses, a.AsSlice())
	}
	der, err := x509.CreateCertificate(nil, t, t, k.Signer.Public(), k.Signer)
	if err != nil {
		return nil, fmt.Errorf("pki: self-signed certificate: %w", err)
	}
	return ParseCertificate(der)
}
