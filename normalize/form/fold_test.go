package form

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/width"
)

// TestSqueezeIsFold: what Squeeze makes of each character is what the tables of Unicode say of its width, without white
// space and what cannot be seen; and so it is beside others.
func TestSqueezeIsFold(t *testing.T) {
	for r := rune(0); r <= 0x1ffff; r++ {
		want := strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || invisible(r) {
				return -1
			}
			return r
		}, width.Fold.String(string(r)))
		if got := Squeeze(string(r)); got != want {
			t.Errorf("Squeeze(%q) = %q, want %q", string(r), got, want)
		}
		if got := Squeeze("公" + string(r) + "a （"); got != "公"+want+"a(" {
			t.Errorf("Squeeze of %q between others is %q", string(r), got)
		}
	}
	if got := Squeeze("公\xff开\xe5"); got != "公\ufffd开\ufffd" {
		t.Errorf("Squeeze of bytes that are no characters: %q", got)
	}
}

// TestOrdinalOf reads the numbers that headings begin with.
func TestOrdinalOf(t *testing.T) {
	for _, c := range []struct {
		text      string
		n         int
		bracketed bool
	}{
		{"一、总体情况", 1, false}, {"十：其他", 10, false}, {"十一、其他", 11, false}, {"二十、其他", 20, false}, {"（三）收到", 3, true},
		{" 四 . 复议", 4, false}, {"一二三、", 0, false}, {"（三、收到", 0, false}, {"三）收到", 0, false}, {"一", 0, false}, {"（", 0, false},
		{"", 0, false}, {"总体情况", 0, false}, {"1、总体", 0, false}, {"\xe4一、", 0, false},
	} {
		if n, bracketed := Ordinal(c.text); n != c.n || bracketed != c.bracketed {
			t.Errorf("Ordinal(%q) = %d, %v, not %d, %v", c.text, n, bracketed, c.n, c.bracketed)
		}
	}
}
