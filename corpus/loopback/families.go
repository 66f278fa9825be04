package loopback

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Years that every site has reports of.
var Years = []int{2019, 2020, 2021, 2022, 2023, 2024}

// All makes a site of every family, not started.
func All() []*Site {
	return []*Site{TRS(), Hanweb(), SPA(), ASPNet(), VSB(), Frames(), Redirects(), Scripts(), Sessions(), Sitemap(),
		Guess(), Departments(60), Files(), Refresh()}
}

// Report is the text of a made-up report.
func Report(agency string, year, seed int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<h1>%s%d年政府信息公开工作年度报告</h1>\n<p>发布日期：%d-01-%02d</p>\n", agency, year, year+1, 10+seed%15)
	fmt.Fprintf(&b, "<p>本报告由%s依照《中华人民共和国政府信息公开条例》编制，统计期限为%d年1月1日至12月31日。</p>", agency, year)
	n := func(k int) int { return (seed*7919 + k*104729 + year) % 97 }
	fmt.Fprintf(&b, "<p>一、总体情况</p><p>全年主动公开信息%d条，办理申请%d件，办结%d件，更新栏目%d个。</p>", 100+n(1), n(2), n(3), n(4))
	b.WriteString("<p>二、主动公开政府信息情况</p><table " +
		"border=1><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>")
	for i, row := range []string{"规章", "行政规范性文件"} {
		fmt.Fprintf(&b, "<tr><td>%s</td><td>%d</td><td>%d</td><td>%d</td></tr>", row, n(10+i), n(20+i), n(30+i))
	}
	b.WriteString("</table><p>三、收到和处理政府信息公开申请情况</p><table border=1>")
	for i := range 30 {
		fmt.Fprintf(&b, "<tr><td>第%d项办理情况，按结果分列</td>", i+1)
		for k := range 7 {
			fmt.Fprintf(&b, "<td style=\"border:solid windowtext 1.0pt;padding:0cm 5.4pt\"><p class=MsoNormal "+
				"align=center>%d</p></td>",
				n(40+i*7+k))
		}
		b.WriteString("</tr>")
	}
	fmt.Fprintf(&b, "</table><p>四、政府信息公开行政复议、行政诉讼情况</p><p>复议%d件，诉讼%d件。</p>", n(5), n(6))
	fmt.Fprintf(&b, "<p>五、存在的主要问题及改进情况</p><p>解读形式还不够多，将在%d年改进，并加强对基层的指导。</p><p>六、其他需要报告的事项</p><p>无其他事项。</p>", year+1)
	return b.String()
}

// chrome is what stands around the contents of every page: columns that have nothing to do with reports.
func chrome(title, inner string) string {
	return "<html><head><meta charset=utf-8><title>" + title +
		"</title></head><body><div class=nav><a href=\"/\">首页</a> <a href=\"/news/\">要闻动态</a> <a " +
		"href=\"/service/\">政务服务</a> <a href=\"/city/\">走进本市</a> <a href=\"/private/\">内部办公</a></div>" +
		inner +
		"<div class=foot><a href=\"/about.html\">关于我们</a> <a href=\"/map.html\">联系方式</a> " +
		"备案号12345678</div></body></html>"
}

// noise adds news, and lists of them: pages that a crawl has no reason to ask for.
func (s *Site) noise(n int, put func(path, html string)) {
	var list strings.Builder
	for i := range n {
		fmt.Fprintf(&list, "<li><a href=\"/news/%d.html\">全市第%d次经济运行分析会召开</a></li>", i, i)
		put(fmt.Sprintf("/news/%d.html", i), chrome("要闻", fmt.Sprintf("<h1>全市第%d次会议召开</h1><p>会议听取汇报。</p>", i)))
	}
	put("/news/", chrome("要闻动态", "<ul>"+list.String()+"</ul>"))
	put("/service/", chrome("政务服务", "<p>办事指南</p>"))
	put("/city/", chrome("走进本市", "<p>概况</p>"))
}

func title(name string, y int) string {
	return fmt.Sprintf("%s%d年政府信息公开工作年度报告", name, y)
}

