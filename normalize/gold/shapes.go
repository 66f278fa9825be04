package gold

import (
	"fmt"
	"math/rand"
	"slices"
	"strconv"
	"strings"
)

// Shapes are layouts that a person reads at once though they are not the form's: figures of two years beside each
// other, tables on their side, in parts, in columns of text. Nothing is wrong with what they print: every cell is to be
// read.
func Shapes() []Fault {
	return slices.Concat(printShapes(), columnShapes(), layoutShapes(), disputesShapes())
}

// laid makes a table of cells that know their place.
func laid(cells []placedCell, header int) *Table {
	slices.SortStableFunc(cells, func(a, b placedCell) int {
		if a.row != b.row {
			return a.row - b.row
		}
		return a.col - b.col
	})
	t := &Table{Header: header}
	for _, c := range cells {
		for len(t.Rows) <= c.row {
			t.Rows = append(t.Rows, nil)
		}
		t.Rows[c.row] = append(t.Rows[c.row], c.Cell)
	}
	return t
}

// another gives a value cell of another year or body: it prints some figure, under no name.
func another(c Cell, rng *rand.Rand) Cell {
	c.Name, c.Print = "", Print{}
	c.Text = strconv.Itoa(rng.Intn(90))
	if rng.Intn(3) == 0 {
		c.Text = "0"
	}
	return c
}

// otherPrint copies a table with figures of another year in it.
func otherPrint(t *Table, rng *rand.Rand) *Table {
	c := copyTable(t)
	for _, row := range c.Rows {
		for k := range row {
			if row[k].Name != "" {
				row[k] = another(row[k], rng)
			}
		}
	}
	return c
}

var tableTitles = map[string]string{"active.": "主动公开政府信息情况", "applications.": "收到和处理政府信息公开申请情况",
	"disputes.": "政府信息公开行政复议、行政诉讼情况"}

// yearNames gives what two years are called, the report's own and the one before.
func (r *Report) yearNames(rng *rand.Rand) (own, other string) {
	y := r.Year
	names := [][2]string{{fmt.Sprintf("%d年", y), fmt.Sprintf("%d年", y-1)},
		{fmt.Sprintf("%d年度", y), fmt.Sprintf("%d年度", y-1)}, {"本年", "上年"}, {"本年度", "上一年度"}, {"本年", "去年"},
		{"本年数", "上年数"}}
	n := names[rng.Intn(len(names))]
	return n[0], n[1]
}

func withHead(t *Table, text string) *Table {
	_, cols := t.place()
	c := copyTable(t)
	c.Rows = append([]Row{{{Text: text, Cols: cols, Rows: 1, Header: true}}}, c.Rows...)
	c.Header++
	return c
}

// twoPrints puts another print of a table, below a caption of its own, before or behind the report's own.
func (r *Report) twoPrints(prefix, own, other string, inside, otherFirst bool, change func(*Table) *Table) {
	items := r.tables(prefix)
	var mine, yours []Item
	if !inside {
		mine, yours = append(mine, Item{Text: own}), append(yours, Item{Text: other})
	}
	for k, i := range items {
		t, u := r.Items[i].Table, change(r.Items[i].Table)
		if inside && k == 0 {
			t, u = withHead(t, own), withHead(u, other)
		}
		mine, yours = append(mine, Item{Table: t}), append(yours, Item{Table: u})
	}
	both := append(mine, yours...)
	if otherFirst {
		both = append(yours, mine...)
	}
	out := append([]Item(nil), r.Items[:items[0]]...)
	out = append(out, both...)
	r.Items = append(out, r.Items[items[len(items)-1]+1:]...)
}

