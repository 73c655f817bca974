package show

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestCaptureCSR holds the screens that a CSR 1000V of IOS-XE prints.
func TestCaptureCSR(t *testing.T) {
	c := Capture{Name: "TEST", Filter: &CaptureFilter{}}
	const fresh = `
Status Information for Capture TEST
  Target Type: ` + `
   Interface unattached ` + `
   Status : Inactive
  Filter Details: ` + `
    Capture all packets
  Buffer Details: ` + `
   Buffer Type: LINEAR (default)
  Limit Details: ` + `
   Number of Packets to capture: 0 (no limit)
   Packet Capture duration: 0 (no limit)
   Packet Size to capture: 0 (no limit)
   Packet sampling rate: 0 (no sampling)
`
	same(t, fresh, Captures([]Capture{c}))
	c.Points = []CapturePoint{{"GigabitEthernet1", "in"}}
	c.Filter = &CaptureFilter{Family: "IPv4", Protocol: "udp", Source: "host 8.8.8.8", SourcePorts: "eq 53", Dest: "any"}
	c.Size, c.PPS, c.Packets = 10, 1000, 10
	const set = `
Status Information for Capture TEST
  Target Type: ` + `
 Interface: GigabitEthernet1, Direction: IN
   Status : Inactive
  Filter Details: ` + `
   IPv4 ` + `
    Source IP:  host 8.8.8.8
    Destination IP:  any
   Protocol: udp
   Source port(s): = 53
  Buffer Details: ` + `
   Buffer Type: LINEAR (default)
   Buffer Size (in MB): 10
  Limit Details: ` + `
   Number of Packets to capture: 10
   Packet Capture duration: 0 (no limit)
   Packet Size to capture: 0 (no limit)
   Maximum number of packets to capture per second: 1000
   Packet sampling rate: 0 (no sampling)
`
	same(t, set, Captures([]Capture{c}))
	c.Lines = []string{"interface GigabitEthernet1 IN", "match any"}
	same(t, "   monitor capture TEST interface GigabitEthernet1 IN\n   monitor capture TEST match any\n", CaptureParameter(&c))
	same(t, ` buffer size (KB) : 10240
 buffer used (KB) : 128
 packets in buf   : 5
 packets dropped  : 0
 packets per sec  : 1
`, CaptureBuffer{Size: 10 << 20, Used: 128 << 10, Packets: 5, PerSecond: 1}.String())
}

// same compares screens.
func same(t *testing.T, want, got string) {
	t.Helper()
	if got != want {
		t.Error(diff(want, got))
	}
}

func TestCaptureStates(t *testing.T) {
	for _, tt := range []struct {
		name string
		c    Capture
		want []string
	}{
		{"control plane", Capture{Points: []CapturePoint{{"", "both"}}, Active: true}, []string{"   Interface: Control Plane, Direction : both", "   Status : Active", "    Filter not attached "}},
		{"list, circular", Capture{Filter: &CaptureFilter{AccessList: "A"}, Circular: true}, []string{"   Access-list: A", "   Buffer Type: CIRCULAR"}},
		{"both ports, limits", Capture{
			Filter:   &CaptureFilter{Family: "IPv4", Protocol: "tcp", Source: "any", SourcePorts: "range 1 9", Dest: "any", DestPorts: "neq www"},
			Duration: time.Minute, Length: 128, Every: 4,
		}, []string{"   Source port(s): range 1 9", "   Destination port(s): != www", "   Packet Capture duration: 60", "   Packet Size to capture: 128", "   Packet sampling rate: 4"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Captures([]Capture{tt.c})
			for _, w := range tt.want {
				if !strings.Contains(got, "\n"+w+"\n") {
					t.Errorf("no %q in\n%s", w, got)
				}
			}
		})
	}
}

// captured returns packets of hexadecimal text, a second apart.
func captured(t *testing.T, packets ...string) []CapturedPacket {
	t.Helper()
	var out []CapturedPacket
	for i, s := range packets {
		b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, CapturedPacket{At: now.Add(time.Duration(i) * (time.Second + 9*time.Microsecond)), Len: len(b), Data: b})
	}
	return out
}

func list(p []CapturedPacket, form CaptureForm) string {
	return CapturedPackets(len(p), func(i int) CapturedPacket { return p[i] }, form)
}

func TestCapturedPackets(t *testing.T) {
	packets := captured(t,
		"45000064 00370000 ff01f095 01640301 01640101 08002038", "45b80020 00000000 4011f095 c0a85080 a2df56eb", "60000000 00003a40 20010db8 00000000 00000000 00000001 20010db8 00000000 00000000 00000002",
		"45c00020 00000000 fe590000 0a000001 e0000005", "4598 0020 00000000 40060000 0a000001 0a000002", "4504 0020 00000000 40fd0000 0a000001 0a000002", "45")
	packets[0].Len = 100
	same(t, ` ----------------------------------------------------------------------------
 #   size   timestamp     source             destination      dscp    protocol
 ----------------------------------------------------------------------------
   0  100    0.000000   1.100.3.1        ->  1.100.1.1        0  BE   ICMP
   1   20    1.000009   192.168.80.128   ->  162.223.86.235   46 EF   UDP
   2   40    2.000018   2001:DB8::1      ->  2001:DB8::2      0  BE   ICMPv6
   3   20    3.000027   10.0.0.1         ->  224.0.0.5        48 CS6  OSPF
   4   20    4.000036   10.0.0.1         ->  10.0.0.2         38 AF43 TCP
   5   20    5.000045   10.0.0.1         ->  10.0.0.2         1       253
   6    1    6.000054   0.0.0.0          ->  0.0.0.0          0  BE   0
`, list(packets, CaptureBrief))
	same(t, `0
  0000:  45000064 00370000 FF01F095 01640301   E..d.7.......d..
  0010:  01640101 08002038                     .d.... 8

1
  0000:  45B80020 00000000 4011F095 C0A85080   E.. ....@.....P.
  0010:  A2DF56EB                              ..V.

`, list(packets[:2], CaptureDump))
	long := captured(t, "45000064"+strings.Repeat("ab", 96))
	got := list(long, CaptureDetailed)
	same(t, ` ----------------------------------------------------------------------------
 #   size   timestamp     source             destination      dscp    protocol
 ----------------------------------------------------------------------------
   0  100    0.000000   171.171.171.171  ->  171.171.171.171  0  BE   171
  0000:  45000064 ABABABAB ABABABAB ABABABAB   E..d............
  0010:  ABABABAB ABABABAB ABABABAB ABABABAB   ................
  0020:  ABABABAB ABABABAB ABABABAB ABABABAB   ................
  0030:  ABABABAB ABABABAB ABABABAB ABABABAB   ................

`, got)
}

// A screen ends before it takes the router's time.
func TestCapturedPacketsLimit(t *testing.T) {
	all := make([]CapturedPacket, 40000)
	for i := range all {
		all[i] = CapturedPacket{At: now, Len: 20, Data: make([]byte, 20)}
	}
	got := list(all, CaptureBrief)
	shown := strings.Count(got, "->")
	if want := fmt.Sprintf("%% %d packets more; export the capture to see them\n", len(all)-shown); !strings.HasSuffix(got, want) || len(got) > MaxCaptureText+200 {
		t.Errorf("%d bytes, %d shown, the end is %q", len(got), shown, got[len(got)-80:])
	}
}
