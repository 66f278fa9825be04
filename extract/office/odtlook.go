package office

import (
	"strconv"
	"strings"
)

// An odtStyle is what one style says. Styles are named anew in each family, and inherit from a parent of their family.
type odtStyle struct {
	parent   string
	look     look // of text; its ground is that of the paragraph or cell
	hidden   said // rows, columns, tables
	ruled    bool
	diagonal said
	pictured bool    // a picture is its ground
	height   float64 // of a row or width of a column in points; 0 = not said
	fixed    bool    // the height is not the least one
	data     string  // the style of a cell's number
	maps     []odtMap
}

// An odtMap is another style that holds under a condition.
type odtMap struct{ condition, style string }

// style gives what a style of a family and its parents say.
func (d *odt) style(family, name string) odtStyle { return d.resolved(family, name, 0) }

func (d *odt) resolved(family, name string, depth int) odtStyle {
	key := family + "\x00" + name
	if s, ok := d.resolvedStyles[key]; ok {
		return s
	}
	s, ok := d.styles[key]
	if depth > 20 {
		return odtStyle{}
	}
	if !ok || s.parent == "" {
		base := d.styles[family+"\x00"]
		s.look = s.look.over(base.look)
		if s.data == "" {
			s.data = base.data
		}
	} else {
		p := d.resolved(family, s.parent, depth+1)
		s.look = s.look.over(p.look)
		if s.hidden == unsaid {
			s.hidden = p.hidden
		}
		if s.diagonal == unsaid {
			s.diagonal = p.diagonal
		}
		if s.height == 0 {
			s.height, s.fixed = p.height, p.fixed
		}
		if s.data == "" {
			s.data = p.data
		}
		s.ruled, s.pictured = s.ruled || p.ruled, s.pictured || p.pictured
		s.maps = append(append([]odtMap(nil), s.maps...), p.maps...)
	}
	if d.resolvedStyles == nil {
		d.resolvedStyles = map[string]odtStyle{}
	}
	d.resolvedStyles[key] = s
	return s
}

// readStyle reads a style, or the default of a family.
func (d *odt) readStyle(x *xmlReader) {
	family, name := x.attr("family"), x.attr("name")
	if x.name == "default-style" {
		name = ""
	}
	s := odtStyle{parent: x.attr("parent-style-name"), data: x.attr("data-style-name")}
	if l, ok := x.lookup("list-style-name"); ok && family == "paragraph" {
		d.listOf[name] = l
	}
	x.children(func() {
		switch x.name {
		case "text-properties":
			textProperties(&s.look, x)
		case "paragraph-properties":
			odtGround(&s.look, x)
			if v := points(x.attr("line-height")); v > 0 && v < 3 {
				s.look.tiny = on
			}
		case "table-properties":
			if v := x.attr("display"); v != "" {
				s.hidden = onOff(v == "false" || v == "none")
			}
			odtGround(&s.look, x)
		case "section-properties":
			if x.attr("display") == "none" {
				s.hidden = on
			}
		case "table-row-properties":
			s.height, s.fixed = points(x.attr("row-height")), true
			if _, ok := x.lookup("row-height"); ok && s.height == 0 {
				s.hidden = on
			}
			odtGround(&s.look, x)
		case "table-column-properties":
			s.height = points(x.attr("column-width"))
			if _, ok := x.lookup("column-width"); ok && s.height == 0 {
				s.hidden = on
			}
		case "table-cell-properties":
			odtGround(&s.look, x)
			for _, edge := range []string{"border", "border-left", "border-right", "border-top", "border-bottom"} {
				if v := x.attr(edge); v != "" && v != "none" {
					s.ruled = true
				}
			}
			for _, edge := range []string{"diagonal-tl-br", "diagonal-bl-tr"} {
				if v, ok := x.lookup(edge); ok && s.diagonal != on {
					width, _, _ := strings.Cut(v, " ")
					s.diagonal = onOff(v != "none" && width != "0" && (points(width) > 0 || !strings.HasPrefix(width, "0")))
				}
			}
			if x.attr("print-content") == "false" { // on the screen it is shown
				s.look.doubt = on
			}
			if x.attr("repeat-content") == "true" {
				s.look.odd = on
			}
			x.children(func() {
				if x.name == "background-image" && x.attr("href") != "" {
					s.pictured = true
				}
			})
		case "map":
			s.maps = append(s.maps, odtMap{x.attr("condition"), x.attr("apply-style-name")})
		}
	})
	d.styles[family+"\x00"+name] = s
}

