package form_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gongkai/gongkai/normalize/form"
)

// noticeFiles are the built-in files, for tests that change them.
func noticeFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	from := os.DirFS("notices")
	names, err := fs.Glob(from, "*.form")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		b, err := fs.ReadFile(from, n)
		if err != nil {
			t.Fatal(err)
		}
		out[n] = &fstest.MapFile{Data: b}
	}
	return out
}

func loaded(t *testing.T, files fs.FS) *form.Forms {
	t.Helper()
	f, err := form.LoadFS(files)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestReadPrint: each line of a form file counts, unless it is a remark or one of those that only name things in datasets.
func TestReadPrint(t *testing.T) {
	files := noticeFiles(t)
	was := loaded(t, files)
	for _, file := range []string{"applications-2021.form", "active-2021.form", "disputes-2019.form"} {
		text := string(files[file].Data)
		lines := strings.Split(text, "\n")
		tried := 0
		for i, line := range lines {
			word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			if i%3 > 0 && word != "sum" {
				continue
			}
			changed := fstest.MapFS{}
			for n, f := range files {
				changed[n] = f
			}
			changed[file] = &fstest.MapFile{Data: []byte(strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "\n"))}
			f, err := form.LoadFS(changed)
			if err != nil {
				continue // the line is needed
			}
			tried++
			idle := line == "" || line[0] == '#' ||
				slices.Contains([]string{"short", "stata", "english", "notice", "article", "unseen"}, word)
			if same := f.ReadPrint() == was.ReadPrint(); same != idle {
				t.Errorf("%s:%d: without %q documents are read by the same forms: %v", file, i+1, line, same)
			}
			if f.Print() == was.Print() {
				t.Errorf("%s:%d: without %q the files are the same", file, i+1, line)
			}
		}
		if tried < 8 {
			t.Errorf("%s: %d lines could be left out", file, tried)
		}
	}
}

// TestNotReadBy: what ReadPrint leaves out nobody looks at who reads documents.
func TestNotReadBy(t *testing.T) {
	unread := map[string]bool{"English": true, "Notice": false, "Stata": true, "Short": true, "Article": true, "Unseen": true,
		"ShortColumn": true, "Title": false} // Notice is a severity there, and Title a heading
	for _, dir := range []string{"..", "../claims", "../agencies", "../numeral"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && unread[s.Sel.Name] {
					t.Errorf("%s uses %s, which ReadPrint leaves out", file, s.Sel.Name)
				}
				return true
			})
		}
	}
}

// TestFor: an edition for one province makes no difference to documents of others; to those of its own and of no known
// division it does. A document is read by nothing but the files that For leaves.
func TestFor(t *testing.T) {
	files := noticeFiles(t)
	before := loaded(t, files)
	if before.For("440000") != before {
		t.Error("no edition is for a province, and there are forms of one")
	}
	files["disputes-440000.form"] = &fstest.MapFile{Data: []byte(strings.NewReplacer("edition 2021", "edition gd\nwhere 440000").
		Replace(string(files["disputes-2021.form"].Data)))}
	after := loaded(t, files)
	for division, same := range map[string]bool{"110000": true, "110105": true, "430000": true,
		"440000": false, "440300": false, "": false} {
		if (after.For(division).ReadPrint() == before.For(division).ReadPrint()) != same {
			t.Errorf("%q: the same forms: %v", division, !same)
		}
		of := after.For(division)
		if n := len(of.Editions("disputes")); (n == 3) == same {
			t.Errorf("%q: %d editions", division, n)
		}
		if len(of.Annexes()) != len(before.Annexes()) {
			t.Errorf("%q: other tables of before", division)
		}
	}
}

// TestAsked: who asks is noted, whatever is asked, and nobody else.
func TestAsked(t *testing.T) {
	forms := loaded(t, noticeFiles(t))
	for name, ask := range map[string]func(*form.Forms){
		"Tables": func(f *form.Forms) { f.Tables() }, "Editions": func(f *form.Forms) { f.Editions("disputes") },
		"Knows": func(f *form.Forms) { f.Knows("x") }, "Rank": func(f *form.Forms) { f.Rank("x") },
		"Cells": func(f *form.Forms) { f.Cells() },
		"Has":   func(f *form.Forms) { f.Has("a", "b", "c") }, "Optional": func(f *form.Forms) { f.Optional("disputes") },
		"Select": func(f *form.Forms) { f.Select("a", "b", "c") }, "Short": func(f *form.Forms) { f.Short("a") },
		"ShortColumn": func(f *form.Forms) { f.ShortColumn("a", "b") }, "Place": func(f *form.Forms) { f.Place("disputes") },
		"Title": func(f *form.Forms) { f.Title("disputes") },
		"Made":  func(f *form.Forms) { _, _ = f.Made(func(*form.Forms) (any, error) { return nil, nil }) },
	} {
		watched, asked := forms.Watch()
		_, other := forms.Watch()
		if ask(watched); !asked.Notices.Load() || asked.Annexes.Load() || other.Notices.Load() {
			t.Errorf("%s: %v %v %v", name, asked.Notices.Load(), asked.Annexes.Load(), other.Notices.Load())
		}
	}
}
