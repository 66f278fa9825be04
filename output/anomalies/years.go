package anomalies

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/gongkai/gongkai/normalize"
)

// Exact rules on the figures of one body: against those of the year before, and within one report.

// applicants are the columns of table III, the total first.
func (p *numbers) applicants() (out []string) {
	for _, kind := range []bool{true, false} {
		for _, c := range p.forms.Cells() {
			if c.Table == "applications" && c.Is("carried_in") && c.Is("total") == kind {
				out = append(out, c.Column)
			}
		}
	}
	return out
}

// successive hands over each report that has one of the body's on the year before, with figures of the same scope.
func (p *numbers) successive(each func(body, rep, before int32)) {
	for b := range p.Bodies {
		x := &p.Bodies[b]
		for i, rep := range x.Standing {
			if i > 0 && x.Years[i-1] == x.Years[i]-1 && p.comparable(rep, x.Standing[i-1]) {
				each(int32(b), rep, x.Standing[i-1])
			}
		}
	}
}

// carriedOver compares what is carried in with what was carried over the year before.
func carriedOver(ctx context.Context, f *finder, r *Rule) error {
	applicants := f.applicants()
	f.successive(func(b, rep, before int32) {
		var refs []pointer
		main, effect := "", 0.0
		for _, column := range applicants {
			in, ok := f.number(rep, "applications.carried_in."+column)
			out, ok2 := f.number(before, "applications.carried_out."+column)
			if !ok || !ok2 || in == out {
				continue
			}
			if main == "" {
				main, effect = column, float64(in-out)
			}
			refs = append(refs, cell(rep, "applications.carried_in."+column),
				cell(before, "applications.carried_out."+column))
		}
		if main == "" {
			return
		}
		c := candidate{rule: r, rep: rep, key: main, strength: Strength{Effect: effect, Unit: "cases"},
			en:   "{0}: the report on {1} carries {3} requests in, that on {2} carried {4} over",
			zh:   "{0}{1}年度报告“上年结转”{3}件，而{2}年度报告“结转下年度继续办理”{4}件",
			refs: append([]pointer{who(rep), yearOf(rep), yearOf(before)}, refs...),
			history: f.history(b, false, f.lineOf("applications.carried_in.total"),
				f.lineOf("applications.carried_out.total"))}
		if main != applicants[0] {
			w := f.forms.ShortColumn("applications", main)
			c.severity = string(normalize.Warning)
			c.en += " (" + w.EN + ")"
			c.zh += "（" + w.ZH + "）"
		}
		c.en += "."
		c.zh += "。"
		f.add(c)
	})
	return ctx.Err()
}

// A stock is a row that counts what there is, what came and what went.
type stock struct{ key, stock, added, removed string }

// stocks are those of the forms.
func (p *numbers) stocks() (out []stock) {
	at := map[string]int{}
	for _, c := range p.forms.Cells() {
		row := rowOf(c.Name)
		k, ok := at[row]
		if !ok {
			k = len(out)
			at[row] = k
			out = append(out, stock{key: c.Row})
		}
		switch {
		case c.Is("stock"):
			out[k].stock = c.Name
		case c.Is("added"):
			out[k].added = c.Name
		case c.Is("removed"):
			out[k].removed = c.Name
		}
	}
	return slices.DeleteFunc(out, func(s stock) bool { return s.stock == "" || s.added == "" || s.removed == "" })
}

// inForce checks the stock of rules against that of the year before.
func inForce(ctx context.Context, f *finder, r *Rule) error {
	stocks := f.stocks()
	f.successive(func(b, rep, before int32) {
		for _, s := range stocks {
			now, ok1 := f.number(rep, s.stock)
			was, ok2 := f.number(before, s.stock)
			issued, ok3 := f.number(rep, s.added)
			repealed, ok4 := f.number(rep, s.removed)
			if !ok1 || !ok2 || !ok3 || !ok4 || now == was+issued-repealed {
				continue
			}
			w := f.words(rowOf(s.stock))
			f.add(candidate{rule: r, rep: rep, key: s.key,
				strength: Strength{Effect: float64(now - was - issued + repealed),
					Unit: "cases"},
				en: "{0}: " + w[0] + " in force are {3} in the report on {1}, though {4} were in force in that on {2}, " +
					"{5} were issued and {6} repealed.",
				zh: "{0}{1}年度报告现行有效" + w[1] + "{3}件，而{2}年度报告为{4}件，本年制发{5}件、废止{6}件。",
				refs: []pointer{who(rep), yearOf(rep), yearOf(before), cell(rep, s.stock), cell(before, s.stock),
					cell(rep, s.added), cell(rep, s.removed)},
				history: f.history(b, false, f.lineOf(s.stock), f.lineOf(s.added), f.lineOf(s.removed))})
		}
	})
	return ctx.Err()
}

