// Package places knows the administrative divisions of China at county level and above: their codes (GB/T 2260), their
// names and short names, since when and until when each stood in the ministry's year-end lists, and what became of it.
// It reads the place at the beginning of a name, such as 江苏省淮安市清江浦区… It does not know what an agency is.
package places

import (
	_ "embed"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Level is the administrative level of a division or of an agency.
type Level string

const (
	National   Level = "national"
	Provincial Level = "provincial" // 省、自治区、直辖市
	Prefecture Level = "prefecture" // 地级市、地区、自治州、盟
	County     Level = "county"     // 县、县级市、市辖区、旗
	Township   Level = "township"   // 乡、镇、街道; never the level of a Division
)

// A Division is one administrative division under one code and one name. A division that was renamed, upgraded or
// merged is another Division from then on; Successors says where to go on.
type Division struct {
	Code  string // six digits, GB/T 2260
	Name  string // as in the ministry's lists: 清江浦区
	From  int    // year of the first list, as of 31 December, with this code and name; 0 = before 1980
	Until int    // year of the first list without them; 0 = still there
	// Successors are the codes that the territory went to, that of the largest part first; nil while there is none.
	Successors []string
}

// Newest is the month up to which changes of divisions are known.
const Newest = "2025-11"

// Level of the division, told by its code.
func (d *Division) Level() Level {
	switch {
	case strings.HasSuffix(d.Code, "0000"):
		return Provincial
	case strings.HasSuffix(d.Code, "00"):
		return Prefecture
	}
	return County
}

// In reports whether the division was there in a year: at its end or at its beginning. Every division is in year 0.
func (d *Division) In(year int) bool {
	return year == 0 || d.From <= year && (d.Until == 0 || d.Until >= year)
}

// Parent is the division above in the year d was last there; nil above a province. Counties under a province itself
// (省直辖县级行政区划) have the province above them.
func (d *Division) Parent() *Division {
	if d.Level() == Provincial {
		return nil
	}
	year := 0
	if d.Until > 0 {
		year = d.Until - 1
	}
	if d.Level() == County {
		if p := At(d.Code[:4]+"00", year); p != nil {
			return p
		}
	}
	return At(d.Code[:2]+"0000", year)
}

// Path is the whole name: 江苏省淮安市清江浦区.
func (d *Division) Path() string {
	if p := d.Parent(); p != nil {
		return p.Path() + d.Name
	}
	return d.Name
}

// Under reports whether d lies in e or is e, by code.
func (d *Division) Under(e *Division) bool {
	switch e.Level() {
	case Provincial:
		return d.Code[:2] == e.Code[:2]
	case Prefecture:
		return d.Code[:4] == e.Code[:4]
	}
	return d.Code == e.Code
}

// Series is the code of the newest division that d lives on as without merging or splitting: the key under which a
// series can be followed over renamings and upgrades (撤县设区, 撤地设市). It is d's own code where d is still there or ended
// in a merger or a division.
func (d *Division) Series() string {
	for range 10 {
		if d.Until == 0 || len(d.Successors) == 0 {
			break
		}
		next := At(d.Successors[0], d.Until)
		if next == nil || next.From != d.Until {
			break
		}
		if h := heirs(next); len(h) != 1 || h[0] != d {
			break
		}
		d = next
	}
	return d.Code
}

// heirs are the divisions whose largest part went to d when d began: those of its level, or, where there is none,
// others.
func heirs(d *Division) []*Division {
	var same, other []*Division
	for _, p := range load().before[d.Code] {
		switch {
		case p.Until != d.From:
		case p.Level() == d.Level():
			same = append(same, p)
		default:
			other = append(other, p)
		}
	}
	if len(same) > 0 {
		return same
	}
	return other
}

// lists of the data that At and Read look into.
type lists struct {
	all     []*Division
	byCode  map[string][]*Division // oldest first
	byName  map[string][]named     // every name and short name
	before  map[string][]*Division // by the code of their first successor
	longest int                    // runes of the longest name
}

type named struct {
	*Division
	bare bool
}

//go:embed divisions.tsv
var data string

var load = sync.OnceValue(func() *lists {
	l, err := parse(data)
	if err != nil {
		panic("divisions.tsv: " + err.Error()) // embedded: a test reads it
	}
	return l
})

func parse(text string) (*lists, error) {
	l := &lists{byCode: map[string][]*Division{}, byName: map[string][]named{}, before: map[string][]*Division{}}
	for i, line := range strings.Split(text, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		f = append(f, "", "", "")
		if len(f[0]) != 6 || f[1] == "" {
			return nil, fmt.Errorf("line %d: %q is no code and name", i+1, line)
		}
		d := &Division{Code: f[0], Name: f[1], Successors: strings.Fields(f[4])}
		for k, to := range []*int{&d.From, &d.Until} {
			if f[2+k] == "" {
				continue
			}
			n, err := strconv.Atoi(f[2+k])
			if err != nil {
				return nil, fmt.Errorf("line %d: %q is no year", i+1, f[2+k])
			}
			*to = n
		}
		l.all = append(l.all, d)
		l.byCode[d.Code] = append(l.byCode[d.Code], d)
		if len(d.Successors) > 0 {
			l.before[d.Successors[0]] = append(l.before[d.Successors[0]], d)
		}
		for _, n := range names(d.Name) {
			l.byName[n.text] = append(l.byName[n.text], named{d, n.bare})
			l.longest = max(l.longest, utf8.RuneCountInString(n.text))
		}
	}
	return l, nil
}

// All gives every division, by code and then by time.
func All() []*Division { return load().all }

// At gives the division that had a code in a year; the newest where year is 0; nil where there was none.
func At(code string, year int) *Division {
	ds := load().byCode[code]
	for i := len(ds) - 1; i >= 0; i-- {
		if year == 0 || ds[i].From <= year && (ds[i].Until == 0 || ds[i].Until > year) {
			return ds[i]
		}
	}
	return nil
}

// A Reading is one way to read the beginning of a text as a place.
type Reading struct {
	Division *Division
	End      int  // bytes of the text that name the place
	Bare     bool // the last name stands without its 省, 市, 县 …: other things are called so too
}

// Read gives the ways to read the beginning of a text as a place: a chain of names, each within the one before it (江苏省
// 淮安市 清江浦区; levels may be left out). Only the readings that use most of the text are given, by code. year, the year of
// the text, drops divisions that were not there then or within a year of it, unless none other is left; 0 takes them
// all.
func Read(text string, year int) []Reading {
	l := load()
	var all []Reading
	var follow func(at int, above *Division, bare bool)
	follow = func(at int, above *Division, bare bool) {
		if above != nil {
			all = append(all, Reading{above, at, bare})
		}
		rest := text[at:]
		skip := len(rest) - len(strings.TrimLeft(rest, " 　·-—"))
		rest = rest[skip:]
		for _, n := range prefixes(rest, l.longest) {
			for _, d := range l.byName[rest[:n]] {
				if above == nil || d.Division != above && d.Under(above) && d.Level() != above.Level() {
					follow(at+skip+n, d.Division, d.bare)
				}
			}
		}
	}
	follow(0, nil, false)
	best := 0
	for _, r := range all {
		best = max(best, r.End)
	}
	var out []Reading
	for _, r := range all {
		if r.End == best {
			out = append(out, r)
		}
	}
	out = timely(out, year)
	sort.Slice(out, func(i, j int) bool {
		if out[i].Division.Code != out[j].Division.Code {
			return out[i].Division.Code < out[j].Division.Code
		}
		return out[i].Division.From > out[j].Division.From
	})
	return distinct(out)
}

// timely keeps the readings whose divisions were there, if any were.
func timely(rs []Reading, year int) []Reading {
	for _, slack := range []int{0, 1} {
		var in []Reading
		for _, r := range rs {
			if r.Division.In(year) || slack > 0 && (r.Division.In(year-1) || r.Division.In(year+1)) {
				in = append(in, r)
			}
		}
		if len(in) > 0 {
			return in
		}
	}
	return rs
}

// distinct keeps one reading of each division and, of several that are one another's heirs, the newest.
func distinct(rs []Reading) []Reading {
	var out []Reading
	for _, r := range rs {
		same := false
		for i, o := range out {
			if o.Division == r.Division || o.Division.Code == r.Division.Code {
				same = true
			} else if o.Division.Series() == r.Division.Series() {
				same = true
				if r.Division.Until == 0 || o.Division.Until != 0 && r.Division.Until > o.Division.Until {
					out[i] = r
				}
			}
		}
		if !same {
			out = append(out, r)
		}
	}
	return out
}

// prefixes gives the byte lengths of the first runes of a text, longest first.
func prefixes(s string, most int) []int {
	var out []int
	for i := range s {
		if i > 0 {
			out = append(out, i)
		}
		if len(out) == most {
			break
		}
	}
	if len(out) < most && s != "" {
		out = append(out, len(s))
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}
