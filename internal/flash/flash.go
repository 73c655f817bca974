// Package flash keeps the files of a router, those that IOS calls "flash:".
//
// A Store is a small tree of files and folders: in memory for a router of the
// lab, or in a folder of the machine. Both behave the same, down to the classes
// of their errors. A file is written whole or not at all: it takes its place
// when its writer is closed, and whatever happens before leaves the old one.
//
// A Store belongs to one goroutine, as do Close and Abort of its writers. Write
// touches nothing but the writer, so it may be called from elsewhere, as may
// the methods of a reader.
//
// Missing: renaming folders, attributes, checksums ("verify"), and other file
// systems than the one. What lies in a machine's folder and is neither a file
// nor a folder is not seen.
package flash

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// Limits of a Store.
const (
	MaxFiles = 1000     // files and folders
	MaxSize  = 16 << 20 // bytes of a file
	MaxTotal = 64 << 20 // bytes of all files of a Memory; a Dir has the disk
	MaxName  = 128      // bytes of a name, folders included
	MaxDepth = 8        // elements of a name
)

// The classes of errors, besides fs.ErrNotExist, fs.ErrExist and fs.ErrClosed.
var (
	ErrName      = errors.New("invalid file name")
	ErrFull      = errors.New("no space left")
	ErrFolder    = errors.New("is a folder")
	ErrNotFolder = errors.New("is not a folder")
	ErrNotEmpty  = errors.New("folder is not empty")
)

// A Store keeps the files of a router. Names are paths below "flash:"; each
// method passes them through Clean. A name whose folder is not there gives
// fs.ErrNotExist.
type Store interface {
	// Create opens a file for writing, behind what it holds where appending is
	// set. The file takes its place, whole, when the writer is closed without
	// an error; of two writers of one file the last closed wins. A write over
	// the limits gives ErrFull; then Close gives it again and the old file
	// stays. The writer is an Aborter.
	Create(name string, appending bool) (io.WriteCloser, error)
	// Open opens a file for reading. What is read is the file as it is now,
	// even where it is replaced meanwhile.
	Open(name string) (io.ReadCloser, error)
	// Stat describes a file or folder.
	Stat(name string) (File, error)
	// Remove removes a file.
	Remove(name string) error
	// Rename gives a file another name, which must be free (fs.ErrExist).
	Rename(from, to string) error
	// List returns what is in a folder, sorted by name; "" and "/" are the
	// whole flash.
	List(dir string) ([]File, error)
	// Mkdir makes a folder.
	Mkdir(name string) error
	// Rmdir removes a folder that is empty.
	Rmdir(name string) error
	// Free returns the room for all files and the room that is left, bytes.
	Free() (total, free int64)
}

// An Aborter is a writer that can be given up: Abort discards what was written
// and leaves the old file. After Close, or a second time, it does nothing.
type Aborter interface {
	Abort()
}

// A File describes a file or folder.
type File struct {
	Name     string    // without its folder
	Dir      bool      // a folder
	Size     int64     // bytes; 0 for a folder
	Modified time.Time // when it was last written; of a folder: last changed
}

// named says which file an error is about.
func named(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("flash: %s: %w", name, err)
}

// reasons are the words of IOS for the classes of errors.
var reasons = []struct {
	err  error
	text string
}{
	{ErrName, "Invalid argument"},
	{ErrFull, "No space left on device"},
	{ErrFolder, "Is a directory"},
	{ErrNotFolder, "Not a directory"},
	{ErrNotEmpty, "Directory not empty"},
	{fs.ErrNotExist, "No such file or directory"},
	{fs.ErrExist, "File exists"},
	{fs.ErrPermission, "Permission denied"},
}

// Reason returns the words in which IOS gives the cause of err, as in "%Error
// opening flash:a.cfg (No such file or directory)".
func Reason(err error) string {
	for _, r := range reasons {
		if errors.Is(err, r.err) {
			return r.text
		}
	}
	return "I/O error"
}
