package readback

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/release"
)

// TestReplication runs the Python and the R of docs/replication.md on a release of the examples: both print what stands
// there, and draw.
func TestReplication(t *testing.T) {
	page := filepath.Join("..", "..", "docs", "replication.md")
	run, not := recipes(t, page)
	want := ""
	for _, block := range run {
		if block[0] == "text" {
			want = block[1]
		}
	}
	if len(not) != 1 || not[0][0] != "stata" || want == "" {
		t.Fatalf("%d blocks are not run, and what is printed is %q", len(not), want)
	}
	dir := t.TempDir()
	releaseOf(t, dir)
	ran := 0
	for _, block := range run {
		var c *exec.Cmd
		switch block[0] {
		case "python":
			c = exec.Command(filepath.Join(pythonBin(t), "python"), "-")
		case "r":
			if exec.Command("Rscript", "-e", "library(haven); library(jsonlite)").Run() != nil {
				missing(t, "R with haven and jsonlite is not installed")
			}
			c = exec.Command("Rscript", "-")
		default:
			continue
		}
		ran++
		c.Dir, c.Stdin = dir, strings.NewReader(block[1])
		var words strings.Builder
		c.Stderr = &words
		out, err := c.Output()
		if err != nil || string(out) != want {
			t.Errorf("%s: %v\n%s%s\nwant\n%s", block[0], err, out, words.String(), want)
		}
		figure := filepath.Join(dir, "granted.pdf")
		if info, err := os.Stat(figure); err != nil || info.Size() < 1000 {
			t.Errorf("%s draws nothing: %v", block[0], err)
		}
		if err := os.Remove(figure); err != nil {
			t.Error(err)
		}
	}
	if ran != 2 {
		t.Errorf("%d of 2 languages", ran)
	}
}

// releaseOf makes a release of all examples, those with the figures of real bodies too, in the folder release of dir.
func releaseOf(t *testing.T, dir string) {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	w, err := output.Create(filepath.Join(dir, "dataset"), forms, output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join("..", "..", "examples")
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Dir(path) == root {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		doc, err := extract.Read(body, path)
		if err != nil {
			return err
		}
		rep := normalize.ReadFrom(doc, forms, normalize.Origin{})
		return w.Write(output.Result{Document: output.Document{File: path, SHA256: doc.SHA256, MediaType: doc.MediaType,
			Bytes: doc.Bytes, Pages: doc.Pages}, Report: rep})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(filepath.Join(dir, "dataset"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := release.Write(context.Background(), d, filepath.Join(dir, "release"),
		release.Options{Forms: forms, Program: "test", Workers: 2}); err != nil {
		t.Fatal(err)
	}
}
