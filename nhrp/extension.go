package nhrp

import (
	"encoding/binary"

	"axle/internal/wire"
)

// The head of an extension. RFC 2332 §5.3.
const (
	extSize       = 4      // bytes before the value
	extCompulsory = 0x8000 // C
	extUnused     = 0x4000 // u
	extTypeMask   = 0x3fff

	deviceCapsSize = 8 // bytes of RFC 2735's device capabilities
)

// extensions reads the extensions part.
func (p *parser) extensions(r *wire.Reader) error {
	m := p.m
	m.Extensions = p.room.extensions[:0]
	for {
		if r.Len() == 0 {
			m.NoEnd = true
			break
		}
		at := r.Off()
		head, length := r.U16(), int(r.U16())
		v := r.Sub(length)
		if r.Err() != nil {
			return short(r, "extension")
		}
		e := Extension{
			Type:       ExtType(head & extTypeMask),
			Compulsory: head&extCompulsory != 0,
			Unused:     head&extUnused != 0,
		}
		if e.Type == ExtEnd {
			if length != 0 {
				return &ParseError{"end of extensions", at + 2, ErrFormat}
			}
			m.EndPlain, m.EndUnused = !e.Compulsory, e.Unused
			m.Trailer = nonEmpty(r.Rest())
			break
		}
		if len(m.Extensions) == MaxExtensions {
			return &ParseError{"extension", at, ErrLimit}
		}
		m.Extensions = append(m.Extensions, e)
		if err := p.value(&m.Extensions[len(m.Extensions)-1], &v); err != nil {
			return err
		}
	}
	if len(m.Extensions) == 0 {
		m.Extensions, m.BareExtensions = nil, true
	}
	return nil
}

// value reads the value of e, which is all of r.
func (p *parser) value(e *Extension, r *wire.Reader) error {
	if !e.Type.hasClients() || e.Type == ExtNAT && r.Len() == deviceCapsSize {
		e.Value = nonEmpty(r.Rest())
		return nil
	}
	var err error
	p.record = true
	e.Clients, err = p.list(r)
	p.record = false
	return err
}

// hasClients reports whether an extension of the type holds client entries.
func (t ExtType) hasClients() bool {
	switch t {
	case ExtResponder, ExtForwardTransit, ExtReverseTransit, ExtNAT:
		return true
	}
	return false
}

// size returns the length of the value of e in bytes.
func (e *Extension) size() int { return listSize(e.Clients) + len(e.Value) }

// hasExtensions reports whether m has an extensions part.
func (m *Message) hasExtensions() bool { return len(m.Extensions) > 0 || m.BareExtensions }

// extensions appends the extensions part.
func (w *writer) extensions(m *Message) {
	for i := range m.Extensions {
		w.extension(&m.Extensions[i])
	}
	if m.NoEnd {
		if len(m.Trailer) > 0 {
			w.fail("trailer without end of extensions", ErrValue)
		}
		return
	}
	w.extensionHead(ExtEnd, !m.EndPlain, m.EndUnused, 0)
	w.b = append(w.b, m.Trailer...)
}

// extension appends e.
func (w *writer) extension(e *Extension) {
	switch {
	case e.Type == ExtEnd || e.Type > extTypeMask:
		w.fail("extension type", ErrValue)
	case len(e.Clients) > 0 && (len(e.Value) > 0 || !e.Type.hasClients()):
		w.fail("extension with clients", ErrValue)
	}
	w.extensionHead(e.Type, e.Compulsory, e.Unused, e.size())
	w.record = true
	w.list(e.Clients)
	w.record = false
	w.b = append(w.b, e.Value...)
}

// extensionHead appends type and length of an extension.
func (w *writer) extensionHead(t ExtType, compulsory, unused bool, length int) {
	head := uint16(t)
	if compulsory {
		head |= extCompulsory
	}
	if unused {
		head |= extUnused
	}
	w.b = binary.BigEndian.AppendUint16(w.b, head)
	w.b = binary.BigEndian.AppendUint16(w.b, uint16(length))
}

// The head of an authentication extension's value: two reserved bytes and the
// security parameter index, where 1 is Cisco's cleartext. RFC 2332 §5.3.4.
const (
	authSize     = 4
	spiCleartext = 1
)

// Authentication returns the compulsory extension that carries key in cleartext.
func Authentication(key string) Extension {
	v := make([]byte, authSize, authSize+len(key))
	binary.BigEndian.PutUint32(v, spiCleartext)
	return Extension{Type: ExtAuth, Compulsory: true, Value: append(v, key...)}
}

// Key returns the key of a cleartext authentication extension, which shares the
// memory of Value. It is false for anything else.
func (e *Extension) Key() ([]byte, bool) {
	if e.Type != ExtAuth || len(e.Value) < authSize || binary.BigEndian.Uint32(e.Value) != spiCleartext {
		return nil, false
	}
	return e.Value[authSize:], true
}
