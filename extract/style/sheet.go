package style

import (
	"bytes"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
)

const (
	maxRules   = 60_000 // selectors of a page; the largest frameworks have 10,000
	maxAsked   = 40_000_000
	maxImports = 32 // sheets that sheets ask for
)

// A rule is one selector with its declarations.
type rule struct {
	selector
	decls *[]declaration
	layer int // the place of its layer; those in none come last
	order int // in which rules were met
	// unsure says that whether the rule holds cannot be told: a container's size, a selector not understood.
	unsure bool
}

// A face is a font that the page brings along.
type face struct {
	family string
	remote bool // from an address, not one of the reader's machine
	digits bool // it is used for digits
	words  bool // and for Chinese characters
}

// A context is what surrounds a rule in its sheet.
type context struct {
	off, unsure bool
	layer       string
	selectors   []string    // of the rule that it is nested in
	unread      []css.Token // of that rule, where it holds for nothing
	decls       *[]declaration
	kind        string // the at-rule's name; "" = a rule
	name        string // of keyframes, or of a property
	face        *face
}

// sheet reads the rules of a style sheet, in a context that its link or an import gives.
func (c *Cascade) sheet(body []byte, base string, in context) {
	p := css.NewParser(parse.NewInputBytes(withoutLists(body)), false)
	stack := []context{in}
	var inner []byte // of an at-rule that the parser does not know
	spoiled := false // a bracket too many belongs to the selector that follows, whose rule is dropped with it
	for {
		g, _, data := p.Next()
		top := &stack[len(stack)-1]
		switch g {
		case css.ErrorGrammar:
			if !p.HasParseError() {
				return
			}
			v := p.Values()
			spoiled = spoiled || len(stack) == 1 && len(v) > 0 && v[len(v)-1].TokenType == css.RightBraceToken
		case css.AtRuleGrammar:
			if spoiled {
				continue
			}
			c.statement(string(data), p.Values(), base, *top)
		case css.BeginAtRuleGrammar:
			next := c.begin(lower(data), p.Values(), *top)
			next.off, spoiled = next.off || spoiled, false
			stack = append(stack, next)
			inner = inner[:0]
		case css.TokenGrammar:
			if top.kind == "unknown" || top.kind == "property" {
				inner = append(inner, data...)
			}
		case css.EndAtRuleGrammar:
			last := *top
			stack = stack[:max(len(stack)-1, 1)]
			if last.kind == "unknown" && len(inner) > 0 && !last.off && len(stack) < 20 {
				last.kind = ""
				again := bytes.Clone(inner)
				inner = inner[:0]
				c.sheet(again, base, last)
			}
			if last.kind == "property" {
				c.register(last.name, string(inner))
			}
			if f := last.face; f != nil && f.family != "" {
				c.faces[f.family] = *f
			}
		case css.BeginRulesetGrammar, css.QualifiedRuleGrammar:
			next := *top
			next.kind, next.decls = "", nil
			switch {
			case top.kind == "keyframes":
				next.decls = new([]declaration)
			case !spoiled && !top.off && c.rules < maxRules:
				c.begins(p.Values(), *top, &next)
			}
			stack, spoiled = append(stack, next), false
		case css.EndRulesetGrammar:
			last := *top
			stack = stack[:max(len(stack)-1, 1)]
			if outer := stack[len(stack)-1]; outer.kind == "keyframes" && last.decls != nil && len(*last.decls) > 0 {
				c.keyframes[outer.name] = append(c.keyframes[outer.name], *last.decls...)
			}
		case css.DeclarationGrammar:
			name := lower(data)
			switch {
			case top.face != nil:
				top.face.declare(name, p.Values())
			case top.decls != nil:
				*top.decls = declare(*top.decls, name, p.Values(), c.quirks)
			}
		case css.CustomPropertyGrammar:
			if top.decls != nil {
				*top.decls = declareCustom(*top.decls, string(data), p.Values())
			}
		}
	}
}

// register notes the value that a custom property has where nobody gives it one.
func (c *Cascade) register(name, body string) {
	for _, d := range split(body, ';') {
		if key, val, ok := strings.Cut(d, ":"); ok && strings.TrimSpace(strings.ToLower(key)) == "initial-value" {
			if c.initial == nil {
				c.initial = map[string]string{}
			}
			c.initial[name] = strings.TrimSpace(val)
		}
	}
}

