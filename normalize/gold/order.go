package gold

import (
	"math/rand"
	"slices"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/normalize"
)

// What a sum cannot see: columns and groups that stand in another order than the form's, headers that nobody knows,
// headers of another year or thing, and zeros that a flattened text has lost. Sums hold under all of them.

// orderFaults are these, each for itself. RandomOrder makes them all at once.
func orderFaults() []Fault {
	return []Fault{
		{"groups moved", "the groups of table IV stand in another order, each with its name",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				o := ordered(rng)
				o.groups = moved(rng, 3)
				return r.reorderDisputes(o)
			}},
		{"disputes columns moved", "the columns of table IV stand in another order, with their headers",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				o := ordered(rng)
				o.columns = moved(rng, 5)
				return r.reorderDisputes(o)
			}},
		{"header unknown", "a header of table II, III or IV is worded as nobody words it",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				h, ok := one(rng, r.heads())
				if ok {
					r.at(h).Text = unknownHeads[rng.Intn(len(unknownHeads))]
				}
				return ok
			}},
		{"active headers unknown, moved", "the columns of a block of table II stand in another order, below words of the office's own",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				blocks := r.blocks(3)
				if len(blocks) == 0 {
					return false
				}
				b := blocks[rng.Intn(len(blocks))]
				b.permute(moved(rng, len(b.heads)))
				for i, h := range b.heads {
					h.Text = []string{"现有", "新制定", "失效", "存量"}[i]
				}
				return true
			}},
		{"header of another year", "a header of table II is of last year, or of all years together",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				blocks := r.blocks(1)
				b := blocks[rng.Intn(len(blocks))]
				b.rename(rng.Intn(len(b.heads)), rng)
				return true
			}},
		{"zeros lost in flattened text", "cells that print zero are lost from a text",
			func(r *Report, rng *rand.Rand, f Format) bool {
				return strings.HasPrefix(f.Name, "text") && r.loseZeros(rng, 1+rng.Intn(3))
			}},
	}
}

// unknownHeads are headers of offices' own.
var unknownHeads = []string{"胜诉", "败诉", "小计", "现有", "新制定", "失效", "指标甲", "办理数", "企业类", "个人类", "审理完毕", "数据3", "本年罚款金额",
	"处罚办结数", "其他情形数"}

// otherYears turn a header into one of another year or thing.
var otherYears = []func(string) string{
	func(s string) string { return "上年" + strings.TrimPrefix(s, "本年") },
	func(s string) string { return "累计" + strings.TrimPrefix(s, "本年") },
	func(s string) string { return "去年" + strings.TrimPrefix(s, "本年") },
	func(s string) string { return "历年" + strings.TrimPrefix(s, "本年") },
	func(s string) string { return s + "（上年）" },
	func(s string) string { return s + "同比" },
}

// moved gives an order of n things that is not theirs.
func moved(rng *rand.Rand, n int) []int {
	for {
		if p := rng.Perm(n); !slices.IsSorted(p) || n < 2 {
			return p
		}
	}
}

// An order is how table IV is printed.
type order struct {
	groups, columns []int
	layout          string // as in Options.Disputes
	group           func(row int) string
	head            func(row, column int) string
	lost            func(row, column int) bool // the header above is of another year: the value has no name
}

var (
	disputeRows   = []string{"reconsideration", "litigation_direct", "litigation_after"}
	disputeLabels = []string{"行政复议", "未经复议直接起诉", "复议后起诉"}
	disputeCols   = []string{"upheld", "corrected", "other", "pending", "total"}
	disputeWords  = []string{"结果维持", "结果纠正", "其他结果", "尚未审结", "总计"}
)

func ordered(rng *rand.Rand) order {
	return order{groups: []int{0, 1, 2}, columns: []int{0, 1, 2, 3, 4},
		layout: []string{"", "rows", "turned", "tables"}[rng.Intn(4)],
		group: func(r int) string {
			if r > 0 && rng.Intn(2) == 0 {
				return "行政诉讼（" + disputeLabels[r] + "）"
			}
			return disputeLabels[r]
		},
		head: func(_, c int) string { return disputeWords[c] },
		lost: func(int, int) bool { return false }}
}

