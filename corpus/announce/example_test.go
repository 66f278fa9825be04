package announce_test

import (
	"fmt"

	"github.com/gongkai/gongkai/corpus/announce"
	"github.com/gongkai/gongkai/corpus/ledger"
)

func ExampleWays_Text() {
	e := ledger.Event{Portal: "example", Kind: "late", Title: "某县人民政府2024年政府信息公开工作年度报告", Year: 2024}
	fmt.Println(announce.Ways{Names: map[string]string{"example": "某县"}}.Text(e))
	// Output: [published after its deadline] 某县: 某县人民政府2024年政府信息公开工作年度报告
}