// withoutLists leaves out the definitions of lists that Word writes by the hundred, which no browser knows.
func withoutLists(body []byte) []byte {
	var out []byte
	for {
		i := bytes.Index(body, []byte("@list "))
		if i < 0 {
			break
		}
		j := bytes.IndexByte(body[i:], '}')
		if j < 0 || bytes.Count(body[i:i+j], []byte("{")) != 1 || bytes.IndexByte(body[i:i+j], '*') >= 0 {
			break
		}
		out = append(out, body[:i]...)
		body = body[i+j+1:]
	}
	if out == nil {
		return body
	}
	return append(out, body...)
}

// begin gives the context inside an at-rule.
func (c *Cascade) begin(name string, tokens []css.Token, in context) context {
	next := in
	next.kind = strings.TrimPrefix(name, "@")
	prelude, _ := text(tokens)
	switch name {
	case "@media":
		is := media(prelude)
		next.off, next.unsure = in.off || is == no, in.unsure || is == perhaps
	case "@supports":
		is := supports(prelude)
		next.off, next.unsure = in.off || is == no, in.unsure || is == perhaps
	case "@layer":
		next.layer = c.layerName(in.layer, prelude)
	case "@font-face":
		next.face = &face{digits: true, words: true}
		next.decls = nil
	case "@keyframes", "@-webkit-keyframes":
		next.kind, next.name = "keyframes", unquote(prelude)
	case "@container", "@scope":
		next.kind, next.unsure = "unknown", true
	case "@property":
		next.kind, next.name, next.off, next.decls = "property", prelude, true, nil
	default: // @page, @starting-style, Word's @list: nothing that a page shows in a browser
		next.off, next.decls = true, nil
	}
	return next
}

// statement reads an at-rule without a body.
func (c *Cascade) statement(name string, tokens []css.Token, base string, in context) {
	prelude, _ := text(tokens)
	switch strings.ToLower(name) {
	case "@layer":
		for _, l := range split(prelude, ',') {
			c.layerName(in.layer, l)
		}
	case "@import":
		fs := fields(prelude)
		if len(fs) == 0 || in.off {
			return
		}
		ref := unquote(fs[0])
		if name, arg, is := function(fs[0]); is && name == "url" {
			ref = unquote(arg)
		}
		for len(fs) > 1 && (strings.HasPrefix(fs[1], "layer") || strings.HasPrefix(fs[1], "supports")) {
			if name, arg, is := function(fs[1]); is && name == "layer" {
				in.layer = c.layerName(in.layer, arg)
			} else if is && supports("("+arg+")") == no {
				return
			} else if !is {
				in.layer = c.layerName(in.layer, "")
			}
			fs = fs[1:]
		}
		is := media(strings.Join(fs[1:], " "))
		if is == no {
			return
		}
		in.unsure = in.unsure || is == perhaps
		c.imports++
		c.linked(resolve(base, ref), in)
	}
}

// linked reads a sheet that lies elsewhere, if its bytes are here.
func (c *Cascade) linked(ref string, in context) {
	if rest, is := strings.CutPrefix(ref, "data:"); is {
		head, data, _ := strings.Cut(rest, ",")
		if body, ok := dataURL(head, data); ok {
			c.sheet(body, "", in)
		}
		return
	}
	if c.open != nil && c.imports <= maxImports {
		if body, err := c.open(ref); err == nil {
			c.sheet(bytes.TrimPrefix(body, []byte("\ufeff")), ref, in)
			return
		}
	}
	c.missing = append(c.missing, ref)
}

func resolve(base, ref string) string {
	if base == "" || strings.HasPrefix(ref, "data:") {
		return ref
	}
	b, err := url.Parse(base)
	if err != nil {
		return ref
	}
	u, err := url.Parse(ref)
	if err != nil {
		return ref
	}
	if b.Scheme == "" && b.Host == "" && !strings.HasPrefix(b.Path, "/") { // itself beside a page whose address is not known here
		if u.Scheme == "" && u.Host == "" && !strings.HasPrefix(u.Path, "/") {
			u.Path, u.RawPath = path.Join(path.Dir(b.Path), u.Path), ""
		}
		return u.String()
	}
	return b.ResolveReference(u).String()
}

// layerName gives the full name of a layer and remembers when it was first met: later layers win.
func (c *Cascade) layerName(outer, name string) string {
	name = strings.TrimSpace(name)
	if name == "" {
		name = "\x00" + strconv.Itoa(len(c.layers))
	}
	if outer != "" {
		name = outer + "." + name
	}
	if _, ok := c.layers[name]; !ok {
		c.layers[name] = len(c.layers) + 1
	}
	return name
}

const noLayer = 1 << 20

