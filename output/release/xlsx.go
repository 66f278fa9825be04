package release

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/gongkai/gongkai/output"
)

// Limits of a sheet (ECMA-376, as Excel has them).
const (
	sheetRows = 1_048_576
	cellChars = 32_767
)

// sheetTables are the tables of a workbook, in its order. The prose has texts longer than a cell may be; it is in the other formats.
var sheetTables = []string{"reports", "wide", "values", "findings", "claims", "documents", "anomalies"}

// A workbook is what one report year says, a sheet a table.
type workbook struct {
	f                 *excelize.File
	head, date, money int
	about             [][2]string
}

func newWorkbook() (*workbook, error) {
	b := &workbook{f: excelize.NewFile()}
	var err error
	style := func(s excelize.Style) (id int) {
		if err == nil {
			id, err = b.f.NewStyle(&s)
		}
		return id
	}
	day, six := "yyyy-mm-dd", "0.######"
	b.head = style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF7"}}, Border: []excelize.Border{{Type: "bottom", Color: "808080", Style: 1}}})
	b.date = style(excelize.Style{CustomNumFmt: &day})
	b.money = style(excelize.Style{CustomNumFmt: &six})
	if err != nil {
		return nil, err
	}
	return b, b.f.SetSheetName("Sheet1", "about")
}

// sheet writes a table of the year; when it has more rows than a sheet can hold, or a text longer than a cell, the sheet about says so
// and where the whole of it is.
func (b *workbook) sheet(t output.TableDoc, file output.File, rows int64) error {
	if rows >= sheetRows {
		b.about = append(b.about, [2]string{t.Name, fmt.Sprintf("%d rows, more than a sheet holds: see csv/%s and parquet/%s", rows, t.Name, t.Name)})
		return nil
	}
	cols := columnsOf(t)
	if _, err := b.f.NewSheet(t.Name); err != nil {
		return err
	}
	w, err := b.f.NewStreamWriter(t.Name)
	if err != nil {
		return err
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := w.SetColWidth(1, len(cols), 16); err != nil {
		return err
	}
	line := make([]any, len(cols))
	for i, c := range cols {
		line[i] = excelize.Cell{StyleID: b.head, Value: c.Name}
	}
	if err := w.SetRow("A1", line); err != nil {
		return err
	}
	n, cut := 1, 0
	err = readRows(file, cols, func(row []cell) error {
		n++
		for i := range cols {
			line[i] = nil
			v := &row[i]
			if v.null {
				continue
			}
			switch cols[i].kind {
			case text, list:
				if len(v.s) > cellChars && utf8.RuneCountInString(v.s) > cellChars {
					cut++
					line[i] = fmt.Sprintf("(%d characters: see csv/%s)", utf8.RuneCountInString(v.s), t.Name)
				} else {
					line[i] = v.s
				}
			case measure:
				line[i] = v.f
			case money:
				if f, _ := strconv.ParseFloat(string(appendMoney(nil, v.i)), 64); v.i%1_000_000 != 0 {
					line[i] = excelize.Cell{StyleID: b.money, Value: f}
				} else {
					line[i] = f
				}
			case date:
				line[i] = excelize.Cell{StyleID: b.date, Value: v.i + 25569} // days since 1899-12-30
			case truth:
				line[i] = v.i == 1
			default:
				line[i] = v.i
			}
		}
		return w.SetRow("A"+strconv.Itoa(n), line)
	})
	if err != nil {
		return err
	}
	if cut > 0 {
		b.about = append(b.about, [2]string{t.Name, fmt.Sprintf("%d texts longer than a cell holds are named, not shown", cut)})
	}
	b.about = append(b.about, [2]string{t.Name, t.Doc + " · " + t.DocZh})
	return w.Flush()
}

func (b *workbook) finish(w io.Writer, lines [][2]string) error {
	for i, l := range append(lines, b.about...) {
		for k, s := range l {
			name, err := excelize.CoordinatesToCellName(k+1, i+1)
			if err != nil {
				return err
			}
			if err := b.f.SetCellStr("about", name, s); err != nil {
				return err
			}
		}
	}
	if err := b.f.SetColWidth("about", "A", "A", 16); err != nil {
		return err
	}
	if err := b.f.SetColWidth("about", "B", "B", 110); err != nil {
		return err
	}
	defer b.f.Close()
	return b.pack(w)
}

// pack writes the workbook with its parts in the order of their names: excelize's own order is another each time.
func (b *workbook) pack(w io.Writer) error {
	f, err := os.CreateTemp("", "gongkai-xlsx-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := b.f.Write(f); err != nil {
		return err
	}
	n, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	from, err := zip.NewReader(f, n)
	if err != nil {
		return err
	}
	sort.Slice(from.File, func(i, k int) bool { return from.File[i].Name < from.File[k].Name })
	to := zip.NewWriter(w)
	for _, part := range from.File {
		if err := to.Copy(part); err != nil {
			return err
		}
	}
	return to.Close()
}
