package normalize_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// TestOldSamples reads the published reports of before 2019: every row of their tables under its name, in the order
// printed, with its unit and both columns, and proved where an identity holds it.
func TestOldSamples(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(samples, "before-2019.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the published samples are not beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	var truth map[string]struct {
		Agency, Agency_printed string
		Year                   int
		Table                  [][]string
	}
	if err := json.Unmarshal(b, &truth); err != nil {
		t.Fatal(err)
	}
	for name, want := range truth {
		body, err := os.ReadFile(filepath.Join(samples, name+".html"))
		if err != nil {
			t.Fatal(err)
		}
		got := readBytes(t, body, name+".html")
		if got.Status != normalize.StatusRead || got.Year != want.Year || got.Agency != want.Agency_printed {
			t.Errorf("%s: %s %q, %d %s", name, got.Status, got.Reason, got.Year, got.Agency)
		}
		if len(got.Values) != 2*len(want.Table) {
			t.Errorf("%s: %d values of %d rows", name, len(got.Values), len(want.Table))
			continue
		}
		byText := map[string]string{}
		for _, r := range want.Table {
			byText[r[0]] = strings.Join(r[1:], " ")
		}
		var rows, printed []string
		for i := 0; i < len(got.Values); i += 2 {
			year, ever := got.Values[i], got.Values[i+1]
			if !strings.HasPrefix(year.Name, "statistics_fujian.") || !strings.HasSuffix(year.Name, ".year") ||
				!strings.HasSuffix(ever.Name, ".cumulative") {
				t.Errorf("%s: %s, %s", name, year.Name, ever.Name)
			}
			if year.Text != "" && year.Number == nil || ever.Text != "" && ever.Number == nil {
				t.Errorf("%s: %s has no number", name, year.Name)
			}
			rows = append(rows, strings.TrimSpace(year.Unit+" "+year.Text+" "+ever.Text))
		}
		for _, r := range want.Table {
			printed = append(printed, strings.TrimSpace(strings.Join(r[1:], " ")))
		}
		sort.Strings(rows)
		sort.Strings(printed)
		if a, b := strings.Join(rows, "\n"), strings.Join(printed, "\n"); a != b {
			t.Errorf("%s: read\n%s\nprinted\n%s", name, a, b)
		}
		for _, v := range got.Values {
			row := strings.Split(v.Name, ".")[1]
			if (strings.HasPrefix(row, "received") || strings.HasPrefix(row, "answered")) && v.Number != nil &&
				v.Verdict != normalize.Proved {
				t.Errorf("%s: %s is %s", name, v.Name, v.Verdict)
			}
		}
		for _, f := range got.Findings {
			if f.Severity != normalize.Note && f.Code != normalize.CodeProseDiffers { // table and prose often disagree
				t.Errorf("%s: %s %s: %s", name, f.Code, f.Name, f.Message)
			}
		}
	}
}

// readDump reads a document given as a dump.
func readDump(t *testing.T, dump string) *normalize.Report {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := extract.ParseText(strings.NewReader(dump))
	if err != nil {
		t.Fatal(err)
	}
	return normalize.Read(doc, forms)
}

// gridDump writes a table as a dump of a document with a title.
func gridDump(title string, rows ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "paragraph %q\n", title)
	width := 0
	for _, r := range rows {
		width = max(width, strings.Count(r, "|")+1)
	}
	fmt.Fprintf(&b, "table grid %dx%d\n", len(rows), width)
	for i, r := range rows {
		for k, c := range strings.Split(r, "|") {
			fmt.Fprintf(&b, "cell %d,%d 1x1 %q\n", i, k, strings.TrimSpace(c))
		}
	}
	return b.String()
}

func said(r *normalize.Report) string {
	var out []string
	for _, v := range r.Values {
		if v.State != normalize.Absent {
			n := "-"
			if v.Number != nil {
				n = v.Number.String()
			}
			out = append(out, v.Name+" "+n+v.Unit)
		}
	}
	return strings.Join(out, "\n")
}

