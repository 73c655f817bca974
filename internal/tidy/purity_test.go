package tidy

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What a package may hide from its caller, and here must not.
const (
	clock   = "clock"
	chance  = "chance"
	thread  = "goroutine"
	lock    = "lock"
	counter = "atomic"
	global  = "global"
	outside = "outside world"
)

// banned are names of other packages that hide an input or a state.
var banned = map[string]struct{ kind, instead string }{
	"time.Now":       {clock, "take now as a parameter"},
	"time.Since":     {clock, "take now as a parameter"},
	"time.Until":     {clock, "take now as a parameter"},
	"time.Sleep":     {clock, "return a deadline"},
	"time.After":     {clock, "return a deadline"},
	"time.AfterFunc": {clock, "return a deadline"},
	"time.NewTimer":  {clock, "return a deadline"},
	"time.NewTicker": {clock, "return a deadline"},
	"time.Tick":      {clock, "return a deadline"},
	"sync.Mutex":     {lock, "one owner"},
	"sync.RWMutex":   {lock, "one owner"},
	"sync.Cond":      {lock, "one owner"},
	"sync.Map":       {lock, "one owner"},
	"sync.WaitGroup": {lock, "one owner"},
}

// bannedImports are packages that have no use here.
var bannedImports = map[string]struct{ kind, instead string }{
	"math/rand":   {chance, "take a *rand.Rand of math/rand/v2 from the caller"},
	"crypto/rand": {chance, "take the bytes, or a reader of them, from the caller"},
	"sync/atomic": {counter, "one owner"},
	"net":         {outside, "packets come in and go out as values; addresses are netip's"},
	"os":          {outside, "take a reader or a writer"},
	"os/exec":     {outside, "not here"},
	"os/signal":   {outside, "not here"},
	"syscall":     {outside, "not here"},
}

// seeded are the names of math/rand/v2 that take their chance from a seed.
var seeded = []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "Source", "PCG", "ChaCha8", "Zipf"}

// exceptions are packages or files that may do what others may not.
var exceptions = []struct {
	path  string // a folder, or one file
	kinds []string
	why   string
}{
	{"cli/console", []string{thread, lock, clock, counter, outside}, "it waits for keys while a command prints, and for their time-out"},
	{"cli/attach", []string{thread, lock, clock, counter, outside}, "it serves terminals on a socket, each on a goroutine"},
	{"internal/talk", []string{lock, clock}, "for tests: it waits for what another goroutine shows"},
	{"cli/shell/exec.go", []string{thread}, "it waits for the break key while a command runs"},
	{"cli/shell/session.go", []string{counter}, "the log asks from elsewhere whether the session monitors"},
	{"cli/shell/scriptterm.go", []string{lock}, "log messages come while a line runs"},
	{"lab/realtime.go", []string{thread, clock}, "it turns the wall clock into virtual time"},
	{"lab/attach.go", []string{thread}, "it waits for the break key while a host's command runs"},
	{"lab/socket.go", []string{outside}, "it knows the folder of the user's socket"},
	{"lab/feed.go", []string{lock}, "keys wait for a console that does not read"},
	{"lab/backend.go", []string{thread, lock, counter}, "sessions run beside the lab's goroutine"},
	{"lab/desk.go", []string{thread, lock, clock}, "one terminal shows the consoles of many nodes"},
	{"lab/files.go", []string{outside}, "it writes the example of axle lab init"},
	{"lab/capture.go", []string{outside}, "it writes captures"},
	{"lab/script.go", []string{outside}, "it reads scripts and writes them with -update"},
	{"internal/flash", []string{outside}, "it keeps files in a folder of the machine"},
	{"router/store.go", []string{outside}, "it keeps the startup-config in a file"},
	{"dataplane/port", []string{outside, counter}, "it reads and writes the machine's descriptors"},
	{"host/linux", []string{outside, thread, clock}, "it speaks with the machine's kernel"},
	{"host", []string{thread, lock, clock, counter}, "it runs the router on a machine"},
	{"dataplane", []string{counter}, "counters are read while packets pass"},
	{"rib", []string{counter}, "counters are read while packets pass"},
	{"ipsec/esp", []string{lock}, "workers share an association: its numbers, its window and its counters"},
}

