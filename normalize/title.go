package normalize

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/simplified"
)

// Titles are candidates. Every line of the head that reads as 〈body〉〈year〉政府信息公开工作年度报告 is one, in any order, alone
// or with its neighbours; so are the metadata and the page's own title. What only leads to reports is none: a path
// (当前位置：首页 > …), a neighbour (上一篇：…), an entry of a list. settleTitle holds them against each other and against
// what the prose says of itself.

// A headLine is a text of the head.
type headLine struct {
	text  string // as printed
	plain string // squeezed, without marks of layout: bars, bullets, readings
	key   string // plain in simplified characters; the same length in bytes
	place extract.Place
	kind  lineKind
	from  string // the text that newHeadLine was given
}

type lineKind uint8

const (
	plainLine lineKind = iota
	pathLine           // 当前位置：首页 > 政府信息公开 > 年报
	neighbour          // 上一篇：…
	prose              // a sentence
)

var (
	// readings that some copies put behind characters: 務(wù)
	pronounced   = regexp.MustCompile(`\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňḿ]{1,7}\)`)
	doubled      = regexp.MustCompile(`,[,、。;]|[。;],`)
	pathLike     = regexp.MustCompile(`(?:当前|所在|现在的?|您的|浏览)的?位置|^位置[:>]|^(?:网站)?首页(?:[>/»|→\\-]|$)|^(?:home|index)>`)
	neighbouring = regexp.MustCompile(`^(?:[<«]?(?:上|下)一?(?:篇|条|页|则|个)|前一篇|后一篇|相关(?:链接|阅读|文章|文件|信息|新闻|报道|推荐|附件|稿件|词条|解读)|` +
		`推荐(?:阅读|文章|信息)|延伸阅读|热门|最新(?:文章|信息)|猜你喜欢|更多)[:：>]?`)
	// a year in which a recogniser or a typist took letters for digits
	letteredYear    = regexp.MustCompile(`2[0Oo][0-2OoIl][0-9OoIl]年`)
	lettersAsDigits = strings.NewReplacer("O", "0", "o", "0", "I", "1", "l", "1")
	sentence        = regexp.MustCompile(`[。,，;；:：]|公布|发布|编制|公示|现将|本|我|^\P{Han}*.{50}`)
	marks           = strings.NewReplacer("**", "", "__", "", "　", " ", "\u00a0", " ")
)

// newHeadLine reads a text as a line of the head.
func newHeadLine(text string, place extract.Place) headLine {
	l := headLine{place: place, from: text}
	text = withoutMarks(text)
	l.text = strings.TrimSpace(text)
	k := text
	if strings.Contains(k, "**") || strings.Contains(k, "__") {
		k = marks.Replace(k)
	}
	k = form.Squeeze(k)
	if strings.IndexByte(k, '(') >= 0 && strings.ContainsFunc(k, isReadingLetter) {
		k = pronounced.ReplaceAllString(k, "")
	}
	if !isIdeograph(firstRune(k)) {
		k = strings.TrimLeft(strings.TrimLeft(k, "|│┃"), "#*•●■◆▪·-?")
	}
	if last, _ := utf8.DecodeLastRuneInString(k); !isIdeograph(last) {
		k = strings.TrimRight(k, "|│┃")
	}
	if strings.IndexByte(k, ',') >= 0 && (strings.Contains(k, ",,") || strings.Contains(k, ",、") || strings.Contains(k, ",。")) {
		k = doubled.ReplaceAllStringFunc(k, func(s string) string {
			if s[0] == ',' {
				return s[1:]
			}
			return s[:len(s)-1]
		})
	}
	if c := strings.TrimSuffix(k, "。"); c != k && strings.HasSuffix(c, "报告") && !sentence.MatchString(c) { // a title with a full stop
		k = c
	}
	if strings.IndexByte(k, '2') >= 0 && strings.ContainsAny(k, "OoIl") { // 2O22年
		k = letteredYear.ReplaceAllStringFunc(k, lettersAsDigits.Replace)
	}
	l.plain = k
	l.key = simplified.Fold(k)
	switch {
	case isPath(l.key):
		l.kind = pathLine
	case beside(l.key):
		l.kind = neighbour
	case strings.Contains(l.key, "。") || utf8.RuneCountInString(l.key) > 80 ||
		strings.HasSuffix(l.key, ":") && utf8.RuneCountInString(l.key) > 30:
		l.kind = prose
	}
	return l
}

func isReadingLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 0xe0 && r <= 0x1dc || r == 'ḿ'
}

// beside reports whether a text leads to another page. Few begin so: a look at the first character spares most.
func beside(k string) bool {
	r, _ := utf8.DecodeRuneInString(k)
	return strings.ContainsRune("<«上下前后相推延热最猜更", r) && neighbouring.MatchString(k)
}

