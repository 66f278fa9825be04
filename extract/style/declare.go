package style

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
)

// A property is one that decides what is seen; all others are not kept.
type property uint8

const (
	pDisplay property = iota
	pVisibility
	pOpacity
	pColor
	pFillColor
	pGroundColor
	pGroundImage
	pGroundRepeat
	pGroundClip
	pFontSize
	pFontFamily
	pFontFeature
	pLines
	pLineColor
	pVerticalAlign
	pPosition
	pTop
	pRight
	pBottom
	pLeft
	pIndent
	pWidth
	pHeight
	pMaxWidth
	pMaxHeight
	pOverflow
	pClip
	pClipPath
	pTransform
	pRotate
	pScale
	pTranslate
	pContent
	pOffsetPath
	pQuotes
	pDirection
	pBidi
	pFloat
	pOrder
	pStack
	pFlexDirection
	pFlexWrap
	pGridPlace
	pSecurity
	pMarginLeft
	pMarginTop
	pPadTop
	pPadRight
	pPadBottom
	pPadLeft
	pLetterSpacing
	pListType
	pFilter
	pBlend
	pMask
	pZoom
	pAnimation
	pContentVisibility
	pShadow
	pStroke
	pBorder
	pClamp
	pWordHide
	pContain
	pLineHeight
	pWriting
	pBoxShadow
	pBoxDirection
	pAll
	properties // how many there are
)

// A value is what a declaration says, read once.
type value struct {
	word  string // in lower case but for strings and addresses
	len   length
	isLen bool
	color Color
}

// A declaration gives a property a value.
type declaration struct {
	property  property
	important bool
	value     value
	// custom is the name of a custom property, --x; later says that a value speaks of some and is read when they are
	// known.
	custom string
	later  string // the property's name as written
}

var names = map[string]property{
	"display": pDisplay, "visibility": pVisibility, "opacity": pOpacity, "color": pColor,
	"-webkit-text-fill-color": pFillColor, "background-color": pGroundColor, "background-image": pGroundImage,
	"background-repeat": pGroundRepeat, "background-clip": pGroundClip, "-webkit-background-clip": pGroundClip,
	"font-size": pFontSize, "font-family": pFontFamily, "font-variant-position": pFontFeature,
	"font-feature-settings": pFontFeature, "-webkit-font-feature-settings": pFontFeature,
	"font-variant": pFontFeature, "text-decoration-line": pLines, "text-decoration-color": pLineColor,
	"vertical-align": pVerticalAlign, "position": pPosition, "top": pTop, "right": pRight, "bottom": pBottom,
	"left": pLeft, "text-indent": pIndent, "width": pWidth, "height": pHeight, "max-width": pMaxWidth,
	"max-height": pMaxHeight, "inline-size": pWidth, "block-size": pHeight, "max-inline-size": pMaxWidth,
	"max-block-size": pMaxHeight, "overflow": pOverflow, "overflow-x": pOverflow, "overflow-y": pOverflow,
	"offset-path": pOffsetPath, "offset": pOffsetPath, "clip": pClip, "clip-path": pClipPath,
	"-webkit-clip-path": pClipPath, "transform": pTransform,
	"-webkit-transform": pTransform, "rotate": pRotate, "scale": pScale, "translate": pTranslate,
	"content": pContent, "quotes": pQuotes, "direction": pDirection, "unicode-bidi": pBidi, "float": pFloat,
	"order": pOrder, "z-index": pStack, "-webkit-order": pOrder, "flex-direction": pFlexDirection, "-webkit-flex-direction": pFlexDirection,
	"flex-wrap": pFlexWrap, "grid-row": pGridPlace, "grid-column": pGridPlace, "grid-area": pGridPlace,
	"grid-row-start": pGridPlace, "grid-column-start": pGridPlace, "grid-row-end": pGridPlace,
	"grid-column-end": pGridPlace, "grid-auto-flow": pGridPlace,
	"-webkit-text-security": pSecurity, "margin-left": pMarginLeft, "margin-top": pMarginTop,
	"margin-inline-start": pMarginLeft, "margin-block-start": pMarginTop,
	"padding-top": pPadTop, "padding-right": pPadRight, "padding-bottom": pPadBottom, "padding-left": pPadLeft,
	"padding-inline-start": pPadLeft, "padding-block-start": pPadTop,
	"letter-spacing": pLetterSpacing, "list-style-type": pListType, "filter": pFilter, "-webkit-filter": pFilter,
	"mix-blend-mode": pBlend, "mask": pMask, "mask-image": pMask, "-webkit-mask": pMask, "-webkit-mask-image": pMask,
	"zoom": pZoom, "animation-name": pAnimation, "-webkit-animation-name": pAnimation,
	"content-visibility": pContentVisibility, "text-shadow": pShadow, "-webkit-text-stroke": pStroke,
	"-webkit-text-stroke-width": pStroke, "border-style": pBorder, "-webkit-line-clamp": pClamp,
	"contain": pContain, "line-height": pLineHeight, "writing-mode": pWriting, "-webkit-writing-mode": pWriting,
	"box-shadow": pBoxShadow, "-webkit-box-shadow": pBoxShadow, "-webkit-box-direction": pBoxDirection,
	"mso-hide": pWordHide, "all": pAll, "inset-inline-start": pLeft, "inset-block-start": pTop,
}

