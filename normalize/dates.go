package normalize

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/simplified"
)

// When a report was published stands under a label that says so (发布日期), in the line of metadata below the title, or in the
// signature. Dates under other labels (打印时间, 统计起止时间, 更新时间) are none of these, nor are dates in sentences.

// A dated is a day with what calls it that of publication.
type dated struct {
	day   string
	what  string // the label, or where it stands
	rank  int    // 0 says it most plainly
	place extract.Place
}

var (
	dateWords = regexp.MustCompile(`(20\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})`)
	anyLabel  = regexp.MustCompile(`((?:[\p{Han}]\s*){0,4})(日\s*期|时\s*间)\s*[:：]?\s*`)
	clockEnd  = regexp.MustCompile(`^日?\s*(?:\d{1,2}\s*[:时]\s*\d{1,2}(?:\s*[:分]\s*(?:\d{1,2}\s*秒?)?)?)?\s*`)
	metaWords = regexp.MustCompile(`来源|浏览|阅读|点击|字体|字号|作者|打印|分享|访问|编辑|[|\[【]|给编辑|次$`)
)

// labelRanks are the words before 日期 and 时间 that make it that of publication, the plainest first.
var labelRanks = []struct {
	words []string
	rank  int
}{
	{[]string{"发布", "公开", "公布", "公示", "发表"}, 0},
	{[]string{"提供", "上传", "录入", "上网", "挂网", "发稿", "刊发", "登载"}, 1},
	{[]string{"印发", "发文", "签发", "制发"}, 3},
	{[]string{"成文", "生成", "制文", "形成"}, 4},
}

// otherTimes are the words before 日期 and 时间 that make it something else than the day of publication.
var otherTimes = strings.Fields("打印 采集 更新 统计 起止 截止 修改 下载 访问 抓取 编辑 查询 失效 生效 有效 浏览 当前 现在 系统 开放 办公 申请 填报 报送 制表")

// readDays finds the days that are called that of publication, the plainest first.
func readDays(doc *extract.Document, lines []headLine, title *candidate, begin int, sig signed, tell func(Finding)) []dated {
	var out []dated
	add := func(m []string, what string, rank int, place extract.Place) {
		if d := isoDate(m); d != "" {
			out = append(out, dated{d, what, rank, place})
		}
	}
	for i := range lines {
		l := &lines[i]
		if i > begin+6 && i > 12 {
			break
		}
		if !strings.Contains(l.key, "日期") && !strings.Contains(l.key, "时间") {
			continue
		}
		k := pronounced.ReplaceAllString(simplified.Fold(width.Fold.String(clipRunes(l.text, 240))), "")
		for _, m := range anyLabel.FindAllStringSubmatchIndex(k, -1) {
			what, rank, ok := publicationLabel(k, m)
			if !ok {
				continue
			}
			rest := strings.TrimLeft(k[m[1]:], "|│ ")
			if strings.ContainsRune(clipRunes(rest, 12), form.Unreadable) {
				tell(Finding{Code: CodeHeadUnreadable, Severity: Warning, Place: l.place,
					Message: fmt.Sprintf("not all characters of the date of publication could be read: %q", clipRunes(l.text, 120))})
				continue
			}
			if d := dateWords.FindStringSubmatchIndex(rest); d != nil && d[0] <= len("[") {
				add(dateWords.FindStringSubmatch(rest), what, rank, l.place)
			} else if strings.Trim(rest, " :|") == "" {
				if n := valueBelow(lines, i); n != nil {
					add(dateWords.FindStringSubmatch(startsWithDate(n.text)), what, rank, n.place)
				}
			}
		}
	}
	for _, m := range doc.Meta {
		if strings.EqualFold(m.Name, "PubDate") || strings.EqualFold(m.Name, "publishdate") {
			add(dateWords.FindStringSubmatch(m.Content), m.Name, 1, extract.Place{})
		}
	}
	out = append(out, bareDays(lines, title, begin)...)
	if sig.date != "" {
		out = append(out, dated{sig.date, "the signature", 6, sig.place})
	}
	slices.SortStableFunc(out, func(a, b dated) int { return a.rank - b.rank })
	return out
}

// publicationLabel reads a label that ends in 日期 or 时间; a bare one counts where no character stands before it.
func publicationLabel(k string, m []int) (what string, rank int, ok bool) {
	before := form.Squeeze(k[m[2]:m[3]])
	label := before + form.Squeeze(k[m[4]:m[5]])
	for _, x := range labelRanks {
		for _, w := range x.words {
			if strings.HasSuffix(before, w) {
				return w + strings.TrimPrefix(label, before), x.rank, true
			}
		}
	}
	if before == "" || before == "[" {
		return label, 2, strings.ContainsAny(k[m[4]:m[1]], ":：") || m[4] == 0
	}
	// 来源：区人民政府办公室 时间：2017-01-12: the characters before a space belong to something else
	if strings.HasSuffix(k[m[2]:m[3]], " ") && strings.ContainsAny(k[m[4]:m[1]], ":：") {
		for _, w := range otherTimes {
			if strings.HasSuffix(before, w) {
				return "", 0, false
			}
		}
		return label[len(before):], 2, true
	}
	return "", 0, false
}

