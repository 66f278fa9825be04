package gold

import (
	"math"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// ofdStyles are the manners of producers, among them those of the gold set.
func ofdStyles() map[string]OFDStyle {
	return map[string]OFDStyle{
		"lines":      {Template: true},
		"characters": {PDFStyle: PDFStyle{FilledRules: true, Start: 90}, Single: true, Plain: true, Bodies: true},
		"glyphs":     {PDFStyle: PDFStyle{OpenCuts: true, Start: 200}, Glyphs: true, Scaled: true, Blocks: true, Stored: true},
		"single glyphs in blocks": {PDFStyle: PDFStyle{RepeatHeader: true, Start: 40}, Glyphs: true, Single: true, Blocks: true,
			Bodies: true, Template: true},
	}
}

// TestOFD: every report of the gold set is read from OFD without an error, whatever the manner of the producer, and the
// box of each value is the cell that it is printed in, to the point, on the page that it is printed on.
func TestOFD(t *testing.T) {
	t.Parallel()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	var all Score
	for name, style := range ofdStyles() {
		for _, r := range Reports() {
			body, boxes := r.PlacedOFD(style)
			doc, err := extract.Read(body, "report.ofd")
			if err != nil {
				t.Fatalf("%s %s: %v", name, r.ID, err)
			}
			got := normalize.Read(doc, forms)
			score, failures := r.Judge(got)
			all.Add(score)
			for _, f := range failures {
				t.Errorf("%s %s: %s", name, r.ID, f)
			}
			found := 0
			for _, v := range got.Values {
				want, ok := boxes[v.Name]
				if !ok || v.State == normalize.Absent {
					continue
				}
				found++
				if v.Place.Page != want.Page || v.Place.Box == nil {
					t.Errorf("%s %s: %s on page %d, want %d", name, r.ID, v.Name, v.Place.Page, want.Page)
					continue
				}
				for i := range want.Box {
					if math.Abs(v.Place.Box[i]-want.Box[i]) > 1 {
						t.Errorf("%s %s: %s at %v, want %v", name, r.ID, v.Name, *v.Place.Box, want.Box)
						break
					}
				}
			}
			if found < 180 {
				t.Errorf("%s %s: %d values with a box", name, r.ID, found)
			}
		}
	}
	if all.Exact != all.Cells {
		t.Errorf("%d of %d cells exact", all.Exact, all.Cells)
	}
	t.Logf("%d documents, %d of %d cells exact", all.Documents, all.Exact, all.Cells)
}
