package extract

import (
	"regexp"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Scripts that stand in a page write into it when it is opened. They are not run: what they name (an id, a class, a
// selector) and change is told apart from what they leave alone by the words of the script, and what a cell shows that
// they write into is not known. Scripts from elsewhere are not seen at all.
type pageScripts struct {
	ids      map[string]bool // named, in a script that changes something
	prefixes []string        // of ids that a script puts together
	loose    []cascadia.Sel  // selectors with an id, a class or an attribute, in such a script
	strong   []cascadia.Sel  // selectors whose elements are written into right there
	all      bool            // any cell of any table may be written into
	text     string
	seen     map[*html.Node]uint8
}

var (
	writes = regexp.MustCompile(`innerHTML|innerText|outerHTML|outerText|textContent|nodeValue|\.text\s*\(\s*[^)\s]|` +
		`\.html\s*\(\s*[^)\s]|\.append|\.prepend|\.before\s*\(|\.after\s*\(|replaceWith|replaceChild|insertAdjacent|` +
		`insertBefore|\.val\s*\(\s*[^)\s]|\.value\s*=|\.data\s*=|createTextNode|replaceData|customElements\.define`)
	changes = regexp.MustCompile(`\.style\b|\.css\s*\(|\.hide\s*\(|\.show\s*\(|\.remove|removeChild|className|classList|` +
		`addClass|removeClass|toggle|setAttribute|\.attr\s*\(|\.hidden|fade|\.animate\s*\(`)
	literals  = regexp.MustCompile("\"(?:[^\"\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\n]|\\\\.)*'|`(?:[^`\\\\]|\\\\.)*`")
	accessors = regexp.MustCompile(`(getElementById|getElementsByClassName|getElementsByName|getElementsByTagName|` +
		`querySelectorAll|querySelector|\$|jQuery|\.find|\.closest|\.children)\s*\(\s*$`)
	assigned = regexp.MustCompile(`([A-Za-z_$][\w$]*)\s*=\s*(?:document\s*\.\s*|window\.document\.)?$`)
	byPlace  = regexp.MustCompile(`\.rows\s*\[|\.rows\.item|\.cells\s*\[|insertRow|insertCell|deleteRow|deleteCell`)
	states   = regexp.MustCompile(`:(?:eq|lt|gt|first|last|even|odd|visible|hidden|nth)\b(?:\([^)]*\))?`)
)

// define reports whether a script gives elements with names of the page's own a look.
func (p *pageScripts) define() bool { return p != nil && strings.Contains(p.text, "customElements") }

// idle reports whether the page has no script that changes anything.
func (p *pageScripts) idle() bool { return p == nil }

// runs reports whether a script element is one that a browser runs.
func runs(n *html.Node) bool {
	t := strings.ToLower(strings.TrimSpace(attributeOr(n, "type")))
	_, src := attribute(n, "src")
	return (t == "" || t == "module" || strings.Contains(t, "javascript") || strings.Contains(t, "ecmascript")) &&
		(src || n.FirstChild != nil && strings.TrimSpace(n.FirstChild.Data) != "")
}

// readScripts reads what the scripts of a page name; nil where none changes anything.
func readScripts(root *html.Node) *pageScripts {
	var texts []string
	var collect func(n *html.Node)
	collect = func(n *html.Node) {
		if n.Type == html.ElementNode {
			if n.DataAtom == atom.Script {
				if runs(n) && n.FirstChild != nil {
					texts = append(texts, n.FirstChild.Data)
				}
				return
			}
			if n.DataAtom == atom.Template {
				return
			}
			for i := range n.Attr {
				switch n.Attr[i].Key {
				case "onload", "onerror", "onanimationstart", "ontoggle":
					texts = append(texts, n.Attr[i].Val)
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			collect(c)
		}
	}
	collect(root)
	var p *pageScripts
	for _, t := range texts {
		if len(t) > 1<<20 || !writes.MatchString(t) && !changes.MatchString(t) {
			continue
		}
		if p == nil {
			p = &pageScripts{ids: map[string]bool{}, seen: map[*html.Node]uint8{}}
		}
		p.read(t)
	}
	return p
}

// read notes what one script names.
func (p *pageScripts) read(t string) {
	content := writes.MatchString(t)
	if len(p.text) < 1<<18 {
		p.text += t + "\n"
	}
	if content && byPlace.MatchString(t) {
		p.all = true
	}
	at := literals.FindAllStringIndex(t, 5000)
	for _, span := range at {
		lit := t[span[0]+1 : span[1]-1]
		if lit == "" || len(lit) > 200 {
			continue
		}
		p.ids[lit] = true
		before := t[max(0, span[0]-60):span[0]]
		how := accessors.FindStringSubmatchIndex(before)
		rest := strings.TrimLeft(t[span[1]:min(len(t), span[1]+300)], " ")
		if how == nil {
			continue
		}
		name := before[how[2]:how[3]]
		if strings.HasPrefix(rest, "+") {
			p.prefixes = append(p.prefixes, strings.TrimLeft(lit, "#."))
			continue
		}
		p.selector(name, lit, p.strongly(t, before[:how[0]], rest))
	}
}

// strongly reports whether what an accessor gives is written into: in the same statement, or under the name that it is
// given.
func (p *pageScripts) strongly(t, before, rest string) bool {
	statement := rest
	if i := strings.IndexAny(rest, ";\n"); i >= 0 {
		statement = rest[:i]
	}
	if writes.MatchString(statement) {
		return true
	}
	if m := assigned.FindStringSubmatch(before); m != nil {
		i := 0
		for n := 0; n < 100; n++ {
			j := strings.Index(t[i:], m[1])
			if j < 0 {
				return false
			}
			i += j + len(m[1])
			if loc := writes.FindStringIndex(t[i:min(len(t), i+60)]); loc != nil && !strings.ContainsAny(t[i:i+loc[0]], ";\n") {
				return true
			}
		}
		return false
	}
	// each of them, in a loop that follows
	return strings.Contains(statement, "forEach") || strings.Contains(statement, ".each") ||
		strings.HasSuffix(strings.TrimSpace(before), "of document.") || strings.HasSuffix(strings.TrimSpace(before), " of")
}

func (p *pageScripts) selector(accessor, lit string, strong bool) {
	sel := lit
	switch accessor {
	case "getElementById":
		sel = "#" + lit
	case "getElementsByClassName":
		sel = "." + strings.Join(strings.Fields(lit), ".")
	case "getElementsByName":
		sel = "[name=\"" + lit + "\"]"
	}
	sel = states.ReplaceAllString(sel, "")
	if strings.ContainsAny(sel, "<{}") {
		return
	}
	group, err := cascadia.ParseGroup(sel)
	if err != nil {
		return
	}
	for _, s := range group {
		if sp := s.Specificity(); len(p.strong)+len(p.loose) > 2000 {
			p.all = true
		} else if strong {
			p.strong = append(p.strong, s)
		} else if sp[0]+sp[1] > 0 {
			p.loose = append(p.loose, s)
		}
	}
}

// touches reports whether a script may change what an element shows. Of rows and whole tables only what a script
// writes into counts: that it names them may be for their looks.
func (p *pageScripts) touches(n *html.Node, whole bool) bool {
	if p == nil {
		return false
	}
	if v, ok := p.seen[n]; ok {
		return v == 1
	}
	is := p.all && !whole || p.match(n, whole)
	p.seen[n] = 0
	if is {
		p.seen[n] = 1
	}
	return is
}

func (p *pageScripts) match(n *html.Node, whole bool) bool {
	hit := func(s cascadia.Sel) bool { return s.Match(n) }
	if slices.ContainsFunc(p.strong, hit) {
		return true
	}
	if whole {
		return false
	}
	if slices.ContainsFunc(p.loose, hit) {
		return true
	}
	id := attributeOr(n, "id")
	if id == "" {
		return false
	}
	if p.ids[id] || p.ids["#"+id] {
		return true
	}
	for _, pre := range p.prefixes {
		if strings.HasPrefix(id, pre) {
			return true
		}
	}
	// window.id, as browsers have it
	for i := 0; ; {
		j := strings.Index(p.text[i:], id+".")
		if j < 0 {
			return false
		}
		i += j
		if i == 0 || !strings.ContainsRune("._$abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", rune(p.text[i-1])) ||
			strings.HasSuffix(p.text[:i], "window.") {
			if loc := writes.FindStringIndex(p.text[i+len(id) : min(len(p.text), i+len(id)+20)]); loc != nil && loc[0] <= 1 {
				return true
			}
		}
		i += len(id)
	}
}
