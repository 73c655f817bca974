package ios

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestLinkNames(t *testing.T) {
	got := LinkNames("ens3", "eth0", "wlan0", "br-lan", "bond0.100", "enp0s31f6", "em1", "p1p1",
		"lo", "lo0", "tun0", "tunnel7", "TunnelX", "null0", "vlan10", "ethernet0", "", "9p", "a b", "x!", "x/y", "waytoolongforalink")
	want := []string{"bond0.100", "br-lan", "em1", "enp0s31f6", "ens3", "eth0", "p1p1", "wlan0"}
	if g := slices.Sorted(maps.Keys(got)); !slices.Equal(g, want) {
		t.Errorf("got %v, want %v", g, want)
	}
}

// TestNamedInterfaces: links stand where interfaces do, and nothing else changes.
func TestNamedInterfaces(t *testing.T) {
	names := LinkNames("ens3", "eth0", "bond0.100")
	const in = "interface ens3\n ip address 203.0.113.1 255.255.255.255\ninterface eth0\n shutdown\nint e1\n shutdown\n" +
		"interface bond0.100\n ip address 192.0.2.1 255.255.255.0\ninterface tun0\n tunnel source ens3\nip route 198.18.0.0 255.255.0.0 ens3\n"
	tree, errs := LoadNamed(names, in)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	text := tree.Text()
	for _, want := range []string{
		"interface Tunnel0\n no ip address\n tunnel source ens3\n", "interface Ethernet1\n", "interface eth0\n", "interface ens3\n ip address 203.0.113.1 255.255.255.255\n",
		"interface bond0.100\n ip address 192.0.2.1 255.255.255.0\n", "ip route 198.18.0.0 255.255.0.0 ens3\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if again, errs := LoadNamed(names, text); len(errs) > 0 || again.Text() != text {
		t.Errorf("fed back: %v\n%s", errs, diff(text, again.Text()))
	}
	// Elsewhere there are no such names, and case counts.
	for _, line := range []string{"interface ens3", "interface bond0.100"} {
		if _, err := ConfigMode.Match(line); err == nil {
			t.Errorf("%s is accepted where no machine has it", line)
		}
	}
	if _, err := names.Match(ConfigMode, "interface ENS3"); err == nil {
		t.Error("ENS3 is taken for ens3")
	}
	if l, err := ConfigMode.Match("interface eth0"); err != nil || l.Args["interface"] != "Ethernet0" {
		t.Errorf("interface eth0: %v, %v", l, err)
	}
	l, err := names.Match(ConfigMode, "interface bond0.100")
	if err != nil || ModeOf(l) != ConfigIf {
		t.Errorf("bond0.100 opens the mode of sub-interfaces: %v", err)
	}
	if items, err := names.Ask(ConfigMode, "interface ens3 "); err != nil || len(items) == 0 {
		t.Errorf("help behind a link: %v, %v", items, err)
	}
}
