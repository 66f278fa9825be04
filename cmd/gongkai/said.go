package main

import (
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/output/listing"
	"github.com/gongkai/gongkai/output/told"
)

// saidZh is what errors and reasons say, in Chinese, and the heads over tables. Below an English text, as it stands in the
// source with its %s and %d, stands the Chinese one. An error is made in English wherever it arises, and known by its
// code; here, at the very end, what is read is found again by its text. So no package below knows of languages, and a text
// that has no translation stays as it is: nothing is lost.
//
//go:embed said.zh.txt
var saidZh string

// sayings are those of saidZh and of told, and heads by the key of the column.
type sayings struct {
	*told.Sayings
	heads map[string]string
}

var inChineseSaid = sync.OnceValue(func() sayings {
	t, err := readTranslation("said.zh.txt", saidZh)
	if err != nil {
		panic(err) // embedded, and read by a test
	}
	s := sayings{told.New(t.Texts, told.Own()), t.Long}
	s.Named = func(text string) bool { return slices.Contains(os.Args, text) }
	return s
})

// errorMark begins each error of several, as it begins the first.
const errorMark = "gongkai: "

// inZh is a text of the program in Chinese; what has none stays as it is.
func inZh(text string) string {
	all := inChineseSaid()
	if out, ok := all.Whole(text); ok {
		return out
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line, again := strings.CutPrefix(line, errorMark)
		if lines[i], _ = all.Text(line, ""); again {
			lines[i] = errorMark + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// spoken is an error, or why something is not whole, in the language of whoever reads.
func spoken(text string) string {
	if chinese(os.Getenv) {
		return inZh(text)
	}
	return text
}

// heads puts Chinese heads over the columns of a table where they are read by somebody who reads it. Keys, which CSV and
// JSON have, are the same in every language.
func heads(columns ...listing.Column) []listing.Column {
	if !chinese(os.Getenv) {
		return columns
	}
	out := slices.Clone(columns)
	for i, c := range out {
		if zh := inChineseSaid().heads[c.Key]; zh != "" {
			out[i].Head = zh
		}
	}
	return out
}

// number is so many of a thing, in the reader's language.
func number(n int, one, many, zh string) string {
	if chinese(os.Getenv) {
		return fmt.Sprintf("%d %s", n, zh)
	}
	return count(n, one, many)
}
