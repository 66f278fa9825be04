package explore

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
	"github.com/gongkai/gongkai/output/listing"
	"github.com/gongkai/gongkai/output/tables"
)

// An oddity is an anomaly as the lists show it.
type oddity struct {
	jsonOddity
	report int32 // -1 where its report is not in the dataset any more
	region string
	weight float64
	stored tables.Span     // its row in the file of its year
	places []evidencePlace // until the cells are marked
	others []namedBody     // that its sentence names beside its own
	year   int             // partition: 0 = of several years
	found  *output.AnomalyRow
}

type jsonOddity struct {
	ID          string  `json:"id"`
	Rule        string  `json:"rule"`
	Severity    string  `json:"severity"`
	Statistical bool    `json:"statistical"`
	Year        *int32  `json:"year"`
	Authority   *string `json:"authority"`
	Agency      string  `json:"agency"`
	Latin       *string `json:"latin"` // what the body is called in Latin letters

	// Named are the other bodies that the sentence names, each with what it is called in Latin letters.
	Named [][2]string `json:"named"`

	Division   *string  `json:"division"`
	Level      *string  `json:"level"`
	Region     string   `json:"region"`
	Key        string   `json:"key"`
	Sentence   string   `json:"sentence"`
	SentenceZh string   `json:"sentence_zh"`
	Effect     float64  `json:"effect"`
	Unit       *string  `json:"unit"`
	Q          *float64 `json:"q"`
	Arithmetic bool     `json:"arithmetic"` // it is about how figures add up, and no story by itself
	Others     int      `json:"others"`     // anomalies of the same body and year beside it
}

// An evidencePlace is where an anomaly rests on a cell.
type evidencePlace struct {
	Kind     string `parquet:"kind"`
	Document string `parquet:"document"`
	Part     int32  `parquet:"part"`
	Name     string `parquet:"name"`
}

// oddities are all anomalies of the dataset, the weightiest first.
type oddities struct {
	rows     []oddity
	byID     map[string]int
	byReport map[int32][]int
	marks    []cellMark      // by report and cell
	list     *anomalies.List // where they were looked for here
}

// listRow is what the lists need of anomalies.
type listRow struct {
	ID          string   `parquet:"id"`
	Rule        string   `parquet:"rule"`
	Statistical bool     `parquet:"statistical"`
	Severity    string   `parquet:"severity"`
	Agency      *string  `parquet:"agency,optional"`
	Division    *string  `parquet:"division,optional"`
	Document    string   `parquet:"document"`
	Part        int32    `parquet:"part"`
	Effect      float64  `parquet:"effect"`
	Unit        *string  `parquet:"unit,optional"`
	P           *float64 `parquet:"p,optional"`
	Q           *float64 `parquet:"q,optional"`
	Sentence    string   `parquet:"sentence"`
	SentenceZh  string   `parquet:"sentence_zh"`

	Evidence []evidencePlace `parquet:"evidence,list"`
}

// storedOddities reads the table anomalies.
func (e *Explorer) storedOddities() (*oddities, error) {
	o := &oddities{}
	row, last := int32(0), -1
	err := output.Select(e.c.data, "anomalies", func(year int, r listRow) error {
		if year != last {
			row, last = 0, year
		}
		x := e.oddity(year, &output.AnomalyRow{ID: r.ID, Rule: r.Rule, Statistical: r.Statistical, Severity: r.Severity,
			Agency: r.Agency, Division: r.Division, Document: r.Document, Part: r.Part, Effect: r.Effect, Unit: r.Unit,
			P: r.P, Q: r.Q, Sentence: r.Sentence, SentenceZh: r.SentenceZh})
		x.places = r.Evidence
		x.found, x.stored = nil, tables.Span{First: row, N: 1}
		row++
		o.rows = append(o.rows, x)
		return nil
	})
	if err != nil {
		return nil, err
	}
	o.sort()
	e.mark(o)
	return o, nil
}

