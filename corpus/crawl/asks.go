package crawl

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"

	"github.com/gongkai/gongkai/corpus/weburl"
)

// What a page asks interfaces for stands in its scripts, and no two systems write it alike: $.ajax({url, data}),
// axios.post(url, {…}), fetch(url, {method, body}), a helper of their own. The scripts are not run. They are parsed, the
// calls that name an address are found, and their arguments are worked out as far as they are made of what stands still:
// texts, sums of texts, objects, variables that are given a value once, the page's own address and hidden inputs. What
// counts pages is 1, for the answer to say how it goes on. What remains open is empty, as the conditions of a search are
// at first; but where that would name a column, another list would come, and nothing is asked.
//
// It is wrong where a variable is given several values that matter, or where a request is signed.

// An asking is one request that a page's scripts make.
type asking struct {
	at, form string
	paged    bool // one of its arguments counts pages
	article  bool // it asks for the article that the page's address names
}

// mostAskings is how many requests are taken from the scripts of one page.
const mostAskings = 6

var (
	pageCount = regexp.MustCompile(`(?i)^(?:page|pageno|pagenum|page_?index|pagenumber|current|currentpage|curpage|currpage|p|n|i|` +
		`num|index|nowpage|cur|pn|pageindex1)$`)
	pageSizes = regexp.MustCompile(`(?i)^(?:size|page_?size|limit|rows|per_?page|prepage|pernum|count|num_?per_?page)$`)
	articleID = regexp.MustCompile(`(?i)^(?:id|(?:art|article|info|content|doc|news)_?id|guid|uuid|infoguid)$`)
	columnID  = regexp.MustCompile(`(?i)(?:channel|column|site|cat|catalog|category|class|type|unit|web|org|dept|list|node|menu)` +
		`\w*(?:id|guid|num|code|sql|no)s?$|^(?:cid|pid|chnl|classsql|code)$`)
	notAsked = regexp.MustCompile(`(?i)login|logout|captcha|verify|counter|visit|click|hits?\b|stat(?:istics?)?\b|weather|track|` +
		`token|/log\b|share|comment|vote|survey|mail|message|upload|suggest|online|chat|pv\b|jiucuo`)
)

// A program is what is known of the scripts of a page while its requests are looked for.
type program struct {
	page      *url.URL
	inputs    map[string]string // values of its inputs, by id and by name
	values    map[string][]js.IExpr
	busy      map[string]bool // names that are being worked out
	steps     int             // so many are left
	calls     []*js.CallExpr
	objects   []*js.ObjectExpr
	arrays    []*js.ArrayExpr
	functions map[string]*js.FuncDecl
	bound     map[string]any                     // parameters of the function at hand
	used      struct{ page, article, open bool } // by the arguments of the call at hand
}

// mostNodes is how many calls, objects and arrays of a page's scripts are kept.
const mostNodes = 4000

// Enter collects assignments and calls.
func (g *program) Enter(n js.INode) js.IVisitor {
	keep := func(name string, x js.IExpr) {
		if name != "" && x != nil && len(g.values[name]) < 4 {
			g.values[name] = append(g.values[name], x)
		}
	}
	switch x := n.(type) {
	case *js.BindingElement:
		if v, ok := x.Binding.(*js.Var); ok {
			keep(string(v.Data), x.Default)
			if f, ok := x.Default.(*js.FuncDecl); ok && g.functions != nil {
				g.functions[string(v.Data)] = f
			}
		}
	case *js.BinaryExpr:
		if x.Op == js.EqToken {
			keep(lastName(x.X), x.Y)
			if f, ok := x.Y.(*js.FuncDecl); ok && g.functions != nil {
				g.functions[lastName(x.X)] = f
			}
		}
	case *js.Property:
		if x.Name != nil && x.Name.Computed == nil {
			keep(nameOf(x.Name.Literal), x.Value)
		}
	case *js.CallExpr:
		if len(g.calls) < mostNodes {
			g.calls = append(g.calls, x)
		}
	case *js.NewExpr:
		if x.Args != nil && len(g.calls) < mostNodes {
			g.calls = append(g.calls, &js.CallExpr{X: x.X, Args: *x.Args})
		}
	case *js.ObjectExpr:
		if len(g.objects) < mostNodes {
			g.objects = append(g.objects, x)
		}
	case *js.ArrayExpr:
		if len(g.arrays) < mostNodes {
			g.arrays = append(g.arrays, x)
		}
	case *js.FuncDecl:
		if x.Name != nil && g.functions != nil {
			g.functions[string(x.Name.Data)] = x
		}
	}
	return g
}

