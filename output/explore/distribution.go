package explore

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/output"
)

// numbers hands over the numbers of a cell of one year's reports, in millionths, row by row of wide; null ones are
// left out. A dataset of an older program may not have the cell: then there are none.
func (e *Explorer) numbers(name string, year int, each func(row int32, n int64)) error {
	f := e.c.wide[year]
	if f == nil {
		return nil
	}
	column := output.WideName(name)
	if !f.Has(column) {
		return nil
	}
	scale := int64(1_000_000)
	if e.cell[name].Unit != "" {
		scale = 1
	}
	return f.Column(column, func(row int64, v parquet.Value) {
		if !v.IsNull() {
			each(int32(row), v.Int64()*scale)
		}
	})
}

// eachNumber hands over the numbers of a cell, in millionths, of all reports.
func (e *Explorer) eachNumber(name string, each func(r *report, n int64)) error {
	for year, list := range e.c.OfYear {
		wrong := false
		if err := e.numbers(name, year, func(row int32, n int64) {
			if int(row) >= len(list) {
				wrong = true
				return
			}
			each(&e.c.Reports[list[row]], n)
		}); err != nil {
			return err
		}
		if wrong {
			return fmt.Errorf("the tables wide and reports of %d do not belong together", year)
		}
	}
	return nil
}

type peerGroup struct {
	Year      int      `json:"year"`
	Level     string   `json:"level"`
	Kind      string   `json:"kind"`
	Reports   int      `json:"reports"`
	Small     int      `json:"small"` // rates of fewer than ten cases: left out
	Quantiles []string `json:"quantiles"`
}

// peerGroups gives the distribution of a cell or a rate among the reports that stand, by year, level and kind of body.
func (e *Explorer) peerGroups(name string) ([]byte, error) {
	if b, ok := e.peers.Load(name); ok {
		return b.([]byte), nil
	}
	b, err, _ := e.once.Do("peers/"+name, func() (any, error) {
		b, err := e.makePeers(name)
		if err == nil {
			e.peers.Store(name, b)
		}
		return b, err
	})
	if err != nil {
		return nil, err
	}
	return b.([]byte), nil
}

// jsonPeers is the distribution of a figure among bodies.
type jsonPeers struct {
	Name   string      `json:"name"`
	Groups []peerGroup `json:"groups"`
}

func (e *Explorer) makePeers(name string) ([]byte, error) {
	type group struct {
		year        int32
		level, kind string
	}
	values := map[group][]float64{}
	small := map[group]int{}
	add := func(r *report, v float64, few bool) {
		if !r.Stands || r.Body < 0 {
			return
		}
		a := &e.c.authorities[r.Body]
		for _, kind := range []string{peerKind(r, a), "all"} { // all: the group that is asked for where the own is small
			g := group{r.Year, levelOf(a.Level), kind}
			list := values[g]
			if few {
				small[g]++
			} else {
				list = append(list, v)
			}
			values[g] = list // a group of small ones only is told too
		}
	}
	write := func(v float64) string { return decimalWord(int64(v)) }
	if x := e.rateNamed(name); x != nil {
		write = rateWord
		need := append(slices.Clone(x.Numerator), x.Denominator...)
		cells := map[*report]map[string]int64{}
		for _, n := range need {
			if err := e.eachNumber(n, func(r *report, v int64) {
				if !r.Stands {
					return
				}
				if cells[r] == nil {
					cells[r] = make(map[string]int64, len(need))
				}
				cells[r][n] = v
			}); err != nil {
				return nil, err
			}
		}
		for r, m := range cells {
			if n, d, ok := e.sumsOf(x, r, func(n string) (int64, bool) { k, ok := m[n]; return k, ok }); ok {
				add(r, float64(n)/float64(d), d < fewCases*1_000_000)
			}
		}
	} else if err := e.eachNumber(name, func(r *report, n int64) { add(r, float64(n), false) }); err != nil {
		return nil, err
	}
	out := jsonPeers{Name: name, Groups: []peerGroup{}}
	for g, list := range values {
		slices.Sort(list)
		p := peerGroup{Year: int(g.year), Level: g.level, Kind: g.kind, Reports: len(list), Small: small[g],
			Quantiles: []string{}}
		if len(list) <= 101 {
			for _, v := range list {
				p.Quantiles = append(p.Quantiles, write(v))
			}
		} else {
			for q := range 101 {
				p.Quantiles = append(p.Quantiles, write(list[(len(list)-1)*q/100]))
			}
		}
		out.Groups = append(out.Groups, p)
	}
	slices.SortFunc(out.Groups, func(a, b peerGroup) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), strings.Compare(a.Level, b.Level), strings.Compare(a.Kind, b.Kind))
	})
	return marshal(out)
}

func rateWord(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }
