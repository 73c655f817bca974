// Package wire reads big-endian fields out of bounded byte slices and computes
// the Internet checksum. All packet codecs stand on it.
//
// Nothing here allocates, except an error when a read fails. Writing needs no
// help: the codecs use the Append functions of encoding/binary.
package wire

import (
	"errors"
	"fmt"
)

// ErrShort is what a ShortError wraps.
var ErrShort = errors.New("too short")

// A ShortError says where bytes were missing. Packages wrap its place in an
// error of their own.
type ShortError struct {
	Offset int // where the read began: bytes from the start of the outermost reader
	Want   int // bytes wanted
	Have   int // bytes left
}

// Error implements error.
func (e *ShortError) Error() string {
	return fmt.Sprintf("byte %d: %d bytes wanted, %d left: %v", e.Offset, e.Want, e.Have, ErrShort)
}

// Unwrap returns ErrShort.
func (e *ShortError) Unwrap() error { return ErrShort }
