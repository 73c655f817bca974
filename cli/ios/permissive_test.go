package ios

import (
	"strings"
	"testing"
)

// TestPermissive: lines are kept from the line on that says so, and come back.
func TestPermissive(t *testing.T) {
	const in = "zogus A\nservice config permissive\nzogus B\n pool 1\ninterface Tunnel0\n zogus C\n ip mtu 1400\nshow clock\nzogus D\nno zogus D\nip route\n"
	tree, errs := Load(in)
	if len(errs) != 3 || errs[0].Line != 1 || errs[1].Line != 8 || errs[2].Line != 11 {
		t.Fatalf("refused: %v", errs)
	}
	text := tree.Text()
	for _, want := range []string{"service config permissive\n", " ip mtu 1400\n zogus C\n", "\nzogus B\n pool 1\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if strings.Contains(text, "zogus A") || strings.Contains(text, "zogus D") {
		t.Errorf("kept:\n%s", text)
	}
	again, errs := Load(text)
	if len(errs) > 0 || again.Text() != text {
		t.Errorf("fed back: %v\n%s", errs, diff(text, again.Text()))
	}
	n := 0
	for _, l := range Unsupported(tree) {
		if l.Verbatim() {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d lines are listed as kept", n)
	}
	if errs := Merge(tree, "zogus E\nno service config permissive\nzogus F\nservice config\nno service config\n"); len(errs) != 1 || errs[0].Text != "zogus F" {
		t.Errorf("merged: %v", errs)
	}
	if Merge(tree, "service config permissive\nno service config\n"); !Permissive(tree) {
		t.Error("\"no service config\" takes another command away")
	}
}
