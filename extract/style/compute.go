package style

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	mediumFont = 16.0
	// what is smaller than this is a dot, and below the next it is a question of the eyes
	noFont, tinyFont = 2.0, 4.5
	// of 255: below the first nobody sees a difference of two colours, below the second it depends on the screen
	noContrast, littleContrast = 3.0, 24.0
	farAway                    = 900.0 // pixels by which what is pushed off the page is pushed
)

// fontSizes are the sizes that have names, in pixels.
var fontSizes = map[string]float64{"xx-small": 9, "x-small": 10, "small": 13, "medium": 16, "large": 18, "x-large": 24,
	"xx-large": 32, "xxx-large": 48, "-webkit-xxx-large": 48}

// A Level says where a character stands against the line.
type Level int8

const (
	Lowered Level = iota - 1
	OnLine
	Raised
)

// A Picture is what an element has as its background.
type Picture uint8

const (
	NoPicture  Picture = iota
	Ornament           // a colour that changes, a picture repeated along an edge
	Background         // a picture that may show anything
)

// A Style is what the cascade makes of an element: how its text is seen. It is shared by elements alike.
type Style struct {
	Display  string  // "none", "inline", "block", …
	Gone     bool    // nothing of it is seen, nor of what it holds
	Visible  bool    // visibility; what it holds may be
	FontSize float64 // pixels
	Struck   bool    // a line goes through it
	Level    Level
	// Reversed: characters are shown from right to left whatever they are. RightToLeft: the order of runs is.
	Reversed, RightToLeft bool
	WebFont               bool   // digits are drawn by a font that the page brings along
	WebWords              bool   // Chinese characters are
	Unknown               string // why nobody can say what of its text is shown; "" = it is as it says
	Picture               Picture
	Paints                bool    // it has a ground or a border of its own that is seen
	Covers                bool    // it has a ground of its own, through which nothing is seen that lies below
	Lined                 bool    // a line that a change of colours draws may run through it
	Width, Height         float64 // pixels, where given; NaN = not
	Cuts                  bool    // what is larger than it is cut off
	Moved                 bool    // it is shown elsewhere than where it stands: over something else, perhaps
	Roams                 bool    // and how far nobody knows
	Anchors, Absolute     bool    // it has a position of its own; so that it lies over what it is placed in
	AtEdge, AtSide        bool    // it is placed at the upper or lower edge of what it stands in, or at one to a side
	Spreads               bool    // it lies over all of what it is placed in, and nothing is seen through it
	Fixed                 bool    // it is placed in the window
	Replaced              bool    // a picture named by the sheet stands in the place of what it holds
	Floats                bool
	Ordered               bool   // it has a place of its own among its siblings
	Backwards             bool   // what it holds is shown in another order than it stands
	Stacked               bool   // what it holds is shown one below the other: flex columns, grids
	InRow                 bool   // what it holds is shown side by side, blocks too
	Marker                bool   // a list's number or text stands before it
	Clamped               bool   // only its first lines are shown
	Content               []Part // of a pseudo-element

	color, ground    Color
	groundSet        bool // somebody has painted it: else it is the paper
	groundOpen       bool // a picture or a change of colours lies below
	opacity          float64
	shifted          bool // it is shown beside where it stands, on another ground perhaps
	lineGround       bool // its ground is that of a line
	below            below
	thin             bool    // what lies below its ground is seen through it
	clips            bool    // what sticks out of something around it is cut off
	shadowed         bool    // a shadow, an outline or its ground makes text of no colour seen
	indent, pushed   float64 // of first lines; what the block at hand has made of it
	listType, family string
	feature          Level
	fill             Color
	filled           bool
	quotes           string
	vars             map[string]string
	blind            bool // sheets are missing
	plain            bool
	child            *Style
	kids             []kid
}

// A below is the ground on which a line stands: that of the block around it.
type below struct {
	color     Color
	set, open bool
}

// A kid is what an element without any attribute of its own is in these surroundings.
type kid struct {
	tag   atom.Atom
	style *Style
}

// A Part is what a sheet has a pseudo-element say: a text, or something that nobody knows here.
type Part struct {
	Text    string
	Unknown bool
}

// A Sight says whether a text is seen.
type Sight uint8

const (
	Seen Sight = iota
	Unseen
	Unsure // it depends on the screen, or on what is not known
)

