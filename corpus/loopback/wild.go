package loopback

import (
	"fmt"
	"net/http"
	"strings"
)

// Portals that are built in ways of their own: what editors and their systems do to a list of reports. Partly says that
// a crawl cannot read the column whole, and is to say so.

// Wild makes a site of each, not started.
func Wild() []*Site {
	return []*Site{YearTree(), Selects(), Matrix(), InnerFrame(), ScriptArray(), Island(), Pinned(), Liar(), Loop(), SamePage(),
		Neighbours(), WallWithin(), Tokens(), Clicks(), FormPager(), Feed(), Spelled(), Empty(), Unknown()}
}

// wild is a system with fewer reports: those of the authority, and of four departments.
func wild(family string) (*Site, []entry) {
	s := newSite(family, "临江市人民政府")
	s.put("/", home(s.Name, "/zwgk/"))
	s.noise(20, s.put)
	s.put("/zwgk/", chrome("政务公开", `<a href="/zwgk/nb/">政府信息公开年报</a>`))
	var out []entry
	for i, body := range []string{s.Name, "临江市教育局", "临江市民政局", "临江市水利局"} {
		for _, y := range Years {
			path := fmt.Sprintf("/content/%d/%d.html", y, 700+i)
			s.put(path, chrome(title(body, y), "<div class=content>"+Report(body, y, i*31+y)+"</div>"))
			s.Reports[path] = y
			out = append(out, entry{path, title(body, y), fmt.Sprintf("%d-01-20", y+1)})
		}
	}
	return s, out
}

const wildPer = 8 // entries a page, three pages

// YearTree: a tree of years in a script, each node the address of a list.
func YearTree() *Site {
	s, all := wild("year tree")
	nodes := `{id:"1",pId:"0",name:"政府信息公开年报",open:true}`
	for _, y := range Years {
		nodes += fmt.Sprintf(`,{id:"%d",pId:"1",name:"%d年",url:"/zwgk/nb/y/%d/",target:"_self"}`, y, y, y)
		var of []entry
		for _, e := range all {
			if s.Reports[e.path] == y {
				of = append(of, e)
			}
		}
		s.put(fmt.Sprintf("/zwgk/nb/y/%d/", y), chrome("年报", "<ul>"+items(of)+"</ul>"))
	}
	s.put("/zwgk/nb/", chrome("政府信息公开年报", `<ul id="tree" class="ztree"></ul><script>var zNodes=[`+nodes+
		`];$(function(){$.fn.zTree.init($("#tree"),setting,zNodes)})</script>`))
	return s
}

// Selects: years in a box; choosing one leads to its list.
func Selects() *Site {
	s, all := wild("select boxes")
	box := `<select onchange="if(this.value)window.location.href=this.value"><option value="">请选择年份</option>`
	for _, y := range Years {
		box += fmt.Sprintf(`<option value="/zwgk/nb/list_y.jsp?nd=%d">%d年度</option>`, y, y)
		var of []entry
		for _, e := range all {
			if s.Reports[e.path] == y {
				of = append(of, e)
			}
		}
		s.put(fmt.Sprintf("/zwgk/nb/list_y.jsp?nd=%d", y), chrome("政府信息公开年报", box+"</select><ul>"+items(of)+"</ul>"))
	}
	s.put("/zwgk/nb/", chrome("政府信息公开年报", box+`</select>`))
	return s
}

// Matrix: a table of departments and years; its cells say 查看, or are files.
func Matrix() *Site {
	s, all := wild("matrix")
	var b strings.Builder
	b.WriteString("<table border=1><tr><th>单位</th>")
	for _, y := range Years {
		fmt.Fprintf(&b, "<th>%d年</th>", y)
	}
	b.WriteString("</tr>")
	for i, e := range all {
		if i%len(Years) == 0 {
			fmt.Fprintf(&b, "<tr><td>%s</td>", strings.Split(e.title, "20")[0])
		}
		to, y := e.path, s.Reports[e.path]
		if i/len(Years) == 2 { // those of one department are files
			to = fmt.Sprintf("/uploads/nb/%d.pdf", 300+i)
			s.file(to, "", pdf(i), "application/pdf")
			delete(s.Reports, e.path)
			s.Reports[to] = y
		}
		fmt.Fprintf(&b, `<td><a href="%s">查看</a></td>`, to)
		if i%len(Years) == len(Years)-1 {
			b.WriteString("</tr>")
		}
	}
	s.put("/zwgk/nb/", chrome("政府信息公开年报", b.String()+"</table>"))
	return s
}

