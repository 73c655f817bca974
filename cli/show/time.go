package show

import (
	"fmt"
	"strings"
	"time"
)

// Lengths of time as IOS counts them.
const (
	day  = 24 * time.Hour
	week = 7 * day
	year = 365 * day
)

// Duration writes d as all screens of IOS do: HH:MM:SS below a day, then days
// and hours (1d02h), weeks and days (3w4d), years and weeks (1y10w). Parts of a
// second are cut off; a negative d counts as 0.
func Duration(d time.Duration) string {
	d = max(0, d)
	switch {
	case d < day:
		return fmt.Sprintf("%02d:%02d:%02d", d/time.Hour, d/time.Minute%60, d/time.Second%60)
	case d < week:
		return fmt.Sprintf("%dd%02dh", d/day, d%day/time.Hour)
	case d < year:
		return fmt.Sprintf("%dw%dd", d/week, d%week/day)
	}
	return fmt.Sprintf("%dy%dw", d/year, d%year/week)
}

// Uptime writes d in words, as "show version" does: "1 hour, 2 minutes". Units
// that are zero are left out.
func Uptime(d time.Duration) string {
	d = max(0, d)
	var parts []string
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{year, "year"}, {week, "week"}, {day, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if n := int64(d / u.unit); n > 0 {
			parts = append(parts, plural(n, u.name))
			d %= u.unit
		}
	}
	if len(parts) == 0 {
		return "0 minutes"
	}
	return strings.Join(parts, ", ")
}

// Clock is "show clock". A star in front says that nobody set the clock.
func Clock(v *View) string {
	mark := "*"
	if v.ClockSet {
		mark = ""
	}
	return mark + v.Now.Format("15:04:05.000 MST Mon Jan 2 2006") + "\n"
}
