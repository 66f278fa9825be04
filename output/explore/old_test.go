package explore

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output"
)

// TestOldTables: every value of a report of before 2019 stands in a cell of a table as it prints, and none twice; a body
// has its series, with what lies between two numbers said in both languages.
func TestOldTables(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, forms(t), output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]*normalize.Report{}
	unknown := 0
	for i, r := range gold.OldReports() {
		page := gold.Formats()[0]
		doc, err := extract.Read(page.Write(r, 1), page.File)
		if err != nil {
			t.Fatal(err)
		}
		rep := normalize.ReadFrom(doc, forms(t), normalize.Origin{URL: fmt.Sprintf("http://127.0.0.1/art/%d.html", i)})
		rep.Body.ID, rep.Body.Normal = fmt.Sprintf("330100/department/%d", i%6), "某局" // few bodies, of many years
		want[fmt.Sprintf("%s-1", doc.SHA256)] = rep
		if err := w.Write(output.Result{Report: rep, Document: output.Document{File: fmt.Sprint(i), SHA256: doc.SHA256,
			URL: fmt.Sprintf("http://127.0.0.1/art/%d.html", i)}}); err != nil {
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
	bodies := map[string]bool{}
	for key, rep := range want {
		have := get[jsonReport](t, e, "/api/reports/"+key+".json")
		bodies[have.Authority.ID] = true
		at := map[string]int{}
		for _, table := range have.Tables {
			unknown += strings.Count(table.Table, "other")
			for _, row := range table.Rows {
				for _, c := range row.Columns {
					at[table.Table+"."+row.Name+"."+c]++
				}
			}
		}
		for _, v := range rep.Values {
			if at[v.Name] != 1 {
				t.Errorf("%s %d: %s stands in %d cells", rep.Agency, rep.Year, v.Name, at[v.Name])
			}
			delete(at, v.Name)
		}
		for n := range at {
			t.Errorf("%s: a cell %s, which the report does not have", key, n)
		}
		for _, x := range have.Identities {
			if x.State == "fails" {
				t.Errorf("%s: %v", key, x)
			}
		}
	}
	if unknown < 3 {
		t.Errorf("%d tables of no family", unknown)
	}
	packed, err := Open(context.Background(), d, Options{Forms: forms(t), Program: "test", Documents: shelf{}, Index: t.TempDir(),
		PackFrom: 1, FindUpTo: 1000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(packed.Close)
	if err := packed.Wait(); err != nil {
		t.Fatal(err)
	}
	points, near, breaks := 0, 0, 0
	for id := range bodies {
		target := "/api/authorities/" + id + ".json"
		if a, b := ask(e, "GET", target).Body.String(), ask(packed, "GET", target).Body.String(); a != b {
			t.Errorf("%s: packed it is otherwise", target)
		}
		a := get[jsonBody](t, e, "/api/authorities/"+id+".json")
		for _, s := range a.Series {
			if s.Label == "" || s.Zh == "" {
				t.Errorf("%s has no words", s.Name)
			}
			for i, p := range s.Points {
				points++
				if i > 0 && p.Year <= s.Points[i-1].Year {
					t.Errorf("%s: %v", s.Name, s.Points)
				}
				if p.Class == "near" {
					near++
				}
				if (p.Break == nil) != (p.BreakZh == nil) || i == 0 && p.Break != nil {
					t.Errorf("%s: %+v", s.Name, p)
				}
				if p.Break != nil {
					breaks++
				}
			}
		}
	}
	if points < 200 || near < 100 || breaks < 20 {
		t.Errorf("%d points, %d near, %d breaks", points, near, breaks)
	}
}
