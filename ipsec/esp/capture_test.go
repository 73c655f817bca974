package esp_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/gopacket/pcapgo"

	"axle/internal/ip"
	"axle/ipsec/esp"
	"axle/ipsec/suite"
)

// captures is where the captures of other implementations are, if they are
// there.
const captures = "../../../shared/vectors/ipsec"

// espPackets returns the ESP packets of a capture of Ethernet frames, by SPI; how
// many of them came in UDP, too.
func espPackets(t *testing.T, name string) (bySPI map[uint32][][]byte, inUDP int) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Skip("no captures of other implementations here")
	}
	defer f.Close()
	r, err := pcapgo.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	bySPI = map[uint32][][]byte{}
	for {
		frame, _, err := r.ReadPacketData()
		if err == io.EOF {
			return bySPI, inUDP
		}
		if err != nil {
			t.Fatal(err)
		}
		p, err := ip.ParseIPv4(frame[14:])
		if err != nil {
			continue
		}
		b := p.Payload()
		switch p.Protocol() {
		case ip.ProtoESP:
		case ip.ProtoUDP:
			// The checksum was left to a device that never came.
			if len(b) < 16 || binary.BigEndian.Uint16(b) != 4500 && binary.BigEndian.Uint16(b[2:]) != 4500 {
				continue
			}
			if b = b[ip.UDPHeaderLen:]; binary.BigEndian.Uint32(b) == 0 {
				continue
			}
			inUDP++
		default:
			continue
		}
		spi := binary.BigEndian.Uint32(b)
		bySPI[spi] = append(bySPI[spi], b)
	}
}

// openAll opens the packets of one SPI and seals what they carried again: the
// same bytes come out. It reports whether the first was authentic, and fails if
// the others are otherwise.
func openAll(t *testing.T, p esp.Params, packets [][]byte, look func(payload []byte, next uint8)) bool {
	t.Helper()
	out, in := pair(t, p)
	for i, b := range packets {
		payload, next, err := in.Open(bytes.Clone(b), 1)
		if err != nil {
			if i == 0 {
				return false
			}
			t.Fatalf("SPI %x, packet %d: %v", p.SPI, i, err)
		}
		look(payload, next)
		buf := make([]byte, out.Head()+len(payload)+out.Tail())
		copy(buf[out.Head():], payload)
		seq := uint64(binary.BigEndian.Uint32(b[4:]))
		if got := out.SealAs(buf, out.Head(), len(payload), next, seq, b[8:out.Head()]); !bytes.Equal(got, b) {
			t.Fatalf("SPI %x, packet %d: sealed again\n%x, was\n%x", p.SPI, i, got, b)
		}
	}
	return true
}

// The packets that tcpdump's tests have, with keys of both kinds: authenticated,
// opened, sealed again to the same bytes.
func TestTcpdump(t *testing.T) {
	const word = "8765876587658765876587658765876587658765"
	tdes := esp.Params{
		SPI: 0x12345678, Encryption: suite.Encryption3DES, Integrity: suite.IntegrityMD596, Window: 64,
		Key:          unhex(t, "4043434545464649494a4a4c4c4f4f515152525454575758"),
		IntegrityKey: unhex(t, word[:32]),
	}
	aes := esp.Params{
		SPI: 0xd1234567, Encryption: suite.EncryptionAESCBC, KeyBits: 256, Integrity: suite.IntegritySHA196, Window: 64,
		Key:          unhex(t, "aaaabbbbccccdddd4043434545464649494a4a4c4c4f4f515152525454575758"),
		IntegrityKey: unhex(t, word),
	}
	for _, tt := range []struct {
		name  string
		p     esp.Params
		inUDP int
	}{
		{"02-sunrise-sunset-esp.pcap", tdes, 0},
		{"08-sunrise-sunset-aes.pcap", aes, 0},
		{"espudp1.pcap", tdes, 8},
	} {
		t.Run(tt.name, func(t *testing.T) {
			packets, inUDP := espPackets(t, filepath.Join(captures, "tcpdump", tt.name))
			if len(packets[tt.p.SPI]) != 8 || inUDP != tt.inUDP {
				t.Fatalf("%d packets, %d in UDP", len(packets[tt.p.SPI]), inUDP)
			}
			if !openAll(t, tt.p, packets[tt.p.SPI], func(payload []byte, next uint8) {
				if next == 50 { // ESP in ESP, to the same peer
					return
				}
				q, err := ip.ParseIPv4(payload)
				if next != 4 || err != nil {
					t.Errorf("next header %d, %v", next, err)
				} else if q.Src().String() != "192.0.2.1" && q.Src().String() != "192.1.2.23" {
					t.Errorf("inner source %v", q.Src())
				}
			}) {
				t.Error("the first packet is not authentic")
			}
		})
	}
}

