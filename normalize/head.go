package normalize

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/script"
	"github.com/gongkai/gongkai/normalize/form"
)

// titleWords are what the title of an annual report says after agency and year.
var (
	titleTail = regexp.MustCompile(`(?:政府)?(?:政务|政府)?信息公开(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:报告|年报)`)
	yearWords = regexp.MustCompile(`(20\d\d|二[〇○零O0]([一二三四五六七八九〇○零]{2}))\s*年?\s*度?`)
	dateWords = regexp.MustCompile(`(20\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})`)
	dateLabel = regexp.MustCompile(`(?:发布日期|发布时间|公开日期|公开时间|发文日期|成文日期|生成日期|时间|日期)\s*[:：]?\s*`)
)

// agencyEndings are how the names of reporting bodies end.
var agencyEndings = []string{"人民政府", "政府", "办公厅", "办公室", "委员会", "管委会", "街道办事处", "办事处", "局", "厅", "委", "部", "院", "署",
	"中心", "公署", "总队", "支队", "法院", "检察院", "银行", "学校", "大学", "县", "市", "区", "省", "镇", "乡", "街道", "州", "盟", "旗", "集团",
	"公司", "协会", "所", "站", "社", "会"}

// A heading is what the head of a document says about itself.
type heading struct {
	title, agency, published string
	year                     int
	period                   Period
	place                    extract.Place
}

// readHeading finds title, agency, year and date of publication.
func readHeading(doc *extract.Document, tell func(Finding)) heading {
	var h heading
	texts := headTexts(doc)
	at := -1
	for i, b := range texts {
		if isReportTitle(b.Text) {
			at = i
			break
		}
	}
	if at >= 0 {
		h.title, h.place = texts[at].Text, texts[at].Place
		// a title set on two lines: agency, or agency and year, above; or the year alone above
		if splitTitle(h.title).agency == "" && at > 0 && nearBlocks(texts[at-1], texts[at]) {
			above := texts[at-1].Text
			if isAgency(above) || yearOnly(above) {
				h.title = above + " " + h.title
				if yearOnly(above) && at > 1 && isAgency(texts[at-2].Text) {
					h.title = texts[at-2].Text + " " + h.title
				}
			}
		}
	} else if at = findSplitTitle(texts); at >= 0 {
		h.title, h.place = texts[at].Text+texts[at+1].Text, texts[at].Place
		if splitTitle(h.title).agency == "" && at > 0 && isAgency(texts[at-1].Text) {
			h.title = texts[at-1].Text + " " + h.title
		}
	} else {
		for _, part := range strings.FieldsFunc(doc.Title, func(r rune) bool { return strings.ContainsRune("_|", r) }) {
			if part = strings.TrimSpace(part); isReportTitle(part) {
				h.title = part
				break
			}
		}
	}
	if h.title == "" {
		for _, m := range doc.Meta {
			if strings.EqualFold(m.Name, "ArticleTitle") && isReportTitle(m.Content) {
				h.title = m.Content
			}
		}
	}
	if h.title == "" {
		tell(Finding{Code: CodeTitleMissing, Severity: Warning,
			Message: "no title of an annual report (政府信息公开工作年度报告) was found"})
	}
	h.title = withoutMarks(h.title)
	parts := splitTitle(h.title)
	h.agency, h.year = parts.agency, parts.year
	if strings.ContainsRune(h.title, '\ufffd') {
		tell(Finding{Code: CodeHeadUnreadable, Severity: Warning, Place: h.place,
			Message: fmt.Sprintf("not all characters of the title could be read: %q", h.title)})
		if strings.ContainsRune(h.agency, '\ufffd') {
			h.agency = "" // no name of a body
		}
	}
	if h.agency == "" {
		if h.agency = withoutMarks(otherAgency(doc, texts, at)); strings.ContainsRune(h.agency, '\ufffd') {
			h.agency = ""
		}
	}
	if h.agency == "" {
		tell(Finding{Code: CodeAgencyMissing, Severity: Warning, Place: h.place,
			Message: "neither the title nor the lines around it name the reporting body"})
	}
	h.year, h.period = readYear(doc, texts, h.year, tell)
	h.published = readPublished(doc, texts, tell)
	return h
}

// withoutMarks takes the marks of notes out of a title or a name: raised, lowered and circled digits.
func withoutMarks(s string) string {
	bare := strings.Map(func(r rune) rune {
		if r >= 0xb2 && (script.IsRaised(r) || script.IsLowered(r) || r >= '①' && r <= '⑳') {
			return -1
		}
		return r
	}, s)
	if len(bare) < len(s) {
		bare = emptyBrackets.Replace(bare)
	}
	return bare
}

var emptyBrackets = strings.NewReplacer("[]", "", "()", "", "（）", "", "〔〕", "", "【】", "")

