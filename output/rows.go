package output

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/words"
)

// The rows of the dataset's tables. The doc tag of each field is its entry in the data dictionary; year, the report
// year, is the partition and stands in the path of each file, not in it.

// A DocumentRow is one document that was looked at, read or not.
type DocumentRow struct {
	Document   string  `parquet:"document,dict" doc:"SHA-256 of the document's raw bytes, lower-case hex; with part the key of all tables"`
	File       string  `parquet:"file" doc:"path of the document as it was given"`
	URL        *string `parquet:"url,optional" doc:"address it was fetched from; null for files"`
	MediaType  *string `parquet:"media_type,optional,dict" doc:"what the bytes are, told by the bytes; null where they could not be looked at"`
	Bytes      int64   `parquet:"bytes" doc:"length of the raw bytes"`
	Pages      *int32  `parquet:"pages,optional" doc:"number of pages; null where the format has none"`
	ReportYear *int32  `parquet:"report_year,optional" doc:"the year reported on; null where it is not known"`
	Status     string  `parquet:"status,dict" doc:"read, partly or unread"`
	Reason     *string `parquet:"reason,optional" doc:"why status is not read, in one sentence; null when it is"`
	Seen       *int32  `parquet:"seen,optional,date" doc:"day on which a crawl first saw these bytes at the address; null for files"`
	Superseded *int32  `parquet:"superseded,optional,date" doc:"day on which it saw others there; null for the newest version"`
	Vanished   *int32  `parquet:"vanished,optional,date" doc:"day on which the address no longer showed a report; null where it does, and for files"`
}

// A ReportRow is one document read as a report, wholly or partly.
type ReportRow struct {
	Document            string   `parquet:"document,dict" doc:"key of the document"`
	Part                int32    `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document"`
	Agency              *string  `parquet:"agency,optional,dict" doc:"the reporting body as printed; null where none was found"`
	ReportYear          *int32   `parquet:"report_year,optional" doc:"the year reported on; null where it is not known"`
	Title               *string  `parquet:"title,optional" doc:"title as printed"`
	Published           *int32   `parquet:"published,optional,date" doc:"date of publication as printed; where none is, that in the address, with a finding"`
	AgencyID            *string  `parquet:"agency_id,optional,dict" doc:"the reporting body, the same over years and sources: division/kind[/name]; null where it could not be decided"`
	AgencyName          *string  `parquet:"agency_name,optional,dict" doc:"its name with the whole path of its division: 江苏省淮安市清江浦区…"`
	Division            *string  `parquet:"division,optional,dict" doc:"code of its division in the report year, GB/T 2260; 000000 = the whole country; null where it could not be decided"`
	Series              *string  `parquet:"series,optional,dict" doc:"the newest code under which the division lives on undivided: the key to follow it over renamings and upgrades (撤县设区)"`
	Level               *string  `parquet:"level,optional,dict" doc:"national, provincial, prefecture, county or township; null where it is not known"`
	Kind                *string  `parquet:"kind,optional,dict" doc:"government (as a whole), office (its general office), department, township, subdistrict, zone or other"`
	Function            *string  `parquet:"function,optional,dict" doc:"what a department is for, the same word in all cities; null for other bodies and for names that are not known"`
	Unit                *string  `parquet:"unit,optional" doc:"the township, street or zone"`
	Vertical            bool     `parquet:"vertical" doc:"led by a body of the State Council, not by the government of its place (垂直管理)"`
	AgencyEvidence      []string `parquet:"agency_evidence,list" doc:"what beside the name decided, or what is open, a sentence each"`
	Candidates          []string `parquet:"candidates,list" doc:"codes of the divisions that the name may mean, where it could not be decided"`
	Scope               *string  `parquet:"scope,optional,dict" doc:"own: the tables are of the body alone; all: of those below it too; null where that is open"`
	ScopeEvidence       *string  `parquet:"scope_evidence,optional" doc:"what tells the scope, one sentence"`
	PeriodFrom          *int32   `parquet:"period_from,optional,date" doc:"first day that the figures cover, as the text says; null where it does not"`
	PeriodTo            *int32   `parquet:"period_to,optional,date" doc:"last day that the figures cover"`
	Deadline            *int32   `parquet:"deadline,optional,date" doc:"day by which it had to be published (Regulations of 2019, Article 49; of 2007, Article 31); null where no rule names one, or the kind of body is not known"`
	InTime              *string  `parquet:"in_time,optional,dict" doc:"kept or missed: published by the deadline; null where either is not known"`
	EditionActive       *string  `parquet:"edition_active,optional,dict" doc:"edition of the form that table II follows; null where the table was not found"`
	EditionApplications *string  `parquet:"edition_applications,optional,dict" doc:"edition of the form that table III follows"`
	EditionDisputes     *string  `parquet:"edition_disputes,optional,dict" doc:"edition of the form that table IV follows"`
	Superseded          *int32   `parquet:"superseded,optional,date" doc:"day on which its address showed another version of it; null for the newest. Leave the others out to count a report once"`
	Status              string   `parquet:"status,dict" doc:"read or partly"`
	Cells               int32    `parquet:"cells" doc:"cells of the chosen editions"`
	Absent              int32    `parquet:"absent" doc:"cells not found in the document"`
	Proved              int32    `parquet:"proved" doc:"cells that the identities prove"`
	Contradicted        int32    `parquet:"contradicted" doc:"cells in an identity that fails"`
	Inferred            int32    `parquet:"inferred" doc:"cells that print no number and are proved to be zero"`
	Unchecked           int32    `parquet:"unchecked" doc:"cells that no identity says anything about"`
	Errors              int32    `parquet:"errors" doc:"findings of severity error"`
	Warnings            int32    `parquet:"warnings" doc:"findings of severity warning"`
	Notes               int32    `parquet:"notes" doc:"findings of severity note"`
}

