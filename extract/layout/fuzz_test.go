package layout

import (
	"strings"
	"testing"
)

// FuzzRead makes tables of any rules and glyphs: cells never overlap and never lie outside, and nothing but doubt (U+FFFD)
// is added to what is drawn.
func FuzzRead(f *testing.F) {
	f.Add([]byte{10, 0, 100, 40, 0, 100, 200, 1, 10, 60, 100, 1, 10, 60, 20, 20, 80, 20})
	f.Fuzz(func(t *testing.T, b []byte) {
		pg := &Page{Number: 1, Width: 256, Height: 256}
		for len(b) >= 3 && len(pg.Across)+len(pg.Down)+len(pg.Glyphs) < 200 {
			at, x, y := float64(b[0]), float64(b[1]), float64(b[2])
			switch b[0] % 3 {
			case 0:
				pg.Across = append(pg.Across, Rule{at, min(x, y), max(x, y)})
			case 1:
				pg.Down = append(pg.Down, Rule{at, min(x, y), max(x, y)})
			default:
				pg.Glyphs = append(pg.Glyphs, Glyph{Text: string(rune('0' + b[2]%10)),
					X0: x, X1: x + 5, Y0: y, Y1: y + 10, Base: y + 8, Size: 10})
			}
			b = b[3:]
		}
		glyphs := 0
		for _, k := range Read([]*Page{pg}) {
			if k.Table == nil {
				glyphs += len([]rune(strings.NewReplacer(" ", "", "\ufffd", "").Replace(k.Text)))
				continue
			}
			busy := map[[2]int]bool{}
			for _, c := range k.Table.Cells {
				glyphs += len([]rune(strings.NewReplacer(" ", "", "\n", "", "\ufffd", "").Replace(c.Text)))
				for i := range c.RowSpan {
					for j := range c.ColSpan {
						at := [2]int{c.Row + i, c.Col + j}
						if busy[at] || at[0] >= k.Table.Rows || at[1] >= k.Table.Cols {
							t.Fatalf("cell %v of %d × %d twice or outside", at, k.Table.Rows, k.Table.Cols)
						}
						busy[at] = true
					}
				}
			}
		}
		if glyphs > len(pg.Glyphs) {
			t.Fatalf("%d characters out of %d", glyphs, len(pg.Glyphs))
		}
	})
}
