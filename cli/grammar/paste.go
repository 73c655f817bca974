package grammar

import "strings"

// maxPromptName is the longest host name in a prompt.
const maxPromptName = 63

// skipped reports whether a line, in lower case, is no command but stands in
// files: the heading of running-config and what leads to configuration mode.
func skipped(line string) bool {
	for _, p := range []string{"building configuration", "current configuration :", "using ", "do "} {
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

// stripPrompt removes a prompt in front of a line: "R1(config-if)#", "R1#". mode
// tells that there is one in it.
func stripPrompt(s string) (rest string, mode, ok bool) {
	i := 0
	for i < len(s) && i <= maxPromptName && promptByte(s[i]) {
		i++
	}
	if i == 0 || i == len(s) {
		return s, false, false
	}
	if s[i] == '(' {
		j := strings.IndexByte(s[i:], ')')
		if j < 2 || strings.ContainsAny(s[i:i+j], blanks) {
			return s, false, false
		}
		i += j + 1
		mode = true
	}
	if i == len(s) || s[i] != '#' && s[i] != '>' {
		return s, false, false
	}
	return strings.Trim(s[i+1:], blanks), mode, true
}

func promptByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.'
}
