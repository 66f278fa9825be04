package extract

import (
	"bytes"
	"context"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/extract/script"
)

// Markdown is what converters make of a PDF or a Word file: headings behind # signs, ** around bold words, tables
// between bars or as HTML. Its marks are no part of what a reader is shown. A Markdown text whose tables are HTML is
// turned into a page and read as one, so that merged cells, raised and crossed-out text are read as on every page;
// any other is read as the plain text it is, less its marks, so that flattened lines stay lines.

// readMarkdown reads a Markdown text with tables of HTML.
func readMarkdown(ctx context.Context, doc *Document, text string, o options) error {
	charset, doubts := doc.Charset, doc.Doubts
	if err := readHTML(ctx, doc, []byte(markdownPage(text)), o); err != nil {
		return err
	}
	doc.Charset = charset
	for _, d := range doc.Doubts {
		if d.Code != "undecodable" { // those of the source are told
			doubts = append(doubts, d)
		}
	}
	doc.Doubts = doubts
	return nil
}

// isMarkdown reports whether bytes that hold tags are a Markdown text, and whether it has tables of HTML.
func isMarkdown(body []byte) (is, tables bool) {
	head := lowerASCII(bytes.TrimLeft(body[:min(len(body), 4<<10)], "\xef\xbb\xbf \t\r\n"))
	if bytes.HasPrefix(head, []byte("<!doctype")) || bytes.HasPrefix(head, []byte("<?xml")) ||
		bytes.HasPrefix(head, []byte("<head")) || bytes.HasPrefix(head, []byte("{")) ||
		bytes.HasPrefix(head, []byte("<html")) && !wrappedTable.Match(head) || headTag.Match(head) {
		return false, false
	}
	if bytes.Count(body, []byte("<")) > maxTags {
		return false, false // more than any page or text is read with
	}
	text := decode(&Document{}, body, false)
	rest, n := withoutTables(text)
	if pageTag.MatchString(rest) {
		return false, n > 0
	}
	lines := strings.Split(strings.ReplaceAll(rest, "\r", "\n"), "\n")
	if hasMarks(lines) {
		return true, n > 0
	}
	// no mark at all, but paragraphs that nothing but blank lines part from the tables
	return n > 0 && !blockTag.MatchString(rest) && chunks(lines) > 1, n > 0
}

var (
	wrappedTable = regexp.MustCompile(`^<html>\s*<body>\s*<table`)
	pageTag      = regexp.MustCompile(`(?i)<(?:html|head|body|meta|title|script|style|frameset|link|form|input)\b`)
	headTag      = regexp.MustCompile(`<(?:head|meta|title|script|style|link)\b`)
	blockTag     = regexp.MustCompile(`(?i)<(?:p|div|br|li|h[1-6]|td|tr|section|article|center|font|a)\b`)
	tableStart   = regexp.MustCompile(`(?i)(?:<html>\s*(?:<body>)?\s*)?<table\b`)
	tableTag     = regexp.MustCompile(`(?i)<(/?)table\b[^>]*>`)
	tableTail    = regexp.MustCompile(`(?i)^\s*(?:</body>)?\s*</html>`)
)

// nextTable finds the first table of HTML, with the page some converters wrap around each.
func nextTable(s string) (from, to int, ok bool) {
	at := tableStart.FindStringIndex(s)
	if at == nil {
		return 0, 0, false
	}
	from, to = at[0], len(s)
	depth, pos := 0, at[0]
	for {
		m := tableTag.FindStringSubmatchIndex(s[pos:])
		if m == nil {
			break
		}
		if m[2] < m[3] { // the end of one
			depth--
		} else {
			depth++
		}
		pos += m[1]
		if depth <= 0 {
			to = pos
			break
		}
	}
	if t := tableTail.FindStringIndex(s[to:]); t != nil && s[from+1] != 't' && s[from+1] != 'T' {
		to += t[1]
	}
	return from, to, true
}

// withoutTables gives the text around the tables of HTML, each of them as a blank line, and their number.
func withoutTables(s string) (string, int) {
	var b strings.Builder
	n := 0
	for {
		from, to, ok := nextTable(s)
		if !ok {
			b.WriteString(s)
			return b.String(), n
		}
		b.WriteString(s[:from])
		b.WriteString("\n\n")
		s = s[to:]
		n++
	}
}