// words are the keywords that a browser knows of a property; with other words the declaration is dropped.
var words = map[property]string{
	pDisplay: " none block inline inline-block flow-root flex inline-flex grid inline-grid table inline-table " +
		"table-row table-cell table-row-group table-header-group table-footer-group table-column " +
		"table-column-group table-caption list-item contents run-in ruby ruby-text ruby-base math flow -webkit-box " +
		"-webkit-inline-box -webkit-flex -webkit-inline-flex ",
	pVisibility:        " visible hidden collapse ",
	pPosition:          " static relative absolute fixed sticky -webkit-sticky ",
	pDirection:         " ltr rtl ",
	pBidi:              " normal embed isolate bidi-override isolate-override plaintext -webkit-isolate -webkit-plaintext ",
	pFloat:             " left right none inline-start inline-end ",
	pFlexDirection:     " row row-reverse column column-reverse ",
	pFlexWrap:          " nowrap wrap wrap-reverse ",
	pSecurity:          " none disc circle square ",
	pContentVisibility: " visible auto hidden ",
	pOverflow:          " visible hidden clip scroll auto overlay -moz-hidden-unscrollable ",
}

// parseAttribute reads a style attribute.
func parseAttribute(s string, quirks bool) []declaration {
	p := css.NewParser(parse.NewInputString(s), true)
	var out []declaration
	for {
		g, _, data := p.Next()
		switch g {
		case css.ErrorGrammar:
			if !p.HasParseError() {
				return out
			}
		case css.DeclarationGrammar:
			out = declare(out, string(data), p.Values(), quirks)
		case css.CustomPropertyGrammar:
			out = declareCustom(out, string(data), p.Values())
		}
	}
}

func declareCustom(out []declaration, name string, tokens []css.Token) []declaration {
	raw, important := text(tokens)
	return append(out, declaration{custom: name, important: important, value: value{word: strings.TrimSpace(raw)}})
}

// declare adds what a declaration says, a shorthand taken apart. One that a browser would drop adds nothing.
func declare(out []declaration, name string, tokens []css.Token, quirks bool) []declaration {
	if strings.IndexByte(name, '\\') >= 0 {
		name = strings.ToLower(unescaped(name))
	}
	if _, is := names[name]; !is && !shorthands[name] {
		return out
	}
	raw, important := text(tokens)
	if strings.Contains(raw, "var(") || strings.Contains(raw, "env(") {
		return append(out, declaration{property: names[name], important: important, value: value{word: raw}, later: name})
	}
	n := len(out)
	out = assign(out, name, raw, quirks)
	for i := n; i < len(out); i++ {
		out[i].important = important
	}
	return out
}

