package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/library"
	"github.com/gongkai/gongkai/corpus/queue"
	"github.com/gongkai/gongkai/normalize/form"
)

// A depot is a store that speaks S3, and counts the readings that are put there.
type depot struct {
	*httptest.Server
	slow atomic.Int64 // nanoseconds that each answer waits
	mu   sync.Mutex
	puts map[string]int // by key

	back  *sync.Cond // it is not away any more
	away  bool       // it takes requests, and answers none
	asked int        // requests since then
}

func newDepot(t *testing.T) *depot {
	d := &depot{puts: map[string]int{}}
	d.back = sync.NewCond(&d.mu)
	store := gofakes3.New(s3mem.New()).Server()
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Duration(d.slow.Load()))
		d.mu.Lock()
		for d.asked++; d.away; {
			d.back.Wait()
		}
		d.mu.Unlock()
		if r.Context().Err() != nil {
			return // its connection was broken off
		}
		if i := strings.Index(r.URL.Path, "/readings"); r.Method == http.MethodPut && i >= 0 && !strings.Contains(r.URL.Path, "index-") {
			d.mu.Lock()
			d.puts[r.URL.Path]++
			d.mu.Unlock()
		}
		store.ServeHTTP(w, r)
	}))
	t.Cleanup(d.Close)
	return d
}

// cut has the store answer nobody until it was asked, breaks the connections off, and has it answer again when it was asked
// once more: those who read have tried in vain, and go on.
func (d *depot) cut(t *testing.T) {
	t.Helper()
	set := func(away bool) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.away, d.asked = away, 0
		d.back.Broadcast()
	}
	defer set(false)
	for range 2 {
		set(true)
		for late := time.After(2 * time.Minute); ; {
			d.mu.Lock()
			asked := d.asked
			d.mu.Unlock()
			if asked > 0 {
				break
			}
			select {
			case <-late:
				t.Fatal("nobody asks the store")
			case <-time.After(5 * time.Millisecond):
			}
		}
		d.CloseClientConnections()
	}
}

// bucket makes one, and gives its address.
func (d *depot) bucket(t *testing.T, name string) string {
	t.Helper()
	if err := makeBucket(d.URL, name); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("s3://%s?endpoint=%s&region=us-east-1&use_path_style=true", name, url.QueryEscape(d.URL))
}

// kept counts the readings of a bucket, and how often they were put.
func (d *depot) kept(bucket string) (keys, times int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for at, n := range d.puts {
		if strings.HasPrefix(at, "/"+bucket+"/") {
			keys, times = keys+1, times+n
		}
	}
	return keys, times
}

// cluster plants n reports in a database and a bucket of that name; the database's clock goes wrong by so much.
func cluster(t *testing.T, pg *server, d *depot, name string, n int, apart string) *plant {
	t.Helper()
	if apart == "" {
		pg.create(name)
	} else {
		pg.apart(name, apart)
	}
	return planted(t, n, pg.url(name), "--work", t.TempDir(), "--db", pg.url(name), "--archive", d.bucket(t, name))
}

