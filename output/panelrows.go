package output

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output/panel"
)

// What stands before the name of a figure in the columns of panel.
const (
	StatePrefix       = "s_" // how good it is, or why there is none
	RatePrefix        = "r_"
	NumeratorPrefix   = "n_"
	DenominatorPrefix = "d_"
	NearPrefix        = "near_" // a figure of a series that is only near
)

// figureDocs are the columns of the figures in the data dictionary.
func figureDocs(forms *form.Forms) (out []ColumnDoc) {
	figures, err := panel.FiguresOf(forms)
	if err != nil {
		return nil // told by Create
	}
	state := func(name string) ColumnDoc {
		return ColumnDoc{Name: StatePrefix + name, Type: "string", Doc: "how good " + name + " is, or why there is none",
			DocZh: name + " 的可靠程度或缺失原因", Codes: "figure"}
	}
	for _, c := range figures.Counts {
		out = append(out, ColumnDoc{Name: c.Name, Type: "int64, null", Doc: c.EN, DocZh: c.ZH}, state(c.Name))
		if c.HasNear() {
			out = append(out, ColumnDoc{Name: NearPrefix + c.Name, Type: "int64, null",
				Doc: c.Name + " from a source that is only near it: see crosswalk", DocZh: c.Name + " 的近似可比数值，见 crosswalk"})
		}
	}
	for _, r := range figures.Rates {
		sum := func(list []string) string { return strings.Join(list, " + ") }
		out = append(out, ColumnDoc{Name: RatePrefix + r.Name, Type: "double, null", Doc: r.EN, DocZh: r.ZH},
			state(RatePrefix+r.Name),
			ColumnDoc{Name: NumeratorPrefix + r.Name, Type: "int64, null", Doc: "its numerator: " + sum(r.Numerator),
				DocZh: "其分子：" + sum(r.Numerator)},
			ColumnDoc{Name: DenominatorPrefix + r.Name, Type: "int64, null", Doc: "its denominator: " + sum(r.Denominator),
				DocZh: "其分母：" + sum(r.Denominator)})
	}
	return out
}

// A panelSchema lays bodies and years into the columns of panel, as columns.txt and figures.txt have them.
type panelSchema struct {
	columns []ColumnDoc
	schema  *parquet.Schema
	tables  []string
	annexes []string // of before 2019
	figures *panel.Figures
}

func newPanelSchema(forms *form.Forms) (*panelSchema, error) {
	figures, err := panel.FiguresOf(forms)
	if err != nil {
		return nil, err
	}
	s := &panelSchema{columns: listedColumns("panel", forms), tables: forms.Tables(), figures: figures}
	for _, f := range forms.Annexes() {
		if !slices.Contains(s.annexes, f.Table) {
			s.annexes = append(s.annexes, f.Table)
		}
	}
	var fields []reflect.StructField
	for i, c := range s.columns {
		t, tag := goType(c.Type)
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("C%d", i), Type: t,
			Tag: reflect.StructTag(`parquet:"` + c.Name + tag + `"`)})
	}
	s.schema = parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())
	return s, nil
}

// goType is how a type of the data dictionary is written.
func goType(typ string) (reflect.Type, string) {
	typ, null := strings.CutSuffix(typ, ", null")
	tag := ""
	t := map[string]reflect.Type{"string": reflect.TypeFor[string](), "int32": reflect.TypeFor[int32](),
		"int64": reflect.TypeFor[int64](), "double": reflect.TypeFor[float64](), "date": reflect.TypeFor[int32](),
		"boolean": reflect.TypeFor[bool](), "list of string": reflect.TypeFor[[]string]()}[typ]
	if null {
		t, tag = reflect.PointerTo(t), ",optional"
	}
	switch typ {
	case "string":
		tag += ",dict"
	case "date":
		tag += ",date"
	case "list of string":
		tag += ",list"
	}
	return t, tag
}

