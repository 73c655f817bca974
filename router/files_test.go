package router_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/internal/flash"
	"axle/router"
)

// newFiles returns a router that keeps files.
func newFiles(t *testing.T, text string) *box {
	t.Helper()
	b := &box{t: t, wire: &wire{}, now: start}
	b.r = router.New(router.Options{
		Name: "R1", Version: "test", Seed: 1, Output: b.wire, Store: &router.MemoryStore{Text: []byte(text)},
		Flash: flash.NewMemory(func() time.Time { return b.now }), Ports: []router.Port{{Name: "GigabitEthernet0/0"}, {Name: "GigabitEthernet0/1"}},
	})
	b.r.Boot(b.now)
	return b
}

// write puts a file into the flash.
func (b *box) write(name, text string) {
	b.t.Helper()
	w, err := b.r.CreateFile("flash:"+name, false)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

func TestFiles(t *testing.T) {
	b := newFiles(t, config)
	for _, tt := range []struct{ line, want string }{
		{"more flash:a", "%Error opening flash:/a (No such file or directory)\n"},
		{"copy flash:a running-config", "%Error opening flash:/a (No such file or directory)\n"},
		{"copy running-config tftp://10.0.0.9/a", "%Error opening tftp://10.0.0.9/a (No such device)\n"},
		{"copy tftp://10.0.0.9/a flash:a", "%Error opening tftp://10.0.0.9/a (No such device)\n"},
		{"copy running-config running-config", "%Error copying system:running-config to itself\n"},
		{"delete flash:a", "%Error deleting flash:/a (No such file or directory)\n"},
		{"rmdir flash:a", "%Error Removing dir flash:/a (No such file or directory)\n"},
		{"mkdir flash:d", "Created dir flash:/d\n"},
		{"mkdir flash:d", "%Error Creating dir flash:/d (File exists)\n"},
		{"copy startup-config flash:d/s.cfg", " bytes copied in 0.001 secs ("},
		{"rename flash:d/s.cfg flash:t.cfg", ""},
		{"rename flash:d/s.cfg flash:t.cfg", "%Error renaming flash:/d/s.cfg (No such file or directory)\n"},
		{"rmdir flash:d", "Removed dir flash:/d\n"},
		{"copy flash:t.cfg flash:../u.cfg", "%Error opening flash:/../u.cfg (Invalid argument)\n"},
		{"verify /md5 flash:t.cfg", "verify /md5 (flash:t.cfg) = "},
		{"verify /md5 flash:u.cfg", "%Error opening flash:/u.cfg (No such file or directory)\n"},
		{"dir flash:u.cfg", "%Error opening flash:/u.cfg (No such file or directory)\n"},
		{"dir tftp:", "%Error opening tftp: (No such device)\n"},
		{"dir nvram:", "startup-config"},
		{"dir", "t.cfg"},
		{"show flash:", "t.cfg"},
		{"show file systems", "nvram:"},
		{"copy flash:t.cfg null:", " bytes copied"},
		{"more flash:t.cfg", "hostname R1\n"},
		{"more system:running-config", "hostname R1\n"},
		{"more nvram:startup-config", "hostname R1\n"},
	} {
		if got := b.exec(tt.line); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.line, got, tt.want)
		}
	}
}

func TestCopyMerges(t *testing.T) {
	b := newFiles(t, config)
	b.write("part.cfg", "hostname R5\ninterface Loopback7\n ip address 203.0.113.9 255.255.255.0\n ip adress 1.1.1.1 255.0.0.0\nip route 10.0.0.0 255.0.0.0 Null0\n")
	got := b.exec("copy flash:part.cfg running-config")
	b.want(got, "% 203.0.113.0 overlaps with GigabitEthernet0/0", "ip adress 1.1.1.1 255.0.0.0\n", "% Invalid input detected at '^' marker.", "bytes copied")
	b.want(b.r.RunningText(), "hostname R5\n", "interface Loopback7\n no ip address\n", "ip route 10.0.0.0 255.0.0.0 Null0\n", "interface GigabitEthernet0/1\n ip address 192.168.0.1")
}

