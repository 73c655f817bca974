package router

import (
	"slices"
	"strconv"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/dataplane"
	"axle/internal/event"
)

// Limits of captures; the buffer of one has at most 100 MB.
const (
	maxCaptures      = 8
	maxCapturePoints = 8 // of one capture
)

var (
	eventCaptureOn    = &event.Kind{Facility: "BUFCAP", Severity: 6, Mnemonic: "ENABLE", Format: "Capture Point %s enabled."}
	eventCaptureOff   = &event.Kind{Facility: "BUFCAP", Severity: 6, Mnemonic: "DISABLE", Format: "Capture Point %s disabled."}
	eventCaptureEnded = &event.Kind{Facility: "BUFCAP", Severity: 6, Mnemonic: "DISABLE_ASYNC", Format: "Capture Point %s disabled. Reason : %s"}
)

// A capture is one packet capture ("monitor capture"). It belongs to the
// router's owner; what it wants reaches forwarding by the snapshot.
type capture struct {
	name   string
	points []ios.CapturePoint
	filter *ios.CaptureFilter // nil: none
	limits ios.CaptureLimits
	size   int // MB; 0: not given yet
	ring   bool

	taps  []*dataplane.CapturePoint // while it runs: one for each of points
	began time.Time                 // of the last run; zero: never
	ended time.Time
	buf   captureBuffer
}

func (c *capture) active() bool { return c.taps != nil }

// captureActs are the commands that act on captures.
var captureActs = map[*grammar.Command]act{
	ios.MonitorCapture:      (*Router).execCapture,
	ios.MonitorCaptureLimit: (*Router).execCapture,
	ios.MonitorCaptureDo:    (*Router).execCapture,
	ios.NoMonitorCapture:    (*Router).execNoCapture,
}

// capture returns the capture of a name, nil where there is none.
func (r *Router) capture(name string) *capture {
	for _, c := range r.captures {
		if c.name == name {
			return c
		}
	}
	return nil
}

// HasCaptureFilter reports whether a capture has a filter, which another would
// replace.
func (r *Router) HasCaptureFilter(name string) bool {
	c := r.capture(name)
	return c != nil && c.filter != nil
}

func noCapture(name string) string { return "% Capture " + name + " does not exist\n" }

// execCapture is "monitor capture".
func (r *Router) execCapture(_ shell.Who, l *grammar.Line) string {
	o := ios.CaptureOrderOf(l)
	c := r.capture(o.Capture)
	sets := len(o.Points) > 0 || o.Filter != nil || o.Limits != ios.CaptureLimits{} || o.Buffer
	switch {
	case !sets && o.Verb == "":
		return "% Incomplete command.\n\n"
	case !sets && c == nil:
		return noCapture(o.Capture)
	case sets && c != nil && c.active():
		return "% Capture " + o.Capture + " is active, stop it first\n"
	}
	if sets {
		if text := r.setCapture(c, o); text != "" {
			return text
		}
		c = r.capture(o.Capture)
	}
	switch o.Verb {
	case "start":
		return r.startCapture(c)
	case "stop":
		if !c.active() {
			return "% Capture " + c.name + " is not active\n"
		}
		r.endCapture(c, "")
		return "Stopped capture point : " + c.name + "\n"
	case "clear":
		c.buf.clear()
		return "cleared buffer : " + c.name + "\n"
	case "export":
		return r.exportCapture(c, o.URL)
	}
	return ""
}

// setCapture changes c, or makes a capture where that is nil. It returns why
// not, and then nothing has changed.
func (r *Router) setCapture(c *capture, o ios.CaptureOrder) string {
	fresh := c == nil
	if fresh {
		if len(r.captures) >= maxCaptures {
			return "% No more than " + strconv.Itoa(maxCaptures) + " captures\n"
		}
		c = &capture{name: o.Capture}
	}
	points := slices.Clone(c.points)
	for _, p := range o.Points {
		if p.Interface != "" && r.byName[p.Interface] == nil {
			return "%Invalid interface type and number\n"
		}
		points = slices.DeleteFunc(points, func(q ios.CapturePoint) bool { return q.Interface == p.Interface })
		points = append(points, p)
	}
	if len(points) > maxCapturePoints {
		return "% No more than " + strconv.Itoa(maxCapturePoints) + " interfaces for a capture\n"
	}
	c.points = points
	if o.Filter != nil {
		c.filter = o.Filter
	}
	c.ring = c.ring || o.Ring
	given(&c.size, o.Size)
	given(&c.limits.Duration, o.Limits.Duration)
	given(&c.limits.Every, o.Limits.Every)
	given(&c.limits.Length, o.Limits.Length)
	given(&c.limits.Packets, o.Limits.Packets)
	given(&c.limits.PPS, o.Limits.PPS)
	if fresh {
		r.captures = append(r.captures, c)
	}
	return ""
}

