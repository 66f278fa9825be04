package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/corpus/loopback"
	"github.com/gongkai/gongkai/output"
)

// TestVersions: a portal changes one figure of a report and takes another report away, without a word. The dataset has
// both versions with their days, and the anomalies tell the change with both figures, and what is gone.
func TestVersions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	site := loopback.TRS()
	portals := sites(t, dir, site)
	dataset := filepath.Join(dir, "dataset")
	do := func(want int, args ...string) string {
		t.Helper()
		var out, said bytes.Buffer
		if code := realMain(args, streams{strings.NewReader(""), &out, &said}); code != want {
			t.Fatalf("gongkai %s: exit code %d, want %d\n%s", strings.Join(args, " "), code, want, said.String())
		}
		return out.String()
	}
	visit := func() {
		t.Helper()
		do(exitDone, "crawl", "--work", filepath.Join(dir, "w"), "--portals", portals, "--only", "--pace", "1ms",
			"--allow-private", "-q")
		do(exitPartly, "run", "--from", filepath.Join(dir, "w"), "--portals", portals, "--only", "--out", dataset, "-q")
	}
	visit()
	d, err := output.Open(dataset)
	if err != nil {
		t.Fatal(err)
	}
	address := map[string]string{} // of each document
	err = d.Documents(func(_ int, r output.DocumentRow) error {
		if r.URL != nil {
			address[r.Document] = *r.URL
		}
		if r.Seen == nil || r.Superseded != nil || r.Vanished != nil {
			t.Errorf("%s: seen %v, superseded %v, vanished %v", r.File, r.Seen, r.Superseded, r.Vanished)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	changed, was, name := "", "", ""
	err = d.Values(func(year int, r output.ValueRow) error {
		path := strings.TrimPrefix(address[r.Document], strings.TrimSuffix(site.URL, "/"))
		if changed == "" && year == 2022 && r.Text != nil && len(*r.Text) > 1 && r.State == "number" &&
			site.Replace(path, ">"+*r.Text+"<", ">987654<") {
			changed, was, name = path, *r.Text, r.Name
		}
		return nil
	})
	if err != nil || changed == "" {
		t.Fatalf("no figure could be changed: %v", err)
	}
	gone := ""
	for path, year := range site.Reports {
		if year == 2020 {
			gone = path
			site.Remove(path)
		}
	}
	visit()

	d, err = output.Open(dataset)
	if err != nil {
		t.Fatal(err)
	}
	versions, vanished := 0, 0
	err = d.Documents(func(_ int, r output.DocumentRow) error {
		if r.URL == nil {
			return nil
		}
		if strings.HasSuffix(*r.URL, changed) {
			versions++
		}
		if r.Vanished != nil {
			vanished++
			if !strings.HasSuffix(*r.URL, gone) {
				t.Errorf("%s is called vanished", *r.URL)
			}
		}
		return nil
	})
	if err != nil || versions != 2 || vanished != 1 {
		t.Errorf("%d versions, %d vanished, %v", versions, vanished, err)
	}
	old, new := 0, 0
	err = d.Reports(func(_ int, r output.ReportRow) error {
		if strings.HasSuffix(address[r.Document], changed) && r.Superseded != nil {
			old++
		} else if r.Superseded == nil {
			new++
		}
		return nil
	})
	if err != nil || old != 1 || new != 6 {
		t.Errorf("%d reports superseded, %d not, %v", old, new, err)
	}
	got := do(exitDone, "anomalies", dataset, "--rule", "republished", "--rule", "vanished")
	if !strings.Contains(got, "printed "+was+" (") || !strings.Contains(got, "prints 987654") ||
		!strings.Contains(got, "no longer at its address") {
		t.Errorf("%s was %s:\n%s", name, was, got)
	}
}
