package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
)

// begun is a dataset without reports in the making at dir.
func begun(t *testing.T, dir string) *output.Writer {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestAnomaliesStay: the dataset that takes the place of one with the table anomalies has it as soon as it lies there;
// where the table cannot be made, what was read is there and said all the same, and the loss with it.
func TestAnomaliesStay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dataset")
	if err := begun(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := output.Add(d, "anomalies", map[int][]output.AnomalyRow{}); err != nil {
		t.Fatal(err)
	}
	var out, said bytes.Buffer
	std := streams{out: &out, err: &said}
	run := runCmd{Out: dir}
	if err := run.finish(context.Background(), std, begun(t, dir), &summary{}); err != nil {
		t.Fatal(err)
	}
	if d, err := output.Open(dir); err != nil || !d.Has("anomalies") {
		t.Errorf("the table is lost: %v", err)
	}
	if said.String() != "table anomalies made anew: 0 anomalies\n" {
		t.Errorf("%q", said.String())
	}
	// files of the table that are gone are made anew too: the manifest knows that it was there
	if err := os.RemoveAll(filepath.Join(dir, "anomalies")); err != nil {
		t.Fatal(err)
	}
	if !hadAnomalies(dir) {
		t.Error("nobody remembers the table")
	}

	stopped, stop := context.WithCancel(context.Background())
	stop()
	out.Reset()
	sum := summary{unreadCount: 1, unread: []row{{file: "a.pdf", reason: "a reason"}}}
	err = run.finish(stopped, std, begun(t, dir), &sum)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "without the table anomalies") ||
		!strings.Contains(err.Error(), "gongkai anomalies "+dir+" --write makes it") {
		t.Errorf("%v", err)
	}
	if !strings.Contains(out.String(), "unread  a.pdf: a reason") || !strings.Contains(out.String(), "lies in "+dir) {
		t.Errorf("the summary is lost: %q", out.String())
	}
	if d, err := output.Open(dir); err != nil || d.Has("anomalies") {
		t.Errorf("%v", err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(dir), ".*"))
	left = slices.DeleteFunc(left, func(at string) bool { return at == keptAnomalies(dir) })
	if err != nil || len(left) > 0 {
		t.Errorf("left lying about: %q %v", left, err)
	}
}

// TestEditionsHead: the head names the tables whose editions stand below it, those of the built-in forms and others.
func TestEditionsHead(t *testing.T) {
	if have := editionsHead(); have != "editions II III IV" {
		t.Errorf("%q", have)
	}
	b, err := os.ReadFile("../../output/testdata/another-table/statistics-2014.form")
	if err != nil {
		t.Fatal(err)
	}
	must := bytes.Replace(b, []byte("\noptional\n"), []byte("\nrequired\n"), 1)
	for want, text := range map[string][]byte{"editions II III IV": b,
		"editions II III IV the table of statistics": must} {
		more, err := form.Load(fstest.MapFS{"statistics.form": {Data: text}})
		if err != nil {
			t.Fatal(err)
		}
		if have := headOf(more); have != want {
			t.Errorf("%q, not %q", have, want)
		}
	}
}
