package explore

import (
	"cmp"
	"slices"

	"github.com/gongkai/gongkai/output/anomalies"
	"github.com/gongkai/gongkai/output/panel"
)

// The first page: what stands out, what is new, what there is of each province, and how figures moved.

const (
	homeStories = 5
	homeNew     = 8
	// fewBodies is below how many bodies that report on all years no sum of theirs is drawn.
	fewBodies = 5
	// trendYears is over how many years a trend goes at most: the more years, the fewer bodies report on all.
	trendYears = 6
	// newDays is how long before the newest day of the dataset something is new.
	newDays = 30
)

// jsonStory is an anomaly that the first page tells, with what would explain it.
type jsonStory struct {
	jsonOddity
	Innocent   string `json:"innocent"`
	InnocentZh string `json:"innocent_zh"`
}

// jsonNews is a report that has come of late.
type jsonNews struct {
	Key       string  `json:"key"`
	Authority *string `json:"authority"`
	Agency    string  `json:"agency"`
	Latin     *string `json:"latin"`
	Year      *int32  `json:"year"`
	Published *string `json:"published"`
	Seen      *string `json:"seen"`
}

// jsonNew is what has come of late: since when, by which of the two days, and how much.
type jsonNew struct {
	Day   *string    `json:"day"`   // the newest
	Since *string    `json:"since"` // from this day on it is new
	By    string     `json:"by"`    // seen, or published where no document has a day on which it was seen
	Total int        `json:"total"`
	Rows  []jsonNews `json:"rows"`
}

// jsonProvince is the coverage of a province in a year.
type jsonProvince struct {
	Region      string `json:"region"`
	Name        string `json:"name"`
	Authorities int    `json:"authorities"`
	InTime      int    `json:"in_time"`
	Late        int    `json:"late"`
	Published   int    `json:"published"` // deadline or day not known
	NotRead     int    `json:"not_read"`
	Missing     int    `json:"missing"`
}

// jsonTrendYear is a year of a trend.
type jsonTrendYear struct {
	Year    int     `json:"year"`
	Value   *string `json:"value"`
	Reports int     `json:"reports"` // that the value is made of
	// of a sum of which one report has more than half: that report
	Largest      *jsonNews `json:"largest"`
	LargestShare *string   `json:"largest_share"`
	Contradicted int       `json:"contradicted"` // numbers that are left out, since a sum that they stand in fails
}

// jsonTrend is how a cell moved: the sum over bodies that have it in all of the years, or, where they are too few, the
// median of all reports of a year.
type jsonTrend struct {
	Name   string          `json:"name"`
	Way    string          `json:"way"`    // same or median
	Bodies int             `json:"bodies"` // that are the same in all years
	Years  []jsonTrendYear `json:"years"`
}

// jsonHome is the first page.
type jsonHome struct {
	Year      int            `json:"year"` // the newest on which at least half as many report as on any
	Stories   []jsonStory    `json:"stories"`
	OneOf     string         `json:"one_of"` // rule: the stories are one of a body and of a rule; body: one of a body; none
	New       jsonNew        `json:"new"`
	Provinces []jsonProvince `json:"provinces"`
	Trends    []jsonTrend    `json:"trends"`
}

// home is the first page. It is made anew when the anomalies have been looked for.
func (e *Explorer) home() ([]byte, error) {
	_, s := e.states()
	if b, ok := e.homes.Load(s.State); ok {
		return b.([]byte), nil
	}
	b, err, _ := e.once.Do("home/"+s.State, func() (any, error) {
		out := jsonHome{Year: e.fullYear(), New: e.news(), Provinces: e.provinceLines(e.fullYear())}
		out.Stories, out.OneOf = e.stories()
		var err error
		if out.Trends, err = e.trendsOf(); err != nil {
			return nil, err
		}
		b, err := marshal(out)
		if err == nil {
			e.homes.Store(s.State, b)
		}
		return b, err
	})
	if err != nil {
		return nil, err
	}
	return b.([]byte), nil
}

