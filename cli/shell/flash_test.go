package shell_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"axle/cli/shell"
)

// A flashBackend keeps files.
type flashBackend struct {
	*backend
	files map[string]string
}

type file struct {
	b    *flashBackend
	name string
	strings.Builder
}

func (f *file) Close() error {
	f.b.files[f.name] += f.String()
	return nil
}

func (b *flashBackend) HasFile(url string) bool {
	_, ok := b.files[strings.TrimPrefix(url, "flash:")]
	return ok
}

func (b *flashBackend) CreateFile(url string, appending bool) (io.WriteCloser, error) {
	name := strings.TrimPrefix(url, "flash:")
	if name == "full" {
		return nil, errors.New("No space left on device")
	}
	if !appending {
		b.files[name] = ""
	}
	return &file{b: b, name: name}, nil
}

func TestFlash(t *testing.T) {
	b := &flashBackend{newBackend(), map[string]string{"a": "old\n"}}
	b.show["show version"] = "new\n"
	v := newTables(t)
	st := shell.NewScript()
	s := shell.New(shell.Options{Backend: b, Terminal: st, UserMode: v.user, PrivMode: v.priv, ConfigMode: v.config})
	for _, tt := range []struct{ line, screen, name, content string }{
		{"show version | append flash:a", "", "a", "old\nnew\n"},
		{"show version | tee flash:/a", "new\n", "a", "new\n"},
		{"show version | tee /append flash:a", "new\n", "a", "new\nnew\n"},
		{"show version | redirect flash:a", "", "a", "new\n"},
		{"show version | redirect flash:full", "%Error opening flash:full (No space left on device)\n", "full", ""},
		{"show version | redirect tftp://10.0.0.1/a", "%Error opening tftp://10.0.0.1/a (No such device)\n", "a", "new\n"},
		{"show version | tee", "% Incomplete command.\n\n", "a", "new\n"},
	} {
		s.Execute(context.Background(), tt.line)
		if got := st.Take(); got != tt.screen {
			t.Errorf("%s: screen %q, want %q", tt.line, got, tt.screen)
		}
		if got := b.files[tt.name]; got != tt.content {
			t.Errorf("%s: file %q, want %q", tt.line, got, tt.content)
		}
	}
}
