package office

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// ReadRTF reads a rich-text file (RTF specification 1.9.1).
func ReadRTF(body []byte) (*Document, error) {
	if !bytes.HasPrefix(body, []byte(`{\rtf`)) {
		return nil, errors.New("no rich-text file")
	}
	r := &rtf{Document: &Document{}, b: body, fonts: map[int]encoding.Encoding{}, ansi: charmap.Windows1252,
		styles: map[int]rtfStyle{}}
	r.state.skip = 1
	r.stories = []*rtfStory{{}}
	r.read()
	for len(r.stories) > 1 {
		r.endBox()
	}
	s := r.stories[0]
	s.closeAll(r)
	if len(r.stack) > 0 {
		r.doubt("truncated", "the text breaks off before its end")
	}
	r.settle(s.nodes, 0)
	return r.Document, nil
}

// rtf is the state of reading one file.
type rtf struct {
	*Document
	b       []byte
	i       int
	state   rtfState
	stack   []rtfState
	stories []*rtfStory // the text, and text boxes within it
	fonts   map[int]encoding.Encoding
	ansi    encoding.Encoding
	bytes   []byte // of a character set, waiting to be decoded together
	high    uint16 // first half of a surrogate pair
	eat     int    // characters that stand for a \u before them
	title   strings.Builder
	number  int // of the font whose table entry is being read
	colours []ink
	entry   [3]int // of the table of colours, that is being read
	some    bool   // it says something
	styles  map[int]rtfStyle
	symbols map[int]bool  // fonts that draw symbols
	name    []byte        // of the font whose entry is being read
	formats map[int][]int // of the numbers of lists, level by level, by the list's own number
	numbers map[int]int   // of a list in the text → its own
	written int           // pieces of text and drawings so far
}

// rtfState is what a group opens and closes.
type rtfState struct {
	dest  rtfDest
	font  int
	skip  int  // \uc
	look  look // what the text itself says
	style int  // of the paragraph; while styles are read, the one that is read
	under ink  // the paragraph's ground

	charStyle, tableStyle int
	plain                 bool // it was said behind the paragraph's style that nothing holds
	entry                 bool // the text is an entry of a field's list

	field           *rtfField // the innermost that is open
	opened          bool      // it ends with this group
	shape           *rtfShape // the drawing that is open
	drawn           bool      // it ends with this group
	both            bool      // a text twice, the second time in Unicode
	deleted         bool
	ignore          bool // \* was read: a destination that is unknown is passed over
	box             bool // a text box ends with this group
	bare            bool // nothing but the opening brace was read
	inTable         bool
	list, listLevel int     // of which the paragraph is an item
	level           int     // \itap: the table that the paragraph is in
	kept            *rtfRow // the row's definition as it was before that of a nested table
}

type rtfDest uint8

const (
	rtfText rtfDest = iota
	rtfFonts
	rtfTitle
	rtfColours
	rtfStyles
	rtfCode  // the instruction of a field
	rtfForm  // what a field is that is filled in
	rtfEntry // of the list of such a field
	rtfNothing
)

// An rtfShape is a drawing that is being read: whether all that it shows is words, or a line.
type rtfShape struct{ texts, words, line, hidden bool }

// A rtfStory is a run of paragraphs with its tables: the text, or a text box.
type rtfStory struct {
	nodes []node
	text  strings.Builder
	some  bool // something belongs to the paragraph that is open, if only an empty cell's end
	// numbered tells that the number of the paragraph that is open is written out
	numbered bool
	tables   []*rtfNested // open tables, outermost first
	rowDef   rtfRow       // inherited by rows that define none
}

// A rtfNested is one open table.
type rtfNested struct {
	table   rawTable
	cells   [][]node // of the row that is being read
	content []node   // of the cell that is being read
	def     rtfRow
}

// A rtfRow is what a row's definition says.
type rtfRow struct {
	left   int
	cells  []rtfCell
	next   rtfCell
	header bool
	ground ink
	tiny   bool // too low to show anything
}

