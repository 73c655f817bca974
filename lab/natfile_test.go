package lab

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"
)

const natTopologyText = `nats:
  plain:
    outside: {link: net, address: 203.0.113.50/24}
    inside:
      home: 192.168.1.1/24
  box:
    behaviour: symmetric
    ports: random
    timeout: 30s
    hairpin: on
    outside: {link: net, address: 203.0.113.60/24, gateway: 203.0.113.1, delay: 1ms}
    forward: {4500: 172.16.1.10, 5000: 172.16.2.10:4500}
    static:
      172.16.1.20: 203.0.113.61
    inside:
      office: 172.16.1.1/24
      guests: {address: 172.16.2.1/24, rate: 10M}
links:
  net:
  home:
  office:
  guests:
nodes:
  r: {}
`

func TestReadNATs(t *testing.T) {
	got, err := ReadTopology(fstest.MapFS{"x.yaml": {Data: []byte(natTopologyText)}}, "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := []NATConfig{
		{
			Name: "plain", Behaviour: PortRestricted,
			Outside: NATPort{Link: "net", Address: netip.MustParsePrefix("203.0.113.50/24")},
			Inside:  []NATPort{{Link: "home", Address: netip.MustParsePrefix("192.168.1.1/24")}},
		}, {
			Name: "box", Behaviour: Symmetric, Random: true, Timeout: 30 * time.Second, Hairpin: true,
			Outside: NATPort{
				Link: "net", Address: netip.MustParsePrefix("203.0.113.60/24"), Gateway: netip.MustParseAddr("203.0.113.1"),
				Impairment: Impairment{Delay: time.Millisecond},
			},
			Inside: []NATPort{
				{Link: "office", Address: netip.MustParsePrefix("172.16.1.1/24")},
				{Link: "guests", Address: netip.MustParsePrefix("172.16.2.1/24"), Impairment: Impairment{Rate: 10e6}},
			},
			Static:   []NATStatic{{netip.MustParseAddr("172.16.1.20"), netip.MustParseAddr("203.0.113.61")}},
			Forwards: []NATForward{{4500, netip.MustParseAddrPort("172.16.1.10:4500")}, {5000, netip.MustParseAddrPort("172.16.2.10:4500")}},
		},
	}
	if !reflect.DeepEqual(got.NATs, want) {
		t.Errorf("got  %+v\nwant %+v", got.NATs, want)
	}
	again, err := readWritten(got)
	if err != nil {
		t.Fatalf("%v\n%s", err, yamlOf(got))
	}
	if d := topologyDiff(got, again); d != "" {
		t.Errorf("%s\n%s", d, yamlOf(got))
	}
}

