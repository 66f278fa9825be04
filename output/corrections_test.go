package output_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
)

// corrected makes a dataset of the examples with a file of corrections.
func corrected(t *testing.T, results []output.Result, lines ...string) *output.Dataset {
	t.Helper()
	list, err := output.ReadCorrections("own.csv", strings.NewReader("document,name,expected,new,reason,who\n"+
		strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, load(t), output.Info{ProgramVersion: "test", Corrections: list})
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
	return d
}

func resultOf(t *testing.T, results []output.Result, file string) *output.Result {
	t.Helper()
	i := slices.IndexFunc(results, func(r output.Result) bool { return r.Document.File == file })
	if i < 0 {
		t.Fatalf("no example %s", file)
	}
	return &results[i]
}

func valueOf(t *testing.T, d *output.Dataset, document, name string) (out output.ValueRow) {
	t.Helper()
	found := false
	if err := d.Values(func(_ int, r output.ValueRow) error {
		if r.Document == document && r.Name == name {
			out, found = r, true
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if !found {
		t.Fatalf("%s has no %s", document, name)
	}
	return out
}

func correctionRows(t *testing.T, d *output.Dataset) (out []output.CorrectionRow) {
	t.Helper()
	err := output.Select(d, "corrections", func(_ int, r output.CorrectionRow) error { out = append(out, r); return nil })
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(out, func(a, b output.CorrectionRow) int { return int(a.Line - b.Line) })
	return out
}

// The total of reconsiderations that the example leaves 0 (18 + 1 + 12 + 14 = 45): corrected, its sum holds, what
// contradicted it is gone, and yet nothing calls it printed.
func TestCorrectionMendsASum(t *testing.T) {
	const file, name = "qinglan/2022.txt", "disputes.reconsideration.total"
	results := exampleResults(t)
	doc := resultOf(t, results, file).Document.SHA256
	d := corrected(t, results, doc+","+name+",0,45,the five kinds add up to 45,A. Reader")
	v := valueOf(t, d, doc, name)
	if v.State != string(normalize.Corrected) || v.Text == nil || *v.Text != "0" || v.Number == nil || *v.Number != 45_000_000 ||
		v.Verdict != string(normalize.Proved) || v.ConfirmedBy != nil || !v.Standing {
		t.Errorf("%+v", v)
	}
	if u := valueOf(t, d, doc, "disputes.reconsideration.upheld"); u.Verdict != string(normalize.Proved) || u.State != "number" {
		t.Errorf("a part of the sum is %s, %s", u.State, u.Verdict)
	}
	codes := map[string][]string{}
	if err := d.Findings(func(_ int, r output.FindingRow) error {
		if r.Document == doc {
			codes[r.Code] = append(codes[r.Code], r.Severity+" "+r.Name+" "+r.Message)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(codes["sum-fails"]) > 0 || len(codes["corrected"]) != 1 || !strings.HasPrefix(codes["corrected"][0], "warning "+name) ||
		!strings.Contains(codes["corrected"][0], `"0" is printed; 45 is a correction by A. Reader: the five kinds add up to 45`) {
		t.Errorf("%v", codes)
	}
	rows := correctionRows(t, d)
	if len(rows) != 1 || rows[0].Outcome != output.CorrectionApplied || *rows[0].Printed != "0" || *rows[0].Before != 0 ||
		*rows[0].Number != 45_000_000 || rows[0].Who != "A. Reader" || rows[0].Line != 2 {
		t.Errorf("%+v", rows)
	}
	type wide struct {
		Document  string   `parquet:"document"`
		Total     *int64   `parquet:"disputes__reconsideration__total,optional"`
		Corrected []string `parquet:"corrected,list"`
	}
	err := output.Select(d, "wide", func(_ int, r wide) error {
		want := []string(nil)
		if r.Document == doc {
			want = []string{name}
			if r.Total == nil || *r.Total != 45 {
				t.Errorf("wide has %v", r.Total)
			}
		}
		if !slices.Equal(r.Corrected, want) {
			t.Errorf("%s: corrected %v", r.Document, r.Corrected)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Document  *string  `parquet:"document,optional"`
		Corrected []string `parquet:"corrected,list"`
		Decided   string   `parquet:"s_rec_decided"`
		Received  string   `parquet:"s_req_received"`
		All       *int64   `parquet:"rec_total,optional"`
		SAll      string   `parquet:"s_rec_total"`
	}
	seen := false
	err = output.Select(d, "panel", func(_ int, r row) error {
		if r.Document != nil && *r.Document == doc {
			seen = true
			if !slices.Contains(r.Corrected, "rec_total") ||
				r.SAll != "corrected" || r.All == nil || *r.All != 45 || r.Received == "corrected" {
				t.Errorf("panel: %+v", r)
			}
		} else if len(r.Corrected) > 0 {
			t.Errorf("panel: %v is corrected in another report", r.Corrected)
		}
		return nil
	})
	if err != nil || !seen {
		t.Fatalf("%v, the report is in panel: %t", err, seen)
	}
}

// A correction that breaks a sum is in, and the sum says so.
func TestCorrectionBreaksASum(t *testing.T) {
	const name = "applications.received.natural_person"
	results := exampleResults(t)
	r := resultOf(t, results, "jiangzhou/2022.html")
	at := slices.IndexFunc(r.Report.Values, func(v normalize.Value) bool { return v.Name == name })
	old := r.Report.Values[at]
	if old.Verdict != normalize.Proved {
		t.Fatalf("the example's %s is %s", name, old.Verdict)
	}
	d := corrected(t, results, fmt.Sprintf("%s,%s,%q,%s,a guess,A. Reader", r.Document.SHA256, name, old.Text, old.Number.Add(*old.Number)))
	v := valueOf(t, d, r.Document.SHA256, name)
	if v.State != "corrected" || v.Verdict != "contradicted" {
		t.Errorf("%s, %s", v.State, v.Verdict)
	}
	if w := valueOf(t, d, r.Document.SHA256, "applications.received.total"); w.Verdict != "contradicted" {
		t.Errorf("the total is %s", w.Verdict)
	}
	if w := valueOf(t, d, r.Document.SHA256, "active.regulation.issued"); w.Verdict == "contradicted" {
		t.Errorf("another table is %s", w.Verdict)
	}
	sums := 0
	if err := d.Findings(func(_ int, f output.FindingRow) error {
		if f.Document == r.Document.SHA256 && f.Code == "sum-fails" {
			sums++
		}
		return nil
	}); err != nil || sums == 0 {
		t.Errorf("%v, %d sums fail", err, sums)
	}
}

// What is refused changes nothing but itself: a row that says why, and a finding where there is a report to hold it.
func TestCorrectionsRefused(t *testing.T) {
	results := exampleResults(t)
	plain := corrected(t, exampleResults(t))
	r := resultOf(t, results, "qinglan/2022.txt")
	doc := r.Document.SHA256
	unread := output.Result{Document: output.Document{File: "x.txt", SHA256: strings.Repeat("a", 64)},
		Report: &normalize.Report{Status: normalize.StatusUnread, Reason: "not an annual report"}}
	d := corrected(t, append(results, unread),
		strings.Repeat("0", 64)+",disputes.reconsideration.total,0,45,r,w",
		doc+",disputes.reconsideration.sum,0,45,r,w",
		doc+",disputes.reconsideration.total,7,45,r,w",
		doc+",disputes.reconsideration.total,,45,r,w",
		doc+",disputes.reconsideration.total,0,45.5,r,w",
		doc+",disputes.reconsideration.total,0,-45,r,w",
		doc+",disputes.reconsideration.total,0,about 45,r,w",
		doc+",disputes.reconsideration.total,0,0,r,w",
		unread.Document.SHA256+",disputes.reconsideration.total,0,45,r,w")
	want := []string{output.RefusedDocument, output.RefusedName, output.RefusedDiffers, output.RefusedDiffers, output.RefusedNumber,
		output.RefusedNumber, output.RefusedNumber, output.RefusedSame, output.RefusedUnread}
	rows := correctionRows(t, d)
	if len(rows) != len(want) {
		t.Fatalf("%d rows", len(rows))
	}
	for i, x := range rows {
		if x.Outcome != output.CorrectionRefused || x.Because == nil || *x.Because != want[i] {
			t.Errorf("line %d: %s %v, want %s", x.Line, x.Outcome, x.Because, want[i])
		}
	}
	told := 0
	if err := d.Findings(func(_ int, f output.FindingRow) error {
		if f.Code == "correction-refused" {
			told++
		}
		return nil
	}); err != nil || told != 8 {
		t.Errorf("%v, %d findings", err, told)
	}
	before := map[string]output.ValueRow{}
	if err := plain.Values(func(_ int, r output.ValueRow) error { before[r.Document+r.Name] = r; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := d.Values(func(_ int, r output.ValueRow) error {
		b := before[r.Document+r.Name]
		if b.State != r.State || b.Verdict != r.Verdict || (b.Number == nil) != (r.Number == nil) ||
			b.Number != nil && *b.Number != *r.Number {
			t.Errorf("%s: %+v was %+v", r.Name, r, b)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	twice := correctionRows(t, corrected(t, exampleResults(t),
		doc+",disputes.reconsideration.total,0,45,r,w", doc+",disputes.reconsideration.total,0,46,r,w"))
	if twice[0].Outcome != output.CorrectionApplied || *twice[1].Because != output.RefusedTwice {
		t.Errorf("%+v", twice)
	}
}

// A correction of what was read right and is put in again says the same of everything else: judging anew takes nothing
// away and proves nothing that was not proved.
func TestCorrectionLeavesTheRest(t *testing.T) {
	for _, file := range []string{"jiangzhou/2021.html", "linxi/2019.html", "linxi/2020.html", "yunqi/2023.html", "beilan/2024.html",
		"wangchuan/2024.pdf"} {
		results := exampleResults(t)
		r := resultOf(t, results, file)
		plain := *r.Report
		before := slices.Clone(plain.Values)
		codes := map[string]int{}
		for _, f := range plain.Findings {
			codes[f.Code]++
		}
		v := before[0]
		if v.Number == nil {
			t.Fatalf("%s prints no %s", file, v.Name)
		}
		r.Report.Correct(load(t), []normalize.Fix{{Name: v.Name, Number: *v.Number, Message: "again"}})
		var table []normalize.Fix
		for _, x := range before { // one cell of the large table too
			if strings.HasPrefix(x.Name, "applications.granted.total") && x.Number != nil {
				table = append(table, normalize.Fix{Name: x.Name, Number: *x.Number, Message: "again"})
			}
		}
		r.Report.Correct(load(t), table)
		for i, x := range r.Report.Values {
			if b := before[i]; x.State != normalize.Corrected && (x.Verdict != b.Verdict || (x.Number == nil) != (b.Number == nil)) {
				t.Errorf("%s: %s is %s and was %s", file, x.Name, x.Verdict, b.Verdict)
			}
		}
		for _, f := range r.Report.Findings {
			codes[f.Code]--
		}
		for code, n := range codes {
			if n != 0 && code != normalize.CodeCorrected {
				t.Errorf("%s: %d findings %s more than after", file, n, code)
			}
		}
	}
}

func TestReadCorrections(t *testing.T) {
	doc := strings.Repeat("ab", 32)
	got, err := output.ReadCorrections("own.csv", strings.NewReader("\ufeffwho,reason,new,expected,name,document,part\n"+
		"某某,\"录入错误, 见正文\",12,１２,a.b.c,"+strings.ToUpper(doc)+",2\n"))
	want := output.Correction{Document: doc, Part: 2, Name: "a.b.c", Expected: "１２", New: "12", Reason: "录入错误, 见正文", Who: "某某", Line: 2}
	if err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("%+v, %v", got, err)
	}
	const head = "document,name,expected,new,reason,who\n"
	for text, want := range map[string]string{
		"":                             "own.csv: no line of column names",
		"document,name\n":              "own.csv:1: no column expected, new, reason, who",
		"document,name,value\n":        `own.csv:1: column "value"`,
		head + "abc,a.b.c,1,2,r,w\n":   `own.csv:2: document "abc" is no SHA-256`,
		head + doc + ",,1,2,r,w\n":     "own.csv:2: no name of a cell",
		head + doc + ",a.b.c,1,2,,w\n": "own.csv:2: a correction says why",
		head + doc + ",a.b.c,1,2,r,\n": "own.csv:2: a correction says why",
		head + doc + ",a.b.c,1,2,r\n":  "own.csv: record on line 2",
		"part," + head + "0," + doc + ",a.b.c,1,2,r,w\n": `own.csv:2: part "0" is no ordinal`,
	} {
		if _, err := output.ReadCorrections("own.csv", strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
