package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
)

type statusCmd struct {
	place
	list
	choice
	All      bool   `help:"Also portals that were never visited."`
	Failures bool   `help:"List what was not taken on the last visits, with the reason of each."`
	Coverage bool   `help:"A table of authorities by years: published, late, missing, vanished, unread, not read; CSV, but on a terminal."`
	Dataset  string `placeholder:"DIR" help:"${status_dataset}"`
	Queues   bool   `help:"${status_queues}"`
	From     int    `default:"2019" help:"First year of the coverage table."`
	printing
	manner
}

func (statusCmd) Help() string {
	return `Says for each portal when it was last visited, which reports were found and which years are missing, what went wrong,
and when it is visited next.`
}

// columnStatus is how far the columns of reports of a portal were read, and why no farther.
type columnStatus struct {
	State  string `json:"state"` // whole, part, not_read; "" = no visit has ended since this is kept
	Why    string `json:"why,omitempty"`
	WhyZh  string `json:"why_zh,omitempty"`
	Do     string `json:"do,omitempty"`
	DoZh   string `json:"do_zh,omitempty"`
	Found  int    `json:"found"`
	Stated int    `json:"stated,omitempty"`
}

// text is how far in a few words, with the numbers.
func (c columnStatus) text() string {
	s := map[string]string{"": "", ledger.ColumnWhole: "whole", ledger.ColumnPart: "in part", ledger.ColumnUnread: "not read"}[c.State]
	if c.Stated > 0 {
		s += fmt.Sprintf(", %d of %d", c.Found, c.Stated)
	}
	return s
}

type portalStatus struct {
	Portal   string         `json:"portal"`
	Name     string         `json:"name"`
	Last     string         `json:"last_visit,omitempty"`
	State    string         `json:"state,omitempty"`
	Reason   string         `json:"reason,omitempty"`
	Reports  int            `json:"reports"`
	Own      map[int]string `json:"own,omitempty"` // year → present, late, vanished
	Missing  []int          `json:"missing,omitempty"`
	NotRead  map[int]string `json:"not_read,omitempty"` // year → why it is not known whether there is a report
	Column   columnStatus   `json:"column"`
	Files    int            `json:"files"`
	Requests int64          `json:"requests"`
	NotTaken int64          `json:"not_taken"`
	Next     string         `json:"next_visit,omitempty"`
	Broken   []brokenStatus `json:"broken,omitempty"` // bodies that the archive does not hold whole, or did not
}

// brokenStatus is a body that the archive does not hold, or not whole.
type brokenStatus struct {
	URL    string `json:"url"`
	SHA256 string `json:"sha256"`
	Why    string `json:"why"`
	Healed string `json:"healed,omitempty"` // when
	How    string `json:"how,omitempty"`
}

func (c *statusCmd) Run(ctx context.Context, std streams) error {
	portals, err := corpus.LoadPortals(append(c.Portals, ownPortals(c.Work)...), !c.Only)
	if err != nil {
		return err
	}
	chosen, err := c.choice.of(portals)
	if err != nil {
		return err
	}
	l, err := ledger.Open(ctx, c.db(), true)
	if err != nil {
		return err
	}
	defer l.Close()
	if c.Queues {
		return c.queues(ctx, l, std)
	}
	unread, err := unreadOf(c.Dataset)
	if err != nil {
		return err
	}
	now := time.Now()
	var rows []portalStatus
	for _, p := range chosen {
		s, err := c.look(ctx, l, p, unread, now)
		if err != nil {
			return err
		}
		if s != nil {
			rows = append(rows, *s)
		}
	}
	switch {
	case c.Coverage:
		return c.coverage(std, rows, corpus.LastYear(now))
	case c.Failures && c.Format != "table" || c.Failures && c.JSON:
		return c.failures(ctx, std, l, rows)
	case c.JSON || c.Format == "json":
		for _, r := range rows {
			if err := writeObject(std.out, r); err != nil {
				return err
			}
		}
		return nil
	}
	if err := c.table(std, rows); err != nil {
		return err
	}
	if c.Format == "table" && !c.Excel {
		statusWords(std.out, rows)
	}
	if c.Failures {
		fmt.Fprintln(std.out)
		return c.failures(ctx, std, l, rows)
	}
	return c.queues(ctx, l, std)
}

