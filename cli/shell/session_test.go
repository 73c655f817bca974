package shell_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"axle/cli/ios"
	"axle/cli/shell"
)

var sessionTests = []struct {
	name   string
	setup  func(*backend, *shell.Options)
	typed  string // each line end is Enter
	screen string
	edits  []string
	execs  []string
}{{
	name:  "modes",
	typed: "enable\nconf t\nint Tunnel0\nip address 10.0.0.1 255.255.255.0\nexit\nrouter eigrp 1\naddress-family ipv4\nexit-address-family\nend\ndisable\nexit\n",
	screen: `R1>enable
R1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
R1(config)#int Tunnel0
R1(config-if)#ip address 10.0.0.1 255.255.255.0
R1(config-if)#exit
R1(config)#router eigrp 1
R1(config-router)#address-family ipv4
R1(config-router-af)#exit-address-family
R1(config-router)#end
R1#disable
R1>exit
`,
	edits: []string{
		"interface Tunnel0",
		"interface Tunnel0 / ip address 10.0.0.1 255.255.255.0",
		"router eigrp 1",
		"router eigrp 1 / address-family ipv4",
		"(left)",
	},
}, {
	name:  "refusals",
	setup: privileged,
	typed: "show vex\nconfigure terminal now\nshow\nsh\nconf t\nip addres\nint\nint Tunnel0\nip mtu 9000\nno ip mtu 9000x\ni\nip route 10.0.0.0 255.0.0.0 10.0.0.1\nend\n",
	screen: `R1#show vex
          ^
% Invalid input detected at '^' marker.

R1#configure terminal now
                      ^
% Invalid input detected at '^' marker.

R1#show
% Type "show ?" for a list of subcommands
R1#sh
% Type "show ?" for a list of subcommands
R1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
R1(config)#ip addres
              ^
% Invalid input detected at '^' marker.

R1(config)#int
% Incomplete command.

R1(config)#int Tunnel0
R1(config-if)#ip mtu 9000
                     ^
% Invalid input detected at '^' marker.

R1(config-if)#no ip mtu 9000x
                        ^
% Invalid input detected at '^' marker.

R1(config-if)#i
% Incomplete command.

R1(config-if)#ip route 10.0.0.0 255.0.0.0 10.0.0.1
R1(config)#end
R1#`,
	edits: []string{"interface Tunnel0", "ip route 10.0.0.0 255.0.0.0 10.0.0.1", "(left)"},
}, {
	name:  "unknown first word",
	typed: "foo\nfoo bar\n",
	screen: `R1>foo
Translating "foo"...domain server (255.255.255.255)
% Unknown command or computer name, or unable to find computer address
R1>foo bar
   ^
% Invalid input detected at '^' marker.

R1>`,
}, {
	name:  "unknown first word without domain lookup",
	setup: func(b *backend, _ *shell.Options) { b.cfg.DomainLookup = false },
	typed: "foo\n",
	screen: `R1>foo
% Bad IP address or host name
% Unknown command or computer name, or unable to find computer address
R1>`,
}, {
	name:  "ambiguous",
	setup: privileged,
	typed: "sh v\nc\n",
	screen: `R1#sh v
Axle Software
R1 uptime is 1 minute
R1#c
% Ambiguous command:  "c"
R1#`,
	execs: []string{"show version"},
}, {
	name: "refused by the router",
	setup: func(b *backend, o *shell.Options) {
		o.Privilege = 15
	},
	typed: "conf t\ninterface Tunnel0\nip address 255.0.0.1 255.0.0.0\nshutdown\nend\n",
	screen: `R1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
R1(config)#interface Tunnel0
R1(config-if)#ip address 255.0.0.1 255.0.0.0
% Invalid address
R1(config-if)#shutdown
R1(config-if)#end
R1#`,
	edits: []string{"interface Tunnel0", "interface Tunnel0 / shutdown", "(left)"},
}, {
	name:  "control keys",
	setup: privileged,
	typed: "conf t\nint Tunnel0\nno shut\x1aconf t\nhostname R2\x03conf t\nhostname R2\x1ashow priv\n",
	screen: `R1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
R1(config)#int Tunnel0
R1(config-if)#no shut^Z
R1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
R1(config)#hostname R2^C
R1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
R1(config)#hostname R2^Z
R2#show priv
Current privilege level is 15
R2#`,
	edits: []string{"interface Tunnel0", "interface Tunnel0 / no shutdown", "(left)", "hostname R2", "(left)"},
}, {
	name:  "do, and nothing changed",
	setup: privileged,
	typed: "conf t\ndo show privilege\ninterface\n do sh cru\nend\n",
	screen: `R1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
R1(config)#do show privilege
Current privilege level is 15
R1(config)#interface
% Incomplete command.

R1(config)# do sh cru
                  ^
% Invalid input detected at '^' marker.

R1(config)#end
R1#`,
}, {
	name:  "banner and certificate",
	setup: privileged,
	typed: "conf t\nbanner motd #\nIs it you?\n  yes#\nbanner motd ^C\nhello\n^C\ncrypto certificate A\n 3082 0102\n quit\nend\n",
	screen: `R1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
R1(config)#banner motd #
Enter TEXT message.  End with the character '#'.
Is it you?
  yes#
% Long banner
R1(config)#banner motd ^C
Enter TEXT message.  End with the character '^C'.
hello
^C
% Long banner
R1(config)#crypto certificate A
R1(config-pubkey)# 3082 0102
R1(config-pubkey)# quit
R1(config)#end
R1#`,
	edits: []string{
		`banner motd ^C ["" "Is it you?" "  yes"]`,
		`banner motd ^C ["" "hello" ""]`,
		`crypto certificate A ["3082 0102"]`,
		"(left)",
	},
}, {
	name: "enable with a secret",
	setup: func(b *backend, _ *shell.Options) {
		b.cfg.EnableSecret = ios.Secret{Text: "admin"}
	},
	typed: "enable\nno\nadmin\nshow privilege\ndisable\nenable\n1\n2\n3\nenable\n\n\n\n",
	screen: `R1>enable
Password: 
Password: 
R1#show privilege
Current privilege level is 15
R1#disable
R1>enable
Password: 
Password: 
Password: 
% Bad secrets

R1>enable
Password: 
Password: 
Password: 
% Access denied

R1>`,
}, {
	name:   "enable on a vty without a secret",
	setup:  func(_ *backend, o *shell.Options) { o.Who.Line = "vty0" },
	typed:  "enable\n",
	screen: "R1>enable\n% No password set\nR1>",
}, {
	name: "pipes",
	setup: func(b *backend, o *shell.Options) {
		o.Privilege = 15
		b.show["show running-config"] = "!\ninterface Tunnel0\n ip mtu 1400\ninterface Tunnel1\n ip mtu 1300\nend\n"
	},
	typed: "show run | i mtu|end\nsh run | count ip\nsh run | b Tunnel1\nsh run | s Tunnel0\nsh run | section exclude interface\nsh run | ex t\n" +
		"sh run | foo\nsh run | i\nsh run |\nsh run | i (\nsh run | redirect flash:x\nsh run | e\n",
	screen: `R1#show run | i mtu|end
 ip mtu 1400
 ip mtu 1300
end
R1#sh run | count ip
Number of lines which match regexp = 2
R1#sh run | b Tunnel1
interface Tunnel1
 ip mtu 1300
end
R1#sh run | s Tunnel0
interface Tunnel0
 ip mtu 1400
R1#sh run | section exclude interface
!
end
R1#sh run | ex t
!
end
R1#sh run | foo
            ^
% Invalid input detected at '^' marker.

R1#sh run | i
% Incomplete command.

R1#sh run |
% Incomplete command.

R1#sh run | i (
% Failed to compile regular expression.
R1#sh run | redirect flash:x
%Error opening flash:x (No such device)
R1#sh run | e
% Incomplete command.

R1#`,
}, {
	name:  "history",
	setup: privileged,
	typed: "show version\nterminal history size 2\nshow privilege\nshow history\n\x10\x10\n\x10\x10\x10\x0e\n",
	screen: "R1#show version\nAxle Software\nR1 uptime is 1 minute\nR1#terminal history size 2\nR1#show privilege\nCurrent privilege level is 15\n" +
		"R1#show history\n  show privilege\n  show history\n" +
		"R1#show history\b\b\b\b\b\b\bprivilege\nCurrent privilege level is 15\n" +
		"R1#show privilege\b\b\b\b\b\b\b\b\bhistory  \b\b\a\b\b\b\b\b\b\bprivilege\nCurrent privilege level is 15\nR1#",
}, {
	name: "alias",
	setup: func(b *backend, _ *shell.Options) {
		b.cfg.Aliases = map[string]string{"sv": "show version"}
	},
	typed:  "sv | i Axle\ns privilege\n",
	screen: "R1>sv | i Axle\nAxle Software\nR1>s privilege\nCurrent privilege level is 1\nR1>",
}, {
	name:  "terminal settings",
	typed: "terminal length 0\nterm width 511\nterminal length 513\nshow terminal | i Length\nterm mon\nterm no mon\n",
	screen: `R1>terminal length 0
R1>term width 511
R1>terminal length 513
                   ^
% Invalid input detected at '^' marker.

R1>show terminal | i Length
Length: 0 lines, Width: 511 columns
R1>term mon
R1>term no mon
R1>`,
}, {
	name:   "prompt",
	setup:  func(b *backend, o *shell.Options) { privileged(b, o); b.cfg.Hostname = strings.Repeat("abcdefghi.", 7) },
	typed:  "conf t\n",
	screen: strings.Repeat("abcdefghi.", 7)[:63] + "#conf t\nEnter configuration commands, one per line.  End with CNTL/Z.\nabcdefghi.abcdefghi.(config)#",
}}

