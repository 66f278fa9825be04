package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus/atom"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
	"github.com/gongkai/gongkai/output/explore"
	"github.com/gongkai/gongkai/output/listing"
	"github.com/gongkai/gongkai/output/panel"
)

type anomaliesCmd struct {
	Dataset  string   `arg:"" optional:"" help:"Folder of a dataset."`
	Rule     []string `placeholder:"CODE" help:"Only these rules; see --rules."`
	Off      []string `placeholder:"CODE" help:"Without these rules."`
	City     []string `placeholder:"TEXT" help:"${anomalies_city}"`
	Year     int      `placeholder:"YEAR" help:"Only this report year."`
	Level    string   `placeholder:"LEVEL" enum:",national,provincial,prefecture,county,township" default:"" help:"${anomalies_level}"`
	Severity string   `enum:"note,warning,error" default:"note" help:"The least severity: note, warning or error."`
	Top      int      `placeholder:"N" help:"The N weightiest only."`
	Rate     float64  `default:"0.05" help:"Share of false alarms that the list of the statistical rules may hold."`
	AsOf     string   `placeholder:"DAY" help:"${anomalies_asof}"`
	Format   string   `enum:"table,line,csv,json,md,html" default:"table" help:"${anomalies_format}"`
	Lang     string   `enum:",en,zh" default:"" help:"${anomalies_lang}"`
	By       string   `enum:"agency,year" default:"agency" help:"With --out: one brief an agency or one a year."`
	Out      string   `placeholder:"DIR" help:"With --format md or html: write briefs into this folder, with an index."`
	Write    bool     `help:"Keep the whole list in the dataset, as its table anomalies."`
	State    string   `placeholder:"FILE" help:"File that remembers what was found when, from run to run."`
	New      bool     `help:"With --state: only what no run before found."`
	Feed     string   `placeholder:"FILE" help:"${anomalies_feed}"`
	SiteURL  string   `placeholder:"URL" name:"site-url" env:"GONGKAI_SITE_URL" help:"${site_url}"`
	ExitCode bool     `help:"With --state: exit with 10 if anything is new."`
	Rules    bool     `help:"List the rules."`
	sheet
	manner
}

func (anomaliesCmd) Help() string {
	return `Looks across the reports of a dataset: figures that contradict those of the year before, of the departments or of the prose;
reports that are late, missing, changed or copied; shares, volumes and digits that stand out among peers. Every number in a
sentence is printed by a cell, a report or its prose, and links there. The rules, with their sources and what would explain an
anomaly away, are in docs/rules.md.

Examples:  gongkai anomalies dataset --top 20
           gongkai anomalies dataset --city 哈尔滨 --format html --lang zh > brief.html
           gongkai anomalies dataset --state seen.json --new --feed anomalies.xml --exit-code`
}

