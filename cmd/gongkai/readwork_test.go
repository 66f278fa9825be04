package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/library"
	"github.com/gongkai/gongkai/corpus/loopback"
	"github.com/gongkai/gongkai/corpus/queue"
)

// A plant is a crawl's folder with reports of our own making in it, and the workers that read there.
type plant struct {
	t     *testing.T
	where []string // flags that say where ledger, archive and readings are
	db    string
	n     int
}

// planted imports n made reports into a crawl.
func planted(t *testing.T, n int, db string, where ...string) *plant {
	t.Helper()
	dir := t.TempDir()
	n = len(slices.Compact(slices.Sorted(slices.Values(madeReports(t, filepath.Join(dir, "docs"), n)))))
	p := &plant{t: t, where: where, db: db, n: n}
	cmd := testProgram(t, "", append([]string{"archive", "import", filepath.Join(dir, "docs"), "--portal", "230100"}, where...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return p
}

// worker starts one; changed is fingerprint.Changed. It is there when this returns.
func (p *plant) worker(changed string, more ...string) *exec.Cmd {
	p.t.Helper()
	return p.workerIn(nil, changed, more...)
}

// workerIn starts one in a network; nil = that of this machine.
func (p *plant) workerIn(l *lan, changed string, more ...string) *exec.Cmd {
	p.t.Helper()
	args := append([]string{"work", "--queues", "read,read-scan", "--readers", "1"}, more...)
	for _, w := range p.where {
		if l != nil {
			w = l.inside(w)
		}
		args = append(args, w)
	}
	cmd := testProgram(p.t, changed, args...)
	if l != nil {
		l.enter(cmd)
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
		if p.t.Failed() {
			p.t.Logf("a worker said: %s", &said)
		}
	})
	name := fmt.Sprintf("/%d/", cmd.Process.Pid)
	p.until("a worker is there", func(q *queue.Readings) bool {
		all, err := q.Readers(p.t.Context())
		if err != nil {
			p.t.Fatal(err)
		}
		for _, r := range all {
			if strings.Contains(r.Name, name) {
				return true
			}
		}
		return false
	})
	return cmd
}

// until waits until something is so of the queue.
func (p *plant) until(what string, so func(q *queue.Readings) bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Minute)
	defer cancel()
	var last string
	for {
		q, err := queue.OpenReadings(ctx, p.db, false, queue.ReadOptions{})
		if err == nil {
			is := so(q)
			lanes, e := q.Lanes(ctx)
			last = fmt.Sprintf("%+v %v", lanes, e)
			if err := q.Close(ctx); err != nil {
				p.t.Fatal(err)
			}
			if is {
				return
			}
		}
		if ctx.Err() != nil {
			p.t.Fatalf("it is not so that %s: %v; %s", what, err, last)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// sums up the lanes by their costs.
func (p *plant) lanes() (read, scan queue.Lane) {
	p.t.Helper()
	p.until("there is a queue", func(q *queue.Readings) bool {
		all, err := q.Lanes(p.t.Context())
		if err != nil {
			p.t.Fatal(err)
		}
		for _, l := range all {
			into := &read
			if strings.HasPrefix(l.Name, laneScan+"-") {
				into = &scan
			}
			into.Waiting, into.Running, into.Retried = into.Waiting+l.Waiting, into.Running+l.Running, into.Retried+l.Retried
			into.Done, into.Failed = into.Done+l.Done, into.Failed+l.Failed
		}
		return true
	})
	return read, scan
}

// run makes a dataset, and gives what was said.
func (p *plant) run(out string, more ...string) string {
	p.t.Helper()
	args := append([]string{"run", "--out", out, "-q", "--explain"}, more...)
	where := append([]string{}, p.where...)
	for i := range where {
		if where[i] == "--work" {
			where[i] = "--from"
		}
	}
	return ran(p.t, "", append(args, where...)...)
}

// TestReadBeside: on SQLite, processes on one machine read what a run asks for, and the dataset is that of one process;
// a worker of another version leaves alone what it would read otherwise.
func TestReadBeside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	work := filepath.Join(dir, "crawl")
	p := planted(t, 34, filepath.Join(work, "ledger.sqlite"), "--work", work)
	p.run(filepath.Join(dir, "alone"), "--alone", "--readings", filepath.Join(dir, "other"))
	p.worker("pdf:other")
	p.worker("")
	said := p.run(filepath.Join(dir, "together"), "--workers", "1")
	if !sameFolders(t, filepath.Join(dir, "alone"), filepath.Join(dir, "together")) {
		t.Error(said)
	}
	if made, not := explained(t, said); made != p.n || not != 0 {
		t.Errorf("of %d documents that workers read %d are said to be read, %d not: %s", p.n, made, not, said)
	}
	read, scan := p.lanes()
	if read.Done != p.n || read.Waiting+read.Running+read.Failed+scan.Done+scan.Waiting > 0 {
		t.Errorf("read %+v, scan %+v", read, scan)
	}
	if n := len(objects(t, filepath.Join(work, "readings"), false)); n != p.n {
		t.Errorf("%d readings of %d documents", n, p.n)
	}
	if said := p.run(filepath.Join(dir, "again")); strings.Contains(said, "\nread ") {
		t.Error(said)
	}
}

// TestReadPoison: documents that run into their limit are read by the worker and not again by the run that waits for them,
// which has them as a run alone does; nothing of them is kept for the next run.
func TestReadPoison(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	work := filepath.Join(dir, "crawl")
	p := planted(t, 17, filepath.Join(work, "ledger.sqlite"), "--work", work)
	limit := []string{"--limit", "1us", "--workers", "1"} // which no document keeps to
	p.run(filepath.Join(dir, "alone"), append(limit, "--alone", "--readings", filepath.Join(dir, "other"))...)
	p.worker("")
	said := p.run(filepath.Join(dir, "together"), limit...)
	if !sameFolders(t, filepath.Join(dir, "alone"), filepath.Join(dir, "together")) {
		t.Error(said)
	}
	if n := strings.Count(said, "; a worker read it, and what it found may not be kept\n"); n != p.n {
		t.Errorf("%d of %d were taken from the worker: %s", n, p.n, said)
	}
	if read, _ := p.lanes(); read.Done != p.n || read.Failed+read.Retried+read.Waiting > 0 {
		t.Errorf("%+v", read)
	}
	for _, o := range objects(t, filepath.Join(work, "readings"), false) {
		if filepath.Ext(o) != ".tried" {
			t.Errorf("%s is kept", o)
		}
	}
}

// TestReadFound: what a visit finds is read by the workers that are there, before anybody asks.
func TestReadFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	work := filepath.Join(dir, "crawl")
	file := sites(t, dir, loopback.Files(), loopback.Files())
	visit := func(id string) {
		args := []string{"crawl", "--work", work, "--portals", file, "--only", "--city", id, "--pace", "1ms", "--allow-private", "-q"}
		ran(t, "", args...)
	}
	visit("s0")
	p := &plant{t: t, where: []string{"--work", work}, db: filepath.Join(work, "ledger.sqlite")}
	p.worker("")
	visit("s1")
	p.until("what was found is read", func(q *queue.Readings) bool {
		lanes, err := q.Lanes(t.Context())
		left, done := 0, 0
		for _, l := range lanes {
			left, done = left+l.Waiting+l.Running+l.Retried+l.Failed, done+l.Done
		}
		return err == nil && left == 0 && done >= len(loopback.Years)
	})
	said := p.run(filepath.Join(dir, "ds"), "--alone", "--portals", file, "--only")
	if !strings.Contains(said, "read s0/") || strings.Contains(said, "read s1/") {
		t.Error(said)
	}
	out := ran(t, "", "status", "--queues", "--work", work)
	if !strings.Contains(out, "running") || !strings.Contains(out, "read ") {
		t.Error(out)
	}
}

// TestReadAgain: whoever gets a job once more finds that the reading is there, and does not make it again. The store is not
// asked by the first who has a job of somebody who has asked it.
func TestReadAgain(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	work := filepath.Join(t.TempDir(), "crawl")
	at := place{Work: work}
	p := planted(t, 1, filepath.Join(work, "ledger.sqlite"), "--work", work)
	portals, err := corpus.LoadPortals(nil, true)
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.Open(ctx, p.db, at.archive(), portals)
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	limits := (&bounds{Limit: defaultLimit, Memory: defaultMemory, OCR: "none"}).limits()
	kept := filepath.Join(work, "readings")
	w, err := openReadWorker(ctx, at, kept, limits, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	ref, _ := lib.Ref(lib.Names()[0])
	args := orderOf(ref, limits, 1, func(f string, scan bool) string { return lane(w.machine, printsOf(w.forms), f, scan) }).Args
	var before os.FileInfo
	for _, x := range []struct{ missing, again, anew bool }{{true, false, true}, {false, false, false}, {true, true, false},
		{true, false, true}} {
		args.Missing, args.Again = x.missing, x.again
		if d, err := w.work(ctx, args); err != nil || !d.Kept {
			t.Fatalf("%+v %v", d, err)
		}
		all := objects(t, kept, false)
		if len(all) != 1 {
			t.Fatalf("%q are kept", all)
		}
		now, err := os.Stat(all[0])
		if err != nil {
			t.Fatal(err)
		}
		if before != nil && os.SameFile(before, now) == x.anew {
			t.Errorf("%+v: made anew %v", x, !x.anew)
		}
		before = now
	}
}