func printShapes() []Fault {
	return []Fault{
		{"another year's table", "the table of the year before stands above or below the report's own, with captions",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				prefix := []string{"active.", "applications.", "applications.", "disputes."}[rng.Intn(4)]
				own, other := r.yearNames(rng)
				own, other = strings.TrimSuffix(own, "数"), strings.TrimSuffix(other, "数")
				switch rng.Intn(3) {
				case 0:
					own, other = own+tableTitles[prefix], other+tableTitles[prefix]
				case 1:
					own, other = own+tableTitles[prefix], other+tableTitles[prefix]+"（供对照）"
				}
				r.twoPrints(prefix, own, other, rng.Intn(3) == 0, rng.Intn(4) > 0,
					func(t *Table) *Table { return otherPrint(t, rng) })
				return true
			}},
		{"older form first", "a table of an earlier year in the older form stands above the report's own",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				if r.Apps != "2021" || r.Options.SplitTable {
					return false
				}
				o := r.Options
				o.Mistake, o.Before, o.Figures, o.Agency = "", nil, nil, ""
				old := New(int64(1+rng.Intn(1000)), 2020, "2019", "2019", o)
				t := old.Items[old.tables("applications.")[0]].Table
				r.twoPrints("applications.", fmt.Sprintf("%d年", r.Year), "2020年", false, true,
					func(*Table) *Table { return otherPrint(t, rng) })
				return true
			}},
		{"draft and final", "the draft of a table stands beside the final one; in a workbook, a sheet of the draft",
			func(r *Report, rng *rand.Rand, f Format) bool {
				pair := [][2]string{{"定稿", "初稿"}, {"最终稿", "征求意见稿"}, {"定稿", "送审稿"}}[rng.Intn(3)]
				first := rng.Intn(3) > 0
				if strings.HasPrefix(f.Name, "sheet") {
					var draft []Item
					for _, it := range r.Items {
						if it.Table != nil {
							it.Table = otherPrint(it.Table, rng)
						}
						draft = append(draft, it)
					}
					mine := slices.Clone(r.Items)
					draft[0].Sheet, mine[0].Sheet = pair[1], pair[0]
					r.Items = append(mine, draft...)
					if first {
						r.Items = append(draft, mine...)
					}
					return true
				}
				prefix := []string{"active.", "applications.", "disputes."}[rng.Intn(3)]
				own, other := "（"+pair[0]+"）", "（"+pair[1]+"）"
				if rng.Intn(2) == 0 {
					own, other = tableTitles[prefix]+own, tableTitles[prefix]+other
				}
				r.twoPrints(prefix, own, other, false, first, func(t *Table) *Table { return otherPrint(t, rng) })
				return true
			}},
	}
}

// doubled gives a table with each value column twice, below a header line that says which is whose.
func doubled(t *Table, own, other string, ownFirst bool, rng *rand.Rand) *Table {
	cells, cols := t.place()
	first := t.labelColumns()
	names := []string{own, other}
	if !ownFirst {
		names = []string{other, own}
	}
	var out []placedCell
	for _, c := range cells {
		if c.row >= t.Header {
			c.row++
		}
		switch {
		case c.Name != "":
			c.col = first + (c.col-first)*2
			x := placedCell{another(c.Cell, rng), c.row, c.col + 1}
			if !ownFirst {
				c.col, x.col = x.col, c.col
			}
			out = append(out, c, x)
			continue
		case c.col >= first:
			c.col = first + (c.col-first)*2
			c.Cols *= 2
		case c.row < t.Header && c.row+c.Rows == t.Header:
			c.Rows++ // the corner
		}
		out = append(out, c)
	}
	for g := first; g < cols; g++ {
		for k, n := range names {
			out = append(out, placedCell{Cell{Text: n, Cols: 1, Rows: 1, Header: true}, t.Header, first + (g-first)*2 + k})
		}
	}
	return laid(out, t.Header+1)
}

// beside gives a table with all its value columns once more for each name, below a header line of the names; own says
// whose are the table's.
func beside(t *Table, names []string, own int, rng *rand.Rand) *Table {
	cells, cols := t.place()
	first := t.labelColumns()
	n := cols - first
	var out []placedCell
	for _, c := range cells {
		c.row++
		if c.col < first {
			if c.row == 1 {
				c.row = 0
				c.Rows++
			}
			out = append(out, c)
			continue
		}
		for k := range names {
			x := c
			x.col = c.col + k*n
			if k != own && c.Name != "" {
				x.Cell = another(c.Cell, rng)
			}
			out = append(out, x)
		}
	}
	for k, name := range names {
		out = append(out, placedCell{Cell{Text: name, Cols: n, Rows: 1, Header: true}, 0, first + k*n})
	}
	return laid(out, t.Header+1)
}