// InnerFrame: the list in a frame of the page, with its pager in it.
func InnerFrame() *Site {
	s, all := wild("inner frame")
	s.put("/zwgk/nb/", chrome("政府信息公开年报", `<iframe src="/cms/list.jsp?cat=12&amp;tpl=plain" width=100% frameborder=0></iframe>`))
	for n := 1; n <= 3; n++ {
		path := "/cms/list.jsp?cat=12&tpl=plain"
		if n > 1 {
			path += fmt.Sprintf("&pageNo=%d", n)
		}
		next := ""
		if n < 3 {
			next = fmt.Sprintf(`<a href="list.jsp?cat=12&amp;tpl=plain&amp;pageNo=%d">下一页</a>`, n+1)
		}
		s.put(path, `<html><head><meta charset=utf-8><base target="_parent"></head><body><ul>`+items(page1(all, n, wildPer))+
			fmt.Sprintf("</ul>共24条 第%d/3页 %s</body></html>", n, next))
	}
	return s
}

// ScriptArray: the entries in an array that a script writes into the page.
func ScriptArray() *Site {
	s, all := wild("script array")
	var b strings.Builder
	for i, e := range all {
		if i%2 == 0 {
			fmt.Fprintf(&b, "list.push({title:'%s', link:'%s', time:'%s'});\n", e.title, e.path, e.date)
		} else {
			fmt.Fprintf(&b, "list[list.length]={\"title\":\"%s\",\"link\":\"%s\"};\n", e.title, e.path)
		}
	}
	s.put("/zwgk/nb/", chrome("政府信息公开年报", "<ul id=box></ul><script>var list=[];\n"+b.String()+
		`for(var i=0;i<list.length;i++){document.write('<li><a href="'+list[i].link+'">'+list[i].title+'</a></li>')}</script>`))
	return s
}

// Island: the records in XML that lies in the page, as a 大汉 page ships the first of them.
func Island() *Site {
	s, all := wild("XML island")
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, `<record><![CDATA[<tr><td><a href="%s" title="%s" target="_blank">%.24s…</a></td></tr>]]></record>`,
			e.path, e.title, e.title)
	}
	s.put("/zwgk/nb/", chrome("政府信息公开年报", `<div id="9021" class="list"></div><script type="text/xml"><datastore><nextgroup></nextgroup>`+
		`<totalrecord>24</totalrecord><totalpage>1</totalpage><recordset>`+b.String()+`</recordset></datastore></script>`))
	return s
}

// Pinned: two entries stand on top of each page, and the second page cannot be had: what is pinned hides no gap.
func Pinned() *Site {
	s, all := wild("pinned")
	s.Partly = true
	for n := 1; n <= 3; n++ {
		name := "/zwgk/nb/"
		if n > 1 {
			name = fmt.Sprintf("/zwgk/nb/index_%d.html", n-1)
		}
		body := chrome("政府信息公开年报", "<ul>"+items(all[:2])+items(page1(all[2:], n, wildPer))+
			fmt.Sprintf("</ul>共24条<script>createPageHTML(3, %d, 'index', 'html')</script>", n-1))
		if n == 2 {
			for _, e := range page1(all[2:], 2, wildPer) {
				delete(s.Reports, e.path)
			}
			body = Walls()["登录"]
		}
		s.put(name, body)
	}
	return s
}

// Liar: the list says that it has more than there is.
func Liar() *Site {
	s, all := wild("liar")
	s.Partly = true
	for n := 1; n <= 3; n++ {
		name := "/zwgk/nb/"
		if n > 1 {
			name = fmt.Sprintf("/zwgk/nb/index_%d.html", n-1)
		}
		s.put(name, chrome("政府信息公开年报", "<ul>"+items(page1(all, n, wildPer))+
			fmt.Sprintf("</ul>共52条<script>createPageHTML(3, %d, 'index', 'html')</script>", n-1)))
	}
	return s
}

