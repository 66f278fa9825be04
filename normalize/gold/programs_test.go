package gold

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

var keep = flag.String("keep", "", "keep the PDFs that the programs write in this folder, and take those that lie "+
	"there already")

// A paper is how a report is set before a program prints it: the style sheet of its page.
type paper struct{ name, css string }

var papers = []paper{
	{"ruled", "td,th{border:0.5pt solid #000}"},
	{"double", "td,th{border:2.5pt double #000}"},
	{"inner rules only", "table{border-style:hidden!important} td,th{border:0.5pt solid #000}"},
	{"rows ruled", "td,th{border-top:0.5pt solid #000;border-bottom:0.5pt solid #000}"},
	{"three lines", "table{border-top:1.5pt solid #000;border-bottom:1.5pt solid #000} tr:not(:has(td)) + tr:has(td) " +
		"> *{border-top:0.75pt solid #000}"},
	{"shaded", "tr:nth-child(even) > *{background:#dde6f2;-webkit-print-color-adjust:exact}"},
	{"borderless", ""},
	{"rows cut", "tr{break-inside:auto!important} td,th{border:0.5pt solid #000;padding:9pt 2pt!important}"},
	{"borderless rows cut", "tr{break-inside:auto!important} td,th{padding:7pt 2pt!important}"},
	{"top aligned", "td,th{vertical-align:top!important;text-align:left!important}"},
	{"landscape", "@page{size:A4 landscape} td,th{border:0.5pt solid #000}"},
}

// page is the report as a page that looks like p when it is printed.
func (p paper) page(r *Report) []byte {
	css := "<style>@page{size:A4;margin:22mm 20mm} body{font-family:\"Noto Serif CJK SC\",\"WenQuanYi Zen " +
		"Hei\",serif;font-size:12pt;line-height:1.7} h1{text-align:center;font-size:20pt}" +
		" table{border-collapse:collapse;width:100%;margin:8pt 0} tr{break-inside:avoid} " +
		"td,th{vertical-align:middle;font-size:9pt;line-height:1.3;font-weight:normal;padding:2.5pt " +
		"2pt;text-align:center} " + p.css + "</style>"
	html := bytes.Replace(r.HTML(HTMLStyle{}), []byte("</head>"), []byte(css+"</head>"), 1)
	return bytes.ReplaceAll(html, []byte(`<table border="1">`), []byte("<table>"))
}

// tool gives the path of a program that only tests need. Where it is missing the test is skipped, in CI it fails.
func tool(t *testing.T, names ...string) string {
	t.Helper()
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed", names[0])
	}
	t.Skipf("%s is not installed", names[0])
	return ""
}

// command runs another program to its end, however slow the machine is: only the test's own deadline ends it.
func command(t *testing.T, name string, args ...string) error {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, out)
	}
	return nil
}

// printAll prints pages to PDF with a browser, a few at a time.
func printAll(t *testing.T, pages map[string][]byte) map[string][]byte {
	t.Helper()
	chromium := tool(t, "chromium", "chromium-browser", "google-chrome")
	dir := t.TempDir()
	type result struct {
		name string
		body []byte
		err  error
	}
	out := map[string][]byte{}
	names := make([]string, 0, len(pages))
	for n := range pages {
		if body, err := os.ReadFile(keptFile(n + ".pdf")); err == nil {
			out[n] = body
			continue
		}
		names = append(names, n)
	}
	sort.Strings(names)
	work, done := make(chan int), make(chan result)
	for range 2 {
		go func() {
			for i := range work {
				in, out := filepath.Join(dir, fmt.Sprintf("%d.html", i)), filepath.Join(dir, fmt.Sprintf("%d.pdf", i))
				err := os.WriteFile(in, pages[names[i]], 0o644)
				if err == nil {
					err = command(t, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
						fmt.Sprintf("--user-data-dir=%s/profile%d", dir, i), "--print-to-pdf="+out, "file://"+in)
				}
				body, rerr := os.ReadFile(out)
				if err == nil {
					err = rerr
				}
				done <- result{names[i], body, err}
			}
		}()
	}
	go func() {
		for i := range names {
			work <- i
		}
		close(work)
	}()
	for range names {
		r := <-done
		if r.err != nil {
			t.Errorf("%s: %v", r.name, r.err)
			continue
		}
		keepFile(t, r.name+".pdf", r.body)
		out[r.name] = r.body
	}
	return out
}

// judge reads a PDF and scores it.
func judge(t *testing.T, forms *form.Forms, r *Report, body []byte) (Score, []string) {
	t.Helper()
	doc, err := extract.Read(body, "report.pdf")
	if err != nil {
		s, f := r.Judge(normalize.Unread(err.Error()))
		return s, append([]string{"unread: " + err.Error()}, f...)
	}
	return r.Judge(normalize.Read(doc, forms))
}

func keepFile(t *testing.T, name string, body []byte) {
	if *keep == "" {
		return
	}
	if err := os.WriteFile(keptFile(name), body, 0o644); err != nil {
		t.Error(err)
	}
}

// keptFile is where a document is kept; nowhere without -keep.
func keptFile(name string) string {
	if *keep == "" {
		return ""
	}
	return filepath.Join(*keep, strings.NewReplacer(" ", "-", "/", "_").Replace(name))
}

// TestPrinted reads reports that a browser has printed, set in each way that offices set these tables.
func TestPrinted(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string][]byte{}
	reports := map[string]*Report{}
	all := Reports()
	for i, p := range papers {
		for n, k := range []int{0, 1, 3, 7, 14} {
			if !longRun && n != i%5 {
				continue
			}
			name := fmt.Sprintf("%s/%s", p.name, all[k].ID)
			pages[name], reports[name] = p.page(all[k]), all[k]
		}
	}
	printed := printAll(t, pages)
	table := map[string]*Score{}
	var names []string
	for n := range printed {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		s, failures := judge(t, forms, reports[n], printed[n])
		add(table, strings.Split(n, "/")[0], s)
		if s.Silent > 0 {
			t.Errorf("%s: %d silent errors", n, s.Silent)
		}
		if s.Exact < s.Cells {
			t.Errorf("%s: %d of %d cells exact", n, s.Exact, s.Cells)
		}
		for i, f := range failures {
			if i < *showFailures {
				t.Logf("%s: %s", n, f)
			}
		}
	}
	for _, p := range papers {
		if s := table[p.name]; s != nil {
			t.Logf("%-20s %2d documents, %5d cells, %.3f %% exact, %d abstained, %d flagged, %d silent", p.name,
				s.Documents, s.Cells, 100*s.ExactShare(), s.Abstained, s.Flagged, s.Silent)
		}
	}
}
