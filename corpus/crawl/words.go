package crawl

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/extract/kind"
)

var (
	surely        = regexp.MustCompile(`(?:政府)?信息公开(?:工作)?(?:情况)?(?:的)?年(?:度报告|报)`)
	aboutWork     = regexp.MustCompile(`的通知|通知$|编制工作|编制和发布|做好|报送|评估|考核|通报`)
	groupWord     = regexp.MustCompile(`部门|单位|街道|乡镇|区县|县区|县市|各区|各县|直属|市直|省直`)
	columnOpen    = regexp.MustCompile(`政府信息公开(?:专栏|平台)?$|^政府信息公开`)
	columnInfo    = regexp.MustCompile(`^信息公开|信息公开(?:专栏|目录|平台)?$`)
	columnAffairs = regexp.MustCompile(`政务公开|公开目录|主动公开`)
	siteMap       = regexp.MustCompile(`网站地图|站点地图`)
	entrance      = regexp.MustCompile(`^(?:进入|网站首页|首页|主站|中文|简体|中文版|enter|政府网站|公开)$`)
	numbers       = regexp.MustCompile(`\d+`)
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
	RoleGuess      = "guess" // a usual path, tried where nothing else leads on
)

// follow is the score from which an address is asked for.
const follow = 30

var (
	yearWord   = regexp.MustCompile(`(20[0-4]\d)\s*年?度?|二[〇○零0]([一二三四][〇○零一二三四五六七八九]|[〇○零][八九])年`)
	annual     = regexp.MustCompile(`年度(?:工作)?报告|工作年报|公开年报|年度?报表?|年度总结报告`)
	disclosure = regexp.MustCompile(`政府信息公开|信息公开|政务公开|公开工作`)
	reading    = regexp.MustCompile(`解读|图解|一图|读懂|图说|问答|视频|H5|长图`)
	notice     = regexp.MustCompile(`的通知|通知$|征求意见|考核|评估|测评|培训|会议|座谈|部署|推进|印发|要点|工作计划|报送|编制工作|编制和发布|做好.{0,12}年度报告|督查|通报|整改|部门预算|部门决算|预决算|法治政府|统计年报|财务|审计|监管年报|企业年报|年报公示|经济|环境质量`)
	columnWord = regexp.MustCompile(`政府信息公开(?:工作)?年(?:度报告|报)|信息公开年(?:度报告|报)|公开(?:工作)?年报|^年(?:度)?报(?:告)?$|年度报告(?:专栏|公开|汇总)?$|历年年报|历年报告|年报公开|工作年报`)
	agencyEnd  = regexp.MustCompile(`(?:局|委|委员会|办|办公室|办公厅|政府|厅|中心|街道|镇|乡|区|县|市|州|盟|旗|院|所|站|队|会|社|部|署|公司|大队|支队|管委会)$`)
	yearOnly   = regexp.MustCompile(`^[（(【\[]?20\d\d年?(?:度)?[)）】\]]?$`)
	moreWord   = regexp.MustCompile(`^(?:更多|more|MORE|More|>>|»|查看更多|\+|更多>>|更多\+)$`)
	nextWord   = regexp.MustCompile(`^(?:下一页|下页|后页|下一页>|下一页»|>|›|»|>>|next|Next|NEXT|尾页|末页|最后一页|\d{1,3}|\[\d{1,3}\])$`)
	pathAnnual = regexp.MustCompile(`(?i)(?:zfxxgk|xxgk|gk|gkgz|zwgk|xxgkgz)(?:gz)?n(?:d|dbg|b|db)\w{0,4}(?:/|\.|$)|nianbao|niandu|ndbg|gkndbg|xxgknb|gknb|(?:^|/)(?:nb|nbgk|ndbb|gkbg|annual\w*report\w*|xxgkbg)(?:/|\.|$)`)
	pathOpen   = regexp.MustCompile(`(?i)(?:^|/)(?:zfxxgk|xxgk|zwgk|zfgk|gk|zhengwugongkai|xxgkml|openinfo|zwxxgk|fdzdgk|fdzdgknr)\w{0,8}(?:/|\.|$)`)
	downloadAt = regexp.MustCompile(`(?i)download\.jsp|downloadattach|/download(?:\?|/|file)|attachdownload|down(?:load)?file|filedown|showdownload|downfile|/upload(?:s|files?)?/.*\.(?:` + files + `)(?:[^0-9a-z]|$)`)
)

// files are the endings of the names of documents, as a part of a pattern.
var files = strings.Join(kind.FileExtensions(), "|")

