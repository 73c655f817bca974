package nhrp_test

import (
	"testing"

	"axle/nhrp"
)

// benchmarkPackets names one vector of each usual kind by its place.
var benchmarkPackets = []struct {
	name  string
	index int
}{
	{"registration_request", 11},
	{"registration_reply", 12},
	{"resolution_reply", 3},
}

func BenchmarkParse(b *testing.B) {
	vectors := readVectors(b)
	for _, bb := range benchmarkPackets {
		wire := unhex(b, vectors[bb.index].Hex)
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := nhrp.Parse(wire); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendTo(b *testing.B) {
	vectors := readVectors(b)
	for _, bb := range benchmarkPackets {
		m, err := nhrp.Parse(unhex(b, vectors[bb.index].Hex))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(bb.name, func(b *testing.B) {
			buf := make([]byte, 0, 256)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.AppendTo(buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
