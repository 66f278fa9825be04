package anomalies

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
)

// Statistical rules: a report among its peers, and a body among its own years.

// leastPeers is how many reports a group has at least.
const leastPeers = 20

// small is the p value from which up a test cannot matter: a list in which it would survive holds a tenth of all tests.
const small = 0.005

// A group is reports that are compared with one another. Those tested are the members, or, in a group of all
// functions, those of them whose function has too few.
type group struct {
	name    string
	members []int32
	tested  []int32
}

// tests are the reports of a group that are tested.
func (g *group) tests() map[int32]bool {
	out := make(map[int32]bool, len(g.tested))
	for _, rep := range g.tested {
		out[rep] = true
	}
	return out
}

// groups gives the groups of peers by the edition of a table, made once.
func (f *finder) groups(table string) []group {
	f.groupsMu.Lock()
	defer f.groupsMu.Unlock()
	if f.groupsOf == nil {
		f.groupsOf = map[string][]group{}
	}
	out, ok := f.groupsOf[table]
	if !ok {
		out = f.group(table)
		f.groupsOf[table] = out
	}
	return out
}

// group puts the reports that stand into groups of peers by the edition of a table.
func (p *numbers) group(table string) []group {
	type key struct {
		level, kind, function, edition string
		year                           int
	}
	fine, wide := map[key][]int32{}, map[key][]int32{}
	for b := range p.Bodies {
		x := &p.Bodies[b]
		for i, rep := range x.Standing {
			r := &p.Reports[rep]
			k := key{r.Who.Level, r.Who.Kind, r.Who.Function, p.edition(rep, table), x.Years[i]}
			if k.level == "" || k.kind == "" || k.edition == "" {
				continue
			}
			if k.function != "" {
				fine[k] = append(fine[k], rep)
			}
			k.function = ""
			wide[k] = append(wide[k], rep)
		}
	}
	var out []group
	name := func(k key) string {
		return strings.Join([]string{k.level, k.kind, k.function, fmt.Sprint(k.year)}, " ")
	}
	in := map[int32]bool{}
	for k, list := range fine {
		if len(list) >= leastPeers {
			out = append(out, group{name(k), list, list})
			for _, rep := range list {
				in[rep] = true
			}
		}
	}
	for k, list := range wide {
		if len(list) < leastPeers {
			continue
		}
		var rest []int32
		for _, rep := range list {
			if !in[rep] {
				rest = append(rest, rep)
			}
		}
		if len(rest) > 0 {
			out = append(out, group{name(k), list, rest})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].name < out[j].name || out[i].name == out[j].name && out[i].members[0] < out[j].members[0]
	})
	return out
}

// A share is a rate that is held against peers.
type share struct {
	rule, key string
	part, all []string
	// words: "of A handled, B were granted" is all, part[0]; in Chinese all, part[1]
	whole, words [2]string
}

// totals are the cells in the column of totals, of the rows of table III of some names or kinds.
func (p *numbers) totals(rows ...string) (out []string) {
	for _, r := range rows {
		out = append(out, p.forms.Select("applications", r, "total")...)
	}
	return out
}

// disputed are the cells of table IV in rows and columns of a kind.
func (p *numbers) disputed(rows, columns string) []string {
	return p.forms.Select("disputes", rows, columns)
}

