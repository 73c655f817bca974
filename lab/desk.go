package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"axle/cli/console"
	"axle/cli/shell"
)

// The keys of a Desk, each typed after Ctrl-].
const deskHelp = `Keys, each after Ctrl-]:
  n   next node            p   previous node
  1-9 node by its number   l   list of the nodes
  q   leave the lab        ?   this help
`

// deskEscape is Ctrl-].
const deskEscape = 0x1d

// paneBuffer bounds what a node prints while nobody looks at it; the oldest
// goes first.
const paneBuffer = 64 << 10 // bytes

// deskQueue is how much output waits for the terminal until who prints has to
// wait too; lastOutput how long the desk waits for the terminal when it ends.
const (
	deskQueue  = 64 << 10 // bytes
	lastOutput = time.Second
)

// A Desk is one terminal with the consoles of all nodes: one is shown, keys
// switch.
type Desk struct {
	lab   *Lab
	names []string
	in    io.Reader
	out   io.Writer
	leave chan struct{}
	once  sync.Once
	wait  sync.WaitGroup // for the consoles

	mu            sync.Mutex // protects what follows, and the order of output
	change        *sync.Cond // something happened to queue, shown or ended
	queue         []byte     // on its way to out
	panes         []*pane
	shown         int
	ended         bool
	width, height int
}

// A pane is the console of one node. Its fields are protected by the desk.
type pane struct {
	desk *Desk
	num  int
	keys *feed // of term
	term *console.Terminal
	held []byte // printed while not shown
}

// NewDesk returns a desk on a terminal in raw mode; the first node is shown.
func NewDesk(l *Lab, in io.Reader, out io.Writer, width, height int) *Desk {
	d := &Desk{lab: l, names: l.names(), in: in, out: out, leave: make(chan struct{}), width: width, height: height}
	d.change = sync.NewCond(&d.mu)
	d.panes = make([]*pane, len(d.names))
	return d
}

// SetSize tells the size of the terminal.
func (d *Desk) SetSize(width, height int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.width, d.height = width, height
	for _, p := range d.panes {
		if p != nil {
			p.term.SetSize(width, height)
		}
	}
}

// Run serves the terminal until its operator leaves or ctx ends. It does not
// wait for a terminal that takes nothing.
func (d *Desk) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	written := make(chan struct{})
	go func() { d.write(); close(written) }()
	defer func() {
		cancel()
		d.mu.Lock()
		d.ended = true
		d.change.Broadcast()
		d.mu.Unlock()
		d.wait.Wait()
		select {
		case <-written:
		case <-time.After(lastOutput):
		}
	}()
	d.print(fmt.Sprintf("%d nodes are running. %s\n", len(d.names), deskHelp))
	d.show(ctx, 0)
	go d.read(ctx)
	select {
	case <-d.leave:
		return nil
	case <-ctx.Done():
		return nil
	}
}

// write gives the terminal what is printed, until the desk has ended.
func (d *Desk) write() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		for len(d.queue) == 0 && !d.ended {
			d.change.Wait()
		}
		if len(d.queue) == 0 {
			return
		}
		b := d.queue
		d.queue = nil
		d.change.Broadcast()
		d.mu.Unlock()
		_, err := d.out.Write(b)
		d.mu.Lock()
		if err != nil { // nobody is there any more
			d.ended, d.queue = true, nil
			d.change.Broadcast()
			d.quit()
			return
		}
	}
}

// put prints something of the desk's own: it is short, and waits for nobody.
// d.mu is held.
func (d *Desk) put(s string) {
	if d.ended || len(d.queue) >= 2*deskQueue {
		return
	}
	d.queue = append(d.queue, s...)
	d.change.Broadcast()
}

// read takes the keys of the terminal and gives them to the node that is shown.
func (d *Desk) read(ctx context.Context) {
	defer d.quit()
	buf := make([]byte, 4096)
	escaped := false
	for {
		n, err := d.in.Read(buf)
		rest := buf[:n]
		for len(rest) > 0 {
			if escaped {
				escaped = false
				d.key(ctx, rest[0])
				rest = rest[1:]
				continue
			}
			i := bytes.IndexByte(rest, deskEscape)
			plain := rest
			if i >= 0 {
				plain, rest, escaped = rest[:i], rest[i+1:], true
			} else {
				rest = nil
			}
			if len(plain) > 0 {
				d.mu.Lock()
				keys := d.panes[d.shown].keys
				d.mu.Unlock()
				keys.add(plain)
			}
		}
		if err != nil {
			return
		}
	}
}

