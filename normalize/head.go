package normalize

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/script"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/normalize/simplified"
)

// agencyEndings are how the names of reporting bodies end.
var agencyEndings = []string{"人民政府", "政府", "办公厅", "办公室", "委员会", "管委会", "街道办事处", "办事处", "局", "厅", "委", "部", "院", "署",
	"中心", "公署", "总队", "支队", "大队", "法院", "检察院", "银行", "学校", "大学", "县", "市", "区", "省", "镇", "乡", "街道", "州", "盟", "旗", "集团",
	"公司", "协会", "所", "站", "社", "会", "苏木", "海关", "行署", "党工委", "(党组)", "(党委)"}

// A heading is what the head of a document says about itself.
type heading struct {
	title, agency string
	days          []dated // of publication, the best first
	year          int
	period        Period
	place         extract.Place
	doubtful      string   // why the body is not known for certain; "" = it is
	prose         string   // the text that was read, squeezed
	also          []string // texts that name the body in full, or its place
	said          func() selfImage
}

// readHeading finds title, agency, year and date of publication.
func readHeading(doc *extract.Document, from Origin, tell func(Finding)) heading {
	var h heading
	lines := headLines(doc, firstLines, nil)
	begin := textBegins(lines)
	cands := titleCandidates(lines, begin+1)
	if !plain(cands) {
		lines = headLines(doc, allLines, lines)
		begin = textBegins(lines)
		cands = titleCandidates(lines, begin+1)
	}
	if !anyGood(cands) && begin < len(lines) { // a notice of the site stood before the title
		later := titleCandidates(lines, len(lines))
		for i := range later {
			later[i].score -= 2
		}
		cands = later
	}
	outside := outsideCandidates(doc, from)
	asked := 12_000
	if plain(cands) || unanimous(cands) {
		asked = 1000
	}
	prose := proseOf(lines, proseFrom(cands, begin, len(lines)), asked)
	names := namings(prose, plain(cands))
	names = append(names, labelled(lines, begin)...)
	sig := readSignature(doc)
	if sig.name != "" {
		names = append(names, naming{name: sig.name, by: signature, place: sig.place, times: 1})
	}
	for _, m := range doc.Meta {
		switch strings.ToLower(m.Name) {
		case "contentsource", "sitename", "author":
			if isAgency(m.Content) {
				names = append(names, naming{name: form.Squeeze(m.Content), by: outsideName, times: 1})
			}
		}
	}
	periodAt := extract.Place{}
	h.period, periodAt = readPeriod(lines, tell)
	h.said = sync.OnceValue(func() selfImage { // asked for where no table says what the document is
		if len(lines) >= firstLines {
			lines = headLines(doc, allLines, lines)
		}
		return imageOf(lines, cands, outside, proseOf(lines, proseFrom(cands, begin, len(lines)), 12_000).key, h.period)
	})

	best, rival := chooseTitle(cands, outside, names, h.period)
	if best != nil {
		h.title, h.place, h.year = frontless(best.printed), best.place, best.year
	}
	h.settleAgency(best, rival, cands, names, prose.key, tell)
	h.inFull(names, lines)
	h.prose = prose.key
	h.settleTitleYear(best, cands, outside, names, periodAt, tell)
	h.days = readDays(doc, lines, best, begin, sig, tell)
	h.tellUnreadable(tell)
	h.tellMissing(tell)
	return h
}

// tellUnreadable doubts a title of which not all characters are known. No body has such a name.
func (h *heading) tellUnreadable(tell func(Finding)) {
	if !strings.ContainsRune(h.title, form.Unreadable) && !strings.ContainsRune(h.agency, form.Unreadable) {
		return
	}
	h.doubt(tell, CodeHeadUnreadable, "not all characters of the title or the name could be read: %q", h.title)
	if strings.ContainsRune(h.agency, form.Unreadable) {
		h.agency = ""
	}
}

// withoutMarks takes the marks of notes out of a title or a name: raised, lowered and circled digits.
func withoutMarks(s string) string {
	bare := strings.Map(func(r rune) rune {
		if r >= 0xb2 && (script.IsRaised(r) || script.IsLowered(r) || r >= '①' && r <= '⑳') {
			return -1
		}
		return r
	}, s)
	if len(bare) < len(s) {
		bare = emptyBrackets.Replace(bare)
	}
	return bare
}

