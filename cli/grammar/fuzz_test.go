package grammar

import "testing"

// FuzzMatch: no line panics, and what is accepted is accepted again as shown.
func FuzzMatch(f *testing.F) {
	for _, s := range []string{
		"sh clo", "no ip nhrp map 10.0.0.1", "ip nhrp nhs 10.0.0.1 n ::a m", "int tun 0", "desc a  b", "banner motd #x#", "default int tu 1",
		"ip domain-list vrf a b", "eigrp stub", "10 permit ip any any", "no keepalive", "neighbor 1.1.1.1 peer", "no ip address", "no",
	} {
		f.Add(s)
	}
	x := newTable(f)
	modes := []*Mode{x.exec, x.config, x.ifc, x.router, x.family, x.acl}
	f.Fuzz(func(t *testing.T, line string) {
		for _, m := range modes {
			if items, err := m.Ask(line); err == nil {
				FormatHelp(items, len(items)%2 == 0, len(line))
			}
			m.Complete(line)
			l, err := m.Match(line)
			if err != nil {
				if se := err.(*SyntaxError); se.Column < 0 || se.Column > len(line) || se.Message(3) == "" {
					t.Fatalf("%q: %+v", line, se)
				}
				continue
			}
			again, err := m.Match(l.String())
			if err != nil || again.String() != l.String() || again.ID() != l.ID() {
				t.Fatalf("%s: %q is %q, which is %v, %v", m.Name, line, l, again, err)
			}
		}
	})
}

// FuzzLoad: what is shown loads again without a refusal, and shows the same.
func FuzzLoad(f *testing.F) {
	f.Add("hostname R1\nint tu0\n ip add 10.0.0.1 255.0.0.0\n no ip red\n!\nrouter eigrp 1\n network 10.0.0.0\n")
	f.Add("R1(config)#banner motd #x\ny#\nend\ncrypto pki chain a\n certificate 01\n 00\n quit\n")
	f.Add("router eigrp 1\naddress-family ipv4 vrf A\ntopology base\nredistribute static\nexit-topology\nnetwork 1.1.1.1\n")
	f.Add("hostname R1\nend\nR1#show clock\n12:00 # x\n  exit\nbanner motd #\nR1>sh config\n# x\nint tu0\nR1(config-if)#do show a\n\nR1(config-if)#ip mtu 1400\n")
	x := newTable(f)
	f.Fuzz(func(t *testing.T, text string) {
		one, _ := capturing(x).Load(x.config, text)
		shown := one.Text()
		if same, errs := capturing(x).Load(x.config, shown); len(errs) > 0 || same.Text() != shown {
			t.Fatalf("drift of a capture: %v\n%q\n---\n%q", errs, shown, same.Text())
		}
		one, _ = Load(x.config, text)
		shown = one.Text()
		two, errs := Load(x.config, shown)
		if len(errs) > 0 || two.Text() != shown {
			t.Fatalf("drift: %v\n%q\n---\n%q", errs, shown, two.Text())
		}
	})
}