// startsWithDate gives a text that begins with a date, else nothing.
func startsWithDate(s string) string {
	s = strings.TrimLeft(simplified.Fold(width.Fold.String(s)), "•●■◆▪·-|([【 \t")
	if m := dateWords.FindStringIndex(s); m != nil && m[0] == 0 {
		return s
	}
	return ""
}

// valueBelow gives the line that holds the value of a label that stands alone: the cell below it in a table of
// metadata, or the next line.
func valueBelow(lines []headLine, i int) *headLine {
	l := &lines[i]
	if i+1 < len(lines) && startsWithDate(lines[i+1].text) != "" {
		return &lines[i+1]
	}
	if l.place.Table == 0 || l.place.Row == 0 {
		return nil
	}
	for j := i + 1; j < len(lines) && j <= i+16; j++ {
		if p := lines[j].place; p.Table == l.place.Table && p.Column == l.place.Column && p.Row == l.place.Row+1 {
			return &lines[j]
		}
	}
	return nil
}

// bareDays finds days without a label: in the line of metadata near the title, or alone below it.
func bareDays(lines []headLine, title *candidate, begin int) []dated {
	from, to := 0, min(begin, len(lines), 16)
	if title != nil && title.first >= 0 {
		from, to = max(0, title.first-3), min(title.last+6, len(lines))
	}
	var out []dated
	for i := from; i < to; i++ {
		l := &lines[i]
		n := utf8.RuneCountInString(l.key)
		if l.kind == pathLine || l.kind == neighbour || n > 90 || n < 8 || strings.Contains(l.key, "。") {
			continue
		}
		k := strings.TrimSpace(pronounced.ReplaceAllString(simplified.Fold(width.Fold.String(l.text)), ""))
		m := dateWords.FindStringSubmatchIndex(k)
		if m == nil || containsAny(k[:m[0]], []string{"时间", "日期", "更新"}) {
			continue
		}
		before := strings.Trim(k[:m[0]], "•●■◆▪·-|([【 \t")
		after := k[m[1]:]
		clock := clockEnd.FindString(after)
		after = strings.TrimSpace(after[len(clock):])
		d := isoDate(dateWords.FindStringSubmatch(k))
		if d == "" {
			continue
		}
		rank := 0
		switch {
		case before == "" && strings.Trim(after, ")]】 ") == "":
			rank = 2
			if strings.HasPrefix(k, "(") {
				rank = 4
			}
		case metaWords.MatchString(after) &&
			(before == "" || metaWords.MatchString(before) || containsAny(before, []string{"www.", "网"})):
			rank = 2
		case before != "" && strings.Trim(after, ")]】 ") == "" && (metaWords.MatchString(before) || strings.HasSuffix(before, "发布")):
			rank = 2
		case strings.ContainsRune(clock, ':') && originally.MatchString(before) && utf8.RuneCountInString(after) <= 4:
			rank = 2 // 原创 … 2024-01-19 16:05 广东
		case before == "" && title != nil && i > title.last && sizesOfType.MatchString(after): // 2023-01-16 办公室 A- A A+
			rank = 2
		default:
			continue
		}
		if title != nil && i < title.first { // the line of a site that shows the report of another
			rank = 5
		}
		out = append(out, dated{d, "the line below the title", rank, l.place})
	}
	return out
}

var (
	originally  = regexp.MustCompile(`^原创(?: |$)|^来源 `)
	sizesOfType = regexp.MustCompile(`^[\p{Han} ]{0,16}(?:A[-—+]?\s*){2,3}$|^[\p{Han} ]{0,16}[\[【(]?大 ?\|? ?中 ?\|? ?小[\]】)]?$`)
	dayInWords  = regexp.MustCompile(`^(二[〇○零OoΟ0][一二三四五六七八九〇○零OoΟ0]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日$`)
)

// wordedDate reads a day in words: 二〇一二年三月四日.
func wordedDate(k string) string {
	m := dayInWords.FindStringSubmatch(k)
	if m == nil {
		return ""
	}
	return isoDate([]string{"", strconv.Itoa(parseYear(m[1])), strconv.Itoa(smallNumeral(m[2])), strconv.Itoa(smallNumeral(m[3]))})
}

// smallNumeral reads a number up to 99 in Chinese numerals; 0 where it is none.
func smallNumeral(s string) int {
	n, tens, last := 0, false, 0
	for _, r := range s {
		if r == '十' {
			if tens {
				return 0
			}
			n, last, tens = max(1, last)*10, 0, true
			continue
		}
		i := strings.IndexRune(yearDigits, r)
		if i < 0 || last != 0 {
			return 0
		}
		last = i / len("一")
	}
	return n + last
}

