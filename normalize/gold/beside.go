package gold

import (
	"math/rand"
	"strings"

	"github.com/gongkai/gongkai/normalize"
)

// besideFaults are labels that say more than the row's wording, and units where nobody looks for them: in the corner of
// a table, as a sign before the amount.
func besideFaults() []Fault {
	return []Fault{
		{"label of another row", "上年行政许可, 行政许可（其中网上办理）: more than the row's wording", rowOfOther},
		moneyFault("sign against the unit", "￥24173500 below a header in 万元", func(m *money, rng *rand.Rand) bool {
			if m.measured {
				return false
			}
			m.measured = true
			c := m.cell()
			m.header.Text = m.bare + "（单位：万元）"
			sign := "￥"
			if carries(m.format, "¥") {
				sign = pick(rng, "￥", "¥")
			}
			setText(c, sign+c.Text, Print{State: normalize.Number})
			m.Ambiguous[c.Name] = true
			return true
		}),
	}
}

// rowOfOther gives the label of a row of one number in table II words that make it another row's.
func rowOfOther(r *Report, rng *rand.Rand, _ Format) bool {
	s, ok := one(rng, r.spots("active.", func(c Cell) bool { return counted(c) && strings.HasSuffix(c.Name, ".decisions") }))
	if !ok {
		return false
	}
	row := r.rowAt(s)
	for k := range *row {
		c := &(*row)[k]
		if c.Name != "" || !strings.Contains(c.Text, "行政") {
			continue
		}
		c.Text = pick(rng, "上年", "累计", "其他", "") + c.Text + pick(rng, "", "（其中网上办理）", "投诉", "（上年）")
		if strings.HasPrefix(c.Text, "行政") && !strings.ContainsAny(c.Text, "（投") {
			c.Text = "上年" + c.Text
		}
		r.doubt(*row)
		at := r.at(s)
		setText(at, at.Text, Print{State: normalize.Absent})
		return true
	}
	return false
}
