package console

import (
	"time"
	"unicode"

	"axle/cli/shell"

	"github.com/chzyer/readline"
)

// Limits of the line editor.
const (
	maxLine  = 4096 // characters of a line; more are refused with the bell
	maxKills = 10   // cuts that can be yanked
)

// A reading is one line being read.
type reading struct {
	t       *Terminal
	editor  shell.Editor // what "?", TAB and the arrows do
	history int          // index of the line shown; len: the one being typed
	typed   string       // what was typed before the history was visited
	yanked  int          // length of the last yank, 0 where the last key was none
	kill    int          // index of the cut that was yanked
}

// ReadLine prompts and reads an edited line.
func (t *Terminal) ReadLine(prompt string) (string, shell.End, error) {
	t.mu.Lock()
	e := t.editor
	t.mu.Unlock()
	return t.read(prompt, e, true, time.Duration(t.idle.Load()))
}

// ReadAnswer prompts and reads a line without help, completion and history.
// Ctrl-C returns shell.ErrBreak.
func (t *Terminal) ReadAnswer(prompt string) (string, error) {
	return t.answer(prompt, true)
}

// ReadSecret prompts and reads a line without echo. Ctrl-C returns
// shell.ErrBreak.
func (t *Terminal) ReadSecret(prompt string) (string, error) {
	return t.answer(prompt, false)
}

func (t *Terminal) answer(prompt string, echo bool) (string, error) {
	defer t.in.suspend()()
	line, end, err := t.read(prompt, shell.Editor{}, echo, time.Duration(t.idle.Load()))
	if err == nil && end == shell.CtrlC {
		return "", shell.ErrBreak
	}
	return line, err
}

// read reads one line.
func (t *Terminal) read(prompt string, e shell.Editor, echo bool, idle time.Duration) (string, shell.End, error) {
	t.in.disarm()
	r := &reading{t: t, editor: e, history: len(e.History)}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.showWaiting()
	t.screen.begin(prompt, echo)
	defer func() { t.screen.reading = false }()
	for {
		k, err := r.next(idle)
		if err != nil {
			return "", shell.Enter, err
		}
		switch k {
		case readline.CharEnter, readline.CharCtrlJ:
			return r.done("", shell.Enter)
		case readline.CharCtrlZ:
			return r.done("^Z", shell.CtrlZ)
		case readline.CharInterrupt:
			return r.done("^C", shell.CtrlC)
		}
		r.press(k)
	}
}

// done ends the line.
func (r *reading) done(mark string, end shell.End) (string, shell.End, error) {
	s := &r.t.screen
	line := string(s.buf.Runes())
	s.buf.Reset()
	if !s.echo {
		mark = ""
	}
	s.end(mark)
	_ = s.flush()
	if end == shell.CtrlC {
		line = ""
	}
	return line, end, nil
}

// next reads a key, with the terminal unlocked.
func (r *reading) next(idle time.Duration) (rune, error) {
	t := r.t
	t.mu.Unlock()
	defer t.mu.Lock()
	return t.key(idle)
}

// press does what a key means and shows it.
func (r *reading) press(k rune) {
	t := r.t
	s := &t.screen
	yanked := r.yanked
	r.yanked = 0
	if k >= ' ' && k != readline.CharBackspace {
		r.text(k)
		return
	}
	switch k {
	case keyNone:
		return
	case readline.CharTab:
		r.complete()
		return
	case readline.CharCtrlL, ctrlR:
		s.redraw(t.width())
		return
	case ctrlV, keyQuote:
		if k, err := r.next(0); err == nil && k > 0 {
			r.insert(k)
		}
	case readline.CharPrev:
		r.recall(r.history - 1)
	case readline.CharNext:
		r.recall(r.history + 1)
	case readline.CharCtrlY:
		r.kill = len(t.kills) - 1
		r.yank()
	case keyYank:
		r.yankNext(yanked)
	default:
		if !r.cut(k) {
			r.move(k)
		}
	}
	s.draw(t.width())
}

