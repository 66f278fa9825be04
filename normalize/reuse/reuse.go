// Package reuse measures how much of one text stands in another word for word: last year's report, that of another
// agency. Sketches (MinHash over shingles, Broder 1997) find the likely pairs among many; Compare gives the exact
// passages of one. Only letters and digits count: white space and punctuation are passed over.
package reuse

import (
	"unicode"
	"unicode/utf8"
)

// Shingle is the length, in characters, of the pieces that texts are compared by.
const Shingle = 8

// Shortest is the length, in characters, of the shortest passage that counts as taken over: shorter ones are common
// phrases.
const Shortest = 20

// A Sketch stands for the set of a text's shingles.
type Sketch [128]uint64

// letters are the characters of texts that count, which text each stands in, and where it begins there.
type letters struct {
	runes []rune
	in    []int32
	at    []int32
}

func lettersOf(texts []string) letters {
	size := 0
	for _, text := range texts {
		size += utf8.RuneCountInString(text)
	}
	l := letters{make([]rune, 0, size), make([]int32, 0, size), make([]int32, 0, size)}
	for k, text := range texts {
		for i, r := range text {
			if r >= 0x4e00 && r <= 0x9fff || unicode.IsLetter(r) || unicode.IsDigit(r) { // ideographs are most of them
				l.runes, l.in, l.at = append(l.runes, r), append(l.in, int32(k)), append(l.at, int32(i))
			}
		}
	}
	return l
}

// end gives the byte behind the k-th letter.
func (l *letters) end(k int) int { return int(l.at[k]) + utf8.RuneLen(l.runes[k]) }

// run gives how many letters from the i-th on, in one text, are those of m from the j-th on, in one text too.
func (l *letters) run(i int, m *letters, j int) int {
	n := 0
	for i+n < len(l.runes) && j+n < len(m.runes) && l.runes[i+n] == m.runes[j+n] && l.in[i+n] == l.in[i] &&
		m.in[j+n] == m.in[j] {
		n++
	}
	return n
}

// hashes gives one hash a shingle.
func (l *letters) hashes() []uint64 {
	if len(l.runes) < Shingle {
		return nil
	}
	out := make([]uint64, 0, len(l.runes)-Shingle+1)
	const base = 1_000_003
	var h, top uint64 = 0, 1
	for i := 1; i < Shingle; i++ {
		top *= base
	}
	for i, r := range l.runes {
		if i >= Shingle {
			h -= uint64(l.runes[i-Shingle]) * top
		}
		h = h*base + uint64(r)
		if i >= Shingle-1 {
			out = append(out, mix(h))
		}
	}
	return out
}

// mix spreads a hash over all bits (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// Sum gives the sketch of texts as one; that of fewer than Shingle letters is the zero sketch.
func Sum(texts ...string) Sketch {
	var s Sketch
	l := lettersOf(texts)
	hs := l.hashes()
	if len(hs) == 0 {
		return s
	}
	for i := range s {
		s[i] = ^uint64(0)
	}
	for _, h := range hs {
		step := mix(h^0x9e3779b97f4a7c15) | 1
		for i := range s {
			if h < s[i] {
				s[i] = h
			}
			h += step
		}
	}
	return s
}

// Like estimates the share, from 0 to 1, of the shingles of both texts that both have (Jaccard), give or take 0.09.
// Texts too short for a sketch are like none.
func (s *Sketch) Like(t *Sketch) float64 {
	if *s == (Sketch{}) || *t == (Sketch{}) {
		return 0
	}
	n := 0
	for i := range s {
		if s[i] == t[i] {
			n++
		}
	}
	return float64(n) / float64(len(s))
}

// A Passage is a run of text that stands in both, punctuation and white space aside: bytes of the text of that index.
// It lies in one text of each.
type Passage struct {
	Text, Start, End int
	In               int // index of the other's text
	InStart, InEnd   int
}

// Compare gives the share of the letters of texts, from 0 to 1, that stand in others in passages of at least Shortest
// letters, and the passages in the order of texts. No letter is counted twice.
func Compare(texts, others []string) (share float64, passages []Passage) {
	return Read(texts).Compare(others)
}

// A Text is texts made ready to be compared with several others.
type Text struct {
	letters letters
	hashes  []uint64
}

// Read makes texts ready.
func Read(texts []string) *Text {
	l := lettersOf(texts)
	return &Text{l, l.hashes()}
}

// Compare is the function of that name.
func (t *Text) Compare(others []string) (share float64, passages []Passage) {
	a := &t.letters
	if len(a.runes) == 0 {
		return 0, nil
	}
	b := lettersOf(others)
	places := placesOf(b.hashes())
	taken := 0
	for i := 0; i < len(t.hashes); {
		best, at := 0, 0
		j := places.first(t.hashes[i])
		for n := 0; j >= 0 && n < mostPlaces; n++ {
			if n := a.run(i, &b, int(j)); n > best {
				best, at = n, int(j)
			}
			j = places.next[j]
		}
		if best < Shortest {
			i++
			continue
		}
		passages = append(passages, Passage{int(a.in[i]), int(a.at[i]), a.end(i + best - 1), int(b.in[at]),
			int(b.at[at]), b.end(at + best - 1)})
		taken += best
		i += best
	}
	return float64(taken) / float64(len(a.runes)), passages
}

// mostPlaces of a shingle are looked at: one that stands everywhere says nothing.
const mostPlaces = 32

// A place table tells where each shingle of a text stands, first to last. It takes three pieces of memory, where a map of
// lists takes one a shingle, and its making is half of a comparison.
type placeTable struct {
	hashes []uint64
	slots  []int32 // by hash, the next free one where it is taken: the first place, or -1; their number is a power of two
	next   []int32 // of each place the next one of the same shingle; -1 = it is the last
}

func placesOf(hashes []uint64) *placeTable {
	size := 16
	for size < 2*len(hashes) {
		size *= 2
	}
	t := &placeTable{hashes, make([]int32, size), make([]int32, len(hashes))}
	for i := range t.slots {
		t.slots[i] = -1
	}
	for j := len(hashes) - 1; j >= 0; j-- {
		slot := t.slot(hashes[j])
		t.next[j] = t.slots[slot]
		t.slots[slot] = int32(j)
	}
	return t
}

// slot gives the slot of a hash: that in which its places begin, or a free one.
func (t *placeTable) slot(h uint64) int {
	i := int(h) & (len(t.slots) - 1)
	for t.slots[i] >= 0 && t.hashes[t.slots[i]] != h {
		i = (i + 1) & (len(t.slots) - 1)
	}
	return i
}

// first gives the first place of a hash, -1 if it has none.
func (t *placeTable) first(h uint64) int32 { return t.slots[t.slot(h)] }
