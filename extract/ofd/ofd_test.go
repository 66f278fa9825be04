package ofd

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/bmp"

	"github.com/gongkai/gongkai/extract/cputime"
	"github.com/gongkai/gongkai/extract/pdf"
)

// parts are the parts of a file by their paths.
type parts map[string]string

func (p parts) with(name, body string) parts {
	out := parts{}
	for k, v := range p {
		out[k] = v
	}
	out[name] = body
	return out
}

func (p parts) pack() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range sortedKeys(p) {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write([]byte(p[name]))
		}
		if err != nil {
			panic(err) // a buffer takes all
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func square() string {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 3))); err != nil {
		panic(err)
	}
	return b.String()
}

// small is a file of one page with objects of every kind around the content.
func small(content string) parts {
	return parts{
		"OFD.xml": `<?xml version="1.0"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:DocInfo><ofd:Title>年报` +
			`</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`,
		"Doc_0/Document.xml": `<Document><CommonData><PageArea><PhysicalBox>0 0 100 100</PhysicalBox></PageArea>` +
			`<PublicRes>Res.xml</PublicRes><TemplatePage ID="7" BaseLoc="T.xml"/></CommonData><Pages><Page ID="1" BaseLoc="P/1.xml"/>` +
			`</Pages><Annotations>A.xml</Annotations><Attachments>F.xml</Attachments></Document>`,
		"Doc_0/Res.xml": `<Res BaseLoc="Res"><DrawParams><DrawParam ID="4" LineWidth="0.2"><FillColor Value="255 0 0"/>` +
			`</DrawParam></DrawParams>` +
			`<Fonts><Font ID="3" FontName="宋体"/></Fonts><MultiMedias><MultiMedia ID="5" Type="Image"><MediaFile>a.png</MediaFile>` +
			`</MultiMedia></MultiMedias><CompositeGraphicUnits><CompositeGraphicUnit ID="6" Width="9" Height="9"><Content>` +
			`<TextObject ID="60" Boundary="0 0 9 9" Font="3" Size="4"><TextCode X="0" Y="4">合</TextCode></TextObject></Content>` +
			`</CompositeGraphicUnit></CompositeGraphicUnits></Res>`,
		"Doc_0/Res/a.png": square(),
		"Doc_0/T.xml": `<Page><Content><Layer><TextObject ID="70" Boundary="0 90 9 9" Font="3" Size="4"><TextCode X="0" Y="4">底` +
			`</TextCode></TextObject></Layer></Content></Page>`,
		"Doc_0/P/1.xml": `<Page><Template TemplateID="7"/><Content><Layer>` + content + `</Layer></Content></Page>`,
		"Doc_0/A.xml":   `<Annotations><Page PageID="1"><FileLoc>A1.xml</FileLoc></Page></Annotations>`,
		"Doc_0/A1.xml": `<PageAnnot><Annot ID="80" Type="Stamp"><Appearance Boundary="80 80 9 9"><PathObject ID="81" Boundary="0 0 9 9">` +
			`<AbbreviatedData>M 0 0 L 9 9</AbbreviatedData></PathObject></Appearance></Annot></PageAnnot>`,
		"Doc_0/F.xml":  `<Attachments><Attachment ID="90" Name="附表" Format="xlsx"><FileLoc>f.xlsx</FileLoc></Attachment></Attachments>`,
		"Doc_0/f.xlsx": "x",
	}
}

// itself is a file whose composite unit draws itself so many times.
func itself(times int) parts {
	p := small(two)
	again := strings.Repeat(`<CompositeObject ID="61" Boundary="0 0 9 9" ResourceID="6"/>`, times)
	return p.with("Doc_0/Res.xml", strings.Replace(p["Doc_0/Res.xml"], `<TextObject ID="60"`, again+`<TextObject ID="60"`, 1))
}

const two = `<TextObject ID="10" Boundary="10 10 40 9" Font="3" Size="4"><TextCode X="0" Y="4" DeltaX="4 2">年12</TextCode></TextObject>` +
	`<PathObject ID="11" Boundary="10 30 40 0"><AbbreviatedData>M 0 0 L 40 0 A 3 4 30 1 0 41 2 C</AbbreviatedData></PathObject>` +
	`<ImageObject ID="12" Boundary="10 40 9 9" ResourceID="5"/><CompositeObject ID="13" Boundary="10 60 9 9" ResourceID="6"/>`

