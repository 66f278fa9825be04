package crawl

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
)

// That a report was not found says something of its authority only where the column that it would stand in was read to
// its end. How far it was is kept with each portal: whole, in part, or not at all, and why.

// Codes of why a column was not read whole.
const (
	ColumnHome   = "home"    // the home page gave no answer
	ColumnNoList = "no-list" // no list of annual reports was recognised
	ColumnShell  = "shell"   // its page is empty without its scripts
	ColumnWall   = "wall"    // a wall, a login or a gate stands before it
	ColumnFailed = "failed"  // a page of it could not be read
	ColumnScript = "script"  // it goes on by a script that is not known
	ColumnShort  = "short"   // it says that it has more than was found
	ColumnRobots = "robots"  // robots.txt forbids a part of it
	ColumnBounds = "bounds"  // the visit ended at its bounds
)

// columnWords say each code in both languages, and what a person can do about it.
var columnWords = map[string]struct{ en, zh, do, doZh string }{
	ColumnHome: {"the home page gave no answer", "首页没有响应", "open it in a browser; if it has moved, give the new address with --portals",
		"请用浏览器打开；如已迁移，请用 --portals 提供新网址"},
	ColumnNoList: {"no list of annual reports was recognised", "未识别出年报列表",
		"find the column in a browser and put its address into the listings of the portal's row",
		"请用浏览器找到年报栏目，把网址写入该行的 listings"},
	ColumnShell: {"the page is empty without its scripts", "页面须运行脚本才有内容", "install Chromium; the column is then tried with it",
		"请安装 Chromium，届时会自动尝试"},
	ColumnWall: {"a wall, a login or a gate stands before it", "有防护墙、登录页或验证页拦截",
		"open it in a browser; ask the operator to let the crawl in, or wait", "请用浏览器查看；可联系网站方放行，或稍后再试"},
	ColumnFailed: {"a page of it could not be read", "其中有页面未能读取", "see gongkai status --failures; the next visit asks again",
		"见 gongkai status --failures；下次访问会重试"},
	ColumnScript: {"it goes on by a script that is not known", "后续页由无法识别的脚本打开",
		"put the addresses of its other pages into the listings of the portal's row", "请把其余各页的网址写入该行的 listings"},
	ColumnShort: {"it says that it has more than was found", "栏目自称的条数多于所见",
		"compare it with the page in a browser", "请用浏览器核对"},
	ColumnRobots: {"robots.txt forbids a part of it", "robots.txt 禁止其中一部分", "look at it in a browser", "请用浏览器查看"},
	ColumnBounds: {"the visit ended at its bounds", "访问达到上限而止", "raise --pages or --megabytes", "请调高 --pages 或 --megabytes"},
}

// ColumnReason says why a column was not read whole, and what a person can do; "" where it was.
func ColumnReason(c *ledger.Column, chinese bool) (why, do string) {
	if c == nil || c.Code == "" {
		return "", ""
	}
	w := columnWords[c.Code]
	why, do = w.en, w.do
	if chinese {
		why, do = w.zh, w.doZh
	}
	if c.Detail != "" {
		why += ": " + c.Detail
	}
	return why, do
}

// Lacks says whether it can be told of a portal that it has no report of its own on a year; why says why it cannot. own
// are the years of which there is one. It can be told of a column that was read whole, in which the authority's own
// reports were told from those of others in some year, and in which nothing that may be that report was left unread.
func Lacks(c *ledger.Column, own map[int]bool, year int) (lacks bool, why string) {
	switch {
	case own[year]:
		return false, ""
	case c == nil:
		return false, "it is not known how far its column was read"
	case c.State != ledger.ColumnWhole:
		why, _ = ColumnReason(c, false)
		return false, why
	case c.Years[year] != "":
		return false, c.Years[year]
	case c.Years[0] != "":
		return false, c.Years[0]
	case len(own) == 0:
		return false, "no report in its column could be told to be its own"
	}
	return true, ""
}

