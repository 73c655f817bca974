package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"axle/cli/check"
	"axle/cli/ios"
)

// runRender is "axle render": it prints the running-config that a file gives,
// without header and without sealing passwords, so that its own output gives
// itself byte for byte.
func runRender(_ context.Context, args []string, out io.Writer) error {
	if len(args) != 1 || strings.HasPrefix(args[0], "-") && args[0] != "-" {
		fmt.Fprintln(os.Stderr, "usage: axle render FILE")
		return errUsage
	}
	text, err := readConfig(args[0])
	if err != nil {
		return err
	}
	f := check.Read(args[0], text)
	for _, r := range check.Refusals(f) {
		fmt.Fprintln(os.Stderr, r)
	}
	tree, _ := ios.Load(text)
	_, err = io.WriteString(out, tree.Text())
	return err
}
