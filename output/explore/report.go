package explore

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/explore/evidence"
	"github.com/gongkai/gongkai/output/tables"
	"github.com/gongkai/gongkai/output/told"
)

type jsonWho struct {
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	Latin *string `json:"latin"`
}

func (e *Explorer) who(r *report) *jsonWho {
	if r.Body < 0 {
		return nil
	}
	a := &e.c.authorities[r.Body]
	return &jsonWho{a.id, a.Name, e.latin(a)}
}

// editions are those that the tables of a report follow.
type editions map[string]string

func (e *Explorer) editions(r *report) editions {
	out := editions{}
	for _, t := range e.opts.Forms.Tables() {
		out[t] = e.c.Edition(r, t)
	}
	return out
}

type jsonFacts struct {
	Agency         *string  `json:"agency"`
	AgencyName     *string  `json:"agency_name"`
	AgencyID       *string  `json:"agency_id"`
	Year           *int32   `json:"report_year"`
	Title          *string  `json:"title"`
	Published      *string  `json:"published"`
	Deadline       *string  `json:"deadline"`
	InTime         *string  `json:"in_time"`
	Division       *string  `json:"division"`
	Level          *string  `json:"level"`
	Kind           *string  `json:"kind"`
	Function       *string  `json:"function"`
	Unit           *string  `json:"unit"`
	Scope          *string  `json:"scope"`
	ScopeEvidence  *string  `json:"scope_evidence"`
	AgencyEvidence []string `json:"agency_evidence"`
	PeriodFrom     *string  `json:"period_from"`
	PeriodTo       *string  `json:"period_to"`
	Editions       editions `json:"editions"` // of the form, by table; "" = the table was not found
	Superseded     *string  `json:"superseded"`
	Status         string   `json:"status"`
	Standing       bool     `json:"standing"`
	Cells          int32    `json:"cells"`
	Absent         int32    `json:"absent"`
	Proved         int32    `json:"proved"`
	Contradicted   int32    `json:"contradicted"`
	Inferred       int32    `json:"inferred"`
	Unchecked      int32    `json:"unchecked"`
	Errors         int32    `json:"errors"`
	Warnings       int32    `json:"warnings"`
	Notes          int32    `json:"notes"`
}

type jsonSource struct {
	File       string  `json:"file"`
	URL        *string `json:"url"`
	MediaType  *string `json:"media_type"`
	Bytes      int64   `json:"bytes"`
	Pages      *int32  `json:"pages"`
	Status     string  `json:"status"`
	Reason     *string `json:"reason"`
	Seen       *string `json:"seen"`
	Superseded *string `json:"superseded"`
	Vanished   *string `json:"vanished"`
}

func sourceOf(d *document) jsonSource {
	return jsonSource{d.File, null(d.URL), null(d.Media), d.Bytes, nullYear(d.Pages), d.Status, null(d.Reason),
		dayWord(d.Seen), dayWord(d.Superseded), dayWord(d.Vanished)}
}

type jsonForm struct {
	Table   string       `json:"table"`
	Edition string       `json:"edition"`
	Title   string       `json:"title"`
	Layout  string       `json:"layout"`           // as the notice prints it: crossed, blocks, strip or list
	Corner  string       `json:"corner,omitempty"` // what it prints where the labels of rows and columns meet
	Crown   string       `json:"crown,omitempty"`  // what it prints above all columns
	Columns []jsonColumn `json:"columns"`
	Rows    []jsonRow    `json:"rows"`
}

type jsonColumn struct {
	Name string   `json:"name"`
	Path []string `json:"path"`
	Unit string   `json:"unit"`
}

type jsonRow struct {
	Name    string   `json:"name"`
	Path    []string `json:"path"`
	Columns []string `json:"columns"`
	Article string   `json:"article,omitempty"` // what the notice prints above the row and its neighbours
}

// jsonPlace is where something is printed; what the format has not is left out.
type jsonPlace struct {
	Page       *int32      `json:"page,omitempty"`
	TableIndex *int32      `json:"table_index,omitempty"`
	GridRow    *int32      `json:"grid_row,omitempty"`
	GridColumn *int32      `json:"grid_column,omitempty"`
	Box        *[4]float64 `json:"box,omitempty"`
	Path       *string     `json:"path,omitempty"`
	Offset     *int64      `json:"offset,omitempty"`
}

