package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"axle/cli/attach"
	"axle/internal/flash"
	"axle/lab"
	"axle/router"
)

const labUsage = `usage:
  axle lab [FLAGS] [FILE|NAME]       boot a network and attach to its first router
  axle lab attach [FLAGS] NODE       attach another terminal to a running lab
  axle lab run [FLAGS] SCRIPT...     run scripts in virtual time
  axle lab list                      list the networks that come with the program
  axle lab init DIR                  write an example to start from
`

// runLab is "axle lab".
func runLab(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "attach":
			return labAttach(args[1:], out)
		case "run":
			return labRun(ctx, args[1:], out)
		case "list":
			for _, b := range lab.Builtins() {
				fmt.Fprintf(out, "%-9s %s\n", b.Name, b.Help)
			}
			return nil
		case "init":
			return labInit(args[1:], out)
		case "help", "-h", "--help", "-help":
			_, err := io.WriteString(out, labUsage)
			return err
		}
	}
	return labBoot(ctx, args, out)
}

// newFlags returns a flag set that prints our usage.
func newFlags(name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.Usage = func() {
		io.WriteString(os.Stderr, labUsage+"flags of "+name+":\n")
		fs.PrintDefaults()
	}
	return fs
}

// openTopology finds a network by the name of one that comes with the program,
// or of a file. from is the script that asks: its folder is where files lie.
func openTopology(name, from string, spokes int) (*lab.Topology, error) {
	t, ok, err := lab.FindBuiltin(name, spokes)
	if ok || err != nil {
		return t, err
	}
	if from != "" && !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(from), name)
	}
	dir, file := filepath.Split(name)
	if dir == "" {
		dir = "."
	}
	if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
		var names []string
		for _, b := range lab.Builtins() {
			names = append(names, b.Name)
		}
		return nil, fmt.Errorf("%s is neither a file nor one of %s", name, strings.Join(names, ", "))
	}
	root, err := os.OpenRoot(dir) // links lead nowhere out of it
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return lab.ReadTopology(root.FS(), file)
}

// labBoot runs a network in real time.
func labBoot(ctx context.Context, args []string, out io.Writer) error {
	fs := newFlags("axle lab")
	seed := fs.Uint64("seed", 1, "of all random choices")
	spokes := fs.Int("spokes", 0, "how many spokes a network of ours gets (default 3)")
	state := fs.String("state", "", "folder where \"write memory\" keeps startup-configs (default: in memory)")
	capture := fs.String("pcap", "", "folder for one capture file per link")
	socket := fs.String("socket", lab.SocketPath(), "where other terminals attach")
	if err := fs.Parse(args); err != nil {
		return errUsage
	}
	name := "phase3"
	switch fs.NArg() {
	case 0:
	case 1:
		name = fs.Arg(0)
	default:
		fs.Usage()
		return errUsage
	}
	t, err := openTopology(name, "", *spokes)
	if err != nil {
		return err
	}
	o := lab.Options{Seed: *seed, Version: version, Start: clock(), Capture: *capture}
	if *state != "" {
		if o.Store, err = stateFolder(*state); err != nil {
			return err
		}
		o.Flash = func(node string) (flash.Store, error) { return flash.OpenDir(filepath.Join(*state, node+".flash")) }
	}
	l, err := lab.New(t, o)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := l.Boot(ctx, progress(out, t.Name)); err != nil {
		return err
	}
	stop := l.Start(ctx)
	defer stop()
	if s, err := l.Listen(*socket); err != nil {
		fmt.Fprintf(out, "other terminals cannot attach: %v\n", err)
	} else {
		serving, cancel := context.WithCancel(ctx)
		served := make(chan error, 1)
		go func() { served <- s.Serve(serving) }()
		defer func() {
			cancel()
			if err := <-served; err != nil {
				fmt.Fprintf(out, "other terminals could not attach any more: %v\n", err)
			}
		}()
		fmt.Fprintf(out, "other terminals: axle lab attach NODE\n")
	}
	return labDesk(ctx, l, out)
}

