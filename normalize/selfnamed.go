package normalize

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/normalize/simplified"
)

// A report says in its prose whose it is: 现公布X2022年…年度报告, 由X编制, 请与X联系, 2022年，X认真…; its metadata and its signature say
// it too. Half of all reports have no title line, or one without a name, and then this is all there is.

// A source is a way in which a document names its body.
type source uint8

const (
	announced   source = iota // 现公布X2022年政府信息公开工作年度报告
	compiled                  // 由X编制
	contact                   // 请与X联系
	subject                   // 2022年，X认真贯彻…
	signature                 // the last lines
	compiler                  // 编制单位：X
	letterhead                // X局文件, above a paper
	label                     // 发布机构：X: often the office that runs the site
	outsideName               // meta elements, the page's own title
	website                   // 可在X网站下载
	sources
)

// weights say how far one such naming alone goes: of those met, nine in ten and more of the first four kinds name the
// body that reports, one in two of the labels.
var weights = [sources]float64{announced: 5, compiled: 5, contact: 4, subject: 3, signature: 4, compiler: 5, letterhead: 4, label: 2,
	outsideName: 1, website: 1}

// A naming is a name with where it was found.
type naming struct {
	name  string // in the plain form
	by    source
	year  int // of the report that is announced
	place extract.Place
	times int
	opens bool // the sentence begins with the year
}

var (
	byWhom   = regexp.MustCompile(`^由([\p{Han}()、·]{2,60}?)(?:编制|编写|编撰|撰写|编辑|起草|编报|制作|编纂)`)
	announce = regexp.MustCompile(`(?:(?:报告|年报)(?:是|为|系)|公布|发布|公开|编制|编写|撰写|制作|形成|公告|制定|编报|现将|现就|将|公示)了?(?:的)?([^,。;:]{0,60}?(?:报告|年报))`)
	// an office as its own house calls it
	innerName = regexp.MustCompile(`^(?:局|委|厅|办|院|镇|乡|街道|党政|党政综合|综合|机关|秘书|行政|政务公开|信息公开|区|县|市)?(?:办公室|办|科|处|股|室|中心)$`)
	compiles  = regexp.MustCompile(`(?:^|[,。;:\n])([\p{Han}()]{2,30}?)(?:组织|负责|认真|牵头|按照要求|按要求)?(?:编制|编写|制作|撰写|编撰)(?:了|完成|发布|公布|本|《|而成|20)`)
	askWhom   = regexp.MustCompile(`(?:请|可|欢迎|直接|来电|来函)?(?:与|和|同|联系|致电|垂询|咨询|向)[:：]?([\p{Han}()、]{3,40}?)` +
		`(?:联系|联络|咨询|反映|查询|索取|提出|\(|,|;|。|电话|地址|$)`)
	// what a sentence goes on with after its subject
	verbs = wordsByFirst(`认真 深入 积极 全面 严格 坚持 高度 按照 根据 紧紧 紧扣 以 在 围绕 始终 贯彻 共 不断 主动 切实 持续 通过
		大力 结合 充分 推进 进一步 依法 着力 扎实 未 没 的 政府信息 信息公开 政务公开 政务信息 继续 稳步 加强 加大
		牢固 落实 严谨 把 将 对 从 为 坚决 聚焦 立足 本着 依托 遵循 较好 有序 按 突出 强化 就 能 及时 累计 收到 受理
		公开 发布 办理 深刻 进行 制定 开展 利用 做到 重视 依据 注重 统筹 创新 于 新 还 所 健全 完善 建立 明确 组织
		成立 召开 举办 印发 安排 先后 采取 发挥 加快 现将 现就 现对 完成 修订 编制 设立 配备 实现 是 全年 出台 一直
		同时 均 已 由于`)
	clauseStart = regexp.MustCompile(`(?:^|[。;,\n:])(?:[(]?[一二三四五六七八九十\d]{1,2}[)、.])?` +
		`((?:截至|截止|至|自)?(?:20[012]\d年?(?:度|来|以来|中|初|末|底)?|今年|本年度?|一年来|过去一年|近年来)?(?:以来|来)?,?)`)
	siteOf = regexp.MustCompile(`(?:在|从|通过|登录|登陆|访问)[“"]?([\p{Han}]{4,24}?)` +
		`(?:门户网站|公众信息网|政府网站|信息公开网|信息网|官方网站|网站|网)(?:[(”",。下上查公首]|$)`)
	ownLabels  = regexp.MustCompile(`^(?:(?:编制|编写|填报|报告|制作|报送)(?:单位|机关|机构|部门)(?:名称)?[:：]?|单位(?:名称|全称)?[:：])(.*)$`)
	bodyLabels = regexp.MustCompile(`(?:信息)?(?:发布|公开|发文|公布|制发|制文|责任|生成|成文|提供)(?:机构|机关|单位|主体|部门)(?:名称)?[:：]?|` +
		`(?:信息|文章|稿件)?来源(?:于)?[:：]|供稿(?:单位)?[:：]|作者[:：]`)
	afterName = regexp.MustCompile(`根据|按照|结合|综合|汇总|统一|负责|组织|牵头|依据|依照|认真|对|收集|整理|具体|在|按|集中|独立|自行|组成|抽调|指定|会同|共同|并|各|信息公开|政务公开|政府信息|就|直接`)
)