// reorderDisputes prints table IV in another order.
func (r *Report) reorderDisputes(o order) bool {
	items := r.tables("disputes.")
	if len(items) == 0 {
		return false
	}
	value := map[string]Cell{}
	for _, s := range r.spots("disputes.", nil) {
		c := *r.at(s)
		c.Cols, c.Rows = 1, 1
		value[c.Name] = c
	}
	cell := func(g, c int) Cell {
		v := value["disputes."+disputeRows[g]+"."+disputeCols[c]]
		if o.lost(g, c) {
			v.Name = ""
		}
		return v
	}
	head := func(text string, cols int) Cell { return Cell{Text: text, Cols: cols, Rows: 1, Header: true} }
	var tables []Item
	switch o.layout {
	case "rows":
		t := &Table{Header: 1, Rows: []Row{{head("类别", 1)}}}
		for _, c := range o.columns {
			t.Rows[0] = append(t.Rows[0], head(o.head(-1, c), 1))
		}
		for _, g := range o.groups {
			row := Row{{Text: o.group(g), Cols: 1, Rows: 1, Label: true}}
			for _, c := range o.columns {
				row = append(row, cell(g, c))
			}
			t.Rows = append(t.Rows, row)
		}
		tables = []Item{{Table: t}}
	case "turned":
		t := &Table{Header: 1, Rows: []Row{{head("结果", 1)}}}
		for _, g := range o.groups {
			t.Rows[0] = append(t.Rows[0], head(o.group(g), 1))
		}
		for _, c := range o.columns {
			row := Row{{Text: o.head(-1, c), Cols: 1, Rows: 1, Label: true}}
			for _, g := range o.groups {
				row = append(row, cell(g, c))
			}
			t.Rows = append(t.Rows, row)
		}
		tables = []Item{{Table: t}}
	case "tables":
		for _, g := range o.groups {
			t := &Table{Header: 2, Rows: []Row{{head(o.group(g), 5)}, nil, nil}}
			for _, c := range o.columns {
				t.Rows[1] = append(t.Rows[1], head(o.head(-1, c), 1))
				t.Rows[2] = append(t.Rows[2], cell(g, c))
			}
			tables = append(tables, Item{Table: t})
		}
	default:
		t := &Table{Header: 2, Rows: []Row{nil, nil, nil}}
		for _, g := range o.groups {
			t.Rows[0] = append(t.Rows[0], head(o.group(g), 5))
			for _, c := range o.columns {
				t.Rows[1] = append(t.Rows[1], head(o.head(g, c), 1))
				t.Rows[2] = append(t.Rows[2], cell(g, c))
			}
		}
		tables = []Item{{Table: t}}
	}
	for k := len(items) - 1; k > 0; k-- {
		r.replace(items[k])
	}
	r.replace(items[0], tables...)
	return true
}

// heads lists the headers above the columns of the three tables.
func (r *Report) heads() []spot {
	var out []spot
	for i, it := range r.Items {
		if it.Table == nil {
			continue
		}
		for j, row := range it.Table.Rows {
			for k, c := range row {
				if c.Header && (c.Cols == 1 || row[0].Text == "信息内容") && c.Text != "信息内容" && c.Text != "类别" && c.Text != "结果" &&
					!strings.Contains(c.Text, "勾稽") && !strings.Contains(c.Text, "第二十条") {
					out = append(out, spot{i, j, k})
				}
			}
		}
	}
	return out
}

// A block is a header of table II with the rows below it.
type block struct {
	heads []*Cell
	rows  [][]*Cell
}

// blocks lists those of table II with at least n columns.
func (r *Report) blocks(n int) []block {
	var out []block
	for _, it := range r.Items {
		if it.Table == nil {
			continue
		}
		var b *block
		for j := range it.Table.Rows {
			row := it.Table.Rows[j]
			switch {
			case row[0].Text == "信息内容":
				b = nil
				if len(row) > n {
					out = append(out, block{})
					b = &out[len(out)-1]
					for k := 1; k < len(row); k++ {
						b.heads = append(b.heads, &row[k])
					}
				}
			case b != nil && strings.HasPrefix(row[len(row)-1].Name, "active.") && len(row) == len(b.heads)+1:
				var cells []*Cell
				for k := 1; k < len(row); k++ {
					cells = append(cells, &row[k])
				}
				b.rows = append(b.rows, cells)
			}
		}
	}
	return out
}

// permute moves the columns of a block with their headers.
func (b *block) permute(p []int) {
	for _, cells := range append(b.rows, b.heads) {
		old := make([]Cell, len(cells))
		for i := range cells {
			old[i] = *cells[i]
		}
		for i := range cells {
			cols := cells[i].Cols
			*cells[i] = old[p[i]]
			cells[i].Cols = cols
		}
	}
}

// rename makes the header of column k one of another year or thing: what stands below it is of no name.
func (b *block) rename(k int, rng *rand.Rand) {
	if strings.HasPrefix(b.heads[k].Text, "上一年") || strings.Contains(b.heads[k].Text, "增/减") {
		b.heads[k].Text = "前年项目数量"
	} else {
		b.heads[k].Text = otherYears[rng.Intn(len(otherYears))](b.heads[k].Text)
	}
	for _, row := range b.rows {
		row[k].Name = ""
	}
}

