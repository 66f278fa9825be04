package layout_test

import (
	"fmt"

	"github.com/gongkai/gongkai/extract/layout"
)

// write puts glyphs of ten points on a page from x on, each as wide as it is high.
func write(pg *layout.Page, x, base float64, text string) {
	for _, r := range text {
		pg.Glyphs = append(pg.Glyphs, layout.Glyph{Text: string(r), X0: x, Y0: base - 8, X1: x + 10, Y1: base + 2,
			Base: base, Size: 10})
		x += 10
	}
}

// A page with a heading and a table that four rules frame and two divide.
func Example() {
	pg := &layout.Page{Number: 1, Width: 595, Height: 842}
	write(pg, 100, 80, "收到申请")
	for _, y := range []float64{100, 120, 140} {
		pg.Across = append(pg.Across, layout.Rule{At: y, A: 100, B: 300})
	}
	for _, x := range []float64{100, 200, 300} {
		pg.Down = append(pg.Down, layout.Rule{At: x, A: 100, B: 140})
	}
	write(pg, 120, 114, "许可")
	write(pg, 240, 114, "31")
	write(pg, 120, 134, "处罚")
	write(pg, 240, 134, "7")

	pg.Settle()
	for _, b := range layout.Read([]*layout.Page{pg}) {
		if b.Table == nil {
			fmt.Println(b.Text)
			continue
		}
		for _, c := range b.Table.Cells {
			fmt.Println(c.Row, c.Col, c.Text, c.Box)
		}
	}
	// Output:
	// 收到申请
	// 0 0 许可 [100 100 200 120]
	// 0 1 31 [200 100 300 120]
	// 1 0 处罚 [100 120 200 140]
	// 1 1 7 [200 120 300 140]
}
