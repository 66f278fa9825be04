package gold

import (
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
)

func told(from, to string) map[rune]rune {
	m, t := map[rune]rune{}, []rune(to)
	for i, r := range []rune(from) {
		m[r] = t[i]
	}
	return m
}

// TestGarbled reads PDFs whose fonts do not tell, or tell wrongly, which character some glyphs are. What they mean
// cannot be known; that it cannot must be said.
func TestGarbled(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		style PDFStyle
	}{
		{"a digit untold", PDFStyle{Untold: "7"}},
		{"all digits untold", PDFStyle{Untold: "0123456789"}},
		{"digits told as 0", PDFStyle{Told: told("123456789", "000000000")}},
		{"two digits told as 0", PDFStyle{Told: told("38", "00")}},
		{"digits shifted", PDFStyle{Told: told("0123456789", "1234567890")}},
		{"two digits exchanged", PDFStyle{Told: told("26", "62")}},
		{"words told wrongly", PDFStyle{Told: told("公开政府信息申请数量行", "沾酪犷檄窨诿躅鳎孓钋砜")}},
		{"brackets untold", PDFStyle{Untold: "（）、"}},
		{"words of labels untold", PDFStyle{Untold: "公请政"}},
	} {
		c.style.Encoding = "Identity-H"
		var sum Score
		for i, r := range Reports() {
			if !tried(i, 3, 5) {
				continue
			}
			if r.Options.Wide {
				continue // its digits are full-width ones, which are not told wrongly here
			}
			s, failures := judge(t, forms, r, r.PDF(c.style))
			sum.Add(s)
			for i, f := range failures {
				if i < *showFailures {
					t.Logf("%s %s: %s", c.name, r.ID, f)
				}
			}
		}
		t.Logf("%-24s %2d documents, %5d cells, %.3f %% exact, %d abstained, %d flagged, %d silent", c.name,
			sum.Documents, sum.Cells, 100*sum.ExactShare(), sum.Abstained, sum.Flagged, sum.Silent)
		if sum.Silent > 0 {
			t.Errorf("%s: %d silent errors", c.name, sum.Silent)
		}
	}
}
