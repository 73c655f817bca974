package ikev2_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"axle/ipsec/ikev2"
)

// A capture is an exchange between two daemons of strongSwan.
type capture struct {
	name     string
	Messages []struct{ From, Hex string }
}

func captures(t testing.TB) []capture {
	files, _ := filepath.Glob("testdata/v2_*.json")
	if len(files) < 17 {
		t.Fatalf("%d captures", len(files))
	}
	var list []capture
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		c := capture{name: filepath.Base(f)}
		if err := json.Unmarshal(b, &c); err != nil {
			t.Fatal(f, err)
		}
		list = append(list, c)
	}
	return list
}

// malformed returns the packets with which tcpdump was once brought down, and
// some others of its tests.
func malformed(t testing.TB) (list []struct{ File, Hex string }) {
	b, err := os.ReadFile("testdata/tcpdump.json")
	if err == nil {
		err = json.Unmarshal(b, &list)
	}
	if err != nil || len(list) < 40 {
		t.Fatal(len(list), err)
	}
	return list
}

// strongSwan's messages are read and written again byte for byte.
func TestCaptures(t *testing.T) {
	seen := map[ikev2.Exchange]int{}
	fragments := 0
	for _, c := range captures(t) {
		for i, raw := range c.Messages {
			b := unhex(t, raw.Hex)
			m, err := ikev2.Parse(b)
			if err != nil {
				t.Fatalf("%s, message %d: %v", c.name, i, err)
			}
			again, err := m.AppendTo(nil)
			if err != nil || !bytes.Equal(again, b) {
				t.Fatalf("%s, message %d: %v, written as\n%x, want\n%x", c.name, i, err, again, b)
			}
			for n := range b {
				if _, err := ikev2.Parse(b[:n]); err == nil {
					t.Fatalf("%s, message %d: %d bytes of it were read", c.name, i, n)
				}
			}
			seen[m.Exchange]++
			if _, ok := m.Payloads[len(m.Payloads)-1].(*ikev2.Fragment); ok {
				fragments++
			}
		}
	}
	for _, x := range []ikev2.Exchange{ikev2.InitSA, ikev2.Authenticate, ikev2.CreateChild, ikev2.Informational, ikev2.Intermediate, ikev2.FollowupKE} {
		if seen[x] == 0 {
			t.Errorf("no message of %v", x)
		}
	}
	if fragments < 4 {
		t.Errorf("%d fragments", fragments)
	}
}

func TestMalformed(t *testing.T) {
	read := 0
	for _, x := range malformed(t) {
		b := unhex(t, x.Hex)
		roundTrip(t, b)
		if _, err := ikev2.Parse(b); err == nil {
			read++
			continue
		}
		roundTrip(t, withLength(b))
	}
	if read == 0 {
		t.Error("none of the good ones was read")
	}
}
