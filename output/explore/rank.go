package explore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/tables"
)

// A ranking sets the reports that stand for a year, a level and a kind of body in the order of one figure. Its address
// says all of these, so that a static site has it as a file; which part of it is shown (a region, a page) is a query.

// A reckoned figure is that of one report: the number of a cell, or the two sums of a rate.
type reckoned struct {
	report int32
	cell   int16 // ordinal of the cell that its evidence begins with
	whole  int16 // of a rate, the same of the whole; else -1
	told   int8  // place in toldVerdicts of the worst that is told of its cells
	n, d   int64 // in millionths; d is 0 where it is no rate
}

func (x *reckoned) value() float64 {
	if x.d != 0 {
		return float64(x.n) / float64(x.d)
	}
	return float64(x.n)
}

// count is how many things a rate is of.
func (x *reckoned) count() int64 { return x.d / 1_000_000 }

// contradicted reports whether one of the sums that it stands in fails.
func (x *reckoned) contradicted() bool { return toldVerdicts[x.told] == string(normalize.Contradicted) }

const (
	// keptStandings is how many figures of a year are held, some 400 KB each in a dataset of 100,000 reports.
	keptStandings = 48
	// pageRanks is how many rows a page of a ranking has, mostRanks the most that may be asked for.
	pageRanks, mostRanks = 50, 200
	// fewCases is below how many things a rate is of it is no rate that could be set beside others.
	fewCases = 10
)

// doubt is what is told of a cell of a row of wide.
type doubt struct {
	row  int32
	cell int16
	told int8
}

func compareDoubts(a, b doubt) int {
	return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.cell, b.cell))
}

// doubtsOf lists the cells of a year of which a sum fails or that are corrected, by row and cell.
func (e *Explorer) doubtsOf(year int) ([]doubt, error) {
	e.mu.Lock()
	list, ok := e.doubts[year]
	e.mu.Unlock()
	f := e.c.wide[year]
	if ok || f == nil {
		return list, nil
	}
	got, err, _ := e.once.Do("doubts/"+strconv.Itoa(year), func() (any, error) {
		if p := e.ready(); p != nil {
			list, err := p.doubts(year, len(e.cells))
			if err == nil {
				e.mu.Lock()
				e.doubts[year] = list
				e.mu.Unlock()
				return list, nil
			}
			e.packFails(err)
		}
		var list []doubt
		row := int32(0)
		contradicted := int8(slices.Index(toldVerdicts, string(normalize.Contradicted)))
		corrected := int8(slices.Index(toldVerdicts, string(normalize.Corrected)))
		err := tables.EachOf(f, func(r struct {
			Contradicted []string `parquet:"contradicted,list"`
			Corrected    []string `parquet:"corrected,list"`
		}) error {
			for _, name := range r.Contradicted {
				if i, ok := e.ordinal[name]; ok {
					list = append(list, doubt{row, i, contradicted})
				}
			}
			for _, name := range r.Corrected {
				if i, ok := e.ordinal[name]; ok {
					list = append(list, doubt{row, i, corrected})
				}
			}
			row++
			return nil
		})
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(list, compareDoubts)
		e.mu.Lock()
		e.doubts[year] = list
		e.mu.Unlock()
		return list, nil
	})
	if err != nil {
		return nil, err
	}
	return got.([]doubt), nil
}

// standingsOf computes a cell or rate of every report that stands for a year. Those without it are left out.
func (e *Explorer) standingsOf(name string, year int) ([]reckoned, error) {
	key := name + " " + strconv.Itoa(year)
	if s, ok := e.standings.Get(key); ok {
		return s, nil
	}
	s, err, _ := e.once.Do("rank/"+key, func() (any, error) {
		s, err := e.makeStandings(name, year)
		if err == nil {
			e.standings.Add(key, s)
		}
		return s, err
	})
	if err != nil {
		return nil, err
	}
	return s.([]reckoned), nil
}

