package output

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/normalize/form"
)

// Dictionary writes the data dictionary of a dataset as Markdown, in English or, with zh, with the codes' meanings
// and the headings in Chinese: tables and columns, states, verdicts, codes of findings, and every name of the forms.
func Dictionary(forms *form.Forms, zh bool) string {
	var b strings.Builder
	say := func(en, chinese string) {
		if zh {
			b.WriteString(chinese)
		} else {
			b.WriteString(en)
		}
	}
	say("# Data dictionary\n\nWritten by `go test ./output -run TestDictionary -update` from the code and checked by "+
		"the same test; do not edit.\n\n",
		"# 数据字典\n\n由 `go test ./output -run TestDictionary -update` 根据代码生成并由同一测试核对，请勿手工修改。\n\n")
	say("A dataset is a folder: `TABLE/year=YYYY/part-0.parquet`, one folder a table and in it one a report year; "+
		"documents whose year is not known lie in `year="+noYear+"`. "+
		"`year` is a column of every table, taken from the path; `report_year` in documents and reports is null where "+
		"it is not known. Null, blank and zero are three things everywhere.\n\n",
		"数据集为一个目录：`表名/year=年度/part-0.parquet`；年度未知者存于 `year="+noYear+"`。各表均有由路径得出的 `year` 列；documents 与 reports 中的 "+
			"`report_year` 在年度未知时为空值。空值、空白与零三者不同。\n\n")
	for _, t := range Tables(forms) {
		fmt.Fprintf(&b, "## %s\n\n", t.Name)
		say(t.Doc, t.DocZh)
		b.WriteString("\n\n")
		var cols []ColumnDoc
		for _, c := range t.Columns {
			if c.Cell == nil { // the cells are listed below, under Names
				cols = append(cols, c)
			}
		}
		columnTable(&b, zh, cols)
	}

	say("## States of a value\n\n| state | meaning |\n|---|---|\n", "## 数据项状态\n\n| 状态 | 含义 |\n|---|---|\n")
	codeTable(&b, zh, "state")
	say("\n## Verdicts\n\n| verdict | meaning |\n|---|---|\n", "\n## 勾稽结论\n\n| 结论 | 含义 |\n|---|---|\n")
	codeTable(&b, zh, "verdict")
	say("\n## Where a unit was read\n\n| unit_from | what names it |\n|---|---|\n",
		"\n## 单位的出处\n\n| 出处 | 含义 |\n|---|---|\n")
	codeTable(&b, zh, "unit_from")
	say("\n## Codes of findings\n\n| code | usual severity | meaning |\n|---|---|---|\n",
		"\n## 疑点代码\n\n| 代码 | 通常级别 | 含义 |\n|---|---|---|\n")
	for _, c := range Codes() {
		fmt.Fprintf(&b, "| `%s` | %s | ", c.Code, c.Severity)
		say(c.Meaning, c.MeaningZh)
		b.WriteString(" |\n")
	}
	const names = "| name | column in wide | row | column | unit | editions |\n|---|---|---|---|---|---|\n"
	const namesZh = "| 名称 | 宽表列名 | 行 | 列 | 单位 | 版本 |\n|---|---|---|---|---|---|\n"
	say("\n## Names\n\nLabels are those of the notices "+noticeWords(forms, false)+".\n\n"+names,
		"\n## 指标名称\n\n标签为"+noticeWords(forms, true)+"原文。\n\n"+namesZh)
	for _, c := range forms.Cells() {
		unit := c.Unit
		if unit == "" {
			if unit = "count"; zh {
				unit = "计数"
			}
			if c.Signed {
				if unit = "count, may be negative"; zh {
					unit = "计数，可为负"
				}
			}
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s | %s |\n", c.Name, WideName(c.Name), c.RowLabel, c.ColumnLabel,
			unit, strings.Join(c.Editions, ", "))
	}
	b.WriteString(AnnexNames(forms, zh))
	return b.String()
}

