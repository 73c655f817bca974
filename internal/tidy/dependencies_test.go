package tidy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// required matches a module that go.mod requires.
var required = regexp.MustCompile(`(?m)^(?:require )?\s*([a-z0-9.]+\.[a-z]+/\S+) v\d`)

// checkDependencies finds modules of go.mod that the page of dependencies does
// not speak of.
func checkDependencies(mod, page string) []finding {
	var found []finding
	for _, m := range required.FindAllStringSubmatch(mod, -1) {
		if !strings.Contains(page, "`"+m[1]+"`") {
			found = append(found, finding{"docs/design/dependencies.md", 0, "not a word of " + m[1]})
		}
	}
	return found
}

func TestDependencies(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "design", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !required.Match(mod) {
		t.Fatal("go.mod requires nothing; is it still read?")
	}
	report(t, checkDependencies(string(mod), string(page)))
}

func TestDependenciesRefuse(t *testing.T) {
	const page = "| `example.net/known` v1.0.0 | it saves much |"
	for _, tt := range []struct{ name, mod, want string }{
		{"known", "require (\n\texample.net/known v1.0.0\n)\n", ""},
		{"unknown", "require (\n\texample.net/new/v2 v2.0.0 // indirect\n)\n", "example.net/new/v2"},
		{"on one line", "require example.net/new v1.0.0\n", "example.net/new"},
		{"a tool", "tool example.net/known/cmd/x\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) { wantOne(t, checkDependencies(tt.mod, page), tt.want) })
	}
}