func privileged(_ *backend, o *shell.Options) { o.Privilege = 15 }

func TestSession(t *testing.T) {
	for _, tt := range sessionTests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBackend()
			o := shell.Options{Backend: b, Who: shell.Who{Line: "console"}}
			if tt.setup != nil {
				tt.setup(b, &o)
			}
			if got := play(t, o, tt.typed, 0, 0); got != tt.screen {
				t.Errorf("screen:\n%s\nwant:\n%s\nas Go:\n%q\nwant:\n%q", got, tt.screen, got, tt.screen)
			}
			if tt.edits != nil && !slices.Equal(b.edits, tt.edits) {
				t.Errorf("edits %q\nwant  %q", b.edits, tt.edits)
			}
			if tt.execs != nil && !slices.Equal(b.execs, tt.execs) {
				t.Errorf("execs %q\nwant  %q", b.execs, tt.execs)
			}
		})
	}
}

func TestScriptTerminal(t *testing.T) {
	v := newTables(t)
	b := newBackend()
	b.show["show version"] = strings.Repeat("line\n", 100)
	st := shell.NewScript()
	s := shell.New(shell.Options{
		Backend: b, Terminal: st, Privilege: 15, Length: -1, Width: -1,
		UserMode: v.user, PrivMode: v.priv, ConfigMode: v.config, Line: ios.LineConfig{Kind: "con", Length: 10, Width: 80, History: 20},
	})
	ctx := context.Background()
	s.Execute(ctx, "show version")
	if got := st.Take(); got != b.show["show version"] {
		t.Errorf("paged: %q", got)
	}
	s.Execute(ctx, "write erase")
	if got, want := st.Take(), "Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]\n"; got != want {
		t.Errorf("dialog %q, want %q", got, want)
	}
	st.Answer("n")
	s.Execute(ctx, "reload")
	if slices.Contains(b.execs, "reload") {
		t.Error("reload in spite of the answer n")
	}
	if !s.Execute(ctx, "exit") {
		t.Error("exit did not end the session")
	}
}
