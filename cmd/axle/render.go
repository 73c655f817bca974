package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"axle/cli/check"
	"axle/cli/ios"
)

// runRender is "axle render": it prints the running-config that a file gives,
// without header and without sealing passwords, so that its own output gives
// itself byte for byte.
func runRender(_ context.Context, args []string, out io.Writer) error {
	fs := flag.NewFlagSet("axle render", flag.ContinueOnError)
	fs.Usage = func() {
		io.WriteString(os.Stderr, "usage: axle render [-link NAME] FILE\n")
		fs.PrintDefaults()
	}
	links := linkFlag(fs)
	if err := fs.Parse(args); err != nil {
		return errUsage
	}
	if fs.NArg() != 1 {
		fs.Usage()
		return errUsage
	}
	name := fs.Arg(0)
	text, err := readConfig(name)
	if err != nil {
		return err
	}
	f := check.ReadNamed(links.names(), name, text)
	for _, r := range check.Refusals(f) {
		fmt.Fprintln(os.Stderr, r)
	}
	tree, _ := ios.LoadNamed(links.names(), text)
	_, err = io.WriteString(out, tree.Text())
	return err
}
