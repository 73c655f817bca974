package ios

import (
	"time"

	"axle/cli/grammar"
)

// The commands of the archive of configurations.
var (
	archivePath = &grammar.Command{
		Syntax: "path <line>",
		Help:   "path for backups",
		Kind:   grammar.Leaf,
		Notes:  "`$h` stands for the host name and `$t` for the time; without `$t` the time is put behind the path.",
	}
	archiveMaximum = &grammar.Command{
		Syntax:  "maximum <n>",
		Help:    "maximum number of backup copies",
		Kind:    grammar.Leaf,
		Args:    args{"n": num(1, 14, "maximum number of backup copies")},
		Default: "maximum 10",
	}
	archiveTime = &grammar.Command{
		Syntax: "time-period <n>",
		Help:   "Period of time in minutes to automatically archive the running-config",
		Kind:   grammar.Leaf,
		Args:   args{"n": num(1, 525600, "Number of minutes to wait between archive creation")},
	}
	archiveWrite = &grammar.Command{
		Syntax: "write-memory",
		Help:   "Enable automatic backup generation during write memory",
		Kind:   grammar.Leaf,
	}
	archiveCmd = &grammar.Command{
		Syntax: "archive",
		Help:   "Archive the configuration",
		Kind:   grammar.Section,
		Opens:  ConfigArchive,
	}
	filePrompt = &grammar.Command{
		Syntax:  "file prompt {alert|noisy|quiet}",
		Help:    "Prompt level of file commands",
		Kind:    grammar.Leaf,
		Default: "file prompt alert",
	}
)

// An Archive is the configuration of the archive of configurations.
type Archive struct {
	Path        string        // as typed, "flash:backup-$h"; "" for none
	Maximum     int           // copies kept; 10
	Period      time.Duration // between copies made by themselves; 0: none
	WriteMemory bool          // a copy with each "write memory"
}

// archive reads the archive's section.
func (d *decoder) archive(t *grammar.Tree) Archive {
	a := Archive{Maximum: 10}
	s := t.Find(archiveCmd)
	if s == nil {
		return a
	}
	if l := d.line(s, archivePath); l != nil {
		a.Path = l.Args["line"]
	}
	if l := d.line(s, archiveMaximum); l != nil {
		a.Maximum = number(l, "n")
	}
	if l := d.line(s, archiveTime); l != nil {
		a.Period = time.Duration(number(l, "n")) * time.Minute
	}
	a.WriteMemory = d.line(s, archiveWrite) != nil
	return a
}