// foundOddities are anomalies that were looked for here.
func (e *Explorer) foundOddities(list *anomalies.List) (*oddities, error) {
	o := &oddities{list: list}
	for year, rows := range anomalies.Rows(list.Anomalies) {
		for i := range rows {
			x := e.oddity(year, &rows[i])
			for _, p := range rows[i].Evidence {
				x.places = append(x.places, evidencePlace{p.Kind, p.Document, p.Part, p.Name})
			}
			o.rows = append(o.rows, x)
		}
	}
	o.sort()
	e.mark(o)
	return o, nil
}

func (e *Explorer) oddity(year int, r *output.AnomalyRow) oddity {
	x := oddity{report: -1, year: year, weight: anomalies.Weight(r), found: r, region: regionOf(str(r.Division)),
		jsonOddity: jsonOddity{ID: r.ID, Rule: r.Rule, Severity: r.Severity, Statistical: r.Statistical,
			Year: nullYear(int32(year)), Agency: str(r.Agency), Division: r.Division,
			Key: r.Document + "-" + strconv.Itoa(int(r.Part)), Sentence: r.Sentence, SentenceZh: r.SentenceZh,
			Effect: r.Effect, Unit: r.Unit, Q: r.Q}}
	x.Region = x.region
	if rule := anomalies.ByCode(r.Rule); rule != nil {
		x.Arithmetic = rule.Arithmetic
	}
	if n, ok := e.c.Report(r.Document, r.Part); ok {
		x.report = n
		if a := e.c.Reports[n].Body; a >= 0 {
			x.Authority, x.Level = &e.c.authorities[a].id, null(e.c.authorities[a].Level)
		}
	}
	return x
}

// severities are those of findings and anomalies, the least first.
var severities = output.CodeWords("severity")

// sort puts the anomalies in the order of the list: severity; then one of each body and year before a second; the
// rules by turns, so that none of many hides the others; then their weight.
func (o *oddities) sort() {
	severity := func(x *oddity) int { return -slices.Index(severities, x.Severity) }
	slices.SortFunc(o.rows, func(a, b oddity) int {
		return cmp.Or(cmp.Compare(severity(&a), severity(&b)), cmp.Compare(b.weight, a.weight), strings.Compare(a.Rule, b.Rule),
			cmp.Compare(a.year, b.year), strings.Compare(a.Agency, b.Agency), strings.Compare(a.ID, b.ID))
	})
	type turn struct{ again, of int }
	seen, ruled := map[bodyYear]int{}, map[string]int{}
	turns := make(map[string]turn, len(o.rows))
	for i := range o.rows {
		x := &o.rows[i]
		again := seen[x.bodyYear()]
		seen[x.bodyYear()]++
		of := fmt.Sprint(x.Severity, " ", x.Rule, " ", min(again, 1))
		turns[x.ID] = turn{min(again, 1), ruled[of]}
		ruled[of]++
	}
	for i := range o.rows {
		o.rows[i].Others = seen[o.rows[i].bodyYear()] - 1
	}
	slices.SortStableFunc(o.rows, func(a, b oddity) int {
		x, y := turns[a.ID], turns[b.ID]
		return cmp.Or(cmp.Compare(severity(&a), severity(&b)), cmp.Compare(x.again, y.again), cmp.Compare(x.of, y.of))
	})
	o.byID, o.byReport = map[string]int{}, map[int32][]int{}
	for i := range o.rows {
		o.byID[o.rows[i].ID] = i
		o.byReport[o.rows[i].report] = append(o.byReport[o.rows[i].report], i)
	}
}

// odd gives the anomalies, nil while they are not there.
func (e *Explorer) odd() *oddities {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.oddities
}

// toldOddity is an anomaly as it is told: what is not held of it is added.
func (e *Explorer) toldOddity(x *oddity) jsonOddity {
	out := x.jsonOddity
	out.Latin, out.Named = e.latinOf(out.Authority), [][2]string{}
	for _, o := range x.others {
		if slices.ContainsFunc(x.others, func(y namedBody) bool { return y.name == o.name && y.body != o.body }) {
			continue // of two bodies: which one is meant, the name alone does not say
		}
		if latin := e.latin(&e.c.authorities[o.body]); latin != nil {
			out.Named = append(out.Named, [2]string{o.name, *latin})
		}
	}
	return out
}