// extras are what stands in lists beside reports: interpretations, notices, dead links, what robots.txt forbids.
func extras(y int) string {
	return fmt.Sprintf(`<li><a href="/jd/%d.html">一图读懂：%d年政府信息公开工作年度报告</a></li><li><a href="/tz/%d.html">`+
		`关于做好%d年政府信息公开工作年度报告编制工作的通知</a></li><li><a href="/private/%d.html">%d年政府信息公开工作年度报告（送审稿）</a></li>`,
		y, y, y, y, y, y)
}

func home(name, to string) string {
	return chrome(name, `<h1>`+name+`</h1><a href="`+to+`">政府信息公开</a> <a href="/news/">新闻</a>`)
}

// report adds a report of a year at a path.
func (s *Site) report(path string, year, seed int, put func(path, html string), more string) {
	put(path, chrome(title(s.Name, year), "<div class=content>"+Report(s.Name, year, seed)+more+"</div>"))
	s.Reports[path] = year
}

// file adds an attachment of a report.
func (s *Site) file(path, of string, body []byte, media string) {
	s.mu.Lock()
	s.pages[path] = &page{body: body, media: media}
	s.Pages = len(s.pages)
	s.mu.Unlock()
	if of != "" {
		s.Files[path] = of
	}
}

func pdf(seed int) []byte {
	return []byte(fmt.Sprintf("%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count "+
		"0/Kids[]>>endobj\n%% %d %s\ntrailer<</Root 1 0 R>>\n%%%%EOF\n",
		seed, strings.Repeat("x", 3000)))
}

// TRS: static pages, lists paged by a script: createPageHTML(3, 0, "index", "html").
func TRS() *Site {
	s := newSite("TRS", "云溪市人民政府")
	s.put("/", home(s.Name, "/zwgk/"))
	s.noise(60, s.put)
	s.put("/zwgk/", chrome("政务公开", `<a href="/zwgk/zfxxgknb/">政府信息公开年报</a><a href="/zwgk/zcjd/">政策解读</a>`))
	per := 2
	for i := 0; i*per < len(Years); i++ {
		var li strings.Builder
		for _, y := range Years[i*per : min(len(Years), (i+1)*per)] {
			path := fmt.Sprintf("/zwgk/zfxxgknb/%d01/t%d0115_%d.html", y+1, y+1, 1000+y)
			fmt.Fprintf(&li, `<li><a href=".%s">%s</a><span>%d-01-15</span></li>%s`,
				strings.TrimPrefix(path, "/zwgk/zfxxgknb"), title(s.Name, y), y+1, extras(y))
			at := fmt.Sprintf("/zwgk/zfxxgknb/%d01/P0%d.pdf", y+1, y)
			s.report(path, y, y, s.put, fmt.Sprintf(`<p>附件：<a href="./P0%d.pdf">%d年报告.pdf</a></p>`, y, y))
			s.file(at, path, pdf(y), "application/pdf")
		}
		name := "/zwgk/zfxxgknb/index.html"
		if i > 0 {
			name = fmt.Sprintf("/zwgk/zfxxgknb/index_%d.html", i)
		}
		body := chrome("政府信息公开年报",
			"<ul>"+li.String()+fmt.Sprintf("</ul><script>createPageHTML(%d, %d, \"index\", \"html\");</script>",
				(len(Years)+per-1)/per, i))
		s.put(name, body)
		if i == 0 {
			s.put("/zwgk/zfxxgknb/", body)
		}
	}
	return s
}

