package extract_test

import (
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/kind"
)

// shownOf writes a document as one line a block: its text, or a table's cells between bars.
func shownOf(doc *extract.Document) string {
	var out []string
	for _, b := range doc.Blocks {
		if b.Kind != extract.TableBlock {
			if b.Text != "" {
				out = append(out, b.Text)
			}
			continue
		}
		row := -1
		for _, c := range b.Table.Cells {
			if c.Row != row {
				row = c.Row
				out = append(out, "")
			}
			out[len(out)-1] += "|" + c.Text
		}
	}
	return strings.Join(out, "\n")
}

func TestMarkdown(t *testing.T) {
	const table = "<table><tr><td rowspan=\"2\">行政许可</td><td>本年处理决定数量</td></tr><tr><td>7</td></tr></table>"
	const cells = "|行政许可|本年处理决定数量\n|7"
	for _, c := range []struct{ name, in, media, want string }{
		{"table of HTML", "# 某县2024年报告 #\n\n**一、总体情况**\n\n公开12条。\n\n" + table + "\n\n## 三、收到和处理\n\n未收到。\n", kind.HTML,
			"某县2024年报告\n一、总体情况\n公开12条。\n" + cells + "\n三、收到和处理\n未收到。"},
		{"page around each table", "# 某县报告\n\n<html><body>" + table + "</body></html>\n\n说明\n\n<html><body>" + table +
			"</body></html>\n结束", kind.HTML, "某县报告\n" + cells + "\n说明\n" + cells + "\n结束"},
		{"table first", "<html><body>" + table + "</body></html>\n\n# 某县报告\n", kind.HTML, cells + "\n某县报告"},
		{"no mark", "某县2024年报告\n\n公开12条。\n\n" + table + "\n\n结束", kind.HTML,
			"某县2024年报告\n公开12条。\n" + cells + "\n结束"},
		{"text beside a table", "# 报告\n\n共3件" + table + "说明", kind.HTML, "报告\n共3件\n" + cells + "\n说明"},
		{"broken lines", "# 报告\n\n根据《中华人民共和国政府信息公开条例》的规定和上级的要求，编制\n本报告。\n信息内容\n规章\n\n" + table, kind.HTML,
			"报告\n根据《中华人民共和国政府信息公开条例》的规定和上级的要求，编制本报告。\n信息内容\n规章\n" + cells},
		{"front matter", "---\ntitle: 某县报告\ndate: 2025-01-20\n---\n\n正文\n\n" + table, kind.HTML, "某县报告\n正文\n" + cells},
		{"crossed out and raised", "# 报告\n\n公开~~13~~12条^1^，另见[^2]。\n\n" + table, kind.HTML,
			"报告\n公开12条¹，另见²。\n" + cells},
		{"between bars beside HTML", "# 报告\n\n| 规章 | **3** |\n|---|---|\n| 其他 | 4 |\n\n" + table, kind.HTML,
			"报告\n|规章|3\n|其他|4\n" + cells},
		{"between bars", "# 某县报告 {#a .b}\n\n<span id=\"page-0-0\"></span>**一、总体情况**\n\n| 信息内容 | 数量<br>（件） |\n" +
			"|---|---:|\n| **规章** | 3 |\n| 其他 | ~~4~~5 |\n\n![图](a.png)\n<!-- image -->\n结束\n", kind.Plain,
			"某县报告\n一、总体情况\n|信息内容|数量 （件）\n|规章|3\n|其他|5\n结束"},
		{"underlined", "某县报告\n========\n\n- 公开12条\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", kind.Plain,
			"某县报告\n公开12条\n|a|b\n|1|2"},
		{"escaped and figures", "# 报告\n\n1\\. 占 $1 2 . 5 \\%$，3\\*4 &lt; 20\n", kind.Plain, "报告\n1. 占 12.5%，3*4 < 20"},
		{"names left out", "# 报告\n\n**乡人民政府和村，*注\n", kind.Plain, "报告\n**乡人民政府和村，*注"},
		{"no Markdown", "某县报告\n- 4 -\n**乡 *注 3*4 ~~\n", kind.Plain, "某县报告\n- 4 -\n**乡 *注 3*4 ~~"},
		{"a page", "<p># 某县报告</p><p>**a**</p>" + table, kind.HTML, "# 某县报告\n**a**\n" + cells},
	} {
		doc, err := extract.Read([]byte(c.in), "a.md")
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := shownOf(doc); got != c.want || doc.MediaType != c.media {
			t.Errorf("%s: %s\n%s\nwant %s\n%s", c.name, doc.MediaType, got, c.media, c.want)
		}
	}
}

// Crossed-out text is told, wherever it stands.
func TestMarkdownStruck(t *testing.T) {
	for _, in := range []string{"# 报告\n\n公开~~13~~12条\n", "# 报告\n\n| 规章 | ~~13~~12 |\n|---|---|\n| a | 1 |\n",
		"# 报告\n\n公开~~13~~12条\n\n<table><tr><td>1</td><td>2</td></tr></table>\n"} {
		doc, err := extract.Read([]byte(in), "")
		if err != nil || len(doc.Doubts) != 1 || doc.Doubts[0].Code != "struck-text" || !strings.Contains(shownOf(doc), "12") ||
			strings.Contains(shownOf(doc), "13") {
			t.Errorf("%q: %v %v %q", in, err, doc.Doubts, shownOf(doc))
		}
	}
}

// Tables of text between bars and between commas, and text that only looks like them.
func TestBarsAndCommas(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"no bars around", "信息内容 | 制发 | 废止 | 有效\n规章 | 0 | 0 | 0\n其他 | 1 | 2 | 3\n说明\n信息内容 | 数量\n许可 | 31\n",
			"|信息内容|制发|废止|有效\n|规章|0|0|0\n|其他|1|2|3\n说明\n|信息内容|数量\n|许可|31"},
		{"last cell blank", "| 信息 | 制发 | 有效\n| 规章 | 0 |\n| 其他 | 1 | 2\n", "|信息|制发|有效\n|规章|0|\n|其他|1|2"},
		{"full width", "｜信息｜制发｜有效｜\n｜规章｜0｜｜\n", "|信息|制发|有效\n|规章|0|"},
		{"one bar in prose", "来源：县政府 | 时间：2022-01-01\n正文。\n", "来源：县政府 | 时间：2022-01-01\n正文。"},
		{"commas", "某县报告,,\n信息内容,制发,\"有\n效\"\n规章,0,12\n\"1,234件\",1,3\n结束。\n",
			"某县报告\n|信息内容|制发|有 效\n|规章|0|12\n|1,234件|1|3\n结束。"},
		{"commas of prose", "2020 年,我局公开信息 12 条,\n比上年多 3 条,其中 5 条,\n规范性文件 2 件,解读 1 件,\n",
			"2020 年,我局公开信息 12 条,\n比上年多 3 条,其中 5 条,\n规范性文件 2 件,解读 1 件,"},
	} {
		doc, err := extract.Read([]byte(c.in), "a.txt")
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := shownOf(doc); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}
