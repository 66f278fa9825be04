package office

import (
	"encoding/binary"
	"math"
	"testing"
)

// TestSums compares what is stored for a formula with what its cells come to, in the words of both kinds of sheets.
func TestSums(t *testing.T) {
	cells := map[[2]int]kept{{0, 0}: {number: 3, isNumber: true}, {1, 0}: {number: 4, isNumber: true}, {2, 0}: {words: true},
		{3, 0}: {unsure: true}}
	at := func(row, col int) kept { return cells[[2]int{row, col}] }
	for formula, want := range map[string]float64{"SUM(A1:A2)": 7, "A1+A2": 7, "=A2-A1": -1, "$A$2-$A$1": 1, "SUM(A1,A2)+A1": 10,
		"sum(a1:a3)": 7, "-A1+10": 7, "A1+B9": 3, "A1+A3": -1, "SUM(A1:A4)": -1, "SUM(B1:A2)": -1, "A1*2": -1, "SUM(A1:A2)/2": -1,
		"S2!A1+A2": -1, "SUM(A1:A1048576)": -1, "SUBTOTAL(9,A1:A2)": -1, "12": -1, "": -1} {
		got := -1.0
		if s, ok := parseSum(formula); ok {
			if n, ok, _ := s.comesTo(at); ok {
				got = n
			}
		}
		if formula == "=A2-A1" { // sheets of XML write no sign of equality
			want = -1
		}
		if got != want {
			t.Errorf("%s: %v, want %v", formula, got, want)
		}
	}
	ref := func(row byte) []byte { return []byte{0x44, row, 0, 0, 0xc0} }
	area := func(to byte) []byte { return []byte{0x25, 0, 0, to, 0, 0, 0xc0, 0, 0xc0} }
	join := func(parts ...[]byte) (out []byte) {
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	for name, c := range map[string]struct {
		rule []byte
		want float64
	}{
		"sum":      {join(area(1), []byte{0x19, 0x10, 0, 0}), 7},
		"plus":     {join(ref(0), ref(1), []byte{0x03}), 7},
		"minus":    {join(ref(1), ref(0), []byte{0x04}), 1},
		"function": {join(area(1), ref(0), []byte{0x42, 2, 4, 0}), 10},
		"spaces":   {join(ref(0), []byte{0x19, 0x40, 0, 1}, ref(1), []byte{0x03, 0x15}), 7},
		"number":   {join(ref(0), []byte{0x1e, 5, 0, 0x03}), 8},
		"words":    {join(ref(2), ref(1), []byte{0x03}), -1},
		"in words": {join(area(2), []byte{0x19, 0x10, 0, 0}), 7},
		"average":  {join(area(1), []byte{0x42, 1, 5, 0}), -1},
		"area":     {join(area(1), ref(0), []byte{0x05}), -1},
		"cut":      {[]byte{0x44, 0}, -1},
		"choice":   {join(ref(0), []byte{0x19, 0x02, 0, 0}, ref(1)), -1},
	} {
		got := -1.0
		if s, ok := xlsSum(c.rule); ok {
			if n, ok, _ := s.comesTo(at); ok {
				got = n
			}
		}
		if got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestOutdatedXLSX reads sums that nobody worked out again, and those that are as they were.
func TestOutdatedXLSX(t *testing.T) {
	d, err := ReadXLSX(zipped(t, "xl/workbook.xml", `<workbook><sheets><sheet name="S" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="a" Type="t/worksheet" Target="worksheets/s.xml"/></Relationships>`,
		"xl/worksheets/s.xml", `<worksheet><sheetData><row r="1"><c r="A1"><v>3</v></c>`+
			`<c r="B1"><v>4</v></c><c r="C1"><f>A1+B1</f><v>7</v></c>`+
			`</row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><v>5</v></c><c r="C2"><f>SUM(A2:B2)</f><v>7</v></c></row>`+
			`<row r="3"><c r="A3"><f>SUM(A1:A2)</f><v>6</v></c><c r="B3"><f>SUM(B1:B2)</f><v>9</v></c><c r="C3"><f>C1+C2</f><v>14</v></c>`+
			`</row></sheetData></worksheet>`))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, b := range d.Blocks {
		if b.Table == nil {
			continue
		}
		for _, c := range b.Table.Cells {
			got += c.Text + " "
		}
	}
	if want := "3 4 7 3 5 \ufffd 6 9 \ufffd "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestOutdatedXLS: likewise in .xls, and where the whole file waits to be worked out.
func TestOutdatedXLS(t *testing.T) {
	sum := []byte{0x25, 0, 0, 1, 0, 0, 0xc0, 0, 0xc0, 0x19, 0x10, 0, 0}
	for _, c := range []struct {
		stored float64
		want   string
	}{{7, "7"}, {8, object}} {
		g := &xlsGrid{xls: &xls{Document: &Document{}, parsed: map[int]*numberFormat{}}, values: map[[2]int]xlsValue{},
			made: map[[2]int]bool{}, zeros: true}
		g.sheetGrid = newSheetGrid(g.Document, "S")
		g.putNumber(0, 0, 0, 3)
		g.putNumber(1, 0, 0, 4)
		d := binary.LittleEndian.AppendUint64([]byte{2, 0, 0, 0, 0, 0}, math.Float64bits(c.stored))
		d = append(d, 0, 0, 0, 0, 0, 0, byte(len(sum)), 0)
		g.formula(2, 0, 0, append(d, sum...))
		at := [2]int{2, 0}
		g.check(at)
		if got := g.shown(at, g.values[at]); got != c.want {
			t.Errorf("%v: %q, want %q", c.stored, got, c.want)
		}
	}
}

// TestConditionXLS: rules that Excel 2007 and later write beside the old ones change what is displayed, too.
func TestConditionXLS(t *testing.T) {
	g := &xlsGrid{xls: &xls{Document: &Document{}, parsed: map[int]*numberFormat{}, formats: map[int]string{170: `"无"`}},
		values: map[[2]int]xlsValue{}, made: map[[2]int]bool{}, zeros: true}
	g.sheetGrid = newSheetGrid(g.Document, "S")
	head := make([]byte, 12)
	g.shape(biffCondFmt12, append(append([]byte{}, head...), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0))
	look := []byte{0, 0, 0, 2, 0, 0, 0, 170} // a number format, by its index
	rule := append(append([]byte{}, head...), 1, 5, 3, 0, 0, 0, byte(len(look)), 0, 0, 0)
	rule = append(append(rule, look...), 0x1e, 2, 0) // greater than 2
	g.shape(biffCF12, rule)
	for n, want := range map[float64]string{3: "无", 1: "1"} {
		if got := g.shown([2]int{}, xlsValue{number: n, isNumber: true}); got != want {
			t.Errorf("%v: %q, want %q", n, got, want)
		}
	}
}
