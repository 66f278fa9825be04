package gold

import (
	"encoding/json"
	"sort"
)

// AllExamples are all documents under examples/: those of invented bodies, and those with figures of real ones.
func AllExamples() []Example { return append(Examples(), publishedExamples()...) }

// An Example is one of the documents under examples/.
type Example struct {
	File   string
	Report *Report
	Body   []byte
}

// Examples are the documents of invented bodies under examples/: several authorities and years, both editions, the formats in
// which reports are published, and some of the mistakes that authorities make.
func Examples() []Example {
	report := func(seed int64, agency string, year int, active, apps string, o Options) *Report {
		o.Agency = agency
		if o.Zero == "" {
			o.Zero = "0"
		}
		if o.Zero == "blank" {
			o.Zero = ""
		}
		return New(seed, year, active, apps, o)
	}
	const (
		jiangzhou = "江州市人民政府"
		linxi     = "临溪市人民政府办公室"
		qinglan   = "青岚市人民政府"
		wangchuan = "望川市卫生健康委员会"
		yunqi     = "云栖县人民政府"
		beilan    = "北澜区人民政府办公室"
	)
	j21 := report(101, jiangzhou, 2021, "2021", "2021", Options{Separators: true})
	j22 := report(102, jiangzhou, 2022, "2021", "2021", Options{Separators: true, Before: j21})
	j23 := report(103, jiangzhou, 2023, "2021", "2021", Options{Before: j22, TallHeader: true})
	l19 := report(104, linxi, 2019, "2019", "2019", Options{Zero: "blank", VerticalHeads: true})
	l20 := report(105, linxi, 2020, "2019", "2019", Options{Zero: "/", ActiveTables: true, Before: l19})
	q22 := report(106, qinglan, 2022, "2021", "2021", Options{Mistake: "total left 0"})
	q23 := report(107, qinglan, 2023, "2021", "2021", Options{Before: q22, ShortHeads: true, Disputes: "rows"})
	w22 := report(108, wangchuan, 2022, "2021", "2021", Options{Fees: "251000元", FeesNumber: "25.1", Wordings: true})
	w24 := report(109, wangchuan, 2024, "2021", "2021", Options{Mistake: "off by one", Disputes: "tables"})
	y20 := report(110, yunqi, 2020, "2019", "2019", Options{Zero: "—", Wide: true})
	y23 := report(111, yunqi, 2023, "2021", "2019", Options{Wordings: true, Mistake: "carried wrongly"})
	b24 := report(112, beilan, 2024, "2021", "2021",
		Options{SplitTable: true, RepeatHeader: true, Mistake: "typed wrongly"})
	var out []Example
	add := func(file string, r *Report, body []byte) { out = append(out, Example{file, r, body}) }
	add("jiangzhou/2021.html", j21, j21.HTML(HTMLStyle{Layout: true}))
	add("jiangzhou/2022.html", j22, j22.HTML(HTMLStyle{Word: true}))
	add("jiangzhou/2023.pdf", j23, j23.PDF(PDFStyle{Encoding: "UniGB-UCS2-H"}))
	add("linxi/2019.html", l19, l19.HTML(HTMLStyle{GBK: true, Layout: true}))
	add("linxi/2020.html", l20, l20.HTML(HTMLStyle{GBK: true, Unclosed: true}))
	add("qinglan/2022.txt", q22, q22.Text(Marked))
	add("qinglan/2023.txt", q23, q23.Text(Lines))
	add("wangchuan/2022.pdf", w22, w22.PDF(PDFStyle{Encoding: "GBK-EUC-H", FilledRules: true, RepeatHeader: true}))
	add("wangchuan/2024.pdf", w24, w24.PDF(PDFStyle{Encoding: "Identity-H", Rotated: true, OpenCuts: true}))
	add("yunqi/2020.txt", y20, y20.Text(Tabs))
	add("yunqi/2023.html", y23, y23.HTML(HTMLStyle{}))
	add("beilan/2024.html", b24, b24.HTML(HTMLStyle{Layout: true}))
	return out
}

// ExampleTruth gives what each example prints under each name, as JSON: file, name, printed text.
func ExampleTruth() ([]byte, error) {
	type entry struct {
		File  string            `json:"file"`
		Cells map[string]string `json:"cells"`
	}
	var out []entry
	for _, e := range AllExamples() {
		cells := map[string]string{}
		for n, p := range e.Report.Truth() {
			cells[n] = p.Text
		}
		out = append(out, entry{e.File, cells})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].File < out[j].File })
	b, err := json.MarshalIndent(out, "", " ")
	return append(b, '\n'), err
}
