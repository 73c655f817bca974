package flash

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	start = time.Date(2026, 11, 21, 8, 17, 24, 0, time.UTC)
	small = limits{files: 6, size: 20, total: 50}
)

// clock is a clock that goes on by a second with each look.
func clock() func() time.Time {
	now := start
	return func() time.Time {
		now = now.Add(time.Second)
		return now
	}
}

// each runs a test for each kind of store, with small limits where tight is set.
func each(t *testing.T, tight bool, f func(t *testing.T, s Store)) {
	t.Run("memory", func(t *testing.T) {
		m := NewMemory(clock())
		if tight {
			m.limits = small
		}
		f(t, m)
	})
	t.Run("dir", func(t *testing.T) {
		d, err := OpenDir(filepath.Join(t.TempDir(), "state", "flash"))
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if tight {
			d.limits = small
		}
		f(t, d)
	})
}

// put writes a file.
func put(s Store, name, text string, appending bool) error {
	w, err := s.Create(name, appending)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, text); err != nil {
		if again := w.Close(); !errors.Is(again, err) {
			return fmt.Errorf("write: %w, close: %v", err, again)
		}
		return err
	}
	return w.Close()
}

// get reads a file.
func get(s Store, name string) (string, error) {
	r, err := s.Open(name)
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	return string(b), err
}

// names lists a folder; folders end in a slash.
func names(s Store, dir string) (string, error) {
	files, err := s.List(dir)
	var all []string
	for _, f := range files {
		if f.Dir {
			f.Name += "/"
		}
		all = append(all, f.Name)
	}
	return strings.Join(all, " "), err
}

// A step is one call; what it gives is text or an error of a class.
type step struct {
	call string // verb and arguments; "write" takes the text as last one
	want string
	err  error
}

// do performs the call of a step.
func do(s Store, call string) (string, error) {
	verb, rest, _ := strings.Cut(call, " ")
	a, b, _ := strings.Cut(rest, " ")
	switch verb {
	case "write":
		return "", put(s, a, b, false)
	case "append":
		return "", put(s, a, b, true)
	case "read":
		return get(s, a)
	case "list":
		return names(s, a)
	case "remove":
		return "", s.Remove(a)
	case "rename":
		return "", s.Rename(a, b)
	case "mkdir":
		return "", s.Mkdir(a)
	case "rmdir":
		return "", s.Rmdir(a)
	case "stat":
		f, err := s.Stat(a)
		return fmt.Sprintf("%s %t %d", f.Name, f.Dir, f.Size), err
	}
	panic("no such verb: " + verb)
}

