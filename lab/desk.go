package lab

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"

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
	panes         []*pane
	shown         int
	ended         bool
	width, height int
}

// A pane is the console of one node.
type pane struct {
	desk *Desk
	num  int
	in   *io.PipeReader
	keys *io.PipeWriter
	term *console.Terminal
	held []byte // printed while not shown
}

// NewDesk returns a desk on a terminal in raw mode; the first node is shown.
func NewDesk(l *Lab, in io.Reader, out io.Writer, width, height int) *Desk {
	routers, hosts := l.Nodes()
	d := &Desk{lab: l, names: append(routers, hosts...), in: in, out: out, leave: make(chan struct{}), width: width, height: height}
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

// Run serves the terminal until its operator leaves or ctx ends.
func (d *Desk) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		d.mu.Lock()
		d.ended = true
		d.mu.Unlock()
		d.wait.Wait()
	}()
	d.print(fmt.Sprintf("%d routers and hosts are running. %s\n", len(d.names), deskHelp))
	d.show(ctx, 0)
	go d.read(ctx)
	select {
	case <-d.leave:
		return nil
	case <-ctx.Done():
		return nil
	}
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
				p := d.panes[d.shown]
				d.mu.Unlock()
				p.keys.Write(plain) // ends with an error when the node's console is closed
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
	io.WriteString(d.out, string(bytes.ReplaceAll([]byte(s), []byte("\n"), []byte("\r\n"))))
}

// show brings a node's console to the terminal; the first time it begins a
// session there.
func (d *Desk) show(ctx context.Context, i int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return
	}
	d.shown = i
	p := d.panes[i]
	fmt.Fprintf(d.out, "\r\n[%s]\r\n", d.names[i])
	if p == nil {
		p = &pane{desk: d, num: i}
		p.in, p.keys = io.Pipe()
		d.panes[i] = p
		p.term = console.New(p, console.Options{Width: d.width, Height: d.height})
		d.wait.Go(func() { p.serve(ctx) })
		return
	}
	d.out.Write(p.held)
	p.held = nil
	// Ctrl-R: the console prints its prompt and line again.
	go p.keys.Write([]byte{0x12})
}

// serve runs sessions on the console, one after the other.
func (p *pane) serve(ctx context.Context) {
	defer context.AfterFunc(ctx, func() { p.term.Close() })()
	defer p.term.Close()
	for ctx.Err() == nil {
		// Whatever ended the session, the exec-timeout or the operator, a key
		// begins the next one.
		_ = p.desk.lab.Session(ctx, p.desk.names[p.num], p.term, shell.Who{Line: "console"})
		if ctx.Err() != nil {
			return
		}
		fmt.Fprintf(p.term, "\n%s con0 is now available\n\nPress RETURN to get started.\n", p.desk.names[p.num])
		if _, err := p.term.ReadKey(); err != nil {
			return
		}
	}
}

// Close ends the pane: nobody types there any more.
func (p *pane) Close() error {
	p.keys.Close()
	return p.in.Close()
}

// Read gives the node the keys that were typed for it.
func (p *pane) Read(b []byte) (int, error) { return p.in.Read(b) }

// Write prints what the node says, or keeps it until the node is shown.
func (p *pane) Write(b []byte) (int, error) {
	d := p.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shown == p.num {
		return d.out.Write(b)
	}
	p.held = append(p.held, b...)
	if n := len(p.held) - paneBuffer; n > 0 {
		p.held = p.held[n:]
	}
	return len(b), nil
}