// text does what a printable key means.
func (r *reading) text(k rune) {
	s := &r.t.screen
	if k == '?' && r.editor.Help != nil {
		r.help()
		return
	}
	atEnd := s.buf.IsCursorInEnd()
	if !r.insert(k) {
		return
	}
	// The common case: nothing but the character itself is to be drawn.
	room := r.t.width() - len(s.prompt) - 1
	if n := s.buf.Len(); atEnd && s.echo && s.off == 0 && len(s.shown) == n-1 && s.at == n-1 &&
		(r.t.width() == 0 || n <= room) && !unicode.IsControl(k) {
		s.shown, s.at = append(s.shown, k), n
		s.put(string(k))
		return
	}
	s.draw(r.t.width())
}

// insert adds a character to the line, unless that is full.
func (r *reading) insert(k rune) bool {
	s := &r.t.screen
	if s.buf.Len() >= maxLine {
		s.out = append(s.out, readline.CharBell)
		return false
	}
	s.buf.WriteRune(k)
	return true
}

// move does what a key that moves the cursor or changes single characters
// means; others mean nothing.
func (r *reading) move(k rune) {
	b := r.t.screen.buf
	switch k {
	case readline.CharLineStart:
		b.MoveToLineStart()
	case readline.CharLineEnd:
		b.MoveToLineEnd()
	case readline.CharBackward:
		b.MoveBackward()
	case readline.CharForward:
		b.MoveForward()
	case readline.MetaBackward:
		b.MoveToPrevWord()
	case readline.MetaForward:
		b.MoveToNextWord()
	case readline.CharBackspace, readline.CharCtrlH:
		b.Backspace()
	case readline.CharDelete:
		if line, at := b.Runes(), b.Pos(); at < len(line) {
			b.SetWithIdx(at, append(line[:at], line[at+1:]...))
		}
	case readline.CharTranspose:
		if b.Len() >= 2 { // readline leaves the line's end with less
			b.Transpose()
		}
	case keyCapital, keyLower, keyUpper:
		r.change(k)
	}
}

// help shows what may follow, and the line again. The editor's Help may itself
// write and read keys.
func (r *reading) help() {
	t := r.t
	s := &t.screen
	line, at, prompt, echo := s.buf.Runes(), s.buf.Pos(), s.prompt, s.echo
	s.put("?")
	s.newline()
	s.reading = false
	t.mu.Unlock()
	text := r.editor.Help(string(line[:at]))
	t.mu.Lock()
	s.text([]byte(text))
	t.showWaiting()
	s.reading, s.prompt, s.echo = true, prompt, echo
	s.buf.SetWithIdx(at, line)
	if s.col != 0 {
		s.newline()
	}
	s.again(t.width())
}

// complete completes the last word, or shows the line again. In a paste a tab
// that completes nothing is a blank.
func (r *reading) complete() {
	t := r.t
	s := &t.screen
	line := string(s.buf.Runes())
	if r.editor.Complete != nil && s.buf.IsCursorInEnd() {
		if text, ok := r.editor.Complete(line); ok {
			s.buf.Set([]rune(text)[:min(len([]rune(text)), maxLine)])
			s.redraw(t.width())
			return
		}
	}
	if r.editor.Complete == nil || t.in.waiting() {
		r.text(' ')
		return
	}
	s.redraw(t.width())
}

// recall shows line i of the history.
func (r *reading) recall(i int) {
	b := r.t.screen.buf
	h := r.editor.History
	if i < 0 || i > len(h) {
		r.t.screen.out = append(r.t.screen.out, readline.CharBell)
		return
	}
	if r.history == len(h) {
		r.typed = string(b.Runes())
	}
	r.history = i
	text := r.typed
	if i < len(h) {
		text = h[i]
	}
	b.Set([]rune(text))
}

// Redraw shows the prompt and the line being read again, as Ctrl-R does. Where
// none is read nothing happens. It may be called from any goroutine.
func (t *Terminal) Redraw() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.screen.reading {
		return
	}
	t.screen.redraw(t.width())
	_ = t.screen.flush()
}