// Loop: behind the last page the list begins again, and never ends.
func Loop() *Site {
	s, all := wild("loop")
	s.on("/zwgk/nb/", func(w http.ResponseWriter, r *http.Request) {
		n := max(1, atoi(r.FormValue("p")))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, chrome("政府信息公开年报", "<ul>"+items(page1(all, (n-1)%3+1, wildPer))+
			fmt.Sprintf(`</ul><a href="?p=%d">下一页</a>`, n+1)))
	})
	return s
}

// SamePage: a list that shows its first page for each number.
func SamePage() *Site {
	s, all := wild("same page")
	s.Partly = true
	for _, e := range all[wildPer:] {
		delete(s.Reports, e.path)
	}
	s.on("/zwgk/nb/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, chrome("政府信息公开年报", "<ul>"+items(page1(all, 1, wildPer))+
			`</ul>第1/3页 <a href="?pageNo=2">2</a> <a href="?pageNo=3">3</a>`))
	})
	return s
}

// Neighbours: other yearly reports in the same column: of websites, of the rule of law, of budgets, of companies.
func Neighbours() *Site {
	s, all := wild("neighbours")
	li := items(all)
	for i, of := range []string{"政府网站工作年度报表（%d年度）", "%d年法治政府建设年度报告", "%d年度部门决算公开", "临江市%d年国民经济和社会发展统计公报",
		"%d年度政府信息公开工作年度报告解读", "关于报送%d年度政府信息公开工作年度报告的通知", "%d年政务新媒体工作年度报表"} {
		for _, y := range Years {
			path := fmt.Sprintf("/other/%d/%d.html", i, y)
			t := fmt.Sprintf(of, y)
			s.put(path, chrome(t, "<h1>"+t+"</h1><table><tr><td>网站名称</td><td>临江市人民政府</td></tr><tr><td>独立用户访问总量</td><td>"+
				fmt.Sprint(y*31)+"</td></tr></table><p>一、总体情况</p><p>全年各项工作有序推进。</p><p>二、存在问题</p>"))
			li += `<li><a href="` + path + `">` + t + "</a></li>"
		}
	}
	s.put("/zwgk/nb/", chrome("政府信息公开年报", "<ul>"+li+"</ul>"))
	return s
}

// WallWithin: a login stands in the place of a page of the list, and a wall in that of a report.
func WallWithin() *Site {
	s, all := wild("wall within")
	s.Partly = true
	for n := 1; n <= 3; n++ {
		name := fmt.Sprintf("/zwgk/nb/list_%d.shtml", n)
		if n == 1 {
			name = "/zwgk/nb/"
		}
		body := chrome("政府信息公开年报", "<ul>"+items(page1(all, n, wildPer))+"</ul><script>"+
			fmt.Sprintf("createPageHTML('page_div',3, %d,'list','shtml',24);</script>", n))
		if n == 2 {
			body = Walls()["滑块"]
			for _, e := range page1(all, 2, wildPer) {
				delete(s.Reports, e.path)
			}
		}
		s.put(name, body)
	}
	s.PutWall(all[1].path, Walls()["雷池"])
	delete(s.Reports, all[1].path)
	return s
}

// Tokens: addresses that carry a token and a counter, other ones on each page and at each visit.
func Tokens() *Site {
	s, all := wild("tokens")
	s.plain = true
	n := 0
	token := func() string { s.mu.Lock(); defer s.mu.Unlock(); n++; return fmt.Sprintf("%08x%d", n*2654435761, n) }
	s.on("/zwgk/nb/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		li := ""
		for _, e := range all {
			li += fmt.Sprintf(`<li><a href="%s?token=%s&amp;ts=17%s">%s</a></li>`, e.path, token(), token()[8:], e.title)
		}
		fmt.Fprint(w, chrome("政府信息公开年报", "<ul>"+li+"</ul>您是第"+token()+"位访问者"))
	})
	return s
}

