package normalize

import (
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/normalize/simplified"
)

// Many reports name their body as its own place does: 区统计局, 田黄镇. Where that is, other lines of the page may tell.

// placed reports whether a name begins with its place.
func placed(name string) bool {
	rs := places.Read(name, 0)
	return len(rs) > 0 && (!rs[0].Bare || agencies.Leads(name[rs[0].End:]))
}

// inFull finds where the text names the body in full, if its name leaves the place out: 福田区统计局 for 区统计局, 东坡区崇礼镇 for 崇礼镇;
// else who is named beside it, which tells the place too.
func (h *heading) inFull(names []naming, lines []headLine) {
	name := simplified.Fold(h.agency)
	if name == "" {
		return
	}
	if placed(name) {
		return
	}
	relative := 0 // 区统计局 goes on from the name of its district
	for _, w := range []string{"自治区", "自治州", "自治县", "省", "市", "县", "区", "州", "盟", "旗"} {
		if strings.HasPrefix(name, w) {
			relative = len(w)
			break
		}
	}
	found := map[string]bool{}
	for i := range lines {
		k := lines[i].key
		for at, n := strings.Index(k, name), 0; at >= 0 && n < 4; n++ {
			full := "" // the longest: 霍邱县 is no 邱县
			for start := at - 1; start >= 0 && start >= at-45; start-- {
				if !utf8.RuneStart(k[start]) {
					continue
				}
				rs := places.Read(k[start:at+relative], 0)
				if len(rs) > 0 && !rs[0].Bare && start+rs[0].End == at+relative {
					full = k[start : at+len(name)]
				}
			}
			if full != "" {
				found[full] = true
			}
			next := strings.Index(k[at+len(name):], name)
			if next < 0 {
				break
			}
			at += len(name) + next
		}
	}
	for full := range found {
		h.also = append(h.also, full)
	}
	sort.Strings(h.also)
	if len(found) == 0 {
		h.also = append(h.also, nearbyPlaces(lines, name)...)
	}
	for _, x := range names {
		if x.name != "" && x.name != h.agency {
			h.also = append(h.also, x.name)
		}
	}
}

// nearbyPlaces gives the places that a page names as its own and not in passing: a step of its path, the place whose government
// runs the website that the report stands on, and, for a township or street, whose rules it follows: 《肥城市政府信息公开办法》. A
// department may follow the rules of the city above its own.
func nearbyPlaces(lines []headLine, name string) []string {
	rules := true
	switch agencies.Read(name, agencies.Context{}).Kind {
	case agencies.TownshipGov, agencies.Subdistrict:
	default:
		rules = false
	}
	found := map[string]bool{}
	for i := range lines {
		k := lines[i].key
		if lines[i].kind == pathLine {
			for _, step := range strings.FieldsFunc(k, func(r rune) bool { return strings.ContainsRune(">»›→/|", r) }) {
				if rs := places.Read(step, 0); len(rs) > 0 && !rs[0].Bare && siteEnd.MatchString(step[rs[0].End:]) {
					found[step[:rs[0].End]] = true
				}
			}
			continue
		}
		if !rules && !containsAny(k, siteWords) {
			continue
		}
		for _, m := range ownPlace.FindAllStringSubmatchIndex(k, 8) {
			if m[2] < 0 && !rules {
				continue
			}
			if p := placeUpTo(k, m[0]); p != "" {
				found[p] = true
			}
		}
	}
	var out []string
	for p := range found {
		out = append(out, p)
	}
	sort.Strings(out)
	return out
}

var (
	siteEnd = regexp.MustCompile(`^(?:人民政府|政府)?(?:门户|公众信息|信息)?(?:网站|网)?(?:首页)?$`)
	// what follows a place that is the page's own: its website (first group), its rules
	ownPlace = regexp.MustCompile(`((?:人民)?政府[”"]?(?:公众信息|门户|信息公开|政务信息|政务)?(?:网|信息公开(?:专栏|平台))|(?:政府|政务)?(?:门户网站|信息网|政府网|政务网))|` +
		`(?:人民)?政府(?:信息公开(?:工作)?(?:办法|规定|暂行|制度|实施|条例|若干)|(?:办公室)?文件)`)
)

// siteWords are those of which one stands in every website that ownPlace finds.
var siteWords = []string{"网", "专栏", "平台"}

// placeUpTo gives the place that a text names right before a byte; "" where it names none.
func placeUpTo(k string, end int) string {
	best := ""
	for start := end - 1; start >= 0 && start >= end-60; start-- {
		if !utf8.RuneStart(k[start]) {
			continue
		}
		if rs := places.Read(k[start:end], 0); len(rs) > 0 && !rs[0].Bare && start+rs[0].End == end {
			best = k[start:end]
		}
	}
	return best
}