// stepMarks stand between the steps of the way to a page.
var stepMarks = []string{">", "/", "»", "›", "→"}

// pathWords are those of which one stands in what pathLike finds.
var pathWords = []string{"位置", "首页", "home", "index"}

// holdsStep reports whether a text holds one of these.
func holdsStep(k string) bool {
	return strings.IndexByte(k, '/') >= 0 || strings.IndexByte(k, '>') >= 0 ||
		(strings.IndexByte(k, "›"[0]) >= 0 || strings.IndexByte(k, "»"[0]) >= 0) && containsAny(k, stepMarks)
}

// isPath reports whether a squeezed text is the way to a page.
func isPath(k string) bool {
	if !holdsStep(k) && !strings.Contains(k, "位置") && !strings.HasPrefix(k, "首页") &&
		!strings.HasPrefix(k, "网站首页") || utf8.RuneCountInString(k) > 200 {
		return false
	}
	n := strings.Count(k, ">") + strings.Count(k, "»") + strings.Count(k, "›") + strings.Count(k, "→")
	if strings.Contains(k, ">>") {
		n = strings.Count(k, ">>") + 1
	}
	if strings.Count(k, "<") > 0 { // 《中华人民共和国政府信息公开条例》 within <…>
		n -= strings.Count(k, "<")
	}
	if n >= 2 || containsAny(k, pathWords) && pathLike.MatchString(k) {
		return true
	}
	// 首页/政府信息公开/年报/正文
	return strings.Count(k, "/") >= 2 && !strings.Contains(k, "://") && !strings.ContainsAny(k, "。,") &&
		(strings.Contains(k, "首页") || strings.HasSuffix(k, "正文") || strings.Contains(k, "政府信息公开/") || strings.Contains(k, "年报/"))
}

// titleWords are the words of a title after body and year, or before and after the year.
var titleWords = regexp.MustCompile(
	`(?:(政务信息|政府信息|政务|信息|政府)公开|(?:主动)?公开(?:政府|政务)信息)((?:和|与|及|暨|、)[\p{Han}]{2,8}?)?(?:依申请公开)?(?:工作)?的?(?:情况)?的?` +
		`(\(?(?:20[012]\d|二[〇○零OoΟ0][一二三四五六七八九〇○零OoΟ0]{2})年?度?\)?)?度?的?(?:年度)?的?(?:工作)?(?:情况)?的?(?:年度)?(?:总结)?(?:报告书|报告|年报)`)

var (
	// what stands before a title: labels of metadata, an annex's number, 【年报】, the date of a printed page
	titleFront = regexp.MustCompile(`^(?:(?:字体|字号|打印本?页?|关闭|收藏)[:：]?(?:[大中小]{0,3})|title[:：]|(?:当前|所在|您的|现在)的?位置[:：]?|` +
		`附件?(?:\d{1,2}|[一二三四五六七八九十])?[:、.]|附件(?:\d{1,2}|[一二三四五六七八九十])?|【[^】]{1,12}】|\[[^\]]{1,12}\]|` +
		`(?:信息|文件|文章|公文|内容|主题|报告)?(?:标题|题名|名称)[:：]?|正文[:：]?|中文名[称]?[:：]?|主题[:：]|当前页[:：]|题目[:：]?|` +
		`\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\d{1,2}:\d{2}(?::\d{2})?)?|\d{1,2}[、.]|[\s\-—–_·,.;:|"“”'《〈<*#]+)`)
	titleBack = regexp.MustCompile(`^(?:[\s\-—–_·,.;:|"”'》〉>*#/!?]+|\(?(?:全文|正文|公开版|公示版|正式版|定稿|公示稿|公开稿|` +
		`电子版|PDF版|pdf|word版|doc|docx|公开|发布稿|告)\)?|` +
		`\((?:附|含)[^()]{1,14}\)|` +
		`\(?\d{1,2}月\)?|\(?(?:20[012]\d|二[〇○零OoΟ0][一二三四五六七八九〇○零OoΟ0]{2})年?度?\)?|\(.{1,4}月.{1,3}日\)|[a-zA-Z0-9,.:&()\- ]+|的?公示|的?公告)`)
	academic = regexp.MustCompile(`学年|20\d\d[-—~至]+20\d\d`)
	// kinds of papers that speak of such reports and are none
	otherPaper = regexp.MustCompile(`(制度|办法|指南|目录|范文|要点|通知|解读|要求|填报|说明|模板|模版|格式|规定|细则|方案|通报|汇总表|考核|审查|评议|` +
		`统计表|报表|通告|批复|复函|意见|培训|会议|答记者问|图解|一图读懂|新闻|动态|流程|样式|提纲|清单|计划|台账|意见建议|问卷|专栏|栏目|链接|下载|的函)$`)
	leadVerbs = regexp.MustCompile(`^(?:关于)?(?:公布|发布|公开|报送|上报|呈报|印发|转发|编制|编报|做好|开展|填报|公示)?(?:《|〈|<|“)?`)
	endNoise  = []string{"关于", "的", "年度", "本级", "(本级)", "主动", "《", "开展", "关于公布", "关于发布", "关于报送", "关于印发", "及", "和", "工作",
		"全年", "年", "度", "上", "依法", "(", "政务公开", "政府信息公开", "关于编制", "关于开展", "深化", "网站", "门户网站", "落实"}
)