// shown gives what is drawn on the pages, in the order drawn, with the places of the characters.
func shown(t *testing.T, body []byte) (text string, at []pdf.Character, doc *Document) {
	t.Helper()
	doc, err := Draw(context.Background(), body, Options{Pictures: true})
	if err != nil {
		t.Fatal(err)
	}
	at, err = pdf.Characters(context.Background(), doc.PDF)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range at {
		text += c.Text
	}
	return text, at, doc
}

// TestDraw: the page shows its template and its objects in their order, each character in its place.
func TestDraw(t *testing.T) {
	t.Parallel()
	text, at, doc := shown(t, small(two).pack())
	if text != "底年12合" || doc.Title != "年报" || len(doc.Doubts) > 0 || len(doc.Attachments) != 1 || doc.Attachments[0].Name != "附表.xlsx" {
		t.Errorf("%q, %+v, title %q, attachments %v", text, doc.Doubts, doc.Title, doc.Attachments)
	}
	for i, want := range [][2]float64{{0, 94}, {10, 14}, {14, 14}, {16, 14}, {10, 64}} {
		x, y := at[i].X/perMillimetre, at[i].Base/perMillimetre
		if math.Abs(x-want[0]) > 0.01 || math.Abs(y-want[1]) > 0.01 {
			t.Errorf("%s stands at %.2f, %.2f mm, want %v", at[i].Text, x, y, want)
		}
	}
}

// TestText: what a text shows, for all ways of saying it.
func TestText(t *testing.T) {
	t.Parallel()
	code := func(attributes, inner string) string {
		return `<TextObject ID="10" Boundary="10 10 80 20" Font="3" Size="4"` + attributes + `>` + inner + `</TextObject>`
	}
	for name, c := range map[string]struct{ content, want string }{
		"groups":               {code("", `<TextCode X="0" Y="4" DeltaX="g 2 2 4">123年</TextCode>`), "123年"},
		"several codes":        {code("", `<TextCode X="0" Y="4">一</TextCode><TextCode X="20" Y="4">二</TextCode>`), "一二"},
		"an entity":            {code("", `<TextCode X="0" Y="4" DeltaX="4">&#x4E00;&amp;</TextCode>`), "一&"},
		"an unknown entity":    {code("", `<TextCode X="0" Y="4" DeltaX="4">1&nine;</TextCode>`), "1\ufffd"},
		"character data":       {code("", `<TextCode X="0" Y="4" DeltaX="4"><![CDATA[一二]]></TextCode>`), "一二"},
		"lines of the XML":     {code("", "<TextCode X=\"0\" Y=\"4\" DeltaX=\"4\">\n    一二\n  </TextCode>"), "一二"},
		"no steps":             {code("", `<TextCode X="0" Y="4">12</TextCode>`), "12"},
		"a step that is none":  {code("", `<TextCode X="0" Y="4" DeltaX="x">12</TextCode>`), "\ufffd\ufffd"},
		"a place that is none": {code("", `<TextCode X="?" Y="4">1</TextCode>`), "\ufffd"},
		"private use":          {code("", "<TextCode X=\"0\" Y=\"4\">\ue001</TextCode>"), "\ufffd"},
		"a glyph of a font that is not there": {code("", `<CGTransform CodePosition="0" CodeCount="1" GlyphCount="1">`+
			`<Glyphs>7</Glyphs></CGTransform><TextCode X="0" Y="4"> </TextCode>`), "\ufffd"},
		"not visible":          {code(` Visible="false"`, `<TextCode X="0" Y="4">1</TextCode>`), ""},
		"clear":                {code(` Alpha="0"`, `<TextCode X="0" Y="4">1</TextCode>`), ""},
		"white":                {code("", `<FillColor Value="255 255 255"/><TextCode X="0" Y="4">1</TextCode>`), ""},
		"white in hexadecimal": {code("", `<FillColor Value="#ff #ff #ff"/><TextCode X="0" Y="4">1</TextCode>`), ""},
		"no ink of four":       {code("", `<FillColor Value="0 0 0 0"/><TextCode X="0" Y="4">1</TextCode>`), ""},
		"white that changes to white": {code("", `<FillColor><AxialShd><Segment><Color Value="255 255 255"/></Segment><Segment>`+
			`<Color Value="255 255 255"/></Segment></AxialShd></FillColor><TextCode X="0" Y="4">1</TextCode>`), ""},
		"outside of its boundary": {code("", `<TextCode X="84" Y="4">1</TextCode>`), "\ufffd"},
		"each digit turned":       {code(` CharDirection="180"`, `<TextCode X="4" Y="4">6</TextCode>`), "\ufffd"},
		"turned as the text runs": {code(` CharDirection="90" ReadDirection="90"`,
			`<TextCode X="4" Y="4" DeltaY="2">12</TextCode>`), "12"},
		"from right to left, no steps": {code(` ReadDirection="180"`, `<TextCode X="20" Y="4">12</TextCode>`), "\ufffd\ufffd"},
		"from right to left":           {code(` ReadDirection="180"`, `<TextCode X="20" Y="4" DeltaX="-2">12</TextCode>`), "12"},
		"of a size below nothing": {strings.Replace(code("", `<TextCode X="20" Y="4">12年</TextCode>`), `Size="4"`, `Size="-4"`,
			1), "\ufffd\ufffd年"},
		"within something unknown": {`<Group>` + code("", `<TextCode X="0" Y="4">年12</TextCode>`) + `</Group>`, "年\ufffd\ufffd"},
		"in no layer":              {`</Layer>` + code("", `<TextCode X="0" Y="4">年12</TextCode>`) + `<Layer>`, "年\ufffd\ufffd"},
		"glyphs of a text and the next": {code("", `<CGTransform CodePosition="0" CodeCount="3"><Glyphs>7 8 9</Glyphs></CGTransform>`+
			`<TextCode X="0" Y="4">年</TextCode><TextCode X="8" Y="4">12</TextCode>`), strings.Repeat("\ufffd", 5)},
		"only its rim": {code(` Fill="false" Stroke="true"`, `<TextCode X="0" Y="4">1</TextCode>`), "1"},
		"a white rim": {code(` Fill="false" Stroke="true"`,
			`<StrokeColor Value="255 255 255"/><TextCode X="0" Y="4">1</TextCode>`), ""},
		"beyond the page": {strings.Replace(code("", `<TextCode X="0" Y="4">1</TextCode>`), "10 10 80 20", "120 10 80 20", 1), ""},
		"numbers of a unit": {strings.Replace(code(` CTM="10 0 0 10 0 0"`,
			`<TextCode X="0" Y="0.4" DeltaX=".2">12</TextCode>`), `Size="4"`, `Size=".4"`, 1), "12"},
		"a layer without place":  {`<PageBlock>` + code("", `<TextCode X="0" Y="4">块</TextCode>`) + `</PageBlock>`, "块"},
		"a font that is missing": {strings.Replace(code("", `<TextCode X="0" Y="4">1</TextCode>`), `Font="3"`, `Font="99"`, 1), "1"},
		"seen through text": {code("", `<Clips><Clip><Area><Path Boundary="0 0 1 1"><AbbreviatedData>M 0 0 L 1 0 L 1 1 L 0 1 C`+
			`</AbbreviatedData></Path></Area></Clip></Clips><TextCode X="20" Y="4">1</TextCode>`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _, _ := shown(t, small(c.content).pack()); got != "底"+c.want {
				t.Errorf("%q, want %q", strings.TrimPrefix(got, "底"), c.want)
			}
		})
	}
}

