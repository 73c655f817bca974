package suite

import (
	"fmt"
	"strconv"
	"strings"
)

// encryptionNames are the names of configurations, without the length of the key.
var encryptionNames = map[Encryption]string{
	EncryptionDES:              "des",
	Encryption3DES:             "3des",
	EncryptionNull:             "null",
	EncryptionAESCBC:           "aes-cbc",
	EncryptionAESCTR:           "aes-ctr",
	EncryptionAESGCM8:          "aes-gcm-8",
	EncryptionAESGCM12:         "aes-gcm-12",
	EncryptionAESGCM16:         "aes-gcm",
	EncryptionNullGMAC:         "aes-gmac",
	EncryptionChaCha20Poly1305: "chacha20-poly1305",
}

// hashNames are the names of configurations for PRFs, and for the integrity
// algorithms with the same hash.
var hashNames = []struct {
	name      string
	prf       PRF
	integrity Integrity
	shown     string // of the integrity algorithm, as IOS shows it
}{
	{"md5", PRFHMACMD5, IntegrityMD596, "MD596"},
	{"sha1", PRFHMACSHA1, IntegritySHA196, "SHA96"},
	{"sha256", PRFHMACSHA256, IntegritySHA256128, "SHA256"},
	{"sha384", PRFHMACSHA384, IntegritySHA384192, "SHA384"},
	{"sha512", PRFHMACSHA512, IntegritySHA512256, "SHA512"},
}

// groupNames are the names that IOS shows.
var groupNames = map[Group]string{
	GroupMODP768:   "DH_GROUP_768_MODP",
	GroupMODP1024:  "DH_GROUP_1024_MODP",
	GroupMODP1536:  "DH_GROUP_1536_MODP",
	GroupMODP2048:  "DH_GROUP_2048_MODP",
	GroupMODP3072:  "DH_GROUP_3072_MODP",
	GroupMODP4096:  "DH_GROUP_4096_MODP",
	GroupECP256:    "DH_GROUP_256_ECP",
	GroupECP384:    "DH_GROUP_384_ECP",
	GroupECP521:    "DH_GROUP_521_ECP",
	GroupMODP2048Q: "DH_GROUP_2048_256_MODP",
	GroupX25519:    "DH_GROUP_25519_ECP",
}

// kemNames are the names of key encapsulations, of configurations and as IOS
// shows them.
var kemNames = map[Group][2]string{
	GroupMLKEM512:  {"mlkem512", "ML-KEM-512"},
	GroupMLKEM768:  {"mlkem768", "ML-KEM-768"},
	GroupMLKEM1024: {"mlkem1024", "ML-KEM-1024"},
}

// Name returns the algorithm as configurations name it, "aes-cbc-256"; bits is the
// negotiated length of its key. An unknown one is "encryption 77".
func (e Encryption) Name(bits int) string {
	name, ok := encryptionNames[e]
	switch {
	case !ok:
		return fmt.Sprintf("encryption %d", e)
	case bits == 0:
		return name
	}
	return name + "-" + strconv.Itoa(bits)
}

// Shown returns the algorithm as IOS shows it, "AES-CBC-256".
func (e Encryption) Shown(bits int) string { return strings.ToUpper(e.Name(bits)) }

// ParseEncryption reads a name as configurations have it, "aes-cbc-256" or "3des",
// of an algorithm that is supported.
func ParseEncryption(name string) (e Encryption, bits int, ok bool) {
	base := name
	if i := strings.LastIndexByte(name, '-'); i >= 0 {
		if n, err := strconv.Atoi(name[i+1:]); err == nil {
			base, bits = name[:i], n
		}
	}
	for e, s := range encryptionNames {
		if s == base && e.Supported(bits) {
			return e, bits, true
		}
	}
	return 0, 0, false
}

// ParseHash reads a name as configurations have it, "sha256", as the
// pseudo-random function and as the integrity algorithm that it means.
func ParseHash(name string) (PRF, Integrity, bool) {
	for _, h := range hashNames {
		if h.name == name {
			return h.prf, h.integrity, true
		}
	}
	return 0, 0, false
}

// ParseKEM reads a name as configurations have it: "mlkem768".
func ParseKEM(name string) (Group, bool) {
	for g, n := range kemNames {
		if n[0] == name {
			return g, true
		}
	}
	return GroupNone, false
}

// String returns the function as configurations name it, "sha256".
func (p PRF) String() string {
	for _, h := range hashNames {
		if h.prf == p {
			return h.name
		}
	}
	return fmt.Sprintf("prf %d", uint16(p))
}

// Shown returns the function as IOS shows it, "SHA512".
func (p PRF) Shown() string { return strings.ToUpper(p.String()) }

// String returns the algorithm as configurations name it, "sha256", or "none".
func (i Integrity) String() string {
	for _, h := range hashNames {
		if h.integrity == i {
			return h.name
		}
	}
	if i == IntegrityNone {
		return "none"
	}
	return fmt.Sprintf("integrity %d", uint16(i))
}

// Shown returns the algorithm as IOS shows it: "SHA512", and "SHA96" for SHA-1.
func (i Integrity) Shown() string {
	for _, h := range hashNames {
		if h.integrity == i {
			return h.shown
		}
	}
	return strings.ToUpper(i.String())
}

// String returns the method as configurations name it: "group19", "mlkem768".
func (g Group) String() string {
	if n, ok := kemNames[g]; ok {
		return n[0]
	}
	return fmt.Sprintf("group%d", uint16(g))
}

// Shown returns the method as IOS shows it: "DH_GROUP_256_ECP/Group 19",
// "ML-KEM-768".
func (g Group) Shown() string {
	if n, ok := kemNames[g]; ok {
		return n[1]
	}
	if n, ok := groupNames[g]; ok {
		return fmt.Sprintf("%s/Group %d", n, uint16(g))
	}
	return fmt.Sprintf("Group %d", uint16(g))
}
