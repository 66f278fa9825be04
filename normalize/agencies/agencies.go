// Package agencies reads the names of reporting bodies: which division a body belongs to, at which level it stands,
// what kind of body it is, what it is for, and an identity that holds across years and sources. What cannot be decided
// is said to be so, never guessed. It knows names only; where a name leaves something open, the caller gives what else
// is known.
package agencies

import (
	_ "embed"
	"regexp"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/normalize/simplified"
)

// Kind of a reporting body.
type Kind string

const (
	Government  Kind = "government"  // a people's government as a whole (X市人民政府)
	Office      Kind = "office"      // its general office (人民政府办公厅、办公室), reporting for itself
	Department  Kind = "department"  // a department or another office of a government (局、委、厅 …)
	TownshipGov Kind = "township"    // the government of a township or town (乡、镇人民政府)
	Subdistrict Kind = "subdistrict" // the office of a street (街道办事处)
	Zone        Kind = "zone"        // the committee of a development zone or the like (管理委员会)
	Other       Kind = "other"       // anything else: a hospital, a school, a company
)

// NationalCode stands in place of a division code for bodies of the whole country.
const NationalCode = "000000"

// An Agency is one reporting body.
type Agency struct {
	Name   string // as printed
	Normal string // without spaces and with half-width brackets; a known division at its head by its whole path
	Code   string // division code, GB/T 2260, that of its year; NationalCode; "" where undecided
	Series string // the newest code under which the division lives on undivided: see places.Division.Series
	Level  places.Level
	Kind   Kind
	// key of functions.txt, the same in all cities; "" where the body is no department or its name is not known there
	Function string
	Unit     string // the township, street or zone, or the part of a department: 板石镇; "" else
	Body     string // name of the department in the spelling that is the same for all its abbreviations; "" for others
	ID       string // code/kind[/body or unit]; "" where the division is undecided
	Vertical bool   // led by a body of the State Council, not by the government of its place
	Evidence []string
	// Candidates are the divisions that the name may mean, where it is undecided.
	Candidates []*places.Division
}

// Decided reports whether the body is known for certain.
func (a *Agency) Decided() bool { return a.ID != "" }

// Context is what is known beside the name.
type Context struct {
	Year     int      // the year reported on; 0 = not known
	Division string   // code of the division whose portal the report was found at; "" = not known
	Texts    []string // texts that may name the place: the title, the metadata, the address at the end
	// Prose is the text itself, squeezed: it speaks of 县委 or 区政府, and gives telephone numbers
	Prose string
}

//go:embed functions.txt
var functionsText string

//go:embed national.txt
var nationalText string

// A Function is one purpose of departments.
type Function struct {
	Key, Name string
	words     []string
}

// Words are the names of the function in departments' names, its usual one and its abbreviations, without what stands
// before and after: 卫生健康, 卫健.
func (f *Function) Words() []string { return f.words }

type tables struct {
	functions []Function
	byWord    map[string]*Function
	longest   int
	national  map[string]string // every name to the usual one
	heads     []string          // every name, longest first
}

var load = sync.OnceValue(func() *tables {
	t := &tables{byWord: map[string]*Function{}, national: map[string]string{}}
	for line := range strings.Lines(functionsText) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) == 3 && line[0] != '#' {
			t.functions = append(t.functions, Function{f[0], f[1], strings.Fields(f[2])})
		}
	}
	for i := range t.functions {
		for _, w := range t.functions[i].words {
			if w = joined(w); t.byWord[w] == nil {
				t.byWord[w] = &t.functions[i]
				t.longest = max(t.longest, utf8.RuneCountInString(w))
			}
		}
	}
	for line := range strings.Lines(nationalText) {
		f := strings.Fields(line)
		if len(f) > 0 && line[0] != '#' {
			for _, n := range f {
				t.national[n] = f[0]
				t.heads = append(t.heads, n)
			}
		}
	}
	sort.Slice(t.heads, func(i, j int) bool {
		return len(t.heads[i]) > len(t.heads[j]) || len(t.heads[i]) == len(t.heads[j]) && t.heads[i] < t.heads[j]
	})
	return t
})

