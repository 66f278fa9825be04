package crawl

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/gongkai/gongkai/corpus/weburl"
	"github.com/gongkai/gongkai/extract/kind"
)

var (
	surely        = regexp.MustCompile(`(?:政府)?信息公开(?:工作)?(?:情况)?(?:的)?年(?:度报告|报)`)
	aboutWork     = regexp.MustCompile(`的通知|通知$|编制工作|编制和发布|做好|报送|评估|考核|通报`)
	otherYearly   = regexp.MustCompile(`(?:政府)?网站(?:工作|监管)?年度?(?:工作)?报[表告]|新媒体.{0,8}年度?(?:工作)?报[表告]`)
	groupWord     = regexp.MustCompile(`部门|单位|街道|乡镇|区县|县区|县市|各区|各县|直属|市直|省直`)
	columnOpen    = regexp.MustCompile(`政府信息公开(?:专栏|平台)?$|^政府信息公开`)
	columnInfo    = regexp.MustCompile(`^信息公开|信息公开(?:专栏|目录|平台)?$`)
	columnAffairs = regexp.MustCompile(`政务公开|公开目录|主动公开`)
	downloadWord  = regexp.MustCompile(`^(?:附件|点击下载|下载附件|下载|文件下载|全文下载|点此下载|附件下载)[\d一二三：:.、（(]*`)
	siteMap       = regexp.MustCompile(`网站地图|站点地图`)
	entrance      = regexp.MustCompile(`^(?:进入|网站首页|首页|主站|中文|简体|中文版|enter|政府网站|公开)$`)
)

// Roles of an address: what it is thought to be before it was asked for.
const (
	RoleHome       = "home"       // where a visit begins
	RoleKnown      = "known"      // of an earlier visit
	RoleReport     = "report"     // linked with the title of a report
	RoleColumn     = "column"     // a column that may hold reports
	RoleNext       = "next"       // another page of a list
	RoleFrame      = "frame"      // a part of a page, or where a page leads by itself
	RoleData       = "data"       // a script, or data that a page's script asks for
	RoleAttachment = "attachment" // a file that hangs on a report
	RoleImage      = "image"      // a picture in a report without tables
	RoleSitemap    = "sitemap"
	RoleStyle      = "style" // a style sheet of a report's page, which decides what of the page is seen
	RoleGuess      = "guess" // a usual path, tried where nothing else leads on
)

// follow is the score from which an address is asked for.
const follow = 30

var (
	yearWord   = regexp.MustCompile(`(20[0-4]\d)\s*年?度?|二[〇○零0]([一二三四][〇○零一二三四五六七八九]|[〇○零][八九])年`)
	annual     = regexp.MustCompile(`年度(?:工作)?报告|工作年报|公开年报|年度?报表?|年度总结报告`)
	disclosure = regexp.MustCompile(`政府信息公开|信息公开|政务公开|公开工作`)
	reading    = regexp.MustCompile(`解读|图解|一图|读懂|图说|问答|视频|H5|长图`)
	notice     = regexp.MustCompile(
		`的通知|通知$|征求意见|考核|评估|测评|培训|会议|座谈|部署|推进|印发|要点|工作计划|报送|编制工作|编制和发布|做好.{0,12}年度报告|督查|通报|` +
			`整改|部门预算|部门决算|预决算|法治政府|统计年报|财务|审计|监管年报|企业年报|年报公示|经济|环境质量`)
	columnWord = regexp.MustCompile(
		`政府信息公开(?:工作)?年(?:度报告|报)|信息公开年(?:度报告|报)|公开(?:工作)?年报|^年(?:度)?报(?:告)?$|` +
			`年度报告(?:专栏|公开|汇总)?$|历年年报|历年报告|年报公开|工作年报`)
	agencyEnd  = regexp.MustCompile(`(?:局|委|委员会|办|办公室|办公厅|政府|厅|中心|街道|镇|乡|区|县|市|州|盟|旗|院|所|站|队|会|社|部|署|公司|大队|支队|管委会)$`)
	yearOnly   = regexp.MustCompile(`^[（(【\[]?20\d\d年?(?:度)?[)）】\]]?$`)
	moreWord   = regexp.MustCompile(`^(?:更多|more|MORE|More|>>|»|查看更多|\+|更多>>|更多\+)$`)
	nextWord   = regexp.MustCompile(`^(?:下一页|下页|后页|下一页>|下一页»|>|›|»|>>|next|Next|NEXT|尾页|末页|最后一页|\d{1,3}|\[\d{1,3}\])$`)
	pathAnnual = regexp.MustCompile(`(?i)(?:zfxxgk|xxgk|gk|gkgz|zwgk|xxgkgz)(?:gz)?n(?:d|dbg|b|db)\w{0,4}(?:/|\.|$)|` +
		`nianbao|niandu|ndbg|gkndbg|xxgknb|gknb|(?:^|/)(?:nb|nbgk|ndbb|gkbg|annual\w*report\w*|xxgkbg)(?:/|\.|$)`)
	pathOpen = regexp.MustCompile(`(?i)(?:^|/)(?:zfxxgk|xxgk|zwgk|zfgk|gk|zhengwugongkai|xxgkml|openinfo|zwxxgk|` +
		`fdzdgk|fdzdgknr)\w{0,8}(?:/|\.|$)`)
	downloadAt = regexp.MustCompile(`(?i)download\.jsp|downloadattach|/download(?:\?|/|file)|attachdownload|` +
		`/down(?:load)?(?:\?|/\d)|down(?:load)?file|filedown|showdownload|downfile|` +
		`/upload(?:s|files?)?/.*\.(?:` + files + `)(?:[^0-9a-z]|$)`)
)

