package loopback

import (
	"fmt"
	"net/http"
	"strings"
)

// Parts: reports that go on over further pages, in as many manners as there are years: numbered by a script as TRS and as
// 开普云 do it, by links 下一页, by a parameter; one of which a page is not there; and one whole one with a pager below it
// that leads to the same page.
func Parts() *Site {
	s := newSite("parts", "清河县人民政府")
	s.put("/", home(s.Name, "/zwgk/nb/"))
	s.noise(10, s.put)
	list := ""
	for i, y := range Years {
		text := strings.Replace(Report(s.Name, y, i), "<h1>"+title(s.Name, y)+"</h1>", "", 1)
		cut := []int{0, strings.Index(text, "<p>三、"), strings.Index(text, "<p>四、"), len(text)}
		if i == 0 { // a table goes on over the page
			at := strings.Index(text, "<tr><td>第16项")
			text = text[:at] + "</table>\x00<table border=1>" + text[at:]
			cut = []int{0, strings.IndexByte(text, 0), strings.Index(text, "<p>四、"), len(text)}
		}
		n := len(cut) - 1
		page := func(k int, pager string) string {
			body := strings.Trim(text[cut[k]:cut[k+1]], "\x00")
			return chrome(title(s.Name, y), "<div class=article><h1>"+title(s.Name, y)+"</h1><div class=content>"+body+"</div>"+pager+
				`<div class=close><a href="javascript:window.close()">关闭窗口</a></div></div>`)
		}
		at := fmt.Sprintf("/zwgk/nb/t%d.html", y)
		switch i {
		case 0, 4:
			for k := range n {
				pager := fmt.Sprintf("<div class=page><script>createPageHTML(%d, %d, 't%d', 'html');</script></div>", n, k, y)
				if i == 4 && k == 1 {
					continue // is not there
				}
				s.put(fmt.Sprintf("/zwgk/nb/t%d%s.html", y, map[int]string{1: "_1", 2: "_2"}[k]), page(k, pager))
			}
		case 1:
			at = fmt.Sprintf("/zwgk/nb/c%d.shtml", y)
			for k := range n {
				pager := fmt.Sprintf("<div class=page><script>createPageHTML('page_div',%d, %d,'c%d','shtml',%d);</script></div>",
					n, k+1, y, n)
				s.put(fmt.Sprintf("/zwgk/nb/c%d%s.shtml", y, map[int]string{1: "_2", 2: "_3"}[k]), page(k, pager))
			}
		case 2:
			for k := range n {
				pager := `<div class=page>`
				if k > 0 {
					pager += fmt.Sprintf(`<a href="t%d%s.html">上一页</a> `, y, map[int]string{2: "_2"}[k])
				}
				pager += fmt.Sprintf("<span>第%d页</span>", k+1)
				if k+1 < n {
					pager += fmt.Sprintf(`<a href="t%d_%d.html">下一页</a>`, y, k+2)
				}
				s.put(fmt.Sprintf("/zwgk/nb/t%d%s.html", y, map[int]string{1: "_2", 2: "_3"}[k]), page(k, pager+"</div>"))
			}
		case 3, 5:
			at = fmt.Sprintf("/zwgk/nb/show.asp?id=%d", y)
			whole := page
			if i == 5 {
				cut = []int{0, len(text)}
				whole = func(_ int, pager string) string { return page(0, pager) }
			}
			s.handle["/zwgk/nb/show.asp"] = chain(s.handle["/zwgk/nb/show.asp"], func(w http.ResponseWriter, r *http.Request) bool {
				if r.FormValue("id") != fmt.Sprint(y) {
					return false
				}
				k := max(1, atoi(r.FormValue("page")))
				pager := "<div class=page>"
				for j := 1; j <= n; j++ {
					pager += fmt.Sprintf(`<a href="show.asp?id=%d&amp;page=%d">[%d]</a> `, y, j, j)
				}
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				fmt.Fprint(w, whole(min(k, n)-1, pager+"</div>"))
				return true
			})
		}
		s.Reports[at] = y
		list += `<li><a href="` + at + `">` + title(s.Name, y) + "</a></li>"
	}
	s.put("/zwgk/nb/", chrome("政府信息公开年报", "<ul>"+list+"</ul>"))
	return s
}

// chain asks one handler after the other.
func chain(a, b func(http.ResponseWriter, *http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool { return a != nil && a(w, r) || b(w, r) }
}
