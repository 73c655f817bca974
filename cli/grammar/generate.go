package grammar

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Sampler is a Type that can write an argument that it would accept.
type Sampler interface {
	Sample(rnd *rand.Rand) string
}

// samples are tried for a type that is no Sampler.
var samples = []string{
	"Tunnel1", "GigabitEthernet0/1", "Loopback0", "1", "2", "10", "100", "1500", "10.1.2.3", "192.0.2.0",
	"255.255.255.0", "2001:DB8::1", "2001:DB8::/32", "10.0.0.0/8", "zq1", "zq2", "64512:1", "aabb.cc00.0100",
	"00:00:10", "1:1", "0x1F", "jan", "zq.example.com", "12345678", "0 zq3",
}

// Generate returns a random configuration of about so many lines that Load(root)
// accepts without a refusal: every declaration that it meets, keywords cut to
// random unique abbreviations, "no" and "default" forms among them. It is made
// from the declarations, for tests of command tables.
func Generate(rnd *rand.Rand, root *Mode, lines int) string {
	if root.Compile() != nil {
		return ""
	}
	g := &generator{rnd: rnd, stack: []*Mode{root}, flat: rnd.IntN(4) == 0}
	for range lines {
		g.leave()
		g.add()
	}
	return g.out.String()
}

// A generator writes a random configuration.
type generator struct {
	rnd   *rand.Rand
	out   strings.Builder
	flat  bool    // no indentation
	stack []*Mode // modes of the open sections
	nodes []*node // the way of the line under construction
	full  []string
	short []string
}

func (g *generator) chance(percent int) bool { return g.rnd.IntN(100) < percent }

func (g *generator) top() *Mode { return g.stack[len(g.stack)-1] }

// write adds a line at the depth of the open sections.
func (g *generator) write(s string) {
	if !g.flat {
		g.out.WriteString(strings.Repeat(" ", len(g.stack)-1))
	}
	g.out.WriteString(s)
	g.out.WriteByte('\n')
}

// leave closes sections now and then.
func (g *generator) leave() {
	switch n := len(g.stack); {
	case n == 1:
	case g.chance(15) || n > maxDepth/2:
		g.out.WriteString("exit\n")
		g.stack = g.stack[:n-1]
	case !g.flat && g.chance(15): // the depth of the next line tells
		g.stack = g.stack[:n-1]
		g.write("!")
	case g.chance(3):
		g.out.WriteString("end\n")
		g.stack = g.stack[:1]
	}
}

// add writes one random line of the open mode.
func (g *generator) add() {
	m := g.top()
	if len(m.Commands) == 0 {
		return
	}
	c := m.Commands[g.rnd.IntN(len(m.Commands))]
	for range 8 { // sections are few, and most commands stand in them
		if c.Kind == Section || g.chance(60) {
			break
		}
		c = m.Commands[g.rnd.IntN(len(m.Commands))]
	}
	e := m.entries[c]
	if c.Kind == Exec {
		return
	}
	g.nodes, g.full, g.short = append(g.nodes[:0], m.root), g.full[:0], g.short[:0]
	if !g.sequence(e, e.seq) {
		return
	}
	line := strings.Join(g.short, " ")
	switch {
	case g.chance(12), c.Negatable && g.chance(40):
		g.write("no " + strings.Join(g.short[:g.cut(e)], " "))
	case g.chance(3):
		g.write("default " + line)
	case c.Body == Delimited:
		g.short[len(g.short)-1] = "#zq text"
		g.write(strings.Join(g.short, " "))
		g.out.WriteString("  more ! text\n\nlast#\n")
	case c.Body == UntilQuit:
		g.write(line)
		g.out.WriteString("  30820101 02030405\n  \tquit\n")
	default:
		g.write(line)
		if c.Kind == Section {
			g.stack = append(g.stack, c.Opens)
		}
	}
}

// cut returns how many words of the line a "no" form keeps.
func (g *generator) cut(e *entry) int {
	n := len(g.full)
	if e.cmd.Kind == Leaf && e.plain && e.head > 0 && e.head < n && g.chance(50) {
		return e.head + g.rnd.IntN(n-e.head+1)
	}
	return n
}

// sequence adds random words for seq. It is false where one could not be found.
func (g *generator) sequence(e *entry, seq []element) bool {
	for _, x := range seq {
		switch {
		case x.word != "":
			g.keyword(x.word)
		case x.arg != "":
			if !g.argument(x.arg) {
				return false
			}
		case x.set:
			for _, i := range g.rnd.Perm(len(x.alts)) {
				if g.chance(40) && !g.sequence(e, x.alts[i]) {
					return false
				}
			}
		case x.optional && g.chance(50):
		default:
			if !g.sequence(e, x.alts[g.rnd.IntN(len(x.alts))]) {
				return false
			}
		}
	}
	return true
}