// beforeBy are the words and marks that stand before 由 where it says who made a report; it may stand first as well.
var beforeBy = []string{",", "。", ";", ":", "(", "规定", "要求", "报告", "年报", "精神", "有关", "此"}

// findByWhom gives where a text says by whom the report was made, and between which bytes that name stands, at most so many
// times.
func findByWhom(k string, most int) (out [][]int) {
	end := 0 // of the one before
	for at := 0; len(out) < most; {
		i := strings.Index(k[at:], "由")
		if i < 0 {
			break
		}
		from := at + i
		at = from + len("由")
		if from > 0 && !slices.ContainsFunc(beforeBy, func(w string) bool { return strings.HasSuffix(k[end:from], w) }) {
			continue
		}
		if m := byWhom.FindStringSubmatchIndex(clipRunes(k[from:], 65)); m != nil {
			end = from + m[1]
			at = end
			out = append(out, []int{from, end, from + m[2], from + m[3]})
		}
	}
	return out
}

// namings finds what the text says of who reports. text is its prose, in lines.
// Where the title is plain, only what announces another report than it is asked for.
func namings(text proseText, titled bool) []naming {
	var out []naming
	add := func(key string, from, to int, by source, year int) {
		for from < to && strings.HasPrefix(key[from:to], "的") {
			from += len("的")
		}
		plain, k := trimName(text.plain[from:to], key[from:to])
		if by == contact || by == compiled {
			plain, k = agencies.Outer(plain), agencies.Outer(k)
		}
		if by == subject && !startsAsName(k) {
			return
		}
		if k == "" || utf8.RuneCountInString(k) < 3 || agencies.Flaw(k) != "" || !likelyBody(k, by) {
			return
		}
		for i := range out {
			if out[i].by == by && out[i].name == plain {
				out[i].times++
				return
			}
		}
		out = append(out, naming{name: plain, by: by, year: year, place: text.place, times: 1})
	}
	k := text.key
	if titled {
		text.announced(k, add, &out)
		return out
	}
	for _, m := range findByWhom(k, 6) {
		from, to := m[2], m[3]
		if i := afterName.FindStringIndex(k[from:to]); i != nil {
			to = from + officeCut(k[from:to], i[0])
		}
		add(k, from, to, compiled, 0)
	}
	text.announced(k, add, &out)
	for _, m := range compiles.FindAllStringSubmatchIndex(k, 6) {
		from, to := m[2], m[3]
		if strings.HasPrefix(k[from:to], "由") {
			continue
		}
		if i := afterName.FindStringIndex(k[from:to]); i != nil {
			to = from + officeCut(k[from:to], i[0])
		}
		add(k, from, to, compiled, 0)
	}
	asks := containsAny(k, []string{"联系", "请", "疑问"})
	for at, n := 0, 0; asks && n < 12; n++ {
		m := askWhom.FindStringSubmatchIndex(k[at:])
		if m == nil {
			break
		}
		from, to := at+m[2], at+m[3]
		if h := k[max(0, at+m[0]-30):from]; strings.Contains(h, "联系") || strings.Contains(h, "请") || strings.Contains(h, "疑问") ||
			strings.HasPrefix(k[to:], "联系") {
			add(k, from, to, contact, 0)
		}
		at += m[0] + 3
	}
	for _, m := range clauseStart.FindAllStringSubmatchIndex(k, 240) {
		from := m[1]
		to := subjectEnd(k, from)
		if to == 0 {
			continue
		}
		if strings.HasSuffix(k[from:to], "人民") && strings.HasPrefix(k[to:], "政府") {
			to += len("政府")
		}
		n := len(out)
		add(k, from, to, subject, 0)
		if len(out) > n && m[3] > m[2] && k[m[2]:m[3]] != "," { // 2022年，X…: what the year was about
			out[n].opens = true
		}
	}
	if strings.Contains(k, "网") {
		for _, m := range siteOf.FindAllStringSubmatchIndex(k, 4) {
			add(k, m[2], m[3], website, 0)
		}
	}
	return out
}

