// Package gold holds reports of our own making, the faults that real reports show, and the score of what is read from
// them. Cities and figures are invented; the layouts are those met in print.
//
// It knows how a report is laid out, cell by cell, and so what a faulty one prints under each name. It knows nothing
// of how documents are read.
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

// A Cell is one printed cell.
type Cell struct {
	Text       string
	Name       string // the name of the form that it prints; "" for labels, headers and what belongs to no name
	Cols, Rows int    // spans, at least 1
	Header     bool
	Label      bool // the row's own label
	Group      bool // a label that heads several rows
	Print      Print
	Parts      []Cell                       // the cells whose text is stacked in this one, a line each; its own name is that of the first
	Draw       func(w *pdfWriter, b pdfBox) // how PDF draws it, if otherwise than its text in its middle
	// Markup is what a page writes in the cell, and Attributes what in its tag, where the text as it stands is not all;
	// other formats know nothing of it. dressed is the text that they are for: where a fault has changed it since, they
	// are not written.
	Markup, Attributes string
	dressed            string
	Runs               []Run  // how its text is set, in files of offices; nil = plainly
	Shown              *Shown // what a sheet holds that displays the text; nil = the text itself
}

// Print is what one value cell says in print.
type Print struct {
	Text   string // the printed characters, white space folded
	State  normalize.State
	Number string // the decimal in the name's unit; "" = none is printed; "?" = whether one is may be argued
}

// A Row is one row of cells that begin in it.
type Row []Cell

// A Table is a printed table.
type Table struct {
	Rows   []Row
	Header int // leading rows that are header
}

// An Item is one paragraph or one table, in reading order.
type Item struct {
	Text  string
	Table *Table
	Sheet string // the sheet of a workbook that begins with it; "" = it goes on
}

// A Report is a document of our own making: what it prints, in order, and what that means.
type Report struct {
	ID           string
	Agency       string
	Year         int
	Active, Apps string // editions
	Items        []Item
	Title        string
	Ambiguous    map[string]bool  // names for which the print does not say which is which
	Real         map[string]int64 // the figures before any blank or fault
	Options      Options
	Bytes        func([]byte) []byte // a fault of the file itself, applied to what is written; nil = none
	Spans        bool                // digits of one number in spans or text runs of their own
	measured     bool                // a fault has changed the unit that something is printed in
	Head, Foot   string              // markup at the end of a page's head and of its body
	Facts        []Fact              // what the prose of a report of before 2019 states
	strange      bool                // its table is of no family
	own          []string            // the names that it prints, of a report of before 2019; nil = those of its editions
}

// Options are the ways in which offices lay the same form out.
type Options struct {
	ActiveTables bool // table II as one table an article item, else one table
	// "" (one row of 15), "rows" (three rows of 5), "grouped" (so, below 行政诉讼), "tables" (three tables), "turned"
	// (results down)
	Disputes      string
	Zero          string           // what is printed for zero: "0", "", "/", "—"
	VerticalHeads bool             // header characters one a line
	TallHeader    bool             // a fourth header row
	Wordings      bool             // other wordings, ordinals and spaces in labels
	ShortHeads    bool             // short section headings
	Separators    bool             // thousands separators
	Wide          bool             // full-width digits
	SplitTable    bool             // table III in two tables
	RepeatHeader  bool             // with its header again
	Fees          string           // the amount of fees as printed
	FeesNumber    string           // and what that is in 万元
	Mistake       string           // a mistake that a government would make
	Agency        string           // who reports; "" = one of the invented cities
	Before        *Report          // the report of the year before: what it carried out is carried in
	Figures       map[string]int64 // the figures by name; nil = invented
	Published     *Published       // what a real body has published; nil = all is invented
}

var cities = []string{"江州市人民政府", "临溪市人民政府办公室", "青岚市人民政府", "望川市卫生健康委员会", "云栖县人民政府", "北澜区人民政府办公室"}

// New makes a report from a seed: figures that satisfy every identity, laid out as the options say.
func New(seed int64, year int, active, apps string, o Options) *Report {
	rng := rand.New(rand.NewSource(seed))
	r := &Report{ID: fmt.Sprintf("%d-%d-%s-%s", seed, year, active, apps), Agency: cities[int(seed)%len(cities)],
		Year: year, Active: active, Apps: apps, Ambiguous: map[string]bool{}, Real: map[string]int64{}, Options: o}
	if o.Agency != "" {
		r.Agency = o.Agency
	}
	if o.Published != nil {
		o.Published.tell(r)
		return r
	}
	if o.Figures != nil {
		r.Real = o.Figures
	} else {
		r.figures(rng)
	}
	r.mistake()
	r.compose(rng)
	return r
}

