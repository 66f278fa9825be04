package output

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/words"
)

// The rows of the dataset's tables. What each column says is in columns.txt; year, the report year, is the partition
// and stands in the path of each file, not in it.

// A DocumentRow is one document that was looked at, read or not.
type DocumentRow struct {
	Document   string  `parquet:"document,dict"`
	File       string  `parquet:"file"`
	URL        *string `parquet:"url,optional"`
	MediaType  *string `parquet:"media_type,optional,dict"`
	Bytes      int64   `parquet:"bytes"`
	Pages      *int32  `parquet:"pages,optional"`
	ReportYear *int32  `parquet:"report_year,optional"`
	Status     string  `parquet:"status,dict"`
	Reason     *string `parquet:"reason,optional"`
	Seen       *int32  `parquet:"seen,optional,date"`
	Superseded *int32  `parquet:"superseded,optional,date"`
	Vanished   *int32  `parquet:"vanished,optional,date"`
}

// A ReportRow is one document read as a report, wholly or partly. Between InTime and Superseded stand the editions of
// its tables: see Dataset.Editions.
type ReportRow struct {
	Document       string   `parquet:"document,dict"`
	Part           int32    `parquet:"part"`
	Agency         *string  `parquet:"agency,optional,dict"`
	ReportYear     *int32   `parquet:"report_year,optional"`
	Title          *string  `parquet:"title,optional"`
	Published      *int32   `parquet:"published,optional,date"`
	AgencyID       *string  `parquet:"agency_id,optional,dict"`
	AgencyName     *string  `parquet:"agency_name,optional,dict"`
	Division       *string  `parquet:"division,optional,dict"`
	Series         *string  `parquet:"series,optional,dict"`
	Level          *string  `parquet:"level,optional,dict"`
	Kind           *string  `parquet:"kind,optional,dict"`
	Function       *string  `parquet:"function,optional,dict"`
	Unit           *string  `parquet:"unit,optional"`
	Vertical       bool     `parquet:"vertical"`
	AgencyEvidence []string `parquet:"agency_evidence,list"`
	Candidates     []string `parquet:"candidates,list"`
	Scope          *string  `parquet:"scope,optional,dict"`
	ScopeEvidence  *string  `parquet:"scope_evidence,optional"`
	PeriodFrom     *int32   `parquet:"period_from,optional,date"`
	PeriodTo       *int32   `parquet:"period_to,optional,date"`
	Deadline       *int32   `parquet:"deadline,optional,date"`
	InTime         *string  `parquet:"in_time,optional,dict"`
	Superseded     *int32   `parquet:"superseded,optional,date"`
	Body           *string  `parquet:"body,optional,dict"`
	Standing       bool     `parquet:"standing"`
	StandingBy     string   `parquet:"standing_by,dict"`
	Documents      int32    `parquet:"documents_of_report"`
	Within         *string  `parquet:"within,optional,dict"`
	Status         string   `parquet:"status,dict"`
	Cells          int32    `parquet:"cells"`
	Absent         int32    `parquet:"absent"`
	Proved         int32    `parquet:"proved"`
	Contradicted   int32    `parquet:"contradicted"`
	Inferred       int32    `parquet:"inferred"`
	Unchecked      int32    `parquet:"unchecked"`
	Corrected      int32    `parquet:"corrected"`
	Errors         int32    `parquet:"errors"`
	Warnings       int32    `parquet:"warnings"`
	Notes          int32    `parquet:"notes"`
}

// A ValueRow is one cell of a form: the long table.
type ValueRow struct {
	Document    string   `parquet:"document,dict"`
	Part        int32    `parquet:"part"`
	Agency      *string  `parquet:"agency,optional,dict"`
	Name        string   `parquet:"name,dict"`
	Text        *string  `parquet:"text,optional,dict"`
	Number      *int64   `parquet:"number,optional,decimal(6:18),dict"`
	Unit        string   `parquet:"unit,dict"`
	State       string   `parquet:"state,dict"`
	Verdict     string   `parquet:"verdict,dict"`
	Confidence  *float64 `parquet:"confidence,optional"`
	ConfirmedBy *string  `parquet:"confirmed_by,optional,dict"`
	Page        *int32   `parquet:"page,optional,dict"`
	TableIndex  *int32   `parquet:"table_index,optional,dict"`
	GridRow     *int32   `parquet:"grid_row,optional,dict"`
	GridColumn  *int32   `parquet:"grid_column,optional,dict"`
	X0          *float64 `parquet:"x0,optional,dict"`
	Y0          *float64 `parquet:"y0,optional,dict"`
	X1          *float64 `parquet:"x1,optional,dict"`
	Y1          *float64 `parquet:"y1,optional,dict"`
	Path        *string  `parquet:"path,optional,dict"`
	Offset      *int64   `parquet:"offset,optional"`
	UnitFrom    *string  `parquet:"unit_from,optional,dict"`
	Standing    bool     `parquet:"standing"`
	Label       *string  `parquet:"label,optional,dict"`
}

