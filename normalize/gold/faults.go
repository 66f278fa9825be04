package gold

import (
	"fmt"
	"math/rand"
	"slices"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/normalize"
)

// A Fault is one thing that goes wrong with these documents.
type Fault struct {
	Name  string
	What  string
	Apply func(r *Report, rng *rand.Rand, f Format) bool // false: this report in this format cannot carry it
}

// A spot is one value cell of a report.
type spot struct {
	item, row, cell int
}

func (r *Report) at(s spot) *Cell { return &r.Items[s.item].Table.Rows[s.row][s.cell] }

func (r *Report) rowAt(s spot) *Row { return &r.Items[s.item].Table.Rows[s.row] }

// spots lists the value cells whose names begin with prefix and for which ok holds.
func (r *Report) spots(prefix string, ok func(Cell) bool) []spot {
	var out []spot
	for i, it := range r.Items {
		if it.Table == nil {
			continue
		}
		for j, row := range it.Table.Rows {
			for k, c := range row {
				if c.Name != "" && strings.HasPrefix(c.Name, prefix) && (ok == nil || ok(c)) {
					out = append(out, spot{i, j, k})
				}
			}
		}
	}
	return out
}

func one(rng *rand.Rand, from []spot) (spot, bool) {
	if len(from) == 0 {
		return spot{}, false
	}
	return from[rng.Intn(len(from))], true
}

func counted(c Cell) bool {
	return c.Print.State == normalize.Number && !strings.Contains(c.Text, ".") && c.Runs == nil && c.Shown == nil
}
func long(c Cell) bool     { return counted(c) && len(c.Text) > 1 && plainDigits(c.Text) }
func positive(c Cell) bool { return counted(c) && plainDigits(c.Text) && c.Text != "0" }

// placed reports whether every cell of a format has its place, as on paper: none can be missing from a row.
func placed(f Format) bool {
	return strings.HasPrefix(f.Name, "pdf") || strings.HasPrefix(f.Name, "ofd") || strings.HasPrefix(f.Name, "sheet")
}

func plainDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// doubt marks the names of a row as ones that the print does not tell apart.
func (r *Report) doubt(row Row) {
	for _, c := range row {
		if c.Name != "" {
			r.Ambiguous[c.Name] = true
		}
	}
}

// fork makes a fault that changes one cell of the statistics.
func cellFault(name, what string, ok func(Cell) bool, change func(c *Cell, rng *rand.Rand)) Fault {
	return Fault{name, what, func(r *Report, rng *rand.Rand, _ Format) bool {
		table := []string{"applications.", "applications.", "active.", "disputes."}[rng.Intn(4)]
		s, found := one(rng, r.spots(table, ok))
		if !found {
			s, found = one(rng, r.spots("", ok))
		}
		if found {
			change(r.at(s), rng)
		}
		return found
	}}
}

// rowFault makes a fault of one row of table III.
func rowFault(name, what string, change func(r *Report, s spot, rng *rand.Rand, f Format) bool) Fault {
	return Fault{name, what, func(r *Report, rng *rand.Rand, f Format) bool {
		s, ok := one(rng, r.spots("applications.", nil))
		return ok && change(r, s, rng, f)
	}}
}

func (r *Report) first(row Row) int {
	for i, c := range row {
		if c.Name != "" {
			return i
		}
	}
	return len(row)
}

func (r *Report) labelOf(row Row) *Cell {
	for i := range row {
		if row[i].Label {
			return &row[i]
		}
	}
	return nil
}

// tables lists the items that print names with the prefix.
func (r *Report) tables(prefix string) []int {
	var out []int
	for _, s := range r.spots(prefix, nil) {
		if len(out) == 0 || out[len(out)-1] != s.item {
			out = append(out, s.item)
		}
	}
	return out
}

// relabel gives every label of table III another form.
func relabel(r *Report, group bool, change func(string) string) bool {
	for _, i := range r.tables("applications.") {
		for _, row := range r.Items[i].Table.Rows {
			for k := range row {
				if row[k].Label || group && row[k].Group {
					row[k].Text = change(row[k].Text)
				}
			}
		}
	}
	return true
}

func insertCell(row Row, at int, c Cell) Row {
	return append(append(append(Row(nil), row[:at]...), c), row[at:]...)
}

func removeCell(row Row, at int) Row {
	return append(append(Row(nil), row[:at]...), row[at+1:]...)
}

// groups of a row that begins no group: the merged group cells that reach into it from above.
func cutRowSpans(t *Table, at int) {
	for i := 0; i < at; i++ {
		for k := range t.Rows[i] {
			if c := &t.Rows[i][k]; i+c.Rows > at {
				c.Rows--
			}
		}
	}
}

