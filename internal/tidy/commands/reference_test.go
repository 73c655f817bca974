package commands

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// root is the repository's top, seen from this package.
const root = "../../.."

var update = flag.Bool("update", false, "write docs/commands from the declarations")

// TestCommandReference compares docs/commands with the pages that the
// declarations of the commands give. "make docs" writes them.
func TestCommandReference(t *testing.T) {
	modes := ios.Modes()
	if len(modes) == 0 {
		t.Skip("no modes are declared yet")
	}
	for _, m := range modes {
		if err := m.Compile(); err != nil {
			t.Errorf("mode %q has no page: %v", m.Name, err)
		}
	}
	pages := grammar.Reference(modes)
	dir := filepath.Join(root, "docs", "commands")
	if *update {
		writePages(t, dir, pages)
		return
	}
	if main, _ := filepath.Glob(filepath.Join(root, "cmd", "axle", "*.go")); len(main) == 0 {
		t.Skip("cmd/axle is not there yet, and with it its docs command")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Fatal("there is no docs/commands; run make docs")
	}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Errorf("%v; run make docs", err)
			continue
		}
		if string(got) != pages[name] {
			t.Errorf("docs/commands/%s is stale from line %d on; run make docs", name, firstDifference(string(got), pages[name]))
		}
	}
	for _, name := range strangers(t, dir, pages) {
		t.Errorf("docs/commands/%s comes from no declaration; run make docs", name)
	}
}

// writePages makes dir hold pages and nothing else.
func writePages(t *testing.T, dir string, pages map[string]string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range strangers(t, dir, pages) {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(pages[name]), 0o644); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d pages written to docs/commands", len(pages))
}

// strangers returns the pages in dir that pages does not have.
func strangers(t *testing.T, dir string, pages map[string]string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range found {
		if _, ok := pages[filepath.Base(p)]; !ok {
			out = append(out, filepath.Base(p))
		}
	}
	return out
}

// firstDifference returns the first line, from 1, in which a and b differ.
func firstDifference(a, b string) int {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return i + 1
		}
	}
	return min(len(x), len(y)) + 1
}
