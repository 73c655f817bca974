package shell

import (
	"context"
	"errors"
	"io"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// A Backend is a router as a session sees it. Its methods block until they are
// done and may be called from many sessions at once.
type Backend interface {
	// Config returns the decoded configuration in force; it must not be changed.
	Config() *ios.Config
	// Edit enters one configuration line in the section that path opens (the
	// canonical section lines, outermost first) and returns what is to be
	// printed: warnings, or IOS's refusal, in which case nothing changed.
	Edit(who Who, path []*grammar.Line, l *grammar.Line) (text string, ok bool)
	// Keep enters a line that no command fits as it was typed, in the section that
	// path opens. ok is false where the configuration does not keep such lines, or
	// not this one.
	Keep(who Who, path []*grammar.Line, text string) (ok bool)
	// LeaveConfig tells that a session left configuration mode after at least
	// one change (%SYS-5-CONFIG_I).
	LeaveConfig(who Who)
	// Exec runs an exec command and writes what it shows to w. ctx ends when
	// the operator breaks it off or the session ends.
	Exec(ctx context.Context, who Who, l *grammar.Line, w io.Writer) error
	// Unsaved reports whether running-config differs from startup-config.
	Unsaved() bool
	// Now returns the router's time.
	Now() time.Time
	// Messages subscribes to log and debug messages; cancel ends it. f must not
	// block; it is called with a full line, without line end.
	Messages(f func(level int, debug bool, line string)) (cancel func())
}

// A Named is a Backend of a router that understands names beside those of IOS.
type Named interface {
	// Names returns them; they never change.
	Names() grammar.Names
}

// Who says who acts: for "by admin on vty0" in log messages.
type Who struct {
	User string // "" on a console without login
	Line string // "console", "vty0"
	From string // "" or the address of the client
}

// A Terminal is where a session reads and writes.
type Terminal interface {
	// Write writes text; "\n" becomes the terminal's line end.
	io.Writer
	// ReadLine prompts and reads an edited line.
	ReadLine(prompt string) (string, End, error)
	// ReadSecret prompts and reads a line without echo.
	ReadSecret(prompt string) (string, error)
	// ReadAnswer prompts and reads a line without help, completion and history.
	ReadAnswer(prompt string) (string, error)
	// ReadKey reads one key without echo.
	ReadKey() (byte, error)
	// Breaks returns a channel on which Ctrl-^ and Ctrl-C arrive from now on,
	// until a line is read; nil: never. Until it is called, they are typed text.
	Breaks() <-chan struct{}
	// Size returns the terminal's own width and height; 0 where unknown.
	Size() (width, height int)
	// SetEditor tells what "?" and TAB do while a line is read, and the history.
	SetEditor(Editor)
	// Message writes a line that belongs to no command; while a line is being
	// read it is redrawn after it where redraw is set (logging synchronous).
	// It may be called from any goroutine.
	Message(line string, redraw bool)
}

// An Editor is what a session gives to the terminal's line editor.
type Editor struct {
	// Help returns the text to print for "?", with "\n" line ends; nil: "?" is
	// text. It may itself write to the terminal and read keys.
	Help     func(line string) string
	Complete func(line string) (string, bool) // TAB; nil: a blank
	History  []string                         // oldest first
}

// An End says how a line ended.
type End uint8

// The ends of a line.
const (
	Enter End = iota
	CtrlZ     // run the line, then leave configuration
	CtrlC     // drop the line
)

// Errors that a terminal returns beside io.EOF, its end.
var (
	ErrIdle  = errors.New("shell: no key within the exec-timeout")
	ErrBreak = errors.New("shell: broken off by the operator") // Ctrl-C in ReadAnswer and ReadSecret
)

// ErrArgument is what Backend.Exec returns where the last word of the command
// names what this router does not have. The session points at it.
var ErrArgument = errors.New("shell: no such thing")

// What else a terminal may be able to do.
type (
	// idler limits the time between keys; 0: no limit. ReadLine then returns ErrIdle.
	idler interface{ SetIdle(d time.Duration) }
	// widener takes the width of "terminal width"; 0: no limit.
	widener interface{ SetWidth(columns int) }
	// unpaged terminals never want --More--.
	unpaged interface{ Unpaged() bool }
)

// A Captures is a Backend that captures packets.
type Captures interface {
	// HasCaptureFilter reports whether a capture has a filter, which another would
	// replace.
	HasCaptureFilter(capture string) bool
}

// A Files is a Backend that keeps files, for "| redirect flash:name", "copy"
// and the like. Files are named as ios.FileURL writes them.
type Files interface {
	// CreateFile opens a file for writing, at its end where appending is set. Its
	// errors are IOS's words.
	CreateFile(url string, appending bool) (io.WriteCloser, error)
	// HasFile reports whether a file is there.
	HasFile(url string) bool
}