// divide cuts a table in two before row at; merged group cells are cut with it, and their label stays above.
func divide(t *Table, at int) (a, b *Table) {
	a, b = &Table{Header: t.Header}, &Table{}
	left := Row{}
	for i := 0; i < at; i++ {
		row := append(Row(nil), t.Rows[i]...)
		for k := range row {
			if over := i + row[k].Rows - at; over > 0 && row[k].Rows > 1 && row[k].Name != "" {
				row[k].Rows -= over // its lower half is gone
			} else if over > 0 && row[k].Rows > 1 {
				left = append(left, Cell{Cols: row[k].Cols, Rows: over, Group: true})
				row[k].Rows -= over
			}
		}
		a.Rows = append(a.Rows, row)
	}
	for i := at; i < len(t.Rows); i++ {
		row := append(Row(nil), t.Rows[i]...)
		if i == at {
			row = append(append(Row(nil), left...), row...)
		}
		b.Rows = append(b.Rows, row)
	}
	return a, b
}

func (r *Report) replace(item int, with ...Item) {
	items := append([]Item(nil), r.Items[:item]...)
	items = append(items, with...)
	r.Items = append(items, r.Items[item+1:]...)
}

func copyTable(t *Table) *Table {
	c := &Table{Header: t.Header}
	for _, row := range t.Rows {
		c.Rows = append(c.Rows, append(Row(nil), row...))
	}
	return c
}

// copyOf gives a second print of a table: what it prints counts only where the first says nothing.
func (r *Report) again(item int, change func(*Table)) {
	c := copyTable(r.Items[item].Table)
	if change != nil {
		change(c)
	}
	r.replace(item, r.Items[item], Item{Text: "（续表）"}, Item{Table: c})
}

// say makes a cell print what another prints.
func (c *Cell) say(o Cell) { c.Text, c.Print, c.Runs, c.Shown = o.Text, o.Print, o.Runs, o.Shown }

func setText(c *Cell, text string, p Print) {
	c.Text, c.Runs, c.Shown = text, nil, nil
	p.Text = strings.Join(strings.Fields(strings.ReplaceAll(text, "\n", "")), " ")
	c.Print = p
}

var (
	blankPrint = Print{State: normalize.Blank}
	markPrint  = Print{State: normalize.Mark}
	wordPrint  = Print{State: normalize.Text}
)

func numberPrint(n string) Print { return Print{State: normalize.Number, Number: n} }

// Faults are the faults that the gold set is tried with, one at a time. The samples of the tests depend on their order.
func Faults() []Fault {
	return slices.Concat(cellFaults(), rowFaults(), tableFaults(), fileFaults(), numberFaults(), unitFaults(), Shapes(),
		orderFaults(), pdfAppearFaults(), appearHTMLFaults(),
		officeFaults(), besideFaults(), headFaults(), ofdAppearFaults())
}

