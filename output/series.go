package output

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output/panel"
)

// The series through the forms, from 2008 on: the rows of linked_series, and the crosswalk that they follow.

// A SeriesRow is one number of a series: of a body and year, as its report that stands prints it.
type SeriesRow struct {
	Series   string   `parquet:"series,dict"`
	ID       string   `parquet:"id,dict"`
	Body     string   `parquet:"body,dict"`
	Agency   *string  `parquet:"agency,optional,dict"`
	Value    int64    `parquet:"value"`
	Unit     *string  `parquet:"unit,optional,dict"`
	State    string   `parquet:"state,dict"`
	Class    string   `parquet:"class,dict"`
	Names    []string `parquet:"names,list"`
	Table    string   `parquet:"form_table,dict"`
	Scope    *string  `parquet:"scope,optional,dict"`
	Break    *string  `parquet:"break,optional,dict"`
	BreakZh  *string  `parquet:"break_zh,optional,dict"`
	Document string   `parquet:"document,dict"`
	Part     int32    `parquet:"part"`
}

// A CrosswalkRow is where a series is taken from.
type CrosswalkRow struct {
	Name     string   `parquet:"name"`
	Position int32    `parquet:"position"`
	Table    string   `parquet:"form_table,dict"`
	Editions []string `parquet:"editions,list"`
	Class    string   `parquet:"class,dict"`
	Cells    []string `parquet:"cells,list"`
	Unit     *string  `parquet:"unit,optional"`
	Words    string   `parquet:"words"`
	WordsZh  string   `parquet:"words_zh"`
	Reason   *string  `parquet:"reason,optional"`
	ReasonZh *string  `parquet:"reason_zh,optional"`
}

// A BreakRow is a break of series that stands in no form.
type BreakRow struct {
	Name     string   `parquet:"name"`
	From     int32    `parquet:"break_year"`
	Series   []string `parquet:"series,list"`
	Words    string   `parquet:"words"`
	WordsZh  string   `parquet:"words_zh"`
	Source   string   `parquet:"source"`
	SourceZh string   `parquet:"source_zh"`
	Verified bool     `parquet:"verified"`
}

func crosswalkRows(f *panel.Figures) (out []CrosswalkRow) {
	for _, c := range f.Counts {
		for i, s := range c.Of {
			out = append(out, CrosswalkRow{c.Name, int32(i + 1), s.Table, s.Editions, string(s.Class), s.Cells, optional(c.Unit), c.EN,
				c.ZH, optional(s.Reason), optional(s.ReasonZh)})
		}
	}
	return out
}

func breakRows(f *panel.Figures) (out []BreakRow) {
	for _, b := range f.Breaks {
		row := BreakRow{Name: b.Name, From: int32(b.Year), Words: b.EN, WordsZh: b.ZH, Source: b.Source, SourceZh: b.SourceZh,
			Verified: b.Verified}
		for _, c := range f.Counts {
			if b.Breaks(c.Name) {
				row.Series = append(row.Series, c.Name)
			}
		}
		out = append(out, row)
	}
	return out
}

// counted are the counts of a report, and its values by their names.
type counted struct {
	of map[string]panel.Figure
	at map[string]*normalize.Value
}

// count computes the counts of a report.
func (s *panelSchema) count(rep *normalize.Report) counted {
	at := make(map[string]*normalize.Value, len(rep.Values))
	for i := range rep.Values {
		at[rep.Values[i].Name] = &rep.Values[i]
	}
	old, now := false, false // what tables it has
	for t, edition := range rep.Editions {
		if edition != "" {
			old, now = old || panel.Before2019(t), now || !panel.Before2019(t)
		}
	}
	out := make(map[string]panel.Figure, len(s.figures.Counts))
	for i := range s.figures.Counts {
		c := &s.figures.Counts[i]
		f := c.In(func(table string) bool { return rep.Editions[table] != "" },
			func(cell string) *normalize.Value { return at[cell] })
		if f.State == string(normalize.Absent) && f.Source < 0 && (old && !now || now && !c.Since2019()) {
			f.State = panel.NotInEdition // the forms of those years never had it
		}
		out[c.Name] = f
	}
	return counted{out, at}
}

// A haul is which counts a report has numbers of, a bit each.
type haul [panel.MostCounts / 64]uint64

func (h *haul) has(count int) bool { return h[count/64]>>(count%64)&1 == 1 }

func (h *haul) put(count int) { h[count/64] |= 1 << (count % 64) }