// findYear gives where the first year of a text stands, nil where there is none:
// (?:20[012]\d|二[〇○零OoΟ0][一二三四五六七八九〇○零OoΟ0]{2})年?度?
func findYear(s string) []int {
	for from := 0; from < len(s); from++ {
		to := 0
		switch c := s[from]; {
		case c == '2':
			to = yearInDigits(s[from:])
		case c == "二"[0] && strings.HasPrefix(s[from:], "二"):
			to = yearInWords(s[from:])
		}
		if to == 0 {
			continue
		}
		rest := strings.TrimPrefix(s[from+to:], "年")
		return []int{from, len(s) - len(strings.TrimPrefix(rest, "度"))}
	}
	return nil
}

func yearInDigits(s string) (end int) {
	if len(s) >= 4 && s[1] == '0' && s[2] >= '0' && s[2] <= '2' && s[3] >= '0' && s[3] <= '9' {
		return 4
	}
	return 0
}

func yearInWords(s string) (end int) {
	end = len("二")
	for i := range 3 {
		r, w := utf8.DecodeRuneInString(s[end:])
		if !strings.ContainsRune("〇○零OoΟ0", r) && (i == 0 || !strings.ContainsRune("一二三四五六七八九", r)) {
			return 0
		}
		end += w
	}
	return end
}

// findTitleWords is titleWords.FindStringSubmatchIndex. Only what they may stand in is looked at: they begin with 公开 or four
// characters before it at most, and end with 报 or two behind it.
func findTitleWords(k string) []int {
	from, to := strings.Index(k, "公开"), strings.LastIndex(k, "报")
	if from < 0 || to < from {
		return nil
	}
	from = max(0, from-len("政务信息"))
	for !utf8.RuneStart(k[from]) {
		from++
	}
	loc := titleWords.FindStringSubmatchIndex(k[from:min(len(k), to+len("报告书"))])
	for i := range loc {
		if loc[i] >= 0 {
			loc[i] += from
		}
	}
	return loc
}

// A titleParts is a title taken apart. All of it is of the text's plain form.
type titleParts struct {
	agency string
	year   int
	years  int // distinct years that it names
	// the paper that it is instead: 制度, 通知; "" = a report
	paper    string
	academic bool // 学年: a university's
	headline bool // X公布2022年…: a sentence about a report, which may stand above it
	flaw     string
	end      int // bytes of the text up to the end of the title
}

// readTitle takes a text apart as a title. whole asks that nothing but what may end a title stands after it; without it
// the text goes on (a page in which the title runs into its prose).
func readTitle(l *headLine, whole bool) (t titleParts, ok bool) {
	k := l.key
	if !strings.Contains(k, "公开") {
		return t, false
	}
	if whole {
		k = completed(k)
	}
	if !strings.Contains(k, "报") {
		return t, false
	}
	within := k
	if !whole { // a title that begins later is refused below
		within = clipRunes(k, 160)
	}
	loc := findTitleWords(within)
	if loc == nil {
		return t, false
	}
	if whole {
		loc = lastWords(k, loc)
	}
	head, tail, rest := k[:loc[0]], k[loc[0]:loc[1]], k[loc[1]:]
	if utf8.RuneCountInString(head) > 56 || strings.ContainsAny(head, "。;!") {
		return t, false
	}
	t.end = loc[1]
	behind := -1
	if whole {
		rest, behind = t.readBehind(k, rest)
	}
	if whole && rest != "" {
		p := otherPaper.FindString(strings.TrimRight(titleSuffix.ReplaceAllString(rest, ""), ")）》”\""))
		if p == "" || utf8.RuneCountInString(rest) > 24 {
			return t, false
		}
		t.paper = p
	}
	if named := head + tail; strings.Contains(named, "学年") || strings.Count(named, "20") > 1 {
		t.academic = academic.MatchString(named)
	}
	t.readYears(head, tail)
	// the body: what is left of the head
	from, to := frontOf(head), len(head)
	if paper := "解读"; strings.Contains(head, paper) || strings.Contains(head, "图解") || strings.Contains(head, "一图读懂") {
		t.paper = paper
	}
	if m := leadOf(head[from:to]); m != "" {
		from += len(m)
	} else if m := doingAt(head[from:to]); m != nil && (whole || gathered.MatchString(head[from:to])) {
		if t.paper == "" && !isAgency(head[from:from+m[0]]) {
			t.paper = "news"
		}
		t.headline, to = true, from+m[0]
	}
	plain := l.plain[from:to]
	key := head[from:to]
	plain, key = withoutYears(plain, key)
	if m := findShortYear(key); m != nil && t.years == 1 {
		plain, key = plain[:m[2]]+plain[m[3]:], key[:m[2]]+key[m[3]:]
	}
	if m := bracketedBody.FindStringSubmatchIndex(key); m != nil && m[1] == len(key) {
		plain, key = plain[m[2]:m[3]], key[m[2]:m[3]]
	}
	plain, key = trimName(plain, key)
	if strings.HasSuffix(key, "人民") && strings.HasPrefix(tail, "政府") { // X人民政府信息公开: 政府 is said once for both
		plain, key = plain+l.plain[loc[0]:loc[0]+len("政府")], key+"政府"
	}
	if key == "" && behind > 0 && behind < len(l.key) {
		if m := bodyBehind.FindString(l.key[behind:]); m != "" {
			plain, key = strings.Trim(l.plain[behind:behind+len(m)], "()"), strings.Trim(m, "()")
		}
	}
	if allOfIt.MatchString(key) { // 全市2022年…: who says so, the text tells
		plain, key = "", ""
	}
	if key != "" {
		t.agency = plain
		t.flaw = agencies.Flaw(key)
	}
	return t, true
}

