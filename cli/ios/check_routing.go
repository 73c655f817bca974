package ios

import (
	"axle/cli/grammar"
)

// checkOSPF refuses a process in a VRF that is not declared, or in another than
// it is in.
func checkOSPF(t *grammar.Tree, l *grammar.Line) error {
	vrf := l.Args["word"]
	if vrf == "" {
		return nil
	}
	if old := openSection(t, routerOSPF, "process", l.Args["process"]); old != nil {
		if old.Line.Args["word"] != vrf {
			return &Refusal{"%VRF specified does not match existing router"}
		}
		return nil
	}
	if openSection(t, vrfDefinition, "name", vrf) == nil && openSection(t, vrfOld, "name", vrf) == nil {
		return &Refusal{"% VRF " + vrf + " does not exist or does not have a RD."}
	}
	return nil
}

// keepVRF leaves a process in its VRF where the line that opens it names none.
func keepVRF(t *grammar.Tree, l *grammar.Line) {
	old := openSection(t, routerOSPF, "process", l.Args["process"])
	if l.No || l.Default || old == nil || l.Args["word"] != "" || old.Line.Args["word"] == "" {
		return
	}
	l.Args["word"] = old.Line.Args["word"]
	l.Words = append(l.Words[:3:3], "vrf", l.Args["word"])
}

// noteRouterID leaves in l what is to be printed where a process has a router-id
// that becomes another.
func noteRouterID(s *grammar.Tree, l *grammar.Line) {
	delete(l.Args, noticeArg)
	if old := storedLine(s, ospfRouterID); old != nil && (l.No || l.Default || old.Args["address"] != l.Args["address"]) {
		l.Args[noticeArg] = "% OSPF: Reload or use \"clear ip ospf process\" command, for this to take effect\n"
	}
}
