package grammar

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkMatch(b *testing.B) {
	x := newTable(b)
	for _, bb := range []struct {
		mode *Mode
		line string
	}{
		{x.ifc, "ip nhrp map 10.0.0.1 203.0.113.1"}, {x.ifc, "tun mode gre multi"}, {x.config, "int tun 0"}, {x.ifc, "no ip bogus"},
	} {
		b.Run(strings.ReplaceAll(bb.line, " ", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bb.mode.Match(bb.line)
			}
		})
	}
}

// loads are pastes whose cost must grow with their length alone.
var loads = []struct {
	name string
	line func(i, n int) string // line i of n
}{
	{"add", func(i, n int) string {
		return fmt.Sprintf("ip route 10.%d.%d.0 255.255.255.0 192.0.2.1\n", i>>8&255, i&255)
	}},
	{"remove", func(i, n int) string {
		no := ""
		if i >= n/2 {
			no, i = "no ", i-n/2
		}
		return fmt.Sprintf("%sip route 10.%d.%d.0 255.255.255.0 192.0.2.1\n", no, i>>8&255, i&255)
	}},
	{"remove what is not there", func(i, n int) string {
		if i >= n/2 {
			i -= n / 2
			return fmt.Sprintf("no ip route 10.0.0.0 255.0.0.0 2.%d.%d.%d\n", i>>16, i>>8&255, i&255)
		}
		return fmt.Sprintf("ip route 10.0.0.0 255.0.0.0 1.%d.%d.%d\n", i>>16, i>>8&255, i&255)
	}},
	{"sections", func(i, n int) string { return fmt.Sprintf("router eigrp %d\n network 10.0.0.0\n", i%60000+1) }},
}

// BenchmarkLoad reports lines per second; it must not fall with the size.
func BenchmarkLoad(b *testing.B) {
	x := newTable(b)
	for _, ld := range loads {
		for _, lines := range []int{1000, 10000, 100000} {
			var text strings.Builder
			for i := range lines {
				text.WriteString(ld.line(i, lines))
			}
			in := text.String()
			n := strings.Count(in, "\n")
			b.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(ld.name, " ", "_"), lines), func(b *testing.B) {
				for b.Loop() {
					if _, errs := Load(x.config, in); len(errs) > 0 {
						b.Fatal(errs[0])
					}
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
			})
		}
	}
}
