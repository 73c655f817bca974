package ios

import (
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"axle/cli/grammar"
)

func TestCaptureLines(t *testing.T) {
	udp53 := &CaptureFilter{
		Entry: ACE{
			Permit: true, Protocol: 17, ICMPType: -1, ICMPCode: -1,
			Source: WildcardAddr{Addr: 0x08080808}, SourcePorts: Ports{Op: "eq", Ports: []uint16{53}}, Dest: WildcardAddr{Addr: 0xc0a80100, Wild: 255},
		},
		Protocol: "udp", Source: "host 8.8.8.8", SourcePorts: "eq domain", Dest: "192.168.1.0/24",
	}
	for _, tt := range []struct {
		in, line string
		want     CaptureOrder
	}{
		{"mon cap C int g0/0 b m any start", "monitor capture C interface GigabitEthernet0/0 both match any start", CaptureOrder{
			Points: []CapturePoint{{"GigabitEthernet0/0", "both"}}, Filter: &CaptureFilter{Any: true}, Verb: "start",
		}},
		{"monitor capture C buffer size 100 circular interface tu 0 IN match ipv4 any any start", "", CaptureOrder{
			Buffer: true, Size: 100, Ring: true, Points: []CapturePoint{{"Tunnel0", "in"}}, Verb: "start",
			Filter: &CaptureFilter{
				Entry:    ACE{Permit: true, Protocol: -1, ICMPType: -1, ICMPCode: -1, Source: WildcardAddr{Wild: ^uint32(0)}, Dest: WildcardAddr{Wild: ^uint32(0)}},
				Protocol: "any", Source: "any", Dest: "any",
			},
		}},
		{"monitor capture C match ipv4 prot 17 host 8.8.8.8 eq 53 192.168.1.77/24", "monitor capture C match ipv4 protocol udp host 8.8.8.8 eq domain 192.168.1.0/24", CaptureOrder{Filter: udp53}},
		{"monitor capture C match ipv4 protocol ip h 8.8.8.8 a control-plane out", "monitor capture C match ipv4 host 8.8.8.8 any control-plane out", CaptureOrder{
			Points: []CapturePoint{{"", "out"}},
			Filter: &CaptureFilter{
				Entry:    ACE{Permit: true, Protocol: -1, ICMPType: -1, ICMPCode: -1, Source: WildcardAddr{Addr: 0x08080808}, Dest: WildcardAddr{Wild: ^uint32(0)}},
				Protocol: "any", Source: "host 8.8.8.8", Dest: "any",
			},
		}},
		{"monitor capture C match ipv6 any any", "", CaptureOrder{Filter: &CaptureFilter{IPv6: true}}},
		{"monitor capture C access-list start interface tu0 both start", "", CaptureOrder{
			Filter: &CaptureFilter{AccessList: "start"}, Points: []CapturePoint{{"Tunnel0", "both"}}, Verb: "start",
		}},
		{"monitor capture C match access-list 100", "", CaptureOrder{Filter: &CaptureFilter{AccessList: "100"}}},
		{"monitor capture C limit packets 10 duration 60 packet-len 128 every 2 pps 5 start", "", CaptureOrder{
			Limits: CaptureLimits{Duration: time.Minute, Every: 2, Length: 128, Packets: 10, PPS: 5}, Verb: "start",
		}},
		{"monitor capture C buffer circular size 3", "", CaptureOrder{Buffer: true, Ring: true, Size: 3}},
		{"monitor capture interface interface tu0 out", "", CaptureOrder{Capture: "interface", Points: []CapturePoint{{"Tunnel0", "out"}}}},
		{"monitor capture C start", "", CaptureOrder{Verb: "start"}},
		{"monitor capture C stop", "", CaptureOrder{Verb: "stop"}},
		{"monitor capture C clear", "", CaptureOrder{Verb: "clear"}},
		{"monitor capture C export bootflash:/a.pcap", "monitor capture C export flash:a.pcap", CaptureOrder{Verb: "export", URL: "flash:a.pcap"}},
		{"monitor capture C export location flash:a.pcap", "", CaptureOrder{Verb: "export", URL: "flash:a.pcap"}},
		{"no monitor capture C", "", CaptureOrder{}},
		{"no monitor capture C interface tu0", "no monitor capture C interface Tunnel0", CaptureOrder{Points: []CapturePoint{{"Tunnel0", ""}}}},
		{"no monitor capture C match", "", CaptureOrder{Filter: &CaptureFilter{}}},
		{"no monitor capture C limit packets pps 7", "", CaptureOrder{Limits: CaptureLimits{PPS: 7}}},
		{"no monitor capture C buffer circular", "", CaptureOrder{Buffer: true, Ring: true}},
	} {
		t.Run(tt.in, func(t *testing.T) {
			l, err := PrivExec.Match(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			line := tt.line
			if line == "" {
				line = strings.NewReplacer("tu 0", "Tunnel0", "tu0", "Tunnel0", "IN", "in").Replace(tt.in)
			}
			if l.String() != line {
				t.Errorf("line %q, want %q", l, line)
			}
			got := CaptureOrderOf(l)
			if tt.want.Capture == "" {
				tt.want.Capture = "C"
			}
			if len(got.Words) == 0 && tt.in != "no monitor capture C" {
				t.Error("no words")
			}
			got.Words = nil
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("order\n\t%+v\nwant\n\t%+v", got, tt.want)
			}
			if f := got.Filter; f != nil && !l.No && f.AccessList == "" && !strings.Contains(l.String(), f.String()) && !strings.HasPrefix(l.String(), "no ") {
				t.Errorf("filter is written %q", f)
			}
		})
	}
}

