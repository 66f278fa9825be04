package output

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/normalize"
)

//go:embed codes.txt
var codesText string

// A Code is a word that a column of a dataset holds, in both languages.
type Code struct {
	Code               string
	Label, LabelZh     string
	Meaning, MeaningZh string
}

// Say is the label in English or Chinese.
func (c *Code) Say(zh bool) string {
	if zh {
		return c.LabelZh
	}
	return c.Label
}

var codeLists = sync.OnceValues(func() (map[string][]Code, error) { return parseCodes("codes.txt", codesText) })

// parseCodes reads the lists of codes.
func parseCodes(name, text string) (map[string][]Code, error) {
	out, list := map[string][]Code{}, ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		head, isHead := strings.CutPrefix(line, "[")
		f := strings.Split(line, " | ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case isHead:
			closed := false
			if list, closed = strings.CutSuffix(head, "]"); !closed || list == "" || out[list] != nil {
				return nil, fmt.Errorf("%s:%d: not [list], or a second of the name", name, i+1)
			}
		case list == "" || len(f) != 3 && len(f) != 5:
			return nil, fmt.Errorf("%s:%d: not code | label | label in Chinese, and a meaning in both if need be", name,
				i+1)
		case slices.ContainsFunc(out[list], func(c Code) bool { return c.Code == f[0] }):
			return nil, fmt.Errorf("%s:%d: a second code %s", name, i+1, f[0])
		default:
			c := Code{Code: f[0], Label: f[1], LabelZh: f[2]}
			if len(f) == 5 {
				c.Meaning, c.MeaningZh = f[3], f[4]
			}
			out[list] = append(out[list], c)
		}
	}
	return out, nil
}

// CodesOf gives a list of codes in its order: state, verdict, severity, status, level, kind, scope, in_time, link or
// relation. nil = there is no such list.
func CodesOf(list string) []Code {
	all, _ := codeLists() // a list that cannot be read is told by Create and Open
	return all[list]
}

// CodeWords are the codes of a list alone.
func CodeWords(list string) (out []string) {
	for _, c := range CodesOf(list) {
		out = append(out, c.Code)
	}
	return out
}

// CodeLabel is what a code of a list is called; a code that is not in it is called what it is.
func CodeLabel(list, code string, zh bool) string {
	for _, c := range CodesOf(list) {
		if c.Code == code {
			return c.Say(zh)
		}
	}
	return code
}

// CodeLists are all lists, by name.
func CodeLists() map[string][]Code {
	all, _ := codeLists()
	return all
}

// checkLists tells what is wrong with the lists of columns and codes.
func checkLists() error {
	if _, err := codeLists(); err != nil {
		return err
	}
	_, err := listed()
	return err
}

// Codes lists every code of finding a dataset may hold: those of reading and those of writing.
func Codes() []normalize.CodeInfo {
	return append(normalize.Codes(), normalize.CodeInfo{Code: CodeOutOfRange, Severity: normalize.Warning,
		Meaning:   "a number does not fit the dataset's columns exactly; its text is kept",
		MeaningZh: "数值超出数据集列的精度范围，保留原文"}, normalize.CodeInfo{Code: CodeCopiesDiffer,
		Severity: normalize.Warning,
		Meaning: "another document of the same body and year, at another place, prints another number; the message names " +
			"both (without a name: their tables differ)",
		MeaningZh: "同一机关同一年度在其他位置的另一份文件所印数值不同，说明中列明双方（无指标名称者为表格整体不同）"})
}
