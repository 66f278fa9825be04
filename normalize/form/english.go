package form

import (
	_ "embed"
	"maps"
	"strings"
	"sync"
)

//go:embed english.tsv
var englishText string

var english = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(englishText) {
		if label, words, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok && !strings.HasPrefix(line, "#") {
			out[label] = words
		}
	}
	return out
})

// English gives, for labels of the national forms that head others, what they mean.
func English() map[string]string { return maps.Clone(english()) }
