package evidence

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"sort"
	"strings"
	"unicode/utf8"
)

// maxText bounds the text that is shown of a text file.
const maxText = 4 << 20

// Text shows a plain text, decoded to UTF-8, with the marks at their offsets.
func Text(ctx context.Context, text string, marks []Mark) ([]byte, error) {
	var notes []said
	if len(text) > maxText {
		n := maxText
		for n > 0 && !utf8.RuneStart(text[n]) {
			n--
		}
		notes = append(notes, said{"", fmt.Sprintf("The text is cut off after %d of its %d bytes.", n, len(text)),
			fmt.Sprintf("文本共 %[2]d 字节，仅显示前 %[1]d 字节。", n, len(text))})
		text = text[:n]
	}
	var runs []run
	for i := range marks {
		if r, ok := runOf(text, &marks[i]); ok {
			runs = append(runs, r)
		}
	}
	var b bytes.Buffer
	b.WriteString("<pre>\n")
	writeRuns(&b, text, runs)
	b.WriteString("</pre>")
	return finish(ctx, b.Bytes(), marks, notes)
}

// A run is the part of a text that a mark stands on.
type run struct {
	start, end int
	mark       *Mark
}

// runOf finds the text of a mark. The offset of a cell counts the bytes of the text itself; where a line was read as
// several pieces, it counts from the line's first character on with white space folded.
func runOf(text string, m *Mark) (run, bool) {
	at := m.Place.Offset
	if at < 0 || at > len(text) || m.Place == (Place{}) && (m.Text == "" || !strings.HasPrefix(text, m.Text)) {
		return run{}, false
	}
	if m.Place.Table == 0 {
		from := strings.LastIndexFunc(text[:at], endsLine)
		if from < 0 {
			from = 0
		} else {
			_, n := utf8.DecodeRuneInString(text[from:])
			from += n
		}
		from += len(text[from:]) - len(strings.TrimLeft(text[from:], " \t\u3000\u00a0"))
		at = unfolded(text, from, at)
	}
	if m.Text != "" {
		if n, ok := matches(text[at:], m.Text); ok {
			return run{at, at + n, m}, true
		}
	}
	// to the end of the cell
	for at < len(text) && !utf8.RuneStart(text[at]) {
		at++
	}
	rest := text[at:]
	if n := strings.IndexFunc(rest, func(r rune) bool {
		return endsLine(r) ||
			strings.ContainsRune("\t|│┃", r)
	}); n >= 0 {
		rest = rest[:n]
	}
	rest = strings.TrimRightFunc(rest, isSpace)
	if m.Text == "" && m.Kind != "finding" { // a blank cell
		rest = ""
	}
	return run{at, at + len(rest), m}, true
}

func endsLine(r rune) bool {
	return r == '\n' || r == '\r' || r == '\f' || r == '\u2028' || r == '\u2029'
}

// unfolded gives the offset in a text of what stands at an offset that was counted from from on in folded text.
func unfolded(text string, from, at int) int {
	if at <= from {
		return at
	}
	folded, space := from, false
	for i, r := range text[from:] {
		switch {
		case endsLine(r) || folded >= at && !isSpace(r) && !isInvisible(r):
			return from + i
		case isInvisible(r):
		case isSpace(r):
			if !space {
				folded++
			}
		default:
			folded += utf8.RuneLen(r)
		}
		space = isSpace(r) || space && isInvisible(r)
	}
	return len(text)
}

// matches reports how many bytes of a text print what a cell says. White space, and what a table in a text has for a
// line break, may differ.
func matches(text, want string) (int, bool) {
	i := 0
	for _, w := range want {
		if isSpace(w) {
			continue
		}
		for {
			r, n := utf8.DecodeRuneInString(text[i:])
			if n == 0 {
				return 0, false
			}
			if r == w {
				i += n
				break
			}
			switch {
			case isSpace(r) || isInvisible(r):
				i += n
			case strings.HasPrefix(text[i:], "<br"):
				k := strings.IndexByte(text[i:], '>')
				if k < 0 {
					return 0, false
				}
				i += k + 1
			case strings.HasPrefix(text[i:], `\|`):
				i++
			default:
				return 0, false
			}
		}
	}
	return i, true
}

// writeRuns writes a text with the runs that are marked in it; a run within another is an element within the other.
func writeRuns(b *bytes.Buffer, text string, runs []run) {
	sort.SliceStable(runs, func(i, j int) bool {
		if runs[i].start != runs[j].start {
			return runs[i].start < runs[j].start
		}
		return runs[i].end > runs[j].end
	})
	at := 0
	var open []int // where the elements around end
	upTo := func(end int) {
		for len(open) > 0 && open[len(open)-1] <= end {
			last := open[len(open)-1]
			writeText(b, text[at:last])
			b.WriteString("</span>")
			at, open = last, open[:len(open)-1]
		}
		writeText(b, text[at:end])
		at = end
	}
	for _, r := range runs {
		upTo(r.start)
		if len(open) > 0 {
			r.end = min(r.end, open[len(open)-1])
		}
		b.WriteString(r.mark.open())
		open = append(open, r.end)
	}
	upTo(len(text))
}

// writeText writes a part of a text: line breaks as such, the end of a page as a rule, other controls as U+FFFD.
func writeText(b *bytes.Buffer, s string) {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\r':
			if i+1 < len(s) && s[i+1] == '\n' {
				break
			}
			b.WriteByte('\n')
		case r == '\f':
			b.WriteString(`<span class="leaf"></span>`)
		case r == '\n' || r == '\t' || r >= ' ' && r != 0x7f && !(r >= 0x80 && r < 0xa0):
			b.WriteString(html.EscapeString(s[i : i+n]))
		default:
			b.WriteRune(utf8.RuneError)
		}
		i += n
	}
}