// textProperties takes what a style says of characters (OpenDocument 20).
func textProperties(l *look, x *xmlReader) {
	if v := x.attr("display"); v != "" {
		l.hidden = onOff(v == "none")
		if v == "condition" {
			l.doubt = on
		}
	}
	style, hasStyle := x.lookup("text-line-through-style")
	kind, hasKind := x.lookup("text-line-through-type")
	if v, _ := x.lookup("text-line-through-text"); v != "" && !hasStyle && !hasKind {
		l.struck = on // with a character of its own
	}
	if hasStyle || hasKind {
		l.struck = onOff(hasStyle && style != "none" && kind != "none" || !hasStyle && kind != "none")
	}
	if v := x.attr("text-position"); v != "" {
		v, _, _ = strings.Cut(v, " ")
		n, err := strconv.ParseFloat(strings.TrimSuffix(v, "%"), 64)
		switch {
		case v == "super" || err == nil && n > 0:
			l.script = scriptRaised
		case v == "sub" || err == nil && n < 0:
			l.script = scriptLowered
		default:
			l.script = scriptLine
		}
	}
	if v, ok := x.lookup("color"); ok {
		l.ink = hexInk(v)
	}
	if v := x.attr("use-window-font-color"); v == "true" {
		l.ink = autoInk
	}
	if v, ok := x.lookup("background-color"); ok {
		if l.mark = hexInk(v); l.mark == noInk {
			l.mark = autoInk
		}
	}
	if v := x.attr("font-size"); strings.HasSuffix(v, "%") {
		if n, err := strconv.ParseFloat(strings.TrimSuffix(v, "%"), 64); err == nil && n < 25 {
			l.tiny = on
		}
	} else if v != "" {
		l.size(int(2 * points(v)))
	}
	if n, err := strconv.ParseFloat(strings.TrimSuffix(x.attr("text-scale"), "%"), 64); err == nil {
		l.odd = onOff(n < 20)
	}
	if v := points(x.attr("letter-spacing")); v*20 <= crowded {
		l.odd = on
	}
	if v := x.attr("text-combine"); v == "lines" {
		l.odd = on
	}
	// a colour that is left to the program is written with an opacity of nothing
	if n, err := strconv.ParseFloat(strings.TrimSuffix(x.attr("opacity"), "%"), 64); err == nil && l.ink != autoInk {
		l.odd = onOff(n < 30)
	}
	for _, name := range []string{"font-name", "font-family"} {
		if v := x.attr(name); v != "" && symbolFont(strings.Trim(v, "'")) {
			l.odd = on
		}
	}
}

// odtGround takes the ground that properties name.
func odtGround(l *look, x *xmlReader) {
	if v, ok := x.lookup("background-color"); ok {
		if l.ground = hexInk(v); l.ground == noInk {
			l.ground = autoInk
		}
	}
}

// points reads a length.
func points(s string) float64 {
	for unit, size := range map[string]float64{"pt": 1, "cm": 28.35, "mm": 2.835, "in": 72, "px": 0.75, "pc": 12} {
		if n, ok := strings.CutSuffix(s, unit); ok {
			v, err := strconv.ParseFloat(n, 64)
			if err == nil {
				return v * size
			}
		}
	}
	return 0
}
