package ios

import (
	"slices"
	"testing"
)

func TestParseInterface(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"tu0", "Tunnel0"},
		{"Tunnel 0", "Tunnel0"},
		{"t0", "Tunnel0"},
		{"TUNNEL2147483647", "Tunnel2147483647"},
		{"tunnel2147483648", ""},
		{"g0/0", "GigabitEthernet0/0"},
		{"Gi 0/0/1", "GigabitEthernet0/0/1"},
		{"gig1", "GigabitEthernet1"},
		{"g0/0.100", "GigabitEthernet0/0.100"},
		{"e0/0", "Ethernet0/0"},
		{"fa0/1", "FastEthernet0/1"},
		{"lo 0", "Loopback0"},
		{"lo0/0", ""},
		{"lo0.1", ""},
		{"vl1", "Vlan1"},
		{"vlan0", ""},
		{"null 0", "Null0"},
		{"null1", ""},
		{"po1.5", "Port-channel1.5"},
		{"te0/0/4", "TenGigabitEthernet0/0/4"},
		{"se0/0:1", "Serial0/0:1"},
		{"Vt1", "Virtual-Template1"},
		{"g00/01", "GigabitEthernet0/1"},
		{"g", ""},
		{"", ""},
		{"x0", ""},
		{"g0/", ""},
		{"g/0", ""},
		{"g0/0/0/0/0", ""},
		{"g0/0.1.2", ""},
		{"tu0 x", ""},
		{"g256/0", ""},
	} {
		got, ok := ParseInterface(tt.in)
		if got != tt.want && ok || ok != (tt.want != "") {
			t.Errorf("ParseInterface(%q) = %q, %v, want %q", tt.in, got, ok, tt.want)
		}
		if again, _ := ParseInterface(ShortName(got)); ok && again != got {
			t.Errorf("%s is %s for short, which is %q", got, ShortName(got), again)
		}
	}
}

func TestInterfaceOrder(t *testing.T) {
	want := []string{
		"Loopback0", "Loopback10", "Tunnel0", "Tunnel2", "Tunnel10", "Port-channel1", "Ethernet0/0", "Ethernet0/2", "Ethernet0/2.9", "Ethernet0/2.99",
		"Ethernet0/10", "Ethernet1/0", "GigabitEthernet1", "GigabitEthernet2", "Vlan1", "Vlan20",
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, compareInterface)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestCaret holds where the caret stands under a bad word.
func TestCaret(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want int
	}{
		{"interface foo0", 12},
		{"interface gix0", 12},
		{"interface tunnel x", 17},
		{"interface lo0/0", 13},
		{"ip route 10.0.0.0 255.255.255.0 gix", 34},
	} {
		_, err := ConfigMode.Match(tt.in)
		col, ok := column(err)
		if !ok {
			t.Errorf("%q: %v", tt.in, err)
		} else if col != tt.want {
			t.Errorf("%q: column %d, want %d", tt.in, col, tt.want)
		}
	}
}

func TestInterfaceRange(t *testing.T) {
	l, err := ConfigMode.Match("interface range g0/0-2 , tu5")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range RangeOf(l) {
		got = append(got, x.String())
	}
	want := []string{"interface GigabitEthernet0/0", "interface GigabitEthernet0/1", "interface GigabitEthernet0/2", "interface Tunnel5"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	l, err = ConfigMode.Match("interface range tu0 - 99999")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(RangeOf(l)); n != 256 {
		t.Errorf("%d interfaces of a range without end", n)
	}
}