// progress tells how far a large lab's boot is.
func progress(out io.Writer, name string) func(done, all int) {
	return func(done, all int) {
		if all < 50 {
			if done == all {
				fmt.Fprintf(out, "%s: %d routers booted\n", name, all)
			}
			return
		}
		if done%max(all/20, 1) == 0 || done == all {
			fmt.Fprintf(out, "\r%s: %d of %d routers booted", name, done, all)
		}
		if done == all {
			fmt.Fprintln(out)
		}
	}
}

// labDesk attaches the terminal to the lab; without a terminal the lab serves
// until it is interrupted.
func labDesk(ctx context.Context, l *lab.Lab, out io.Writer) error {
	fd := int(os.Stdin.Fd())
	if !term.IsTerminal(fd) {
		fmt.Fprintln(out, "no terminal: serving until interrupted")
		<-ctx.Done()
		return nil
	}
	old, err := term.MakeRaw(fd)
	if err != nil {
		return err
	}
	defer term.Restore(fd, old)
	w, h, err := term.GetSize(fd)
	if err != nil {
		w, h = 80, 24
	}
	d := lab.NewDesk(l, os.Stdin, os.Stdout, w, h)
	stop := attach.OnResize(fd, d.SetSize)
	defer stop()
	return d.Run(ctx)
}

// stateFolder keeps every node's startup-config in a file. A node without one
// starts with the configuration of the topology.
func stateFolder(dir string) (func(node, config string) router.Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return func(node, config string) router.Store {
		return lab.Overlay{Store: router.FileStore{Path: filepath.Join(dir, node+".startup-config")}, First: config}
	}, nil
}

func labAttach(args []string, out io.Writer) error {
	fs := newFlags("axle lab attach")
	socket := fs.String("socket", lab.SocketPath(), "where the lab listens")
	if err := fs.Parse(args); err != nil || fs.NArg() != 1 {
		fs.Usage()
		return errUsage
	}
	fd := int(os.Stdin.Fd())
	w, h := 80, 24
	if cw, ch, err := term.GetSize(fd); err == nil {
		w, h = cw, ch
	}
	c, err := lab.Dial(*socket, fs.Arg(0), w, h)
	if err != nil {
		return err
	}
	if term.IsTerminal(fd) {
		old, err := term.MakeRaw(fd)
		if err != nil {
			return err
		}
		defer term.Restore(fd, old)
		defer attach.OnResize(fd, c.SetSize)()
	}
	return c.Run(os.Stdin, out)
}

// labRun runs scripts.
func labRun(ctx context.Context, args []string, out io.Writer) error {
	fs := newFlags("axle lab run")
	seed := fs.Uint64("seed", 1, "of all random choices; the same seed gives the same bytes")
	spokes := fs.Int("spokes", 0, "how many spokes a network of ours gets (default 3)")
	capture := fs.String("pcap", "", "folder for one capture file per link")
	update := fs.Bool("update", false, "rewrite the expected screens")
	if err := fs.Parse(args); err != nil || fs.NArg() == 0 {
		fs.Usage()
		return errUsage
	}
	r := &lab.Runner{
		Options: lab.Options{Seed: *seed, Version: version, Capture: *capture},
		Out:     out, Update: *update,
		Open: func(name, from string) (*lab.Topology, error) { return openTopology(name, from, *spokes) },
	}
	failed := false
	for _, file := range fs.Args() {
		if err := runScript(ctx, r, file); err != nil {
			failed = true
			if !errors.Is(err, lab.ErrScreen) {
				fmt.Fprintln(os.Stderr, "axle:", err)
			}
		} else if fs.NArg() > 1 {
			fmt.Fprintf(out, "ok   %s\n", file)
		}
	}
	if failed {
		return errFailed
	}
	return nil
}

func runScript(ctx context.Context, r *lab.Runner, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	s, err := lab.ReadScript(file, f)
	f.Close()
	if err != nil {
		return err
	}
	return r.Run(ctx, s)
}

// labInit writes the phase 3 network as files to start from.
func labInit(args []string, out io.Writer) error {
	if len(args) != 1 || strings.HasPrefix(args[0], "-") {
		io.WriteString(os.Stderr, labUsage)
		return errUsage
	}
	t, _, err := lab.FindBuiltin("phase3", 0)
	if err != nil {
		return err
	}
	if err := lab.WriteTopology(args[0], t); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "written. Boot it: axle lab %s\n", filepath.Join(args[0], "lab.yaml"))
	return err
}
