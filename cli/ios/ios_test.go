package ios

import "testing"

func TestModesCompile(t *testing.T) {
	for _, m := range Modes() {
		if err := m.Compile(); err != nil {
			t.Error(err)
		}
	}
}

func TestEveryKeywordHasHelp(t *testing.T) {
	for _, m := range Modes() {
		for _, p := range m.Unhelped() {
			t.Errorf("mode %q: no help for %q", m.Name, p)
		}
	}
}
