package loopback

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// CommonSearch is SearchList at the address of the securities and health commissions, the channel named in a meta.
func CommonSearch() *Site {
	s, all := system("UCAP common search", "/zwgk/nb/common_list.shtml")
	body := chrome("政府信息公开年报", `<ul id=list></ul><script>var id = $("meta[name=channelid]").attr("content"); `+
		`$.getJSON("/common/search/" + id + "?_isJson=true&_pageSize=18&page=" + n, show)</script>`)
	s.put("/zwgk/nb/common_list.shtml", strings.Replace(body, "<head>", `<head><meta name="channelid" content="c0ffee">`, 1))
	s.on("/common/search/c0ffee", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.FormValue("page"))
		per, _ := strconv.Atoi(r.FormValue("_pageSize"))
		answerJSON(w, map[string]any{"data": map[string]any{"total": listed, "page": n, "rows": per,
			"results": records(page1(all, n, per), "title", "url", "publishedTimeStr")}})
	})
	return s
}

// ClassSQL: the first entries stand in the page, which says how many there are; the others come by POST from a search
// that an outside script asks, with a condition that it puts together.
func ClassSQL() *Site {
	s, all := system("TRS search", "/zwgk/nb/")
	s.put("/zwgk/nb/", chrome("政府信息公开年报", "<ul class=gl-ul>"+items(page1(all, 1, 0))+
		`</ul><script src="/js/jquery.min.js"></script>`+
		`<script src="/js/list2.trsapi.js"></script><script>listModel({chnlId: '4521', maxStaticIndex: 1, pagebar: {prepage: 15, `+
		`recordCount: '38', page: 1}})</script>`))
	s.putAs("/js/list2.trsapi.js", `define(function () { return function listModel(o) {
		var sql = "siteid=12*chnlid=" + o.chnlId;
		function load(p) { $.ajax({ type: "post", url: "/pt-search/search", dataType: "json", data: { channelid: "229105",
			classsql: sql, page: p, prepage: o.pagebar.prepage, sortfield: "-docreltime" }, success: function (d) { show(d.docs) } }) }
		bind(load) } })`, "application/javascript", false)
	s.on("/pt-search/search", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.PostFormValue("channelid") != "229105" ||
			r.PostFormValue("classsql") != "siteid=12*chnlid=4521" {
			http.Error(w, "parameters", http.StatusInternalServerError)
			return
		}
		n, _ := strconv.Atoi(r.PostFormValue("page"))
		per, _ := strconv.Atoi(r.PostFormValue("prepage"))
		answerJSON(w, map[string]any{"count": listed, "docs": records(page1(all, n, per), "title", "url", "docreltime")})
	})
	return s
}

// InfoDetail: pages of a program in the browser; the list and each article by POST.
func InfoDetail() *Site {
	s, all := system("info detail", "/col/c18/index.html")
	shell := func(title string) string {
		return `<html><head><meta charset=utf-8><title>` + title + `</title></head><body><div id=app></div>` +
			`<script src="/static/vue.min.js"></script><script src="/static/app.4f2.js"></script></body></html>`
	}
	s.put("/col/c18/index.html", shell("政府信息公开年报"))
	s.putAs("/static/app.4f2.js", `var root="/html";var vm={data(){return{columnId:"c18",pageNo:1,pageSize:20,rows:[]}},methods:{
		load(){axios.post(root+"/info/list",{columnId:this.columnId,
			pageNo:this.pageNo,pageSize:this.pageSize}).then(r=>{this.rows=r.data.data.records})},
		detail(){let artId=location.pathname.split("/").pop();
			axios.post(`+"`${root}/info/detail`"+`,Qs.stringify({id:artId})).then(r=>{this.body=r.data.data.body})}}}`,
		"application/javascript", false)
	texts := map[string]entry{}
	for i, e := range all {
		path := fmt.Sprintf("/art/info/c18/i2025-%d", 100+i)
		y := s.Reports[e.path]
		delete(s.Reports, e.path)
		s.Reports[path] = y
		s.put(path, shell(s.Name))
		texts[fmt.Sprintf("i2025-%d", 100+i)] = e
		all[i] = entry{path, e.title, e.date}
	}
	bodies := map[string]string{}
	for id, e := range texts {
		bodies[id] = string(s.pages[e.path].body)
	}
	s.on("/html/info/list", func(w http.ResponseWriter, r *http.Request) {
		in := jsonOf(r)
		if in["columnId"] != "c18" {
			answerJSON(w, map[string]any{"success": false})
			return
		}
		n, _ := in["pageNo"].(float64)
		per, _ := in["pageSize"].(float64)
		answerJSON(w, map[string]any{"success": true, "data": map[string]any{"total": listed, "size": per,
			"records": records(page1(all, int(n), int(per)), "title", "url", "publishTime")}})
	})
	s.on("/html/info/detail", func(w http.ResponseWriter, r *http.Request) {
		e, ok := texts[r.PostFormValue("id")]
		if !ok {
			answerJSON(w, map[string]any{"success": false, "data": nil})
			return
		}
		_, body, _ := strings.Cut(bodies[r.PostFormValue("id")], "<div class=content>")
		body, _, _ = strings.Cut(body, "<div class=foot>")
		answerJSON(w, map[string]any{"success": true, "data": map[string]any{"id": r.PostFormValue("id"), "title": e.title,
			"publishTime": e.date, "body": body}})
	})
	return s
}

