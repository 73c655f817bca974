package lab

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"
)

const wholeTopology = `# a comment
name: small
clouds:
  internet: {delay: 20ms, jitter: 5ms, loss: 1%, duplicate: 0.5%, reorder: 0.001, mtu: 1400, rate: 10M}
links:
  lan1:
  lan2: {}
nodes:
  hub:
    config: hub.cfg
    ports:
      GigabitEthernet0/0: internet
      gi0/1: {link: lan1, rate: 64k, loss: 1}
      GigabitEthernet0/2:
  spoke:
    config: sub/spoke.cfg
    ports: {GigabitEthernet0/0: internet}
  bare: {}
hosts:
  host1: {link: lan1, address: 192.168.1.10/24, gateway: 192.168.1.1}
  host2: {link: lan2, address: 192.168.2.10/24, delay: 1ms}
`

func TestReadTopology(t *testing.T) {
	fsys := fstest.MapFS{
		"labs/x.yaml":        {Data: []byte(wholeTopology)},
		"labs/hub.cfg":       {Data: []byte("hostname hub\n")},
		"labs/sub/spoke.cfg": {Data: []byte("hostname spoke\n")},
	}
	got, err := ReadTopology(fsys, "labs/x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := &Topology{
		Name: "small",
		Links: []LinkConfig{
			{"internet", Impairment{Delay: 20 * time.Millisecond, Jitter: 5 * time.Millisecond, Loss: 0.01, Duplicate: 0.005, Reorder: 0.001, MTU: 1400, Rate: 10e6}},
			{Name: "lan1"},
			{Name: "lan2"},
		},
		Nodes: []NodeConfig{
			{"hub", "hostname hub\n", []PortConfig{
				{Name: "GigabitEthernet0/0", Link: "internet"},
				{"GigabitEthernet0/1", "lan1", Impairment{Rate: 64000, Loss: 1}},
				{Name: "GigabitEthernet0/2"},
			}},
			{"spoke", "hostname spoke\n", []PortConfig{{Name: "GigabitEthernet0/0", Link: "internet"}}},
			{Name: "bare"},
		},
		Hosts: []HostConfig{
			{Name: "host1", Address: netip.MustParsePrefix("192.168.1.10/24"), Gateway: netip.MustParseAddr("192.168.1.1"), Link: "lan1"},
			{Name: "host2", Address: netip.MustParsePrefix("192.168.2.10/24"), Link: "lan2", Impairment: Impairment{Delay: time.Millisecond}},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// Sections may stand in any order, and the name is that of the file.
func TestReadTopologyOrder(t *testing.T) {
	fsys := fstest.MapFS{"three.yaml": {Data: []byte("hosts:\n  h: {link: l, address: 10.0.0.1/8}\nnodes:\n  r: {ports: {Gi0/0: l}}\nlinks:\n  l:\n")}}
	got, err := ReadTopology(fsys, "three.yaml")
	if err != nil || got.Name != "three" || len(got.Nodes) != 1 || len(got.Hosts) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

var badTopologies = []struct {
	name, text, want string
}{
	{"empty", "", "x.yaml: the file is empty"},
	{"no node", "links:\n  a:\n", "x.yaml: there is no node in it"},
	{"a list", "- a\n- b\n", "x.yaml:1: keys and values are wanted here"},
	{"a word", "hello\n", "x.yaml:1: keys and values are wanted here"},
	{"no YAML", "nodes:\n  hub: {\n", "x.yaml:2: did not find expected node content"},
	{"tab", "nodes:\n\thub:\n", "x.yaml:2: found character that cannot start any token"},
	{"unknown key", "nodes:\n  hub: {}\nnetworks: {}\n", `x.yaml:3: unknown key "networks" (known: clouds, hosts, links, name, nats, nodes)`},
	{"a key twice", "name: a\nname: b\n", `x.yaml:2: key "name" stands twice`},
	{"name is a list", "name: [a]\n", `x.yaml:1: "" is no name`},
	{"name with a blank", "name: a b\n", `x.yaml:1: "a b" is no name`},
	{"links are a list", "links: [a]\n", "x.yaml:1: names and what they are made of are wanted here"},
	{"link is a word", "links:\n  a: fast\n", "x.yaml:2: keys and values are wanted here"},
	{"link twice", "links:\n  a:\nclouds:\n  b:\n  a:\n", `x.yaml:5: link "a" stands twice`},
	{"link without a good name", "links:\n  a/b:\n", `x.yaml:2: "a/b" is no name for a link (letters, digits, _ . -; at most 63)`},
	{"link named null", "links:\n  null:\n", `x.yaml:2: "null" is no name for a link (letters, digits, _ . -; at most 63)`},
	{"unknown impairment", "links:\n  a: {latency: 3ms}\n", `x.yaml:2: unknown key "latency" (known: delay, duplicate, jitter, loss, mtu, rate, reorder)`},
	{"delay without a unit", "links:\n  a: {delay: 20}\n", `x.yaml:2: "20" is not a duration such as 20ms`},
	{"delay below zero", "links:\n  a:\n    delay: -1ms\n", `x.yaml:3: "-1ms" is not a duration such as 20ms`},
	{"delay of two hours", "links:\n  a: {jitter: 2h}\n", `x.yaml:2: "2h" is not a duration such as 20ms`},
	{"loss above one", "links:\n  a: {loss: 20}\n", `x.yaml:2: "20" is not a share such as 1% or 0.01`},
	{"loss above 100%", "links:\n  a: {loss: 101%}\n", `x.yaml:2: "101%" is not a share such as 1% or 0.01`},
	{"loss that is no number", "links:\n  a: {reorder: NaN}\n", `x.yaml:2: "NaN" is not a share such as 1% or 0.01`},
	{"small MTU", "links:\n  a: {mtu: 67}\n", `x.yaml:2: "67" is not an MTU from 68 to 65535`},
	{"large MTU", "links:\n  a: {mtu: 65536}\n", `x.yaml:2: "65536" is not an MTU from 68 to 65535`},
	{"rate", "links:\n  a: {rate: 10Mbit}\n", `x.yaml:2: "10Mbit" is not a rate such as 10M`},
	{"rate with two units", "links:\n  a: {rate: 10kM}\n", `x.yaml:2: "10kM" is not a rate such as 10M`},
	{"rate of nothing", "links:\n  a: {rate: 0}\n", `x.yaml:2: "0" is not a rate such as 10M`},
	{"rate beyond all", "links:\n  a: {rate: 2000G}\n", `x.yaml:2: "2000G" is not a rate such as 10M`},
	{"nodes are a word", "nodes: hub\n", "x.yaml:1: names and what they are made of are wanted here"},
	{"node of nothing", "nodes:\n  hub:\n", "x.yaml:2: keys and values are wanted here"},
	{"node with an unknown key", "nodes:\n  hub: {type: csr1000v}\n", `x.yaml:2: unknown key "type" (known: config, ports)`},
	{"node without a good name", "nodes:\n  my hub: {}\n", `x.yaml:2: "my hub" is no name for a node (letters, digits, _ . -; at most 63)`},
	{"node with a long name", "nodes:\n  " + strings.Repeat("x", 64) + ": {}\n", `x.yaml:2: "` + strings.Repeat("x", 64) + `" is no name for a node (letters, digits, _ . -; at most 63)`},
	{"node twice", "nodes:\n  hub: {}\n  hub: {}\n", `x.yaml:3: the name "hub" is taken in line 2`},
	{"host named as a node", "links:\n  l:\nnodes:\n  hub: {}\nhosts:\n  hub: {link: l, address: 10.0.0.1/8}\n", `x.yaml:6: the name "hub" is taken in line 4`},
	{"node named as a link", "links:\n  hub:\nnodes:\n  hub: {}\n", `x.yaml:4: the name "hub" is that of a link`},
	{"no such configuration", "nodes:\n  hub:\n    config: missing.cfg\n", "x.yaml:3: configuration of hub: open missing.cfg: file does not exist"},
	{"configuration outside", "nodes:\n  hub: {config: ../hub.cfg}\n", `x.yaml:2: configuration of hub: "../hub.cfg" is no file in the folder of the topology`},
	{"unknown port", "links:\n  l:\nnodes:\n  hub:\n    ports:\n      port0: l\n", `x.yaml:6: "port0" is no physical interface`},
	{"a tunnel as port", "links:\n  l:\nnodes:\n  hub:\n    ports: {tu0: l}\n", `x.yaml:5: "tu0" is no physical interface`},
	{"a bin as port", "links:\n  l:\nnodes:\n  hub:\n    ports: {null0: l}\n", `x.yaml:5: "null0" is no physical interface`},
	{"a part of a port", "links:\n  l:\nnodes:\n  hub:\n    ports: {gi0/0.10: l}\n", `x.yaml:5: "gi0/0.10" is no physical interface`},
	{"configuration is a map", "nodes:\n  hub: {config: {a: b}}\n", `x.yaml:2: configuration of hub: "" is no file in the folder of the topology`},
	{"port twice", "links:\n  l:\nnodes:\n  hub:\n    ports: {gi0/0: l, GigabitEthernet0/0: l}\n", "x.yaml:5: port GigabitEthernet0/0 of hub stands twice"},
	{"port on no link", "links:\n  l:\nnodes:\n  hub:\n    ports: {gi0/0: m}\n", `x.yaml:5: there is no link or cloud "m"`},
	{"port with an unknown key", "links:\n  l:\nnodes:\n  hub:\n    ports: {gi0/0: {net: l}}\n", `x.yaml:5: unknown key "net" (known: delay, duplicate, jitter, link, loss, mtu, rate, reorder)`},
	{"host is a word", "links:\n  l:\nhosts:\n  h: l\n", "x.yaml:4: keys and values are wanted here"},
	{"host without address", "links:\n  l:\nhosts:\n  h: {link: l}\n", "x.yaml:4: host h has no address"},
	{"host without link", "hosts:\n  h: {address: 10.0.0.1/8}\n", "x.yaml:2: host h has no link"},
	{"host on no link", "hosts:\n  h: {link: l, address: 10.0.0.1/8}\n", `x.yaml:2: there is no link or cloud "l"`},
	{"address without length", "links:\n  l:\nhosts:\n  h: {link: l, address: 10.0.0.1}\n", `x.yaml:4: address of h: "10.0.0.1" is not of the form 192.0.2.10/24 or 2001:db8::10/64, one of each at most`},
	{"two addresses of a family", "links:\n  l:\nhosts:\n  h: {link: l, address: [\"2001:db8::1/64\", \"2001:db8:1::1/64\"]}\n", `x.yaml:4: address of h: "2001:db8:1::1/64" is not of the form 192.0.2.10/24 or 2001:db8::10/64, one of each at most`},
	{"three addresses", "links:\n  l:\nhosts:\n  h: {link: l, address: [1, 2, 3]}\n", "x.yaml:4: at most two are wanted here, one of each family"},
	{"IPv6 gateway elsewhere", "links:\n  l:\nhosts:\n  h: {link: l, address: \"2001:db8::1/64\", gateway: \"2001:db9::1\"}\n", "x.yaml:4: the gateway of h, 2001:db9::1, is not in 2001:db8::/64"},
	{"IPv6 gateway of an IPv4 host", "links:\n  l:\nhosts:\n  h: {link: l, address: 10.0.0.1/24, gateway: \"2001:db9::1\"}\n", "x.yaml:4: the gateway of h, 2001:db9::1, is not in invalid Prefix"},
	{"gateway is no address", "links:\n  l:\nhosts:\n  h:\n    link: l\n    address: 10.0.0.1/24\n    gateway: router\n", `x.yaml:7: gateway of h: "router" is not an address, or a second one of its family`},
	{"gateway elsewhere", "links:\n  l:\nhosts:\n  h: {link: l, address: 10.0.0.1/24, gateway: 10.0.1.1}\n", "x.yaml:4: the gateway of h, 10.0.1.1, is not in 10.0.0.0/24"},
}

func TestReadTopologyErrors(t *testing.T) {
	for _, tt := range badTopologies {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadTopology(fstest.MapFS{"x.yaml": {Data: []byte(tt.text)}}, "x.yaml")
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			var place *Error
			if !errors.As(err, &place) || place.File != "x.yaml" {
				t.Errorf("%v does not say where", err)
			}
		})
	}
	_, err := ReadTopology(fstest.MapFS{}, "x.yaml")
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "x.yaml: ") {
		t.Errorf("no file: %v", err)
	}
}

func TestTopologyLimits(t *testing.T) {
	many := func(section string, n int, format string) []byte {
		var b strings.Builder
		b.WriteString("links:\n  l:\n" + section)
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return []byte(b.String())
	}
	big := append([]byte("nodes:\n  hub: {}\n"), make([]byte, maxTopologyFile)...)
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"file", big, fmt.Sprintf("x.yaml: larger than %d bytes", maxTopologyFile)},
		{"nodes", many("nodes:\n", maxNodes+1, "  n%d: {}\n"), fmt.Sprintf("x.yaml:%d: more than %d nodes", maxNodes+4, maxNodes)},
		{"links", many("clouds:\n", maxLinks, "  n%d:\n"), fmt.Sprintf("x.yaml:%d: more than %d links", maxLinks+3, maxLinks)},
	}
	for _, tt := range tests {
		_, err := ReadTopology(fstest.MapFS{"x.yaml": {Data: tt.data}}, "x.yaml")
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	_, err := ReadTopology(fstest.MapFS{"x.yaml": {Data: []byte("nodes:\n  hub: {config: a}\n")}, "a": {Data: big}}, "x.yaml")
	if err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("configuration: %v", err)
	}
	if _, err := ReadTopology(fstest.MapFS{"x.yaml": {Data: many("nodes:\n", maxNodes, "  n%d: {}\n")}}, "x.yaml"); err != nil {
		t.Errorf("as many nodes as allowed: %v", err)
	}
}

