package secret_test

import (
	"fmt"

	"github.com/gongkai/gongkai/corpus/secret"
)

func ExampleURL() {
	fmt.Println(secret.URL("postgres://gongkai:hunter2@db/gongkai"))
	// Output: postgres://gongkai:***@db/gongkai
}
