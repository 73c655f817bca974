package ios

import (
	"crypto/aes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/subtle"
	"io"
	"strings"
)

// Type 6 is the reversible encryption of keys under a master key: AES in a
// counter mode of its own, and the first bytes of an HMAC-SHA1. What is
// encrypted ends with a NUL. It is written in base 41.
const (
	saltSize6 = 8
	macSize6  = 4
	// maxClear6 is the longest text: the counter of the blocks is one byte.
	maxClear6 = 256*aes.BlockSize - 1
)

// keys6 returns the keys that encrypt and authenticate, for one salt.
func keys6(master string, salt []byte) (encrypt, authenticate []byte) {
	key := md5.Sum([]byte(master))
	c, _ := aes.NewCipher(key[:]) // 16 bytes always fit
	var in [aes.BlockSize]byte
	copy(in[:], salt)
	encrypt, authenticate = make([]byte, aes.BlockSize), make([]byte, aes.BlockSize)
	c.Encrypt(authenticate, in[:])
	in[aes.BlockSize-1] = 1
	c.Encrypt(encrypt, in[:])
	return encrypt, authenticate
}

// crypt6 encrypts or decrypts b in place.
func crypt6(key, b []byte) {
	c, _ := aes.NewCipher(key)
	var in, out [aes.BlockSize]byte
	for i := range b {
		if i%aes.BlockSize == 0 {
			in[3] = byte(i / aes.BlockSize)
			c.Encrypt(out[:], in[:])
		}
		b[i] ^= out[i%aes.BlockSize]
	}
}

func mac6(key, text []byte) []byte {
	h := hmac.New(sha1.New, key)
	h.Write(text)
	return h.Sum(nil)[:macSize6]
}

// Encrypt6 writes clear as type 6 under a master key; rnd gives the salt. It is
// "" where clear is too long or rnd fails.
func Encrypt6(master, clear string, rnd io.Reader) string {
	salt := make([]byte, saltSize6)
	if _, err := io.ReadFull(rnd, salt); err != nil || len(clear) > maxClear6 {
		return ""
	}
	ke, ka := keys6(master, salt)
	text := append([]byte(clear), 0)
	crypt6(ke, text)
	return base41(append(append(salt, text...), mac6(ka, text)...))
}

// Decrypt6 reads type 6. ok is false where the text is malformed or was written
// under another master key.
func Decrypt6(master, text string) (clear string, ok bool) {
	raw, ok := unbase41(text)
	n := len(raw) - macSize6
	if !ok || n <= saltSize6 || n-saltSize6 > maxClear6+1 {
		return "", false
	}
	ke, ka := keys6(master, raw[:saltSize6])
	body := raw[saltSize6:n]
	if subtle.ConstantTimeCompare(mac6(ka, body), raw[n:]) != 1 {
		return "", false
	}
	crypt6(ke, body)
	return strings.TrimSuffix(string(body), "\x00"), true
}

// base41 writes two bytes as three letters from "A" on. The last group holds a
// byte that is left over, or 0 and 1 where none is.
func base41(b []byte) string {
	if len(b)%2 == 0 {
		b = append(b, 0, 1)
	} else {
		b = append(b, 0)
	}
	out := make([]byte, 0, len(b)/2*3)
	for i := 0; i < len(b); i += 2 {
		v := int(b[i])<<8 | int(b[i+1])
		out = append(out, byte('A'+v/41/41), byte('A'+v/41%41), byte('A'+v%41))
	}
	return string(out)
}

// unbase41 reads base 41.
func unbase41(s string) (b []byte, ok bool) {
	if s == "" || len(s)%3 != 0 {
		return nil, false
	}
	for i := 0; i < len(s); i += 3 {
		v := 0
		for _, c := range []byte(s[i : i+3]) {
			if c < 'A' || c >= 'A'+41 {
				return nil, false
			}
			v = v*41 + int(c-'A')
		}
		if v > 0xffff {
			return nil, false
		}
		b = append(b, byte(v>>8), byte(v))
	}
	if n := len(b); b[n-1] != 0 {
		return b[:n-2], true
	}
	return b[:len(b)-1], true
}
