package scan

import (
	"context"
	"image"
	"image/color"
	"math"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"github.com/gongkai/gongkai/extract/layout"
)

// echo is an engine that says of each line how wide its picture is, and keeps them.
type echo struct{ lines []*image.Gray }

func (*echo) Name() string { return "echo" }
func (*echo) Close()       {}
func (e *echo) Recognise(_ context.Context, lines []*image.Gray, _ []bool) ([]Reading, error) {
	e.lines = append(e.lines, lines...)
	out := make([]Reading, len(lines))
	for i := range out {
		out[i] = Reading{Text: "7", Confidence: 0.99}
	}
	return out, nil
}

// sheet draws a table of 4 rows and 3 columns with figures in all cells but the last, 200 dots to the inch.
func sheet(lean float64) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 1000, 800))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	black := func(x0, y0, x1, y1 int) {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				img.Set(x, y, color.Black)
			}
		}
	}
	for r := range 5 {
		black(100, 100+100*r, 903, 103+100*r)
	}
	for c := range 4 {
		black(100+267*c, 100, 103+267*c, 503)
	}
	small := image.NewGray(image.Rect(0, 0, 20, 13))
	for i := range small.Pix {
		small.Pix[i] = 255
	}
	d := font.Drawer{Dst: small, Src: image.Black, Face: basicfont.Face7x13, Dot: fixed.P(2, 11)}
	d.DrawString("12")
	for r := range 4 {
		for c := range 3 {
			if r == 3 && c == 2 {
				continue
			}
			for y := range 13 * 3 {
				for x := range 20 * 3 {
					if small.GrayAt(x/3, y/3).Y < 128 {
						img.Set(160+267*c+x, 130+100*r+y, color.Black)
					}
				}
			}
		}
	}
	if lean == 0 {
		return img
	}
	out := image.NewRGBA(img.Bounds())
	sin, cos := math.Sincos(lean * math.Pi / 180)
	for y := range 800 {
		for x := range 1000 {
			dx, dy := float64(x)-500, float64(y)-400
			sx, sy := int(500+dx*cos+dy*sin), int(400-dx*sin+dy*cos)
			c := color.RGBA{255, 255, 255, 255}
			if sx >= 0 && sy >= 0 && sx < 1000 && sy < 800 {
				c = img.RGBAAt(sx, sy)
			}
			out.SetRGBA(x, y, c)
		}
	}
	return out
}

func TestPage(t *testing.T) {
	for _, lean := range []float64{0, 1.5, -2.8} {
		e := &echo{}
		s, err := Page(context.Background(), e, sheet(lean), 200.0/72)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Angle * 180 / math.Pi; math.Abs(got-lean) > 0.1 {
			t.Errorf("lean %g: turned by %g", lean, got)
		}
		if n := len(layout.Fields(s.Across, s.Down)); n != 12 {
			t.Errorf("lean %g: %d fields, not 12", lean, n)
		}
		if len(s.Texts) != 11 {
			t.Errorf("lean %g: %d texts, not 11", lean, len(s.Texts))
		}
		if len(s.Covered) != 0 {
			t.Errorf("lean %g: a stamp on a page without one", lean)
		}
	}
}

// TestStamp covers a figure with a red seal: its print is still there, and it is said to be covered; no other is.
func TestStamp(t *testing.T) {
	img := sheet(0)
	for y := 110; y < 195; y++ {
		for x := 120; x < 300; x++ {
			if (x+y)%3 > 0 {
				c := img.RGBAAt(x, y)
				img.SetRGBA(x, y, color.RGBA{uint8(float64(c.R) * 0.85), c.G / 5, c.B / 5, 255})
			}
		}
	}
	s, err := Page(context.Background(), &echo{}, img, 200.0/72)
	if err != nil {
		t.Fatal(err)
	}
	covered := 0
	for _, x := range s.Texts {
		if x.Reading.Covered {
			covered++
		}
	}
	if len(s.Texts) != 11 || covered != 1 || len(s.Covered) == 0 {
		t.Errorf("%d texts, %d of them covered, %d places", len(s.Texts), covered, len(s.Covered))
	}
}

