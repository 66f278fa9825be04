package main

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
	"github.com/gongkai/gongkai/corpus/queue"
)

// A server is a PostgreSQL of this test alone.
type server struct {
	t         *testing.T
	bin, data string
	port      int
	as        *syscall.Credential
}

func postgres(t *testing.T) *server {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_ctl")
	if err != nil || len(found) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("postgresql is not installed")
		}
		t.Skip("postgresql is not installed")
	}
	sort.Strings(found)
	s := &server{t: t, bin: filepath.Dir(found[len(found)-1])}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if os.Getuid() == 0 { // it does not run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	l.Close()
	s.data = filepath.Join(dir, "data")
	s.run("initdb", "-D", s.data, "-U", "gongkai", "-A", "trust", "--no-sync")
	s.start()
	t.Cleanup(func() { s.run("pg_ctl", "-D", s.data, "-m", "immediate", "-w", "stop") })
	return s
}

func (s *server) run(name string, args ...string) {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	log, err := os.CreateTemp("", "pglog") // not a pipe: the server would hold it open
	if err != nil {
		s.t.Fatal(err)
	}
	defer os.Remove(log.Name())
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		b, _ := os.ReadFile(log.Name())
		s.t.Fatalf("%s: %v\n%s", name, err, b)
	}
}

func (s *server) start() {
	s.run("pg_ctl", "-D", s.data, "-w", "-o", fmt.Sprintf("-p %d -k %s -c listen_addresses=127.0.0.1", s.port,
		filepath.Dir(s.data)), "-l", filepath.Join(filepath.Dir(s.data), "log"), "start")
}

func (s *server) url(db string) string {
	return fmt.Sprintf("postgres://gongkai@127.0.0.1:%d/%s?sslmode=disable", s.port, db)
}

func (s *server) create(db string) {
	s.t.Helper()
	c, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Exec("CREATE DATABASE " + db); err != nil {
		s.t.Fatal(err)
	}
}

// TestCluster lets one, two and four workers share the work through PostgreSQL and a store that speaks S3. With two and
// more, one is killed, one host is slow, and the database is restarted: all work is done, and no host is asked by two
// at once.
func TestCluster(t *testing.T) {
	if !longRun {
		t.Skip("three clusters with their disasters take a minute: GONGKAI_LONG=1 runs it")
	}
	pg := postgres(t)
	bin := program(t)
	s3 := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	defer s3.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	ctx := context.Background()
	var alone time.Duration
	for _, n := range []int{1, 2, 4} {
		t.Run(fmt.Sprintf("%d workers", n), func(t *testing.T) {
			db := fmt.Sprintf("w%d", n)
			pg.create(db)
			bucket := fmt.Sprintf("bucket%d", n)
			where := fmt.Sprintf("s3://%s?endpoint=%s&region=us-east-1&use_path_style=true", bucket,
				url.QueryEscape(s3.URL))
			if err := makeBucket(s3.URL, bucket); err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			all := loopback.All()
			all = all[:len(all)-1] // the one with bad moments wants minutes of patience
			for _, s := range all {
				s.Slow(10 * time.Millisecond)
			}
			all[2].Slow(150 * time.Millisecond)
			file := sites(t, dir, all...)
			portals, err := corpus.LoadPortals([]string{file}, false)
			if err != nil {
				t.Fatal(err)
			}
			l, err := ledger.Open(ctx, pg.url(db), false)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			q, err := queue.Open(ctx, &crawl.Crawler{Ledger: l, Manners: crawl.Polite()}, portals,
				queue.Options{Idle: true})
			if err != nil {
				t.Fatal(err)
			}
			for i := range all {
				if err := q.Visit(ctx, fmt.Sprintf("s%d", i)); err != nil {
					t.Fatal(err)
				}
			}
			start := time.Now()
			var workers []*exec.Cmd
			for range n {
				cmd := exec.Command(bin, "work", "--db", pg.url(db), "--archive", where, "--portals", file, "--pace",
					"20ms", "--lease", "3s", "--slice", "2s", "--workers", "3", "--allow-private", "-q")
				if testing.Verbose() {
					cmd.Stderr = os.Stderr
				}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				defer func() { cmd.Process.Kill(); cmd.Wait() }()
				workers = append(workers, cmd)
			}
			if n > 1 {
				time.Sleep(1500 * time.Millisecond)
				workers[0].Process.Kill()
				workers[0].Wait()
				time.Sleep(700 * time.Millisecond)
				pg.run("pg_ctl", "-D", pg.data, "-m", "immediate", "-w", "stop")
				time.Sleep(300 * time.Millisecond)
				pg.start()
			}
			waitCtx, cancel := context.WithTimeout(ctx, 90*time.Second)
			defer cancel()
			for {
				left, err := q.Unfinished(waitCtx)
				if err == nil && len(left) == 0 {
					break
				}
				if waitCtx.Err() != nil {
					t.Fatalf("not finished: %+v, %v", left, err)
				}
				time.Sleep(100 * time.Millisecond)
			}
			took := time.Since(start)
			if n == 1 {
				alone = took
			}
			reports := 0
			for i, s := range all {
				got := 0
				if err := l.Documents(ctx, fmt.Sprintf("s%d", i), func(d ledger.Document) error {
					if d.Kind == crawl.KindReport {
						got++
					}
					return nil
				}); err != nil {
					t.Fatal(err)
				}
				reports += got
				if got != len(s.Reports) {
					t.Errorf("%s: %d reports, there are %d", s.Family, got, len(s.Reports))
				}
				v := s.Judge()
				if v.Overlaps > 0 || len(v.Forbidden) > 0 {
					t.Errorf("%s: %d overlaps, forbidden %q", s.Family, v.Overlaps, v.Forbidden)
				}
				if v.Closest < 19*time.Millisecond {
					t.Errorf("%s: two requests only %s apart", s.Family, v.Closest)
				}
			}
			a, err := archive.Open(ctx, where)
			if err != nil {
				t.Fatal(err)
			}
			captures, bodies, err := a.Check(ctx, func(s string) { t.Error(s) })
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d workers: %d reports, %d captures, %d bodies in %.1f s (one worker %.1f s)", n, reports, captures,
				bodies, took.Seconds(), alone.Seconds())
		})
	}
}

func makeBucket(endpoint, name string) error {
	req, err := http.NewRequest(http.MethodPut, endpoint+"/"+name, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("bucket: %s", resp.Status)
	}
	return nil
}
