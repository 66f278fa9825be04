package anomalies

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
)

// Exact rules on when reports were published, and on which year.

var (
	yearWords = regexp.MustCompile(`20[0-3]\d年`)
	// a year as the subject of a sentence, not of a law or a date: 2022年，…, 2022年以来…, 2022年全年…
	yearSubject = regexp.MustCompile(`20[0-3]\d年(?:，|以来|全年|度，|共|我|本)`)
)

// yearUnchanged tells reports that name another year where their own should stand: those that do not agree with
// themselves on the year, and those that repeat a passage of the report on the year before with the year in it.
func yearUnchanged(ctx context.Context, f *finder, r *Rule) error {
	conflict := map[int32]bool{}
	doubts, err := f.doubts(ctx)
	if err != nil {
		return err
	}
	for _, d := range doubts {
		if rep, ok := f.standing(d.Document, d.Part); ok && d.Code == normalize.CodeYearConflict {
			conflict[rep] = true
		}
	}
	copied, from := map[int32][]output.PassageRow{}, map[int32]int32{}
	all, _, err := f.repeats(ctx)
	for _, c := range all {
		if c.own && !conflict[c.rep] {
			copied[c.rep], from[c.rep] = c.passages, c.other
		}
	}
	if err != nil || len(conflict)+len(copied) == 0 {
		return err
	}
	// the prose of these: which years it names, and where first
	own, other := map[int32]bool{}, map[int32]pointer{}
	err = f.numbers.sections(ctx, func(rep, _ int32) bool { return conflict[rep] || copied[rep] != nil },
		func(rep, position int32, s string) error {
			if _, ok := other[rep]; !ok {
				for _, p := range copied[rep] {
					if at := stale(s, position, p, int(f.Reports[from[rep]].Year)); at >= 0 {
						other[rep] = pointer{kind: "prose", rep: rep, name: fmt.Sprint(position), start: at, end: p.End,
							clip: true}
						break
					}
				}
			}
			if !conflict[rep] {
				return nil
			}
			for _, m := range yearWords.FindAllStringIndex(s, -1) {
				if y, _ := strconv.Atoi(s[m[0] : m[0]+4]); y == int(f.Reports[rep].Year) {
					own[rep] = true
				} else if _, ok := other[rep]; !ok {
					other[rep] = prose(rep, position, int32(m[0]), int32(m[0]+4))
				}
			}
			return nil
		})
	if err != nil {
		return err
	}
	reps := slices.Concat(slices.Collect(maps.Keys(conflict)), slices.Collect(maps.Keys(copied)))
	slices.Sort(reps)
	for _, rep := range reps {
		c := candidate{rule: r, rep: rep, key: "year", refs: []pointer{who(rep), yearOf(rep), field(rep, "title"),
			field(rep, "published")}, history: f.lateness(f.bodyOf(rep)),
			en: "{0}: title, period, text, date of publication and address of the report on {1} " +
				"do not agree on its year.",
			zh: "{0}{1}年度报告的标题、统计期限、正文、发布日期与网址所示年度不一致。"}
		at, named := other[rep]
		switch {
		case !conflict[rep] && !named:
			continue
		case !conflict[rep]:
			c.refs = append(c.refs, at, yearOf(from[rep]))
			c.en = "{0}: the report on {1} repeats a passage of that on {5} with the year in it: “{4}…”"
			c.zh = "{0}{1}年度报告照搬{5}年度报告的段落，连年份也未改：“{4}……”"
		case named && !own[rep]:
			c.refs = append(c.refs, at)
			c.en = "{0}: the prose of the report on {1} speaks of {4} and never of the report's own year."
			c.zh = "{0}{1}年度报告正文所述为{4}年，从未出现报告年度。"
		}
		f.add(c)
	}
	return nil
}

// stale is where a passage that was copied speaks of the year before as if it were its own, in bytes of the section;
// -1 where it does not. What stands in 《》 is the name of a document, which keeps its year.
func stale(section string, position int32, p output.PassageRow, year int) int32 {
	if p.Section != position || p.Start < 0 || int(p.End) > len(section) || p.Start >= p.End {
		return -1
	}
	for _, m := range yearSubject.FindAllStringIndex(section[p.Start:p.End], -1) {
		at := int(p.Start) + m[0]
		if section[at:at+4] == strconv.Itoa(year) && strings.LastIndex(section[:at], "《") <= strings.LastIndex(
			section[:at], "》") {
			return int32(at)
		}
	}
	return -1
}