// A ValueRow is one cell of a form: the long table.
type ValueRow struct {
	Document    string   `parquet:"document,dict" doc:"key of the document"`
	Part        int32    `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document"`
	Agency      *string  `parquet:"agency,optional,dict" doc:"the reporting body as printed"`
	Name        string   `parquet:"name,dict" doc:"name of the cell: table.row.column"`
	Text        *string  `parquet:"text,optional,dict" doc:"the printed characters, white space folded; empty = printed blank, null = absent from the document"`
	Number      *int64   `parquet:"number,optional,decimal(6:18)" doc:"the number printed or inferred, in unit; null where there is none. Blank is null, not 0"`
	Unit        string   `parquet:"unit,dict" doc:"empty for counts, 万元 for money"`
	State       string   `parquet:"state,dict" doc:"number, blank, mark, text or absent: what the cell says"`
	Verdict     string   `parquet:"verdict,dict" doc:"proved, unchecked, contradicted or inferred: what the identities say"`
	Confidence  *float64 `parquet:"confidence,optional" doc:"how sure the recogniser is that read the cell on a picture, 0 to 1; null where the text is characters of the document"`
	ConfirmedBy *string  `parquet:"confirmed_by,optional,dict" doc:"SHA-256 of a document of the same report in another format that prints the same; null where none was compared"`
	Page        *int32   `parquet:"page,optional" doc:"page, from 1; null where the format has none"`
	TableIndex  *int32   `parquet:"table_index,optional" doc:"ordinal of the table in the document, from 1"`
	GridRow     *int32   `parquet:"grid_row,optional" doc:"row of that table, from 1"`
	GridColumn  *int32   `parquet:"grid_column,optional" doc:"column of that table, from 1"`
	X0          *float64 `parquet:"x0,optional" doc:"left edge of the cell, points from the left of the page"`
	Y0          *float64 `parquet:"y0,optional" doc:"top edge of the cell, points from the top of the page"`
	X1          *float64 `parquet:"x1,optional" doc:"right edge of the cell"`
	Y1          *float64 `parquet:"y1,optional" doc:"bottom edge of the cell"`
	Path        *string  `parquet:"path,optional" doc:"XPath of the cell in the page's tree; null where there is none"`
	Offset      *int64   `parquet:"offset,optional" doc:"byte offset of the cell in the text decoded to UTF-8; null where there is none"`
}

