package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/loopback"
)

// shared is a buffer that several goroutines write to.
type shared struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestWatch: what is due is visited by itself, metrics say so, and it stops when it is told to.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	portals := sites(t, dir, loopback.TRS())
	// the program's own list stays out of it: its portals are not asked from here
	var said shared
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := watchCmd{place: place{Work: filepath.Join(dir, "w")}, list: list{Portals: []string{portals}, Only: true},
		conduct: conduct{Pace: time.Millisecond, Pages: 1000, Megabytes: 100, Workers: 2, Slice: time.Minute,
			Lease: 10 * time.Second, AllowPrivate: true}, Every: time.Second, Metrics: "127.0.0.1:0", manner: manner{Quiet: true}}
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, streams{strings.NewReader(""), io.Discard, &said}) }()
	deadline := time.Now().Add(3 * time.Minute)
	body := ""
	for time.Now().Before(deadline) && !strings.Contains(body, "gongkai_documents 12") {
		time.Sleep(50 * time.Millisecond)
		m := regexp.MustCompile(`http://\S+/metrics`).FindString(said.String())
		if m == "" {
			continue
		}
		resp, err := http.Get(m)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		body = string(b)
	}
	for _, want := range []string{"gongkai_documents 12", `gongkai_addresses_total{result="report"} 6`,
		"gongkai_hosts_paused 0"} {
		if !strings.Contains(body, want) {
			t.Errorf("the metrics do not say %s\n%s\n%s", want, body, said.String())
		}
	}
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it does not stop")
	}
}
