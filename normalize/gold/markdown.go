package gold

import "strings"

// Markdown, as converters make it of a PDF or a Word file.

// markdownFormats are the two kinds: tables as HTML, whose spans are kept, and tables between bars, whose are not.
func markdownFormats() []Format {
	return []Format{
		{"markdown html", "report.md", true, func(r *Report, seed int64) []byte { return r.Markdown(seed) }},
		{markdownBars, "report.md", true, func(r *Report, seed int64) []byte { return r.markdownBars(seed) }},
	}
}

const (
	markdownBars = "text markdown"
	commaValues  = "text csv"
	textBars     = "text bars"
)

// Markdown writes the report with tables of HTML between its paragraphs: each in one line, some converters with a page
// around each.
func (r *Report) Markdown(seed int64) []byte {
	var b strings.Builder
	for i, it := range r.Items {
		if it.Table == nil {
			b.WriteString(markdownParagraph(it.Text, i == 0, seed))
			continue
		}
		table := strings.ReplaceAll(tableHTML(it.Table, HTMLStyle{}, r.Spans), "\n", "")
		if seed%2 == 0 {
			table = "<html><body>" + table + "</body></html>"
		}
		b.WriteString(table + "\n\n")
	}
	return r.finish([]byte(b.String()))
}

// markdownBars writes the report with tables between bars: a break within a cell is a br, headers are bold.
func (r *Report) markdownBars(seed int64) []byte {
	var b strings.Builder
	for i, it := range r.Items {
		if it.Table == nil {
			b.WriteString(markdownParagraph(it.Text, i == 0, seed))
			continue
		}
		for k, row := range it.Table.filled(true) {
			for c := range row {
				row[c] = strings.ReplaceAll(strings.ReplaceAll(row[c], "|", `\|`), "\n", "<br>")
				if k == 0 && seed%3 == 0 && row[c] != "" {
					row[c] = "**" + row[c] + "**"
				}
			}
			b.WriteString("| " + strings.Join(row, " | ") + " |\n")
			if k == 0 {
				b.WriteString(strings.Repeat("|:---", len(row)) + "|\n")
			}
		}
		b.WriteString("\n")
	}
	return r.finish([]byte(b.String()))
}

// markdownParagraph marks the title and the numbered headings as one of the converters does.
func markdownParagraph(text string, title bool, seed int64) string {
	mark, text := "", strings.ReplaceAll(text, "*", `\*`)
	switch heading := strings.HasPrefix(strings.TrimLeft(text, "一二三四五六七八九十"), "、") && len(text) < 90; {
	case title:
		mark = "# "
	case heading && seed%3 == 1:
		mark = "## "
	case heading && seed%3 == 2:
		text = "**" + text + "**"
	}
	return mark + text + "\n\n"
}

// barFormats are what extractors of text make of a page's tables: cells between bars, of merged ones only the first, and
// values between commas.
func barFormats() []Format {
	return []Format{
		{textBars, "report.txt", false, func(r *Report, seed int64) []byte { return r.Bars(barStyles[seed%int64(len(barStyles))]) }},
		{commaValues, "report.txt", true, func(r *Report, _ int64) []byte { return r.CSV() }},
	}
}

// A barStyle is where an extractor writes bars.
type barStyle struct {
	before, between, behind string // of a row: before its first cell, between two, behind its last
}

var barStyles = []barStyle{
	{"", " | ", " |\n"},
	{"| ", " | ", "\n"},
	{"| ", " | ", " |\n"},
	{"", " | ", "\n"},
	{"|", "|", "|\n"},
	{"", " |\n", " |\n"},
	{"｜", "｜", "｜\n"},
}

// Bars writes the report as text with its tables between bars.
func (r *Report) Bars(s barStyle) []byte {
	var b strings.Builder
	for _, it := range r.Items {
		if it.Table == nil {
			b.WriteString(it.Text + "\n")
			continue
		}
		for _, row := range it.Table.Rows {
			b.WriteString(s.before)
			for i, c := range row {
				if i > 0 {
					b.WriteString(s.between)
				}
				b.WriteString(strings.ReplaceAll(c.Text, "\n", ""))
			}
			b.WriteString(s.behind)
		}
	}
	return r.finish([]byte(b.String()))
}

// CSV writes the report as text with its tables as values between commas, as a spreadsheet saves them.
func (r *Report) CSV() []byte {
	var b strings.Builder
	for _, it := range r.Items {
		if it.Table == nil {
			b.WriteString(it.Text + "\n")
			continue
		}
		for _, row := range it.Table.filled(true) {
			for i, c := range row {
				if strings.ContainsAny(c, ",\"\n") {
					row[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
				}
			}
			b.WriteString(strings.Join(row, ",") + "\n")
		}
	}
	return r.finish([]byte(b.String()))
}