func FuzzTopology(f *testing.F) {
	f.Add([]byte(wholeTopology))
	for _, tt := range badTopologies {
		f.Add([]byte(tt.text))
	}
	f.Add([]byte(natTopologyText))
	f.Add([]byte("a: &a {<<: *a}\nnodes: *a\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		fsys := fstest.MapFS{"x.yaml": {Data: b}, "hub.cfg": {Data: []byte("hostname hub\n")}, "sub/spoke.cfg": {Data: []byte("hostname spoke\n")}}
		topo, err := ReadTopology(fsys, "x.yaml")
		if err != nil {
			var place *Error
			if !errors.As(err, &place) {
				t.Fatalf("%v does not say where", err)
			}
			return
		}
		again, err := readWritten(topo)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, yamlOf(topo))
		}
		if d := topologyDiff(topo, again); d != "" {
			t.Fatalf("%s\n%s", d, yamlOf(topo))
		}
		if _, err := New(topo, Options{}); err != nil {
			t.Fatalf("a topology that was read cannot be built: %v", err)
		}
	})
}

// readWritten writes a topology and reads it again.
func readWritten(topo *Topology) (*Topology, error) {
	fsys := fstest.MapFS{"lab.yaml": {Data: []byte(yamlOf(topo))}}
	for _, n := range topo.Nodes {
		fsys[n.Name+".cfg"] = &fstest.MapFile{Data: []byte(n.Config)}
	}
	return ReadTopology(fsys, "lab.yaml")
}