// Sight says whether text that stands right in the element is seen.
func (s *Style) Sight() Sight {
	switch {
	case s.Gone || !s.Visible || s.FontSize <= noFont:
		return Unseen
	case s.FontSize < tinyFont || math.IsNaN(s.FontSize):
		return Unsure
	}
	if s.pushed < -farAway || s.pushed > 2*farAway {
		return Unseen
	}
	if s.opacity == 1 && !s.filled && s.color == black && s.ground == white { // as most text is
		return Seen
	}
	ink := s.ink()
	if ink.Known && ink.A == 0 {
		if s.shadowed {
			return Unsure
		}
		return Unseen
	}
	if !ink.Known || !s.ground.Known {
		if ink.Known && s.opacity > 0.2 && (ink == black || ink == white && s.groundSet) {
			return Seen
		}
		return Unsure
	}
	differ := apart(ink.over(s.ground), s.ground) * s.opacity
	switch {
	case differ >= littleContrast:
		return Seen
	case s.groundOpen || s.blind && !s.groundSet || s.shadowed || s.shifted:
		return Unsure
	case differ <= noContrast:
		return Unseen
	}
	return Unsure
}

func (s *Style) ink() Color {
	if s.filled {
		return s.fill
	}
	return s.color
}

// Plain reports whether text right in the element is seen as it stands, and the element does nothing to what is around
// it: so it is with nearly all.
func (s *Style) Plain() bool { return s.plain }

func (s *Style) isPlain() bool {
	return s.Sight() == Seen && !s.Struck && s.Level == OnLine && s.Unknown == "" && !s.Reversed && !s.RightToLeft &&
		!s.WebFont && !s.WebWords && s.Picture != Background && !s.Moved && !s.Floats && !s.Ordered && !s.Backwards && !s.Stacked &&
		!s.InRow && !s.Marker && !s.Clamped && !s.Cuts && !s.Replaced
}

// Doubtful reports whether a text that Sight calls Unsure may be plain to see: a picture that was not looked at or a
// sheet that is missing is its ground.
func (s *Style) Doubtful() bool { return s.groundOpen || s.blind && !s.groundSet }

// Root is the style around a page's root element.
func (c *Cascade) Root() *Style {
	return &Style{Display: "block", Visible: true, FontSize: mediumFont, color: black, ground: white, opacity: 1,
		below: below{color: white},
		Width: math.NaN(), Height: math.NaN(), listType: "disc", blind: len(c.missing) > 0, vars: c.initial}
}

// inherited gives the style of an inline element inside s of which nothing is said.
func (s *Style) inherited() *Style {
	if s.child == nil {
		k := *s
		k.Display = "inline"
		k.Picture, k.Paints, k.Width, k.Height, k.Cuts = NoPicture, false, math.NaN(), math.NaN(), false
		k.Moved, k.Roams, k.Floats, k.Ordered, k.Backwards, k.Stacked, k.InRow = false, false, false, false, false, false, false
		k.AtEdge, k.AtSide, k.Replaced, k.Covers, k.Lined = false, false, false, false, false
		k.Anchors, k.Absolute, k.Spreads, k.Fixed = false, false, false, false
		k.Marker, k.Clamped, k.Content, k.child, k.kids = false, false, nil, nil, nil
		k.plain = k.isPlain()
		k.child = &k
		s.child = &k
	}
	return s.child
}

// plainKey names elements that look alike: in the same surroundings, of one name, with one style attribute.
type plainKey struct {
	parent *Style
	tag    string
	attr   string
	link   bool      // they lead somewhere
	rules  [8]uint16 // that hold for them, by their order
}

// Of gives the style of an element in the surroundings of its parent.
func (c *Cascade) Of(n *html.Node, parent *Style) *Style {
	var rules []*rule
	if x := c.byPseudo[""]; x != nil {
		c.scratch = c.rulesFor(x, n)
		rules = c.scratch
	}
	style, hints, hand, link := "", false, false, false
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "style":
			style, hand = n.Attr[i].Val, true
		case "href": // that it is there, not what it says
			link = true
		case "hidden", "dir", "bgcolor", "background", "color", "text", "open", "popover":
			hints = true
		case "size":
			hints = hints || n.DataAtom == atom.Font
		case "type":
			hints = hints || n.DataAtom != atom.Img
		}
	}
	bare := len(rules) == 0 && !hand && !hints && !link
	if bare && n.DataAtom != 0 {
		for i := range parent.kids {
			if parent.kids[i].tag == n.DataAtom {
				return parent.kids[i].style
			}
		}
		s := parent.inherited()
		if ownLook[n.DataAtom] {
			s = c.compute(n, parent, nil, "")
		}
		parent.kids = append(parent.kids, kid{n.DataAtom, s})
		return s
	}
	if bare && !oddLook[n.Data] {
		return parent.inherited()
	}
	if len(rules) <= len(plainKey{}.rules) && !hints {
		key := plainKey{parent: parent, tag: n.Data, attr: style, link: link}
		for i, r := range rules {
			key.rules[i] = uint16(r.order)
		}
		if s, ok := c.plain[key]; ok {
			return s
		}
		s := c.compute(n, parent, rules, style)
		if len(c.plain) < 50_000 {
			c.plain[key] = s
		}
		return s
	}
	return c.compute(n, parent, rules, style)
}

