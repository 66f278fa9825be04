package explore

import (
	"context"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
	"github.com/gongkai/gongkai/output/tables"
)

// Tables of statistics of before 2019, and the series that run from them to today.

// oldForms lays out the tables of before 2019 that a report prints: the columns that it has, the rows of the edition
// that its names are of, and what no form knows under the labels as printed. values are in the order of the report.
func (e *Explorer) oldForms(values []output.ValueRow, out *jsonReport) {
	var order []string
	of := map[string][]*output.ValueRow{}
	for i := range values {
		table, _, _ := strings.Cut(values[i].Name, ".")
		if !panel.Before2019(table) {
			continue
		}
		if of[table] == nil {
			order = append(order, table)
		}
		of[table] = append(of[table], &values[i])
	}
	for _, table := range order {
		if table == normalize.OtherTable {
			out.Tables = append(out.Tables, unknownForm(of[table]))
			continue
		}
		if f := e.annexOf(table, of[table]); f != nil {
			out.Tables = append(out.Tables, oldForm(f, of[table]))
			out.identities(f)
		}
	}
}

// annexOf is the edition of a table whose names the values are; nil = none has them all.
func (e *Explorer) annexOf(table string, values []*output.ValueRow) (best *form.Form) {
	for _, f := range e.opts.Forms.Annexes() {
		if f.Table != table {
			continue
		}
		names := map[string]bool{}
		for _, n := range f.Names() {
			names[n] = true
		}
		if !slices.ContainsFunc(values, func(v *output.ValueRow) bool { return !names[v.Name] }) &&
			(best == nil || f.Size() < best.Size()) {
			best = f
		}
	}
	return best
}

func oldForm(f *form.Form, values []*output.ValueRow) jsonForm {
	there := map[string]bool{}
	for _, v := range values {
		there[v.Name] = true
	}
	x := jsonForm{Table: f.Table, Edition: f.Edition, Title: f.Titles[0], Layout: "crossed"}
	for c, col := range f.Columns {
		if slices.ContainsFunc(values, func(v *output.ValueRow) bool { return strings.HasSuffix(v.Name, "."+col.Name) }) {
			x.Columns = append(x.Columns, jsonColumn{f.Columns[c].Name, col.Path, ""})
		}
	}
	for r, row := range f.Rows {
		y := jsonRow{Name: row.Name, Path: row.Path, Columns: []string{}}
		if row.Unit != "" {
			y.Path = append(slices.Clone(row.Path[:len(row.Path)-1]), row.Path[len(row.Path)-1]+"（"+row.Unit+"）")
		}
		for c := range f.Columns {
			if there[f.Name(r, c)] {
				y.Columns = append(y.Columns, f.Columns[c].Name)
			}
		}
		if len(y.Columns) > 0 {
			x.Rows = append(x.Rows, y)
		}
	}
	return x
}

// unknownForm lays out a table of no family: the labels and headers as they are printed.
func unknownForm(values []*output.ValueRow) jsonForm {
	x := jsonForm{Table: normalize.OtherTable, Title: "统计表", Layout: "crossed"}
	for _, v := range values {
		part := strings.SplitN(v.Name, ".", 3)
		if len(part) < 3 {
			continue
		}
		if !slices.ContainsFunc(x.Columns, func(c jsonColumn) bool { return c.Name == part[2] }) {
			x.Columns = append(x.Columns, jsonColumn{part[2], []string{part[2]}, ""})
		}
		k := slices.IndexFunc(x.Rows, func(r jsonRow) bool { return r.Name == part[1] })
		if k < 0 {
			path := []string{part[1]}
			if v.Label != nil {
				path = strings.Split(*v.Label, " / ")
			}
			if v.Unit != "" {
				path[len(path)-1] += "（" + v.Unit + "）"
			}
			k, x.Rows = len(x.Rows), append(x.Rows, jsonRow{Name: part[1], Path: path})
		}
		x.Rows[k].Columns = append(x.Rows[k].Columns, part[2])
	}
	return x
}

// jsonLinked is a series of a body through the forms.
type jsonLinked struct {
	Name   string            `json:"name"`
	Label  string            `json:"label"`
	Zh     string            `json:"label_zh"`
	Unit   string            `json:"unit"`
	Points []jsonLinkedPoint `json:"points"`
}

// jsonLinkedPoint is a number of it. Class says whether it may be joined; the break lies before it.
type jsonLinkedPoint struct {
	Year    int32   `json:"year"`
	Value   string  `json:"value"`
	State   string  `json:"state"`
	Class   string  `json:"class"`
	Table   string  `json:"form_table"`
	Break   *string `json:"break"`
	BreakZh *string `json:"break_zh"`
}

// seriesRow is what is read of linked_series.
type seriesRow struct {
	Series  string  `parquet:"series"`
	Value   int64   `parquet:"value"`
	State   string  `parquet:"state"`
	Class   string  `parquet:"class"`
	Table   string  `parquet:"form_table"`
	Break   *string `parquet:"break,optional"`
	BreakZh *string `parquet:"break_zh,optional"`
	Part    int32   `parquet:"part"`
}

// seriesRows are the rows of a report in linked_series.
func (e *Explorer) seriesRows(n int32, st *streams) ([]seriesRow, error) {
	r := &e.c.Reports[n]
	rows, err := tables.Take(&st.series, e.c.series[int(r.Year)], e.c.rows[n].series)
	return slices.DeleteFunc(rows, func(x seriesRow) bool { return x.Part != r.Part }), err
}

// seriesIn are the same, from a pack where there is one.
func (e *Explorer) seriesIn(n int32, p *pack) ([]seriesRow, error) {
	if p != nil {
		return p.linked(n)
	}
	return e.seriesRows(n, &streams{})
}

// seriesOf are the series of a body, in the order of the crosswalk.
func (e *Explorer) seriesOf(ctx context.Context, a *authority, p *pack) ([]jsonLinked, error) {
	out := []jsonLinked{}
	figures, err := panel.FiguresOf(e.opts.Forms)
	if err != nil {
		return nil, err
	}
	at := map[string]*jsonLinked{}
	for _, n := range a.Standing {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r := &e.c.Reports[n]
		if e.c.rows[n].series.N == 0 {
			continue
		}
		rows, err := e.seriesIn(n, p)
		if err != nil {
			return nil, err
		}
		for _, x := range rows {
			if at[x.Series] == nil {
				at[x.Series] = &jsonLinked{Name: x.Series, Points: []jsonLinkedPoint{}}
			}
			s := at[x.Series]
			s.Points = append(s.Points, jsonLinkedPoint{r.Year, decimalWord(x.Value * 1e6), x.State, x.Class, x.Table, x.Break, x.BreakZh})
		}
	}
	for i := range figures.Counts {
		c := &figures.Counts[i]
		if s := at[c.Name]; s != nil {
			s.Label, s.Zh, s.Unit = c.EN, c.ZH, c.Unit
			out = append(out, *s)
		}
	}
	return out, nil
}