// Exit has nothing to do.
func (g *program) Exit(js.INode) {}

// askings finds what the scripts of a page ask for. A script that cannot be parsed is passed over.
func askings(page *url.URL, doc *goquery.Document, scripts []string) (out []asking) {
	g := &program{page: page, inputs: map[string]string{}, values: map[string][]js.IExpr{}, busy: map[string]bool{}, steps: 200_000}
	if doc != nil {
		doc.Find("input[value]").Each(func(_ int, s *goquery.Selection) {
			for _, n := range []string{s.AttrOr("id", ""), s.AttrOr("name", "")} {
				if n != "" {
					g.inputs[n] = s.AttrOr("value", "")
				}
			}
		})
	}
	for _, code := range scripts {
		if len(code) > 2<<20 {
			continue
		}
		ast, err := js.Parse(parse.NewInputString(code), js.Options{})
		if err != nil && ast == nil {
			continue
		}
		js.Walk(g, ast)
	}
	seen := map[string]bool{}
	for _, c := range g.calls {
		a, ok := g.request(c)
		if !ok || seen[a.at+"\n"+a.form] || len(out) >= mostAskings {
			continue
		}
		seen[a.at+"\n"+a.form] = true
		out = append(out, a)
	}
	return out
}

// request reads a call as one that asks for data.
func (g *program) request(c *js.CallExpr) (asking, bool) {
	if len(c.Args.List) == 0 {
		return asking{}, false
	}
	name := strings.ToLower(dotted(c.X))
	last := name[strings.LastIndexByte(name, '.')+1:]
	g.used.page, g.used.article, g.used.open = false, false, false
	var ref, method string
	var data any
	asJSON := strings.Contains(name, "axios") || strings.Contains(name, "http") || strings.Contains(name, "fetch") ||
		strings.Contains(name, "request") || !strings.Contains(name, ".")
	first := c.Args.List[0].Value
	switch o := first.(type) {
	case *js.ObjectExpr:
		at := field1(o, "url")
		if at == nil {
			return asking{}, false
		}
		ref = texted(g.value(at, "url"))
		method = strings.ToUpper(texted(g.optional(o, "method", "type")))
		for _, n := range []string{"data", "params", "body", "query"} {
			if x := field1(o, n); x != nil {
				data = g.value(x, n)
				if n == "params" && method == "" {
					method = "GET"
				}
				break
			}
		}
		if kind := texted(g.optional(o, "contentType")); kind != "" {
			asJSON = strings.Contains(kind, "json")
		}
	default:
		ref = texted(g.value(first, "url"))
		if last == "open" && len(c.Args.List) > 1 && strings.EqualFold(ref, "GET") { // XMLHttpRequest
			ref, method = texted(g.value(c.Args.List[1].Value, "url")), "GET"
			break
		}
		if len(c.Args.List) > 1 {
			data = g.value(c.Args.List[1].Value, "data")
		}
		method = "GET"
		if strings.Contains(last, "post") {
			method = "POST"
		}
		if o, ok := data.(map[string]any); ok && method == "GET" {
			switch { // the options of a fetch, or of an axios.get
			case strings.Contains(name, "fetch") || o["method"] != nil:
				method, data = strings.ToUpper(texted(o["method"])), o["body"]
			case o["params"] != nil:
				data = o["params"]
			}
		}
	}
	if !addressLike(ref) || !mayBeData(ref) || notAsked.MatchString(ref) {
		return asking{}, false
	}
	switch last {
	case "ajax", "get", "post", "getjson", "load", "fetch", "request", "axios", "open", "$http", "http":
	default: // a helper of the page's own: what it is given says enough, or nothing
		if data == nil && !listAt.MatchString(ref) && !strings.Contains(ref, "api") || strings.Contains(last, "location") {
			return asking{}, false
		}
	}
	return g.made(ref, method, data, asJSON)
}