var (
	atxHead     = regexp.MustCompile(`^ {0,3}#{1,6}(?:[ \t　]+|(\p{Han}))`)
	atxTail     = regexp.MustCompile(`[ \t]+#+[ \t]*$`)
	attributes  = regexp.MustCompile(`[ \t]*\{[#.][^{}]*\}[ \t]*$`)
	boldLine    = regexp.MustCompile(`^\*\*[^*]+\*\*$`)
	pipeRule    = regexp.MustCompile(`^\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)+\|?$`)
	picture     = regexp.MustCompile(`!\[[^\]]*\]\(([^()\s]*)[^()]*\)`)
	link        = regexp.MustCompile(`\[([^\[\]]*)\]\((?:[^()\s]*)(?:[ \t]+"[^"]*")?\)`)
	spanned     = regexp.MustCompile(`\[([^\[\]]*)\]\{[.#][^{}]*\}`)
	noteMark    = regexp.MustCompile(`\[\^([^\]\s]{1,8})\]`)
	raisedMark  = regexp.MustCompile(`\^([^\^\s]{1,8})\^`)
	struckMark  = regexp.MustCompile(`~~([^~]+)~~`)
	boldMark    = regexp.MustCompile(`(\*\*\*|\*\*|__)([^\s*_](?:[^*\n]*?[^\s*])?)(\*\*\*|\*\*|__)`)
	italicMark  = regexp.MustCompile(`(^|[^\p{L}\p{N}*\\])\*([^\s*][^*\n]*)\*`)
	formulaMark = regexp.MustCompile(`\$([^$\n]{1,80})\$`)
	escaped     = regexp.MustCompile("\\\\([!-/:-@\\[-`{-~])")
	ruleLine    = regexp.MustCompile(`^ {0,3}(?:-[ \t]*){3,}$|^ {0,3}(?:\*[ \t]*){3,}$|^ {0,3}(?:_[ \t]*){3,}$`)
	underline   = regexp.MustCompile(`^ {0,3}(?:={3,}|-{3,})[ \t]*$`)
	fence       = regexp.MustCompile("^ {0,3}(?:```|~~~)[\\w-]*[ \\t]*$")
	division    = regexp.MustCompile(`^:{3,}(?:[ \t]*\{[^}]*\}|[ \t]+[\w-]+)?[ \t]*:*$`)
	pageBreak   = regexp.MustCompile(`^\{\d+\}-{8,}$`)
	bullet      = regexp.MustCompile(`^[ \t]*[-*+•][ \t]+([^\d\s-].*|\d+[^\d\s-].*)$`)
	quoted      = regexp.MustCompile(`^ {0,3}(?:>[ \t]?)+`)
	comment     = regexp.MustCompile(`<!--[\s\S]*?-->`)
	rawTag      = regexp.MustCompile(`(?i)^</?(?:p|div|ul|ol|li|center|figure|figcaption|details|summary|h[1-6]|!--)\b|^<!--`)
	frontMatter = regexp.MustCompile(`^([A-Za-z][\w-]*):[ \t]*(.*)$`)
)

// hasMarks reports whether lines are marked as Markdown: a heading, the rule below the header of a table between bars, a
// paragraph that is all bold.
func hasMarks(lines []string) bool {
	for _, l := range lines {
		l = strings.TrimRight(l, " \t")
		if atxHead.MatchString(l) || boldLine.MatchString(l) && !strings.HasSuffix(l, "****") || pipeRule.MatchString(l) {
			return true
		}
	}
	return false
}

// chunks counts the paragraphs that blank lines part.
func chunks(lines []string) (n int) {
	blank := true
	for _, l := range lines {
		now := strings.TrimSpace(l) == ""
		if blank && !now {
			n++
		}
		blank = now
	}
	return n
}

