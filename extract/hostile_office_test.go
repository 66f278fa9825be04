package extract_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/cputime"
)

// zipped packs members, given as name, text, name, text, …; a text that begins with "×" is repeated: "×1000 text".
func zipped(members ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		f, _ := z.Create(members[i])
		text := members[i+1]
		var n int
		if rest, ok := strings.CutPrefix(text, "×"); ok {
			count, what, _ := strings.Cut(rest, " ")
			fmt.Sscan(count, &n)
			for range n {
				f.Write([]byte(what))
			}
			continue
		}
		f.Write([]byte(text))
	}
	z.Close()
	return b.Bytes()
}

// hostileOffice are office files and archives that mean harm, and what must be said of them; "" = they may be read.
func hostileOffice(t testing.TB) map[string]struct {
	body []byte
	says string
} {
	document := func(s string) []byte {
		return zipped("[Content_Types].xml", "<Types/>", "word/document.xml",
			"<w:document><w:body>"+s+"</w:body></w:document>")
	}
	locked := excelize.NewFile()
	var lockedBytes bytes.Buffer
	if err := locked.SetCellValue("Sheet1", "A1", 1); err != nil {
		t.Fatal(err)
	}
	if err := locked.Write(&lockedBytes, excelize.Options{Password: "geheim"}); err != nil {
		t.Fatal(err)
	}
	small, err := os.ReadFile("office/testdata/small.doc")
	if err != nil {
		t.Fatal(err)
	}
	encrypted := bytes.Clone(small) // the flag alone: a reader must not try the rest
	at := bytes.Index(encrypted, []byte{0xec, 0xa5})
	encrypted[at+0x0b] |= 1
	old := bytes.Clone(small)
	old[at+2], old[at+3] = 0x65, 0
	cut := zipped("word/document.xml", "×1000 <w:p/>")
	head := []byte("IHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02\x00\x00\x00")
	png := binary.BigEndian.AppendUint32(append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\r"), head...),
		crc32.ChecksumIEEE(head))
	return map[string]struct {
		body []byte
		says string
	}{
		"bomb.docx":       {zipped("word/document.xml", "×200 "+strings.Repeat("<w:p>0</w:p>", 100_000)), "limit"},
		"nested.docx":     {document(strings.Repeat("<w:tbl><w:tr><w:tc>", 300_000)), ""},
		"paragraphs.docx": {document(strings.Repeat("<w:p>", 2_000_000)), ""},
		"wide.docx": {document("<w:tbl>" +
			strings.Repeat(`<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr><w:p><w:r><w:t>1</w:t></w:r>`+
				`</w:p></w:tc><w:tc/></w:tr>`, 50_000) + "</w:tbl>"), ""},
		"half.docx":  {cut[:len(cut)-30], "zip"},
		"empty.docx": {zipped("word/document.xml", ""), ""},
		"entities.docx": {zipped("word/document.xml",
			`<!DOCTYPE x [<!ENTITY a "`+strings.Repeat("a",
				1000)+`">]><w:document><w:body><w:p><w:r><w:t>&a;&a;</w:t></w:r></w:p></w:body></w:document>`), ""},
		"locked.xlsx": {lockedBytes.Bytes(), "password"},
		"wide.xlsx": {zipped("[Content_Types].xml",
			`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override `+
				`PartName="/xl/workbook.xml" `+
				`ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
			"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+
				`<Relationship Id="r1" `+
				`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" `+
				`Target="xl/workbook.xml"/></Relationships>`,
			"xl/_rels/workbook.xml.rels",
			`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship `+
				`Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" `+
				`Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" `+
				`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet `+
				`name="s" sheetId="1" r:id="r1"/></sheets></workbook>`,
			"xl/worksheets/sheet1.xml",
			`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c `+
				`r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>`+
				`<mergeCells count="1"><mergeCell ref="A2:XFC1048575"/></mergeCells></worksheet>`), ""},
		"locked.doc": {encrypted, "password"},
		"old.doc":    {old, "before 97"},
		"cut.doc":    {small[:len(small)/2], ""},
		"groups.rtf": {[]byte(`{\rtf1` + strings.Repeat("{", 3_000_000)), ""},
		"cells.rtf": {[]byte(`{\rtf1\trowd` + strings.Repeat(`\cellx1`, 500_000) + strings.Repeat(`\cell`,
			500_000) + `\row}`), ""},
		"tables.rtf": {[]byte(`{\rtf1` + strings.Repeat(`\itap99999\intbl x\nestcell`, 300_000) + `}`), ""},
		"repeated.ods": {zipped("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml",
			`<o><spreadsheet><table>`+
				strings.Repeat(`<table-row number-rows-repeated="1048576"><table-cell `+
					`number-columns-repeated="16384"><p>1</p></table-cell></table-row>`,
					50)+`</table></spreadsheet></o>`), ""},
		"spaces.odt": {zipped("mimetype", "application/vnd.oasis.opendocument.text", "content.xml",
			`<o><text><p>`+strings.Repeat(`<s c="2000000000"/>`, 100_000)+`</p></text></o>`), ""},
		"picture-bomb.png": {png, "pixels"},
		"bad.mht": {[]byte("MIME-Version: 1.0\r\nContent-Type: multipart/related; " +
			"boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nno page\r\n--x--\r\n"), "web archive"},
	}
}

