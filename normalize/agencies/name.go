package agencies

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/normalize/simplified"
)

// nameEndings are how the names of reporting bodies end.
var nameEndings = strings.Fields("人民政府 政府 公署 行署 办公厅 办公室 委员会 管委会 党工委 办事处 局 厅 委 部 院 署 中心 总队 支队 大队 中队 队 法院 检察院 " +
	"银行 分行 支行 学校 中学 小学 大学 学院 幼儿园 县 市 区 省 镇 乡 街道 州 盟 旗 苏木 集团 公司 协会 学会 所 站 社 会 处 室 办 组 科 馆 园 团 师 场 港 矿 厂 城 " +
	"台 库 校 联 联合会 基地 党组 海关 海事 出版社 血站 医院 卫生院 疾控 行委 地区 中心校 台站 基地 新城 口岸 车站 航道 段 特区 林区 联社 总社 村 社区 石油 电网")

// strangeStarts are words that no name of a body begins with: a text that begins so was cut out of a sentence, or goes
// with a label.
var strangeStarts = strings.Fields("根据 按照 依据 依照 关于 全县 全市 全区 全省 全镇 全乡 全局 有关 相关 所有 上述 首页 " +
	"当前 附件 标题 名称 题名 来源 索引 发布 政府信息 政务信息 政府网站 年度 公开 政务公开 上一篇 下一篇 上一条 下一条 打印 字号 浏览 日期 时间 目前 截至 截止 通过 " +
	"一是 二是 三是 认真 进一步 加强 做好 开展 推进 印发 转发 报送 上级 下级 本级 多个 其他 其它 同级 不断 今年 去年 本年 年内 期间 " +
	"省委 市委 县委 区委 州委 盟委 旗委 党委 党中央 党组")

// ownWords and cutWords begin a name that is none: 我局, 各镇; and a name with the end of a sentence before it: 对沭阳县….
// Places begin with these characters too (本溪, 如东, 从化), which decides.
const (
	ownWords = "我本各该其此全两贵他上下"
	ownKinds = "局委厅办镇乡县市区省街院部校机单州盟旗级"
	cutWords = "为在对由与请如以从将并已和及或等又于被把让使向到经现特所"
)

// cutOff reports whether a name begins in the midst of a sentence.
func cutOff(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	switch next, _ := utf8.DecodeRuneInString(s[n:]); {
	case strings.ContainsRune(ownWords, r) && strings.ContainsRune(ownKinds, next):
	case strings.ContainsRune(cutWords, r):
		if rs := places.Read(s[n:], 0); len(rs) == 0 || rs[0].Bare {
			return false
		}
	default:
		return false
	}
	rs := places.Read(s, 0)
	return len(rs) == 0 || rs[0].Bare
}

// strangeWords stand in no name of a body: words of a sentence, of the title itself, of advertisements that damaged
// pages carry inside their names.
var strangeWords = strings.Fields("信息公开工作 政务公开工作 报告 年报 年度 我们 以及 是否 进行 情况 的 了 彩票网 彩票平台 手机 娱乐城 博彩 棋牌 投注 赌场 官网 网址 " +
	"在线 下载 登录 百家乐 世界杯 欧洲杯 联赛 您 点击 当前位置 一、 二、 本报告 要求 规定 各部门 各单位 各镇 各乡 有关 如下 条例 通知 负责 牵头")

// Flaw says what is wrong with the form of a name: "" where it is well formed. Whether such a body exists is another
// question.
func Flaw(name string) string {
	s := simplified.Fold(Fold(name))
	n := utf8.RuneCountInString(s)
	switch {
	case n < 2:
		return "it is too short for a name"
	case n > 42:
		return "it is too long for a name"
	}
	depth := 0
	for _, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth < 0 {
			break
		}
	}
	if depth != 0 {
		return "its brackets do not match"
	}
	for _, r := range s {
		if (r < 0x4e00 || r > 0x9fff) && !strings.ContainsRune("()·、0123456789", r) && !unicode.Is(unicode.Han, r) {
			return "it holds " + string(r)
		}
	}
	for _, w := range strangeStarts {
		if strings.HasPrefix(s, w) {
			return "it begins with " + w
		}
	}
	if cutOff(s) {
		return "it begins in the midst of a sentence"
	}
	for _, w := range strangeWords {
		if strings.Contains(s, w) {
			return "it holds " + w
		}
	}
	bare := s
	if i := strings.IndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		bare = s[:i]
	}
	for _, e := range nameEndings {
		if strings.HasSuffix(bare, e) {
			return ""
		}
	}
	if rs := places.Read(bare, 0); len(rs) > 0 && rs[0].End == len(bare) {
		return ""
	}
	return "it does not end as names of bodies do"
}

// A Relation is how two names stand to one another.
type Relation uint8

const (
	Different Relation = iota
	Same               // one body, perhaps in a shorter spelling
	Part               // one is an office of the other: X市人民政府 and X市人民政府办公室
)

var innerOffice = regexp.MustCompile(`(?:(?:政府)?(?:政务|信息)公开(?:工作)?(?:领导小组)?|党政综合|党政|党群|综合|机关|秘书|行政|政务)?(?:办公室|办公厅|综合科|办|科|处|股|室)$`)

