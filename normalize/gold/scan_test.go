package gold

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/scan"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

var (
	ocrDir = flag.String("ocr", os.Getenv("GONGKAI_OCR"),
		"folder of the recognition engine, as gongkai setup ocr fills it")
	ocrEngine = flag.String("engine", "paddle", "engine that reads the scans: paddle or tesseract")
	onlyScan  = flag.String("scan", "", "try this kind of scan only")
)

// A spoil is what happens to a page between the printer and the file.
type spoil struct {
	name  string
	dpi   int
	do    func(img *image.RGBA, rng *rand.Rand) *image.RGBA
	jpeg  int     // quality
	exact float64 // share of the digits that must be read as printed, be they published or kept as text with a finding
	paper string  // the rules of the tables; "" = all of them
}

func spoils() []spoil {
	return []spoil{
		{"clean 150", 150, nil, 92, 0.99, ""},
		{"clean 200", 200, nil, 92, 0.995, ""},
		{"clean 300", 300, nil, 92, 0.995, ""},
		{"noise 200", 200, noisy, 60, 0.97, ""},
		{"jpeg 200", 200, nil, 25, 0.97, ""},
		{"skewed 200", 200, leaning(2.6), 80, 0.97, ""},
		{"skewed 150", 150, leaning(-1.3), 80, 0.97, ""},
		{"stamp 200", 200, stamped, 85, 0.97, ""},
		{"shadow 200", 200, shadowed, 75, 0.97, ""},
		{"everything 200", 200, func(i *image.RGBA, r *rand.Rand) *image.RGBA {
			return noisy(leaning(-1.7)(shadowed(stamped(i, r), r), r), r)
		}, 55, 0.95, ""},
		{"three lines 200", 200, nil, 92, 0.85, "three lines"},
		{"borderless 200", 200, nil, 92, 0.85, "borderless"},
		{"shaded 200", 200, nil, 92, 0.85, "shaded"},
	}
}

// noisy adds the grain of a sensor and the specks of a dirty glass.
func noisy(img *image.RGBA, rng *rand.Rand) *image.RGBA {
	for i := 0; i < len(img.Pix); i += 4 {
		d := rng.NormFloat64() * 18
		for k := range 3 {
			img.Pix[i+k] = uint8(math.Min(255, math.Max(0, float64(img.Pix[i+k])*0.92+10+d)))
		}
	}
	b := img.Bounds()
	for range b.Dx() * b.Dy() / 2500 {
		x, y := rng.Intn(b.Dx()), rng.Intn(b.Dy())
		img.Set(x, y, color.RGBA{60, 60, 60, 255})
		if rng.Intn(3) == 0 {
			img.Set(x+1, y, color.RGBA{90, 90, 90, 255})
		}
	}
	return img
}

// leaning lays the page on the glass askew, by degrees.
func leaning(degrees float64) func(*image.RGBA, *rand.Rand) *image.RGBA {
	return func(img *image.RGBA, rng *rand.Rand) *image.RGBA {
		b := img.Bounds()
		out := image.NewRGBA(b)
		sin, cos := math.Sincos(degrees * math.Pi / 180)
		cx, cy := float64(b.Dx())/2, float64(b.Dy())/2
		for y := range b.Dy() {
			for x := range b.Dx() {
				dx, dy := float64(x)-cx, float64(y)-cy
				sx, sy := cx+dx*cos+dy*sin, cy-dx*sin+dy*cos
				x0, y0 := int(math.Floor(sx)), int(math.Floor(sy))
				if x0 < 0 || y0 < 0 || x0+1 >= b.Dx() || y0+1 >= b.Dy() {
					out.SetRGBA(x, y, color.RGBA{250, 250, 250, 255})
					continue
				}
				tx, ty := sx-float64(x0), sy-float64(y0)
				i := img.PixOffset(x0, y0)
				o := out.PixOffset(x, y)
				for k := range 3 {
					p := func(d int) float64 { return float64(img.Pix[i+d+k]) }
					out.Pix[o+k] = uint8((p(0)*(1-tx)+p(4)*tx)*(1-ty) + (p(img.Stride)*(1-tx)+p(img.Stride+4)*tx)*ty +
						0.5)
				}
				out.Pix[o+3] = 255
			}
		}
		return out
	}
}

