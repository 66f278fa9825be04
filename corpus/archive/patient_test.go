package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// stalls answers what is asked for an object with its first bytes alone, so many times, and holds the connection until the
// test ends.
func stalls(t *testing.T, times int64, asked *atomic.Int64, drip bool) func(http.ResponseWriter, *http.Request) bool {
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/x") {
			return false
		}
		if asked.Add(1) > times {
			return false
		}
		w.Header().Set("Content-Length", "100000")
		w.Header().Set("ETag", `"0"`)
		w.Header().Set("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
		w.WriteHeader(http.StatusOK)
		fmt.Fprint(w, "0123456789")
		w.(http.Flusher).Flush()
		for {
			var next <-chan time.Time
			if drip {
				next = time.After(time.Millisecond)
			}
			select {
			case <-over:
				return true
			case <-r.Context().Done():
				return true
			case <-next:
				fmt.Fprint(w, "0")
				w.(http.Flusher).Flush()
			}
		}
	}
}

// TestBucketStalls: a store that stops in the middle of an object, or lets bytes drip, is asked again; one that always does
// so is an error that says it, and holds nobody up for ever.
func TestBucketStalls(t *testing.T) {
	for _, c := range []struct {
		times int64
		drip  bool
		want  int64 // requests
	}{{1, false, 2}, {1, true, 2}, {1 << 40, false, attempts}, {1 << 40, true, attempts}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			var asked atomic.Int64
			b, err := openBucket(t.Context(), store3(t, stalls(t, c.times, &asked, c.drip)))
			if err != nil {
				t.Fatal(err)
			}
			if err := b.replace(t.Context(), "x", []byte("whole")); err != nil {
				t.Fatal(err)
			}
			b.pace.patience = 200 * time.Millisecond
			if c.times == 1 { // what comes then must have its time on a machine that is busy
				b.pace.patience = 3 * time.Second
			}
			body, err := b.get(t.Context(), "x")
			if n := asked.Load(); n != c.want {
				t.Errorf("asked %d times, want %d", n, c.want)
			}
			switch {
			case c.times == 1 && (err != nil || string(body) != "whole"):
				t.Errorf("%q, %v", body, err)
			case c.times > 1 && !errors.Is(err, ErrStalled):
				t.Errorf("%v", err)
			}
		})
	}
}

// TestBucketStallEnds: whoever asks may still give up before the store is given up.
func TestBucketStallEnds(t *testing.T) {
	var asked atomic.Int64
	b, err := openBucket(t.Context(), store3(t, stalls(t, 1<<40, &asked, false)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	b.pace.patience = time.Hour
	go func() {
		for asked.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if _, err := b.get(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestBucketTakesNothing: a store that does not take what is sent to it is an error too.
func TestBucketTakesNothing(t *testing.T) {
	over := make(chan struct{})
	defer close(over)
	var held atomic.Int64
	b, err := openBucket(t.Context(), store3(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || !strings.HasSuffix(r.URL.Path, "/x") {
			return false
		}
		held.Add(1)
		<-over // and reads nothing
		return true
	}))
	if err != nil {
		t.Fatal(err)
	}
	b.pace.patience = 100 * time.Millisecond
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { // the client tries again many times, with pauses that grow: the second is enough
		for held.Load() < 2 {
			time.Sleep(time.Millisecond)
		}
		cancel(errors.New("tried again"))
	}()
	if err := b.replace(ctx, "x", bytes.Repeat([]byte("x"), 64<<20)); err == nil || held.Load() < 2 {
		t.Errorf("%v after %d requests", err, held.Load())
	}
}