// Hanweb: lists whose records a proxy answers as XML.
func Hanweb() *Site {
	s := newSite("Hanweb", "青石市人民政府")
	s.put("/", home(s.Name, "/col/col100/index.html"))
	s.noise(60, s.put)
	s.put("/col/col100/index.html", chrome("政府信息公开", `<a href="/col/col101/index.html">政府信息公开年度报告</a>`))
	s.put("/col/col101/index.html", chrome("政府信息公开年度报告",
		fmt.Sprintf(`<div id="327"><script type="text/javascript">var param = {"col":1,"webid":1,"path":"/","columnid":101,"unitid":"327"};
		$(function(){ $("#327").jpage({ proxyurl:'/module/web/jpage/dataproxy.jsp?col=1&columnid=101&unitid=327', totalRecord:%d, perPage:2, currentPage:1 }); });</script></div>`, len(Years)*4)))
	var records []string
	for _, y := range Years {
		path := fmt.Sprintf("/art/%d/1/20/art_101_%d.html", y+1, 5000+y)
		s.report(path, y, y+1, s.put, "")
		records = append(records, fmt.Sprintf(`<li><a href='%s' title='%s' target="_blank">%s%d年政府信息公开…</a></li>`,
			path, title(s.Name, y), s.Name, y))
		for k := range 3 {
			records = append(records, fmt.Sprintf(`<li><a href="/news/%d.html">%d年第%d次新闻发布会</a></li>`, (y+k)%60, y, k))
		}
	}
	s.handle["/module/web/jpage/dataproxy.jsp"] = func(w http.ResponseWriter, r *http.Request) bool {
		from, _ := strconv.Atoi(r.FormValue("startrecord"))
		to, _ := strconv.Atoi(r.FormValue("endrecord"))
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		fmt.Fprintf(w, "<?xml version='1.0' encoding='utf-8'?><datastore><totalrecord>%d</totalrecord><recordset>",
			len(records))
		for i := max(1, from); i <= min(to, len(records), from+5); i++ {
			fmt.Fprintf(w, "<record><![CDATA[%s]]></record>", records[i-1])
		}
		fmt.Fprint(w, "</recordset>")
		if next := max(1, from) + 6; next <= len(records) { // never more than six at once
			fmt.Fprintf(w, `<nextgroup><![CDATA[<a `+
				`href="/module/web/jpage/dataproxy.jsp?col=1&columnid=101&unitid=327&startrecord=%d&endrecord=%d&per`+
				`page=2"></a>]]></nextgroup>`,
				next, next+5)
		}
		fmt.Fprint(w, "</datastore>")
		return true
	}
	return s
}

// SPA: a shell of a page, lists and articles as JSON.
func SPA() *Site {
	s := newSite("SPA", "松岭区人民政府")
	s.put("/", home(s.Name, "/open/index.html"))
	s.noise(40, s.put)
	s.put("/open/index.html",
		`<html><head><title>政府信息公开年报</title></head><body><div id=app></div><script src="/static/jquery.min.js">`+
			`</script><script src="/static/app.8f3a.js"></script></body></html>`)
	s.putAs("/static/app.8f3a.js",
		"var base='/api';function load(n){return "+
			"axios.get(\"/api/article/list?channelId=88&pageNo=1&pageSize=2\").then(show)}function "+
			"open(id){location.href=\"/api/article/detail?id=\"+id}",
		"application/javascript", false)
	s.plain = true
	s.handle["/api/article/list"] = func(w http.ResponseWriter, r *http.Request) bool {
		n, _ := strconv.Atoi(r.FormValue("pageNo"))
		w.Header().Set("Content-Type", "application/json")
		var rows []string
		for i := (n - 1) * 2; i >= 0 && i < min(n*2, len(Years)); i++ {
			rows = append(rows, fmt.Sprintf(`{"id":%d,"title":"%s","publishTime":"%d-01-20"}`, 700+Years[i],
				title(s.Name, Years[i]), Years[i]+1))
		}
		fmt.Fprintf(w, `{"code":200,"data":{"total":%d,"size":2,"current":%d,"records":[%s]}}`, len(Years), n,
			strings.Join(rows, ","))
		return true
	}
	for _, y := range Years {
		path := fmt.Sprintf("/api/article/detail?id=%d", 700+y)
		s.putAs(path, fmt.Sprintf(`{"code":200,"data":{"id":%d,"title":%q,"publishTime":"%d-01-20","content":%q}}`,
			700+y, title(s.Name, y), y+1, Report(s.Name, y, y+2)), "application/json", false)
		s.Reports[path] = y
	}
	return s
}

