package crawl

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"
)

// What a script of a page opens stands in it as data: the nodes of a tree, the entries of an array, and functions that
// put an address together of what they are given, or set a field of a form and send it. None of it is run: objects and
// calls are read as they stand, and of a function that a click calls, the address is worked out with its arguments.

// mostClicks is how many of the elements of a page that call functions are looked at.
const mostClicks = 400

// opened takes the links that the scripts of a page hold as data, and those that its functions open.
func (p *Page) opened(doc *goquery.Document, inline string, base *url.URL) {
	if !p.Column && p.Kind != KindList && !p.Report || len(inline) > 1<<20 {
		return
	}
	clicks := doc.Find("[onclick], a[href^='javascript:'], a[href^='JavaScript:']")
	holds := !p.Report && (dataIn.MatchString(inline))
	if !holds && !callsOwn(clicks, inline) {
		return
	}
	g := &program{page: p.URL, inputs: map[string]string{}, values: map[string][]js.IExpr{}, busy: map[string]bool{},
		functions: map[string]*js.FuncDecl{}, steps: 100_000}
	for _, code := range p.inline {
		ast, err := js.Parse(parse.NewInputString(code), js.Options{})
		if err != nil && ast == nil {
			continue
		}
		js.Walk(g, ast)
	}
	if holds {
		p.held(g, base)
	}
	if len(g.functions) == 0 {
		return
	}
	clicks.EachWithBreak(func(i int, s *goquery.Selection) bool {
		p.clicked(g, doc, s, base)
		return i < mostClicks
	})
}

// callsOwn tells that one of the elements calls a function that the page's scripts may hold.
func callsOwn(clicks *goquery.Selection, inline string) (calls bool) {
	clicks.EachWithBreak(func(i int, s *goquery.Selection) bool {
		m := callIn.FindStringSubmatch(firstNonEmpty(s.AttrOr("onclick", ""), s.AttrOr("href", "")))
		calls = m != nil && strings.Contains(inline, m[1])
		return !calls && i < mostClicks
	})
	return calls
}

var callIn = regexp.MustCompile(`^\s*(?:(?i:javascript)\s*:)?\s*(?:return\s+)?([\w$]+)\s*\(`)

var dataIn = regexp.MustCompile(`(?i)["']?(?:url|link|href|path|linkurl|infourl|docurl)["']?\s*:\s*["'/]|` +
	`\.add\(|\.push\(\s*\[|new\s+Array|=\s*\[\s*\[`)

// held takes the entries that stand as objects, or as the arguments of calls, in the scripts of a list.
func (p *Page) held(g *program, base *url.URL) {
	take := func(words, ref string) {
		at := Canonical(base, ref)
		words = strings.TrimSpace(tagsOut.ReplaceAllString(words, ""))
		if at == "" || words == "" {
			return
		}
		r, score, why := role(words, "", at, p)
		if r == RoleReport {
			p.entries = append(p.entries, at)
			p.List.Rows++
		}
		if r == RoleReport || r == RoleColumn && score >= 80 || r == "" {
			p.Links = append(p.Links, Link{URL: at, Words: words, Role: r, Score: score, Why: why})
		}
	}
	for _, o := range g.objects {
		words, ref := "", ""
		for _, x := range o.List {
			if x.Name == nil || x.Name.Computed != nil {
				continue
			}
			e, ok := x.Value.(*js.LiteralExpr)
			if !ok || e.TokenType != js.StringToken {
				continue
			}
			switch fields[strings.ToLower(nameOf(x.Name.Literal))] {
			case fieldTitle:
				words = firstNonEmpty(words, unquoteJS(e.Data))
			case fieldAddress:
				ref = firstNonEmpty(ref, unquoteJS(e.Data))
			}
		}
		if words != "" && ref != "" {
			take(words, ref)
		}
	}
	texts := func(all []js.IExpr) {
		words, ref := "", ""
		for _, x := range all {
			e, ok := x.(*js.LiteralExpr)
			if !ok || e.TokenType != js.StringToken {
				continue
			}
			switch s := unquoteJS(e.Data); {
			case words == "" && strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
				words = s
			case ref == "" && (addressLike(s) || pageFile.MatchString(s)):
				ref = s
			}
		}
		if words != "" && ref != "" {
			take(words, ref)
		}
	}
	for _, c := range g.calls {
		if last := lastName(c.X); last == "add" || last == "push" || last == "Array" || last == "insert" {
			var all []js.IExpr
			for _, a := range c.Args.List {
				all = append(all, a.Value)
			}
			texts(all)
		}
	}
	for _, a := range g.arrays {
		var all []js.IExpr
		for _, x := range a.List {
			all = append(all, x.Value)
		}
		texts(all)
	}
}

