package router

import (
	"fmt"
	"slices"
	"strings"

	"axle/cli/ios"
	"axle/cli/show"
	"axle/internal/event"
)

// maxSubscribers bounds the sessions that hear log messages.
const maxSubscribers = 256

// maxLogBuffer bounds the log buffer, bytes, whatever is configured.
const maxLogBuffer = 16 << 20

// A logbook keeps the log buffer and the sessions that listen.
type logbook struct {
	cfg        ios.Logging
	stamp      ios.Stamp
	debugStamp ios.Stamp
	number     bool
	lines      []string
	bytes      int // of lines
	logged     int
	serial     int
	subs       []*subscriber // in order of subscription
}

func (b *logbook) reset() {
	*b = logbook{
		cfg: ios.Logging{BufferSize: 4096, BufferLevel: 7, Console: 7, Monitor: 7}, subs: b.subs,
		stamp: ios.Stamp{Msec: true}, debugStamp: ios.Stamp{Msec: true},
	}
}

func (b *logbook) configure(c *ios.Config) {
	b.cfg, b.stamp, b.debugStamp, b.number = c.Logging, c.LogStamp, c.DebugStamp, c.SequenceNumbers
	b.cfg.BufferSize = min(b.cfg.BufferSize, maxLogBuffer)
	b.trim()
}

// raise logs an event.
func (r *Router) raise(e event.Event) {
	r.log.put(r, e.Kind.Severity, false, r.log.stamp, e.Text())
}

// tell logs lines of a debug command.
func (r *Router) tell(text string) {
	st := r.log.debugStamp
	for line := range strings.Lines(text) {
		r.log.put(r, 7, true, st, strings.TrimRight(line, "\n"))
		st = ios.Stamp{Off: true} // what belongs to one message has one stamp
	}
}

func (b *logbook) put(r *Router, level int, debug bool, st ios.Stamp, text string) {
	line := b.prefix(r, st) + text
	b.logged++
	if b.cfg.BufferSize > 0 && level <= b.cfg.BufferLevel {
		b.lines = append(b.lines, line)
		b.bytes += len(line) + 1
		b.trim()
	}
	for _, s := range b.subs {
		s.hear(level, debug, line)
	}
}

// announceText shows text on the terminals that hear log messages, without logging
// it.
func (r *Router) announceText(text string) {
	for line := range strings.Lines(text) {
		for _, s := range r.log.subs {
			s.hear(0, false, strings.TrimRight(line, "\n"))
		}
	}
}

// trim forgets the oldest lines until the buffer fits.
func (b *logbook) trim() {
	n := 0
	for n < len(b.lines) && b.bytes > max(b.cfg.BufferSize, 0) {
		b.bytes -= len(b.lines[n]) + 1
		n++
	}
	b.lines = b.lines[n:]
}

// prefix returns the sequence number and time stamp in front of a message.
func (b *logbook) prefix(r *Router, st ios.Stamp) string {
	var s string
	if b.number && !st.Off {
		b.serial++
		s = fmt.Sprintf("%06d: ", b.serial)
	}
	if st.Off {
		return s
	}
	if st.Uptime {
		return s + show.Duration(r.now.Sub(r.boot)) + ": "
	}
	layout := "Jan _2 "
	if st.Year {
		layout += "2006 "
	}
	layout += "15:04:05"
	if st.Msec {
		layout += ".000"
	}
	if st.Zone {
		layout += " UTC"
	}
	return s + "*" + r.now.UTC().Format(layout) + ": "
}

// Subscribe calls f with every log and debug line from now on, on the owner's
// goroutine; f must not block. cancel ends it.
func (r *Router) Subscribe(f func(level int, debug bool, line string)) (cancel func()) {
	b := &r.log
	if len(b.subs) >= maxSubscribers {
		return func() {}
	}
	s := &subscriber{f}
	b.subs = append(slices.Clip(b.subs), s)
	return func() {
		b.subs = slices.DeleteFunc(slices.Clone(b.subs), func(x *subscriber) bool { return x == s })
	}
}

// A subscriber hears log messages.
type subscriber struct {
	hear func(level int, debug bool, line string)
}

// show returns the log as the screen wants it.
func (b *logbook) show() show.Log {
	return show.Log{
		BufferSize: b.cfg.BufferSize, BufferLevel: b.cfg.BufferLevel, Console: b.cfg.Console, Monitor: b.cfg.Monitor,
		Logged: b.logged, Lines: append([]string(nil), b.lines...),
	}
}

// chance gives a router's random numbers as bytes, for salts.
type chance struct{ src interface{ Uint64() uint64 } }

func (c chance) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c.src.Uint64() >> 32)
	}
	return len(p), nil
}
