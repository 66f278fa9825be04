package extract

import (
	"regexp"
	"slices"
	"strconv"
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
	said     []cascadia.Sel  // selectors whose elements are given another text right there
	hiding   []cascadia.Sel  // selectors whose elements are shown or hidden right there
	classes  []string        // how classes begin of which a script puts the rest together, and writes into their elements
	nodes    map[*html.Node]bool
	all      bool // any cell of any table may be written into
	roams    bool // and any text of the page
	anyID    bool // any element with an id
	root     *html.Node
	sheets   []string // style sheets that stand in scripts
	text     string
	seen     map[*html.Node]uint8
}

var (
	writes = regexp.MustCompile(`innerHTML|innerText|outerHTML|outerText|textContent|nodeValue|\.text\s*\(\s*[^)\s]|` +
		`\.html\s*\(\s*[^)\s]|\.append|\.prepend|\.before\s*\(|\.after\s*\(|replaceWith|replaceChild|insertAdjacent|` +
		`insertBefore|\.val\s*\(\s*[^)\s]|\.value\s*=|\.data\s*=|createTextNode|replaceData|customElements\.define|` +
		`appendChild|replaceChildren|setHTML|\[\s*["'](?:inner|outer|text)|\.load\s*\(\s*["']`)
	says = regexp.MustCompile("(?:innerHTML|innerText|outerHTML|outerText|textContent|nodeValue)[\"']?\\]?\\s*\\+?=[^=]|" +
		`\.text\s*\(\s*[^)\s]|\.html\s*\(\s*[^)\s]|\.append|\.prepend|replaceWith|replaceChild|insertAdjacent`)
	changes = regexp.MustCompile(`\.style\b|\.css\s*\(|\.hide\s*\(|\.show\s*\(|\.remove|removeChild|className|classList|` +
		`addClass|removeClass|toggle|setAttribute|\.attr\s*\(|\.hidden|fade|\.animate\s*\(`)
	literals  = regexp.MustCompile("\"(?:[^\"\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\n]|\\\\.)*'|`(?:[^`\\\\]|\\\\.)*`")
	accessors = regexp.MustCompile(`(getElementById|getElementsByClassName|getElementsByName|getElementsByTagName|` +
		`querySelectorAll|querySelector|\$|jQuery|\.find|\.closest|\.children)\s*\(\s*$`)
	assigned = regexp.MustCompile(`([A-Za-z_$][\w$]*)\s*=\s*(?:document\s*\.\s*|window\.document\.)?$`)
	byPlace  = regexp.MustCompile(`\.rows\s*\[|\.rows\.item|\.cells\s*\[|insertRow|insertCell|deleteRow|deleteCell`)
	// the row and the cell by numbers
	placed = regexp.MustCompile(`\.rows\s*(?:\[\s*|\.item\s*\(\s*)(\d{1,4})\s*[\])]\s*` +
		`\.cells\s*(?:\[\s*|\.item\s*\(\s*)(\d{1,4})\s*[\])]`)
	numbered = regexp.MustCompile(`^\s*\)\s*(?:\[\s*(\d{1,5})\s*\]|\.(?:eq|item|get)\s*\(\s*(\d{1,5})\s*\))`)
	rowsNext = regexp.MustCompile(`^\)\s*(?:\[\s*\d+\s*\]\s*)?\.rows`)
	eq       = regexp.MustCompile(`:eq\((\d{1,5})\)$`)
	states   = regexp.MustCompile(`:(?:(?:eq|lt|gt|nth)\([^)]*\)|(?:first|last|even|odd|visible|hidden)(?:$|[^\w-]))`)
	concat   = regexp.MustCompile(`"\s*\+\s*"|'\s*\+\s*'`)
	// an id that is no word of the script
	computed = regexp.MustCompile("(?:getElementById|\\$|jQuery|querySelector|querySelectorAll)\\s*\\(\\s*" +
		"(?:[\"']#[\"']\\s*\\+|`#?\\$\\{|[A-Za-z_$][\\w$.]*\\s*[\\[)+])")
	someNode = regexp.MustCompile(`createTreeWalker|createNodeIterator|` +
		`body\.innerHTML\s*=\s*[\w.]*body\.innerHTML\s*\.replace|document\.evaluate`)
	// what makes a style sheet
	styling = regexp.MustCompile(`insertRule|addRule|replaceSync|cssText|adoptedStyleSheets|` +
		`createElement\(\s*["']style|<style|\bstyleSheet\b`)
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
	var handled []*html.Node // whose own script, run when it is loaded, writes into what is around it
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
					if strings.Contains(n.Attr[i].Val, "this") && writes.MatchString(n.Attr[i].Val) {
						handled = append(handled, n, n.Parent)
					}
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
		if len(t) < 1<<20 && isVeiled(t) {
			_, inner := unveil(t)
			t += "\n" + inner
		}
		if len(t) > 1<<20 || !finds(writes, writeWords, t) && !finds(changes, changeWords, t) && !finds(styling, styleWords, t) {
			continue
		}
		if p == nil {
			p = &pageScripts{ids: map[string]bool{}, seen: map[*html.Node]uint8{}, nodes: map[*html.Node]bool{}, root: root}
		}
		p.read(concat.ReplaceAllString(t, ""))
	}
	for _, n := range handled {
		if n != nil && p != nil {
			p.nodes[n] = true
		}
	}
	return p
}

