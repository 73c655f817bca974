package ios

import (
	"iter"

	"axle/cli/grammar"
)

// A Refusal is IOS's answer to a line that is well formed but cannot be. Text
// "" refuses without a word.
type Refusal struct{ Text string }

// Error returns the text.
func (r *Refusal) Error() string { return r.Text }

// A decoder reads sections. It remembers nothing.
type decoder struct{}

// line returns the positive line of command c in s, or nil.
func (d *decoder) line(s *grammar.Tree, c *grammar.Command) *grammar.Line {
	return storedLine(s, c)
}

// any returns the line of command c in s, positive or negative, or nil.
func (d *decoder) any(s *grammar.Tree, c *grammar.Command) *grammar.Line {
	if t := s.Find(c); t != nil {
		return t.Line
	}
	return nil
}

// on reports whether a command that is on by default is on.
func (d *decoder) on(s *grammar.Tree, c *grammar.Command) bool {
	t := s.Find(c)
	return t == nil || !t.Line.No
}

// lines yields the positive lines of command c in s.
func (d *decoder) lines(s *grammar.Tree, c *grammar.Command) iter.Seq[*grammar.Line] {
	return func(yield func(*grammar.Line) bool) {
		for t := range s.Lines(c) {
			if !t.Line.No && !yield(t.Line) {
				return
			}
		}
	}
}

// interfaces yields the configuration of the interfaces.
func (d *decoder) interfaces(t *grammar.Tree) iter.Seq[Interface] {
	return func(yield func(Interface) bool) {
		for s := range t.Lines(InterfaceCmd) {
			if !yield(d.interfaceOf(s, interfaceName(s.Line))) {
				return
			}
		}
	}
}

// storedLine returns the positive line of command c in s, or nil.
func storedLine(s *grammar.Tree, c *grammar.Command) *grammar.Line {
	if t := s.Find(c); t != nil && !t.Line.No {
		return t.Line
	}
	return nil
}

// openSection returns the section of command c whose argument is value, or nil.
func openSection(t *grammar.Tree, c *grammar.Command, arg, value string) *grammar.Tree {
	for s := range t.Lines(c) {
		if s.Line.Args[arg] == value {
			return s
		}
	}
	return nil
}

// match reads a line of the package's own; it returns nothing where the mode
// does not know it.
func match(m *grammar.Mode, line string) []*grammar.Line {
	l, err := m.Match(line)
	if err != nil {
		return nil
	}
	return []*grammar.Line{l}
}

// Decode reads everything in force from a configuration.
func Decode(t *grammar.Tree) *Config {
	d := decoder{}
	c := &Config{}
	d.box(t, c)
	d.users(t, c)
	for i := range d.interfaces(t) {
		c.Interfaces = append(c.Interfaces, i)
	}
	c.Routes, c.VRFs, c.IPv6 = d.routes(t), d.vrfs(t), d.line(t, unicastRouting6) != nil
	c.Lines = d.terminalLines(t)
	c.Archive = d.archive(t)
	c.Crypto, c.PKI = d.crypto(t), d.pki(t)
	c.AccessLists, c.PrefixLists, c.RouteMaps = d.accessLists(t), d.prefixLists(t), d.routeMaps(t)
	c.EIGRP, c.OSPF, c.BGP = d.eigrp(t), d.ospf(t), d.bgp(t)
	if l := d.line(t, filePrompt); l != nil {
		c.FilePrompt = l.Words[2]
	}
	return c
}

// Check says whether line l may be entered in a section of configuration t. The
// error is a *Refusal with IOS's text.
func Check(t *grammar.Tree, l *grammar.Line, section *grammar.Tree) error {
	switch {
	case l.Command == StaticRoute || l.Command == vrfRoute:
		return checkRoute(t, l)
	case l.Command == StaticRoute6 || l.Command == vrfRoute6:
		return checkRoute6(t, l)
	case l.No && (l.Command == ifAddress || l.Command == ifSecondary):
		return checkNoAddress(l, section)
	case l.No:
		return checkUnused(t, l)
	case l.Default:
		return nil
	case l.Command == ifAddress || l.Command == ifSecondary:
		return checkAddress(t, l, section)
	case l.Command == ifAddress6 || l.Command == ifLinkLocal6:
		return checkAddress6(t, l, section)
	case l.Command == routerBGP:
		return checkBGP(t, l)
	case l.Command == ifVRF || l.Command == tunnelVRF:
		return checkVRF(t, l)
	case l.Command == vrfRD:
		return checkRD(t, l, section)
	case l.Command == userCmd:
		if err := checkSecret(l); err != nil {
			return err
		}
		return checkUser(t, l)
	case isACE(l.Command):
		return checkEntry(section, l)
	case l.Command == standardACL || l.Command == extendedACL:
		return checkACL(t, l)
	case isPrefixEntry(l.Command):
		return checkPrefix(t, l)
	case l.Command == bgpNeighbor || l.Command == bgpActivate:
		return checkNeighbor(section, l)
	case l.Command == routerOSPF:
		return checkOSPF(t, l)
	case l.Command == resequenceACL:
		return checkResequence(t, l)
	}
	if err := checkSecret(l); err != nil {
		return err
	}
	if err := checkNHRP(l); err != nil {
		return err
	}
	if err := checkCrypto(t, l, section); err != nil {
		return err
	}
	return checkTunnel(t, l, section)
}

