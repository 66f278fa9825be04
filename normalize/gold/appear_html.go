package gold

import (
	"fmt"
	"math/rand"
	"strings"

	"github.com/gongkai/gongkai/normalize"
)

// What a style sheet, an attribute or a script makes of a page: its markup says one thing and a reader sees another.
//
// A trick is one way of that. In it %n is the number that the cell shows, %r the same read backwards, %a its first
// digit and %b the others, %d another number, %c a class or id of this cell alone.

type trick struct {
	css    string // of the page
	cell   string // attributes of the cell
	markup string // of the cell
	foot   string // at the end of the page
}

// Tricks by kind. Of those in the first list a cell shows %n.
var shownTricks = []struct {
	name, what string
	tricks     []trick
}{
	{"hidden by the style sheet", "a number that the sheet hides before the one that is seen", []trick{
		{".%c{display:none}", "", `<span class="%c">%d</span>%n`, ""},
		{"td .%c{display:none} span.%c{font-weight:bold}", "", `<span class="%c">%d</span>%n`, ""},
		{".%c{visibility:hidden}", "", `%n<i class="%c">%d</i>`, ""},
		{".%c{opacity:0}", "", `<b class="%c">%d</b>%n`, ""},
		{".%c{color:#fff}", "", `<span class="%c">%d</span>%n`, ""},
		{"#%c{color:white;background:white}", "", `%n<span id="%c">%d</span>`, ""},
		{".%c{color:rgba(0,0,0,0)}", "", `%n<span class="%c">%d</span>`, ""},
		{".%c td{background:#123456} .%c span{color:#123456}", `style="color:#fff;background:#123456" class="%c"`,
			`%n<span>%d</span>`, ""},
		{".%c{font-size:0}", "", `<span class="%c">%d</span>%n`, ""},
		{".%c{font:0/0 a}", "", `<span class="%c">%d</span>%n`, ""},
		{".%c{position:absolute;left:-9999px}", "", `<span class="%c">%d</span>%n`, ""},
		{".%c{display:inline-block;text-indent:-9999px;width:1px;overflow:hidden}", "", `<span class="%c">%d</span>%n`, ""},
		{".%c{display:inline-block;width:0;height:0;overflow:hidden}", "", `<span class="%c">%d</span>%n`, ""},
		{".%c{position:absolute;clip:rect(0,0,0,0)}", "", `%n<span class="%c">%d</span>`, ""},
		{".%c{display:inline-block;clip-path:inset(50%)}", "", `%n<span class="%c">%d</span>`, ""},
		{".%c{display:inline-block;transform:scale(0)}", "", `%n<span class="%c">%d</span>`, ""},
		{"@media screen{.%c{display:none}}", "", `%n<span class="%c">%d</span>`, ""},
		{"@media print{.%c{display:none}} .%c+b{display:none}", "", `<span class="%c">%n</span><b>%d</b>`, ""},
		{":root{--%c:none} .%c{display:var(--%c)}", "", `%n<span class="%c">%d</span>`, ""},
		{".%c{display:none!important}", "", `%n<span class="%c" style="display:inline">%d</span>`, ""},
		{".%c{display:none} td .%c{display:inline}", "", `<span class="%c">%n</span>`, ""},
		{"", "", `%n<dialog>%d</dialog>`, ""},
		{"", "", `%n<span hidden>%d</span>`, ""},
		{"", "", `%n<template>%d</template>`, ""},
		{"", "", `<details><summary>%n</summary>%d</details>`, ""},
		{`.%c{d\69splay:n\6fne}`, "", `%n<span class="%c">%d</span>`, ""},
		{"*|span.%c{display:none}", "", `<span class="%c">%d</span>%n`, ""},
		{".%c{display:inline-block;contain:strict}", "", `%n<span class="%c">%d</span>`, ""},
		{".%c[hidden]{display:inline}", "", `<span class="%c" hidden>%n</span>`, ""},
	}},
	{"struck by the style sheet", "a number that the sheet crosses out before the one that holds", []trick{
		{".%c{text-decoration:line-through}", "", `<span class="%c">%d</span>%n`, ""},
		{".%c{text-decoration-line:underline line-through}", "", `<span class="%c">%d</span>%n`, ""},
		{"td>.%c{text-decoration:line-through red}", "", `<b class="%c"><i>%d</i></b>%n`, ""},
		{"del{text-decoration:none} .%c{text-decoration:line-through}", "", `<i class="%c">%d</i><del>%n</del>`, ""},
	}},
	{"written by the style sheet", "digits that stand in the sheet", []trick{
		{`.%c::before{content:"%n"}`, `class="%c"`, "", ""},
		{`.%c::after{content:"%b"}`, "", `<span class="%c">%a</span>`, ""},
		{`.%c:before{content:attr(data-n)}`, "", `<span class="%c" data-n="%n"></span>`, ""},
		{`.%c::before{content:"";display:table} .%c::after{content:"%d";visibility:hidden}`, `class="%c"`, "%n", ""},
		{`.%c::before{content:counter(k)}`, `class="%c"`, "", ""},
		{`.%c::after{content:url(5.png)}`, `class="%c"`, "%a", ""},
	}},
	{"turned by the style sheet", "digits in another order than they stand", []trick{
		{"", "", `<bdo dir="rtl">%r</bdo>`, ""},
		{".%c{direction:rtl;unicode-bidi:bidi-override}", "", `<span class="%c">%r</span>`, ""},
		{".%c{direction:rtl;unicode-bidi:isolate-override}", `class="%c"`, "%r", ""},
		{".%c{float:right}", "", `<span class="%c">%b</span>%a`, ""},
		{".%c{display:flex;flex-direction:row-reverse}", "", `<div class="%c"><b>%b</b><i>%a</i></div>`, ""},
		{".%c{display:flex} .%c b{order:2}", "", `<div class="%c"><b>%b</b><i>%a</i></div>`, ""},
		{".%c{position:relative;left:-40px}", "", `%b<span class="%c">%a</span>`, ""},
		{".%c{display:inline-block;letter-spacing:-1.2em}", "", `<span class="%c">%r</span>`, ""},
		{".%c{display:inline-block;transform:scaleX(-1)}", "", `<span class="%c">%r</span>`, ""},
		{".%c{display:inline-block;width:8px;overflow:hidden}", "", `<span class="%c">%d%d</span>`, ""},
	}},
	{"control in a cell", "a button, a field or a list that shows the number", []trick{
		{"", "", `<button>%n</button>`, ""},
		{"", "", `<input value="%n">`, ""},
		{"", "", `<input type="button" value="%n">`, ""},
		{"", "", `<select><option>%d</option><option selected>%n</option></select>`, ""},
		{"", "", `<select><option disabled>%d</option><option label="%n">%d</option></select>`, ""},
		{"", "", `<textarea>%n</textarea>`, ""},
		{"", "", `<meter value="%d" max="99999">%d</meter>`, ""},
		{"", "", `<input type="hidden" value="%d">%n`, ""},
		{"", "", `<input type="password" value="%d">`, ""},
	}},
	{"written by a script", "a script of the page fills the cell", []trick{
		{"", "", `<script>document.write("%n")</script>`, ""},
		{"", `id="%c"`, "", `<script>document.getElementById("%c").innerHTML="%n"</script>`},
		{"", `id="%c"`, "%d", `<script>var e=document.getElementById('%c');e.textContent='%n'</script>`},
		{"", "", `<span class="%c">%d</span>`, `<script>$(function(){$(".%c").text("%n")})</script>`},
		{"", `id="%c"`, "%d", `<script>%c.innerText=%n</script>`},
		{"", "", `<b id="%c">%d</b>`, `<script>document.querySelector("#%c").replaceWith("%n")</script>`},
		{"", `id="k%c"`, "%d", `<script>var d={};for(var k in d)document.getElementById(k).textContent=d[k]</script>`},
		{"", "", `<b class="%c">%d</b>%n`, `<script>document.styleSheets[0].insertRule(".%c{display:none}")</script>`},
		{"", `class="%c"`, "%d", `<script>var c="%c";$("."+c).text("%n")</script>`},
		{"", "", `<i id="%c">%d</i>%n`, `<script>document.getElementById("%c").style.display="none"</script>`},
		{"", "", `<b id="%c">%d</b>`, `<script>eval(function(p,a,c,k,e,d){while(c--)p=p.replace(new RegExp('\\b'+c+'\\b','g'),k[c]);` +
			`return p}('0.1("%c").2="%n"',3,3,'document|getElementById|innerHTML'.split('|'),0,{}))</script>`},
		{"", "", `<b id="%c">%d</b>`, `<script>eval(unescape("document.getElementById%28'%c'%29.innerHTML='%n'"))</script>`},
	}},
}

// raisedTricks are those of a mark that is not a digit of the number: %n, raised or lowered %a.
var raisedTricks = []trick{
	{".%c{vertical-align:super;font-size:60%}", "", `%n<span class="%c">%a</span>`, "up"},
	{".%c{vertical-align:0.4em}", "", `%n<span class="%c">%a</span>`, "up"},
	{".%c{position:relative;top:-0.5em;font-size:70%}", "", `%n<b class="%c">%a</b>`, "up"},
	{".%c{font-variant-position:super}", "", `%n<i class="%c">%a</i>`, "up"},
	{"", "", `%n<sub>%a</sub>`, "down"},
	{".%c{vertical-align:sub}", "", `%n<span class="%c">%a</span>`, "down"},
}

// blankTricks show something that no program reads: a picture, a drawing, a ground.
var blankTricks = []trick{
	{"", "", `<img src="5.png">`, ""},
	{"", "", `%a<img src="5.png" alt="5">`, ""},
	{"", "", `%n<svg width="9" height="12"><path d="M1 1h3v9"/></svg>`, ""},
	{"", "", `<canvas width="40" height="12"></canvas>`, ""},
	{"", `style="background:url(15.png)"`, "", ""},
	{".%c{background:url(n5.png) no-repeat right}", `class="%c"`, "%n", ""},
	{"", `background="15.gif"`, "", ""},
	{".%c{display:inline-block;width:2px;height:12px;background:#000}", "", `<i class="%c"></i>`, ""},
	{"", "", `<object data="n.svg"></object>`, ""},
	{"", "", `<applet code="n">%d</applet>`, ""},
	{".%c{position:absolute;background:#fff;width:90px;height:20px;margin-left:-50px}", "", `%n<b class="%c"></b>`, ""},
	{".%c{position:relative} .%c::after{content:'';position:absolute;left:0;right:0;top:50%;height:1px;background:#000}",
		`class="%c"`, "%n", ""},
	{"", "", `<iframe src="n.html"></iframe>`, ""},
	{".%c{clip-path:inset(0)} .%c b{float:left}", "", `<p class="%c"><b>%d</b></p>`, ""},
	{"", "", `<math><msqrt><mn>%n</mn></msqrt></math>`, ""},
	{"@font-face{font-family:%c;src:url(d.woff2)} .%c{font-family:%c}", `class="%c"`, "%n", ""},
	{".%c{-webkit-text-security:disc}", "", `<span class="%c">%n</span>`, ""},
	{".%c{display:inline-block;transform:rotate(180deg)}", "", `<span class="%c">%n</span>`, ""},
}