func cellFaults() []Fault {
	numeral := []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}
	return []Fault{
		{"none", "as the office meant it", func(*Report, *rand.Rand, Format) bool { return true }},
		cellFault("blank", "one number is not printed", counted,
			func(c *Cell, _ *rand.Rand) { setText(c, "", blankPrint) }),
		cellFault("mark", "a dash or slash in place of a number", counted, func(c *Cell, rng *rand.Rand) {
			setText(c, []string{"/", "—", "-", "－", "--"}[rng.Intn(5)], markPrint)
		}),
		cellFault("word", "a word in place of a number", counted, func(c *Cell, rng *rand.Rand) {
			setText(c, []string{"无", "空", "不适用", "详见附件"}[rng.Intn(4)], wordPrint)
		}),
		cellFault("space in a number", "13 612", long, func(c *Cell, rng *rand.Rand) {
			i := 1 + rng.Intn(len(c.Text)-1)
			p := c.Print
			if len(c.Text)-i != 3 {
				p.Number = "?"
			}
			setText(c, c.Text[:i]+" "+c.Text[i:], p)
		}),
		{"number over two lines", "the digits of one number wrap within the cell",
			func(r *Report, rng *rand.Rand, f Format) bool {
				s, ok := one(rng, r.spots("applications.", long))
				if !ok || f.Name == "text "+Lines || f.Name == "text "+Marked {
					return false
				}
				c := r.at(s)
				i := 1 + rng.Intn(len(c.Text)-1)
				p := c.Print
				p.Number = "?"
				setText(c, c.Text[:i]+"\n"+c.Text[i:], p)
				return true
			}},
		{"number in spans", "each digit in a span or text run of its own",
			func(r *Report, _ *rand.Rand, f Format) bool {
				r.Spans = !strings.HasPrefix(f.Name, "text")
				return r.Spans
			}},
		cellFault("full-width", "１２３", counted, func(c *Cell, _ *rand.Rand) { setText(c, fullWidth(c.Text), c.Print) }),
		cellFault("separators", "13,612", func(c Cell) bool { return long(c) && len(c.Text) > 3 },
			func(c *Cell, rng *rand.Rand) {
				n := len(c.Text) - 3
				setText(c, c.Text[:n]+[]string{",", "，"}[rng.Intn(2)]+c.Text[n:], c.Print)
			}),
		cellFault("note", "22（其中修订16件）", positive, func(c *Cell, rng *rand.Rand) {
			p := c.Print
			p.State = normalize.Text
			setText(c, c.Text+[]string{"（其中修订16件）", "（含自然失效3件）", "件（含上年1件）"}[rng.Intn(3)], p)
		}),
		cellFault("counting word", "22件", positive, func(c *Cell, _ *rand.Rand) { setText(c, c.Text+"件", c.Print) }),
		cellFault("Chinese numeral", "十二", func(c Cell) bool {
			n, err := strconv.Atoi(c.Text)
			return counted(c) && err == nil && n > 1 && n < 100
		}, func(c *Cell, _ *rand.Rand) {
			n, _ := strconv.Atoi(c.Text)
			t := numeral[n%10]
			switch {
			case n >= 20:
				t = numeral[n/10] + "十" + t
			case n >= 10:
				t = "十" + t
			}
			if n >= 10 {
				t = strings.TrimSuffix(t, "零")
			}
			setText(c, t, c.Print)
		}),
		cellFault("letters for digits", "1O, l5", long, func(c *Cell, _ *rand.Rand) {
			t := strings.NewReplacer("0", "O", "1", "l").Replace(c.Text)
			if t != c.Text {
				setText(c, t, Print{State: normalize.Text, Number: "?"})
			}
		}),
		cellFault("changed digit", "one digit is wrong in print", positive, func(c *Cell, rng *rand.Rand) {
			b := []byte(c.Text)
			i := rng.Intn(len(b))
			b[i] = '1' + (b[i]-'0'+byte(rng.Intn(7)))%9
			setText(c, string(b), numberPrint(string(b)))
		}),
		cellFault("lost digit", "10 printed as 1", long,
			func(c *Cell, _ *rand.Rand) { setText(c, c.Text[:len(c.Text)-1], numberPrint(c.Text[:len(c.Text)-1])) }),
		cellFault("wrong total", "a total that its parts do not make",
			func(c Cell) bool { return strings.HasSuffix(c.Name, ".total") }, func(c *Cell, rng *rand.Rand) {
				n := strconv.Itoa(rng.Intn(900))
				setText(c, n, numberPrint(n))
			}),
		cellFault("date", "a year where a number belongs", counted,
			func(c *Cell, _ *rand.Rand) { setText(c, "2022年", Print{State: normalize.Text}) }),
		cellFault("yuan", "251000元 where the column means 万元",
			func(c Cell) bool { return strings.HasPrefix(c.Name, "active.fees.amount") }, func(c *Cell, _ *rand.Rand) {
				setText(c, "251000元", numberPrint("25.1"))
			}),
		cellFault("negative", "a count below zero", func(c Cell) bool {
			return positive(c) &&
				!strings.HasSuffix(c.Name, ".change")
		}, func(c *Cell, _ *rand.Rand) {
			p := c.Print
			p.Number = "-" + c.Text
			setText(c, "-"+c.Text, p)
		}),
		{"zero-width characters", "invisible characters around and within a number",
			func(r *Report, rng *rand.Rand, f Format) bool {
				s, ok := one(rng, r.spots("applications.", long))
				if !ok || placed(f) {
					return false
				}
				c := r.at(s)
				c.Text = "\u200b" + c.Text[:1] + "\ufeff" + c.Text[1:] + "\u200d"
				return true
			}},
	}
}

// rowFaults are faults of single rows, mostly of table III.
func rowFaults() []Fault {
	return slices.Concat(rowCellFaults(), wholeRowFaults(), mergedCellFaults(), activeRowFaults(), disputesRowFaults())
}

// rowCellFaults are rows of table III with cells too few or too many, or with values in the wrong cells.
func rowCellFaults() []Fault {
	return []Fault{
		rowFault("lost cell", "a row has a cell too few", func(r *Report, s spot, _ *rand.Rand, f Format) bool {
			if placed(f) {
				return false // on paper every cell has its place
			}
			row := r.rowAt(s)
			r.doubt(*row)
			*row = removeCell(*row, s.cell)
			return true
		}),
		rowFault("extra blank cell", "a row has a blank cell too many",
			func(r *Report, s spot, _ *rand.Rand, f Format) bool {
				if placed(f) {
					return false
				}
				row := r.rowAt(s)
				r.doubt(*row)
				*row = insertCell(*row, s.cell, Cell{Cols: 1, Rows: 1})
				return true
			}),
		rowFault("extra cell", "a row has a number too many", func(r *Report, s spot, rng *rand.Rand, f Format) bool {
			if placed(f) {
				return false
			}
			row := r.rowAt(s)
			r.doubt(*row)
			*row = insertCell(*row, s.cell, Cell{Text: strconv.Itoa(rng.Intn(50)), Cols: 1, Rows: 1})
			return true
		}),
		{"number in two cells", "the digits of one number stand in two cells",
			func(r *Report, rng *rand.Rand, f Format) bool {
				s, ok := one(rng, r.spots("applications.", long))
				if !ok || placed(f) {
					return false
				}
				row := r.rowAt(s)
				c := (*row)[s.cell]
				r.doubt(*row)
				i := 1 + rng.Intn(len(c.Text)-1)
				head, tail := c, Cell{Text: c.Text[i:], Cols: 1, Rows: 1}
				head.Text = c.Text[:i]
				(*row)[s.cell] = head
				*row = insertCell(*row, s.cell+1, tail)
				return true
			}},
		rowFault("shifted row", "the values stand one column to the right, the last is lost",
			func(r *Report, s spot, _ *rand.Rand, _ Format) bool {
				row := *r.rowAt(s)
				i := r.first(row)
				for k := len(row) - 1; k > i; k-- {
					row[k].say(row[k-1])
				}
				setText(&row[i], "", blankPrint)
				return true
			}),
	}
}

