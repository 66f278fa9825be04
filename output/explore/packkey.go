package explore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/parquet-go/parquet-go"
	"golang.org/x/sync/errgroup"

	"github.com/gongkai/gongkai/output/tables"
)

// The files of a pack are named by what they are made of, as far as it says what is in them, so that one stays as long as it
// would come out the same. Of a year that is the bytes of the year's own tables, and of each report what it has from
// elsewhere (beginReport, and whose report another is that it repeats): documents, anomalies and bodies of the whole dataset.
// Of the file over all years it is the names of these, and what is said of each body beside its numbers (beginBody).

// packForm is the number of the form of a pack; another number is another name.
const packForm = "10"

// packNames are the files of a pack.
type packNames struct {
	years map[int]string
	all   string
}

// A keying gathers what a file is named by.
type keying struct {
	hash.Hash
	enc *json.Encoder
}

// keying begins with what all files of a pack depend on.
func (e *Explorer) keying(what ...any) *keying {
	k := &keying{Hash: sha256.New()}
	k.enc = json.NewEncoder(k)
	k.add(packForm, e.opts.Program, e.opts.Documents != nil, what)
	return k
}

// add adds values as JSON, each on a line: nothing of a resource that is made of them can be forgotten.
func (k *keying) add(values ...any) error {
	for _, v := range values {
		if err := k.enc.Encode(v); err != nil {
			return err
		}
	}
	return nil
}

func (k *keying) String() string { return hex.EncodeToString(k.Sum(nil)[:10]) }

// packHead begins the names of all packs of the dataset's folder.
func (e *Explorer) packHead() (string, error) {
	folder, err := filepath.Abs(e.c.data.Dir())
	if err != nil {
		return "", err
	}
	of := sha256.Sum256([]byte(folder))
	return "reports-" + hex.EncodeToString(of[:6]) + "-", nil
}

// namePack names the files of the pack. The anomalies must be there.
func (e *Explorer) namePack(ctx context.Context) (*packNames, error) {
	head, err := e.packHead()
	if err != nil {
		return nil, err
	}
	years := e.packYears()
	keys := make([]string, len(years))
	work, inner := errgroup.WithContext(ctx)
	work.SetLimit(2)
	for i, year := range years {
		work.Go(func() (err error) {
			keys[i], err = e.yearKey(inner, year)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	all, err := e.allKey(ctx, keys)
	out := &packNames{map[int]string{}, head + "all-" + all + packSuffix}
	for i, year := range years {
		out.years[year] = head + strconv.Itoa(year) + "-" + keys[i] + packSuffix
	}
	return out, err
}

const packSuffix = ".pack"

// packYears are the years of which there is a file: those of reports, with 0 for the year that is not known.
func (e *Explorer) packYears() []int { return slices.Sorted(maps.Keys(e.c.OfYear)) }

// yearKey tells what the packed reports of a year are made of.
func (e *Explorer) yearKey(ctx context.Context, year int) (string, error) {
	c := e.c
	k := e.keying("year", year)
	for _, t := range []table{c.facts, c.values, c.findings, c.sections, c.terms, c.claims, c.reuse, c.series, c.wide} {
		f := t[year]
		if f == nil {
			fmt.Fprintln(k, "none")
			continue
		}
		sum := sha256.New()
		if _, err := io.Copy(sum, f.Content()); err != nil {
			return "", fmt.Errorf("%s: %w", f.File().Path, err)
		}
		fmt.Fprintf(k, "%x\n", sum.Sum(nil))
	}
	for _, n := range c.OfYear[year] {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		r := &c.Reports[n]
		if err := k.add(e.beginReport(n)); err != nil {
			return "", err
		}
		// where its rows are: of the same bytes at several places only one report has those of some tables
		fmt.Fprintln(k, r.Row, r.First, r.Cells, r.Copies, c.rows[n])
	}
	if err := e.keyReuse(k, year); err != nil {
		return "", err
	}
	return k.String(), nil
}

// keyReuse adds whose reports those are that reports of a year repeat.
func (e *Explorer) keyReuse(k *keying, year int) error {
	f := e.c.reuse[year]
	if f == nil {
		return nil
	}
	part := make([]int32, f.NumRows())
	if err := f.Column("other_part", func(row int64, v parquet.Value) { part[row] = v.Int32() }); err != nil {
		return err
	}
	return f.Column("other_document", func(row int64, v parquet.Value) {
		fmt.Fprintln(k, str(e.authorityOf(string(v.ByteArray()), part[row])))
	})
}

// allKey tells what is over all years: the files of the years, the bodies, and the order of the anomalies.
func (e *Explorer) allKey(ctx context.Context, years []string) (string, error) {
	k := e.keying("all", years)
	for i := range e.c.authorities {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		a := &e.c.authorities[i]
		if err := k.add(e.beginBody(a)); err != nil {
			return "", err
		}
		for _, n := range a.Standing {
			fmt.Fprintln(k, e.c.Reports[n].Year, e.c.Reports[n].Row)
		}
	}
	if o := e.odd(); o != nil {
		for i := range o.rows {
			fmt.Fprintln(k, o.rows[i].ID)
		}
	}
	return k.String(), nil
}

// datasetState tells a dataset as it lies from any other state of its folder, by the names, sizes and times of its files.
func datasetState(dir string) (string, error) {
	h := sha256.New()
	root := os.DirFS(dir)
	files, err := fs.Glob(root, "*/year=*/*.parquet")
	if err != nil {
		return "", err
	}
	for _, f := range append(files, tables.ManifestName) {
		info, err := fs.Stat(root, f)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%q %d %d\n", f, info.Size(), info.ModTime().UnixNano())
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// listPlace is where it is noted which files the pack of the dataset has, as long as nothing of it is written anew: to
// name them, all of it would have to be looked at. "" = the dataset is not the one any more that was opened.
func (e *Explorer) listPlace(head string) string {
	now, err := datasetState(e.c.data.Dir())
	if err != nil || now != e.opened {
		return ""
	}
	// anomalies that are looked for are those of the dataset, but not everybody looks
	k := e.keying("list", now, len(e.c.anomaly) > 0 || len(e.c.Reports) <= e.opts.FindUpTo)
	return filepath.Join(e.opts.Index, head+k.String()+listSuffix)
}

const listSuffix = ".list"

// jsonPackList is what a list of packs holds.
type jsonPackList struct {
	Years map[int]string `json:"years"`
	All   string         `json:"all"`
}

func readPackList(path string) (*packNames, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var x jsonPackList
	if err := json.Unmarshal(b, &x); err != nil {
		return nil, err
	}
	return &packNames{x.Years, x.All}, nil
}
