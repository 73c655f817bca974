package lab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"axle/router"
)

// An Overlay is a startup-config that begins with a text until something has
// been saved or it was erased.
type Overlay struct {
	router.Store
	First string
}

// Load returns what was saved, or the first text.
func (o Overlay) Load() ([]byte, error) {
	b, err := o.Store.Load()
	if err == nil && b == nil {
		return []byte(o.First), nil
	}
	return b, err
}

// Erase saves an empty text: the first one does not come back.
func (o Overlay) Erase() error { return o.Store.Save([]byte{}) }

// LoadKey returns the master key.
func (o Overlay) LoadKey() (string, error) {
	if k, ok := o.Store.(router.KeyStore); ok {
		return k.LoadKey()
	}
	return "", nil
}

// SaveKey keeps the master key.
func (o Overlay) SaveKey(key string) error {
	if k, ok := o.Store.(router.KeyStore); ok {
		return k.SaveKey(key)
	}
	return errNoKeys
}

// LoadPrivate returns the private keys.
func (o Overlay) LoadPrivate() ([]byte, error) {
	if k, ok := o.Store.(router.PrivateStore); ok {
		return k.LoadPrivate()
	}
	return nil, nil
}

// SavePrivate keeps the private keys.
func (o Overlay) SavePrivate(keys []byte) error {
	if k, ok := o.Store.(router.PrivateStore); ok {
		return k.SavePrivate(keys)
	}
	return errNoKeys
}

var errNoKeys = errors.New("lab: there is no place for keys")

// WriteTopology writes a topology as lab.yaml and one configuration file for
// each router into a folder. Files that are there already are not touched: it
// fails then.
func WriteTopology(dir string, t *Topology) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	files := map[string]string{"lab.yaml": yamlOf(t)}
	for _, n := range t.Nodes {
		files[n.Name+".cfg"] = n.Config
	}
	for name := range files {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return fmt.Errorf("%s is there already", filepath.Join(dir, name))
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// ends returns how many ends each link has.
func (t *Topology) ends() map[string]int {
	ends := map[string]int{}
	for _, n := range t.Nodes {
		for _, p := range n.Ports {
			ends[p.Link]++
		}
	}
	for _, h := range t.Hosts {
		ends[h.Link]++
	}
	for _, n := range t.NATs {
		ends[n.Outside.Link]++
		for _, p := range n.Inside {
			ends[p.Link]++
		}
	}
	return ends
}

// yamlOf returns a topology as the YAML that ReadTopology reads.
func yamlOf(t *Topology) string {
	var b strings.Builder
	b.WriteString("# A network for axle lab. docs/lab.md describes every key.\n")
	fmt.Fprintf(&b, "name: %s\n\n", t.Name)
	b.WriteString("# Links join two ends, clouds any number; to the lab they are the same.\n# delay, jitter, loss, duplicate, reorder, mtu and rate may stand behind each.\n")
	ends := t.ends()
	section := func(title string, cloud bool) {
		wrote := false
		for _, l := range t.Links {
			if (ends[l.Name] > 2) != cloud {
				continue
			}
			if !wrote {
				b.WriteString(title + ":\n")
				wrote = true
			}
			fmt.Fprintf(&b, "  %s: {%s}\n", l.Name, l.Impairment.yaml())
		}
	}
	section("clouds", true)
	section("links", false)
	b.WriteString("\n# Routers: an ordinary IOS configuration, and what their ports are plugged into.\nnodes:\n")
	for _, n := range t.Nodes {
		fmt.Fprintf(&b, "  %s:\n    config: %s.cfg\n    ports:\n", n.Name, n.Name)
		for _, p := range n.Ports {
			if imp := p.Impairment.yaml(); imp != "" && p.Link != "" {
				fmt.Fprintf(&b, "      %s: {link: %s, %s}\n", p.Name, p.Link, imp)
				continue
			}
			fmt.Fprintf(&b, "      %s: %s\n", p.Name, p.Link)
		}
	}
	b.WriteString("\n# Hosts answer ping, UDP and traceroute.\nhosts:\n")
	for _, h := range t.Hosts {
		fmt.Fprintf(&b, "  %s: {link: %s, address: %s", h.Name, h.Link, list(h.Address, h.Address6))
		if h.Gateway.IsValid() || h.Gateway6.IsValid() {
			fmt.Fprintf(&b, ", gateway: %s", list(h.Gateway, h.Gateway6))
		}
		if imp := h.Impairment.yaml(); imp != "" {
			b.WriteString(", " + imp)
		}
		b.WriteString("}\n")
	}
	if len(t.NATs) > 0 {
		b.WriteString("\n# NAT boxes: what is inside shares the outside address.\nnats:\n")
	}
	for _, n := range t.NATs {
		b.WriteString(n.yaml())
	}
	return b.String()
}

// list returns what is valid of two values as YAML.
func list[T interface {
	IsValid() bool
	String() string
}](a, b T) string {
	switch {
	case !b.IsValid():
		return a.String()
	case !a.IsValid():
		return strconv.Quote(b.String()) // colons mean something in YAML
	}
	return fmt.Sprintf("[%s, %q]", a, b.String())
}

// yaml returns the keys that are set.
func (i Impairment) yaml() string {
	var keys []string
	add := func(set bool, format string, v any) {
		if set {
			keys = append(keys, fmt.Sprintf(format, v))
		}
	}
	add(i.Delay > 0, "delay: %v", i.Delay)
	add(i.Jitter > 0, "jitter: %v", i.Jitter)
	add(i.Loss > 0, "loss: %v", i.Loss)
	add(i.Duplicate > 0, "duplicate: %v", i.Duplicate)
	add(i.Reorder > 0, "reorder: %v", i.Reorder)
	add(i.MTU > 0, "mtu: %v", i.MTU)
	add(i.Rate > 0, "rate: %v", i.Rate)
	return strings.Join(keys, ", ")
}
