package style

import (
	"regexp"
	"strings"

	"github.com/andybalholm/cascadia"
	"github.com/tdewolff/parse/v2/css"
	"golang.org/x/net/html"
)

// A selector is one that was understood, and what of an element is asked first.
type selector struct {
	match       cascadia.Sel
	specificity cascadia.Specificity
	pseudo      string // "before", "after", "first-letter", "first-line", "marker"; "" = the element itself
	id          string
	class       string
	tag         string
	unsure      bool
	// invalid says that a browser knows no such selector, and drops the whole rule.
	invalid bool
}

// A written is a selector as text, and the one whose specificity it has.
type written struct{ text, weight string }

// selectors gives the single selectors of a rule, those nested in others and those in :is() written out.
func selectors(tokens []css.Token, outer []string) []written {
	var out []string
	for _, s := range listed(tokens) {
		if len(outer) > 0 {
			for _, o := range outer {
				switch {
				case strings.Contains(s, "&"):
					out = append(out, strings.ReplaceAll(s, "&", o))
				case strings.IndexByte(">+~", s[0]) >= 0:
					out = append(out, o+s)
				default:
					out = append(out, o+" "+s)
				}
			}
			continue
		}
		out = append(out, s)
	}
	var all []written
	for _, s := range out {
		for _, w := range writtenOut(s) {
			all = append(all, written{w, s})
		}
		if len(all) > 256 {
			break
		}
	}
	return all
}

// listed cuts a list of selectors at its commas.
func listed(tokens []css.Token) []string {
	var out []string
	var b strings.Builder
	depth := 0
	flush := func() {
		if s := strings.TrimSpace(b.String()); s != "" {
			out = append(out, s)
		}
		b.Reset()
	}
	for _, t := range tokens {
		switch t.TokenType {
		case css.LeftParenthesisToken, css.FunctionToken, css.LeftBracketToken:
			depth++
		case css.RightParenthesisToken, css.RightBracketToken:
			depth--
		case css.CommaToken:
			if depth == 0 {
				flush()
				continue
			}
		}
		b.Write(t.Data)
	}
	flush()
	return out
}

// writtenOut replaces :is(a, b) by a and by b, which cascadia does not know. What :where() holds has no specificity;
// that a and b may differ in theirs is left out of account.
func writtenOut(s string) []string {
	if strings.IndexByte(s, ':') < 0 {
		return []string{s} // as most are
	}
	for _, name := range [...]string{":is(", ":where(", ":-webkit-any(", ":matches("} {
		i := strings.Index(strings.ToLower(s), name)
		if i < 0 || strings.Contains(s[:i], "(") {
			continue
		}
		depth, j := 1, i+len(name)
		from := j
		for j < len(s) && depth > 0 {
			switch s[j] {
			case '(':
				depth++
			case ')':
				depth--
			}
			j++
		}
		if depth > 0 || len(s) > 2000 {
			return nil
		}
		var out []string
		for _, alt := range split(s[from:j-1], ',') {
			if strings.ContainsAny(alt, " >+~") && strings.Trim(s[:i], " ") != "" && s[i-1] != ' ' {
				// td:is(.a .b): the element is td and matches .a .b
				alt += s[lastCompound(s, i):i]
				out = append(out, writtenOut(s[:lastCompound(s, i)]+alt+s[j:])...)
				continue
			}
			// a tag must stand first: .x:is(td) is td.x
			if alt != "" && (alt[0] >= 'a' && alt[0] <= 'z' || alt[0] >= 'A' && alt[0] <= 'Z') {
				k := lastCompound(s, i)
				out = append(out, writtenOut(s[:k]+alt+s[k:i]+s[j:])...)
				continue
			}
			out = append(out, writtenOut(s[:i]+alt+s[j:])...)
		}
		if len(out) > 64 {
			out = out[:64]
		}
		return out
	}
	return []string{s}
}

// weightOf gives the specificity of a selector in which :where() stands, that counts for nothing.
func weightOf(s string) (w cascadia.Specificity) {
	for {
		i := strings.Index(strings.ToLower(s), ":where(")
		if i < 0 {
			break
		}
		depth, j := 1, i+len(":where(")
		for ; j < len(s) && depth > 0; j++ {
			switch s[j] {
			case '(':
				depth++
			case ')':
				depth--
			}
		}
		s = s[:i] + s[j:]
	}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '>' || r == '+' || r == '~' }) {
		if body, pseudo, ok := cutPseudo(writtenOut(part)[0]); ok {
			if m, err := cascadia.Parse(body); err == nil {
				w = w.Add(m.Specificity())
			}
			if pseudo != "" {
				w[2]++
			}
		}
	}
	return w
}