// given sets to what was given, if it was.
func given[T int | time.Duration](to *T, v T) {
	if v != 0 {
		*to = v
	}
}

// startCapture begins a run with an empty buffer.
func (r *Router) startCapture(c *capture) string {
	const unable = "Unable to activate Capture.\n"
	if c.active() {
		return "% Capture " + c.name + " is already active\n"
	}
	if len(c.points) == 0 {
		return "% Capture " + c.name + " has no interface\n" + unable
	}
	if c.filter == nil {
		return "% Capture " + c.name + " has no filter\n" + unable
	}
	match, ok := r.matcher(c.filter)
	if !ok {
		return "% Access list " + c.filter.AccessList + " does not exist\n" + unable
	}
	if c.size == 0 {
		c.size = ios.CaptureBuffer
	}
	if c.limits.PPS == 0 {
		c.limits.PPS = ios.CapturePPS
	}
	c.buf = captureBuffer{limit: int64(c.size) << 20, ring: c.ring}
	for _, p := range c.points {
		c.taps = append(c.taps, &dataplane.CapturePoint{
			In: p.Direction != "out", Out: p.Direction != "in", Length: c.limits.Length, Every: c.limits.Every, Match: match,
		})
	}
	c.began, c.ended, r.stale = r.now, time.Time{}, true
	r.raise(eventCaptureOn.New(c.name))
	return "Started capture point : " + c.name + "\n"
}

// endCapture ends a run: for a reason, or because the operator wants it.
func (r *Router) endCapture(c *capture, reason string) {
	for _, t := range c.taps {
		c.buf.dropped += t.Missed.Load()
	}
	c.taps, c.ended, r.stale = nil, r.now, true
	if reason == "" {
		r.raise(eventCaptureOff.New(c.name))
		return
	}
	r.raise(eventCaptureEnded.New(c.name, reason))
}

// execNoCapture is "no monitor capture".
func (r *Router) execNoCapture(_ shell.Who, l *grammar.Line) string {
	o := ios.CaptureOrderOf(l)
	c := r.capture(o.Capture)
	if c == nil {
		return noCapture(o.Capture)
	}
	if len(o.Words) == 0 {
		if c.active() {
			r.endCapture(c, "")
		}
		r.captures = slices.DeleteFunc(r.captures, func(x *capture) bool { return x == c })
		return ""
	}
	if c.active() {
		return "% Capture " + c.name + " is active, stop it first\n"
	}
	for _, p := range o.Points {
		c.points = slices.DeleteFunc(c.points, func(q ios.CapturePoint) bool { return q.Interface == p.Interface })
	}
	if o.Filter != nil {
		c.filter = nil
	}
	has := func(word, alone string) bool {
		return slices.Contains(o.Words, word) || alone != "" && slices.Equal(o.Words, []string{alone})
	}
	for word, clear := range map[string]func(){
		"duration":   func() { c.limits.Duration = 0 },
		"every":      func() { c.limits.Every = 0 },
		"packet-len": func() { c.limits.Length = 0 },
		"packets":    func() { c.limits.Packets = 0 },
		"pps":        func() { c.limits.PPS = 0 },
	} {
		if has(word, "limit") {
			clear()
		}
	}
	if has("size", "buffer") {
		c.size = 0
	}
	if has("circular", "buffer") {
		c.ring = false
	}
	return ""
}

// taps returns what captures want of an interface, or of the router itself
// where name is "".
func (r *Router) taps(name string) []*dataplane.CapturePoint {
	var out []*dataplane.CapturePoint
	for _, c := range r.captures {
		for i, t := range c.taps {
			if c.points[i].Interface == name {
				out = append(out, t)
			}
		}
	}
	return out
}

// Captured takes packets that a worker of the machine captured. Of their data
// copies are kept, so that a buffer holds no more memory than it counts.
func (r *Router) Captured(now time.Time, packets []dataplane.Captured) {
	r.now = now
	r.keep(packets)
}

// keep puts captured packets into the buffers of their captures.
func (r *Router) keep(packets []dataplane.Captured) {
	for i := range packets {
		p := &packets[i]
		for _, c := range r.captures {
			if slices.Contains(c.taps, p.Point) {
				if reason := c.take(p); reason != "" {
					r.endCapture(c, reason)
				}
				break
			}
		}
	}
}

// tickCaptures ends the runs whose time is over.
func (r *Router) tickCaptures() {
	for _, c := range r.captures {
		if d := c.deadline(); !d.IsZero() && !d.After(r.now) {
			r.endCapture(c, "Capture duration reached")
		}
	}
}

func (r *Router) captureDeadline() (next time.Time) {
	for _, c := range r.captures {
		next = earlier(next, c.deadline())
	}
	return next
}

// deadline returns when the run ends; zero: when somebody ends it.
func (c *capture) deadline() time.Time {
	if !c.active() || c.limits.Duration == 0 {
		return time.Time{}
	}
	return c.began.Add(c.limits.Duration)
}
