package gold

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

var (
	sheetCount = regexp.MustCompile(`^-?[0-9]{1,9}$`)
	sheetMoney = regexp.MustCompile(`^[0-9]{1,9}\.[0-9]{1,2}$`)
	sheetThou  = regexp.MustCompile(`^[0-9]{1,3}(,[0-9]{3})+$`)
)

// XLSX writes the report as a sheet: the text in merged rows, the tables below each other, each with columns of its
// own. Numbers are numbers, with the formats that display them as printed.
func (r *Report) XLSX() []byte {
	f := excelize.NewFile()
	defer f.Close()
	sheet := "Sheet1"
	must := func(err error) {
		if err != nil {
			panic(err) // what we write fits into a sheet
		}
	}
	style := func(format string) int {
		border := []excelize.Border{{Type: "left", Style: 1}, {Type: "right", Style: 1}, {Type: "top", Style: 1},
			{Type: "bottom", Style: 1}}
		s := &excelize.Style{Border: border}
		if format != "" {
			s.CustomNumFmt = &format
		}
		id, err := f.NewStyle(s)
		must(err)
		return id
	}
	styles := map[string]int{}
	styled := func(format string) int {
		if _, ok := styles[format]; !ok {
			styles[format] = style(format)
		}
		return styles[format]
	}
	name := func(col, row int) string {
		s, err := excelize.CoordinatesToCellName(col+1, row+1)
		must(err)
		return s
	}
	row := 0
	for _, it := range r.Items {
		if it.Sheet != "" {
			if sheet == "Sheet1" {
				must(f.SetSheetName(sheet, it.Sheet))
			} else {
				_, err := f.NewSheet(it.Sheet)
				must(err)
			}
			sheet, row = it.Sheet, 0
		}
		if it.Table == nil {
			must(f.SetCellStr(sheet, name(0, row), it.Text))
			must(f.MergeCell(sheet, name(0, row), name(14, row)))
			row++
			continue
		}
		cells, cols := it.Table.place()
		must(f.SetCellStyle(sheet, name(0, row), name(max(cols, 1)-1, row+len(it.Table.Rows)-1), styled("")))
		for _, x := range cells {
			at := name(x.col, row+x.row)
			format, value := "", any(x.Text)
			switch {
			case x.Name == "" || x.Text == "":
			case sheetCount.MatchString(x.Text) &&
				(x.Text == "0" || strings.TrimLeft(x.Text, "-0") == strings.TrimLeft(x.Text, "-")):
				n, err := strconv.Atoi(x.Text)
				must(err)
				value = n
			case sheetMoney.MatchString(x.Text):
				n, err := strconv.ParseFloat(x.Text, 64)
				must(err)
				_, decimals, _ := strings.Cut(x.Text, ".")
				value, format = n, "0."+strings.Repeat("0", len(decimals))
			case sheetThou.MatchString(x.Text):
				n, err := strconv.Atoi(strings.ReplaceAll(x.Text, ",", ""))
				must(err)
				value, format = n, "#,##0"
			}
			switch {
			case x.Runs != nil || x.Shown != nil:
				must(sheetRuns(f, sheet, at, &x.Cell))
			case x.Text != "":
				must(f.SetCellValue(sheet, at, value))
			}
			if format != "" && x.Shown == nil {
				must(f.SetCellStyle(sheet, at, at, styled(format)))
			}
			if x.Cols > 1 || x.Rows > 1 {
				must(f.MergeCell(sheet, at, name(x.col+x.Cols-1, min(row+x.row+x.Rows, row+len(it.Table.Rows))-1)))
			}
		}
		row += len(it.Table.Rows) + 1
	}
	var b bytes.Buffer
	must(f.Write(&b))
	return r.finish(b.Bytes())
}
