package output_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
	"github.com/gongkai/gongkai/output/tables"
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

// TestAuthorities: who should have reported and did not is told apart: not found, found and not read, never seen; and
// panel has a row of the first two, that says so of every figure.
func TestAuthorities(t *testing.T) {
	base := exampleResults(t)[0]
	report := func(n, year int, id, host string) output.Result {
		rep := *base.Report
		rep.Year, rep.Published = year, fmt.Sprintf("%d-01-20", year+1)
		rep.Body.ID, rep.Body.Code, rep.Body.Series = id, id[:6], id[:6]
		rep.Body.Kind, rep.Body.Level, rep.Body.Vertical = "government", "prefecture", false
		if strings.Contains(id, "department") {
			rep.Body.Kind = "department"
		}
		return output.Result{Report: &rep, Document: output.Document{File: fmt.Sprint(n), SHA256: fmt.Sprintf("%064d", n),
			URL: fmt.Sprintf("https://%s/%d.html", host, n)}}
	}
	unread := output.Result{Report: normalize.Unread("binary data"), Document: output.Document{File: "u",
		SHA256: strings.Repeat("f", 64), URL: "https://b.gov.cn/2022.doc"}}
	unread.Report.Year = 2022
	dir := filepath.Join(t.TempDir(), "dataset")
	write(t, dir, []output.Result{report(1, 2020, "230100/government", "a.gov.cn"), report(2, 2022, "230100/government", "a.gov.cn"),
		report(3, 2021, "330100/department/财政局", "b.gov.cn"), unread, report(4, 2023, "330100/department/财政局", "b.gov.cn"),
		report(5, 2020, "330100/department/教育局", "c.gov.cn")})
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, rule := map[string]string{}, map[string]int{}
	if err := output.Select(d, "authorities", func(year int, r output.AuthorityRow) error {
		if r.By == "rule" {
			rule[*r.Province]++
			if r.State != "never_seen" || *r.Level == "township" {
				t.Errorf("%+v", r)
			}
			return nil
		}
		got[fmt.Sprintf("%s %d", r.Body, year)] = r.State
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"230100/government 2020": "read", "230100/government 2021": "missing", "230100/government 2022": "read",
		"230100/government 2023":     "not_due", // by 31 March, and the newest day in the dataset is in January
		"330100/department/财政局 2021": "read", "330100/department/财政局 2022": "not_read", "330100/department/财政局 2023": "read",
		"330100/department/教育局 2020": "read", "330100/department/教育局 2021": "open", "330100/department/教育局 2022": "open",
		"330100/department/教育局 2023": "not_due"}
	if !maps.Equal(got, want) {
		t.Errorf("%v\nnot %v", got, want)
	}
	if rule["230000"] < 4*100 || rule["330000"] < 4*90 || len(rule) != 2 {
		t.Errorf("by rule %v", rule)
	}
	type row struct {
		Body     string  `parquet:"body"`
		Report   string  `parquet:"report"`
		Document *string `parquet:"document,optional"`
		Received *int64  `parquet:"req_received,optional"`
		Why      string  `parquet:"s_req_received"`
		Rate     string  `parquet:"s_r_granted"`
		Days     *int32  `parquet:"days,optional"`
	}
	without := map[string]string{}
	n := 0
	if err := output.Select(d, "panel", func(year int, r row) error {
		n++
		if r.Document == nil {
			without[fmt.Sprintf("%s %d", r.Body, year)] = r.Report
			if r.Received != nil || r.Why != r.Report || r.Rate != r.Report || r.Days != nil {
				t.Errorf("%+v", r)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(without, map[string]string{"230100/government 2021": "no_report", "330100/department/财政局 2022": "not_read"}) || n != 7 {
		t.Errorf("%d rows, without a report %v", n, without)
	}
}

// TestNotLooked: of a body whose website's column was not read whole no report is called missing, and it is said why;
// not in the dataset, and not by the panel that explorer and anomalies ask.
func TestNotLooked(t *testing.T) {
	base := exampleResults(t)[0]
	var results []output.Result
	for i, year := range []int{2020, 2022} {
		rep := *base.Report
		rep.Year, rep.Published = year, fmt.Sprintf("%d-01-20", year+1)
		rep.Body.ID, rep.Body.Code, rep.Body.Series = "230100/government", "230100", "230100"
		rep.Body.Kind, rep.Body.Level, rep.Body.Vertical = "government", "prefecture", false
		results = append(results, output.Result{Report: &rep, Document: output.Document{File: fmt.Sprint(i),
			SHA256: fmt.Sprintf("%064d", i), URL: fmt.Sprintf("https://a.gov.cn/%d.html", i)}})
	}
	late := results[0]
	rep := *late.Report
	rep.Year, rep.Published = 2021, "2022-01-20"
	rep.Body.ID, rep.Body.Code, rep.Body.Series = "230200/government", "230200", "230200"
	late.Report, late.Document.SHA256, late.Document.File = &rep, strings.Repeat("c", 64), "9"
	results = append(results, late)
	for name, c := range map[string]struct {
		unlooked []output.Unlooked
		want     string
	}{
		"nothing is said":     {nil, "missing"},
		"its column":          {[]output.Unlooked{{Division: "230100", Reason: "a wall"}}, "not_read a wall"},
		"another's":           {[]output.Unlooked{{Division: "230200", Reason: "a wall"}}, "missing"},
		"another year's link": {[]output.Unlooked{{Division: "230100", Years: []int{2020}, Reason: "a wall"}}, "missing"},
		"the year's link":     {[]output.Unlooked{{Division: "230100", Years: []int{2021}, Reason: "a wall"}}, "not_read a wall"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "dataset")
			w, err := output.Create(dir, load(t), output.Info{ProgramVersion: "test", NotRead: c.unlooked})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				if err := w.Write(r); err != nil {
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
			got := ""
			if err := output.Select(d, "authorities", func(year int, r output.AuthorityRow) error {
				if r.Body == "230100/government" && year == 2021 {
					got = r.State
					if r.Reason != nil {
						got += " " + *r.Reason
					}
				}
				return nil
			}); err != nil || got != c.want {
				t.Errorf("%q, not %q; %v", got, c.want, err)
			}
			folder, err := tables.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			p, err := panel.Load(context.Background(), folder)
			if err != nil {
				t.Fatal(err)
			}
			if why := p.NotRead["230100/government"][2021]; (why != "") != strings.HasPrefix(c.want, "not_read") {
				t.Errorf("the panel: %q", why)
			}
		})
	}
}
