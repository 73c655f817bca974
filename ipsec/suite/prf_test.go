package suite

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// bin reads bytes in hexadecimal, with blanks.
func bin(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPRF(t *testing.T) {
	key20 := bytes.Repeat([]byte{0x0b}, 20)
	for _, tt := range []struct {
		name string
		prf  PRF
		key  []byte
		text string
		want string
	}{
		{"RFC 2202 §2, 1", PRFHMACMD5, key20[:16], "Hi There", "9294727a3638bb1c13f48ef8158bfc9d"},
		{"RFC 2202 §3, 1", PRFHMACSHA1, key20, "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"},
		{"RFC 4231 §4.2, SHA-256", PRFHMACSHA256, key20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{"RFC 4231 §4.2, SHA-384", PRFHMACSHA384, key20, "Hi There", "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"},
		{"RFC 4231 §4.2, SHA-512", PRFHMACSHA512, key20, "Hi There", "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
		{"RFC 4231 §4.3", PRFHMACSHA256, []byte("Jefe"), "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !tt.prf.Supported() || tt.prf.Len() != len(tt.want)/2 {
				t.Errorf("supported %v, length %d", tt.prf.Supported(), tt.prf.Len())
			}
			if got := tt.prf.Sum(tt.key, []byte(tt.text[:3]), []byte(tt.text[3:])); hex.EncodeToString(got) != tt.want {
				t.Errorf("%x, want %s", got, tt.want)
			}
		})
	}
	if p := PRF(4); p.Supported() || p.Len() != 0 {
		t.Error("XCBC is supported")
	}
	if got := PRFHMACSHA1.Hash([]byte("a"), []byte("bc")); hex.EncodeToString(got) != "a9993e364706816aba3e25717850c26c9cd0d89d" {
		t.Errorf("hash %x", got)
	}
}

// TestIKEv2KeyDerivation reads the numbers of NIST's SP 800-135 vectors.
func TestIKEv2KeyDerivation(t *testing.T) {
	text, err := os.ReadFile("testdata/kdf_sp800135_ikev2.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct{ Name, Function, PRF, Key, Salt, Seed, Out string }
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	prfs := map[string]PRF{
		"PRF_HMAC_SHA1": PRFHMACSHA1, "PRF_HMAC_SHA2_256": PRFHMACSHA256,
		"PRF_HMAC_SHA2_384": PRFHMACSHA384, "PRF_HMAC_SHA2_512": PRFHMACSHA512,
	}
	if len(file.Vectors) != 13 {
		t.Fatalf("%d vectors", len(file.Vectors))
	}
	for _, v := range file.Vectors {
		p, key, salt, want := prfs[v.PRF], bin(t, v.Key), bin(t, v.Salt), bin(t, v.Out)
		var got []byte
		if strings.HasPrefix(v.Name, "prf_plus") {
			got = p.Plus(key, salt, len(want))
		} else {
			got = p.Sum(salt, key)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s (%s): %x, want %x", v.Name, v.Function, got, want)
		}
	}
}

func TestIntegrity(t *testing.T) {
	for _, tt := range []struct {
		name      string
		integrity Integrity
		key, sum  int
		want      string // of "Hi There" with a key of bytes 0x0b; RFC 4868 §2.7.2
	}{
		{"MD5", IntegrityMD596, 16, 12, "9294727a3638bb1c13f48ef8"},
		{"SHA-1", IntegritySHA196, 20, 12, "b617318655057264e28bc0b6"},
		{"SHA-256", IntegritySHA256128, 32, 16, "198a607eb44bfbc69903a0f1cf2bbdc5"},
		{"SHA-384", IntegritySHA384192, 48, 24, "b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973"},
		{"SHA-512", IntegritySHA512256, 64, 32, "637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := tt.integrity
			if !i.Supported() || i.KeyLen() != tt.key || i.Len() != tt.sum {
				t.Errorf("supported %v, key %d, sum %d", i.Supported(), i.KeyLen(), i.Len())
			}
			key := bytes.Repeat([]byte{0x0b}, tt.key)
			sum := i.Sum(key, []byte("Hi "), []byte("There"))
			if hex.EncodeToString(sum) != tt.want {
				t.Errorf("%x, want %s", sum, tt.want)
			}
			if !i.Verify(key, sum, []byte("Hi There")) || i.Verify(key, sum[:len(sum)-1], []byte("Hi There")) || i.Verify(key, sum, []byte("Hi there")) {
				t.Error("Verify does not tell right from wrong")
			}
		})
	}
	if !IntegrityNone.Supported() || IntegrityNone.Len() != 0 || IntegrityNone.KeyLen() != 0 || IntegrityNone.Sum(nil) != nil || Integrity(5).Supported() {
		t.Error("none is something, or XCBC is supported")
	}
}