// narrow reports whether a format tells columns by nothing but the gaps between figures, or loses the width of merged
// headers between its bars: there no table of so few figures a line, or of columns so narrow, or of headers over several
// columns is read (docs/limits.md).
func narrow(f Format) bool { return f.Name == "pdf without rules" || f.Name == textBars }

// oneTable gives the index of the only table with the names; -1 where there are several.
func (r *Report) oneTable(prefix string) int {
	if is := r.tables(prefix); len(is) == 1 {
		return is[0]
	}
	return -1
}

func columnShapes() []Fault {
	return []Fault{
		{"two years' columns", "each column of table III stands there twice, for two years",
			func(r *Report, rng *rand.Rand, f Format) bool {
				i := r.oneTable("applications.")
				if i < 0 || narrow(f) {
					return false
				}
				own, other := r.yearNames(rng)
				r.Items[i].Table = doubled(r.Items[i].Table, own, other, rng.Intn(3) > 0, rng)
				return true
			}},
		{"two years beside each other", "table III stands there twice, side by side, for two years",
			func(r *Report, rng *rand.Rand, f Format) bool {
				i := r.oneTable("applications.")
				if i < 0 || narrow(f) {
					return false
				}
				own, other := r.yearNames(rng)
				names, at := []string{own, other}, 0
				if rng.Intn(2) == 0 {
					names, at = []string{other, own}, 1
				}
				r.Items[i].Table = beside(r.Items[i].Table, names, at, rng)
				return true
			}},
		{"two years in table II", "each column of table II stands there twice, for two years", twoYearsActive},
		{"two years' rows in table IV", "table IV prints a line for each of two years",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				i := r.oneTable("disputes.")
				if i < 0 || r.Options.Disputes != "" {
					return false
				}
				own, other := r.yearNames(rng)
				t := r.Items[i].Table
				last := len(t.Rows) - 1
				mine, yours := Row{{Text: own, Cols: 1, Rows: 1}}, Row{{Text: other, Cols: 1, Rows: 1}}
				for _, c := range t.Rows[last] {
					mine, yours = append(mine, c), append(yours, another(c, rng))
				}
				t.Rows[0] = append(Row{{Text: "年度", Cols: 1, Rows: last, Header: true}}, t.Rows[0]...)
				t.Rows = append(t.Rows[:last], mine, yours)
				if rng.Intn(2) == 0 {
					t.Rows[last], t.Rows[last+1] = yours, mine
				}
				return true
			}},
		{"departments beside", "the figures of the office itself stand beside those of its departments",
			func(r *Report, rng *rand.Rand, f Format) bool {
				i := r.oneTable("applications.")
				if i < 0 || f.Name == textBars {
					return false
				}
				names := [][]string{{"本级", "下属部门"}, {"机关本级", "下属单位"}, {"本机关", "直属单位"}}[rng.Intn(3)]
				r.Items[i].Table = beside(r.Items[i].Table, names, 0, rng)
				return true
			}},
	}
}

func twoYearsActive(r *Report, rng *rand.Rand, _ Format) bool {
	if r.Active != "2021" || len(r.tables("active.")) != 1 {
		return false
	}
	y := r.Year
	year := rng.Intn(2) == 0
	name := func(head string, ago int) string {
		rest := strings.TrimPrefix(head, "本年")
		switch {
		case rest == head && year:
			return fmt.Sprintf("%s（%d年）", head, y-ago)
		case rest == head:
			return head + []string{"（本年）", "（上年）"}[ago]
		case year:
			return fmt.Sprintf("%d年%s", y-ago, rest)
		}
		return []string{"本年", "上年"}[ago] + rest
	}
	t := r.Items[r.tables("active.")[0]].Table
	var rows []Row
	for _, row := range t.Rows {
		if len(row) == 1 {
			row[0].Cols = 7
			rows = append(rows, row)
			continue
		}
		line := Row{row[0]}
		for _, c := range row[1:] {
			x := c
			if c.Name != "" {
				x = another(c, rng)
			} else {
				c.Text, x.Text = name(c.Text, 0), name(c.Text, 1)
			}
			line = append(line, c, x)
		}
		rows = append(rows, line)
	}
	t.Rows = rows
	return true
}

