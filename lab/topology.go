package lab

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"axle/cli/ios"
)

// Limits of a topology.
const (
	maxNodes        = 25000 // routers, hosts and NAT boxes
	maxLinks        = 25000
	maxTopologyFile = 8 << 20   // bytes
	maxConfigs      = 128 << 20 // bytes of all routers' configurations, each counted
)

// A Topology describes a network: what a YAML file holds.
type Topology struct {
	Name  string
	Links []LinkConfig // in the order of the file
	Nodes []NodeConfig
	Hosts []HostConfig
	NATs  []NATConfig
}

// A LinkConfig is a link or a cloud.
type LinkConfig struct {
	Name string
	Impairment
}

// A NodeConfig is a router.
type NodeConfig struct {
	Name   string
	Config string // the text of its configuration
	Ports  []PortConfig
}

// A PortConfig is a port of a router.
type PortConfig struct {
	Name string // "GigabitEthernet0/0"
	Link string // "": not connected
	Impairment
}

// A HostConfig is a host.
type HostConfig struct {
	Name     string
	Address  netip.Prefix // IPv4; zero: none
	Gateway  netip.Addr   // zero: none
	Address6 netip.Prefix // IPv6; zero: none
	Gateway6 netip.Addr   // zero: none
	Link     string
	Impairment
}

// An Error tells what is wrong with a topology file, and where.
type Error struct {
	File string
	Line int // from 1; 0: the file as a whole
	Err  error
}

// Error returns "FILE:LINE: reason".
func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// ReadTopology reads a topology file and the configuration files that it
// names, which lie beside it.
func ReadTopology(fsys fs.FS, name string) (*Topology, error) {
	b, err := readLimited(fsys, name)
	if err != nil {
		return nil, &Error{File: name, Err: err}
	}
	r := &topologyReader{fsys: fsys, file: name, links: map[string]bool{}, names: map[string]int{}, configs: map[string]string{}}
	t, err := r.read(b)
	if err != nil {
		var le *Error
		if errors.As(err, &le) {
			return nil, err
		}
		return nil, &Error{File: name, Err: err}
	}
	return t, nil
}

// readLimited reads an ordinary file that is not too large.
func readLimited(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // a pipe would keep us waiting
		return nil, fmt.Errorf("%s is not an ordinary file", name)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxTopologyFile+1))
	if err == nil && len(b) > maxTopologyFile {
		err = fmt.Errorf("larger than %d bytes", maxTopologyFile)
	}
	return b, err
}

// A topologyReader walks the YAML tree, which knows its lines.
type topologyReader struct {
	fsys  fs.FS
	file  string
	links map[string]bool
	names map[string]int // names of routers, hosts and NAT boxes to their line

	configs map[string]string // by file
	total   int               // bytes of all nodes' configurations
}

func (r *topologyReader) fail(n *yaml.Node, format string, args ...any) error {
	return &Error{File: r.file, Line: n.Line, Err: fmt.Errorf(format, args...)}
}

func (r *topologyReader) read(b []byte) (*Topology, error) {
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(b))
	if err := dec.Decode(&doc); err != nil && err != io.EOF {
		return nil, r.syntax(err)
	}
	if len(doc.Content) == 0 {
		return nil, errors.New("the file is empty")
	}
	var more yaml.Node
	switch err := dec.Decode(&more); {
	case err == nil:
		return nil, r.fail(&more, "a second document begins here; a topology is one")
	case err != io.EOF:
		return nil, r.syntax(err)
	}
	if err := r.refuseAliases(&doc); err != nil {
		return nil, err
	}
	t := &Topology{Name: strings.TrimSuffix(path.Base(r.file), path.Ext(r.file))}
	err := r.each(doc.Content[0], map[string]func(*yaml.Node) error{
		"name":   func(n *yaml.Node) error { return r.readName(&t.Name, n) },
		"clouds": func(n *yaml.Node) error { return r.readLinks(t, n) },
		"links":  func(n *yaml.Node) error { return r.readLinks(t, n) },
		"nodes":  nil, "hosts": nil, "nats": nil, // after the links
	})
	if err != nil {
		return nil, err
	}
	err = r.each(doc.Content[0], map[string]func(*yaml.Node) error{
		"name": nil, "clouds": nil, "links": nil,
		"nodes": func(n *yaml.Node) error { return r.readNodes(t, n) },
		"hosts": func(n *yaml.Node) error { return r.readHosts(t, n) },
		"nats":  func(n *yaml.Node) error { return r.readNATs(t, n) },
	})
	if err != nil {
		return nil, err
	}
	if len(t.Nodes) == 0 {
		return nil, errors.New("there is no node in it")
	}
	return t, nil
}

// refuseAliases refuses what stands for something elsewhere: each line of a
// topology means what it says.
func (r *topologyReader) refuseAliases(n *yaml.Node) error {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return r.fail(n, "YAML anchors and aliases are not taken here")
	}
	for _, c := range n.Content {
		if err := r.refuseAliases(c); err != nil {
			return err
		}
	}
	return nil
}

var syntaxLine = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)

// syntax gives an error of the YAML reader our form.
func (r *topologyReader) syntax(err error) error {
	if m := syntaxLine.FindStringSubmatch(err.Error()); m != nil {
		if line, e := strconv.Atoi(m[1]); e == nil {
			return &Error{File: r.file, Line: line, Err: errors.New(m[2])}
		}
	}
	return err
}

