package router_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"axle/router"
)

// killedSave is set for the processes that TestKilledSave kills: their folder,
// with the startup-config in nvram and the two that it may be beside.
const killedSave = "AXLE_KILLED_SAVE"

var long = flag.Bool("long", false, "1,000 kills while the configuration is saved instead of 200")

const (
	killers    = 4                    // folders, each with one process at a time
	killWithin = 3 * time.Millisecond // after the first save has begun, or longer where three take longer
)

// kills are what one folder has seen.
type kills struct {
	midst   int // a temporary file was left: the process was writing
	changed int // another configuration than before
	same    int
}

// TestKilledSave kills processes in the middle of "write memory", with a signal
// that they cannot catch. Every time the startup-config must be the old one or
// the new one, whole, and the next process must start from it.
func TestKilledSave(t *testing.T) {
	if dir := os.Getenv(killedSave); dir != "" {
		saveOnAndOn(t, dir)
		return
	}
	rounds := 200
	switch {
	case *long:
		rounds = 1000
	case testing.Short():
		rounds = 50
	}
	texts := startups(t)
	within := max(killWithin, 3*saveTime(t, texts[1]))
	seen := make([]kills, killers)
	t.Run("folders", func(t *testing.T) {
		for i := range killers {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				rnd := rand.New(rand.NewPCG(uint64(i), 9))
				n := (rounds + i) / killers // all together: rounds
				seen[i] = killAll(t, n, texts, func() time.Duration { return time.Duration(rnd.Int64N(int64(within))) })
			})
		}
	})
	var all kills
	for _, k := range seen {
		all.midst, all.changed, all.same = all.midst+k.midst, all.changed+k.changed, all.same+k.same
	}
	t.Logf("%d kills: %d while writing; the startup-config changed %d times", rounds, all.midst, all.changed)
	if all.changed+all.same != rounds && !t.Failed() {
		t.Errorf("%d kills, want %d", all.changed+all.same, rounds)
	}
	if all.midst < rounds/50 || all.changed < rounds/50 || all.same < rounds/50 {
		t.Errorf("too few of a kind to say anything: %+v", all)
	}
}

// startups returns two configurations, 20 and 200 kB, as "write memory" saves
// them.
func startups(t *testing.T) [2]string {
	t.Helper()
	var texts [2]string
	for i := range texts {
		var b strings.Builder
		fmt.Fprintf(&b, "hostname R%d\n", i)
		for _, banner := range []string{"motd", "login"} {
			fmt.Fprintf(&b, "banner %s ^C\n", banner)
			for line := range [...]int{100, 1250}[i] {
				fmt.Fprintf(&b, "%d: %s\n", line, strings.Repeat(string(rune('A'+i)), 70))
			}
			b.WriteString("^C\n")
		}
		for n := range 100 {
			fmt.Fprintf(&b, "ip route 10.%d.%d.0 255.255.255.0 203.0.113.254\n", i, n)
		}
		store := &router.MemoryStore{Text: []byte(b.String())}
		bootFrom(t, store).exec("write memory")
		texts[i] = string(store.Text)
		if want := [...]int{19000, 190000}[i]; len(texts[i]) < want || strings.Count(texts[i], "\nip route ") != 100 {
			t.Fatalf("startup-config %d has only %d bytes", i, len(texts[i]))
		}
	}
	return texts
}

