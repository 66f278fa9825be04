package weburl_test

import (
	"fmt"
	"net/url"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/gongkai/gongkai/corpus/weburl"
)

func ExampleResolve() {
	base, _ := url.Parse("http://www.example.gov.cn/zwgk/index.html")
	ref := weburl.EncodeQuery(` ..\list.jsp?year=2022&q=年报 `, simplifiedchinese.GBK) // of a page in GBK
	a, err := weburl.Resolve(base, ref)
	fmt.Println(a, err)
	// Output: http://www.example.gov.cn/list.jsp?year=2022&q=%C4%EA%B1%A8 <nil>
}