var (
	statedEntries = regexp.MustCompile(`(?i)(?:共|总计|合计)\s*(?:<[^>]*>\s*)*(?:&nbsp;)*(\d{1,6})\s*(?:<[^>]*>\s*)*(?:&nbsp;)*` +
		`(?:条|篇|项记录|个记录)|\b(?:recordCount|totalRecords?|totalCount|rowCount)["']?\s*[:=]\s*["']?(\d{1,6})\b`)
	statedPages = regexp.MustCompile(`(?i)(?:共|总)\s*(?:<[^>]*>\s*)*(?:&nbsp;)*(\d{1,5})\s*(?:<[^>]*>\s*)*(?:&nbsp;)*页|` +
		`第?\s*\d{1,5}\s*/\s*(\d{1,5})\s*页|\b(?:countPage|pageCount|totalPages?)["']?\s*[:=]\s*["']?(\d{1,5})\b`)
	moreByScript = regexp.MustCompile(`^(?:下一页|下页|后一页|加载更多|查看更多|点击加载更多|尾页|末页|next|Next)[>»›]*$`)
)

// list looks at a page of a list: how many entries it has, how many the list says it has, and whether the rest of it can
// be asked for.
func (p *Page) list(doc *goquery.Document, shown, inline, text string) {
	if p.Kind != KindList {
		return
	}
	l := &p.List
	rows := rowsOf(doc, p.base)
	if l.Stated > 0 || number(statedEntries, shown+"\n"+inline, 0) > 0 { // of one list
		rows = rows[:min(len(rows), 1)]
	}
	all := slices.Concat(rows...)
	if len(all) == 0 && p.Column && len(p.entries) == 0 { // entries whose own words say nothing
		for _, x := range p.Links {
			if x.Role == RoleReport {
				all = append(all, x.URL)
			}
		}
	}
	p.entries = append(p.entries, all...)
	l.Rows = max(l.Rows, len(all), p.recordRows(text))
	p.nameEntries()
	if l.Stated == 0 {
		if n := number(statedEntries, shown+"\n"+inline, 0); n > 0 {
			l.Kind, l.Stated = l.Kind|ledger.Entries, n
		} else if n := number(statedPages, shown+"\n"+inline, 0); n > 0 {
			l.Kind, l.Stated = l.Kind|ledger.Pages, n
		}
	}
	if n := number(statedEntries, shown, 0); l.Kind&ledger.Pages != 0 && n > 0 { // what counts entries says more
		l.Kind, l.Stated = l.Kind&^ledger.Pages|ledger.Entries, n
	}
	if p.Column {
		l.Kind |= ledger.ReportsColumn
	}
	if l.Kind&ledger.Entries != 0 && l.Rows >= l.Stated || l.Kind&ledger.Pages != 0 && l.Stated <= 1 {
		return
	}
	if _, _, counted := nextForm(p.form); counted {
		return
	}
	for _, x := range p.Links {
		if x.Role == RoleNext || x.Role == RoleData {
			return
		}
	}
	doc.Find("a, button, span[onclick], div[onclick], li[onclick]").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		words := strings.Join(strings.Fields(s.Text()), "")
		href := strings.ToLower(strings.TrimSpace(s.AttrOr("href", "")))
		_, click := s.Attr("onclick")
		byScript := href == "" || href == "#" || strings.HasPrefix(href, "javascript:")
		if moreByScript.MatchString(words) && byScript && (click || href != "" || goquery.NodeName(s) == "button") {
			l.Why = fmt.Sprintf("%q is opened by a script that is not known", words)
		}
		return l.Why == ""
	})
}

// records takes down a list that came as data: its entries here, and those that it has in all, 0 = it does not say.
func (p *Page) records(rows, stated int) {
	p.List.Rows = rows
	p.nameEntries()
	if stated > 0 {
		p.List.Kind, p.List.Stated = ledger.Entries, stated
	}
	reports := 0
	for _, l := range p.Links {
		if l.Role == RoleReport {
			reports++
		}
	}
	if p.Column = p.Column || reports >= 2; p.Column {
		p.List.Kind |= ledger.ReportsColumn
	}
}

