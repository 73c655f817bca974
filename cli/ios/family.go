package ios

import "axle/cli/grammar"

// family declares stored commands without effect that begin with the given words
// and go on as they like. It is for the sections of features that are kept and
// shown as they came.
func family(help string, words ...string) []*grammar.Command {
	out := make([]*grammar.Command, 0, len(words))
	for _, w := range words {
		out = append(out, list(w+" [<line>]", help))
	}
	return out
}

// eithers declares stored commands without effect of which both forms are kept.
func eithers(help string, syntaxes ...string) []*grammar.Command {
	out := make([]*grammar.Command, 0, len(syntaxes))
	for _, s := range syntaxes {
		out = append(out, either(s, help))
	}
	return out
}

// leaveQuit is "quit" where a section's text ends with it.
var leaveQuit = &grammar.Command{Syntax: "quit", Help: "Leave the section", Hidden: true}