// Relate compares two names.
func Relate(a, b string) Relation {
	if a == b {
		return Same
	}
	a, b = plainName(a), plainName(b)
	if a == b {
		return Same
	}
	if len(a) < len(b) {
		a, b = b, a
	}
	if strings.HasPrefix(a, b) && (innerOffice.MatchString(a[len(b):]) || innerOffice.ReplaceAllString(a, "") == b) ||
		innerOffice.ReplaceAllString(a, "") == innerOffice.ReplaceAllString(b, "") {
		return Part
	}
	x, y := Read(a, Context{}), Read(b, Context{})
	if x.Kind == Government && y.Kind == Office || x.Kind == Office && y.Kind == Government {
		if x.together(&y) {
			return Part
		}
	}
	switch {
	case !x.together(&y):
		return Different
	case x.Kind == Department && y.Kind == Department:
		if x.Body == y.Body || x.Function != "" && x.Function == y.Function {
			return Same
		}
	case x.Kind == y.Kind && x.Unit == y.Unit && x.Body == y.Body && (x.Unit != "" || x.Body != "" || x.Kind == Government):
		return Same
	}
	if strings.HasSuffix(a, b) && len(b) >= 9 { // 鼓楼区华侨路街道办事处 and 华侨路街道办事处
		return Same
	}
	if s := innerOffice.ReplaceAllString(a, ""); s != a && len(s) >= 6 && (strings.HasSuffix(s, b) || strings.HasSuffix(b, s)) {
		return Part
	}
	return Different
}

// plainName is a name in its shortest usual wording.
func plainName(s string) string {
	s = simplified.Fold(Fold(s))
	s = strings.TrimPrefix(s, "中华人民共和国")
	for _, p := range [][2]string{{"管理委员会", "管委会"}, {"党工委、管委会", "管委会"}, {"党工委管委会", "管委会"}, {"街道办事处", "街道"}, {"人民政府", "政府"}} {
		s = strings.ReplaceAll(s, p[0], p[1])
	}
	if strings.HasSuffix(s, "街道办") {
		s = strings.TrimSuffix(s, "办")
	}
	if c := strings.TrimSuffix(s, "政府"); c != s && (strings.HasSuffix(c, "镇") || strings.HasSuffix(c, "乡") || strings.HasSuffix(c, "街道")) {
		s = c
	}
	return s
}

// together reports whether two bodies may be of one place.
func (a *Agency) together(b *Agency) bool {
	if (a.Code == NationalCode) != (b.Code == NationalCode) {
		return false
	}
	x, y := a.reach(), b.reach()
	if len(x) == 0 || len(y) == 0 {
		return true
	}
	for _, d := range x {
		for _, e := range y {
			if d.Under(e) || e.Under(d) {
				return true
			}
		}
	}
	return false
}

// reach are the divisions that a name may mean.
func (a *Agency) reach() []*places.Division {
	if a.Code != "" && a.Code != NationalCode {
		if d := places.At(a.Code, 0); d != nil {
			return []*places.Division{d}
		}
	}
	return a.Candidates
}

// NearMiss gives the name of a division that a name means in all likelihood and misses by one character: 沭阳县 for 沐阳县.
// It is "" where the place is known, where none is near, and where several are and none looks alike.
func NearMiss(name string) (printed, meant string) {
	s := simplified.Fold(Fold(name))
	if rs := places.Read(s, 0); len(rs) > 0 && !rs[0].Bare {
		return "", ""
	}
	m := placeLike.FindString(s)
	if m == "" || zoneEnd(s) >= 0 {
		return "", ""
	}
	if f, _ := function(s); f != nil {
		return "", ""
	}
	rest := s[len(m):]
	if rest != "" && !strings.HasPrefix(rest, "人民政府") && !strings.HasPrefix(rest, "政府") && !official(rest) &&
		town.FindString(rest) == "" && street.FindString(rest) == "" {
		return "", ""
	}
	if near := places.Near(m); near != "" {
		return m, near
	}
	return "", ""
}

// Outer gives the body that an office inside it belongs to: 国家税务总局 of 国家税务总局政府信息公开办公室. The office of a government from
// the county up reports for itself, and stays what it is.
func Outer(name string) string {
	m := innerOffice.FindStringIndex(simplified.Fold(name))
	if m == nil {
		return name
	}
	out := name[:m[0]]
	if strings.HasSuffix(out, "人民") {
		out += "政府"
	}
	plain := simplified.Fold(Fold(out))
	inner := simplified.Fold(name[m[0]:])
	if utf8.RuneCountInString(plain) < 3 || Flaw(plain) != "" || strings.HasSuffix(plain, "外事") {
		return name
	}
	if inner == "办公室" || inner == "办公厅" || inner == "办" {
		for _, e := range []string{"局", "委", "委员会", "厅", "院", "署", "中心", "管委会", "街道办事处", "镇", "乡", "镇人民政府", "乡人民政府", "镇政府", "乡政府", "部"} {
			if strings.HasSuffix(plain, e) {
				return out
			}
		}
		return name
	}
	return out
}

// Leads reports whether a name begins with what a department is for: 民政局.
func Leads(name string) bool {
	f, n := function(name)
	return f != nil && departmentEnding(name[n:]) != ""
}
