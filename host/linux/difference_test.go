//go:build linux

package linux

import (
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var testLinks = map[string]int{"eth0": 1, "eth1": 2, "tunnel0": 3}

// route reads "[blackhole|unreachable] prefix [via A] [dev L] [src A] [metric N]".
func route(t testing.TB, s string) Route {
	t.Helper()
	var r Route
	words := strings.Fields(s)
	switch words[0] {
	case "blackhole":
		r.Blackhole, words = true, words[1:]
	case "unreachable":
		r.Unreachable, words = true, words[1:]
	}
	r.Prefix = netip.MustParsePrefix(words[0])
	for i := 1; i < len(words); i += 2 {
		switch w := words[i+1]; words[i] {
		case "via":
			r.Gateway = netip.MustParseAddr(w)
		case "dev":
			r.Link = w
		case "src":
			r.Source = netip.MustParseAddr(w)
		case "metric":
			if _, err := fmt.Sscan(w, &r.Metric); err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatalf("%q: unknown word %s", s, words[i])
		}
	}
	return r
}

// routes reads one route a line.
func routes(t testing.TB, lines ...string) []Route {
	t.Helper()
	var out []Route
	for _, l := range lines {
		out = append(out, route(t, l))
	}
	return out
}

var verbNames = map[verb]string{add: "add", replace: "replace", remove: "remove"}

func TestDifference(t *testing.T) {
	for _, test := range []struct {
		name       string
		have, want []string
		foreign    string
		steps      []string
	}{
		{name: "nothing to nothing"},
		{
			name: "links before gateways, then in order",
			want: []string{"10.2.0.0/16 via 192.0.2.9", "10.1.0.0/16 via 192.0.2.9", "192.0.2.9/32 dev eth0"},
			steps: []string{
				"add 192.0.2.9/32 dev eth0", "add 10.1.0.0/16 via 192.0.2.9", "add 10.2.0.0/16 via 192.0.2.9",
			},
		},
		{
			name: "the same again",
			have: []string{"10.1.0.0/16 via 192.0.2.9 dev eth0", "2001:db8::/32 dev eth1", "blackhole 10.3.0.0/16"},
			want: []string{"blackhole 10.3.0.0/16", "2001:db8::/32 dev eth1 metric 1024", "10.1.0.0/16 via 192.0.2.9"},
		},
		{
			name:  "another gateway",
			have:  []string{"10.1.0.0/16 via 192.0.2.9 dev eth0"},
			want:  []string{"10.1.0.0/16 via 192.0.2.8 dev eth0"},
			steps: []string{"replace 10.1.0.0/16 via 192.0.2.8 dev eth0"},
		},
		{
			name:  "another metric: there before the old one goes",
			have:  []string{"10.1.0.0/16 dev eth0 metric 5"},
			want:  []string{"10.1.0.0/16 dev eth0 metric 4"},
			steps: []string{"add 10.1.0.0/16 dev eth0 metric 4", "remove 10.1.0.0/16 metric 5"},
		},
		{
			name:  "one of two paths goes",
			have:  []string{"10.1.0.0/16 via 192.0.2.8 dev eth0", "10.1.0.0/16 via 192.0.2.9 dev eth1"},
			want:  []string{"10.1.0.0/16 via 192.0.2.9 dev eth1"},
			steps: []string{"replace 10.1.0.0/16 via 192.0.2.9 dev eth1"},
		},
		{
			name:  "IPv6 of another form is not replaced",
			have:  []string{"2001:db8::/32 dev eth0"},
			want:  []string{"2001:db8::/32 via fe80::1 dev eth0"},
			steps: []string{"remove 2001:db8::/32 metric 1024", "add 2001:db8::/32 via fe80::1 dev eth0 metric 1024"},
		},
		{
			name:    "beside a foreign one nothing is replaced",
			have:    []string{"10.1.0.0/16 dev eth0"},
			want:    []string{"10.1.0.0/16 dev eth1"},
			foreign: "10.1.0.0/16 dev eth0",
			steps:   []string{"remove 10.1.0.0/16", "add 10.1.0.0/16 dev eth1"},
		},
		{
			name:  "another source",
			have:  []string{"10.1.0.0/16 dev eth0 src 192.0.2.1"},
			want:  []string{"10.1.0.0/16 dev eth0"},
			steps: []string{"replace 10.1.0.0/16 dev eth0"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			have := map[routeKey][]path{}
			for key, p := range mustGather(t, routes(t, test.have...)) {
				have[key] = []path{p}
			}
			foreign := map[routeKey]bool{}
			if test.foreign != "" {
				for key := range mustGather(t, routes(t, test.foreign)) {
					foreign[key] = true
				}
			}
			var steps []string
			for _, s := range difference(have, mustGather(t, routes(t, test.want...)), foreign) {
				names := map[int]string{1: "eth0", 2: "eth1", 3: "tunnel0"}
				steps = append(steps, verbNames[s.verb]+" "+s.describe(names).String())
			}
			if !slices.Equal(steps, test.steps) {
				t.Errorf("steps:\n%s\nwant:\n%s", strings.Join(steps, "\n"), strings.Join(test.steps, "\n"))
			}
		})
	}
}

func mustGather(t testing.TB, want []Route) map[routeKey]path {
	t.Helper()
	out, errs := gather(want, testLinks)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return out
}

func TestGatherRefuses(t *testing.T) {
	good := route(t, "10.1.0.0/16 via 192.0.2.9 dev eth0")
	for _, test := range []struct {
		name, says string
		change     func(*Route)
	}{
		{"no prefix", "not a prefix", func(r *Route) { r.Prefix = netip.Prefix{} }},
		{"IPv4 in IPv6", "not a prefix", func(r *Route) { r.Prefix = netip.MustParsePrefix("::ffff:10.0.0.0/104") }},
		{"no link", "no such link", func(r *Route) { r.Link = "eth9" }},
		{"nowhere", "neither a gateway nor a link", func(r *Route) { r.Link, r.Gateway = "", netip.Addr{} }},
		{"blackhole with a link", "drop packets and do something else", func(r *Route) { r.Blackhole = true }},
		{"negative metric", "metric out of range", func(r *Route) { r.Metric = -1 }},
		{"large metric", "metric out of range", func(r *Route) { r.Metric = math.MaxInt }},
		{"source", "source of another address family", func(r *Route) { r.Source = netip.MustParseAddr("::1") }},
		{"gateway", "gateway of another address family", func(r *Route) {
			r.Prefix = netip.MustParsePrefix("2001:db8::/32")
		}},
		{"two types", "another type or source", func(r *Route) { *r = Route{Prefix: r.Prefix, Blackhole: true} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			bad := good
			test.change(&bad)
			got, errs := gather([]Route{good, bad}, testLinks)
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), test.says) {
				t.Errorf("errors %v, want one that says %q", errs, test.says)
			}
			if !reflect.DeepEqual(got, mustGather(t, []Route{good})) {
				t.Errorf("the good route did not pass: %v", got)
			}
		})
	}
}