// stamped puts a round red seal over a part of the page where figures stand.
func stamped(img *image.RGBA, rng *rand.Rand) *image.RGBA {
	b := img.Bounds()
	r := float64(b.Dx()) * 0.1 // some 42 mm across
	cx, cy := float64(b.Dx())*(0.45+0.3*rng.Float64()), float64(b.Dy())*(0.3+0.4*rng.Float64())
	for y := int(cy - r); y <= int(cy+r); y++ {
		for x := int(cx - r); x <= int(cx+r); x++ {
			if x < 0 || y < 0 || x >= b.Dx() || y >= b.Dy() {
				continue
			}
			d := math.Hypot(float64(x)-cx, float64(y)-cy)
			angle := math.Atan2(float64(y)-cy, float64(x)-cx)
			ring := d < r && d > 0.93*r
			letters := d < 0.86*r && d > 0.66*r && math.Mod(angle*12+100, 1.9) < 1.1 && rng.Intn(5) > 0
			star := d < 0.3*r*(0.6+0.4*math.Cos(5*angle))
			if !ring && !letters && !star {
				continue
			}
			i := img.PixOffset(x, y)
			for k, ink := range [3]float64{215, 35, 40} { // ink lies over print as a filter does
				img.Pix[i+k] = uint8(float64(img.Pix[i+k]) * (0.25 + 0.75*ink/255))
			}
		}
	}
	return img
}

// shadowed darkens the page towards the fold of a book.
func shadowed(img *image.RGBA, rng *rand.Rand) *image.RGBA {
	b := img.Bounds()
	fold := float64(b.Dx()) * 0.06
	if rng.Intn(2) == 0 {
		fold = float64(b.Dx()) * 0.95
	}
	width := float64(b.Dx()) * 0.22
	for y := range b.Dy() {
		for x := range b.Dx() {
			d := math.Abs(float64(x)-fold) / width
			f := 0.93 - 0.48*math.Exp(-d*d)
			i := img.PixOffset(x, y)
			for k := range 3 {
				img.Pix[i+k] = uint8(float64(img.Pix[i+k]) * f)
			}
		}
	}
	return img
}

// scanned makes a PDF of pictures of the pages of a PDF.
func scanned(t *testing.T, body []byte, s spoil, seed int64) []byte {
	t.Helper()
	dir := t.TempDir()
	in := filepath.Join(dir, "in.pdf")
	if err := os.WriteFile(in, body, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := command(t, tool(t, "pdftoppm"), "-r", fmt.Sprint(s.dpi), "-png", in,
		filepath.Join(dir, "p")); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "p*.png"))
	if err != nil || len(files) == 0 {
		t.Fatal("no pages", err)
	}
	sort.Strings(files)
	rng := rand.New(rand.NewSource(seed))
	var pages [][]byte
	var sizes []image.Point
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		rgba := image.NewRGBA(img.Bounds())
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				rgba.Set(x, y, img.At(x, y))
			}
		}
		if s.do != nil {
			rgba = s.do(rgba, rng)
		}
		var j bytes.Buffer
		if err := jpeg.Encode(&j, rgba, &jpeg.Options{Quality: s.jpeg}); err != nil {
			t.Fatal(err)
		}
		pages, sizes = append(pages, j.Bytes()), append(sizes, rgba.Bounds().Size())
	}
	return picturePDF(pages, sizes, s.dpi)
}

// picturePDF is a PDF each of whose pages is a JPEG.
func picturePDF(pages [][]byte, sizes []image.Point, dpi int) []byte {
	var b bytes.Buffer
	var at []int
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(at))
		fmt.Fprintf(&b, format, args...)
		b.WriteString("\nendobj\n")
	}
	b.WriteString("%PDF-1.4\n")
	object("<</Type/Catalog/Pages 2 0 R>>")
	var kids []string
	for i := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", 3+3*i))
	}
	object("<</Type/Pages/Count %d/Kids[%s]>>", len(pages), strings.Join(kids, " "))
	for i, p := range pages {
		w, h := float64(sizes[i].X)*72/float64(dpi), float64(sizes[i].Y)*72/float64(dpi)
		object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents %d 0 R/Resources<</XObject<</I %d 0 R>>>>>>",
			w, h, 4+3*i, 5+3*i)
		content := fmt.Sprintf("q %.2f 0 0 %.2f 0 0 cm /I Do Q", w, h)
		object("<</Length %d>>\nstream\n%s\nendstream", len(content), content)
		object("<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent "+
			"8/Filter/DCTDecode/Length %d>>\nstream\n%s\nendstream", sizes[i].X, sizes[i].Y, len(p), p)
	}
	x := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, x)
	return b.Bytes()
}

