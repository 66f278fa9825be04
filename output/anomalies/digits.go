package anomalies

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
)

// Statistical rules on digits: too round, too regular.

// independent are the cells that are not made of others: counts, no totals, no money.
func (p *numbers) independent() (out []int) {
	for i, c := range p.forms.Cells() { // in the order of the panel's columns
		if c.Unit == "" && !c.Is("total") && !c.Is("handled") && !c.Is("derived") {
			out = append(out, i)
		}
	}
	return out
}

// A digit is a count of 100 or more that a body prints; the same count in one cell over years is one.
type digit struct {
	rep  int32
	cell int
	n    int64
}

func (p *numbers) digits(b int, cells []int, least int64, each func(digit)) {
	x := &p.Bodies[b]
	for _, c := range cells {
		var seen [24]int64
		k := 0
	reports:
		for _, rep := range x.Standing {
			n := p.cells[c].at(rep)
			if n == none || n < least {
				continue
			}
			for _, s := range seen[:k] {
				if s == n {
					continue reports
				}
			}
			if k < len(seen) {
				seen[k] = n
				k++
			}
			each(digit{rep, c, n})
		}
	}
}

// least numbers of counts, so that a distribution can be told.
const (
	leastRound  = 12
	leastDigits = 100
	leastFirst  = 300
	mostShown   = 12 // counts that a sentence names
)

// roundNumbers finds bodies that print multiples of ten.
func roundNumbers(ctx context.Context, f *finder, r *Rule) error {
	type tally struct {
		body     int
		round, n float64
	}
	cells := f.independent()
	var all []tally
	round, n := 0.0, 0.0
	for b := range f.Bodies {
		t := tally{body: b}
		f.digits(b, cells, 100, func(d digit) {
			t.n++
			if d.n%10 == 0 {
				t.round++
			}
		})
		round, n = round+t.round, n+t.n
		if t.n >= leastRound {
			all = append(all, t)
		}
	}
	if n == 0 {
		return ctx.Err()
	}
	chance := max(0.1, round/n)
	var keep []*candidate
	for _, t := range all {
		p := binomialTail(t.round, t.n, chance)
		if p >= small {
			continue
		}
		refs := []pointer{}
		f.digits(t.body, cells, 100, func(d digit) {
			if len(refs) == 0 {
				refs = append(refs, who(d.rep))
			}
			if d.n%10 == 0 {
				refs = append(refs, cell(d.rep, f.names[d.cell]))
			}
		})
		shown := min(len(refs), mostShown+1)
		low, high := interval(t.round, t.n)
		rep := f.Bodies[t.body].Standing[len(f.Bodies[t.body].Standing)-1]
		keep = append(keep, &candidate{rule: r, rep: rep, year: allYears, key: "round", refs: refs,
			strength: Strength{Effect: t.round / t.n, Unit: "share", Expected: &chance, Low: &low, High: &high, P: &p,
				Peers: len(all)},
			en: "{0}: more of its larger figures are multiples of ten than chance allows, such as " +
				fmt.Sprintf("{1..%d}", shown-1) + ".",
			zh: "{0}：较大的数字中整十数多于偶然，如" + fmt.Sprintf("{1..%d}", shown-1) + "。"})
	}
	f.keep(len(all), keep)
	return ctx.Err()
}

func (f *finder) keep(tests int, list []*candidate) {
	f.mu.Lock()
	f.count += tests
	f.tests = append(f.tests, list...)
	f.mu.Unlock()
}

// A place is a division with its bodies, for rules that pool.
type place struct {
	division string
	bodies   []int
	counts   [10]float64
	n        float64
	from, to int64
}

func (p *numbers) places() []*place {
	of := map[string]*place{}
	var out []*place
	for b := range p.Bodies {
		d := p.Bodies[b].Division
		if d == "" {
			continue
		}
		x := of[d]
		if x == nil {
			x = &place{division: d}
			of[d] = x
			out = append(out, x)
		}
		x.bodies = append(x.bodies, b)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].division < out[j].division })
	return out
}

// chi is the chi-squared statistic of counts against shares.
func chi(counts []float64, n float64, shares []float64) float64 {
	x := 0.0
	for i, s := range shares {
		if e := n * s; e > 0 {
			x += (counts[i] - e) * (counts[i] - e) / e
		}
	}
	return x
}

