package ios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFamilies holds the order and the nesting in which features that are only
// kept are shown; -update writes the expected files.
func TestFamilies(t *testing.T) {
	names, _ := filepath.Glob("testdata/families/*.in")
	if len(names) == 0 {
		t.Fatal("no configurations")
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			in, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			tree, errs := Load(string(in))
			for _, e := range errs {
				t.Error(e)
			}
			golden := strings.TrimSuffix(name, ".in") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(tree.Text()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got := tree.Text(); got != string(want) {
				t.Error(diff(string(want), got))
			}
			roundTripOf(t, tree)
		})
	}
}

// TestLoadRange: the lines of an interface range go to each of its interfaces,
// with the numbers that they have in the file.
func TestLoadRange(t *testing.T) {
	tree, errs := Load("interface range g0/1 - 2 , g0/4\n switchport mode access\n bogus\n!\nhostname R1\nbogus\n")
	got := tree.Text()
	for _, n := range []string{"0/1", "0/2", "0/4"} {
		if !strings.Contains(got, "interface GigabitEthernet"+n+"\n no ip address\n switchport mode access\n") {
			t.Errorf("no lines in %s:\n%s", n, got)
		}
	}
	if len(errs) != 2 || errs[0].Line != 3 || errs[1].Line != 6 {
		t.Errorf("refused: %v", errs)
	}
}
