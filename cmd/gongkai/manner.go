package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
)

// manner is how a command speaks: the same flags with the same meaning in every command (docs/commands.md).
type manner struct {
	Quiet   bool `short:"q" help:"${manner_quiet}"`
	Verbose bool `short:"v" help:"${manner_verbose}"`
	JSON    bool `name:"json" help:"${manner_json}"`

	english bool // its words become a part of JSON, which is the same whoever has it made
}

// say chooses the language of words that may become a part of JSON.
func (m manner) say(english, zh string) string {
	if m.JSON || m.english {
		return english
	}
	return say(english, zh)
}

// number is so many of a thing, in the language of say.
func (m manner) number(n int, one, many, zh string) string {
	return fmt.Sprintf("%d %s", n, m.say(count(n, one, many)[len(fmt.Sprint(n))+1:], zh))
}

// note says something beside the result: on standard error, and not where only results are wanted.
func (m manner) note(std streams, format string, args ...any) {
	if !m.Quiet {
		fmt.Fprintf(std.err, format+"\n", args...)
	}
}

// result prints what a command came to: as one JSON object where that is asked for, else in words.
func (m manner) result(std streams, as any, words func(io.Writer)) error {
	if !m.JSON {
		words(std.out)
		return nil
	}
	return writeObject(std.out, as)
}

// words is where a sentence beside the result goes: where that is JSON, it is none of it.
func (m manner) words(std streams) io.Writer {
	if m.JSON {
		return std.err
	}
	return std.out
}

// writeObject writes a line of JSON, Chinese and signs as they are.
func writeObject(w io.Writer, as any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(as)
}

// printing is how rows are printed, by one rule for all commands that print a table. Commands that know more formats have a
// flag of their own.
type printing struct {
	Format string `enum:"table,line,csv,json" default:"table" help:"${printing_format}"`
	sheet
}

// sheet is what CSV is for.
type sheet struct {
	Excel bool `help:"${printing_excel}"`
}

// rows begins a list of rows in the format that is asked for.
func (m manner) rows(std streams, format string, s sheet, columns ...listing.Column) (*listing.List, error) {
	return listing.Open(std.out, m.options(std, format, s), heads(columns...)...)
}

// options say how a list is printed.
func (m manner) options(std streams, format string, s sheet) listing.Options {
	if m.JSON {
		format = "json"
	}
	if s.Excel {
		format = "csv"
	}
	return listing.Options{Format: format, Excel: s.Excel, Width: screen(std.out), Note: m.leftOut(std)}
}

// leftOut names the columns that the terminal had no room for, as their heads would have, beside the result: who takes the rows
// gets rows alone.
func (m manner) leftOut(std streams) func([]string) {
	return func(names []string) {
		m.note(std, "%s", say("left out, as the terminal is too narrow: "+strings.Join(names, ", ")+" (--format line or csv has all)",
			"终端宽度不足，未显示以下列："+strings.Join(names, "、")+"（--format line 或 csv 可显示全部）"))
	}
}

// screen is how many cells wide the terminal is that is written to; 0 = it is none, and nothing is cut.
func screen(w io.Writer) int {
	f, ok := fileOf(w)
	if !ok {
		return 0
	}
	wide, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return wide
}