// files are the endings of the names of documents, as a part of a pattern.
var files = strings.Join(kind.FileExtensions(), "|")

// YearOf reads the year that a title speaks of: the first one in it; 0 = none. A date in brackets or behind the title
// is not in a title.
func YearOf(title string) int {
	title = narrow(title)
	m := yearWord.FindStringSubmatch(title)
	if m == nil {
		return 0
	}
	if m[1] != "" {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	n := 2000
	digits := map[rune]int{'〇': 0, '○': 0, '零': 0, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8,
		'九': 9}
	place := 10
	for _, r := range m[2] {
		n += digits[r] * place
		place /= 10
	}
	return n
}

// narrow writes wide digits as others, and leaves out blanks, which lines of a title are broken at.
func narrow(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '\u00a0' || r == '\u3000' || r >= '０' && r <= '９' }) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case unicode.IsSpace(r):
			return -1
		}
		return r
	}, s)
}

// isReportTitle says whether words are the title of an annual report; within a column of such reports less is asked.
func isReportTitle(s string, within bool) bool {
	s = narrow(s)
	if otherYearly.MatchString(s) && !surely.MatchString(s) {
		return false
	}
	if !annual.MatchString(s) || YearOf(s) == 0 || reading.MatchString(s) {
		return false
	}
	if strings.HasPrefix(strings.TrimSpace(s), "关于") && strings.Contains(s, "通知") {
		return false
	}
	if notice.MatchString(s) && !surely.MatchString(s) {
		return false
	}
	if aboutWork.MatchString(s) {
		return false
	}
	return within || disclosure.MatchString(s)
}

// A lead is a link as it is judged: its words, where it points, and the page that it stands on.
type lead struct {
	words string // the longer of its text and its title
	runes int    // in them
	path  string // of its address, in lower case
	what  kind.Kind
	file  bool // its address is that of a document, or of a download
	on    *Page
}

// within says that it stands in a column of annual reports: less is asked of its words there.
func (l *lead) within() bool { return l.on.Column }

// brief are words that match and are not longer than the name of a column.
func (l *lead) brief(re *regexp.Regexp) bool { return re.MatchString(l.words) && l.runes <= 14 }