// randomRoutes draws routes that fit together, from few prefixes so that they
// meet.
func randomRoutes(t *rapid.T, label string) []Route {
	kinds := map[routeKey]int{}
	var out []Route
	for range rapid.IntRange(0, 12).Draw(t, label) {
		r := Route{
			Prefix: netip.MustParsePrefix(rapid.SampledFrom([]string{"10.1.0.0/16", "10.2.0.0/16", "0.0.0.0/0", "2001:db8::/32", "::/0"}).Draw(t, "prefix")),
			Metric: rapid.IntRange(1, 3).Draw(t, "metric"),
		}
		key := routeKey{prefix: r.Prefix, metric: r.Metric}
		if _, ok := kinds[key]; !ok {
			kinds[key] = rapid.IntRange(0, 5).Draw(t, "kind")
		}
		switch kinds[key] {
		case 0:
			r.Blackhole = true
		case 1:
			r.Unreachable = true
		case 2:
			r.Link = "eth0"
		default:
			n := rapid.IntRange(1, 4).Draw(t, "gateway")
			r.Link = []string{"eth0", "eth1"}[n%2]
			r.Gateway = netip.AddrFrom4([4]byte{192, 0, 2, byte(n)})
			if r.Prefix.Addr().Is6() {
				r.Gateway = netip.MustParseAddr(fmt.Sprintf("fe80::%d", n))
			}
		}
		out = append(out, r)
	}
	return out
}

// TestDifferenceModel plays the steps on a table with the kernel's rules.
func TestDifferenceModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		have, foreign := map[routeKey][]path{}, map[routeKey]bool{}
		before, _ := gather(randomRoutes(t, "have"), testLinks)
		for key, p := range before {
			for range rapid.IntRange(1, 2).Draw(t, "copies") {
				have[key] = append(have[key], p)
			}
		}
		want, errs := gather(randomRoutes(t, "want"), testLinks)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		for key := range want {
			if rapid.IntRange(0, 5).Draw(t, "foreign") == 0 {
				foreign[key] = true
			}
		}
		table := map[routeKey][]path{}
		for key, p := range have {
			table[key] = slices.Clone(p)
		}
		for _, s := range difference(have, want, foreign) {
			switch {
			case s.verb == remove && len(table[s.key]) > 0:
				table[s.key] = table[s.key][1:]
			case s.verb == remove:
				t.Fatalf("%v is removed and not there", s.key)
			case s.verb == add && len(table[s.key]) > 0:
				t.Fatalf("%v is added and there", s.key)
			case s.verb == add && foreign[s.key]: // refused by the kernel
			case s.verb == add:
				table[s.key] = []path{s.path}
			case foreign[s.key] || len(table[s.key]) != 1:
				t.Fatalf("%v is replaced, of %d, foreign %v", s.key, len(table[s.key]), foreign[s.key])
			default:
				table[s.key] = []path{s.path}
			}
		}
		for key, p := range table {
			if w, ok := want[key]; len(p) > 1 || len(p) == 1 && (!ok || !p[0].satisfies(w)) {
				t.Fatalf("%v is there as %v, wanted %v %v", key, p, ok, w)
			}
		}
		for key := range want {
			if len(table[key]) == 0 && !foreign[key] {
				t.Fatalf("%v is wanted and not there", key)
			}
		}
		clear(foreign)
		if again := difference(table, want, foreign); slices.ContainsFunc(again, func(s step) bool { return s.verb != add }) {
			t.Fatalf("a second time has steps: %v", again)
		}
	})
}

