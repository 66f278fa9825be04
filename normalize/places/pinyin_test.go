package places

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestPinyin: every name is read, a syllable a character; what only places are read like is.
func TestPinyin(t *testing.T) {
	of, names := readings()
	seen := map[string]bool{}
	for _, d := range All() {
		p := d.Pinyin()
		seen[d.Name] = true
		if got := strings.Fields(p); len(got) != utf8.RuneCountInString(d.Name) {
			t.Errorf("%s is %q", d.Name, p)
		}
		if strings.ContainsFunc(p, func(r rune) bool { return r != ' ' && r != 'ü' && (r < 'a' || r > 'z') }) {
			t.Errorf("%s is %q", d.Name, p)
		}
	}
	for n := range names {
		if !seen[n] {
			t.Errorf("%s is no division", n)
		}
	}
	if len(of) < 1000 {
		t.Errorf("%d characters", len(of))
	}
	for code, want := range map[string]string{"320812": "qing jiang pu qu", "500000": "chong qing shi", "341500": "lu an shi",
		"320116": "lu he qu", "440113": "pan yu qu", "310112": "min hang qu", "141024": "hong tong xian",
		"371481": "lao ling shi", "350200": "xia men shi", "510900": "sui ning shi", "140428": "zhang zi xian",
		"140400": "chang zhi shi", "231084": "ning an shi", "540000": "xi zang zi zhi qu", "341621": "guo yang xian"} {
		if d := At(code, 0); d == nil || d.Pinyin() != want {
			t.Errorf("%s: %+v, want %q", code, d, want)
		}
	}
}