// begins makes the context inside a rule. A rule that speaks of nothing in the page is not looked at further.
func (c *Cascade) begins(tokens []css.Token, in context, next *context) {
	if in.unread != nil {
		var outer []string
		for _, s := range selectors(in.unread, in.selectors) {
			outer = append(outer, s.text)
		}
		in.selectors, in.unread = outer, nil
		next.selectors, next.unread = outer, nil
	}
	if c.names == nil {
		c.names = namesOf(c.root)
	}
	if !c.names.meet(tokens) {
		next.unread = slices.Clone(tokens)
		return
	}
	next.decls = new([]declaration)
	next.selectors = c.add(tokens, &in, next.decls)
}

// add indexes the selectors of a rule, and gives them for rules nested in it.
func (c *Cascade) add(tokens []css.Token, in *context, decls *[]declaration) []string {
	layer := noLayer
	if in.layer != "" {
		layer = c.layers[in.layer]
	}
	var texts []string
	var known []selector
	for _, s := range selectors(tokens, in.selectors) {
		texts = append(texts, s.text)
		sel, ok := compile(s.text)
		if sel.invalid {
			return nil
		}
		if !ok {
			continue
		}
		if strings.Contains(s.weight, ":where(") {
			sel.specificity = weightOf(s.weight)
		}
		known = append(known, sel)
	}
	for _, sel := range known {
		c.rules++
		c.index(&rule{selector: sel, decls: decls, layer: layer, order: c.rules, unsure: in.unsure || sel.unsure})
	}
	return texts
}

func (f *face) declare(name string, tokens []css.Token) {
	raw, _ := text(tokens)
	switch name {
	case "font-family":
		f.family = strings.ToLower(unquote(raw))
	case "src":
		f.remote = strings.Contains(raw, "url(")
	case "unicode-range":
		f.digits, f.words = false, false
		for _, t := range split(raw, ',') {
			f.digits = f.digits || covers(t, '0', '9')
			f.words = f.words || covers(t, '一', '\u9fff')
		}
	}
}

// covers reports whether a range such as u+20-7f, u+3? has one of the characters from first to last in it.
func covers(s string, first, last uint64) bool {
	s = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(s)), "u+")
	from, to, two := strings.Cut(s, "-")
	if !two {
		to = strings.ReplaceAll(from, "?", "f")
		from = strings.ReplaceAll(from, "?", "0")
	}
	a, err1 := strconv.ParseUint(from, 16, 32)
	b, err2 := strconv.ParseUint(to, 16, 32)
	return err1 != nil || err2 != nil || a <= last && b >= first
}

// An answer is one of three.
type answer uint8

const (
	no answer = iota
	perhaps
	yes
)

func (a answer) not() answer { return yes - a }

// media evaluates a list of media queries for a screen of 1280 pixels.
func media(s string) answer {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" {
		return yes
	}
	is := no
	for _, q := range split(s, ',') {
		is = max(is, mediaQuery(q))
	}
	return is
}

func mediaQuery(q string) answer {
	q = strings.TrimSpace(q)
	negated := false
	if rest, is := strings.CutPrefix(q, "not "); is && !strings.HasPrefix(strings.TrimSpace(rest), "(") {
		negated, q = true, rest
	}
	q = strings.TrimPrefix(q, "only ")
	is := condition(q, func(s string) answer {
		switch s {
		case "all", "screen":
			return yes
		case "print", "speech", "tty", "tv", "projection", "handheld", "braille", "embossed", "aural":
			return no
		}
		if !strings.HasPrefix(s, "(") {
			return no
		}
		return feature(strings.TrimSpace(s[1 : len(s)-1]))
	})
	if negated {
		return is.not()
	}
	return is
}

// condition evaluates terms joined by and, or, not, with brackets.
func condition(s string, term func(string) answer) answer {
	spaced := strings.NewReplacer("and(", "and (", "or(", "or (", "not(", "not (", ")and", ") and", ")or", ") or").Replace(s)
	is, op, negate := yes, "and", false
	for _, f := range fields(spaced) {
		switch f {
		case "and", "or":
			op = f
			continue
		case "not":
			negate = true
			continue
		}
		v := perhaps
		inner := ""
		if strings.HasPrefix(f, "(") && strings.HasSuffix(f, ")") {
			inner = strings.TrimSpace(f[1 : len(f)-1])
		}
		if strings.HasPrefix(inner, "(") || strings.HasPrefix(inner, "not ") || strings.HasPrefix(inner, "not(") {
			if len(inner) < len(s) {
				v = condition(inner, term)
			}
		} else {
			v = term(f)
		}
		if negate {
			v, negate = v.not(), false
		}
		if op == "or" {
			is = max(is, v)
		} else {
			is = min(is, v)
		}
	}
	return is
}

