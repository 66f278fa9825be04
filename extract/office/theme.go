package office

import (
	"strings"

	"github.com/xuri/excelize/v2"
)

// readTheme gives the twelve colours of a theme by their names (ECMA-376 20.1.6.2).
func readTheme(b []byte) map[string]ink {
	out := map[string]ink{}
	x := newXML(b)
	for x.next() != xmlEnd {
		if x.kind != xmlOpen || x.name != "clrScheme" {
			continue
		}
		x.children(func() {
			name := x.name
			x.children(func() {
				switch x.name {
				case "srgbClr":
					out[name] = hexInk(x.attr("val"))
				case "sysClr":
					if out[name] = hexInk(x.attr("lastClr")); out[name] == noInk {
						out[name] = map[string]ink{"window": white, "windowText": isRGB}[x.attr("val")]
					}
				}
			})
		})
		return out
	}
	return out
}

// tinted gives a colour made lighter (above 0) or darker (below 0), from -1 to 1.
func tinted(k ink, tint float64) ink {
	if k < isRGB || tint == 0 {
		return k
	}
	c := k.channels()
	const hex = "0123456789ABCDEF"
	var s strings.Builder
	for _, v := range c {
		s.WriteByte(hex[v>>4])
		s.WriteByte(hex[v&15])
	}
	return hexInk(excelize.ThemeColor(s.String(), max(-1, min(tint, 1))))
}

// symbolFont reports whether a font draws symbols in the place of letters and digits.
func symbolFont(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "wingdings") || strings.HasPrefix(name, "webdings") || name == "zapfdingbats" ||
		name == "mt extra" || strings.HasPrefix(name, "opensymbol") || strings.HasPrefix(name, "marlett")
}
