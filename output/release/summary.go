package release

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
)

// The summary of a year is a workbook that a newsroom opens: the bodies with their figures, and sums by province and
// level, all in Chinese. It is made from panel alone.

// headings are what the columns of panel are called there, in their order; figures stand behind them under their words.
var headings = [][2]string{{"agency", "机关"}, {"year", "报告年度"}, {"province", "省份"}, {"division", "区划代码"},
	{"level", "层级"}, {"kind", "机关类别"}, {"scope", "统计口径"}, {"report", "报告"}, {"published", "发布日期"},
	{"in_time", "是否按期"}, {"within", "已含于上级数据"}, {"findings", "疑点数"}}

// A heading is a column of the summary.
type heading struct {
	title  string
	column int               // in the row of panel
	state  int               // the column that says how good a figure is; -1 = it is none
	words  map[string]string // of codes
	rate   bool
	share  bool // a rate that is at most 1
	count  bool
}

func summaryHeadings(cols []column, figures *panel.Figures) (out []heading) {
	shares := map[string]bool{}
	for _, r := range figures.Rates {
		shares[output.RatePrefix+r.Name] = r.Share
	}
	at := map[string]int{}
	for i, c := range cols {
		at[c.Name] = i
	}
	words := func(list string) map[string]string {
		m := map[string]string{}
		for _, c := range output.CodesOf(list) {
			m[c.Code] = c.LabelZh
		}
		return m
	}
	for _, h := range headings {
		if i, ok := at[h[0]]; ok {
			out = append(out, heading{title: h[1], column: i, state: -1, words: words(cols[i].Codes)})
		}
	}
	reasons := words("figure")
	for i, c := range cols {
		if s, ok := at[output.StatePrefix+c.Name]; ok {
			rate := strings.HasPrefix(c.Name, output.RatePrefix)
			out = append(out, heading{title: c.DocZh, column: i, state: s, words: reasons, rate: rate, share: shares[c.Name],
				count: !rate})
		}
	}
	return out
}

// provinceName is what a province's code means.
func provinceName(code string) string {
	if d := places.At(code, 0); d != nil {
		return d.Name
	}
	return code
}

// summary writes the workbook of a year.
func (m *maker) summary(w io.Writer, year int) error {
	b := newWorkbook(w)
	i := slices.IndexFunc(m.tables, func(t output.TableDoc) bool { return t.Name == "panel" })
	cols := columnsOf(m.tables[i])
	figures, err := panel.FiguresOf(m.opts.Forms)
	if err != nil {
		return err
	}
	heads := summaryHeadings(cols, figures)
	sheet, err := b.begin("各机关", summaryWidths(heads), true)
	if err != nil {
		return err
	}
	writeHeads(sheet, heads)
	sums, n := newSums(heads, cols), 1
	err = readRows(m.parts["panel"][year].File, cols, func(row []cell) error {
		n++
		sums.add(row)
		at := strconv.Itoa(n)
		line := append(append([]byte(`<row r="`), at...), `">`...)
		for k := range heads {
			line = heads[k].appendTo(line, columnLetters(k), at, row, cols)
		}
		_, err := sheet.Write(append(line, "</row>"...))
		return err
	})
	if err != nil {
		return err
	}
	if err := end(sheet); err != nil {
		return err
	}
	if err := sums.write(b); err != nil {
		return err
	}
	return b.finish([][2]string{
		{"gongkai", fmt.Sprintf("%s年度政府信息公开工作年度报告：摘要 · summary of report year %[1]s", yearName(year))},
		{"", "各机关：每一机关一行。数值与原文一致，或为经勾稽推定的零；无数值的单元格注明原因（灰色），不等于 0，Excel 求和时自动忽略。" +
			"· A body a line; where there is no number the cell says why (grey), which is not 0 and which SUM leaves out."},
		{"", "橙色：所在勾稽关系不成立，引用前请核对原文。· Orange: the number stands in a sum that fails; look at the source first."},
		{"", "已含于上级数据：该机关的数据已经或可能已经计入所列机关，汇总时应排除，以免重复。· Its figures are or may be in those of the " +
			"body named: leave the row out of sums."},
		{"", "汇总：按省份与层级，已排除上述各行；每项指标旁为缺失该数值的机关数，合计不含这些机关。· Sums leave those rows out; beside each " +
			"is how many bodies have no number, which are not in it."},
		{"", "各列含义见 codebook.zh.md。· All columns: codebook.md."},
		{"", ""},
	})
}