func TestHostileOffice(t *testing.T) {
	for name, h := range hostileOffice(t) {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && len(h.body) > 64<<10 {
				t.Skip("large ones are left out of the short test")
			}
			ctx, cancel := cputime.WithLimit(context.Background(), 10*time.Second)
			defer cancel()
			doc, err := extract.ReadContext(ctx, h.body, name)
			if ctx.Err() != nil {
				t.Error("more than ten seconds of CPU time")
			}
			if h.says == "" {
				if err == nil {
					checkSound(t, name, doc)
				}
				return
			}
			said := fmt.Sprint(err)
			for _, d := range doc.Doubts {
				said += " " + d.Message
			}
			if !strings.Contains(said, h.says) {
				t.Errorf("%q does not speak of %q", said, h.says)
			}
		})
	}
}

// TestMutatedOffice reads a thousand mutations of office files: none breaks the reader, each is a document or an error.
func TestMutatedOffice(t *testing.T) {
	var seeds [][]byte
	for _, f := range []string{"small.doc", "small.xls"} {
		b, err := os.ReadFile("office/testdata/" + f)
		if err != nil {
			t.Fatal(err)
		}
		seeds = append(seeds, b)
	}
	seeds = append(seeds, []byte(
		`{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 x;}}\pard `+
			`\'d5\'fe\par\trowd\clvmgf\cellx900\cellx1800\intbl a\cell 12\cell\row}`),
		zipped("word/document.xml",
			`<w:document><w:body><w:tbl><w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc>`+
				`</w:tr></w:tbl></w:body></w:document>`))
	rng := rand.New(rand.NewSource(5))
	unread := 0
	for i := range 1000 {
		b := bytes.Clone(seeds[i%len(seeds)])
		for range 1 + rng.Intn(12) {
			switch rng.Intn(3) {
			case 0:
				b[rng.Intn(len(b))] = byte(rng.Intn(256))
			case 1:
				at := rng.Intn(len(b))
				n := min(1+rng.Intn(64), len(b)-at)
				copy(b[rng.Intn(len(b)-n+1):], b[at:at+n])
			default:
				b = b[:max(64, len(b)-rng.Intn(len(b)/8+1))]
			}
		}
		ctx, cancel := cputime.WithLimit(context.Background(), 10*time.Second)
		doc, err := extract.ReadContext(ctx, b, "x")
		if ctx.Err() != nil {
			t.Fatalf("mutation %d: more than ten seconds of CPU time", i)
		}
		cancel()
		if err != nil {
			unread++
			if strings.Contains(err.Error(), "broke off") {
				t.Errorf("mutation %d: %v", i, err)
			}
			continue
		}
		checkSound(t, fmt.Sprint("mutation ", i), doc)
	}
	t.Logf("%d of 1000 mutations unread", unread)
}

// TestMembers unpacks archives within their limits.
func TestMembers(t *testing.T) {
	if testing.Short() {
		t.Skip("archives of hundreds of files, read by one goroutine: left out of the short test, which is for the race detector")
	}
	inner := zipped("report.html", "<p>x</p>")
	many := make([]string, 0, 1400)
	for i := range 700 {
		many = append(many, fmt.Sprintf("%d.txt", i), "x")
	}
	for name, c := range map[string]struct {
		body  []byte
		names string
		says  string
	}{
		"plain": {zipped("a.html", "x", "b/c.pdf", "y", "__MACOSX/a.html", "z", ".DS_Store", "z"), "a.html b/c.pdf",
			""},
		"nested": {zipped("inner.zip", string(inner), "d.txt", "x"), "inner.zip!report.html d.txt", ""},
		"many":   {zipped(many...), "", "more than 500 files"},
		"bomb":   {zipped("a", "×700 "+strings.Repeat("0", 1<<20)), "", "larger than the limit"},
		"rar":    {[]byte("Rar!\x1a\x07\x01\x00 rubbish"), "", "RAR"},
	} {
		if testing.Short() && name == "bomb" {
			continue // 700 MB
		}
		ms, err := extract.Members(context.Background(), c.body)
		var names []string
		said := fmt.Sprint(err)
		for _, m := range ms {
			names = append(names, m.Name)
			if m.Err != nil {
				said += m.Err.Error()
			}
		}
		if c.names != "" && strings.Join(names, " ") != c.names || !strings.Contains(said, c.says) {
			t.Errorf("%s: %q %v", name, names, said)
		}
	}
}
