package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/cmd/gongkai/fingerprint"
	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/library"
	"github.com/gongkai/gongkai/corpus/queue"
	"github.com/gongkai/gongkai/corpus/readings"
	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/reading"
)

// Readings that others make. A run puts what has no reading into the queue of the crawl's database (queue.Readings) as
// far as workers live that could read it, works at that queue itself, and takes what comes in the order of documents, as
// it takes what was kept before: who read a document makes no difference to the dataset. What nobody ends it reads itself.

// Lanes are named by what reads in them.
const (
	laneRead = "read"
	laneScan = "read-scan"
)

// printLength is how much of a print a lane's name has.
const printLength = 12

// lane is where documents of a format go: "read-html-0123456789ab". Its print is that of what reads them, and of the forms.
func lane(m fingerprint.Machine, forms formPrints, format string, scan bool) string {
	begins := laneRead
	if scan {
		begins = laneScan
	}
	name := m.Format(format, scan)
	if name == "" { // an engine that cannot be named: what another reads with it may be something else
		return ""
	}
	return begins + "-" + format + "-" + reading.Sum([]byte(name + forms.print + forms.annexes))[:printLength]
}

// printOf is the print that a lane's name ends with.
func printOf(lane string) string { return lane[strings.LastIndexByte(lane, '-')+1:] }

// guessFormat tells by what its server called it, and by its name, of which format a document will be found to be. It
// decides where it is read first, and nothing else.
func guessFormat(ref *library.Ref) (format string, scan bool) {
	media, _, _ := strings.Cut(ref.Media, ";")
	k := kind.Of(strings.ToLower(strings.TrimSpace(media)))
	if k.Media == "" || k.Media == kind.Bytes {
		k = kind.Named(path.Base(ref.Name))
	}
	format = fingerprint.FormatOf(k.Media)
	return format, format == "picture"
}

// orderOf is the job that asks for a document's reading.
func orderOf(ref library.Ref, l child.Limits, priority int, lane func(format string, scan bool) string) queue.Order {
	format, scan := guessFormat(&ref)
	o := queue.Order{Priority: priority, Args: queue.ReadArgs{Key: readingKey(&ref), Document: ref, Limit: l.Time, Memory: l.Memory,
		ScanLane: lane(format, true)}}
	if scan {
		o.Lane, o.Args.Scan = o.Args.ScanLane, true
	}
	if o.Lane == "" {
		o.Lane, o.Args.Scan = lane(format, false), false
	}
	if o.Lane != "" {
		o.Args.Print = printOf(o.Lane)
	}
	return o
}

func readingKey(ref *library.Ref) string {
	return reading.Asked{SHA256: ref.SHA256, Name: ref.Name, URL: ref.Address(), Division: ref.Division}.Key()
}

// A readWorker makes the readings that jobs ask for.
type readWorker struct {
	ledger  *ledger.Ledger
	archive *archive.Archive
	store   *cabinet
	forms   *form.Forms
	limits  child.Limits // engines and cache; what a document may take, its job says
	machine fingerprint.Machine
	slots   chan struct{} // of documents that are being read
	scans   chan struct{} // of those that are scans

	shelves shelves
	mu      sync.Mutex
	pools   map[child.Limits]*child.Pool
}

// openReadWorker opens what a worker needs: where the crawl keeps what it has, and where readings are kept.
func openReadWorker(ctx context.Context, at place, kept string, l child.Limits, slots int) (w *readWorker, err error) {
	w = &readWorker{limits: l, machine: l.Machine(), slots: make(chan struct{}, slots), scans: make(chan struct{}, max(1, slots-1)),
		pools: map[child.Limits]*child.Pool{}}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.forms, err = form.Load(); err != nil {
		return w, err
	}
	store, err := readings.Open(ctx, kept)
	if err != nil {
		return w, err
	}
	w.store = &cabinet{Store: store} // a job that cannot keep what it read has failed
	if w.ledger, err = ledger.Open(ctx, at.db(), true); err != nil {
		return w, err
	}
	w.archive, err = archive.Open(ctx, at.archive())
	return w, err
}

