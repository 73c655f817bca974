package ikev2

import (
	"errors"
	"fmt"

	"axle/internal/wire"
)

// Errors that Parse and AppendTo wrap.
var (
	ErrShort   = errors.New("message too short")
	ErrFormat  = errors.New("malformed message")
	ErrVersion = errors.New("unknown version")
	ErrLimit   = errors.New("limit exceeded")

	// ErrValue is wrapped by AppendTo only.
	ErrValue = errors.New("value does not fit its field")
	// ErrOpen is wrapped by Open only.
	ErrOpen = errors.New("integrity check failed")
)

// The limits of a message, for reading and for writing.
const (
	MaxMessageSize = 65535 // bytes, with the header
	MaxPayloads    = 64    // inside and outside an Encrypted payload each
	MaxProposals   = 64    // of an SA payload
	MaxTransforms  = 128   // of an SA payload
	MaxAttributes  = 128   // of an SA payload, and of a configuration payload
	MaxSelectors   = 64    // of a traffic selector payload
	MaxDeletes     = 1024  // SPIs of a Delete payload
	MinNonce       = 16    // bytes, RFC 7296 §2.10
	MaxNonce       = 256   // bytes
	MaxFragments   = 64    // of a message
)

// A ParseError says which field of a message could not be read, and where.
type ParseError struct {
	Field  string
	Offset int   // bytes from the start of the message, or of the bytes read
	Err    error // ErrShort, ErrFormat, ErrVersion or ErrLimit
}

// Error implements error.
func (e *ParseError) Error() string {
	return fmt.Sprintf("ikev2: %s at byte %d: %v", e.Field, e.Offset, e.Err)
}

// Unwrap returns the class of the error.
func (e *ParseError) Unwrap() error { return e.Err }

// whole returns nil where nothing failed in r and all of it was read.
func whole(r *wire.Reader, field string) error {
	if r.Err() != nil {
		return &ParseError{field, r.Short().Offset, ErrShort}
	}
	if r.Len() > 0 {
		return &ParseError{field, r.Off(), ErrFormat}
	}
	return nil
}

// unwritable says which field of a message cannot be written.
func unwritable(field string, err error) error {
	return fmt.Errorf("ikev2: %s: %w", field, err)
}
