package agencies_test

import (
	"fmt"

	"github.com/gongkai/gongkai/normalize/agencies"
)

// Two spellings of one body have one identity; a name that several divisions have is not decided by guessing.
func ExampleRead() {
	for _, name := range []string{"淮安市卫生健康委员会", "江苏省淮安市卫健委", "鼓楼区人民政府"} {
		a := agencies.Read(name, agencies.Context{Year: 2023})
		fmt.Printf("%s %s %q %d candidates\n", name, a.Kind, a.ID, len(a.Candidates))
	}
	// Output:
	// 淮安市卫生健康委员会 department "320800/department/卫生健康" 0 candidates
	// 江苏省淮安市卫健委 department "320800/department/卫生健康" 0 candidates
	// 鼓楼区人民政府 government "" 4 candidates
}
