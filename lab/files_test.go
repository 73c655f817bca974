package lab

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"axle/router"
)

// What was erased does not come back, wherever it was kept.
func TestErase(t *testing.T) {
	for name, s := range map[string]router.Store{
		"memory": &router.MemoryStore{Text: []byte("hostname X\n")},
		"folder": Overlay{Store: router.FileStore{Path: filepath.Join(t.TempDir(), "x")}, First: "hostname X\n"},
	} {
		s.Erase()
		if b, err := s.Load(); err != nil || len(b) > 0 {
			t.Errorf("%s: after erase the startup-config is %q, %v", name, b, err)
		}
	}
}

// Private keys are kept beside a text that was not saved yet, and forgotten with it.
func TestPrivateKeys(t *testing.T) {
	for name, s := range map[string]router.Store{
		"memory": &router.MemoryStore{}, "file": router.FileStore{Path: filepath.Join(t.TempDir(), "x")},
		"overlay": Overlay{Store: &router.MemoryStore{}, First: "hostname X\n"},
	} {
		p, ok := s.(router.PrivateStore)
		if !ok {
			t.Fatalf("%s keeps no keys", name)
		}
		for _, keys := range []string{"", "one", "two", ""} {
			if err := p.SavePrivate([]byte(keys)); err != nil {
				t.Fatal(name, err)
			}
			if b, err := p.LoadPrivate(); err != nil || string(b) != keys {
				t.Errorf("%s: %q, %v; want %q", name, b, err, keys)
			}
		}
	}
	none := Overlay{Store: noKeys{}}
	if err := none.SavePrivate(nil); err == nil {
		t.Error("keys are kept where there is no place")
	}
	if b, err := none.LoadPrivate(); b != nil || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

// noKeys is a store with a text and no more.
type noKeys struct{ router.Store }

// Each lab of a run has captures of its own.
func TestScriptCaptures(t *testing.T) {
	dir := t.TempDir()
	r := &Runner{Options: Options{Capture: dir}, Out: io.Discard, Open: func(name, from string) (*Topology, error) { p, _, err := FindBuiltin(name, 1); return p, err }}
	for _, text := range []string{"lab phase1\nlab phase2\n", "lab phase3\n"} {
		s, err := ReadScript("x", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Run(context.Background(), s); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"internet.pcap", "2/internet.pcap", "3/internet.pcap"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}
