package search

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	folders "github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/output"
)

// format is the number of the form of both indexes; another number is another identity.
const format = 1

// An index file is: magic; of each report a zstd frame of its texts; the lists; the table of bigrams (dictEntry bytes
// each: bigram, place and length of its list); the table of reports (rowEntry bytes each: place and length of its
// frame); a JSON footer; the length of the footer in 8 bytes; magic. Numbers are little-endian.
const (
	magic     = "gongkai search\n\x00"
	dictEntry = 8 + 8 + 4
	rowEntry  = 8 + 4
)

type footer struct {
	Format   int               `json:"format"`
	Identity string            `json:"identity"`
	Reports  int               `json:"reports"`
	Bigrams  int               `json:"bigrams"`
	DictAt   int64             `json:"dict_at"`
	RowsAt   int64             `json:"rows_at"`
	Years    [][2]int          `json:"years"`
	Regions  map[string][]byte `json:"regions"`
	Levels   map[string][]byte `json:"levels"`
}

// Place is the name under which the index of a dataset belongs into a folder of caches. It changes when the dataset's
// reports do; what is added beside them (anomalies) changes nothing.
func Place(cacheDir string, d *output.Dataset) (string, error) {
	id, err := identity(d)
	if err != nil {
		return "", err
	}
	dir, err := filepath.Abs(d.Dir())
	if err != nil {
		return "", err
	}
	of := sha256.Sum256([]byte(dir))
	return filepath.Join(cacheDir, prefix+hex.EncodeToString(of[:6])+"-"+id+suffix), nil
}

const (
	prefix = "search-"
	suffix = ".index"
)

// identity is 16 hex digits of what a dataset's reports and sections are: names, sizes and footers (sums of what the
// columns hold) of their files.
func identity(d *output.Dataset) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%d %s\n", format, d.Version)
	for _, table := range []string{"reports", "sections"} {
		files, err := d.Files(table)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", table, d.Rows[table])
		for _, f := range files {
			if err := identify(h, d.Dir(), f.Path); err != nil {
				return "", fmt.Errorf("%s: %w", f.Path, err)
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

func identify(h io.Writer, dir, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		return err
	}
	fmt.Fprintf(h, "%s %d\n", filepath.ToSlash(rel), info.Size())
	// A Parquet file ends with its footer, the footer's length in 4 bytes and "PAR1".
	var tail [8]byte
	if info.Size() < int64(len(tail)) {
		return errors.New("no Parquet file")
	}
	if _, err := f.ReadAt(tail[:], info.Size()-int64(len(tail))); err != nil {
		return err
	}
	size := min(int64(binary.LittleEndian.Uint32(tail[:])), info.Size()-int64(len(tail)))
	_, err = io.Copy(h, io.NewSectionReader(f, info.Size()-int64(len(tail))-size, size))
	return err
}

// Build writes the index of a dataset to path and removes those of the same folder's earlier datasets beside it.
// Until it is finished nothing lies at path. Memory is bounded. progress may be nil; its numbers are reports.
func Build(ctx context.Context, d *output.Dataset, path string, progress func(done, total int)) error {
	id, err := identity(d)
	if err != nil {
		return err
	}
	return build(ctx, path, id, held, func(g *gathering, keep func(*report) error) error {
		return g.read(ctx, d,
			progress, keep)
	})
}

// build makes an index of what read hands over.
func build(ctx context.Context, path, id string, held int, read func(*gathering, func(*report) error) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	removeOld(path)
	temp, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+partial)
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	letGo, err := folders.Take(temp)
	if err != nil {
		return err
	}
	defer letGo()
	g, err := newGathering(temp)
	if err != nil {
		return err
	}
	defer g.close()
	g.held = held
	name := filepath.Join(temp, "index")
	if err := writeIndex(ctx, name, id, g, read); err != nil {
		return err
	}
	if err := os.Rename(name, path); err != nil {
		return err
	}
	removeOld(path)
	return nil
}

const partial = ".partial-"

// removeOld removes the indexes of the same folder's earlier datasets and what builds that were killed left.
func removeOld(path string) {
	base := filepath.Base(path)
	of, _, ok := strings.Cut(strings.TrimPrefix(base, prefix), "-")
	if !ok || !strings.HasPrefix(base, prefix) || !strings.HasSuffix(base, suffix) {
		return
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return
	}
	built := false
	if _, err := os.Stat(path); err == nil {
		built = true
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasPrefix(name, prefix+of+"-") && strings.HasSuffix(name, suffix) && name != base && built:
		case strings.HasPrefix(name, "."+prefix+of+"-") && strings.Contains(name, suffix+partial):
			if !folders.Free(filepath.Join(filepath.Dir(path), name)) {
				continue // another process is at it
			}
		default:
			continue
		}
		os.RemoveAll(filepath.Join(filepath.Dir(path), name)) // one that cannot be removed only takes up space
	}
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

func writeIndex(ctx context.Context, name, id string, g *gathering,
	read func(*gathering, func(*report) error) error) error {
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
	if err := read(g, func(r *report) error {
		plain = appendReport(plain[:0], r)
		packed = packer.EncodeAll(plain, packed[:0])
		rows = binary.LittleEndian.AppendUint64(rows, uint64(w.at))
		rows = binary.LittleEndian.AppendUint32(rows, uint32(len(packed)))
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
	foot := footer{Format: format, Identity: id, Reports: g.reports, Years: g.years, Regions: map[string][]byte{},
		Levels: map[string][]byte{}}
	words := bufio.NewWriterSize(dict, 64<<10)
	var entry []byte
	if err := g.merge(ctx, func(b bigram, list []byte) error {
		foot.Bigrams++
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
	n, err := io.Copy(w.Writer, dict)
	if err != nil {
		return err
	}
	w.at += n
	foot.RowsAt = w.at
	if _, err := w.Write(rows); err != nil {
		return err
	}
	for name, list := range g.regions {
		foot.Regions[name] = encodeList(nil, list, g.reports)
	}
	for name, list := range g.levels {
		foot.Levels[name] = encodeList(nil, list, g.reports)
	}
	last, err := json.Marshal(foot)
	if err != nil {
		return err
	}
	last = binary.LittleEndian.AppendUint64(last, uint64(len(last)))
	if _, err := w.Write(append(last, magic...)); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
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