// badNATs are faults of the box below, each in its place.
var badNATs = []struct{ name, change, want string }{
	{"no mapping", "nats: {box: home}", "x.yaml:1: keys and values are wanted here"},
	{"a name twice", "r: {}=>box: {}", `x.yaml:12: the name "box" is taken in line 2`},
	{"unknown key", "timeout: 30s=>lifetime: 30s", `x.yaml:4: unknown key "lifetime" (known: behaviour, forward, hairpin, inside, outside, ports, static, timeout)`},
	{"behaviour", "symmetric=>restricted", `x.yaml:3: "restricted" is none of full-cone, address-restricted, port-restricted, symmetric`},
	{"ports", "timeout: 30s=>ports: keep", `x.yaml:4: "keep" is none of preserve, random`},
	{"hairpin", "timeout: 30s=>hairpin: yes", `x.yaml:4: "yes" is none of off, on`},
	{"timeout without a unit", "30s=>30", `x.yaml:4: "30" is not a duration from 1s to 24h`},
	{"short timeout", "30s=>10ms", `x.yaml:4: "10ms" is not a duration from 1s to 24h`},
	{"long timeout", "30s=>25h", `x.yaml:4: "25h" is not a duration from 1s to 24h`},
	{"no outside", "outside: {link: net, address: 203.0.113.50/24}=>ports: random", "x.yaml:2: NAT box box has no outside link"},
	{"no outside address", ", address: 203.0.113.50/24=>", "x.yaml:2: NAT box box has no outside address"},
	{"outside is a word", "{link: net, address: 203.0.113.50/24}=>net", "x.yaml:5: keys and values are wanted here"},
	{"outside on no link", "link: net=>link: nowhere", `x.yaml:5: there is no link or cloud "nowhere"`},
	{"outside without length", "203.0.113.50/24=>203.0.113.50", `x.yaml:5: address of box: "203.0.113.50" is not of the form 192.0.2.10/24`},
	{"IPv6 outside", "203.0.113.50/24=>\"2001:db8::1/64\"", `x.yaml:5: address of box: "2001:db8::1/64" is not of the form 192.0.2.10/24`},
	{"gateway", "50/24}=>50/24, gateway: router}", `x.yaml:5: gateway of box: "router" is not an IPv4 address`},
	{"gateway elsewhere", "50/24}=>50/24, gateway: 10.0.0.1}", "x.yaml:2: the gateway of box, 10.0.0.1, is not in 203.0.113.0/24"},
	{"no inside", "inside: {home: 192.168.1.1/24}=>ports: random", "x.yaml:2: NAT box box has no inside network"},
	{"inside of nothing", "inside: {home: 192.168.1.1/24}=>inside:", "x.yaml:2: NAT box box has no inside network"},
	{"inside is a list", "{home: 192.168.1.1/24}=>[home]", "x.yaml:6: names and what they are made of are wanted here"},
	{"inside on no link", "home: 192=>house: 192", `x.yaml:6: there is no link or cloud "house"`},
	{"inside twice", "{home: 192.168.1.1/24}=>{home: 192.168.1.1/24, home: 192.168.2.1/24}", `x.yaml:6: link "home" stands twice inside box`},
	{"inside without address", "home: 192.168.1.1/24=>home: {mtu: 1400}", "x.yaml:6: box has no address on link home"},
	{"inside without length", "192.168.1.1/24=>192.168.1.1", `x.yaml:6: address of box: "192.168.1.1" is not of the form 192.0.2.10/24`},
	{"inside networks overlap", "1.1/24}=>1.1/24, net2: 192.168.1.129/25}", "x.yaml:6: the inside networks 192.168.1.0/24 and 192.168.1.128/25 of box overlap"},
	{"inside and outside overlap", "192.168.1.1/24=>203.0.0.1/16", "x.yaml:2: the inside network 203.0.0.0/16 of box overlaps the outside one"},
	{"inside is outside", "home: 192=>net: 192", "x.yaml:2: the link net is inside and outside of box"},
	{"static of no host", "192.168.1.20: =>192.168.2.20: ", "x.yaml:7: 192.168.2.20 is no host inside box"},
	{"static of the box", "192.168.1.20: =>192.168.1.1: ", "x.yaml:7: 192.168.1.1 is no host inside box"},
	{"static of a name", "192.168.1.20: =>home: ", `x.yaml:7: static: "home" is not an IPv4 address`},
	{"static to a name", "203.0.113.51=>home", `x.yaml:7: static: "home" is not an IPv4 address`},
	{"static to the public address", "203.0.113.51=>203.0.113.50", "x.yaml:7: 203.0.113.50 is the public address of box"},
	{"static to inside", "203.0.113.51=>192.168.1.9", "x.yaml:7: 192.168.1.9 is inside box"},
	{"static twice", "203.0.113.51=>203.0.113.51, 192.168.1.21: 203.0.113.51", "x.yaml:7: an address of the static translation of 192.168.1.21 to 203.0.113.51 stands twice"},
	{"forward of no port", "4500: =>0: ", `x.yaml:8: "0" is no UDP port from 1 to 65535`},
	{"forward of a large port", "4500: =>65536: ", `x.yaml:8: "65536" is no UDP port from 1 to 65535`},
	{"forward to a name", "192.168.1.10}=>host}", `x.yaml:8: "host" is not of the form 192.168.1.10 or 192.168.1.10:4500`},
	{"forward to port 0", "192.168.1.10}=>192.168.1.10:0}", `x.yaml:8: "192.168.1.10:0" is not of the form 192.168.1.10 or 192.168.1.10:4500`},
	{"forward to outside", "192.168.1.10}=>203.0.113.9}", "x.yaml:8: 203.0.113.9 is no host inside box"},
	{"forward of one end twice", "192.168.1.10}=>192.168.1.10, 500: 192.168.1.10:4500}", "x.yaml:8: an end of the forward of port 500 to 192.168.1.10:4500 stands twice"},
}

