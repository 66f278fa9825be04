package archive_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/gongkai/gongkai/corpus/archive"
)

func Example() {
	dir, err := os.MkdirTemp("", "archive")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	a, err := archive.Open(ctx, dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer a.Close()
	at := "http://www.example.gov.cn/nb/2024.html"
	c := &archive.Capture{Portal: "example", Visit: "20250301T080000.000Z", Key: archive.Key("", at, ""), URL: at,
		Time: time.Date(2025, 3, 1, 8, 0, 0, 0, time.UTC), Status: 200, Result: archive.New}
	if err := a.Put(ctx, c, []byte("2024年度报告")); err != nil {
		fmt.Println(err)
		return
	}
	body, err := a.Body(ctx, c.SHA256)
	fmt.Println(string(body), c.SHA256 == archive.Sum(body), err)
	captures, bodies, err := a.Check(ctx, func(wrong string) { fmt.Println(wrong) })
	fmt.Println(captures, bodies, err)
	// Output:
	// 2024年度报告 true <nil>
	// 1 1 <nil>
}
