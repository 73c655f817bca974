package ios

import (
	"slices"
	"strconv"
	"time"

	"axle/cli/grammar"
)

// The commands of packet captures. They run at once, and none of them is kept in
// the configuration.
var (
	// MonitorCapture changes the capture <capture>, makes it where there is none,
	// and starts it: CaptureOrderOf reads it.
	MonitorCapture = &grammar.Command{
		Syntax: "monitor capture <capture> [* interface <interface> {in|out|both} | control-plane {in|out|both} | access-list <acl>" +
			" | match {any|access-list <acl>|ipv4 <filter>|ipv6 any any} | buffer {circular [size <megabytes>]|size <megabytes> [circular]} *] [start]",
		Help: "Capture packets",
		Args: captureTypes,
		Notes: "Packets are kept in memory, IP header first: 10 MB unless `buffer size` says more, and at most 1000 a second unless " +
			"`limit pps` does. A full buffer ends the capture; a `circular` one forgets the oldest packets. " +
			"A tunnel shows the packets within it, a physical interface those that are on the wire, and `control-plane` what goes " +
			"to the router itself and what it sends.\n\n" +
			"An access list is read when the capture starts. A reload ends all captures.",
	}
	// MonitorCaptureLimit bounds the capture <capture>, makes it where there is
	// none, and starts it.
	MonitorCaptureLimit = &grammar.Command{
		Syntax: "monitor capture <capture> limit [* duration <duration> | every <every> | packet-len <length> | packets <packets> | pps <pps> *] [start]",
		Help:   "Limit Packets Captured",
		Args:   captureTypes,
	}
	// MonitorCaptureDo stops, empties or exports the capture <capture>.
	MonitorCaptureDo = &grammar.Command{
		Syntax: "monitor capture <capture> {clear|stop|export [location] <url>}",
		Help:   "Capture packets",
		Args:   captureTypes,
		Notes:  "`export` writes pcapng to `flash:`, whatever the file is called.",
	}
	// NoMonitorCapture takes a part of the capture <capture> away, or all of it.
	NoMonitorCapture = &grammar.Command{
		Syntax: "no monitor capture <capture> [interface <interface> [in|out|both]|control-plane [in|out|both]|access-list [<acl>]" +
			"|match [any|access-list <acl>|ipv4 <filter>|ipv6 any any]" +
			"|limit [* duration [<duration>] | every [<every>] | packet-len [<length>] | packets [<packets>] | pps [<pps>] *]" +
			"|buffer [* circular | size [<megabytes>] *]]",
		Help: "Capture packets",
		Args: captureTypes,
	}
	// ShowMonitorCapture shows captures: <capture> alone, the lines that make it
	// with the keyword parameter, how full it is with buffer, and its packets with
	// brief, detailed or dump behind that.
	ShowMonitorCapture = &grammar.Command{
		Syntax: "show monitor capture [<capture> [parameter|buffer [brief|detailed|dump]]]",
		Help:   "Packet captures",
		Args:   captureTypes,
		Notes:  "What shows packets ends after 2 MB of text: `export` takes them all.",
	}
)

var captureTypes = args{
	"capture":   grammar.Word{Max: 32, What: "Name of the Capture"},
	"interface": InterfaceType{},
	"acl":       grammar.Word{Max: 255, What: "access-list name"},
	"filter":    captureFilter{},
	"duration":  num(1, 1000000, "Duration in seconds"),
	"every":     num(2, 100000, "Capture one in so many packets"),
	"length":    num(64, 9500, "Packet length in bytes"),
	"packets":   num(1, 100000, "Number of packets"),
	"pps":       num(1, 1000000, "Maximum number of packets per second"),
	"megabytes": num(1, 100, "Total size of the buffer in MB"),
	"url":       FileURL{What: "Location of the file"},
}

// captureCommands are the commands above.
var captureCommands = []*grammar.Command{MonitorCapture, MonitorCaptureLimit, MonitorCaptureDo, NoMonitorCapture, ShowMonitorCapture}