var emptyBrackets = strings.NewReplacer("[]", "", "()", "", "（）", "", "〔〕", "", "【】", "")

// The lines that are looked at: so many where a title stands among the first, else all these.
const (
	firstLines = 60
	allLines   = 240
)

// plain reports whether the titles say who and when, and all the same: nothing else needs to be asked.
func plain(cands []candidate) bool {
	return unanimous(cands) && !slices.ContainsFunc(cands, func(c candidate) bool { return c.score >= 0 && c.paper == "" && c.above })
}

// unanimous reports whether the titles say who and when, and all the same, though the name may stand above the title: then
// the opening of the text can say that another compiled it.
func unanimous(cands []candidate) bool {
	var first *candidate
	for i := range cands {
		c := &cands[i]
		if c.score < 0 || c.paper != "" {
			continue
		}
		switch {
		case !c.named() || c.year == 0:
			return false
		case first == nil:
			first = c
		case c.agency != first.agency || c.year != first.year:
			return false
		}
	}
	return first != nil
}

// tellMissing says what the head does not give. That nothing is printed is no doubt about what is.
func (h *heading) tellMissing(tell func(Finding)) {
	if h.title == "" {
		tell(Finding{Code: CodeTitleMissing, Severity: Note,
			Message: "no title of an annual report (政府信息公开工作年度报告) was found"})
	}
	if h.agency == "" && h.doubtful == "" {
		tell(Finding{Code: CodeAgencyMissing, Severity: Note, Place: h.place,
			Message: "neither the title nor the text names the reporting body"})
	}
}

// textBegins gives the first line of the report's own text: its first sentence or section.
func textBegins(lines []headLine) int {
	for i := range lines {
		l := &lines[i]
		switch {
		case l.kind == prose && (strings.Contains(l.key, "公开") || utf8.RuneCountInString(l.key) > 100):
			return i
		case l.kind == plainLine && isKnownHeading(l.key) && !strings.Contains(l.key, "年报"):
			return i
		}
	}
	return len(lines)
}

func anyGood(cs []candidate) bool {
	for i := range cs {
		if c := &cs[i]; c.first >= 0 && c.score > -5 && c.paper == "" && (c.named() || c.year != 0) {
			return true
		}
	}
	return false
}

// proseFrom gives the line from which on the text speaks of itself.
func proseFrom(cs []candidate, begin, n int) int {
	at := min(begin, n)
	for i := range cs {
		if c := &cs[i]; c.score > -5 && c.first < at {
			at = c.last + 1
		}
	}
	return min(at, n)
}

// outsideCandidates are titles that stand outside the text: the page's own title, its meta elements, the name of the
// file at its address.
func outsideCandidates(doc *extract.Document, from Origin) []candidate {
	var out []candidate
	add := func(text string, score float64) {
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("_|", r) }) {
			part = strings.TrimSpace(part)
			for i, whole := range []string{part, beforeDash(part)} {
				if i > 0 && whole == part {
					break
				}
				l := newHeadLine(whole, extract.Place{})
				if t, ok := readTitle(&l, true); ok && l.kind == plainLine {
					out = append(out, candidate{titleParts: t, printed: whole, first: -1, last: -1, score: score})
					break
				}
			}
		}
	}
	add(doc.Title, -2)
	for _, m := range doc.Meta {
		switch strings.ToLower(m.Name) {
		case "articletitle", "title", "og:title", "dc.title":
			add(m.Content, -1.5)
		}
	}
	if u, err := url.Parse(from.URL); err == nil {
		base := strings.TrimSuffix(path.Base(u.Path), path.Ext(u.Path))
		add(strings.ReplaceAll(base, "_", ""), -6)
	}
	add(from.Link, -5)
	return out
}

// beforeDash cuts the name of a site off the title of a page: …年度报告 - X市人民政府.
func beforeDash(s string) string {
	for _, sep := range []string{" - ", "-", "——", "—", "–"} {
		if i := strings.Index(s, sep); i > 0 && strings.Contains(s[:i], "公开") {
			return strings.TrimSpace(s[:i])
		}
	}
	return s
}

