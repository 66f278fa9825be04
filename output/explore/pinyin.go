package explore

import (
	"slices"
	"strings"

	"github.com/gongkai/gongkai/normalize/places"
)

// A body is found by the pinyin of its division too: whole or from its beginning, with or without spaces, or by the
// first letters: nanjing, nan jing shi, njs. ü is v or u, as it is typed.

// Where English has a name of its own for it, by that: harbin, lhasa, innermongolia. A province in which nobody else is called
// so leads to all bodies in it.

// spellingsOf is what a division may be found by: its pinyin, the first letters of it, its names in English, apart by a space.
func spellingsOf(d *places.Division) string {
	syllables := strings.Fields(d.Pinyin())
	first := ""
	for _, s := range syllables {
		first += s[:len(string([]rune(s)[:1]))]
	}
	whole := strings.Join(syllables, "")
	words := []string{strings.ReplaceAll(whole, "ü", "v"), strings.ReplaceAll(first, "ü", "v")}
	for _, name := range append(d.Spellings(), strings.ReplaceAll(whole, "ü", "u")) {
		name = strings.Map(func(r rune) rune {
			if r < 'a' || r > 'z' {
				return -1
			}
			return r
		}, strings.ToLower(strings.ReplaceAll(name, "ü", "v")))
		if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, name) }) {
			words = append(words, name)
		}
	}
	return strings.Join(words, " ")
}

// pinyinOf gives for each division that a body is of what it may be found by, and the same of provinces.
func pinyinOf(c *catalog) (divisions, regions map[string]string) {
	divisions, regions = map[string]string{}, map[string]string{}
	for i := range c.authorities {
		code := c.authorities[i].Division
		if _, ok := divisions[code]; ok || code == "" {
			continue
		}
		divisions[code] = ""
		if d := places.At(code, 0); d != nil {
			divisions[code] = spellingsOf(d)
		}
	}
	for _, r := range c.regions {
		if d := places.At(r+"0000", 0); d != nil {
			regions[r] = spellingsOf(d)
		}
	}
	return divisions, regions
}

// wholeRegion is how far behind every division that is called so those are that lie in a province that is.
const wholeRegion = 1000

// spelled gives the divisions that the words spell, with how many letters of the whole are not told; where there is none,
// those of a province that they spell. Words with anything but Latin letters spell nothing.
func (e *Explorer) spelled(words []string) map[string]int {
	asked := strings.ReplaceAll(strings.ToLower(strings.Join(words, "")), "ü", "v")
	if strings.Trim(asked, "abcdefghijklmnopqrstuvwxyz'-") != "" {
		return nil
	}
	asked = strings.NewReplacer("'", "", "-", "").Replace(asked)
	if asked == "" {
		return nil
	}
	out := map[string]int{}
	for code, text := range e.pinyin {
		if far := farOf(asked, text); far >= 0 {
			out[code] = far
		}
	}
	if len(out) > 0 {
		return out
	}
	for region, text := range e.pinyinOfRegions {
		if farOf(asked, text) < 0 {
			continue
		}
		for code := range e.pinyin {
			if strings.HasPrefix(code, region) {
				out[code] = wholeRegion
			}
		}
	}
	return out
}

// farOf is how many letters of a spelling that begins so are not told, of the nearest; -1 where none does.
func farOf(asked, text string) int {
	far := -1
	for w := range strings.FieldsSeq(text) {
		if rest, ok := strings.CutPrefix(w, asked); ok && (far < 0 || len(rest) < far) {
			far = len(rest)
		}
	}
	return far
}
