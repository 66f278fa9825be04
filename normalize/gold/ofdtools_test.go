package gold

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// ofdrw gives what runs ofdrw: GONGKAI_OFDRW names a folder with the archives of ofdrw-layout, ofdrw-converter and
// ofdrw-reader 2.3.6, and of all that they need.
func ofdrw(t *testing.T) func(what string, inout ...string) {
	t.Helper()
	jars := os.Getenv("GONGKAI_OFDRW")
	if !longRun || jars == "" {
		t.Skip("GONGKAI_LONG and GONGKAI_OFDRW, the folder of ofdrw's archives, are not set")
	}
	java, javac := tool(t, "java"), tool(t, "javac")
	classes := t.TempDir()
	path := filepath.Join(jars, "*") + string(filepath.ListSeparator) + classes
	compile := exec.Command(javac, "-encoding", "UTF-8", "-cp", path, "-d", classes, "testdata/ofdrw/Ofdrw.java")
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return func(what string, inout ...string) {
		t.Helper()
		out, err := exec.Command(java, append([]string{"-Dfile.encoding=UTF-8", "-cp", path, "Ofdrw", what}, inout...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
}

// TestOFDRW: what ofdrw lays out as OFD is read cell by cell as it was given, each cell and each text in its place to the
// point; what ofdrw reads of its own files and of ours is what we read.
func TestOFDRW(t *testing.T) {
	run := ofdrw(t)
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	type made struct {
		report *Report
		boxes  map[string]PlacedBox
		record string
	}
	var all []made
	var lay, text []string
	for i, r := range Reports() {
		var record strings.Builder
		body, boxes := r.placedOFD(OFDStyle{}, &record)
		all = append(all, made{r, boxes, record.String()})
		at := func(ext string) string { return filepath.Join(dir, strconv.Itoa(i)+ext) }
		for ext, b := range map[string]string{".list": record.String(), ".ours.ofd": string(body)} {
			if err := os.WriteFile(at(ext), []byte(b), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		lay = append(lay, at(".list"), at(".ofd"))
		text = append(text, at(".ofd"), at(".txt"), at(".ours.ofd"), at(".ours.txt"))
	}
	run("lay", lay...)
	run("text", text...)
	var score Score
	same, chars, far, texts := 0, 0, 0, 0
	for i, m := range all {
		for _, name := range []string{strconv.Itoa(i), strconv.Itoa(i) + ".ours"} {
			body, err := os.ReadFile(filepath.Join(dir, name+".ofd"))
			if err != nil {
				t.Fatal(err)
			}
			doc, err := extract.Read(body, "a.ofd")
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got := normalize.Read(doc, forms)
			s, failures := m.report.Judge(got)
			score.Add(s)
			for _, f := range failures {
				t.Errorf("%s: %s", name, f)
			}
			for _, v := range got.Values {
				want, ok := m.boxes[v.Name]
				if !ok || v.Place.Box == nil {
					continue
				}
				for k := range want.Box {
					if math.Abs(v.Place.Box[k]-want.Box[k]) > 1 {
						t.Errorf("%s: %s at %v, want %v", name, v.Name, *v.Place.Box, want.Box)
						break
					}
				}
			}
			ours := drawnBy(t, body)
			theirs, err := os.ReadFile(filepath.Join(dir, name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			for p, page := range strings.Split(strings.TrimSuffix(string(theirs), "\f"), "\f") {
				a, b := sortedText(page), sortedText(textOfPage(ours, p+1))
				same += common(a, b)
				chars += max(len(a), len(b))
			}
			f, n := misplaced(ours, m.record)
			far, texts = far+f, texts+n
		}
	}
	t.Logf("%d documents, %d of %d cells exact; %d of %d characters as ofdrw reads them; %d of %d texts more than a point away",
		score.Documents, score.Exact, score.Cells, same, chars, far, texts)
	if score.Exact != score.Cells || float64(same) < 0.999*float64(chars) || float64(far) > 0.001*float64(texts) {
		t.Error("not as ofdrw has it")
	}
}

func drawnBy(t *testing.T, body []byte) []pdf.Character {
	t.Helper()
	pages, err := extract.PagesPDF(t.Context(), kind.OFD, body)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pdf.Characters(t.Context(), pages)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func textOfPage(all []pdf.Character, page int) string {
	var b strings.Builder
	for _, c := range all {
		if c.Page == page {
			b.WriteString(c.Text)
		}
	}
	return b.String()
}

// sortedText gives the characters of a text in their order in Unicode, without blanks.
func sortedText(s string) []rune {
	r := []rune(strings.Join(strings.Fields(foldText(s)), ""))
	slices.Sort(r)
	return r
}

// common counts the characters that two sorted texts share.
func common(a, b []rune) (n int) {
	for i, k := 0, 0; i < len(a) && k < len(b); {
		switch {
		case a[i] == b[k]:
			n, i, k = n+1, i+1, k+1
		case a[i] < b[k]:
			i++
		default:
			k++
		}
	}
	return n
}

// misplaced counts the texts whose first character stands more than a point from where it was to be drawn.
func misplaced(all []pdf.Character, record string) (far, texts int) {
	at := map[string]bool{}
	key := func(page int, text string, x, y float64) string {
		return fmt.Sprintf("%d %s %.0f %.0f", page, text, x, y)
	}
	for _, c := range all {
		for dx := -1.0; dx <= 1; dx++ {
			for dy := -1.0; dy <= 1; dy++ {
				at[key(c.Page, foldText(c.Text), math.Round(c.X+dx), math.Round(c.Base+dy))] = true
			}
		}
	}
	page := 0
	for l := range strings.Lines(record) {
		f := strings.Split(strings.TrimSpace(l), "\t")
		switch f[0] {
		case "P":
			page++
		case "T":
			x, _ := strconv.ParseFloat(f[1], 64)
			y, _ := strconv.ParseFloat(f[2], 64)
			texts++
			if !at[key(page, foldText(string([]rune(f[4])[0])), math.Round(x*72/25.4), math.Round(y*72/25.4))] {
				far++
			}
		}
	}
	return far, texts
}

// TestOFDRWConverted: ofdrw makes outlines of the characters of a PDF. What is drawn so is unread, and says why; no value
// is published.
func TestOFDRWConverted(t *testing.T) {
	run := ofdrw(t)
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var list []string
	reports := Reports()[:4]
	for i, r := range reports {
		in := filepath.Join(dir, strconv.Itoa(i)+".pdf")
		if err := os.WriteFile(in, r.PDF(PDFStyle{Encoding: "UniGB-UCS2-H"}), 0o644); err != nil {
			t.Fatal(err)
		}
		list = append(list, in, filepath.Join(dir, strconv.Itoa(i)+".ofd"))
	}
	run("convert", list...)
	for i, r := range reports {
		body, err := os.ReadFile(list[2*i+1])
		if err != nil {
			t.Fatal(err)
		}
		doc, err := extract.Read(body, "a.ofd")
		if err != nil {
			t.Logf("%s: %v", r.ID, err)
			continue
		}
		s, failures := r.Judge(normalize.Read(doc, forms))
		t.Logf("%s: %d of %d cells exact, %d silent", r.ID, s.Exact, s.Cells, s.Silent)
		if s.Silent > 0 || s.Proved > 0 {
			t.Errorf("%s: %q", r.ID, failures)
		}
	}
}
