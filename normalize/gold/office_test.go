package gold

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// convert has LibreOffice write documents in another format. Names end in the extension of what they are.
func convert(t *testing.T, to, infilter string, in map[string][]byte) map[string][]byte {
	t.Helper()
	soffice := tool(t, "soffice", "libreoffice")
	dir := t.TempDir()
	ext, _, _ := strings.Cut(to, ":")
	out := map[string][]byte{}
	var files, names []string
	for name := range in {
		names = append(names, name)
	}
	sort.Strings(names)
	for i, name := range names {
		f := filepath.Join(dir, fmt.Sprintf("%d%s", i, filepath.Ext(name)))
		if err := os.WriteFile(f, in[name], 0o644); err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	target := filepath.Join(dir, "out")
	args := []string{"--headless", "-env:UserInstallation=file://" + dir + "/profile"}
	if infilter != "" {
		args = append(args, "--infilter="+infilter)
	}
	args = append(args, "--convert-to", to, "--outdir", target)
	if err := command(t, soffice, append(args, files...)...); err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		body, err := os.ReadFile(filepath.Join(target, fmt.Sprintf("%d.%s", i, ext)))
		if err != nil {
			t.Errorf("%s: not converted: %v", name, err)
			continue
		}
		keepFile(t, to+"_"+name+"."+ext, body)
		out[name] = body
	}
	return out
}

// sampled is all of what would be converted in the long run, else one of every five, in the order of the names.
func sampled(in map[string][]byte) map[string][]byte {
	out := map[string][]byte{}
	for i, name := range slices.Sorted(maps.Keys(in)) {
		if tried(i, 5, 5) {
			out[name] = in[name]
		}
	}
	return out
}

// workedOut are the faults that LibreOffice mends or drops when it opens a file: it works out fields and formulas, and
// leaves out drawings that have no picture.
var workedOut = map[string]bool{"picture of digits": true, "digits drawn": true, "field without a result": true,
	"formula without a value": true}

// TestOfficeFiles reads what LibreOffice makes of our reports, in every format that offices attach. The binary ones,
// which we do not write ourselves, are read with each fault too.
func TestOfficeFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("converts some dozen documents")
	}
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	pages, words, sheets := map[string][]byte{}, map[string][]byte{}, map[string][]byte{}
	reports := map[string]*Report{}
	docx := Format{Name: "word docx", File: "report.docx", Grid: true,
		Write: func(r *Report, _ int64) []byte { return r.DOCX(WordStyle{Numbered: true}) }}
	xlsx := Format{Name: "sheet xlsx", File: "report.xlsx", Grid: true,
		Write: func(r *Report, _ int64) []byte { return r.XLSX() }}
	for _, r := range Reports() {
		pages["none/"+r.ID+".html"], words["none/"+r.ID+".docx"], sheets["none/"+r.ID+".xlsx"] = r.HTML(HTMLStyle{}),
			docx.Write(r, 0), xlsx.Write(r, 0)
		for _, x := range []string{".html", ".docx", ".xlsx"} {
			reports["none/"+r.ID+x] = r
		}
	}
	clean := func(m map[string][]byte) map[string][]byte {
		out := map[string][]byte{}
		for n, b := range m {
			if strings.HasPrefix(n, "none/") {
				out[n] = b
			}
		}
		return out
	}
	pagesClean, wordsClean, sheetsClean := clean(pages), clean(words), clean(sheets)
	pagesToSheet := clean(pages)
	for name := range pagesToSheet {
		if reports[name].Options.Separators { // read as numbers and displayed without: the sheet prints something else
			delete(pagesToSheet, name)
		}
	}
	for k, ft := range Faults() {
		for _, f := range []struct {
			Format
			ext string
			to  map[string][]byte
		}{{docx, ".docx", words}, {xlsx, ".xlsx", sheets}} {
			h := fnv.New64a()
			fmt.Fprint(h, ft.Name, f.Name)
			base := Reports()[k%len(Reports())]
			r := base.Clone()
			seed := int64(h.Sum64() >> 1)
			if ft.Name == "half a file" || workedOut[ft.Name] || !ft.Apply(r, rand.New(rand.NewSource(seed)), f.Format) {
				continue
			}
			name := ft.Name + "/" + r.ID + f.ext
			f.to[name], reports[name] = f.Write(r, seed), r
		}
	}
	for i, c := range []struct {
		to, infilter string
		in           map[string][]byte
	}{
		{"doc:MS Word 97", "", words}, {"rtf", "", wordsClean}, {"odt", "", wordsClean},
		{"docx:Office Open XML Text", "", wordsClean},
		{"doc:MS Word 97", "HTML (StarWriter)", pagesClean}, {"rtf", "HTML (StarWriter)", pagesClean},
		{"odt", "HTML (StarWriter)", pagesClean}, {"docx:Office Open XML Text", "HTML (StarWriter)", pagesClean},
		{"xls:MS Excel 97", "", sheets}, {"ods", "", sheets}, {"xlsx:Calc MS Excel 2007 XML", "", sheetsClean},
		{"xls:MS Excel 97", "HTML (StarCalc)", pagesToSheet}, {"ods", "HTML (StarCalc)", pagesToSheet},
		{"xlsx:Calc MS Excel 2007 XML", "HTML (StarCalc)", pagesToSheet},
	} {
		if !tried(i, 4, 4) {
			continue
		}
		var none, faulty Score
		ext, _, _ := strings.Cut(c.to, ":")
		shown := 0
		for name, body := range convert(t, c.to, c.infilter, sampled(c.in)) {
			doc, err := extract.Read(body, "report."+ext)
			got := normalize.Unread("")
			if err != nil {
				t.Errorf("%s from %s: %v", ext, name, err)
			} else {
				got = normalize.Read(doc, forms)
			}
			s, failures := reports[name].Judge(got)
			fault, _, _ := strings.Cut(name, "/")
			if fault == "none" {
				none.Add(s)
			} else {
				faulty.Add(s)
			}
			for _, f := range failures {
				if shown < *showFailures || strings.HasPrefix(f, "silent ") {
					shown++
					t.Logf("%s %s from %s: %s", ext, c.infilter, name, f)
				}
			}
		}
		t.Logf("%-4s %-18s %3d documents, %5d cells, %.3f %% exact, %d silent; with faults %3d documents, %.3f %% "+
			"exact, %d abstained, %d flagged, %d silent", ext, c.infilter,
			none.Documents, none.Cells, 100*none.ExactShare(), none.Silent, faulty.Documents, 100*faulty.ExactShare(),
			faulty.Abstained, faulty.Flagged, faulty.Silent)
		if none.Exact < none.Cells {
			t.Errorf("%s %s: %d of %d cells exact", ext, c.infilter, none.Exact, none.Cells)
		}
		if n := none.Silent + faulty.Silent; n > 0 {
			t.Errorf("%s %s: %d silent errors", ext, c.infilter, n)
		}
		if faulty.ExactShare() < 0.97 {
			t.Errorf("%s %s: with faults %.2f %% of cells exact", ext, c.infilter, 100*faulty.ExactShare())
		}
	}
}
