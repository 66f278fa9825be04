package output

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/output/reading"
	"github.com/gongkai/gongkai/output/tables"
)

// A report year is what is written, one after the other, and of each table no more than one is open (see pens). It is written
// in three parts, each of which is made of something else, and is written only where that has changed since the dataset that lies there.
//
//   - own: the tables of the documents of the year, made of what was read of them, of what the others of the year say of
//     them (which one stands, within whom, where copies differ), and of corrections;
//   - panel: those of who reports and who should, made of that, of the earlier reports of the same bodies, and of all
//     bodies that there are;
//   - reuse: what is repeated, made of the prose of the year and of the one before.
//
// What is not written is taken over: its files are linked into the new dataset, once their hashes are those that the
// manifest of the old one has. So the dataset is the same, byte for byte, as if all were written. They are hashed each
// time, whatever the file system says of them: that is a thousandth of what writing them takes, and a file that was
// damaged meanwhile is written anew. Where nothing is to be written, nothing is linked.

// parts of a year.
type parts struct{ own, panel, reuse bool }

// Names of the parts in the manifest.
const (
	ownPart   = "documents"
	panelPart = "panel"
	reusePart = "reuse"
)

// Names in the manifest of what tells why a part is another. A part is taken over by its own hash alone.
const (
	ofList        = "list"        // which documents there are, without what was read of them
	ofCorrections = "corrections" // as the user gives them
	ofStanding    = "standing"    // what the reports of the year say of each other
	ofEarlier     = "earlier"     // reports, of the bodies that report
	ofBodies      = "bodies"      // who should report
	ofProse       = "prose"       // of the year
)

var partTables = map[string][]string{
	ownPart:   {"documents", "reports", "values", "findings", "sections", "terms", "claims", "wide", "corrections"},
	panelPart: {"panel", "authorities", "linked_series"},
	reusePart: {"reuse"},
}

func (p parts) tables() (out []string) {
	for _, part := range partNames {
		if p.has(part) {
			out = append(out, partTables[part]...)
		}
	}
	return out
}

var partNames = []string{ownPart, panelPart, reusePart}

func (p parts) has(part string) bool {
	return map[string]bool{ownPart: p.own, panelPart: p.panel, reusePart: p.reuse}[part]
}

const partFile = "part-0.parquet"

func yearName(year int32) string {
	if year <= 0 {
		return noYear
	}
	return strconv.Itoa(int(year))
}

// A summed is a file that is hashed as it is written. It has no other way to be written than Write.
type summed struct {
	file *os.File
	hash hash.Hash
}

func (s *summed) Write(b []byte) (int, error) {
	n, err := s.file.Write(b)
	s.hash.Write(b[:n])
	return n, err
}

func (s *summed) Close() error { return s.file.Close() }

func (s *summed) sum() string { return hex.EncodeToString(s.hash.Sum(nil)) }

// A planned is a year that is to be written or taken over.
type planned struct {
	year        int32
	rows        []int32 // results, in the order of their rows
	corrections []CorrectionRow
	of          map[string]string // the hashes of what each part is made of
	asked       parts             // what is to be written
	marked      bool              // panel is as it was, but for what the table anomalies has marked in it
}

// get gives a result again.
func (w *Writer) get(x *indexed) (Result, error) {
	if x.again != nil {
		return x.again()
	}
	return w.kept.get(x.span)
}

// each makes something of each result, and hands it over in the order of rows. Results that are kept elsewhere are fetched,
// and something is made of them, by several at once.
func (w *Writer) each(rows []int32, lay func(x *indexed, r Result) laid, take func(x *indexed, l *laid) error) error {
	type got struct {
		l   laid
		err error
	}
	get := func(i int32) (g got) {
		x := &w.results[i]
		r, err := w.get(x)
		if err != nil {
			return got{err: err}
		}
		return got{l: lay(x, r)}
	}
	n := runtime.GOMAXPROCS(0)
	if w.spool != nil || n == 1 || len(rows) < 2 {
		for _, i := range rows {
			g := get(i)
			if g.err == nil {
				g.err = take(&w.results[i], &g.l)
			}
			if g.err != nil {
				return g.err
			}
		}
		return nil
	}
	slots, stop := make(chan chan got, 2*n), make(chan struct{})
	var running sync.WaitGroup
	defer running.Wait()
	defer close(stop)
	work := make(chan func(), n)
	for range n {
		running.Go(func() {
			for do := range work {
				do()
			}
		})
	}
	running.Go(func() {
		defer close(slots)
		defer close(work)
		for _, i := range rows {
			slot := make(chan got, 1)
			select {
			case slots <- slot:
			case <-stop:
				return
			}
			work <- func() { slot <- get(i) }
		}
	})
	k := 0
	for slot := range slots {
		g := <-slot
		if g.err == nil {
			g.err = take(&w.results[rows[k]], &g.l)
		}
		if g.err != nil {
			return g.err
		}
		k++
	}
	return nil
}

