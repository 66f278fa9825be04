package gold

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// A change is something that happens to a PDF on its way from an office to a reader.
type change struct {
	name  string
	tool  string // the program that makes it; "" = this test
	args  []string
	do    func([]byte) []byte
	loses bool   // what is lost cannot be read; the rest must still be right
	says  string // the document must be unread, with this in its reason
}

func changes() []change {
	qpdf := func(name string, args ...string) change {
		return change{name: name, tool: "qpdf", args: append([]string{"--warning-exit-0"},
			append(args, "IN", "OUT")...)}
	}
	damage := func(name string, loses bool, do func([]byte) []byte) change {
		return change{name: name, loses: loses, do: do}
	}
	return []change{
		qpdf("object streams", "--object-streams=generate"),
		qpdf("linearized", "--linearize"),
		qpdf("linearized with object streams", "--linearize", "--object-streams=generate"),
		qpdf("uncompressed", "--stream-data=uncompress", "--qdf"),
		qpdf("rc4 40", "--allow-weak-crypto", "--encrypt", "", "owner", "40", "--"),
		qpdf("rc4 128", "--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=n", "--"),
		qpdf("aes 128", "--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=y", "--"),
		qpdf("aes 256", "--encrypt", "", "owner", "256", "--"),
		qpdf("aes 256 with object streams", "--object-streams=generate", "--encrypt", "", "owner", "256", "--"),
		{name: "password", tool: "qpdf", args: []string{"--encrypt", "secret", "owner", "256", "--", "IN", "OUT"},
			says: "password"},
		{name: "password rc4", tool: "qpdf", args: []string{"--allow-weak-crypto", "--encrypt", "secret", "owner",
			"128", "--", "IN", "OUT"}, says: "password"},
		qpdf("turned right", "--rotate=+90"),
		qpdf("turned over", "--rotate=180"),
		qpdf("pdf 2.0", "--force-version=2.0"),
		{name: "ghostscript", tool: "gs", args: []string{"-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pdfwrite",
			"-o", "OUT", "IN"}},
		{name: "ghostscript pdf 1.3", tool: "gs", args: []string{"-q", "-dNOPAUSE", "-dBATCH", "-dSAFER",
			"-sDEVICE=pdfwrite", "-dCompatibilityLevel=1.3", "-o", "OUT", "IN"}},
		{name: "cairo", tool: "pdftocairo", args: []string{"-pdf", "IN", "OUT"}},
		{name: "mutool clean", tool: "mutool", args: []string{"clean", "-gggg", "-z", "-s", "IN", "OUT"}},
		{name: "mutool ascii", tool: "mutool", args: []string{"clean", "-d", "-a", "IN", "OUT"}},
		{name: "two up", do: func(b []byte) []byte {
			sheets, err := twoUp(b)
			if err != nil {
				panic(err)
			}
			return sheets
		}},
		damage("junk before the header", false,
			func(b []byte) []byte { return append([]byte("HTTP/1.1 200 OK\r\n\r\n\x00\x01"), b...) }),
		damage("page after the end", false, func(b []byte) []byte {
			return append(b, []byte("\n<html><body>"+strings.Repeat("x", 3000)+"</body></html>\n")...)
		}),
		damage("wrong startxref", false, func(b []byte) []byte {
			return regexp.MustCompile(`startxref\s+\d+`).ReplaceAll(b, []byte("startxref\n17"))
		}),
		damage("no end", false, func(b []byte) []byte { return b[:bytes.LastIndex(b, []byte("startxref"))] }),
		damage("cut tail", true, func(b []byte) []byte { return b[:len(b)*9/10] }),
		damage("zeroed tail", true, func(b []byte) []byte {
			return append(b[:len(b)*85/100:len(b)*85/100], make([]byte, len(b)*15/100)...)
		}),
		damage("lines lengthened", false, func(b []byte) []byte { // sent as text: offsets are wrong everywhere
			return regexp.MustCompile(`(endobj|endstream)\n`).ReplaceAll(b, []byte("$1\r\n"))
		}),
		damage("blank in the middle", true, func(b []byte) []byte {
			return append(append(append([]byte{}, b[:len(b)/2]...), make([]byte, 300)...), b[len(b)/2+300:]...)
		}),
	}
}