// transposed gives a table on its side.
func transposed(t *Table) *Table {
	cells, _ := t.place()
	first := t.labelColumns()
	for i, c := range cells {
		c.row, c.col, c.Rows, c.Cols = c.col, c.row, c.Cols, c.Rows
		cells[i] = c
	}
	return laid(cells, first)
}

// leaves gives a table on its side with the labels of rows and columns alone, one header line.
func leaves(t *Table, corner string) *Table {
	cells, _ := t.place()
	labels := map[int]Cell{}
	heads := map[int]Cell{}
	lowest := map[int]int{}
	for _, c := range cells {
		switch {
		case c.Label:
			labels[c.row] = c.Cell
		case c.row < t.Header && c.Cols == 1 && c.row >= lowest[c.col]:
			heads[c.col], lowest[c.col] = c.Cell, c.row
		}
	}
	var rows, cols []int
	var out []placedCell
	for r := range labels {
		rows = append(rows, r)
	}
	for _, c := range cells {
		if c.Name != "" && !slices.Contains(cols, c.col) {
			cols = append(cols, c.col)
		}
	}
	slices.Sort(rows)
	slices.Sort(cols)
	out = append(out, placedCell{Cell{Text: corner, Cols: 1, Rows: 1, Header: true}, 0, 0})
	for i, r := range rows {
		out = append(out, placedCell{Cell{Text: labels[r].Text, Cols: 1, Rows: 1, Label: true}, 0, i + 1})
	}
	for k, col := range cols {
		out = append(out, placedCell{Cell{Text: heads[col].Text, Cols: 1, Rows: 1, Header: true}, k + 1, 0})
		for _, c := range cells {
			if c.Name != "" && c.col == col {
				out = append(out, placedCell{c.Cell, k + 1, 1 + slices.Index(rows, c.row)})
			}
		}
	}
	return laid(out, 1)
}

func layoutShapes() []Fault {
	return []Fault{
		{"on its side", "the rows of table III are columns", func(r *Report, rng *rand.Rand, f Format) bool {
			i := r.oneTable("applications.")
			if i < 0 || r.Options.TallHeader || narrow(f) {
				return false
			}
			r.Items[i].Table = turnedTable(r.Items[i].Table, rng.Intn(3) == 0 && f.Grid && !placed(f) || f.Name == "sheet xlsx")
			return true
		}},
		{"table II on its side", "the rows of table II are columns", func(r *Report, _ *rand.Rand, _ Format) bool {
			for _, i := range r.tables("active.") {
				r.Items[i].Table = blocksTurned(r.Items[i].Table)
			}
			return true
		}},
		{"parts by columns", "table III stands there in two parts, each with some of the columns",
			func(r *Report, rng *rand.Rand, f Format) bool {
				i := r.oneTable("applications.")
				if i < 0 || r.Options.TallHeader || narrow(f) || f.Name == "text "+Lines && r.Options.Zero == "" {
					return false // blank lines for some of the cells say nothing
				}
				a, b := byColumns(r.Items[i].Table, 2+rng.Intn(4))
				between := []string{"续表", "（续表）", "表三（续）"}[rng.Intn(3)]
				r.replace(i, Item{Table: a}, Item{Text: between}, Item{Table: b})
				return true
			}},
		{"stacked in one row", "several rows of table III stand in one, a line each in every cell",
			func(r *Report, rng *rand.Rand, f Format) bool {
				i := r.oneTable("applications.")
				if i < 0 || strings.HasPrefix(f.Name, "text") || r.Options.Zero == "" {
					return false
				}
				return stackRows(r.Items[i].Table, rng)
			}},
		{"column by column", "a text prints the labels of table III, then the values of each column",
			func(r *Report, rng *rand.Rand, f Format) bool {
				i := r.oneTable("applications.")
				if i < 0 || f.Name != "text "+Lines || r.Options.Zero == "" {
					return false
				}
				r.Items[i].Table = columnwise(r.Items[i].Table, rng.Intn(2) == 0)
				return true
			}},
	}
}

