package ios

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"axle/cli/grammar"
)

var passwordAES = &grammar.Command{
	Syntax: "password encryption aes",
	Help:   "Encrypt stored keys with AES",
	Kind:   grammar.Leaf,
	Break:  true,
	Notes:  "Takes effect where `key config-key password-encrypt` has set a master key.",
}

// The commands of the master key. They are typed in configuration mode and
// leave no line: the key is kept beside the startup-config.
var (
	// MasterKey sets the master key: <clear>, or asks for it.
	MasterKey = &grammar.Command{
		Syntax: "key config-key password-encrypt [<clear>]",
		Help:   "Set the master key of type 6 keys",
		Args:   args{"clear": grammar.Word{Max: 127, What: "The master key, 8 characters or more"}},
	}
	// NoMasterKey deletes the master key.
	NoMasterKey = &grammar.Command{
		Syntax: "no key config-key password-encrypt",
		Help:   "Delete the master key of type 6 keys",
	}
)

// MinMasterKey is the fewest characters of a master key.
const MinMasterKey = 8

// A Sealer gives passwords and keys the form in which a configuration keeps
// them.
type Sealer struct {
	Rand   io.Reader // salts
	Hide   bool      // "service password-encryption": passwords become type 7
	Master string    // with "password encryption aes": keys become type 6; "" for neither
	// Known is a configuration whose sealed secrets are taken again where a clear
	// one is the same, so that entering it once more changes nothing; nil: none.
	Known *grammar.Tree
}

// Seal changes a line that is about to be entered: a clear "secret" becomes type
// 9, and passwords and keys what s says. Who owns the configuration calls it
// before applying the line.
func (s Sealer) Seal(l *grammar.Line) {
	if l.No || l.Default {
		return
	}
	clear, key := l.Args["clear"], l.Args["key"]
	switch {
	case clear != "" && l.Command == ntpKey:
		hideNTPKey(l, hidden7(clear))
	case clear != "" && (l.Command == enableSecret || l.Command == userCmd && l.Has("secret")):
		sealed := s.known(l)
		if sealed.Text == "" {
			sealed = MakeSecret(9, clear, s.Rand)
		}
		retype(l, "clear", "hash", strconv.Itoa(sealed.Type), sealed.Text)
	case clear != "" && s.Hide:
		retype(l, "clear", "hidden", "7", hidden7(clear))
	case key != "" && s.Master != "" && strings.Contains(l.Command.Syntax, "6 <key>"):
		i := keyAt(l)
		if i < 0 || l.Words[i-1] == "6" || l.Words[i-1] == "hex" {
			return
		}
		if text := Encrypt6(s.Master, key, s.Rand); text != "" {
			retypeAt(l, i, "key", "key", "6", text)
		}
	}
}

// hidden7 writes a password as type 7. The offset follows from the password, so
// that hiding it again changes nothing; it is no secret.
func hidden7(clear string) string {
	sum := 0
	for i := range len(clear) {
		sum += int(clear[i])
	}
	return hide(clear, sum%hiddenSeeds)
}

// known returns the sealed secret that is stored for the same user, where it is
// that of line l.
func (s Sealer) known(l *grammar.Line) Secret {
	if s.Known == nil {
		return Secret{}
	}
	for x := range s.Known.Alike(l, "user") {
		old := secretOf(x.Line)
		if x.Line.Args["user"] == l.Args["user"] && !x.Line.No && x.Line.Args["hash"] != "" && old.Verify(l.Args["clear"]) {
			return old
		}
	}
	return Secret{}
}

// hideNTPKey gives a key of NTP, which is never shown in clear, its type 7 form.
// The type stands behind it.
func hideNTPKey(l *grammar.Line, text string) {
	i := argumentAt(l, "clear")
	if i < 0 || text == "" {
		return
	}
	l.Words = append(l.Words[:i:i], text, "7")
	delete(l.Args, "clear")
	l.Args["hidden"] = text
}

// retype replaces the argument from of a line, and the "0" before it, by a type
// and the argument to.
func retype(l *grammar.Line, from, to, typ, text string) {
	if i := argumentAt(l, from); i >= 0 && text != "" {
		retypeAt(l, i, from, to, typ, text)
	}
}

// retypeAt is retype, for an argument that is the i-th word.
func retypeAt(l *grammar.Line, i int, from, to, typ, text string) {
	head := l.Words[:i:i]
	if l.Words[i-1] == "0" {
		head = l.Words[: i-1 : i-1]
	}
	l.Words = slices.Concat(head, []string{typ, text}, l.Words[i+1:])
	delete(l.Args, from)
	l.Args[to] = text
}

// argumentAt returns which word of a line is a password, or -1: the last, as a
// user may be named like it.
func argumentAt(l *grammar.Line, name string) int {
	for i := len(l.Words) - 1; i > 0; i-- {
		if l.Words[i] == l.Args[name] {
			return i
		}
	}
	return -1
}

// Tree seals what stands in a configuration, as Seal does with typed lines. Each
// "secret" takes tens of milliseconds.
func (s Sealer) Tree(t *grammar.Tree) {
	var clear []*grammar.Tree
	for x := range t.Children() {
		if x.Line.Args["clear"] != "" || x.Line.Args["key"] != "" {
			clear = append(clear, x)
		}
		s.Tree(x)
	}
	for _, x := range clear {
		l := *x.Line // lines of a tree never change
		l.Words, l.Args = slices.Clone(l.Words), maps.Clone(l.Args)
		s.Seal(&l)
		t.Rewrite(x, &l)
	}
}

// SealerOf returns what a configuration says of its passwords and keys. master
// is the master key, "" where none is set; rnd gives the salts.
func SealerOf(t *grammar.Tree, master string, rnd io.Reader) Sealer {
	s := Sealer{Rand: rnd, Hide: storedLine(t, serviceEncryption) != nil, Known: t}
	if storedLine(t, passwordAES) != nil {
		s.Master = master
	}
	return s
}

// Seals reports whether a line changes how passwords and keys are kept.
func Seals(l *grammar.Line) bool {
	return l.Command == serviceEncryption || l.Command == passwordAES
}

// Reencrypt writes the type 6 keys of a configuration that were written under
// the master key from under the master key to. Others stay as they are.
func Reencrypt(t *grammar.Tree, from, to string, rnd io.Reader) {
	for x := range t.Children() {
		Reencrypt(x, from, to, rnd)
		key, i := x.Line.Args["key"], keyAt(x.Line)
		if i < 1 || x.Line.Words[i-1] != "6" {
			continue
		}
		clear, ok := Decrypt6(from, key)
		if text := Encrypt6(to, clear, rnd); ok && text != "" {
			l := *x.Line
			l.Words, l.Args = slices.Clone(l.Words), maps.Clone(l.Args)
			l.Words[i], l.Args["key"] = text, text
			t.Rewrite(x, &l)
		}
	}
}

// Unsecret returns a line as it is listed where no password and no key may be
// read. Of a line whose rest nobody has looked at there is only the beginning.
func Unsecret(l *grammar.Line) string {
	at := keyAt(l)
	for _, name := range []string{"clear", "hidden", "hash"} {
		if l.Args[name] != "" {
			at = argumentAt(l, name)
		}
	}
	switch {
	case at > 0:
		x := *l
		x.Words = slices.Clone(l.Words)
		x.Words[at] = "******"
		return x.String()
	case l.Args["line"] != "":
		return l.Name() + " ..."
	}
	return l.String()
}