// odditiesOf lists the anomalies of some reports.
func (e *Explorer) odditiesOf(reports ...int32) []jsonOddity {
	out := []jsonOddity{}
	o := e.odd()
	if o == nil {
		return out
	}
	var at []int
	for _, r := range reports {
		at = append(at, o.byReport[r]...)
	}
	slices.Sort(at)
	for _, i := range at {
		out = append(out, e.toldOddity(&o.rows[i]))
	}
	return out
}

// A filter says which anomalies are wanted.
type filter struct {
	rules                    []string
	severity                 string // the least
	year                     string
	level, region, authority string
	words                    string
	group                    string // story or arithmetic
	folded                   bool   // one line a body and year
}

// filterOf reads a filter from a query; errors name the parameter.
func filterOf(q url.Values) (filter, error) {
	f := filter{rules: q["rule"], severity: q.Get("severity"), year: q.Get("year"), level: q.Get("level"),
		region: q.Get("region"), authority: q.Get("authority"), words: q.Get("q"), group: q.Get("group"), folded: q.Get("fold") == "1"}
	if fold := q.Get("fold"); fold != "" && !f.folded {
		return f, badRequest("fold=%q: 1, or not at all", fold)
	}
	if f.group != "" && f.group != "story" && f.group != "arithmetic" {
		return f, badRequest("group=%q: story or arithmetic", f.group)
	}
	for _, r := range f.rules {
		if anomalies.ByCode(r) == nil {
			return f, badRequest("rule=%q: no such rule", r)
		}
	}
	if f.severity != "" && !slices.Contains(severities, f.severity) {
		return f, badRequest("severity=%q: note, warning or error", f.severity)
	}
	if f.level != "" && f.level != "none" && !slices.Contains(levels, f.level) {
		return f, badRequest("level=%q: no such level", f.level)
	}
	if n, err := strconv.Atoi(f.year); f.year != "" && (err != nil || n < 0 || n > 9999) {
		return f, badRequest("year=%q: no year", f.year)
	}
	return f, nil
}

// lets reports whether an anomaly is wanted, leaving one criterion out.
func (f *filter) lets(x *oddity, without string) bool {
	switch {
	case without != "rule" && len(f.rules) > 0 && !slices.Contains(f.rules, x.Rule):
	case without != "severity" && f.severity != "" && slices.Index(severities, x.Severity) < slices.Index(severities,
		f.severity):
	case without != "year" && f.year != "" && f.year != strconv.Itoa(x.year):
	case without != "level" && f.level != "" && f.level != levelOf(str(x.Level)):
	case without != "region" && f.region != "" && f.region != x.region:
	case without != "group" && f.group != "" && (f.group == "arithmetic") != x.Arithmetic:
	case f.authority != "" && f.authority != str(x.Authority):
	case f.words != "" && !strings.Contains(x.Agency, f.words) && !strings.Contains(x.Sentence, f.words) &&
		!strings.Contains(x.SentenceZh, f.words):
	default:
		return true
	}
	return false
}

// facets are what the list is counted by.
var facets = [...]string{"rule", "severity", "year", "level", "region", "group"}

// pageRows is how many anomalies a page of the list has.
const pageRows = 50

type jsonOddities struct {
	State  string                    `json:"state"`
	Total  int                       `json:"total"`
	Lines  int                       `json:"lines"` // rows of all pages: fewer than total where they are folded
	Page   int                       `json:"page"`
	Pages  int                       `json:"pages"`
	Facets map[string]map[string]int `json:"facets"`
	Rows   []jsonListed              `json:"rows"`
}

// jsonListed is a line of the list, with the others of the same body and year where they are folded under it.
type jsonListed struct {
	jsonOddity
	Folded []jsonOddity `json:"folded"`
}

// A bodyYear is what a line of the list is about; of a body that is not named, nothing else is known to be about the same.
type bodyYear struct {
	body string
	year int
}

func (x *oddity) bodyYear() bodyYear {
	return bodyYear{cmp.Or(str(x.Authority), x.Agency, x.ID), x.year}
}