// pooled tests the digits of places: of says which digit of a count, shares what is to be expected of a place.
func (f *finder) pooled(r *Rule, least int64, enough func(*place) bool, of func(int64) int, digits int,
	statistic func(x *place, all [10]float64) float64, words func(x *place, shown string) (en, zh string)) {
	cells := f.independent()
	var list []*place
	var all [10]float64
	for _, x := range f.places() {
		for _, b := range x.bodies {
			f.digits(b, cells, least, func(d digit) {
				x.counts[of(d.n)]++
				if x.n == 0 || d.n < x.from {
					x.from = d.n
				}
				x.to = max(x.to, d.n)
				x.n++
			})
		}
		for i, c := range x.counts {
			all[i] += c
		}
		if enough(x) {
			list = append(list, x)
		}
	}
	freedom := float64(digits - 1)
	stats := make([]float64, len(list))
	for i, x := range list {
		stats[i] = statistic(x, all)
	}
	// Figures of one place follow from one another and come from the same systems, so that places exceed chance by more
	// than a chi-squared distribution says, some by much. The cube root of the statistic, which is nearly normal
	// (Wilson and Hilferty 1931), is held against that of the other places.
	root := make([]float64, len(stats))
	for i := range stats {
		root[i] = math.Cbrt(stats[i])
	}
	middle, scale := spread(slices.Clone(root))
	middle, scale = max(middle, math.Cbrt(freedom)), max(scale, math.Cbrt(freedom)*math.Sqrt(2/(9*freedom)))
	away := make([]float64, len(root))
	for i := range root {
		away[i] = math.Abs(root[i]-middle) / scale
	}
	tails := learn(slices.Clone(away))
	var keep []*candidate
	for i, x := range list {
		p := max(chiTail(stats[i], freedom), tails.p(away[i]))
		if root[i] <= middle || p >= small {
			continue
		}
		// examples: counts with the digit that is too frequent
		worst, off := 0, 0.0
		for d := range x.counts {
			if e := x.n * all[d] / max(1, sum(all[:])); x.counts[d]-e > off {
				worst, off = d, x.counts[d]-e
			}
		}
		rep := int32(-1)
		var refs []pointer
		for _, b := range x.bodies {
			f.digits(b, cells, least, func(d digit) {
				if rep < 0 {
					rep = d.rep
					refs = append(refs, who(rep))
				}
				if of(d.n) == worst && len(refs) <= mostShown {
					refs = append(refs, cell(d.rep, f.names[d.cell]))
				}
			})
		}
		if len(refs) < 2 {
			continue
		}
		en, zh := words(x, fmt.Sprintf("{1..%d}", len(refs)-1))
		keep = append(keep, &candidate{rule: r, rep: rep, year: allYears, key: x.division, refs: refs,
			strength: Strength{Effect: math.Sqrt(stats[i] / x.n), Unit: "w (Cohen)", P: &p, Peers: len(list)}, en: en,
			zh: zh})
	}
	f.keep(len(list), keep)
}

func sum(xs []float64) (s float64) {
	for _, x := range xs {
		s += x
	}
	return s
}

// lastDigits tests the last digits of the counts of a place.
func lastDigits(ctx context.Context, f *finder, r *Rule) error {
	even := []float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}
	f.pooled(r, 100, func(x *place) bool { return x.n >= leastDigits }, func(n int64) int { return int(n % 10) }, 10,
		func(x *place, _ [10]float64) float64 { return chi(x.counts[:], x.n, even) },
		func(_ *place, shown string) (string, string) {
			return "{0} and the bodies of its division: one last digit is more frequent in their figures than chance " +
				"allows, as in " + shown + ".", "{0}及所在行政区划各机关：数字的某一尾数多于偶然，如" + shown + "。"
		})
	return ctx.Err()
}

func firstDigit(n int64) int {
	for n >= 10 {
		n /= 10
	}
	return int(n)
}

// benford tests the first digits of the counts of a place.
func benford(ctx context.Context, f *finder, r *Rule) error {
	law := make([]float64, 10)
	for d := 1; d < 10; d++ {
		law[d] = math.Log10(1 + 1/float64(d))
	}
	f.pooled(r, 1, func(x *place) bool { return x.n >= leastFirst && x.to >= 1000*max(1, x.from) }, firstDigit, 9,
		func(x *place, all [10]float64) float64 {
			others := make([]float64, 10)
			rest := sum(all[:]) - x.n
			for d := range others {
				others[d] = (all[d] - x.counts[d]) / max(1, rest)
			}
			a, b := chi(x.counts[:], x.n, law), chi(x.counts[:], x.n, others)
			return min(a, b)
		},
		func(_ *place, shown string) (string, string) {
			return "{0} and the bodies of its division: the first digits of their figures follow neither Benford's " +
					"law nor those of other places; too many begin like " + shown + ".",
				"{0}及所在行政区划各机关：数字的首位数既不符合本福特定律，也不同于其他地区，如" + shown + "过多。"
		})
	return ctx.Err()
}
