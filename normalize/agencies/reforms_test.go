package agencies_test

import (
	"testing"

	"github.com/gongkai/gongkai/normalize/agencies"
)

// TestReforms holds that a department of before 2018 is told from the one it became part of, and what became of it is known.
func TestReforms(t *testing.T) {
	ids := map[string]string{}
	for _, c := range []struct{ name, now, day string }{
		{"南京市工商行政管理局", "市场监督管理", "2018-03-17"},
		{"南京市质量技术监督局", "市场监督管理", "2018-03-17"},
		{"南京市食品药品监督管理局", "市场监督管理", "2018-03-17"},
		{"南京市市场监督管理局", "", ""},
		{"南京市国土资源局", "自然资源", "2018-03-17"},
		{"南京市规划和自然资源局", "", ""},
		{"南京市地方税务局", "税务", "2018-03-17"},
		{"南京市人口和计划生育委员会", "卫生健康", "2018-03-17"},
		{"南京市卫生局", "卫生健康", "2018-03-17"},
		{"南京市卫生健康委员会", "", ""},
	} {
		a := agencies.Read(c.name, agencies.Context{Year: 2012})
		if other := ids[a.ID]; a.ID != "" && other != "" {
			t.Errorf("%s and %s are both %s", c.name, other, a.ID)
		}
		ids[a.ID] = c.name
		rs := a.Reformed()
		now, day := "", ""
		if len(rs) > 0 {
			now, day = rs[len(rs)-1].Now, rs[len(rs)-1].Day
		}
		if now != c.now || day != c.day {
			t.Errorf("%s (%s, %s): became %q on %q", c.name, a.ID, a.Body, now, day)
		}
	}
	for i, r := range agencies.Reforms() {
		if r.Then == "" || r.Now == "" || len(r.Day) != 10 || r.How != "renamed" && r.How != "merged" && r.How != "split" {
			t.Errorf("reform %d: %+v", i+1, r)
		}
	}
}