func TestUnwantedAddrs(t *testing.T) {
	prefixes := func(s string) (out []netip.Prefix) {
		for _, w := range strings.Fields(s) {
			out = append(out, netip.MustParsePrefix(strings.TrimPrefix(w, "*")))
		}
		return out
	}
	for _, test := range []struct {
		name       string
		have, want string // * marks ours
		exact      bool
		out, in    string // removed, added
	}{
		{name: "add beside a foreign one", have: "10.0.0.1/24", want: "10.1.0.1/24", in: "10.1.0.1/24"},
		{name: "exact", have: "10.0.0.1/24", want: "10.1.0.1/24", exact: true, out: "10.0.0.1/24", in: "10.1.0.1/24"},
		{name: "ours and no longer wanted", have: "*10.0.0.1/24 10.2.0.1/24", want: "10.1.0.1/24", out: "10.0.0.1/24", in: "10.1.0.1/24"},
		{name: "as it is", have: "10.0.0.1/24 10.0.0.2/24", want: "10.0.0.1/24 10.0.0.2/24", exact: true},
		{name: "another length", have: "10.0.0.1/24", want: "10.0.0.1/25", exact: true, out: "10.0.0.1/24", in: "10.0.0.1/25"},
		{name: "secondary ones may stand in any order", have: "10.0.0.1/24 10.0.0.3/24", want: "10.0.0.1/24 10.0.0.2/24 10.0.0.3/24", exact: true, in: "10.0.0.2/24"},
		{
			name: "another primary one", have: "10.0.0.1/24 10.0.0.2/24", want: "10.0.0.2/24 10.0.0.1/24", exact: true,
			out: "10.0.0.1/24 10.0.0.2/24", in: "10.0.0.2/24 10.0.0.1/24",
		},
		{name: "twice wanted", want: "10.0.0.1/24 10.0.0.1/24", in: "10.0.0.1/24"},
		{name: "link-local stays", have: "fe80::1/64 2001:db8::1/64", exact: true, out: "2001:db8::1/64"},
		{name: "our link-local goes", have: "*fe80::1/64", exact: true, out: "fe80::1/64"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var have, left []standing
			words := strings.Fields(test.have)
			for i, p := range prefixes(test.have) {
				have = append(have, standing{address{placed: placed{1, p}}, words[i][0] == '*'})
			}
			var out []netip.Prefix
			for _, a := range unwantedAddrs(have, prefixes(test.want), test.exact) {
				out = append(out, a.prefix)
			}
			for _, a := range have {
				if !slices.Contains(out, a.prefix) {
					left = append(left, a)
				}
			}
			in := missingAddrs(left, prefixes(test.want))
			if !slices.Equal(out, prefixes(test.out)) || !slices.Equal(in, prefixes(test.in)) {
				t.Errorf("removed %v, added %v, want %s and %s", out, in, test.out, test.in)
			}
		})
	}
}

func TestCompareNames(t *testing.T) {
	names := []string{"eth10", "lo", "eth2", "eth2.10", "eth2.9", "enp3s0f1", "enp3s0", "eth02", "eth"}
	slices.SortFunc(names, compareNames)
	want := []string{"enp3s0", "enp3s0f1", "eth", "eth02", "eth2", "eth2.9", "eth2.10", "eth10", "lo"}
	if !slices.Equal(names, want) {
		t.Errorf("order %v, want %v", names, want)
	}
}

func TestSysctlPath(t *testing.T) {
	for _, test := range []struct{ link, key, path string }{
		{"", "ip_forward", "/proc/sys/net/ipv4/ip_forward"},
		{"eth0.100", "rp_filter", "/proc/sys/net/ipv4/conf/eth0.100/rp_filter"},
		{"all", "ipv6.forwarding", "/proc/sys/net/ipv6/conf/all/forwarding"},
		{"..", "rp_filter", ""},
		{"eth0", "../../../kernel/core_pattern", ""},
		{"eth0", "", ""},
		{"a/b", "rp_filter", ""},
	} {
		if path, err := sysctlPath(test.link, test.key); path != test.path || (err != nil) != (test.path == "") {
			t.Errorf("%q %q: %q %v, want %q", test.link, test.key, path, err, test.path)
		}
	}
}

// FuzzNotice reads notices: whatever stands in them, nothing panics, and what
// cannot be read counts as news.
func FuzzNotice(f *testing.F) {
	f.Add([]byte{16, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{20, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		w := watch{protocol: DefaultProtocol}
		news, link := w.concerns(b)
		if link && !news {
			t.Error("a link that is no news")
		}
		if a, ok := parseAddress(b); ok && !a.prefix.IsValid() {
			t.Errorf("address without a prefix: %v", a)
		}
	})
}