// settleAndWrite writes the years, now that it is known which reports stand.
func (w *Writer) settleAndWrite() (err error) {
	if w.spool != nil {
		if w.kept, err = w.spool.reader(); err != nil {
			return err
		}
	}
	if err := w.settle(); err != nil {
		return err
	}
	if err := w.endWriting(w.writeYears()); err != nil || w.same {
		return err
	}
	for _, y := range w.written {
		for t, n := range y.Rows {
			w.rows[t] += n
		}
	}
	return nil
}

// writeYears writes the years of which something has changed, and takes the others over. What is to be done is known for all
// of them before the first is written.
func (w *Writer) writeYears() error {
	if slices.ContainsFunc(w.results, func(x indexed) bool { return x.digest == name{} }) {
		w.info.Print, w.old, w.whyAll = "", nil, because("it is not known of all documents what their rows are made of")
	}
	if err := w.takeTimeless(); err != nil {
		return err
	}
	who := w.audience()
	plans := w.plan(who)
	same := w.timelessTaken
	for _, p := range plans {
		p.asked = parts{own: !w.take(p, ownPart), panel: !w.take(p, panelPart), reuse: !w.take(p, reusePart)}
		p.marked = p.asked.panel && w.marked(p)
		same = same && (p.asked == parts{} || p.asked == parts{panel: true} && p.marked)
	}
	whyWhole, err := w.notSame(plans)
	if err != nil {
		return err
	}
	w.same = same && len(whyWhole) == 0
	w.explain(plans, whyWhole)
	if w.same {
		return nil
	}
	if err := w.linkTaken(); err != nil {
		return err
	}
	var before *prose
	defer func() { _ = before.close() }() // a file that goes with the folder
	for k, p := range plans {
		if before != nil && plans[k-1].year != p.year-1 {
			_ = before.close()
			before = nil
		}
		next := k+1 < len(plans) && plans[k+1].year == p.year+1 && plans[k+1].asked.reuse
		var now *prose
		if p.asked != (parts{}) || next {
			now, err = w.writeYear(p, who, p.asked, before, next)
		}
		_ = before.close()
		if before = now; err != nil {
			return err
		}
	}
	return nil
}

// Same reports, once Finish was called, whether the dataset that lies there is the one that was to be written: nothing
// was.
func (w *Writer) Same() bool { return w.same }

// plan says of what each part of each year is made.
func (w *Writer) plan(who *audience) (plans []*planned) {
	of := map[int32]*planned{}
	at := func(year int32) *planned {
		year = max(year, 0)
		if of[year] == nil {
			of[year] = &planned{year: year, of: map[string]string{}}
		}
		return of[year]
	}
	for _, i := range w.order() {
		p := at(w.results[i].year)
		p.rows = append(p.rows, int32(i))
	}
	for _, y := range who.years {
		at(y)
	}
	for y, rows := range w.corrections.rows() {
		at(int32(y)).corrections = rows
	}
	if len(of) == 0 { // an empty dataset still has its tables
		at(0)
	}
	for _, y := range slices.Sorted(maps.Keys(of)) {
		plans = append(plans, of[y])
	}
	if w.info.Print == "" {
		return plans
	}
	for _, p := range plans {
		w.planOwn(p)
	}
	for _, p := range plans {
		earlier := sha256.New()
		for _, i := range p.rows {
			x := &w.results[i]
			if !x.stands {
				continue
			}
			for _, k := range w.years[x.body] {
				if b := &w.results[k]; b.year < x.year {
					fmt.Fprintf(earlier, "%d %v %q %v %s,", b.year, b.counts, b.tables, b.levels, b.scope)
				}
			}
			fmt.Fprintln(earlier)
		}
		bodies := sha256.New()
		rows, gone := who.met(p.year)
		who.nameNever(bodies, p.year)
		bodies.Write(reading.Append(nil, rows))
		for _, b := range gone {
			fmt.Fprintf(bodies, "%q %q %q %+v %v\n", b.key, b.printed, b.why, *b.id, day(b.deadline))
		}
		p.of[ofEarlier], p.of[ofBodies] = hexOf(earlier), hexOf(bodies)
		h := sha256.New()
		fmt.Fprintln(h, p.of[ownPart], p.of[ofEarlier], p.of[ofBodies])
		p.of[panelPart] = hexOf(h)
		before := ""
		if b := of[p.year-1]; b != nil && p.year > 1 {
			before = b.of[ofProse]
		}
		h.Reset()
		fmt.Fprint(h, before+" "+p.of[ofProse])
		p.of[reusePart] = hexOf(h)
	}
	return plans
}

