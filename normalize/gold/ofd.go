package gold

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
)

// OFDStyle is how an office's program writes OFD. How the pages look is that of PDF.
type OFDStyle struct {
	PDFStyle
	Single   bool // a TextObject for each character, else one for each line
	Glyphs   bool // an embedded font, and the glyphs of every text; of some texts nothing but these
	Scaled   bool // texts of size 1 that a matrix makes larger
	Plain    bool // the namespace without a prefix, and not that of 2016
	Template bool // page numbers in templates, below and over the content
	Bodies   bool // the pages in two documents of the file
	Blocks   bool // rows of objects in blocks, and rules in composite objects
	Stored   bool // parts are not compressed
	Attached []Attached
}

// Attached is a file that an OFD file carries.
type Attached struct {
	Name string
	Body []byte
}

// Cover writes an OFD file of one sentence, with files attached.
func Cover(sentence string, files ...Attached) []byte {
	o := &ofdFile{style: OFDStyle{Attached: files}, glyphs: map[rune]int{}}
	o.page()
	o.text(&pdfWriter{}, 90, 120, 14, sentence)
	return o.file(sentence)
}

func ofdFormats() []Format {
	form := func(name string, s OFDStyle) Format {
		return Format{name, "report.ofd", true, func(r *Report, seed int64) []byte {
			s := s
			s.Start += float64(seed*37%11) * 31 // page breaks fall elsewhere each time
			return r.OFD(s)
		}}
	}
	return []Format{
		form("ofd lines", OFDStyle{PDFStyle: PDFStyle{Vertical: true}, Template: true}),
		form("ofd characters", OFDStyle{PDFStyle: PDFStyle{FilledRules: true, RepeatHeader: true, Start: 60}, Single: true,
			Plain: true, Bodies: true}),
		form("ofd glyphs", OFDStyle{PDFStyle: PDFStyle{OpenCuts: true, Start: 120}, Glyphs: true, Scaled: true, Blocks: true,
			Stored: true}),
	}
}

// OFD writes the report as OFD.
func (r *Report) OFD(s OFDStyle) []byte {
	body, _ := r.PlacedOFD(s)
	return body
}

// PlacedOFD writes the report as OFD and tells where each value's cell is drawn.
func (r *Report) PlacedOFD(s OFDStyle) ([]byte, map[string]PlacedBox) {
	return r.placedOFD(s, nil)
}

func (r *Report) placedOFD(s OFDStyle, record *strings.Builder) ([]byte, map[string]PlacedBox) {
	o := &ofdFile{style: s, glyphs: map[rune]int{}, record: record}
	w := &pdfWriter{style: s.PDFStyle, spans: r.Spans, codes: map[rune]int{}, boxes: map[string]PlacedBox{}, ofd: o}
	w.report(r)
	return r.finish(o.file(r.Title)), w.boxes
}

// An ofdFile is the parts of a file.
type ofdFile struct {
	style  OFDStyle
	pages  []*ofdPage
	ids    int
	texts  int
	glyphs map[rune]int // of the embedded font, from 1
	order  []rune
	media  []string         // the bodies of pictures
	units  []string         // the content of composite objects, whose IDs are 900 and on
	record *strings.Builder // what is drawn, for another program to draw: a line each; nil = not wanted
}

type ofdPage struct {
	body, annots, seals strings.Builder
	above               strings.Builder // in the foreground
}

const firstUnit, firstPicture = 900, 800

func (o *ofdFile) page() {
	o.pages = append(o.pages, &ofdPage{})
	o.recorded("P")
}

func (o *ofdFile) recorded(format string, args ...any) {
	if o.record != nil {
		fmt.Fprintf(o.record, format+"\n", args...)
	}
}

func (o *ofdFile) now() *ofdPage { return o.pages[len(o.pages)-1] }

func (o *ofdFile) id() int { o.ids++; return 1000 + o.ids }