// Functions lists what departments are for, in the order of the table.
func Functions() []Function { return load().functions }

// Fold gives a name without spaces, with half-width brackets.
func Fold(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return (r < 0x4e00 || r > 0x9fff) && (r <= ' ' || r >= 0x7f) }) < 0 {
		return s // as most are
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '　', '\t', '\n', '\u200b', '\ufeff', '\u00a0', '·':
			return -1
		}
		return r
	}, width.Fold.String(s))
}

// Read reads the name of a reporting body.
func Read(name string, known Context) Agency {
	a := Agency{Name: name}
	s := simplified.Fold(Fold(name))
	for _, p := range []string{"中华人民共和国", "关于"} {
		s = strings.TrimPrefix(s, p)
	}
	s = withoutParty(s)
	a.Normal = s
	if a.national(s, known) {
		return a.finish(nil)
	}
	rs, rest := placesOf(s, known.Year)
	if len(rs) == 0 {
		// a place that is in no list: what the body is can be told, not where
		if head, rest := unknownPlace(s); head != "" {
			a.body(rest, false)
			a.Evidence = append(a.Evidence, head+" is no division that is known")
			return a.finish(nil)
		}
		// 市教育局, 教育局, 黄码镇人民政府: the place is left to what else is known
		a.body(s, true)
		if d := provinceOfZone(a.Unit); d != nil {
			a.Evidence = append(a.Evidence, a.Unit+" is a zone of "+d.Name)
			return a.settle([]*places.Division{d}, known)
		}
		ds := ofWord(known.divisions(a.wants(s)), s)
		if len(ds) == 1 {
			a.Evidence = append(a.Evidence, "the name leaves the place out; it is that of the portal or of the text")
		}
		if len(ds) == 1 && a.elsewhere(ds[0], known) {
			a.Evidence, ds = append(a.Evidence, "the lists have its name only elsewhere"), nil
		} else if len(ds) == 0 {
			if d := a.onlyTownship(known); d != nil {
				ds = append(ds, d)
			}
		}
		return a.settle(ds, known)
	}
	if rs[0].Bare && zoneEnd(rest) >= 0 {
		if d := zoneDivision(rs, known); d != nil {
			a.body(rest, false)
			return a.settle([]*places.Division{d}, known)
		}
		a.body(s, true)
		return a.settle(known.divisions(a.wants(s)), known)
	}
	a.body(rest, false)
	return a.settle(divisionsOf(rs), known)
}

// withoutParty leaves the committee out that an office of the party is of: 灵川县机构编制委员会办公室 for 中共灵川县委机构编制委员会办公室.
func withoutParty(s string) string {
	c, party := strings.CutPrefix(s, "中共")
	if !party {
		return s
	}
	rs := places.Read(c, 0)
	if len(rs) == 0 {
		return s
	}
	place, rest := c[:rs[0].End], c[rs[0].End:]
	for _, w := range []string{"委员会", "委"} {
		if office, ok := strings.CutPrefix(rest, w); ok && len(office) > len("办公室") {
			return place + office
		}
	}
	return s
}

// ofWord keeps the divisions of the kind that a name without its place begins with: 县统计局 is of no 区.
func ofWord(ds []*places.Division, s string) []*places.Division {
	var endings []string
	switch {
	case strings.HasPrefix(s, "自治"):
		return ds
	case strings.HasPrefix(s, "县"):
		endings = []string{"县"}
	case strings.HasPrefix(s, "区"):
		endings = []string{"区"}
	case strings.HasPrefix(s, "市"):
		endings = []string{"市"}
	case strings.HasPrefix(s, "旗"):
		endings = []string{"旗"}
	default:
		return ds
	}
	var out []*places.Division
	for _, d := range ds {
		for _, e := range endings {
			if strings.HasSuffix(d.Name, e) {
				out = append(out, d)
			}
		}
	}
	return out
}

