package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"strings"

	"axle/cli/attach"
)

const consoleUsage = `usage: axle console [-c LINE]... SOCKET
attach to the router that runs with "axle run --console SOCKET". Ctrl-] and q leave.
Where standard input is no terminal its lines are typed.
`

// consoleSocket is where "axle run --console PATH" listens.
func consoleSocket(path string) attach.Socket {
	return attach.Socket{Path: path, Of: "router"}
}

// runConsole is "axle console": a terminal for the router that runs on this
// machine, or lines that are typed there.
func runConsole(ctx context.Context, args []string, out io.Writer) error {
	fs := flag.NewFlagSet("axle console", flag.ContinueOnError)
	fs.Usage = func() {
		io.WriteString(os.Stderr, consoleUsage)
		fs.PrintDefaults()
	}
	var lines []string
	fs.Func("c", "type `LINE` instead, and end; may be repeated", func(line string) error {
		lines = append(lines, line)
		return nil
	})
	if err := fs.Parse(args); err != nil {
		return errUsage
	}
	if fs.NArg() != 1 {
		fs.Usage()
		return errUsage
	}
	socket := consoleSocket(fs.Arg(0))
	var err error
	if lines != nil {
		err = socket.Type(ctx, "", strings.NewReader(strings.Join(lines, "\n")+"\n"), out)
	} else {
		err = socket.Join(ctx, "", os.Stdin, out)
	}
	if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		return errFailed // the operator knows who ended it
	}
	return err
}
