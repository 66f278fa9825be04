package ofd

import (
	"bytes"
	"fmt"
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

// content is a content stream under construction.
type content struct{ b []byte }

// put appends numbers and an operator.
func (c *content) put(op string, args ...float64) {
	for _, a := range args {
		c.number(a)
	}
	c.b = append(append(c.b, op...), '\n')
}

func (c *content) number(v float64) {
	c.b = strconv.AppendFloat(c.b, v, 'f', 5, 64)
	for c.b[len(c.b)-1] == '0' {
		c.b = c.b[:len(c.b)-1]
	}
	if c.b[len(c.b)-1] == '.' {
		c.b = c.b[:len(c.b)-1]
	}
	c.b = append(c.b, ' ')
}

func (c *content) raw(s string) { c.b = append(c.b, s...) }