// lines are the anomalies that a filter lets through, by their places in the list: each line one, or, folded, one of a body
// and year with the others of it after it, in the order of the first.
func (o *oddities) lines(f *filter) (out [][]int, total int) {
	at := map[bodyYear]int{}
	for i := range o.rows {
		x := &o.rows[i]
		if !f.lets(x, "") {
			continue
		}
		total++
		if n, there := at[x.bodyYear()]; f.folded && there {
			out[n] = append(out[n], i)
			continue
		}
		at[x.bodyYear()] = len(out)
		out = append(out, []int{i})
	}
	return out, total
}

func (e *Explorer) listAnomalies(f filter, page int) ([]byte, error) {
	_, finding := e.states()
	out := jsonOddities{State: finding.State, Page: page, Rows: []jsonListed{},
		Facets: map[string]map[string]int{"rule": {}, "severity": {}, "year": {}, "level": {}, "region": {}, "group": {}}}
	if o := e.odd(); o != nil {
		var lines [][]int
		lines, out.Total = o.lines(&f)
		out.Lines = len(lines)
		for _, line := range lines[min((page-1)*pageRows, len(lines)):min(page*pageRows, len(lines))] {
			row := jsonListed{e.toldOddity(&o.rows[line[0]]), []jsonOddity{}}
			for _, i := range line[1:] {
				row.Folded = append(row.Folded, e.toldOddity(&o.rows[i]))
			}
			out.Rows = append(out.Rows, row)
		}
		for i := range o.rows {
			x := &o.rows[i]
			for k, value := range [...]string{x.Rule, x.Severity, strconv.Itoa(x.year), levelOf(str(x.Level)),
				x.region, x.group()} {
				if f.lets(x, facets[k]) {
					out.Facets[facets[k]][value]++
				}
			}
		}
	}
	out.Pages = max(1, (out.Lines+pageRows-1)/pageRows)
	if page > out.Pages {
		return nil, notFound("page %d of %d", page, out.Pages)
	}
	return marshal(out)
}

func (x *oddity) group() string {
	if x.Arithmetic {
		return "arithmetic"
	}
	return "story"
}

// allAnomalies is the list for a static site, which filters in the browser.
func (e *Explorer) allAnomalies() ([]byte, error) {
	_, finding := e.states()
	out := struct {
		State string       `json:"state"`
		Rows  []jsonOddity `json:"rows"`
	}{finding.State, []jsonOddity{}}
	if o := e.odd(); o != nil {
		for i := range o.rows {
			out.Rows = append(out.Rows, e.toldOddity(&o.rows[i]))
		}
	}
	return marshal(out)
}

type jsonSegment struct {
	Text string `json:"text"`
	Ref  *int   `json:"ref"`
}

type jsonRef struct {
	Kind    string  `json:"kind"`
	Key     string  `json:"key"`
	Agency  string  `json:"agency"`
	Year    *int32  `json:"year"`
	Name    string  `json:"name"`
	Label   string  `json:"label"`
	LabelZh string  `json:"label_zh"`
	Text    string  `json:"text"`
	Zero    bool    `json:"zero"`
	Place   string  `json:"place"`
	PlaceZh string  `json:"place_zh"`
	Section *int    `json:"section"`
	Start   int32   `json:"start"`
	End     int32   `json:"end"`
	File    string  `json:"file"`
	URL     *string `json:"url"`

	// what a citation says of its report beside these
	Title     *string `json:"title"` // as printed
	Published *string `json:"published"`
	Seen      *string `json:"seen"`
}

type jsonStrength struct {
	Effect   float64  `json:"effect"`
	Unit     *string  `json:"unit"`
	Expected *float64 `json:"expected"`
	Low      *float64 `json:"low"`
	High     *float64 `json:"high"`
	P        *float64 `json:"p"`
	Q        *float64 `json:"q"`
	Peers    int      `json:"peers"`
	Words    string   `json:"words"`
	WordsZh  string   `json:"words_zh"`
}

type jsonPoint struct {
	Year  int      `json:"year"`
	Value *float64 `json:"value"`
}

type jsonSeries struct {
	Name   string      `json:"name"`
	NameZh string      `json:"name_zh"`
	Points []jsonPoint `json:"points"`
}

