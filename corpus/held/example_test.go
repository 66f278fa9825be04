package held_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gongkai/gongkai/corpus/held"
)

func ExampleLeftovers() {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	release, err := held.Take(dir)
	if err != nil {
		panic(err)
	}
	defer release()
	fmt.Println(len(held.Leftovers(filepath.Join(filepath.Dir(dir), filepath.Base(dir)+"*"))))
	// Output: 0
}
