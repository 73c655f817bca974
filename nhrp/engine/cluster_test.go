package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"axle/nhrp"
)

// servers names the states of all servers of a node: "RE W".
func (d *node) servers() string {
	var out []string
	for _, s := range d.state().Servers {
		switch {
		case s.Waiting:
			out = append(out, "W")
		case s.Responding:
			out = append(out, "RE")
		case s.Expecting:
			out = append(out, "E")
		}
	}
	return strings.Join(out, " ")
}

// TestCluster follows a spoke with three servers of which it may use one.
func TestCluster(t *testing.T) {
	for _, fallback := range []time.Duration{0, time.Minute} {
		t.Run(fallback.String(), func(t *testing.T) {
			n, d := lone(t, func(c *Tunnel) {
				c.ClusterMax, c.Fallback, c.Servers = map[uint8]int{1: 1}, fallback, nil
				for _, i := range []int{3, 1, 2} { // priorities, not in order
					c.Servers = append(c.Servers, ServerConfig{
						Addr: ip(fmt.Sprintf("10.0.0.%d", i)), NBMA: ip(fmt.Sprintf("203.0.113.%d", i)),
						Priority: uint8(i), Cluster: 1,
					})
				}
			})
			dead := make(map[*node]bool)
			var hubs []*node
			for i := 1; i <= 3; i++ {
				cfg := hubConfig()
				cfg.Addr, cfg.NBMA = prefix(fmt.Sprintf("10.0.0.%d/24", i)), ip(fmt.Sprintf("203.0.113.%d", i))
				h := n.router(fmt.Sprint("hub", i), cfg, hubRoutes()...)
				h.configure()
				hubs = append(hubs, h)
			}
			n.filter = func(_, to *node, _ *nhrp.Message) bool { return !dead[to] }
			check := func(what, want string) {
				t.Helper()
				if got := d.servers(); got != want {
					t.Errorf("%s: %s, want %s", what, got, want)
				}
			}
			d.configure()
			n.run(5 * time.Second)
			check("the best one", "W RE W")
			dead[hubs[0]] = true
			n.run(5 * time.Minute)
			check("the best one is lost", "W E RE")
			dead[hubs[1]] = true
			n.run(5 * time.Minute)
			check("two are lost", "RE E E")
			dead[hubs[0]] = false
			n.run(65 * time.Second)
			if fallback > 0 {
				check("the best one is back, before the fallback", "RE RE W")
				n.run(time.Minute)
			}
			check("the best one is back", "W RE W")
			if e := hubs[2].entry("10.0.0.11/32"); e != nil {
				t.Errorf("the server that was left keeps the registration: %+v", e)
			}
		})
	}
}

func TestServersWithoutLimit(t *testing.T) {
	n, d := lone(t, func(c *Tunnel) {
		c.Servers = append(c.Servers, ServerConfig{Addr: ip("10.0.0.2"), NBMA: ip("203.0.113.2"), Priority: 9})
	})
	d.configure()
	if got := d.servers(); got != "E E" || len(d.sent) != 2 {
		t.Errorf("servers %s, %d requests", got, len(d.sent))
	}
	n.run(time.Second)
}