// Pseudo gives the style of ::before, ::after, ::marker, ::first-letter or ::first-line of an element; nil if no rule
// speaks of it.
func (c *Cascade) Pseudo(n *html.Node, pseudo string, of *Style) *Style {
	x := c.byPseudo[pseudo]
	if x == nil {
		return nil
	}
	c.scratch = c.rulesFor(x, n)
	if len(c.scratch) == 0 {
		return nil
	}
	rules := c.scratch
	s := c.settle(n, of, rules, "", pseudo)
	return s
}

func (c *Cascade) compute(n *html.Node, parent *Style, rules []*rule, attr string) *Style {
	return c.settle(n, parent, rules, attr, "")
}

// settle computes the style, and where it is not sure which rules hold, whether that makes a difference.
func (c *Cascade) settle(n *html.Node, parent *Style, rules []*rule, attr, pseudo string) *Style {
	unsure := slices.ContainsFunc(rules, func(r *rule) bool { return r.unsure })
	if !unsure {
		return c.apply(n, parent, rules, attr, pseudo)
	}
	sure := slices.DeleteFunc(slices.Clone(rules), func(r *rule) bool { return r.unsure })
	with := c.apply(n, parent, slices.Clone(rules), attr, pseudo)
	s := c.apply(n, parent, sure, attr, pseudo)
	if !alike(s, with) {
		s.Unknown = "it depends on a condition of the style sheet that only a browser evaluates"
		s.plain = false
	}
	return s
}

// alike reports whether a reader sees the same of two styles.
func alike(a, b *Style) bool {
	return a.Gone == b.Gone && a.Sight() == b.Sight() && a.Struck == b.Struck && a.Level == b.Level &&
		a.Reversed == b.Reversed && a.WebFont == b.WebFont && a.WebWords == b.WebWords && a.Unknown == b.Unknown &&
		a.Picture == b.Picture &&
		a.Moved == b.Moved && a.Replaced == b.Replaced && a.Floats == b.Floats && a.Ordered == b.Ordered &&
		a.Backwards == b.Backwards && a.Spreads == b.Spreads &&
		slices.Equal(a.Content, b.Content) && (a.Display == "none") == (b.Display == "none")
}

// A said is what the winning declarations say of each property.
type said struct{ v [properties]*value }

func (w *said) set(p property, v value) { w.v[p] = &v }

// apply lets all declarations that speak of an element have their say, the strongest last, and makes a style of it.
func (c *Cascade) apply(n *html.Node, parent *Style, rules []*rule, attr, pseudo string) *Style {
	var w said
	if pseudo == "" {
		c.browser(n, &w)
	}
	slices.SortFunc(rules, func(a, b *rule) int {
		switch {
		case a.layer != b.layer:
			return a.layer - b.layer
		case a.specificity != b.specificity:
			if a.specificity.Less(b.specificity) {
				return -1
			}
			return 1
		}
		return a.order - b.order
	})
	var own []declaration
	if attr != "" {
		own = c.attrs.of(attr)
	}
	vars := c.variables(parent.vars, rules, own)
	take := func(ds []declaration, important bool) {
		for i := range ds {
			d := &ds[i]
			switch {
			case d.important != important || d.custom != "":
			case d.later != "":
				if raw, ok := substitute(d.value.word, vars, 0); ok {
					for _, e := range assign(nil, d.later, strings.ToLower(raw), c.quirks) {
						w.set(e.property, e.value)
					}
				}
			case d.property == pAll:
				w = said{}
			default:
				w.v[d.property] = &d.value
			}
		}
	}
	for _, r := range rules {
		take(*r.decls, false)
	}
	take(own, false)
	for i := len(rules) - 1; i >= 0; { // of important ones earlier layers win; within a layer the order is as before
		j := i
		for j > 0 && rules[j-1].layer == rules[i].layer {
			j--
		}
		if j == 0 && i == len(rules)-1 {
			for _, r := range rules {
				take(*r.decls, true)
			}
			break
		}
		for _, r := range rules[j : i+1] {
			take(*r.decls, true)
		}
		i = j - 1
	}
	take(own, true)
	s := c.computed(n, parent, &w, pseudo)
	s.vars = vars
	return s
}