// TestAnnexShapes reads the builds of tables of statistics that offices use.
func TestAnnexShapes(t *testing.T) {
	for _, c := range []struct {
		name, dump string
		want       []string
		code       string // a finding that is told
	}{
		{"two columns of indicators", gridDump("江州市人民政府2016年政府信息公开工作年度报告",
			"统计指标|单位|统计数|统计指标|单位|统计数",
			"一、主动公开情况|——|——|三、依申请公开情况|——|——",
			"（一）主动公开政府信息数|条|120|（一）收到申请数|件|9",
			"其中：主动公开规范性文件数|条|20|1.当面申请数|件|4",
			"制发规范性文件总数|件|22|2.传真申请数|件|1",
			"1.政府公报公开政府信息数|条|8|3.网络申请数|件|3",
			"2.政府网站公开政府信息数|条|112|4.信函申请数|件|1"),
			[]string{"statistics.disclosed.count 120条",
				"statistics.received_letter.count 1件", "statistics.disclosed_website.count 112条"}, ""},
		{"levels of body and a number column", gridDump("临溪区人民政府2017年政府信息公开工作年度报告",
			"序号|统计指标|单位|区政府|区直单位|乡镇街道",
			"1|主动公开政府信息数|条|12|30|8", "2|主动公开规范性文件数|条|2|3|0", "3|制发规范性文件总数|件|2|3|1",
			"4|行政复议数量|件|1|0|0", "5|（一）维持具体行政行为数|件|1|0|0", "6|（二）被依法纠错数|件|0|0|0", "7|（三）其他情形数|件|0|0|0",
			"8|行政诉讼数量|件|0|2|0", "9|（一）维持具体行政行为或者驳回原告诉讼请求数|件|0|1|0", "10|（二）被依法纠错数|件|0|0|0", "11|（三）其他情形数|件|0|1|0"),
			[]string{"statistics.disclosed.units 30条", "statistics.reconsideration_other.units 0件", "statistics.litigation_other.units 1件",
				"statistics.disclosed.townships 8条"}, ""},
		{"a department a row", gridDump("望川市人民政府2015年政府信息公开工作年度报告",
			"单位|主动公开政府信息数|收到申请数|当面申请数|传真申请数|网络申请数|信函申请数",
			"市教育局|12|3|1|0|2|0", "市民政局|7|1|0|0|0|1", "合计|19|4|1|0|2|1"),
			[]string{"statistics.disclosed.total 19条", "statistics.received_letter.total 1件"}, "annex-rows"},
		{"a table of no family", gridDump("北澜县人民政府2010年政府信息公开工作年度报告",
			"项目|计量单位|2010年度|累计", "公开政务信息条目|条|310|801", "其中：1.门户站点公开|条|300|790", "2.公示栏公开|条|10|11", "收费|元|12.5|40"),
			[]string{"statistics_other.公开政务信息条目.2010年度 310条", "statistics_other.公开政务信息条目_门户站点公开.累计 790条", "statistics_other.收费.累计 40元"},
			"annex-unknown"},
		{"a code column, the older Shanghai form", gridDump("青岚区人民政府2009年政府信息公开工作年度报告",
			"指标名称|计量单位|代码|本期（月）实际|本年累计", "主动公开信息数|条|01|5|50", "其中：全文电子化的|条|02|5|48", "申请总数|条|10|1|7",
			"其中：1.当面申请数|条|11|1|2", "2.传真申请数|条|12|0|0", "3.电子邮件申请数|条|13|0|1", "4.网上申请数|条|14|0|4", "5.信函申请数|条|15|0|0", "6.其他形式申请数|条|16|0|0",
			"对申请的答复总数|条|17|1|7", "其中：1.同意公开答复数|条|18|1|3", "2.同意部分公开答复数|条|19|0|1", "3.否决公开答复总数|条|20|0|3", "行政复议数|件|32|0|0"),
			[]string{"statistics_shanghai.refused.year 3条",
				"statistics_shanghai.disclosed_full_text.period 5条",
				"statistics_shanghai.received_online.year 4条"}, ""},
		{"two years beside each other", gridDump("云栖县人民政府2013年政府信息公开工作年度报告",
			"指标名称|计量单位|2012年度|2013年度|历年累计", "主动公开信息数|条|5|6|40", "其中：1.网站公开|条|5|6|40", "2.政府公报公开|条|0|0|0", "受理依申请公开信息总数|条|1|2|3",
			"其中：1.当面申请数|条|1|2|3"),
			[]string{"statistics_fujian.disclosed.year 6条",
				"statistics_fujian.received.cumulative 3条", "statistics_other.主动公开信息数.2012年度 5条"},
			"annex-rows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readDump(t, c.dump)
			have := said(got)
			for _, w := range c.want {
				if !strings.Contains("\n"+have+"\n", "\n"+w+"\n") {
					t.Errorf("no %s", w)
				}
			}
			told := c.code == ""
			for _, f := range got.Findings {
				told = told || f.Code == c.code
			}
			if !told || t.Failed() {
				t.Errorf("%s %s\n%s\n%+v", got.Status, got.Reason, have, got.Findings)
			}
		})
	}
}

