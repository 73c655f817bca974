package engine

import (
	"crypto/subtle"

	"axle/ipsec/ikev1"
)

// A bundle is the payloads of a message, sorted. Those that a message has once are
// there once, or the message is refused.
type bundle struct {
	sa       *ikev1.SA
	ke       ikev1.KE
	nonce    ikev1.Nonce
	hash     ikev1.Hash
	sig      ikev1.Sig
	certs    [][]byte // of X.509, in DER
	ids      []*ikev1.ID
	vendors  []ikev1.Vendor
	nat      [][]byte // hashes of NAT-D
	notifies []*ikev1.Notify
	deletes  []*ikev1.Delete
	original []*ikev1.NATOA
	rest     []ikev1.Payload // what follows the first payload: what a hash covers
}

// sortPayloads returns false where a payload is there too often.
func sortPayloads(payloads []ikev1.Payload) (b bundle, ok bool) {
	if len(payloads) > 0 {
		b.rest = payloads[1:]
	}
	for _, p := range payloads {
		twice := false
		switch p := p.(type) {
		case *ikev1.SA:
			twice, b.sa = b.sa != nil, p
		case ikev1.KE:
			twice, b.ke = b.ke != nil, p
		case ikev1.Nonce:
			twice, b.nonce = b.nonce != nil, p
		case ikev1.Hash:
			twice, b.hash = b.hash != nil, p
		case ikev1.Sig:
			twice, b.sig = b.sig != nil, p
		case *ikev1.Cert:
			if p.Encoding == ikev1.CertX509Signature {
				b.certs = append(b.certs, p.Data)
			}
		case *ikev1.ID:
			b.ids = append(b.ids, p)
			twice = len(b.ids) > 2
		case ikev1.Vendor:
			b.vendors = append(b.vendors, p)
		case *ikev1.NATD:
			b.nat = append(b.nat, p.Hash)
		case *ikev1.NATOA:
			b.original = append(b.original, p)
		case *ikev1.Notify:
			b.notifies = append(b.notifies, p)
		case *ikev1.Delete:
			b.deletes = append(b.deletes, p)
		}
		if twice {
			return b, false
		}
	}
	return b, true
}

// covered returns what a hash in front of the other payloads covers.
func (b *bundle) covered() []byte {
	raw, err := ikev1.AppendPayloads(nil, b.rest)
	if err != nil {
		return nil // cannot be: it was read
	}
	return raw
}

// equal compares secrets in constant time.
func equal(a, b []byte) bool { return len(a) > 0 && subtle.ConstantTimeCompare(a, b) == 1 }

// notified returns the first notification of a type.
func (b *bundle) notified(t ikev1.NotifyType) *ikev1.Notify {
	for _, n := range b.notifies {
		if n.Type == t {
			return n
		}
	}
	return nil
}