// TestSideBySide reads two reports that are printed beside each other, page by page: they are two, each whole.
func TestSideBySide(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := Reports()
	for _, pair := range [][2]*Report{{all[0], all[5]}, {all[1], all[4]}, {all[3], all[14]}} {
		body, err := inTurn(pair[0].PDF(PDFStyle{Encoding: "UniGB-UCS2-H"}),
			pair[1].PDF(PDFStyle{Encoding: "GBK-EUC-H", FilledRules: true}), 3)
		if err == nil {
			body, err = twoUp(body)
		}
		if err != nil {
			t.Fatal(err)
		}
		keepFile(t, "side by side "+pair[0].ID+".pdf", body)
		doc, err := extract.Read(body, "report.pdf")
		if err != nil {
			t.Fatal(err)
		}
		got := normalize.ReadAll(doc, forms, normalize.Origin{})
		if len(got) != 2 {
			t.Errorf("%s beside %s: %d reports", pair[0].ID, pair[1].ID, len(got))
			continue
		}
		for i, r := range got {
			s, failures := pair[i].Judge(r)
			if s.Exact < s.Cells || r.Year != pair[i].Year || r.Agency != pair[i].Agency {
				t.Errorf("%s: %d of %d cells exact, %d silent, %s %d", pair[i].ID, s.Exact, s.Cells, s.Silent, r.Agency,
					r.Year)
				for k, f := range failures {
					if k < 3 {
						t.Log(f)
					}
				}
			}
		}
	}
}

// sources are the PDFs that are changed: as a browser prints them, as LibreOffice writes them, and of our own writing.
func sources(t *testing.T) (map[string][]byte, map[string]*Report) {
	all := Reports()
	bodies, reports := map[string][]byte{}, map[string]*Report{}
	own := PDFStyle{Encoding: "UniGB-UCS2-H", OpenCuts: true}
	bodies["own/"+all[1].ID], reports["own/"+all[1].ID] = all[1].PDF(own), all[1]
	if !longRun {
		return bodies, reports
	}
	for name, body := range printAll(t, map[string][]byte{"ruled/" + all[0].ID: papers[0].page(all[0]),
		"ruled/" + all[3].ID: papers[0].page(all[3])}) {
		for _, r := range all {
			if strings.HasSuffix(name, r.ID) {
				bodies[name], reports[name] = body, r
			}
		}
	}
	for name, body := range office(t, map[string][]byte{"office/" + all[0].ID: ruledPage(all[0]),
		"office/" + all[14].ID: ruledPage(all[14])}) {
		for _, r := range all {
			if strings.HasSuffix(name, r.ID) {
				bodies[name], reports[name] = body, r
			}
		}
	}
	return bodies, reports
}

// ruledPage is a page whose tables have rules by their attributes: LibreOffice takes no notice of those in style
// sheets.
func ruledPage(r *Report) []byte {
	return bytes.ReplaceAll(papers[0].page(r), []byte("<table>"),
		[]byte(`<table border="1" cellspacing="0" width="100%">`))
}

// TestOffice reads reports that LibreOffice has written without rules, its lines set apart.
func TestOffice(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	pages, reports := map[string][]byte{}, map[string]*Report{}
	for _, p := range papers {
		if p.name != "borderless" && p.name != "top aligned" && p.name != "landscape" {
			continue
		}
		for _, k := range []int{0, 1, 3, 7} {
			name := "office " + p.name + "/" + Reports()[k].ID
			pages[name], reports[name] = p.page(Reports()[k]), Reports()[k]
		}
	}
	var sum Score
	for name, body := range office(t, pages) {
		s, failures := judge(t, forms, reports[name], body)
		sum.Add(s)
		if s.Silent > 0 {
			t.Errorf("%s: %d silent errors", name, s.Silent)
		}
		for i, f := range failures {
			if i < *showFailures {
				t.Logf("%s: %s", name, f)
			}
		}
	}
	t.Logf("%d documents, %d cells, %.3f %% exact, %d abstained, %d flagged, %d silent", sum.Documents, sum.Cells,
		100*sum.ExactShare(), sum.Abstained, sum.Flagged, sum.Silent)
	if sum.ExactShare() < 0.985 {
		t.Errorf("%.2f %% of cells exact", 100*sum.ExactShare())
	}
}