// known is a text of a row, or null where there is none.
func known(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// givenJSON reports whether a command line asks for JSON, also where it cannot be read.
func givenJSON(args []string, k *kong.Context) bool {
	if k == nil {
		return slices.Contains(args, "--json")
	}
	return truth(k, "json")
}

// truth is the value of a flag of the command that is run, false where it has none of that name.
func truth(k *kong.Context, name string) bool {
	for _, f := range k.Flags() {
		if f.Name == name && f.IsBool() {
			v, _ := k.FlagValue(f).(bool)
			return v
		}
	}
	return false
}

// contradicts reports what a command line asks for at once though it cannot be had together. Only what was typed counts: what
// a file says yields to it (yields).
func contradicts(k *kong.Context) error {
	format := ""
	on := map[string]bool{}
	for _, p := range k.Path {
		if p.Flag == nil || p.Resolved {
			continue
		}
		if p.Flag.Name == "format" {
			format, _ = k.FlagValue(p.Flag).(string)
		}
		on[p.Flag.Name] = truth(k, p.Flag.Name)
	}
	switch {
	case on["excel"] && (on["json"] || format != "" && format != "csv"):
		return errors.New("--excel is for csv, and contradicts --json and other formats")
	case on["json"] && format != "" && format != "json":
		return fmt.Errorf("--json and --format %s contradict each other", format)
	case on["quiet"] && on["verbose"]:
		return errors.New("--quiet and --verbose contradict each other")
	}
	return nil
}

// rivalsOf are flags that ask for the same in another way: where one of these is typed, what a file says of the flag does not
// hold.
var rivalsOf = map[string][]string{
	"format": {"json", "excel"}, "json": {"format", "excel"}, "excel": {"format", "json"},
	"quiet": {"verbose"}, "verbose": {"quiet"},
}

// yields reports whether something typed stands against what a file says of a flag: paths go before --from.
func yields(k *kong.Context, flag *kong.Flag) bool {
	return slices.ContainsFunc(k.Path, func(p *kong.Path) bool {
		if p.Positional != nil {
			return flag.Name == "from" && p.Positional.Name == "path"
		}
		if p.Flag == nil || p.Resolved || !slices.Contains(rivalsOf[flag.Name], p.Flag.Name) {
			return false
		}
		return !p.Flag.IsBool() || truth(k, p.Flag.Name) // --json=false asks for nothing
	})
}

// chinese tells whether whoever runs the program reads Chinese, as the environment says (LC_ALL, LC_MESSAGES, LANG: the
// first that is set). C and POSIX are English.
func chinese(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			return strings.HasPrefix(strings.ToLower(v), "zh")
		}
	}
	return false
}

// say chooses the language of a line of the program's own.
func say(english, zh string) string {
	if chinese(os.Getenv) {
		return zh
	}
	return english
}

// inChinese tells in which language a command that has --lang prints for reading: as it is told, else as whoever runs it
// reads.
func inChinese(lang string) bool {
	return lang == "zh" || lang == "" && chinese(os.Getenv)
}

// forPrograms reports whether rows are data, which are the same whoever has them printed.
func (m manner) forPrograms(format string, s sheet) bool {
	return m.JSON || s.Excel || format == "json" || format == "csv"
}

// colours of severities on a terminal.
var colours = map[string]string{"error": "31", "warning": "33", "note": "36", "unread": "31", "partly": "33"}

// colourful tells whether what is written there may be coloured: on a terminal, and where NO_COLOR (no-color.org) is not
// set.
func colourful(w io.Writer, getenv func(string) string) bool {
	f, ok := fileOf(w)
	if !ok || getenv("NO_COLOR") != "" || getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// painted is the word of a severity in its colour.
func painted(on bool, severity, word string) string {
	if c := colours[severity]; on && c != "" {
		return "\x1b[" + c + "m" + word + "\x1b[0m"
	}
	return word
}

// painter colours severities where what is written there may be coloured.
func painter(w io.Writer) func(severity, word string) string {
	on := colourful(w, os.Getenv)
	return func(severity, word string) string { return painted(on, severity, word) }
}

// coded is a column of codes that a reader of Chinese reads in words, where they are read and not data: those of lists of
// codes.txt, the first that has the code.
func coded(zh bool, c listing.Column, lists ...string) listing.Column {
	if zh {
		c.Words = func(code string) string { return codeZh(code, lists...) }
	}
	return c
}

// codeZh is a code in Chinese; one that no list has stays as it is.
func codeZh(code string, lists ...string) string {
	for _, list := range lists {
		for _, c := range output.CodesOf(list) {
			if c.Code == code {
				return c.LabelZh
			}
		}
	}
	return code
}
