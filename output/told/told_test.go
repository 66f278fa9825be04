package told

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
)

// makers are the packages of which a text may become a finding, or the reason why a document was not read, and files of them in
// which none does.
var makers = []struct{ dir, without string }{
	{"normalize", `codes\.go`}, {"normalize/numeral", ``}, {"normalize/agencies", `tables`},
	{"extract", `dump\.go|json\.go|markdown\.go|mht\.go|scripts\.go`}, {"extract/layout", ``}, {"extract/style", `declare|style\.go`},
	{"extract/office", `theme|numberformat|xml\.go`}, {"extract/ofd", `fonts\.go|pdfwriter|seals\.go|colours`},
	{"extract/pdf", `lexer|packcmaps`}, {"extract/scan", ``}, {"extract/script", ``}, {"cmd/gongkai/child", ``},
}

// prose is a text of several words, or of some beside what is printed.
var prose = regexp.MustCompile(`[a-z]+[,:;]? [a-z]{2,}|[a-z]{2,}[,:]? %|%[sdqgv] [a-z]{2,}`)

// noProse are texts of files, and not what is said of them.
var noProse = regexp.MustCompile(`^(<|h:mm|"ShowZero|\{\\|\n|[/%]?<< |/Type|/CIDInit|/Pattern|endcmap|trailer|%d 0 obj|%d %d obj|0\.5 g|` +
	` ?/?SMask| serif |content-type| %d 0 R|gongkai page\n|List of available languages)|SMask|Boundary$`)

// inParts are texts of which the parts are put together before they are found; TestFinding has each.
var inParts = regexp.MustCompile(`^(the text names it %s|the prose says %q%s|, corrected to|and %d more|the text speaks of its 市|` +
	`linked-document: what|which is elsewhere$|lies on its side|is printed in parts|the title is for$|the text announces a report for$|` +
	`style sheet$)`)

// TestEveryMessage: every text in the sources that can become a finding or a reason has its Chinese, whole or as a part of one.
func TestEveryMessage(t *testing.T) {
	anyVerb := func(s string) string { return Verb.ReplaceAllString(s, "\x00") }
	var keys []string
	for en := range Own() {
		keys = append(keys, anyVerb(en))
	}
	met := 0
	for _, m := range makers {
		for text, where := range textsOf(t, "../../"+m.dir, m.without) {
			met++
			part := strings.Trim(anyVerb(text), "\x00 ,;:(…")
			if !slices.ContainsFunc(keys, func(k string) bool { return k == anyVerb(text) || part != text && strings.Contains(k, part) }) {
				t.Errorf("%s: no Chinese of %q", where, text)
			}
		}
	}
	if met < 400 {
		t.Errorf("%d texts were found", met)
	}
}

// textsOf are the prose texts of a package, and where.
func textsOf(t *testing.T, dir, without string) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(dir, err)
	}
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || without != "" && regexp.MustCompile(without).MatchString(filepath.Base(name)) {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.CallExpr:
				if f, ok := x.Fun.(*ast.Ident); ok && f.Name == "panic" {
					return false
				}
			case ast.Expr:
				if text, ok := constant(x); ok {
					if prose.MatchString(text) && !noProse.MatchString(text) && !inParts.MatchString(text) {
						out[text] = set.Position(x.Pos()).String()
					}
					return false
				}
			}
			return true
		})
	}
	return out
}

// constant is a text put together of constant ones.
func constant(e ast.Expr) (string, bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		if x.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(x.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		a, ok := constant(x.X)
		b, ok2 := constant(x.Y)
		return a + b, ok && ok2
	}
	return "", false
}

