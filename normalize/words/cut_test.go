package words

import (
	"math/rand"
	"strings"
	"testing"
	"unicode"

	"github.com/go-ego/gse"
)

// TestCutsAsGSE: with the same dictionary each text is cut as gse cuts it, to the last character and part of speech.
func TestCutsAsGSE(t *testing.T) {
	c := load().cutter
	var seg gse.Segmenter
	seg.SkipLog, seg.NotLoadHMM, seg.Dict = true, true, gse.NewDict()
	for i := range c.entries {
		if e := &c.entries[i]; seg.AddToken(e.word, e.freq, e.tag) != nil {
			t.Fatal(e.word)
		}
	}
	seg.CalcToken()
	if n := seg.Dict.NumTokens(); n != len(c.entries) {
		t.Fatalf("%d words, gse has %d", len(c.entries), n)
	}
	n := 0
	same := func(text string) {
		ours := c.cut(text)
		theirs := seg.Segment([]byte(text))
		ok := len(ours) == len(theirs)
		for i := range theirs {
			s := &theirs[i]
			ok = ok && ours[i] == cutting{s.Start(), s.End(), s.Token().Pos()}
		}
		if n++; !ok {
			t.Fatalf("%s: %v", text, ours)
		}
	}
	for _, s := range goldSentences(t) {
		for _, run := range strings.FieldsFunc(s.text, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
			same(run)
		}
	}
	rng := rand.New(rand.NewSource(1))
	for range 20_000 { // words beside each other, of which some ends are cut off, and characters that are in no word
		var b strings.Builder
		for range 1 + rng.Intn(12) {
			w := []rune(c.entries[rng.Intn(len(c.entries))].word)
			if rng.Intn(8) == 0 {
				w = []rune{rune(0x4e00 + rng.Intn(0x5000))}
			}
			for _, r := range w[rng.Intn(len(w)):] {
				if unicode.Is(unicode.Han, r) {
					b.WriteRune(r)
				}
			}
		}
		same(b.String())
	}
	for i := range c.entries {
		e := &c.entries[i]
		if f, _, ok := seg.Dict.Find([]byte(e.word)); !ok || c.frequency(e.word) != f {
			t.Fatalf("%s: %g, gse has %g", e.word, c.frequency(e.word), f)
		}
	}
	t.Logf("%d texts", n)
}
