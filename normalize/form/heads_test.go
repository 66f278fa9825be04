package form

import "testing"

// TestHeads reads headers as a whole: words of another year or thing, and words that nobody knows, name no column.
func TestHeads(t *testing.T) {
	forms, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	newest := func(table string) *Form {
		all := forms.Editions(table)
		return all[len(all)-1]
	}
	for _, c := range []struct {
		table, text, column, row string
		foreign                  bool
	}{
		{"active", "本年处理决定数量", "decisions", "", false},
		{"active", "处理决定数量（件）", "decisions", "", false},
		{"active", "本年收费金额（单位：万元）", "amount", "", false},
		{"active", "上年处理决定数量", "", "", true},
		{"active", "本年处理决定数量（上半年）", "", "", true},
		{"active", "本年处理决定数量（1-6月）", "", "", true},
		{"active", "本年处理决定数量（不含乡镇）", "", "", true},
		{"active", "本年处理决定数量（1-12月）", "decisions", "", false},
		{"active", "本年处理决定数量（截至2022年10月）", "decisions", "", false},
		{"active", "累计处理决定数量", "", "", true},
		{"active", "处理决定数量（上年）", "", "", true},
		{"active", "本年罚款金额", "", "", true},
		{"active", "新制定", "", "", false},
		{"applications", "申请人情况法人或其他组织商业企业", "business", "", false},
		{"applications", "法人或其他组织", "", "", false},
		{"disputes", "行政复议结果维持", "upheld", "reconsideration", false},
		{"disputes", "其它结果", "other", "", false},
		{"disputes", "败诉", "", "", false},
		{"disputes", "行政诉讼（未经复议直接起诉）", "", "litigation_direct", false},
		{"disputes", "经行政复议后提起诉讼", "", "", false},
		{"disputes", "行政复议、行政诉讼", "", "", false},
	} {
		f := newest(c.table)
		h := f.Heads.Read(c.text)
		column, row := "", ""
		if i := h.Column(); i >= 0 {
			column = f.Columns[i].Name
		}
		if i := h.Row(); i >= 0 {
			row = f.Rows[i].Name
		}
		if column != c.column || row != c.row || h.Foreign != c.foreign {
			t.Errorf("%s: column %q, row %q, foreign %v; want %q, %q, %v", c.text, column, row, h.Foreign, c.column, c.row,
				c.foreign)
		}
	}
}
