package anomalies

import (
	"context"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
)

// The tables of before 2019 stand in values alone. Those of one family print each figure twice: of the year, and of all
// years so far.

const (
	ofYear  = ".year"
	ofSoFar = ".cumulative"
)

// A running is what a report prints so: numbers in millionths by the name of the row, of the year and so far.
type running struct{ year, soFar map[string]int64 }

// runningRows are the rows of the families of tables that print both, in the order of the forms.
func (p *numbers) runningRows() (out []string) {
	for _, f := range p.forms.Annexes() {
		if f.Column(ofYear[1:]) < 0 || f.Column(ofSoFar[1:]) < 0 {
			continue
		}
		for r := range f.Rows {
			if name := f.Table + "." + f.Rows[r].Name; !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// readRunning reads them of the reports that stand and follow no form of today.
func (p *numbers) readRunning(ctx context.Context) (map[int32]*running, error) {
	byYear := map[int][]int32{}
	for b := range p.Bodies {
		for _, rep := range p.Bodies[b].Standing {
			x := &p.Reports[rep]
			if x.Cells > 0 && !slices.ContainsFunc(x.Editions, func(e string) bool { return e != "" }) {
				byYear[int(x.Year)] = append(byYear[int(x.Year)], rep)
			}
		}
	}
	out := map[int32]*running{}
	if len(byYear) == 0 {
		return out, nil
	}
	files, err := p.data.Files("values")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if err := p.readRunningOf(ctx, f, byYear[f.Year], out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *numbers) readRunningOf(ctx context.Context, f output.File, reports []int32, out map[int32]*running) error {
	if len(reports) == 0 {
		return nil
	}
	slices.SortFunc(reports, func(a, b int32) int { return int(p.Reports[a].First - p.Reports[b].First) })
	file, err := f.Open(parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	defer file.Close()
	t, err := file.Cursor("name", "number")
	if err != nil {
		return err
	}
	defer t.Close()
	rows := p.runningRows()
	for _, rep := range reports {
		if err := ctx.Err(); err != nil {
			return err
		}
		x := &p.Reports[rep]
		for i := range int64(x.Cells) {
			row, err := t.Row(int64(x.First) + i)
			if err != nil {
				return err
			}
			name := row[0].String()
			of, year := strings.CutSuffix(name, ofYear)
			if !year {
				of = strings.TrimSuffix(name, ofSoFar)
			}
			if of == name || row[1].IsNull() || !slices.Contains(rows, of) {
				continue
			}
			if out[rep] == nil {
				out[rep] = &running{map[string]int64{}, map[string]int64{}}
			}
			to := out[rep].soFar
			if year {
				to = out[rep].year
			}
			to[strings.Clone(of)] = row[1].Int64()
		}
	}
	return nil
}

// cumulative compares what a table prints of all years so far with that of the year before and the year's own.
func cumulative(ctx context.Context, f *finder, r *Rule) error {
	of, err := f.readRunning(ctx)
	if err != nil {
		return err
	}
	rows := f.runningRows()
	f.successive(func(b, rep, before int32) {
		now, was := of[rep], of[before]
		if now == nil || was == nil {
			return
		}
		var fails []string
		again := true // the count begins again
		for _, row := range rows {
			soFar, ok1 := now.soFar[row]
			year, ok2 := now.year[row]
			last, ok3 := was.soFar[row]
			if !ok1 || !ok2 || !ok3 {
				continue
			}
			if soFar != last+year {
				fails = append(fails, row)
				again = again && soFar == year
			}
		}
		if len(fails) == 0 {
			return
		}
		row := fails[0]
		w := f.words(row)
		c := candidate{rule: r, rep: rep, key: row,
			strength: Strength{Effect: float64(now.soFar[row]-was.soFar[row]-now.year[row]) / 1e6, Unit: "cases"},
			refs: []pointer{who(rep), yearOf(rep), yearOf(before), cell(rep, row+ofSoFar), cell(before, row+ofSoFar),
				cell(rep, row+ofYear)},
			en: "{0}: the report on {1} prints {3} of all years so far (" + w[0] + "); that on {2} printed {4}, and the year " +
				"itself has {5}",
			zh: "{0}{1}年度报告“" + w[1] + "”历年累计{3}，而{2}年度报告累计{4}，本年{5}",
			history: func() History {
				return f.runningHistory(b, row, of)
			}}
		if again {
			c.severity = string(normalize.Note)
			c.en += "; the count begins again with the year"
			c.zh += "；累计自本年重新起算"
		} else if len(fails) > 1 {
			c.en += "; other rows do not follow either"
			c.zh += "；另有其他行不符"
		}
		c.en += "."
		c.zh += "。"
		f.add(c)
	})
	return ctx.Err()
}

// runningHistory is what the reports of a body print of a row.
func (p *numbers) runningHistory(b int32, row string, of map[int32]*running) (h History) {
	x := &p.Bodies[b]
	for i, column := range []string{ofYear, ofSoFar} {
		w := p.words(row + column)
		s := Series{Name: w[0], NameZh: w[1]}
		for y := x.Years[0]; y <= x.Years[len(x.Years)-1]; y++ {
			pt := Point{Year: y}
			if printed := of[x.At(y)]; printed != nil {
				n, ok := [2]map[string]int64{printed.year, printed.soFar}[i][row]
				if ok {
					v := float64(n) / 1e6
					pt.Value = &v
				}
			}
			s.Points = append(s.Points, pt)
		}
		h.Series = append(h.Series, s)
	}
	return h
}
