package engine

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"axle/ipsec"
	"axle/ipsec/ikev1"
)

// A recording is an exchange of two daemons of another make, with what one of them
// computed.
type recording struct {
	t       *testing.T
	names   []string // of secrets, in order
	values  [][]byte
	packets [][]byte
	at      int // of the next secret
}

func readRecording(t *testing.T, name string) *recording {
	t.Helper()
	const dir = "../testdata/lab/"
	text, err := os.ReadFile(dir + name + ".a.json")
	if err != nil {
		t.Fatal(err)
	}
	var entries []struct{ Name, Hex string }
	if err := json.Unmarshal(text, &entries); err != nil {
		t.Fatal(err)
	}
	r := &recording{t: t}
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, e := range entries {
		if e.Name != "" {
			r.names, r.values = append(r.names, e.Name), append(r.values, unhex(e.Hex))
		}
	}
	if text, err = os.ReadFile(dir + name + ".txt"); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		r.packets = append(r.packets, unhex(strings.Fields(line)[1]))
	}
	return r
}

// next returns the next secret of a name.
func (r *recording) next(name string) []byte {
	r.t.Helper()
	for ; r.at < len(r.names); r.at++ {
		if r.names[r.at] == name {
			r.at++
			return r.values[r.at-1]
		}
	}
	r.t.Fatalf("no more %s", name)
	return nil
}

// is compares what we compute with the next secret of a name.
func (r *recording) is(name string, got []byte) {
	r.t.Helper()
	if want := r.next(name); !bytes.Equal(got, want) {
		r.t.Errorf("%s is %x, want %x", name, got, want)
	}
}

// back lets the search begin anew.
func (r *recording) back() { r.at = 0 }

// TestRecordings computes every key, vector and hash of recorded exchanges, and
// opens every message.
func TestRecordings(t *testing.T) {
	for _, tt := range []struct {
		name       string
		cert       bool
		aggressive bool
		quick      int
	}{
		{"v1_main_psk", false, false, 1},
		{"v1_main_psk_ios", false, false, 1},
		{"v1_main_cert", true, false, 1},
		{"v1_aggressive", false, true, 1},
		{"v1_rekey_child", false, false, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := readRecording(t, tt.name)
			s := r.phase1(tt.cert, tt.aggressive)
			for range tt.quick {
				r.quick(s)
			}
			if len(r.packets) != 0 {
				t.Errorf("%d messages are left", len(r.packets))
			}
		})
	}
}

// take reads the next message of phase 1, encrypted or not.
func (r *recording) take(s *sa) *bundle {
	r.t.Helper()
	m, err := ikev1.Parse(r.packets[0])
	if err != nil {
		r.t.Fatal(err)
	}
	r.packets = r.packets[1:]
	s.init, s.resp = m.Initiator, m.Responder
	payloads := m.Payloads
	if m.Flags&ikev1.FlagEncrypted != 0 {
		if payloads, s.iv, err = s.keys.open(s.iv, m); err != nil {
			r.t.Fatal(err)
		}
	}
	b, ok := sortPayloads(payloads)
	if !ok {
		r.t.Fatal("a payload is there twice")
	}
	return &b
}

// phase1 follows main or aggressive mode.
func (r *recording) phase1(cert, aggressive bool) *sa {
	s := &sa{psk: ipsec.Secret("Cisco123")}
	first := r.take(s)
	s.offer, _ = first.sa.Body()
	second := r.take(s)
	p, err := second.sa.Proposals[0].Transforms[0].Phase1()
	if err != nil {
		r.t.Fatal(err)
	}
	if !aggressive {
		first, second = r.take(s), r.take(s)
	}
	s.gxi, s.ni, s.gxr, s.nr = first.ke, first.nonce, second.ke, second.nonce
	gxy := r.next("shared Diffie Hellman secret")
	skeyid := skeyidPSK(p.Hash, s.psk, s.ni, s.nr)
	if cert {
		skeyid = skeyidSig(p.Hash, s.ni, s.nr, gxy)
	}
	k, err := deriveKeys(p, skeyid, gxy, s.init, s.resp)
	if err != nil {
		r.t.Fatal(err)
	}
	s.keys, s.iv = k, k.firstIV(s.gxi, s.gxr)
	r.is("SKEYID", k.skeyid)
	r.is("SKEYID_d", k.d)
	r.is("SKEYID_a", k.a)
	r.is("SKEYID_e", k.e)
	r.is("encryption key Ka", cipherKey(k.prf, k.e, p.Encryption.KeyLen(p.KeyBits)))
	r.is("initial IV", s.iv)
	i, x := first, second
	if !aggressive {
		i = r.take(s)
		r.back()
		r.is("next IV for MID 0", s.iv)
		x = r.take(s)
		r.is("next IV for MID 0", s.iv)
	}
	hashI := k.phase1Hash(s.gxi, s.gxr, s.init, s.resp, s.offer, i.ids[0].Body())
	hashR := k.phase1Hash(s.gxr, s.gxi, s.resp, s.init, s.offer, x.ids[0].Body())
	r.back()
	r.is("HASH_I", hashI)
	r.back()
	r.is("HASH_R", hashR)
	if aggressive {
		i = r.take(s)
	}
	if !cert && (!equal(i.hash, hashI) || !equal(x.hash, hashR)) {
		r.t.Error("hashes of the messages differ")
	}
	r.back()
	return s
}

// quick follows a quick mode.
func (r *recording) quick(s *sa) {
	r.t.Helper()
	k := &s.keys
	var iv []byte
	open := func() (*ikev1.Message, *bundle) {
		m, err := ikev1.Parse(r.packets[0])
		if err != nil {
			r.t.Fatal(err)
		}
		if iv == nil {
			iv = k.phase2IV(s.iv, m.MessageID)
		}
		payloads, next, err := k.open(iv, m)
		if err != nil {
			r.t.Fatal(err)
		}
		b, _ := sortPayloads(payloads)
		r.packets, iv = r.packets[1:], next
		return m, &b
	}
	m, one := open()
	if got := k.hash1(m.MessageID, one.covered()); !equal(got, one.hash) {
		r.t.Errorf("HASH(1) is %x, want %x", got, one.hash)
	}
	_, two := open()
	if got := k.hash2(m.MessageID, one.nonce, two.covered()); !equal(got, two.hash) {
		r.t.Errorf("HASH(2) is %x, want %x", got, two.hash)
	}
	_, three := open()
	if got := k.hash3(m.MessageID, one.nonce, two.nonce); !equal(got, three.hash) {
		r.t.Errorf("HASH(3) is %x, want %x", got, three.hash)
	}
	p := &two.sa.Proposals[0]
	x, err := p.Transforms[0].Phase2()
	if err != nil {
		r.t.Fatal(err)
	}
	var gxy []byte
	if x.Group != 0 {
		gxy = r.next("DH secret")
	}
	n, a := x.Encryption.KeyLen(x.KeyBits), x.Integrity.KeyLen()
	i := k.keymat(gxy, p.Protocol, p.SPI, one.nonce, two.nonce, n+a)
	o := k.keymat(gxy, p.Protocol, one.sa.Proposals[0].SPI, one.nonce, two.nonce, n+a)
	r.is("encryption initiator key", i[:n])
	r.is("encryption responder key", o[:n])
	r.is("integrity initiator key", i[n:])
	r.is("integrity responder key", o[n:])
}
