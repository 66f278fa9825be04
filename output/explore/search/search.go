// Package search finds words in the prose of a dataset's reports: every place where the words stand, exactly, newest
// year first.
//
// Chinese is written without spaces, so what is sought is any run of two or more characters, not a word. Build notes
// for every pair of neighbouring characters (a bigram) which reports have it; Find takes the reports that have every
// bigram of the words and looks into the text of each, so that an answer holds no report that only has the pairs. The
// lists are bitmaps where that is smaller: no bigram, however common, costs more than a bit a report, and little is held
// in memory: the lists of regions and levels, and of each bigram of a year ten bits.
//
// Each report year has a file of its own, named by what the dataset has of that year: what changes in one makes no other
// anew, and a query reads only of the years that it comes to. A document that stands in several years is in the file of
// each; Open sees that, and it is found in the newest. WriteStatic writes such lists, over all years, as small files for a
// host that only hands out files; assets/search.js reads them.
//
// It knows the texts of sections, not their headings, tables or findings. A match lies within one paragraph.
package search

import (
	"errors"
	"strings"
)

// UnknownYear asks for the reports whose year is not known.
const UnknownYear = -1

const (
	maxRunes = 200 // of a query
	maxLimit = 100 // hits of an answer
)

// What a caller can tell its reader apart.
var (
	ErrShort = errors.New("query: no two letters or digits stand next to each other")
	ErrLong  = errors.New("query: more than 200 characters")
	ErrAfter = errors.New("query: after is not of this dataset; search again from the beginning")
	ErrOther = errors.New("index of another dataset")
)

// A Query asks for reports in which every one of Words stands.
type Query struct {
	// separated by white space; each is looked for as it is written, across spaces and line ends of the print
	Words         string
	Region, Level string // as in the answers; "" or "all" for every one
	Year          int    // 0 for every one
	After         string // After of the answer that this one goes on from
	Limit         int    // hits wanted, at most 100; 0 for 20
}

// An Answer holds reports, newest year first.
type Answer struct {
	Hits   []Hit
	Looked int    // reports whose text was looked into
	Exact  bool   // false: as much was looked into as an answer may; there may be more hits after
	After  string // where to go on; "" where nothing is left
}

// A Hit is a report in which the words stand, and the first place of the first of them.
type Hit struct {
	Key        string // SHA-256 of the document, "-", the report's part
	Year       int    // 0 where it is not known
	Section    int    // position in sections
	Title      string // of the section; "" where it has none
	Start, End int    // bytes of the section's text
	Snippet    []Piece
}

// A Piece is a run of the text around a hit, in which a word stands or none.
type Piece struct {
	Text string
	Hit  bool
}

// wordsOf folds the words of a query and gives them with their bigrams.
func wordsOf(query string) (words [][]byte, bigrams []bigram, err error) {
	if len(query) > maxRunes*4 {
		return nil, nil, ErrLong
	}
	n := 0
	for range query {
		n++
	}
	if n > maxRunes {
		return nil, nil, ErrLong
	}
	seen := map[string]bool{}
	pairs := map[bigram]bool{}
	for _, w := range strings.FieldsFunc(query, func(r rune) bool {
		return classOf(r) == space ||
			classOf(r) == lineEnd
	}) {
		f, _ := fold([]byte(w), nil, nil)
		if len(f) == 0 || seen[string(f)] {
			continue
		}
		seen[string(f)] = true
		words = append(words, f)
		eachBigram(f, func(b bigram) {
			if !pairs[b] {
				pairs[b] = true
				bigrams = append(bigrams, b)
			}
		})
	}
	if len(bigrams) == 0 {
		return nil, nil, ErrShort
	}
	return words, bigrams, nil
}

// regionOf is the region of a division as the answers name it.
func regionOf(division *string) string {
	switch {
	case division == nil || len(*division) < 2:
		return "none"
	default:
		return (*division)[:2]
	}
}

func levelOf(level *string) string {
	if level == nil || *level == "" {
		return "none"
	}
	return *level
}
