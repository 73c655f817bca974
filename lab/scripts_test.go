package lab_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"axle/lab"
)

// TestScripts runs the scripts that show what an operator sees: every screen
// must be as it stands there.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/scripts/*.lab")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, err := lab.ReadScript(file, bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			r := &lab.Runner{Options: lab.Options{Seed: 1, Version: "test"}, Out: &out, Open: open}
			if err := r.Run(context.Background(), s); err != nil {
				t.Fatalf("%v\n%s", err, out.String())
			}
		})
	}
}

// open finds the topology of a lab as "axle lab run" does.
func open(name, from string) (*lab.Topology, error) {
	topo, ok, err := lab.FindBuiltin(name, 0)
	if ok || err != nil {
		return topo, err
	}
	return lab.ReadTopology(os.DirFS(filepath.Dir(from)), name)
}
