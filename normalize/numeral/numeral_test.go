package numeral

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// Example: what is in the grammar is read to its end, what is not is refused as a whole.
func Example() {
	for _, text := range []string{"1万5千件", "一百零三件", "4,86件", "一万五"} {
		n, end, why := Scan(text, true)
		fmt.Printf("%s %q %q\n", n.Value, text[end:], why)
	}
	// Output:
	// 15000 "件" ""
	// 103 "件" ""
	// 0 "件" "separators that do not group by three"
	// 0 "" "no numeral in full: what its last words count is left open"
}

func TestScan(t *testing.T) {
	for _, c := range []struct {
		text, value, rest string // value "" = refused, "-" = nothing like a numeral
		about             bool
	}{
		{"0", "0", "", false},
		{"１２．５", "12.5", "", false},
		{"13,612件", "13612", "件", false},
		{"13，612", "13612", "", false},
		{"1 234 567", "1234567", "", false},
		{"1'234", "1234", "", false},
		{"1 23", "1", " 23", false},
		{"12,", "12", ",", false},
		{"12.", "12", ".", false},
		{"4,86件", "", "件", false},
		{"1,234,56", "", "", false},
		{"1,234'567", "", "", false},
		{"1.2.3", "", "", false},
		{"15万", "150000", "", false},
		{"15万元", "150000", "元", false},
		{"5百万元", "5000000", "元", false},
		{"1.2万亿", "1200000000000", "", false},
		{"2万余件", "20000", "件", true},
		{"20余万件", "200000", "件", true},
		{"1200余人次", "1200", "人次", true},
		{"1万5千", "15000", "", false},
		{"1亿2000万", "120000000", "", false},
		{"2亿4173.5万元", "241735000", "元", false},
		{"1万零5", "10005", "", false},
		{"1万0005", "10005", "", false},
		{"1万5", "", "", false},
		{"1万5万", "", "", false},
		{"5千3万", "", "", false},
		{"1.5万5千", "", "", false},
		{"1百二十", "", "", false},
		{"十2", "", "", false},
		{"20几件", "", "件", false},
		{"3½", "", "", false},
		{"½", "", "", false},
		{"1/2件", "", "件", false},
		{"10⁴", "", "", false},
		{"524¹", "524", "¹", false},
		{"12①", "12", "①", false},
		{"1e4", "", "", false},
		{"1О件", "", "件", false},
		{"丨5", "", "", false},
		{"l5", "", "", false},
		{"lab", "-", "", false},
		{"1〇", "", "", false},
		{"1̶5", "", "", false},
		{"٣", "", "", false},
		{"12345678901234567890", "", "", false},
		{"一", "1", "", false},
		{"两千", "2000", "", false},
		{"十二", "12", "", false},
		{"一百十二", "112", "", false},
		{"一百一十二", "112", "", false},
		{"一千零二十", "1020", "", false},
		{"一千零二", "1002", "", false},
		{"一万零五百", "10500", "", false},
		{"一万五千", "15000", "", false},
		{"一亿零五百万", "105000000", "", false},
		{"一亿零五千", "100005000", "", false},
		{"三亿二千万零六", "320000006", "", false},
		{"壹佰贰拾叁", "123", "", false},
		{"廿五", "25", "", false},
		{"三点五万", "35000", "", false},
		{"二〇二", "202", "", false},
		{"十余万件", "100000", "件", true},
		{"一百多件", "100", "件", true},
		{"一万五", "", "", false},
		{"一万五百", "", "", false},
		{"一亿五千", "", "", false},
		{"一百二", "", "", false},
		{"二百五", "", "", false},
		{"一百零二十", "", "", false},
		{"一百零", "", "", false},
		{"一百零零二", "", "", false},
		{"一千二十", "", "", false},
		{"十百", "", "", false},
		{"三四十", "", "", false},
		{"三四", "", "", false},
		{"两十", "", "", false},
		{"一百零两", "", "", false},
		{"十几件", "", "件", false},
		{"百件", "-", "", false},
		{"件", "-", "", false},
		{"", "-", "", false},
	} {
		n, end, why := Scan(c.text, true)
		value := n.Value.String()
		switch {
		case end == 0:
			value = "-"
		case why != "":
			value = ""
		}
		rest := ""
		if end > 0 {
			rest = c.text[end:]
		}
		if value != c.value || rest != c.rest || n.About != c.about && why == "" {
			t.Errorf("%q: %q, rest %q, about %v (%s), want %q, %q, %v", c.text, value, rest, n.About, why, c.value, c.rest,
				c.about)
		}
	}
}

