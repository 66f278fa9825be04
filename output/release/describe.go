package release

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
)

// coverage is what a release says of itself, counted over its tables.
type coverage struct {
	documents map[[2]string]map[string]int // (year, format) → status → documents
	reports   map[[2]string]*tally         // (year, level) →
	years     map[int]*tally
	all       tally
	codes     map[string]int
	reasons   map[string]int
	due       map[[3]string]*duty      // (province, level, year) →
	cells     map[string]map[int]int64 // column of wide → year → standing reports that have a number there
	newest    int32                    // day of the data: the last on which something was published or seen
}

// A tally counts reports and what their cells say.
type tally struct {
	reports, standing, partly, superseded                            int
	cells, absent, proved, contradicted, inferred, unchecked, errors int64
}

// add counts a report. What its cells say counts where it is the one that stands for its body and year.
func (t *tally) add(r *output.ReportRow) {
	if r.Superseded != nil {
		t.superseded++
	}
	t.reports++
	if !r.Standing {
		return
	}
	t.standing++
	if r.Status != "read" {
		t.partly++
	}
	t.cells += int64(r.Cells)
	t.absent += int64(r.Absent)
	t.proved += int64(r.Proved)
	t.contradicted += int64(r.Contradicted)
	t.inferred += int64(r.Inferred)
	t.unchecked += int64(r.Unchecked)
	t.errors += int64(r.Errors)
}

// A duty counts bodies that should have reported.
type duty struct{ known, rule, reports, late, unread, missing int64 }

// countDue counts who should have reported.
func (m *maker) countDue(c *coverage) error {
	c.due = map[[3]string]*duty{}
	return output.Select(m.data, "authorities", func(year int, r output.AuthorityRow) error {
		if r.State == "not_due" || r.State == "open" {
			return nil
		}
		k := [3]string{"–", "–", yearName(year)}
		if r.Province != nil {
			if k[0] = *r.Province; places.At(k[0], 0) != nil {
				k[0] += " " + places.At(k[0], 0).Name
			}
		}
		if r.Level != nil {
			k[1] = *r.Level
		}
		if c.due[k] == nil {
			c.due[k] = &duty{}
		}
		d := c.due[k]
		if r.By == "rule" {
			d.rule++
		} else {
			d.known++
		}
		switch r.State {
		case "read", "partly":
			d.reports++
		case panel.NotRead:
			d.unread++
		default:
			d.missing++
		}
		if r.InTime != nil && *r.InTime == "missed" {
			d.late++
		}
		return nil
	})
}

