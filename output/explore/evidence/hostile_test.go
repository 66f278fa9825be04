package evidence_test

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/gongkai/gongkai/output/explore/evidence"
)

// hostile are pages that would run, load, send or lead somewhere if they were shown as they are. Each holds the cell
// that is marked.
var hostile = map[string]string{
	"script":            `<script>alert(1)</script><td>7`,
	"script in cell":    `<p>7<script>alert(1)</script></p>`,
	"broken script":     `<scr<script>ipt>alert(1)</scr</script>ipt>`,
	"script with slash": `<script/src=//evil.example/x.js></script><SCRIPT/XSS SRC="http://evil.example/x.js"></SCRIPT>`,
	"handlers": `<p onclick=alert(1) onmouseover="alert(1)" ONLOAD='x' on=1 style="color:red" ` +
		`onfocus=alert(1) autofocus tabindex=1>x</p><body onload=alert(1)>`,
	"img onerror": `<img src=x onerror=alert(1)><img src="javascript:alert(1)"><img src=" data:image/svg+xml;` +
		`base64,PHN2Zy8+">`,
	"img srcset": `<img src="data:image/png;base64,iVBORw0KGgo=" srcset="http://evil.example/x 2x" ` +
		`longdesc="javascript:x" usemap="#m"><picture><source srcset="//evil.example/p"></picture>`,
	"svg": `<svg onload=alert(1)><script>alert(1)</script><a xlink:href="javascript:alert(1)"><text>` +
		`x</text></a><animate attributeName=href values="javascript:alert(1)"/><foreignObject><iframe src=x></iframe>` +
		`</foreignObject></svg>`,
	"svg style": `<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`,
	"math": `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 ` +
		`onerror=alert(1)&gt;">`,
	"math href": `<math href="javascript:alert(1)">CLICK</math><math><maction ` +
		`actiontype="statusline#http://evil.example" xlink:href="javascript:alert(1)">x</maction></math>`,
	"form mutation": `<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
	"noscript":      `<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>`,
	"template":      `<template><script>alert(1)</script><img src=x onerror=alert(1)></template>`,
	"title": `<title><img src=x onerror=alert(1)></title><textarea></textarea><img src=x onerror=alert(1)>` +
		`</textarea>`,
	"textarea": `<textarea><script>alert(1)</script></textarea><select><option><script>alert(1)</script>` +
		`</select>`,
	"xmp": `<xmp><script>alert(1)</script></xmp><noembed><script>alert(1)</script></noembed><noframes>` +
		`<script>x</script></noframes>`,
	"plaintext": `<plaintext><script>alert(1)</script>`,
	"comment": `<!--><script>alert(1)</script>--><!--[if IE]><script>alert(1)</script><![endif]-->` +
		`<![CDATA[<script>alert(1)</script>]]><?xml <script>alert(1)</script> ?>`,
	"frames": `<iframe src="javascript:alert(1)" srcdoc="<script>alert(1)</script>"></iframe><iframe ` +
		`srcdoc="&lt;script>alert(1)&lt;/script>"></iframe><frameset onload=alert(1)><frame ` +
		`src="javascript:alert(1)"></frameset>`,
	"objects": `<object data="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="></object><embed ` +
		`src="javascript:alert(1)"><applet code=x><param name=src value="javascript:x"></applet>`,
	"meta": `<meta http-equiv=refresh content="0;url=javascript:alert(1)"><meta http-equiv="Set-Cookie" ` +
		`content="x"><base href="javascript:/a/"><link rel=stylesheet href="http://evil.example/x.css"><link ` +
		`rel=import href=x>`,
	"links": `<a href="javascript:alert(1)">x</a><a href=" &#x6a;avascript:alert(1)" target=_top ` +
		`ping="//evil.example">y</a><a href="data:text/html,<script>alert(1)</script>">z</a><area ` +
		`href="javascript:x"><map name=m><area href=x></map>`,
	"forms": `<form action="javascript:alert(1)" id=f><input type=submit formaction="javascript:alert(1)">` +
		`<button form=f formaction="javascript:x">go</button><input name=x value="7" autofocus onfocus=alert(1)>` +
		`</form><isindex action="javascript:x" type=image>`,
	"style expression": `<p style="width:expression(alert(1))">x</p><p style="background:url(javascript:alert(1))">` +
		`x</p><p style="-moz-binding:url(//evil.example/x)">x</p><p style="width: e/**/xpression(alert(1))">x</p>`,
	"style escapes": `<p style="w\69 dth:\65xpression(alert(1))">x</p><p ` +
		`style="background-image:\75\72\6C\28'//evil.example/x'\29">x</p><p style="text-align:cen\74 er">x</p>`,
	"style loads": `<p style="list-style:url(//evil.example/a);content:url(//evil.example/b);` +
		`cursor:url(//evil.example/c);border-image:url(//evil.example/d)">x</p><td background="//evil.example/e">`,
	"style sheet": `<style>@import url(//evil.example/x.css); body{background:url(//evil.example/y)} ` +
		`:target{display:none}</style><p style='font-family:"}</style><script>alert(1)</script>'>x</p>`,
	"covering": `<div style="position:fixed;top:0;left:0;width:9999px;height:9999px;z-index:99;` +
		`background:#fff">over</div>`,
	"media": `<video src=x onerror=alert(1) poster="//evil.example"><source onerror=alert(1)></video>` +
		`<audio src="//evil.example/a" autoplay></audio><track src=x><bgsound src="javascript:x">`,
	"ids": `<p id="1.x.y" name="1.x.y">x</p><p id=1.x.y class="mark proved">x</p><a name="1.x.y"></a>` +
		`<form name=body><input id=cookie></form>`,
	"dom clobbering": `<form id=document><input name=getElementById></form><img name=body><a id=location>`,
	"breaking out": `"'><script>alert(1)</script></style></pre></title></textarea></body></html><script>` +
		`alert(1)</script>`,
	"details": `<details open ontoggle=alert(1)><summary>x</summary></details><dialog open onclose=alert(1)>` +
		`x</dialog><marquee onstart=alert(1)>x</marquee>`,
	"custom elements": `<x-evil onclick=alert(1) is=x>x</x-evil><p is="x-evil" slot=x part=y contenteditable>x</p>` +
		`<portal src=x></portal><fencedframe></fencedframe>`,
	"attributes": "<p/onclick=alert(1)/style=x>x</p><p \x00onclick=alert(1)>x</p><p '\" " +
		"onclick=alert(1)>x</p><p \u00a0onclick=alert(1) xmlns:x=y xml:base=\"javascript:x\">x</p>",
	"misnested": `<b><p><table><b><td><a href=x><b></table><a><div><a><p></b></i></b>` + strings.Repeat("<b><i><u>",
		30) + `</b>x`,
	"nested tables": `<table><tr><td><table><form><tr><form><td><input type=hidden><script>alert(1)</script></table>` +
		`</form><select><table><tr><td>x`,
	"popover": `<button popovertarget=x popovertargetaction=show>x</button><div popover id=x ` +
		`onbeforetoggle=alert(1)>x</div><p accesskey=x inert nonce=x>x</p>`,
	"controls": "<p>\x00\x01\x08\x0b\x1b\x7f\u202e\ufeff\u2028x</p><scr\x00ipt>alert(1)</scr\x00ipt>",
}