// TestTold: what is missing or broken is told, and the rest is drawn.
func TestTold(t *testing.T) {
	t.Parallel()
	whole := small(two)
	signed := func(value string) parts {
		p := whole.with("Doc_0/S.xml", `<Signatures><Signature ID="1" BaseLoc="S1.xml"/></Signatures>`)
		p = p.with("Doc_0/S1.xml", `<Signature><SignedInfo><References CheckMethod="1.2.156.10197.1.401">`+
			`<Reference FileRef="/Doc_0/P/1.xml"><CheckValue>`+value+`</CheckValue></Reference></References>`+
			`<StampAnnot ID="2" PageRef="1" Boundary="5 5 20 20"/></SignedInfo>`+
			`</Signature>`)
		return p.with("OFD.xml", strings.Replace(p["OFD.xml"], "</ofd:DocBody>",
			"<ofd:Signatures>/Doc_0/S.xml</ofd:Signatures></ofd:DocBody>", 1))
	}
	sum := newSM3()
	sum.Write([]byte(whole["Doc_0/P/1.xml"]))
	good := base64.StdEncoding.EncodeToString(sum.Sum(nil))
	without := func(name string) parts {
		p := whole.with("", "")
		delete(p, "")
		delete(p, name)
		return p
	}
	for name, c := range map[string]struct {
		parts      parts
		want, code string
	}{
		"whole":                 {whole, "底年12合", ""},
		"no template":           {without("Doc_0/T.xml"), "年12合", "broken-page"},
		"no resources":          {without("Doc_0/Res.xml"), "底年12", "broken-part"},
		"no picture":            {without("Doc_0/Res/a.png"), "底年12合", "broken-picture"},
		"no annotations":        {without("Doc_0/A1.xml"), "底年12合", "broken-part"},
		"no page":               {without("Doc_0/P/1.xml"), "", "broken-page"},
		"page that breaks off":  {whole.with("Doc_0/P/1.xml", whole["Doc_0/P/1.xml"][:220]), "底年12", "broken-page"},
		"picture that is none":  {whole.with("Doc_0/Res/a.png", "GIF89a"), "底年12合", "broken-picture"},
		"unit within itself":    {itself(1), "底年12" + strings.Repeat("合", maxComposites), "limit"},
		"an object of no place": {small(strings.Replace(two, `Boundary="10 10 40 9"`, `Boundary="10 10"`, 1)), "底年12合", "broken-page"},
		"signed and unchanged":  {signed(good), "底年12合", ""},
		"signed and changed":    {signed("AAAA"), "底年12合", "broken-signature"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, doc := shown(t, c.parts.pack())
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			told := slices.ContainsFunc(doc.Doubts, func(d Doubt) bool { return d.Code == c.code })
			if c.code == "" && len(doc.Doubts) > 0 || c.code != "" && !told {
				t.Errorf("%+v, want %q", doc.Doubts, c.code)
			}
		})
	}
}

