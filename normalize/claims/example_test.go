package claims_test

import (
	"fmt"

	"github.com/gongkai/gongkai/normalize/claims"
	"github.com/gongkai/gongkai/normalize/form"
)

func ExampleGrammar_Read() {
	forms, err := form.Load()
	if err != nil {
		panic(err)
	}
	grammar, err := claims.New(forms)
	if err != nil {
		panic(err)
	}
	text := "2023年，全市共收到政府信息公开申请412件，办结405件，其中予以公开365件，占90.1%。"
	for _, c := range grammar.Read(text, claims.Context{Year: 2023}) {
		fmt.Println(c.Text, c.Relation, c.Cells, c.Of)
	}
	// Output:
	// 412件 equals [applications.received.total] []
	// 405件 equals [applications.handled_total.total] []
	// 365件 equals [applications.granted.total] []
	// 90.1% share [applications.granted.total] [applications.handled_total.total]
}