// leadBegins are the characters that what leadVerbs finds begins with.
const leadBegins = "关公发报上呈印转编做开填《〈<“"

// leadOf gives the words before a name that say what is done with its report.
func leadOf(s string) string {
	if !strings.ContainsRune(leadBegins, firstRune(s)) {
		return ""
	}
	return leadVerbs.FindString(s)
}

// lastWords gives where the last words of a title stand in a text: 2022年度政府信息公开2022年度报告 has them once, 政府信息公开网X局…年度报告
// twice. first is where they stand first.
func lastWords(k string, first []int) []int {
	for {
		next := findTitleWords(k[first[1]:])
		if next == nil {
			return first
		}
		from := first[1]
		first = next
		for i := range first {
			if first[i] >= 0 {
				first[i] += from
			}
		}
	}
}

// readBehind reads what may stand behind a title, a year or a name in brackets too, and gives what is left, and where such
// a name begins, else -1.
func (t *titleParts) readBehind(k, rest string) (left string, behind int) {
	behind = -1
	for rest != "" {
		if m := bodyBehind.FindString(rest); m != "" && isAgency(strings.Trim(m, "()")) && behind < 0 {
			behind = len(k) - len(rest)
			rest = rest[len(m):]
			continue
		}
		m := titleBack.FindString(rest)
		if m == "" {
			break
		}
		if y := parseYear(m); y != 0 && t.year == 0 {
			t.year = y
		}
		rest = rest[len(m):]
	}
	return rest, behind
}

// readYears reads the years of a title; that before its words goes first.
func (t *titleParts) readYears(head, tail string) {
	seen := map[int]bool{}
	for _, s := range []string{tail, head} {
		for rest := s; ; {
			m := findYear(rest)
			if m == nil {
				break
			}
			if y := parseYear(rest[m[0]:m[1]]); y != 0 {
				seen[y] = true
				if s == head || t.year == 0 {
					t.year = y
				}
			}
			rest = rest[m[1]:]
		}
	}
	t.years = len(seen)
	if t.year == 0 {
		if m := findShortYear(head); m != nil { // X局13年…
			n, _ := strconv.Atoi(head[m[4]:m[5]])
			t.year, t.years = 2000+n, 1
		}
	}
}

// frontOf gives where a title begins behind labels and the like.
func frontOf(head string) int {
	from := 0
	for from < len(head) {
		if m := bracketedBody.FindStringSubmatch(head[from:]); m != nil && isAgency(m[1]) { // [教育局]2022年…
			break
		}
		if !strings.ContainsRune(frontBegins, firstRune(head[from:])) {
			break
		}
		m := titleFront.FindString(head[from:])
		if m == "" || findYear(m) != nil && !strings.ContainsAny(m, ":/.-") {
			break
		}
		from += len(m)
	}
	return from
}

// frontBegins are the characters that what stands before a title begins with.
const frontBegins = "字打关收t当所您现附【[信文公内主报标题名正中0123456789 \t\n\f\r-—–_·,.;:|\"“”'《〈<*#"

