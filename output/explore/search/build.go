package search

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/klauspost/compress/zstd"

	folders "github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/output"
)

// format is the number of the form of the files; another number is another identity.
const format = 2

// A file of the index holds the reports of a year, numbered from 0. It is: magic; of each report a zstd frame of its
// texts; the lists; the table of bigrams (dictEntry bytes each: bigram, place and length of its list); the table of
// reports (rowEntry bytes each: place and length of its frame); the table of keys (keyEntry bytes each, ascending: the
// first half of the key's SHA-256, number of the report), of which Open sees what stands in several years; of every
// 64th entry of the table of bigrams the bigram; the filter of bigrams; a JSON footer; the length of the footer in 8
// bytes; magic. Numbers are little-endian.
const (
	magic     = "gongkai search\n\x00"
	dictEntry = 8 + 8 + 4
	rowEntry  = 8 + 4
	keyEntry  = keySum + 4
	keySum    = sha256.Size / 2
	every     = 64
	headEntry = 8
)

type footer struct {
	Format   int               `json:"format"`
	Identity string            `json:"identity"`
	Year     int               `json:"year"`
	Reports  int               `json:"reports"`
	Bigrams  int               `json:"bigrams"`
	DictAt   int64             `json:"dict_at"`
	Sum      uint32            `json:"sum"` // CRC-32 of what is held in memory: heads and filter
	Regions  map[string][]byte `json:"regions"`
	Levels   map[string][]byte `json:"levels"`
}

func (f *footer) rowsAt() int64  { return f.DictAt + int64(f.Bigrams)*dictEntry }
func (f *footer) keysAt() int64  { return f.rowsAt() + int64(f.Reports)*rowEntry }
func (f *footer) headsAt() int64 { return f.keysAt() + int64(f.Reports)*keyEntry }
func (f *footer) heads() int     { return (f.Bigrams + every - 1) / every }
func (f *footer) memory() int64 {
	return int64(f.heads())*headEntry + 8*filterWords(int64(f.Bigrams))
}
func (f *footer) end() int64 { return f.headsAt() + f.memory() }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errReplaced = errors.New("the dataset was replaced while the index of its search was made")

// Build makes the index of a dataset at path: the files of the years that have none, or no whole one. Then it removes the
// files of the same folder's earlier datasets. A file lies there once it is finished; those of a build that is broken
// off are not made again by the next. Memory is bounded. progress may be nil; its numbers are reports of the years that
// are made.
func Build(ctx context.Context, d *output.Dataset, path string, progress func(done, total int)) error {
	return build(ctx, d, path, held, progress)
}

func build(ctx context.Context, d *output.Dataset, path string, held int, progress func(done, total int)) error {
	years, err := yearsOf(d)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	removePartial(path)
	p := progressing{tell: progress}
	var missing []reportYear
	for _, y := range years {
		if y.made(path) {
			continue
		}
		if err := y.count(); err != nil {
			return err
		}
		missing = append(missing, y)
		p.total += y.rows
	}
	for _, y := range missing {
		if !y.made(path) { // another process may have been at the same
			if err := buildYear(ctx, d, path, held, y, &p); err != nil {
				return err
			}
		}
		p.through(y)
	}
	if now, err := yearsOf(d); err != nil || identityOf(now) != identityOf(years) {
		return errors.Join(errReplaced, err)
	}
	removePartial(path)
	removeOld(path, years)
	return nil
}

// made reports whether the file of the year is there and whole.
func (y *reportYear) made(path string) bool {
	f, err := openYear(y.file(path), y.identity)
	if err != nil {
		return false
	}
	defer f.Close()
	s, err := f.keys()
	for err == nil && !s.over {
		err = s.next()
	}
	return err == nil
}

// progressing counts reports.
type progressing struct {
	done, total int
	before      int // reports of the years that are through
	tell        func(done, total int)
}

func (p *progressing) say() {
	if p.tell != nil {
		p.tell(min(p.done, p.total), p.total)
	}
}

func (p *progressing) one() {
	if p.done++; p.done%500 == 0 {
		p.say()
	}
}

// through counts those of a year that have no prose.
func (p *progressing) through(y reportYear) {
	p.before += y.rows
	p.done = p.before
	p.say()
}

func buildYear(ctx context.Context, d *output.Dataset, path string, held int, y reportYear, p *progressing) error {
	place := y.file(path)
	temp, letGo, err := folders.Make(filepath.Dir(place), "."+filepath.Base(place)+partial)
	if err != nil {
		return err
	}
	defer letGo()
	defer os.RemoveAll(temp)
	g, err := newGathering(temp)
	if err != nil {
		return err
	}
	defer g.close()
	g.held = held
	name := filepath.Join(temp, "index")
	if err := writeYear(ctx, name, g, y, p); err != nil {
		return err
	}
	// What was read is what the name says only if it still lies there.
	now, err := yearsOf(d)
	if err != nil || !slices.ContainsFunc(now, func(n reportYear) bool { return n.file(path) == place }) {
		return errors.Join(errReplaced, err)
	}
	return os.Rename(name, place)
}

// A counter writes and knows where it is.
type counter struct {
	*bufio.Writer
	at int64
}

func (c *counter) Write(b []byte) (int, error) {
	c.at += int64(len(b))
	return c.Writer.Write(b)
}

