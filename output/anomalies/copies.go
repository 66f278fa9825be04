package anomalies

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
)

// Exact rules on documents that say the same, or not the same.

// differing are the cells of which two reports print other numbers, in the order of the form.
func (p *numbers) differing(a, b int32) (out []string) {
	for c, name := range p.names {
		x, y := p.cells[c].at(a), p.cells[c].at(b)
		if x == none || y == none || x == y {
			continue
		}
		out = append(out, name)
	}
	return out
}

// by is how far apart two reports are in a cell.
func (p *numbers) by(a, b int32, name string) float64 {
	x, _ := p.number(a, name)
	y, _ := p.number(b, name)
	d := math.Abs(float64(x - y))
	if p.money[name] {
		d /= 1e6
	}
	return d
}

// mostCells is how many differing cells an anomaly shows.
const mostCells = 40

// headline is the differing cell that a sentence tells: a total where there is one.
func headline(names []string) string {
	for _, want := range []string{"applications.received.total", "applications.handled_total.total"} {
		if slices.Contains(names, want) {
			return want
		}
	}
	for _, n := range names {
		if len(n) > 6 && n[len(n)-6:] == ".total" {
			return n
		}
	}
	return names[0]
}

// both are pointers to the cells of two reports, the headline first.
func both(a, b int32, first string, names []string) []pointer {
	out := []pointer{cell(a, first), cell(b, first)}
	for _, n := range names {
		if n != first && len(out) < 2*mostCells {
			out = append(out, cell(a, n), cell(b, n))
		}
	}
	return out
}

// republished compares the versions of a report at one address.
func republished(ctx context.Context, f *finder, r *Rule) error {
	for b := range f.Bodies {
		x := &f.Bodies[b]
		for _, rep := range x.Standing {
			all := append([]int32{rep}, f.Others(x, rep)...)
			for _, old := range all {
				o := &f.Reports[old]
				if o.Superseded == panel.NoDay {
					continue
				}
				// what followed it: the version at the same address that was seen from that day on
				next := f.successor(old, all)
				if next < 0 {
					continue
				}
				names := f.differing(old, next)
				if len(names) == 0 {
					continue
				}
				first := headline(names)
				w := f.words(first)
				f.add(candidate{rule: r, rep: next, key: f.Source(o).ID,
					strength: Strength{Effect: f.by(old, next, first),
						Unit: "cases"},
					refs: append([]pointer{who(old), yearOf(old), field(old, "superseded")},
						both(old, next, first, names)...),
					en: "{0}: the report on {1} printed {3} (" + w[0] +
						") until {2} at the latest; what stands at the same " +
						"address since prints {4}.",
					zh:      "{0}{1}年度报告“" + w[1] + "”原为{3}，最迟至{2}被同一网址上的新版本改为{4}。",
					history: f.history(int32(b), false, f.lineOf(first))})
			}
		}
	}
	return ctx.Err()
}

// successor is the version of a report that was seen at the address of an old one from the day on that this was gone;
// -1 = none.
func (p *numbers) successor(old int32, all []int32) int32 {
	o := &p.Reports[old]
	next := int32(-1)
	for _, n := range all {
		y, at := &p.Reports[n], p.Source(&p.Reports[n])
		if n == old || at.URL != p.Source(o).URL || y.Part != o.Part || at.Seen < o.Superseded ||
			y.Superseded != panel.NoDay && y.Superseded <= o.Superseded {
			continue
		}
		if next < 0 || at.Seen < p.Source(&p.Reports[next]).Seen {
			next = n
		}
	}
	return next
}

// documentsDiffer compares documents of one report that stand side by side.
func documentsDiffer(ctx context.Context, f *finder, r *Rule) error {
	for b := range f.Bodies {
		x := &f.Bodies[b]
		for _, rep := range x.Standing {
			for _, other := range f.Others(x, rep) {
				o := &f.Reports[other]
				if o.Superseded != panel.NoDay || !f.comparable(rep, other) {
					continue
				}
				names := f.differing(rep, other)
				if len(names) == 0 {
					continue
				}
				first := headline(names)
				w := f.words(first)
				f.add(candidate{rule: r, rep: rep, key: f.Source(o).ID,
					strength: Strength{Effect: f.by(rep, other, first), Unit: "cases"},
					refs:     append([]pointer{who(rep), yearOf(rep)}, both(rep, other, first, names)...),
					en: "{0}: of two documents of the report on {1}, " +
						"one prints {2} and the other {3} (" + w[0] + ").",
					zh:      "{0}{1}年度报告有两份文件，“" + w[1] + "”一份为{2}，另一份为{3}。",
					history: f.history(int32(b), false, f.lineOf(first))})
			}
		}
	}
	return ctx.Err()
}

// A print is a table of a report by its numbers, and how much they say, in bits: a count n says about log2(1+n).
type print struct {
	sum  uint64
	bits float32
}

// How much a table has to say so that another like it is no chance: among 100,000 reports there are a thousand
// million pairs on one year (30 bits), of one body there are few, but its figures are alike from year to year.
const (
	bitsOfBodies = 45
	bitsOfYears  = 35
)