// engine opens the engine; without one the test is skipped, in CI it fails.
func engine(t testing.TB) scan.Engine {
	e, err := scan.Open(*ocrEngine, *ocrDir)
	if err != nil {
		if os.Getenv("CI") == "true" && *ocrDir != "" {
			t.Fatal(err)
		}
		t.Skipf("no engine that reads pictures: %v", err)
	}
	t.Cleanup(e.Close)
	return e
}

// TestScans reads scans of our reports, clean and spoiled.
func TestScans(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	e := engine(t)
	pages, reports := map[string][]byte{}, map[string]*Report{}
	which := []int{2, 12}
	if *rounds > 1 {
		which = []int{0, 2, 3, 7, 9, 12, 14}
	}
	kinds := spoils()
	for _, k := range which {
		r := Reports()[k]
		for _, p := range papers {
			if slices.ContainsFunc(kinds, func(s spoil) bool { return cmp.Or(s.paper, "ruled") == p.name }) {
				pages[p.name+"/"+r.ID], reports[p.name+"/"+r.ID] = p.page(r), r
			}
		}
	}
	bodies := printAll(t, pages)
	cache := t.TempDir()
	sample := !longRun && *onlyScan == "" && *rounds == 1
	for _, s := range kinds {
		var names []string
		for n := range bodies {
			if strings.HasPrefix(n, cmp.Or(s.paper, "ruled")+"/") {
				names = append(names, n)
			}
		}
		sort.Strings(names)
		if *onlyScan != "" && s.name != *onlyScan || *onlyScan == "" && *rounds == 1 &&
			(s.name == "clean 300" || s.name == "skewed 150") || sample && s.name != "clean 200" {
			continue
		}
		var sum Score
		n := 0
		var took time.Duration
		digits, read, right := 0, 0, 0
		for i, name := range names {
			if sample && i > 0 || *rounds == 1 && i > 0 && s.name != "clean 200" && s.name != "everything 200" &&
				*onlyScan == "" {
				break
			}
			body := scanned(t, bodies[name], s, int64(i)+77)
			keepFile(t, "scan "+s.name+" "+name+".pdf", body)
			start := time.Now()
			doc, err := extract.ReadContext(context.Background(), body, "report.pdf", extract.WithCache(cache),
				extract.WithOCR(func() (scan.Engine, error) { return e, nil }))
			if err != nil {
				t.Fatalf("%s %s: %v", s.name, name, err)
			}
			n += doc.Pages
			r := reports[name]
			got := normalize.Read(doc, forms)
			took += time.Since(start)
			score, failures := r.Judge(got)
			sum.Add(score)
			a, b, c := r.countDigits(got)
			digits, read, right = digits+a, read+b, right+c
			for k, f := range failures {
				if k < *showFailures || strings.HasPrefix(f, "silent ") {
					t.Logf("%s %s: %s", s.name, name, f)
				}
			}
		}
		share := float64(read) / float64(digits)
		t.Logf("%-16s %d documents, %3d pages in %4.1f s, %5d cells, %.3f %% exact, %d abstained, %d flagged, %d "+
			"silent; of %d digits %.2f %% read, %.2f %% published", s.name, sum.Documents, n, took.Seconds(), sum.Cells,
			100*sum.ExactShare(), sum.Abstained, sum.Flagged, sum.Silent, digits, 100*share,
			100*float64(right)/float64(digits))
		if sum.Silent > 0 {
			t.Errorf("%s: %d silent errors", s.name, sum.Silent)
		}
		if share < s.exact {
			t.Errorf("%s: %.2f %% of the digits read, less than %.1f %%", s.name, 100*share, 100*s.exact)
		}
	}
}

// countDigits counts the digits that are printed as figures, those of them that were read in their places,
// and those that are published as numbers: not those kept as text with a finding.
func (r *Report) countDigits(got *normalize.Report) (all, read, published int) {
	values := map[string]normalize.Value{}
	for _, v := range got.Values {
		values[v.Name] = v
	}
	for name, p := range r.Truth() {
		if r.Ambiguous[name] || p.State != normalize.Number {
			continue
		}
		n := len(squeeze(p.Text))
		all += n
		if squeeze(values[name].Text) == squeeze(p.Text) {
			read += n
		}
		if Same(p, values[name]) {
			published += n
		}
	}
	return all, read, published
}

