package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"github.com/gongkai/gongkai/output/listing"
	"github.com/gongkai/gongkai/output/told"
)

// helpZh is the help in Chinese: of each text of --help its translation. A line that begins with "@ " names a command, whose
// long help follows, set in by a tab; any other line is an English text (or the key that it has in helpTexts) with the Chinese
// one below, set in by a tab. So a text that is written anew in English has no translation until somebody writes it.
//
//go:embed help.zh.txt
var helpZh string

// readTranslation reads helpZh or saidZh; a text may stand there by the key that it has in helpTexts.
func readTranslation(name, file string) (told.Texts, error) {
	return told.Parse(name, file, func(key string) string { return cmp.Or(helpTexts[key], key) })
}

// translate puts the Chinese help in the place of the English. What has no translation stays English (a test holds that
// there is none).
func translate(app *kong.Application) error {
	t, err := readTranslation("help.zh.txt", helpZh)
	if err != nil {
		return err
	}
	put := func(s *string) {
		if zh := t.Texts[*s]; zh != "" {
			*s = zh
		}
	}
	for _, p := range tree(app.Node) {
		put(&p.node.Help)
		switch zh := t.Long[strings.TrimSpace(p.words)]; {
		case zh != "":
			p.node.Detail = zh
		case p.words == "":
			p.node.Help = t.Long[app.Name]
		}
		for _, a := range p.node.Positional {
			put(&a.Help)
		}
		for _, f := range p.node.Flags {
			put(&f.Help)
		}
	}
	return nil
}

// inUsageZh are words of the line of usage.
var inUsageZh = strings.NewReplacer("[flags]", "[选项]", "<command>", "<命令>")

// helpWidth is how wide help is where a terminal is not narrower.
const helpWidth = 100

// printHelp prints the help of a command, as wide as the terminal; a Chinese character takes two cells of it and lines
// break between any two.
func printHelp(_ kong.HelpOptions, k *kong.Context) error {
	zh := chinese(os.Getenv)
	word := func(en, han string) string {
		if zh {
			return han
		}
		return en
	}
	wide := helpWidth
	if n := screen(k.Stdout); n > 0 {
		wide = min(wide, n)
	}
	h := &helpPage{wide: wide}
	node := k.Selected()
	if node == nil {
		node = k.Model.Node
	}
	usage := k.Model.Name + " " + node.Summary()
	if node == k.Model.Node {
		usage = k.Model.Name + node.Summary()
	}
	if zh {
		usage = inUsageZh.Replace(usage)
	}
	h.print(word("Usage: ", "用法：") + usage)
	for _, text := range []string{node.Help, node.Detail} {
		if text != "" {
			h.print("")
			h.text(text)
		}
	}
	h.section(word("Arguments:", "参数："), argumentsOf(node))
	h.section(word("Flags:", "选项："), flagsOf(node))
	commands := commandsOf(node)
	h.section(word("Commands:", "命令："), commands)
	if node == k.Model.Node {
		h.section(word("Topics:", "主题："), topicsOf(zh))
	}
	if len(commands) > 0 {
		h.print("")
		h.print(fmt.Sprintf(word(`Run "%s <command> --help" for more information on a command.`, `各命令的说明：%s <命令> --help`),
			strings.TrimSpace(k.Model.Name+" "+wordsOf(node))))
	}
	_, err := k.Stdout.Write([]byte(h.out.String()))
	return err
}

func argumentsOf(node *kong.Node) (out [][2]string) {
	for _, a := range node.Positional {
		out = append(out, [2]string{a.Summary(), a.Help})
	}
	return out
}

func flagsOf(node *kong.Node) (out [][2]string) {
	short := slices.ContainsFunc(slices.Concat(node.AllFlags(true)...), func(f *kong.Flag) bool { return f.Short != 0 })
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			name := f.String()
			if f.Short == 0 && short {
				name = "    " + name
			}
			out = append(out, [2]string{name, withEnvironment(f)})
		}
	}
	return out
}