// YearOf reads the year that a title speaks of: the first one in it; 0 = none. A date in brackets or behind the title is
// not in a title.
func YearOf(title string) int {
	m := yearWord.FindStringSubmatch(title)
	if m == nil {
		return 0
	}
	if m[1] != "" {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	n := 2000
	digits := map[rune]int{'〇': 0, '○': 0, '零': 0, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	place := 10
	for _, r := range m[2] {
		n += digits[r] * place
		place /= 10
	}
	return n
}

// isReportTitle says whether words are the title of an annual report; within a column of such reports less is asked.
func isReportTitle(s string, within bool) bool {
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

// role tells from the words of a link, its address and the page it stands on what it leads to, and how likely to a report.
func role(words, title, at string, on *Page) (role string, score int, why string) {
	s := strings.TrimSpace(words)
	if len([]rune(title)) > len([]rune(s)) {
		s = strings.TrimSpace(title)
	}
	within := on.Column
	u, err := url.Parse(at)
	if err != nil {
		return "", 0, "not an address"
	}
	p := strings.ToLower(u.Path)
	what := kind.Named(p)
	isFile := what.IsFile() || downloadAt.MatchString(u.RequestURI())
	switch {
	case what.Class == kind.Other:
		return "", 0, "a file of another kind"
	case isFile && on.Report:
		return RoleAttachment, 92, ""
	case isReportTitle(s, within):
		return RoleReport, 95, ""
	case isFile:
		return "", 0, "a file that is no report"
	case what.Class == kind.Picture:
		return "", 0, "a picture"
	case annual.MatchString(s) && reading.MatchString(s):
		return "", 0, "an interpretation"
	case annual.MatchString(s) && notice.MatchString(s) && !columnWord.MatchString(s):
		return "", 0, "a notice"
	case columnWord.MatchString(s):
		return RoleColumn, 90, ""
	case within && yearOnly.MatchString(s):
		return RoleColumn, 82, ""
	case within && moreWord.MatchString(s):
		return RoleColumn, 80, ""
	case within && len([]rune(s)) <= 24 && agencyEnd.MatchString(s):
		return RoleColumn, 62, ""
	case within && groupWord.MatchString(s) && len([]rune(s)) <= 20:
		return RoleColumn, 70, ""
	case pathAnnual.MatchString(p):
		return RoleColumn, 75, ""
	case columnOpen.MatchString(s) && len([]rune(s)) <= 14:
		return RoleColumn, 65, ""
	case columnInfo.MatchString(s) && len([]rune(s)) <= 14:
		return RoleColumn, 58, ""
	case columnAffairs.MatchString(s) && len([]rune(s)) <= 14:
		return RoleColumn, 48, ""
	case siteMap.MatchString(s):
		return RoleColumn, 40, ""
	case pathOpen.MatchString(p) && on.Depth <= 2 && strings.HasSuffix(p, "/"):
		return RoleColumn, 34, ""
	case on.Depth == 0 && entrance.MatchString(strings.ToLower(s)):
		return RoleColumn, 36, ""
	}
	return "", 0, "its words speak of no report"
}

// guesses are the paths under which such columns usually lie; they are tried where links lead to no report.
var guesses = []string{"zfxxgk/zfxxgknb/", "zwgk/zfxxgknb/", "xxgk/zfxxgknb/", "zwgk/xxgknb/", "zfxxgknb/", "xxgk/xxgknb/", "zfxxgk/gknb/", "zwgk/zfxxgk/zfxxgknb/", "zwgk/zfxxgk/", "zfxxgk/", "xxgk/", "zwgk/"}

// pattern is an address with its numbers left out: calendars, counters and sessions have few patterns and many addresses.
func pattern(u *url.URL) string {
	q := u.Query()
	names := make([]string, 0, len(q))
	for n := range q {
		names = append(names, n)
	}
	sortStrings(names)
	dir, file := path.Split(u.Path)
	return u.Host + numbers.ReplaceAllString(dir, "0") + numbers.ReplaceAllString(file, "0") + "?" + strings.Join(names, "&")
}

// sessions are parameters that say who asks or when, not what is asked for.
var sessions = regexp.MustCompile(`(?i)^(?:jsessionid|phpsessid|aspsessionid\w*|asp\.net_sessionid|sessionid|session_id|session|sid|utm_\w+|spm|_t|_|timestamp|rand|random|r|nocache|t_rand|from_source|wx_from)$`)

// Canonical writes an address in one way: without fragment, session, and what says the same twice. Where it is none of a
// page, it is "".
func Canonical(base *url.URL, ref string) string {
	ref = strings.TrimSpace(strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(ref))
	if ref == "" || strings.HasPrefix(ref, "#") || len(ref) > 2000 {
		return ""
	}
	u, err := url.Parse(ref)
	if err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	u.Fragment, u.RawFragment, u.User = "", "", nil
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if h, port, ok := strings.Cut(u.Host, ":"); ok && (u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443") {
		u.Host = h
	}
	if i := strings.Index(strings.ToLower(u.Path), ";jsessionid="); i >= 0 {
		u.Path, u.RawPath = u.Path[:i], ""
	}
	if u.Path == "" {
		u.Path = "/"
	}
	if u.RawQuery != "" {
		var kept []string
		for _, part := range strings.Split(u.RawQuery, "&") {
			name, _, _ := strings.Cut(part, "=")
			if part != "" && !sessions.MatchString(name) {
				kept = append(kept, part)
			}
		}
		u.RawQuery = strings.Join(kept, "&")
	}
	u.ForceQuery = false
	return u.String()
}
