package flash

import (
	"io"
	"io/fs"
	"slices"
)

// Create implements Store.
func (m *Memory) Create(name string, appending bool) (io.WriteCloser, error) {
	name, err := Clean(name)
	if err != nil {
		return nil, err
	}
	if err := m.place(name); err != nil {
		return nil, named(name, err)
	}
	w := &memoryWriter{m: m, name: name, limit: m.limits.size}
	if n := m.nodes[name]; n != nil && appending {
		w.data = slices.Clone(n.data)
	}
	return w, nil
}

// A memoryWriter is a file of a Memory that is being written.
type memoryWriter struct {
	m     *Memory // for Close alone
	name  string
	limit int64
	data  []byte
	err   error // of a Write; the file cannot become whole
	done  bool
}

// Write implements io.Writer. It takes all of b or nothing.
func (w *memoryWriter) Write(b []byte) (int, error) {
	switch {
	case w.done:
		return 0, named(w.name, fs.ErrClosed)
	case w.err != nil:
		return 0, w.err
	case int64(len(w.data))+int64(len(b)) > w.limit:
		w.err, w.data = named(w.name, ErrFull), nil
		return 0, w.err
	}
	w.data = append(w.data, b...)
	return len(b), nil
}

// Abort implements Aborter.
func (w *memoryWriter) Abort() { w.done, w.data = true, nil }

// Close puts the file in its place.
func (w *memoryWriter) Close() error {
	if w.done {
		return named(w.name, fs.ErrClosed)
	}
	data := w.data
	w.Abort()
	if w.err != nil {
		return w.err
	}
	m := w.m
	if err := m.place(w.name); err != nil {
		return named(w.name, err)
	}
	var old int64
	if n := m.nodes[w.name]; n != nil {
		old = int64(len(n.data))
	}
	if m.used-old+int64(len(data)) > m.limits.total {
		return named(w.name, ErrFull)
	}
	m.used += int64(len(data)) - old
	m.nodes[w.name] = &node{data: slices.Clip(data), modified: m.now()}
	m.touch(w.name)
	return nil
}
