package main

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/alecthomas/kong"

	"github.com/gongkai/gongkai/output/listing"
)

// model is the commands as they are defined, in English.
func model(t *testing.T) *kong.Application {
	t.Helper()
	var c commands
	k, err := kong.New(&c, kong.Name("gongkai"), kong.Vars{"version": "gongkai"}, helpTexts, kong.Bind(&settings{}),
		kong.Description(about))
	if err != nil {
		t.Fatal(err)
	}
	return k.Model
}

// TestHelpZh: every text of the help has its Chinese, no Chinese is left of a text that there is not any more, and none is
// English.
func TestHelpZh(t *testing.T) {
	zh, err := readTranslation("help.zh.txt", helpZh)
	if err != nil {
		t.Fatal(err)
	}
	wanted, long := map[string]string{}, map[string]bool{"gongkai": true}
	for _, p := range tree(model(t).Node) {
		if p.words != "" {
			wanted[p.node.Help] = "gongkai" + p.words
		}
		if p.node.Detail != "" {
			long[strings.TrimSpace(p.words)] = true
		}
		for _, a := range p.node.Positional {
			wanted[a.Help] = "gongkai" + p.words + " <" + a.Name + ">"
		}
		for _, f := range p.flags {
			wanted[f.Help] = "gongkai" + p.words + " --" + f.Name
		}
	}
	for text, where := range wanted {
		if text == "" {
			t.Errorf("%s has no help", where)
		} else if zh.Texts[text] == "" {
			t.Errorf("%s: no Chinese of %q", where, text)
		}
	}
	for text := range zh.Texts {
		if wanted[text] == "" {
			t.Errorf("help.zh.txt has %q, which is no help", text)
		}
	}
	for words := range long {
		if zh.Long[words] == "" {
			t.Errorf("%s: no Chinese of the long help", words)
		}
	}
	for words := range zh.Long {
		if !long[words] {
			t.Errorf("help.zh.txt has @ %s, which has no long help", words)
		}
	}
	for _, all := range []map[string]string{zh.Texts, zh.Long} {
		for key, text := range all {
			for line := range strings.Lines(text) {
				if isEnglish(line) {
					t.Errorf("%s: English in the Chinese: %s", clip(key, 60), line)
				}
			}
		}
	}
}

// englishWords are three words of English one after the other, which no name is.
var englishWords = regexp.MustCompile(`\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b`)

// isEnglish reports whether a line is English: without Chinese, or with a sentence of it. What is typed is no sentence.
func isEnglish(line string) bool {
	line = strings.TrimSpace(strings.TrimPrefix(line, "示例："))
	switch {
	case line == "", strings.HasPrefix(line, "gongkai "), strings.Contains(line, " = "), strings.HasPrefix(line, "["):
		return false
	case regexp.MustCompile(`^(bash|zsh|fish) `).MatchString(line):
		return false
	}
	if !strings.ContainsFunc(line, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return true
	}
	return englishWords.MatchString(regexp.MustCompile(`gongkai [a-z -]+`).ReplaceAllString(line, ""))
}

func TestEnglish(t *testing.T) {
	for line, want := range map[string]bool{
		"Folder of a dataset.": true, "数据集文件夹 where it lies at present": true, "数据集文件夹。": false,
		"由 gongkai run --from 读取": false, "示例：  gongkai demo": false} {
		if got := isEnglish(line); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}

// TestHelpPages: the help of every command, in both languages, is as wide as it may be, and in Chinese all Chinese.
func TestHelpPages(t *testing.T) {
	for _, lang := range []string{"C", "zh_CN.UTF-8"} {
		t.Setenv("LC_ALL", lang)
		for _, p := range tree(model(t).Node) {
			if lang == "C" && p.words != "" && p.words != " archive" && p.words != " check" {
				continue // the English is laid out in the same way
			}
			page := printed(t, append(strings.Fields(p.words), "--help")...)
			title, flags := "Usage: gongkai"+p.words, "\nFlags:\n"
			if lang != "C" {
				title, flags = "用法：gongkai"+p.words, "\n选项：\n"
			}
			if !strings.HasPrefix(page, title) || !strings.Contains(page, flags) {
				t.Errorf("%s: gongkai%s:\n%s", lang, p.words, page)
			}
			_, rest, _ := strings.Cut(page, "\n")
			for line := range strings.Lines(rest) {
				line = strings.TrimRight(line, "\n")
				typed := strings.HasPrefix(line, "  ") || example(line)
				if n := listing.Width(line); n > helpWidth && !typed {
					t.Errorf("%s: gongkai%s: %d cells: %s", lang, p.words, n, line)
				}
				if lang != "C" && englishWords.MatchString(line) && isEnglish(line) {
					t.Errorf("gongkai%s: English: %s", p.words, line)
				}
			}
		}
	}
}

// TestWrap: a line is filled, breaks between Chinese characters, and begins with no sign that belongs to what is before it.
func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want string
	}{
		{"one two three", 7, "one two|three"},
		{"机关按年度列表，缺失", 8, "机关按年|度列表，|缺失"},
		{"the sums of a form (勾稽关系) prove it", 18, "the sums of a form|(勾稽关系) prove|it"},
		{"机关按年，度", 8, "机关按|年，度"},
		{"见说明 docs/a.md。好，说明在此", 12, "见说明|docs/a.md。|好，说明在此"},
	} {
		got := strings.Join(wrap(c.text, c.n), "|")
		if got != c.want {
			t.Errorf("%q at %d: %q, want %q", c.text, c.n, got, c.want)
		}
	}
}

// TestTopics: help tells of topics beside commands, in both languages, and lists them.
func TestTopics(t *testing.T) {
	for lang, words := range map[string][3]string{"C": {"gongkai config shows", "Exit codes: 0 done", "an identity"},
		"zh_CN.UTF-8": {"gongkai config 列出", "退出码：0 完成", "勾稽关系"}} {
		t.Setenv("LC_ALL", lang)
		_, all, _ := asked(t, "help")
		for i, name := range []string{"settings", "output", "codes"} {
			code, out, _ := asked(t, "help", name)
			if code != exitDone || !strings.Contains(out, words[i]) || !strings.Contains(all, "help "+name) {
				t.Errorf("help %s: %d %s", name, code, out)
			}
			if lang != "C" && i < 2 && strings.Contains(out, "standard") {
				t.Error(out)
			}
		}
	}
}