// A logLine is a line of the key log beside a capture.
type logLine struct{ Note, Group, Name, Hex string }

var (
	proposal = regexp.MustCompile(`selected proposal: ESP:([A-Z0-9_]+)(?:/(HMAC_[A-Z0-9_]+))?(?:/[A-Z0-9_]+)*/(NO_)?EXT_SEQ`)
	words    = map[string]esp.Params{
		"AES_GCM_16_128": {Encryption: suite.EncryptionAESGCM16, KeyBits: 128},
		"AES_GCM_16_256": {Encryption: suite.EncryptionAESGCM16, KeyBits: 256},
		"AES_CBC_128":    {Encryption: suite.EncryptionAESCBC, KeyBits: 128},
		"AES_CBC_256":    {Encryption: suite.EncryptionAESCBC, KeyBits: 256},
		"3DES_CBC":       {Encryption: suite.Encryption3DES},
	}
	integrities = map[string]suite.Integrity{
		"": suite.IntegrityNone, "HMAC_SHA1_96": suite.IntegritySHA196, "HMAC_MD5_96": suite.IntegrityMD596,
		"HMAC_SHA2_256_128": suite.IntegritySHA256128, "HMAC_SHA2_384_192": suite.IntegritySHA384192,
		"HMAC_SHA2_512_256": suite.IntegritySHA512256,
	}
)

// associations returns what a key log tells of associations. Of each pair one is
// for either direction; which, the log does not say.
func associations(t *testing.T, name string) []esp.Params {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var lines []logLine
	if err := json.Unmarshal(text, &lines); err != nil {
		t.Fatal(err)
	}
	var out []esp.Params
	var now esp.Params
	keys := map[string][]byte{}
	for _, l := range lines {
		if m := proposal.FindStringSubmatch(l.Note); m != nil {
			p, ok := words[m[1]]
			integrity, ok2 := integrities[m[2]]
			if !ok || !ok2 {
				t.Fatalf("unknown proposal %q", l.Note)
			}
			now, p.Integrity, p.Window, p.ESN = p, integrity, 64, m[3] == ""
			now = p
			clear(keys)
		}
		if l.Group != "CHD" {
			continue
		}
		keys[l.Name] = unhex(t, l.Hex)
		kind, side, _ := strings.Cut(l.Name, " ")
		if kind != "encryption" && kind != "integrity" {
			continue
		}
		if len(keys["encryption "+side]) == 0 || now.Integrity != suite.IntegrityNone && len(keys["integrity "+side]) == 0 {
			continue
		}
		p := now
		p.Key, p.IntegrityKey = keys["encryption "+side], keys["integrity "+side]
		out = append(out, p)
	}
	return out
}

// Every ESP packet that strongSwan sent in the recorded exchanges opens with
// the keys that it logged, and comes out again when sealed.
func TestRecorded(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(captures, "lab", "*.pcap"))
	if err != nil || len(names) == 0 {
		t.Skip("no captures of other implementations here")
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			packets, _ := espPackets(t, name)
			candidates := associations(t, strings.TrimSuffix(name, ".pcap")+".a.json")
			if len(packets) < 2 || len(candidates) < 2 {
				t.Fatalf("%d SPIs, %d associations", len(packets), len(candidates))
			}
			for spi, bs := range packets {
				found := ""
				for i, p := range candidates {
					p.SPI = spi
					if openAll(t, p, bs, func(payload []byte, next uint8) {
						if q, err := ip.ParseIPv4(payload); next != 4 || err != nil {
							t.Errorf("SPI %x: next %d, %v", spi, next, err)
						} else if q.Protocol() == 0 {
							t.Errorf("SPI %x: protocol 0", spi)
						}
					}) {
						found += fmt.Sprint(" ", i)
					}
				}
				if strings.Count(found, " ") != 1 {
					t.Errorf("SPI %x: associations%s fit, want one", spi, found)
				}
			}
		})
	}
}
