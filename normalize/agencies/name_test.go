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
