package gold

import (
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
)

// The benchmarks read one report from its bytes to checked values, on one core.

func benchmark(b *testing.B, body []byte, file string) {
	forms, err := normalize.Load()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	b.ReportMetric(float64(len(body)), "bytes/doc")
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

// BenchmarkWordPage reads a page as Word exports it: 300 KB, of which the list and font definitions in its head are some.
func BenchmarkWordPage(b *testing.B) {
	page := string(Reports()[0].HTML(HTMLStyle{Word: true}))
	definition := "@list l0:level1{mso-level-number-format:decimal;mso-level-suffix:none;mso-level-text:\"%1.\";mso-level-tab-stop:none;margin-left:0.0000pt;font-family:'Times New Roman';}\n"
	if missing := 300_000 - len(page); missing > 0 {
		page = strings.Replace(page, "</style>", strings.Repeat(definition, 1+missing/len(definition))+"</style>", 1)
	}
	benchmark(b, []byte(page), "report.html")
}

func BenchmarkPage(b *testing.B) {
	benchmark(b, Reports()[0].HTML(HTMLStyle{Layout: true, GBK: true}), "report.html")
}

func BenchmarkTextMarked(b *testing.B) { benchmark(b, Reports()[0].Text(Marked), "report.txt") }

func BenchmarkTextLines(b *testing.B) { benchmark(b, Reports()[0].Text(Lines), "report.txt") }

func BenchmarkPDF(b *testing.B) {
	benchmark(b, Reports()[0].PDF(PDFStyle{Encoding: "Identity-H"}), "report.pdf")
}
