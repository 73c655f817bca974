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
	"axle/cli/ios"
	"axle/host"
	"axle/host/linux"
	"axle/lab"
	"axle/router"
)

// A mapping collects -interface NAME=LINK.
type mapping map[string]string

func (m mapping) String() string { return "" }

// Set reads one NAME=LINK.
func (m mapping) Set(s string) error {
	name, link, ok := strings.Cut(s, "=")
	full := ios.InterfaceName(name)
	if !ok || link == "" || full == "" {
		return errors.New(`expected NAME=LINK, such as GigabitEthernet0/0=eth0`)
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
	fs.Var(ports, "interface", "join an interface of the configuration to one of the machine: NAME=LINK; repeatable. Without it they are joined in order of names")
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
	o := host.Options{Name: "Router", Version: version, Seed: binary.LittleEndian.Uint64(seed[:]), Store: store, State: *state, Log: out}
	if o.Ports, err = joinPorts(string(text), ports, out); err != nil {
		return err
	}
	for _, f := range check.Refusals(check.Read(*config, string(text))) {
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
// order of names.
func joinPorts(text string, given mapping, out io.Writer) ([]host.Port, error) {
	names := physical(text)
	free, err := freeLinks(out)
	if err != nil {
		return nil, err
	}
	for name := range given {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	links := maps.Clone(given)
	if len(given) == 0 {
		for _, name := range names {
			if i := slices.Index(free, linuxName(name)); i >= 0 {
				links[name] = free[i]
				free = slices.Delete(free, i, i+1)
			}
		}
		for _, name := range names {
			if links[name] == "" && len(free) > 0 {
				links[name], free = free[0], free[1:]
			}
		}
	}
	var ports []host.Port
	for _, name := range names {
		if links[name] == "" {
			fmt.Fprintf(out, "%s is not there\n", name)
			continue
		}
		fmt.Fprintf(out, "%s is %s\n", name, links[name])
		ports = append(ports, host.Port{Name: name, Link: links[name]})
	}
	return ports, nil
}

// physical returns the physical interfaces of a configuration.
func physical(text string) []string {
	tree, _ := ios.LoadWords(text)
	var names []string
	for _, i := range ios.Decode(tree).Interfaces {
		if ios.IsPhysical(i.Name) {
			names = append(names, i.Name)
		}
	}
	return names
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

// linuxName returns the Linux name that an interface may have been typed as: "eth1"
// is Ethernet1 in a configuration.
func linuxName(name string) string {
	if number, ok := strings.CutPrefix(name, "Ethernet"); ok {
		return "eth" + number
	}
	return name
}
