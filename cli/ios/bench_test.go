package ios

import (
	"fmt"
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
