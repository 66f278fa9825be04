package assets

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// stringsFile lists all that readers of Chinese are shown, for editors who read it as a whole.
const stringsFile = "../../../docs/strings.zh.md"

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// told are the files of words that readers of Chinese are shown, beside those of the page: errors and help of the commands,
// codes, columns, figures, rules, short words of the forms.
var told = []string{"cmd/gongkai/said.zh.txt", "cmd/gongkai/help.zh.txt", "output/codes.txt", "output/columns.txt",
	"output/panel/figures.txt", "output/anomalies/rules.txt", "normalize/form/notices/*.form"}

// usesOf tells which scripts ask for a word: by its name in a call of t or known, or by how it begins and ends where the
// call puts it together.
func usesOf(t *testing.T) func(key string) []string {
	type made struct{ script, begins, ends string }
	asked, put := map[string][]string{}, []made{}
	call := regexp.MustCompile(`\b(?:t|known)\(`)
	literal := regexp.MustCompile(`'([a-z][\w. -]*)'`)
	template := regexp.MustCompile("`([a-z][\\w.-]*)\\$\\{[^`]*\\}([\\w.-]*)`")
	for _, name := range scripts(t) {
		if strings.HasPrefix(name, "words.") || strings.HasPrefix(name, "embed.words.") {
			continue
		}
		text := read(t, name)
		for _, at := range call.FindAllStringIndex(text, -1) {
			depth, end := 1, at[1]
			for ; end < len(text) && depth > 0; end++ {
				switch text[end] {
				case '(':
					depth++
				case ')':
					depth--
				}
			}
			for _, m := range literal.FindAllStringSubmatch(text[at[1]:end], -1) {
				asked[m[1]] = append(asked[m[1]], name)
			}
			for _, m := range template.FindAllStringSubmatch(text[at[1]:end], -1) {
				put = append(put, made{name, m[1], m[2]})
			}
		}
		// names that a list holds before t takes them
		for _, m := range regexp.MustCompile(`'([a-z]+(?:\.[\w-]+)+)'`).FindAllStringSubmatch(text, -1) {
			asked[m[1]] = append(asked[m[1]], name)
		}
	}
	return func(key string) []string {
		out := slices.Clone(asked[key])
		for _, m := range put {
			if rest, ok := strings.CutPrefix(key, m.begins); ok && strings.HasSuffix(rest, m.ends) && len(m.begins)+len(m.ends) > 1 {
				out = append(out, m.script)
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
}

// TestStrings: the list of Chinese strings with their places is that of today; -update writes it anew.
func TestStrings(t *testing.T) {
	var b strings.Builder
	b.WriteString("# 界面、简报与命令行中的全部中文\n\n由测试生成（`go test ./output/explore/assets -run TestStrings -update`），" +
		"供统一审读用语。`{0}`、`%s` 等处填入数值或名称。\n\n" +
		"## 浏览界面\n\n| 位置 | 用于 | 文字 |\n|---|---|---|\n")
	used := usesOf(t)
	line := regexp.MustCompile(`(?m)^  '?([\w. -]+?)'?: '((?:[^'\\]|\\.)*)',$`)
	n := 0
	for _, m := range line.FindAllStringSubmatch(read(t, "words.zh.js"), -1) {
		if han(m[2]) {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", m[1], strings.Join(used(m[1]), " "), strings.ReplaceAll(m[2], "|", "\\|"))
			n++
		}
	}
	if n < 350 {
		t.Errorf("%d strings", n)
	}
	for _, dir := range []string{"output/explore", "output/anomalies"} {
		fmt.Fprintf(&b, "\n## %s\n\n| 文件 | 文字 |\n|---|---|\n", dir)
		files, err := filepath.Glob("../../../" + dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), f, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(x ast.Node) bool {
				if l, ok := x.(*ast.BasicLit); ok && l.Kind == token.STRING && han(l.Value) {
					if s, err := strconv.Unquote(l.Value); err == nil {
						s = strings.NewReplacer("\n", " ", "|", "\\|").Replace(s)
						fmt.Fprintf(&b, "| %s | %s |\n", filepath.Base(f), strings.TrimSpace(s))
					}
				}
				return true
			})
		}
	}
	for _, name := range scripts(t) { // what other scripts say themselves: citations, units, the short names of provinces
		if strings.HasPrefix(name, "words.") || strings.HasPrefix(name, "embed.words.") {
			continue
		}
		head := "\n## " + name + "\n\n"
		for text := range strings.Lines(read(t, name)) {
			if text = strings.TrimSpace(text); han(text) && !strings.HasPrefix(text, "//") && !strings.HasPrefix(text, "*") {
				b.WriteString(head + "    " + text + "\n")
				head = ""
			}
		}
	}
	for _, x := range told { // files of words, each in its own form
		files, err := filepath.Glob("../../../" + x)
		if err != nil || len(files) == 0 {
			t.Fatal(x, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "\n## %s\n\n", strings.TrimPrefix(filepath.ToSlash(f), "../../../"))
			n := 0
			for l := range strings.Lines(string(text)) {
				if l = strings.TrimSpace(l); han(l) && !strings.HasPrefix(l, "#") {
					b.WriteString("    " + l + "\n")
					n++
				}
			}
			if n == 0 {
				t.Errorf("%s holds no Chinese", f)
			}
		}
	}
	have, err := os.ReadFile(stringsFile)
	if err == nil && string(have) == b.String() {
		return
	}
	if !*update {
		t.Fatalf("%s is not that of today; run go test ./output/explore/assets -run TestStrings -update", filepath.Base(stringsFile))
	}
	if err := os.WriteFile(stringsFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestRegister: words that an editor took out do not come back.
func TestRegister(t *testing.T) {
	all, err := os.ReadFile(stringsFile)
	if err != nil {
		t.Fatal(err)
	}
	page, _, _ := strings.Cut(string(all), "\n## cmd/gongkai/said.zh.txt\n") // commands speak of machines, too
	for line := range strings.Lines(page) {
		for _, bad := range []string{"已证明", "所印", "印有", "印为", "未印", "无害", "主机", "单元格", "悄悄", "| 错误 |", "矛盾",
			"确定性", "统计性", "| 国家 |", "数列", "| 排序 |", "}格"} {
			if strings.Contains(line, bad) {
				t.Errorf("%s: %s", bad, line)
			}
		}
	}
}
