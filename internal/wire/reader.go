package wire

import "encoding/binary"

// A Reader reads big-endian fields from a byte slice. Its first failed read
// sticks: from then on every read returns zero or nil and consumes nothing, and
// Err tells the place. So a codec reads a whole header and checks once.
//
// The zero Reader is empty. A Reader never writes to the slice; what Take and
// Rest return shares its memory.
type Reader struct {
	b    []byte
	off  int
	base int // offset of b[0] in the outermost reader
	err  *ShortError
}

// NewReader returns a reader of b.
func NewReader(b []byte) Reader { return Reader{b: b} }

// U8 reads one byte.
func (r *Reader) U8() uint8 {
	if r.err != nil || len(r.b)-r.off < 1 {
		r.fail(1)
		return 0
	}
	v := r.b[r.off]
	r.off++
	return v
}

// U16 reads two bytes.
func (r *Reader) U16() uint16 {
	if r.err != nil || len(r.b)-r.off < 2 {
		r.fail(2)
		return 0
	}
	v := binary.BigEndian.Uint16(r.b[r.off:])
	r.off += 2
	return v
}

// U32 reads four bytes.
func (r *Reader) U32() uint32 {
	if r.err != nil || len(r.b)-r.off < 4 {
		r.fail(4)
		return 0
	}
	v := binary.BigEndian.Uint32(r.b[r.off:])
	r.off += 4
	return v
}

// U64 reads eight bytes.
func (r *Reader) U64() uint64 {
	if r.err != nil || len(r.b)-r.off < 8 {
		r.fail(8)
		return 0
	}
	v := binary.BigEndian.Uint64(r.b[r.off:])
	r.off += 8
	return v
}

// Take reads n bytes, nil where they are not there. An append to the result
// does not reach the bytes behind it. A negative n fails like a missing byte.
func (r *Reader) Take(n int) []byte {
	if r.err != nil || n < 0 || len(r.b)-r.off < n {
		r.fail(n)
		return nil
	}
	v := r.b[r.off : r.off+n : r.off+n]
	r.off += n
	return v
}

// Skip passes over n bytes.
func (r *Reader) Skip(n int) { r.Take(n) }

// Rest reads all bytes that are left, nil after a failure.
func (r *Reader) Rest() []byte { return r.Take(r.Len()) }

// Sub reads n bytes as a reader of their own, which cannot leave them. Its
// offsets count from the start of the outermost reader. Where the bytes are
// missing, both readers have failed.
func (r *Reader) Sub(n int) Reader {
	at := r.Off()
	b := r.Take(n)
	return Reader{b: b, base: at, err: r.err}
}

// Off returns the offset of the next read in bytes from the start of the
// outermost reader.
func (r *Reader) Off() int { return r.base + r.off }

// Len returns how many bytes are left; 0 after a failure.
func (r *Reader) Len() int {
	if r.err != nil {
		return 0
	}
	return len(r.b) - r.off
}

// Err returns the first failure, a *ShortError, or nil.
func (r *Reader) Err() error {
	if r.err == nil {
		return nil
	}
	return r.err
}

// Short returns the first failure, or nil.
func (r *Reader) Short() *ShortError { return r.err }

// fail remembers the first failed read.
func (r *Reader) fail(want int) {
	if r.err == nil {
		r.err = &ShortError{Offset: r.Off(), Want: want, Have: len(r.b) - r.off}
	}
}