var pageFile = regexp.MustCompile(`(?i)^[\w\-./]+\.(?:s?html?|jsp|aspx?|php|do|pdf|docx?|wps|ofd)(?:\?[^\s]*)?$`)

// clicked works out what the function opens that an element calls.
func (p *Page) clicked(g *program, doc *goquery.Document, s *goquery.Selection, base *url.URL) {
	code := firstNonEmpty(s.AttrOr("onclick", ""), s.AttrOr("href", ""))
	code = strings.TrimSpace(code)
	if i := strings.IndexByte(code, ':'); i > 0 && strings.EqualFold(code[:i], "javascript") {
		code = code[i+1:]
	}
	if code == "" || len(code) > 300 || !strings.Contains(code, "(") {
		return
	}
	ast, err := js.Parse(parse.NewInputString(strings.ReplaceAll(code, "return ", "")), js.Options{})
	if err != nil {
		return
	}
	called := &program{values: map[string][]js.IExpr{}, functions: map[string]*js.FuncDecl{}}
	js.Walk(called, ast)
	words := strings.Join(strings.Fields(firstNonEmpty(s.AttrOr("title", ""), s.Text())), " ")
	if len([]rune(words)) > 120 {
		return
	}
	for _, c := range called.calls {
		name, ok := c.X.(*js.Var)
		if !ok {
			continue
		}
		f := g.functions[string(name.Data)]
		if f == nil {
			continue
		}
		g.bound = map[string]any{}
		for i, x := range f.Params.List {
			if v, ok := x.Binding.(*js.Var); ok && i < len(c.Args.List) {
				g.bound[string(v.Data)] = g.known(c.Args.List[i].Value, "")
			}
		}
		at, form := g.opens(f, doc, base)
		g.bound = nil
		if at == "" {
			continue
		}
		if nextWord.MatchString(strings.ReplaceAll(words, " ", "")) && !p.Report {
			if at != p.URL.String() || form != "" {
				score := 44
				if p.Column {
					score = 88
				}
				p.Links = append(p.Links, Link{URL: at, Form: form, Words: p.Title, Role: RoleNext, Score: score})
			}
			return
		}
		r, score, why := role(words, "", at, p)
		if r == RoleReport {
			p.entries = append(p.entries, at)
			p.List.Rows++
		}
		p.Links = append(p.Links, Link{URL: at, Form: form, Words: words, Role: r, Score: score, Why: why})
		return
	}
}

// A body is what a function does, as far as it opens an address.
type body struct {
	open  []js.IExpr // addresses
	set   map[string]js.IExpr
	sends string // name of the form that is sent; "" = none
	send  bool
}