const goodNAT = `nats:
  box:
    behaviour: symmetric
    timeout: 30s
    outside: {link: net, address: 203.0.113.50/24}
    inside: {home: 192.168.1.1/24}
    static: {192.168.1.20: 203.0.113.51}
    forward: {4500: 192.168.1.10}
# one
# two
nodes:
  r: {}
links: {net: , net2: , home: }
`

func TestReadNATErrors(t *testing.T) {
	read := func(text string) error {
		_, err := ReadTopology(fstest.MapFS{"x.yaml": {Data: []byte(text)}}, "x.yaml")
		return err
	}
	if err := read(goodNAT); err != nil {
		t.Fatal(err)
	}
	for _, tt := range badNATs {
		text := tt.change + "\nlinks: {home: }\n"
		if old, with, ok := strings.Cut(tt.change, "=>"); ok {
			if text = strings.Replace(goodNAT, old, with, 1); text == goodNAT {
				t.Fatalf("%s: nothing was changed", tt.name)
			}
		}
		if err := read(text); err == nil || err.Error() != tt.want {
			t.Errorf("%s:\ngot  %v\nwant %s", tt.name, err, tt.want)
		}
	}
}

func TestNATFileLimits(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n + 1 {
			fmt.Fprintf(&b, format, i/250, i%250+2)
		}
		return b.String()
	}
	wide := strings.Replace(goodNAT, "192.168.1.1/24", "192.168.0.1/16", 1)
	var links, inside strings.Builder
	for i := range maxNATPorts {
		fmt.Fprintf(&links, "l%d: , ", i)
		fmt.Fprintf(&inside, ", l%d: 10.0.%d.1/24", i, i)
	}
	for _, tt := range []struct{ text, want string }{
		{strings.Replace(wide, "static: {", "static: {"+many(maxNATFixed, "192.168.%d.%[2]d: 198.51.%[1]d.%d, "), 1), fmt.Sprintf("x.yaml:7: more than %d static translations", maxNATFixed)},
		{strings.Replace(wide, "forward: {", "forward: {"+many(maxNATFixed, "1%d%03d: 192.168.1.10:1%[1]d%03[2]d, "), 1), fmt.Sprintf("x.yaml:8: more than %d forwarded ports", maxNATFixed)},
		{strings.NewReplacer("links: {", "links: {"+links.String(), "1.1/24}", "1.1/24"+inside.String()+"}").Replace(goodNAT), fmt.Sprintf("x.yaml:6: more than %d inside networks", maxNATPorts)},
	} {
		_, err := ReadTopology(fstest.MapFS{"x.yaml": {Data: []byte(tt.text)}}, "x.yaml")
		if err == nil || err.Error() != tt.want {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
	}
}

// randomNAT returns any NAT box that the reader could have returned.
func randomNAT(t *rapid.T, name string, links []LinkConfig, impairment *rapid.Generator[Impairment]) NATConfig {
	c := NATConfig{
		Name: name, Behaviour: Behaviour(rapid.IntRange(0, 3).Draw(t, "behaviour")), Random: rapid.Bool().Draw(t, "random"), Hairpin: rapid.Bool().Draw(t, "hairpin"),
		Outside: NATPort{Link: links[0].Name, Address: netip.PrefixFrom(v4(203, 0, 113, rapid.Byte().Draw(t, "outside")), 24), Impairment: impairment.Draw(t, "end")},
	}
	if rapid.Bool().Draw(t, "timed") {
		c.Timeout = time.Duration(rapid.Int64Range(int64(minUDPTimeout), int64(maxUDPTimeout)).Draw(t, "timeout"))
	}
	if rapid.Bool().Draw(t, "routed") {
		c.Outside.Gateway = v4(203, 0, 113, 1)
	}
	at := rapid.Permutation(links[1:]).Draw(t, "order")
	for i, l := range at {
		c.Inside = append(c.Inside, NATPort{Link: l.Name, Address: netip.PrefixFrom(v4(10, byte(i), 0, 1), 16), Impairment: impairment.Draw(t, "end")})
		for n := range rapid.IntRange(0, 3).Draw(t, "fixed") {
			host := v4(10, byte(i), 0, byte(n+2))
			c.Static = append(c.Static, NATStatic{host, v4(198, 51, byte(i), byte(n))})
			port := uint16(i*100 + n + 1)
			c.Forwards = append(c.Forwards, NATForward{port, netip.AddrPortFrom(host, rapid.Uint16Range(1, 65535).Draw(t, "port"))})
		}
	}
	return c
}
