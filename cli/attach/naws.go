package attach

import (
	"encoding/binary"
	"io"
	"sync"
)

// The bytes of RFC 854 and RFC 1073 by which a terminal that is attached tells
// its size among the keys: IAC SB NAWS width height IAC SE.
const (
	telnetIAC  = 255
	telnetSB   = 250
	telnetSE   = 240
	telnetNAWS = 31
)

// A nawsWriter writes keys, and the terminal's size between them. Its methods
// may be called from any goroutine.
type nawsWriter struct {
	mu sync.Mutex
	w  io.Writer
}

// Write writes keys. A byte 255 among them is doubled.
func (n *nawsWriter) Write(keys []byte) (int, error) {
	out := make([]byte, 0, len(keys))
	for _, k := range keys {
		if k == telnetIAC {
			out = append(out, telnetIAC)
		}
		out = append(out, k)
	}
	return len(keys), n.send(out)
}

// size writes the terminal's size.
func (n *nawsWriter) size(width, height int) error {
	be := binary.BigEndian
	body := be.AppendUint16(be.AppendUint16(nil, uint16(width)), uint16(height))
	out := []byte{telnetIAC, telnetSB, telnetNAWS}
	for _, b := range body {
		if b == telnetIAC {
			out = append(out, telnetIAC)
		}
		out = append(out, b)
	}
	return n.send(append(out, telnetIAC, telnetSE))
}

func (n *nawsWriter) send(b []byte) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, err := n.w.Write(b)
	return err
}

// A nawsReader takes sizes out of a stream of keys. What is malformed is
// passed over.
type nawsReader struct {
	r      io.Reader
	onSize func(width, height int)
	state  nawsState
	body   []byte // of the option that is being read
}

type nawsState uint8

const (
	nawsKeys    nawsState = iota
	nawsIAC               // after IAC
	nawsBody              // within an option
	nawsBodyIAC           // after IAC within an option
)

// maxOption bounds an option's body; what is longer is cut.
const maxOption = 64 // bytes

// Read reads keys.
func (n *nawsReader) Read(p []byte) (int, error) {
	for {
		m, err := n.r.Read(p)
		k := 0
		for _, b := range p[:m] {
			if n.key(b) {
				p[k] = b
				k++
			}
		}
		if k > 0 || err != nil || len(p) == 0 {
			return k, err
		}
	}
}

// key takes one byte of the stream; it reports whether it is a key.
func (n *nawsReader) key(b byte) bool {
	switch n.state {
	case nawsKeys:
		if b != telnetIAC {
			return true
		}
		n.state = nawsIAC
	case nawsIAC:
		n.state = nawsKeys
		if b == telnetSB {
			n.state, n.body = nawsBody, n.body[:0]
		}
		return b == telnetIAC
	case nawsBody:
		if b == telnetIAC {
			n.state = nawsBodyIAC
		} else {
			n.option(b)
		}
	case nawsBodyIAC:
		n.state = nawsBody
		if b == telnetSE {
			n.state = nawsKeys
			n.end()
		} else {
			n.option(b)
		}
	}
	return false
}

func (n *nawsReader) option(b byte) {
	if len(n.body) < maxOption {
		n.body = append(n.body, b)
	}
}

// end takes note of an option that is complete.
func (n *nawsReader) end() {
	if len(n.body) == 5 && n.body[0] == telnetNAWS {
		be := binary.BigEndian
		n.onSize(int(be.Uint16(n.body[1:])), int(be.Uint16(n.body[3:])))
	}
}