// excused returns the index of the exception under which f may do kind, or -1.
func excused(f *file, kind string) int {
	for i, e := range exceptions {
		if (e.path == f.path || e.path == f.dir()) && slices.Contains(e.kinds, kind) {
			return i
		}
	}
	return -1
}

// A purity is one run of the rule over a tree.
type purity struct {
	*tree
	found []finding
	used  map[int]map[string]bool // exceptions that were needed, by kind
}

// say notes that n in f does kind.
func (p *purity) say(f *file, n ast.Node, kind, format string, args ...any) {
	if i := excused(f, kind); i >= 0 {
		if p.used[i] == nil {
			p.used[i] = map[string]bool{}
		}
		p.used[i][kind] = true
		return
	}
	found := p.at(f, n, format, args...)
	found.text = "hidden " + kind + ": " + found.text
	p.found = append(p.found, found)
}

// checkPurity looks at every package on a floor below that of the program.
func checkPurity(m *tree, floors map[string]floor) *purity {
	p := &purity{tree: m, used: map[int]map[string]bool{}}
	top := floors["cmd/axle"].level
	packages := m.packages()
	for _, dir := range names(packages) {
		if at, ok := floors[dir]; ok && at.level < top {
			p.look(packages[dir])
		}
	}
	return p
}

// look checks the files of one package.
func (p *purity) look(files []*file) {
	info := resolve(p.fset, files)
	for _, f := range files {
		for _, imp := range f.ast.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			if b, ok := bannedImports[name]; ok {
				p.say(f, imp, b.kind, "import of %s: %s", name, b.instead)
			}
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				p.names(f, d, info)
				continue // what is filled once is no state
			}
			p.names(f, d, info)
			p.writes(f, d, info)
		}
	}
}

// names looks for banned names and go statements.
func (p *purity) names(f *file, d ast.Decl, info *types.Info) {
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			p.say(f, n, thread, "go statement: the caller owns the goroutine")
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if !ok {
				break
			}
			pkg, ok := info.Uses[x].(*types.PkgName)
			if !ok {
				break
			}
			imported := pkg.Imported().Path()
			if b, ok := banned[imported+"."+n.Sel.Name]; ok {
				p.say(f, n, b.kind, "%s.%s: %s", imported, n.Sel.Name, b.instead)
			}
			if imported == "math/rand/v2" && !slices.Contains(seeded, n.Sel.Name) {
				p.say(f, n, chance, "rand.%s draws from the process: take a *rand.Rand from the caller", n.Sel.Name)
			}
		}
		return true
	})
}

// writes looks for changes of package-level variables.
func (p *purity) writes(f *file, d ast.Decl, info *types.Info) {
	changed := func(n ast.Node, e ast.Expr) {
		if id := base(e); id != nil {
			if v, ok := info.Uses[id].(*types.Var); ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
				p.say(f, n, global, "package-level variable %s changes: give it an owner", id.Name)
			}
		}
	}
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, e := range n.Lhs {
					changed(n, e)
				}
			}
		case *ast.IncDecStmt:
			changed(n, n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				changed(n, n.Key)
				changed(n, n.Value)
			}
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && (id.Name == "delete" || id.Name == "clear") {
				changed(n, n.Args[0])
			}
		}
		return true
	})
}

