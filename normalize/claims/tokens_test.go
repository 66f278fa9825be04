package claims

import (
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
)

// TestMayBeDate: no text in which a year or months are found is passed over.
func TestMayBeDate(t *testing.T) {
	parts := []string{"", "1", "12", "123", "20", "2022", "0", "年", "月", "日", " ", "\n", "\t", "至", "12月", "件", "，"}
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				for _, d := range parts {
					s := a + b + c + d
					if (yearAt.MatchString(s) || monthsAt.MatchString(s)) && !mayBeDate(s) {
						t.Fatalf("%q is a date, which is not seen", s)
					}
				}
			}
		}
	}
}

// TestLexicon: every word is found by its first character, the longest first.
func TestLexicon(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	g, err := New(forms)
	if err != nil {
		t.Fatal(err)
	}
	for r, entries := range g.lexicon {
		for _, e := range entries {
			if got := g.longest(r, e.word); got == nil || got.word != e.word {
				t.Errorf("%q is not found: %v", e.word, got)
			}
		}
	}
	if e := g.longest('龘', "龘"); e != nil {
		t.Errorf("%q is found where no word is", e.word)
	}
}
