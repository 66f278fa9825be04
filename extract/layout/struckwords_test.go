package layout

import "testing"

// TestDoubtWords: a line that begins and ends with words goes through them, a rule of a table does not; what covers words
// leaves nobody able to read them, and so does a drawing through them or in a gap between them.
func TestDoubtWords(t *testing.T) {
	page := func() *Page {
		pg := &Page{Number: 1, Width: 600, Height: 800}
		for i, r := range []rune("江州市住房局年度报告") {
			x := 100 + 12*float64(i)
			pg.Glyphs = append(pg.Glyphs, Glyph{Text: string(r), X0: x, X1: x + 12, Y0: 90, Y1: 102, Base: 100, Size: 12,
				Order: int32(i + 1)})
		}
		return pg
	}
	for name, c := range map[string]struct {
		draw func(pg *Page)
		want string
	}{
		"nothing": {func(*Page) {}, "江州市住房局年度报告"},
		"crossed out": {func(pg *Page) { pg.Across = []Rule{{At: 95.5, A: 135, B: 161}} },
			"江州市\ufffd\ufffd局年度报告"},
		"underlined":    {func(pg *Page) { pg.Across = []Rule{{At: 101.5, A: 135, B: 161}} }, "江州市住房局年度报告"},
		"rule of a row": {func(pg *Page) { pg.Across = []Rule{{At: 95.5, A: 60, B: 500}} }, "江州市住房局年度报告"},
		"rule of a field": {func(pg *Page) {
			pg.Across, pg.Down = []Rule{{At: 95.5, A: 130, B: 166}}, []Rule{{At: 130, A: 80, B: 120}}
		}, "江州市住房局年度报告"},
		"covered": {func(pg *Page) {
			pg.Marks = []Mark{{Box: [4]float64{135, 88, 161, 104}, Order: 99, Kind: Cover}}
		}, "江州市\ufffd\ufffd局年度报告"},
		"printed on a shape": {func(pg *Page) {
			pg.Marks = []Mark{{Box: [4]float64{135, 88, 161, 104}, Kind: Cover}}
		}, "江州市住房局年度报告"},
		"waved through": {func(pg *Page) {
			pg.Marks = []Mark{{Box: [4]float64{135, 93, 161, 98}, Order: 99, Kind: Drawn}}
		}, "江州市\ufffd\ufffd局年度报告"},
		"waved below": {func(pg *Page) {
			pg.Marks = []Mark{{Box: [4]float64{135, 100, 161, 104}, Order: 99, Kind: Drawn}}
		}, "江州市住房局年度报告"},
	} {
		pg := page()
		c.draw(pg)
		pg.doubtWords()
		got := ""
		for _, g := range pg.Glyphs {
			got += g.Text
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	pg := page()
	pg.Glyphs = append(pg.Glyphs[:3:3], pg.Glyphs[5:]...)
	pg.Marks = []Mark{{Box: [4]float64{137, 90, 159, 101}, Kind: Picture}}
	l := lines(pg.Glyphs)[0]
	l.fillGaps(pg)
	if len(l.glyphs) != 9 || l.glyphs[3].Text != "\ufffd" {
		t.Errorf("a picture in a name: %d glyphs", len(l.glyphs))
	}

	for name, c := range map[string]struct {
		x, y   float64 // of the first of the outlines
		rows   int     // of them, 15 points apart
		n      int     // in a row, 5 points apart
		behind string
	}{"words drawn behind": {223, 92, 1, 8, "\ufffd"}, "an ornament": {223, 92, 1, 3, ""}, "drawn far off": {300, 92, 1, 8, ""},
		"on the line below": {223, 112, 1, 8, ""}, "a seal": {223, 77, 3, 8, ""}} {
		pg := page()
		for k := range c.rows * c.n {
			x, y := c.x+5*float64(k%c.n), c.y+15*float64(k/c.n)
			pg.Marks = append(pg.Marks, Mark{Box: [4]float64{x, y, x + 4, y + 8}, Kind: Outline})
		}
		ls := lines(pg.Glyphs)
		pg.doubtLines(ls)
		if got := ls[0].text(); got != "江州市住房局年度报告"+c.behind {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestTwoWordsInOnePlace: bold type and shadows count once; of different characters in one place none is known.
func TestTwoWordsInOnePlace(t *testing.T) {
	at := func(s string, x float64) Glyph {
		return Glyph{Text: s, X0: x, X1: x + 12, Y0: 90, Y1: 102, Base: 100, Size: 12}
	}
	pale := at("密", 113)
	pale.Pale = true
	for want, gs := range map[string][]Glyph{
		"水务局":      {at("水", 100), at("水", 100.5), at("务", 112), at("局", 124)},
		"水\ufffd局": {at("水", 100), at("务", 112), at("利", 113), at("局", 124)},
		"水务密局":     {at("水", 100), at("务", 112), pale, at("局", 124)},
		"水务局长":     {at("水", 100), at("务", 112), at("局", 118), at("长", 124)},
	} {
		if got := lines(gs)[0].text(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
