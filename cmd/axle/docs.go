package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// runDocs writes the command reference.
func runDocs(_ context.Context, args []string, out io.Writer) error {
	if len(args) != 1 {
		fmt.Fprintln(os.Stderr, "usage: axle docs DIR")
		return errUsage
	}
	if err := os.MkdirAll(args[0], 0o755); err != nil {
		return err
	}
	pages := grammar.Reference(ios.Modes())
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(args[0], name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "%d pages in %s\n", len(pages), args[0])
	return err
}