// der encodes a value of ASN.1.
func der(tag byte, parts ...string) string {
	body := strings.Join(parts, "")
	n := len(body)
	switch {
	case n < 128:
		return string([]byte{tag, byte(n)}) + body
	case n < 1<<16:
		return string([]byte{tag, 0x82, byte(n >> 8), byte(n)}) + body
	}
	return string([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}) + body
}

// sealed puts a seal on the page of a file: its picture in the value of the signature, as SES_Signature has it.
func sealed(p parts, kind, picture, attributes string) parts {
	info := der(0x30, der(0x30, der(0x16, "ES"), der(2, "\x04"), der(0x16, "gold")), der(0x16, "1"),
		der(0x30, der(2, "\x01"), der(0x0c, "章")), der(0x30, der(0x16, kind), der(4, picture), der(2, "\x28"), der(2, "\x28")))
	value := der(0x30, der(0x30, der(2, "\x04"), der(0x30, info, der(4, "certificate")), der(0x18, "20240105000000Z")), der(4, "signed"))
	p = p.with("Doc_0/S.xml", `<Signatures><Signature ID="1" BaseLoc="S1.xml"/></Signatures>`)
	p = p.with("Doc_0/S1.xml", `<Signature><SignedInfo><StampAnnot ID="2" PageRef="1" `+attributes+`/></SignedInfo>`+
		`<SignedValue>V.dat</SignedValue></Signature>`)
	p = p.with("Doc_0/V.dat", value)
	return p.with("OFD.xml", strings.Replace(p["OFD.xml"], "</ofd:DocBody>",
		"<ofd:Signatures>/Doc_0/S.xml</ofd:Signatures></ofd:DocBody>", 1))
}

func filled(c color.Color) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 40, 40))
	draw.Draw(img, img.Bounds(), image.NewUniform(c), image.Point{}, draw.Src)
	return img
}

func encoded(f func(io.Writer) error) string {
	var b bytes.Buffer
	if err := f(&b); err != nil {
		panic(err)
	}
	return b.String()
}