// peerShares are the rates that are tested.
func (p *numbers) peerShares() []share {
	handled := p.totals("handled")
	of := [2]string{"requests handled", "办结申请"}
	// the rates are those of the panel; one definition each
	rated := func(rule, key, rate string, of, words [2]string) share {
		r := p.figures.Rate(rate)
		return share{rule, key, p.figures.Cells(r.Numerator), p.figures.Cells(r.Denominator), of, words}
	}
	out := []share{
		rated("grant-rate", "granted", "granted", of, [2]string{"were granted or partly granted", "予以公开或部分公开"}),
		rated("not-held-rate", "unavailable_not_held", "not_held", of,
			[2]string{"were answered as not held", "答复本机关不掌握"}),
		rated("backlog-rate", "carried_out", "carried_out",
			[2]string{"requests handled or carried over", "办结与结转申请"}, [2]string{"were carried over", "结转下年度"}),
	}
	for _, cell := range p.totals("reason") {
		row := rowOf(cell)
		w := p.words(row)
		_, key, _ := strings.Cut(row, ".")
		out = append(out, share{"refusal-reason", key, []string{cell}, handled, of, [2]string{"were " + w[0], w[1]}})
	}
	return append(out,
		rated("correction-rate", "reconsideration", "reconsideration_corrected",
			[2]string{"reconsiderations decided", "已审结行政复议"}, [2]string{"were corrected", "结果纠正"}),
		rated("correction-rate", "litigation", "litigation_corrected",
			[2]string{"lawsuits decided", "已审结行政诉讼"}, [2]string{"were corrected", "结果纠正"}))
}

// rowOf is the row of a cell: "applications.granted".
func rowOf(cell string) string { return cell[:strings.LastIndexByte(cell, '.')] }

// A tried is a test before its p value.
type tried struct {
	rep, group int32
	z          float64 // deviate
	// what the rule wants to remember: of a share the cases and all, of a logarithm the deviation and the scale
	k, n float64
}

// settle turns deviates into p values and hands over those that may matter. All tests are counted.
func (f *finder) settle(all []tried, of func(t tried, p float64) candidate) {
	f.settleIf(all, func(tried) bool { return true }, of)
}

// rates holds the shares of a rule against those of the peers.
func rates(ctx context.Context, f *finder, r *Rule) error {
	for _, s := range f.peerShares() {
		if s.rule != r.Code {
			continue
		}
		groups := f.groups(tableOf(s.all[0]))
		var all []tried
		fits := make([]betaBinomial, len(groups))
		for g := range groups {
			if err := ctx.Err(); err != nil {
				return err
			}
			var reps []int32
			var k, n []float64
			for _, rep := range groups[g].members {
				part, ok := f.sum(rep, s.part)
				whole, ok2 := f.sum(rep, s.all)
				if ok && ok2 && whole > 0 && part >= 0 && part <= whole {
					reps, k, n = append(reps, rep), append(k, float64(part)), append(n, float64(whole))
				}
			}
			if len(reps) < leastPeers {
				continue
			}
			d, ok := fit(k, n)
			if !ok {
				continue
			}
			fits[g] = d
			tested := groups[g].tests()
			for i, rep := range reps {
				if !tested[rep] {
					continue
				}
				z := d.z(k[i], n[i])
				if math.Abs(z) >= 1 {
					z = math.Copysign(normalZ(d.rare(k[i], n[i])), z)
				}
				all = append(all, tried{rep: rep, group: int32(g), z: z, k: k[i], n: n[i]})
			}
		}
		middles := map[int32]int32{}
		f.settle(all, func(t tried, _ float64) candidate {
			d := fits[t.group]
			mid, ok := middles[t.group]
			if !ok {
				mid = f.middle(groups[t.group].members, s, d.mean())
				middles[t.group] = mid
			}
			low, high := interval(t.k, t.n)
			expected := d.mean()
			refs := []pointer{who(t.rep), yearOf(t.rep), who(mid)}
			add := f.adder(&refs)
			n, k, mn, mk := add(t.rep, s.all), add(t.rep, s.part), add(mid, s.all), add(mid, s.part)
			return candidate{rule: r, rep: t.rep, key: s.key, refs: refs,
				strength: Strength{Effect: t.k / t.n, Unit: "share", Expected: &expected, Low: &low, High: &high,
					Peers: len(groups[t.group].members)},
				en: "{0}: of " + n + " " + s.whole[0] + " in {1}, " + k + " " + s.words[0] +
					"; at {2}, in the middle of its peers, " + mk + " of " + mn + ".",
				zh: "{0}{1}年" + s.whole[1] + n + "件中，" + s.words[1] + k + "件；同类机关居中的{2}为 " + mn + " 件中 " + mk + " 件。",
				history: f.history(f.bodyOf(t.rep), true, line{words: [2]string{strings.TrimPrefix(s.words[0], "were "),
					s.words[1]}, cells: s.part}, line{words: s.whole, cells: s.all})}
		})
	}
	return nil
}

