package gold

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// PDFStyle is how an office's program writes PDF.
type PDFStyle struct {
	Encoding     string        // "UniGB-UCS2-H", "GBK-EUC-H" or "Identity-H" (codes of its own with a ToUnicode map)
	Vertical     bool          // labels of groups in a vertical font
	Bare         bool          // no rules at all
	FilledRules  bool          // rules as thin filled rectangles, else strokes
	RepeatHeader bool          // a table's header again on each page
	OpenCuts     bool          // cells cut by a page have no closing rule
	Rotated      bool          // pages stored lying, with /Rotate 90
	Untold       string        // characters that the ToUnicode map of Identity-H leaves out
	Told         map[rune]rune // what it says of characters that it gets wrong
	Start        float64       // where the first page begins, points from its top: moves the page breaks
}

const (
	pageWidth, pageHeight = 595.0, 842.0
	marginLeft, marginTop = 57.0, 72.0
	textWidth             = pageWidth - 2*marginLeft
	pageBottom            = 770.0
)

// A pdfWriter writes a PDF with one Chinese font that is not embedded.
type pdfWriter struct {
	style PDFStyle
	spans bool // digits of one number in text runs of their own
	pages []*bytes.Buffer
	y     float64 // from the top
	codes map[rune]int
	order []rune
	boxes map[string]PlacedBox

	extras pdfExtras
	ofd    *ofdFile // where what is drawn goes instead: the same pages as OFD
}

// A PlacedBox is where a cell was drawn.
type PlacedBox struct {
	Page int
	Box  [4]float64 // points from the top left of the page
}

// PDF writes the report as PDF.
func (r *Report) PDF(s PDFStyle) []byte {
	body, _ := r.PlacedPDF(s)
	return body
}

// PlacedPDF writes the report as PDF and tells where each value's cell is drawn.
func (r *Report) PlacedPDF(s PDFStyle) ([]byte, map[string]PlacedBox) {
	w := &pdfWriter{style: s, spans: r.Spans, codes: map[rune]int{}, boxes: map[string]PlacedBox{}}
	w.report(r)
	return r.finish(w.file(r.Title)), w.boxes
}

// report draws the pages of a report.
func (w *pdfWriter) report(r *Report) {
	w.page()
	w.y += w.style.Start
	for i, it := range r.Items {
		switch {
		case it.Table != nil:
			w.table(it.Table)
		case i == 0:
			w.centred(it.Text, 18)
		case i == 1:
			w.centred(it.Text, 12)
		default:
			w.paragraph(it.Text, 12)
		}
	}
}

func (w *pdfWriter) page() {
	w.pages = append(w.pages, &bytes.Buffer{})
	w.y = marginTop
	if w.ofd != nil {
		w.ofd.page()
	}
	n := fmt.Sprintf("- %d -", len(w.pages))
	w.text(pageWidth/2-w.width(n, 10)/2, 805, 10, n)
}

func (w *pdfWriter) out() *bytes.Buffer { return w.pages[len(w.pages)-1] }

// width of a text: Latin characters are half as wide as Chinese ones.
func (w *pdfWriter) width(s string, size float64) float64 {
	n := 0.0
	for _, r := range s {
		if r < 0x7f {
			n += 0.5
		} else {
			n++
		}
	}
	return n * size
}

// text draws a line with its baseline at y from the top.
func (w *pdfWriter) text(x, y, size float64, s string) {
	switch {
	case s == "":
	case w.ofd != nil:
		w.ofd.text(w, x, y, size, s)
	default:
		fmt.Fprintf(w.out(), "BT /F1 %.1f Tf 1 0 0 1 %.2f %.2f Tm <%X> Tj ET\n", size, x, pageHeight-y, w.encode(s))
	}
}

func (w *pdfWriter) encode(s string) []byte {
	switch w.style.Encoding {
	case "GBK-EUC-H", "GB-EUC-H":
		b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(s))
		if err != nil {
			panic(err) // all our text is in GBK
		}
		return b
	case "Identity-H":
		var b []byte
		for _, r := range s {
			c, ok := w.codes[r]
			if !ok {
				c = len(w.order) + 3
				w.codes[r] = c
				w.order = append(w.order, r)
			}
			b = append(b, byte(c>>8), byte(c))
		}
		return b
	}
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return b
}