// loseZeros takes up to n cells that print zero out of the rows of a text: nothing says which are missing.
func (r *Report) loseZeros(rng *rand.Rand, n int) bool {
	done := false
	for range n {
		s, ok := one(rng, r.spots("", func(c Cell) bool { return c.Text == "0" && c.Cols == 1 }))
		if !ok {
			break
		}
		row := r.rowAt(s)
		r.doubt(*row)
		*row = removeCell(*row, s.cell)
		done = true
	}
	return done
}

// RandomOrder prints a report with its columns and groups in any order, below headers of which some are worded
// otherwise, some as nobody words them, and some are of another year or thing.
func RandomOrder(r *Report, rng *rand.Rand) {
	for _, b := range r.blocks(1) {
		if rng.Intn(2) == 0 {
			b.permute(rng.Perm(len(b.heads)))
		}
		for k, h := range b.heads {
			switch rng.Intn(12) {
			case 0:
				b.rename(k, rng)
			case 1:
				h.Text = unknownHeads[rng.Intn(len(unknownHeads))]
			}
		}
	}
	if rng.Intn(2) == 0 {
		r.reorderApplications(rng)
	}
	if rng.Intn(3) == 0 {
		return
	}
	o := ordered(rng)
	if rng.Intn(3) > 0 {
		o.groups = rng.Perm(3)
	}
	if rng.Intn(2) == 0 {
		o.columns = rng.Perm(5)
	}
	names, group := map[int]string{}, o.group
	for g := range 3 {
		names[g] = group(g)
		if rng.Intn(12) == 0 {
			names[g] = []string{"复议案件甲", "诉讼类", "经行政复议后提起诉讼", "第" + strconv.Itoa(g+1) + "类"}[rng.Intn(4)]
		}
	}
	o.group = func(g int) string { return names[g] }
	heads, of := map[int]string{}, map[int]bool{}
	for c := range 5 {
		heads[c] = disputeWords[c]
		switch rng.Intn(16) {
		case 0:
			heads[c] = unknownHeads[rng.Intn(len(unknownHeads))]
		case 1:
			heads[c] = []string{"维持", "纠正", "其它结果", "未审结", "合计"}[c]
		case 2:
			if rng.Intn(3) == 0 {
				heads[c], of[c] = otherYears[rng.Intn(len(otherYears))](heads[c]), true
			}
		}
	}
	o.head = func(_, c int) string { return heads[c] }
	o.lost = func(_, c int) bool { return of[c] }
	r.reorderDisputes(o)
}

// reorderApplications moves the columns of table III with their headers, and words one of them otherwise now and then.
func (r *Report) reorderApplications(rng *rand.Rand) {
	f := formOf("applications", r.Apps)
	inner, outer := rng.Perm(5), rng.Perm(3) // of the bodies, and of persons, bodies and the total
	if rng.Intn(3) == 0 {
		outer = []int{0, 1, 2}
	}
	word := -1
	if rng.Intn(3) == 0 {
		word = rng.Intn(7)
	}
	unknown := unknownHeads[rng.Intn(len(unknownHeads))]
	flatten := strings.NewReplacer("\n", "", " ", "", "合计", "总计")
	leaf := func(c int) string { return f.Columns[c].Path[len(f.Columns[c].Path)-1] }
	var columns []int
	for _, o := range outer {
		switch o {
		case 0:
			columns = append(columns, 0)
		case 1:
			for _, i := range inner {
				columns = append(columns, 1+i)
			}
		case 2:
			columns = append(columns, 6)
		}
	}
	put := func(row Row, at []int, cells []Cell) {
		for i, k := range at {
			row[k] = cells[i]
		}
	}
	for _, item := range r.tables("applications.") {
		for _, row := range r.Items[item].Table.Rows {
			of := map[int]Cell{} // columns, and 7 for the bodies together
			var at []int
			for k, c := range row {
				col := -1
				for i := range f.Columns {
					if c.Header && flatten.Replace(c.Text) == leaf(i) || strings.HasPrefix(c.Name, "applications.") &&
						strings.HasSuffix(c.Name, "."+f.Columns[i].Name) {
						col = i
					}
				}
				if c.Header && flatten.Replace(c.Text) == "法人或其他组织" {
					col = 7
				}
				if col < 0 {
					continue
				}
				if c.Header && col == word {
					c.Text = unknown
				}
				at = append(at, k)
				of[col] = c
			}
			var cells []Cell
			switch len(at) {
			case 7:
				for _, c := range columns {
					cells = append(cells, of[c])
				}
			case 5:
				for _, i := range inner {
					cells = append(cells, of[1+i])
				}
			case 3:
				for _, o := range outer {
					cells = append(cells, of[[]int{0, 7, 6}[o]])
				}
			default:
				continue
			}
			put(row, at, cells)
		}
	}
}

// wrongProof reports whether a value that is not as printed was called proved or inferred.
func wrongProof(v normalize.Value) bool {
	return v.Verdict == normalize.Proved || v.Verdict == normalize.Inferred
}
