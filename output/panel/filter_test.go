package panel

import (
	"slices"
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	names := []string{"哈尔滨市", "哈尔滨市人民政府办公厅", "淮安市", "淮安市清江浦区", "sum-fails", "row-missing", "year-missing", "哈尔滨市"}
	for word, want := range map[string][]string{
		"哈尔宾":         {"哈尔滨市", "哈尔滨市人民政府办公厅"},
		"哈滨市":         {"哈尔滨市", "哈尔滨市人民政府办公厅"},
		"清江甫区":        {"淮安市清江浦区"},
		"sum-fail":    {"sum-fails"},
		"sums-fails":  {"sum-fails"},
		"row-mising":  {"row-missing", "year-missing"},
		"nope":        nil,
		"乌鲁木齐市":       nil,
		"":            {"淮安市", "哈尔滨市"}, // holds in all
		"淮安市清江浦区淮安市府": {"淮安市清江浦区"},
	} {
		if have := Nearest(word, names, 2); !slices.Equal(have, want) {
			t.Errorf("%q: %q, not %q", word, have, want)
		}
	}
}

func TestChoice(t *testing.T) {
	for _, x := range []struct {
		filter          Filter
		reports, bodies int
		want            string
	}{
		{Filter{}, 6, 3, ""},
		{Filter{Names: []string{"哈尔滨"}}, 3, 2, ""},
		{Filter{Names: []string{"3208"}}, 3, 1, ""},
		{Filter{Names: []string{"哈尔滨", "淮安"}, Level: "prefecture"}, 5, 2, ""},
		{Filter{Year: 2022}, 2, 3, ""},
		{Filter{Names: []string{"水务局"}, Year: 2022}, 0, 1, ""}, // its report may be what is missing
		{Filter{Names: []string{"哈尔宾"}}, 0, 0,
			"no body's name holds 哈尔宾, and no division's code begins with it; near it are 哈尔滨市"},
		{Filter{Names: []string{"哈尔滨", "淮按市"}}, 3, 2,
			"no body's name holds 淮按市, and no division's code begins with it; near it are 淮安市"},
		{Filter{Names: []string{"9999"}}, 0, 0, "no body's name holds 9999, and no division's code begins with it"},
		{Filter{Year: 2042}, 0, 3, "no report is on the year 2042; there are 2020 to 2023"},
		{Filter{Level: "township"}, 0, 0, "no body is of the level township; there are county, prefecture"},
		{Filter{Names: []string{"淮安"}, Level: "county"}, 0, 0, "no body of the level county has 淮安 in its name"},
	} {
		c := x.filter.Choose()
		c.Look("黑龙江省哈尔滨市人民政府办公厅", "230100", "prefecture", 2020, 2022)
		c.Look("黑龙江省哈尔滨市呼兰区水务局", "230111", "county", 2021)
		c.Look("江苏省淮安市人民政府", "320800", "prefecture", 2020, 2022, 2023)
		err := c.Err()
		if x.want == "" && (err != nil || c.Reports != x.reports || c.Bodies != x.bodies) {
			t.Errorf("%+v: %d reports of %d bodies: %v", x.filter, c.Reports, c.Bodies, err)
		}
		if x.want != "" && (err == nil || !strings.HasPrefix(err.Error(), x.want)) {
			t.Errorf("%+v: %v, not %s", x.filter, err, x.want)
		}
	}
	nobody := Filter{Level: "township"}.Choose()
	nobody.Look("江州市人民政府", "", "", 2022)
	if err := nobody.Err(); err == nil ||
		err.Error() != "no body is of the level township; of no body the level is known" {
		t.Error(err)
	}
	several := Filter{Names: []string{"黑龙江", "哈尔滨"}}.Choose()
	several.LookAny([]string{"黑龙江省哈尔滨市人民政府", "哈尔滨市人民政府"}, "230100", "prefecture", 2020, 2022)
	several.LookAny([]string{"江苏省淮安市人民政府"}, "320800", "prefecture", 2020)
	if err := several.Err(); err != nil || several.Bodies != 1 || several.Reports != 2 {
		t.Errorf("%d reports of %d bodies: %v", several.Reports, several.Bodies, err)
	}
	empty := Filter{Year: 2020}.Choose()
	if err := empty.Err(); err == nil || !strings.Contains(err.Error(), "of none the year is known") {
		t.Error(err)
	}
}
