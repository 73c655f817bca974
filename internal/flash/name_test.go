package flash

import (
	"errors"
	"path"
	"strings"
	"testing"
)

var nameTests = []struct{ name, in, want string }{ // want "": refused
	{"plain", "a.cfg", "a.cfg"},
	{"rooted", "/a.cfg", "a.cfg"},
	{"folder", "dir/a.cfg", "dir/a.cfg"},
	{"more slashes than needed", "//dir///a.cfg/", "dir/a.cfg"},
	{"here", "./dir/./a.cfg", "dir/a.cfg"},
	{"blank inside", "my file", "my file"},
	{"hidden", ".a", ".a"},
	{"three dots", "...", "..."},
	{"other letters", "größe.cfg", "größe.cfg"},
	{"longest", strings.Repeat("a", MaxName), strings.Repeat("a", MaxName)},
	{"deepest", "1/2/3/4/5/6/7/8", "1/2/3/4/5/6/7/8"},

	{"empty", "", ""},
	{"root", "/", ""},
	{"nothing but here", "./.", ""},
	{"up", "..", ""},
	{"up at the front", "../a", ""},
	{"up in the middle, harmless", "a/../b", ""},
	{"up at the end", "a/..", ""},
	{"NUL", "a\x00b", ""},
	{"control", "a\x1bb", ""},
	{"line end", "a\nb", ""},
	{"delete", "a\x7f", ""},
	{"C1 control", "a\u009bb", ""},
	{"text turned around", "a\u202eb", ""},
	{"no UTF-8", "a\xffb", ""},
	{"too long", strings.Repeat("a", MaxName+1), ""},
	{"too long with its folder", "d/" + strings.Repeat("a", MaxName-1), ""},
	{"too deep", "1/2/3/4/5/6/7/8/9", ""},
	{"reserved", temporary + "1", ""},
	{"reserved folder", "a/" + temporary + "/b", ""},
}

func TestClean(t *testing.T) {
	for _, tt := range nameTests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Clean(tt.in)
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("Clean(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
			}
			if err != nil && !errors.Is(err, ErrName) {
				t.Errorf("Clean(%q): %v is no ErrName", tt.in, err)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, tt := range nameTests {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		name, err := Clean(in)
		if err != nil {
			if name != "" || !errors.Is(err, ErrName) {
				t.Fatalf("Clean(%q) = %q, %v", in, name, err)
			}
			return
		}
		if again, err := Clean(name); again != name || err != nil {
			t.Errorf("Clean(%q) = %q, but then %q, %v", in, name, again, err)
		}
		if len(name) > MaxName || strings.Count(name, "/") >= MaxDepth || path.Clean("/"+name) != "/"+name {
			t.Errorf("Clean(%q) = %q", in, name)
		}
	})
}
