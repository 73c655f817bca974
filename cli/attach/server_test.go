package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"axle/cli/console"
	"axle/internal/talk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// parrot is a session that says what it is told, who it is and how large the
// screen is, until it is told "bye".
func parrot(ctx context.Context, name string, term *console.Terminal) error {
	for {
		line, _, err := term.ReadLine(name + "> ")
		if err != nil {
			return err
		}
		switch line {
		case "bye":
			return nil
		case "line":
			fmt.Fprintf(term, "line %d\n", LineOf(ctx))
		case "size":
			w, h := term.Size()
			fmt.Fprintf(term, "%d columns, %d rows, page %d\n", w, h, LengthOf(term))
		case "hang":
			<-ctx.Done()
			return ctx.Err()
		case "":
		default:
			fmt.Fprintf(term, "no %q\n", line)
		}
	}
}

// noDodo admits everybody else.
func noDodo(name string) error {
	if name == "dodo" {
		return errors.New("there is no dodo\nany more")
	}
	return nil
}

// serve runs a server of parrots; end stops it.
func serve(t *testing.T) (place Socket, end func()) {
	t.Helper()
	place = at(filepath.Join(t.TempDir(), "run", "s"))
	s, err := place.Listen(Options{Admit: noDodo, Session: parrot})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	end = sync.OnceFunc(func() {
		cancel()
		if err := talk.Wait(t, "Serve", done); err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	t.Cleanup(end)
	return place, end
}

func TestRun(t *testing.T) {
	place, end := serve(t)
	c, err := place.Dial(t.Context(), "polly", 80, 24)
	if err != nil {
		t.Fatal(err)
	}
	in, w := io.Pipe()
	defer w.Close()
	k := talk.New(t, w)
	done := make(chan error, 1)
	go func() { done <- c.Run(in, k) }()
	k.Expect("polly> ")
	k.Send("line\r")
	k.Expect("line 0\r\npolly> ")
	k.Send("size\r")
	k.Expect("80 columns, 24 rows, page -1\r\npolly> ")
	c.SetSize(132, 255)
	k.Send("size\r")
	k.Expect("132 columns, 255 rows, page -1\r\npolly> ")
	k.Send("hang\r")
	k.Expect("hang\r\n")
	silent, err := net.Dial("unix", place.Path) // says nothing, not even its first line
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	end()
	talk.Wait(t, "the session", done)
	if _, err := os.Stat(place.Path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is there still: %v", err)
	}
	if _, err := place.Dial(t.Context(), "polly", 80, 24); err == nil || !strings.Contains(err.Error(), "no lab is running there") {
		t.Errorf("attached to nothing: %v", err)
	}
}

func TestAdmit(t *testing.T) {
	place, _ := serve(t)
	if _, err := place.Dial(t.Context(), "dodo", 80, 24); err == nil || err.Error() != "there is no dodo any more" {
		t.Errorf("attached to a dodo: %v", err)
	}
	var out strings.Builder
	if err := place.Type(t.Context(), "", strings.NewReader("bye\n"), &out); err != nil || out.String() != "-> bye\n" {
		t.Errorf("no name: %v, %q", err, out.String())
	}
	out.Reset()
	long := strings.Repeat("x", 3*maxName)
	if err := place.Type(t.Context(), long, strings.NewReader("bye\n"), &out); err != nil || out.String() != long[:maxName]+"> bye\n" {
		t.Errorf("a long name: %v, %q", err, out.String())
	}
}

// Who waits for an answer may be interrupted.
func TestDialEnds(t *testing.T) {
	place := at(filepath.Join(t.TempDir(), "s"))
	ln, err := net.Listen("unix", place.Path) // answers nobody
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error, 1)
	go func() {
		_, err := place.Dial(ctx, "", 80, 24)
		done <- err
	}()
	enough := errors.New("enough")
	cancel(enough)
	if err := talk.Wait(t, "Dial", done); !errors.Is(err, enough) {
		t.Errorf("ended with %v", err)
	}
}

// A server takes a bounded number of terminals at once, any number one after
// the other.
func TestLimit(t *testing.T) {
	place, _ := serve(t)
	for range 2 * MaxAttached {
		if _, err := place.Dial(t.Context(), "dodo", 80, 24); err == nil || !strings.Contains(err.Error(), "no dodo") {
			t.Fatal(err)
		}
	}
	for range MaxAttached {
		c, err := net.Dial("unix", place.Path)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	c, err := net.Dial("unix", place.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(talk.Patience))
	if b, err := io.ReadAll(c); err != nil || string(b) != "too many terminals are attached\n" {
		t.Errorf("%q, %v", b, err)
	}
}

// Nothing is taken from a client that says too much before its first line ends.
func TestReadShortLine(t *testing.T) {
	r := strings.NewReader("hub 80 24\nshow")
	line, err := readShortLine(r)
	if err != nil || line != "hub 80 24" || r.Len() != 4 {
		t.Errorf("%q, %v, %d bytes left", line, err, r.Len())
	}
	if _, err := readShortLine(strings.NewReader(strings.Repeat("x", 2*maxFirstLine) + "\n")); err == nil {
		t.Error("a long line was taken")
	}
	if _, err := readShortLine(strings.NewReader("hub")); err == nil {
		t.Error("a line without end was taken")
	}
}

// A flaky listener has some errors before it ends.
type flaky struct {
	net.Listener
	errs []error
}

func (f *flaky) Accept() (net.Conn, error) {
	err := f.errs[0]
	f.errs = f.errs[1:]
	return nil, err
}

func (f *flaky) Close() error { return nil }

// An error of Accept that passes ends nothing; another does.
func TestServeAcceptErrors(t *testing.T) {
	f := &flaky{errs: []error{syscall.EMFILE, &net.OpError{Err: syscall.ECONNABORTED}, net.ErrClosed}}
	s := &Server{ln: f, path: filepath.Join(t.TempDir(), "s")}
	if err := s.Serve(context.Background()); !errors.Is(err, net.ErrClosed) || len(f.errs) != 0 {
		t.Errorf("%v with %d errors left", err, len(f.errs))
	}
}