// placesOf reads the place at the head of a name. A bare name (淮安 for 淮安市) counts only before what a body of government
// is called: 中山大学 is not in 中山市.
func placesOf(s string, year int) ([]places.Reading, string) {
	rs := places.Read(s, year)
	if len(rs) == 0 {
		return nil, s
	}
	rest := s[rs[0].End:]
	var out []places.Reading
	for _, r := range rs {
		if !r.Bare || rest != "" && official(rest) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return nil, s
	}
	return out, rest
}

// divisionsOf gives the divisions that readings lead to. A bare name that a city has, and a district or county of its
// own or elsewhere too, is that of the city: 淮安 is 淮安市, not its 淮安区, and 西安 is no district of 牡丹江.
func divisionsOf(rs []places.Reading) []*places.Division {
	var all, high []*places.Division
	bare := true
	for _, r := range rs {
		all = append(all, r.Division)
		bare = bare && r.Bare
		if r.Division.Level() != places.County {
			high = append(high, r.Division)
		}
	}
	if bare && len(high) == 1 {
		return high
	}
	return all
}

// unknownPlace cuts what looks like a place off a name in which none is known: 江州市 of 江州市人民政府.
func unknownPlace(s string) (head, rest string) {
	m := placeLike.FindString(s)
	if m == "" || strings.HasPrefix(m, "自治") || zoneEnd(s) >= 0 || strings.ContainsAny(m, "和与及") {
		return "", s
	}
	if f, _ := function(s); f != nil { // 住房和城市建设局
		return "", s
	}
	if rest = s[len(m):]; strings.HasPrefix(rest, "人民政府") || strings.HasPrefix(rest, "政府") || official(rest) {
		return m, rest
	}
	return "", s
}

var placeLike = regexp.MustCompile(`^[\p{Han}]{2,8}?(?:自治区|自治州|自治县|省|市|县|区|州|盟|旗)`)

// zoneDivision gives the division that a zone's short name means; nil where that is open. A zone has a name of its own:
// 五华科技产业园 may lie in 五华区 of Kunming or in 五华县 of Guangdong, 东湖新技术开发区 lies in no 东湖区. The name decides where one of
// the divisions holds all others or is the seat of a province, and where there is but one and that is no district; else
// the portal or the text must name one of them.
func zoneDivision(rs []places.Reading, known Context) *places.Division {
	var all []*places.Division
	for _, r := range rs {
		all = append(all, r.Division)
	}
	for _, d := range all {
		holds := d.Level() != places.County || len(all) == 1 && !strings.HasSuffix(d.Name, "区")
		for _, e := range all {
			holds = holds && e.Under(d)
		}
		if holds || seats[d.Name] {
			return d
		}
	}
	for _, others := range [][]*places.Division{{places.At(known.Division, 0)}, mentioned(known.Texts, known.Year)} {
		if len(others) > 0 && others[0] != nil {
			if in := under(all, others); len(in) == 1 {
				return in[0]
			} else if len(in) > 0 {
				all = in
			}
		}
	}
	return nil
}

// provincialZones are those that a province runs itself, by the code of the province; the names of some are said without it.
var provincialZones = map[string]string{"平潭综合实验区": "350000", "贵安新区": "520000", "西咸新区": "610000", "杨凌农业高新技术产业示范区": "610000",
	"杨凌示范区": "610000", "雄安新区": "130000", "赣江新区": "360000", "兰州新区": "620000", "滇中新区": "530000", "湘江新区": "430000",
	"洋浦经济开发区": "460000", "横琴粤澳深度合作区": "440000", "郑州航空港经济综合实验区": "410000", "柴达木循环经济试验区": "630000",
	"天府新区": "510000"}

// provinceOfZone gives the province that runs a zone of such a name; nil for any other name.
func provinceOfZone(unit string) *places.Division {
	if code := provincialZones[unit]; code != "" {
		return places.At(code, 0)
	}
	return nil
}

