package shell_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"axle/cli/console"
	"axle/cli/ios"
	"axle/cli/shell"
)

var dialogTests = []struct {
	name   string
	setup  func(*backend)
	typed  string
	screen string // after the first prompt
	execs  []string
}{{
	name:   "copy",
	typed:  "copy run start\n\ncopy running-config startup-config\nother\n",
	screen: "copy run start\nDestination filename [startup-config]? \nBuilding configuration...\n[OK]\nR1#copy running-config startup-config\nDestination filename [startup-config]? other\n%Error opening other (No such device)\nR1#",
	execs:  []string{"copy system:running-config nvram:startup-config"},
}, {
	name:   "copy to and from the flash",
	typed:  "copy run flash:\nbase.cfg\ncopy flash:base.cfg run\n\ncopy flash: flash:b/\na.cfg\n\n",
	screen: "copy run flash:\nDestination filename [running-config]? base.cfg\nR1#copy flash:base.cfg run\nDestination filename [running-config]? \nR1#copy flash: flash:b/\nSource filename []? a.cfg\nDestination filename [b/]? \nR1#",
	execs:  []string{"copy system:running-config flash:base.cfg", "copy flash:base.cfg system:running-config", "copy flash:a.cfg flash:b/"},
}, {
	name:   "delete",
	typed:  "delete flash:a\n\n\ndelete a\nb\nnmkdir d\n\nrmdir d\n\n\ndelete /force a\n",
	screen: "delete flash:a\nDelete filename [a]? \nDelete flash:/a? [confirm]\nR1#delete a\nDelete filename [a]? b\nDelete flash:/b? [confirm]\nR1#mkdir d\nCreate directory filename [d]? \nR1#rmdir d\nRemove directory filename [d]? \nDelete flash:/d? [confirm]\nR1#delete /force a\nR1#",
	execs:  []string{"delete flash:a", "mkdir flash:d", "rmdir flash:d", "delete /force flash:a"},
}, {
	name:   "configure replace",
	typed:  "configure replace flash:a\n\nconf rep flash:a list\ny\nconf rep flash:a force\n",
	screen: "configure replace flash:a\n" + warning + "\nR1#conf rep flash:a list\n" + warning + "y\nR1#conf rep flash:a force\nR1#",
	execs:  []string{"configure replace flash:a list", "configure replace flash:a force"},
}, {
	name:  "the master key",
	typed: "conf t\nkey config-key password-encrypt\nsecret88\nsecret99\nkey config-key password-encrypt\nsecret88\nsecret88\nno key config-key password-encrypt\nno\nend\n",
	screen: "conf t\nEnter configuration commands, one per line.  End with CNTL/Z.\nR1(config)#key config-key password-encrypt\nNew key: \nConfirm key: \n% Keys do not match\nR1(config)#key config-key password-encrypt\nNew key: \nConfirm key: \nR1(config)#no key config-key password-encrypt\n" +
		"WARNING: All type 6 encrypted keys will become unusable\nContinue with master key deletion ? [yes/no]: no\nR1(config)#end\nR1#",
	execs: []string{"key config-key password-encrypt"},
}, {
	name:   "reload, saved",
	setup:  func(b *backend) { b.unsaved = true },
	typed:  "reload\nmaybe\nyes\n\n",
	screen: "reload\n\nSystem configuration has been modified. Save? [yes/no]: maybe\n% Please answer 'yes' or 'no'.\n\nSystem configuration has been modified. Save? [yes/no]: yes\nBuilding configuration...\n[OK]\nProceed with reload? [confirm]\nR1#",
	execs:  []string{"write memory", "reload"},
}, {
	name:   "reload, declined",
	typed:  "reload\nn",
	screen: "reload\nProceed with reload? [confirm]\nR1#",
}, {
	name:   "write erase",
	typed:  "wr er\n\n",
	screen: "wr er\nErasing the nvram filesystem will remove all configuration files! Continue? [confirm]\nR1#",
	execs:  []string{"write erase"},
}, {
	name:   "clear",
	typed:  "clear counters\nyclear counters Tunnel0\n\nclear log\nx",
	screen: "clear counters\nClear \"show interface\" counters on all interfaces [confirm]\nR1#clear counters Tunnel0\nClear \"show interface\" counters on this interface [confirm]\nR1#clear log\nClear logging buffer [confirm]\nR1#",
	execs:  []string{"clear counters", "clear counters Tunnel0"},
}, {
	name:  "captures",
	typed: "mon cap NEW match any\nmon cap OLD match any\nnmon cap OLD access-list A\n\nmon cap OLD limit packets 9\nmon cap OLD clear\nnmon cap OLD clear\nymon cap OLD stop\n",
	screen: "mon cap NEW match any\nR1#mon cap OLD match any\n" + replaceFilter + "\nR1#mon cap OLD access-list A\n" + replaceFilter + "\nR1#mon cap OLD limit packets 9\nR1#" +
		"mon cap OLD clear\nCaptured data will be deleted [clear]?[confirm]\nR1#mon cap OLD clear\nCaptured data will be deleted [clear]?[confirm]\nR1#mon cap OLD stop\nR1#",
	execs: []string{"monitor capture NEW match any", "monitor capture OLD access-list A", "monitor capture OLD limit packets 9", "monitor capture OLD clear", "monitor capture OLD stop"},
}, {
	name:  "ping",
	typed: "ping\n\n10.0.0.1\n3\n200\n\ny\n\n10.0.0.2\n\nyes\n\n\n\n\n",
	screen: "ping\nProtocol [ip]: \nTarget IP address: 10.0.0.1\nRepeat count [5]: 3\nDatagram size [100]: 200\nTimeout in seconds [2]: \n" +
		"Extended commands [n]: y\nIngress ping [n]: \nSource address or interface: 10.0.0.2\nDSCP Value [0]: \nSet DF bit in IP header? [no]: yes\n" +
		"Validate reply data? [no]: \nData pattern [0x0000ABCD]: \nLoose, Strict, Record, Timestamp, Verbose [none]: \nSweep range of sizes [n]: \nR1#",
	execs: []string{"ping 10.0.0.1 repeat 3 size 200 source 10.0.0.2 df-bit"},
}, {
	name:   "ping, a bad answer",
	typed:  "ping\n\n10.0.0.1\nmany\n",
	screen: "ping\nProtocol [ip]: \nTarget IP address: 10.0.0.1\nRepeat count [5]: many\n% A decimal number between 1 and 2147483647.\nR1#",
}, {
	name:   "ping, Ctrl-C",
	typed:  "ping\n\n\x03",
	screen: "ping\nProtocol [ip]: \nTarget IP address: ^C\nR1#",
}, {
	name:  "traceroute",
	typed: "traceroute\n\nhost1\n\n10.0.0.2\n\n\n\n\n\n\n\n\n",
	screen: "traceroute\nProtocol [ip]: \nTarget IP address: host1\nIngress traceroute [n]: \nSource address or interface: 10.0.0.2\nDSCP Value [0]: \n" +
		"Numeric display [n]: \nTimeout in seconds [3]: \nProbe count [3]: \nMinimum Time to Live [1]: \nMaximum Time to Live [30]: \nPort Number [33434]: \n" +
		"Loose, Strict, Record, Timestamp, Verbose [none]: \nR1#",
	execs: []string{"traceroute host1 source 10.0.0.2"},
}, {
	name:   "configure",
	typed:  "configure\n\nend\n",
	screen: "configure\nConfiguring from terminal, memory, or network [terminal]? \nEnter configuration commands, one per line.  End with CNTL/Z.\nR1(config)#end\nR1#",
}}