var storeTests = []struct {
	name  string
	tight bool
	steps []step
}{{
	name: "a file",
	steps: []step{
		{"list ", "", nil},
		{"read a", "", fs.ErrNotExist},
		{"write /a.cfg hostname R1", "", nil},
		{"read a.cfg", "hostname R1", nil},
		{"stat a.cfg", "a.cfg false 11", nil},
		{"list /", "a.cfg", nil},
		{"list a.cfg", "", ErrNotFolder},
		{"write a.cfg x", "", nil},
		{"read a.cfg", "x", nil},
		{"append a.cfg yz", "", nil},
		{"read a.cfg", "xyz", nil},
		{"append new 1", "", nil},
		{"read new", "1", nil},
		{"write empty ", "", nil},
		{"read empty", "", nil},
		{"list ", "a.cfg empty new", nil},
		{"remove a.cfg", "", nil},
		{"remove a.cfg", "", fs.ErrNotExist},
		{"list ", "empty new", nil},
	},
}, {
	name: "folders",
	steps: []step{
		{"write d/a 1", "", fs.ErrNotExist},
		{"mkdir d/e", "", fs.ErrNotExist},
		{"mkdir d", "", nil},
		{"mkdir d", "", fs.ErrExist},
		{"mkdir d/e/", "", nil},
		{"stat d/e", "e true 0", nil},
		{"write d/a 1", "", nil},
		{"write d-a 2", "", nil},
		{"list ", "d/ d-a", nil},
		{"list /d/", "a e/", nil},
		{"list d/e", "", nil},
		{"list x", "", fs.ErrNotExist},
		{"list d/a/b", "", fs.ErrNotExist},
		{"read d", "", ErrFolder},
		{"write d x", "", ErrFolder},
		{"remove d", "", ErrFolder},
		{"rename d e", "", ErrFolder},
		{"mkdir d/a", "", fs.ErrExist},
		{"mkdir d/a/b", "", fs.ErrNotExist},
		{"write d/a/b x", "", fs.ErrNotExist},
		{"read d/a/b", "", fs.ErrNotExist},
		{"remove d/a/b", "", fs.ErrNotExist},
		{"stat d/a/b", " false 0", fs.ErrNotExist},
		{"rmdir d/a/b", "", fs.ErrNotExist},
		{"rmdir d", "", ErrNotEmpty},
		{"rmdir d/a", "", ErrNotFolder},
		{"rmdir x", "", fs.ErrNotExist},
		{"remove d/a", "", nil},
		{"rmdir d/e", "", nil},
		{"rmdir d", "", nil},
		{"list ", "d-a", nil},
	},
}, {
	name: "rename",
	steps: []step{
		{"mkdir d", "", nil},
		{"write a 1", "", nil},
		{"write b 2", "", nil},
		{"rename a b", "", fs.ErrExist},
		{"rename a a", "", fs.ErrExist},
		{"rename a d", "", fs.ErrExist},
		{"rename x y", "", fs.ErrNotExist},
		{"rename a e/a", "", fs.ErrNotExist},
		{"rename a b/a", "", fs.ErrNotExist},
		{"rename a d/a", "", nil},
		{"list ", "b d/", nil},
		{"read d/a", "1", nil},
		{"rename a ../a", "", ErrName},
		{"rename ../a a", "", ErrName},
	},
}, {
	name: "names",
	steps: []step{
		{"write .. x", "", ErrName},
		{"append / x", "", ErrName},
		{"read a/../b", "", ErrName},
		{"list ..", "", ErrName},
		{"remove a\x00b", "", ErrName},
		{"mkdir 1/2/3/4/5/6/7/8/9", "", ErrName},
		{"rmdir /", "", ErrName},
		{"stat " + temporary + "1", " false 0", ErrName},
		{"list ", "", nil},
	},
}, {
	name:  "limits",
	tight: true,
	steps: []step{
		{"write a 12345678901234567890", "", nil},
		{"write a 123456789012345678901", "", ErrFull},
		{"append a 1", "", ErrFull},
		{"read a", "12345678901234567890", nil},
		{"write b 123456789012345678901", "", ErrFull},
		{"list ", "a", nil},
		{"mkdir d", "", nil},
		{"write d/1 1", "", nil},
		{"write d/2 2", "", nil},
		{"write d/3 3", "", nil},
		{"write d/4 4", "", nil},
		{"write d/5 5", "", ErrFull},
		{"mkdir d/5", "", ErrFull},
		{"write d/4 44", "", nil},
		{"list d", "1 2 3 4", nil},
		{"rename d/4 d/5", "", nil},
		{"remove d/5", "", nil},
		{"mkdir d/5", "", nil},
	},
}}

func TestStore(t *testing.T) {
	for _, tt := range storeTests {
		t.Run(tt.name, func(t *testing.T) {
			each(t, tt.tight, func(t *testing.T, s Store) {
				for i, st := range tt.steps {
					got, err := do(s, st.call)
					if got != st.want || !errors.Is(err, st.err) {
						t.Errorf("step %d: %q: %q, %v; want %q, %v", i, st.call, got, err, st.want, st.err)
					}
					if err != nil && !strings.HasPrefix(err.Error(), "flash: ") {
						t.Errorf("step %d: %q: %q does not begin as it should", i, st.call, err)
					}
				}
			})
		})
	}
}

// The total is checked when a file takes its place: until then the old one
// needs its room, too.
func TestTotal(t *testing.T) {
	m := NewMemory(clock())
	m.limits = small
	for _, st := range []step{
		{"write a 12345678901234567890", "", nil},
		{"write b 12345678901234567890", "", nil},
		{"write c 12345678901", "", ErrFull},
		{"write c 1234567890", "", nil},
		{"append c 1", "", ErrFull},
		{"write c 0987654321", "", nil},
		{"read c", "0987654321", nil},
		{"remove b", "", nil},
		{"append c 1", "", nil},
	} {
		if _, err := do(m, st.call); !errors.Is(err, st.err) {
			t.Errorf("%s: %v, want %v", st.call, err, st.err)
		}
	}
	if total, free := m.Free(); total != 50 || free != 19 {
		t.Errorf("Free = %d, %d, want 50, 19", total, free)
	}
}

