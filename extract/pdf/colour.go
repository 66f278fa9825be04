package pdf

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	objects "github.com/ledongthuc/pdf"
)

// A paintColour is a colour as far as it must be known whether something painted in it is seen: 8.6 of PDF 32000-1.
type paintColour struct {
	rgb   int32 // 0xRRGGBB; negative where it is not known, or not one colour
	white bool
	pale  bool // light, but perhaps not white
	none  bool // nothing is painted
	tiles bool // a pattern of tiles, which may be of any colours
}

var black = paintColour{}

// A colourSpace says how operands become a colour.
type colourSpace struct {
	family string // Gray, RGB, CMYK, Lab, Indexed, Tint, Pattern; "" = unknown
	inks   []string
	base   *colourSpace
	table  string // of Indexed
}

var (
	grays    = &colourSpace{family: "Gray"}
	rgbs     = &colourSpace{family: "RGB"}
	cmyks    = &colourSpace{family: "CMYK"}
	unknowns = &colourSpace{}
)

// initial is the colour that a space begins with (8.6.8).
func (cs *colourSpace) initial() paintColour {
	switch cs.family {
	case "Tint":
		return cs.colour([]float64{1})
	case "Pattern", "":
		return paintColour{rgb: -1}
	case "Indexed":
		return cs.colour([]float64{0})
	case "CMYK":
		return cs.colour([]float64{0, 0, 0, 1})
	}
	return black
}

// colour makes a colour of operands.
func (cs *colourSpace) colour(comps []float64) paintColour {
	n := len(comps)
	switch {
	case cs.family == "Pattern" || n == 0:
		return paintColour{rgb: -1}
	case cs.family == "Tint":
		return cs.tint(comps)
	case cs.family == "Indexed":
		return cs.indexed(comps[0])
	case cs.family == "Lab":
		return paintColour{rgb: -1, white: comps[0] > 97, pale: comps[0] > 75}
	}
	out := paintColour{rgb: -1, white: lighter(comps, white), pale: lighter(comps, pale)}
	switch n {
	case 1:
		out.rgb = packRGB(comps[0], comps[0], comps[0])
	case 3:
		out.rgb = packRGB(comps[0], comps[1], comps[2])
	case 4:
		k := 1 - comps[3]
		out.rgb = packRGB((1-comps[0])*k, (1-comps[1])*k, (1-comps[2])*k)
	}
	return out
}

// tint is a colour of inks by their names (8.6.6.4): none of an ink leaves the paper white.
func (cs *colourSpace) tint(comps []float64) paintColour {
	most, painted := 0.0, false
	for i, c := range comps {
		name := ""
		if i < len(cs.inks) {
			name = cs.inks[i]
		}
		painted = painted || name != "None"
		most = math.Max(most, c)
	}
	out := paintColour{rgb: -1, white: most < 1-white, pale: most < 1-pale, none: !painted}
	if len(cs.inks) == 1 && (cs.inks[0] == "Black" || cs.inks[0] == "All") {
		out.rgb = packRGB(1-comps[0], 1-comps[0], 1-comps[0])
	}
	return out
}

func (cs *colourSpace) indexed(at float64) paintColour {
	if cs.base == nil {
		return paintColour{rgb: -1}
	}
	n := map[string]int{"Gray": 1, "RGB": 3, "CMYK": 4}[cs.base.family]
	i := int(at) * n
	if n == 0 || i < 0 || i+n > len(cs.table) {
		return paintColour{rgb: -1}
	}
	comps := make([]float64, n)
	for k := range comps {
		comps[k] = float64(cs.table[i+k]) / 255
	}
	return cs.base.colour(comps)
}

func packRGB(r, g, b float64) int32 {
	part := func(v float64) int32 { return int32(math.Round(255 * math.Max(0, math.Min(1, v)))) }
	return part(r)<<16 | part(g)<<8 | part(b)
}

// colourSpace reads a colour space by the name that a content stream calls it.
func (r *resources) colourSpace(name string) *colourSpace {
	switch name {
	case "DeviceGray", "G", "CalGray":
		return grays
	case "DeviceRGB", "RGB", "CalRGB":
		return rgbs
	case "DeviceCMYK", "CMYK":
		return cmyks
	case "Pattern":
		return &colourSpace{family: "Pattern"}
	}
	if cs, ok := r.spaces[name]; ok {
		return cs
	}
	cs := r.in.colourSpace(r.entry("ColorSpace", name), 0)
	if r.spaces == nil {
		r.spaces = map[string]*colourSpace{}
	}
	r.spaces[name] = cs
	return cs
}

func (in *interpreter) colourSpace(v objects.Value, depth int) *colourSpace {
	name := v.Name()
	if v.Kind() == objects.Array {
		name = v.Index(0).Name()
	}
	switch name {
	case "DeviceGray", "CalGray", "G":
		return grays
	case "DeviceRGB", "CalRGB", "RGB":
		return rgbs
	case "DeviceCMYK", "CMYK":
		return cmyks
	case "Lab":
		return &colourSpace{family: "Lab"}
	case "Pattern":
		return &colourSpace{family: "Pattern"}
	case "ICCBased":
		switch v.Index(1).Key("N").Int64() {
		case 1:
			return grays
		case 3:
			return rgbs
		case 4:
			return cmyks
		}
	case "Separation":
		return &colourSpace{family: "Tint", inks: []string{v.Index(1).Name()}}
	case "DeviceN":
		cs := &colourSpace{family: "Tint"}
		for i := 0; i < v.Index(1).Len() && i < 32; i++ {
			cs.inks = append(cs.inks, v.Index(1).Index(i).Name())
		}
		return cs
	case "Indexed", "I":
		if depth > 3 {
			return unknowns
		}
		cs := &colourSpace{family: "Indexed", base: in.colourSpace(v.Index(1), depth+1)}
		switch t := v.Index(3); t.Kind() {
		case objects.String:
			cs.table = t.RawString()
		case objects.Stream:
			b, _ := in.file.data(t, 1<<12)
			cs.table = string(b)
		}
		return cs
	}
	return unknowns
}

// opaqueBlend reports whether a blend mode leaves dark paint on light paper dark (11.3.5).
func opaqueBlend(mode string) bool {
	switch mode {
	case "Normal", "Compatible", "Multiply", "Darken", "ColorBurn", "HardLight", "":
		return true
	}
	return false
}

// isDigitText reports whether a text is or begins with a digit.
func isDigitText(s string) bool {
	return strings.ContainsAny(s, "0123456789０１２３４５６７８９")
}

// isHanText reports whether a text begins with a Chinese character.
func isHanText(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Han, r)
}