// ASPNet: lists whose pages a form with the state of the page asks for; GBK.
func ASPNet() *Site {
	s := newSite("ASP.NET", "平湖县人民政府")
	s.plain = true
	s.putGB("/", strings.Replace(home(s.Name, "/List.aspx?cid=9"), "utf-8", "gb2312", 1))
	s.noise(40, s.put)
	for _, y := range Years {
		s.report(fmt.Sprintf("/Show.aspx?id=%d", y), y, y+3,
			func(p, h string) { s.putGB(p, strings.Replace(h, "utf-8", "gb2312", 1)) }, "")
	}
	s.handle["/List.aspx"] = func(w http.ResponseWriter, r *http.Request) bool {
		n := 1
		if r.Method == http.MethodPost {
			if r.FormValue("__VIEWSTATE") == "" || r.FormValue("__EVENTTARGET") != "AspNetPager1" {
				http.Error(w, "state", 500)
				return true
			}
			n, _ = strconv.Atoi(r.FormValue("__EVENTARGUMENT"))
		}
		var b strings.Builder
		for i := (n - 1) * 2; i >= 0 && i < min(n*2, len(Years)); i++ {
			fmt.Fprintf(&b, `<li><a href="Show.aspx?id=%d">%s</a></li>`, Years[i], title(s.Name, Years[i]))
		}
		for k := 1; k <= 3; k++ {
			if k != n {
				fmt.Fprintf(&b, `<a href="javascript:__doPostBack('AspNetPager1','%d')">%d</a> `, k, k)
			}
		}
		html := strings.Replace(chrome("政府信息公开年报",
			fmt.Sprintf(`<form method="post" action="List.aspx?cid=9" id="form1"><input type="hidden" `+
				`name="__VIEWSTATE" value="page%d-%x" /><input type="hidden" name="__EVENTVALIDATION" value="v%d" />`+
				`%s</form>`,
				n, time.Now().UnixNano(), n, b.String())), "utf-8", "gb2312", 1)
		out, _ := simplifiedchinese.GB18030.NewEncoder().String(html)
		w.Header().Set("Content-Type", "text/html; charset=gb2312")
		fmt.Fprint(w, out)
		return true
	}
	return s
}

// VSB: pages in reverse numbers, attachments by a download script with names in GBK.
func VSB() *Site {
	s := newSite("VSB", "白水县人民政府")
	s.put("/", home(s.Name, "/xxgk.htm"))
	s.noise(40, s.put)
	s.put("/xxgk.htm", chrome("信息公开", `<a href="xxgk/xxgknb.htm">信息公开年报</a>`))
	pages := 3
	for i := range pages {
		var li strings.Builder
		for _, y := range Years[i*2 : i*2+2] {
			path := fmt.Sprintf("/info/1023/%d.htm", 3000+y)
			up := "../"
			if i > 0 {
				up = "../../"
			}
			fmt.Fprintf(&li, `<li><a href="%sinfo/1023/%d.htm">%s</a></li>`, up, 3000+y, title(s.Name, y))
			down := fmt.Sprintf("/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=%d",
				90+y)
			s.report(path, y, y+4, s.put, fmt.Sprintf(`<li>附件【<a href="%s">%d年年报.doc</a>】</li>`, down, y))
			name, _ := simplifiedchinese.GBK.NewEncoder().String(fmt.Sprintf("%d年年报.doc", y))
			s.file(down, path, append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, []byte(fmt.Sprint(y))...),
				"application/octet-stream")
			s.pages[down].extra = map[string]string{"Content-Disposition": "attachment; filename=\"" + name + "\""}
		}
		next := ""
		if i+1 < pages {
			to := fmt.Sprintf("xxgknb/%d.htm", pages-1-i)
			if i > 0 {
				to = fmt.Sprintf("%d.htm", pages-1-i)
			}
			next = fmt.Sprintf(`<a href="%s">下页</a>`, to)
		}
		path := "/xxgk/xxgknb.htm"
		if i > 0 {
			path = fmt.Sprintf("/xxgk/xxgknb/%d.htm", pages-i)
		}
		s.put(path, chrome("信息公开年报-"+s.Name, "<ul>"+li.String()+"</ul>"+next))
	}
	return s
}

