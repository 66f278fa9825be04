package explore

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output/tables"
)

// pageAuthorities is how many authorities a page of the coverage has, pageUnread how many documents one of the unread.
const (
	pageAuthorities = 50
	pageUnread      = 100
)

type jsonMark struct {
	State     string  `json:"state"`
	Key       *string `json:"key"`
	Errors    int32   `json:"errors"`
	Warnings  int32   `json:"warnings"`
	Versions  int     `json:"versions"`
	Partly    bool    `json:"partly"`
	Published *string `json:"published"`
	Reason    *string `json:"reason"` // of not-read: why it is not known whether there is a report
}

type jsonCoverageRow struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Latin    *string    `json:"latin"`
	Division *string    `json:"division"`
	Level    *string    `json:"level"`
	Kind     *string    `json:"kind"`
	AgencyID *string    `json:"agency_id"`
	Cells    []jsonMark `json:"cells"`
}

// authoritiesIn lists the authorities of a region and level, in order.
func (e *Explorer) authoritiesIn(region, level string) []int32 {
	var out []int32
	for i := range e.c.authorities {
		a := &e.c.authorities[i]
		if (region == "all" || region == a.region) && (level == "all" || level == levelOf(a.Level)) {
			out = append(out, int32(i))
		}
	}
	return out
}

func pagesFor(n, page int) int { return max(1, (n+page-1)/page) }

// jsonCoverage is a page of the matrix of authorities and years.
type jsonCoverage struct {
	Region string            `json:"region"`
	Level  string            `json:"level"`
	Page   int               `json:"page"`
	Pages  int               `json:"pages"`
	Total  int               `json:"total"`
	Years  []int             `json:"years"`
	Rows   []jsonCoverageRow `json:"rows"`
}

// coverageOrders are what the matrix can be sorted by, beside the divisions: how many years are missing, late, or in
// doubt, most first.
var coverageOrders = []string{"missing", "late", "errors"}

// coverageQuery is what of the matrix is wanted.
type coverageQuery struct {
	region, level string
	page          int
	words         []string // that a name has, or the pinyin of a place
	missing       string   // only those of which nothing was found: in any year, or in the one of this number
	order         string   // "" = by division
}

// readCoverage reads an address below coverage/ and its query.
func (e *Explorer) readCoverage(parts []string, q url.Values) (coverageQuery, error) {
	x := coverageQuery{region: parts[0], level: parts[1], words: strings.Fields(q.Get("q")), missing: q.Get("missing"),
		order: q.Get("order")}
	if err := only(q, "q", "missing", "order"); err != nil {
		return x, err
	}
	var ok bool
	year, isYear := number(x.missing)
	switch x.page, ok = number(parts[2]); {
	case !ok:
		return x, notFound("coverage: no page %q", parts[2])
	case x.region != "all" && !slices.Contains(e.c.regions, x.region):
		return x, notFound("coverage: no region %q", x.region)
	case x.level != "all" && x.level != "none" && !slices.Contains(levels, x.level):
		return x, notFound("coverage: no level %q", x.level)
	case x.missing != "" && x.missing != "any" && (!isYear || !slices.Contains(e.c.years, year)):
		return x, badRequest("missing=%q: any, or a year", x.missing)
	case x.order != "" && !slices.Contains(coverageOrders, x.order):
		return x, badRequest("order=%q: %s", x.order, strings.Join(coverageOrders, ", "))
	}
	return x, nil
}

// covered lists the authorities that are wanted, in order.
func (e *Explorer) covered(x coverageQuery) []int32 {
	list := e.authoritiesIn(x.region, x.level)
	if spelled := e.spelled(x.words); len(x.words) > 0 {
		list = slices.DeleteFunc(list, func(i int32) bool { return !e.c.authorities[i].called(x.words, spelled) })
	}
	if x.missing == "" && x.order == "" {
		return list
	}
	weight := map[int32]int{}
	list = slices.DeleteFunc(list, func(i int32) bool {
		lacks := false
		for _, y := range e.c.years {
			m := e.coverageMark(&e.c.authorities[i], y)
			lacks = lacks || m.State == "missing" && (x.missing == "any" || x.missing == strconv.Itoa(y))
			switch {
			case x.order == "errors":
				weight[i] += int(m.Errors)
			case x.order == m.State:
				weight[i]++
			}
		}
		return x.missing != "" && !lacks
	})
	if x.order != "" {
		slices.SortStableFunc(list, func(a, b int32) int { return cmp.Compare(weight[b], weight[a]) })
	}
	return list
}