func (e *Explorer) makeStandings(name string, year int) ([]reckoned, error) {
	list := e.c.OfYear[year]
	doubts, err := e.doubtsOf(year)
	if err != nil {
		return nil, err
	}
	rate := e.rateNamed(name)
	cells := []string{name}
	if rate != nil {
		cells = slices.Concat(rate.Numerator, rate.Denominator)
	}
	const none = -1 << 63
	columns := make([][]int64, len(cells))
	for i, c := range cells {
		columns[i] = make([]int64, len(list))
		for k := range columns[i] {
			columns[i][k] = none
		}
		wrong := false
		if err := e.numbers(c, year, func(row int32, n int64) {
			if wrong = wrong || int(row) >= len(list); !wrong {
				columns[i][row] = n
			}
		}); err != nil {
			return nil, err
		}
		if wrong {
			return nil, fmt.Errorf("the tables wide and reports of %d do not belong together", year)
		}
	}
	var out []reckoned
	told := func(row int32, of []string) (worst int8) {
		at, _ := slices.BinarySearchFunc(doubts, doubt{row: row, cell: -1}, compareDoubts)
		for ; at < len(doubts) && doubts[at].row == row; at++ {
			if slices.Contains(of, e.cells[doubts[at].cell].Name) {
				if t := doubts[at].told; worst == 0 || toldVerdicts[t] == string(normalize.Contradicted) {
					worst = t
				}
			}
		}
		return worst
	}
	for row, n := range list {
		r := &e.c.Reports[n]
		if !r.Stands || r.Body < 0 {
			continue
		}
		x := reckoned{report: n, cell: e.ordinal[cells[0]], whole: -1}
		if rate == nil {
			if x.n = columns[0][row]; x.n == none {
				continue
			}
			x.told = told(int32(row), cells)
			out = append(out, x)
			continue
		}
		number := func(name string) (int64, bool) {
			v := columns[slices.Index(cells, name)][row]
			return v, v != none
		}
		var ok bool
		if x.n, x.d, ok = e.sumsOf(rate, r, number); !ok {
			continue
		}
		x.cell, x.whole = e.largest(rate.Numerator, number), e.largest(rate.Denominator, number)
		x.told = told(int32(row), cells)
		out = append(out, x)
	}
	return out, nil
}

// largest is the ordinal of the largest cell: the evidence of a sum begins with it.
func (e *Explorer) largest(cells []string, number func(string) (int64, bool)) int16 {
	at, most, there := cells[0], int64(0), false
	for _, c := range cells {
		if n, ok := number(c); ok && (!there || n > most) {
			at, most, there = c, n, true
		}
	}
	return e.ordinal[at]
}

// peerKind is the kind of body that a report's figures are to be set beside. Who signs does not decide: a report of
// an office that covers those below it is its government's.
func peerKind(r *report, a *authority) string {
	if r.Scope == string(normalize.AllScope) && a.Kind == "office" {
		return "government"
	}
	return cmp.Or(a.Kind, "none")
}

// jsonRankGroup is a year, level and kind of bodies, of which there are rankings.
type jsonRankGroup struct {
	Year    int    `json:"year"`
	Level   string `json:"level"`
	Kind    string `json:"kind"`
	Reports int    `json:"reports"`
}

// rankGroups are the groups of bodies that reports stand for: newest year first, levels and kinds in their order.
func (e *Explorer) rankGroups() []jsonRankGroup {
	type group struct {
		year        int
		level, kind string
	}
	count := map[group]int{}
	for i := range e.c.Reports {
		if r := &e.c.Reports[i]; r.Stands && r.Body >= 0 {
			a := &e.c.authorities[r.Body]
			count[group{int(r.Year), levelOf(a.Level), peerKind(r, a)}]++
		}
	}
	out := []jsonRankGroup{}
	for g, n := range count {
		out = append(out, jsonRankGroup{g.year, g.level, g.kind, n})
	}
	rank := func(list []string, s string) int {
		if i := slices.Index(list, s); i >= 0 {
			return i
		}
		return len(list)
	}
	slices.SortFunc(out, func(a, b jsonRankGroup) int {
		return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(rank(levels, a.Level), rank(levels, b.Level)),
			cmp.Compare(rank(kinds, a.Kind), rank(kinds, b.Kind)))
	})
	return out
}

// jsonRanked is a row of a ranking.
type jsonRanked struct {
	Rank     int        `json:"rank"` // bodies with the same value share it
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Latin    *string    `json:"latin"`
	Region   string     `json:"region"`
	Division *string    `json:"division"`
	Level    string     `json:"level"`
	Kind     string     `json:"kind"` // that its figures are set beside
	Key      string     `json:"key"`
	Cell     string     `json:"cell"`  // that its evidence begins with: the largest part of the numerator
	Whole    *string    `json:"whole"` // of a rate, that of the denominator
	Value    string     `json:"value"`
	N        *string    `json:"n"` // of a rate: so many
	D        *string    `json:"d"` // of so many
	Verdict  *string    `json:"verdict"`
	Marks    []jsonFlag `json:"anomalies"`
}

