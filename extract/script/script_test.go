package script

import "testing"

func TestSettle(t *testing.T) {
	for in, want := range map[string]string{
		"524" + Raise("1"): "524¹", "12" + Raise("[2]"): "12[²]", Raise("33"): "33", Raise("1,305"): "1,305",
		Raise("-5"): "-5", Raise("注1"): "注¹", "": "", "336": "336", Raise("3") + "\n" + Raise("6"): "3\n6",
		"15" + Lower("1"): "15₁", Lower("15"): "15", Raise("1") + Lower("2"): "¹₂", Raise("1") + "/" + Lower("2"): "¹/₂",
	} {
		if got := Settle(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