// TestTwoScopes reads a document that prints the table for the body alone and once more for all below it: two reports.
func TestTwoScopes(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	table := func(n int) string {
		return strings.Join(strings.SplitAfter(gridDump("x", "统计指标|单位|统计数", fmt.Sprintf("主动公开政府信息数|条|%d", 10*n),
			fmt.Sprintf("其中：主动公开规范性文件数|条|%d", n), fmt.Sprintf("制发规范性文件总数|件|%d", 2*n), fmt.Sprintf("六、举报投诉数量|件|%d", 3*n)), "\n")[1:], "")
	}
	dump := "paragraph \"江州市人民政府2016年政府信息公开工作年度报告\"\nparagraph \"政府信息公开情况统计表（本级）\"\n" + table(1) +
		"paragraph \"政府信息公开情况统计表（汇总）\"\n" + table(7)
	doc, err := extract.ParseText(strings.NewReader(dump))
	if err != nil {
		t.Fatal(err)
	}
	got := normalize.ReadAll(doc, forms, normalize.Origin{})
	if len(got) != 2 || got[0].Scope != normalize.OwnScope || got[1].Scope != normalize.AllScope || got[0].Part != 1 || got[1].Part != 2 {
		t.Fatalf("%d reports, %s", len(got), got[0].Scope)
	}
	for i, n := range []string{"10", "70"} {
		if v := got[i].Values[0]; v.Name != "statistics.disclosed.count" || v.Text != n {
			t.Errorf("part %d: %s %s", i+1, v.Name, v.Text)
		}
	}
}

// TestUnknownAnnexBecomesAForm follows the steps of docs/adding-a-form-edition.md: a table that no form describes is read
// under its printed labels, and by one file under the names that it gives them.
func TestUnknownAnnexBecomesAForm(t *testing.T) {
	const file = "statistics_bashan-2010.form"
	text, err := os.ReadFile(filepath.Join("testdata", "annex", file))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("../docs/adding-a-form-edition.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc), "```text\n"+string(text)+"```") {
		t.Errorf("docs/adding-a-form-edition.md does not show testdata/annex/%s", file)
	}
	dump := gridDump("巴山县人民政府2011年政府信息公开工作年度报告",
		"项目|计量单位|2011年度|累计", "公开政务信息条目|条|310|801", "其中：1.门户站点公开|条|300|790", "2.公示栏公开|条|10|11", "信息公开收费|元|12.5|40")
	unknown := readDump(t, dump)
	for _, v := range unknown.Values {
		if !strings.HasPrefix(v.Name, normalize.OtherTable+".") || v.Label == "" || v.Unit == "" || v.Number == nil {
			t.Errorf("%s: %+v", v.Name, v)
		}
	}
	more, err := form.Load(os.DirFS(filepath.Join("testdata", "annex")))
	if err != nil {
		t.Fatal(err)
	}
	d, err := extract.ParseText(strings.NewReader(dump))
	if err != nil {
		t.Fatal(err)
	}
	known := normalize.Read(d, more)
	if len(known.Values) != 8 || len(unknown.Values) != 8 || known.Status != normalize.StatusRead {
		t.Fatalf("%d values of no family, %d of one, %s %s", len(unknown.Values), len(known.Values), known.Status, known.Reason)
	}
	proved := 0
	for i, v := range known.Values {
		u := unknown.Values[i]
		if !strings.HasPrefix(v.Name, "statistics_bashan.") || v.Text != u.Text || !v.Number.Equal(*u.Number) || v.Unit != u.Unit {
			t.Errorf("%s %s%s was %s %s%s", v.Name, v.Text, v.Unit, u.Name, u.Text, u.Unit)
		}
		if v.Verdict == normalize.Proved {
			proved++
		}
	}
	if proved != 6 {
		t.Errorf("%d proved", proved)
	}
}
