package show

import "fmt"

// A Log is what the message log shows of itself. A level is 0 (emergencies) to
// 7 (debugging), -1 where that kind of logging is off.
type Log struct {
	BufferSize                    int // bytes; 0: no buffer
	BufferLevel, Console, Monitor int
	Logged                        int      // messages put in the buffer
	ConsoleLogged, MonitorLogged  int      // messages shown there
	Dropped                       int      // messages lost
	Lines                         []string // the buffer, oldest first
}

// levelNames are the names of the severities.
var levelNames = [...]string{"emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational", "debugging"}

// Logging is "show logging".
func Logging(v *View, l Log) string {
	s := new(screen)
	s.line("Syslog logging: enabled (%d messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, xml disabled, filtering disabled)", l.Dropped)
	s.text("", "No Active Message Discriminator.", "", "", "", "No Inactive Message Discriminator.", "", "")
	destination := func(name string, level, n int, indent int, off string) {
		if level < 0 || level >= len(levelNames) {
			s.text(off)
			return
		}
		s.line("    %slevel %s, %d messages logged, xml disabled,", name, levelNames[level], n)
		s.line("%*sfiltering disabled", indent, "")
	}
	buffer := l.BufferLevel
	if l.BufferSize <= 0 {
		buffer = -1
	}
	destination("Console logging: ", l.Console, l.ConsoleLogged, 21, "    Console logging: disabled")
	destination("Monitor logging: ", l.Monitor, l.MonitorLogged, 21, "    Monitor logging: disabled")
	destination("Buffer logging:  ", buffer, l.Logged, 20,
		fmt.Sprintf("    Buffer logging:  disabled, xml disabled,\n%20sfiltering disabled", ""))
	s.text("    Exception Logging: disabled",
		"    Count and timestamp logging messages: disabled",
		"    File logging: disabled",
		"    Persistent logging: disabled",
		"",
		"No active filter modules.",
		"",
		"    Trap logging: disabled")
	if buffer >= 0 {
		s.text("")
		s.line("Log Buffer (%d bytes):", l.BufferSize)
		s.text("")
		s.text(l.Lines...)
	}
	return s.String()
}
