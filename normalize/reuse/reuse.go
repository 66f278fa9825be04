// Package reuse measures how much of one text stands in another word for word: last year's report, that of another agency.
// Sketches (MinHash over shingles, Broder 1997) find the likely pairs among many; Compare gives the exact passages of one.
// Only letters and digits count: white space and punctuation are passed over.
package reuse

import (
	"unicode"
	"unicode/utf8"
)

// Shingle is the length, in characters, of the pieces that texts are compared by.
const Shingle = 8

// Shortest is the length, in characters, of the shortest passage that counts as taken over: shorter ones are common phrases.
const Shortest = 20

// A Sketch stands for the set of a text's shingles.
type Sketch [128]uint64

// letters are the characters of a text that count, and where each begins.
type letters struct {
	runes []rune
	at    []int
	text  string
}

func lettersOf(text string) letters {
	l := letters{text: text}
	for i, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			l.runes, l.at = append(l.runes, r), append(l.at, i)
		}
	}
	return l
}

// end gives the byte behind the k-th letter.
func (l *letters) end(k int) int {
	_, n := utf8.DecodeRuneInString(l.text[l.at[k]:])
	return l.at[k] + n
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

// Sum gives the sketch of a text; that of a text of fewer than Shingle letters is the zero sketch.
func Sum(text string) Sketch {
	var s Sketch
	l := lettersOf(text)
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

// Like estimates the share, from 0 to 1, of the shingles of both texts that both have (Jaccard), give or take 0.09. Texts too short
// for a sketch are like none.
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

// A Passage is a run of text that stands in both, punctuation and white space aside: bytes of each.
type Passage struct {
	Start, End     int // in the text
	InStart, InEnd int // in the other
}

// Compare gives the share of the letters of text, from 0 to 1, that stand in other in passages of at least Shortest letters, and
// the passages in the order of text. No letter is counted twice.
func Compare(text, other string) (share float64, passages []Passage) {
	a, b := lettersOf(text), lettersOf(other)
	if len(a.runes) == 0 {
		return 0, nil
	}
	places := map[uint64][]int32{}
	for j, h := range b.hashes() {
		if ps := places[h]; len(ps) < 32 { // a shingle that stands everywhere says nothing
			places[h] = append(ps, int32(j))
		}
	}
	taken := 0
	ha := a.hashes()
	for i := 0; i < len(ha); {
		best, at := 0, 0
		for _, j := range places[ha[i]] {
			n := 0
			for i+n < len(a.runes) && int(j)+n < len(b.runes) && a.runes[i+n] == b.runes[int(j)+n] {
				n++
			}
			if n > best {
				best, at = n, int(j)
			}
		}
		if best < Shortest {
			i++
			continue
		}
		passages = append(passages, Passage{a.at[i], a.end(i + best - 1), b.at[at], b.end(at + best - 1)})
		taken += best
		i += best
	}
	return float64(taken) / float64(len(a.runes)), passages
}
