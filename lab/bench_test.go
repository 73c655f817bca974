package lab

import (
	"context"
	"testing"
	"time"
)

// BenchmarkThousandSpokes boots one hub and 1,000 spokes and runs until the
// hub shows all of them UP. It reports both clocks.
func BenchmarkThousandSpokes(b *testing.B) {
	const spokes = 1000
	for b.Loop() {
		begin := time.Now()
		l := builtin(b, "phase3", spokes, Options{Seed: 1})
		booted := time.Since(begin)
		for spokesUp(b, l) < spokes {
			if l.Now().Sub(epoch) > time.Hour {
				b.Fatalf("%d spokes are up after an hour", spokesUp(b, l))
			}
			l.RunFor(context.Background(), time.Second)
		}
		b.ReportMetric(booted.Seconds(), "boot-s")
		b.ReportMetric(time.Since(begin).Seconds(), "wall-s")
		b.ReportMetric(l.Now().Sub(epoch).Seconds(), "virtual-s")
	}
}