// wrap breaks a text into lines of at most width.
func (w *pdfWriter) wrap(s string, size, width float64) []string {
	var out []string
	for _, part := range strings.Split(s, "\n") {
		line, used := "", 0.0
		for _, r := range part {
			k := w.width(string(r), size)
			if used+k > width && line != "" {
				out = append(out, line)
				line, used = "", 0
			}
			line += string(r)
			used += k
		}
		out = append(out, line)
	}
	return out
}

func (w *pdfWriter) centred(s string, size float64) {
	for _, l := range w.wrap(s, size, textWidth) {
		w.y += size * 1.6
		w.text(pageWidth/2-w.width(l, size)/2, w.y, size, l)
	}
	w.y += size * 0.6
}

func (w *pdfWriter) paragraph(s string, size float64) {
	for i, l := range w.wrap("　　"+s, size, textWidth) {
		if w.y+size*1.7 > pageBottom {
			w.page()
		}
		w.y += size * 1.7
		x := marginLeft
		if i == 0 {
			l = strings.TrimPrefix(l, "　　")
			x += 2 * size
		}
		w.text(x, w.y, size, l)
	}
}

func (w *pdfWriter) rule(x0, y0, x1, y1 float64) {
	if w.style.Bare {
		return
	}
	if w.ofd != nil {
		w.ofd.rule(x0, y0, x1, y1, w.style.FilledRules)
		return
	}
	if w.style.FilledRules {
		if y0 == y1 {
			fmt.Fprintf(w.out(), "%.2f %.2f %.2f 0.48 re f\n", x0, pageHeight-y0-0.24, x1-x0)
		} else {
			fmt.Fprintf(w.out(), "%.2f %.2f 0.48 %.2f re f\n", x0-0.24, pageHeight-y1, y1-y0)
		}
		return
	}
	fmt.Fprintf(w.out(), "%.2f %.2f m %.2f %.2f l S\n", x0, pageHeight-y0, x1, pageHeight-y1)
}

// columnEdges are the x positions of a table with n grid columns.
func columnEdges(n int) []float64 {
	var ws []float64
	switch n {
	case 10:
		ws = []float64{44, 56, 142, 34, 34, 34, 34, 34, 34, 34}
	case 4:
		ws = []float64{150, 110, 110, 110}
	case 6:
		ws = []float64{130, 70, 70, 70, 70, 70}
	default:
		for i := 0; i < n; i++ {
			ws = append(ws, 480/float64(n))
		}
	}
	xs := []float64{marginLeft}
	for _, k := range ws {
		xs = append(xs, xs[len(xs)-1]+k)
	}
	return xs
}

// labelColumns counts the columns left of the values.
func (t *Table) labelColumns() int {
	cells, first := t.place()
	for _, c := range cells {
		if c.Name != "" {
			first = min(first, c.col)
		}
	}
	return first
}

// besideLabels are the x positions of the three columns of table III's labels and of n columns of values.
func besideLabels(n int) []float64 {
	labels := 242.0
	if n > 7 {
		labels = 130
	}
	xs := []float64{marginLeft, marginLeft + labels*0.18, marginLeft + labels*0.41, marginLeft + labels}
	for i := range n {
		xs = append(xs, xs[3]+(480-labels)*float64(i+1)/float64(n))
	}
	return xs
}

type placedCell struct {
	Cell
	row, col int
}

// place gives each cell its grid position.
func (t *Table) place() (cells []placedCell, cols int) {
	busy := map[[2]int]bool{}
	for r, row := range t.Rows {
		c := 0
		for _, cell := range row {
			for busy[[2]int{r, c}] {
				c++
			}
			for i := 0; i < cell.Rows; i++ {
				for k := 0; k < cell.Cols; k++ {
					busy[[2]int{r + i, c + k}] = true
				}
			}
			cells = append(cells, placedCell{cell, r, c})
			c += cell.Cols
			cols = max(cols, c)
		}
	}
	return cells, cols
}

const cellSize = 9.0

