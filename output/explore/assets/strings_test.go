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

// TestStrings: the list of Chinese strings with their places is that of today; -update writes it anew.
func TestStrings(t *testing.T) {
	var b strings.Builder
	b.WriteString("# 界面与简报中的全部中文\n\n由测试生成（`go test ./output/explore/assets -run TestStrings -update`），供统一审读用语。`{0}`、`%s` 等处填入数值或名称。\n\n" +
		"## 浏览界面\n\n| 位置 | 用于 | 文字 |\n|---|---|---|\n")
	used := map[string][]string{}
	for _, name := range scripts(t) {
		if strings.HasPrefix(name, "words.") {
			continue
		}
		for _, m := range regexp.MustCompile(`['"]([a-z][\w.-]*)['"]`).FindAllStringSubmatch(read(t, name), -1) {
			if !slices.Contains(used[m[1]], name) {
				used[m[1]] = append(used[m[1]], name)
			}
		}
	}
	line := regexp.MustCompile(`(?m)^  '?([\w. -]+?)'?: '((?:[^'\\]|\\.)*)',$`)
	n := 0
	for _, m := range line.FindAllStringSubmatch(read(t, "words.zh.js"), -1) {
		if han(m[2]) {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", m[1], strings.Join(used[m[1]], " "), strings.ReplaceAll(m[2], "|", "\\|"))
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
	for line := range strings.Lines(string(all)) {
		for _, bad := range []string{"已证明", "所印", "印有", "印为", "未印", "无害", "主机", "单元格", "悄悄", "| 错误 |", "矛盾",
			"确定性", "统计性", "| 国家 |", "数列", "| 排序 |", "}格"} {
			if strings.Contains(line, bad) {
				t.Errorf("%s: %s", bad, line)
			}
		}
	}
}