// late tells reports that were published after their deadline.
func late(ctx context.Context, f *finder, r *Rule) error {
	for i := range f.Reports {
		x := &f.Reports[i]
		if x.InTime != string(normalize.Missed) || x.Published == panel.NoDay || x.Deadline == panel.NoDay ||
			!f.stands(int32(i)) {
			continue
		}
		rep := int32(i)
		c := candidate{rule: r, rep: rep, key: "late", refs: []pointer{who(rep), yearOf(rep), field(rep, "published"),
			field(rep, "deadline")},
			strength: Strength{Effect: float64(x.Published - x.Deadline), Unit: "days"},
			en:       "{0}: the report on {1} was published on {2}; the deadline was {3}.",
			zh:       "{0}{1}年度报告于{2}发布，法定期限为{3}。",
			history:  f.lateness(f.bodyOf(int32(i)))}
		if c.strength.Effect > 31 {
			c.severity = string(normalize.Warning)
		}
		f.add(c)
	}
	return ctx.Err()
}

// lateness is how many days after its deadline a body published, year by year; before it the days are negative.
func (p *numbers) lateness(b int32) func() History {
	return func() History {
		s := Series{Name: "days after the deadline", NameZh: "逾期天数"}
		if b < 0 {
			return History{}
		}
		for i, y := range p.Bodies[b].Years {
			pt := Point{Year: y}
			if r := &p.Reports[p.Bodies[b].Standing[i]]; r.Published != panel.NoDay && r.Deadline != panel.NoDay {
				v := float64(r.Published - r.Deadline)
				pt.Value = &v
			}
			s.Points = append(s.Points, pt)
		}
		return History{Series: []Series{s}}
	}
}

// leastCovered is the share of comparable bodies that must have reported before one that did not is told.
const leastCovered = 0.6

// missing tells bodies that reported before, and not on a year on which others like them did.
func missing(ctx context.Context, f *finder, r *Rule) error {
	years := f.Years()
	if len(years) < 2 {
		return nil
	}
	newest := years[len(years)-1]
	type groupYear struct {
		level, kind string
		year        int
	}
	before, both, example, deadline := map[groupYear]int{}, map[groupYear]int{}, map[groupYear]int32{},
		map[groupYear]int32{}
	for b := range f.Bodies {
		x := &f.Bodies[b]
		for i, y := range x.Years {
			k := groupYear{x.Level, x.Kind, y + 1}
			before[k]++
			k.year = y
			if d := f.Reports[x.Standing[i]].Deadline; d != panel.NoDay {
				deadline[k] = max(deadline[k], d)
			}
			if x.At(y-1) >= 0 {
				both[k]++
				if _, ok := example[k]; !ok {
					example[k] = x.Standing[i]
				}
			}
		}
	}
	for b := range f.Bodies {
		x := &f.Bodies[b]
		for i, rep := range x.Standing {
			y := x.Years[i] + 1
			k := groupYear{x.Level, x.Kind, y}
			if f.NotRead[x.Key][y] != "" {
				continue
			}
			if x.At(y) >= 0 || y > newest || before[k] < 5 || float64(both[k]) < leastCovered*float64(before[k]) {
				continue
			}
			// the key names the year, so that years of one gap are told apart
			c := candidate{rule: r, rep: rep, year: y, key: fmt.Sprint(y), history: f.lateness(int32(b))}
			if i+1 < len(x.Standing) {
				next := x.Standing[i+1]
				c.refs = []pointer{who(rep), yearOf(rep), yearOf(next)}
				c.en, c.zh = "{0} has reports on {1} and on {2}, but none on the time between.",
					"{0}有{1}年度和{2}年度报告，其间没有报告。"
			} else {
				if d := deadline[k]; y == newest && (d == 0 || f.asOf <= d) {
					continue
				}
				other := example[k]
				c.refs = []pointer{who(rep), yearOf(rep), who(other), yearOf(other)}
				c.en, c.zh = "The newest report of {0} is on {1}; {2}, like most bodies of its kind, has one on {3}.",
					"{0}最近的报告为{1}年度；{2}等多数同类机关已有{3}年度报告。"
			}
			f.add(c)
		}
	}
	return ctx.Err()
}

// vanished tells reports that are no longer at their address.
func vanished(ctx context.Context, f *finder, r *Rule) error {
	for i := range f.Reports {
		x := &f.Reports[i]
		at := f.Source(x)
		if at.Vanished == panel.NoDay || x.Superseded != panel.NoDay || !f.stands(int32(i)) {
			continue
		}
		rep := int32(i)
		f.add(candidate{rule: r, rep: rep, key: at.URL, refs: []pointer{who(rep), yearOf(rep), field(rep, "vanished")},
			en:      "{0}: the report on {1} is no longer at its address since {2} at the latest.",
			zh:      "{0}{1}年度报告最迟自{2}起已不在原网址。",
			history: f.lateness(f.bodyOf(int32(i)))})
	}
	return ctx.Err()
}
