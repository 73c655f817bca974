package ios

import (
	"fmt"
	"slices"
	"strings"

	"axle/cli/grammar"
)

// The commands that hold passwords.
var (
	enableSecret = &grammar.Command{
		Syntax: "enable secret {" + sealedForms + "}",
		Help:   "Assign the privileged level secret (MAX of 255 characters)",
		Kind:   grammar.Leaf,
		Args:   secretTypes,
		Break:  true,
		Notes:  "A clear secret is stored as type 9 (scrypt).",
		Canon:  dropTypeZero,
	}
	enablePassword = &grammar.Command{
		Syntax: "enable password {" + passwordForms + "}",
		Help:   "Assign the privileged level password (MAX of 255 characters)",
		Kind:   grammar.Leaf,
		Args:   secretTypes,
		Canon:  dropTypeZero,
	}
	userCmd = &grammar.Command{
		Syntax: "username <user> [privilege <level>] [secret {" + sealedForms + "}|password {" + passwordForms + "}|nopassword]",
		Help:   "Establish User Name Authentication",
		Kind:   grammar.List,
		Key:    []string{"user"},
		Args:   secretTypes,
		Break:  true,
		Canon: func(l *grammar.Line) {
			dropTypeZero(l)
			if l.Args["level"] == "1" { // the default is not shown
				l.Words = append(l.Words[:2:2], l.Words[4:]...)
			}
		},
	}
)

const (
	sealedForms   = "0 <clear>|5 <hash>|8 <hash>|9 <hash>|<clear>"
	passwordForms = "0 <clear>|6 <hash>|7 <hidden>|<clear>"
)

var secretTypes = args{
	"key-id": num(1, 255, "Key ID"),
	"user":   grammar.Word{Max: 64, What: "User name"},
	"clear":  grammar.Rest{Max: 127, What: "The UNENCRYPTED (cleartext) password"},
	"hash":   grammar.Word{Max: 255, What: "The HASHED secret"},
	"hidden": grammar.Word{Max: 255, What: "The HIDDEN password"},
}

// dropTypeZero takes the type away from a clear password in the words that are
// to be shown with it, and gives it to those that stand without.
func dropTypeZero(l *grammar.Line) {
	if l.Args["clear"] == "" {
		return
	}
	n := len(l.Words)
	showsZero := l.Words[0] == "username" && l.Has("password")
	switch typed := l.Words[n-2] == "0"; {
	case typed && !showsZero && !looksTyped(l.Args["clear"]):
		l.Words = append(l.Words[:n-2:n-2], l.Words[n-1])
	case !typed && showsZero:
		l.Words = append(l.Words[:n-1:n-1], "0", l.Words[n-1])
	}
}

// looksTyped reports whether a clear password would be read as a type and
// something behind it.
func looksTyped(clear string) bool {
	word, _, _ := strings.Cut(clear, " ")
	return len(word) == 1 && strings.Contains("0456789", word)
}

// secretOf reads the password of a line.
func secretOf(l *grammar.Line) Secret {
	n := len(l.Words)
	switch {
	case l.Args["clear"] != "":
		return Secret{0, l.Args["clear"]}
	case n < 2 || firstOf(l, "hash", "hidden") == "":
		return Secret{}
	}
	return Secret{atoi(l.Words[n-2]), l.Words[n-1]}
}

// users reads the accounts.
func (d *decoder) users(t *grammar.Tree, c *Config) {
	if l := d.line(t, enableSecret); l != nil {
		c.EnableSecret = secretOf(l)
	}
	if l := d.line(t, enablePassword); l != nil {
		c.EnablePassword = secretOf(l)
	}
	for l := range d.lines(t, userCmd) {
		u := User{Name: l.Args["user"], Privilege: 1, Secret: secretOf(l)}
		if l.Args["level"] != "" {
			u.Privilege = number(l, "level")
		}
		c.Users = append(c.Users, u)
	}
}