func writeYear(ctx context.Context, name string, g *gathering, y reportYear, p *progressing) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := &counter{Writer: bufio.NewWriterSize(f, 256<<10)}
	if _, err := w.Write([]byte(magic)); err != nil {
		return err
	}
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault),
		zstd.WithWindowSize(1<<20))
	if err != nil {
		return err
	}
	defer packer.Close()
	var rows, plain, packed []byte
	var keys []keyed
	if err := g.readYear(ctx, y, map[string]bool{}, p, func(r *report) error {
		plain = appendReport(plain[:0], r)
		packed = packer.EncodeAll(plain, packed[:0])
		rows = binary.LittleEndian.AppendUint64(rows, uint64(w.at))
		rows = binary.LittleEndian.AppendUint32(rows, uint32(len(packed)))
		keys = append(keys, keyed{sumOf(r.key), uint32(len(keys))})
		_, err := w.Write(packed)
		return err
	}); err != nil {
		return err
	}
	dict, err := os.Create(name + ".dict")
	if err != nil {
		return err
	}
	defer dict.Close()
	foot := footer{Format: format, Identity: y.identity, Year: y.year, Reports: g.reports, Regions: map[string][]byte{},
		Levels: map[string][]byte{}}
	words := bufio.NewWriterSize(dict, 64<<10)
	var entry, heads []byte
	var bigrams []bigram
	if err := g.merge(ctx, func(b bigram, list []byte) error {
		if foot.Bigrams%every == 0 {
			heads = binary.LittleEndian.AppendUint64(heads, uint64(b))
		}
		foot.Bigrams++
		bigrams = append(bigrams, b)
		entry = binary.LittleEndian.AppendUint64(entry[:0], uint64(b))
		entry = binary.LittleEndian.AppendUint64(entry, uint64(w.at))
		entry = binary.LittleEndian.AppendUint32(entry, uint32(len(list)))
		if _, err := words.Write(entry); err != nil {
			return err
		}
		_, err := w.Write(list)
		return err
	}); err != nil {
		return err
	}
	if err := words.Flush(); err != nil {
		return err
	}
	if _, err := dict.Seek(0, io.SeekStart); err != nil {
		return err
	}
	foot.DictAt = w.at
	if _, err := io.Copy(w.Writer, dict); err != nil {
		return err
	}
	for name, list := range g.regions {
		foot.Regions[name] = encodeList(nil, list, g.reports)
	}
	for name, list := range g.levels {
		foot.Levels[name] = encodeList(nil, list, g.reports)
	}
	few := newFilter(len(bigrams))
	for _, b := range bigrams {
		few.add(b)
	}
	memory := heads
	for _, w := range few {
		memory = binary.LittleEndian.AppendUint64(memory, w)
	}
	foot.Sum = crc32.Checksum(memory, castagnoli)
	last, err := json.Marshal(foot)
	if err != nil {
		return err
	}
	size := binary.LittleEndian.AppendUint64(nil, uint64(len(last)))
	for _, b := range [][]byte{rows, appendKeys(nil, keys), memory, last, size, []byte(magic)} {
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil { // it is kept for long, and its lists have no sums
		return err
	}
	return f.Close()
}

// A keyed report is one in the table of keys.
type keyed struct {
	sum     [keySum]byte
	ordinal uint32
}

// sumOf stands for a key: nobody finds two of one sum.
func sumOf(key string) [keySum]byte {
	sum := sha256.Sum256([]byte(key))
	return [keySum]byte(sum[:keySum])
}

func appendKeys(dst []byte, keys []keyed) []byte {
	slices.SortFunc(keys, func(a, b keyed) int { return bytes.Compare(a.sum[:], b.sum[:]) })
	for _, k := range keys {
		dst = binary.LittleEndian.AppendUint32(append(dst, k.sum[:]...), k.ordinal)
	}
	return dst
}

// appendReport appends what a report's frame holds: its key, the number of its sections, of each its position, title
// and text; strings with their length before them.
func appendReport(dst []byte, r *report) []byte {
	str := func(s []byte) {
		dst = binary.AppendUvarint(dst, uint64(len(s)))
		dst = append(dst, s...)
	}
	str([]byte(r.key))
	dst = binary.AppendUvarint(dst, uint64(len(r.sections)))
	for _, s := range r.sections {
		dst = binary.AppendUvarint(dst, uint64(s.position))
		str(s.title)
		str(s.text)
	}
	return dst
}

var errFrame = errors.New("a report is damaged")

// parseReport reads what appendReport wrote into sections, which are parts of b.
func parseReport(b []byte, sections []section) (key []byte, _ []section, err error) {
	number := func() uint64 {
		v, size := binary.Uvarint(b)
		if size <= 0 {
			err = errFrame
			return 0
		}
		b = b[size:]
		return v
	}
	str := func() []byte {
		n := number()
		if n > uint64(len(b)) {
			err = errFrame
			return nil
		}
		s := b[:n]
		b = b[n:]
		return s
	}
	key = str()
	sections = sections[:0]
	for n := number(); n > 0 && err == nil; n-- {
		sections = append(sections, section{int(number()), str(), str()})
	}
	if len(b) > 0 {
		err = errFrame
	}
	return key, sections, err
}