// AnnexNames lists the rows of the tables of statistics that reports printed before 2019: those of all editions of a
// family, and for each the editions that have it.
func AnnexNames(forms *form.Forms, zh bool) string {
	b := &strings.Builder{}
	if len(forms.Annexes()) == 0 {
		return ""
	}
	if zh {
		b.WriteString("\n## 2019 年以前的统计表\n\n各数值仅见于 values，名称为 `表.行.列`。格式未收录的表、行、列以 `statistics_other.标签.列标题` 暂名，标签路径见 label。\n")
	} else {
		b.WriteString("\n## Tables of statistics before 2019\n\n" +
			"Their values stand in values alone, as `table.row.column`. Tables, " +
			"rows and columns that no form has are called `statistics_other.LABEL.HEADER` " +
			"for the time being; label gives the path of labels.\n")
	}
	for i, f := range forms.Annexes() {
		if i > 0 && forms.Annexes()[i-1].Table == f.Table {
			continue
		}
		head := "| row | label | unit | editions |"
		if zh {
			head = "| 行 | 标签 | 单位 | 版本 |"
		}
		var columns, rows []string
		of, line := map[string][]string{}, map[string]string{}
		for _, g := range forms.Annexes() {
			if g.Table != f.Table {
				continue
			}
			for _, c := range g.Columns {
				if name := "`" + c.Name + "`"; !slices.Contains(columns, name) {
					columns = append(columns, name)
				}
			}
			for _, r := range g.Rows {
				if of[r.Name] == nil {
					rows = append(rows, r.Name)
				}
				of[r.Name] = append(of[r.Name], g.Edition)
				line[r.Name] = strings.Join(r.Path, " / ") + " | " + r.Unit
			}
		}
		w := forms.Short(f.Table)
		title, cols := w.EN, "Columns: "
		if zh {
			title, cols = w.ZH, "列："
		}
		fmt.Fprintf(b, "\n### %s: %s\n\n%s%s.\n\n%s\n|---|---|---|---|\n", f.Table, title, cols, strings.Join(columns, ", "), head)
		for _, r := range rows {
			fmt.Fprintf(b, "| `%s` | %s | %s |\n", r, line[r], strings.Join(of[r], ", "))
		}
	}
	return b.String()
}

func codeTable(b *strings.Builder, zh bool, list string) {
	for _, c := range CodesOf(list) {
		meaning := c.Meaning
		if zh {
			meaning = c.MeaningZh
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", c.Code, meaning)
	}
}

func columnTable(b *strings.Builder, zh bool, cols []ColumnDoc) {
	if zh {
		b.WriteString("| 列 | 类型 | 说明 |\n|---|---|---|\n")
	} else {
		b.WriteString("| column | type | meaning |\n|---|---|---|\n")
	}
	for _, c := range cols {
		doc := c.Doc
		if zh {
			doc = c.DocZh
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", c.Name, c.Type, doc)
	}
	b.WriteString("\n")
}

// noticeWords lists the notices that lay the forms down, with their editions. What they have in common before the
// year in brackets is said once.
func noticeWords(forms *form.Forms, zh bool) string {
	var out []string
	said, before := map[string]bool{}, ""
	for _, table := range forms.Tables() {
		for _, f := range forms.Editions(table) {
			key := f.Notice + " " + f.Edition
			if f.Notice == "" || said[key] {
				continue
			}
			said[key] = true
			head, number, ok := strings.Cut(f.Notice, "〔")
			name := f.Notice
			if ok && head == before {
				name = "〔" + number
			}
			before = head
			if zh {
				out = append(out, name+"（"+f.Edition+" 版）")
			} else {
				out = append(out, name+" (edition "+f.Edition+")")
			}
		}
	}
	if zh {
		return join(out, "、", "与")
	}
	return join(out, ", ", " and ")
}

// join lists words, the last after a conjunction.
func join(words []string, comma, and string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], comma) + and + words[len(words)-1]
}
