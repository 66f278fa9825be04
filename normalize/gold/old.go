package gold

import (
	"fmt"
	"math/rand"
	"slices"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// Reports of before 2019: tables of statistics of each family, built as offices of different provinces build them, tables
// of no family, and reports of small bodies that print none. Cities and figures are invented.

// An oldStyle is how an office lays its table of statistics out.
type oldStyle struct {
	family  string // "statistics_fujian 2012"; "" = one of no family: see strange
	second  string // another family behind it
	strange int    // which of the tables of no family
	columns []string
	heads   map[string]string // of columns; YEAR stands for the year
	numbers bool              // a column of ordinals
	codes   bool              // a column of codes
	beside  bool              // two columns of indicators
	groups  bool              // group labels in a column of their own, over their rows
	turned  bool              // indicators in columns
	foot    bool
	cut     bool // over a page
	noUnit  bool // the unit stands in the label's brackets
	spaces  bool // full-width blanks in cells
	blank   bool // one cell is blank
	prose   int  // which order of sections
	only    bool // prose only
}

// OldReports are the gold set of reports on 2008 to 2018.
func OldReports() []*Report {
	var out []*Report
	add := func(year int, agency string, s oldStyle) {
		out = append(out, newOld(int64(1000+len(out)), year, agency, s))
	}
	year, both := map[string]string{"year": "YEAR年度", "cumulative": "历年累计"}, []string{"year", "cumulative"}
	fujian := func(ed string) string { return "statistics_fujian " + ed }
	add(2008, "云栖县人民政府", oldStyle{family: fujian("2008"), columns: both, heads: year})
	add(2009, "望川市民政局", oldStyle{family: fujian("2008"), columns: both,
		heads: map[string]string{"year": "YEAR年", "cumulative": "累计"}, spaces: true})
	add(2011, "青岚市人民政府", oldStyle{family: fujian("2011"), columns: both, heads: year, blank: true})
	add(2012, "江州市国土资源局", oldStyle{family: fujian("2012"), columns: both, heads: year, foot: true})
	add(2013, "临溪区人民政府", oldStyle{family: fujian("2012"), columns: both, heads: year, cut: true})
	add(2014, "北澜区人民政府", oldStyle{family: fujian("2014"), columns: both, heads: year, prose: 1})
	add(2015, "云栖县工商行政管理局", oldStyle{family: fujian("2014"), columns: both, heads: year, spaces: true})
	add(2016, "望川市人民政府", oldStyle{family: fujian("2014"), columns: both, heads: year, numbers: true})
	add(2017, "江州市人民政府", oldStyle{family: fujian("2017"), columns: both, heads: year})
	add(2018, "青岚市地方税务局", oldStyle{family: fujian("2017"), columns: both, heads: year, foot: true})
	add(2016, "临溪区人民政府", oldStyle{family: fujian("2014"), second: "statistics 2014", columns: both, heads: year})
	shanghai := map[string]string{"period": "本期（月）实际", "year": "本年累计"}
	month := []string{"period", "year"}
	add(2008, "北澜区人民政府", oldStyle{family: "statistics_shanghai 2004", columns: month, heads: shanghai, codes: true})
	add(2009, "江州市质量技术监督局", oldStyle{family: "statistics_shanghai 2004", columns: month, heads: shanghai, codes: true, foot: true})
	add(2010, "望川市人民政府", oldStyle{family: "statistics_shanghai 2004", columns: month, heads: shanghai, cut: true})
	add(2012, "青岚市人民政府", oldStyle{family: "statistics_shanghai 2011", columns: month, heads: shanghai, codes: true})
	add(2013, "云栖县食品药品监督管理局", oldStyle{family: "statistics_shanghai 2011", columns: []string{"year"}, heads: shanghai})
	national := map[string]string{"count": "统计数"}
	count := []string{"count"}
	levels := map[string]string{"government": "区政府", "units": "区直单位", "townships": "乡镇街道", "total": "合计"}
	level := []string{"government", "units", "townships", "total"}
	add(2014, "江州市人民政府", oldStyle{family: "statistics 2014", columns: count, heads: national, foot: true})
	add(2015, "北澜区人民政府", oldStyle{family: "statistics 2014", columns: count, heads: national, beside: true})
	add(2016, "临溪市人民政府", oldStyle{family: "statistics 2014", columns: level, heads: levels, numbers: true})
	add(2017, "望川市卫生和计划生育委员会", oldStyle{family: "statistics 2014", columns: count,
		heads: map[string]string{"count": "YEAR年"}, numbers: true, foot: true})
	add(2018, "青岚市人民政府", oldStyle{family: "statistics 2014", columns: count, heads: national, groups: true})
	add(2014, "云栖县人民政府", oldStyle{family: "statistics 2014", columns: count, heads: national, cut: true, foot: true, prose: 1})
	add(2015, "江州市公安局", oldStyle{family: "statistics 2014", columns: count, heads: national, noUnit: true})
	add(2016, "北澜区人民政府", oldStyle{family: "statistics 2014", columns: level, heads: levels, turned: true})
	add(2017, "临溪市环境保护局", oldStyle{family: "statistics 2014", columns: count,
		heads: map[string]string{"count": "数量"}, spaces: true, prose: 2})
	add(2018, "望川市人民政府", oldStyle{family: "statistics 2014", columns: level[:3], heads: levels, beside: false, foot: true})
	anhui := map[string]string{"count": "数量"}
	add(2009, "青岚市人民政府", oldStyle{family: "statistics_anhui 2009", columns: count, heads: anhui})
	add(2011, "云栖县人民政府", oldStyle{family: "statistics_anhui 2009", columns: level, heads: levels, numbers: true})
	add(2014, "江州市人民政府", oldStyle{family: "statistics_anhui 2014", columns: level, heads: levels, numbers: true})
	add(2016, "北澜区教育局", oldStyle{family: "statistics_anhui 2014", columns: count, heads: anhui, foot: true})
	add(2010, "临溪市人民政府", oldStyle{strange: 1, prose: 1})
	add(2011, "望川市交通运输局", oldStyle{strange: 2})
	add(2012, "青岚区人民政府", oldStyle{strange: 3, foot: true})
	add(2013, "云栖县人民政府", oldStyle{strange: 1, prose: 2})
	add(2014, "江州市水务局", oldStyle{strange: 4, prose: 1})
	for i, a := range []string{"临溪镇人民政府", "望川市档案局", "青岚区云栖街道办事处", "江州市气象局", "北澜镇人民政府", "云栖县水利局"} {
		add(2008+2*i, a, oldStyle{only: true, prose: i % 3})
	}
	return out
}

// Old makes a report on a year before 2019 from a seed: with the table that the body's province had for it (a code of six
// digits), else with the national one, which there is from 2014 on, and before with prose alone.
func Old(seed int64, year int, agency, province string) *Report {
	forms, err := form.Load()
	if err != nil {
		panic(err) // the forms are part of the program; a test of their own lints them
	}
	s := oldStyle{prose: int(seed % 3), only: true}
	for _, f := range forms.Annexes() {
		if !f.Holds(year) || f.Where != nil && !slices.Contains(f.Where, province) || !s.only && f.Where == nil {
			continue
		}
		s.only, s.family = false, f.Table+" "+f.Edition
		switch f.Table {
		case "statistics_fujian":
			s.columns, s.heads = []string{"year", "cumulative"}, map[string]string{"year": "YEAR年度", "cumulative": "历年累计"}
		case "statistics_shanghai":
			s.columns, s.heads = []string{"period", "year"}, map[string]string{"period": "本期（月）实际", "year": "本年累计"}
		default:
			s.columns, s.heads = []string{"count"}, map[string]string{"count": "统计数"}
		}
	}
	return newOld(seed, year, agency, s)
}

// newOld makes one of them.
func newOld(seed int64, year int, agency string, s oldStyle) *Report {
	rng := rand.New(rand.NewSource(seed))
	r := &Report{ID: fmt.Sprintf("%d-%d-%s%d", seed, year, s.family, s.strange), Agency: agency, Year: year,
		Active: "2021", Apps: "2021", // which faults ask for, and it prints none of
		Ambiguous: map[string]bool{}, Real: map[string]int64{}, own: []string{}}
	r.strange = s.strange > 0
	r.Title = fmt.Sprintf("%s%d年政府信息公开工作年度报告", agency, year)
	r.say("%s", r.Title)
	r.oldProse(rng, s)
	if !s.only {
		for i, family := range []string{s.family, s.second} {
			switch {
			case i == 1 && family == "":
			case family == "":
				r.strangeTable(rng, s)
			case i == 1:
				r.oldTable(rng, family, oldStyle{columns: []string{"count"}, heads: map[string]string{"count": "统计数"}, foot: true})
			default:
				r.oldTable(rng, family, s)
			}
		}
	}
	for name := range r.Truth() {
		r.own = append(r.own, name)
	}
	slices.Sort(r.own)
	return r
}

// oldFigures invents figures that hold every identity of a family.
func oldFigures(rng *rand.Rand, f *form.Form, columns []int, n map[[2]int]int64) {
	sums := map[int][]int{}
	for _, s := range f.ColSums {
		sums[s.Right[0]] = s.Left
	}
	var fill func(r, c int) int64
	fill = func(r, c int) int64 {
		if v, ok := n[[2]int{r, c}]; ok {
			return v
		}
		v := int64(rng.Intn(1 + 40*rng.Intn(4)))
		if parts := sums[r]; parts != nil {
			v = 0
			for _, p := range parts {
				v += fill(p, c)
			}
		}
		for _, b := range f.Bounds {
			if slices.Contains(b.Right, r) {
				for _, p := range b.Left {
					v += fill(p, c)
				}
			}
		}
		n[[2]int{r, c}] = v
		return v
	}
	for r := range f.Rows {
		for _, c := range columns {
			if f.Columns[c].Name != "cumulative" && f.Columns[c].Name != "total" {
				fill(r, c)
			}
		}
	}
	for _, c := range columns {
		of := f.Column("year")
		switch f.Columns[c].Name {
		case "cumulative":
			for r := range f.Rows {
				n[[2]int{r, c}] = 3*n[[2]int{r, of}] + 0
			}
		case "total":
			for r := range f.Rows {
				var t int64
				for _, other := range columns {
					if other != c {
						t += n[[2]int{r, other}]
					}
				}
				n[[2]int{r, c}] = t
			}
		}
	}
}

// oldTable lays a table of a family out.
func (r *Report) oldTable(rng *rand.Rand, family string, s oldStyle) {
	table, ed, _ := strings.Cut(family, " ")
	f := annexOf(table, ed)
	var columns []int
	for _, c := range s.columns {
		columns = append(columns, f.Column(c))
	}
	n := map[[2]int]int64{}
	oldFigures(rng, f, columns, n)
	blankAt := -1
	if s.blank {
		blankAt = f.Row("complaints")
	}
	cell := func(row, col int) Cell {
		v := n[[2]int{row, col}]
		c := Cell{Text: strconv.FormatInt(v, 10), Name: f.Name(row, col), Cols: 1, Rows: 1}
		c.Print = Print{Text: c.Text, State: normalize.Number, Number: c.Text}
		if row == blankAt && col == columns[len(columns)-1] {
			c.Text, c.Print = "", Print{State: normalize.Blank}
		}
		r.Real[c.Name] = v
		return c
	}
	word := func(text string, header bool) Cell {
		if s.spaces && !header && len([]rune(text)) == 1 {
			text = "　" + text
		}
		return Cell{Text: text, Cols: 1, Rows: 1, Header: header}
	}
	var lines []oldLine
	var path []string
	for i := range f.Rows {
		p := f.Rows[i].Path
		for d := 0; d < len(p)-1; d++ {
			key := clean(p[d])
			if slices.Contains(f.Groups, key) && (len(path) <= d || clean(path[d]) != key) {
				lines = append(lines, oldLine{label: groupLabel(p[d], d), row: -1})
			}
		}
		path = p
		lines = append(lines, oldLine{label: r.oldLabel(f, i), row: i, unit: f.Rows[i].Unit})
	}
	if s.turned {
		r.turnedTable(f, lines, columns, cell, s)
		return
	}
	head := func() Row { return r.oldHeader(family, s, word) }
	k := 0
	body := func(l oldLine) Row {
		var row Row
		if s.numbers {
			k++
			row = append(row, word(strconv.Itoa(k), false))
		}
		label := l.label
		if s.noUnit && l.unit != "" {
			label += "（" + l.unit + "）"
		}
		row = append(row, Cell{Text: label, Cols: 1, Rows: 1, Label: true})
		unit := l.unit
		if l.row < 0 {
			unit = "——"
		}
		if !s.noUnit {
			row = append(row, word(unit, false))
		}
		if s.codes {
			k++
			row = append(row, word(fmt.Sprintf("%02d", k), false))
		}
		for _, c := range columns {
			if l.row < 0 {
				row = append(row, word("——", false))
				continue
			}
			row = append(row, cell(l.row, c))
		}
		return row
	}
	r.say("%s%d年政府信息公开情况统计表", r.Agency, r.Year)
	t := &Table{Header: 1, Rows: []Row{head()}}
	switch {
	case s.beside:
		t.Rows[0] = append(t.Rows[0], head()...)
		half := (len(lines) + 1) / 2
		for i := range half {
			row := body(lines[i])
			if half+i < len(lines) {
				row = append(row, body(lines[half+i])...)
			} else {
				for range head() {
					row = append(row, word("", false))
				}
			}
			t.Rows = append(t.Rows, row)
		}
	case s.groups:
		for i := 0; i < len(lines); i++ {
			if lines[i].row < 0 && i+1 < len(lines) && lines[i+1].row >= 0 {
				m := 0
				for i+1+m < len(lines) && lines[i+1+m].row >= 0 {
					m++
				}
				for q := range m {
					row := body(lines[i+1+q])
					if q == 0 {
						row = append(Row{{Text: lines[i].label, Cols: 1, Rows: m, Group: true}}, row...)
					}
					t.Rows = append(t.Rows, row)
				}
				i += m
				continue
			}
			row := body(lines[i])
			row[0].Cols = 2
			t.Rows = append(t.Rows, row)
		}
	default:
		for i, l := range lines {
			if s.cut && i == len(lines)/2 {
				r.Items = append(r.Items, Item{Table: t})
				t = &Table{}
			}
			t.Rows = append(t.Rows, body(l))
		}
	}
	r.Items = append(r.Items, Item{Table: t})
	if s.foot {
		r.say("单位负责人：王某 审核人：李某 填报人：赵某 联系电话：5550%d 填报日期：%d年1月20日", 100+rng.Intn(900), r.Year+1)
	}
}

// oldHeader is the header of a table of a family.
func (r *Report) oldHeader(family string, s oldStyle, word func(text string, header bool) Cell) Row {
	var h Row
	if s.numbers {
		h = append(h, word("序号", true))
	}
	name := "指标名称"
	if strings.HasPrefix(family, "statistics 2014") || strings.HasPrefix(family, "statistics_anhui") {
		name = "统计指标"
	}
	if s.groups {
		h = append(h, Cell{Text: "项目", Cols: 1, Rows: 1, Header: true})
	}
	h = append(h, word(name, true))
	if !s.noUnit {
		unit := "计量单位"
		if name == "统计指标" {
			unit = "单位"
		}
		h = append(h, word(unit, true))
	}
	if s.codes {
		h = append(h, word("代码", true))
	}
	for _, c := range s.columns {
		h = append(h, word(strings.ReplaceAll(s.heads[c], "YEAR", strconv.Itoa(r.Year)), true))
	}
	return h
}

type oldLine struct {
	label, unit string
	row         int
}

// turnedTable lays the indicators into columns: a level of body a row.
func (r *Report) turnedTable(f *form.Form, lines []oldLine, columns []int, cell func(row, col int) Cell, s oldStyle) {
	r.Options.Mistake = "rows left out" // which is told
	lines = slices.DeleteFunc(lines, func(l oldLine) bool { return l.row < 0 || l.row > 12 })
	t := &Table{Header: 1}
	h := Row{{Text: "单位", Cols: 1, Rows: 1, Header: true}}
	for _, l := range lines {
		h = append(h, Cell{Text: l.label, Cols: 1, Rows: 1, Header: true})
	}
	t.Rows = append(t.Rows, h)
	for i, c := range columns {
		row := Row{{Text: s.heads[s.columns[i]], Cols: 1, Rows: 1, Label: true}}
		for _, l := range lines {
			row = append(row, cell(l.row, c))
		}
		t.Rows = append(t.Rows, row)
	}
	r.say("%s%d年政府信息公开情况统计表", r.Agency, r.Year)
	r.Items = append(r.Items, Item{Table: t})
}

// clean gives a label without its number.
func clean(label string) string { return form.Fold(label) }

// groupLabel numbers a group as the national table does.
func groupLabel(label string, depth int) string {
	if depth > 0 && !strings.HasPrefix(label, "（") {
		return "（二）" + label
	}
	return label
}

// oldLabel prints a row's label: 其中 stands before the first part of a total that is not numbered on.
func (r *Report) oldLabel(f *form.Form, i int) string {
	p := f.Rows[i].Path
	label := p[len(p)-1]
	if len(p) < 2 {
		return label
	}
	parent := p[len(p)-2]
	if slices.Contains(f.Groups, clean(parent)) {
		return label
	}
	first := i > 0 && (len(f.Rows[i-1].Path) < 2 || f.Rows[i-1].Path[len(f.Rows[i-1].Path)-2] != parent)
	if first && (f.Table != "statistics" || label == form.TrimOrdinal(form.Squeeze(label))) {
		return "其中：" + label
	}
	return label
}

func annexOf(table, ed string) *form.Form {
	forms, err := form.Load()
	if err != nil {
		panic(err)
	}
	for _, f := range forms.Annexes() {
		if f.Table == table && f.Edition == ed {
			return f
		}
	}
	panic("no edition " + ed + " of " + table)
}

// strangeTable lays out a table of no family.
func (r *Report) strangeTable(rng *rand.Rand, s oldStyle) {
	type line struct {
		label, unit string
		path        string // the row in the provisional name
	}
	var heads []string // of the columns of values
	var lines []line
	first, unit := "项目", "单位"
	switch s.strange {
	case 1: // a county's own, by sources
		heads = []string{"本年数", "上年数"}
		lines = []line{{"公开栏更新信息", "条", "公开栏更新信息"}, {"其中：1.机构职能类", "条", "公开栏更新信息_机构职能类"},
			{"2.办事指南类", "条", "公开栏更新信息_办事指南类"}, {"电子触摸屏点播", "次", "电子触摸屏点播"},
			{"群众来访查阅", "人次", "群众来访查阅"}, {"受理公开请求", "份", "受理公开请求"}, {"其中：1.口头提出", "份", "受理公开请求_口头提出"},
			{"2.书面提出", "份", "受理公开请求_书面提出"}, {"公开经费支出", "元", "公开经费支出"}}
	case 2: // by months
		first = "指标"
		for m := 1; m <= 6; m++ {
			heads = append(heads, fmt.Sprintf("%d月", m))
		}
		heads = append(heads, "上半年小计")
		lines = []line{{"发布动态", "条", "发布动态"}, {"发布公告", "条", "发布公告"}, {"回复咨询", "件", "回复咨询"}, {"更新目录", "条", "更新目录"}}
	case 3: // groups that print nothing, units in brackets
		unit, heads = "", []string{"数量"}
		lines = []line{{"一、公开载体", "", ""}, {"（一）电子显示屏（块）", "", "公开载体_电子显示屏"}, {"（二）公示栏（个）", "", "公开载体_公示栏"},
			{"二、公开内容", "", ""}, {"（一）惠农政策（条）", "", "公开内容_惠农政策"}, {"（二）村务事项（条）", "", "公开内容_村务事项"}, {"三、投入资金（元）", "", "投入资金"}}
	default: // by offices below
		heads = []string{"局机关", "水文站", "灌溉处", "小计"}
		lines = []line{{"公开水情信息", "条", "公开水情信息"}, {"公开工程信息", "条", "公开工程信息"}, {"解答来电", "次", "解答来电"}, {"印发简报", "期", "印发简报"}}
	}
	t := &Table{Header: 1}
	h := Row{{Text: first, Cols: 1, Rows: 1, Header: true}}
	if unit != "" {
		h = append(h, Cell{Text: unit, Cols: 1, Rows: 1, Header: true})
	}
	for _, x := range heads {
		h = append(h, Cell{Text: x, Cols: 1, Rows: 1, Header: true})
	}
	t.Rows = append(t.Rows, h)
	for _, l := range lines {
		row := Row{{Text: l.label, Cols: 1, Rows: 1, Label: true}}
		if unit != "" {
			row = append(row, Cell{Text: l.unit, Cols: 1, Rows: 1})
		}
		for _, x := range heads {
			if l.path == "" {
				row = append(row, Cell{Text: "——", Cols: 1, Rows: 1})
				continue
			}
			v := strconv.Itoa(rng.Intn(900))
			name := normalize.OtherTable + "." + l.path + "." + form.Fold(x)
			row = append(row, Cell{Text: v, Name: name, Cols: 1, Rows: 1,
				Print: Print{Text: v, State: normalize.Number, Number: v}})
		}
		t.Rows = append(t.Rows, row)
	}
	r.say("%s政府信息公开工作情况统计表", r.Agency)
	r.Items = append(r.Items, Item{Table: t})
	if s.foot {
		r.say("填报人：赵某 联系电话：5551234")
	}
}

// A Fact is a number that the prose states, and the row of the families of statistics that it is of.
type Fact struct {
	Quote string // the sentence
	Row   string // received, answered_granted, …; "" = none
	Value string
}

func (r *Report) fact(row string, value int, format string) string {
	s := fmt.Sprintf(format, value)
	r.Facts = append(r.Facts, Fact{s, row, strconv.Itoa(value)})
	return s
}

// oldProse writes the prose, in one of the orders of sections that were usual.
func (r *Report) oldProse(rng *rand.Rand, s oldStyle) {
	n := func(most int) int { return 1 + rng.Intn(most) }
	period := fmt.Sprintf("%d年1月1日至%d年12月31日", r.Year, r.Year)
	if r.Year == 2008 {
		period = "2008年5月1日至2008年12月31日"
	}
	r.say("根据《中华人民共和国政府信息公开条例》要求，特向社会公布%d年度政府信息公开工作年度报告。本报告所列数据的统计期限为%s。", r.Year, period)
	heads := [][]string{
		{"一、概述", "二、主动公开政府信息情况", "三、依申请公开政府信息情况", "四、政府信息公开的收费及减免情况", "五、因政府信息公开申请行政复议、提起行政诉讼的情况", "六、存在的主要问题和改进措施"},
		{"一、基本情况", "二、政府信息主动公开情况", "三、政府信息依申请公开情况", "四、行政复议、诉讼和申诉情况", "五、政府支出与收费情况", "六、主要问题和改进措施"},
		{"一、工作概况", "二、主动公开情况", "三、依申请公开情况", "四、复议诉讼情况", "五、机构建设和保障经费情况", "六、存在问题及改进措施"},
	}[s.prose]
	r.say("%s", heads[0])
	r.say("%d年，我单位把公开工作列入议事日程，落实责任，及时更新公开栏目，接受群众监督。", r.Year)
	say := oldSentences(s.prose, rng.Intn(2) == 0)
	tell := func(row string, most int) string { return r.fact(row, n(most), say[row]) }
	r.say("%s", heads[1])
	r.say("%s", tell("disclosed", 900)+tell("disclosed_website", 40)+tell("disclosed_normative", 9)+r.fact("", n(30), "，比上年增加%d条。"))
	r.say("%s", heads[2])
	r.say("%s", tell("received", 40)+tell("received_in_person", 9)+tell("received_online", 9)+tell("received_letter", 9)+
		r.fact("", n(5), "涉及征地拆迁的%d件。"))
	r.say("%s", tell("answered", 40)+tell("answered_granted", 9)+tell("answered_partly", 9)+tell("answered_refused", 5)+
		tell("answered_not_existing", 5)+tell("answered_not_held", 5))
	fee := "全年未向申请人收取任何费用。"
	if rng.Intn(2) == 0 {
		fee = r.fact("fees", 10*n(90), "依申请公开政府信息收取费用%d元。")
	}
	dispute := tell("reconsideration", 4) + tell("litigation", 3) + tell("complaints", 3)
	staff := tell("staff_full", 4) + tell("staff_part", 9) + tell("courses", 5) + tell("trained", 80)
	r.say("%s", heads[3])
	switch s.prose {
	case 0:
		r.say("%s", fee)
		r.say("%s", heads[4])
		r.say("%s", dispute)
	case 1:
		r.say("%s", dispute)
		r.say("%s", heads[4])
		r.say("%s", fee+staff)
	default:
		r.say("%s", dispute)
		r.say("%s", heads[4])
		r.say("%s", staff+r.fact("budget", n(20), "落实专项经费%d万元。"))
	}
	r.say("%s", heads[5])
	r.say("公开内容还不够全面，更新不够及时。下一步将完善制度，加强业务培训。")
}

// oldSentences are the words in which offices say what they count, in three hands.
func oldSentences(hand int, other bool) map[string]string {
	say := []map[string]string{
		{"disclosed": "全年主动公开政府信息%d条。", "disclosed_website": "其中，通过政府网站公开%d条，", "disclosed_normative": "主动公开规范性文件%d件",
			"received": "全年共收到政府信息公开申请%d件，", "received_in_person": "其中当面申请%d件，",
			"received_online": "网上申请%d件，", "received_letter": "信函申请%d件。",
			"answered": "答复%d件，", "answered_granted": "其中同意公开%d件，", "answered_partly": "同意部分公开%d件，", "answered_refused": "不予公开%d件，",
			"answered_not_existing": "信息不存在%d件，", "answered_not_held": "不属于本行政机关公开%d件。",
			"reconsideration": "全年发生行政复议%d件，", "litigation": "行政诉讼%d件，", "complaints": "举报投诉%d件。",
			"staff_full": "配备专职工作人员%d名、", "staff_part": "兼职工作人员%d名。", "courses": "举办培训班%d次，", "trained": "培训人员%d人次。"},
		{"disclosed": "本年度我局共主动公开政府信息%d条，", "disclosed_website": "其中政府网站公开%d条。", "disclosed_normative": "制作并主动公开规范性文件%d份",
			"received": "我局受理政府信息公开申请%d条。", "received_in_person": "其中：当面申请数%d条；",
			"received_online": "网络申请%d条；", "received_letter": "书面申请%d条。",
			"answered": "对申请的答复总数%d条，", "answered_granted": "其中：同意公开答复数%d条；",
			"answered_partly": "部分公开%d条；", "answered_refused": "不予公开的%d条；",
			"answered_not_existing": "申请信息不存在%d条；", "answered_not_held": "非本机关掌握%d条。",
			"reconsideration": "因政府信息公开被申请行政复议%d起，", "litigation": "被提起行政诉讼%d起，", "complaints": "收到申诉%d起。",
			"staff_full": "有专职人员%d人，", "staff_part": "兼职人员%d人。", "courses": "开展业务培训%d期，", "trained": "参加培训%d人。"},
		{"disclosed": "截至年底，主动公开各类信息%d条。", "disclosed_website": "通过门户网站公开%d条，", "disclosed_normative": "公开规范性文件%d件",
			"received": "年内接到公民和其他组织申请%d宗，", "received_in_person": "其中当面提交%d宗、", "received_online": "网站提交%d宗、", "received_letter": "邮寄%d宗。",
			"answered": "已答复%d宗，", "answered_granted": "予以公开%d宗，", "answered_partly": "部分公开%d宗，", "answered_refused": "不同意公开%d宗，",
			"answered_not_existing": "政府信息不存在%d宗，", "answered_not_held": "不属于本机关%d宗。",
			"reconsideration": "行政复议案件%d宗，", "litigation": "行政诉讼案件%d宗，", "complaints": "投诉%d宗。",
			"staff_full": "专职人员%d名，", "staff_part": "兼职%d名。", "courses": "组织专题培训%d场，", "trained": "受训人员%d人次。"},
	}[hand]
	if other {
		say["received"] = "当年共收到公开申请%d件，"
	}
	return say
}
