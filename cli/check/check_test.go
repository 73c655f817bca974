package check

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"axle/cli/grammar"
	"axle/cli/ios"
)

var update = flag.Bool("update", false, "rewrite the expected files")

// sharedDir holds what a test may look at and cannot rely on.
const sharedDir = "../../../shared/"

// readNetwork reads the configurations of a folder in the order of their names.
func readNetwork(t *testing.T, dir string) []File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.cfg"))
	if err != nil || len(names) < 2 {
		t.Fatalf("%s has %d configurations (%v)", dir, len(names), err)
	}
	var files []File
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, Read(filepath.Base(n), string(b)))
	}
	return files
}

// all returns what is said about files but for lines without effect.
func all(files []File) []Finding {
	var out []Finding
	for _, f := range files {
		out = append(out, One(f)...)
	}
	out = append(out, Network(files)...)
	n := 0
	for _, f := range out {
		if f.Severity > NoEffect {
			out[n] = f
			n++
		}
	}
	return out[:n]
}

// inPairs are the rules that find their fault between two files, a hub and a
// spoke, and name a line of each side or the two lines that do not fit.
var inPairs = []string{
	"nhs-map", "nbma", "tunnel-key", "authentication", "ike-key", "ike-proposal", "transform-set", "transform-mode", "same-address", "subnet",
	"shortcut", "point-to-point", "phase2-summary", "mtu-fit", "mss-fit", "mtu-equal", "mss-equal", "phase3-override", "multicast", "tunnel-vrf",
	"vrf-address", "tunnel-share", "pfs", "protection", "ike-version", "ike-authentication", "nhs-address", "hub-shut", "hub-mode", "source-shut",
}

// TestNetworks holds what is said about each folder of testdata against its
// expected.txt. A folder is named for the rule that its files break, after a dot
// stands what is special. Those that begin with "seed", "lab" and "fine" work.
func TestNetworks(t *testing.T) {
	dirs, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	met, paired := map[string]bool{}, map[string]bool{}
	for _, dir := range dirs {
		name := filepath.Base(dir)
		if name == "fuzz" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			here := map[string]bool{}
			files := readNetwork(t, dir)
			for _, f := range all(files) {
				met[f.Rule], here[f.Rule] = true, true
				paired[f.Rule] = paired[f.Rule] || len(files) == 2 && f.Severity == Fault && f.Other != nil
				fmt.Fprintf(&b, "%s: %s\n", f.Rule, f)
			}
			rule, _, _ := strings.Cut(name, ".")
			switch {
			case rule == "fine", strings.HasPrefix(rule, "seed"), strings.HasPrefix(rule, "lab-"):
				if b.Len() > 0 {
					t.Errorf("a network that works:\n%s", b.String())
				}
				return
			case rule == "refused":
				rule = ""
			}
			if !here[rule] {
				t.Errorf("rule %q finds nothing:\n%s", rule, b.String())
			}
			compare(t, filepath.Join(dir, "expected.txt"), b.String())
		})
	}
	for _, r := range ruleNames() {
		if !met[r] {
			t.Errorf("no network in testdata breaks rule %s", r)
		}
	}
	for _, r := range inPairs {
		if !paired[r] {
			t.Errorf("no pair in testdata breaks rule %s with two lines", r)
		}
	}
}

// compare holds text against a file.
func compare(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}

// ruleNames returns the names of all rules.
func ruleNames() []string {
	var out []string
	for name := range ruleDocs() {
		out = append(out, name)
	}
	return out
}

// ruleDocs returns the lines of documentation of all rules, by name.
func ruleDocs() map[string]string {
	out := map[string]string{}
	for _, r := range fileRules {
		out[r.name] = r.doc
	}
	for _, r := range endRules {
		out[r.name] = r.doc
	}
	for _, r := range pairRules {
		out[r.name] = r.doc
	}
	for _, r := range networkRules {
		out[r.name] = r.doc
	}
	return out
}