// Clicks: entries that a function of the page opens.
func Clicks() *Site {
	s, all := wild("clicks")
	li := ""
	for _, e := range all {
		id := strings.TrimSuffix(strings.ReplaceAll(strings.TrimPrefix(e.path, "/content/"), "/", "','"), ".html")
		li += fmt.Sprintf(`<li onclick="openNews('%s')"><span>%s</span><em>%s</em></li>`, id, e.title, e.date)
	}
	s.put("/zwgk/nb/", chrome("政府信息公开年报", "<ul>"+li+"</ul><script>var ctx='';"+
		"function openNews(y,no){var u=ctx+'/content/'+y+'/'+no+'.html';"+
		"window.open(u,'_blank')}</script>"))
	return s
}

// FormPager: a pager whose links set a field of a form and send it.
func FormPager() *Site {
	s, all := wild("form pager")
	s.on("/zwgk/nb/", func(w http.ResponseWriter, r *http.Request) {
		n := max(1, atoi(r.FormValue("curPage")))
		if n > 1 && (r.FormValue("colId") != "55" || r.Method != http.MethodPost) {
			n = 1
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, chrome("政府信息公开年报", "<ul>"+items(page1(all, n, wildPer))+fmt.Sprintf(`</ul><form name="pageForm" id="pageForm" `+
			`action="/zwgk/nb/" method="post"><input type=hidden name=colId value=55><input type=hidden name=curPage value=%d></form>`+
			`共24条 第%d页/共3页 <a href="javascript:goPage(%d)">下一页</a><a href="javascript:goPage(3)">尾页</a>`+
			`<script>function goPage(n){document.pageForm.curPage.value=n;document.pageForm.submit();}</script>`, n, n, min(n+1, 3))))
	})
	return s
}

// Feed: a list that a script gets as XML with elements of its own.
func Feed() *Site {
	s, all := wild("XML feed")
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link><pubDate>%s</pubDate></item>", e.title, e.path, e.date)
	}
	s.putAs("/zwgk/nb/list.xml", `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>政府信息公开年报</title>`+b.String()+
		"</channel></rss>", "text/xml; charset=utf-8", false)
	s.put("/zwgk/nb/", chrome("政府信息公开年报", `<ul id=box></ul><script>$.ajax({url:"list.xml",dataType:"xml",success:draw})</script>`))
	return s
}

// Spelled: years in Chinese numerals and in wide digits, titles cut in two, letters in capitals, an address of its own for
// relative links.
func Spelled() *Site {
	s, all := wild("spelled")
	li := ""
	wide := strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３", "4", "４", "5", "５", "6", "６", "7", "７", "8", "８", "9", "９")
	han := strings.NewReplacer("0", "〇", "1", "一", "2", "二", "3", "三", "4", "四", "5", "五", "6", "六", "7", "七", "8", "八", "9", "九")
	for i, e := range all {
		t := e.title
		switch i % 3 {
		case 0:
			t = wide.Replace(t)
		case 1:
			t = han.Replace(t)
		}
		r := []rune(t)
		li += fmt.Sprintf("<LI><A HREF=%s>%s<BR>\n  %s</A>", strings.TrimPrefix(e.path, "/content/"), string(r[:8]), string(r[8:]))
	}
	s.put("/zwgk/nb/", strings.Replace(chrome("政府信息公开年报", "<UL>"+li+"</UL>"), "<head>", `<head><base href="/content/">`, 1))
	return s
}

// Empty: a column that says that it has nothing yet.
func Empty() *Site {
	s, _ := wild("empty")
	s.Reports = map[string]int{}
	s.Partly = true
	s.put("/zwgk/nb/", chrome("政府信息公开年报", `<ul class=list><li>暂无信息</li></ul>`))
	return s
}

// Unknown: a list that a script of its own gets in a way that cannot be read from it.
func Unknown() *Site {
	s, _ := wild("unknown script")
	s.Reports = map[string]int{}
	s.Partly = true
	s.put("/zwgk/nb/", chrome("政府信息公开年报", `<ul id=box></ul><script>`+
		`var k=[104,116].map(function(c){return String.fromCharCode(c)}).join('');`+
		`_0x1f(k, atob('bGlzdA=='))</script>`))
	return s
}