// prints takes the tables of all reports, made once for both rules: of each table a print of each report.
func (f *finder) prints() map[string][]print {
	f.printsOnce.Do(func() {
		f.printsOf = map[string][]print{}
		alone := map[int]bool{}
		for _, c := range f.independent() {
			alone[c] = true
		}
		for _, t := range f.forms.Tables() {
			f.printsOf[t] = make([]print, len(f.Reports))
		}
		for c, name := range f.names {
			out, money := f.printsOf[tableOf(name)], f.money[name]
			for rep := range out {
				n := f.cells[c].at(int32(rep))
				if n == none {
					continue
				}
				p := &out[rep]
				p.sum = bits.RotateLeft64(p.sum^(uint64(n)*0x9E3779B97F4A7C15+uint64(c)), 23) * 0xD6E8FEB86659FD93
				if money {
					n /= 1e6
				}
				if n > 0 && (alone[c] || money) {
					p.bits += float32(math.Log2(float64(1 + n)))
				}
			}
		}
	})
	return f.printsOf
}

// printed are the cells of a table of a report that print a number other than zero, the total first.
func (f *finder) printed(rep int32, table string) (out []string) {
	for _, name := range f.names {
		if n, ok := f.number(rep, name); ok && n != 0 && tableOf(name) == table {
			out = append(out, name)
		}
	}
	return out
}

// agreeing is a candidate on a table that two reports have in common.
func (f *finder) agreeing(a, b int32, table string) (refs []pointer, first string, cells float64) {
	names := f.printed(a, table)
	first = headline(names)
	return both(a, b, first, names), first, float64(len(names))
}

// sameNumbersBodies finds tables that two bodies print on one year.
func sameNumbersBodies(ctx context.Context, f *finder, r *Rule) error {
	type key struct {
		year  int
		table string
		sum   uint64
	}
	all := f.prints()
	seen := map[key]int32{}
	for b := range f.Bodies {
		x := &f.Bodies[b]
		for i, rep := range x.Standing {
			for _, table := range f.forms.Tables() {
				p := all[table][rep]
				if p.bits < bitsOfBodies {
					continue
				}
				k := key{x.Years[i], table, p.sum}
				other, ok := seen[k]
				if !ok {
					seen[k] = rep
					continue
				}
				if oneHouse(x, &f.Bodies[f.bodyOf(other)]) || f.documentOf(rep) == f.documentOf(other) {
					continue
				}
				// told of both, so that whoever looks at one of them sees it
				for _, pair := range [][2]int32{{rep, other}, {other, rep}} {
					a, b := pair[0], pair[1]
					refs, first, cells := f.agreeing(a, b, table)
					t, w := f.words(table), f.words(first)
					f.add(candidate{rule: r, rep: a, key: table + " " + f.Bodies[f.bodyOf(b)].Key,
						strength: Strength{Effect: cells, Unit: "cells"},
						refs:     append([]pointer{who(a), yearOf(a), who(b), yearOf(b)}, refs...),
						en: "{0} and {2} print the same figures in " + t[0] +
							" of their reports on {1}, cell by cell, {4} and " +
							"{5} among them (" + w[0] + ").",
						zh:      "{0}与{2}{1}年度报告的" + t[1] + "逐格相同，如“" + w[1] + "”均为{4}、{5}。",
						history: f.history(f.bodyOf(a), false, f.lineOf(first))})
				}
			}
		}
	}
	return ctx.Err()
}

// oneHouse reports whether two bodies are a government and its office, or may be one body under two readings of its
// name.
func oneHouse(x, y *body) bool {
	if x.Name == y.Name {
		return true
	}
	whole := func(b *body) bool { return b.Kind == "government" || b.Kind == "office" }
	return x.Division != "" && x.Division == y.Division && whole(x) && whole(y)
}

// sameNumbersYears finds tables that one body prints in two years.
func sameNumbersYears(ctx context.Context, f *finder, r *Rule) error {
	type key struct {
		table string
		sum   uint64
	}
	all := f.prints()
	for b := range f.Bodies {
		x := &f.Bodies[b]
		seen := map[key]int32{}
		for _, rep := range x.Standing {
			for _, table := range f.forms.Tables() {
				p := all[table][rep]
				if p.bits < bitsOfYears {
					continue
				}
				other, ok := seen[key{table, p.sum}]
				if !ok {
					seen[key{table, p.sum}] = rep
					continue
				}
				refs, first, cells := f.agreeing(rep, other, table)
				t, w := f.words(table), f.words(first)
				f.add(candidate{rule: r, rep: rep, key: table, strength: Strength{Effect: cells, Unit: "cells"},
					refs: append([]pointer{who(rep), yearOf(rep), yearOf(other)}, refs...),
					en: "{0} prints the same figures in " + t[0] +
						" of its reports on {1} and on {2}, cell by cell, {3} " +
						"and {4} among them (" + w[0] + ").",
					zh:      "{0}{1}年度与{2}年度报告的" + t[1] + "逐格相同，如“" + w[1] + "”均为{3}、{4}。",
					history: f.history(int32(b), false, f.lineOf(first))})
			}
		}
	}
	return ctx.Err()
}

