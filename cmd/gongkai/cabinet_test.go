package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/gongkai/gongkai/corpus/readings"
)

// TestCabinetGivenUp: a store that breaks off in every object is asked for a few and then no more, what is put meanwhile can be
// had, and it is said once what is wrong. One that lacks what it is asked for does not fail.
func TestCabinetGivenUp(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	real := gofakes3.New(s3mem.New()).Server()
	var cut, full atomic.Bool
	var asked atomic.Int64
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && full.Load() {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		if r.Method != http.MethodGet || !cut.Load() {
			real.ServeHTTP(w, r)
			return
		}
		asked.Add(1)
		w.Header().Set("Content-Length", "1000")
		w.Header().Set("ETag", `"0"`)
		w.Header().Set("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
		fmt.Fprint(w, "0123456789")
	}))
	defer s3.Close()
	if err := makeBucket(s3.URL, "bucket"); err != nil {
		t.Fatal(err)
	}
	var said []string
	c, err := openCabinet(t.Context(), "s3://bucket/r?region=us-east-1&use_path_style=true&endpoint="+url.QueryEscape(s3.URL),
		func(s string) { said = append(said, s) })
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 * mostFails {
		if _, err := c.Get(t.Context(), fmt.Sprint("none", i)); !errors.Is(err, readings.ErrMissing) {
			t.Fatal(err)
		}
	}
	if err := c.Put(t.Context(), "early", []byte("early")); err != nil {
		t.Fatal(err)
	}
	// one that cannot be written any more is still read
	readOnly, err := openCabinet(t.Context(), "s3://bucket/r?region=us-east-1&use_path_style=true&endpoint="+url.QueryEscape(s3.URL),
		func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	full.Store(true)
	for i := range 2 * mostFails {
		if err := readOnly.Put(t.Context(), fmt.Sprint("late", i), []byte("late")); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := readOnly.Get(t.Context(), "early"); string(b) != "early" {
		t.Errorf("a store that cannot be written is not read: %q, %v", b, err)
	}
	if b, err := readOnly.Get(t.Context(), "late0"); string(b) != "late" {
		t.Errorf("what was laid aside: %q, %v", b, err)
	}
	readOnly.close()
	if dir, err := readOnly.sparePlace(); err != nil || exists(dir) {
		t.Errorf("what lay aside stays at the end: %v", err)
	}
	full.Store(false)
	cut.Store(true)
	for i := range 5 * mostFails {
		key := fmt.Sprint("some", i)
		_, err := c.Get(t.Context(), key)
		if err == nil || errors.Is(err, readings.ErrMissing) || 2*i >= mostFails != errors.Is(err, errGivenUp) {
			t.Errorf("%d: %v", i, err)
		}
		if err := c.Put(t.Context(), key, []byte(key)); err != nil {
			t.Fatal(err)
		}
		if b, err := c.Get(t.Context(), key); 2*i >= mostFails && (err != nil || string(b) != key) {
			t.Errorf("%d: %q %v", i, b, err)
		}
	}
	if n := asked.Load(); n == 0 || n > 10*mostFails {
		t.Errorf("it was asked %d times", n)
	}
	if len(said) != 1 || !strings.HasPrefix(said[0], "readings cannot be kept or had, ") {
		t.Errorf("%q", said)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
