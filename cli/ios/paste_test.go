package ios

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"axle/cli/grammar"
)

var update = flag.Bool("update", false, "rewrite the expected files")

// zeros is a source of chance without chance.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// A terminal is a configuration session over a tree, as a router has it.
type terminal struct {
	tree *grammar.Tree
	path []*grammar.Tree // open sections, the root first
	mode []*grammar.Mode
	log  strings.Builder // what is printed
	fast bool            // passwords are not sealed, which costs time
}

func newTerminal() *terminal {
	t := &terminal{tree: grammar.NewTreeIn(ConfigMode)}
	t.path, t.mode = []*grammar.Tree{t.tree}, []*grammar.Mode{ConfigMode}
	return t
}

func (t *terminal) prompt() string { return "R(" + t.mode[len(t.mode)-1].Name + ")#" }

// say prints a line as it is seen on a terminal, with its prompt and answer.
func (t *terminal) say(line, answer string) {
	if answer != "" {
		t.log.WriteString(t.prompt() + line + "\n" + answer)
	}
}

// enter enters one line.
func (t *terminal) enter(line string) {
	line = strings.TrimLeft(line, " \t")
	top := len(t.mode) - 1
	l, m, err := t.mode[top].MatchUp(line)
	if bare, _, ok := grammar.Prompted(line); err != nil && ok {
		if line = strings.TrimLeft(bare, " \t"); line == "" {
			return
		}
		l, m, err = t.mode[top].MatchUp(line)
	}
	var se *grammar.SyntaxError
	if errors.As(err, &se) {
		t.say(line, se.Message(len(t.prompt())))
		return
	}
	at := top
	for at > 0 && t.mode[at] != m {
		at--
	}
	if Leaves(l.Command) {
		t.path, t.mode = t.path[:max(top, 1)], t.mode[:max(top, 1)]
		return
	}
	section := t.path[at]
	if err := Check(t.tree, l, section); err != nil {
		t.say(line, strings.TrimSuffix(err.Error(), "\n")+"\n")
		return
	}
	if !t.fast {
		Sealer{Rand: zeros{}}.Seal(l)
	}
	isNew := l.Command.Kind == grammar.Section && section.Open(l) == nil
	for _, extra := range Elsewhere(section, l) {
		extra.Section.Apply(extra.Line)
	}
	for _, extra := range Implied(section, l) {
		section.Apply(extra)
	}
	next := section.Apply(l).Section
	t.say(line, Notice(section, l, isNew))
	t.path, t.mode = t.path[:at+1], t.mode[:at+1]
	if l.Command.Kind == grammar.Section && !l.No {
		t.path, t.mode = append(t.path, next), append(t.mode, ModeOf(l))
	}
}

// paste enters lines, which may have prompts in front.
func (t *terminal) paste(text string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); line != "" {
			t.enter(line)
		}
	}
}

// TestSeeds pastes what a newcomer has in hand. The expected files hold what is
// printed, then the running-config.
func TestSeeds(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.in")
	if len(names) < 8 {
		t.Fatalf("only %d configurations in testdata", len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			in, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			term := newTerminal()
			term.paste(string(in))
			text := term.tree.Text()
			got := term.log.String() + "----\n" + text
			golden := strings.TrimSuffix(name, ".in") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s\n%s", diff(string(want), got), got)
			}
			again, errs := grammar.Load(ConfigMode, text)
			if len(errs) > 0 || again.Text() != text {
				t.Errorf("fed back: %v\n%s", errs, diff(text, again.Text()))
			}
		})
	}
}
