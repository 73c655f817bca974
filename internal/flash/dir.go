package flash

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
)

// A Dir is a Store in a folder of the machine. Its files are for their owner
// only: they hold configurations.
//
// A file is written under a temporary name beside all others, synced, and
// renamed; its folder is synced then. One process at a time may use the folder.
type Dir struct {
	root   *os.Root // no name leads out of it, nor does a symbolic link
	limits limits
	next   uint64 // number of the next temporary file
}

var _ Store = (*Dir)(nil)

// OpenDir opens the store in the folder path, which is made where it is not
// there. Temporary files that a crash has left are removed.
func OpenDir(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	d := &Dir{root: root, limits: limits{files: MaxFiles, size: MaxSize}}
	if err := d.sweep(); err != nil {
		root.Close()
		return nil, err
	}
	return d, nil
}

// Close ends the use of the folder.
func (d *Dir) Close() error { return d.root.Close() }

// sweep removes temporary files.
func (d *Dir) sweep() error {
	entries, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), temporary) && e.Type().IsRegular() {
			if err := d.root.Remove(e.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

// class gives an error of the system one of the classes of this package, and
// drops the name that it carries.
func class(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOTEMPTY): // which is an fs.ErrExist, too
		return ErrNotEmpty
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return ErrFull
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return fs.ErrNotExist
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	}
	return err
}

// stat describes what has a clean name. What is neither file nor folder is not
// there, and neither is what lies behind it.
func (d *Dir) stat(name string) (fs.FileInfo, error) {
	for i, c := range name {
		if c != '/' {
			continue
		}
		info, err := d.root.Lstat(name[:i])
		if err != nil {
			return nil, class(err)
		}
		if !info.IsDir() {
			return nil, fs.ErrNotExist
		}
	}
	info, err := d.root.Lstat(name)
	if err != nil {
		return nil, class(err)
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return nil, fs.ErrNotExist
	}
	return info, nil
}

// file describes a file.
func (d *Dir) file(name string) (fs.FileInfo, error) {
	info, err := d.stat(name)
	if err == nil && info.IsDir() {
		err = ErrFolder
	}
	return info, err
}

// parent checks that the folder of a clean name is there.
func (d *Dir) parent(name string) error {
	dir := folder(name)
	if dir == "" {
		return nil
	}
	info, err := d.stat(dir)
	if err == nil && !info.IsDir() {
		err = fs.ErrNotExist
	}
	return err
}

// full tells whether there are as many files and folders as there may be.
func (d *Dir) full() (bool, error) {
	n := -1 // the root
	err := fs.WalkDir(d.root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(name, temporary) {
			return nil
		}
		if n++; n >= d.limits.files {
			return fs.SkipAll
		}
		return nil
	})
	return n >= d.limits.files, class(err)
}

// place tells whether a file called name could be put into the store.
func (d *Dir) place(name string) error {
	if err := d.parent(name); err != nil {
		return err
	}
	info, err := d.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		full, err := d.full()
		if full && err == nil {
			err = ErrFull
		}
		return err
	case err != nil:
		return class(err)
	case info.IsDir():
		return ErrFolder
	case !info.Mode().IsRegular():
		return fs.ErrExist // a link or the like, which is not ours to replace
	}
	return nil
}

// sync writes a folder to the disk.
func (d *Dir) sync(dir string) error {
	f, err := d.root.Open(path.Join(".", dir))
	if err != nil {
		return class(err)
	}
	defer f.Close()
	return class(f.Sync())
}

// Open implements Store.
func (d *Dir) Open(name string) (io.ReadCloser, error) {
	name, err := Clean(name)
	if err != nil {
		return nil, err
	}
	if _, err := d.file(name); err != nil {
		return nil, named(name, err)
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, named(name, class(err))
	}
	return f, nil
}

// Stat implements Store.
func (d *Dir) Stat(name string) (File, error) {
	name, err := Clean(name)
	if err != nil {
		return File{}, err
	}
	info, err := d.stat(name)
	if err != nil {
		return File{}, named(name, err)
	}
	return describe(info), nil
}

// describe returns what the system says as a File.
func describe(info fs.FileInfo) File {
	f := File{Name: info.Name(), Dir: info.IsDir(), Modified: info.ModTime()}
	if !f.Dir {
		f.Size = info.Size()
	}
	return f
}

// Remove implements Store.
func (d *Dir) Remove(name string) error {
	name, err := Clean(name)
	if err != nil {
		return err
	}
	if _, err = d.file(name); err == nil {
		err = class(d.root.Remove(name))
	}
	return named(name, err)
}

// Rename implements Store.
func (d *Dir) Rename(from, to string) error {
	from, to, err := cleanBoth(from, to)
	if err != nil {
		return err
	}
	if _, err := d.file(from); err != nil {
		return named(from, err)
	}
	if err := d.parent(to); err != nil {
		return named(to, err)
	}
	if _, err := d.root.Lstat(to); err == nil {
		return named(to, fs.ErrExist)
	}
	if err := d.root.Rename(from, to); err != nil {
		return named(from, class(err))
	}
	return named(to, d.sync(folder(to)))
}

// List implements Store. It leaves out names that Clean would refuse: nothing
// could be done with them.
func (d *Dir) List(dir string) ([]File, error) {
	dir, err := cleanFolder(dir)
	if err != nil {
		return nil, err
	}
	if dir != "" {
		info, err := d.stat(dir)
		if err == nil && !info.IsDir() {
			err = ErrNotFolder
		}
		if err != nil {
			return nil, named(dir, err)
		}
	}
	entries, err := fs.ReadDir(d.root.FS(), path.Join(".", dir))
	if err != nil {
		return nil, named(dir, class(err))
	}
	var files []File
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if clean, err := Clean(name); err != nil || clean != name {
			continue
		}
		info, err := d.stat(name)
		if err != nil {
			continue // gone meanwhile, or none of ours
		}
		files = append(files, describe(info))
	}
	slices.SortFunc(files, byName)
	return files, nil
}

// Mkdir implements Store.
func (d *Dir) Mkdir(name string) error {
	name, err := Clean(name)
	if err != nil {
		return err
	}
	if err := d.parent(name); err != nil {
		return named(name, err)
	}
	if _, err := d.root.Lstat(name); err == nil {
		return named(name, fs.ErrExist)
	}
	full, err := d.full()
	if full && err == nil {
		err = ErrFull
	}
	if err == nil {
		err = class(d.root.Mkdir(name, 0o700))
	}
	return named(name, err)
}

// Rmdir implements Store.
func (d *Dir) Rmdir(name string) error {
	name, err := Clean(name)
	if err != nil {
		return err
	}
	info, err := d.stat(name)
	if err == nil && !info.IsDir() {
		err = ErrNotFolder
	}
	if err == nil {
		err = class(d.root.Remove(name))
	}
	return named(name, err)
}

// Free implements Store. Both are 0 where the system does not tell.
func (d *Dir) Free() (total, free int64) {
	f, err := d.root.Open(".")
	if err != nil {
		return 0, 0
	}
	defer f.Close()
	conn, err := f.SyscallConn()
	if err != nil {
		return 0, 0
	}
	var s syscall.Statfs_t
	if cerr := conn.Control(func(fd uintptr) { err = syscall.Fstatfs(int(fd), &s) }); cerr != nil || err != nil {
		return 0, 0
	}
	return int64(s.Blocks) * int64(s.Bsize), int64(s.Bavail) * int64(s.Bsize)
}
