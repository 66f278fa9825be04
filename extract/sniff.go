package extract

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"github.com/gongkai/gongkai/extract/kind"
)

// A sniffed says what bytes are, and why they cannot be read if they cannot.
type sniffed struct{ media, reason string }

var magics = []struct{ magic, media, reason string }{
	{"\x89PNG\r\n\x1a\n", kind.PNG, ""},
	{"\xff\xd8\xff", kind.JPEG, ""},
	{"GIF8", kind.GIF, ""},
	{"BM", kind.BMP, ""},
	{"II*\x00", kind.TIFF, ""},
	{"MM\x00*", kind.TIFF, ""},
	{"{\\rtf", mediaRTF, ""},
	{"Rar!\x1a\x07", kind.RAR, "a RAR archive; the documents in it are read one by one"},
	{"7z\xbc\xaf\x27\x1c", kind.SevenZip, "a 7z archive; its contents are not read"},
	{"\x1f\x8b", kind.Gzip, ""},
	{"BZh", kind.Bzip2, "bzip2-compressed data; its contents are not read"},
	{"\xfd7zXZ\x00", kind.XZ, "xz-compressed data; its contents are not read"},
	{"MZ", kind.WindowsCode, "a Windows program, not a document"},
	{"\x7fELF", kind.LinuxCode, "a program, not a document"},
}

// sniff tells what bytes are: by their magic numbers, else as text.
func sniff(body []byte, hint string) sniffed {
	if len(body) == 0 {
		return sniffed{kind.Bytes, "an empty file"}
	}
	head := body[:min(len(body), 1024)]
	if i := bytes.Index(head, []byte("%PDF-")); i >= 0 && (i == 0 || !looksLikeMarkup(head[:i])) {
		return sniffed{media: kind.PDF}
	}
	if bytes.HasPrefix(body, []byte("PK\x03\x04")) || bytes.HasPrefix(body, []byte("PK\x05\x06")) {
		return sniffZip(body)
	}
	if bytes.HasPrefix(body, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return sniffOLE(body)
	}
	if bytes.HasPrefix(body, []byte("RIFF")) && len(body) > 12 && string(body[8:12]) == "WEBP" {
		return sniffed{media: kind.WebP}
	}
	for _, m := range magics {
		if bytes.HasPrefix(body, []byte(m.magic)) && (len(m.magic) > 2 || binaryLike(head)) {
			return sniffed{m.media, m.reason}
		}
	}
	if isMHT(head) {
		return sniffed{media: mediaMHT}
	}
	if bytes.Contains(head, []byte("<?mso-application progid=\"Word.Document\"?>")) ||
		bytes.Contains(head, []byte("<w:wordDocument")) {
		return sniffed{media: mediaWordXML}
	}
	if _, wide := utf16Order(body); !wide && binaryLike(body[:min(len(body), 64<<10)]) {
		return sniffed{kind.Bytes, "binary data of no known format"}
	}
	if looksLikeMarkup(body[:min(len(body), 256<<10)]) {
		return sniffed{media: mediaOfMarkup(body)}
	}
	ext := strings.ToLower(path.Ext(hint))
	if (strings.Contains(hint, "html") || ext == ".htm") && bytes.IndexByte(body, '<') >= 0 {
		return sniffed{media: kind.HTML}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return sniffed{kind.Plain, "a file with nothing but white space"}
	}
	return sniffed{media: kind.Plain}
}

var markup = [][]byte{
	[]byte("<html"), []byte("<!doctype html"), []byte("<head"), []byte("<body"), []byte("<table"), []byte("<div"),
	[]byte("<meta"), []byte("<title"), []byte("<td"), []byte("<p>"), []byte("<p "), []byte("<span"),
	[]byte("<script"), []byte("<br"), []byte("<frameset"),
}

