package router

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
)

// maxPasses is how often "configure replace" compares anew: a line may bring
// others with it, or be refused until another one is gone.
const maxPasses = 5

// removal reports whether a line takes something away.
func removal(l *grammar.Line) bool { return l.No && !l.Command.Negatable || l.Default }

// configlet writes edits as they would be typed, with the sections they stand
// in.
func configlet(edits []grammar.Edit) string {
	var b strings.Builder
	var open []*grammar.Line
	for _, e := range edits {
		same := 0
		for same < len(e.Path) && same < len(open) && e.Path[same].String() == open[same].String() {
			same++
		}
		for i := same; i < len(e.Path); i++ {
			b.WriteString(strings.Repeat(" ", i) + e.Path[i].String() + "\n")
		}
		open = e.Path
		for line := range strings.Lines(e.Line.Typed()) {
			if len(e.Line.Text) > 0 {
				b.WriteString(line)
				continue
			}
			b.WriteString(strings.Repeat(" ", len(e.Path)) + line)
		}
		if e.Line.Command.Kind == grammar.Section && !removal(e.Line) {
			open = append(slices.Clip(open), e.Line)
		}
	}
	return b.String()
}

// execReplace is "configure replace".
func (r *Router) execReplace(who shell.Who, l *grammar.Line) string {
	url := l.Args["url"]
	text, err := r.readFile(url)
	if err != nil {
		return notRead(url, err)
	}
	target, bad := ios.LoadNamed(r.names, text)
	if target.Len() == 0 {
		return "%The input file is not a valid config file.\n"
	}
	after, onError := minutes(l), l.Has("error")
	var out string
	backup := ""
	if after > 0 || onError {
		var refusal string
		if backup, refusal = r.backup(); refusal != "" {
			return refusal
		}
		out += backupNotice(backup)
	}
	r.complete(target)
	done, ok := r.replace(target, bad, l.Has("list"))
	out += done
	r.changedBy = who.User
	if onError && !ok {
		return out + "\n" + r.rollTo(backup)
	}
	if after > 0 {
		out += r.schedule(rollback{file: backup, after: after, user: userOf(who)})
	}
	return out
}

// minutes returns the time after which a change is taken back, 0 for never.
func minutes(l *grammar.Line) time.Duration {
	for _, name := range []string{"minutes", "after"} {
		if v := l.Args[name]; v != "" {
			n := 0
			_, _ = fmt.Sscan(v, &n) // the grammar has checked it
			return time.Duration(n) * time.Minute
		}
	}
	return 0
}

// replace makes target the configuration, line by line. bad are the lines of
// it that were refused: they can never be in force.
func (r *Router) replace(target *grammar.Tree, bad []grammar.LoadError, list bool) (text string, ok bool) {
	var b strings.Builder
	passes := 0
	var left []grammar.Edit
	for {
		left = grammar.Diff(r.tree, target)
		if len(left) == 0 && len(bad) == 0 || passes == maxPasses {
			break
		}
		passes++
		if list {
			fmt.Fprintf(&b, "!Pass %d\n!List of Rollback Commands:\n%send\n\n", passes, configlet(left)+badLines(bad))
		}
		for _, e := range left {
			r.enter(e)
		}
	}
	r.changed = r.now
	r.cfg = ios.Decode(r.tree)
	r.reconfigure()
	if len(left) == 0 && len(bad) == 0 {
		fmt.Fprintf(&b, "Total number of passes: %d\nRollback Done\n", passes)
		return b.String(), true
	}
	fmt.Fprintf(&b, "The rollback configlet from the last pass is listed below:\n********\n!List of Rollback Commands:\n%send\n********\n\n\nRollback aborted after %d passes\n", configlet(left)+badLines(bad), passes)
	return b.String(), false
}

// badLines lists refused lines.
func badLines(bad []grammar.LoadError) string {
	var b strings.Builder
	for _, e := range bad {
		b.WriteString(strings.TrimSpace(e.Text) + "\n")
	}
	return b.String()
}

// enter enters a line in its section, without bringing it into force; refused
// lines are left out.
func (r *Router) enter(e grammar.Edit) {
	sect := r.tree
	for _, p := range e.Path {
		next := sect.Open(p)
		if next == nil {
			next = sect.Apply(p).Section
		}
		sect = next
	}
	if _, ok := r.mayEdit(sect, e.Line); ok {
		sect.Apply(e.Line) // what IOS adds by itself has edits of its own
	}
}

// merge enters the lines of a file into the configuration, as "copy FILE
// running-config" does, and returns what IOS prints of those that it refuses.
func (r *Router) merge(text string) string {
	errs := ios.Merge(r.tree, text)
	r.seal(r.tree)
	r.changed = r.now
	r.cfg = ios.Decode(r.tree)
	r.reconfigure()
	var b strings.Builder
	for _, e := range errs {
		fmt.Fprintf(&b, "%s\n%s\n", strings.TrimSpace(e.Text), strings.TrimRight(ios.RefusalText(e.Err), "\n"))
	}
	return b.String()
}