type rtfCell struct {
	ground  ink
	fore    ink // of the pattern
	slanted bool
	gone    bool // deleted while changes were tracked
	right   int
	merge   vMerge
	beside  int8 // 1 = first of cells merged side by side, 2 = another of them
}

func (r *rtf) story() *rtfStory { return r.stories[len(r.stories)-1] }

func (r *rtf) read() {
	for r.i < len(r.b) {
		c := r.b[r.i]
		switch c {
		case '{':
			r.flush()
			r.i++
			if len(r.stack) > maxDepth*10 {
				r.doubt("limit", "groups within groups, more than %d deep", maxDepth*10)
				return
			}
			r.stack = append(r.stack, r.state)
			r.state.box, r.state.ignore, r.state.bare, r.state.kept = false, false, true, nil
			r.state.opened, r.state.drawn = false, false
		case '}':
			r.flush()
			r.i++
			if r.state.kept != nil {
				r.story().rowDef = *r.state.kept
			}
			if r.state.box {
				r.endBox()
			}
			if r.state.opened {
				r.endField(r.state.field)
			}
			if r.state.drawn {
				r.endShape(r.state.shape)
			}
			if n := len(r.stack); n > 0 {
				r.state = r.stack[n-1]
				r.stack = r.stack[:n-1]
				if n == 1 {
					return // what follows the document is none of it
				}
			}
		case '\\':
			r.i++
			r.control()
		case '\r', '\n':
			r.i++
		case 0:
			r.i++
		default:
			r.i++
			r.state.bare = false
			r.char(c)
		}
	}
	r.flush()
}

// control reads one control word or symbol.
func (r *rtf) control() {
	if r.i >= len(r.b) {
		return
	}
	c := r.b[r.i]
	if c < 'A' || c > 'Z' && c < 'a' || c > 'z' {
		r.i++
		switch c {
		case '\'':
			if r.i+2 <= len(r.b) {
				n, err := strconv.ParseUint(string(r.b[r.i:r.i+2]), 16, 8)
				if err == nil {
					r.i += 2
					r.state.bare = false
					r.char(byte(n))
				}
			}
		case '*':
			r.state.ignore = true
		case '~':
			r.flush()
			r.write(" ")
		case '_':
			r.flush()
			r.write("-")
		case '-', ':', '|':
		case '\r', '\n':
			r.word("par", 0, false)
		case '\\', '{', '}':
			r.char(c)
		}
		return
	}
	from := r.i
	for r.i < len(r.b) && (r.b[r.i] >= 'a' && r.b[r.i] <= 'z' || r.b[r.i] >= 'A' && r.b[r.i] <= 'Z') {
		r.i++
	}
	word := string(r.b[from:min(r.i, from+40)])
	from = r.i
	if r.i < len(r.b) && r.b[r.i] == '-' {
		r.i++
	}
	for r.i < len(r.b) && r.i < from+11 && r.b[r.i] >= '0' && r.b[r.i] <= '9' {
		r.i++
	}
	n, err := strconv.Atoi(string(r.b[from:r.i]))
	if r.i < len(r.b) && r.b[r.i] == ' ' {
		r.i++
	}
	if word == "bin" && n > 0 {
		r.i = min(len(r.b), r.i+n)
		return
	}
	r.word(word, n, err == nil)
}

var rtfCharsets = map[int]encoding.Encoding{0: charmap.Windows1252, 1: nil, 134: simplifiedchinese.GBK,
	136: traditionalchinese.Big5, 128: japanese.ShiftJIS, 129: korean.EUCKR, 204: charmap.Windows1251,
	161: charmap.Windows1253, 238: charmap.Windows1250}

// rtfCodePages are the code pages that \ansicpg names.
var rtfCodePages = map[int]encoding.Encoding{936: simplifiedchinese.GBK, 54936: simplifiedchinese.GBK,
	950: traditionalchinese.Big5, 932: japanese.ShiftJIS, 949: korean.EUCKR, 1251: charmap.Windows1251,
	1250: charmap.Windows1250}

