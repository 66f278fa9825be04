package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/cmd/gongkai/fingerprint"
	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/reading"
)

// A reader takes the readings that are kept, and makes those that are not.
type reader struct {
	store   *cabinet
	pool    *child.Pool
	limits  child.Limits
	machine fingerprint.Machine
	from    origin
	forms   formPrints
	glance  glance // nil = there is none
	stamps  bool   // what is read lies in files, of which the stamps are kept
	fresh   bool   // what is kept is not looked at
	words   bool
	index   *index            // of the run before; nil = none
	before  [sha256.Size]byte // of the index, as it was kept
	crew    *crew             // workers that read too; nil = none
	explain *explanation      // nil = nobody asks why
	made    atomic.Int64
	prints  sync.Map // see printOf
	shelves shelves
}

// formPrints name the forms that there are, those of the notices and those of the tables of before.
type formPrints struct {
	print, annexes string
	of             *form.Forms
	read           *sync.Map // names by which documents of a province are read: see reads
	readAnnexes    string
}

func printsOf(forms *form.Forms) formPrints {
	return formPrints{forms.Print(), forms.AnnexPrint(), forms, &sync.Map{}, forms.ReadAnnexPrint()}
}

// reads names the forms of the notices by which documents of a division are read.
func (p formPrints) reads(division string) string {
	forms := p.of.For(division)
	if name, ok := p.read.Load(forms); ok {
		return name.(string)
	}
	name := forms.ReadPrint()
	p.read.Store(forms, name)
	return name
}

// writer names what makes a dataset of what was read by the forms.
func (p formPrints) writer() string {
	return reading.Sum([]byte(fingerprint.Writer() + p.print + p.annexes))[:32]
}

// A readDocument is a document with what was read of it: as it is kept, or in whole where it may not be.
type readDocument struct {
	output.Document
	aside bool
	key   string
	head  *reading.Head
	heads map[int]output.Head // of its results by their numbers, as they are where nothing else changes them; some may be missing
	whole []output.Result     // where nothing is kept
	stamp string              // of the file, see stampOf; "" = nothing is known
	empty bool                // no reading lay in its place
	why   string              // it was read now; "" = the reading is that of another time
}

// errStale: what is kept is not what the index of the run before says. Without it all is looked at.
var errStale = errors.New("a reading is not what it was in the run before")

// asked gives under what a document's reading is kept.
func (r *reader) asked(f *found, name string) string {
	return reading.Asked{SHA256: f.SHA256, Name: name, URL: f.URL, Division: f.Division}.Key()
}

// take gives what was read of a document. It never fails but where readings cannot be kept: what cannot be read is a
// result that says why.
func (r *reader) take(ctx context.Context, name string, w *output.Writer, at child.Progress) (d *readDocument, err error) {
	if d := r.glanceAt(name, w); d != nil {
		r.crew.pass(name)
		return d, nil
	}
	now, stamp := time.Now(), ""
	if r.stamps && name != "-" {
		stamp = stampOf(filepath.FromSlash(name), now)
	}
	cap, err := r.from(ctx, name)
	d = documentOf(name, &cap)
	d.aside = d.aside && err == nil
	switch {
	case err != nil:
		r.crew.pass(name)
		return d, d.unread(err.Error())
	case cap.Body == nil && cap.Bytes > 0:
		r.crew.pass(name)
		return d, d.unread(fmt.Sprintf("larger than the limit of %d MiB (%d bytes)", corpus.MaxBytes>>20, cap.Bytes))
	}
	if stamp != "" && stamp == stampOf(filepath.FromSlash(name), now) {
		d.stamp = stamp
	}
	d.key = r.asked(&cap, name)
	if r.crew != nil && r.crew.take(ctx, d, &cap, w) {
		return d, nil
	}
	if d.why = r.known(ctx, d, &cap, w); d.why == "" {
		return d, nil
	}
	return d, r.read(ctx, d, &cap, w, at)
}

func documentOf(name string, cap *found) *readDocument {
	return &readDocument{Document: output.Document{File: name, URL: cap.URL, SHA256: cap.SHA256, Bytes: cap.Bytes,
		Seen: cap.Seen, Superseded: cap.Superseded, Vanished: cap.Vanished}, aside: cap.aside}
}

