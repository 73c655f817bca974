package lab

import (
	"io"
	"sync"
)

// maxTyped bounds the keys that wait for a console. Of more the last are lost,
// so that the keys of the desk itself are always read.
const maxTyped = 1 << 20 // bytes

// A feed holds keys on their way to a console. Its methods may be called from
// any goroutine.
type feed struct {
	mu     sync.Mutex
	more   *sync.Cond // something happened to what follows
	keys   []byte
	closed bool
}

func newFeed() *feed {
	f := &feed{}
	f.more = sync.NewCond(&f.mu)
	return f
}

// add takes keys without waiting, as many as there is room for.
func (f *feed) add(keys []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keys = append(f.keys, keys[:min(len(keys), maxTyped-len(f.keys))]...)
	f.more.Signal()
}

// Read waits for keys; io.EOF when the feed was closed.
func (f *feed) Read(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.keys) == 0 && !f.closed {
		f.more.Wait()
	}
	if f.closed {
		return 0, io.EOF
	}
	n := copy(p, f.keys)
	f.keys = f.keys[n:]
	return n, nil
}

// Close ends the feed: nobody types any more.
func (f *feed) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed, f.keys = true, nil
	f.more.Broadcast()
	return nil
}