// headTexts gives the texts that stand before the first table, at most 60, blank lines left out; small tables of
// metadata above the title are looked through.
func headTexts(doc *extract.Document) []extract.Block {
	var out []extract.Block
	for _, b := range doc.Blocks {
		if len(out) >= 60 {
			break
		}
		if b.Kind == extract.TableBlock {
			if len(b.Table.Cells) <= 24 {
				for _, c := range b.Table.Cells {
					if c.Text != "" {
						out = append(out, extract.Block{Text: c.Text, Place: c.Place})
					}
				}
			}
			continue
		}
		if b.Text != "" {
			out = append(out, b)
		}
	}
	return out
}

func nearBlocks(a, b extract.Block) bool { return utf8.RuneCountInString(a.Text) <= 40 }

func isReportTitle(s string) bool {
	k := form.Squeeze(s)
	if n := utf8.RuneCountInString(k); n > 80 || n < 6 || strings.ContainsAny(k, "。;") {
		return false
	}
	loc := titleTail.FindStringIndex(k)
	if loc == nil || strings.Contains(k, "解读") || strings.HasPrefix(k, "按照") || strings.HasPrefix(k, "根据") {
		return false
	}
	rest := k[loc[1]:]
	return utf8.RuneCountInString(rest) <= 12 && !strings.HasPrefix(rest, "的通知") && !strings.Contains(rest, "要求")
}

func yearOnly(s string) bool {
	k := form.Squeeze(s)
	loc := yearWords.FindStringIndex(k)
	return loc != nil && loc[0] == 0 && loc[1] == len(k)
}

// findSplitTitle finds a title broken over two lines anywhere: 2022年政府信息公开 / 工作年度报告.
func findSplitTitle(texts []extract.Block) int {
	for i := 0; i+1 < len(texts) && i < 20; i++ {
		if a := texts[i].Text; utf8.RuneCountInString(a) <= 50 && utf8.RuneCountInString(texts[i+1].Text) <= 30 &&
			isReportTitle(a+texts[i+1].Text) && strings.Contains(a, "公开") {
			return i
		}
	}
	return -1
}

type titleParts struct {
	agency string
	year   int
}

// splitTitle takes a title apart: X市人民政府2022年政府信息公开工作年度报告, 2022年X局…, 关于X局2022年度….
func splitTitle(title string) titleParts {
	var p titleParts
	s := title
	loc := titleTail.FindStringIndex(squeezeKeep(&s))
	head := s
	if loc != nil {
		head = s[:loc[0]]
	}
	if m := yearWords.FindStringIndex(head); m != nil {
		p.year = parseYear(head[m[0]:m[1]])
		head = strings.TrimSpace(head[:m[0]]) + strings.TrimSpace(head[m[1]:])
	} else if loc != nil {
		if m := yearWords.FindString(s[loc[1]:]); m != "" {
			p.year = parseYear(m)
		}
	}
	head = strings.TrimSpace(head)
	for _, pre := range []string{"关于", "《"} {
		head = strings.TrimPrefix(head, pre)
	}
	for _, post := range []string{"的", "本级", "主动公开", "政务公开和"} {
		head = strings.TrimSuffix(head, post)
	}
	// the date and time of a browser's page header
	head = strings.TrimLeftFunc(head, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
	head = strings.Trim(head, " ·、,，:：-—《》()（）")
	if utf8.RuneCountInString(head) >= 2 && utf8.RuneCountInString(head) <= 50 {
		p.agency = head
	}
	return p
}

// squeezeKeep removes the spaces that a layout puts between Chinese characters and digits, in place, and returns the
// result.
func squeezeKeep(s *string) string {
	*s = form.Squeeze(*s)
	return *s
}

const chineseDigits = "零一二三四五六七八九"

func parseYear(s string) int {
	m := yearWords.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	if m[1][0] == '2' {
		y, _ := strconv.Atoi(m[1])
		return y
	}
	y := 0
	for _, r := range m[1] {
		switch i := strings.IndexRune(chineseDigits, r); {
		case i >= 0:
			y = y*10 + i/3
		default:
			y *= 10
		}
	}
	return y
}

func isAgency(s string) bool {
	k := form.Squeeze(s)
	n := utf8.RuneCountInString(k)
	if n < 3 || n > 40 || strings.ContainsAny(k, "。,:;!?") {
		return false
	}
	for _, e := range agencyEndings {
		if strings.HasSuffix(k, e) {
			return true
		}
	}
	return false
}

// otherAgency looks for the reporting body where the title does not name it: the lines next to the title, the metadata,
// the sentence that says who compiled the report.
func otherAgency(doc *extract.Document, texts []extract.Block, at int) string {
	if at > 0 && isAgency(texts[at-1].Text) {
		return texts[at-1].Text
	}
	if at >= 0 && at+1 < len(texts) && isAgency(texts[at+1].Text) {
		return texts[at+1].Text
	}
	for i, b := range texts {
		k := form.Squeeze(b.Text)
		for _, label := range []string{"发布机构", "发布机关", "公开机构", "发文机关", "信息来源"} {
			j := strings.Index(k, label)
			if j < 0 || j > 60 {
				continue
			}
			v := strings.TrimLeft(k[j+len(label):], ":：")
			if v == "" && i+1 < len(texts) {
				v = form.Squeeze(texts[i+1].Text)
			}
			if f := strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(" ;,|", r) }); len(f) > 0 &&
				isAgency(f[0]) {
				return f[0]
			}
		}
	}
	for _, m := range doc.Meta {
		if (strings.EqualFold(m.Name, "ContentSource") || strings.EqualFold(m.Name, "SiteName")) &&
			isAgency(m.Content) {
			return m.Content
		}
	}
	for _, part := range strings.FieldsFunc(doc.Title, func(r rune) bool { return strings.ContainsRune("_|", r) }) {
		if isReportTitle(part) {
			if p := splitTitle(part); p.agency != "" {
				return p.agency
			}
		}
	}
	return ""
}