func summaryWidths(heads []heading) []int {
	out := make([]int, len(heads))
	for i := range out {
		out[i] = 14
	}
	if len(out) > 0 {
		out[0] = 36
	}
	return out
}

func writeHeads(w *bufio.Writer, heads []heading) {
	line := []byte(`<row r="1">`)
	for i, h := range heads {
		line = appendText(line, columnLetters(i), "1", styleHead, h.title)
	}
	_, _ = w.Write(append(line, "</row>"...)) // the writer keeps its first error for Flush
}

// appendTo writes the cell of a row.
func (h *heading) appendTo(b []byte, letters, at string, row []cell, cols []column) []byte {
	v := &row[h.column]
	if h.state >= 0 {
		state := row[h.state].s
		if v.null {
			return appendText(b, letters, at, styleWhy, h.words[state])
		}
		style := 0
		switch {
		case state == "contradicted" && h.share:
			style = styleDoubtShare
		case state == "contradicted":
			style = styleDoubt
		case h.share:
			style = styleShare
		}
		b = append(appendStart(b, letters, at, style), "><v>"...)
		if h.rate {
			b = strconv.AppendFloat(b, v.f, 'g', -1, 64)
		} else {
			b = strconv.AppendInt(b, v.i, 10)
		}
		return append(b, "</v></c>"...)
	}
	if v.null {
		return b
	}
	switch c := &cols[h.column]; {
	case c.kind == date:
		b = append(appendStart(b, letters, at, styleDate), "><v>"...)
		return append(strconv.AppendInt(b, v.i+25569, 10), "</v></c>"...)
	case c.kind == count:
		b = append(appendStart(b, letters, at, 0), "><v>"...)
		return append(strconv.AppendInt(b, v.i, 10), "</v></c>"...)
	case c.Name == "province":
		return appendText(b, letters, at, 0, provinceName(v.s))
	case h.words[v.s] != "":
		return appendText(b, letters, at, 0, h.words[v.s])
	}
	return appendText(b, letters, at, 0, v.s)
}

// sums adds up the counts of the bodies whose figures are in no other's.
type sums struct {
	heads                   []heading // the counts
	province, level, within int
	of                      map[[2]string]*sum
}

type sum struct {
	bodies int
	total  []int64
	lacks  []int
}

func newSums(heads []heading, cols []column) *sums {
	s := &sums{of: map[[2]string]*sum{}}
	for _, h := range heads {
		if h.count {
			s.heads = append(s.heads, h)
		}
	}
	for i, c := range cols {
		switch c.Name {
		case "province":
			s.province = i
		case "level":
			s.level = i
		case "within":
			s.within = i
		}
	}
	return s
}

func (s *sums) add(row []cell) {
	if !row[s.within].null {
		return
	}
	k := [2]string{row[s.province].s, row[s.level].s}
	x := s.of[k]
	if x == nil {
		x = &sum{total: make([]int64, len(s.heads)), lacks: make([]int, len(s.heads))}
		s.of[k] = x
	}
	x.bodies++
	for i, h := range s.heads {
		if v := &row[h.column]; v.null {
			x.lacks[i]++
		} else {
			x.total[i] += v.i
		}
	}
}

func (s *sums) write(b *workbook) error {
	heads := []heading{{title: "省份"}, {title: "层级"}, {title: "机关数"}}
	for _, h := range s.heads {
		heads = append(heads, heading{title: h.title}, heading{title: "缺失机关数"})
	}
	w, err := b.begin("汇总", summaryWidths(heads)[:len(heads)], true)
	if err != nil {
		return err
	}
	writeHeads(w, heads)
	for i, k := range sortedKeys(s.of) {
		x, at := s.of[k], strconv.Itoa(i+2)
		province, level := "（未定）", "（未定）"
		if k[0] != "" {
			province = provinceName(k[0])
		}
		if k[1] != "" {
			level = output.CodeLabel("level", k[1], true)
		}
		line := append(append([]byte(`<row r="`), at...), `">`...)
		line = appendText(appendText(line, "A", at, 0, province), "B", at, 0, level)
		numbers := []int64{int64(x.bodies)}
		for i := range s.heads {
			numbers = append(numbers, x.total[i], int64(x.lacks[i]))
		}
		for n, v := range numbers {
			if n%2 == 1 && x.lacks[n/2] == x.bodies {
				continue // nobody has a number: no sum, which is not 0
			}
			line = append(appendStart(line, columnLetters(n+2), at, 0), "><v>"...)
			line = append(strconv.AppendInt(line, v, 10), "</v></c>"...)
		}
		_, _ = w.Write(append(line, "</row>"...))
	}
	return end(w)
}