// adder gives a function that puts cells of a report into refs and returns the place of their sum in a sentence.
func (f *finder) adder(refs *[]pointer) func(rep int32, cells []string) string {
	return func(rep int32, cells []string) string {
		from := len(*refs)
		for _, c := range f.shown(rep, cells) {
			*refs = append(*refs, cell(rep, c))
		}
		return fmt.Sprintf("{%d+%d}", from, len(*refs)-1)
	}
}

// middle is the peer whose share is nearest to what is usual, among those with as many cases as half of them at least.
func (f *finder) middle(members []int32, s share, usual float64) int32 {
	var sizes []float64
	for _, rep := range members {
		if n, ok := f.sum(rep, s.all); ok && n > 0 {
			sizes = append(sizes, float64(n))
		}
	}
	least := median(sizes)
	best, off := members[0], math.Inf(1)
	for _, rep := range members {
		k, ok := f.sum(rep, s.part)
		n, ok2 := f.sum(rep, s.all)
		if !ok || !ok2 || float64(n) < least || n == 0 {
			continue
		}
		if d := math.Abs(float64(k)/float64(n) - usual); d < off {
			best, off = rep, d
		}
	}
	return best
}

// leastCount is the count that half of a group reach, so that logarithms of it say something.
const leastCount = 10

// A volume is a count that is held against a size.
type volume struct {
	key         string
	count, size []string
	words       [4]string // count and size, English, then Chinese
}

func (p *numbers) volumesOf() []volume {
	return []volume{
		{"received", p.totals("received"), []string{"active.licensing.decisions", "active.punishment.decisions"},
			[4]string{"requests received", "licensing and punishment decisions", "新收申请", "行政许可与行政处罚决定"}},
		{"disputes", append(p.disputed("reconsideration", "total"), p.disputed("litigation", "total")...),
			p.totals("handled"),
			[4]string{"reconsiderations and lawsuits", "requests handled", "行政复议与行政诉讼", "办结申请"}},
	}
}

// resistant is the slope of y on x by the medians of the outer thirds (Tukey 1977), between 0 and 1.5.
func resistant(x, y []float64) float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return x[order[i]] < x[order[j]] })
	third := len(x) / 3
	of := func(ix []int, v []float64) float64 {
		out := make([]float64, len(ix))
		for i, k := range ix {
			out[i] = v[k]
		}
		return median(out)
	}
	low, high := order[:third], order[len(order)-third:]
	dx := of(high, x) - of(low, x)
	if third == 0 || dx < 0.5 { // all of one size: it explains nothing
		return 0
	}
	return min(max((of(high, y)-of(low, y))/dx, 0), 1.5)
}

