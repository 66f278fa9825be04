package fetch_test

import (
	"fmt"
	"net/url"

	"github.com/gongkai/gongkai/corpus/fetch"
)

func ExampleParseRobots() {
	rules := fetch.ParseRobots(200, "User-agent: *\nDisallow: /private/\nCrawl-delay: 5\n")
	for _, path := range []string{"/nb/", "/private/nb/"} {
		fmt.Println(path, rules.Allowed("gongkai", &url.URL{Path: path}))
	}
	fmt.Println(rules.Delay("gongkai"))
	// Output:
	// /nb/ true
	// /private/nb/ false
	// 5s
}
