package explore

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
	"github.com/gongkai/gongkai/output/panel"
	"github.com/gongkai/gongkai/output/tables"
)

// A rate is a figure that is computed of cells: the sum of some out of the sum of others.
type rate struct {
	Name        string   `json:"name"`
	Label       string   `json:"label"`
	LabelZh     string   `json:"label_zh"`
	Numerator   []string `json:"numerator"`
	Denominator []string `json:"denominator"`
	share       bool     // the numerator is a part of the denominator
}

// makeRates gives the rates of the panel with the cells of the forms. One whose cells have no number, or whose whole is
// 0, has no value.
func makeRates(forms *form.Forms) []rate {
	figures, err := panel.FiguresOf(forms)
	if err != nil {
		return nil // whoever wrote the dataset was told
	}
	var out []rate
	for i := range figures.Rates {
		r := &figures.Rates[i]
		out = append(out, rate{"rate." + r.Name, r.EN, r.ZH, figures.Cells(r.Numerator), figures.Cells(r.Denominator), r.Share})
	}
	return out
}

func (e *Explorer) rateNamed(name string) *rate {
	for i := range e.rates {
		if e.rates[i].Name == name {
			return &e.rates[i]
		}
	}
	return nil
}

// sumsOf gives the two sums of a rate of a report; ok is false where a cell has no number, except those that its
// edition does not have, or the whole is 0.
func (e *Explorer) sumsOf(x *rate, r *report, number func(string) (int64, bool)) (n, d int64, ok bool) {
	has := func(name string) bool {
		table, _, _ := strings.Cut(name, ".")
		return e.opts.Forms.Has(table, e.c.Edition(r, table), name)
	}
	n, ok1 := panel.Sum(x.Numerator, number, has)
	d, ok2 := panel.Sum(x.Denominator, number, has)
	if !ok1 || !ok2 || d <= 0 || x.share && n > d {
		return 0, 0, false
	}
	return n, d, true
}

type named struct {
	Table   string `json:"table"`
	Title   string `json:"title"`
	TitleZh string `json:"title_zh"`
}

// A jsonCell is a name of the forms; its words are those of its row and column: applications.received.total is that
// of the row applications.received and the column applications.total.
type jsonCell struct {
	Name     string   `json:"name"`
	Unit     string   `json:"unit,omitempty"`
	Signed   bool     `json:"signed,omitempty"`
	Editions []string `json:"editions"`
}

// jsonLabel is a row or column of a table: in the form's own words, and in few.
type jsonLabel struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	Words   string `json:"words"`
	WordsZh string `json:"words_zh"`
}

type jsonRule struct {
	Code        string   `json:"code"`
	Statistical bool     `json:"statistical"`
	Severity    string   `json:"severity"`
	Title       string   `json:"title"`
	TitleZh     string   `json:"title_zh"`
	Doc         string   `json:"doc,omitempty"`
	DocZh       string   `json:"doc_zh,omitempty"`
	Source      string   `json:"source,omitempty"`
	SourceZh    string   `json:"source_zh,omitempty"`
	Innocent    []string `json:"innocent,omitempty"`
	InnocentZh  []string `json:"innocent_zh,omitempty"`
}

// jsonRules are the rules of anomalies in full.
type jsonRules struct {
	Rules []jsonRule `json:"rules"`
}

// ruleBook is the rules of anomalies in full.
func ruleBook() ([]byte, error) {
	out := jsonRules{}
	for _, r := range anomalies.Rules() {
		out.Rules = append(out.Rules, jsonRule{r.Code, r.Statistical, r.Severity, r.Title, r.TitleZh, r.Doc, r.DocZh,
			r.Source, r.SourceZh, r.Innocent, r.InnocentZh})
	}
	return marshal(out)
}

type jsonCode struct {
	Code      string `json:"code"`
	Severity  string `json:"severity"`
	Meaning   string `json:"meaning"`
	MeaningZh string `json:"meaning_zh"`
}

// jsonWord is a code that a column holds, and what it is called.
type jsonWord struct {
	Code    string `json:"code"`
	Label   string `json:"label"`
	LabelZh string `json:"label_zh"`
}

type jsonRegion struct {
	Code        string `json:"code"`
	Name        string `json:"name"`
	Latin       string `json:"latin"`   // the same as Name where there is none
	Spelled     string `json:"spelled"` // what it is found by, apart by spaces
	Authorities int    `json:"authorities"`
}

type jsonLevel struct {
	Level       string `json:"level"`
	Authorities int    `json:"authorities"`
}

type jsonKind struct {
	Kind        string `json:"kind"`
	Authorities int    `json:"authorities"`
}

