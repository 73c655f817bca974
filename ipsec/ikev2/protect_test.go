package ikev2_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

var protections = []struct {
	name string
	e    suite.Encryption
	bits int
	i    suite.Integrity
}{
	{"gcm", suite.EncryptionAESGCM16, 256, suite.IntegrityNone},
	{"chacha", suite.EncryptionChaCha20Poly1305, 0, suite.IntegrityNone},
	{"cbc", suite.EncryptionAESCBC, 128, suite.IntegritySHA256128},
	{"3des", suite.Encryption3DES, 0, suite.IntegritySHA196},
}

// keys returns the same key twice: for who seals and for who opens.
func keys(t testing.TB, i int) (*ikev2.Key, *ikev2.Key) {
	p := protections[i]
	make1 := func() *ikev2.Key {
		rnd := rand.NewChaCha8([32]byte{1})
		key, auth := make([]byte, p.e.KeyLen(p.bits)), make([]byte, p.i.KeyLen())
		rnd.Read(key)
		rnd.Read(auth)
		k, err := ikev2.NewKey(p.e, key, p.i, auth)
		if err != nil {
			t.Fatal(p.name, err)
		}
		return k
	}
	return make1(), make1()
}

var sealedHeader = ikev2.Header{SPIi: 1, SPIr: 2, Exchange: ikev2.Informational, MessageID: 7}

func TestSeal(t *testing.T) {
	rnd := rand.NewChaCha8([32]byte{2})
	for i, p := range protections {
		seal, open := keys(t, i)
		for n := range 40 {
			plain := bytes.Repeat([]byte{byte(n)}, n)
			b, err := seal.Seal(&sealedHeader, ikev2.TypeVendor, plain, rnd)
			if err != nil {
				t.Fatal(p.name, err)
			}
			if len(b) > seal.SealedSize(n) {
				t.Errorf("%s: %d bytes make %d, more than announced", p.name, n, len(b))
			}
			m, err := ikev2.Parse(b)
			if err != nil {
				t.Fatal(p.name, err)
			}
			first, got, err := open.Open(b, m)
			if err != nil || first != ikev2.TypeVendor || !bytes.Equal(got, plain) {
				t.Fatalf("%s: %v %x %v", p.name, first, got, err)
			}
		}
	}
}

// A change of any bit is found.
func TestSealAltered(t *testing.T) {
	for i, p := range protections {
		seal, open := keys(t, i)
		b, _ := seal.Seal(&sealedHeader, ikev2.TypeVendor, []byte("something"), rand.NewChaCha8([32]byte{}))
		for bit := range len(b) * 8 {
			bad := bytes.Clone(b)
			bad[bit/8] ^= 1 << (bit % 8)
			m, err := ikev2.Parse(bad)
			if err != nil {
				continue
			}
			if _, _, err := open.Open(bad, m); !errors.Is(err, ikev2.ErrOpen) {
				// The critical bit and its neighbours are not looked at by Parse,
				// but covered.
				t.Errorf("%s: bit %d changed: %v", p.name, bit, err)
			}
		}
		for n := range b {
			cut := withLength(bytes.Clone(b[:n]))
			if len(cut) > 32 {
				cut[30], cut[31] = byte((n-28)>>8), byte(n-28)
			}
			if m, err := ikev2.Parse(cut); err == nil {
				if _, _, err := open.Open(cut, m); !errors.Is(err, ikev2.ErrOpen) {
					t.Errorf("%s: %d bytes: %v", p.name, n, err)
				}
			}
		}
	}
}

// Padding longer than the text is refused, after the check value was found right.
func TestPadding(t *testing.T) {
	seal, open := keys(t, 0)
	// A sealed text of one byte, 200, in place of the zero that Seal puts there.
	p := protections[0]
	rnd := rand.NewChaCha8([32]byte{1})
	key := make([]byte, p.e.KeyLen(p.bits))
	rnd.Read(key)
	c, err := p.e.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := seal.Seal(&sealedHeader, ikev2.TypeNone, nil, rnd)
	sealed, err := c.Seal(nil, b[32:40], []byte{200}, b[:32])
	if err != nil {
		t.Fatal(err)
	}
	b = append(b[:40], sealed...)
	m, err := ikev2.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := open.Open(b, m); !errors.Is(err, ikev2.ErrFormat) {
		t.Errorf("padding of 200 in a text of 1: %v, want ErrFormat", err)
	}
}