// TestSeals: the picture of a page shows the picture of a seal, of all kinds that they come in, in its place, and what lies
// below it through it; a frame where there is no picture.
func TestSeals(t *testing.T) {
	t.Parallel()
	engine, err := pdf.OpenPDFium(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	red := color.NRGBA{230, 0, 0, 255}
	const block = `<PathObject ID="1" Boundary="55 40 20 20" Stroke="false" Fill="true"><FillColor Value="0 0 0"/><AbbreviatedData>M 0 0 ` +
		`L 20 0 L 20 20 L 0 20 C</AbbreviatedData></PathObject>`
	const whole = `Boundary="40 40 20 20"`
	file := small(`<PathObject ID="1" Boundary="0 0 100 100" Stroke="false" Fill="true"><FillColor Value="230 0 0"/>` +
		`<AbbreviatedData>M 0 0 ` +
		`L 100 0 L 100 100 L 0 100 C</AbbreviatedData></PathObject>`)
	for name, c := range map[string]struct {
		kind, picture, where string
		seal, corner         bool // red in the middle of the seal; at its corner
	}{
		"png":         {"png", encoded(func(w io.Writer) error { return png.Encode(w, filled(red)) }), whole, true, true},
		"jpeg":        {"jpg", encoded(func(w io.Writer) error { return jpeg.Encode(w, filled(red), nil) }), whole, true, true},
		"gif":         {"gif", encoded(func(w io.Writer) error { return gif.Encode(w, filled(red), nil) }), whole, true, true},
		"bmp":         {"bmp", encoded(func(w io.Writer) error { return bmp.Encode(w, filled(red)) }), whole, true, true},
		"an OFD file": {"ofd", string(file.pack()), whole, true, true},
		"clear": {"png", encoded(func(w io.Writer) error { return png.Encode(w, filled(color.NRGBA{230, 0, 0, 0})) }), whole,
			false, false},
		"half of it": {"png", encoded(func(w io.Writer) error { return png.Encode(w, filled(red)) }), whole + ` Clip="0 0 20 14"`,
			true, false},
		"of no kind":   {"xyz", "rubbish", whole, false, true},
		"seal of seal": {"ofd", string(sealed(small(""), "ofd", string(file.pack()), whole).pack()), whole, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := Draw(t.Context(), sealed(small(block), c.kind, c.picture, c.where).pack(), Options{Pictures: true, Laid: true})
			if err != nil {
				t.Fatal(err)
			}
			v, err := pdf.Look(t.Context(), doc.PDF, 1, 254, pdf.Options{PDFium: func(context.Context) (*pdf.PDFium,
				error) {
				return engine, nil
			}})
			if err != nil || v.Picture == nil {
				t.Fatal(err, v)
			}
			img, err := png.Decode(bytes.NewReader(v.Picture))
			if err != nil {
				t.Fatal(err)
			}
			at := func(x, y int) [3]uint32 { // in millimetres, of which there are ten pixels each
				r, g, b, _ := img.At(10*x, 10*y).RGBA()
				return [3]uint32{r >> 8, g >> 8, b >> 8}
			}
			isRed := func(c [3]uint32) bool { return c[0] > 200 && c[1] < 90 && c[2] < 90 }
			if isRed(at(50, 50)) != c.seal || isRed(at(40, 60)) != c.corner {
				t.Errorf("the middle is %v, the corner %v", at(50, 50), at(40, 60))
			}
			if black := at(57, 50); black != [3]uint32{} {
				t.Errorf("what lies below it is %v", black)
			}
		})
	}
}

// TestPaths: parts are found however producers name them.
func TestPaths(t *testing.T) {
	t.Parallel()
	p := small(two)
	for name, location := range map[string]string{"in the folder": "P/1.xml", "here": "./P/1.xml", "up and down": "../Doc_0/P/1.xml",
		"from the root": "/Doc_0/P/1.xml", "from the root, without a slash": "Doc_0/P/1.xml", "backslashes": `P\1.xml`,
		"in capitals": "p/1.XML"} {
		doc := p.with("Doc_0/Document.xml", strings.Replace(p["Doc_0/Document.xml"], "P/1.xml", location, 1))
		if got, _, d := shown(t, doc.pack()); got != "底年12合" || len(d.Doubts) > 0 {
			t.Errorf("%s: %q %+v", name, got, d.Doubts)
		}
	}
}

// TestRefused: what cannot be drawn at all has a reason.
func TestRefused(t *testing.T) {
	t.Parallel()
	whole := small(two)
	locked := bytes.Clone(whole.pack())
	for i := 0; i+10 < len(locked); i++ { // the flag that a part is encrypted, in both of its heads
		if string(locked[i:i+4]) == "PK\x03\x04" {
			locked[i+6] |= 1
		}
		if string(locked[i:i+4]) == "PK\x01\x02" {
			locked[i+8] |= 1
		}
	}
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"encrypted by the archive": {locked, ErrEncrypted},
		"encrypted with a seed":    {whole.with("decryptseed.dat", "x").pack(), ErrEncrypted},
		"encrypted":                {whole.with("Encryptions.xml", "<Encryptions/>").pack(), ErrEncrypted},
		"no archive":               {[]byte("PK\x03\x04"), nil},
		"no document":              {parts{"OFD.xml": whole["OFD.xml"]}.pack(), nil},
		"no pages":                 {whole.with("Doc_0/Document.xml", "<Document/>").pack(), errNoPages},
		"no XML":                   {whole.with("OFD.xml", "OFD").pack(), nil},
	} {
		_, err := Draw(context.Background(), c.body, Options{})
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestHostile: files made to fill a reader's memory or time end, with what they show or a reason.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("code of one thread, which the race detector makes ten times as slow; not with -short")
	}
	t.Parallel()
	whole := small(two)
	for name, p := range map[string]parts{
		"a bomb":          whole.with("Doc_0/P/1.xml", strings.Repeat(" ", maxPart+1)),
		"units ten times": itself(10),
		"groups of a billion": small(`<TextObject ID="1" Boundary="0 0 9 9" Font="3" Size="4">` +
			`<TextCode X="0" Y="4" DeltaX="g 1000000000 1 g 1000000000 2">12</TextCode></TextObject>`),
		"deep":                    small(strings.Repeat("<PageBlock>", 1000)),
		"wide":                    small(strings.Repeat("<PageBlock/>", 500_000)),
		"templates of themselves": whole.with("Doc_0/T.xml", `<Page><Template TemplateID="7"/><Content><Layer/></Content></Page>`),
		"parameters in a circle": whole.with("Doc_0/Res.xml", `<Res><DrawParams><DrawParam ID="4" Relative="4"/></DrawParams></Res>`).
			with("Doc_0/P/1.xml", `<Page><Content><Layer DrawParam="4">`+two+`</Layer></Content></Page>`),
		"arcs of nothing": small(`<PathObject ID="1" Boundary="0 0 9 9"><AbbreviatedData>M 0 0 A 0 0 0 0 0 0 0 ` +
			`A 1e-12 5 1 1 1 3 3 A 1e8 1e-8 9 0 1 2 2 L` +
			`</AbbreviatedData></PathObject>`),
		"comments in a text": small(`<TextObject ID="1" Boundary="0 0 9 9" Font="3" Size="4"><TextCode X="0" Y="4">` +
			strings.Repeat("<!---->1", 1_000_000) + `</TextCode></TextObject>`),
		"references": small(`<TextObject ID="1" Boundary="0 0 9 9" Font="3" Size="4"><TextCode X="0" Y="4">` +
			strings.Repeat("&a;", 1_000_000) + `</TextCode></TextObject>`),
		"pages without end": whole.with("Doc_0/Document.xml", strings.Replace(whole["Doc_0/Document.xml"],
			`<Page ID="1" BaseLoc="P/1.xml"/>`,
			strings.Repeat(`<Page ID="1" BaseLoc="P/1.xml"/>`, 200_000), 1)),
		"templates without end": whole.with("Doc_0/P/1.xml", `<Page>`+strings.Repeat(`<Template TemplateID="7"/>`, 500_000)+`</Page>`),
		"annotations without end": whole.with("Doc_0/Document.xml", strings.Replace(whole["Doc_0/Document.xml"],
			`<Page ID="1" BaseLoc="P/1.xml"/>`, strings.Repeat(`<Page ID="1" BaseLoc="P/1.xml"/>`, 2000), 1)).with("Doc_0/A1.xml",
			`<PageAnnot>`+strings.Repeat(`<Annot ID="80" Type="Stamp"><Appearance Boundary="8 8 9 9"/></Annot>`, 3000)+`</PageAnnot>`),
		"a unit of nothing, again and again": unit(`<PathObject ID="1" Boundary="0 0 9 9" Stroke="false" Fill="true">`+
			`<AbbreviatedData>M 0 0`+
			strings.Repeat(" L 9 9", 100_000)+`</AbbreviatedData></PathObject>`, 100_000),
		"steps of nothing, again and again": unit(`<TextObject ID="1" Boundary="0 0 9 9" Font="3" Size="4"><TextCode X="0" Y="4" `+
			`DeltaX="g 100000 1">1</TextCode></TextObject>`, 100_000),
		"a text of nothing, again and again": unit(`<TextObject ID="1" Boundary="0 0 9 9" Font="3" Size="4"><TextCode X="0" Y="4">`+
			strings.Repeat("\n", 1_000_000)+`</TextCode></TextObject>`, 100_000),
		"a palette, again and again": unit(`<PathObject ID="1" Boundary="0 0 9 9"><StrokeColor Index="1" ColorSpace="8"/>`+
			`</PathObject>`, 100_000).
			with("Doc_0/P/R.xml", `<Res><ColorSpaces><ColorSpace ID="8"><Palette>`+strings.Repeat("<CV/>", 500_000)+
				`</Palette></ColorSpace></ColorSpaces></Res>`),
		"a million fonts": manyFonts(200_000),
		"paths up and up": whole.with("Doc_0/"+strings.Repeat("d/", 20_000)+"R.xml", "<Res/>").with("Doc_0/P/1.xml",
			`<Page><PageRes>`+strings.Repeat("d/", 20_000)+`R.xml</PageRes></Page>`),
		"a font that maps everything": whole.with("Doc_0/Res.xml", strings.Replace(whole["Doc_0/Res.xml"], `FontName="宋体"/>`,
			`FontName="宋体"><FontFile>f.ttf</FontFile></Font>`, 1)).with("Doc_0/Res/f.ttf", endlessFont()),
		"a huge picture": small(`<ImageObject ID="1" Boundary="0 0 9 9" CTM="1e8 0 0 1e8 1e8 -1e8" ResourceID="5"/>`),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := cputime.WithLimit(context.Background(), 20*time.Second)
			defer cancel()
			doc, err := Draw(ctx, p.pack(), Options{Pictures: true})
			if ctx.Err() != nil {
				t.Fatal("it does not end")
			}
			if err == nil && len(doc.PDF) > 2*maxDrawn {
				t.Errorf("a drawing of %d bytes", len(doc.PDF))
			}
		})
	}
}