// TestManual: docs/check.md has a row for each rule, word for word.
func TestManual(t *testing.T) {
	b, err := os.ReadFile("../../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Count(string(b), "\n| `")
	docs := ruleDocs()
	for name, doc := range docs {
		if row := fmt.Sprintf("| `%s` | %s |\n", name, doc); !strings.Contains(string(b), row) {
			t.Errorf("docs/check.md has no row\n%s", row)
		}
	}
	if rows != len(docs) {
		t.Errorf("docs/check.md has %d rows, there are %d rules", rows, len(docs))
	}
}

// TestSecrets: no finding shows a key or a password.
func TestSecrets(t *testing.T) {
	names, _ := filepath.Glob("testdata/*/*.cfg")
	secrets := []string{"Secret9", "Cisco123", "cisco123", "Other", "Mine"}
	seen := 0
	for _, n := range names {
		for _, f := range append(One(readNetwork(t, filepath.Dir(n))[0]), Network(readNetwork(t, filepath.Dir(n)))...) {
			seen++
			for _, s := range secrets {
				if strings.Contains(f.Text, s) {
					t.Errorf("%s shows %s", f, s)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d findings", seen)
	}
	text := "enable secret 5 topsecret oops\ncrypto isakmp key 0 topsecret address 10.0.0.1 oops\nusername a secret 9 topsecret\nenable password 7 topsecret\n" +
		"service config permissive\nzogus topsecret\nno zogus2 topsecret\n" +
		"interface Tunnel0\n ip nhrp authentication topsecret\n ip nhrp topsecret\n"
	found := One(Read("x", text))
	if len(found) < 4 {
		t.Errorf("only %v", found)
	}
	for _, f := range found {
		if strings.Contains(f.String(), "topsecret") {
			t.Errorf("%s", f)
		}
	}
}

func TestOne(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"empty", "", nil},
		{"fine", "hostname R1\ninterface Loopback0\n ip address 10.0.0.1 255.255.255.255\n", nil},
		{"unknown word", "hostname R1\n9abc\n", []string{"f:2: % Invalid input detected at column 1"}},
		{"kept as typed", "zogus A\nservice config permissive\nzogus B\n pool 1\ninterface Tunnel0\n zogus C\n ip mtu 14000000\nip route\n", []string{
			"f:1: % Invalid input detected at column 3", "f:3: no effect yet: zogus", "f:6: no effect yet: zogus", "f:7: no effect yet: ip", "f:8: % Incomplete command.",
		}},
		{"a secret that is none", "enable secret 5 foo\n", []string{
			"f:1: ERROR: The secret you entered is not a valid encrypted secret. To enter an UNENCRYPTED secret, do not specify type 5 encryption. When you properly enter an UNENCRYPTED secret, it will be encrypted.",
		}},
		{"incomplete", "interface Tunnel0\n ip nhrp map\n", []string{"f:2: % Incomplete command."}},
		{"ambiguous", "interface Tunnel0\n ip nhrp re\n", []string{"f:2: % Ambiguous command"}},
		{"well formed, but", "interface Loopback0\n ip address 10.0.0.0 255.255.255.0\n", []string{"f:2: Bad mask /24 for address 10.0.0.0"}},
		{"refused without a word", "interface Tunnel0\n tunnel protection ipsec profile P\n", []string{
			"f:2: % Ignored: there is no IPsec profile P above it",
		}},
		{"a refused line is not in the way of the next", "interface Loopback0\n ip address 10.0.0.1 255.255.255.0\ninterface Loopback1\n ip address 10.0.0.2 255.255.255.0\ninterface Loopback2\n ip address 10.0.0.3 255.255.255.0\n", []string{
			"f:4: % 10.0.0.0 overlaps with Loopback0", "f:6: % 10.0.0.0 overlaps with Loopback0",
		}},
		{"without effect", "crypto map M 10 ipsec-isakmp\n set pfs group14\nip access-list extended A\n deny ip any any\ninterface Ethernet0/0\n no ip proxy-arp\n", []string{
			"f:1: no effect yet: crypto map", "f:2: no effect yet: set pfs", "f:3: no effect yet: ip access-list extended",
			"f:4: no effect yet: deny", "f:6: no effect yet: no ip proxy-arp",
		}},
		{"dirty", "R1#conf t\r\nR1(config)#int tu0\r\nR1(config-if)#ip nhrp nhs 10.0.0.1\r\nR1(config-if)#tun mode gre multi\r\nR1(config-if)#ip nhrp net 1\r\nR1(config-if)#tun so 203.0.113.1\r\n", []string{
			`f:3: next hop server 10.0.0.1 has no NBMA address: add "nbma" to the line, or "ip nhrp map 10.0.0.1" with the hub's tunnel source (f:4)`,
		}},
		{"named server", "int tu0\n tun so 203.0.113.1\n tun mode gre multi\n ip nhrp net 1\n ip nhrp nhs 10.0.0.1 nbma hub.example.com\n", nil},
		{"point-to-point needs no map", "int tu0\n ip nhrp net 1\n ip nhrp nhs 10.0.0.1\n tunnel source 203.0.113.2\n tunnel destination 203.0.113.1\n", nil},
		{"shut down", "int tu0\n shutdown\n tun mode gre multi\n ip nhrp nhs 10.0.0.1\n", nil},
		{"a tunnel without NHRP", "int tu0\n tunnel source 203.0.113.1\n tunnel destination 203.0.113.2\n ip mtu 1500\n", nil},
		{"a source in a file of tunnels alone", "int tu0\n tun so g0/0\n tun mode gre multi\n ip nhrp net 1\n", []string{
			"f:2: Tunnel0 stays down where there is no GigabitEthernet0/0: this file has no interfaces but tunnels and loopbacks (f:1)",
		}},
		{"an address that no interface has", "int g0/0\n ip add 203.0.113.2 255.255.255.0\nint tu0\n tun so 203.0.113.1\n tun mode gre multi\n ip nhrp net 1\n", []string{
			"f:4: no interface has 203.0.113.1, so Tunnel0 is down as long as none gets that address (f:3)",
		}},
		{"a source that gets its address", "int di1\n ip address negotiated\nint tu0\n tun so di1\n tun mode gre multi\n ip nhrp net 1\n", nil},
		{"a source over IPv6", "int g0/0\n ipv6 address 2001:db8::1/64\nint tu0\n tun so g0/0\n tun mode gre multi ipv6\n ip nhrp net 1\n", nil},
		{"an address behind a VRF", "ip vrf V\nint g0/0\n ip vrf forwarding V\n ip address 203.0.113.1 255.255.255.0\n", nil},
		{"an address in front of a VRF", "ip vrf V\nint g0/0\n ip address 203.0.113.1 255.255.255.0\n ip vrf forwarding V\n", []string{
			`f:4: "vrf forwarding V" takes the IP address of GigabitEthernet0/0 away: enter "ip address" behind it (f:3)`,
		}},
		{"an IPv6 server without NBMA address", "int tu0\n tun so 203.0.113.1\n tun mode gre multi\n ipv6 nhrp net 1\n ipv6 nhrp nhs 2001:db8::1\n", []string{
			`f:5: next hop server 2001:db8::1 has no NBMA address: add "nbma" to the line, or "ipv6 nhrp map 2001:db8::1" with the hub's tunnel source (f:3)`,
		}},
		{"segments without ip mtu", "int tu0\n tun mode gre multi\n ip nhrp net 1\n tun key 1\n ip tcp adjust-mss 1433\n tun so 203.0.113.1\n", []string{
			`f:5: segments of 1433 bytes are longer than what fits the tunnel, 1472 less 40: enter "ip tcp adjust-mss 1432" or less (f:6)`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range One(Read("f", tt.text)) {
				got = append(got, f.String())
			}
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

// TestTwoLines: a refusal of several lines is one, so that each line of output
// has its place in front.
func TestTwoLines(t *testing.T) {
	want := "f:3: % Duplicate sequence number; % Failed to add ace to access-list"
	found := One(Read("f", "ip access-list extended A\n 10 permit ip any any\n 10 deny ip any any\n"))
	if !slices.ContainsFunc(found, func(f Finding) bool { return f.String() == want }) {
		t.Errorf("got %v, want %s among them", found, want)
	}
}

// TestNetworkOfOne: a file alone has no other side.
func TestNetworkOfOne(t *testing.T) {
	f := readNetwork(t, "testdata/tunnel-key")[1]
	if got := Network([]File{f}); got != nil {
		t.Errorf("%v", got)
	}
}

// TestCorpus looks at every collected configuration, and at some with each
// other.
func TestCorpus(t *testing.T) {
	names, _ := filepath.Glob(sharedDir + "corpus/configs/[0-9]*.txt")
	if len(names) == 0 {
		t.Skip("no collected configurations beside the repository")
	}
	var files []File
	faults := map[string]int{}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		f := Read(filepath.Base(n), string(b))
		files = append(files, f)
		for _, x := range One(f) {
			checkPlaces(t, x, map[string]int{f.Name: strings.Count(string(b), "\n") + 1})
			if x.Severity == Fault {
				faults[x.Rule]++
			}
		}
	}
	t.Log(faults)
	total := 0
	for _, n := range faults {
		total += n
	}
	if total > len(files)/10 {
		t.Errorf("%d faults in %d files that ran: the rules are too strict", total, len(files))
	}
	for i := range len(files) - 3 {
		for _, x := range Network(files[i : i+4]) {
			if x.Line < 1 || x.Text == "" {
				t.Errorf("%+v", x)
			}
		}
	}
}

// checkPlaces: a finding points into its files, whose numbers of lines are
// given.
func checkPlaces(t *testing.T, f Finding, length map[string]int) {
	t.Helper()
	if n, ok := length[f.File]; !ok || f.Line < 1 || f.Line > n {
		t.Errorf("%s: not a place", f)
	}
	if o := f.Other; o != nil {
		if n, ok := length[o.File]; !ok || o.Line < 1 || o.Line > n {
			t.Errorf("%s: the other side is not a place", f)
		}
	}
	if f.Text == "" || strings.Contains(f.Text, "\n") {
		t.Errorf("%q is not one line", f.Text)
	}
}

// TestRandom looks at random configurations of every declaration.
func TestRandom(t *testing.T) {
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 11))
		var files []File
		length := map[string]int{}
		for i := range 3 {
			text := grammar.Generate(rnd, ios.ConfigMode, 80)
			f := Read(fmt.Sprint("f", i), text)
			if len(f.Refused) > 0 {
				t.Fatalf("seed %d: %v", seed, f.Refused[0])
			}
			files = append(files, f)
			length[f.Name] = strings.Count(text, "\n") + 1
		}
		for _, x := range append(One(files[0]), Network(files)...) {
			checkPlaces(t, x, length)
		}
	}
}

// FuzzCheck reads two files, which need not be configurations.
func FuzzCheck(f *testing.F) {
	names, err := filepath.Glob("testdata/*/hub.cfg")
	if err != nil || len(names) < 20 {
		f.Fatalf("%d seeds, %v", len(names), err)
	}
	for _, n := range names {
		hub, err := os.ReadFile(n)
		if err != nil {
			f.Fatal(err)
		}
		spoke, err := os.ReadFile(filepath.Join(filepath.Dir(n), "spoke.cfg"))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		f.Add(string(hub), string(spoke))
	}
	f.Fuzz(func(t *testing.T, hub, spoke string) {
		files := []File{Read("hub", hub), Read("spoke", spoke)}
		length := map[string]int{"hub": strings.Count(files[0].text, "\n") + 1, "spoke": strings.Count(files[1].text, "\n") + 1}
		for _, x := range append(append(One(files[0]), One(files[1])...), Network(files)...) {
			checkPlaces(t, x, length)
		}
	})
}
