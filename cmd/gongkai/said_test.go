package main

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
	"github.com/gongkai/gongkai/output/told"
)

// spokenIn are the packages whose errors somebody at a terminal meets; each has its Chinese.
var spokenIn = []string{".", "child", "originals", "../../output", "../../output/anomalies", "../../output/listing", "../../output/panel",
	"../../output/query", "../../output/release", "../../output/sample", "../../output/tables", "../../corpus", "../../corpus/held",
	"../../corpus/library", "../../extract", "../../extract/office", "../../extract/ofd", "../../extract/pdf", "../../extract/scan"}

// ownData are files of which only who writes data of the program itself meets the errors.
var ownData = regexp.MustCompile(`(output/(codes|columns|panel/figures|anomalies/rules)|extract/dump)\.go:`)

// untold are those that only who changes the program sees, or a person who looks into a damaged dataset.
var untold = regexp.MustCompile(`^(listing: |npm pack |damaged: |SQLite without|.*plan %q|` +
	`row %d: |%d of %d values|%s: row %d: a value|%s: %d rows, ` +
	`|%s: %q is no %s that|%s: of release|%q: \{ without \}|%q: no \{%s\}|%s: room for|` +
	`the columns of a list|%s for a field of kind)`)

// TestSaidZh: every error has its Chinese, which has the verbs of the English and no English sentence.
func TestSaidZh(t *testing.T) {
	said, err := readTranslation("said.zh.txt", saidZh)
	if err != nil {
		t.Fatal(err)
	}
	met := 0
	texts := map[string]bool{} // whatever the verbs print
	for _, m := range []map[string]string{said.Texts, told.Own()} {
		for en := range m {
			texts[told.Verb.ReplaceAllString(en, "%s")] = true
		}
	}
	for _, dir := range spokenIn {
		for text, where := range errorsIn(t, dir) {
			key := told.Verb.ReplaceAllString(text, "%s")
			bare, open := strings.CutSuffix(key, "%s") // what is near it, where something is
			known := texts[key] || open && texts[bare] || untold.MatchString(text) || ownData.MatchString(where)
			if met++; !known && lettersBeside.MatchString(told.Verb.ReplaceAllString(text, "")) {
				t.Errorf("%s: no Chinese of %q", where, text)
			}
		}
	}
	if met < 150 {
		t.Errorf("%d errors were found", met)
	}
	for en, zh := range said.Texts {
		if isEnglish(zh) && strings.ContainsFunc(told.Verb.ReplaceAllString(zh, ""), unicode.IsLetter) && !strings.Contains(zh, "npm") &&
			!strings.HasPrefix(zh, "robots.txt") && !strings.HasPrefix(zh, "--") && !strings.HasPrefix(zh, "chromium") {
			t.Errorf("English: %q", zh)
		}
		operands := operandsOf(en)
		for _, i := range operandsOf(zh) {
			if !slices.Contains(operands, i) {
				t.Errorf("%q: %q prints operand %d", en, zh, i)
			}
		}
	}
}

var lettersBeside = regexp.MustCompile(`[a-z]{2,}`)

// operandsOf are the operands that the verbs of a text print.
func operandsOf(text string) (out []int) {
	next := 1
	for _, m := range told.Verb.FindAllStringSubmatch(text, -1) {
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		out = append(out, next)
		next++
	}
	return out
}

// errorsIn are the texts of the errors that a package makes, and where.
func errorsIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(dir, err)
	}
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && len(call.Args) > 0 && makesError(call.Fun) {
				if text, ok := constant(call.Args[0]); ok {
					out[text] = set.Position(call.Pos()).String()
				}
				if inner, ok := call.Args[0].(*ast.CallExpr); ok && strings.HasSuffix(types.ExprString(inner.Fun), "say") {
					t.Errorf("%s: an error is made in English, and told in the language of who reads", set.Position(call.Pos()))
				}
			}
			return true
		})
	}
	return out
}

func makesError(fun ast.Expr) bool {
	switch f := fun.(type) {
	case *ast.Ident:
		return f.Name == "misused"
	case *ast.SelectorExpr:
		x, ok := f.X.(*ast.Ident)
		return ok && (x.Name == "fmt" && f.Sel.Name == "Errorf" || x.Name == "errors" && f.Sel.Name == "New")
	}
	return false
}

