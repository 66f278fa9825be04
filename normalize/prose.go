package normalize

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize/claims"
	"github.com/gongkai/gongkai/normalize/form"
)

// A Claim is a statement of number in the prose, held against the tables.
type Claim struct {
	claims.Claim
	Section int // ordinal of the section in Report.Sections, from 1; Start and End are bytes of its Text
	Link    Link
	Table   *decimal.Decimal // what the tables say: the sum, or the ratio in percent; nil where nothing was compared
}

// Link says how a claim stands to the tables.
type Link string

const (
	Agrees      Link = "agrees"
	Disagrees   Link = "disagrees"    // a finding gives both texts
	NotInTable  Link = "not-in-table" // its words name no cell of the form
	OtherScope  Link = "other-scope"  // it is of others than the reporting body, or of a part of its field
	NotCompared Link = "not-compared" // a cell that it needs prints no number, or is of another year
)

// readClaims reads the claims of the prose, holds them against the values, and decides the scope of the report by them.
func (rep *Report) readClaims(forms *form.Forms) []Finding {
	grammar, err := claims.New(forms)
	if err != nil {
		return []Finding{{Code: CodeReader, Severity: Warning,
			Message: "the numbers of the prose were not read: " + err.Error()}}
	}
	byName := make(map[string]*Value, len(rep.Values))
	for i := range rep.Values {
		byName[rep.Values[i].Name] = &rep.Values[i]
	}
	var out []Finding
	old := rep.Year != 0 && rep.Year <= lastOld && rep.Editions["applications"] == ""
	cell := rep.oldCell(forms, byName)
	for i := range rep.Sections {
		s := &rep.Sections[i]
		known := claims.Context{Year: rep.Year, Editions: rep.Editions, Topic: topicOf(s), Body: rep.Agency}
		at := 0
		for lines := strings.Split(s.Text, "\n"); len(lines) > 0; {
			n := 1
			for n < len(lines) && wraps(lines[n-1], lines[n]) {
				n++
			}
			read := grammar.Read(strings.Join(lines[:n], ""), known)
			if old {
				claims.Before(strings.Join(lines[:n], ""), read, known, cell)
			}
			for _, c := range read {
				c.Start, c.End = at+printedAt(lines[:n], c.Start), at+printedAt(lines[:n], c.End-1)+1
				c.Text = s.Text[c.Start:c.End]
				claim := Claim{Claim: c, Section: i + 1}
				claim.compare(byName)
				rep.Claims = append(rep.Claims, claim)
			}
			for _, p := range lines[:n] {
				at += len(p) + 1
			}
			lines = lines[n:]
		}
	}
	if len(rep.Values) > 0 {
		rep.settleScope()
	}
	out = append(out, rep.unitsInProse(forms)...)
	for i := range rep.Claims {
		c := &rep.Claims[i]
		if c.Link == Disagrees && rep.others(c.Scope) {
			c.Link, c.Table = OtherScope, nil
		}
		if c.Link == Disagrees {
			out = append(out, c.finding(&rep.Sections[c.Section-1], byName))
		}
	}
	return out
}

// oldCell gives the function that names the cell of a row of the tables of statistics: that of the table which the report
// prints, in the column that the form of the family counts the year in; else that of the national one.
func (rep *Report) oldCell(forms *form.Forms, byName map[string]*Value) func(row string) string {
	return func(row string) string {
		for _, f := range forms.Annexes() {
			if rep.Editions[f.Table] != f.Edition {
				continue
			}
			for _, column := range []string{"count", "year", "total"} {
				if name := f.Table + "." + row + "." + column; byName[name] != nil {
					return name
				}
			}
		}
		return "statistics." + row + ".count"
	}
}

