package form

import (
	"math/rand"
	"testing"
)

// TestLettersSpareNothing: a label that is not compared with a wording, as their characters differ too much, is not like it.
func TestLettersSpareNothing(t *testing.T) {
	forms, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewSource(1))
	changed := func(of []rune) string { // a wording with some of its characters others, more or gone
		r := append([]rune(nil), of...)
		for range 1 + rng.Intn(4) {
			i := rng.Intn(len(r))
			switch rng.Intn(3) {
			case 0:
				r[i] = '一' + rune(rng.Intn(20_000))
			case 1:
				r = append(r[:i:i], append([]rune{'甲'}, r[i:]...)...)
			default:
				if len(r) > 1 {
					r = append(r[:i:i], r[i+1:]...)
				}
			}
		}
		return string(r)
	}
	found, near := 0, 0
	for _, table := range forms.Tables() {
		for _, f := range forms.Editions(table) {
			x := f.Labels
			for range 300 {
				k := changed(x.leaves[rng.Intn(len(x.leaves))])
				if _, known := x.exact[k]; known || k == "" || x.groups[k] {
					continue
				}
				best := 0.0
				for _, leaf := range x.leaves {
					best = max(best, Likeness([]rune(k), leaf, LikeEnough-LikeMargin))
				}
				if _, score, _ := x.Find(k); score != best {
					t.Fatalf("%q is found with %v, and is alike by %v", k, score, best)
				}
				if best > 0 {
					found++
				}
				for c, words := range f.ColumnWords {
					for i, w := range words {
						if !f.ColumnLetters[c][i].Within(LettersOf(k + w)) {
							t.Fatalf("%q holds %q, which its characters deny", k+w, w)
						}
					}
				}
			}
		}
	}
	for _, f := range forms.Annexes() {
		x := f.Annex()
		for range 300 {
			k := changed(x.keys[rng.Intn(len(x.keys))].runes)
			want := -1
			for _, w := range x.keys {
				if len([]rune(k)) < 5 || !oneApart([]rune(k), w.runes) {
					continue
				}
				if want >= 0 && want != w.row {
					want = -1
					break
				}
				want = w.row
			}
			if got := x.Near(k); got != want {
				t.Fatalf("%q is near to row %d, not %d", k, got, want)
			}
			if want >= 0 {
				near++
			}
		}
	}
	if found < 100 || near < 100 {
		t.Errorf("only %d labels are like others, and %d near", found, near)
	}
}
