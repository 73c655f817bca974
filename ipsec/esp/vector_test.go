package esp_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"strings"
	"testing"

	"axle/ipsec/esp"
	"axle/ipsec/suite"
)

// A vector is an ESP packet that others have published.
type vector struct {
	name, cipher, key, mac string
	seq                    uint64
	esn                    bool
	payload                []byte
	next                   uint8
	packet                 []byte
	checked                bool // the packet has a check value
}

// vectors reads a table of testdata: blocks of "word value" lines.
func vectors(t *testing.T, name string) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out []vector
	for line := range strings.Lines(string(text)) {
		word, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word == "" || word[0] == '#' {
			continue
		}
		if word == "name" {
			out = append(out, vector{name: value, checked: true})
			continue
		}
		v := &out[len(out)-1]
		switch word {
		case "cipher":
			v.cipher = value
		case "key":
			v.key = value
		case "mac":
			v.mac = value
		case "seq":
			b := unhex(t, value)
			if v.esn = len(b) == 8; !v.esn {
				b = append(make([]byte, 4), b...)
			}
			v.seq = binary.BigEndian.Uint64(b)
		case "payload":
			v.payload = unhex(t, value)
		case "next":
			v.next = unhex(t, value)[0]
		case "packet":
			v.packet = unhex(t, value)
		case "unchecked":
			v.checked = false
		default:
			t.Fatalf("%s: %q", name, line)
		}
	}
	return out
}

// params returns the association of v.
func (v *vector) params(t *testing.T) esp.Params {
	for _, c := range ciphers {
		if c.name == v.cipher {
			p := c.params(v.esn)
			p.SPI, p.Key = binary.BigEndian.Uint32(v.packet), unhex(t, v.key)
			if v.mac != "" {
				p.IntegrityKey = unhex(t, v.mac)
			}
			return p
		}
	}
	t.Fatalf("%s: no cipher %q", v.name, v.cipher)
	return esp.Params{}
}

// The packets that RFCs and drafts print come out of Seal, and go through Open.
func TestPublished(t *testing.T) {
	for _, name := range []string{"draft-mcgrew-gcm-test.txt", "draft-mcgrew-gmac-test.txt", "rfc7634.txt", "rfc3602.txt"} {
		vs := vectors(t, name)
		if len(vs) == 0 {
			t.Errorf("%s is empty", name)
		}
		for _, v := range vs {
			t.Run(name+" "+v.name, func(t *testing.T) {
				out, in := pair(t, v.params(t))
				buf := make([]byte, 300)
				copy(buf[100:], v.payload)
				iv := v.packet[8:out.Head()]
				got := out.SealAs(buf, 100, len(v.payload), v.next, v.seq, iv)
				if !v.checked { // what is printed ends before the check value
					if len(got) <= len(v.packet) || !bytes.Equal(got[:len(v.packet)], v.packet) {
						t.Fatalf("sealed\n%x, want\n%x", got, v.packet)
					}
				} else if !bytes.Equal(got, v.packet) {
					t.Fatalf("sealed\n%x, want\n%x", got, v.packet)
				}
				in.SetTop(v.seq - 1)
				payload, next, err := in.Open(got, 1)
				if err != nil || next != v.next || !bytes.Equal(payload, v.payload) {
					t.Errorf("opened %x, next %d, %v", payload, next, err)
				}
			})
		}
	}
}

// GMAC is GCM with everything in front of the check value as additional data; the
// test puts that together by hand. RFC 4543 §3.
func TestGMAC(t *testing.T) {
	for _, c := range ciphers {
		if c.encryption != suite.EncryptionNullGMAC {
			continue
		}
		for _, esn := range []bool{false, true} {
			p := c.params(esn)
			out, _ := pair(t, p)
			b, payload := sealed(t, out, 33)
			if !bytes.Equal(b[16:16+33], payload) {
				t.Error("the payload is not in clear")
			}
			aad := bytes.Clone(b[:4])
			if esn {
				aad = append(aad, 0, 0, 0, 0)
			}
			aad = append(aad, b[4:len(b)-16]...)
			key := p.Key[:len(p.Key)-4]
			nonce := append(bytes.Clone(p.Key[len(p.Key)-4:]), b[8:16]...)
			if want := gcm(t, key).Seal(nil, nonce, nil, aad); !bytes.Equal(b[len(b)-16:], want) {
				t.Errorf("%s, esn %v: check value %x, want %x", c.name, esn, b[len(b)-16:], want)
			}
		}
	}
}