// announced finds what the text announces: 现公布X2022年政府信息公开工作年度报告. Its title ends the clause, so that the clause is looked
// for from there.
func (text *proseText) announced(k string, add func(string, int, int, source, int), out *[]naming) {
	for at, n := 0, 0; n < 12; n++ {
		i := strings.Index(k[at:], "报")
		if i < 0 {
			return
		}
		end := at + i + len("报")
		for _, w := range []string{"报告", "年报"} {
			if strings.HasSuffix(k[:end], w) || strings.HasPrefix(k[end-len("报"):], w) {
				end = max(end, strings.LastIndex(k[:end], w)+len(w))
				if strings.HasPrefix(k[end-len("报"):], "报告") {
					end = end - len("报") + len("报告")
				}
				break
			}
		}
		at = end
		start := strings.LastIndexAny(k[:end], ",。;:\n") + 1
		for start < end && !utf8.RuneStart(k[start]) {
			start++
		}
		if end-start > 300 {
			continue
		}
		n++
		m := announce.FindStringSubmatchIndex(k[start:end])
		if m == nil {
			continue
		}
		from, to := start+m[2], start+m[3]
		l := headLine{plain: text.plain[from:to], key: k[from:to]}
		t, ok := readTitle(&l, true)
		if !ok || t.paper != "" {
			continue
		}
		if t.agency == "" || t.flaw != "" {
			if t.year != 0 {
				*out = append(*out, naming{by: announced, year: t.year, place: text.place, times: 1})
			}
			continue
		}
		if i := strings.Index(text.plain[from:to], t.agency); i >= 0 {
			add(text.key, from+i, from+i+len(t.agency), announced, t.year)
		} else if likelyBody(t.agency, announced) {
			*out = append(*out, naming{name: t.agency, by: announced, year: t.year, place: text.place, times: 1})
		}
	}
}

// wordsByFirst puts words in heaps by their first character.
func wordsByFirst(words string) map[rune][]string {
	out := map[rune][]string{}
	for _, w := range strings.Fields(words) {
		r, _ := utf8.DecodeRuneInString(w)
		out[r] = append(out[r], w)
	}
	return out
}

// startsWith reports whether a text, whose first character is given, starts with one of the words.
func startsWith(words map[rune][]string, text string, first rune) bool {
	for _, w := range words[first] {
		if strings.HasPrefix(text, w) {
			return true
		}
	}
	return false
}

// subjectEnd gives where the subject of a clause ends: before the first verb behind the place that it begins with; 0 where
// the clause has none of these within 30 characters.
func subjectEnd(k string, from int) int {
	n, least := 0, 3
	sought := false // whether the place was looked for
	for i, r := range k[from:] {
		if n >= least && startsWith(verbs, k[from+i:], r) {
			if !sought {
				sought = true
				if rs := places.Read(clipRunes(k[from:], 24), 0); len(rs) > 0 {
					least = max(least, utf8.RuneCountInString(k[from:from+rs[0].End]))
				}
			}
			if n >= least {
				return from + i
			}
		}
		if n++; n > 30 || !unicode.Is(unicode.Han, r) && r != '(' && r != ')' {
			return 0
		}
	}
	return 0
}

