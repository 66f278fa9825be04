package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/explore"
)

// TestRenewed: a dataset that takes the place of the one that is shown is shown; who reads the one before ends with it,
// and then it is closed; one that is broken, or gone, leaves the one before where it is, and that is said once.
func TestRenewed(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "dataset")
	make := func(example string) {
		t.Helper()
		if code := realMain([]string{"run", filepath.Join(root, "examples", example), "--out", dir, "--quiet", "--no-words"},
			streams{strings.NewReader(""), new(strings.Builder), os.Stderr}); code == exitFailed {
			t.Fatalf("exit code %d", code)
		}
	}
	make("linxi")
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	var said shared
	opened, closed := 0, 0
	s := &shelf{dir: dir, log: teller(&said), open: func(ctx context.Context) (*explore.Explorer, func(), error) {
		d, err := output.Open(dir)
		if err != nil {
			return nil, nil, err
		}
		e, err := explore.Open(ctx, d, explore.Options{Forms: forms, Static: true})
		if err != nil {
			return nil, nil, err
		}
		opened++
		return e, func() { closed++; e.Close() }, nil
	}}
	if err := s.begin(ctx); err != nil {
		t.Fatal(err)
	}
	get := func() string {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/overview.json", nil))
		if w.Code != http.StatusOK {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		return w.Body.String()
	}
	first := get()
	if s.look(ctx) || opened != 1 {
		t.Error("the same dataset is opened twice")
	}
	s.mu.Lock() // a reader whose request is under way
	v := s.now
	v.users++
	s.mu.Unlock()
	make("jiangzhou")
	if !s.look(ctx) || s.look(ctx) {
		t.Error("the new dataset is not shown, or is opened twice")
	}
	second := get()
	if first == second {
		t.Error("nothing has changed")
	}
	if v.e.Reports() == 0 || closed != 0 {
		t.Error("the one before is closed though it is read")
	}
	w := httptest.NewRecorder()
	v.e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/overview.json", nil))
	if w.Body.String() != first {
		t.Error("who reads the one before reads the new one")
	}
	if s.leave(v); closed != 1 {
		t.Error("the one before is not closed")
	}
	manifest := filepath.Join(dir, "dataset.json")
	good, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(manifest, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		s.look(ctx)
	}
	if get() != second || strings.Count(said.String(), "cannot be shown") != 1 {
		t.Errorf("a broken one: %s", said.String())
	}
	if err := os.Remove(manifest); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		s.look(ctx)
	}
	if get() != second || strings.Count(said.String(), "is gone") != 1 {
		t.Errorf("none: %s", said.String())
	}
	if err := os.WriteFile(manifest, good, 0o644); err != nil {
		t.Fatal(err)
	}
	if !s.look(ctx) || get() != second {
		t.Error("one that is whole again is not shown")
	}
	if s.end(); closed != opened {
		t.Errorf("%d opened, %d closed", opened, closed)
	}
}
