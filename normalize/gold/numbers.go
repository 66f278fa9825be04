package gold

import (
	"math/rand"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/gongkai/gongkai/normalize"
)

// A spelling is how a cell prints something like a number, and what a reader sees in it.
type spelling struct {
	text string
	Print
}

// numberFault makes a fault of one cell that prints a count otherwise than in digits. Half of the time it is one of table
// II, which no sum guards. signed: it is one of the cells that may be negative.
func numberFault(name, what string, signed bool, spell func(n int64, rng *rand.Rand) []spelling) Fault {
	return Fault{name, what, func(r *Report, rng *rand.Rand, f Format) bool {
		table := []string{"active.", "active.", "applications.", "disputes."}[rng.Intn(4)]
		if signed {
			table = "active."
		}
		s, ok := one(rng, r.spots(table, func(c Cell) bool {
			return positive(c) && !strings.Contains(c.Name, ".amount") && strings.HasSuffix(c.Name, ".change") == signed
		}))
		if !ok {
			return false
		}
		n, err := strconv.ParseInt(r.at(s).Text, 10, 64)
		if err != nil {
			return false
		}
		var can []spelling
		for _, x := range spell(n, rng) {
			if carries(f, x.text) {
				can = append(can, x)
			}
		}
		if len(can) == 0 {
			return false
		}
		x := can[rng.Intn(len(can))]
		setText(r.at(s), x.text, x.Print)
		return true
	}}
}

// carries reports whether a format has the characters: two PDF encodings have only those of GBK, one those of GB 2312.
func carries(f Format, s string) bool {
	if f.Name != "pdf filled rules" && f.Name != "pdf without rules" {
		return true
	}
	_, err := simplifiedchinese.GBK.NewEncoder().String(s)
	return err == nil && !strings.ContainsRune(s, '〇')
}

// none are spellings in which no number can be read.
func none(texts ...string) []spelling {
	var out []spelling
	for _, t := range texts {
		out = append(out, spelling{t, wordPrint})
	}
	return out
}

