package router_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"axle/router"
)

// TestOptionalPorts: a port that is called as the machine calls it is there where
// it is configured.
func TestOptionalPorts(t *testing.T) {
	b := &box{t: t, wire: &wire{}, now: start}
	b.r = router.New(router.Options{
		Name: "R1", Version: "test", Seed: 1, Output: b.wire, Machine: true, Random: rand.Reader,
		Store: &router.MemoryStore{Text: []byte("interface ens3\n ip address 203.0.113.1 255.255.255.0\n!\n")},
		Ports: []router.Port{{Name: "ens3"}, {Name: "wlan0", Optional: true}},
	})
	for i := range 2 {
		b.r.SetPort(b.now, i, router.PortState{Up: true, MTU: 1500})
	}
	b.r.Boot(b.now)
	b.want(b.exec("show ip interface brief"), "ens3                   203.0.113.1     YES NVRAM  up                    up")
	b.lack(b.exec("show ip interface brief"), "wlan0")
	b.lack(b.exec("show running-config"), "wlan0")
	b.want(b.exec("show interfaces wlan0"), "%Invalid interface type and number")
	b.edit("interface wlan0", "ip address 198.51.100.1 255.255.255.0")
	b.want(b.exec("show ip interface brief"), "wlan0                  198.51.100.1    YES manual up                    up")
	b.edit("no interface wlan0")
	b.lack(b.exec("show ip interface brief"), "wlan0")
	b.want(b.edit("no interface ens3"), "% Removal of physical interfaces is not permitted")
}

func (b *box) lack(got, part string) {
	b.t.Helper()
	if strings.Contains(got, part) {
		b.t.Errorf("%q is in\n%s", part, got)
	}
}
