package anomalies

import (
	"cmp"
	"fmt"
	"strings"
)

// Document writes the rules as Markdown, in English or, with zh, in Chinese.
func Document(zh bool) string {
	var b strings.Builder
	b.WriteString(says(zh, "# Rules of anomalies\n\nWritten by `go test ./output/anomalies -run TestDocument "+
		"-update` from the code and checked by the same test; do not edit.\n\n",
		"# 异常规则\n\n由 `go test ./output/anomalies -run TestDocument -update` 根据代码生成并由同一测试核对，请勿手工修改。\n\n"))
	b.WriteString(says(zh, "`gongkai anomalies DATASET` looks across the reports of a dataset. **Exact** rules say "+
		"what is printed in two places and does not agree; they are not tested. **Statistical** rules hold a report "+
		"against its peers; the list of what they find holds, as expected value, at most 5 % false alarms "+
		"over all rules together (`--rate`; Benjamini and Hochberg 1995), and each row has its p and q. "+
		"A number in a sentence is one that a cell, a report or its prose prints, and links there; what is computed "+
		"stands beside it and is called so. `--rule CODE` looks for some rules only, `--off CODE` leaves some out.\n\n"+
		"A rule is a beginning, not a finding of guilt: look at the source, and at what would explain it, before you "+
		"print.\n\n",
		"`gongkai anomalies DATASET` 对数据集中的报告进行交叉核对。**直接比对**的规则指出两处原文不一致，不作统计检验。**统计比较**的规则将报告与同类机关比较；"+
			"其全部结果中预期误报不超过5%（`--rate`，Benjamini–Hochberg 1995），每条均附p值与q值。"+
			"句中的数字均为数据项、报告信息或正文的原文并附链接；计算所得另行列出并注明。`--rule` 仅执行指定规则，`--off` 关闭指定规则。\n\n规则只是线索而非结论，刊发前请查看原文及可能的合理解释。\n\n"))
	b.WriteString(says(zh, "| code | kind | severity | title |\n|---|---|---|---|\n",
		"| 代码 | 类别 | 级别 | 名称 |\n|---|---|---|---|\n"))
	kind := func(r *Rule) string {
		if r.Statistical {
			return says(zh, "statistical", "统计比较")
		}
		return says(zh, "exact", "直接比对")
	}
	for _, r := range Rules() {
		fmt.Fprintf(&b, "| [`%s`](#%[1]s) | %s | %s | %s |\n", r.Code, kind(r), severityWord(r.Severity, zh),
			says(zh, r.Title, r.TitleZh))
	}
	for _, r := range Rules() {
		fmt.Fprintf(&b, "\n## %s\n\n**%s** (%s, %s)\n\n%s\n\n%s %s\n\n%s\n\n", r.Code, says(zh, r.Title, r.TitleZh),
			kind(r), severityWord(r.Severity, zh), says(zh, r.Doc, r.DocZh),
			says(zh, "Source:", "依据："), says(zh, r.Source, cmp.Or(r.SourceZh, r.Source)),
			says(zh, "What would explain it:",
				"可能的合理解释："))
		list := r.Innocent
		if zh {
			list = r.InnocentZh
		}
		for _, x := range list {
			b.WriteString("- " + x + "\n")
		}
	}
	b.WriteString(says(zh, "\n## Adding a rule\n\nA rule is an entry of `output/anomalies/rules.txt` and a function, "+
		"named in `rules.go`, that adds candidates: a sentence in both languages with `{i}` where a reference prints "+
		"something, "+
		"the references, the strength. It needs a plant in `planted_test.go` that knows nothing of the function, finds "+
		"nothing in the corpora of `null_test.go`, and is then in this page.\n",
		"\n## 增加规则\n\n在 `output/anomalies/rules.txt` 中增加一项，并在 `rules.go` 中指明其查找函数：两种语言的句子（`{i}` 处为引用原文所列内容）、引用、强度。并在 "+
			"`planted_test.go` 中独立植入实例，且在 `null_test.go` 的语料中不得有发现。\n"))
	return b.String()
}