// Defaults of captures, as on a router of IOS-XE.
const (
	CaptureBuffer = 10   // MB
	CapturePPS    = 1000 // packets a second
)

// A CaptureOrder is what one line of "monitor capture" asks for, or of its "no"
// form.
type CaptureOrder struct {
	Capture string
	Points  []CapturePoint
	Filter  *CaptureFilter // nil: not spoken of
	Limits  CaptureLimits  // what is not spoken of is zero
	Buffer  bool           // the buffer is spoken of
	Size    int            // MB; 0: not spoken of
	Ring    bool           // circular
	Verb    string         // "clear", "start", "stop", "export" or ""
	URL     string         // of the export
	// Words are the keywords that stand in the line, for the "no" form.
	Words []string
}

// A CapturePoint is where a capture looks.
type CapturePoint struct {
	Interface string // "" is the router itself, "control-plane"
	Direction string // "in", "out", "both"; "" in a "no" line that does not say
}

// CaptureLimits bound a capture; zero is no limit.
type CaptureLimits struct {
	Duration time.Duration
	Every    int // one in so many packets
	Length   int // bytes of a packet
	Packets  int
	PPS      int // packets a second
}

// CaptureOrderOf reads a line of one of the commands.
func CaptureOrderOf(l *grammar.Line) CaptureOrder {
	first := 1 + slices.Index(l.Words, "capture")
	o := CaptureOrder{Capture: l.Args["capture"]}
	w := words(l.Words[min(first+1, len(l.Words)):])
	for w.more() {
		key := w.next()
		o.Words = append(o.Words, key)
		switch key {
		case "interface":
			o.Points = append(o.Points, CapturePoint{Interface: w.next(), Direction: w.one("in", "out", "both")})
		case "control-plane":
			o.Points = append(o.Points, CapturePoint{Direction: w.one("in", "out", "both")})
		case "access-list":
			o.Filter = &CaptureFilter{AccessList: w.word()}
		case "match":
			o.Filter = w.filter(l.Args["filter"])
		case "duration":
			o.Limits.Duration = time.Duration(w.number()) * time.Second
		case "every":
			o.Limits.Every = w.number()
		case "packet-len":
			o.Limits.Length = w.number()
		case "packets":
			o.Limits.Packets = w.number()
		case "pps":
			o.Limits.PPS = w.number()
		case "buffer":
			o.Buffer = true
		case "circular":
			o.Ring = true
		case "size":
			o.Size = w.number()
		case "clear", "start", "stop", "export":
			o.Verb = key
			if w.one("location"); key == "export" {
				o.URL = w.next()
			}
		}
	}
	return o
}

// words are the canonical words of a line that are still to be read.
type words []string

func (w *words) more() bool { return len(*w) > 0 }

// next takes the next word; "" is the end.
func (w *words) next() string {
	if !w.more() {
		return ""
	}
	s := (*w)[0]
	*w = (*w)[1:]
	return s
}

// one takes the next word if it is one of those; "" says that it is not.
func (w *words) one(of ...string) string {
	if w.more() && slices.Contains(of, (*w)[0]) {
		return w.next()
	}
	return ""
}

// word takes the next word if there is one.
func (w *words) word() string { return w.next() }

// number takes the next word if it is a number; 0 says that it is not.
func (w *words) number() int {
	if !w.more() {
		return 0
	}
	n, err := strconv.Atoi((*w)[0])
	if err != nil {
		return 0
	}
	w.next()
	return n
}

// filter takes what stands behind "match"; text is the argument of "ipv4".
func (w *words) filter(text string) *CaptureFilter {
	switch w.one("any", "access-list", "ipv4", "ipv6") {
	case "any":
		return &CaptureFilter{Any: true}
	case "access-list":
		return &CaptureFilter{AccessList: w.next()}
	case "ipv6":
		w.one("any")
		w.one("any")
		return &CaptureFilter{IPv6: true}
	case "ipv4":
		w.next()
		return readCaptureFilter(text)
	}
	return &CaptureFilter{}
}
