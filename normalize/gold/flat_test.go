package gold

import (
	"os"
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
	prose "github.com/gongkai/gongkai/normalize/gold/floors"
)

// TestFlat reads the reports flattened in every manner: none of them is read wrongly without a word, and of each no less
// is read than its floor says. It takes a few of the reports by default, all of them in the long run.
func TestFlat(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	none := Faults()[0]
	var all Score
	for mi, m := range Manners() {
		if *onlyFormat != "" && m.Name != *onlyFormat {
			continue
		}
		var s Score
		shown := 0
		for ri, r := range Reports() {
			if !longRun && *onlyFormat == "" && os.Getenv("FLAT") == "" && (ri+mi)%8 != 0 {
				continue
			}
			o, _ := task{r, none, m, 0}.try(forms)
			s.Add(o.score)
			for _, f := range o.failures {
				if shown < *showFailures {
					shown++
					t.Log(f)
				}
			}
		}
		all.Add(s)
		if s.Silent+s.Proved > 0 {
			t.Errorf("%s: %d silent, %d wrong and proved", m.Name, s.Silent, s.Proved)
		}
		t.Logf("%-40s %3d documents, %5d cells, %.4f exact, %4d absent, %3d flagged, %d silent, %d proved, %d alarms",
			m.Name, s.Documents, s.Cells, s.ExactShare(), s.Abstained, s.Flagged, s.Silent, s.Proved, s.Alarms)
		if longRun {
			prose.Hold(t, "flat: "+m.Name, s.ExactShare())
		}
	}
	t.Logf("%d documents, %d cells, %.4f exact, %d absent, %d flagged, %d silent, %d proved", all.Documents, all.Cells,
		all.ExactShare(), all.Abstained, all.Flagged, all.Silent, all.Proved)
}
