package extract

import (
	"math/rand"
	"strings"
	"testing"
)

// TestCleanHTML: a line break of the source between two Chinese characters is no space, anything else of white space is one.
func TestCleanHTML(t *testing.T) {
	plainly := func(s string) string {
		if !strings.ContainsAny(s, "\n\r") {
			return clean(s)
		}
		var b strings.Builder
		r := []rune(s)
		for i := 0; i < len(r); {
			if !isSpace(r[i]) {
				b.WriteRune(r[i])
				i++
				continue
			}
			j := i
			for j < len(r) && isSpace(r[j]) {
				j++
			}
			broken := strings.ContainsAny(string(r[i:j]), "\n\r")
			if !broken || i == 0 || j == len(r) || r[i-1] <= 0x2e80 || r[j] <= 0x2e80 {
				b.WriteByte(' ')
			}
			i = j
		}
		return clean(b.String())
	}
	parts := strings.Split("中|文|a|1| |\n|\r\n|\t|　|\u00a0|\u200b|，|\xe4|(|\u202e", "|")
	rng := rand.New(rand.NewSource(1))
	for range 50_000 {
		var b strings.Builder
		for range rng.Intn(8) {
			b.WriteString(parts[rng.Intn(len(parts))])
		}
		if got, want := cleanHTML(b.String()), plainly(b.String()); got != want {
			t.Fatalf("%q is read as %q, not %q", b.String(), got, want)
		}
	}
	if got := cleanHTML("中\n  文 a\nb "); got != "中文 a b" {
		t.Errorf("%q", got)
	}
}
