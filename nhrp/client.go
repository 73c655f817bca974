package nhrp

import (
	"encoding/binary"
	"time"

	"axle/internal/wire"
)

const (
	clientSize = 12 // bytes of a client entry without its addresses
	maxSub     = 63 // bytes of a subaddress: its length has six bits
)

// list reads client entries to the end of r; nil where there is none.
func (p *parser) list(r *wire.Reader) ([]Client, error) {
	first := len(p.clients)
	for r.Len() > 0 {
		if len(p.clients) == MaxClients {
			return nil, &ParseError{"client entry", r.Off(), ErrLimit}
		}
		p.clients = append(p.clients, Client{})
		if err := p.client(r, &p.clients[len(p.clients)-1]); err != nil {
			return nil, err
		}
	}
	last := len(p.clients)
	if first == last {
		return nil, nil
	}
	return p.clients[first:last:last], nil // an append to it must not reach the next list
}

// client reads one entry into c. RFC 2332 §5.2.0.1. In the extensions of a message about
// IPv6 an entry may have an IPv4 address: FRR names itself so.
func (p *parser) client(r *wire.Reader, c *Client) error {
	be := binary.BigEndian
	at := r.Off()
	h := r.Take(clientSize)
	if h == nil {
		return short(r, "client entry")
	}
	c.Code = Code(h[0])
	c.PrefixLen = h[1]
	c.Unused = be.Uint16(h[2:])
	c.MTU = be.Uint16(h[4:])
	c.Hold = time.Duration(be.Uint16(h[6:])) * time.Second
	c.Pref = h[11]
	var err error
	if c.NBMA, err = address(r, h[8], p.nbmaLen, "client address", at+8); err != nil {
		return err
	}
	if c.Sub, err = subaddress(r, h[9], "client subaddress", at+9); err != nil {
		return err
	}
	n := p.protoLen
	if p.record && n == 16 && h[10] == 4 {
		n = 4
	}
	c.Proto, err = address(r, h[10], n, "client protocol address", at+10)
	return err
}

// size returns the length of c on the wire in bytes.
func (c *Client) size() int {
	return clientSize + c.NBMA.BitLen()/8 + len(c.Sub) + c.Proto.BitLen()/8
}

// listSize returns the length of a list of entries in bytes.
func listSize(l []Client) int {
	n := 0
	for i := range l {
		n += l[i].size()
	}
	return n
}

// list appends the entries of l.
func (w *writer) list(l []Client) {
	for i := range l {
		w.client(&l[i])
	}
}

// client appends one entry.
func (w *writer) client(c *Client) {
	be := binary.BigEndian
	if c.Hold < 0 || c.Hold > 65535*time.Second || c.Hold%time.Second != 0 {
		w.fail("holding time", ErrValue)
	}
	w.b = append(w.b, byte(c.Code), c.PrefixLen)
	w.b = be.AppendUint16(w.b, c.Unused)
	w.b = be.AppendUint16(w.b, c.MTU)
	w.b = be.AppendUint16(w.b, uint16(c.Hold/time.Second))
	w.b = append(w.b, byte(c.NBMA.BitLen()/8), byte(len(c.Sub)), byte(c.Proto.BitLen()/8), c.Pref)
	w.address(c.NBMA, w.nbmaLen, "client address")
	w.subaddress(c.Sub, "client subaddress")
	n := w.protoLen
	if w.record && n == 16 && c.Proto.Is4() {
		n = 4
	}
	w.address(c.Proto, n, "client protocol address")
}