// planOwn says of what the tables of the documents of a year are made.
func (w *Writer) planOwn(p *planned) {
	own, list, corrected, standing, texts := sha256.New(), sha256.New(), sha256.New(), sha256.New(), sha256.New()
	for _, i := range p.rows {
		x := &w.results[i]
		fmt.Fprintf(own, "%x\n", x.digest)
		fmt.Fprintln(list, x.document, x.part)
		if fixes := w.Corrections(x.document); fixes != "" {
			fmt.Fprintf(corrected, "%s %q\n", x.document, fixes)
		}
		fmt.Fprintf(standing, "%v %s %d %q\n", x.stands, x.by, x.others, x.within)
		standing.Write(reading.Append(nil, x.found))
		if x.text != (name{}) {
			texts.Write(x.text[:])
		}
	}
	for _, c := range p.corrections {
		fmt.Fprintf(corrected, "%q %q %q %q %q %q %d\n", c.Document, c.Name, c.Expected, c.New, c.Reason, c.Who, c.Line)
	}
	own.Write(reading.Append(nil, p.corrections)) // with what they came to
	p.of[ofList], p.of[ofCorrections], p.of[ofStanding], p.of[ofProse] = hexOf(list), hexOf(corrected), hexOf(standing), hexOf(texts)
	fmt.Fprintln(own, p.of[ofList], p.of[ofStanding])
	p.of[ownPart] = hexOf(own)
}

func hexOf(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

func day(d *int32) int32 { return *cmp.Or(d, new(int32)) }

// was is the year as the dataset that lies there has it; nil = it is not known.
func (w *Writer) was(p *planned) *tables.Year {
	if w.old == nil {
		return nil
	}
	return w.old.Years[yearName(p.year)]
}

// unchanged reports whether a part is made of what that in the old dataset was made of.
func (w *Writer) unchanged(p *planned, part string) bool {
	was := w.was(p)
	return was != nil && was.Of[part] == p.of[part]
}

// marked reports whether panel of a year is as it was but for what the table anomalies has marked in it. Where all else
// is the same, too, it stays; else it must be marked anew.
func (w *Writer) marked(p *planned) bool {
	was := w.was(p)
	return was != nil && was.Marked && was.Of[panelPart] == p.of[panelPart] &&
		w.whole(was, yearName(p.year), partTables[panelPart]) == nil
}

// take takes a part of a year over, if it may.
func (w *Writer) take(p *planned, part string) bool {
	was := w.was(p)
	if !w.unchanged(p, part) || part == panelPart && was.Marked {
		return false
	}
	list := partTables[part]
	if w.whole(was, yearName(p.year), list) != nil {
		return false
	}
	y := w.writing(p.year)
	for _, t := range list {
		w.taken = append(w.taken, [2]string{t, yearName(p.year)})
		y.Rows[t], y.Files[t] = was.Rows[t], was.Files[t]
	}
	y.Of = p.of
	return true
}

func (w *Writer) takeTimeless() error {
	w.timeless = newYear()
	w.timeless.Of[ownPart] = w.info.Print
	if w.old != nil && w.old.Timeless != nil && w.whole(w.old.Timeless, noYear, timeless) == nil {
		for _, t := range timeless {
			w.taken = append(w.taken, [2]string{t, noYear})
		}
		w.timelessTaken = true
		w.timeless.Rows, w.timeless.Files = w.old.Timeless.Rows, w.old.Timeless.Files
	}
	if !w.timelessTaken {
		if err := w.writeTimeless(); err != nil {
			return err
		}
	}
	w.timeless.Seal()
	for t, n := range w.timeless.Rows {
		w.rows[t] = n
	}
	return nil
}

// whole says which of the files of tables of the old dataset is not what its manifest says.
func (w *Writer) whole(was *tables.Year, year string, list []string) error {
	for _, t := range list {
		sum, err := sumOfFile(filepath.Join(w.dir, t, "year="+year, partFile))
		if err != nil {
			return err
		}
		if sum != was.Files[t] {
			return fmt.Errorf("table %s of %s was changed since it was written", t, year)
		}
	}
	return nil
}

func sumOfFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// linkTaken links the files that were taken over since it was called last.
func (w *Writer) linkTaken() error {
	for _, f := range w.taken {
		if err := w.link(f[0], f[1]); err != nil {
			return err
		}
	}
	w.taken = w.taken[:0]
	return nil
}

// link puts a file of the old dataset into the new one, as another name of it or, where there are none, as a copy.
func (w *Writer) link(table, year string) error {
	from := filepath.Join(w.dir, table, "year="+year, partFile)
	dir := filepath.Join(w.temp, table, "year="+year)
	to := filepath.Join(dir, partFile)
	err := os.Link(from, to)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.Mkdir(dir, 0o755); errors.Is(err, fs.ErrNotExist) {
			err = os.MkdirAll(dir, 0o755)
		}
		if err == nil {
			err = os.Link(from, to)
		}
	}
	if err == nil {
		return nil
	}
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) // never into a file that the old one shares
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}