// recordRows counts the records of a list that lie in its script.
func (p *Page) recordRows(text string) int {
	return strings.Count(text, "<record>")
}

// nameEntries names the entries of the list on a page, for those that stand on several of its pages to be counted once.
func (p *Page) nameEntries() {
	var b strings.Builder
	seen := map[string]bool{}
	for _, at := range p.entries {
		name := entryName(at)
		if !seen[name] && len(seen) < 1000 {
			b.WriteString(name)
		}
		seen[name] = true
	}
	if len(seen) > 0 && len(seen) < 1000 && p.List.Rows > 0 {
		p.List.Entries, p.List.Rows = b.String(), len(seen)
	}
}

// entryName names an entry of a list by its address.
func entryName(at string) string {
	h := fnv.New32a()
	h.Write([]byte(at))
	return fmt.Sprintf("%0*x", ledger.EntryName, h.Sum32())
}

// rowsOf gives the addresses of the entries of the runs of like links on a page in which one has the title of a report,
// the longest first.
func rowsOf(doc *goquery.Document, base *url.URL) (out [][]string) {
	runs, reports := map[string][]string{}, map[string]bool{}
	var order []string
	doc.Find("a[href]").Each(func(_ int, s *goquery.Selection) {
		if len([]rune(strings.TrimSpace(s.Text()))) < 4 {
			return
		}
		var key strings.Builder
		for n, up := s.Parent(), 0; n.Length() > 0 && up < 4; n, up = n.Parent(), up+1 {
			name := goquery.NodeName(n)
			fmt.Fprintf(&key, "%s ", name)
			if name == "ul" || name == "ol" || name == "tbody" || name == "table" || name == "dl" {
				fmt.Fprintf(&key, "%p", n.Get(0))
				break
			}
		}
		if runs[key.String()] == nil {
			order = append(order, key.String())
		}
		at := s.AttrOr("href", "")
		if to := Canonical(base, at); to != "" && !strings.HasPrefix(strings.ToLower(at), "javascript:") {
			at = to
		} else {
			at += s.AttrOr("onclick", "")
		}
		if !slices.Contains(runs[key.String()], at) {
			runs[key.String()] = append(runs[key.String()], at)
		}
		if isReportTitle(firstNonEmpty(s.AttrOr("title", ""), s.Text()), true) {
			reports[key.String()] = true
		}
	})
	for _, key := range order {
		if reports[key] {
			out = append(out, runs[key])
		}
	}
	slices.SortStableFunc(out, func(a, b []string) int { return len(b) - len(a) })
	return out
}