// table draws a table, over as many pages as it needs.
func (w *pdfWriter) table(t *Table) {
	cells, cols := t.place()
	xs := columnEdges(cols)
	if first := t.labelColumns(); first == 3 && cols != 10 {
		xs = besideLabels(cols - first)
	}
	heights := make([]float64, len(t.Rows))
	for i := range heights {
		heights[i] = 18
	}
	for _, c := range cells {
		if c.Rows == 1 {
			lines := len(w.wrap(c.Text, cellSize, xs[c.col+c.Cols]-xs[c.col]-4))
			heights[c.row] = max(heights[c.row], float64(lines)*cellSize*1.25+7)
		}
	}
	for _, c := range cells { // a merged cell needs room for its lines
		if c.Rows > 1 && c.Header {
			need, have := float64(len(w.wrap(c.Text, cellSize, xs[c.col+c.Cols]-xs[c.col]-4)))*cellSize*1.25+7, 0.0
			for i := c.row; i < c.row+c.Rows && i < len(heights); i++ {
				have += heights[i]
			}
			if last := min(c.row+c.Rows, len(heights)) - 1; need > have {
				heights[last] += need - have
			}
		}
	}
	w.y += 6
	for start := 0; start < len(t.Rows); {
		need := heights[start]
		if start == 0 { // the rows of a header are kept together
			need = 0
			for _, h := range heights[:max(t.Header, 1)] {
				need += h
			}
		}
		if w.y+need > pageBottom {
			w.page()
		}
		if start > 0 && w.style.RepeatHeader && t.Header > 0 && start >= t.Header {
			w.segment(cells, xs, heights, 0, t.Header)
		}
		end, y := start, w.y
		for end < len(t.Rows) && (end == start || y+heights[end] <= pageBottom) {
			y += heights[end]
			end++
		}
		w.segment(cells, xs, heights, start, end)
		start = end
		if start < len(t.Rows) {
			w.page()
		}
	}
	w.y += 10
}

// segment draws the rows start … end of a table.
func (w *pdfWriter) segment(cells []placedCell, xs, heights []float64, start, end int) {
	ys := []float64{w.y}
	for i := start; i < end; i++ {
		ys = append(ys, ys[len(ys)-1]+heights[i])
	}
	for _, c := range cells {
		top, bottom := max(c.row, start), min(c.row+c.Rows, end)
		if top >= bottom {
			continue
		}
		x0, x1 := xs[c.col], xs[c.col+c.Cols]
		y0, y1 := ys[top-start], ys[bottom-start]
		if !(w.style.OpenCuts && c.row < start) {
			w.rule(x0, y0, x1, y0)
		}
		if !(w.style.OpenCuts && c.row+c.Rows > end) {
			w.rule(x0, y1, x1, y1)
		}
		w.rule(x0, y0, x0, y1)
		w.rule(x1, y0, x1, y1)
		if c.row < start {
			continue // its text stands on the page before
		}
		if c.Name != "" {
			w.boxes[c.Name] = PlacedBox{len(w.pages), [4]float64{x0, y0, x1, y1}}
		}
		if w.style.Vertical && c.Group && y1-y0 > 3*cellSize {
			w.vertical(c.Text, x0, y0, x1, y1)
			continue
		}
		if c.Draw != nil {
			c.Draw(w, pdfBox{x0, y0, x1, y1, c.Text})
			continue
		}
		lines := w.wrap(c.Text, cellSize, x1-x0-4)
		y := (y0+y1)/2 - float64(len(lines))*cellSize*1.25/2
		for _, l := range lines {
			y += cellSize * 1.25
			x := (x0+x1)/2 - w.width(l, cellSize)/2
			if c.Label && len(lines) > 1 {
				x = x0 + 2
			}
			if w.spans && c.Name != "" {
				for _, r := range l { // each digit is placed by itself
					w.text(x, y-2, cellSize, string(r))
					x += w.width(string(r), cellSize)
				}
				continue
			}
			w.text(x, y-2, cellSize, l)
		}
	}
	w.y = ys[len(ys)-1]
}

// vertical sets a label downwards, in as many columns from the right as it needs.
func (w *pdfWriter) vertical(s string, x0, y0, x1, y1 float64) {
	r := []rune(s)
	n := max(1, int((y1-y0-4)/cellSize))
	cols := (len(r) + n - 1) / n
	x := (x0+x1)/2 + float64(cols-1)*cellSize*0.6
	for i := 0; i < len(r); i += n {
		part := r[i:min(len(r), i+n)]
		top := (y0+y1)/2 - float64(min(n, len(r)))*cellSize/2
		if w.ofd != nil {
			w.ofd.down(x-cellSize/2, top+0.88*cellSize, cellSize, string(part))
			x -= cellSize * 1.2
			continue
		}
		fmt.Fprintf(w.out(), "BT /F2 %.1f Tf 1 0 0 1 %.2f %.2f Tm <%X> Tj ET\n", cellSize, x, pageHeight-top,
			w.encode(string(part)))
		x -= cellSize * 1.2
	}
}

