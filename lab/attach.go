package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"axle/cli/ios"
	"axle/cli/shell"
)

// ErrNoNode means that a lab has no node of the wanted name.
var ErrNoNode = errors.New("there is no such node")

// ErrReloaded ends what was begun before its router was reloaded.
var ErrReloaded = errors.New("the router was reloaded")

// Session serves one operator of a node, whatever it is, on a terminal
// until they leave, ctx ends or the router is reloaded (ErrReloaded). A terminal
// that is an io.Closer is closed in the two last cases.
func (l *Lab) Session(ctx context.Context, name string, t shell.Terminal, who shell.Who) error {
	if m := l.machine(name); m != nil {
		return l.machineSession(ctx, name, m, t)
	}
	n := l.nodes[name]
	if n == nil {
		return fmt.Errorf("%s: %w", name, ErrNoNode)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	b := l.backend(n)
	defer b.onReload(func() { cancel(ErrReloaded) })()
	line := lineOf(b.Config(), who.Line)
	s := shell.New(shell.Options{
		Backend: b, Terminal: t, Who: who, Line: line, Privilege: max(line.Privilege, 1),
		Monitor: line.Kind == "con", Length: -1, Width: -1,
	})
	return s.Run(ctx)
}

// lineOf returns the configuration of the terminal line that a session is on.
func lineOf(c *ios.Config, name string) ios.LineConfig {
	kind, num := "con", 0
	if rest, ok := strings.CutPrefix(name, "vty"); ok {
		kind = "vty"
		num, _ = strconv.Atoi(rest) // our own numbering
	}
	for _, l := range c.Lines {
		if l.Kind == kind && l.First <= num && num <= l.Last {
			return l
		}
	}
	return ios.LineConfig{Kind: kind, Length: 24, Width: 80, History: 20, Privilege: 1, ExecTimeout: 10 * time.Minute}
}

// machineSession is the small shell of a host or a NAT box.
func (l *Lab) machineSession(ctx context.Context, name string, m machine, t shell.Terminal) error {
	if c, ok := t.(io.Closer); ok {
		defer context.AfterFunc(ctx, func() { c.Close() })()
	}
	t.SetEditor(shell.Editor{Help: func(string) string { return m.help() }})
	for ctx.Err() == nil {
		line, end, err := t.ReadLine(name + "$ ")
		if err != nil {
			return err
		}
		switch strings.TrimSpace(line) {
		case "exit", "logout", "quit":
			return nil
		}
		if end == shell.CtrlC {
			continue
		}
		run, cancel := context.WithCancel(ctx)
		finished := make(chan struct{})
		go func() {
			select {
			case <-t.Breaks():
				cancel()
			case <-finished:
			}
		}()
		err = l.command(run, t, func(w io.Writer, done func(error)) func() {
			return m.exec(line, w, func() { done(nil) })
		})
		close(finished)
		cancel()
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
