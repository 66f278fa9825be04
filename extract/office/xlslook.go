package office

import (
	"encoding/binary"
	"math"
	"strconv"
	"unicode/utf16"
)

// xlsPalette are the 56 colours that go by number where a workbook has none of its own ([MS-XLS] 2.5.161).
var xlsPalette = func() (out [56]ink) {
	for i, n := range []int{0x000000, 0xffffff, 0xff0000, 0x00ff00, 0x0000ff, 0xffff00, 0xff00ff, 0x00ffff, 0x800000,
		0x008000, 0x000080, 0x808000, 0x800080, 0x008080, 0xc0c0c0, 0x808080, 0x9999ff, 0x993366, 0xffffcc, 0xccffff,
		0x660066, 0xff8080, 0x0066cc, 0xccccff, 0x000080, 0xff00ff, 0xffff00, 0x00ffff, 0x800080, 0x800000, 0x008080,
		0x0000ff, 0x00ccff, 0xccffff, 0xccffcc, 0xffff99, 0x99ccff, 0xff99cc, 0xcc99ff, 0xffcc99, 0x3366ff, 0x33cccc,
		0x99cc00, 0xffcc00, 0xff9900, 0xff6600, 0x666699, 0x969696, 0x003366, 0x339966, 0x003300, 0x333300, 0x993300,
		0x993366, 0x333399, 0x333333} {
		out[i] = isRGB | ink(n)
	}
	return out
}()

// xlsFont reads a font ([MS-XLS] 2.4.122). Its colour is kept by number until all colours are known: see font.
func xlsFont(d []byte) (l look) {
	l.size(u16(d, 0) / 10)
	l.struck = onOff(u16(d, 2)&8 != 0)
	l.ink = ink(u16(d, 4))
	switch u16(d, 8) {
	case 1:
		l.script = scriptRaised
	case 2:
		l.script = scriptLowered
	default:
		l.script = scriptLine
	}
	if len(d) > 15 {
		name, _ := xlsString(d[14:], 1)
		l.odd = onOff(symbolFont(name))
	}
	return l
}

// font gives a font by its index, in which nobody counts the fourth.
func (x *xls) font(i int) look {
	if i > 4 {
		i--
	}
	if i < 0 || i >= len(x.fonts) {
		return look{}
	}
	l := x.fonts[i]
	l.ink = paletteInk(int(l.ink), x.palette)
	return l
}

// style gives how a cell is displayed.
func (x *xls) style(i int) sheetStyle {
	if i < 0 || i >= len(x.xfs) {
		return sheetStyle{format: x.format(0)}
	}
	xf := x.xfs[i]
	s := sheetStyle{format: x.format(xf.format), look: x.font(xf.font), ruled: xf.ruled, diagonal: xf.diagonal,
		filled: xf.filled}
	switch xf.pattern {
	case 0:
	case 1:
		if s.look.ground = paletteInk(xf.fore, x.palette); s.look.ground == autoInk {
			s.look.ground = isRGB
		}
	default:
		s.look.ground = mixed
	}
	return s
}

func (x *xls) format(id int) *numberFormat {
	f := x.parsed[id]
	if f == nil {
		code, ok := x.formats[id]
		if !ok {
			code = builtinFormats[id]
		}
		f = parseFormat(code)
		x.parsed[id] = f
	}
	return f
}

// shown gives what a cell shows.
func (g *xlsGrid) shown(at [2]int, c xlsValue) string {
	if c.unknown && !(c.shared && g.emptyShared) {
		g.xls.doubt("undecodable", "%s!%s is a formula without a value", g.name, column(at[1])+strconv.Itoa(at[0]+1))
		return object
	}
	v := sheetValue{style: g.style(c.xf), zeros: g.zeros, date1904: g.date04, number: c.number, isNumber: c.isNumber}
	if g.formulas {
		v.style.format = g.format(0)
	}
	u := c.text.units
	v.text.plain = string(utf16.Decode(u))
	for k := -1; k < len(c.text.fonts) && len(c.text.fonts) > 0; k++ {
		from, to, r := 0, len(u), sheetRun{}
		if k >= 0 {
			from, r.look, r.own = c.text.fonts[k][0], g.font(c.text.fonts[k][1]), true
		}
		if k+1 < len(c.text.fonts) {
			to = c.text.fonts[k+1][0]
		}
		if from = min(from, len(u)); from < min(to, len(u)) {
			r.text = string(utf16.Decode(u[from:min(to, len(u))]))
			v.text.runs = append(v.text.runs, r)
		}
	}
	rules := xlsxGrid{rules: g.rules}
	if !rules.changed(at, &v) {
		return object
	}
	return g.xls.display(v)
}

