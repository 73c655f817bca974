package console

import (
	"time"
	"unicode/utf8"

	"github.com/chzyer/readline"
)

// Keys that readline has no name for. Its own are the control characters and,
// below zero, what follows Escape.
const (
	keyNone    rune = -100 - iota // an escape sequence without meaning
	keyYank                       // Esc Y: the cut before the last one
	keyCapital                    // Esc C
	keyLower                      // Esc L
	keyUpper                      // Esc U
	keyQuote                      // Esc Q, Ctrl-V
)

// Control keys that readline names otherwise or not at all.
const (
	ctrlR = 0x12
	ctrlV = 0x16
	ctrlX = 0x18
	esc   = 0x1b
)

// maxSequence is the longest escape sequence that is waited for, in bytes.
const maxSequence = 16

// key reads one key. A character of several bytes is one key; bytes that are
// no UTF-8 are taken for Latin-1.
func (t *Terminal) key(idle time.Duration) (rune, error) {
	b, err := t.in.next(idle)
	switch {
	case err != nil:
		return 0, err
	case b == esc:
		return t.escapeKey()
	case b < utf8.RuneSelf:
		return rune(b), nil
	}
	return t.character(b)
}

// character reads the rest of a UTF-8 sequence that begins with first.
func (t *Terminal) character(first byte) (rune, error) {
	var p [utf8.UTFMax]byte
	p[0] = first
	want := 0
	switch {
	case first&0xe0 == 0xc0:
		want = 2
	case first&0xf0 == 0xe0:
		want = 3
	case first&0xf8 == 0xf0:
		want = 4
	}
	n := 1
	for n < want {
		b, err := t.in.next(0)
		if err != nil {
			break
		}
		if b&0xc0 != 0x80 {
			t.in.back(b)
			break
		}
		p[n] = b
		n++
	}
	if r, size := utf8.DecodeRune(p[:n]); r != utf8.RuneError || size > 1 {
		return r, nil
	}
	for i := n - 1; i > 0; i-- {
		t.in.back(p[i])
	}
	return rune(first), nil
}

// escapeKey reads what follows Escape.
func (t *Terminal) escapeKey() (rune, error) {
	b, err := t.in.next(0)
	if err != nil {
		return 0, err
	}
	switch b {
	case '[', 'O':
		return t.sequence()
	case 'b', 'B':
		return readline.MetaBackward, nil
	case 'f', 'F':
		return readline.MetaForward, nil
	case 'd', 'D':
		return readline.MetaDelete, nil
	case readline.CharBackspace, readline.CharCtrlH:
		return readline.MetaBackspace, nil
	case 'y', 'Y':
		return keyYank, nil
	case 'c', 'C':
		return keyCapital, nil
	case 'l', 'L':
		return keyLower, nil
	case 'u', 'U':
		return keyUpper, nil
	case 'q', 'Q':
		return keyQuote, nil
	case '<':
		return readline.CharPrev, nil
	case '>':
		return readline.CharNext, nil
	}
	if b < ' ' { // Escape means nothing to it
		t.in.back(b)
	}
	return keyNone, nil
}

// sequence reads the rest of what a key like an arrow sends, from behind "ESC ["
// or "ESC O".
func (t *Terminal) sequence() (rune, error) {
	attr, more := "", false
	for range maxSequence {
		b, err := t.in.next(0)
		if err != nil {
			return 0, err
		}
		switch {
		case b == 'A':
			return readline.CharPrev, nil
		case b == 'B':
			return readline.CharNext, nil
		case b == 'C':
			return readline.CharForward, nil
		case b == 'D':
			return readline.CharBackward, nil
		case b == 'H', b == '~' && (attr == "1" || attr == "7"):
			return readline.CharLineStart, nil
		case b == 'F', b == '~' && (attr == "4" || attr == "8"):
			return readline.CharLineEnd, nil
		case b == '~' && attr == "3":
			return readline.CharDelete, nil
		case b < ' ':
			t.in.back(b)
			return keyNone, nil
		case b >= '@':
			return keyNone, nil
		case b == ';':
			more = true
		case !more:
			attr += string(rune(b))
		}
	}
	return keyNone, nil
}
