package search

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"github.com/gongkai/gongkai/output"
)

// A Find that has not found enough stops when it has done so much work, but not before its first look. What counts is
// what it looks into, not the time that this takes: a question has the same answer on a machine that is busy. The lists
// do not count, of which a query has as many as it is long.
const (
	workEach = 1 << 20 // bytes of reports, unpacked: on one core about 4 ms
	workLook = 1 << 10 // what it costs to come by a report, however short, in such bytes
	turn     = 16      // looks after which others have their turn: the scheduler's own 10 ms are long where 50 wait
)

// every is the distance of the entries of the table of bigrams that are held in memory.
const every = 128

// An Index answers queries. It may be used from many goroutines.
type Index struct {
	f       *os.File
	foot    footer
	first   []bigram // of every 128th entry of the table of bigrams
	unpack  *zstd.Decoder
	lookers sync.Pool // their buffers are used again: without, 50 readers keep the garbage collector busy
	work    int       // workEach
}

// Open opens the index at path of a dataset; ErrOther where it is of another one.
func Open(path string, d *output.Dataset) (*Index, error) {
	id, err := identity(d)
	if err != nil {
		return nil, err
	}
	return open(path, id)
}

func open(path, id string) (x *Index, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
			err = fmt.Errorf("%s: %w", path, err)
		}
	}()
	x = &Index{f: f, work: workEach}
	x.lookers.New = func() any { return &looker{x: x} }
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	damaged := errors.New("not a whole index")
	end := info.Size() - int64(len(magic)) - 8
	if end < int64(len(magic)) {
		return nil, damaged
	}
	tail := make([]byte, 8+len(magic))
	if _, err := f.ReadAt(tail, end); err != nil {
		return nil, err
	}
	size := int64(binary.LittleEndian.Uint64(tail))
	if string(tail[8:]) != magic || size < 0 || size > end-int64(len(magic)) {
		return nil, damaged
	}
	b := make([]byte, size)
	if _, err := f.ReadAt(b, end-size); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &x.foot); err != nil {
		return nil, damaged
	}
	if x.foot.Format != format || x.foot.Identity != id {
		return nil, ErrOther
	}
	if x.foot.DictAt+int64(x.foot.Bigrams)*dictEntry != x.foot.RowsAt || x.foot.RowsAt+int64(
		x.foot.Reports)*rowEntry != end-size {
		return nil, damaged
	}
	var entry [8]byte
	for i := 0; i < x.foot.Bigrams; i += every {
		if _, err := f.ReadAt(entry[:], x.foot.DictAt+int64(i)*dictEntry); err != nil {
			return nil, err
		}
		x.first = append(x.first, bigram(binary.LittleEndian.Uint64(entry[:])))
	}
	x.unpack, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(32), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(256<<20))
	return x, err
}

// Close ends the use of the index.
func (x *Index) Close() error {
	x.unpack.Close()
	return x.f.Close()
}

// Reports is how many reports have prose.
func (x *Index) Reports() int { return x.foot.Reports }

// list reads the list of a bigram into buf; nil where no report has it.
func (x *Index) list(b bigram, buf []byte) ([]byte, error) {
	k := sort.Search(len(x.first), func(i int) bool { return x.first[i] > b }) - 1
	if k < 0 {
		return nil, nil
	}
	n := min(every, x.foot.Bigrams-k*every)
	page := slices.Grow(buf[:0], n*dictEntry)[:n*dictEntry]
	if _, err := x.f.ReadAt(page, x.foot.DictAt+int64(k*every)*dictEntry); err != nil {
		return nil, err
	}
	i := sort.Search(n, func(i int) bool { return bigram(binary.LittleEndian.Uint64(page[i*dictEntry:])) >= b })
	if i == n {
		return nil, nil
	}
	entry := page[i*dictEntry:]
	if bigram(binary.LittleEndian.Uint64(entry)) != b {
		return nil, nil
	}
	at, size := int64(binary.LittleEndian.Uint64(entry[8:])), int64(binary.LittleEndian.Uint32(entry[16:]))
	if at < 0 || at+size > x.foot.DictAt {
		return nil, errList
	}
	list := slices.Grow(buf[:0], int(size))[:size]
	_, err := x.f.ReadAt(list, at)
	return list, err
}

