package output

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
)

// several gives results of several years, more of each than rows wait for a pen, and how each is had again.
func several(t *testing.T) (heads []func(w *Writer) Head, again []func() (Result, error)) {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	for k, e := range gold.Examples()[:2] {
		doc, err := extract.Read(e.Body, e.File)
		if err != nil {
			t.Fatal(err)
		}
		rep := normalize.Read(doc, forms)
		rep.ReadWords()
		for i := range 3 * queued {
			one := func() Result {
				x := *rep
				x.Year, x.Body.ID = 2021+k%2, fmt.Sprintf("3212%02d/department/%d", i, i+100*k)
				x.Findings, x.Sections = slices.Clone(x.Findings), slices.Clone(x.Sections)
				return Result{Document: Document{File: fmt.Sprint(i, e.File), SHA256: fmt.Sprintf("%032x%032x", k, i),
					MediaType: doc.MediaType, Bytes: doc.Bytes}, Report: &x}
			}
			heads = append(heads, func(w *Writer) Head {
				r := one()
				h := w.Head(&r)
				h.Digest = fmt.Sprint(k, " ", i)
				return h
			})
			again = append(again, func() (Result, error) { return one(), nil })
		}
	}
	return heads, again
}

// penned begins a dataset of them.
func penned(t *testing.T, dir string, heads []func(w *Writer) Head, again []func() (Result, error)) *Writer {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	w, err := Create(dir, forms, Info{ProgramVersion: "test", Print: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range heads {
		w.Keep(heads[i](w), again[i])
	}
	return w
}

func bytesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*", partFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(files, filepath.Join(dir, "dataset.json")) {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimPrefix(f, dir)] = string(b)
	}
	return out
}

// TestPensSameBytes: the bytes do not depend on how many processors there are, and are those of a writer that is given the
// results one after the other.
func TestPensSameBytes(t *testing.T) {
	heads, again := several(t)
	write := func(procs int) map[string]string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		dir := filepath.Join(t.TempDir(), "ds")
		if err := penned(t, dir, heads, again).Close(); err != nil {
			t.Fatal(err)
		}
		return bytesOf(t, dir)
	}
	one := write(1)
	if len(one) < 2*13+4 {
		t.Fatalf("%d files", len(one))
	}
	for _, n := range []int{2, 4} {
		for name, b := range write(n) {
			if b != one[name] {
				t.Errorf("%s is another with %d processors", name, n)
			}
		}
	}
}

// TestPensFail: whichever table cannot be written, while its file of the first year is begun or while that of the last is filled,
// and whichever result cannot be had again, the run ends with that error, the old dataset stays, and nothing is left running
// or lying about.
func TestPensFail(t *testing.T) {
	heads, again := several(t)
	base := t.TempDir()
	dir := filepath.Join(base, "ds")
	if err := penned(t, dir, heads[:1], again[:1]).Close(); err != nil {
		t.Fatal(err)
	}
	before := bytesOf(t, dir)
	full := errors.New("the disk is full")
	fails := func(what string, w *Writer, want error) {
		t.Helper()
		running := runtime.NumGoroutine()
		if err := w.Close(); !errors.Is(err, want) {
			t.Errorf("%s: %v, not %v", what, err, want)
		}
		for runtime.NumGoroutine() > running { // those that have done all that they do are about to end
			runtime.Gosched()
		}
		left, err := os.ReadDir(base)
		if err != nil || len(left) != 1 {
			t.Errorf("%s: %v %v is left", what, left, err)
		}
		if now := bytesOf(t, dir); len(now) != len(before) || now["/dataset.json"] != before["/dataset.json"] {
			t.Errorf("%s: the old dataset is not as it was", what)
		}
	}
	all, counts := slices.Concat(partTables[ownPart], partTables[panelPart], partTables[reusePart]), []int{1, 4}
	if testing.Short() { // under the race detector
		all, counts = []string{"values", "panel", "reuse"}, counts[1:]
	}
	for _, procs := range counts {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		for _, table := range all {
			first, last := filepath.Join(table, "year=2021"), filepath.Join(table, "year=2022")
			w := penned(t, dir, heads, again)
			w.open = func(path string) (*os.File, error) {
				if strings.Contains(path, first) {
					return nil, full
				}
				return os.Create(path)
			}
			fails(first+" cannot be begun", w, full)
			w = penned(t, dir, heads, again)
			w.open = func(path string) (*os.File, error) {
				f, err := os.Create(path)
				if err == nil && strings.Contains(path, last) {
					err = f.Close() // so that nothing can be written
				}
				return f, err
			}
			fails(last+" cannot be filled", w, os.ErrClosed)
		}
		for _, i := range []int{0, len(again) / 2, len(again) - 1} {
			gone := slices.Clone(again)
			gone[i] = func() (Result, error) { return Result{}, full }
			fails(fmt.Sprintf("result %d", i), penned(t, dir, heads, gone), full)
		}
	}
}
