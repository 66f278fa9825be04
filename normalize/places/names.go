package places

import (
	"strings"
	"unicode/utf8"
)

// A name is one that a division goes by.
type name struct {
	text string
	bare bool // without 省, 市, 县 …
}

// names gives what a division is called: its whole name; an autonomous one without its nationalities (延边州 for
// 延边朝鲜族自治州); what is usual where no rule leads to it (喀左县); and the bare name (淮安 for 淮安市), where it has two
// characters or more.
func names(whole string) []name {
	out := []name{{whole, false}}
	add := func(s string, bare bool) {
		for _, n := range out {
			if n.text == s {
				return
			}
		}
		out = append(out, name{s, bare})
	}
	core, ending := cut(whole)
	switch ending {
	case "自治州", "自治县", "自治旗":
		plain := withoutNationalities(core)
		add(plain+string([]rune(ending)[2:]), false) // 州, 县, 旗
		add(plain+ending, false)
		add(plain, true)
	case "自治区", "地区", "盟", "林区", "特区":
		add(core, true)
	case "新区":
	default:
		if utf8.RuneCountInString(core) >= 2 {
			add(core, true)
		}
	}
	for _, s := range usual[whole] {
		add(s, false)
	}
	return out
}

// cut takes the kind of division off a name.
func cut(s string) (core, ending string) {
	for _, e := range []string{"维吾尔自治区", "壮族自治区", "回族自治区"} {
		if strings.HasSuffix(s, e) {
			return strings.TrimSuffix(s, e), "自治区"
		}
	}
	for _, e := range []string{"自治区", "自治州", "自治县", "自治旗", "地区", "林区", "特区", "新区", "省", "市", "县", "区", "盟", "旗"} {
		c := strings.TrimSuffix(s, e)
		// 西林区 is the district 西林
		if c == s || c == "" || (e == "林区" || e == "特区" || e == "新区") && utf8.RuneCountInString(c) < 2 {
			continue
		}
		return c, e
	}
	return s, ""
}

// nationalities as they stand in the names of autonomous divisions.
var nationalities = strings.Fields("蒙古族 蒙古 回族 藏族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 哈萨克 傣族 黎族 傈僳族 佤族 畲族 拉祜族 " +
	"水族 东乡族 纳西族 景颇族 柯尔克孜 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯 普米族 塔吉克 怒族 鄂温克族 保安族 裕固族 独龙族 各族")

// withoutNationalities takes them off the end, but never the whole name (东乡族自治县 is 东乡).
func withoutNationalities(s string) string {
	for {
		cut := ""
		for _, n := range nationalities {
			if strings.HasSuffix(s, n) && len(n) > len(cut) {
				cut = n
			}
		}
		switch {
		case cut == "":
			return s
		case cut == s:
			return strings.TrimSuffix(s, "族")
		}
		s = strings.TrimSuffix(s, cut)
	}
}

// usual are short names that no rule gives.
var usual = map[string][]string{
	"前郭尔罗斯蒙古族自治县": {"前郭县"}, "喀喇沁左翼蒙古族自治县": {"喀左县"}, "阜新蒙古族自治县": {"阜蒙县"}, "杜尔伯特蒙古族自治县": {"杜蒙县"},
	"莫力达瓦达斡尔族自治旗": {"莫旗"}, "东乌珠穆沁旗": {"东乌旗"}, "西乌珠穆沁旗": {"西乌旗"}, "锡林郭勒盟": {"锡盟"}, "达尔罕茂明安联合旗": {"达茂旗"},
	"土默特左旗": {"土左旗"}, "土默特右旗": {"土右旗"}, "科尔沁左翼中旗": {"科左中旗"}, "科尔沁左翼后旗": {"科左后旗"}, "科尔沁右翼前旗": {"科右前旗"},
	"科尔沁右翼中旗": {"科右中旗"},
	"察哈尔右翼前旗": {"察右前旗"}, "察哈尔右翼中旗": {"察右中旗"}, "察哈尔右翼后旗": {"察右后旗"}, "新巴尔虎左旗": {"新左旗"}, "新巴尔虎右旗": {"新右旗"},
	"陈巴尔虎旗":  {"陈旗"},
	"阿鲁科尔沁旗": {"阿旗"}, "克什克腾旗": {"克旗"}, "阿拉善左旗": {"阿左旗"}, "阿拉善右旗": {"阿右旗"}, "鄂托克前旗": {"鄂前旗"},
	"克孜勒苏柯尔克孜自治州": {"克州"}, "博尔塔拉蒙古自治州": {"博州"}, "巴音郭楞蒙古自治州": {"巴州"}, "西双版纳傣族自治州": {"版纳州"},
	"塔什库尔干塔吉克自治县": {"塔县"}, "察布查尔锡伯自治县": {"察县"}, "和布克赛尔蒙古自治县": {"和布克赛尔县"}, "巴里坤哈萨克自治县": {"巴里坤县"},
	"浦东新区": {"浦东"}, "神农架林区": {"神农架"}, "大柴旦行政委员会": {"大柴旦行委", "大柴旦"}, "冷湖行政委员会": {"冷湖行委"}, "茫崖行政委员会": {"茫崖行委"},
}

// ShortName is the name without the word for what kind of division it is (省, 市, 县, 区 …); the whole name where nothing
// is left, or one character.
func (d *Division) ShortName() string {
	short := d.Name
	for _, n := range names(d.Name) {
		if n.bare && len(n.text) < len(short) && utf8.RuneCountInString(n.text) > 1 {
			short = n.text
		}
	}
	return short
}