// rtfCharacters are the control words that stand for characters.
var rtfCharacters = map[string]string{"line": "\n", "softline": "\n", "lbr": "\n", "tab": "\t", "emspace": " ",
	"enspace": " ", "qmspace": " ", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
	"rdblquote": "”", "bullet": "•"}

// rtfSilent are the destinations whose text is not part of the document's.
var rtfSilent = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`
		info shprslt header headerl headerr headerf footer footerl footerr footerf
		xmlnstbl rsidtbl generator filetbl revtbl themedata colorschememapping
		latentstyles datastore datafield bkmkstart bkmkend atnid atnauthor annotation atntime atndate atnref
		atnparent xe tc tcn txe rxe pn pnseclvl template author operator company manager category keywords comment
		doccomm subject hlinkbase panose falt fname mmathPr xmlopen xmlattrname xmlattrvalue background
		sp sn sv docvar userprops wgrffmtfilter ftnsep ftnsepc aftnsep aftnsepc objdata objclass blipuid picprop
		passwordhash fchars lchars nextfile private oldcprops oldpprops oldtprops oldsprops protusertbl
		ffname ffdeftext ffformat ffhelptext ffstattext ffentrymcr ffexitmcr`) {
		rtfSilent[w] = true
	}
}

// word carries out one control word; n is its number, if it has one.
func (r *rtf) word(word string, n int, has bool) {
	first := r.state.bare
	r.state.bare = false
	counts := word == "u" || word == "uc" // these go on where text is passed over, and do not end the bytes that wait
	if !counts {
		r.flush()
	}
	if r.state.ignore || first {
		if r.destination(word); word == "title" && r.state.dest == rtfTitle {
			return
		}
	}
	if r.state.dest == rtfNothing && !counts {
		return
	}
	if r.state.dest == rtfStyles {
		r.styleWord(word, n, has)
		return
	}
	if s, ok := rtfCharacters[word]; ok {
		r.write(s)
		return
	}
	r.property(word, n, has)
}

// destination tells where the text of a group goes that begins with a word, or with \* before it.
func (r *rtf) destination(word string) {
	starred := r.state.ignore
	r.state.ignore = false
	switch {
	case word == "title" && r.state.dest != rtfText:
		r.state.dest = rtfTitle
	case word == "ud" && r.state.both:
		r.state.dest, r.state.both = rtfText, false
	case r.state.dest == rtfNothing:
	case r.state.dest == rtfStyles:
		if starred && word != "cs" && word != "ts" && word != "ds" {
			r.state.dest = rtfNothing
		}
	case word == "fonttbl":
		r.state.dest = rtfFonts
	case word == "colortbl":
		r.state.dest = rtfColours
	case word == "stylesheet":
		r.state.dest = rtfStyles
	case word == "upr": // a text in the characters of old, then in Unicode
		r.state.both = r.state.dest == rtfText
		r.state.dest = rtfNothing
	case word == "field":
		r.state.field, r.state.opened = &rtfField{}, true
	case word == "listtext" || word == "pntext":
		r.story().numbered = true
	case word == "fldinst":
		r.state.dest = rtfCode
	case word == "fldrslt":
		if f := r.state.field; f != nil {
			f.result, f.from, f.text = true, r.written, r.story().text.Len()
		}
	case word == "shp", word == "do":
		r.state.shape, r.state.drawn = &rtfShape{words: true}, true
		r.state.shape.see(slice(r.b, r.i, 4000))
	case word == "footnote": // stands at the foot of the page, not here
		r.openBox()
	case word == "shptxt", word == "dptxbxtext":
		r.openShape()
	case word == "nesttableprops":
		kept := r.story().rowDef
		r.state.kept = &kept
	case word == "pict":
		r.doubt("picture", "a picture stands in the text")
		r.mark(true)
		r.state.dest = rtfNothing
	case word == "object":
		r.mark(true)
		r.doubt("embedded-object", "an embedded object is shown only as its picture or text")
	case word == "formfield" && r.state.field != nil:
		r.state.dest = rtfForm
	case word == "ffl" && r.state.dest == rtfForm:
		r.state.dest, r.state.entry = rtfEntry, true
		r.state.field.list = r.state.field.list.choose(noChoice)
		r.state.field.list.entries = append(r.state.field.list.entries, "")
	case r.state.dest == rtfForm:
		if starred || rtfSilent[word] {
			r.state.dest = rtfNothing
		}
	case word == "mmath", word == "moMath", word == "moMathPara": // a formula, which is no row of characters
		r.mark(true)
		r.state.dest = rtfNothing
	case word == "nonshppict":
		if r.inCell() {
			r.mark(true)
		}
		r.state.dest = rtfNothing
	case word == "listtable":
		r.readLists(slice(r.b, r.i, len(r.b)))
		r.state.dest = rtfNothing
	case word == "listoverridetable":
		r.readOverrides(slice(r.b, r.i, len(r.b)))
		r.state.dest = rtfNothing
	case rtfSilent[word], starred && !rtfKnown(word):
		r.state.dest = rtfNothing
	}
}

