package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// keptBeside is whether a folder is what stays beside a dataset between looks for anomalies.
func keptBeside(name string) bool {
	return strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".anomalies")
}

// What a process that works unattended may hold, stated before it is measured: beyond what it held after its first days
// so many goroutines and files, so much heap; on disk so much a day and portal, and SQLite's log, which comes and goes.
const (
	moreGoroutines = 10
	moreFiles      = 8
	moreHeap       = 24 << 20
	moreDisk       = 64 << 10
	moreLog        = 4 << 20
)

// A world is what a simulation goes by: what time it is, what time this machine takes it for, what happens on the portals, and
// what a webhook was told.
type world struct {
	t     *testing.T
	start time.Time
	began time.Time
	ahead atomic.Int64 // of the simulated time, beyond the time that really goes by
	wrong atomic.Int64 // how far the machine's clock is off
	sites []*loopback.Site
	file  string
	hook  *httptest.Server

	mu         sync.Mutex
	told       map[string]int // by event
	deliveries map[string]int
	events     []ledger.Event
	truths     map[string]time.Time // "kind path" → since when it is so
}

func (w *world) now() time.Time {
	return w.start.Add(time.Since(w.began) + time.Duration(w.ahead.Load()))
}

// clock is the machine's.
func (w *world) clock() time.Time { return w.now().Add(time.Duration(w.wrong.Load())) }

func newWorld(t *testing.T, start time.Time, sites ...*loopback.Site) *world {
	w := &world{t: t, start: start, began: time.Now(), sites: sites, told: map[string]int{}, deliveries: map[string]int{},
		truths: map[string]time.Time{}}
	var b strings.Builder
	b.WriteString("id,name,level,home\n")
	for i, s := range sites {
		s.Clock = w.now
		s.Start()
		t.Cleanup(s.Close)
		fmt.Fprintf(&b, "s%d,%s,prefecture,%s\n", i, s.Name, s.URL)
	}
	w.file = filepath.Join(t.TempDir(), "portals.csv")
	if err := os.WriteFile(w.file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	w.hook = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var m struct {
			Delivery string
			Events   []ledger.Event
		}
		b, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(b, &m)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if err != nil {
			t.Error(err)
			return
		}
		if w.deliveries[m.Delivery]++; w.deliveries[m.Delivery] > 1 {
			return // known by its number
		}
		for _, e := range m.Events {
			w.told[e.ID]++
			w.events = append(w.events, e)
			what := e.Kind + " " + pathOf(e.URL)
			if e.Kind == "overdue" {
				what = fmt.Sprint("overdue ", e.Year)
			}
			if since, ok := w.truths[what]; e.Kind != "anomaly" && (!ok || since.After(w.now())) {
				t.Errorf("on %s it is told, and is not true: %s %s %s", w.now().Format(time.DateOnly), e.Kind, e.Title, e.URL)
			}
		}
	}))
	t.Cleanup(w.hook.Close)
	return w
}

func pathOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	_, p, _ := strings.Cut(rest, "/")
	return "/" + p
}

// is notes that something is true from now on.
func (w *world) is(kind, at string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.truths[kind+" "+at] = w.now()
}

// check holds that all was told once.
func (w *world) check(least int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, n := range w.told {
		if n != 1 {
			w.t.Errorf("%s was told %d times", id, n)
		}
	}
	kinds := map[string]int{}
	for _, e := range w.events {
		kinds[e.Kind]++
	}
	w.t.Logf("%d events in %d messages: %v", len(w.events), len(w.deliveries), kinds)
	if len(w.events) < least {
		w.t.Errorf("%d events were told, at least %d happened", len(w.events), least)
	}
}

// holds are what a process holds.
type holds struct {
	goroutines, files int
	heap              uint64
	disk              int64
	names             int
}

func measure(dir string) (h holds) {
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	h.goroutines, h.heap = runtime.NumGoroutine(), m.HeapAlloc
	if fds, err := os.ReadDir("/proc/self/fd"); err == nil {
		h.files = len(fds)
	}
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error { // what is removed meanwhile takes no room
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				h.disk += info.Size()
				h.names++
			}
		}
		return nil
	})
	return h
}