type jsonValue struct {
	Text        *string  `json:"text"`
	Number      *string  `json:"number"`
	Unit        string   `json:"unit,omitempty"`
	State       string   `json:"state"`
	Verdict     string   `json:"verdict"`
	Confidence  *float64 `json:"confidence,omitempty"`
	ConfirmedBy *string  `json:"confirmed_by,omitempty"`
	jsonPlace
	Findings []int `json:"findings,omitempty"`

	number *int64
}

type jsonIdentity struct {
	Table    string   `json:"table"`
	Along    string   `json:"along"`
	Left     []string `json:"left"`
	Right    []string `json:"right"`
	LeftSum  *string  `json:"left_sum"`
	RightSum *string  `json:"right_sum"`
	State    string   `json:"state"` // holds, fails, or open where a cell has no number
}

type jsonFinding struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Name     string `json:"name"`
	Message  string `json:"message"`

	MessageZh string `json:"message_zh,omitempty"` // "" = it is known in English only
	jsonPlace
}

type jsonTerm struct {
	Term  string `json:"term"`
	Tag   string `json:"tag"`
	Count int32  `json:"count"`
}

type jsonPart struct {
	Level   int32  `json:"level"`
	Ordinal int32  `json:"ordinal"`
	Title   string `json:"title"`
	Start   int32  `json:"start"`
	End     int32  `json:"end"`
}

type jsonSection struct {
	Position int32      `json:"position"`
	Ordinal  int32      `json:"ordinal"`
	Kinds    []string   `json:"kinds"`
	Title    *string    `json:"title"`
	Text     string     `json:"text"`
	Parts    []jsonPart `json:"parts"`
	Keywords []string   `json:"keywords"`
	Terms    []jsonTerm `json:"terms"`
}

type jsonClaim struct {
	Section  int32    `json:"section"`
	Start    int32    `json:"start"`
	End      int32    `json:"end"`
	Text     string   `json:"text"`
	Value    *string  `json:"value"`
	Unit     string   `json:"unit"`
	About    bool     `json:"about"`
	Cells    []string `json:"cells"`
	Of       []string `json:"of"`
	Relation *string  `json:"relation"`
	Down     bool     `json:"down"`
	Scope    *string  `json:"scope"`
	Year     *int32   `json:"year"`
	Link     string   `json:"link"`
	Table    *string  `json:"table_says"`
}

type jsonPassage struct {
	Section      int32 `json:"section"`
	Start        int32 `json:"start"`
	End          int32 `json:"end"`
	OtherSection int32 `json:"other_section"`
	OtherStart   int32 `json:"other_start"`
	OtherEnd     int32 `json:"other_end"`
}

type jsonReuse struct {
	Of        string        `json:"of"`
	Key       string        `json:"key"`
	Authority *string       `json:"authority"`
	Agency    *string       `json:"agency"`
	Year      *int32        `json:"year"`
	Share     float64       `json:"share"`
	Passages  []jsonPassage `json:"passages"`
}

type jsonVersion struct {
	Key        string  `json:"key"`
	Year       *int32  `json:"year"`
	Standing   bool    `json:"standing"`
	Seen       *string `json:"seen"`
	Superseded *string `json:"superseded"`
	Published  *string `json:"published"`
	Status     string  `json:"status"`
	MediaType  *string `json:"media_type"`
	File       string  `json:"file"`
	URL        *string `json:"url"`
}

type jsonEvidence struct {
	Kind   string            `json:"kind"` // page, picture or none
	View   *string           `json:"view"`
	Pages  map[string]string `json:"pages"`
	DPI    int               `json:"dpi"`
	Reason *string           `json:"reason"`
}