func isoDate(m []string) string {
	if m == nil {
		return ""
	}
	month, _ := strconv.Atoi(m[2])
	day, _ := strconv.Atoi(m[3])
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return ""
	}
	return fmt.Sprintf("%s-%02d-%02d", m[1], month, day)
}

var (
	periodWords = regexp.MustCompile(
		`(20\d\d)[年./-](\d{1,2})[月./-](\d{1,2})日?(?:零时|0时)?起?,?(?:截?[至止]{0,2}到?|到|—+|-+|–+|~+|─+|一)` +
			`(?:(20\d\d)[年./-]|同年|当年|本年)?(\d{1,2})[月./-](\d{1,2})日?`)
	periodMonths = regexp.MustCompile(`(20\d\d)年1月(?:份)?(?:至|到|—+|-+|~+)(?:(20\d\d)年)?12月(?:份|底|末)?(?:\D|$)`)
	periodSpelt  = regexp.MustCompile(`(二[〇○零O0][一二三四五六七八九〇○零O]{2})年一月一日起?,?(?:至|到|—+|-+)` +
		`(?:(二[〇○零O0][一二三四五六七八九〇○零O]{2})年)?十二月三十一日`)
	periodBroken = regexp.MustCompile(`自(20\d\d)年?(\d{2,4})日?起?,?(?:至|到)(20\d\d)年?(\d{2,4})日?止?`)
	periodNamed  = regexp.MustCompile(`统计|期限|起止|所列|报告期|数据|时限`)
)

// namesDay reports whether a text holds the beginning of a day or month of a year, which both periodWords and periodMonths begin
// with: 2022年1, 2022-1.
func namesDay(k string) bool {
	for {
		i := strings.Index(k, "20")
		if i < 0 || len(k) < i+len("2022-1") {
			return false
		}
		rest := k[i+len("2022"):]
		if isDigitByte(k[i+2]) && isDigitByte(k[i+3]) {
			if after := strings.TrimPrefix(rest, "年"); len(after) < len(rest) || strings.IndexByte("./-", rest[0]) >= 0 {
				if len(after) == len(rest) {
					after = rest[1:]
				}
				if after != "" && isDigitByte(after[0]) {
					return true
				}
			}
		}
		k = k[i+1:]
	}
}

func isDigitByte(c byte) bool { return c >= '0' && c <= '9' }

// daysOf finds what periodWords finds; dated says that there may be something.
func daysOf(k string, dated bool) [][]int {
	if !dated {
		return nil
	}
	return periodWords.FindAllStringSubmatchIndex(k, 8)
}

// readPeriod finds the days that the report says its figures cover: a calendar year, or else another period that a text
// calls that of its figures.
func readPeriod(lines []headLine, tell func(Finding)) (p Period, at extract.Place) {
	for i := range lines {
		l := &lines[i]
		k := l.key
		if !strings.Contains(k, "20") && !strings.Contains(k, "二") || len(k) < 16 {
			continue
		}
		// a sentence that is broken over two lines
		if n := utf8.RuneCountInString(k); n >= 16 && i+1 < len(lines) && !strings.HasSuffix(k, "。") {
			k += clipRunes(lines[i+1].key, 40)
		}
		if !strings.Contains(k, "月") && !strings.Contains(k, "日") && !strings.ContainsAny(k, "./-") {
			continue
		}
		dated := namesDay(k)
		for _, m := range daysOf(k, dated) {
			s := func(n int) string {
				if m[2*n] < 0 {
					return ""
				}
				return k[m[2*n]:m[2*n+1]]
			}
			last := s(4)
			if last == "" {
				last = s(1)
			}
			x := Period{isoDate([]string{"", s(1), s(2), s(3)}), isoDate([]string{"", last, s(5), s(6)})}
			switch {
			case x.From == "" || x.To <= x.From:
			case x.whole() && (p.From == "" || !p.whole()):
				return x, l.place
			case p.From == "" && periodNamed.MatchString(k):
				p, at = x, l.place
			}
		}
		if p.From != "" {
			continue
		}
		if dated {
			if m := periodMonths.FindStringSubmatch(k); m != nil && periodNamed.MatchString(k) && (m[2] == "" || m[2] == m[1]) {
				return Period{m[1] + "-01-01", m[1] + "-12-31"}, l.place
			}
		}
		if m := periodSpelt.FindStringSubmatch(k); m != nil {
			y := strconv.Itoa(parseYear(m[1]))
			if m[2] == "" || parseYear(m[2]) == parseYear(m[1]) {
				return Period{y + "-01-01", y + "-12-31"}, l.place
			}
		}
		if m := periodBroken.FindString(k); m != "" && periodNamed.MatchString(k) {
			tell(Finding{Code: CodePeriodOdd, Severity: Warning, Place: l.place,
				Message: fmt.Sprintf("the period that the figures cover is printed as %q, of which no days can be read", m)})
		}
	}
	return p, at
}