// Enter collects what opens, sets and sends.
func (b *body) Enter(n js.INode) js.IVisitor {
	switch x := n.(type) {
	case *js.BinaryExpr:
		if x.Op != js.EqToken {
			break
		}
		name := dotted(x.X)
		switch {
		case opensPage.MatchString(name):
			b.open = append(b.open, x.Y)
		case strings.HasSuffix(name, ".value"):
			if d, ok := x.X.(*js.DotExpr); ok {
				if of := elementOf(d.X); of != "" {
					b.set[of] = x.Y
				}
			}
		}
	case *js.CallExpr:
		name := dotted(x.X)
		switch last := name[strings.LastIndexByte(name, '.')+1:]; {
		case len(x.Args.List) > 0 && (name == "open" || name == "window.open" || strings.HasSuffix(name, "location.replace") ||
			strings.HasSuffix(name, "location.assign")):
			b.open = append(b.open, x.Args.List[0].Value)
		case last == "val" && len(x.Args.List) == 1:
			if d, ok := x.X.(*js.DotExpr); ok {
				if of := elementOf(d.X); of != "" {
					b.set[of] = x.Args.List[0].Value
				}
			}
		case last == "submit":
			if d, ok := x.X.(*js.DotExpr); ok {
				b.send, b.sends = true, elementOf(d.X)
			}
		}
	}
	return b
}

// Exit has nothing to do.
func (b *body) Exit(js.INode) {}

var opensPage = regexp.MustCompile(`(?:^|\.)location(?:\.href)?$`)

// elementOf is the name or id of an element that a script names: document.form1.page, $("#page"), getElementById("page").
func elementOf(x js.IExpr) string {
	if c, ok := x.(*js.CallExpr); ok && len(c.Args.List) == 1 {
		if e, ok := c.Args.List[0].Value.(*js.LiteralExpr); ok && e.TokenType == js.StringToken {
			s := strings.TrimLeft(unquoteJS(e.Data), "#")
			if m := inputNamed.FindStringSubmatch(s); m != nil {
				return m[1]
			}
			return s
		}
		return ""
	}
	if i, ok := x.(*js.IndexExpr); ok {
		if e, ok := i.Y.(*js.LiteralExpr); ok && e.TokenType == js.StringToken {
			return unquoteJS(e.Data)
		}
		return ""
	}
	return lastName(x)
}

// opens works out the address that a function opens, its parameters being bound.
func (g *program) opens(f *js.FuncDecl, doc *goquery.Document, base *url.URL) (at, form string) {
	b := &body{set: map[string]js.IExpr{}}
	js.Walk(b, &f.Body)
	for _, x := range b.open {
		ref := texted(g.known(x, ""))
		if ref == "" || strings.HasPrefix(strings.ToLower(ref), "javascript:") {
			continue
		}
		if at = Canonical(base, ref); at != "" {
			return at, ""
		}
	}
	if !b.send {
		return "", ""
	}
	var sent *goquery.Selection
	doc.Find("form").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		if b.sends != "" && (s.AttrOr("id", "") == b.sends || s.AttrOr("name", "") == b.sends) || b.sends == "" || b.sends == "form" {
			sent = s
		}
		return sent == nil
	})
	if sent == nil {
		return "", ""
	}
	values := url.Values{}
	ids := map[string]string{}
	sent.Find("input[name]").Each(func(_ int, in *goquery.Selection) {
		name := in.AttrOr("name", "")
		switch strings.ToLower(in.AttrOr("type", "text")) {
		case "submit", "button", "image", "checkbox", "radio", "password", "file":
			return
		}
		values.Set(name, in.AttrOr("value", ""))
		ids[in.AttrOr("id", name)], ids[name] = name, name
	})
	changed := false
	for of, x := range b.set {
		v := g.known(x, "")
		if name := ids[of]; name != "" && v != nil {
			values.Set(name, texted(v))
			changed = true
		}
	}
	if !changed {
		return "", ""
	}
	at = Canonical(base, firstNonEmpty(sent.AttrOr("action", ""), base.String()))
	if at == "" {
		return "", ""
	}
	if strings.EqualFold(sent.AttrOr("method", ""), "post") {
		return at, values.Encode()
	}
	sep := "?"
	if strings.Contains(at, "?") {
		sep = "&"
	}
	return at + sep + values.Encode(), ""
}
