package anomalies

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus/atom"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
)

// The JSON form of an anomaly: a contract. Field order is the order printed.
type jsonAnomaly struct {
	ID          string        `json:"id"`
	Rule        string        `json:"rule"`
	Statistical bool          `json:"statistical"`
	Severity    string        `json:"severity"`
	Agency      jsonBody      `json:"agency"`
	Year        *int          `json:"year"` // null = several
	Document    string        `json:"document"`
	Part        int32         `json:"part"`
	Strength    jsonStrength  `json:"strength"`
	Sentence    string        `json:"sentence"`
	SentenceZh  string        `json:"sentence_zh"`
	Segments    []jsonSegment `json:"segments"`
	SegmentsZh  []jsonSegment `json:"segments_zh"`
	Refs        []jsonRef     `json:"refs"`
	History     []jsonSeries  `json:"history"`
	Innocent    []string      `json:"innocent"`
	InnocentZh  []string      `json:"innocent_zh"`
	Judgements  []Judgement   `json:"judgements"`
}

type jsonBody struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Division string `json:"division"`
	Level    string `json:"level"`
	Kind     string `json:"kind"`
	Function string `json:"function"`
}

type jsonStrength struct {
	Effect   float64  `json:"effect"`
	Unit     string   `json:"unit"`
	Expected *float64 `json:"expected"`
	Low      *float64 `json:"low"`
	High     *float64 `json:"high"`
	P        *float64 `json:"p"`
	Q        *float64 `json:"q"`
	Peers    int      `json:"peers"`
}

type jsonSegment struct {
	Text string `json:"text"`
	Ref  *int   `json:"ref,omitempty"` // index into refs; absent = words
}

type jsonRef struct {
	Kind     string      `json:"kind"`
	Document string      `json:"document"`
	Part     int32       `json:"part"`
	Agency   string      `json:"agency"`
	Year     int         `json:"year"`
	File     string      `json:"file"`
	URL      string      `json:"url,omitempty"`
	Name     string      `json:"name"`
	Text     string      `json:"text"`
	Zero     bool        `json:"zero,omitempty"`
	Page     *int32      `json:"page,omitempty"`
	Table    *int32      `json:"table,omitempty"`
	Row      *int32      `json:"row,omitempty"`
	Column   *int32      `json:"column,omitempty"`
	Box      *[4]float64 `json:"box,omitempty"`
	Path     string      `json:"path,omitempty"`
	Offset   *int64      `json:"offset,omitempty"`
	Start    int32       `json:"start,omitempty"`
	End      int32       `json:"end,omitempty"`
}

type jsonSeries struct {
	Name   string     `json:"name"`
	NameZh string     `json:"name_zh"`
	Years  []int      `json:"years"`
	Values []*float64 `json:"values"` // null = no number
}

func jsonSegments(s []Segment) []jsonSegment {
	out := make([]jsonSegment, len(s))
	for i, x := range s {
		out[i].Text = x.Text
		if x.Ref >= 0 {
			out[i].Ref = &x.Ref
		}
	}
	return out
}

// WriteJSON writes one object a line.
func WriteJSON(w io.Writer, list []Anomaly) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i := range list {
		a := &list[i]
		r := ByCode(a.Rule)
		j := jsonAnomaly{ID: a.ID, Rule: a.Rule, Statistical: r.Statistical, Severity: a.Severity,
			Agency: jsonBody(a.Body), Document: a.Document, Part: a.Part, Strength: jsonStrength(a.Strength),
			Sentence: Text(a.Sentence), SentenceZh: Text(a.SentenceZh), Segments: jsonSegments(a.Sentence),
			SegmentsZh: jsonSegments(a.SentenceZh),
			Refs:       []jsonRef{}, History: []jsonSeries{}, Innocent: r.Innocent, InnocentZh: r.InnocentZh,
			Judgements: append([]Judgement{}, a.Judgements...)}
		if a.Year > 0 {
			j.Year = &a.Year
		}
		for _, x := range a.Refs {
			j.Refs = append(j.Refs, jsonRef{x.Kind, x.Document, x.Part, x.Agency, x.Year, x.File, x.URL, x.Name, x.Text,
				x.Zero, x.Page, x.TableIndex, x.Row, x.Column, x.Box, x.Path, x.Offset, x.Start, x.End})
		}
		for _, s := range a.History.Series {
			h := jsonSeries{Name: s.Name, NameZh: s.NameZh}
			for _, p := range s.Points {
				h.Years, h.Values = append(h.Years, p.Year), append(h.Values, p.Value)
			}
			j.History = append(j.History, h)
		}
		if err := enc.Encode(j); err != nil {
			return err
		}
	}
	return nil
}

