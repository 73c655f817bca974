package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"axle/lab"
)

// axle runs the program and returns what it prints on standard output.
func axle(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(context.Background(), args, &out)
	return out.String(), err
}

// quiet sends standard error to nowhere during a test.
func quiet(t *testing.T) {
	t.Helper()
	old := os.Stderr
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	os.Stderr = null
	t.Cleanup(func() { os.Stderr = old; null.Close() })
}

func TestUsage(t *testing.T) {
	quiet(t)
	for _, args := range [][]string{
		{},
		{"router"},
		{"docs"},
		{"docs", "a", "b"},
		{"lab", "-nonsense"},
		{"lab", "a", "b"},
		{"lab", "-seed", "x"},
		{"lab", "run"},
		{"lab", "run", "-nonsense"},
		{"lab", "attach"},
		{"lab", "attach", "a", "b"},
		{"lab", "init"},
		{"lab", "init", "a", "b"},
		{"lab", "init", "-x"},
	} {
		if out, err := axle(t, args...); !errors.Is(err, errUsage) || out != "" {
			t.Errorf("axle %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

func TestWords(t *testing.T) {
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"version"}, "axle " + version + "\n"},
		{[]string{"lab", "help"}, labUsage},
		{[]string{"lab", "-h"}, labUsage},
	}
	for _, tt := range tests {
		if out, err := axle(t, tt.args...); err != nil || out != tt.want {
			t.Errorf("axle %s: %v\n%s", strings.Join(tt.args, " "), err, out)
		}
	}
	out, err := axle(t, "lab", "list")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for l := range strings.Lines(out) {
		names = append(names, strings.Fields(l)[0])
	}
	if !slices.Equal(names, []string{"phase1", "phase2", "phase3", "ipsec", "ipv6", "over6", "dual", "nat", "nat-ipsec"}) {
		t.Errorf("lab list:\n%s", out)
	}
}

func TestDocs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	out, err := axle(t, "docs", dir)
	if err != nil || !strings.HasSuffix(out, " pages in "+dir+"\n") {
		t.Fatalf("%v\n%s", err, out)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil || len(pages) < 3 {
		t.Errorf("pages: %v, %v", pages, err)
	}
}

// What "lab init" writes boots, and is not written over.
func TestInit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mine")
	out, err := axle(t, "lab", "init", dir)
	if err != nil || out != "written. Boot it: axle lab "+filepath.Join(dir, "lab.yaml")+"\n" {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := axle(t, "lab", "init", dir); err == nil {
		t.Error("written over")
	}
	write(t, filepath.Join(dir, "x.lab"), "lab lab.yaml\nrun 30s\nhub# show dmvpn | count UP \n----\nNumber of lines which match regexp = 3\n")
	if out, err := axle(t, "lab", "run", filepath.Join(dir, "x.lab")); err != nil || out != "" {
		t.Errorf("%v\n%s", err, out)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestLabRun(t *testing.T) {
	quiet(t)
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	const ip = "host2$ ip addr\n----\n"
	write(t, at("good.lab"), "lab phase3\n"+ip+"*\ndefault via 192.168.2.1\n")
	write(t, at("bad.lab"), "lab phase3\n"+ip+"nothing\n")
	write(t, at("wrong.lab"), "lab phase3\nwait 3s\n")
	write(t, at("missing.lab"), "lab here.yaml\n")
	write(t, at("many.lab"), "lab phase3\nrun 20s\nhub# show dmvpn | count UP \n----\n* = 30\n")
	tests := []struct {
		name   string
		args   []string
		out    string // contained in standard output
		failed bool
	}{
		{"good", []string{at("good.lab")}, "", false},
		{"two good ones", []string{at("good.lab"), at("good.lab")}, "ok   " + at("good.lab") + "\nok   " + at("good.lab") + "\n", false},
		{"a screen differs", []string{at("bad.lab")}, "bad.lab:2: host2$ ip addr\n  - nothing\n  + inet 192.168.2.10/24\n", true},
		{"a bad one does not end it", []string{at("bad.lab"), at("good.lab")}, "ok   " + at("good.lab") + "\n", true},
		{"a wrong script", []string{at("wrong.lab")}, "", true},
		{"no such topology", []string{at("missing.lab")}, "", true},
		{"no such script", []string{at("none.lab")}, "", true},
		{"spokes", []string{"-spokes", "30", at("many.lab")}, "", false},
		{"too many spokes", []string{"-spokes", "30000", at("many.lab")}, "", true},
		{"captures", []string{"-pcap", at("captures"), "-seed", "7", at("good.lab")}, "", false},
		{"update", []string{"-update", at("bad.lab")}, "", false},
		{"updated", []string{at("bad.lab")}, "", false},
	}
	for _, tt := range tests {
		out, err := axle(t, append([]string{"lab", "run"}, tt.args...)...)
		if errors.Is(err, errFailed) != tt.failed || (err != nil) != tt.failed {
			t.Errorf("%s: %v\n%s", tt.name, err, out)
		}
		if !strings.Contains(out, tt.out) || (tt.out == "" && out != "") {
			t.Errorf("%s: prints\n%s", tt.name, out)
		}
	}
	if files, _ := filepath.Glob(at("captures/*.pcap")); len(files) != 5 {
		t.Errorf("captures: %v", files)
	}
}

func TestOpenTopology(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "x.yaml"), "nodes:\n  r: {}\n")
	for _, tt := range []struct{ name, from, want string }{
		{"phase1", "", ""},
		{filepath.Join(dir, "x.yaml"), "", ""},
		{"x.yaml", filepath.Join(dir, "x.lab"), ""},
		{filepath.Join(dir, "x.yaml"), "elsewhere/x.lab", ""},
		{"y.yaml", filepath.Join(dir, "x.lab"), filepath.Join(dir, "y.yaml") + " is neither a file nor one of phase1, phase2, phase3, ipsec, ipv6, over6, dual, nat, nat-ipsec"},
		{"phase9", "", "phase9 is neither a file nor one of phase1, phase2, phase3, ipsec, ipv6, over6, dual, nat, nat-ipsec"},
	} {
		topo, err := openTopology(tt.name, tt.from, 0)
		if tt.want == "" && (err != nil || len(topo.Nodes) == 0) || tt.want != "" && (err == nil || err.Error() != tt.want) {
			t.Errorf("%s from %q: %v", tt.name, tt.from, err)
		}
	}
}

// A lines is where a program prints, line by line.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	for s := range strings.Lines(string(p)) {
		l <- s
	}
	return len(p), nil
}