func formOf(table, edition string) *form.Form {
	forms, err := form.Load()
	if err != nil {
		panic(err) // the forms are part of the program; a test of their own lints them
	}
	for _, f := range forms.Editions(table) {
		if f.Edition == edition {
			return f
		}
	}
	panic("no edition " + edition + " of " + table)
}

// figures invents the numbers.
func (r *Report) figures(rng *rand.Rand) {
	set := func(name string, n int64) { r.Real[name] = n }
	f := formOf("applications", r.Apps)
	cols := []string{"natural_person", "business", "research", "public_welfare", "legal_service", "other"}
	weight := []int{100, 18, 2, 3, 12, 5}
	n := len(f.Rows)
	for ci, c := range cols {
		var handled int64
		for ri := 2; ri < n-2; ri++ {
			var v int64
			if rng.Intn(100) < 25+weight[ci]/2 {
				v = int64(rng.Intn(1 + weight[ci]*(1+rng.Intn(8))))
			}
			set("applications."+f.Rows[ri].Name+"."+c, v)
			handled += v
		}
		out := int64(rng.Intn(1 + weight[ci]/3))
		in := int64(rng.Intn(1 + weight[ci]/4))
		if in > handled+out {
			in = 0
		}
		if r.Options.Before != nil {
			in = r.Options.Before.Real["applications.carried_out."+c]
			if more := in - handled - out; more > 0 {
				r.Real["applications.granted."+c] += more
				handled += more
			}
		}
		set("applications.handled_total."+c, handled)
		set("applications.carried_out."+c, out)
		set("applications.carried_in."+c, in)
		set("applications.received."+c, handled+out-in)
	}
	for _, row := range f.Rows {
		var t int64
		for _, c := range cols {
			t += r.Real["applications."+row.Name+"."+c]
		}
		set("applications."+row.Name+".total", t)
	}
	for _, row := range []string{"reconsideration", "litigation_direct", "litigation_after"} {
		var t int64
		for _, c := range []string{"upheld", "corrected", "other", "pending"} {
			v := int64(0)
			if rng.Intn(3) > 0 {
				v = int64(rng.Intn(30))
			}
			set("disputes."+row+"."+c, v)
			t += v
		}
		set("disputes."+row+".total", t)
	}
	for _, name := range formOf("active", r.Active).Names() {
		v := int64(rng.Intn(60))
		if strings.Contains(name, "decisions") {
			v = int64(rng.Intn(90000))
		}
		if strings.HasSuffix(name, ".change") {
			v = int64(rng.Intn(21) - 10)
		}
		set(name, v)
	}
}

// mistake makes one that a government would make.
func (r *Report) mistake() {
	switch r.Options.Mistake {
	case "total left 0":
		r.Real["disputes.reconsideration.upheld"] += 10
		r.Real["disputes.reconsideration.total"] = 0
	case "off by one":
		r.Real["applications.granted.total"]++
	case "carried wrongly":
		r.Real["applications.carried_in.natural_person"] += 3
		r.Real["applications.carried_in.total"] += 3
	case "typed wrongly":
		r.Real["applications.unavailable_not_held.natural_person"] += 90
	}
}

// printed gives the characters in which a figure is printed.
func (r *Report) printed(name string) string {
	o, n := r.Options, r.Real[name]
	if o.Published != nil {
		return o.Published.Cells[name]
	}
	if strings.HasPrefix(name, "active.fees.amount") || strings.HasPrefix(name, "active.procurement.amount") {
		if o.Fees != "" {
			return o.Fees
		}
		return strconv.FormatInt(n, 10) + ".37"
	}
	if n == 0 && o.Zero != "0" {
		return o.Zero
	}
	s := strconv.FormatInt(n, 10)
	if o.Separators && n >= 1000 {
		s = s[:len(s)-3] + "," + s[len(s)-3:]
	}
	if o.Wide {
		s = fullWidth(s)
	}
	return s
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return r
	}, s)
}

func vertical(s string) string {
	var out []string
	for _, c := range s {
		out = append(out, string(c))
	}
	return strings.Join(out, "\n")
}

func (r *Report) head(text string, cols, rows int) Cell {
	if r.Options.VerticalHeads && len([]rune(text)) <= 8 {
		text = vertical(text)
	}
	return Cell{Text: text, Cols: cols, Rows: rows, Header: true}
}

