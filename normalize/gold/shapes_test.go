package gold

import (
	"fmt"
	"testing"

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
					o, ok := task{r, shape, format, i}.try(forms)
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
