package normalize_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
)

// TestCutOff: of a file that is known to be cut off, or damaged, nobody says that it prints no table; of a whole one in prose that
// is said.
func TestCutOff(t *testing.T) {
	prose := "甲县人民政府2023年政府信息公开工作年度报告\n\n一、总体情况\n\n2023年，本县主动公开政府信息5500余条，收到政府信息公开申请35件，均已答复。" +
		strings.Repeat("各部门认真落实条例，完善制度，加强培训。", 20)
	page := "<html><body><p>" + strings.ReplaceAll(prose, "\n\n", "</p><p>") + "</p>"
	pdf, err := os.ReadFile("../examples/real/huaian-2024.pdf") // its tables are in the second half
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		body []byte
		cut  bool
	}{
		"whole.txt":   {[]byte(prose), false},
		"cut.txt":     {[]byte(prose + "公开")[:len(prose)+4], true},
		"whole.html":  {[]byte(page + "</body></html>"), false},
		"open.html":   {[]byte(page + "<div><p>其他"), false}, // as many whole pages are left
		"less.html":   {[]byte(page + "<p>少于 < 5 件"), false},
		"tag.html":    {[]byte(page + "<table><tr><td cla"), true},
		"endtag.html": {[]byte(page + "<table><tr><td>1</"), true},
		"cut.rtf":     {[]byte(`{\rtf1\ansi ` + escapedRTF(prose)), true},
		"half.pdf":    {pdf[:len(pdf)/2], true},
		"whole.rtf":   {[]byte(`{\rtf1\ansi ` + escapedRTF(prose) + "}"), false},
	} {
		rep := readBytes(t, c.body, name)
		said := slices.ContainsFunc(rep.Findings, func(f normalize.Finding) bool { return f.Code == normalize.CodeProseOnly })
		lost := slices.ContainsFunc(rep.Findings, func(f normalize.Finding) bool { return f.Code == normalize.CodeTableMissing })
		want := normalize.StatusRead
		if c.cut {
			want = normalize.StatusPartly
		}
		if rep.Status != want || said == c.cut || lost != c.cut {
			t.Errorf("%s: %s (%s), %v", name, rep.Status, rep.Reason, rep.Findings)
		}
	}
}

func escapedRTF(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\n' {
			b.WriteString(`\par `)
		} else if r > 0x7f {
			fmt.Fprintf(&b, `\u%d?`, int16(r))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// TestProseOfSamples: what the prose of the samples says of the tables agrees with them, number by number.
func TestProseOfSamples(t *testing.T) {
	for name, want := range map[string][]string{
		"harbin-2022.txt": {"359件 applications.received.total+applications.carried_in.total",
			"352件 applications.received.total", "7件 applications.carried_in.total",
			"1件 active.regulation.issued", "45件 active.normative_document.issued", "10件 active.regulation.repealed",
			"23件 active.normative_document.repealed"},
		"huaian-2024.pdf": {"3119件 applications.received.total", "3050件 applications.handled_total.total",
			"34件 applications.carried_in.total", "103件 applications.carried_out.total",
			"351件 disputes.reconsideration.total", "72件 disputes.reconsideration.upheld",
			"64件 disputes.reconsideration.corrected", "178件 disputes.reconsideration.other",
			"37件 disputes.reconsideration.pending",
			"46件 disputes.litigation_direct.total+disputes.litigation_after.total",
			"25件 disputes.litigation_direct.upheld+disputes.litigation_after.upheld",
			"5件 disputes.litigation_direct.corrected+disputes.litigation_after.corrected",
			"9件 disputes.litigation_direct.other+disputes.litigation_after.other",
			"7件 disputes.litigation_direct.pending+disputes.litigation_after.pending"},
	} {
		body, _ := sample(t, name)
		rep := readBytes(t, body, name)
		var got []string
		for _, c := range rep.Claims {
			if text := rep.Sections[c.Section-1].Text; text[c.Start:c.End] != c.Text {
				t.Errorf("%s: %s stands at %q", name, c.Text, text[c.Start:c.End])
			}
			switch c.Link {
			case normalize.Agrees:
				got = append(got, c.Text+" "+strings.Join(c.Cells, "+"))
			case normalize.Disagrees:
				t.Errorf("%s: %s is said to disagree with %s", name, c.Text, c.Cells)
			}
		}
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: no claim %s", name, w)
			}
		}
	}
}

