package layout

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is read into testdata")

// TestRead reads the pages of testdata. A file is pages as they are drawn, a blank line, and the blocks that they are
// read as:
//
//	page 595 842
//	text 100 120 10 "许可"       glyphs from x on a baseline, in a size: Chinese ones square, others half as wide
//	glyph 100 112 110 122 "许"   one glyph in its box, with its baseline and size as text sets them
//	across 100 100 300           a horizontal rule at y from x to x; down is a vertical one at x from y to y
//	shade 90 100 500 114         a grey area
//	cover 90 100 500 114         a white area, painted over what comes before
//	box 90 100 500 114           a black one
//	picture 90 100 120 114       a picture; outline is a filled shape, stroke a line from a point to another one
//
//	paragraph "许可"
//	table 2x2
//	| 许可 | 31                  its cells row by row; (2) behind a text: it spans two columns
func TestRead(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			in, want, _ := strings.Cut(string(body), "\n\n")
			pages, err := parsePages(in)
			if err != nil {
				t.Fatal(err)
			}
			for _, pg := range pages {
				pg.Settle()
			}
			got := words(Read(pages))
			if *update {
				if err := os.WriteFile(name, []byte(in+"\n\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != want {
				t.Errorf("read as\n%s\nnot\n%s", got, want)
			}
		})
	}
}

// parsePages reads pages as they are drawn.
func parsePages(s string) (pages []*Page, err error) {
	order := int32(0)
	for sc := bufio.NewScanner(strings.NewReader(s)); sc.Scan(); {
		word, rest, _ := strings.Cut(sc.Text(), " ")
		if word == "page" {
			pg := &Page{Number: len(pages) + 1}
			_, err = fmt.Sscan(rest, &pg.Width, &pg.Height)
			pages = append(pages, pg)
		} else if word != "#" && len(pages) > 0 {
			order++
			err = pages[len(pages)-1].draw(word, rest, order)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", sc.Text(), err)
		}
	}
	return pages, nil
}

func (pg *Page) draw(word, rest string, order int32) error {
	var a, b, c, d float64
	var text string
	switch word {
	case "text":
		if _, err := fmt.Sscanf(rest, "%g %g %g %q", &a, &b, &c, &text); err != nil {
			return err
		}
		for _, r := range text {
			w := c / 2
			if r >= 0x2e80 {
				w = c
			}
			pg.Glyphs = append(pg.Glyphs, Glyph{Text: string(r), X0: a, X1: a + w, Y0: b - 0.8*c, Y1: b + 0.2*c,
				Base: b, Size: c, Order: order})
			a += w
		}
		return nil
	case "glyph":
		_, err := fmt.Sscanf(rest, "%g %g %g %g %q", &a, &b, &c, &d, &text)
		pg.Glyphs = append(pg.Glyphs, Glyph{Text: text, X0: a, Y0: b, X1: c, Y1: d, Base: d - 0.2*(d-b), Size: d - b,
			Order: order})
		return err
	case "across", "down":
		_, err := fmt.Sscan(rest, &a, &b, &c)
		if word == "across" {
			pg.Across = append(pg.Across, Rule{a, b, c})
		} else {
			pg.Down = append(pg.Down, Rule{a, b, c})
		}
		return err
	case "shade", "cover", "box":
		_, err := fmt.Sscan(rest, &a, &b, &c, &d)
		colour := map[string]int32{"shade": 0xd0d0d0, "cover": 0xffffff}[word]
		pg.Areas = append(pg.Areas, Area{Box: [4]float64{a, b, c, d}, White: word == "cover", Colour: colour, Order: order})
		return err
	case "picture", "outline", "stroke":
		_, err := fmt.Sscan(rest, &a, &b, &c, &d)
		m := Mark{Box: [4]float64{a, b, c, d}, Kind: map[string]MarkKind{"outline": Outline}[word]}
		if word == "stroke" {
			m = StrokeMark(a, b, c, d)
		}
		m.Order = order
		pg.Marks = append(pg.Marks, m)
		return err
	}
	return fmt.Errorf("no such thing")
}

// words gives blocks as text.
func words(blocks []Block) string {
	var b strings.Builder
	for i := range blocks {
		t := blocks[i].Table
		if t == nil {
			fmt.Fprintf(&b, "paragraph %q\n", blocks[i].Text)
			continue
		}
		fmt.Fprintf(&b, "table %dx%d\n", t.Rows, t.Cols)
		for k, c := range t.Cells {
			if k > 0 && c.Row != t.Cells[k-1].Row {
				b.WriteByte('\n')
			} else if k > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(strings.TrimRight("| "+strings.ReplaceAll(c.Text, "\n", "/"), " "))
			switch {
			case c.RowSpan > 1:
				fmt.Fprintf(&b, " (%dx%d)", c.RowSpan, c.ColSpan)
			case c.ColSpan > 1:
				fmt.Fprintf(&b, " (%d)", c.ColSpan)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
