package shell_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"axle/cli/console"
	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
)

// tables are small command tables, so that these tests do not depend on the
// vocabulary.
type tables struct{ user, priv, config *grammar.Mode }

func newTables(t testing.TB) *tables {
	t.Helper()
	types := map[string]grammar.Type{
		"n":    grammar.Uint{Min: 0, Max: 512, What: "Number"},
		"as":   grammar.Uint{Min: 1, Max: 65535, What: "AS number"},
		"host": grammar.Word{What: "Target"},
		"name": grammar.Word{What: "Name"},
		"a":    grammar.IPv4{What: "IP address"},
		"mask": grammar.Mask{},
		"text": grammar.Rest{Max: 240, What: "Text"},
	}
	exec := func(syntax, help string) *grammar.Command {
		return &grammar.Command{Syntax: syntax, Help: help}
	}
	show := []*grammar.Command{
		exec("show version", "System hardware and software status"),
		exec("show history", "Display the session command history"),
		exec("show privilege", "Show current privilege level"),
		exec("show terminal", "Display terminal configuration parameters"),
	}
	common := append([]*grammar.Command{
		exec("enable [<n>]", "Turn on privileged commands"),
		exec("exit", "Exit from the EXEC"),
		exec("logout", "Exit from the EXEC"),
		exec("terminal length <n>", "Set number of lines on a screen"),
		exec("terminal width <n>", "Set width of the display terminal"),
		exec("terminal monitor", "Copy debug output to the current terminal line"),
		exec("terminal no monitor", "Copy debug output to the current terminal line"),
		exec("terminal history [size <n>]", "Enable and control the command history function"),
		exec("terminal no history", "Enable and control the command history function"),
		exec("ping <host> [repeat <n>] [size <n>] [source <a>] [df-bit]", "Send echo messages"),
		exec("ping", "Send echo messages"),
		exec("traceroute <host> [source <a>]", "Trace route to destination"),
		exec("traceroute", "Trace route to destination"),
	}, show...)
	privileged := append([]*grammar.Command{
		exec("configure", "Enter configuration mode"),
		exec("configure terminal", "Configure from the terminal"),
		exec("disable [<n>]", "Turn off privileged commands"),
		exec("show running-config", "Current operating configuration"),
		exec("write memory", "Write to NV memory"),
		exec("write erase", "Erase NV memory"),
		ios.Copy, ios.Delete, ios.Mkdir, ios.Rmdir, ios.Rename, ios.ConfigureReplace,
		ios.MonitorCapture, ios.MonitorCaptureLimit, ios.MonitorCaptureDo,
		exec("reload", "Halt and perform a cold restart"),
		exec("clear counters [<name>]", "Clear counters"),
		exec("clear logging", "Clear logging buffer"),
		exec("debug forever", "Run until it is broken off"),
	}, common...)
	af := &grammar.Mode{
		Name: "config-router-af", Title: "Address family commands:", Types: types,
		Commands: []*grammar.Command{{Syntax: "network <a>", Help: "A network", Kind: grammar.List}},
	}
	router := &grammar.Mode{
		Name: "config-router", Title: "Router configuration commands:", Types: types,
		Commands: []*grammar.Command{
			{Syntax: "passive-interface <name>", Help: "Suppress updates", Kind: grammar.List},
			{Syntax: "address-family ipv4", Help: "Enter Address Family command mode", Kind: grammar.Section, Opens: af, Close: "exit-address-family"},
		},
	}
	itf := &grammar.Mode{
		Name: "config-if", Title: "Interface configuration commands:", Types: types,
		Help: map[string]string{"ip": "Interface Internet Protocol config commands"},
		Commands: []*grammar.Command{
			{Syntax: "description <text>", Help: "Interface specific description", Kind: grammar.Leaf},
			{Syntax: "ip address <a> <mask>", Help: "Set the IP address of an interface", Kind: grammar.Leaf},
			{Syntax: "ip mtu <n>", Help: "Set IP Maximum Transmission Unit", Kind: grammar.Leaf},
			{Syntax: "shutdown", Help: "Shutdown the selected interface", Kind: grammar.Leaf},
		},
	}
	config := &grammar.Mode{
		Name: "config", Title: "Configure commands:", Types: types,
		Commands: []*grammar.Command{
			exec("exit", "Exit from configure mode"),
			exec("end", "Exit from configure mode"),
			exec("do <text>", "To run exec commands in config mode"),
			ios.MasterKey, ios.NoMasterKey,
			{Syntax: "hostname <name>", Help: "Set system's network name", Kind: grammar.Leaf},
			{Syntax: "banner motd <text>", Help: "Define a login banner", Kind: grammar.Leaf, Body: grammar.Delimited},
			{Syntax: "crypto certificate <name>", Help: "A certificate", Kind: grammar.List, Body: grammar.UntilQuit},
			{Syntax: "interface <name>", Help: "Select an interface to configure", Kind: grammar.Section, Key: []string{"name"}, Opens: itf},
			{Syntax: "router eigrp <as>", Help: "Enhanced Interior Gateway Routing Protocol", Kind: grammar.Section, Key: []string{"as"}, Opens: router},
			{Syntax: "ip route <a> <mask> <a>", Help: "Establish static routes", Kind: grammar.List},
		},
	}
	config.Commands[len(config.Commands)-1].Syntax = "ip route <a> <mask> <hop>"
	types["hop"] = types["a"]
	itf.Parent, router.Parent, af.Parent = config, config, router
	v := &tables{
		user:   &grammar.Mode{Title: "Exec commands:", Types: types, Commands: common},
		priv:   &grammar.Mode{Title: "Exec commands:", Types: types, Commands: privileged},
		config: config,
	}
	for _, m := range []*grammar.Mode{v.user, v.priv, config, itf, router, af} {
		if err := m.Compile(); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

// A backend is a router that remembers what it was told.
type backend struct {
	mu         sync.Mutex
	cfg        ios.Config
	edits      []string
	kept       []string // depth and text of lines that were kept
	permissive bool
	execs      []string
	left       int // LeaveConfig calls
	unsaved    bool
	show       map[string]string // output by canonical words
	started    chan struct{}     // an endless command has begun
	listen     func(level int, debug bool, line string)
}

func newBackend() *backend {
	return &backend{
		cfg:     ios.Config{Hostname: "R1", DomainLookup: true, Logging: ios.Logging{Console: 7, Monitor: 7}},
		show:    map[string]string{"show version": "Axle Software\nR1 uptime is 1 minute\n"},
		started: make(chan struct{}, 1),
	}
}

func (b *backend) Config() *ios.Config {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.cfg
	return &c
}

func (b *backend) Keep(who shell.Who, path []*grammar.Line, text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.permissive {
		b.kept = append(b.kept, fmt.Sprint(len(path), " ", text))
	}
	return b.permissive
}

func (b *backend) Edit(who shell.Who, path []*grammar.Line, l *grammar.Line) (string, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := ""
	for _, p := range path {
		s += p.String() + " / "
	}
	s += l.String()
	if len(l.Text) > 0 {
		s += fmt.Sprintf(" %q", l.Text)
	}
	if l.Args["a"] == "255.0.0.1" {
		return "% Invalid address", false
	}
	if l.Has("refused") {
		return "% Refused", false
	}
	if l.Words[0] == "hostname" {
		b.cfg.Hostname = l.Words[1]
	}
	b.edits = append(b.edits, s)
	if l.Has("motd") {
		return "% Long banner\n", true
	}
	return "", true
}

func (b *backend) LeaveConfig(shell.Who) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left++
	b.edits = append(b.edits, "(left)")
}

func (b *backend) Exec(ctx context.Context, who shell.Who, l *grammar.Line, w io.Writer) error {
	words := strings.Join(l.Words, " ")
	b.mu.Lock()
	b.execs = append(b.execs, words)
	text := b.show[words]
	b.mu.Unlock()
	switch words {
	case "debug forever":
		_, _ = io.WriteString(w, "!!")
		b.started <- struct{}{}
		<-ctx.Done()
		_, _ = io.WriteString(w, "\n")
		return ctx.Err()
	case "write memory", "copy system:running-config nvram:startup-config":
		text = "Building configuration...\n[OK]\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

func (b *backend) Unsaved() bool { return b.unsaved }

func (b *backend) Now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func (b *backend) Messages(f func(level int, debug bool, line string)) func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listen = f
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.listen = nil
	}
}

func (b *backend) log(level int, line string) {
	b.mu.Lock()
	f := b.listen
	b.mu.Unlock()
	if f != nil {
		f(level, false, line)
	}
}

// tape is a stream that was recorded: all that is typed is there at once.
type tape struct {
	io.Reader
	mu     sync.Mutex
	screen strings.Builder
}

func (t *tape) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.Write(p)
}

func (t *tape) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.String()
}

// play types text into a session and returns the screen, with "\n" line ends.
func play(t testing.TB, o shell.Options, typed string, width, height int) string {
	t.Helper()
	v := newTables(t)
	rw := &tape{Reader: strings.NewReader(typed)}
	c := console.New(rw, console.Options{Width: width, Height: height})
	defer c.Close()
	o.Terminal, o.UserMode, o.PrivMode, o.ConfigMode = c, v.user, v.priv, v.config
	if o.Length == 0 {
		o.Length = -1
	}
	if o.Width == 0 {
		o.Width = -1
	}
	if err := shell.New(o).Run(context.Background()); err != nil {
		t.Fatalf("Run: %v", err)
	}
	return strings.ReplaceAll(rw.String(), "\r\n", "\n")
}

// HasCaptureFilter knows one capture.
func (b *backend) HasCaptureFilter(capture string) bool { return capture == "OLD" }
