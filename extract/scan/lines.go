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
	across = b.strokes(dpi, mask, false)
	down = b.strokes(dpi, mask, true)
	for i, m := range mask {
		if m != 0 {
			b.on[i] = 0
		}
	}
	return across, down
}

// strokes finds long thin runs of ink one way. Runs may break for a few pixels and drift by one from column to column, as
// they do on scans; what is as thick as it is long, or has ink all around, is print.
func (b *bits) strokes(dpi float64, mask []uint8, vertical bool) []stroke {
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
	least := int(0.22 * dpi) // longer than a character's stroke is
	gap := int(0.025*dpi) + 1
	thickest := 0.05 * dpi
	type run struct{ x0, x1, y, id int }
	var runs []run
	var prev, cur []int // indices of runs in the row above, and in this one
	parent := []int{}
	var find func(int) int
	find = func(i int) int {
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
	var out []stroke
	for _, g := range groups {
		x0, x1, area := 1<<30, 0, 0
		for _, r := range g {
			x0, x1 = min(x0, r.x0), max(x1, r.x1)
			area += r.x1 - r.x0
		}
		length := x1 - x0
		if thick := float64(area) / float64(length); thick > thickest+1 || float64(length) < 5*thick {
			continue
		}
		// a page that bends has its lines bent: each piece of them is where it is
		piece := int(0.5 * dpi)
		pieces := max(1, (length+piece/2)/piece)
		rows, thickness := make([]float64, pieces), make([]float64, pieces)
		for _, r := range g {
			for k := range pieces {
				lo, hi := max(r.x0, x0+k*length/pieces), min(r.x1, x0+(k+1)*length/pieces)
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
			out = append(out, stroke{at: rows[k] / thickness[k], a: float64(x0) + float64(k)*span, b: float64(x0) + float64(k+1)*span, thick: thickness[k] / span})
		}
		for _, r := range g {
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
	sort.Slice(out, func(i, j int) bool { return out[i].at < out[j].at || out[i].at == out[j].at && out[i].a < out[j].a })
	return out
}