// coverage is a page of the matrix of authorities and years.
func (e *Explorer) coverage(parts []string, q url.Values) ([]byte, error) {
	x, err := e.readCoverage(parts, q)
	if err != nil {
		return nil, err
	}
	list, page := e.covered(x), x.page
	out := jsonCoverage{x.region, x.level, page, pagesFor(len(list), pageAuthorities), len(list), e.c.years,
		[]jsonCoverageRow{}}
	if page < 1 || page > out.Pages {
		return nil, notFound("coverage: page %d of %d", page, out.Pages)
	}
	if out.Years == nil {
		out.Years = []int{}
	}
	for _, i := range list[(page-1)*pageAuthorities : min(page*pageAuthorities, len(list))] {
		a := &e.c.authorities[i]
		row := jsonCoverageRow{ID: a.id, Name: a.Name, Latin: e.latin(a), Division: null(a.Division), Level: null(a.Level),
			Kind: null(a.Kind), AgencyID: null(a.AgencyID)}
		for _, y := range e.c.years {
			row.Cells = append(row.Cells, e.coverageMark(a, y))
		}
		out.Rows = append(out.Rows, row)
	}
	return marshal(out)
}

// coverageMark says of an authority and a year whether there is a report, and how it is.
func (e *Explorer) coverageMark(a *authority, year int) jsonMark {
	m := jsonMark{State: "missing"}
	if reason := e.c.NotRead[a.Key][year]; reason != "" {
		m.State, m.Reason = "not-read", &reason
	}
	for _, n := range a.Reports {
		r := &e.c.Reports[n]
		if int(r.Year) != year {
			continue
		}
		m.Versions++
		if !r.Stands {
			continue
		}
		key := e.c.key(n)
		m.Key, m.Errors, m.Warnings, m.Partly, m.Published = &key, r.Errors, r.Warnings, r.Status == "partly",
			dayWord(r.Published)
		switch r.InTime {
		case "kept":
			m.State = "in-time"
		case "missed":
			m.State = "late"
		default:
			m.State = "published"
		}
	}
	return m
}

type jsonUnread struct {
	Document  string  `json:"document"`
	File      string  `json:"file"`
	URL       *string `json:"url"`
	MediaType *string `json:"media_type"`
	Year      *int32  `json:"year"`
	Reason    string  `json:"reason"`
	View      *string `json:"view"`
}

// jsonUnreadPage is a page of the documents that could not be read.
type jsonUnreadPage struct {
	Page  int          `json:"page"`
	Pages int          `json:"pages"`
	Total int          `json:"total"`
	Rows  []jsonUnread `json:"rows"`
}

// unread is a page of the documents that could not be read.
func (e *Explorer) unread(page int) ([]byte, error) {
	out := jsonUnreadPage{page, pagesFor(len(e.c.unread), pageUnread), len(e.c.unread), []jsonUnread{}}
	if page < 1 || page > out.Pages {
		return nil, notFound("unread: page %d of %d", page, out.Pages)
	}
	for _, n := range e.c.unread[(page-1)*pageUnread : min(page*pageUnread, len(e.c.unread))] {
		d := &e.c.Documents[n]
		x := jsonUnread{d.ID, d.File, null(d.URL), null(d.Media), nullYear(d.Year), d.Reason, nil}
		switch kind, _ := e.kindOfEvidence(d); kind {
		case "page":
			x.View = null(pageName(d.ID))
		case "picture":
			x.View = null(pictureName(d.ID, 1))
		}
		out.Rows = append(out.Rows, x)
	}
	return marshal(out)
}

type jsonBrief struct {
	Key          string  `json:"key"`
	Year         *int32  `json:"year"`
	Title        *string `json:"title"`
	Published    *string `json:"published"`
	Deadline     *string `json:"deadline"`
	InTime       *string `json:"in_time"`
	Status       string  `json:"status"`
	Scope        *string `json:"scope"`
	Superseded   *string `json:"superseded"`
	Cells        int32   `json:"cells"`
	Absent       int32   `json:"absent"`
	Proved       int32   `json:"proved"`
	Contradicted int32   `json:"contradicted"`
	Inferred     int32   `json:"inferred"`
	Unchecked    int32   `json:"unchecked"`
	Errors       int32   `json:"errors"`
	Warnings     int32   `json:"warnings"`
	Notes        int32   `json:"notes"`
	MediaType    *string `json:"media_type"`
	File         string  `json:"file"`
	URL          *string `json:"url"`
	Standing     bool    `json:"standing"`
}

// numberRow is what the values of an authority over the years are made of.
type numberRow struct {
	Document string `parquet:"document"`
	Part     int32  `parquet:"part"`
	Name     string `parquet:"name"`
	Number   *int64 `parquet:"number,optional,decimal(6:18)"`
	State    string `parquet:"state"`
	Verdict  string `parquet:"verdict"`
}

