package explore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/errgroup"

	"github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/normalize/form"
	_ "modernc.org/sqlite"
)

// A pack holds the reports of a large dataset ready to be served: the resource of each, compressed, and its numbers.
// A report is looked up in the tables in some milliseconds; in a pack in a tenth of one, which is what many readers
// at a time need. It is made in the background and can be thrown away.
type pack struct {
	db    *sql.DB
	one   *sql.Stmt
	nums  *sql.Stmt
	row   *sql.Stmt
	peer  *sql.Stmt
	who   *sql.Stmt
	doubt *sql.Stmt
}

// packPlace is where the pack of a dataset lies, by what it is made of: other files, another program, another pack.
func (e *Explorer) packPlace(dir string) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, "9", e.opts.Program, e.opts.Documents != nil)
	for i := range e.c.Documents { // where a document lies and when it was seen stands in its reports
		d := &e.c.Documents[i]
		fmt.Fprintf(h, "%s %q %q %q %d %d %d %d\n", d.ID, d.File, d.URL, d.Status, d.Pages, d.Seen, d.Superseded,
			d.Vanished)
	}
	for _, t := range []table{e.c.values, e.c.wide, e.c.facts, e.c.sections, e.c.terms, e.c.claims, e.c.findings,
		e.c.reuse, e.c.anomaly, e.c.series} {
		for _, year := range append([]int{0}, e.c.years...) {
			f := t[year]
			if f == nil {
				continue
			}
			info, err := os.Stat(f.File().Path)
			if err != nil {
				return "", err
			}
			fmt.Fprintln(h, filepath.Base(filepath.Dir(filepath.Dir(f.File().Path))), year, info.Size(),
				info.ModTime().UnixNano())
		}
	}
	folder, err := filepath.Abs(e.c.data.Dir())
	if err != nil {
		return "", err
	}
	of := sha256.Sum256([]byte(folder))
	return filepath.Join(dir, fmt.Sprintf("reports-%s-%s.sqlite", hex.EncodeToString(of[:6]),
		hex.EncodeToString(h.Sum(nil)[:10]))), nil
}