func (r *Report) value(name string) Cell {
	c := Cell{Text: r.printed(name), Name: name, Cols: 1, Rows: 1}
	c.Print = Print{Text: c.Text, State: normalize.Number, Number: strconv.FormatInt(r.Real[name], 10)}
	if r.Options.Published != nil {
		c.Print.Number = numberOf(c.Text)
	}
	switch {
	case c.Text == "":
		c.Print = Print{State: normalize.Blank}
	case c.Text == "/" || c.Text == "—" || c.Text == "-":
		c.Print = Print{Text: c.Text, State: normalize.Mark}
	case c.Text == "无":
		c.Print = Print{Text: c.Text, State: normalize.Text}
	case c.Text == r.Options.Fees && r.Options.Published == nil:
		c.Print.Number = r.Options.FeesNumber
	case strings.Contains(c.Text, ".") && r.Options.Published == nil:
		c.Print.Number = c.Text
	}
	return c
}

func (r *Report) say(format string, args ...any) {
	r.Items = append(r.Items, Item{Text: fmt.Sprintf(format, args...)})
}

// compose writes the document.
func (r *Report) compose(rng *rand.Rand) {
	r.Title = fmt.Sprintf("%s%d年政府信息公开工作年度报告", r.Agency, r.Year)
	r.say("%s", r.Title)
	r.say("（%d年1月%d日）", r.Year+1, 10+rng.Intn(20))
	r.say("本机关依照《中华人民共和国政府信息公开条例》编制本报告，所列数据的统计期限为%d年1月1日至%d年12月31日。报告全文可在本机关门户网站下载。", r.Year, r.Year)
	r.say("一、总体情况")
	total := r.Real["applications.received.total"]
	r.say("%d年，本机关把公开透明作为日常工作的基本要求，围绕群众关心的教育、就业和住房事项及时发布信息，全年收到政府信息公开申请%d件，均在法定期限内答复。", r.Year, total)
	r.say("（一）主动公开方面。全年更新栏目%d个，发布解读材料%d篇，召开新闻发布会%d场。", 5+rng.Intn(20), 10+rng.Intn(90), 1+rng.Intn(12))
	r.say("（二）平台建设方面。完成网站检索功能改造，政务新媒体账号保持%d个。", 2+rng.Intn(9))
	if r.Options.ShortHeads {
		r.say("二、主动公开情况")
	} else {
		r.say("二、主动公开政府信息情况")
	}
	r.active()
	if r.Options.Wordings {
		r.say("三、收到及处理政府信息公开申请情况")
	} else {
		r.say("三、收到和处理政府信息公开申请情况")
	}
	r.applications()
	r.say("四、政府信息公开行政复议、行政诉讼情况")
	r.disputes()
	r.say("五、存在的主要问题及改进情况")
	r.say("对照上级要求，本机关仍有两点不足：一是部分解读材料形式单一；二是基层人员更替较快，业务还不够熟练。下一年将加强培训，丰富解读形式，并逐月检查公开栏目的更新情况。")
	r.say("六、其他需要报告的事项")
	r.say("本年度未收取信息处理费，没有其他需要报告的事项。")
}

var articleItems = map[string]string{"regulation": "一", "normative_document": "一", "licensing": "五",
	"other_services": "五", "punishment": "六", "coercion": "六", "fees": "八", "procurement": "九"}

// active lays out table II.
func (r *Report) active() {
	f := formOf("active", r.Active)
	const width = 4
	var t *Table
	prev := ""
	for _, row := range f.Rows {
		item := articleItems[row.Name]
		heads := len(row.Columns)
		if item != prev {
			if t == nil || r.Options.ActiveTables {
				t = &Table{}
				r.Items = append(r.Items, Item{Table: t})
			}
			t.Rows = append(t.Rows, Row{{Text: "第二十条第（" + item + "）项", Cols: width, Rows: 1, Header: true}})
			h := Row{{Text: "信息内容", Cols: 1, Rows: 1, Header: true}}
			for i, c := range row.Columns {
				h = append(h, Cell{Text: f.Columns[c].Path[0], Cols: share(width-1, heads, i), Rows: 1, Header: true})
			}
			t.Rows = append(t.Rows, h)
			prev = item
		}
		label := row.Path[0]
		if r.Options.Wordings && row.Name == "normative_document" {
			label = row.Also[0]
		}
		line := Row{{Text: label, Cols: 1, Rows: 1, Label: true}}
		for i, c := range row.Columns {
			v := r.value("active." + row.Name + "." + f.Columns[c].Name)
			v.Cols = share(width-1, heads, i)
			line = append(line, v)
		}
		t.Rows = append(t.Rows, line)
	}
}

