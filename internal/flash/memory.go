package flash

import (
	"bytes"
	"cmp"
	"io"
	"io/fs"
	"path"
	"slices"
	"time"
)

// A Memory is a Store without a disk.
type Memory struct {
	now    func() time.Time
	limits limits
	nodes  map[string]*node // by clean name; the whole flash itself is not in it
	used   int64            // bytes of all files
}

var _ Store = (*Memory)(nil)

// limits are those of one store, so that a test can reach them.
type limits struct {
	files       int
	size, total int64
}

// A node is a file or folder of a Memory.
type node struct {
	dir      bool
	data     []byte // never written to, only replaced: readers hold it
	modified time.Time
}

// NewMemory returns an empty Store in memory. Its files get their times from
// now.
func NewMemory(now func() time.Time) *Memory {
	return &Memory{now: now, limits: limits{MaxFiles, MaxSize, MaxTotal}, nodes: map[string]*node{}}
}

// parent checks that the folder of a clean name is there.
func (m *Memory) parent(name string) error {
	dir := folder(name)
	if dir == "" {
		return nil
	}
	if n := m.nodes[dir]; n == nil || !n.dir {
		return fs.ErrNotExist
	}
	return nil
}

// file returns the node of a file.
func (m *Memory) file(name string) (*node, error) {
	n := m.nodes[name]
	switch {
	case n == nil:
		return nil, fs.ErrNotExist
	case n.dir:
		return nil, ErrFolder
	}
	return n, nil
}

// touch notes that the contents of the folder of name have changed.
func (m *Memory) touch(name string) {
	if n := m.nodes[folder(name)]; n != nil {
		n.modified = m.now()
	}
}

// place tells whether a file called name could be put into the store.
func (m *Memory) place(name string) error {
	if err := m.parent(name); err != nil {
		return err
	}
	n := m.nodes[name]
	switch {
	case n == nil && len(m.nodes) >= m.limits.files:
		return ErrFull
	case n != nil && n.dir:
		return ErrFolder
	}
	return nil
}

// Open implements Store.
func (m *Memory) Open(name string) (io.ReadCloser, error) {
	name, err := Clean(name)
	if err != nil {
		return nil, err
	}
	n, err := m.file(name)
	if err != nil {
		return nil, named(name, err)
	}
	return io.NopCloser(bytes.NewReader(n.data)), nil
}

// Stat implements Store.
func (m *Memory) Stat(name string) (File, error) {
	name, err := Clean(name)
	if err != nil {
		return File{}, err
	}
	n := m.nodes[name]
	if n == nil {
		return File{}, named(name, fs.ErrNotExist)
	}
	return n.describe(name), nil
}

// describe returns the node as a File.
func (n *node) describe(name string) File {
	return File{Name: path.Base(name), Dir: n.dir, Size: int64(len(n.data)), Modified: n.modified}
}

// Remove implements Store.
func (m *Memory) Remove(name string) error {
	name, err := Clean(name)
	if err != nil {
		return err
	}
	n, err := m.file(name)
	if err != nil {
		return named(name, err)
	}
	m.used -= int64(len(n.data))
	delete(m.nodes, name)
	m.touch(name)
	return nil
}

// Rename implements Store.
func (m *Memory) Rename(from, to string) error {
	from, to, err := cleanBoth(from, to)
	if err != nil {
		return err
	}
	n, err := m.file(from)
	if err != nil {
		return named(from, err)
	}
	if err := m.parent(to); err != nil {
		return named(to, err)
	}
	if m.nodes[to] != nil {
		return named(to, fs.ErrExist)
	}
	delete(m.nodes, from)
	m.nodes[to] = n
	m.touch(from)
	m.touch(to)
	return nil
}

// cleanBoth is Clean for the two names of Rename.
func cleanBoth(from, to string) (string, string, error) {
	from, err := Clean(from)
	if err != nil {
		return "", "", err
	}
	to, err = Clean(to)
	return from, to, err
}

// List implements Store.
func (m *Memory) List(dir string) ([]File, error) {
	dir, err := cleanFolder(dir)
	if err != nil {
		return nil, err
	}
	if dir != "" {
		switch n := m.nodes[dir]; {
		case n == nil:
			return nil, named(dir, fs.ErrNotExist)
		case !n.dir:
			return nil, named(dir, ErrNotFolder)
		}
	}
	var files []File
	for name, n := range m.nodes {
		if folder(name) == dir {
			files = append(files, n.describe(name))
		}
	}
	slices.SortFunc(files, byName)
	return files, nil
}

// byName orders files by their names' bytes.
func byName(a, b File) int { return cmp.Compare(a.Name, b.Name) }

// Mkdir implements Store.
func (m *Memory) Mkdir(name string) error {
	name, err := Clean(name)
	if err != nil {
		return err
	}
	if err := m.parent(name); err != nil {
		return named(name, err)
	}
	if m.nodes[name] != nil {
		return named(name, fs.ErrExist)
	}
	if len(m.nodes) >= m.limits.files {
		return named(name, ErrFull)
	}
	m.nodes[name] = &node{dir: true, modified: m.now()}
	m.touch(name)
	return nil
}

// Rmdir implements Store.
func (m *Memory) Rmdir(name string) error {
	name, err := Clean(name)
	if err != nil {
		return err
	}
	switch n := m.nodes[name]; {
	case n == nil:
		return named(name, fs.ErrNotExist)
	case !n.dir:
		return named(name, ErrNotFolder)
	}
	for other := range m.nodes {
		if folder(other) == name {
			return named(name, ErrNotEmpty)
		}
	}
	delete(m.nodes, name)
	m.touch(name)
	return nil
}

// Free implements Store.
func (m *Memory) Free() (total, free int64) {
	return m.limits.total, m.limits.total - m.used
}
