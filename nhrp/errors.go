package nhrp

import (
	"errors"
	"fmt"
)

// Errors that Parse and AppendTo wrap.
var (
	ErrShort    = errors.New("message too short")
	ErrChecksum = errors.New("bad checksum")
	ErrFormat   = errors.New("malformed message")
	ErrVersion  = errors.New("unknown version")
	ErrLimit    = errors.New("limit exceeded")

	// ErrValue is wrapped by AppendTo only.
	ErrValue = errors.New("value does not fit its field")
)

// The limits of a message, for reading and for writing.
const (
	MaxPacketSize = 9216 // bytes: a jumbo frame
	MaxClients    = 128  // client entries, those in extensions included
	MaxExtensions = 32   // without End
)

// A ParseError says which field of a message could not be read, and where.
type ParseError struct {
	Field  string
	Offset int   // bytes from the start of the NHRP header
	Err    error // ErrShort, ErrChecksum, ErrFormat, ErrVersion or ErrLimit
}

// Error implements error.
func (e *ParseError) Error() string {
	return fmt.Sprintf("nhrp: %s at byte %d: %v", e.Field, e.Offset, e.Err)
}

// Unwrap returns the class of the error.
func (e *ParseError) Unwrap() error { return e.Err }

// unwritable says which field of a message cannot be written.
func unwritable(field string, err error) error {
	return fmt.Errorf("nhrp: %s: %w", field, err)
}
