package main

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestLines holds that no line of code is longer than 140 columns, a tab counted as four. What stands in a raw string of several
// lines is data (pages, styles, scripts of a browser's tests), as are the words of the explorer.
func TestLines(t *testing.T) {
	const most = 140
	code := []string{".go", ".js", ".css", ".sh", ".html"}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "testdata", "artefacts", "examples"}, d.Name()):
			return filepath.SkipDir
		case strings.HasPrefix(strings.TrimPrefix(d.Name(), "embed."), "words."):
			return nil
		case d.IsDir(), !slices.Contains(code, filepath.Ext(path)) && filepath.Base(filepath.Dir(path)) != ".ci":
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		data := map[int]bool{}
		if filepath.Ext(path) == ".go" {
			data = rawLines(text)
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			columns := utf8.RuneCountInString(strings.TrimRight(line, "\r\n")) + 3*strings.Count(line, "\t")
			if columns > most && !data[n] {
				t.Errorf("%s:%d: %d columns", path, n, columns)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoClock holds that what is read, and what is made of it, does not depend on how long anything takes: in the rooms
// that decide what a dataset and its answers are, no code asks what time it is or waits for a time. Limits count CPU
// time or work.
func TestNoClock(t *testing.T) {
	allowed := map[string]string{
		"extract/cputime/used_other.go": "a system that does not tell the CPU time",
		"extract/cputime/cputime.go":    "looks at the CPU time now and then",
	}
	clock := map[string][]string{
		"time":    {"Now", "Since", "Until", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Sleep"},
		"context": {"WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause"},
	}
	seen := map[string]bool{}
	for _, room := range []string{"extract", "normalize", "output"} {
		err := filepath.WalkDir("../../"+room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			name := strings.TrimPrefix(filepath.ToSlash(path), "../../")
			ast.Inspect(file, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if of, ok := s.X.(*ast.Ident); ok && slices.Contains(clock[of.Name], s.Sel.Name) {
					seen[name] = true
					if allowed[name] == "" {
						t.Errorf("%s: %s.%s", files.Position(s.Pos()), of.Name, s.Sel.Name)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range allowed {
		if !seen[name] {
			t.Errorf("%s needs no leave any more", name)
		}
	}
}

// rawLines are the lines of Go source in which a raw string of several lines stands.
func rawLines(text []byte) map[int]bool {
	files := token.NewFileSet()
	file := files.AddFile("", files.Base(), len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, 0)
	lines := map[int]bool{}
	for {
		pos, kind, literal := s.Scan()
		if kind == token.EOF {
			return lines
		}
		if more := strings.Count(literal, "\n"); kind == token.STRING && more > 0 {
			for n := range more + 1 {
				lines[file.Line(pos)+n] = true
			}
		}
	}
}