// noteSeries keeps what the series of later years ask of a report: which counts it has numbers of, and from where.
func (w *Writer) noteSeries(rep *normalize.Report, x *Head) {
	figures := w.panel.count(rep).of
	for i := range w.panel.figures.Counts {
		if figures[w.panel.figures.Counts[i].Name].There {
			x.Counts.put(i)
		}
	}
	var tables []string
	for _, t := range slices.Concat(w.panel.tables, w.panel.annexes) {
		if e := rep.Editions[t]; e != "" {
			tables = append(tables, t+"="+e)
		}
	}
	x.Tables = strings.Join(tables, " ")
	x.Levels = slices.ContainsFunc(rep.Values, func(v normalize.Value) bool {
		return panel.Before2019(v.Name) && strings.HasSuffix(v.Name, ".total")
	})
}

// scopeIn is whose figures a report's table has: those of a table with columns for the levels of body are of all.
func (x *indexed) scopeIn(table string) normalize.Scope {
	if x.levels && panel.Before2019(table) {
		return normalize.AllScope
	}
	return x.scope
}

// editionIn gives the edition of a table of a report.
func (x *indexed) editionIn(table string) string {
	for _, t := range strings.Fields(x.tables) {
		if name, edition, _ := strings.Cut(t, "="); name == table {
			return edition
		}
	}
	return ""
}

// orderYears sorts the reports that stand for each body by year, for the breaks of series.
func (w *Writer) orderYears() {
	w.years = map[string][]int32{}
	for i := range w.results {
		if x := &w.results[i]; x.stands && x.year > 0 {
			w.years[x.body] = append(w.years[x.body], int32(i))
		}
	}
	for _, list := range w.years {
		slices.SortFunc(list, func(a, b int32) int { return cmp.Compare(w.results[a].year, w.results[b].year) })
	}
}

// seriesRows are the rows in linked_series of a report that stands.
func (w *Writer) seriesRows(r *Result, x *indexed, figures counted) (out []SeriesRow) {
	if x.body == "" || x.year == 0 {
		return nil
	}
	rep := r.Report
	name := optional(cmp.Or(rep.Body.Normal, rep.Agency))
	id := shortID(x.body)
	for i := range w.panel.figures.Counts {
		c := &w.panel.figures.Counts[i]
		f := figures.of[c.Name]
		if !f.There {
			continue
		}
		s := &c.Of[f.Source]
		row := SeriesRow{Series: c.Name, ID: id, Body: x.body, Agency: name, Value: f.Number, Unit: optional(c.Unit), State: f.State,
			Class: string(s.Class), Table: s.Table, Scope: optional(string(x.scopeIn(s.Table))), Document: r.Document.SHA256,
			Part: r.part()}
		for _, cell := range s.Cells {
			if figures.at[cell] != nil {
				row.Names = append(row.Names, cell)
			}
		}
		row.Break, row.BreakZh = w.breakBefore(i, x, s)
		out = append(out, row)
	}
	return out
}

// breakBefore says what lies between a number of a series and the one before it of the same body; nil = nothing.
func (w *Writer) breakBefore(count int, x *indexed, s *panel.Source) (en, zh *string) {
	c := &w.panel.figures.Counts[count]
	var before *indexed
	for _, i := range w.years[x.body] {
		if b := &w.results[i]; b.year < x.year && b.counts.has(count) {
			before = b
		}
	}
	if before == nil {
		return nil, nil
	}
	var words, wordsZh []string
	tell := func(en, zh string) {
		if en != "" && !slices.Contains(words, en) {
			words, wordsZh = append(words, en), append(wordsZh, zh)
		}
	}
	old := c.At(before.editionIn)
	if old != nil && (old.Table != s.Table || old.Class != s.Class) {
		tell(old.Reason, old.ReasonZh)
		tell(s.Reason, s.ReasonZh)
	}
	for _, b := range w.panel.figures.Breaks {
		if b.Breaks(c.Name) && int(before.year) < b.Year && b.Year <= int(x.year) {
			tell(strconv.Itoa(b.Year)+": "+b.EN, strconv.Itoa(b.Year)+"："+b.ZH)
		}
	}
	if old != nil {
		if a, b := before.scopeIn(old.Table), x.scopeIn(s.Table); a != b {
			tell("the figures of the two years are of other bodies (scope "+cmp.Or(string(a), "not known")+", then "+
				cmp.Or(string(b), "not known")+")", "两年数字的统计口径不同（"+scopeZh(a)+"、"+scopeZh(b)+"）")
		}
	}
	return optional(strings.Join(words, "; ")), optional(strings.Join(wordsZh, "；"))
}

func scopeZh(s normalize.Scope) string {
	switch s {
	case normalize.AllScope:
		return "含下级"
	case "":
		return "未定"
	}
	return "仅本机关"
}
