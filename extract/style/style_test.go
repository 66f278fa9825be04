package style

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestColor(t *testing.T) {
	for in, want := range map[string]Color{
		"#fff": white, "#FFFFFF": {}, "white": white, "rgb(255, 255, 255)": white, "rgb(100% 100% 100%)": white,
		"hsl(0,0%,100%)": white, "hsl(120deg 100% 50%)": {0, 255, 0, 1, true}, "rgba(0,0,0,.5)": {0, 0, 0, .5, true},
		"#0008": {0, 0, 0, 136.0 / 255, true}, "windowtext": black, "transparent": transparent,
		"color(display-p3 1 1 1)": {A: 1},
	} {
		if want == (Color{}) {
			in, want = strings.ToLower(in), white
		}
		if got, ok := parseColor(in, false); !ok || got != want {
			t.Errorf("%s: %v %v, want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{"#ggg", "ffffff", "whitish", "#12345", "url(a)", ""} {
		if got, ok := parseColor(in, false); ok {
			t.Errorf("%s is %v, and a browser drops it", in, got)
		}
	}
	if got, ok := parseColor("ffffff", true); !ok || got != white {
		t.Errorf("in quirks ffffff is %v %v", got, ok)
	}
	for in, want := range map[string]Color{"FFF": {15, 15, 15, 1, true}, "#fff": white, "chucknorris": {192, 0, 0, 1, true}} {
		if got, ok := attributeColor(in); !ok || got != want {
			t.Errorf("attribute %s: %v %v, want %v", in, got, ok, want)
		}
	}
}

func TestMedia(t *testing.T) {
	for in, want := range map[string]answer{
		"": yes, "all": yes, "screen": yes, "print": no, "not print": yes, "only screen and (min-width: 800px)": yes,
		"(max-width:600px)": no, "print, (min-width:600px)": yes, "screen and (max-width:80em)": yes,
		"(400px<=width<1280px)": no, "(width>=1280px)": yes, "not (min-width:600px)": no, "(orientation:portrait)": no,
		"(prefers-color-scheme:dark)": no, "(hover)": yes, "(made-up:1)": perhaps, "not screen and (color)": no,
		"screen and ((min-width:2000px) or (color))": yes,
	} {
		if got := media(in); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

func TestSupports(t *testing.T) {
	for in, want := range map[string]answer{"(display:grid)": yes, "not (display:grid)": no, "(display:none) and (color:red)": yes,
		"(display:nonsense)": no, "(-ms-ime-align:auto)": no, "(made-up:1)": perhaps, "(made-up:1) or (display:flex)": yes} {
		if got := supports(in); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

// TestCascade: which of several declarations holds.
func TestCascade(t *testing.T) {
	for name, c := range map[string]struct {
		css, markup string
		shown       bool
	}{
		"later wins":                 {"b{display:none}b{display:inline}", "<b>", true},
		"class before tag":           {".a{display:none}b{display:inline}", "<b class=a>", false},
		"id before classes":          {".a.a.a{display:none}#x{display:inline}", "<b id=x class=a>", true},
		"important before id":        {".a{display:none!important}#x{display:inline}", "<b id=x class=a>", false},
		"attribute before sheet":     {"#x{display:none}", "<b id=x style='display:inline'>", true},
		"important before attribute": {"b{display:none!important}", "<b style='display:inline'>", false},
		"both important":             {"b{display:none!important}", "<b style='display:inline!important'>", true},
		"layers":                     {"@layer a{#x{display:none}}b{display:inline}", "<b id=x>", true},
		"important layers":           {"@layer a{b{display:none!important}}b{display:inline!important}", "<b>", false},
		"dropped value":              {"b{display:none}b{display:nix}", "<b>", false},
		"dropped rule":               {"b:nix,b{display:none}", "<b>", true},
		"variables":                  {":root{--a:none}b{display:var(--a)}", "<b>", false},
		"variable not set":           {"b{display:var(--a)}", "<b>", true},
		"fallback":                   {"b{display:var(--a,none)}", "<b>", false},
		"nested":                     {"div{& b{display:none}}", "<b>", false},
		"nested in what is not here": {".z{& b{display:none}}", "<b>", true},
		"names that are not here":    {".z b,b.y,#x b,nav b{display:none}", "<b>", true},
		"one that is here":           {".z b,b.y,b:first-child,nav b{display:none}", "<b>", false},
		"a name in brackets":         {"b:not(.z, nav){display:none}", "<b>", false},
		"a name that is escaped":     {".\\61 {display:none}", "<b class=a>", false},
		"in capitals":                {"DIV > B{display:none}", "<b>", false},
		"in a namespace":             {"*|b{display:none}", "<b>", false},
		"one that no browser knows":  {".z:nix,b{display:none}", "<b>", true},
		"not":                        {"b:not(.a){display:none}", "<b class=a>", true},
		"is":                         {"div :is(i,b){display:none}", "<b>", false},
		"where has no specificity":   {"b{display:inline}:where(#x){display:none}", "<b id=x>", true},
		"by hand":                    {"b:hover{display:none}", "<b>", true},
		"other grammars":             {"b:contains('x'){display:none}", "<b>x", true},
		"all":                        {"b{display:none}b{all:unset}", "<b>", true},
		"inherit":                    {"div{visibility:hidden}b{visibility:inherit}", "<b>", false},
		"initial":                    {"div{visibility:hidden}b{visibility:initial}", "<b>", true},
		"comment":                    {"<!-- b{display:none} -->", "<b>", false},
		"cut off":                    {"b{display:none", "<b>", false},
		"a mistake before":           {"i{color:;;}} b{display:none}", "<b>", true},
	} {
		root, err := html.Parse(strings.NewReader("<!DOCTYPE html><style>" + c.css + "</style><div>" + c.markup + "5</b></div>"))
		if err != nil {
			t.Fatal(err)
		}
		if got := sightOf(New(root, nil), root, nil, "b"); (got == Seen) != c.shown {
			t.Errorf("%s: %s is %v", name, c.css, got)
		}
	}
}

// sightOf gives how the text of the first element of a name is seen.
func sightOf(c *Cascade, n *html.Node, around *Style, tag string) Sight {
	if around == nil {
		around = c.Root()
	}
	if n.Type == html.ElementNode {
		around = c.Of(n, around)
		if n.Data == tag {
			return around.Sight()
		}
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if s := sightOf(c, k, around, tag); s != 9 {
			return s
		}
	}
	return 9
}

func FuzzCascade(f *testing.F) {
	for _, s := range []string{".a{display:none}", "@media screen{b{color:#fff}}", "@layer a;@import url(x);", "b::before{content:'5'}",
		"{}}}{", "b{--x:var(--x);color:var(--x)}", ":is(:is(a,b),c):not(d) > e{}", "@container x{b{display:none}}"} {
		f.Add(s, "color:red;display:none")
	}
	f.Fuzz(func(t *testing.T, sheet, style string) {
		page := &html.Node{Type: html.DocumentNode}
		s := &html.Node{Type: html.ElementNode, Data: "style", DataAtom: 0x4e405}
		s.AppendChild(&html.Node{Type: html.TextNode, Data: sheet})
		b := &html.Node{Type: html.ElementNode, Data: "b", Attr: []html.Attribute{{Key: "style", Val: style}, {Key: "class", Val: "a b"}}}
		b.AppendChild(&html.Node{Type: html.TextNode, Data: "5"})
		page.AppendChild(s)
		page.AppendChild(b)
		c := New(page, nil)
		st := c.Of(b, c.Root())
		st.Sight()
		c.Pseudo(b, "before", st)
	})
}