// unit is a file whose page draws a composite unit so many times.
func unit(content string, times int) parts {
	p := small(strings.Repeat(`<CompositeObject ID="61" Boundary="0 0 9 9" ResourceID="9"/>`, times))
	return p.with("Doc_0/P/1.xml", strings.Replace(p["Doc_0/P/1.xml"], "<Content>",
		"<PageRes>R.xml</PageRes><PageRes>U.xml</PageRes><Content>", 1)).
		with("Doc_0/P/R.xml", "<Res/>").with("Doc_0/P/U.xml", `<Res><CompositeGraphicUnits><CompositeGraphicUnit ID="9"><Content>`+content+
		`</Content></CompositeGraphicUnit></CompositeGraphicUnits></Res>`)
}

// manyFonts is a file in which each text has a font of its own.
func manyFonts(n int) parts {
	var fonts, texts strings.Builder
	for i := range n {
		fmt.Fprintf(&fonts, `<Font ID="%d" FontName="a"/>`, 1000+i)
		fmt.Fprintf(&texts, `<TextObject ID="1" Boundary="0 0 9 9" Font="%d" Size="4"><TextCode X="0" Y="4">1</TextCode>`+
			`</TextObject>`, 1000+i)
	}
	p := small(texts.String())
	return p.with("Doc_0/Res.xml", strings.Replace(p["Doc_0/Res.xml"], "<Fonts>", "<Fonts>"+fonts.String(), 1))
}

// endlessFont is a font with the same wide ranges of characters again and again.
func endlessFont() string {
	be := binary.BigEndian
	sub := be.AppendUint32(be.AppendUint32([]byte{0, 12, 0, 0}, 0), 0)
	sub = be.AppendUint32(sub, 100_000)
	for range 100_000 {
		sub = be.AppendUint32(be.AppendUint32(be.AppendUint32(sub, 1), 190_000), 1)
	}
	cmap := be.AppendUint16(be.AppendUint16(nil, 0), 5000)
	for range 5000 {
		cmap = be.AppendUint32(append(cmap, 0, 3, 0, 10), 4+8*5000)
	}
	cmap = append(cmap, sub...)
	out := append([]byte{0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0}, "cmap    "...)
	out = be.AppendUint32(be.AppendUint32(out, 44), uint32(len(cmap)))
	out = append(out, "glyf        "...)
	return string(append(be.AppendUint32(out, 0), cmap...))
}

// TestMutations: of a file whose parts, or whose bytes, were changed by chance, each becomes a drawing or a reason.
func TestMutations(t *testing.T) {
	t.Parallel()
	seed := int64(1) // the same each time, and others in the long run
	if os.Getenv("GONGKAI_LONG") != "" {
		seed = rand.Int63()
	}
	rng := rand.New(rand.NewSource(seed))
	whole := small(two)
	names := sortedKeys(whole)
	unread, told := 0, 0
	const n = 500
	for i := range n {
		var body []byte
		if i%2 == 0 {
			p := whole
			for range 1 + rng.Intn(3) {
				name := names[rng.Intn(len(names))]
				p = p.with(name, string(mutated(rng, []byte(p[name]))))
			}
			body = p.pack()
		} else {
			body = mutated(rng, whole.pack())
		}
		ctx, cancel := cputime.WithLimit(context.Background(), 10*time.Second)
		doc, err := Draw(ctx, body, Options{Pictures: true})
		switch {
		case ctx.Err() != nil:
			t.Errorf("mutation %d does not end", i)
		case err != nil && err.Error() == "":
			t.Errorf("mutation %d has no reason", i)
		case err != nil:
			unread++
		default:
			if len(doc.Doubts) > 0 {
				told++
			}
			if _, err := pdf.Characters(ctx, doc.PDF); err != nil {
				t.Errorf("mutation %d: what is drawn cannot be read: %v", i, err)
			}
		}
		cancel()
	}
	t.Logf("seed %d: %d of %d mutations unread, %d told", seed, unread, n, told)
	if unread == 0 || told == 0 {
		t.Error("no mutation was noticed")
	}
}