// wholeRowFaults are rows of table III that are missing, doubled or swapped, and faults of their labels.
func wholeRowFaults() []Fault {
	return []Fault{
		rowFault("missing row", "a row is left out", func(r *Report, s spot, _ *rand.Rand, _ Format) bool {
			t := r.Items[s.item].Table
			for k := range t.Rows[s.row] {
				if c := t.Rows[s.row][k]; c.Group { // the group's label moves to its next row
					if c.Rows < 2 {
						return false
					}
					c.Rows--
					t.Rows[s.row+1] = insertCell(t.Rows[s.row+1], k, c)
				}
			}
			cutRowSpans(t, s.row)
			t.Rows = append(t.Rows[:s.row], t.Rows[s.row+1:]...)
			return true
		}),
		rowFault("missing label", "a row without its label", func(r *Report, s spot, _ *rand.Rand, f Format) bool {
			l := r.labelOf(*r.rowAt(s))
			l.Text = ""
			if f.Name == "text "+Lines { // a blank line more is all that is left
				r.doubt(*r.rowAt(s))
				t := r.Items[s.item].Table
				if s.row > 0 {
					r.doubt(t.Rows[s.row-1])
				}
			}
			return true
		}),
		rowFault("label typo", "a character of a label is lost",
			func(r *Report, s spot, rng *rand.Rand, _ Format) bool {
				l := r.labelOf(*r.rowAt(s))
				k := []rune(l.Text)
				if len(k) < 6 {
					return false
				}
				i := 2 + rng.Intn(len(k)-3)
				l.Text = string(k[:i]) + string(k[i+1:])
				return true
			}),
		rowFault("spaces in a label", "商 业 企 业", func(r *Report, s spot, _ *rand.Rand, _ Format) bool {
			l := r.labelOf(*r.rowAt(s))
			l.Text = strings.Join(strings.Split(l.Text, ""), " ")
			return true
		}),
		rowFault("row twice", "a row is printed twice", func(r *Report, s spot, _ *rand.Rand, f Format) bool {
			t := r.Items[s.item].Table
			for _, c := range t.Rows[s.row] {
				if c.Group {
					return false
				}
			}
			for i := 0; i < s.row; i++ {
				for k := range t.Rows[i] {
					if c := &t.Rows[i][k]; i+c.Rows > s.row {
						c.Rows++
					}
				}
			}
			t.Rows = append(t.Rows[:s.row+1], append([]Row{append(Row(nil), t.Rows[s.row]...)}, t.Rows[s.row+1:]...)...)
			return true
		}),
		{"rows swapped", "two rows stand in each other's place, with their labels",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				var able []spot
				for _, s := range r.spots("applications.", nil) {
					t := r.Items[s.item].Table
					if s.row+1 < len(t.Rows) && !t.Rows[s.row][0].Group && !t.Rows[s.row+1][0].Group &&
						r.first(t.Rows[s.row+1]) < len(t.Rows[s.row+1]) &&
						r.first(t.Rows[s.row]) == r.first(t.Rows[s.row+1]) &&
						t.Rows[s.row][0].Cols == t.Rows[s.row+1][0].Cols {
						able = append(able, s)
					}
				}
				s, ok := one(rng, able)
				if ok {
					t := r.Items[s.item].Table
					t.Rows[s.row], t.Rows[s.row+1] = t.Rows[s.row+1], t.Rows[s.row]
				}
				return ok
			}},
	}
}