var (
	executes = regexp.MustCompile(
		`(?i)^(?:script|style|link|meta|base|iframe|frame|frameset|object|embed|applet|form|input|button|select|` +
			`textarea|option|svg|math|template|noscript|video|audio|source|track|canvas|map|area|a|dialog|details|` +
			`portal|marquee|xmp|plaintext|noembed|noframes|title|slot|param|picture|bgsound|keygen|isindex)$`)
	leads = map[string]bool{"href": true, "srcset": true, "srcdoc": true, "action": true, "formaction": true,
		"data": true, "poster": true, "background": true, "ping": true, "cite": true, "longdesc": true, "usemap": true,
		"name": true, "target": true, "is": true, "slot": true, "form": true, "contenteditable": true,
		"accesskey": true,
		"tabindex":  true, "autofocus": true, "nonce": true, "popover": true, "codebase": true, "manifest": true,
		"content": true, "http-equiv": true, "xmlns": true}
)

// inert holds a rendition against what no rendition may hold, by a list of its own: the package proves by what may be
// there.
func inert(t testing.TB, page []byte) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	inBody := func(n *html.Node) bool {
		for ; n != nil; n = n.Parent {
			if n.Data == "body" {
				return true
			}
		}
		return false
	}
	bodies := 0
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			t.Errorf("a comment: %q", n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "body" {
			bodies++
		}
		if n.Namespace != "" || inBody(n) && executes.MatchString(n.Data) {
			t.Errorf("<%s>", n.Data)
		}
		for _, a := range n.Attr {
			v := strings.ToLower(strings.Join(strings.FieldsFunc(a.Val, func(r rune) bool { return r <= ' ' }), ""))
			switch {
			case !inBody(n):
			case strings.HasPrefix(a.Key, "on"), leads[a.Key], a.Namespace != "", strings.Contains(a.Key, ":"):
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			case a.Key == "style" && (strings.ContainsAny(v, `(@\<'"/`) || strings.Contains(v, "position") ||
				strings.Contains(v, "behavior") || strings.Contains(v, "binding")):
				t.Errorf("<%s style=%q>", n.Data, a.Val)
			case a.Key == "src" && (!strings.HasPrefix(v, "data:image/") || strings.HasPrefix(v, "data:image/svg")):
				t.Errorf("<%s src=%q>", n.Data, a.Val)
			case a.Key != "title" && (strings.Contains(v, "javascript:") || strings.Contains(v, "vbscript:") ||
				strings.Contains(v, "//evil")):
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	}
	if bodies != 1 {
		t.Errorf("%d bodies", bodies)
	}
	if !bytes.Contains(page, []byte(`<meta charset="utf-8">`)) || !bytes.Contains(page, []byte("default-src 'none'")) {
		t.Error("a page without its charset or its policy")
	}
}

func marksOf(paths ...string) []evidence.Mark {
	var out []evidence.Mark
	for _, p := range paths {
		out = append(out, evidence.Mark{ID: "1.x." + string(rune('a'+len(out))), Title: `"><script>alert(1)</script>`,
			Text: "7", Kind: "proved", Place: evidence.Place{Path: p}})
	}
	return out
}

const marker = `<div><table><tr><td>7</td><td id=own name=own onclick=alert(1)>7</td></tr></table></div>`

func TestHostile(t *testing.T) {
	for name, body := range hostile {
		t.Run(name, func(t *testing.T) {
			for _, text := range []string{
				"<html><body>" + marker + body,
				body + marker,
				"<!doctype html><html><head>" + body + "</head><body>" + marker + "</body></html>",
				"<table><tr><td>" + body + "</td></tr></table>" + marker,
				"<p>" + body + "<svg>" + body + "</svg>" + body + "<math>" + body + "</math>" + marker,
			} {
				page, err := evidence.HTML(context.Background(), text,
					marksOf("/html/body/div[1]/table[1]/tbody[1]/tr[1]/td[1]",
						"/html/body/div[1]/table[1]/tbody[1]/tr[1]/td[2]", "/html/body/div[1]", "/html/body"))
				if err != nil {
					t.Fatal(err)
				}
				inert(t, page)
				if bytes.Contains(page, []byte("cannot be shown as it is")) {
					t.Errorf("shown as words only: %q: %.900s", text, page[bytes.Index(page, []byte("<body>")):])
				}
				if strings.HasPrefix(text, "<html><body>") {
					if at := elements(t, page); at["1.x.a"] == nil || at["1.x.a"].Data != "td" || at["1.x.b"] == nil ||
						at["1.x.b"].Data != "td" || at["1.x.c"] == nil || at["1.x.d"] == nil {
						t.Errorf("the marks are not there: %q", text)
					}
				}
				text, err := evidence.Text(context.Background(), text, marksOf(""))
				if err != nil {
					t.Fatal(err)
				}
				inert(t, text)
				blocks, err := evidence.Blocks(context.Background(), []evidence.Block{{Text: body,
					Place: evidence.Place{Path: body}}, {Table: &evidence.Table{Rows: 1, Cols: 2,
					Cells: []evidence.Cell{{RowSpan: 1, ColSpan: 1, Text: body, Place: evidence.Place{Table: 1, Row: 1,
						Column: 1}}}}}}, marksOf(body))
				if err != nil {
					t.Fatal(err)
				}
				inert(t, blocks)
			}
		})
	}
}

// TestSafeStays: what is no danger stays: structure, alignment, hidden text hidden, text of inputs, pictures in the
// page.
func TestSafeStays(t *testing.T) {
	page, err := evidence.HTML(context.Background(),
		`<table><tr><td colspan=2 style="text-align:center;mso-yfti:0" onclick=x>收到 <input value=7></td><td style="display: none">9</td><td><select><option>a<option selected>b</select></td></tr></table>
<img src="data:image/png;base64,iVBORw0KGgo=" onerror=x><img src=a.png alt="图"><a href="http://x.example/a?b=c&d">附件</a><ol start=3><li>c</ol><o:p>d</o:p><center>e</center><iframe src="//x.example/f"></iframe>`, nil)
	if err != nil {
		t.Fatal(err)
	}
	inert(t, page)
	for _, want := range []string{`<td colspan="2" style="text-align: center">收到 <span>7</span></td>`,
		`<td style="display: none">9</td>`, `<span>b</span>`, `<img src="data:image/png;base64,iVBORw0KGgo="`,
		`<span class="left" title="img 图 a.png"></span>`,
		`<span class="address" title="http://x.example/a?b=c&amp;d">附件</span>`, `<ol start="3"><li>c`, `<span>d</span>`,
		`<div>e</div>`, `<span class="left" title="iframe //x.example/f"></span>`} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("%s is not in %s", want, page[bytes.Index(page, []byte("<body>")):])
		}
	}
}

