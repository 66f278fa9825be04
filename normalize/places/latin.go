package places

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed latin.tsv
var latinText string

// A tail is what a name ends in, and what that is in English.
type tail struct{ han, english string }

// latinNames gives the names of provinces and the tails of the others.
var latinNames = sync.OnceValues(func() (provinces map[string]string, tails []tail) {
	provinces = map[string]string{}
	whole := true
	for line := range strings.Lines(latinText) {
		a, b, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		switch {
		case strings.HasPrefix(line, "#"):
		case !ok:
			whole = false
		case whole:
			provinces[a] = b
		default:
			tails = append(tails, tail{a, b})
		}
	}
	return provinces, tails
})

// Latin is the name in Latin letters for readers of English: the name of a province that is in use, else pinyin with
// what kind of division it is: "Shaanxi", "Nanjing", "Zhao County", "Yanbianchaoxianzu Autonomous Prefecture". It is
// a reading aid: the name is Name.
func (d *Division) Latin() string {
	provinces, tails := latinNames()
	if p := provinces[d.Name]; p != "" {
		return p
	}
	name, english := d.Name, ""
	for _, x := range tails {
		// what a name consists of is no kind of it: 红旗 … has the Banner only where something stands before
		if rest, ok := strings.CutSuffix(name, x.han); ok && rest != "" {
			name, english = rest, x.english
			break
		}
	}
	syllables := strings.Fields(d.Pinyin())
	if n := utf8.RuneCountInString(name); n < len(syllables) {
		syllables = syllables[:n]
	}
	word := ""
	for i, s := range syllables {
		if i > 0 && strings.ContainsRune("aeo", rune(s[0])) {
			word += "'" // Xi'an is two syllables, Xian one
		}
		word += s
	}
	if r, size := utf8.DecodeRuneInString(word); size > 0 {
		word = string(unicode.ToUpper(r)) + word[size:]
	}
	return strings.TrimSpace(word + " " + english)
}

// LatinPath is Latin with the divisions above, the smallest first: "Shuyang County, Suqian, Jiangsu".
func (d *Division) LatinPath() string {
	if p := d.Parent(); p != nil {
		return d.Latin() + ", " + p.LatinPath()
	}
	return d.Latin()
}