// constant is a text put together of constant ones.
func constant(e ast.Expr) (string, bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(x.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		a, ok := constant(x.X)
		b, ok2 := constant(x.Y)
		return a + b, ok && ok2
	}
	return "", false
}

// TestInZh: what errors are put together of is translated part by part, names stay, and what is not known stays whole.
func TestInZh(t *testing.T) {
	for en, zh := range map[string]string{
		"nowhere: dial tcp: lookup nowhere.invalid on 1.2.3.4:53: no such host": "nowhere：" +
			"查找域名 nowhere.invalid：没有此主机",
		"n: Get \"https://n.invalid/a: b\": dial tcp: lookup n.invalid: i/o timeout": "n：请求 " +
			"https://n.invalid/a: b：查找域名 n.invalid：超时",
		"a.csv: record on line 2: wrong number of fields":                  "a.csv：第 2 行的字段数不对",
		`unknown flag --formt, did you mean "--format"?`:                   `没有选项 --formt；是否应为 "--format"？`,
		`unexpected argument chek, did you mean one of "check", "man"?`:    `多余的参数 chek；是否应为其中之一："check", "man"？`,
		`expected "<dataset>"`:                                             `缺少 <dataset>：数据集文件夹`,
		`missing flags: --out=DIR`:                                         `缺少选项：--out=DIR`,
		"open a b.csv: permission denied":                                  "无法打开 a b.csv：没有权限",
		"ds: no gongkai dataset: open ds/x: no such file or directory":     "ds：不是 gongkai 数据集：无法打开 ds/x：没有此文件或文件夹",
		"connect: nobody listens: dial tcp 1.2.3.4:80: connection refused": "无法连接：服务器无响应：连接 1.2.3.4:80：连接被拒绝",
		"gone: the server answered 404":                                    "页面不存在：服务器返回 404",
		"采集: interrupted\ngongkai: 数据集: permission denied":                 "采集：已中断\ngongkai: 数据集：没有权限",
		"news: no such folder\ngongkai: show: permission denied":           "news：没有此文件夹\ngongkai: show：没有权限",
		"rename a b c d: file exists":                                      "无法改名（a b c d）：文件已存在",
		`whose report "某县报告" is cannot be told`:                            "《某县报告》属于哪个机关无法确定",
		"a/b: damaged; gongkai archive repair heals what can be healed":    "a/b：已损坏；可用 gongkai archive repair 修复",
		"quite another thing: of which nothing is known":                   "quite another thing: of which nothing is known",
		"gongkai.toml:2: portals has no flag \"levle\"; near it are level": `gongkai.toml:2: portals 没有选项 "levle"；相近的有：level`,
		"ds was made with 2 corrections; --corrections FILE puts them in again, --no-corrections leaves them out; nothing was " +
			"written": "ds 生成时使用了 2 " +
			"条更正；再次使用请用 --corrections FILE，不用请用 --no-corrections；未写入任何内容",
	} {
		if got := inZh(en); got != zh {
			t.Errorf("%q:\n%s\nwant\n%s", en, got, zh)
		}
	}
	// what was typed is a name, whatever else it may mean
	defer func(were []string) { os.Args = were }(os.Args)
	os.Args = []string{"gongkai", "check", "done"}
	if got := inZh("done: no such folder"); got != "done：没有此文件夹" {
		t.Error(got)
	}
	// however many parts a line has that nobody knows, it can be told
	long := strings.Repeat("some words: of others; ", 40) + "and the end"
	if got := inZh(long + "\npermission denied"); got != long+"\n没有权限" {
		t.Errorf("%q", got)
	}
}