// leads say what a link leads to, and how likely to a report: the first that holds. A link that none speaks for is
// left; so are those of a rule without a role, with its reason.
var leads = []struct {
	when  func(l *lead) bool
	role  string
	score int
	why   string
}{
	{func(l *lead) bool { return !l.what.Fetched() }, "", 0, "a file of another kind"},
	{func(l *lead) bool { return l.file && l.on.Report }, RoleAttachment, 92, ""},
	{func(l *lead) bool { return l.on.Report && l.what.Class == kind.Unknown && l.brief(downloadWord) }, RoleAttachment, 91, ""},
	{func(l *lead) bool { return otherYearly.MatchString(l.words) && !surely.MatchString(l.words) }, "", 0, "another yearly report"},
	{func(l *lead) bool { return isReportTitle(l.words, l.within()) }, RoleReport, 95, ""},
	{func(l *lead) bool { return l.file }, "", 0, "a file that is no report"},
	{func(l *lead) bool { return l.what.Class == kind.Picture }, "", 0, "a picture"},
	{func(l *lead) bool { return annual.MatchString(l.words) && reading.MatchString(l.words) }, "", 0,
		"an interpretation"},
	{func(l *lead) bool {
		return annual.MatchString(l.words) && notice.MatchString(l.words) && !columnWord.MatchString(l.words)
	}, "", 0, "a notice"},
	{func(l *lead) bool { return columnWord.MatchString(l.words) }, RoleColumn, 90, ""},
	{func(l *lead) bool { return l.within() && yearOnly.MatchString(l.words) }, RoleColumn, 82, ""},
	{func(l *lead) bool { return l.within() && moreWord.MatchString(l.words) }, RoleColumn, 80, ""},
	{func(l *lead) bool { return l.within() && l.runes <= 24 && agencyEnd.MatchString(l.words) }, RoleColumn,
		scoreAgency, ""},
	{func(l *lead) bool { return l.within() && l.runes <= 20 && groupWord.MatchString(l.words) }, RoleColumn, 70, ""},
	{func(l *lead) bool { return pathAnnual.MatchString(l.path) }, RoleColumn, 75, ""},
	{func(l *lead) bool { return l.brief(columnOpen) }, RoleColumn, 65, ""},
	{func(l *lead) bool { return l.brief(columnInfo) }, RoleColumn, 58, ""},
	{func(l *lead) bool { return l.brief(columnAffairs) }, RoleColumn, 48, ""},
	{func(l *lead) bool { return siteMap.MatchString(l.words) }, RoleColumn, 40, ""},
	{func(l *lead) bool {
		return l.on.Depth <= 2 && strings.HasSuffix(l.path, "/") && pathOpen.MatchString(l.path)
	}, RoleColumn, 34, ""},
	{func(l *lead) bool {
		return l.on.Depth == 0 && entrance.MatchString(strings.ToLower(l.words))
	}, RoleColumn, 36, ""},
}

// scoreAgency is that of a link to a body of its own in a column of reports, whose list is such a column too.
const scoreAgency = 62

// role tells from the words of a link, its address and the page it stands on what it leads to, and how likely to a
// report.
func role(words, title, at string, on *Page) (role string, score int, why string) {
	u, err := weburl.Parse(at)
	if err != nil {
		return "", 0, "not an address"
	}
	l := &lead{words: strings.TrimSpace(words), path: strings.ToLower(u.Path), what: kind.Named(u.Path), on: on}
	if len([]rune(title)) > len([]rune(l.words)) {
		l.words = strings.TrimSpace(title)
	}
	if strings.ContainsAny(l.words, "０１２３４５６７８９") {
		l.words = narrow(l.words)
	}
	l.runes = len([]rune(l.words))
	l.file = l.what.IsFile() || downloadAt.MatchString(u.RequestURI())
	for _, r := range leads {
		if r.when(l) {
			return r.role, r.score, r.why
		}
	}
	return "", 0, "its words speak of no report"
}

// guesses are the paths under which such columns usually lie; they are tried where links lead to no report.
var guesses = []string{"zfxxgk/zfxxgknb/", "zwgk/zfxxgknb/", "xxgk/zfxxgknb/", "zwgk/xxgknb/", "zfxxgknb/",
	"xxgk/xxgknb/", "zfxxgk/gknb/", "zwgk/zfxxgk/zfxxgknb/", "zwgk/zfxxgk/", "zfxxgk/", "xxgk/", "zwgk/"}
