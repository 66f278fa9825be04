package atom_test

import (
	"fmt"

	"github.com/gongkai/gongkai/corpus/atom"
)

func ExampleID() {
	first, again := atom.ID("news"), atom.ID("news")
	fmt.Println(first == again, len(first))
	// Output: true 45
}
