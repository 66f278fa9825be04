package normalize

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/claims"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/law"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/normalize/simplified"
)

// Origin is what is known of a document beside its bytes.
type Origin struct {
	URL      string // where it was fetched; "" = not known
	Division string // code of the division whose portal it was found at (GB/T 2260); "" = not known
	Link     string // the text of the link that led to it; "" = not known
}

// Scope says whose figures a report gives.
type Scope string

const (
	OwnScope Scope = "own" // of the reporting body alone
	AllScope Scope = "all" // of the body and of those below it: a government and its departments
)

// Timing says whether a report was out in time.
type Timing string

const (
	Kept   Timing = "kept"   // published by the deadline
	Missed Timing = "missed" // published after it
)

// A Period is what the figures of a report cover; days as "2006-01-02", "" where the text names none.
type Period struct{ From, To string }

// whole reports whether it is one calendar year.
func (p Period) whole() bool {
	return strings.HasSuffix(p.From, "-01-01") && strings.HasSuffix(p.To, "-12-31") && p.From[:4] == p.To[:4]
}

var (
	proseYear = regexp.MustCompile(`(?:20\d\d|二[〇○零OoΟ0][一二三四五六七八九〇○零OoΟ0]{2})$`)
	// what is said of a year that is still to come, or of the day that rules came into force
	nextPlans = regexp.MustCompile(`^度?,?[\p{Han}]{0,4}(?:将|计划|打算|下一步)|^\d{1,2}月\d{1,2}日(?:起|施行|修订|实施|颁布|公布|生效)|^(?:修订|颁布|施行)`)
	// 2015年，如皋市公安局认真…: a sentence that begins with the year
	openingYear = regexp.MustCompile(`(?:^|[。;,])(?:截至|截止)?20\d\d年(?:度|底|末|来|以来)?,?[\p{Han}]|截[至止]到?20\d\d年12月31日`)
	urlDate     = regexp.MustCompile(
		`(?:^|\D)(20[0-3]\d)[-_/]?(0[1-9]|1[0-2]|[1-9])(?:[-_/]?(0[1-9]|[12]\d|3[01]|[1-9]))?(?:\D|$)`)
)

