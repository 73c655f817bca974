//go:build linux

package linux

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Sysctl sets net.ipv4.conf.<link>.<key>, or net.ipv4.<key> if link is empty,
// and returns what it was. A key that begins with "ipv6." is one of net.ipv6.
// An empty value changes nothing. Links "all" and "default" are the kernel's.
// Nothing is written where the value is there already: a write to ip_forward
// has side effects.
func (k *Kernel) Sysctl(link, key, value string) (was string, err error) {
	path, err := sysctlPath(link, key)
	if err == nil {
		err = k.inside(func() error {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			was = strings.TrimSpace(string(b))
			if value == "" || value == was {
				return nil
			}
			return os.WriteFile(path, []byte(value+"\n"), 0)
		})
	}
	if err != nil {
		return was, fmt.Errorf("linux: setting %s of %q: %w", key, link, err)
	}
	return was, nil
}

// sysctlPath returns the file of a setting.
func sysctlPath(link, key string) (string, error) {
	family := "ipv4"
	if rest, ok := strings.CutPrefix(key, "ipv6."); ok {
		family, key = "ipv6", rest
	}
	for _, word := range []string{link, key} {
		if strings.ContainsAny(word, "/\x00") || word == "." || word == ".." {
			return "", errors.New("not a name")
		}
	}
	if key == "" {
		return "", errors.New("no key")
	}
	if link == "" {
		return filepath.Join("/proc/sys/net", family, key), nil
	}
	return filepath.Join("/proc/sys/net", family, "conf", link, key), nil
}