// A reuseRow is what is read of reuse.
type reuseRow struct {
	Document      string              `parquet:"document"`
	Part          int32               `parquet:"part"`
	Of            string              `parquet:"of"`
	OtherDocument string              `parquet:"other_document"`
	OtherPart     int32               `parquet:"other_part"`
	Share         float64             `parquet:"share"`
	Passages      []output.PassageRow `parquet:"passages,list"`
}

// A repeat is a row of reuse between two reports that stand.
type repeat struct {
	rep, other int32
	own        bool // other is the same body's on the year before
	share      float64
	passages   []output.PassageRow
}

// repeats reads reuse, once for the rules on prose: the rows of at least half of the prose, and of each report the
// share that stands in its body's on the year before.
func (f *finder) repeats(ctx context.Context) ([]repeat, map[int32]float64, error) {
	f.repeatsOnce.Do(func() {
		f.shares = map[int32]float64{}
		wanted := func(c *reuseRow) bool {
			if c.Share < copiedShare {
				c.Passages = nil // nobody looks at them
			}
			return true
		}
		f.repeatsErr = pick(ctx, f.numbers, "reuse", fmt.Sprint("passages from ", copiedShare), wanted, func(c reuseRow) error {
			x := repeat{own: c.Of == "last-year", share: c.Share, passages: c.Passages}
			var ok, ok2 bool
			x.rep, ok = f.standing(c.Document, c.Part)
			x.other, ok2 = f.standing(c.OtherDocument, c.OtherPart)
			if !ok || !ok2 || f.bodyOf(x.rep) < 0 || f.bodyOf(x.other) < 0 {
				return ctx.Err()
			}
			if x.own {
				f.shares[x.rep] = c.Share
			}
			if c.Share >= copiedShare {
				f.repeatsOf = append(f.repeatsOf, x)
			}
			return ctx.Err()
		})
	})
	return f.repeatsOf, f.shares, f.repeatsErr
}

// Shares of the prose from which on its repetition is told, and looked at.
const (
	ownShare    = 0.8
	otherShare  = 0.7
	copiedShare = 0.5
	leastProse  = 600 // bytes that are repeated: some 200 characters; less is little more than the words of the form
)

// proseReused tells reports whose prose is that of another.
func proseReused(ctx context.Context, f *finder, r *Rule) error {
	all, shares, err := f.repeats(ctx)
	for _, c := range all {
		rep, other, own := c.rep, c.other, c.own
		repeated := int32(0)
		for _, p := range c.passages {
			repeated += p.End - p.Start
		}
		if own && c.share < ownShare || !own && c.share < otherShare || repeated < leastProse {
			continue
		}
		if !own && oneHouse(&f.Bodies[f.bodyOf(rep)], &f.Bodies[f.bodyOf(other)]) {
			continue
		}
		passages := slices.Clone(c.passages)
		slices.SortStableFunc(passages,
			func(a, b output.PassageRow) int { return cmp.Compare(b.End-b.Start, a.End-a.Start) })
		refs := []pointer{who(rep), yearOf(rep), who(other), yearOf(other)}
		for i, p := range passages[:min(len(passages), 5)] {
			a, b := prose(rep, p.Section, p.Start, p.End), prose(other, p.OtherSection, p.OtherStart, p.OtherEnd)
			a.clip, b.clip = i == 0, i == 0
			refs = append(refs, a, b)
		}
		x := candidate{rule: r, rep: rep, key: fmt.Sprint(own) + f.documentOf(other), refs: refs,
			strength: Strength{Effect: c.share, Unit: "share"},
			en:       "{0}: most of the prose of the report on {1} stands word for word in its report on {3}: “{4}…”",
			zh:       "{0}{1}年度报告正文大部分与其{3}年度报告逐字相同：“{4}……”",
			history:  f.repetition(f.bodyOf(rep), shares)}
		if !own {
			x.en = "{0}: most of the prose of the report on {1} stands word for word " +
				"in the report of {2} on {3}: “{4}…”"
			x.zh = "{0}{1}年度报告正文大部分与{2}{3}年度报告逐字相同：“{4}……”"
		} else if c.share < 0.95 {
			x.severity = string(normalize.Note)
		}
		f.add(x)
	}
	return err
}

// repetition is how much of each report of a body stands in its report on the year before, in percent.
func (p *numbers) repetition(b int32, shares map[int32]float64) func() History {
	return func() History {
		s := Series{Name: "percent of the prose that stands in the report on the year before", NameZh: "正文见于上年度报告的百分比"}
		for i, y := range p.Bodies[b].Years {
			pt := Point{Year: y}
			if v, ok := shares[p.Bodies[b].Standing[i]]; ok {
				v = math.Round(1000*v) / 10
				pt.Value = &v
			}
			s.Points = append(s.Points, pt)
		}
		return History{Series: []Series{s}}
	}
}
