package tidy

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// machinePath matches folders of one machine. They are put together here, so
// that the rule does not find itself.
var (
	machinePath = regexp.MustCompile("(^|[\\s\"'`(=:,])/(wo" + "rk|ho" + "me|ro" + "ot)/[\\w.]")
	scratchPath = regexp.MustCompile("(^|[\\s\"'`(=:,])/t" + "mp\\b")
)

// otherTalk matches words about how the program is worked on: the project
// speaks of itself alone.
var otherTalk = regexp.MustCompile(`(?i)\b(` + strings.Join([]string{
	"assis" + "tants?", "AI" + "-generated", "clau" + "de", "helper" + " session", "the" + " issue", "sub" + "agents?",
}, "|") + `)\b|\bL` + `LMs?\b`)

// isText tells whether src is text. What lies in testdata and is no text, such as
// a capture, has no words.
func isText(src []byte) bool {
	return utf8.Valid(src) && !bytes.ContainsRune(src, 0)
}

// checkWords finds machine paths and other talk in the text of a file.
func checkWords(name, text string) []finding {
	var found []finding
	n := 0
	for line := range strings.Lines(text) {
		n++
		if w := otherTalk.FindString(line); w != "" {
			found = append(found, finding{name, n, "speaks of something other than the project: " + w})
		}
		if machinePath.MatchString(line) || !strings.HasSuffix(name, "_test.go") && scratchPath.MatchString(line) {
			found = append(found, finding{name, n, "names a folder of one machine: " + strings.TrimSpace(line)})
		}
	}
	return found
}

func TestWords(t *testing.T) {
	seen := 0
	err := walk(func(name string, src []byte) error {
		if isText(src) {
			seen++
			report(t, checkWords(name, string(src)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Errorf("only %d text files seen", seen)
	}
}

func TestWordsRefuse(t *testing.T) {
	for _, tt := range []struct{ name, file, text, want string }{
		{"plain", "a.md", "A router is a router.\n", ""},
		{"machine path", "a.md", "see /wo" + "rk/x\n", "folder of one machine"},
		{"quoted path", "a.go", "\"/ho" + "me/me\"\n", "folder of one machine"},
		{"url", "a.md", "https://example.net/wo" + "rk/x\n", ""},
		{"scratch", "Makefile", "cd /t" + "mp/x\n", "folder of one machine"},
		{"scratch in a test", "a_test.go", "\"/t" + "mp/x\"\n", ""},
		{"talk", "a.md", "made by Clau" + "de\n", "other than the project"},
		{"talk in capitals", "a.md", "The" + " Issue says\n", "other than the project"},
		{"issuer", "a.md", "the" + " issuer of a certificate\n", ""},
		{"second line", "a.md", "x\nAI" + "-generated\n", "other than the project"},
	} {
		t.Run(tt.name, func(t *testing.T) { wantOne(t, checkWords(tt.file, tt.text), tt.want) })
	}
}
