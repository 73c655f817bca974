package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"axle/cli/attach"
	"axle/cli/console"
)

// fakeRouter serves something like a router on a socket until the test ends.
func fakeRouter(t *testing.T) (socket string) {
	t.Helper()
	socket = filepath.Join(t.TempDir(), "s")
	s, err := consoleSocket(socket).Listen(attach.Options{Session: func(_ context.Context, _ string, term *console.Terminal) error {
		for {
			line, _, err := term.ReadLine("R1>")
			if err != nil {
				return err
			}
			fmt.Fprintf(term, "<%s>\n", line)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return socket
}

func TestConsole(t *testing.T) {
	quiet(t)
	socket := fakeRouter(t)
	typed := filepath.Join(t.TempDir(), "lines")
	write(t, typed, "enable\nshow dmvpn\n")
	in, err := os.Open(typed)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	old := os.Stdin
	os.Stdin = in
	defer func() { os.Stdin = old }()
	for _, tt := range []struct {
		name string
		args []string
		want string
		err  error // errors.Is
	}{
		{"one line", []string{"-c", "enable", socket}, "R1>enable\n<enable>\nR1>\n", nil},
		{"lines", []string{"-c", "enable", "-c", "show dmvpn", socket}, "R1>enable\n<enable>\nR1>show dmvpn\n<show dmvpn>\nR1>\n", nil},
		{"standard input", []string{socket}, "R1>enable\n<enable>\nR1>show dmvpn\n<show dmvpn>\nR1>\n", nil},
		{"no socket", nil, "", errUsage},
		{"two sockets", []string{socket, socket}, "", errUsage},
		{"wrong flag", []string{"-x", socket}, "", errUsage},
		{"nobody there", []string{"-c", "enable", socket + "2"}, "", os.ErrNotExist},
	} {
		var out strings.Builder
		if err := runConsole(t.Context(), tt.args, &out); !errors.Is(err, tt.err) || out.String() != tt.want {
			t.Errorf("%s: %v\n%s", tt.name, err, out.String())
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := runConsole(ended, []string{"-c", "enable", socket}, &strings.Builder{}); !errors.Is(err, errFailed) {
		t.Errorf("interrupted: %v", err)
	}
}
