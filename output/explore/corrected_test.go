package explore

import (
	"path/filepath"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output"
)

// TestCorrected: a corrected cell is served with its number, with what is printed, and as corrected; the sums are those of
// the correction, and where a number stands without its report it is told to be one.
func TestCorrected(t *testing.T) {
	const name = "disputes.reconsideration.total"
	dir := filepath.Join(t.TempDir(), "dataset")
	var w *output.Writer
	for _, e := range gold.Examples() {
		if e.File != "qinglan/2022.txt" {
			continue
		}
		doc, err := extract.Read(e.Body, e.File)
		if err != nil {
			t.Fatal(err)
		}
		w, err = output.Create(dir, forms(t), output.Info{ProgramVersion: "test", Corrections: []output.Correction{{Document: doc.SHA256,
			Name: name, Expected: "0", New: "45", Reason: "the kinds add up", Who: "A. Reader", Line: 2}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(output.Result{Document: output.Document{File: e.File, SHA256: doc.SHA256, MediaType: doc.MediaType,
			Bytes: doc.Bytes}, Report: normalize.Read(doc, forms(t))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	e := open(t, d, false)
	r := get[jsonReport](t, e, "/api/reports/"+e.c.key(0)+".json")
	v := r.Values[name]
	if v == nil || v.State != "corrected" || v.Text == nil || *v.Text != "0" || v.Number == nil || *v.Number != "45" ||
		len(v.Findings) != 1 {
		t.Fatalf("%+v", v)
	}
	if f := r.Findings[v.Findings[0]]; f.Code != normalize.CodeCorrected || f.Severity != "warning" {
		t.Errorf("%+v", f)
	}
	for _, x := range r.Identities {
		if x.Right[0] == name && (x.State != "holds" || *x.RightSum != "45") {
			t.Errorf("%+v", x)
		}
	}
	a := get[jsonBody](t, e, "/api/authorities/"+r.Authority.ID+".json")
	if told := a.Verdicts[name]; len(told) != 1 || told[0] == nil || *told[0] != "corrected" || *a.Values[name][0] != "45" {
		t.Errorf("beside the number over the years: %v", told)
	}
}