// openShape begins the text of a shape, which stands beside what is written around it.
func (r *rtf) openShape() {
	hidden := r.state.look.hidden == on || r.state.shape != nil && r.state.shape.hidden
	if !hidden && !r.state.inTable && r.state.level == 0 {
		r.story().text.WriteString(aside)
	}
	r.openBox()
}

// property carries out a word that changes how text is read or shown, or ends a paragraph.
func (r *rtf) property(word string, n int, has bool) {
	on := !has || n != 0
	switch word {
	case "ansicpg":
		if e, ok := rtfCodePages[n]; ok {
			r.ansi = e
		}
	case "mac":
		r.ansi = charmap.Macintosh
	case "f":
		if r.state.dest == rtfFonts {
			r.number = n
		} else {
			r.state.font = n
		}
	case "fcharset":
		if e, ok := rtfCharsets[n]; ok && r.state.dest == rtfFonts {
			r.fonts[r.number] = e
		}
	case "plain":
		r.state.look, r.state.deleted, r.state.charStyle, r.state.plain = look{}, false, 0, r.state.style != 0
	case "red", "green", "blue":
		if r.state.dest == rtfColours {
			r.entry[map[string]int{"red": 0, "green": 1, "blue": 2}[word]] = n
			r.some = true
		}
	case "cs":
		r.state.charStyle = n
	case "s":
		r.state.style, r.state.plain = n, false
	case "ts", "yts":
		r.state.tableStyle = n
	case "cbpat":
		r.state.under = r.ground(n)
	case "shading":
		if n > 0 {
			r.state.under = mixed
		}
	case "chshdng":
		if n > 0 {
			r.state.look.mark = mixed
		}
	case "chftn":
		if l := r.lookNow(); r.inCell() && !l.raised() {
			r.mark(false)
		}
	case "chdate", "chdpl", "chdpa", "chtime", "chpgn", "sectnum":
		if r.inCell() {
			r.mark(false)
		}
	case "dpline":
		if r.state.shape != nil {
			r.state.shape.line = true
		}
	case "deleted", "mvf":
		r.state.deleted = on
	case "flddirty", "fldpriv":
		if f := r.state.field; f != nil {
			f.dirty = f.dirty || on
		}
	case "ffres", "ffdefres":
		if r.state.field != nil && has {
			r.state.field.choose(word, n)
		}
	case "uc":
		r.state.skip = max(0, min(n, 10))
	case "u":
		r.unicode(n)
	case "par", "sect", "page", "column":
		if r.state.dest == rtfText && !r.state.deleted {
			r.story().paragraph(r)
		}
	default:
		if r.state.dest == rtfText && !r.lookWord(&r.state.look, word, n, has) {
			r.story().tableWord(r, word, n, has)
		}
	}
}

