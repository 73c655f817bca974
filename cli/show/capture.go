package show

import (
	"fmt"
	"strings"
	"time"
)

// A Capture is a packet capture.
type Capture struct {
	Name   string
	Active bool
	Points []CapturePoint
	Filter *CaptureFilter // nil: none
	Lines  []string       // what makes it, without "monitor capture NAME"
	// The limits; 0 is none. Size and PPS are 0 until one is given or the capture
	// was started.
	Size     int // MB
	Circular bool
	Packets  int
	Duration time.Duration
	Length   int // bytes
	PPS      int // packets a second
	Every    int // one in so many packets
}

// A CapturePoint is where a capture looks.
type CapturePoint struct {
	Interface string // "": the router itself
	Direction string // "in", "out", "both"
}

// direction writes a direction as IOS-XE shows it.
func (p CapturePoint) direction() string {
	if p.Direction == "both" {
		return p.Direction
	}
	return strings.ToUpper(p.Direction)
}

// A CaptureFilter says which packets a capture wants: of one access list, or of a
// family with the other fields as words ("host 10.0.0.1", "eq 53"), or all.
type CaptureFilter struct {
	AccessList                                     string
	Family                                         string // "IPv4", "IPv6"; "": all packets
	Protocol, Source, SourcePorts, Dest, DestPorts string
}

// Captures is "show monitor capture".
func Captures(all []Capture) string {
	s := new(screen)
	for i := range all {
		all[i].status(s)
	}
	return s.String()
}

// status writes one capture.
func (c *Capture) status(s *screen) {
	s.text("")
	s.line("Status Information for Capture %s", c.Name)
	s.text("  Target Type: ")
	for _, p := range c.Points {
		if p.Interface == "" {
			s.line("   Interface: Control Plane, Direction : %s", p.direction())
			continue
		}
		s.line(" Interface: %s, Direction: %s", p.Interface, p.direction())
	}
	if len(c.Points) == 0 {
		s.text("   Interface unattached ")
	}
	state := "Inactive"
	if c.Active {
		state = "Active"
	}
	s.line("   Status : %s", state)
	s.text("  Filter Details: ")
	c.Filter.write(s)
	s.text("  Buffer Details: ")
	if c.Circular {
		s.text("   Buffer Type: CIRCULAR")
	} else {
		s.text("   Buffer Type: LINEAR (default)")
	}
	if c.Size > 0 {
		s.line("   Buffer Size (in MB): %d", c.Size)
	}
	s.text("  Limit Details: ")
	s.line("   Number of Packets to capture: %s", limit(c.Packets, "limit"))
	s.line("   Packet Capture duration: %s", limit(int(c.Duration/time.Second), "limit"))
	s.line("   Packet Size to capture: %s", limit(c.Length, "limit"))
	if c.PPS > 0 {
		s.line("   Maximum number of packets to capture per second: %d", c.PPS)
	}
	s.line("   Packet sampling rate: %s", limit(c.Every, "sampling"))
}

// limit writes a number, and that there is no such thing where it is zero.
func limit(n int, what string) string {
	if n == 0 {
		return "0 (no " + what + ")"
	}
	return fmt.Sprint(n)
}

// portSigns are how comparisons of ports are shown.
var portSigns = strings.NewReplacer("eq ", "= ", "neq ", "!= ", "gt ", "> ", "lt ", "< ")

// write writes a filter.
func (f *CaptureFilter) write(s *screen) {
	switch {
	case f == nil:
		s.text("    Filter not attached ")
	case f.AccessList != "":
		s.line("   Access-list: %s", f.AccessList)
	case f.Family == "":
		s.text("    Capture all packets")
	default:
		s.line("   %s ", f.Family)
		s.line("    Source IP:  %s", f.Source)
		s.line("    Destination IP:  %s", f.Dest)
		s.line("   Protocol: %s", f.Protocol)
		if f.SourcePorts != "" {
			s.line("   Source port(s): %s", portSigns.Replace(f.SourcePorts))
		}
		if f.DestPorts != "" {
			s.line("   Destination port(s): %s", portSigns.Replace(f.DestPorts))
		}
	}
}

// CaptureParameter is "show monitor capture NAME parameter": the lines that make
// it.
func CaptureParameter(c *Capture) string {
	s := new(screen)
	for _, l := range c.Lines {
		s.line("   monitor capture %s %s", c.Name, l)
	}
	return s.String()
}