type jsonReport struct {
	Key        string                `json:"key"`
	Document   string                `json:"document"`
	Part       int32                 `json:"part"`
	Authority  *jsonWho              `json:"authority"`
	Report     jsonFacts             `json:"report"`
	Source     jsonSource            `json:"source"`
	Tables     []jsonForm            `json:"tables"`
	Values     map[string]*jsonValue `json:"values"`
	Identities []jsonIdentity        `json:"identities"`
	Findings   []jsonFinding         `json:"findings"`
	Sections   []jsonSection         `json:"sections"`
	Claims     []jsonClaim           `json:"claims"`
	Reuse      []jsonReuse           `json:"reuse"`
	Anomalies  []jsonOddity          `json:"anomalies"`
	Marks      map[string][]string   `json:"marks"` // the anomalies that rest on a cell, by its name
	Versions   []jsonVersion         `json:"versions"`
	Evidence   jsonEvidence          `json:"evidence"`
}

// streams read the tables of one year report after report, each page once. Those that are not begun look rows up one
// by one.
type streams struct {
	facts    tables.Stream[factRow]
	values   tables.Stream[output.ValueRow]
	findings tables.Stream[output.FindingRow]
	sections tables.Stream[sectionRow]
	terms    tables.Stream[output.TermRow]
	claims   tables.Stream[output.ClaimRow]
	reuse    tables.Stream[output.ReuseRow]
	series   tables.Stream[seriesRow]
}

// begin makes the streams read the tables of a year.
func (s *streams) begin(c *catalog, year int) error {
	return errors.Join(s.facts.Begin(c.facts[year]), s.values.Begin(c.values[year]), s.findings.Begin(c.findings[year]),
		s.sections.Begin(c.sections[year]), s.terms.Begin(c.terms[year]), s.claims.Begin(c.claims[year]),
		s.reuse.Begin(c.reuse[year]), s.series.Begin(c.series[year]))
}

func (s *streams) close() {
	for _, c := range []io.Closer{&s.facts, &s.values, &s.findings, &s.sections, &s.terms, &s.claims, &s.reuse, &s.series} {
		c.Close()
	}
}

// rowsOfReport are the rows of a report in a table in which those of its document lie together. again says that a row
// begins the same once more: the same bytes were met at another place.
func rowsOfReport[T any](st *tables.Stream[T], f *tables.Reader, s tables.Span, part func(*T) int32, want int32,
	again func(before, x *T) bool) ([]T, error) {
	all, err := tables.Take(st, f, s)
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for i := range all {
		if part(&all[i]) != want {
			continue
		}
		if n := len(out); n > 0 && again(&out[n-1], &all[i]) {
			break
		}
		out = append(out, all[i])
	}
	return out, nil
}

// factRow is what is read of reports for one report only.
type factRow struct {
	Document       string   `parquet:"document"`
	AgencyName     *string  `parquet:"agency_name,optional"`
	ScopeEvidence  *string  `parquet:"scope_evidence,optional"`
	PeriodFrom     *int32   `parquet:"period_from,optional,date"`
	PeriodTo       *int32   `parquet:"period_to,optional,date"`
	AgencyEvidence []string `parquet:"agency_evidence,list"`
}

// sectionRow is what is read of sections.
type sectionRow struct {
	Part     int32            `parquet:"part"`
	Position int32            `parquet:"position"`
	Ordinal  int32            `parquet:"ordinal"`
	Kinds    []string         `parquet:"kinds,list"`
	Title    *string          `parquet:"title,optional"`
	Text     string           `parquet:"text"`
	Parts    []output.PartRow `parquet:"parts,list"`
	Keywords []string         `parquet:"keywords,list"`
}

// values reads the cells of a report.
func (e *Explorer) values(r *report, st *streams) ([]output.ValueRow, error) {
	rows, err := tables.Take(&st.values, e.c.values[int(r.Year)], tables.Span{First: r.First, N: r.Cells})
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if id := e.c.Documents[r.Document].ID; rows[i].Document != id || rows[i].Part != r.Part {
			return nil, fmt.Errorf("values, row %d of %d: of %s, not of %s: the tables do not belong together",
				int(r.First)+i, r.Year, rows[i].Document, id)
		}
	}
	return rows, nil
}

// findings reads the doubts of a report.
func (e *Explorer) findings(n int32, st *streams) ([]output.FindingRow, error) {
	r := &e.c.Reports[n]
	// of the same bytes at several places each has its findings, as many as the report counts
	seen, most := int32(0), int32(math.MaxInt32)
	if r.Copies {
		if most = r.Errors + r.Warnings + r.Notes; most == 0 {
			return nil, nil
		}
	}
	return rowsOfReport(&st.findings, e.c.findings[int(r.Year)], e.c.rows[n].findings,
		func(x *output.FindingRow) int32 { return x.Part }, r.Part,
		func(_, _ *output.FindingRow) bool { seen++; return seen >= most })
}