// seats are the cities that a short name means before any district of the same name: 西安 is no district of 牡丹江.
var seats = func() map[string]bool {
	m := map[string]bool{}
	for _, n := range strings.Fields("北京市 天津市 上海市 重庆市 石家庄市 太原市 呼和浩特市 沈阳市 长春市 哈尔滨市 南京市 杭州市 合肥市 福州市 南昌市 济南市 郑州市 武汉市 长沙市 广州市 " +
		"南宁市 海口市 成都市 贵阳市 昆明市 拉萨市 西安市 兰州市 西宁市 银川市 乌鲁木齐市 大连市 青岛市 宁波市 厦门市 深圳市") {
		m[n] = true
	}
	return m
}()

// official reports whether a text begins as the names of government bodies go on after a place.
func official(s string) bool {
	if strings.HasPrefix(s, "政府") || strings.HasPrefix(s, "人民政府") || strings.HasPrefix(s, "行政公署") || zoneEnd(s) >= 0 {
		return true
	}
	f, n := function(s)
	return f != nil && f.Key != "hospital" && f.Key != "school" &&
		(departmentEnding(s[n:]) != "" || f.Key == "customs" && n == len(s))
}

// Name gives the length of the name of a body at the beginning of a text that goes on after it, such as 淮安市人民政府办公室 of
// 淮安市人民政府办公室印发…; 0 where there is none. A place alone is no body.
func Name(text string) int {
	t := load()
	at := 0
	for _, head := range t.heads {
		if strings.HasPrefix(text, head) {
			at = len(head)
			break
		}
	}
	if at > 0 { // 国家税务总局, or that of a place: 国家税务总局淮安市税务局
		if rs := places.Read(text[at:], 0); len(rs) > 0 && !rs[0].Bare {
			if n := departmentAt(text[at+rs[0].End:]); n > 0 {
				return at + rs[0].End + n
			}
		}
		return at
	}
	if rs := places.Read(text, 0); len(rs) > 0 {
		at = rs[0].End
		bare := true
		for _, r := range rs {
			bare = bare && r.Bare
		}
		if n := bodyAt(text[at:]); n > 0 && (!bare || n > len("政府")) {
			return at + n
		}
		return 0
	}
	for _, w := range []string{"自治区", "自治州", "自治县", "省", "市", "县", "区", "州", "盟", "旗"} { // 市教育局
		if strings.HasPrefix(text, w) {
			if n := bodyAt(text[len(w):]); n > 0 {
				return len(w) + n
			}
		}
	}
	return 0
}

// bodyAt gives the length of what follows a place in the name of a body, at the beginning of a text.
func bodyAt(s string) int {
	n := 0
	for _, w := range []string{"人民政府", "行政公署", "政府"} {
		if strings.HasPrefix(s, w) {
			n = len(w)
			break
		}
	}
	if n > 0 {
		for _, w := range []string{"办公厅", "办公室"} {
			if strings.HasPrefix(s[n:], w) {
				return n + len(w)
			}
		}
		return n
	}
	return departmentAt(s)
}

// departmentAt gives the length of the name of a department at the beginning of a text: a function and how departments
// end.
func departmentAt(s string) int {
	t := load()
	best, runes := 0, 0
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
		if t.byWord[key.String()] == nil {
			continue
		}
		rest := s[i+utf8.RuneLen(r):]
		for _, e := range []string{"监督管理局", "管理局", "管理中心", "委员会", "局", "厅", "委"} {
			if strings.HasPrefix(rest, e) &&
				!(e == "委" && (strings.HasPrefix(rest, "委托") || strings.HasPrefix(rest, "委派") ||
					strings.HasPrefix(rest, "委任") || strings.HasPrefix(rest, "委书"))) {
				best = i + utf8.RuneLen(r) + len(e)
				break
			}
		}
	}
	return best
}
