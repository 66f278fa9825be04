package extract_test

import (
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
)

// Tables drawn with characters, cells parted by tabs, bars on lines of their own.
func TestDrawnTables(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"grid", "# 报告\n\n+--------+------+------+\n| 信息   | 制发 | 废止 |\n| 内容   |      |      |\n" +
			"+========+======+======+\n| 规章   | 0    | 1    |\n+--------+------+------+\n",
			"报告\n信息/内容|制发|废止\n规章|0|1"},
		{"grid, spans", "+------+-------------+\n| 类别 | 数量        |\n|      +------+------+\n|      | 制发 | 废止 |\n" +
			"+------+------+------+\n| 规章 | 3    | 1    |\n+------+------+------+\n", "类别|数量\n制发|废止\n规章|3|1"},
		{"boxes", "┏━━━┳━━━┓\n┃ 规章 ┃ 3 ┃\n┣━━━╋━━━┫\n┃ 其他 ┃ 4 ┃\n┗━━━┻━━━┛\n", "规章|3\n其他|4"},
		{"many rows between rules", "+------+----+\n| 内容 | 数 |\n+------+----+\n| 规章 | 3  |\n| 其他 | 4  |\n+------+----+\n",
			"内容|数\n规章|3\n其他|4"},
		{"simple", "# 报告\n\n  信息内容   制发   废止\n  ---------- ------ ------\n  规章       0      1\n  其他       12     \n\n完\n",
			"报告\n信息内容|制发|废止\n规章|0|1\n其他|12|\n完"},
		{"multiline", "  ----------------------\n  信息       制发   废止\n  内容\n  ---------- ------ ----\n" +
			"  行政规     0      1\n  范性文件\n\n  其他       12     3\n  " +
			"----------------------\n", "信息/内容|制发|废止\n行政规/范性文件|0|1\n其他|12|3"},
		{"cells parted by tabs", strings.Repeat("规章\n\t\n3\n\t\n\n\t\n4\n", 3) + "完。\n",
			strings.TrimSuffix(strings.Repeat("规章|3||4\n", 3), "\n") + "\n完。"},
		{"tabs are blank cells", strings.Repeat("\t规章\n\t\n\t3\n\n", 12), strings.TrimSuffix(strings.Repeat("规章||3\n", 12), "\n")},
	} {
		doc, err := extract.Read([]byte(c.text), "report.md")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := strings.ReplaceAll(shownOf(doc), "\n|", "\n")
		if got = strings.TrimPrefix(got, "|"); got != strings.ReplaceAll(c.want, "/", "\n") {
			t.Errorf("%s: read\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// TestBoundBlank: a bar on a line of its own bounds a blank cell, which other blank lines need not be.
func TestBoundBlank(t *testing.T) {
	doc, err := extract.Read([]byte("\n"+strings.Repeat("规章 |\n|\n3 |\n", 4)), "report.txt")
	if err != nil {
		t.Fatal(err)
	}
	blank, bound := 0, 0
	for _, b := range doc.Blocks {
		if b.Text == "" {
			blank++
			if b.Bound {
				bound++
			}
		}
	}
	if blank != 5 || bound != 4 {
		t.Errorf("%d blank lines, %d of them cells", blank, bound)
	}
}
