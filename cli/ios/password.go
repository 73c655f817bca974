package ios

import (
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/crypto/scrypt"
)

// The costs of hashed passwords, as IOS has them.
const (
	scryptN, scryptR, scryptP = 16384, 1, 1 // type 9
	pbkdf2Rounds              = 20000       // type 8
	sealedSize                = 32          // bytes of a type 8 or 9 hash
	longSalt, shortSalt       = 14, 4       // characters
	md5Size                   = 22          // characters of a type 5 hash
	hiddenSeeds               = 16          // first offsets of type 7
)

// cryptAlphabet is the alphabet of crypt(3).
const cryptAlphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// hiddenKey is what type 7 is mixed with; it hides, and protects nothing.
const hiddenKey = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"

var cryptEncoding = base64.NewEncoding(cryptAlphabet).WithPadding(base64.NoPadding)

// Verify reports whether password is the one that s stands for. The zero Secret
// fits none.
func (s Secret) Verify(password string) bool {
	switch s.Type {
	case 0:
		return s.Text != "" && equal(s.Text, password)
	case 7:
		clear, ok := reveal(s.Text)
		return ok && equal(clear, password)
	case 5, 8, 9:
		parts := strings.Split(s.Text, "$")
		if len(parts) != 4 || parts[0] != "" {
			return false
		}
		kind := s.Type
		if kind == 5 {
			kind = 1
		}
		if parts[1] != strconv.Itoa(kind) {
			return false
		}
		made := hashed(s.Type, password, parts[2])
		return made != "" && equal(made, s.Text)
	}
	return false
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// MakeSecret makes a secret of type 0, 5, 7, 8 or 9 from a clear password; rnd
// gives the salt. Another type, or a reader that fails, gives the zero Secret.
func MakeSecret(typ int, clear string, rnd io.Reader) Secret {
	switch typ {
	case 0:
		return Secret{0, clear}
	case 7:
		var b [1]byte
		if _, err := io.ReadFull(rnd, b[:]); err != nil {
			return Secret{}
		}
		return Secret{7, hide(clear, int(b[0])%hiddenSeeds)}
	case 5, 8, 9:
		n := longSalt
		if typ == 5 {
			n = shortSalt
		}
		salt := make([]byte, n)
		if _, err := io.ReadFull(rnd, salt); err != nil {
			return Secret{}
		}
		for i := range salt {
			salt[i] = cryptAlphabet[salt[i]&63]
		}
		return Secret{typ, hashed(typ, clear, string(salt))}
	}
	return Secret{}
}

// hashed returns the text of a hash of type 5, 8 or 9, "" where it cannot be.
func hashed(typ int, clear, salt string) string {
	var sum []byte
	var err error
	switch typ {
	case 5:
		return "$1$" + salt + "$" + md5Crypt(clear, salt)
	case 8:
		sum, err = pbkdf2.Key(sha256.New, clear, []byte(salt), pbkdf2Rounds, sealedSize)
	case 9:
		sum, err = scrypt.Key([]byte(clear), []byte(salt), scryptN, scryptR, scryptP, sealedSize)
	}
	if err != nil || sum == nil {
		return ""
	}
	return fmt.Sprintf("$%d$%s$%s", typ, salt, cryptEncoding.EncodeToString(sum))
}

// wellFormed reports whether the text of a secret is one of its type: that of a
// hash has its salt and length, type 7 can be read.
func (s Secret) wellFormed() bool {
	salt, size := longSalt, cryptEncoding.EncodedLen(sealedSize)
	mark := s.Type
	switch s.Type {
	case 7:
		_, ok := reveal(s.Text)
		return ok
	case 5:
		salt, size, mark = shortSalt, md5Size, 1
	case 8, 9:
	default:
		return false
	}
	parts := strings.Split(s.Text, "$")
	return len(parts) == 4 && parts[0] == "" && parts[1] == strconv.Itoa(mark) &&
		len(parts[2]) == salt && len(parts[3]) == size && strings.Trim(parts[2]+parts[3], cryptAlphabet) == ""
}

// hide writes a password as type 7, from an offset into the key.
func hide(clear string, seed int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%02d", seed)
	for i := range len(clear) {
		fmt.Fprintf(&b, "%02X", clear[i]^hiddenKey[(seed+i)%len(hiddenKey)])
	}
	return b.String()
}

// reveal reads type 7.
func reveal(text string) (clear string, ok bool) {
	if len(text) < 2 || len(text)%2 != 0 {
		return "", false
	}
	seed, err := strconv.ParseUint(text[:2], 10, 8)
	if err != nil || seed >= hiddenSeeds {
		return "", false
	}
	var b strings.Builder
	for i := 2; i < len(text); i += 2 {
		v, err := strconv.ParseUint(text[i:i+2], 16, 8)
		if err != nil {
			return "", false
		}
		b.WriteByte(byte(v) ^ hiddenKey[(int(seed)+i/2-1)%len(hiddenKey)])
	}
	return b.String(), true
}

// md5Crypt returns the hash of MD5-crypt, 22 characters.
func md5Crypt(clear, salt string) string {
	pw := []byte(clear)
	inner := md5.Sum([]byte(clear + salt + clear))
	b := []byte(clear + "$1$" + salt)
	for n := len(pw); n > 0; n -= 16 {
		b = append(b, inner[:min(n, 16)]...)
	}
	for n := len(pw); n > 0; n >>= 1 {
		if n&1 != 0 {
			b = append(b, 0)
		} else {
			b = append(b, pw[0])
		}
	}
	sum := md5.Sum(b)
	for i := range 1000 {
		b = b[:0]
		if i&1 != 0 {
			b = append(b, pw...)
		} else {
			b = append(b, sum[:]...)
		}
		if i%3 != 0 {
			b = append(b, salt...)
		}
		if i%7 != 0 {
			b = append(b, pw...)
		}
		if i&1 != 0 {
			b = append(b, sum[:]...)
		} else {
			b = append(b, pw...)
		}
		sum = md5.Sum(b)
	}
	var out []byte
	for _, g := range [...][3]int{{0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}} {
		out = crypt24(out, uint(sum[g[0]])<<16|uint(sum[g[1]])<<8|uint(sum[g[2]]), 4)
	}
	return string(crypt24(out, uint(sum[11]), 2))
}

// crypt24 appends the lowest n six-bit groups of v.
func crypt24(b []byte, v uint, n int) []byte {
	for ; n > 0; n-- {
		b = append(b, cryptAlphabet[v&63])
		v >>= 6
	}
	return b
}
