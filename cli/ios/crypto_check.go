package ios

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"axle/cli/grammar"
)

// checkCrypto refuses what names an object that is not there, and a second key
// for one peer.
func checkCrypto(root *grammar.Tree, l *grammar.Line, section *grammar.Tree) error {
	switch l.Command {
	case setTransforms:
		return checkTransforms(root, l)
	case setIKEv2Profile:
		if !exists(root, ikev2Profile, l.Args["name"]) {
			return &Refusal{fmt.Sprintf("Profile %s is not found", l.Args["name"])}
		}
	case policyProposal:
		return checkProposals(root, l)
	case isakmpKey, keyringKey, keyringKey6, keyringKeyName:
		return checkKey(section, l)
	}
	return nil
}

// checkTransforms refuses names that no transform set has.
func checkTransforms(root *grammar.Tree, l *grammar.Line) error {
	for _, name := range strings.Fields(l.Args["line"]) {
		if !exists(root, transformSet, name) {
			return &Refusal{fmt.Sprintf("ERROR: transform set with tag \"%s\" does not exist.", name)}
		}
	}
	return nil
}

// proposalNames returns the proposals that a line of an IKEv2 policy names.
func proposalNames(l *grammar.Line) []string {
	return append([]string{l.Args["name"]}, strings.Fields(l.Args["line"])...)
}

// checkProposals refuses proposals that are not there or not whole.
func checkProposals(root *grammar.Tree, l *grammar.Line) error {
	for _, name := range proposalNames(l) {
		s := named(root, ikev2ProposalCmd, name)
		switch {
		case s == nil && !exists(root, ikev2ProposalCmd, name):
			return &Refusal{"% No Proposal exists with the specified name " + name}
		case s != nil && !wholeProposal(s):
			return &Refusal{fmt.Sprintf("Proposal %s is not complete to be attached to policy", name)}
		}
	}
	return nil
}

// wholeProposal reports whether an IKEv2 proposal has all that it needs: with
// AES-GCM a PRF, else integrity.
func wholeProposal(s *grammar.Tree) bool {
	e := storedLine(s, proposalEncryption)
	if s.Line.Args["name"] == defaultName {
		return true // what is not configured has its default
	}
	if e == nil || storedLine(s, proposalGroup) == nil {
		return false
	}
	if aead(strings.Fields(e.Args["algorithms"])[0]) {
		return storedLine(s, proposalPRF) != nil
	}
	return storedLine(s, proposalIntegrity) != nil
}

// checkKey refuses a second pre-shared key for a peer, even the same.
func checkKey(section *grammar.Tree, l *grammar.Line) error {
	there := *l
	there.No = true
	if !section.Removes(&there) {
		return nil
	}
	a, m := l.Args["address"], l.Args["mask"]
	switch {
	case a == "":
		return &Refusal{fmt.Sprintf("A pre-shared key for %s already exists!", firstOf(l, "prefix6", "name"))}
	case m == "" && a == anyAddress:
		m = anyAddress
	case m == "":
		m = hostMask
	}
	return &Refusal{fmt.Sprintf("A pre-shared key for address mask %s %s already exists!", a, m)}
}

// checkUnused refuses to remove an object that another one names.
func checkUnused(root *grammar.Tree, l *grammar.Line) error {
	name := l.Args["name"]
	switch l.Command {
	case transformSet:
		return unlessUsed("transform set", name, fields(root, setTransforms, "line", ipsecProfile, cryptoMap, cryptoMap6, dynamicMap))
	case ipsecProfile:
		return unlessUsed("profile", name, fields(root, tunnelProtection, "profile", InterfaceCmd))
	case ikev2ProposalCmd:
		for s := range root.Lines(ikev2PolicyCmd) {
			for p := range s.Lines(policyProposal) {
				if slices.Contains(proposalNames(p.Line), name) {
					return inUse("proposal")
				}
			}
		}
	case ikev2KeyringCmd:
		return unlessUsed("keyring", name, fields(root, profileKeyring, "name", ikev2Profile))
	case ikev2Profile:
		if err := unlessUsed("profile", name, fields(root, setIKEv2Profile, "name", ipsecProfile, cryptoMap, cryptoMap6, dynamicMap)); err != nil {
			return err
		}
		return checkProtectionUse(root, name, "ikev2-profile")
	case isakmpProfile:
		if err := unlessUsed("profile", name, fields(root, setIsakmpProfile, "name", ipsecProfile, cryptoMap, cryptoMap6, dynamicMap)); err != nil {
			return err
		}
		return checkProtectionUse(root, name, "isakmp-profile")
	case keyringCmd:
		return unlessUsed("keyring", name, fields(root, isakmpKeyring, "name", isakmpProfile))
	case cryptoMap:
		return checkMapUse(root, l)
	}
	return nil
}

// inUse returns the refusal to remove an object of a kind.
func inUse(kind string) error {
	return &Refusal{fmt.Sprintf("%% Cannot remove as %s is in use.", kind)}
}

// unlessUsed refuses to remove name, where it is among the names in use.
func unlessUsed(kind, name string, names iter.Seq[string]) error {
	for n := range names {
		if n == name {
			return inUse(kind)
		}
	}
	return nil
}