// withoutYears takes the years out of what stands before a title's words, where they may stand first, last or in the midst.
func withoutYears(plain, key string) (string, string) {
	for {
		m := findYear(key)
		if m == nil {
			return plain, key
		}
		if m[0] > 0 && m[1] < len(key) && key[m[0]-1] == '(' && key[m[1]] == ')' {
			m[0], m[1] = m[0]-1, m[1]+1
		}
		after := key[m[1]:]
		if m[0] > 0 && after != "" && !noiseOnly(after) { // X局2022年Y: the name stands first
			if noiseOnly(key[:m[0]]) {
				plain, key = plain[m[1]:], key[m[1]:]
				continue
			}
		}
		plain, key = plain[:m[0]]+plain[m[1]:], key[:m[0]]+key[m[1]:]
	}
}

// fullTail ends most titles, one of its beginnings those that a list or a crumb cuts off: …政府信息公开工作年度…
const fullTail = "政府信息公开工作年度报告"

// completed gives a title that is cut off by dots with the words that it lacks.
func completed(k string) string {
	c := strings.TrimRight(k, ".…")
	if len(k)-len(c) < len("...") {
		return k
	}
	for n := len(fullTail) - len("告"); n >= len("政府信息公开"); n -= len("告") {
		if strings.HasSuffix(c, fullTail[:n]) {
			return c + fullTail[n:]
		}
	}
	return k
}

// shortYear is a year of two digits at either end of what stands before a title's words.
var shortYear = regexp.MustCompile(`(?:^|[\p{Han})])((0[89]|1\d|2[0-5])年度?)(?:$|[\p{Han}])`)

// findShortYear is shortYear.FindStringSubmatchIndex. Most texts have no digit.
func findShortYear(s string) []int {
	if strings.IndexFunc(s, func(r rune) bool { return r >= '0' && r <= '2' }) < 0 {
		return nil
	}
	return shortYear.FindStringSubmatchIndex(s)
}

// gathered are those after which no report follows.
var gathered = regexp.MustCompile(`举办|召开|组织|部署|启动`)

var (
	bodyBehind = regexp.MustCompile(`^\([\p{Han}]{4,24}\)`)
	allOfIt    = regexp.MustCompile(`^(?:(?:全|本|我)(?:省|市|县|区|州|盟|旗|镇|乡|局|系统|单位|部门)|各?(?:部门|单位))$`)
)

var bracketedBody = regexp.MustCompile(`^[\[【]([\p{Han}]{3,20})[\]】]`)

// doings are what a headline says of somebody and a report: 县政府公布2022年…, 市政务公开办举办….
var doings = regexp.MustCompile(`(?:` + strings.Join(doingVerbs, "|") + `)了?(?:《|“|20[012]\d)`)

// doingVerbs are the verbs of these.
var doingVerbs = []string{"公布", "发布", "公开", "出台", "举办", "召开", "开展", "组织", "部署", "完成", "启动", "印发", "下发", "公示"}

// doingAt gives where a text says such a thing; nil where it does not. Most titles hold none of the verbs.
func doingAt(s string) []int {
	if !strings.Contains(s, "20") && strings.IndexByte(s, "“"[0]) < 0 && !strings.Contains(s, "《") || !containsAny(s, doingVerbs) {
		return nil
	}
	return doings.FindStringIndex(s)
}

var titleSuffix = regexp.MustCompile(`\((?:试行|暂行|修订|征求意见稿|草案|讨论稿|样本|模板|参考)\)$`)

// noiseOnly reports whether nothing of a name is left in a text.
func noiseOnly(k string) bool {
	_, k = trimName(k, k)
	return k == ""
}

// trimName takes what is no part of a name off its ends.
func trimName(plain, key string) (string, string) {
	for {
		n := len(key)
		if !isIdeograph(firstRune(key)) {
			c := strings.TrimLeft(key, " ·、,:-—–_|《〈<“\"'.;)》>”/*#!")
			plain, key = plain[len(key)-len(c):], c
		}
		if last, _ := utf8.DecodeLastRuneInString(key); !isIdeograph(last) {
			c := strings.TrimRight(key, " ·、,:-—–_|《〈<“\"'.;》>”/*#!")
			plain, key = plain[:len(c)], c
		}
		for _, w := range endNoise {
			if c := strings.TrimSuffix(key, w); c != key && (w != "工作" && w != "上" && w != "度" && w != "年" || c == "") {
				plain, key = plain[:len(c)], c
			}
		}
		if c := strings.TrimSuffix(key, "系统"); c != key && strings.HasSuffix(c, "政府") {
			plain, key = plain[:len(c)], c
		}
		for _, w := range []string{"关于", "我国", "年度"} {
			if c := strings.TrimPrefix(key, w); c != key {
				plain, key = plain[len(w):], c
			}
		}
		if len(key) == n {
			return plain, key
		}
	}
}

