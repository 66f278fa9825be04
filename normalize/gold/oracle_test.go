package gold

import (
	"encoding/xml"
	"io"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/gongkai/gongkai/extract/pdf"
)

// TestCharacters compares each character and its place with what mutool reads, on PDFs of a browser, of LibreOffice and
// of our own. Both are folded alike first: radicals to characters by our reader's table, then NFKC; blanks
// left out.
func TestCharacters(t *testing.T) {
	mutool := tool(t, "mutool")
	bodies, _ := sources(t)
	for _, enc := range []string{"Identity-H", "GBK-EUC-H"} {
		bodies["own "+enc] = Reports()[0].PDF(PDFStyle{Encoding: enc})
	}
	if sample, err := os.ReadFile("../../../shared/samples/huaian-2024.pdf"); err == nil {
		bodies["huaian-2024"] = sample
	}
	dir := t.TempDir()
	var names []string
	for n := range bodies {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, name := range names {
		in, out := filepath.Join(dir, "a.pdf"), filepath.Join(dir, "a.xml")
		if err := os.WriteFile(in, bodies[name], 0o644); err != nil {
			t.Fatal(err)
		}
		if err := command(t, mutool, "draw", "-q", "-F", "stext", "-o", out, in); err != nil {
			t.Fatal(err)
		}
		ours, err := pdf.Characters(t.Context(), bodies[name])
		if err != nil {
			t.Fatal(err)
		}
		theirs := stext(t, out)
		type key struct {
			page int
			text string
		}
		at := map[key][][2]float64{}
		for _, c := range theirs {
			k := key{c.Page, foldText(c.Text)}
			at[k] = append(at[k], [2]float64{c.X, c.Base})
		}
		missed, away, far := 0, 0, 0.0
		for _, c := range ours {
			k := key{c.Page, foldText(c.Text)}
			best, where := math.Inf(1), -1
			for i, p := range at[k] {
				if d := math.Max(math.Abs(p[0]-c.X), math.Abs(p[1]-c.Base)); d < best {
					best, where = d, i
				}
			}
			if where < 0 {
				if missed++; missed <= *showFailures {
					t.Logf("%s: page %d %q at %.1f, %.1f is not in mutool's text", name, c.Page, c.Text, c.X, c.Base)
				}
				continue
			}
			at[k] = append(at[k][:where], at[k][where+1:]...)
			far = math.Max(far, best)
			if best > 1 {
				away++
			}
		}
		more := 0
		for k, rest := range at {
			more += len(rest)
			if len(rest) > 0 && *showFailures > 0 {
				t.Logf("%s: page %d %q is only in mutool's text, %d times", name, k.page, k.text, len(rest))
			}
		}
		same := 1 - float64(missed+more)/float64(len(theirs))
		t.Logf("%-28s %6d characters, %.3f %% equal, %d farther than 1 pt, at most %.2f pt", name, len(ours), 100*same,
			away, far)
		if same < 0.999 || away > len(ours)/1000 {
			t.Errorf("%s: %d characters differ (%d missed, %d more), %d lie elsewhere", name, missed+more, missed, more,
				away)
		}
	}
}

func foldText(s string) string { return norm.NFKC.String(pdf.FoldRadicals(s)) }

// stext reads mutool's structured text.
func stext(t *testing.T, file string) []pdf.Character {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []pdf.Character
	page := 0
	d := xml.NewDecoder(f)
	d.Strict = false
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "page":
			page++
		case "char":
			c := pdf.Character{Page: page}
			for _, a := range e.Attr {
				switch a.Name.Local {
				case "c":
					c.Text = a.Value
				case "x":
					c.X = number(a.Value)
				case "y":
					c.Base = number(a.Value)
				}
			}
			if strings.TrimSpace(c.Text) != "" {
				out = append(out, c)
			}
		}
	}
}

func number(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64)
	return f
}
