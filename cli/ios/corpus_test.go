package ios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sharedDir = "../../../shared/"

// corpusFiles returns the collected configurations, or skips the test.
func corpusFiles(t testing.TB) map[string]string {
	names, _ := filepath.Glob(sharedDir + "corpus/configs/[0-9]*.txt")
	if len(names) == 0 {
		t.Skip("no collected configurations beside the repository")
	}
	files := map[string]string{}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(n)] = string(b)
	}
	return files
}

// What was measured when it was last raised, in lines of a thousand: of all
// lines, and of those that IOS accepts. docs/corpus.md lists the others.
const (
	acceptedShare = 990
	fairShare     = 1000
)

func TestCorpus(t *testing.T) {
	lines, refused := 0, 0
	for name, text := range corpusFiles(t) {
		tree, errs := Load(text)
		for _, e := range errs {
			t.Logf("%s: %v", name, e)
		}
		refused += len(errs)
		lines += corpusLines(text)
		Decode(tree)
		again, errs := Load(tree.Text())
		if len(errs) > 0 {
			t.Errorf("%s: what is shown is refused: %v", name, errs[0])
		}
		if a, b := tree.Text(), again.Text(); a != b {
			t.Errorf("%s: fed back, it gives another configuration\n%s", name, diff(a, b))
		}
	}
	share := (lines - refused) * 1000 / lines
	t.Logf("%d of %d lines accepted: %d of a thousand", lines-refused, lines, share)
	if share < acceptedShare {
		t.Errorf("%d lines of a thousand accepted, want %d", share, acceptedShare)
	}
}

// diff returns the first lines in which two texts differ.
func diff(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "- " + x[i] + "\n+ " + y[i]
		}
	}
	if len(x) != len(y) {
		return "one is longer"
	}
	return ""
}