func (w *readWorker) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.pools {
		p.Close()
	}
	if w.archive != nil {
		w.archive.Close()
	}
	if w.ledger != nil {
		w.ledger.Close()
	}
}

// A worker has several documents of a format at hand for each that it reads, scans aside, so that it never waits for the
// next one: of pages, which are read in milliseconds, as many as last until more are taken from the queue, of others few,
// which another worker would wait for at the end.
const (
	ahead      = 4
	aheadPages = 16
)

func aheadOf(format string) int {
	if format == "html" || format == "text" {
		return aheadPages
	}
	return ahead
}

// lanes are those that this machine's readers can work in, with how many jobs of each are taken at once.
func (w *readWorker) lanes(read, scan bool) map[string]int {
	out := map[string]int{}
	for _, f := range fingerprint.Formats {
		if read {
			out[lane(w.machine, printsOf(w.forms), f, false)] = aheadOf(f) * cap(w.slots)
		}
		if scan {
			out[lane(w.machine, printsOf(w.forms), f, true)] = cap(w.scans)
		}
	}
	delete(out, "") // of what this machine cannot name
	return out
}

// options are those with which a worker takes part in the queue.
func (w *readWorker) options(lanes map[string]int, log io.Writer) queue.ReadOptions {
	return queue.ReadOptions{Lanes: lanes, Slots: cap(w.slots), Program: version(), Work: w.work, Log: log}
}

func (w *readWorker) pool(a *queue.ReadArgs) (*child.Pool, child.Limits) {
	l := w.limits
	l.Time, l.Memory = a.Limit, a.Memory
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.pools[l]
	if p == nil {
		p = child.Open(l, w.forms)
		w.pools[l] = p
	}
	return p, l
}

// work makes one reading, unless it is there. What may not be kept (a limit was met, no reader came to its end) is laid
// beside its place for who waits for it: it is what this document is, today, and nobody need find it out again.
func (w *readWorker) work(ctx context.Context, args queue.ReadArgs) (done queue.Done, err error) {
	ref := args.Document
	doc, err := library.Fetch(ctx, w.ledger, w.archive, ref)
	switch {
	case archive.Broken(err) || errors.Is(err, archive.ErrMissing):
		return done, fmt.Errorf("%w: %w", queue.ErrHopeless, err)
	case err != nil:
		return done, err
	case doc.Body == nil && doc.Bytes > 0:
		return done, fmt.Errorf("%w: larger than the limit of %d MiB", queue.ErrHopeless, corpus.MaxBytes>>20)
	}
	pool, limits := w.pool(&args)
	if readingKey(&ref) != args.Key {
		return done, fmt.Errorf("%w: its key is not that of the document", queue.ErrHopeless)
	}
	if (!args.Missing || args.Again) && w.holds(ctx, args.Key, limits, &doc) {
		return queue.Done{Kept: true}, nil
	}
	a, err := w.read(ctx, pool, child.Document{Body: doc.Body, File: ref.Name, URL: doc.URL, Division: doc.Division, Linked: doc.Linked,
		Key: args.Key, NoScan: !args.Scan})
	switch {
	case err != nil:
		return done, err
	case a.Scan:
		return queue.Done{Scan: true}, nil
	case a.Machine:
		return done, errors.New(a.Reports[0].Reason)
	case a.Unsettled: // the run that waits reads it itself, where it may go better
		return done, errors.New("what reads a part of it failed on this machine")
	case a.Object != nil:
		return queue.Done{Kept: true}, w.put(ctx, args.Key, a.Object)
	}
	object, sum, err := packTried(&a)
	if err != nil {
		return done, err
	}
	return queue.Done{Tried: sum}, w.store.Put(ctx, triedKey(args.Key), object)
}

