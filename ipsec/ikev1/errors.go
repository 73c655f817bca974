package ikev1

import (
	"errors"
	"fmt"
)

// Errors that Parse, ParsePayloads and AppendTo wrap.
var (
	ErrShort   = errors.New("message too short")
	ErrFormat  = errors.New("malformed message")
	ErrVersion = errors.New("unknown version")
	ErrLimit   = errors.New("limit exceeded")
)

// The limits of a message, for reading and for writing.
const (
	MaxMessage    = 65507 // bytes: what UDP carries over IPv4
	MaxPayloads   = 64
	MaxProposals  = 32
	MaxTransforms = 128 // of one proposal
	MaxAttributes = 32  // of one transform
	MaxSPIs       = 128 // of one delete payload
	MaxSPISize    = 16  // bytes: the two cookies
	MinNonce      = 8   // bytes; RFC 2409 §5
	MaxNonce      = 256
)

// A ParseError says which part of a message could not be read, and where.
type ParseError struct {
	Field  string
	Offset int   // bytes from the start of what was to be read
	Err    error // ErrShort, ErrFormat, ErrVersion or ErrLimit
}

// Error implements error.
func (e *ParseError) Error() string {
	return fmt.Sprintf("ikev1: %s at byte %d: %v", e.Field, e.Offset, e.Err)
}

// Unwrap returns the class of the error.
func (e *ParseError) Unwrap() error { return e.Err }

// unwritable says which part of a message cannot be written.
func unwritable(field string) error { return fmt.Errorf("ikev1: %s: %w", field, ErrLimit) }
