package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// judgeFonts finds the fonts whose tables say something else than what is drawn, and takes their characters' meaning
// away: U+FFFD is published as unreadable, junk would be published as print.
//
// The signs, each of a table that its writer broke:
//   - many codes that all mean the same character (every glyph a space), several that mean the same digit;
//   - Chinese characters that no Chinese text uses: outside of GB 2312 for the most part, or hardly any of the few
//     hundred that make up half of every text;
//   - glyphs as wide as a Chinese character that are said to be Latin letters, digits or marks (single codes; where a
//     document has several of them, also the few Latin characters that Chinese fonts do draw wide);
//   - codes numbered in the order of their first use and taken for Latin characters (rewritten by a program that lost
//     the font's ToUnicode map).
func (in *interpreter) judgeFonts(pages []*page) {
	uses := in.fontUses(pages)
	odd := oddCodes{}
	for _, u := range uses {
		odd.addWide(u)
	}
	for _, u := range uses {
		odd.addDoubled(u)
	}
	bad := odd.weight > 0
	for _, u := range uses {
		u.font.garbled = u.font.garbled || u.repeats() || u.unlikeChinese() || u.numbered()
		bad = bad || u.font.garbled
	}
	if !bad {
		return
	}
	for _, pg := range pages {
		for i := range pg.Glyphs {
			g := &pg.Glyphs[i]
			from := in.origins.of(g)
			if from.font == nil || strings.TrimSpace(g.Text) == "" {
				continue
			}
			if from.font.garbled || odd.junk(from, g.Text) {
				g.Text = "\ufffd"
			}
		}
	}
}

// A fontUse is what a document draws with a font.
type fontUse struct {
	font     *font
	codes    map[uint64]string // and what they are said to mean
	order    []uint64          // the codes in the order of their first use
	han      int               // Chinese characters drawn,
	unusual  int               // of these outside of GB 2312,
	frequent int               // and of these among the most frequent
}

// fontUses tells what pages draw with each font, in the order of their first use.
func (in *interpreter) fontUses(pages []*page) (out []*fontUse) {
	uses := map[*font]*fontUse{}
	counted := make([]han, len(*in.origins)) // what each code was last said to mean
	for _, pg := range pages {
		for i := range pg.Glyphs {
			g := &pg.Glyphs[i]
			from := in.origins.of(g)
			if from.font == nil || g.Text == "\ufffd" {
				continue
			}
			u := uses[from.font]
			if u == nil {
				u = &fontUse{font: from.font, codes: map[uint64]string{}}
				uses[from.font] = u
				out = append(out, u)
			}
			c := &counted[g.Ref]
			if !c.known || c.of != g.Text {
				*c = countHan(g.Text)
				if _, ok := u.codes[from.code]; !ok {
					u.codes[from.code] = g.Text
					u.order = append(u.order, from.code)
				}
			}
			u.han, u.unusual, u.frequent = u.han+c.all, u.unusual+c.unusual, u.frequent+c.frequent
		}
	}
	return out
}

// han are the Chinese characters of a text, and how many of them are outside of GB 2312 and among the most frequent.
type han struct {
	of                     string
	known                  bool
	all, unusual, frequent int
}

func countHan(text string) han {
	out := han{of: text, known: true}
	for _, r := range text {
		if !unicode.Is(unicode.Han, r) {
			continue
		}
		out.all++
		switch {
		case strings.ContainsRune(frequentHan, r):
			out.frequent++
		case !inGB2312(r):
			out.unusual++
		}
	}
	return out
}

// repeats reports whether many codes mean the same character.
func (u *fontUse) repeats() bool {
	same := map[string]int{}
	for _, t := range u.codes {
		same[strings.TrimSpace(t)]++
	}
	for t, n := range same {
		limit := 4
		if r, _ := utf8.DecodeRuneInString(t); !unicode.IsDigit(r) {
			limit = 7 // blanks of several widths, variants of a character
		}
		if n >= limit && n*4 > len(u.codes) {
			return true
		}
	}
	return false
}

// unlikeChinese reports whether the Chinese characters are such as no Chinese text uses.
func (u *fontUse) unlikeChinese() bool {
	return u.han >= 30 && u.unusual*4 > u.han || u.han >= 60 && u.frequent*10 < u.han
}

