package gold

import (
	"fmt"
	"hash/fnv"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// TestOldGold reads the reports of before 2019 in all formats: every cell as printed, and nothing to warn of; and with
// faults, nothing wrong without a word. By default a part of them.
func TestOldGold(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	reports, formats := OldReports(), Formats()
	if len(reports) < 40 {
		t.Errorf("%d reports", len(reports))
	}
	var clean, faulty Score
	byFormat := map[string]*Score{}
	shown := map[string]int{}
	for ri, r := range reports {
		for fi, fm := range formats {
			for i, ft := range oldFaults() {
				if *only != "" && ft.Name != *only || *onlyFormat != "" && fm.Name != *onlyFormat {
					continue
				}
				if of := map[bool]int{true: 6, false: 499}[ft.Name == "none"]; !pinned(r, ft, fm) && *only == "" && *onlyFormat == "" &&
					(longRun && ft.Name != "none" && (ri+7*fi+3*i)%23 != 0 || !tried(ri+7*fi+3*i, of, 5*of)) {
					continue
				}
				if strings.HasPrefix(r.Options.Mistake, "rows left out") && fm.Name == "text lines" {
					continue // a table on its side, one cell a line: nobody could read it
				}
				o, ok := tryOld(task{r, ft, fm, 0}, forms)
				if !ok {
					continue
				}
				for _, f := range o.failures {
					if k := fm.Name + ft.Name; ft.Name == "none" || strings.Contains(f, ": silent ") ||
						strings.Contains(f, ": proved ") || shown[k] < *showFailures {
						if shown[k]++; shown[k] <= max(4, *showFailures) {
							t.Log(f)
						}
					}
				}
				if ft.Name == "none" {
					clean.Add(o.score)
					add(byFormat, fm.Name, o.score)
				} else {
					faulty.Add(o.score)
				}
			}
		}
	}
	for _, fm := range formats {
		if s := byFormat[fm.Name]; s != nil && s.Exact < s.Cells && (fm.Name != "pdf without rules" || s.ExactShare() < 0.3) {
			t.Errorf("%s: %d of %d cells exact, %d absent", fm.Name, s.Exact, s.Cells, s.Abstained)
		}
	}
	t.Logf("as they are: %+v; with faults: %+v", clean, faulty)
	if clean.Silent+faulty.Silent+clean.Proved+faulty.Proved > 0 || clean.Alarms > byFormat["pdf without rules"].alarms() {
		t.Errorf("%d silent, %d proved, %d alarms", clean.Silent+faulty.Silent, clean.Proved+faulty.Proved, clean.Alarms)
	}
}

// pinned are tried always: a code, or a part of a number, was taken there for a value.
func pinned(r *Report, ft Fault, fm Format) bool {
	return fm.Name == "pdf without rules" && slices.Contains([]string{"zeros blank", "space in a number", "date"}, ft.Name) &&
		slices.ContainsFunc([]string{"1011-", "1012-", "1014-", "1034-"}, func(id string) bool { return strings.HasPrefix(r.ID, id) })
}

// oldFaults are those that tables of statistics can carry.
func oldFaults() []Fault {
	skip := []string{"half a file"}
	return slices.DeleteFunc(Faults(), func(f Fault) bool { return slices.Contains(skip, f.Name) })
}

func (s *Score) alarms() int {
	if s == nil {
		return 0
	}
	return s.Alarms
}

// tryOld is try of a report of before 2019. A value under its printed label, where a fault has changed the label or the
// header, is no error; a fault that takes the forms of 2019 for granted is none here.
func tryOld(k task, forms *form.Forms) (o outcome, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	if k.report.strange && (strings.Contains(k.fault.Name, "header") || strings.Contains(k.fault.Name, "column")) {
		return outcome{}, false // what a number is called there is its header: with another it is another
	}
	h := fnv.New64a()
	fmt.Fprint(h, k.report.ID, k.fault.Name, k.format.Name, k.round)
	seed := int64(h.Sum64() >> 1)
	r := k.report.Clone()
	if !k.fault.Apply(r, rand.New(rand.NewSource(seed)), k.format) {
		return outcome{}, false
	}
	body := k.format.Write(r, seed)
	got := normalize.Unread("")
	if doc, err := extract.Read(body, k.format.File); err == nil {
		got = normalize.Read(doc, forms)
	}
	if k.fault.Name != "none" || k.format.Name == "pdf without rules" { // where labels lie in pieces, not all are whole
		names := r.Names()
		got.Values = slices.DeleteFunc(got.Values, func(v normalize.Value) bool {
			return strings.HasPrefix(v.Name, normalize.OtherTable+".") && !slices.Contains(names, v.Name)
		})
	}
	o = outcome{task: k}
	o.score, o.failures = r.Judge(got)
	if k.fault.Name == "none" && k.report.Options.Mistake == "" {
		for _, f := range got.Findings {
			if f.Severity != normalize.Note && f.Code != normalize.CodeProseDiffers && // the prose is invented by itself
				f.Code != normalize.CodeUnitDoubtful {
				o.score.Alarms++
				o.failures = append(o.failures, fmt.Sprintf("alarm %s %s: %s", f.Code, f.Name, f.Message))
				break
			}
		}
	}
	for i := range o.failures {
		o.failures[i] = fmt.Sprintf("%s/%s/%s: %s", k.format.Name, k.fault.Name, k.report.ID, o.failures[i])
	}
	return o, true
}

// TestOldClaims reads the prose of the reports of before 2019: each number counts the row that its words name, and its span
// is that of the sentence.
func TestOldClaims(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	facts, found, named, right, alone := 0, 0, 0, 0, 0
	for i, r := range OldReports() {
		format := Formats()[[]int{0, 4, 12}[i%3]]
		doc, err := extract.Read(format.Write(r, 1), format.File)
		if err != nil {
			t.Fatal(err)
		}
		got := normalize.Read(doc, forms)
		if len(r.own) == 0 {
			if alone++; got.Status != normalize.StatusRead {
				t.Errorf("%s: %s %s", r.ID, got.Status, got.Reason)
			}
		}
		want := map[string]string{} // a claim's place → row
		for _, f := range r.Facts {
			for k := range got.Sections {
				at := strings.Index(got.Sections[k].Text, f.Quote)
				if at < 0 {
					continue
				}
				at += strings.Index(f.Quote, f.Value)
				want[fmt.Sprint(k+1, " ", at)] = f.Row
				if f.Row != "" {
					facts++
				}
				break
			}
		}
		for _, c := range got.Claims {
			row, ok := want[fmt.Sprint(c.Section, " ", c.Start)]
			if len(c.Cells) == 0 {
				if ok && row != "" {
					t.Logf("%s: %q counts %s, and nothing was found", r.ID, c.Text, row)
				}
				continue
			}
			if c.Value.IsZero() {
				continue
			}
			named++
			if part := strings.Split(c.Cells[0], "."); ok && part[1] == row {
				right++
				found++
			} else {
				t.Errorf("%s: %q counts %q, read as %s", r.ID, c.Text, row, c.Cells[0])
			}
		}
	}
	if alone < 6 || facts < 400 {
		t.Errorf("%d reports of prose alone, %d facts", alone, facts)
	}
	t.Logf("%d of %d facts found, %d of %d claims right", found, facts, right, named)
	if right*100 < named*99 || found*100 < facts*92 {
		t.Errorf("%d of %d facts found, %d of %d claims right", found, facts, right, named)
	}
}
