package agencies

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

// A Reform is what became of a department: another body took over what it did.
type Reform struct {
	Then string // how the name of the body of then begins: 工商行政管理
	Now  string // how that of its successor begins: 市场监督管理
	Day  string // of the national plan, "2006-01-02"; local offices followed within about a year
	How  string // renamed, merged, split
	Plan string // what laid it down
}

//go:embed reforms.txt
var reformsText string

var loadReforms = sync.OnceValue(func() []Reform {
	var out []Reform
	for line := range strings.Lines(reformsText) {
		if f := strings.Split(strings.TrimRight(line, "\n"), "\t"); len(f) == 5 && !strings.HasPrefix(line, "#") {
			out = append(out, Reform{f[0], f[1], f[2], f[3], f[4]})
		}
	}
	return out
})

// Reforms are all reforms that are known, in the order of the list.
func Reforms() []Reform { return loadReforms() }

// Reformed gives the reforms that a department has passed through since, the first one first: 人口和计划生育 became part of
// 卫生和计划生育 in 2013, and that of 卫生健康 in 2018. Body and function stay those of its name: that two bodies follow each
// other makes no series of their figures.
func (a *Agency) Reformed() []Reform {
	if a.Kind != Department {
		return nil
	}
	name := a.Body
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	var out []Reform
	for range 3 {
		next := ""
		for _, r := range loadReforms() {
			if isOf(name, r) && (len(out) == 0 || out[len(out)-1].Day < r.Day) {
				out, next = append(out, r), r.Now
				break
			}
		}
		if next == "" {
			break
		}
		name = next
	}
	return out
}

// isOf reports whether a body's name is that of then: the same words, or, of a name long enough to be no other's, with a part
// of it behind them (工商行政管理局某分局).
func isOf(name string, r Reform) bool {
	name, then := shortEnding(joined(name)), shortEnding(joined(r.Then))
	return name == then || utf8.RuneCountInString(then) >= 4 && strings.HasPrefix(name, then) && !strings.HasPrefix(name, joined(r.Now))
}
