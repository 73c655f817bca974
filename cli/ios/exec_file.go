package ios

import (
	"strings"

	"axle/cli/grammar"
)

// The commands of the router's files. Files are named by URL, as FileURL
// writes them.
var (
	// Copy copies <from> to <to>.
	Copy = &grammar.Command{
		Syntax: "copy <from> <to>",
		Help:   "Copy from one file to another",
	}
	// Dir lists the folder <url>, or flash:.
	Dir = &grammar.Command{
		Syntax: "dir [/all] [<url>]",
		Help:   "List files on a filesystem",
	}
	// More shows the file <url>.
	More = &grammar.Command{
		Syntax: "more <url>",
		Help:   "Display the contents of a file",
	}
	// Delete deletes the file <url>.
	Delete = &grammar.Command{
		Syntax: "delete [/force] <url>",
		Help:   "Delete a file",
	}
	// Rename renames <from> to <to>.
	Rename = &grammar.Command{
		Syntax: "rename <from> <to>",
		Help:   "Rename a file",
	}
	// Mkdir makes the folder <url>.
	Mkdir = &grammar.Command{
		Syntax: "mkdir <url>",
		Help:   "Create new directory",
	}
	// Rmdir removes the empty folder <url>.
	Rmdir = &grammar.Command{
		Syntax: "rmdir <url>",
		Help:   "Remove existing directory",
	}
	// VerifyMD5 computes the MD5 sum of <url>.
	VerifyMD5 = &grammar.Command{
		Syntax: "verify /md5 <url>",
		Help:   "Verify a file",
	}
	// ShowFileSystems lists the file systems.
	ShowFileSystems = &grammar.Command{
		Syntax: "show file systems",
		Help:   "List filesystems",
	}
	// ShowFlash lists flash:.
	ShowFlash = &grammar.Command{
		Syntax: "show {flash:|bootflash:}",
		Help:   "display information about flash: file system",
	}
)

// The commands of the archive, and those that replace and take back the
// configuration.
var (
	// ConfigureReplace replaces the configuration by the file <url>: with the
	// keyword list the lines are shown, with force nothing is asked, with
	// <minutes> it is taken back unless confirmed, with the keyword error also
	// where a line is refused.
	ConfigureReplace = &grammar.Command{
		Syntax: "configure replace <url> [* list | force | ignorecase | nolock | time <minutes> | revert trigger [error] [timer <after>] *]",
		Help:   "Replace the running-config with a new config file",
		Args:   args{"after": minutesType},
	}
	// ConfigureRevertTimer enters configuration mode; unless the change is
	// confirmed it is taken back after <minutes>, or after so long without a
	// key with the keyword idle.
	ConfigureRevertTimer = &grammar.Command{
		Syntax: "configure terminal revert timer [idle] <minutes>",
		Help:   "Time after which the change is taken back",
	}
	// ConfigureConfirm keeps the change.
	ConfigureConfirm = &grammar.Command{
		Syntax: "configure confirm",
		Help:   "Confirm replacement of running-config with a new config file",
	}
	// ConfigureRevert takes the change back: with the keyword now at once, else
	// after <minutes> from now on.
	ConfigureRevert = &grammar.Command{
		Syntax: "configure revert {now|timer [idle] <minutes>}",
		Help:   "Parameters for reverting the configuration",
	}
	// ArchiveConfig saves the running-config in the archive.
	ArchiveConfig = &grammar.Command{
		Syntax: "archive config",
		Help:   "Save the running configuration in the archive",
	}
	// ShowArchive lists the archive.
	ShowArchive = &grammar.Command{
		Syntax: "show archive",
		Help:   "Archive functions",
	}
	// ShowArchiveDifferences compares the file <from> with <to>: without <to>
	// with the running-config, without both the startup-config with it.
	ShowArchiveDifferences = &grammar.Command{
		Syntax: "show archive config differences [<from> [<to>]]",
		Help:   "Display the config differences",
	}
	// ShowArchiveIncremental shows the lines of <url> that the running-config
	// does not have.
	ShowArchiveIncremental = &grammar.Command{
		Syntax: "show archive config incremental-diffs <url>",
		Help:   "Display incremental differences",
	}
	// ShowArchiveTimer shows the change that waits to be confirmed.
	ShowArchiveTimer = &grammar.Command{
		Syntax: "show archive config rollback timer",
		Help:   "Display the rollback timer settings",
	}
)