// saveTime returns how long the disk takes for one save.
func saveTime(t *testing.T, text string) time.Duration {
	store := router.FileStore{Path: filepath.Join(t.TempDir(), "startup-config")}
	var took []time.Duration
	for range 5 {
		begin := time.Now()
		if err := store.Save([]byte(text)); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// bootFrom starts a router.
func bootFrom(t *testing.T, s router.Store) *box {
	r := router.New(router.Options{Name: "R", Version: "test", Seed: 1, Output: &wire{}, Store: s})
	r.Boot(start)
	return &box{t: t, r: r, now: start}
}

// A preset is a FileStore that is saved to, but from which another text is
// loaded.
type preset struct {
	router.FileStore
	text string
}

// Load returns the other text.
func (p preset) Load() ([]byte, error) { return []byte(p.text), nil }

// saveOnAndOn is the process that is killed. Its router starts from the
// startup-config; it says which one that was, and then saves the other one and
// this one in turn. A second router has the other one running.
func saveOnAndOn(t *testing.T, dir string) {
	go func() {
		io.Copy(io.Discard, os.Stdin) // ends with the process that should kill this one
		os.Exit(0)
	}()
	var texts [2]string
	for i := range texts {
		b, err := os.ReadFile(filepath.Join(dir, fmt.Sprint(i)))
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(b)
	}
	store := router.FileStore{Path: filepath.Join(dir, "nvram", "startup-config")}
	first := bootFrom(t, store)
	which := slices.Index(texts[:], first.r.RunningText()+"end\n")
	if which < 0 || first.r.Unsaved() {
		t.Fatal("the router runs something other than what was saved")
	}
	savers := []*box{bootFrom(t, preset{store, texts[1-which]}), first}
	if _, err := fmt.Printf("%d", which); err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		if got := savers[i%2].exec("write memory"); !strings.HasSuffix(got, "[OK]\n") {
			t.Fatalf("write memory: %q", got)
		}
	}
}

// killAll does n rounds in one folder.
func killAll(t *testing.T, n int, texts [2]string, delay func() time.Duration) kills {
	dir := t.TempDir()
	nvram := filepath.Join(dir, "nvram")
	if err := os.Mkdir(nvram, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(nvram, "startup-config")
	for name, text := range map[string]string{path: texts[0], filepath.Join(dir, "0"): texts[0], filepath.Join(dir, "1"): texts[1]} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var k kills
	var old []string // temporary files
	which := 0
	for round := range n {
		if started := killOne(t, dir, delay()); started != fmt.Sprint(which) {
			t.Fatalf("round %d: the router started from %q, the startup-config was %d", round, started, which)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		now := slices.Index(texts[:], string(b))
		if now < 0 {
			t.Fatalf("round %d: the startup-config is neither of the two: %d bytes, %.60q ...", round, len(b), b)
		}
		if now == which {
			k.same++
		} else {
			k.changed++
		}
		which = now
		left := leftovers(t, nvram)
		if len(left) > 1 {
			t.Fatalf("round %d: temporary files pile up: %q", round, left)
		}
		if len(left) == 1 && !slices.Equal(left, old) {
			k.midst++
		}
		old = left
	}
	return k
}

// leftovers lists what lies beside the startup-config.
func leftovers(t *testing.T, nvram string) []string {
	entries, err := os.ReadDir(nvram)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		if e.Name() != "startup-config" {
			left = append(left, e.Name())
		}
	}
	return left
}

// killOne starts a process on a folder and kills it a while after it has begun
// to save. It returns what the process says it started from.
func killOne(t *testing.T, dir string, after time.Duration) string {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^TestKilledSave$")
	cmd.Env = append(os.Environ(), killedSave+"="+dir, "GOGC=off", "GOMAXPROCS=1", // its life is short
		"TMPDIR="+filepath.Join(dir, "nvram")) // a temporary file is to be seen, wherever it is put
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make([]byte, 1)
	_, err = io.ReadFull(out, ready)
	if err == nil {
		<-time.After(after)
	}
	cmd.Process.Kill() // an error: it has ended by itself, which is seen below
	rest, _ := io.ReadAll(out)
	cmd.Wait() // says that it was killed
	if err != nil || cmd.ProcessState.Exited() {
		t.Fatalf("the process ended by itself (%v, %v):\n%s%s%s", err, cmd.ProcessState, ready, rest, &complaint)
	}
	return string(ready)
}
