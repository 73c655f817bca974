package lab

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"axle/internal/pcap"
)

// A tap writes a link's packets to a capture file.
type tap struct {
	file *os.File
	w    *pcap.Writer
	err  error // the first; nothing is written after it
}

// capture opens a capture file for every link.
func (l *Lab) capture(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, k := range l.order {
		name := strings.Map(func(r rune) rune {
			if strings.ContainsRune("/\\: ", r) {
				return '_'
			}
			return r
		}, k.name)
		f, err := os.Create(filepath.Join(dir, name+".pcap"))
		if err != nil {
			return err
		}
		t := &tap{file: f}
		if t.w, err = pcap.New(f); err != nil {
			return fmt.Errorf("%s: %w", f.Name(), err)
		}
		k.tap = t
		l.taps = append(l.taps, t)
	}
	return nil
}

// packet writes one packet as it was sent.
func (t *tap) packet(now time.Time, b []byte) {
	if t.err != nil {
		return
	}
	t.err = t.w.Write(pcap.Packet{At: now, Len: len(b), Data: b})
}

// Close ends the lab's capture files, and the use of the routers' files.
func (l *Lab) Close() error {
	var first error
	for _, n := range l.routers {
		if c, ok := n.files.(io.Closer); ok {
			first = errors.Join(first, c.Close())
		}
	}
	for _, t := range l.taps {
		if err := t.file.Close(); t.err == nil {
			t.err = err
		}
		first = errors.Join(first, t.err)
	}
	return first
}
