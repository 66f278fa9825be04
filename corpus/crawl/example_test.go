package crawl_test

import (
	"fmt"
	"net/http"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
)

// A page of a list: what it is, and where it leads.
func ExampleLook() {
	page := `<html><head><title>政府信息公开年报</title></head><body>
		<a href="/nb/2024.html">某县人民政府2024年政府信息公开工作年度报告</a>
		<a href="/nb/jd.html">一图读懂：2024年政府信息公开工作年度报告</a></body></html>`
	answer := &archive.Capture{URL: "http://www.example.gov.cn/nb/", Header: http.Header{"Content-Type": {"text/html"}}}
	p := crawl.Look(answer, []byte(page), 1, crawl.RoleColumn, "政府信息公开年报", "", true)
	fmt.Println(p.Kind, p.Title)
	for _, l := range p.Links {
		if l.Role == "" {
			fmt.Println("left:", l.Why)
			continue
		}
		fmt.Println(l.Role, l.URL)
	}
	// Output:
	// list 政府信息公开年报
	// report http://www.example.gov.cn/nb/2024.html
	// left: an interpretation
}

func ExampleYearOf() {
	fmt.Println(crawl.YearOf("某市二〇二三年政府信息公开工作年度报告"), crawl.YearOf("政府信息公开年报"))
	// Output: 2023 0
}
