package gold

import (
	"math/rand"
	"strings"

	"github.com/shopspring/decimal"
)

// placeFaults are units at places where they are easily overheard: in the corner of a table, above several columns or
// rows at once, in quotes, in the title of a section, in the caption of another table, and in nothing but the prose.
func placeFaults() []Fault {
	return []Fault{
		moneyFault("unit in quotes", "单位：“元”", func(m *money, rng *rand.Rand) bool {
			m.in(0, "")
			switch rng.Intn(3) {
			case 0:
				m.header.Text = m.bare
				m.line(pick(rng, "单位：“元”", "（金额单位：“元”）", "金额单位：「元」", "（以“元”为单位）", "单位：“人民币元”"), true)
			case 1:
				m.header.Text = m.bare + "（" + pick(rng, "单位：“元”", "“元”", "以“元”为单位", "「元」") + "）"
			default:
				m.header.Text = m.bare
				m.line(pick(rng, "注：金额单位为“元”。", "注：上表金额以“元”计。", "备注：收费金额单位是“元”"), false)
			}
			return true
		}),
		moneyFault("unit in the corner", "信息内容（单位：元）", func(m *money, rng *rand.Rand) bool {
			for i := m.at.row; i >= 0; i-- {
				if c := &m.table.Rows[i][0]; c.Text == "信息内容" {
					c.Text = closed(pick(rng, "（单位：", "（金额单位：", "单位：") + "元")
					if strings.HasPrefix(c.Text, "（") {
						c.Text = "信息内容" + c.Text
					}
					m.in(0, "")
					m.header.Text = m.bare
					return true
				}
			}
			return false
		}),
		proseFault("元 below 万元", "the table prints an amount in 元 below 万元, the prose tells", 4, "万元"),
		proseFault("万元 below 元", "the table prints an amount in 万元 below 元, the prose tells", 0, "元"),
		{"counts in the corner", "项目（单位：百件） in the corner of table III or IV", cornerCounts},
		{"counts above a group", "行政复议（百件） above five columns, 不予公开（百件） beside rows", groupCounts},
		{"counts in a title", "四、政府信息公开行政复议、行政诉讼情况（单位：百件）", titleCounts},
		{"caption of another table", "单位：百件 above a table that is none of the form", func(r *Report, rng *rand.Rand, _ Format) bool {
			i := r.tables(pick(rng, "active.", "applications.", "disputes."))[0]
			if r.Items[i-1].Table != nil {
				return false
			}
			said := Item{Text: pick(rng, "新媒体账号情况（单位：万人次）", "单位：元", "（单位：百件）", "单位：“万元”")}
			r.replace(i-1, said, Item{Table: unrelatedTable()}, r.Items[i-1])
			return true
		}},
	}
}

// proseFault prints the amount of fees multiplied by a power of ten below a unit that it is not in, and in the prose
// what it is.
func proseFault(name, what string, power int32, unit string) Fault {
	return moneyFault(name, what, func(m *money, rng *rand.Rand) bool {
		c := m.cell()
		d, err := decimal.NewFromString(c.Text)
		if err != nil || d.LessThan(decimal.NewFromInt(1)) || c.Name != "active.fees.amount" {
			return false
		}
		setText(c, d.Shift(power).String(), numberPrint(d.String()))
		m.header.Text = m.bare + "（单位：" + unit + "）"
		// at the end: where a page begins differs from file to file, and what stands above the first is not seen
		last := len(m.Items) - 1
		m.replace(last, m.Items[last], Item{Text: pick(rng, "全年行政事业性收费"+d.String()+"万元。", "本年收取行政事业性收费"+d.Shift(4).String()+"元。",
			"行政事业性收费方面，全年共收取"+d.String()+"万元。", "行政事业性收费金额共计"+d.String()+"万元，均已上缴。")})
		return true
	})
}

var hundreds = []string{"（百件）", "（单位：百件）", "（单位：“百件”）", "/百件"}

func cornerCounts(r *Report, rng *rand.Rand, _ Format) bool {
	if rng.Intn(2) == 0 {
		o := ordered(rng)
		o.layout = pick(rng, "rows", "turned")
		r.reorderDisputes(o)
		r.Items[r.tables("disputes.")[0]].Table.Rows[0][0].Text = pick(rng, "单位：百件", "类别（单位：百件）", "（百件）", "单位：“百件”")
		return r.times(2, "disputes.", nil)
	}
	if r.Options.TallHeader || r.Options.SplitTable {
		return false
	}
	_, t := r.third()
	t.Rows[0][0].Text = pick(rng, "单位：百件", "项目（单位：百件）", "项目（百件）", "单位：“百件”", t.Rows[0][0].Text+"（单位：百件）")
	return r.times(2, "applications.", nil)
}

// groupCounts gives a unit to what stands above several columns, or beside several rows.
func groupCounts(r *Report, rng *rand.Rand, _ Format) bool {
	words := []struct{ word, prefix string }{{"行政复议", "disputes.reconsideration"}, {"未经复议直接起诉", "disputes.litigation_direct"},
		{"行政诉讼", "disputes.litigation"}, {"法人或其他组织", "applications."}, {"申请人情况", "applications."},
		{"（三）不予公开", "applications.refused"}}
	w := words[rng.Intn(len(words))]
	if r.Options.TallHeader || r.Options.SplitTable {
		return false
	}
	flatten := strings.NewReplacer("\n", "", " ", "")
	for i := range r.Items {
		if r.Items[i].Table == nil {
			continue
		}
		for _, row := range r.Items[i].Table.Rows {
			for k := range row {
				if c := &row[k]; flatten.Replace(c.Text) == w.word {
					c.Text += pick(rng, hundreds...)
					return r.times(2, w.prefix, func(c Cell) bool {
						return w.word != "法人或其他组织" || !strings.HasSuffix(c.Name, ".total") && !strings.HasSuffix(c.Name, ".natural_person")
					})
				}
			}
		}
	}
	return false
}

func titleCounts(r *Report, rng *rand.Rand, _ Format) bool {
	k := rng.Intn(3)
	if k == 1 && r.Options.TallHeader { // its header says 单位：件
		return false
	}
	for i := range r.Items {
		if strings.HasPrefix(r.Items[i].Text, []string{"二、", "三、", "四、"}[k]) {
			r.Items[i].Text += pick(rng, "（单位：百件）", "　单位：百件", "（百件）", "（单位：“百件”）")
			return r.times(2, []string{"active.", "applications.", "disputes."}[k], nil)
		}
	}
	return false
}
