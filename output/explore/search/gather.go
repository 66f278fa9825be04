package search

import (
	"bufio"
	"cmp"
	"container/heap"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/output/tables"
)

// held bounds the memory of the lists that are not yet written out, in bytes as reckoned by gathering.add.
const held = 16 << 20

// A report is what the index keeps of one.
type report struct {
	key           string
	year          int
	region, level string
	sections      []section
}

type section struct {
	position    int
	title, text []byte // texts as JSON says them, with U+FFFD for each byte that is no UTF-8: places are places in that
}

// A gathering numbers the reports of a dataset, or of a year of it, and gathers which of them has which bigram. What does not fit in
// memory is written to runs in a folder and merged at the end.
type gathering struct {
	dir             string
	held            int // bytes at which a run is written
	reports         int
	years           [][2]int // year, number of its first report
	regions, levels map[string][]uint32

	at    map[bigram]int32 // index into lists
	lists []growing
	used  int
	runs  []*os.File

	folded []byte
}

// A growing list is that of a bigram in the present run: gaps as in encodeList, the first from report 0.
type growing struct {
	bigram bigram
	next   uint32 // one more than the last report in it
	n      uint32
	gaps   []byte
}

func newGathering(dir string) (*gathering, error) {
	dir, err := os.MkdirTemp(dir, "runs-")
	if err != nil {
		return nil, err
	}
	return &gathering{dir: dir, held: held, regions: map[string][]uint32{}, levels: map[string][]uint32{},
		at: map[bigram]int32{}}, nil
}

func (g *gathering) close() {
	for _, f := range g.runs {
		f.Close()
	}
	os.RemoveAll(g.dir)
}

type reportColumns struct {
	Document string  `parquet:"document"`
	Part     int32   `parquet:"part"`
	Division *string `parquet:"division,optional"`
	Level    *string `parquet:"level,optional"`
}

type sectionColumns struct {
	Document string  `parquet:"document"`
	Part     int32   `parquet:"part"`
	Position int32   `parquet:"position"`
	Title    *string `parquet:"title,optional"`
	Text     string  `parquet:"text"`
}

// read goes through the reports of all years that have prose, newest year first, and hands each to keep after its
// bigrams are noted. The same document is taken once, on the newest year on which it has prose.
func (g *gathering) read(ctx context.Context, years []reportYear, progress func(done, total int),
	keep func(*report) error) error {
	p := progressing{tell: progress}
	for i := range years {
		if err := years[i].count(); err != nil {
			return err
		}
		p.total += years[i].rows
	}
	seen := map[string]bool{}
	for _, y := range years {
		if err := g.readYear(ctx, y, seen, &p, keep); err != nil {
			return err
		}
		p.through(y)
	}
	return nil
}