// A FindingRow is one doubt.
type FindingRow struct {
	Document   string  `parquet:"document,dict"`
	Part       int32   `parquet:"part"`
	Agency     *string `parquet:"agency,optional,dict"`
	Code       string  `parquet:"code,dict"`
	Severity   string  `parquet:"severity,dict"`
	Name       string  `parquet:"name,dict"`
	Message    string  `parquet:"message"`
	Page       *int32  `parquet:"page,optional"`
	TableIndex *int32  `parquet:"table_index,optional"`
	GridRow    *int32  `parquet:"grid_row,optional"`
	GridColumn *int32  `parquet:"grid_column,optional"`
	Path       *string `parquet:"path,optional"`
	Offset     *int64  `parquet:"offset,optional"`
}

// A SectionRow is one section of the prose.
type SectionRow struct {
	Document string    `parquet:"document,dict"`
	Part     int32     `parquet:"part"`
	Agency   *string   `parquet:"agency,optional,dict"`
	Position int32     `parquet:"position"`
	Ordinal  int32     `parquet:"ordinal"`
	Kinds    []string  `parquet:"kinds,list"`
	Title    *string   `parquet:"title,optional"`
	Text     string    `parquet:"text"`
	Parts    []PartRow `parquet:"parts,list"`
	Keywords []string  `parquet:"keywords,list"`
	Tokens   []string  `parquet:"tokens,list"`
	Tags     []string  `parquet:"tags,list"`
	Starts   []int32   `parquet:"starts,list"`
}

// A PartRow is a part of a section, a value of the column parts.
type PartRow struct {
	Level   int32  `parquet:"level"`
	Ordinal int32  `parquet:"ordinal"`
	Title   string `parquet:"title"`
	Start   int32  `parquet:"start"`
	End     int32  `parquet:"end"`
}

// A TermRow is how often a word stands in a section.
type TermRow struct {
	Document string `parquet:"document,dict"`
	Part     int32  `parquet:"part"`
	Section  int32  `parquet:"section"`
	Term     string `parquet:"term,dict"`
	Tag      string `parquet:"tag,dict"`
	Count    int32  `parquet:"count"`
}

// A ReuseRow is how much of a report's prose stands word for word in another report.
type ReuseRow struct {
	Document      string       `parquet:"document,dict"`
	Part          int32        `parquet:"part"`
	Agency        *string      `parquet:"agency,optional,dict"`
	Of            string       `parquet:"of,dict"`
	OtherDocument string       `parquet:"other_document,dict"`
	OtherPart     int32        `parquet:"other_part"`
	OtherAgency   *string      `parquet:"other_agency,optional,dict"`
	OtherYear     *int32       `parquet:"other_year,optional"`
	Share         float64      `parquet:"share"`
	Passages      []PassageRow `parquet:"passages,list"`
}

// A PassageRow is a run of text that stands in two reports, a value of the column passages.
type PassageRow struct {
	Section      int32 `parquet:"section"`
	Start        int32 `parquet:"start"`
	End          int32 `parquet:"end"`
	OtherSection int32 `parquet:"other_section"`
	OtherStart   int32 `parquet:"other_start"`
	OtherEnd     int32 `parquet:"other_end"`
}

// A ClaimRow is one statement of number in the prose.
type ClaimRow struct {
	Document string   `parquet:"document,dict"`
	Part     int32    `parquet:"part"`
	Agency   *string  `parquet:"agency,optional,dict"`
	Section  int32    `parquet:"section"`
	Start    int32    `parquet:"start"`
	End      int32    `parquet:"end"`
	Text     string   `parquet:"text"`
	Value    *int64   `parquet:"value,optional,decimal(6:18)"`
	Unit     string   `parquet:"unit,dict"`
	About    bool     `parquet:"about"`
	Cells    []string `parquet:"cells,list"`
	Of       []string `parquet:"of,list"`
	Relation *string  `parquet:"relation,optional,dict"`
	Down     bool     `parquet:"down"`
	Scope    *string  `parquet:"scope,optional,dict"`
	Year     *int32   `parquet:"claim_year,optional"`
	Link     string   `parquet:"link,dict"`
	Table    *int64   `parquet:"table_says,optional,decimal(6:18)"`
}