// isVeiled reports whether a script makes text of what does not read as it.
func isVeiled(t string) bool {
	for _, word := range [...]string{"atob", "unescape", "decodeURI", "fromCharCode"} {
		if strings.Contains(t, word) && veils.MatchString(t) {
			return true
		}
	}
	return mayBePacked(t) && packer.MatchString(t)
}

// mayBePacked reports whether packer may find something: a function whose first parameter is called p, and the next a.
func mayBePacked(t string) bool {
	for {
		_, rest, ok := strings.Cut(t, "function")
		if !ok {
			return false
		}
		t = rest
		if rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t\n\f\r"), "("); ok {
			if rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t\n\f\r"), "p"); ok &&
				strings.HasPrefix(strings.TrimLeft(rest, " \t\n\f\r"), ",") {
				return true
			}
		}
	}
}

// Of each expression words of which one stands in everything that it finds: most scripts hold none.
var (
	writeWords = []string{"inner", "outer", "text", "nodeValue", ".html", "append", ".prepend", ".before", ".after", "replace", "insert",
		".val", ".data", "createTextNode", "customElements", "setHTML", ".load"}
	changeWords = []string{".style", ".css", ".hid", ".show", "remove", "class", "Class", "toggle", "setAttribute", ".attr", "fade",
		".animate"}
	styleWords = []string{"Rule", "replaceSync", "cssText", "StyleSheets", "createElement", "<style", "styleSheet"}
)

// finds is re.MatchString of a text in which one of these words must stand.
func finds(re *regexp.Regexp, words []string, t string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(t, w) }) && re.MatchString(t)
}

// read notes what one script names.
func (p *pageScripts) read(t string) {
	content := writes.MatchString(t)
	if len(p.text) < 1<<18 {
		p.text += t + "\n"
	}
	if content && someNode.MatchString(t) {
		p.all, p.roams = true, true
	}
	if content && computed.MatchString(t) {
		p.anyID = true
	}
	byRows := content && byPlace.MatchString(t)
	if byRows && !p.places(t) {
		p.all, byRows = true, false
	}
	styles := styling.MatchString(t)
	at := literals.FindAllStringIndex(t, 5000)
	for _, span := range at {
		lit := t[span[0]+1 : span[1]-1]
		if lit == "" || len(lit) > 200 {
			continue
		}
		if styles && strings.Contains(lit, "{") && strings.Contains(lit, ":") && len(p.sheets) < 100 {
			p.sheets = append(p.sheets, strings.NewReplacer("<style>", "", "</style>", "", `\n`, " ").Replace(lit))
		}
		if i := strings.Index(lit, "${"); i >= 0 && content {
			if pre := strings.TrimLeft(lit[:i], "#."); pre != "" {
				p.prefixes = append(p.prefixes, pre)
			}
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
			if strings.HasPrefix(lit, ".") {
				if p.strongly(t, before[:how[0]], rest, writes) {
					p.classes = append(p.classes, lit[1:])
				}
				continue
			}
			p.prefixes = append(p.prefixes, strings.TrimLeft(lit, "#."))
			continue
		}
		if content && rest != "" && strings.IndexByte("),]", rest[0]) < 0 {
			p.anyID = true // "no" + n, "x".slice(1)
		}
		if byRows && (lit == "table" || rowsNext.MatchString(rest)) {
			continue
		}
		if m := numbered.FindStringSubmatch(rest); m != nil && p.nth(name, lit, m[1]+m[2]) {
			continue
		}
		if m := eq.FindStringSubmatch(lit); m != nil && p.nth(name, strings.TrimSuffix(lit, m[0]), m[1]) {
			continue
		}
		strong := p.strongly(t, before[:how[0]], rest, writes)
		p.selector(name, lit, strong)
		if strong && p.strongly(t, before[:how[0]], rest, says) {
			p.give(name, lit)
		}
		if statement, _, _ := strings.Cut(rest, ";"); changes.MatchString(statement) {
			p.hide(name, lit)
		}
	}
}

// places notes the cells that a script names by the numbers of their rows and of their places in them, of whatever table;
// it reports whether it names all so.
func (p *pageScripts) places(t string) bool {
	found := placed.FindAllStringSubmatch(t, 1000)
	if len(found) == 0 || len(byPlace.FindAllString(t, -1)) != 2*len(found) {
		return false
	}
	there := make([]bool, len(found))
	for _, table := range cascadia.QueryAll(p.root, anyTable) {
		rows := cascadia.QueryAll(table, anyRow)
		for i, m := range found {
			row, _ := strconv.Atoi(m[1])
			at, _ := strconv.Atoi(m[2])
			if row >= len(rows) {
				continue
			}
			for c := rows[row].FirstChild; c != nil; c = c.NextSibling {
				if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
					continue
				}
				if at--; at < 0 {
					p.nodes[c], there[i] = true, true
					break
				}
			}
		}
	}
	return !slices.Contains(there, false) // else a script has made it before
}