// readYear goes through the reports of a year but those seen. Sections of documents from which no report could be read
// are left out, as they are in the dataset's reports.
func (g *gathering) readYear(ctx context.Context, y reportYear, seen map[string]bool, p *progressing,
	keep func(*report) error) error {
	type place struct{ region, level string }
	places := map[string]place{}
	for _, f := range y.reports {
		if err := tables.Each(f, func(r reportColumns) error {
			places[keyOf(r.Document, r.Part)] = place{regionOf(r.Division), levelOf(r.Level)}
			return nil
		}); err != nil {
			return err
		}
	}
	for _, f := range y.sections {
		var rep *report
		end := func() error {
			if rep == nil {
				return nil
			}
			r := rep
			rep = nil
			if r.key == "" || len(r.sections) == 0 {
				return nil
			}
			seen[r.key] = true
			p.one()
			if err := g.add(r); err != nil {
				return err
			}
			return keep(r)
		}
		document, part, last := "", int32(-1), int32(-1)
		if err := tables.Each(f, func(s sectionColumns) error {
			if s.Document != document || s.Part != part || s.Position <= last {
				if err := end(); err != nil {
					return err
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				document, part = s.Document, s.Part
				key := keyOf(document, part)
				rep = &report{}
				if place, ok := places[key]; ok && !seen[key] {
					*rep = report{key: key, year: y.year, region: place.region, level: place.level}
				}
			}
			last = s.Position
			if rep.key != "" && strings.TrimSpace(s.Text) != "" {
				rep.sections = append(rep.sections, section{int(s.Position), []byte(value(s.Title)), served(s.Text)})
			}
			return nil
		}); err != nil {
			return err
		}
		if err := end(); err != nil {
			return err
		}
	}
	return nil
}

func keyOf(document string, part int32) string { return fmt.Sprintf("%s-%d", document, part) }

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func served(s string) []byte {
	if utf8.ValidString(s) {
		return []byte(s)
	}
	return []byte(string([]rune(s)))
}

// add gives the report the next number and notes its bigrams.
func (g *gathering) add(r *report) error {
	n := uint32(g.reports)
	g.reports++
	if len(g.years) == 0 || g.years[len(g.years)-1][0] != r.year {
		g.years = append(g.years, [2]int{r.year, int(n)})
	}
	g.regions[r.region] = append(g.regions[r.region], n)
	g.levels[r.level] = append(g.levels[r.level], n)
	for _, s := range r.sections {
		g.folded, _ = fold(s.text, g.folded[:0], nil)
		eachBigram(g.folded, func(b bigram) {
			i, ok := g.at[b]
			if !ok {
				i = int32(len(g.lists))
				g.at[b] = i
				g.lists = append(g.lists, growing{bigram: b})
				g.used += 96
			}
			l := &g.lists[i]
			if l.next == n+1 {
				return
			}
			size := len(l.gaps)
			l.gaps = binary.AppendUvarint(l.gaps, uint64(n-l.next))
			l.next = n + 1
			l.n++
			g.used += (len(l.gaps) - size) * 3 / 2
		})
	}
	if g.used >= g.held {
		return g.spill()
	}
	return nil
}

// spill writes the lists to a run, by bigram.
func (g *gathering) spill() error {
	if len(g.lists) == 0 {
		return nil
	}
	slices.SortFunc(g.lists, func(a, b growing) int { return cmp.Compare(a.bigram, b.bigram) })
	f, err := os.Create(filepath.Join(g.dir, fmt.Sprint(len(g.runs))))
	if err != nil {
		return err
	}
	g.runs = append(g.runs, f)
	w := bufio.NewWriterSize(f, 256<<10)
	var head []byte
	for i := range g.lists {
		l := &g.lists[i]
		head = binary.AppendUvarint(head[:0], uint64(l.bigram))
		head = binary.AppendUvarint(head, uint64(l.n))
		head = binary.AppendUvarint(head, uint64(len(l.gaps)))
		if _, err := w.Write(head); err != nil {
			return err
		}
		if _, err := w.Write(l.gaps); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	g.at, g.lists, g.used = map[bigram]int32{}, nil, 0
	_, err = f.Seek(0, io.SeekStart)
	return err
}

// A run is read back list by list.
type run struct {
	order  int
	r      *bufio.Reader
	bigram bigram
	n      int
	gaps   []byte
}

func (r *run) next() error {
	b, err := binary.ReadUvarint(r.r)
	if err != nil {
		return err // io.EOF at the end of the run
	}
	n, err := binary.ReadUvarint(r.r)
	if err == nil {
		var size uint64
		if size, err = binary.ReadUvarint(r.r); err == nil {
			r.bigram, r.n = bigram(b), int(n)
			r.gaps = slices.Grow(r.gaps[:0], int(size))[:size]
			_, err = io.ReadFull(r.r, r.gaps)
		}
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

type runs []*run

func (r runs) Len() int { return len(r) }
func (r runs) Less(i, j int) bool {
	return r[i].bigram < r[j].bigram || r[i].bigram == r[j].bigram && r[i].order < r[j].order
}
func (r runs) Swap(i, j int) { r[i], r[j] = r[j], r[i] }
func (r *runs) Push(x any)   { *r = append(*r, x.(*run)) }
func (r *runs) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}

// merge hands over the lists of all bigrams, ascending. The list is good until the next.
func (g *gathering) merge(ctx context.Context, each func(bigram, []byte) error) error {
	if err := g.spill(); err != nil {
		return err
	}
	var queue runs
	for i, f := range g.runs {
		r := &run{order: i, r: bufio.NewReaderSize(f, 128<<10)}
		if err := r.next(); err != nil {
			return err
		}
		queue = append(queue, r)
	}
	heap.Init(&queue)
	var ordinals []uint32
	var list []byte
	for k := 0; len(queue) > 0; k++ {
		if k%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		b := queue[0].bigram
		ordinals = ordinals[:0]
		for len(queue) > 0 && queue[0].bigram == b {
			r := queue[0]
			next := uint32(0)
			for left := r.gaps; len(left) > 0; {
				v, size := binary.Uvarint(left)
				left = left[size:]
				next += uint32(v)
				ordinals = append(ordinals, next)
				next++
			}
			switch err := r.next(); {
			case err == nil:
				heap.Fix(&queue, 0)
			case errors.Is(err, io.EOF):
				heap.Pop(&queue)
			default:
				return err
			}
		}
		list = encodeList(list[:0], ordinals, g.reports)
		if err := each(b, list); err != nil {
			return err
		}
	}
	return nil
}
