package router

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/show"
	"axle/internal/flash"
	"axle/internal/pcap"
)

// captureScreens are the screens of captures.
var captureScreens = map[*grammar.Command]screen{ios.ShowMonitorCapture: showCapture}

// showCapture is "show monitor capture".
func showCapture(r *Router, l *grammar.Line) string {
	name, one := l.Args["capture"]
	if !one {
		var all []show.Capture
		for _, c := range r.captures {
			all = append(all, c.show())
		}
		return show.Captures(all)
	}
	c := r.capture(name)
	if c == nil {
		return noCapture(name)
	}
	switch last := l.Words[len(l.Words)-1]; {
	case len(l.Words) == 4:
		return show.Captures([]show.Capture{c.show()})
	case last == "parameter":
		s := c.show()
		return show.CaptureParameter(&s)
	case last == "brief":
		return c.buf.list(show.CaptureBrief)
	case last == "detailed":
		return c.buf.list(show.CaptureDetailed)
	case last == "dump":
		return c.buf.list(show.CaptureDump)
	}
	return r.bufferOf(c).String()
}

// show copies the state of a capture for the screens.
func (c *capture) show() show.Capture {
	s := show.Capture{
		Name: c.name, Active: c.active(), Size: c.size, Circular: c.ring, Packets: c.limits.Packets, Duration: c.limits.Duration,
		Length: c.limits.Length, PPS: c.limits.PPS, Every: c.limits.Every,
	}
	for _, p := range c.points {
		s.Points = append(s.Points, show.CapturePoint{Interface: p.Interface, Direction: p.Direction})
		where, way := "control-plane", p.Direction
		if p.Interface != "" {
			where = "interface " + p.Interface
		}
		if way != "both" {
			way = strings.ToUpper(way)
		}
		s.Lines = append(s.Lines, where+" "+way)
	}
	if f := c.filter; f != nil {
		s.Filter = &show.CaptureFilter{AccessList: f.AccessList}
		switch {
		case f.IPv6:
			s.Filter = &show.CaptureFilter{Family: "IPv6", Protocol: "any", Source: "any", Dest: "any"}
		case !f.Any && f.AccessList == "":
			s.Filter = &show.CaptureFilter{
				Family: "IPv4", Protocol: f.Protocol, Source: f.Source, SourcePorts: f.SourcePorts, Dest: f.Dest, DestPorts: f.DestPorts,
			}
		}
		s.Lines = append(s.Lines, f.String())
	}
	buffer := "buffer size " + fmt.Sprint(def(c.size, ios.CaptureBuffer))
	if c.ring {
		buffer += " circular"
	}
	s.Lines = append(s.Lines, buffer, "limit"+c.limitWords())
	return s
}

// limitWords writes the limits as they are typed.
func (c *capture) limitWords() string {
	text := ""
	for _, l := range []struct {
		word string
		n    int
	}{
		{"duration", int(c.limits.Duration / time.Second)},
		{"every", c.limits.Every},
		{"packet-len", c.limits.Length},
		{"packets", c.limits.Packets},
		{"pps", def(c.limits.PPS, ios.CapturePPS)},
	} {
		if l.n > 0 {
			text += fmt.Sprintf(" %s %d", l.word, l.n)
		}
	}
	return text
}

// def returns n, or otherwise where it is zero.
func def(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// bufferOf tells how full the buffer of a capture is.
func (r *Router) bufferOf(c *capture) show.CaptureBuffer {
	b := show.CaptureBuffer{
		Size: int64(def(c.size, ios.CaptureBuffer)) << 20, Used: c.buf.used, Packets: uint64(len(c.buf.packets)), Dropped: c.buf.dropped,
	}
	for _, t := range c.taps {
		b.Dropped += t.Missed.Load()
	}
	end := c.ended
	if c.active() {
		end = r.now
	}
	if d := end.Sub(c.began); d > 0 {
		b.PerSecond = uint64(float64(c.buf.taken) / d.Seconds())
	}
	return b
}

// list shows the packets.
func (b *captureBuffer) list(form show.CaptureForm) string {
	return show.CapturedPackets(len(b.packets), func(i int) show.CapturedPacket {
		p := &b.packets[i]
		return show.CapturedPacket{At: p.at, Len: p.len, Data: p.data}
	}, form)
}

// exportCapture writes the packets of a capture into a file of the flash.
func (r *Router) exportCapture(c *capture, url string) string {
	if len(c.buf.packets) == 0 {
		return "% Capture " + c.name + " has no packets\n"
	}
	w, err := r.CreateFile(url, false)
	if err != nil {
		return openError(url, err)
	}
	if err := c.write(w, banner(r.opt.Version)); err != nil {
		if a, ok := w.(flash.Aborter); ok {
			a.Abort()
		}
		return fmt.Sprintf("%%Error writing %s (%s)\n", shownURL(url), FileReason(err))
	}
	if err := w.Close(); err != nil {
		return fmt.Sprintf("%%Error writing %s (%s)\n", shownURL(url), FileReason(err))
	}
	return "Exported Successfully\n"
}

// write writes the packets as a pcapng file. Each direction of an interface is
// an interface of the file.
func (c *capture) write(w io.Writer, program string) error {
	var interfaces []pcap.Interface
	index := func(p *capturedPacket) int {
		f := pcap.Interface{Name: p.name, Description: "in", Length: c.limits.Length}
		if p.name == "" {
			f.Name = "control-plane"
		}
		if p.out {
			f.Description = "out"
		}
		if i := slices.Index(interfaces, f); i >= 0 {
			return i
		}
		interfaces = append(interfaces, f)
		return len(interfaces) - 1
	}
	for i := range c.buf.packets {
		index(&c.buf.packets[i])
	}
	file, err := pcap.NewNG(w, program, interfaces)
	if err != nil {
		return err
	}
	for i := range c.buf.packets {
		p := &c.buf.packets[i]
		if err := file.Write(pcap.Packet{At: p.at, Interface: index(p), Len: p.len, Data: p.data}); err != nil {
			return err
		}
	}
	return file.Flush()
}
