package words

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// The cutting is that of gse, whose dictionary this was until its loading was a third of a second of each process that
// reads: of all cuttings into words of the dictionary the one of which the words together are the most frequent, the
// shortest path (TestCutsAsGSE holds the two against each other). What it does not need, it does not make: a trie, and the
// cutting of each word of the dictionary into smaller ones.

// An entry is a word of the dictionary.
type entry struct {
	word string
	tag  string
	freq float64
	bits float32 // of its frequency
	next int32   // that begins with the same two characters; -1 = none
}

// A cutter knows the words, by their first character where that is all of it, and else by their first two.
type cutter struct {
	entries []entry
	begins  map[[2]rune]int32
	total   float64 // of the frequencies
	bits    float32 // of total, once all words are added
}

func newCutter(words int) *cutter {
	return &cutter{entries: make([]entry, 0, words), begins: make(map[[2]rune]int32, words/2)}
}

// firstTwo gives the first characters of a word; 0 where it has no second.
func firstTwo(word string) (k [2]rune) {
	r, n := utf8.DecodeRuneInString(word)
	if k[0] = r; n < len(word) {
		k[1], _ = utf8.DecodeRuneInString(word[n:])
	}
	return k
}

// add adds a word, and reports whether it is none that was added before.
func (c *cutter) add(word string, freq float64, tag string) bool {
	word = strings.ToLower(word)
	k := firstTwo(word)
	first, met := c.begins[k]
	if !met {
		first = -1
	}
	for i := first; i >= 0; i = c.entries[i].next {
		if c.entries[i].word == word {
			return false
		}
	}
	c.begins[k] = int32(len(c.entries))
	c.entries = append(c.entries, entry{word, tag, freq, float32(math.Log2(freq)), first})
	c.total += freq
	return true
}

// frequency gives that of a word; 0 = it is in no dictionary.
func (c *cutter) frequency(word string) float64 {
	i, ok := c.begins[firstTwo(word)]
	for ; ok && i >= 0; i = c.entries[i].next {
		if c.entries[i].word == word {
			return c.entries[i].freq
		}
	}
	return 0
}

// A cutting is one word of a text: bytes of it, and its part of speech, "x" where it is in no dictionary.
type cutting struct {
	start, end int
	tag        string
}

// A step is the best way that ends at a byte of the text.
type step struct {
	cost float32 // 0 = none
	from int
	tag  string
}

func (s *step) offer(cost float32, from int, tag string) {
	if s.cost == 0 || s.cost > cost {
		*s = step{cost, from, tag}
	}
}

// unknown is what a character costs that is no word.
const unknown = 32

// cut cuts a text of Chinese characters.
func (c *cutter) cut(text string) []cutting {
	var room [128]step
	steps := room[:] // by the byte after it
	if len(text) >= len(room) {
		steps = make([]step, len(text)+1)
	}
	for at := 0; at < len(text); {
		base := steps[at].cost
		rest := text[at:]
		_, n := utf8.DecodeRuneInString(rest)
		if i, ok := c.begins[firstTwo(rest[:n])]; ok {
			steps[at+n].offer(base+c.cost(i), at, c.entries[i].tag)
		} else {
			steps[at+n].offer(base+unknown, at, "x")
		}
		if n < len(rest) {
			i, ok := c.begins[firstTwo(rest)]
			for ; ok && i >= 0; i = c.entries[i].next { // each ends elsewhere, so that their order makes no difference
				if e := &c.entries[i]; strings.HasPrefix(rest, e.word) {
					steps[at+len(e.word)].offer(base+c.cost(i), at, e.tag)
				}
			}
		}
		at += n
	}
	var out []cutting
	for end := len(text); end > 0; end = steps[end].from {
		out = append(out, cutting{steps[end].from, end, steps[end].tag})
	}
	slices.Reverse(out)
	return out
}

// cost is the bits of a word's rarity.
func (c *cutter) cost(i int32) float32 { return c.bits - c.entries[i].bits }