// fullYear is the newest year on which at least half as many bodies report as on any: the very newest has hardly begun.
func (e *Explorer) fullYear() int {
	count, most := map[int]int{}, 0
	for i := range e.c.Reports {
		if r := &e.c.Reports[i]; r.Stands && r.Year > 0 {
			count[int(r.Year)]++
			most = max(most, count[int(r.Year)])
		}
	}
	for _, y := range slices.Backward(e.c.years) {
		if count[y] > 0 && 2*count[y] >= most {
			return y
		}
	}
	return 0
}

// stories are the weightiest anomalies, five if there are five: one of a body and one of a rule; those about sums only
// where there are too few others; a rule again, and at last a body again, only where these are too few as well; none that
// somebody has explained. Of two that tell the same of each other one is a story. one says what there is one of.
func (e *Explorer) stories() (out []jsonStory, one string) {
	out, one = []jsonStory{}, "rule"
	o := e.odd()
	if o == nil {
		return out, one
	}
	told, bodies, rules := map[string]bool{}, map[string]bool{}, map[string]bool{}
	mirrored := func(x *oddity) bool {
		return slices.ContainsFunc(x.others, func(n namedBody) bool { return bodies[e.c.authorities[n.body].id] })
	}
	for _, pass := range []struct{ arithmetic, ruleAgain, bodyAgain bool }{{}, {arithmetic: true}, {ruleAgain: true},
		{true, true, false}, {false, true, true}, {true, true, true}} {
		for i := range o.rows {
			x := &o.rows[i]
			body := cmp.Or(str(x.Authority), x.Agency)
			if len(out) == homeStories || told[x.ID] || x.Arithmetic != pass.arithmetic || bodies[body] && !pass.bodyAgain ||
				rules[x.Rule] && !pass.ruleAgain || !bodies[body] && mirrored(x) || e.settled(x.ID) {
				continue
			}
			switch {
			case bodies[body]:
				one = "none"
			case rules[x.Rule] && one == "rule":
				one = "body"
			}
			told[x.ID], bodies[body], rules[x.Rule] = true, true, true
			y := jsonStory{jsonOddity: e.toldOddity(x)}
			if r := anomalies.ByCode(x.Rule); r != nil && len(r.Innocent) > 0 {
				y.Innocent, y.InnocentZh = r.Innocent[0], r.InnocentZh[0]
			}
			out = append(out, y)
		}
	}
	return out, one
}

// settled reports whether the last who looked at an anomaly found that there is nothing in it.
func (e *Explorer) settled(id string) bool {
	list := e.judged[id]
	return len(list) > 0 && (list[len(list)-1].Verdict == "explained" || list[len(list)-1].Verdict == "misread")
}

// news are the reports that came last: by the day on which they were first seen; in a dataset of files, of which none
// is known, by the day on which they were published.
func (e *Explorer) news() jsonNew {
	type one struct {
		report, day int32
	}
	gather := func(of func(r *report) int32) (list []one) {
		for i := range e.c.Reports {
			r := &e.c.Reports[i]
			if day := of(r); r.Stands && day != panel.NoDay {
				list = append(list, one{int32(i), day})
			}
		}
		return list
	}
	out := jsonNew{By: "seen", Rows: []jsonNews{}}
	list := gather(func(r *report) int32 { return e.c.Documents[r.Document].Seen })
	if len(list) == 0 {
		out.By = "published"
		list = gather(func(r *report) int32 { return r.Published })
	}
	if len(list) == 0 {
		return out
	}
	slices.SortFunc(list, func(a, b one) int {
		x, y := &e.c.Reports[a.report], &e.c.Reports[b.report]
		return cmp.Or(cmp.Compare(b.day, a.day), cmp.Compare(y.Published, x.Published), cmp.Compare(x.Body, y.Body),
			cmp.Compare(a.report, b.report))
	})
	newest := list[0].day
	out.Day, out.Since = dayWord(newest), dayWord(newest-newDays)
	for _, x := range list {
		if x.day < newest-newDays {
			break
		}
		if out.Total++; len(out.Rows) < homeNew {
			out.Rows = append(out.Rows, e.newsOf(x.report))
		}
	}
	return out
}