// volumes holds counts against those of peers of the same size.
func volumes(ctx context.Context, f *finder, r *Rule) error {
	for _, v := range f.volumesOf() {
		groups := f.groups(tableOf(v.count[0]))
		type point struct {
			rep        int32
			x, y, rest float64
		}
		points := make([][]point, len(groups))
		var all []tried
		for g := range groups {
			if err := ctx.Err(); err != nil {
				return err
			}
			var ps []point
			for _, rep := range groups[g].members {
				n, ok := f.sum(rep, v.count)
				s, ok2 := f.sum(rep, v.size)
				if ok && ok2 && n >= 0 && s >= 0 {
					ps = append(ps, point{rep: rep, x: math.Log1p(float64(s)), y: math.Log1p(float64(n))})
				}
			}
			if len(ps) < leastPeers {
				continue
			}
			x, y := make([]float64, len(ps)), make([]float64, len(ps))
			for i := range ps {
				x[i], y[i] = ps[i].x, ps[i].y
			}
			if median(append([]float64(nil), y...)) < math.Log1p(leastCount) {
				continue // counts near zero are on no logarithm
			}
			slope := resistant(x, y)
			rest := make([]float64, len(ps))
			for i := range ps {
				ps[i].rest = ps[i].y - slope*ps[i].x
				rest[i] = ps[i].rest
			}
			m, s := spread(rest)
			points[g] = ps
			if s == 0 {
				continue
			}
			tested := groups[g].tests()
			for i := range ps {
				ps[i].rest -= m
				if tested[ps[i].rep] {
					// a small count scatters by itself
					noise := 1 / (math.Expm1(ps[i].y) + 1)
					all = append(all, tried{rep: ps[i].rep, group: int32(g), z: ps[i].rest / math.Sqrt(s*s+noise),
						k: ps[i].rest,
						n: s})
				}
			}
		}
		f.settle(all, func(t tried, _ float64) candidate {
			// of the ten nearest in size the one that is most usual
			ps := slices.Clone(points[t.group])
			me := ps[slices.IndexFunc(ps, func(p point) bool { return p.rep == t.rep })]
			slices.SortStableFunc(ps,
				func(a, b point) int { return cmp.Compare(math.Abs(a.x-me.x), math.Abs(b.x-me.x)) })
			mid, off := t.rep, math.Inf(1)
			for _, p := range ps[:min(len(ps), 11)] {
				if d := math.Abs(p.rest); p.rep != t.rep && d < off {
					mid, off = p.rep, d
				}
			}
			refs := []pointer{who(t.rep), yearOf(t.rep), who(mid)}
			add := f.adder(&refs)
			n, s, mn, ms := add(t.rep, v.count), add(t.rep, v.size), add(mid, v.count), add(mid, v.size)
			ratio, one := math.Exp(t.k), 1.0
			low, high := math.Exp(t.k-1.96*t.n), math.Exp(t.k+1.96*t.n)
			return candidate{rule: r, rep: t.rep, key: v.key, refs: refs,
				strength: Strength{Effect: ratio, Unit: "ratio", Expected: &one, Low: &low, High: &high,
					Peers: len(points[t.group])},
				en: "{0}: the report on {1} has " + n + " " + v.words[0] + " next to " + s + " " + v.words[1] +
					"; {2}, a peer of about that size, has " + mn + " next to " + ms + ".",
				zh: "{0}{1}年度" + v.words[2] + n + "件，" + v.words[3] + s + "件；规模相近的{2}分别为" + mn + "件、" + ms + "件。",
				history: f.history(f.bodyOf(t.rep), false,
					line{words: [2]string{v.words[0], v.words[2]}, cells: v.count},
					line{words: [2]string{v.words[1], v.words[3]}, cells: v.size})}
		})
	}
	return nil
}

// jumpNames are the counts that are held against a body's own other years.
var jumpNames = []string{"applications.received.total", "active.licensing.decisions", "active.punishment.decisions",
	"disputes.reconsideration.total"}

// leastYears is how many other years a jump is held against.
const leastYears = 3