// unmarked takes the mark off the front of a line of Markdown. ok is false where the line prints nothing; heading says
// that it is one, cut how many bytes were before its text.
func unmarked(l string) (text string, heading, ok bool, cut int) {
	s := strings.TrimRight(l, " \t\r")
	switch {
	case ruleLine.MatchString(s), fence.MatchString(s), division.MatchString(s), pageBreak.MatchString(s):
		return "", false, false, 0
	}
	if m := quoted.FindString(s); m != "" {
		s, cut = s[len(m):], len(m)
	}
	if m := atxHead.FindStringSubmatchIndex(s); m != nil {
		n := m[1]
		if m[2] >= 0 {
			n = m[2]
		}
		s, cut, heading = s[n:], cut+n, true
		s = attributes.ReplaceAllString(atxTail.ReplaceAllString(s, ""), "")
		return s, true, true, cut
	}
	if m := bullet.FindStringSubmatchIndex(s); m != nil {
		s, cut = s[m[2]:], cut+m[2]
	}
	return s, false, true, cut
}

// markdownPage turns a Markdown text into a page of HTML.
func markdownPage(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/8)
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	text = frontOf(text, &b)
	b.WriteString("<body>")
	for {
		from, to, ok := nextTable(text)
		if !ok {
			break
		}
		markdownText(text[:from], &b)
		b.WriteString(unwrap(text[from:to]))
		b.WriteString("\n")
		text = text[to:]
	}
	markdownText(text, &b)
	return b.String()
}

var wrapper = regexp.MustCompile(`(?i)</?(?:html|body)>`)

// unwrap takes off the page around a table: the table is part of this one.
func unwrap(table string) string { return wrapper.ReplaceAllString(table, "") }

// frontOf turns the names and values between two rules at the beginning into what a page says of itself.
func frontOf(text string, b *strings.Builder) string {
	s := strings.TrimLeft(text, "\ufeff \n")
	if !strings.HasPrefix(s, "---\n") {
		return text
	}
	front, rest, ok := strings.Cut(s[4:], "\n---\n")
	if !ok {
		return text
	}
	var title string
	var head strings.Builder
	for _, l := range strings.Split(front, "\n") {
		m := frontMatter.FindStringSubmatch(l)
		if m == nil {
			return text
		}
		value := html.EscapeString(strings.Trim(m[2], ` "'`))
		if m[1] == "title" {
			title = value
		}
		head.WriteString(`<meta name="` + m[1] + `" content="` + value + `">`)
	}
	b.WriteString("<head><title>" + title + "</title>" + head.String() + "</head>")
	if title != "" {
		rest = "# " + html.UnescapeString(title) + "\n\n" + rest
	}
	return rest
}