// see looks for what kind of shape begins, and whether it is shown.
func (s *rtfShape) see(b []byte) {
	if _, kind, ok := bytes.Cut(b, []byte(`{\sn shapeType}{\sv `)); ok {
		kind, _, _ = bytes.Cut(kind, []byte("}"))
		n, err := strconv.Atoi(string(bytes.TrimSpace(kind)))
		s.line = err == nil && (n == 20 || n >= 32 && n <= 40)
	}
	s.hidden = bytes.Contains(b, []byte(`{\sn fHidden}{\sv 1}`))
}

// endShape ends a drawing: what it shows stands in the cell that it is anchored in, or anywhere.
func (r *rtf) endShape(s *rtfShape) {
	switch {
	case s.hidden || s.texts && s.words || r.state.dest != rtfText || !r.inCell():
	case s.line && !s.texts:
		r.story().text.WriteString(stroke)
	default:
		r.mark(false)
	}
}

// rtfKnown are the words behind \* that still hold text of the document.
func rtfKnown(word string) bool {
	switch word {
	case "formfield", "ffl", "moMath", "moMathPara", "fonttbl", "shpinst", "shptxt", "nesttableprops", "ud",
		"listtext", "footnote", "title", "info", "shppict", "do",
		"fldinst", "dptxbxtext", "cs", "ts":
		return true
	}
	return false
}

// char takes one byte of text.
func (r *rtf) char(c byte) {
	if r.eat > 0 {
		r.eat--
		return
	}
	switch r.state.dest {
	case rtfNothing, rtfStyles, rtfForm:
		return
	case rtfFonts:
		if c == ';' {
			r.name = r.name[:0]
			return
		}
		r.name = append(r.name, c)
		if symbolFont(strings.TrimSpace(string(r.name))) {
			if r.symbols == nil {
				r.symbols = map[int]bool{}
			}
			r.symbols[r.number] = true
		}
		return
	case rtfColours:
		if c == ';' {
			k := noInk
			if r.some {
				k = rgb(r.entry[0], r.entry[1], r.entry[2])
			}
			r.colours = append(r.colours, k)
			r.entry, r.some = [3]int{}, false
		}
		return
	}
	r.bytes = append(r.bytes, c)
}

// flush decodes the bytes that wait.
func (r *rtf) flush() {
	if len(r.bytes) == 0 {
		return
	}
	enc := r.ansi
	if e, ok := r.fonts[r.state.font]; ok && e != nil {
		enc = e
	}
	b := r.bytes
	r.bytes = r.bytes[:0]
	plain := true
	for _, c := range b {
		plain = plain && c < 0x80
	}
	if plain {
		r.write(string(b))
		return
	}
	// Chinese bytes in a Latin font are met where a program did not switch fonts
	if enc == charmap.Windows1252 && r.ansi == charmap.Windows1252 {
		s, err := simplifiedchinese.GBK.NewDecoder().Bytes(b)
		if err == nil && !bytes.ContainsRune(s, '\ufffd') && len(b)%2 == 0 && allHigh(b) {
			r.write(string(s))
			return
		}
	}
	if enc == charmap.Windows1252 && r.ansi != charmap.Windows1252 {
		enc = r.ansi
	}
	s, err := enc.NewDecoder().Bytes(b)
	if err != nil || bytes.ContainsRune(s, '\ufffd') {
		r.doubt("undecodable", "characters could not be decoded")
	}
	r.write(string(s))
}

func allHigh(b []byte) bool {
	for i := 0; i < len(b); i += 2 {
		if b[i] < 0x81 {
			return false
		}
	}
	return true
}

