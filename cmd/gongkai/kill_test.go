package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"math/rand"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

var kills = flag.Int("kills", 0, "how often TestKill kills a crawl (0 = 5, with GONGKAI_LONG=1 50)")

// program builds the program for tests that must kill it.
func program(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "gongkai")
	out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// sites starts made-up portals and writes the file that names them.
func sites(t *testing.T, dir string, all ...*loopback.Site) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("id,name,level,home\n")
	for i, s := range all {
		s.Start()
		t.Cleanup(s.Close)
		fmt.Fprintf(&b, "s%d,%s,prefecture,%s\n", i, s.Name, s.URL)
	}
	file := filepath.Join(dir, "portals.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestKill kills a crawl with SIGKILL at random moments and starts it again: in the end nothing is lost, nothing is
// doubled, the database is whole, every body has its hash, and no address was asked for more often than the crawl was
// killed.
func TestKill(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the program and kills it; not with -short")
	}
	bin := program(t)
	dir := t.TempDir()
	all := []*loopback.Site{loopback.Departments(12), loopback.TRS(), loopback.Hanweb(), loopback.VSB(),
		loopback.Scripts()}
	for _, s := range all {
		s.Slow(12 * time.Millisecond)
	}
	portals := sites(t, dir, all...)
	work := filepath.Join(dir, "crawl")
	args := []string{"crawl", "--work", work, "--portals", portals, "--city", "s0", "--city", "s1", "--city", "s2",
		"--city", "s3", "--city", "s4", "--pace", "1ms", "--allow-private", "-q"}
	rng := rand.New(rand.NewSource(5))
	killed, times := 0, 5
	if longRun {
		times = 50
	}
	if *kills > 0 {
		times = *kills
	}
	for range times {
		cmd := exec.Command(bin, args...)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case <-done:
			t.Logf("the crawl ended after %d kills", killed)
		case <-time.After(time.Duration(200+rng.Intn(700)) * time.Millisecond):
			cmd.Process.Kill()
			<-done
			killed++
		}
	}
	out, err := exec.Command(bin, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ctx := context.Background()
	l, err := ledger.Open(ctx, filepath.Join(work, "ledger.sqlite"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.Check(ctx); err != nil {
		t.Errorf("integrity_check: %v", err)
	}
	a, err := archive.Open(ctx, filepath.Join(work, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	captures, bodies, err := a.Check(ctx, func(s string) { t.Error(s) })
	if err != nil {
		t.Fatal(err)
	}
	if l := leftovers(t, work); len(l) > 0 {
		t.Errorf("left lying: %q", l)
	}
	seen := map[string]bool{}
	if err := a.Captures(ctx, "", func(c *archive.Capture) error {
		if c.Result == archive.New && seen[c.Portal+" "+c.URL+c.Form] {
			t.Errorf("%s is new twice", c.URL)
		}
		seen[c.Portal+" "+c.URL+c.Form] = true
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for i, s := range all {
		got := map[string]int{}
		if err := l.Documents(ctx, fmt.Sprintf("s%d", i), func(d ledger.Document) error {
			u, err := url.Parse(d.URL)
			if err == nil && d.Kind == crawl.KindReport {
				got[u.RequestURI()]++
				if d.Versions != 1 {
					t.Errorf("%s has %d versions", d.URL, d.Versions)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for r := range s.Reports {
			if got[r] != 1 {
				t.Errorf("%s: report %s found %d times", s.Family, r, got[r])
			}
		}
		if len(got) != len(s.Reports) {
			t.Errorf("%s: %d reports, there are %d", s.Family, len(got), len(s.Reports))
		}
		v := s.Judge()
		if len(v.Forbidden) > 0 || v.Overlaps > 0 {
			t.Errorf("%s: forbidden %q, %d overlaps", s.Family, v.Forbidden, v.Overlaps)
		}
		if len(v.Twice) > killed {
			t.Errorf("%s: %d addresses asked for twice, the crawl was killed %d times", s.Family, len(v.Twice), killed)
		}
	}
	files, err := a.Export(ctx, filepath.Join(dir, "warc"), archive.ExportOptions{})
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	back, err := archive.Open(ctx, filepath.Join(dir, "back"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := back.ImportWARC(ctx, files[0], "")
	if err != nil || len(n.Left) > 0 || n.Captures == 0 {
		t.Errorf("the WARC read back: %+v, %v", n, err)
	}
	t.Logf("killed %d times; %d captures, %d bodies, %d read back from WARC", killed, captures, bodies, n.Captures)
}

// TestFull lets a crawl run into a disk that takes no more, and into a database that another program holds locked: it
// says so, and the next crawl goes on and finds everything once.
func TestFull(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the program; not with -short")
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh to limit the size of files with")
	}
	bin := program(t)
	dir := t.TempDir()
	s := loopback.Departments(6)
	portals := sites(t, dir, s)
	work := filepath.Join(dir, "crawl")
	args := []string{"crawl", "--work", work, "--portals", portals, "--city", "s0", "--pace", "1ms", "--patience",
		"500ms", "--allow-private", "-q"}
	// files may have 400 blocks: the ledger reaches that before the visit is over
	out, err := exec.Command("sh", append([]string{"-c", "trap '' XFSZ; ulimit -f 400; exec \"$@\"", "sh", bin},
		args...)...).CombinedOutput()
	if err == nil {
		t.Errorf("a crawl on a full disk ends as if nothing were wrong\n%s", out)
	}
	db, err := sql.Open("sqlite", filepath.Join(work, "ledger.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	free := time.AfterFunc(1500*time.Millisecond, func() { db.Exec("ROLLBACK") })
	defer free.Stop()
	args[len(args)-3] = "1m"
	if out, err := exec.Command(bin, args...).CombinedOutput(); err != nil {
		t.Fatalf("the crawl after it: %v\n%s", err, out)
	}
	ctx := context.Background()
	l, err := ledger.Open(ctx, filepath.Join(work, "ledger.sqlite"), true)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.Check(ctx); err != nil {
		t.Errorf("integrity_check: %v", err)
	}
	n := map[string]int{}
	if err := l.Documents(ctx, "s0", func(d ledger.Document) error { n[d.URL]++; return nil }); err != nil {
		t.Fatal(err)
	}
	if len(n) != len(s.Reports) {
		t.Errorf("%d reports, there are %d", len(n), len(s.Reports))
	}
	a, err := archive.Open(ctx, filepath.Join(work, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.Check(ctx, func(s string) { t.Error(s) }); err != nil {
		t.Error(err)
	}
	if v := s.Judge(); len(v.Twice) > 1 {
		t.Errorf("asked for twice: %q", v.Twice)
	}
}
