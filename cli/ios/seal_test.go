package ios

import (
	"strings"
	"testing"

	"axle/cli/grammar"
)

func TestSealer(t *testing.T) {
	hide, master := Sealer{Rand: zeros{}, Hide: true}, Sealer{Rand: zeros{}, Master: "a master key"}
	for _, tt := range []struct {
		name string
		s    Sealer
		line string
		want string // in front of what is encrypted, "" where the line stays
	}{
		{"a user named like the password", Sealer{Rand: zeros{}}, "username admin privilege 15 secret admin", "username admin privilege 15 secret 9 $9$"},
		{"a password", hide, "username admin password admin", "username admin password 7 "},
		{"a password of several words", hide, "enable password one two", "enable password 7 "},
		{"a password, as typed", Sealer{Rand: zeros{}}, "enable password one two", ""},
		{"a hidden password", hide, "enable password 7 0822455D0A16", ""},
		{"a key", master, "crypto isakmp key key address 203.0.113.1", "crypto isakmp key 6 "},
		{"a key of type 0", master, "crypto isakmp key 0 isakmp address 203.0.113.1", "crypto isakmp key 6 "},
		{"an encrypted key", master, "crypto isakmp key 6 AAA address 203.0.113.1", ""},
		{"a key without a master key", hide, "crypto isakmp key Cisco123 address 203.0.113.1", ""},
		{"no password", hide, "no enable password", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := ConfigMode.Match(tt.line)
			if err != nil {
				t.Fatal(err)
			}
			was := l.String()
			tt.s.Seal(l)
			got := l.String()
			switch {
			case tt.want == "" && got != was:
				t.Errorf("%q becomes %q", was, got)
			case tt.want != "" && !strings.HasPrefix(got, tt.want):
				t.Errorf("%q becomes %q, want %q...", was, got, tt.want)
			}
			if again, err := ConfigMode.Match(got); err != nil || again.String() != got {
				t.Errorf("%q is read as %q: %v", got, again, err)
			}
		})
	}
}

// What is entered with the secret in force stays.
func TestSealKnown(t *testing.T) {
	tree, _ := Load("username u secret first\nenable secret second\n")
	Sealer{Rand: zeros{}}.Tree(tree)
	was := tree.Text()
	s := SealerOf(tree, "", strings.NewReader(strings.Repeat("another salt ", 9)))
	for _, line := range []string{"username u secret first", "enable secret second"} {
		l, _ := ConfigMode.Match(line)
		s.Seal(l)
		tree.Apply(l)
	}
	if tree.Text() != was {
		t.Errorf("the secrets became\n%s\nfrom\n%s", tree.Text(), was)
	}
	l, _ := ConfigMode.Match("username u secret other")
	s.Seal(l)
	tree.Apply(l)
	if tree.Text() == was {
		t.Error("another secret changes nothing")
	}
}

func TestReencrypt(t *testing.T) {
	tree, _ := Load("crypto isakmp key one address 203.0.113.1\ncrypto ikev2 keyring K\n peer P\n  pre-shared-key two\n")
	Sealer{Rand: zeros{}, Master: "first key"}.Tree(tree)
	Reencrypt(tree, "first key", "second key", zeros{})
	Reencrypt(tree, "first key", "third key", zeros{}) // reads none of them
	var clear []string
	var walk func(*grammar.Tree)
	walk = func(t *grammar.Tree) {
		for x := range t.Children() {
			if key := x.Line.Args["key"]; key != "" {
				text, _ := Decrypt6("second key", key)
				clear = append(clear, text)
			}
			walk(x)
		}
	}
	walk(tree)
	if got := strings.Join(clear, " "); got != "two one" {
		t.Errorf("the keys are %q", got)
	}
}