// A FindingRow is one doubt.
type FindingRow struct {
	Document   string  `parquet:"document,dict" doc:"key of the document"`
	Part       int32   `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document"`
	Agency     *string `parquet:"agency,optional,dict" doc:"the reporting body as printed"`
	Code       string  `parquet:"code,dict" doc:"what kind of doubt; see the list of codes"`
	Severity   string  `parquet:"severity,dict" doc:"note, warning or error"`
	Name       string  `parquet:"name,dict" doc:"the cell, row (applications.granted) or table (applications) it concerns; empty = the whole document"`
	Message    string  `parquet:"message" doc:"one sentence with the facts"`
	Page       *int32  `parquet:"page,optional" doc:"page, from 1"`
	TableIndex *int32  `parquet:"table_index,optional" doc:"ordinal of the table in the document"`
	GridRow    *int32  `parquet:"grid_row,optional" doc:"row of that table"`
	GridColumn *int32  `parquet:"grid_column,optional" doc:"column of that table"`
	Path       *string `parquet:"path,optional" doc:"XPath in the page's tree"`
	Offset     *int64  `parquet:"offset,optional" doc:"byte offset in the decoded text"`
}

// A SectionRow is one section of the prose.
type SectionRow struct {
	Document string    `parquet:"document,dict" doc:"key of the document"`
	Part     int32     `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document"`
	Agency   *string   `parquet:"agency,optional,dict" doc:"the reporting body as printed"`
	Position int32     `parquet:"position" doc:"ordinal of the section in the document as it stands, from 1"`
	Ordinal  int32     `parquet:"ordinal" doc:"the ordinal that is printed (一 = 1 …); 0 for what stands before the first heading or has none"`
	Kinds    []string  `parquet:"kinds,list" doc:"which of the six sections of the notice it is: general, active, applications, disputes, problems, other; several where a heading joins them, empty where it names none"`
	Title    *string   `parquet:"title,optional" doc:"heading as printed; null before the first heading"`
	Text     string    `parquet:"text" doc:"paragraphs, one a line; tables left out"`
	Parts    []PartRow `parquet:"parts,list" doc:"the parts under numbered headings (（一）, 1.), in reading order: level (1 under the section), ordinal, title (empty where the paragraph has no heading but its number), start and end in bytes of text"`
	Keywords []string  `parquet:"keywords,list" doc:"at most 10 words that it is about, the weightiest first; empty in datasets without words"`
	Tokens   []string  `parquet:"tokens,list" doc:"its words in order, punctuation too; empty in datasets without words"`
	Tags     []string  `parquet:"tags,list" doc:"part of speech of each word: n noun, v verb, ns place, nt agency, m number with its unit, w punctuation …"`
	Starts   []int32   `parquet:"starts,list" doc:"where each word begins, in bytes of text"`
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
	Document string `parquet:"document,dict" doc:"key of the document"`
	Part     int32  `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document"`
	Section  int32  `parquet:"section" doc:"the section: position in sections"`
	Term     string `parquet:"term,dict" doc:"the word; stop words (particles, pronouns, numbers, punctuation, single characters) are left out"`
	Tag      string `parquet:"tag,dict" doc:"its part of speech"`
	Count    int32  `parquet:"count" doc:"how often it stands there"`
}

// A ReuseRow is how much of a report's prose stands word for word in another report.
type ReuseRow struct {
	Document      string       `parquet:"document,dict" doc:"key of the document"`
	Part          int32        `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document"`
	Agency        *string      `parquet:"agency,optional,dict" doc:"the reporting body as printed"`
	Of            string       `parquet:"of,dict" doc:"last-year: the other is the same body's report on the year before; other-agency: it is another body's on the same year or the one before"`
	OtherDocument string       `parquet:"other_document,dict" doc:"key of the other report's document"`
	OtherPart     int32        `parquet:"other_part" doc:"and its part"`
	OtherAgency   *string      `parquet:"other_agency,optional,dict" doc:"the other reporting body as printed"`
	OtherYear     *int32       `parquet:"other_year,optional" doc:"the year that the other reports on"`
	Share         float64      `parquet:"share" doc:"share of the letters and digits of the report's prose that stand in the other in passages of at least 20, 0 to 1"`
	Passages      []PassageRow `parquet:"passages,list" doc:"the passages: section and other_section are positions in sections, the rest bytes of their texts"`
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
	Document string   `parquet:"document,dict" doc:"key of the document"`
	Part     int32    `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document"`
	Agency   *string  `parquet:"agency,optional,dict" doc:"the reporting body as printed"`
	Section  int32    `parquet:"section" doc:"the section it stands in: position in sections"`
	Start    int32    `parquet:"start" doc:"where it begins, in bytes of the section's text"`
	End      int32    `parquet:"end" doc:"where it ends"`
	Text     string   `parquet:"text" doc:"number and unit as printed"`
	Value    *int64   `parquet:"value,optional,decimal(6:18)" doc:"the number in unit; 万 and 亿 before the unit are in it, 亿元 are 元; null where it does not fit"`
	Unit     string   `parquet:"unit,dict" doc:"as printed; empty where none is"`
	About    bool     `parquet:"about" doc:"the words say that it is rounded (余, 近, 约)"`
	Cells    []string `parquet:"cells,list" doc:"names of the cells whose sum it states; empty where its words name none"`
	Of       []string `parquet:"of,list" doc:"for a share: names of the cells whose sum is the whole"`
	Relation *string  `parquet:"relation,optional,dict" doc:"equals; share: of the whole, in percent; change: over the year before, in percent; last-year: what the cells were then; times: how many times that; null where no cell is named"`
	Down     bool     `parquet:"down" doc:"a change downwards"`
	Scope    *string  `parquet:"scope,optional,dict" doc:"whose number it is, as printed (全市, 本机关); null where nothing is said"`
	Year     *int32   `parquet:"claim_year,optional" doc:"the year that the sentence names; null where it names none"`
	Link     string   `parquet:"link,dict" doc:"agrees, disagrees, not-in-table, other-scope (of others than the reporting body, or of a part of its field), or not-compared (a cell prints no number, or the number is of another year)"`
	Table    *int64   `parquet:"table_says,optional,decimal(6:18)" doc:"what the cells add up to, or the share in percent; null where nothing was compared"`
}

// An AnomalyRow is one thing that is wrong or remarkable across reports; the table is there once gongkai anomalies --write has looked.
type AnomalyRow struct {
	ID          string        `parquet:"id" doc:"the same in every run as long as the dataset says the same"`
	Rule        string        `parquet:"rule,dict" doc:"code of the rule; see rules.md"`
	Statistical bool          `parquet:"statistical" doc:"held against peers, under the false-discovery rate; else exact"`
	Severity    string        `parquet:"severity,dict" doc:"note, warning or error"`
	AgencyID    *string       `parquet:"agency_id,optional,dict" doc:"whose report it is about"`
	Agency      *string       `parquet:"agency,optional,dict" doc:"its name"`
	Division    *string       `parquet:"division,optional,dict" doc:"code of its division"`
	Document    string        `parquet:"document,dict" doc:"key of the report's document"`
	Part        int32         `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1"`
	Effect      float64       `parquet:"effect" doc:"how large it is, in unit; computed"`
	Unit        *string       `parquet:"unit,optional,dict" doc:"cases, cells, days, share (0 to 1), ratio, percentage points, w (Cohen); null where nothing is measured"`
	Expected    *float64      `parquet:"expected,optional" doc:"what was to be expected, in unit; null for exact rules"`
	Low         *float64      `parquet:"low,optional" doc:"lower end of the 95 % interval of the effect"`
	High        *float64      `parquet:"high,optional" doc:"its upper end"`
	P           *float64      `parquet:"p,optional" doc:"chance of one as far out among peers; null for exact rules"`
	Q           *float64      `parquet:"q,optional" doc:"share of false alarms to expect in a list down to here; null for exact rules"`
	Peers       int32         `parquet:"peers" doc:"how many it was compared with; 0 for exact rules"`
	Sentence    string        `parquet:"sentence" doc:"what it is, in English; each number in it is printed by a place of evidence"`
	SentenceZh  string        `parquet:"sentence_zh" doc:"the same in Chinese"`
	Evidence    []EvidenceRow `parquet:"evidence,list" doc:"what it rests on: kind cell (name is that of values), report (name is a column of reports or documents) or prose (name is the position in sections), and what is printed there"`
}