// read has a document read when it has its turn. Only that takes a slot: what is fetched and kept meanwhile is of others.
func (w *readWorker) read(ctx context.Context, pool *child.Pool, d child.Document) (a child.Answer, err error) {
	places := []chan struct{}{w.slots}
	if !d.NoScan {
		places = []chan struct{}{w.scans, w.slots}
	}
	for _, p := range places {
		select {
		case p <- struct{}{}:
			defer func() { <-p }()
		case <-ctx.Done():
			return a, ctx.Err()
		}
	}
	a = pool.Read(ctx, d, nil)
	return a, ctx.Err()
}

// holds tells whether the reading is there, and is what this machine would make.
func (w *readWorker) holds(ctx context.Context, key string, limits child.Limits, doc *library.Document) bool {
	r := reader{machine: w.machine, forms: printsOf(w.forms), limits: limits, store: w.store}
	k, _, _ := r.find(ctx, key, func(k *reading.Kept) string { return r.holds(&k.Head, &found{Document: *doc}) })
	return k != nil
}

// put keeps a reading. One of another version, which may live, is moved on.
func (w *readWorker) put(ctx context.Context, key string, object []byte) error {
	k, err := reading.Open(key, object)
	if err != nil {
		return err
	}
	r := reader{store: w.store}
	mu := w.shelves.of(key)
	mu.Lock()
	defer mu.Unlock()
	if err := r.makeRoom(ctx, key, k); err != nil {
		return err
	}
	return w.store.Put(ctx, key, object)
}

// triedKey is where what was read of a document and may not be kept lies beside its place.
func triedKey(key string) string { return key + triedEnd }

const triedEnd = ".tried"

func packTried(a *child.Answer) (object []byte, sum string, err error) {
	var b bytes.Buffer
	err = gob.NewEncoder(&b).Encode(a)
	return b.Bytes(), sumOf(b.Bytes()), err
}

func openTried(object []byte, sum string) (*child.Answer, error) {
	if sumOf(object) != sum {
		return nil, errors.New("it is not what the worker laid there")
	}
	a := &child.Answer{}
	return a, gob.NewDecoder(bytes.NewReader(object)).Decode(a)
}

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// A crew is the workers that read for a run, itself among them.
type crew struct {
	queue  *queue.Readings
	worker *readWorker
	r      *reader
	lib    *library.Library
	names  []string
	limits child.Limits
	say    func(string)

	mu      sync.Mutex
	changed chan struct{}      // is closed when something below changes
	at      int                // documents before it were looked at: they were put into the queue if they need it
	began   int                // the last that was taken
	jobs    map[string]ordered // of documents that were put in and not taken yet, by key
	missed  bool               // it was said that readings are kept elsewhere
	away    time.Time          // since when the queue does not answer; zero = it does

	stop func()
	rest sync.WaitGroup
}

// An ordered document is one that was put in.
type ordered struct {
	job int64
	why string // it has no reading
}

const (
	chunk      = 64     // documents are looked at together
	mostOrders = 20_000 // that are put in before they are taken

	longestAway = time.Minute      // with a queue that does not answer, from the first time on; then all is read here
	answered    = 30 * time.Second // one question: a connection that was cut may never say so
)

// joinCrew opens the queue of a crawl for a run; nil where there is none.
func joinCrew(ctx context.Context, at place, kept string, r *reader, lib *library.Library, workers int, say io.Writer) (*crew, error) {
	c := &crew{r: r, lib: lib, names: lib.Names(), limits: r.limits, jobs: map[string]ordered{}, changed: make(chan struct{})}
	c.say = func(s string) { fmt.Fprintln(say, s) }
	q, err := queue.OpenReadings(ctx, at.db(), false, queue.ReadOptions{})
	if errors.Is(err, queue.ErrNoReadings) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := q.Close(ctx); err != nil {
		return nil, err
	}
	if c.worker, err = openReadWorker(ctx, at, kept, r.limits, workers); err != nil {
		return nil, err
	}
	c.worker.store = r.store
	if c.queue, err = queue.OpenReadings(ctx, at.db(), false, c.worker.options(c.worker.lanes(true, true), say)); err != nil {
		c.worker.close()
		return nil, err
	}
	if err := c.queue.Start(context.WithoutCancel(ctx)); err != nil {
		c.worker.close()
		return nil, errors.Join(err, c.queue.Close(ctx))
	}
	walking, stop := context.WithCancel(ctx)
	c.stop = stop
	c.rest.Go(func() { c.walk(walking) })
	return c, nil
}

