package suite

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
)

func TestCipher(t *testing.T) {
	for _, tt := range []struct {
		name               string
		e                  Encryption
		bits               int
		key, iv, text, aad string
		want               string
	}{
		{
			"RFC 3602 §4, 1", EncryptionAESCBC, 128, "06a9214036b8a15b512e03d534120006", "3dafba429d9eb430b422da802c9fac41",
			hex.EncodeToString([]byte("Single block msg")), "", "e353779c1079aeb82708942dbe77181a",
		},
		{
			"3DES, three keys", Encryption3DES, 0, "0123456789abcdef23456789abcdef01456789abcdef0123", "f69f2445df4f9b17",
			"6bc1bee22e409f96e93d7e117393172a", "", threeDES,
		},
		{
			"the GCM paper, case 4", EncryptionAESGCM16, 128, "feffe9928665731c6d6a8f9467308308 cafebabe", "facedbaddecaf888",
			"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
			"feedfacedeadbeeffeedfacedeadbeefabaddad2",
			"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091 5bc94fbc3221a5db94fae95ae7121a47",
		},
		{"null", EncryptionNull, 0, "", "", "0102", "", "0102"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			key, iv, text, aad, want := bin(t, tt.key), bin(t, tt.iv), bin(t, tt.text), bin(t, tt.aad), bin(t, tt.want)
			if !tt.e.Supported(tt.bits) || tt.e.KeyLen(tt.bits) != len(key) || tt.e.IVLen() != len(iv) || tt.e.CheckLen() != len(want)-len(text) {
				t.Errorf("supported %v, key %d, iv %d, check %d", tt.e.Supported(tt.bits), tt.e.KeyLen(tt.bits), tt.e.IVLen(), tt.e.CheckLen())
			}
			c, err := tt.e.NewCipher(key)
			if err != nil {
				t.Fatal(err)
			}
			buffer := append([]byte("head"), text...)
			got, err := c.Seal(buffer[:4], iv, buffer[4:], aad)
			if err != nil || !bytes.Equal(got[4:], want) {
				t.Fatalf("%x, %v, want %x", got[4:], err, want)
			}
			got, err = c.Open(got[:4], iv, got[4:], aad)
			if err != nil || !bytes.Equal(got, append([]byte("head"), text...)) {
				t.Errorf("opened: %x, %v", got, err)
			}
		})
	}
}

// threeDES is what openssl enc -des-ede3-cbc -nopad makes.
const threeDES = "2079c3d53aa763e193b79e2569ab5262"

func TestCombinedCipherRefuses(t *testing.T) {
	for _, e := range []Encryption{EncryptionAESGCM16, EncryptionChaCha20Poly1305} {
		bits := 0
		if e.Sized() {
			bits = 256
		}
		t.Run(e.Name(bits), func(t *testing.T) {
			c, err := e.NewCipher(bytes.Repeat([]byte{7}, e.KeyLen(bits)))
			if err != nil {
				t.Fatal(err)
			}
			iv := make([]byte, e.IVLen())
			sealed, err := c.Seal(nil, iv, []byte("text"), []byte("head"))
			if err != nil || len(sealed) != 4+e.CheckLen() {
				t.Fatalf("%x, %v", sealed, err)
			}
			for i := range sealed {
				b := bytes.Clone(sealed)
				b[i] ^= 1
				if _, err := c.Open(nil, iv, b, []byte("head")); !errors.Is(err, ErrCheck) {
					t.Errorf("byte %d changed: %v", i, err)
				}
				if _, err := c.Open(nil, iv, sealed[:i], []byte("head")); err == nil {
					t.Errorf("%d bytes opened", i)
				}
			}
			if _, err := c.Open(nil, iv, sealed, []byte("haed")); !errors.Is(err, ErrCheck) {
				t.Errorf("other header: %v", err)
			}
			if _, err := c.Seal(nil, iv[1:], nil, nil); !errors.Is(err, ErrText) {
				t.Errorf("short vector: %v", err)
			}
		})
	}
}

func TestCipherRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		e    Encryption
		key  int
	}{
		{"AES with 15 bytes", EncryptionAESCBC, 15},
		{"AES without key", EncryptionAESCBC, 0},
		{"GCM without salt", EncryptionAESGCM16, 16},
		{"GCM with 2 bytes", EncryptionAESGCM16, 2},
		{"3DES with a DES key", Encryption3DES, 8},
		{"null with a key", EncryptionNull, 1},
		{"GMAC", EncryptionNullGMAC, 20},
		{"CTR", EncryptionAESCTR, 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := tt.e.NewCipher(make([]byte, tt.key)); !errors.Is(err, ErrKey) {
				t.Error(err)
			}
		})
	}
	c, err := EncryptionAESCBC.NewCipher(make([]byte, 16))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seal(nil, make([]byte, 16), make([]byte, 17), nil); !errors.Is(err, ErrText) {
		t.Errorf("17 bytes of text: %v", err)
	}
	if _, err := c.Open(nil, make([]byte, 16), make([]byte, 15), nil); !errors.Is(err, ErrText) {
		t.Errorf("15 bytes of text: %v", err)
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		name, shown string
		e           Encryption
		bits        int
	}{
		{"des", "DES", EncryptionDES, 0},
		{"3des", "3DES", Encryption3DES, 0},
		{"null", "NULL", EncryptionNull, 0},
		{"aes-cbc-256", "AES-CBC-256", EncryptionAESCBC, 256},
		{"aes-gcm-128", "AES-GCM-128", EncryptionAESGCM16, 128},
		{"aes-gmac-192", "AES-GMAC-192", EncryptionNullGMAC, 192},
		{"chacha20-poly1305", "CHACHA20-POLY1305", EncryptionChaCha20Poly1305, 0},
	} {
		e, bits, ok := ParseEncryption(tt.name)
		if !ok || e != tt.e || bits != tt.bits || e.Name(bits) != tt.name || e.Shown(bits) != tt.shown {
			t.Errorf("%s: %d %d %v, %q, %q", tt.name, e, bits, ok, e.Name(bits), e.Shown(bits))
		}
	}
	for _, s := range []string{"", "seal", "aes-cbc", "aes-cbc-129", "aes-gcm-8", "3des-168", "aes-ctr-128"} {
		if e, bits, ok := ParseEncryption(s); ok {
			t.Errorf("%q is %d with %d", s, e, bits)
		}
	}
	for _, h := range hashNames {
		p, i, ok := ParseHash(h.name)
		if !ok || p.String() != h.name || i.String() != h.name {
			t.Errorf("%s: %v %v %v", h.name, p, i, ok)
		}
	}
	for _, tt := range []struct{ got, want string }{
		{PRFHMACSHA512.Shown(), "SHA512"},
		{IntegritySHA196.Shown(), "SHA96"},
		{IntegritySHA512256.Shown(), "SHA512"},
		{IntegrityNone.Shown(), "NONE"},
		{GroupECP256.Shown(), "DH_GROUP_256_ECP/Group 19"},
		{GroupMODP1536.Shown(), "DH_GROUP_1536_MODP/Group 5"},
		{GroupMLKEM768.Shown(), "ML-KEM-768"},
		{GroupMODP2048.String(), "group14"},
		{GroupMLKEM1024.String(), "mlkem1024"},
		{Group(77).Shown(), "Group 77"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
	if g, ok := ParseKEM("mlkem768"); !ok || g != GroupMLKEM768 {
		t.Errorf("mlkem768 is %v", g)
	}
	if _, ok := ParseKEM("group14"); ok {
		t.Error("group14 is a KEM")
	}
}