// markdownText turns the text between two tables into paragraphs.
func markdownText(text string, b *strings.Builder) {
	lines := strings.Split(text, "\n")
	var para []string
	flush := func() {
		if len(para) > 0 {
			b.WriteString("<p>" + strings.Join(para, "\n") + "</p>\n")
		}
		para = nil
	}
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		trimmed := strings.TrimSpace(l)
		switch {
		case trimmed == "":
			flush()
			continue
		case rawTag.MatchString(trimmed):
			flush()
			b.WriteString(l + "\n")
			continue
		case i+1 < len(lines) && isPipeRow(l) && pipeRule.MatchString(strings.TrimSpace(lines[i+1])):
			flush()
			i += pipesPage(lines[i:], b) - 1
			continue
		case len(para) > 0 && underline.MatchString(l):
			flush() // the line above was a heading
			continue
		}
		s, heading, ok, _ := unmarked(l)
		if !ok {
			flush()
			continue
		}
		hard := strings.HasSuffix(l, "  ") || strings.HasSuffix(l, `\`)
		if heading || len(para) > 0 && !continues(lines[i-1], s) {
			flush()
		}
		para = append(para, inlinePage(strings.TrimSuffix(s, `\`)))
		if heading || hard {
			flush()
		}
	}
	flush()
}

// continues reports whether a line goes on with the paragraph of the one above: where that is about as wide as a
// converter breaks paragraphs at, and this one begins no item of its own. Shorter lines are lines of the page.
func continues(above, s string) bool {
	above = strings.TrimSpace(above)
	if width(above) < 44 || strings.HasSuffix(above, "。") && width(above) < 64 {
		return false
	}
	s = strings.TrimLeft(s, " \t　")
	r, n := utf8.DecodeRuneInString(s)
	next, _ := utf8.DecodeRuneInString(s[n:])
	return !(strings.ContainsRune("（(", r) && strings.ContainsRune("一二三四五六七八九十", next) ||
		strings.ContainsRune("一二三四五六七八九十", r) && strings.ContainsRune("、.．,，", next))
}

// width counts the columns that a text takes: two for a Chinese character.
func width(s string) (n int) {
	for _, r := range s {
		if n++; r > 0x2e80 {
			n++
		}
	}
	return n
}

// pipesPage turns a table between bars into one of HTML and gives the number of its lines.
func pipesPage(lines []string, b *strings.Builder) int {
	n := 0
	b.WriteString("<table>")
	for ; n < len(lines) && isPipeRow(lines[n]); n++ {
		if pipeRule.MatchString(strings.TrimSpace(lines[n])) {
			continue
		}
		b.WriteString("<tr>")
		for _, c := range splitPipes(textLine{raw: lines[n]}, nil) {
			b.WriteString("<td>" + inlinePage(strings.ReplaceAll(c.text, "\n", "<br>")) + "</td>")
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</table>\n")
	return n
}

// inlinePage turns the marks within a line into tags.
func inlinePage(s string) string {
	if !strings.ContainsAny(s, "*_~^[$\\") {
		return s
	}
	s = picture.ReplaceAllString(s, `<img src="$1">`)
	s = link.ReplaceAllString(s, "$1")
	s = spanned.ReplaceAllString(s, "$1")
	s = noteMark.ReplaceAllString(s, "<sup>$1</sup>")
	s = raisedMark.ReplaceAllString(s, "<sup>$1</sup>")
	s = struckMark.ReplaceAllString(s, "<del>$1</del>")
	s = formulaMark.ReplaceAllStringFunc(s, formula)
	s = boldMark.ReplaceAllStringFunc(s, func(m string) string {
		p := boldMark.FindStringSubmatch(m)
		if p[1] != p[3] {
			return m
		}
		return p[2]
	})
	s = italicMark.ReplaceAllString(s, "$1$2")
	return escaped.ReplaceAllStringFunc(s, func(m string) string { return html.EscapeString(m[1:]) })
}

// formula gives the figure that a converter took for a formula: $1 2 . 5 \%$. What is no figure stays as it is.
func formula(m string) string {
	s := strings.NewReplacer(`\%`, "%", `\,`, "", `\ `, "", " ", "", "{", "", "}", "",
		`\mathrm`, "", `\mathbf`, "").Replace(m[1 : len(m)-1])
	for _, r := range s {
		if !unicode.IsDigit(r) && !strings.ContainsRune(".,%+-~", r) {
			return m
		}
	}
	return s
}

var anyTag = regexp.MustCompile(`</?[A-Za-z][^<>]*>`)

// inlineText gives what a line of Markdown shows, and what of it is crossed out and left out.
func inlineText(s string) (text, crossed string) {
	if !strings.ContainsAny(s, "*_~^[$\\<&") {
		return s, ""
	}
	s = comment.ReplaceAllString(inlinePage(s), "")
	var b strings.Builder
	up, out := 0, 0
	write := func(t string) {
		t = html.UnescapeString(t)
		switch {
		case out > 0:
			crossed += t
		case up > 0:
			b.WriteString(script.Raise(t))
		default:
			b.WriteString(t)
		}
	}
	for {
		m := anyTag.FindStringIndex(s)
		if m == nil {
			write(s)
			return b.String(), strings.TrimSpace(crossed)
		}
		write(s[:m[0]])
		tag := strings.ToLower(strings.Trim(s[m[0]:m[1]], "</> "))
		if i := strings.IndexAny(tag, " \t/"); i > 0 {
			tag = tag[:i]
		}
		by := 1
		if s[m[0]+1] == '/' {
			by = -1
		}
		switch tag {
		case "sup":
			up = max(0, up+by)
		case "del", "s", "strike":
			out = max(0, out+by)
		case "br":
			b.WriteByte('\n')
		}
		s = s[m[1]:]
	}
}

// mediaOfMarkup tells a page from a Markdown text in which some tags stand.
func mediaOfMarkup(body []byte) string {
	if is, tables := isMarkdown(body); is && !tables {
		return kind.Plain
	}
	return kind.HTML
}
