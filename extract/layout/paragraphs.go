package layout

import (
	"math"
	"strings"
	"unicode/utf8"
)

// paragraphs joins the lines outside of tables to whole paragraphs.
func paragraphs(pg *Page, ls []line) []Block {
	if len(ls) == 0 {
		return nil
	}
	left, rightEdge := math.Inf(1), math.Inf(-1)
	for _, l := range ls {
		left, rightEdge = math.Min(left, l.x0), math.Max(rightEdge, l.x1)
	}
	var out []Block
	var prev *line
	for i := range ls {
		l := &ls[i]
		s := l.text()
		joined := prev != nil && len(out) > 0 &&
			// rows of a table without rules
			!strings.Contains(s, "  ") && !strings.Contains(out[len(out)-1].Text, "  ") &&
			l.y0-prev.y1 < 1.6*l.size && l.y0 >= prev.y0 &&
			math.Abs(l.size-prev.size) < 0.15*l.size &&
			prev.x1 > rightEdge-2.6*l.size && // the line before runs to the margin
			l.x0 < left+1.2*l.size && // this one is not indented
			!beginsItem(s)
		if joined {
			b := &out[len(out)-1]
			b.Text = joinLines(b.Text, s)
			b.Box[0], b.Box[2] = math.Min(b.Box[0], l.x0), math.Max(b.Box[2], l.x1)
			b.Box[3] = l.y1
		} else {
			out = append(out, Block{Text: s, Page: pg.Number, Box: [4]float64{l.x0, l.y0, l.x1, l.y1},
				flush: l.x0 < left+1.2*l.size, item: beginsItem(s), size: l.size})
		}
		out[len(out)-1].runsOn = l.x1 > rightEdge-2.6*l.size
		prev = l
	}
	return out
}

// joinLines joins two lines of one paragraph: with a blank only between words of Latin letters.
func joinLines(a, b string) string {
	if first, _ := utf8.DecodeRuneInString(b); !wideRune(first) && !endsWide(a) {
		return a + " " + b
	}
	return a + b
}

func endsWide(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return wideRune(r)
}

// beginsItem reports whether a line begins with the ordinal of a heading: 一、 or （一）.
func beginsItem(s string) bool {
	r := []rune(s)
	if len(r) < 2 {
		return false
	}
	numeral := func(i int) bool { return strings.ContainsRune("一二三四五六七八九十", r[i]) }
	switch {
	case numeral(0):
		return r[1] == '、' || len(r) > 2 && numeral(1) && r[2] == '、'
	case r[0] == '（' || r[0] == '(':
		return numeral(1)
	}
	return false
}

// joins reports whether a paragraph at the top of a page goes on with this one, with which the page before ends.
func (b *Block) joins(next *Block) bool {
	return b.Table == nil && next.Table == nil && b.runsOn && next.flush && !next.item &&
		math.Abs(b.size-next.size) < 0.15*b.size && !strings.ContainsAny(lastRune(b.Text), "。！？；：!?;:")
}

func lastRune(s string) string {
	_, n := utf8.DecodeLastRuneInString(s)
	return s[len(s)-n:]
}

// footnote reports whether a paragraph in the lower part of a page is set smaller than most of its text.
func (b *Block) footnote(pg *Page, all []Block) bool {
	if b.Table != nil || b.Box[1] < 0.6*pg.Height {
		return false
	}
	larger, rest := 0, 0
	for i := range all {
		if o := &all[i]; o.Table == nil && b.size < 0.88*o.size {
			larger += len(o.Text)
		} else if o.Table == nil {
			rest += len(o.Text)
		}
	}
	return larger > rest
}
