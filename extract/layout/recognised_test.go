package layout

import (
	"math"
	"testing"
)

// TestSeen reads a table that was recognised on a leaning page: its cells are as sure as the least sure of their lines,
// and lie where they lay before the page was turned.
func TestSeen(t *testing.T) {
	s := &Seen{Width: 600, Height: 800, Angle: 0.02}
	for _, y := range []float64{100, 140} {
		s.Across = append(s.Across, Rule{y, 100, 400})
	}
	for _, x := range []float64{100, 200, 300, 400} {
		s.Down = append(s.Down, Rule{x, 100, 140})
	}
	seven := []Alternative{{Text: "7", Confidence: 0.2}}
	s.Texts = []Text{
		{"商业", [4]float64{110, 104, 130, 114}, Reading{Confidence: 0.9}},
		{"企业", [4]float64{110, 120, 130, 130}, Reading{Confidence: 0.6, Others: seven}},
		{"1", [4]float64{250, 110, 256, 120}, Reading{Confidence: 0.7, Others: seven}},
	}
	s.Covered = [][4]float64{{310, 110, 330, 130}}
	blocks := Read([]*Page{s.Page(1)})
	if len(blocks) != 1 || blocks[0].Table == nil || len(blocks[0].Table.Cells) != 3 {
		t.Fatalf("%+v", blocks)
	}
	label, figure, blank := blocks[0].Table.Cells[0], blocks[0].Table.Cells[1], blocks[0].Table.Cells[2]
	if label.Text != "商业\n企业" || label.Seen.Confidence != 0.6 || label.Seen.Others != nil || label.Seen.Covered {
		t.Errorf("label %q %+v", label.Text, label.Seen)
	}
	if figure.Text != "1" || figure.Seen.Confidence != 0.7 || len(figure.Seen.Others) != 1 {
		t.Errorf("figure %q %+v", figure.Text, figure.Seen)
	}
	if blank.Text != "" || !blank.Seen.Covered || blank.Seen.Confidence != 1 {
		t.Errorf("blank %q %+v", blank.Text, blank.Seen)
	}
	// the middle of the figure's cell, 250 120, is 50 left of and 280 above the middle of the page
	x, y := (figure.Box[0]+figure.Box[2])/2, (figure.Box[1]+figure.Box[3])/2
	sin, cos := math.Sincos(0.02)
	if math.Abs(x-(300-50*cos+280*sin)) > 0.01 || math.Abs(y-(400-50*sin-280*cos)) > 0.01 {
		t.Errorf("the figure lies at %g %g", x, y)
	}
	if n := len(Fields(s.Across, s.Down)); n != 3 {
		t.Errorf("%d fields", n)
	}
}

// TestSideBySide reads tables that begin at the same height from the left, whatever order their rules come in.
func TestSideBySide(t *testing.T) {
	pg := &Page{Number: 1, Width: 595, Height: 842}
	for _, x := range []float64{400, 100, 250} {
		pg.Across = append(pg.Across, Rule{100, x, x + 100}, Rule{120, x, x + 100})
		pg.Down = append(pg.Down, Rule{x, 100, 120}, Rule{x + 50, 100, 120}, Rule{x + 100, 100, 120})
	}
	for range 20 {
		blocks := Read([]*Page{pg})
		if len(blocks) != 3 || blocks[0].Box[0] != 100 || blocks[1].Box[0] != 250 || blocks[2].Box[0] != 400 {
			t.Fatalf("%+v", blocks)
		}
	}
}
