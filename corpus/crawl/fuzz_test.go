package crawl

import (
	"net/http"
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
