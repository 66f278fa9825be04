package output

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// A Correction is a line of a file of corrections: a number that somebody says belongs in a cell, in the place of what
// was read there.
type Correction struct {
	Document string // SHA-256, lower-case hex
	Part     int32  // of a document that holds several reports; 0 where the line says none
	Name     string // of the cell
	Expected string // the text or the number that the dataset has there without it; "" for a cell that prints nothing
	New      string // the number, in the unit of the cell
	Reason   string
	Who      string
	Line     int // of the file
}

// What a correction came to: codes of the lists correction and refusal.
const (
	CorrectionApplied = "applied"
	CorrectionRefused = "refused"

	RefusedDocument = "unknown_document"
	RefusedUnread   = "not_read"
	RefusedPart     = "unknown_part"
	RefusedName     = "unknown_name"
	RefusedDiffers  = "differs"
	RefusedNumber   = "no_number"
	RefusedSame     = "same"
	RefusedTwice    = "twice"
)

// correctionColumns are the columns of a file of corrections; part may be left out.
var correctionColumns = []string{"document", "name", "expected", "new", "reason", "who", "part"}

var sha256Text = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ReadCorrections reads a file of corrections: CSV in UTF-8 with a line of column names. An error names the line.
func ReadCorrections(name string, r io.Reader) ([]Correction, error) {
	c := csv.NewReader(r)
	head, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: no line of column names: %w", name, err)
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	at := map[string]int{}
	for i, h := range head {
		h = strings.ToLower(strings.TrimSpace(h))
		if _, twice := at[h]; twice || !slices.Contains(correctionColumns, h) {
			return nil, fmt.Errorf("%s:1: column %q is not one of %s, or there twice", name, h, strings.Join(correctionColumns, ", "))
		}
		at[h] = i
	}
	var missing []string
	for _, h := range correctionColumns[:6] {
		if _, ok := at[h]; !ok {
			missing = append(missing, h)
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%s:1: no column %s", name, strings.Join(missing, ", "))
	}
	var out []Correction
	for {
		f, err := c.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := c.FieldPos(0)
		get := func(column string) string { return strings.TrimSpace(f[at[column]]) }
		x := Correction{Document: strings.ToLower(get("document")), Name: get("name"), Expected: get("expected"),
			New: get("new"), Reason: get("reason"), Who: get("who"), Line: line}
		if _, ok := at["part"]; ok && get("part") != "" {
			n, err := decimal.NewFromString(get("part"))
			if err != nil || !n.IsInteger() || !n.IsPositive() || n.GreaterThan(decimal.New(1<<30, 0)) {
				return nil, fmt.Errorf("%s:%d: part %q is no ordinal", name, line, get("part"))
			}
			x.Part = int32(n.IntPart())
		}
		switch {
		case !sha256Text.MatchString(x.Document):
			return nil, fmt.Errorf("%s:%d: document %q is no SHA-256", name, line, x.Document)
		case x.Name == "":
			return nil, fmt.Errorf("%s:%d: no name of a cell", name, line)
		case x.Reason == "" || x.Who == "":
			return nil, fmt.Errorf("%s:%d: a correction says why, and who makes it: reason or who is empty", name, line)
		}
		out = append(out, x)
	}
}

// A CorrectionRow is one line of the file of corrections that the dataset was made with, and what it came to.
type CorrectionRow struct {
	Document string  `parquet:"document,dict"`
	Part     *int32  `parquet:"part,optional"`
	Agency   *string `parquet:"agency,optional,dict"`
	Name     string  `parquet:"name,dict"`
	Outcome  string  `parquet:"outcome,dict"`
	Because  *string `parquet:"refused_because,optional,dict"`
	Expected string  `parquet:"expected"`
	New      string  `parquet:"new_value"`
	Printed  *string `parquet:"printed,optional"`
	Before   *int64  `parquet:"number_before,optional,decimal(6:18)"`
	Number   *int64  `parquet:"number,optional,decimal(6:18)"`
	Reason   string  `parquet:"reason"`
	Who      string  `parquet:"who,dict"`
	Line     int32   `parquet:"line"`
}

// A correcting is a correction on its way.
type correcting struct {
	*Correction
	row     CorrectionRow
	year    int
	settled bool
}

// corrections are those of a dataset in the making.
type corrections struct {
	all  []*correcting
	of   map[string][]*correcting // by document
	seen map[string]bool          // documents of which a result came
	cell map[string]*form.Cell
	mu   sync.Mutex
}

func newCorrections(list []Correction, forms *form.Forms) *corrections {
	c := &corrections{of: map[string][]*correcting{}, seen: map[string]bool{}, cell: map[string]*form.Cell{}}
	for i := range list {
		x := &correcting{Correction: &list[i]}
		x.row = CorrectionRow{Document: x.Document, Name: x.Name, Expected: x.Expected, New: x.New, Reason: x.Reason,
			Who: x.Who, Line: int32(x.Line), Part: ordinalOf(int(x.Part))}
		c.all = append(c.all, x)
		c.of[x.Document] = append(c.of[x.Document], x)
	}
	if len(list) > 0 {
		for _, cell := range forms.Cells() {
			c.cell[cell.Name] = &cell
		}
	}
	return c
}

// apply corrects a report. The same bytes may be met at several places: what a line came to is that of the first.
func (c *corrections) apply(r *Result, forms *form.Forms) {
	mine := c.of[r.Document.SHA256]
	if len(mine) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[r.Document.SHA256] = true
	rep := r.Report
	at := map[string]*normalize.Value{}
	for i := range rep.Values {
		at[rep.Values[i].Name] = &rep.Values[i]
	}
	var fixes []normalize.Fix
	fixed := map[string]bool{}
	for _, x := range mine {
		if x.Part != r.part() && (x.Part != 0 || rep.Part > 0) {
			continue // of several reports in one document a line names one
		}
		v := at[x.Name]
		number, why := c.judge(x.Correction, rep, v)
		if why == "" && fixed[x.Name] {
			why = RefusedTwice
		}
		if !x.settled {
			x.settled, x.year = true, rep.Year
			part := r.part()
			x.row.Part, x.row.Agency = &part, optional(rep.Agency)
			if v != nil {
				if v.State != normalize.Absent {
					text := v.Text
					x.row.Printed = &text
				}
				x.row.Before = scaledOf(v.Number)
				x.row.Number = x.row.Before
			}
			if x.row.Outcome, x.row.Because = CorrectionApplied, optional(why); why != "" {
				x.row.Outcome = CorrectionRefused
			} else {
				x.row.Number = scaledOf(&number)
			}
		}
		if why != "" {
			f := normalize.Finding{Code: normalize.CodeCorrectionRefused, Severity: normalize.Warning, Message: fmt.Sprintf(
				"line %d of the corrections, of %s, expects %q and gives %q for %s: %s", x.Line, x.Who, x.Expected, x.New,
				x.Name, refusalWords(why, false))}
			if v != nil {
				f.Name, f.Place = v.Name, v.Place
			}
			rep.Findings = append(rep.Findings, f)
			continue
		}
		fixed[x.Name] = true
		printed := "nothing was found"
		if v.State != normalize.Absent {
			printed = fmt.Sprintf("%q is printed", v.Text)
		}
		fixes = append(fixes, normalize.Fix{Name: x.Name, Number: number,
			Message: fmt.Sprintf("%s; %s is a correction by %s: %s", printed, number, x.Who, x.Reason)})
	}
	rep.Correct(forms, fixes)
}

var plainNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// judge gives the number of a correction, or why it is refused.
func (c *corrections) judge(x *Correction, rep *normalize.Report, v *normalize.Value) (n decimal.Decimal, why string) {
	switch {
	case !rep.Status.HoldsReport():
		return n, RefusedUnread
	case v == nil:
		return n, RefusedName
	case !plainNumber.MatchString(x.New):
		return n, RefusedNumber
	}
	n, err := decimal.NewFromString(x.New)
	_, fits := scaled(&n)
	signed := c.cell[x.Name] == nil || c.cell[x.Name].Signed
	if err != nil || !fits || !n.IsInteger() && !strings.Contains(v.Unit, "元") || n.IsNegative() && !signed {
		return n, RefusedNumber
	}
	expected, was := form.Squeeze(x.Expected), form.Squeeze(v.Text)
	old, err := decimal.NewFromString(expected)
	if expected != was && (err != nil || v.Number == nil || !plainNumber.MatchString(expected) || !old.Equal(*v.Number)) {
		return n, RefusedDiffers
	}
	if v.Number != nil && v.Number.Equal(n) {
		return n, RefusedSame
	}
	return n, ""
}

func scaledOf(d *decimal.Decimal) *int64 {
	if d == nil {
		return nil
	}
	n, ok := scaled(d)
	if !ok {
		return nil
	}
	return &n
}

func refusalWords(code string, zh bool) string {
	for _, c := range CodesOf("refusal") {
		if c.Code == code {
			return c.Say(zh)
		}
	}
	return code
}

// rows settles what is left, and gives the rows by year.
func (c *corrections) rows() map[int][]CorrectionRow {
	out := map[int][]CorrectionRow{}
	for _, x := range c.all {
		if !x.settled {
			why := RefusedDocument
			if c.seen[x.Document] {
				why = RefusedPart
			}
			x.row.Outcome, x.row.Because = CorrectionRefused, &why
		}
		out[x.year] = append(out[x.year], x.row)
	}
	return out
}

// Refused tells the corrections that were refused, a line each in English and Chinese, and how many were applied. It is
// known once Finish has been called.
func (w *Writer) Refused() (lines []string, applied int) {
	for _, x := range w.corrections.all {
		if x.row.Outcome == CorrectionApplied {
			applied++
			continue
		}
		why := ""
		if x.row.Because != nil {
			why = *x.row.Because
		}
		lines = append(lines, fmt.Sprintf("line %d, %s of %.12s…: %s / %s", x.Line, x.Name, x.Document, refusalWords(why, false),
			refusalWords(why, true)))
	}
	return lines, applied
}