// jsonDataset is what there is, and the words for it.
type jsonDataset struct {
	Program     string            `json:"program"`
	Version     string            `json:"version"`
	Static      bool              `json:"static"`
	Rows        map[string]int64  `json:"rows"`
	Years       []int             `json:"years"`
	Unknown     bool              `json:"unknown_year"`
	Regions     []jsonRegion      `json:"regions"`
	Levels      []jsonLevel       `json:"levels"`
	Kinds       []jsonKind        `json:"kinds"`
	Authorities int               `json:"authorities"`
	Reports     int               `json:"reports"`
	Documents   int               `json:"documents"`
	Search      state             `json:"search"`
	Anomalies   state             `json:"anomalies"`
	Packing     state             `json:"packing"` // of the reports of a large dataset, for many readers
	Cells       []jsonCell        `json:"cells"`
	FormRows    []jsonLabel       `json:"form_rows"`
	FormColumns []jsonLabel       `json:"form_columns"`
	FormHeads   map[string]string `json:"form_heads"` // labels that head others, in English
	Rates       []rate            `json:"rates"`
	Tables      []named           `json:"tables"`
	Rules       []jsonRule        `json:"rules"`
	Codes       []jsonCode        `json:"codes"`

	FullYear   int                              `json:"full_year"` // the newest on which at least half as many report as on any; 0 = none
	Groups     []jsonRankGroup                  `json:"groups"`    // of bodies, of which there are rankings
	Ranked     []string                         `json:"ranked"`    // figures of which a static site has rankings; a server has all
	Judgements map[string][]anomalies.Judgement `json:"judgements"`

	Lists map[string][]jsonWord `json:"lists"` // the codes of columns by the list's name: level, kind, status and so on

	Edition jsonEdition `json:"edition"`
}

// jsonEdition tells a dataset from others: it is what is cited where a figure rests on many reports. The program is only
// the tool that wrote it, and version above that of the one that shows it.
type jsonEdition struct {
	SHA256  string  `json:"sha256"`  // of its dataset.json, which has the hashes of all files
	Program string  `json:"program"` // version that wrote it
	Day     *string `json:"day"`     // of the newest document
	By      string  `json:"by"`      // what day that is: seen, or published where no document has a day on which it was seen
}

// editionOf tells which dataset this is.
func editionOf(c *catalog) (jsonEdition, error) {
	b, err := os.ReadFile(filepath.Join(c.data.Dir(), tables.ManifestName))
	if err != nil {
		return jsonEdition{}, err
	}
	sum := sha256.Sum256(b)
	out := jsonEdition{SHA256: hex.EncodeToString(sum[:]), Program: c.data.Version, By: "seen"}
	day := int32(panel.NoDay)
	for i := range c.Documents {
		day = max(day, c.Documents[i].Seen)
	}
	if day == panel.NoDay {
		out.By = "published"
		for i := range c.Reports {
			day = max(day, c.Reports[i].Published)
		}
	}
	out.Day = dayWord(day)
	return out, nil
}

// dataset is what the application asks for first: what there is, and the words for it.
func (e *Explorer) dataset() ([]byte, error) {
	c := e.c
	out := jsonDataset{Program: "gongkai", Version: e.opts.Program, Static: e.opts.Static, Rows: c.data.Rows,
		Years: c.years, Unknown: c.unknown, Authorities: len(c.authorities), Reports: len(c.Reports),
		Documents: len(c.Documents), Rates: e.rates,
		Regions: []jsonRegion{}, Levels: []jsonLevel{}, Kinds: []jsonKind{}}
	out.Edition = e.edition
	out.Search, out.Anomalies = e.states()
	e.mu.Lock()
	out.Packing = e.packing
	e.mu.Unlock()
	if out.Years == nil {
		out.Years = []int{}
	}
	region, level, kind := map[string]int{}, map[string]int{}, map[string]int{}
	for i := range c.authorities {
		a := &c.authorities[i]
		region[a.region]++
		level[levelOf(a.Level)]++
		kind[cmp.Or(a.Kind, "none")]++
	}
	for _, r := range c.regions {
		out.Regions = append(out.Regions, jsonRegion{r, regionName(r, e.newest()), regionLatin(r, e.newest()),
			e.pinyinOfRegions[r], region[r]})
	}
	for _, l := range append(slices.Clone(levels), "none") {
		if level[l] > 0 {
			out.Levels = append(out.Levels, jsonLevel{l, level[l]})
		}
	}
	for _, k := range append(slices.Clone(kinds), "none") {
		if kind[k] > 0 {
			out.Kinds = append(out.Kinds, jsonKind{k, kind[k]})
		}
	}
	rows, columns := map[string]bool{}, map[string]bool{}
	for i := range e.cells {
		x := &e.cells[i]
		out.Cells = append(out.Cells, jsonCell{x.Name, x.Unit, x.Signed, x.Editions})
		if name := x.Table + "." + x.Row; !rows[name] {
			rows[name] = true
			w := e.opts.Forms.Short(name)
			out.FormRows = append(out.FormRows, jsonLabel{name, x.RowLabel, w.EN, w.ZH})
		}
		if name := x.Table + "." + x.Column; !columns[name] {
			columns[name] = true
			w := e.opts.Forms.ShortColumn(x.Table, x.Column)
			out.FormColumns = append(out.FormColumns, jsonLabel{name, x.ColumnLabel, w.EN, w.ZH})
		}
	}
	out.FormHeads = form.English()
	for _, t := range e.opts.Forms.Tables() {
		title := e.opts.Forms.Title(t)
		out.Tables = append(out.Tables, named{t, title.EN, title.ZH})
	}
	for _, r := range anomalies.Rules() {
		out.Rules = append(out.Rules, jsonRule{Code: r.Code, Statistical: r.Statistical, Severity: r.Severity,
			Title: r.Title, TitleZh: r.TitleZh})
	}
	for _, x := range output.Codes() {
		out.Codes = append(out.Codes, jsonCode{x.Code, string(x.Severity), x.Meaning, x.MeaningZh})
	}
	out.FullYear, out.Groups, out.Judgements = e.fullYear(), e.rankGroups(), e.judged
	out.Ranked = e.rankedFigures()
	out.Lists = map[string][]jsonWord{}
	for name, list := range output.CodeLists() {
		for _, x := range list {
			out.Lists[name] = append(out.Lists[name], jsonWord{x.Code, x.Label, x.LabelZh})
		}
	}
	return marshal(out)
}