// wraps reports whether a sentence runs on from one line to the next, as in text that was broken at a width: the line is
// of such a width and ends within a sentence, and the next begins no part.
func wraps(line, next string) bool {
	if len(line) < 3*15 || len(line) > 3*70 || next == "" || !strings.ContainsAny(line, "，。；、,;") {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(line)
	first, _ := utf8.DecodeRuneInString(next)
	if !unicode.Is(unicode.Han, first) && !unicode.IsDigit(first) || unicode.IsDigit(last) && unicode.IsDigit(first) {
		return false // of 1 and 2 over two lines nobody knows whether they are 12
	}
	if !unicode.In(last, unicode.Han, unicode.Digit) && last != '，' && last != '、' {
		return false
	}
	if !strings.ContainsRune(partBegins, first) {
		return true
	}
	for _, re := range partStyles {
		if re.MatchString(next) {
			return false
		}
	}
	return true
}

// printedAt gives where a byte of lines that were put together stands in the text that has line ends between them.
func printedAt(lines []string, at int) int {
	sum := 0
	for i, l := range lines {
		if sum += len(l); at < sum {
			return at + i
		}
	}
	return at + len(lines) - 1
}

// unitsInProse doubts the unit of an amount that is a thousand to ten thousand times what the prose says of it, or the
// prose that of the amount, in whatever words: 元 read as 万元, in the table or in the sentence.
func (rep *Report) unitsInProse(forms *form.Forms) []Finding {
	var said []*Claim
	for k := range rep.Claims {
		if c := &rep.Claims[k]; !c.Part && c.Value.IsPositive() && unitOf(c.Unit).kind == moneyUnit {
			said = append(said, c)
		}
	}
	if len(said) == 0 {
		return nil
	}
	var out []Finding
	for i := range rep.Values {
		v := &rep.Values[i]
		if v.Unit == "" || v.Number == nil || !v.Number.IsPositive() {
			continue
		}
		subjects := subjectsOf(forms, v.Name)
		for _, c := range said {
			clause := around(rep.Sections[c.Section-1].Text, c.Start, c.End)
			if !containsAny(clause, subjects) {
				clause = opened(rep.Sections[c.Section-1].Text, c.Start) + clause
			}
			if !slices.Contains(c.Cells, v.Name) && (!containsAny(clause, subjects) ||
				containsAny(clause, []string{"其中", "每", "标准", "人均", "信息处理费", "下降", "增长", "增加", "减少"})) {
				continue
			}
			told := c.Value.Shift(unitOf(c.Unit).shift - unitOf(v.Unit).shift)
			times := decimal.Max(*v.Number, told).DivRound(decimal.Min(*v.Number, told), 2)
			if times.LessThan(decimal.New(9, 2)) || times.GreaterThan(decimal.New(11, 3)) {
				continue
			}
			out = append(out, Finding{Code: CodeUnitDoubtful, Severity: Warning, Name: v.Name, Place: v.Place,
				Message: fmt.Sprintf("%q is read as %s %s, the prose says %q (…%s…)", v.Text, v.Number, v.Unit, c.Text, clause)})
			break
		}
	}
	return out
}

// opened gives the words that a sentence opens with before the clause of a number, if no other number stands in them:
// 行政事业性收费方面，全年共收取…
func opened(text string, start int) string {
	from := strings.LastIndexAny(text[:start], "。；\n")
	words := text[max(from, 0):start]
	to := strings.LastIndexAny(words, "，：")
	if to < 0 || strings.ContainsAny(words[:to], "0123456789") {
		return ""
	}
	return strings.TrimLeft(words[:to], "。；\n") + "，"
}

// subjectsOf gives the words that prose calls an amount by: the halves of its row's label (行政事业性, 收费).
func subjectsOf(forms *form.Forms, name string) []string {
	for _, c := range forms.Cells() {
		if label := []rune(c.RowLabel); c.Name == name && len(label) > 3 {
			return []string{string(label[:len(label)-2]), string(label[len(label)-2:])}
		}
	}
	return nil
}

// others reports whether a word of scope means others than those whose figures the tables give: 全市 in the report of an
// office for itself, 市政府办公室 in that of its government.
func (rep *Report) others(word string) bool {
	switch rep.Scope {
	case OwnScope:
		return scopeOf(word) == AllScope
	case AllScope:
		return coreOnly(word)
	}
	return false
}

// topicOf gives what the section's number are of, where it says so.
func topicOf(s *Section) string {
	if len(s.Kinds) != 1 {
		return ""
	}
	switch s.Kinds[0] {
	case DisputesSection, ApplicationsSection:
		return string(s.Kinds[0])
	}
	return ""
}

// sum adds up cells; blank says that one of them prints no number, ok is false where one is absent or none has a
// number.
func sum(names []string, byName map[string]*Value) (total decimal.Decimal, blank, ok bool) {
	for _, n := range names {
		v := byName[n]
		switch {
		case v == nil || v.State == Absent:
			return total, blank, false
		case v.Number == nil:
			blank = true
		default:
			total, ok = total.Add(*v.Number), true
		}
	}
	return total, blank, ok
}

// compare holds the claim against the cells; of several readings the one that the tables bear out is that of the claim.
func (c *Claim) compare(byName map[string]*Value) {
	or := c.Or
	c.Or = nil
	c.hold(byName)
	for _, r := range or { // 收到80件 may count those carried in: what fits one reading is no disagreement
		if c.Link != Disagrees {
			break
		}
		other := *c
		if other.Cells, other.Of = r.Cells, r.Of; other.fits(byName) {
			*c = other
		}
	}
}

// fits holds the claim against the cells, and reports whether they agree.
func (c *Claim) fits(byName map[string]*Value) bool {
	c.hold(byName)
	return c.Link == Agrees
}

func (c *Claim) hold(byName map[string]*Value) {
	switch {
	case len(c.Cells) == 0:
		c.Link = NotInTable
		return
	case c.Part:
		c.Link = OtherScope
		return
	}
	c.Link = NotCompared
	if c.Relation != claims.Equals && c.Relation != claims.Share {
		return
	}
	have, blank, ok := sum(c.Cells, byName)
	if !ok {
		return
	}
	said := c.Value
	slack := decimal.Zero
	switch {
	case c.Relation == claims.Share:
		of, unsure, ok := sum(c.Of, byName)
		if !ok || unsure || of.IsZero() {
			return
		}
		have = have.Mul(decimal.New(100, 0)).DivRound(of, 6)
		slack = decimal.New(1, said.Exponent()) // rounded or cut off
	case c.Unit == "元" || c.Unit == "万元":
		if c.Unit == "元" { // cells of money are in 万元
			said = said.Shift(-4)
		}
		if v := byName[c.Cells[0]]; v.Unit == "元" { // but those of some tables of statistics
			said = said.Shift(4)
		}
		if roundedTo(have, said) {
			said = have
		}
	case said.Exponent() > 0: // 2.3万件
		slack = decimal.New(1, said.Exponent())
	}
	if c.About {
		slack = decimal.Max(slack, said.Abs().Div(decimal.New(10, 0)))
	}
	diff := have.Sub(said).Abs()
	if diff.IsZero() || diff.LessThan(slack) || c.About && diff.Equal(slack) {
		c.Link, c.Table = Agrees, &have // with blank cells too: that they stand for nothing is what the prose says
	} else if !blank {
		c.Link, c.Table = Disagrees, &have
	}
}

// roundedTo reports whether an amount is said as rounded, or cut off, to the last digit that is said: 0.24亿元 for
// 2417.35万元. That an amount is said in more digits than the table prints is no rounding.
func roundedTo(have, said decimal.Decimal) bool {
	places := -said.Exponent()
	return have.Exponent() < said.Exponent() && (have.Round(places).Equal(said) || have.Truncate(places).Equal(said) ||
		places < 0 && have.Shift(places).Floor().Shift(-places).Equal(said))
}

// finding tells the disagreement with both texts.
func (c *Claim) finding(s *Section, byName map[string]*Value) Finding {
	var cells []string
	for _, n := range c.Cells {
		printed := fmt.Sprintf("%s %q", n, byName[n].Text)
		if v := byName[n]; v.State == Corrected {
			printed += fmt.Sprintf(", corrected to %s", v.Number)
		}
		cells = append(cells, printed)
	}
	if len(cells) > 4 {
		cells = append(cells[:4], fmt.Sprintf("and %d more", len(cells)-4))
	}
	f := Finding{Code: CodeProseDiffers, Severity: Warning, Name: c.Cells[0], Place: s.Place}
	scope := ""
	if c.Scope != "" {
		scope = " of " + c.Scope
	}
	f.Message = fmt.Sprintf("the prose says %q%s (…%s…), the table %s: %s", c.Text, scope,
		around(s.Text, c.Start, c.End), c.Table.Round(2), strings.Join(cells, ", "))
	return f
}

// around gives the clause that a span stands in.
func around(text string, start, end int) string {
	marks := "，。；：（）\n"
	a := strings.LastIndexAny(text[:start], marks)
	if a >= 0 {
		for a++; a < start && text[a]&0xC0 == 0x80; a++ {
		}
	} else {
		a = 0
	}
	z := strings.IndexAny(text[end:], marks)
	if z < 0 {
		return text[a:]
	}
	return text[a : end+z]
}