const replaceFilter = "A filter is already attached to the capture . Replace with specified filter?[confirm]"

const warning = "This will apply all necessary additions and deletions\n" +
	"to replace the current running configuration with the\n" +
	"contents of the specified configuration file, which is\n" +
	"assumed to be a complete configuration, not a partial\n" +
	"configuration. Enter Y if you are sure you want to proceed. ? [no]: "

func TestDialogs(t *testing.T) {
	for _, tt := range dialogTests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBackend()
			if tt.setup != nil {
				tt.setup(b)
			}
			got := play(t, shell.Options{Backend: b, Privilege: 15}, tt.typed, 0, 0)
			if want := "R1#" + tt.screen; got != want {
				t.Errorf("screen:\n%s\nwant:\n%s\n%q\n%q", got, want, got, want)
			}
			if !slices.Equal(b.execs, tt.execs) {
				t.Errorf("execs %q, want %q", b.execs, tt.execs)
			}
		})
	}
}

func TestLogin(t *testing.T) {
	users := []ios.User{{Name: "admin", Privilege: 15, Secret: ios.Secret{Text: "admin"}}}
	tests := []struct {
		name   string
		line   ios.LineConfig
		typed  string
		screen string
		err    error
		prompt string
	}{
		{
			"local",
			ios.LineConfig{Kind: "con", LoginLocal: true},
			"admin\nadmin\n",
			"\nhello\n\nUser Access Verification\n\nUsername: admin\nPassword: \n\n", nil, "R1#",
		},
		{
			"local, at the second try",
			ios.LineConfig{Kind: "con", LoginLocal: true},
			"nobody\nx\nadmin\nadmin\n",
			"\nhello\n\nUser Access Verification\n\nUsername: nobody\nPassword: \n% Login invalid\n\nUsername: admin\nPassword: \n\n", nil, "R1#",
		},
		{
			"local, refused",
			ios.LineConfig{Kind: "con", LoginLocal: true},
			"a\nb\nadmin\nb\na\nadmin\n",
			"\nhello\n\nUser Access Verification\n\n" + strings.Repeat("Username: \nPassword: \n% Login invalid\n\n", 3), shell.ErrLogin, "R1>",
		},
		{
			"password",
			ios.LineConfig{Kind: "vty", Login: true, Password: ios.Secret{Text: "p"}},
			"p\n",
			"\nhello\n\nUser Access Verification\n\nPassword: \n\n", nil, "R1>",
		},
		{
			"no password",
			ios.LineConfig{Kind: "vty", Login: true},
			"",
			"\nhello\n\nPassword required, but none set\n", shell.ErrLogin, "R1>",
		},
		{"no login", ios.LineConfig{Kind: "con"}, "", "\nhello\n", nil, "R1>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := newTables(t)
			b := newBackend()
			b.cfg.Users = users
			b.cfg.Banner = map[string]string{"motd": "hello\n"}
			rw := &tape{Reader: strings.NewReader(tt.typed)}
			c := console.New(rw, console.Options{})
			defer c.Close()
			s := shell.New(shell.Options{Backend: b, Terminal: c, Line: tt.line, Length: -1, Width: -1, UserMode: v.user, PrivMode: v.priv, ConfigMode: v.config})
			if err := s.Login(context.Background()); !errors.Is(err, tt.err) {
				t.Errorf("Login: %v, want %v", err, tt.err)
			}
			got := strings.ReplaceAll(rw.String(), "\r\n", "\n")
			if tt.name == "local, refused" {
				got = strings.NewReplacer("Username: admin", "Username: ", "Username: a", "Username: ").Replace(got)
			}
			if got != tt.screen {
				t.Errorf("screen %q\nwant   %q", got, tt.screen)
			}
			if p := s.Prompt(); p != tt.prompt {
				t.Errorf("prompt %q, want %q", p, tt.prompt)
			}
		})
	}
}
