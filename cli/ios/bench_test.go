package ios

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"axle/cli/grammar"
)

// copyModes returns modes as declared, not yet compiled, so that a benchmark
// can compile them again.
func copyModes() []*grammar.Mode {
	var out []*grammar.Mode
	for _, m := range Modes() {
		out = append(out, &grammar.Mode{Name: m.Name, Title: m.Title, Types: m.Types, Help: m.Help, Commands: m.Commands})
	}
	return out
}

// BenchmarkCompile is what every start of the program pays.
func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for _, m := range copyModes() {
			if err := m.Compile(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkStaticRoutes enters static routes one by one, as a router does: its
// cost for a line must not grow with the lines that are there.
func BenchmarkStaticRoutes(b *testing.B) {
	for _, routes := range []int{1000, 10000} {
		b.Run(fmt.Sprint(routes), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				t := grammar.NewTreeIn(ConfigMode)
				for i := range routes {
					l, err := ConfigMode.Match(fmt.Sprintf("ip route 10.%d.%d.0 255.255.255.0 192.0.2.1", i>>8&255, i&255))
					if err != nil {
						b.Fatal(err)
					}
					if err := Check(t, l, t); err != nil {
						b.Fatal(err)
					}
					if r, ok := RouteOf(l); !ok || !t.Apply(l).Changed {
						b.Fatalf("route %v of %q", r, l)
					}
				}
			}
			b.ReportMetric(float64(routes)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}

// BenchmarkLoadFile reads whole files with Load, as a router does when it
// boots: networks of many tunnels, and the longest of the collected
// configurations.
func BenchmarkLoadFile(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) { benchmarkFile(b, longConfig(n)) })
	}
	b.Run("longest", func(b *testing.B) {
		longest := ""
		for _, text := range corpusFiles(b) {
			if len(text) > len(longest) {
				longest = text
			}
		}
		benchmarkFile(b, longest)
	})
}

func benchmarkFile(b *testing.B, text string) {
	lines := strings.Count(text, "\n")
	for b.Loop() {
		Load(text)
	}
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

// longConfig returns a configuration of about n lines of many kinds.
func longConfig(n int) string {
	var ifs, acl, rest strings.Builder
	acl.WriteString("ip access-list extended LONG\n")
	for i := range n / 10 {
		fmt.Fprintf(&ifs, "interface Tunnel%d\n ip address 10.%d.%d.1 255.255.255.0\n ip mtu 1400\n ip nhrp network-id %d\n ip nhrp nhs 10.%[2]d.%[3]d.2 nbma 203.0.113.1 multicast\n tunnel source GigabitEthernet0/0\n tunnel key %[1]d\n", i, i/250%250, i%250, i+1)
		fmt.Fprintf(&acl, " permit tcp host 10.%d.%d.1 any eq 22\n", i/250%250, i%250)
		fmt.Fprintf(&rest, "ip route 172.16.%d.0 255.255.255.0 10.%d.%d.2 name r%d\nip prefix-list P permit 10.%[2]d.%[3]d.0/24\n", i%250, i/250%250, i%250, i)
	}
	return ifs.String() + acl.String() + rest.String()
}
