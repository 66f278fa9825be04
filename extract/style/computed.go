package style

import (
	"math"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// word gives the keyword of a property; "" where nothing, or what has the value of the parent or none, is said.
func (w *said) word(p property) string {
	if w.v[p] == nil || wide(w.v[p].word) {
		return ""
	}
	return w.v[p].word
}

// inherits reports whether a property is to have the parent's value. Of a property that is not inherited by itself
// only the word says so; of one that is, all but "initial" do.
func (w *said) inherits(p property, byItself bool) bool {
	if w.v[p] == nil {
		return byItself
	}
	switch w.v[p].word {
	case "inherit":
		return true
	case "unset", "revert", "revert-layer":
		return byItself
	}
	return false
}

// length gives a length that is said; ok is false for keywords and where nothing is.
func (w *said) length(p property, font, whole float64) (float64, bool) {
	if w.v[p] == nil || !w.v[p].isLen || w.v[p].len.unit == unknown {
		return 0, false
	}
	return w.v[p].len.pixels(font, whole), true
}

// computed makes a style of what is said.
func (c *Cascade) computed(n *html.Node, parent *Style, w *said, pseudo string) *Style {
	s := *parent.inherited()
	s.child, s.kids = nil, nil
	s.Display = "inline"
	if d := w.word(pDisplay); d != "" {
		s.Display = d
	} else if w.inherits(pDisplay, false) {
		s.Display = parent.Display
	}
	if s.Display == "inline" && (parent.InRow || parent.Stacked) {
		s.Display = "block" // an item of a flex box or grid
	}
	if s.Display == "contents" { // there is no box that could have any of these
		for _, p := range [...]property{pLines, pGroundColor, pGroundImage, pOpacity, pFilter, pBlend, pMask, pBorder, pPosition,
			pFloat, pVerticalAlign, pClip, pClipPath, pTransform, pOverflow, pOrder, pGridPlace, pContentVisibility} {
			w.v[p] = nil
		}
	}
	if v := w.word(pVisibility); v != "" || w.v[pVisibility] != nil && !w.inherits(pVisibility, true) {
		s.Visible = v != "hidden" && v != "collapse"
		if v == "collapse" && strings.HasPrefix(s.Display, "table-") && s.Display != "table-cell" {
			s.Display = "none" // of a row and a column; elsewhere it is hidden
		}
	}
	c.font(parent, w, &s)
	c.colours(n, parent, w, &s)
	c.boxes(w, &s, parent)
	c.lines(parent, w, &s)
	c.order(n, parent, w, &s)
	if pseudo != "" || w.v[pContent] != nil {
		c.contents(n, w, &s, pseudo)
	}
	if s.Display == "none" {
		s.Gone = true
	}
	s.plain = s.isPlain()
	if n.DataAtom == atom.Body && pseudo == "" {
		c.bodyColor = s.color
	}
	return &s
}

// font settles the size of characters and who draws them.
func (c *Cascade) font(parent *Style, w *said, s *Style) {
	if v := w.v[pFontSize]; v != nil && !w.inherits(pFontSize, true) {
		switch {
		case v.isLen && v.len.unit == unknown:
			s.Unknown = "the size of its characters is a calculation"
		case v.isLen:
			s.FontSize = v.len.pixels(parent.FontSize, parent.FontSize)
		case v.word == "smaller":
			s.FontSize = parent.FontSize / 1.2
		case v.word == "larger":
			s.FontSize = parent.FontSize * 1.2
		case fontSizes[v.word] > 0:
			s.FontSize = fontSizes[v.word]
		default:
			s.FontSize = mediumFont
		}
	}
	if v := w.v[pZoom]; v != nil && v.isLen && v.len.n > 0 {
		s.FontSize *= v.len.n
	}
	if f := w.word(pFontFamily); f != "" {
		s.family = f
		s.WebFont = c.webFont(f, func(f face) bool { return f.digits })
		s.WebWords = c.webFont(f, func(f face) bool { return f.words })
	} else if w.v[pFontFamily] != nil && !w.inherits(pFontFamily, true) {
		s.WebFont, s.WebWords = false, false
	}
	if f := w.word(pFontFeature); f != "" {
		switch {
		case f == "super" || strings.Contains(f, `sups`) && !strings.Contains(f, `"sups" 0`):
			s.feature = Raised
		case f == "sub" || strings.Contains(f, `subs`) && !strings.Contains(f, `"subs" 0`):
			s.feature = Lowered
		default:
			s.feature = OnLine
		}
	}
	switch v := w.word(pSecurity); {
	case v != "" && v != "none":
		s.Unknown = "its characters are shown as dots"
	}
	if x, ok := w.length(pLetterSpacing, s.FontSize, 0); ok && x < -0.3*s.FontSize {
		s.Unknown = "its characters lie over one another"
	}
	if w.word(pWordHide) == "all" && w.word(pDisplay) != "none" && s.Unknown == "" {
		s.Unknown = "Word hides it and a browser does not"
	}
}

// systemFonts are families that a reader's machine has, so that none after them is asked for.
const systemFonts = " serif sans-serif monospace cursive fantasy system-ui arial simsun 宋体 simhei 黑体 microsoft yahei " +
	"微软雅黑 kaiti 楷体 fangsong 仿宋 times new roman helvetica verdana tahoma georgia courier new "

// webFont reports whether a list of families begins, but for names, with one that the page brings along for these
// characters.
func (c *Cascade) webFont(families string, draws func(face) bool) bool {
	if len(c.faces) == 0 {
		return false
	}
	for _, f := range split(families, ',') {
		f = strings.ToLower(unquote(f))
		if face, is := c.faces[f]; is {
			if face.remote && draws(face) {
				return true
			}
			continue
		}
		if strings.Contains(systemFonts, " "+f+" ") {
			return false
		}
	}
	return false
}

// colours settles ink and ground.
func (c *Cascade) colours(n *html.Node, parent *Style, w *said, s *Style) {
	pick := func(p property, inherited, current Color) (Color, bool) {
		switch v := w.v[p]; {
		case w.inherits(p, true):
			return inherited, false
		case wide(v.word):
			return current, true
		case v.word == "currentcolor":
			return current, true
		default:
			return v.color, true
		}
	}
	if w.v[pColor] != nil && w.v[pColor].word != "currentcolor" { // which is the parent's
		s.color, _ = pick(pColor, parent.color, black)
	}
	if w.v[pFillColor] != nil && !w.inherits(pFillColor, true) {
		s.fill, s.filled = pick(pFillColor, parent.fill, s.color)
		if w.v[pFillColor].word == "currentcolor" || wide(w.v[pFillColor].word) {
			s.filled = false
		}
	}
	if w.v[pGroundColor] != nil {
		s.paint(w.v[pGroundColor])
	}
	if img := w.word(pGroundImage); img != "" && img != "none" {
		s.Picture = pictureOf(img, w.word(pGroundRepeat))
		if w.word(pGroundClip) == "text" {
			s.Picture, s.shadowed = NoPicture, true
		} else {
			s.groundOpen, s.Paints, s.Covers = true, true, true
			s.Lined = s.Picture == Background && !strings.Contains(img, "url(")
		}
	}
	if v := w.word(pShadow); v != "" {
		s.shadowed = v != "none"
	}
	if v := w.word(pStroke); v != "" && v != "0" && !strings.HasPrefix(v, "0 ") && !strings.HasPrefix(v, "0px") {
		s.shadowed = true
	}
	for _, p := range [...]property{pBorder, pBoxShadow} {
		if v := w.word(p); v != "" && v != "none" && v != "hidden" {
			s.Paints = true
		}
	}
	if v := w.v[pOpacity]; v != nil && v.isLen {
		if v.len.unit == unknown {
			s.Unknown = "its opacity is a calculation"
		} else {
			s.opacity *= min(max(v.len.n, 0), 1)
		}
		if s.opacity <= 0.01 {
			s.Gone = true
		}
	}
	if v := w.word(pFilter); v != "" && v != "none" {
		filtered(v, s)
	}
	if v := w.word(pBlend); v != "" && v != "normal" {
		s.Unknown = "its colours are mixed with what lies below"
	}
	if v := w.word(pMask); v != "" && v != "none" && !strings.HasPrefix(v, "none ") {
		s.Unknown = "a mask lies over it"
	}
}

// paint lays a colour on the ground.
func (s *Style) paint(v *value) {
	col := v.color
	switch word := v.word; {
	case word == "currentcolor":
		col = s.color
	case word == "inherit":
		col = transparent // the parent's lies below
	case wide(word):
		col = transparent
	}
	if col.Known && col.A <= 0 {
		return
	}
	under := s.ground
	s.ground = col.over(under)
	s.groundSet = true
	s.Covers, s.thin = !col.Known || col.A > 0.3, col.Known && col.A < 0.9
	if col.Known && col.A == 1 {
		s.groundOpen = false
	}
	s.Paints = !s.ground.Known || !under.Known || apart(s.ground, under) > noContrast
}

// pictureOf judges a background: changes of colour are none unless they draw a line, a picture may show anything
// unless it is repeated along an edge.
func pictureOf(img, repeat string) Picture {
	low := strings.ToLower(img)
	switch {
	case !strings.Contains(low, "gradient(") || strings.Contains(low, "url("):
		if repeat == "repeat-x" || repeat == "repeat-y" || strings.Contains(low, "base64,r0lgodlhaqab") {
			return Ornament
		}
		for _, w := range [...]string{"spacer", "blank", "pixel", "transparent", "space.gif", "empty"} {
			if strings.Contains(low, w) && !strings.HasPrefix(low, "url(data:") {
				return Ornament
			}
		}
		if low == "url()" || low == `url("")` || low == "url('')" {
			return NoPicture
		}
		return Background
	case strings.Contains(low, "transparent") || strings.Count(low, "%") > 2 || strings.Count(low, "px") > 1:
		return Background
	}
	return Ornament
}

// filtered reads filter functions: those that only change colours leave a text what it is.
func filtered(v string, s *Style) {
	for _, f := range fields(v) {
		name, arg, _ := function(f)
		switch name {
		case "grayscale", "sepia", "saturate", "hue-rotate", "drop-shadow", "alpha", "progid:dximagetransform.microsoft":
		case "opacity":
			l, ok := parseLength(arg)
			if ok && l.n == 0 {
				s.Gone = true
			} else if ok && l.unit == percent {
				s.opacity *= l.n / 100
			} else if ok && l.unit == unitless {
				s.opacity *= min(l.n, 1)
			}
		case "blur":
			if l, ok := parseLength(arg); !ok || l.pixels(s.FontSize, 0) > 0.5 {
				s.Unknown = "it is blurred"
			}
		case "brightness", "contrast", "invert", "url":
			s.Unknown = "a filter changes its colours"
		}
	}
}

// boxes settles sizes, what is cut, and what is pushed away.
func (c *Cascade) boxes(w *said, s *Style, parent *Style) {
	s.Width, s.Height = math.NaN(), math.NaN()
	inline := s.Display == "inline" || s.Display == "contents"
	position, floats := w.word(pPosition), w.word(pFloat)
	out := position == "absolute" || position == "fixed"
	s.Floats = floats != "" && floats != "none" && !out
	if (out || s.Floats) && inline {
		s.Display, inline = "block", false
	}
	switch {
	case inline:
		s.lineGround = s.lineGround || s.Covers
	case s.lineGround && !s.Covers && out:
		s.ground, s.groundSet, s.groundOpen = Color{A: 1}, false, true // that of the line does not lie below it
	case s.lineGround && !s.Covers && !strings.HasPrefix(s.Display, "inline"):
		s.ground, s.groundSet, s.groundOpen = s.below.color, s.below.set, s.below.open // nor below a block in it
	}
	if !inline {
		s.lineGround, s.below = false, below{s.ground, s.groundSet, s.groundOpen}
	}
	if out || s.Floats || strings.HasPrefix(s.Display, "inline-") {
		s.Struck = false
	}
	if !inline {
		s.sizes(w)
	}
	if v := w.word(pClamp); v != "" && v != "none" && s.Cuts {
		s.Clamped = true
	}
	if v := w.word(pWriting); v != "" && v != "horizontal-tb" && strings.HasSuffix(s.Display, "flex") {
		s.Unknown = "its parts stand one below the other"
	}
	s.aside(w, inline)
	c.position(w, s, parent, position)
	if s.Floats && s.clips {
		s.Unknown = "it may stick out of what cuts it off"
	}
	c.clipped(w, s, out)
	c.transformed(w, s)
	if w.word(pContentVisibility) == "hidden" && !inline {
		s.Gone = true
	}
	c.animated(w, s)
}

// aside settles what indents and margins push away.
func (s *Style) aside(w *said, inline bool) {
	if x, ok := w.length(pIndent, s.FontSize, windowWidth); ok {
		s.indent = x
	} else if w.v[pIndent] != nil && !w.inherits(pIndent, true) {
		s.indent = 0
	}
	if !inline {
		s.pushed = s.indent
		if x := s.indent; x < -60 && x >= -farAway || s.Cuts && x < -s.FontSize*3 && x >= -farAway {
			s.Unknown = "it is pushed aside by its indent"
		}
	}
	for _, p := range [...]property{pMarginLeft, pMarginTop} {
		x, ok := w.length(p, s.FontSize, windowWidth)
		switch {
		case !ok || p == pMarginTop && inline:
		case x <= -farAway:
			s.Gone = true
		case x < -1.2*s.FontSize:
			s.Moved = true
		}
	}
}

// animated doubts what key frames of the page move or show otherwise.
func (c *Cascade) animated(w *said, s *Style) {
	v := w.word(pAnimation)
	if v == "" || v == "none" {
		return
	}
	for name, ds := range c.keyframes {
		if strings.Contains(" "+strings.ReplaceAll(v, ",", " ")+" ", " "+strings.ToLower(name)+" ") && len(ds) > 0 {
			s.Moved = true
		}
	}
}

// sizes settles width and height of a box, and whether it cuts off what is larger.
func (s *Style) sizes(w *said) {
	for _, p := range [...]struct {
		size, most property
		to         *float64
	}{{pWidth, pMaxWidth, &s.Width}, {pHeight, pMaxHeight, &s.Height}} {
		if x, ok := w.length(p.size, s.FontSize, math.NaN()); ok {
			*p.to = x
		}
		if w.v[p.size] != nil && w.v[p.size].isLen && w.v[p.size].len.n == 0 {
			*p.to = 0
		}
		if x, ok := w.length(p.most, s.FontSize, math.NaN()); ok && !(x > *p.to) {
			*p.to = x
		}
		if w.v[p.most] != nil && w.v[p.most].isLen && w.v[p.most].len.n == 0 {
			*p.to = 0
		}
	}
	if v := w.word(pOverflow); strings.Contains(v, "hidden") || strings.Contains(v, "clip") ||
		strings.Contains(v, "scroll") || strings.Contains(v, "auto") {
		s.Cuts = s.Display != "table-cell" && s.Display != "table-row"
	}
	switch v := w.word(pContain); {
	case strings.Contains(v, "strict"), strings.Contains(v, "size") && !strings.Contains(v, "inline-size"):
		if math.IsNaN(s.Height) {
			s.Height = 0 // as if it held nothing
		}
		if math.IsNaN(s.Width) && (s.Display == "inline-block" || s.Floats) {
			s.Width = 0
		}
		s.Cuts = s.Cuts || strings.Contains(v, "strict") || strings.Contains(v, "paint")
	case strings.Contains(v, "paint"), strings.Contains(v, "content"):
		s.Cuts = true
	}
	if x := w.v[pLineHeight]; x != nil && x.isLen && x.len.n == 0 && s.Cuts && math.IsNaN(s.Height) {
		s.Unknown = "it is cut by the height of its lines"
	}
	padded := func(a, b property) bool { // what is cut at the edge of a box is seen in its padding
		x, _ := w.length(a, s.FontSize, s.FontSize)
		y, _ := w.length(b, s.FontSize, s.FontSize)
		return x > 1 || y > 1
	}
	switch narrow, low := s.Width <= 1, s.Height <= 1; {
	case !s.Cuts || !narrow && !low:
	case narrow && !padded(pPadLeft, pPadRight), low && !padded(pPadTop, pPadBottom):
		s.Gone = true
	default:
		s.Unknown = "it is cut to its padding"
	}
	if s.Cuts && (s.Height < 0.6*s.FontSize) {
		s.Unknown = "it is cut by its height"
	}
}

// position reads position and the four offsets.
func (c *Cascade) position(w *said, s, parent *Style, position string) {
	if position == "" || position == "static" {
		return
	}
	s.Anchors, s.Absolute = true, position == "absolute"
	side := func(p property, whole float64) float64 {
		if x, ok := w.length(p, s.FontSize, whole); ok {
			return x
		}
		return math.NaN()
	}
	top, left := side(pTop, windowHeight), side(pLeft, windowWidth)
	bottom, right := side(pBottom, windowHeight), side(pRight, windowWidth)
	if position != "relative" {
		if left < -farAway || top < -farAway || right < -farAway || bottom < -farAway || right > 3*windowWidth ||
			left > 3*windowWidth && position == "fixed" {
			s.Gone = true
			return
		}
		s.Moved = position == "absolute" || position == "fixed"
		s.Fixed = position == "fixed"
		s.Spreads = s.Moved && s.Covers && !s.thin && s.opacity > 0.9 && s.spans(w, pHeight, top, bottom) &&
			s.spans(w, pWidth, left, right)
		if z := w.v[pStack]; z != nil && z.isLen && z.len.n < 0 {
			s.Spreads = false // it lies below
		}
		s.AtEdge = math.Abs(top) <= 1 || math.Abs(bottom) <= 1
		s.AtSide = math.Abs(left) <= 1 || math.Abs(right) <= 1
		for _, x := range [...]float64{top, left, bottom, right} {
			s.Roams = s.Roams || s.Moved && math.Abs(x) > 0.4*s.FontSize
		}
		return
	}
	if math.IsNaN(top) {
		top = -bottom
	}
	if math.IsNaN(left) {
		left = -right
	}
	if left < -farAway || top < -farAway {
		s.Gone = true
		return
	}
	if math.Abs(left) > 0.4*s.FontSize || math.Abs(top) > s.FontSize {
		s.Moved = true
		s.Roams = math.Abs(top) > 1.5*s.FontSize
	}
	s.shifted = s.shifted || top != 0 && !math.IsNaN(top) || left != 0 && !math.IsNaN(left)
	inline := strings.HasPrefix(s.Display, "inline")
	if inline && math.Abs(top) >= s.offLine(parent) && math.Abs(top) <= s.FontSize {
		if top < 0 {
			s.Level = Raised
		} else {
			s.Level = Lowered
		}
	}
}

// spans reports whether a box that is placed by coordinates is as long as what it is placed in.
func (s *Style) spans(w *said, size property, from, to float64) bool {
	whole := float64(windowWidth)
	if size == pHeight {
		whole = windowHeight
	}
	if v := w.v[size]; v != nil && v.isLen {
		if v.len.unit == percent {
			return v.len.n >= 90
		}
		return v.len.pixels(s.FontSize, 0) >= 0.9*whole
	}
	return math.Abs(from) <= 0.05*whole && math.Abs(to) <= 0.05*whole
}

// offLine gives by how much a text must be raised to stand above the line. One of the size of what is around it that
// Word has set a point higher still stands on it.
func (s *Style) offLine(parent *Style) float64 {
	if s.FontSize > 0.9*parent.FontSize {
		return 0.3 * s.FontSize
	}
	return 0.15 * s.FontSize
}

// clipped reads clip and clip-path.
func (c *Cascade) clipped(w *said, s *Style, out bool) {
	if name, args, is := function(w.word(pClip)); is && name == "rect" && out {
		var v [4]float64
		fs := strings.FieldsFunc(args, func(r rune) bool { return r == ',' || r == ' ' })
		auto := len(fs) != 4
		for i := 0; i < len(fs) && i < 4; i++ {
			l, ok := parseLength(fs[i])
			v[i], auto = l.pixels(s.FontSize, 0), auto || !ok
		}
		switch {
		case !auto && (v[1]-v[3] <= 1 || v[2]-v[0] <= 1): // top, right, bottom, left
			s.Gone = true
		default:
			s.Unknown = "a part of it is cut off"
		}
	}
	v := w.word(pClipPath)
	if v == "" || v == "none" {
		return
	}
	name, args, _ := function(v)
	fs := fields(args)
	switch {
	case name == "inset" && len(fs) > 0:
		sides := [4]string{fs[0], fs[0], fs[0], fs[0]}
		if len(fs) > 1 && fs[1] != "round" {
			sides[1], sides[3] = fs[1], fs[1]
			if len(fs) > 2 && fs[2] != "round" {
				sides[2] = fs[2]
			}
			if len(fs) > 3 && fs[2] != "round" && fs[3] != "round" {
				sides[3] = fs[3]
			}
		}
		var p [4]float64
		zero := true
		for i := range sides {
			l, _ := parseLength(sides[i])
			if l.unit == percent {
				p[i] = l.n
			}
			zero = zero && l.n <= 0
		}
		switch {
		case zero:
			s.clips = true
		case p[0]+p[2] >= 100 || p[1]+p[3] >= 100:
			s.Gone = true
		default:
			s.Unknown = "a part of it is cut off"
		}
	case (name == "circle" || name == "ellipse") && len(fs) > 0 && strings.Trim(fs[0], "0px%.") == "":
		s.Gone = true
	default:
		s.Unknown = "a part of it is cut off"
	}
}

// transformed reads transform, rotate, scale and translate.
func (c *Cascade) transformed(w *said, s *Style) {
	if s.Display == "inline" || s.Display == "contents" {
		return // they have no hold on these
	}
	number := func(f string) (float64, bool) {
		l, ok := parseLength(f)
		if l.unit == percent {
			return l.n / 100, ok
		}
		return l.n, ok && l.unit != unknown
	}
	scale := func(args []string) {
		for _, a := range args {
			switch x, ok := number(a); {
			case ok && math.Abs(x) < 0.05:
				s.Gone = true
			case !ok || x < 0.3:
				s.Unknown = "it is turned over or made small"
			}
		}
	}
	turn := func(a string) {
		if strings.Trim(a, "0.-degratun") != "" {
			s.Unknown = "it is turned"
		}
	}
	move := func(args []string) {
		for i, a := range args {
			l, ok := parseLength(a)
			x := l.pixels(s.FontSize, 2*s.FontSize)
			switch {
			case i > 1:
			case !ok || math.IsNaN(x) || math.Abs(x) > farAway:
				if x < 0 || x > 2*farAway {
					s.Gone = true
				} else {
					s.Moved = true
				}
			case math.Abs(x) > 0.4*s.FontSize:
				s.Moved = true
			}
		}
	}
	list := func(args string) []string {
		return strings.FieldsFunc(args, func(r rune) bool { return r == ',' || r == ' ' })
	}
	if v := w.word(pTransform); v != "" && v != "none" {
		for _, f := range fields(strings.ReplaceAll(v, ")", ") ")) {
			name, args, _ := function(f)
			a := list(args)
			switch name {
			case "translate", "translate3d", "translatex":
				move(a)
			case "translatey":
				move(a)
			case "translatez":
				if strings.Trim(args, "0.pxemr") != "" {
					s.Unknown = "it is moved towards the eye"
				}
			case "perspective":
			case "scale", "scale3d", "scalex", "scaley":
				scale(a)
			case "rotate", "rotatex", "rotatey", "rotatez":
				turn(args)
			case "matrix":
				if len(a) == 6 && strings.Trim(a[1]+a[2], "0.") == "" {
					scale([]string{a[0], a[3]})
					move([]string{a[4] + "px", a[5] + "px"})
					continue
				}
				s.Unknown = "it is turned"
			default:
				s.Unknown = "it is turned"
			}
		}
	}
	if v := w.word(pScale); v != "" && v != "none" {
		scale(fields(v))
	}
	if v := w.word(pRotate); v != "" && v != "none" {
		turn(v)
	}
	if v := w.word(pOffsetPath); v != "" && v != "none" {
		s.Moved, s.Roams = true, true
	}
	if v := w.word(pTranslate); v != "" && v != "none" {
		move(fields(v))
	}
}

// lines settles lines through a text and its level.
func (c *Cascade) lines(parent *Style, w *said, s *Style) {
	if v := w.word(pLines); strings.Contains(v, "line-through") {
		col := s.ink() // the line has the colour of the text, unless it has one of its own
		if v := w.v[pLineColor]; v != nil && v.word != "currentcolor" && !wide(v.word) {
			col = v.color
		}
		if !col.Known || !s.ground.Known || apart(col.over(s.ground), s.ground) > noContrast {
			s.Struck = true
		}
	}
	if strings.HasPrefix(s.Display, "inline") && s.Display != "inline-table" {
		switch v := w.v[pVerticalAlign]; {
		case v == nil:
		case v.isLen:
			x := v.len.pixels(s.FontSize, 1.2*s.FontSize)
			if x >= s.offLine(parent) {
				s.Level = Raised
			} else if x <= -s.offLine(parent) {
				s.Level = Lowered
			}
			if math.Abs(x) > 2*s.FontSize {
				s.Moved = true
			}
		case v.word == "super":
			s.Level = Raised
		case v.word == "sub":
			s.Level = Lowered
		case (v.word == "top" || v.word == "text-top") && s.FontSize < 0.86*parent.FontSize:
			s.Level = Raised
		case (v.word == "bottom" || v.word == "text-bottom") && s.FontSize < 0.8*parent.FontSize:
			s.Level = Lowered
		}
	} else if s.Display != "contents" && s.Display != "none" {
		s.Level = OnLine // a line of its own
		if parent.InRow && s.FontSize < 0.8*parent.FontSize {
			s.Unknown = "it may stand above the line of what is beside it"
		}
	}
	if s.feature != OnLine {
		s.Level = s.feature
	}
}

// order settles in which order things are shown.
func (c *Cascade) order(n *html.Node, parent *Style, w *said, s *Style) {
	if v := w.word(pDirection); v != "" {
		s.RightToLeft = v == "rtl"
	}
	switch v := w.word(pBidi); {
	case strings.HasSuffix(v, "override"):
		s.Reversed = s.RightToLeft
	case v != "" || s.Display == "inline-block":
		s.Reversed = false
	case s.Display != "inline" && s.Display != "contents":
		s.Reversed = false
	}
	if v := w.v[pOrder]; v != nil && v.isLen && v.len.n != 0 || w.word(pGridPlace) != "" {
		s.Ordered = true
	}
	flex, grid := strings.HasSuffix(s.Display, "flex"), strings.HasSuffix(s.Display, "grid")
	if strings.HasSuffix(s.Display, "-box") {
		flex = true
	}
	if flex {
		d := w.word(pFlexDirection)
		s.Backwards = strings.HasSuffix(d, "reverse") || w.word(pFlexWrap) == "wrap-reverse" || s.RightToLeft
		s.Stacked = strings.HasPrefix(d, "column")
		s.Backwards = s.Backwards || w.word(pBoxDirection) == "reverse"
		s.InRow = !s.Stacked
	}
	if grid {
		s.Stacked = true
		s.Backwards = s.RightToLeft
	}
	if t := w.word(pListType); t != "" {
		s.listType = t
	}
	if s.Display == "list-item" {
		switch s.listType {
		case "none", "disc", "circle", "square", "disclosure-open", "disclosure-closed":
		default:
			s.Marker = true
		}
	}
	if q := w.word(pQuotes); q != "" {
		s.quotes = q
	}
}

// contents reads what a sheet has a pseudo-element say.
func (c *Cascade) contents(n *html.Node, w *said, s *Style, pseudo string) {
	v := w.word(pContent)
	if pseudo == "" {
		s.Replaced = strings.HasPrefix(v, "url(") || strings.Contains(v, "image-set(") || strings.Contains(v, "gradient(")
		return
	}
	if v == "" || v == "normal" || v == "none" {
		if pseudo == "before" || pseudo == "after" {
			s.Gone = true
		}
		return
	}
	alt := split(v, '/')
	for _, f := range fields(alt[0]) {
		name, args, is := function(f)
		switch {
		case f[0] == '"' || f[0] == '\'':
			s.Content = append(s.Content, Part{Text: unquote(f)})
		case is && name == "attr":
			key := strings.ToLower(strings.TrimSpace(args))
			val, has := lookup(n, key)
			if strings.ContainsAny(key, " ,(") {
				s.Content = append(s.Content, Part{Unknown: true})
			} else if has {
				s.Content = append(s.Content, Part{Text: val})
			}
		case f == "open-quote" || f == "close-quote":
			if s.quotes != "" && s.quotes != "auto" {
				s.Content = append(s.Content, Part{Unknown: s.quotes != "none"})
				continue
			}
			s.Content = append(s.Content, Part{Text: map[string]string{"open-quote": "“", "close-quote": "”"}[f]})
		case f == "no-open-quote" || f == "no-close-quote":
		default:
			s.Content = append(s.Content, Part{Unknown: true}) // counters, pictures, what nobody foresaw
		}
	}
}

// Quotes gives the marks that an element puts around a quotation; known is false where the sheet has chosen others.
func (s *Style) Quotes() (open, end string, known bool) {
	if s.quotes == "" || s.quotes == "auto" {
		return "“", "”", true
	}
	return "", "", s.quotes == "none"
}