// jsonRankedRegion is a province in a ranking.
type jsonRankedRegion struct {
	Region       string  `json:"region"`
	Name         string  `json:"name"`
	Reports      int     `json:"reports"`      // that its value is made of
	Contradicted int     `json:"contradicted"` // that are left out of it, since a sum fails
	Value        *string `json:"value"`
	N            *string `json:"n"`
	D            *string `json:"d"`
}

// jsonRanking is a figure of the bodies of a level and kind in a year, in order.
type jsonRanking struct {
	Name         string             `json:"name"`
	Year         int                `json:"year"`
	Level        string             `json:"level"`
	Kind         string             `json:"kind"`
	Region       string             `json:"region"`
	Order        string             `json:"order"` // desc or asc
	Min          int                `json:"min"`   // of how many cases a rate must be
	Few          int                `json:"few"`   // below so many a rate is drawn as none
	Reports      int                `json:"reports"`
	Small        int                `json:"small"`        // rates of fewer cases than min: left out
	Without      int                `json:"without"`      // reports in which the figure is not to be had: left out
	Contradicted int                `json:"contradicted"` // rows of which a sum fails: they are ranked, and marked
	Total        int                `json:"total"`
	Page         int                `json:"page"`
	Pages        int                `json:"pages"`
	Most         *string            `json:"most"` // the largest value, for bars
	Pooled       bool               `json:"pooled"`
	Regions      []jsonRankedRegion `json:"regions"`
	Rows         []jsonRanked       `json:"rows"`
}

// rankQuery is what of a ranking is wanted.
type rankQuery struct {
	name, level, kind, region string
	year, min, page, each     int
	ascending                 bool
}

// readRank reads an address below rank/ and its query.
func (e *Explorer) readRank(parts []string, q url.Values) (rankQuery, error) {
	x := rankQuery{name: parts[0], level: parts[2], kind: parts[3], region: cmp.Or(q.Get("region"), "all"), min: fewCases,
		page: 1, each: pageRanks}
	if err := only(q, "region", "min", "order", "page", "each"); err != nil {
		return x, err
	}
	if e.cell[x.name] == nil && e.rateNamed(x.name) == nil {
		return x, notFound("rank: no cell or rate %q", x.name)
	}
	var ok bool
	if x.year, ok = number(parts[1]); !ok || !slices.Contains(e.c.years, x.year) {
		return x, notFound("rank: no year %q", parts[1])
	}
	if x.level != "all" && x.level != "none" && !slices.Contains(levels, x.level) {
		return x, notFound("rank: no level %q", x.level)
	}
	if x.kind != "all" && x.kind != "none" && !slices.Contains(kinds, x.kind) {
		return x, notFound("rank: no kind %q", x.kind)
	}
	if x.region != "all" && !slices.Contains(e.c.regions, x.region) &&
		!slices.ContainsFunc(e.provinces(), func(d *places.Division) bool { return d.Code[:2] == x.region }) {
		return x, badRequest("region=%q: no region", x.region)
	}
	if s := q.Get("min"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 1_000_000 {
			return x, badRequest("min=%q: no number of cases", s)
		}
		x.min = n
	}
	switch q.Get("order") {
	case "", "desc":
	case "asc":
		x.ascending = true
	default:
		return x, badRequest("order=%q: desc or asc", q.Get("order"))
	}
	for name, to := range map[string]*int{"page": &x.page, "each": &x.each} {
		if s := q.Get(name); s != "" {
			if *to, ok = number(s); !ok {
				return x, badRequest("%s=%q: no number", name, s)
			}
		}
	}
	if x.each > mostRanks {
		return x, badRequest("each=%d: at most %d", x.each, mostRanks)
	}
	if e.opts.Static {
		x.each = 1 << 30
	}
	return x, nil
}

// inGroup reports whether a report is of the level and kind that are ranked.
func (x *rankQuery) inGroup(r *report, a *authority) bool {
	return (x.level == "all" || x.level == levelOf(a.Level)) && (x.kind == "all" || x.kind == peerKind(r, a))
}

