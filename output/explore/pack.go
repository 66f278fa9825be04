package explore

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/errgroup"

	"github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/normalize/form"
)

// A pack holds the reports of a large dataset ready to be served: the resource of each, compressed, and its numbers.
// A report is looked up in the tables in some milliseconds; in a pack in less than a tenth of one, which is what many readers
// at a time need. It is made in the background and can be thrown away. It has a file a year, and one for what is over all
// years, each named by what it is made of: where little of a dataset has changed, few are made anew.
type pack struct {
	c     *catalog
	years map[int]*packFile
	all   *packFile
	// place of each cell and rate in the file over all years, which the bodies follow
	peerAt map[string]int
}

// What the records of a pack file are: in that of a year those of its reports, row by row, then one of its doubts; in the
// one over all years a record of each cell and rate, then one of each body.
const (
	bodyPart = iota // as it is sent
	numbersPart
	seriesPart
)

func (e *Explorer) newPack() *pack {
	p := &pack{c: e.c, years: map[int]*packFile{}, peerAt: map[string]int{}}
	for _, name := range e.figureNames() {
		p.peerAt[name] = len(p.peerAt)
	}
	return p
}

// figureNames are those of every cell and rate.
func (e *Explorer) figureNames() (names []string) {
	for i := range e.cells {
		names = append(names, e.cells[i].Name)
	}
	for i := range e.rates {
		names = append(names, e.rates[i].Name)
	}
	return names
}

// openYear and openAll open a file, which must have all that there is.
func (p *pack) openYear(path string, year int) error {
	f, err := openPackFile(path, len(p.c.OfYear[year])+1)
	if err == nil {
		p.years[year] = f
	}
	return err
}

func (p *pack) openAll(path string) (err error) {
	p.all, err = openPackFile(path, len(p.peerAt)+len(p.c.authorities))
	return err
}

func (p *pack) close() error {
	var errs []error
	for _, f := range p.years {
		errs = append(errs, f.close())
	}
	if p.all != nil {
		errs = append(errs, p.all.close())
	}
	return errors.Join(errs...)
}

// part gives a part of the record of a report.
func (p *pack) part(n int32, k int) ([]byte, error) {
	r := &p.c.Reports[n]
	f := p.years[int(r.Year)]
	if f == nil {
		return nil, fmt.Errorf("the reports of %d are not packed", r.Year)
	}
	return f.part(int(r.Row), k)
}

// report gives the resource of a report, compressed with gzip.
func (p *pack) report(n int32) ([]byte, error) { return p.part(n, bodyPart) }

// peers gives the distribution of a cell or rate, compressed with gzip.
func (p *pack) peers(name string) ([]byte, error) {
	at, ok := p.peerAt[name]
	if !ok {
		return nil, fmt.Errorf("no cell or rate %q is packed", name)
	}
	return p.all.part(at, bodyPart)
}

// body gives what is known of an authority, by its place in the catalog, compressed with gzip.
func (p *pack) body(n int32) ([]byte, error) { return p.all.part(len(p.peerAt)+int(n), bodyPart) }

// doubts gives the cells of a year of which something is told.
func (p *pack) doubts(year, cells int) (list []doubt, err error) {
	f := p.years[year]
	if f == nil {
		return nil, nil // no report is of the year
	}
	b, err := f.part(len(p.c.OfYear[year]), bodyPart)
	if err != nil {
		return nil, err
	}
	for ; len(b) > 0; b = b[doubtBytes:] {
		if len(b) < doubtBytes || int(binary.LittleEndian.Uint16(b[4:])) >= cells || int(b[6]) >= len(toldVerdicts) {
			return nil, fmt.Errorf("the doubts of %d are damaged", year)
		}
		list = append(list, doubt{int32(binary.LittleEndian.Uint32(b)), int16(binary.LittleEndian.Uint16(b[4:])), int8(b[6])})
	}
	return list, nil
}

// doubtBytes are those of a doubt in the pack: row, cell, what is told.
const doubtBytes = 4 + 2 + 1

// numbers gives the numbers of a report, with their verdicts. In the pack a cell is its ordinal among the cells of the form;
// what is none, as the statistics of before 2019, stands under the ordinal after the last, with its name.
func (p *pack) numbers(n int32, cells []form.Cell, each func(name string, f figure)) error {
	b, err := p.part(n, numbersPart)
	if err != nil {
		return err
	}
	damaged := fmt.Errorf("report %d: the numbers are damaged", n)
	for len(b) > 0 {
		at, k := binary.Uvarint(b)
		if k <= 0 || at/4 > uint64(len(cells)) || int(at%4) >= len(toldVerdicts) {
			return damaged
		}
		b = b[k:]
		var name string
		if at/4 < uint64(len(cells)) {
			name = cells[at/4].Name
		} else {
			size, m := binary.Uvarint(b)
			if m <= 0 || size > uint64(len(b)-m) {
				return damaged
			}
			name, b = string(b[m:m+int(size)]), b[m+int(size):]
		}
		number, m := binary.Varint(b)
		if m <= 0 {
			return damaged
		}
		each(name, figure{number, toldVerdicts[at%4]})
		b = b[m:]
	}
	return nil
}

// linked gives the rows of a report in linked_series.
func (p *pack) linked(n int32) (rows []seriesRow, err error) {
	b, err := p.part(n, seriesPart)
	if err != nil {
		return nil, err
	}
	if b, err = unpacker().DecodeAll(b, nil); err == nil {
		err = json.Unmarshal(b, &rows)
	}
	if err != nil {
		return nil, fmt.Errorf("report %d: its series are damaged: %w", n, err)
	}
	return rows, nil
}

// What is small and has the same words again and again is packed by these; both may be used by several at once.
var (
	packer = sync.OnceValue(func() *zstd.Encoder {
		z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(1<<16))
		if err != nil {
			panic(err) // no option of these is wrong
		}
		return z
	})
	unpacker = sync.OnceValue(func() *zstd.Decoder {
		z, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(1<<24))
		if err != nil {
			panic(err)
		}
		return z
	})
)

// makeYear writes the file of a year. step is called when a report was packed.
func (e *Explorer) makeYear(ctx context.Context, year int, path string, step func()) error {
	var st streams
	defer st.close()
	if err := st.begin(e.c, year); err != nil {
		return err
	}
	return writePack(path, func(w *packWriter) error {
		for _, n := range e.c.OfYear[year] {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := e.packReport(n, &st, w); err != nil {
				return err
			}
			step()
		}
		list, err := e.doubtsOf(year)
		if err != nil {
			return err
		}
		var b []byte
		for _, d := range list {
			b = binary.LittleEndian.AppendUint32(b, uint32(d.row))
			b = append(binary.LittleEndian.AppendUint16(b, uint16(d.cell)), byte(d.told))
		}
		return w.add(b)
	})
}

// writePack writes a pack file; nothing lies there where that fails.
func writePack(path string, fill func(w *packWriter) error) error {
	w, err := newPackWriter(path)
	if err != nil {
		return err
	}
	if err = fill(w); err == nil {
		err = w.finish()
	} else {
		w.f.Close()
	}
	if err != nil {
		os.Remove(path)
	}
	return err
}

// packReport writes the record of a report.
func (e *Explorer) packReport(n int32, st *streams, w *packWriter) error {
	r, err := e.makeReport(n, st)
	if err != nil {
		return err
	}
	body, err := marshal(r)
	if err != nil {
		return err
	}
	var numbers []byte
	for name, v := range r.Values {
		if v.number == nil {
			continue
		}
		told := toldOf(v.State, v.Verdict)
		if at, ok := e.ordinal[name]; ok {
			numbers = binary.AppendUvarint(numbers, uint64(4*int(at)+told))
		} else {
			numbers = binary.AppendUvarint(numbers, uint64(4*len(e.cells)+told))
			numbers = append(binary.AppendUvarint(numbers, uint64(len(name))), name...)
		}
		numbers = binary.AppendVarint(numbers, *v.number)
	}
	rows, err := e.seriesRows(n, st)
	if err != nil {
		return err
	}
	series, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	return w.add(squeezed(body), numbers, packer().EncodeAll(series, nil))
}

