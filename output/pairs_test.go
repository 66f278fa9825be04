package output_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
)

// TestPairs: a report in two formats of one folder confirms itself; copies in one format, other folders and other years
// do not. Order is kept, and of a large folder not all are held.
func TestPairs(t *testing.T) {
	result := func(file, media string, year int) output.Result {
		n := decimal.NewFromInt(7)
		rep := &normalize.Report{Agency: "淮安市人民政府", Year: year, Status: normalize.StatusRead, Values: []normalize.Value{
			{Name: "applications.received.total", Text: "7", Number: &n, State: normalize.Number}}}
		return output.Result{Document: output.Document{File: file, SHA256: "sha of " + file, MediaType: media},
			Report: rep}
	}
	var files, confirmed []string
	p := output.NewPairs(func(r output.Result) error {
		files = append(files, r.Document.File)
		if by := r.Report.Values[0].ConfirmedBy; by != "" {
			confirmed = append(confirmed, r.Document.File+" by "+by)
		}
		return nil
	})
	want := []string{"a/1.html", "a/1.pdf", "a/2.pdf", "b/1.pdf", "b/2020.html", "c.zip!1.html", "c.zip!2.pdf"}
	for i, f := range want {
		media := "application/pdf"
		if f[len(f)-1] == 'l' {
			media = "text/html"
		}
		year := 2022
		if i == 4 {
			year = 2020
		}
		if err := p.Take(result(f, media, year)); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(); err != nil || !slices.Equal(files, want) {
		t.Errorf("%q: %v", files, err)
	}
	pairs := []string{"a/1.html by sha of a/1.pdf", "a/1.pdf by sha of a/1.html", "a/2.pdf by sha of a/1.html",
		"c.zip!1.html by sha of c.zip!2.pdf", "c.zip!2.pdf by sha of c.zip!1.html"}
	if !slices.Equal(confirmed, pairs) {
		t.Errorf("%q, not %q", confirmed, pairs)
	}
	files = nil
	for i := range 300 {
		if err := p.Take(result(fmt.Sprint("d/", i), "text/html", 2000+i)); err != nil {
			t.Fatal(err)
		}
	}
	if len(files) != 300-256 || files[0] != "d/0" {
		t.Errorf("%d of 300 were handed on", len(files))
	}
}
