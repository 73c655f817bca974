package grammar

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestTypes(t *testing.T) {
	type row struct {
		in   string // words; "^" stands before the first bad byte
		want string // canonical text; "" is a refusal
	}
	tests := []struct {
		name string
		typ  Type
		rows []row
	}{
		{"Uint", Uint{Min: 1, Max: 4294967295}, []row{
			{"1", "1"},
			{"007", "7"},
			{"4294967295", "4294967295"},
			{"^0", ""},
			{"^4294967296", ""},
			{"^99999999999999999999", ""},
			{"^-1", ""},
			{"^+1", ""},
			{"^1x", ""},
			{"^0x1", ""},
			{"^１", ""},
		}},
		{"Uint from 0", Uint{Max: 9}, []row{{"0", "0"}, {"00", "0"}, {"^10", ""}}},
		{"IPv4", IPv4{}, []row{
			{"0.0.0.0", "0.0.0.0"},
			{"255.255.255.255", "255.255.255.255"},
			{"10.0.0.25^6", ""},
			{"10.0.0^", ""},
			{"10.0.0.^", ""},
			{"10.0.0.1^.", ""},
			{"10.^.0.1", ""},
			{"^x", ""},
			{"10.0^1.0.1", ""},
			{"1.2.3.4^/8", ""},
			{"^::1", ""},
		}},
		{"IPv6", IPv6{}, []row{
			{"2001:db8::a", "2001:DB8::A"},
			{"2001:0DB8:0:0:0:0:0:1", "2001:DB8::1"},
			{"::", "::"},
			{"::ffff:1.2.3.4", "::FFFF:1.2.3.4"},
			{"fe80::1^%eth0", ""},
			{"^1.2.3.4", ""},
			{"2001:db8::^g", ""},
			{"^1::2::3", ""},
			{"2001^", ""},
			{"^:::", ""},
		}},
		{"Addr", Addr{}, []row{{"1.2.3.4", "1.2.3.4"}, {"::a", "::A"}, {"^x", ""}, {"1.2.3^", ""}, {"^::1::", ""}}},
		{"Mask", Mask{}, []row{
			{"255.255.255.0", "255.255.255.0"},
			{"0.0.0.0", "0.0.0.0"},
			{"255.255.255.255", "255.255.255.255"},
			{"128.0.0.0", "128.0.0.0"},
			{"^255.0.255.0", ""},
			{"^0.0.0.255", ""},
			{"^255.255.255.1", ""},
			{"255.255.255^", ""},
		}},
		{"Wildcard", Wildcard{}, []row{{"0.0.0.255", "0.0.0.255"}, {"0.255.0.255", "0.255.0.255"}, {"0.0.0.25^6", ""}}},
		{"Prefix6", Prefix6{}, []row{
			{"2001:db8::/32", "2001:DB8::/32"},
			{"2001:db8::1/128", "2001:DB8::1/128"},
			{"::/0", "::/0"},
			{"2001:db8::^", ""},
			{"::/^", ""},
			{"::/12^9", ""},
			{"::/0^1", ""},
			{"::/^x", ""},
			{"::^x/1", ""},
		}},
		{"Word", Word{Max: 4}, []row{{"abcd", "abcd"}, {"éééé", "éééé"}, {"abcd^e", ""}}},
		{"Word of any length", Word{}, []row{{strings.Repeat("x", 300), strings.Repeat("x", 300)}}},
		{"Rest", Rest{Max: 9}, []row{{"a  b", "a  b"}, {"123456789^0", ""}}},
		{"Hex", Hex{Max: 4}, []row{{"0aFf", "0AFF"}, {"0x1f", "0x1F"}, {"12^g", ""}, {"1234^5", ""}, {"0x^", ""}, {"0x1234^5", ""}}},
	}
	for _, tt := range tests {
		for _, r := range tt.rows {
			before, after, _ := strings.Cut(r.in, "^")
			in := before + after
			got, n, bad, ok := tt.typ.Parse([]string{in})
			switch {
			case ok != (r.want != ""), got != r.want, ok && n != 1:
				t.Errorf("%s: %q = %q, %d words, %v; want %q", tt.name, in, got, n, ok, r.want)
			case !ok && bad != len(before):
				t.Errorf("%s: %q is bad at %d, want %d", tt.name, in, bad, len(before))
			case ok:
				if again, _, _, ok := tt.typ.Parse([]string{got}); !ok || again != got {
					t.Errorf("%s: canonical %q reads as %q", tt.name, got, again)
				}
			}
		}
		if tt.typ.Placeholder() == "" || tt.typ.Help() == "" {
			t.Errorf("%s: no placeholder or help", tt.name)
		}
	}
}

func TestSamples(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for _, typ := range []Type{Uint{Min: 5, Max: 5}, Uint{Max: 1 << 63}, IPv4{}, IPv6{}, Addr{}, Mask{}, Wildcard{}, Prefix6{}, Word{}, Word{Max: 1}, Rest{}, Hex{}, port{}} {
		for range 200 {
			if s, ok := sample(typ, rnd); !ok {
				t.Errorf("%T: sample %q is refused", typ, s)
			}
		}
	}
}

// TestWrappedRest: a type that embeds Rest takes the rest of the line, too.
func TestWrappedRest(t *testing.T) {
	type note struct{ Rest }
	m := &Mode{Commands: []*Command{{Syntax: "note <text>", Kind: Leaf}}, Types: map[string]Type{"text": note{}}}
	l, err := m.Match("note a   b ")
	if err != nil || l.String() != "note a   b" {
		t.Errorf("got %v, %v", l, err)
	}
}