// A doubtRow is what is read of findings.
type doubtRow struct {
	Document string `parquet:"document"`
	Part     int32  `parquet:"part"`
	Code     string `parquet:"code"`
	Name     string `parquet:"name"`
}

// doubts reads findings, once for the rules that ask for some of them.
func (f *finder) doubts(ctx context.Context) ([]doubtRow, error) {
	f.doubtsOnce.Do(func() {
		codes := []string{normalize.CodeSumFails, normalize.CodeSuspectCell, normalize.CodeSumsMostlyFail, normalize.CodeYearConflict}
		f.doubtsErr = pick(ctx, f.numbers, "findings", strings.Join(codes, " "), func(d *doubtRow) bool {
			return slices.Contains(codes, d.Code)
		}, func(d doubtRow) error { f.doubtsOf = append(f.doubtsOf, d); return nil })
	})
	return f.doubtsOf, f.doubtsErr
}

// An equation is an identity of the form on one row or column of a report.
type equation struct {
	left, right []string // cells
	label       [2]string
}

// manySums is how many failing sums of a table are told one by one.
const manySums = 4

// sumFails tells the sums of a report that do not hold.
func sumFails(ctx context.Context, f *finder, r *Rule) error {
	sums, suspects, doubtful := map[int32][]string{}, map[int32][]string{}, map[int32]bool{}
	var order []int32
	doubts, err := f.doubts(ctx)
	if err != nil {
		return err
	}
	for _, d := range doubts {
		rep, ok := f.standing(d.Document, d.Part)
		if !ok {
			continue
		}
		switch d.Code {
		case normalize.CodeSumsMostlyFail:
			doubtful[rep] = true
		case normalize.CodeSuspectCell:
			suspects[rep] = once(suspects[rep], d.Name)
		case normalize.CodeSumFails:
			if sums[rep] == nil {
				order = append(order, rep)
			}
			sums[rep] = once(sums[rep], d.Name)
		}
	}
	for _, rep := range order {
		if doubtful[rep] {
			continue
		}
		byTable := map[string][]equation{}
		for _, name := range sums[rep] {
			if e, ok := f.equation(rep, name); ok {
				byTable[tableOf(name)] = append(byTable[tableOf(name)], e)
			}
		}
		for _, table := range f.forms.Tables() {
			f.sumsOfTable(r, rep, table, byTable[table], suspects[rep])
		}
	}
	return nil
}

