package ios

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A refusedReason says why IOS refuses lines that are refused here.
type refusedReason struct {
	why   string
	files string // beginning of the names of the files that it holds in
	lines string // regular expression
}

// refusedReasons is in order of precedence.
var refusedReasons = []refusedReason{
	{"Output of show commands, pasted behind the commands.", "126-", `.`},
	{"A comment that begins with `#`. A comment of IOS begins with `!`.", "", `^#`},
	{"A comment behind `//`, which IOS takes for an argument.", "", ` // `},
	{"A heading or free text between the configurations.", "", `^(HUB:?\s*$|HUB-ROUTER:|SPOKE-ROUTER:|Spoke ?- ?\d|somesay!)`},
	{"A placeholder or an escape of Markdown instead of a value.", "", `\\\[|^&#x20;`},
	{"A typing error, or a word that the command does not have.", "", `GigbitEthernet|exitarea|^ip nhrp hold-time|^tunnel mode gre ipv4$|^(authentication|ip map|ip nhs) `},
	{
		"A command of NX-OS.", "078-",
		`^ip access-list abc$|^10 permit|^(no )?(disable|enable)$|^(no )?hardware |^ip address [\d.]+/|^ip arp |^(no )?ip dhcp (relay (address|subnet)|smart)|^(no )?ip forward$|` +
			`^ip ospf passive|^(no )?ip passive|^ip router ospf|^(no )?lacp |^(no )?load-interval counter|^logging event port|^medium |^packet latency|^(no )?management|^no negotiate|` +
			`^no shutdown lan|^zone-member t1`,
	},
	{
		"A command of IOS-XR.", "078-",
		`^ipv4 |^ipv6 icmp|^l2transport|^propagate|^nv$|^satellite|^remote-ports|^ethernet udld|^mode normal|^transceiver permit|^interface tunnel-ip`,
	},
	{"A command of Arista EOS.", "078-", `^ip address virtual|^shape rate|^tx-queue|^bandwidth (percent|guaranteed)`},
	{"A command of Brocade switches.", "078-", `^gig-default|^port security|^age |^maximum |^secure-mac|^violation`},
}

// outOfPlace heads the lines that are well formed, and passedOver those that IOS
// drops without a word, which are not counted as refused.
const (
	outOfPlace = "A line that what stands before it does not allow, with IOS's answer."
	passedOver = "Dropped without a word, as IOS does: the IPsec profile is not in the file above it."
)

// notExplained heads the lines that IOS accepts.
const notExplained = "Lines that IOS accepts and Axle does not yet."

// reasonOf returns why IOS refuses a line of a file, or notExplained.
func reasonOf(file, line string) string {
	for _, r := range refusedReasons {
		if strings.HasPrefix(file, r.files) && regexp.MustCompile(r.lines).MatchString(line) {
			return r.why
		}
	}
	return notExplained
}

// A refusedLine is a line of a collected configuration that Load refuses.
type refusedLine struct {
	file string
	line int
	text string
}

// TestRefusedLines holds docs/corpus.md against what is refused of the collected
// configurations; -update writes it.
func TestRefusedLines(t *testing.T) {
	files := corpusFiles(t)
	byReason := map[string][]refusedLine{}
	lines, refused, all := 0, 0, 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		lines += corpusLines(files[name])
		for range strings.Lines(files[name]) {
			all++
		}
		_, errs := Load(files[name])
		for _, e := range errs {
			why := reasonOf(name, e.Text)
			var refusal *Refusal
			if errors.As(e.Err, &refusal) {
				if why = outOfPlace; refusal.Text == "" {
					why = passedOver
				}
				e.Text += "`: `" + strings.Join(strings.Fields(refusal.Text), " ")
			}
			e.Text = strings.TrimSuffix(e.Text, "`: `")
			if why != passedOver {
				refused++
			}
			byReason[why] = append(byReason[why], refusedLine{name, e.Line, e.Text})
		}
	}
	ours := len(byReason[notExplained])
	for _, l := range byReason[notExplained] {
		t.Logf("%s:%d: %s", l.file, l.line, l.text)
	}
	ioses := lines - refused + ours
	if share := (lines - refused) * 1000 / ioses; share < fairShare {
		t.Errorf("%d lines of a thousand that IOS accepts are accepted, want %d", share, fairShare)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `# The collected configurations

The tests load %d public DMVPN configurations and refuse %d lines.

| of | lines | accepted |
| --- | ---: | ---: |
| all lines, with blanks and comments | %d | %s |
| lines that are neither empty nor comments | %d | %s |
| lines that IOS would accept | %d | %s |

Below is every line that is refused, and why IOS would refuse it too. What a paste
brings along (prompts, `+"`--More--`, `Building configuration...`, `conf t`, `wr`"+`) counts as
accepted; show commands do outside of configuration mode.

This page is written by `+"`go test ./cli/ios -run TestRefusedLines -update`"+`.
`, len(files), refused, all, percent(all-refused, all), lines, percent(lines-refused, lines), ioses, percent(lines-refused, ioses))
	for _, r := range append(slices.Clone(refusedReasons), refusedReason{why: outOfPlace}, refusedReason{why: notExplained}, refusedReason{why: passedOver}) {
		writeRefused(&b, r.why, byReason[r.why])
	}
	page := "../../docs/corpus.md"
	if *update {
		if err := os.WriteFile(page, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != b.String() {
		t.Errorf("docs/corpus.md is stale: %s", diff(string(got), b.String()))
	}
}

// percent returns what share n is of all, rounded down.
func percent(n, all int) string {
	return fmt.Sprintf("%d.%02d %%", n*100/all, n*10000/all%100)
}

// writeRefused writes the part of the page with the lines of one reason.
func writeRefused(b *strings.Builder, why string, lines []refusedLine) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n%d lines.\n\n| file | line | text |\n| --- | ---: | --- |\n", strings.TrimSuffix(why, "."), len(lines))
	for _, l := range lines {
		fmt.Fprintf(b, "| %s | %d | `%s` |\n", l.file, l.line, strings.ReplaceAll(l.text, "|", `\|`))
	}
}

// corpusLines counts the lines that are neither empty nor comments.
func corpusLines(text string) int {
	n := 0
	for l := range strings.Lines(text) {
		if s := strings.TrimSpace(l); s != "" && s[0] != '!' {
			n++
		}
	}
	return n
}