// numbered reports whether codes without a table of their own were given out in the order of use.
func (u *fontUse) numbered() bool {
	return !u.font.certain && !u.font.named && u.font.toUnicode == nil && numberedByUse(u.order)
}

// wideDigits gives the digits that the font draws as wide as Chinese characters.
func (u *fontUse) wideDigits() map[string]bool {
	out := map[string]bool{}
	for code, t := range u.codes {
		if len(t) == 1 && isDigit(t[0]) && u.font.known[code].width >= fullWidth {
			out[t] = true
		}
	}
	return out
}

// oddCodes are single codes that do not mean what their font says, if there are enough of them in a document.
type oddCodes struct {
	codes  map[origin]bool
	weight int
}

func (o *oddCodes) add(f *font, code uint64) {
	if o.codes == nil {
		o.codes = map[origin]bool{}
	}
	o.codes[origin{f, code}] = true
}

// addWide adds the codes of glyphs as wide as a Chinese character that are said to be Latin.
func (o *oddCodes) addWide(u *fontUse) {
	f := u.font
	if f.certain || f.down != nil && f.toUnicode == nil || len(f.widths) == 0 {
		return
	}
	digits := u.wideDigits()
	for code, t := range u.codes {
		if f.known[code].width < fullWidth || !latinRune(t) || len(digits) >= 5 && digits[t] {
			continue // a font whose digits are all wide has full-width digits
		}
		o.add(f, code)
		if !strings.Contains(wideLatin, t) {
			o.weight++
		}
	}
}

// addDoubled adds the codes of digits that several codes are said to be.
func (o *oddCodes) addDoubled(u *fontUse) {
	for code := range doubledDigits(u.codes) {
		o.add(u.font, code)
		o.weight += 5
	}
}

// junk reports whether a text drawn from a code is not what is drawn.
func (o *oddCodes) junk(from origin, text string) bool {
	return o.codes[from] && (o.weight >= 5 || o.weight > 0 && !strings.Contains(wideLatin, text))
}

// fullWidth is the width from which on a glyph is as wide as a Chinese character, in ems.
const fullWidth = 0.95

// wideLatin are the Latin characters that are drawn wide: by Chinese fonts (those of GB 2312), or by their nature.
const wideLatin = "¤§¨°±·×÷àáèéêìíòóùúü@%&MWmwÆ"

// latinRune reports whether a text is one character of Latin script, a digit or a mark of ASCII.
func latinRune(t string) bool {
	r, n := utf8.DecodeRuneInString(t)
	return n == len(t) && r > ' ' && r < 0x250 && r != 0xa0 && r != 0xad
}

// doubledDigits gives the codes of digits that several codes of the font are said to be, while other digits do not
// occur: of those, some are the missing ones. A font with two sets of digits has all of them twice.
func doubledDigits(codes map[uint64]string) map[uint64]bool {
	of := map[string][]uint64{}
	for code, t := range codes {
		if len(t) == 1 && isDigit(t[0]) {
			of[t] = append(of[t], code)
		}
	}
	if len(of) == 10 {
		return nil
	}
	out := map[uint64]bool{}
	for _, list := range of {
		if len(list) > 1 {
			for _, code := range list {
				out[code] = true
			}
		}
	}
	return out
}

// numberedByUse reports whether codes were given out in the order of use: 1, 2, 3 … or 33, 34, 35 …
func numberedByUse(codes []uint64) bool {
	if len(codes) < 8 {
		return false
	}
	next := 0
	for i := 1; i < len(codes); i++ {
		if codes[i] == codes[i-1]+1 {
			next++
		}
	}
	return next*10 >= (len(codes)-1)*8
}

// inGB2312 reports whether a character is one of the 6,763 of GB 2312.
func inGB2312(r rune) bool {
	b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(string(r)))
	return err == nil && len(b) == 2 && b[0] >= 0xb0 && b[0] <= 0xf7 && b[1] >= 0xa1
}

// frequentHan are characters that make up about half of any modern Chinese text, and of official prose.
const frequentHan = "" +
	"的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本" +
	"去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总" +
	"次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权" +
	"收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连" +
	"断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严请申" +
	"件项请受理执罚诉讼督监负责依据告示询答予"