// looksLikeMarkup reports whether bytes hold tags of HTML, in whatever encoding.
func looksLikeMarkup(b []byte) bool {
	if order, wide := utf16Order(b); wide {
		b = []byte(decodeUTF16(b[:min(len(b), 64<<10)&^1], order))
	}
	for _, n := range []int{4 << 10, len(b)} { // nearly always the first bytes tell
		lower := lowerASCII(b[:min(len(b), n)])
		for _, m := range markup {
			if bytes.Contains(lower, m) {
				return true
			}
		}
	}
	return false
}

// lowerASCII makes the letters of tags and headers small, in whatever encoding: other characters are none of them.
func lowerASCII(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		out[i] = c
	}
	return out
}

// noText has a bit for each control character that texts do not hold.
const noText = uint32(1<<32-1) &^ (1<<'\t' | 1<<'\n' | 1<<'\r' | 1<<'\f' | 1<<0x1b)

// binaryLike reports whether bytes cannot be text of any encoding met here: zero bytes, or many controls.
func binaryLike(b []byte) bool {
	if bytes.IndexByte(b, 0) >= 0 {
		return true
	}
	controls := 0
	for _, c := range b {
		if c < ' ' {
			controls += int(noText >> c & 1)
		}
	}
	return controls*50 > len(b)
}

