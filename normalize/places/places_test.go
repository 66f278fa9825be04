package places

import (
	"fmt"
	"strings"
	"testing"
)

func TestData(t *testing.T) {
	l, err := parse(data)
	if err != nil {
		t.Fatal(err)
	}
	provinces := 0
	for i, d := range l.all {
		if i > 0 {
			if b := l.all[i-1]; b.Code > d.Code || b.Code == d.Code && (b.Until == 0 || b.Until > d.From) {
				t.Errorf("%s %s after %s %s", d.Code, d.Name, b.Code, b.Name)
			}
		}
		if d.Level() == Provincial {
			provinces++
		} else if d.Parent() == nil {
			t.Errorf("%s %s has nothing above it", d.Code, d.Name)
		}
		if d.Until != 0 && len(d.Successors) == 0 {
			t.Errorf("%s %s ended in %d and went nowhere", d.Code, d.Name, d.Until)
		}
		for _, s := range d.Successors {
			if At(s, d.Until) == nil {
				t.Errorf("%s %s went to %s in %d, which was not there", d.Code, d.Name, s, d.Until)
			}
		}
	}
	if provinces != 31 || len(l.all) < 3500 {
		t.Errorf("%d provinces, %d divisions", provinces, len(l.all))
	}
}

// TestCounts compares with the numbers that the ministry gave for 31 December: of provinces, prefectures and counties.
func TestCounts(t *testing.T) {
	for year, want := range map[int][2]int{2012: {333, 2852}, 2016: {334, 2851}, 2018: {333, 2851}, 2020: {333, 2844},
		2022: {333, 2843}, 2023: {333, 2844}} {
		prefectures, counties := 0, 0
		for _, d := range All() {
			if d.From <= year && (d.Until == 0 || d.Until > year) {
				switch d.Level() {
				case Prefecture:
					prefectures++
				case County:
					counties++
				}
			}
		}
		t.Log(year, prefectures, counties)
		// committees and forest districts of no rank are counted in one place and not in the other
		if prefectures != want[0] || counties-want[1] > 6 || want[1]-counties > 6 {
			t.Errorf("%d: %d prefectures, %d counties, want %v", year, prefectures, counties, want)
		}
	}
}

func TestRead(t *testing.T) {
	for text, want := range map[string]string{
		"江苏省淮安市清江浦区人民政府": "320812 江苏省淮安市清江浦区", "淮安市人民政府": "320800 淮安市", "黑龙江省哈尔滨市": "230100 黑龙江省哈尔滨市",
		"朝阳区人民政府": "110105 220104 朝阳区", "朝阳市双塔区": "211302 朝阳市双塔区", "北京市朝阳区": "110105 北京市朝阳区", "吉林市丰满区": "220211 吉林市丰满区",
		"吉林省人民政府": "220000 吉林省",
		"海南州政府":   "632500 海南州", "海南省": "460000 海南省", "海南区": "150303 海南区", "河南县": "632324 河南县",
		"延边州汪清县": "222424 延边州汪清县", "天津市河北区": "120105 天津市河北区",
		"青岛市市南区": "370202 青岛市市南区", "青岛市南区": "370202 青岛市南区", "湖北省仙桃市": "429004 湖北省仙桃市",
		"新疆维吾尔自治区石河子市": "659001 新疆维吾尔自治区石河子市", "喀左县": "211324 喀左县",
		"东乡族自治县": "622926 东乡族自治县", "恩施州恩施市": "422801 恩施州恩施市", "通州区": "110112 320612 通州区", "南通市通州区": "320612 南通市通州区",
		"巴州区": "511902 巴州区", "巴州库尔勒市": "652801 巴州库尔勒市",
		"兴安盟": "152200 兴安盟", "兴安区": "230405 兴安区", "兴安县": "450325 兴安县", "内蒙古财政厅": "150000 内蒙古", "省财政厅": "", "某某": "",
	} {
		rs := Read(text, 2022)
		var got []string
		end := 0
		for _, r := range rs {
			got = append(got, r.Division.Code)
			end = r.End
		}
		if end > 0 {
			got = append(got, text[:end])
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %q, want %q", text, s, want)
		}
	}
}

func TestReadInTime(t *testing.T) {
	for _, c := range []struct {
		text string
		year int
		want string
	}{
		{"襄樊市", 2009, "420600 襄樊市"}, {"襄阳市", 2012, "420600 襄阳市"}, {"巢湖市", 2009, "341400 巢湖市"},
		{"巢湖市", 2013, "340181 巢湖市"}, {"密云县", 2014, "110228 密云县"}, {"密云县", 2022, "110228 密云县"},
		{"儋州市", 2013, "469003 儋州市"}, {"儋州市", 2019, "460400 儋州市"}, {"渝北区", 2024, "500112 渝北区"},
		{"三元区", 2019, "350403 三元区"}, {"三元区", 2023, "350404 三元区"}, {"江北区", 2020, "330205 500105"},
		{"哈密市", 2014, "652201"}, {"哈密市", 2020, "650500"},
	} {
		var got []string
		for _, r := range Read(c.text, c.year) {
			got = append(got, r.Division.Code)
		}
		if s := strings.Join(got, " "); s != strings.TrimSpace(strings.TrimSuffix(c.want, c.text)) {
			t.Errorf("%s in %d: %s, want %s", c.text, c.year, s, c.want)
		}
	}
}

func TestSeries(t *testing.T) {
	for _, c := range []struct {
		code string
		year int
		want string
	}{
		{"420600", 2009, "420600"}, {"320803", 2009, "320803"}, {"110228", 2010, "110118"}, {"542200", 2010, "540500"},
		{"542421", 2012, "540602"}, {"371200", 2015, "371200"}, {"371202", 2015, "370116"},
		{"310108", 2014, "310108"}, {"320802", 2014, "320802"}, {"320812", 2020, "320812"}, {"540422", 2020, "540481"},
		{"542623", 2012, "540481"}, {"469003", 2012, "460400"},
	} {
		d := At(c.code, c.year)
		if d == nil {
			t.Errorf("%s in %d: nothing", c.code, c.year)
		} else if s := d.Series(); s != c.want {
			t.Errorf("%s %s: series %s, want %s", c.code, d.Name, s, c.want)
		}
	}
}

func ExampleRead() {
	for _, r := range Read("江苏省淮安市人民政府", 2024) {
		fmt.Println(r.Division.Code, r.Division.Path(), r.Division.Level())
	}
	// Output: 320800 江苏省淮安市 prefecture
}