// column says how far the portal's columns were read on this visit.
func (w *walk) column(ctx context.Context, reason string) (ledger.Column, error) {
	out := ledger.Column{Portal: w.p.ID, Time: w.c.now(), Years: map[int]string{}}
	items := map[string]*ledger.Item{}
	var order []*ledger.Item
	err := w.c.Ledger.Frontier(ctx, w.v.ID, "", func(it ledger.Item) error {
		items[it.Key] = &it
		order = append(order, &it)
		return nil
	})
	if err != nil {
		return out, err
	}
	type whole struct {
		rows, pages, stated, kind int
		seen                      map[string]bool
		hollow, code              string // its first page shows no entry itself: which, and why
	}
	lists, found, bad := map[string]*whole{}, false, map[string]string{}
	note := func(code, detail string) {
		if bad[code] == "" {
			bad[code] = detail
		}
	}
	for _, it := range order {
		w.undecided(it, out.Years)
		if agencyList(items, it) {
			continue
		}
		root := rootOf(items, it)
		switch {
		case it.State == ledger.Done && it.List.Kind&ledger.ReportsColumn != 0:
			l := lists[root.Key]
			if l == nil {
				l = &whole{seen: map[string]bool{}}
				lists[root.Key] = l
			}
			rows := it.List.Rows
			if names := it.List.Entries; names != "" {
				rows = 0
				for ; len(names) >= ledger.EntryName; names = names[ledger.EntryName:] {
					if name := names[:ledger.EntryName]; !l.seen[name] {
						l.seen[name] = true
						rows++
					}
				}
			}
			if l.rows += rows; rows > 0 || it.List.Rows == 0 { // the same page for another number is none
				l.pages++
			}
			if it.List.Stated > l.stated {
				l.stated, l.kind = it.List.Stated, int(it.List.Kind)
			}
			found = found || it.List.Rows > 0
			switch it.List.Why {
			case "":
				if strings.HasPrefix(it.Reason, KindShell) && columnLike(items, it) {
					l.hollow, l.code = it.URL, ColumnShell
				}
			case askedByScript:
				l.hollow, l.code = it.URL+": "+it.List.Why, ColumnScript
			case ledToReports, showsNone:
				note(ColumnWall, it.List.Why+", on "+it.URL)
			default:
				note(ColumnScript, it.List.Why+", on "+it.URL)
			}
		case it.Role == RoleHome && it.State != ledger.Done:
			note(ColumnHome, it.Reason)
		case strings.HasPrefix(it.Reason, "shell") && columnLike(items, it):
			note(ColumnShell, it.URL)
		case it.State == ledger.Failed || it.State == ledger.Left && strings.HasPrefix(it.Reason, string(fetch.ByRobots)+":"):
			gone := it.Role == RoleColumn && strings.HasPrefix(it.Reason, string(fetch.Gone)+":") // a dead link is no column
			if !gone && columnLike(items, it) {
				note(codeOf(it), it.URL+": "+it.Reason)
			}
		}
	}
	for key, l := range lists {
		if out.Found += l.rows; l.rows == 0 && l.hollow != "" {
			note(l.code, l.hollow)
		}
		switch {
		case l.kind&int(ledger.Entries) != 0:
			out.Stated += l.stated
			if l.rows < l.stated {
				note(ColumnShort, fmt.Sprintf("%d of %d on %s", l.rows, l.stated, items[key].URL))
			}
		case l.kind&int(ledger.Pages) != 0 && l.pages < min(l.stated, maxListPages):
			note(ColumnShort, fmt.Sprintf("%d of %d pages of %s", l.pages, l.stated, items[key].URL))
		}
	}
	if strings.HasPrefix(reason, "stopped at") {
		note(ColumnBounds, reason)
	}
	out.State = ledger.ColumnWhole
	order2 := []string{ColumnBounds, ColumnRobots, ColumnWall, ColumnShell, ColumnFailed, ColumnScript, ColumnShort}
	if !found {
		out.State, out.Code = ledger.ColumnUnread, ColumnNoList
		order2 = []string{ColumnHome, ColumnWall, ColumnShell, ColumnRobots, ColumnFailed, ColumnScript, ColumnBounds}
	}
	for _, code := range order2 {
		if detail, ok := bad[code]; ok {
			out.Code, out.Detail = code, detail
			if found {
				out.State = ledger.ColumnPart
			}
			break
		}
	}
	return out, nil
}

// rootOf is the first page of the list that an item is a page of.
func rootOf(items map[string]*ledger.Item, it *ledger.Item) *ledger.Item {
	for n := 0; n < 50 && (it.Role == RoleNext || it.Role == RoleData || it.Role == RoleFrame); n++ {
		up := items[it.Parent]
		if up == nil || up.Role == RoleHome {
			break
		}
		it = up
	}
	return it
}

// agencyList tells the lists of other bodies than the portal's own that stand in its columns, and all below them.
func agencyList(items map[string]*ledger.Item, it *ledger.Item) bool {
	for n := 0; n < 50 && it != nil; n++ {
		if it.Role == RoleColumn && it.Score == scoreAgency {
			return true
		}
		it = items[it.Parent]
	}
	return false
}

// columnLike tells an address that is, or may be, a part of a column of reports.
func columnLike(items map[string]*ledger.Item, it *ledger.Item) bool {
	switch it.Role {
	case RoleColumn:
		return it.Score >= 75
	case RoleNext, RoleData, RoleFrame:
		root := rootOf(items, it)
		return root != it && (root.List.Kind&ledger.ReportsColumn != 0 || root.Role == RoleColumn && root.Score >= 75)
	}
	return false
}