// topologyDiff compares two topologies; the order of the links may differ, and
// shares by a rounding.
func topologyDiff(a, b *Topology) string {
	byName := func(t *Topology) map[string]Impairment {
		m := map[string]Impairment{}
		for _, l := range t.Links {
			m[l.Name] = l.Impairment
		}
		return m
	}
	switch {
	case a.Name != b.Name:
		return fmt.Sprintf("names %q and %q", a.Name, b.Name)
	case !reflect.DeepEqual(byName(a), byName(b)):
		return fmt.Sprintf("links\n%+v\n%+v", a.Links, b.Links)
	case !reflect.DeepEqual(a.Nodes, b.Nodes):
		return fmt.Sprintf("nodes\n%+v\n%+v", a.Nodes, b.Nodes)
	case !reflect.DeepEqual(a.Hosts, b.Hosts):
		return fmt.Sprintf("hosts\n%+v\n%+v", a.Hosts, b.Hosts)
	case !reflect.DeepEqual(a.NATs, b.NATs):
		return fmt.Sprintf("NAT boxes\n%+v\n%+v", a.NATs, b.NATs)
	}
	return ""
}

// The built-in networks, written as files and read again.
func TestWriteTopology(t *testing.T) {
	for _, name := range []string{"phase1", "phase2", "phase3", "nat", "nat-ipsec"} {
		for _, spokes := range []int{1, 3, 250} {
			t.Run(fmt.Sprintf("%s-%d", name, spokes), func(t *testing.T) {
				topo, ok, err := FindBuiltin(name, spokes)
				if !ok || err != nil {
					t.Fatal(ok, err)
				}
				dir := filepath.Join(t.TempDir(), "new")
				if err := WriteTopology(dir, topo); err != nil {
					t.Fatal(err)
				}
				again, err := ReadTopology(os.DirFS(dir), "lab.yaml")
				if err != nil {
					t.Fatal(err)
				}
				if d := topologyDiff(topo, again); d != "" {
					t.Error(d)
				}
				if err := WriteTopology(dir, topo); err == nil || !strings.Contains(err.Error(), "is there already") {
					t.Errorf("written over: %v", err)
				}
			})
		}
	}
}

