package router_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"axle/cli/ios"
	"axle/cli/shell"
)

// job runs an exec command that may take time.
func (b *box) job(line string, out *bytes.Buffer) (cancel func(time.Time), done *int) {
	b.t.Helper()
	l, err := ios.PrivExec.Match(line)
	if err != nil {
		b.t.Fatalf("%s: %v", line, err)
	}
	done = new(int)
	cancel = b.r.Exec(b.now, shell.Who{Line: "console"}, l, out, func(error) { *done++ })
	return cancel, done
}

// Several commands run when the router restarts: each ends once.
func TestReloadEndsCommands(t *testing.T) {
	b := newBox(t, config)
	var o1, o2, o3 bytes.Buffer
	_, d1 := b.job("ping 203.0.113.77", &o1)
	_, d2 := b.job("ping 203.0.113.78", &o2)
	_, d3 := b.job("ping 203.0.113.79", &o3)
	b.r.Reload(b.now)
	if *d1 != 1 || *d2 != 1 || *d3 != 1 {
		t.Fatalf("done %d %d %d", *d1, *d2, *d3)
	}
}

// A router that talks to itself handles more than one call can; nothing is lost.
func TestPingOfOneself(t *testing.T) {
	b := newBox(t, config)
	var o bytes.Buffer
	_, d := b.job("ping 203.0.113.1 repeat 200", &o)
	begin := b.now
	for *d == 0 {
		b.pass(time.Second)
		if b.now.Sub(begin) > time.Hour {
			t.Fatal("no end")
		}
	}
	if !strings.Contains(o.String(), "100 percent (200/200)") {
		t.Fatalf("%v: %s", b.now.Sub(begin), o.String())
	}
}

// Time goes on between two probes, whatever the timeout.
func TestPingWithoutTimeout(t *testing.T) {
	b := newBox(t, config)
	var o bytes.Buffer
	_, d := b.job("ping 203.0.113.77 timeout 0 repeat 10000", &o)
	for i := 0; i < 5000 && *d == 0; i++ {
		if b.r.Deadline().After(b.now) {
			return // the time can go on
		}
		b.r.Tick(b.now)
	}
	t.Fatalf("after 5000 ticks in one instant the router still wants to be called in it; packets sent %d", len(b.wire.sent))
}

// Refused lines of the startup-config are logged without what may be a secret in them.
func TestRefusedLinesKeepSecrets(t *testing.T) {
	b := newBox(t, config+"interface Tunnel0\n ip nhrp authentication hunter2secret\nenable secret 9 hunter3secret\ncrypto isakmp key hunter4secret adress 0.0.0.0\nusername bob pasword hunter5secret\n")
	log := b.exec("show logging")
	for _, s := range []string{"hunter2", "hunter3", "hunter4", "hunter5"} {
		if strings.Contains(log, s) {
			t.Errorf("%s in the log:\n%s", s, log)
		}
	}
}

// With "if-state nhrp" a tunnel registers when the route to its destination comes later.
func TestLineStateHearsOfRoutes(t *testing.T) {
	b := newBox(t, `hostname R1
interface Loopback0
 ip address 192.0.2.1 255.255.255.255
interface GigabitEthernet0/0
 ip address 203.0.113.1 255.255.255.0
interface Tunnel0
 ip address 10.0.0.11 255.255.255.0
 ip nhrp network-id 1
 ip nhrp nhs 10.0.0.1
 ip nhrp map 10.0.0.1 198.51.100.1
 if-state nhrp
 tunnel source Loopback0
 tunnel destination 198.51.100.1
`)
	b.pass(time.Minute)
	before := len(b.wire.sent)
	b.edit("ip route 0.0.0.0 0.0.0.0 203.0.113.254")
	b.pass(5 * time.Minute)
	if len(b.wire.sent) == before {
		t.Fatalf("nothing registers after the route to the destination came\n%s", b.exec("show ip interface brief"))
	}
}

// A port without carrier does not come up at boot, not even for a moment.
func TestNoCarrierAtBoot(t *testing.T) {
	b := newBox(t, config)
	b.r.SetCarrier(b.now, 0, false)
	b.r.Reload(b.now)
	log := b.exec("show logging")
	if strings.Contains(log, "GigabitEthernet0/0, changed state to up") {
		t.Errorf("a port without carrier came up:\n%s", log)
	}
}

// A line is refused in a section that somebody removed meanwhile: it stays removed.
func TestRefusedLineInRemovedSection(t *testing.T) {
	b := newBox(t, config)
	b.edit("interface Tunnel5")
	path := b.path
	b.path = nil
	b.edit("no interface Tunnel5")
	m := path[0].Command.Opens
	l, err := m.Match("ip address 192.168.0.77 255.255.255.0") // overlaps
	if err != nil {
		t.Fatal(err)
	}
	_, ok := b.r.Edit(b.now, shell.Who{}, path, l)
	if ok {
		t.Fatal("not refused")
	}
	if strings.Contains(b.exec("show running-config"), "Tunnel5") {
		t.Error("a refused line made the interface again")
	}
}
