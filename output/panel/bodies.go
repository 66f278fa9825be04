// Package panel knows what a dataset is about: bodies, the years that they report on, which of several documents of a
// report stands for it, and which are versions or copies of it. Anomalies and the explorer ask it, so that they mean
// the same; whoever else needs to know who a report's body is, or which report counts, asks BodyKey and Better.
//
// It knows the tables documents and reports; what a cell says, and how a dataset is written, it does not.
package panel

import (
	"cmp"
	"slices"
)

// An Identity is who a body is, as a report has it. Empty is not known.
type Identity struct {
	AgencyID, AgencyName, Division, Series, Level, Kind, Function, Unit string
	Vertical                                                            bool
}

// A Body is one that reports.
type Body struct {
	Key       string
	Name      string   // with the path of its division, where that is known; else as printed
	*Identity          // as its newest report has it
	Names     []string // as printed
	Reports   []int32  // newest year first; of a year the one that stands first, then the next best
	Years     []int    // that are known, ascending
	Standing  []int32  // of each of Years, the report that stands for it
}

// At gives the report that stands for the body in a year, -1 where there is none.
func (b *Body) At(year int) int32 {
	if i, ok := slices.BinarySearch(b.Years, year); ok {
		return b.Standing[i]
	}
	return -1
}

// Others are the other documents and versions of the report that stands for one of the body's years, in the order of
// the dataset.
func (p *Panel) Others(b *Body, standing int32) []int32 {
	var out []int32
	for _, n := range b.Reports {
		if n != standing && p.Reports[n].Year == p.Reports[standing].Year {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// gather makes bodies of the reports, in the order of their first report on a known year; those without one come last.
func (p *Panel) gather() {
	of := map[string]int32{}
	for _, known := range []bool{true, false} {
		for i := range p.Reports {
			r := &p.Reports[i]
			if (r.Year != 0) != known {
				continue
			}
			if r.Key == "" {
				continue
			}
			b, ok := of[r.Key]
			if !ok {
				b = int32(len(p.Bodies))
				of[r.Key] = b
				p.Bodies = append(p.Bodies, Body{Key: r.Key})
			}
			r.Body = b
			x := &p.Bodies[b]
			// the newest report says who the body is
			if known || len(x.Years) == 0 && (len(x.Reports) == 0 || p.Reports[x.Reports[0]].Year == 0) {
				x.Identity = r.Who
				if x.Name = r.Who.AgencyName; x.Name == "" {
					x.Name = r.Agency
				}
			}
			x.Reports = append(x.Reports, int32(i))
		}
	}
	for i := range p.Reports { // as printed, in the order of the dataset
		if r := &p.Reports[i]; r.Body >= 0 && r.Agency != "" {
			if x := &p.Bodies[r.Body]; !slices.Contains(x.Names, r.Agency) {
				x.Names = append(x.Names, r.Agency)
			}
		}
	}
	for b := range p.Bodies {
		p.stand(&p.Bodies[b])
	}
}

// stand sorts the reports of a body. Which of them stand, the dataset says; of those of a year the others follow in
// the order of the rule.
func (p *Panel) stand(b *Body) {
	slices.SortFunc(b.Reports, func(i, k int32) int {
		x, y := &p.Reports[i], &p.Reports[k]
		order, _ := Better(p.standing(x), p.standing(y))
		return cmp.Or(cmp.Compare(y.Year, x.Year), cmp.Compare(truth(y.Stands), truth(x.Stands)), order,
			cmp.Compare(i, k))
	})
	for _, n := range slices.Backward(b.Reports) {
		if x := &p.Reports[n]; x.Stands {
			b.Years, b.Standing = append(b.Years, int(x.Year)), append(b.Standing, n)
		}
	}
}

// SortBodies puts the bodies into another order.
func (p *Panel) SortBodies(compare func(a, b *Body) int) {
	order := make([]int32, len(p.Bodies))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(i, k int32) int { return compare(&p.Bodies[i], &p.Bodies[k]) })
	sorted, place := make([]Body, len(order)), make([]int32, len(order))
	for n, i := range order {
		sorted[n], place[i] = p.Bodies[i], int32(n)
	}
	p.Bodies = sorted
	for i := range p.Reports {
		if r := &p.Reports[i]; r.Body >= 0 {
			r.Body = place[r.Body]
		}
	}
}
