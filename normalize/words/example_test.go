package words_test

import (
	"fmt"

	"github.com/gongkai/gongkai/normalize/words"
)

// The words of a sentence with their parts of speech; stop words are in brackets.
func ExampleRead() {
	for _, w := range words.Read("淮安市卫健委全年收到政府信息公开申请12件。") {
		if w.Stop {
			fmt.Printf("(%s) ", w.Text)
			continue
		}
		fmt.Printf("%s/%s ", w.Text, w.Tag)
	}
	fmt.Println()
	// Output: 淮安市卫健委/nt 全年/t 收到/v 政府信息公开/n 申请/n (12件) (。)
}