// officeCut gives where a name ends that goes on with a word that is no part of it; 信息公开办公室 is part of one.
func officeCut(s string, at int) int {
	for _, w := range []string{"信息公开", "政务公开", "政府信息"} {
		if strings.HasPrefix(s[at:], w) && strings.HasSuffix(s, "办公室") {
			return len(s)
		}
	}
	return at
}

// startsAsName reports whether a clause begins with the name of a body, and not with words before one: a place, the word
// for its kind (区统计局), what a department is for, or a short name of a township or street.
func startsAsName(k string) bool {
	if len(places.Read(k, 0)) > 0 {
		return true
	}
	a := agencies.Read(k, agencies.Context{})
	switch a.Kind {
	case agencies.TownshipGov, agencies.Subdistrict:
		n := utf8.RuneCountInString(a.Unit)
		return n >= 2 && n <= 7 && !strings.ContainsAny(k, "在是为和与对由从把将以于等及有无成立开展经")
	case agencies.Department:
		if a.Code == agencies.NationalCode {
			return true
		}
		if a.Function == "" {
			return false
		}
		for _, w := range []string{"省", "市", "县", "区", "州", "盟", "旗"} {
			if strings.HasPrefix(k, w) {
				return true
			}
		}
		return agencies.Leads(k)
	case agencies.Government, agencies.Office:
		for _, w := range []string{"省", "市", "县", "区", "州", "盟", "旗"} {
			if strings.HasPrefix(k, w) {
				return true
			}
		}
	}
	return false
}

// noBodies are words that are no name of a body, noBodyEnds those that no name of one ends with.
var (
	noBodies = strings.Fields("机构 处室 公众 群众 省政府 市政府 县政府 区政府 省委 镇政府 乡政府 中国 街道社区 村社区 法人 公民 媒体 人大 政协 法院 检察院 第三方 电视台 档案馆 图书馆 " +
		"服务中心 审批中心")
	noBodyEnds = strings.Fields("机关 部门 单位 科室 股室 社会 领导小组 国务院 党中央 人员 小组 会议 工作会 专栏 党组 平台 系统 窗口 申请人 乡镇 镇街 负责")
)

// likelyBody reports whether a name that stands in a sentence is that of a body of government and not a word that ends
// like one: 全区, 上级部门, 工作人员.
func likelyBody(k string, by source) bool {
	if n := utf8.RuneCountInString(k); n < 3 || n > 30 {
		return false
	}
	if slices.Contains(noBodies, k) {
		return false
	}
	for _, w := range noBodyEnds {
		if strings.HasSuffix(k, w) {
			return false
		}
	}
	a := agencies.Read(k, agencies.Context{})
	switch a.Kind {
	case agencies.Zone:
		return utf8.RuneCountInString(a.Unit) > 3 || a.Code != "" || len(a.Candidates) > 0
	case agencies.Government:
		return a.Code != "" || len(a.Candidates) > 0 || strings.HasSuffix(k, "政府")
	case agencies.Office, agencies.TownshipGov, agencies.Subdistrict:
		return true
	case agencies.Department:
		return (by == announced || by == compiled) && !innerName.MatchString(k) || a.Function != "" || a.Code != "" || len(a.Candidates) > 0
	}
	return by == announced || by == compiled || a.Code != "" || len(a.Candidates) > 0
}

// A proseText is the prose of a document's beginning as one text, its lines joined where they are broken.
type proseText struct {
	plain, key string
	place      extract.Place
}