// blocksTurned turns each block of table II.
func blocksTurned(t *Table) *Table {
	out := &Table{Header: t.Header}
	for i := 0; i < len(t.Rows); i++ {
		row := t.Rows[i]
		if len(row) == 1 {
			out.Rows = append(out.Rows, row)
			continue
		}
		k := i + 1
		for k < len(t.Rows) && len(t.Rows[k]) == len(row) && len(t.Rows[k]) > 1 && t.Rows[k][0].Label {
			k++
		}
		block := t.Rows[i:k]
		for c := range row {
			var line Row
			for n := range block {
				x := block[n][c]
				x.Cols = 1
				if n > 0 {
					x.Cols = share(3, len(block)-1, n-1)
				}
				line = append(line, x)
			}
			out.Rows = append(out.Rows, line)
		}
		i = k - 1
	}
	return out
}

// byColumns cuts table III behind so many of its columns; both parts have the labels.
func byColumns(t *Table, n int) (a, b *Table) {
	cells, _ := t.place()
	one := leaves(t, "项目")
	heads := one.Rows[1:]
	a, b = &Table{Header: 1}, &Table{Header: 1}
	corner := Cell{Text: "项目", Cols: 3, Rows: 1, Header: true}
	h, g := Row{corner}, Row{corner}
	for k := range heads {
		if k < n {
			h = append(h, heads[k][0])
		} else {
			g = append(g, heads[k][0])
		}
	}
	a.Rows, b.Rows = append(a.Rows, h), append(b.Rows, g)
	for r := t.Header; r < len(t.Rows); r++ {
		var x, y Row
		for _, c := range cells {
			switch {
			case c.row != r:
			case c.Name == "":
				x, y = append(x, c.Cell), append(y, c.Cell)
			case c.col < 3+n:
				x = append(x, c.Cell)
			default:
				y = append(y, c.Cell)
			}
		}
		a.Rows, b.Rows = append(a.Rows, x), append(b.Rows, y)
	}
	return a, b
}

// stackRows puts the rows of one group of table III into one.
func stackRows(t *Table, rng *rand.Rand) bool {
	cells, _ := t.place()
	var groups []placedCell
	for _, c := range cells {
		if c.Group && c.Rows > 1 && c.Rows < 10 && c.col == 1 {
			groups = append(groups, c)
		}
	}
	if len(groups) == 0 {
		return false
	}
	g := groups[rng.Intn(len(groups))]
	first := t.Rows[g.row]
	var line Row
	from := 0
	for k, c := range first {
		if !c.Group && from == 0 {
			from = k
			break
		}
	}
	line = append(line, first[:from]...)
	line[len(line)-1].Rows = 1
	if from > 1 || g.col == 0 { // the group above has fewer rows now
		line[0].Rows -= g.Rows - 1
	}
	for k := from; k < len(first); k++ {
		c := first[k]
		c.Parts = []Cell{c}
		for i := 1; i < g.Rows; i++ {
			x := t.Rows[g.row+i][k-from]
			c.Text += "\n" + x.Text
			c.Parts = append(c.Parts, x)
		}
		line = append(line, c)
	}
	for _, c := range cells {
		if c.Group && c.row < g.row && c.row+c.Rows > g.row+g.Rows-1 {
			for k := range t.Rows[c.row] {
				if t.Rows[c.row][k].Text == c.Text {
					t.Rows[c.row][k].Rows -= g.Rows - 1
				}
			}
		}
	}
	t.Rows = append(append(append([]Row(nil), t.Rows[:g.row]...), line), t.Rows[g.row+g.Rows:]...)
	return true
}