// newest is the newest report year, for the names of divisions.
func (e *Explorer) newest() int {
	if n := len(e.c.years); n > 0 {
		return e.c.years[n-1]
	}
	return 2024
}

// trends are the cells whose course the first page shows.
var trends = []string{"applications.received.total", "applications.handled_total.total",
	"applications.granted.total", "applications.carried_out.total", "disputes.reconsideration.total",
	"disputes.litigation_direct.total", "active.normative_document.issued", "active.licensing.decisions",
	"active.punishment.decisions"}

type jsonYear struct {
	Year            int `json:"year"`
	Documents       int `json:"documents"`
	Read            int `json:"read"`
	Partly          int `json:"partly"`
	Unread          int `json:"unread"`
	Reports         int `json:"reports"`
	Authorities     int `json:"authorities"`
	Kept            int `json:"kept"`
	Missed          int `json:"missed"`
	DeadlineUnknown int `json:"deadline_unknown"`
	Cells           int `json:"cells"`
	Absent          int `json:"absent"`
	Proved          int `json:"proved"`
	Contradicted    int `json:"contradicted"`
	Inferred        int `json:"inferred"`
	Unchecked       int `json:"unchecked"`
	Errors          int `json:"errors"`
	Warnings        int `json:"warnings"`
	Notes           int `json:"notes"`
}

type jsonReason struct {
	Reason    string `json:"reason"`
	Documents int    `json:"documents"`
}

// jsonOverview is the dataset counted year by year.
type jsonOverview struct {
	Years   []*jsonYear  `json:"years"`
	Reasons []jsonReason `json:"reasons"`
}

// makeOverview counts the dataset year by year.
func (e *Explorer) makeOverview() ([]byte, error) {
	c := e.c
	byYear := map[int32]*jsonYear{}
	at := func(y int32) *jsonYear {
		if byYear[y] == nil {
			byYear[y] = &jsonYear{Year: int(y)}
		}
		return byYear[y]
	}
	for _, y := range c.years {
		at(int32(y))
	}
	reasons := map[string]int{}
	for i := range c.Documents {
		d := &c.Documents[i]
		y := at(d.Year)
		y.Documents++
		switch d.Status {
		case string(normalize.StatusUnread):
			y.Unread++
			reasons[d.Reason]++
		case "partly":
			y.Partly++
		default:
			y.Read++
		}
	}
	for i := range c.Reports {
		r := &c.Reports[i]
		y := at(r.Year)
		y.Reports++
		if !r.Stands { // copies, formats and versions count for nothing
			continue
		}
		y.Authorities++
		switch r.InTime {
		case "kept":
			y.Kept++
		case "missed":
			y.Missed++
		default:
			y.DeadlineUnknown++
		}
		y.Cells += int(r.Cells)
		y.Absent += int(r.Absent)
		y.Proved += int(r.Proved)
		y.Contradicted += int(r.Contradicted)
		y.Inferred += int(r.Inferred)
		y.Unchecked += int(r.Unchecked)
		y.Errors += int(r.Errors)
		y.Warnings += int(r.Warnings)
		y.Notes += int(r.Notes)
	}
	out := jsonOverview{Years: []*jsonYear{}, Reasons: []jsonReason{}}
	for _, y := range byYear {
		out.Years = append(out.Years, y)
	}
	slices.SortFunc(out.Years, func(a, b *jsonYear) int { return cmp.Compare(a.Year, b.Year) })
	for r, n := range reasons {
		out.Reasons = append(out.Reasons, jsonReason{r, n})
	}
	slices.SortFunc(out.Reasons, func(a, b jsonReason) int {
		return cmp.Or(cmp.Compare(b.Documents, a.Documents), strings.Compare(a.Reason, b.Reason))
	})
	out.Reasons = out.Reasons[:min(len(out.Reasons), 20)]
	return marshal(out)
}