func (h holds) String() string {
	return fmt.Sprintf("%d goroutines, %d open files, %.1f MB heap, %.1f MB in %d files", h.goroutines, h.files, float64(h.heap)/1e6,
		float64(h.disk)/1e6, h.names)
}

// bounded holds what is held against what was. Connections that wait for another request are held for some seconds, which
// are waited for.
func bounded(t *testing.T, was holds, dir string, days, portals int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		is := measure(dir)
		more := is.goroutines > was.goroutines+moreGoroutines || is.files > was.files+moreFiles || is.heap > was.heap+moreHeap ||
			is.disk > was.disk+int64(days*portals)*moreDisk+moreLog
		if more && time.Now().Before(end) {
			continue
		}
		t.Logf("before %s\nafter  %s", was, is)
		if more {
			t.Errorf("more is held than was stated")
		}
		return
	}
}

// conducts are for portals of this machine.
var loopbackConduct = conduct{Pace: time.Millisecond, Pages: 1000, Megabytes: 100, Workers: 2, Slice: time.Minute,
	Lease: 10 * time.Second, AllowPrivate: true}

const oneDay = 24 * time.Hour

// TestUpdateYear updates a dataset daily, with portals that publish, change and take away, a clock that is a year ahead for a
// day and a year behind for another, and a webhook that is down for days: what is told is true and told once, and what is
// held stays bounded. GONGKAI_LONG=1 makes a year of it, else some days of spring.
func TestUpdateYear(t *testing.T) {
	if testing.Short() {
		t.Skip("it updates many times; not with -short")
	}
	days := 12
	if longRun {
		days = 365
	}
	trs, hanweb := loopback.TRS(), loopback.Hanweb()
	w := newWorld(t, time.Date(2025, 3, 28, 2, 0, 0, 0, time.UTC), trs, hanweb)
	dir := t.TempDir()
	work, dataset := filepath.Join(dir, "w"), filepath.Join(dir, "d")
	update := func() map[string]string {
		t.Helper()
		var out, words strings.Builder
		c := updateCmd{place: place{Work: work, now: w.clock}, list: list{Portals: []string{w.file}, Only: true}, conduct: loopbackConduct,
			telling: telling{Webhook: w.hook.URL, WebhookAs: "json", Feed: filepath.Join(dir, "news.atom")},
			bounds:  bounds{Limit: defaultLimit, Memory: defaultMemory, OCR: "none"}, Out: dataset, Readers: 2, NoWords: true,
			manner: manner{Quiet: true, JSON: true}, Patience: time.Second}
		if err := c.Run(context.Background(), streams{strings.NewReader(""), &out, &words}); err != nil && err != errPartly {
			t.Fatalf("%s: %v\n%s%s", w.now().Format(time.DateOnly), err, out.String(), words.String())
		}
		var s struct{ Steps []step }
		if err := json.Unmarshal([]byte(out.String()), &s); err != nil {
			t.Fatal(err)
		}
		states := map[string]string{}
		for _, x := range s.Steps {
			states[x.Name] = x.State
		}
		return states
	}
	requests := func() (n int) {
		for _, s := range w.sites {
			n += len(s.Log())
			s.Forget()
		}
		return n
	}
	report := func(s *loopback.Site, year int) string {
		for p, y := range s.Reports {
			if y == year {
				return p
			}
		}
		t.Fatalf("%s has no report on %d", s.Family, year)
		return ""
	}
	made, usual, whole := 0, 0, 0
	var was holds
	for day := range days {
		switch day {
		case 3: // the last year's report is gone
			hanweb.Remove(report(hanweb, 2021))
			w.is("vanished", report(hanweb, 2021))
			w.is("suspect", report(hanweb, 2021))
		case 4:
			p := report(trs, 2023)
			if !trs.Replace(p, "2023年", "2023年 ") {
				t.Fatal("nothing to change")
			}
			w.is("changed", p)
		case 5, 8: // the clock is a year ahead, or behind, for a day
			w.wrong.Store(int64(365 * oneDay))
			if day == 8 {
				w.wrong.Store(-int64(365 * oneDay))
			}
		case 6, 9:
			w.wrong.Store(0)
		case 200:
			w.wrong.Store(int64(365 * oneDay))
		case 201:
			w.wrong.Store(0)
		case 300: // 18 January 2026
			trs.Publish(2025, "2026-01-18")
		}
		if day == 300 {
			for p, y := range trs.Reports {
				if y == 2025 {
					w.is("new", p)
				}
			}
		}
		states := update()
		n := requests()
		if day == 0 {
			whole = n
		}
		if n > whole+whole/2 {
			t.Errorf("day %d: %d requests, of the first visit there were %d", day, n, whole)
		}
		if n > 0 {
			usual++
		}
		if states["dataset"] != "unchanged" && states["anomalies"] != "unchanged" {
			made++
		}
		if day == 2 {
			was = measure(dir)
		}
		w.ahead.Add(int64(oneDay))
	}
	bounded(t, was, dir, days, len(w.sites))
	w.check(0)
	t.Logf("%d days: portals visited on %d of them, a dataset made on %d", days, usual, made)
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	left = slices.DeleteFunc(left, func(p string) bool { return keptBeside(filepath.Base(p)) })
	if err != nil || len(left) > 0 {
		t.Errorf("left lying: %q", left)
	}
}

