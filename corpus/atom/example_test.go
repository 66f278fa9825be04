package atom_test

import (
	"fmt"

	"github.com/gongkai/gongkai/corpus/atom"
)

func ExampleID() {
	fmt.Println(atom.ID("news") == atom.ID("news"), len(atom.ID("news")))
	// Output: true 45
}