// ranked gives the rows of a ranking in order, and the ranking without them.
func (e *Explorer) ranked(x rankQuery) (out *jsonRanking, rows []reckoned, err error) {
	all, err := e.standingsOf(x.name, x.year)
	if err != nil {
		return nil, nil, err
	}
	out = &jsonRanking{Name: x.name, Year: x.year, Level: x.level, Kind: x.kind, Region: x.region, Order: "desc",
		Min: x.min, Few: fewCases, Page: x.page, Regions: []jsonRankedRegion{}, Rows: []jsonRanked{},
		Pooled: x.level != "all" && x.kind != "all" && e.rateNamed(x.name) != nil}
	if x.ascending {
		out.Order = "asc"
	}
	if e.rateNamed(x.name) == nil {
		out.Min = 0
	}
	for _, n := range e.c.OfYear[x.year] {
		if r := &e.c.Reports[n]; r.Stands && r.Body >= 0 {
			if a := &e.c.authorities[r.Body]; x.inGroup(r, a) && (x.region == "all" || x.region == a.region) {
				out.Reports++
			}
		}
	}
	regions := map[string][]*reckoned{}
	having := 0
	for i := range all {
		y := &all[i]
		r := &e.c.Reports[y.report]
		a := &e.c.authorities[r.Body]
		if !x.inGroup(r, a) {
			continue
		}
		regions[a.region] = append(regions[a.region], y)
		if x.region != "all" && x.region != a.region {
			continue
		}
		having++
		if y.d != 0 && y.count() < int64(x.min) {
			out.Small++
			continue
		}
		if y.contradicted() {
			out.Contradicted++
		}
		rows = append(rows, *y)
	}
	out.Without = out.Reports - having
	slices.SortFunc(rows, func(a, b reckoned) int {
		order := cmp.Compare(b.value(), a.value())
		if x.ascending {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(b.d, a.d), cmp.Compare(e.c.Reports[a.report].Body, e.c.Reports[b.report].Body))
	})
	out.Total, out.Pages = len(rows), pagesFor(len(rows), x.each)
	if len(rows) > 0 {
		most := slices.MaxFunc(rows, func(a, b reckoned) int { return cmp.Compare(a.value(), b.value()) })
		out.Most = null(most.word())
	}
	for _, d := range e.provinces() {
		out.Regions = append(out.Regions, rankedRegion(d, regions[d.Code[:2]], x.min, out.Pooled))
	}
	return out, rows, nil
}

// beyond are the divisions of the first level in which the regulations are not in force: the ministry's lists of
// divisions do not go into them, and no tile may be missing for that.
var beyond = []*places.Division{{Code: "710000", Name: "台湾省"}, {Code: "810000", Name: "香港特别行政区"},
	{Code: "820000", Name: "澳门特别行政区"}}