// TestSaid: a mark whose place is not there, or shows something else, is named at the top.
func TestSaid(t *testing.T) {
	marks := marksOf("/html/body/table[1]/tbody[1]/tr[1]/td[1]", "/html/body/table[9]/tbody[1]/tr[1]/td[1]", "")
	marks[0].Text = "8"
	page, err := evidence.HTML(context.Background(), `<table><tr><td>7</td></tr></table>`, marks)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`the dataset has &#34;8&#34;, the place shows &#34;7&#34;`, `<li id="1.x.b">`,
		`1.x.b: its place (/html/body/table[9]/tbody[1]/tr[1]/td[1]) was not found here`,
		`1.x.c: the dataset names no place`} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("%s is not in %s", want, page[bytes.Index(page, []byte("<body>")):])
		}
	}
	// several marks at one place are elements within each other
	marks = marksOf("/html/body/p[1]", "/html/body/p[1]", "/html/body/p[1]", "/html/body/table[1]",
		"/html/body/table[1]", "/html/body/table[1]/tbody[1]/tr[1]", "/html/body/table[1]/tbody[1]/tr[1]",
		"/html/body/img[1]", "/html/body/img[1]", "/html", "/html")
	page, err = evidence.HTML(context.Background(), `<p>7</p><table><tr><td>7</td></tr></table><img src=table.png>`,
		marks)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(page, []byte(`class="said"`)) {
		t.Errorf("not all was found: %s", page[bytes.Index(page, []byte("<body>")):])
	}
}

