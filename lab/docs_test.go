package lab

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// block returns the first block of the lab's manual that begins with a text.
func block(t *testing.T, begin string) string {
	t.Helper()
	b, err := os.ReadFile("../docs/lab.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "\n```"+begin)
	text, _, closed := strings.Cut(rest, "\n```\n")
	if !ok || !closed {
		t.Fatalf("docs/lab.md has no block that begins with %q", begin)
	}
	return strings.TrimPrefix(begin+text, "yaml") + "\n"
}

// The topology of the manual can be read and boots.
func TestManualTopology(t *testing.T) {
	empty := &fstest.MapFile{Data: []byte("end\n")}
	topo, err := ReadTopology(fstest.MapFS{"x.yaml": {Data: []byte(block(t, "yaml\n"))}, "hub.cfg": empty, "spoke1.cfg": empty}, "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l, err := New(topo, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l.Boot(context.Background(), nil)
	l.RunFor(context.Background(), time.Minute)
	if r, h := l.Nodes(); len(r) != 2 || len(h) != 1 {
		t.Errorf("%d routers, %d hosts", len(r), len(h))
	}
}

// The NAT box of the manual can be read.
func TestManualNAT(t *testing.T) {
	text := block(t, "yaml\nnats:\n") + "links: {internet: , home: , guests: }\nnodes: {r: {}}\n"
	topo, err := ReadTopology(fstest.MapFS{"x.yaml": {Data: []byte(text)}}, "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if n := topo.NATs[0]; len(n.Inside) != 2 || len(n.Static) != 1 || len(n.Forwards) != 2 {
		t.Errorf("%+v", n)
	}
}

// The script of the manual passes.
func TestManualScript(t *testing.T) {
	if out, err := runScript(t, t.TempDir(), block(t, "\n# A spoke"), nil); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// The manual has every key, and every command of hosts and NAT boxes.
func TestManualIsComplete(t *testing.T) {
	b, err := os.ReadFile("../docs/lab.md")
	if err != nil {
		t.Fatal(err)
	}
	manual := string(b)
	var r topologyReader
	keys := []string{"name", "clouds", "links", "nodes", "hosts", "config", "ports", "link", "address", "gateway"}
	for k := range r.impairment(&Impairment{}) {
		keys = append(keys, k)
	}
	keys = append(keys, "nats", "outside", "inside", "static", "forward")
	for k := range r.natWords(&NATConfig{}) {
		keys = append(keys, k)
	}
	keys = append(keys, behaviours[:]...)
	for _, k := range keys {
		if !strings.Contains(manual, "`"+k+"`") {
			t.Errorf("the key %s is missing", k)
		}
	}
	for l := range strings.Lines(hostHelp + natHelp) {
		if words, _, _ := strings.Cut(l, "   "); !strings.Contains(manual, strings.TrimSpace(words)) {
			t.Errorf("the command %q is missing", words)
		}
	}
	for _, builtin := range Builtins() {
		if !strings.Contains(manual, "`"+builtin.Name+"`") {
			t.Errorf("the network %s is missing", builtin.Name)
		}
	}
}
