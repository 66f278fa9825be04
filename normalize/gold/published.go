package gold

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

//go:embed published.txt
var publishedText string

// A Published is what a real body has published: its figures, and where. See published.txt.
type Published struct {
	File, Title, Agency string
	Year                int
	Day                 string // "2006-01-02"; "" = not known
	Source              string
	Editions            map[string]string // by table
	Cells               map[string]string // the printed text by name
}

// ReadPublished gives the reports of published.txt.
func ReadPublished() ([]Published, error) { return parsePublished("published.txt", publishedText) }

func parsePublished(name, text string) (out []Published, err error) {
	table := ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		key, rest, _ := strings.Cut(line, " ")
		wrong := func(what string) error { return fmt.Errorf("%s:%d: %s", name, i+1, what) }
		last := len(out) - 1
		switch {
		case line == "" || line[0] == '#':
		case key == "report":
			out, table = append(out, Published{File: rest, Editions: map[string]string{}, Cells: map[string]string{}}), ""
		case last < 0:
			return nil, wrong("before the first report")
		case key == "title":
			out[last].Title = rest
		case key == "agency":
			out[last].Agency = rest
		case key == "year":
			if _, err := fmt.Sscan(rest, &out[last].Year); err != nil {
				return nil, wrong("no year")
			}
		case key == "published":
			out[last].Day = rest
		case key == "source":
			out[last].Source = rest
		case key == "active" || key == "applications" || key == "disputes":
			table, out[last].Editions[key] = key, rest
		default:
			if table == "" {
				return nil, wrong("a row of no table")
			}
			if err := out[last].row(table, key, strings.Fields(rest)); err != nil {
				return nil, wrong(err.Error())
			}
		}
	}
	return out, nil
}

// row takes the figures of one row.
func (p *Published) row(table, row string, figures []string) error {
	f := formOf(table, p.Editions[table])
	for _, r := range f.Rows {
		if r.Name != row {
			continue
		}
		if len(r.Columns) != len(figures) {
			return fmt.Errorf("%s.%s has %d columns, not %d", table, row, len(r.Columns), len(figures))
		}
		for i, c := range r.Columns {
			p.Cells[table+"."+row+"."+f.Columns[c].Name] = strings.TrimSuffix(figures[i], "_")
		}
		return nil
	}
	return fmt.Errorf("%s of %s has no row %s", table, p.Editions[table], row)
}

// Report lays the figures out. Of the prose only what they say themselves is in it, and whose they are: nothing is
// said of the body that it has not published.
func (p *Published) Report(o Options) *Report {
	o.Agency, o.Published = p.Agency, p
	return New(0, p.Year, p.Editions["active"], p.Editions["applications"], o)
}

// tell is the prose before and behind the tables.
func (p *Published) tell(r *Report) {
	r.Title = p.Title
	r.say("%s", p.Title)
	if p.Day != "" {
		var y, m, d int
		if _, err := fmt.Sscanf(p.Day, "%d-%d-%d", &y, &m, &d); err == nil {
			r.say("（%d年%d月%d日）", y, m, d)
		}
	}
	r.say("所列数据的统计期限为%d年1月1日至%d年12月31日。", p.Year, p.Year)
	r.say("一、总体情况")
	r.say("本年新收政府信息公开申请%s件，上年结转%s件。", p.Cells["applications.received.total"], p.Cells["applications.carried_in.total"])
	r.say("二、主动公开政府信息情况")
	r.active()
	r.say("三、收到和处理政府信息公开申请情况")
	r.applications()
	r.say("四、政府信息公开行政复议、行政诉讼情况")
	r.disputes()
	r.say("五、存在的主要问题及改进情况")
	r.say("原文此部分未收入。")
	r.say("六、其他需要报告的事项")
	r.say("编者说明：本文件并非原件，系软件示例。表中数字取自《%s》（%s发布），文字与版式均为软件作者所作。", p.Title, p.Source)
}

// numberOf is the number that a printed text gives in the unit of its cell; money printed in 元 is 万元 there.
func numberOf(text string) string {
	if amount, ok := strings.CutSuffix(text, "元"); ok {
		if n, err := decimal.NewFromString(amount); err == nil {
			return n.Shift(-4).String()
		}
	}
	return text
}

// publishedExamples are the documents under examples/real.
func publishedExamples() []Example {
	list, err := ReadPublished()
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	var out []Example
	for i := range list {
		p := &list[i]
		var o Options
		var write func(r *Report) []byte
		switch p.File {
		case "real/harbin-2022.txt":
			write = func(r *Report) []byte { return r.Text(Tabs) }
		case "real/huaian-2024.pdf":
			write = func(r *Report) []byte { return r.PDF(PDFStyle{Encoding: "UniGB-UCS2-H"}) }
		case "real/shanghai-2019.html":
			write = func(r *Report) []byte { return r.HTML(HTMLStyle{GBK: true}) }
		case "real/pingtan-2020.html":
			o.ActiveTables = true
			write = func(r *Report) []byte { return r.HTML(HTMLStyle{Word: true}) }
		case "real/pingtan-2022.pdf":
			write = func(r *Report) []byte { return r.PDF(PDFStyle{Encoding: "GBK-EUC-H", RepeatHeader: true}) }
		case "real/shanghai-science-2024.docx":
			o.Disputes = "tables"
			write = func(r *Report) []byte { return r.DOCX(WordStyle{}) }
		case "real/shuyang-2025.txt":
			o.Disputes = "rows"
			write = func(r *Report) []byte { return r.Text(Pipes) }
		default:
			panic("no format for " + p.File)
		}
		r := p.Report(o)
		out = append(out, Example{p.File, r, write(r)})
	}
	return out
}