// numberFaults are numbers printed otherwise than in digits, and what only looks like one.
func numberFaults() []Fault {
	number := func(text string, n int64) spelling { return spelling{text, numberPrint(strconv.FormatInt(n, 10))} }
	noted := func(text string, n int64) spelling {
		return spelling{text, Print{State: normalize.Text, Number: strconv.FormatInt(n, 10)}}
	}
	return []Fault{
		numberFault("magnitude word", "15万件, 3千: the word multiplies", false, func(n int64, _ *rand.Rand) []spelling {
			s := strconv.FormatInt(n, 10)
			return []spelling{number(s+"万件", n*1e4), number(s+"万", n*1e4), number(s+"千件", n*1e3), number(s+"百", n*100),
				number(s+"（万件）", n*1e4)}
		}),
		numberFault("mixed numeral", "1万5千", false, func(n int64, _ *rand.Rand) []spelling {
			a, b := 1+n%90, 1+n%9
			x, y := strconv.FormatInt(a, 10), strconv.FormatInt(b, 10)
			return []spelling{number(x+"万"+y+"千", a*1e4+b*1e3), number(x+"万零"+y+"百件", a*1e4+b*100)}
		}),
		numberFault("numeral in full", "一百零三, 壹佰贰拾", false, func(n int64, _ *rand.Rand) []spelling {
			d := []rune("一二三四五六七八九")[n%9]
			k := 1 + n%9
			return []spelling{number(string(d)+"百零三件", k*100+3), number(string(d)+"千零二十", k*1000+20),
				number("壹佰贰拾叁", 123), number(string(d)+"万五千", k*1e4+5000)}
		}),
		numberFault("about", "约12, 2万余件, 30左右", false, func(n int64, _ *rand.Rand) []spelling {
			s := strconv.FormatInt(n, 10)
			return []spelling{noted("约"+s, n), noted(s+"余件", n), noted(s+"左右", n), noted(s+"万余件", n*1e4),
				noted(s+"（约）", n)}
		}),
		numberFault("colloquial numeral", "一万五, 一百二, 三四十", false, func(int64, *rand.Rand) []spelling {
			return none("一万五", "一百二", "二百五", "三四十", "1万5", "七八件", "十几", "数十件")
		}),
		numberFault("fraction", "3½, 1/2", false, func(n int64, _ *rand.Rand) []spelling {
			s := strconv.FormatInt(n, 10)
			return none(s+"½", s+"/2", s+"⅓", "½", s+"个半")
		}),
		numberFault("power", "10⁴, 1e4", false, func(int64, *rand.Rand) []spelling {
			return none("10⁴", "1e4", "1.2E+03", "10^4", "3×10³")
		}),
		numberFault("date in a cell", "7-Jan, 1月2日", false, func(int64, *rand.Rand) []spelling {
			return none("7-Jan", "1月2日", "2-Feb", "12月3日")
		}),
		numberFault("look-alikes", "1О, 1丨, Ⅰ2", false, func(n int64, _ *rand.Rand) []spelling {
			s := strconv.FormatInt(n, 10)
			return none(s+"О", s+"丨", s+"〇", "Ⅰ"+s, s+"ı", "丨"+s, "О", s+"о件")
		}),
		numberFault("arrow", "5↓, 5（减少） in a count", false, func(n int64, _ *rand.Rand) []spelling {
			s := strconv.FormatInt(n, 10)
			return none(s+"↓", "↑"+s, s+"（减少）", s+"（↓）", "（增加）"+s)
		}),
		numberFault("change in words", "5（减少）, ↓5 in a column of changes", true, changed),
		numberFault("bad groups", "4,86", false, func(n int64, _ *rand.Rand) []spelling {
			s := strconv.FormatInt(n, 10)
			return none(s+",86", "1,2345", "12,34,567", "1.234.567", s+"，5")
		}),
		numberFault("range", "5-6, 3～4", false, func(n int64, _ *rand.Rand) []spelling {
			s, t := strconv.FormatInt(n, 10), strconv.FormatInt(n+1, 10)
			return none(s+"-"+t, s+"～"+t, s+"至"+t, s+"+"+t, s+"—"+t+"件")
		}),
		numberFault("bound", "≥5, 12以上, 12%", false, func(n int64, _ *rand.Rand) []spelling {
			s := strconv.FormatInt(n, 10)
			return none("≥"+s, s+"以上", s+"件以内", s+"%", s+"‰", "<"+s)
		}),
		numberFault("error of a spreadsheet", "#REF!, ####", false, func(int64, *rand.Rand) []spelling {
			return none("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "######")
		}),
		numberFault("mark of a note", "12*, 12※, 12（注1）", false, func(n int64, _ *rand.Rand) []spelling {
			s := strconv.FormatInt(n, 10)
			return []spelling{noted(s+"※", n), noted(s+"（注1）", n), noted(s+"①", n), noted(s+"[1]", n)}
		}),
		{"unit in brackets", "251000（元）, 25.1（万元）", func(r *Report, rng *rand.Rand, _ Format) bool {
			s, ok := one(rng, r.spots("active.fees.amount", nil))
			if !ok {
				return false
			}
			setText(r.at(s), []string{"251000（元）", "25.1（万元）", "25万1千元", "2510百元", "贰拾伍万壹仟元整"}[rng.Intn(5)],
				numberPrint("25.1"))
			return true
		}},
		{"another currency", "$2510, 2510美元", func(r *Report, rng *rand.Rand, _ Format) bool {
			s, ok := one(rng, r.spots("active.fees.amount", nil))
			if !ok {
				return false
			}
			money := []string{"$2510", "2510美元", "2510 USD"}[rng.Intn(3)]
			p := wordPrint
			if money[0] != '$' { // a number it is, but none in 万元
				p.State = normalize.Number
			}
			setText(r.at(s), money, p)
			return true
		}},
	}
}

// changed spells a fall and a rise.
func changed(n int64, _ *rand.Rand) []spelling {
	s := strconv.FormatInt(n, 10)
	down := Print{State: normalize.Text, Number: "-" + s}
	up := Print{State: normalize.Text, Number: s}
	return []spelling{{s + "（减少）", down}, {"↓" + s, down}, {s + "↓", down}, {"减少" + s, down}, {"（下降）" + s, down},
		{s + "（增加）", up}, {"↑" + s, up}, {"增加" + s + "件", up}}
}