func TestSealFragments(t *testing.T) {
	rnd := rand.NewChaCha8([32]byte{2})
	for i, p := range protections {
		seal, open := keys(t, i)
		for _, n := range []int{0, 1, 100, 499, 500, 1500, 3000} {
			plain := make([]byte, n)
			rnd.Read(plain)
			list, err := seal.SealFragments(&sealedHeader, ikev2.TypeVendor, plain, 548, rnd)
			if err != nil {
				t.Fatal(p.name, err)
			}
			var got []byte
			for j, b := range list {
				m, err := ikev2.Parse(b)
				if err != nil || len(b) > 548 {
					t.Fatal(p.name, len(b), err)
				}
				f := m.Payloads[0].(*ikev2.Fragment)
				want := ikev2.TypeNone
				if j == 0 {
					want = ikev2.TypeVendor
				}
				first, part, err := open.Open(b, m)
				if err != nil || first != want || int(f.Number) != j+1 || int(f.Total) != len(list) {
					t.Fatalf("%s: fragment %d: %+v %v %v", p.name, j, f, first, err)
				}
				got = append(got, part...)
			}
			if !bytes.Equal(got, plain) {
				t.Errorf("%s: %d bytes came back as %d", p.name, n, len(got))
			}
		}
		if _, err := seal.SealFragments(&sealedHeader, 0, make([]byte, 60000), 200, rnd); !errors.Is(err, ikev2.ErrLimit) {
			t.Errorf("%s: more than 64 fragments: %v", p.name, err)
		}
		if _, err := seal.SealFragments(&sealedHeader, 0, nil, 68, rnd); i == 2 && !errors.Is(err, ikev2.ErrValue) {
			t.Errorf("%s: no room: %v", p.name, err)
		}
	}
}

func TestNewKeyRefuses(t *testing.T) {
	key := make([]byte, 36)
	if _, err := ikev2.NewKey(suite.EncryptionAESGCM16, key, suite.IntegritySHA196, make([]byte, 20)); err == nil {
		t.Error("a combined cipher with an integrity algorithm")
	}
	if _, err := ikev2.NewKey(suite.EncryptionAESCBC, key[:32], suite.IntegrityNone, nil); err == nil {
		t.Error("a cipher without integrity")
	}
	if _, err := ikev2.NewKey(suite.EncryptionAESCBC, key[:31], suite.IntegritySHA196, make([]byte, 20)); err == nil {
		t.Error("a key of 31 bytes")
	}
}

// FuzzOpen opens what was never sealed, and what was sealed and is no chain of
// payloads.
func FuzzOpen(f *testing.F) {
	f.Add(uint8(0), []byte("text"))
	f.Add(uint8(2), make([]byte, 100))
	f.Fuzz(func(t *testing.T, which uint8, b []byte) {
		seal, open := keys(t, int(which)%len(protections))
		m := ikev2.Message{Header: sealedHeader, Payloads: []ikev2.Payload{&ikev2.Encrypted{Data: b}}}
		if raw, err := m.AppendTo(nil); err == nil {
			if _, _, err := open.Open(raw, &m); err == nil {
				t.Fatal("opened what was not sealed")
			}
		}
		raw, err := seal.Seal(&sealedHeader, ikev2.TypeSA, b, rand.NewChaCha8([32]byte{}))
		if err != nil {
			return
		}
		m2, err := ikev2.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		first, plain, err := open.Open(raw, m2)
		if err != nil || !bytes.Equal(plain, b) {
			t.Fatal(err)
		}
		_, _ = ikev2.ParsePayloads(first, plain)
	})
}
