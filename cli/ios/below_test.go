package ios

import (
	"strings"
	"testing"
)

// TestBelowRefused: a loopback keeps its address where the interface behind it is
// refused with all its lines.
func TestBelowRefused(t *testing.T) {
	tree, errs := Load("interface Loopback5\n ip address 1.1.1.1 255.255.255.255\ninterface nosuch3\n ip address 2.2.2.2 255.255.255.0\n")
	if len(errs) != 2 || errs[0].Line != 3 || errs[1].Line != 4 || !strings.HasSuffix(errs[1].Err.Error(), "below line 3, which is refused: interface nosuch3") {
		t.Errorf("refused %v", errs)
	}
	if text := tree.Text(); !strings.Contains(text, "interface Loopback5\n ip address 1.1.1.1 255.255.255.255\n") || strings.Contains(text, "2.2.2.2") {
		t.Errorf("got\n%s", text)
	}
}
