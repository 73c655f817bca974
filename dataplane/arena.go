package dataplane

// An arena hands out buffers that live until the next reset.
type arena struct {
	chunks [][]byte
	chunk  int // the one in use
	used   int // bytes of it
	total  int // bytes handed out
}

// Sizes of chunks: a router that forwards little keeps little.
const (
	firstChunk = 8 << 10
	lastChunk  = 256 << 10
)

func (a *arena) reset() { a.chunk, a.used, a.total = 0, 0, 0 }

// take returns n bytes of any contents, or nil if that is too much for one call.
func (a *arena) take(n int) []byte {
	if a.total += n; a.total > maxArena {
		a.total -= n
		return nil
	}
	for ; a.chunk < len(a.chunks); a.chunk++ {
		if c := a.chunks[a.chunk]; a.used+n <= len(c) {
			a.used += n
			return c[a.used-n : a.used : a.used]
		}
		a.used = 0
	}
	size := min(firstChunk<<min(len(a.chunks), 16), lastChunk)
	a.chunks = append(a.chunks, make([]byte, max(size, n)))
	a.used = n
	return a.chunks[a.chunk][:n:n]
}
