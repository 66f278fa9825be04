package agencies_test

import (
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize/agencies"
)

// TestFlaw: what is no name is told from names that look strange.
func TestFlaw(t *testing.T) {
	for _, name := range strings.Fields("沭阳县人民政府 如东县教育局 从江县人民政府 和顺县财政局 全州县人民政府 本溪市公安局 沭阳县教育局(党组) 对坊乡 兴安盟行署外事办公室 " +
		"国家税务总局常州市税务局 新疆生产建设兵团第一师 上海市 成都市武侯區 平潭综合实验区党工委、管委会 北京市福利彩票发行中心") {
		if why := agencies.Flaw(name); why != "" {
			t.Errorf("%s: %s", name, why)
		}
	}
	for _, name := range []string{"沭阳县教育局(党组", "首页>宣城市生态环境局", "标题水城区杨梅乡", "《沭阳县人民政府", "我局", "各镇人民政府", "对沭阳县教育局",
		"北京市手机彩票网民政局", "沭阳县人民", "根据条例", "www.example.com教育局", "上一篇:沭阳县财政局", "局"} {
		if agencies.Flaw(name) == "" {
			t.Errorf("%s passes for a name", name)
		}
	}
}

func TestNearMiss(t *testing.T) {
	for name, want := range map[string]string{
		"沐阳县人民政府": "沭阳县", "沐阳县教育局": "沭阳县", "清江铺区教育局": "清江浦区",
		"沭阳县人民政府": "", "江州市人民政府": "", "板石镇人民政府": "", "区统计局": "", "五华科技产业园管理委员会": "", "某县水务局": "",
	} {
		if _, meant := agencies.NearMiss(name); meant != want {
			t.Errorf("%s: %q, want %q", name, meant, want)
		}
	}
}

