package search

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
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

// An Index answers queries. It may be used from many goroutines.
type Index struct {
	years    []*yearFile // newest first
	identity string
	most     int // reports of the largest year
	unpack   *zstd.Decoder
	lookers  sync.Pool // their buffers are used again: without, 50 readers keep the garbage collector busy
	work     int       // workEach
}

// A yearFile is the open file of a year.
type yearFile struct {
	*os.File
	foot  footer
	start int      // number of its first report over all years
	heads []bigram // of every 64th entry of the table of bigrams
	few   filter
	out   set // reports that stand in a newer year too, where they are found; nil = none
	taken int // reports but those
}

// Open opens the index at path of a dataset; ErrOther where a year has no file there, or that of another dataset.
func Open(path string, d *output.Dataset) (*Index, error) {
	years, err := yearsOf(d)
	if err != nil {
		return nil, err
	}
	return open(path, years)
}

func open(path string, years []reportYear) (*Index, error) {
	x := &Index{identity: identityOf(years), work: workEach}
	x.lookers.New = func() any { return &looker{x: x} }
	if err := x.open(path, years); err != nil {
		x.Close()
		return nil, err
	}
	return x, nil
}

func (x *Index) open(path string, years []reportYear) (err error) {
	start := 0
	for _, y := range years {
		f, err := openYear(y.file(path), y.identity)
		if err != nil {
			return err
		}
		x.years = append(x.years, f)
		f.start = start
		start += f.foot.Reports
		x.most = max(x.most, f.foot.Reports)
	}
	if err := x.takeOnce(); err != nil {
		return err
	}
	x.unpack, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(32), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(256<<20))
	return err
}

var errDamaged = errors.New("not a whole index")

