package tidy

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/token"
	"regexp"
	"strings"
	"testing"
)

var sentence = regexp.MustCompile(`[^.\s][.!?:]("|\))?(\s|$)`)

// checkPackageDocs finds packages that do not have exactly one package comment
// of at least two sentences.
func checkPackageDocs(m *tree) []finding {
	var found []finding
	packages := m.packages()
	for _, dir := range names(packages) {
		var docs []*file
		for _, f := range packages[dir] {
			if f.ast.Doc.Text() != "" {
				docs = append(docs, f)
			}
		}
		if len(docs) == 0 {
			found = append(found, finding{dir, 0, "no package comment"})
			continue
		}
		for _, f := range docs[1:] {
			found = append(found, m.at(f, f.ast.Doc, "a second package comment; the first is in %s", docs[0].path))
		}
		text := docs[0].ast.Doc.Text()
		want := "Package " + docs[0].ast.Name.Name + " "
		if docs[0].ast.Name.Name == "main" {
			want = strings.ToUpper(dir[strings.LastIndexByte(dir, '/')+1:][:1]) + dir[strings.LastIndexByte(dir, '/')+2:] + " "
			if strings.HasPrefix(text, "Command ") {
				want = "Command "
			}
		}
		if !strings.HasPrefix(text, want) {
			found = append(found, m.at(docs[0], docs[0].ast.Doc, "the package comment does not begin with %q", want))
		}
		if len(sentence.FindAllString(text, 2)) < 2 {
			found = append(found, m.at(docs[0], docs[0].ast.Doc, "a package comment of one sentence: say what it knows and what is missing"))
		}
	}
	return found
}

// begins tells whether a doc comment begins with name, after an article.
func begins(doc *ast.CommentGroup, name string) bool {
	text := doc.Text()
	for _, article := range []string{"A ", "An ", "The "} {
		if rest, ok := strings.CutPrefix(text, article); ok && word(rest, name) {
			return true
		}
	}
	return word(text, name)
}

// word tells whether text begins with the whole word name.
func word(text, name string) bool {
	rest, ok := strings.CutPrefix(text, name)
	return ok && (rest == "" || strings.ContainsAny(rest[:1], " \n,.:'"))
}

// checkComments finds exported names without a comment that begins with them.
func checkComments(m *tree) []finding {
	var found []finding
	for _, f := range m.files {
		if f.test() {
			continue
		}
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) && !begins(d.Doc, d.Name.Name) {
					found = append(found, m.at(f, d, "no comment that begins with %s", d.Name.Name))
				}
			case *ast.GenDecl:
				found = append(found, m.checkGroup(f, d)...)
			}
		}
	}
	return found
}

// checkGroup looks at a declaration of types, constants or variables. Constants
// and variables in brackets may share the comment of their group.
func (m *tree) checkGroup(f *file, d *ast.GenDecl) []finding {
	var found []finding
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			doc := s.Doc
			if !d.Lparen.IsValid() {
				doc = d.Doc
			}
			if s.Name.IsExported() && !begins(doc, s.Name.Name) {
				found = append(found, m.at(f, s, "no comment that begins with %s", s.Name.Name))
			}
		case *ast.ValueSpec:
			for _, n := range s.Names {
				switch {
				case !n.IsExported() || d.Tok == token.IMPORT:
				case d.Lparen.IsValid() && (d.Doc != nil || s.Doc != nil || s.Comment != nil):
				case len(s.Names) > 1 && d.Doc != nil:
				case begins(d.Doc, n.Name):
				default:
					found = append(found, m.at(f, s, "no comment that begins with %s", n.Name))
				}
			}
		}
	}
	return found
}

// receiver returns the name of a method's type.
func receiver(d *ast.FuncDecl) string {
	e := d.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

func TestPackageComments(t *testing.T) { report(t, checkPackageDocs(load(t))) }

func TestExportedComments(t *testing.T) { report(t, checkComments(load(t))) }

func TestGofmt(t *testing.T) {
	for _, f := range load(t).files {
		if out, err := format.Source(f.src); err != nil || !bytes.Equal(out, f.src) {
			t.Errorf("%s: not formatted by gofmt (%v)", f.path, err)
		}
	}
}

func TestPackageCommentsRefuse(t *testing.T) {
	for _, tt := range []struct{ name, path, src, want string }{
		{"good", "a/a.go", "// Package a is here. It knows nothing.\npackage a", ""},
		{"none", "a/a.go", "package a", "no package comment"},
		{"detached", "a/a.go", "// Package a is here. It knows nothing.\n\npackage a", "no package comment"},
		{"one sentence", "a/a.go", "// Package a is here.\npackage a", "one sentence"},
		{"other name", "a/a.go", "// Package b is here. It knows nothing.\npackage a", "begin with"},
		{"command", "cmd/a/a.go", "// Command a runs. It runs well.\npackage main", ""},
		{"program", "cmd/axle/a.go", "// Axle runs. It runs well.\npackage main", ""},
		{"neither", "cmd/axle/a.go", "// This runs. It runs well.\npackage main", "begin with"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantOne(t, checkPackageDocs(pretend(t, tt.path, tt.src+"\n")), tt.want)
		})
	}
	t.Run("two", func(t *testing.T) {
		const src = "// Package a is here. It knows nothing.\npackage a\n"
		m := pretend(t, "a/a.go", src)
		if err := m.add("a/b.go", []byte(src)); err != nil {
			t.Fatal(err)
		}
		wantOne(t, checkPackageDocs(m), "second package comment")
	})
}

func TestExportedCommentsRefuse(t *testing.T) {
	for _, tt := range []struct{ name, src, want string }{
		{"function", "// F does.\nfunc F() {}", ""},
		{"bare function", "func F() {}", "with F"},
		{"other beginning", "// Does what F does.\nfunc F() {}", "with F"},
		{"longer name", "// FF does.\nfunc F() {}", "with F"},
		{"own function", "func f() {}", ""},
		{"method", "// A T is one.\ntype T[V any] struct{}\nfunc (t *T[V]) M() {}", "with M"},
		{"method of an own type", "type t struct{}\nfunc (t) M() {}", ""},
		{"type in a group", "// Two types.\ntype (\n\tT int\n)", "with T"},
		{"constant", "const C = 1", "with C"},
		{"constants in a group", "// The constants.\nconst (\n\tC = 1\n\tD = 2\n)", ""},
		{"group without a word", "const (\n\tC = 1\n\td = 2\n)", "with C"},
		{"line comments", "const (\n\tC = 1 // the first\n)", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantOne(t, checkComments(pretend(t, "a/a.go", "package a\n\n"+tt.src+"\n")), tt.want)
		})
	}
}