// firstSection is where the prose says most surely which year it is about.
func (rep *Report) firstSection() string {
	var b strings.Builder
	for i := range rep.Sections {
		s := &rep.Sections[i]
		if s.Ordinal == 0 && len(s.Kinds) == 0 || len(s.Kinds) > 0 && s.Kinds[0] == GeneralSection {
			for line := range strings.Lines(s.Text) {
				if !isReportTitle(line) {
					b.WriteString(line)
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// withoutQuotes leaves out what stands between the marks of a title.
func withoutQuotes(s string) string {
	ms := quotes(s)
	if len(ms) == 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	at := 0
	for _, m := range ms {
		b.WriteString(s[at:m[0]])
		at = m[1]
	}
	b.WriteString(s[at:])
	return b.String()
}

// yearOfProse gives the year that the prose names most often; ok only where none is named as often. A sentence that begins
// with it says more; years that it is held against (比2020年) or that are still to come, and those of documents, say nothing.
func yearOfProse(text string) (year, times int, ok bool) {
	n, weight := map[int]int{}, map[int]int{}
	k := simplified.Fold(form.Squeeze(text))
	if strings.Contains(k, "《") || strings.Contains(k, "〈") {
		k = withoutQuotes(k)
	}
	for at := 0; ; {
		i := strings.Index(k[at:], "年")
		if i < 0 {
			break
		}
		end := at + i
		at = end + len("年")
		start := max(0, end-len("二〇二一"))
		for start < end && !utf8.RuneStart(k[start]) {
			start++
		}
		m := proseYear.FindStringIndex(k[start:end])
		if m == nil {
			continue
		}
		start += m[0]
		y := parseYear(k[start:end])
		before, _ := utf8.DecodeLastRuneInString(k[:start])
		switch {
		case strings.ContainsRune("比较与同和、至从自于", before):
			continue
		case nextPlans.MatchString(clipRunes(k[at:], 12)):
			continue
		}
		n[y]++
		weight[y]++
		if start == 0 || strings.ContainsRune("。;,、:", before) {
			weight[y]++
		}
	}
	var ys []int
	for y := range n {
		ys = append(ys, y)
	}
	sort.Slice(ys, func(i, j int) bool {
		return weight[ys[i]] > weight[ys[j]] || weight[ys[i]] == weight[ys[j]] && ys[i] < ys[j]
	})
	if len(ys) == 0 {
		return 0, 0, false
	}
	return ys[0], n[ys[0]], len(ys) == 1 || weight[ys[1]] < weight[ys[0]]
}

// dateOfURL gives the day, or else the month, that an address holds, as the paths of most portals do (/art/2023/1/31/,
// /202301/t20230131_45.html): when the page was made.
func dateOfURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	best := ""
	for rest := u.Path; ; {
		m := urlDate.FindStringSubmatchIndex(rest)
		if m == nil {
			return best
		}
		y, mo := rest[m[2]:m[3]], rest[m[4]:m[5]]
		if len(mo) == 1 {
			mo = "0" + mo
		}
		day := ""
		if m[6] >= 0 {
			day = rest[m[6]:m[7]]
			if len(day) == 1 {
				day = "0" + day
			}
		}
		if d := y + "-" + mo; day != "" && isoDate([]string{"", y, mo, day}) != "" {
			if len(best) < 10 {
				best = d + "-" + day
			}
		} else if best == "" {
			best = d
		}
		rest = rest[m[3]:]
	}
}

// yearOfURL gives the report year that the name of the file at an address tells: …2022年度政府信息公开工作年度报告.pdf.
func yearOfURL(address string) int {
	u, err := url.Parse(address)
	if err != nil {
		return 0
	}
	base := strings.TrimSuffix(path.Base(u.Path), path.Ext(u.Path))
	if base == "" || !isReportTitle(base) {
		return 0
	}
	return splitTitle(base).year
}

func timesOf(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// settleYear compares what title, period, prose and address say of the year, and takes one where the title and the
// period are silent, if all that speak agree.
func (rep *Report) settleYear(from Origin, tell func(Finding)) {
	first := rep.firstSection()
	prose, times, clear := yearOfProse(first)
	if rep.Year == 0 && (!clear || times < 2) { // the first section is of two minds
		var all strings.Builder
		for i := range rep.Sections {
			all.WriteString(rep.Sections[i].Title + "。")
			all.WriteString(strings.ReplaceAll(rep.Sections[i].Text, "\n", "。") + "。")
		}
		if y, n, ok := yearOfProse(all.String()); ok || times == 0 {
			first, prose, times, clear = all.String(), y, n, ok
		}
	}
	named := yearOfURL(from.URL)
	made := dateOfURL(from.URL)
	opens := times >= 2 || rep.Year == 0 && openingYear.MatchString(simplified.Fold(form.Squeeze(first)))
	timely := rep.Published == "" || rep.Published[:4] == strconv.Itoa(prose+1)
	if rep.Year == 0 {
		year, why := 0, ""
		switch {
		case named != 0:
			year, why = named, "it stands in the name of the file at its address"
		case clear && opens && timely:
			year, why = prose, fmt.Sprintf("the text names it %s, more than any other", timesOf(times))
		}
		if year == 0 {
			tell(Finding{Code: CodeYearMissing, Severity: Warning,
				Message: "neither the title nor the text names the year reported on"})
			return
		}
		rep.Year = year
		tell(Finding{Code: CodeYearElsewhere, Severity: Note,
			Message: fmt.Sprintf("neither the title nor a sentence on the period names the year; %d is taken: %s",
				year, why)})
	}
	conflict := func(format string, args ...any) {
		tell(Finding{Code: CodeYearConflict, Severity: Warning,
			Message: fmt.Sprintf("the report is for %d, ", rep.Year) + fmt.Sprintf(format, args...)})
	}
	if clear && times >= 3 && prose != rep.Year &&
		!strings.Contains(form.Squeeze(rep.firstSection()), strconv.Itoa(rep.Year)+"年") {
		conflict("its text names %d %d times and %[3]d never", prose, times, rep.Year)
	}
	if named != 0 && named != rep.Year {
		conflict("the name of the file at its address says %d", named)
	}
	over := strconv.Itoa(rep.Year) + "-12-31"
	switch {
	case rep.Published == "" || rep.Published > over || rep.Period.To != "" && rep.Published > rep.Period.To:
	case rep.Published[:7] == over[:7]: // small bodies write in December
		tell(Finding{Code: CodeYearConflict, Severity: Note,
			Message: fmt.Sprintf("the report is for %d; it was published on %s, some days before the year was over",
				rep.Year, rep.Published)})
	default:
		conflict("it was published on %s, before the year was over", rep.Published)
	}
	if made != "" && made[:4] < strconv.Itoa(rep.Year) {
		conflict("its address is of %s, before the year", made)
	}
}

// settleDates fills in what follows from the date of publication: the deadline, and whether it was kept.
func (rep *Report) settleDates(from Origin, days []dated, tell func(Finding)) {
	rep.tellDays(days, tell)
	if rep.Published == "" {
		if d := dateOfURL(from.URL); len(d) == 10 {
			rep.Published = d
			tell(Finding{Code: CodePublishedElsewhere, Severity: Note,
				Message: fmt.Sprintf("no date of publication is printed; %s stands in the address", d)})
		}
	}
	rep.Deadline = law.Deadline(rep.Year, inLaw(rep.Body))
	if rep.Deadline == "" || rep.Published == "" {
		return
	}
	rep.InTime = Kept
	if rep.Published > rep.Deadline {
		rep.InTime = Missed
	}
}

// tellDays says where several days are called that of publication. It is a doubt where another of the plainest labels
// says another day.
func (rep *Report) tellDays(days []dated, tell func(Finding)) {
	for _, d := range days {
		if d.day == rep.Published || d.rank > 4 {
			continue
		}
		severity := Note
		if d.rank == days[0].rank && d.what == days[0].what {
			severity = Warning
		}
		tell(Finding{Code: CodePublishedDiffers, Severity: severity, Place: d.place,
			Message: fmt.Sprintf("%s says %s, %s says %s; the first is taken, as the plainer word for publication",
				days[0].what, days[0].day, d.what, d.day)})
		return
	}
}

// inLaw says who reports as the law tells bodies apart. A government of a township is none from county level, whatever
// its name says.
func inLaw(body agencies.Agency) law.Body {
	switch body.Kind {
	case "":
		return law.Unknown
	case agencies.Department, agencies.Office:
		return law.Department
	case agencies.Government:
		if body.Level != places.Township {
			return law.Government
		}
	}
	return law.Lower
}

// readBody reads who reports: the name as the title gives it, settled by what the document and its origin say of the
// place.
func (rep *Report) readBody(doc *extract.Document, from Origin, head *heading, tell func(Finding)) {
	if rep.Agency == "" {
		return
	}
	rep.Body = agencies.Read(rep.Agency, agencies.Context{Year: rep.Year, Division: from.Division,
		Texts: append(head.also, placeTexts(doc, rep)...), Prose: head.prose})
	if head.doubtful != "" {
		// a doubtful name makes no id: nothing that is held against others may hang on it
		rep.Body.ID, rep.Body.Code, rep.Body.Series = "", "", ""
		rep.Body.Evidence = append(rep.Body.Evidence, head.doubtful)
		return
	}
	if rep.Year != 0 && rep.Year <= lastOld { // what became of it since, so that nobody takes the two for one
		for _, r := range rep.Body.Reformed() {
			if r.Day[:4] >= strconv.Itoa(rep.Year) {
				rep.Body.Evidence = append(rep.Body.Evidence,
					fmt.Sprintf("%s became (%s) %s by the plan of %s: another body", r.Then, r.How, r.Now, r.Day))
			}
		}
	}
	if from.Division != "" {
		for _, e := range rep.Body.Evidence {
			if strings.Contains(e, "which is elsewhere") {
				tell(Finding{Code: CodeAgencyElsewhere, Severity: Warning,
					Message: fmt.Sprintf("%q was %s", rep.Agency, e)})
			}
		}
	}
	if !rep.Body.Decided() {
		why := "its name is of no known division, and nothing else tells where it is"
		if n := len(rep.Body.Candidates); n > 0 {
			var names []string
			for _, d := range rep.Body.Candidates[:min(n, 4)] {
				names = append(names, d.Path())
			}
			if n > 4 {
				names = append(names, fmt.Sprintf("%d more", n-4))
			}
			why = "it may be in " + strings.Join(names, ", ")
		} else if len(rep.Body.Evidence) > 0 {
			why = rep.Body.Evidence[len(rep.Body.Evidence)-1]
		}
		tell(Finding{Code: CodeAgencyUndecided, Severity: Note,
			Message: fmt.Sprintf("which body %q is could not be decided: %s", rep.Agency, why)})
	}
}

// makers are those who built a site: the address behind their name is theirs.
var makers = regexp.MustCompile(`^[^主版]*(?:技术支持|技术支撑|承建|建设单位|设计制作|开发单位|运维|公司)`)

// placeLabels stand before texts that name a place.
var placeLabels = []string{"发布机构", "发布机关", "公开机构", "发文机关", "信息来源", "主办单位", "地址", "版权所有", "主办"}

// placeTexts gives the texts of a document that may name its place: the title, the metadata, who published it, and the
// address at the end. Other prose names other places.
func placeTexts(doc *extract.Document, rep *Report) []string {
	out := []string{rep.Title, doc.Title}
	for _, m := range doc.Meta {
		for _, n := range []string{"ContentSource", "SiteName", "ArticleTitle", "Author"} {
			if strings.EqualFold(m.Name, n) {
				out = append(out, m.Content)
			}
		}
	}
	head := 0
	for i := range doc.Blocks {
		last := i >= len(doc.Blocks)-12
		if head > 40 && !last {
			continue
		}
		k := form.Squeeze(doc.Blocks[i].Text)
		if k == "" {
			continue
		}
		if head++; head > 40 && !last || utf8.RuneCountInString(k) > 200 {
			continue
		}
		for _, w := range placeLabels {
			if j := strings.Index(k, w); j >= 0 && !makers.MatchString(k[:j]) {
				if rest := strings.TrimLeft(k[j+len(w):], ":： "); rest != "" {
					out = append(out, rest)
				} else { // 天津市河西区人民政府主办
					out = append(out, k[:j])
				}
			}
		}
		if last && head > 1 && utf8.RuneCountInString(k) <= 30 && isAgency(k) { // the signature
			out = append(out, k)
		}
	}
	// 联系地址：…市…路 in the opening paragraph
	for i := range rep.Sections {
		if k := form.Squeeze(rep.Sections[i].Text); i < 2 {
			for _, w := range []string{"地址:", "地址："} {
				if j := strings.Index(k, w); j >= 0 {
					out = append(out, clipRunes(k[j+len(w):], 40))
				}
			}
		}
	}
	return out
}

func clipRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// settleScope decides whose figures the tables give. What the prose says of them and the tables bear out goes first,
// then the kind of body.
func (rep *Report) settleScope() {
	own, all, core := 0, 0, 0 // core: of the government's own office, which is not all of the government
	ownSays, allSays := "", ""
	for i := range rep.Claims {
		c := &rep.Claims[i]
		if c.Scope == "" || c.Link != Agrees || c.Table == nil || c.Table.IsZero() || c.Relation != claims.Equals {
			continue
		}
		switch scopeOf(c.Scope) {
		case AllScope:
			all++
			if allSays == "" {
				allSays = c.Scope + c.Text
			}
		case OwnScope:
			own++
			if coreOnly(c.Scope) {
				core++
			}
			if ownSays == "" {
				ownSays = c.Scope + c.Text
			}
		}
	}
	switch {
	case all > 0 && own == 0:
		rep.Scope, rep.ScopeFrom = AllScope,
			fmt.Sprintf("the prose says %q, and the tables print it (%d such statements)", allSays, all)
	case own > 0 && all == 0 && (rep.Body.Kind != agencies.Government || core > 0):
		rep.Scope, rep.ScopeFrom = OwnScope,
			fmt.Sprintf("the prose says %q, and the tables print it (%d such statements)", ownSays, own)
	case rep.Body.Kind == agencies.Government:
		rep.Scope, rep.ScopeFrom = AllScope,
			"a government reports for itself and its departments (Regulations, Article 49)"
	case rep.Body.Kind == agencies.Department, rep.Body.Kind == agencies.Office, rep.Body.Kind == agencies.Subdistrict,
		rep.Body.Kind == agencies.TownshipGov:
		if all == 0 {
			rep.Scope, rep.ScopeFrom = OwnScope,
				"a body of this kind reports for itself (Regulations, Article 49); the prose says nothing else"
		}
	}
}

// coreOnly reports whether a word of scope means a government without its departments.
func coreOnly(word string) bool {
	return strings.HasSuffix(word, "本级") || strings.HasSuffix(word, "办公室") || strings.HasSuffix(word, "办公厅")
}

// scopeOf reads a word of the prose for whose number it is.
func scopeOf(word string) Scope {
	switch {
	case strings.HasPrefix(word, "全"):
		return AllScope
	case strings.HasSuffix(word, "机关"), strings.HasSuffix(word, "单位"), strings.HasSuffix(word, "局"),
		strings.HasSuffix(word, "委"), strings.HasSuffix(word, "厅"), strings.HasSuffix(word, "办"),
		strings.HasSuffix(word, "院"), strings.HasSuffix(word, "中心"), coreOnly(word):
		return OwnScope
	}
	return ""
}
