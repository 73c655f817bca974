package grammar

import "strings"

// A capture follows the terminal whose screen a loaded text is: behind some
// commands the screen shows what is not configuration.
type capture struct {
	host string // whose prompt stood before the command that prints now; "" for none
}

// printed reports whether line, without blanks in front, is output that is to be
// skipped. The next prompt ends it, and so does the heading of a configuration.
func (c *capture) printed(line string) bool {
	if c.host == "" {
		return false
	}
	if heading(lower(line)) || c.prompt(line) {
		c.host = ""
	}
	return c.host != ""
}

// prompt reports whether line begins with a prompt: one of the same host, or of
// another whose name is longer than the letters that BGP's tables have before a
// ">".
func (c *capture) prompt(line string) bool {
	rest, _, ok := Prompted(line)
	name := promptName(line)
	return ok && (name == c.host || len(name) > 1 || line[len(line)-len(rest)-1] == '#')
}

// heading reports whether a line, in lower case, stands before a configuration
// that the terminal shows, and before nothing else.
func heading(line string) bool {
	return strings.HasPrefix(line, "current configuration :")
}

// prints reports whether line, typed behind a prompt, is an exec command whose
// output is to be skipped. In configuration mode, that has "do" in front.
func (o *Loading) prints(line string, config bool) bool {
	if o.Output == nil {
		return false
	}
	if config {
		word, rest, ok := strings.Cut(line, " ")
		if !ok || lower(word) != "do" {
			return false
		}
		line = strings.TrimLeft(rest, blanks)
	}
	line, _, _ = strings.Cut(line, " |") // an output modifier
	return line != "" && o.Output(line)
}