// base returns the variable that an assignment to e changes.
func base(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// resolve finds what the names of a package mean, without reading the packages
// that it imports.
func resolve(fset *token.FileSet, files []*file) *types.Info {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{
		Error:    func(error) {}, // names of other packages are not known
		Importer: blind{},
	}
	var asts []*ast.File
	for _, f := range files {
		asts = append(asts, f.ast)
	}
	// The error repeats what Error was told.
	_, _ = conf.Check(files[0].dir(), fset, asts, info)
	return info
}

// blind imports every package as an empty one.
type blind struct{}

func (blind) Import(name string) (*types.Package, error) {
	short := path.Base(name)
	if len(short) > 1 && short[0] == 'v' && strings.Trim(short[1:], "0123456789") == "" {
		short = path.Base(path.Dir(name))
	}
	pkg := types.NewPackage(name, short)
	pkg.MarkComplete()
	return pkg, nil
}

func TestPurity(t *testing.T) {
	p := checkPurity(load(t), theFloors(t))
	report(t, p.found)
	for i, e := range exceptions {
		for _, kind := range e.kinds {
			if !p.used[i][kind] {
				t.Errorf("%s no longer needs its exception for %s (%s)", e.path, kind, e.why)
			}
		}
	}
}

func TestPurityRefuses(t *testing.T) {
	floors := map[string]floor{"a": {}, "lab": {level: 6}, "dataplane": {level: 2}, "cmd/axle": {level: 7}}
	for _, tt := range []struct{ name, path, src, want string }{
		{"clock", "a/a.go", `import "time"; func f() { time.Now() }`, "time.Now"},
		{"clock under another name", "a/a.go", `import t "time"; func f() { t.Sleep(1) }`, "time.Sleep"},
		{"a variable called time", "a/a.go", `type x struct{ Now int }; func f(time x) { _ = time.Now }`, ""},
		{"durations", "a/a.go", `import "time"; const d = 3 * time.Second`, ""},
		{"goroutine", "a/a.go", `func f() { go f() }`, "go statement"},
		{"lock", "a/a.go", `import "sync"; type x struct{ sync.Mutex }`, "one owner"},
		{"old chance", "a/a.go", `import "math/rand"; var _ = rand.New`, "math/rand"},
		{"seeded chance", "a/a.go", `import "math/rand/v2"; func f(r *rand.Rand) { r.IntN(3) }`, ""},
		{"global chance", "a/a.go", `import "math/rand/v2"; func f() { rand.IntN(3) }`, "rand.IntN"},
		{"socket", "a/a.go", `import "net"; var _ net.Conn`, "import of net"},
		{"atomic", "a/a.go", `import "sync/atomic"; type x struct{ n atomic.Uint64 }`, "sync/atomic"},
		{"a counter of packets", "dataplane/a.go", `import "sync/atomic"; type x struct{ n atomic.Uint64 }`, ""},
		{"global assigned", "a/a.go", `var x int; func f() { x = 1 }`, "variable x"},
		{"global counted", "a/a.go", `var x int; func f() { x++ }`, "variable x"},
		{"global map", "a/a.go", `var x = map[int]int{}; func f() { x[1] = 1 }`, "variable x"},
		{"global map emptied", "a/a.go", `var x = map[int]int{}; func f() { delete(x, 1) }`, "variable x"},
		{"global field", "a/a.go", `var x struct{ n int }; func f() { x.n += 1 }`, "variable x"},
		{"global as a range variable", "a/a.go", `var x int; func f() { for x = range 3 { } }`, "variable x"},
		{"shadowed", "a/a.go", `var x int; func f() { x := 1; x++ }`, ""},
		{"filled once", "a/a.go", `var x int; func init() { x = 1 }`, ""},
		{"method called init", "a/a.go", `var x int; type T struct{}; func (T) init() { x = 1 }`, "variable x"},
		{"read only", "a/a.go", `var x = []int{1}; func f() int { return x[0] }`, ""},
		{"the program", "cmd/axle/a.go", `import "time"; func f() { time.Now() }`, ""},
		{"the lab's clock", "lab/realtime.go", `import "time"; func f() { time.Now() }`, ""},
		{"the rest of the lab", "lab/lab.go", `import "time"; func f() { time.Now() }`, "time.Now"},
		{"a test", "a/a_test.go", `import "time"; func f() { time.Now() }`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantOne(t, checkPurity(pretend(t, tt.path, "package a\n"+tt.src+"\n"), floors).found, tt.want)
		})
	}
}