func (r *rtf) unicode(n int) {
	if r.eat == 0 {
		r.flush()
	}
	u := uint16(n)
	switch {
	case utf16.IsSurrogate(rune(u)) && u < 0xdc00:
		r.high = u
	case r.high != 0:
		r.write(string(utf16.DecodeRune(rune(r.high), rune(u))))
		r.high = 0
	default:
		r.write(string(rune(u)))
	}
	r.eat = r.state.skip
	// the bytes that stand for the character follow: they are passed over here, as a \'hh counts as one
	for r.eat > 0 && r.i < len(r.b) {
		switch c := r.b[r.i]; {
		case c == '\r' || c == '\n':
			r.i++
		case c == '{' || c == '}':
			r.eat = 0
		case c == '\\':
			if r.i+3 < len(r.b) && r.b[r.i+1] == '\'' {
				r.i += 4
				r.eat--
			} else if r.i+1 < len(r.b) && (r.b[r.i+1] == '\\' || r.b[r.i+1] == '{' || r.b[r.i+1] == '}') {
				r.i += 2
				r.eat--
			} else {
				r.eat = 0
			}
		default:
			r.i++
			r.eat--
		}
	}
	r.eat = 0
}

func (r *rtf) write(s string) {
	switch {
	case r.state.dest == rtfTitle:
		r.title.WriteString(s)
		r.Title = r.title.String()
	case r.state.dest == rtfCode:
		if f := r.state.field; f != nil {
			f.code.WriteString(s)
		}
	case r.state.dest == rtfEntry:
		if f := r.state.field; f != nil && f.list != nil && len(f.list.entries) > 0 {
			f.list.entries[len(f.list.entries)-1] += s
		}
	case r.state.dest != rtfText || r.state.look.hidden == on || r.state.deleted:
	default:
		st := r.story()
		l := r.lookNow()
		if r.symbols[r.state.font] {
			l.odd = on
		}
		st.text.WriteString(r.set(s, l))
		st.some = true
		r.written++
	}
}

func (r *rtf) openBox() {
	if len(r.stories) > maxDepth {
		r.state.dest = rtfNothing
		return
	}
	r.state.box = true
	r.state.inTable, r.state.level, r.state.field = false, 0, nil
	r.stories = append(r.stories, &rtfStory{})
}

// endBox puts what a text box holds behind the paragraph that it is anchored in.
func (r *rtf) endBox() {
	s := r.story()
	s.closeAll(r)
	r.stories = r.stories[:len(r.stories)-1]
	if t := strings.TrimSpace(printed(s.nodes, 0)); r.state.shape != nil && t != "" {
		r.state.shape.texts, r.state.shape.words = true, r.state.shape.words && isLabel(t)
	}
	out := r.story()
	if k := len(out.tables); k > 0 {
		out.tables[k-1].content = append(out.tables[k-1].content, s.nodes...)
	} else {
		out.nodes = append(out.nodes, s.nodes...)
	}
}

// paragraph ends a paragraph.
func (s *rtfStory) paragraph(r *rtf) {
	level := 0
	if r.state.inTable || r.state.level > 0 {
		level = max(r.state.level, 1)
	}
	s.to(min(level, maxDepth))
	n := node{text: s.text.String()}
	if level > 0 && r.state.list > 0 && !s.numbered && r.counts(r.state.list, r.state.listLevel) { // it is written nowhere
		n.text = object + n.text
	}
	s.text.Reset()
	s.some, s.numbered = false, false
	if k := len(s.tables); k > 0 {
		s.tables[k-1].content = append(s.tables[k-1].content, n)
	} else {
		s.nodes = append(s.nodes, n)
	}
}

// to opens or closes tables until as many are open as the level says.
func (s *rtfStory) to(level int) {
	for len(s.tables) > level {
		t := s.tables[len(s.tables)-1]
		s.tables = s.tables[:len(s.tables)-1]
		n := node{table: &t.table}
		if len(t.cells) > 0 || len(t.content) > 0 { // a row without its end
			t.row()
		}
		if len(t.table.rows) == 0 {
			continue
		}
		if k := len(s.tables); k > 0 {
			s.tables[k-1].content = append(s.tables[k-1].content, n)
		} else {
			s.nodes = append(s.nodes, n)
		}
	}
	for len(s.tables) < level {
		s.tables = append(s.tables, &rtfNested{})
	}
}

