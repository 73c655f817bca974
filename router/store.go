package router

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
)

// A MemoryStore keeps the startup-config in memory. The zero value is empty.
type MemoryStore struct {
	Text    []byte
	Key     string // master key
	Private []byte // keys
}

// LoadPrivate returns the private keys.
func (m *MemoryStore) LoadPrivate() ([]byte, error) { return m.Private, nil }

// SavePrivate keeps the private keys.
func (m *MemoryStore) SavePrivate(keys []byte) error { m.Private = keys; return nil }

// LoadKey returns the master key.
func (m *MemoryStore) LoadKey() (string, error) { return m.Key, nil }

// SaveKey keeps the master key.
func (m *MemoryStore) SaveKey(key string) error { m.Key = key; return nil }

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
func (f FileStore) Save(text []byte) error { return replaceFile(f.Path, text) }

// Erase removes the file, and what a crash has left of it.
func (f FileStore) Erase() error {
	if err := sweep(f.Path); err != nil {
		return err
	}
	if err := os.Remove(f.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// replaceFile writes a file in one step, readable for its owner only, even
// where the old one was open to others. The temporary file lies beside it: it
// holds the same secrets. One that a crash has left goes first.
func replaceFile(path string, text []byte) error {
	if err := sweep(path); err != nil {
		return err
	}
	f, err := renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)), renameio.WithStaticPermissions(0o600))
	if err != nil {
		return err
	}
	defer f.Cleanup()
	if _, err := f.Write(text); err != nil {
		return err
	}
	if err := f.CloseAtomicallyReplace(); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes what was renamed in a folder outlive a power cut.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// sweep removes the temporary files that renameio makes for path: a dot, its
// name, and digits.
func sweep(path string) error {
	dir, base := filepath.Split(path)
	entries, err := os.ReadDir(filepath.Clean(dir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		digits, ok := strings.CutPrefix(e.Name(), "."+base)
		if !ok || digits == "" || strings.Trim(digits, "0123456789") != "" || !e.Type().IsRegular() {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// keyPath is the file of the master key.
func (f FileStore) keyPath() string { return f.Path + ".key" }

// LoadKey reads the master key.
func (f FileStore) LoadKey() (string, error) {
	b, err := os.ReadFile(f.keyPath())
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(b), err
}

// SaveKey writes the master key, readable for its owner only.
func (f FileStore) SaveKey(key string) error { return replaceOrRemove(f.keyPath(), []byte(key)) }

// replaceOrRemove writes a file as replaceFile does; of nothing it makes no file.
func replaceOrRemove(path string, text []byte) error {
	if len(text) > 0 {
		return replaceFile(path, text)
	}
	if err := sweep(path); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// privatePath is the file of the private keys.
func (f FileStore) privatePath() string { return f.Path + ".private" }

// LoadPrivate reads the private keys.
func (f FileStore) LoadPrivate() ([]byte, error) {
	b, err := os.ReadFile(f.privatePath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}

// SavePrivate writes the private keys, readable for their owner only.
func (f FileStore) SavePrivate(keys []byte) error {
	return replaceOrRemove(f.privatePath(), keys)
}
