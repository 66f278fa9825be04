package assets

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// inNode runs a script among modules of the page, with what the dataset says in the place of data.js, and gives the JSON
// that it prints.
func inNode[T any](t *testing.T, dataset any, script string, modules ...string) (out T) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir := t.TempDir()
	d, err := json.Marshal(dataset)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"package.json": `{"type": "module"}`, "main.js": script,
		"data.js": "export const dataset = () => (" + string(d) + ");\n"}
	for _, m := range modules {
		files[m] = read(t, m)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := exec.Command(node, filepath.Join(dir, "main.js")).Output()
	if err != nil {
		if x, ok := err.(*exec.ExitError); ok {
			t.Fatalf("%v\n%s", err, x.Stderr)
		}
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	return out
}

type edition = map[string]any

// TestCitations: what rests on many reports is cited as the dataset that it is, with how far it goes and the day on which
// it was read; an anomaly with the printed title, the days, the place of its number and what was found. Nothing that is
// not known is made up.
func TestCitations(t *testing.T) {
	script := `import { citations } from './cite.js';
const now = new Date(2026, 2, 9, 23, 30);
const number = { sha: 'f00d', permalink: 'https://host/anomaly/x/', body: '江州市人民政府', report: '江州市2023年政府信息公开工作年度报告',
  year: 2023, published: '2024-01-30', seen: '2024-02-02', address: 'https://portal.example/2023.html', table: '收到申请', row: '总计',
  column: '自然人', value: '85', finding: 'The row does not add up.', findingZh: '该行合计不符。' };
console.log(JSON.stringify([{ title: '排名', permalink: 'https://host/rank/x/' }, number, { ...number, report: null, published: null },
].map((what) => citations(what, now).map(([, text]) => text))));`
	for _, x := range []struct {
		dataset edition
		want    [3][2]string
	}{
		{edition{"sha256": "beef", "program": "v9", "day": "2026-01-02", "by": "seen"}, [3][2]string{
			{"公开（gongkai）. 排名[DB/OL]. (2026-01-02)[2026-03-09]. https://host/rank/x/. 数据集SHA-256：beef. 生成工具：gongkai v9.",
				"gongkai (公开). (2026, January 2). 排名 [Data set]. Retrieved March 9, 2026, from https://host/rank/x/ " +
					"(SHA-256 of the data set beef; made with gongkai v9)"},
			{"江州市人民政府. 江州市2023年政府信息公开工作年度报告[EB/OL]. (2024-01-30)[2024-02-02]. https://portal.example/2023.html. 2023年度. " +
				"表“收到申请”，行“总计”，列“自然人”：85. 该行合计不符. SHA-256：f00d. 公开（gongkai），数据集SHA-256：beef：https://host/anomaly/x/.",
				"江州市人民政府. (2024, January 30). 江州市2023年政府信息公开工作年度报告 [Annual open-government-information report on 2023]. " +
					"Retrieved February 2, 2024, from https://portal.example/2023.html. Table “收到申请”, row “总计”, column “自然人”: 85; " +
					"The row does not add up. SHA-256 f00d; gongkai, data set of SHA-256 beef, https://host/anomaly/x/"},
			{"江州市人民政府. [2023年政府信息公开工作年度报告，原文无标题][EB/OL]. [2024-02-02]. https://portal.example/2023.html. 2023年度. " +
				"表“收到申请”，行“总计”，列“自然人”：85. 该行合计不符. SHA-256：f00d. 公开（gongkai），数据集SHA-256：beef：https://host/anomaly/x/.",
				"江州市人民政府. (n.d.). [Annual open-government-information report on 2023, untitled]. " +
					"Retrieved February 2, 2024, from https://portal.example/2023.html. Table “收到申请”, row “总计”, column “自然人”: 85; " +
					"The row does not add up. SHA-256 f00d; gongkai, data set of SHA-256 beef, https://host/anomaly/x/"}}},
		{edition{"sha256": "beef", "program": "v9", "day": "2026-01-02", "by": "published"}, [3][2]string{
			{"公开（gongkai）. 排名[DB/OL]. [2026-03-09]. https://host/rank/x/. 所收报告最晚发布于2026-01-02. 数据集SHA-256：beef. 生成工具：gongkai v9.",
				"gongkai (公开). (n.d.). 排名 [Data set]. Retrieved March 9, 2026, from https://host/rank/x/ " +
					"(newest report published January 2, 2026; SHA-256 of the data set beef; made with gongkai v9)"}}},
	} {
		got := inNode[[][]string](t, edition{"edition": x.dataset}, script, "cite.js", "format.js", "words.js", "dom.js")
		for i, want := range x.want {
			for k := range want {
				if want[k] != "" && got[i][k] != want[k] {
					t.Errorf("cited\n%s\nwant\n%s", got[i][k], want[k])
				}
			}
		}
	}
}

// TestWorded: cells of two editions that have one name are told apart, and no others.
func TestWorded(t *testing.T) {
	got := inNode[[][2]string](t, edition{}, `import { worded } from './worded.js';
const row = (name, zh) => ({ name, label: zh, words: name, words_zh: zh });
const d = { form_rows: [row('t.closed', '其他处理'), row('t.closed_other', '其他处理'), row('t.granted', '予以公开')],
  form_columns: [row('t.total', '总计')].map((c) => ({ ...c, words: 'total' })),
  cells: [['t.closed.total', ['2019']], ['t.closed_other.total', ['2021']], ['t.granted.total', ['2019', '2021']]]
    .map(([name, editions]) => ({ name, editions })) };
worded(d);
console.log(JSON.stringify(d.cells.map((c) => [c.words_zh + c.apart_words_zh, c.apart_words])));`, "worded.js")
	want := [][2]string{{"其他处理·总计（2019年版）", ""}, {"其他处理·总计（2021年版）", ""}, {"予以公开·总计", ""}}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestStart: a ranking begins with the group that tells most: governments of prefectures where there are enough, else a
// larger group of another level, kind or year; and never with one or none where another has more.
func TestStart(t *testing.T) {
	type group struct {
		Year    int    `json:"year"`
		Level   string `json:"level"`
		Kind    string `json:"kind"`
		Reports int    `json:"reports"`
	}
	for name, x := range map[string]struct {
		groups []group
		static bool
		want   group
	}{
		"cities": {[]group{{2024, "county", "government", 90}, {2024, "prefecture", "government", 12}, {2023, "prefecture",
			"government", 40}}, false, group{2024, "prefecture", "government", 12}},
		"counties, since there is one city": {[]group{{2024, "prefecture", "government", 1}, {2024, "county", "government", 12}},
			false, group{2024, "county", "government", 12}},
		"the year before, of which there are more": {[]group{{2024, "prefecture", "government", 1}, {2023, "prefecture",
			"government", 11}}, false, group{2023, "prefecture", "government", 11}},
		"all bodies, since no group is large": {[]group{{2024, "prefecture", "government", 4}, {2024, "county", "department", 4},
			{2024, "county", "government", 4}}, false, group{2024, "all", "all", 12}},
		"the largest of a static site": {[]group{{2024, "prefecture", "government", 1}, {2024, "county", "department", 4},
			{2022, "county", "government", 5}}, true, group{2022, "county", "government", 5}},
		"what is of no year is no ranking": {[]group{{0, "county", "government", 99}, {2024, "none", "none", 2}}, true,
			group{2024, "none", "none", 2}},
	} {
		got := inNode[group](t, edition{"groups": x.groups, "full_year": 2024, "static": x.static},
			"import { start } from './start.js';\nimport { dataset } from './data.js';\nconsole.log(JSON.stringify(start(dataset())));",
			"start.js")
		if got != x.want {
			t.Errorf("%s: %+v, want %+v", name, got, x.want)
		}
	}
	got := inNode[[]int](t, edition{}, `import { begun } from './start.js';
const totals = [0, 1, 7, 9];
let asked = 0;
const one = await begun([0, 1, 2, 3], async (k) => { asked += 1; return k ? { total: totals[k] } : null; });
const few = await begun([0, 1], async (k) => ({ total: totals[k] }));
console.log(JSON.stringify([one.group, asked, few.group]));`, "start.js")
	if got[0] != 2 || got[1] != 3 || got[2] != 1 {
		t.Errorf("begun with %d after %d, and with %d", got[0], got[1], got[2])
	}
}
