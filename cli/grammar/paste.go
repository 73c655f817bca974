package grammar

import "strings"

// maxPromptName is the longest host name in a prompt.
const maxPromptName = 63

// skipped reports whether a line, in lower case, is no command but stands in
// files: the heading of running-config, what leads to configuration mode, and
// what saving and clearing say.
func skipped(line string) bool {
	if heading(line) || line == "[ok]" || strings.HasPrefix(line, "destination filename [") || strings.HasSuffix(line, "[confirm]") {
		return true
	}
	for _, p := range []string{"building configuration", "using ", "do "} {
		if strings.HasPrefix(line, p) {
			return p != "using " || strings.HasSuffix(line, " bytes")
		}
	}
	first, second, ok := strings.Cut(line, " ")
	return ok && len(first) >= 4 && strings.HasPrefix("configure", first) &&
		second != "" && strings.HasPrefix("terminal", strings.TrimLeft(second, blanks))
}

// stripTerminal removes what a pager leaves in a line: " --More-- " and the
// backspaces that wiped it out.
func stripTerminal(s string) string {
	if i := strings.LastIndex(s, "--More--"); i >= 0 {
		s = strings.TrimLeft(s[i+len("--More--"):], " \b")
	}
	s = strings.TrimLeft(s, "\b")
	return strings.ReplaceAll(s, "\x03", caret)
}

// Prompted divides a pasted line into the prompt in front of it and the rest:
// "R1(config-if)#", "R1#" and "R1>" are prompts. config tells that one names a
// configuration mode. Blanks may stand before the prompt; those behind it belong
// to rest. ok is false where line begins with no prompt.
func Prompted(line string) (rest string, config, ok bool) {
	s := strings.TrimLeft(line, blanks)
	i := 0
	for i < len(s) && i <= maxPromptName && promptByte(s[i]) {
		i++
	}
	if i == 0 || i == len(s) {
		return line, false, false
	}
	if s[i] == '(' {
		j := strings.IndexByte(s[i:], ')')
		if j < 2 || strings.ContainsAny(s[i:i+j], blanks) {
			return line, false, false
		}
		i += j + 1
		config = true
	}
	if i == len(s) || s[i] != '#' && (s[i] != '>' || config) {
		return line, false, false
	}
	return s[i+1:], config, true
}

// promptName returns the host name that line begins with.
func promptName(line string) string {
	i := 0
	for i < len(line) && promptByte(line[i]) {
		i++
	}
	return line[:i]
}

func promptByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.'
}
