package esp_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"axle/ipsec/esp"
	"axle/ipsec/suite"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A cipherTest is a pair of algorithms with the lengths that it gives.
type cipherTest struct {
	name           string
	encryption     suite.Encryption
	bits           int
	integrity      suite.Integrity
	key, mac       int // lengths of keys, bytes
	iv, block, icv int // bytes
}

var ciphers = []cipherTest{
	{"GCM-128", suite.EncryptionAESGCM16, 128, 0, 20, 0, 8, 4, 16},
	{"GCM-192", suite.EncryptionAESGCM16, 192, 0, 28, 0, 8, 4, 16},
	{"GCM-256", suite.EncryptionAESGCM16, 256, 0, 36, 0, 8, 4, 16},
	{"ChaCha", suite.EncryptionChaCha20Poly1305, 0, 0, 36, 0, 8, 4, 16},
	{"GMAC-128", suite.EncryptionNullGMAC, 128, 0, 20, 0, 8, 4, 16},
	{"GMAC-256", suite.EncryptionNullGMAC, 256, 0, 36, 0, 8, 4, 16},
	{"CBC-128 MD5", suite.EncryptionAESCBC, 128, suite.IntegrityMD596, 16, 16, 16, 16, 12},
	{"CBC-128 SHA1", suite.EncryptionAESCBC, 128, suite.IntegritySHA196, 16, 20, 16, 16, 12},
	{"CBC-192 SHA256", suite.EncryptionAESCBC, 192, suite.IntegritySHA256128, 24, 32, 16, 16, 16},
	{"CBC-256 SHA256", suite.EncryptionAESCBC, 256, suite.IntegritySHA256128, 32, 32, 16, 16, 16},
	{"CBC-256 SHA384", suite.EncryptionAESCBC, 256, suite.IntegritySHA384192, 32, 48, 16, 16, 24},
	{"CBC-256 SHA512", suite.EncryptionAESCBC, 256, suite.IntegritySHA512256, 32, 64, 16, 16, 32},
	{"3DES SHA1", suite.Encryption3DES, 0, suite.IntegritySHA196, 24, 20, 8, 8, 12},
	{"DES MD5", suite.EncryptionDES, 0, suite.IntegrityMD596, 8, 16, 8, 8, 12},
	{"null SHA1", suite.EncryptionNull, 0, suite.IntegritySHA196, 0, 20, 0, 4, 12},
	{"null SHA256", suite.EncryptionNull, 0, suite.IntegritySHA256128, 0, 32, 0, 4, 16},
}

// params returns what two ends may have agreed on.
func (c cipherTest) params(esn bool) esp.Params {
	fill := func(n int, from byte) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = from + byte(i)*7
		}
		return b
	}
	return esp.Params{
		SPI: 0xc0ffee01, Src: netip.MustParseAddr("192.0.2.1"), Dst: netip.MustParseAddr("192.0.2.2"),
		Encryption: c.encryption, KeyBits: c.bits, Integrity: c.integrity,
		Key: fill(c.key, 3), IntegrityKey: fill(c.mac, 101), ESN: esn, Window: 64,
	}
}

// pair returns the two ends of one direction.
func pair(t testing.TB, p esp.Params) (*esp.Outbound, *esp.Inbound) {
	t.Helper()
	out, err := esp.NewOutbound(p)
	if err != nil {
		t.Fatal(err)
	}
	in, err := esp.NewInbound(p)
	if err != nil {
		t.Fatal(err)
	}
	return out, in
}

// sealed returns the packet of a payload of n bytes.
func sealed(t testing.TB, s *esp.Outbound, n int) (packet, payload []byte) {
	t.Helper()
	payload = make([]byte, n)
	for i := range payload {
		payload[i] = byte(i * 3)
	}
	buf := make([]byte, s.Head()+n+s.Tail())
	copy(buf[s.Head():], payload)
	start, size, err := s.Seal(buf, s.Head(), n, 47, 1)
	if err != nil {
		t.Fatal(err)
	}
	return buf[start : start+size], payload
}

// each runs f for every cipher, without and with extended sequence numbers.
func each(t *testing.T, f func(t *testing.T, c cipherTest, esn bool)) {
	for _, c := range ciphers {
		for _, esn := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s esn %v", c.name, esn), func(t *testing.T) { f(t, c, esn) })
		}
	}
}

