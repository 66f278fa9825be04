package loopback

import (
	"fmt"
	"net/http"
	"strings"
)

// Walls are pages that come with status 200 in the place of a report: of walls before portals, logins, maintenance,
// errors and notices. The words are those that such products show.
func Walls() map[string]string {
	page := func(title, inner string) string {
		return "<html><head><meta charset=utf-8><title>" + title + "</title></head><body>" + inner + "</body></html>"
	}
	return map[string]string{
		"瑞数": `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><script type="text/javascript" ` +
			`r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=45310;$_ts.cd="qqrErXlq";</script><script type="text/javascript" ` +
			`charset="utf-8" src="/a1b2c3.js" r='m'></script></head><body></body></html>`,
		"雷池":    page("安全检测", `<div id="slg-box">安全检测中，请稍候</div><script>var leichi=1;</script>`),
		"云锁":    page("", `<script>self.location="/?yunsuo_session_verify=4f2b";</script>`),
		"阿里云":   page("拦截", `<div id="punish-component">亲，请拖动下方滑块完成验证</div>`),
		"腾讯":    page("501page", `<h1>很抱歉，您提交的请求可能对网站造成威胁，请求已被管理员设置的策略阻断</h1>`),
		"宝塔":    page("请求拦截", `<h2>您的请求带有不合法参数，已被网站管理员设置拦截！</h2><p>宝塔云WAF</p>`),
		"D盾":    page("D盾_拦截提示", `<h2>D盾_拦截提示</h2><p>当前的页面请求中检测到可疑信息</p>`),
		"wzws":  page("", `<script src="/WZWSRELw"></script><noscript>请开启JavaScript并刷新该页</noscript>`),
		"滑块":    page("安全验证", `<p>请完成验证后继续访问</p><div class="slider">向右滑动</div>`),
		"维护":    page("系统维护", `<h1>系统维护公告</h1><p>因系统升级维护，网站将于今日暂停服务，由此带来的不便敬请谅解。</p>`),
		"境外":    page("访问限制", `<p>您所在的地区暂无法访问本网站，如有疑问请联系管理员。</p>`),
		"登录":    page("统一身份认证", `<form method=post><input name=user><input type=password name=p>用户登录<button>登录</button></form>`),
		"出错":    page("出错了", `<h2>抱歉，出错了！</h2><p>系统繁忙，请稍后再试。</p>`),
		"IIS":   page("服务器错误", `<h2>“/”应用程序中的服务器错误。</h2><p>运行时错误</p>`),
		"备案":    page("网站未备案", `<p>该网站暂时无法访问，根据工信部要求，网站须完成ICP备案后方可接入。</p>`),
		"频繁":    page("提示", `<p>操作过于频繁，请稍后再试</p>`),
		"空脚本":   `<script>var a=1;</script>`,
		"两个字节":  "ok",
		"题目下无文": page("%s", `<h1>%s</h1><p>页面正在建设中</p>`),
		"首页":    page("某市人民政府门户网站", `<h1>要闻动态</h1>`+strings.Repeat(`<a href="/news/1.html">全市经济工作会议召开</a>`, 20)),
		"新闻":    page("市政府召开政务公开工作会议", `<h1>市政府召开政务公开工作会议</h1><p>`+strings.Repeat("会议强调要做好政府信息公开工作。", 60)+`</p>`),
		"网站报表": page("政府网站工作年度报表（2024年度）", `<h1>政府网站工作年度报表（2024年度）</h1><table><tr><td>网站名称</td>`+
			`<td>某市</td></tr><tr><td>总访问量</td><td>12345</td></tr></table>`),
	}
}

// PutWall puts a page in the place of another.
func (s *Site) PutWall(path, html string) {
	title := ""
	if y, ok := s.Reports[path]; ok {
		title = fmt.Sprintf("%s%d年政府信息公开工作年度报告", s.Name, y)
	}
	s.put(path, strings.ReplaceAll(html, "%s", title))
}

// Restless makes the pages of a site different at each visit, as counters, clocks and tokens do, without another word of
// what they say. It has no validators.
func (s *Site) Restless() {
	n := 0
	for path := range s.Reports {
		s.mu.Lock()
		p := s.pages[path]
		s.mu.Unlock()
		s.handle[path] = func(w http.ResponseWriter, _ *http.Request) bool {
			s.mu.Lock()
			n++
			k := n
			s.mu.Unlock()
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			body := string(p.body)
			body = strings.Replace(body, "<div class=content>", fmt.Sprintf("<div class=time>今天是2026年%d月%d日 星期%s</div>"+
				"<div class=content>浏览次数：%d", k%12+1, k%28+1, string([]rune("一二三四五六日")[k%7]), 1000+k), 1)
			body = strings.Replace(body, "</body>", fmt.Sprintf("<span>您是第%d位访问者</span><input type=hidden name=token "+
				"value=%x><script>var t=%d</script></body>", 9000+k, k*7919, k), 1)
			fmt.Fprint(w, body)
			return true
		}
	}
}

// Sheet adds a style sheet that no page links.
func (s *Site) Sheet(path, css string) { s.putAs(path, css, "text/css", false) }

// Style gives the pages of a site's reports a style sheet, linked with a query behind its path.
func (s *Site) Style(path, css string) {
	s.putAs(path, css, "text/css", false)
	for at := range s.Reports {
		s.Replace(at, "<head>", `<head><link rel="stylesheet" type="text/css" href="`+path+`?v=1">`)
	}
}
