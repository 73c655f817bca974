package shell_test

import (
	"fmt"
	"strings"
	"testing"

	"axle/cli/shell"
)

func TestHelp(t *testing.T) {
	tests := []struct{ name, typed, screen string }{
		{"keywords", "show ?\n", `R1#show ?
  history         Display the session command history
  privilege       Show current privilege level
  running-config  Current operating configuration
  terminal        Display terminal configuration parameters
  version         System hardware and software status

R1#show 
% Type "show ?" for a list of subcommands
R1#`},
		{"within a word", "sh r?\x15", "R1#sh r?\nrunning-config  \n\nR1#sh r\b\b\b\b    \b\b\b\bR1#"},
		{"the end of a show command", "show version ?\x15", "R1#show version ?\n  |     Output modifiers\n  <cr>  <cr>\n\nR1#show version " + strings.Repeat("\b", 13) + strings.Repeat(" ", 13) + strings.Repeat("\b", 13)},
		{"behind a bar", "show version | ?\x15", "R1#show version | ?\n" +
			"  append    Append redirected output to URL (URLs supporting append operation\n            only)\n" +
			"  begin     Begin with the line that matches\n" +
			"  count     Count number of lines which match regexp\n" +
			"  exclude   Exclude lines that match\n" +
			"  include   Include lines that match\n" +
			"  redirect  Redirect output to URL\n" +
			"  section   Filter a section of output\n" +
			"  tee       Copy output to URL\n\nR1#show version | "},
		{"after a modifier", "show version | i ?\x15", "R1#show version | i ?\n  LINE  Regular Expression\n\nR1#show version | i "},
		{"unknown", "shaw ?\x15", "R1#shaw ?\n% Unrecognized command\n\nR1#shaw "},
		{"sub-mode", "conf t\nint Tunnel0\n?end\n", `R1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
R1(config)#int Tunnel0
R1(config-if)#?
Interface configuration commands:
  default      Set a command to its defaults
  description  Interface specific description
  ip           Interface Internet Protocol config commands
  no           Negate a command or set its defaults
  shutdown     Shutdown the selected interface

R1(config-if)#end
R1#`},
		{"rest of line", "conf t\nint Tunnel0\ndescription ?x\x16?\n", `R1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
R1(config)#int Tunnel0
R1(config-if)#description ?
  LINE  Text

R1(config-if)#description x?
R1(config-if)#`},
		{"do", "conf t\ndo show vers?ion\n", "R1#conf t\nEnter configuration commands, one per line.  End with CNTL/Z.\nR1(config)#do show vers?\nversion  \n\nR1(config)#do show version\nAxle Software\nR1 uptime is 1 minute\nR1(config)#"},
		{"tab", "sho\tver\tx\x15", "R1#sho\nR1#show ver\nR1#show version x"},
		{"tab, ambiguous", "c\t\x15", "R1#c \b\b  \b\b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := play(t, shell.Options{Backend: newBackend(), Privilege: 15}, tt.typed, 0, 0)
			if !strings.HasPrefix(got, strings.TrimSuffix(tt.screen, "R1#")) {
				t.Errorf("screen:\n%s\nwant:\n%s\n%q\n%q", got, tt.screen, got, tt.screen)
			}
		})
	}
}

const wiped = " --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b"

func TestPager(t *testing.T) {
	lines := func(a, b int) string {
		s := ""
		for i := a; i <= b; i++ {
			s += fmt.Sprintf("line %d\n", i)
		}
		return s
	}
	long := strings.Repeat("x", 100) + "\n"
	tests := []struct {
		name, out, keys, want string
	}{
		{"fits", lines(1, 4), "", lines(1, 4)},
		{"page", lines(1, 10), "  ", lines(1, 4) + wiped + lines(5, 8) + wiped + lines(9, 10)},
		{"line", lines(1, 10), "\r\rq", lines(1, 4) + wiped + lines(5, 5) + wiped + lines(6, 6) + wiped},
		{"quit", lines(1, 10), "q", lines(1, 4) + wiped},
		{"Ctrl-C", lines(1, 10), "\x03", lines(1, 4) + wiped},
		{"search", lines(1, 20), "/18\n", lines(1, 4) + wiped + "/18\nfiltering...\n" + lines(18, 20)},
		{"filter in", lines(1, 20), "+7|9\n", lines(1, 4) + wiped + "+7|9\nfiltering...\n" + "line 7\nline 9\nline 17\nline 19\n"},
		{"filter out", lines(1, 9), "-[5-8]\n", lines(1, 4) + wiped + "-[5-8]\nfiltering...\n" + lines(9, 9)},
		{"long lines take more rows", long + long + long, "q", long + long + wiped},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBackend()
			b.show["show version"] = tt.out
			got := play(t, shell.Options{Backend: b}, "show version\n"+tt.keys, 80, 5)
			want := "R1>show version\n" + tt.want
			if !strings.HasPrefix(got, want) {
				t.Errorf("screen %q\nwant   %q", got, want)
			}
			if rest := strings.TrimPrefix(got, want); rest != "" && rest != "R1>" {
				t.Errorf("more than wanted: %q", rest)
			}
		})
	}
}

func TestHelpIsPaged(t *testing.T) {
	got := play(t, shell.Options{Backend: newBackend()}, "show ?/vers\nver\n", 80, 4)
	if !strings.HasPrefix(got, "R1>show ?\n  history    Display the session command history\n") ||
		!strings.Contains(got, wiped) || !strings.Contains(got, "R1>show ver\nAxle") {
		t.Errorf("screen %q", got)
	}
}
