package extract

import (
	"errors"
	"strings"
	"testing"
)

// TestShown: a cell shows what a reader of the page sees. "?" is a cell of which nobody can say what it shows: U+FFFD.
// The cell is given with what goes into the head of the page; TD: attributes of the cell itself, ROW: of its row, COL:
// of the second column.
func TestShown(t *testing.T) {
	for _, c := range []struct{ name, head, cell, want string }{
		{"bg-parent-white-on-white", `<style>tr.w td{color:#fff}</style>`, `ROW:w|12`, ``},
		{"white-th-blue", `<style>td.b{background:#00f;color:#fff}</style>`, `TD:class=b|12`, `12`},
		{"font-color-white", ``, `<font color="white">12</font>15`, `15`},
		{"fontcolor-fefefe", ``, `<font color="#fefefe">12</font>15`, `15`},
		{"near-white", ``, `<span style="color:#f4f4f4">12</span>15`, `?`},
		{"bgcolor-same", ``, `TD:bgcolor=red|<font color=red>12</font>15`, `15`},
		{"opacity-parent", `<style>.o{opacity:0}</style>`, `<span class=o><b>12</b></span>15`, `15`},
		{"visible-child",
			`<style>.v{visibility:hidden}.v b{visibility:visible}</style>`,
			`<span class=v>9<b>15</b></span>`, `15`},
		{"specificity", `<style>td span.x{display:inline}.x{display:none}</style>`, `<span class=x>15</span>`, `15`},
		{"important-inline",
			`<style>.x{display:none!important}</style>`,
			`<span class=x style="display:inline">12</span>15`, `15`},
		{"sup-inline", `<style>.s{vertical-align:super;font-size:9px}</style>`, `15<span class=s>1</span>`, `15¹`},
		{"all higher", ``, `（<span style="position:relative;top:-5pt">1）15</span>`, "（¹）¹⁵"},
		{"whole cell higher", ``, `<p style="x:y"><span style="position:relative;top:-5pt">（1）15件</span></p>`, "（1）15件"},
		{"sub", ``, `15<sub>1</sub>`, "15₁"},
		{"sup-reset", `<style>sup{vertical-align:baseline;font-size:inherit}</style>`, `15<sup>1</sup>`, `151`},
		{"sup-pos", `<style>sup{vertical-align:baseline;position:relative;top:-.5em}</style>`, `15<sup>1</sup>`, `15¹`},
		{"msup", ``, `<math><msup><mn>10</mn><mn>4</mn></msup></math>`, `10⁴`},
		{"mfrac", ``, `2<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>`, `2 1/2`},
		{"counter",
			`<style>body{counter-reset:k}.k::before{counter-increment:k;content:counter(k)}</style>`,
			`<i class=k></i>`, `?`},
		{"ol", ``, `<ol><li>5</li></ol>`, `?`},
		{"ol-start", ``, `<ol start=15><li></li></ol>`, `?`},
		{"ul", ``, `<ul><li>5</li></ul>`, `5`},
		{"listnone", `<style>li{list-style:none}</style>`, `<ol><li>5</li></ol>`, `5`},
		{"marker", `<style>li::marker{content:'1'}</style>`, `<ul><li>5</li></ul>`, `?`},
		{"lst-string", `<style>li{list-style-type:'1'}</style>`, `<ul><li>5</li></ul>`, `?`},
		{"float-right", ``, `<span style="float:right">1</span>5`, `?`},
		{"flexrev", ``, `<div style="display:flex;flex-direction:row-reverse"><i>5</i><i>1</i></div>`, `?`},
		{"order", ``, `<div style="display:flex"><i style="order:2">5</i><i>1</i></div>`, `?`},
		{"rtl-cell", ``, `TD:dir=rtl|15`, `15`},
		{"rtl-minus", ``, `TD:dir=rtl|-15`, `?`},
		{"rtl-spans", ``, `TD:dir=rtl|<b style="display:inline-block">5</b><b style="display:inline-block">1</b>`, `?`},
		{"bdo-class", `<style>.r{unicode-bidi:bidi-override;direction:rtl}</style>`, `<span class=r>51</span>`, `15`},
		{"rlo", ``, `&#x202e;51&#x202c;`, `?`},
		{"webfont", `<style>@font-face{font-family:n;src:url(n.woff)}table{font-family:n}</style>`, `15`, `?`},
		{"webfont-local", `<style>@font-face{font-family:n;src:local(Arial)}table{font-family:n}</style>`, `15`, `15`},
		{"webfont-unused", `<style>@font-face{font-family:n;src:url(n.woff)}.icon{font-family:n}</style>`, `15`, `15`},
		{"webfont-icons",
			`<style>@font-face{font-family:n;src:url(n.woff)}.icon{font-family:n}.icon:before{content:'\e601'}</style>`,
			`15<i class=icon></i>`, `?`},
		{"textsec", ``, `<span style="-webkit-text-security:disc">15</span>`, `?`},
		{"scr-id",
			`<script>window.onload=function(){document.getElementById('c1').innerText=15}</script>`,
			`<span id=c1>12</span>`, `?`},
		{"scr-class",
			`<script>document.addEventListener('DOMContentLoaded',()=>{document.querySelectorAll('.c1').forEach(` +
				`e=>e.textContent='15')})</script>`,
			`TD:class=c1|12`, `?`},
		{"scr-tdnth", `<script>onload=()=>{document.getElementsByTagName('td')[9].innerHTML='15'}</script>`, `12`, `?`},
		{"scr-rows",
			`<script>onload=()=>{document.querySelector('table').rows[3].cells[1].innerHTML='15'}</script>`,
			`12`, `?`},
		{"scr-jq-eq", `<script>$(function(){$('td:eq(5)').text('15')})</script>`, `12`, `?`},
		{"scr-concat",
			`<script>for(var i=0;i<3;i++)document.getElementById('c'+i).innerHTML=i</script>`,
			`TD:id=c1|12`, `?`},
		{"scr-font",
			`<script>function doZoom(s){document.getElementById('zoom').style.fontSize=s+'px'}</script>`,
			`15`, `15`},
		{"scr-tablewidth",
			`<script>$(function(){$('table').attr('width','100%');$('#x').html('a')})</script>`,
			`15`, `15`},
		{"scr-td-number", `<script>document.querySelectorAll("td")[0].innerText=7</script>`, `15`, `15`},
		{"scr-rows-other",
			`<script>onload=()=>{document.querySelector('table').rows[0].cells[0].innerHTML='15'}</script>`, `15`, `15`},
		{"scr-unknown-id", `<script>for(var k in d)document.getElementById(k).innerHTML=d[k]</script>`, `TD:id=c1|12`, `?`},
		{"scr-bookmark", `<script>for(var k in d)document.getElementById(k).innerHTML=d[k]</script>`, `TD:id=_Toc1|12`, `12`},
		{"scr-sheet", `<script>document.styleSheets[0].insertRule(".x{display:none}")</script>`, `<b class=x>1</b>5`, "\ufffd5"},
		{"contain", `<style>.h{display:inline-block;contain:strict}</style>`, `<b class=h>1</b>5`, `5`},
		{"in its padding", `<style>.h{display:inline-block;overflow:hidden;width:0;padding:0 9px}</style>`, `<b class=h>1</b>5`, "?"},
		{"padding below", `<style>.h{display:inline-block;overflow:hidden;width:0;padding:9px 0}</style>`, `<b class=h>1</b>5`, "5"},
		{"button of no width", `<style>button{overflow:hidden;width:0}</style>`, `<button>15</button>`, "?"},
		{"white aside", `<style>.h{color:#fff;position:relative;top:-5px}</style>`, `<b class=h>1</b>5`, "?"},
		{"no line height", `<style>.h{display:inline-block;overflow:hidden;line-height:0}</style>`, `<b class=h>1</b>5`, "\ufffd5"},
		{"ground below a block", `<style>u{background:#000}.h{display:grid}</style>`, `<u><b>9</b><i class=h>15</i></u>`, `15`},
		{"ground of a line around a block", `<style>u{background:#fff}p{color:#333}</style>`, `<u><p>15</p></u>`, `15`},
		{"ground below a float in a line", `<style>u{background:#000}.h:after{content:"15";float:left}</style>`,
			`<u><b class=h>9</b></u>`, `?`},
		{"ground below a float", `<style>u{background:#000}.h{float:left}</style>`, `<u><i class=h>15</i></u>`, `15`},
		{"white cover", `<style>.h{position:absolute;background:#fff;width:90px;height:20px;margin-left:-50px}</style>`,
			`15<b class=h></b>`, `?`},
		{"shadows", `<style>.h{display:inline-block;width:2px;height:2px;box-shadow:2px 0 #000}</style>`, `<b class=h></b>`, `?`},
		{"box direction", `<style>.h{display:-webkit-inline-box;-webkit-box-direction:reverse}</style>`,
			`<span class=h><b>5</b><b>1</b></span>`, `?`},
		{"applet", ``, `<applet code=x>15</applet>`, `?`},
		{"scr-share", `<script>var a=document.getElementById('share');a.innerHTML='<b>12</b>';</script>`, `15`, `15`},
		{"scr-onload-attr", ``, `<img src=x onerror="this.parentNode.innerHTML=15">`, `?`},
		{"scr-cell", ``, `12<script>document.write("5")</script>`, `?`},
		{"scr-data", `<script>document.querySelector('[data-k=a]').textContent='15'</script>`, `TD:data-k=a|12`, `?`},
		{"details", ``, `<details><summary>15</summary>12</details>`, `15`},
		{"details-open", ``, `<details open><summary>1</summary>5</details>`, "1\n5"},
		{"noscript", ``, `<noscript>12</noscript>15`, `15`},
		{"input-hidden", ``, `<input type=hidden value=12>15`, `15`},
		{"checkbox", ``, `<input type=checkbox>15`, `?`},
		{"meter", ``, `<meter value=15 max=20>15</meter>`, `?`},
		{"select", ``, `<select><option>12<option selected>15</select>`, `15`},
		{"placeholder", ``, `<input placeholder="15">`, `?`},
		{"input-text", ``, `<input value="15">`, `15`},
		{"bg-td", `<style>.p{background-image:url(5.png)}</style>`, `TD:class=p|1`, `?`},
		{"bg-repeatx", `<style>td{background:url(line.gif) repeat-x}</style>`, `15`, `15`},
		{"bg-gradient", `<style>td{background:linear-gradient(#eee,#ddd)}</style>`, `15`, `15`},
		{"strike-gradient",
			`<style>.g{background:linear-gradient(transparent 48%,red 48%,red 52%,transparent 52%)}</style>`,
			`<span class=g>12</span>15`, `?`},
		{"strike-after",
			`<style>.g{position:relative}.g::after{content:'';position:absolute;left:0;right:0;top:50%;border-to` +
				`p:1px solid red}</style>`,
			`<span class=g>12</span>15`, `?`},
		{"clearfix",
			`<style>.g:after{content:'.';display:block;height:0;visibility:hidden;clear:both}</style>`,
			`<div class=g>15</div>`, `15`},
		{"ink-box", ``, `<i style="display:inline-block;width:2px;height:12px;background:#000"></i>5`, `?`},
		{"abs-over", ``, `15<span style="position:absolute;left:100px;top:200px">9</span>`, `?`},
		{"block-spans", ``, `<span style="display:block">1</span><span style="display:block">5</span>`, "1\n5"},
		{"inline-p", ``, `<p style="display:inline">1</p><p style="display:inline">5</p>`, `15`},
		{"table-cell-hidden", ``, `TDH`, `15`},
		{"calc-fs", ``, `<span style="font-size:calc(1px - 1px)">12</span>15`, `?`},
		{"quirk-unitless", ``, `<span style="text-indent:-9999;display:block">12</span>15`, `15`},
		{"clip", ``, `<span style="position:absolute;clip:rect(1px,1px,1px,1px)">12</span>15`, `15`},
		{"sr-only",
			`<style>.sr-only{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip:rect(0,0,0,` +
				`0)}</style>`,
			`<span class=sr-only>12</span>15`, `15`},
		{"rotate", ``, `<span style="display:inline-block;transform:rotate(180deg)">9</span>`, `?`},
		{"scaleX", ``, `<span style="display:inline-block;transform:scaleX(-1)">15</span>`, `?`},
		{"col-collapse", ``, `COL:visibility:collapse|12`, `?`},
		{"pua", ``, `1&#xe605;`, `?`},
		{"contains", `<style>td:contains('15'){display:none}</style>`, `15`, `15`},
		{"shadow-visible", ``, `<span style="color:transparent;text-shadow:0 0 0 #000">15</span>`, `?`},
		{"clip-text",
			``,
			`<span style="background:linear-gradient(90deg,red,blue);-webkit-background-clip:text;color:transpar` +
				`ent">15</span>`, `?`},
		{"import", `<style>@import url(a.css);</style>`, `15`, `15`},
		{"first-letter", `<style>td:first-letter{font-size:0}</style>`, `15`, `?`},
		{"nested", `<style>.n{ & .h{display:none} color:red }</style>`, `<b class=n><i class=h>12</i>15</b>`, `15`},
		{"has", `<style>td:has(b){color:transparent}</style>`, `<b style="color:#000">15</b>12`, `15`},
		{"container", `<style>@container (min-width:10px){.h{display:none}}</style>`, `<b class=h>12</b>15`, `?`},
		{"anim", `<style>@keyframes k{to{opacity:0}}.h{animation:k 0s forwards}</style>`, `<b class=h>12</b>15`, `?`},
		{"del", ``, `<del>12</del>15`, `15`},
		{"del-kept", `<style>del{text-decoration:none}</style>`, `<del>15</del>`, `15`},
		{"row-struck", `<style>tr.w{text-decoration:line-through}</style>`, `ROW:w|12`, ``},
		{"ruby", ``, `<ruby>15<rt>1</rt></ruby>`, `15¹`},
		{"dark", `<style>@media (prefers-color-scheme:dark){td{display:none}}</style>`, `15`, `15`},
		{"narrow", `<style>@media (max-width:600px){td{display:none}}</style>`, `15`, `15`},
		{"ie", `<style>.h{*display:none;_display:none;display:none\9}</style>`, `<b class=h>15</b>`, `15`},
		{"vue", ``, `TD:v-text=n|12`, `?`},
		{"mso", ``, `<span style="mso-hide:all">12</span>15`, `?`},
		{"zerowidth-svgtext", ``, `<svg><text>5</text></svg>1`, `?`},
		{"hr", ``, `1<hr>`, `?`},
		{"q", ``, `<q>15</q>`, `“15”`},
		{"wm", ``, `<span style="writing-mode:vertical-rl">15</span>`, `15`},
		{"ta", ``, `<textarea>15</textarea>`, `15`},
		{"layer",
			`<style>@layer a,b;@layer b{.h{display:none}}@layer a{.h{display:inline}}</style>`,
			`<b class=h>12</b>15`, `15`},
		{"is", `<style>:is(.h,.g) i{display:none}</style>`, `<b class=g><i>12</i>15</b>`, `15`},
		{"attrsel", `<style>[data-old]{display:none}</style>`, `<b data-old=1>12</b>15`, `15`},
		{"nthchild", `<style>td b:nth-child(1){display:none}</style>`, `<b>12</b><b>15</b>`, `15`},
		{"sibling", `<style>b+b{display:none}</style>`, `<b>15</b><b>12</b>`, `15`},
		{"emptybox", ``, `<div style="width:100px;height:20px"></div>`, ``},
	} {
		row, attrs, cols, cell := "", "", "<col><col>", c.cell
		cut := func(prefix string) (string, bool) {
			rest, ok := strings.CutPrefix(cell, prefix)
			if !ok {
				return "", false
			}
			var head string
			head, cell, _ = strings.Cut(rest, "|")
			return head, true
		}
		if s, ok := cut("ROW:"); ok {
			row = " class=" + s
		}
		if s, ok := cut("TD:"); ok {
			attrs = " " + s
		}
		if s, ok := cut("COL:"); ok {
			cols = "<col><col style=\"" + s + "\">"
		}
		cell = "<td" + attrs + ">" + cell + "</td>"
		if c.cell == "TDH" {
			cell = "<td style=\"display:none\">12</td><td>15</td>"
		}
		page := "<html><head><meta charset=utf-8>" + c.head + "</head><body><div id=zoom><table>" + cols +
			"<tr><td colspan=2>第二十条</td></tr><tr><td>信息内容</td><td>本年处理决定数量</td></tr>" +
			"<tr" + row + "><td>行政许可</td>" + cell + "</tr></table></div></body></html>"
		doc, err := Read([]byte(page), "page.html")
		if err != nil {
			t.Fatal(err)
		}
		got := "no such cell"
		for _, b := range doc.Blocks {
			if b.Table == nil {
				continue
			}
			for _, k := range b.Table.Cells {
				if k.Row == 2 && k.Col == 1 {
					got = k.Text
				}
			}
		}
		if got != c.want && !(c.want == "?" && strings.Contains(got, unreadable)) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestShownProse: headings, paragraphs and labels are read as they are seen, too.
func TestShownProse(t *testing.T) {
	for _, c := range []struct{ name, head, body, want string }{
		{"heading", `<style>.h{display:none}</style>`, `<h1>江州市20<b class=h>19</b>22年年度报告</h1>`, "江州市2022年年度报告"},
		{"white", ``, `<p>收到申请<span style="color:#fff">9</span>8件</p>`, "收到申请8件"},
		{"struck", `<style>.d{text-decoration:line-through}</style>`, `<p>收到申请<i class=d>9</i>8件</p>`, "收到申请8件"},
		{"raised", `<style>.u{vertical-align:super}</style>`, `<p>收到申请8<i class=u>1</i>件</p>`, "收到申请8¹件"},
		{"generated", `<style>.g::before{content:"收到"}</style>`, `<p class=g>申请8件</p>`, "收到申请8件"},
		{"bdo", ``, `<p>收到申请<bdo dir=rtl>81</bdo>件</p>`, "收到申请18件"},
		{"a point higher", ``, `<p>收到申请<span style="position:relative;top:-1.5pt;mso-text-raise:1.5pt">8</span>件</p>`,
			"收到申请8件"},
		{"hidden until a script runs", `<style>body{opacity:0}</style>`, `<p>收到申请8件</p>`, "收到申请8件"},
		{"closed", ``, `<details><summary>收到申请8件</summary><p>9件</p></details>`, "收到申请8件"},
		{"clearfix", `<style>.c:after{content:".";display:block;height:0;visibility:hidden}</style>`,
			`<div class=c>收到申请8件</div>`, "收到申请8件"},
		{"icon", `<style>.i:before{content:"\e601"}</style>`, `<p><i class=i></i>收到申请8件</p>`, "收到申请8件"},
		{"turned", ``, `<p style="transform:scaleX(-1)">收到申请8件</p>`, "收到申请\ufffd件"},
		{"picture in a name", ``, `<h1>江州市<img src=5.png>局</h1>`, "江州市\ufffd局"},
		{"picture beside words", ``, `<p>来源：<img src=5.png>江州市</p>`, "来源：江州市"},
		{"drawn instead", ``, `<p>收费<canvas>8</canvas>元</p>`, "收费\ufffd元"},
		{"gauge", ``, `<p>收费<meter value=5 max=9>8</meter>元</p>`, "收费\ufffd元"},
		{"counter behind", `<style>.k::after{content:counter(k)}</style>`, `<p>收费<i class=k>8</i>元</p>`, "收费8\ufffd元"},
		{"quoted", `<style>q{quotes:"7" "9"}</style>`, `<p>收费<q>8</q>元</p>`, "收费\ufffd8\ufffd元"},
		{"reversed by the sheet", `<style>.r{direction:rtl;unicode-bidi:bidi-override}</style>`, `<p>收费<i class=r>81</i>元</p>`,
			"收费18元"},
		{"order of a row", `<style>.f{display:inline-flex;flex-direction:row-reverse}</style>`,
			`<p>收费<span class=f><b>8</b><b>1</b></span>元</p>`, "收费\ufffd\ufffd元"},
		{"moved aside", `<style>.m{position:relative;left:-40px}</style>`, `<p>收费1<i class=m>8</i>元</p>`, "收费\ufffd\ufffd元"},
		{"floats out of a number", `<style>.o{float:right}</style>`, `<p>收费8<i class=o>1</i>5元</p>`, "收费8\ufffd|1|\ufffd5元"},
		{"date that floats", ``, `<p>年度报告<span style="float:right">2023-01-05</span></p>`, "年度报告|2023-01-05"},
		{"line drawn through", `<style>.s{position:relative}.s::after{content:"";position:absolute;left:0;right:0;top:50%;height:1px;` +
			`background:#000}</style>`, `<p>收费<i class=s>8</i>元</p>`, "收费\ufffd元"},
		{"line drawn below", `<style>.s{position:relative}.s::after{content:"";position:absolute;left:0;right:0;bottom:0;height:1px;` +
			`background:#000}</style>`, `<p>收费<i class=s>8</i>元</p>`, "收费8元"},
		{"covered", `<style>.v{position:absolute;margin-left:-20px;width:40px;height:20px;background:#fff}</style>`,
			`<p>收费8<i class=v></i>元</p>`, "收费\ufffd|元"},
		{"word of a script", ``, `<h1>江州市<b id=x>财政</b>局</h1><script>document.getElementById("x").textContent="住房"</script>`,
			"江州市\ufffd\ufffd局"},
		{"empty till a script", ``, `<h1>江州市<b id=x></b>局</h1><script>document.getElementById("x").textContent="住房"</script>`,
			"江州市\ufffd局"},
		{"taken away by a script", ``, `<p>收费<b class=x>9</b>8元</p><script>document.querySelector(".x").remove()</script>`,
			"收费\ufffd8元"},
		{"sheet of a script", ``, `<p>收费<b class=x>9</b>8元</p><script>document.styleSheets[0].insertRule(".x{display:none}")</script>`,
			"收费\ufffd8元"},
		{"framework", ``, `<p>收费<b v-text="n">9</b>元</p>`, "收费\ufffd元"},
		{"house font", `<style>@font-face{font-family:f;src:url(f.woff)}body{font-family:f}</style>`, `<p>收费8元</p>`, "收费8元"},
		{"font of a number", `<style>@font-face{font-family:f;src:url(f.woff)}.f{font-family:f}</style>`,
			`<p>收费<b class=f>8</b>元</p>`, "收费\ufffd元"},
		{"escaped name", `<style>.e{d\69splay:n\6fne}</style>`, `<p>收费<b class=e>9</b>8元</p>`, "收费8元"},
		{"another browser's", `<style>.e{display:none\9}</style>`, `<p>收费<b class=e>9</b>8元</p>`, "收费98元"},
		{"any namespace", `<style>*|b.e{display:none}</style>`, `<p>收费<b class=e>9</b>8元</p>`, "收费8元"},
		{"registered property", `<style>@property --p{syntax:"<color>";inherits:false;initial-value:white}.e{color:var(--p)}</style>`,
			`<p>收费<b class=e>9</b>8元</p>`, "收费8元"},
	} {
		doc, err := Read([]byte("<!DOCTYPE html><html><head><meta charset=utf-8>"+c.head+"</head><body>"+c.body), "page.html")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, b := range doc.Blocks {
			got = append(got, b.Text)
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s: %q, want %q", c.name, s, c.want)
		}
	}
}

// TestRelativeImport: a sheet beside the page names those that it imports from where it lies itself.
func TestRelativeImport(t *testing.T) {
	page := []byte(`<html><head><meta charset=utf-8><link rel=stylesheet href="css/a.css?v=3"></head><body><table><tr><th>信息内容</th>
<th>数量</th></tr><tr><td>许可</td><td><b class=h>12</b>15</td></tr></table>`)
	files := map[string]string{"css/a.css?v=3": "@import 'sub/b.css';", "css/sub/b.css": "@import url(../../other/c.css);",
		"other/c.css": ".h{display:none}"}
	doc, err := Read(page, "page.html", WithLinked(func(ref string) ([]byte, error) {
		if s, ok := files[ref]; ok {
			return []byte(s), nil
		}
		return nil, errors.New("not here: " + ref)
	}))
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Blocks[0].Table.Cells[3].Text; got != "15" {
		t.Errorf("the cell shows %q; %v", got, doc.Doubts)
	}
}

// TestMissingPart: a page that was put together of several says what is missing of it, and that is a doubt.
func TestMissingPart(t *testing.T) {
	doc, err := Read([]byte(`<html><head><meta charset=utf-8><meta name="gongkai-part-missing" content="http://a.gov.cn/2.html: gone">`+
		`</head><body><p>一、总体情况</p></body></html>`), "page.html")
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Doubts) != 1 || doc.Doubts[0].Code != "part-missing" || !strings.Contains(doc.Doubts[0].Message, "2.html: gone") {
		t.Errorf("%+v", doc.Doubts)
	}
}

// TestLinkedStyle: a linked sheet is used where its bytes are here, with those that it imports; where they are not, one
// doubt tells it, and white words may stand on a ground that nobody knows.
func TestLinkedStyle(t *testing.T) {
	page := []byte(`<!DOCTYPE html><html><head><meta charset=utf-8><link rel=stylesheet href="/css/a.css">
<link rel="stylesheet" media="print" href="p.css"></head><body><table><tr><th style="color:#fff">信息内容</th>
<th>数量</th></tr><tr><td>许可</td><td><b class=h>12</b>15</td></tr><tr><td>处罚</td><td><b class=k>1</b>5</td></tr></table>`)
	files := map[string]string{"/css/a.css": "@import 'b.css';.h{display:none}", "/css/b.css": ".k{float:right}"}
	for _, c := range []struct {
		opts []Option
		want string
	}{
		{nil, "信息内容 数量 许可 1215 处罚 15 linked-style"},
		{[]Option{WithLinked(func(ref string) ([]byte, error) {
			if s, ok := files[ref]; ok {
				return []byte(s), nil
			}
			return nil, errors.New("not here")
		})}, " 数量 许可 15 处罚 \ufffd\n\ufffd hidden-text"},
	} {
		doc, err := Read(page, "page.html", c.opts...)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, k := range doc.Blocks[0].Table.Cells {
			got = append(got, k.Text)
		}
		for _, d := range doc.Doubts {
			got = append(got, d.Code)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q, want %q", s, c.want)
		}
	}
}