// row lays a row into columns: of each column by its name a string, int32, int64, float64, bool or []string; nil or
// "" where it may be null is null.
func (s *panelSchema) row(of map[string]any) parquet.Row {
	row := make(parquet.Row, 0, len(s.columns)+8)
	for i, c := range s.columns {
		kind, null := c.Kind()
		def := 0
		if null {
			def = 1
		}
		x := of[c.Name]
		if kind == ListColumn {
			list, _ := x.([]string)
			for n, t := range list {
				row = append(row, parquet.ByteArrayValue([]byte(t)).Level(min(n, 1), 1, i))
			}
			if len(list) == 0 {
				row = append(row, parquet.NullValue().Level(0, 0, i))
			}
			continue
		}
		if null && (x == nil || x == "") {
			row = append(row, parquet.NullValue().Level(0, 0, i))
			continue
		}
		var v parquet.Value
		switch x := x.(type) {
		case nil:
			v = parquet.ByteArrayValue(nil)
			if kind == CountColumn {
				v = parquet.Int32Value(0)
			} else if kind == TruthColumn {
				v = parquet.BooleanValue(false)
			}
		case string:
			v = parquet.ByteArrayValue([]byte(x))
		case int32:
			v = parquet.Int32Value(x)
		case int64:
			v = parquet.Int64Value(x)
		case float64:
			v = parquet.DoubleValue(x)
		case bool:
			v = parquet.BooleanValue(x)
		}
		row = append(row, v.Level(0, def, i))
	}
	return row
}

// shortID is a body's name in few ASCII characters.
func shortID(body string) string {
	sum := sha256.Sum256([]byte(body))
	first := "b"
	if strings.HasPrefix(body, panel.Provisional) {
		first = "p"
	}
	return first + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:8])[:12])
}

// who says in panel who a body is.
func (s *panelSchema) who(of map[string]any, body, printed string, id *panel.Identity) {
	of["id"], of["body"], of["agency_id"] = shortID(body), body, id.AgencyID
	if of["agency"] = id.AgencyName; id.AgencyName == "" {
		of["agency"] = printed
	}
	of["division"], of["series"], of["level"], of["kind"] = id.Division, id.Series, id.Level, id.Kind
	of["function"], of["vertical"] = id.Function, id.Vertical
	of["province"], of["prefecture"] = provinceOf(id.Division), prefectureOf(id.Division)
}

func provinceOf(code string) string {
	if len(code) != 6 || strings.HasPrefix(code, "00") {
		return ""
	}
	return code[:2] + "0000"
}

func prefectureOf(code string) string {
	if len(code) != 6 || code[2:4] == "00" {
		return ""
	}
	if up := code[:4] + "00"; places.At(up, 0) != nil {
		return up
	}
	return ""
}

// of is the row of a body and year that a report stands for, with its counts.
func (s *panelSchema) of(r *Result, row *ReportRow, figures counted) parquet.Row {
	rep := r.Report
	of := map[string]any{"report": string(rep.Status), "document": r.Document.SHA256, "part": r.part(),
		"documents_of_report": row.Documents, "scope": string(rep.Scope), "in_time": string(rep.InTime),
		"days": days(rep), "findings": row.Errors + row.Warnings}
	s.who(of, *row.Body, rep.Agency, identityOf(rep))
	for name, d := range map[string]*int32{"published": row.Published, "deadline": row.Deadline} {
		if d != nil {
			of[name] = *d
		}
	}
	if row.Within != nil {
		of["within"] = *row.Within
	}
	for _, t := range s.tables {
		of[EditionColumn(t)] = rep.Editions[t]
	}
	var near, confirmed, corrected []string
	s.fill(of, func(c *panel.Count) panel.Figure {
		f := figures.of[c.Name]
		if f.Near && f.There {
			near = append(near, c.Name)
		}
		if f.Confirmed {
			confirmed = append(confirmed, c.Name)
		}
		if f.Corrected {
			corrected = append(corrected, c.Name)
		}
		return f
	})
	of["near"], of["confirmed"], of["corrected"] = near, confirmed, corrected
	return s.row(of)
}

// fill computes the figures of a row.
func (s *panelSchema) fill(of map[string]any, count func(c *panel.Count) panel.Figure) {
	counts := map[string]panel.Figure{}
	put := func(column string, f panel.Figure) {
		if f.There {
			of[column] = f.Number
		}
	}
	for i := range s.figures.Counts {
		c := &s.figures.Counts[i]
		f := count(c)
		if f.Near && f.There { // beside the column, which holds only what may be joined
			put(NearPrefix+c.Name, f)
			f = panel.Figure{State: panel.OnlyNear}
		}
		counts[c.Name] = f
		put(c.Name, f)
		of[StatePrefix+c.Name] = f.State
	}
	for i := range s.figures.Rates {
		r := &s.figures.Rates[i]
		sum := func(names []string) panel.Figure {
			var parts []panel.Figure
			for _, n := range names {
				parts = append(parts, counts[n])
			}
			return panel.Whole(parts)
		}
		n, d := sum(r.Numerator), sum(r.Denominator)
		put(NumeratorPrefix+r.Name, n)
		put(DenominatorPrefix+r.Name, d)
		v, ok, state := r.Of(n, d)
		if ok {
			of[RatePrefix+r.Name] = v
		}
		of[StatePrefix+RatePrefix+r.Name] = state
	}
}