// A figure is the number of a cell, in millionths, with what is to be seen beside it.
type figure struct {
	number  int64
	verdict string // corrected, contradicted, inferred, or ""
}

// toldVerdicts is what is told wherever a number is shown without its report: a verdict, or that it is a correction.
var toldVerdicts = []string{"", string(normalize.Contradicted), string(normalize.Inferred), string(normalize.Corrected)}

// toldOf is the place in toldVerdicts of what is told of a number.
func toldOf(state, verdict string) int {
	if state == string(normalize.Corrected) {
		verdict = state
	}
	return max(0, slices.Index(toldVerdicts, verdict))
}

// jsonBody is what is known of an authority.
type jsonBody struct {
	ID       string               `json:"id"`
	AgencyID *string              `json:"agency_id"`
	Name     string               `json:"name"`
	Latin    *string              `json:"latin"` // what it is called in Latin letters
	Names    []string             `json:"names"`
	Division *string              `json:"division"`
	Region   string               `json:"region"`
	Level    *string              `json:"level"`
	Kind     *string              `json:"kind"`
	Function *string              `json:"function"`
	Unit     *string              `json:"unit"`
	Reports  []jsonBrief          `json:"reports"`
	Years    []int32              `json:"years"`
	Values   map[string][]*string `json:"values"`
	Rates    map[string][]*string `json:"rates"`
	// Counts are the two sums of each rate, so many of so many; null where there is no rate.
	Counts map[string][]*[2]string `json:"counts"`
	// Marks are the anomalies that rest on a value, or on a cell of a rate.
	Marks     map[string][][]string `json:"marks"`
	Verdicts  map[string][]*string  `json:"verdicts"` // of the values: corrected, contradicted or inferred; null = none of these
	Series    []jsonLinked          `json:"series"`
	Anomalies []jsonOddity          `json:"anomalies"`
}

// authority is what is known of a body, from the pack where there is one.
func (e *Explorer) authority(ctx context.Context, id string) (*resource, error) {
	i, ok := e.c.byID[id]
	if !ok {
		return nil, notFound("authority %q: there is none of that name", id)
	}
	x := &resource{media: jsonMedia}
	var err error
	if p := e.ready(); p != nil {
		if x.body, err = p.body(i); err != nil {
			e.packFails(err)
		}
		x.packed = err == nil
	}
	if !x.packed {
		x.body, err = e.makeBody(ctx, &e.c.authorities[i], nil)
	}
	return x, err
}

// beginBody tells of a body what is held in memory, all but its figures: the pack is named by it, as by beginReport.
func (e *Explorer) beginBody(a *authority) *jsonBody {
	out := &jsonBody{a.id, null(a.AgencyID), a.Name, e.latin(a), a.Names, null(a.Division), a.region, null(a.Level), null(a.Kind),
		null(a.Function), null(a.Unit), []jsonBrief{}, []int32{}, map[string][]*string{}, map[string][]*string{},
		map[string][]*[2]string{}, map[string][][]string{}, map[string][]*string{}, nil, e.odditiesOf(a.Reports...)}
	if out.Names == nil {
		out.Names = []string{}
	}
	for _, n := range a.Reports {
		r := &e.c.Reports[n]
		d := &e.c.Documents[r.Document]
		out.Reports = append(out.Reports, jsonBrief{e.c.key(n), nullYear(r.Year), null(r.Title), dayWord(r.Published),
			dayWord(r.Deadline), null(r.InTime), r.Status, null(r.Scope), dayWord(r.Superseded), r.Cells, r.Absent,
			r.Proved, r.Contradicted, r.Inferred, r.Unchecked,
			r.Errors, r.Warnings, r.Notes, null(d.Media), d.File, null(d.URL), r.Stands})
	}
	return out
}