// Without a terminal the lab serves until it is interrupted; others attach.
func TestServe(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stdin
	os.Stdin = null
	defer func() { os.Stdin = old; null.Close() }()
	dir := t.TempDir()
	socket := filepath.Join(dir, "s")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out := make(lines, 100)
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"lab", "-socket", socket, "-state", filepath.Join(dir, "state"), "-pcap", filepath.Join(dir, "pcap"), "phase1"}, out)
	}()
	for _, want := range []string{"phase1: 4 routers booted\n", "other terminals: axle lab attach NODE\n", "no terminal: serving until interrupted\n"} {
		select {
		case got := <-out:
			if got != want {
				t.Errorf("prints %q, want %q", got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("does not print %q", want)
		}
	}
	var screen bytes.Buffer
	client, err := lab.Dial(socket, "host1", 80, 24)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Run(strings.NewReader("ip addr\rexit\r"), &screen); err != nil || !strings.Contains(screen.String(), "inet 192.168.1.10/24") {
		t.Errorf("%v\n%s", err, screen.String())
	}
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("does not end")
	}
	if c, err := net.Dial("unix", socket); err == nil {
		c.Close()
		t.Error("somebody listens still")
	}
	if _, err := os.Lstat(socket); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is there still: %v", err)
	}
}

func TestStateFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	open, err := stateFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := open("hub", "hostname first\n")
	if b, err := s.Load(); err != nil || string(b) != "hostname first\n" {
		t.Errorf("before: %q, %v", b, err)
	}
	if err := s.Save([]byte("hostname second\n")); err != nil {
		t.Fatal(err)
	}
	if b, err := open("hub", "hostname first\n").Load(); err != nil || string(b) != "hostname second\n" {
		t.Errorf("after: %q, %v", b, err)
	}
	info, err := os.Stat(filepath.Join(dir, "hub.startup-config"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
}

// A large lab shows its progress while booting, a small one only its end.
func TestProgress(t *testing.T) {
	show := func(all int) string {
		var b bytes.Buffer
		f := progress(&b, "x")
		for i := range all {
			f(i+1, all)
		}
		return b.String()
	}
	if got, want := show(3), "x: 3 routers booted\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	got := show(1001)
	if n := strings.Count(got, "\r"); n < 20 || n > 22 || !strings.HasSuffix(got, "\rx: 1001 of 1001 routers booted\n") {
		t.Errorf("%d times: %q", n, got)
	}
}

// A topology's configurations lie in its folder: links do not lead out of it.
func TestOpenTopologyStaysInFolder(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "mine")
	if err := os.Mkdir(mine, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "secret"), "hostname secret\n")
	write(t, filepath.Join(mine, "x.yaml"), "nodes:\n  r: {config: r.cfg}\n")
	if err := os.Symlink(filepath.Join("..", "secret"), filepath.Join(mine, "r.cfg")); err != nil {
		t.Fatal(err)
	}
	if topo, err := openTopology(filepath.Join(mine, "x.yaml"), "", 0); err == nil {
		t.Errorf("read %q", topo.Nodes[0].Config)
	}
}