// beginReport tells of a report what is not in the tables of its year, or is held in memory: a pack is named by it, so that
// whatever makeReport takes from elsewhere must come from here.
func (e *Explorer) beginReport(n int32) *jsonReport {
	c, r := e.c, &e.c.Reports[n]
	d := &c.Documents[r.Document]
	out := &jsonReport{Key: c.key(n), Document: d.ID, Part: r.Part, Authority: e.who(r), Source: sourceOf(d),
		Values: map[string]*jsonValue{}, Identities: []jsonIdentity{}, Findings: []jsonFinding{},
		Sections: []jsonSection{}, Claims: []jsonClaim{}, Reuse: []jsonReuse{},
		Anomalies: e.odditiesOf(n), Marks: e.cellMarks(n), Versions: e.versions(r), Evidence: e.evidenceOf(d)}
	out.Report = jsonFacts{Agency: null(r.Agency), Year: nullYear(r.Year),
		Title: null(r.Title), Published: dayWord(r.Published), Deadline: dayWord(r.Deadline), InTime: null(r.InTime),
		Scope:    null(r.Scope),
		Editions: e.editions(r), Superseded: dayWord(r.Superseded), Status: r.Status, Standing: r.Stands,
		Cells: r.Cells, Absent: r.Absent, Proved: r.Proved, Contradicted: r.Contradicted, Inferred: r.Inferred,
		Unchecked: r.Unchecked, Errors: r.Errors, Warnings: r.Warnings, Notes: r.Notes}
	if r.Body >= 0 {
		a := &c.authorities[r.Body]
		f := &out.Report
		f.AgencyID, f.Division, f.Level, f.Kind, f.Function, f.Unit = null(a.AgencyID), null(a.Division), null(a.Level),
			null(a.Kind), null(a.Function), null(a.Unit)
	}
	return out
}

// makeReport reads all there is to a report.
func (e *Explorer) makeReport(n int32, st *streams) (*jsonReport, error) {
	r, out := &e.c.Reports[n], e.beginReport(n)
	facts, err := tables.Take(&st.facts, e.c.facts[int(r.Year)], tables.Span{First: r.Row, N: 1})
	if err != nil {
		return nil, err
	}
	x := &facts[0]
	if x.Document != out.Document {
		return nil, fmt.Errorf("reports, row %d of %d: of %s, not of %s", r.Row, r.Year, x.Document, out.Document)
	}
	day := func(p *int32) *string {
		if p == nil {
			return nil
		}
		return dayWord(*p)
	}
	f := &out.Report
	f.AgencyName, f.ScopeEvidence = x.AgencyName, x.ScopeEvidence
	f.AgencyEvidence = append([]string{}, x.AgencyEvidence...) // a list, also where there is nothing in it
	f.PeriodFrom, f.PeriodTo = day(x.PeriodFrom), day(x.PeriodTo)
	values, err := e.values(r, st)
	if err != nil {
		return nil, err
	}
	for i := range values {
		v := &values[i]
		y := &jsonValue{Text: v.Text, Unit: v.Unit, State: v.State, Verdict: v.Verdict, Confidence: v.Confidence,
			ConfirmedBy: v.ConfirmedBy, number: v.Number,
			jsonPlace: jsonPlace{v.Page, v.TableIndex, v.GridRow, v.GridColumn, boxOf(v), v.Path, v.Offset}}
		if v.Number != nil {
			s := decimalWord(*v.Number)
			y.Number = &s
		}
		out.Values[v.Name] = y
	}
	e.forms(r, out)
	e.oldForms(values, out)
	findings, err := e.findings(n, st)
	if err != nil {
		return nil, err
	}
	for i := range findings {
		f := &findings[i]
		zh, ok := told.Finding(f.Name, f.Message)
		if !ok {
			zh = ""
		}
		out.Findings = append(out.Findings, jsonFinding{f.Code, f.Severity, f.Name, f.Message, zh,
			jsonPlace{f.Page, f.TableIndex, f.GridRow, f.GridColumn, nil, f.Path, f.Offset}})
		if v := out.Values[f.Name]; v != nil {
			v.Findings = append(v.Findings, i)
		}
	}
	if err := e.prose(n, out, st); err != nil {
		return nil, err
	}
	if out.Evidence.Kind == "picture" {
		for _, p := range e.pagesOf(out) {
			out.Evidence.Pages[strconv.Itoa(int(p))] = pictureName(out.Document, p)
		}
	}
	return out, nil
}

