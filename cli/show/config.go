package show

import (
	"fmt"
	"strings"
	"time"
)

// NVRAMSize is the room for the startup-config that IOS-XE tells, in bytes.
const NVRAMSize = 33554432

// Running is "show running-config" around text, the rendered lines without
// header. changed is when the configuration was last changed since the start,
// zero for never; by is who did it, "" where nobody logged in. Only a body that
// does not end with "end" gets that line.
func Running(v *View, text string, changed time.Time, by string) string {
	return framed(configHead(v, changed, by), text)
}

// configHead returns the comments in front of a configuration.
func configHead(v *View, changed time.Time, by string) string {
	head := "!\n"
	if !changed.IsZero() {
		who := ""
		if by != "" {
			who = " by " + by
		}
		head += "! Last configuration change at " + changed.In(v.Now.Location()).Format("15:04:05 MST Mon Jan 2 2006") + who + "\n!\n"
	}
	return head
}

// RunningInterface is "show running-config interface X" around text, the lines
// of that interface.
func RunningInterface(text string) string { return framed("!\n", text) }

// framed puts the header with its count of bytes in front of a configuration
// and "end" and an empty line behind it. IOS counts from the first "!" to
// "end" with single line feeds, and the empty line.
func framed(head, text string) string {
	body := head + strings.TrimRight(text, "\n") + "\n"
	if !strings.HasSuffix(body, "\nend\n") {
		body += "end\n"
	}
	return fmt.Sprintf("Building configuration...\n\nCurrent configuration : %d bytes\n%s\n", len(body)+1, body)
}

// Startup is "show startup-config": the stored text with how much of the
// NVRAM it takes.
func Startup(text string) string {
	if text == "" {
		return "startup-config is not present\n"
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return fmt.Sprintf("Using %d out of %d bytes\n%s\n", len(text), NVRAMSize, text)
}