func TestCaptureRefused(t *testing.T) {
	for _, line := range []string{
		"monitor capture", "monitor capture C interface tu0", "monitor capture C interface tu0 sideways", "monitor capture C match ipv4 any",
		"monitor capture C match ipv4 any 10.0.0.1", "monitor capture C match ipv4 10.0.0.0 0.0.0.255 any", "monitor capture C match ipv4 object-group X any",
		"monitor capture C match ipv4 protocol udp any eq any", "monitor capture C match ipv4 any eq 80 any", "monitor capture C limit packets 0",
		"monitor capture C buffer size 101", "monitor capture C match any match any", "monitor capture C stop start", "monitor capture C export",
	} {
		if l, err := PrivExec.Match(line); err == nil {
			t.Errorf("%q is taken for %q", line, l)
		}
		if _, err := UserExec.Match(line); err == nil {
			t.Errorf("%q without privileges", line)
		}
	}
}

// FuzzCaptureFilter: a filter as it is written says the same, and is written the
// same; and it takes no word that it does not write.
func FuzzCaptureFilter(f *testing.F) {
	for _, s := range []string{
		"any any", "host 10.0.0.1 any start", "protocol udp 10.1.0.0/16 eq 53 500 host 10.0.0.2 range 9 1", "prot 47 a h 1.1.1.1", "protocol ip any 0.0.0.0/0",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words := strings.Fields(s)
		if len(words) == 0 {
			return
		}
		var typ grammar.Type = captureFilter{}
		text, n, bad, ok := typ.Parse(words)
		if !ok {
			if bad < 0 || bad > len(strings.Join(words, " "))+1 {
				t.Fatalf("%q: the caret is at %d", s, bad)
			}
			return
		}
		if n < 2 || n > len(words) {
			t.Fatalf("%q: %d words taken", s, n)
		}
		again, m, _, ok := typ.Parse(strings.Fields(text))
		if !ok || again != text || m != len(strings.Fields(text)) {
			t.Fatalf("%q: %q, then %q (%d words, %v)", s, text, again, m, ok)
		}
		one := readCaptureFilter(strings.Join(words[:n], " "))
		if two := readCaptureFilter(text); !reflect.DeepEqual(one, two) {
			t.Fatalf("%q: %+v, then %+v", s, one, two)
		}
		if w := one.String(); w != "match ipv4 "+text {
			t.Fatalf("%q: written %q, want %q", s, w, text)
		}
		if a := netip.MustParseAddr("10.0.0.1"); one.Entry.Source.Contains(a) && !slices.Contains([]string{"any", "host 10.0.0.1"}, one.Source) && !strings.Contains(one.Source, "/") {
			t.Fatalf("%q: source %q contains %v", s, one.Source, a)
		}
	})
}
