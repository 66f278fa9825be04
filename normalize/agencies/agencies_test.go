package agencies

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize/gold/floors"
	"github.com/gongkai/gongkai/normalize/places"
)

type want struct {
	line  int
	name  string
	known Context
	path  string
	level string
	kind  string
	what  string
	unit  string
}

var quoted = regexp.MustCompile(`"([^"]*)"`)

func gold(t testing.TB) []want {
	b, err := os.ReadFile("testdata/agencies.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []want
	for i, line := range strings.Split(string(b), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) != 3 {
			t.Fatalf("line %d: %q", i+1, line)
		}
		w := want{line: i + 1, name: strings.TrimSpace(f[0])}
		for _, q := range quoted.FindAllStringSubmatch(f[1], -1) {
			w.known.Texts = append(w.known.Texts, q[1])
		}
		for _, k := range strings.Fields(quoted.ReplaceAllString(f[1], "")) {
			if k[0] == '@' {
				w.known.Division = k[1:]
			} else if w.known.Year, err = strconv.Atoi(k); err != nil {
				t.Fatalf("line %d: %q", i+1, k)
			}
		}
		r := append(strings.Fields(f[2]), "")
		w.path, w.level, w.kind, w.what, w.unit = r[0], r[1], r[2], r[3], r[4]
		out = append(out, w)
	}
	return out
}

// path gives the whole name of the division that a code had in a year.
func path(code string, year int) string {
	switch code {
	case "":
		return "?"
	case NationalCode:
		return "国"
	}
	if d := places.At(code, year); d != nil {
		return d.Path()
	}
	for _, y := range []int{year - 1, year + 1} {
		if d := places.At(code, y); d != nil {
			return d.Path()
		}
	}
	return "no division " + code
}

func or(s, none string) string {
	if s == "" {
		return none
	}
	return s
}

// TestGold reads the names of testdata/agencies.txt. No name may be given to another place than its own.
func TestGold(t *testing.T) {
	all, right, wrong := 0, 0, 0
	for _, w := range gold(t) {
		all++
		a := Read(w.name, w.known)
		got := strings.Join([]string{path(a.Code, w.known.Year), or(string(a.Level), "-"), string(a.Kind),
			or(a.Function, "-"), a.Unit}, " ")
		wanted := strings.Join([]string{w.path, w.level, w.kind, w.what, w.unit}, " ")
		if got == wanted {
			right++
			continue
		}
		if a.Code != "" && path(a.Code, w.known.Year) != w.path {
			wrong++
			t.Errorf("line %d: %s: given to %s", w.line, w.name, path(a.Code, w.known.Year))
		}
		t.Logf("line %d: %s: %s, want %s %s", w.line, w.name, got, wanted, a.Evidence)
	}
	share := float64(right) / float64(all)
	t.Logf("%d names, %d right (%.2f %%), %d given to a wrong place", all, right, 100*share, wrong)
	if all < 400 {
		t.Errorf("%d names are too few to measure by", all)
	}
	floors.Hold(t, "agencies right", share)
	floors.Hold(t, "agencies given to a wrong place, none", 1-float64(wrong)/float64(all))
}

// TestOneBody: the same body has one identity under all its names; two bodies never share one.
func TestOneBody(t *testing.T) {
	same := [][]string{
		{"淮安市发展和改革委员会", "淮安市发改委", "江苏省淮安市发展改革委", "淮安市发展改革委员会", "淮安市发展和改革委员会(市粮食和物资储备局)", "江苏省 淮安市 发展和改革委员会"},
		{"哈尔滨市住房和城乡建设局", "哈尔滨市住建局", "哈尔滨市住房城乡建设局", "黑龙江省哈尔滨市住房与城乡建设局"},
		{"淮安市人民政府", "江苏省淮安市人民政府", "淮安市政府", "淮安市"}, {"淮安市人民政府办公室", "淮安市政府办公室", "淮安市政府办", "淮安市人民政府办公室(市外事办公室)"},
		{"威宁县林业局", "威宁自治县林业局", "威宁彝族回族苗族自治县林业局", "贵州省毕节市威宁彝族回族苗族自治县林业局"},
		{"珲春市板石镇人民政府", "延边州珲春市板石镇政府", "吉林省延边朝鲜族自治州珲春市板石镇人民政府"},
		{"清江浦区长东街道办事处", "淮安市清江浦区人民政府长东街道办事处", "清江浦区长东街道"}, {"国家发展和改革委员会", "国家发改委", "国家发展改革委"},
		{"淮安市卫生健康委员会", "淮安市卫健委", "淮安市卫生健康委"}, {"淮安市教育局"}, {"淮安市淮安区教育局", "淮安区教育局"},
		{"淮安市体育局"}, {"淮安市教育体育局", "淮安市教体局"}, {"淮安市商务局"}, {"淮安市招商局"}, {"淮安市园林局"}, {"淮安市林业局"}, {"淮安市旅游局"}, {"淮安市文化局"},
		{"淮安市文化广电和旅游局", "淮安市文广旅局"}, {"淮安市市场监督管理局", "淮安市市场监管局", "淮安市市监局"},
		{"淮安市工商行政管理局"}, {"淮安市质量技术监督局", "淮安市质监局"}, {"淮安市国家税务局", "淮安市国税局"}, {"国家税务总局淮安市税务局"}, {"淮安市地方税务局"}, {"淮安市公安局"},
		{"淮安市公安局清江浦分局"}, {"淮安市公安局交通警察支队"}, {"淮安市住房公积金管理中心", "淮安住房公积金管理中心"},
		{"淮安市数据局"}, {"淮安市大数据管理局"}, {"淮安市行政审批局"}, {"淮安市政务服务管理办公室"}, {"淮安市城市管理局", "淮安市城管局"}, {"淮安市综合行政执法局"},
		{"淮安经济技术开发区管理委员会", "淮安市经济技术开发区管委会"}, {"淮安经济技术开发区财政局"}, {"淮安市财政局"},
	}
	of := map[string]string{}
	for _, names := range same {
		first := Read(names[0], Context{Year: 2022})
		if first.ID == "" {
			t.Errorf("%s: no identity: %s", names[0], first.Evidence)
			continue
		}
		if other, taken := of[first.ID]; taken {
			t.Errorf("%s and %s are both %s", names[0], other, first.ID)
		}
		of[first.ID] = names[0]
		for _, n := range names[1:] {
			if a := Read(n, Context{Year: 2022}); a.ID != first.ID {
				t.Errorf("%s is %s, but %s is %s", n, a.ID, names[0], first.ID)
			}
		}
	}
}