// made is the request itself.
func (g *program) made(ref, method string, data any, asJSON bool) (a asking, ok bool) {
	if g.used.open {
		return asking{}, false
	}
	a.at = whole(g.page, ref)
	if a.at == "" || !sameSite(a.at, g.page) {
		return asking{}, false
	}
	u, err := weburl.Parse(a.at)
	if err != nil {
		return asking{}, false
	}
	a.paged, a.article = g.used.page, g.used.article
	for n := range u.Query() {
		a.paged = a.paged || pageParameter.MatchString(n)
	}
	form := ""
	switch x := data.(type) {
	case map[string]any:
		v := url.Values{}
		for n, y := range x {
			v.Set(n, texted(y))
			a.paged = a.paged || pageParameter.MatchString(n)
		}
		if form = v.Encode(); method != "GET" && asJSON {
			b, err := json.Marshal(x)
			if err != nil {
				return asking{}, false
			}
			form = string(b)
		}
	case string:
		form = x
		_, _, counted := nextForm(x)
		a.paged = a.paged || counted
	}
	switch {
	case method == "POST" || method == "PUT" || method == "" && strings.HasPrefix(form, "{"):
		if a.form = form; form == "" {
			a.form = "_=" // a POST of nothing
		}
	case form != "" && !strings.HasPrefix(form, "{"):
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += form
		a.at = u.String()
	}
	return a, true
}

func addressLike(ref string) bool {
	if ref == "" || len(ref) > 500 || strings.ContainsAny(ref, " <>{}\n") || strings.HasPrefix(ref, "#") {
		return false
	}
	return strings.HasPrefix(ref, "/") || strings.HasPrefix(ref, "./") || strings.HasPrefix(ref, "../") ||
		strings.HasPrefix(ref, "http://") || strings.HasPrefix(ref, "https://") ||
		regexpEnd.MatchString(ref)
}

var regexpEnd = regexp.MustCompile(`^[\w\-./]+\.(?:jsp|do|action|json|aspx|ashx|php|xml)(?:\?|$)`)

func (g *program) optional(o *js.ObjectExpr, names ...string) any {
	for _, n := range names {
		if x := field1(o, n); x != nil {
			return g.value(x, n)
		}
	}
	return nil
}

// field1 is a property of an object that stands in the script.
func field1(o *js.ObjectExpr, name string) js.IExpr {
	for _, p := range o.List {
		if p.Name != nil && p.Name.Computed == nil && nameOf(p.Name.Literal) == name {
			return p.Value
		}
	}
	return nil
}

// value works an expression out; name is what its value is for. nil = it is not known.
func (g *program) value(x js.IExpr, name string) any {
	v := g.known(x, name)
	if v != nil {
		return v
	}
	switch own := lastName(x); {
	case pageCount.MatchString(name) || pageCount.MatchString(own):
		g.used.page = true
		return float64(1)
	case pageSizes.MatchString(name):
		return float64(15)
	case articleID.MatchString(name):
		if id := articleOf(g.page); id != "" {
			g.used.article = true
			return id
		}
		g.used.open = true
	case columnID.MatchString(name), name == "url":
		g.used.open = true
	}
	return nil
}

// articleOf is the number of the article that an address names: its id, or the end of its path.
func articleOf(u *url.URL) string {
	for n, v := range u.Query() {
		if articleID.MatchString(n) && len(v) > 0 {
			return v[0]
		}
	}
	base := path.Base(u.Path)
	if stem := strings.TrimSuffix(base, path.Ext(base)); strings.ContainsAny(stem, "0123456789") {
		return stem
	}
	return ""
}

// mostText is how long a text is that is worked out: addresses and parameters are short.
const mostText = 8000

func (g *program) known(x js.IExpr, name string) any {
	if g.steps--; g.steps < 0 {
		return nil
	}
	switch e := x.(type) {
	case *js.LiteralExpr:
		return literal(e)
	case *js.GroupExpr:
		return g.known(e.X, name)
	case *js.TemplateExpr:
		return g.template(e)
	case *js.BinaryExpr:
		return g.binary(e, name)
	case *js.CondExpr:
		if v := g.known(e.X, name); v != nil {
			return v
		}
		return g.known(e.Y, name)
	case *js.ObjectExpr:
		out := map[string]any{}
		for _, p := range e.List {
			if p.Name == nil {
				if more, ok := g.known(p.Value, "").(map[string]any); ok && p.Spread {
					maps.Copy(out, more)
				}
				continue
			}
			n := nameOf(p.Name.Literal)
			if v := g.value(p.Value, n); v != nil {
				out[n] = v
			} else {
				out[n] = ""
			}
		}
		return out
	case *js.ArrayExpr:
		out := []any{}
		for _, y := range e.List {
			out = append(out, g.known(y.Value, ""))
		}
		return out
	case *js.NewExpr: // new URLSearchParams({…})
		if e.Args != nil && len(e.Args.List) == 1 && lastName(e.X) == "URLSearchParams" {
			return encoded(g.value(e.Args.List[0].Value, "data"))
		}
	case *js.CallExpr:
		return g.called(e)
	case *js.Var:
		return g.named(string(e.Data))
	case *js.DotExpr:
		return g.dot(e)
	}
	return nil
}