// IsFilter reports whether l is an entry of an access list or a prefix list. It
// changes nothing but the lists of a Config.
func IsFilter(l *grammar.Line) bool {
	c := l.Command
	return isACE(c) || isPrefixEntry(c) || c == numberedStandard || c == numberedExtended
}

// Implied returns the lines that IOS enters by itself together with l; the owner
// of the configuration applies them before l. It completes l from what stands in
// the section: the number of an access list's entry, the rest of a user's line.
// What it finds out for Notice it leaves in l.
func Implied(section *grammar.Tree, l *grammar.Line) []*grammar.Line {
	if isACE(l.Command) {
		numberEntry(section, l)
		return nil
	}
	if isPrefixEntry(l.Command) {
		numberPrefix(section, l)
		return replacedPrefix(section, l)
	}
	switch l.Command {
	case InterfaceCmd:
		keepSuffix(section, l)
	case routerOSPF:
		keepVRF(section, l)
		return nil
	case ospfRouterID:
		noteRouterID(section, l)
		return nil
	case redistribute:
		mergeRedistribute(section, l)
		return nil
	case matchRoute:
		mergeMatch(section, l)
		return nil
	case ifVRF:
		return impliedByVRF(section, l)
	case userCmd:
		l.Args[noticeArg] = noticeWeak(l) // of the password that is typed, not of the stored one
		mergeUser(section, l)
	case lineTimeout:
		neverTimeout(l)
	case lineLogin:
		if l.No {
			l.Words = l.Words[:1] // of whatever kind it was
		}
	case ifUnnumbered:
		return impliedBy(l, "no ip address")
	case ifAddress, ifSecondary:
		return append(impliedBy(l, "no ip unnumbered"), impliedByPrimary(section, l)...)
	case tunnelMode:
		return impliedByMode(section, l)
	case nhrp4.regUnique, nhrp4.regNoUnique, nhrp6.regUnique, nhrp6.regNoUnique:
		return impliedByRegistration(l)
	}
	return impliedByCrypto(section, l)
}

// An Extra is a line that IOS enters by itself, with its section.
type Extra struct {
	Section *grammar.Tree
	Line    *grammar.Line
}

// Elsewhere returns the lines that IOS enters by itself in sections below that of
// l; the owner of the configuration applies them before l.
func Elsewhere(section *grammar.Tree, l *grammar.Line) []Extra {
	if l.No && (l.Command == vrfDefinition || l.Command == vrfOld) {
		return leaveVRF(section, l)
	}
	if l.No && l.Command == pkiTrustpoint {
		return leaveTrustPoint(section, l)
	}
	return nil
}

// noticeArg is the argument under which Implied leaves what Notice prints.
const noticeArg = "notice"

// impliedBy returns the interface line other, where l enters something.
func impliedBy(l *grammar.Line, other string) []*grammar.Line {
	if l.No || l.Default {
		return nil
	}
	return match(ConfigIf, other)
}

// Notice returns what IOS prints when l has been entered in section, lines with
// their line ends; "" for most lines. isNew says that l opened a section that
// was not there.
func Notice(section *grammar.Tree, l *grammar.Line, isNew bool) string {
	if text := l.Args[noticeArg]; text != "" {
		return text
	}
	switch {
	case l.Default && l.Command == InterfaceCmd && section.Open(l) != nil:
		return "Interface " + interfaceName(l) + " set to default configuration\n"
	case l.No || l.Default:
		return ""
	case l.Command.Kind == grammar.Section && l.Command != InterfaceCmd:
		return noticeCrypto(section, l, isNew)
	case !isNew:
		return noticeLine(section, l)
	}
	return noticeTunnel(section, l) + noticeNHRP(section, l)
}

// noticeLine returns what IOS prints of a line that opens no new section.
func noticeLine(section *grammar.Tree, l *grammar.Line) string {
	switch l.Command {
	case hostnameCmd:
		return noticeHostname(l)
	case ifAddress, ifSecondary:
		return noticeAddress(section, l)
	case StaticRoute:
		return noticeRoute(l)
	case enableSecret, enablePassword:
		return noticePassword(section, l) + noticeWeak(l)
	}
	return noticeTunnel(section, l) + noticeNHRP(section, l)
}

// Unsupported lists the stored lines without effect, in running-config order,
// each after the sections that it stands in. Below a section without effect no
// line has any.
func Unsupported(t *grammar.Tree) []*grammar.Line {
	var out []*grammar.Line
	var walk func(*grammar.Tree, bool)
	walk = func(s *grammar.Tree, all bool) {
		for x := range s.Children() {
			without := all || x.Line.Command.Effect == grammar.NoEffect
			if without {
				out = append(out, x.Line)
			}
			walk(x, without)
		}
	}
	walk(t, false)
	return out
}