// jumps holds a figure against those of the body's own other years.
func jumps(ctx context.Context, f *finder, r *Rule) error {
	for _, name := range jumpNames {
		if err := ctx.Err(); err != nil {
			return err
		}
		// of each report: how far it is from the median of the body's other years
		type move struct {
			rep            int32
			by, noise, own float64
		}
		byGroup := map[string][]move{}
		for b := range f.Bodies {
			x := &f.Bodies[b]
			if len(x.Standing) <= leastYears || x.Level == "" {
				continue
			}
			logs := make([]float64, 0, len(x.Standing))
			reps := make([]int32, 0, len(x.Standing))
			for _, rep := range x.Standing {
				if n, ok := f.number(rep, name); ok && n >= 0 {
					logs, reps = append(logs, math.Log1p(float64(n))), append(reps, rep)
				}
			}
			for i, rep := range reps {
				var rest []float64
				for k, o := range reps {
					if k != i && f.comparable(rep, o) {
						rest = append(rest, logs[k])
					}
				}
				if len(rest) < leastYears {
					continue
				}
				m, s := spread(rest)
				// Poisson scatter of the count and of the median of the others
				noise := 1/(math.Expm1(logs[i])+1) + 1.57/(float64(len(rest))*(math.Expm1(m)+1))
				key := strings.Join([]string{x.Level, x.Kind, fmt.Sprint(f.Reports[rep].Year)}, " ")
				byGroup[key] = append(byGroup[key], move{rep, logs[i] - m, noise, s})
			}
		}
		keys := slices.Sorted(maps.Keys(byGroup))
		var all []tried
		sizes := make([]int, len(keys))
		for g, k := range keys {
			list := byGroup[k]
			if len(list) < leastPeers {
				continue
			}
			sizes[g] = len(list)
			by := make([]float64, len(list))
			for i := range list {
				by[i] = list[i].by
			}
			m, s := spread(by)
			for _, v := range list {
				v.by -= m
				// as much as peers move, or as the body itself does, whichever is more
				scale := math.Sqrt(max(s*s, v.own*v.own) + v.noise)
				if scale == 0 {
					continue
				}
				all = append(all, tried{rep: v.rep, group: int32(g), z: v.by / scale, k: v.by, n: scale})
			}
		}
		w := f.words(name)
		f.settle(all, func(t tried, _ float64) candidate {
			refs := []pointer{who(t.rep), yearOf(t.rep), cell(t.rep, name)}
			others := slices.DeleteFunc(slices.Clone(f.Bodies[f.bodyOf(t.rep)].Standing), func(o int32) bool {
				n, ok := f.number(o, name)
				return !ok || n < 0 || o == t.rep || !f.comparable(t.rep, o)
			})
			slices.Sort(others)
			for _, o := range others {
				refs = append(refs, cell(o, name))
			}
			ratio, one := math.Exp(t.k), 1.0
			low, high := math.Exp(t.k-1.96*t.n), math.Exp(t.k+1.96*t.n)
			list := fmt.Sprintf("{3..%d}", len(refs)-1)
			return candidate{rule: r, rep: t.rep, key: name, refs: refs,
				strength: Strength{Effect: ratio, Unit: "ratio", Expected: &one, Low: &low, High: &high,
					Peers: sizes[t.group]},
				en:      "{0}: {2} (" + w[0] + ") in the report on {1}; in its reports on other years " + list + ".",
				zh:      "{0}{1}年度“" + w[1] + "”为{2}，其他年度为" + list + "。",
				history: f.history(f.bodyOf(t.rep), false, f.lineOf(name))}
		})
	}
	return nil
}

// zeros are the shares of which a body may have none in years.
func (p *numbers) zeros() []share {
	handled := p.totals("handled")
	of := [2]string{"requests handled", "办结申请"}
	return []share{
		{"", "refused", p.totals("refused"), handled, of, [2]string{"never refused one", "从未不予公开"}},
		{"", "granted", p.totals("granted"), handled, of, [2]string{"never granted one", "从未予以公开"}},
		{"", "not_held", p.totals("unavailable_not_held"), handled, of,
			[2]string{"never answered that it does not hold the information", "从未答复本机关不掌握"}},
		{"", "corrected", p.disputed("reconsideration", "corrected"), p.disputed("reconsideration", "decided"),
			[2]string{"reconsiderations decided", "已审结行政复议"}, [2]string{"never lost one", "从未被纠正"}},
	}
}

// leastZeroYears is in how many reports something must not happen.
const leastZeroYears = 4