// Any topology that the reader could have returned comes back as it was.
func TestYAMLRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := func(label string) string {
			return rapid.StringMatching(`[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}`).Draw(t, label)
		}
		impairment := rapid.Custom(func(t *rapid.T) Impairment {
			share := rapid.SampledFrom([]float64{0, 0, 1, 0.5, 0.001, 1e-7, 1.0 / 3})
			return Impairment{
				Delay:     time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "delay")),
				Jitter:    time.Duration(rapid.Int64Range(0, int64(time.Second)).Draw(t, "jitter")),
				Loss:      share.Draw(t, "loss"),
				Duplicate: share.Draw(t, "duplicate"),
				Reorder:   share.Draw(t, "reorder"),
				MTU:       rapid.SampledFrom([]int{0, 68, 1400, 65535}).Draw(t, "mtu"),
				Rate:      rapid.SampledFrom([]int64{0, 1, 64000, 1e12}).Draw(t, "rate"),
			}
		})
		used := map[string]bool{"null": true, "Null": true, "NULL": true}
		fresh := func(label string) string {
			for {
				if n := name(label); !used[n] {
					used[n] = true
					return n
				}
			}
		}
		topo := &Topology{Name: fresh("name")}
		for range rapid.IntRange(1, 4).Draw(t, "links") {
			topo.Links = append(topo.Links, LinkConfig{fresh("link"), impairment.Draw(t, "impairment")})
		}
		link := func() string { return rapid.SampledFrom(topo.Links).Draw(t, "to").Name }
		for range rapid.IntRange(1, 4).Draw(t, "nodes") {
			n := NodeConfig{Name: fresh("node"), Config: rapid.StringMatching(`(hostname [a-z]+\n)?`).Draw(t, "config")}
			for i := range rapid.IntRange(0, 3).Draw(t, "ports") {
				p := PortConfig{Name: fmt.Sprintf("GigabitEthernet0/%d", i)}
				if rapid.Bool().Draw(t, "plugged") {
					p.Link, p.Impairment = link(), impairment.Draw(t, "end")
				}
				n.Ports = append(n.Ports, p)
			}
			topo.Nodes = append(topo.Nodes, n)
		}
		for range rapid.IntRange(0, 3).Draw(t, "hosts") {
			h := HostConfig{Name: fresh("host"), Address: netip.PrefixFrom(v4(10, 1, 2, rapid.Byte().Draw(t, "address")), 24), Link: link(), Impairment: impairment.Draw(t, "end")}
			if rapid.Bool().Draw(t, "routed") {
				h.Gateway = v4(10, 1, 2, 1)
			}
			topo.Hosts = append(topo.Hosts, h)
		}
		for range rapid.IntRange(0, min(2, 2*(len(topo.Links)-1))).Draw(t, "NAT boxes") { // one link is outside
			topo.NATs = append(topo.NATs, randomNAT(t, fresh("box"), topo.Links, impairment))
		}
		again, err := readWritten(topo)
		if err != nil {
			t.Fatalf("%v\n%s", err, yamlOf(topo))
		}
		if d := topologyDiff(topo, again); d != "" {
			t.Fatalf("%s\n%s", d, yamlOf(topo))
		}
	})
}

