package tidy

import (
	"bytes"
	"go/ast"
	"testing"
)

// The limits of the house, in lines.
const (
	fileLimit = 500
	funcLimit = 100
	tripwire  = 70 // a function that is longer says why
)

// The ratchet: the longest file and function outside tests, and the number of
// functions over the tripwire. They may be lowered, never raised.
const (
	longestFile  = 433
	longestFunc  = 56
	overTripwire = 0
)

// sizes are measures of the code outside tests.
type sizes struct {
	file, fn     int // lines of the longest
	filePath     string
	fnPath       string
	overTripwire []finding
}

// measure takes the sizes of m.
func measure(m *tree) sizes {
	var s sizes
	for _, f := range m.files {
		if f.test() {
			continue
		}
		if n := bytes.Count(f.src, []byte("\n")); n > s.file {
			s.file, s.filePath = n, f.path
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := m.fset.Position(fn.End()).Line - m.fset.Position(fn.Pos()).Line + 1
			found := m.at(f, fn, "%s has %d lines", fn.Name.Name, n)
			if n > s.fn {
				s.fn, s.fnPath = n, found.String()
			}
			if n > tripwire {
				s.overTripwire = append(s.overTripwire, found)
			}
		}
	}
	return s
}

func TestSizes(t *testing.T) {
	s := measure(load(t))
	for _, r := range []struct {
		what       string
		got, limit int
		ratchet    int
		where      string
	}{
		{"longestFile", s.file, fileLimit, longestFile, s.filePath},
		{"longestFunc", s.fn, funcLimit, longestFunc, s.fnPath},
		{"overTripwire", len(s.overTripwire), 1 << 20, overTripwire, ""},
	} {
		switch {
		case r.got > r.limit:
			t.Errorf("%s is %d, the house's limit is %d: %s", r.what, r.got, r.limit, r.where)
		case r.got > r.ratchet:
			t.Errorf("%s is %d and was %d: %s", r.what, r.got, r.ratchet, r.where)
		case r.got < r.ratchet:
			t.Logf("%s may be lowered from %d to %d", r.what, r.ratchet, r.got)
		}
	}
	if len(s.overTripwire) > overTripwire {
		report(t, s.overTripwire)
	}
}

func TestMeasure(t *testing.T) {
	m := pretend(t, "a/a.go", "package a\n\n// f is short.\nfunc f() {\n}\n\nfunc g() {\n\n\n}\n")
	if s := measure(m); s.file != 10 || s.fn != 4 || len(s.overTripwire) != 0 {
		t.Errorf("measured %+v, want a file of 10 lines and a function of 4", s)
	}
	long := pretend(t, "a/a.go", "package a\nfunc f() {"+string(bytes.Repeat([]byte("\n"), tripwire))+"}\n")
	if s := measure(long); len(s.overTripwire) != 1 {
		t.Errorf("a function of %d lines is not over the tripwire", s.fn)
	}
}