// leave lets go of the crew, where there is one.
func (r *reader) leave(ctx context.Context) {
	if r.crew != nil {
		r.crew.leave(ctx)
		r.crew = nil
	}
}

// halt ends what goes ahead of those who take documents. All are taken, or nobody asks any more.
func (c *crew) halt() {
	c.stop()
	c.rest.Wait()
}

func (c *crew) leave(ctx context.Context) {
	c.halt()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if err := c.queue.Close(stopping); err != nil {
		c.say(fmt.Sprintf("the queue of readings could not be left in order: %v", err))
	}
	c.worker.close()
}

// change changes what is shared, and wakes who waits for it.
func (c *crew) change(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do()
	close(c.changed)
	c.changed = make(chan struct{})
}

// until waits until something is so, and reports whether it is; it gives up after a time, where there is one.
func (c *crew) until(ctx context.Context, patience time.Duration, so func() bool) bool {
	var late <-chan time.Time
	if patience > 0 {
		t := time.NewTimer(patience)
		defer t.Stop()
		late = t.C
	}
	for {
		c.mu.Lock()
		is, changed := so(), c.changed
		c.mu.Unlock()
		if is {
			return true
		}
		select {
		case <-changed:
		case <-late:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// othersEvery is how often it is looked whether somebody else reads.
const othersEvery = 2 * time.Second

// walk goes through the documents ahead of those who take them, and puts in what has no reading. While nobody else reads
// it puts nothing in: what is taken is read by who takes it.
func (c *crew) walk(ctx context.Context) {
	defer c.change(func() { c.at = len(c.names) })
	window, at := 2*cap(c.worker.slots), 0
	for at < len(c.names) && ctx.Err() == nil {
		others, err := c.others(ctx)
		if err != nil && ctx.Err() == nil {
			c.say(fmt.Sprintf("the queue of readings cannot be asked, it is tried again: %v", err))
		}
		for until := time.Now().Add(othersEvery); at < len(c.names) && time.Now().Before(until) && ctx.Err() == nil; {
			if !others {
				c.change(func() { at = min(len(c.names), max(at, c.began+window)); c.at = at })
				c.until(ctx, time.Until(until), func() bool { return c.began+window > at })
				continue
			}
			c.mu.Lock()
			at = max(at, min(c.began, len(c.names)-1)) // what is taken already needs nobody else
			c.mu.Unlock()
			to := min(len(c.names), at+chunk)
			jobs, err := c.order(ctx, c.names[at:to])
			if err != nil { // these are read here, and those that follow until it is looked again
				if ctx.Err() == nil {
					c.say(fmt.Sprintf("the queue of readings takes nothing in, documents are read here: %v", err))
				}
				others = false
			}
			c.change(func() {
				maps.Copy(c.jobs, jobs)
				c.at, at = to, to
			})
			c.until(ctx, time.Until(until), func() bool { return len(c.jobs) < mostOrders })
		}
	}
}

// others tells whether another process lives that works in one of the lanes of this one.
func (c *crew) others(ctx context.Context) (bool, error) {
	asking, cancel := context.WithTimeout(ctx, answered)
	defer cancel()
	all, err := c.queue.Readers(asking)
	if c.answers(err); err != nil {
		return false, err
	}
	mine := c.worker.lanes(true, true)
	return slices.ContainsFunc(all, func(r queue.Reader) bool {
		return slices.ContainsFunc(r.Lanes, func(l string) bool { return mine[l] > 0 })
	}), nil
}

// order puts in what of these documents has no reading, and gives the jobs by keys.
func (c *crew) order(ctx context.Context, names []string) (map[string]ordered, error) {
	list, whys := make([]*queue.Order, len(names)), make([]string, len(names))
	var wait sync.WaitGroup
	const together = 8 // the store may be far away
	for part := range together {
		wait.Go(func() {
			for i := part; i < len(names); i += together {
				ref, _ := c.lib.Ref(names[i])
				if ref.Bytes > corpus.MaxBytes {
					continue
				}
				if whys[i] = c.lacks(ctx, &ref); whys[i] != "" {
					o := orderOf(ref, c.limits, 1, func(f string, scan bool) string { return lane(c.r.machine, c.r.forms, f, scan) })
					o.Args.Missing = true
					list[i] = &o
				}
			}
		})
	}
	wait.Wait()
	var orders []queue.Order
	jobs := map[string]ordered{}
	for i, o := range list {
		if o == nil {
			continue
		}
		if _, twice := jobs[o.Args.Key]; !twice {
			jobs[o.Args.Key] = ordered{why: whys[i]}
			orders = append(orders, *o)
		}
	}
	asking, cancel := context.WithTimeout(ctx, answered)
	defer cancel()
	ids, err := c.queue.Order(asking, orders)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		key := orders[i].Args.Key
		jobs[key] = ordered{id, jobs[key].why}
	}
	return jobs, nil
}

// lacks says why there is no reading that will be found good; "" = there is.
func (c *crew) lacks(ctx context.Context, ref *library.Ref) (why string) {
	key := readingKey(ref)
	holds := func(h *reading.Head) string {
		f := found{Document: library.Document{Division: ref.Division}}
		if len(h.Linked) > 0 {
			var err error
			if f, err = c.r.from(ctx, ref.Name); err != nil {
				return "" // whoever takes it will see
			}
		}
		return c.r.holds(h, &f)
	}
	if h := c.r.index.head(key); h != nil && holds(h) == "" {
		return ""
	}
	k, why, taken := c.r.find(ctx, key, func(k *reading.Kept) string { return holds(&k.Head) })
	if k == nil && taken { // of another version, which may live: what a worker makes comes into its place
		mu := c.r.shelves.of(key)
		mu.Lock()
		defer mu.Unlock()
		_ = c.r.makeRoom(ctx, key, nil) // without it that version reads once more
	}
	if k != nil {
		return ""
	}
	return why
}

// take waits for what the crew makes of a document, if it was asked, and takes it: the reading that lies in its place now, or
// what may not be kept. Otherwise who takes the document sees what there is, or makes it.
func (c *crew) take(ctx context.Context, d *readDocument, f *found, w *output.Writer) (taken bool) {
	i, _ := slices.BinarySearch(c.names, d.File)
	c.mu.Lock()
	news := i > c.began
	c.mu.Unlock()
	if news {
		c.change(func() { c.began = max(c.began, i) })
	}
	c.until(ctx, 0, func() bool { return c.at > i })
	c.mu.Lock()
	job, put := c.jobs[d.key]
	c.mu.Unlock()
	if !put {
		return false
	}
	done, ok := c.wait(ctx, job.job)
	c.change(func() { delete(c.jobs, d.key) })
	switch {
	case !ok:
		return false
	case done.Kept:
		c.look(ctx, d.key)
		if c.r.known(ctx, d, f, w) != "" {
			return false
		}
		d.why = job.why // it is read in this run, whoever has done it
		return true
	case done.Tried == "":
		return false
	}
	object, err := c.r.store.Get(ctx, triedKey(d.key))
	if err != nil {
		return false
	}
	a, err := openTried(object, done.Tried)
	if err != nil {
		return false
	}
	d.why = job.why + "; a worker read it, and what it found may not be kept"
	c.r.once(d, a)
	_ = c.r.store.Remove(ctx, triedKey(d.key)) // another run that waits for it reads itself; what stays gongkai readings removes
	return true
}

// look says once where workers keep readings elsewhere.
func (c *crew) look(ctx context.Context, key string) {
	_, err := c.r.store.Get(ctx, key)
	if !errors.Is(err, readings.ErrMissing) {
		return
	}
	c.mu.Lock()
	said := c.missed
	c.missed = true
	c.mu.Unlock()
	if !said {
		c.say(say("a worker kept a reading that is not where this run looks for it: give all of them the same --readings",
			"工作进程保存的读取结果不在本次运行查找的位置：请为所有进程指定相同的 --readings"))
	}
}

// answers notes whether the queue has answered.
func (c *crew) answers(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.away = time.Time{}
	} else if c.away.IsZero() {
		c.away = time.Now()
	}
}

// gone tells whether the queue has not answered for so long that nobody waits for it.
func (c *crew) gone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.away.IsZero() && time.Since(c.away) > longestAway
}