func TestFindBuiltin(t *testing.T) {
	if _, ok, err := FindBuiltin("phase4", 0); ok || err != nil {
		t.Errorf("phase4: %v, %v", ok, err)
	}
	for _, n := range []int{-1, maxSpokes + 1} {
		if _, ok, err := FindBuiltin("phase3", n); !ok || err == nil {
			t.Errorf("%d spokes: %v, %v", n, ok, err)
		}
	}
	// Addresses are those of the documentation, and all differ in a large one.
	topo, _, err := FindBuiltin("phase3", 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"192.168.0.10/24 192.168.0.1", "192.168.1.10/24 192.168.1.1", "192.168.2.10/24 192.168.2.1", "192.168.3.10/24 192.168.3.1"} {
		if h := topo.Hosts[i]; h.Name != fmt.Sprintf("host%d", i) || fmt.Sprint(h.Address, " ", h.Gateway) != want {
			t.Errorf("%s: %s by %s", h.Name, h.Address, h.Gateway)
		}
	}
	for _, n := range []int{smallPlan, smallPlan + 1, maxSpokes} {
		p := newPlan(3, n)
		seen := map[netip.Addr]string{}
		for _, s := range append([]site{p.Hub}, p.Spokes...) {
			for _, a := range []netip.Addr{s.Tunnel, s.NBMA, s.LAN, s.Host} {
				if seen[a] != "" {
					t.Fatalf("%d spokes: %s and %s have %s", n, s.Name, seen[a], a)
				}
				seen[a] = s.Name
			}
		}
	}
}

