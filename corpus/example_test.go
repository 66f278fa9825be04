package corpus_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus"
)

func ExampleReadPortals() {
	portals, err := corpus.ReadPortals(strings.NewReader(`id,name,level,home,options
example,某县人民政府,county,http://www.example.gov.cn/,pace=5s quiet=08:00-18:00
`), "portals.csv")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range portals {
		fmt.Println(p.ID, p.Name, p.Home, p.Options.Pace)
	}
	// Output: example 某县人民政府 http://www.example.gov.cn/ 5s
}

func ExampleCalendar_Late() {
	var march corpus.Calendar = func(_ string, year int) string { return fmt.Sprintf("%d-03-31", year+1) }
	p := corpus.Portal{ID: "example", Level: "county"}
	seen := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	fmt.Println(march.Late(p, 2024, "2025-03-31", seen), march.Late(p, 2024, "2025-04-02", seen))
	// Output: false true
}

func ExampleRead() {
	c, err := corpus.Read("-", strings.NewReader("年度报告"))
	fmt.Println(c.SHA256[:8], c.Bytes, err)
	// Output: 536dcd54 12 <nil>
}