func (c *crew) outcome(ctx context.Context, id int64) (d queue.Done, ended, done bool, err error) {
	asking, cancel := context.WithTimeout(ctx, answered)
	defer cancel()
	d, ended, done, err = c.queue.Outcome(asking, id)
	c.answers(err)
	return d, ended, done, err
}

// wait waits until a job has ended. One that has failed is not waited for: it is read here.
func (c *crew) wait(ctx context.Context, id int64) (d queue.Done, ok bool) {
	pause := 2 * time.Millisecond
	for !c.gone() {
		d, ended, done, err := c.outcome(ctx, id)
		switch {
		case err == nil && done && d.Next > 0:
			id = d.Next
			continue
		case err == nil && ended:
			return d, done
		}
		select {
		case <-ctx.Done():
			return d, false
		case <-time.After(pause):
		}
		pause = min(2*pause, 100*time.Millisecond)
	}
	return d, false
}

// pass notes that a document is taken otherwise: nobody waits for it.
func (c *crew) pass(name string) {
	if c == nil {
		return
	}
	i, ok := slices.BinarySearch(c.names, name)
	if !ok {
		return
	}
	ref, _ := c.lib.Ref(name)
	c.change(func() {
		c.began = max(c.began, i)
		delete(c.jobs, readingKey(&ref))
	})
}

