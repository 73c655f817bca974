package flash

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
)

// Create implements Store.
func (d *Dir) Create(name string, appending bool) (io.WriteCloser, error) {
	name, err := Clean(name)
	if err != nil {
		return nil, err
	}
	if err := d.place(name); err != nil {
		return nil, named(name, err)
	}
	w := &dirWriter{d: d, name: name, limit: d.limits.size}
	if w.f, w.temp, err = d.temporary(); err != nil {
		return nil, named(name, class(err))
	}
	if appending {
		if err := w.copyOld(); err != nil {
			w.Abort()
			return nil, err
		}
	}
	return w, nil
}

// maxTries bounds the search for the name of a temporary file.
const maxTries = 100

// temporary makes a file with a name that no other file has.
func (d *Dir) temporary() (f *os.File, name string, err error) {
	for range maxTries {
		d.next++
		name = temporary + strconv.FormatUint(d.next, 10)
		f, err = d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return f, name, err
}

// A dirWriter is a file of a Dir that is being written.
type dirWriter struct {
	d          *Dir // for Close and Abort alone
	f          *os.File
	name, temp string
	size       int64 // bytes written
	limit      int64
	err        error // of a Write; the file cannot become whole
	done       bool
}

// copyOld begins the file with what stands in it.
func (w *dirWriter) copyOld() error {
	old, err := w.d.Open(w.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer old.Close()
	_, err = io.Copy(struct{ io.Writer }{w}, old)
	return err
}

// Write implements io.Writer.
func (w *dirWriter) Write(b []byte) (int, error) {
	switch {
	case w.done:
		return 0, named(w.name, fs.ErrClosed)
	case w.err != nil:
		return 0, w.err
	case w.size+int64(len(b)) > w.limit:
		w.err = named(w.name, ErrFull)
		return 0, w.err
	}
	n, err := w.f.Write(b)
	w.size += int64(n)
	w.err = named(w.name, class(err))
	return n, w.err
}

// Abort implements Aborter.
func (w *dirWriter) Abort() {
	if w.done {
		return
	}
	w.done = true
	w.f.Close()             // nothing of it is kept
	w.d.root.Remove(w.temp) // OpenDir removes it where this cannot
}

// Close puts the file in its place. Where only the last step fails, to sync its
// folder, there is an error and the file is new.
func (w *dirWriter) Close() error {
	if w.done {
		return named(w.name, fs.ErrClosed)
	}
	err := w.err
	if err == nil {
		err = named(w.name, w.commit())
	}
	w.Abort()
	return err
}

// commit renames the file; done is set where that was so.
func (w *dirWriter) commit() error {
	if err := w.f.Sync(); err != nil {
		return class(err)
	}
	if err := w.d.place(w.name); err != nil {
		return err
	}
	if err := w.f.Close(); err != nil {
		return class(err)
	}
	if err := w.d.root.Rename(w.temp, w.name); err != nil {
		return class(err)
	}
	w.done = true
	return w.d.sync(folder(w.name))
}