// mergedCellFaults are cells of table III that stand for two.
func mergedCellFaults() []Fault {
	return []Fault{
		rowFault("merged left", "the total is printed in one cell with its neighbour",
			func(r *Report, s spot, _ *rand.Rand, f Format) bool {
				row := r.rowAt(s)
				n := len(*row)
				if slices.Contains([]string{"text " + Tabs, "text " + Pipes, markdownBars, commaValues}, f.Name) ||
					!(*row)[n-2].Label && (*row)[n-2].Name == "" {
					return false // there are no merged cells: it would be a blank one
				}
				r.Ambiguous[(*row)[n-1].Name], r.Ambiguous[(*row)[n-2].Name] = true, true
				c := (*row)[n-1]
				c.Cols = 2
				*row = append((*row)[:n-2], c)
				r.doubt(*row)
				return true
			}),
		rowFault("merged down", "one printed cell covers two rows",
			func(r *Report, s spot, _ *rand.Rand, f Format) bool {
				t := r.Items[s.item].Table
				if s.row+1 >= len(t.Rows) || strings.HasPrefix(f.Name, "text") {
					return false
				}
				name := t.Rows[s.row][s.cell].Name
				col := name[strings.LastIndex(name, ".")+1:]
				for k, c := range t.Rows[s.row+1] {
					if strings.HasSuffix(c.Name, "."+col) {
						r.Ambiguous[c.Name], r.Ambiguous[name] = true, true
						t.Rows[s.row+1] = removeCell(t.Rows[s.row+1], k)
						t.Rows[s.row][s.cell].Rows = 2
						return true
					}
				}
				return false
			}),
	}
}

// activeRowFaults are faults of the rows of table II.
func activeRowFaults() []Fault {
	return []Fault{
		{"active row without label", "a row of table II without its label",
			func(r *Report, rng *rand.Rand, f Format) bool {
				s, ok := one(rng, r.spots("active.", nil))
				if !ok {
					return false
				}
				r.labelOf(*r.rowAt(s)).Text = ""
				r.doubt(*r.rowAt(s))
				return true
			}},
		{"active lost cell", "a row of table II has a cell too few", func(r *Report, rng *rand.Rand, f Format) bool {
			s, ok := one(rng, r.spots("active.", nil))
			if !ok || placed(f) {
				return false
			}
			for _, c := range *r.rowAt(s) {
				if c.Cols > 1 && strings.HasPrefix(f.Name, "text") {
					return false // what a merged cell leaves in plain text reads as blank cells
				}
			}
			r.doubt(*r.rowAt(s))
			*r.rowAt(s) = removeCell(*r.rowAt(s), s.cell)
			return true
		}},
	}
}

// disputesRowFaults are faults of the rows of table IV.
func disputesRowFaults() []Fault {
	return []Fault{
		{"disputes lost cell", "a row of table IV has a cell too few", func(r *Report, rng *rand.Rand, f Format) bool {
			s, ok := one(rng, r.spots("disputes.", nil))
			if !ok || placed(f) {
				return false
			}
			r.doubt(*r.rowAt(s))
			*r.rowAt(s) = removeCell(*r.rowAt(s), s.cell)
			return true
		}},
		{"disputes shifted", "the values of table IV stand one column to the right",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				s, ok := one(rng, r.spots("disputes.", nil))
				if !ok {
					return false
				}
				row := *r.rowAt(s)
				i := r.first(row)
				for k := len(row) - 1; k > i; k-- {
					row[k].say(row[k-1])
				}
				setText(&row[i], "", blankPrint)
				return true
			}},
		{"disputes label missing", "a group of table IV is not named", func(r *Report, rng *rand.Rand, f Format) bool {
			items := r.tables("disputes.")
			t := r.Items[items[rng.Intn(len(items))]].Table
			for i := range t.Rows {
				for k := range t.Rows[i] {
					if c := &t.Rows[i][k]; c.Text == "复议后起诉" {
						c.Text = ""
						for _, n := range r.Names() {
							if strings.HasPrefix(n, "disputes.") &&
								(f.Name == "text "+Lines || r.Options.Disputes != "") {
								r.Ambiguous[n] = true
							}
						}
						return true
					}
				}
			}
			return false
		}},
	}
}

// tableFaults are faults of whole tables.
func tableFaults() []Fault {
	return slices.Concat(zeroFaults(), columnFaults(), cutFaults(), wholeTableFaults(), otherTableFaults(),
		labelFaults(), []Fault{strayNumber()})
}

// third gives table III, or the first part of it, and its item.
func (r *Report) third() (int, *Table) {
	i := r.tables("applications.")[0]
	return i, r.Items[i].Table
}

// each changes the value cells whose names begin with prefix and for which ok holds; false: there is none.
func (r *Report) each(prefix string, ok func(Cell) bool, change func(*Cell)) bool {
	ss := r.spots(prefix, ok)
	for _, s := range ss {
		change(r.at(s))
	}
	return len(ss) > 0
}

// cut divides table III at a random row; inGroup: at one that begins no group.
func (r *Report) cut(rng *rand.Rand, inGroup bool) (int, *Table, *Table) {
	i, t := r.third()
	var rows []int
	for k := t.Header + 1; k < len(t.Rows); k++ {
		if !inGroup || !t.Rows[k][0].Group && len(t.Rows[k]) < len(t.Rows[k-1])+1 && t.Rows[k][0].Cols < 3 {
			rows = append(rows, k)
		}
	}
	k := rows[rng.Intn(len(rows))]
	a, b := divide(t, k)
	return i, a, b
}

// zeroFaults are the ways of offices that print no zeros or no totals, or marks for zeros.
func zeroFaults() []Fault {
	return []Fault{
		{"zeros blank", "an office that prints no zero", func(r *Report, _ *rand.Rand, _ Format) bool {
			return r.each("", func(c Cell) bool { return counted(c) && c.Text == "0" },
				func(c *Cell) { setText(c, "", blankPrint) })
		}},
		{"zeros and totals blank", "an office that prints neither zeros nor most totals",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				r.each("applications.", func(c Cell) bool {
					return counted(c) && strings.HasSuffix(c.Name, ".total") && rng.Intn(4) > 0
				}, func(c *Cell) { setText(c, "", blankPrint) })
				return r.each("", func(c Cell) bool { return counted(c) && c.Text == "0" },
					func(c *Cell) { setText(c, "", blankPrint) })
			}},
		{"totals blank", "an office that prints no totals", func(r *Report, _ *rand.Rand, _ Format) bool {
			return r.each("", func(c Cell) bool {
				return counted(c) && (strings.HasSuffix(c.Name, ".total") || strings.Contains(c.Name, "handled_total"))
			}, func(c *Cell) { setText(c, "", blankPrint) })
		}},
		{"zeros as marks", "— for every zero", func(r *Report, _ *rand.Rand, _ Format) bool {
			return r.each("", func(c Cell) bool { return counted(c) && c.Text == "0" },
				func(c *Cell) { setText(c, "—", markPrint) })
		}},
	}
}

// columnFaults are columns of table III out of place, and headers missing or printed again.
func columnFaults() []Fault {
	return []Fault{
		{"columns swapped", "two columns of table III stand in each other's place, with their headers",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				f := formOf("applications", r.Apps)
				a := 1 + rng.Intn(4)
				b := 1 + rng.Intn(4)
				if a == b {
					return false
				}
				words := [2]string{f.Columns[a].Path[1], f.Columns[b].Path[1]}
				for _, i := range r.tables("applications.") {
					for _, row := range r.Items[i].Table.Rows {
						x := columnCell(row, words[0], f.Columns[a].Name)
						y := columnCell(row, words[1], f.Columns[b].Name)
						if x >= 0 && y >= 0 {
							row[x], row[y] = row[y], row[x]
						}
					}
				}
				return true
			}},
		{"header missing", "table III without its header rows", func(r *Report, _ *rand.Rand, _ Format) bool {
			_, t := r.third()
			t.Rows = t.Rows[t.Header:]
			t.Header = 0
			return true
		}},
		{"header again", "the header of table III stands once more between its rows",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				i, a, b := r.cut(rng, false)
				head := copyTable(&Table{Rows: a.Rows[:a.Header]})
				if a.Header == 0 {
					return false
				}
				t := &Table{Header: a.Header, Rows: append(append(append([]Row(nil), a.Rows...), head.Rows...),
					b.Rows...)}
				r.Items[i].Table = t
				return true
			}},
	}
}

// columnCell gives the last cell of a row of table III that is of a column, as its header or as a value; -1: none is.
func columnCell(row Row, header, column string) int {
	at := -1
	for k, c := range row {
		flat := strings.NewReplacer("\n", "", " ", "").Replace(c.Text)
		if c.Name == "" && c.Header && flat == header ||
			strings.HasPrefix(c.Name, "applications.") && strings.HasSuffix(c.Name, "."+column) {
			at = k
		}
	}
	return at
}

// cutFaults are tables III with the end of a page in them.
func cutFaults() []Fault {
	return []Fault{
		{"split", "table III goes on in a second table without header", func(r *Report, rng *rand.Rand, _ Format) bool {
			i, a, b := r.cut(rng, false)
			r.replace(i, Item{Table: a}, Item{Table: b})
			return true
		}},
		{"split in a group", "table III is cut within a group whose label stays above",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				i, a, b := r.cut(rng, true)
				r.replace(i, Item{Table: a}, Item{Table: b})
				return true
			}},
		{"split with header", "table III goes on in a second table with its header again",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				i, a, b := r.cut(rng, true)
				b.Rows = append(copyTable(&Table{Rows: a.Rows[:a.Header]}).Rows, b.Rows...)
				b.Header = a.Header
				r.replace(i, Item{Table: a}, Item{Table: b})
				return true
			}},
		{"split at a page number", "a page number stands between the two parts of table III",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				i, a, b := r.cut(rng, true)
				n := []string{"- 4 -", "— 5 —", "-3-", "第 3 页", "4"}[rng.Intn(5)]
				if n == "4" {
					n = "— 4 —"
				}
				r.replace(i, Item{Table: a}, Item{Text: n}, Item{Table: b})
				return true
			}},
		{"page-number row", "a page number stands in a row of table III",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				_, t := r.third()
				k := t.Header + 1 + rng.Intn(len(t.Rows)-t.Header-1)
				for i := 0; i < k; i++ {
					for j := range t.Rows[i] {
						if c := &t.Rows[i][j]; i+c.Rows > k {
							return false
						}
					}
				}
				row := Row{{Text: "- 4 -", Cols: 10, Rows: 1}}
				t.Rows = append(t.Rows[:k], append([]Row{row}, t.Rows[k:]...)...)
				return true
			}},
	}
}

// wholeTableFaults are tables printed twice, left out or mixed with another.
func wholeTableFaults() []Fault {
	return []Fault{
		{"table twice", "table III is printed twice alike", func(r *Report, _ *rand.Rand, _ Format) bool {
			if len(r.tables("applications.")) > 1 {
				return false
			}
			i, _ := r.third()
			r.again(i, nil)
			return true
		}},
		{"table twice, unlike", "table III is printed twice and one number differs",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				if len(r.tables("applications.")) > 1 {
					return false
				}
				i, _ := r.third()
				r.again(i, func(t *Table) {
					for k := range t.Rows {
						for j := range t.Rows[k] {
							if c := &t.Rows[k][j]; c.Name != "" && rng.Intn(40) == 0 {
								setText(c, "77", numberPrint("77"))
							}
						}
					}
				})
				return true
			}},
		{"unrelated table", "another table with numbers stands among the three",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				ts := append(r.tables("applications."), r.tables("disputes.")...)
				i := ts[rng.Intn(len(ts))]
				if i > 0 && r.Items[i-1].Table != nil {
					return false
				}
				r.replace(i, Item{Text: "新媒体账号情况如下。"}, Item{Table: unrelatedTable()}, r.Items[i-1], r.Items[i])
				return true
			}},
		{"table III missing", "the report leaves table III out", func(r *Report, _ *rand.Rand, _ Format) bool {
			for _, i := range r.tables("applications.") {
				r.Items[i] = Item{Text: "本年度有关申请的统计情况见附件。"}
			}
			return true
		}},
		{"table IV in words", "a sentence stands for table IV", func(r *Report, _ *rand.Rand, _ Format) bool {
			for _, i := range r.tables("disputes.") {
				r.Items[i] = Item{Text: "本年度未发生因政府信息公开引起的行政复议和行政诉讼。"}
			}
			return true
		}},
	}
}

// unrelatedTable gives a table that is none of the form.
func unrelatedTable() *Table {
	row := func(s ...string) Row {
		var out Row
		for _, x := range s {
			out = append(out, Cell{Text: x, Cols: 1, Rows: 1})
		}
		return out
	}
	return &Table{Rows: []Row{row("平台", "粉丝数", "发布条数"), row("微信", "48213", "930"), row("微博", "10277", "611"),
		row("其他", "5", "2"), row("总计", "58495", "1543")}}
}

// otherTableFaults are tables II and IV cut or with columns swapped.
func otherTableFaults() []Fault {
	return []Fault{
		{"table IV cut", "table IV is cut by a page", func(r *Report, _ *rand.Rand, _ Format) bool {
			if r.Options.Disputes != "rows" {
				return false
			}
			i := r.tables("disputes.")[0]
			a, b := divide(r.Items[i].Table, 3)
			r.replace(i, Item{Table: a}, Item{Table: b})
			return true
		}},
		{"active columns swapped", "two columns of table II stand in each other's place, with their headers",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				a := 1 + rng.Intn(2)
				done := false
				for _, it := range r.Items {
					if it.Table == nil {
						continue
					}
					for _, row := range it.Table.Rows {
						if len(row) == 4 && row[a].Cols == row[a+1].Cols &&
							(row[0].Text == "信息内容" || strings.HasPrefix(row[a].Name, "active.")) {
							row[a], row[a+1] = row[a+1], row[a]
							done = true
						}
					}
				}
				return done
			}},
		{"active cut", "table II is cut between a header and its row", func(r *Report, rng *rand.Rand, _ Format) bool {
			i := r.tables("active.")[0]
			t := r.Items[i].Table
			var rows []int
			for k, row := range t.Rows {
				if k > 0 && r.labelOf(row) != nil {
					rows = append(rows, k)
				}
			}
			a, b := divide(t, rows[rng.Intn(len(rows))])
			r.replace(i, Item{Table: a}, Item{Table: b})
			return true
		}},
	}
}

// labelFaults are labels of table III that are missing or written otherwise.
func labelFaults() []Fault {
	return []Fault{
		{"group labels missing", "the labels of the groups are not printed",
			func(r *Report, _ *rand.Rand, _ Format) bool {
				for _, i := range r.tables("applications.") {
					for _, row := range r.Items[i].Table.Rows {
						for k := range row {
							if row[k].Group {
								row[k].Text = ""
							}
						}
					}
				}
				return true
			}},
		{"ordinals missing", "labels without their ordinals", func(r *Report, _ *rand.Rand, _ Format) bool {
			return relabel(r, true, trimNumber)
		}},
		{"ordinals other", "（3）, 3、 for 3.", func(r *Report, rng *rand.Rand, _ Format) bool {
			k := rng.Intn(3)
			return relabel(r, false, func(s string) string {
				if len(s) > 2 && s[0] >= '1' && s[0] <= '9' && s[1] == '.' {
					return []string{"（" + s[:1] + "）", s[:1] + "、", s[:1] + " . "}[k] + s[2:]
				}
				return s
			})
		}},
		{"labels wrapped", "labels broken over lines", func(r *Report, _ *rand.Rand, f Format) bool {
			return relabel(r, true, func(s string) string {
				k := []rune(s)
				if len(k) < 8 {
					return s
				}
				return string(k[:len(k)/2]) + "\n" + string(k[len(k)/2:])
			})
		}},
	}
}