// mm writes points as millimetres.
func mm(points float64) string {
	return strconv.FormatFloat(math.Round(points*25.4/72*1e4)/1e4, 'f', -1, 64)
}

// raw adds to the page: the marks are written as with the prefix ofd; %ID% is a new number.
func (o *ofdFile) raw(format string, args ...any) {
	o.now().body.WriteString(o.numbered(fmt.Sprintf(format, args...)))
	o.now().body.WriteByte('\n')
}

func (o *ofdFile) numbered(s string) string {
	for strings.Contains(s, "%ID%") {
		s = strings.Replace(s, "%ID%", strconv.Itoa(o.id()), 1)
	}
	return s
}

// text draws a line with its baseline at y from the top.
func (o *ofdFile) text(w *pdfWriter, x, y, size float64, s string) {
	o.recorded("T\t%s\t%s\t%s\t%s", mm(x), mm(y), mm(size), s)
	if !o.style.Single {
		o.raw("%s", o.textObject(w, x, y, size, s, ""))
		return
	}
	for _, r := range s {
		o.raw("%s", o.textObject(w, x, y, size, string(r), ""))
		x += w.width(string(r), size)
	}
}

func escaped(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// textObject is a line of text; more are attributes and elements of it: an attribute ends before the first "<".
func (o *ofdFile) textObject(w *pdfWriter, x, y, size float64, s, more string) string {
	o.texts++
	attributes, elements := more, ""
	if i := strings.IndexByte(more, '<'); i >= 0 {
		attributes, elements = more[:i], more[i:]
	}
	unit := size // of what stands within the object
	if o.style.Scaled {
		attributes += fmt.Sprintf(` CTM="%s 0 0 %s 0 0"`, mm(size), mm(size))
		unit = 72 / 25.4
	}
	var steps []string
	r := []rune(s)
	for i := 0; i+1 < len(r); { // runs of equal steps are groups
		k := i + 1
		for k+1 < len(r) && w.width(string(r[k]), 1) == w.width(string(r[i]), 1) {
			k++
		}
		step := mm(w.width(string(r[i]), unit))
		if k-i > 1 {
			steps = append(steps, fmt.Sprintf("g %d %s", k-i, step))
		} else {
			steps = append(steps, step)
		}
		i = k
	}
	delta := ""
	if len(steps) > 0 {
		delta = ` DeltaX="` + strings.Join(steps, " ") + `"`
	}
	shown := s
	if o.style.Glyphs {
		var list []string
		for _, c := range r {
			list = append(list, strconv.Itoa(o.glyph(c)))
		}
		elements += fmt.Sprintf("<ofd:CGTransform CodePosition=\"0\" CodeCount=\"%d\" GlyphCount=\"%d\"><ofd:Glyphs>%s"+
			"</ofd:Glyphs></ofd:CGTransform>", len(r), len(r), strings.Join(list, " "))
		if o.texts%3 == 0 { // the text does not say what the glyphs are
			shown = strings.Repeat("\ue123", len(r))
		}
	}
	return fmt.Sprintf(`<ofd:TextObject ID="%%ID%%" Boundary="%s %s %s %s" Font="3" Size="%s"%s>%s<ofd:TextCode X="0" Y="%s"%s>%s`+
		`</ofd:TextCode></ofd:TextObject>`, mm(x), mm(y-0.88*size), mm(w.width(s, size)), mm(1.12*size), mm(unit), attributes,
		elements, mm(0.88*unit), delta, escaped(shown))
}

// glyph gives a character's glyph in the embedded font.
func (o *ofdFile) glyph(r rune) int {
	g, ok := o.glyphs[r]
	if !ok {
		o.order = append(o.order, r)
		g = len(o.order)
		o.glyphs[r] = g
	}
	return g
}

// down sets a text from top to bottom, its first baseline at y.
func (o *ofdFile) down(x, y, size float64, s string) {
	r := []rune(s)
	delta := ""
	if len(r) > 1 {
		delta = fmt.Sprintf(` DeltaY="g %d %s"`, len(r)-1, mm(size))
	}
	o.raw(`<ofd:TextObject ID="%%ID%%" Boundary="%s %s %s %s" Font="3" Size="%s" ReadDirection="90"><ofd:TextCode X="0" Y="%s"%s>%s`+
		`</ofd:TextCode></ofd:TextObject>`, mm(x), mm(y-0.88*size), mm(size), mm(float64(len(r))*size*1.1), mm(size), mm(0.88*size),
		delta, escaped(s))
}

func (o *ofdFile) rule(x0, y0, x1, y1 float64, filled bool) {
	const thick = 0.48
	o.recorded("R\t%s\t%s\t%s\t%s", mm(x0), mm(y0), mm(x1), mm(y1))
	switch {
	case filled && y0 == y1:
		o.box(x0, y0-thick/2, x1-x0, thick, "0 0 0", "")
	case filled:
		o.box(x0-thick/2, y0, thick, y1-y0, "0 0 0", "")
	case o.style.Blocks:
		unit := o.unit(fmt.Sprintf(`<ofd:PathObject ID="%%ID%%" Boundary="0 0 %s %s" LineWidth="%s"><ofd:AbbreviatedData>M 0 0 L %s %s`+
			`</ofd:AbbreviatedData></ofd:PathObject>`, mm(x1-x0), mm(y1-y0), mm(thick), mm(x1-x0), mm(y1-y0)))
		o.raw(`<ofd:PageBlock ID="%%ID%%"><ofd:CompositeObject ID="%%ID%%" ResourceID="%d" Boundary="%s %s %s %s"/></ofd:PageBlock>`,
			unit, mm(x0), mm(y0), mm(x1-x0), mm(y1-y0))
	default:
		o.raw(`<ofd:PathObject ID="%%ID%%" Boundary="%s %s %s %s" DrawParam="5"><ofd:AbbreviatedData>M 0 0 L %s %s</ofd:AbbreviatedData>`+
			`</ofd:PathObject>`, mm(x0), mm(y0), mm(x1-x0), mm(y1-y0), mm(x1-x0), mm(y1-y0))
	}
}

// unit gives the number of a composite unit.
func (o *ofdFile) unit(content string) int {
	for i, u := range o.units {
		if u == content {
			return firstUnit + i
		}
	}
	o.units = append(o.units, content)
	return firstUnit + len(o.units) - 1
}

// box fills a rectangle.
func (o *ofdFile) box(x, y, w, h float64, colour, attributes string) {
	o.raw(`<ofd:PathObject ID="%%ID%%" Boundary="%s %s %s %s" Stroke="false" Fill="true"%s><ofd:FillColor Value="%s"/>`+
		`<ofd:AbbreviatedData>M 0 0 L %s 0 L %s %s L 0 %s C</ofd:AbbreviatedData></ofd:PathObject>`, mm(x), mm(y), mm(w), mm(h),
		attributes, colour, mm(w), mm(w), mm(h), mm(h))
}

// line strokes a path of points, two numbers each, from the top left of the page.
func (o *ofdFile) line(points ...float64) {
	o.raw(`<ofd:PathObject ID="%%ID%%" Boundary="0 0 210 297" LineWidth="0.2"><ofd:AbbreviatedData>%s</ofd:AbbreviatedData>`+
		`</ofd:PathObject>`, pathOf(points...))
}

func pathOf(points ...float64) string {
	var b strings.Builder
	for i := 0; i+1 < len(points); i += 2 {
		b.WriteString(map[bool]string{true: "M ", false: "L "}[i == 0] + mm(points[i]) + " " + mm(points[i+1]) + " ")
	}
	return strings.TrimSpace(b.String())
}

// picture puts a picture of the resources into a box.
func (o *ofdFile) picture(body string, x, y, w, h float64) {
	n := slices.Index(o.media, body)
	if n < 0 {
		o.media = append(o.media, body)
		n = len(o.media) - 1
	}
	o.raw(`<ofd:ImageObject ID="%%ID%%" Boundary="%s %s %s %s" CTM="%s 0 0 %s 0 0" ResourceID="%d"/>`, mm(x), mm(y), mm(w), mm(h),
		mm(w), mm(h), firstPicture+n)
}

// annotation lays something on the page: objects with places from its top left.
func (o *ofdFile) annotation(kind, attributes string, x, y, w, h float64, objects string) {
	o.now().annots.WriteString(o.numbered(fmt.Sprintf(`<ofd:Annot ID="%%ID%%" Type="%s" Creator="gold" LastModDate="2024-01-05"%s>`+
		`<ofd:Appearance Boundary="%s %s %s %s">%s</ofd:Appearance></ofd:Annot>`+"\n", kind, attributes, mm(x), mm(y), mm(w), mm(h),
		objects)))
}

// seal puts the seal of a signature on the page.
func (o *ofdFile) seal(x, y, w, h float64) {
	fmt.Fprintf(&o.now().seals, `<ofd:StampAnnot ID="%d" PageRef="%d" Boundary="%s %s %s %s"/>`, o.id(), 100+len(o.pages)-1, mm(x), mm(y),
		mm(w), mm(h))
}

// file writes the parts into the container.
func (o *ofdFile) file(title string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name, body string) {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		if o.style.Stored {
			h.Method = zip.Store
		}
		f, err := z.CreateHeader(h)
		if err == nil {
			_, err = f.Write([]byte(body))
		}
		if err != nil {
			panic(err) // a buffer takes all
		}
	}
	xml := func(name, body string) {
		space := `xmlns:ofd="http://www.ofdspec.org/2016"`
		if o.style.Plain {
			body = strings.NewReplacer("<ofd:", "<", "</ofd:", "</").Replace(body)
			space = `xmlns="http://www.ofdspec.org"`
		}
		end := strings.IndexAny(body, " >/")
		put(name, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+body[:end]+" "+space+body[end:])
	}
	split := len(o.pages)
	if o.style.Bodies {
		split = (len(o.pages) + 1) / 2
	}
	var bodies strings.Builder
	for i := 0; i == 0 || i*split < len(o.pages); i++ {
		dir := fmt.Sprintf("Doc_%d", i)
		signatures := o.document(dir, i*split, o.pages[i*split:min(len(o.pages), (i+1)*split)], xml, put)
		fmt.Fprintf(&bodies, "<ofd:DocBody><ofd:DocInfo><ofd:DocID>%032x</ofd:DocID><ofd:Title>%s</ofd:Title><ofd:Creator>gold"+
			"</ofd:Creator></ofd:DocInfo><ofd:DocRoot>%s/Document.xml</ofd:DocRoot>%s</ofd:DocBody>", i, escaped(title), dir, signatures)
	}
	xml("OFD.xml", `<ofd:OFD Version="1.1" DocType="OFD">`+bodies.String()+"</ofd:OFD>")
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// document writes one document of the file, whose first page is that one of the report; it gives the entry of its
// signatures.
func (o *ofdFile) document(dir string, first int, pages []*ofdPage, xml, put func(name, body string)) string {
	var list, annots, seals strings.Builder
	for i, p := range pages {
		id, at := 100+first+i, fmt.Sprintf("Pages/Page_%d/Content.xml", i)
		if o.style.Plain { // folders may have any name
			at = fmt.Sprintf("P/%d.xml", i)
		}
		fmt.Fprintf(&list, `<ofd:Page ID="%d" BaseLoc="%s"/>`, id, at)
		templates, above := "", ""
		if o.style.Template {
			templates = `<ofd:Template TemplateID="11" ZOrder="Background"/><ofd:Template TemplateID="12" ZOrder="Foreground"/>`
		}
		if p.above.Len() > 0 {
			above = fmt.Sprintf(`<ofd:Layer ID="%d" Type="Foreground">%s</ofd:Layer>`, o.id(), p.above.String())
		}
		xml(dir+"/"+at, fmt.Sprintf(`<ofd:Page>%s<ofd:Area><ofd:PhysicalBox>0 0 %s %s</ofd:PhysicalBox></ofd:Area><ofd:Content>%s`+
			`<ofd:Layer ID="%d" Type="Body">%s</ofd:Layer>`+
			`</ofd:Content></ofd:Page>`, templates, mm(pageWidth), mm(pageHeight), above, o.id(),
			p.body.String()))
		if p.annots.Len() > 0 {
			fmt.Fprintf(&annots, `<ofd:Page PageID="%d"><ofd:FileLoc>Page_%d/Annotation.xml</ofd:FileLoc></ofd:Page>`, id, i)
			xml(fmt.Sprintf("%s/Annots/Page_%d/Annotation.xml", dir, i), `<ofd:PageAnnot>`+p.annots.String()+`</ofd:PageAnnot>`)
		}
		seals.WriteString(p.seals.String())
	}
	templates := ""
	if o.style.Template {
		templates = `<ofd:TemplatePage ID="11" BaseLoc="Tpls/Tpl_0/Content.xml"/>` +
			`<ofd:TemplatePage ID="12" BaseLoc="Tpls/Tpl_1/Content.xml"/>`
		xml(dir+"/Tpls/Tpl_0/Content.xml", o.numbered(`<ofd:Page><ofd:Content><ofd:Layer ID="%ID%" Type="Background"><ofd:PathObject `+
			`ID="%ID%" Boundary="0 0 210 297" Stroke="false" Fill="true"><ofd:FillColor Value="255 255 255"/><ofd:AbbreviatedData>`+
			`M 0 0 L 210 0 L 210 297 L 0 297 C</ofd:AbbreviatedData></ofd:PathObject></ofd:Layer></ofd:Content></ofd:Page>`))
		xml(dir+"/Tpls/Tpl_1/Content.xml", o.numbered(`<ofd:Page><ofd:Content><ofd:Layer ID="%ID%" Type="Body"><ofd:TextObject ID="%ID%" `+
			`Boundary="20 285 40 5" Font="3" Size="3"><ofd:TextCode X="0" Y="3" DeltaX="g 5 3">政府信息公开</ofd:TextCode></ofd:TextObject>`+
			`</ofd:Layer></ofd:Content></ofd:Page>`))
	}
	laid, signatures := "", ""
	if annots.Len() > 0 {
		laid = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
		xml(dir+"/Annots/Annotations.xml", "<ofd:Annotations>"+annots.String()+"</ofd:Annotations>")
	}
	if seals.Len() > 0 {
		signatures = fmt.Sprintf("<ofd:Signatures>/%s/Signs/Signatures.xml</ofd:Signatures>", dir)
		xml(dir+"/Signs/Signatures.xml", fmt.Sprintf(`<ofd:Signatures><ofd:Signature ID="1" Type="Seal" BaseLoc="/%s/Signs/Sign_0/`+
			`Signature.xml"/></ofd:Signatures>`, dir))
		xml(dir+"/Signs/Sign_0/Signature.xml", "<ofd:Signature><ofd:SignedInfo><ofd:Provider ProviderName=\"gold\"/>"+seals.String()+
			"</ofd:SignedInfo></ofd:Signature>")
	}
	o.resources(dir, xml, put)
	if len(o.style.Attached) > 0 && first == 0 {
		laid += "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"
		var list strings.Builder
		for i, f := range o.style.Attached {
			fmt.Fprintf(&list, `<ofd:Attachment ID="%d" Name="%s" Format="%s"><ofd:FileLoc>file_%d</ofd:FileLoc></ofd:Attachment>`, i+1,
				escaped(strings.TrimSuffix(f.Name, path.Ext(f.Name))), strings.TrimPrefix(path.Ext(f.Name), "."), i)
			put(fmt.Sprintf("%s/Attachs/file_%d", dir, i), string(f.Body))
		}
		xml(dir+"/Attachs/Attachments.xml", "<ofd:Attachments>"+list.String()+"</ofd:Attachments>")
	}
	xml(dir+"/Document.xml", fmt.Sprintf(`<ofd:Document><ofd:CommonData><ofd:MaxUnitID>99999</ofd:MaxUnitID><ofd:PageArea>`+
		`<ofd:PhysicalBox>`+
		`0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:DocumentRes>DocumentRes.xml`+
		`</ofd:DocumentRes>%s</ofd:CommonData><ofd:Pages>%s</ofd:Pages>%s</ofd:Document>`, templates, list.String(), laid))
	return signatures
}

func (o *ofdFile) resources(dir string, xml, put func(name, body string)) {
	file := ""
	if o.style.Glyphs {
		file = "<ofd:FontFile>font_3.ttf</ofd:FontFile>"
		put(dir+"/Res/font_3.ttf", string(o.fontFile()))
	}
	xml(dir+"/PublicRes.xml", `<ofd:Res BaseLoc="Res"><ofd:DrawParams><ofd:DrawParam ID="4" LineWidth="0.17"/><ofd:DrawParam ID="5" `+
		`Relative="4"><ofd:StrokeColor Value="0 0 0"/></ofd:DrawParam></ofd:DrawParams><ofd:Fonts><ofd:Font ID="3" FontName="宋体" `+
		`FamilyName="宋体">`+file+`</ofd:Font></ofd:Fonts></ofd:Res>`)
	var media, units strings.Builder
	for i, m := range o.media {
		fmt.Fprintf(&media, `<ofd:MultiMedia ID="%d" Type="Image"><ofd:MediaFile>m%d.png</ofd:MediaFile></ofd:MultiMedia>`, firstPicture+i,
			i)
		put(fmt.Sprintf("%s/Res/m%d.png", dir, i), m)
	}
	for i, u := range o.units {
		fmt.Fprintf(&units, `<ofd:CompositeGraphicUnit ID="%d" Width="210" Height="297"><ofd:Content>%s</ofd:Content>`+
			`</ofd:CompositeGraphicUnit>`, firstUnit+i, o.numbered(u))
	}
	xml(dir+"/DocumentRes.xml", `<ofd:Res BaseLoc="Res"><ofd:MultiMedias>`+media.String()+`</ofd:MultiMedias><ofd:CompositeGraphicUnits>`+
		units.String()+`</ofd:CompositeGraphicUnits></ofd:Res>`)
}

// fontFile makes a TrueType font of the characters used: boxes, those of digits with as many holes as the digit has.
func (o *ofdFile) fontFile() []byte {
	be := binary.BigEndian
	var glyf, loca, hmtx []byte
	add := func(contours [][4]int16, width uint16) {
		loca = be.AppendUint32(loca, uint32(len(glyf)))
		hmtx = be.AppendUint16(be.AppendUint16(hmtx, width), 0)
		if len(contours) == 0 {
			return
		}
		glyf = be.AppendUint16(glyf, uint16(len(contours)))
		for _, v := range contours[0] {
			glyf = be.AppendUint16(glyf, uint16(v))
		}
		for i := range contours {
			glyf = be.AppendUint16(glyf, uint16(4*i+3))
		}
		glyf = be.AppendUint16(glyf, 0) // no instructions
		var xs, ys []int16
		for i, c := range contours {
			px, py := []int16{c[0], c[0], c[2], c[2]}, []int16{c[1], c[3], c[3], c[1]}
			if i > 0 { // a hole runs the other way round
				px, py = []int16{c[0], c[2], c[2], c[0]}, []int16{c[1], c[1], c[3], c[3]}
			}
			xs, ys = append(xs, px...), append(ys, py...)
			glyf = append(glyf, 1, 1, 1, 1)
		}
		for _, list := range [2][]int16{xs, ys} {
			last := int16(0)
			for _, v := range list {
				glyf = be.AppendUint16(glyf, uint16(v-last))
				last = v
			}
		}
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
	}
	upper, lower := [4]int16{150, 450, 350, 600}, [4]int16{150, 100, 350, 250}
	holes := map[rune][][4]int16{'0': {lower}, '6': {lower}, '9': {upper}, '8': {lower, upper}}
	holes['0'][0] = [4]int16{150, 100, 350, 600}
	add(nil, 1000)
	for _, r := range o.order {
		width, right := uint16(1000), int16(950)
		if r < 0x7f {
			width, right = 500, 450
		}
		if strings.TrimSpace(string(r)) == "" {
			add(nil, width)
			continue
		}
		add(append([][4]int16{{50, 0, right, 700}}, holes[r]...), width)
	}
	loca = be.AppendUint32(loca, uint32(len(glyf)))
	n := len(o.order) + 1
	head := make([]byte, 54)
	be.PutUint32(head, 0x10000)
	be.PutUint32(head[12:], 0x5f0f3cf5)
	be.PutUint16(head[18:], 1000)
	be.PutUint16(head[40:], 1000)
	be.PutUint16(head[42:], 900)
	be.PutUint16(head[50:], 1)
	hhea := make([]byte, 36)
	be.PutUint32(hhea, 0x10000)
	be.PutUint16(hhea[4:], 880)
	be.PutUint16(hhea[6:], 0xff88)
	be.PutUint16(hhea[34:], uint16(n))
	maxp := make([]byte, 32)
	be.PutUint32(maxp, 0x10000)
	be.PutUint16(maxp[4:], uint16(n))
	be.PutUint16(maxp[6:], 12)
	be.PutUint16(maxp[8:], 3)
	cmap := be.AppendUint16(nil, 0)
	cmap = be.AppendUint16(cmap, 1)
	cmap = be.AppendUint32(append(cmap, 0, 3, 0, 10), 12)
	sorted := slices.Clone(o.order)
	slices.Sort(sorted)
	cmap = append(cmap, 0, 12, 0, 0)
	cmap = be.AppendUint32(cmap, uint32(16+12*len(sorted)))
	cmap = be.AppendUint32(cmap, 0)
	cmap = be.AppendUint32(cmap, uint32(len(sorted)))
	for _, r := range sorted {
		cmap = be.AppendUint32(be.AppendUint32(cmap, uint32(r)), uint32(r))
		cmap = be.AppendUint32(cmap, uint32(o.glyphs[r]))
	}
	post := make([]byte, 32)
	be.PutUint32(post, 0x30000)
	return sfnt(map[string][]byte{"head": head, "hhea": hhea, "maxp": maxp, "hmtx": hmtx, "cmap": cmap, "loca": loca, "glyf": glyf,
		"post": post})
}

// sfnt puts the tables of a font together.
func sfnt(tables map[string][]byte) []byte {
	be := binary.BigEndian
	var names []string
	for k := range tables {
		names = append(names, k)
	}
	slices.Sort(names)
	out := be.AppendUint32(nil, 0x10000)
	out = be.AppendUint16(out, uint16(len(names)))
	out = append(out, 0, 128, 0, 3, 0, byte(16*len(names)-128))
	at := 12 + 16*len(names)
	for _, k := range names {
		out = append(out, k...)
		out = be.AppendUint32(out, crc32.ChecksumIEEE(tables[k]))
		out = be.AppendUint32(be.AppendUint32(out, uint32(at)), uint32(len(tables[k])))
		at += (len(tables[k]) + 3) &^ 3
	}
	for _, k := range names {
		out = append(out, tables[k]...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}
