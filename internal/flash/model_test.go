package flash

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
)

// A model says what a store should do: a map of names, folders ending in a
// slash.
type model map[string]string

func (m model) has(name string) bool {
	_, file := m[name]
	_, dir := m[name+"/"]
	return file || dir
}

func (m model) isDir(name string) bool {
	_, dir := m[name+"/"]
	return dir || name == "."
}

// under tells whether a folder holds anything.
func (m model) under(dir string) bool {
	for name := range m {
		if name != dir+"/" && strings.HasPrefix(name, dir+"/") {
			return true
		}
	}
	return false
}

// put is the writing of a file; text is what it then holds.
func (m model) put(name, text string) error {
	switch {
	case !m.isDir(path.Dir(name)):
		return fs.ErrNotExist
	case m.isDir(name):
		return ErrFolder
	case !m.has(name) && len(m) >= small.files, len(text) > int(small.size):
		return ErrFull
	}
	m[name] = text
	return nil
}

// change is every other verb that changes something.
func (m model) change(verb, name, to string) error {
	if verb == "mkdir" {
		switch {
		case !m.isDir(path.Dir(name)):
			return fs.ErrNotExist
		case m.has(name):
			return fs.ErrExist
		case len(m) >= small.files:
			return ErrFull
		}
		m[name+"/"] = ""
		return nil
	}
	if !m.has(name) {
		return fs.ErrNotExist
	}
	if verb == "rmdir" {
		switch {
		case !m.isDir(name):
			return ErrNotFolder
		case m.under(name):
			return ErrNotEmpty
		}
		delete(m, name+"/")
		return nil
	}
	if m.isDir(name) {
		return ErrFolder
	}
	if verb == "rename" {
		switch {
		case !m.isDir(path.Dir(to)):
			return fs.ErrNotExist
		case m.has(to):
			return fs.ErrExist
		}
		m[to] = m[name]
	}
	delete(m, name)
	return nil
}

// compare looks at every file and folder of the store.
func (m model) compare(s Store) error {
	got := model{}
	var walk func(dir string) error
	walk = func(dir string) error {
		files, err := s.List(dir)
		if err != nil {
			return err
		}
		if !slices.IsSortedFunc(files, byName) {
			return fmt.Errorf("%q is not sorted: %v", dir, files)
		}
		for _, f := range files {
			name := path.Join(dir, f.Name)
			if st, err := s.Stat(name); err != nil || st != f {
				return fmt.Errorf("Stat(%q) = %v, %v; List says %v", name, st, err, f)
			}
			if f.Dir {
				got[name+"/"] = ""
				if err := walk(name); err != nil {
					return err
				}
				continue
			}
			text, err := get(s, name)
			if err != nil || int64(len(text)) != f.Size {
				return fmt.Errorf("%q holds %q, %v; List says %d bytes", name, text, err, f.Size)
			}
			got[name] = text
		}
		return nil
	}
	if err := walk(""); err != nil {
		return err
	}
	if !maps.Equal(got, m) {
		return fmt.Errorf("the store holds %q, want %q", got, m)
	}
	if mem, ok := s.(*Memory); ok {
		var used int64
		for _, text := range m {
			used += int64(len(text))
		}
		if mem.used != used {
			return fmt.Errorf("used is %d, want %d", mem.used, used)
		}
	}
	return nil
}

// TestModel does random things to a store and to a map.
func TestModel(t *testing.T) {
	each(t, true, func(t *testing.T, s Store) {
		rounds := 20000
		switch s := s.(type) {
		case *Memory:
			s.limits.total = 1000 // of no matter here
		case *Dir:
			rounds = 1500
		}
		rnd := rand.New(rand.NewPCG(3, 1))
		choice := []string{"a", "b", "d", "d/a", "d/b", "d/e", "d/e/a", "a/x"}
		name := func() string { return choice[rnd.IntN(len(choice))] }
		m, met := model{}, map[string]int{}
		var late io.WriteCloser // a writer that is open for some rounds
		var lateName, lateText string
		for round := range rounds {
			var call string
			var got, want error
			a, b := name(), name()
			text := strings.Repeat("x", rnd.IntN(int(small.size)+4)) + fmt.Sprint(round%10)
			switch n := rnd.IntN(10); {
			case n < 3:
				call, got, want = "write "+a, put(s, a, text, false), m.put(a, text)
			case n < 5:
				call, got, want = "append "+a, put(s, a, text, true), m.put(a, m[a]+text)
			case n == 5 && late == nil:
				text = text[:min(len(text), int(small.size))]
				call, want = "create "+a, maps.Clone(m).put(a, text)
				if late, got = s.Create(a, false); got != nil {
					late = nil
					break
				}
				lateName, lateText = a, text
				_, got = io.WriteString(late, text)
			case n == 5 && rnd.IntN(2) == 0:
				call = "abort"
				late.(Aborter).Abort()
				late = nil
			case n == 5:
				call, got, want = "close "+lateName, late.Close(), m.put(lateName, lateText)
				late = nil
			default:
				verb := [...]string{"mkdir", "rmdir", "remove", "rename"}[rnd.IntN(4)]
				call, want = verb+" "+a+" "+b, m.change(verb, a, b)
				_, got = do(s, call)
			}
			if !errors.Is(got, want) || (got == nil) != (want == nil) {
				t.Fatalf("round %d: %s: %v, want %v (%q)", round, call, got, want, m)
			}
			met[fmt.Sprint(strings.Fields(call)[0], " ", want)]++
			if err := m.compare(s); err != nil {
				t.Fatalf("round %d: %s: %v", round, call, err)
			}
		}
		if len(met) < 26 {
			t.Errorf("only %d kinds of results were met: %v", len(met), met)
		}
	})
}
