// Package sample draws cells of a dataset for people to code by hand, and holds what they coded against it.
//
// The sheet is blind: it says where to look and what for, and nothing of what was read. It is stratified by format,
// table of the form and what the cell says, each stratum with its share of the sample, so that the whole is as a simple
// draw, only more even. What a cell means, and how it was read, it does not know.
package sample

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
)

// Columns of a sheet. The last four are for who codes: state is number, blank, mark, text or absent, and may be left out
// where there is a number.
var head = []string{"id", "document", "part", "file", "url", "agency", "year", "name", "row", "column", "unit", "coded_state",
	"coded_number", "coder", "note"}

// A stratum is what cells have in common.
type stratum struct{ format, table, says string }

// A cell is a value as the sample sees it.
type cell struct {
	Document string `parquet:"document"`
	Part     int32  `parquet:"part"`
	Name     string `parquet:"name"`
	Number   *int64 `parquet:"number,optional,decimal(6:18)"`
	Unit     string `parquet:"unit"`
	State    string `parquet:"state"`
	Standing bool   `parquet:"standing"`
}

type key struct {
	document string
	part     int32
	name     string
}

func (c *cell) stratum(media map[string]string) stratum {
	table, _, _ := strings.Cut(c.Name, ".")
	says := c.State
	if c.State == "number" && c.Number != nil {
		if says = "number"; *c.Number == 0 {
			says = "zero"
		}
	}
	return stratum{media[c.Document], table, says}
}