// An EvidenceRow is a place that an anomaly rests on, a value of the column evidence.
type EvidenceRow struct {
	Kind     string `parquet:"kind"`
	Document string `parquet:"document"`
	Part     int32  `parquet:"part"`
	Name     string `parquet:"name"`
	Text     string `parquet:"text"`
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
	row := SectionRow{Document: r.Document.SHA256, Part: r.part(), Agency: optional(r.Report.Agency), Position: int32(i + 1), Ordinal: int32(s.Ordinal), Kinds: kindsOf(s), Title: optional(s.Title), Text: s.Text, Keywords: s.Keywords}
	for _, p := range s.Parts {
		row.Parts = append(row.Parts, PartRow{int32(p.Level), int32(p.Ordinal), p.Title, int32(p.Start), int32(p.End)})
	}
	if len(s.Tokens) > 0 {
		row.Tokens, row.Tags, row.Starts = make([]string, len(s.Tokens)), make([]string, len(s.Tokens)), make([]int32, len(s.Tokens))
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
	row := ClaimRow{Document: r.Document.SHA256, Part: r.part(), Agency: optional(r.Report.Agency), Section: int32(c.Section), Start: int32(c.Start), End: int32(c.End), Text: c.Text, Unit: c.Unit, About: c.About,
		Cells: c.Cells, Of: c.Of, Relation: optional(string(c.Relation)), Down: c.Down, Scope: optional(c.Scope), Year: ordinalOf(c.Year), Link: string(c.Link)}
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
	return DocumentRow{d.SHA256, d.File, optional(d.URL), optional(d.MediaType), d.Bytes, ordinalOf(d.Pages), ordinalOf(r.Report.Year), string(r.Report.Status), optional(r.Report.Reason), dateOf(d.Seen), dateOf(d.Superseded), dateOf(d.Vanished)}
}

func reportRow(r *Result) ReportRow {
	rep := r.Report
	row := ReportRow{Document: r.Document.SHA256, Part: r.part(), Agency: optional(rep.Agency), ReportYear: ordinalOf(rep.Year), Title: optional(rep.Title), Published: dateOf(rep.Published),
		EditionActive: optional(rep.Editions.Active), EditionApplications: optional(rep.Editions.Applications), EditionDisputes: optional(rep.Editions.Disputes),
		AgencyID: optional(rep.Body.ID), AgencyName: optional(rep.Body.Normal), Division: optional(rep.Body.Code), Series: optional(rep.Body.Series), Level: optional(string(rep.Body.Level)),
		Kind: optional(string(rep.Body.Kind)), Function: optional(rep.Body.Function), Unit: optional(rep.Body.Unit), Vertical: rep.Body.Vertical, AgencyEvidence: rep.Body.Evidence, Candidates: candidates(&rep.Body),
		Scope: optional(string(rep.Scope)), ScopeEvidence: optional(rep.ScopeFrom), PeriodFrom: dateOf(rep.Period.From), PeriodTo: dateOf(rep.Period.To), Deadline: dateOf(rep.Deadline), InTime: optional(string(rep.InTime)),
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
		if rep.Values[i].State == normalize.Absent {
			row.Absent++
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
