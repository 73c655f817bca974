package shell

import (
	"fmt"
	"strconv"
	"strings"

	"axle/cli/grammar"
)

// A dialog asks for the parts of a command one by one.
type dialog struct {
	s    *Session
	line strings.Builder // the command that the answers make
	err  error           // the end of the terminal, or an answer that ends the dialog
}

// errAnswer ends a dialog.
type errAnswer string

func (e errAnswer) Error() string { return string(e) }

// text asks for a text; an empty answer means otherwise.
func (d *dialog) text(question, otherwise string) string {
	if d.err != nil {
		return otherwise
	}
	if otherwise != "" {
		question += " [" + otherwise + "]"
	}
	answer, err := d.s.t.ReadAnswer(question + ": ")
	if err != nil {
		d.err = err
		return otherwise
	}
	if answer = strings.TrimSpace(answer); answer != "" {
		return answer
	}
	return otherwise
}

// number asks for a number and adds it to the line as an option, unless it is
// the default.
func (d *dialog) number(question, option string, lo, hi, otherwise int) {
	answer := d.text(question, strconv.Itoa(otherwise))
	n, err := strconv.Atoi(answer)
	switch {
	case d.err != nil:
	case err != nil || n < lo || n > hi:
		d.err = errAnswer(fmt.Sprintf("%% A decimal number between %d and %d.", lo, hi))
	case n != otherwise:
		fmt.Fprintf(&d.line, " %s %d", option, n)
	}
}

// yes asks a question that is answered with y or n.
func (d *dialog) yes(question, otherwise string) bool {
	return strings.HasPrefix(strings.ToLower(d.text(question, otherwise)), "y")
}

// protocol asks for the protocol; there is only IP.
func (d *dialog) protocol() {
	if p := strings.ToLower(d.text("Protocol", "ip")); d.err == nil && p != "ip" && p != "ipv6" {
		d.err = errAnswer("% Unknown protocol - \"" + p + "\", type \"ping ?\" for help")
	}
}

// target asks for the address.
func (d *dialog) target(question string) {
	to := d.text(question, "")
	if d.err == nil && (to == "" || strings.ContainsAny(to, " \t")) {
		d.err = errAnswer("% Bad IP address")
	}
	d.line.WriteString(to)
}

// finish returns the line that the answers make.
func (d *dialog) finish() *grammar.Line {
	if d.err == nil {
		var l *grammar.Line
		if l, _, d.err = d.s.names.MatchUp(d.s.execMode(), d.line.String()); d.err == nil {
			return l
		}
		d.err = errAnswer("% Bad answer: " + d.line.String())
	}
	if text, ok := d.err.(errAnswer); ok {
		d.s.print(string(text) + "\n")
	}
	return nil
}

// execMode is the exec mode of the session, also in configuration.
func (s *Session) execMode() *grammar.Mode {
	if s.level >= 15 {
		return s.priv
	}
	return s.user
}

// pingDialog asks for everything that ping takes.
func (s *Session) pingDialog() *grammar.Line {
	d := &dialog{s: s}
	d.protocol()
	d.line.WriteString("ping ")
	d.target("Target IP address")
	d.number("Repeat count", "repeat", 1, 2147483647, 5)
	d.number("Datagram size", "size", 36, 18024, 100)
	d.number("Timeout in seconds", "timeout", 0, 3600, 2)
	if d.yes("Extended commands", "n") {
		d.yes("Ingress ping", "n")
		if from := d.text("Source address or interface", ""); from != "" {
			d.line.WriteString(" source " + from)
		}
		d.text("DSCP Value", "0")
		if d.yes("Set DF bit in IP header?", "no") {
			d.line.WriteString(" df-bit")
		}
		d.yes("Validate reply data?", "no")
		d.text("Data pattern", "0x0000ABCD")
		d.text("Loose, Strict, Record, Timestamp, Verbose", "none")
	}
	if d.yes("Sweep range of sizes", "n") && d.err == nil {
		d.err = errAnswer("% Sweeping sizes is not supported")
	}
	return d.finish()
}

// tracerouteDialog asks for everything that traceroute takes.
func (s *Session) tracerouteDialog() *grammar.Line {
	d := &dialog{s: s}
	d.protocol()
	d.line.WriteString("traceroute ")
	d.target("Target IP address")
	d.yes("Ingress traceroute", "n")
	if from := d.text("Source address or interface", ""); from != "" {
		d.line.WriteString(" source " + from)
	}
	d.text("DSCP Value", "0")
	if d.yes("Numeric display", "n") {
		d.line.WriteString(" numeric")
	}
	d.number("Timeout in seconds", "timeout", 0, 3600, 3)
	d.number("Probe count", "probe", 1, 65535, 3)
	lo := d.text("Minimum Time to Live", "1")
	hi := d.text("Maximum Time to Live", "30")
	if lo != "1" || hi != "30" {
		d.line.WriteString(" ttl " + lo + " " + hi)
	}
	d.text("Port Number", "33434")
	d.text("Loose, Strict, Record, Timestamp, Verbose", "none")
	return d.finish()
}