// chooseTitle holds the candidates against each other and against what the text says of itself. rival is one that names
// another body and is hardly worse.
func chooseTitle(cands, outside []candidate, names []naming, period Period) (best, rival *candidate) {
	all := make([]*candidate, 0, len(cands)+len(outside))
	for _, cs := range [][]candidate{cands, outside} {
		for i := range cs {
			if cs[i].paper == "" {
				all = append(all, &cs[i])
			}
		}
	}
	covered := 0
	if period.From != "" {
		covered, _ = strconv.Atoi(period.From[:4])
	}
	own := slices.ContainsFunc(all, func(c *candidate) bool { return c.first >= 0 && !c.listed() && c.named() && c.year != 0 })
	for _, c := range all {
		if own && c.first >= 0 && c.listed() {
			c.score -= 3
		}
		switch {
		case c.named():
			c.score += 3
		case c.agency != "":
			c.score -= 2
		}
		if c.year != 0 {
			c.score++
		}
		if !c.named() && c.year == 0 {
			c.score -= 3
		}
		if c.first >= 0 {
			c.score += 2
		}
		if covered != 0 && c.year != 0 {
			if c.year == covered {
				c.score += 2
			} else {
				c.score--
			}
		}
		if c.named() {
			c.supported(all, names)
		}
	}
	for _, c := range all {
		if best == nil || c.score > best.score {
			best = c
		}
	}
	if best == nil || !best.named() {
		return best, nil
	}
	for _, c := range all {
		if c != best && c.named() && c.score >= best.score-2.5 && agencies.Relate(c.agency, best.agency) != agencies.Same &&
			(c.year == 0 || best.year == 0 || c.year == best.year) {
			rival = c
		}
	}
	return best, rival
}

// supported adds what speaks for a title: the text names its body as its own, the page has it outside the text too.
func (c *candidate) supported(all []*candidate, names []naming) {
	agrees, part := 0.0, 0.0
	for _, x := range names {
		if x.name == "" || x.by >= label {
			continue
		}
		if x.by == announced && x.name == c.agency {
			agrees = max(agrees, weights[x.by]+1)
		}
		switch agencies.Relate(c.agency, x.name) {
		case agencies.Same:
			agrees = max(agrees, weights[x.by])
		case agencies.Part:
			part = max(part, weights[x.by]/2)
		}
	}
	c.score += max(agrees, part) * 0.8
	for _, o := range all {
		if o != c && o.first < 0 && o.named() && (c.first >= 0) && agencies.Relate(c.agency, o.agency) == agencies.Same {
			c.score++
			break
		}
	}
}

// listed reports whether a title stands with a day beside it on its line, as the entries of a list of reports do.
func (c *candidate) listed() bool { return entryDay.MatchString(c.printed) }

var entryDay = regexp.MustCompile(`^\s*[\[(（【]?` + aDay + `|` + aDay + `[\])）】]?\s*$`)

const aDay = `(?:20[012]\d[-/.年]\s?)?[01]?\d[-/.月]\s?[0-3]?\d日?`

// A group is what several sources say alike.
type group struct {
	namings []naming
	weight  float64
	sources map[source]bool
}

