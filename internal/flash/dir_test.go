package flash

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// open opens a Dir in a folder.
func open(t *testing.T, path string) *Dir {
	t.Helper()
	d, err := OpenDir(path)
	must(t, err)
	t.Cleanup(func() { d.Close() })
	return d
}

// Only the owner may read what lies there.
func TestModes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flash")
	d := open(t, path)
	must(t, d.Mkdir("d"))
	must(t, put(d, "d/a", "secret", false))
	w, err := d.Create("d/b", false)
	must(t, err)
	seen := map[string]fs.FileMode{}
	must(t, filepath.WalkDir(path, func(name string, e fs.DirEntry, err error) error {
		must(t, err)
		info, err := e.Info()
		must(t, err)
		rel, err := filepath.Rel(path, name)
		seen[rel] = info.Mode()
		return err
	}))
	must(t, w.Close())
	for name, want := range map[string]fs.FileMode{
		".": fs.ModeDir | 0o700, "d": fs.ModeDir | 0o700, "d/a": 0o600, temporary + "2": 0o600,
	} {
		if seen[name] != want {
			t.Errorf("%s is %v, want %v", name, seen[name], want)
		}
	}
}

// What a crash leaves is not seen, takes no room, and goes at the next start.
func TestLeftovers(t *testing.T) {
	path := t.TempDir()
	d := open(t, path)
	must(t, put(d, "a", "old", false))
	w, err := d.Create("a", true)
	must(t, err)
	_, err = io.WriteString(w, "new")
	must(t, err) // and here the power goes
	d.limits.files = 2
	if full, err := d.full(); full || err != nil {
		t.Errorf("the leftover counts: %t, %v", full, err)
	}
	d = open(t, path)
	if got, err := names(d, ""); got != "a" || err != nil {
		t.Errorf("files are %q, %v", got, err)
	}
	entries, err := os.ReadDir(path)
	must(t, err)
	if len(entries) != 1 {
		t.Errorf("the folder holds %v", entries)
	}
	if got, err := get(d, "a"); got != "old" || err != nil {
		t.Errorf("a is %q, %v", got, err)
	}
	// The process that was thought dead closes: it is told, and nothing changes.
	if err := w.Close(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Close: %v", err)
	}
	if got, err := get(d, "a"); got != "old" || err != nil {
		t.Errorf("a is %q, %v", got, err)
	}
}

// Other programs may put there what they like.
func TestForeign(t *testing.T) {
	out := t.TempDir()
	must(t, os.WriteFile(filepath.Join(out, "secret"), []byte("x"), 0o600))
	path := t.TempDir()
	must(t, os.Symlink(out, filepath.Join(path, "out")))
	must(t, os.Symlink(filepath.Join(out, "secret"), filepath.Join(path, "link")))
	must(t, os.WriteFile(filepath.Join(path, "a\nb"), nil, 0o600))
	must(t, os.WriteFile(filepath.Join(path, strings.Repeat("l", MaxName+1)), nil, 0o600))
	must(t, os.WriteFile(filepath.Join(path, ".hidden1"), []byte("mine"), 0o644))
	d := open(t, path)
	if got, err := names(d, ""); got != ".hidden1" || err != nil {
		t.Errorf("files are %q, %v", got, err)
	}
	for _, call := range []string{"read link", "read out/secret", "write out/new x", "list out", "remove link", "stat link", "remove out/secret", "rmdir out"} {
		if _, err := do(d, call); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", call, err)
		}
	}
	for _, call := range []string{"write link x", "mkdir link", "rename .hidden1 link"} {
		if _, err := do(d, call); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", call, err)
		}
	}
	if b, err := os.ReadFile(filepath.Join(out, "secret")); string(b) != "x" || err != nil {
		t.Errorf("what lies outside is now %q, %v", b, err)
	}
	must(t, put(d, ".hidden1", "ours", false))
	info, err := os.Stat(filepath.Join(path, ".hidden1"))
	must(t, err)
	if info.Mode() != 0o600 {
		t.Errorf("a file that was open to all is %v after it was written", info.Mode())
	}
}

// The system's errors have their class, and say nothing of the machine's paths.
func TestSystemErrors(t *testing.T) {
	path := t.TempDir()
	d := open(t, path)
	must(t, put(d, "a", "1", false))
	must(t, os.Mkdir(filepath.Join(path, temporary+"2"), 0o700)) // in the way
	must(t, put(d, "b", "2", false))
	must(t, os.Chmod(path, 0o500))
	if _, err := do(d, "write c 3"); err == nil && os.Getuid() != 0 || err != nil && Reason(err) != "Permission denied" {
		t.Errorf("a folder that cannot be written: %v", err)
	}
	must(t, os.Chmod(path, 0o700))
	must(t, d.Close())
	for _, call := range []string{"read a", "write a x", "list ", "remove a", "rename a b", "mkdir d", "rmdir d", "stat a"} {
		if _, err := do(d, call); err == nil || strings.Contains(err.Error(), path) {
			t.Errorf("%s after Close: %v", call, err)
		}
	}
	if total, free := d.Free(); total != 0 || free != 0 {
		t.Errorf("Free after Close: %d, %d", total, free)
	}
	file := filepath.Join(path, "a")
	if _, err := OpenDir(file); err == nil {
		t.Error("a file was opened as the flash")
	}
}