// What is sealed is opened, for every length; its own lengths are those of the
// RFCs.
func TestSealOpen(t *testing.T) {
	each(t, func(t *testing.T, c cipherTest, esn bool) {
		out, in := pair(t, c.params(esn))
		for n := range 100 {
			b, payload := sealed(t, out, n)
			body := (n + 2 + c.block - 1) / c.block * c.block
			if want := 8 + c.iv + body + c.icv; len(b) != want || out.Overhead(n) != want-n {
				t.Fatalf("%d bytes: packet of %d, overhead %d; want %d", n, len(b), out.Overhead(n), want)
			}
			if spi, seq := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:]); spi != 0xc0ffee01 || seq != uint32(n+1) {
				t.Fatalf("SPI %x, sequence number %d", spi, seq)
			}
			got, next, err := in.Open(b, 2)
			if err != nil || next != 47 || !bytes.Equal(got, payload) {
				t.Fatalf("%d bytes: %x, next %d, %v", n, got, next, err)
			}
		}
		want := esp.Counters{Packets: 100, Bytes: 99 * 50, Last: 1}
		if got := out.Counters(); got != want {
			t.Errorf("outbound %+v", got)
		}
		want.Last = 2
		if got := in.Counters(); got != want {
			t.Errorf("inbound %+v", got)
		}
	})
}

// MaxPayload is the inverse of Overhead, in both modes, with and without UDP.
func TestSizes(t *testing.T) {
	for _, c := range ciphers {
		for i := range 8 {
			p := c.params(false)
			p.Tunnel = i&1 != 0
			if i&2 != 0 {
				p.SrcPort, p.DstPort = 4500, 4500
			}
			if i&4 != 0 {
				p.Src, p.Dst = netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2")
			}
			out, _ := pair(t, p)
			for room := range 300 {
				n := out.MaxPayload(room)
				if n > 0 && n+out.Overhead(n) > room || n+1+out.Overhead(n+1) <= room {
					t.Fatalf("%s: %d bytes of payload in %d: %d and %d", c.name, n, room, n+out.Overhead(n), n+1+out.Overhead(n+1))
				}
			}
		}
	}
	// A packet of 1400 bytes in GRE, with its outer header.
	for _, tt := range []struct {
		name        string
		cipher      string
		gre         int
		udp, tunnel bool
		want        int
	}{
		{"GCM", "GCM-256", 4, false, false, 1460},
		{"GCM, UDP", "GCM-256", 4, true, false, 1468},
		{"GCM, key", "GCM-256", 8, false, false, 1464},
		{"GCM, key, UDP", "GCM-256", 8, true, false, 1472},
		{"CBC SHA256", "CBC-256 SHA256", 4, false, false, 1468},
		{"CBC SHA256, UDP", "CBC-256 SHA256", 4, true, false, 1476},
		{"CBC SHA1", "CBC-128 SHA1", 4, false, false, 1464},
		{"GCM, tunnel mode", "GCM-256", 4, false, true, 1480},
	} {
		for _, c := range ciphers {
			if c.name != tt.cipher {
				continue
			}
			p := c.params(false)
			if p.Tunnel = tt.tunnel; tt.udp {
				p.SrcPort, p.DstPort = 4500, 4500
			}
			out, _ := pair(t, p)
			if n := 1400 + tt.gre; 20+n+out.Overhead(n) != tt.want {
				t.Errorf("%s: %d bytes, want %d", tt.name, 20+n+out.Overhead(n), tt.want)
			}
		}
	}
}

