// Package claims reads the statements of number in the prose of a report: what is counted (a cell of the form, a sum
// of cells, a ratio of them, where the words say so), the value, the unit, whose number it is and of which year, and
// the exact span of text. What the words leave open has no cell: a number is never given a name by its value.
package claims

import (
	_ "embed"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize/form"
)

// Relation says what a claim states of its cells.
type Relation string

const (
	Equals   Relation = "equals"    // the value is the sum of the cells
	Share    Relation = "share"     // the value, in percent, is the sum of the cells divided by that of Of
	Change   Relation = "change"    // the value, in percent, is how the cells changed in a year; Down where they fell
	LastYear Relation = "last-year" // the value is what the cells were the year before
	Times    Relation = "times"     // the value is how many times what they were the year before
)

// A Claim is one statement of number.
type Claim struct {
	Text       string // as printed, number and unit: 412件; for a zero in words those that say it: 未收到政府信息公开申请
	Start, End int    // bytes of the paragraph
	Value      decimal.Decimal
	Unit       string    // in simplified characters; 万 and 亿 before it are in Value; "" where none is printed
	About      bool      // rounded: 余, 近, 约
	Cells      []string  // names of the cells whose sum it states; nil where the words name none
	Of         []string  // for Share
	Or         []Reading // what else the words may mean
	Relation   Relation  // "" where Cells is nil
	Down       bool      // for Change
	Scope      string    // as printed: 全市, 本机关; "" where nothing is said
	Part       bool      // the scope is a part of the reporting body's field, or others than it
	Year       int       // year that the sentence names for the number; 0 where it names none
}

// A Reading is what a claim may state of other cells than Cells and Of.
type Reading struct{ Cells, Of []string }

// Context is what is known beside the paragraph.
type Context struct {
	Year     int               // the report year; 0 = not known
	Editions map[string]string // of the report's tables by their names; others follow the first table, or the year
	Topic    string            // "disputes" or "applications" where the heading above the paragraph says so
	Body     string            // the reporting body's name; "" = not known
}

//go:embed words.txt
var wordsText string

//go:embed rules.txt
var rulesText string

// New gives the grammar for reports in forms, which must have the tables that the rules speak of. Errors begin with
// file and line.
func New(forms *form.Forms) (*Grammar, error) {
	g, err := forms.Made(func(of *form.Forms) (any, error) { return newGrammar(of, wordsText, rulesText) })
	if err != nil {
		return nil, err
	}
	return g.(*Grammar), nil
}
