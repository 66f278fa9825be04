package extract

import (
	"strings"
	"testing"
)

// TestUnseenHands: what changes a page without a trace where it stands, and what only looks as if it did. Given are the
// text of the page, cells among it, and the codes of its doubts.
func TestUnseenHands(t *testing.T) {
	const table = `<table><tr><th>信息内容</th><th>数量</th></tr><tr><td>行政许可</td><td>274</td></tr><tr><td>处罚</td><td>3</td></tr></table>`
	const cells = "信息内容|数量|行政许可|274|处罚|3"
	const title = `<h1>江州市水务局2022年政府信息公开工作年度报告</h1>`
	const words = "江州市水务局2022年政府信息公开工作年度报告"
	for _, c := range []struct{ name, head, body, want, doubts string }{
		{"box over the page", ``, `<div style="position:fixed;top:0;left:0;width:100%;height:100%;background:#fff"></div>` + table, cells,
			"overlaid overlaid"},
		{"box by its sides", `<style>.m{position:absolute;inset:0;background:white;z-index:99}</style>`, table + `<div class=m>正在加载</div>`,
			cells + "|正在加载", "overlaid overlaid"},
		{"box over a part", `<style>.m{position:absolute;inset:0;background:#eee}</style>`,
			`<div style="position:relative">` + table + `<i class=m></i></div><div>` + table + `</div>`, cells + "|" + cells, "overlaid"},
		{"box below", `<style>.m{position:fixed;inset:0;background:#eee;z-index:-1}</style>`, `<div class=m></div>` + table, cells, ""},
		{"shade", `<style>.m{position:fixed;inset:0;background:rgba(0,0,0,.5)}</style>`, `<div class=m></div>` + table, cells, ""},
		{"closed", `<style>.m{position:fixed;inset:0;background:#fff;display:none}</style>`, `<div class=m></div>` + table, cells, ""},
		{"bar", `<style>.m{position:fixed;top:0;left:0;width:100%;height:60px;background:#fff}</style>`, `<div class=m></div>` + table,
			cells, ""},
		{"until loaded", `<style>#m{position:fixed;inset:0;background:#fff}</style>`, `<div id=m></div>` + table +
			`<script>onload=function(){document.getElementById("m").style.display="none"}</script>`, cells, ""},
		{"table above the box", `<style>.m{position:fixed;inset:0;background:#eee}.c{position:relative}</style>`,
			`<div class=m></div><div class=c>` + table + `</div>`, cells, "overlaid"},
		{"walker", ``, table + `<p>收到申请8件</p><script>var w=document.createTreeWalker(document.body,4);while(w.nextNode())` +
			`w.currentNode.nodeValue=w.currentNode.nodeValue.replace("8","9")</script>`,
			"信息内容|\ufffd|行政许可|\ufffd\ufffd\ufffd|\ufffd|\ufffd|收到申请8件", "script-writes"},
		{"packed", ``, `<p>收到申请<b id=x>8</b>件</p><script>eval(function(p,a,c,k,e,d){e=function(c){return c};return p}('0.1("2").3="9"',` +
			`4,4,'document|getElementById|x|innerHTML'.split('|'),0,{}))</script>`, "收到申请\ufffd件", ""},
		{"packed library", ``, `<p>收到申请<b id=x>8</b>件</p><script>eval(function(p,a,c,k,e,d){return p}('0.1("2").3="9"',` +
			`4,4,'document|getElementById|share|innerHTML'.split('|'),0,{}))</script>`, "收到申请8件", ""},
		{"encoded", ``, `<p>收到申请<b id=x>8</b>件</p><script>` +
			`eval(atob("ZG9jdW1lbnQuZ2V0RWxlbWVudEJ5SWQoIngiKS5pbm5lckhUTUw9Ijki"))</script>`,
			"收到申请\ufffd件", ""},
		{"printed", ``, `<p>收到申请<script>document.write("9")</script>8件</p>`, "收到申请\ufffd8件", ""},
		{"printed first", ``, `<p><script>document.write("9")</script>8件申请</p>`, "\ufffd8件申请", ""},
		{"printed by codes", ``, `<p>收到申请<script>document.write(String.fromCharCode(57))</script>件</p>`, "收到申请\ufffd件", ""},
		{"printed counter", ``, `<p>收到申请<script>` +
			`document.write(unescape("%3Cspan id='cnzz'%3E%3C/span%3E%3Cscript src='s.js'%3E%3C/script%3E"))` +
			`</script>8件</p>`, "收到申请8件", ""},
		{"printed script", ``, `<p>收到申请<script>document.write('<script src="a.js"><\/script>')</script>8件</p>`, "收到申请8件", ""},
		{"title by a script", ``, strings.Replace(title, "<h1>", "<h1 id=t>", 1) +
			`<script>document.getElementById("t").innerText="江州市教育局2023年政府信息公开工作年度报告"</script>`,
			strings.Repeat("\ufffd", 6) + strings.Repeat("\ufffd", 4) + strings.Repeat("\ufffd", 13), ""},
		{"title asked for", ``, strings.Replace(title, "<h1>", "<h1 id=t>", 1) +
			`<script>var s=document.getElementById("t").innerHTML;document.title=s;if(s.innerHTML=="")share(s)</script>`, words, ""},
		{"title made large", ``, strings.Replace(title, "<h1>", "<h1 id=t>", 1) +
			`<script>$("#t").css("font-size",20);$("#n").html(5)</script>`, words, ""},
		{"titles looked at in turn", ``, strings.Replace(title, "<h1>", "<h1 class=t>", 1) +
			`<script>document.querySelectorAll(".t").forEach(e=>e.style.color="red");$("#n").html(5)</script>`, words, ""},
		{"button", ``, `<p>收到申请<input type=button value=274>件</p><p>共<button>8</button>件</p>`, "收到申请\ufffd件|共\ufffd件", ""},
		{"button of words", ``, `<p>收到申请8件<input type=button value=打印>完</p>`, "收到申请8件完", ""},
		{"font of a title", `<style>@font-face{font-family:f;src:url(f.woff)}h1{font-family:f}</style>`, title,
			"江州市水务局\ufffd\ufffd\ufffd\ufffd年政府信息公开工作年度报告", "web-font"},
		{"font of words", `<style>@font-face{font-family:f;src:url(f.woff);unicode-range:U+4E00-9FFF}td,h1{font-family:f}</style>`,
			title + table, words + "|" + cells, "web-font web-font"},
		{"font of letters", `<style>@font-face{font-family:f;src:url(f.woff);unicode-range:U+41-5A}td,h1{font-family:f}</style>`,
			title + table, words + "|" + cells, ""},
		{"font of icons", `<style>@font-face{font-family:f;src:url(f.woff)}.icon{font-family:f}</style>`, title + table,
			words + "|" + cells, ""},
		{"float in a clip", `<style>.k{display:block;clip-path:inset(0)}.k b{float:left}</style>`,
			`<p>收费<span class=k><b>8</b></span>元</p>` + table, "收费|\ufffd|元|" + cells, ""},
	} {
		doc, err := Read([]byte("<!DOCTYPE html><html><head><meta charset=utf-8>"+c.head+"</head><body>"+c.body), "page.html")
		if err != nil {
			t.Fatal(err)
		}
		var got, codes []string
		for _, b := range doc.Blocks {
			if b.Table == nil {
				got = append(got, b.Text)
				continue
			}
			for _, k := range b.Table.Cells {
				got = append(got, k.Text)
			}
		}
		for _, d := range doc.Doubts {
			codes = append(codes, d.Code)
		}
		if s, d := strings.Join(got, "|"), strings.Join(codes, " "); s != c.want || d != c.doubts {
			t.Errorf("%s:\n%q %q, want\n%q %q", c.name, s, d, c.want, c.doubts)
		}
	}
}