// Find gives the reports that a query asks for.
func (x *Index) Find(ctx context.Context, q Query) (Answer, error) {
	words, bigrams, err := wordsOf(q.Words)
	if err != nil {
		return Answer{}, err
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 20
	}
	limit = min(limit, maxLimit)
	from, err := x.from(q.After)
	if err != nil {
		return Answer{}, err
	}
	look := x.lookers.Get().(*looker)
	defer x.lookers.Put(look)
	look.words = words
	found, err := look.candidates(ctx, q, bigrams, from)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Exact: true}
	work := 0
	for i := found.next(from); i >= 0; i = found.next(i + 1) {
		full := len(a.Hits) == limit
		if full || a.Looked > 0 && work >= x.work {
			a.Exact = full
			a.After = x.foot.Identity[:8] + "." + strconv.Itoa(i)
			break
		}
		if err := ctx.Err(); err != nil {
			return Answer{}, err
		}
		if a.Looked++; a.Looked%turn == 0 {
			runtime.Gosched()
		}
		hit, ok, err := look.at(i)
		if err != nil {
			return Answer{}, err
		}
		work += workLook + len(look.plain)
		if ok {
			a.Hits = append(a.Hits, hit)
		}
	}
	return a, nil
}

func (x *Index) from(after string) (int, error) {
	if after == "" {
		return 0, nil
	}
	of, number, _ := strings.Cut(after, ".")
	n, err := strconv.ParseUint(number, 10, 31)
	if err != nil || of != x.foot.Identity[:8] {
		return 0, ErrAfter
	}
	return int(n), nil
}

