package gold

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// spaced writes a report as text with a row a line, its cells parted by spaces: blank ones leave nothing.
func (r *Report) spaced(gap string) []byte {
	var b strings.Builder
	for _, it := range r.Items {
		if it.Table == nil {
			b.WriteString(it.Text + "\n")
			continue
		}
		for _, row := range it.Table.Rows {
			var cells []string
			for _, c := range row {
				if c.Text != "" {
					cells = append(cells, strings.ReplaceAll(c.Text, "\n", ""))
				}
			}
			b.WriteString(strings.Join(cells, gap) + "\n")
		}
		b.WriteString("\n")
	}
	return []byte(b.String())
}

// TestSpaces reads right reports from text whose cells are parted by spaces, with the report's own year in headers and
// without: every cell, and nothing is doubted.
func TestSpaces(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for i, r := range Reports() {
		if r.Options.Mistake != "" || r.Options.Zero == "" || r.Options.Disputes == "turned" {
			continue // blanks leave nothing, and which are missing nobody can say
		}
		for k, gap := range []string{"  ", "　　"} {
			if (i+k)%2 == 0 {
				continue
			}
			tried++
			r := r.Clone()
			if k == 1 {
				for _, b := range r.blocks(1) {
					for _, h := range b.heads {
						if strings.HasPrefix(h.Text, "本年处理") {
							h.Text = fmt.Sprint(r.Year, "年", strings.TrimPrefix(h.Text, "本年"))
						}
					}
				}
			}
			doc, err := extract.Read(r.spaced(gap), "report.txt")
			if err != nil {
				t.Fatal(err)
			}
			got := normalize.Read(doc, forms)
			s, failures := r.Judge(got)
			if s.Exact < s.Cells {
				t.Errorf("%s: %d of %d cells: %q", r.ID, s.Exact, s.Cells, failures[:min(3, len(failures))])
			}
			for _, f := range got.Findings {
				if f.Severity != normalize.Note {
					t.Errorf("%s: %s %s: %s", r.ID, f.Code, f.Name, f.Message)
				}
			}
		}
	}
	if tried < 8 {
		t.Errorf("only %d tried", tried)
	}
}

// TestUnitsAmongSpaces: a unit among headers in running text is never overheard.
func TestUnitsAmongSpaces(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	format := Format{"text spaces", "report.txt", false, func(r *Report, _ int64) []byte { return r.spaced("  ") }}
	rng := rand.New(rand.NewSource(4))
	tried := 0
	for _, fault := range placeFaults() {
		for _, whole := range Reports()[:12] {
			r := whole.Clone()
			if r.Options.Zero == "" || !fault.Apply(r, rng, format) {
				continue
			}
			tried++
			doc, err := extract.Read(format.Write(r, 0), format.File)
			if err != nil {
				t.Fatal(err)
			}
			s, failures := r.Judge(normalize.Read(doc, forms))
			if s.Silent+s.Proved > 0 {
				t.Errorf("%s in %s: %q", fault.Name, r.ID, failures[:min(3, len(failures))])
			}
		}
	}
	if tried < 40 {
		t.Errorf("only %d tried", tried)
	}
}

// TestUnlikePrints: where a table is printed twice below captions that say nothing which is the report's own, no cell on
// which the prints differ is proved.
func TestUnlikePrints(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	format := Formats()[0]
	for i, whole := range Reports() {
		rng := rand.New(rand.NewSource(int64(i)))
		prefix := []string{"applications.", "disputes."}[i%2]
		r := whole.Clone()
		if whole.Options.Zero != "0" || whole.Options.Mistake != "" {
			continue
		}
		r.twoPrints(prefix, "年报数", "快报数", false, true, func(t *Table) *Table {
			c := otherPrint(t, rng)
			for _, row := range c.Rows {
				for k := range row {
					if strings.Trim(row[k].Text, "0123456789") == "" && row[k].Cols == 1 { // sums of nothing hold
						row[k].Text = "0"
					}
				}
			}
			return c
		})
		doc, err := extract.Read(format.Write(r, 0), format.File)
		if err != nil {
			t.Fatal(err)
		}
		s, failures := r.Judge(normalize.Read(doc, forms))
		if s.Silent+s.Proved > 0 {
			t.Errorf("%s: %d silent, %d proved: %q", r.ID, s.Silent, s.Proved, failures[:min(3, len(failures))])
		}
	}
}