// Frames: a frameset, a menu in one frame and lists in another; the encoding declared late.
func Frames() *Site {
	s := newSite("frames", "旧县人民政府")
	pad := "<!-- " + strings.Repeat("x", 1500) + " -->"
	put := func(path, html string) {
		s.putGB(path, strings.Replace(html, "<meta charset=utf-8>",
			pad+"<meta http-equiv=Content-Type content='text/html; charset=gb2312'>", 1))
	}
	put("/", `<html><head><meta charset=utf-8><title>旧县人民政府</title></head><frameset cols="20%,80%"><frame `+
		`src="left.htm" name=l><frame src="main.htm" name=m></frameset></html>`)
	s.noise(20, put)
	put("/left.htm", `<html><meta charset=utf-8><body><a href="gk/index.htm" target=m>政府信息公开</a><a href="news/">`+
		`新闻</a></body></html>`)
	put("/main.htm", `<html><meta charset=utf-8><body>欢迎光临</body></html>`)
	put("/gk/index.htm", `<html><meta charset=utf-8><title>政府信息公开年报</title><body><iframe src="nblist.htm"></iframe>`+
		`</body></html>`)
	var li strings.Builder
	for _, y := range Years {
		path := fmt.Sprintf("/gk/%d/nb.htm", y)
		fmt.Fprintf(&li, `<li><a href="%d/nb.htm">%d年度政府信息公开年报</a></li>`, y, y)
		s.report(path, y, y+5, put, "")
	}
	put("/gk/nblist.htm", `<html><meta charset=utf-8><body><ul>`+li.String()+`</ul></body></html>`)
	return s
}

// Redirects: the home page leads on by meta refresh, the column by a script, each report by 302.
func Redirects() *Site {
	s := newSite("redirects", "迁安新区管委会")
	s.put("/", `<html><head><meta http-equiv="refresh" content="0; url=/portal/index.shtml"></head><body></body></html>`)
	s.put("/portal/index.shtml", home(s.Name, "/go.html"))
	s.noise(20, s.put)
	s.put("/go.html", `<html><script>window.location.href='/nb/list.shtml';</script></html>`)
	var li strings.Builder
	for _, y := range Years {
		to := fmt.Sprintf("/nb/c%d.shtml", y)
		fmt.Fprintf(&li, `<li><a href="/r?id=%d">%s</a></li>`, y, title(s.Name, y))
		s.report(to, y, y+6, s.put, "")
	}
	s.handle["/r"] = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/r" {
			return false
		}
		http.Redirect(w, r, "/nb/c"+r.FormValue("id")+".shtml", http.StatusFound)
		return true
	}
	s.put("/nb/list.shtml", chrome("政府信息公开工作年度报告", "<ul>"+li.String()+"</ul>"))
	return s
}

// Scripts: reports that are files which a script opens; GB18030.
func Scripts() *Site {
	s := newSite("scripts", "金沙市发展和改革局")
	put := func(path, html string) { s.putGB(path, strings.Replace(html, "utf-8", "gb18030", 1)) }
	put("/", home(s.Name, "/xxgk/"))
	s.noise(20, put)
	put("/xxgk/", chrome("信息公开", `<a href="/xxgk/ndbg/">年度报告</a>`))
	var li strings.Builder
	for i, y := range Years {
		if i%2 == 0 { // the list's link opens the file itself
			at := fmt.Sprintf("/uploads/nb%d.pdf", y)
			fmt.Fprintf(&li, `<li><a href="javascript:void(0)" onclick="openFile('%s')">%s</a></li>`, at,
				title(s.Name, y))
			s.file(at, "", pdf(y+7), "application/pdf")
			s.Reports[at] = y
			continue
		}
		path := fmt.Sprintf("/xxgk/ndbg/%d.html", y)
		at := fmt.Sprintf("/uploads/att/%d.docx", y)
		fmt.Fprintf(&li, `<li><a href="%s">%s</a></li>`, path, title(s.Name, y))
		s.report(path, y, y+7, put, fmt.Sprintf(`<span data-url="%s" onclick="down(this)">点击下载</span>`, at))
		s.file(at, path, zipped("word/document.xml", fmt.Sprint(y)), "application/octet-stream")
	}
	put("/xxgk/ndbg/", chrome("年度报告", "<ul>"+li.String()+"</ul>"))
	return s
}

