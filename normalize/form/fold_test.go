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
