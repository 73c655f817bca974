package show

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		d           time.Duration
		short, long string
	}{
		{-time.Hour, "00:00:00", "0 minutes"},
		{0, "00:00:00", "0 minutes"},
		{8*time.Second + 999*time.Millisecond, "00:00:08", "0 minutes"},
		{time.Minute, "00:01:00", "1 minute"},
		{12*time.Hour + 54*time.Minute + 35*time.Second, "12:54:35", "12 hours, 54 minutes"},
		{time.Hour + 2*time.Minute, "01:02:00", "1 hour, 2 minutes"},
		{24*time.Hour - time.Second, "23:59:59", "23 hours, 59 minutes"},
		{24 * time.Hour, "1d00h", "1 day"},
		{26 * time.Hour, "1d02h", "1 day, 2 hours"},
		{6*24*time.Hour + 12*time.Hour, "6d12h", "6 days, 12 hours"},
		{7 * 24 * time.Hour, "1w0d", "1 week"},
		{8 * 24 * time.Hour, "1w1d", "1 week, 1 day"},
		{72 * 24 * time.Hour, "10w2d", "10 weeks, 2 days"},
		{364 * 24 * time.Hour, "52w0d", "52 weeks"},
		{365 * 24 * time.Hour, "1y0w", "1 year"},
		{(365 + 70) * 24 * time.Hour, "1y10w", "1 year, 10 weeks"},
		{(2*365+75)*24*time.Hour + 5*time.Hour + 16*time.Minute, "2y10w", "2 years, 10 weeks, 5 days, 5 hours, 16 minutes"},
		{1<<63 - 1, "292y24w", "292 years, 24 weeks, 3 days, 23 hours, 47 minutes"},
	} {
		if got := Duration(c.d); got != c.short {
			t.Errorf("Duration(%v) = %q, want %q", c.d, got, c.short)
		}
		if got := Uptime(c.d); got != c.long {
			t.Errorf("Uptime(%v) = %q, want %q", c.d, got, c.long)
		}
	}
}
