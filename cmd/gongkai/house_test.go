package main

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestLines holds that no line of code is longer than 140 columns, a tab counted as four.
func TestLines(t *testing.T) {
	const most = 140
	code := []string{".go", ".js", ".css", ".sh", ".html"}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "testdata", "artefacts", "examples"}, d.Name()):
			return filepath.SkipDir
		case d.IsDir(), !slices.Contains(code, filepath.Ext(path)) && filepath.Base(filepath.Dir(path)) != ".ci":
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			columns := utf8.RuneCountInString(lines.Text()) + 3*strings.Count(lines.Text(), "\t")
			if columns > most {
				t.Errorf("%s:%d: %d columns", path, n, columns)
			}
		}
		return lines.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
}