// forms lays out the tables that were found, in the words of the notice, with the identities over them.
func (e *Explorer) forms(r *report, out *jsonReport) {
	out.Tables = []jsonForm{}
	for _, table := range e.opts.Forms.Tables() {
		for _, f := range e.opts.Forms.Editions(table) {
			if f.Edition != e.c.Edition(r, table) {
				continue
			}
			x := jsonForm{Table: table, Edition: f.Edition, Title: f.Titles[0], Layout: string(f.Layouts[0]),
				Corner: f.Corner, Crown: f.Crown}
			for _, col := range f.Columns {
				x.Columns = append(x.Columns, jsonColumn{col.Name, col.Path, col.Unit})
			}
			for _, row := range f.Rows {
				y := jsonRow{row.Name, row.Path, []string{}, row.Article}
				for _, k := range row.Columns {
					y.Columns = append(y.Columns, f.Columns[k].Name)
				}
				x.Rows = append(x.Rows, y)
			}
			out.Tables = append(out.Tables, x)
			out.identities(f)
		}
	}
}

// identities evaluates the sums of a form over the numbers of the report, inferred zeros included.
func (out *jsonReport) identities(f *form.Form) {
	add := func(along string, s form.Sum, name func(int) string) {
		x := jsonIdentity{Table: f.Table, Along: along, State: "open"}
		known := true
		side := func(terms []int) (names []string, sum int64) {
			for _, t := range terms {
				n := name(t)
				names = append(names, n)
				if v := out.Values[n]; v != nil && v.number != nil {
					sum += *v.number
				} else {
					known = false
				}
			}
			return names, sum
		}
		var a, b int64
		x.Left, a = side(s.Left)
		x.Right, b = side(s.Right)
		if known {
			l, r := decimalWord(a), decimalWord(b)
			if x.LeftSum, x.RightSum, x.State = &l, &r, "holds"; a != b {
				x.State = "fails"
			}
		}
		printed := func(n string) bool { return out.Values[n] != nil }
		if slices.ContainsFunc(x.Left, printed) || slices.ContainsFunc(x.Right, printed) {
			out.Identities = append(out.Identities, x)
		}
	}
	for _, row := range f.Rows {
		for _, s := range f.RowSums {
			add("row", s, func(c int) string { return f.Table + "." + row.Name + "." + f.Columns[c].Name })
		}
	}
	for _, col := range f.Columns {
		for _, s := range f.ColSums {
			add("column", s, func(r int) string { return f.Table + "." + f.Rows[r].Name + "." + col.Name })
		}
	}
}

func boxOf(v *output.ValueRow) *[4]float64 {
	if v.X0 == nil || v.Y0 == nil || v.X1 == nil || v.Y1 == nil {
		return nil
	}
	return &[4]float64{*v.X0, *v.Y0, *v.X1, *v.Y1}
}

// mostTerms is how many words of a section are shown.
const mostTerms = 20

