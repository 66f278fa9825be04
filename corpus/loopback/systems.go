package loopback

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// The systems that portals of whole provinces are built with, as far as is known from outside of how their lists come.
// Each list has 38 reports, 15 a page: those of the authority, and those of its departments.

const (
	listed  = 38
	perList = 15
)

// An entry is one of a list.
type entry struct{ path, title, date string }

// Systems makes a site of every system, not started.
func Systems() []*Site {
	return []*Site{PageDiv(), CountPage(), StatedMore(), SearchList(), Label(), AjaxParam(), Jpaas(), Xxgk(), Gkmlpt(), WebBuilder(),
		TaxList(), CommonSearch(), ClassSQL(), InfoDetail(), InfoPublic(), TwoLists(), Mixed(), Veterans(), PagerCall(), PageDec()}
}

// system makes a site with 38 reports, and a column at a path.
func system(family, column string) (*Site, []entry) {
	s := newSite(family, "安河市人民政府")
	s.put("/", home(s.Name, "/zwgk/"))
	s.noise(20, s.put)
	s.put("/zwgk/", chrome("政务公开", `<a href="`+column+`">政府信息公开年报</a>`))
	kinds := []string{"教育局", "公安局", "财政局", "民政局", "司法局", "水利局", "商务局", "审计局"}
	var out []entry
	for i := range listed {
		y := Years[i%len(Years)]
		agency := s.Name
		if i >= len(Years) {
			agency = "安河市" + kinds[i%len(kinds)] + fmt.Sprintf("第%d分局", i)
		}
		path := fmt.Sprintf("/art/%d/1/%d.html", y+1, 4000+i)
		s.put(path, chrome(title(agency, y), "<div class=content>"+Report(agency, y, i)+"</div>"))
		s.Reports[path] = y
		out = append(out, entry{path, title(agency, y), fmt.Sprintf("%d-01-20", y+1)})
	}
	return s, out
}

// jsonOf reads a request's JSON.
func jsonOf(r *http.Request) (out map[string]any) {
	b, _ := io.ReadAll(r.Body)
	if json.Unmarshal(b, &out) != nil {
		return nil
	}
	return out
}

// page1 gives the entries of a page, counted from 1.
func page1(all []entry, n, per int) []entry {
	if per <= 0 {
		per = perList
	}
	from := (n - 1) * per
	if from < 0 || from >= len(all) {
		return nil
	}
	return all[from:min(len(all), from+per)]
}

func items(all []entry) string {
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, `<li><a href="%s" title="%s">%s</a><span>%s</span></li>`, e.path, e.title, e.title, e.date)
	}
	return b.String()
}

func (s *Site) on(path string, h func(w http.ResponseWriter, r *http.Request)) {
	s.handle[path] = func(w http.ResponseWriter, r *http.Request) bool { h(w, r); return true }
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	json.NewEncoder(w).Encode(v)
}

// records are entries as objects, under the names that a system gives their fields.
func records(all []entry, title, at, date string) []map[string]any {
	out := []map[string]any{}
	for i, e := range all {
		out = append(out, map[string]any{title: e.title, at: e.path, date: e.date, "seq": i})
	}
	return out
}

// PageDiv: createPageHTML('page_div', 3, 1, 'list', 'shtml', 38).
func PageDiv() *Site {
	s, all := system("UCAP static", "/zwgk/nb/list.shtml")
	for n := 1; n <= 3; n++ {
		name := "/zwgk/nb/list.shtml"
		if n > 1 {
			name = fmt.Sprintf("/zwgk/nb/list_%d.shtml", n)
		}
		s.put(name, chrome("政府信息公开年报", "<ul>"+items(page1(all, n, 0))+"</ul><div id=page_div></div><script>"+
			fmt.Sprintf("createPageHTML('page_div',3, %d,'list','shtml',38);</script>", n)))
	}
	return s
}

// CountPage: var countPage = 3; index.html, index_1.html …
func CountPage() *Site {
	s, all := system("countPage", "/zwgk/nb/index.html")
	for n := 1; n <= 3; n++ {
		name := "/zwgk/nb/index.html"
		if n > 1 {
			name = fmt.Sprintf("/zwgk/nb/index_%d.html", n-1)
		}
		s.put(name, chrome("政府信息公开年报", "<ul>"+items(page1(all, n, 0))+"</ul><script>"+
			fmt.Sprintf("var currentPage = %d; var countPage = 3; document.write(pages(countPage));</script>", n-1)))
	}
	return s
}