// TestFindings: no finding on reports of our own making, with every fault, and on the bundled examples, is left in English, and
// every number of it stands in the Chinese.
func TestFindings(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	seen, codes := map[string]bool{}, map[string]bool{}
	look := func(body []byte, file string) {
		doc, err := extract.Read(body, file)
		if err != nil {
			return
		}
		for _, rep := range normalize.ReadAll(doc, forms, normalize.Origin{}) {
			for _, f := range rep.Findings {
				codes[f.Code] = true
				if seen[f.Name+f.Message] {
					continue
				}
				seen[f.Name+f.Message] = true
				held(t, file, f.Name, f.Message)
			}
		}
	}
	reports, formats := gold.Reports(), gold.Formats()
	for i, fault := range gold.Faults() {
		for _, format := range []gold.Format{formats[0], formats[i%len(formats)]} {
			for k := range reports {
				seed := int64(i)
				r := reports[(i+k)%len(reports)].Clone()
				if fault.Apply(r, rand.New(rand.NewSource(seed)), format) {
					look(format.Write(r, seed), format.File)
					break
				}
			}
		}
	}
	err = filepath.WalkDir("../../examples", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		look(body, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(codes) < 20 {
		t.Errorf("%d codes", len(codes))
	}
}

var (
	printed  = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|“[^”]*”|…[^…]*…`)
	english2 = regexp.MustCompile(`\b[a-z]{2,} [a-z]{2,}\b`)
	digits   = regexp.MustCompile(`\d+`)
)

// held holds the Chinese of a message against the English.
func held(t *testing.T, where, name, message string) {
	t.Helper()
	zh, ok := Finding(name, message)
	bare := printed.ReplaceAllString(zh, "")
	if !ok || english2.MatchString(bare) || !strings.ContainsFunc(bare, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		t.Errorf("%s: %s: English: %q, of %q", where, name, zh, message)
		return
	}
	for _, n := range digits.FindAllString(message, -1) {
		if !strings.Contains(zh, n) {
			t.Errorf("%s: %s: %s is lost: %q, of %q", where, name, n, zh, message)
		}
	}
}

// TestFinding: texts are put together of their parts, names are those of the form, values stay.
func TestFinding(t *testing.T) {
	for _, x := range [][3]string{
		{"applications.granted.total", `"" is printed, but natural_person + … + other = total gives 272`,
			`原文空白；据 自然人 + … + 其他 = 总计，应为 272`},
		{"disputes.litigation", `upheld + corrected + other + pending = total does not hold: 45 against 0`, ``},
		{"applications.received.total",
			`the prose says "收到申请3件" (…本年收到申请3件…), the table 2: applications.received.total "2", ` +
				`applications.carried_in.total "1", corrected to 3, and 4 more`, ``},
		{"active.fees.amount", `"251000元" is printed; in 万元 that is 25.1`, `原文为“251000元”，换算为 25.1 万元`},
		{"", `hidden-text: "第3: 行; x" is not shown and left out`, `隐藏文字：“第3: 行; x”不显示，未读取`},
		{"", `which body "某县: 人民政府" is could not be decided: 某县 is no division that is known`,
			`无法确定“某县: 人民政府”是哪一个机关：“某县”不是已知的行政区划`},
		{"active.x.y", `"1 2" is read as 12: a space between the digits`, `“1 2”读作 12：数字之间有空格`},
		{"", "the report is for 2020, its text names 2019 3 times and 2020 never", `报告为 2020 年度，而正文 3 次提及 2019 年，从未提及 2020 年`},
		{"", "neither the title nor a sentence on the period names the year; 2020 is taken: the text names it once, more than any other",
			`标题和统计期语句均未写明年度，取 2020 年：正文提及一次，多于其他年份`},
		{"", `which body "某镇" is could not be decided: the lists have one 某镇, in 甲省乙县, and the text speaks of its 市`,
			`无法确定“某镇”是哪一个机关：名录中只有一个某镇，在甲省乙县；正文提到其所属的市`},
		{"", `"某局" was found at the portal of 甲省, which is elsewhere`, `“某局”的报告见于甲省的网站，而该机关不在当地`},
		{"active", "the table lies on its side; it was read so", `该表横竖互换，已按此读取`},
		{"active", "the table is printed in parts, one for some of its columns; they were joined", `该表按列分成几部分列出，已合并`},
		{"", "the title is for 2020, the text says that the figures cover 2019", `标题为 2020 年度，而正文称数据为 2019 年`},
		{"", "the text announces a report for 2020, and says that the figures cover 2019, which is taken",
			`正文公布的是 2020 年度报告，而所列数据为 2019 年，以后者为准`},
		{"", "linked-style: 2 style sheets of the page could not be looked at, as the files are not here (the first: a.css): what is " +
			"hidden, struck out or added there is not known",
			`外部样式：页面有 2 个样式表不在本地，未能查看（第一个：a.css）；其中隐藏、删除或添加的内容不得而知`},
		{"", "linked-document: a file hangs on it, a document of its own: b.pdf", `所链接的文件：附有另一份文件：b.pdf`},
		{"", "linked-document: what is attached: an empty file", "所链接的文件：附件：空文件"},
	} {
		held(t, "here", x[0], x[1])
		if zh, _ := Finding(x[0], x[1]); x[2] != "" && zh != x[2] {
			t.Errorf("%q:\n%s\nwant\n%s", x[1], zh, x[2])
		} else if x[2] == "" {
			t.Log(zh)
		}
	}
	if zh, ok := Finding("", "quite another thing"); ok || zh != "quite another thing" {
		t.Error(zh)
	}
}