// office has LibreOffice write the pages.
func office(t *testing.T, pages map[string][]byte) map[string][]byte {
	t.Helper()
	soffice := tool(t, "soffice", "libreoffice")
	dir := t.TempDir()
	out := map[string][]byte{}
	var files []string
	names := map[string]string{}
	for name, page := range pages {
		if body, err := os.ReadFile(keptFile(name + ".pdf")); err == nil {
			out[name] = body
			continue
		}
		f := filepath.Join(dir, fmt.Sprintf("%d.html", len(files)))
		if err := os.WriteFile(f, page, 0o644); err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
		names[strings.TrimSuffix(f, ".html")+".pdf"] = name
	}
	if len(files) > 0 {
		args := append([]string{"--headless", "-env:UserInstallation=file://" + dir + "/profile", "--convert-to",
			"pdf:writer_web_pdf_Export", "--outdir", dir}, files...)
		if err := command(t, soffice, args...); err != nil {
			t.Fatal(err)
		}
	}
	for f, name := range names {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		keepFile(t, name+".pdf", body)
		out[name] = body
	}
	return out
}

// TestRewritten reads PDFs that other programs have rewritten, encrypted or turned, and damaged ones.
func TestRewritten(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	bodies, reports := sources(t)
	cache := t.TempDir()
	dir := t.TempDir()
	for _, c := range append([]change{{name: "unchanged", do: func(b []byte) []byte { return b }}}, changes()...) {
		var sum Score
		var said []string
		for name, body := range bodies {
			changed := append([]byte(nil), body...)
			if c.tool != "" {
				in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
				if err := os.WriteFile(in, body, 0o644); err != nil {
					t.Fatal(err)
				}
				var args []string
				for _, a := range c.args {
					args = append(args, strings.NewReplacer("IN", in, "OUT", out).Replace(a))
				}
				if err := command(t, tool(t, c.tool), args...); err != nil {
					t.Fatal(err)
				}
				if changed, err = os.ReadFile(out); err != nil {
					t.Fatal(err)
				}
			} else {
				changed = c.do(changed)
			}
			keepFile(t, c.name+"_"+name+".pdf", changed)
			doc, err := extract.ReadContext(t.Context(), changed, "report.pdf", extract.WithCache(cache))
			got := normalize.Unread("")
			if err != nil {
				said = append(said, name+": "+err.Error())
			} else {
				got = normalize.Read(doc, forms)
			}
			if c.says != "" {
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%s %s: %v, not a word of %q", c.name, name, err, c.says)
				}
				continue
			}
			s, failures := reports[name].Judge(got)
			sum.Add(s)
			for i, f := range failures {
				if i < *showFailures {
					t.Logf("%s %s: %s", c.name, name, f)
				}
			}
		}
		t.Logf("%-32s %d documents, %4d cells, %7.3f %% exact, %d abstained, %d flagged, %d silent %s", c.name,
			sum.Documents, sum.Cells, 100*sum.ExactShare(), sum.Abstained, sum.Flagged, sum.Silent,
			strings.Join(said, "; "))
		if sum.Silent > 0 {
			t.Errorf("%s: %d silent errors", c.name, sum.Silent)
		}
		if !c.loses && sum.Exact < sum.Cells {
			t.Errorf("%s: %d of %d cells exact", c.name, sum.Exact, sum.Cells)
		}
	}
}
