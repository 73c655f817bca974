package router_test

import (
	"fmt"
	"testing"

	"axle/cli/ios"
	"axle/cli/shell"
	"axle/router"
)

// BenchmarkEdit types static routes into a router that has n of them; it
// reports lines a second.
func BenchmarkEdit(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			text := config
			for i := range n {
				text += fmt.Sprintf("ip route 10.%d.%d.0 255.255.255.0 203.0.113.2\n", i/250, i%250)
			}
			r := router.New(router.Options{
				Name: "R1", Output: &wire{}, Store: &router.MemoryStore{Text: []byte(text)},
				Ports: []router.Port{{Name: "GigabitEthernet0/0"}, {Name: "GigabitEthernet0/1"}},
			})
			r.SetCarrier(start, 0, true)
			r.Boot(start)
			b.ResetTimer()
			for i := range b.N {
				no := ""
				if i%2 == 1 {
					no = "no "
				}
				l, err := ios.ConfigMode.Match(no + "ip route 172.16.0.0 255.255.0.0 203.0.113.2")
				if err != nil {
					b.Fatal(err)
				}
				if text, ok := r.Edit(start, shell.Who{}, nil, l); !ok {
					b.Fatal(text)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}
