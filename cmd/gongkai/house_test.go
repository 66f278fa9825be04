package main

import (
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
		case strings.HasPrefix(d.Name(), "words."):
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
