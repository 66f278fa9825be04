package office

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits of a sheet. A report's statistics fill some sixty rows.
const (
	maxRows = 20_000
	maxCols = 500
)

// ReadXLSX reads an Excel file of the years since 2007 (ECMA-376, SpreadsheetML). Cells are given as they are
// displayed.
func ReadXLSX(body []byte) (*Document, error) {
	f, err := excelize.OpenReader(bytes.NewReader(body),
		excelize.Options{UnzipSizeLimit: 256 << 20, UnzipXMLSizeLimit: 256 << 20})
	if err != nil {
		if errors.Is(err, excelize.ErrWorkbookPassword) {
			return nil, ErrEncrypted
		}
		return nil, err
	}
	defer f.Close()
	d := &Document{}
	if p, err := f.GetDocProps(); err == nil {
		d.Title = p.Title
	}
	x := &xlsx{f: f, d: d, borders: map[int]bool{}, struck: map[int]bool{}}
	for _, name := range f.GetSheetList() {
		if shown, err := f.GetSheetVisible(name); err == nil && !shown {
			d.doubt("hidden-text", "the sheet %q is hidden and left out", name)
			continue
		}
		if err := x.sheet(name); err != nil {
			d.doubt("undecodable", "the sheet %q could not be read: %v", name, err)
		}
	}
	return d, nil
}

type xlsx struct {
	f       *excelize.File
	d       *Document
	borders map[int]bool // style → has borders
	struck  map[int]bool // cell styles that cross out, by number
}

func (x *xlsx) sheet(name string) error {
	it, err := x.f.Rows(name)
	if err != nil {
		return err
	}
	defer it.Close()
	merges, err := x.f.GetMergeCells(name)
	if err != nil {
		return err
	}
	type area struct{ rows, cols int }
	from := map[[2]int]area{}
	covered := map[[2]int]bool{}
	lastRow, lastCol := 0, 0
	for _, m := range merges {
		c0, r0, err0 := excelize.CellNameToCoordinates(m.GetStartAxis())
		c1, r1, err1 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err0 != nil || err1 != nil || r1 < r0 || c1 < c0 {
			continue
		}
		r1, c1 = min(r1, maxRows), min(c1, maxCols)
		from[[2]int{r0 - 1, c0 - 1}] = area{r1 - r0 + 1, c1 - c0 + 1}
		if (r1-r0+1)*(c1-c0+1) > maxCells {
			return errors.New("a merged cell larger than the limit")
		}
		for r := r0 - 1; r < r1; r++ {
			for c := c0 - 1; c < c1; c++ {
				covered[[2]int{r, c}] = true
			}
		}
		delete(covered, [2]int{r0 - 1, c0 - 1})
	}
	hiddenCols := map[int]bool{}
	var values [][]string
	var hidden []bool
	for r := 0; it.Next(); r++ {
		if r >= maxRows {
			x.d.doubt("limit", "the sheet %q has more than %d rows; the rest is left out", name, maxRows)
			break
		}
		v, err := it.Columns()
		if err != nil {
			return err
		}
		if len(v) > maxCols {
			x.d.doubt("limit", "row %d of the sheet %q has more than %d columns; the rest is left out", r+1, name,
				maxCols)
			v = v[:maxCols]
		}
		values = append(values, v)
		hidden = append(hidden, it.GetRowOpts().Hidden)
		if len(v) > 0 {
			lastRow, lastCol = r+1, max(lastCol, len(v))
		}
	}
	for at, a := range from {
		if at[0] < lastRow {
			lastCol = max(lastCol, min(at[1]+a.cols, maxCols))
		}
	}
	for c := range lastCol {
		if shown, err := x.f.GetColVisible(name, column(c)); err == nil && !shown {
			hiddenCols[c] = true
		}
	}
	if n := len(hiddenCols); n > 0 {
		x.d.doubt("hidden-text", "%d columns of the sheet %q are hidden and left out", n, name)
	}
	var rows []rawRow
	left := 0
	at := map[int]int{} // row of the sheet → row of the table, where rows are hidden
	for r := range lastRow {
		at[r] = len(rows)
		if hidden[r] {
			left++
			continue
		}
		row := rawRow{}
		for c := 0; c < lastCol; c++ {
			if hiddenCols[c] {
				continue
			}
			key := [2]int{r, c}
			if covered[key] {
				row.cells = append(row.cells, rawCell{gap: true, span: 1})
				continue
			}
			cell := column(c) + strconv.Itoa(r+1)
			text := ""
			if c < len(values[r]) {
				text = values[r][c]
			}
			if text == "" {
				text = x.computed(name, cell)
			}
			text = x.apart(name, cell, text)
			raw := rawCell{span: 1, rows: 1, place: name + "!" + cell, ruled: x.ruled(name, cell)}
			raw.content = []node{{text: strings.ReplaceAll(text, "\r\n", "\n")}}
			if a, ok := from[key]; ok {
				raw.span, raw.rows = 0, 0
				for k := c; k < min(c+a.cols, lastCol); k++ {
					if !hiddenCols[k] {
						raw.span++
					}
				}
				for k := r; k < min(r+a.rows, lastRow); k++ {
					if !hidden[k] {
						raw.rows++
					}
				}
			}
			row.cells = append(row.cells, raw)
		}
		row.uncover()
		rows = append(rows, row)
	}
	if left > 0 {
		x.d.doubt("hidden-text", "%d rows of the sheet %q are hidden and left out", left, name)
	}
	x.d.sheet(name, rows)
	return nil
}

