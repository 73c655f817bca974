package shell

import (
	"axle/cli/grammar"
	"axle/cli/ios"
)

// askMaster asks for the master key where a line does not give it, and whether
// it is to be deleted. It returns the line with the answers, nil where the
// operator declined.
func (s *Session) askMaster(l *grammar.Line) *grammar.Line {
	switch l.Command {
	case ios.NoMasterKey:
		yes, ok := s.yesNo("WARNING: All type 6 encrypted keys will become unusable\nContinue with master key deletion ? [yes/no]: ")
		if !yes || !ok {
			return nil
		}
	case ios.MasterKey:
		if l.Args["clear"] != "" {
			return l
		}
		key, err := s.t.ReadSecret("New key: ")
		if err != nil {
			return nil
		}
		again, err := s.t.ReadSecret("Confirm key: ")
		switch {
		case err != nil:
			return nil
		case key != again:
			s.print("% Keys do not match\n")
			return nil
		}
		c := *l
		c.Args = map[string]string{"clear": key}
		return &c
	}
	return l
}
