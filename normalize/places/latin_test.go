package places

import (
	"strings"
	"testing"
	"unicode"
)

// TestLatin: every division has a name in Latin letters, provinces one that is theirs alone.
func TestLatin(t *testing.T) {
	provinces := map[string]string{}
	for _, d := range All() {
		l := d.Latin()
		if l == "" || strings.ContainsFunc(l, func(r rune) bool { return unicode.Is(unicode.Han, r) }) ||
			!unicode.IsUpper([]rune(l)[0]) {
			t.Errorf("%s %s: %q", d.Code, d.Name, l)
		}
		if d.Level() != Provincial || d.Until != 0 {
			continue
		}
		if other := provinces[l]; other != "" {
			t.Errorf("%s and %s are both %s", other, d.Name, l)
		}
		provinces[l] = d.Name
	}
	if len(provinces) != 31 { // of which there are lists
		t.Errorf("%d provinces", len(provinces))
	}
	for code, want := range map[string]string{"320100": "Nanjing, Jiangsu", "321322": "Shuyang County, Suqian, Jiangsu",
		"610100": "Xi'an, Shaanxi", "140100": "Taiyuan, Shanxi", "110108": "Haidian District, Beijing",
		"152200": "Xing'an League, Inner Mongolia", "420100": "Wuhan, Hubei"} {
		if have := At(code, 0).LatinPath(); have != want {
			t.Errorf("%s: %q, want %q", code, have, want)
		}
	}
}
