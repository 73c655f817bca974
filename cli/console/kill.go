package console

import (
	"unicode"

	"github.com/chzyer/readline"
)

// cut does what a key that cuts text means. It reports whether k is one.
func (r *reading) cut(k rune) bool {
	b := r.t.screen.buf
	at := b.Pos()
	switch k {
	case readline.CharKill:
		r.remove(at, b.Len())
	case readline.CharCtrlU, ctrlX:
		r.remove(0, at)
	case readline.CharCtrlW, readline.MetaBackspace:
		r.remove(wordStart(b.Runes(), at), at)
	case readline.MetaDelete:
		r.remove(at, wordEnd(b.Runes(), at))
	default:
		return false
	}
	return true
}

// remove cuts the characters from a up to b and keeps them.
func (r *reading) remove(a, b int) {
	buf := r.t.screen.buf
	line := buf.Runes()
	if a >= b {
		return
	}
	r.t.kills = append(r.t.kills, string(line[a:b]))
	if n := len(r.t.kills) - maxKills; n > 0 {
		r.t.kills = append([]string(nil), r.t.kills[n:]...)
	}
	buf.SetWithIdx(a, append(line[:a], line[b:]...))
}

// yank inserts the cut that r.kill names.
func (r *reading) yank() {
	if r.kill < 0 || r.kill >= len(r.t.kills) || !r.t.screen.echo {
		return
	}
	buf := r.t.screen.buf
	text := []rune(r.t.kills[r.kill])
	text = text[:min(len(text), maxLine-buf.Len())]
	buf.WriteRunes(text)
	r.yanked = len(text)
}

// yankNext replaces what the last key yanked by the cut before it.
func (r *reading) yankNext(yanked int) {
	if yanked == 0 {
		return
	}
	b := r.t.screen.buf
	line, at := b.Runes(), b.Pos()
	b.SetWithIdx(at-yanked, append(line[:at-yanked], line[at:]...))
	if r.kill--; r.kill < 0 {
		r.kill = len(r.t.kills) - 1
	}
	r.yank()
}

// change changes the case of the word at the cursor and goes to its end.
func (r *reading) change(k rune) {
	b := r.t.screen.buf
	line, at := b.Runes(), b.Pos()
	end := wordEnd(line, at)
	first := true
	for i := at; i < end; i++ {
		switch {
		case readline.IsWordBreak(line[i]):
			continue
		case k == keyUpper, k == keyCapital && first:
			line[i] = unicode.ToUpper(line[i])
		case k == keyLower:
			line[i] = unicode.ToLower(line[i])
		}
		first = false
	}
	b.SetWithIdx(end, line)
}

// wordStart returns where the word before at begins; words stand between
// blanks.
func wordStart(line []rune, at int) int {
	for at > 0 && line[at-1] == ' ' {
		at--
	}
	for at > 0 && line[at-1] != ' ' {
		at--
	}
	return at
}

// wordEnd returns where the word at or after at ends; words are made of
// letters and digits.
func wordEnd(line []rune, at int) int {
	for at < len(line) && readline.IsWordBreak(line[at]) {
		at++
	}
	for at < len(line) && !readline.IsWordBreak(line[at]) {
		at++
	}
	return at
}
