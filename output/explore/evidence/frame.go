package evidence

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"strings"
)

// maxPage bounds what a rendition holds; a longer document is shown as its words, or cut off, and says so.
const maxPage = 24 << 20

// A said is a sentence that a rendition begins with, for both kinds of readers.
type said struct{ id, en, zh string }

// frame puts the body of a rendition, which is inert, into a page of its own. What it could not show as it is is said
// first.
func frame(body []byte, notes []said) []byte {
	var b bytes.Buffer
	b.Grow(len(body) + 4096)
	b.WriteString(`<!DOCTYPE html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>原文 · document</title>
<style>
`)
	b.WriteString(look)
	b.WriteString("</style>\n</head>\n<body>\n")
	if len(notes) > 0 {
		b.WriteString("<ul class=\"said\">\n")
		for _, n := range notes {
			b.WriteString("<li")
			if n.id != "" {
				fmt.Fprintf(&b, ` id="%s"`, html.EscapeString(n.id))
			}
			fmt.Fprintf(&b, "><span lang=\"zh\">%s</span> <span lang=\"en\">%s</span></li>\n", html.EscapeString(n.zh),
				html.EscapeString(n.en))
		}
		b.WriteString("</ul>\n")
	}
	b.Write(body)
	b.WriteString("\n</body>\n</html>\n")
	return b.Bytes()
}

// look is the style of all renditions. What is shown is the document; the page's own style sheets are not kept.
const look = `:root{color-scheme:light}
body{margin:1rem;background:#fff;color:#111;font:15px/1.6 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif;overflow-wrap:break-word}
table{border-collapse:collapse;max-width:100%}
td,th{border:1px solid #ccc;padding:.15em .4em;min-width:1em}
th{background:#f4f4f4}
td.none{border-style:dotted;background:#fafafa}
pre{font:14px/1.6 "Noto Sans Mono CJK SC","Sarasa Mono SC",monospace;white-space:pre-wrap;margin:0;tab-size:6}
img{max-width:100%;height:auto}
ul.said{margin:0 0 1rem;padding:.5rem 1rem .5rem 2rem;border:1px solid #c90;background:#fffbe6;font-size:13px}
.address{text-decoration:underline dotted}
.left::before{content:"▧ " attr(title);color:#777;font-size:12px}
.seen{display:block}
.seen::before{content:"▧ → ";color:#777}
.leaf{display:block;border-top:1px dashed #999;margin:1em 0}
.mark{scroll-margin:30vh}
.proved{background:#e3f4e6}
.inferred{background:#e8effc}
.unchecked{background:#f0f0f0}
.contradicted{background:#fde2e1}
.finding{box-shadow:inset 0 -2px 0 #d98c00}
span.mark:empty::before{content:"\2423";color:#777}
:target{outline:3px solid #d00000;background:#fff3b0;scroll-margin:30vh}
`

// finish proves that a body is inert, looks for each mark in it, and puts what must be said before it.
func finish(ctx context.Context, body []byte, marks []Mark, notes []said) ([]byte, error) {
	if len(body) > maxPage {
		return nil, errTooLong
	}
	f, err := prove(ctx, frame(body, nil), marks)
	if err != nil {
		return nil, err
	}
	told := map[string]bool{}
	for _, m := range marks {
		if told[m.ID] {
			continue
		}
		told[m.ID] = true
		at, ok := f[m.ID]
		switch {
		case !ok && m.Place == Place{}:
			notes = append(notes, said{m.ID, m.ID + ": the dataset names no place in the document.",
				m.ID + "：数据集未记录其在文件中的位置。"})
		case !ok:
			notes = append(notes, said{m.ID, fmt.Sprintf("%s: its place (%s) was not found here.", m.ID, m.Place),
				fmt.Sprintf("%s：此处未找到其位置（%s）。", m.ID, m.Place)})
		case m.Text != "" && at.whole && !strings.Contains(at.text, fold(m.Text)):
			notes = append(notes, said{"", fmt.Sprintf("%s: the dataset has %q, the place shows %q.", m.ID, m.Text,
				clip(at.text)), fmt.Sprintf("%s：数据集为“%s”，此处所示为“%s”。", m.ID, m.Text, clip(at.text))})
		}
	}
	return frame(body, notes), nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// String says a place in the words of the dataset.
func (p Place) String() string {
	var out []string
	add := func(word string, n int) {
		if n != 0 {
			out = append(out, fmt.Sprintf("%s %d", word, n))
		}
	}
	add("page", p.Page)
	add("table", p.Table)
	add("row", p.Row)
	add("column", p.Column)
	add("offset", p.Offset)
	if p.Path != "" {
		out = append(out, p.Path)
	}
	if p.Box != nil {
		out = append(out, fmt.Sprintf("box %.1f %.1f %.1f %.1f", p.Box[0], p.Box[1], p.Box[2], p.Box[3]))
	}
	return strings.Join(out, ", ")
}

// attributes of an element that carries a mark.
func (m *Mark) class() string {
	switch m.Kind {
	case "proved", "inferred", "unchecked", "contradicted", "finding":
		return "mark " + m.Kind
	}
	return "mark"
}

// open is the tag of a span that carries the mark.
func (m *Mark) open() string {
	return fmt.Sprintf(`<span id="%s" class="%s" title="%s">`, html.EscapeString(m.ID), m.class(),
		html.EscapeString(m.Title))
}
