package gold

import (
	"math"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// TestBoxes: the box of each value is the cell that it is printed in, to the point, on the page that it is printed on.
func TestBoxes(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, style := range map[string]PDFStyle{
		"ruled":        {Encoding: "UniGB-UCS2-H"},
		"filled rules": {Encoding: "GBK-EUC-H", FilledRules: true, Start: 90},
		"rotated":      {Encoding: "Identity-H", Rotated: true, OpenCuts: true, Start: 200},
	} {
		for _, r := range Reports() {
			body, boxes := r.PlacedPDF(style)
			doc, err := extract.Read(body, "report.pdf")
			if err != nil {
				t.Fatal(err)
			}
			found := 0
			for _, v := range normalize.Read(doc, forms).Values {
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
}