func (e *Explorer) newsOf(n int32) jsonNews {
	r := &e.c.Reports[n]
	x := jsonNews{Key: e.c.key(n), Agency: r.Agency, Year: nullYear(r.Year), Published: dayWord(r.Published),
		Seen: dayWord(e.c.Documents[r.Document].Seen)}
	if w := e.who(r); w != nil {
		x.Authority, x.Agency, x.Latin = &w.ID, w.Name, w.Latin
	}
	return x
}

// provinceLines is the coverage of a year, a line a province.
func (e *Explorer) provinceLines(year int) []jsonProvince {
	at := map[string]*jsonProvince{}
	out := make([]jsonProvince, len(e.c.regions))
	for i, r := range e.c.regions {
		out[i] = jsonProvince{Region: r, Name: regionName(r, e.newest())}
		at[r] = &out[i]
	}
	for i := range e.c.authorities {
		a := &e.c.authorities[i]
		p := at[a.region]
		p.Authorities++
		switch e.coverageMark(a, year).State {
		case "in-time":
			p.InTime++
		case "late":
			p.Late++
		case "published":
			p.Published++
		case "not-read":
			p.NotRead++
		default:
			p.Missing++
		}
	}
	return out
}

// trendsOf tells how the cells moved that the first page begins with.
func (e *Explorer) trendsOf() ([]jsonTrend, error) {
	out := []jsonTrend{}
	for _, name := range trends {
		if e.cell[name] == nil {
			continue
		}
		t, err := e.trend(name)
		if err != nil {
			return nil, err
		}
		if len(t.Years) > 0 {
			out = append(out, t)
		}
	}
	return out, nil
}

func (e *Explorer) trend(name string) (jsonTrend, error) {
	type known struct {
		year         int
		rows         []reckoned // that no sum contradicts
		contradicted int
	}
	var years []known
	for _, y := range e.c.years {
		list, err := e.standingsOf(name, y)
		if err != nil {
			return jsonTrend{}, err
		}
		k := known{year: y}
		for _, x := range list {
			if x.contradicted() {
				k.contradicted++
			} else {
				k.rows = append(k.rows, x)
			}
		}
		if len(k.rows) > 0 {
			years = append(years, k)
		}
	}
	years = years[max(0, len(years)-trendYears):]
	in := map[int32]int{} // in how many of the years a body is
	within := map[int32][]string{}
	for _, k := range years {
		for _, x := range k.rows {
			r := &e.c.Reports[x.report]
			in[r.Body]++
			if r.Within != "" {
				within[r.Body] = append(within[r.Body], r.Within)
			}
		}
	}
	same, keys := map[int32]bool{}, map[string]bool{}
	for body, n := range in {
		if n == len(years) {
			same[body], keys[e.c.authorities[body].Key] = true, true
		}
	}
	for body := range same { // what is counted in another of them too counts once
		if slices.ContainsFunc(within[body], func(k string) bool { return keys[k] }) {
			delete(same, body)
		}
	}
	out := jsonTrend{Name: name, Way: "median", Years: []jsonTrendYear{}}
	if len(same) >= fewBodies && len(years) > 1 {
		out.Way, out.Bodies = "same", len(same)
	}
	for _, k := range years {
		y := jsonTrendYear{Year: k.year, Contradicted: k.contradicted}
		var values []float64
		sum, largest := int64(0), reckoned{n: -1}
		for _, x := range k.rows {
			if out.Way == "same" && !same[e.c.Reports[x.report].Body] {
				continue
			}
			y.Reports++
			values = append(values, float64(x.n))
			sum += x.n
			if x.n > largest.n {
				largest = x
			}
		}
		if out.Way == "median" {
			y.Value = null(decimalWord(int64(median(values))))
		} else {
			y.Value = null(decimalWord(sum))
			if 2*largest.n > sum {
				n := e.newsOf(largest.report)
				y.Largest, y.LargestShare = &n, null(rateWord(float64(largest.n)/float64(sum)))
			}
		}
		out.Years = append(out.Years, y)
	}
	return out, nil
}