// makeAll writes the file over all years: the distribution of every cell and rate, and what is known of each authority, from
// the numbers of its reports that are packed already.
func (e *Explorer) makeAll(ctx context.Context, p *pack, path string) error {
	return writePack(path, func(w *packWriter) error {
		for _, name := range e.figureNames() {
			body, err := e.makePeers(name)
			if err == nil {
				err = w.add(squeezed(body))
			}
			if err != nil {
				return err
			}
		}
		for i := range e.c.authorities {
			body, err := e.makeBody(ctx, &e.c.authorities[i], p)
			if err == nil {
				err = w.add(squeezed(body))
			}
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// partial stands in the name of a folder in which a pack is being made, before what tells it from others.
const partial = ".partial-"

// makePack opens the pack; the files of it that are not there are made, each beside its place, and put there when they are
// whole. Files of packs of the same folder that are out of date are removed. begin is told how many reports are to be packed.
func (e *Explorer) makePack(ctx context.Context, begin func(total int), step func()) (p *pack, err error) {
	dir := e.opts.Index
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	names, err := e.namePack(ctx)
	if err != nil {
		return nil, err
	}
	p = e.newPack()
	defer func() {
		if err != nil {
			p.close()
			p = nil
		}
	}()
	var missing []int
	total := 0
	for year, name := range names.years {
		err := p.openYear(filepath.Join(dir, name), year)
		if err == nil {
			err = p.years[year].check()
		}
		if err != nil { // it is not there, or damaged
			missing = append(missing, year)
			total += len(e.c.OfYear[year])
		}
	}
	begin(total)
	if len(missing) == 0 && p.openAll(filepath.Join(dir, names.all)) == nil && p.all.check() == nil {
		e.keepPack(names)
		return p, nil
	}
	head, err := e.packHead()
	if err != nil {
		return p, err
	}
	// another process may be at the same
	folder, letGo, err := held.Make(dir, "."+head+"made"+partial)
	if err != nil {
		return p, err
	}
	defer letGo()
	defer os.RemoveAll(folder)
	// the largest first, so that the two at work end together
	slices.SortFunc(missing, func(a, b int) int {
		return cmp.Or(cmp.Compare(len(e.c.OfYear[b]), len(e.c.OfYear[a])), cmp.Compare(b, a))
	})
	work, inner := errgroup.WithContext(ctx)
	work.SetLimit(2)
	var mu sync.Mutex
	for _, year := range missing {
		work.Go(func() error {
			name := names.years[year]
			err := e.makeYear(inner, year, filepath.Join(folder, name), step)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if f := p.years[year]; f != nil { // that is damaged
				delete(p.years, year)
				f.close()
			}
			if err := os.Rename(filepath.Join(folder, name), filepath.Join(dir, name)); err != nil {
				return err
			}
			return p.openYear(filepath.Join(dir, name), year) // at once: whoever has another dataset open here removes it
		})
	}
	if err := work.Wait(); err != nil {
		return p, err
	}
	if p.all != nil { // of other years, or damaged
		p.all.close()
		p.all = nil
	}
	err = e.makeAll(ctx, p, filepath.Join(folder, names.all))
	if err == nil {
		err = os.Rename(filepath.Join(folder, names.all), filepath.Join(dir, names.all))
	}
	if err == nil {
		err = p.openAll(filepath.Join(dir, names.all))
	}
	if err != nil {
		return p, err
	}
	e.keepPack(names)
	return p, nil
}

// keepPack notes the files of the pack, and removes those of the same folder that are none of them, and what those left half
// made that were killed. What it cannot note is named anew by the next.
func (e *Explorer) keepPack(names *packNames) {
	if err := e.notePack(names); err != nil {
		e.log("the pack of the reports is used, but it cannot be noted which it is: %v", err)
	}
}

func (e *Explorer) notePack(names *packNames) error {
	head, err := e.packHead()
	if err != nil {
		return err
	}
	list := e.listPlace(head)
	if list == "" { // another dataset lies there now, and what is of it is not in the way
		return nil
	}
	keep := []string{names.all, filepath.Base(list)}
	for _, name := range names.years {
		keep = append(keep, name)
	}
	b, err := json.Marshal(jsonPackList{names.years, names.all})
	if err != nil {
		return err
	}
	if err := os.WriteFile(list, b, 0o644); err != nil { // cut off it is no list
		return err
	}
	files, err := os.ReadDir(e.opts.Index)
	if err != nil {
		return err
	}
	for _, f := range files {
		if strings.HasPrefix(f.Name(), head) && !f.IsDir() && !slices.Contains(keep, f.Name()) {
			os.Remove(filepath.Join(e.opts.Index, f.Name())) // it is only in the way
		}
	}
	for _, f := range held.Leftovers(filepath.Join(e.opts.Index, "."+head+"*"+partial+"*")) {
		held.Remove(f)
	}
	return nil
}

// listed opens the pack that is noted of the dataset as it lies; an error says that there is none.
func (e *Explorer) listed() (*pack, error) {
	head, err := e.packHead()
	if err != nil {
		return nil, err
	}
	names, err := readPackList(e.listPlace(head))
	if err != nil {
		return nil, err
	}
	p := e.newPack()
	for _, year := range e.packYears() {
		if err == nil {
			err = p.openYear(filepath.Join(e.opts.Index, names.years[year]), year)
		}
	}
	if err == nil {
		err = p.openAll(filepath.Join(e.opts.Index, names.all))
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// openPack opens the pack of a large dataset, or begins to make it.
func (e *Explorer) openPack(ctx context.Context) {
	if e.opts.Static || e.opts.Index == "" || len(e.c.Reports) < e.opts.PackFrom {
		e.packing = state{State: "absent"}
		return
	}
	if p, err := e.listed(); err == nil {
		e.pack, e.packing = p, state{State: "ready", Done: len(e.c.Reports), Total: len(e.c.Reports)}
		e.work.Go(e.warm)
		return
	}
	e.packing = state{State: "building", Total: len(e.c.Reports)}
	e.work.Go(func() {
		if e.buildPack(ctx) {
			e.warm()
		}
	})
}

// buildPack makes the pack as far as it is not there, and opens it.
func (e *Explorer) buildPack(ctx context.Context) bool {
	e.searched.Wait() // one after the other: readers want to be answered meanwhile
	e.looked.Wait()   // reports tell their anomalies
	var p *pack
	var err error
	if _, s := e.states(); s.State == "failed" {
		err = errors.New("without anomalies, which could not be looked for, they would be kept for whole")
	} else {
		p, err = e.makePack(ctx, func(total int) {
			e.mu.Lock()
			e.packing.Total = total
			e.mu.Unlock()
		}, func() {
			e.mu.Lock()
			e.packing.Done++
			e.mu.Unlock()
		})
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stage++
	if err != nil {
		e.packing = state{State: "failed", Message: err.Error()}
		if ctx.Err() == nil {
			e.log("the reports could not be packed; they are looked up one by one: %v", err)
		}
		return false
	}
	e.pack, e.packing = p, state{State: "ready", Done: len(e.c.Reports), Total: len(e.c.Reports)}
	return true
}

// warm makes the first page of a large dataset before somebody asks: it needs some figures of all reports.
func (e *Explorer) warm() {
	e.looked.Wait()
	if _, err := e.home(); err != nil {
		e.log("the first page: %v", err)
	}
}

// packFails tells that a part of the pack could not be had. Its file goes, so that the next start makes it anew; until then
// what is asked for is looked up in the tables.
func (e *Explorer) packFails(err error) {
	var bad *badPack
	if errors.As(err, &bad) {
		os.Remove(bad.path)
	}
	e.unpacked.Do(func() { e.log("the pack of the reports: %v; what it lacks is looked up one by one", err) })
}

// ready gives the pack, nil while there is none.
func (e *Explorer) ready() *pack {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.pack
}
