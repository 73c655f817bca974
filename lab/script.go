package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"axle/cli/ios"
	"axle/cli/shell"
)

// Limits of a script.
const (
	maxScriptLine = 64 << 10                  // bytes
	maxRun        = 10 * 365 * 24 * time.Hour // of one "run"
)

// fence stands before an expected screen; a pair of them, before and behind one
// with blank lines.
const fence = "----"

// ErrScreen means that at least one screen differed from what was expected.
var ErrScreen = errors.New("a screen is not as expected")

// A step is one instruction of a script.
type step struct {
	line   int    // from 1
	text   string // as written
	wanted []string
	has    bool // an expected screen follows
	long   bool // the screen stands between two pairs of "----"
	after  int  // index of the line behind the expected screen
}

// A Script is a script that was read.
type Script struct {
	file  string
	lines []string
	steps []step
}

// ReadScript reads a script.
func ReadScript(file string, r io.Reader) (*Script, error) {
	s := &Script{file: file}
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, maxScriptLine)
	for sc.Scan() {
		s.lines = append(s.lines, strings.TrimRight(sc.Text(), "\r"))
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("%s: line %d: %w", file, len(s.lines)+1, err)
	}
	for i := 0; i < len(s.lines); {
		text := strings.TrimSpace(s.lines[i])
		if text == "" || text[0] == '#' {
			i++
			continue
		}
		st := step{line: i + 1, text: text}
		i++
		if i < len(s.lines) && strings.TrimSpace(s.lines[i]) == fence {
			i = s.expect(&st, i+1)
		}
		st.after = i
		s.steps = append(s.steps, st)
	}
	return s, nil
}

// expect reads the expected screen that begins at line i and returns the line
// behind it. It ends at a blank line, or, where a second "----" follows the
// first, at the next pair of them: such a screen may have blank lines.
func (s *Script) expect(st *step, i int) int {
	st.has = true
	if i < len(s.lines) && strings.TrimSpace(s.lines[i]) == fence {
		st.long = true
		for i++; i < len(s.lines); i++ {
			if strings.TrimSpace(s.lines[i]) == fence && i+1 < len(s.lines) && strings.TrimSpace(s.lines[i+1]) == fence {
				return i + 2
			}
			st.wanted = append(st.wanted, s.lines[i])
		}
		return i
	}
	for ; i < len(s.lines) && strings.TrimSpace(s.lines[i]) != ""; i++ {
		st.wanted = append(st.wanted, s.lines[i])
	}
	return i
}

// A Runner runs scripts, one after the other. Where it captures, its first lab
// has the folder of the Options, and the n-th the folder n in that.
type Runner struct {
	Options
	Out    io.Writer                                  // screens without expectation, and differences
	Update bool                                       // rewrite expected screens instead of comparing
	Open   func(name, from string) (*Topology, error) // finds a lab's topology; from is the script's file

	labs int // begun so far
}

// run is the state of one script.
type run struct {
	*Runner
	script   *Script
	lab      *Lab
	sessions map[string]*scriptSession
	failed   bool
	got      map[int][]string // screens by step, for Update
}

type scriptSession struct {
	term   *shell.Script
	sess   *shell.Session
	cancel func() // of its ear for reloads
}

// Run runs a script to its end. It returns ErrScreen where screens differed,
// and another error where the script itself is wrong.
func (r *Runner) Run(ctx context.Context, s *Script) (err error) {
	x := &run{Runner: r, script: s, sessions: map[string]*scriptSession{}, got: map[int][]string{}}
	defer func() {
		if x.lab != nil {
			if e := x.lab.Close(); err == nil {
				err = e
			}
		}
	}()
	for i := range s.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		st := &s.steps[i]
		out, err := x.do(ctx, st)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", s.file, st.line, err)
		}
		x.check(i, st, out)
	}
	if r.Update {
		return x.rewrite()
	}
	if x.failed {
		return ErrScreen
	}
	return nil
}

var promptLine = regexp.MustCompile(`^([A-Za-z0-9_.:-]+)(\([^)]*\))?([#>$])(?: ?(.*))?$`)

// do performs a step and returns its screen.
func (x *run) do(ctx context.Context, st *step) (string, error) {
	word, rest, _ := strings.Cut(st.text, " ")
	rest = strings.TrimSpace(rest)
	if m := promptLine.FindStringSubmatch(st.text); m != nil {
		if x.lab == nil {
			return "", errors.New(`no lab runs yet: the first word of a script is "lab"`)
		}
		return x.enter(ctx, m[1], m[2]+m[3], m[4])
	}
	if word == "lab" {
		return "", x.boot(ctx, rest)
	}
	if x.lab == nil {
		return "", errors.New(`no lab runs yet: the first word of a script is "lab"`)
	}
	switch word {
	case "run":
		d, err := time.ParseDuration(rest)
		if err != nil || d < 0 || d > maxRun {
			return "", fmt.Errorf("%q is not a duration such as 30s", rest)
		}
		return "", x.lab.RunFor(ctx, d)
	case "cut":
		return "", x.cut(rest)
	case "heal":
		return "", x.lab.Heal(rest)
	case "reboot":
		return "", x.lab.Reboot(rest)
	}
	return "", fmt.Errorf("unknown instruction %q (lab, run, cut, heal, reboot, or a prompt such as hub#)", word)
}

