package places

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed pinyin.tsv
var pinyinText string

// readings give the syllables of characters, and of the names in which one is read otherwise than everywhere else.
var readings = sync.OnceValues(func() (of map[rune]string, names map[string]string) {
	of, names = map[rune]string{}, map[string]string{}
	whole := false
	for line := range strings.Lines(pinyinText) {
		a, b, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		switch {
		case strings.HasPrefix(line, "#"):
		case !ok:
			whole = true
		case whole:
			names[a] = b
		default:
			for _, r := range b {
				of[r] = a
			}
		}
	}
	return of, names
})

// Pinyin is how the characters of the name are read, in lower case without tones, a syllable each: "qing jiang pu qu". It is
// no official spelling of names that come from other languages: 呼和浩特市 is "hu he hao te shi", not Hohhot.
func (d *Division) Pinyin() string {
	of, names := readings()
	if p := names[d.Name]; p != "" {
		return p
	}
	var b strings.Builder
	for _, r := range d.Name {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(of[r])
	}
	return b.String()
}