func (r *topologyReader) readName(to *string, n *yaml.Node) error {
	if !goodName(n) {
		return r.fail(n, "%q is no name", n.Value)
	}
	*to = n.Value
	return nil
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$`)

// goodName reports whether a name can stand in a prompt, a script and the name
// of a file.
func goodName(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag != "!!null" && nameForm.MatchString(n.Value)
}

// each calls a function for every key of a mapping; a key that is not in fs is
// an error, one with a nil function is passed over.
func (r *topologyReader) each(n *yaml.Node, fs map[string]func(*yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return r.fail(n, "keys and values are wanted here")
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		f, ok := fs[k.Value]
		if !ok {
			var names []string
			for name := range fs {
				names = append(names, name)
			}
			slices.Sort(names)
			return r.fail(k, "unknown key %q (known: %s)", k.Value, strings.Join(names, ", "))
		}
		if seen[k.Value] {
			return r.fail(k, "key %q stands twice", k.Value)
		}
		seen[k.Value] = true
		if f != nil {
			if err := f(v); err != nil {
				return err
			}
		}
	}
	return nil
}

// entries yields the names and values of a mapping whose keys are free.
func (r *topologyReader) entries(n *yaml.Node, f func(name, v *yaml.Node) error) error {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return r.fail(n, "names and what they are made of are wanted here")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if err := f(n.Content[i], n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (r *topologyReader) readLinks(t *Topology, n *yaml.Node) error {
	return r.entries(n, func(name, v *yaml.Node) error {
		switch {
		case r.links[name.Value]:
			return r.fail(name, "link %q stands twice", name.Value)
		case !goodName(name):
			return r.fail(name, "%q is no name for a link (letters, digits, _ . -; at most 63)", name.Value)
		case len(r.links) >= maxLinks:
			return r.fail(name, "more than %d links", maxLinks)
		}
		r.links[name.Value] = true
		l := LinkConfig{Name: name.Value}
		if v.Kind == yaml.ScalarNode && v.Tag == "!!null" {
			t.Links = append(t.Links, l)
			return nil
		}
		if err := r.each(v, r.impairment(&l.Impairment)); err != nil {
			return err
		}
		t.Links = append(t.Links, l)
		return nil
	})
}

func (r *topologyReader) claim(name *yaml.Node) error {
	if line, ok := r.names[name.Value]; ok {
		return r.fail(name, "the name %q is taken in line %d", name.Value, line)
	}
	if !goodName(name) {
		return r.fail(name, "%q is no name for a node (letters, digits, _ . -; at most 63)", name.Value)
	}
	if r.links[name.Value] {
		return r.fail(name, "the name %q is that of a link", name.Value)
	}
	if len(r.names) >= maxNodes {
		return r.fail(name, "more than %d nodes", maxNodes)
	}
	r.names[name.Value] = name.Line
	return nil
}

func (r *topologyReader) readNodes(t *Topology, n *yaml.Node) error {
	return r.entries(n, func(name, v *yaml.Node) error {
		if err := r.claim(name); err != nil {
			return err
		}
		c := NodeConfig{Name: name.Value}
		err := r.each(v, map[string]func(*yaml.Node) error{
			"config": func(v *yaml.Node) error {
				file := path.Join(path.Dir(r.file), v.Value)
				if !fs.ValidPath(file) || v.Value == "" {
					return r.fail(v, "configuration of %s: %q is no file in the folder of the topology", c.Name, v.Value)
				}
				text, err := r.config(file)
				if err != nil {
					return r.fail(v, "configuration of %s: %w", c.Name, err)
				}
				c.Config = text
				return nil
			},
			"ports": func(v *yaml.Node) error { return r.readPorts(&c, v) },
		})
		t.Nodes = append(t.Nodes, c)
		return err
	})
}

// config returns the configuration in a file, which is read once.
func (r *topologyReader) config(file string) (string, error) {
	text, ok := r.configs[file]
	if !ok {
		b, err := readLimited(r.fsys, file)
		if err != nil {
			return "", err
		}
		text = string(b)
		r.configs[file] = text
	}
	if r.total += len(text); r.total > maxConfigs {
		return "", fmt.Errorf("all configurations together have more than %d bytes", maxConfigs)
	}
	return text, nil
}

// physical are the interfaces that a port can be: no tunnels, no parts of one.
var physical = regexp.MustCompile(`^(\w*Ethernet|\w*GigE|Serial)[0-9/:]+$`)

func (r *topologyReader) readPorts(c *NodeConfig, n *yaml.Node) error {
	return r.entries(n, func(name, v *yaml.Node) error {
		full, ok := ios.ParseInterface(name.Value)
		if !ok || !physical.MatchString(full) {
			return r.fail(name, "%q is no physical interface", name.Value)
		}
		if slices.ContainsFunc(c.Ports, func(p PortConfig) bool { return p.Name == full }) {
			return r.fail(name, "port %s of %s stands twice", full, c.Name)
		}
		p := PortConfig{Name: full}
		if err := r.attach(v, &p.Link, &p.Impairment, nil); err != nil {
			return err
		}
		c.Ports = append(c.Ports, p)
		return nil
	})
}

// attach reads what a port or host is plugged into: the name of a link, or a
// mapping with "link" and impairments.
func (r *topologyReader) attach(v *yaml.Node, to *string, imp *Impairment, more map[string]func(*yaml.Node) error) error {
	link := func(v *yaml.Node) error {
		if !r.links[v.Value] {
			return r.fail(v, "there is no link or cloud %q", v.Value)
		}
		*to = v.Value
		return nil
	}
	if v.Kind == yaml.ScalarNode && more == nil {
		if v.Tag == "!!null" {
			return nil
		}
		return link(v)
	}
	keys := r.impairment(imp)
	keys["link"] = link
	for k, f := range more {
		keys[k] = f
	}
	return r.each(v, keys)
}
