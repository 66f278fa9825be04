package normalize

import (
	"strings"
	"unicode"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// restore gives a document in which labels that a font has made partly form.Unreadable (U+FFFD) are those of the form,
// where only one of its wordings can be meant. It serves to find names; figures are never restored, and nothing that is
// published is taken from it but the cells that were readable.
func restore(forms *form.Forms, doc *extract.Document) *extract.Document {
	var known map[int][][]rune // by length
	out := doc
	for i := range doc.Blocks {
		t := doc.Blocks[i].Table
		if t == nil {
			continue
		}
		for k := range t.Cells {
			text := t.Cells[k].Text
			if !strings.ContainsRune(text, form.Unreadable) {
				continue
			}
			if known == nil {
				known = wordings(forms)
			}
			label, ok := onlyWording([]rune(form.Squeeze(joined(text))), known)
			if !ok {
				continue
			}
			if out == doc {
				c := *doc
				c.Blocks = append([]extract.Block(nil), doc.Blocks...)
				out = &c
			}
			if out.Blocks[i].Table == t {
				c := *t
				c.Cells = append([]extract.Cell(nil), t.Cells...)
				out.Blocks[i].Table = &c
			}
			out.Blocks[i].Table.Cells[k].Text = label
		}
	}
	return out
}

// wordings are all labels of the forms, squeezed, by their lengths.
func wordings(forms *form.Forms) map[int][][]rune {
	out := map[int][][]rune{}
	add := func(labels ...string) {
		for _, l := range labels {
			r := []rune(form.Squeeze(l))
			out[len(r)] = append(out[len(r)], r)
		}
	}
	for _, t := range forms.Tables() {
		for _, f := range forms.Editions(t) {
			add(f.Groups...)
			for i := range f.Rows {
				add(f.Rows[i].Path...)
				add(f.Rows[i].Also...)
			}
			for i := range f.Columns {
				add(f.Columns[i].Path...)
				add(f.Columns[i].Also...)
			}
		}
	}
	return out
}

// onlyWording finds the one label that agrees with every readable character. At least half of them must be readable,
// and two of these Chinese.
func onlyWording(text []rune, known map[int][][]rune) (string, bool) {
	readable, han := 0, 0
	for _, r := range text {
		if r != form.Unreadable {
			readable++
			if unicode.Is(unicode.Han, r) {
				han++
			}
		}
	}
	if han < 2 || readable*2 < len(text) {
		return "", false
	}
	found := ""
	for _, w := range known[len(text)] {
		same := true
		for i, r := range text {
			same = same && (r == form.Unreadable || r == w[i])
		}
		if same && found != "" && form.Fold(found) != form.Fold(string(w)) {
			return "", false
		}
		if same {
			found = string(w)
		}
	}
	return found, found != ""
}
