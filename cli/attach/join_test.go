package attach

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/creack/pty"
	"golang.org/x/term"

	"axle/internal/talk"
)

func TestLeaver(t *testing.T) {
	for _, tt := range []struct {
		name, typed, keys string
		leaves            bool
	}{
		{"keys", "show\r", "show\r", false},
		{"leaves", "sh\x1dqow", "sh", true},
		{"leaves at once", "\x1dq", "", true},
		{"q alone", "q\x1d\x1dq", "q\x1dq", false},
		{"another key", "a\x1dbq", "abq", false},
		{"unfinished", "a\x1d", "a", false},
	} {
		for way, r := range map[string]io.Reader{"at once": strings.NewReader(tt.typed), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.typed))} {
			times := 0
			l := &leaver{r: r, leave: func() { times++ }}
			var keys bytes.Buffer
			if _, err := io.Copy(&keys, l); err != nil || keys.String() != tt.keys || (times == 1) != tt.leaves || times > 1 {
				t.Errorf("%s, %s: keys %q, left %d times, %v", tt.name, way, keys.String(), times, err)
			}
			if n, err := l.Read(make([]byte, 8)); n != 0 || err != io.EOF {
				t.Errorf("%s, %s: %d keys after the end, %v", tt.name, way, n, err)
			}
		}
	}
}

// A terminal is raw while it is attached, tells its size and the changes of it,
// and is as before when the operator left or the session has ended.
func TestJoin(t *testing.T) {
	place, _ := serve(t)
	for _, tt := range []struct{ name, last string }{{"the operator leaves", "hang\r\x1dq"}, {"the session ends", "bye\r"}} {
		t.Run(tt.name, func(t *testing.T) {
			master, tty, err := pty.Open()
			if err != nil {
				t.Skip("no pseudo terminal:", err)
			}
			defer tty.Close()
			defer master.Close() // ends the read of tty
			resize := func(w, h uint16) {
				if err := pty.Setsize(master, &pty.Winsize{Cols: w, Rows: h}); err != nil {
					t.Fatal(err)
				}
			}
			resize(100, 30)
			before, err := term.GetState(int(tty.Fd()))
			if err != nil {
				t.Fatal(err)
			}
			k := talk.New(t, master)
			done := make(chan error, 1)
			go func() { done <- place.Join(context.Background(), "polly", tty, k) }()
			k.Expect("polly> ")
			k.Send("size\r")
			k.Expect("100 columns, 30 rows, page -1\r\npolly> ")
			resize(132, 50)
			syscall.Kill(os.Getpid(), syscall.SIGWINCH)
			for told := false; !told; { // the signal takes its time
				k.Send("size\r")
				k.Expect(" columns, ")
				told = strings.HasPrefix(k.Rest(), "50 rows")
				k.Expect("polly> ")
			}
			k.Send(tt.last)
			if err := talk.Wait(t, "Join", done); err != nil {
				t.Errorf("ended with %v", err)
			}
			after, err := term.GetState(int(tty.Fd()))
			if err != nil || *after != *before {
				t.Errorf("the terminal's state is %v, was %v, %v", after, before, err)
			}
		})
	}
}