// TestWatchDays watches portals around the deadline: for a simulated day, with GONGKAI_LONG=1 for three, with the clock a year
// ahead and a year behind for an hour each.
func TestWatchDays(t *testing.T) {
	if testing.Short() {
		t.Skip("it watches for a while; not with -short")
	}
	hours := 24
	if longRun {
		hours = 72
	}
	w := newWorld(t, time.Date(2026, 3, 31, 8, 0, 0, 0, time.UTC), loopback.TRS(), loopback.Hanweb(), loopback.VSB())
	w.truths["overdue 2025"] = time.Date(2026, 3, 31, 16, 0, 0, 0, time.UTC) // 31 March is over in China
	dir := t.TempDir()
	work := filepath.Join(dir, "w")
	var said shared
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := watchCmd{place: place{Work: work, now: w.clock}, list: list{Portals: []string{w.file}, Only: true},
		telling: telling{Webhook: w.hook.URL, WebhookAs: "json", Feed: filepath.Join(dir, "news.atom"), every: 100 * time.Millisecond},
		conduct: loopbackConduct, Every: 50 * time.Millisecond, manner: manner{Quiet: true}}
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, streams{strings.NewReader(""), io.Discard, &said}) }()
	settled := func() bool {
		l, err := ledger.Open(ctx, filepath.Join(work, "ledger.sqlite"), true)
		if err != nil {
			return false
		}
		defer l.Close()
		l.SetClock(w.clock)
		for i := range w.sites {
			next, _, err := l.NextVisit(ctx, fmt.Sprintf("s%d", i))
			if err != nil || next.IsZero() || !next.After(w.clock()) {
				return false
			}
		}
		return true
	}
	var was holds
	visits := 0
	for tick := range hours * 6 {
		switch tick {
		case 60:
			w.wrong.Store(int64(365 * oneDay))
		case 66:
			w.wrong.Store(0)
		case 90:
			w.wrong.Store(-int64(365 * oneDay))
		case 96:
			w.wrong.Store(0)
		}
		for end := time.Now().Add(5 * time.Minute); !settled(); {
			if time.Now().After(end) {
				t.Fatalf("tick %d, %s: what is due is not visited: %s\n%s", tick, w.clock(), jobs(work), said.String())
			}
			time.Sleep(5 * time.Millisecond)
		}
		if tick == 30 {
			was = measure(dir)
		}
		w.ahead.Add(int64(10 * time.Minute))
	}
	for _, s := range w.sites {
		v := s.Judge()
		visits += v.Requests
		if len(v.Forbidden) > 0 || v.Overlaps > 0 || v.Nameless > 0 {
			t.Errorf("%s: %+v", s.Family, v)
		}
	}
	bounded(t, was, dir, max(1, hours/24), len(w.sites))
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	w.check(0)
	t.Logf("%d hours, %d requests\n%s", hours, visits, said.String())
}

