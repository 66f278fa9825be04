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

const markdownBars = "text markdown"

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