// prose reads the sections of a report, its claims, and what it repeats.
func (e *Explorer) prose(n int32, out *jsonReport, st *streams) error {
	r := &e.c.Reports[n]
	at := &e.c.rows[n]
	year := int(r.Year)
	sections, err := rowsOfReport(&st.sections, e.c.sections[year], at.sections,
		func(x *sectionRow) int32 { return x.Part }, r.Part,
		func(a, b *sectionRow) bool { return b.Position <= a.Position })
	if err != nil {
		return err
	}
	terms, err := rowsOfReport(&st.terms, e.c.terms[year], at.terms, func(x *output.TermRow) int32 { return x.Part },
		r.Part, func(a, b *output.TermRow) bool { return b.Section < a.Section })
	if err != nil {
		return err
	}
	bySection := map[int32][]jsonTerm{}
	for _, t := range terms {
		bySection[t.Section] = append(bySection[t.Section], jsonTerm{t.Term, t.Tag, t.Count})
	}
	for i := range sections {
		s := &sections[i]
		x := jsonSection{s.Position, s.Ordinal, s.Kinds, s.Title, s.Text, []jsonPart{}, s.Keywords,
			bySection[s.Position]}
		for _, p := range s.Parts {
			x.Parts = append(x.Parts, jsonPart(p))
		}
		slices.SortStableFunc(x.Terms, func(a, b jsonTerm) int { return cmp.Compare(b.Count, a.Count) })
		x.Terms = x.Terms[:min(len(x.Terms), mostTerms)]
		for _, list := range []*[]string{&x.Kinds, &x.Keywords} {
			if *list == nil {
				*list = []string{}
			}
		}
		if x.Terms == nil {
			x.Terms = []jsonTerm{}
		}
		out.Sections = append(out.Sections, x)
	}
	claims, err := rowsOfReport(&st.claims, e.c.claims[year], at.claims,
		func(x *output.ClaimRow) int32 { return x.Part }, r.Part, func(a, b *output.ClaimRow) bool {
			return b.Section < a.Section || b.Section == a.Section && b.Start < a.Start
		})
	if err != nil {
		return err
	}
	number := func(n *int64) *string {
		if n == nil {
			return nil
		}
		s := decimalWord(*n)
		return &s
	}
	for i := range claims {
		x := &claims[i]
		y := jsonClaim{x.Section, x.Start, x.End, x.Text, number(x.Value), x.Unit, x.About, x.Cells, x.Of, x.Relation,
			x.Down, x.Scope, x.Year, x.Link, number(x.Table)}
		if y.Cells == nil {
			y.Cells = []string{}
		}
		if y.Of == nil {
			y.Of = []string{}
		}
		out.Claims = append(out.Claims, y)
	}
	reuse, err := rowsOfReport(&st.reuse, e.c.reuse[year], at.reuse, func(x *output.ReuseRow) int32 { return x.Part },
		r.Part, func(a, b *output.ReuseRow) bool { return b.Of <= a.Of })
	if err != nil {
		return err
	}
	for i := range reuse {
		x := &reuse[i]
		y := jsonReuse{Of: x.Of, Key: x.OtherDocument + "-" + strconv.Itoa(int(x.OtherPart)), Agency: x.OtherAgency,
			Year: x.OtherYear, Share: x.Share, Passages: []jsonPassage{}}
		y.Authority = e.authorityOf(x.OtherDocument, x.OtherPart)
		for _, p := range x.Passages {
			y.Passages = append(y.Passages, jsonPassage(p))
		}
		out.Reuse = append(out.Reuse, y)
	}
	return nil
}

// authorityOf is the id of the body whose report that of a document and part is; nil where nobody is named.
func (e *Explorer) authorityOf(document string, part int32) *string {
	if n, ok := e.c.Report(document, part); ok && e.c.Reports[n].Body >= 0 {
		return &e.c.authorities[e.c.Reports[n].Body].id
	}
	return nil
}

// versions are the reports of the same body and year, the standing one first.
func (e *Explorer) versions(r *report) []jsonVersion {
	out := []jsonVersion{}
	add := func(n int32) {
		x := &e.c.Reports[n]
		d := &e.c.Documents[x.Document]
		out = append(out, jsonVersion{e.c.key(n), nullYear(x.Year), x.Stands, dayWord(d.Seen), dayWord(x.Superseded),
			dayWord(x.Published), x.Status, null(d.Media), d.File, null(d.URL)})
	}
	if r.Body < 0 || r.Year == 0 {
		n, _ := e.c.Report(e.c.Documents[r.Document].ID, r.Part)
		add(n)
		return out
	}
	for _, n := range e.c.authorities[r.Body].Reports {
		if e.c.Reports[n].Year == r.Year {
			add(n)
		}
	}
	return out
}

// viewDPI is the resolution of the pictures of pages: a pixel is half a point.
const viewDPI = 144

