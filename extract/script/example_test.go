package script_test

import (
	"fmt"

	"github.com/gongkai/gongkai/extract/script"
)

// A cell prints 524 and the mark of a footnote; another prints 31 in raised characters and nothing else.
func Example() {
	fmt.Println(script.Settle("524" + script.Raise("1")))
	fmt.Println(script.Settle(script.Raise("31")))
	// Output:
	// 524¹
	// 31
}
