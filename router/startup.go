package router

import (
	"errors"
	"io/fs"
	"os"

	"github.com/google/renameio/v2"

	"axle/cli/show"
	"axle/internal/event"
)

// A MemoryStore keeps the startup-config in memory. The zero value is empty.
type MemoryStore struct{ Text []byte }

// Load returns the text.
func (m *MemoryStore) Load() ([]byte, error) { return m.Text, nil }

// Save replaces the text.
func (m *MemoryStore) Save(text []byte) error { m.Text = append([]byte(nil), text...); return nil }

// Erase forgets the text.
func (m *MemoryStore) Erase() error { m.Text = nil; return nil }

// A FileStore keeps the startup-config in a file. Saving writes a new file,
// syncs it and renames it over the old one: whatever happens meanwhile, the
// file is the old one or the new one, whole.
type FileStore struct{ Path string }

// Load reads the file. A file that is not there is an empty startup-config.
func (f FileStore) Load() ([]byte, error) {
	b, err := os.ReadFile(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}

// Save writes the file, readable for its owner only: it holds secrets.
func (f FileStore) Save(text []byte) error { return renameio.WriteFile(f.Path, text, 0o600) }

// Erase removes the file.
func (f FileStore) Erase() error {
	if err := os.Remove(f.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// maxStartup bounds a startup-config that is read.
const maxStartup = 16 << 20 // bytes

var eventNoStartup = &event.Kind{Facility: "SYS", Severity: 2, Mnemonic: "NVRAM", Format: "startup-config cannot be read: %s"}

// loadStartup returns the startup-config's text, "" where there is none.
func (r *Router) loadStartup() string {
	if r.opt.Store == nil {
		return ""
	}
	b, err := r.opt.Store.Load()
	if err == nil && len(b) > maxStartup {
		err = errors.New("larger than 16 MB")
	}
	if err != nil {
		r.raise(eventNoStartup.New(err.Error()))
		return ""
	}
	return string(b)
}

// RunningText returns the lines of the running-config, without its header.
func (r *Router) RunningText() string { return r.tree.Text() }

// running returns the whole screen of "show running-config".
func (r *Router) running(text string) string {
	return show.Running(r.plainView(), text, r.changed, r.changedBy)
}

// save writes the running-config to the store, as "write memory" does.
func (r *Router) save() error {
	text := r.RunningText()
	if r.opt.Store != nil {
		if err := r.opt.Store.Save([]byte(text + "end\n")); err != nil {
			return err
		}
	}
	r.saved = text
	return nil
}

// Unsaved reports whether the running-config differs from the startup-config.
func (r *Router) Unsaved() bool { return r.RunningText() != r.saved }
