package extract

import (
	"math/rand"
	"regexp"
	"strings"
	"testing"
)

// TestScriptWords: no script is passed over of which an expression would find something.
func TestScriptWords(t *testing.T) {
	parts := strings.Split("innerHTML|innerText|outerHTML|textContent|nodeValue|.text( x|.html( x|.append|.prepend|.before (|"+
		".after(|replaceWith|"+
		"replaceChild|insertAdjacent|insertBefore|.val( x|.value =|.data =|createTextNode|replaceData|customElements.define|appendChild|"+
		"replaceChildren|setHTML|[ 'inner|[\"text|.load( '|.style|.css (|.hide(|.show(|.remove|removeChild|className|classList|addClass|"+
		"removeClass|toggle|setAttribute|.attr (|.hidden|fade|.animate (|insertRule|addRule|replaceSync|cssText|adoptedStyleSheets|"+
		"createElement('style|<style|styleSheet|function|(p,a,c,k|( p , a,\n c, k|p|(|,|x| |\n|var a = 1;", "|")
	rng := rand.New(rand.NewSource(1))
	for range 50_000 {
		var b strings.Builder
		for range 1 + rng.Intn(4) {
			b.WriteString(parts[rng.Intn(len(parts))])
		}
		s := b.String()
		for _, x := range []struct {
			re    *regexp.Regexp
			words []string
		}{{writes, writeWords}, {changes, changeWords}, {styling, styleWords}} {
			if got, want := finds(x.re, x.words, s), x.re.MatchString(s); got != want {
				t.Fatalf("in %q %v finds something, of which no word is known", s, x.re)
			}
		}
		if packer.MatchString(s) && !mayBePacked(s) {
			t.Fatalf("%q may be packed, which is not seen", s)
		}
	}
}