// share spreads n grid columns over k cells.
func share(n, k, i int) int {
	s := n / k
	if i < n%k {
		s++
	}
	return s
}

// applications lays out table III.
func (r *Report) applications() {
	f := formOf("applications", r.Apps)
	t := &Table{}
	header := func() []Row {
		rows := []Row{
			{{Text: "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", Cols: 3, Rows: 3, Header: true}, r.head("申请人情况", 7, 1)},
			{r.head("自然人", 1, 2), r.head("法人或其他组织", 5, 1), r.head("总计", 1, 2)},
			{r.head("商业企业", 1, 1), r.head("科研机构", 1, 1), r.head("社会公益组织", 1, 1), r.head("法律服务机构", 1, 1),
				r.head("其他", 1, 1)},
		}
		if r.Options.Wordings {
			rows[1][2].Text = "合计"
			rows[2][0].Text = "商 业 企 业"
		}
		if r.Options.TallHeader {
			rows[0][0].Rows = 4
			rows = append([]Row{rows[0]}, append([]Row{{{Text: "单位：件", Cols: 7, Rows: 1, Header: true}}},
				rows[1:]...)...)
		}
		return rows
	}
	t.Rows = header()
	t.Header = len(t.Rows)
	n := len(f.Rows)
	// how many rows follow with the same first, and the same second, part of the label path
	run := func(i, depth int) int {
		k := i
		for k < n && len(f.Rows[k].Path) > depth &&
			strings.Join(f.Rows[k].Path[:depth+1], "/") == strings.Join(f.Rows[i].Path[:depth+1], "/") {
			k++
		}
		return k - i
	}
	cut := n / 2
	for i := 0; i < n; i++ {
		if r.Options.SplitTable && i == cut {
			r.Items = append(r.Items, Item{Table: t})
			t = &Table{}
			if r.Options.RepeatHeader {
				t.Rows = header()
				t.Header = len(t.Rows)
			}
		}
		end := n
		if r.Options.SplitTable && i < cut {
			end = cut
		}
		row := f.Rows[i]
		var line Row
		fresh := i == 0 || r.Options.SplitTable && i == cut
		for d := 0; d < len(row.Path)-1; d++ {
			if fresh || len(f.Rows[i-1].Path) <= d+1 ||
				strings.Join(f.Rows[i-1].Path[:d+1], "/") != strings.Join(row.Path[:d+1], "/") {
				line = append(line, Cell{Text: row.Path[d], Cols: 1, Rows: min(run(i, d), end-i), Group: true})
			}
		}
		label := row.Path[len(row.Path)-1]
		if r.Options.Wordings {
			label = strings.Replace(label, ".", "、", 1)
			if row.Name == "closed_other" {
				label = "（3）其他"
			}
			if row.Name == "refused_other_law" {
				label = "2、其他法律行政止公开"
			}
		}
		line = append(line, Cell{Text: label, Cols: 4 - len(row.Path), Rows: 1, Label: true})
		for _, c := range f.Columns {
			line = append(line, r.value("applications."+row.Name+"."+c.Name))
		}
		t.Rows = append(t.Rows, line)
	}
	r.Items = append(r.Items, Item{Table: t})
}

