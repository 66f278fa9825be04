package scan

import "sort"

// A stroke is a straight line of ink along an axis, in pixels: horizontal at y = at from a to b, or vertical at x = at.
type stroke struct {
	at, a, b float64
	thick    float64
}

// rules finds the ruling lines of a page and takes them off the ink. dpi is the resolution.
func (b *bits) rules(dpi float64) (across, down []stroke) {
	mask := make([]uint8, len(b.on))
	h, v := b.strokes(dpi, false), b.strokes(dpi, true)
	h, v = settled(h, v, dpi), settled(v, h, dpi)
	across, down = b.pieces(h, dpi, mask, false), b.pieces(v, dpi, mask, true)
	b.cut = b.cuts(mask)
	for i, m := range mask {
		if m != 0 {
			b.on[i] = 0
		}
	}
	return across, down
}

// cuts finds where taking off the rules cuts other ink: there print touches a rule, and a part of it goes with the rule.
// They are given as places of pixels, from the top.
func (b *bits) cuts(mask []uint8) (out []int) {
	for i, m := range mask {
		if m == 0 || b.on[i] == 0 {
			continue
		}
		for _, k := range [4]int{i - 1, i + 1, i - b.w, i + b.w} {
			if k >= 0 && k < len(mask) && mask[k] == 0 && b.on[k] != 0 {
				out = append(out, i)
				break
			}
		}
	}
	return out
}

// A run is a stretch of ink in one row.
type run struct{ x0, x1, y, id int }

// A line is runs that hang together: one ruling line, bent as the page may be.
type line struct {
	runs           []run
	x0, x1, y0, y1 int
	thick          float64
}

// settled keeps the lines that are ruling lines: long ones, and short ones that end on long ones at both ends. Others
// are strokes of large characters.
func settled(lines, others []line, dpi float64) []line {
	long := int(0.5 * dpi)
	near := int(0.04*dpi) + 2
	var out []line
	for _, l := range lines {
		if l.x1-l.x0 >= long {
			out = append(out, l)
			continue
		}
		meets := func(x int) bool {
			for _, o := range others { // o runs the other way: its x is our y
				if o.x1-o.x0 >= long && x >= o.y0-near && x <= o.y1+near && o.x0 <= l.y1+near && o.x1 >= l.y0-near {
					return true
				}
			}
			return false
		}
		if meets(l.x0) && meets(l.x1) {
			out = append(out, l)
		}
	}
	return out
}

// strokes finds long thin runs of ink one way. Runs may break for a few pixels and drift by one from column to column,
// as they do on scans; what is as thick as it is long, or has ink all around, is print.
func (b *bits) strokes(dpi float64, vertical bool) []line {
	w, h := b.w, b.h
	if vertical {
		w, h = h, w
	}
	on := func(x, y int) bool {
		if vertical {
			x, y = y, x
		}
		return b.on[y*b.w+x] != 0
	}
	least := int(0.16 * dpi)
	gap := int(0.025*dpi) + 1
	thickest := 0.05 * dpi
	var runs []run
	var prev, cur []int // indices of runs in the row above, and in this one
	parent := []int{}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for y := range h {
		cur = cur[:0]
		start, last, ink := -1, -1, 0
		flush := func() {
			if start >= 0 && last-start+1 >= least && ink*10 >= (last-start+1)*8 {
				id := len(parent)
				parent = append(parent, id)
				runs = append(runs, run{start, last + 1, y, id})
				cur = append(cur, len(runs)-1)
			}
			start, ink = -1, 0
		}
		for x := range w {
			// ink here or in the next row: a line that leans goes on one row further
			if on(x, y) || y+1 < h && on(x, y+1) {
				if start >= 0 && x-last > gap {
					flush()
				}
				if start < 0 {
					start = x
				}
				last = x
				ink++
			}
		}
		flush()
		for _, i := range cur {
			for _, k := range prev {
				if runs[i].x0 <= runs[k].x1+gap && runs[k].x0 <= runs[i].x1+gap {
					parent[find(runs[i].id)] = find(runs[k].id)
				}
			}
		}
		prev = append(prev[:0], cur...)
	}
	groups := map[int][]run{}
	for _, r := range runs {
		k := find(r.id)
		groups[k] = append(groups[k], r)
	}
	var out []line
	for _, g := range groups {
		l := line{runs: g, x0: 1 << 30, y0: 1 << 30}
		area := 0
		for _, r := range g {
			l.x0, l.x1, l.y0, l.y1 = min(l.x0, r.x0), max(l.x1, r.x1), min(l.y0, r.y), max(l.y1, r.y+1)
			area += r.x1 - r.x0
		}
		l.thick = float64(area) / float64(l.x1-l.x0)
		if l.thick <= thickest+1 && float64(l.x1-l.x0) >= 5*l.thick {
			out = append(out, l)
		}
	}
	return out
}

// pieces gives the lines cut into pieces: a page that bends has its lines bent, and each piece is where it is. What
// belongs to a line is marked.
func (b *bits) pieces(lines []line, dpi float64, mask []uint8, vertical bool) []stroke {
	h := b.h
	if vertical {
		h = b.w
	}
	var out []stroke
	for _, l := range lines {
		length := l.x1 - l.x0
		piece := int(0.5 * dpi)
		pieces := max(1, (length+piece/2)/piece)
		rows, thickness := make([]float64, pieces), make([]float64, pieces)
		for _, r := range l.runs {
			for k := range pieces {
				lo, hi := max(r.x0, l.x0+k*length/pieces), min(r.x1, l.x0+(k+1)*length/pieces)
				if hi > lo {
					rows[k] += float64(hi-lo) * (float64(r.y) + 1)
					thickness[k] += float64(hi - lo)
				}
			}
		}
		for k := range pieces {
			if thickness[k] == 0 {
				continue
			}
			span := float64(length) / float64(pieces)
			out = append(out, stroke{at: rows[k] / thickness[k], thick: thickness[k] / span,
				a: float64(l.x0) + float64(k)*span, b: float64(l.x0) + float64(k+1)*span})
		}
		for _, r := range l.runs {
			for y := max(0, r.y-1); y <= min(h-1, r.y+2); y++ {
				for x := r.x0; x < r.x1; x++ {
					if vertical {
						mask[x*b.w+y] = 1
					} else {
						mask[y*b.w+x] = 1
					}
				}
			}
		}
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].at < out[j].at || out[i].at == out[j].at &&
			out[i].a < out[j].a
	})
	return out
}
