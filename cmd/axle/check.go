package main

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"unicode/utf16"

	"axle/cli/check"
	"axle/cli/grammar"
	"axle/cli/ios"
)

// runCheck is "axle check": it says what is wrong with configuration files, each
// alone and all against each other.
func runCheck(_ context.Context, args []string, out io.Writer) error {
	fs := flag.NewFlagSet("axle check", flag.ContinueOnError)
	fs.Usage = func() {
		io.WriteString(os.Stderr, "usage: axle check [-quiet] [-link NAME] FILE...\nseveral files are the routers of one network\n")
		fs.PrintDefaults()
	}
	links := linkFlag(fs)
	quiet := fs.Bool("quiet", false, "do not list the lines that have no effect yet")
	if err := fs.Parse(args); err != nil {
		return errUsage
	}
	if fs.NArg() == 0 {
		fs.Usage()
		return errUsage
	}
	var files []check.File
	for i, name := range fs.Args() {
		if slices.Contains(fs.Args()[:i], name) {
			continue
		}
		text, err := readConfig(name)
		if err != nil {
			return err
		}
		files = append(files, check.ReadNamed(links.names(), name, text))
	}
	var found []check.Finding
	for _, f := range files {
		found = append(found, check.One(f)...)
	}
	found = append(found, check.Network(files)...)
	bad := false
	for _, f := range found {
		if f.Severity == check.NoEffect && *quiet {
			continue
		}
		bad = bad || f.Severity >= check.Fault
		if _, err := fmt.Fprintln(out, f); err != nil {
			return err
		}
	}
	if bad {
		return errFailed
	}
	return nil
}

// A linkList collects -link NAME.
type linkList []string

func (l *linkList) String() string { return "" }

// Set reads one name.
func (l *linkList) Set(s string) error {
	if !ios.LinkNames(s)[s] {
		return errors.New("expected the name of a Linux link that is no name of IOS")
	}
	*l = append(*l, s)
	return nil
}

func (l *linkList) names() grammar.Names { return ios.LinkNames(*l...) }

// linkFlag adds the flag -link.
func linkFlag(fs *flag.FlagSet) *linkList {
	l := new(linkList)
	fs.Var(l, "link", "a link that the machine has by this name, as ens3: it may stand in the files; repeatable")
	return l
}

// maxConfig bounds a configuration file, bytes.
const maxConfig = 16 << 20

// readConfig reads a configuration file; "-" is standard input.
func readConfig(name string) (string, error) {
	in := io.Reader(os.Stdin)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxConfig+1))
	if err != nil {
		return "", err
	}
	if len(b) > maxConfig {
		return "", fmt.Errorf("%s: larger than %d MB", name, maxConfig>>20)
	}
	return decoded(b), nil
}

// decoded returns the text of a file, also of one in UTF-16, as some editors
// and shells of Windows write it.
func decoded(b []byte) string {
	if len(b) < 2 || len(b)%2 != 0 {
		return string(b)
	}
	var order binary.ByteOrder
	switch {
	case b[0] == 0xff && b[1] == 0xfe:
		order = binary.LittleEndian
	case b[0] == 0xfe && b[1] == 0xff:
		order = binary.BigEndian
	default:
		return string(b)
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 2; i < len(b); i += 2 {
		units = append(units, order.Uint16(b[i:]))
	}
	return string(utf16.Decode(units))
}