// conditional takes one rule of conditional formatting ([MS-XLS] 2.4.42): what it compares with, and what it changes of
// font, ground and format.
func (g *xlsGrid) conditional(d []byte) {
	if len(d) < 12 {
		return
	}
	r := xlsxRule{areas: g.areas}
	if d[0] == 1 {
		r.kind = "cellIs"
		names := []string{"", "between", "notBetween", "equal", "notEqual", "greaterThan", "lessThan",
			"greaterThanOrEqual", "lessThanOrEqual"}
		if int(d[1]) < len(names) {
			r.operator = names[d[1]]
		}
	}
	flags := u32(d, 6)
	at := 12
	if flags&(1<<25) != 0 { // a number format: by its index, or written out
		if flags2 := u16(d, 10); flags2&1 != 0 {
			code, _ := xlsString(slice(d, at+2, len(d)), 2)
			r.dxf.format = parseFormat(code)
			at += u16(d, at)
		} else {
			if len(d) > at+1 {
				r.dxf.format = g.format(int(d[at+1]))
			}
			at += 2
		}
	}
	if flags&(1<<26) != 0 { // a font of 118 bytes
		if f := slice(d, at, 118); len(f) == 118 {
			if u32(f, 88)&0x80 == 0 && u32(f, 68)&0x80 != 0 {
				r.dxf.look.struck = on
			}
			if n := int32(u32(f, 80)); n >= 0 {
				r.dxf.look.ink = paletteInk(int(n), g.palette)
			}
		}
		at += 118
	}
	if flags&(1<<27) != 0 { // alignment
		at += 8
	}
	if flags&(1<<28) != 0 { // borders
		at += 8
	}
	if flags&(1<<29) != 0 { // a pattern: of a solid one the ground is the second colour
		if n := u16(d, at+2); len(d) >= at+4 {
			r.dxf.look.ground = paletteInk(n>>7&127, g.palette)
			if kind := u16(d, at) >> 10 & 63; kind > 1 {
				r.dxf.look.ground = mixed
			}
		}
	}
	rules := len(d) - u16(d, 2) - u16(d, 4)
	for _, n := range []int{u16(d, 2), u16(d, 4)} {
		if n == 0 || rules < 0 {
			continue
		}
		if limit, ok := xlsConstant(slice(d, rules, n)); ok {
			r.formulas = append(r.formulas, strconv.FormatFloat(limit, 'g', -1, 64))
		} else {
			r.kind = "expression"
		}
		rules += n
	}
	g.rules = append(g.rules, r)
}

// xlsConstant reads a formula that is one number.
func xlsConstant(b []byte) (float64, bool) {
	switch {
	case len(b) == 3 && b[0] == 0x1e:
		return float64(u16(b, 1)), true
	case len(b) == 9 && b[0] == 0x1f:
		return math.Float64frombits(binary.LittleEndian.Uint64(b[1:])), true
	}
	return 0, false
}

// Kinds of objects ([MS-XLS] 2.5.143) that print nothing of their own: the arrow of a filter, a comment.
const (
	objDropdown = 0x14
	objComment  = 0x19
)

// object takes the place of an object from the drawing that stands before it ([MS-ODRAW] 2.2.46, a client's anchor).
func (g *xlsGrid) object(d []byte) {
	kind := u16(d, 4)
	if len(d) >= 26 && u16(d, 0) != 0x15 && u16(d, 2) == 0 && kind < 0x20 { // as before 97, and as some still write it
		a := [4]int{u16(d, 14), u16(d, 22), u16(d, 10), u16(d, 18)}
		if u16(d, 20) < 32 && a[3] > a[2] {
			a[3]--
		}
		if u16(d, 24) < 16 && a[1] > a[0] {
			a[1]--
		}
		g.drawn = append(g.drawn, a)
		return
	}
	if len(d) < 6 || u16(d, 0) != 0x15 || kind == objDropdown || kind == objComment {
		return
	}
	for at := 0; at+8 <= len(g.drawing); {
		version, id, n := u16(g.drawing, at), u16(g.drawing, at+2), u32(g.drawing, at+4)
		at += 8
		if id == 0xf010 && n >= 18 && at+18 <= len(g.drawing) {
			a := g.drawing[at:]
			area := [4]int{u16(a, 6), u16(a, 14), u16(a, 2), u16(a, 10)}
			if u16(a, 12) < 32 && area[3] > area[2] { // it ends where that column begins
				area[3]--
			}
			if u16(a, 16) < 16 && area[1] > area[0] {
				area[1]--
			}
			g.drawn = append(g.drawn, area)
		}
		if version&15 != 15 { // no container
			at += n
		}
	}
}
