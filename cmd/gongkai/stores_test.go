package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/corpus/loopback"
)

// explained counts what a run said that it read, each document once, and of how many it said that they were not.
func explained(t *testing.T, said string) (read, not int) {
	t.Helper()
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^read (\S+): `).FindAllStringSubmatch(said, -1) {
		if seen[m[1]] {
			t.Errorf("%s is said to be read twice: %s", m[1], said)
		}
		seen[m[1]] = true
	}
	m := regexp.MustCompile(`(?m)^(\d+) documents? not read again$`).FindStringSubmatch(said)
	if m == nil {
		t.Fatal(said)
	}
	for _, c := range m[1] {
		not = 10*not + int(c-'0')
	}
	return len(seen), not
}

// TestStoreLost: a run whose readings cannot be kept, all or some of them, or what the next run would know, or cannot be had
// back, makes the dataset that it makes else, with the same exit code, reads each document once, and says once what is wrong.
func TestStoreLost(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	docs := filepath.Join(dir, "docs")
	n := len(madeReports(t, docs, 17))
	whole, kept := filepath.Join(dir, "whole"), filepath.Join(dir, "kept")
	ran(t, "", "run", docs, "--out", whole, "--readings", kept, "-q")
	code := func(out string) int {
		cmd := testProgram(t, "", "run", docs, "--out", out, "--readings", filepath.Join(dir, "other"), "-q")
		_ = cmd.Run()
		return cmd.ProcessState.ExitCode()
	}(filepath.Join(dir, "other-out"))
	inTheWay := func(place string, index bool) int {
		all := objects(t, kept, index)
		for _, name := range all {
			if err := os.MkdirAll(filepath.Join(place, strings.TrimPrefix(name, kept), "in the way"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		return len(all)
	}
	for name, spoil := range map[string]func(place string){
		"a file in the way": func(place string) {
			if err := os.WriteFile(filepath.Dir(place), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		},
		"folders where objects should be": func(place string) { inTheWay(place, false) },
		"a folder where one should be": func(place string) {
			at := filepath.Join(place, strings.TrimPrefix(objects(t, kept, false)[0], kept), "in the way")
			if err := os.MkdirAll(at, 0o755); err != nil {
				t.Fatal(err)
			}
		},
		"folders where indexes should be": func(place string) { inTheWay(place, true) },
	} {
		t.Run(name, func(t *testing.T) {
			own := t.TempDir()
			out, place := filepath.Join(dir, "whole"), filepath.Join(own, "in", "readings")
			spoil(place)
			if err := os.Rename(out, filepath.Join(own, "whole")); err != nil { // the index is named by the place
				t.Fatal(err)
			}
			cmd := testProgram(t, "", "run", docs, "--out", out, "--readings", place, "-q", "--explain")
			b, _ := cmd.CombinedOutput()
			said := string(b)
			if cmd.ProcessState.ExitCode() != code || strings.Count(said, "readings cannot be kept or had, ") != 1 {
				t.Errorf("%d: %s", cmd.ProcessState.ExitCode(), said)
			}
			if read, not := explained(t, said); read != n || not != 0 {
				t.Errorf("of %d documents %d are said to be read, %d not", n, read, not)
			}
			if strings.Contains(said, "its reading was there") {
				t.Errorf("a document was read twice: %s", said)
			}
			sameFolders(t, filepath.Join(own, "whole"), out)
		})
	}
}

// TestExplainLost: readings that are lost are said to be read again though the index knows them, each as often as it is so.
func TestExplainLost(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	docs, out, place := filepath.Join(dir, "docs"), filepath.Join(dir, "ds"), filepath.Join(dir, "readings")
	files := madeReports(t, docs, 34)
	ran(t, "", "run", docs, "--out", out, "--readings", place, "-q")
	for _, o := range objects(t, place, false) {
		if err := os.Remove(o); err != nil {
			t.Fatal(err)
		}
	}
	body, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[0], append(body, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
	said := ran(t, "", "run", docs, "--out", out, "--readings", place, "-q", "--explain")
	made := len(objects(t, place, false))
	if read, not := explained(t, said); read != made || read < 2 || read+not != len(slices.Compact(slices.Sorted(slices.Values(files)))) {
		t.Errorf("%d objects were made, of %d documents %d are said to be read, %d not: %s", made, len(files), read, not, said)
	}
	if !strings.Contains(said, ": its reading was there, and is gone\n") {
		t.Error(said)
	}
}

// TestUpdateAsksAsRun: whatever has a run make something again, update makes it again too; where a run has nothing to do it
// says that nothing has changed, and nothing has.
func TestUpdateAsksAsRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	portals := sites(t, dir, loopback.TRS())
	work, out, place := filepath.Join(dir, "w"), filepath.Join(dir, "ds"), filepath.Join(dir, "elsewhere")
	update := func(changed string) step {
		t.Helper()
		cmd := testProgram(t, changed, "update", "--work", work, "--portals", portals, "--only", "--out", out, "--pace", "1ms",
			"--allow-private", "--json")
		cmd.Env = append(cmd.Env, "GONGKAI_READINGS="+place)
		said, err := cmd.Output()
		if exit, ok := err.(*exec.ExitError); err != nil && (!ok || exit.ExitCode() != exitPartly) {
			t.Fatalf("%v\n%s", err, said)
		}
		var s struct{ Steps []step }
		if err := json.Unmarshal(said, &s); err != nil {
			t.Fatal(err)
		}
		return s.Steps[1]
	}
	unchanged := func(s step) bool { return strings.Contains(s.Words, ", as "+out) }
	if s := update(""); unchanged(s) {
		t.Fatalf("%+v", s)
	}
	whole := filepath.Join(dir, "whole")
	if err := os.CopyFS(whole, os.DirFS(out)); err != nil {
		t.Fatal(err)
	}
	if len(objects(t, place, false)) == 0 || len(objects(t, filepath.Join(work, "readings"), false)) > 0 {
		t.Error("the place of the readings is not the one that was named")
	}
	parts, err := filepath.Glob(filepath.Join(out, "wide", "*", "*.parquet"))
	if err != nil || len(parts) == 0 {
		t.Fatal(parts, err)
	}
	for _, damage := range []func() error{
		func() error { return os.Remove(parts[0]) },
		func() error { return os.WriteFile(parts[len(parts)-1], []byte("damaged"), 0o644) },
		func() error { return os.RemoveAll(out) },
	} {
		if s := update(""); !unchanged(s) {
			t.Errorf("nothing has changed: %+v", s)
		}
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		if s := update(""); unchanged(s) {
			t.Errorf("the damage is not noticed: %+v", s)
		}
		sameFolders(t, whole, out)
	}
	before := readingTimes(t, place)
	if s := update("html:another"); !unchanged(s) { // whose pages are the same
		t.Logf("%+v", s)
	}
	if slices.Equal(before, readingTimes(t, place)) {
		t.Error("what reads pages has changed, and none was read again")
	}
}

// readingTimes are the names and times of what is kept.
func readingTimes(t *testing.T, place string) (out []string) {
	t.Helper()
	for _, name := range objects(t, place, false) {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, name+info.ModTime().String())
	}
	return out
}

// TestReadingsRemove: what no dataset needs is told, and goes when that is asked for; what a dataset needs stays, and what is
// none of the store's.
func TestReadingsRemove(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	docs, other, place := filepath.Join(dir, "docs"), filepath.Join(dir, "other"), filepath.Join(dir, "readings")
	n := len(madeReports(t, docs, 17))
	ds, ds2 := filepath.Join(dir, "ds"), filepath.Join(dir, "ds2")
	ran(t, "", "run", docs, "--out", ds, "--readings", place, "-q")
	needed := objects(t, place, false)
	beside := func() (out []string) { // what writers remember beside indexes
		return slices.DeleteFunc(objects(t, place, true), func(o string) bool { return !strings.Contains(filepath.Base(o), ".") })
	}
	remembered := len(beside())
	if remembered == 0 {
		t.Error("nothing is remembered beside the index")
	}
	if err := os.MkdirAll(other, 0o755); err != nil {
		t.Fatal(err)
	}
	page := `<html><body><h1>甲县2021年政府信息公开工作年度报告</h1><p>本年没有收到申请。</p></body></html>`
	if err := os.WriteFile(filepath.Join(other, "a.html"), []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	ran(t, "", "run", other, "--out", ds2, "--readings", place, "-q")
	if err := os.RemoveAll(ds2); err != nil {
		t.Fatal(err)
	}
	key := filepath.Base(needed[0])
	if err := os.WriteFile(needed[0]+".1", []byte("another reading of it"), 0o644); err != nil {
		t.Fatal(err)
	}
	needed = append(needed, needed[0]+".1")
	others := len(beside()) - remembered
	needs := len(needed) + remembered
	for _, name := range []string{key[:2] + "/" + key + triedEnd, key[:2] + "/.part-123", key[:2] + "/notes.txt", "README"} {
		if err := os.WriteFile(filepath.Join(place, name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	look := func(more ...string) (s stockOfReadings) {
		t.Helper()
		out, err := testProgram(t, "", append([]string{"readings", place, "--json"}, more...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := look(); s.Needed.Objects != needs || s.Unneeded.Objects+s.Tried.Objects+s.Parts.Objects > 0 || s.Young.Objects != 3+others {
		t.Errorf("what is young: %+v", s)
	}
	for _, remove := range []bool{false, true} {
		more := []string{"--older", "0s"}
		if remove {
			more = append(more, "--remove")
		}
		s := look(more...)
		if s.Needed.Objects != needs || s.Unneeded.Objects != 1+others || s.Tried.Objects != 1 || s.Parts.Objects != 1 ||
			!slices.Equal(s.Lost, []string{ds2}) || s.Removed != remove {
			t.Errorf("%+v", s)
		}
	}
	if s := look("--older", "0s"); s.Needed.Objects != needs || s.Unneeded.Objects+s.Tried.Objects+s.Parts.Objects+len(s.Lost) > 0 {
		t.Errorf("after it was removed: %+v", s)
	}
	for _, name := range []string{key[:2] + "/notes.txt", "README"} {
		if _, err := os.Stat(filepath.Join(place, name)); err != nil {
			t.Error(err)
		}
	}
	said := ran(t, "", "run", docs, "--out", ds, "--readings", place, "-q", "--explain")
	if read, not := explained(t, said); read != 0 || not != n {
		t.Errorf("%d read, %d not: %s", read, not, said)
	}
	// where nothing is known of datasets nothing is removed
	if out, err := testProgram(t, "", "readings", place, "--older", "0s", "--remove").CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	for _, x := range objects(t, place, true) {
		if err := os.Remove(x); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := testProgram(t, "", "readings", place, "--older", "0s", "--remove").CombinedOutput(); err == nil ||
		len(objects(t, place, false)) < len(needed) {
		t.Errorf("%v %s", err, out)
	}
}