// TestTesseract reads a clean scan with the other engine: less of it, and nothing wrongly.
func TestTesseract(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	if !longRun {
		t.Skip("recognises three pages with a slow engine: GONGKAI_LONG=1 runs it")
	}
	tool(t, "tesseract")
	e, err := scan.Open("tesseract", "")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	r := Reports()[0]
	name := "ruled/" + r.ID
	body := scanned(t, printAll(t, map[string][]byte{name: papers[0].page(r)})[name],
		spoil{name: "clean 300", dpi: 300, jpeg: 92}, 3)
	start := time.Now()
	doc, err := extract.Read(body, "report.pdf", extract.WithCache(t.TempDir()),
		extract.WithOCR(func() (scan.Engine, error) { return e, nil }))
	if err != nil {
		t.Fatal(err)
	}
	s, failures := r.Judge(normalize.Read(doc, forms))
	t.Logf("%s: %d pages in %s, %d cells, %.2f %% exact, %d abstained, %d flagged, %d silent", e.Name(), doc.Pages,
		time.Since(start).Round(time.Second/10), s.Cells, 100*s.ExactShare(), s.Abstained, s.Flagged, s.Silent)
	for _, f := range failures {
		if strings.HasPrefix(f, "silent ") {
			t.Error(f)
		}
	}
	if s.ExactShare() < 0.8 {
		t.Errorf("%.1f %% exact", 100*s.ExactShare())
	}
}

// TestPictures reads reports whose tables are pictures: on a page, in a Word file, and by themselves.
func TestPictures(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	e := engine(t)
	r := Reports()[2]
	name := "ruled/" + r.ID
	body := printAll(t, map[string][]byte{name: papers[0].page(r)})[name]
	dir := t.TempDir()
	in := filepath.Join(dir, "in.pdf")
	if err := os.WriteFile(in, body, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := command(t, tool(t, "pdftoppm"), "-r", "150", "-png", in, filepath.Join(dir, "p")); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "p*.png"))
	if err != nil || len(files) == 0 {
		t.Fatal("no pages", err)
	}
	sort.Strings(files)
	var page, linked, drawings, relations strings.Builder
	media := []string{}
	at := map[string][]byte{}
	for i, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&page, "<img src=\"data:image/png;base64,%s\">\n", base64.StdEncoding.EncodeToString(b))
		fmt.Fprintf(&linked, "<img src=\"images/%d.png\">\n", i)
		at[fmt.Sprintf("images/%d.png", i)] = b
		fmt.Fprintf(&drawings, `<w:p><w:r><w:drawing><a:blip r:embed="p%d"/></w:drawing></w:r></w:p>`, i)
		fmt.Fprintf(&relations, `<Relationship Id="p%d" `+
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/%d.png"/>`,
			i, i)
		media = append(media, fmt.Sprintf("word/media/%d.png", i), string(b))
	}
	open := extract.WithOCR(func() (scan.Engine, error) { return e, nil })
	files2 := extract.WithLinked(func(ref string) ([]byte, error) {
		if b, ok := at[ref]; ok {
			return b, nil
		}
		return nil, os.ErrNotExist
	})
	html := func(s string) []byte {
		return []byte("<html><body><p>下图为报告全文。</p>" + s + "</body></html>")
	}
	word := container(append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml",
		"<w:document " + wordSpace + "><w:body>" + drawings.String() + "</w:body></w:document>",
		"word/_rels/document.xml.rels", "<Relationships>" + relations.String() + "</Relationships>"}, media...)...)
	cache := extract.WithCache(t.TempDir())
	for what, b := range map[string][]byte{"in the page": html(page.String()), "beside the page": html(linked.String()),
		"in a Word file": word} {
		doc, err := extract.ReadContext(context.Background(), b, "", open, files2, cache)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		got := normalize.Read(doc, forms)
		s, failures := r.Judge(got)
		t.Logf("%s: %d cells, %d exact, %d flagged, %d silent, %s %d", what, s.Cells, s.Exact, s.Flagged, s.Silent,
			got.Agency, got.Year)
		if s.Silent > 0 || s.ExactShare() < 0.98 || got.Year != r.Year {
			t.Errorf("%s: %d of %d cells exact, %d silent: %q", what, s.Exact, s.Cells, s.Silent, failures)
		}
	}
	// without an engine each says what to do
	doc, err := extract.Read(html(page.String()), "")
	if err != nil || len(doc.Doubts) == 0 || !strings.Contains(doc.Doubts[0].Message, "gongkai setup ocr") {
		t.Errorf("%v %v", err, doc.Doubts)
	}
	if _, err := extract.Read(at["images/0.png"], ""); err == nil || err.Error() != "scanned; run gongkai setup ocr" {
		t.Errorf("%v", err)
	}
}