type jsonHistory struct {
	Share  bool         `json:"share"`
	Series []jsonSeries `json:"series"`
}

type jsonDetail struct {
	jsonOddity
	Segments   []jsonSegment `json:"segments"`
	SegmentsZh []jsonSegment `json:"segments_zh"`
	Refs       []jsonRef     `json:"refs"`
	Strength   jsonStrength  `json:"strength"`
	Innocent   []string      `json:"innocent"`
	InnocentZh []string      `json:"innocent_zh"`
	RuleTitle  string        `json:"rule_title"`
	RuleZh     string        `json:"rule_title_zh"`
	History    jsonHistory   `json:"history"`

	Judgements []anomalies.Judgement `json:"judgements"` // of those who looked at it
}

// restore gives an anomaly with all that it rests on.
func (e *Explorer) restore(x *oddity) (anomalies.Anomaly, error) {
	r := x.found
	if r == nil {
		rows, err := tables.At[output.AnomalyRow](e.c.anomaly[x.year], x.stored)
		if err != nil {
			return anomalies.Anomaly{}, err
		}
		r = &rows[0]
	}
	cells := map[int32]map[string]*output.ValueRow{} // of each report, read once
	a, err := anomalies.Restore(r, x.year, e.opts.Forms, func(ref *anomalies.Ref) error {
		n, ok := e.c.Report(ref.Document, ref.Part)
		if !ok {
			return fmt.Errorf("%s-%d is not in the dataset", ref.Document, ref.Part)
		}
		rep := &e.c.Reports[n]
		d := &e.c.Documents[rep.Document]
		ref.Agency, ref.Year, ref.File, ref.URL = rep.Agency, int(rep.Year), d.File, d.URL
		if ref.Kind != "cell" {
			return nil
		}
		if cells[n] == nil {
			rows, err := e.values(rep, &streams{})
			if err != nil {
				return err
			}
			cells[n] = map[string]*output.ValueRow{}
			for i := range rows {
				cells[n][rows[i].Name] = &rows[i]
			}
		}
		v := cells[n][ref.Name]
		if v == nil {
			return fmt.Errorf("%s-%d has no cell %s", ref.Document, ref.Part, ref.Name)
		}
		ref.Number, ref.Zero = v.Number, v.Number != nil && *v.Number == 0 && (v.State == "blank" || v.State == "mark")
		ref.Page, ref.TableIndex, ref.Row, ref.Column, ref.Box, ref.Path, ref.Offset = v.Page, v.TableIndex, v.GridRow,
			v.GridColumn, boxOf(v), str(v.Path), v.Offset
		return nil
	})
	if err != nil {
		return a, err
	}
	if x.report >= 0 {
		if k := e.c.Reports[x.report].Body; k >= 0 {
			b := &e.c.authorities[k]
			a.Body.Level, a.Body.Kind, a.Body.Function = b.Level, b.Kind, b.Function
		}
	}
	a.Judgements = e.judged[a.ID]
	return a, nil
}

func (e *Explorer) find(id string) (*oddity, error) {
	o := e.odd()
	if o == nil {
		_, s := e.states()
		return nil, notFound("anomalies: %s", cmp.Or(s.Message, s.State))
	}
	i, ok := o.byID[id]
	if !ok {
		return nil, notFound("anomaly %q: there is none of that name", id)
	}
	return &o.rows[i], nil
}

