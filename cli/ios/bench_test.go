package ios

import (
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
