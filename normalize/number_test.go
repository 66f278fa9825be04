package normalize

import (
	"testing"
)

// TestRead: what a cell says.
func TestRead(t *testing.T) {
	for _, c := range []struct {
		printed, number string // "" = none
		state           State
		unit            string
		doubt           bool
	}{
		{"0", "0", Number, "", false},
		{"336", "336", Number, "", false},
		{"１３６１２", "13612", Number, "", false},
		{"13,612", "13612", Number, "", false},
		{"13，612", "13612", Number, "", false},
		{"13 612", "13612", Number, "", false},
		{"1 3", "13", Number, "", true},
		{"1\n3", "13", Number, "", true},
		{"13,61", "", Text, "", true},
		{"96171.6", "96171.6", Number, "", false},
		{"-5", "-5", Number, "", false},
		{"－5", "-5", Number, "", false},
		{"减少3", "-3", Text, "", false},
		{"12件", "12", Number, "件", false},
		{"251000元", "251000", Number, "元", false},
		{"25.1万元", "25.1", Number, "万元", false},
		{"1.2亿元", "1.2", Number, "亿元", false},
		{"22（其中修订16件）", "22", Text, "", false},
		{"524¹", "524", Text, "", false},
		{"12[²]", "12", Text, "", false},
		{"6O", "", Text, "", true},
		{"l5", "", Text, "", true},
		{"524①", "524", Text, "", false},
		{"十二", "12", Number, "", false},
		{"二十", "20", Number, "", false},
		{"一百零三", "103", Number, "", false},
		{"两千", "2000", Number, "", false},
		{"零", "0", Number, "", false},
		{"", "", Blank, "", false},
		{"　", "", Blank, "", false},
		{"\u00a0", "", Blank, "", false},
		{"/", "", Mark, "", false},
		{"—", "", Mark, "", false},
		{"－", "", Mark, "", false},
		{"--", "", Mark, "", false},
		{"无", "", Text, "", false},
		{"不适用", "", Text, "", false},
		{"2022年", "", Text, "", true},
		{"3月5日", "", Text, "", true},
		{"12%", "", Text, "", true},
		{"第3页", "", Text, "", false},
		{"自然人", "", Text, "", false},
		{"1.属于国家秘密", "", Text, "", true},
		{"99999999999999999999999", "", Text, "", true},
	} {
		r := read(c.printed)
		got := ""
		if r.number != nil {
			got = r.number.String()
		}
		if got != c.number || r.state != c.state || r.unit != c.unit || (r.doubt != "") != c.doubt {
			t.Errorf("%q: number %q state %s unit %q doubt %q; want %q %s %q %v", c.printed, got, r.state, r.unit,
				r.doubt, c.number, c.state, c.unit, c.doubt)
		}
	}
}

func TestPageNumbers(t *testing.T) {
	for s, want := range map[string]bool{"- 4 -": true, "— 5 —": true, "-3-": true, "第 3 页": true, "第三页 共九页": true,
		"-3": false, "4": false, "—": false, "12": false, "本页": false} {
		if got := isPageNumber(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