// TestLinks: what the prose says, beside the tables of an example: agreeing, disagreeing with a finding that shows both
// texts, of others than the report is of, of another year, of no cell.
func TestLinks(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	var body string
	for _, e := range gold.Examples() {
		if e.File == "qinglan/2022.txt" {
			body = string(e.Body)
		}
	}
	read := func(agency, prose string) *normalize.Report {
		text := strings.ReplaceAll(body, "青岚市人民政府", agency)
		head, tail, ok := strings.Cut(text, "一、总体情况\n")
		if !ok {
			t.Fatal("the example has no first section")
		}
		doc, err := extract.Read([]byte(head+"一、总体情况\n"+prose+"\n"+tail), "x.txt")
		if err != nil {
			t.Fatal(err)
		}
		return normalize.Read(doc, forms)
	}
	rep := read("青岚市人民政府", "无。")
	number := func(name string) string {
		for _, v := range rep.Values {
			if v.Name == name {
				return v.Text
			}
		}
		t.Fatal(name)
		return ""
	}
	received, granted := number("applications.received.total"), number("applications.granted.total")
	for _, c := range []struct {
		name, agency, prose string
		text                string // of the claim
		link                normalize.Link
		finding             bool
	}{
		{"the same", "青岚市人民政府", "全年新收政府信息公开申请" + received + "件。", received + "件", normalize.Agrees, false},
		{"another number", "青岚市人民政府", "全年予以公开9" + granted + "件。", "9" + granted + "件", normalize.Disagrees, true},
		{"of the city, in a bureau's report", "青岚市教育局", "全市新收政府信息公开申请9" + received + "件。", "9" + received + "件",
			normalize.OtherScope, false},
		{"of the city, in the city's", "青岚市人民政府", "全市新收政府信息公开申请9" + received + "件。", "9" + received + "件",
			normalize.Disagrees, true},
		{"of the office, in the city's", "青岚市人民政府", "市政府办公室新收政府信息公开申请12件。", "12件", normalize.OtherScope, false},
		{"of last year", "青岚市人民政府", "新收政府信息公开申请" + received + "件，同比增长12.3%。", "12.3%", normalize.NotCompared, false},
		{"money as the table prints it", "青岚市人民政府", "行政事业性收费56.37万元。", "56.37万元", normalize.Agrees, false},
		{"money in 元", "青岚市人民政府", "行政事业性收费563700元。", "563700元", normalize.Agrees, false},
		{"money rounded", "青岚市人民政府", "行政事业性收费56.4万元。", "56.4万元", normalize.Agrees, false},
		{"money cut off", "青岚市人民政府", "行政事业性收费56.3万元。", "56.3万元", normalize.Agrees, false},
		{"money rounded far", "青岚市人民政府", "行政事业性收费0.0056亿元。", "0.0056亿元", normalize.Agrees, false},
		{"other money", "青岚市人民政府", "行政事业性收费56.5万元。", "56.5万元", normalize.Disagrees, true},
		{"other money in more digits", "青岚市人民政府", "行政事业性收费56.372万元。", "56.372万元", normalize.Disagrees, true},
		{"other money in 亿元", "青岚市人民政府", "行政事业性收费0.0057亿元。", "0.0057亿元", normalize.Disagrees, true},
		{"of nothing in the form", "青岚市人民政府", "举办业务培训13次。", "13次", normalize.NotInTable, false},
	} {
		rep := read(c.agency, c.prose)
		found := false
		for _, x := range rep.Claims {
			if x.Text == c.text && rep.Sections[x.Section-1].Kinds != nil &&
				rep.Sections[x.Section-1].Kinds[0] == normalize.GeneralSection {
				found = true
				if x.Link != c.link {
					t.Errorf("%s: %s (scope %s: %s), want %s", c.name, x.Link, rep.Scope, rep.ScopeFrom, c.link)
				}
				break
			}
		}
		told := false
		for _, f := range rep.Findings {
			told = told || f.Code == normalize.CodeProseDiffers && strings.Contains(f.Message, c.text)
		}
		if !found || told != c.finding {
			t.Errorf("%s: claim %v, finding %v, want %v", c.name, found, told, c.finding)
		}
	}
}

