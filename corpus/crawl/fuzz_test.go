package crawl

import (
	"bytes"
	"net/http"
	"net/url"
	"testing"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// FuzzLook: whatever a server sends, looking at it ends, and every link that is to be followed is an address of a page.
func FuzzLook(f *testing.F) {
	for _, s := range [][2]string{
		{"text/html", loopback.Report("某县人民政府", 2024, 3)},
		{"text/html; charset=gbk",
			"<title>\xd5\xfe\xb8\xae</title><a " +
				"href='javascript:__doPostBack(&#39;a&#39;,&#39;2&#39;)'>2</a><form><input name=__VIEWSTATE value=x>"},
		{"text/xml", "<datastore><record><![CDATA[<a href='/x'>2024年政府信息公开年度报告</a>]]></record></datastore>"},
		{"application/json", `{"total":9,"size":2,"records":[{"title":"2024年政府信息公开年度报告","id":7}]}`},
		{"text/xml", "<urlset><url><loc>http://a.gov.cn/zfxxgknb/</loc></url></urlset>"},
		{"application/javascript", "x='/api/list?pageNo=1';open('/detail?id='+id)"},
		{"text/html", "<script>createPageHTML(9,0,'index','html')</script><frameset><frame src=a>"},
	} {
		f.Add(s[0], []byte(s[1]), "政府信息公开年报", uint8(1))
	}
	roles := []string{RoleHome, RoleColumn, RoleReport, RoleNext, RoleData, RoleSitemap, RoleAttachment}
	f.Fuzz(func(t *testing.T, media string, body []byte, words string, role uint8) {
		c := &archive.Capture{URL: "http://a.gov.cn/x?page=1",
			Header: http.Header{"Content-Type": {media}, "Content-Disposition": {words}}}
		p := Look(c, body, 1, roles[int(role)%len(roles)], words, "", role%2 == 0)
		for _, l := range p.Links {
			if l.Role != "" && Canonical(nil, l.URL) == "" {
				t.Errorf("%q is followed as %s", l.URL, l.Role)
			}
		}
	})
}

// FuzzAskings: whatever a script is, what it is read to ask for lies on the page's own site.
func FuzzAskings(f *testing.F) {
	for _, s := range []string{
		`$.ajax({url:"/a/search",type:"post",data:{channelid:"7",page:p}})`,
		"axios.get(`/api/${c}/list`,{params:{page:1}});var c=c||'x'",
		`function go(n){document.f.page.value=n;document.f.submit()}`,
		`var a=b,b=a;fetch(a+"/x?page="+n)`,
		`x={...x,url:x.url}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, code string) {
		at, err := url.Parse("http://a.gov.cn/zwgk/nb/")
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range askings(at, nil, []string{code}) {
			if !sameSite(a.at, at) {
				t.Errorf("%q is asked for", a.at)
			}
		}
		c := &archive.Capture{URL: at.String(), Header: http.Header{"Content-Type": {"text/html"}}}
		Look(c, []byte("<title>政府信息公开年报</title><form name=f><input name=page></form><a onclick='go(2)'>下一页</a><script>"+code+
			"</script>"), 1, RoleColumn, "政府信息公开年报", "", true)
	})
}

// FuzzJoin: what is put together of two pages is the same each time.
func FuzzJoin(f *testing.F) {
	f.Add("<div><h1>x</h1><p>1<table><tr><td>1</table><a href=1_1.html>2</a></div>", "<div><h1>x</h1><table><tr><td>2</table>")
	f.Add("<body>", "")
	f.Add("<table><tr><td>1", "<table><tr><td>2")
	f.Fuzz(func(t *testing.T, a, b string) {
		at, err := url.Parse("http://a.gov.cn/1.html")
		if err != nil {
			t.Fatal(err)
		}
		own := map[string]bool{"http://a.gov.cn/1_1.html": true}
		one, err := join(at, own, a, []string{b, b}, nil, nil)
		two, again := join(at, own, a, []string{b, b}, nil, nil)
		if !bytes.Equal(one, two) || (err == nil) != (again == nil) {
			t.Error("joined twice, and not the same")
		}
	})
}