// lastCompound gives where the compound selector begins in which i lies.
func lastCompound(s string, i int) int {
	depth := 0
	for k := i - 1; k >= 0; k-- {
		switch s[k] {
		case ')', ']':
			depth++
		case '(', '[':
			depth--
		case ' ', '>', '+', '~':
			if depth == 0 {
				return k + 1
			}
		}
	}
	return 0
}

// pseudoElements are those whose text a page shows; rules for all others (a selection, a scroll bar) hold for nothing.
var pseudoElements = map[string]bool{"before": true, "after": true, "first-letter": true, "first-line": true,
	"marker": true}

// elsewhere are the other ones that a browser knows.
var elsewhere = map[string]bool{"selection": true, "placeholder": true, "backdrop": true, "file-selector-button": true,
	"cue": true, "part": true, "slotted": true, "target-text": true, "spelling-error": true, "grammar-error": true,
	"highlight": true, "details-content": true, "view-transition": true, "scroll-marker": true, "picker": true}

// byHand are states that an element has only while somebody does something.
var byHand = map[string]bool{"hover": true, "active": true, "focus": true, "focus-within": true, "focus-visible": true,
	"visited": true, "target": true, "target-within": true, "autofill": true, "-webkit-autofill": true,
	"fullscreen": true, "user-invalid": true, "user-valid": true, "popover-open": true, "modal": true,
	"-webkit-full-screen": true, "playing": true, "paused": true, "current": true}

// valid are pseudo-classes that a browser knows and cascadia does not.
var valid = map[string]bool{"any-link": true, "scope": true, "read-only": true, "read-write": true, "required": true,
	"optional": true, "valid": true, "invalid": true, "default": true, "indeterminate": true,
	"placeholder-shown": true, "defined": true, "in-range": true, "out-of-range": true, "dir": true, "is": true,
	"where": true, "not": true, "has": true, "nth-child": true, "nth-last-child": true, "nth-of-type": true,
	"nth-last-of-type": true, "lang": true, "open": true, "-webkit-any": true, "past": true, "future": true}

// anyNamespace is the mark of "in whatever namespace", or in none, before a name.
var anyNamespace = regexp.MustCompile(`(^|[\s>+~(,])\*?\|([\w*-])`)

// compile makes a selector of its text; ok is false where it holds for no element.
func compile(s string) (sel selector, ok bool) {
	if len(s) > 4000 {
		return sel, false
	}
	if strings.IndexByte(s, '|') >= 0 {
		s = anyNamespace.ReplaceAllString(s, "$1$2")
	}
	if strings.Contains(s, ":any-link") || strings.Contains(s, ":scope") {
		s = strings.NewReplacer(":any-link", ":link", ":scope", ":root").Replace(s)
	}
	body, pseudo, ok := cutPseudo(s)
	if !ok {
		sel.invalid = pseudo != ""
		return sel, false
	}
	// what cascadia knows of other grammars, no browser does
	if strings.ContainsAny(body, ":=") && !strings.ContainsAny(body, `"'`) {
		small := strings.ToLower(body)
		for _, w := range [...]string{":contains", ":haschild", ":input", "!=", "#="} {
			if strings.Contains(small, w) {
				sel.invalid = true
				return sel, false
			}
		}
	}
	if strings.Contains(body, ":contains(") || strings.Contains(body, ":containsOwn(") {
		sel.invalid = true
		return sel, false
	}
	m, err := cascadia.Parse(body)
	if err != nil {
		sel.invalid = true
		body, ok = withoutPseudoClasses(body)
		if !ok {
			return sel, false
		}
		if m, err = cascadia.Parse(body); err != nil {
			return sel, false
		}
		sel.invalid = false
		sel.unsure = true
	}
	sel.match, sel.specificity, sel.pseudo = m, m.Specificity(), pseudo
	if pseudo != "" {
		sel.specificity[2]++
	}
	sel.id, sel.class, sel.tag = subject(body)
	return sel, true
}