// TestReadings: what may be said of two cells and fits one is no disagreement; what fits neither is one.
func TestReadings(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	var body string
	for _, e := range gold.Examples() {
		if e.File == "qinglan/2022.txt" {
			body = string(e.Body)
		}
	}
	head, tail, ok := strings.Cut(body, "一、总体情况\n")
	if !ok {
		t.Fatal("the example has no first section")
	}
	read := func(prose string) *normalize.Report {
		doc, err := extract.Read([]byte(head+"一、总体情况\n"+prose+"\n"+tail), "x.txt")
		if err != nil {
			t.Fatal(err)
		}
		return normalize.Read(doc, forms)
	}
	numbers := map[string]int64{}
	for _, v := range read("无。").Values {
		if v.Number != nil {
			numbers[v.Name] = v.Number.IntPart()
		}
	}
	received, carried := numbers["applications.received.total"], numbers["applications.carried_in.total"]
	handled := numbers["applications.handled_total.total"]
	if received == 0 || carried == 0 || handled == received+carried {
		t.Fatalf("the example does not tell readings apart: %d, %d, %d", received, carried, handled)
	}
	for _, c := range []struct {
		prose string
		link  normalize.Link
		cells string // of the claim
	}{
		{fmt.Sprintf("全年收到政府信息公开申请%d件。", received), normalize.Agrees, "applications.received.total"},
		{fmt.Sprintf("全年收到政府信息公开申请%d件。", received+carried), normalize.Agrees,
			"applications.received.total+applications.carried_in.total"},
		{fmt.Sprintf("全年新收政府信息公开申请%d件。", received+carried), normalize.Disagrees, "applications.received.total"},
		{fmt.Sprintf("全年收到政府信息公开申请%d件。", received+carried+1), normalize.Disagrees, "applications.received.total"},
		{"全年未收到政府信息公开申请。", normalize.Disagrees, "applications.received.total"},
		{fmt.Sprintf("2022年3月收到政府信息公开申请%d件。", received+carried+1), normalize.NotInTable, ""},
	} {
		rep := read(c.prose)
		told := slices.ContainsFunc(rep.Findings, func(f normalize.Finding) bool {
			return f.Code == normalize.CodeProseDiffers && strings.Contains(f.Message, rep.Claims[0].Text)
		})
		if x := rep.Claims[0]; x.Link != c.link || strings.Join(x.Cells, "+") != c.cells ||
			told != (c.link == normalize.Disagrees) {
			t.Errorf("%s %s is %s %s (finding %v), want %s %s", c.prose, x.Text, x.Link, x.Cells, told, c.link, c.cells)
		}
	}
}

// TestProseOnly: a report without a table gives its sections and claims; no scope is made of them.
func TestProseOnly(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	const body = "青岚县石桥镇人民政府2016年政府信息公开工作年度报告\n一、总体情况\n2016年，石桥镇人民政府主动公开政府信息36条。\n" +
		"二、依申请公开情况\n我镇未收到政府信息公开申请，未发生行政复议、行政诉讼。\n"
	doc, err := extract.Read([]byte(body), "x.txt")
	if err != nil {
		t.Fatal(err)
	}
	rep := normalize.Read(doc, forms)
	var got []string
	for _, c := range rep.Claims {
		got = append(got, c.Text+" "+c.Value.String()+" "+strings.Join(c.Cells, "+"))
		if c.Link == normalize.Agrees || c.Link == normalize.Disagrees || c.Part || c.Table != nil {
			t.Errorf("%s: %s, part %v", c.Text, c.Link, c.Part)
		}
	}
	want := []string{"36条 36 ", "未收到政府信息公开申请 0 statistics.received.count",
		"未发生行政复议 0 statistics.reconsideration.count", "行政诉讼 0 statistics.litigation.count"}
	if len(rep.Values) > 0 || len(rep.Sections) < 2 || rep.Scope != "" || !slices.Equal(got, want) {
		t.Errorf("%d values, %d sections, scope %q, claims %q", len(rep.Values), len(rep.Sections), rep.Scope, got)
	}
}

// TestWrapped: a sentence that a width has broken is read as one, and its claims stand where they are printed.
func TestWrapped(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	const body = "青岚县教育局2019年政府信息公开工作年度报告\n一、依申请公开情况\n2019年，我局收到政府信息公开申请12件，均已登记，办结11\n" +
		"件，其中予以公开9件，部分公开2件，按规定如期办理，转下一\n年度办理答复的有1件。\n二、其他\n无。\n"
	doc, err := extract.Read([]byte(body), "x.txt")
	if err != nil {
		t.Fatal(err)
	}
	rep := normalize.Read(doc, forms)
	var got []string
	for _, c := range rep.Claims {
		got = append(got, c.Text+" "+strings.Join(c.Cells, "+"))
		if text := rep.Sections[c.Section-1].Text; text[c.Start:c.End] != c.Text {
			t.Errorf("%s stands at %q", c.Text, text[c.Start:c.End])
		}
	}
	want := []string{"12件 applications.received.total", "11\n件 applications.handled_total.total",
		"9件 applications.granted.total", "2件 applications.partly_granted.total", "1件 applications.carried_out.total"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestParts: what a part of the reporting body's field has is no disagreement with the table of the whole.
func TestParts(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range gold.Examples() {
		if e.File != "qinglan/2022.txt" {
			continue
		}
		head, tail, _ := strings.Cut(string(e.Body), "一、总体情况\n")
		doc, err := extract.Read([]byte(head+"一、总体情况\n2022年全市新收政府信息公开申请4841件，其中市政府收到31件，各部门收到45件。市政府本级收到政府信息公开申请15件。\n"+
			tail), "x.txt")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range normalize.Read(doc, forms).Claims {
			if (c.Text == "31件" || c.Text == "45件" || c.Text == "15件") && c.Link != normalize.OtherScope {
				t.Errorf("%s %s: %s", c.Scope, c.Text, c.Link)
			}
		}
	}
}