// fields are those of the list as rows: a line, csv and json of a program that wants no more than fields. The last are
// those of the file of judgements, of the last who looked at it.
var fields = []string{"id", "rule", "severity", "agency_id", "agency", "division", "level", "kind", "year", "sentence",
	"sentence_zh", "effect", "unit", "expected", "low", "high", "p", "q", "peers", "document", "part", "url",
	"file", "evidence", "innocent", "verdict", "who", "why", "when"}

// WriteRows writes one row an anomaly, with all that is known of it, as csv or as line. dress says how columns are read that are
// not read as they are.
func WriteRows(w io.Writer, list []Anomaly, o listing.Options, dress ...func(listing.Column) listing.Column) error {
	var cols []listing.Column
	for _, key := range fields {
		c := listing.Column{Key: key}
		for _, f := range dress {
			c = f(c)
		}
		cols = append(cols, c)
	}
	l, err := listing.Open(w, o, cols...)
	if err != nil {
		return err
	}
	for i := range list {
		if err := l.Add(list[i].row()...); err != nil {
			return err
		}
	}
	return l.Close()
}

// row are the values of fields.
func (a *Anomaly) row() []any {
	known := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	number := func(v *float64) any {
		if v == nil {
			return nil
		}
		return *v
	}
	var year any
	if a.Year > 0 {
		year = a.Year
	}
	var refs []string
	for _, r := range a.Refs {
		refs = append(refs, fmt.Sprintf("%s %d %s=%s (%s)", r.Agency, r.Year, r.Name, r.Text, r.Place(false)))
	}
	url, file := "", ""
	for _, r := range a.Refs {
		if r.Document == a.Document {
			url, file = r.URL, r.File
			break
		}
	}
	var last Judgement
	if n := len(a.Judgements); n > 0 {
		last = a.Judgements[n-1]
	}
	return []any{a.ID, a.Rule, a.Severity, known(a.Body.ID), known(a.Body.Name), known(a.Body.Division), known(a.Body.Level),
		known(a.Body.Kind), year, Text(a.Sentence), Text(a.SentenceZh), a.Strength.Effect, known(a.Strength.Unit),
		number(a.Strength.Expected), number(a.Strength.Low), number(a.Strength.High), number(a.Strength.P), number(a.Strength.Q),
		a.Strength.Peers, known(a.Document), int(a.Part), known(url), known(file), known(strings.Join(refs, "; ")),
		known(strings.Join(a.innocent(false), " ")), known(last.Verdict), known(last.Who), known(last.Why), known(last.When)}
}

// Rows are the rows of the table anomalies, by report year.
func Rows(list []Anomaly) map[int][]output.AnomalyRow {
	out := map[int][]output.AnomalyRow{}
	opt := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	for i := range list {
		a := &list[i]
		r := output.AnomalyRow{ID: a.ID, Rule: a.Rule, Statistical: a.Strength.P != nil, Severity: a.Severity,
			AgencyID: opt(a.Body.ID), Agency: opt(a.Body.Name), Division: opt(a.Body.Division), Document: a.Document,
			Part: a.Part, Effect: a.Strength.Effect, Unit: opt(a.Strength.Unit),
			Expected: a.Strength.Expected, Low: a.Strength.Low, High: a.Strength.High,
			P: a.Strength.P, Q: a.Strength.Q, Peers: int32(a.Strength.Peers),
			Sentence: Text(a.Sentence), SentenceZh: Text(a.SentenceZh), Template: templateOf(a.Sentence),
			TemplateZh: templateOf(a.SentenceZh)}
		for _, x := range a.Refs {
			r.Evidence = append(r.Evidence, output.EvidenceRow{Kind: x.Kind, Document: x.Document, Part: x.Part,
				Name: x.Name, Text: x.Text, Start: x.Start, End: x.End})
		}
		if a.History.Share {
			r.HistoryOf = "share"
		}
		for k, s := range a.History.Series {
			for _, p := range s.Points {
				r.History = append(r.History, output.HistoryRow{Series: int32(k), Name: s.Name, NameZh: s.NameZh,
					Year: int32(p.Year), Value: p.Value})
			}
		}
		out[a.Year] = append(out[a.Year], r)
	}
	return out
}

