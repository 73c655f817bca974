package shell

// A history keeps the last lines that were typed, oldest first.
type history struct {
	limit int // lines; 0: none are kept
	lines []string
}

// add keeps line, unless it repeats the one before.
func (h *history) add(line string) {
	if n := len(h.lines); n > 0 && h.lines[n-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	h.trim()
}

// resize sets the limit.
func (h *history) resize(limit int) {
	h.limit = limit
	h.trim()
}

func (h *history) trim() {
	if n := len(h.lines) - h.limit; n > 0 {
		h.lines = append([]string(nil), h.lines[n:]...)
	}
}
