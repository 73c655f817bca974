package ios

import (
	"bytes"
	"strings"
	"testing"
)

// TestSecrets holds secrets that other programs made.
func TestSecrets(t *testing.T) {
	for _, tt := range []struct {
		name, password string
		s              Secret
	}{
		{"clear", "cisco", Secret{0, "cisco"}},
		{"type 7", "cisco", Secret{7, "0822455D0A16"}},
		{"type 5", "cisco", Secret{5, "$1$mERr$hx5rVt7rPNoS4wqbXKX7m0"}},
		{"type 8", "cisco", Secret{8, "$8$dsYGNam3K1SIJO$7nv/35M/qr6t.dVc7UY9zrJDWRVqncHub1PE9UlMQFs"}},
		{"type 9", "cisco", Secret{9, "$9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !tt.s.Verify(tt.password) {
				t.Error("the password does not fit")
			}
			for _, wrong := range []string{"", "Cisco", "cisco1", "cisc", tt.s.Text + "x"} {
				if tt.s.Verify(wrong) {
					t.Errorf("%q fits", wrong)
				}
			}
		})
	}
}

func TestMakeSecret(t *testing.T) {
	rnd := func() *bytes.Reader { return bytes.NewReader([]byte("0123456789abcdef")) }
	for _, typ := range []int{0, 5, 7, 8, 9} {
		s := MakeSecret(typ, "admin", rnd())
		if s.Type != typ || !s.Verify("admin") || s.Verify("nimda") {
			t.Errorf("type %d: %+v", typ, s)
		}
		if typ != 0 && strings.Contains(s.Text, "admin") {
			t.Errorf("type %d shows the password", typ)
		}
		if typ != 0 && MakeSecret(typ, "admin", bytes.NewReader(nil)) != (Secret{}) {
			t.Errorf("type %d was made without salt", typ)
		}
	}
	if s := MakeSecret(9, "admin", rnd()); len(s.Text) != 61 {
		t.Errorf("type 9 has %d characters, want 61", len(s.Text))
	}
	if (Secret{}).Verify("") {
		t.Error("no secret fits the empty password")
	}
}

func TestBrokenSecrets(t *testing.T) {
	for _, s := range []Secret{{5, "$1$"}, {5, "x"}, {9, "$8$a$b"}, {7, "0"}, {7, "zz00"}, {7, "08zz"}, {4, "x"}, {9, ""}} {
		if s.Verify("") || s.Verify("cisco") {
			t.Errorf("%+v fits", s)
		}
	}
}

func TestSealTree(t *testing.T) {
	tree, errs := Load("enable secret admin\nusername admin privilege 15 secret admin\nusername guest password 0 guest\n")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	copied := tree.Clone()
	Sealer{Rand: zeros{}}.Tree(tree)
	c := Decode(tree)
	if !c.EnableSecret.Verify("admin") || c.EnableSecret.Type != 9 || c.Users[0].Secret.Type != 9 || c.Users[1].Secret.Type != 0 {
		t.Errorf("%+v, %+v", c.EnableSecret, c.Users)
	}
	if Decode(copied).EnableSecret.Type != 0 {
		t.Error("a copy of the configuration changed")
	}
}

func TestSeal(t *testing.T) {
	for _, in := range []string{"enable secret admin", "enable secret 0 admin", "username admin privilege 15 secret admin"} {
		term, c := pasted(in)
		if strings.Contains(term.tree.Text(), "secret admin") {
			t.Errorf("%q is shown in clear:\n%s", in, term.tree.Text())
		}
		s := c.EnableSecret
		if len(c.Users) > 0 {
			s = c.Users[0].Secret
		}
		if s.Type != 9 || !s.Verify("admin") {
			t.Errorf("%q is stored as %+v", in, s)
		}
	}
}