// feature evaluates one question about the screen.
func feature(s string) answer {
	s = strings.ReplaceAll(s, " ", "")
	truth := func(b bool) answer {
		if b {
			return yes
		}
		return no
	}
	if name, val, is := strings.Cut(s, ":"); is {
		size := map[string]float64{"width": windowWidth, "device-width": windowWidth, "height": windowHeight,
			"device-height": windowHeight, "inline-size": windowWidth}
		bare := strings.TrimPrefix(strings.TrimPrefix(name, "min-"), "max-")
		if have, is := size[bare]; is {
			l, ok := parseLength(val)
			if !ok || l.unit == percent || l.unit == unknown {
				return perhaps
			}
			want := l.pixels(mediumFont, 0)
			switch {
			case bare == name:
				return truth(want == have)
			case name[:3] == "min":
				return truth(have >= want)
			}
			return truth(have <= want)
		}
		switch name {
		case "orientation":
			return truth(val == "landscape")
		case "prefers-color-scheme":
			return truth(val == "light")
		case "prefers-reduced-motion", "prefers-contrast", "prefers-reduced-transparency", "forced-colors",
			"inverted-colors", "prefers-reduced-data":
			return truth(val == "no-preference" || val == "none")
		case "hover", "any-hover":
			return truth(val == "hover")
		case "pointer", "any-pointer":
			return truth(val == "fine")
		case "-webkit-min-device-pixel-ratio", "min-resolution", "min-device-pixel-ratio":
			n, err := strconv.ParseFloat(strings.TrimRight(val, "dpix"), 64)
			return truth(err == nil && (n <= 1 || strings.HasSuffix(val, "dpi") && n <= 96))
		case "-ms-high-contrast", "-moz-touch-enabled":
			return no
		case "scripting":
			return truth(val == "enabled")
		case "display-mode":
			return truth(val == "browser")
		case "grid":
			return truth(val == "0")
		}
		return perhaps
	}
	if strings.ContainsAny(s, "<>=") {
		return between(s)
	}
	switch s {
	case "width", "height", "color", "hover", "any-hover", "pointer", "any-pointer", "resolution", "scripting":
		return yes
	case "monochrome", "grid", "color-index", "-ms-high-contrast":
		return no
	}
	return perhaps
}

// between evaluates 400px <= width < 1300px.
func between(s string) answer {
	var ops, terms []string
	from := 0
	for i := 0; i < len(s); i++ {
		if strings.IndexByte("<>=", s[i]) < 0 {
			continue
		}
		j := i + 1
		if j < len(s) && s[j] == '=' {
			j++
		}
		terms, ops = append(terms, s[from:i]), append(ops, s[i:j])
		from, i = j, j-1
	}
	terms = append(terms, s[from:])
	nums := make([]float64, len(terms))
	for i, t := range terms {
		switch t {
		case "width", "device-width":
			nums[i] = windowWidth
		case "height", "device-height":
			nums[i] = windowHeight
		default:
			l, ok := parseLength(t)
			if !ok || l.unit == percent || l.unit == unknown {
				return perhaps
			}
			nums[i] = l.pixels(mediumFont, 0)
		}
	}
	for i, op := range ops {
		a, b := nums[i], nums[i+1]
		if ok := map[string]bool{"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "=": a == b}[op]; !ok {
			return no
		}
	}
	return yes
}

// supports evaluates @supports: that a property is known to a browser is taken from its being known here; of others
// nobody says.
func supports(s string) answer {
	return condition(strings.ToLower(strings.TrimSpace(s)), func(t string) answer {
		if name, _, is := function(t); is && name == "selector" {
			return perhaps
		}
		if !strings.HasPrefix(t, "(") {
			return perhaps
		}
		name, val, is := strings.Cut(t[1:len(t)-1], ":")
		name, val = strings.TrimSpace(name), strings.TrimSpace(val)
		switch {
		case !is:
			return perhaps
		case strings.HasPrefix(name, "-ms-") || strings.HasPrefix(name, "-moz-") || strings.HasPrefix(name, "-o-"):
			return no
		case strings.HasPrefix(name, "--"):
			return yes
		}
		if p, known := names[name]; known {
			if _, ok := readValue(p, val, false); ok {
				return yes
			}
			return no
		}
		if shorthands[name] {
			return yes
		}
		return perhaps
	})
}