// TestLimits: pages that would blow up become words, or are cut off, and say so, in little time.
func TestLimits(t *testing.T) {
	if testing.Short() {
		t.Skip("pages of tens of megabytes, read by one goroutine: left out of the short test, which is for the race detector")
	}
	began := time.Now()
	for name, text := range map[string]string{
		"deep":     strings.Repeat("<div>", 20_000) + "7",
		"tags":     strings.Repeat("<b>x</b>", 400_000),
		"long":     "<p>" + strings.Repeat("年度报告", 6<<20) + "</p>",
		"pictures": strings.Repeat(`<img src="data:image/png;base64,`+strings.Repeat("iVBORw0KGgoA", 100_000)+`">`, 20),
		"cells":    "<table>" + strings.Repeat("<tr>"+strings.Repeat("<td>0</td>", 100)+"</tr>", 400) + "</table>",
	} {
		page, err := evidence.HTML(context.Background(), text, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		inert(t, page)
		if words := bytes.Contains(page, []byte("cannot be shown as it is")); words != (name == "deep" ||
			name == "tags" || name == "long") {
			t.Errorf("%s: as words: %v", name, words)
		}
		if len(page) > 30<<20 {
			t.Errorf("%s: %d bytes", name, len(page))
		}
		t.Logf("%s: %d → %d bytes after %s", name, len(text), len(page), time.Since(began).Round(time.Millisecond))
	}
	page, err := evidence.Text(context.Background(), strings.Repeat("年报\n", 1<<20), marksOf(""))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(page, []byte("The text is cut off after")) {
		t.Error("a text that is cut off does not say so")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := evidence.HTML(ctx, "<p>x</p>", nil); err == nil {
		t.Error("a page that nobody waits for was made")
	}
}

func FuzzPage(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, "/html/body/div[1]/table[1]/tbody[1]/tr[1]/td[1]", 0)
	}
	f.Add(marker, "/html/body/div[1]/table[1]/tbody[1]/tr[1]/td[1]", 0)
	f.Add("收到\t7\t8\n一、 7  7 |x|7|\r\n\f", "", 7)
	f.Fuzz(func(t *testing.T, text, path string, offset int) {
		if len(text) > 16<<10 {
			return
		}
		marks := marksOf(path, path, "/html/body", "/html/body/p[1]")
		for i := range marks {
			marks[i].Place.Offset = offset
		}
		for _, make := range []func(context.Context, string, []evidence.Mark) ([]byte, error){evidence.HTML,
			evidence.Text,
			func(ctx context.Context, s string, m []evidence.Mark) ([]byte, error) {
				return evidence.Blocks(ctx, []evidence.Block{{Text: s, Place: evidence.Place{Path: path}}}, m)
			}} {
			page, err := make(context.Background(), text, marks)
			if err != nil {
				t.Fatal(err)
			}
			inert(t, page)
			if again, err := make(context.Background(), text, marks); err != nil || !bytes.Equal(page, again) {
				t.Errorf("two renditions differ: %v", err)
			}
			at := elements(t, page)
			for _, m := range marks {
				if at[m.ID] == nil {
					t.Errorf("%s is neither marked nor missed", m.ID)
				}
			}
			if i := bytes.Index(page, []byte("would not be inert")); i >= 0 {
				t.Errorf("bluemonday let something through: %.200s", page[i:])
			}
		}
	})
}
