package claims

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// traditional holds traditional characters, each before the simplified one that the words are written with: those of words.txt,
// of the forms and of the units.
const traditional = "" +
	"萬万與与專专業业兩两嚴严個个箇个為为爲为舉举鄉乡書书於于產产産产畝亩億亿僅仅從从眾众衆众會会傳传體体餘余脩修關关內内冊册決决況况減减齣出則则別别彆别製制辦办務务動动區区昇升陞升單单" +
	"佔占捲卷廳厅縣县發发髮发隻只檯台臺台颱台閤合衕同後后噸吨迴回圍围國国圓圆場场塊块處处復复複复實实審审傢家對对侷局屬属佈布並并併并應应廢废開开張张強强當当徵征總总戶户執执護护報报據据" +
	"數数旂旗無无時时顯显曉晓機机權权條条來来構构査查欄栏檔档畢毕沒没漲涨滿满點点環环現现電电蓋盖眞真確确種种祕秘積积穩稳筆笔類类係系繫系纍累糾纠約约級级納纳綫线線线組组織织經经結结絡络統统" +
	"繼继續续維维繳缴網网罰罚羣群範范獲获穫获補补錶表規规計计訂订認认議议記记許许訟讼訪访訴诉詢询該该請请讀读購购費费轉转輪轮較较達达過过還还踰逾遺遗郵邮埰采寀采採采裏里裡里銷销錯错鎭镇鎮镇" +
	"長长門门間间麪面麫面麵面頁页項项順顺額额駁驳"

const firstHan, lastHan = '\u4e00', '\u9fff'

// simple gives, for each Chinese character, the simplified one; 0 where it is none of the pairs.
var simple = sync.OnceValue(func() *[lastHan - firstHan + 1]rune {
	var table [lastHan - firstHan + 1]rune
	rest := traditional
	for rest != "" {
		r, n := utf8.DecodeRuneInString(rest)
		s, m := utf8.DecodeRuneInString(rest[n:])
		table[r-firstHan], rest = s, rest[n+m:]
	}
	return &table
})

// simplified gives a text in simplified characters, without the readings that converters set behind some, 數(shù)據, and
// where each of its bytes stands in the text; nil where it is the text itself, byte for byte.
func simplified(text string) (string, []int) {
	table := simple()
	changed, moved := false, false
	for i, r := range text {
		if r >= firstHan && r <= lastHan && table[r-firstHan] != 0 {
			changed = true
		} else if r == '(' && reading(text[i:]) > 0 {
			changed, moved = true, true
		}
	}
	if !changed {
		return text, nil
	}
	var b strings.Builder
	var at []int
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if skip := reading(text[i:]); r == '(' && skip > 0 {
			i += skip
			continue
		}
		if r >= firstHan && r <= lastHan && table[r-firstHan] != 0 {
			b.WriteRune(table[r-firstHan]) // as many bytes
		} else {
			b.WriteString(text[i : i+n])
		}
		for k := range n {
			if moved {
				at = append(at, i+k)
			}
		}
		i += n
	}
	if moved {
		at = append(at, len(text))
	}
	return b.String(), at
}

// reading gives how long a reading in brackets is that begins a text, (shù); 0 where none does. It has a letter with an
// accent: (app) is a word.
func reading(text string) int {
	accent := false
	for i, r := range text {
		switch {
		case i == 0 && r == '(':
		case i == 0, i > 10:
			return 0
		case r == ')':
			if accent {
				return i + 1
			}
			return 0
		case r >= 'a' && r <= 'z':
		case r >= '\u00e0' && r <= '\u01dc':
			accent = true
		default:
			return 0
		}
	}
	return 0
}
