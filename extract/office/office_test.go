package office

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/gongkai/gongkai/extract/script"
)

func load(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// shown is what a document shows, for comparison: paragraphs, and tables as "row,col rows×cols text".
func shown(d *Document) string {
	var b strings.Builder
	for _, x := range d.Blocks {
		if x.Table == nil {
			if s := strings.TrimSpace(x.Text); s != "" {
				fmt.Fprintln(&b, s)
			}
			continue
		}
		for _, c := range x.Table.Cells {
			fmt.Fprintf(&b, "%d,%d %d×%d %s\n", c.Row, c.Col, c.RowSpan, c.ColSpan,
				strings.Join(strings.Fields(c.Text), " "))
		}
	}
	return b.String()
}

const small = `江州市民政局2022年政府信息公开工作年度报告
0,0 2×1 类别
0,1 1×2 件数
1,1 1×1 收到
1,2 1×1 办结
2,0 1×1 信函
2,1 1×1 12
2,2 1×1
3,0 1×1 网络
3,1 1×1 1305
3,2 1×1 1,298
一、总体情况
`

func same(t *testing.T, got, want string) {
	t.Helper()
	clean := func(s string) string {
		var out []string
		for _, l := range strings.Split(s, "\n") {
			out = append(out, strings.TrimRight(l, " "))
		}
		return strings.Join(out, "\n")
	}
	if clean(got) != clean(want) {
		t.Errorf("got\n%s\nnot\n%s", got, want)
	}
}

func TestReadDoc(t *testing.T) {
	d, err := ReadDoc(load(t, "small.doc"))
	if err != nil {
		t.Fatal(err)
	}
	same(t, shown(d), small)
}

func TestReadXLS(t *testing.T) {
	d, err := ReadXLS(load(t, "small.xls"))
	if err != nil {
		t.Fatal(err)
	}
	same(t, shown(d), strings.Replace(small, "1,298", "1298", 1)) // what the sheet displays
}

// TestManyPieces reads a file whose text lies in a piece for each few characters, as files do that were saved fast, and
// one piece of which was struck out by a property of its own.
func TestManyPieces(t *testing.T) {
	streams, err := storage(load(t, "small.doc"), "WordDocument", "0Table", "1Table", "Data")
	if err != nil {
		t.Fatal(err)
	}
	read := func(prm func(i int) uint16, grpprl []byte) (*doc, error) {
		w := &doc{Document: &Document{}, main: bytes.Clone(streams["WordDocument"]), data: streams["Data"]}
		plain := &doc{Document: &Document{}, main: streams["WordDocument"], data: streams["Data"]}
		if err := plain.open(streams); err != nil {
			return nil, err
		}
		var cps []uint32
		var pcds []byte
		n := 0
		for _, p := range plain.pieces {
			for at := p.from; at < p.to; at += 3 {
				cps = append(cps, uint32(at))
				fc, _ := plain.place(at)
				if !p.wide {
					fc = fc*2 | 0x40000000
				}
				var pcd [8]byte
				binary.LittleEndian.PutUint32(pcd[2:], uint32(fc))
				binary.LittleEndian.PutUint16(pcd[6:], prm(n))
				pcds = append(pcds, pcd[:]...)
				n++
			}
		}
		cps = append(cps, uint32(len(plain.chars)))
		var clx bytes.Buffer
		if grpprl != nil {
			clx.WriteByte(1)
			binary.Write(&clx, binary.LittleEndian, uint16(len(grpprl)))
			clx.Write(grpprl)
		}
		clx.WriteByte(2)
		binary.Write(&clx, binary.LittleEndian, uint32(4*len(cps)+len(pcds)))
		binary.Write(&clx, binary.LittleEndian, cps)
		clx.Write(pcds)
		name := "0Table"
		if u16(w.main, 0x0a)&0x200 != 0 {
			name = "1Table"
		}
		table := append(bytes.Clone(streams[name]), clx.Bytes()...)
		binary.LittleEndian.PutUint32(w.main[0x9a+8*33:], uint32(len(streams[name])))
		binary.LittleEndian.PutUint32(w.main[0x9a+8*33+4:], uint32(clx.Len()))
		if err := w.open(map[string][]byte{name: table, "WordDocument": w.main}); err != nil {
			return nil, err
		}
		w.read()
		return w, nil
	}
	w, err := read(func(int) uint16 { return 0 }, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, shown(w.Document), small)
	if len(w.pieces) < 10 {
		t.Errorf("%d pieces", len(w.pieces))
	}
	// the first three characters, struck out: sprmCFRMarkDel = 1
	w, err = read(func(i int) uint16 {
		if i == 0 {
			return 1 // the first of the lists, by its index
		}
		return 0
	}, []byte{0x00, 0x08, 1})
	if err != nil {
		t.Fatal(err)
	}
	same(t, shown(w.Document), strings.TrimPrefix(small, "江州市"))
}

func TestOrdinal(t *testing.T) {
	for _, c := range []struct {
		n            int
		format, want string
	}{
		{3, "decimal", "3"}, {3, "chineseCounting", "三"}, {10, "chineseCounting", "十"},
		{12, "chineseCountingThousand", "十二"}, {20, "chineseCounting", "二十"},
		{103, "chineseCounting", "一百零三"}, {110, "japaneseCounting", "一百一十"}, {7, "decimalEnclosedCircle", "⑦"},
		{2, "ideographTraditional", "乙"}, {5, "decimalFullWidth", "５"},
		{4, "lowerRoman", "iv"}, {27, "upperLetter", "AA"}, {2, "chineseLegalSimplified", "贰"},
		{3, "ideographEnclosedCircle", "㈢"}, {0, "none", ""},
	} {
		if got := ordinal(c.n, c.format); got != c.want {
			t.Errorf("%d as %s: %q, not %q", c.n, c.format, got, c.want)
		}
	}
}

// TestDocxNumbers reads labels whose numbers Word counts: levels within levels, a style that numbers, a list that
// begins anew.
func TestDocxNumbers(t *testing.T) {
	styles := readStyles([]byte(
		`<w:styles><w:style w:type="paragraph" w:styleId="H"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
		<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H"/></w:style></w:styles>`))
	n := readNumbering([]byte(
		`<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%1）"/><w:suff w:val="nothing"/></w:lvl>
		<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/><w:suff w:val="nothing"/></w:lvl></w:abstractNum>
		<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>`), styles)
	var got []string
	for _, s := range []struct {
		ref   numRef
		style string
	}{{numRef{1, 0}, ""}, {numRef{1, 1}, ""}, {numRef{1, 1}, ""}, {numRef{-1, -1}, "H2"}, {numRef{1, 1}, ""},
		{numRef{2, 0}, ""}, {numRef{0, 0}, "H"}, {numRef{-1, -1}, ""}} {
		got = append(got, n.next(s.ref, styles, s.style))
	}
	if want := "（一）|1.|2.|（二）|1.|（一）||"; strings.Join(got, "|") != want {
		t.Errorf("%s, not %s", strings.Join(got, "|"), want)
	}
}

func FuzzDocx(f *testing.F) {
	f.Add([]byte(`<w:document><w:body><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>` +
		`</w:tcPr><w:p><w:r><w:t>1&#x4e2d;</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>` +
		`</w:tc></w:tr></w:tbl></w:body></w:document>`))
	f.Add([]byte(`<w:document><w:body><w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:ins><w:r><w:t>a</w:t></w:r>` +
		`</w:ins><w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent><w:p/></w:txbxContent></w:drawing>` +
		`</mc:Choice></mc:AlternateContent></w:r></w:p></w:body></w:document>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ReadWordXML(b)
		if err != nil {
			return
		}
		sound(t, d)
	})
}

func FuzzRTF(f *testing.F) {
	f.Add([]byte(`{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 \'cb\'ce;}}\pard\f0 ` +
		`\'d5\'fe\u-2147?\par\trowd\clvmgf\cellx900\clmgf\cellx1800\clmrg\cellx2700\intbl a\cell\cell ` +
		`b\cell\row{\shp{\*\shpinst{\shptxt x\par}}}}`))
	f.Add([]byte(`{\rtf1 \itap2\intbl a\nestcell{\*\nesttableprops\trowd\cellx5\nestrow}\cell\trowd\cellx9\row}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, err := ReadRTF(b); err == nil {
			sound(t, d)
		}
	})
}

func FuzzDoc(f *testing.F) {
	f.Add(load(f, "small.doc"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, err := ReadDoc(b); err == nil {
			sound(t, d)
		}
	})
}

func FuzzXLS(f *testing.F) {
	f.Add(load(f, "small.xls"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, err := ReadXLS(b); err == nil {
			sound(t, d)
		}
	})
}

// sound checks what holds of every table: cells sorted, inside, and no two in one place.
func sound(t *testing.T, d *Document) {
	for _, b := range d.Blocks {
		if b.Table == nil {
			continue
		}
		at := map[[2]int]bool{}
		last := [2]int{-1, -1}
		for _, c := range b.Table.Cells {
			if c.Row < last[0] || c.Row == last[0] && c.Col <= last[1] || c.RowSpan < 1 || c.ColSpan < 1 ||
				c.Row+c.RowSpan > b.Table.Rows || c.Col+c.ColSpan > b.Table.Cols {
				t.Fatalf("the cell %+v of a table of %d × %d behind %v", c, b.Table.Rows, b.Table.Cols, last)
			}
			last = [2]int{c.Row, c.Col}
			if c.RowSpan*c.ColSpan > 10_000 {
				continue
			}
			for r := c.Row; r < c.Row+c.RowSpan; r++ {
				for k := c.Col; k < c.Col+c.ColSpan; k++ {
					if at[[2]int{r, k}] {
						t.Fatalf("two cells cover %d,%d", r, k)
					}
					at[[2]int{r, k}] = true
				}
			}
		}
	}
}

// TestSetApart: a raised mark of a footnote is no digit of the number before it, a number that is wholly raised is one,
// and what is crossed out is left out with a doubt; in every format.
func TestSetApart(t *testing.T) {
	const want = "0,0 1×1 脚注\n0,1 1×1 524¹\n1,0 1×1 带括号\n1,1 1×1 12[²]\n2,0 1×1 整格\n2,1 1×1 33\n3,0 1×1 划去\n3,1 1×1 " +
		"859\n"
	f := excelize.NewFile()
	raised, struck := &excelize.Font{VertAlign: "superscript"}, &excelize.Font{Strike: true}
	for i, row := range []struct {
		label string
		runs  []excelize.RichTextRun
	}{
		{"脚注", []excelize.RichTextRun{{Text: "524"}, {Text: "1", Font: raised}}},
		{"带括号", []excelize.RichTextRun{{Text: "12"}, {Text: "[2]", Font: raised}}},
		{"整格", []excelize.RichTextRun{{Text: "3", Font: raised}, {Text: "3", Font: raised}}},
		{"划去", []excelize.RichTextRun{{Text: "895", Font: struck}, {Text: "859"}}},
	} {
		f.SetCellValue("Sheet1", fmt.Sprintf("A%d", i+1), row.label)
		f.SetCellRichText("Sheet1", fmt.Sprintf("B%d", i+1), row.runs)
	}
	sheet, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func() (*Document, error){
		"docx": func() (*Document, error) { return ReadDocx(load(t, "apart.docx")) },
		"odt":  func() (*Document, error) { return ReadODT(load(t, "apart.odt")) },
		"rtf":  func() (*Document, error) { return ReadRTF(load(t, "apart.rtf")) },
		"doc":  func() (*Document, error) { return ReadDoc(load(t, "apart.doc")) },
		"xlsx": func() (*Document, error) { return ReadXLSX(sheet.Bytes()) },
	} {
		t.Run(name, func(t *testing.T) {
			d, err := read()
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range d.Blocks {
				if b.Table != nil {
					for i := range b.Table.Cells {
						b.Table.Cells[i].Text = script.Settle(b.Table.Cells[i].Text)
					}
				}
			}
			same(t, shown(d), want)
			if len(d.Doubts) != 1 || d.Doubts[0].Code != "struck-text" ||
				!strings.Contains(d.Doubts[0].Message, "895") {
				t.Errorf("doubts %v", d.Doubts)
			}
		})
	}
}
