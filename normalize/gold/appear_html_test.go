package gold

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"image"
	"image/png"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
)

// The oracle of what a page shows. Pages with random style sheets are printed by a browser; a digit counts as shown if
// the box in which pdftotext finds it has ink of another colour than its ground on the picture that pdftoppm draws. So
// the truth comes from ink, and from no markup and no style sheet.
//
// Each page is one table of cells of the same size at places known beforehand, each with a few runs of digits.

const (
	oracleColumns, oracleRows = 5, 10
	cellWidth, cellHeight     = 140, 100 // CSS pixels
	tableLeft, tableTop       = 40, 40
	dotsPerPixel              = 4 // of the picture
)

var shownPages = flag.String("shown", "", "print these pages only: 100-150 is from the 100th up to the 150th; with -keep "+
	"each is printed once")

// oracleDeclarations are declarations of the random sheets: what hides, and what only looks as if it did.
var oracleDeclarations = []string{
	"display:none", "display:inline", "display:block", "display:inline-block", "display:contents", "visibility:hidden",
	"visibility:visible", "opacity:0", "opacity:1", "opacity:.6", "color:#fff", "color:white", "color:rgb(255 255 255)",
	"color:rgba(0,0,0,0)", "color:transparent", "color:#000", "color:hsl(0 0% 100%)", "color:red", "color:inherit",
	"color:currentcolor", "-webkit-text-fill-color:transparent", "-webkit-text-fill-color:#123", "background:#000",
	"background-color:white", "background:none", "background:#ffe", "font-size:0", "font-size:1px", "font-size:12px",
	"font-size:80%", "font:0/0 a", "font:14px/1.2 sans-serif", "text-decoration:line-through", "text-decoration:none",
	"text-decoration:underline", "text-decoration-line:line-through", "text-decoration-color:transparent",
	"vertical-align:super", "vertical-align:sub", "vertical-align:baseline", "vertical-align:6px",
	"position:absolute;left:-9999px", "position:relative;left:-9999px", "position:relative;top:-5px", "position:static",
	"position:relative", "text-indent:-9999px", "text-indent:0", "width:0;overflow:hidden",
	"display:inline-block;width:0;height:0;overflow:hidden", "display:inline-block;width:9px;overflow:hidden",
	"height:0;overflow:hidden", "max-height:0;overflow:hidden;display:block", "clip-path:inset(100%)",
	"clip-path:inset(0)", "display:inline-block;clip-path:circle(0)", "position:absolute;clip:rect(0 0 0 0)",
	"transform:scale(0)", "display:inline-block;transform:scale(0)", "display:inline-block;transform:rotate(180deg)",
	"float:right", "float:left", "order:-1", "direction:rtl",
	"direction:rtl;unicode-bidi:bidi-override", "unicode-bidi:bidi-override", "direction:ltr", "letter-spacing:1px",
	"text-transform:uppercase", "font-weight:bold", "margin-left:-2px", "margin-left:3px",
	"display:flex", "display:flex;flex-direction:row-reverse", "display:inline-flex;flex-direction:column-reverse",
	"display:grid", "-webkit-text-security:disc", "content-visibility:hidden", "display:block;content-visibility:hidden",
	"zoom:0.05", "zoom:1", "filter:opacity(0)", "mix-blend-mode:normal", "all:unset",
	"display:var(--d)", "color:var(--c)", "color:var(--none,#fff)", "font-variant-position:super", "display:foo",
	"color:#ggg", "visibility:collapse", "border:1px solid #000", "padding:1px",
	"display:list-item", "white-space:pre", "display:none\\9", "*display:none", "_display:none",
}

var oracleGenerated = []string{`content:"7"`, `content:"";display:block`, `content:"4";display:none`, `content:none`,
	`content:attr(data-n)`, `content:"\36"`, `content:"3" "1"`, `content:"8";visibility:hidden`,
	`content:"5";position:absolute;left:-9999px`, `content:counter(x)`, `content:"2";font-size:0`, `content:"1";float:left`}

var oracleElements = []string{"span", "span", "span", "b", "i", "s", "del", "sup", "sub", "p", "div", "font", "u", "ins",
	"bdo", "small", "em", "button", "q", "mark", "a"}