// StatedMore: a page that says that it has more than it shows, and leads to none of it in a way that is known: the
// absence of the rest is to be said.
func StatedMore() *Site {
	s, all := system("stated more", "/zwgk/nb/index.html")
	for _, e := range all[perList:] {
		delete(s.Reports, e.path)
	}
	s.put("/zwgk/nb/index.html", chrome("政府信息公开年报", "<ul>"+items(page1(all, 1, 0))+"</ul><script>var recordCount = 38; "+
		"var maxStaticIndex = 1;</script><script src=/js/search.js></script>"))
	return s
}

// SearchList: a search that answers JSON.
func SearchList() *Site {
	s, all := system("UCAP search", "/zwgk/nb/index.html")
	body := chrome("政府信息公开年报", `<ul id=list></ul><script>var at = "/searchList/a1b2c3"; `+
		`$.getJSON(at + "?_isJson=true&_pageSize=10&page=" + n, show)</script>`)
	s.put("/zwgk/nb/index.html", strings.Replace(body, "<head>", `<head><meta name="channelid" content="a1b2c3">`, 1))
	s.on("/searchList/a1b2c3", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.FormValue("page"))
		per, _ := strconv.Atoi(r.FormValue("_pageSize"))
		answerJSON(w, map[string]any{"data": map[string]any{"total": listed, "page": n, "rows": per,
			"results": records(page1(all, n, per), "title", "url", "publishedTimeStr")}})
	})
	return s
}

// Label: fragments of HTML behind Ls.pagination.
func Label() *Site {
	s, all := system("lonsun", "/zwgk/nb/index.html")
	s.put("/zwgk/nb/index.html", chrome("政府信息公开年报", "<ul>"+items(page1(all, 1, 0))+`</ul><script>Ls.pagination({elem: "#page", `+
		`url: "/site/label/8888?labelName=publicInfoList&siteId=6&organId=12&pageSize=15&pageIndex=1", pageCount: 3, total: 38})</script>`))
	s.on("/site/label/8888", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.FormValue("pageIndex"))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<ul>"+items(page1(all, n, 0))+"</ul>")
	})
	return s
}

// AjaxParam: the first entries in an array of the page, the rest by POST from a proxy.
func AjaxParam() *Site {
	s, all := system("jpage POST", "/col/col9/index.html")
	var first []string
	for _, e := range page1(all, 1, 0) {
		first = append(first, strconv.Quote(items([]entry{e})))
	}
	s.put("/col/col9/index.html", chrome("政府信息公开年报", `<div id=327></div><script>var InitData327=[`+strings.Join(first, ",")+
		`]; $("#327").jpage({ajaxParam:{col:1,webid:1,path:'/',columnid:9,unitid:'327',webname:'x',permissiontype:0}, `+
		`totalRecord:38, perPage:15})</script>`))
	s.on("/module/web/jpage/dataproxy.jsp", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.PostFormValue("unitid") != "327" || r.PostFormValue("columnid") != "9" {
			http.Error(w, "parameters", http.StatusInternalServerError)
			return
		}
		from, _ := strconv.Atoi(r.FormValue("startrecord"))
		to, _ := strconv.Atoi(r.FormValue("endrecord"))
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		fmt.Fprintf(w, "<?xml version='1.0' encoding='utf-8'?><datastore><totalrecord>%d</totalrecord><recordset>", listed)
		for i := max(1, from); i <= min(to, listed); i++ {
			fmt.Fprintf(w, "<record><![CDATA[%s]]></record>", items(all[i-1:i]))
		}
		fmt.Fprint(w, "</recordset></datastore>")
	})
	return s
}

// Jpaas: HTML in JSON from a unit of the page.
func Jpaas() *Site {
	s, all := system("jpaas", "/zwgk/nb/index.html")
	s.put("/zwgk/nb/index.html", chrome("政府信息公开年报", `<script parseType="buildstatic" queryData="{'webId':'w1','pageId':'p2',`+
		`'parseType':'bulidstatic','pageType':'column','tagId':'列表','tplSetId':'t3'}" `+
		`url="/api-gateway/jpaas-publish-server/front/page/build/unit"></script>`))
	s.on("/api-gateway/jpaas-publish-server/front/page/build/unit", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ PageNo, PageSize int }
		if err := json.Unmarshal([]byte(r.FormValue("paramJson")), &in); err != nil || r.FormValue("webId") != "w1" ||
			r.FormValue("tagId") != "列表" {
			answerJSON(w, map[string]any{"success": false, "code": "400"})
			return
		}
		answerJSON(w, map[string]any{"success": true, "data": map[string]any{"html": "<ul>" + items(page1(all, in.PageNo, in.PageSize)) +
			`</ul><div class="page" count="38" limit="15">共38条</div>`}})
	})
	return s
}

