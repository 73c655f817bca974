package shell_test

import (
	"context"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"axle/cli/console"
	"axle/cli/shell"
)

// hang is how long a session may take to read 4 KiB.
const hang = 5 * time.Second

// FuzzSession types any bytes into a session through the console: it must end
// when they do, and show no escape sequence of its own.
func FuzzSession(f *testing.F) {
	for _, tt := range sessionTests {
		f.Add([]byte(tt.typed), uint16(80), uint8(0))
	}
	for _, tt := range dialogTests {
		f.Add([]byte(tt.typed), uint16(40), uint8(3))
	}
	f.Add([]byte("conf t\nbanner motd \x03\x16\x03\nabc\x1a\x1b[A\x1b[3~\x1bq\x1b\x14a\x14\x14\x1bu\x1by\x19\x1by"), uint16(20), uint8(2))
	f.Add([]byte("show ? | ? sh\t\t ver\x02\x02?\t\x0b\x17\x18\x01\x05\xff\xc3\x28"), uint16(30), uint8(2))
	v := newTables(f)
	f.Fuzz(func(t *testing.T, typed []byte, width uint16, height uint8) {
		if len(typed) > 4096 || strings.Contains(string(typed), "forever") {
			return
		}
		b := newBackend()
		b.show["show version"] = strings.Repeat("some line of text\n", 10)
		rw := &tape{Reader: strings.NewReader(string(typed))}
		c := console.New(rw, console.Options{Width: int(width), Height: int(height)})
		defer c.Close()
		s := shell.New(shell.Options{
			Backend: b, Terminal: c, Privilege: 15, Length: -1, Width: -1,
			UserMode: v.user, PrivMode: v.priv, ConfigMode: v.config,
		})
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() { // "deb f" and the like
			select {
			case <-b.started:
				cancel()
			case <-ctx.Done():
			}
		}()
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = s.Run(ctx)
		}()
		select {
		case <-done:
		case <-time.After(hang):
			debug.SetTraceback("all")
			panic("the session hangs")
		}
		if strings.ContainsRune(rw.String(), 0x1b) {
			t.Fatalf("escape sequence on the screen: %q", rw.String())
		}
	})
}