// oracleSheet lays a table out in cells of one size, and has the browser print the colours that it would show.
func oracleSheet() string {
	return fmt.Sprintf("@page{size:A4;margin:0}*{-webkit-print-color-adjust:exact}body{margin:0}"+
		"table.t{position:absolute;left:%dpx;top:%dpx;table-layout:fixed;border-collapse:collapse;width:%dpx;"+
		"font:14px/18px monospace}p,div{margin:0}table.t>tbody>tr{height:%dpx}table.t>tbody>tr>td{border:1px solid #888;"+
		"padding:6px;width:%dpx;text-align:left;vertical-align:middle}",
		tableLeft, tableTop, oracleColumns*cellWidth, cellHeight, cellWidth-13)
}

// oraclePage makes a page, and tells nothing of what it shows.
func oraclePage(rng *rand.Rand) []byte {
	pick := func(from []string) string { return from[rng.Intn(len(from))] }
	class := func() string { return fmt.Sprintf("c%d", rng.Intn(14)) }
	var css strings.Builder
	css.WriteString(oracleSheet() + ":root{--d:none;--c:#fff}\n")
	for range 22 {
		sel := pick([]string{".%s", ".%s", "td .%s", "span.%s", "td > .%s", ".%s:first-child", ".%s:not(.c3)", ".%s.c1",
			"table tr .%s", "[class~=%s]", "p.%s", ":is(.%s, .zz)", "tr:nth-child(even) .%s", ".%s + span", "b.%s, i.%[1]s",
			".%s:hover", ".%s:nth-of-type(2)", ":where(td) .%s"})
		sel = fmt.Sprintf(sel, class())
		body := pick(oracleDeclarations)
		switch rng.Intn(8) {
		case 0:
			body += ";" + pick(oracleDeclarations)
		case 1:
			if !strings.Contains(body, ";") {
				body += "!important"
			}
		case 2:
			if strings.Contains(sel, ",") || strings.Contains(sel, "hover") {
				break
			}
			sel += pick([]string{"::before", "::after", ":after"})
			body = pick(oracleGenerated)
		}
		rule := sel + "{" + body + "}"
		switch rng.Intn(14) {
		case 0:
			rule = "@media (min-width:100px){" + rule + "}"
		case 1:
			rule = "@supports (display:grid){" + rule + "}"
		case 2:
			rule = "@layer a{" + rule + "}"
		case 3:
			rule = "@supports not (display:grid){" + rule + "}"
		}
		css.WriteString(rule + "\n")
	}
	digits := func() string { return fmt.Sprint(1 + rng.Intn([]int{9, 99, 999}[rng.Intn(3)])) }
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><style>" + css.String() +
		"</style></head><body><table class=\"t\"><tbody>\n")
	for range oracleRows {
		b.WriteString("<tr>")
		for range oracleColumns {
			b.WriteString("<td>")
			for range 1 + rng.Intn(2) {
				tag := pick(oracleElements)
				attrs := ""
				if rng.Intn(5) > 0 {
					attrs += " class=\"" + class()
					if rng.Intn(3) == 0 {
						attrs += " " + class()
					}
					attrs += "\""
				}
				if rng.Intn(6) == 0 {
					attrs += " style=\"" + pick(oracleDeclarations) + "\""
				}
				if rng.Intn(30) == 0 {
					attrs += pick([]string{" hidden", " dir=\"rtl\"", " data-n=\"9\"", " color=\"white\""})
				}
				inner := digits()
				if rng.Intn(5) == 0 {
					inner += "<span class=\"" + class() + "\">" + digits() + "</span>"
				}
				b.WriteString("<" + tag + attrs + ">" + inner + "</" + tag + ">")
				if rng.Intn(4) == 0 {
					b.WriteString(digits())
				}
			}
			b.WriteString("</td>")
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table></body></html>\n")
	return []byte(b.String())
}

// A glyph is one character on the paper, in CSS pixels.
type oracleGlyph struct {
	text           string
	x0, y0, x1, y1 float64
	struck, barred bool // a line goes through all of its box, or most
	either         bool // or it is the bar of a 4
}

// inkOf gives the characters of the first page that have ink, and where the rows of its table are.
func inkOf(t *testing.T, dir string, pdf []byte) ([]oracleGlyph, []float64) {
	t.Helper()
	in, words, picture := filepath.Join(dir, "p.pdf"), filepath.Join(dir, "p.xml"), filepath.Join(dir, "p")
	if err := os.WriteFile(in, pdf, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := command(t, tool(t, "pdftotext"), "-bbox", "-f", "1", "-l", "1", in, words); err != nil {
		t.Fatal(err)
	}
	if err := command(t, tool(t, "pdftoppm"), "-png", "-r", fmt.Sprint(96*dotsPerPixel), "-f", "1", "-l", "1",
		"-singlefile", in, picture); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(picture + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(words)
	if err != nil {
		t.Fatal(err)
	}
	var found struct {
		Words []struct {
			X0   float64 `xml:"xMin,attr"`
			Y0   float64 `xml:"yMin,attr"`
			X1   float64 `xml:"xMax,attr"`
			Y1   float64 `xml:"yMax,attr"`
			Text string  `xml:",chardata"`
		} `xml:"body>doc>page>word"`
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	if err := d.Decode(&found); err != nil {
		t.Fatal(err)
	}
	var out []oracleGlyph
	const scale = 96.0 / 72
	for _, w := range found.Words {
		r := []rune(w.Text)
		step := (w.X1 - w.X0) / float64(len(r))
		for i, c := range r {
			g := oracleGlyph{text: string(c), x0: (w.X0 + step*float64(i)) * scale, x1: (w.X0 + step*float64(i+1)) * scale,
				y0: w.Y0 * scale, y1: w.Y1 * scale}
			again := slices.ContainsFunc(out, func(h oracleGlyph) bool { // a shadow
				return h.text == g.text && max(h.x0-g.x0, g.x0-h.x0, h.y0-g.y0, g.y0-h.y0) < 2
			})
			if g.inked(img) && !again {
				out = append(out, g)
			}
		}
	}
	return out, rowEdges(img)
}

// inked reports whether the glyph's box has ink of another colour than its ground, and notes a line through it.
func (g *oracleGlyph) inked(img image.Image) bool {
	x0, x1 := int(g.x0*dotsPerPixel), int(g.x1*dotsPerPixel)
	y0, y1 := int(g.y0*dotsPerPixel), int(g.y1*dotsPerPixel)
	if x1-x0 < 4 || y1-y0 < 8 {
		return false // a dot
	}
	left, right := x0, x1
	x0, x1, y0, y1 = x0+1, x1-1, y0+(y1-y0)/8, y1-(y1-y0)/4 // without what is under a line
	ground := mostly(img, x0, y0, x1, y1)
	ink := 0
	for y := y0; y < y1; y++ {
		row := 0
		for x := x0; x < x1; x++ {
			if differs(img, x, y, ground) {
				ink++
				row++
			}
		}
		if at := float64(y-y0) / float64(y1-y0); row >= (x1-x0)*2/3 && at > 0.25 && at < 0.9 {
			through := 0
			for x := left; x < right; x++ {
				if differs(img, x, y, ground) {
					through++
				}
			}
			across := through >= right-left-max(2, (right-left)/12)
			if g.text == "4" { // its bar is hardly shorter than a line
				g.either, across = g.either || across, through >= right-left
			}
			g.struck = g.struck || across
			g.barred = g.barred || through >= (right-left)*2/3
		}
	}
	return ink > (x1-x0)*(y1-y0)/30 // and not the edge of what stands beside it
}

// mostly gives the colour that most of a box has.
func mostly(img image.Image, x0, y0, x1, y1 int) [3]int {
	count := map[[3]int]int{}
	var best [3]int
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			k := [3]int{int(r >> 8), int(g >> 8), int(b >> 8)}
			if count[k]++; count[k] > count[best] {
				best = k
			}
		}
	}
	return best
}

func differs(img image.Image, x, y int, ground [3]int) bool {
	r, g, b, _ := img.At(x, y).RGBA()
	far := func(a uint32, c int) bool { d := int(a>>8) - c; return d > 40 || d < -40 }
	return far(r, ground[0]) || far(g, ground[1]) || far(b, ground[2])
}

// shownIn gives the digits that a cell of the paper shows, line by line. Where one of its digits is struck, the line may
// end within the last of them: perhaps says which digits may be struck too.
func shownIn(glyphs []oracleGlyph, tops []float64, row, column int) (digits string, perhaps []bool, lines int) {
	x0, y0, y1 := float64(tableLeft+column*cellWidth), tops[row], tops[row+1]
	var in []oracleGlyph
	struck := false
	for _, g := range glyphs {
		if cx, cy := (g.x0+g.x1)/2, (g.y0+g.y1)/2; cx > x0 && cx < x0+cellWidth && cy > y0 && cy < y1 {
			if struck = struck || g.struck; !g.struck {
				in = append(in, g)
			}
		}
	}
	sort.SliceStable(in, func(i, j int) bool { return in[i].y1 < in[j].y1 })
	for from := 0; from < len(in); lines++ { // a line ends where the next glyph begins below it
		to, bottom := from+1, in[from].y1
		for to < len(in) && in[to].y0 < bottom-3 {
			bottom = max(bottom, min(in[to].y1, bottom+6))
			to++
		}
		sort.SliceStable(in[from:to], func(i, j int) bool { return in[from+i].x0 < in[from+j].x0 })
		from = to
	}
	for _, g := range in {
		if g.text >= "0" && g.text <= "9" {
			digits += g.text
			perhaps = append(perhaps, struck && g.barred || g.either)
		}
	}
	return digits, perhaps, lines
}

// rowEdges gives where the rows of the table begin, and the last ends, by the rules on the picture. What is too high for its
// cell makes the row higher. nil where the rules are not those of the table.
func rowEdges(img image.Image) []float64 {
	var tops []float64
	last := -100
	for y := tableTop * dotsPerPixel / 2; y < img.Bounds().Dy(); y++ {
		grey, all := 0, 0
		for x := (tableLeft + 2) * dotsPerPixel; x < (tableLeft+oracleColumns*cellWidth-2)*dotsPerPixel; x += 3 {
			r, g, b, _ := img.At(x, y).RGBA()
			if all++; r>>8 == 0x88 && g>>8 == 0x88 && b>>8 == 0x88 {
				grey++
			}
		}
		if grey*10 < all*7 {
			continue
		}
		if y > last+dotsPerPixel {
			tops = append(tops, float64(y)/dotsPerPixel)
		}
		last = y
	}
	if len(tops) != oracleRows+1 {
		return nil
	}
	return tops
}

func plannedRows() (tops []float64) {
	for i := range oracleRows + 1 {
		tops = append(tops, float64(tableTop+i*cellHeight))
	}
	return tops
}

// agrees reports whether digits that were read are those on paper, but for some that may be struck.
func agrees(ours, digits string, perhaps []bool) bool {
	i := 0
	for k := range digits {
		switch {
		case i < len(ours) && ours[i] == digits[k]:
			i++
		case !perhaps[k]:
			return false
		}
	}
	return i == len(ours)
}

// TestShown compares what is read from pages with random style sheets with what a browser puts on paper.
func TestShown(t *testing.T) {
	tool(t, "pdftotext")
	tool(t, "pdftoppm")
	first, n := 0, 4
	if longRun {
		n = 300
	}
	if *shownPages != "" {
		if _, err := fmt.Sscanf(*shownPages, "%d-%d", &first, &n); err != nil {
			t.Fatal(err)
		}
	}
	pages := map[string][]byte{}
	for i := first; i < n; i++ {
		name := fmt.Sprintf("shown-%03d", i)
		pages[name] = oraclePage(rand.New(rand.NewSource(int64(i) + 1)))
		if *keep != "" {
			if err := os.WriteFile(keptFile(name+".html"), pages[name], 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	printed := printAll(t, pages)
	names := make([]string, 0, len(pages))
	for name := range pages {
		names = append(names, name)
	}
	slices.Sort(names)
	cells, equal, doubted, differ := 0, 0, 0, 0
	for _, name := range names {
		glyphs, tops := inkOf(t, t.TempDir(), printed[name])
		if tops == nil {
			t.Logf("%s: the rows of the table are not seen on paper", name)
			continue
		}
		doc, err := extract.Read(pages[name], "page.html")
		if err != nil {
			t.Fatal(err)
		}
		var table *extract.Table
		for _, b := range doc.Blocks {
			if b.Table != nil {
				table = b.Table
			}
		}
		if table == nil || len(table.Cells) != oracleRows*oracleColumns {
			t.Fatalf("%s: not the table that was written", name)
		}
		for _, c := range table.Cells {
			cells++
			digits, perhaps, lines := shownIn(glyphs, tops, c.Row, c.Col)
			ours := onTheLine(c.Text)
			if lines > 1 { // in which order they are read is a matter of taste
				ours, digits, perhaps = sortedDigits(ours), sortedDigits(digits), make([]bool, len(digits))
			}
			switch {
			case strings.ContainsRune(c.Text, '\ufffd'):
				doubted++
			case agrees(ours, digits, perhaps):
				equal++
			default:
				differ++
				if differ <= 40 {
					t.Logf("%s row %d column %d: the paper shows %q, read is %q from %s", name, c.Row+1, c.Col+1,
						digits, c.Text, source(pages[name], c.Row, c.Col))
				}
			}
		}
	}
	t.Logf("%d pages, %d cells: %d equal, %d doubted, %d differ", len(pages), cells, equal, doubted, differ)
	if differ > cells/100 { // lines that the picture shows as part of a digit
		t.Errorf("%d of %d cells are not what the paper shows, and nothing doubts them", differ, cells)
	}
}

// onTheLine gives the digits of a text, raised and lowered ones too: on paper the reader tells them by their place.
func onTheLine(s string) string {
	return strings.Map(func(r rune) rune {
		if i := strings.IndexRune("⁰¹²³⁴⁵⁶⁷⁸⁹", r); i >= 0 {
			return rune('0' + len([]rune("⁰¹²³⁴⁵⁶⁷⁸⁹"[:i])))
		}
		if i := strings.IndexRune("₀₁₂₃₄₅₆₇₈₉", r); i >= 0 {
			return rune('0' + len([]rune("₀₁₂₃₄₅₆₇₈₉"[:i])))
		}
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func sortedDigits(s string) string {
	b := []byte(s)
	slices.Sort(b)
	return string(b)
}

// source gives the markup of a cell.
func source(page []byte, row, column int) string {
	lines := strings.Split(string(page), "\n")
	var trs []string
	for _, l := range lines {
		if strings.HasPrefix(l, "<tr>") {
			trs = append(trs, l)
		}
	}
	return strings.Split(trs[row], "<td")[column+1]
}

// TestTricks prints the tricks of the faults: what each says that its cell shows is what a browser puts on paper.
func TestTricks(t *testing.T) {
	tool(t, "pdftotext")
	tool(t, "pdftoppm")
	type job struct {
		trick trick
		shown bool // the cell shows the number
	}
	var jobs []job
	for _, k := range shownTricks {
		for _, tr := range k.tricks {
			if strings.Contains(tr.foot, "$(") || strings.Contains(tr.css, "@media") || strings.Contains(tr.markup, "password") ||
				strings.Contains(tr.markup, "<meter") || strings.Contains(tr.markup, "%d%d") || strings.Contains(tr.css, "counter(") ||
				strings.Contains(tr.css, "url(") ||
				strings.Contains(tr.foot, "for(var k in d)") || strings.Contains(tr.css, "left:-40px") ||
				strings.Contains(tr.css, "letter-spacing") ||
				strings.Contains(tr.markup, `<i id="%c">%d</i>%n`) {
				continue // needs a library, is printed otherwise than seen, or shows no number
			}
			jobs = append(jobs, job{tr, true})
		}
	}
	rng := rand.New(rand.NewSource(7))
	const onPage = oracleColumns * oracleRows
	pages, wants := map[string][]byte{}, map[string][]string{}
	for from := 0; from < len(jobs); from += onPage {
		r := &Report{}
		var b strings.Builder
		name := fmt.Sprintf("tricks-%d", from)
		for i := range onPage {
			if i%oracleColumns == 0 {
				b.WriteString("\n<tr>")
			}
			c := Cell{Text: fmt.Sprint(100 + rng.Intn(900))}
			if from+i < len(jobs) {
				r.dress(&c, jobs[from+i].trick, rng)
				b.WriteString("<td" + c.Attributes + ">" + c.Markup + "</td>")
				wants[name] = append(wants[name], c.Text)
			} else {
				b.WriteString("<td></td>")
			}
		}
		pages[name] = []byte("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><style>" + oracleSheet() + "</style>" + r.Head +
			"</head><body><table class=\"t\"><tbody>" + b.String() + "\n</tbody></table>" + r.Foot + "</body></html>")
	}
	for name, pdf := range printAll(t, pages) {
		glyphs, _ := inkOf(t, t.TempDir(), pdf)
		for i, want := range wants[name] {
			if got, perhaps, _ := shownIn(glyphs, plannedRows(), i/oracleColumns, i%oracleColumns); !agrees(want, got, perhaps) {
				t.Errorf("a cell that is to show %s shows %q on paper: %s", want, got,
					source(pages[name], i/oracleColumns, i%oracleColumns))
			}
		}
	}
}