// TestReadCluster: workers read through PostgreSQL and S3 what a run asks for, each in a network of its own. One is killed,
// the store is slow and for a while cut off, another worker is cut off from database and store for longer than its lease, and
// the clock of the database is an hour apart: every document has one reading, which was made once but for what was in hand,
// and the dataset is that of one process.
func TestReadCluster(t *testing.T) {
	pg, d := postgres(t), newDepot(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	counts, n := []int{2}, 34
	if longRun {
		counts, n = []int{1, 2, 4}, 340
	}
	for i, workers := range counts {
		t.Run(fmt.Sprintf("%d workers", workers), func(t *testing.T) {
			name := fmt.Sprintf("read%d", workers)
			p := cluster(t, pg, d, name, n, []string{"-1 hour", "1 hour", "-1 hour"}[i])
			dir := t.TempDir()
			p.run(filepath.Join(dir, "alone"), "--alone", "--readings", filepath.Join(dir, "readings"))
			d.slow.Store(int64(5 * time.Millisecond))
			defer d.slow.Store(0)
			var all []*exec.Cmd
			var lans []*lan
			for k := range workers {
				lans = append(lans, newLan(t, 8*i+k, fmt.Sprintf("127.0.0.1:%d", pg.port), strings.TrimPrefix(d.URL, "http://")))
				all = append(all, p.workerIn(lans[k], "", "--lease", "2s"))
			}
			ended := make(chan string, 1)
			go func() { ended <- p.run(filepath.Join(dir, "together"), "--workers", "1") }()
			some := func(part int) {
				p.until(fmt.Sprintf("1/%d of the documents are read", part), func(q *queue.Readings) bool {
					lanes, err := q.Lanes(t.Context())
					done := 0
					for _, l := range lanes {
						done += l.Done
					}
					return err == nil && done >= p.n/part
				})
			}
			if workers > 1 {
				some(8)
				all[0].Process.Kill()
				all[0].Wait()
				d.cut(t)
				some(4)
				lans[1].set(true)
				defer lans[1].set(false)
			}
			said := <-ended
			if workers > 1 {
				lans[1].set(false)
			}
			if !sameFolders(t, filepath.Join(dir, "alone"), filepath.Join(dir, "together")) {
				t.Error(said)
			}
			keys, times := d.kept(name)
			if keys != p.n || times > p.n+inHand*workers {
				t.Errorf("%d readings of %d documents, made %d times", keys, p.n, times)
			}
			if read, scan := p.lanes(); read.Done != p.n || read.Waiting+read.Running+read.Retried+read.Failed+scan.Done > 0 {
				t.Errorf("read %+v, scan %+v", read, scan)
			}
			t.Logf("%d workers: %d documents, read %d times", workers, p.n, times)
		})
	}
}

// inHand is how many documents a worker with one slot may read in vain when it is lost: the one that it reads, and those
// that it has at hand.
const inHand = 1 + aheadPages

// TestReadScaling reports how much faster two workers read than one, each on one core, out of PostgreSQL and S3 on the
// same machine. It measures between a tenth and nine tenths of the documents. What the clock on the wall says holds for a
// machine that does nothing else, of which database and store take their part: beside it stands the CPU time that each
// document took of readers (the child processes), workers, database, and this process, which is the store.
//
//	GONGKAI_LONG=1 GONGKAI_REPORTS=2000 go test ./cmd/gongkai -run TestReadScaling -v
func TestReadScaling(t *testing.T) {
	if !longRun {
		t.Skip("it reads hundreds of reports three times: GONGKAI_LONG=1 runs it")
	}
	n := 680
	if s := os.Getenv("GONGKAI_REPORTS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	taskset, err := exec.LookPath("taskset")
	if err != nil {
		t.Skip("taskset (util-linux) is not installed, which keeps a worker on a core")
	}
	pg, d := postgres(t), newDepot(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	p := cluster(t, pg, d, "scaling", n, "")
	var alone float64
	for _, workers := range []int{1, 2, 4} {
		database, store := pg.cpu(t), cpuOf(t, os.Getpid(), false)
		rate, readers, worker := p.rate(taskset, d.bucket(t, fmt.Sprintf("kept%d", workers)), workers)
		if workers == 1 {
			alone = rate
		}
		each := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(p.n) }
		t.Logf("%d workers: %.0f documents/s, %.2f times one; CPU-ms a document: readers %.2f, workers %.2f, database %.2f, store %.2f",
			workers, rate, rate/alone, each(readers), each(worker), each(pg.cpu(t)-database), each(cpuOf(t, os.Getpid(), false)-store))
	}
}

// cpu is the time that the server and what it started has taken.
func (s *server) cpu(t *testing.T) time.Duration {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.data, "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return cpuOf(t, pid, true)
}

// cpuOf is the CPU time that a process has taken, and where all is wanted that of its children, also of those that have ended.
func cpuOf(t *testing.T, pid int, all bool) (used time.Duration) {
	t.Helper()
	fields := func(pid int) []string {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return nil // it has ended meanwhile
		}
		return strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	}
	const tick = 10 * time.Millisecond // as Linux counts for all architectures
	times := func(f []string, from, to int) {
		for _, x := range f[from:to] {
			n, _ := strconv.Atoi(x)
			used += time.Duration(n) * tick
		}
	}
	f := fields(pid)
	if f == nil {
		t.Fatalf("there is no process %d", pid)
	}
	if times(f, 11, 13); !all {
		return used
	}
	times(f, 13, 15)
	others, _ := filepath.Glob("/proc/[0-9]*")
	for _, o := range others {
		n, _ := strconv.Atoi(filepath.Base(o))
		if f := fields(n); f != nil && f[1] == strconv.Itoa(pid) {
			times(f, 11, 15)
		}
	}
	return used
}

// rate has all documents read by so many workers, each on a core, and gives documents a second, and the CPU time of the
// processes that read and of those that have them read.
func (p *plant) rate(taskset, kept string, workers int) (rate float64, readers, worker time.Duration) {
	t := p.t
	t.Helper()
	ctx := t.Context()
	portals, err := corpus.LoadPortals(nil, true)
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.Open(ctx, p.db, p.where[len(p.where)-1], portals)
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	limits := (&bounds{Limit: defaultLimit, Memory: defaultMemory, OCR: "none"}).limits()
	machine := limits.Machine()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	var list []queue.Order
	for _, name := range lib.Names() {
		ref, _ := lib.Ref(name)
		o := orderOf(ref, child.Limits{Time: limits.Time, Memory: limits.Memory}, 1,
			func(f string, scan bool) string { return lane(machine, printsOf(forms), f, scan) })
		o.Args.Missing = true
		list = append(list, o)
	}
	q, err := queue.OpenReadings(ctx, p.db, true, queue.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close(ctx)
	done := func() (n int) {
		lanes, err := q.Lanes(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lanes {
			n += l.Done
		}
		return n
	}
	before, begun := done(), time.Now()
	if _, err := q.Order(ctx, list); err != nil {
		t.Fatal(err)
	}
	var all []*exec.Cmd
	var said bytes.Buffer
	for k := range workers {
		args := []string{"-c", strconv.Itoa(k % 2)}
		own := testProgram(t, "", append([]string{"work", "--queues", "read,read-scan", "--readers", "1", "--ocr", "none", "--readings",
			kept}, p.where...)...)
		cmd := exec.Command(taskset, append(append(args, own.Path), own.Args[1:]...)...)
		cmd.Env = append(own.Env, "GOMAXPROCS=1")
		cmd.Stderr = io.Writer(&said)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, cmd)
	}
	waiting, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	for n := 0; n < p.n; n = done() - before { // to count costs the database something: it is asked seldom, and says later when
		if waiting.Err() != nil {
			t.Fatalf("only %d of %d are read: %s", n, p.n, &said)
		}
		time.Sleep(500 * time.Millisecond)
	}
	for _, c := range all {
		worker += cpuOf(t, c.Process.Pid, false)
		c.Process.Signal(syscall.SIGTERM)
		c.Wait()
		readers += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	}
	db, err := sql.Open("pgx", p.db)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var seconds float64
	first, last := p.n/10, p.n*9/10
	err = db.QueryRow(`WITH ended AS (SELECT finalized_at AS at, row_number() OVER (ORDER BY finalized_at) AS n
		FROM gongkai_read.river_job WHERE state = 'completed' AND created_at >= $1)
		SELECT extract(epoch FROM max(at) - min(at)) FROM ended WHERE n IN ($2, $3)`, begun, first, last).Scan(&seconds)
	if err != nil {
		t.Fatal(err)
	}
	return float64(last-first) / seconds, readers - worker, worker
}
