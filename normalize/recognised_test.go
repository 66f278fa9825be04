package normalize

import (
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// picture is a table IV of three rows as it is recognised: "17~11" is a 17 that may be an 11, "17?" one in doubt with
// no other reading, "17!" one below a stamp.
func picture(t *testing.T, rows ...string) *Report {
	t.Helper()
	table := &extract.Table{Rows: len(rows) + 1, Cols: 6}
	add := func(r, c int, text string, seen *extract.Reading) {
		table.Cells = append(table.Cells, extract.Cell{Row: r, Col: c, RowSpan: 1, ColSpan: 1, Text: text, Seen: seen,
			Place: extract.Place{Page: 1, Table: 1, Row: r + 1, Column: c + 1}})
	}
	for c, s := range []string{"类别", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"} {
		add(0, c, s, &extract.Reading{Confidence: 0.99})
	}
	for r, row := range rows {
		for c, s := range strings.Fields(row) {
			seen := &extract.Reading{Confidence: 0.99}
			if text, other, ok := strings.Cut(s, "~"); ok {
				s = text
				seen.Confidence = 0.6
				seen.Others = []extract.Alternative{{Text: other, Confidence: 0.3}}
			} else if strings.HasSuffix(s, "?") {
				s, seen.Confidence = strings.TrimSuffix(s, "?"), 0.6
			} else if strings.HasSuffix(s, "!") {
				s, seen.Covered = strings.TrimSuffix(s, "!"), true
			}
			add(r+1, c, s, seen)
		}
	}
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	return Read(&extract.Document{Blocks: []extract.Block{{Kind: extract.Paragraph, Text: "江州市2022年政府信息公开工作年度报告"},
		{Kind: extract.TableBlock, Table: table}}}, forms)
}

// TestRecognised publishes a figure that was recognised where it is certain or proved, and only then.
func TestRecognised(t *testing.T) {
	const direct, after = " 未经复议直接起诉 0 1 0 0 1", " 复议后起诉 0 0 0 0 0"
	for what, c := range map[string]struct {
		row    string
		cell   string
		text   string
		number string // "" = none
		code   string
	}{
		"certain":                  {"行政复议 17 2 0 1 20", "upheld", "17", "17", ""},
		"doubtful, proved":         {"行政复议 17~11 2 0 1 20", "upheld", "17", "17", ""},
		"stamped, proved":          {"行政复议 17! 2 0 1 20", "upheld", "17", "17", ""},
		"doubtful, not proved":     {"行政复议 17? 2 0 1 14", "upheld", "17", "", CodeDoubtfulReading},
		"one identity is no proof": {"行政复议 17~11 2 0 1 14", "upheld", "17", "", CodeDoubtfulReading},
		"stamped, not proved":      {"行政复议 17! 2 0 1 14", "upheld", "17", "", CodeDoubtfulReading},
		"nothing to be made of it": {"行政复议 \ufffd? 2 0 1 14", "upheld", "", "", CodeUnreadable},
	} {
		rep := picture(t, c.row, direct, after)
		found := false
		for _, v := range rep.Values {
			if v.Name != "disputes.reconsideration."+c.cell {
				continue
			}
			found = true
			got := ""
			if v.Number != nil {
				got = v.Number.String()
			}
			if v.Text != c.text || got != c.number {
				t.Errorf("%s: %q %q, not %q %q", what, v.Text, got, c.text, c.number)
			}
		}
		if !found {
			t.Fatalf("%s: no such value", what)
		}
		code := ""
		for _, f := range rep.Findings {
			if f.Name == "disputes.reconsideration."+c.cell {
				code = f.Code
			}
			if f.Code == CodeSumFails && c.code != "" {
				t.Errorf("%s: an identity is said to fail whose figures nobody knows: %s", what, f.Message)
			}
		}
		if code != c.code {
			t.Errorf("%s: finding %q, not %q", what, code, c.code)
		}
	}
}

// TestReadingChosen takes another reading than the likeliest where row and column both ask for it, in table III.
func TestReadingChosen(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	form := forms.Editions("applications")[len(forms.Editions("applications"))-1]
	filled := newFilled(form)
	rows := len(form.Rows)
	for r := range form.Rows {
		for _, c := range form.Rows[r].Columns {
			text := "0"
			switch { // one application by a natural person, received, granted
			case (r == 0 || form.Rows[r].Name == "granted" || form.Rows[r].Name == "handled_total") &&
				(form.Columns[c].Name == "natural_person" || form.Columns[c].Name == "total"):
				text = "17"
			}
			p := newPiece(text, extract.Place{})
			p.seen = &extract.Reading{Confidence: 0.999}
			if form.Rows[r].Name == "granted" && form.Columns[c].Name == "natural_person" {
				*p = *newPiece("11", extract.Place{})
				p.seen = &extract.Reading{Confidence: 0.7,
					Others: []extract.Alternative{{Text: "17", Confidence: 0.2}, {Text: "1", Confidence: 0.1}}}
			}
			filled.set(r, c, p)
		}
	}
	var codes []string
	filled.check(func(f Finding) { codes = append(codes, f.Code+" "+f.Name) })
	for r := range rows {
		if form.Rows[r].Name == "granted" {
			if x := &filled.fields[r][0]; x.text != "17" || x.verdict != Proved {
				t.Errorf("%q, %s", x.text, x.verdict)
			}
		}
	}
	if len(codes) != 1 || codes[0] != CodeReadingChosen+" applications.granted.natural_person" {
		t.Errorf("%q", codes)
	}
}