// A packet with any bit changed, cut short or made longer is refused, and leaves
// no trace in the window.
func TestAltered(t *testing.T) {
	each(t, func(t *testing.T, c cipherTest, esn bool) {
		out, in := pair(t, c.params(esn))
		b, payload := sealed(t, out, 45)
		refused := uint64(0)
		refuse := func(what string, b []byte) {
			t.Helper()
			refused++
			got, _, err := in.Open(b, 1)
			if got != nil || !errors.Is(err, esp.ErrAuth) && !errors.Is(err, esp.ErrShort) && !errors.Is(err, esp.ErrReplay) {
				t.Fatalf("%s: %x, %v", what, got, err)
			}
		}
		for i := range len(b) * 8 {
			twin := bytes.Clone(b)
			twin[i/8] ^= 1 << (i % 8)
			refuse(fmt.Sprintf("bit %d", i), twin)
		}
		for n := range b {
			refuse(fmt.Sprintf("%d bytes", n), bytes.Clone(b[:n]))
		}
		for n := 1; n < 40; n++ {
			refuse(fmt.Sprintf("%d bytes more", n), append(bytes.Clone(b), make([]byte, n)...))
		}
		// Cut by whole blocks in the middle.
		refuse("a block less", append(bytes.Clone(b[:8+c.iv]), b[8+c.iv+c.block:]...))
		k := in.Counters()
		if k.Auth+k.Malformed+k.Replays != refused || k.Packets != 0 {
			t.Errorf("%+v of %d refused", k, refused)
		}
		if got, _, err := in.Open(b, 1); err != nil || !bytes.Equal(got, payload) {
			t.Errorf("the packet itself: %x, %v", got, err)
		}
	})
}

// A packet of the other kind of sequence numbers is not authentic.
func TestOtherSequence(t *testing.T) {
	for _, c := range ciphers {
		out, _ := pair(t, c.params(true))
		_, in := pair(t, c.params(false))
		b, _ := sealed(t, out, 20)
		if _, _, err := in.Open(b, 1); !errors.Is(err, esp.ErrAuth) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Padding is checked although it is authentic. RFC 4303 §2.4.
func TestPadding(t *testing.T) {
	for _, tt := range []struct {
		name    string
		payload string // with padding and trailer
		want    string
		next    uint8
		err     error
	}{
		{"none", "aabb 00 2f", "aabb", 47, nil},
		{"two bytes", "aabbccdd 0102 02 2f", "aabbccdd", 47, nil},
		{"empty payload", "0102 02 2f", "", 47, nil},
		{"without meaning", "0102 02 3b", "", 59, nil},
		{"more than needed", "0102030405060708090a 0a 2f", "", 47, nil},
		{"zeros", "aabbccdd 0000 02 2f", "", 0, esp.ErrPadding},
		{"longer than the packet", "0102 03 2f", "", 0, esp.ErrPadding},
		{"far longer than the packet", "0102 ff 2f", "", 0, esp.ErrPadding},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := ciphers[0].params(false)
			out, in := pair(t, p)
			got, next, err := in.Open(out.SealRaw(unhex(t, tt.payload), 1), 1)
			if !errors.Is(err, tt.err) || next != tt.next || !bytes.Equal(got, unhex(t, tt.want)) {
				t.Errorf("%x, next %d, %v", got, next, err)
			}
			if k := in.Counters(); tt.err != nil && k != (esp.Counters{Malformed: 1}) {
				t.Errorf("%+v", k)
			}
		})
	}
}

func TestRoom(t *testing.T) {
	for _, c := range ciphers {
		out, _ := pair(t, c.params(false))
		head, tail := out.Head(), out.Tail()
		for n := range 20 {
			buf := make([]byte, head+n+tail)
			if _, _, err := out.Seal(buf, head-1, n, 47, 1); !errors.Is(err, esp.ErrRoom) {
				t.Errorf("%s: too little in front: %v", c.name, err)
			}
			need := n + out.Overhead(n)
			if _, _, err := out.Seal(buf[:need-1], head, n, 47, 1); !errors.Is(err, esp.ErrRoom) {
				t.Errorf("%s: too little behind: %v", c.name, err)
			}
			if start, size, err := out.Seal(buf[:need], head, n, 47, 1); err != nil || start != 0 || size != need {
				t.Errorf("%s: just enough: %d, %d, %v", c.name, start, size, err)
			}
		}
	}
}

func TestClose(t *testing.T) {
	out, in := pair(t, ciphers[0].params(false))
	b, _ := sealed(t, out, 8)
	out.Close()
	in.Close()
	if _, _, err := out.Seal(make([]byte, 200), 100, 8, 47, 1); !errors.Is(err, esp.ErrClosed) {
		t.Error(err)
	}
	if _, _, err := in.Open(b, 1); !errors.Is(err, esp.ErrClosed) {
		t.Error(err)
	}
	if out.Counters().Packets != 1 || in.Counters().Refused != 1 || out.Params().Key != nil || in.Params().IntegrityKey != nil {
		t.Error("counters gone, or keys left")
	}
}