// cutPseudo cuts a pseudo-element off a selector.
func cutPseudo(s string) (body, pseudo string, ok bool) {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"', '\'':
			if j := strings.IndexByte(s[i+1:], s[i]); j >= 0 {
				i += j + 1
			}
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ':':
			if depth > 0 {
				continue
			}
			double := i+1 < len(s) && s[i+1] == ':'
			j := i + 1
			if double {
				j++
			}
			k := j
			for k < len(s) && (s[k] == '-' || s[k] >= 'a' && s[k] <= 'z' || s[k] >= 'A' && s[k] <= 'Z') {
				k++
			}
			name := strings.ToLower(s[j:k])
			old := name == "before" || name == "after" || name == "first-letter" || name == "first-line"
			switch {
			case byHand[name] && !double:
				return "", "", false
			case double && !pseudoElements[name] && (strings.HasPrefix(name, "-webkit-") || elsewhere[name]):
				return "", "", false
			case double && !pseudoElements[name]:
				return "", "?", false
			case double || old:
				if k != len(s) {
					return "", "", false // ::before:hover
				}
				body = s[:i]
				if body == "" || strings.IndexByte(" >+~", body[len(body)-1]) >= 0 {
					body += "*"
				}
				return body, name, true
			}
			i = k - 1
		}
	}
	return s, "", true
}

// withoutPseudoClasses takes out the pseudo-classes that cascadia does not know: more elements match than should.
func withoutPseudoClasses(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != ':' {
			b.WriteByte(s[i])
			continue
		}
		k := i + 1
		for k < len(s) && (s[k] == '-' || s[k] >= 'a' && s[k] <= 'z' || s[k] >= 'A' && s[k] <= 'Z') {
			k++
		}
		if name := strings.ToLower(s[i+1 : k]); !valid[name] && !byHand[name] {
			return "", false // a browser drops the rule
		}
		if k < len(s) && s[k] == '(' {
			depth := 0
			for ; k < len(s); k++ {
				if s[k] == '(' {
					depth++
				} else if s[k] == ')' {
					if depth--; depth == 0 {
						k++
						break
					}
				}
			}
		}
		i = k - 1
	}
	out := strings.TrimSpace(b.String())
	if out == "" || strings.IndexByte(">+~", out[len(out)-1]) >= 0 {
		out += "*"
	}
	return out, true
}

// subject gives an id, class and tag that the element itself must have.
func subject(s string) (id, class, tag string) {
	from := lastCompound(s, len(s))
	s = s[from:]
	depth := 0
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\':
			return id, "", tag // an escape: ask every element
		case c == '(' || c == '[':
			depth++
			i++
		case c == ')' || c == ']':
			depth--
			i++
		case depth > 0 || c == '*':
			i++
		case c == '.' || c == '#' || c == ':' || i == 0:
			j := i + 1
			for j < len(s) && strings.IndexByte(".#:[()]*\\", s[j]) < 0 {
				j++
			}
			if j < len(s) && s[j] == '\\' {
				return "", "", ""
			}
			switch c {
			case '.':
				class = s[i+1 : j]
			case '#':
				id = s[i+1 : j]
			case ':':
			default:
				tag = strings.ToLower(s[i:j])
			}
			i = j
		default:
			i++
		}
	}
	return id, class, tag
}

// index puts a rule where the elements that it may hold for find it.
func (c *Cascade) index(r *rule) {
	x := c.byPseudo[r.pseudo]
	if x == nil {
		x = &index{ids: map[string][]*rule{}, classes: map[string][]*rule{}, tags: map[string][]*rule{}}
		c.byPseudo[r.pseudo] = x
	}
	switch {
	case r.id != "":
		x.ids[r.id] = append(x.ids[r.id], r)
	case r.class != "":
		x.classes[r.class] = append(x.classes[r.class], r)
	case r.tag != "":
		x.tags[r.tag] = append(x.tags[r.tag], r)
	default:
		x.any = append(x.any, r)
	}
}

// An index finds rules by what their subject must have.
type index struct {
	ids, classes, tags map[string][]*rule
	any                []*rule
}

// rulesFor gives the rules that hold for an element, in no order; scratch is used again.
func (c *Cascade) rulesFor(x *index, n *html.Node) []*rule {
	out := c.scratch[:0]
	take := func(rs []*rule) {
		if c.asked += len(rs); c.asked > maxAsked {
			return
		}
		for _, r := range rs {
			if r.match.Match(n) {
				out = append(out, r)
			}
		}
	}
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "id":
			if len(x.ids) > 0 {
				take(x.ids[a.Val])
			}
		case "class":
			if len(x.classes) == 0 {
				continue
			}
			eachClass(a.Val, func(class string) { take(x.classes[class]) })
		}
	}
	if len(x.tags) > 0 {
		take(x.tags[n.Data])
	}
	take(x.any)
	return out
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }
