package grammar

// A form is what stands in front of a command.
type form uint8

const (
	positive form = iota
	negative      // "no"
	reset         // "default"
)

// An argValue is an argument that has been read.
type argValue struct{ name, text string }

// A walker reads one line.
type walker struct {
	mode  *Mode
	names Names // of the router
	input string
	form  form
	words []string
	cols  []int // byte offset of each word in input
	first int   // index of the first word after "no" or "default"
	steps int

	// spelled is set where the mode has a keyword "no" or "default" of its own,
	// which is tried first.
	spelled bool

	path []string // canonical words so far
	args []argValue
	end  *node
	ways []way // the commands that a "no" line stands for; the first names it
	err  SyntaxError

	reach   []*node     // where the line may stand, for help
	tails   []*argument // arguments that take the rest of the line and have begun
	collect bool

	wordsHand, pathHand [maxHand]string
	colsHand            [maxHand]int
	argsHand            [8]argValue
}

func newWalker(m *Mode, line string, names Names) *walker {
	w := &walker{mode: m, names: names, input: line, steps: maxSteps}
	w.words, w.cols = w.wordsHand[:0], w.colsHand[:0]
	w.path, w.args = w.pathHand[:0], w.argsHand[:0]
	if len(line) > MaxLine {
		w.fail(Invalid, MaxLine)
		return w
	}
	w.split()
	w.prefix()
	return w
}

// split cuts the input into words. A control character ends the reading.
func (w *walker) split() {
	s := w.input
	start := -1
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\r' && i == len(s)-1:
			if start >= 0 {
				w.words, w.cols = append(w.words, s[start:i]), append(w.cols, start)
				start = -1
			}
		case c < ' ' || c == 0x7f:
			w.fail(Invalid, i)
			return
		case start < 0:
			start = i
		}
	}
	if start >= 0 {
		w.words, w.cols = append(w.words, s[start:]), append(w.cols, start)
	}
}

// prefix recognises "no" and "default".
func (w *walker) prefix() {
	if !w.mode.config || len(w.words) == 0 {
		return
	}
	first := lower(w.words[0])
	_, exact, count := w.mode.root.keyword(first)
	switch {
	case first == "no":
		w.form, w.first, w.spelled = negative, 1, exact
	case first == "default":
		w.form, w.first, w.spelled = reset, 1, exact
	case exact:
		return
	case len(first) >= 3 && count == 0 && len(first) < len("default") && "default"[:len(first)] == first:
		w.form, w.first = reset, 1
	}
}

// fail notes a refusal if it understood more of the line than others.
func (w *walker) fail(kind ErrorKind, column int) {
	e := SyntaxError{kind, column, w.input}
	if w.err.Kind == 0 || e.rank() > w.err.rank() || e.rank() == w.err.rank() && kind == Ambiguous {
		w.err = e
	}
}

func (w *walker) refusal() error {
	e := w.err
	if e.Kind == 0 {
		e = SyntaxError{Invalid, 0, w.input}
	}
	return &e
}

// walkAs reads the words from the i-th on, as a line of the given form.
func (w *walker) walkAs(f form, i int) bool {
	as := w.form
	w.form, w.steps = f, maxSteps
	if w.walk(w.mode.root, i) {
		return true
	}
	w.form, w.path, w.args = as, w.path[:0], w.args[:0]
	return false
}

// walk reads the words from the i-th on at node n. It reports whether a command
// was found; the path to it is then in w.
func (w *walker) walk(n *node, i int) bool {
	if w.steps--; w.steps < 0 {
		return false
	}
	if i == len(w.words) {
		return w.finish(n)
	}
	word := w.words[i]
	k, exact, count := n.keyword(lower(word))
	switch {
	case count == 1:
		w.path = append(w.path, k.word)
		if w.walk(k.to, i+1) {
			return true
		}
		w.path = w.path[:len(w.path)-1]
		if exact || w.collect && len(w.reach) > 0 {
			return false
		}
	case count > 1:
		w.fail(Ambiguous, w.cols[i]+len(word))
	default:
		w.fail(Invalid, w.cols[i]+n.common(lower(word)))
	}
	for _, a := range n.args {
		if w.argument(a, i) {
			return true
		}
	}
	return false
}

