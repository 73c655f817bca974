package show

import (
	"strings"
	"time"
)

// A Dir is a folder of a file system, or one file of it.
type Dir struct {
	Path        string // "flash:/", "flash:/archive"
	One         bool   // Path is a file, the only one in Files
	Files       []DirFile
	Total, Free int64 // bytes of the file system
}

// A DirFile is a row of "dir".
type DirFile struct {
	Name     string // without its folder
	Dir      bool
	Size     int64     // bytes
	Modified time.Time // in the zone to show it in; zero: not known
}

// firstIndex is the number of the first row: the first one that a file system
// of Linux, on which IOS-XE stands, gives away.
const firstIndex = 11

// String is "dir". The rows are numbered from firstIndex in the order of Files.
func (d Dir) String() string {
	path := d.Path
	if !d.One && !strings.HasSuffix(path, "/") {
		path += "/"
	}
	s := new(screen)
	s.line("Directory of %s", path)
	s.text("")
	for i, f := range d.Files {
		mode, date := "-rw-", "<no date>"
		if f.Dir {
			mode = "drwx"
		}
		if !f.Modified.IsZero() {
			date = f.Modified.Format("Jan 2 2006 15:04:05 -07:00")
		}
		s.line("%5d  %s  %15d  %27s  %s", i+firstIndex, mode, f.Size, date, f.Name)
	}
	if len(d.Files) == 0 {
		s.text("No files in directory")
	}
	s.text("")
	s.line("%d bytes total (%d bytes free)", d.Total, d.Free)
	return s.String()
}
