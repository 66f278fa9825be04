package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
	"github.com/gongkai/gongkai/corpus/queue"
)

// apart makes a database whose clock is that much from those of the machines that work with it.
func (s *server) apart(name, by string) {
	s.t.Helper()
	s.create(name)
	c, err := sql.Open("pgx", s.url(name))
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	for _, of := range []string{"now", "clock_timestamp"} {
		_, err = c.Exec(fmt.Sprintf(`CREATE SCHEMA IF NOT EXISTS apart; CREATE FUNCTION apart.%s() RETURNS timestamptz LANGUAGE sql STABLE
			AS $$ SELECT pg_catalog.%[1]s() + interval '%s' $$`, of, by))
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if _, err := c.Exec(`ALTER DATABASE ` + name + ` SET search_path = apart, pg_catalog, public`); err != nil {
		s.t.Fatal(err)
	}
}

// TestVisitClocks: machines whose clocks are an hour ahead of the database's, or behind it, take a visit at once that they put
// in, go on with it at once when its slice of time is over, and take none for dead that is under way.
func TestVisitClocks(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	pg := postgres(t)
	for _, by := range []string{"-1 hour", "1 hour"} {
		name := map[string]string{"-1 hour": "ahead", "1 hour": "behind"}[by]
		pg.apart(name, by)
		site := loopback.Files()
		site.Slow(100 * time.Millisecond)
		portals, err := corpus.LoadPortals([]string{sites(t, t.TempDir(), site)}, false)
		if err != nil {
			t.Fatal(err)
		}
		a, err := archive.Open(ctx, filepath.Join(t.TempDir(), "archive"))
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		var all []*queue.Queue
		for _, holder := range []string{"one", "two"} {
			l, err := ledger.Open(ctx, pg.url(name), false)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			m := crawl.Polite()
			m.Off, m.Lease, m.Wait = true, 3*time.Second, time.Second
			q, err := queue.Open(ctx, &crawl.Crawler{Ledger: l, Archive: a, Manners: m, Bounds: crawl.Usual(), Holder: holder,
				Client: fetch.New(fetch.Options{Agent: "gongkai/test", AllowPrivate: true})}, portals,
				queue.Options{Workers: 1, Slice: time.Second, Poll: 20 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			if err := q.Start(ctx); err != nil {
				t.Fatal(err)
			}
			defer q.Stop(context.WithoutCancel(ctx))
			all = append(all, q)
		}
		if err := all[0].Visit(ctx, "s0"); err != nil {
			t.Fatal(err)
		}
		if left, err := all[1].Wait(ctx, 2*time.Hour); err != nil || len(left) > 0 {
			t.Fatalf("%s: %+v, %v", name, left, err)
		}
		db, err := sql.Open("pgx", pg.url(name))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		jobs, attempts, slices := 0, 0, 0
		if err := db.QueryRow(`SELECT count(*), max(attempt), max(coalesce((metadata->>'snoozes')::integer, 0)) FROM river_job
			WHERE kind = 'visit' AND state = 'completed'`).Scan(&jobs, &attempts, &slices); err != nil {
			t.Fatal(err)
		}
		if jobs != 1 || attempts != 1 || slices == 0 {
			t.Errorf("%s: %d jobs, begun %d times, put back %d times", name, jobs, attempts, slices)
		}
		if v := site.Judge(); v.Overlaps > 0 {
			t.Errorf("%s: %d overlaps", name, v.Overlaps)
		}
		t.Logf("%s: put back %d times", name, slices)
	}
}

// TestOneConnection: what one process does at a time has no need of a second connection from a pool that has one alone.
func TestOneConnection(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	pg := postgres(t)
	pg.create("one")
	at := pg.url("one") + "&pool_max_conns=1"
	l, err := ledger.Open(ctx, at, false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := queue.Open(ctx, &crawl.Crawler{Ledger: l, Manners: crawl.Polite()}, nil, queue.Options{Idle: true}); err != nil {
		t.Error(err)
	}
	q, err := queue.OpenReadings(ctx, at, true, queue.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Lanes(ctx); err != nil {
		t.Error(err)
	}
	var indexes int
	if err := l.Pool().QueryRow(ctx, `SELECT count(*) FROM pg_indexes WHERE schemaname = 'gongkai_read' AND indexdef LIKE '%USING gin%'`).
		Scan(&indexes); err != nil || indexes > 0 {
		t.Errorf("%d indexes of what is in jobs, which each job must be put into three times: %v", indexes, err)
	}
	if err := q.Close(ctx); err != nil {
		t.Error(err)
	}
}
