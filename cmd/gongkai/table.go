package main

import (
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
)

// maxRows is how many reports a summary lists one by one.
const maxRows = 60

// maxSkipped is how many files beside the documents it names.
const maxSkipped = 3

// A summary is what a run tells of itself. It keeps at most maxRows rows, so that its memory does not grow with the
// run.
type summary struct {
	rows                       []row
	reports, partly            int
	unread                     []row
	unreadCount                int
	skipped                    []string
	skippedCount               int
	cells, read, proved, zeros int
	errors, warnings, notes    int
}

type row struct {
	agency, editions, reason string
	year, cells, read        int
	proved, zeros            int
	errors, warnings, notes  int
	status                   normalize.Status
	file                     string
}

func (s *summary) add(c *output.Counted) {
	if c.Status == normalize.StatusSkipped {
		if s.skippedCount++; len(s.skipped) < maxSkipped {
			s.skipped = append(s.skipped, c.File)
		}
		return
	}
	x := row{agency: c.Agency, year: c.Year, status: c.Status, reason: c.Reason, file: c.File, cells: c.Cells, read: c.Read,
		proved: c.Proved, zeros: c.Zeros, errors: c.Errors, warnings: c.Warnings, notes: c.Notes}
	if x.agency == "" {
		x.agency = c.File
	}
	s.errors, s.warnings, s.notes = s.errors+x.errors, s.warnings+x.warnings, s.notes+x.notes
	if c.Status == normalize.StatusUnread {
		s.unreadCount++
		if len(s.unread) < maxRows {
			s.unread = append(s.unread, x)
		}
		return
	}
	s.reports++
	if c.Status == normalize.StatusPartly {
		s.partly++
	}
	s.cells, s.read, s.proved, s.zeros = s.cells+x.cells, s.read+x.read, s.proved+x.proved, s.zeros+x.zeros
	if len(s.rows) < maxRows {
		x.editions = editionsOf(c.Editions)
		s.rows = append(s.rows, x)
	}
}

func (s *summary) notWhole() bool { return s.unreadCount > 0 || s.partly > 0 }

func (s *summary) print(w io.Writer, note func([]string)) {
	sort.SliceStable(s.rows, func(i, j int) bool {
		if s.rows[i].agency != s.rows[j].agency {
			return s.rows[i].agency < s.rows[j].agency
		}
		return s.rows[i].year < s.rows[j].year
	})
	if len(s.rows) > 0 {
		t := &textTable{columns: summaryColumns()}
		for _, x := range s.rows {
			var year any = "?"
			if x.year > 0 {
				year = x.year
			}
			t.add(x.agency, year, x.editions, fmt.Sprintf("%d/%d", x.read, x.cells), x.proved,
				dash(x.zeros), counts(x.errors, x.warnings, x.notes))
		}
		t.print(w, note)
		if more := s.reports - len(s.rows); more > 0 {
			fmt.Fprintf(w, say("… and %d more reports\n", "… 另有 %d 份报告\n"), more)
		}
	}
	if s.reports > 0 {
		fmt.Fprintf(w, say("\n%s read, %d of %d cells (%s), %d proved by the identities (%s), %d blanks inferred to be zero\n",
			"\n读取 %s，应有数据项的读出情况：%d／%d（%s），勾稽相符 %d 个（%s），空白推定为零 %d 个\n"),
			number(s.reports, "report", "reports", "份报告"), s.read, s.cells, percent(s.read, s.cells), s.proved, percent(s.proved, s.read),
			s.zeros)
		fmt.Fprintf(w, say("findings: %s\n", "疑点：%s\n"), counts(s.errors, s.warnings, s.notes))
	}
	for _, x := range s.rows {
		if x.status == normalize.StatusPartly {
			fmt.Fprintf(w, say("partly  %s: %s\n", "部分读取  %s：%s\n"), x.file, spoken(x.reason))
		}
	}
	for _, x := range s.unread {
		fmt.Fprintf(w, say("unread  %s: %s\n", "未能读取  %s：%s\n"), x.file, spoken(x.reason))
	}
	if more := s.unreadCount - len(s.unread); more > 0 {
		fmt.Fprintf(w, say("unread  … and %d more; see the dataset's documents\n", "未能读取  … 另有 %d 份，见数据集的 documents 表\n"), more)
	}
	if s.skippedCount > 0 {
		more := ""
		if s.skippedCount > len(s.skipped) {
			more = ", …"
		}
		fmt.Fprintf(w, say("skipped %s beside the documents, in which no report is: %s%s\n", "另有 %s不含报告，已略过：%s%s\n"),
			number(s.skippedCount, "file", "files", "个文件"), strings.Join(s.skipped, ", "), more)
	}
}