func codeOf(it *ledger.Item) string {
	kind, _, _ := strings.Cut(it.Reason, ":")
	switch fetch.Kind(kind) {
	case fetch.Captcha, fetch.Forbidden, fetch.Suspect:
		return ColumnWall
	case fetch.ByRobots:
		return ColumnRobots
	}
	return ColumnFailed
}

// undecided keeps the years of which something was linked as a report, may be the portal's own, and was not read.
func (w *walk) undecided(it *ledger.Item, years map[int]string) {
	kind, _, _ := strings.Cut(it.Reason, ":")
	switch {
	case it.Role != RoleReport || it.State == ledger.Done && it.Reason != KindOther && it.Reason != KindData &&
		!strings.HasPrefix(it.Reason, KindShell):
		return
	case it.State == ledger.Left && (strings.HasPrefix(it.Reason, "known, ") || strings.HasPrefix(it.Reason, "asked on")):
		return
	case fetch.Kind(kind) == fetch.Gone:
		return
	}
	if Whose(it.Words, w.p.Name) == Others {
		return
	}
	year := YearOf(it.Words)
	if years[year] == "" {
		years[year] = fmt.Sprintf("what is linked as %.40q was not read: %s", it.Words, it.Reason)
	}
}

// A Body says whose report a title names, for a portal.
type Body int

// Bodies.
const (
	Open   Body = iota // it cannot be told
	Own                // that of the portal's authority itself
	Others             // of another body
)

var (
	bodySpelling = strings.NewReplacer(" ", "", "《", "", "》", "", "“", "", "”", "", `"`, "", "　", "", "（", "", "）", "",
		"管理委员会", "管委会", "经济技术开发区", "经开区", "经济开发区", "经开区", "高新技术产业开发区", "高新区", "高新技术开发区", "高新区",
		"技术产业开发区", "高新区", "产业集聚区", "产业区")
	bodyEnd  = regexp.MustCompile(`(?:人民政府|党工委|管委会|办公室|办公厅|政府)+$`)
	fileHead = regexp.MustCompile(`^(?:关于|附件\d*[：:]?|\d+[、.．])`)
	deptEnd  = regexp.MustCompile(`(?:局|委|委员会|厅|办|办公室|中心|街道|街道办|镇|乡|院|所|站|队|会|社|部|署|公司|学校|大学|学院|医院|银行|馆|台)$`)
)

func bodyName(s string) string {
	s = bodySpelling.Replace(fileHead.ReplaceAllString(strings.TrimSpace(s), ""))
	for {
		t := bodyEnd.ReplaceAllString(s, "")
		if t == s || t == "" {
			return s
		}
		s = t
	}
}

// Whose tells whose report a title names. Zones and their committees are written in several ways.
func Whose(title, name string) Body {
	loc := yearWord.FindStringIndex(title)
	if loc == nil {
		return Open
	}
	head, full := bodyName(title[:loc[0]]), bodyName(name)
	if head == "" {
		rest := bodyName(title[loc[1]:])
		if before, _, ok := strings.Cut(rest, "政府信息公开"); ok {
			head = bodyName(strings.TrimSuffix(strings.TrimPrefix(before, "度"), "关于"))
		}
		switch {
		case head == "" && (strings.Contains(rest, "局") || strings.Contains(rest, "委")) && !strings.HasPrefix(rest, full):
			return Others
		case head == "":
			return Own
		}
	}
	switch {
	case full == "":
		return Open
	case head == full || strings.HasSuffix(full, head) && len([]rune(head)) >= 2 || strings.HasSuffix(head, full):
		return Own
	case deptEnd.MatchString(head) && !deptEnd.MatchString(full):
		return Others
	case strings.HasPrefix(head, full):
		return Others // a part of it: 某市某区
	case kin(head, full):
		return Open
	}
	return Others
}

// kin tells names that share more than two characters in a row.
func kin(a, b string) bool {
	r := []rune(a)
	for i := 0; i+2 <= len(r); i++ {
		if strings.Contains(b, string(r[i:i+2])) {
			return true
		}
	}
	return false
}