// glanceAt takes what was read of a document without looking at its bytes, where the run before knew them; nil = it must
// be looked at.
func (r *reader) glanceAt(name string, w *output.Writer) *readDocument {
	if r.fresh || r.glance == nil || r.index == nil {
		return nil
	}
	cap, ok := r.glance(name)
	if !ok {
		return nil
	}
	d := documentOf(name, &cap)
	d.key = r.asked(&cap, name)
	h := r.index.head(d.key)
	if h == nil || len(h.Linked) > 0 && !r.stamps || r.holds(h, &cap) != "" {
		return nil // of what a crawl kept, what is linked comes with the bytes
	}
	d.head, d.Bytes = h, h.Bytes
	if r.stamps {
		k, _ := r.index.file(name)
		d.stamp = k.Stamp
	}
	r.lookUp(d, w)
	return d
}

// known looks for a reading that is kept; why says why there is none.
func (r *reader) known(ctx context.Context, d *readDocument, cap *found, w *output.Writer) (why string) {
	if r.fresh {
		return "--fresh"
	}
	if h := r.index.head(d.key); h != nil && r.holds(h, cap) == "" {
		d.head = h
		r.lookUp(d, w)
		return ""
	}
	k, why, taken := r.find(ctx, d.key, func(k *reading.Kept) string { return r.holds(&k.Head, cap) })
	if d.empty = !taken; k == nil {
		return why
	}
	var err error
	if d.head, err = apart(&k.Head); err == nil {
		err = r.heads(d, k, w)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// apart gives a copy that holds nothing else in memory: what is decoded are parts of one text, a whole reading for the
// sake of a name.
func apart[T any](x *T) (*T, error) {
	y := new(T)
	return y, reading.Decode(string(reading.Append(nil, *x)), y)
}

// holds says why a reading does not hold of a document any more; "" = it does.
func (r *reader) holds(h *reading.Head, cap *found) string {
	if p := r.printOf(h); p == "" || h.Print != p {
		return "what reads files of this kind has changed"
	}
	if !h.Within(r.timeLimit(), r.limits.Memory) {
		return "it was read within larger limits"
	}
	if h.Forms != "" && h.Forms != r.forms.reads(cap.Division) {
		return "a form of the notices has changed"
	}
	if h.Annexes != "" && h.Annexes != r.forms.readAnnexes {
		return "a form of the tables of statistics has changed, and such tables were looked for in it"
	}
	if len(h.Linked) == 0 {
		return ""
	}
	doc := child.Document{File: cap.File, URL: cap.URL, Linked: cap.Linked}
	for _, l := range h.Linked {
		sum := ""
		if b, err := doc.Beside(l.Ref); err == nil {
			sum = reading.Sum(b)
		}
		if sum != l.SHA256 {
			return "a file beside it that it shows has changed: " + l.Ref
		}
	}
	return ""
}

// printOf names what reads files as a reading's today.
func (r *reader) printOf(h *reading.Head) string {
	media, part := mediaOf(h), partOf(h)
	k := fmt.Sprint(part, media)
	if p, ok := r.prints.Load(k); ok {
		return p.(string)
	}
	p := r.machine.Reader(media, part)
	r.prints.Store(k, p)
	return p
}

func partOf(h *reading.Head) fingerprint.Part {
	return fingerprint.Part{Pictures: h.Pictures, OCR: h.OCR, Office: h.Office}
}

// timeLimit is that of a document: where one is read in this process there is none.
func (r *reader) timeLimit() int64 {
	if r.limits.Memory == 0 {
		return 0
	}
	return int64(r.limits.Time)
}

func mediaOf(h *reading.Head) []string {
	out := []string{h.Media}
	if h.Archive {
		for i := range h.Files[1:] {
			out = append(out, h.Files[i+1].Media)
		}
	}
	return out
}

// read has a document read, and keeps the reading.
func (r *reader) read(ctx context.Context, d *readDocument, cap *found, w *output.Writer, at child.Progress) error {
	r.made.Add(1)
	a := r.pool.Read(ctx, child.Document{Body: cap.Body, File: d.File, URL: cap.URL, Division: cap.Division,
		Linked: cap.Linked, Key: d.key}, at)
	if a.Object == nil {
		r.once(d, &a)
		return nil
	}
	k, err := reading.Open(d.key, a.Object)
	if err != nil {
		return fmt.Errorf("%s: what was read of it is not whole: %w", d.File, err)
	}
	if err := r.put(ctx, d.key, a.Object, k, d.empty); err != nil {
		return fmt.Errorf("what was read of %s cannot be kept: %w", d.File, err)
	}
	if d.head, err = apart(&k.Head); err != nil {
		return err
	}
	return r.heads(d, k, w)
}

// once takes what was read of a document and may not be kept.
func (r *reader) once(d *readDocument, a *child.Answer) {
	d.key = ""
	d.whole = resultsOf(d.Document, d.aside, a)
	for i := range d.whole {
		if r.words {
			d.whole[i].Report.ReadWords()
		}
	}
}

// unread is what there is of a document that was not looked at.
func (d *readDocument) unread(reason string) error {
	d.why, d.aside = reason, false
	for _, rep := range child.Unread(reason) {
		d.whole = append(d.whole, output.Result{Document: d.Document, Report: rep})
	}
	return nil
}

// An item is one result of a document.
type item struct {
	of         *readDocument
	doc        output.Document
	file, rep  int // ordinals within the reading
	skipped    bool
	outline    reading.Outline
	whole      []byte // the report, encoded, where no reading is kept
	number     int    // within the document
	with       *group // nil = nothing is compared with it
	fromNumber int
}

// items lists the results of a document, in their order.
func (d *readDocument) items() (out []*item) {
	if d.head == nil {
		for i := range d.whole {
			res := &d.whole[i]
			out = append(out, &item{of: d, doc: res.Document, whole: reading.Append(nil, res.Report), number: i,
				outline: reading.Outline{Status: res.Report.Status, Agency: res.Report.Agency, Year: res.Report.Year}})
		}
		d.whole = nil
		return out
	}
	among := func(name string) bool {
		for i := range d.head.Files[1:] {
			if d.head.Files[i+1].Name == name {
				return true
			}
		}
		return false
	}
	for i := range d.head.Files {
		f := &d.head.Files[i]
		doc, aside := d.Document, d.aside
		doc.MediaType, doc.Pages = f.Media, f.Pages
		if i > 0 {
			doc.File, doc.SHA256, doc.Bytes = d.File+"!"+f.Name, f.SHA256, f.Bytes
			if f.SHA256 == "" { // not unpacked: known by where it lies
				doc.SHA256 = memberSum(d.SHA256, f.Name)
			}
			aside = corpus.Aside(f.Name, among)
		}
		reports := f.Reports
		skipped := aside && len(reports) > 0
		for _, o := range reports {
			skipped = skipped && !o.Status.HoldsReport()
		}
		if skipped {
			reports = []reading.Outline{{Status: normalize.StatusSkipped}}
		}
		for k, o := range reports {
			out = append(out, &item{of: d, doc: doc, file: i, rep: k, skipped: skipped, outline: o, number: len(out)})
		}
	}
	return out
}

// name gives what the result is made of.
func (r *reader) name(it *item, corrections string) string {
	h := sha256.New()
	h.Write(reading.Append(nil, it.doc))
	if it.whole != nil {
		h.Write(it.whole)
	} else {
		fmt.Fprintln(h, it.of.head.Digest)
	}
	fmt.Fprintln(h, it.file, it.rep, it.skipped, r.words)
	if it.with != nil {
		group := it.with.name(r)
		fmt.Fprintln(h, group, it.fromNumber)
	}
	fmt.Fprint(h, corrections)
	return fmt.Sprintf("%x", h.Sum(nil))
}

// result makes a result of what is kept.
func (r *reader) result(it *item, k *reading.Kept) (res output.Result, err error) {
	res.Document = it.doc
	if it.whole != nil {
		err = reading.Decode(string(it.whole), &res.Report)
	} else {
		var rep reading.Report
		rep, err = k.Report(it.file, it.rep)
		res.Report, res.Sketch = rep.Report, rep.Sketch
	}
	if err != nil {
		return res, fmt.Errorf("%s: %w", it.doc.File, err)
	}
	if it.skipped {
		res.Report, res.Sketch = skip([]*normalize.Report{res.Report})[0], nil
	}
	if !r.words {
		for i := range res.Report.Sections {
			s := &res.Report.Sections[i]
			s.Tokens, s.Keywords = nil, nil
		}
	}
	return res, nil
}

// heads makes the heads of a document's results, while its reading is at hand.
func (r *reader) heads(d *readDocument, k *reading.Kept, w *output.Writer) error {
	d.heads = map[int]output.Head{}
	for _, it := range d.items() {
		res, err := r.result(it, k)
		if err != nil {
			return err
		}
		h := w.Head(&res)
		h.Digest = r.name(it, "")
		own, err := apart(&h)
		if err != nil {
			return err
		}
		d.heads[it.number] = *own
	}
	return nil
}

// lookUp takes the heads of a document's results from the index.
func (r *reader) lookUp(d *readDocument, w *output.Writer) {
	d.heads = map[int]output.Head{}
	for _, it := range d.items() {
		if h, ok := r.index.result(r.name(it, "")); ok {
			d.heads[it.number] = h
		}
	}
}

// fetch opens the reading of a document that was taken. One that is not there any more is made again; it must say the
// same.
func (r *reader) fetch(ctx context.Context, d *readDocument) (*reading.Kept, error) {
	if d.head == nil {
		return nil, nil
	}
	same := func(k *reading.Kept) string {
		if k.Digest != d.head.Digest {
			return "it says something else"
		}
		return ""
	}
	k, lost, _ := r.find(ctx, d.key, same)
	if k != nil {
		return k, nil
	}
	if ctx.Err() != nil {
		return nil, errInterrupted
	}
	cap, err := r.from(ctx, d.File)
	if err != nil || r.asked(&cap, d.File) != d.key {
		return nil, fmt.Errorf("%s: %w", d.File, errStale)
	}
	r.made.Add(1)
	r.explain.was(d.File, lostWhy(lost))
	a := r.pool.Read(ctx, child.Document{Body: cap.Body, File: d.File, URL: cap.URL, Division: cap.Division,
		Linked: cap.Linked, Key: d.key}, nil)
	k, err = reading.Open(d.key, a.Object)
	if err != nil || k.Digest != d.head.Digest {
		return nil, fmt.Errorf("%s: %w", d.File, errStale)
	}
	return k, r.put(ctx, d.key, a.Object, k, false)
}

// again gives a result as it comes into the dataset.
func (r *reader) again(ctx context.Context, it *item, w *output.Writer) (res output.Result, err error) {
	if it.with != nil {
		res, err = it.with.result(ctx, r, it)
	} else {
		var k *reading.Kept
		if k, err = r.fetch(ctx, it.of); err == nil {
			res, err = r.result(it, k)
		}
	}
	if err == nil {
		w.Correct(&res)
	}
	return res, err
}

// A group is items that are compared with each other: one report in several formats.
type group struct {
	items []*item
	pairs [][2]*item // in the order in which they are compared
	once  sync.Once
	sum   string
}

func (g *group) name(r *reader) string {
	g.once.Do(func() {
		h := sha256.New()
		at := map[*item]int{}
		for i, it := range g.items {
			at[it] = i
			with := it.with
			it.with = nil
			fmt.Fprintln(h, r.name(it, ""))
			it.with, it.fromNumber = with, i
		}
		for _, p := range g.pairs {
			fmt.Fprintln(h, at[p[0]], at[p[1]])
		}
		g.sum = fmt.Sprintf("%x", h.Sum(nil))
	})
	return g.sum
}

// result compares all, and gives the result of one.
func (g *group) result(ctx context.Context, r *reader, wanted *item) (output.Result, error) {
	all := map[*item]output.Result{}
	for _, it := range g.items {
		k, err := r.fetch(ctx, it.of)
		if err != nil {
			return output.Result{}, err
		}
		if all[it], err = r.result(it, k); err != nil {
			return output.Result{}, err
		}
	}
	for _, p := range g.pairs {
		a, b := all[p[0]], all[p[1]]
		normalize.Confirm(a.Report, a.Document.SHA256, b.Report, b.Document.SHA256)
	}
	return all[wanted], nil
}

// groups finds which items of a folder are compared.
func groups(items []*item) {
	of := map[*item]*group{}
	join := func(a, b *item) {
		g, h := of[a], of[b]
		switch {
		case g == nil && h == nil:
			g = &group{items: []*item{a, b}}
		case g == nil:
			h.items = append(h.items, a)
			g = h
		case h == nil:
			g.items = append(g.items, b)
		case g != h:
			g.items, g.pairs = append(g.items, h.items...), append(g.pairs, h.pairs...)
		}
		for _, it := range g.items {
			of[it] = g
		}
		g.pairs = append(g.pairs, [2]*item{a, b})
	}
	type who struct {
		agency string
		year   int
	}
	before := map[who][]int{}
	for k, it := range items {
		o := &it.outline
		if o.Status == normalize.StatusUnread || o.Agency == "" || o.Year == 0 {
			continue
		}
		id := who{o.Agency, o.Year}
		for _, i := range before[id] {
			a := items[i]
			if k-i <= output.MostHeld && output.Like(a.doc, a.outline, it.doc, it.outline) {
				join(a, it)
			}
		}
		before[id] = append(before[id], k)
	}
	for it, g := range of {
		it.with = g
	}
}

// folderOf is the folder whose documents are compared.
func folderOf(file string) string {
	file, _, _ = strings.Cut(file, "!")
	return filepath.Dir(file)
}

// takeAll has what was read of the files taken or made by the given number of workers, and hands what each results in
// to the writer in the order of files, so that the same input gives the same bytes. Documents of one report in several
// formats are compared on the way. What the next run may know of it is given back.
func takeAll(ctx context.Context, files []string, r *reader, w *output.Writer, workers int, p *progress,
	each func(d *readDocument, h *output.Head)) (*rackMaker, error) {
	type taken struct {
		d   *readDocument
		err error
	}
	known, err := newRack()
	if err != nil {
		return nil, err
	}
	g := gathering{r: r, w: w, each: each, known: known}
	w.Expect(len(files))
	if g.aside, err = w.Spill(); err != nil {
		return nil, err
	}
	err = inOrder(ctx, files, workers, func(ctx context.Context, file string) taken {
		d, err := r.take(ctx, file, w, func(n, of int) { p.page(file, n, of) })
		return taken{d, err}
	}, func(t taken) error {
		if t.err != nil {
			return t.err
		}
		return g.take(ctx, t.d)
	}, func() error { return g.flush(ctx) })
	if r.crew != nil {
		r.crew.halt()
	}
	r.index = nil // what is asked of it was asked
	return g.known, err
}

// A gathering holds the results of a folder until it is known what is compared with what.
type gathering struct {
	r      *reader
	w      *output.Writer
	each   func(d *readDocument, h *output.Head)
	folder string
	items  []*item
	known  *rackMaker
	aside  *output.Spill
}

func (g *gathering) take(ctx context.Context, d *readDocument) error {
	if folder := folderOf(d.File); folder != g.folder {
		if err := g.flush(ctx); err != nil {
			return err
		}
		g.folder = folder
	}
	g.items = append(g.items, d.items()...)
	if d.stamp != "" {
		g.known.put(indexFile+d.File, reading.Append(nil, stamped{d.File, d.stamp, d.SHA256}))
	}
	if d.head != nil {
		g.known.put(indexReading+d.key, reading.Append(nil, *d.head))
	}
	return nil
}

// flush hands the results of a folder over.
func (g *gathering) flush(ctx context.Context) error {
	items := g.items
	g.items = nil
	groups(items)
	for _, it := range items {
		h, ok := it.of.heads[it.number]
		fixes := g.w.Corrections(it.doc.SHA256)
		if it.with != nil || fixes != "" || !ok {
			name := g.r.name(it, fixes)
			if h, ok = g.r.index.result(name); !ok || fixes != "" { // corrections tell what became of them
				res, err := g.r.again(ctx, it, g.w)
				if err != nil {
					return err
				}
				h = g.w.Head(&res)
				h.Digest = name
			}
		}
		g.known.put(indexResult+h.Digest, reading.Append(nil, h))
		again, err := g.setAside(ctx, it)
		if err != nil {
			return err
		}
		g.w.Keep(h, again)
		g.each(it.of, &h)
	}
	for _, it := range items {
		it.of.heads = nil
	}
	return nil
}

// A kept item is one that waits, outside memory, for its rows to be written.
type keptItem struct {
	Doc       output.Document
	File, Rep int
	Skipped   bool
	Whole     []byte // see item
	// of the document that it is of
	Name, Key, Digest string
}

// setAside puts an item where it needs no memory, and gives how its result is had. Items that are compared with others
// stay: they are few.
func (g *gathering) setAside(ctx context.Context, it *item) (again func() (output.Result, error), err error) {
	if it.with != nil {
		return func() (output.Result, error) { return g.r.again(ctx, it, g.w) }, nil
	}
	k := keptItem{Doc: it.doc, File: it.file, Rep: it.rep, Skipped: it.skipped, Whole: it.whole, Name: it.of.File, Key: it.of.key}
	if it.of.head != nil {
		k.Digest = it.of.head.Digest
	}
	at, err := g.aside.Add(reading.Append(nil, k))
	aside, r, w := g.aside, g.r, g.w
	return func() (output.Result, error) {
		b, err := aside.Get(at)
		var k keptItem
		if err == nil {
			err = reading.Decode(string(b), &k)
		}
		if err != nil {
			return output.Result{}, err
		}
		it := &item{of: &readDocument{Document: output.Document{File: k.Name}, key: k.Key}, doc: k.Doc, file: k.File, rep: k.Rep,
			skipped: k.Skipped, whole: k.Whole}
		if it.whole == nil {
			it.of.head = &reading.Head{Digest: k.Digest}
		}
		return r.again(ctx, it, w)
	}, err
}

// An index is what the run before knew of readings and results, so that they need not be opened where nothing has
// changed. It may be lost.
type index struct {
	*rack
	alike bool // it was written by the same program
}

// A stamped is a file that had these bytes while it bore a stamp.
type stamped struct{ File, Stamp, SHA256 string }

func (x *index) head(key string) *reading.Head {
	if x == nil {
		return nil
	}
	var h reading.Head
	if b := x.get(indexReading + key); b == nil || reading.Decode(string(b), &h) != nil {
		return nil
	}
	return &h
}

func (x *index) result(name string) (h output.Head, ok bool) {
	if x == nil || !x.alike {
		return h, false
	}
	b := x.get(indexResult + name)
	return h, b != nil && reading.Decode(string(b), &h) == nil
}

// file gives what is known of a file by its name.
func (x *index) file(name string) (f stamped, ok bool) {
	if x == nil {
		return f, false
	}
	b := x.get(indexFile + name)
	return f, b != nil && reading.Decode(string(b), &f) == nil
}

// What the index has: the heads of readings by their keys, those of results by their digests, and who wrote it.
const (
	indexPrefix  = "index-" // of the keys under which indexes are kept
	indexMagic   = "gongkai index 2\n"
	indexFile    = "file "
	indexReading = "reading "
	indexResult  = "result "
	indexWriter  = "writer"
	indexDataset = "dataset" // whose it is, see datasetHere
)

// indexKey is under what the index of a dataset is kept.
func indexKey(out string) string {
	if abs, err := filepath.Abs(out); err == nil {
		out = abs
	}
	return indexPrefix + reading.Sum([]byte(reading.Schema[reading.Head]() + reading.Schema[output.Head]() + out))[:32]
}

func (r *reader) loadIndex(ctx context.Context, out string) {
	object, err := r.store.Get(ctx, indexKey(out))
	if err != nil {
		return
	}
	if s := openRack(indexMagic, object); s != nil {
		r.index = &index{rack: s, alike: string(s.get(indexWriter)) == r.forms.writer()}
		r.before = rackSum(indexMagic, object)
	}
}

func (r *reader) saveIndex(ctx context.Context, out string, known *rackMaker) error {
	known.put(indexWriter, []byte(r.forms.writer()))
	known.put(indexDataset, []byte(datasetHere(out)))
	object := known.bytes(indexMagic)
	if rackSum(indexMagic, object) == r.before {
		return nil // nothing new is known
	}
	return r.store.Put(ctx, indexKey(out), object)
}

// memory is where the writer of a dataset keeps what spares the next one work. It may be lost.
func (r *reader) memory(ctx context.Context, out string) (recall func(name string) []byte, remember func(name string, b []byte)) {
	at := indexKey(out) + "."
	recall = func(name string) []byte {
		b, err := r.store.Get(ctx, at+name)
		if err != nil {
			return nil // it is made again
		}
		return b
	}
	return recall, func(name string, b []byte) { _ = r.store.Put(ctx, at+name, b) } // what is not kept is made again
}

// readingsPlace is where the readings of a run are kept where nobody says otherwise: beside the archive, or beside the
// dataset.
func (c *runCmd) readingsPlace() string {
	switch {
	case c.Readings != "":
		return c.Readings
	case c.From == "":
		return beside(c.Out)
	}
	at := place{Work: c.From, DB: c.DB, Archive: c.Archive}
	if there := at.readings(); strings.Contains(there, "://") || writable(there) {
		return there
	}
	return beside(c.Out) // of an archive that is only looked at
}

// beside is the place beside a dataset.
func beside(out string) string {
	return filepath.Join(filepath.Dir(filepath.Clean(out)), "."+filepath.Base(out)+".readings")
}

// writable tells whether files can be put into a folder, which is made where it is not there.
func writable(dir string) bool {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return false
	}
	f, err := os.CreateTemp(dir, ".writable-")
	if err != nil {
		return false
	}
	f.Close()
	return os.Remove(f.Name()) == nil
}

// readings is where those of a crawl are kept: beside its archive.
func (p place) readings() string {
	if u, err := url.Parse(p.archive()); err == nil && strings.Contains(p.archive(), "://") {
		u.Path = path.Join(u.Path, "readings")
		return u.String()
	}
	return filepath.Join(filepath.Dir(filepath.Clean(p.archive())), "readings")
}