func zipped(name, text string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, _ := z.CreateHeader(&zip.FileHeader{Name: name})
	w.Write([]byte(text))
	z.Close()
	return b.Bytes()
}

// Sessions: links with sessions, a calendar without end, a list that never ends, and every report at two addresses.
func Sessions() *Site {
	s := newSite("sessions", "长河市人民政府")
	s.plain = true
	n := 0
	page := func(path string, html func() string) {
		s.handle[path] = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != path && !strings.HasPrefix(r.URL.Path, path+";") {
				return false
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, html())
			return true
		}
	}
	sess := func() string { s.mu.Lock(); defer s.mu.Unlock(); n++; return fmt.Sprintf("%032X", n*7919) }
	page("/", func() string {
		return chrome(s.Name, `<a href="/gk/index.jsp;jsessionid=`+sess()+
			`">政府信息公开</a><a href="/cal?y=2024&m=1">日历</a>`)
	})
	s.noise(20, s.put)
	page("/gk/index.jsp", func() string {
		return chrome("政府信息公开",
			`<a href="/gk/nb.jsp;jsessionid=`+sess()+`?sid=`+sess()+
				`">政府信息公开年报</a><a href="/cal?y=2024&m=2">公开日历：政府信息公开年报</a><a href="/more?page=1">主动公开</a>`)
	})
	page("/gk/nb.jsp", func() string {
		var li strings.Builder
		for _, y := range Years {
			fmt.Fprintf(&li, `<li><a href="/gk/show.jsp;jsessionid=%s?id=%d">%s</a> <a href="/m/show.jsp?id=%d&_=%s">`+
				`%s（手机版）</a></li>`,
				sess(), y, title(s.Name, y), y, sess(), title(s.Name, y))
		}
		return chrome("政府信息公开年报", "<ul>"+li.String()+"</ul>")
	})
	for _, path := range []string{"/gk/show.jsp", "/m/show.jsp"} {
		s.handle[path] = func(w http.ResponseWriter, r *http.Request) bool {
			y, _ := strconv.Atoi(r.FormValue("id"))
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, chrome(title(s.Name, y), Report(s.Name, y, y+8)))
			return true
		}
	}
	for _, y := range Years {
		s.Reports[fmt.Sprintf("/gk/show.jsp?id=%d", y)] = y
	}
	s.handle["/cal"] = func(w http.ResponseWriter, r *http.Request) bool {
		y, _ := strconv.Atoi(r.FormValue("y"))
		m, _ := strconv.Atoi(r.FormValue("m"))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, chrome("公开日历",
			fmt.Sprintf(`<a href="/cal?y=%d&m=%d">政府信息公开年报</a> <a href="/cal?y=%d&m=%d">%d年</a>`, y+m/12, m%12+1,
				y+1, m, y+1)))
		return true
	}
	s.handle["/more"] = func(w http.ResponseWriter, r *http.Request) bool {
		k, _ := strconv.Atoi(r.FormValue("page"))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, chrome("主动公开", fmt.Sprintf(`<a href="/news/%d.html">公开第%d号</a><a href="/more?page=%d">下一页</a>`,
			k%20, k, k+1)))
		return true
	}
	return s
}