// provinces are the 34 divisions of the first level, by their codes.
func (e *Explorer) provinces() (out []*places.Division) {
	for _, d := range places.All() {
		if d.Level() == places.Provincial && d.In(e.newest()) {
			out = append(out, d)
		}
	}
	for _, d := range beyond {
		if !slices.ContainsFunc(out, func(x *places.Division) bool { return x.Code == d.Code }) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b *places.Division) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// rankedRegion sums a province up: of a rate the two sums of all its bodies, where none of them is a part of another;
// else the median. What the sums of a report contradict is left out, and counted.
func rankedRegion(d *places.Division, list []*reckoned, least int, pooled bool) jsonRankedRegion {
	out := jsonRankedRegion{Region: d.Code[:2], Name: d.Name}
	var values []float64
	sum := reckoned{}
	for _, y := range list {
		switch {
		case y.contradicted():
			out.Contradicted++
			continue
		case !pooled && y.d != 0 && y.count() < int64(least):
			continue
		}
		out.Reports++
		values = append(values, y.value())
		sum.n, sum.d = sum.n+y.n, sum.d+y.d
	}
	switch {
	case len(values) == 0:
	case pooled:
		out.Value, out.N, out.D = null(sum.word()), null(decimalWord(sum.n)), null(decimalWord(sum.d))
	case list[0].d != 0:
		out.Value = null(rateWord(median(values)))
	default:
		out.Value = null(decimalWord(int64(median(values))))
	}
	return out
}

// median of numbers, which it sorts; the mean of the two in the middle.
func median(v []float64) float64 {
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

func (x *reckoned) word() string {
	if x.d != 0 {
		return rateWord(x.value())
	}
	return decimalWord(x.n)
}

// rankedRow is a row of a ranking as it is shown.
func (e *Explorer) rankedRow(x *reckoned, rank int) jsonRanked {
	r := &e.c.Reports[x.report]
	a := &e.c.authorities[r.Body]
	out := jsonRanked{Rank: rank, ID: a.id, Name: a.Name, Latin: e.latin(a), Region: a.region, Division: null(a.Division),
		Level: levelOf(a.Level), Kind: peerKind(r, a), Key: e.c.key(x.report), Cell: e.cells[x.cell].Name,
		Value: x.word(), Verdict: null(toldVerdicts[x.told]), Marks: []jsonFlag{}}
	if x.d != 0 {
		out.N, out.D = null(decimalWord(x.n)), null(decimalWord(x.d))
		out.Whole = &e.cells[x.whole].Name
	}
	return out
}

// ranksOf gives each row its rank: equal values share the first place of theirs.
func ranksOf(rows []reckoned) []int {
	out := make([]int, len(rows))
	for i := range rows {
		if out[i] = i + 1; i > 0 && rows[i].value() == rows[i-1].value() {
			out[i] = out[i-1]
		}
	}
	return out
}

// rank is a page of a ranking.
func (e *Explorer) rank(x rankQuery) ([]byte, error) {
	out, rows, err := e.ranked(x)
	if err != nil {
		return nil, err
	}
	if x.page > out.Pages {
		return nil, notFound("rank: page %d of %d", x.page, out.Pages)
	}
	ranks := ranksOf(rows)
	from := (x.page - 1) * min(x.each, len(rows)+1)
	cells := e.cellsOf(x.name)
	for i := from; i < min(from+x.each, len(rows)); i++ {
		y := e.rankedRow(&rows[i], ranks[i])
		y.Marks = e.marksOf(rows[i].report, cells)
		out.Rows = append(out.Rows, y)
	}
	return marshal(out)
}

// cellsOf are the cells that a figure is made of.
func (e *Explorer) cellsOf(name string) []string {
	if r := e.rateNamed(name); r != nil {
		return slices.Concat(r.Numerator, r.Denominator)
	}
	return []string{name}
}

// rankTable writes a whole ranking as CSV.
func (e *Explorer) rankTable(_ context.Context, x rankQuery) ([]byte, error) {
	_, rows, err := e.ranked(x)
	if err != nil {
		return nil, err
	}
	ranks, cells := ranksOf(rows), e.cellsOf(x.name)
	var b bytes.Buffer
	b.WriteString("\ufeff") // Excel takes the file for what it is
	w := csv.NewWriter(&b)
	w.Write([]string{"rank", "agency_id", "agency", "division", "level", "kind", "year", "figure", "value", "numerator",
		"denominator", "verdict", "anomalies", "document", "part", "cell", "url", "file"})
	for i := range rows {
		y := e.rankedRow(&rows[i], ranks[i])
		r := &e.c.Reports[rows[i].report]
		a, d := &e.c.authorities[r.Body], &e.c.Documents[r.Document]
		var odd []string
		for _, m := range e.marksOf(rows[i].report, cells) {
			odd = append(odd, m.ID)
		}
		row := []string{strconv.Itoa(y.Rank), a.AgencyID, y.Name, a.Division, y.Level, y.Kind, strconv.Itoa(x.year),
			x.name, y.Value, str(y.N), str(y.D), str(y.Verdict), strings.Join(odd, " "), d.ID,
			strconv.Itoa(int(r.Part)), y.Cell, d.URL, d.File}
		for k := range row {
			row[k] = output.Guard(row[k])
		}
		w.Write(row)
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// rankNames are the addresses of the rankings that a static site has: those of the rates and of the figures that it
// begins with, of every group of bodies and of all kinds of a level.
func (e *Explorer) rankNames() (out []string) {
	names := e.rankedFigures()
	seen := map[string]bool{}
	for _, g := range e.rankGroups() {
		if g.Year == 0 {
			continue
		}
		for _, kind := range []string{g.Kind, "all"} {
			for _, name := range names {
				at := fmt.Sprintf("api/rank/%s/%d/%s/%s.json", name, g.Year, g.Level, kind)
				if !seen[at] {
					seen[at] = true
					out = append(out, at)
				}
			}
		}
	}
	return out
}

// rankedFigures are the rates, and the figures that the first page begins with.
func (e *Explorer) rankedFigures() []string {
	out := []string{}
	for i := range e.rates {
		out = append(out, e.rates[i].Name)
	}
	for _, name := range trends {
		if e.cell[name] != nil {
			out = append(out, name)
		}
	}
	return out
}