// readYear gives the report year that the title names, else that of the period the report says it covers; both are
// compared. It is 0 where neither says anything.
func readYear(doc *extract.Document, texts []extract.Block, year int, tell func(Finding)) (int, Period) {
	period, where := readPeriod(texts)
	if year == 0 {
		for _, part := range strings.FieldsFunc(doc.Title, func(r rune) bool { return strings.ContainsRune("_|", r) }) {
			if isReportTitle(part) {
				if y := splitTitle(part).year; y != 0 {
					year = y
					break
				}
			}
		}
	}
	if period.From == "" {
		return year, period
	}
	covered, _ := strconv.Atoi(period.From[:4])
	switch {
	case year == 0:
		year = covered
	case covered != year:
		tell(Finding{Code: CodeYearConflict, Severity: Warning, Place: where,
			Message: fmt.Sprintf("the title is for %d, the text says that the figures cover %d", year, covered)})
	}
	if !period.whole() {
		tell(Finding{Code: CodePeriodOdd, Severity: Note, Place: where,
			Message: fmt.Sprintf("the figures cover %s to %s, not one calendar year", period.From, period.To)})
	}
	return year, period
}

// readPublished finds the printed date of publication. A date of which a part could not be read is none.
func readPublished(doc *extract.Document, texts []extract.Block, tell func(Finding)) string {
	for i, b := range texts {
		k := b.Text
		m := dateLabel.FindStringIndex(k)
		if m == nil || utf8.RuneCountInString(k) > 120 {
			continue
		}
		if strings.ContainsRune(k[m[1]:], '\ufffd') {
			tell(Finding{Code: CodeHeadUnreadable, Severity: Warning, Place: b.Place,
				Message: fmt.Sprintf("not all characters of the date of publication could be read: %q", k)})
			continue
		}
		d := dateWords.FindStringSubmatch(k[m[1]:])
		if d == nil && i+1 < len(texts) && len(k) == m[1] {
			d = dateWords.FindStringSubmatch(texts[i+1].Text)
		}
		if s := isoDate(d); s != "" {
			return s
		}
	}
	for _, m := range doc.Meta {
		if strings.EqualFold(m.Name, "PubDate") || strings.EqualFold(m.Name, "publishdate") {
			if s := isoDate(dateWords.FindStringSubmatch(m.Content)); s != "" {
				return s
			}
		}
	}
	for i, b := range texts { // a line below the title that is nothing but a date
		if i > 12 {
			break
		}
		k := strings.Trim(form.Squeeze(b.Text), "()[]")
		if m := dateWords.FindStringIndex(k); m != nil && m[0] == 0 && len(k)-m[1] <= len("日")+8 &&
			!strings.ContainsRune(k, '\ufffd') {
			if s := isoDate(dateWords.FindStringSubmatch(k)); s != "" {
				return s
			}
		}
	}
	return ""
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

// sectionWords tell the six sections apart, whatever their number says.
var sectionWords = [6][]string{
	{"总体情况", "概述", "基本情况"},
	{"主动公开政府信息", "主动公开情况", "主动公开信息"},
	{"收到和处理", "收到及处理", "依申请公开"},
	{"行政复议"},
	{"存在的主要问题", "主要问题", "存在问题", "问题及改进"},
	{"其他需要报告", "需要报告的其他"},
}

// isSectionHeading reports whether a text is a top-level heading, and its printed ordinal.
func isSectionHeading(text string) (n int, ok bool) {
	k := form.Squeeze(text)
	if utf8.RuneCountInString(k) > 40 || strings.HasSuffix(k, "。") {
		return 0, false
	}
	n, bracketed := form.Ordinal(k)
	body := form.TrimOrdinal(k)
	known := namesSection(body)
	switch {
	case n > 0 && !bracketed && (known || utf8.RuneCountInString(body) <= 30):
		return n, true
	case n == 0 && known && utf8.RuneCountInString(body) <= 26 && !strings.ContainsAny(body, ",:，：") &&
		(strings.HasSuffix(body, "情况") || strings.HasSuffix(body, "事项")):
		return 0, true
	}
	return 0, false
}

func namesSection(body string) bool {
	for _, ws := range sectionWords {
		for _, w := range ws {
			if strings.Contains(body, w) {
				return true
			}
		}
	}
	return false
}

// isKnownHeading reports whether a text is the heading of one of the six sections.
func isKnownHeading(text string) bool {
	_, ok := isSectionHeading(text)
	return ok && namesSection(form.Squeeze(text))
}
