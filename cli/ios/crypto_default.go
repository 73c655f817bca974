package ios

import "axle/cli/grammar"

// noDefault declares the line that switches off an object that is there by
// default. What the object is called must be written out, because the words in
// front of it take any other name as well.
func noDefault(words string) *grammar.Command {
	return &grammar.Command{
		Syntax: "no " + words + " <default>", Help: "Do without the object that is there by default", Kind: grammar.Leaf, Effect: grammar.NoEffect, Hidden: true,
		Args:  args{"default": literalType{defaultName}},
		Notes: "Entering the object, or `default` in front of it, brings it back as it was.",
	}
}

// defaultName is what IOS calls the objects that are there without being
// configured.
const defaultName = "default"

// The lines that switch off objects.
var (
	noDefaultProposal  = noDefault("crypto ikev2 proposal")
	noDefaultPolicy    = noDefault("crypto ikev2 policy")
	noDefaultAuthor    = noDefault("crypto ikev2 authorization policy")
	noDefaultTransform = noDefault("crypto ipsec transform-set")
	noDefaultProfile   = noDefault("crypto ipsec profile")
)

// A defaultObject is a kind of object of which one is there by default.
type defaultObject struct{ object, off *grammar.Command }

func defaultObjects() []defaultObject {
	return []defaultObject{
		{ikev2ProposalCmd, noDefaultProposal},
		{ikev2PolicyCmd, noDefaultPolicy},
		{ikev2AuthorCmd, noDefaultAuthor},
		{transformSet, noDefaultTransform},
		{ipsecProfile, noDefaultProfile},
	}
}

// impliedByDefault returns the lines that entering, switching off or resetting an
// object of the default name brings.
func impliedByDefault(root *grammar.Tree, l *grammar.Line) []*grammar.Line {
	for _, d := range defaultObjects() {
		switch {
		case l.Command == d.object && l.Args["name"] == defaultName && !l.No && root.Find(d.off) != nil:
			return []*grammar.Line{{Command: d.off, No: true, Words: root.Find(d.off).Line.Words}}
		case l.Command == d.off && !l.No && !l.Default:
			if s := named(root, d.object, defaultName); s != nil {
				return []*grammar.Line{{Command: d.object, No: true, Words: s.Line.Words, Args: s.Line.Args}}
			}
		}
	}
	return nil
}

// named returns the section of an object of kind c, nil where it is not
// configured. Unlike openSection it does not search.
func named(root *grammar.Tree, c *grammar.Command, name string) *grammar.Tree {
	return root.Open(&grammar.Line{Command: c, Args: map[string]string{"name": name}})
}

// exists reports whether an object of kind c is configured, or is there by
// default.
func exists(root *grammar.Tree, c *grammar.Command, name string) bool {
	if named(root, c, name) != nil {
		return true
	}
	for _, d := range defaultObjects() {
		if d.object == c && name == defaultName {
			return root.Find(d.off) == nil
		}
	}
	return false
}
