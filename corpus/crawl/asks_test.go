package crawl

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestAskings: requests are read from scripts in the ways in which systems write them; what would ask for another list
// than the page's, or says who visits, is not asked for.
func TestAskings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ page, script, want string }{
		"ajax": {"",
			`$.ajax({url:"/a/search",type:"post",data:{channelid:"7",page:p,prepage:15}})`,
			"/a/search channelid=7&page=1&prepage=15 paged"},
		"ajax by an outside function": {"", `listModel({chnlId:'4521',pagebar:{prepage:10}});
			function listModel(o){var sql="siteid=12*chnlid="+o.chnlId;function load(p){$.ajax({type:"post",url:"/s/search",
			data:{classsql:sql,page:p,prepage:o.pagebar.prepage}})}}`,
			"/s/search classsql=siteid%3D12%2Achnlid%3D4521&page=1&prepage=10 paged"},
		"get with a sum": {"",
			`var c='c9';function go(n){$.get("/list.do?cid="+c+"&page="+n,show)}`,
			"/list.do?cid=c9&page=1  paged"},
		"getJSON": {"",
			`$.getJSON("/q/list.json",{catId:"11",pageIndex:idx,pageSize:size},f)`,
			"/q/list.json?catId=11&pageIndex=1&pageSize=15  paged"},
		"axios": {"",
			`var vm={data(){return{columnId:"c1",pageNo:1}},
			m:{l(){axios.post(base+"/api/list",{columnId:this.columnId,pageNo:this.pageNo})}}}`,
			`/api/list {"columnId":"c1","pageNo":1} paged`},
		"axios.get": {"",
			"axios.get(`/api/list/${cid}`,{params:{page:1}});var cid='k3'",
			"/api/list/k3?page=1  paged"},
		"fetch": {"",
			`fetch('/api/list',{method:'POST',body:JSON.stringify({unitId:"u",page:page,title:kw})})`,
			`/api/list {"page":1,"title":"","unitId":"u"} paged`},
		"a form in a query": {"",
			`$http.post('/api/list', Qs.stringify({channelId:'5',page:1}))`,
			"/api/list channelId=5&page=1 paged"},
		"hidden inputs": {"",
			`$.post("/list.action",{columnId:$("#col").val(),page:n})`,
			"/list.action columnId=77&page=1 paged"},
		"XML": {"",
			`$.ajax({url:"list.xml",dataType:"xml",success:draw})`,
			"/zwgk/nb/list.xml "},
		"XMLHttpRequest": {"",
			`var x=new XMLHttpRequest();x.open("GET","/data/list.json?page="+k)`,
			"/data/list.json?page=1  paged"},
		"the article of an address": {"/art/info/c1/i9-3",
			`axios.post('/html/info/detail',Qs.stringify({id:this.$route.params.id}))`,
			"/html/info/detail id=i9-3 article"},
		"the article of a query": {"/show.html?infoId=33",
			`$.get('/api/info?infoId='+getQuery('infoId'))`,
			"/api/info?infoId=33  article"},
		"a column that is not told": {"",
			`$.post("/list.action",{columnId:which(),page:n})`,
			""},
		"who visits": {"",
			`$.get("/visit/count?page="+n)`,
			""},
		"sums of sums": {"", "var a='" + strings.Repeat("x", 4000) + "',b=a+a,c=b+b,d=c+c,e=d+d;$.get(e+e+e+'/list?page='+e,f)", ""},
		"no script": {"",
			`if (`,
			""},
	} {
		page := c.page
		if page == "" {
			page = "/zwgk/nb/"
		}
		at, err := url.Parse("http://a.gov.cn" + page)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(`<input type=hidden id=col value=77>`))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, a := range askings(at, doc, []string{c.script}) {
			got += strings.TrimPrefix(a.at, "http://a.gov.cn") + " " + a.form
			if a.paged {
				got += " paged"
			}
			if a.article {
				got += " article"
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