var minutesType = num(1, 120, "Time in minutes")

// fileExecCommands are the exec commands above.
var fileExecCommands = []*grammar.Command{
	Copy, Dir, More, Delete, Rename, Mkdir, Rmdir, VerifyMD5, ShowFileSystems, ShowFlash,
	ConfigureReplace, ConfigureRevertTimer, ConfigureConfirm, ConfigureRevert,
	ArchiveConfig, ShowArchive, ShowArchiveDifferences, ShowArchiveIncremental, ShowArchiveTimer,
}

func init() {
	url := args{"url": FileURL{}, "from": FileURL{What: "Source file name"}, "to": FileURL{What: "Destination file name"}, "minutes": minutesType}
	for _, c := range fileExecCommands {
		if c.Args == nil {
			c.Args = url
			continue
		}
		for name, t := range url {
			c.Args[name] = t
		}
	}
}

// The files that are no files of a file system.
const (
	RunningConfig = "system:running-config"
	StartupConfig = "nvram:startup-config"
)

// FileURL is the name of a file: "flash:name" or "flash:/folder/name", the other
// names of the flash, RunningConfig and StartupConfig with their short forms. Its
// canonical text is "flash:" and the path without a slash in front,
// RunningConfig, StartupConfig, "null:", or a URL of another file system as it
// was typed.
type FileURL struct{ What string }

// maxURL bounds the name of a file, bytes.
const maxURL = 255

// flashNames are the file systems that are the flash.
var flashNames = []string{"flash", "flash0", "flash1", "bootflash", "disk0", "disk1", "slot0", "unix", "harddisk", "usbflash0"}

// otherSystems are the file systems that this router does not have.
var otherSystems = []string{"tftp", "ftp", "scp", "sftp", "http", "https", "rcp", "cns", "tar", "tmpsys", "xmodem", "ymodem", "archive", "webui", "crashinfo", "usb0", "usb1", "stby-bootflash", "stby-nvram", "revrcsf", "logging"}

// Parse reads the name of a file. See grammar.Type.
func (FileURL) Parse(words []string) (text string, n, bad int, ok bool) {
	w := words[0]
	if len(w) > maxURL {
		return "", 0, maxURL, false
	}
	system, path, isURL := strings.Cut(w, ":")
	system = strings.ToLower(system)
	if !isURL {
		return shortFile(w)
	}
	for _, name := range flashNames {
		if system == name {
			return "flash:" + strings.TrimLeft(path, "/"), 1, 0, true
		}
	}
	switch system {
	case "nvram":
		if strings.TrimLeft(path, "/") == "startup-config" {
			return StartupConfig, 1, 0, true
		}
		return system + ":" + path, 1, 0, true
	case "system":
		if strings.TrimLeft(path, "/") == "running-config" {
			return RunningConfig, 1, 0, true
		}
		return system + ":" + path, 1, 0, true
	case "null":
		return "null:", 1, 0, true
	}
	for _, name := range otherSystems {
		if system == name {
			return system + ":" + path, 1, 0, true
		}
	}
	return "", 0, 0, false
}

// shortFile reads a name without a file system: a configuration, or a file of
// the flash, of which a name that begins like a configuration is none.
func shortFile(w string) (text string, n, bad int, ok bool) {
	low := strings.ToLower(w)
	switch {
	case strings.HasPrefix("running-config", low):
		return RunningConfig, 1, 0, true
	case strings.HasPrefix("startup-config", low) && len(low) > 1:
		return StartupConfig, 1, 0, true
	}
	for i := range len(w) {
		if c := w[i]; c <= ' ' || c == '?' || c >= 0x7f {
			return "", 0, i, false
		}
	}
	return "flash:" + strings.TrimLeft(w, "/"), 1, 0, true
}

// Placeholder returns what help shows.
func (FileURL) Placeholder() string { return "flash:" }

// Help returns the text of help.
func (u FileURL) Help() string {
	if u.What == "" {
		return "File name"
	}
	return u.What
}

// FileName returns the canonical text of a file's name, as FileURL does, or the
// name itself where it is none.
func FileName(name string) string {
	if name == "" {
		return name
	}
	if text, _, _, ok := (FileURL{}).Parse([]string{name}); ok {
		return text
	}
	return name
}
