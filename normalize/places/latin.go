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

//go:embed english.tsv
var englishText string

// An english name is one that is usual and no pinyin, and how else the place is spelled.
type english struct {
	name   string
	others []string
}

// englishNames gives them by the names of divisions.
var englishNames = sync.OnceValue(func() map[string]english {
	out := map[string]english{}
	for line := range strings.Lines(englishText) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) > 1 && !strings.HasPrefix(line, "#") {
			x := english{name: f[1]}
			if len(f) > 2 {
				x.others = strings.Split(f[2], ",")
			}
			out[f[0]] = x
		}
	}
	return out
})

// Spellings are how readers of English look for a division: its name in Latin letters, and other spellings that are usual.
func (d *Division) Spellings() []string {
	return append([]string{d.Latin()}, englishNames()[d.Name].others...)
}

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

// Latin is the name in Latin letters for readers of English: the name of a province that is in use, that of a place whose usual
// English name is no pinyin, else pinyin with
// what kind of division it is: "Shaanxi", "Nanjing", "Zhao County", "Yanbianchaoxianzu Autonomous Prefecture". It is
// a reading aid: the name is Name.
func (d *Division) Latin() string {
	provinces, tails := latinNames()
	if p := provinces[d.Name]; p != "" {
		return p
	}
	if x, ok := englishNames()[d.Name]; ok {
		return x.name
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