// templateOf is a sentence with {0}, {1} … where it shows what a Ref prints.
func templateOf(s []Segment) string {
	var b strings.Builder
	for _, x := range s {
		if x.Ref >= 0 {
			fmt.Fprintf(&b, "{%d}", x.Ref)
		} else {
			b.WriteString(x.Text)
		}
	}
	return b.String()
}

// Restore makes an anomaly again of its row in the table anomalies; forms have the words of cells. place completes
// what the row says of each place that it rests on: agency, year, file, address and where in the document it stands.
func Restore(r *output.AnomalyRow, year int, forms *form.Forms, place func(*Ref) error) (Anomaly, error) {
	str := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	a := Anomaly{ID: r.ID, Rule: r.Rule, Severity: r.Severity, Year: year, Document: r.Document, Part: r.Part,
		Body: Body{ID: str(r.AgencyID), Name: str(r.Agency), Division: str(r.Division)},
		Strength: Strength{Effect: r.Effect, Unit: str(r.Unit), Expected: r.Expected, Low: r.Low, High: r.High, P: r.P,
			Q: r.Q, Peers: int(r.Peers)}}
	if ByCode(r.Rule) == nil {
		return a, fmt.Errorf("anomaly %s: no rule %s in this version of the program", r.ID, r.Rule)
	}
	for _, e := range r.Evidence {
		ref := Ref{Kind: e.Kind, Document: e.Document, Part: e.Part, Name: e.Name, Text: e.Text, Start: e.Start,
			End: e.End}
		if ref.Kind == "cell" {
			w := forms.Short(ref.Name)
			ref.Label = [2]string{w.EN, w.ZH}
		}
		if err := place(&ref); err != nil {
			return a, fmt.Errorf("anomaly %s: %w", r.ID, err)
		}
		a.Refs = append(a.Refs, ref)
	}
	var err error
	if a.Sentence, err = sentence(r.Template, a.Refs, ", ", "blank"); err != nil {
		return a, fmt.Errorf("anomaly %s: %w", r.ID, err)
	}
	if a.SentenceZh, err = sentence(r.TemplateZh, a.Refs, "、", "空白"); err != nil {
		return a, fmt.Errorf("anomaly %s: %w", r.ID, err)
	}
	a.History.Share = r.HistoryOf == "share"
	for _, h := range r.History {
		if int(h.Series) == len(a.History.Series) {
			a.History.Series = append(a.History.Series, Series{Name: h.Name, NameZh: h.NameZh})
		}
		if int(h.Series) >= len(a.History.Series) || h.Series < 0 {
			return a, fmt.Errorf("anomaly %s: history has no series before %d", r.ID, h.Series)
		}
		s := &a.History.Series[h.Series]
		s.Points = append(s.Points, Point{int(h.Year), h.Value})
	}
	return a, nil
}

// Entries are anomalies as entries of a feed, in their order, each with the day on which it was first seen. page gives the
// page that shows one, "" where there is none; then the entry leads to the document as it was published, where the web
// has it.
func Entries(list []Anomaly, seen func(id string) time.Time, page func(id string) string, zh bool) []atom.Entry {
	out := make([]atom.Entry, 0, len(list))
	for i := range list {
		a := &list[i]
		source := ""
		for _, r := range a.Refs {
			if r.Document == a.Document && r.URL != "" {
				source = r.URL
				break
			}
		}
		link := page(a.ID)
		if link == "" {
			link = source
		}
		title := says(zh, ByCode(a.Rule).Title, ByCode(a.Rule).TitleZh) + says(zh, ": ", "：") + a.Body.Name
		body := append([]string{Text(a.sentence(zh)), a.Strength.Words(zh)}, a.innocent(zh)...)
		at := seen(a.ID)
		out = append(out, atom.Entry{ID: atom.ID("anomaly " + a.ID), Title: title, Published: at, Updated: at, Link: link,
			Via: source, Text: strings.Join(body, "\n"), Categories: []string{a.Rule, a.Severity}})
	}
	return out
}

// Weight ranks the anomalies of one severity, as in a List.
func Weight(r *output.AnomalyRow) float64 { return weight(r.P, r.Effect) }

func weight(p *float64, effect float64) float64 {
	if p != nil {
		return normalZ(*p)
	}
	return math.Abs(effect)
}