// A topology is one plain document of its own folder.
func TestReadTopologyPlain(t *testing.T) {
	node := "nodes: {r: {config: r.cfg, ports: {Gi0/0: {link: %s}}}}\n"
	for name, text := range map[string]string{
		"alias":           "clouds: {a: {delay: &b 1ms}, b: {}}\n" + strings.Replace(node, "%s", "*b", 1),
		"anchor":          "clouds: {a: {delay: &b 1ms}}\n" + strings.Replace(node, "%s", "a", 1),
		"second document": "clouds: {a: {}}\n" + strings.Replace(node, "%s", "a", 1) + "---\nnodes: {}\n",
	} {
		_, err := ReadTopology(fstest.MapFS{"lab.yaml": {Data: []byte(text)}, "r.cfg": {Data: []byte("\n")}}, "lab.yaml")
		var le *Error
		if !errors.As(err, &le) || le.Line == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := ReadTopology(fstest.MapFS{"lab.yaml": {Mode: fs.ModeNamedPipe}}, "lab.yaml")
	if err == nil || !strings.Contains(err.Error(), "not an ordinary file") {
		t.Errorf("a pipe: %v", err)
	}
}

// Configurations are bounded together, each counted as often as it is used.
func TestConfigTotal(t *testing.T) {
	text := "nodes:\n"
	for i := range maxConfigs/maxTopologyFile + 1 {
		text += fmt.Sprintf("  r%d: {config: r.cfg}\n", i)
	}
	big := bytes.Repeat([]byte("!\n"), maxTopologyFile/2)
	_, err := ReadTopology(fstest.MapFS{"lab.yaml": {Data: []byte(text)}, "r.cfg": {Data: big}}, "lab.yaml")
	if err == nil || !strings.Contains(err.Error(), "all configurations together") {
		t.Errorf("%v", err)
	}
}
