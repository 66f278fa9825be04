package pdf_test

import (
	"context"
	"fmt"
	"os"

	"github.com/gongkai/gongkai/extract/pdf"
)

// The first table of a report, its first rows with their boxes on the page.
func ExampleRead() {
	body, err := os.ReadFile("../../examples/wangchuan/2022.pdf")
	if err != nil {
		panic(err)
	}
	doc, err := pdf.Read(context.Background(), body, pdf.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(doc.Pages, "pages")
	for _, b := range doc.Blocks {
		if b.Table == nil {
			continue
		}
		for _, c := range b.Table.Cells[:6] {
			fmt.Printf("%d,%d %s %.0f\n", c.Row, c.Col, c.Text, c.Box)
		}
		break
	}
	// Output:
	// 3 pages
	// 0,0 第二十条第（一）项 [57 307 537 325]
	// 1,0 信息内容 [57 325 207 344]
	// 1,1 本年制发件数 [207 325 317 344]
	// 1,2 本年废止件数 [317 325 427 344]
	// 1,3 现行有效件数 [427 325 537 344]
	// 2,0 规章 [57 344 207 362]
}
