package ofd

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
)

// A writer writes the objects of the drawing's file.
type writer struct {
	b       bytes.Buffer
	offsets []int // by number; 0 = kept for later
}

func newWriter() *writer {
	w := &writer{offsets: []int{0}}
	w.b.WriteString("%PDF-1.7\n%\xe4\xb8\xad\n")
	return w
}

// keep gives a number to an object that is written later.
func (w *writer) keep() int {
	w.offsets = append(w.offsets, 0)
	return len(w.offsets) - 1
}

func (w *writer) write(n int, body string) {
	w.offsets[n] = w.b.Len()
	fmt.Fprintf(&w.b, "%d 0 obj\n%s\nendobj\n", n, body)
}

func (w *writer) object(body string) int {
	n := w.keep()
	w.write(n, body)
	return n
}

func (w *writer) stream(dict string, body []byte) int {
	n := w.keep()
	w.offsets[n] = w.b.Len()
	fmt.Fprintf(&w.b, "%d 0 obj\n<< %s /Length %d >>\nstream\n", n, dict, len(body))
	w.b.Write(body)
	w.b.WriteString("\nendstream\nendobj\n")
	return n
}

// end writes the cross-references and gives the file.
func (w *writer) end(root int) []byte {
	at := w.b.Len()
	fmt.Fprintf(&w.b, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets))
	for _, o := range w.offsets[1:] {
		fmt.Fprintf(&w.b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&w.b, "trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets), root, at)
	return w.b.Bytes()
}

// content is a content stream under construction. It knows the state that its reader has, and writes only what changes it.
type content struct {
	b     []byte
	st    graphics
	saved []graphics
}

// graphics is the part of the graphics state that is written here.
type graphics struct {
	fill, stroke ink
	opaque       [2]int // of 255: of what is filled, of what is stroked
	width        float64
	mode         int // of painting text
	stretch      float64
	font         *alias
	size         float64
}

func newContent(buffer []byte) content {
	return content{b: buffer[:0], st: graphics{opaque: [2]int{255, 255}, width: 1, stretch: 1}}
}

func (c *content) save() {
	c.saved = append(c.saved, c.st)
	c.raw("q\n")
}

func (c *content) restore() {
	c.st, c.saved = c.saved[len(c.saved)-1], c.saved[:len(c.saved)-1]
	c.raw("Q\n")
}

func (c *content) lineWidth(w float64) {
	if c.st.width != w {
		c.st.width = w
		c.put("w", w)
	}
}

func (c *content) painting(mode int) {
	if c.st.mode != mode {
		c.st.mode = mode
		c.put("Tr", float64(mode))
	}
}

func (c *content) stretching(by float64) {
	if c.st.stretch != by {
		c.st.stretch = by
		c.put("Tz", 100*by)
	}
}

func (c *content) setFont(a *alias, size float64) {
	if c.st.font != a || c.st.size != size {
		c.st.font, c.st.size = a, size
		c.raw("/" + a.name + " ")
		c.put("Tf", size)
	}
}

// put appends numbers and an operator.
func (c *content) put(op string, args ...float64) {
	for _, a := range args {
		c.number(a)
	}
	c.b = append(append(c.b, op...), '\n')
}

const exact = 1e5 // numbers are written to this part

func (c *content) number(v float64) {
	if !(math.Abs(v) < 1e9) {
		c.b = append(strconv.AppendFloat(c.b, v, 'f', 5, 64), ' ')
		return
	}
	n := int64(math.Round(v * exact))
	if n < 0 {
		c.b, n = append(c.b, '-'), -n
	}
	c.b = strconv.AppendInt(c.b, n/exact, 10)
	if n %= exact; n > 0 {
		digits := [...]byte{'.', byte('0' + n/10000), byte('0' + n/1000%10), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)}
		last := len(digits)
		for digits[last-1] == '0' {
			last--
		}
		c.b = append(c.b, digits[:last]...)
	}
	c.b = append(c.b, ' ')
}

// code appends a code of two bytes.
func (c *content) code(n int) {
	const hex = "0123456789ABCDEF"
	c.b = append(c.b, hex[n>>12&15], hex[n>>8&15], hex[n>>4&15], hex[n&15])
}

func (c *content) raw(s string) { c.b = append(c.b, s...) }