// reportWords are those of which one stands in every title: 报, in traditional characters too, or dots where it is cut off.
var reportWords = []string{"报", "報", ".", "．", "…"}

// isReportTitle reports whether a text is the title of a report.
func isReportTitle(s string) bool {
	if !strings.Contains(s, "公") || !containsAny(s, reportWords) || utf8.RuneCountInString(s) > 120 {
		return false
	}
	if _, rest, ok := strings.Cut(s, "。"); ok && strings.ContainsFunc(rest, isIdeograph) { // a sentence, and more
		return false
	}
	l := newHeadLine(s, extract.Place{})
	if l.kind != plainLine {
		return false
	}
	t, ok := readTitle(&l, true)
	return ok && t.paper == ""
}

// splitTitle takes a title apart: X市人民政府2022年政府信息公开工作年度报告, 2022年X局…, 关于X局2022年度….
func splitTitle(title string) titleParts {
	l := newHeadLine(title, extract.Place{})
	t, _ := readTitle(&l, true)
	return t
}

// headLines gives the texts that stand before the prose and somewhat into it: those before the first large table, blank
// ones left out; small tables of metadata, and what lies in the first rows of others, are looked through.
// At most so many lines are taken; known are those of the same document that were taken with a lower limit.
func headLines(doc *extract.Document, most int, known []headLine) []headLine {
	var out []headLine
	size := 0
	read := func(text string, place extract.Place) headLine {
		if n := len(out); n < len(known) && known[n].place == place && known[n].from == text {
			return known[n]
		}
		return newHeadLine(text, place)
	}
	add := func(text string, place extract.Place) bool {
		if size > 160*most || len(out) >= most {
			return false
		}
		for _, s := range strings.Split(text, "\n") {
			if s = strings.TrimSpace(s); s == "" {
				continue
			}
			size += len(s)
			if l := read(clipRunes(s, 1500), place); l.key != "" {
				out = append(out, l)
			}
		}
		return true
	}
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		if b.Kind == extract.TableBlock {
			n := 0
			for j := range b.Table.Cells {
				c := &b.Table.Cells[j]
				if c.Text == "" {
					continue
				}
				if n++; n > 40 || strings.HasPrefix(c.Text, "第二十条") || strings.HasPrefix(c.Text, "信息内容") {
					break
				}
				if !add(c.Text, c.Place) {
					return out
				}
			}
			continue
		}
		if b.Text != "" && !add(b.Text, b.Place) {
			return out
		}
	}
	return out
}

// A candidate is a text that may be the title of the report.
type candidate struct {
	titleParts
	printed string
	place   extract.Place
	first   int // of its lines; -1 where it is outside the text
	last    int
	score   float64
	above   bool // its body stands on the line above, where a site puts its own name too
}

// named reports whether it names a body by a well-formed name.
func (c *candidate) named() bool { return c.agency != "" && c.flaw == "" }

// titleCandidates finds the titles among the lines of the head. end is where the report's own text begins.
func titleCandidates(lines []headLine, end int) []candidate {
	var out []candidate
	for i := 0; i < end && i < len(lines); i++ {
		l := &lines[i]
		switch l.kind {
		case neighbour:
			if utf8.RuneCountInString(l.key) <= 6 { // the label alone; what it goes with stands on the next line
				i++
			}
			continue
		case pathLine:
			if c, ok := pathEnd(l); ok {
				c.first, c.last = i, i
				out = append(out, c)
			}
			continue
		}
		c := candidate{printed: printedTitle(l.text), place: l.place, first: i, last: i}
		var ok bool
		if l.kind == plainLine {
			c.titleParts, ok = readTitle(l, true)
			if !ok {
				c.titleParts, c.printed, ok = besideSite(l, c.printed)
			}
			if !ok && i+1 < end && i+1 < len(lines) {
				c, ok = joinedTitle(lines, i, end)
			}
		}
		if !ok {
			if c.titleParts, ok = openingTitle(l); ok {
				c.printed = printedUpTo(l, c.end)
				c.score = -1
			}
		}
		if !ok {
			continue
		}
		c.neighbours(lines)
		i = max(i, c.last)
		out = append(out, c)
	}
	return out
}

// besideSite reads a title with the name of a site behind it: …年度报告_X县人民政府门户网站.
func besideSite(l *headLine, printed string) (titleParts, string, bool) {
	for _, sep := range []string{"_", " - ", "-", "|", "——", "—"} {
		i, j := strings.Index(l.plain, strings.TrimSpace(sep)), strings.Index(printed, sep)
		if i <= 0 || j <= 0 || !strings.Contains(l.key[:i], "公开") || strings.ContainsAny(l.key[i:], "。,") {
			continue
		}
		m := headLine{plain: l.plain[:i], key: l.key[:i]}
		if t, ok := readTitle(&m, true); ok && t.paper == "" {
			return t, strings.TrimSpace(printed[:j]), true
		}
	}
	return titleParts{}, printed, false
}

