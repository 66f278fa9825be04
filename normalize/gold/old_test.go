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
				if of := map[bool]int{true: 6, false: 499}[ft.Name == "none"]; *only == "" && *onlyFormat == "" &&
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
					if k := fm.Name + ft.Name; ft.Name == "none" || strings.Contains(f, ": silent ") || strings.Contains(f, ": proved ") || shown[k] < *showFailures {
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
		if s := byFormat[fm.Name]; s != nil && s.Exact < s.Cells {
			t.Errorf("%s: %d of %d cells exact, %d absent", fm.Name, s.Exact, s.Cells, s.Abstained)
		}
	}
	t.Logf("as they are: %+v; with faults: %+v", clean, faulty)
	if clean.Silent+faulty.Silent+clean.Proved+faulty.Proved > 0 || clean.Alarms > 0 {
		t.Errorf("%d silent, %d proved, %d alarms", clean.Silent+faulty.Silent, clean.Proved+faulty.Proved, clean.Alarms)
	}
}

// oldFaults are those that tables of statistics can carry.
func oldFaults() []Fault {
	skip := []string{"half a file"}
	return slices.DeleteFunc(Faults(), func(f Fault) bool { return slices.Contains(skip, f.Name) })
}

// tryOld is try of a report of before 2019. A value under its printed label, where a fault has changed the label or the
// header, is no error; a fault that takes the forms of 2019 for granted is none here.
func tryOld(k task, forms *form.Forms) (o outcome, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
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
	if k.fault.Name != "none" {
		names := r.Names()
		got.Values = slices.DeleteFunc(got.Values, func(v normalize.Value) bool {
			return strings.HasPrefix(v.Name, normalize.OtherTable+".") && !slices.Contains(names, v.Name)
		})
	}
	o = outcome{task: k}
	o.score, o.failures = r.Judge(got)
	if k.fault.Name == "none" && k.report.Options.Mistake == "" {
		for _, f := range got.Findings {
			if f.Severity != normalize.Note && f.Code != normalize.CodeProseDiffers {
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
