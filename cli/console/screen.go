package console

import (
	"io"
	"slices"
	"unicode"

	"github.com/chzyer/readline"
)

// A screen draws a line being edited with plain characters only: it knows what
// is shown behind the prompt and writes the difference.
type screen struct {
	w   io.Writer
	out []byte // not yet written
	err error  // of w: there is nobody left to draw for
	col int    // whether the cursor stands behind text: 0 at the start of a line

	buf     *readline.RuneBuffer // the line being edited
	reading bool                 // a line is being read
	echo    bool                 // and shown
	prompt  string
	shown   []rune // on the screen behind the prompt
	at      int    // the cursor's place in shown
	off     int    // of the first character shown, where the line is too long
}

// maxPending is how much output is gathered before it is written, in bytes.
const maxPending = 8 << 10

// put adds text that ends in no line end.
func (s *screen) put(text string) {
	s.out = append(s.out, text...)
	s.col += len(text)
	if len(s.out) >= maxPending {
		_ = s.flush()
	}
}

// newline adds a line end.
func (s *screen) newline() {
	s.out = append(s.out, '\r', '\n')
	s.col = 0
}

// text adds text of any form.
func (s *screen) text(p []byte) {
	if len(p) == 0 {
		return
	}
	s.out = append(s.out, crlf(p)...)
	s.col = 1
	if p[len(p)-1] == '\n' {
		s.col = 0
	}
}

// flush writes what was gathered.
func (s *screen) flush() error {
	if s.err == nil && len(s.out) > 0 {
		_, s.err = s.w.Write(s.out)
	}
	s.out = s.out[:0]
	return s.err
}

// begin shows a prompt with an empty line.
func (s *screen) begin(prompt string, echo bool) {
	s.reading, s.echo, s.prompt = true, echo, prompt
	s.shown, s.at, s.off = s.shown[:0], 0, 0
	s.buf.Reset()
	s.put(prompt)
}

// end leaves the line.
func (s *screen) end(mark string) {
	s.put(mark)
	s.newline()
	s.reading = false
}

// redraw shows prompt and line again, on a new line.
func (s *screen) redraw(width int) {
	s.newline()
	s.again(width)
}

// again shows prompt and line at the start of a line.
func (s *screen) again(width int) {
	s.shown, s.at = s.shown[:0], 0
	s.put(s.prompt)
	s.draw(width)
}

// scrollStep is how far a line moves when the cursor reaches its edge, and
// minWindow the narrowest window that lines scroll in, in columns.
const (
	scrollStep = 10
	minWindow  = 16
)

// window returns what of the line can be seen, "$" standing where it goes on,
// and the cursor's place in that.
func (s *screen) window(width int) ([]rune, int) {
	line, pos := s.buf.Runes(), s.buf.Pos()
	for i, r := range line {
		if unicode.IsControl(r) {
			line[i] = '^'
		}
	}
	room := width - len(s.prompt) - 1
	if width <= 0 || room < minWindow || len(line) <= room {
		s.off = 0
		return line, pos
	}
	for pos-s.off > room-2 && s.off+room <= len(line) {
		s.off += scrollStep
	}
	for s.off > 0 && pos-s.off < 1 {
		s.off = max(0, s.off-scrollStep)
	}
	seen := line[s.off:min(len(line), s.off+room)]
	if s.off+room < len(line) {
		seen[room-1] = '$'
	}
	if s.off > 0 {
		seen[0] = '$'
	}
	return seen, pos - s.off
}

// draw brings the screen up to date after a key.
func (s *screen) draw(width int) {
	if !s.echo {
		return
	}
	want, pos := s.window(width)
	same := 0
	for same < len(want) && same < len(s.shown) && want[same] == s.shown[same] {
		same++
	}
	if same < len(want) || same < len(s.shown) {
		s.move(same)
		s.put(string(want[same:]))
		s.at = len(want)
		if n := len(s.shown) - len(want); n > 0 {
			s.put(string(slices.Repeat([]rune{' '}, n)) + string(slices.Repeat([]rune{'\b'}, n)))
		}
		s.shown = append(s.shown[:0], want...)
	}
	s.move(pos)
}

// move brings the cursor to place to of what is shown.
func (s *screen) move(to int) {
	for ; s.at > to; s.at-- {
		s.out = append(s.out, '\b')
	}
	if s.at < to {
		s.put(string(s.shown[s.at:to]))
		s.at = to
	}
}
