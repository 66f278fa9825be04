package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// reads counts the pages that a run has read.
func reads(said string) (n int) {
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "read ") && strings.Contains(line, ".html: ") {
			n++
		}
	}
	return n
}

// TestTwoVersions: two versions that use one store, and a page in folders with other style sheets, each find their own
// reading again; what is there is the same as what a run gives that knows nothing.
func TestTwoVersions(t *testing.T) {
	t.Chdir(t.TempDir())
	page := []byte(`<html><head><link rel="stylesheet" href="look.css"></head><body><p>临溪县人民政府2022年政府信息公开工作年度报告</p>` +
		`<p class="a">一、总体情况</p></body></html>`)
	for i, folder := range []string{"docs/a", "docs/b"} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, body := range map[string][]byte{"look.css": []byte([]string{".a{color:red}", ".a{display:none}"}[i]), "r.html": page} {
			if err := os.WriteFile(filepath.Join(folder, name), body, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	const all = 2
	run := func(changed, out string, more ...string) int {
		t.Helper()
		args := []string{"run", "docs", "--out", out, "-q", "--explain", "--no-corrections", "--readings", "readings", "--ocr", "none"}
		return reads(ran(t, changed, append(args, more...)...))
	}
	for i, c := range []struct {
		changed, out string
		read         int
		more         []string
	}{
		{"html:1", "ds", all, nil},
		{"html:1", "other", 0, nil}, // without an index, by the store alone
		{"html:2", "ds2", all, nil},
		{"html:1", "ds3", 0, nil},
		{"html:2", "ds4", 0, nil},
		{"html:2", "ds5", 0, []string{"--limit", "40s", "--memory", "1024"}}, // what ended well within some limits does within larger
		{"html:2", "ds6", all, []string{"--limit", "9s"}},                    // and nobody knows of smaller ones
		{"html:2", "ds7", 0, nil},
	} {
		if n := run(c.changed, c.out, c.more...); n != c.read {
			t.Errorf("%d: %s read %d of %d documents, want %d", i, c.changed, n, all, c.read)
		}
	}
	run("html:2", "fresh", "--fresh")
	sameFolders(t, "ds7", "fresh")
}