// Draw writes a sheet of n cells of the standing reports; fewer where there are not so many. The same dataset, n and
// seed give the same sheet. It is CSV; excel makes it one that Excel opens. It says how many were drawn of how many.
func Draw(ctx context.Context, d *output.Dataset, forms *form.Forms, n int, seed uint64, w io.Writer, excel bool) (drawn, of int64,
	err error) {
	if n < 1 {
		return 0, 0, errors.New("a sample of no cells")
	}
	media, err := formats(ctx, d)
	if err != nil {
		return 0, 0, err
	}
	sizes := map[stratum]int64{}
	err = output.Select(d, "values", func(_ int, c cell) error {
		if c.Standing {
			sizes[c.stratum(media)]++
			of++
		}
		return ctx.Err()
	})
	if err != nil {
		return 0, 0, err
	}
	if of == 0 {
		return 0, 0, fmt.Errorf("%s: no value of a standing report to draw from", d.Dir())
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	chosen := choose(shares(sizes, int64(n), of), sizes, rng)
	seen, list := map[stratum]int64{}, []drawnCell(nil)
	err = output.Select(d, "values", func(year int, c cell) error {
		if !c.Standing {
			return ctx.Err()
		}
		s := c.stratum(media)
		if chosen[s][seen[s]] {
			list = append(list, drawnCell{c, year})
		}
		seen[s]++
		return ctx.Err()
	})
	if err != nil {
		return 0, 0, err
	}
	// the order says nothing of the strata either
	rng.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
	return int64(len(list)), of, writeSheet(ctx, d, forms, list, w, excel)
}

type drawnCell struct {
	cell
	year int
}

// formats gives the media type of each document.
func formats(ctx context.Context, d *output.Dataset) (map[string]string, error) {
	out := map[string]string{}
	err := d.Documents(func(_ int, r output.DocumentRow) error {
		if r.MediaType != nil {
			out[r.Document] = strings.Clone(*r.MediaType)
		}
		return ctx.Err()
	})
	return out, err
}

// shares gives each stratum its part of n by largest remainders.
func shares(sizes map[stratum]int64, n, all int64) map[stratum]int64 {
	n = min(n, all)
	out, left := map[stratum]int64{}, n
	keys := slices.SortedFunc(maps.Keys(sizes), compareStrata)
	for _, s := range keys {
		out[s] = sizes[s] * n / all
		left -= out[s]
	}
	slices.SortStableFunc(keys, func(a, b stratum) int { return cmp.Compare(sizes[b]*n%all, sizes[a]*n%all) })
	for _, s := range keys[:left] {
		out[s]++
	}
	return out
}

func compareStrata(a, b stratum) int {
	return cmp.Or(strings.Compare(a.format, b.format), strings.Compare(a.table, b.table), strings.Compare(a.says, b.says))
}

// choose takes of each stratum so many at random, without any twice (Floyd, in Bentley, CACM 30, 1987).
func choose(share, sizes map[stratum]int64, rng *rand.Rand) map[stratum]map[int64]bool {
	out := map[stratum]map[int64]bool{}
	for _, s := range slices.SortedFunc(maps.Keys(share), compareStrata) {
		out[s] = map[int64]bool{}
		for top := sizes[s] - share[s]; top < sizes[s]; top++ {
			if k := rng.Int64N(top + 1); !out[s][k] {
				out[s][k] = true
			} else {
				out[s][top] = true
			}
		}
	}
	return out
}

func writeSheet(ctx context.Context, d *output.Dataset, forms *form.Forms, list []drawnCell, w io.Writer, excel bool) error {
	type report struct {
		Document string  `parquet:"document"`
		Part     int32   `parquet:"part"`
		Agency   *string `parquet:"agency,optional"`
	}
	type document struct {
		Document string  `parquet:"document"`
		File     string  `parquet:"file"`
		URL      *string `parquet:"url,optional"`
	}
	agencies, files := map[key]string{}, map[string][2]string{}
	for _, c := range list {
		agencies[key{c.Document, c.Part, ""}], files[c.Document] = "", [2]string{}
	}
	err := output.Select(d, "reports", func(_ int, r report) error {
		k := key{r.Document, r.Part, ""}
		if _, ok := agencies[k]; ok && r.Agency != nil {
			agencies[k] = *r.Agency
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	err = output.Select(d, "documents", func(_ int, r document) error {
		if _, ok := files[r.Document]; ok {
			x := [2]string{r.File, ""}
			if r.URL != nil {
				x[1] = *r.URL
			}
			files[r.Document] = x
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	labels := map[string][2]string{}
	for _, c := range forms.Cells() {
		labels[c.Name] = [2]string{c.RowLabel, c.ColumnLabel}
	}
	columns := make([]listing.Column, len(head))
	for i, key := range head {
		columns[i].Key = key
	}
	out, err := listing.Open(w, listing.Options{Format: "csv", Excel: excel}, columns...)
	if err != nil {
		return err
	}
	for i, c := range list {
		f, l := files[c.Document], labels[c.Name]
		row := make([]any, len(head)) // what is to be filled in is empty
		for k, text := range []string{strconv.Itoa(i + 1), c.Document, strconv.Itoa(int(c.Part)), f[0], f[1],
			agencies[key{c.Document, c.Part, ""}], strconv.Itoa(c.year), c.Name, l[0], l[1], c.Unit} {
			if text != "" {
				row[k] = text
			}
		}
		if err := out.Add(row...); err != nil {
			return err
		}
	}
	return out.Close()
}

// A Score is what a sheet that was coded says of a dataset.
type Score struct {
	Coded, Left int // cells coded, and left open
	// Equal says the same as the dataset: the same kind of cell, and the same number.
	Equal int
	// Silent are the others of which the dataset has no doubt: no finding of severity warning or error on the cell, its
	// row, its table or its report.
	Silent     int
	SameState  int     // what the cell says, whatever the number
	Kappa      float64 // Cohen's, of all that was coded: kinds and numbers
	StateKappa float64 // of what the cells say alone
	// UpperError and UpperSilent are one-sided 95 % upper bounds of the share of cells that are otherwise (Clopper and
	// Pearson, 1934), in the reports that stand.
	UpperError, UpperSilent float64
	Others                  []Other
}

// An Other is a cell that was coded otherwise.
type Other struct {
	ID, Document, Name, Coded, Published string
	Doubted                              bool
}

var states = []string{"number", "blank", "mark", "text", "absent"}

// A coding is what somebody wrote of a cell.
type coding struct {
	id    string
	state string
	value string // number in its shortest form, else ""
}

func (c coding) String() string { return strings.TrimSpace(c.state + " " + c.value) }

// ScoreSheet compares a coded sheet with the dataset that it was drawn from.
func ScoreSheet(ctx context.Context, d *output.Dataset, sheet io.Reader) (*Score, error) {
	coded, left, err := readSheet(sheet)
	if err != nil {
		return nil, err
	}
	if len(coded) == 0 {
		return nil, errors.New("no cell of the sheet is coded")
	}
	published := map[key]coding{}
	err = output.Select(d, "values", func(_ int, c cell) error {
		k := key{c.Document, c.Part, c.Name}
		if _, ok := coded[k]; !ok {
			return ctx.Err()
		}
		p := coding{state: c.State}
		if c.Number != nil && (c.State == "number" || c.State == "text") {
			p.value = decimal.New(*c.Number, -6).String()
		}
		published[k] = p
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	doubts, err := doubted(ctx, d, coded)
	if err != nil {
		return nil, err
	}
	s := &Score{Coded: len(coded), Left: left}
	var all, kinds [][2]string
	for _, k := range slices.SortedFunc(maps.Keys(coded), func(a, b key) int {
		return cmp.Or(strings.Compare(a.document, b.document), cmp.Compare(a.part, b.part), strings.Compare(a.name, b.name))
	}) {
		c, p := coded[k], published[k]
		if p.state == "" {
			return nil, fmt.Errorf("row %s: %s of %s is not in the dataset; it is not the one that the sheet was drawn from",
				c.id, k.name, k.document)
		}
		if c.state == "text" && c.value == "" {
			p.value = "" // words are words, whether or not a number was read in them
		}
		all, kinds = append(all, [2]string{c.String(), p.String()}), append(kinds, [2]string{c.state, p.state})
		if c.state == p.state {
			s.SameState++
		}
		if c.state == p.state && c.value == p.value {
			s.Equal++
			continue
		}
		if !doubts[k] {
			s.Silent++
		}
		s.Others = append(s.Others, Other{c.id, k.document, k.name, c.String(), p.String(), doubts[k]})
	}
	s.Kappa, s.StateKappa = kappa(all), kappa(kinds)
	s.UpperError = Upper(s.Coded-s.Equal, s.Coded, 0.05)
	s.UpperSilent = Upper(s.Silent, s.Coded, 0.05)
	return s, nil
}

// doubted tells of which of the cells the dataset has a doubt.
func doubted(ctx context.Context, d *output.Dataset, cells map[key]coding) (map[key]bool, error) {
	type finding struct {
		Document string `parquet:"document"`
		Part     int32  `parquet:"part"`
		Severity string `parquet:"severity"`
		Name     string `parquet:"name"`
	}
	of := map[key][]string{} // report → names of its cells
	for k := range cells {
		r := key{k.document, k.part, ""}
		of[r] = append(of[r], k.name)
	}
	out := map[key]bool{}
	err := output.Select(d, "findings", func(_ int, f finding) error {
		if f.Severity == "note" {
			return ctx.Err()
		}
		for _, n := range of[key{f.Document, f.Part, ""}] {
			if f.Name == "" || n == f.Name || strings.HasPrefix(n, f.Name+".") {
				out[key{f.Document, f.Part, n}] = true
			}
		}
		return ctx.Err()
	})
	return out, err
}

// readSheet reads the coded cells of a sheet, and counts those left open.
func readSheet(r io.Reader) (out map[key]coding, left int, err error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, 0, err
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	in.FieldsPerRecord = -1
	lines, err := in.ReadAll()
	if err != nil {
		return nil, 0, err
	}
	if len(lines) == 0 {
		return nil, 0, errors.New("an empty sheet")
	}
	at := map[string]int{}
	for i, h := range lines[0] {
		at[strings.TrimSpace(h)] = i
	}
	for _, h := range []string{"document", "part", "name", "coded_state", "coded_number"} {
		if _, ok := at[h]; !ok {
			return nil, 0, fmt.Errorf("no column %s: not a sheet of gongkai sample", h)
		}
	}
	out = map[key]coding{}
	for i, l := range lines[1:] {
		field := func(name string) string {
			if k, ok := at[name]; ok && k < len(l) {
				return strings.TrimSpace(l[k])
			}
			return ""
		}
		id := cmp.Or(field("id"), strconv.Itoa(i+1))
		c := coding{id: id, state: strings.ToLower(field("coded_state"))}
		number := strings.NewReplacer(",", "", "，", "").Replace(field("coded_number"))
		if c.state == "" && number == "" {
			left++
			continue
		}
		if c.state = cmp.Or(c.state, "number"); !slices.Contains(states, c.state) {
			return nil, 0, fmt.Errorf("row %s: coded_state %q; there are %s", id, c.state, strings.Join(states, ", "))
		}
		if number != "" {
			n, err := decimal.NewFromString(number)
			if err != nil || c.state != "number" && c.state != "text" {
				return nil, 0, fmt.Errorf("row %s: coded_number %q of a cell that is said to be %s", id, number, c.state)
			}
			c.value = n.String()
		} else if c.state == "number" {
			return nil, 0, fmt.Errorf("row %s: a number that is not given", id)
		}
		part, err := strconv.ParseInt(field("part"), 10, 32)
		if err != nil {
			return nil, 0, fmt.Errorf("row %s: part %q", id, field("part"))
		}
		k := key{field("document"), int32(part), field("name")}
		if _, twice := out[k]; twice {
			return nil, 0, fmt.Errorf("row %s: a second row of %s of %s", id, k.name, k.document)
		}
		out[k] = c
	}
	return out, left, nil
}