// argument tries argument a at the i-th word.
func (w *walker) argument(a *argument, i int) bool {
	words := w.words[i:]
	if a.tail {
		words = []string{w.rest(i)}
	}
	text, used, bad, ok := w.names.parse(a.typ, words)
	if !ok || used < 1 || used > len(words) {
		w.failArgument(words, i, bad)
		return false
	}
	if a.tail {
		used = len(w.words) - i
		if w.collect {
			w.tails = append(w.tails, a)
		}
	}
	w.path, w.args = append(w.path, text), append(w.args, argValue{a.name, text})
	if w.walk(a.to, i+used) {
		return true
	}
	w.path, w.args = w.path[:len(w.path)-1], w.args[:len(w.args)-1]
	return false
}

// failArgument notes that an argument did not fit. An offset behind the end of
// the first word counts on in the following ones, as if one blank stood between;
// where all that was typed fits, the line is incomplete.
func (w *walker) failArgument(words []string, i, bad int) {
	bad = max(bad, 0)
	for j, word := range words {
		if bad < len(word) || bad == len(word) && j < len(words)-1 {
			w.fail(Invalid, w.cols[i+j]+bad)
			return
		}
		bad -= len(word) + 1
	}
	w.fail(Incomplete, len(w.input))
}

// rest returns the line from the i-th word on, as typed.
func (w *walker) rest(i int) string {
	last := len(w.words) - 1
	return w.input[w.cols[i] : w.cols[last]+len(w.words[last])]
}

// finish ends the line at n.
func (w *walker) finish(n *node) bool {
	if w.collect {
		w.reach = append(w.reach, n)
		return false
	}
	if n.end != nil && (w.form == positive || n.end.cmd.Kind != Exec) {
		w.end = n
		return true
	}
	if w.form != positive && len(w.path) > 0 {
		if w.ways = w.undone(n); len(w.ways) > 0 {
			w.end = n
			return true
		}
	}
	if n.end != nil { // "no" of a command that only runs
		w.fail(Invalid, w.cols[w.first])
		return false
	}
	w.fail(Incomplete, len(w.input))
	return false
}

// undone returns the commands that a "no" line ending at n stands for: those of
// which only arguments are left out, or the only one that there is. Of commands
// with many lines, the first part of the key must be given. Commands beyond
// those go with them.
func (w *walker) undone(n *node) []way {
	var ways []way
	lines := 0
	for _, b := range n.below {
		if b.cmd.Kind != Exec {
			lines++
		}
	}
	for _, b := range n.below {
		if b.cmd.Kind == Exec {
			continue
		}
		named := lines == 1 || b.plain && len(w.path) >= b.head
		if b.cmd.Kind != Leaf {
			named = w.given(b.entry) || b.cmd.NoAll && b.plain && len(w.path) >= b.head
		}
		if named {
			ways = append(ways, b)
		}
	}
	if len(ways) == 0 {
		return nil
	}
	for _, b := range n.below {
		if b.cmd.Kind != Exec && b.entry != ways[0].entry {
			found := false
			for _, x := range ways {
				found = found || x.entry == b.entry
			}
			if !found {
				ways = append(ways, b)
			}
		}
	}
	return ways
}

// given reports whether the first thing that tells e's lines apart was typed.
func (w *walker) given(e *entry) bool {
	k := e.firstArg
	if len(e.cmd.Key) > 0 {
		k = e.cmd.Key[0]
	}
	for _, a := range w.args {
		if a.name == k {
			return true
		}
	}
	if e.hasWord(k) && !e.hasArg(k) {
		for _, p := range w.path {
			if p == k {
				return true
			}
		}
	}
	return false
}

// line builds the line that was read.
func (w *walker) line() (*Line, error) {
	e, alias := w.end.end, w.end.alias
	l := &Line{No: w.form == negative, Default: w.form == reset}
	if len(w.ways) > 0 {
		e, alias, l.partial = w.ways[0].entry, w.ways[0].alias, true
		for _, x := range w.ways[1:] {
			l.also = append(l.also, x.cmd)
		}
	}
	l.Command, l.entry = e.cmd, e
	l.Words = append(make([]string, 0, len(w.path)), w.path...)
	l.Args = make(map[string]string, len(w.args))
	for _, a := range w.args {
		l.Args[a.name] = a.text
	}
	if alias {
		l.Words, _ = render(e.seq, l.Args, w.path)
	}
	if w.form == positive && e.cmd.Body != NoBody {
		l.open = true
		if e.cmd.Body == Delimited && !l.delimit(e.lastArg) {
			return nil, &SyntaxError{Incomplete, len(w.input), w.input}
		}
	}
	if e.cmd.Canon != nil && !l.partial {
		e.cmd.Canon(l)
	}
	if len(w.input) > MaxLine/2 && len(l.String()) > MaxLine {
		return nil, &SyntaxError{Invalid, MaxLine, w.input} // written out it could not be entered again
	}
	return l, nil
}