// groupsOf puts namings of one body together, the weightiest group first.
func groupsOf(names []naming) []group {
	var out []group
	for _, x := range names {
		if x.name == "" {
			continue
		}
		at := -1
		for i := range out {
			if agencies.Relate(out[i].namings[0].name, x.name) != agencies.Different {
				at = i
				break
			}
		}
		if at < 0 {
			out = append(out, group{sources: map[source]bool{}})
			at = len(out) - 1
		}
		g := &out[at]
		g.namings = append(g.namings, x)
		if !g.sources[x.by] {
			g.sources[x.by] = true
			g.weight += weights[x.by]
		}
		if x.by == subject && x.times == 1 && !x.opens && len(g.sources) == 1 && len(places.Read(x.name, 0)) == 0 {
			g.weight -= 2 // 市统计局, said once
		}
		if x.by == subject && x.times > 1 {
			g.weight += min(1, 0.25*float64(x.times))
		}
	}
	for i := 1; i < len(out); i++ { // few
		for j := i; j > 0 && out[j].weight > out[j-1].weight; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

// name gives the name of a group: as the strongest source gives it; of an office and its government, the one that the
// strongest names; an inner office is left for its body.
func (g *group) name() naming {
	best := g.namings[0]
	for _, x := range g.namings[1:] {
		switch {
		case weights[x.by] > weights[best.by]:
			best = x
		case weights[x.by] == weights[best.by] && len(x.name) > len(best.name) && agencies.Relate(x.name, best.name) == agencies.Same:
			best = x
		}
	}
	best.name = agencies.Outer(best.name)
	for _, x := range g.namings { // the fuller of two spellings: 区统计局, 福田区统计局; 田黄镇, 邹城市田黄镇人民政府
		short, full := simplified.Fold(best.name), simplified.Fold(x.name)
		if len(full) > len(short) && (strings.HasSuffix(full, short) || !placed(short) && placed(full) &&
			agencies.Relate(short, full) == agencies.Same) {
			best.name = x.name
		}
	}
	return best
}

// settleAgency takes the body from the title, or from what the text says of itself.
func (h *heading) settleAgency(best, rival *candidate, cands []candidate, names []naming, prose string, tell func(Finding)) {
	groups := groupsOf(names)
	if best != nil && best.named() {
		h.agencyOfTitle(best, rival, cands, names, groups, tell)
		return
	}
	h.agencyOfText(best, groups, prose, tell)
}

// doubt tells that the body is not known for certain.
func (h *heading) doubt(tell func(Finding), code, format string, args ...any) {
	h.doubtful = fmt.Sprintf(format, args...)
	tell(Finding{Code: code, Severity: Warning, Place: h.place, Message: h.doubtful})
}

// agencyOfTitle takes the body from the title, and says where another title or the text names another one.
func (h *heading) agencyOfTitle(best, rival *candidate, cands []candidate, names []naming, groups []group, tell func(Finding)) {
	h.agency = best.agency
	for i := range cands { // of two titles of one body the fuller name: 西藏自治区人民政府 beside 西藏自治区
		c := &cands[i]
		if !c.named() || c.paper != "" || len(c.agency) <= len(h.agency) ||
			agencies.Relate(c.agency, h.agency) != agencies.Same {
			continue
		}
		if strings.HasPrefix(c.agency, h.agency) || strings.HasSuffix(c.agency, h.agency) ||
			len(places.Read(h.agency, 0)) == 0 {
			h.agency = c.agency
		}
	}
	if h.nearMiss(tell) {
		return
	}
	if rival != nil {
		h.doubt(tell, CodeTitleDoubtful, "two titles name different bodies, %q and %q; the first is taken",
			best.printed, rival.printed)
		return
	}
	if best.score < 0 && (len(groups) == 0 || agencies.Relate(groups[0].name().name, h.agency) == agencies.Different) {
		h.doubt(tell, CodeTitleDoubtful, "the title %q stands only in a path, a link or a file's name", best.printed)
		return
	}
	for i := range groups {
		g := &groups[i]
		says := g.sources[announced] && len(g.sources) > 1 || best.above && (g.sources[announced] || g.sources[compiled])
		if says && agencies.Relate(g.name().name, h.agency) == agencies.Different {
			h.doubt(tell, CodeAgencyDoubtful, "the title names %q, the text says that it is the report of %q",
				h.agency, g.name().name)
			return
		}
	}
}

// nearMiss says where a place that is not there is one character away from one that is.
func (h *heading) nearMiss(tell func(Finding)) bool {
	printed, meant := agencies.NearMiss(h.agency)
	if meant == "" {
		return false
	}
	h.doubt(tell, CodeAgencyDoubtful, "there is no %s; it may be %s, misprinted by one character", printed, meant)
	return true
}

// agencyOfText takes the body from the text. title is one that gives no name, or one that is none; nil = there is no
// title.
func (h *heading) agencyOfText(title *candidate, groups []group, prose string, tell func(Finding)) {
	flawed := title != nil && title.agency != ""
	if len(groups) == 0 || groups[0].weight < 2 || flawed && (groups[0].weight < 4 || groups[0].onlySubject()) {
		if flawed {
			h.doubt(tell, CodeAgencyDoubtful, "the title gives %q as the name of the body, which is none: %s",
				title.agency, title.flaw)
		}
		return
	}
	g := &groups[0]
	x := g.name()
	if !g.sources[subject] && !g.sources[announced] {
		x.name = wholeGovernment(x.name, prose)
	}
	h.agency = simplified.Fold(x.name)
	as := ""
	if h.agency != x.name { // a copy in traditional characters: none of its lines is a title that prints the name so
		as = fmt.Sprintf(", printed %q", x.name)
	}
	switch {
	case h.nearMiss(tell):
	case flawed:
		h.doubt(tell, CodeAgencyDoubtful, "the title gives %q as the name of the body, which is none: %s; the text names %q",
			title.agency, title.flaw, h.agency)
	case len(groups) > 1 && groups[1].weight >= 4 && groups[1].weight > g.weight*0.6 && !groups[1].onlySubject():
		h.doubt(tell, CodeAgencyDoubtful, "the title names no body, and the text names %q and %q",
			h.agency, groups[1].name().name)
	case g.weight < 3:
		h.doubt(tell, CodeAgencyDoubtful, "the title names no body; %q stands only %s", h.agency, x.by)
	default:
		tell(Finding{Code: CodeAgencyFromText, Severity: Note, Place: x.place,
			Message: fmt.Sprintf("the title names no body; %q is taken from the text: it stands %s%s", h.agency, x.by, as)})
	}
}

// onlySubject reports whether nothing but sentences about it name a body.
func (g *group) onlySubject() bool {
	for s := range g.sources {
		if s < label && s != subject {
			return false
		}
	}
	return true
}

// wholeGovernment gives the government of an office that compiled a report or answers for it, where the text speaks of
// all of the place and never of the office itself: 高淳区人民政府办公室 compiles the report of 高淳区人民政府.
func wholeGovernment(name, prose string) string {
	for _, w := range []string{"办公室", "办公厅"} {
		c := strings.TrimSuffix(name, w)
		if c == name || !strings.HasSuffix(c, "政府") || containsAny(prose, []string{"我办", "本办"}) {
			continue
		}
		if containsAny(prose, []string{"全市", "全县", "全区", "全省", "全州", "全旗", "各区县", "各县区", "各部门", "我市", "我县", "我区", "我省"}) {
			return c
		}
	}
	return name
}

// String says where a name stands.
func (s source) String() string {
	switch s {
	case announced:
		return "where the text announces the report"
	case compiled:
		return "where it says who compiled the report"
	case contact:
		return "where it says whom to ask"
	case subject:
		return "as the subject of its sentences"
	case signature:
		return "below the text"
	case compiler:
		return "as who compiled the report, among the metadata"
	case letterhead:
		return "in the head of the paper (…文件)"
	case label:
		return "among the metadata, which often name the office that runs the site"
	case website:
		return "in the name of the website"
	}
	return "outside the text"
}

// settleTitleYear gives the report year that the title names, else another title of the same body, the sentence that
// announces the report, or the period that the report says it covers; title and period are compared.
func (h *heading) settleTitleYear(best *candidate, cands, outside []candidate, names []naming, at extract.Place, tell func(Finding)) {
	from := "the title is for"
	if h.year == 0 {
		for _, cs := range [][]candidate{cands, outside} {
			for i := range cs {
				c := &cs[i]
				if h.year == 0 && c.year != 0 && c.paper == "" && c.score > -4 && (h.agency == "" || c.agency == "" || c.flaw != "" ||
					agencies.Relate(c.agency, h.agency) != agencies.Different) {
					h.year = c.year
				}
			}
		}
	}
	said := 0
	for _, x := range names {
		if x.by == announced && x.year != 0 && said == 0 {
			said = x.year
		}
	}
	if h.year == 0 && said != 0 {
		h.year, from = said, "the text announces a report for"
	}
	if h.period.From == "" {
		if said != 0 && h.year != said && best != nil && best.year != 0 {
			tell(Finding{Code: CodeYearConflict, Severity: Warning, Place: h.place,
				Message: fmt.Sprintf("the title is for %d, the text announces a report for %d", h.year, said)})
		}
		if said == 0 && best != nil && best.first >= 0 {
			h.tellOtherYear(best, cands, outside, tell)
		}
		return
	}
	covered, _ := strconv.Atoi(h.period.From[:4])
	switch {
	case h.year == 0:
		h.year = covered
	case covered != h.year && covered > 0 && h.year == said && (best == nil || best.year == 0) && h.period.whole():
		// no title, and the sentence that names the report was copied from that of another year
		tell(Finding{Code: CodeYearConflict, Severity: Warning, Place: at,
			Message: fmt.Sprintf("%s %d, and says that the figures cover %d, which is taken", from, h.year, covered)})
		h.year = covered
	case covered != h.year:
		tell(Finding{Code: CodeYearConflict, Severity: Warning, Place: at,
			Message: fmt.Sprintf("%s %d, the text says that the figures cover %d", from, h.year, covered)})
	}
	if !h.period.whole() {
		tell(Finding{Code: CodePeriodOdd, Severity: Note, Place: at,
			Message: fmt.Sprintf("the figures cover %s to %s, not one calendar year", h.period.From, h.period.To)})
	}
}

// tellOtherYear doubts the year where another title in the text, of the same body and as good, has another, and nothing
// outside the text says which it is.
func (h *heading) tellOtherYear(best *candidate, cands, outside []candidate, tell func(Finding)) {
	if best.year == 0 || slices.ContainsFunc(outside, func(c candidate) bool { return c.year == best.year && c.paper == "" }) {
		return
	}
	for i := range cands {
		c := &cands[i]
		if c.first >= 0 && c.paper == "" && c.year != 0 && c.year != best.year && c.score >= best.score-1 &&
			agencies.Relate(c.agency, best.agency) == agencies.Same {
			tell(Finding{Code: CodeYearConflict, Severity: Warning, Place: c.place,
				Message: fmt.Sprintf("the title is for %d; another on the page is for %d: %q", best.year, c.year, c.printed)})
			return
		}
	}
}

// yearDigits are the digits of a year in words, by value.
const yearDigits = "零一二三四五六七八九"

// parseYear reads the first year of a text, 0 where it has none.
func parseYear(s string) int {
	at := findYear(s)
	if at == nil {
		return 0
	}
	m := s[at[0]:at[1]]
	if m[0] == '2' {
		y, _ := strconv.Atoi(m[:4])
		return y
	}
	y, n := 0, 0
	for _, r := range m {
		if n++; n > 4 {
			break
		}
		switch i := strings.IndexRune(yearDigits, r); {
		case i >= 0:
			y = y*10 + i/3
		default:
			y *= 10
		}
	}
	return y
}

// sectionWords tell the six sections apart, whatever their number says.
var sectionWords = [6][]string{
	{"总体情况", "概述", "基本情况", "总体工作情况"},
	{"主动公开政府信息", "主动公开情况", "主动公开信息"},
	{"收到和处理", "收到及处理", "依申请公开"},
	{"行政复议"},
	{"存在的主要问题", "主要问题", "存在问题", "问题及改进"},
	{"其他需要报告", "需要报告的其他"},
}

// isSectionHeading reports whether a text is a top-level heading, and its printed ordinal.
func isSectionHeading(text string) (n int, ok bool) {
	k := form.Squeeze(text)
	if utf8.RuneCountInString(k) > 40 || strings.HasSuffix(k, "。") {
		return 0, false
	}
	n, bracketed := form.Ordinal(k)
	body := form.TrimOrdinal(k)
	known := namesSection(body)
	switch {
	case n > 0 && !bracketed && (known || utf8.RuneCountInString(body) <= 30):
		return n, true
	case n == 0 && known && utf8.RuneCountInString(body) <= 26 && !strings.ContainsAny(body, ",:，：") &&
		(strings.HasSuffix(body, "情况") || strings.HasSuffix(body, "事项")):
		return 0, true
	}
	return 0, false
}

func namesSection(body string) bool {
	for _, ws := range sectionWords {
		for _, w := range ws {
			if strings.Contains(body, w) {
				return true
			}
		}
	}
	return false
}

// isKnownHeading reports whether a text is the heading of one of the six sections.
func isKnownHeading(text string) bool {
	_, ok := isSectionHeading(text)
	return ok && namesSection(form.Squeeze(text))
}
