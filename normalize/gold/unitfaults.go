package gold

import (
	"math/rand"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
)

// unitFaults are the ways in which offices print another unit than the form's, or none, or two. Of two of them in one
// report nobody could say what is printed, so the second does not apply.
func unitFaults() []Fault {
	faults := append(append(moneyFaults(), countFaults()...), placeFaults()...)
	for i := range faults {
		change := faults[i].Apply
		faults[i].Apply = func(r *Report, rng *rand.Rand, f Format) bool {
			if r.measured || !change(r, rng, f) {
				return false
			}
			r.measured = true
			return true
		}
	}
	return faults
}

// A scale is a unit of money as printed, and the power of ten of 元 that it is.
type scale struct {
	word  string
	power int32
}

var (
	yuan   = []scale{{"元", 0}, {"人民币元", 0}, {"圆", 0}, {"RMB", 0}, {"人民币（元）", 0}, {"元人民币", 0}}
	powers = []scale{{"百元", 2}, {"千元", 3}, {"十万元", 5}, {"百万元", 6}, {"千万元", 7}, {"亿元", 8}, {"元", 0}, {"人民币元", 0}, {"圆", 0},
		{"RMB", 0}, {"人民币千元", 3}}
	foreign = []string{"美元", "万美元", "港币", "欧元", "日元", "USD"}
)

func pick[T any](rng *rand.Rand, of ...T) T { return of[rng.Intn(len(of))] }

// moneyFault makes a fault of the amount of money in table II. The header of its column names no unit unless the fault
// gives it one.
func moneyFault(name, what string, change func(m *money, rng *rand.Rand) bool) Fault {
	return Fault{name, what, func(r *Report, rng *rand.Rand, f Format) bool {
		s, ok := one(rng, r.spots("active.", func(c Cell) bool { return strings.HasSuffix(c.Name, ".amount") }))
		if !ok || r.Options.Fees != "" {
			return false
		}
		m := &money{Report: r, at: s, table: r.Items[s.item].Table, format: f}
		for i := 0; i < s.row; i++ {
			for k := range m.table.Rows[i] {
				if c := &m.table.Rows[i][k]; c.Header && strings.Contains(c.Text, "金额") {
					m.header = c
				}
			}
		}
		m.bare, _, _ = strings.Cut(m.header.Text, "（")
		return change(m, rng)
	}}
}

// money is the amount of table II, and where it is printed.
type money struct {
	*Report
	at     spot
	table  *Table
	header *Cell
	bare   string // the header without a unit
	format Format
}

func (m *money) cell() *Cell { return &m.table.Rows[m.at.row][m.at.cell] }

// in prints the amount in another unit; behind is what stands behind the digits.
func (m *money) in(power int32, behind string) {
	c := m.cell()
	d, err := decimal.NewFromString(c.Text)
	if err != nil {
		panic(err) // amounts are printed in digits
	}
	setText(c, d.Shift(4-power).String()+behind, c.Print)
}

// say puts a line above the first part of table II (above) or below the last.
func (m *money) line(text string, above bool) {
	is := m.tables("active.")
	i := is[0]
	if !above {
		i = is[len(is)-1]
	}
	if items := []Item{{Text: text}, m.Items[i]}; above {
		m.replace(i, items...)
	} else {
		m.replace(i, items[1], items[0])
	}
}

// row puts a row of one cell into the table that holds the amount.
func (m *money) row(text string, at int) {
	row := Row{{Text: text, Cols: 4, Rows: 1, Header: true}}
	m.table.Rows = append(m.table.Rows[:at:at], append([]Row{row}, m.table.Rows[at:]...)...)
}

// closed closes the bracket that a text opens.
func closed(s string) string {
	if strings.HasPrefix(s, "（") {
		return s + "）"
	}
	return s
}

