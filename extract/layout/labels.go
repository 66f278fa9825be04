package layout

import (
	"math"
	"sort"
	"strings"
	"unicode"
)

// A label is words below one another: of a row, of a group of rows, or of a column.
type label struct {
	runs           []run
	x0, y0, x1, y1 float64
}

func (b *label) add(t run) {
	if len(b.runs) == 0 {
		b.x0, b.y0, b.x1, b.y1 = t.x0, t.y0, t.x1, t.y1
	}
	b.runs = append(b.runs, t)
	b.x0, b.y0, b.x1, b.y1 = math.Min(b.x0, t.x0), math.Min(b.y0, t.y0), math.Max(b.x1, t.x1), math.Max(b.y1, t.y1)
}

func (b *label) mid() float64    { return (b.y0 + b.y1) / 2 }
func (b *label) box() [4]float64 { return [4]float64{b.x0, b.y0, b.x1, b.y1} }

func (b *label) text() string {
	var gs []Glyph
	for i := range b.runs {
		gs = append(gs, b.runs[i].glyphs...)
	}
	return cellText(gs)
}

// labelBlocks joins the lines of wrapped labels: one below the other without a gap, or, where the lines are set apart,
// with the same middle or left edge; an ordinal begins a new label. Lines that stand beside figures of two rows are two
// labels: rows are the heights of the figures, as far as they are known.
func joinLabels(ts []run, rows []float64) []label {
	sort.SliceStable(ts, func(i, j int) bool { return ts[i].mid() < ts[j].mid() })
	beside := func(t *run) bool {
		for _, y := range rows {
			if math.Abs(y-t.mid()) < 0.3*t.size {
				return true
			}
		}
		return false
	}
	apart := rowGap(rows, ts)
	var out []label
	held := []bool{} // a line of the label stands beside figures
	for _, t := range ts {
		best, has := -1, beside(&t)
		for i := range out {
			b := &out[i]
			last := &b.runs[len(b.runs)-1]
			overlap := math.Min(b.x1, t.x1) - math.Max(b.x0, t.x0)
			gap := t.y0 - b.y1
			near := gap < 0.55*t.size
			if rows != nil && !near && gap < 1.3*t.size && (apart == 0 || gap < 0.6*apart) {
				near = math.Abs(last.x0+last.x1-t.x0-t.x1) < 0.6*t.size || math.Abs(last.x0-t.x0) < 0.3*t.size
			}
			below := t.y0 > last.y0+0.3*t.size && overlap > 0.5*math.Min(b.x1-b.x0, t.x1-t.x0)
			if below && near && !(has && held[i]) && !beginsOrdinal(t.text) {
				if best < 0 || math.Abs(out[best].x0+out[best].x1-t.x0-t.x1) > math.Abs(b.x0+b.x1-t.x0-t.x1) {
					best = i
				}
			}
		}
		if best >= 0 {
			out[best].add(t)
			held[best] = held[best] || has
			continue
		}
		var b label
		b.add(t)
		out, held = append(out, b), append(held, has)
	}
	return out
}

// rowGap is the usual distance between rows of figures less the height of a line; 0 where there are too few.
func rowGap(rows []float64, ts []run) float64 {
	if len(rows) < 3 || len(ts) == 0 {
		return 0
	}
	ys := append([]float64(nil), rows...)
	sort.Float64s(ys)
	var gaps []float64
	for i := 1; i < len(ys); i++ {
		if d := ys[i] - ys[i-1]; d > 0.5*ts[0].size {
			gaps = append(gaps, d-ts[0].size)
		}
	}
	if len(gaps) < 2 {
		return 0
	}
	sort.Float64s(gaps)
	return gaps[len(gaps)/2]
}

// splitGroups tells labels of rows from labels of groups of rows: a group has labels to its right.
func splitGroups(labels []label) (leaves, groups []label) {
	for i := range labels {
		b := &labels[i]
		group := false
		for k := range labels {
			o := &labels[k]
			if k != i && o.x0 >= b.x1-1 && o.y0 < b.y1 && o.y1 > b.y0 {
				group = true
			}
		}
		if group {
			groups = append(groups, *b)
		} else {
			leaves = append(leaves, *b)
		}
	}
	return leaves, groups
}

// beginsOrdinal reports whether a label begins with an ordinal: 一、 （一） 1. 1、 (1) ①
func beginsOrdinal(s string) bool {
	r := []rune(s)
	if len(r) == 0 {
		return false
	}
	if r[0] >= '①' && r[0] <= '⑳' {
		return true
	}
	i := 0
	open := r[0] == '（' || r[0] == '('
	if open {
		i++
	}
	start := i
	for i < len(r) && (strings.ContainsRune("一二三四五六七八九十", r[i]) || unicode.IsDigit(r[i])) {
		i++
	}
	if i == start || i-start > 2 || i == len(r) {
		return false
	}
	return open && (r[i] == '）' || r[i] == ')') || !open && strings.ContainsRune("、.．,，", r[i])
}

// bandsOf gives the heights at which rules or shaded areas divide a table; none where they do not divide it whole.
func bandsOf(pg *Page, y0, y1, x0, x1 float64) []float64 {
	type edge struct{ y, width float64 }
	var edges []edge
	note := func(y, a, b float64) {
		if y < y0 || y > y1 {
			return
		}
		w := math.Min(b, x1) - math.Max(a, x0)
		if w <= 0 {
			return
		}
		for k := range edges {
			if math.Abs(edges[k].y-y) < 1.5 {
				edges[k].width += w
				return
			}
		}
		edges = append(edges, edge{y, w})
	}
	for _, r := range pg.Across {
		note(r.At, r.A, r.B)
	}
	for _, a := range pg.Areas {
		if !a.White && !a.Picture && a.Box[3]-a.Box[1] > 4 {
			note(a.Box[1], a.Box[0], a.Box[2])
			note(a.Box[3], a.Box[0], a.Box[2])
		}
	}
	var ys []float64
	for _, e := range edges {
		if e.width > 0.6*(x1-x0) {
			ys = append(ys, e.y)
		}
	}
	sort.Float64s(ys)
	if len(ys) < 6 || ys[len(ys)-1]-ys[0] < 0.6*(y1-y0) {
		return nil
	}
	return ys
}

func bandOf(bands []float64, y float64) int { return sort.SearchFloat64s(bands, y) }

// cutAt cuts labels at the edges of bands.
func cutAt(labels []label, bands []float64) []label {
	if len(bands) == 0 {
		return labels
	}
	var out []label
	for _, b := range labels {
		parts := map[int]*label{}
		var order []int
		for _, t := range b.runs {
			k := bandOf(bands, t.mid())
			if parts[k] == nil {
				parts[k] = &label{}
				order = append(order, k)
			}
			parts[k].add(t)
		}
		for _, k := range order {
			out = append(out, *parts[k])
		}
	}
	// and labels of one band that only wrap wide apart are one
	joined := out[:0:0]
	for _, b := range out {
		same := -1
		for i := range joined {
			if bandOf(bands, joined[i].mid()) == bandOf(bands, b.mid()) && joined[i].x0 < b.x1 && joined[i].x1 > b.x0 {
				same = i
			}
		}
		if same >= 0 {
			for _, t := range b.runs {
				joined[same].add(t)
			}
			continue
		}
		joined = append(joined, b)
	}
	return joined
}

func overlapsAny(b *label, ts []run) bool {
	for i := range ts {
		if m := ts[i].mid(); m > b.y0 && m < b.y1 {
			return true
		}
	}
	return false
}