// kindOfEvidence says how a document is shown: page, picture or none, with the reason.
func (e *Explorer) kindOfEvidence(d *document) (way, reason string) {
	e.mu.Lock()
	lost := e.lost[d.ID]
	e.mu.Unlock()
	switch {
	case lost != "":
		return "none", lost
	case d.Bytes == 0:
		return "none", "the document is empty"
	case e.opts.Documents == nil:
		return "none", "the documents are not at hand here"
	case kind.Of(d.Media).Drawn:
		return "picture", ""
	case d.Media == "":
		return "none", "the bytes of the document could not be looked at"
	}
	return "page", ""
}

func pageName(document string) string { return "documents/" + document + ".html" }

func pictureName(document string, page int32) string {
	return fmt.Sprintf("documents/%s-%d.png", document, page)
}

// evidenceOf says where the printed cells of the reports of a document can be looked at, but for the pages.
func (e *Explorer) evidenceOf(d *document) jsonEvidence {
	kind, reason := e.kindOfEvidence(d)
	x := jsonEvidence{Kind: kind, DPI: viewDPI, Reason: null(reason), Pages: map[string]string{}}
	if kind == "page" {
		x.View = null(pageName(d.ID))
	}
	return x
}

// mostPages is how many pages of a document are offered as pictures beside those on which something was read.
const mostPages = 60

// pagesOf are the pages of a document that are shown: all of a short one; of a long one, and in a static site, those
// with values or findings on them.
func (e *Explorer) pagesOf(out *jsonReport) []int32 {
	pages := map[int32]bool{}
	all := int32(1)
	if out.Source.Pages != nil {
		all = *out.Source.Pages
	}
	if all <= mostPages && !e.opts.Static {
		for p := int32(1); p <= all; p++ {
			pages[p] = true
		}
	}
	for _, v := range out.Values {
		if v.Page != nil {
			pages[*v.Page] = true
		}
	}
	for i := range out.Findings {
		if p := out.Findings[i].Page; p != nil {
			pages[*p] = true
		}
	}
	var list []int32
	for p := range pages {
		list = append(list, p)
	}
	slices.Sort(list)
	return list
}

// source is a document as the archive knows it.
func evidenceSource(d *document) evidence.Source {
	return evidence.Source{SHA256: d.ID, File: d.File, URL: d.URL, MediaType: d.Media, Pages: int(d.Pages)}
}

// marks are the places of a document that its reports were read from.
func (e *Explorer) marks(document string) ([]evidence.Mark, error) {
	var out []evidence.Mark
	for part := int32(1); ; part++ {
		n, ok := e.c.Report(document, part)
		if !ok {
			return out, nil
		}
		r := &e.c.Reports[n]
		findings, err := e.findings(n, &streams{})
		if err != nil {
			return nil, err
		}
		values, err := e.values(r, &streams{})
		if err != nil {
			return nil, err
		}
		for i := range values {
			v := &values[i]
			if v.State == string(normalize.Absent) || v.Text == nil { // nothing of it is in the document
				continue
			}
			m := evidence.Mark{ID: fmt.Sprintf("%d.%s", part, v.Name), Title: v.Name + ": " + v.Verdict,
				Text: str(v.Text),
				Kind: v.Verdict, Place: placeOf(v.Page, v.TableIndex, v.GridRow, v.GridColumn, v.Path, v.Offset)}
			if b := boxOf(v); b != nil {
				m.Place.Box = b
			}
			out = append(out, m)
		}
		for i := range findings {
			f := &findings[i]
			p := placeOf(f.Page, f.TableIndex, f.GridRow, f.GridColumn, f.Path, f.Offset)
			if p != (evidence.Place{}) {
				out = append(out, evidence.Mark{ID: fmt.Sprintf("%d.finding.%d", part, i),
					Title: f.Code + ": " + f.Message,
					Kind:  "finding", Place: p})
			}
		}
	}
}

func placeOf(page, table, row, column *int32, path *string, offset *int64) evidence.Place {
	n := func(p *int32) int {
		if p == nil {
			return 0
		}
		return int(*p)
	}
	out := evidence.Place{Page: n(page), Table: n(table), Row: n(row), Column: n(column), Path: str(path)}
	if offset != nil {
		out.Offset = int(*offset)
	}
	return out
}