var (
	anyTable, _ = cascadia.Parse("table")
	anyRow, _   = cascadia.Parse("tr")
)

// nth notes the element that a script takes by its number among those of a selector; false where that is not simple.
func (p *pageScripts) nth(accessor, lit, number string) bool {
	if accessor == ".find" || accessor == ".children" || accessor == ".closest" {
		return false
	}
	s, err := cascadia.Parse(selectorOf(accessor, lit))
	if err != nil || states.MatchString(lit) {
		return false
	}
	n, _ := strconv.Atoi(number)
	all := cascadia.QueryAll(p.root, s)
	if n >= len(all) {
		return false // of what the script has made before
	}
	p.nodes[all[n]] = true
	return all[n].DataAtom != atom.Table && all[n].DataAtom != atom.Tr && all[n].DataAtom != atom.Tbody
}

func selectorOf(accessor, lit string) string {
	switch accessor {
	case "getElementById":
		return "#" + lit
	case "getElementsByClassName":
		return "." + strings.Join(strings.Fields(lit), ".")
	case "getElementsByName":
		return "[name=\"" + lit + "\"]"
	}
	return lit
}

func (p *pageScripts) hide(accessor, lit string) {
	if s, err := cascadia.Parse(selectorOf(accessor, lit)); err == nil && len(p.hiding) < 1000 {
		if w := s.Specificity(); w[0]+w[1] > 0 {
			p.hiding = append(p.hiding, s)
		}
	}
}

// give notes the elements that are given another text.
func (p *pageScripts) give(accessor, lit string) {
	if s, err := cascadia.Parse(selectorOf(accessor, lit)); err == nil && len(p.said) < 1000 {
		p.said = append(p.said, s)
	}
}

// says reports whether a script gives an element another text, and does not only ask what it says.
func (p *pageScripts) says(n *html.Node) bool {
	return p != nil && slices.ContainsFunc(p.said, func(s cascadia.Sel) bool { return s.Match(n) })
}

// strongly reports whether what an accessor gives is written into: in the same statement, or under the name that it is
// given.
func (p *pageScripts) strongly(t, before, rest string, writes *regexp.Regexp) bool {
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
	if writes == says && !says.MatchString(whole(rest)) {
		return false
	}
	return strings.Contains(statement, "forEach") || strings.Contains(statement, ".each") ||
		strings.HasSuffix(strings.TrimSpace(before), "of document.") || strings.HasSuffix(strings.TrimSpace(before), " of")
}

// whole gives the rest of a statement with the blocks that it has.
func whole(rest string) string {
	open, blocks := 0, 0
	for i, c := range rest {
		switch c {
		case '(':
			open++
		case ')':
			open--
		case '{':
			blocks++
		case '}':
			blocks--
		case ';':
			if open < 0 && blocks <= 0 {
				return rest[:i]
			}
		}
	}
	return rest
}

func (p *pageScripts) selector(accessor, lit string, strong bool) {
	sel := states.ReplaceAllString(selectorOf(accessor, lit), "")
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

// named reports whether an element has an id that a script may ask for, and not a bookmark of Word's.
func named(n *html.Node) bool {
	id := attributeOr(n, "id")
	return id != "" && id[0] != '_' && !strings.HasPrefix(id, "OLE_LINK")
}

func (p *pageScripts) match(n *html.Node, whole bool) bool {
	hit := func(s cascadia.Sel) bool { return s.Match(n) }
	if p.nodes[n] || slices.ContainsFunc(p.strong, hit) {
		return true
	}
	if whole && !shortText(n) {
		return false
	}
	if p.anyID && named(n) {
		return true
	}
	for _, pre := range p.classes {
		for _, class := range strings.Fields(attributeOr(n, "class")) {
			if strings.HasPrefix(class, pre) {
				return true
			}
		}
	}
	if !whole && slices.ContainsFunc(p.loose, hit) {
		return true
	}
	id := attributeOr(n, "id")
	if id == "" {
		return false
	}
	if !whole && (p.ids[id] || p.ids["#"+id]) {
		return true
	}
	for _, pre := range p.prefixes {
		if strings.HasPrefix(id, pre) {
			return true
		}
	}
	// window.id, as browsers have it
	if strings.Contains(p.text, `window["`+id+`"]`) || strings.Contains(p.text, `window['`+id+`']`) {
		return true
	}
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

// hides reports whether a script shows or hides an element, or says how it looks: of a short one right in a sentence that
// may be whether it is seen.
func (p *pageScripts) hides(n *html.Node) bool {
	return p != nil && slices.ContainsFunc(p.hiding, func(s cascadia.Sel) bool { return s.Match(n) })
}
