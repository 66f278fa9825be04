package extract

import (
	"strings"
	"testing"
)

// TestHiddenTables: tables that all stand in a part hidden by the style, such as a tab that a script opens, are read
// with a doubt; where another table is shown they are left out.
func TestHiddenTables(t *testing.T) {
	table := `<table><tr><td>行政许可</td><td>15</td></tr><tr><td>行政处罚</td><td>3</td></tr></table>`
	for name, c := range map[string]struct {
		page   string
		tables int
		doubt  string
	}{
		"a closed tab":     {`<style>.tab{display:none}</style><p>年度报告</p><div class=tab><p>二、</p>` + table + `</div>`, 1, "hidden-tables"},
		"closed by itself": {`<p>年度报告</p><div style="display:none">` + table + `</div>`, 1, "hidden-tables"},
		"beside one shown": {table + `<div style="display:none">` + table + `</div>`, 1, "hidden-text"},
		"until its script is done": {`<div id="js_content" style="visibility: hidden; opacity: 0;"><p>年度报告</p>` + table +
			`</div><script src="a.js"></script>`, 1, "hidden-text"},
		"invisible until its script is done": {`<div id="js_content" style="visibility: hidden"><p>年度报告</p>` + table +
			`</div><script src="a.js"></script>`, 1, "hidden-text"},
		"invisible, and no script": {`<div id="js_content" style="visibility: hidden;opacity:0"><p>年度报告</p>` + table +
			`</div>`, 1, "hidden-tables"},
		"a cloak":           {`<style>[v-cloak]{display:none}</style><div v-cloak>` + table + `</div>`, 1, "hidden-text"},
		"no table anywhere": {`<p>年度报告</p><div style="display:none"><p>2022</p></div>`, 0, ""},
	} {
		doc, err := Read([]byte("<html><body>"+c.page+"</body></html>"), "page.html")
		if err != nil {
			t.Fatal(err)
		}
		n, doubts := 0, ""
		for _, b := range doc.Blocks {
			if b.Kind == TableBlock {
				n++
			}
		}
		for _, d := range doc.Doubts {
			doubts += d.Code + " "
		}
		if n != c.tables || !strings.Contains(doubts, c.doubt) || c.doubt != "hidden-text" && strings.Contains(doubts, "hidden-text") {
			t.Errorf("%s: %d tables, %s", name, n, doubts)
		}
	}
}
