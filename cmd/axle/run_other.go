//go:build !linux

package main

import (
	"context"
	"errors"
	"io"
)

// runRun is "axle run", which needs Linux.
func runRun(context.Context, []string, io.Writer) error {
	return errors.New("axle run needs Linux")
}
