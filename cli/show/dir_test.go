package show

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestDir(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	at := time.Date(2026, 11, 21, 8, 17, 24, 0, time.UTC)
	for _, tt := range []struct {
		name string
		d    Dir
	}{
		{"dir", Dir{
			Path: "flash:/",
			Files: []DirFile{
				{Name: "archive", Dir: true, Modified: at.AddDate(0, -8, -19)},
				{Name: "base.cfg", Size: 3456, Modified: at},
				{Name: "empty", Modified: at.AddDate(0, 0, -12)},
				{Name: "undated.cfg", Size: 1},
			},
			Total: 33554432, Free: 33550976,
		}},
		{"dir-folder", Dir{
			Path: "flash:/archive/old", Files: []DirFile{{Name: "R1-1", Size: 16777216, Modified: at.Add(15 * time.Hour).In(berlin)}},
			Total: 2142715904, Free: 1989595136,
		}},
		{"dir-file", Dir{
			Path: "flash:/archive/R1-1", One: true, Files: []DirFile{{Name: "R1-1", Size: 12, Modified: at}},
			Total: 2142715904, Free: 1989595136,
		}},
		{"dir-empty", Dir{Path: "flash:/", Total: 67108864, Free: 67108864}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			golden(t, tt.name, tt.d.String())
		})
	}
}

// The columns stand where captures of IOS-XE have them: the date ends where a
// day of two digits does, and long numbers push.
func TestDirColumns(t *testing.T) {
	for _, tt := range []struct {
		file DirFile
		want string
	}{
		{
			DirFile{Name: "core", Dir: true, Size: 4096, Modified: time.Date(2015, 3, 2, 8, 49, 40, 0, time.UTC)},
			"   11  drwx             4096   Mar 2 2015 08:49:40 +00:00  core",
		},
		{
			DirFile{Name: "vlan.dat", Size: 250578048, Modified: time.Date(2016, 4, 22, 12, 36, 24, 0, time.UTC)},
			"   11  -rw-        250578048  Apr 22 2016 12:36:24 +00:00  vlan.dat",
		},
		{
			DirFile{Name: "%d%s", Size: 1234567890123456},
			"   11  -rw-  1234567890123456                    <no date>  %d%s",
		},
	} {
		got := from(t, Dir{Path: "flash:/", Files: []DirFile{tt.file}}.String(), "   11")
		if line, _, _ := strings.Cut(got, "\n"); line != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.file.Name, line, tt.want)
		}
	}
	many := Dir{Files: make([]DirFile, 1000)}.String()
	if !strings.Contains(many, "\n   99  -rw-") || !strings.Contains(many, "\n  100  -rw-") || !strings.Contains(many, "\n 1010  -rw-") {
		t.Error("the numbers do not line up")
	}
}

// What programs look for in "dir".
func TestDirPatterns(t *testing.T) {
	d := Dir{Path: "flash:/", Total: 33554432, Free: 33550976, Files: []DirFile{{Name: "base.cfg", Size: 3456, Modified: now}}}
	text := d.String()
	for pattern, want := range map[string]string{
		`(?m)^Directory of (\S+)/`:                                           "flash:",
		`(?m)^(\d+) bytes total \(\d+ bytes free\)`:                          "33554432",
		`(?m)^\d+ bytes total \((\d+) bytes free\)`:                          "33550976",
		`(?m)^\s*\d+\s+\S+\s+(\d+)\s+.+?\s+\S+\s*$`:                          "3456",
		`(?m)^\s*\d+\s+\S+\s+\d+\s+\w+ +\d+ \d+ [\d:]+ [+-]\d\d:\d\d  (.+)$`: "base.cfg",
	} {
		m := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if m == nil || m[1] != want {
			t.Errorf("%s finds %q, want %q", pattern, m, want)
		}
	}
	d.Files = nil
	if text := d.String(); !regexp.MustCompile(`(?m)^No\s+files\s+in\s+directory`).MatchString(text) {
		t.Errorf("the empty flash:\n%s", text)
	}
}