func (c *anomaliesCmd) Run(ctx context.Context, std streams) error {
	zh := inChinese(c.Lang)
	if c.Rules {
		return c.listRules(std, zh && (c.Lang != "" || !c.forPrograms(c.Format, c.sheet)))
	}
	switch {
	case c.Dataset == "":
		return misused(`expected "<dataset>"`)
	case c.State == "" && (c.New || c.Feed != "" || c.ExitCode):
		return misused("--new, --feed and --exit-code need --state FILE")
	case c.Out != "" && c.Format != "md" && c.Format != "html":
		return misused("--out needs --format md or html")
	case c.Rate <= 0 || c.Rate >= 1:
		return misused("--rate %g: a share between 0 and 1", c.Rate)
	}
	if less := c.narrowed(); c.Write && len(less) > 0 {
		return misused("--write keeps the whole list, as every reader of the dataset takes it to be: leave %s out",
			strings.Join(less, ", "))
	}
	d, err := output.Open(c.Dataset)
	if err != nil {
		return err
	}
	// collecting seldom is faster, as long as that is not what memory is needed for: some 700 MB up to 400,000 reports, and
	// 1.7 GB for a million. Of few reports the room that main makes is most of the heap: a part of it in a hundred is
	// enough, and a larger one would be counted of that room, too
	debug.SetMemoryLimit(max(700<<20, 1700*d.Rows["reports"]))
	o := anomalies.Options{Kept: keptAnomalies(c.Dataset), Rules: c.Rule, Off: c.Off, Rate: c.Rate, AsOf: c.AsOf, Least: c.Severity,
		Where: panel.Filter{Names: c.City, Level: c.Level, Year: c.Year}}
	spread := c.JSON || c.Format != "md" && c.Format != "html" // briefs are ordered by body or year
	if c.State == "" && !c.Write {
		o.Top, o.Spread = c.Top, spread // else all are wanted first, by weight
	}
	meter := c.meter(std.err, "rules looked", "已检查规则")
	o.Progress = meter.at
	list, err := anomalies.Find(ctx, d, o)
	meter.end()
	if err != nil {
		return fmt.Errorf("%s: %w", c.Dataset, err)
	}
	if c.Write {
		if err := keep(d, list); err != nil {
			return err
		}
	}
	total, fresh := list.Total, 0
	var seen seenFile
	if c.State != "" {
		if seen, err = readSeen(c.State); err != nil {
			return err
		}
		news := seen.add(list.Anomalies, time.Now().UTC().Format(time.DateOnly))
		fresh = len(news)
		if c.Feed != "" {
			if err := c.feed(list.Anomalies, seen, zh); err != nil {
				return err
			}
		}
		if c.New {
			list.Anomalies = news
		}
	}
	if spread && !o.Spread {
		anomalies.Spread(list.Anomalies)
	}
	if c.Top > 0 && len(list.Anomalies) > c.Top {
		list.Anomalies = list.Anomalies[:c.Top]
	}
	judged, err := anomalies.ReadJudgements(anomalies.JudgementsOf(c.Dataset))
	if err != nil {
		return err
	}
	anomalies.Judge(list.Anomalies, judged)
	if err := c.print(std, list, zh); err != nil {
		return err
	}
	if c.State != "" { // last: what could not be printed is new the next time
		if err := seen.write(c.State); err != nil {
			return err
		}
	}
	said := fmt.Sprintf(say("%s in %s of %s", "共有异常 %s，涉及 %s、%s"), number(total, "anomaly", "anomalies", "条"),
		number(list.Looked.Reports, "report", "reports", "份报告"), number(list.Looked.Bodies, "body", "bodies", "个机关"))
	if c.State != "" {
		said += fmt.Sprintf(say(", %d new", "，其中新增 %d 条"), fresh)
	}
	c.note(std, say("%s; %s, false-discovery rate %g", "%s；检验 %s，错误发现率 %g"), said, number(list.Tests, "test", "tests", "次"), list.Rate)
	if c.ExitCode && fresh > 0 {
		return errNews
	}
	return nil
}

// narrowed are the flags given that make the list another than the whole one.
func (c *anomaliesCmd) narrowed() (out []string) {
	for _, x := range []struct {
		flag  string
		given bool
	}{
		{"--rule", len(c.Rule) > 0}, {"--off", len(c.Off) > 0}, {"--rate", c.Rate != anomalies.DefaultRate},
		{"--as-of", c.AsOf != ""}, {"--city", len(c.City) > 0}, {"--year", c.Year != 0}, {"--level", c.Level != ""},
		{"--severity", c.Severity != "note"}, {"--top", c.Top > 0},
	} {
		if x.given {
			out = append(out, x.flag)
		}
	}
	return out
}

func (c *anomaliesCmd) print(std streams, list *anomalies.List, zh bool) error {
	if (c.Format == "md" || c.Format == "html") && !c.JSON && !c.Excel {
		return c.brief(std, list, zh)
	}
	o := c.options(std, c.Format, c.sheet)
	switch o.Format {
	case "json":
		return anomalies.WriteJSON(std.out, list.Anomalies)
	case "csv", "line":
		return anomalies.WriteRows(std.out, list.Anomalies, o, func(x listing.Column) listing.Column {
			lists := map[string]string{"severity": "severity", "level": "level", "kind": "kind", "verdict": "judgement"}
			return coded(zh && o.Format == "line", x, lists[x.Key])
		})
	}
	return c.table(std.out, list, o, zh)
}

