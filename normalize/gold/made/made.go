// Package made makes corpora of reports of any size from a seed, for measurements: the same seed gives the same bytes.
// Bodies are governments and departments that are there or might be, so that what is made of the corpus has provinces,
// levels and peers; their figures and words are invented. A report is made by its number alone, so that a hundred
// thousand of them are written without being held.
//
// It knows how many bodies, years and formats there are and how figures go on from year to year, and leaves to package gold
// how a report is laid out.
package made

import (
	"fmt"
	"hash/fnv"
	"iter"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/normalize/places"
)

// The years that reports are on: those since there is a duty to publish them.
const (
	FirstYear = 2008
	LastYear  = 2024
	Years     = LastYear - FirstYear + 1
)

// A Corpus is so many reports, made from a seed.
type Corpus struct {
	Reports int
	Seed    int64
	Kind    string // "html", "pdf", "word" or "text": all are of this kind; "" = of all, by their shares
}

// A Body is an authority of the corpus.
type Body struct {
	Number   int
	Name     string // as it signs: 江苏省南京市玄武区教育局
	Division *places.Division
	Kind     agencies.Kind
	Function string // of a department: 教育
}

// A Document is one report of a corpus, as it is published.
type Document struct {
	Number int
	Body   Body
	Year   int
	File   string // its path in the corpus, with slashes
	Report *gold.Report
	format gold.Format
	seed   int64
}

// functions are what departments are called after.
var functions = strings.Fields("教育 民政 财政 审计 交通运输 水利 农业农村 商务 文化和旅游 卫生健康 应急管理 市场监督管理 统计 林业 司法 住房和城乡建设 自然资源 " +
	"生态环境 体育 信访")

// divisions are those that are there in all the years: each county with the prefecture before it, if it is there too.
var divisions = sync.OnceValue(func() (out []*places.Division) {
	for _, d := range places.All() {
		if d.Level() != places.Provincial && d.In(FirstYear) && d.In(LastYear) {
			out = append(out, d)
		}
	}
	return out
})

// BodyAt gives a body by its number: first all governments, then their departments, one kind after the other. Where a
// corpus is so large that no department is left, its bureaus get numbers.
func BodyAt(n int) Body {
	all := divisions()
	// neighbours in the list follow one another in code; a small corpus is to be of many provinces
	d, turn := all[n*797%len(all)], n/len(all)
	b := Body{Number: n, Division: d, Name: d.Path() + "人民政府", Kind: agencies.Government}
	if turn > 0 {
		b.Kind, b.Function = agencies.Department, functions[(turn-1)%len(functions)]
		b.Name = d.Path() + b.Function + "局"
		if more := (turn - 1) / len(functions); more > 0 {
			b.Name += fmt.Sprintf("第%s分局", chinese(more))
		}
	}
	return b
}

// chinese writes a number digit by digit.
func chinese(n int) string {
	return strings.Map(func(r rune) rune { return []rune("零一二三四五六七八九")[r-'0'] }, fmt.Sprint(n))
}

// kindOf is the kind of a format: html, pdf, word or text.
func kindOf(f gold.Format) string {
	kind, _, _ := strings.Cut(f.Name, " ")
	return kind
}

// formats are those of the corpus by their share in a hundred reports: 70 of HTML, as four kinds of sites write it, 20 of PDF,
// 8 of Word and 2 of text.
var formats = sync.OnceValue(func() (of [100]gold.Format) {
	byName := map[string]gold.Format{}
	for _, f := range gold.Formats() {
		byName[f.Name] = f
	}
	at := 0
	for _, share := range []struct {
		name string
		n    int
	}{{"html", 28}, {"html layout gbk", 17}, {"html word", 17}, {"html unclosed", 8}, {"pdf ruled", 12}, {"pdf filled rules", 8},
		{"word docx", 8}, {"text " + gold.Marked, 1}, {"text " + gold.Lines, 1}} {
		for range share.n {
			// spread over the hundred, so that a small corpus has its share too
			of[at*37%100] = byName[share.name]
			at++
		}
	}
	return of
})

// formatOf is the format of the report of a number.
func (c Corpus) formatOf(i int) gold.Format {
	all := formats()
	i = (i + int(uint64(c.Seed)%100)) % 100
	for c.Kind != "" && kindOf(all[i]) != c.Kind { // the next of the kind
		i = (i + 1) % 100
	}
	return all[i]
}

// At makes the report of a number, from 0. A body's reports follow one another, year after year.
func (c Corpus) At(i int) Document {
	b, year, f := BodyAt(i/Years), FirstYear+i%Years, c.formatOf(i)
	d := Document{Number: i, Body: b, Year: year, format: f, seed: c.draw(b.Number, year, "report").Int63(),
		File: fmt.Sprintf("b%d/%d%s", b.Number, year, filepath.Ext(f.File))}
	if year < 2019 {
		d.Report = gold.Old(d.seed, year, b.Name, b.Division.Code[:2]+"0000")
	} else {
		edition := EditionOf(year)
		d.Report = gold.New(d.seed, year, edition, edition, gold.Options{Zero: "0", Agency: b.Name, Figures: c.Figures(b, year),
			Mistake: c.mistake(b, year)})
	}
	c.write(&d)
	return d
}

// mistakes are those that governments make, as package gold names them; one in so many reports has one.
var mistakes = []string{"total left 0", "off by one", "carried wrongly", "typed wrongly"}

const mistaken = 12

func (c Corpus) mistake(b Body, year int) string {
	if rng := c.draw(b.Number, year, "mistake"); rng.Intn(mistaken) == 0 {
		return mistakes[rng.Intn(len(mistakes))]
	}
	return ""
}

// EditionOf gives the edition of the form that holds for a year since 2019.
func EditionOf(year int) string {
	if year < 2021 {
		return "2019"
	}
	return "2021"
}

// draw gives chances that depend on a body, a year and what they are for, and on nothing that was drawn before.
func (c Corpus) draw(body, year int, what string) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprint(h, c.Seed, " ", body, " ", year, " ", what)
	return rand.New(rand.NewSource(int64(h.Sum64() >> 1)))
}

// All makes the reports one after the other.
func (c Corpus) All() iter.Seq[Document] {
	return func(yield func(Document) bool) {
		for i := range c.Reports {
			if !yield(c.At(i)) {
				return
			}
		}
	}
}

// Format is how it is written, as package gold names it: "html word".
func (d *Document) Format() string { return d.format.Name }

// Bytes writes the report.
func (d *Document) Bytes() []byte { return d.format.Write(d.Report, d.seed) }

// WriteTo writes the report into a folder, and gives the name of its file.
func (d *Document) WriteTo(dir string) (name string, err error) {
	name = filepath.Join(dir, filepath.FromSlash(d.File))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return "", err
	}
	return name, os.WriteFile(name, d.Bytes(), 0o644)
}