// An IV of CBC mode cannot be told from the ones before, and does not come twice.
func TestIVs(t *testing.T) {
	for _, c := range ciphers {
		if c.block < 8 {
			continue
		}
		out, _ := pair(t, c.params(false))
		seen := map[string]bool{}
		ones := 0
		const packets = 256
		for range packets {
			b, _ := sealed(t, out, 8)
			iv := b[8 : 8+c.iv]
			seen[string(iv)] = true
			for _, v := range iv {
				for ; v != 0; v &= v - 1 {
					ones++
				}
			}
		}
		if half := packets * c.iv * 4; len(seen) != packets || ones < half*9/10 || ones > half*11/10 {
			t.Errorf("%s: %d different IVs, %d ones", c.name, len(seen), ones)
		}
	}
}

// Several workers may use one association.
func TestConcurrent(t *testing.T) {
	for _, c := range []cipherTest{ciphers[0], ciphers[9]} {
		p := c.params(false)
		p.Window = 1024
		out, in := pair(t, p)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				buf := make([]byte, 300)
				for range 200 {
					start, size, err := out.Seal(buf, 100, 64, 47, 1)
					if err != nil {
						t.Error(err)
						return
					}
					if _, _, err := in.Open(buf[start:start+size], 1); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		if out.Counters().Packets != 800 || in.Counters().Packets != 800 {
			t.Errorf("%+v, %+v", out.Counters(), in.Counters())
		}
	}
}

func TestRefused(t *testing.T) {
	good := ciphers[9].params(false) // CBC-256 SHA256
	gcm := ciphers[2].params(false)
	for _, tt := range []struct {
		name   string
		change func(p *esp.Params)
		want   error
	}{
		{"no integrity", func(p *esp.Params) { p.Integrity = 0 }, esp.ErrSuite},
		{"nothing at all", func(p *esp.Params) { p.Encryption, p.Integrity, p.Key = suite.EncryptionNull, 0, nil }, esp.ErrSuite},
		{"unknown integrity", func(p *esp.Params) { p.Integrity = 5 }, esp.ErrSuite},
		{"unknown cipher", func(p *esp.Params) { p.Encryption = suite.EncryptionAESCTR }, esp.ErrSuite},
		{"combined with integrity", func(p *esp.Params) { *p = gcm; p.Integrity = suite.IntegritySHA196 }, esp.ErrSuite},
		{"short key", func(p *esp.Params) { p.Key = p.Key[:31] }, esp.ErrKey},
		{"other key length than agreed", func(p *esp.Params) { p.Key = p.Key[:16] }, esp.ErrKey},
		{"no key length", func(p *esp.Params) { p.KeyBits = 0 }, esp.ErrSuite},
		{"integrity key", func(p *esp.Params) { p.IntegrityKey = p.IntegrityKey[:20] }, esp.ErrKey},
		{"key for null", func(p *esp.Params) { p.Encryption, p.KeyBits = suite.EncryptionNull, 0 }, esp.ErrKey},
		{"GCM without salt", func(p *esp.Params) { *p = gcm; p.Key = p.Key[:32] }, esp.ErrKey},
		{"GCM without key", func(p *esp.Params) { *p = gcm; p.Key = nil }, esp.ErrKey},
		{"3DES", func(p *esp.Params) { p.Encryption, p.KeyBits = suite.Encryption3DES, 0 }, esp.ErrKey},
		{"negative window", func(p *esp.Params) { p.Window = -1 }, esp.ErrWindow},
		{"large window", func(p *esp.Params) { p.Window = esp.MaxWindow + 1 }, esp.ErrWindow},
	} {
		p := good
		tt.change(&p)
		if _, err := esp.NewInbound(p); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if _, err := esp.NewOutbound(p); !errors.Is(err, tt.want) && tt.want != esp.ErrWindow {
			t.Errorf("%s, outbound: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	each(t, func(t *testing.T, c cipherTest, esn bool) {
		out, in := pair(t, c.params(esn))
		buf := make([]byte, 2000)
		if n := testing.AllocsPerRun(50, func() {
			start, size, err := out.Seal(buf, 100, 1400, 47, 1)
			if err == nil {
				_, _, err = in.Open(buf[start:start+size], 1)
			}
			if err != nil {
				t.Fatal(err)
			}
			_ = out.Counters()
		}); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

// gcm returns AES-GCM as such.
func gcm(t *testing.T, key []byte) cipher.AEAD {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	a, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
