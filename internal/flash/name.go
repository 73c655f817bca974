package flash

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// temporary begins the names of files that are not written yet. No other name
// has an element that begins so.
const temporary = ".axle-new-"

// Clean returns a name in its one form: elements between single slashes, none
// in front. "/dir//a.cfg" is "dir/a.cfg". It refuses with ErrName what is
// empty, goes up ("..", whatever follows), does not print or is no UTF-8, is
// longer than MaxName or deeper than MaxDepth, or is reserved for files that
// are being written.
func Clean(name string) (string, error) {
	clean, err := cleanFolder(name)
	if err == nil && clean == "" {
		err = fmt.Errorf("flash: %w: empty", ErrName)
	}
	return clean, err
}

// cleanFolder is Clean for a folder: "" is the whole flash.
func cleanFolder(name string) (string, error) {
	var elems []string
	for elem := range strings.SplitSeq(name, "/") {
		switch {
		case elem == "" || elem == ".":
			continue
		case elem == "..":
			return "", fmt.Errorf("flash: %w: goes up", ErrName)
		case strings.HasPrefix(elem, temporary):
			return "", fmt.Errorf("flash: %w: reserved", ErrName)
		case !utf8.ValidString(elem) || strings.ContainsFunc(elem, unprintable):
			return "", fmt.Errorf("flash: %w: characters that do not print", ErrName)
		}
		elems = append(elems, elem)
	}
	if len(elems) > MaxDepth {
		return "", fmt.Errorf("flash: %w: deeper than %d", ErrName, MaxDepth)
	}
	clean := strings.Join(elems, "/")
	if len(clean) > MaxName {
		return "", fmt.Errorf("flash: %w: over %d bytes", ErrName, MaxName)
	}
	return clean, nil
}

// unprintable finds control characters, also those that turn a terminal's text
// around.
func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// folder returns the folder of a clean name, "" for the whole flash.
func folder(name string) string {
	if dir := path.Dir(name); dir != "." {
		return dir
	}
	return ""
}
