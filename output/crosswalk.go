package output

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output/panel"
)

const crosswalkWords = "A series is a count that means the same, or nearly, in several forms. Class **same** may be joined; **near** " +
	"only when you ask for it, and\nthe reason stands beside; **no** is never joined, and no number is taken from it. The table " +
	"`linked_series` has a row a series, body and\nyear, with its class and with what lies between it and the number before it; " +
	"`panel` has what is same in the column of the series and what is\nnear in `near_` and its name. The definitions are the tables " +
	"`crosswalk` and `breaks`.\n\n"

const crosswalkWordsZh = "数列是在多种表格中含义相同或相近的计数。**same** 可以衔接；**near** 仅在使用者明确要求时衔接，原因列于旁；" +
	"**no** 不可衔接，也不取数。表\n`linked_series` 每一数列、主体、年度一行，附类别及与上一数值之间的断点；`panel` 中 same 列于数列同名列，" +
	"near 列于 `near_` 加数列名。\n定义见表 `crosswalk` 与 `breaks`。\n\n"

// Crosswalk is docs/crosswalk.md: which series run through which forms, as output/panel/crosswalk.txt has them.
func Crosswalk(forms *form.Forms, zh bool) (string, error) {
	f, err := panel.FiguresOf(forms)
	if err != nil {
		return "", err
	}
	say := func(en, z string) string {
		if zh {
			return z
		}
		return en
	}
	var b strings.Builder
	b.WriteString(say("# Crosswalk: series from 2008 on\n\n", "# 对照表：2008 年以来的数列\n\n"))
	b.WriteString(say("Written by `go test ./output -run TestCrosswalk -update` from `output/panel/crosswalk.txt`; do not edit. 中文见\n"+
		"[crosswalk.zh.md](crosswalk.zh.md).\n\n",
		"由 `go test ./output -run TestCrosswalk -update` 据 `output/panel/crosswalk.txt` 生成，请勿手改。English:\n"+
			"[crosswalk.md](crosswalk.md).\n\n"))
	b.WriteString(say(crosswalkWords, crosswalkWordsZh))
	b.WriteString("```sh\ngongkai query dataset \"SELECT body, year, value FROM linked_series WHERE series = 'req_received' AND " +
		"class = 'same' ORDER BY body, year\"\n```\n\n")
	b.WriteString(say("## Series\n", "## 数列\n"))
	for _, c := range f.Counts {
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n", c.Name, upper(say(c.EN, c.ZH))+say(".", "。"))
		b.WriteString(say("| table | editions | class | cells | why |", "| 表格 | 版本 | 类别 | 数据项 | 原因 |") + "\n|---|---|---|---|---|\n")
		for _, s := range c.Of {
			var cells []string
			for _, n := range s.Cells {
				cells = append(cells, "`"+strings.TrimPrefix(n, s.Table+".")+"`")
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", s.Table, strings.Join(s.Editions, ", "), s.Class,
				strings.Join(cells, " + "), say(s.Reason, s.ReasonZh))
		}
	}
	b.WriteString(say("\n## Breaks that stand in no form\n\n| year | what changed | series | source | read |\n|---|---|---|---|---|\n",
		"\n## 表格之外的断点\n\n| 年度 | 变化 | 数列 | 依据 | 已核 |\n|---|---|---|---|---|\n"))
	for _, x := range f.Breaks {
		of := say("all", "全部")
		if len(x.Of) > 0 {
			of = "`" + strings.Join(x.Of, "` `") + "`"
		}
		read := say("unverified", "未核")
		if x.Verified {
			read = say("verified", "已核")
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s |\n", x.Year, say(x.EN, x.ZH), of, say(x.Source, x.SourceZh), read)
	}
	return b.String(), nil
}

// upper begins a sentence.
func upper(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}
