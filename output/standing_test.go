package output_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
)

// altered is a report in which some cells print other numbers.
func altered(rep *normalize.Report, cells int) *normalize.Report {
	out := *rep
	out.Values, out.Findings = slices.Clone(rep.Values), slices.Clone(rep.Findings)
	for i := range out.Values {
		if v := &out.Values[i]; v.Number != nil && cells > 0 && strings.HasPrefix(v.Name, "applications.") &&
			v.Verdict == normalize.Proved {
			n := v.Number.Add(decimal.NewFromInt(1000))
			v.Number, v.Text = &n, n.String()
			cells--
		}
	}
	return &out
}

// TestCopiesDiffer: documents of a report that print other numbers at another place name each other; right copies,
// older versions, tables of another scope and other editions say nothing.
func TestCopiesDiffer(t *testing.T) {
	all := exampleResults(t)
	at := slices.IndexFunc(all, func(r output.Result) bool { return strings.HasPrefix(r.Document.File, "jiangzhou/2022") })
	if at < 0 {
		t.Fatal("no jiangzhou/2022")
	}
	first := all[at]
	first.Report.Body.ID = "990000/government"
	first.Document.URL = "https://www.example.gov.cn/1"
	for name, c := range map[string]struct {
		cells      int
		superseded string
		scope      normalize.Scope
		findings   int // of each of the two
		named      bool
	}{
		"a right copy":         {0, "", "", 0, false},
		"one cell":             {1, "", "", 1, true},
		"some cells":           {12, "", "", 12, true},
		"another table":        {40, "", "", 1, false},
		"an older version":     {1, "2024-05-01", "", 0, false},
		"tables of the office": {1, "", normalize.OwnScope, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			other := output.Result{Document: first.Document, Report: altered(first.Report, c.cells)}
			other.Document.SHA256, other.Document.URL = strings.Repeat("e", 64), "https://copies.example.org/1"
			other.Document.Superseded = c.superseded
			mine := *first.Report
			if mine.Scope = normalize.AllScope; c.scope != "" {
				other.Report.Scope = c.scope
			}
			dir := filepath.Join(t.TempDir(), "dataset")
			write(t, dir, []output.Result{other, {Document: first.Document, Report: &mine}})
			d, err := output.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			of := map[string]int{}
			if err := d.Findings(func(_ int, r output.FindingRow) error {
				if r.Code != output.CodeCopiesDiffer {
					return nil
				}
				of[r.Document]++
				there := "https://copies.example.org/1 (eeeeeeeeeeee…)"
				if r.Document == other.Document.SHA256 {
					there = fmt.Sprintf("https://www.example.gov.cn/1 (%.12s…)", first.Document.SHA256)
				}
				if !strings.Contains(r.Message, there) || r.Severity != "warning" || (r.Name != "") != c.named {
					t.Errorf("%+v", r)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if of[first.Document.SHA256] != c.findings || of[other.Document.SHA256] != c.findings {
				t.Errorf("findings %v, not %d each", of, c.findings)
			}
			standing := 0
			if err := d.Reports(func(_ int, r output.ReportRow) error {
				if r.Documents != 2 || r.Body == nil || *r.Body != "990000/government" {
					t.Errorf("%+v", r)
				}
				if r.Standing {
					standing++
					if r.Document != first.Document.SHA256 {
						t.Errorf("%s stands, by %s", r.Document, r.StandingBy)
					}
				}
				return nil
			}); err != nil || standing != 1 {
				t.Errorf("%d stand: %v", standing, err)
			}
		})
	}
}