// InfoPublic: a list by the query of an ASP.NET page, its pages numbered in the query.
func InfoPublic() *Site {
	s, all := system("InfoPublic", "/InfoPublic.aspx?cid=1019&pid=971")
	s.on("/InfoPublic.aspx", func(w http.ResponseWriter, r *http.Request) {
		n := max(1, atoi(r.FormValue("page")))
		pager := fmt.Sprintf("<span>第%d页/共3页</span>", n)
		for k := 1; k <= 3; k++ {
			pager += fmt.Sprintf(`<a href="InfoPublic.aspx?cid=1019&amp;pid=971&amp;page=%d">%d</a> `, k, k)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, chrome("政府信息公开年报", `<form id=form1 action="./InfoPublic.aspx?cid=1019&amp;pid=971" method=post>`+
			`<input type=hidden name=__VIEWSTATE value=x><table>`+rows(page1(all, n, 0))+`</table>`+pager+`</form>`))
	})
	return s
}

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }

func rows(all []entry) string {
	var b strings.Builder
	for i, e := range all {
		fmt.Fprintf(&b, `<tr><td>%d</td><td><a href="%s" target=_blank>%s</a></td><td>%s</td></tr>`, i+1, e.path, e.title, e.date)
	}
	return b.String()
}

// TwoLists: the lists of the bodies and of the government on one page.
func TwoLists() *Site {
	s, all := system("two lists", "/zwgk/nb/list.html")
	s.put("/zwgk/nb/list.html", chrome("政府信息公开年报", `<div id="in_zfnb"><h3>政府年报</h3><ul>`+items(all[:len(Years)])+
		`</ul></div><div id="in_list"><h3>部门年报</h3><ul>`+items(all[len(Years):])+`</ul></div>`))
	return s
}

// Mixed: a list in which reports, files and pictures that explain them stand side by side; the pages say their titles and
// days in elements of their own.
func Mixed() *Site {
	s, all := system("mixed", "/zwgk/nb/index.html")
	var li []string
	for i, e := range all {
		y := s.Reports[e.path]
		switch {
		case i%5 == 3: // the file itself
			at := fmt.Sprintf("/zwgk/nb/files/W0%d.pdf", i)
			s.file(at, "", pdf(i), "application/pdf")
			delete(s.Reports, e.path)
			s.Reports[at] = y
			li = append(li, fmt.Sprintf(`<li><a href="./files/W0%d.pdf">%s</a></li>`, i, e.title))
		default:
			body := string(s.pages[e.path].body)
			body = strings.Replace(body, "<h1>"+e.title+"</h1>", `<div id="title">`+e.title+`</div><div id="pubDate">`+e.date+"</div>", 1)
			s.put(e.path, body)
			li = append(li, fmt.Sprintf(`<li><a href="%s">%s</a></li>`, e.path, e.title))
		}
		if i%4 == 0 { // explained by a picture
			s.put(fmt.Sprintf("/zwgk/nb/tj%d.html", i), chrome("图解", fmt.Sprintf("<h1>图解：%s</h1><img src=tj%d.jpg>", e.title, i)))
			li = append(li, fmt.Sprintf(`<li><a href="tj%d.html">图解：%s</a></li><li><a href="tj%d.jpg">一图读懂%s</a></li>`,
				i, e.title, i, e.title))
		}
	}
	per := (len(li) + 2) / 3
	n := 0
	for part := range slices.Chunk(li, per) {
		name := "/zwgk/nb/index.html"
		if n > 0 {
			name = fmt.Sprintf("/zwgk/nb/index_%d.html", n)
		}
		s.put(name, chrome("政府信息公开年报", "<ul>"+strings.Join(part, "")+"</ul><script>"+
			fmt.Sprintf("createPageHTML(3, %d, 'index', 'html');</script>", n)))
		n++
	}
	return s
}

// Veterans: countPage, and metas that say title, day and source.
func Veterans() *Site {
	s, all := system("veterans", "/zwgk/nb/")
	for n := 1; n <= 3; n++ {
		body := chrome("政府信息公开年报", "<ul>"+items(page1(all, n, 0))+"</ul><script>"+
			fmt.Sprintf("var currentPage=%d;//所在页\nvar prevPage=currentPage-1;\nvar countPage = 3//共多少页\n</script>", n-1))
		name := fmt.Sprintf("/zwgk/nb/index_%d.html", n-1)
		if n == 1 {
			name = "/zwgk/nb/"
		}
		s.put(name, body)
	}
	for _, e := range all {
		s.put(e.path, strings.Replace(string(s.pages[e.path].body), "<head>", `<head><meta name="ArticleTitle" content="`+e.title+
			`"><meta name="PubDate" content="`+e.date+` 10:20"><meta name="ContentSource" content="`+s.Name+`">`, 1))
	}
	return s
}

// PagerCall: Pager({size: 3, current: 0, prefix: 'index', suffix: 'html'}).
func PagerCall() *Site {
	s, all := system("Pager()", "/zwgk/nb/")
	for n := 1; n <= 3; n++ {
		name := fmt.Sprintf("/zwgk/nb/index_%d.html", n-1)
		if n == 1 {
			name = "/zwgk/nb/"
		}
		s.put(name, chrome("政府信息公开年报", "<ul>"+items(page1(all, n, 0))+"</ul><script>"+
			fmt.Sprintf("Pager({size:3, current:%d, prefix:'index', suffix:'html'});</script>", n-1)))
	}
	return s
}

// PageDec: the pages of a list counted in attributes of an element that a script fills.
func PageDec() *Site {
	s, all := system("pageDec", "/zwgk/nb/")
	for n := 1; n <= 3; n++ {
		name := fmt.Sprintf("/zwgk/nb/index_%d.html", n-1)
		if n == 1 {
			name = "/zwgk/nb/"
		}
		s.put(name, chrome("政府信息公开年报", "<table><tr><td><ul>"+items(page1(all, n, 0))+`</ul></td></tr></table>`+
			`<div id="pageDec" pagesize="15" pagecount="3" pagename="index" pageext="html"></div>`))
	}
	return s
}
