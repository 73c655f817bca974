package check

import "testing"

// TestIGPs holds what runs on a tunnel with address 10.0.0.1 by multicast against
// the lines that say so.
func TestIGPs(t *testing.T) {
	tests := []struct{ name, tunnel, rest, want string }{
		{"nothing", "", "", ""},
		{"EIGRP with a wildcard", "", "router eigrp 1\n network 10.0.0.0 0.0.0.255\n", "EIGRP"},
		{"EIGRP elsewhere", "", "router eigrp 1\n network 10.0.1.0 0.0.0.255\n", ""},
		{"EIGRP by class", "", "router eigrp 1\n network 10.0.0.0\n", "EIGRP"},
		{"EIGRP by class, elsewhere", "", "router eigrp 1\n network 172.16.0.0\n network 192.168.0.0\n", ""},
		{"EIGRP by one address", "", "router eigrp 1\n network 10.0.0.1 0.0.0.0\n", "EIGRP"},
		{"EIGRP everywhere", "", "router eigrp 1\n network 0.0.0.0\n", "EIGRP"},
		{"EIGRP everywhere, with a wildcard", "", "router eigrp 1\n network 0.0.0.0 255.255.255.255\n", "EIGRP"},
		{"EIGRP with a mask", "", "router eigrp 1\n network 10.0.0.0 255.255.255.0\n", "EIGRP"},
		{"EIGRP, passive", "", "router eigrp 1\n network 10.0.0.0\n passive-interface Tunnel0\n", ""},
		{"EIGRP, others passive", "", "router eigrp 1\n network 10.0.0.0\n passive-interface default\n no passive-interface Tunnel0\n", "EIGRP"},
		{"EIGRP, all passive", "", "router eigrp 1\n network 10.0.0.0\n passive-interface default\n no passive-interface Tunnel1\n", ""},
		{"EIGRP with neighbors", "", "router eigrp 1\n network 10.0.0.0\n neighbor 10.0.0.2 Tunnel0\n", ""},
		{"named EIGRP", "", "router eigrp A\n address-family ipv4 autonomous-system 1\n  network 10.0.0.0\n", "EIGRP"},
		{"named EIGRP, passive", "", "router eigrp A\n address-family ipv4 autonomous-system 1\n  af-interface default\n   passive-interface\n  exit-af-interface\n  network 10.0.0.0\n", ""},
		{"named EIGRP, others passive", "", "router eigrp A\n address-family ipv4 autonomous-system 1\n  af-interface default\n   passive-interface\n  exit-af-interface\n" +
			"  af-interface Tunnel0\n   no passive-interface\n  exit-af-interface\n  network 10.0.0.0\n", "EIGRP"},
		{"named EIGRP, shut down", "", "router eigrp A\n address-family ipv4 autonomous-system 1\n  af-interface Tunnel0\n   shutdown\n  exit-af-interface\n  network 10.0.0.0\n", ""},
		{"OSPF", "", "router ospf 1\n network 10.0.0.0 0.0.0.255 area 0\n", "OSPF"},
		{"OSPF on the interface", " ip ospf 1 area 0\n", "router ospf 1\n", "OSPF"},
		{"OSPF without its process", " ip ospf 1 area 0\n", "", ""},
		{"OSPF with a non-broadcast network", " ip ospf network non-broadcast\n", "router ospf 1\n network 10.0.0.0 0.0.0.255 area 0\n", ""},
		{"OSPF to several points without broadcast", " ip ospf network point-to-multipoint non-broadcast\n", "router ospf 1\n network 10.0.0.0 0.0.0.255 area 0\n", ""},
		{"OSPF to several points", " ip ospf network point-to-multipoint\n", "router ospf 1\n network 10.0.0.0 0.0.0.255 area 0\n", "OSPF"},
		{"RIP", "", "router rip\n network 10.0.0.0\n", "RIP"},
		{"RIP elsewhere", "", "router rip\n network 11.0.0.0\n", ""},
		{"RIP with neighbors", "", "router rip\n network 10.0.0.0\n neighbor 10.0.0.2\n", ""},
		{"BGP", "", "router bgp 1\n network 10.0.0.0\n neighbor 10.0.0.2 remote-as 1\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := Read("f", "interface Tunnel0\n ip address 10.0.0.1 255.255.255.0\n ip nhrp network-id 1\n tunnel mode gre multipoint\n"+tt.tunnel+"!\n"+tt.rest)
			if len(f.Refused) > 0 {
				t.Fatal(f.Refused)
			}
			got := ""
			for _, g := range endsOf(&f)[0].igps() {
				got += g.name
			}
			if got != tt.want {
				t.Errorf("%q runs, want %q", got, tt.want)
			}
		})
	}
}
