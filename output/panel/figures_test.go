package panel

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// TestFigures: every count has cells in the forms, and what is wrong with the file is told with its line.
func TestFigures(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	f, err := FiguresOf(forms)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Counts) < 40 || len(f.Rates) < 10 {
		t.Errorf("%d counts, %d rates", len(f.Counts), len(f.Rates))
	}
	for text, want := range map[string]string{
		"count A":                                        `f:1: "A" is no name`,
		"count abcdefghijklmnopqrstuvwxyza":              `f:1: "abcdefghijklmnopqrstuvwxyza" is no name`,
		"words a | b":                                    `f:1: "words a | b" is not understood here`,
		"count a\nof t other x":                          "f:2: not of TABLE same|near|no TERM",
		"count a\nof t near x":                           "f:2: near without a reason",
		"count a\nof t same x":                           "crosswalk.txt:1: count a is there twice, or has no words",
		"count a\nwords a | b\nof t same x\nrate b\n":    "figures.txt:4: rate b is there twice, or has no words",
		"rate b\nwords a | b\nsource a | b\nshare c / d": `figures.txt:1: rate b of "c", which is no count`,
		"rate b\ninferred perhaps":                       `f:2: "inferred perhaps" is not understood here`,
	} {
		if _, err := parseFigures("f", text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, not %s", text, err, want)
		}
	}
}

// TestFigureStates: a sum is as good as its worst part, and says why it is missing; null is not 0.
func TestFigureStates(t *testing.T) {
	c := Count{Name: "c", Of: []Source{{Table: "t", Cells: []string{"t.a", "t.b"}}, {Table: "old", Class: Near, Cells: []string{"old.a"}}}}
	num := func(n int64, v normalize.Verdict) *normalize.Value {
		d := decimal.NewFromInt(n)
		return &normalize.Value{Number: &d, Verdict: v, State: normalize.Number}
	}
	blank := &normalize.Value{State: normalize.Blank, Verdict: normalize.Unchecked}
	for _, x := range []struct {
		table string
		a, b  *normalize.Value
		want  Figure
	}{
		{"t", num(2, normalize.Proved), num(3, normalize.Proved), Figure{Number: 5, There: true, State: "proved"}},
		{"t", num(2, normalize.Proved), num(0, normalize.Inferred), Figure{Number: 2, There: true, State: "inferred"}},
		{"t", num(2, normalize.Contradicted), num(0, normalize.Inferred), Figure{Number: 2, There: true, State: "contradicted"}},
		{"t", num(2, normalize.Proved), nil, Figure{Number: 2, There: true, State: "proved"}}, // not in its edition
		{"t", num(2, normalize.Proved), blank, Figure{State: "blank"}},
		{"t", nil, nil, Figure{State: NotInEdition, Source: -1}},
		{"none", nil, nil, Figure{State: "absent", Source: -1}},
		{"old", num(7, normalize.Unchecked), nil, Figure{Number: 7, There: true, State: "unchecked", Near: true, Source: 1}},
	} {
		got := c.In(func(t string) bool { return t == x.table }, func(cell string) *normalize.Value {
			return map[string]*normalize.Value{"t.a": x.a, "t.b": x.b, "old.a": x.a}[cell]
		})
		if got != x.want {
			t.Errorf("%s %v %v: %+v, not %+v", x.table, x.a, x.b, got, x.want)
		}
	}
	fig := func(n int64, state string) Figure { return Figure{Number: n, There: true, State: state} }
	share, drop := Rate{Share: true}, Rate{DropContradicted: true, DropInferred: true}
	for i, x := range []struct {
		r     Rate
		n, d  Figure
		v     float64
		ok    bool
		state string
	}{
		{share, fig(1, "proved"), fig(4, "inferred"), 0.25, true, "inferred"},
		{share, fig(0, "inferred"), fig(4, "contradicted"), 0, true, "contradicted"},
		{share, fig(1, "proved"), fig(0, "proved"), 0, false, WholeZero},
		{share, fig(5, "proved"), fig(4, "proved"), 0, false, NoShare},
		{Rate{}, fig(5, "proved"), fig(4, "proved"), 1.25, true, "proved"},
		{share, Figure{State: "blank"}, fig(4, "proved"), 0, false, "blank"},
		{share, fig(1, "proved"), Figure{State: "absent"}, 0, false, "absent"},
		{drop, fig(1, "contradicted"), fig(4, "proved"), 0, false, Dropped},
		{drop, fig(1, "proved"), fig(4, "inferred"), 0, false, Dropped},
	} {
		if v, ok, state := x.r.Of(x.n, x.d); v != x.v || ok != x.ok || state != x.state {
			t.Errorf("%d: %v %v %s", i, v, ok, state)
		}
	}
}
