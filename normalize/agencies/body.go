package agencies

import (
	"regexp"
	"strings"

	"github.com/gongkai/gongkai/normalize/places"
)

// body reads what follows the place: 人民政府办公室, 教育局, 黄码镇人民政府, 经济技术开发区管理委员会. With relative set no place was
// read, and the word for its kind stands first: 市教育局, 县人民政府.
func (a *Agency) body(s string, relative bool) {
	if relative {
		for _, w := range []string{"自治区", "自治州", "自治县", "省", "市", "县", "区", "州", "盟", "旗"} {
			if strings.HasPrefix(s, w) && (strings.HasPrefix(s[len(w):], "人民政府") ||
				strings.HasPrefix(s[len(w):], "政府") || official(s[len(w):])) {
				s = s[len(w):]
				break
			}
		}
	}
	s = asWritten(s, relative)
	whole := s
	ofGovernment := false
	for _, w := range []string{"人民政府", "行政公署", "政府", "行署", "行政委员会"} {
		if strings.HasPrefix(s, w) {
			s, ofGovernment = s[len(w):], true
			break
		}
	}
	switch {
	case s == "" && (ofGovernment || !relative):
		a.Kind = Government
		return
	case s == "本级" || s == "(本级)":
		a.Kind = Government
		return
	case ofGovernment && generalOffice.MatchString(s), generalOffice.MatchString(s) && strings.HasPrefix(s, "府"),
		!ofGovernment && !relative && (s == "办公厅" || s == "办公室"):
		a.Kind = Office
		return
	}
	if m := street.FindStringSubmatch(s); m != nil && !isDepartment(s) && !strings.HasPrefix(s, "驻") {
		a.Kind, a.Unit = Subdistrict, m[1]+"街道"
		if m[2] == "地区" {
			a.Unit = m[1] + m[2]
		}
		return
	}
	if m := town.FindStringSubmatch(s); m != nil && !isDepartment(s) {
		a.Kind, a.Unit = TownshipGov, m[1]
		return
	}
	if n := zoneEnd(s); n >= 0 {
		a.Unit = s[:n]
		rest := committee.ReplaceAllString(s[n:], "")
		if rest == "" || generalOffice.MatchString(rest) {
			a.Kind = Zone
			return
		}
		s = rest
	}
	a.Kind = Other
	f, n := function(s)
	end := departmentEnding(s[n:])
	if f == nil {
		end = departmentEnding(s)
	}
	if end == "" && (f == nil || f.Key != "customs") || f != nil && (f.Key == "hospital" || f.Key == "school") ||
		institution.MatchString(s) {
		a.Body = joined(whole)
		if a.Unit != "" {
			a.Body = joined(s)
		}
		return
	}
	a.Kind = Department
	if f == nil {
		a.Body = shortEnding(joined(s))
		return
	}
	a.Function = f.Key
	word := joined(s[:n])
	if w, ok := spelled[word]; ok {
		word = w
	}
	a.Body = shortEnding(word + joined(s[n:]))
}

// inShort are names that are used without what a function and an ending would tell.
var inShort = map[string]string{"科委": "科学技术委员会", "教委": "教育委员会", "交委": "交通委员会", "商委": "商务委员会", "残联": "残疾人联合会",
	"供销社": "供销合作社联合社", "编办": "机构编制委员会办公室", "编委办": "机构编制委员会办公室"}

var besideGovernment = regexp.MustCompile(`^\([^()]{2,12}区\)((?:人民)?政府)`)

// asWritten gives the rest of a name after its place as it is written in full: 残疾人联合会 for 残联; of 浑南区(沈阳高新区)人民政府, which runs
// both, the government.
func asWritten(s string, relative bool) string {
	if m := besideGovernment.FindStringSubmatchIndex(s); m != nil {
		return s[m[2]:]
	}
	if full := inShort[s]; full != "" {
		return full
	}
	if relative {
		for _, w := range []string{"省", "市", "县", "区", "州", "盟", "旗"} {
			if full := inShort[strings.TrimPrefix(s, w)]; full != "" {
				return full
			}
		}
	}
	return s
}