func (e *Explorer) anomaly(id string) ([]byte, error) {
	x, err := e.find(id)
	if err != nil {
		return nil, err
	}
	a, err := e.restore(x)
	if err != nil {
		return nil, err
	}
	rule := anomalies.ByCode(a.Rule)
	s := &a.Strength
	out := jsonDetail{jsonOddity: e.toldOddity(x), Segments: segmentsOf(a.Sentence), SegmentsZh: segmentsOf(a.SentenceZh),
		Refs: []jsonRef{}, Innocent: rule.Innocent, InnocentZh: rule.InnocentZh, RuleTitle: rule.Title,
		RuleZh: rule.TitleZh,
		Strength: jsonStrength{s.Effect, null(s.Unit), s.Expected, s.Low, s.High, s.P, s.Q, s.Peers, s.Words(false),
			s.Words(true)}, History: jsonHistory{a.History.Share, []jsonSeries{}},
		Judgements: append([]anomalies.Judgement{}, e.judged[id]...)}
	for i := range a.Refs {
		r := &a.Refs[i]
		y := jsonRef{Kind: r.Kind, Key: r.Document + "-" + strconv.Itoa(int(r.Part)), Agency: r.Agency,
			Year: nullYear(int32(r.Year)), Name: r.Name, Label: r.What(false), LabelZh: r.What(true), Text: r.Text,
			Zero: r.Zero, Place: r.Place(false), PlaceZh: r.Place(true), Start: r.Start, End: r.End, File: r.File,
			URL: null(r.URL)}
		if n, err := strconv.Atoi(r.Name); err == nil && r.Kind == "prose" {
			y.Section = &n
		}
		if n, ok := e.c.Report(r.Document, r.Part); ok {
			rep := &e.c.Reports[n]
			y.Title, y.Published, y.Seen = null(rep.Title), dayWord(rep.Published), dayWord(e.c.Documents[rep.Document].Seen)
		}
		out.Refs = append(out.Refs, y)
	}
	for _, h := range a.History.Series {
		y := jsonSeries{h.Name, h.NameZh, []jsonPoint{}}
		for _, p := range h.Points {
			y.Points = append(y.Points, jsonPoint(p))
		}
		out.History.Series = append(out.History.Series, y)
	}
	return marshal(out)
}

func segmentsOf(s []anomalies.Segment) []jsonSegment {
	out := make([]jsonSegment, len(s))
	for i, x := range s {
		out[i].Text = x.Text
		if x.Ref >= 0 {
			out[i].Ref = &x.Ref
		}
	}
	return out
}

// mostBrief is how many anomalies a brief of a list holds.
const mostBrief = 200

// brief writes one anomaly, or those that a filter lets through, for an editor.
func (e *Explorer) brief(want []*oddity, total int, zh, markdown bool) ([]byte, error) {
	list := &anomalies.List{Rate: anomalies.DefaultRate, Reports: len(e.c.Reports), Bodies: len(e.c.authorities),
		Years: e.c.years, Total: total}
	if o := e.odd(); o != nil && o.list != nil {
		list.Tests, list.Rate = o.list.Tests, o.list.Rate
	}
	for _, x := range want {
		a, err := e.restore(x)
		if err != nil {
			return nil, err
		}
		list.Anomalies = append(list.Anomalies, a)
	}
	title := "Anomalies in annual reports on open government information"
	if zh {
		title = "政府信息公开工作年度报告中的异常"
	}
	if len(want) < total {
		if title += fmt.Sprintf(": the %d weightiest of %d", len(want), total); zh {
			title = fmt.Sprintf("政府信息公开工作年度报告中的异常：%d条中最显著的%d条", total, len(want))
		}
	}
	b := anomalies.Brief{Title: title, Zh: zh, Anomalies: list.Anomalies, List: list}
	if len(want) == 1 {
		b.Title = list.Anomalies[0].Body.Name
	}
	var out bytes.Buffer
	write := b.HTML
	if markdown {
		write = b.Markdown
	}
	if err := write(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// wanted are the anomalies that a filter lets through, up to a number, and how many there are.
func (e *Explorer) wanted(f filter, most int) (out []*oddity, total int) {
	o := e.odd()
	if o == nil {
		return nil, 0
	}
	for i := range o.rows {
		if f.lets(&o.rows[i], "") {
			if total++; len(out) < most {
				out = append(out, &o.rows[i])
			}
		}
	}
	return out, total
}

// table writes the anomalies that a filter lets through as CSV.
func (e *Explorer) table(f filter) ([]byte, error) {
	want, total := e.wanted(f, 5000)
	if total > len(want) {
		return nil, badRequest("%d anomalies: at most 5000 at a time; narrow the filter, "+
			"or take the table anomalies of the dataset", total)
	}
	var list []anomalies.Anomaly
	for _, x := range want {
		a, err := e.restore(x)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	var out bytes.Buffer
	if err := anomalies.WriteRows(&out, list, listing.Options{Format: "csv", Excel: true}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