// An AnomalyRow is one thing that is wrong or remarkable across reports; the table is there once gongkai anomalies
// --write has looked.
type AnomalyRow struct {
	ID          string        `parquet:"id"`
	Rule        string        `parquet:"rule,dict"`
	Statistical bool          `parquet:"statistical"`
	Severity    string        `parquet:"severity,dict"`
	AgencyID    *string       `parquet:"agency_id,optional,dict"`
	Agency      *string       `parquet:"agency,optional,dict"`
	Division    *string       `parquet:"division,optional,dict"`
	Document    string        `parquet:"document,dict"`
	Part        int32         `parquet:"part"`
	Effect      float64       `parquet:"effect"`
	Unit        *string       `parquet:"unit,optional,dict"`
	Expected    *float64      `parquet:"expected,optional"`
	Low         *float64      `parquet:"low,optional"`
	High        *float64      `parquet:"high,optional"`
	P           *float64      `parquet:"p,optional"`
	Q           *float64      `parquet:"q,optional"`
	Peers       int32         `parquet:"peers"`
	Sentence    string        `parquet:"sentence"`
	SentenceZh  string        `parquet:"sentence_zh"`
	Evidence    []EvidenceRow `parquet:"evidence,list"`
	Template    string        `parquet:"template"`
	TemplateZh  string        `parquet:"template_zh"`
	HistoryOf   string        `parquet:"history_of,dict"`
	History     []HistoryRow  `parquet:"history,list"`
}

// An EvidenceRow is a place that an anomaly rests on, a value of the column evidence.
type EvidenceRow struct {
	Kind     string `parquet:"kind"`
	Document string `parquet:"document"`
	Part     int32  `parquet:"part"`
	Name     string `parquet:"name"`
	Text     string `parquet:"text"`
	Start    int32  `parquet:"start"`
	End      int32  `parquet:"end"`
}

// A HistoryRow is a point of a series, a value of the column history.
type HistoryRow struct {
	Series int32    `parquet:"series"`
	Name   string   `parquet:"name"`
	NameZh string   `parquet:"name_zh"`
	Year   int32    `parquet:"year"`
	Value  *float64 `parquet:"value,optional"`
}

// numberScale is the number of decimals of the column number: 0.01 元 are 0.000001 万元.
const numberScale = 6

// scaled gives a number as a DECIMAL(18,6); ok is false where it does not fit exactly.
func scaled(d *decimal.Decimal) (int64, bool) {
	if d.IsInteger() && d.Exponent() >= 0 && d.Exponent() < 6 {
		n := d.IntPart()
		if n < 1_000_000_000_000 && n > -1_000_000_000_000 {
			return n * 1_000_000, true
		}
		return 0, false
	}
	s := d.Shift(numberScale)
	if !s.IsInteger() || s.Abs().GreaterThan(decimal.New(999_999_999_999_999_999, 0)) {
		return 0, false
	}
	return s.IntPart(), true
}

// whole gives a number as a 64-bit count; ok is false where it is none.
func whole(d *decimal.Decimal) (int64, bool) {
	if !d.IsInteger() || d.Abs().GreaterThan(decimal.New(1<<62, 0)) {
		return 0, false
	}
	return d.IntPart(), true
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func ordinalOf(n int) *int32 {
	if n == 0 {
		return nil
	}
	v := int32(n)
	return &v
}

func offsetOf(n int) *int64 {
	if n == 0 {
		return nil
	}
	v := int64(n)
	return &v
}

// dateOf gives days since 1970-01-01.
func dateOf(s string) *int32 {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return nil
	}
	v := int32(t.Unix() / 86400)
	return &v
}

func kindsOf(s *normalize.Section) []string {
	var out []string
	for _, k := range s.Kinds {
		out = append(out, string(k))
	}
	return out
}