var (
	generalOffice = regexp.MustCompile(`^府?(?:(?:办公厅|办公室|综合办公室|办)(?:\(.*\))?|\((?:办公厅|办公室)\))$`)
	street        = regexp.MustCompile(`^([^(]{1,16}?)(?:(街道|地区)?办事处|街道办?)$`)
	town          = regexp.MustCompile(`^(.{1,36}?(?:民族乡|镇|乡|苏木))(?:人民政府|政府|便民服务中心|党政办公室|党政综合办公室|办公室)?$`)
	committee     = regexp.MustCompile(`^(?:(?:党工委|党委|工委)[、和与]?)?(?:管理委员会|管委会|管理局|管委)?`)
	institution   = regexp.MustCompile(`(?:医院|学校|中学|小学|大学|学院|幼儿园|公司|集团|银行|协会|学会|图书馆|博物馆|文化馆|电视台|广播电台|报社)$`)
)

// zoneWords end the names of development zones and the like.
var zoneWords = []string{"开发区", "高新区", "高新技术产业园区", "高新技术产业园", "示范区", "保税区", "保税港区", "风景名胜区", "风景区", "旅游区", "园区", "工业园",
	"产业园", "科技园", "管理区", "度假区", "合作区", "试验区", "工业区", "集聚区", "产业区", "新区", "新城", "实验区", "核心区", "生态区", "功能区", "经开区", "综合体",
	"保护区", "林场", "农场", "自贸区", "片区", "产业基地", "合作园", "科学城", "生态城", "服务区", "空港区", "临港区", "港区"}

// zoneEnd gives the length of the name of a zone at the head of a text, -1 where there is none.
func zoneEnd(s string) int {
	best := -1
	for _, w := range zoneWords {
		i := strings.Index(s, w)
		if i < 0 {
			continue
		}
		n := i + len(w)
		rest := s[n:]
		if rest != "" && !strings.HasPrefix(rest, "管理委员会") && !strings.HasPrefix(rest, "管委会") &&
			!strings.HasPrefix(rest, "党工委") && !strings.HasPrefix(rest, "管理局") && !isDepartment(rest) &&
			!generalOffice.MatchString(rest) {
			continue
		}
		if i == 0 && rest == "" {
			continue
		}
		if n > best {
			best = n
		}
	}
	return best
}

// function finds what the department is for: the longest word of the table that the name begins with; 和 and 与 do not
// count.
func function(s string) (*Function, int) {
	t := load()
	var f *Function
	end, runes := 0, 0
	var key strings.Builder
	for i, r := range s {
		if runes > t.longest {
			break
		}
		if r == '和' || r == '与' || r == '、' {
			continue
		}
		key.WriteRune(r)
		runes++
		if g := t.byWord[key.String()]; g != nil {
			n := i + len(string(r))
			if rest := s[n:]; departmentEnding(rest) != "" || g.Key == "school" || g.Key == "hospital" {
				f, end = g, n
			} else if f == nil {
				f, end = g, n
			}
		}
	}
	return f, end
}

func isDepartment(s string) bool {
	f, n := function(s)
	return f != nil && departmentEnding(s[n:]) != ""
}

// departmentEndings close the names of departments, longest first.
var departmentEndings = []string{"领导小组办公室", "管理委员会", "监督管理局", "工作委员会", "行政执法局", "管理办公室", "工作办公室", "服务中心", "管理中心", "委员会",
	"办公室", "管理局", "总队", "支队", "大队", "分局", "中心", "管理处", "联合会", "总社", "联社", "研究室", "局", "厅", "委", "办", "处", "署", "部", "站",
	"所", "队", "院"}

// departmentEnding gives the ending of a department's name, "" where it ends otherwise.
func departmentEnding(s string) string {
	if i := strings.IndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		s = s[:i]
	}
	for _, e := range departmentEndings {
		if strings.HasSuffix(s, e) {
			return e
		}
	}
	return ""
}