// makeBody tells what is known of a body: its reports, and its figures over the years. These are taken from p, or from
// the tables where it is nil: each row taken from the tables costs a page of some columns.
func (e *Explorer) makeBody(ctx context.Context, a *authority, p *pack) ([]byte, error) {
	out := e.beginBody(a)
	var err error
	if out.Series, err = e.seriesOf(ctx, a, p); err != nil {
		return nil, err
	}
	for k, n := range a.Standing {
		r := &e.c.Reports[n]
		out.Years = append(out.Years, r.Year)
		number, err := e.numbersOf(n, p)
		if err != nil {
			return nil, err
		}
		for name, v := range number {
			if out.Values[name] == nil {
				out.Values[name] = make([]*string, len(a.Standing))
			}
			s := decimalWord(v.number)
			out.Values[name][k] = &s
			if v.verdict != "" {
				if out.Verdicts[name] == nil {
					out.Verdicts[name] = make([]*string, len(a.Standing))
				}
				out.Verdicts[name][k] = &v.verdict
			}
		}
		marks := e.cellMarks(n)
		for name, ids := range marks {
			if _, ok := number[name]; ok {
				at(out.Marks, name, len(a.Standing))[k] = ids
			}
		}
		for i := range e.rates {
			x := &e.rates[i]
			over, under, ok := e.sumsOf(x, r, func(name string) (int64, bool) {
				n, ok := number[name]
				return n.number, ok
			})
			if !ok {
				continue
			}
			s := rateWord(float64(over) / float64(under))
			at(out.Rates, x.Name, len(a.Standing))[k] = &s
			at(out.Counts, x.Name, len(a.Standing))[k] = &[2]string{decimalWord(over), decimalWord(under)}
			var ids []string
			for _, flag := range e.marksOf(n, e.cellsOf(x.Name)) {
				ids = append(ids, flag.ID)
			}
			if ids != nil {
				at(out.Marks, x.Name, len(a.Standing))[k] = ids
			}
		}
	}
	for _, list := range out.Marks {
		for k := range list {
			if list[k] == nil {
				list[k] = []string{}
			}
		}
	}
	return marshal(out)
}

// at is the list of a name, made where it is not there, with a place for each year.
func at[T any](of map[string][]T, name string, years int) []T {
	if of[name] == nil {
		of[name] = make([]T, years)
	}
	return of[name]
}

// numbersOf are the numbers of a report by name, from a pack where there is one.
func (e *Explorer) numbersOf(n int32, p *pack) (map[string]figure, error) {
	r := &e.c.Reports[n]
	number := make(map[string]figure, r.Cells)
	if p != nil {
		err := p.numbers(n, e.cells, func(name string, v figure) { number[name] = v })
		return number, err
	}
	rows, err := tables.At[numberRow](e.c.values[int(r.Year)], tables.Span{First: r.First, N: r.Cells})
	for _, v := range rows {
		if v.Number != nil {
			number[v.Name] = figure{*v.Number, toldVerdicts[toldOf(v.State, v.Verdict)]}
		}
	}
	return number, err
}

// authoritiesList is every authority in short, for a static site.
func (e *Explorer) authoritiesList() ([]byte, error) {
	out := struct {
		Rows [][]any `json:"rows"`
	}{[][]any{}}
	for i := range e.c.authorities {
		a := &e.c.authorities[i]
		out.Rows = append(out.Rows, []any{a.id, a.Name, null(a.Division), null(a.Level), null(a.Kind), len(a.Reports),
			e.pinyin[a.Division], e.latin(a)})
	}
	return marshal(out)
}

type jsonAuthority struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Latin    *string `json:"latin"`
	Division *string `json:"division"`
	Level    *string `json:"level"`
	Kind     *string `json:"kind"`
	Reports  int     `json:"reports"`
}

// mostNames is how many authorities an answer of the search names.
const mostNames = 10

// named finds authorities whose names hold all the words, or whose division is read so: those whose place is named by
// the words whole first, then governments before others, then the shortest names.
func (e *Explorer) named(words []string, region, level string) (out []jsonAuthority, total int) {
	type hit struct {
		*authority
		far int // how far the place is from what was asked for
	}
	var found []hit
	spelled := e.spelled(words)
	for i := range e.c.authorities {
		a := &e.c.authorities[i]
		if region != "" && region != a.region || level != "" && level != levelOf(a.Level) {
			continue
		}
		if far, ok := spelled[a.Division]; ok && a.Division != "" {
			found = append(found, hit{a, 1 + far})
		} else if a.called(words, nil) {
			found = append(found, hit{a, 0})
		}
	}
	slices.SortStableFunc(found, func(a, b hit) int {
		spelled := 0
		if a.far > 0 && b.far > 0 {
			spelled = cmp.Or(cmp.Compare(a.far, b.far), cmp.Compare(kindRank(a.Kind), kindRank(b.Kind)))
		}
		return cmp.Or(spelled, cmp.Compare(len(a.Name), len(b.Name)))
	})
	out = []jsonAuthority{}
	for _, a := range found[:min(len(found), mostNames)] {
		out = append(out, jsonAuthority{a.id, a.Name, e.latin(a.authority), null(a.Division), null(a.Level), null(a.Kind), len(a.Reports)})
	}
	return out, len(found)
}

// called reports whether an authority has a name with all the words, or is of a division that is spelled.
func (a *authority) called(words []string, spelled map[string]int) bool {
	if _, ok := spelled[a.Division]; ok && a.Division != "" {
		return true
	}
	return holds(a.Name, words) || slices.ContainsFunc(a.Names, func(name string) bool { return holds(name, words) })
}

// holds reports whether all the words are in the text.
func holds(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