// jobs are those of the queue that are not done.
func jobs(work string) (out string) {
	l, err := ledger.Open(context.Background(), filepath.Join(work, "ledger.sqlite"), true)
	if err != nil {
		return err.Error()
	}
	defer l.Close()
	rows, err := l.DB().Query(`SELECT state || ' ' || scheduled_at || ' ' || args FROM river_job WHERE state <> 'completed'
		UNION ALL SELECT id || ' ' || state || ' ' || until FROM visits WHERE state = 'open'`)
	if err != nil {
		return err.Error()
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return err.Error()
		}
		out += s + "; "
	}
	return out
}

// TestKillUpdate kills updates with SIGKILL at random moments, 5 times, with GONGKAI_LONG=1 50: in the end the dataset is that
// of a run that nobody killed, each event was told in one message, nothing is lost in the archive, and nothing is left
// lying: beside the dataset, in the site, in the folder for what is kept for a while.
func TestKillUpdate(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the program and kills it; not with -short")
	}
	wanted := 5
	if longRun {
		wanted = 50
	}
	bin := program(t)
	w := newWorld(t, time.Now(), loopback.TRS(), loopback.Hanweb())
	w.truths["overdue 2025"] = time.Time{}
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	temp := at("tmp")
	if err := os.Mkdir(temp, 0o755); err != nil {
		t.Fatal(err)
	}
	args := []string{"update", "--work", at("w"), "--out", at("d"), "--site", at("site"), "--feed", at("news.atom"),
		"--webhook", w.hook.URL,
		"--portals", w.file, "--only", "--pace", "1ms", "--allow-private", "--no-words", "-q", "--ocr", "none"}
	command := func() *exec.Cmd {
		cmd := exec.Command(bin, args...)
		cmd.Env = append(os.Environ(), "TMPDIR="+temp)
		return cmd
	}
	rng := rand.New(rand.NewSource(11))
	killed, ended := 0, 0
	longest := 4 * time.Second
	for killed < wanted && ended < 20+wanted {
		cmd := command()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		began := time.Now()
		go func() { done <- cmd.Wait() }()
		select {
		case <-done: // the next one has all to do again but the visits
			ended++
			longest = max(time.Since(began), 300*time.Millisecond)
			if err := os.Remove(at("w/update.json")); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
		case <-time.After(50*time.Millisecond + time.Duration(rng.Int63n(int64(longest)))):
			cmd.Process.Kill()
			<-done
			killed++
		}
	}
	out, err := command().CombinedOutput()
	if err != nil && !strings.Contains(err.Error(), "exit status 3") {
		t.Fatalf("%v\n%s", err, out)
	}
	w.check(1)
	if entries, err := os.ReadDir(temp); err != nil || len(entries) > 0 {
		t.Errorf("left in the folder for what is kept for a while: %v %v", entries, err)
	}
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if p == at("w/archive") { // it removes what is a day old by itself
			return fs.SkipDir
		}
		if keptBeside(d.Name()) {
			return fs.SkipDir
		}
		if n := d.Name(); strings.HasPrefix(n, ".") || strings.HasSuffix(n, ".part") || strings.Contains(n, ".partial-") {
			t.Errorf("left lying: %s", p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	again := exec.Command(bin, "run", "--from", at("w"), "--portals", w.file, "--only", "--out", at("again"), "--no-words", "-q",
		"--ocr", "none")
	if out, err := again.CombinedOutput(); err != nil && again.ProcessState.ExitCode() != exitPartly {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := exec.Command(bin, "anomalies", at("again"), "--write").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	again = exec.Command(bin, again.Args[1:]...) // once more: the anomalies of a dataset that has them are the run's
	if out, err := again.CombinedOutput(); err != nil && again.ProcessState.ExitCode() != exitPartly {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := exec.Command("diff", "-r", at("d"), at("again")).CombinedOutput(); err != nil {
		t.Errorf("the dataset is another than that of a run: %v\n%s", err, out)
	}
	ctx := context.Background()
	a, err := archive.Open(ctx, at("w/archive"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.Check(ctx, func(s string) { t.Error(s) }); err != nil {
		t.Error(err)
	}
	twice := []string{}
	for id, n := range w.deliveries {
		if n > 1 {
			twice = append(twice, id)
		}
	}
	slices.Sort(twice)
	t.Logf("killed %d times, ended %d times; %d messages came twice, known by their numbers", killed, ended, len(twice))
}