func (x *run) boot(ctx context.Context, name string) error {
	if x.lab != nil {
		if err := x.lab.Close(); err != nil {
			return err
		}
	}
	t, err := x.Open(name, x.script.file)
	if err != nil {
		return err
	}
	x.labs++
	o := x.Options
	if o.Capture != "" && x.labs > 1 {
		o.Capture = filepath.Join(o.Capture, strconv.Itoa(x.labs))
	}
	if x.lab, err = New(t, o); err != nil {
		return err
	}
	x.sessions = map[string]*scriptSession{}
	return x.lab.Boot(ctx, nil)
}

// cut takes "NAME" or "NAME for T".
func (x *run) cut(rest string) error {
	name, forT, timed := strings.Cut(rest, " for ")
	name = strings.TrimSpace(name)
	if err := x.lab.Cut(name); err != nil {
		return err
	}
	if !timed {
		return nil
	}
	d, err := time.ParseDuration(strings.TrimSpace(forT))
	if err != nil || d < 0 || d > maxRun {
		return fmt.Errorf("%q is not a duration such as 30s", forT)
	}
	lab := x.lab
	lab.queue.push(lab.now.Add(d), func() { _ = lab.Heal(name) }) // the name was good for Cut
	return nil
}

// enter types a line at a prompt and returns the screen.
func (x *run) enter(ctx context.Context, name, tail, line string) (string, error) {
	if m := x.lab.machine(name); m != nil {
		if tail != "$" {
			return "", fmt.Errorf("%s is no router: its prompt is %s$", name, name)
		}
		var b strings.Builder
		err := x.lab.command(ctx, &b, func(w io.Writer, done func(error)) func() {
			return m.exec(line, w, func() { done(nil) })
		})
		return b.String(), err
	}
	if x.lab.nodes[name] == nil {
		return "", fmt.Errorf("there is no node %q", name)
	}
	s := x.session(name, tail)
	if p := s.sess.Prompt(); promptTail(p) != tail {
		return "", fmt.Errorf("the prompt of %s is %q", name, p)
	}
	if s.sess.Execute(ctx, line) {
		x.forget(name)
	}
	return s.term.Take(), nil
}

// promptTail returns what stands behind the host name in a prompt: "#",
// "(config-if)#".
func promptTail(p string) string {
	if i := strings.IndexByte(p, '('); i >= 0 {
		return p[i:]
	}
	return p[max(len(p)-1, 0):]
}

// session returns the session of a node; it is made when first used, and lasts
// until it is left or the node restarts.
func (x *run) session(name, tail string) *scriptSession {
	if s := x.sessions[name]; s != nil {
		return s
	}
	privilege := 15
	if tail == ">" {
		privilege = 1
	}
	s := &scriptSession{term: shell.NewScript()}
	b := x.lab.backend(x.lab.nodes[name])
	s.cancel = b.onReload(func() { x.forget(name) })
	s.sess = shell.New(shell.Options{
		Backend: b, Terminal: s.term, Who: shell.Who{Line: "console"},
		Line: ios.LineConfig{Kind: "con", Privilege: privilege, History: 20}, Privilege: privilege, Length: 0, Width: 512,
	})
	x.sessions[name] = s
	return s
}

// forget ends the session of a node.
func (x *run) forget(name string) {
	if s := x.sessions[name]; s != nil {
		s.cancel()
		delete(x.sessions, name)
	}
}

// check compares a step's screen with what is expected, or prints it.
func (x *run) check(i int, st *step, out string) {
	got := screenLines(out)
	x.got[i] = got
	if x.Update && st.has {
		return
	}
	if !st.has {
		if out != "" {
			fmt.Fprintf(x.Out, "%s\n%s", st.text, out)
			if !strings.HasSuffix(out, "\n") {
				fmt.Fprintln(x.Out)
			}
		}
		return
	}
	wanted := trimmed(st.wanted)
	if !st.long {
		got, wanted = withoutBlank(got), withoutBlank(wanted)
	}
	if d := diff(wanted, got); d != "" {
		x.failed = true
		fmt.Fprintf(x.Out, "%s:%d: %s\n%s", x.script.file, st.line, st.text, d)
	}
}

// rewrite writes the script anew with the screens that were seen.
func (x *run) rewrite() error {
	var b strings.Builder
	at := 0
	for i := range x.script.steps {
		st := &x.script.steps[i]
		for ; at < st.line; at++ {
			b.WriteString(x.script.lines[at] + "\n")
		}
		if !st.has {
			continue
		}
		at = st.after
		x.writeScreen(&b, st, x.got[i])
	}
	for ; at < len(x.script.lines); at++ {
		b.WriteString(x.script.lines[at] + "\n")
	}
	return os.WriteFile(filepath.Clean(x.script.file), []byte(b.String()), 0o644)
}
