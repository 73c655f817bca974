package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// saying runs the program and returns what it prints on both outputs.
func saying(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	os.Stderr = w
	done := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		done <- string(b)
	}()
	var out bytes.Buffer
	err = run(context.Background(), args, &out)
	os.Stderr = old
	w.Close()
	return out.String(), <-done, err
}

// writeFiles writes files into a folder and returns their paths.
func writeFiles(t *testing.T, texts ...string) []string {
	t.Helper()
	dir := t.TempDir()
	var out []string
	for i, text := range texts {
		name := filepath.Join(dir, string(rune('a'+i))+".cfg")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	return out
}

func TestCheckUsage(t *testing.T) {
	for _, args := range [][]string{{"check"}, {"check", "-quiet"}, {"check", "-nonsense", "x"}, {"render"}, {"render", "a", "b"}, {"render", "-x"}} {
		out, text, err := saying(t, args...)
		if !errors.Is(err, errUsage) || out != "" || !strings.Contains(text, "usage: axle "+args[0]) {
			t.Errorf("%v: %v\n%s%s", args, err, out, text)
		}
	}
	for _, word := range []string{"check", "render"} {
		if _, _, err := saying(t, word, filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s of a file that is not there: %v", word, err)
		}
	}
}

func TestCheck(t *testing.T) {
	const hub = "interface Tunnel0\n ip address 10.0.0.1 255.255.255.0\n ip nhrp network-id 1\n tunnel source 203.0.113.1\n tunnel mode gre multipoint\n tunnel key 1\n"
	const spoke = "interface Tunnel0\n ip address 10.0.0.2 255.255.255.0\n ip nhrp network-id 1\n ip nhrp nhs 10.0.0.1 nbma 203.0.113.1\n tunnel source 203.0.113.2\n tunnel mode gre multipoint\n tunnel key 1\n"
	tests := []struct {
		name  string
		texts []string
		quiet bool
		bad   bool
		want  string // with the folder left out
	}{
		{"fine", []string{hub, spoke}, false, false, ""},
		{"refused", []string{hub + " ~nonsense\n"}, true, true, "a.cfg:7: % Invalid input detected at column 1\n"},
		{"without effect", []string{hub + "ip http server\n"}, false, false, "a.cfg:7: no effect yet: ip http server\n"},
		{"without effect, quiet", []string{hub + "ip http server\n"}, true, false, ""},
		{
			"against each other",
			[]string{hub, strings.Replace(spoke, "key 1", "key 2", 1)},
			true, true,
			"b.cfg:7: tunnel key 2 here, tunnel key 1 at the hub: enter the same \"tunnel key\" on both (a.cfg:6)\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := writeFiles(t, tt.texts...)
			args := append([]string{"check"}, files...)
			if tt.quiet {
				args = append([]string{"check", "-quiet"}, files...)
			}
			out, text, err := saying(t, args...)
			out = strings.ReplaceAll(out, filepath.Dir(files[0])+"/", "")
			if out != tt.want || text != "" || errors.Is(err, errFailed) != tt.bad || err != nil && !tt.bad {
				t.Errorf("%v\n%s%s", err, out, text)
			}
		})
	}
}

// render runs "axle render" on a text.
func render(t *testing.T, text string) (out, refused string) {
	t.Helper()
	out, refused, err := saying(t, "render", writeFiles(t, text)[0])
	if err != nil {
		t.Fatal(err)
	}
	return out, refused
}

func TestRender(t *testing.T) {
	file := writeFiles(t, "hostname R1\nint tu0\n ip nhrp nonsense\n ip nhrp net 7\n")[0]
	out, refused, err := saying(t, "render", file)
	if err != nil || refused != file+":3: % Invalid input detected at column 10\n" {
		t.Errorf("%v\n%s", err, refused)
	}
	for _, l := range []string{"hostname R1\n", "interface Tunnel0\n no ip address\n ip nhrp network-id 7\n!\n"} {
		if !strings.Contains(out, l) {
			t.Errorf("without %q:\n%s", l, out)
		}
	}
	if again, refused := render(t, out); again != out || refused != "" {
		t.Errorf("fed back:\n%s%s", refused, again)
	}
}

// TestRenderAgain renders what was rendered: the same bytes.
func TestRenderAgain(t *testing.T) {
	seeds, err := filepath.Glob("../../cli/ios/testdata/*.in")
	if err != nil || len(seeds) < 7 {
		t.Fatalf("%d configurations, %v", len(seeds), err)
	}
	corpus, _ := filepath.Glob("../../../shared/corpus/configs/[0-9]*.txt")
	if len(corpus) == 0 {
		defer t.Skip("no collected configurations beside the repository")
	}
	for _, n := range append(seeds, corpus...) {
		one, _, err := saying(t, "render", n)
		if err != nil || one == "" {
			t.Fatalf("%s: %v, %d bytes", n, err, len(one))
		}
		if two, refused := render(t, one); two != one || refused != "" {
			t.Errorf("%s: fed back, it gives another configuration\n%s", n, refused)
		}
	}
}

func TestDecoded(t *testing.T) {
	const text = "hostname Zürich\r\n"
	for name, b := range map[string]string{
		"UTF-8":                 text,
		"UTF-16, little endian": "\xff\xfeh\x00o\x00s\x00t\x00n\x00a\x00m\x00e\x00 \x00Z\x00\xfc\x00r\x00i\x00c\x00h\x00\r\x00\n\x00",
		"UTF-16, big endian":    "\xfe\xff\x00h\x00o\x00s\x00t\x00n\x00a\x00m\x00e\x00 \x00Z\x00\xfc\x00r\x00i\x00c\x00h\x00\r\x00\n",
	} {
		if got := decoded([]byte(b)); got != text {
			t.Errorf("%s: %q, want %q", name, got, text)
		}
	}
	for _, odd := range []string{"", "\xff", "\xff\xfeh", "ab"} {
		if got := decoded([]byte(odd)); got != odd {
			t.Errorf("%q becomes %q", odd, got)
		}
	}
}
