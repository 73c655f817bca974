package tidy

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A floor is where a package stands in the table of ARCHITECTURE.md.
type floor struct {
	level   int
	planned bool // no code yet
}

var (
	floorRow    = regexp.MustCompile(`^\| (\d+) \| ([^|]+)\|`)
	floorMember = regexp.MustCompile("`([a-z0-9/]+)`( \\(planned\\))?")
)

// readFloors takes the floor table out of the text of ARCHITECTURE.md, so that
// the rule is written down once.
func readFloors(text string) map[string]floor {
	floors := map[string]floor{}
	for line := range strings.Lines(text) {
		row := floorRow.FindStringSubmatch(line)
		if row == nil {
			continue
		}
		level, _ := strconv.Atoi(row[1])
		for _, m := range floorMember.FindAllStringSubmatch(row[2], -1) {
			floors[m[1]] = floor{level, m[2] != ""}
		}
	}
	return floors
}

// theFloors returns the floor table.
func theFloors(t *testing.T) map[string]floor {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	floors := readFloors(string(text))
	if len(floors) < 15 {
		t.Fatalf("the floor table of ARCHITECTURE.md has %d packages; is it still read?", len(floors))
	}
	return floors
}

// checkFloors finds imports that do not go down, and packages on no floor.
// Tests may import what they like.
func checkFloors(m *tree, floors map[string]floor) []finding {
	var found []finding
	packages := m.packages()
	for _, dir := range names(packages) {
		if dir == "internal/tidy" || strings.HasPrefix(dir, "internal/tidy/") {
			continue
		}
		me, ok := floors[dir]
		if !ok {
			found = append(found, finding{dir, 0, "stands on no floor of ARCHITECTURE.md"})
			continue
		}
		if me.planned {
			found = append(found, finding{dir, 0, "exists, but ARCHITECTURE.md has it as planned"})
		}
		for _, f := range packages[dir] {
			for _, imp := range f.ast.Imports {
				p, _ := strconv.Unquote(imp.Path.Value)
				p, ours := strings.CutPrefix(p, "axle/")
				if !ours {
					continue
				}
				if it, ok := floors[p]; !ok || it.level >= me.level {
					found = append(found, m.at(f, imp, "%s (floor %d) imports %s (floor %d): only lower floors",
						dir, me.level, p, it.level))
				}
			}
		}
	}
	return found
}

func TestFloors(t *testing.T) {
	m, floors := load(t), theFloors(t)
	report(t, checkFloors(m, floors))
	packages := m.packages()
	for _, name := range names(floors) {
		if packages[name] == nil && !floors[name].planned {
			t.Errorf("ARCHITECTURE.md has %s on floor %d, but there is no such package", name, floors[name].level)
		}
	}
}

func TestFloorsRefuse(t *testing.T) {
	floors := readFloors("| floor | package |\n|---|---|\n| 0 | `low`, `other` | x `no` |\n| 1 | `high`, `later` (planned) | |\n")
	for _, tt := range []struct{ name, path, imports, want string }{
		{"down", "high/a.go", "axle/low", ""},
		{"up", "low/a.go", "axle/high", "only lower floors"},
		{"sideways", "low/a.go", "axle/other", "only lower floors"},
		{"from outside", "low/a.go", "fmt", ""},
		{"no floor", "new/a.go", "fmt", "on no floor"},
		{"third column is prose", "no/a.go", "fmt", "on no floor"},
		{"planned", "later/a.go", "axle/low", "as planned"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := pretend(t, tt.path, "package a\nimport _ \""+tt.imports+"\"\n")
			wantOne(t, checkFloors(m, floors), tt.want)
		})
	}
}