// variables gives the custom properties of an element.
func (c *Cascade) variables(outer map[string]string, rules []*rule, own []declaration) map[string]string {
	vars := outer
	fresh := false
	set := func(ds []declaration, important bool) {
		for i := range ds {
			if d := &ds[i]; d.custom != "" && d.important == important {
				if !fresh {
					vars = maps.Clone(outer)
					if vars == nil {
						vars = map[string]string{}
					}
					fresh = true
				}
				vars[d.custom] = d.value.word
			}
		}
	}
	for _, important := range [...]bool{false, true} {
		for _, r := range rules {
			set(*r.decls, important)
		}
		set(own, important)
	}
	return vars
}

// substitute puts the values of custom properties in the place of var(); ok is false where one has none.
func substitute(s string, vars map[string]string, depth int) (string, bool) {
	for n := 0; n < 50; n++ {
		i := strings.Index(s, "var(")
		if i < 0 {
			return s, len(s) < 10_000
		}
		j, open := i+4, 1
		for j < len(s) && open > 0 {
			switch s[j] {
			case '(':
				open++
			case ')':
				open--
			}
			j++
		}
		if open > 0 || depth > 10 {
			return "", false
		}
		name, fallback, has := strings.Cut(s[i+4:j-1], ",")
		v, ok := vars[strings.TrimSpace(name)]
		if !ok {
			if v, ok = fallback, has; !ok {
				return "", false
			}
		}
		if v, ok = substitute(strings.TrimSpace(v), vars, depth+1); !ok || len(v) > 1000 {
			return "", false
		}
		s = s[:i] + v + s[j:]
	}
	return "", false
}

// ownLook are the elements that browsers show in a way of their own.
var ownLook = map[atom.Atom]bool{}

// oddLook are those that the parser has no number for.
var oddLook = map[string]bool{"strike": true, "tt": true, "bdo": true, "mfrac": true, "dialog": true}

var blockTags = map[atom.Atom]string{atom.Table: "table", atom.Tr: "table-row", atom.Td: "table-cell",
	atom.Th: "table-cell", atom.Tbody: "table-row-group", atom.Thead: "table-header-group",
	atom.Tfoot: "table-footer-group", atom.Caption: "table-caption", atom.Li: "list-item", atom.Summary: "block",
	atom.Col: "table-column", atom.Colgroup: "table-column-group", atom.Button: "inline-block",
	atom.Input: "inline-block", atom.Select: "inline-block", atom.Textarea: "inline-block", atom.Meter: "inline-block",
	atom.Progress: "inline-block", atom.Marquee: "inline-block"}

func init() {
	for _, a := range [...]atom.Atom{atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul,
		atom.Ol, atom.Dl, atom.Dt, atom.Dd, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Aside,
		atom.Nav, atom.Blockquote, atom.Pre, atom.Center, atom.Form, atom.Fieldset, atom.Legend, atom.Body, atom.Html,
		atom.Address, atom.Figure, atom.Figcaption, atom.Details, atom.Hr, atom.Menu, atom.Dir, atom.Hgroup,
		atom.Dialog, atom.Option, atom.Optgroup, atom.Listing, atom.Xmp, atom.Plaintext} {
		blockTags[a] = "block"
	}
	for a := range blockTags {
		ownLook[a] = true
	}
	for _, a := range [...]atom.Atom{atom.Sup, atom.Sub, atom.S, atom.Strike, atom.Del, atom.Small, atom.Big, atom.Font,
		atom.Bdo, atom.Bdi, atom.Mark, atom.A, atom.Rt, atom.Rp, atom.Datalist, atom.Area, atom.Param, atom.Template,
		atom.Script, atom.Style, atom.Noscript, atom.Head, atom.Title, atom.Meta, atom.Link, atom.Base,
		atom.Noframes, atom.Noembed, atom.Basefont, atom.Source, atom.Track, atom.Dialog, atom.Math} {
		ownLook[a] = true
	}
}