func (s *rtfStory) closeAll(r *rtf) {
	if s.some {
		s.paragraph(r)
	}
	s.to(0)
}

// tableWord reads the control words of tables.
func (s *rtfStory) tableWord(r *rtf, word string, n int, has bool) {
	def := &s.rowDef
	switch word {
	case "pard":
		r.state.inTable, r.state.level = false, 0
		r.state.style, r.state.under, r.state.list, r.state.listLevel, r.state.plain = 0, noInk, 0, 0, false
		if r.state.look.tiny == on {
			r.state.look.tiny = unsaid
		}
	case "ls":
		r.state.list = n
	case "ilvl":
		r.state.listLevel = n
	case "sl":
		if n < 0 && n > -60 { // lines of three points
			r.state.look.tiny = on
		}
	case "trcbpat":
		def.ground = r.ground(n)
	case "trrh":
		def.tiny = n < 0 && n > -100
	case "cldel":
		def.next.gone = true
	case "clcbpat", "clcbpatraw":
		def.next.ground = r.ground(n)
	case "clcfpat":
		def.next.fore = r.ground(n)
	case "clshdng":
		if n > 0 {
			def.next.ground = mix(min(n/100, 100), def.next.fore, def.next.ground)
		}
	case "cldglu", "cldgll":
		def.next.slanted = true
	case "intbl":
		r.state.inTable = !has || n != 0
	case "itap":
		r.state.level = min(max(n, 0), maxDepth)
		r.state.inTable = n > 0
	case "trowd":
		*def = rtfRow{}
	case "trleft":
		def.left = n
	case "trhdr":
		def.header = true
	case "clvmgf":
		def.next.merge = mergeStart
	case "clvmrg":
		def.next.merge = mergeContinue
	case "clmgf":
		def.next.beside = 1
	case "clmrg":
		def.next.beside = 2
	case "cellx":
		if len(def.cells) < 1000 {
			if def.next.ground == noInk {
				def.next.ground = def.ground
			}
			def.next.right = n
			def.cells = append(def.cells, def.next)
		}
		def.next = rtfCell{}
	case "cell", "nestcell":
		if r.state.deleted {
			return
		}
		level := 1
		if word == "nestcell" {
			level = max(r.state.level, 2)
		}
		if s.text.Len() > 0 || s.some || len(s.tables) != level || len(s.tables[level-1].content) == 0 {
			was := r.state
			r.state.inTable, r.state.level = true, level
			s.paragraph(r)
			r.state.inTable, r.state.level = was.inTable, was.level
		} else {
			s.to(level)
		}
		t := s.tables[level-1]
		if len(t.cells) < 1000 {
			t.cells = append(t.cells, t.content)
		}
		t.content = nil
	case "row", "nestrow":
		level := 1
		if word == "nestrow" {
			level = max(r.state.level, 2)
		}
		s.to(level)
		t := s.tables[level-1]
		t.def = *def
		t.def.cells = append([]rtfCell(nil), def.cells...)
		t.row()
	}
}

// row ends a row: its cells get the edges that its definition gave.
func (t *rtfNested) row() {
	if len(t.content) > 0 && len(t.cells) < len(t.def.cells) {
		t.cells = append(t.cells, t.content)
	}
	t.content = nil
	row := rawRow{header: t.def.header}
	left := t.def.left
	for i, content := range t.cells {
		c := rawCell{span: 1, content: content}
		if i < len(t.def.cells) {
			d := t.def.cells[i]
			c.left, c.right, c.merge = left, d.right, d.merge
			if d.slanted {
				c.content = slant(c.content)
			}
			if d.gone {
				c.content = append(c.content, node{text: object})
			}
			left = d.right
			if k := len(row.cells) - 1; d.beside == 2 && k >= 0 {
				row.cells[k].right = d.right
				row.cells[k].span++
				continue
			}
		}
		row.cells = append(row.cells, c)
	}
	t.cells = nil
	if len(row.cells) > 0 {
		t.table.rows = append(t.table.rows, row)
	}
}