// TestNormal: the name with the whole path of its place, and nothing of it lost.
func TestNormal(t *testing.T) {
	for _, c := range [][3]string{
		{"河西街道", "天津市河西区", "天津市河西区河西街道"}, {"淮安市教育局", "", "江苏省淮安市教育局"}, {"清江浦区长东街道办事处", "", "江苏省淮安市清江浦区长东街道办事处"},
		{"市教育局", "江苏省淮安市", "江苏省淮安市教育局"},
		{"淮安发改委", "", "江苏省淮安市发改委"}, {"江苏省淮安市", "", "江苏省淮安市"}, {"黄码镇人民政府", "江苏省淮安市清江浦区", "江苏省淮安市清江浦区黄码镇人民政府"},
	} {
		if a := Read(c[0], Context{Year: 2022, Texts: []string{c[1]}}); a.Normal != c[2] {
			t.Errorf("%s: %s, want %s", c[0], a.Normal, c[2])
		}
	}
}

// TestSeries: a place that was renamed or raised keeps its series.
func TestSeries(t *testing.T) {
	for _, c := range [][2]Agency{
		{Read("密云县人民政府", Context{Year: 2013}), Read("北京市密云区人民政府", Context{Year: 2020})},
		{Read("襄樊市教育局", Context{Year: 2009}), Read("襄阳市教育局", Context{Year: 2019})},
		{Read("山南地区行政公署", Context{Year: 2014}), Read("山南市人民政府", Context{Year: 2020})},
		{Read("米林县财政局", Context{Year: 2020}), Read("米林市财政局", Context{Year: 2024})},
	} {
		if c[0].Series == "" || c[0].Series != c[1].Series {
			t.Errorf("%s: series %s, %s: series %s", c[0].Name, c[0].Series, c[1].Name, c[1].Series)
		}
	}
	a, b := Read("淮安市清河区人民政府", Context{Year: 2014}), Read("淮安市清江浦区人民政府", Context{Year: 2019})
	if a.Series == b.Series {
		t.Errorf("清河区 was merged into 清江浦区; it is not the same series %s", a.Series)
	}
}

func FuzzRead(f *testing.F) {
	for _, w := range gold(f) {
		f.Add(w.name, w.known.Year, w.known.Division, strings.Join(w.known.Texts, " "))
	}
	f.Fuzz(func(t *testing.T, name string, year int, division, text string) {
		a := Read(name, Context{Year: year, Division: division, Texts: []string{text}, Prose: text})
		if (a.ID == "") != (a.Code == "") || a.Code != "" && a.Code != NationalCode && a.Level == "" {
			t.Errorf("%q: %+v", name, a)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	ws := gold(b)
	Read("淮安市", Context{})
	for i := 0; b.Loop(); i++ {
		Read(ws[i%len(ws)].name, ws[i%len(ws)].known)
	}
}

// TestUnknownPlaces: a place that no list knows leaves the division open, whatever else is known, and the kind told.
func TestUnknownPlaces(t *testing.T) {
	for _, c := range []struct {
		name     string
		kind     Kind
		function string
	}{
		{"江州市人民政府", Government, ""},
		{"临溪市人民政府办公室", Office, ""},
		{"望川市卫生健康委员会", Department, "health"},
		{"青岚县住房和城乡建设局", Department, "housing-construction"},
	} {
		a := Read(c.name, Context{Year: 2022, Division: "320800", Texts: []string{"江苏省淮安市"}})
		if a.Kind != c.kind || a.Decided() || a.Code != "" || c.function != "" && a.Function != c.function {
			t.Errorf("%s: %+v", c.name, a)
		}
	}
	if a := Read("住房和城市建设局", Context{Year: 2022, Division: "320800"}); a.Code != "320800" || a.Kind != Department {
		t.Errorf("a department of the portal's: %+v", a)
	}
}
