package tidy

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
)

// root is the repository's top, seen from this package.
const root = "../.."

// A tree is the source of the module: what the rules look at.
type tree struct {
	fset  *token.FileSet
	files []*file
}

// A file is one Go file.
type file struct {
	path string // slash-separated, from the repository's top
	src  []byte
	ast  *ast.File
}

// dir returns the package's folder, which is its import path below the module.
func (f *file) dir() string { return path.Dir(f.path) }

// test tells whether f belongs to tests only.
func (f *file) test() bool { return strings.HasSuffix(f.path, "_test.go") }

// A finding is a place where a rule is broken.
type finding struct {
	path string
	line int // 0: the file as a whole
	text string
}

func (f finding) String() string {
	if f.line == 0 {
		return fmt.Sprintf("%s: %s", f.path, f.text)
	}
	return fmt.Sprintf("%s:%d: %s", f.path, f.line, f.text)
}

// at makes a finding at n in f.
func (t *tree) at(f *file, n ast.Node, format string, args ...any) finding {
	return finding{f.path, t.fset.Position(n.Pos()).Line, fmt.Sprintf(format, args...)}
}

// add parses a file into the tree.
func (t *tree) add(name string, src []byte) error {
	a, err := parser.ParseFile(t.fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.files = append(t.files, &file{name, src, a})
	return nil
}

// packages returns the files of each folder that holds a package, without its
// tests.
func (t *tree) packages() map[string][]*file {
	p := map[string][]*file{}
	for _, f := range t.files {
		if !f.test() {
			p[f.dir()] = append(p[f.dir()], f)
		}
	}
	return p
}

// names returns the keys of m in order.
func names[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// walk calls visit for every file of the repository, with its path from the
// top. It leaves out what .gitignore names and folders that begin with a dot,
// but for the one of continuous integration.
func walk(visit func(name string, src []byte) error) error {
	return filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() {
			if name == "bin" || name != "." && name != ".ci" && strings.HasPrefix(d.Name(), ".") {
				return filepath.SkipDir
			}
			return nil
		}
		switch filepath.Ext(name) {
		case ".test", ".prof", ".out", ".pcapng":
			return nil
		}
		src, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		return visit(name, src)
	})
}

// module reads the whole module, once.
var module = sync.OnceValues(func() (*tree, error) {
	t := &tree{fset: token.NewFileSet()}
	err := walk(func(name string, src []byte) error {
		if path.Ext(name) != ".go" || strings.Contains(name, "testdata/") {
			return nil
		}
		return t.add(name, src)
	})
	return t, err
})

// load returns the module's source.
func load(t *testing.T) *tree {
	t.Helper()
	m, err := module()
	if err != nil {
		t.Fatal(err)
	}
	if len(m.packages()) < 10 {
		t.Fatalf("only %d packages found from %s", len(m.packages()), root)
	}
	return m
}

// pretend returns a tree of one file, for tests of the rules themselves.
func pretend(t *testing.T, name, src string) *tree {
	t.Helper()
	m := &tree{fset: token.NewFileSet()}
	if err := m.add(name, []byte(src)); err != nil {
		t.Fatal(err)
	}
	return m
}

// report fails t with what a rule found.
func report(t *testing.T, found []finding) {
	t.Helper()
	for _, f := range found {
		t.Error(f)
	}
}

// wantOne fails t unless exactly one finding was made, and it holds want; an
// empty want stands for no finding.
func wantOne(t *testing.T, found []finding, want string) {
	t.Helper()
	switch {
	case want == "" && len(found) == 0:
	case want != "" && len(found) == 1 && strings.Contains(found[0].text, want):
	default:
		t.Errorf("found %v, want %q", found, want)
	}
}