func (m *maker) count(ctx context.Context) (*coverage, error) {
	c := &coverage{documents: map[[2]string]map[string]int{}, reports: map[[2]string]*tally{}, years: map[int]*tally{},
		codes: map[string]int{}, reasons: map[string]int{}}
	err := m.data.Documents(func(year int, r output.DocumentRow) error {
		format := "unknown"
		if r.MediaType != nil {
			format = *r.MediaType
		}
		k := [2]string{yearName(year), format}
		if c.documents[k] == nil {
			c.documents[k] = map[string]int{}
		}
		c.documents[k][r.Status]++
		if r.Seen != nil {
			c.newest = max(c.newest, *r.Seen)
		}
		if r.Reason != nil && r.Status == "unread" {
			c.reasons[*r.Reason]++
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	err = m.data.Reports(func(year int, r output.ReportRow) error {
		level := "unknown"
		if r.Level != nil {
			level = *r.Level
		}
		if r.Published != nil {
			c.newest = max(c.newest, *r.Published)
		}
		k := [2]string{yearName(year), level}
		if c.reports[k] == nil {
			c.reports[k] = &tally{}
		}
		if c.years[year] == nil {
			c.years[year] = &tally{}
		}
		c.reports[k].add(&r)
		c.years[year].add(&r)
		c.all.add(&r)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if err := m.countDue(c); err != nil {
		return nil, err
	}
	if c.cells, err = m.numbers(); err != nil {
		return nil, err
	}
	type code struct {
		Code string `parquet:"code"`
	}
	return c, output.Select(m.data, "findings", func(_ int, r code) error { c.codes[r.Code]++; return ctx.Err() })
}

// numbers counts, by column and year, the standing reports that have a number in a cell.
func (m *maker) numbers() (map[string]map[int]int64, error) {
	out := map[string]map[int]int64{}
	for y, p := range m.parts["wide"] {
		if err := numbersOf(p.File, func(column string, n int64) {
			if out[column] == nil {
				out[column] = map[int]int64{}
			}
			out[column][y] += n
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func numbersOf(file output.File, each func(column string, n int64)) error {
	f, err := file.Open(parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	defer f.Close()
	standing := make([]bool, f.NumRows())
	if err := f.Column("standing", func(row int64, v parquet.Value) { standing[row] = v.Boolean() }); err != nil {
		return err
	}
	for _, c := range f.Columns() {
		if output.CellName(c) == "" {
			continue
		}
		n := int64(0)
		if err := f.Column(c, func(row int64, v parquet.Value) {
			if standing[row] && !v.IsNull() {
				n++
			}
		}); err != nil {
			return err
		}
		if n > 0 {
			each(c, n)
		}
	}
	return nil
}

// covered says how many reports have a number in a cell, and in which years.
func covered(years map[int]int64) string {
	var n int64
	for _, k := range years {
		n += k
	}
	known := slices.DeleteFunc(slices.Sorted(maps.Keys(years)), func(y int) bool { return y == 0 })
	var spans []string
	for i := 0; i < len(known); {
		k := i
		for k+1 < len(known) && known[k+1] == known[k]+1 {
			k++
		}
		span := strconv.Itoa(known[i])
		if k > i {
			span += "–" + strconv.Itoa(known[k])
		}
		spans = append(spans, span)
		i = k + 1
	}
	if len(spans) == 0 {
		return strconv.FormatInt(n, 10)
	}
	return fmt.Sprintf("%d (%s)", n, strings.Join(spans, ", "))
}

// describe writes what explains the data files, to people and to machines.
func (m *maker) describe(ctx context.Context, sum *Summary) error {
	c, err := m.count(ctx)
	if err != nil {
		return err
	}
	files, err := m.packages()
	if err != nil {
		return err
	}
	for _, zh := range []bool{false, true} {
		md := m.codebook(c, zh)
		name := "codebook"
		if zh {
			name += ".zh"
		}
		files[name+".md"] = md
		files[name+".html"] = page(md, zh)
	}
	agreed, err := m.agreement(ctx)
	if err != nil {
		return err
	}
	files["agreement.csv"] = agreementCSV(agreed)
	if files["validation.md"], err = m.validation(ctx, c, agreed); err != nil {
		return err
	}
	described := map[string]any{"croissant.json": m.croissant(sum, dayOf(c.newest))}
	if m.in("csv") {
		described["datapackage.json"] = m.dataPackage()
	}
	for name, x := range described {
		b, err := json.MarshalIndent(x, "", " ")
		if err != nil {
			return err
		}
		files[name] = string(b) + "\n"
	}
	cites, err := m.citations(sum, dayOf(c.newest))
	if err != nil {
		return err
	}
	maps.Copy(files, cites)
	files["README.md"] = m.readme(sum)
	told := true // nothing changed: what was told of the last change stays, if it is there
	for _, f := range []string{"CHANGES.md", "changes.csv"} {
		e, ok := m.old.Files[f]
		told = told && (!ok && f == "changes.csv" || ok && m.lies(f, e))
	}
	if told = told && sum.Before == "" && m.old.Version != ""; told {
		for _, f := range []string{"CHANGES.md", "changes.csv"} {
			if e, ok := m.old.Files[f]; ok {
				m.now.Files[f] = e
			}
		}
	} else {
		files["CHANGES.md"] = m.changesText(sum)
	}
	var names []string
	for n := range files {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		e, err := m.writeFile(n, func(w io.Writer) error { _, err := io.WriteString(w, files[n]); return err })
		if err != nil {
			return fmt.Errorf("%s: %w", n, err)
		}
		m.now.Files[n] = e
	}
	return nil
}

// say picks the language.
func say(zh bool, en, chinese string) string {
	if zh {
		return chinese
	}
	return en
}

// missing says of each state what the columns text and number hold, and the missing value in Stata.
var missing = map[string][3]string{
	"number": {"as printed", "number", "–"},
	"blank":  {`""`, "null; 0 where verdict is inferred", ".b"},
	"mark":   {"as printed", "null; 0 where verdict is inferred", ".m"},
	"text":   {"as printed", "null, or the number", ".t"},
	"absent": {"null", "null", ".a"},

	"corrected": {"as printed", "the correction", "–"},
}

// codebook explains every table, column and name, the identities, what is covered, and the kinds of missing.
func (m *maker) codebook(c *coverage, zh bool) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("# %s %s\n\n", say(zh, "Codebook of release", "数据手册：版本"), m.now.Version)
	p("%s\n\n", say(zh, "China's annual open-government-information reports (政府信息公开工作年度报告) as data: a value is as "+
		"printed, under its own name, or it carries a finding, or it is said to be absent.",
		"中国政府信息公开工作年度报告数据集：数值与原文一致，各归其项；有疑者附疑点说明，原文未列的均作说明。"))
	if x := m.extract(); x != "" {
		p("%s%s%s\n\n", say(zh, "An extract of a dataset: ", "数据集摘录："), x, say(zh, ".", "。"))
	}
	if m.in("csv") {
		p("%s\n\n", say(zh, "In the CSV files a text that a spreadsheet program would take for a formula has an apostrophe before "+
			"it: take one away where one or more stand before `=`, `+`, `-`, `@` (or their full-width forms), a tab or a line end. "+
			"Numbers never have one.",
			"CSV 文件中，可能被电子表格软件当作公式的文本前加有一个撇号：凡一个或多个撇号后接 `=`、`+`、`-`、`@`（含全角）、制表符或换行者，"+
				"去掉一个即为原文。数值列不加。"))
	}
	p("## %s\n\n", say(zh, "Coverage", "覆盖范围"))
	p("| %s |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n", say(zh, "report year | reports | cells | absent | proved | "+
		"inferred zero | contradicted | unchecked", "报告年度 | 报告 | 数据项 | 原文缺失 | 勾稽相符 | 推定为零 | 勾稽不符 | 无勾稽可核"))
	for _, y := range sortedTallies(c.years) {
		t := c.years[y]
		p("| %s | %d | %d | %d | %d | %d | %d | %d |\n", yearName(y), t.reports, t.cells, t.absent, t.proved,
			t.inferred, t.contradicted, t.unchecked)
	}
	p("\n## %s\n\n", say(zh, "Kinds of missing", "缺失的种类"))
	p("%s\n\n", say(zh, "Blank is not zero. `text` tells what is printed; `number` is null where there is none. In "+
		"the Stata files the missing value of `number` tells why.",
		"空白不等于零。`text` 为原文内容；无数值时 `number` 为空。Stata 文件中 `number` 的缺失值标明原因。"))
	p("| state | %s | text | number | Stata |\n|---|---|---|---|---|\n", say(zh, "meaning", "含义"))
	for _, c := range output.CodesOf("state") {
		f := missing[c.Code]
		p("| `%s` | %s | %s | %s | `%s` |\n", c.Code, say(zh, c.Meaning, c.MeaningZh), f[0], f[1], f[2])
	}
	p("\n%s\n", say(zh, "In `wide` a cell is null for each of these reasons, and for editions that do not have it; "+
		"`values` tells which. Stata holds decimals as doubles: exact to 15 digits.",
		"`wide` 中上述各种情形及该版本所无的数据项均为空值，原因见 `values`。Stata 以双精度存小数，15 位内精确。"))
	p("\n## %s\n\n", say(zh, "Tables", "数据表"))
	for _, t := range m.tables {
		rows := int64(0)
		for _, x := range m.parts[t.Name] {
			rows += x.rows
		}
		p("### %s\n\n%s%s%d %s\n\n", t.Name, say(zh, t.Doc, t.DocZh), say(zh, "; ", "；"), rows, say(zh, "rows.", "行。"))
		p("| %s |\n|---|---|---|\n", say(zh, "column | type | meaning", "列 | 类型 | 说明"))
		for _, col := range columnsOf(t) {
			if col.Cell == nil {
				p("| `%s` | %s | %s |\n", col.Name, col.Type, say(zh, col.Doc, col.DocZh))
			}
		}
		b.WriteString("\n")
	}
	p("## %s\n\n", say(zh, "Cells of the forms", "表格的数据项"))
	p("%s\n\n", say(zh, "Labels are those of the notices 国办公开办函〔2019〕60号 (edition 2019) and 〔2021〕30号 (edition 2021).",
		"标签为国办公开办函〔2019〕60号（2019 版）与〔2021〕30号（2021 版）原文。"))
	p("| %s |\n|---|---|---|---|---|---|---|--:|\n", say(zh, "name | column in wide | Stata variable | row | column "+
		"| unit | editions | standing reports with a number (years)",
		"名称 | 宽表列名 | Stata 变量 | 行 | 列 | 单位 | 版本 | 有数值的计数报告数（年度）"))
	for _, cell := range m.opts.Forms.Cells() {
		if len(m.opts.Names) > 0 && !output.Named(m.opts.Names, cell.Name) {
			continue
		}
		unit := cell.Unit
		if unit == "" {
			unit = say(zh, "count", "计数")
		}
		if cell.Signed {
			unit += say(zh, ", may be negative", "，可为负")
		}
		column := strings.ReplaceAll(cell.Name, ".", "__")
		p("| `%s` | `%s` | `%s` | %s | %s | %s | %s | %s |\n", cell.Name, column, cell.Stata, cell.RowLabel,
			cell.ColumnLabel, unit, strings.Join(cell.Editions, ", "), covered(c.cells[column]))
	}
	b.WriteString(output.AnnexNames(m.opts.Forms, zh))
	p("\n## %s\n\n", say(zh, "Identities (勾稽关系)", "勾稽关系"))
	var editions []*form.Form
	for _, t := range m.opts.Forms.Tables() {
		editions = append(editions, m.opts.Forms.Editions(t)...)
	}
	for _, f := range append(editions, m.opts.Forms.Annexes()...) {
		for _, s := range f.RowSums {
			p("- `%s` %s: %s: `%s`\n", f.Table, f.Edition, say(zh, "each row", "每行"), sumWords(s,
				func(i int) string { return f.Columns[i].Name }))
		}
		for _, s := range f.ColSums {
			p("- `%s` %s: %s: `%s`\n", f.Table, f.Edition, say(zh, "each column", "每列"), sumWords(s,
				func(i int) string { return f.Rows[i].Name }))
		}
	}
	p("\n## %s\n\n| %s |\n|---|---|--:|---|\n", say(zh, "Findings", "疑点"), say(zh,
		"code | usual severity | in this release | meaning", "代码 | 通常级别 | 本版本条数 | 含义"))
	for _, x := range output.Codes() {
		p("| `%s` | %s | %d | %s |\n", x.Code, x.Severity, c.codes[x.Code], say(zh, x.Meaning, x.MeaningZh))
	}
	return b.String()
}

func sumWords(s form.Sum, name func(int) string) string {
	side := func(list []int) string {
		var out []string
		for _, i := range list {
			out = append(out, name(i))
		}
		return strings.Join(out, " + ")
	}
	return side(s.Left) + " = " + side(s.Right)
}

func sortedTallies(m map[int]*tally) []int {
	var out []int
	for y := range m {
		out = append(out, y)
	}
	sort.Ints(out)
	return out
}

func percent(a, b int64) string {
	if b == 0 {
		return "–"
	}
	return strconv.FormatFloat(100*float64(a)/float64(b), 'f', 2, 64) + " %"
}

// tellCorrections lists the corrections that the dataset was made with: nothing in a release is other than printed
// without being told.
func (m *maker) tellCorrections(p func(format string, args ...any)) error {
	if !m.data.Has("corrections") { // a dataset of a program that had none
		return nil
	}
	p("\n## Corrections\n\nNumbers that whoever made the dataset put in the place of what was read; see the table corrections.\n\n")
	cell := func(s string) string { return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s) }
	n := 0
	err := output.Select(m.data, "corrections", func(year int, r output.CorrectionRow) error {
		if n++; n == 1 {
			p("| report year | document | cell | printed | correction | outcome | reason | who |\n|---|---|---|---|---|---|---|---|\n")
		}
		printed, outcome := "–", r.Outcome
		if r.Printed != nil {
			printed = *r.Printed
		}
		if r.Because != nil {
			outcome += ": " + *r.Because
		}
		p("| %s | %.12s… | %s | %s | %s | %s | %s | %s |\n", yearName(year), r.Document, r.Name, cell(printed), cell(r.New), outcome,
			cell(r.Reason), cell(r.Who))
		return nil
	})
	if n == 0 {
		p("None.\n")
	}
	return err
}

// validation says what holds and what does not.
func (m *maker) validation(ctx context.Context, c *coverage, agreed []agreement) (string, error) {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("# Validation of release %s\n\nMade by gongkai %s from a dataset of gongkai %s.\n\n"+
		"## Documents, by report year and format\n\n"+
		"| report year | format | read | partly | unread | skipped |\n|---|---|--:|--:|--:|--:|\n",
		m.now.Version, m.opts.Program, m.data.Version)
	for _, k := range sortedKeys(c.documents) {
		s := c.documents[k]
		p("| %s | %s | %d | %d | %d | %d |\n", k[0], k[1], s["read"], s["partly"], s["unread"], s["skipped"])
	}
	p("\n## Reports, by report year and level\n\nReports counts all; the rest counts the one that stands for its " +
		"body and year.\n\n| report year | level | reports | standing | partly | superseded versions | " +
		"cells | found | proved | inferred zero | unchecked | contradicted | errors " +
		"|\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	line := func(a, b string, t *tally) {
		p("| %s | %s | %d | %d | %d | %d | %d | %s | %s | %s | %s | %s | %d |\n", a, b, t.reports, t.standing, t.partly,
			t.superseded,
			t.cells, percent(t.cells-t.absent, t.cells), percent(t.proved, t.cells), percent(t.inferred, t.cells),
			percent(t.unchecked, t.cells), percent(t.contradicted, t.cells), t.errors)
	}
	for _, k := range sortedKeys(c.reports) {
		line(k[0], k[1], c.reports[k])
	}
	line("all", "all", &c.all)
	p("\n## Who should have reported, by province, level and year\n\nFrom the table authorities. Known are the bodies of which " +
		"the dataset has a report on some year; by rule are the governments of other divisions of these provinces, which were " +
		"never seen: whether anybody looked for them the dataset does not say. The response rate is reports of what was " +
		"due.\n\n| province | level | report year | due | known | by rule | reports | late | not read | missing | response rate, known " +
		"| response rate |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, k := range slices.SortedFunc(maps.Keys(c.due), func(a, b [3]string) int { return slices.Compare(a[:], b[:]) }) {
		d := c.due[k]
		p("| %s | %s | %s | %d | %d | %d | %d | %d | %d | %d | %s | %s |\n", k[0], k[1], k[2], d.known+d.rule, d.known, d.rule,
			d.reports, d.late, d.unread, d.missing, percent(d.reports, d.known), percent(d.reports, d.known+d.rule))
	}
	if err := m.tellCorrections(p); err != nil {
		return "", err
	}
	tellAgreement(&b, agreed)
	if err := m.tellExternal(ctx, &b); err != nil {
		return "", err
	}
	floors, err := gold.Floors()
	if err != nil {
		return "", err
	}
	p("\n## Accuracy gate\n\nThe program that made this release is held to these floors on a gold set with injected " +
		"faults: its tests fail below them. Exact: cells whose text, state and number are as printed. Silent: values " +
		"published otherwise than printed without a finding.\n\n| format | exact, at least | abstained, at most | " +
		"silent, at most | alarms, at most |\n|---|--:|--:|--:|--:|\n")
	var names []string
	for n := range floors {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		f := floors[n]
		p("| %s | %.3f %% | %d | %d | %d |\n", n, 100*f.Exact, f.Abstained, f.Silent, f.Alarms)
	}
	p("\n## Known problems\n\n### Findings\n\n| findings | code | usual severity | meaning |\n|--:|---|---|---|\n")
	for _, x := range output.Codes() {
		if n := c.codes[x.Code]; n > 0 {
			p("| %d | `%s` | %s | %s |\n", n, x.Code, x.Severity, x.Meaning)
		}
	}
	p("\n### Why documents are unread\n\n| documents | reason |\n|--:|---|\n")
	var reasons []string
	for r := range c.reasons {
		reasons = append(reasons, r)
	}
	sort.Slice(reasons, func(i, k int) bool {
		a, b := c.reasons[reasons[i]], c.reasons[reasons[k]]
		return a > b || a == b && reasons[i] < reasons[k]
	})
	for i, r := range reasons {
		if i == 50 {
			p("| | and %d other reasons: documents, column reason |\n", len(reasons)-i)
			break
		}
		p("| %d | %s |\n", c.reasons[r], strings.ReplaceAll(r, "|", "\\|"))
	}
	return b.String(), nil
}

func sortedKeys[V any](m map[[2]string]V) [][2]string {
	var out [][2]string
	for k := range m {
		out = append(out, k)
	}
	sort.Slice(out, func(i, k int) bool {
		return out[i][0] < out[k][0] || out[i][0] == out[k][0] && out[i][1] < out[k][1]
	})
	return out
}

// contentHash names what the release holds: the hash of the dataset's files.
func (m *maker) contentHash() string {
	return hashOf(m.now.Sources)
}

func (m *maker) readme(sum *Summary) string {
	folders := ""
	for _, f := range []struct{ format, all, line string }{
		{"csv", "csv", `csv/ | spreadsheets and everything else: UTF-8 with byte order mark; an empty field is null, "" a printed blank`},
		{"xlsx", "xlsx-all", "xlsx/ | Excel: summary-YYYY.xlsx for a newsroom, 机关与指标均用中文; gongkai-YYYY.xlsx the tables; a table of " +
			"more rows than a sheet holds has workbooks of its own"},
		{"stata", "stata-all", "stata/ | Stata 14 and newer; label language zh for Chinese labels"}} {
		if m.in(f.format, f.all) {
			folders += "| " + f.line + " |\n"
		}
	}
	return fmt.Sprintf(`# Annual open-government-information reports, release %s

%d reports (政府信息公开工作年度报告), %d values, made by gongkai %s. A value is as printed, under its own name, or it carries a finding,
or it is said to be absent. Blank is not zero.

| folder | for |
|---|---|
| parquet/ | DuckDB, Spark, ClickHouse, pandas, polars, R: hive-partitioned by report year |
%s
codebook.md (中文: codebook.zh.md) explains every column and name; validation.md what is covered and how much of it is proved;
CHANGES.md and changes.csv what is otherwise than in the release before; SHA256SUMS the bytes (sha256sum -c SHA256SUMS);
croissant.json (and datapackage.json, Frictionless, of the CSV files) describe it to machines. gongkai.py and gongkai.R open it, here or at an
address, with labels, kinds of missing, cite() and changes(). Cite with CITATION.cff, citation.bib or
citation.ris; .zenodo.json and datacite.json are for who deposits it.
`, sum.Version, sum.Reports, sum.Values, m.opts.Program, folders)
}

func (m *maker) changesText(sum *Summary) string {
	if sum.Before == "" && m.old.Version != "" {
		return fmt.Sprintf("# Changes\n\n%s was here already, and a release that was to follow it was begun and given "+
			"up; what had changed up to it is no longer known.\n", sum.Version)
	}
	if sum.Before == "" {
		return fmt.Sprintf("# Changes\n\n%s is the first release in this folder.\n", sum.Version)
	}
	c := &sum.Changed
	var b strings.Builder
	fmt.Fprintf(&b, `# Changes from %s to %s

| | |
|--:|---|
| %d | reports added |
| %d | removed |
| %d | replaced: another document of the same body and year |
| %d | read otherwise: the same document, by another version of the program or with another origin |
| %d | cells changed in the replaced and reread ones |
| %d | columns of reports changed in them: title, day of publication, body, scope and so on |

Each is a line of changes.csv: the report as a whole with no name, a cell under its name, a column as reports.COLUMN, with what was there
before and after. Made by gongkai %s, before by %s.

`, sum.Before, sum.Version, c.Added, c.Removed, c.Replaced, c.Reread, c.Cells, c.Fields, m.opts.Program, m.old.Made)
	m.tellLost(&b)
	m.tellCause(&b, "replaced", "The report changed", "Another document stands for the same body and year: what the authority "+
		"published is otherwise.")
	m.tellCause(&b, "reread", "Our reading changed", "The document is the same; this program, or what it knew of the document, is "+
		"otherwise.")
	b.WriteString("\n## Tables and years that changed\n\n| table | report year | rows before | rows after |\n|---|---|--:|--:|\n")
	keys := maps.Clone(m.now.Sources)
	maps.Copy(keys, m.old.Sources)
	n := 0
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if m.old.Sources[k] == m.now.Sources[k] {
			continue
		}
		n++
		rows := func(x *manifest) string {
			if x.Sources[k] == "" {
				return "–"
			}
			return strconv.FormatInt(x.Rows[k], 10)
		}
		table, year, _ := strings.Cut(k, "/")
		if year == "0" {
			year = yearName(0)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", table, year, rows(&m.old), rows(&m.now))
	}
	if n == 0 {
		b.WriteString("| none | | | |\n")
	}
	return b.String()
}

// tellLost names the tables that the release before had and this one has not.
func (m *maker) tellLost(b *strings.Builder) {
	lost := map[string]bool{}
	for k := range m.old.Sources {
		if table, _, _ := strings.Cut(k, "/"); len(m.parts[table]) == 0 {
			lost[table] = true
		}
	}
	if len(lost) > 0 {
		fmt.Fprintf(b, "\n## Tables that are no longer there\n\n%s was in %s and is not in this release.\n",
			strings.Join(slices.Sorted(maps.Keys(lost)), ", "), m.old.Version)
	}
}

// tellCause tells what changed for one reason, and the numbers that are most otherwise by name.
func (m *maker) tellCause(b *strings.Builder, what, title, why string) {
	x := m.causes[what]
	if x == nil {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n%s %d reports (`%s` in changes.csv), %d cells.\n", title, why, x.reports, what, x.cells)
	if len(x.largest) == 0 {
		return
	}
	words := map[string]string{}
	for _, c := range m.opts.Forms.Cells() {
		words[c.Name] = c.RowLabel + " / " + c.ColumnLabel
	}
	fmt.Fprintf(b, "\nThe numbers that are most otherwise (at most %d):\n\n| report year | body | cell | | before | after |\n"+
		"|---|---|---|---|--:|--:|\n", mostJumps)
	for _, j := range x.largest {
		fmt.Fprintf(b, "| %s | %s | `%s` | %s | %s | %s |\n", yearName(j.year), tableText(j.agency), j.name, tableText(words[j.name]),
			j.was.number, j.is.number)
	}
}

// tableText is a text in a table of Markdown.
func tableText(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", "\\|")
}

// pageStyle and pageScript make the codebook readable on a telephone and on a wide screen: contents beside the text where
// there is room, tables that scroll by themselves, and a search that leaves the rows and sections with the words.
const (
	pageStyle = `:root{color-scheme:light dark}*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;margin:0}
main{padding:1rem;max-width:72rem;min-width:0}nav{padding:1rem}nav ul{list-style:none;margin:0;padding:0}nav li.sub{padding-left:1rem}
nav li{margin:.15em 0}nav input{font:inherit;width:100%;padding:.4em;margin:0 0 .5em}.scroll{overflow-x:auto}
h1,h2,h3,p,li{overflow-wrap:anywhere}table{border-collapse:collapse;font-size:.9em}
td,th{border:1px solid #8888;padding:.2em .5em;text-align:left;vertical-align:top;min-width:5em}code{font-size:.95em}
td:last-child{min-width:12em}[hidden]{display:none}
@media(min-width:60rem){body{display:grid;grid-template-columns:17rem minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow-y:auto;border-right:1px solid #8888}}
@media(max-width:59.99rem){nav details{border:1px solid #8888;padding:.5em}}`
	pageScript = `const box=document.querySelector("input"),said=document.querySelector("output");
box.addEventListener("input",()=>{const words=box.value.toLowerCase().split(/\s+/).filter(Boolean);let n=0;
for(const s of document.querySelectorAll("section")){let any=!words.length;
for(const x of s.querySelectorAll("tbody tr,li")){const t=x.textContent.toLowerCase(),on=words.every(w=>t.includes(w));
x.hidden=!on;if(on&&words.length){any=true;n++}}
if(words.length&&words.every(w=>s.firstElementChild.textContent.toLowerCase().includes(w))){any=true;
for(const x of s.querySelectorAll("tbody tr,li"))x.hidden=false}
s.hidden=!any}
said.textContent=words.length?n:""});
if(matchMedia("(min-width:60rem)").matches)document.querySelector("details").open=true;`
)

// page makes a page of the codebook's Markdown: headings, paragraphs, lists and tables are all that is in it.
func page(md string, zh bool) string {
	var b strings.Builder
	lang := say(zh, "en", "zh-CN")
	title, _, _ := strings.Cut(strings.TrimPrefix(md, "# "), "\n")
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=%q>\n<meta charset=utf-8>\n<meta name=viewport "+
		"content=\"width=device-width,initial-scale=1\">\n<title>%s</title>\n<style>%s</style>\n", lang,
		html.EscapeString(title), pageStyle)
	inline := func(s string) string {
		parts := strings.Split(html.EscapeString(s), "`")
		for i := 1; i < len(parts); i += 2 {
			if i < len(parts)-1 || len(parts)%2 == 1 {
				parts[i] = "<code>" + parts[i] + "</code>"
			}
		}
		return strings.Join(parts, "")
	}
	lines := strings.Split(md, "\n")
	headed := func(l string) (level int, words string) {
		level = len(l) - len(strings.TrimLeft(l, "#"))
		return level, strings.TrimSpace(l[level:])
	}
	fmt.Fprintf(&b, "<nav><label>%s<input type=search></label><output></output>\n<details><summary>%s</summary><ul>\n",
		say(zh, "Search names, labels, codes", "搜索名称、标签、代码"), say(zh, "Contents", "目录"))
	for i, l := range lines {
		switch level, words := headed(l); level {
		case 2:
			fmt.Fprintf(&b, "<li><a href=\"#s%d\">%s</a></li>\n", i, inline(words))
		case 3:
			fmt.Fprintf(&b, "<li class=sub><a href=\"#s%d\">%s</a></li>\n", i, inline(words))
		}
	}
	b.WriteString("</ul></details></nav>\n<main>\n")
	opening := map[string]string{"table": "<div class=scroll><table>", "ul": "<ul>"}
	closing := map[string]string{"table": "</tbody></table></div>", "ul": "</ul>"}
	in, section := "", ""
	set := func(tag string) {
		if in != tag && in != "" {
			b.WriteString(closing[in] + "\n")
		}
		if in != tag && tag != "" {
			b.WriteString(opening[tag] + "\n")
		}
		in = tag
	}
	for i, l := range lines {
		switch {
		case strings.HasPrefix(l, "#"):
			set("")
			level, words := headed(l)
			b.WriteString(section)
			if section = ""; level > 1 {
				b.WriteString("<section>\n")
				section = "</section>\n"
			}
			fmt.Fprintf(&b, "<h%d id=s%d>%s</h%d>\n", level, i, inline(words), level)
		case strings.HasPrefix(l, "|--") || strings.HasPrefix(l, "|:-"):
		case strings.HasPrefix(l, "|"):
			tag := "td"
			if in != "table" {
				tag = "th"
			}
			set("table")
			row := "<tr>"
			for _, c := range strings.Split(strings.Trim(l, "|"), " | ") {
				row += fmt.Sprintf("<%s>%s</%s>", tag, inline(strings.TrimSpace(c)), tag)
			}
			if row += "</tr>\n"; tag == "th" {
				row = "<thead>" + row + "</thead><tbody>\n"
			}
			b.WriteString(row)
		case strings.HasPrefix(l, "- "):
			set("ul")
			fmt.Fprintf(&b, "<li>%s</li>\n", inline(l[2:]))
		case strings.TrimSpace(l) == "":
			set("")
		default:
			set("")
			fmt.Fprintf(&b, "<p>%s</p>\n", inline(l))
		}
	}
	set("")
	b.WriteString(section + "</main>\n<script>" + pageScript + "</script>\n</html>\n")
	return b.String()
}