func (d *Desk) quit() { d.once.Do(func() { close(d.leave) }) }

// key does what a key after Ctrl-] means.
func (d *Desk) key(ctx context.Context, k byte) {
	all := len(d.names)
	switch {
	case k == 'n':
		d.show(ctx, (d.shown+1)%all)
	case k == 'p':
		d.show(ctx, (d.shown+all-1)%all)
	case k >= '1' && k <= '9' && int(k-'1') < all:
		d.show(ctx, int(k-'1'))
	case k == 'l':
		d.list()
	case k == 'q':
		d.quit()
	default:
		d.print("\n" + deskHelp)
	}
}

// list prints the names of the nodes.
func (d *Desk) list() {
	const most = 40
	s := "\n"
	for i, n := range d.names {
		if i == most {
			s += fmt.Sprintf("     ... and %d more\n", len(d.names)-most)
			break
		}
		mark := " "
		if i == d.shown {
			mark = "*"
		}
		s += fmt.Sprintf("%s %2d  %s\n", mark, i+1, n)
	}
	d.print(s)
}

func (d *Desk) print(s string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.put(strings.ReplaceAll(s, "\n", "\r\n"))
}

// show brings a node's console to the terminal; the first time it begins a
// session there.
func (d *Desk) show(ctx context.Context, i int) {
	d.mu.Lock()
	if d.ended {
		d.mu.Unlock()
		return
	}
	d.shown = i
	d.change.Broadcast()
	p := d.panes[i]
	d.put("\r\n[" + d.names[i] + "]\r\n")
	if p == nil {
		p = &pane{desk: d, num: i}
		d.panes[i] = p
		p.open()
		d.wait.Go(func() { p.serve(ctx) })
		d.mu.Unlock()
		return
	}
	d.queue = append(d.queue, p.held...) // all of it, each byte once
	p.held = nil
	term := p.term
	d.mu.Unlock()
	go term.Redraw() // the console may be printing
}

// open gives the pane a new console. The desk's mu is held.
func (p *pane) open() {
	p.keys = newFeed()
	p.term = console.New(paneStream{p.keys, p}, console.Options{Width: p.desk.width, Height: p.desk.height})
}

// serve runs sessions on the console, one after the other.
func (p *pane) serve(ctx context.Context) {
	d := p.desk
	d.mu.Lock()
	term := p.term
	d.mu.Unlock()
	for {
		// Whatever ended the session, the exec-timeout, the operator or a reload,
		// a key begins the next one.
		err := d.lab.Session(ctx, d.names[p.num], term, shell.Who{Line: "console"})
		if errors.Is(err, ErrReloaded) && ctx.Err() == nil {
			term.Close()
			d.mu.Lock()
			p.open()
			term = p.term
			d.mu.Unlock()
		}
		if ctx.Err() == nil {
			fmt.Fprintf(term, "\n%s con0 is now available\n\nPress RETURN to get started.\n", d.names[p.num])
		}
		stop := context.AfterFunc(ctx, func() { term.Close() })
		_, err = term.ReadKey()
		stop()
		if err != nil || ctx.Err() != nil {
			term.Close()
			return
		}
	}
}

// A paneStream is what a console reads and writes; closing it ends the keys.
type paneStream struct {
	*feed
	pane *pane
}

// Write prints what the node says, or keeps it until the node is shown.
func (s paneStream) Write(b []byte) (int, error) { return s.pane.Write(b) }

// Write prints what the node says, or keeps it until the node is shown. While
// too much waits for the terminal it waits.
func (p *pane) Write(b []byte) (int, error) {
	d := p.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	for d.shown == p.num && len(d.queue) >= deskQueue && !d.ended {
		d.change.Wait()
	}
	if d.ended {
		return 0, io.ErrClosedPipe
	}
	if d.shown == p.num {
		d.queue = append(d.queue, b...)
		d.change.Broadcast()
		return len(b), nil
	}
	p.held = append(p.held, b...)
	if n := len(p.held) - paneBuffer; n > 0 {
		p.held = p.held[n:]
	}
	return len(b), nil
}
