package originals

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/draw"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output/explore/evidence"
)

func TestMain(m *testing.M) {
	if child.Called() {
		os.Exit(child.Main(os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func sumOf(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }

func zipOf(t *testing.T, name string, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range []struct {
		name string
		body []byte
	}{{"readme.txt", []byte("说明")}, {name, body}} {
		w, err := z.Create(f.name)
		if err == nil {
			_, err = w.Write(f.body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestOriginals: documents are found where they were read and in an archive, in archive files too, and only if their
// bytes are those that were read.
func TestOriginals(t *testing.T) {
	ctx := context.Background()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir, where := t.TempDir(), t.TempDir()
	rep := gold.New(3, 2022, "2021", "2021", gold.Options{Zero: "0"})
	page, word := rep.HTML(gold.HTMLStyle{GBK: true}), rep.DOCX(gold.WordStyle{})
	packed := zipOf(t, "内部/report.docx", word)
	crawled := []byte("<html><body><table><tr><td>12</td></tr></table></body></html>")
	crawledZip := zipOf(t, "report!.txt", []byte("收到\t12\t13\n受理\t7\t8\n"))
	for name, body := range map[string][]byte{"a/page.html": page, "a!b.docx": word, "packed.zip": packed,
		"plain.txt": []byte("收到\t12\t13\n受理\t7\t8\n")} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	a, err := archive.Open(ctx, where)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.PutBody(ctx, crawled); err != nil {
		t.Fatal(err)
	}
	if err := a.Put(ctx, &archive.Capture{Portal: "p", Visit: "20260101T000000.000Z",
		Key: archive.Key("", "http://x.example/r.zip", ""), URL: "http://x.example/r.zip", Time: time.Unix(0, 0),
		Status: 200, Result: archive.New}, crawledZip); err != nil {
		t.Fatal(err)
	}
	l := child.Limits{Time: 20 * time.Second, Memory: 512 << 20, Cache: t.TempDir(), OCR: "none"}
	o := New(dir, a, child.Open(l, forms))
	defer o.Close()

	cell := func(p evidence.Place, text string) []evidence.Mark {
		return []evidence.Mark{{ID: "1.x", Text: text, Kind: "proved", Place: p}}
	}
	member := sumOf([]byte("收到\t12\t13\n受理\t7\t8\n"))
	for _, c := range []struct {
		name  string
		d     evidence.Source
		marks []evidence.Mark
		want  string // in the page, or in the error
		kept  bool
	}{
		{"a page", evidence.Source{SHA256: sumOf(page), File: "a/page.html"},
			cell(evidence.Place{Path: "/html/body/p[1]"}, ""), `<p id="1.x" class="mark proved"`, true},
		{"a text", evidence.Source{SHA256: member, File: "plain.txt"},
			cell(evidence.Place{Table: 1, Row: 1, Column: 2, Offset: 7}, "12"), `title="">12</span>`, true},
		{"a name with !", evidence.Source{SHA256: sumOf(word), File: "a!b.docx"},
			cell(evidence.Place{Table: 9, Row: 9, Column: 99}, ""),
			`1.x: its place (table 9, row 9, column 99) was not found here`, true},
		{"in a zip", evidence.Source{SHA256: sumOf(word), File: "packed.zip!内部/report.docx"},
			cell(evidence.Place{Table: 1, Row: 1, Column: 1}, ""), `id="1.x" class="mark proved"`, true},
		{"in the archive", evidence.Source{SHA256: sumOf(crawled), File: "p/2024-x/y-page.html",
			URL: "http://x.example/"}, cell(evidence.Place{Path: "/html/body/table[1]/tbody[1]/tr[1]/td[1]"}, "12"),
			`<td id="1.x" class="mark proved">12</td>`, true},
		{"in a zip in the archive", evidence.Source{SHA256: member, File: "p/2024-x/y-r.zip!report!.txt",
			URL: "http://x.example/r.zip"}, cell(evidence.Place{Table: 1, Row: 2, Column: 3, Offset: 22}, "8"),
			`>8</span>`, true},
		{"another file", evidence.Source{SHA256: sumOf(word), File: "a/page.html"}, nil, "is not the one that was read",
			false},
		{"another in the zip", evidence.Source{SHA256: sumOf(page), File: "packed.zip!内部/report.docx"}, nil,
			"is not the one that was read", false},
		{"no file", evidence.Source{SHA256: sumOf(word), File: "gone.docx"}, nil, "no such file", false},
		{"a folder", evidence.Source{SHA256: sumOf(word), File: "a"}, nil, "no such file", false},
		{"standard input", evidence.Source{SHA256: sumOf(word), File: "-"}, nil, "standard input", false},
		{"not in the archive", evidence.Source{SHA256: sumOf(packed), File: "p/2024-x/z.html",
			URL: "http://x.example/z"}, nil, "the archive does not have it", false},
		{"not in the zip in the archive", evidence.Source{SHA256: sumOf(packed), File: "p/2024-x/y-r.zip!z",
			URL: "http://x.example/r.zip"}, nil, "the archive does not have it", false},
	} {
		b, err := o.Page(ctx, c.d, c.marks)
		if !c.kept {
			if !errors.Is(err, evidence.ErrNotKept) || !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !strings.Contains(string(b), c.want) {
			t.Errorf("%s: %q is not in %s", c.name, c.want, b)
		}
		if again, err := o.Page(ctx, c.d, c.marks); err != nil || !bytes.Equal(b, again) {
			t.Errorf("%s: another page: %v", c.name, err)
		}
		raw, err := o.Raw(ctx, c.d)
		if err != nil || sumOf(raw) != c.d.SHA256 {
			t.Errorf("%s: raw: %v", c.name, err)
		}
	}
	if _, err := o.Picture(ctx, evidence.Source{SHA256: sumOf(page), File: "a/page.html"}, 1); err == nil ||
		!strings.Contains(err.Error(), "has no pages") {
		t.Errorf("a picture of a page of HTML: %v", err)
	}
}

// TestPictures: a pixel of a picture is half a point, so that boxes lie on it times two.
func TestPictures(t *testing.T) {
	ctx := context.Background()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir, cache := t.TempDir(), t.TempDir()
	rep := gold.New(3, 2022, "2021", "2021", gold.Options{Zero: "0"})
	body, boxes := rep.PlacedPDF(gold.PDFStyle{Encoding: "Identity-H", Rotated: true})
	// a scan in 100 dots an inch, with ink from 100 to 200 pixels
	scanned := image.NewGray(image.Rect(0, 0, 827, 1169))
	draw.Draw(scanned, scanned.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(scanned, image.Rect(100, 100, 200, 200), image.Black, image.Point{}, draw.Src)
	var scan bytes.Buffer
	if err := png.Encode(&scan, scanned); err != nil {
		t.Fatal(err)
	}
	large := []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00")
	for name, b := range map[string][]byte{"r.pdf": body, "r.png": scan.Bytes(), "broken.pdf": body[:len(body)/3],
		"large.gif": large} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	open := func(memory int64) *Originals {
		l := child.Limits{Time: 30 * time.Second, Memory: memory, Cache: cache, OCR: "none"}
		return New(dir, nil, child.Open(l, forms))
	}
	o := open(512 << 20)
	defer o.Close()
	draws := func(name string, body []byte, page int) image.Image {
		t.Helper()
		b, err := o.Picture(ctx, evidence.Source{SHA256: sumOf(body), File: name}, page)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	v, err := pdf.Look(ctx, body, 1, 72, pdf.Options{Cache: cache})
	if err != nil {
		t.Fatal(err)
	}
	img := draws("r.pdf", body, 1)
	if got := img.Bounds().Size(); abs(float64(got.X)-2*v.Width) > 1 || abs(float64(got.Y)-2*v.Height) > 1 {
		t.Errorf("a page of %g × %g points is %v pixels", v.Width, v.Height, got)
	}
	inked := func(img image.Image, x0, y0, x1, y1 float64) bool {
		for y := int(2 * y0); y < int(2*y1); y++ {
			for x := int(2 * x0); x < int(2*x1); x++ {
				if c := color.GrayModel.Convert(img.At(x, y)).(color.Gray); c.Y < 100 {
					return true
				}
			}
		}
		return false
	}
	seen := 0
	for name, b := range boxes {
		if b.Page != 1 {
			continue
		}
		seen++
		if !inked(img, b.Box[0], b.Box[1], b.Box[2], b.Box[3]) {
			t.Errorf("%s: nothing is printed in its box %v", name, b.Box)
		}
	}
	t.Logf("%d boxes hold print", seen)
	img = draws("r.png", scan.Bytes(), 1)
	if got := img.Bounds().Size(); abs(float64(got.X)-1190) > 1 || abs(float64(got.Y)-2*1169*595/827.0) > 1 {
		t.Errorf("a page of A4 is %v pixels", got)
	}
	k := 595.0 / 827 // points a pixel
	if inked(img, 80*k, 80*k, 98*k, 300*k) || !inked(img, 102*k, 102*k, 104*k, 104*k) ||
		!inked(img, 196*k, 196*k, 198*k, 198*k) || inked(img, 202*k, 80*k, 300*k, 300*k) {
		t.Error("the ink is not where it is on the scan")
	}
	for _, c := range []struct {
		name string
		body []byte
		page int
		want string
	}{{"r.pdf", body, 99, "no page 99"}, {"r.pdf", body, 0, "no page 0"}, {"r.png", scan.Bytes(), 2, "no page 2"},
		{"large.gif", large, 1, "more than the limit"}} {
		if _, err := o.Picture(ctx, evidence.Source{SHA256: sumOf(c.body), File: c.name}, c.page); err == nil ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("%s page %d: %v, want %q", c.name, c.page, err, c.want)
		}
	}
	// a process under too tight a limit dies alone, and another takes its place
	tight := open(8 << 20)
	defer tight.Close()
	for range 2 {
		if _, err := tight.Picture(ctx, evidence.Source{SHA256: sumOf(body), File: "r.pdf"}, 1); err == nil ||
			!strings.Contains(err.Error(), "memory") {
			t.Errorf("under 8 MB: %v", err)
		}
	}
}

func abs(x float64) float64 { return max(x, -x) }

// TestRecent: what was used last stays, within its room.
func TestRecent(t *testing.T) {
	r := newRecent(100)
	for i := range 6 {
		r.put(fmt.Sprint(i), make([]byte, 20))
		r.get("0")
	}
	r.put("large", make([]byte, 26))
	var got []string
	for i := range 6 {
		if _, ok := r.get(fmt.Sprint(i)); ok {
			got = append(got, fmt.Sprint(i))
		}
	}
	if s := strings.Join(got, " "); s != "0 2 3 4 5" || r.room != 0 {
		t.Errorf("kept %s, room %d", s, r.room)
	}
}