func (g *program) template(e *js.TemplateExpr) any {
	var b strings.Builder
	for _, p := range e.List {
		b.WriteString(strings.TrimSuffix(strings.TrimLeft(string(p.Value), "`}"), "${"))
		v := g.value(p.Expr, partName(b.String()))
		if v == nil {
			return nil
		}
		if b.WriteString(texted(v)); b.Len() > mostText {
			return nil
		}
	}
	b.WriteString(strings.TrimSuffix(strings.TrimPrefix(string(e.Tail), "}"), "`"))
	return strings.TrimPrefix(b.String(), "`")
}

// partName is the name of the parameter that a text ends with the beginning of: "…&page=" is page.
func partName(s string) string {
	if m := parameterEnd.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

var parameterEnd = regexp.MustCompile(`(\w+)=$`)

func (g *program) binary(e *js.BinaryExpr, name string) any {
	switch e.Op {
	case js.AddToken:
		a := g.known(e.X, name)
		if a == nil && baseName.MatchString(lastName(e.X)) {
			a = ""
		}
		if a == nil {
			if a = g.value(e.X, name); a == nil {
				return nil
			}
		}
		b := g.value(e.Y, partName(texted(a)))
		if b == nil {
			if partName(texted(a)) == "" {
				return nil
			}
			b = "" // a condition that is not set
		}
		if x, ok := a.(float64); ok {
			if y, ok := b.(float64); ok {
				return x + y
			}
		}
		if s := texted(a) + texted(b); len(s) <= mostText {
			return s
		}
		return nil
	case js.OrToken, js.NullishToken:
		if a := g.known(e.X, name); a != nil && a != "" {
			return a
		}
		return g.known(e.Y, name)
	case js.CommaToken:
		return g.known(e.Y, name)
	}
	return nil
}

// baseName names what stands before paths and is empty on most sites: a base, a root, a context.
var baseName = regexp.MustCompile(`(?i)base|root|ctx|context|host|domain|origin|prefix|server|webpath`)

func (g *program) called(e *js.CallExpr) any {
	name := dotted(e.X)
	last := name[strings.LastIndexByte(name, '.')+1:]
	switch last {
	case "encodeURIComponent", "encodeURI", "escape", "String", "parseInt", "Number", "trim", "toString", "stringify", "parse",
		"assign", "extend":
	case "val", "attr":
		if d, ok := e.X.(*js.DotExpr); ok && last == "val" {
			if c, ok := d.X.(*js.CallExpr); ok && len(c.Args.List) == 1 {
				sel := strings.TrimLeft(texted(g.known(c.Args.List[0].Value, "")), "#")
				if m := inputNamed.FindStringSubmatch(sel); m != nil {
					sel = m[1]
				}
				if v, ok := g.inputs[sel]; ok {
					return v
				}
			}
		}
		return nil
	default:
		return nil
	}
	var args []any
	for _, a := range e.Args.List {
		args = append(args, g.value(a.Value, ""))
	}
	switch {
	case len(args) == 0: // x.trim(), x.toString()
		if d, ok := e.X.(*js.DotExpr); ok {
			return g.known(d.X, "")
		}
	case last == "assign" || last == "extend":
		out := map[string]any{}
		for _, a := range args {
			if m, ok := a.(map[string]any); ok {
				maps.Copy(out, m)
			}
		}
		return out
	case last == "stringify" && strings.HasPrefix(strings.ToLower(name), "qs."):
		return encoded(args[0])
	case last == "stringify" && args[0] != nil:
		b, err := json.Marshal(args[0])
		if err == nil {
			return string(b)
		}
	case last == "encodeURIComponent" || last == "escape":
		if args[0] != nil {
			return url.QueryEscape(texted(args[0]))
		}
	case last == "encodeURI" || last == "String" || last == "parseInt" || last == "Number":
		return args[0]
	}
	return nil
}

var inputNamed = regexp.MustCompile(`^input\[(?:name|id)=['"]?([\w\-]+)['"]?\]$`)

// named is the value of a variable: the first one that it is given and that can be worked out.
func (g *program) named(name string) any {
	if v, ok := g.bound[name]; ok {
		return v
	}
	if g.busy[name] {
		return nil
	}
	g.busy[name] = true
	defer delete(g.busy, name)
	for _, x := range g.values[name] {
		if v := g.known(x, ""); v != nil {
			return v
		}
	}
	return nil
}

func (g *program) dot(e *js.DotExpr) any {
	name := dotted(e)
	switch strings.TrimPrefix(strings.TrimPrefix(name, "window."), "document.") {
	case "location.origin":
		return g.page.Scheme + "://" + g.page.Host
	case "location.host", "location.hostname":
		return g.page.Host
	case "location.protocol":
		return g.page.Scheme + ":"
	case "location.pathname":
		return g.page.Path
	case "location.search":
		if g.page.RawQuery != "" {
			return "?" + g.page.RawQuery
		}
		return ""
	}
	last := lastName(e)
	if strings.Contains(name, "route.") || strings.Contains(name, "params.") { // the address of the page says it
		if v := g.page.Query().Get(last); v != "" {
			return v
		}
		return nil
	}
	if last == "value" {
		if c, ok := e.X.(*js.CallExpr); ok && len(c.Args.List) == 1 && lastName(c.X) == "getElementById" {
			if v, ok := g.inputs[texted(g.known(c.Args.List[0].Value, ""))]; ok {
				return v
			}
		}
		return nil
	}
	if o, ok := g.known(e.X, "").(map[string]any); ok && o[last] != nil && o[last] != "" {
		return o[last]
	}
	return g.named(last)
}

func literal(e *js.LiteralExpr) any {
	switch e.TokenType {
	case js.StringToken:
		return unquoteJS(e.Data)
	case js.TrueToken:
		return true
	case js.FalseToken:
		return false
	case js.DecimalToken, js.IntegerToken:
		if f, err := strconv.ParseFloat(string(e.Data), 64); err == nil {
			return f
		}
	}
	return nil
}

// unquoteJS takes the quotes off a literal.
func unquoteJS(b []byte) string {
	if len(b) < 2 {
		return ""
	}
	b = b[1 : len(b)-1]
	if !bytes.Contains(b, []byte(`\`)) {
		return string(b)
	}
	var out strings.Builder
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' || i+1 >= len(b) {
			out.WriteByte(b[i])
			continue
		}
		i++
		switch c := b[i]; {
		case c == 'n':
			out.WriteByte('\n')
		case c == 't':
			out.WriteByte('\t')
		case c == 'r', c == '\n':
		case c == 'u' && i+4 < len(b):
			if n, err := strconv.ParseUint(string(b[i+1:i+5]), 16, 32); err == nil {
				out.WriteRune(rune(n))
				i += 4
			}
		case c == 'x' && i+2 < len(b):
			if n, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 32); err == nil {
				out.WriteRune(rune(n))
				i += 2
			}
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// texted writes a value as it stands in a query.
func texted(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// encoded writes an object as a form.
func encoded(v any) any {
	o, ok := v.(map[string]any)
	if !ok {
		return v
	}
	q := url.Values{}
	for _, n := range slices.Sorted(maps.Keys(o)) {
		q.Set(n, texted(o[n]))
	}
	return q.Encode()
}

func nameOf(e js.LiteralExpr) string {
	if e.TokenType == js.StringToken {
		return unquoteJS(e.Data)
	}
	return string(e.Data)
}

// lastName is the last part of a name: of a.b.c it is c.
func lastName(x js.IExpr) string {
	switch e := x.(type) {
	case *js.Var:
		return string(e.Data)
	case *js.DotExpr:
		return lastName(e.Y)
	case *js.LiteralExpr:
		return nameOf(*e)
	case js.LiteralExpr:
		return nameOf(e)
	case *js.GroupExpr:
		return lastName(e.X)
	}
	return ""
}

// dotted writes the name of what is called, as far as it is made of names: a.b.c.
func dotted(x js.IExpr) string {
	switch e := x.(type) {
	case *js.Var:
		return string(e.Data)
	case *js.LiteralExpr:
		return nameOf(*e)
	case js.LiteralExpr:
		return nameOf(e)
	case *js.DotExpr:
		return dotted(e.X) + "." + dotted(e.Y)
	case *js.GroupExpr:
		return dotted(e.X)
	case *js.CallExpr:
		return dotted(e.X)
	}
	return ""
}
