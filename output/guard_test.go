package output_test

import (
	"regexp"
	"testing"

	"github.com/gongkai/gongkai/output"
)

// TestGuard: what a spreadsheet program would compute is guarded, what it would not is as it is, and who takes one
// apostrophe away has every text back.
func TestGuard(t *testing.T) {
	for s, want := range map[string]string{"": "", "公开": "公开", "12": "12", "-12.5": "-12.5", "+3": "+3", "-": "-",
		"-４": "-４", "－１０．５": "－１０．５",
		"－－":   "－－",
		"=1+1": "'=1+1", "-1+1": "'-1+1", "+cmd|' /C calc'!A0": "'+cmd|' /C calc'!A0", "@SUM(A1)": "'@SUM(A1)",
		"\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1", "＝1+1": "'＝1+1", "'=1": "''=1", "''-x": "'''-x", "'x": "'x", "-1-": "'-1-"} {
		got := output.Guard(s)
		if got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
		if regexp.MustCompile(`^'+[=+\-@\t\r\n＝＋－＠]`).MatchString(got) {
			got = got[1:]
		}
		if got != s {
			t.Errorf("%q comes back as %q", s, got)
		}
	}
}
