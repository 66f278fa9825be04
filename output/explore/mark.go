package explore

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/output/anomalies"
)

// An anomaly marks the cells that it rests on, wherever they are shown.

// A cellMark is a cell of a report that an anomaly rests on.
type cellMark struct {
	report int32
	cell   int16
	odd    int32 // of the list of anomalies
}

func compareMarks(a, b cellMark) int {
	return cmp.Or(cmp.Compare(a.report, b.report), cmp.Compare(a.cell, b.cell), cmp.Compare(a.odd, b.odd))
}

// mark notes the cells that the anomalies rest on.
func (e *Explorer) mark(o *oddities) {
	for i := range o.rows {
		x := &o.rows[i]
		for _, p := range x.places {
			n, there := e.c.Report(p.Document, p.Part)
			if there {
				x.names(e, e.c.Reports[n].Body)
			}
			if p.Kind != "cell" {
				continue
			}
			if cell, ok := e.ordinal[p.Name]; ok && there {
				o.marks = append(o.marks, cellMark{n, cell, int32(i)})
			}
		}
		x.places = nil
	}
	slices.SortFunc(o.marks, compareMarks)
	o.marks = slices.Clip(slices.Compact(o.marks))
}

// A namedBody is a body, by its place in the list, and the name that a sentence gives it.
type namedBody struct {
	body int32
	name string
}

// names keeps a body that the sentence names beside its own, by whichever of its names.
func (x *oddity) names(e *Explorer, body int32) {
	if body < 0 {
		return
	}
	a := &e.c.authorities[body]
	for _, name := range append([]string{a.Name}, a.Names...) {
		n := namedBody{body, name}
		if name != "" && name != x.Agency && strings.Contains(x.Sentence, name) && !slices.Contains(x.others, n) {
			x.others = append(x.others, n)
		}
	}
}

// jsonFlag is an anomaly as it marks a number.
type jsonFlag struct {
	ID       string `json:"id"`
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
}

// marksOf are the anomalies that rest on any of some cells of a report, the weightiest first.
func (e *Explorer) marksOf(report int32, cells []string) []jsonFlag {
	out := []jsonFlag{}
	o := e.odd()
	if o == nil {
		return out
	}
	var at []int32
	from, _ := slices.BinarySearchFunc(o.marks, cellMark{report: report, cell: -1}, compareMarks)
	for ; from < len(o.marks) && o.marks[from].report == report; from++ {
		if slices.Contains(cells, e.cells[o.marks[from].cell].Name) {
			at = append(at, o.marks[from].odd)
		}
	}
	slices.Sort(at)
	for _, i := range slices.Compact(at) {
		x := &o.rows[i]
		out = append(out, jsonFlag{x.ID, x.Rule, x.Severity})
	}
	return out
}

// cellMarks are the anomalies of a report by the cells that they rest on.
func (e *Explorer) cellMarks(report int32) map[string][]string {
	out := map[string][]string{}
	o := e.odd()
	if o == nil {
		return out
	}
	from, _ := slices.BinarySearchFunc(o.marks, cellMark{report: report, cell: -1}, compareMarks)
	for ; from < len(o.marks) && o.marks[from].report == report; from++ {
		name := e.cells[o.marks[from].cell].Name
		out[name] = append(out[name], o.rows[o.marks[from].odd].ID)
	}
	return out
}

// judgedOf reads the judgements beside a dataset.
func judgedOf(dataset string) (map[string][]anomalies.Judgement, error) {
	list, err := anomalies.ReadJudgements(anomalies.JudgementsOf(dataset))
	if err != nil {
		return nil, err
	}
	out := map[string][]anomalies.Judgement{}
	for _, j := range list {
		out[j.ID] = append(out[j.ID], j)
	}
	return out, nil
}
