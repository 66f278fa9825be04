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

// TestEnglish: a place that English has a name of its own for is called so, and every line of the list is of a division.
func TestEnglish(t *testing.T) {
	names := map[string]bool{}
	for _, d := range All() {
		names[d.Name] = true
	}
	for _, name := range []string{"香港特别行政区", "澳门特别行政区"} { // of which there are no lists
		names[name] = true
	}
	for name, x := range englishNames() {
		if !names[name] || x.name == "" {
			t.Errorf("%s: %q", name, x.name)
		}
	}
	for code, want := range map[string]string{"230100": "Harbin, Heilongjiang",
		"150100": "Hohhot, Inner Mongolia", "540100": "Lhasa, Tibet",
		"650100": "Urumqi, Xinjiang", "653101": "Kashgar, Kashgar Prefecture, Xinjiang", "440100": "Guangzhou, Guangdong"} {
		if have := At(code, 0).LatinPath(); have != want {
			t.Errorf("%s: %q, want %q", code, have, want)
		}
	}
	if s := At("650100", 0).Spellings(); len(s) != 2 || s[1] != "Wulumuqi" {
		t.Errorf("Urumqi is spelled %q", s)
	}
}
