// Package normalize reads a Document as an annual open-government-information report: it finds the
// statistical tables of the national form, gives every cell its name, turns what is printed into typed
// values, and proves or doubts each by the form's identities (勾稽关系).
//
// It knows the forms (normalize/form), numbers and Chinese labels. It knows nothing of file formats
// or HTTP. It never overwrites what is printed and never drops doubt: doubt is a Finding.
package normalize

import (
	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/words"
)

// A Report is one document read as an annual report.
type Report struct {
	Part      int // ordinal of the report in a document that holds several, from 1; 0 where it is the only one
	Status    Status
	Reason    string          // why Status is not Read: one sentence for a person; "" when it is
	Agency    string          // the reporting body as printed in the title; "" when not found
	Year      int             // the year reported on; 0 when not found
	Title     string          // as printed
	Published string          // date of publication, "2006-01-02"; "" when neither printed nor in the address
	Body      agencies.Agency // who reports; the zero Agency where Agency is ""
	Scope     Scope           // whose figures the tables give; "" where that is open
	ScopeFrom string          // what tells the scope: one sentence
	Period    Period          // what the figures cover, as the text says
	Deadline  string          // day by which it must be published, "2006-01-02"; "" where no rule names one
	InTime    Timing          // "" where Published or Deadline is
	Editions  Editions
	Values    []Value   // every name of the chosen editions, in the order of the form, absent ones too
	Findings  []Finding // in the order of the form, then of the document
	Sections  []Section // the prose, in reading order
	Claims    []Claim   // statements of number in the prose, in reading order

	parts []*Report // what the document prints beside it for another scope: a table of its own for the body alone
}

// Editions are the form editions chosen, by table ("2019", "2021"); "" or nothing where the table was not found.
// An edition belongs to a table, not to a report: real reports mix them.
type Editions map[string]string

// Status says how far a document was read.
type Status string

const (
	StatusRead   Status = "read"   // every table found that must be there, every name read
	StatusPartly Status = "partly" // some table or cell is absent
	StatusUnread Status = "unread" // no table of the form was found

	// StatusSkipped is that of a file beside documents, a README or the like, in which no report was found. None is
	// missing.
	StatusSkipped Status = "skipped"
)

// HoldsReport tells that there are values: a report was recognised.
func (s Status) HoldsReport() bool { return s == StatusRead || s == StatusPartly }

// A Value is one cell of the form.
type Value struct {
	Name   string           // table.row.column, such as applications.received.natural_person
	Text   string           // the printed characters, white space folded; "" for blank and absent
	Number *decimal.Decimal // in Unit; nil where no number is printed or inferred
	Unit   string           // "" for counts, "万元" for money
	// UnitFrom says what names the unit in which the number is printed; "" for counts of which nothing is said, and
	// where there is no number.
	UnitFrom UnitSource
	State    State
	Verdict  Verdict
	Place    extract.Place // zero for absent values
	// Confidence is that of the recogniser which read the cell on a picture, 0 to 1; 0 = the cell's text is characters
	// of the document.
	Confidence float64
	// Label is the path of labels as printed, joined by " / ", of a value whose name is provisional because no form has
	// its row (statistics_other.…); "" of every other.
	Label string
	// ConfirmedBy is the SHA-256 of a document of the same report in another format that prints the same; "" = none
	// did.
	ConfirmedBy string
}

// UnitSource is what names the unit of a number; the nearest to it decides.
type UnitSource string

const (
	UnitInCell   UnitSource = "cell"   // the cell itself
	UnitInRow    UnitSource = "row"    // the label of its row, or a cell of the row that holds nothing else
	UnitInHeader UnitSource = "header" // the header of its column
	UnitAbove    UnitSource = "above"  // a line above the table or its block
	UnitBelow    UnitSource = "below"  // a note below the table
	UnitOfReport UnitSource = "report" // a line about the whole report
	UnitOfForm   UnitSource = "form"   // nothing printed: it is the form's own
)

// State is what the cell says. Blank is not zero.
type State string

const (
	Number State = "number" // a number is printed
	Blank  State = "blank"  // nothing is printed
	Mark   State = "mark"   // a dash, slash or the like
	Text   State = "text"   // words, or a number with a note (the number is kept too)
	Absent State = "absent" // the cell was not found in the document

	Corrected State = "corrected" // the number is a correction by somebody; Text is what is printed
)

// Verdict is what the identities say of a value.
type Verdict string

const (
	Proved       Verdict = "proved"       // every identity that contains it holds, and at least one does
	Unchecked    Verdict = "unchecked"    // no identity says anything
	Contradicted Verdict = "contradicted" // an identity that contains it fails
	Inferred     Verdict = "inferred"     // not printed; a zero that an identity proves
)

// A Finding is doubt as data.
type Finding struct {
	Code     string // stable, kebab-case: see Codes
	Severity Severity
	// the cell, the row ("applications.granted") or the table ("applications"); "" for the whole document
	Name    string
	Message string // English, one sentence with the facts
	Place   extract.Place
}

// Severity of a finding.
type Severity string

const (
	Note    Severity = "note"    // worth knowing; the value stands
	Warning Severity = "warning" // the value may be wrong or incomplete
	Error   Severity = "error"   // something printed contradicts something else, or could not be read
)

// A Section is one top-level section of the prose. Tables are not part of its text.
type Section struct {
	Ordinal int    // 1–6 as printed (一 … 六); 0 for what stands before the first heading
	Title   string // as printed, with its ordinal
	// which of the six it is, by its heading; several where it joins them, none where the heading tells none
	Kinds []SectionKind
	Text  string // paragraphs joined by "\n"
	Place extract.Place
	// what its numbered headings set apart, in reading order; what stands before the first is in none
	Parts    []Subsection
	Tokens   []words.Token // the words of Text; nil until ReadWords
	Keywords []string      // what Text is about, at most 10 words, the weightiest first; nil until ReadWords
}

// A Subsection is a part of a section under a numbered heading: （一）…, 1.….
type Subsection struct {
	Level      int    // 1 under the section, 2 under another part …
	Ordinal    int    // as printed
	Title      string // as printed, with its ordinal; where the heading runs into its text, up to the first full stop
	Start, End int    // bytes of the section's text, heading and parts below it included
}

// ReadWords cuts the prose into words. It loads the dictionary, which takes a moment the first time.
func (rep *Report) ReadWords() {
	name := form.Squeeze(rep.Agency)
	for i := range rep.Sections {
		s := &rep.Sections[i]
		s.Tokens = words.Read(s.Text, name)
		s.Keywords = words.Keywords(words.Terms(s.Tokens), 10)
	}
}