func mutated(rng *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	for range 1 + rng.Intn(8) {
		if len(b) == 0 {
			return b
		}
		at := rng.Intn(len(b))
		switch rng.Intn(4) {
		case 0:
			b[at] = byte(rng.Intn(256))
		case 1:
			b = slices.Delete(b, at, min(len(b), at+1+rng.Intn(9)))
		case 2:
			b = slices.Insert(b, at, bytes.Repeat([]byte{b[at]}, 1+rng.Intn(5))...)
		default:
			from := rng.Intn(len(b))
			copy(b[at:], b[from:min(len(b), from+30)])
		}
	}
	return b
}

// FuzzDraw: no bytes break the drawing, and what is drawn can be read.
func FuzzDraw(f *testing.F) {
	whole := small(two)
	f.Add([]byte(whole["OFD.xml"]), []byte(whole["Doc_0/Document.xml"]), []byte(whole["Doc_0/Res.xml"]), []byte(whole["Doc_0/P/1.xml"]))
	f.Add([]byte{}, []byte("<"), []byte("<a b='"), []byte("&#0;"))
	f.Fuzz(func(t *testing.T, root, document, res, page []byte) {
		p := whole.with("OFD.xml", string(root)).with("Doc_0/Document.xml", string(document)).with("Doc_0/Res.xml", string(res)).
			with("Doc_0/P/1.xml", string(page))
		doc, err := Draw(context.Background(), p.pack(), Options{})
		if err != nil {
			return
		}
		if _, err := pdf.Characters(context.Background(), doc.PDF); err != nil {
			t.Error(err)
		}
	})
}

// TestSM3 holds the digest to the examples of GB/T 32905-2016.
func TestSM3(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"abc":                      "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
		strings.Repeat("abcd", 16): "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
	} {
		h := newSM3()
		h.Write([]byte(in[:1]))
		h.Write([]byte(in[1:]))
		if got := fmt.Sprintf("%x", h.Sum(nil)); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

// TestArc: an arc ends where it should and keeps its distance from the middle.
func TestArc(t *testing.T) {
	t.Parallel()
	for _, way := range [][2]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
		curves := arc(5, 0, []float64{5, 5, 0, way[0], way[1], 0, 5})
		last := curves[len(curves)-1]
		if math.Hypot(last[4], last[5]-5) > 1e-9 {
			t.Errorf("%v ends at %v", way, last[4:])
		}
		cx, cy := 5.0, 5.0
		if way[0] != way[1] { // the shorter way clockwise, or the longer one the other way round
			cx, cy = 0, 0
		}
		for _, c := range curves {
			if r := math.Hypot(c[4]-cx, c[5]-cy); math.Abs(r-5) > 1e-9 {
				t.Errorf("%v passes %v, %.3f from %v, %v", way, c[4:], r, cx, cy)
			}
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	body := small(strings.Repeat(two, 500)).pack()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := Draw(context.Background(), body, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestWidths: characters of a font that the file does not hold do not lie over one another, whatever their steps are and
// though each is an object of its own.
func TestWidths(t *testing.T) {
	t.Parallel()
	one := func(x float64, s, steps string) string {
		return fmt.Sprintf(`<TextObject ID="10" Boundary="%g 10 40 9" Font="3" Size="4"><TextCode X="0" Y="4" DeltaX="%s">%s</TextCode>`+
			`</TextObject>`, x, steps, s)
	}
	for _, content := range []string{one(10, "6.37", "2 1 2"), one(10, "6.37", "1.6 0.6 1.6"),
		one(10, "6", "") + one(12.2, ".", "") + one(13.2, "3", "") + one(15.4, "7", "")} {
		doc, err := Draw(context.Background(), small(content).pack(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		p, err := pdf.Read(context.Background(), doc.PDF, pdf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, b := range p.Blocks {
			said += b.Text + " "
		}
		if !strings.Contains(said, "6.37") {
			t.Errorf("%s is read as %q", content, said)
		}
	}
}