// Sitemap: no link leads to the reports, the sitemap does.
func Sitemap() *Site {
	s := newSite("sitemap", "东城区人民政府")
	s.put("/", chrome(s.Name, "<p>欢迎</p>"))
	s.noise(20, s.put)
	s.robots = "User-agent: *\nDisallow: /private/\nSitemap: /maps/index.xml\n"
	s.putAs("/maps/index.xml",
		`<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>`+
			`/maps/a.xml</loc></sitemap></sitemapindex>`,
		"text/xml", false)
	var b strings.Builder
	for i := range 50 {
		fmt.Fprintf(&b, "<url><loc>/news/%d.html</loc></url>", i)
	}
	for _, y := range Years {
		path := fmt.Sprintf("/zfxxgknb/%d.html", y)
		s.report(path, y, y+9, s.put, "")
		fmt.Fprintf(&b, "<url><loc>%s</loc></url>", path)
	}
	s.putAs("/maps/a.xml",
		`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`+b.String()+`</urlset>`,
		"text/xml", false)
	return s
}

// Guess: no link and no sitemap leads to the reports; they lie where such reports usually lie.
func Guess() *Site {
	s := newSite("usual path", "南岭县人民政府")
	s.put("/", chrome(s.Name, "<p>网站改版中</p>"))
	s.noise(20, s.put)
	var li strings.Builder
	for _, y := range Years {
		path := fmt.Sprintf("/xxgk/xxgknb/art_%d.html", y)
		s.report(path, y, y+10, s.put, "")
		fmt.Fprintf(&li, `<li><a href="%s">%s</a></li>`, path, title(s.Name, y))
	}
	s.put("/xxgk/xxgknb/", chrome("公开年报", "<ul>"+li.String()+"</ul>"))
	return s
}

// Departments: a column for each department of a city, each with six reports.
func Departments(n int) *Site {
	s := newSite("departments", "大河市人民政府")
	s.put("/", home(s.Name, "/zfxxgk/"))
	s.noise(2000, s.put)
	var cols strings.Builder
	for i, y := range Years {
		path := fmt.Sprintf("/zfxxgk/nb/szf/%d.html", y)
		s.report(path, y, y+11+i, s.put, "")
		fmt.Fprintf(&cols, `<li><a href="%s">%s</a></li>`, path, title(s.Name, y))
	}
	kinds := []string{"教育局", "公安局", "财政局", "民政局", "司法局", "水利局", "商务局", "审计局", "统计局", "林业局"}
	s.put("/zfxxgk/", chrome("政府信息公开", `<a href="/zfxxgk/nb/">政府信息公开年报</a>`))
	cols.WriteString(`<h3>部门年报</h3>`)
	for d := range n {
		agency := fmt.Sprintf("大河市第%d区%s", d/len(kinds)+1, kinds[d%len(kinds)])
		col := fmt.Sprintf("/zfxxgk/nb/bm/%d/", d)
		fmt.Fprintf(&cols, `<li><a href="%s">%s</a></li>`, col, agency)
		for pg := range 2 {
			var li strings.Builder
			for _, y := range Years[pg*3 : pg*3+3] {
				path := fmt.Sprintf("%s%d.html", col, y)
				s.put(path, chrome(title(agency, y), Report(agency, y, d*100+y)))
				s.Reports[path] = y
				fmt.Fprintf(&li, `<li><a href="%d.html">%s</a></li>`, y, title(agency, y))
			}
			name := col
			next := `<a href="index_2.html">下一页</a>`
			if pg > 0 {
				name, next = col+"index_2.html", `<a href="./">上一页</a>`
			}
			s.put(name, chrome(agency+"信息公开年报", "<ul>"+li.String()+"</ul>"+next))
		}
	}
	s.put("/zfxxgk/nb/", chrome("政府信息公开年报", "<ul>"+cols.String()+"</ul>"))
	return s
}

// Files: a list of files, without pages: PDF, Word, WPS, sheets, archives.
func Files() *Site {
	s := newSite("files", "北山县人民政府")
	s.put("/", home(s.Name, "/gk/"))
	s.noise(20, s.put)
	var li strings.Builder
	for i, y := range Years {
		ext := []string{"pdf", "doc", "wps", "xls", "zip", "docx"}[i%6]
		path := fmt.Sprintf("/files/%d/nb%d.%s", y, y, ext)
		body := pdf(y)
		switch ext {
		case "doc", "wps", "xls":
			body = append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, []byte(path)...)
		case "zip", "docx":
			body = zipped("a", path)
		}
		s.file(path, "", body, "application/octet-stream")
		s.Reports[path] = y
		fmt.Fprintf(&li, `<li><a href="%s">%s.%s</a></li>`, path, title(s.Name, y), ext)
	}
	s.file("/files/client.zip", "", zipped("b", "b"), "application/zip")
	s.put("/gk/", chrome("政府信息公开年报", "<ul>"+li.String()+`</ul><a href="/files/client.zip">客户端下载</a>`))
	return s
}