// frontless is a title as printed without what a page puts before it: 正文, 【打印】, 标题：, 字号, the label of a path.
func frontless(s string) string {
	for {
		c := strings.TrimLeft(s, " 　\u00a0:：?？-–—·|")
		if t, ok := strings.CutPrefix(c, "《"); ok && strings.HasSuffix(t, "》") && !strings.Contains(t, "《") {
			c = strings.TrimSuffix(t, "》")
		}
		m := printedFront.FindString(c)
		if m == "" || !strings.Contains(c[len(m):], "公") && !strings.Contains(c[len(m):], "報") {
			return c
		}
		s = c[len(m):]
	}
}

// printedFront is what stands before titles and is no part of them.
var printedFront = regexp.MustCompile(`^(?:正\s*文(?:内容)?|[【\[［](?:打印|关闭|字体|字号|收藏|分享|返回|大|中|小|年报|政府信息公开年报|年度报告|` +
	`[^】\]］]{0,10}(?:打印|字号|字体|大\s*中\s*小)[^】\]］]{0,10})[】\]］]|` +
	`(?:信息|文件|文章|公文|内容|主题|报告)?\s*(?:标\s*题|题\s*名|名\s*称)\s*[:：]?|(?:当前|所在|您的|现在)的?位置\s*[:：]?|(?:字体|字号|打印|关闭)\s*[:：]?\s*(?:[大中小]\s*){0,3}|` +
	`中文名称?[:：]|主题[:：]|题目[:：]?|title\s*[:：]|附\s*件\s*(?:\d{1,2}|[一二三四五六七八九十])?\s*[:：.、])`)

// printedTitle is a line without what a layout or a converter put around it.
func printedTitle(s string) string {
	return strings.TrimSpace(strings.Trim(strings.ReplaceAll(s, "**", ""), "|│┃ #*•●■◆▪"))
}

// joinedTitle reads a title that is broken over two or three lines.
func joinedTitle(lines []headLine, i, end int) (candidate, bool) {
	l := lines[i]
	printed := printedTitle(l.text)
	for j := i + 1; j < end && j < len(lines) && j <= i+2; j++ {
		n := &lines[j]
		if n.kind != plainLine || utf8.RuneCountInString(l.key) > 60 || utf8.RuneCountInString(n.key) > 40 ||
			strings.ContainsAny(l.key, ",;:") {
			break
		}
		if t, alone := readTitle(n, true); alone &&
			(t.agency != "" || !titleBegun(l.key) || isAgency(l.key) || strings.Contains(l.key, "公开")) {
			break // 政府信息公开 above it is the name of the column
		}
		gap := ""
		if !titleBegun(l.key) || isAgency(l.key) {
			gap = " "
		}
		printed += gap + printedTitle(n.text)
		l = headLine{text: printed, plain: l.plain + n.plain, key: l.key + n.key, place: lines[i].place}
		if t, ok := readTitle(&l, true); ok {
			return candidate{titleParts: t, printed: printed, place: lines[i].place, first: i, last: j}, true
		}
	}
	return candidate{}, false
}

// brokenOff is what a line ends with that breaks off in the midst of the words of a title.
var brokenOff = strings.Fields("公开 公开工作 政府 信息 政府信 政府信息 政府信息公 政务 工作 年度 年 度 的 情况 公开工作年 工作年度 度报 年度报")

// titleBegun reports whether a line breaks off in the midst of the words of a title: …政府信息公开, or after its year.
func titleBegun(k string) bool {
	for _, w := range brokenOff {
		if strings.HasSuffix(k, w) {
			return true
		}
	}
	return false
}

// behindTitle is how a paragraph goes on behind a title that opens it.
var behindTitle = strings.Fields("( 根据 本 为 一、 按照 依据 20 发布 来源 时间 日期 信息 浏览 字号 字体 打印 作者 各 现 公布 概述 编制 索引 公开")

// openingTitle reads a title that opens a paragraph: X县2009年政府信息公开工作年度报告（以下简称年报）根据…, or that runs into it where
// the breaks were lost.
func openingTitle(l *headLine) (titleParts, bool) {
	if !strings.Contains(clipRunes(l.key, 80), "公开") {
		return titleParts{}, false
	}
	t, ok := readTitle(l, false)
	if !ok || t.flaw != "" || t.agency == "" && t.year == 0 || t.paper != "" {
		return t, false
	}
	head := l.key[:t.end]
	if utf8.RuneCountInString(head) > 60 || strings.ContainsAny(head, ",。;:《") {
		return t, false
	}
	rest := l.key[t.end:]
	if m := findYear(strings.TrimLeft(rest, "(")); m != nil && m[0] == 0 && t.year == 0 {
		t.year = parseYear(rest)
	}
	for _, w := range behindTitle {
		if strings.HasPrefix(rest, w) {
			return t, true
		}
	}
	return t, false
}