// without is the row of a body and year of which there is no report, and why.
func (s *panelSchema) without(body, printed, why string, id *panel.Identity, deadline *int32) parquet.Row {
	of := map[string]any{"report": why}
	s.who(of, body, printed, id)
	if deadline != nil {
		of["deadline"] = *deadline
	}
	s.fill(of, func(*panel.Count) panel.Figure { return panel.Figure{State: why} })
	return s.row(of)
}

func identityOf(rep *normalize.Report) *panel.Identity {
	b := &rep.Body
	return &panel.Identity{AgencyID: b.ID, AgencyName: b.Normal, Division: b.Code, Series: b.Series,
		Level: string(b.Level), Kind: string(b.Kind), Function: b.Function, Unit: b.Unit, Vertical: b.Vertical}
}

// days are those that the figures of a report cover.
func days(rep *normalize.Report) int32 {
	from, to := fmt.Sprintf("%04d-01-01", rep.Year), fmt.Sprintf("%04d-12-31", rep.Year)
	if rep.Year == 2008 { // the Regulations of 2007 came into force on 1 May
		from = "2008-05-01"
	}
	if rep.Period.From != "" && rep.Period.To != "" {
		from, to = rep.Period.From, rep.Period.To
	}
	a, e1 := time.Parse(time.DateOnly, from)
	b, e2 := time.Parse(time.DateOnly, to)
	if e1 != nil || e2 != nil || b.Before(a) {
		return 0
	}
	return int32(b.Sub(a).Hours()/24) + 1
}

// The tables of no year.

// A DivisionRow is one division under one code and name.
type DivisionRow struct {
	Code       string   `parquet:"code"`
	Name       string   `parquet:"name"`
	ShortName  string   `parquet:"short_name"`
	Path       string   `parquet:"path"`
	Level      string   `parquet:"level,dict"`
	Parent     *string  `parquet:"parent,optional,dict"`
	From       *int32   `parquet:"valid_from,optional"`
	Until      *int32   `parquet:"valid_until,optional"`
	Successors []string `parquet:"successors,list"`
	Series     string   `parquet:"series"`
	Pinyin     string   `parquet:"pinyin"`
}

func divisionRows() []DivisionRow {
	all := places.All()
	out := make([]DivisionRow, 0, len(all))
	for _, d := range all {
		row := DivisionRow{Code: d.Code, Name: d.Name, ShortName: d.ShortName(), Path: d.Path(), Level: string(d.Level()),
			From: ordinalOf(d.From), Until: ordinalOf(d.Until), Successors: d.Successors, Series: d.Series(), Pinyin: d.Pinyin()}
		if p := d.Parent(); p != nil {
			row.Parent = &p.Code
		}
		out = append(out, row)
	}
	return out
}

// A RateRow is the definition of a rate.
type RateRow struct {
	Name         string   `parquet:"name"`
	Numerator    []string `parquet:"numerator,list"`
	Denominator  []string `parquet:"denominator,list"`
	Share        bool     `parquet:"share"`
	Inferred     string   `parquet:"inferred,dict"`
	Contradicted string   `parquet:"contradicted,dict"`
	Words        string   `parquet:"words"`
	WordsZh      string   `parquet:"words_zh"`
	Source       string   `parquet:"source"`
	SourceZh     string   `parquet:"source_zh"`
}

func rateRows(f *panel.Figures) (out []RateRow) {
	part := func(drop bool, else_ string) string {
		if drop {
			return "drop"
		}
		return else_
	}
	for _, r := range f.Rates {
		out = append(out, RateRow{r.Name, slices.Clone(r.Numerator), slices.Clone(r.Denominator), r.Share,
			part(r.DropInferred, "count"), part(r.DropContradicted, "mark"), r.EN, r.ZH, r.Source, r.SourceZh})
	}
	return out
}