func TestCopyToStartup(t *testing.T) {
	b := newFiles(t, config)
	b.write("new.cfg", "hostname NEW\nend\n")
	b.exec("copy flash:new.cfg startup-config")
	b.want(b.exec("show startup-config"), "hostname NEW\nend\n")
	b.r.Reload(b.now)
	b.want(b.r.RunningText(), "hostname NEW\n")
}

func TestArchivePeriod(t *testing.T) {
	b := newFiles(t, config+"archive\n path flash:$h-$t\n time-period 60\n maximum 3\n")
	b.want(b.exec("show archive"), "The archiving time-period is 60 minutes.\nThe next archive will be in 60 minutes.\n", "There are currently 0 ")
	b.pass(5 * time.Hour)
	b.want(b.exec("show archive"), "There are currently 3 ", "flash:R1-Mar--1-17-00-00.000-UTC-4 <- Most Recent\n")
	if n := strings.Count(b.exec("dir"), "R1-Mar"); n != 3 {
		t.Errorf("%d copies are kept, want 3:\n%s", n, b.exec("dir"))
	}
	b.edit("archive", "no path")
	b.want(b.exec("show archive"), " Archive feature not enabled\n")
	b.want(b.exec("archive config"), " Archive feature not enabled\n")
	b.want(b.exec("configure replace flash:x force time 5"), "%Error: Could not open file flash:x for reading\n")
}

func TestReplaceTimer(t *testing.T) {
	b := newFiles(t, config+"archive\n path flash:a\n")
	b.write("new.cfg", "hostname NEW\narchive\n path flash:a\n")
	got := b.exec("configure replace flash:new.cfg force time 1")
	b.want(got, "Rollback Confirmed Change: Backing up current running config to flash:a-Mar", "Total number of passes: 1\nRollback Done\n")
	b.want(b.exec("configure replace flash:new.cfg force time 1"), "%Rollback Confirmed Change is already pending")
	b.want(b.r.RunningText(), "hostname NEW\n")
	var heard []string
	defer b.r.Subscribe(func(level int, debug bool, line string) { heard = append(heard, line) })()
	b.now = b.now.Add(time.Minute)
	b.r.Tick(b.now)
	b.want(b.r.RunningText(), "hostname R1\n", "ip route 0.0.0.0 0.0.0.0 203.0.113.254\n")
	b.want(strings.Join(heard, "\n"), "Rollback Confirmed Change: rolling to:flash:a-Mar", "Rollback Done")
}

func TestReplaceRefused(t *testing.T) {
	b := newFiles(t, config+"archive\n path flash:a\n")
	b.write("bad.cfg", "hostname NEW\nip rout 1.1.1.1\narchive\n path flash:a\n")
	b.write("none.cfg", "\x00\x01\x02nothing of this is a line\n")
	b.want(b.exec("configure replace flash:none.cfg force"), "%The input file is not a valid config file.\n")
	got := b.exec("configure replace flash:bad.cfg force")
	b.want(got, "The rollback configlet from the last pass is listed below:\n********\n!List of Rollback Commands:\nip rout 1.1.1.1\nend\n********\n", "Rollback aborted after 5 passes\n")
	b.want(b.r.RunningText(), "hostname NEW\n")
	b.edit("hostname R1", "ip route 10.0.0.0 255.0.0.0 Null0")
	got = b.exec("configure replace flash:bad.cfg force revert trigger error")
	b.want(got, "Rollback aborted after 5 passes\n", "Rollback Done\n")
	b.want(b.r.RunningText(), "hostname R1\n", "ip route 10.0.0.0 255.0.0.0 Null0\n")
}

func TestIdleTimerBeginsAnew(t *testing.T) {
	b := newFiles(t, config+"archive\n path flash:a\n")
	b.exec("configure terminal revert timer idle 2")
	for range 5 { // one line each minute keeps the change
		b.now = b.now.Add(time.Minute)
		b.r.Tick(b.now)
		b.edit("hostname BUSY")
	}
	b.want(b.exec("show archive config rollback timer"), "Timer type: idle timer\nTimer value: 2 min\nUser: console\n")
	b.now = b.now.Add(2 * time.Minute)
	b.r.Tick(b.now)
	b.want(b.r.RunningText(), "hostname R1\n")
}

// Every configuration becomes every other where no line of it is refused.
func TestReplaceRandom(t *testing.T) {
	done := 0
	const pairs = 150
	for seed := range uint64(pairs) {
		b := newFiles(t, grammar.Generate(rand.New(rand.NewPCG(seed, 1)), ios.ConfigMode, 30))
		tree, _ := ios.Load(grammar.Generate(rand.New(rand.NewPCG(seed, 2)), ios.ConfigMode, 30))
		b.write("other.cfg", tree.Text()) // without what a router refuses
		got := b.exec("configure replace flash:other.cfg force")
		diff := b.exec("show archive config differences flash:other.cfg")
		same := strings.Contains(diff, "!No changes were found")
		if same != strings.Contains(got, "Rollback Done") {
			t.Fatalf("seed %d: replaced %q, but they differ by\n%s", seed, got, diff)
		}
		if same {
			done++
		}
	}
	if done < pairs/2 {
		t.Errorf("only %d of %d configurations could be replaced", done, pairs)
	}
}

func TestPasswordEncryption(t *testing.T) {
	b := newFiles(t, config+"enable password first\nusername u password 0 second\nline con 0\n password third\n")
	b.edit("service password-encryption")
	text := b.r.RunningText()
	for _, clear := range []string{"first", "second", "third"} {
		if strings.Contains(text, clear) {
			t.Errorf("%q stands in clear in\n%s", clear, text)
		}
	}
	b.edit("no service password-encryption", "enable password fourth")
	b.want(b.r.RunningText(), "enable password fourth\n", "username u password 7 ")
	if !b.r.Config().Users[0].Secret.Verify("second") {
		t.Error("the hidden password is another one")
	}
}

func TestMasterKey(t *testing.T) {
	const key = "crypto isakmp key Cisco123 address 203.0.113.9"
	b := newFiles(t, config+key+"\n")
	master := func(line string) string {
		l, err := ios.ConfigMode.Match(line)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		b.r.Exec(b.now, shell.Who{}, l, &out, func(error) {})
		return out.String()
	}
	b.want(master("key config-key password-encrypt short"), "% The master key must have at least 8 characters\n")
	master("key config-key password-encrypt longer-than-8")
	b.want(b.r.RunningText(), "crypto isakmp key Cisco123 address 203.0.113.9")
	b.edit("password encryption aes")
	b.want(b.r.RunningText(), "crypto isakmp key 6 ")
	sealed := func() string {
		_, rest, _ := strings.Cut(b.r.RunningText(), "crypto isakmp key 6 ")
		word, _, _ := strings.Cut(rest, " ")
		return word
	}
	if clear, ok := ios.Decrypt6("longer-than-8", sealed()); !ok || clear != "Cisco123" {
		t.Errorf("the key reads %q, %v", clear, ok)
	}
	master("key config-key password-encrypt another-key")
	if clear, ok := ios.Decrypt6("another-key", sealed()); !ok || clear != "Cisco123" {
		t.Errorf("under the new master key it reads %q, %v", clear, ok)
	}
	b.exec("write memory")
	b.r.Reload(b.now)
	b.edit("crypto isakmp key Next address 203.0.113.10")
	if strings.Contains(b.r.RunningText(), "Next") {
		t.Error("the master key is lost by a reload")
	}
}
