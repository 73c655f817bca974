package console

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// flags describes the mode of a terminal.
func flags(t *testing.T, f *os.File) string {
	t.Helper()
	v, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(v.Iflag, v.Oflag, v.Lflag)
}