func openPack(path string, reports int) (*pack, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+
		"?mode=ro&immutable=1&_pragma=cache_size(-2000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	p := &pack{db: db}
	n := 0
	if err = db.QueryRow("SELECT count(*) FROM reports").Scan(&n); err == nil && n != reports {
		err = fmt.Errorf("%s: holds %d reports, not %d", path, n, reports)
	}
	for _, x := range []struct {
		to    **sql.Stmt
		query string
	}{{&p.one, "SELECT body FROM reports WHERE n = ?"}, {&p.nums, numbersQuery}, {&p.row, seriesQuery},
		{&p.peer, "SELECT body FROM peers WHERE name = ?"}, {&p.who, "SELECT body FROM bodies WHERE n = ?"},
		{&p.doubt, "SELECT cells FROM doubts WHERE year = ?"}} {
		if err == nil {
			*x.to, err = db.Prepare(x.query)
		}
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return p, nil
}

const (
	numbersQuery = "SELECT numbers FROM reports WHERE n = ?"
	seriesQuery  = "SELECT series FROM reports WHERE n = ?"
)

func (p *pack) close() error { return p.db.Close() }

// report gives the resource of a report, compressed with gzip.
func (p *pack) report(ctx context.Context, n int32) (body []byte, err error) {
	err = p.one.QueryRowContext(ctx, n).Scan(&body)
	return body, err
}

// peers gives the distribution of a cell or rate, compressed with gzip.
func (p *pack) peers(ctx context.Context, name string) (body []byte, err error) {
	err = p.peer.QueryRowContext(ctx, name).Scan(&body)
	return body, err
}

// body gives what is known of an authority, by its place in the catalog, compressed with gzip.
func (p *pack) body(ctx context.Context, n int32) (body []byte, err error) {
	err = p.who.QueryRowContext(ctx, n).Scan(&body)
	return body, err
}

// doubts gives the cells of a year of which something is told.
func (p *pack) doubts(year, cells int) (list []doubt, err error) {
	var b []byte
	if err := p.doubt.QueryRow(year).Scan(&b); err != nil {
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
func (p *pack) numbers(ctx context.Context, n int32, cells []form.Cell, each func(name string, f figure)) error {
	var b []byte
	if err := p.nums.QueryRowContext(ctx, n).Scan(&b); err != nil {
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
func (p *pack) linked(ctx context.Context, n int32) (rows []seriesRow, err error) {
	var b []byte
	if err := p.row.QueryRowContext(ctx, n).Scan(&b); err != nil {
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

// packed is a report on its way into the pack.
type packed struct {
	n                     int32
	body, numbers, series []byte
}

// makePack writes the pack beside its place and puts it there when it is whole. Packs of the same folder that are out
// of date are removed.
func (e *Explorer) makePack(ctx context.Context, path string, progress func(done int)) (err error) {
	// another process may be at the same
	folder, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+partial)
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	letGo, err := held.Take(folder)
	if err != nil {
		return err
	}
	defer letGo()
	temp := filepath.Join(folder, "pack")
	const fast = "?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-4000)"
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: temp}).EscapedPath()+fast)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	defer func() {
		if e := db.Close(); err == nil {
			err = e
		}
		if err == nil {
			err = os.Rename(temp, path)
		}
		if err == nil {
			removeOlder(path)
		}
	}()
	if _, err := db.ExecContext(ctx, "CREATE TABLE reports (n INTEGER PRIMARY KEY, body BLOB NOT NULL, numbers BLOB "+
		"NOT NULL, series BLOB NOT NULL) STRICT"); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	put, err := tx.PrepareContext(ctx, "INSERT INTO reports VALUES (?, ?, ?, ?)")
	if err != nil {
		return err
	}
	out := make(chan packed, 16)
	work, inner := errgroup.WithContext(ctx)
	work.SetLimit(2)
	ended := make(chan error, 1)
	go func() {
		defer close(out)
		for year, list := range e.c.OfYear {
			work.Go(func() error { return e.packYear(inner, year, list, out) })
		}
		ended <- work.Wait()
	}()
	done := 0
	var first error
	for x := range out {
		if first != nil {
			continue
		}
		if _, first = put.ExecContext(ctx, x.n, x.body, x.numbers, x.series); first == nil {
			done++
			progress(done)
		}
	}
	if err := errors.Join(<-ended, first); err != nil {
		return err
	}
	for _, rest := range []func(context.Context, *sql.Tx) error{e.packPeers, e.packDoubts, e.packBodies} {
		if err := rest(ctx, tx); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// packDoubts packs the doubts of each year.
func (e *Explorer) packDoubts(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, "CREATE TABLE doubts (year INTEGER PRIMARY KEY, cells BLOB NOT NULL) STRICT"); err != nil {
		return err
	}
	for year := range e.c.wide {
		list, err := e.doubtsOf(year)
		if err != nil {
			return err
		}
		b := []byte{}
		for _, d := range list {
			b = binary.LittleEndian.AppendUint32(b, uint32(d.row))
			b = append(binary.LittleEndian.AppendUint16(b, uint16(d.cell)), byte(d.told))
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO doubts VALUES (?, ?)", year, b); err != nil {
			return err
		}
	}
	return nil
}

// packBodies packs what is known of each authority, from the numbers of its reports that lie in the pack already.
func (e *Explorer) packBodies(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, "CREATE TABLE bodies (n INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT"); err != nil {
		return err
	}
	var p pack
	var put *sql.Stmt
	for _, x := range []struct {
		to    **sql.Stmt
		query string
	}{{&p.nums, numbersQuery}, {&p.row, seriesQuery}, {&put, "INSERT INTO bodies VALUES (?, ?)"}} {
		var err error
		if *x.to, err = tx.PrepareContext(ctx, x.query); err != nil {
			return err
		}
	}
	for i := range e.c.authorities {
		body, err := e.makeBody(ctx, &e.c.authorities[i], &p)
		if err != nil {
			return err
		}
		if _, err := put.ExecContext(ctx, i, squeezed(body)); err != nil {
			return err
		}
	}
	return nil
}

// packPeers packs the distribution of every cell and rate.
func (e *Explorer) packPeers(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, "CREATE TABLE peers (name TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT "+
		"ROWID"); err != nil {
		return err
	}
	var names []string
	for i := range e.cells {
		names = append(names, e.cells[i].Name)
	}
	for i := range e.rates {
		names = append(names, e.rates[i].Name)
	}
	for _, name := range names {
		body, err := e.makePeers(name)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO peers VALUES (?, ?)", name, squeezed(body)); err != nil {
			return err
		}
	}
	return nil
}

// packYear packs the reports of one year, in the order of their rows.
func (e *Explorer) packYear(ctx context.Context, year int, list []int32, out chan<- packed) error {
	var st streams
	defer st.close()
	c := e.c
	if err := st.begin(c, year); err != nil {
		return err
	}
	for _, n := range list {
		r, err := e.makeReport(n, &st)
		if err != nil {
			return err
		}
		body, err := marshal(r)
		if err != nil {
			return err
		}
		x := packed{n: n, body: squeezed(body)}
		for name, v := range r.Values {
			if v.number == nil {
				continue
			}
			told := toldOf(v.State, v.Verdict)
			if at, ok := e.ordinal[name]; ok {
				x.numbers = binary.AppendUvarint(x.numbers, uint64(4*int(at)+told))
			} else {
				x.numbers = binary.AppendUvarint(x.numbers, uint64(4*len(e.cells)+told))
				x.numbers = append(binary.AppendUvarint(x.numbers, uint64(len(name))), name...)
			}
			x.numbers = binary.AppendVarint(x.numbers, *v.number)
		}
		if x.numbers == nil {
			x.numbers = []byte{}
		}
		rows, err := e.seriesRows(n, &st)
		if err != nil {
			return err
		}
		if body, err = json.Marshal(rows); err != nil {
			return err
		}
		x.series = packer().EncodeAll(body, nil)
		select {
		case out <- x:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// partial stands in the name of a folder in which a pack is being made, before what tells it from others.
const partial = ".partial-"

// removeOlder removes the packs of the same folder that are not this one, and what those left half made that were killed.
func removeOlder(path string) {
	head := strings.Join(strings.Split(filepath.Base(path), "-")[:2], "-")
	old, err := filepath.Glob(filepath.Join(filepath.Dir(path), head+"-*.sqlite"))
	if err != nil {
		return // the pattern is ours
	}
	for _, f := range old {
		if f != path {
			os.Remove(f) // it is only in the way
		}
	}
	for _, f := range held.Leftovers(filepath.Join(filepath.Dir(path), "."+head+"-*"+partial+"*")) {
		os.RemoveAll(f)
	}
}

// openPack opens the pack of a large dataset, or begins to make it.
func (e *Explorer) openPack(ctx context.Context) {
	if e.opts.Static || e.opts.Index == "" || len(e.c.Reports) < e.opts.PackFrom {
		e.packing = state{State: "absent"}
		return
	}
	place, err := e.packPlace(e.opts.Index)
	if err != nil {
		e.packing = state{State: "failed", Message: err.Error()}
		return
	}
	if p, err := openPack(place, len(e.c.Reports)); err == nil {
		e.pack, e.packing = p, state{State: "ready", Done: len(e.c.Reports), Total: len(e.c.Reports)}
		e.work.Go(e.warm)
		return
	}
	e.packing = state{State: "building", Total: len(e.c.Reports)}
	e.work.Go(func() {
		if e.buildPack(ctx, place) {
			e.warm()
		}
	})
}

// buildPack makes the pack and opens it.
func (e *Explorer) buildPack(ctx context.Context, place string) bool {
	e.searched.Wait() // one after the other: readers want to be answered meanwhile
	e.looked.Wait()   // reports tell their anomalies
	err := os.MkdirAll(filepath.Dir(place), 0o755)
	if _, s := e.states(); err == nil && s.State == "failed" {
		err = errors.New("without anomalies, which could not be looked for, they would be kept for whole")
	}
	if err == nil {
		err = e.makePack(ctx, place, func(done int) {
			e.mu.Lock()
			e.packing.Done = done
			e.mu.Unlock()
		})
	}
	var p *pack
	if err == nil {
		p, err = openPack(place, len(e.c.Reports))
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

// ready gives the pack, nil while there is none.
func (e *Explorer) ready() *pack {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.pack
}
