package normalize_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
)

// identity reads a short document of text, which needs no tables to say who reports and when.
func identity(t *testing.T, text string, from normalize.Origin) *normalize.Report {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := extract.Read([]byte(text), "report.txt")
	if err != nil {
		t.Fatal(err)
	}
	return normalize.ReadFrom(doc, forms, from)
}

func codesOf(rep *normalize.Report, prefixes ...string) string {
	var out []string
	for _, f := range rep.Findings {
		for _, p := range prefixes {
			if strings.HasPrefix(f.Code, p) {
				out = append(out, f.Code)
			}
		}
	}
	return strings.Join(out, " ")
}

func TestIdentity(t *testing.T) {
	const body = "一、总体情况\n%s工作平稳推进。\n二、主动公开政府信息情况\n见下表。\n三、收到和处理政府信息公开申请情况\n见下表。\n"
	for _, c := range []struct {
		name, head, prose                             string
		from                                          normalize.Origin
		id, published, deadline, timing, year, period string
		codes                                         string // of findings on who and when
	}{
		{name: "an office by its title", head: "淮安市人民政府办公室2022年政府信息公开工作年度报告\n发布日期：2023-02-03", prose: "2022年，",
			id: "320800/office", published: "2023-02-03", deadline: "2023-01-31", timing: "missed", year: "2022"},
		{name: "a government has until March", head: "淮安市人民政府2022年政府信息公开工作年度报告\n发布日期：2023-03-31", prose: "2022年，",
			id: "320800/government", published: "2023-03-31", deadline: "2023-03-31", timing: "kept", year: "2022"},
		{name: "before 2019 all had until March", head: "淮安市教育局2018年政府信息公开工作年度报告\n发布日期：2019-03-12", prose: "2018年，",
			id: "320800/department/教育", published: "2019-03-12", deadline: "2019-03-31", timing: "kept", year: "2018"},
		{name: "a bureau of a place that several provinces have, by the portal", head: "鼓楼区教育局2022年政府信息公开工作年度报告",
			prose: "2022年，", from: normalize.Origin{Division: "320100"},
			id: "320106/department/教育", deadline: "2023-01-31", year: "2022"},
		{name: "and without", head: "鼓楼区教育局2022年政府信息公开工作年度报告", prose: "2022年，",
			deadline: "2023-01-31", year: "2022", codes: "agency-undecided"},
		{name: "by the address at the end", head: "鼓楼区教育局2022年政府信息公开工作年度报告", prose: "联系地址：江苏省徐州市鼓楼区中山北路1号。2022年，",
			id: "320302/department/教育", deadline: "2023-01-31", year: "2022"},
		{name: "at the portal of another city", head: "淮安市教育局2022年政府信息公开工作年度报告", prose: "2022年，",
			from: normalize.Origin{Division: "320100"},
			id:   "320800/department/教育", deadline: "2023-01-31", year: "2022", codes: "agency-elsewhere"},
		{name: "the period says the year", head: "淮安市教育局政府信息公开工作年度报告", prose: "本报告所列数据的统计期限自2022年1月1日起至2022年12月31日止。",
			id: "320800/department/教育", deadline: "2023-01-31", year: "2022", period: "2022-01-01 2022-12-31"},
		{name: "the period says another", head: "淮安市教育局2022年政府信息公开工作年度报告",
			prose: "本报告所列数据的统计期限自2021年1月1日起至2021年12月31日止。",
			id:    "320800/department/教育", deadline: "2023-01-31", year: "2022", period: "2021-01-01 2021-12-31",
			codes: "year-conflict"},
		{name: "a body set up in the year", head: "淮安市数据局2024年政府信息公开工作年度报告", prose: "本报告统计期限自2024年3月20日至12月31日。",
			id: "320800/department/数据", deadline: "2025-01-31", year: "2024", period: "2024-03-20 2024-12-31",
			codes: "period-odd"},
		{name: "only the prose says the year", head: "淮安市教育局政府信息公开工作年度报告\n发布日期：2023-01-20",
			prose: "2022年，我局主动公开信息，2022年全年无投诉，较2021年有进步。",
			id:    "320800/department/教育", published: "2023-01-20", deadline: "2023-01-31", timing: "kept",
			year: "2022", codes: "year-elsewhere"},
		{name: "nothing says the year", head: "淮安市教育局政府信息公开工作年度报告", prose: "", year: "0", codes: "year-missing",
			id: "320800/department/教育"},
		{name: "last year's title over this year's text", head: "淮安市教育局2021年政府信息公开工作年度报告",
			prose: "2022年，我局公开信息。2022年，开展培训。2022年，回应关切。",
			id:    "320800/department/教育", deadline: "2022-01-31", year: "2021", codes: "year-conflict"},
		{name: "published before the year was over", head: "淮安市教育局2022年政府信息公开工作年度报告\n发布日期：2022-01-20", prose: "2022年，",
			id: "320800/department/教育", published: "2022-01-20", deadline: "2023-01-31", timing: "kept", year: "2022",
			codes: "year-conflict"},
		{name: "the address has a date", head: "淮安市教育局2022年政府信息公开工作年度报告", prose: "2022年，",
			from: normalize.Origin{URL: "http://www.huaian.gov.cn/col/7210/202301/t20230119_88.html"},
			id:   "320800/department/教育", published: "2023-01-19", deadline: "2023-01-31", timing: "kept", year: "2022",
			codes: "published-elsewhere"},
		{name: "an address from before the year", head: "淮安市教育局2022年政府信息公开工作年度报告", prose: "2022年，",
			from: normalize.Origin{URL: "http://www.huaian.gov.cn/art/2021/1/19/art_88.html"},
			id:   "320800/department/教育", published: "2021-01-19", deadline: "2023-01-31", timing: "kept", year: "2022",
			codes: "year-conflict published-elsewhere"},
		{name: "the file at the address is named for another year", head: "淮安市教育局2022年政府信息公开工作年度报告", prose: "2022年，",
			from: normalize.Origin{URL: "http://www.huaian.gov.cn/files/%E6%B7%AE%E5%AE%89%E5%B8%82%E6%95%99%E8%82%B" +
				"2%E5%B1%802021%E5%B9%B4%E6%94%BF%E5%BA%9C%E4%BF%A1%E6%81%AF%E5%85%AC%E5%BC%80%E5%B7%A5%E4%BD%9C%E5%" +
				"B9%B4%E5%BA%A6%E6%8A%A5%E5%91%8A.pdf"},
			id: "320800/department/教育", deadline: "2023-01-31", year: "2022", codes: "year-conflict"},
		{name: "a place in no list", head: "江州市人民政府2022年政府信息公开工作年度报告", prose: "2022年，",
			deadline: "2023-03-31", year: "2022", codes: "agency-undecided"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rep := identity(t, c.head+"\n"+fmt.Sprintf(body, c.prose), c.from)
			period := strings.TrimSpace(rep.Period.From + " " + rep.Period.To)
			got := []string{rep.Body.ID, rep.Published, rep.Deadline, string(rep.InTime), fmt.Sprint(rep.Year), period,
				codesOf(rep, "agency", "year", "period", "published")}
			want := []string{c.id, c.published, c.deadline, c.timing, c.year, period, c.codes}
			if c.period != "" {
				want[5] = c.period
			}
			for i, what := range []string{"id", "published", "deadline", "timing", "year", "period", "findings"} {
				if got[i] != want[i] {
					t.Errorf("%s %q, want %q", what, got[i], want[i])
				}
			}
			if t.Failed() {
				for _, f := range rep.Findings {
					t.Log(f.Code, f.Message)
				}
			}
		})
	}
}

// TestScope: a report is of one body or of all below it; the prose says, else the kind of body does.
func TestScope(t *testing.T) {
	for file, want := range map[string]struct {
		kind  agencies.Kind
		scope normalize.Scope
		says  string
	}{
		"huaian-2024.pdf":           {agencies.Government, normalize.AllScope, "全市3119件"},
		"harbin-2022.txt":           {agencies.Office, normalize.OwnScope, "Article 49"},
		"shanghai-office-2019.html": {agencies.Office, normalize.OwnScope, "Article 49"},
	} {
		body, _ := sample(t, file)
		rep := readBytes(t, body, file)
		if rep.Body.Kind != want.kind || rep.Scope != want.scope || !strings.Contains(rep.ScopeFrom, want.says) ||
			!rep.Body.Decided() {
			t.Errorf("%s: %s %s %q %+v", file, rep.Body.Kind, rep.Scope, rep.ScopeFrom, rep.Body)
		}
	}
}
