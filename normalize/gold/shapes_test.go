package gold

import (
	"fmt"
	"hash/fnv"
	"math/rand"
	"slices"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// TestShapes reads every shape in every format: at least 98 % of the cells of each shape are read, 95 % in each format,
// and none silently otherwise than printed. The long run tries each several times on each report.
func TestShapes(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	reports, rounds := Reports(), 3
	if !longRun {
		rounds = 1
	}
	var all Score
	for si, shape := range Shapes() {
		if *only != "" && shape.Name != *only {
			continue
		}
		byFormat := map[string]*Score{}
		var sum Score
		for fi, format := range Formats() {
			if *onlyFormat != "" && format.Name != *onlyFormat {
				continue
			}
			for ri, r := range reports {
				if !longRun && *only == "" && !tried(ri+si+fi, 3, 4) {
					continue
				}
				for i := range rounds {
					o, ok := strictly(task{r, shape, format, i}, forms)
					if !ok {
						continue
					}
					add(byFormat, format.Name, o.score)
					sum.Add(o.score)
					for n, f := range o.failures {
						if n < *showFailures {
							t.Log(f)
						}
					}
				}
			}
		}
		all.Add(sum)
		if sum.Documents == 0 {
			t.Errorf("%s: no report can have this shape", shape.Name)
			continue
		}
		for name, s := range byFormat {
			if s.ExactShare() < 0.95 || s.Silent > 0 {
				t.Errorf("%s in %s: %s", shape.Name, name, inWords(s))
			}
		}
		if sum.ExactShare() < 0.98 {
			t.Errorf("%s: %s", shape.Name, inWords(&sum))
		}
		t.Logf("%s: %s", shape.Name, inWords(&sum))
	}
	t.Logf("in all: %s", inWords(&all))
}

func inWords(s *Score) string {
	return fmt.Sprintf("%d documents, %d cells, %.3f %% exact, %d abstained, %d flagged, %d silent", s.Documents, s.Cells,
		100*s.ExactShare(), s.Abstained, s.Flagged, s.Silent)
}

// strictly is try with no note taken for a doubt: another number is silent unless a warning or an error speaks of it.
func strictly(k task, forms *form.Forms) (outcome, bool) {
	h := fnv.New64a()
	fmt.Fprint(h, k.report.ID, k.fault.Name, k.format.Name, k.round)
	seed := int64(h.Sum64() >> 1)
	r := k.report.Clone()
	if !k.fault.Apply(r, rand.New(rand.NewSource(seed)), k.format) {
		return outcome{}, false
	}
	got := normalize.Unread("")
	if doc, err := extract.Read(k.format.Write(r, seed), k.format.File); err == nil {
		got = normalize.Read(doc, forms)
	}
	got.Findings = slices.DeleteFunc(got.Findings, func(f normalize.Finding) bool { return f.Severity == normalize.Note })
	o := outcome{task: k}
	o.score, o.failures = r.Judge(got)
	for i, x := range o.failures {
		o.failures[i] = fmt.Sprintf("%s/%s/%s #%d: %s", k.format.Name, k.fault.Name, k.report.ID, k.round, x)
	}
	return o, true
}