// withEnvironment is the help of a flag, with the variable that stands for it.
func withEnvironment(f *kong.Flag) string {
	if len(f.Envs) == 0 {
		return f.Help
	}
	variable := "$" + strings.Join(f.Envs, ", $")
	for _, end := range []string{".", "。"} {
		if text, ok := strings.CutSuffix(f.Help, end); ok {
			if end == "." {
				return text + " (" + variable + ")."
			}
			return text + "（" + variable + "）。"
		}
	}
	return f.Help + " (" + variable + ")"
}

func commandsOf(node *kong.Node) (out [][2]string) {
	for _, c := range node.Leaves(true) {
		out = append(out, [2]string{strings.TrimPrefix(c.Path(), "gongkai "), c.Help})
	}
	return out
}

// A helpPage is a page of help under way.
type helpPage struct {
	out  strings.Builder
	wide int
}

func (h *helpPage) print(line string) { h.out.WriteString(strings.TrimRight(line, " ") + "\n") }

// text prints paragraphs; lines that are set in are kept as they are.
func (h *helpPage) text(text string) {
	var paragraph []string
	flush := func() {
		if paragraph != nil {
			for _, line := range wrap(reflow(paragraph), h.wide) {
				h.print(line)
			}
			paragraph = nil
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if kept := strings.HasPrefix(line, " ") || example(line); kept || line == "" {
			flush()
			h.print(line)
			continue
		}
		paragraph = append(paragraph, line)
	}
	flush()
}

// example reports whether a line begins what is to be typed.
func example(line string) bool {
	for _, s := range []string{"Example:", "Examples:", "示例："} {
		if strings.HasPrefix(line, s) {
			return true
		}
	}
	return false
}

// reflow puts lines of a paragraph together: with a space, but not between two Chinese characters.
func reflow(lines []string) string {
	out := lines[0]
	for _, l := range lines[1:] {
		a, _ := utf8.DecodeLastRuneInString(out)
		b, _ := utf8.DecodeRuneInString(l)
		if a < 0x2e80 || b < 0x2e80 {
			out += " "
		}
		out += l
	}
	return out
}

// section prints two columns below a title.
func (h *helpPage) section(title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	h.print("")
	h.print(title)
	left := 0
	for _, r := range rows {
		if n := listing.Width(r[0]); n <= 32 {
			left = max(left, n)
		}
	}
	pad := strings.Repeat(" ", left+6)
	for _, r := range rows {
		lines := wrap(r[1], max(20, h.wide-len(pad)))
		first := "  " + r[0]
		if listing.Width(r[0]) > left || len(lines) == 0 {
			h.print(first)
		} else {
			h.print(first + strings.Repeat(" ", left+4-listing.Width(r[0])) + lines[0])
			lines = lines[1:]
		}
		for _, l := range lines {
			h.print(pad + l)
		}
	}
}

// closing are signs that no line begins with.
const closing = "，。；：、？！）》」』”’…%"

// wrap breaks a text into lines of at most n cells: at spaces, and beside Chinese characters.
func wrap(text string, n int) (lines []string) {
	line, used := "", 0
	for _, word := range wordsIn(strings.Join(strings.Fields(text), " ")) {
		k := listing.Width(strings.TrimRight(word, " "))
		if used+k > n && line != "" {
			lines = append(lines, strings.TrimRight(line, " "))
			line, used = "", 0
		}
		line += word
		used += listing.Width(word)
	}
	if line != "" {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// wordsIn cuts a text where a line may end: behind spaces, and beside Chinese characters unless a sign follows that belongs to
// what is before it.
func wordsIn(text string) (out []string) {
	han := 0
	for _, r := range text {
		if r >= 0x2e80 {
			han++
		}
	}
	if han*6 < utf8.RuneCountInString(text) { // a Chinese name in English is one word
		return strings.SplitAfter(text, " ")
	}
	start := 0
	var before rune
	for i, r := range text {
		breaks := before == ' ' || i > 0 && (before >= 0x2e80 || r >= 0x2e80) && r != ' ' && !strings.ContainsRune(closing, r) &&
			!strings.ContainsRune("（《「『“‘", before)
		if breaks {
			out = append(out, text[start:i])
			start = i
		}
		before = r
	}
	return append(out, text[start:])
}
