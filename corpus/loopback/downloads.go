package loopback

import (
	"fmt"
	"net/http"
	"net/url"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Downloads: the reports hang as files on their pages, by addresses that name none; their names come in GBK, as RFC 5987
// says, and raw. One download asks for letters in a picture instead. The home page leads on by a header, and wants its
// cookie back before it shows itself.
func Downloads() *Site {
	s := newSite("downloads", "竹溪县人民政府")
	s.put("/index.html", home(s.Name, "/zwgk/nb/"))
	s.on("/", func(w http.ResponseWriter, r *http.Request) {
		switch c, err := r.Cookie("seen"); {
		case r.URL.Path != "/":
			s.mu.Lock()
			p := s.pages[r.URL.RequestURI()]
			s.mu.Unlock()
			if p == nil {
				http.NotFound(w, r)
				return
			}
			for k, v := range p.extra {
				w.Header().Set(k, v)
			}
			w.Header().Set("Content-Type", p.media)
			w.Write(p.body)
		case err != nil || c.Value != "1":
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: "/"})
			http.Redirect(w, r, "/", http.StatusFound)
		default:
			w.Header().Set("Refresh", "0; url=/index.html")
			fmt.Fprint(w, "<html><body></body></html>")
		}
	})
	list := ""
	for i, y := range Years {
		path, file := fmt.Sprintf("/zwgk/nb/%d.html", y), fmt.Sprintf("/down?id=%d", 70+i)
		words := []string{"点击下载", "附件", fmt.Sprintf("%d年年报.pdf", y)}[i%3]
		s.put(path, chrome(title(s.Name, y), "<h1>"+title(s.Name, y)+`</h1><p><a href="`+file+`">`+words+"</a></p>"))
		s.Reports[path] = y
		list += `<li><a href="` + path + `">` + title(s.Name, y) + "</a></li>"
		if i == 5 {
			s.put(file, "<html><body><form>请输入图片中的字符<input name=code></form></body></html>")
			continue
		}
		s.file(file, path, pdf(y), "application/octet-stream")
		name := fmt.Sprintf("%d年年报.pdf", y)
		gbk, _ := simplifiedchinese.GBK.NewEncoder().String(name)
		s.pages[file].extra = map[string]string{"Content-Disposition": []string{`attachment; filename="` + gbk + `"`,
			"attachment; filename*=UTF-8''" + url.PathEscape(name), "attachment; filename=" + name}[i%3]}
	}
	s.put("/zwgk/nb/", chrome("政府信息公开年报", "<ul>"+list+"</ul>"))
	return s
}
