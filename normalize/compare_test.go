package normalize

import (
	"testing"

	"github.com/shopspring/decimal"
)

func TestConfirm(t *testing.T) {
	number := func(name, text string, n int64) Value {
		d := decimal.NewFromInt(n)
		return Value{Name: name, Text: text, Number: &d, State: Number, Verdict: Unchecked}
	}
	x := &Report{Values: []Value{number("a", "13,612", 13612), number("b", "17", 17), {Name: "c", State: Blank},
		{Name: "d", State: Absent}, number("e", "8", 8)},
		Findings: []Finding{{Code: CodeDoubtfulReading, Name: "e"}}}
	y := &Report{Values: []Value{number("e", "3", 3), number("d", "5", 5), {Name: "c", State: Blank},
		number("b", "11", 11), number("a", "13612", 13612)}}
	Confirm(x, "one", y, "two")
	for i, want := range []string{"two", "", "two", "", ""} {
		if got := x.Values[i].ConfirmedBy; got != want {
			t.Errorf("%s: confirmed by %q, not %q", x.Values[i].Name, got, want)
		}
	}
	if y.Values[4].ConfirmedBy != "one" {
		t.Error("the other document's value is not confirmed")
	}
	for _, rep := range []*Report{x, y} {
		var differ []string
		for _, f := range rep.Findings {
			if f.Code == CodeFormatsDiffer {
				differ = append(differ, f.Name)
			}
		}
		if len(differ) != 1 || differ[0] != "b" {
			t.Errorf("differences in %v, not in b", differ)
		}
	}
}
