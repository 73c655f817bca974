// Command axle is a DMVPN router with an IOS-style shell. It runs networks of
// such routers in one process (axle lab), and one as the router of a Linux
// machine (axle run).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the build.
var version = "development"

// A command is one word behind "axle".
type command struct {
	name, help string
	ends       bool // ends in its own way on an interrupt, told by its context
	run        func(ctx context.Context, args []string, out io.Writer) error
}

var commands = []command{
	{"lab", "run a network of routers: axle lab help", true, runLab},
	{"run", "run the router of this machine: axle run -h", true, runRun},
	{"console", "attach to a running router: axle console [-c LINE]... SOCKET", true, runConsole},
	{"check", "say what is wrong with configuration files: axle check [-quiet] FILE...", false, runCheck},
	{"render", "print the running-config that a file gives: axle render FILE", false, runRender},
	{"docs", "write the command reference into a folder: axle docs DIR", false, runDocs},
	{"version", "print the version", false, func(_ context.Context, _ []string, out io.Writer) error {
		_, err := fmt.Fprintln(out, "axle", version)
		return err
	}},
}

// errUsage ends the program with status 2; what was wrong has been printed.
var errUsage = errors.New("wrong usage")

// errFailed ends the program with status 1; why has been printed.
var errFailed = errors.New("failed")

func main() {
	err := run(context.Background(), os.Args[1:], os.Stdout)
	switch {
	case err == nil:
	case errors.Is(err, errUsage):
		os.Exit(2)
	case errors.Is(err, errFailed):
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "axle:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		for _, c := range commands {
			if c.name != args[0] {
				continue
			}
			if c.ends {
				var stop func()
				ctx, stop = signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
				defer stop()
				context.AfterFunc(ctx, stop) // the second interrupt ends the program at once
			}
			return c.run(ctx, args[1:], out)
		}
	}
	fmt.Fprintln(os.Stderr, "usage: axle COMMAND ...")
	for _, c := range commands {
		fmt.Fprintf(os.Stderr, "  %-8s %s\n", c.name, c.help)
	}
	return errUsage
}