// orderReadings puts what a visit found into the queue of readings, as far as workers live that read it. What is not put
// in, the next run puts in.
func (g *crawling) orderReadings(ctx context.Context, p corpus.Portal, v *ledger.Visit) error {
	q, err := queue.OpenReadings(ctx, g.db, false, queue.ReadOptions{})
	if errors.Is(err, queue.ErrNoReadings) {
		return nil
	}
	if err != nil {
		return err
	}
	defer q.Close(ctx)
	workers, err := q.Readers(ctx)
	if err != nil || len(workers) == 0 {
		return err
	}
	lib, err := library.Of(ctx, g.ledger, g.archive, p)
	if err != nil {
		return err
	}
	limits := child.Limits{Time: defaultLimit, Memory: defaultMemory << 20}
	var orders []queue.Order
	for _, name := range lib.Names() {
		ref, seen := lib.Ref(name)
		if seen < v.Started.Format(time.DateOnly) || ref.Bytes > corpus.MaxBytes {
			continue // it was there before
		}
		if o := orderOf(ref, limits, 2, laneAmong(workers)); o.Lane != "" {
			orders = append(orders, o)
		}
	}
	_, err = q.Order(ctx, orders)
	return err
}

// laneAmong gives the lane of a format in which one of the workers works; "" = none of them does. Which program a run
// will want is not known when a report is found: it is that of most workers, or it reads anew.
func laneAmong(workers []queue.Reader) func(format string, scan bool) string {
	return func(format string, scan bool) string {
		begins := laneRead + "-" + format + "-"
		if scan {
			begins = laneScan + "-" + format + "-"
		}
		slots := map[string]int{}
		best := ""
		for _, w := range workers {
			for _, l := range w.Lanes {
				if !strings.HasPrefix(l, begins) {
					continue
				}
				if slots[l] += w.Slots; best == "" || slots[l] > slots[best] || slots[l] == slots[best] && l < best {
					best = l
				}
			}
		}
		return best
	}
}