// sniffZip tells what a zip archive is by the names of its members; nothing is unpacked, so a bomb stays packed.
func sniffZip(body []byte) sniffed {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return sniffed{kind.Zip, "a damaged zip archive: " + err.Error()}
	}
	for _, f := range z.File { // some write it last, after the parts of all pages
		if strings.EqualFold(strings.TrimLeft(f.Name, `/\`), "OFD.xml") {
			return sniffed{media: kind.OFD}
		}
	}
	for i, f := range z.File {
		if i > 1000 {
			break
		}
		switch {
		case strings.HasPrefix(f.Name, "word/"):
			return sniffed{media: mediaDocx}
		case strings.HasPrefix(f.Name, "xl/"):
			return sniffed{media: mediaXlsx}
		case strings.HasPrefix(f.Name, "ppt/"):
			return sniffed{kind.Pptx, "a PowerPoint file (.pptx), not a report"}
		case f.Name == "content.xml":
			if says := member(z, "mimetype"); strings.Contains(says, "spreadsheet") {
				return sniffed{media: mediaOds}
			}
			return sniffed{media: mediaOdt}
		}
	}
	return sniffed{kind.Zip, "a zip archive; the documents in it are read one by one"}
}

// member gives the first bytes of a member of a zip container; "" where there is none.
func member(z *zip.Reader, name string) string {
	f, err := z.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 200))
	if err != nil {
		return ""
	}
	return string(b)
}

// sniffOLE tells the old Office formats apart by the names of their streams.
func sniffOLE(body []byte) sniffed {
	wide := func(s string) []byte {
		var b []byte
		for _, r := range s {
			b = append(b, byte(r), 0)
		}
		return b
	}
	switch {
	case bytes.Contains(body, wide("EncryptedPackage")):
		return sniffed{kind.OLE, "an Office file protected by a password"}
	case bytes.Contains(body, wide("WordDocument")):
		return sniffed{media: mediaDoc}
	case bytes.Contains(body, wide("Workbook")), bytes.Contains(body, wide("Book")):
		return sniffed{media: mediaXls}
	}
	return sniffed{kind.OLE, "an Office file of an unknown kind"}
}

// utf16Order reports whether bytes are UTF-16, by byte-order mark or by the zero bytes that ASCII leaves in it.
func utf16Order(b []byte) (binary.ByteOrder, bool) {
	if len(b) >= 2 {
		switch {
		case b[0] == 0xff && b[1] == 0xfe:
			return binary.LittleEndian, true
		case b[0] == 0xfe && b[1] == 0xff:
			return binary.BigEndian, true
		}
	}
	b = b[:min(len(b), 4096)]
	if len(b) < 16 || bytes.IndexByte(b, 0) < 0 {
		return nil, false
	}
	even, odd := 0, 0
	for i, c := range b {
		if c == 0 && i%2 == 0 {
			even++
		} else if c == 0 {
			odd++
		}
	}
	n := len(b) / 2
	decodes := func(o binary.ByteOrder) bool { // text, not tables of small numbers
		s := decodeUTF16(b[:len(b)&^1], o)
		bad, known := 0, 0
		for _, r := range s {
			switch {
			case r == utf8.RuneError || r < ' ' && r != '\t' && r != '\n' && r != '\r':
				bad++
			case r >= ' ' && r < 0x7f || r >= 0x4e00 && r < 0xa000 || r >= 0x3000 && r < 0x3100 ||
				r >= 0xff00 && r < 0xfff0 || r == '\n' || r == '\r' || r == '\t':
				known++
			}
		}
		return bad == 0 && known*10 > n*9
	}
	switch {
	case odd*5 > n && even == 0 && decodes(binary.LittleEndian):
		return binary.LittleEndian, true
	case even*5 > n && odd == 0 && decodes(binary.BigEndian):
		return binary.BigEndian, true
	}
	return nil, false
}

func decodeUTF16(b []byte, o binary.ByteOrder) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = o.Uint16(b[2*i:])
	}
	return strings.TrimPrefix(string(utf16.Decode(u)), "\ufeff")
}

// decode turns bytes into text: a byte-order mark decides, else valid UTF-8 is UTF-8, else GB18030, or Big5 where it
// is declared. A file that is UTF-8 but for a few broken bytes is still UTF-8. What cannot be decoded becomes U+FFFD
// and a doubt with the offset of the first.
func decode(doc *Document, body []byte, isHTML bool) string {
	if order, wide := utf16Order(body); wide {
		doc.Charset = "utf-16le"
		if order == binary.BigEndian {
			doc.Charset = "utf-16be"
		}
		s := decodeUTF16(body[:len(body)&^1], order)
		doc.doubtUndecodable(s)
		return s
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if utf8.Valid(body) {
		doc.Charset = "utf-8"
		s := string(body)
		doc.doubtUndecodable(s)
		return s
	}
	if good, bad := utf8Share(body); good > 20 && bad*20 < good {
		doc.Charset = "utf-8"
		s := strings.ToValidUTF8(string(body), "\ufffd")
		doc.doubtUndecodable(s)
		return s
	}
	doc.Charset = "gb18030"
	var enc encoding.Encoding = simplifiedchinese.GB18030
	if isHTML && declaresBig5(body) {
		doc.Charset, enc = "big5", traditionalchinese.Big5
	}
	out, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		out = bytes.ToValidUTF8(body, []byte("\ufffd"))
	}
	s := string(out)
	doc.doubtUndecodable(s)
	return s
}

// utf8Share counts the multi-byte characters that are valid UTF-8 and the bytes that are not.
func utf8Share(b []byte) (good, bad int) {
	for i := 0; i < len(b); {
		if b[i] < 0x80 {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	return good, bad
}

func (doc *Document) doubtCut(at int) {
	doc.doubt("truncated", Place{Offset: at}, "the text breaks off before its end")
}

func declaresBig5(b []byte) bool {
	head := lowerASCII(b[:min(len(b), 4096)])
	i := bytes.Index(head, []byte("charset"))
	return i >= 0 && bytes.Contains(head[i:min(len(head), i+30)], []byte("big5"))
}

// doubtUndecodable tells of characters that could not be decoded. Where the last one is one of them the file ends within it: it
// was cut off, as what is fetched or copied half.
func (doc *Document) doubtUndecodable(s string) {
	if end := strings.TrimSuffix(s, "\ufffd"); end != s {
		doc.doubtCut(len(end))
	}
	if n := strings.Count(s, "\ufffd"); n > 0 {
		doc.doubt("undecodable", Place{Offset: strings.Index(s, "\ufffd")},
			"%s could not be decoded as %s", plural(n, "character"), doc.Charset)
	}
}
