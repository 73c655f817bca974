//go:build linux

package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"axle/cli/attach"
	"axle/cli/check"
	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/host"
	"axle/host/linux"
	"axle/lab"
	"axle/router"
)

// A mapping collects -interface NAME=LINK, and -interface LINK of a link that is
// called by its own name.
type mapping map[string]string

func (m mapping) String() string { return "" }

// Set reads one NAME=LINK or LINK.
func (m mapping) Set(s string) error {
	name, link, ok := strings.Cut(s, "=")
	if !ok {
		link = name
	}
	full := ios.InterfaceName(name)
	if name == link && ios.LinkNames(link)[link] {
		full = link
	}
	if link == "" || full == "" || !ok && full != link {
		return errors.New(`expected NAME=LINK, such as GigabitEthernet0/0=eth0, or LINK, such as ens3`)
	}
	m[full] = link
	return nil
}

const runUsage = `usage: axle run -config FILE [flags]

Runs the router of this machine: its physical interfaces are the machine's,
each tunnel interface is a TUN device. Needs CAP_NET_ADMIN and CAP_NET_RAW.

`

// runRun is "axle run".
func runRun(ctx context.Context, args []string, out io.Writer) error {
	fs := newFlags("axle run")
	fs.Usage = func() {
		fmt.Fprint(fs.Output(), runUsage)
		fs.PrintDefaults()
	}
	config := fs.String("config", "", "the startup-config; with -state, until one has been saved there")
	state := fs.String("state", "", "folder for the saved startup-config and the files of flash:")
	socket := fs.String("console", "", "where axle console attaches")
	ports := mapping{}
	fs.Var(ports, "interface", "join an interface of the configuration to one of the machine: NAME=LINK, or LINK for one that the configuration calls by the name of the link; repeatable. Without it they are joined in order of names")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return errUsage
	}
	if *config == "" || fs.NArg() != 0 {
		fs.Usage()
		return errUsage
	}
	if missing := linux.Missing(); len(missing) > 0 {
		return fmt.Errorf("needs %s: run it as root, or give the binary the capabilities with setcap", strings.Join(missing, " and "))
	}
	store, err := openStore(*config, *state)
	if err != nil {
		return err
	}
	text, err := store.Load()
	if err != nil {
		return err
	}
	var seed [8]byte
	_, _ = rand.Read(seed[:]) // never fails
	o := host.Options{Name: "Router", Version: version, Seed: binary.LittleEndian.Uint64(seed[:]), Store: store, State: *state, Log: out, Random: rand.Reader}
	var names grammar.Names
	if o.Ports, names, err = joinPorts(string(text), ports, out); err != nil {
		return err
	}
	for _, f := range check.Refusals(check.ReadNamed(names, *config, string(text))) {
		fmt.Fprintln(out, f)
	}
	return serveHost(ctx, o, *socket, out)
}

// serveHost runs the router, and its console where it has a socket.
func serveHost(ctx context.Context, o host.Options, socket string, out io.Writer) error {
	h, err := host.New(o)
	if err != nil {
		return err
	}
	if err := linux.DropOthers(); err != nil {
		fmt.Fprintln(out, "capabilities are kept:", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	served := make(chan error, 1)
	if socket == "" {
		served <- nil
	} else {
		s, err := consoleSocket(socket).Listen(attach.Options{Session: h.Session})
		if err != nil {
			return err
		}
		go func() { served <- s.Serve(ctx) }()
	}
	err = h.Run(ctx, func() { fmt.Fprintln(out, "ready") })
	cancel()
	return errors.Join(err, <-served)
}

// openStore keeps the startup-config: the file, until one is saved into the
// state folder; without such a folder in memory.
func openStore(config, state string) (router.Store, error) {
	saved := filepath.Join(state, "startup-config")
	if _, err := os.Stat(saved); state != "" && err == nil {
		return router.FileStore{Path: saved}, nil
	}
	text, err := readConfig(config)
	if err != nil {
		return nil, err
	}
	if state == "" {
		return &router.MemoryStore{Text: []byte(text)}, nil
	}
	if err := os.MkdirAll(state, 0o700); err != nil {
		return nil, err
	}
	return lab.Overlay{Store: router.FileStore{Path: saved}, First: text}, nil
}

// joinPorts says which of the machine's links each physical interface of a
// configuration is: as the flags have it, or the link of its name, or the others in
// order of names. Without flags every other link may be configured by its name
// later.
func joinPorts(text string, given mapping, out io.Writer) (ports []host.Port, names grammar.Names, err error) {
	free, err := freeLinks(out)
	if err != nil {
		return nil, nil, err
	}
	if names = ios.LinkNames(free...); len(given) > 0 {
		var named []string
		for name, link := range given {
			if name == link {
				named = append(named, link)
			}
		}
		names = ios.LinkNames(named...)
	}
	links, faces := join(physical(names, text), given, &free)
	for _, name := range faces {
		if links[name] == "" {
			fmt.Fprintf(out, "%s is not there\n", name)
			continue
		}
		if name != links[name] {
			fmt.Fprintf(out, "%s is %s\n", name, links[name])
		}
		ports = append(ports, host.Port{Name: name, Link: links[name]})
	}
	for _, l := range free {
		if names[l] {
			ports = append(ports, host.Port{Name: l, Link: l, Optional: true})
		}
	}
	return ports, names, nil
}

// join returns the link of each interface, and takes it out of free. An interface
// that a flag names and the configuration does not is added to faces.
func join(faces []string, given mapping, free *[]string) (links map[string]string, all []string) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(faces, name) {
			faces = append(faces, name)
		}
	}
	if len(given) > 0 {
		*free = nil
		return given, faces
	}
	links = map[string]string{}
	take := func(name, link string) {
		if i := slices.Index(*free, link); i >= 0 && links[name] == "" {
			links[name], *free = link, slices.Delete(*free, i, i+1)
		}
	}
	for _, name := range faces {
		take(name, name)
	}
	for _, name := range faces {
		take(name, linuxName(name))
	}
	for _, name := range faces {
		if len(*free) > 0 {
			take(name, (*free)[0])
		}
	}
	return links, faces
}

// physical returns the physical interfaces of a configuration.
func physical(names grammar.Names, text string) []string {
	tree, _ := ios.LoadWords(names, text)
	var out []string
	for _, i := range ios.Decode(tree).Interfaces {
		if ios.IsPhysical(i.Name) {
			out = append(out, i.Name)
		}
	}
	return out
}

// freeLinks returns the machine's links that may be ports, in order of names.
func freeLinks(out io.Writer) ([]string, error) {
	k, err := linux.Open(linux.Options{})
	if err != nil {
		return nil, err
	}
	defer k.Close()
	if was, err := k.Sysctl("", "ip_forward", ""); err == nil && was == "0" {
		fmt.Fprintln(out, "net.ipv4.ip_forward is 0: the machine does not forward between its networks and the tunnels")
	}
	links, err := k.Links()
	if err != nil {
		return nil, err
	}
	var free []string
	for _, l := range links {
		if l.Physical() {
			free = append(free, l.Name)
		}
	}
	return free, nil
}

// linuxName returns the link that an interface is by its name: Ethernet1 is eth1.
func linuxName(name string) string {
	if number, ok := strings.CutPrefix(name, "Ethernet"); ok {
		return "eth" + number
	}
	return name
}