// drawn makes a small picture from rows of dots and spaces, each a square of four pixels.
func drawn(rows ...string) *image.Gray {
	w := 0
	for _, r := range rows {
		w = max(w, len(r))
	}
	g := image.NewGray(image.Rect(0, 0, 4*w+8, 4*len(rows)+8))
	for i := range g.Pix {
		g.Pix[i] = 250
	}
	for y, r := range rows {
		for x, c := range r {
			if c != ' ' {
				for i := range 16 {
					g.Pix[(4+4*y+i/4)*g.Stride+4+4*x+i%4] = 20
				}
			}
		}
	}
	return g
}

func TestBarOf(t *testing.T) {
	for what, c := range map[string]struct {
		rows []string
		want string
	}{
		"dash":   {[]string{"", "", "##########", "", ""}, "—"},
		"hyphen": {[]string{"", "", "####", "", ""}, "-"},
		"slash":  {[]string{"    #", "   ##", "   # ", "  ## ", "  #  ", " ##  ", " #   ", "##   ", "#    "}, "/"},
		"one":    {[]string{" # ", "## ", " # ", " # ", " # ", " # ", " # ", "###"}, ""},
		"seven":  {[]string{"######", "    ##", "    # ", "   ## ", "   #  ", "  ##  ", "  #   ", "  #   "}, ""},
		"two":    {[]string{"####", "   #", "####", "#   ", "####"}, ""},
		"dust":   {[]string{"", " #", ""}, ""},
	} {
		if got, _ := barOf(drawn(c.rows...)); got != c.want {
			t.Errorf("%s: %q, not %q", what, got, c.want)
		}
	}
}

func TestMinus(t *testing.T) {
	if !minus(drawn("     # # ", "     # # ", "     ### ", "###    # ", "       # ", "       # ")) {
		t.Error("the minus of -4 is not seen")
	}
	if minus(drawn("# # ", "# # ", "### ", "  # ", "  # ", "  # ")) {
		t.Error("a minus where there is none")
	}
}

func TestAgree(t *testing.T) {
	alike := agree(Reading{Text: "17", Confidence: 0.9},
		Reading{Text: "17", Confidence: 0.9, Others: []layout.Alternative{{Text: "11", Confidence: 0.05}}})
	if alike.Text != "17" || alike.Confidence < 0.95 || len(alike.Others) != 1 {
		t.Errorf("%+v", alike)
	}
	differ := agree(Reading{Text: "17", Confidence: 0.99}, Reading{Text: "11", Confidence: 0.98})
	if differ.Confidence > 0.5 || len(differ.Others) != 1 {
		t.Errorf("two looks that differ are trusted: %+v", differ)
	}
	letters := agree(Reading{Text: "1O", Confidence: 0.99}, Reading{Text: "1O", Confidence: 0.99})
	if letters.Text != "10" || letters.Confidence > 0.8 {
		t.Errorf("%+v", letters)
	}
	smudge := inFigures(Reading{Text: "48#", Confidence: 0.99})
	if smudge.Text != "48" || smudge.Confidence > 0.6 {
		t.Errorf("%+v", smudge)
	}
	if words := inFigures(Reading{Text: "第3页共12页左右", Confidence: 0.99}); words.Text != "第3页共12页左右" {
		t.Errorf("%+v", words)
	}
}

// TestDecode finds the likeliest text where no single path is the likeliest.
func TestDecode(t *testing.T) {
	e := &paddle{keys: []string{"", "1", "7", " "}}
	r := e.decode([]float32{
		0.1, 0.5, 0.4, 0,
		0.9, 0.05, 0.05, 0,
		0.05, 0.15, 0.8, 0,
		0.05, 0.15, 0.8, 0,
	}, 4)
	if r.Text != "17" || r.Confidence < 0.3 || r.Confidence > 0.7 || len(r.Others) == 0 || r.Others[0].Text != "77" {
		t.Errorf("%+v", r)
	}
}

func TestOpenWithoutEngine(t *testing.T) {
	if _, err := Open("paddle", t.TempDir()); err != ErrNoEngine {
		t.Error(err)
	}
	if _, err := Open("none", ""); err != ErrNoEngine {
		t.Error(err)
	}
}