// summaryColumns are those of the reports of a run. The editions are the same nearly everywhere; what is in doubt is what a run is
// read for.
func summaryColumns() []listing.Column {
	return []listing.Column{{Key: "agency", Wrap: true}, {Key: "year", Right: true}, {Key: editionsHead(), Less: 3},
		{Key: "cells read", Right: true}, {Key: "proved", Right: true, Less: 1}, {Key: "zeros inferred", Right: true, Less: 2},
		{Key: "findings", Main: true, Wrap: true}}
}

// summaryObject is what a run tells of itself as JSON.
type summaryObject struct {
	Dataset  string        `json:"dataset"`
	Reports  int           `json:"reports"`
	Cells    int           `json:"cells"`
	Read     int           `json:"read"`
	Proved   int           `json:"proved"`
	Zeros    int           `json:"zeros"`
	Errors   int           `json:"errors"`
	Warnings int           `json:"warnings"`
	Notes    int           `json:"notes"`
	Unread   int           `json:"unread"`
	Partly   int           `json:"partly"`
	Skipped  int           `json:"skipped"`
	Not      []notWholeRow `json:"not_whole"` // the first sixty of those
	Applied  int           `json:"corrections_applied"`
	Refused  []string      `json:"corrections_refused"`
}

// notWholeRow is a document of which something is missing.
type notWholeRow struct {
	File   string           `json:"file"`
	Status normalize.Status `json:"status"`
	Reason string           `json:"reason"`
}

func (s *summary) object(dataset string) summaryObject {
	o := summaryObject{Dataset: dataset, Reports: s.reports, Cells: s.cells, Read: s.read, Proved: s.proved, Zeros: s.zeros,
		Errors: s.errors, Warnings: s.warnings, Notes: s.notes, Unread: s.unreadCount, Partly: s.partly, Skipped: s.skippedCount,
		Not: []notWholeRow{}, Refused: []string{}}
	for _, x := range append(slices.Clone(s.unread), s.rows...) {
		if x.status == normalize.StatusPartly || x.status == normalize.StatusUnread {
			o.Not = append(o.Not, notWholeRow{x.file, x.status, x.reason})
		}
	}
	return o
}

func counts(errors, warnings, notes int) string {
	var parts []string
	if errors > 0 {
		parts = append(parts, number(errors, "error", "errors", "处数据不一致"))
	}
	if warnings > 0 {
		parts = append(parts, number(warnings, "warning", "warnings", "处警告"))
	}
	if notes > 0 {
		parts = append(parts, number(notes, "note", "notes", "处提示"))
	}
	if parts == nil {
		return say("none", "无")
	}
	return strings.Join(parts, say(", ", "，"))
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// count is plural for words that take more than an s.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func dash(n int) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprint(n)
}

func percent(n, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(of))
}

// A textTable is rows of text, for tables that are a part of what is said for reading.
type textTable struct {
	columns []listing.Column
	rows    [][]any
}

func newTable(head ...string) *textTable {
	t := &textTable{}
	for _, h := range head {
		t.columns = append(t.columns, listing.Column{Key: h})
	}
	return t
}

// add takes a row; numbers stand to the right.
func (t *textTable) add(cells ...any) { t.rows = append(t.rows, cells) }

// print prints the table as wide as the terminal, and whole elsewhere. note is told of columns for which there is no room.
func (t *textTable) print(w io.Writer, note func([]string)) error {
	l, err := listing.Open(w, listing.Options{Format: "table", Width: screen(w), Note: note}, heads(t.columns...)...)
	if err != nil {
		return err
	}
	for _, r := range t.rows {
		if err := l.Add(r...); err != nil {
			return err
		}
	}
	return l.Close()
}

// clip shortens a text to at most n terminal columns.
func clip(s string, n int) string { return listing.Clip(s, n) }

// editionsHead is the head over the editions of a report: the numbers of the tables' sections, or what a table is where
// it stands in none. Of tables that a report may be without, editionsOf shows nothing where they are not, and so the
// head does not name them.
func editionsHead() string {
	forms, err := form.Load()
	if err != nil {
		return say("editions", "版本")
	}
	return headOf(forms)
}

func headOf(forms *form.Forms) string {
	out := []string{say("editions", "版本")}
	for _, t := range forms.Tables() {
		if !forms.Optional(t) {
			out = append(out, strings.TrimPrefix(forms.Place(t).EN, "table "))
		}
	}
	return strings.Join(out, " ")
}

// editionsOf lists the editions of a report's tables in their order, – for one that was not found and must be there.
func editionsOf(editions normalize.Editions) string {
	forms, err := form.Load()
	if err != nil {
		return ""
	}
	var out []string
	for _, t := range forms.Tables() {
		if e := editions[t]; e != "" {
			out = append(out, e)
		} else if !forms.Optional(t) {
			out = append(out, "–")
		}
	}
	return strings.Join(out, " ")
}