// joined is a text without what abbreviations leave out: 和, 与.
func joined(s string) string {
	return strings.NewReplacer("和", "", "与", "", "、", "").Replace(s)
}

// shortEnding takes off the endings that say no more than that this is the department itself: a reform makes an 委员会 of
// a 局 and back.
func shortEnding(s string) string {
	if i := strings.IndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		s = s[:i]
	}
	for _, e := range []string{"委员会", "局", "厅", "委"} {
		if c := strings.TrimSuffix(s, e); c != s && len(c) >= 6 && !strings.HasSuffix(c, "分") &&
			!strings.HasSuffix(c, "支") && !strings.HasSuffix(c, "总") {
			return c
		}
	}
	return s
}

// spelled are the usual abbreviations, written out as the full names are without 和 and 与.
var spelled = map[string]string{
	"发改": "发展改革", "住建": "住房城乡建设", "人社": "人力资源社会保障", "人力社保": "人力资源社会保障", "卫健": "卫生健康", "卫计": "卫生计划生育", "卫生计生": "卫生计划生育",
	"民宗": "民族宗教事务", "民族宗教": "民族宗教事务", "民委": "民族事务", "工信": "工业信息化", "工业信息": "工业信息化", "经信": "经济信息化", "文旅": "文化旅游",
	"文广旅": "文化广电旅游", "文广旅体": "文化广电旅游体育", "城管": "城市管理",
	"市监": "市场监督管理", "市场监管": "市场监督管理", "医保": "医疗保障", "退役军人": "退役军人事务", "国资": "国有资产监督管理", "国资监管": "国有资产监督管理",
	"应急": "应急管理",
	"自规": "自然资源规划", "资规": "自然资源规划", "教体": "教育体育", "教科": "教育科学技术", "教科体": "教育科学技术体育", "人防": "人民防空", "林草": "林业草原",
	"环保": "环境保护", "安监": "安全生产监督管理", "安全监管": "安全生产监督管理", "质监": "质量技术监督",
	"质量技监": "质量技术监督", "食药监": "食品药品监督管理", "国动": "国防动员", "科技": "科学技术", "城管执法": "城市管理行政执法", "粮食储备": "粮食物资储备",
	"粮食战略物资储备": "粮食物资储备", "公积金": "住房公积金", "住房公积金管理": "住房公积金",
	"文体": "文化体育", "文体旅": "文化体育旅游", "文体旅游": "文化体育旅游", "文旅体": "文化旅游体育", "综合执法": "综合行政执法", "地方金融": "地方金融监督管理", "外办": "外事",
	"营商": "营商环境", "机关事务": "机关事务管理", "经贸": "经济贸易", "经发": "经济发展", "国税": "国家税务", "地税": "地方税务", "科工": "科学技术工业信息化",
	"市容": "城市市容", "绿化市容": "绿化市容", "疾控": "疾病预防控制",
}

// wants gives the levels that a name without a place asks for: 市教育局 is of a prefecture or of a city of county level;
// 黄码镇人民政府 lies in a county.
func (a *Agency) wants(s string) []places.Level {
	switch {
	case a.Kind == TownshipGov, a.Kind == Subdistrict:
		return []places.Level{places.County}
	case strings.HasPrefix(s, "省"), strings.HasPrefix(s, "自治区"):
		return []places.Level{places.Provincial}
	case strings.HasPrefix(s, "县"), strings.HasPrefix(s, "区"), strings.HasPrefix(s, "旗"), strings.HasPrefix(s, "自治县"):
		return []places.Level{places.County}
	case strings.HasPrefix(s, "州"), strings.HasPrefix(s, "盟"), strings.HasPrefix(s, "自治州"):
		return []places.Level{places.Prefecture}
	case strings.HasPrefix(s, "市"):
		return []places.Level{places.Prefecture, places.County, places.Provincial}
	}
	return []places.Level{places.Provincial, places.Prefecture, places.County}
}
