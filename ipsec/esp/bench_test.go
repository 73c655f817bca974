package esp_test

import (
	"fmt"
	"testing"

	"axle/ipsec/esp"
)

// benchmarked are the ciphers of the benchmarks.
var benchmarked = map[string]bool{"GCM-128": true, "GCM-256": true, "ChaCha": true, "CBC-256 SHA256": true, "CBC-128 SHA1": true}

func bench(b *testing.B, f func(b *testing.B, p esp.Params, n int)) {
	for _, c := range ciphers {
		if !benchmarked[c.name] {
			continue
		}
		for _, n := range []int{64, 512, 1400} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				p := c.params(false)
				p.Window = 1024
				b.SetBytes(int64(n))
				b.ReportAllocs()
				f(b, p, n)
			})
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	bench(b, func(b *testing.B, p esp.Params, n int) {
		out, _ := pair(b, p)
		buf := make([]byte, 2000)
		for b.Loop() {
			if _, _, err := out.Seal(buf, 100, n, 47, 1); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkOpen opens packets that come in order, with the replay window.
func BenchmarkOpen(b *testing.B) {
	bench(b, func(b *testing.B, p esp.Params, n int) {
		out, in := pair(b, p)
		const batch = 512
		var packets [batch][]byte
		buf := make([]byte, 2000)
		i := batch
		for b.Loop() {
			if i == batch {
				b.StopTimer()
				for k := range packets {
					packets[k], _ = sealed(b, out, n)
				}
				i = 0
				b.StartTimer()
			}
			packet := buf[:copy(buf, packets[i])]
			if _, _, err := in.Open(packet, 1); err != nil {
				b.Fatal(err)
			}
			i++
		}
	})
}
