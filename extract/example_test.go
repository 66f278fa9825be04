package extract_test

import (
	"fmt"

	"github.com/gongkai/gongkai/extract"
)

// A page with a heading and a table in which one cell is left blank.
func ExampleRead() {
	page := []byte(`<meta charset="utf-8"><h1>江州市2023年政府信息公开工作年度报告</h1>
<table>
<tr><th>信息内容</th><th>本年制发件数</th><th>现行有效件数</th></tr>
<tr><td>规章</td><td></td><td>8</td></tr>
</table>`)
	doc, err := extract.Read(page, "report.html")
	if err != nil {
		panic(err)
	}
	fmt.Println(doc.MediaType, doc.Charset)
	for _, b := range doc.Blocks {
		if b.Kind != extract.TableBlock {
			fmt.Println(b.Text)
			continue
		}
		for _, c := range b.Table.Cells {
			fmt.Printf("%d,%d %q\n", c.Row, c.Col, c.Text)
		}
	}
	// Output:
	// text/html utf-8
	// 江州市2023年政府信息公开工作年度报告
	// 0,0 "信息内容"
	// 0,1 "本年制发件数"
	// 0,2 "现行有效件数"
	// 1,0 "规章"
	// 1,1 ""
	// 1,2 "8"
}