// apart gives a cell's text without what is crossed out in it and with what is raised as such.
func (x *xlsx) apart(sheet, cell, text string) string {
	if !strings.ContainsAny(text, "0123456789") {
		return text
	}
	if id, err := x.f.GetCellStyle(sheet, cell); err == nil && id != 0 {
		crossed, ok := x.struck[id]
		if !ok {
			s, err := x.f.GetStyle(id)
			crossed = err == nil && s.Font != nil && s.Font.Strike
			x.struck[id] = crossed
		}
		if crossed {
			return x.d.set(text, false, true)
		}
	}
	if t, err := x.f.GetCellType(sheet, cell); err != nil || t != excelize.CellTypeSharedString &&
		t != excelize.CellTypeInlineString {
		return text
	}
	runs, err := x.f.GetCellRichText(sheet, cell)
	if err != nil || len(runs) < 2 {
		return text
	}
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(x.d.set(r.Text, r.Font != nil && r.Font.VertAlign == "superscript", r.Font != nil &&
			r.Font.Strike))
	}
	return b.String()
}

// computed gives what a formula displays whose value is not stored, as in files that no spreadsheet program has saved.
func (x *xlsx) computed(sheet, cell string) string {
	formula, err := x.f.GetCellFormula(sheet, cell)
	if err != nil || formula == "" {
		return ""
	}
	v, err := x.f.CalcCellValue(sheet, cell)
	if err != nil {
		x.d.doubt("undecodable", "%s!%s is a formula without a value: %s", sheet, cell, formula)
		return "\ufffd"
	}
	if v != "" {
		x.d.doubt("computed", "%s!%s is a formula without a stored value; %s was computed from %s", sheet, cell, v,
			formula)
	}
	return v
}

func (x *xlsx) ruled(sheet, cell string) bool {
	id, err := x.f.GetCellStyle(sheet, cell)
	if err != nil || id == 0 {
		return false
	}
	has, ok := x.borders[id]
	if !ok {
		if s, err := x.f.GetStyle(id); err == nil {
			for _, b := range s.Border {
				has = has || b.Style > 0 && (b.Type == "left" || b.Type == "right" || b.Type == "top" ||
					b.Type == "bottom")
			}
		}
		x.borders[id] = has
	}
	return has
}
