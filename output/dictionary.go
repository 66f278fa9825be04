package output

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// Dictionary writes the data dictionary of a dataset as Markdown, in English or, with zh, with the codes' meanings and the
// headings in Chinese: tables and columns, states, verdicts, codes of findings, and every name of the forms.
func Dictionary(forms *form.Forms, zh bool) string {
	var b strings.Builder
	say := func(en, chinese string) {
		if zh {
			b.WriteString(chinese)
		} else {
			b.WriteString(en)
		}
	}
	say("# Data dictionary\n\nWritten by `go test ./output -run TestDictionary -update` from the code and checked by the same test; do not edit.\n\n",
		"# 数据字典\n\n由 `go test ./output -run TestDictionary -update` 根据代码生成并由同一测试核对，请勿手工修改。\n\n")
	say("A dataset is a folder: `TABLE/year=YYYY/part-0.parquet`, one folder a table and in it one a report year; documents whose year is not known lie in `year="+noYear+"`. "+
		"`year` is a column of every table, taken from the path; `report_year` in documents and reports is null where it is not known. Null, blank and zero are three things everywhere.\n\n",
		"数据集为一个目录：`表名/year=年度/part-0.parquet`；年度未知者存于 `year="+noYear+"`。各表均有由路径得出的 `year` 列；documents 与 reports 中的 `report_year` 在年度未知时为空值。空值、空白与零三者不同。\n\n")
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

	say("## States of a value\n\n| state | meaning |\n|---|---|\n", "## 单元格状态\n\n| 状态 | 含义 |\n|---|---|\n")
	for _, s := range [][3]string{
		{string(normalize.Number), "a number is printed", "印有数值"},
		{string(normalize.Blank), "nothing is printed; `text` is empty, `number` is null unless a zero is inferred", "未印任何内容；除推定为零者外数值为空值"},
		{string(normalize.Mark), "a dash, slash or the like", "横线、斜线等符号"},
		{string(normalize.Text), "words, or a number with a note (then the number is kept too)", "文字，或附注的数值（同时保留数值）"},
		{string(normalize.Absent), "the cell was not found in the document; `text` and `number` are null", "文件中未见该单元格"},
	} {
		fmt.Fprintf(&b, "| `%s` | ", s[0])
		say(s[1], s[2])
		b.WriteString(" |\n")
	}
	say("\n## Verdicts\n\n| verdict | meaning |\n|---|---|\n", "\n## 勾稽结论\n\n| 结论 | 含义 |\n|---|---|\n")
	for _, s := range [][3]string{
		{string(normalize.Proved), "every identity that contains the value holds, and at least one does", "包含该值的勾稽关系均成立且至少有一条"},
		{string(normalize.Unchecked), "no identity says anything", "无勾稽关系可核"},
		{string(normalize.Contradicted), "an identity that contains the value fails", "包含该值的勾稽关系不成立"},
		{string(normalize.Inferred), "not printed; a zero that an identity proves", "未印数值，经勾稽关系证明为零"},
	} {
		fmt.Fprintf(&b, "| `%s` | ", s[0])
		say(s[1], s[2])
		b.WriteString(" |\n")
	}
	say("\n## Codes of findings\n\n| code | usual severity | meaning |\n|---|---|---|\n", "\n## 存疑代码\n\n| 代码 | 通常级别 | 含义 |\n|---|---|---|\n")
	for _, c := range Codes() {
		fmt.Fprintf(&b, "| `%s` | %s | ", c.Code, c.Severity)
		say(c.Meaning, c.MeaningZh)
		b.WriteString(" |\n")
	}
	say("\n## Names\n\nLabels are those of the notices 国办公开办函〔2019〕60号 (edition 2019) and 〔2021〕30号 (edition 2021).\n\n| name | column in wide | row | column | unit | editions |\n|---|---|---|---|---|---|\n",
		"\n## 指标名称\n\n标签为国办公开办函〔2019〕60号（2019 版）与〔2021〕30号（2021 版）原文。\n\n| 名称 | 宽表列名 | 行 | 列 | 单位 | 版本 |\n|---|---|---|---|---|---|\n")
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
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s | %s |\n", c.Name, WideName(c.Name), c.RowLabel, c.ColumnLabel, unit, strings.Join(c.Editions, ", "))
	}
	return b.String()
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

// A TableDoc is what the data dictionary says of a table.
type TableDoc struct {
	Name       string
	Doc, DocZh string // one sentence
	Columns    []ColumnDoc
}

// Tables lists the tables of a dataset; anomalies, which is there only once somebody has looked, is the last.
func Tables(forms *form.Forms) []TableDoc {
	wide := wideFixed(forms)
	for _, c := range forms.Cells() {
		t := "int64, null"
		if c.Unit != "" {
			t = "decimal(18,6), null"
		}
		wide = append(wide, ColumnDoc{Name: WideName(c.Name), Type: t, Doc: c.RowLabel + " | " + c.ColumnLabel, DocZh: c.RowLabel + " | " + c.ColumnLabel, Cell: &c})
	}
	return []TableDoc{
		{"documents", "one row a document, read or not", "每份文件一行，无论是否读出", columnDocs(reflect.TypeOf(DocumentRow{}))},
		{"reports", "one row a document in which at least one table of the form was found", "每份至少识别出一张表格的报告一行", reportDocs(forms)},
		{"values", "one row a name of the form and report: the long table", "每个报告的每个指标一行（长表）", columnDocs(reflect.TypeOf(ValueRow{}))},
		{"findings", "one row a doubt", "每条存疑一行", columnDocs(reflect.TypeOf(FindingRow{}))},
		{"sections", "one row a section of the prose", "正文每一部分一行", columnDocs(reflect.TypeOf(SectionRow{}))},
		{"terms", "one row a word and section: how often it stands there; empty in datasets without words", "正文各部分每个词一行及其次数；未分词的数据集中为空", columnDocs(reflect.TypeOf(TermRow{}))},
		{"claims", "one row a statement of number in the prose, held against the tables", "正文中每个数字陈述一行，并与表格核对", columnDocs(reflect.TypeOf(ClaimRow{}))},
		{"reuse", "what a report's prose repeats word for word: one row for the same body's report on the year before, one for the other body's report of which it repeats most, from a share of 0.2; superseded versions are left out", "报告正文与上年度报告（一行）及与其他机关报告中重复最多者（重复率不低于 0.2，一行；已被新版本取代者不计）逐字重复的情况", columnDocs(reflect.TypeOf(ReuseRow{}))},
		{"wide", "one row a report, one column a name; dots in names are two underscores. A number is one that is printed, or a zero that the identities prove; all else is null. " +
			"Counts are int64, amounts decimal(18,6) in 万元.", "每份报告一行、每个指标一列（名称中的点写作两个下划线）。列中数值为所印数值或经勾稽关系证明的零，其余为空值。计数为 int64，金额为 decimal(18,6)，单位万元。", wide},
		{"anomalies", "what is wrong or remarkable across reports ([rules](rules.md)); there once `gongkai anomalies --write` has looked, the partition is the report year, 0 for several", "跨报告的异常（见 [rules](rules.zh.md)）；执行 `gongkai anomalies --write` 后才有；分区为报告年度，多个年度者为 0", columnDocs(reflect.TypeOf(AnomalyRow{}))},
	}
}
