package release

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
)

// How far the figures can be trusted, from the data alone: reports of one body and year that lie in the dataset twice or
// more, in other formats or at other places, are read independently of each other. Where two agree in a cell, an error
// of reading would have to be made twice alike.

// An agreement is how often two formats say the same of the cells of a table.
type agreement struct {
	one, other  string // media types, in their order; the same for copies of one format
	table, unit string // of the form; "" = counts
	pairs       int    // of documents
	cells       int64  // found in both
	equal       int64  // of these: the same number, or the same kind of none
	numbers     int64  // with a number in both
	sameNumber  int64
	oneOnly     int64 // found in one document only
}

// A saidCell is what a document says of a cell.
type saidCell struct {
	state  string
	number int64
	has    bool
}

func (a saidCell) equals(b saidCell) bool {
	return a.state == b.state && a.has == b.has && a.number == b.number
}

// A waiting is a body and year whose documents are being gathered.
type waiting struct {
	left      int // documents that are still to come
	documents []string
	cells     []map[string]saidCell
	units     map[string]string
}

// agreement compares the documents of each body and year, those aside that their address shows another version of. It
// holds those of one body at a time, as they lie together.
func (m *maker) agreement(ctx context.Context) ([]agreement, error) {
	media := map[string]string{}
	type key struct {
		document string
		part     int32
	}
	groups, of := map[string]*waiting{}, map[key]*waiting{}
	several := map[string]bool{} // documents of bodies and years that have more than one
	err := m.data.Reports(func(year int, r output.ReportRow) error {
		if r.Documents < 2 || r.Body == nil || r.Superseded != nil {
			return ctx.Err()
		}
		k := strconv.Itoa(year) + " " + *r.Body
		if groups[k] == nil {
			groups[k] = &waiting{units: map[string]string{}}
		}
		groups[k].left++
		of[key{r.Document, r.Part}], several[r.Document] = groups[k], true
		return ctx.Err()
	})
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	err = m.data.Documents(func(_ int, r output.DocumentRow) error {
		if several[r.Document] && r.MediaType != nil {
			media[r.Document] = *r.MediaType
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	type rowOf struct {
		Document string `parquet:"document"`
		Part     int32  `parquet:"part"`
		Name     string `parquet:"name"`
		Number   *int64 `parquet:"number,optional,decimal(6:18)"`
		Unit     string `parquet:"unit"`
		State    string `parquet:"state"`
	}
	sums := map[[4]string]*agreement{}
	var last key
	err = output.Select(m.data, "values", func(_ int, r rowOf) error {
		k := key{r.Document, r.Part}
		if k != last {
			if g := of[last]; g != nil {
				g.done(media, sums)
			}
			if last = k; of[k] != nil {
				g := of[k]
				g.documents, g.cells = append(g.documents, r.Document), append(g.cells, map[string]saidCell{})
			}
		}
		g := of[k]
		if g == nil {
			return nil
		}
		c := saidCell{state: r.State}
		if r.Number != nil && r.State == "number" {
			c.number, c.has = *r.Number, true
		}
		g.cells[len(g.cells)-1][r.Name], g.units[r.Name] = c, r.Unit
		return nil
	})
	if err != nil {
		return nil, err
	}
	if g := of[last]; g != nil {
		g.done(media, sums)
	}
	var out []agreement
	for _, k := range slices.SortedFunc(maps.Keys(sums), func(a, b [4]string) int { return slices.Compare(a[:], b[:]) }) {
		out = append(out, *sums[k])
	}
	return out, ctx.Err()
}

// done counts a document of the body in, and compares when it was the last.
func (g *waiting) done(media map[string]string, sums map[[4]string]*agreement) {
	if g.left--; g.left > 0 {
		return
	}
	for i := range g.documents {
		for k := range i {
			g.compare(k, i, media, sums)
		}
	}
	g.cells, g.documents = nil, nil
}

func (g *waiting) compare(a, b int, media map[string]string, sums map[[4]string]*agreement) {
	one, other := media[g.documents[a]], media[g.documents[b]]
	if one > other {
		one, other, a, b = other, one, b, a
	}
	counted := map[*agreement]bool{}
	names := maps.Clone(g.cells[a])
	maps.Copy(names, g.cells[b])
	for name := range names {
		table, _, _ := strings.Cut(name, ".")
		k := [4]string{one, other, table, g.units[name]}
		x, y := g.cells[a][name], g.cells[b][name]
		there := func(c saidCell) bool { return c.state != "" && c.state != "absent" }
		if !there(x) && !there(y) {
			continue
		}
		s := sums[k]
		if s == nil {
			s = &agreement{one: one, other: other, table: table, unit: g.units[name]}
			sums[k] = s
		}
		if !counted[s] {
			counted[s] = true
			s.pairs++
		}
		if there(x) != there(y) {
			s.oneOnly++
			continue
		}
		s.cells++
		if x.equals(y) {
			s.equal++
		}
		if x.has && y.has {
			s.numbers++
			if x.number == y.number {
				s.sameNumber++
			}
		}
	}
}

// agreementCSV is agreement.csv.
func agreementCSV(list []agreement) string {
	var b strings.Builder
	b.WriteString("\ufeffformat,other_format,form_table,unit,pairs,cells,equal,numbers,equal_numbers,in_one_only\r\n")
	for _, a := range list {
		fmt.Fprintf(&b, "%s,%s,%s,%s,%d,%d,%d,%d,%d,%d\r\n", a.one, a.other, a.table, a.unit, a.pairs, a.cells, a.equal,
			a.numbers, a.sameNumber, a.oneOnly)
	}
	return b.String()
}

func tellAgreement(b *strings.Builder, list []agreement) {
	b.WriteString("\n## Agreement between formats\n\nDocuments of one body and year in two formats, or in one at two places, read " +
		"independently of each other; versions that others followed are left out. Cells are those found in both; equal " +
		"says the same number, or the same kind of none. agreement.csv has the same. 同一主体同一年度两种格式（或两处）文件各自独立识读的一致程度。" +
		"\n\n| format | other format | table | unit | pairs | cells | equal | | numbers in both | equal | | in one only |\n" +
		"|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, a := range list {
		fmt.Fprintf(b, "| %s | %s | %s | %s | %d | %d | %d | %s | %d | %d | %s | %d |\n", a.one, a.other, a.table,
			cmp.Or(a.unit, "count"), a.pairs, a.cells, a.equal, percent(a.equal, a.cells), a.numbers, a.sameNumber,
			percent(a.sameNumber, a.numbers), a.oneOnly)
	}
	if len(list) == 0 {
		b.WriteString("| no body and year has two | | | | | | | | | | | |\n")
	}
}

// An external is a total that others publish.
type external struct {
	year  int
	cases int64
}

// externals are the reconsideration cases on open government information in the whole country, by the yearly statistics
// of the ministry of justice (全国行政复议、行政应诉案件统计), of 2012 by the office of legislative affairs then, as the
// literature cites them. The statistics themselves were not seen: the figures are second-hand.
var externals = []external{{2012, 12_077}, {2023, 25_539}}

// tellExternal puts the totals of others beside those of the dataset.
func (m *maker) tellExternal(ctx context.Context, b *strings.Builder) error {
	b.WriteString("\n## Totals of others\n\nReconsideration cases on open government information in the whole country, by the yearly " +
		"statistics of the ministry of justice, beside the sum of `rec_total` (decided and pending) of the bodies of this " +
		"dataset whose figures are in no other's. The external figures are second-hand: as the literature cites the statistics, " +
		"which were not seen. The two are comparable only where the dataset covers the country, and the ministry counts by its " +
		"own rules. 全国政府信息公开类行政复议案件数（司法部年度统计，据文献转引，未核原始出处）与本数据集合计对照；仅在覆盖全国时可比。\n\n" +
		"| year | external, second-hand | this dataset | bodies with the figure | without |\n|---|--:|--:|--:|--:|\n")
	type row struct {
		Within *string `parquet:"within,optional"`
		Report string  `parquet:"report"`
		Total  *int64  `parquet:"rec_total,optional"`
	}
	sum, with, without := map[int]int64{}, map[int]int64{}, map[int]int64{}
	if i := slices.IndexFunc(m.tables, func(t output.TableDoc) bool { return t.Name == "panel" }); i < 0 ||
		!slices.ContainsFunc(m.tables[i].Columns, func(c output.ColumnDoc) bool { return c.Name == "rec_total" }) {
		b.WriteString("| | | this extract does not have the figure | | |\n")
		return nil
	}
	err := output.Select(m.data, "panel", func(year int, r row) error {
		switch {
		case r.Within != nil || r.Report == panel.NoReport || r.Report == panel.NotRead:
		case r.Total == nil:
			without[year]++
		default:
			sum[year] += *r.Total
			with[year]++
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	for _, x := range externals {
		ours := "–"
		if with[x.year] > 0 {
			ours = strconv.FormatInt(sum[x.year], 10)
		}
		fmt.Fprintf(b, "| %d | %d | %s | %d | %d |\n", x.year, x.cases, ours, with[x.year], without[x.year])
	}
	return nil
}
