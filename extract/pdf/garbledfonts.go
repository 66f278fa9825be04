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
//   - Chinese characters that no Chinese text uses: outside of GB 2312 for the most part, or hardly any of the few hundred
//     that make up half of every text;
//   - glyphs as wide as a Chinese character that are said to be Latin letters, digits or marks (single codes; where a
//     document has several of them, also the few Latin characters that Chinese fonts do draw wide);
//   - codes numbered in the order of their first use and taken for Latin characters (rewritten by a program that lost
//     the font's ToUnicode map).
func (in *interpreter) judgeFonts(pages []*page) {
	type use struct {
		codes    map[uint64]string
		han      int // Chinese characters drawn,
		unusual  int // of these outside of GB 2312,
		frequent int // and of these among the most frequent
		order    []uint64
	}
	uses := map[*font]*use{}
	for _, pg := range pages {
		for i := range pg.Glyphs {
			g := &pg.Glyphs[i]
			from := in.origins.of(g)
			if from.font == nil || g.Text == "\ufffd" {
				continue
			}
			u := uses[from.font]
			if u == nil {
				u = &use{codes: map[uint64]string{}}
				uses[from.font] = u
			}
			if _, ok := u.codes[from.code]; !ok {
				u.codes[from.code] = g.Text
				u.order = append(u.order, from.code)
			}
			for _, r := range g.Text {
				if unicode.Is(unicode.Han, r) {
					u.han++
					switch {
					case strings.ContainsRune(frequentHan, r):
						u.frequent++
					case !inGB2312(r):
						u.unusual++
					}
				}
			}
		}
	}
	bad := false
	odd := map[*font]map[uint64]bool{}
	count := 0
	for f, u := range uses {
		digits := map[string]bool{}
		for code, t := range u.codes {
			if len(t) == 1 && isDigit(t[0]) && f.known[code].width >= fullWidth {
				digits[t] = true
			}
		}
		for code, t := range u.codes {
			if f.certain || f.down != nil && f.toUnicode == nil || len(f.widths) == 0 || f.known[code].width < fullWidth || !latinRune(t) || len(digits) >= 5 && digits[t] {
				continue // a font whose digits are all wide has full-width digits
			}
			if odd[f] == nil {
				odd[f] = map[uint64]bool{}
			}
			odd[f][code] = true
			if !strings.Contains(wideLatin, t) {
				count++
			}
		}
	}
	for f, u := range uses {
		for code := range doubledDigits(u.codes) {
			if odd[f] == nil {
				odd[f] = map[uint64]bool{}
			}
			odd[f][code] = true
			count += 5
		}
	}
	junk := func(f *font, code uint64, t string) bool {
		return odd[f][code] && (count >= 5 || count > 0 && !strings.Contains(wideLatin, t))
	}
	bad = count > 0
	for f, u := range uses {
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
				f.garbled = true
			}
		}
		if u.han >= 30 && u.unusual*4 > u.han {
			f.garbled = true
		}
		if u.han >= 60 && u.frequent*10 < u.han {
			f.garbled = true
		}
		if !f.certain && !f.named && f.toUnicode == nil && numberedByUse(u.order) {
			f.garbled = true
		}
		bad = bad || f.garbled
	}
	if !bad {
		return
	}
	for _, pg := range pages {
		for i := range pg.Glyphs {
			g := &pg.Glyphs[i]
			from := in.origins.of(g)
			if from.font != nil && (from.font.garbled || junk(from.font, from.code, g.Text)) && strings.TrimSpace(g.Text) != "" {
				g.Text = "\ufffd"
			}
		}
	}
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

// doubledDigits gives the codes of digits that several codes of the font are said to be, while other digits do not occur:
// of those, some are the missing ones. A font with two sets of digits has all of them twice.
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
const frequentHan = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严请申件项请受理执罚诉讼督监负责依据告示询答予"
