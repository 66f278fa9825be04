// Package panel knows what a dataset is about: bodies, the years that they report on, which of several documents of a
// report stands for it, and which are versions or copies of it. Anomalies and the explorer ask it, so that they mean
// the same; whoever else needs to know who a report's body is, or which report counts, asks BodyKey and Better.
//
// It knows the tables documents and reports; what a cell says, and how a dataset is written, it does not.
package panel

import (
	"cmp"
	"net/url"
	"path"
	"slices"

	"github.com/gongkai/gongkai/normalize/agencies"
)

// BodyKey tells the body of a report from others: by its identity; where who it is could not be decided, by its name
// and where the report was found (the host of its address, or its folder), since the same name at another place may
// be another body. "" = nobody is named. The keys of undecided bodies begin with a question mark.
func BodyKey(id, printed, address, file string) string {
	if id != "" {
		return id
	}
	name := agencies.Fold(printed)
	if name == "" {
		return ""
	}
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return "?" + name + "@" + u.Host
	}
	return "?" + name + "@" + path.Dir(file)
}

// A Standing is what of a report decides whether it stands for its body and year.
type Standing struct {
	Superseded   bool  // its address shows another version of it now
	Found        int32 // cells that were found in the document
	Contradicted int32
}

// Better compares two documents of a report: negative where the first stands for it. That is the newest version, then
// the one with more cells, then with fewer doubts; of two that are alike the one that comes first in the dataset.
func Better(a, b Standing) int {
	old := func(s Standing) int {
		if s.Superseded {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(old(a), old(b)), cmp.Compare(b.Found, a.Found),
		cmp.Compare(a.Contradicted, b.Contradicted))
}

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
			d := &p.Documents[r.Document]
			key := BodyKey(r.Who.AgencyID, r.Agency, d.URL, d.File)
			if key == "" {
				continue
			}
			b, ok := of[key]
			if !ok {
				b = int32(len(p.Bodies))
				of[key] = b
				p.Bodies = append(p.Bodies, Body{Key: key})
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

// stand sorts the reports of a body and says which of them stand.
func (p *Panel) stand(b *Body) {
	slices.SortFunc(b.Reports, func(i, k int32) int {
		x, y := &p.Reports[i], &p.Reports[k]
		return cmp.Or(cmp.Compare(y.Year, x.Year), Better(x.standing(), y.standing()), cmp.Compare(i, k))
	})
	last := int32(0)
	for _, n := range b.Reports {
		if x := &p.Reports[n]; x.Year != 0 && x.Year != last {
			x.Stands, last = true, x.Year
			b.Years, b.Standing = append(b.Years, int(x.Year)), append(b.Standing, n)
		}
	}
	slices.Reverse(b.Years)
	slices.Reverse(b.Standing)
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