// Xxgk: a catalogue whose list a form asks for.
func Xxgk() *Site {
	s, all := system("xxgk", "/col/col11/index.html")
	s.put("/col/col11/index.html", chrome("政府信息公开年报", `<div id=tree></div><script>$.get("/module/xxgk/tree.jsp", {infotypeId: "A0105", `+
		`jdid: "3"}, show)</script>`))
	s.on("/module/xxgk/search.jsp", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.PostFormValue("infotypeId") != "A0105" || r.PostFormValue("jdid") != "3" {
			http.Error(w, "parameters", http.StatusInternalServerError)
			return
		}
		n, _ := strconv.Atoi(r.FormValue("currpage"))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<table><tr><td>政府信息公开年报</td></tr></table><ul>%s</ul><div>总共3页 共38条 "+
			"<a href='javascript:gotopage(%d)'>下一页</a></div>", items(page1(all, n, 0)), n+1)
	})
	return s
}

// Gkmlpt: the number of the column stands behind the # of its address, that of the site in the page.
func Gkmlpt() *Site {
	s, all := system("gkmlpt", "/gkmlpt/annualreport#2629")
	s.put("/gkmlpt/annualreport", `<html><head><meta charset=utf-8><title>政府信息公开年报</title></head><body><div id=app></div>`+
		`<script>window._CONFIG = {API: '/gkmlpt/api', SID: '755001', name: '安河市'}</script>`+
		`<script src="/gkmlpt/js/app.js"></script></body></html>`)
	s.on("/gkmlpt/api/all/2629", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.FormValue("page"))
		if r.URL.Query().Get("sid") != "755001" {
			answerJSON(w, map[string]any{"articles": []any{}, "total": 0})
			return
		}
		answerJSON(w, map[string]any{"articles": records(page1(all, n, 10), "title", "url", "date"), "total": listed})
	})
	return s
}

// WebBuilder: a list by POST of JSON, counted from page 0.
func WebBuilder() *Site {
	s, all := system("WebBuilder", "/zwgk/nb/list.html")
	s.put("/zwgk/nb/list.html", chrome("政府信息公开年报", `<ul id=list></ul><script>var siteGuid = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a", `+
		`categoryNum = "003007"; $.ajax({type: "post", url: "/EpointWebBuilder/rest/lightfrontaction/getgovinfolist"})</script>`))
	s.on("/EpointWebBuilder/rest/lightfrontaction/getgovinfolist", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Params struct {
				Siteguid, Categorynum string
				Pageindex, Pagesize   int
			}
		}
		b, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(b, &in); err != nil || in.Params.Categorynum != "003007" ||
			!strings.HasPrefix(in.Params.Siteguid, "7eb5") || !strings.Contains(r.Header.Get("Content-Type"), "json") {
			http.Error(w, "parameters", http.StatusInternalServerError)
			return
		}
		answerJSON(w, map[string]any{"custom": map[string]any{"total": listed,
			"infodata": records(page1(all, in.Params.Pageindex+1, in.Params.Pagesize), "title", "infourl", "infodate")}})
	})
	return s
}

// TaxList: a list of files by the number of a channel.
func TaxList() *Site {
	s, all := system("tax", "/zwgk/nb/index.html")
	s.put("/zwgk/nb/index.html", chrome("政府信息公开年报", `<ul id=list></ul><script>$.post("/getFileListByCodeId", `+
		`{channelId: "29a88b67e4b149cfa9fac7919dfb08a5", page: 1, size: 10, relateSubChannels: true}, show)</script>`))
	s.on("/getFileListByCodeId", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PostFormValue("page"))
		per, _ := strconv.Atoi(r.PostFormValue("size"))
		if !strings.HasPrefix(r.PostFormValue("channelId"), "29a88b67") {
			http.Error(w, "parameters", http.StatusInternalServerError)
			return
		}
		answerJSON(w, map[string]any{"code": 200, "results": map[string]any{"data": map[string]any{"total": listed,
			"results": records(page1(all, n, per), "titleHtml", "url", "publishedTimeStr")}}})
	})
	return s
}