// checkSecret refuses a hidden password or a hash that is none, and a type that
// secrets do not have.
func checkSecret(l *grammar.Line) error {
	if text := l.Args["hidden"]; text != "" && !(Secret{7, text}).wellFormed() {
		return &Refusal{"Invalid encrypted password: " + text}
	}
	isSecret := l.Command == enableSecret || l.Command == userCmd && l.Has("secret")
	if !isSecret {
		return nil
	}
	s := secretOf(l)
	n := len(l.Words)
	switch {
	case s.Type == 0 && l.Words[n-2] != "0" && looksTyped(s.Text):
		s.Type = atoi(s.Text[:1])
	case s.Type == 0 || s.wellFormed():
		return nil
	}
	return &Refusal{fmt.Sprintf("ERROR: The secret you entered is not a valid encrypted secret.\nTo enter an UNENCRYPTED secret, do not specify type %d encryption.\n"+
		"When you properly enter an UNENCRYPTED secret, it will be encrypted.", s.Type)}
}

// What IOS prints of passwords that it takes.
const (
	noticeSameSecret   = "The enable secret you have chosen is the same as your enable password.\nThis is not recommended.  Re-enter the enable secret.\n"
	noticeSamePassword = "The enable password you have chosen is the same as your enable secret.\nThis is not recommended.  Re-enter the enable password.\n"
)

// noticePassword returns what IOS prints when the passwords of the privileged
// level are the same.
func noticePassword(t *grammar.Tree, l *grammar.Line) string {
	password, secret := storedLine(t, enablePassword), storedLine(t, enableSecret)
	if l.Command != enablePassword && l.Command != enableSecret || password == nil || secret == nil {
		return ""
	}
	clear := secretOf(password)
	if clear.Type == 7 {
		clear.Text, _ = reveal(clear.Text)
	}
	switch {
	case clear.Text == "" || !secretOf(secret).Verify(clear.Text):
		return ""
	case l.Command == enableSecret:
		return noticeSameSecret
	}
	return noticeSamePassword
}

// noticeWeak returns what IOS prints of a password whose type is weak.
func noticeWeak(l *grammar.Line) string {
	if l.No || l.Default || l.Command != enableSecret && l.Command != enablePassword && passwordAt(l) < 0 {
		return ""
	}
	s := secretOf(l)
	if s.Text == "" || s.Type != 0 && s.Type != 5 && s.Type != 7 {
		return ""
	}
	return fmt.Sprintf("WARNING: Command has been added to the configuration using a type %d password. However, type %d passwords will soon be deprecated. Migrate to a supported password type\n", s.Type, s.Type)
}

// userOf returns the line of the user that l is about, or nil.
func userOf(t *grammar.Tree, l *grammar.Line) *grammar.Tree {
	for s := range t.Alike(l, "user") {
		return s
	}
	return nil
}

// mergeUser adds to the line of a user what is stored about the user and not
// said anew, as IOS does: there is one line for each.
func mergeUser(t *grammar.Tree, l *grammar.Line) {
	old := userOf(t, l)
	if l.No || l.Default || old == nil {
		return
	}
	add := old.Line
	if level := add.Args["level"]; l.Args["level"] == "" && level != "" {
		l.Args["level"] = level
		if level != "1" {
			l.Words = slices.Insert(l.Words, 2, "privilege", level)
		}
	}
	if i := passwordAt(add); i > 0 && passwordAt(l) < 0 {
		l.Words = append(l.Words, add.Words[i:]...)
		for _, k := range []string{"clear", "hash", "hidden"} {
			if v := add.Args[k]; v != "" {
				l.Args[k] = v
			}
		}
	}
}

// passwordAt returns where in a user's line the password begins, or -1.
func passwordAt(l *grammar.Line) int {
	for i := 2; i < len(l.Words); i++ {
		switch l.Words[i] {
		case "secret", "password", "nopassword":
			return i
		case "privilege":
			i++
		}
	}
	return -1
}

// checkUser refuses a password beside a secret.
func checkUser(t *grammar.Tree, l *grammar.Line) error {
	old := userOf(t, l)
	if old == nil {
		return nil
	}
	i, j := passwordAt(old.Line), passwordAt(l)
	if i < 0 || j < 0 || old.Line.Words[i] == l.Words[j] || l.Words[j] == "nopassword" || old.Line.Words[i] == "nopassword" {
		return nil
	}
	return &Refusal{"ERROR: Can not have both a user password and a user secret.\nPlease choose one or the other."}
}
