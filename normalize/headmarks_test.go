package normalize_test

import (
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize"
)

// TestHeadMarks: the mark of a note is no part of a title or a name, and a title or date of which a part cannot be read
// is told.
func TestHeadMarks(t *testing.T) {
	const head = `<html><body><h1>TITLE</h1><p>发布日期：DATE</p><p>统计期限为2022年1月1日至2022年12月31日。</p>` +
		`<p>二、主动公开政府信息情况</p><table><tr><td>行政许可</td><td>1</td></tr></table></body></html>`
	const title = "江州市人民政府2022年政府信息公开工作年度报告"
	for name, c := range map[string]struct {
		title, date             string
		agency, want, published string
		told                    int
	}{
		"plain":             {title, "2023-01-18", "江州市人民政府", title, "2023-01-18", 0},
		"note of the title": {title + "<sup>1</sup>", "2023-01-18", "江州市人民政府", title, "2023-01-18", 0},
		"note of the name": {"江州市人民政府<sup>[1]</sup>2022年政府信息公开工作年度报告", "2023-01-18", "江州市人民政府", title,
			"2023-01-18", 0},
		"circled note": {"江州市人民政府<sup>①</sup>2022年政府信息公开工作年度报告", "2023-01-18", "江州市人民政府", title, "2023-01-18", 0},
		"a year nobody knows": {`江州市人民政府<span style="color:color-mix(in srgb,white,white)">2021年</span>2022年政府信息公开工作年度报告`, "2023-01-18",
			"", "江州市人民政府�����2022年政府信息公开工作年度报告", "2023-01-18", 1},
		"a day nobody knows": {title, `2023-01-1<span style="color:color-mix(in srgb,white,white)">5</span>8`, "江州市人民政府", title, "", 1},
	} {
		r := readBytes(t, []byte(strings.NewReplacer("TITLE", c.title, "DATE", c.date).Replace(head)), "page.html")
		told := 0
		for _, f := range r.Findings {
			if f.Code == normalize.CodeHeadUnreadable {
				told++
			}
		}
		if r.Agency != c.agency || r.Title != c.want || r.Published != c.published || told != c.told {
			t.Errorf("%s: %q of %q, %q, told %d", name, r.Title, r.Agency, r.Published, told)
		}
	}
}