// candidates are the reports, from one on, that the filters let through and that have all bigrams.
func (l *looker) candidates(ctx context.Context, q Query, bigrams []bigram, from int) (set, error) {
	x, n := l.x, l.x.foot.Reports
	if l.found == nil {
		l.found, l.scratch = newSet(n), newSet(n)
	}
	found, scratch := l.found, l.scratch
	clear(found)
	begin, end := 0, n
	if q.Year != 0 {
		begin, end = x.ofYear(q.Year)
	}
	found.fill(max(begin, from), end)
	for _, f := range []struct {
		name  string
		lists map[string][]byte
	}{{q.Region, x.foot.Regions}, {q.Level, x.foot.Levels}} {
		if f.name == "" || f.name == "all" {
			continue
		}
		list, ok := f.lists[f.name]
		if !ok {
			return nil, nil
		}
		if err := found.keep(list, n, scratch); err != nil {
			return nil, err
		}
	}
	for _, b := range bigrams {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if found.next(0) < 0 {
			return nil, nil
		}
		list, err := x.list(b, l.list)
		if err != nil || list == nil {
			return nil, err
		}
		l.list = list
		if err := found.keep(list, n, scratch); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// ofYear gives the numbers of a year's reports, from begin up to before end.
func (x *Index) ofYear(year int) (begin, end int) {
	if year == UnknownYear {
		year = 0
	}
	for i, y := range x.foot.Years {
		if y[0] != year {
			continue
		}
		if i+1 < len(x.foot.Years) {
			return y[1], x.foot.Years[i+1][1]
		}
		return y[1], x.foot.Reports
	}
	return 0, 0
}

func (x *Index) yearOf(ordinal int) int {
	k := sort.Search(len(x.foot.Years), func(i int) bool { return x.foot.Years[i][1] > ordinal })
	return x.foot.Years[k-1][0]
}

// A looker looks into one report after another for the same words.
type looker struct {
	x             *Index
	words         [][]byte
	found         set // reports to look into
	scratch       set
	list          []byte
	packed, plain []byte
	folded        []byte
	places        []int32
	missing       []int
	sections      []section
}

// at looks whether the words stand in a report.
func (l *looker) at(ordinal int) (Hit, bool, error) {
	var row [rowEntry]byte
	if _, err := l.x.f.ReadAt(row[:], l.x.foot.RowsAt+int64(ordinal)*rowEntry); err != nil {
		return Hit{}, false, err
	}
	at, size := int64(binary.LittleEndian.Uint64(row[:])), int(binary.LittleEndian.Uint32(row[8:]))
	if at < 0 || at+int64(size) > l.x.foot.DictAt {
		return Hit{}, false, errFrame
	}
	l.packed = slices.Grow(l.packed[:0], size)[:size]
	if _, err := l.x.f.ReadAt(l.packed, at); err != nil {
		return Hit{}, false, err
	}
	var err error
	if l.plain, err = l.x.unpack.DecodeAll(l.packed, l.plain[:0]); err != nil {
		return Hit{}, false, fmt.Errorf("%w: %w", errFrame, err)
	}
	var key []byte
	if key, l.sections, err = parseReport(l.plain, l.sections); err != nil {
		return Hit{}, false, err
	}
	i, ok := l.section()
	if !ok {
		return Hit{}, false, nil
	}
	s := l.sections[i]
	hit := Hit{Key: string(key), Year: l.x.yearOf(ordinal), Section: s.position, Title: string(s.title)}
	hit.Start, hit.End, hit.Snippet = l.snippet(s.text)
	return hit, true, nil
}

// section gives the first section in which the first word stands, if every word stands in some section.
func (l *looker) section() (first int, ok bool) {
	l.missing = l.missing[:0]
	for i := range l.words {
		l.missing = append(l.missing, i)
	}
	for i, s := range l.sections {
		l.folded, _ = fold(s.text, l.folded[:0], nil)
		l.missing = slices.DeleteFunc(l.missing, func(w int) bool {
			if !bytes.Contains(l.folded, l.words[w]) {
				return false
			}
			if w == 0 {
				first = i
			}
			return true
		})
		if len(l.missing) == 0 {
			return first, true
		}
	}
	return 0, false
}

const (
	runesBefore = 40
	runesAfter  = 80
)

// snippet gives the first place of the first word in a text and what stands around it.
func (l *looker) snippet(text []byte) (start, end int, pieces []Piece) {
	l.places = l.places[:0]
	l.folded, l.places = fold(text, l.folded[:0], &l.places)
	// place gives the bytes of the text that those of the folded text from i up to before j stand for.
	place := func(i, j int) (int, int) {
		last := int(l.places[j-1])
		_, size := utf8.DecodeRune(text[last:])
		return int(l.places[i]), last + size
	}
	i := bytes.Index(l.folded, l.words[0])
	start, end = place(i, i+len(l.words[0]))
	begin, stop := start, end
	for range runesBefore {
		r, size := utf8.DecodeLastRune(text[:begin])
		if size == 0 || r == '\n' {
			break
		}
		begin -= size
	}
	for range runesAfter {
		r, size := utf8.DecodeRune(text[stop:])
		if size == 0 || r == '\n' {
			break
		}
		stop += size
	}
	marked := make([]bool, stop-begin)
	for _, w := range l.words {
		for i := 0; ; {
			k := bytes.Index(l.folded[i:], w)
			if k < 0 {
				break
			}
			i += k
			from, to := place(i, i+len(w))
			if from >= stop {
				break
			}
			for b := max(from, begin); b < min(to, stop); b++ {
				marked[b-begin] = true
			}
			i += len(w)
		}
	}
	add := func(s string, hit bool) {
		if n := len(pieces); n > 0 && pieces[n-1].Hit == hit {
			pieces[n-1].Text += s
			return
		}
		pieces = append(pieces, Piece{s, hit})
	}
	if begin > 0 && text[begin-1] != '\n' {
		add("…", false)
	}
	for i := 0; i < len(marked); {
		k := i
		for k < len(marked) && marked[k] == marked[i] {
			k++
		}
		add(string(text[begin+i:begin+k]), marked[i])
		i = k
	}
	if stop < len(text) && text[stop] != '\n' {
		add("…", false)
	}
	return start, end, pieces
}
