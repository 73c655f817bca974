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