// proseOf joins the lines of the text from one on; 《…》 are left out, but for those that are the report's own title.
// At most so many bytes are taken.
func proseOf(lines []headLine, from, most int) proseText {
	var plain, key strings.Builder
	var t proseText
	for i := from; i < len(lines); i++ {
		l := &lines[i]
		if l.kind == pathLine || l.kind == neighbour {
			continue
		}
		if t.place == (extract.Place{}) {
			t.place = l.place
		}
		plain.WriteString(l.plain)
		key.WriteString(l.key)
		end, _ := utf8.DecodeLastRuneInString(l.key)
		broken := utf8.RuneCountInString(l.key) >= 20 && !strings.ContainsRune("。;:!?)", end)
		if broken && i+1 < len(lines) && !isKnownHeading(lines[i+1].key) {
			continue
		}
		plain.WriteByte('\n')
		key.WriteByte('\n')
		if key.Len() > most {
			break
		}
	}
	t.plain, t.key = withoutShortNames(plain.String(), key.String())
	for range 2 { // 《关于印发〈…〉的通知》
		t.plain, t.key = unquoted(t.plain, t.key)
	}
	return t
}

var shortName = regexp.MustCompile(`\((?:以下|下)?(?:简|统)?称[^()]{0,24}\)`)

// withoutShortNames leaves out what a name is called from there on: X市人民政府办公厅(以下简称市府办)2013年….
func withoutShortNames(plain, key string) (string, string) {
	ms := shortName.FindAllStringIndex(key, -1)
	if len(ms) == 0 {
		return plain, key
	}
	var p, k strings.Builder
	at := 0
	for _, m := range ms {
		p.WriteString(plain[at:m[0]])
		k.WriteString(key[at:m[0]])
		at = m[1]
	}
	p.WriteString(plain[at:])
	k.WriteString(key[at:])
	return p.String(), k.String()
}

// quotes gives where a text holds what stands between the marks of a title, 1 to 120 characters without such a mark, with the
// marks: [《〈<][^《》〈〉<>]{1,120}[》〉>].
func quotes(s string) (out [][2]int) {
	from, n := -1, 0 // where the last mark that opens stands, and how many characters have followed
	for i, r := range s {
		switch r {
		case '《', '〈', '<':
			from, n = i, 0
		case '》', '〉', '>':
			if from >= 0 && n >= 1 && n <= 120 {
				out = append(out, [2]int{from, i + utf8.RuneLen(r)})
			}
			from = -1
		default:
			n++
		}
	}
	return out
}

// unquoted leaves out the names of rules and notices, which are others' doings: 《X市人民政府办公室关于做好…的通知》.
func unquoted(plain, key string) (string, string) {
	if !strings.ContainsAny(key, "《〈<") {
		return plain, key
	}
	ms := quotes(key)
	if len(ms) == 0 {
		return plain, key
	}
	var p, k strings.Builder
	at := 0
	for _, m := range ms {
		_, w := utf8.DecodeRuneInString(key[m[0]:])
		_, z := utf8.DecodeLastRuneInString(key[m[0]:m[1]])
		l := headLine{plain: plain[m[0]+w : m[1]-z], key: key[m[0]+w : m[1]-z]}
		p.WriteString(plain[at:m[0]])
		k.WriteString(key[at:m[0]])
		if t, ok := readTitle(&l, true); ok && t.paper == "" && t.flaw == "" && !strings.Contains(l.key, "关于") {
			p.WriteString(l.plain)
			k.WriteString(l.key)
		} else {
			p.WriteString("《》")
			k.WriteString("《》")
		}
		at = m[1]
	}
	p.WriteString(plain[at:])
	k.WriteString(key[at:])
	return p.String(), k.String()
}

// bodyLabelWords are those of which one stands in every label that bodyLabels finds.
var bodyLabelWords = []string{"机构", "机关", "单位", "主体", "部门", "来源", "供稿", "作者"}

// labelled finds the bodies that metadata name.
func labelled(lines []headLine, end int) []naming {
	var out []naming
	for i := 0; i < len(lines) && i < end+3; i++ {
		l := &lines[i]
		if l.kind != plainLine {
			continue
		}
		if m := ownLabels.FindStringSubmatchIndex(l.key); m != nil {
			if v := valueAt(lines, i, m[2]); v != "" {
				out = append(out, naming{name: v, by: compiler, place: l.place, times: 1})
				continue
			}
		}
		if c := strings.TrimSuffix(l.key, "文件"); c != l.key && isAgency(c) {
			out = append(out, naming{name: strings.TrimSuffix(l.plain, "文件"), by: letterhead, place: l.place, times: 1})
			continue
		}
		if !containsAny(l.key, bodyLabelWords) {
			continue
		}
		if m := bodyLabels.FindStringIndex(l.key); m != nil && m[0] <= 120 {
			if v := valueAt(lines, i, m[1]); v != "" {
				out = append(out, naming{name: v, by: label, place: l.place, times: 1})
			}
		}
	}
	return out
}

