package style

import (
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// A Color is what is painted: channels from 0 to 255, alpha from 0 to 1. One that is not Known was written in a way
// that is not evaluated here.
type Color struct {
	R, G, B float64
	A       float64
	Known   bool
}

var (
	black       = Color{0, 0, 0, 1, true}
	white       = Color{255, 255, 255, 1, true}
	transparent = Color{Known: true}
)

// over gives the colour seen where c is painted on a ground that lets nothing through.
func (c Color) over(ground Color) Color {
	if !c.Known || !ground.Known {
		return Color{A: 1}
	}
	mix := func(a, b float64) float64 { return a*c.A + b*(1-c.A) }
	return Color{mix(c.R, ground.R), mix(c.G, ground.G), mix(c.B, ground.B), 1, true}
}

// apart is the largest difference of two colours in a channel.
func apart(a, b Color) float64 {
	return max(math.Abs(a.R-b.R), math.Abs(a.G-b.G), math.Abs(a.B-b.B))
}

var systemColors = map[string]Color{"windowtext": black, "canvastext": black, "buttontext": black, "fieldtext": black,
	"menutext": black, "infotext": black, "captiontext": black, "marktext": black, "window": white, "canvas": white,
	"field": white, "graytext": {128, 128, 128, 1, true}, "linktext": {0, 0, 238, 1, true},
	"highlighttext": {A: 1}, "highlight": {A: 1}, "buttonface": {239, 239, 239, 1, true},
	"mark": {255, 255, 0, 1, true}, "-webkit-link": {0, 0, 238, 1, true}}

// parseColor reads a colour in lower case; ok is false where a browser drops it.
func parseColor(s string, quirks bool) (c Color, ok bool) {
	if s == "" {
		return c, false
	}
	if s[0] == '#' {
		return hexColor(s[1:])
	}
	if s == "transparent" {
		return transparent, true
	}
	if n, is := colornames.Map[s]; is {
		return Color{float64(n.R), float64(n.G), float64(n.B), 1, true}, true
	}
	if s == "rebeccapurple" {
		return Color{102, 51, 153, 1, true}, true
	}
	if c, is := systemColors[s]; is {
		return c, true
	}
	if name, args, is := function(s); is {
		return colorFunction(name, args)
	}
	if quirks && (len(s) == 6 || len(s) == 3) {
		return hexColor(s)
	}
	return c, false
}

func hexColor(s string) (Color, bool) {
	if len(s) == 3 || len(s) == 4 {
		long := make([]byte, 0, 8)
		for i := 0; i < len(s); i++ {
			long = append(long, s[i], s[i])
		}
		s = string(long)
	}
	if len(s) != 6 && len(s) != 8 {
		return Color{}, false
	}
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil {
		return Color{}, false
	}
	a := 1.0
	if len(s) == 8 {
		a = float64(n&0xff) / 255
		n >>= 8
	}
	return Color{float64(n >> 16), float64(n >> 8 & 0xff), float64(n & 0xff), a, true}, true
}

// colorFunction evaluates rgb() and hsl(); what other functions mean is left open.
func colorFunction(name, args string) (Color, bool) {
	switch name {
	case "rgb", "rgba", "hsl", "hsla":
	case "hwb", "lab", "lch", "oklab", "oklch", "color", "color-mix", "light-dark", "device-cmyk", "contrast-color":
		return Color{A: 1}, true
	default:
		return Color{}, false
	}
	parts := strings.FieldsFunc(args, func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
	if len(parts) != 3 && len(parts) != 4 {
		return Color{A: 1}, true // relative colours, calculations
	}
	var v [4]float64
	v[3] = 1
	for i, p := range parts {
		scale, of := 1.0, 1.0
		switch {
		case p == "none":
			continue
		case strings.HasSuffix(p, "%"):
			p = strings.TrimSuffix(p, "%")
			of = 100
			if i < 3 && name[0] == 'r' {
				scale = 255
			}
		case i == 0 && strings.HasSuffix(p, "deg"):
			p = strings.TrimSuffix(p, "deg")
		case i > 0 && i < 3 && name[0] == 'h':
			of = 100
		}
		f, err := strconv.ParseFloat(p, 64)
		if err != nil {
			return Color{A: 1}, true
		}
		v[i] = f * scale / of
	}
	limit := func(f, most float64) float64 { return min(max(f, 0), most) }
	if name[0] == 'h' {
		r, g, b := hsl(v[0], limit(v[1], 1), limit(v[2], 1))
		return Color{r * 255, g * 255, b * 255, limit(v[3], 1), true}, true
	}
	return Color{limit(v[0], 255), limit(v[1], 255), limit(v[2], 255), limit(v[3], 1), true}, true
}

// hsl gives red, green and blue from 0 to 1 (CSS Color 4, section 7.1).
func hsl(h, s, l float64) (r, g, b float64) {
	h = math.Mod(math.Mod(h, 360)+360, 360)
	f := func(n float64) float64 {
		k := math.Mod(n+h/30, 12)
		return l - s*min(l, 1-l)*max(-1, min(k-3, 9-k, 1))
	}
	return f(0), f(8), f(4)
}

// attributeColor reads the colour of an old attribute such as bgcolor, of which browsers make something whatever it
// says (HTML, "rules for parsing a legacy colour value").
func attributeColor(s string) (Color, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" || s == "transparent" {
		return Color{}, false
	}
	if n, is := colornames.Map[s]; is {
		return Color{float64(n.R), float64(n.G), float64(n.B), 1, true}, true
	}
	if len(s) == 4 && s[0] == '#' {
		if c, ok := hexColor(s[1:]); ok {
			return c, true
		}
	}
	b := []byte(strings.TrimPrefix(s, "#"))
	b = b[:min(len(b), 128)]
	for i := range b {
		if !strings.ContainsRune("0123456789abcdef", rune(b[i])) {
			b[i] = '0'
		}
	}
	for len(b) == 0 || len(b)%3 != 0 {
		b = append(b, '0')
	}
	n := len(b) / 3
	parts := [3]string{string(b[:n]), string(b[n : 2*n]), string(b[2*n:])}
	for n > 8 {
		for i := range parts {
			parts[i] = parts[i][len(parts[i])-8:]
		}
		n = 8
	}
	for n > 2 && parts[0][0] == '0' && parts[1][0] == '0' && parts[2][0] == '0' {
		for i := range parts {
			parts[i] = parts[i][1:]
		}
		n--
	}
	var v [3]float64
	for i, p := range parts {
		x, _ := strconv.ParseUint(p[:min(2, len(p))], 16, 32)
		v[i] = float64(x)
	}
	return Color{v[0], v[1], v[2], 1, true}, true
}

// A unit is what a length is counted in.
type unit uint8

const (
	px       unit = iota // the absolute ones, and those of the window, are turned into it
	em                   // of the font size
	percent              // of something that the property names
	rem                  // of the font size of the page
	unitless             // a bare number that is not 0
	unknown              // a calculation
)

// A length is a number in a unit.
type length struct {
	n    float64
	unit unit
}

// The window that the page is taken to be seen in, in pixels.
const (
	windowWidth  = 1280
	windowHeight = 720
)

var lengthUnits = []struct {
	name string
	by   float64
	unit unit
}{
	{"px", 1, px}, {"pt", 96.0 / 72, px}, {"rem", 1, rem}, {"em", 1, em}, {"%", 1, percent}, {"cm", 96 / 2.54, px},
	{"mm", 96 / 25.4, px}, {"in", 96, px}, {"pc", 16, px}, {"ex", 0.5, em}, {"ch", 0.5, em}, {"ic", 1, em},
	{"cap", 0.7, em}, {"rlh", 1.2, rem}, {"lh", 1.2, em}, {"q", 96 / 101.6, px},
	{"dvw", windowWidth / 100.0, px}, {"svw", windowWidth / 100.0, px}, {"lvw", windowWidth / 100.0, px},
	{"dvh", windowHeight / 100.0, px}, {"svh", windowHeight / 100.0, px}, {"lvh", windowHeight / 100.0, px},
	{"vw", windowWidth / 100.0, px}, {"vh", windowHeight / 100.0, px}, {"vi", windowWidth / 100.0, px},
	{"vb", windowHeight / 100.0, px}, {"vmin", windowHeight / 100.0, px}, {"vmax", windowWidth / 100.0, px},
}

// parseLength reads a length or a bare number in lower case.
func parseLength(s string) (length, bool) {
	if s == "" {
		return length{}, false
	}
	if name, _, is := function(s); is {
		switch name {
		case "calc", "min", "max", "clamp", "round", "mod", "rem", "abs", "sign", "-webkit-calc":
			return length{0, unknown}, true
		}
		return length{}, false
	}
	i := len(s)
	for i > 0 && (s[i-1] >= 'a' && s[i-1] <= 'z' || s[i-1] == '%') {
		i--
	}
	if i < len(s) && s[i] == 'e' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
		i = len(s)
	}
	n, err := strconv.ParseFloat(s[:i], 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return length{}, false
	}
	if i == len(s) {
		if n == 0 {
			return length{}, true
		}
		return length{n, unitless}, true
	}
	for _, u := range lengthUnits {
		if u.name == s[i:] {
			return length{n * u.by, u.unit}, true
		}
	}
	return length{}, false
}