// brief writes what was found as a text with evidence.
func (c *anomaliesCmd) brief(std streams, list *anomalies.List, zh bool) error {
	if c.Out != "" {
		return c.briefs(std.out, list, zh)
	}
	title := "Anomalies in annual reports on open government information"
	if zh {
		title = "政府信息公开工作年度报告中的异常"
	}
	b := anomalies.Brief{Title: title, Zh: zh, Anomalies: list.Anomalies, List: list}
	if bs := anomalies.Briefs(list, c.By, zh); len(bs) == 1 {
		b = bs[0]
	}
	if c.Format == "md" {
		return b.Markdown(std.out)
	}
	return b.HTML(std.out)
}

// table prints a line an anomaly.
func (c *anomaliesCmd) table(w io.Writer, list *anomalies.List, o listing.Options, zh bool) error {
	head := []string{"severity", "rule", "year", "agency", "what"}
	if zh {
		head = []string{"级别", "规则", "年度", "机关", "内容"}
	}
	columns := []listing.Column{{}, {Less: 1}, {}, {Wrap: true}, {Main: true, Wrap: true}}
	for i, h := range head {
		columns[i].Key = h
	}
	columns[0] = coded(zh, columns[0], "severity")
	o.Paint = painter(w)
	l, err := listing.Open(w, o, columns...)
	if err != nil {
		return err
	}
	for i := range list.Anomalies {
		a := &list.Anomalies[i]
		year, what := "–", anomalies.Text(a.Sentence)
		if a.Year > 0 {
			year = fmt.Sprint(a.Year)
		}
		if zh {
			what = anomalies.Text(a.SentenceZh)
		}
		if judged := a.JudgedWords(zh); judged != "" {
			what += " · " + judged
		}
		if err := l.Add(a.Severity, a.Rule, year, a.Body.Name, what); err != nil {
			return err
		}
	}
	return l.Close()
}

// briefs writes one file an agency or year, and an index.
func (c *anomaliesCmd) briefs(w io.Writer, list *anomalies.List, zh bool) error {
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	index := new(bytes.Buffer)
	used := map[string]int{}
	for _, b := range anomalies.Briefs(list, c.By, zh) {
		name := strings.Map(func(r rune) rune {
			if strings.ContainsRune(`/\:*?"<>| .#%`, r) || r < ' ' {
				return '_'
			}
			return r
		}, b.Title)
		if len(name) > 180 {
			name = strings.ToValidUTF8(name[:180], "")
		}
		if used[name]++; used[name] > 1 { // bodies of one name
			name += fmt.Sprintf("-%d", used[name])
		}
		var out bytes.Buffer
		write := b.HTML
		if c.Format == "md" {
			charts := name + "-charts"
			for i := range b.Anomalies {
				a := &b.Anomalies[i]
				svg := a.Chart(zh)
				if svg == "" {
					continue
				}
				if err := os.MkdirAll(filepath.Join(c.Out, charts), 0o755); err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(c.Out, charts, a.ID+".svg"), []byte(svg), 0o644); err != nil {
					return err
				}
			}
			b.Charts = charts
			write = b.Markdown
		}
		if err := write(&out); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(c.Out, name+"."+c.Format), out.Bytes(), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(index, "- [%s](<%s.%s>): %d\n", b.Title, name, c.Format, len(b.Anomalies))
	}
	if err := os.WriteFile(filepath.Join(c.Out, "index.md"), index.Bytes(), 0o644); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, say("%d briefs in %s\n", "%d 份简报写入 %s\n"), len(used), c.Out)
	return err
}

// feed writes the anomalies in the order in which they were found: the newest into the file, those before them into files
// beside it.
func (c *anomaliesCmd) feed(list []anomalies.Anomaly, seen seenFile, zh bool) error {
	oldest := slices.Clone(list)
	slices.SortStableFunc(oldest, func(a, b anomalies.Anomaly) int {
		return cmp.Or(strings.Compare(seen[a.ID], seen[b.ID]), strings.Compare(a.ID, b.ID))
	})
	f := atom.Feed{ID: atom.ID("anomalies"), Title: "gongkai: anomalies in annual reports", Lang: "en", Author: "gongkai",
		Alternate: explore.Address(c.SiteURL, "anomalies", ""), Updated: time.Now().UTC().Truncate(24 * time.Hour)}
	if zh {
		f.ID, f.Title, f.Lang = atom.ID("anomalies zh"), "gongkai：年度报告异常", "zh-CN"
	}
	entries := anomalies.Entries(oldest, func(id string) time.Time {
		t, err := time.Parse(time.DateOnly, seen[id])
		if err != nil {
			t = f.Updated // the file was written by hand
		}
		return t
	}, func(id string) string { return explore.Address(c.SiteURL, "anomaly", id) }, zh)
	return atom.Put(c.Feed, f, len(entries), atom.Of(entries))
}