// strayNumber is a number of table III that belongs to no cell of the form.
func strayNumber() Fault {
	return Fault{"stray number", "a note with a number stands below the values of table III",
		func(r *Report, _ *rand.Rand, _ Format) bool {
			is := r.tables("applications.")
			t := r.Items[is[len(is)-1]].Table
			t.Rows = append(t.Rows, Row{{Text: "备注：另有电话咨询", Cols: 3, Rows: 1}, {Text: "186", Cols: 7, Rows: 1}})
			return true
		}}
}

// trimNumber takes the ordinal off a label: 三、, （一）, 1.
func trimNumber(s string) string {
	for _, end := range []string{"、", "）", "."} {
		if i := strings.Index(s, end); i > 0 && i <= 9 {
			if t := s[i+len(end):]; t != "" {
				return t
			}
		}
	}
	return s
}

func fileFaults() []Fault {
	page := func(f Format) bool { return strings.HasPrefix(f.Name, "html") }
	return []Fault{
		{"headings missing", "the headings of the sections are not printed",
			func(r *Report, _ *rand.Rand, _ Format) bool {
				for i := range r.Items {
					if it := &r.Items[i]; it.Table == nil && strings.Contains("一二三四五六", firstRune(it.Text)) &&
						strings.Contains(it.Text, "、") {
						it.Text = "略"
					}
				}
				return true
			}},
		{"headings misnumbered", "all headings carry one number too many",
			func(r *Report, _ *rand.Rand, _ Format) bool {
				next := map[string]string{"一": "二", "二": "三", "三": "四", "四": "五", "五": "六", "六": "七"}
				for i := range r.Items {
					if it := &r.Items[i]; it.Table == nil && strings.Contains(it.Text, "、") &&
						next[firstRune(it.Text)] != "" {
						it.Text = next[firstRune(it.Text)] + strings.TrimPrefix(it.Text, firstRune(it.Text))
					}
				}
				return true
			}},
		{"half a file", "the file breaks off", func(r *Report, rng *rand.Rand, f Format) bool {
			part := 0.3 + 0.6*rng.Float64()
			r.Bytes = func(b []byte) []byte { return b[:int(part*float64(len(b)))] }
			for _, n := range r.Names() {
				r.Ambiguous[n] = true
			}
			return true
		}},
		{"charset not declared", "GBK without a word about it", func(r *Report, _ *rand.Rand, f Format) bool {
			if f.Name != "html layout gbk" {
				return false
			}
			r.Bytes = func(b []byte) []byte { return []byte(strings.Replace(string(b), "charset=gb2312", "", 1)) }
			return true
		}},
		{"charset declared wrongly", "a UTF-8 page that says gb2312", func(r *Report, _ *rand.Rand, f Format) bool {
			if f.Name != "html" {
				return false
			}
			r.Bytes = func(b []byte) []byte {
				return []byte(strings.Replace(string(b), "charset=\"utf-8\"", "charset=\"gb2312\"", 1))
			}
			return true
		}},
		{"spans of nothing", "colspan=0, and a rowspan beyond the table", func(r *Report, _ *rand.Rand, f Format) bool {
			if !page(f) {
				return false
			}
			r.Bytes = func(b []byte) []byte {
				s := strings.Replace(string(b), "<td", "<td colspan=\"0\"", 1)
				if i := strings.LastIndex(s, "<tr>"); i > 0 {
					s = s[:i+4] + strings.ReplaceAll(s[i+4:], "<td", "<td rowspan=\"99\"")
				}
				return []byte(s)
			}
			return true
		}},
		{"control characters", "characters that print nothing throughout the file",
			func(r *Report, _ *rand.Rand, f Format) bool {
				if !page(f) && !strings.HasPrefix(f.Name, "text") || f.Name == "html layout gbk" {
					return false
				}
				r.Bytes = func(b []byte) []byte {
					return []byte(strings.NewReplacer("信", "\u200b信", "政府", "政\u00ad府", "0",
						"0\u200c").Replace(string(b)))
				}
				if page(f) { // attributes hold zeros too
					r.Bytes = func(b []byte) []byte {
						return []byte(strings.NewReplacer("信", "\u200b信", "政府", "政\u00ad府", ">0",
							">\u200c0").Replace(string(b)))
					}
				}
				return true
			}},
	}
}

func firstRune(s string) string {
	for _, c := range s {
		return string(c)
	}
	return fmt.Sprint()
}