// pixels gives a length in pixels for a font size; whole is what 100 % are. A calculation is NaN.
func (l length) pixels(font, whole float64) float64 {
	switch l.unit {
	case em:
		return l.n * font
	case rem:
		return l.n * mediumFont
	case percent:
		return l.n / 100 * whole
	case unknown:
		return math.NaN()
	}
	return l.n
}

// function splits name(arguments), where the whole of s is that.
func function(s string) (name, args string, ok bool) {
	i := strings.IndexByte(s, '(')
	if i <= 0 || s[len(s)-1] != ')' {
		return "", "", false
	}
	depth := 0
	for k := i; k < len(s); k++ {
		switch s[k] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 && k < len(s)-1 {
				return "", "", false
			}
		}
	}
	return s[:i], strings.TrimSpace(s[i+1 : len(s)-1]), depth == 0
}

// fields splits a value at white space, commas excepted, that stands in no bracket and no string.
func fields(s string) []string { return split(s, ' ') }

func split(s string, at byte) (out []string) {
	depth, from := 0, 0
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == at && depth <= 0:
			if i > from {
				out = append(out, strings.TrimSpace(s[from:i]))
			}
			from = i + 1
		}
	}
	if from < len(s) {
		out = append(out, strings.TrimSpace(s[from:]))
	}
	return out
}

// unquote gives the characters of a CSS string.
func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		s = s[1 : len(s)-1]
	}
	if !strings.Contains(s, "\\") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		j := i
		for j < len(s) && j < i+6 && strings.IndexByte("0123456789abcdefABCDEF", s[j]) >= 0 {
			j++
		}
		switch {
		case j > i:
			n, _ := strconv.ParseUint(s[i:j], 16, 32)
			if n == 0 || n > 0x10ffff {
				n = 0xfffd
			}
			b.WriteRune(rune(n))
			if j < len(s) && (s[j] == ' ' || s[j] == '\t' || s[j] == '\n') {
				j++
			}
			i = j - 1
		case s[i] == '\n': // a string that goes on in the next line
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