// text gives the characters of a value, in lower case but for strings and addresses.
func text(tokens []css.Token) (s string, important bool) {
	n := len(tokens)
	if n >= 2 && tokens[n-1].TokenType == css.IdentToken && strings.EqualFold(string(tokens[n-1].Data), "important") &&
		string(tokens[n-2].Data) == "!" {
		important = true
		tokens = tokens[:n-2]
	}
	if len(tokens) == 1 && tokens[0].TokenType == css.IdentToken {
		return lower(plainIdent(tokens[0].Data)), important
	}
	var b strings.Builder
	for _, t := range tokens {
		switch t.TokenType {
		case css.StringToken, css.URLToken, css.CustomPropertyValueToken:
			b.Write(t.Data)
		default:
			b.WriteString(lower(plainIdent(t.Data)))
		}
	}
	s = strings.TrimSpace(b.String())
	if i := strings.LastIndexByte(s, '!'); i >= 0 && strings.EqualFold(strings.TrimSpace(s[i+1:]), "important") {
		return strings.TrimSpace(s[:i]), true // of a custom property
	}
	return s, important
}

// plainIdent gives a name without the escapes that stand for letters.
func plainIdent(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	return []byte(unescaped(string(b)))
}

// unescaped replaces \6e and \n by the letters they stand for; of others, such as \9 that some pages end a value with so
// that all but one browser drop it, nothing is made.
func unescaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		j := i + 1
		for j < len(s) && j < i+7 && strings.IndexByte("0123456789abcdefABCDEF", s[j]) >= 0 {
			j++
		}
		n, err := strconv.ParseUint(s[i+1:j], 16, 32)
		switch {
		case err != nil && i+1 < len(s) && (s[i+1] >= 'g' && s[i+1] <= 'z' || s[i+1] >= 'G' && s[i+1] <= 'Z'):
			continue // the letter itself
		case err == nil && (n == '-' || n >= 'A' && n <= 'Z' || n >= 'a' && n <= 'z'):
			b.WriteByte(byte(n))
			if j < len(s) && s[j] == ' ' {
				j++
			}
			i = j - 1
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func lower(b []byte) string {
	for _, c := range b {
		if c >= 'A' && c <= 'Z' {
			return strings.ToLower(string(b))
		}
	}
	return string(b)
}

var shorthands = map[string]bool{"background": true, "font": true, "text-decoration": true, "margin": true,
	"padding": true,
	"inset":   true, "list-style": true, "animation": true, "-webkit-animation": true, "flex-flow": true, "border": true,
	"border-left": true, "border-right": true, "border-top": true, "border-bottom": true, "border-left-style": true,
	"border-right-style": true, "border-top-style": true, "border-bottom-style": true, "-webkit-text-decoration": true,
	"text-decoration-skip": false}

func wide(s string) bool {
	switch s {
	case "inherit", "initial", "unset", "revert", "revert-layer":
		return true
	}
	return false
}

// assign reads the value of a property or shorthand.
func assign(out []declaration, name, raw string, quirks bool) []declaration {
	put := func(p property, v value) { out = append(out, declaration{property: p, value: v}) }
	if raw == "" || strings.ContainsRune(raw, '!') && !strings.ContainsAny(raw, `"'`) {
		return out
	}
	if p, is := names[name]; is {
		if v, ok := readValue(p, raw, quirks); ok {
			put(p, v)
		}
		return out
	}
	if wide(raw) {
		for _, p := range parts[name] {
			put(p, value{word: raw})
		}
		return out
	}
	fs := fields(raw)
	switch name {
	case "background":
		return assignGround(out, raw, quirks)
	case "font":
		return assignFont(out, raw)
	case "text-decoration", "-webkit-text-decoration":
		lines, color := "none", value{word: "currentcolor"}
		for _, f := range fs {
			if c, ok := parseColor(f, false); ok {
				color = value{word: f, color: c}
			} else if strings.HasSuffix(f, "-through") || f == "underline" || f == "overline" || f == "blink" {
				lines += " " + f
			} else if _, ok := parseLength(f); !ok && !strings.Contains(
				" none solid double dotted dashed wavy auto from-font currentcolor ", " "+f+" ") {
				return out
			}
		}
		put(pLines, value{word: lines})
		put(pLineColor, color)
	case "margin", "inset", "padding":
		if len(fs) == 0 || len(fs) > 4 {
			return out
		}
		sides := [4]string{fs[0], fs[0], fs[0], fs[0]}
		if len(fs) > 1 {
			sides[1], sides[3] = fs[1], fs[1]
		}
		if len(fs) > 2 {
			sides[2] = fs[2]
		}
		if len(fs) > 3 {
			sides[3] = fs[3]
		}
		to := [4]property{pTop, pRight, pBottom, pLeft}
		if name == "margin" {
			to = [4]property{pMarginTop, properties, properties, pMarginLeft}
		}
		if name == "padding" {
			to = [4]property{pPadTop, pPadRight, pPadBottom, pPadLeft}
		}
		for i, s := range sides {
			if to[i] == properties {
				continue
			}
			if v, ok := readValue(to[i], s, quirks); ok {
				put(to[i], v)
			}
		}
	case "list-style":
		t := "disc"
		for _, f := range fs {
			if f != "inside" && f != "outside" {
				t = f
			}
		}
		put(pListType, value{word: t})
	case "animation", "-webkit-animation":
		put(pAnimation, value{word: raw})
	case "flex-flow":
		for _, f := range fs {
			for _, p := range []property{pFlexDirection, pFlexWrap} {
				if v, ok := readValue(p, f, quirks); ok {
					put(p, v)
				}
			}
		}
	default: // borders: whether there is one
		seen := "none"
		for _, f := range fs {
			switch f {
			case "solid", "dashed", "dotted", "double", "groove", "ridge", "inset", "outset":
				seen = "solid"
			case "0", "0px", "transparent":
				put(pBorder, value{word: "none"})
				return out
			}
		}
		put(pBorder, value{word: seen})
	}
	return out
}

// parts are the properties of shorthands.
var parts = map[string][]property{"background": {pGroundColor, pGroundImage, pGroundRepeat, pGroundClip},
	"font": {pFontSize, pFontFamily, pFontFeature}, "text-decoration": {pLines, pLineColor},
	"margin": {pMarginLeft, pMarginTop}, "inset": {pTop, pRight, pBottom, pLeft},
	"padding": {pPadTop, pPadRight, pPadBottom, pPadLeft}, "list-style": {pListType},
	"animation": {pAnimation}, "flex-flow": {pFlexDirection, pFlexWrap}, "border": {pBorder}}

func assignGround(out []declaration, raw string, quirks bool) []declaration {
	color, repeat, clip := value{word: "transparent", color: transparent}, "repeat", "border-box"
	var image string
	for _, layer := range split(raw, ',') {
		for _, f := range fields(strings.ReplaceAll(layer, "/", " / ")) {
			switch c, ok := parseColor(f, quirks); {
			case ok || f == "currentcolor":
				color = value{word: f, color: c}
			case strings.HasPrefix(f, "repeat") || strings.HasSuffix(f, "repeat") || f == "round" || f == "space":
				repeat = f
			case f == "text":
				clip = "text"
			case strings.Contains(f, "("):
				if name, _, _ := function(f); name == "rgb" || name == "rgba" {
					return out // a colour that is none
				}
				image += " " + f
			}
		}
	}
	// an address with a slash in it was cut apart above
	if i := strings.Index(raw, "url("); i >= 0 && !strings.Contains(image, "url(") {
		j := strings.IndexByte(raw[i:], ')')
		if j < 0 {
			j = len(raw) - i - 1
		}
		image += " " + raw[i:i+j+1]
	}
	if image == "" {
		image = "none"
	}
	return append(out, declaration{property: pGroundColor, value: color},
		declaration{property: pGroundImage, value: value{word: strings.TrimSpace(image)}},
		declaration{property: pGroundRepeat, value: value{word: repeat}},
		declaration{property: pGroundClip, value: value{word: clip}})
}

func assignFont(out []declaration, raw string) []declaration {
	fs := fields(raw)
	for i, f := range fs {
		switch f {
		case "normal", "italic", "oblique", "small-caps", "bold", "bolder", "lighter":
			continue
		case "caption", "icon", "menu", "message-box", "small-caption", "status-bar":
			return append(out, declaration{property: pFontSize, value: value{len: length{13, px}, isLen: true}})
		}
		if n, err := strconv.Atoi(f); err == nil && n >= 1 || strings.HasSuffix(f, "condensed") ||
			strings.HasSuffix(f, "expanded") {
			continue
		}
		size, _, _ := strings.Cut(f, "/")
		v, ok := readValue(pFontSize, size, false)
		if !ok || i+1 == len(fs) {
			return out // a font without a family is dropped
		}
		return append(out, declaration{property: pFontSize, value: v},
			declaration{property: pFontFamily, value: value{word: strings.Join(fs[i+1:], " ")}},
			declaration{property: pFontFeature, value: value{word: "normal"}})
	}
	return out
}

// readValue reads a value as a browser would; ok is false where it drops the declaration.
func readValue(p property, raw string, quirks bool) (v value, ok bool) {
	v.word = raw
	if wide(raw) {
		return v, true
	}
	switch p {
	case pColor, pFillColor, pGroundColor, pLineColor:
		if raw == "currentcolor" {
			return v, true
		}
		v.color, ok = parseColor(raw, quirks)
		return v, ok
	case pOpacity, pZoom:
		v.len, ok = parseLength(raw)
		v.isLen = ok
		if ok && v.len.unit == percent {
			v.len = length{v.len.n / 100, unitless}
		}
		return v, ok && (v.len.unit == unitless || v.len.unit == unknown || v.len.n == 0) || p == pZoom && raw == "normal"
	case pOrder, pStack:
		v.len, ok = parseLength(raw)
		v.isLen = ok
		return v, ok
	case pFontSize, pTop, pRight, pBottom, pLeft, pIndent, pWidth, pHeight, pMaxWidth, pMaxHeight, pVerticalAlign,
		pMarginLeft, pMarginTop, pPadTop, pPadRight, pPadBottom, pPadLeft, pLetterSpacing, pLineHeight:
		if p == pIndent {
			raw = fields(raw)[0]
		}
		v.len, v.isLen = parseLength(raw)
		if !v.isLen {
			if p == pFontSize {
				return v, fontSizes[raw] > 0 || raw == "smaller" || raw == "larger"
			}
			return v, !strings.ContainsAny(raw, "0123456789\\")
		}
		if v.len.unit == unitless {
			if p == pLineHeight {
				return v, true
			}
			if !quirks || p == pVerticalAlign {
				return v, false
			}
			v.len.unit = px
		}
		return v, v.len.n >= 0 || p != pFontSize && p != pWidth && p != pHeight && p != pMaxWidth && p != pMaxHeight
	case pOverflow:
		for _, f := range fields(raw) {
			if !strings.Contains(words[p], " "+f+" ") {
				return v, false
			}
		}
		return v, true
	case pDisplay:
		for _, f := range fields(raw) { // block flow, inline flow-root
			if !strings.Contains(words[p], " "+f+" ") {
				return v, false
			}
		}
		return v, true
	case pLines:
		return v, !strings.ContainsAny(raw, "\\0123456789")
	}
	if known := words[p]; known != "" {
		return v, strings.Contains(known, " "+raw+" ")
	}
	return v, !strings.HasSuffix(raw, "\\9") && !strings.HasSuffix(raw, "\\0")
}

// Style attributes are few, each met by the thousand in pages that Word has written.
type attributeCache struct {
	quirks bool
	known  map[string][]declaration
}

func (c *attributeCache) of(s string) []declaration {
	d, ok := c.known[s]
	if !ok {
		d = parseAttribute(s, c.quirks)
		if len(c.known) < 20_000 {
			c.known[s] = d
		}
	}
	return d
}
