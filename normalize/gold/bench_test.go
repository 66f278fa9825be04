package gold

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/cputime"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// The benchmarks read one report from its bytes to checked values, on one core. On a busy machine compare cpu-ns/op, the
// time that the processors spent on it, with -test.cpu 1 and the least of several runs.

// sized tells how large a document is, and starts to count what its reading costs; the function that it gives ends that.
func sized(b *testing.B, body []byte) (end func()) {
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	b.ReportMetric(float64(len(body)), "bytes/doc")
	from := cputime.Used()
	return func() { b.ReportMetric(float64(cputime.Used()-from)/float64(b.N), "cpu-ns/op") }
}

func benchmark(b *testing.B, body []byte, file string) {
	forms, err := form.Load()
	if err != nil {
		b.Fatal(err)
	}
	defer sized(b, body)()
	for b.Loop() {
		doc, err := extract.Read(body, file)
		if err != nil {
			b.Fatal(err)
		}
		if rep := normalize.Read(doc, forms); rep.Status != normalize.StatusRead {
			b.Fatal(rep.Reason)
		}
	}
}

// BenchmarkWordPage reads a page as Word exports it: 300 KB, of which the list and font definitions in its head are
// some.
func BenchmarkWordPage(b *testing.B) {
	page := string(Reports()[0].HTML(HTMLStyle{Word: true}))
	definition := "@list l0:level1{mso-level-number-format:decimal;mso-level-suffix:none;mso-level-text:\"%1.\";" +
		"mso-level-tab-stop:none;margin-left:0.0000pt;font-family:'Times New Roman';}\n"
	if missing := 300_000 - len(page); missing > 0 {
		page = strings.Replace(page, "</style>", strings.Repeat(definition, 1+missing/len(definition))+"</style>", 1)
	}
	benchmark(b, []byte(page), "report.html")
}

// BenchmarkRealPages reads pages as they were published, of 23 to 64 KB, where they lie beside the sources.
func BenchmarkRealPages(b *testing.B) {
	files, _ := filepath.Glob("../../../shared/samples/*.html")
	read := 0
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		if len(body) < 23_000 || len(body) > 64_000 {
			continue
		}
		read++
		b.Run(filepath.Base(file), func(b *testing.B) { benchmark(b, body, file) })
	}
	if read == 0 {
		b.Skip("there are no pages beside the sources")
	}
}

func BenchmarkPage(b *testing.B) {
	benchmark(b, Reports()[0].HTML(HTMLStyle{Layout: true, GBK: true}), "report.html")
}

// BenchmarkPagePlain reads a page without style sheets.
func BenchmarkPagePlain(b *testing.B) { benchmark(b, Reports()[0].HTML(HTMLStyle{}), "report.html") }

// BenchmarkPageStyled reads the same page with the style sheet of a site, of which few rules are for what it prints.
func BenchmarkPageStyled(b *testing.B) {
	for _, rules := range []int{20, 400} {
		b.Run(fmt.Sprint(rules), func(b *testing.B) {
			var css strings.Builder
			css.WriteString("<style>td,th{border:1px solid #999;text-align:center} .off{display:none} sup{font-size:70%}\n")
			for i := range rules {
				fmt.Fprintf(&css, ".m%d .c%d,#x%d>li.c%d{padding:%dpx;color:#%03x;display:block}\n", i, i, i, i, i%9, i)
			}
			css.WriteString("</style></head>")
			page := strings.Replace(string(Reports()[0].HTML(HTMLStyle{})), "</head>", css.String(), 1)
			benchmark(b, []byte(page), "report.html")
		})
	}
}

// BenchmarkNormalize makes values of a page that was read.
func BenchmarkNormalize(b *testing.B) {
	forms, err := form.Load()
	if err != nil {
		b.Fatal(err)
	}
	body := Reports()[0].HTML(HTMLStyle{})
	doc, err := extract.Read(body, "report.html")
	if err != nil {
		b.Fatal(err)
	}
	defer sized(b, body)()
	for b.Loop() {
		normalize.Read(doc, forms)
	}
}

func BenchmarkTextMarked(b *testing.B) { benchmark(b, Reports()[0].Text(Marked), "report.txt") }

func BenchmarkTextLines(b *testing.B) { benchmark(b, Reports()[0].Text(Lines), "report.txt") }

func BenchmarkPDF(b *testing.B) {
	benchmark(b, Reports()[0].PDF(PDFStyle{Encoding: "Identity-H"}), "report.pdf")
}

// BenchmarkOFD reads the same report as OFD, with a font of its own.
func BenchmarkOFD(b *testing.B) { benchmark(b, Reports()[0].OFD(OFDStyle{Glyphs: true}), "report.ofd") }

func BenchmarkDocx(b *testing.B) {
	benchmark(b, Reports()[0].DOCX(WordStyle{Numbered: true}), "report.docx")
}

// BenchmarkDocxRevised reads a Word file with a revision in every cell: markup by the megabyte.
func BenchmarkDocxRevised(b *testing.B) {
	benchmark(b, Reports()[0].DOCX(WordStyle{Revised: true, Numbered: true, Boxed: true}), "report.docx")
}

func BenchmarkRTF(b *testing.B) { benchmark(b, Reports()[0].RTF(true), "report.rtf") }

func BenchmarkODT(b *testing.B) { benchmark(b, Reports()[0].ODT(), "report.odt") }

func BenchmarkXLSX(b *testing.B) { benchmark(b, Reports()[0].XLSX(), "report.xlsx") }

// BenchmarkOffice reads the binary files and the Word file that LibreOffice writes, where it is installed.
func BenchmarkOffice(b *testing.B) {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		b.Skip("LibreOffice is not installed")
	}
	dir := b.TempDir()
	in := map[string][]byte{"doc:MS Word 97": Reports()[0].DOCX(WordStyle{Numbered: true}),
		"docx:Office Open XML Text": Reports()[0].DOCX(WordStyle{Numbered: true}),
		"xls:MS Excel 97":           Reports()[0].XLSX()}
	for _, to := range []string{"doc:MS Word 97", "docx:Office Open XML Text", "xls:MS Excel 97"} {
		ext, _, _ := strings.Cut(to, ":")
		file := filepath.Join(dir, "report.docx")
		if ext == "xls" {
			file = filepath.Join(dir, "report.xlsx")
		}
		if err := os.WriteFile(file, in[to], 0o644); err != nil {
			b.Fatal(err)
		}
		if out, err := exec.Command(soffice, "--headless", "-env:UserInstallation=file://"+dir+"/profile",
			"--convert-to", to, "--outdir", filepath.Join(dir, "out"), file).CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		body, err := os.ReadFile(filepath.Join(dir, "out", "report."+ext))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(ext, func(b *testing.B) { benchmark(b, body, "report."+ext) })
	}
}