// browser says what browsers do by themselves, and what old attributes ask for.
func (c *Cascade) browser(n *html.Node, w *said) {
	word := func(p property, s string) { w.set(p, value{word: s}) }
	size := func(s string) { w.set(pFontSize, value{word: s}) }
	if d := blockTags[n.DataAtom]; d != "" {
		word(pDisplay, d)
	}
	switch n.DataAtom {
	case atom.Sup:
		word(pVerticalAlign, "super")
		size("smaller")
	case atom.Sub:
		word(pVerticalAlign, "sub")
		size("smaller")
	case atom.S, atom.Strike, atom.Del:
		word(pLines, "line-through")
	case atom.Small:
		size("smaller")
	case atom.Big:
		size("larger")
	case atom.H1:
		w.set(pFontSize, value{len: length{2, em}, isLen: true})
	case atom.H2:
		w.set(pFontSize, value{len: length{1.5, em}, isLen: true})
	case atom.Datalist, atom.Area, atom.Param, atom.Template, atom.Script, atom.Style, atom.Noscript, atom.Head,
		atom.Title, atom.Meta, atom.Link, atom.Base, atom.Rp, atom.Noframes, atom.Noembed, atom.Source, atom.Track:
		word(pDisplay, "none")
	case atom.Dialog:
		if _, open := lookup(n, "open"); !open {
			word(pDisplay, "none")
		}
	case atom.Mark:
		w.set(pGroundColor, value{color: Color{255, 255, 0, 1, true}})
		w.set(pColor, value{color: black})
	case atom.A:
		if _, is := lookup(n, "href"); is {
			w.set(pColor, value{color: Color{0, 0, 238, 1, true}})
		}
	case atom.Button, atom.Input, atom.Select, atom.Textarea:
		w.set(pFontSize, value{len: length{13.3333, px}, isLen: true})
		w.set(pColor, value{color: black})
		w.set(pGroundColor, value{color: white})
		if n.DataAtom == atom.Button {
			w.set(pPadLeft, value{len: length{6, px}, isLen: true})
			w.set(pGroundColor, value{color: Color{239, 239, 239, 1, true}})
		}
		w.set(pIndent, value{len: length{0, px}, isLen: true})
		w.set(pLetterSpacing, value{word: "normal"})
		if t := strings.ToLower(attr(n, "type")); n.DataAtom == atom.Input && t == "hidden" {
			word(pDisplay, "none")
		}
	case atom.Bdo:
		word(pBidi, "bidi-override")
	case atom.Table:
		if c.quirks { // browsers start anew in the tables of such pages
			size("medium")
			w.set(pColor, value{color: c.bodyColor})
		}
	case atom.Ol:
		word(pListType, "decimal")
	case atom.Ul:
		word(pListType, "disc")
	}
	attributes(n, w)
}

// attributes says what old attributes ask for.
func attributes(n *html.Node, w *said) {
	word := func(p property, s string) { w.set(p, value{word: s}) }
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "hidden":
			word(pDisplay, "none")
		case "popover":
			word(pDisplay, "none")
		case "dir":
			switch d := strings.ToLower(strings.TrimSpace(a.Val)); d {
			case "rtl", "ltr":
				word(pDirection, d)
			}
		case "bgcolor":
			if col, ok := attributeColor(a.Val); ok {
				w.set(pGroundColor, value{color: col})
			}
		case "background":
			switch n.DataAtom {
			case atom.Body, atom.Table, atom.Tr, atom.Td, atom.Th, atom.Tbody, atom.Thead, atom.Tfoot:
				if strings.TrimSpace(a.Val) != "" {
					word(pGroundImage, "url("+a.Val+")")
				}
			}
		case "color":
			if n.DataAtom == atom.Font || n.DataAtom == atom.Basefont {
				if col, ok := attributeColor(a.Val); ok {
					w.set(pColor, value{color: col})
				}
			}
		case "text":
			if n.DataAtom == atom.Body {
				if col, ok := attributeColor(a.Val); ok {
					w.set(pColor, value{color: col})
				}
			}
		case "size":
			if n.DataAtom == atom.Font {
				if k, ok := fontAttribute(a.Val); ok {
					w.set(pFontSize, value{len: length{k, px}, isLen: true})
				}
			}
		case "type":
			if n.DataAtom == atom.Ol || n.DataAtom == atom.Li || n.DataAtom == atom.Ul {
				t := map[string]string{"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman",
					"I": "upper-roman"}[a.Val]
				if t == "" {
					t = strings.ToLower(a.Val)
				}
				word(pListType, t)
			}
		}
	}
}

// fontAttribute gives the pixels of <font size>, 1 to 7, which may count from 3.
func fontAttribute(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	n, err := strconv.Atoi(strings.TrimPrefix(s, "+"))
	if err != nil {
		return 0, false
	}
	if strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-") {
		n += 3
	}
	return [...]float64{10, 13, 16, 18, 24, 32, 48}[min(max(n, 1), 7)-1], true
}