// file writes objects and cross-references.
func (w *pdfWriter) file(title string) []byte {
	var b bytes.Buffer
	var offsets []int
	place := w.extras.place(8 + 2*len(w.pages))
	obj := func(s string) {
		s = place(s)
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(offsets), s)
	}
	stream := func(body []byte) string {
		return fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(body), body)
	}
	b.WriteString("%PDF-1.5\n%\xe4\xb8\xad\n")
	kids := make([]string, len(w.pages))
	first := 8
	for i := range w.pages {
		kids[i] = fmt.Sprintf("%d 0 R", first+2*i)
	}
	obj("<< /Type /Catalog /Pages 2 0 R" + w.extras.catalog() + " >>")
	obj(fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids)))
	toUnicode := ""
	if w.style.Encoding == "Identity-H" {
		toUnicode = " /ToUnicode 6 0 R"
	}
	obj(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /%s /DescendantFonts [4 0 R]%s >>",
		w.style.Encoding, toUnicode))
	widths := "/W [1 95 500 814 908 500 7716 [500]]"
	if w.style.Encoding == "Identity-H" {
		var parts []string
		for i, r := range w.order {
			if r < 0x7f {
				parts = append(parts, fmt.Sprintf("%d [500]", i+3))
			}
		}
		widths = "/W [" + strings.Join(parts, " ") + "]"
	}
	ordering := "GB1"
	if w.style.Encoding == "Identity-H" {
		ordering = "Identity"
	}
	obj(fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry "+
		"(Adobe) /Ordering (%s) /Supplement 4 >> /DW 1000 %s /FontDescriptor << /Type /FontDescriptor /FontName "+
		"/STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 752 /Descent -271 /CapHeight "+
		"737 /StemV 58 >> >>", ordering, widths))
	var name []byte
	for _, u := range utf16.Encode([]rune(title)) {
		name = append(name, byte(u>>8), byte(u))
	}
	obj(fmt.Sprintf("<< /Title <FEFF%X> /Producer (gongkai gold) >>", name))
	obj(stream(w.toUnicode()))
	obj(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /%sV /DescendantFonts [4 0 "+
		"R]%s >>", strings.TrimSuffix(w.style.Encoding, "H"), toUnicode))
	for i, p := range w.pages {
		page := fmt.Sprintf("/MediaBox [0 0 %.0f %.0f]", pageWidth, pageHeight)
		body := p.Bytes()
		if w.style.Rotated { // drawn lying on a landscape sheet, turned upright by the viewer
			page = fmt.Sprintf("/MediaBox [0 0 %.0f %.0f] /Rotate 90", pageHeight, pageWidth)
			body = append([]byte(fmt.Sprintf("0 1 -1 0 %.0f 0 cm\n", pageHeight)), body...)
		}
		body = append([]byte("0.48 w\n"), body...)
		inside, beside := w.extras.resources(i)
		obj(fmt.Sprintf("<< /Type /Page /Parent 2 0 R %s /Resources << /Font << /F1 3 0 R /F2 7 0 R%s >>%s >>%s /Contents "+
			"%d 0 R >>", page, w.extras.fonts, inside, beside, first+2*i+1))
		obj(stream(body))
	}
	for _, o := range w.extras.objects {
		obj(o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, xref)
	return b.Bytes()
}

func (w *pdfWriter) toUnicode() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Gold def /CMapType 2 " +
		"def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n")
	for i := 0; i < len(w.order); i += 100 {
		part := w.order[i:min(len(w.order), i+100)]
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for k, r := range part {
			if strings.ContainsRune(w.style.Untold, r) {
				continue
			}
			if other, ok := w.style.Told[r]; ok {
				r = other
			}
			fmt.Fprintf(&b, "<%04X> <", i+k+3)
			for _, u := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, "%04X", u)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap CMapName currentdict /CMap defineresource pop end end\n")
	return b.Bytes()
}