// disputes lays out table IV.
func (r *Report) disputes() {
	rows := []string{"reconsideration", "litigation_direct", "litigation_after"}
	labels := []string{"行政复议", "未经复议直接起诉", "复议后起诉"}
	cols := []string{"upheld", "corrected", "other", "pending", "total"}
	heads := []string{"结果维持", "结果纠正", "其他结果", "尚未审结", "总计"}
	switch r.Options.Disputes {
	case "rows":
		t := &Table{Header: 1}
		h := Row{{Text: "类别", Cols: 1, Rows: 1, Header: true}}
		for _, x := range heads {
			h = append(h, Cell{Text: x, Cols: 1, Rows: 1, Header: true})
		}
		t.Rows = append(t.Rows, h)
		for i, row := range rows {
			l := Row{{Text: labels[i], Cols: 1, Rows: 1, Label: true}}
			for _, c := range cols {
				l = append(l, r.value("disputes."+row+"."+c))
			}
			t.Rows = append(t.Rows, l)
		}
		r.Items = append(r.Items, Item{Table: t})
	case "grouped":
		t := &Table{Header: 1}
		h := Row{{Text: "类别", Cols: 2, Rows: 1, Header: true}}
		for _, x := range heads {
			h = append(h, Cell{Text: x, Cols: 1, Rows: 1, Header: true})
		}
		t.Rows = append(t.Rows, h)
		for i, row := range rows {
			l := Row{{Text: labels[i], Cols: 1, Rows: 1, Label: true}}
			switch i {
			case 0:
				l[0].Cols = 2
			case 1:
				l = append(Row{{Text: "行政诉讼", Cols: 1, Rows: 2, Group: true}}, l...)
			}
			for _, c := range cols {
				l = append(l, r.value("disputes."+row+"."+c))
			}
			t.Rows = append(t.Rows, l)
		}
		r.Items = append(r.Items, Item{Table: t})
	case "turned":
		t := &Table{Header: 1}
		h := Row{{Text: "结果", Cols: 1, Rows: 1, Header: true}}
		for _, x := range labels {
			h = append(h, Cell{Text: x, Cols: 1, Rows: 1, Header: true})
		}
		t.Rows = append(t.Rows, h)
		for i, c := range cols {
			l := Row{{Text: heads[i], Cols: 1, Rows: 1, Label: true}}
			for _, row := range rows {
				l = append(l, r.value("disputes."+row+"."+c))
			}
			t.Rows = append(t.Rows, l)
		}
		r.Items = append(r.Items, Item{Table: t})
	case "tables":
		for i, row := range rows {
			t := &Table{Header: 2}
			t.Rows = append(t.Rows, Row{{Text: labels[i], Cols: 5, Rows: 1, Header: true}})
			var h, l Row
			for k, c := range cols {
				h = append(h, Cell{Text: heads[k], Cols: 1, Rows: 1, Header: true})
				l = append(l, r.value("disputes."+row+"."+c))
			}
			t.Rows = append(t.Rows, h, l)
			r.Items = append(r.Items, Item{Table: t})
		}
	default:
		t := &Table{Header: 3}
		first := Row{{Text: "行政复议", Cols: 5, Rows: 1, Header: true}, {Text: "行政诉讼", Cols: 10, Rows: 1, Header: true}}
		var second, third, line Row
		for _, x := range heads {
			second = append(second, r.head(x, 1, 2))
		}
		second = append(second, Cell{Text: labels[1], Cols: 5, Rows: 1, Header: true},
			Cell{Text: labels[2], Cols: 5, Rows: 1, Header: true})
		for range 2 {
			for _, x := range heads {
				third = append(third, r.head(x, 1, 1))
			}
		}
		for _, row := range rows {
			for _, c := range cols {
				line = append(line, r.value("disputes."+row+"."+c))
			}
		}
		t.Rows = []Row{first, second, third, line}
		r.Items = append(r.Items, Item{Table: t})
	}
}

// finish lets a fault of the file have its way with what was written.
func (r *Report) finish(b []byte) []byte {
	if r.Bytes != nil {
		return r.Bytes(b)
	}
	return b
}

// Truth gives what the document prints under each name of its editions: the first print counts. A name without an
// entry is absent.
func (r *Report) Truth() map[string]Print {
	out := map[string]Print{}
	for _, it := range r.Items {
		if it.Table == nil {
			continue
		}
		for _, row := range it.Table.Rows {
			for _, c := range row {
				cells := c.Parts
				if cells == nil {
					cells = []Cell{c}
				}
				for _, c := range cells {
					if _, ok := out[c.Name]; !ok && c.Name != "" {
						out[c.Name] = c.Print
					}
				}
			}
		}
	}
	return out
}

// Names lists the names of the report's editions.
func (r *Report) Names() []string {
	if r.own != nil {
		return slices.Clone(r.own)
	}
	names := formOf("active", r.Active).Names()
	names = append(names, formOf("applications", r.Apps).Names()...)
	return append(names, formOf("disputes", "2021").Names()...)
}

// Clone copies a report so that a fault leaves the original whole.
func (r *Report) Clone() *Report {
	c := *r
	c.Items = nil
	for _, it := range r.Items {
		if it.Table != nil {
			t := *it.Table
			t.Rows = nil
			for _, row := range it.Table.Rows {
				t.Rows = append(t.Rows, append(Row(nil), row...))
			}
			it.Table = &t
		}
		c.Items = append(c.Items, it)
	}
	c.Ambiguous = map[string]bool{}
	for k := range r.Ambiguous {
		c.Ambiguous[k] = true
	}
	return &c
}
