package explore

import (
	"strings"

	"github.com/gongkai/gongkai/normalize/places"
)

// A body is found by the pinyin of its division too: whole or from its beginning, with or without spaces, or by the
// first letters: nanjing, nan jing shi, njs. ü is v or u, as it is typed.

// pinyinOf gives, for each division that a body is of, what it may be found by: its pinyin and the first letters of
// it, apart by a space.
func pinyinOf(c *catalog) map[string]string {
	out := map[string]string{}
	for i := range c.authorities {
		code := c.authorities[i].Division
		if _, ok := out[code]; ok || code == "" {
			continue
		}
		d := places.At(code, 0)
		if d == nil {
			out[code] = ""
			continue
		}
		syllables := strings.Fields(d.Pinyin())
		first := ""
		for _, s := range syllables {
			first += s[:len(string([]rune(s)[:1]))]
		}
		whole := strings.Join(syllables, "")
		words := strings.ReplaceAll(whole, "ü", "v") + " " + strings.ReplaceAll(first, "ü", "v")
		if strings.Contains(whole, "ü") {
			words += " " + strings.ReplaceAll(whole, "ü", "u")
		}
		out[code] = words
	}
	return out
}

// spelled gives the divisions that the words spell, with how many letters of the whole are not told. Words with
// anything but Latin letters spell nothing.
func (e *Explorer) spelled(words []string) map[string]int {
	asked := strings.ReplaceAll(strings.ToLower(strings.Join(words, "")), "ü", "v")
	if strings.Trim(asked, "abcdefghijklmnopqrstuvwxyz'") != "" {
		return nil
	}
	asked = strings.ReplaceAll(asked, "'", "")
	if asked == "" {
		return nil
	}
	out := map[string]int{}
	for code, text := range e.pinyin {
		for _, w := range strings.Fields(text) {
			if rest, ok := strings.CutPrefix(w, asked); ok {
				if far, there := out[code]; !there || len(rest) < far {
					out[code] = len(rest)
				}
			}
		}
	}
	return out
}