// TestSaidMet: each text with verbs is found again as it is printed, and so is what it holds: none stands behind another that
// takes a part of it for a whole.
func TestSaidMet(t *testing.T) {
	said, err := readTranslation("said.zh.txt", saidZh)
	if err != nil {
		t.Fatal(err)
	}
	printed := map[string]string{"d": "7", "g": "7", "q": `"Q"`}
	words := regexp.MustCompile(`\b[a-z]+ [a-z]+\b`)
	for en, zh := range said.Texts {
		text := told.Verb.ReplaceAllStringFunc(en, func(v string) string { return cmp.Or(printed[v[len(v)-1:]], "Xy") })
		got := inZh(text)
		for _, words := range words.FindAllString(got, -1) {
			if !strings.Contains(zh, words) {
				t.Errorf("%q: %q is left in %s", text, words, got)
			}
		}
		if hasHan(zh) && !hasHan(got) {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func hasHan(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// TestWordsZh: steps, events, states, places and why something is read or written again have their Chinese where they are read,
// and none where they are data.
func TestWordsZh(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	for kind := range map[string]bool{"found": true, "new": true, "changed": true, "late": true, "vanished": true, "back": true,
		"overdue": true, "suspect": true, "anomaly": true} {
		if !hasHan(eventZh(kind)) {
			t.Error(kind)
		}
	}
	if got := (&statusCmd{printing: printing{Format: "table"}}).state("open"); got != "进行中" {
		t.Error(got)
	}
	if got := (&statusCmd{printing: printing{Format: "csv"}}).state("open"); got != "open" {
		t.Error(got)
	}
	at := extract.Place{Page: 2, Table: 1, Row: 3, Column: 4}
	found := output.FindingRow{Page: new(int32), GridRow: new(int32)}
	*found.Page, *found.GridRow = 2, 3
	for got, want := range map[string]string{where(at, true): "第 2 页，表 1，第 3 行，第 4 列", where(at, false): "page 2 table 1 row 3 column 4",
		findingPlace(&found, true): "第 2 页，第 3 行", findingPlace(&found, false): "page 2 row 3"} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}

	steps := []step{{Name: "visits", State: "failed", Error: "interrupted"},
		{Name: "news", State: "failed", Error: "news: permission denied"}}
	for asJSON, want := range map[bool][2]string{
		false: {"采集       失败       已中断\n通知       失败       news：没有权限\n", "采集：已中断\ngongkai: 通知：news：没有权限"},
		true: {`{"exit":1,"steps":[{"step":"visits","state":"failed","words":"","seconds":0,"error":"interrupted"},{"step":"news",` +
			`"state":"failed","words":"","seconds":0,"error":"news: permission denied"}]}` + "\n",
			"visits: interrupted\ngongkai: news: news: permission denied"}} {
		var out bytes.Buffer
		u := &updating{updateCmd: &updateCmd{manner: manner{JSON: asJSON}}, std: streams{nil, &out, nil}, steps: steps}
		err := u.summary()
		if err == nil || out.String() != want[0] {
			t.Fatalf("%v %q", err, out.String())
		}
		got := err.Error()
		if !asJSON {
			got = spoken(got)
		}
		if got != want[1] {
			t.Errorf("%q", got)
		}
	}

	met := 0
	for name, why := range map[string]string{"../../output/told.go": `because\("([^"]+)"`, "readwork.go": `why = "([^"]+)"`,
		"keep.go": `return "([a-z]+ [^"]+)"`} {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(why).FindAllStringSubmatch(string(source), -1) {
			if met++; isEnglish(spoken(m[1]+"Xy")) && isEnglish(spoken(m[1])) {
				t.Errorf("%s: no Chinese of %q", name, m[1])
			}
		}
	}
	if met < 15 {
		t.Errorf("%d reasons", met)
	}
}

// TestSpokenZh: whoever reads Chinese is told in Chinese what is wrong with a command line, and what went wrong; JSON is the
// same in every language.
func TestSpokenZh(t *testing.T) {
	t.Setenv("LC_ALL", "")
	t.Setenv("LANG", "zh_CN.UTF-8")
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("bad.csv", "id,level\nA b,nowhere\n")
	write("a.txt", "nothing")
	write("truth.json", "{\n \"a\": 1,\n \"b\": 2}\n")
	if err := os.Rename(doubtful(t), "ds"); err != nil {
		t.Fatal(err)
	}
	wrong := []string{"chek x", "run a.txt --out a.txt", "run nowhere --out x", "run --out x", "run a.txt --out x --from y",
		"run a.txt --out x --corrections nowhere.csv", "run a.txt --out x --limit soon", "run a.txt --out x --memory much",
		"extract nowhere", "extract a.txt --format nothing", "crawl --city nowhere --only --portals bad.csv",
		"crawl --city nowhere --dry-run", "crawl --contact me", "status --work nowhere", "status --portals bad.csv",
		"status --portals nowhere.csv",
		"archive check --work nowhere", "archive list --work nowhere", "archive repair --work nowhere", "archive export --work nowhere out",
		"portals list --portals bad.csv --only", "portals list --excel --json", "portals list --quiet --verbose",
		"check nowhere", "anomalies nowhere", "anomalies nowhere --rate 7", "query nowhere x", "query nowhere x --limit many",
		"release nowhere --out x", "sample draw nowhere", "sample score nowhere nowhere", "serve nowhere", "site nowhere --out x",
		"show nowhere", "show a.txt --page 1", "show a.txt --page 9",
		"check ds --agency nobody", "check ds --agency 上海市人民政符",
		"check ds --code sum",
		"anomalies ds --year 1999", "anomalies ds --level township", "sample score ds truth.json", "query ds SELEC",
		"config --format csv x",
		"query ds SELECT+nope+FROM+sections", "query ds SELECT+nope+FROM+reports",
		"setup ocr --from nowhere", "bench html nowhere", "bench html --json --markdown",
		"config nowhere", "man nowhere", "completion tcsh", "work --queues nowhere", "watch --contact me", "update --contact me",
		"demo --dir a.txt", "version x"}
	for _, p := range tree(model(t).Node) { // of every command
		if len(p.commands) == 0 {
			wrong = append(wrong, strings.TrimSpace(p.words)+" --no-such-flag")
			wrong = append(wrong, strings.TrimSpace(p.words)+" --qiet")
		}
	}
	for _, line := range wrong {
		args := strings.Fields(line)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "+", " ")
		}
		code, _, words := asked(t, args...)
		if code != exitFailed || words == "" {
			t.Errorf("gongkai %s: %d %s", line, code, words)
		}
		for l := range strings.Lines(words) {
			if !strings.HasPrefix(l, "{") && isEnglish(strings.TrimPrefix(l, "gongkai: ")) {
				t.Errorf("gongkai %s: English: %s", line, l)
			}
		}
	}
	_, _, words := asked(t, "check", "nowhere", "--json")
	if !strings.Contains(words, `"error":"nowhere: no such folder"`) {
		t.Error(words)
	}
}

// TestHeadsZh: the heads over every table have their Chinese; keys stay.
func TestHeadsZh(t *testing.T) {
	key := regexp.MustCompile(`listing\.Column\{Key: "([^"]+)"`)
	heads := inChineseSaid().heads
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") || bytes.Contains(source, []byte("type queryCmd")) {
			continue
		}
		for _, m := range key.FindAllSubmatch(source, -1) {
			if heads[string(m[1])] == "" {
				t.Errorf("%s: no Chinese head for %s", name, m[1])
			}
		}
	}
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	m := manner{}
	for format, want := range map[string]string{"table": "门户  原因\n────  ────────\na     没有权限\n",
		"csv": "portal,reason\r\na,permission denied\r\n"} {
		var out bytes.Buffer
		l, err := m.rows(streams{nil, &out, nil}, format, sheet{}, listing.Column{Key: "portal"}, listing.Column{Key: "reason"})
		if err != nil {
			t.Fatal(err)
		}
		c := statusCmd{printing: printing{Format: format}}
		if err := l.Add("a", c.read("permission denied")); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil || out.String() != want {
			t.Errorf("%v %q", err, out.String())
		}
	}
}