// appearHTMLFaults are the faults of what a page shows.
func appearHTMLFaults() []Fault {
	page := func(f Format) bool { return strings.HasPrefix(f.Name, "html") }
	var out []Fault
	fault := func(name, what string, tricks []trick, print func(c *Cell, k trick, rng *rand.Rand)) {
		out = append(out, Fault{name, what, func(r *Report, rng *rand.Rand, f Format) bool {
			if !page(f) {
				return false
			}
			table := []string{"applications.", "applications.", "active.", "disputes."}[rng.Intn(4)]
			s, ok := one(rng, r.spots(table, long))
			if !ok {
				if s, ok = one(rng, r.spots("", long)); !ok {
					return false
				}
			}
			k := tricks[rng.Intn(len(tricks))]
			c := r.at(s)
			r.dress(c, k, rng)
			print(c, k, rng)
			c.dressed = c.Text
			return true
		}})
	}
	for _, k := range shownTricks {
		fault(k.name, k.what, k.tricks, func(*Cell, trick, *rand.Rand) {})
	}
	fault("raised by the style sheet", "a mark that the sheet sets above or below the line", raisedTricks,
		func(c *Cell, k trick, _ *rand.Rand) {
			at := strings.Index("0123456789", c.Text[:1])
			mark := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[at]
			if k.foot == "down" {
				mark = []rune("₀₁₂₃₄₅₆₇₈₉")[at]
			}
			p := c.Print
			p.State, p.Number = normalize.Text, "?"
			setText(c, c.Text+string(mark), p)
		})
	fault("no text in a cell", "a picture, a drawing, a font of the page's own: nobody can say what the cell shows",
		blankTricks, func(c *Cell, _ trick, _ *rand.Rand) {
			setText(c, "[what nobody can read]", Print{State: normalize.Text, Number: "?"})
		})
	out = append(out, Fault{"hidden word in a label", "words that the sheet hides in a row's label and in a header",
		func(r *Report, rng *rand.Rand, f Format) bool {
			if !page(f) {
				return false
			}
			name := fmt.Sprintf("w%d", rng.Intn(1000))
			r.Head += "<style>." + name + "{display:none}</style>\n"
			for _, it := range r.Items {
				if it.Table == nil {
					continue
				}
				for _, row := range it.Table.Rows {
					for i := range row {
						if c := &row[i]; c.Label || c.Header && !strings.Contains(c.Text, "\n") {
							c.dressed = c.Text
							c.Markup = "<span class=\"" + name + "\">不予公开其他处理7</span>" + c.Text
						}
					}
				}
			}
			return true
		}})
	return out
}

// dress writes a cell in the way of a trick.
func (r *Report) dress(c *Cell, k trick, rng *rand.Rand) {
	n := c.Text
	other := []byte(n)
	for i := range other {
		other[i] = '1' + byte(rng.Intn(9))
	}
	if string(other) == n {
		other[0] = '1' + (other[0]-'0')%9
	}
	back := []byte(n)
	for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
		back[i], back[j] = back[j], back[i]
	}
	fill := strings.NewReplacer("%n", n, "%r", string(back), "%a", n[:1], "%b", n[1:], "%d", string(other),
		"%c", fmt.Sprintf("k%d", rng.Intn(1_000_000)))
	c.Markup = fill.Replace(k.markup)
	if k.cell != "" {
		c.Attributes = " " + fill.Replace(k.cell)
	} else {
		c.Attributes = " class=\"dressed\""
	}
	if k.css != "" {
		r.Head += "<style>" + fill.Replace(k.css) + "</style>\n"
	}
	if strings.HasPrefix(k.foot, "<") {
		r.Foot += fill.Replace(k.foot) + "\n"
	}
}