func moneyFaults() []Fault {
	return []Fault{
		moneyFault("unit in a line above", "（金额单位：元） above table II", func(m *money, rng *rand.Rand) bool {
			u := pick(rng, yuan...)
			m.header.Text = m.bare
			m.in(u.power, "")
			m.line(closed(pick(rng, "单位：", "（金额单位：", "金额单位：", "币种：人民币　单位：", "计量单位：件、")+u.word), true)
			return true
		}),
		moneyFault("unit in a caption row", "单位：元 in the first row of table II", func(m *money, rng *rand.Rand) bool {
			u := pick(rng, powers...)
			m.header.Text = m.bare
			m.in(u.power, "")
			m.row(pick(rng, "单位：", "金额单位：", "数量单位：件，金额单位：")+u.word, pick(rng, 0, m.at.row-2))
			return true
		}),
		moneyFault("unit in a note below", "注：金额单位为元。 below table II", func(m *money, rng *rand.Rand) bool {
			m.header.Text = m.bare
			m.in(0, "")
			note := pick(rng, "注：金额单位为元。", "注：以上金额单位均为人民币元", "说明：收费金额以元计。", "备注：本表金额单位：元", "注：金额以元为单位。")
			if rng.Intn(2) == 0 {
				m.row(note, len(m.table.Rows))
			} else {
				m.line(note, false)
			}
			return true
		}),
		moneyFault("unit in the header", "本年收费金额（单位：十万元）", func(m *money, rng *rand.Rand) bool {
			u := pick(rng, powers...)
			m.in(u.power, "")
			m.header.Text = m.bare + pick(rng, "（单位：", "（", "\n（单位:", "（计量单位为") + u.word + "）"
			return true
		}),
		moneyFault("unit in the label", "行政事业性收费（元）, though the header says 万元",
			func(m *money, rng *rand.Rand) bool {
				u := pick(rng, yuan...)
				m.in(u.power, "")
				l := m.labelOf(m.table.Rows[m.at.row])
				l.Text += pick(rng, "（", "（单位：") + u.word + "）"
				return true
			}),
		moneyFault("unit in brackets", "24173500（元）", func(m *money, rng *rand.Rand) bool {
			u := pick(rng, powers...)
			m.in(u.power, pick(rng, "（", "（单位：")+u.word+"）")
			return true
		}),
		moneyFault("unit behind the number", "241735百元", func(m *money, rng *rand.Rand) bool {
			u := pick(rng, powers...)
			m.in(u.power, u.word)
			return true
		}),
		moneyFault("money of another country", "本年收费金额（单位：美元）", func(m *money, rng *rand.Rand) bool {
			c, u := m.cell(), pick(rng, foreign...)
			p := Print{State: normalize.Number}
			setText(c, c.Text, p)
			switch rng.Intn(3) {
			case 0:
				m.header.Text = m.bare + "（单位：" + u + "）"
			case 1:
				m.header.Text = m.bare
				m.line("金额单位："+u, true)
			default:
				setText(c, c.Text+u, p)
			}
			return true
		}),
		moneyFault("unit of no kind", "本年收费金额（单位：贯）", func(m *money, rng *rand.Rand) bool {
			setText(m.cell(), m.cell().Text, Print{State: normalize.Number})
			u := pick(rng, "贯", "两", "斤", "打")
			if rng.Intn(2) == 0 {
				m.header.Text = m.bare + "（单位：" + u + "）"
			} else {
				m.header.Text = m.bare
				m.line("金额单位："+u, true)
			}
			return true
		}),
		moneyFault("units that differ", "单位：元 above the table, 万元 in the header", func(m *money, rng *rand.Rand) bool {
			m.header.Text = m.bare + "（单位：万元）"
			setText(m.cell(), m.cell().Text, Print{State: normalize.Number}) // which of them is meant?
			m.Ambiguous[m.cell().Name] = true
			u := pick(rng, "元", "千元", "亿元", "人民币元")
			switch rng.Intn(3) {
			case 0:
				m.line("（金额单位："+u+"）", true)
			case 1:
				m.line("注：金额单位为"+u+"。", false)
			default:
				m.row("单位："+u, 0)
			}
			return true
		}),
		moneyFault("unit missing", "本年收费金额, and no unit anywhere", func(m *money, _ *rand.Rand) bool {
			if m.header.Text == m.bare {
				return false // the form of 2019 prints none
			}
			m.header.Text = m.bare
			return true
		}),
		moneyFault("unit of all tables", "本报告金额单位均为元", func(m *money, rng *rand.Rand) bool {
			m.header.Text = m.bare
			m.in(0, "")
			text := pick(rng, "本报告金额单位均为元。", "本报告中金额单位为人民币元", "除特别说明外，本报告所列金额均以元为单位。")
			i := pick(rng, 2, len(m.Items)-1)
			if strings.HasPrefix(m.format.Name, "pdf") || strings.HasPrefix(m.format.Name, "ofd") {
				i = len(m.Items) - 1 // the first page may begin below the first lines
			}
			m.replace(i, m.Items[i], Item{Text: text})
			return true
		}),
	}
}