// once appends what is not there: the same bytes at two places have the same findings twice.
func once(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func (f *finder) sumsOfTable(r *Rule, rep int32, table string, failing []equation, suspects []string) {
	t := f.words(table)
	begin := []pointer{who(rep), yearOf(rep)}
	told := map[int]bool{}
	for _, s := range suspects {
		if tableOf(s) != table {
			continue
		}
		w := f.words(s)
		refs := append(append([]pointer(nil), begin...), cell(rep, s))
		effect := 0.0
		for i, e := range failing {
			if e.holds(s) {
				told[i] = true
				effect = f.difference(rep, e)
				for _, c := range append(append([]string(nil), e.left...), e.right...) {
					if _, ok := f.number(rep, c); ok && c != s {
						refs = append(refs, cell(rep, c))
					}
				}
			}
		}
		f.add(candidate{rule: r, rep: rep, key: s, strength: Strength{Effect: effect, Unit: "cases"}, refs: refs,
			en: "{0}: in " + t[0] + " of the report on {1}, {2} is printed for “" + w[0] +
				"”, where a row and a column both fail by the same difference.",
			zh:      "{0}{1}年度报告" + t[1] + "中，“" + w[1] + "”原文为{2}，所在行与所在列的勾稽关系均不成立，差额相同。",
			history: f.history(f.bodyOf(rep), false, f.lineOf(s))})
	}
	var rest []equation
	for i, e := range failing {
		if !told[i] {
			rest = append(rest, e)
		}
	}
	many := len(rest) > manySums
	if many {
		rest = rest[:1]
	}
	for _, e := range rest {
		left, right := f.shown(rep, e.left), f.shown(rep, e.right)
		refs := append([]pointer(nil), begin...)
		for _, c := range append(append([]string(nil), left...), right...) {
			refs = append(refs, cell(rep, c))
		}
		parts, total := fmt.Sprintf("{2+%d}", 1+len(left)), fmt.Sprintf("{%d+%d}", 2+len(left), 1+len(left)+len(right))
		c := candidate{rule: r, rep: rep, key: strings.Join(e.right, "+"),
			strength: Strength{Effect: f.difference(rep, e),
				Unit: "cases"}, refs: refs,
			en: "{0}: in " + t[0] + " of the report on {1}, " + parts + " does not make " + total + " (" + e.label[0] +
				").",
			zh:      "{0}{1}年度报告" + t[1] + "中，" + parts + " 与 " + total + " 不符（" + e.label[1] + "）。",
			history: f.history(f.bodyOf(rep), false, f.lineOf(e.right[len(e.right)-1]))}
		if many {
			c.key = "many"
			c.en = "{0}: many sums in " + t[0] + " of the report on {1} do not hold; the first: " + parts +
				" does not make " + total + " (" + e.label[0] + ")."
			c.zh = "{0}{1}年度报告" + t[1] + "中多处勾稽不成立，首处：" + parts + " 与 " + total + " 不符（" + e.label[1] + "）。"
		}
		f.add(c)
	}
}

func (e *equation) holds(name string) bool {
	for _, c := range append(append([]string(nil), e.left...), e.right...) {
		if c == name {
			return true
		}
	}
	return false
}

// shown are the cells of a side that a sentence names: those that are not zero, or the first.
func (f *finder) shown(rep int32, cells []string) []string {
	var out []string
	for _, c := range cells {
		if n, ok := f.number(rep, c); ok && n != 0 {
			out = append(out, c)
		}
	}
	if out == nil {
		for _, c := range cells {
			if _, ok := f.number(rep, c); ok {
				return []string{c}
			}
		}
		return cells[:1]
	}
	return out
}

func (f *finder) difference(rep int32, e equation) float64 {
	d := int64(0)
	for _, c := range e.left {
		n, _ := f.number(rep, c)
		d += n
	}
	for _, c := range e.right {
		n, _ := f.number(rep, c)
		d -= n
	}
	return math.Abs(float64(d))
}

// equation finds the identity that a finding names: table.row is a sum over columns, table.row.column one over rows.
func (f *finder) equation(rep int32, name string) (e equation, ok bool) {
	part := strings.SplitN(name, ".", 3)
	edition := f.edition(rep, part[0])
	for _, form := range f.forms.Editions(part[0]) {
		if form.Edition != edition || len(part) < 2 {
			continue
		}
		of := func(row, column string) string { return part[0] + "." + row + "." + column }
		if len(part) == 2 {
			for _, s := range form.RowSums {
				for _, c := range s.Left {
					e.left = append(e.left, of(part[1], form.Columns[c].Name))
				}
				for _, c := range s.Right {
					e.right = append(e.right, of(part[1], form.Columns[c].Name))
				}
				e.label = f.words(name)
				return e, true
			}
		}
		for _, s := range form.ColSums {
			if form.Rows[s.Right[len(s.Right)-1]].Name != part[1] || len(part) < 3 {
				continue
			}
			for _, r := range s.Left {
				e.left = append(e.left, of(form.Rows[r].Name, part[2]))
			}
			for _, r := range s.Right {
				e.right = append(e.right, of(form.Rows[r].Name, part[2]))
			}
			e.label = f.words(name)
			return e, true
		}
	}
	return e, false
}

// A claimRow is what is read of claims.
type claimRow struct {
	Document string   `parquet:"document"`
	Part     int32    `parquet:"part"`
	Section  int32    `parquet:"section"`
	Start    int32    `parquet:"start"`
	End      int32    `parquet:"end"`
	Value    *int64   `parquet:"value,optional,decimal(6:18)"`
	Cells    []string `parquet:"cells,list"`
	Of       []string `parquet:"of,list"`
	Relation *string  `parquet:"relation,optional"`
	Link     string   `parquet:"link"`
	Table    *int64   `parquet:"table_says,optional,decimal(6:18)"`
}

// claimDiffers tells statements of the prose that the tables contradict.
func claimDiffers(ctx context.Context, f *finder, r *Rule) error {
	wanted := func(c *claimRow) bool {
		return c.Link == string(normalize.Disagrees) && c.Value != nil && c.Table != nil
	}
	const which = "link disagrees, value and table are there" // as wanted has it
	return pick(ctx, f.numbers, "claims", which, wanted, func(c claimRow) error {
		relation := text(c.Relation)
		rep, ok := f.standing(c.Document, c.Part)
		if !ok || relation != "equals" && relation != "share" {
			return ctx.Err()
		}
		cells, of := f.shown(rep, c.Cells), []string(nil)
		refs := []pointer{who(rep), yearOf(rep), prose(rep, c.Section, c.Start, c.End)}
		for _, n := range cells {
			refs = append(refs, cell(rep, n))
		}
		parts := fmt.Sprintf("{3+%d}", 2+len(cells))
		w := f.words(c.Cells[0])
		unit := "cases"
		en, zh := "the table prints "+parts, "表格为 "+parts
		if relation == "share" {
			of = f.shown(rep, c.Of)
			for _, n := range of {
				refs = append(refs, cell(rep, n))
			}
			whole := fmt.Sprintf("{%d+%d}", 3+len(cells), 2+len(cells)+len(of))
			en, zh = "which "+parts+" out of "+whole+" in the table are not", "而表格为 "+whole+" 中的 "+parts
			unit = "percentage points"
		}
		for _, p := range refs {
			if p.kind == "cell" {
				if _, ok := f.number(rep, p.name); !ok {
					return ctx.Err()
				}
			}
		}
		label, labelZh := w[0], w[1]
		if len(c.Cells) > 1 {
			label, labelZh = label+" and others", labelZh+"等"
		}
		f.add(candidate{rule: r, rep: rep, key: fmt.Sprint(c.Section, ":", c.Start), refs: refs,
			strength: Strength{Effect: float64(*c.Value-*c.Table) / 1e6, Unit: unit},
			en:       "{0}: the prose of the report on {1} says “{2}”, " + en + " (" + label + ").",
			zh:       "{0}{1}年度报告正文称“{2}”，" + zh + "（" + labelZh + "）。",
			history:  f.history(f.bodyOf(rep), false, line{words: w, cells: c.Cells, exact: true})})
		return ctx.Err()
	})
}

// wholeNames are the counts of which a government's are at least those of its departments together.
var wholeNames = []string{"applications.received.total", "applications.handled_total.total",
	"disputes.reconsideration.total", "active.punishment.decisions", "active.licensing.decisions"}

// departmentsExceed adds up the departments of a division.
func departmentsExceed(ctx context.Context, f *finder, r *Rule) error {
	type placeYear struct {
		division string
		year     int
	}
	whole, parts := map[placeYear]int32{}, map[placeYear][]int32{}
	for b := range f.Bodies {
		x := &f.Bodies[b]
		if x.Vertical {
			continue
		}
		for i, rep := range x.Standing {
			k := placeYear{f.Reports[rep].Who.Division, x.Years[i]}
			if k.division == "" {
				continue
			}
			switch f.Reports[rep].Who.Kind {
			case "government":
				if f.Reports[rep].Scope == string(normalize.AllScope) {
					whole[k] = rep
				}
			case "department", "township", "subdistrict":
				parts[k] = append(parts[k], rep)
			}
		}
	}
	for k, rep := range whole {
		for _, name := range wholeNames {
			total, ok := f.number(rep, name)
			if !ok {
				continue
			}
			var have []int32
			sum := int64(0)
			for _, d := range parts[k] {
				if n, ok := f.number(d, name); ok && n > 0 {
					have = append(have, d)
					sum += n
				}
			}
			if sum <= total {
				continue
			}
			n := func(d int32) int64 { v, _ := f.number(d, name); return v }
			sort.Slice(have, func(i, j int) bool {
				return n(have[i]) > n(have[j]) || n(have[i]) == n(have[j]) &&
					have[i] < have[j]
			})
			some := int64(0)
			need := 0
			for some <= total {
				some += n(have[need])
				need++
			}
			w := f.words(name)
			refs := []pointer{who(rep), yearOf(rep), cell(rep, name)}
			var en, zh []string
			for i, d := range have[:need] {
				refs = append(refs, who(d), cell(d, name))
				en = append(en, fmt.Sprintf("{%d} {%d}", 3+2*i, 4+2*i))
				zh = append(zh, fmt.Sprintf("{%d}{%d}", 3+2*i, 4+2*i))
			}
			verb := "alone has more: "
			verbZh := "仅一个部门就更多："
			if need > 1 {
				verb, verbZh = "together have more: ", "部分部门之和已更多："
			}
			who := "one of its departments "
			if need > 1 {
				who = "some of its departments "
			}
			// the difference is that of the departments that are named: others may have more, and are not shown
			f.add(candidate{rule: r, rep: rep, key: name, refs: refs, strength: Strength{Effect: float64(some - total),
				Unit: "cases"},
				en: "{0}: the whole government's report on {1} has {2} (" + w[0] + "); " + who + verb +
					strings.Join(en, ", ") + ".",
				zh:      "{0}{1}年度全口径报告“" + w[1] + "”为{2}，" + verbZh + strings.Join(zh, "、") + "。",
				history: f.history(f.bodyOf(rep), false, f.lineOf(name))})
		}
	}
	return ctx.Err()
}
