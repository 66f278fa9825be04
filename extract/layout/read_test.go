package layout

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestImports holds what the package stands on: of this module only the room of raised characters.
func TestImports(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			if strings.Contains(path, ".") && path != "github.com/gongkai/gongkai/extract/script" {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}

// BenchmarkRead reads a page of two tables of twenty rows, with rules and without, and of prose.
func BenchmarkRead(b *testing.B) {
	pg := &Page{Number: 1, Width: 595, Height: 842}
	var order int32
	draw := func(x, y float64, text string) {
		for _, r := range text {
			order++
			w := 5.0
			if r >= 0x2e80 {
				w = 10
			}
			pg.Glyphs = append(pg.Glyphs, Glyph{Text: string(r), X0: x, X1: x + w, Y0: y - 8, Y1: y + 2, Base: y,
				Size:  10,
				Order: order})
			x += w
		}
	}
	for row := range 20 {
		y := 60 + 14*float64(row)
		pg.Across = append(pg.Across, Rule{y - 11, 60, 540})
		draw(62, y, "（一）予以公开")
		draw(62, y+300, "（一）予以公开")
		for col := range 7 {
			draw(165+55*float64(col), y, "128")
			draw(165+55*float64(col), y+300, "128")
		}
		draw(60, 660+8*float64(row), "政府信息公开工作年度报告")
	}
	pg.Across = append(pg.Across, Rule{329, 60, 540})
	for _, x := range []float64{60, 160, 215, 270, 325, 380, 435, 490, 540} {
		pg.Down = append(pg.Down, Rule{x, 49, 329})
	}
	if blocks := Read([]*Page{pg}); len(blocks) < 3 || blocks[0].Table == nil || blocks[1].Table == nil {
		b.Fatalf("%d blocks", len(blocks))
	}
	b.ReportAllocs()
	for b.Loop() {
		Read([]*Page{pg})
	}
}