// words writes a whole number in Chinese numerals in full.
func words(n int64) string {
	digit := func(d int64) string { return string([]rune("零一二三四五六七八九")[d]) }
	below := func(n int64) string {
		out, gap := "", false
		for _, p := range []struct {
			unit int64
			word string
		}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
			d := n / p.unit % 10
			switch {
			case d > 0 && gap && out != "":
				out += "零"
				fallthrough
			case d > 0:
				out += digit(d) + p.word
				gap = false
			default:
				gap = true
			}
		}
		return out
	}
	out := ""
	skipped := false
	for _, l := range []struct {
		unit int64
		word string
	}{{1e8, "亿"}, {1e4, "万"}, {1, ""}} {
		v := n / l.unit % 10000
		if v == 0 {
			skipped = true
			continue
		}
		if out != "" && (v < 1000 || skipped) {
			out += "零"
		}
		out += below(v) + l.word
		skipped = false
	}
	return out
}

// TestEveryNumeralInFull: numerals as they are written in full are read as the number that they were written of.
func TestEveryNumeralInFull(t *testing.T) {
	rng := rand.New(rand.NewSource(rand.Int63()))
	try := func(n int64) {
		text := words(n)
		got, end, why := Scan(text, true)
		if why != "" || end != len(text) || !got.Value.Equal(decimal.New(n, 0)) {
			t.Fatalf("%d is written %s and read as %s, %q left (%s)", n, text, got.Value, text[end:], why)
		}
	}
	for n := int64(1); n < 12000; n++ {
		try(n)
	}
	for range 20000 {
		try(1 + rng.Int63n([]int64{1e5, 1e6, 1e8, 1e9, 1e12}[rng.Intn(5)]))
	}
}

// FuzzScan: a numeral that is read is not negative, ends where a character ends, and is read the same when nothing
// stands behind it; its digits, one after another, are those printed.
func FuzzScan(f *testing.F) {
	for _, s := range []string{"13,612", "4,86件", "1万5千", "一百零三", "2½", "10⁴", "1О", "二〇二", "三点五万", "2亿4173.5万元", "20余万", "1 234",
		"１２，３４５", "十几"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, text string, comma bool) {
		n, end, why := Scan(text, comma)
		if end < 0 || end > len(text) || utf8.ValidString(text) && !utf8.ValidString(text[:end]) {
			t.Fatalf("%q ends at %d", text, end)
		}
		if why != "" && end == 0 {
			t.Fatalf("%q is refused, and nothing was there", text)
		}
		if why != "" || end == 0 {
			return
		}
		if n.Value.IsNegative() {
			t.Fatalf("%q is %s", text, n.Value)
		}
		again, stop, whyNot := Scan(text[:end], comma)
		if whyNot != "" || stop != end || !again.Value.Equal(n.Value) {
			t.Fatalf("%q is %s, but %q alone is %s (%s)", text, n.Value, text[:end], again.Value, whyNot)
		}
		if n.Han || n.Parts > 1 || n.Word != "" {
			return
		}
		var printed strings.Builder
		for _, r := range text[:end] {
			switch {
			case r >= '０' && r <= '９':
				printed.WriteRune(r - '０' + '0')
			case IsDigit(r), r == '.':
				printed.WriteRune(r)
			case r == '．':
				printed.WriteByte('.')
			}
		}
		if d, err := decimal.NewFromString(printed.String()); err != nil || !d.Equal(n.Value) {
			t.Fatalf("%q is read as %s", text[:end], n.Value)
		}
	})
}
