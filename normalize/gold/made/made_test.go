package made

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
)

// TestShares holds what a corpus is made of: formats by their shares, in small ones about so too, and all years.
func TestShares(t *testing.T) {
	c := Corpus{Reports: 1000, Seed: 1}
	of, years, names, bytes := map[string]int{}, map[int]int{}, map[string]bool{}, 0
	tenth := map[string]int{}
	for d := range c.All() {
		kind, _, _ := strings.Cut(d.Format(), " ")
		of[kind]++
		if d.Number < 100 {
			tenth[kind]++
		}
		years[d.Year]++
		if names[d.File] {
			t.Fatalf("%s twice", d.File)
		}
		names[d.File] = true
		bytes += len(d.Bytes())
	}
	for kind, want := range map[string]int{"html": 700, "pdf": 200, "word": 80, "text": 20} {
		if of[kind] != want || tenth[kind] != want/10 {
			t.Errorf("%d of %s, %d of them in the first hundred; want %d", of[kind], kind, tenth[kind], want)
		}
	}
	if len(years) != Years {
		t.Errorf("%d years", len(years))
	}
	t.Logf("%d KB a report", bytes/1000/c.Reports)
}

// TestSameBytes holds that a report is made by its seed and number alone.
func TestSameBytes(t *testing.T) {
	c := Corpus{Reports: 40, Seed: 3}
	for d := range c.All() {
		again := Corpus{Seed: 3}.At(d.Number)
		if !bytes.Equal(d.Bytes(), again.Bytes()) || d.File != again.File {
			t.Errorf("%s is not the same made alone", d.File)
		}
	}
	if bytes.Equal(c.docs(5), Corpus{Seed: 4}.docs(5)) {
		t.Error("another seed gives the same")
	}
}

func (c Corpus) docs(i int) []byte { d := c.At(i); return d.Bytes() }

// TestRead reads reports of every format and year: each is whole, of its body and year, and each cell is as it was printed.
func TestRead(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	c := Corpus{Seed: 1}
	bodies := []int{0, 3} // governments
	if n := len(divisions()); n > 0 {
		bodies = append(bodies, n+1) // a department
	}
	var score gold.Score
	findings := map[string]int{}
	for _, b := range bodies {
		for y := range Years {
			d := c.At(b*Years + y)
			doc, err := extract.Read(d.Bytes(), d.File)
			if err != nil {
				t.Fatalf("%s: %v", d.File, err)
			}
			got := normalize.Read(doc, forms)
			if got.Status != normalize.StatusRead || got.Year != d.Year || got.Body.ID == "" {
				t.Errorf("%s %s %s: %s, year %d, body %q: %s", d.File, d.Body.Name, d.Format(), got.Status, got.Year, got.Body.ID,
					got.Reason)
			}
			s, failures := d.Report.Judge(got)
			score.Add(s)
			for _, f := range failures {
				t.Errorf("%s %s: %s", d.File, d.Format(), f)
			}
			for _, f := range got.Findings {
				findings[fmt.Sprint(f.Severity, " ", f.Code)]++
			}
		}
	}
	t.Logf("%d of %d cells exact; findings: %v", score.Exact, score.Cells, findings)
}

// TestCarried holds that what is carried out of a year is carried into the next, and that the sums are right.
func TestCarried(t *testing.T) {
	c := Corpus{Seed: 2}
	b := BodyAt(7)
	for year := 2019; year < LastYear; year++ {
		n, next := c.Figures(b, year), c.Figures(b, year+1)
		for _, column := range columns {
			if out, in := n["applications.carried_out."+column.name], next["applications.carried_in."+column.name]; out != in {
				t.Errorf("%d %s: %d carried out, %d carried in", year, column.name, out, in)
			}
		}
		if n["applications.received.total"]+n["applications.carried_in.total"] !=
			n["applications.handled_total.total"]+n["applications.carried_out.total"] {
			t.Errorf("%d: sums", year)
		}
	}
}

// TestBodies holds that a corpus of a million has as many bodies.
func TestBodies(t *testing.T) {
	seen := map[string]int{}
	for n := range 1_000_000 / Years {
		name := BodyAt(n).Name
		if at, twice := seen[name]; twice {
			t.Fatalf("bodies %d and %d are both %s", at, n, name)
		}
		seen[name] = n
	}
}