// look gathers what the ledger knows of a portal; nil where it was never visited, and that was not asked for.
func (c *statusCmd) look(ctx context.Context, l *ledger.Ledger, p corpus.Portal, unread map[string]bool,
	now time.Time) (*portalStatus, error) {
	v, err := l.LastVisit(ctx, p.ID)
	if err != nil || v == nil && !c.All {
		return nil, err
	}
	s := &portalStatus{Portal: p.ID, Name: p.Name, Own: map[int]string{}}
	if v != nil {
		s.Last, s.State, s.Reason = v.Started.Local().Format("2006-01-02 15:04"), v.State, v.Reason
		s.Requests, s.NotTaken = v.Pages, v.Refused
	}
	err = l.Documents(ctx, p.ID, func(d ledger.Document) error {
		if d.Kind != crawl.KindReport {
			s.Files++
			return nil
		}
		s.Reports++
		if d.Own {
			s.Own[d.Year] = ownState(s.Own[d.Year], d, unread[d.SHA256])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	column, err := l.Column(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	if column != nil {
		s.Column = columnStatus{State: column.State, Found: column.Found, Stated: column.Stated}
		s.Column.Why, s.Column.Do = crawl.ColumnReason(column, false)
		s.Column.WhyZh, s.Column.DoZh = crawl.ColumnReason(column, true)
	}
	last := corpus.LastYear(now)
	own := map[int]bool{}
	for y := range s.Own {
		own[y] = true
	}
	for y := c.From; y <= last; y++ {
		if s.Own[y] != "" || v == nil || y == last && !corpus.Calendar(deadline).Over(p, y, now) {
			continue
		}
		if lacks, why := crawl.Lacks(column, own, y); lacks {
			s.Missing = append(s.Missing, y)
		} else {
			if s.NotRead == nil {
				s.NotRead = map[int]string{}
			}
			s.NotRead[y] = why
		}
	}
	err = l.Broken(ctx, p.ID, func(b ledger.Broken) error {
		x := brokenStatus{URL: b.URL, SHA256: b.SHA256, Why: b.Why, How: b.How}
		if !b.Healed.IsZero() {
			x.Healed = b.Healed.Local().Format("2006-01-02 15:04")
		}
		s.Broken = append(s.Broken, x)
		return nil
	})
	if err != nil {
		return nil, err
	}
	next, _, err := l.NextVisit(ctx, p.ID)
	if !next.IsZero() {
		s.Next = next.Local().Format("2006-01-02 15:04")
	}
	return s, err
}

// ownState says how it stands with a portal's own report on a year, of which d is one more copy than those that made it
// so far: present goes before late, and both before unread and vanished.
func ownState(sofar string, d ledger.Document, unread bool) string {
	switch {
	case d.State == "vanished" && sofar == "":
		return "vanished"
	case unread:
		if sofar == "" {
			return "unread"
		}
	case d.State == "present" && d.Late && sofar != "present":
		return "late"
	case d.State == "present":
		return "present"
	}
	return sofar
}

// table prints a line a portal.
func (c *statusCmd) table(std streams, rows []portalStatus) error {
	l, err := c.rows(std, c.Format, c.sheet, listing.Column{Key: "portal"}, listing.Column{Key: "name"},
		listing.Column{Key: "last_visit", Head: "last visit", Less: 3}, listing.Column{Key: "state"},
		listing.Column{Key: "reason", Less: 6}, listing.Column{Key: "column", Less: 4},
		listing.Column{Key: "reports"}, listing.Column{Key: "own", Head: "own, by year"}, listing.Column{Key: "missing"},
		listing.Column{Key: "not_read", Head: "not read", Less: 2}, listing.Column{Key: "not_taken", Head: "not taken", Less: 5},
		listing.Column{Key: "next_visit", Head: "next visit", Less: 1})
	if err != nil {
		return err
	}
	zh := chinese(os.Getenv) && !c.forPrograms(c.Format, c.sheet)
	for _, r := range rows {
		own, missing, notRead := map[int]int{}, map[int]int{}, map[int]int{}
		for y := range r.NotRead {
			notRead[y]++
		}
		for y := range r.Own {
			own[y]++
		}
		for _, y := range r.Missing {
			missing[y]++
		}
		if err := l.Add(r.Portal, r.Name, known(r.Last), known(c.state(r.State)), known(c.read(r.Reason)), known(c.read(r.Column.text())),
			r.Reports, spans(own, zh), spans(missing, zh), spans(notRead, zh), r.NotTaken, known(r.Next)); err != nil {
			return err
		}
	}
	return l.Close()
}

// statusWords says what is wrong with portals, and what can be done.
func statusWords(w io.Writer, rows []portalStatus) {
	for _, r := range rows {
		for _, b := range r.Broken {
			switch {
			case b.Healed != "":
			case b.How != "":
				fmt.Fprintf(w, say("%s: what the archive kept of %s is lost: %s; %s\n", "%s：存档中 %s 的原件已丢失：%s；%s\n"),
					r.Portal, b.URL, spoken(b.Why), spoken(b.How))
			default:
				fmt.Fprintf(w, say("%s: what the archive keeps of %s is damaged or lost: %s\n  gongkai archive repair asks for it anew\n",
					"%s：存档中 %s 的原件已损坏或丢失：%s\n  请运行 gongkai archive repair 重新取回\n"), r.Portal, b.URL, spoken(b.Why))
			}
		}
		if r.Column.Why != "" {
			fmt.Fprintf(w, say("%s: its column was read %s: %s\n  %s\n", "%s：栏目读取情况（%s）：%s\n  %s\n"), r.Portal, spoken(r.Column.text()),
				say(r.Column.Why, r.Column.WhyZh), say(r.Column.Do, r.Column.DoZh))
		}
		for _, y := range slices.Sorted(maps.Keys(r.NotRead)) {
			if r.NotRead[y] != r.Column.Why {
				fmt.Fprintf(w, say("%s: %d: not known whether there is a report: %s\n", "%s：%d 年：是否有报告尚不可知：%s\n"), r.Portal, y,
					spoken(r.NotRead[y]))
			}
		}
	}
}

// read is a word or a reason in the language of whoever reads it, and as it is for programs.
func (c *statusCmd) read(text string) string {
	if c.forPrograms(c.Format, c.sheet) {
		return text
	}
	return spoken(text)
}

// state is the state of a visit. One that is under way is told here and not among the messages, of which this word begins some.
func (c *statusCmd) state(word string) string {
	if word == "open" && chinese(os.Getenv) && !c.forPrograms(c.Format, c.sheet) {
		return "进行中"
	}
	return c.read(word)
}

// unreadOf gives the hashes of the documents of a dataset that could not be read.
func unreadOf(dir string) (map[string]bool, error) {
	out := map[string]bool{}
	if dir == "" {
		return out, nil
	}
	d, err := output.Open(dir)
	if err != nil {
		return nil, err
	}
	return out, d.Documents(func(_ int, r output.DocumentRow) error {
		if r.Status == string(normalize.StatusUnread) {
			out[r.Document] = true
		}
		return nil
	})
}

// failures lists what was not taken on the last visits.
func (c *statusCmd) failures(ctx context.Context, std streams, l *ledger.Ledger, rows []portalStatus) error {
	list, err := c.rows(std, c.Format, c.sheet, listing.Column{Key: "portal"}, listing.Column{Key: "state"},
		listing.Column{Key: "url", Main: true},
		listing.Column{Key: "words", Less: 1}, listing.Column{Key: "reason"})
	if err != nil {
		return err
	}
	for _, r := range rows {
		v, err := l.LastVisit(ctx, r.Portal)
		if err != nil {
			return err
		}
		if v == nil {
			continue // with --all: nobody was there yet
		}
		err = l.Frontier(ctx, v.ID, "", func(it ledger.Item) error {
			if it.State == ledger.Failed || it.State == ledger.Left || it.State == ledger.Waiting && it.Reason != "" {
				return list.Add(r.Portal, c.read(it.State), it.URL, known(it.Words), known(c.read(it.Reason)))
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = l.Refusals(ctx, r.Portal, func(x ledger.Refusal) error {
			return list.Add(r.Portal, c.read("host"), x.URL, c.read(fmt.Sprintf("%d times", x.Times)), known(c.read(x.Reason)))
		})
		if err != nil {
			return err
		}
	}
	return list.Close()
}

// coverage is a table of authorities by years; as CSV, where nobody says otherwise.
func (c *statusCmd) coverage(std streams, rows []portalStatus, to int) error {
	format := c.Format
	if format == "table" && !terminal(std.out) {
		format = "csv"
	}
	columns := []listing.Column{{Key: "portal"}, {Key: "name"}}
	for y := c.From; y <= to; y++ {
		columns = append(columns, listing.Column{Key: fmt.Sprint(y)})
	}
	l, err := c.rows(std, format, c.sheet, columns...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		cells := []any{r.Portal, r.Name}
		for y := c.From; y <= to; y++ {
			s := map[string]string{"present": "published"}[r.Own[y]]
			if s == "" {
				s = r.Own[y]
			}
			switch {
			case slices.Contains(r.Missing, y):
				s = "missing"
			case r.NotRead[y] != "":
				s = "not read"
			}
			if format != "csv" {
				s = c.read(s)
			}
			cells = append(cells, known(s))
		}
		if err := l.Add(cells...); err != nil {
			return err
		}
	}
	return l.Close()
}

// spans writes years as spans: 2019-2022, 2024; in Chinese what is no year.
func spans(years map[int]int, zh bool) string {
	none, unknown, between := "none", "year not known", ", "
	if zh {
		none, unknown, between = "无", "年度不详", "、"
	}
	var all []int
	for y := range years {
		all = append(all, y)
	}
	sort.Ints(all)
	var out []string
	for i := 0; i < len(all); {
		j := i
		for j+1 < len(all) && all[j+1] == all[j]+1 {
			j++
		}
		switch {
		case all[i] == 0:
			out = append(out, unknown)
		case i == j:
			out = append(out, fmt.Sprint(all[i]))
		default:
			out = append(out, fmt.Sprintf("%d-%d", all[i], all[j]))
		}
		i = j + 1
	}
	if len(out) == 0 {
		return none
	}
	return strings.Join(out, between)
}