// structuralZeros finds what never happens at a body in years, though it does at its peers.
func structuralZeros(ctx context.Context, f *finder, r *Rule) error {
	for _, s := range f.zeros() {
		if err := ctx.Err(); err != nil {
			return err
		}
		type sum struct {
			body int32
			k, n float64
			reps []int32
		}
		byGroup := map[string][]sum{}
		for b := range f.Bodies {
			x := &f.Bodies[b]
			v := sum{body: int32(b)}
			for _, rep := range x.Standing {
				k, ok := f.sum(rep, s.part)
				n, ok2 := f.sum(rep, s.all)
				if ok && ok2 && n > 0 && k <= n && f.comparable(rep, x.Standing[len(x.Standing)-1]) {
					v.k, v.n, v.reps = v.k+float64(k), v.n+float64(n), append(v.reps, rep)
				}
			}
			if x.Level != "" && x.Kind != "" && len(v.reps) >= leastZeroYears {
				byGroup[x.Level+" "+x.Kind] = append(byGroup[x.Level+" "+x.Kind], v)
			}
		}
		keys := slices.Sorted(maps.Keys(byGroup))
		var all []tried
		of := map[int32]sum{}
		usual := make([]float64, len(keys))
		sizes := make([]int, len(keys))
		for g, key := range keys {
			list := byGroup[key]
			if len(list) < leastPeers {
				continue
			}
			k, n := make([]float64, len(list)), make([]float64, len(list))
			for i := range list {
				k[i], n[i] = list[i].k, list[i].n
			}
			d, ok := fit(k, n)
			if !ok {
				continue
			}
			usual[g], sizes[g] = d.mean(), len(list)
			for _, v := range list {
				z := normalZ(d.rare(v.k, v.n))
				rep := v.reps[len(v.reps)-1]
				of[rep] = v
				all = append(all, tried{rep: rep, group: int32(g), z: z, k: v.k, n: v.n})
			}
		}
		// all bodies are tests, so that the list is held to the rate; told are those that have none
		f.settleIf(all, func(t tried) bool { return t.k == 0 }, func(t tried, _ float64) candidate {
			v := of[t.rep]
			refs := []pointer{who(t.rep)}
			for _, rep := range v.reps {
				for _, c := range f.shown(rep, s.all) {
					refs = append(refs, cell(rep, c))
				}
			}
			list := fmt.Sprintf("{1..%d}", len(refs)-1)
			first := len(refs)
			for _, rep := range v.reps {
				refs = append(refs, yearOf(rep))
			}
			years := fmt.Sprintf("{%d..%d}", first, len(refs)-1)
			for _, rep := range v.reps {
				for _, c := range s.part {
					refs = append(refs, cell(rep, c))
				}
			}
			expected := usual[t.group]
			_, high := interval(0, v.n)
			low := 0.0
			return candidate{rule: r, rep: t.rep, year: allYears, key: s.key, refs: refs,
				strength: Strength{Effect: 0, Unit: "share", Expected: &expected, Low: &low, High: &high,
					Peers: sizes[t.group]},
				en: "{0}: with " + list + " " + s.whole[0] + " in its reports on " + years + ", it " + s.words[0] + ".",
				zh: "{0}" + years + "年度" + s.whole[1] + list + "件，" + s.words[1] + "。",
				history: f.history(v.body, true, line{words: [2]string{s.key, s.words[1]}, cells: s.part},
					line{words: s.whole, cells: s.all})}
		})
	}
	return nil
}

// settleIf is settle for tests of which only some are told.
func (f *finder) settleIf(all []tried, told func(tried) bool, of func(tried, float64) candidate) {
	zs := make([]float64, len(all))
	for i := range all {
		zs[i] = math.Abs(all[i].z)
	}
	r := learn(zs)
	var keep []*candidate
	for _, t := range all {
		if p := r.p(t.z); p < small && told(t) {
			c := of(t, p)
			c.strength.P = &p
			keep = append(keep, &c)
		}
	}
	f.keep(len(all), keep)
}