func newYear() *tables.Year {
	return &tables.Year{Of: map[string]string{}, Rows: map[string]int64{}, Files: map[string]string{}}
}

func (w *Writer) writing(year int32) *tables.Year {
	y := w.written[yearName(year)]
	if y == nil {
		y = newYear()
		w.written[yearName(year)] = y
	}
	return y
}

// writeYear writes parts of a year. before is the prose of the year before, where reuse is asked; that of the year is
// given where it, or the next one, wants it.
func (w *Writer) writeYear(p *planned, who *audience, asked parts, before *prose, next bool) (now *prose, err error) {
	if w.desk == nil {
		w.desk, w.free = w.pens(), make(chan []ValueRow, 2*queued)
	}
	sheets, counts := w.desk.sheets(asked), map[string]int64{}
	for _, s := range sheets {
		s.begin(yearName(p.year))
	}
	if asked.reuse || next {
		if now, err = newProse(w.temp); err != nil {
			return nil, err
		}
	}
	var gone []goneBody
	if asked.panel {
		var rows []AuthorityRow
		rows, gone = who.of(p.year)
		w.desk.authorities.together(rows)
		counts["authorities"] += int64(len(rows))
	}
	rows := p.rows
	if !asked.own && !asked.panel {
		rows = slices.DeleteFunc(slices.Clone(rows), func(i int32) bool { return w.info.Print != "" && w.results[i].text == name{} })
	}
	err = w.each(rows, func(x *indexed, r Result) laid { return w.lay(asked, r, x) }, func(x *indexed, l *laid) error {
		if asked.panel && x.stands {
			before := "" // who has no agency_id stands behind all that have one
			if x.decided {
				before = x.body
			}
			gone = w.putGone(counts, gone, before)
		}
		if err := w.put(l, counts); err != nil {
			return err
		}
		if now != nil {
			return now.add(&l.r, x.text)
		}
		return nil
	})
	if err != nil {
		return now, err
	}
	if asked.panel {
		w.putGone(counts, gone, "")
	}
	if asked.own {
		w.desk.corrections.together(p.corrections)
		counts["corrections"] += int64(len(p.corrections))
	}
	if asked.reuse {
		if err := w.putReuse(counts, p.year, before, now); err != nil {
			return now, err
		}
	}
	for _, s := range sheets {
		s.end()
	}
	y := w.writing(p.year)
	for _, t := range asked.tables() {
		y.Rows[t] = counts[t]
	}
	y.Of = p.of
	return now, w.desk.err()
}

// endWriting waits until all files are whole, and notes their hashes.
func (w *Writer) endWriting(err error) error {
	if w.desk == nil {
		return err
	}
	if err = w.desk.stop(err); err != nil {
		return err
	}
	for _, x := range w.desk.started {
		for _, f := range x.wrote {
			w.written[f.year].Files[x.table] = f.sum
		}
	}
	return nil
}

// putReuse compares the prose of the reports of a year and has what they repeat written.
func (w *Writer) putReuse(counts map[string]int64, year int32, before, now *prose) error {
	held, sheet, kept := 0, &w.desk.reuse, w.comparisons(year)
	err := compareProse(int(year), before, now, kept, func(r ReuseRow) error {
		counts["reuse"]++
		sheet.together([]ReuseRow{r})
		if held += len(r.Passages) + 1; held >= rowGroup {
			held = 0
			sheet.do(func() error { return sheet.to.Flush() })
		}
		return w.desk.err()
	})
	if err == nil {
		w.keepComparisons(year, kept)
	}
	return err
}

// manifest is that of the dataset.
func (w *Writer) manifest() *tables.Manifest {
	m := &tables.Manifest{Program: "gongkai", Version: w.info.ProgramVersion, Forms: map[string]string{}, Rows: w.rows,
		Unknown: noYear}
	for _, part := range strings.Split(formsWords(w.forms), ";") {
		k, v, _ := strings.Cut(part, "=")
		m.Forms[k] = v
	}
	if w.info.Print != "" {
		for _, y := range w.written {
			y.Seal()
		}
		m.Print, m.Years, m.Timeless = w.info.Print, w.written, w.timeless
	}
	return m
}