// Refresh: a host that has bad moments: every seventh request is answered 503 with Retry-After, every eleventh breaks
// off.
func Refresh() *Site {
	s := newSite("bad moments", "西川市人民政府")
	s.put("/", home(s.Name, "/xxgk/"))
	s.noise(20, s.put)
	s.put("/xxgk/", chrome("信息公开", `<a href="/xxgk/nb/">政府信息公开年报</a>`))
	var li strings.Builder
	for _, y := range Years {
		path := fmt.Sprintf("/xxgk/nb/%d.html", y)
		s.report(path, y, y+12, s.put, "")
		fmt.Fprintf(&li, `<li><a href="%s">%s</a></li>`, path, title(s.Name, y))
	}
	li.WriteString(`<li><a href="/soft404.html">` + title(s.Name, 2018) + `</a></li><li><a href="/gone.html">` +
		title(s.Name, 2017) + `</a></li><li><a href="/wall.html">` + title(s.Name, 2016) + `</a></li>`)
	s.put("/soft404.html", "<html><body>您访问的页面不存在或已删除</body></html>")
	s.put("/wall.html", "<html><body>访问过于频繁，请输入验证码</body></html>")
	s.put("/xxgk/nb/", chrome("政府信息公开年报", "<ul>"+li.String()+"</ul>"))
	n := 0
	s.handle["/xxgk"] = func(w http.ResponseWriter, r *http.Request) bool {
		s.mu.Lock()
		n++
		k := n
		s.mu.Unlock()
		switch {
		case k%7 == 3:
			w.Header().Set("Retry-After", "1")
			http.Error(w, "busy", http.StatusServiceUnavailable)
		case k%11 == 5:
			w.Header().Set("Content-Length", "5000")
			w.WriteHeader(200)
			w.Write([]byte("<html>"))
			panic(http.ErrAbortHandler)
		default:
			return false
		}
		return true
	}
	return s
}

// Scripted is a portal whose column and reports a browser must build: the addresses of its data are put together by
// script.
func Scripted() *Site {
	s := newSite("browser", "云台县人民政府")
	s.put("/", home(s.Name, "/col.html"))
	s.noise(20, s.put)
	shell := func(name, script string) string {
		return `<html><head><meta charset=utf-8><title>` + name +
			`</title></head><body><div id=app></div><img src="/logo.png"><script>` + script + `</script></body></html>`
	}
	s.put("/col.html", shell("政府信息公开年报",
		`var a=['da','ta'].join('');fetch('/'+a+'/'+'li'+'st').then(r=>`+
			`r.json()).then(function(x){document.getElementById('app').innerHTML=x.map(e=>'<li><a `+
			`href="/v.html?n='+e.n+'">'+e.t+'</a></li>').join('')})`))
	var rows []string
	for _, y := range Years {
		path := fmt.Sprintf("/v.html?n=%d", y)
		s.put(path, shell(title(s.Name, y),
			`var n=location.search.split('=')[1];var x=new XMLHttpRequest();x.open('GET','/'+['da',`+
				`'ta'].join('')+'/'+n);x.onload=function(){document.getElementById('app').innerHTML=x.responseText};`+
				`x.send()`))
		s.put(fmt.Sprintf("/data/%d", y), Report(s.Name, y, y+13))
		s.Reports[path] = y
		rows = append(rows, fmt.Sprintf(`{"n":%d,"t":%q}`, y, title(s.Name, y)))
	}
	s.putAs("/data/list", "["+strings.Join(rows, ",")+"]", "application/json", false)
	return s
}