// Nothing is seen of a file before it is whole, and the old one stays where it
// does not become so.
func TestAtomic(t *testing.T) {
	each(t, true, func(t *testing.T, s Store) {
		must(t, put(s, "a", "old", false))
		same := func(when string) {
			t.Helper()
			if got, err := get(s, "a"); got != "old" || err != nil {
				t.Errorf("%s: a is %q, %v", when, got, err)
			}
			if got, err := names(s, ""); got != "a" || err != nil {
				t.Errorf("%s: files are %q, %v", when, got, err)
			}
		}
		open := func(name, text string) io.WriteCloser {
			t.Helper()
			w, err := s.Create(name, false)
			must(t, err)
			_, err = io.WriteString(w, text)
			must(t, err)
			return w
		}
		one, two := open("a", "first"), open("a", "second")
		same("two writers")

		one.(Aborter).Abort()
		one.(Aborter).Abort()
		same("aborted")
		if err := one.Close(); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("Close after Abort: %v", err)
		}
		if _, err := one.Write([]byte("x")); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("Write after Abort: %v", err)
		}

		over := open("new", "1234567890")
		if _, err := over.Write(make([]byte, 11)); !errors.Is(err, ErrFull) {
			t.Errorf("Write over the limit: %v", err)
		}
		if _, err := over.Write([]byte("x")); !errors.Is(err, ErrFull) {
			t.Errorf("Write after that: %v", err)
		}
		if err := over.Close(); !errors.Is(err, ErrFull) {
			t.Errorf("Close after that: %v", err)
		}
		same("over the limit")

		r, err := s.Open("a")
		must(t, err)
		must(t, two.Close())
		two.(Aborter).Abort()
		if err := two.Close(); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("second Close: %v", err)
		}
		if got, err := get(s, "a"); got != "second" || err != nil {
			t.Errorf("after Close: %q, %v", got, err)
		}
		if b, err := io.ReadAll(r); string(b) != "old" || err != nil {
			t.Errorf("a reader of the old file reads %q, %v", b, err)
		}
		must(t, r.Close())
	})
}

// What the store looks like may change while a file is written.
func TestOvertaken(t *testing.T) {
	each(t, true, func(t *testing.T, s Store) {
		must(t, s.Mkdir("d"))
		var ws []io.WriteCloser
		for _, name := range []string{"d/a", "b", "c"} {
			w, err := s.Create(name, false)
			must(t, err)
			ws = append(ws, w)
		}
		must(t, s.Rmdir("d"))
		must(t, s.Mkdir("b"))
		for i := range small.files - 1 {
			must(t, s.Mkdir(fmt.Sprint(i)))
		}
		for i, want := range []error{fs.ErrNotExist, ErrFolder, ErrFull} {
			if err := ws[i].Close(); !errors.Is(err, want) {
				t.Errorf("Close %d: %v, want %v", i, err, want)
			}
		}
		if got, err := names(s, ""); got != "0/ 1/ 2/ 3/ 4/ b/" || err != nil {
			t.Errorf("files are %q, %v", got, err)
		}
	})
}

func TestModified(t *testing.T) {
	m := NewMemory(clock())
	w, err := m.Create("a", false)
	must(t, err)
	must(t, m.Mkdir("d"))              // second 1
	must(t, w.Close())                 // 2
	must(t, put(m, "d/b", "x", false)) // 3; the folder, too, 4
	files, err := m.List("")
	must(t, err)
	got := []time.Duration{files[0].Modified.Sub(start), files[1].Modified.Sub(start)}
	if want := []time.Duration{2 * time.Second, 4 * time.Second}; !slices.Equal(got, want) {
		t.Errorf("times are %v, want %v", got, want)
	}
}

func TestReason(t *testing.T) {
	each(t, true, func(t *testing.T, s Store) {
		must(t, s.Mkdir("d"))
		must(t, s.Mkdir("d/e"))
		for _, tt := range []struct{ call, want string }{
			{"read x", "No such file or directory"},
			{"write ../x x", "Invalid argument"},
			{"read d", "Is a directory"},
			{"list x", "No such file or directory"},
			{"rmdir d", "Directory not empty"},
			{"mkdir d", "File exists"},
			{"write f 123456789012345678901", "No space left on device"},
		} {
			_, err := do(s, tt.call)
			if got := Reason(err); got != tt.want {
				t.Errorf("%s: %q (%v), want %q", tt.call, got, err, tt.want)
			}
		}
	})
	if got := Reason(io.ErrUnexpectedEOF); got != "I/O error" {
		t.Errorf("any other error: %q", got)
	}
}

func TestFree(t *testing.T) {
	each(t, false, func(t *testing.T, s Store) {
		must(t, put(s, "a", "12345", false))
		total, free := s.Free()
		if free <= 0 || total < free {
			t.Errorf("Free = %d, %d", total, free)
		}
		if _, ok := s.(*Memory); ok && (total != MaxTotal || free != MaxTotal-5) {
			t.Errorf("Free = %d, %d", total, free)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