func openYear(path, id string) (y *yearFile, err error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrOther, err)
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
			err = fmt.Errorf("%s: %w", path, err)
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	end := info.Size() - int64(len(magic)) - 8
	if end < int64(len(magic)) {
		return nil, errDamaged
	}
	tail := make([]byte, 8+len(magic))
	if _, err := f.ReadAt(tail, end); err != nil {
		return nil, err
	}
	size := int64(binary.LittleEndian.Uint64(tail))
	if string(tail[8:]) != magic || size < 0 || size > end-int64(len(magic)) {
		return nil, errDamaged
	}
	b := make([]byte, size)
	if _, err := f.ReadAt(b, end-size); err != nil {
		return nil, err
	}
	y = &yearFile{File: f}
	foot := &y.foot
	if err := json.Unmarshal(b, foot); err != nil {
		return nil, errDamaged
	}
	if foot.Format != format || foot.Identity != id {
		return nil, ErrOther
	}
	if foot.Bigrams < 0 || foot.Reports < 0 || foot.end() != end-size {
		return nil, errDamaged
	}
	y.taken = foot.Reports
	b = make([]byte, foot.memory())
	if _, err := f.ReadAt(b, foot.headsAt()); err != nil {
		return nil, err
	}
	if crc32.Checksum(b, castagnoli) != foot.Sum {
		return nil, errDamaged
	}
	y.heads, y.few = make([]bigram, foot.heads()), newFilter(foot.Bigrams)
	for i := range y.heads {
		y.heads[i] = bigram(binary.LittleEndian.Uint64(b[i*headEntry:]))
	}
	b = b[len(y.heads)*headEntry:]
	for i := range y.few {
		y.few[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return y, nil
}

// takeOnce leaves what stands in several years to the newest of them. Each year has its file whatever the others hold, so
// that this is seen here: the tables of keys ascend, and are gone through side by side.
func (x *Index) takeOnce() error {
	var sides []*side
	for _, y := range x.years {
		s, err := y.keys()
		if err != nil {
			return err
		}
		sides = append(sides, s)
	}
	for {
		var least *side
		for _, s := range sides { // newest first
			if !s.over && (least == nil || bytes.Compare(s.at.sum[:], least.at.sum[:]) < 0) {
				least = s
			}
		}
		if least == nil {
			return nil
		}
		sum := least.at.sum
		for _, s := range sides {
			if s.over || s.at.sum != sum {
				continue
			}
			if s != least {
				if y := s.year; y.out == nil {
					y.out = newSet(y.foot.Reports)
				}
				s.year.out.fill(int(s.at.ordinal), int(s.at.ordinal)+1)
				s.year.taken--
			}
			if err := s.next(); err != nil {
				return err
			}
		}
	}
}

// A side is a table of keys on the way through it.
type side struct {
	year *yearFile
	r    *bufio.Reader
	left int
	over bool
	at   keyed
}

// keys begins with the first of the table.
func (y *yearFile) keys() (*side, error) {
	table := io.NewSectionReader(y, y.foot.keysAt(), int64(y.foot.Reports)*keyEntry)
	s := &side{year: y, left: y.foot.Reports, r: bufio.NewReaderSize(table, 1024*keyEntry)}
	return s, s.next()
}

func (s *side) next() error {
	if s.left == 0 {
		s.over = true
		return nil
	}
	first := s.left == s.year.foot.Reports
	s.left--
	var b [keyEntry]byte
	if _, err := io.ReadFull(s.r, b[:]); err != nil {
		return fmt.Errorf("%s: %w", s.year.Name(), err)
	}
	now := keyed{[keySum]byte(b[:keySum]), binary.LittleEndian.Uint32(b[keySum:])}
	if !first && bytes.Compare(s.at.sum[:], now.sum[:]) >= 0 || int64(now.ordinal) >= int64(s.year.foot.Reports) {
		return fmt.Errorf("%s: %w", s.year.Name(), errDamaged)
	}
	s.at = now
	return nil
}

// Close ends the use of the index.
func (x *Index) Close() error {
	if x.unpack != nil {
		x.unpack.Close()
	}
	var all []error
	for _, y := range x.years {
		all = append(all, y.Close())
	}
	return errors.Join(all...)
}

// Reports is how many reports have prose.
func (x *Index) Reports() (n int) {
	for _, y := range x.years {
		n += y.taken
	}
	return n
}

// A placed list is one in the file, not yet read.
type placed struct {
	bigram bigram
	at     int64
	size   int
}

// list says where the list of a bigram lies; false where no report has it.
func (y *yearFile) list(b bigram, buf *[every * dictEntry]byte) (l placed, ok bool, err error) {
	if !y.few.has(b) {
		return l, false, nil
	}
	k := sort.Search(len(y.heads), func(i int) bool { return y.heads[i] > b }) - 1
	if k < 0 {
		return l, false, nil
	}
	n := min(every, y.foot.Bigrams-k*every)
	page := buf[:n*dictEntry]
	if _, err := y.ReadAt(page, y.foot.DictAt+int64(k*every)*dictEntry); err != nil {
		return l, false, err
	}
	i := sort.Search(n, func(i int) bool { return bigram(binary.LittleEndian.Uint64(page[i*dictEntry:])) >= b })
	if i == n {
		return l, false, nil
	}
	entry := page[i*dictEntry:]
	if bigram(binary.LittleEndian.Uint64(entry)) != b {
		return l, false, nil
	}
	l = placed{b, int64(binary.LittleEndian.Uint64(entry[8:])), int(binary.LittleEndian.Uint32(entry[16:]))}
	if l.at < 0 || l.at+int64(l.size) > y.foot.DictAt {
		return l, false, errList
	}
	return l, true, nil
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
	look.words, look.bigrams = words, bigrams
	a := Answer{Exact: true}
	work := 0
	for _, y := range x.years {
		if q.Year != 0 && y.foot.Year != max(q.Year, 0) || from >= y.start+y.foot.Reports {
			continue
		}
		look.y = y
		found, err := look.candidates(ctx, q, max(0, from-y.start))
		if err != nil {
			return Answer{}, err
		}
		for i := found.next(0); i >= 0; i = found.next(i + 1) {
			full := len(a.Hits) == limit
			if full || a.Looked > 0 && work >= x.work {
				a.Exact = full
				a.After = x.identity[:8] + "." + strconv.Itoa(y.start+i)
				return a, nil
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
	}
	return a, nil
}

func (x *Index) from(after string) (int, error) {
	if after == "" {
		return 0, nil
	}
	of, number, _ := strings.Cut(after, ".")
	n, err := strconv.ParseUint(number, 10, 31)
	if err != nil || of != x.identity[:8] {
		return 0, ErrAfter
	}
	return int(n), nil
}

// candidates are the reports of the year, from one on, that the filters let through and that have all bigrams.
func (l *looker) candidates(ctx context.Context, q Query, from int) (set, error) {
	n := l.y.foot.Reports
	if l.found == nil {
		l.found, l.scratch = newSet(l.x.most), newSet(l.x.most)
	}
	found, scratch := l.found[:(n+63)/64], l.scratch[:(n+63)/64]
	clear(found)
	found.fill(from, n)
	for i, w := range l.y.out {
		found[i] &^= w
	}
	for _, f := range []struct {
		name  string
		lists map[string][]byte
	}{{q.Region, l.y.foot.Regions}, {q.Level, l.y.foot.Levels}} {
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
	if found.next(0) < 0 {
		return nil, nil
	}
	// All are looked up before one is read, in the year before this first what was rare here: most years have nothing of it.
	l.lists = l.lists[:0]
	for i, b := range l.bigrams {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, ok, err := l.y.list(b, &l.page)
		if err != nil {
			return nil, err
		}
		if !ok {
			copy(l.bigrams[1:], l.bigrams[:i])
			l.bigrams[0] = b
			return nil, nil
		}
		l.lists = append(l.lists, p)
	}
	slices.SortFunc(l.lists, func(a, b placed) int { return cmp.Compare(a.size, b.size) })
	for i, p := range l.lists {
		l.bigrams[i] = p.bigram
	}
	for _, p := range l.lists {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l.list = slices.Grow(l.list[:0], p.size)[:p.size]
		if _, err := l.y.ReadAt(l.list, p.at); err != nil {
			return nil, err
		}
		if err := found.keep(l.list, n, scratch); err != nil {
			return nil, err
		}
		if found.next(0) < 0 {
			return nil, nil
		}
	}
	return found, nil
}

// A looker looks into one report after another of a year for the same words.
type looker struct {
	x             *Index
	y             *yearFile
	words         [][]byte
	bigrams       []bigram // of the words, rare ones first
	found         set      // reports to look into
	scratch       set
	page          [every * dictEntry]byte
	lists         []placed
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
	if _, err := l.y.ReadAt(row[:], l.y.foot.rowsAt()+int64(ordinal)*rowEntry); err != nil {
		return Hit{}, false, err
	}
	at, size := int64(binary.LittleEndian.Uint64(row[:])), int(binary.LittleEndian.Uint32(row[8:]))
	if at < 0 || at+int64(size) > l.y.foot.DictAt {
		return Hit{}, false, errFrame
	}
	l.packed = slices.Grow(l.packed[:0], size)[:size]
	if _, err := l.y.ReadAt(l.packed, at); err != nil {
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
	hit := Hit{Key: string(key), Year: l.y.foot.Year, Section: s.position, Title: string(s.title)}
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