func sectionRow(r *Result, i int) SectionRow {
	s := &r.Report.Sections[i]
	row := SectionRow{Document: r.Document.SHA256, Part: r.part(), Agency: optional(r.Report.Agency),
		Position: int32(i + 1), Ordinal: int32(s.Ordinal), Kinds: kindsOf(s), Title: optional(s.Title), Text: s.Text,
		Keywords: s.Keywords}
	for _, p := range s.Parts {
		row.Parts = append(row.Parts, PartRow{int32(p.Level), int32(p.Ordinal), p.Title, int32(p.Start), int32(p.End)})
	}
	if len(s.Tokens) > 0 {
		row.Tokens, row.Tags, row.Starts = make([]string, len(s.Tokens)), make([]string, len(s.Tokens)),
			make([]int32, len(s.Tokens))
		for k, t := range s.Tokens {
			row.Tokens[k], row.Tags[k], row.Starts[k] = t.Text, t.Tag, int32(t.Start)
		}
	}
	return row
}

// termRows counts the words of a report section by section.
func termRows(r *Result, rows []TermRow) []TermRow {
	for i := range r.Report.Sections {
		for _, c := range words.Terms(r.Report.Sections[i].Tokens) {
			rows = append(rows, TermRow{r.Document.SHA256, r.part(), int32(i + 1), c.Term, c.Tag, int32(c.Count)})
		}
	}
	return rows
}

func claimRow(r *Result, c *normalize.Claim) ClaimRow {
	row := ClaimRow{Document: r.Document.SHA256, Part: r.part(), Agency: optional(r.Report.Agency),
		Section: int32(c.Section), Start: int32(c.Start), End: int32(c.End), Text: c.Text, Unit: c.Unit, About: c.About,
		Cells: c.Cells, Of: c.Of, Relation: optional(string(c.Relation)), Down: c.Down, Scope: optional(c.Scope),
		Year: ordinalOf(c.Year), Link: string(c.Link)}
	if n, ok := scaled(&c.Value); ok {
		row.Value = &n
	}
	if c.Table != nil {
		if n, ok := scaled(c.Table); ok {
			row.Table = &n
		}
	}
	return row
}

func documentRow(r *Result) DocumentRow {
	d := r.Document
	return DocumentRow{d.SHA256, d.File, optional(d.URL), optional(d.MediaType), d.Bytes, ordinalOf(d.Pages),
		ordinalOf(r.Report.Year), string(r.Report.Status), optional(r.Report.Reason), dateOf(d.Seen),
		dateOf(d.Superseded), dateOf(d.Vanished)}
}

// reportRow is the row of a report with what is known only beside the others.
func (w *Writer) reportRow(r *Result, x *indexed) ReportRow {
	row := reportRow(r)
	row.Body, row.Standing, row.StandingBy = optional(x.body), x.stands, x.by
	row.Documents, row.Within = x.others, optional(x.within)
	return row
}

func reportRow(r *Result) ReportRow {
	rep := r.Report
	row := ReportRow{Document: r.Document.SHA256, Part: r.part(), Agency: optional(rep.Agency),
		ReportYear: ordinalOf(rep.Year), Title: optional(rep.Title), Published: dateOf(rep.Published),
		AgencyID: optional(rep.Body.ID), AgencyName: optional(rep.Body.Normal), Division: optional(rep.Body.Code),
		Series: optional(rep.Body.Series), Level: optional(string(rep.Body.Level)),
		Kind: optional(string(rep.Body.Kind)), Function: optional(rep.Body.Function), Unit: optional(rep.Body.Unit),
		Vertical: rep.Body.Vertical, AgencyEvidence: rep.Body.Evidence, Candidates: candidates(&rep.Body),
		Scope: optional(string(rep.Scope)), ScopeEvidence: optional(rep.ScopeFrom), PeriodFrom: dateOf(rep.Period.From),
		PeriodTo: dateOf(rep.Period.To), Deadline: dateOf(rep.Deadline), InTime: optional(string(rep.InTime)),
		Superseded: dateOf(r.Document.Superseded), Status: string(rep.Status), Cells: int32(len(rep.Values))}
	for i := range rep.Values {
		switch rep.Values[i].Verdict {
		case normalize.Proved:
			row.Proved++
		case normalize.Contradicted:
			row.Contradicted++
		case normalize.Inferred:
			row.Inferred++
		default:
			row.Unchecked++
		}
		switch rep.Values[i].State {
		case normalize.Absent:
			row.Absent++
		case normalize.Corrected:
			row.Corrected++
		}
	}
	for i := range rep.Findings {
		switch rep.Findings[i].Severity {
		case normalize.Error:
			row.Errors++
		case normalize.Warning:
			row.Warnings++
		default:
			row.Notes++
		}
	}
	return row
}
