package gold

import (
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// TestNumbersAreTold: what prints no number has none and a warning, what is not exact has a warning, and neither is
// proved or inferred; what is in the grammar has neither doubt nor another number.
func TestNumbersAreTold(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	format := Formats()[0]
	tried := 0
	for _, fault := range numberFaults() {
		for k := range 16 {
			whole := Reports()[k]
			r := whole.Clone()
			if !fault.Apply(r, rand.New(rand.NewSource(int64(k)*7+3)), format) {
				continue
			}
			doc, err := extract.Read(format.Write(r, 1), format.File)
			if err != nil {
				t.Fatal(err)
			}
			got := normalize.Read(doc, forms)
			before, now := whole.Truth(), r.Truth()
			for name, p := range now {
				if p == before[name] {
					continue
				}
				tried++
				i := slices.IndexFunc(got.Values, func(v normalize.Value) bool { return v.Name == name })
				if i < 0 {
					t.Fatalf("%s: no value %s", fault.Name, name)
				}
				v := got.Values[i]
				warned := slices.ContainsFunc(got.Findings, func(f normalize.Finding) bool {
					return f.Severity != normalize.Note && f.Code != normalize.CodeSumFails && f.Name != "" &&
						(f.Name == name || strings.HasPrefix(name, f.Name+"."))
				})
				switch {
				case !Same(p, v):
					t.Errorf("%s: %q is read as %q %v", fault.Name, p.Text, v.Text, v.Number)
				case (p.Number == "" || fault.Name == "about") && !warned:
					t.Errorf("%s: %q in %s has no warning", fault.Name, p.Text, name)
				case p.Number == "" && v.Verdict != normalize.Unchecked:
					t.Errorf("%s: %q is %s", fault.Name, p.Text, v.Verdict)
				}
			}
		}
	}
	if tried < 200 {
		t.Errorf("only %d cells tried", tried)
	}
}
