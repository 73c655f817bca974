package lab

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// impairment returns the keys that describe what a link does to packets.
func (r *topologyReader) impairment(i *Impairment) map[string]func(*yaml.Node) error {
	duration := func(to *time.Duration) func(*yaml.Node) error {
		return func(v *yaml.Node) (err error) {
			if *to, err = time.ParseDuration(v.Value); err != nil || *to < 0 || *to > time.Hour {
				return r.fail(v, "%q is not a duration such as 20ms", v.Value)
			}
			return nil
		}
	}
	share := func(to *float64) func(*yaml.Node) error {
		return func(v *yaml.Node) error {
			s, percent := strings.CutSuffix(v.Value, "%")
			f, err := strconv.ParseFloat(s, 64)
			if percent {
				f /= 100
			}
			if err != nil || !(f >= 0 && f <= 1) {
				return r.fail(v, "%q is not a share such as 1%% or 0.01", v.Value)
			}
			*to = f
			return nil
		}
	}
	return map[string]func(*yaml.Node) error{
		"delay": duration(&i.Delay), "jitter": duration(&i.Jitter),
		"loss": share(&i.Loss), "duplicate": share(&i.Duplicate), "reorder": share(&i.Reorder),
		"mtu": func(v *yaml.Node) (err error) {
			if i.MTU, err = strconv.Atoi(v.Value); err != nil || i.MTU < 68 || i.MTU > 65535 {
				return r.fail(v, "%q is not an MTU from 68 to 65535", v.Value)
			}
			return nil
		},
		"rate": func(v *yaml.Node) (err error) {
			if i.Rate, err = parseRate(v.Value); err != nil {
				return r.fail(v, "%q is not a rate such as 10M", v.Value)
			}
			return nil
		},
	}
}

// parseRate reads bits per second: "64k", "10M", "1G", or a plain number.
func parseRate(s string) (int64, error) {
	digits := strings.TrimRight(s, "kMG")
	unit, ok := map[string]int64{"": 1, "k": 1e3, "M": 1e6, "G": 1e9}[s[len(digits):]]
	if !ok {
		return 0, fmt.Errorf("not a rate: %q", s)
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 || n > 1e12/unit {
		return 0, fmt.Errorf("not a rate: %q", s)
	}
	return n * unit, nil
}