func TestRelate(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want agencies.Relation
	}{
		{"福田区科技局", "深圳市福田区科学技术局", agencies.Same},
		{"河包镇", "河包镇人民政府", agencies.Same},
		{"市民政局", "丽水市民政局", agencies.Same},
		{"平潭综合实验区管委会", "平潭综合实验区", agencies.Same},
		{"湘西自治州财政局", "湘西土家族苗族自治州财政局", agencies.Same},
		{"沭阳县人民政府", "沭阳县人民政府办公室", agencies.Part},
		{"国家税务总局", "国家税务总局政府信息公开办公室", agencies.Part},
		{"广东省", "广东省人民政府办公厅", agencies.Part},
		{"沭阳县教育局", "沭阳县财政局", agencies.Different},
		{"沭阳县教育局", "如东县教育局", agencies.Different},
		{"安徽省邮政管理局", "国家邮政局", agencies.Different},
	} {
		if got := agencies.Relate(c.a, c.b); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := agencies.Relate(c.b, c.a); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

func TestOuter(t *testing.T) {
	for name, want := range map[string]string{
		"国家税务总局政府信息公开办公室": "国家税务总局", "两城镇人民政府党政办公室": "两城镇人民政府", "安徽省邮政管理局办公室": "安徽省邮政管理局",
		"福州市晋安区人民政府信息公开办": "福州市晋安区人民政府", "平度市政府办公室": "平度市政府办公室", "兴安盟行署外事办公室": "兴安盟行署外事办公室",
	} {
		if got := agencies.Outer(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestZones: the short name of a zone decides no far division, and its committee has one id in all spellings.
func TestZones(t *testing.T) {
	for _, c := range []struct{ name, text, id string }{
		{"五华科技产业园管理委员会", "", ""},
		{"五华科技产业园管理委员会", "昆明市五华区科普路1号", "530102/zone/科技产业园"},
		{"朝阳经济开发区管理委员会", "", ""},
		{"朝阳经济开发区管理委员会", "长春市朝阳区开运街1号", "220104/zone/经济开发区"},
		{"平潭综合实验区", "", "350128/zone/综合实验区"},
		{"平潭综合实验区管理委员会", "", "350128/zone/综合实验区"},
		{"平潭综合实验区党工委、管委会", "", "350128/zone/综合实验区"},
		{"淮安经济技术开发区管委会", "", "320800/zone/经济技术开发区"},
	} {
		if a := agencies.Read(c.name, agencies.Context{Texts: []string{c.text}}); a.ID != c.id {
			t.Errorf("%s, %s: %q, want %q", c.name, c.text, a.ID, c.id)
		}
	}
}

// TestInShort: a body has one id, however short its name.
func TestInShort(t *testing.T) {
	for _, c := range [][2]string{
		{"上海市科委", "上海市科学技术委员会"}, {"沭阳县残联", "沭阳县残疾人联合会"}, {"重庆市教委", "重庆市教育委员会"},
		{"中共灵川县委机构编制委员会办公室", "灵川县机构编制委员会办公室"}, {"沈阳市浑南区（沈阳高新区）人民政府", "沈阳市浑南区人民政府"},
		{"杞县人民政府（办公室）", "杞县人民政府办公室"}, {"水利部太湖流域管理局", "太湖流域管理局"},
	} {
		a, b := agencies.Read(c[0], agencies.Context{}), agencies.Read(c[1], agencies.Context{})
		if a.ID == "" || a.ID != b.ID {
			t.Errorf("%s: %q, %s: %q", c[0], a.ID, c[1], b.ID)
		}
	}
	if a := agencies.Read("黑龙江省农垦总局", agencies.Context{}); a.ID != "230000/department/农垦总局" {
		t.Errorf("%q", a.ID)
	}
}

// TestTownships: a township that stands once in the lists is placed if the text bears it out, and only then.
func TestTownships(t *testing.T) {
	for _, c := range []struct {
		name, prose string
		year        int
		portal, id  string
	}{
		{"对坊乡", "电话:0797-6854110", 2023, "", "360730/township/对坊乡"},
		{"对坊乡", "电话:(0797)6854110", 2009, "", "360730/township/对坊乡"},
		{"对坊乡", "在县委、县政府的领导下", 2012, "", "360730/township/对坊乡"},
		{"对坊乡", "在区委、区政府的领导下", 2023, "", ""},
		{"对坊乡", "电话:0755-66541100", 2023, "", ""},
		{"对坊乡", "我乡公开信息12条", 2023, "", ""},
		{"对坊乡", "", 2023, "360700", "360730/township/对坊乡"},
		{"对坊乡", "", 2023, "440000", ""},
		{"河包镇人民政府", "围绕区委、区政府的部署", 2020, "", "500153/township/河包镇"},
		{"城关镇", "在县委、县政府的领导下", 2020, "", ""},
		{"延寿乡", "在县委、县政府的领导下", 2020, "", ""}, // short for 延寿瑶族乡, too
	} {
		a := agencies.Read(c.name, agencies.Context{Year: c.year, Division: c.portal, Prose: c.prose})
		if a.ID != c.id {
			t.Errorf("%s, %q, %d, %s: %q, want %q %v", c.name, c.prose, c.year, c.portal, a.ID, c.id, a.Evidence)
		}
	}
}

// TestRelativeKinds: 县统计局 is of no district, whatever places a page names.
func TestRelativeKinds(t *testing.T) {
	for _, c := range [][3]string{
		{"县统计局", "安徽省宣城市泾县", "341823/department/统计"}, {"县统计局", "广州市番禺区", ""}, {"区统计局", "广州市番禺区", "440113/department/统计"},
		{"市统计局", "安徽省宣城市泾县", ""}, {"雄关街道办事处", "甘肃省嘉峪关市新华路", "620200/subdistrict/雄关街道"},
	} {
		if a := agencies.Read(c[0], agencies.Context{Texts: []string{c[1]}}); a.ID != c[2] {
			t.Errorf("%s, %s: %q, want %q", c[0], c[1], a.ID, c[2])
		}
	}
}