// manyWords are the units of counts that are not single pieces.
var manyWords = []scale{{"百件", 2}, {"千件", 3}, {"万件", 4}, {"百条", 2}}

// times multiplies what the counts of a part of the report mean.
func (r *Report) times(power int32, prefix string, ok func(Cell) bool) bool {
	return r.each(prefix, func(c Cell) bool {
		return c.Print.Number != "" && c.Print.Number != "?" && !strings.HasSuffix(c.Name, ".amount") && (ok == nil || ok(c))
	}, func(c *Cell) {
		if d, err := decimal.NewFromString(c.Print.Number); err == nil {
			c.Print.Number = d.Shift(power).String()
		}
	})
}

// above puts a line above the first table that prints names with the prefix.
func (r *Report) above(prefix, text string) {
	i := r.tables(prefix)[0]
	r.replace(i, Item{Text: text}, r.Items[i])
}

func countFaults() []Fault {
	return []Fault{
		{"counts in a line above", "单位：万件 above table III", func(r *Report, rng *rand.Rand, _ Format) bool {
			if r.Options.TallHeader { // its header says 单位：件
				return false
			}
			u := pick(rng, manyWords...)
			r.above("applications.", closed(pick(rng, "单位：", "（单位：", "数量单位：", "计量单位：")+u.word))
			return r.times(u.power, "applications.", nil)
		}},
		{"counts in the table above", "单位：百件 above table II: the amount is no count",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				u := pick(rng, manyWords...)
				r.above("active.", pick(rng, "单位：", "数量单位：", "以下数量单位均为")+u.word)
				return r.times(u.power, "active.", nil)
			}},
		{"counts in the header", "本年处理决定数量（单位：百件）", func(r *Report, rng *rand.Rand, _ Format) bool {
			u := pick(rng, manyWords...)
			ss := r.spots("active.licensing.decisions", nil)
			if len(ss) == 0 {
				return false
			}
			t := r.Items[ss[0].item].Table
			for i := ss[0].row - 1; i >= 0; i-- {
				for k := range t.Rows[i] {
					if c := &t.Rows[i][k]; c.Header && strings.Contains(c.Text, "处理决定数量") {
						c.Text += pick(rng, "（单位：", "（") + u.word + "）"
						names := func(c Cell) bool { return strings.HasSuffix(c.Name, ".decisions") }
						return r.times(u.power, "active.licensing", names) &&
							(r.Active == "2021" || r.times(u.power, "active.other_services", names))
					}
				}
			}
			return false
		}},
		{"counts in the label", "行政许可（百件）", func(r *Report, rng *rand.Rand, _ Format) bool {
			u := pick(rng, manyWords...)
			s, ok := one(rng, r.spots("active.", func(c Cell) bool { return strings.HasSuffix(c.Name, ".decisions") }))
			if !ok {
				return false
			}
			r.labelOf(*r.rowAt(s)).Text += "（" + u.word + "）"
			name := r.at(s).Name
			return r.times(u.power, strings.TrimSuffix(name, "decisions"), nil)
		}},
		{"note about money alone", "金额单位：元 above table II: its counts are none",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				r.above("active.", pick(rng, "金额单位：元", "（收费金额单位：元）", "金额单位：百元"))
				for _, s := range r.spots("active.", func(c Cell) bool { return strings.HasSuffix(c.Name, ".amount") }) {
					r.Ambiguous[r.at(s).Name] = true
					r.at(s).Print.Number = "?"
				}
				return true
			}},
		{"note about another table", "单位：元 below table III, 注：单位为百件 in section V",
			func(r *Report, rng *rand.Rand, _ Format) bool {
				text := pick(rng, "注：培训人数单位为百人。", "主办单位：江州市人民政府办公室", "责任单位：各部门、各乡镇", "填报单位：元江县教育局")
				i := len(r.Items) - 3
				if rng.Intn(2) == 0 {
					i = r.tables("active.")[0] - 1
				}
				r.replace(i, r.Items[i], Item{Text: text})
				return true
			}},
	}
}