// TestReasonsZh: why a document was not read is told in Chinese here and in the explorer, as it is said today.
func TestReasonsZh(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	words, err := os.ReadFile("../../output/explore/assets/words.zh.js")
	if err != nil {
		t.Fatal(err)
	}
	_, meanings, _ := strings.Cut(string(words), "export const meanings")
	var forms []*regexp.Regexp
	for _, m := range regexp.MustCompile(`(?m)^  \[/(.*)/, '`).FindAllStringSubmatch(meanings, -1) {
		forms = append(forms, regexp.MustCompile(m[1]))
	}
	said := regexp.MustCompile(`(?:return|Sprintf\()\s*"` +
		`((?:a|an|another|not an annual) [^"]*?(?:report|form|file|read|title|one|table)[^"]*)"`)
	met := 0
	for _, name := range []string{"tell.go", "kind.go"} {
		source, err := os.ReadFile("../../normalize/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said.FindAllStringSubmatch(string(source), -1) {
			met++
			text := strings.NewReplacer("%d", "4", "%q", `"x"`).Replace(m[1])
			if isEnglish(spoken(text)) {
				t.Errorf("%s: no Chinese of %q", name, text)
			}
			if !slices.ContainsFunc(forms, func(f *regexp.Regexp) bool { return f.MatchString(text) }) {
				t.Errorf("%s: the explorer knows no Chinese of %q", name, text)
			}
		}
	}
	if met < 12 || len(forms) < 25 {
		t.Errorf("%d reasons, %d meanings", met, len(forms))
	}
}