// fields yields the words of argument arg of the lines of command c in the
// sections that the given commands open.
func fields(root *grammar.Tree, c *grammar.Command, arg string, opened ...*grammar.Command) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, o := range opened {
			for s := range root.Lines(o) {
				for x := range s.Lines(c) {
					for w := range strings.FieldsSeq(x.Line.Args[arg]) {
						if !yield(w) {
							return
						}
					}
				}
			}
		}
	}
}

// checkProtectionUse refuses where a tunnel's protection names an IKE profile.
func checkProtectionUse(root *grammar.Tree, name, word string) error {
	for s := range root.Lines(InterfaceCmd) {
		if l := storedLine(s, tunnelProtection); l != nil && l.Has(word) && l.Args["ike-profile"] == name {
			return inUse("profile")
		}
	}
	return nil
}

// checkMapUse refuses to remove the last entry of a crypto map that stands on an
// interface.
func checkMapUse(root *grammar.Tree, l *grammar.Line) error {
	name, entries := l.Args["name"], 0
	for s := range root.Lines(cryptoMap) {
		if s.Line.Args["name"] == name {
			entries++
		}
	}
	if entries == 0 || l.Args["n"] != "" && entries > 1 {
		return nil
	}
	var on []string
	for s := range root.Lines(InterfaceCmd) {
		if x := storedLine(s, ifCryptoMap); x != nil && x.Args["name"] == name {
			on = append(on, interfaceName(s.Line))
		}
	}
	if len(on) == 0 {
		return nil
	}
	return &Refusal{fmt.Sprintf("%% Crypto-map %s is in use by interface(s): %s. Please remove the crypto map from the above interface(s) first", name, strings.Join(on, ", "))}
}

// impliedByCrypto returns the lines that a crypto line replaces though they are
// of other commands: a key for both ways takes the place of those for one.
func impliedByCrypto(section *grammar.Tree, l *grammar.Line) []*grammar.Line {
	hideInherited(section, l)
	if l.No || l.Default && l.Command != setSeconds {
		return impliedByDefault(section, l)
	}
	var gone []*grammar.Command
	switch l.Command {
	case peerKey:
		gone = []*grammar.Command{peerKeyLocal, peerKeyRemote}
	case peerKeyLocal, peerKeyRemote:
		gone = []*grammar.Command{peerKey}
	case setDays:
		gone = []*grammar.Command{setSeconds}
	case setSeconds:
		gone = []*grammar.Command{setDays}
	case profileLifetime:
		gone = []*grammar.Command{profileLifetimeCert}
	case profileLifetimeCert:
		gone = []*grammar.Command{profileLifetime}
	default:
		return impliedByDefault(section, l)
	}
	var out []*grammar.Line
	for _, c := range gone {
		if s := section.Find(c); s != nil {
			out = append(out, &grammar.Line{Command: c, No: true, Words: s.Line.Words})
		}
	}
	return out
}

// inherited are the lines of a profile or a crypto map that say the same as lines
// for all of IPsec.
func inherited() [3]struct{ own, all *grammar.Command } {
	return [3]struct{ own, all *grammar.Command }{{setSeconds, ipsecSeconds}, {setKilobytes, ipsecKilobytes}, {setReplay, ipsecReplay}}
}

// saysDefault reports whether a line says what the command for all of IPsec has
// as its default.
func saysDefault(l *grammar.Line, all *grammar.Command) bool {
	_, own, _ := strings.Cut(l.String(), "security-association ")
	_, byDefault, _ := strings.Cut(all.Default, "security-association ")
	return own == byDefault
}

// hideInherited makes a line of a profile or a crypto map that says what holds
// anyway one that says nothing: where nothing is set for all of IPsec, that is the
// default of IOS; else the line stands. When what is set for all goes, so do the
// lines that said the default beside it.
func hideInherited(section *grammar.Tree, l *grammar.Line) {
	for _, x := range inherited() {
		switch {
		case l.Command == x.own && !l.No && !l.Default:
			if saysDefault(l, x.all) && section.Parent != nil && section.Parent.Find(x.all) == nil {
				l.Default = true
			}
		case l.Command == x.all && (l.No || l.Default || saysDefault(l, x.all)):
			for _, c := range []*grammar.Command{ipsecProfile, cryptoMap, cryptoMap6, dynamicMap} {
				for s := range section.Lines(c) {
					if old := storedLine(s, x.own); old != nil && saysDefault(old, x.all) {
						s.Apply(&grammar.Line{Command: x.own, No: true, Words: old.Words})
					}
				}
			}
		}
	}
}

// noticeCrypto returns what IOS prints when l has opened a section of crypto.
func noticeCrypto(section *grammar.Tree, l *grammar.Line, isNew bool) string {
	switch l.Command {
	case ikev2ProposalCmd:
		if s := section.Open(l); s == nil || !wholeProposal(s) {
			return noticeIKEv2Prop
		}
	case ikev2PolicyCmd:
		if isNew && l.Args["name"] != defaultName {
			return noticeIKEv2Policy
		}
	case ikev2Profile:
		if isNew {
			return noticeIKEv2Profile
		}
	case isakmpProfile:
		if isNew {
			return noticeIsakmpProf
		}
	case cryptoMap:
		if isNew && !l.Has("gdoi") && !l.Has("dynamic") && !strings.HasPrefix(l.Args["line"], "dynamic") {
			return noticeCryptoMap
		}
	}
	return ""
}