// replaceFile puts a file in its place when it is whole.
func replaceFile(name string, b []byte) error {
	part, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer os.Remove(part.Name())
	_, err = part.Write(b)
	if err == nil {
		err = part.Chmod(0o644)
	}
	if e := part.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(part.Name(), name)
}

// A seenFile is which anomaly was found first on which day, by id.
type seenFile map[string]string

func readSeen(name string) (seenFile, error) {
	b, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return seenFile{}, nil
	}
	if err != nil {
		return nil, err
	}
	var f struct {
		Program string   `json:"program"`
		Seen    seenFile `json:"seen"`
	}
	if err := json.Unmarshal(b, &f); err != nil || f.Program != "gongkai anomalies" {
		return nil, fmt.Errorf("%s: no file of gongkai anomalies --state; nothing was done", name)
	}
	if f.Seen == nil {
		f.Seen = seenFile{}
	}
	return f.Seen, nil
}

// add remembers a list, and gives what of it is new.
func (s seenFile) add(list []anomalies.Anomaly, today string) (news []anomalies.Anomaly) {
	for _, a := range list {
		if _, ok := s[a.ID]; !ok {
			s[a.ID] = today
			news = append(news, a)
		}
	}
	return news
}

func (s seenFile) write(name string) error {
	b, err := json.MarshalIndent(map[string]any{"program": "gongkai anomalies", "seen": s}, "", " ")
	if err != nil {
		return err
	}
	return replaceFile(name, append(b, '\n'))
}

// keep puts the table anomalies into a dataset, and says in panel what they name.
func keep(d *output.Dataset, list *anomalies.List) error {
	forms, err := form.Load()
	if err != nil {
		return err
	}
	if err := output.Add(d, "anomalies", anomalies.Rows(list.Anomalies)); err != nil {
		return err
	}
	return output.MarkPanel(d, forms)
}

// lookAgain makes the table anomalies of a dataset that is to take the place of one that had it.
func lookAgain(ctx context.Context, std streams, d *output.Dataset, out string) error {
	list, err := anomalies.Find(ctx, d, anomalies.Options{Kept: keptAnomalies(out)})
	if err == nil {
		err = keep(d, list)
	}
	if err == nil {
		err = output.MarkLater(d)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.err, say("table anomalies made anew: %s\n", "异常表已重新生成：%s\n"), number(list.Total, "anomaly", "anomalies", "条"))
	return err
}

// keptAnomalies is the folder beside a dataset for what the look for anomalies took from its files. It may be removed at any
// time.
func keptAnomalies(dataset string) string {
	return filepath.Join(filepath.Dir(filepath.Clean(dataset)), "."+filepath.Base(filepath.Clean(dataset))+".anomalies")
}

// hadAnomalies reports whether a dataset lies in dir for which the table anomalies was made. That its files may be gone
// since does not matter.
func hadAnomalies(dir string) bool {
	d, err := output.Open(dir)
	if err != nil {
		return false
	}
	_, counted := d.Rows["anomalies"]
	return counted || d.Has("anomalies")
}

func (c *anomaliesCmd) listRules(std streams, zh bool) error {
	kinds := listing.Column{Key: "kind", Less: 1}
	if zh {
		kinds.Words = func(kind string) string {
			return map[string]string{"exact": "直接比对", "statistical": "统计比较"}[kind]
		}
	}
	l, err := c.rows(std, c.Format, c.sheet, listing.Column{Key: "code"}, kinds,
		coded(zh, listing.Column{Key: "severity", Less: 2}, "severity"), listing.Column{Key: "what", Main: true, Wrap: true})
	if err != nil {
		return err
	}
	for _, r := range anomalies.Rules() {
		kind, title := "exact", r.Title
		if r.Statistical {
			kind = "statistical"
		}
		if zh {
			title = r.TitleZh
		}
		if err := l.Add(r.Code, kind, r.Severity, title); err != nil {
			return err
		}
	}
	return l.Close()
}