// keyword adds keyword w, abbreviated at random, but not to a word that stands
// in front of commands.
func (g *generator) keyword(w string) {
	n := g.nodes[len(g.nodes)-1]
	short := w
	if g.chance(60) {
		for cut := 1 + g.rnd.IntN(len(w)); cut < len(w); cut++ {
			part := lower(w[:cut])
			if k, _, count := n.keyword(part); count == 1 && k.word == w && (len(g.full) > 0 || !slices.Contains(g.top().Outer, part) && part != "no" && !hasPrefix("default", part)) {
				short = w[:cut]
				break
			}
		}
	}
	if g.chance(10) {
		short = strings.ToUpper(short)
	}
	i := n.search(lower(w))
	g.nodes = append(g.nodes, n.words[i].to)
	g.full, g.short = append(g.full, w), append(g.short, short)
}

// argument adds a random argument that no keyword and no earlier type takes.
func (g *generator) argument(name string) bool {
	n := g.nodes[len(g.nodes)-1]
	for i, a := range n.args {
		if a.name != name {
			continue
		}
		for range 24 {
			text, ok := sample(a.typ, g.rnd)
			if !ok || g.taken(n, i, text) {
				continue
			}
			g.nodes = append(g.nodes, a.to)
			g.full, g.short = append(g.full, text), append(g.short, text)
			return true
		}
	}
	return false
}

// taken reports whether text would not be read as the i-th argument at n.
func (g *generator) taken(n *node, i int, text string) bool {
	words := strings.Fields(text)
	if _, _, count := n.keyword(lower(words[0])); count > 0 {
		return true
	}
	for _, a := range n.args[:i] {
		if _, _, _, ok := a.typ.Parse(words); ok {
			return true
		}
	}
	return false
}

// sample returns an argument that t accepts.
func sample(t Type, rnd *rand.Rand) (string, bool) {
	s := ""
	if x, ok := t.(Sampler); ok {
		s = x.Sample(rnd)
	} else {
		s = samples[rnd.IntN(len(samples))]
	}
	words := strings.Fields(s)
	if len(words) == 0 {
		return "", false
	}
	if _, tail := t.(tailed); tail {
		words = []string{s}
	}
	_, n, _, ok := t.Parse(words)
	return s, ok && n == len(words)
}

// few returns one of a small number of values from lo to hi, so that lines meet.
func few(rnd *rand.Rand, lo, hi uint64) uint64 {
	switch span := hi - lo; {
	case span == 0:
		return lo
	case rnd.IntN(8) == 0:
		return hi
	case span > 9:
		return lo + rnd.Uint64N(9)
	default:
		return lo + rnd.Uint64N(span)
	}
}

// Sample returns a number in range.
func (t Uint) Sample(rnd *rand.Rand) string {
	return fmt.Sprint(few(rnd, t.Min, max(t.Min, t.Max)))
}

// Sample returns an address.
func (t IPv4) Sample(rnd *rand.Rand) string {
	return fmt.Sprintf("10.0.%d.%d", rnd.IntN(2), rnd.IntN(9))
}

// Sample returns an address.
func (t IPv6) Sample(rnd *rand.Rand) string { return fmt.Sprintf("2001:db8::%x", rnd.IntN(20)) }

// Sample returns an address of either family.
func (t Addr) Sample(rnd *rand.Rand) string {
	if rnd.IntN(2) == 0 {
		return IPv6{}.Sample(rnd)
	}
	return IPv4{}.Sample(rnd)
}

// Sample returns a mask.
func (t Mask) Sample(rnd *rand.Rand) string {
	return []string{"255.255.255.0", "255.255.255.255", "0.0.0.0", "255.255.255.252"}[rnd.IntN(4)]
}

// Sample returns a wildcard mask.
func (t Wildcard) Sample(rnd *rand.Rand) string {
	return []string{"0.0.0.255", "0.0.0.0", "255.255.255.255", "0.0.255.0"}[rnd.IntN(4)]
}

// Sample returns a prefix.
func (t Prefix6) Sample(rnd *rand.Rand) string {
	return fmt.Sprintf("2001:db8:%x::/%d", rnd.IntN(9), 48+rnd.IntN(17))
}

// Sample returns a word.
func (t Word) Sample(rnd *rand.Rand) string {
	s := []string{"zq", "Zq-7", "zQ.x", "zqé", "zq!", "7zq"}[rnd.IntN(6)]
	if t.Max > 0 && len([]rune(s)) > t.Max {
		s = string([]rune(s)[:t.Max])
	}
	return s
}

// Sample returns a text.
func (t Rest) Sample(rnd *rand.Rand) string {
	return []string{"zq", "zq  two   words", "zq ! no comment", "zq\tx"}[rnd.IntN(4)]
}

// Sample returns hexadecimal digits.
func (t Hex) Sample(rnd *rand.Rand) string { return fmt.Sprintf("%x", rnd.IntN(16)) }