// columnwise gives a table of one cell a row: the header, the labels, then the values column by column, below the
// name of each if named.
func columnwise(t *Table, named bool) *Table {
	cells, cols := t.place()
	one := leaves(t, "申请人情况")
	out := &Table{}
	put := func(c Cell) { out.Rows = append(out.Rows, Row{c}) }
	if !named {
		for _, row := range t.Rows[:t.Header] {
			for _, c := range row {
				put(c)
			}
		}
	}
	for _, c := range cells {
		if c.Label {
			put(c.Cell)
		}
	}
	n := 0
	for g := range cols {
		began := false
		for _, c := range cells {
			if c.Name == "" || c.col != g {
				continue
			}
			if !began && named {
				put(one.Rows[1+n][0])
			}
			began = true
			put(c.Cell)
		}
		if began {
			n++
		}
	}
	return out
}

func disputesShapes() []Fault {
	return []Fault{
		{"disputes under headings", "each group of table IV is a table of its own under a heading",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				groups := r.disputeGroups()
				names := [][]string{{"行政复议", "未经复议直接起诉", "复议后起诉"},
					{"（一）行政复议", "（二）行政诉讼（未经复议直接起诉）", "（三）行政诉讼（复议后起诉）"},
					{"1.行政复议情况", "2.行政诉讼：未经复议直接起诉", "3.行政诉讼：复议后起诉"}}[rng.Intn(3)]
				var with []Item
				for i, g := range groups {
					with = append(with, Item{Text: names[i]})
					if rng.Intn(4) == 0 {
						with = append(with, Item{Text: "单位：件"})
					}
					with = append(with, Item{Table: &Table{Header: 1, Rows: []Row{disputeHeads(), g}}})
				}
				r.replaceTables("disputes.", with)
				return true
			}},
		{"disputes with a sum", "table IV has a further group, the sum of the others",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				groups := r.disputeGroups()
				var sum Row
				for k := range groups[0] {
					n := 0
					for _, g := range groups {
						x, err := strconv.Atoi(g[k].Text)
						if err != nil {
							return false
						}
						n += x
					}
					sum = append(sum, Cell{Text: strconv.Itoa(n), Cols: 1, Rows: 1})
				}
				labels := []string{"行政复议", "未经复议直接起诉", "复议后起诉", "合计"}
				t := &Table{Header: 2, Rows: []Row{nil, nil, nil}}
				if rng.Intn(2) == 0 {
					for i, g := range append(groups, sum) {
						t.Rows[0] = append(t.Rows[0], Cell{Text: labels[i], Cols: 5, Rows: 1, Header: true})
						t.Rows[1] = append(t.Rows[1], disputeHeads()...)
						t.Rows[2] = append(t.Rows[2], g...)
					}
				} else {
					t = &Table{Header: 1, Rows: []Row{append(Row{{Text: "类别", Cols: 1, Rows: 1, Header: true}},
						disputeHeads()...)}}
					for i, g := range append(groups, sum) {
						t.Rows = append(t.Rows, append(Row{{Text: labels[i], Cols: 1, Rows: 1, Label: true}}, g...))
					}
				}
				r.replaceTables("disputes.", []Item{{Table: t}})
				return true
			}},
	}
}

func disputeHeads() Row {
	var out Row
	for _, x := range []string{"结果维持", "结果纠正", "其他结果", "尚未审结", "总计"} {
		out = append(out, Cell{Text: x, Cols: 1, Rows: 1, Header: true})
	}
	return out
}

// disputeGroups gives the values of table IV, a row a group.
func (r *Report) disputeGroups() []Row {
	f := formOf("disputes", "2021")
	out := make([]Row, len(f.Rows))
	for i := range f.Rows {
		for _, c := range f.Columns {
			out[i] = append(out[i], r.value("disputes."+f.Rows[i].Name+"."+c.Name))
		}
	}
	return out
}

// replaceTables puts items in place of all tables with the names.
func (r *Report) replaceTables(prefix string, with []Item) {
	is := r.tables(prefix)
	items := append([]Item(nil), r.Items[:is[0]]...)
	items = append(items, with...)
	r.Items = append(items, r.Items[is[len(is)-1]+1:]...)
}

// turnedTable gives table III on its side: all of it, with its merged headers, where a format keeps merged cells however
// narrow they are, or the labels of rows and columns alone.
func turnedTable(t *Table, whole bool) *Table {
	if whole {
		return transposed(t)
	}
	return leaves(t, "申请人情况")
}
