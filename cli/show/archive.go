package show

import (
	"fmt"
	"strings"
	"time"
)

// An ArchiveView is what "show archive" shows.
type ArchiveView struct {
	Maximum     int      // copies that are kept
	Files       []string // URLs of the copies, oldest first
	Next        string   // name of the next copy
	Period      time.Duration
	Due, Now    time.Time // the next copy by itself, zero for none
	WriteMemory bool
}

// Archive is "show archive".
func Archive(v ArchiveView) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The maximum archive configurations allowed is %d.\n", v.Maximum)
	if v.Period > 0 {
		fmt.Fprintf(&b, "The archiving time-period is %d minutes.\n", int(v.Period/time.Minute))
		fmt.Fprintf(&b, "The next archive will be in %d minutes.\n", int((v.Due.Sub(v.Now)+time.Minute-1)/time.Minute))
	}
	if v.WriteMemory {
		b.WriteString("Write-mem mode is enabled.\n")
	}
	fmt.Fprintf(&b, "There are currently %d archive configurations saved.\n", len(v.Files))
	fmt.Fprintf(&b, "The next archive file will be named %s\n Archive #  Name\n", v.Next)
	for i := range v.Maximum {
		name := ""
		if i < len(v.Files) {
			name = v.Files[i]
		}
		if i == len(v.Files)-1 {
			name += " <- Most Recent"
		}
		fmt.Fprintf(&b, "   %-9d%s\n", i+1, name)
	}
	return b.String()
}

// FileSystems is "show file systems": total and free bytes of flash:, and how
// many of the NVRAM are used.
func FileSystems(total, free int64, used int) string {
	var b strings.Builder
	b.WriteString("File Systems:\n\n       Size(b)       Free(b)      Type  Flags  Prefixes\n")
	row := func(mark, size, free, typ, flags, prefix string) {
		fmt.Fprintf(&b, "%s%13s %13s  %8s  %5s   %s\n", mark, size, free, typ, flags, prefix)
	}
	row(" ", "-", "-", "opaque", "rw", "system:")
	row("*", fmt.Sprint(total), fmt.Sprint(free), "disk", "rw", "flash: bootflash:#")
	row(" ", fmt.Sprint(NVRAMSize), fmt.Sprint(max(0, NVRAMSize-used)), "nvram", "rw", "nvram:")
	row(" ", "-", "-", "opaque", "wo", "null:")
	return b.String()
}

// ConfigTime writes a time as the screens of the configuration do.
func ConfigTime(t time.Time) string { return t.UTC().Format("15:04:05 MST Mon Jan 2 2006") }

// ConfigFile is the running-config as a copy of it in a file: as Running, from
// its first "!" to "end".
func ConfigFile(v *View, text string, changed time.Time, by string) string {
	return configHead(v, changed, by) + strings.TrimRight(text, "\n") + "\nend\n"
}