// nextLabels begin what stands behind a name in a line of metadata.
var nextLabels = strings.Fields("发布 发文 时间 日期 浏览 字体 字号 成文 公开 索引 文号 生成 访问 点击 阅读 作者 来源 责任 主题 打印 【 [ | 审核 编辑 累计 信息 有效 标题 名称 " +
	"分享 20 , ;")

// valueAt gives the name that stands behind a label, or on the next line where the label stands alone.
func valueAt(lines []headLine, i, at int) string {
	l := &lines[i]
	plain := l.plain[at:]
	if strings.Trim(plain, ":： |") == "" {
		if i+1 >= len(lines) {
			return ""
		}
		l = &lines[i+1]
		plain = l.plain
	}
	plain = strings.TrimLeft(plain, ":： ")
	// the name ends where the next label begins
	for _, w := range nextLabels {
		if j := strings.Index(plain, w); j > 0 {
			plain = plain[:j]
		}
	}
	plain = strings.TrimRight(plain, " |:：·")
	for _, w := range []string{"政府网站", "门户网站", "官方网站", "网站", "官网", "政府网", "网"} {
		if c := strings.TrimSuffix(plain, w); c != plain && len(c) >= 9 {
			plain = c
			break
		}
	}
	if !isAgency(plain) {
		return ""
	}
	return plain
}

// A signed is the signature of a report: body and day below its text or its title.
type signed struct {
	name, date string
	place      extract.Place
}

var printedOn = regexp.MustCompile(`(20[012]\d)年(\d{1,2})月(\d{1,2})日印发$`)
var dayOnly = regexp.MustCompile(`^\(?(20[012]\d)[年./-](\d{1,2})[月./-](\d{1,2})日?\)?$`)
var signedLine = regexp.MustCompile(`^([\p{Han}()]{3,30}?)(20[012]\d)年(\d{1,2})月(\d{1,2})日$`)

// signedDay reads a line that is a day and nothing else.
func signedDay(k string) string {
	if m := dayOnly.FindStringSubmatch(k); m != nil {
		return isoDate(m)
	}
	return wordedDate(simplified.Fold(k))
}

// nameBeside gives the body that signs above or below the day in a block.
func nameBeside(doc *extract.Document, i int) string {
	for _, j := range []int{i - 1, i - 2, i + 1} {
		if j < 0 || j >= len(doc.Blocks) {
			continue
		}
		if n := form.Squeeze(doc.Blocks[j].Text); isAgency(n) {
			return n
		}
	}
	return ""
}

// readSignature reads the last lines of a document.
func readSignature(doc *extract.Document) signed {
	var s signed
	seen := 0
	for i := len(doc.Blocks) - 1; i >= 0 && seen < 14; i-- {
		b := &doc.Blocks[i]
		if b.Kind == extract.TableBlock {
			break
		}
		k := form.Squeeze(b.Text)
		if k == "" {
			continue
		}
		seen++
		if day := signedDay(k); day != "" && s.date == "" {
			s.date, s.place, s.name = day, b.Place, nameBeside(doc, i)
			if s.name != "" {
				return s
			}
			continue
		}
		if m := printedOn.FindStringSubmatch(k); m != nil && s.date == "" { // X局办公室 2014年1月10日印发
			s.date, s.place = isoDate(m), b.Place
			continue
		}
		if m := signedLine.FindStringSubmatch(k); m != nil && isAgency(m[1]) {
			return signed{m[1], isoDate(m[1:]), b.Place}
		}
		if utf8.RuneCountInString(k) > 40 {
			break
		}
	}
	if s.name == "" && seen > 6 { // a day in a footer
		s.date = ""
	}
	return s
}
