package reuse_test

import (
	"fmt"

	"github.com/gongkai/gongkai/normalize/reuse"
)

// How much of this year's text stood in last year's, and which passages.
func ExampleCompare() {
	last := []string{"本机关把公开透明作为日常工作的基本要求，围绕群众关心的教育、就业和住房事项及时发布信息。"}
	this := []string{"今年以来，本机关把公开透明作为日常工作的基本要求，围绕群众关心的医疗事项发布解读。"}
	share, passages := reuse.Compare(this, last)
	fmt.Printf("%.2f\n", share)
	for _, p := range passages {
		fmt.Println(this[p.Text][p.Start:p.End])
	}
	// Output:
	// 0.68
	// 本机关把公开透明作为日常工作的基本要求，围绕群众关心的
}