// printedUpTo gives the beginning of a line as printed up to a byte of its plain form.
func printedUpTo(l *headLine, end int) string {
	want := utf8.RuneCountInString(l.plain[:end])
	text := printedTitle(l.text)
	n := 0
	for i, r := range text {
		if n >= want {
			return strings.TrimSpace(text[:i])
		}
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return text
}

// pathEnd reads the last step of a path as a title; it speaks only where nothing else does.
func pathEnd(l *headLine) (candidate, bool) {
	at, score := strings.LastIndexAny(l.key, ">»/→"), -8.0
	if at < 0 { // 当前位置 X局2022年…: the label of a path, and then no path
		if m := pathLabel.FindString(l.key); m != "" && !strings.Contains(l.key, "首页") {
			at, score = len(m)-1, 0
		}
	}
	if at < 0 || score < 0 && strings.IndexByte("/>", l.key[at]) < 0 {
		return candidate{}, false
	}
	m := headLine{text: l.text, plain: l.plain[at+1:], key: l.key[at+1:], place: l.place}
	t, ok := readTitle(&m, true)
	if !ok || !(t.agency != "" && t.flaw == "" && t.year != 0) {
		return candidate{}, false
	}
	return candidate{titleParts: t, printed: m.plain, place: l.place, score: score}, true
}

var pathLabel = regexp.MustCompile(`^(?:您的|您)?(?:现在的?|当前|所在)*位置[:]?`)

// neighbours completes a title by the lines beside it: the body, or body and year, above; the year below; the body
// below.
func (c *candidate) neighbours(lines []headLine) {
	above := func(n int) *headLine {
		if i := c.first - n; i >= 0 && lines[i].kind == plainLine && utf8.RuneCountInString(lines[i].key) <= 40 {
			return &lines[i]
		}
		return nil
	}
	for n := 1; n <= 2 && (c.agency == "" || c.year == 0); n++ {
		l := above(1)
		if l == nil {
			break
		}
		k := strings.Trim(l.key, "()")
		switch {
		case c.year == 0 && yearOnly(k):
			c.year = parseYear(k)
		case c.agency == "" && isAgency(l.key):
			c.agency, c.flaw, c.above = l.plain, "", true
		case c.agency == "" && c.year == 0 && nameAndYear(l, c):
		default:
			l = nil
		}
		if l == nil {
			break
		}
		c.printed = printedTitle(l.text) + " " + c.printed
		c.place = l.place
		c.first--
	}
	if c.last+1 < len(lines) {
		if l := &lines[c.last+1]; l.kind == plainLine && c.year == 0 && yearOnly(strings.Trim(l.key, "()")) {
			c.year = parseYear(l.key)
			c.printed += " " + printedTitle(l.text)
			c.last++
		}
	}
	if c.last+1 < len(lines) && c.agency == "" {
		if l := &lines[c.last+1]; l.kind == plainLine && isAgency(strings.Trim(l.key, "()")) {
			c.agency = strings.Trim(l.plain, "()")
			c.last++
		}
	}
}

// nameAndYear reads a line above a title that is body and year: X局2022年.
func nameAndYear(l *headLine, c *candidate) bool {
	m := findYear(l.key)
	if m == nil || m[0] != 0 && m[1] != len(l.key) {
		return false
	}
	plain, key := l.plain[:m[0]]+l.plain[m[1]:], l.key[:m[0]]+l.key[m[1]:]
	if !isAgency(key) {
		return false
	}
	c.agency, c.year, c.flaw = plain, parseYear(l.key[m[0]:m[1]]), ""
	return true
}

func yearOnly(s string) bool {
	k := form.Squeeze(s)
	loc := findYear(k)
	return loc != nil && loc[0] == 0 && loc[1] == len(k)
}

// isAgency reports whether a text is the name of a body and nothing else.
func isAgency(s string) bool {
	k := simplified.Fold(form.Squeeze(s))
	n := utf8.RuneCountInString(k)
	if n < 3 || n > 40 || strings.ContainsAny(k, "。,:;!?、0123456789") || agencies.Flaw(k) != "" {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(k); strings.ContainsRune("一二三四五六七八九十", r) && strings.Contains(k, "、") {
		return false
	}
	for _, e := range agencyEndings {
		if strings.HasSuffix(k, e) {
			return true
		}
	}
	return false
}
